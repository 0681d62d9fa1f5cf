/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/transform.h"

#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "rule/tree.h"

/* Most bytes that joining and concatenating build: longer texts than any field has. */
#define BUILT_MAX ((size_t)1 << 20)

static struct value text_value(struct str s)
{
	return (struct value){ .type = PT_CHARBUF, .s = s };
}

static bool one_value(struct arena *arena, struct value v, struct operand *ret)
{
	struct value *copy = arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return false;
	*copy = v;
	*ret = (struct operand){ .present = true, .n = 1, .v = copy };
	return true;
}

bool transform_text(const struct value *v, struct arena *arena, struct str *ret)
{
	struct buf b = BUF_INIT(256);
	char number[32];

	if (ptype_is_text(v->type) || v->type == PT_BYTEBUF) {
		*ret = v->s;
		return true;
	}
	if (v->type == PT_BOOL) {
		*ret = v->u ? STR("true") : STR("false");
		return true;
	}
	if (ptype_is_number(v->type) && v->type != PT_DOUBLE) {
		if (ptype_is_signed(v->type))
			snprintf(number, sizeof(number), "%lld", (long long)v->i);
		else
			snprintf(number, sizeof(number), "%llu", (unsigned long long)v->u);
		*ret = arena_str(arena, str_c(number));
		return ret->p != NULL;
	}
	value_print(v, PF_DEC, VALUE_BYTES_TEXT, &b);
	*ret = buf_error(&b) ? STR_NULL : arena_str(arena, buf_str(&b));
	buf_cleanup(&b);
	return ret->p != NULL;
}

/* --- one value to one value, element by element on lists ------------------------------------- */

static bool map(const struct operand *in, struct arena *arena, struct operand *ret,
		bool (*fn)(const struct value *v, struct arena *arena, struct value *ret))
{
	struct value *v = arena_alloc(arena, (in->n + !in->n) * sizeof(*v));

	if (!v)
		return false;
	for (size_t i = 0; i < in->n; i++)
		if (!fn(&in->v[i], arena, &v[i]))
			return false;
	*ret = (struct operand){ true, in->is_list, in->n, v };
	return true;
}

static bool map_case(const struct value *v, struct arena *arena, struct value *ret, char from)
{
	char *out = arena_alloc(arena, v->s.n);

	if (!out)
		return false;
	for (size_t i = 0; i < v->s.n; i++) {
		char c = v->s.p[i];

		out[i] = c >= from && c < from + 26 ? (char)(c ^ 0x20) : c;
	}
	*ret = *v;
	ret->s.p = out;
	return true;
}

static bool lower(const struct value *v, struct arena *arena, struct value *ret)
{
	return map_case(v, arena, ret, 'A');
}

