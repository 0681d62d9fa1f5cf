/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/test_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/*
 * Extractors are told which row they serve by the argument's aux, which prepare() of every row sets:
 * the registry has one getter for all rows.
 */
static const struct field_def defs[];

static bool get(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
static size_t get_all(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		      size_t max);

/* One prepare function per row number, as rows cannot pass themselves. */
#define ROWS(X)                                                                                    \
	X(0, "evt.type", CHARBUF, FIELD_TYPE_NAMES | FIELD_EVENT_TYPE | FIELD_CHEAP, NONE)         \
	X(1, "syscall.type", CHARBUF, FIELD_TYPE_NAMES | FIELD_EVENT_TYPE, NONE)                   \
	X(2, "evt.dir", CHARBUF, FIELD_EVENT_TYPE | FIELD_DEPRECATED, NONE)                        \
	X(3, "evt.num", UINT64, FIELD_CHEAP, NONE)                                                 \
	X(4, "evt.cpu", INT16, FIELD_CHEAP, NONE)                                                  \
	X(5, "evt.rawres", INT64, FIELD_CHEAP, NONE)                                               \
	X(6, "evt.is_io", BOOL, 0, NONE)                                                           \
	X(7, "evt.failed", BOOL, FIELD_CHEAP, NONE)                                                \
	X(8, "evt.buffer", BYTEBUF, 0, NONE)                                                       \
	X(9, "evt.buflen", UINT64, 0, NONE)                                                        \
	X(10, "evt.rawtime", ABSTIME, 0, NONE)                                                     \
	X(11, "evt.time", CHARBUF, 0, NONE)                                                        \
	X(12, "evt.arg", CHARBUF, 0, BOTH)                                                         \
	X(13, "evt.rawarg", DYN, FIELD_NO_RHS | FIELD_NO_TRANSFORMER, KEY)                         \
	X(14, "evt.around", UINT64,                                                                \
	  FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER | FIELD_WITHIN, INDEX)           \
	X(15, "evt.latency", RELTIME, FIELD_DEPRECATED, NONE)                                      \
	X(16, "proc.name", CHARBUF, FIELD_CHEAP, NONE)                                             \
	X(17, "proc.pname", CHARBUF, FIELD_CHEAP, NONE)                                            \
	X(18, "proc.exe", CHARBUF, 0, NONE)                                                        \
	X(19, "proc.exepath", CHARBUF, 0, NONE)                                                    \
	X(20, "proc.args", CHARBUF, 0, OPTIONAL_INDEX)                                             \
	X(21, "proc.cmdnargs", UINT64, 0, NONE)                                                    \
	X(22, "proc.pid", INT64, FIELD_CHEAP, NONE)                                                \
	X(23, "proc.ppid", INT64, FIELD_CHEAP, NONE)                                               \
	X(24, "proc.vmsize", UINT32, 0, NONE)                                                      \
	X(25, "proc.duration", RELTIME, 0, NONE)                                                   \
	X(26, "proc.env", CHARBUF, 0, OPTIONAL_KEY)                                                \
	X(27, "proc.aname", CHARBUF,                                                               \
	  FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, OPTIONAL_INDEX)               \
	X(28, "proc.apid", INT64, FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER,       \
	  OPTIONAL_INDEX)                                                                          \
	X(29, "proc.aenv", CHARBUF, FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER,     \
	  OPTIONAL_BOTH)                                                                           \
	X(30, "proc.aargs", CHARBUF, 0, OPTIONAL_INDEX)                                            \
	X(31, "proc.acmdline", CHARBUF,                                                            \
	  FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, OPTIONAL_INDEX)               \
	X(32, "proc.aexepath", CHARBUF,                                                            \
	  FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, OPTIONAL_INDEX)               \
	X(33, "thread.tid", INT64, FIELD_CHEAP, NONE)                                              \
	X(34, "thread.cap_effective", CHARBUF, 0, NONE)                                            \
	X(35, "thread.cgroups", CHARBUF, 0, NONE)                                                  \
	X(36, "thread.cgroup", CHARBUF, 0, KEY)                                                    \
	X(37, "user.uid", UINT32, 0, NONE)                                                         \
	X(38, "user.name", CHARBUF, 0, NONE)                                                       \
	X(39, "fd.num", INT64, FIELD_CHEAP, NONE)                                                  \
	X(40, "fd.name", CHARBUF, 0, NONE)                                                         \
	X(41, "fd.directory", CHARBUF, 0, NONE)                                                    \
	X(42, "fd.ip", IPADDR,                                                                     \
	  FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)              \
	X(43, "fd.sip", IPADDR, 0, NONE)                                                           \
	X(44, "fd.cip", IPADDR, 0, NONE)                                                           \
	X(45, "fd.lip", IPADDR, 0, NONE)                                                           \
	X(46, "fd.rip", IPADDR, 0, NONE)                                                           \
	X(47, "fd.port", PORT,                                                                     \
	  FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)              \
	X(48, "fd.sport", PORT, 0, NONE)                                                           \
	X(49, "fd.cport", PORT, 0, NONE)                                                           \
	X(50, "fd.net", IPNET,                                                                     \
	  FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)              \
	X(51, "fd.snet", IPNET, FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)     \
	X(52, "fd.cnet", IPNET, FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)     \
	X(53, "fd.sip.name", CHARBUF, FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)                   \
	X(54, "fd.types", CHARBUF, FIELD_LIST | FIELD_NO_RHS, OPTIONAL_INDEX)                      \
	X(55, "fd.proto", PORT,                                                                    \
	  FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER, NONE)              \
	X(56, "proc.fdusage", DOUBLE, 0, NONE)                                                     \
	X(57, "evt.category", CHARBUF, 0, NONE)                                                    \
	X(58, "evt.source", CHARBUF, 0, NONE)                                                      \
	X(59, "evt.is_open_write", BOOL, FIELD_CHEAP, NONE)                                        \
	X(60, "evt.type.is", UINT32, FIELD_EVENT_TYPE, KEY)                                        \
	X(61, "fs.path.name", FSPATH, 0, NONE)                                                     \
	X(62, "ka.verb", CHARBUF, 0, NONE)                                                         \
	X(63, "container.id", CHARBUF, 0, NONE)                                                    \
	X(64, "evt.pluginname", CHARBUF, 0, NONE)                                                  \
	X(65, "evt.args", CHARBUF, 0, NONE)                                                        \
	X(66, "evt.plugininfo", CHARBUF, 0, NONE)                                                  \
	X(67, "evt.time.s", CHARBUF, 0, NONE)                                                      \
	X(68, "evt.time.iso8601", CHARBUF, 0, NONE)                                                \
	X(69, "fd.gids", UINT64, FIELD_LIST, NONE)

/* Types of parameters that evt.rawarg knows here. */
static const struct {
	const char *name;
	enum ptype type;
} params[] = {
	{ "flags", PT_FLAGS32 }, { "mode", PT_UINT32 },    { "uid", PT_UID },	  { "gid", PT_GID },
	{ "name", PT_FSPATH },	 { "data", PT_BYTEBUF },   { "tid", PT_PID },	  { "sig", PT_SIGTYPE },
	{ "domain", PT_ENUMFLAGS32 }, { "fd", PT_FD },	   { "addr", PT_SOCKADDR },
	{ "tuple", PT_SOCKTUPLE },    { "dev", PT_UINT32 }, { "ptid", PT_PID },	  { "res", PT_ERRNO },
	{ "size", PT_DYN },
};

static int prepare_rawarg(struct field_arg *arg, const char **ret_reason)
{
	static char reason[128];

	for (size_t i = 0; i < ARRAY_LEN(params); i++)
		if (str_eq_c(arg->key, params[i].name)) {
			arg->aux = params[i].type;
			return 0;
		}
	snprintf(reason, sizeof(reason), "unknown event argument " STR_FMT, STR_ARG(arg->key));
	*ret_reason = reason;
	return -EINVAL;
}

#define PREPARE(i, name, type, flags, kind)                                                        \
	static int prepare_##i(struct field_arg *arg, const char **ret_reason)                     \
	{                                                                                          \
		if (PT_##type == PT_DYN)                                                           \
			return prepare_rawarg(arg, ret_reason);                                    \
		arg->aux = i;                                                                      \
		return 0;                                                                          \
	}
ROWS(PREPARE)
#undef PREPARE

static const struct field_def defs[] = {
#define ROW(i, name, type, flags, kind)                                                            \
	[i] = { name, PT_##type, PF_DEC, flags, FIELD_ARG_##kind, get, get_all, prepare_##i, "" },
	ROWS(ROW)
#undef ROW
};

#define RAWARG	13
#define TYPE_IS 60

static const struct test_value *values_of(struct field_ctx *ctx, const struct field_arg *arg)
{
	bool raw = arg->key.n && !arg->is_index && arg->given;

	ctx->extractions++;
	/* aux of evt.rawarg is a type, that of all others the number of their row. */
	for (size_t i = 0; raw && i < ARRAY_LEN(params); i++)
		if (str_eq_c(arg->key, params[i].name) && arg->aux == (int64_t)params[i].type)
			return &ctx->values[arg->aux == PT_DYN ? TEST_FIELD_DYNAMIC : RAWARG];
	return &ctx->values[arg->aux];
}

static bool get(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct test_value *t = values_of(ctx, arg);
	size_t i = arg->is_index ? (size_t)arg->index : 0;

	if (arg->aux == TYPE_IS) { /* follows from evt.type, row 0 */
		*ret = (struct value){ .type = PT_UINT32,
				       .u = ctx->values[0].n &&
					    str_eq(arg->key, ctx->values[0].v[0].s) };
		return true;
	}
	if (i >= t->n)
		return false;
	*ret = t->v[i];
	return true;
}

static size_t get_all(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		      size_t max)
{
	const struct test_value *t = values_of(ctx, arg);
	size_t n = size_min(t->n, max);

	memcpy(ret, t->v, n * sizeof(*ret));
	return n;
}

const struct field_def *field_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(defs); i++)
		if (str_eq_c(name, defs[i].name))
			return &defs[i];
	return NULL;
}

const struct field_def *field_find_prefix(struct str text, size_t *ret_name_len)
{
	const struct field_def *best = NULL;

	for (size_t i = 0; i < ARRAY_LEN(defs); i++) {
		size_t n = strlen(defs[i].name);

		if (str_starts(text, str_c(defs[i].name)) && (!best || n > strlen(best->name)))
			best = &defs[i];
	}
	if (best)
		*ret_name_len = strlen(best->name);
	return best;
}

uint16_t field_ctx_code(const struct field_ctx *ctx)
{
	return ctx->code;
}

void field_codes_all(struct code_set *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->bits[0] = ((uint64_t)1 << TEST_CODES) - 1;
}

static const struct {
	const char *name;
	uint64_t codes;
	unsigned int call;
} names[] = {
	{ "open", 1 << TEST_CODE_OPEN, 2 },
	{ "close", 1 << TEST_CODE_CLOSE, 3 },
	{ "openat", 1 << TEST_CODE_OPENAT, 4 },
	{ "execve", 1 << TEST_CODE_EXECVE, 5 },
	{ "connect", 1 << TEST_CODE_CONNECT, 6 },
	{ "getcpu", 1 << TEST_CODE_GENERIC | 1 << TEST_CODE_GENERIC_ENTER, 7 },
	{ "madvise", 1 << TEST_CODE_GENERIC | 1 << TEST_CODE_GENERIC_ENTER, 8 },
	{ "asyncevent", 1 << TEST_CODE_ASYNC, 0 },
	{ "container", 1 << TEST_CODE_ASYNC, 0 },
};

bool field_codes_of(struct str name, struct code_set *ret, struct syscall_set *ret_syscalls)
{
	memset(ret, 0, sizeof(*ret));
	memset(ret_syscalls, 0, sizeof(*ret_syscalls));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!str_eq_c(name, names[i].name))
			continue;
		ret->bits[0] = names[i].codes;
		if (names[i].call)
			ret_syscalls->bits[0] = (uint64_t)1 << names[i].call;
		return true;
	}
	return false;
}

