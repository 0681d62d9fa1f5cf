/* SPDX-License-Identifier: Apache-2.0 */
#include "event/print.h"

#include <inttypes.h>
#include <time.h>

#include "event/syscall.h"

enum {
	AF_BYTE_UNIX = 1, /* the neutral family numbers that socket values start with */
	AF_BYTE_INET = 2,
	AF_BYTE_INET6 = 10,
	FD_CWD = -100,
};

static const char *const errno_names[] = {
#define ERRNO(number, name) [number] = #name,
#include "event/errnos.def"
#undef ERRNO
};

/* linux: arch/x86/include/uapi/asm/signal.h; the event table knows no signals of other machines. */
static const char *const signal_names[] = {
	[1] = "SIGHUP",     [2] = "SIGINT",   [3] = "SIGQUIT",    [4] = "SIGILL",
	[5] = "SIGTRAP",    [6] = "SIGABRT",  [7] = "SIGBUS",     [8] = "SIGFPE",
	[9] = "SIGKILL",    [10] = "SIGUSR1", [11] = "SIGSEGV",   [12] = "SIGUSR2",
	[13] = "SIGPIPE",   [14] = "SIGALRM", [15] = "SIGTERM",   [16] = "SIGSTKFLT",
	[17] = "SIGCHLD",   [18] = "SIGCONT", [19] = "SIGSTOP",   [20] = "SIGTSTP",
	[21] = "SIGTTIN",   [22] = "SIGTTOU", [23] = "SIGURG",    [24] = "SIGXCPU",
	[25] = "SIGXFSZ",   [26] = "SIGVTALRM", [27] = "SIGPROF", [28] = "SIGWINCH",
	[29] = "SIGIO",     [30] = "SIGPWR",  [31] = "SIGSYS",
};

const char *errno_name(int64_t number)
{
	return number >= 0 && number < (int64_t)ARRAY_LEN(errno_names) ? errno_names[number] : NULL;
}

const char *signal_name(int64_t number)
{
	return number >= 0 && number < (int64_t)ARRAY_LEN(signal_names) ? signal_names[number] :
									  NULL;
}

/* One value with what the table says about it: a parameter, or what a PT_DYN parameter holds. */
struct view {
	enum ptype type;
	enum pformat format;
	const struct flag_name *flags;
	struct str v;
};

static bool is_signed(enum ptype t)
{
	switch (t) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_FD32:
	case PT_PID:
	case PT_PID32:
		return true;
	default:
		return false;
	}
}

/* A little more tolerant than the table: a number may have 1, 2, 4 or at least 8 bytes. */
static uint64_t number(const struct view *w)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} n = { 0 };
	bool sign = is_signed(w->type);

	if (w->v.n >= 8) {
		memcpy(&n.u64, w->v.p, 8);
		return n.u64;
	}
	if (w->v.n >= 4) {
		memcpy(&n.u32, w->v.p, 4);
		return sign ? (uint64_t)(int64_t)(int32_t)n.u32 : n.u32;
	}
	if (w->v.n >= 2) {
		memcpy(&n.u16, w->v.p, 2);
		return sign ? (uint64_t)(int64_t)(int16_t)n.u16 : n.u16;
	}
	memcpy(&n.u8, w->v.p, 1);
	return sign ? (uint64_t)(int64_t)(int8_t)n.u8 : n.u8;
}

bool event_print_format(uint64_t v, size_t size, enum pformat format, struct buf *ret)
{
	if (size < 8)
		v &= (UINT64_C(1) << 8 * size) - 1;
	switch (format) {
	case PF_HEX:
		buf_printf(ret, "%" PRIX64, v);
		return true;
	case PF_OCT:
		buf_printf(ret, "%#" PRIo64, v);
		return true;
	case PF_10_PADDED_DEC:
		buf_u64_padded(ret, v, 9);
		return true;
	case PF_NA:
	case PF_DEC:
	case PF_ID:
	case PF_DIR:
		break;
	}
	return false;
}

