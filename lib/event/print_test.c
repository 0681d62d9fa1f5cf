/* SPDX-License-Identifier: Apache-2.0 */
#include "event/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/support/record.h"

#define B(literal) literal, sizeof(literal) - 1

static bool fd_name(void *ctx, const struct event *ev, int64_t fd, struct buf *ret)
{
	(void)ctx;
	(void)ev;
	if (fd == 3)
		buf_c(ret, "<f>/etc/passwd");
	return fd == 3;
}

static char fd_type(void *ctx, const struct event *ev, int64_t fd)
{
	(void)ctx;
	(void)ev;
	return fd == 3 ? 'f' : 0;
}

static bool pid_name(void *ctx, const struct event *ev, int64_t pid, struct buf *ret)
{
	(void)ctx;
	(void)ev;
	if (pid == 42)
		buf_c(ret, "bash");
	return pid == 42 || pid == 43; /* 43 is known and has no name */
}

static bool user_name(void *ctx, const struct event *ev, uint32_t uid, struct buf *ret)
{
	(void)ctx;
	(void)ev;
	if (uid == 0)
		buf_c(ret, "root");
	return uid == 0;
}

static bool group_name(void *ctx, const struct event *ev, uint32_t gid, struct buf *ret)
{
	(void)ctx;
	(void)ev;
	if (gid == 0)
		buf_c(ret, "wheel");
	return gid == 0;
}

static bool absolute(void *ctx, const struct event *ev, unsigned int i, struct str path,
		     struct buf *ret)
{
	(void)ctx;
	(void)ev;
	assert_int_equal(i, 0);
	buf_c(ret, "/cwd/");
	buf_str_append(ret, path);
	return true;
}

static const struct event_names all_names = {
	.fd = fd_name, .fd_type = fd_type, .pid = pid_name, .user = user_name, .group = group_name,
	.path = absolute,
};

static const struct flag_name bits[] = {
	{ "TWO_AND_ONE", 3 }, { "TWO", 2 }, { "ONE", 1 }, { "ALSO_ONE", 1 }, { "FOUR", 4 },
	{ "NOTHING", 0 },     { NULL, 0 },
};

static const struct dyn_type dyn[] = {
	{ "INT64", PT_INT64, PF_DEC },
	{ "SIGTYPE", PT_SIGTYPE, PF_DEC },
	{ "CHARBUF", PT_CHARBUF, PF_NA },
	{ NULL, PT_NONE, PF_NA },
};

struct print_case {
	enum ptype type;
	enum pformat format;
	const char *bytes;
	size_t n;
	const char *raw;
	const char *resolved; /* with all_names; NULL: none */
};