struct str field_code_name(unsigned int code)
{
	static const char *const of[TEST_CODES] = {
		[TEST_CODE_OPEN] = "open",	 [TEST_CODE_CLOSE] = "close",
		[TEST_CODE_OPENAT] = "openat",	 [TEST_CODE_EXECVE] = "execve",
		[TEST_CODE_CONNECT] = "connect",
	};

	return code < TEST_CODES ? str_c(of[code]) : STR_NULL;
}

int field_get_of_code(const struct field_def *def, const struct field_arg *arg, unsigned int code,
		      struct value *ret)
{
	struct str name = field_code_name(code);

	if (def == &defs[2]) {
		*ret = (struct value){ .type = PT_CHARBUF,
				       .s = code == TEST_CODE_GENERIC_ENTER ? STR(">") : STR("<") };
		return 1;
	}
	if (!name.n)
		return -EAGAIN;
	if (def == &defs[TYPE_IS]) {
		*ret = (struct value){ .type = PT_UINT32, .u = str_eq(arg->key, name) };
		return 1;
	}
	*ret = (struct value){ .type = PT_CHARBUF, .s = name };
	return 1;
}

void value_print(const struct value *v, enum pformat format, enum value_bytes mode, struct buf *b)
{
	(void)format;
	(void)mode;
	switch (v->type) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_BYTEBUF:
		buf_str_append(b, v->s);
		break;
	case PT_BOOL:
		buf_c(b, v->u ? "true" : "false");
		break;
	default:
		buf_i64(b, v->i);
		break;
	}
}