static void print_number(const struct view *w, struct buf *ret)
{
	uint64_t n = number(w);

	if (event_print_format(n, w->v.n, w->format, ret))
		return;
	/*
	 * Numbers of 32 and 64 bits are shown as signed ones even when their type is not: users know
	 * a futex value of -1, not of 18446744073709551615, and match on that text.
	 */
	if (w->v.n >= 8 || is_signed(w->type))
		buf_i64(ret, (int64_t)n);
	else if (w->v.n >= 4)
		buf_i64(ret, (int32_t)n);
	else
		buf_u64(ret, n);
}

static void print_base64(struct str s, struct buf *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = (const uint8_t *)s.p;

	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t bits = (uint32_t)p[i] << 16;
		char out[4];

		if (left > 1)
			bits |= (uint32_t)p[i + 1] << 8;
		if (left > 2)
			bits |= p[i + 2];
		out[0] = digits[bits >> 18];
		out[1] = digits[bits >> 12 & 63];
		out[2] = left > 1 ? digits[bits >> 6 & 63] : '=';
		out[3] = left > 2 ? digits[bits & 63] : '=';
		buf_append(ret, out, sizeof(out));
	}
}

void event_print_bytes(struct str s, enum event_bytes bytes, struct buf *ret)
{
	size_t at = ret->len;

	if (bytes == EVENT_BYTES_BASE64) {
		print_base64(s, ret);
		return;
	}
	buf_append(ret, s.p, s.n);
	if (buf_error(ret))
		return;
	for (; at < ret->len; at++)
		if (ret->data[at] < 0x20 || ret->data[at] > 0x7e)
			ret->data[at] = '.';
}

static uint16_t load_u16(const char *p)
{
	uint16_t n;

	memcpy(&n, p, 2);
	return n;
}

static uint64_t load_u64(const char *p)
{
	uint64_t n;

	memcpy(&n, p, 8);
	return n;
}

static bool is_v4_mapped(const char *ip)
{
	return memcmp(ip, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
}

/* The bytes after the family: 4 or 16 of address, then the port. */
static void print_end(const char *p, bool v6, bool as_v4, struct buf *ret)
{
	if (!v6)
		buf_ip(ret, p, 4);
	else if (as_v4)
		buf_ip(ret, p + 12, 4);
	else
		buf_ip(ret, p, 16);
	buf_byte(ret, ':');
	buf_u64(ret, load_u16(p + (v6 ? 16 : 4)));
}

void event_print_sockaddr(struct str v, struct buf *ret)
{
	switch (v.n ? (uint8_t)v.p[0] : 0) {
	case AF_BYTE_INET:
		if (v.n < 7)
			buf_c(ret, "INVALID IPv4");
		else
			print_end(v.p + 1, false, false, ret);
		return;
	case AF_BYTE_INET6:
		if (v.n < 19)
			buf_c(ret, "INVALID IPv6");
		else
			print_end(v.p + 1, true, false, ret);
		return;
	case AF_BYTE_UNIX:
		if (v.n < 2 || v.p[v.n - 1] != '\0')
			buf_c(ret, "INVALID UNIX");
		else
			buf_str_append(ret, str_until_nul(str_from(v, 1)));
		return;
	}
	buf_printf(ret, "family %u", v.n ? (uint8_t)v.p[0] : 0);
}

void event_print_socktuple(struct str v, struct buf *ret)
{
	bool v4;

	switch (v.n ? (uint8_t)v.p[0] : 0) {
	case AF_BYTE_INET:
		if (v.n < 13) {
			buf_c(ret, "INVALID IPv4");
			return;
		}
		print_end(v.p + 1, false, false, ret);
		buf_c(ret, "->");
		print_end(v.p + 7, false, false, ret);
		return;
	case AF_BYTE_INET6:
		if (v.n < 37) {
			buf_c(ret, "INVALID IPv6");
			return;
		}
		v4 = is_v4_mapped(v.p + 1) && is_v4_mapped(v.p + 19);
		print_end(v.p + 1, true, v4, ret);
		buf_c(ret, "->");
		print_end(v.p + 19, true, v4, ret);
		return;
	case AF_BYTE_UNIX:
		if (v.n < 18 || v.p[v.n - 1] != '\0') {
			buf_c(ret, "INVALID UNIX");
			return;
		}
		buf_printf(ret, "%" PRIx64 "->%" PRIx64 " ", load_u64(v.p + 1), load_u64(v.p + 9));
		buf_str_append(ret, str_until_nul(str_from(v, 17)));
		return;
	}
	buf_printf(ret, "family %u", v.n ? (uint8_t)v.p[0] : 0);
}

bool event_print_flags(const struct flag_name *flags, uint32_t value, struct buf *ret)
{
	size_t start = ret->len;
	uint32_t rest = value;

	for (; flags && flags->name; flags++) {
		bool all = flags->value == value;

		if (!all && (!flags->value || (rest & flags->value) != flags->value))
			continue;
		if (ret->len != start)
			buf_byte(ret, '|');
		buf_c(ret, flags->name);
		if (all)
			break;
		rest &= ~flags->value;
	}
	return ret->len != start;
}

bool event_print_enum(const struct flag_name *flags, uint32_t value, struct buf *ret)
{
	size_t start = ret->len;

	for (; flags && flags->name; flags++) {
		if (flags->value != value)
			continue;
		if (ret->len != start)
			buf_byte(ret, '|');
		buf_c(ret, flags->name);
	}
	return ret->len != start;
}

static void print_sigset(uint32_t set, struct buf *ret)
{
	bool first = true;

	for (unsigned int i = 0; i < 32; i++) {
		const char *name = signal_name(i + 1);

		if (!(set >> i & 1) || !name)
			continue;
		if (!first)
			buf_byte(ret, ' ');
		first = false;
		buf_c(ret, name);
	}
}

static void print_abstime(uint64_t ns, struct buf *ret)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	char day[64];
	char zone[16];

	if (!localtime_r(&seconds, &tm) || !strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm) ||
	    !strftime(zone, sizeof(zone), "%z", &tm)) {
		buf_u64(ret, ns);
		return;
	}
	buf_printf(ret, "%s.%09u %s", day, (unsigned int)(ns % 1000000000), zone);
}