static const struct print_case cases[] = {
	{ PT_INT8, PF_DEC, B("\xff"), "-1", NULL },
	{ PT_INT8, PF_HEX, B("\xfe"), "FE", NULL },
	{ PT_INT16, PF_DEC, B("\x00\x80"), "-32768", NULL },
	{ PT_INT32, PF_DEC, B("\xff\xff\xff\xff"), "-1", NULL },
	{ PT_INT32, PF_HEX, B("\xff\xff\xff\xff"), "FFFFFFFF", NULL },
	{ PT_INT64, PF_DEC, B("\xff\xff\xff\xff\xff\xff\xff\xff"), "-1", NULL },
	{ PT_UINT8, PF_HEX, B("\xab"), "AB", NULL },
	{ PT_UINT8, PF_DEC, B("\xff"), "255", NULL },
	{ PT_UINT16, PF_DEC, B("\xff\xff"), "65535", NULL },
	{ PT_UINT32, PF_DEC, B("\xff\xff\xff\xff"), "-1", NULL },
	{ PT_UINT32, PF_DEC, B("\xff\xff\xff\x7f"), "2147483647", NULL },
	{ PT_UINT32, PF_OCT, B("\xa4\x01\x00\x00"), "0644", NULL },
	{ PT_INT8, PF_OCT, B("\xff"), "0377", NULL },
	{ PT_UINT32, PF_OCT, B("\x00\x00\x00\x00"), "0", NULL },
	{ PT_UINT32, PF_HEX, B("\x00\x00\x00\x00"), "0", NULL },
	{ PT_UINT64, PF_HEX, B("\x00\x60\x92\x00\x00\x00\x00\x00"), "926000", NULL },
	{ PT_UINT64, PF_DEC, B("\xff\xff\xff\xff\xff\xff\xff\xff"), "-1", NULL },
	{ PT_UINT64, PF_10_PADDED_DEC, B("\x01\x00\x00\x00\x00\x00\x00\x00"), "000000001", NULL },
	/* Numbers in another width than the table's. */
	{ PT_INT64, PF_DEC, B("\xff\xff\xff\xff"), "-1", NULL },
	{ PT_UINT64, PF_DEC, B("\x07"), "7", NULL },
	{ PT_UINT32, PF_DEC, B("\x01\x00\x00\x00\x00\x00\x00\x00"), "1", NULL },
	{ PT_CHARBUF, PF_NA, B("text\0"), "text", NULL },
	{ PT_CHARBUF, PF_NA, B("no NUL"), "no NUL", NULL },
	{ PT_CHARBUF, PF_NA, B("text\0hidden\0"), "text", NULL },
	{ PT_CHARBUF, PF_NA, B("\0"), "", NULL },
	{ PT_CHARBUF, PF_NA, B("(NULL)\0"), "<NA>", NULL },
	{ PT_CHARBUF, PF_NA, B("a\nb\xff\0"), "a\nb\xff", NULL },
	{ PT_CHARBUF, PF_NA, B(""), "<NA>", NULL },
	{ PT_BYTEBUF, PF_NA, B(""), "NULL", NULL },
	{ PT_BYTEBUF, PF_NA, B("a\0b\n\x7f\x80\xff~ "), "a.b....~ ", NULL },
	{ PT_ERRNO, PF_DEC, B("\xfe\xff\xff\xff\xff\xff\xff\xff"), "-2", "ENOENT" },
	{ PT_ERRNO, PF_DEC, B("\xfe\xfd\xff\xff\xff\xff\xff\xff"), "-514", "ERESTARTNOHAND" },
	{ PT_ERRNO, PF_DEC, B("\x00\xfc\xff\xff\xff\xff\xff\xff"), "-1024", NULL },
	{ PT_ERRNO, PF_DEC, B("\x00\x00\x00\x00\x00\x00\x00\x80"), "-9223372036854775808", NULL },
	{ PT_ERRNO, PF_DEC, B("\x02\x00\x00\x00\x00\x00\x00\x00"), "2", NULL },
	{ PT_ERRNO, PF_HEX, B("\x00\x10\x00\x00\x00\x00\x00\x00"), "4096", NULL },
	{ PT_ERRNO, PF_DEC, B(""), "<NA>", NULL },
	{ PT_FD, PF_DEC, B("\x03\x00\x00\x00\x00\x00\x00\x00"), "3", "<f>/etc/passwd" },
	{ PT_FD, PF_DEC, B("\x04\x00\x00\x00\x00\x00\x00\x00"), "4", NULL },
	{ PT_FD, PF_DEC, B("\x9c\xff\xff\xff\xff\xff\xff\xff"), "-100", "AT_FDCWD" },
	{ PT_FD, PF_DEC, B("\xf5\xff\xff\xff\xff\xff\xff\xff"), "-11", "EAGAIN" },
	{ PT_FD32, PF_DEC, B("\x03\x00\x00\x00"), "3", "<f>/etc/passwd" },
	{ PT_FD, PF_DEC, B("\x00\x00\x00\x00\x00\x00\x00\x80"), "-9223372036854775808", NULL },
	{ PT_PID, PF_DEC, B("\x2a\x00\x00\x00\x00\x00\x00\x00"), "42", "bash" },
	{ PT_PID, PF_DEC, B("\x2b\x00\x00\x00\x00\x00\x00\x00"), "43", NULL },
	{ PT_PID, PF_DEC, B("\x2c\x00\x00\x00\x00\x00\x00\x00"), "44", NULL },
	{ PT_PID32, PF_DEC, B("\x2a\x00\x00\x00"), "42", "bash" },
	{ PT_UID, PF_DEC, B("\x00\x00\x00\x00"), "0", "root" },
	{ PT_UID, PF_DEC, B("\x01\x00\x00\x00"), "1", "<NA>" },
	{ PT_UID, PF_DEC, B("\xff\xff\xff\xff"), "-1", "<NONE>" },
	{ PT_UID, PF_DEC, B(""), "<NA>", NULL },
	{ PT_GID, PF_DEC, B("\x00\x00\x00\x00"), "0", "wheel" },
	{ PT_GID, PF_DEC, B("\xff\xff\xff\xff"), "-1", "<NONE>" },
	{ PT_FSPATH, PF_NA, B("/etc/passwd\0"), "/etc/passwd", NULL },
	{ PT_FSPATH, PF_NA, B("passwd\0"), "passwd", "/cwd/passwd" },
	{ PT_FSPATH, PF_NA, B("<NA>\0"), "<NA>", NULL },
	{ PT_FSPATH, PF_NA, B("\0"), "", NULL },
	{ PT_FSRELPATH, PF_NA, B("passwd\0"), "passwd", "/cwd/passwd" },
	{ PT_SYSCALLID, PF_DEC, B("\x03\x00"), "3", "read" },
	{ PT_SYSCALLID, PF_DEC, B("\xff\xff"), "65535", NULL },
	{ PT_SIGTYPE, PF_DEC, B("\x09"), "9", "SIGKILL" },
	{ PT_SIGTYPE, PF_DEC, B("\x00"), "0", NULL },
	{ PT_SIGTYPE, PF_DEC, B("\x28"), "40", NULL },
	{ PT_RELTIME, PF_DEC, B("\x00\xca\x9a\x3b\x00\x00\x00\x00"), "1000000000", "1s" },
	{ PT_RELTIME, PF_DEC, B("\x00\x00\x00\x00\x00\x00\x00\x00"), "0", "0s" },
	{ PT_RELTIME, PF_DEC, B("\x01\x00\x00\x00\x00\x00\x00\x00"), "1", "1e-09s" },
	{ PT_RELTIME, PF_DEC, B("\xff\xff\xff\xff\xff\xff\xff\xff"), "none", NULL },
	{ PT_ABSTIME, PF_DEC, B("\x01\x00\x00\x00\x00\x00\x00\x00"),
	  "1970-01-01 02:00:00.000000001 +0200", NULL },
	{ PT_PORT, PF_HEX, B("\x50\x00"), "80", NULL },
	{ PT_IPV4ADDR, PF_HEX, B("\x7f\x00\x00\x01"), "127.0.0.1", NULL },
	{ PT_IPV4ADDR, PF_HEX, B("\x7f\x00\x00"), "INVALID IP", NULL },
	{ PT_IPV6ADDR, PF_HEX, B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), "::1", NULL },
	{ PT_FLAGS8, PF_DEC, B("\x05"), "5", "ONE|FOUR" },
	{ PT_FLAGS16, PF_HEX, B("\x0b\x00"), "11", "TWO_AND_ONE" },
	{ PT_FLAGS32, PF_HEX, B("\x07\x00\x00\x00"), "7", "TWO_AND_ONE|FOUR" },
	{ PT_FLAGS32, PF_HEX, B("\x00\x00\x00\x00"), "0", "NOTHING" },
	{ PT_FLAGS32, PF_HEX, B("\x08\x00\x00\x00"), "8", NULL },
	{ PT_FLAGS32, PF_HEX, B("\x01\x00\x00\x00"), "1", "ONE" }, /* equal: the walk ends */
	{ PT_FLAGS32, PF_HEX, B(""), "<NA>", NULL },
	{ PT_MODE, PF_OCT, B("\x06\x00\x00\x00"), "06", "TWO|FOUR" },
	{ PT_MODE, PF_OCT, B("\x04\x00\x00\x00"), "04", "FOUR" },
	{ PT_ENUMFLAGS8, PF_DEC, B("\x01"), "1", "ONE|ALSO_ONE" },
	{ PT_ENUMFLAGS16, PF_DEC, B("\x05\x00"), "5", NULL },
	{ PT_ENUMFLAGS32, PF_DEC, B("\x00\x00\x00\x00"), "0", "NOTHING" },
	{ PT_SIGSET, PF_DEC, B("\x01\x01\x00\x00"), "SIGHUP SIGKILL", NULL },
	{ PT_SIGSET, PF_DEC, B("\x00\x00\x00\x00"), "", NULL },
	{ PT_SIGSET, PF_DEC, B("\x00\x00\x00\x80"), "", NULL }, /* signal 32 has no name */
	{ PT_CHARBUFARRAY, PF_NA, B("a\0b\0"), "a,b", NULL },
	{ PT_CHARBUF_PAIR_ARRAY, PF_NA, B("k\0v\0"), "k:v", NULL },
	{ PT_DYN, PF_DEC, B("\x00\xff\xff\xff\xff\xff\xff\xff\xff"), "-1", NULL },
	{ PT_DYN, PF_DEC, B("\x01\x0b"), "11", "SIGSEGV" },
	{ PT_DYN, PF_DEC, B("\x02text\0"), "text", NULL },
	{ PT_DYN, PF_DEC, B("\x03text\0"), "INVALID DYNAMIC PARAMETER", NULL },
	{ PT_DYN, PF_DEC, B("\xff"), "INVALID DYNAMIC PARAMETER", NULL },
	{ PT_DYN, PF_DEC, B("\x01"), "NULL", NULL },
	{ PT_DYN, PF_DEC, B(""), "NULL", NULL },
	{ PT_FDLIST, PF_DEC, B(""), "NULL", NULL },
	{ PT_FDLIST, PF_DEC, B("\x00\x00"), "", NULL },
	{ PT_FDLIST, PF_DEC,
	  B("\x02\x00\x03\x00\x00\x00\x00\x00\x00\x00\x04\x00\x05\x00\x00\x00\x00\x00\x00\x00\x91\x00"),
	  "3:f4 5:?91", NULL },
	/* The count lies: the list ends with its bytes. */
	{ PT_FDLIST, PF_DEC, B("\xff\xff\x03\x00\x00\x00\x00\x00\x00\x00\x04\x00\x05\x00"), "3:f4",
	  NULL },
	{ PT_FDLIST, PF_DEC, B("\xff"), "", NULL },
	{ PT_SOCKADDR, PF_NA, B(""), "<NA>", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x02\x7f\x00\x00\x01\x50\x00"), "127.0.0.1:80", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x02\x7f\x00\x00\x01\x50"), "INVALID IPv4", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x50\x00"), "::1:80", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x0a\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x50\x00"),
	  "::ffff:1.2.3.4:80", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x0a\0\0"), "INVALID IPv6", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x01/run/x\0"), "/run/x", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x01/run/x"), "INVALID UNIX", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x01"), "INVALID UNIX", NULL },
	{ PT_SOCKADDR, PF_NA, B("\x10zzz"), "family 16", NULL },
	{ PT_SOCKTUPLE, PF_NA, B(""), "NULL", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x02\x7f\x00\x00\x01\x50\x00\x08\x08\x08\x08\x35\x00"),
	  "127.0.0.1:80->8.8.8.8:53", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x02\x7f\x00\x00\x01\x50\x00\x08\x08\x08\x08\x35"),
	  "INVALID IPv4", NULL },
	{ PT_SOCKTUPLE, PF_NA,
	  B("\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x50\x00"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x35\x00"),
	  "::1:80->::ffff:1.2.3.4:53", NULL },
	{ PT_SOCKTUPLE, PF_NA,
	  B("\x0a\0\0\0\0\0\0\0\0\0\0\xff\xff\x04\x03\x02\x01\x50\x00"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x35\x00"),
	  "4.3.2.1:80->1.2.3.4:53", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x0a\0\0"), "INVALID IPv6", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x01\0\0\0\0\0\0\0\0\xef\xbe\0\0\0\0\0\0\0"), "0->beef ", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x01\0\0\0\0\0\0\0\0\xef\xbe\0\0\0\0\0\0/run/x\0"),
	  "0->beef /run/x", NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x01\0\0\0\0\0\0\0\0\xef\xbe\0\0\0\0\0\0/run/x"), "INVALID UNIX",
	  NULL },
	{ PT_SOCKTUPLE, PF_NA, B("\x01\0\0\0\0\0\0\0\0\xef\xbe\0\0\0\0\0\0"), "INVALID UNIX", NULL },
};

