/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A template is cut into pieces once: plain text, or an expression with an optional width. Behind a
 * `%` stands the longest text that is a valid field or transformer; what follows is plain again.
 */
#include "rule/format.h"

#include <errno.h>

#include "rule/lex.h"
#include "rule/transform.h"
#include "rule/tree.h"

#define WIDTH_MAX	  9999
#define NAME_MAX_BYTES	  256 /* longest field name with a .KEY that is tried */
#define SCRATCH_MAX_BYTES ((size_t)4 << 20)
#define PADDED_MAX_BYTES  ((size_t)1 << 20)

static const char unknown_filter[] = "unknown filter: unexpected token after '";

struct piece {
	struct piece *next;
	struct str text;   /* plain text when expr is NULL */
	struct expr *expr;
	uint32_t width;	   /* 0: as long as it is */
};

struct format {
	struct piece *pieces;
	const struct expr **fields; /* each once, in order of appearance */
	size_t field_count;
};

struct builder {
	struct str text;
	struct arena *arena;
	cond_warning_fn warn;
	void *warn_ctx;
	struct cond_error *error;
	struct format *format;
	struct piece **last;
	size_t field_cap;
};

static int fail(struct builder *b, size_t offset, bool unknown_name, const char *text)
{
	uint32_t line = 1;
	uint32_t column = 1;

	for (size_t i = 0; i < offset && i < b->text.n; i++) {
		bool newline = b->text.p[i] == '\n';

		line += newline;
		column = newline ? 1 : column + 1;
	}
	*b->error = (struct cond_error){ line, column, offset, text, unknown_name };
	return -EBADMSG;
}

static int add_piece(struct builder *b, struct str text, struct expr *expr, uint32_t width)
{
	struct piece *p = ARENA_NEW(b->arena, struct piece);

	if (!p)
		return -ENOMEM;
	*p = (struct piece){ NULL, text, expr, width };
	*b->last = p;
	b->last = &p->next;
	return 0;
}

/* Remembers the fields below an expression. */
static int add_fields(struct builder *b, const struct expr *e, size_t offset)
{
	struct format *f = b->format;
	int r;

	for (size_t i = 0; i < e->kid_count; i++) {
		r = add_fields(b, e->kids[i], offset);
		if (r < 0)
			return r;
	}
	if (e->kind != EXPR_FIELD)
		return 0;
	if ((e->def->flags & FIELD_DEPRECATED) && b->warn)
		b->warn(b->warn_ctx, offset, "LOAD_DEPRECATED_ITEM", e->def->name);
	for (size_t i = 0; i < f->field_count; i++)
		if (str_eq(f->fields[i]->source, e->source))
			return 0;
	if (f->field_count == b->field_cap) {
		size_t cap = b->field_cap ? b->field_cap * 2 : 8;
		const struct expr **fields = arena_zalloc_n(b->arena, cap, sizeof(struct expr *));

		if (!fields)
			return -ENOMEM;
		if (f->field_count)
			memcpy(fields, f->fields, f->field_count * sizeof(struct expr *));
		f->fields = fields;
		b->field_cap = cap;
	}
	f->fields[f->field_count++] = e;
	return 0;
}

/* Tries text[0..name_len) with or without the argument in brackets behind it. */
static bool bind(struct builder *b, struct str text, size_t name_len, bool bracket,
		 struct expr *ret, size_t *ret_len)
{
	struct arena probe = ARENA_INIT(64 << 10);
	struct expr e = { .kind = EXPR_FIELD, .name = str_first(text, name_len) };
	struct lexer lex = { .text = text, .at = name_len };
	struct cond_error ignored;
	const char *reason;
	bool good = true;