static void print_ip(struct str v, struct buf *ret)
{
	if (v.n == 4)
		buf_ip(ret, v.p, 4);
	else if (v.n == 16)
		buf_ip(ret, v.p, 16);
	else
		buf_c(ret, "INVALID IP");
}

/* NUL-separated strings, shown with `between` in place of each NUL but the last. */
static void print_strings(struct str v, const char *between, struct buf *ret)
{
	struct str piece;

	if (v.n && v.p[v.n - 1] == '\0')
		v.n--;
	for (bool first = true; str_split(&v, '\0', &piece); first = false) {
		if (!first)
			buf_c(ret, between);
		buf_str_append(ret, piece);
	}
}

/* The text without any name. `v` is not empty. Lists of fds are left to print_fdlist(). */
static void print_view(const struct view *w, enum event_bytes bytes, struct buf *ret)
{
	struct str text;

	switch (w->type) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
		text = str_until_nul(w->v);
		buf_str_append(ret, str_eq(text, STR("(NULL)")) ? STR("<NA>") : text);
		return;
	case PT_BYTEBUF:
		event_print_bytes(w->v, bytes, ret);
		return;
	case PT_SOCKADDR:
		event_print_sockaddr(w->v, ret);
		return;
	case PT_SOCKTUPLE:
		event_print_socktuple(w->v, ret);
		return;
	case PT_CHARBUFARRAY:
		print_strings(w->v, ",", ret);
		return;
	case PT_CHARBUF_PAIR_ARRAY:
		print_strings(w->v, ":", ret);
		return;
	case PT_SIGSET:
		print_sigset((uint32_t)number(w), ret);
		return;
	case PT_RELTIME:
		if (number(w) == UINT64_MAX)
			buf_c(ret, "none");
		else
			buf_u64(ret, number(w));
		return;
	case PT_ABSTIME:
		print_abstime(number(w), ret);
		return;
	case PT_UID:
	case PT_GID:
		if ((uint32_t)number(w) == UINT32_MAX)
			buf_c(ret, "-1");
		else
			buf_u64(ret, number(w));
		return;
	case PT_BOOL:
		buf_c(ret, number(w) ? "true" : "false");
		return;
	case PT_DOUBLE: {
		double d = 0;

		memcpy(&d, w->v.p, size_min(w->v.n, sizeof(d)));
		buf_printf(ret, "%.1f", d);
		return;
	}
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_IPADDR:
		print_ip(w->v, ret);
		return;
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_UINT64:
	case PT_MODE:
		print_number(w, ret);
		return;
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
	case PT_SYSCALLID:
	case PT_SIGTYPE:
	case PT_PORT:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
		/* Decimal whatever the table's format says: hex is only meant for the bits' readers. */
		buf_u64(ret, number(w));
		return;
	case PT_ERRNO:
	case PT_FD:
	case PT_FD32:
	case PT_PID:
	case PT_PID32:
		buf_i64(ret, (int64_t)number(w));
		return;
	case PT_NONE:
	case PT_FDLIST:
	case PT_DYN:
	case PT_IPV4NET:
	case PT_IPV6NET:
	case PT_IPNET:
	case PT_COUNT:
		break;
	}
}