/* An event of one parameter, whose bytes end with their allocation. */
struct one {
	struct param_info param;
	struct event_info info;
	struct event ev;
	uint8_t *bytes;
};

static void one_init(struct one *o, enum ptype type, enum pformat format, const char *p, size_t n)
{
	o->param = (struct param_info){ .name = "p", .type = (uint8_t)type,
					.format = (uint8_t)format, .dirfd = -1, .flags = bits,
					.dyn = type == PT_DYN ? dyn : NULL };
	o->info = (struct event_info){ .symbol = "TEST", .name = "test", .nparams = 1,
				       .params = &o->param };
	o->bytes = malloc(n ? n : 1);
	assert_non_null(o->bytes);
	if (n)
		memcpy(o->bytes, p, n);
	o->ev = (struct event){ .info = &o->info, .type = EV_SYSCALL_CLOSE_X, .nparams = 1,
				.record = o->bytes, .record_len = (uint32_t)n };
	o->ev.offset[1] = (uint32_t)n;
}

static void check(const struct print_case *c, const char *what, const struct buf *b,
		  const char *want)
{
	if (!str_eq_c(buf_str(b), want))
		fail_msg("%s of %s case %zu: got \"" STR_FMT "\", want \"%s\"", what,
			 ptype_name(c->type), (size_t)(c - cases), STR_ARG(buf_str(b)), want);
}