	if (bracket) {
		good = lex_symbol(&lex, "[") &&
		       (lex_quoted(&lex, b->arena, &e.arg, &reason) == LEX_YES ||
			lex_bare_arg(&lex, &e.arg)) &&
		       lex_symbol(&lex, "]");
		e.arg_given = true;
	}
	e.source = str_first(text, lex.at);
	/* Names that are no prefix of anything are the most frequent here: no message is built. */
	good = good && expr_bind_field(&e, &probe, &ignored) == 0;
	arena_cleanup(&probe);
	if (!good)
		return false;
	*ret = e;
	*ret_len = lex.at;
	return true;
}

/* The longest valid field at the start of `text`. 1: found; 0; -ENOMEM. */
static int field(struct builder *b, struct str text, struct expr **ret, size_t *ret_len)
{
	struct lexer lex = { .text = str_first(text, NAME_MAX_BYTES) };
	struct expr found;
	struct str name;

	if (!lex_field_name(&lex, &name))
		return 0;
	for (size_t n = name.n; n > 2; n--) {
		size_t prefix;

		if (!field_find(str_first(name, n)) &&
		    !field_find_prefix(str_first(name, n), &prefix))
			continue;
		if ((n < text.n && text.p[n] == '[' && bind(b, text, n, true, &found, ret_len)) ||
		    bind(b, text, n, false, &found, ret_len)) {
			*ret = ARENA_NEW(b->arena, struct expr);
			if (!*ret)
				return -ENOMEM;
			**ret = found;
			return 1;
		}
	}
	return 0;
}

/* What follows the `%` at `offset`; *ret_end: where plain text goes on. */
static int placeholder(struct builder *b, size_t offset, size_t *ret_end)
{
	size_t at = offset + 1;
	uint32_t width = 0;
	struct place place = { offset, 1, (uint32_t)offset + 1 };
	struct cond_error ignored;
	struct expr *e = NULL;
	size_t len = 0;
	int r;

	if (at == b->text.n)
		return fail(b, offset, false,
			    "invalid formatting syntax: formatting cannot end with a %");
	while (at < b->text.n && b->text.p[at] >= '0' && b->text.p[at] <= '9') {
		width = width * 10 + (uint32_t)(b->text.p[at++] - '0');
		if (width > WIDTH_MAX)
			return fail(b, offset, false,
				    "invalid formatting syntax: width is above 9999");
	}
	if (at == b->text.n)
		return fail(b, offset, false,
			    "invalid formatting syntax: formatting cannot end with a number");
	r = field(b, str_from(b->text, at), &e, &len);
	if (r == 0) {
		r = expr_parse_prefix(str_from(b->text, at), b->arena, &e, &len, &ignored);
		if (r == 0)
			r = expr_check(e, b->arena, &place, &ignored);
	}
	if (r == -EBADMSG)
		return fail(b, offset, true, unknown_filter);
	if (r < 0)
		return r;
	r = add_fields(b, e, offset);
	if (r < 0)
		return r;
	*ret_end = at + len;
	return add_piece(b, STR_NULL, e, width);
}

int format_new(struct str text, struct arena *arena, cond_warning_fn warn, void *warn_ctx,
	       struct format **ret, struct cond_error *ret_error)
{
	struct builder b = { text, arena, warn, warn_ctx, ret_error, NULL, NULL, 0 };
	size_t at = 0;
	int r;

	if (!text.n)
		return fail(&b, 0, false, "empty formatting token");
	b.format = ARENA_NEW(arena, struct format);
	if (!b.format)
		return -ENOMEM;
	b.last = &b.format->pieces;
	while (at < text.n) {
		ptrdiff_t percent = str_find_byte(str_from(text, at), '%');
		size_t plain = percent < 0 ? text.n - at : (size_t)percent;

		if (plain) {
			r = add_piece(&b, str_n(text.p + at, plain), NULL, 0);
			if (r < 0)
				return r;
			at += plain;
		}
		if (percent < 0)
			break;
		r = placeholder(&b, at, &at);
		if (r < 0)
			return r;
	}
	*ret = b.format;
	return 0;
}

