/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters as fields. A name is looked up when a condition is loaded; at run time the parameter of
 * the event at hand is found by comparing its few names with the wanted one.
 */
#include "field/arg.h"

#include <errno.h>
#include <stdio.h>

#include "field/extract.h"

static void print_all(struct field_ctx *ctx, const void *what, struct buf *b)
{
	struct event_names names = ctx_names(ctx);

	(void)what;
	event_print_args(ctx->ev, &names,
			 ctx->env->bytes == VALUE_BYTES_BASE64 ? EVENT_BYTES_BASE64 : EVENT_BYTES_TEXT,
			 b);
}

bool arg_all(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return text_value(ctx, print_all, NULL, ret);
}

static void print_one(struct field_ctx *ctx, const void *what, struct buf *b)
{
	struct event_names names = ctx_names(ctx);

	event_print_arg(ctx->ev, *(const unsigned int *)what, &names,
			ctx->env->bytes == VALUE_BYTES_BASE64 ? EVENT_BYTES_BASE64 : EVENT_BYTES_TEXT,
			b);
}

static int find(const struct field_ctx *ctx, const struct field_arg *arg)
{
	if (arg->is_index)
		return arg->index < ctx->ev->info->nparams ? (int)arg->index : -1;
	return event_param_index(ctx->ev->type, arg->key);
}

bool arg_text(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int i = find(ctx, arg);
	unsigned int n = (unsigned int)i;
	enum ptype type;

	if (i < 0)
		return false;
	/* Texts that need no resolving are not copied. */
	type = ctx->ev->info->params[i].type;
	if (type == PT_CHARBUF && event_has(ctx->ev, n) &&
	    !str_eq(event_text(ctx->ev, n), STR("(NULL)")))
		return value_text(ret, event_text(ctx->ev, n));
	return text_value(ctx, print_one, &n, ret);
}

/* How a parameter's value is held: all kinds in one class can be compared with the same literals. */
enum kind {
	KIND_SIGNED,
	KIND_UNSIGNED,
	KIND_TEXT,
	KIND_BYTES,
};

static enum kind kind_of(enum ptype type)
{
	switch (type) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_FD32:
	case PT_PID32:
		return KIND_SIGNED;
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_UINT64:
	case PT_SYSCALLID:
	case PT_SIGTYPE:
	case PT_RELTIME:
	case PT_ABSTIME:
	case PT_PORT:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
	case PT_BOOL:
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
	case PT_UID:
	case PT_GID:
	case PT_SIGSET:
	case PT_MODE:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		return KIND_UNSIGNED;
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
		return KIND_TEXT;
	default:
		return KIND_BYTES;
	}
}

static uint64_t load_number(struct str v)
{
	uint64_t n = 0;

	memcpy(&n, v.p, size_min(v.n, sizeof(n)));
	return n;
}

static int64_t load_signed(struct str v)
{
	uint64_t n = load_number(v);
	unsigned int unused = v.n < 8 ? 64 - 8 * (unsigned int)v.n : 0;

	return (int64_t)(n << unused) >> unused;
}

bool arg_raw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int i = find(ctx, arg);
	const struct param_info *info;
	enum ptype type;
	struct str v;

	if (i < 0 || !event_has(ctx->ev, (unsigned int)i))
		return false;
	info = &ctx->ev->info->params[i];
	type = info->type;
	v = event_param(ctx->ev, (unsigned int)i);
	if (type == PT_DYN) {
		unsigned int n = 0;

		while (info->dyn && info->dyn[n].name && n < (uint8_t)v.p[0])
			n++;
		if (!info->dyn || !info->dyn[n].name || v.n < 2)
			return false;
		type = info->dyn[n].type;
		v = str_from(v, 1);
	}
	ret->type = type;
	switch (kind_of(type)) {
	case KIND_SIGNED:
		ret->i = load_signed(v);
		break;
	case KIND_UNSIGNED:
		ret->u = load_number(v);
		break;
	case KIND_TEXT:
		ret->s = str_until_nul(v);
		break;
	case KIND_BYTES:
		ret->s = v;
		break;
	}
	return true;
}