static void every_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct print_case *c = &cases[i];
		CLEANUP(buf_cleanup) struct buf raw = BUF_INIT(4096);
		CLEANUP(buf_cleanup) struct buf resolved = BUF_INIT(4096);
		CLEANUP(buf_cleanup) struct buf arg = BUF_INIT(4096);
		CLEANUP(buf_cleanup) struct buf args = BUF_INIT(4096);
		CLEANUP(buf_cleanup) struct buf want = BUF_INIT(4096);
		struct one o;

		one_init(&o, c->type, c->format, c->bytes, c->n);
		event_print_raw(&o.ev, 0, &all_names, EVENT_BYTES_TEXT, &raw);
		check(c, "raw text", &raw, c->raw);
		assert_int_equal(event_print_resolved(&o.ev, 0, &all_names, &resolved),
				 c->resolved != NULL);
		check(c, "resolved text", &resolved, c->resolved ? c->resolved : "");
		event_print_arg(&o.ev, 0, &all_names, EVENT_BYTES_TEXT, &arg);
		check(c, "evt.arg", &arg, c->resolved ? c->resolved : c->raw);
		event_print_args(&o.ev, &all_names, EVENT_BYTES_TEXT, &args);
		buf_printf(&want, "p=%s%s%s%s", c->raw, c->resolved ? "(" : "",
			   c->resolved ? c->resolved : "", c->resolved ? ")" : "");
		buf_byte(&want, '\0');
		check(c, "evt.args", &args, want.data);
		free(o.bytes);
	}
}