static bool upper(const struct value *v, struct arena *arena, struct value *ret)
{
	return map_case(v, arena, ret, 'a');
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* RFC 4648 section 4; padding is required. */
static bool decode64(const struct value *v, struct arena *arena, struct value *ret)
{
	struct str s = v->s;
	char *out = arena_alloc(arena, s.n / 4 * 3);
	size_t n = 0;

	if (!out || s.n % 4)
		return false;
	for (size_t i = 0; i < s.n; i += 4) {
		uint32_t bits = 0;
		int pad = 0;

		for (int k = 0; k < 4; k++) {
			int d = base64_digit(s.p[i + (size_t)k]);

			if (s.p[i + (size_t)k] == '=' && i + 4 == s.n && k >= 2) {
				pad++;
				d = 0;
			} else if (d < 0 || pad) {
				return false;
			}
			bits = bits << 6 | (uint32_t)d;
		}
		for (int k = 0; k < 3 - pad; k++)
			out[n++] = (char)(bits >> (16 - 8 * k));
	}
	*ret = *v;
	ret->s = str_n(out, n);
	if (ptype_is_text(v->type))
		ret->s = str_until_nul(ret->s);
	return true;
}

static bool base(const struct value *v, struct arena *arena, struct value *ret)
{
	ptrdiff_t slash = str_rfind_byte(v->s, '/');

	(void)arena;
	*ret = *v;
	ret->s = str_from(v->s, (size_t)(slash + 1));
	return true;
}

#define MAP(name, fn)                                                                              \
	static bool name(const struct operand *args, size_t n, struct str option,                  \
			 bool option_given, struct arena *arena, struct operand *ret)              \
	{                                                                                          \
		(void)n;                                                                           \
		(void)option;                                                                      \
		(void)option_given;                                                                \
		return map(&args[0], arena, ret, fn);                                              \
	}

MAP(apply_tolower, lower)
MAP(apply_toupper, upper)
MAP(apply_b64, decode64)
MAP(apply_basename, base)

/* --- the others ------------------------------------------------------------------------------ */

static bool apply_len(const struct operand *args, size_t n, struct str option, bool option_given,
		      struct arena *arena, struct operand *ret)
{
	(void)n;
	(void)option;
	(void)option_given;
	return one_value(arena,
			 (struct value){ .type = PT_UINT64,
					 .u = args[0].is_list ? args[0].n : args[0].v[0].s.n },
			 ret);
}

/* All values of the operands from `first` on, with `separator` between them. */
static bool build(const struct operand *args, size_t first, size_t n, struct str separator,
		  struct arena *arena, struct operand *ret)
{
	size_t bytes = 0;
	size_t at = 0;
	size_t count = 0;
	struct str piece;
	char *out;

	for (size_t i = first; i < n; i++)
		for (size_t k = 0; k < args[i].n; k++) {
			if (!transform_text(&args[i].v[k], arena, &piece))
				return false;
			bytes += piece.n + separator.n;
			if (bytes > BUILT_MAX)
				return false;
		}
	out = arena_alloc(arena, bytes);
	if (!out)
		return false;
	for (size_t i = first; i < n; i++)
		for (size_t k = 0; k < args[i].n; k++) {
			if (!transform_text(&args[i].v[k], arena, &piece))
				return false;
			if (count++ && separator.n) {
				memcpy(out + at, separator.p, separator.n);
				at += separator.n;
			}
			if (piece.n)
				memcpy(out + at, piece.p, piece.n);
			at += piece.n;
		}
	return one_value(arena, text_value(str_n(out, at)), ret);
}

static bool apply_join(const struct operand *args, size_t n, struct str option, bool option_given,
		       struct arena *arena, struct operand *ret)
{
	struct str separator;

	(void)option;
	(void)option_given;
	return transform_text(&args[0].v[0], arena, &separator) &&
	       build(args, 1, n, separator, arena, ret);
}

static bool apply_concat(const struct operand *args, size_t n, struct str option, bool option_given,
			 struct arena *arena, struct operand *ret)
{
	(void)option;
	(void)option_given;
	return build(args, 0, n, STR_NULL, arena, ret);
}

/* What getopt() tells of option c: 0 unknown, 1 known, 2 takes a value. */
static int option_kind(struct str options, char c)
{
	ptrdiff_t at = c == ':' ? -1 : str_find_byte(options, c);

	if (at < 0)
		return 0;
	return (size_t)at + 1 < options.n && options.p[at + 1] == ':' ? 2 : 1;
}

/*
 * Words as getopt(3) reads them, without argv[0]: stops at "--" and at the first word that is no
 * option, passes over "--long". Results alternate as they come: options, and values behind theirs.
 */
static bool apply_getopt(const struct operand *args, size_t n, struct str wanted, bool wanted_given,
			 struct arena *arena, struct operand *ret)
{
	struct str options;
	size_t most = 0;
	size_t count = 0;
	struct value *v;
	bool found = false;
	struct str found_value = STR_NULL;

	(void)n;
	if (!transform_text(&args[1].v[0], arena, &options))
		return false;
	for (size_t i = 0; i < args[0].n; i++)
		most += args[0].v[i].s.n + 1;
	v = arena_alloc(arena, most * sizeof(*v));
	if (!v)
		return false;
	for (size_t i = 0; i < args[0].n; i++) {
		struct str word;

		if (!transform_text(&args[0].v[i], arena, &word))
			return false;
		if (word.n < 2 || word.p[0] != '-' || str_eq_c(word, "--"))
			break;
		if (word.p[1] == '-')
			continue;
		for (size_t k = 1; k < word.n; k++) {
			struct str name = str_n(word.p + k, 1);
			int kind = option_kind(options, word.p[k]);
			struct str value = name;

			v[count++] = text_value(kind ? name : STR("?"));
			if (kind == 2) {
				value = STR("");
				if (k + 1 < word.n)
					value = str_from(word, k + 1);
				else if (i + 1 < args[0].n &&
					 !transform_text(&args[0].v[++i], arena, &value))
					return false;
				v[count++] = text_value(value);
			}
			if (kind && wanted_given && str_eq(name, wanted)) {
				found = true;
				found_value = value;
			}
			if (kind == 2)
				break;
		}
	}
	if (wanted_given)
		return found && one_value(arena, text_value(found_value), ret);
	*ret = (struct operand){ true, true, count, v };
	return true;
}

/* --- types ----------------------------------------------------------------------------------- */

/* The field that stands innermost on the left, for messages. */
static const struct expr *first_field(const struct expr *e)
{
	while (e->kind != EXPR_FIELD && e->kid_count)
		e = e->kids[0];
	return e;
}

static int reason(struct arena *arena, const char **ret_reason, char *text)
{
	(void)arena;
	if (!text)
		return -ENOMEM;
	*ret_reason = text;
	return -EBADMSG;
}

static int refuse_type(const struct expr *e, struct arena *arena, const char **ret_reason)
{
	const struct expr *f = first_field(e);

	return reason(arena, ret_reason,
		      arena_printf(arena,
				   "can't add field transformer: type '%s' is not supported by '%s' transformer applied on field '" STR_FMT "'",
				   ptype_name(e->kids[0]->type), e->transformer->name,
				   STR_ARG(f->name)));
}

static int check_text(struct expr *e, struct arena *arena, const char **ret_reason)
{
	if (!ptype_is_text(e->kids[0]->type))
		return refuse_type(e, arena, ret_reason);
	e->type = e->kids[0]->type;
	e->is_list = e->kids[0]->is_list;
	return 0;
}

static int check_text_or_bytes(struct expr *e, struct arena *arena, const char **ret_reason)
{
	if (e->kids[0]->type == PT_BYTEBUF) {
		e->type = PT_BYTEBUF;
		e->is_list = e->kids[0]->is_list;
		return 0;
	}
	return check_text(e, arena, ret_reason);
}

static int check_len(struct expr *e, struct arena *arena, const char **ret_reason)
{
	if (!e->kids[0]->is_list && !ptype_is_text(e->kids[0]->type) &&
	    e->kids[0]->type != PT_BYTEBUF)
		return refuse_type(e, arena, ret_reason);
	e->type = PT_UINT64;
	return 0;
}

static int check_getopt(struct expr *e, struct arena *arena, const char **ret_reason);

static int check_join(struct expr *e, struct arena *arena, const char **ret_reason)
{
	if (e->kids[0]->is_list)
		return reason(arena, ret_reason,
			      arena_printf(arena, "join() first argument (separator) must be a single value, not a list"));
	if (!e->kids[1]->is_list ||
	    (e->kids[1]->kind == EXPR_CALL && e->kids[1]->transformer->check == check_getopt))
		return reason(arena, ret_reason,
			      arena_printf(arena, "join() second argument must be a list"));
	e->type = PT_CHARBUF;
	return 0;
}

static int check_concat(struct expr *e, struct arena *arena, const char **ret_reason)
{
	for (size_t i = 0; i < e->kid_count; i++)
		if (e->kids[i]->is_list || !ptype_is_text(e->kids[i]->type))
			return reason(arena, ret_reason,
				      arena_printf(arena, "concat() arguments must be strings"));
	e->type = PT_CHARBUF;
	return 0;
}

static int check_getopt(struct expr *e, struct arena *arena, const char **ret_reason)
{
	if (!e->kids[0]->is_list)
		return reason(arena, ret_reason,
			      arena_printf(arena, "getopt() first argument must be a list"));
	if (e->kids[1]->is_list || !ptype_is_text(e->kids[1]->type))
		return reason(arena, ret_reason,
			      arena_printf(arena, "getopt() second argument must be a string"));
	if (e->arg_given && e->arg.n != 1)
		return reason(arena, ret_reason,
			      arena_printf(arena, "getopt() option must be a single character"));
	e->type = PT_CHARBUF;
	e->is_list = !e->arg_given;
	return 0;
}

static const struct transformer rows[] = {
	{ "tolower", 1, 1, check_text, apply_tolower },
	{ "toupper", 1, 1, check_text, apply_toupper },
	{ "b64", 1, 1, check_text_or_bytes, apply_b64 },
	{ "basename", 1, 1, check_text, apply_basename },
	{ "len", 1, 1, check_len, apply_len },
	{ "join", 2, 2, check_join, apply_join },
	{ "concat", 2, SIZE_MAX, check_concat, apply_concat },
	{ "getopt", 2, 2, check_getopt, apply_getopt },
};

const struct transformer *transformer_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_eq_c(name, rows[i].name))
			return &rows[i];
	return NULL;
}