bool arg_buffer(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int i = event_param_index(ctx->ev->type, STR("data"));

	(void)arg;
	if (i < 0 || ctx->ev->info->params[i].type != PT_BYTEBUF ||
	    !(ctx->ev->info->flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD)) ||
	    !event_has(ctx->ev, (unsigned int)i))
		return false;
	*ret = (struct value){ .type = PT_BYTEBUF, .s = event_param(ctx->ev, (unsigned int)i) };
	return true;
}

/* The n-th path of the event that is relative to a directory fd, made absolute. */
static bool abspath(struct field_ctx *ctx, unsigned int n, struct value *ret)
{
	const struct event_info *info = ctx->ev->info;
	enum fact id = n ? FACT_PATH2 : FACT_PATH;
	struct str fact;

	for (int i = 0; i < info->nparams; i++) {
		struct path_query q = { .i = i, .dirfd = info->params[i].dirfd };

		if (q.dirfd < 0 || n--)
			continue;
		if (!event_has(ctx->ev, (unsigned int)i))
			return false;
		if (path_fact(ctx, id, &fact))
			return value_text(ret, fact);
		return text_value(ctx, path_absolute, &q, ret);
	}
	return false;
}

bool arg_abspath_source(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return abspath(ctx, 0, ret);
}

bool arg_abspath_target(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return abspath(ctx, 1, ret);
}

bool arg_abspath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return arg->aux == 1 ? arg_abspath_target(ctx, arg, ret) :
			       arg_abspath_source(ctx, arg, ret);
}

int arg_prepare_abspath(struct field_arg *arg, const char **ret_reason)
{
	if (!arg->given || str_eq(arg->key, STR("src"))) {
		arg->aux = 0;
		return 0;
	}
	if (str_eq(arg->key, STR("dst"))) {
		arg->aux = 1;
		return 0;
	}
	*ret_reason = "the argument of evt.abspath is src or dst";
	return -EINVAL;
}

/* Rows that captures and probes of today have; what only old versions had is looked at second. */
static bool is_current(const struct event_info *info)
{
	return !(info->flags & (EF_OLD_VERSION | EF_UNUSED)) && !(info->category & EC_ITER);
}

static bool is_number(enum kind kind)
{
	return kind == KIND_SIGNED || kind == KIND_UNSIGNED;
}

/*
 * One type for values of both: the first when they are held alike, or when one of them cannot be
 * compared at all (the earlier row then decides whether conditions are accepted). PT_DYN: a number
 * here, a text there.
 */
static enum ptype merge(enum ptype a, enum ptype b)
{
	enum kind of_a = kind_of(a);
	enum kind of_b = kind_of(b);

	if (of_a == of_b || of_a == KIND_BYTES || of_b == KIND_BYTES)
		return a;
	return is_number(of_a) && is_number(of_b) ? PT_INT64 : PT_DYN;
}

/* The type that rules may take a parameter of this name for. False: no event has it. */
static bool type_of_name(struct str name, bool current, enum ptype *ret)
{
	enum ptype type = PT_NONE;

	for (unsigned int code = 0; code < EVENT_CODES && type != PT_DYN; code++) {
		enum ptype here;
		int i;

		if (!event_table[code].name || (current && !is_current(&event_table[code])))
			continue;
		i = event_param_index((uint16_t)code, name);
		if (i < 0)
			continue;
		here = event_table[code].params[i].type;
		type = type == PT_NONE ? here : merge(type, here);
	}
	*ret = type;
	return type != PT_NONE;
}

static int unknown(struct str name, const char **ret_reason)
{
	static _Thread_local char text[128]; /* until the next refused argument of this thread */

	snprintf(text, sizeof(text), "unknown event argument %.*s", (int)size_min(name.n, 64),
		 name.p);
	*ret_reason = text;
	return -EINVAL;
}

int arg_prepare_raw(struct field_arg *arg, const char **ret_reason)
{
	enum ptype type;

	if (!type_of_name(arg->key, true, &type) && !type_of_name(arg->key, false, &type))
		return unknown(arg->key, ret_reason);
	arg->aux = type;
	return 0;
}

int arg_prepare_text(struct field_arg *arg, const char **ret_reason)
{
	enum ptype type;

	if (arg->is_index || type_of_name(arg->key, false, &type))
		return 0;
	return unknown(arg->key, ret_reason);
}