/* Without any callback only what needs no state is resolved. */
static void without_names(void **state)
{
	static const struct event_names none = { .ctx = NULL };
	static const struct {
		enum ptype type;
		const char *bytes;
		size_t n;
		const char *arg;
	} table[] = {
		{ PT_FD, B("\x03\x00\x00\x00\x00\x00\x00\x00"), "3" },
		{ PT_PID, B("\x2a\x00\x00\x00\x00\x00\x00\x00"), "42" },
		{ PT_UID, B("\x00\x00\x00\x00"), "<NA>" },
		{ PT_GID, B("\x00\x00\x00\x00"), "<NA>" },
		{ PT_FSPATH, B("x\0"), "x" },
		{ PT_FDLIST, B("\x01\x00\x03\x00\x00\x00\x00\x00\x00\x00\x01\x00"), "3:?1" },
		{ PT_ERRNO, B("\xfe\xff\xff\xff\xff\xff\xff\xff"), "ENOENT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct one o;

		one_init(&o, table[i].type, PF_DEC, table[i].bytes, table[i].n);
		for (int with = 0; with < 2; with++) {
			CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4096);

			event_print_arg(&o.ev, 0, with ? &none : NULL, EVENT_BYTES_TEXT, &b);
			buf_byte(&b, '\0');
			assert_string_equal(b.data, table[i].arg);
		}
		free(o.bytes);
	}
}