size_t test_field(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(defs); i++)
		if (!strcmp(defs[i].name, name))
			return i;
	fprintf(stderr, "no field %s in the test registry\n", name);
	abort();
}

size_t test_field_count(void)
{
	return ARRAY_LEN(defs);
}

const struct field_def *test_field_def(size_t i)
{
	return &defs[i];
}

void test_clear(struct field_ctx *ctx)
{
	for (size_t i = 0; i < ARRAY_LEN(defs); i++)
		ctx->values[i].n = 0;
}

static struct value *next_value(struct field_ctx *ctx, const char *name)
{
	size_t i = test_field(name);
	struct test_value *t = &ctx->values[i];
	struct value *v = &t->v[t->n++];

	*v = (struct value){ .type = defs[i].type };
	return v;
}

void test_text(struct field_ctx *ctx, const char *name, const char *text)
{
	next_value(ctx, name)->s = str_c(text);
}

void test_bytes(struct field_ctx *ctx, const char *name, const char *bytes, size_t n)
{
	next_value(ctx, name)->s = str_n(bytes, n);
}

void test_number(struct field_ctx *ctx, const char *name, int64_t n)
{
	struct value *v = next_value(ctx, name);

	if (v->type == PT_DOUBLE)
		v->d = (double)n;
	else
		v->i = n;
}