static bool resolve_fd(const struct event *ev, int64_t fd, const struct event_names *names,
		       struct buf *ret)
{
	const char *name;

	if (fd >= 0)
		return names && names->fd && names->fd(names->ctx, ev, fd, ret);
	name = fd == FD_CWD ? "AT_FDCWD" : errno_name(fd == INT64_MIN ? 0 : -fd);
	if (name)
		buf_c(ret, name);
	return name;
}

static bool resolve_id(const struct event *ev, uint32_t id,
		       bool (*find)(void *ctx, const struct event *ev, uint32_t id, struct buf *ret),
		       void *ctx, struct buf *ret)
{
	if (id == UINT32_MAX)
		buf_c(ret, "<NONE>");
	else if (!find || !find(ctx, ev, id, ret))
		buf_c(ret, "<NA>");
	return true;
}

static bool resolve_path(const struct event *ev, unsigned int i, struct str v,
			 const struct event_names *names, struct buf *ret)
{
	struct str path = str_until_nul(v);

	if (!names || !names->path || !path.n || path.p[0] == '/' || str_eq(path, STR("<NA>")) ||
	    str_eq(path, STR("(NULL)")))
		return false;
	return names->path(names->ctx, ev, i, path, ret);
}

static bool resolve_view(const struct event *ev, unsigned int i, const struct view *w,
			 const struct event_names *names, struct buf *ret)
{
	const struct syscall_info *sc;
	const char *name = NULL;
	int64_t n;

	switch (w->type) {
	case PT_ERRNO:
		n = (int64_t)number(w);
		if (n < 0 && n != INT64_MIN)
			name = errno_name(-n);
		break;
	case PT_FD:
	case PT_FD32:
		return resolve_fd(ev, (int64_t)number(w), names, ret);
	case PT_PID:
	case PT_PID32:
		n = (int64_t)number(w);
		return n >= 0 && names && names->pid && names->pid(names->ctx, ev, n, ret);
	case PT_UID:
		return resolve_id(ev, (uint32_t)number(w), names ? names->user : NULL,
				  names ? names->ctx : NULL, ret);
	case PT_GID:
		return resolve_id(ev, (uint32_t)number(w), names ? names->group : NULL,
				  names ? names->ctx : NULL, ret);
	case PT_FSPATH:
	case PT_FSRELPATH:
		return resolve_path(ev, i, w->v, names, ret);
	case PT_SYSCALLID:
		sc = syscall_find((unsigned int)number(w));
		name = sc ? sc->name : NULL;
		break;
	case PT_SIGTYPE:
		name = signal_name((int64_t)number(w));
		break;
	case PT_RELTIME:
		if (number(w) == UINT64_MAX)
			return false;
		buf_printf(ret, "%gs", (double)number(w) / 1e9);
		return true;
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_MODE:
		return event_print_flags(w->flags, (uint32_t)number(w), ret);
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		return event_print_enum(w->flags, (uint32_t)number(w), ret);
	default:
		return false;
	}
	if (name)
		buf_c(ret, name);
	return name;
}