static void render_list(const struct value *v, size_t n, enum pformat format,
			enum value_bytes mode, struct buf *b)
{
	buf_byte(b, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(b, ',');
		value_print(&v[i], format, mode, b);
	}
	buf_byte(b, ')');
}

static void render_field(const struct expr *e, struct field_ctx *ctx, enum value_bytes mode,
			 struct buf *b)
{
	const struct field_def *def = e->def;
	struct value v[FIELD_VALUES_MAX];
	size_t n;

	if (def->flags & FIELD_FILTER_ONLY) {
		buf_c(b, "<NA>");
	} else if (e->is_list) {
		n = def->get_all(ctx, &e->field_arg, v, FIELD_VALUES_MAX);
		if (n)
			render_list(v, n, def->format, mode, b);
		else
			buf_c(b, "<NA>");
	} else if (def->get && def->get(ctx, &e->field_arg, v)) {
		value_print(v, def->format, mode, b);
	} else {
		buf_c(b, "<NA>");
	}
}

/* Results of transformers are shown as they are: only values of fields are cleaned. */
static void render_call(const struct expr *e, struct field_ctx *ctx, enum value_bytes mode,
			struct buf *b)
{
	CLEANUP(arena_cleanup) struct arena scratch = ARENA_INIT(SCRATCH_MAX_BYTES);
	struct operand o;

	if (!expr_eval(e, ctx, &scratch, &o)) {
		buf_c(b, "<NA>");
		return;
	}
	if (o.is_list)
		buf_byte(b, '(');
	for (size_t i = 0; i < o.n; i++) {
		if (i)
			buf_byte(b, ',');
		if (ptype_is_text(o.v[i].type))
			buf_str_append(b, o.v[i].s);
		else
			value_print(&o.v[i], PF_DEC, mode, b);
	}
	if (o.is_list)
		buf_byte(b, ')');
}

static void render_expr(const struct expr *e, struct field_ctx *ctx, enum value_bytes mode,
			struct buf *b)
{
	if (e->kind == EXPR_FIELD)
		render_field(e, ctx, mode, b);
	else
		render_call(e, ctx, mode, b);
}

/* Exactly `width` bytes; a character of several bytes is never cut in two. */
static void render_padded(const struct piece *p, struct field_ctx *ctx, enum value_bytes mode,
			  struct buf *b)
{
	CLEANUP(buf_cleanup) struct buf whole = BUF_INIT(PADDED_MAX_BYTES);
	size_t n;

	render_expr(p->expr, ctx, mode, &whole);
	n = size_min(whole.len, p->width);
	if (n < whole.len)
		while (n && ((unsigned char)whole.data[n] & 0xc0) == 0x80)
			n--;
	buf_append(b, whole.data, n);
	for (; n < p->width; n++)
		buf_byte(b, ' ');
}

void format_render(const struct format *f, struct field_ctx *ctx, enum value_bytes mode,
		   struct buf *b)
{
	for (const struct piece *p = f->pieces; p; p = p->next) {
		if (!p->expr)
			buf_str_append(b, p->text);
		else if (p->width)
			render_padded(p, ctx, mode, b);
		else
			render_expr(p->expr, ctx, mode, b);
	}
}

size_t format_field_count(const struct format *f)
{
	return f->field_count;
}

struct str format_field(const struct format *f, size_t i, struct field_ctx *ctx,
			const struct field_def **ret_def, struct value *ret, size_t *ret_count)
{
	const struct expr *e = f->fields[i];

	*ret_def = e->def;
	if (e->def->flags & FIELD_FILTER_ONLY)
		*ret_count = 0;
	else if (e->is_list)
		*ret_count = e->def->get_all(ctx, &e->field_arg, ret, FIELD_VALUES_MAX);
	else
		*ret_count = e->def->get && e->def->get(ctx, &e->field_arg, ret);
	return e->source;
}