/* --- evaluation ------------------------------------------------------------------------------ */

static bool expr_field(const struct expr *e, struct field_ctx *ctx, struct arena *arena,
		struct operand *ret)
{
	struct value *v;
	size_t n;

	if (e->is_list) {
		v = arena_alloc(arena, FIELD_VALUES_MAX * sizeof(*v));
		n = v ? e->def->get_all(ctx, &e->field_arg, v, FIELD_VALUES_MAX) : 0;
		*ret = (struct operand){ n > 0, true, n, v };
		return n > 0;
	}
	v = arena_alloc(arena, sizeof(*v));
	if (!v || !e->def->get || !e->def->get(ctx, &e->field_arg, v))
		return false;
	*ret = (struct operand){ true, false, 1, v };
	return true;
}

/* Single values of the elements one after another; false when one is missing. */
static bool eval_list(const struct expr *e, struct field_ctx *ctx, struct arena *arena,
		      struct operand *ret)
{
	struct value *v = arena_alloc(arena, (e->kid_count + !e->kid_count) * sizeof(*v));

	if (!v)
		return false;
	for (size_t i = 0; i < e->kid_count; i++) {
		struct operand kid;

		if (!expr_eval(e->kids[i], ctx, arena, &kid) || kid.n != 1)
			return false;
		v[i] = kid.v[0];
	}
	*ret = (struct operand){ true, true, e->kid_count, v };
	return true;
}

bool expr_eval(const struct expr *e, struct field_ctx *ctx, struct arena *arena,
	       struct operand *ret)
{
	struct operand *args;

	switch (e->kind) {
	case EXPR_TEXT:
		return one_value(arena, text_value(e->name), ret);
	case EXPR_FIELD:
		return expr_field(e, ctx, arena, ret);
	case EXPR_LIST:
		return eval_list(e, ctx, arena, ret);
	case EXPR_CALL:
		break;
	}
	args = arena_alloc(arena, e->kid_count * sizeof(*args));
	if (!args)
		return false;
	for (size_t i = 0; i < e->kid_count; i++)
		if (!expr_eval(e->kids[i], ctx, arena, &args[i]))
			return false;
	return e->transformer->apply(args, e->kid_count, e->arg, e->arg_given, arena, ret);
}