/* "4:64 5:?1": number, type of the fd, events in hex. The list stops where its bytes end. */
static void print_fdlist(const struct event *ev, struct str v, const struct event_names *names,
			 struct buf *ret)
{
	unsigned int count = v.n >= 2 ? load_u16(v.p) : 0;
	size_t at = 2;

	for (unsigned int i = 0; i < count && v.n - at >= 10; i++, at += 10) {
		int64_t fd = (int64_t)load_u64(v.p + at);
		char type = names && names->fd_type ? names->fd_type(names->ctx, ev, fd) : 0;

		buf_printf(ret, "%s%" PRId64 ":%c%x", i ? " " : "", fd, type ? type : '?',
			   load_u16(v.p + at + 8));
	}
}

/*
 * The value to show for parameter i. A PT_DYN parameter becomes what it holds; one whose selector
 * names no row of its table stays PT_DYN.
 */
static struct view view_of(const struct event *ev, unsigned int i)
{
	const struct param_info *info = &ev->info->params[i];
	struct view w = { .type = info->type, .format = info->format, .flags = info->flags,
			  .v = event_param(ev, i) };
	unsigned int n = 0;

	if (w.type != PT_DYN || !w.v.n)
		return w;
	while (info->dyn && info->dyn[n].name && n < (uint8_t)w.v.p[0])
		n++;
	if (!info->dyn || !info->dyn[n].name)
		return w;
	w.type = info->dyn[n].type;
	w.format = info->dyn[n].format;
	w.v = str_from(w.v, 1);
	return w;
}

static const char *empty_text(enum ptype t)
{
	switch (t) {
	case PT_BYTEBUF:
	case PT_SOCKTUPLE:
	case PT_FDLIST:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
	case PT_DYN:
		return "NULL";
	default:
		return "<NA>";
	}
}

void event_print_raw(const struct event *ev, unsigned int i, const struct event_names *names,
		     enum event_bytes bytes, struct buf *ret)
{
	struct view w;

	if (i >= ev->info->nparams)
		return;
	w = view_of(ev, i);
	if (!w.v.n)
		buf_c(ret, empty_text(ev->info->params[i].type));
	else if (w.type == PT_DYN)
		buf_c(ret, "INVALID DYNAMIC PARAMETER");
	else if (w.type == PT_FDLIST)
		print_fdlist(ev, w.v, names, ret);
	else
		print_view(&w, bytes, ret);
}

bool event_print_resolved(const struct event *ev, unsigned int i, const struct event_names *names,
			  struct buf *ret)
{
	size_t start = ret->len;
	struct view w;

	if (i >= ev->info->nparams)
		return false;
	w = view_of(ev, i);
	/* A callback may know a thing and have no text for it; no text is not worth brackets. */
	return w.v.n && resolve_view(ev, i, &w, names, ret) && ret->len != start;
}

void event_print_arg(const struct event *ev, unsigned int i, const struct event_names *names,
		     enum event_bytes bytes, struct buf *ret)
{
	if (!event_print_resolved(ev, i, names, ret))
		event_print_raw(ev, i, names, bytes, ret);
}

void event_print_args(const struct event *ev, const struct event_names *names,
		      enum event_bytes bytes, struct buf *ret)
{
	if (ev->type == EV_GENERIC_E || ev->type == EV_GENERIC_X)
		return;
	for (unsigned int i = 0; i < ev->nparams; i++) {
		if (i)
			buf_byte(ret, ' ');
		buf_c(ret, ev->info->params[i].name);
		buf_byte(ret, '=');
		event_print_raw(ev, i, names, bytes, ret);
		buf_byte(ret, '(');
		if (event_print_resolved(ev, i, names, ret))
			buf_byte(ret, ')');
		else if (!buf_error(ret))
			ret->len--;
	}
}