/* RFC 4648 section 10. */
static void base64(void **state)
{
	static const char *const pairs[][2] = {
		{ "f", "Zg==" },	 { "fo", "Zm8=" },	 { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },	 { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfd", "//79" }, { "", "NULL" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4096);
		struct one o;

		one_init(&o, PT_BYTEBUF, PF_NA, pairs[i][0], strlen(pairs[i][0]));
		event_print_raw(&o.ev, 0, NULL, EVENT_BYTES_BASE64, &b);
		buf_byte(&b, '\0');
		assert_string_equal(b.data, pairs[i][1]);
		free(o.bytes);
	}
}

static void whole_events(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4096);
	const char *reason;
	struct event ev;
	struct str bytes;

	(void)state;
	record_start(&r, EV_SYSCALL_OPEN_X, 1, 2);
	record_i64(&r, 3);
	record_text(&r, "/etc/passwd");
	record_u32(&r, 4097);
	record_u32(&r, 0);
	record_empty(&r);
	bytes = record_end(&r);
	assert_int_equal(event_decode(bytes.p, bytes.n, false, &ev, &reason), 0);
	event_print_args(&ev, &all_names, EVENT_BYTES_TEXT, &b);
	buf_byte(&b, '\0');
	assert_string_equal(b.data, "fd=3(<f>/etc/passwd) name=/etc/passwd "
				    "flags=4097(O_RDONLY|O_CLOEXEC) mode=0 dev=<NA>");
	/* A parameter that the record lacks, and one that the table lacks. */
	buf_reset(&b);
	event_print_arg(&ev, 5, &all_names, EVENT_BYTES_TEXT, &b);
	event_print_arg(&ev, 6, &all_names, EVENT_BYTES_TEXT, &b);
	event_print_arg(&ev, UINT32_MAX, &all_names, EVENT_BYTES_TEXT, &b);
	assert_true(str_eq(buf_str(&b), STR("<NA>")));

	/* Generic events have parameters, but do not list them. */
	record_start(&r, EV_GENERIC_X, 1, 2);
	record_u16(&r, 3);
	record_u16(&r, 0);
	bytes = record_end(&r);
	assert_int_equal(event_decode(bytes.p, bytes.n, false, &ev, &reason), 0);
	buf_reset(&b);
	event_print_args(&ev, &all_names, EVENT_BYTES_TEXT, &b);
	assert_int_equal(b.len, 0);
	event_print_arg(&ev, 0, &all_names, EVENT_BYTES_TEXT, &b);
	assert_true(str_eq(buf_str(&b), STR("read")));
}

/* A full buffer keeps what it has, and its error. */
static void full_buffer(void **state)
{
	(void)state;
	for (size_t max = 0; max < 40; max++) {
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(max);
		const char *reason;
		struct event ev;
		struct str bytes;

		record_start(&r, EV_SYSCALL_WRITE_X, 1, 2);
		record_i64(&r, -2);
		record_text(&r, "data\xff");
		record_i64(&r, 3);
		bytes = record_end(&r);
		assert_int_equal(event_decode(bytes.p, bytes.n, false, &ev, &reason), 0);
		event_print_args(&ev, &all_names, EVENT_BYTES_TEXT, &b);
		assert_true(b.len <= max);
		assert_int_not_equal(buf_error(&b), 0);
	}
}

static void number_names(void **state)
{
	(void)state;
	assert_string_equal(errno_name(1), "EPERM");
	assert_string_equal(errno_name(11), "EAGAIN");
	assert_string_equal(errno_name(110), "ETIMEDOUT");
	assert_string_equal(errno_name(133), "EHWPOISON");
	assert_null(errno_name(0));
	assert_null(errno_name(134));
	assert_null(errno_name(-1));
	assert_null(errno_name(INT64_MAX));
	assert_string_equal(signal_name(31), "SIGSYS");
	assert_null(signal_name(0));
	assert_null(signal_name(32));
	assert_null(signal_name(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),  cmocka_unit_test(without_names),
		cmocka_unit_test(base64),      cmocka_unit_test(whole_events),
		cmocka_unit_test(full_buffer), cmocka_unit_test(number_names),
	};

	setenv("TZ", "EET-2", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
