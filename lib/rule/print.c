/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees as text: as nested lists for tests, and in the condition language itself for descriptions.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "rule/transform.h"
#include "rule/tree.h"

static void print_quoted(struct str s, struct buf *b)
{
	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_byte(b, '\\');
		buf_byte(b, s.p[i]);
	}
	buf_byte(b, '"');
}

/* A word as it has to stand in a condition: quoted only when it must be. */
static void print_word(struct str s, struct buf *b)
{
	bool bare = s.n > 0;

	for (size_t i = 0; bare && i < s.n; i++)
		bare = !strchr("()\"'=, \t\r\n\v\f\b", s.p[i]);
	if (bare)
		buf_str_append(b, s);
	else
		print_quoted(s, b);
}

void expr_print(const struct expr *e, struct buf *b)
{
	switch (e->kind) {
	case EXPR_TEXT:
		if (e->is_number)
			buf_str_append(b, e->name);
		else
			print_quoted(e->name, b);
		return;
	case EXPR_FIELD:
		buf_str_append(b, e->name);
		break;
	case EXPR_CALL:
		buf_str_append(b, e->name);
		/* fallthrough */
	case EXPR_LIST:
		buf_byte(b, '(');
		for (size_t i = 0; i < e->kid_count; i++) {
			if (i)
				buf_c(b, ", ");
			expr_print(e->kids[i], b);
		}
		buf_byte(b, ')');
		break;
	}
	if (e->arg_given)
		buf_printf(b, "[" STR_FMT "]", STR_ARG(e->arg));
}

static void print_right(const struct check *ch, struct buf *b)
{
	if (!ch->right)
		return;
	buf_byte(b, ' ');
	if (ch->right->kind == EXPR_FIELD)
		buf_c(b, "val(");
	expr_print(ch->right, b);
	if (ch->right->kind == EXPR_FIELD)
		buf_byte(b, ')');
}

static void print_op(const struct check *ch, struct buf *b)
{
	buf_c(b, op_name(ch->op));
	if (ch->modifier != MOD_NONE)
		buf_printf(b, " %s", modifier_name(ch->modifier));
}

static void dump_check(const struct check *ch, struct buf *b)
{
	buf_byte(b, '(');
	print_op(ch, b);
	buf_byte(b, ' ');
	expr_print(ch->left, b);
	for (size_t i = 0; i < ch->word_count; i++) {
		buf_byte(b, ' ');
		print_quoted(ch->words[i], b);
	}
	print_right(ch, b);
	buf_byte(b, ')');
}

void cond_dump(const struct cond *c, struct buf *b)
{
	if (buf_error(b)) /* macros may double what there is to print again and again */
		return;
	switch (c->kind) {
	case COND_CHECK:
		dump_check(c->check, b);
		return;
	case COND_MACRO:
		if (c->target)
			cond_dump(c->target, b);
		else
			buf_str_append(b, c->name);
		return;
	case COND_AND:
		buf_c(b, "(and");
		break;
	case COND_OR:
		buf_c(b, "(or");
		break;
	case COND_NOT:
		buf_c(b, "(not");
		break;
	}
	for (size_t i = 0; i < c->kid_count; i++) {
		buf_byte(b, ' ');
		cond_dump(c->kids[i], b);
	}
	buf_byte(b, ')');
}

static void print_check(const struct check *ch, struct buf *b)
{
	bool list = ch->in_parens || ch->modifier != MOD_NONE || ch->op == OP_IN ||
		    ch->op == OP_INTERSECTS || ch->op == OP_PMATCH;

	expr_print(ch->left, b);
	buf_byte(b, ' ');
	print_op(ch, b);
	if (ch->op == OP_EXISTS)
		return;
	print_right(ch, b);
	if (ch->right)
		return;
	buf_c(b, list ? " (" : " ");
	for (size_t i = 0; i < ch->word_count; i++) {
		if (i)
			buf_c(b, ", ");
		print_word(ch->words[i], b);
	}
	if (list)
		buf_byte(b, ')');
}

void cond_print(const struct cond *c, struct buf *b)
{
	if (buf_error(b))
		return;
	switch (c->kind) {
	case COND_CHECK:
		print_check(c->check, b);
		return;
	case COND_MACRO:
		if (c->target)
			cond_print(c->target, b);
		else
			buf_str_append(b, c->name);
		return;
	case COND_NOT:
		buf_c(b, "not ");
		cond_print(c->kids[0], b);
		return;
	case COND_AND:
	case COND_OR:
		break;
	}
	buf_byte(b, '(');
	for (size_t i = 0; i < c->kid_count; i++) {
		if (i)
			buf_c(b, c->kind == COND_AND ? " and " : " or ");
		cond_print(c->kids[i], b);
	}
	buf_byte(b, ')');
}

/* --- what a condition uses ------------------------------------------------------------------- */

struct use {
	cond_use_fn fn;
	void *ctx;
	const struct cond **seen; /* trees of macros that were visited */
	size_t n, cap;
};

static void use_expr(const struct use *u, const struct expr *e)
{
	if (e->kind == EXPR_FIELD && e->arg_given) {
		struct buf b = BUF_INIT(64 << 10);

		expr_print(e, &b);
		u->fn(u->ctx, "field", buf_error(&b) ? e->name : buf_str(&b));
		buf_cleanup(&b);
	} else if (e->kind == EXPR_FIELD) {
		u->fn(u->ctx, "field", e->name);
	} else if (e->kind == EXPR_CALL) {
		u->fn(u->ctx, "transformer", e->name);
	}
	for (size_t i = 0; i < e->kid_count; i++)
		use_expr(u, e->kids[i]);
}

static void use_check(const struct use *u, const struct check *ch)
{
	use_expr(u, ch->left);
	u->fn(u->ctx, "operator", str_c(op_name(ch->op)));
	if (ch->right)
		use_expr(u, ch->right);
	if (ch->left->kind == EXPR_FIELD &&
	    (str_eq_c(ch->left->name, "evt.type") || str_eq_c(ch->left->name, "syscall.type")))
		for (size_t i = 0; i < ch->word_count; i++)
			u->fn(u->ctx, "evt", ch->words[i]);
}

static bool seen_before(struct use *u, const struct cond *tree)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->seen[i] == tree)
			return true;
	if (u->n == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 16;
		const struct cond **seen = realloc(u->seen, cap * sizeof(*seen));

		if (!seen)
			return true; /* rather an incomplete description than one that never ends */
		u->seen = seen;
		u->cap = cap;
	}
	u->seen[u->n++] = tree;
	return false;
}

static void use_cond(struct use *u, const struct cond *c)
{
	if (c->kind == COND_CHECK) {
		use_check(u, c->check);
		return;
	}
	if (c->kind == COND_MACRO) {
		u->fn(u->ctx, "macro", c->name);
		if (c->target && !seen_before(u, c->target))
			use_cond(u, c->target);
		return;
	}
	for (size_t i = 0; i < c->kid_count; i++)
		use_cond(u, c->kids[i]);
}

void cond_uses(const struct cond *c, cond_use_fn fn, void *ctx)
{
	struct use u = { .fn = fn, .ctx = ctx };

	use_cond(&u, c);
	free(u.seen);
}
