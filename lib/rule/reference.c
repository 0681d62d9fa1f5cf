/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/reference.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/regex.h"
#include "rule/transform.h"
#include "rule/tree.h"

static char *zero_ended(struct str s)
{
	char *text = str_dup(s);

	if (!text)
		abort();
	return text;
}

static bool glob(struct str pattern, struct str text, int flags)
{
	char *p = zero_ended(pattern);
	char *t = zero_ended(text);
	bool hit = fnmatch(p, t, flags) == 0;

	free(p);
	free(t);
	return hit;
}

static bool regex(struct str pattern, struct str text)
{
	struct arena arena = ARENA_INIT(1 << 16);
	const char *reason;
	struct regex *re;
	bool hit;

	if (regex_new(pattern, &arena, &re, &reason) < 0)
		abort();
	hit = regex_match(re, text);
	regex_free(re);
	arena_cleanup(&arena);
	return hit;
}

static bool next_part(struct str *rest, struct str *part)
{
	while (str_split(rest, '/', part))
		if (part->n)
			return true;
	return false;
}

static bool below(struct str pattern, struct str path)
{
	struct str want;
	struct str have;

	while (next_part(&pattern, &want))
		if (!next_part(&path, &have) || !glob(want, have, 0))
			return false;
	return true;
}

static int sign(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

static bool ordered(int c, enum op op)
{
	return op == OP_LT ? c < 0 : op == OP_LE ? c <= 0 : op == OP_GT ? c > 0 : c >= 0;
}

static bool text_check(struct str v, struct str w, enum op op)
{
	switch (op) {
	case OP_GLOB:
		return glob(w, v, 0);
	case OP_IGLOB:
		return glob(w, v, FNM_CASEFOLD);
	case OP_CONTAINS:
	case OP_BCONTAINS:
		return str_find(v, w) >= 0;
	case OP_ICONTAINS:
		return str_find_nocase(v, w) >= 0;
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
		return str_starts(v, w);
	case OP_ENDSWITH:
		return str_ends(v, w);
	case OP_REGEX:
		return regex(w, v);
	case OP_PMATCH:
		return below(w, v);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return ordered(str_cmp(v, w), op);
	case OP_NE:
		return !str_eq(v, w);
	default:
		return str_eq(v, w);
	}
}

static bool in_net(struct str address, const struct literal *l)
{
	if (address.n != l->v.s.n)
		return false;
	for (unsigned int bit = 0; bit < l->prefix; bit++)
		if (((address.p[bit / 8] ^ l->v.s.p[bit / 8]) >> (7 - bit % 8)) & 1)
			return false;
	return true;
}

static int number_order(const struct value *v, const struct literal *l)
{
	if (v->type == PT_DOUBLE)
		return (v->d > (double)l->v.i) - (v->d < (double)l->v.i);
	if (ptype_is_signed(v->type))
		return sign(v->i, l->v.i);
	return (v->u > l->v.u) - (v->u < l->v.u);
}

/* One value against one literal. */
static bool literal_check(const struct check *ch, const struct value *v, const struct literal *l)
{
	enum ptype type = ch->left->type;
	int c;

	if (ptype_is_net(type))
		return in_net(v->s, l) != (ch->op == OP_NE);
	if (type == PT_DYN ? ptype_is_text(v->type) : !ptype_is_number(type))
		return text_check(v->s, type == PT_DYN ? l->word : l->v.s, ch->op);
	if (type == PT_DYN && l->v.type == PT_CHARBUF)
		return ch->op == OP_NE;
	c = number_order(v, l);
	if (ch->left->kind == EXPR_FIELD && (ch->left->def->flags & FIELD_WITHIN))
		return c <= 0;
	switch (ch->op) {
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return ordered(c, ch->op);
	case OP_NE:
		return c != 0;
	default:
		return c == 0;
	}
}

/* One value against all literals. */
static bool value_check(const struct check *ch, const struct value *v)
{
	size_t hits = 0;

	for (size_t i = 0; i < ch->word_count; i++)
		hits += literal_check(ch, v, &ch->literals[i]);
	switch (ch->modifier) {
	case MOD_ONEOF:
		return hits == 1;
	case MOD_ALLOF:
		return ch->word_count && hits == ch->word_count;
	case MOD_ANYOF:
	case MOD_NONE:
		break;
	}
	return hits > 0;
}

static bool pair_check(const struct value *a, const struct value *b, enum op op)
{
	struct literal l = { .v = *b };
	int c;

	if (ptype_is_text(a->type) || ptype_is_ip(a->type) || a->type == PT_BYTEBUF)
		return text_check(a->s, b->s, op);
	c = a->type == PT_DOUBLE ? (a->d > b->d) - (a->d < b->d) : number_order(a, &l);
	if (op == OP_NE)
		return c != 0;
	return op >= OP_LE && op <= OP_GT ? ordered(c, op) : c == 0;
}

static bool right_check(const struct check *ch, const struct operand *a, const struct operand *b)
{
	size_t hits = 0;

	for (size_t i = 0; i < a->n; i++) {
		bool hit = false;

		for (size_t k = 0; k < b->n; k++)
			hit |= pair_check(&a->v[i], &b->v[k], ch->op);
		hits += hit;
	}
	return ch->op == OP_IN ? hits == a->n : hits > 0;
}

static bool check_eval(const struct check *ch, struct field_ctx *ctx, struct arena *scratch)
{
	const struct field_def *def = ch->left->kind == EXPR_FIELD ? ch->left->def : NULL;
	bool many = def && ((def->flags & (FIELD_ANY | FIELD_ENDS)) ||
			    ((def->flags & FIELD_ANY_IF_NO_ARG) && !ch->left->field_arg.given));
	bool every;
	struct value v[FIELD_VALUES_MAX];
	struct operand a;
	struct operand b;
	size_t hits = 0;

	if (many) {
		a.v = v;
		a.n = def->get_all(ctx, &ch->left->field_arg, v, FIELD_VALUES_MAX);
		if (!a.n)
			return false;
	} else if (!expr_eval(ch->left, ctx, scratch, &a)) {
		return false;
	}
	if (ch->op == OP_EXISTS)
		return true;
	if (ch->right)
		return expr_eval(ch->right, ctx, scratch, &b) && right_check(ch, &a, &b);
	for (size_t i = 0; i < a.n; i++)
		hits += value_check(ch, &a.v[i]);
	every = many ? (def->flags & FIELD_ENDS) && ch->op == OP_NE : ch->op == OP_IN;
	return every ? hits == a.n : hits > 0;
}

bool reference_eval(const struct cond *c, struct field_ctx *ctx, struct arena *scratch)
{
	switch (c->kind) {
	case COND_CHECK:
		return check_eval(c->check, ctx, scratch);
	case COND_MACRO:
		return reference_eval(c->target, ctx, scratch);
	case COND_NOT:
		return !reference_eval(c->kids[0], ctx, scratch);
	case COND_AND:
		for (size_t i = 0; i < c->kid_count; i++)
			if (!reference_eval(c->kids[i], ctx, scratch))
				return false;
		return true;
	case COND_OR:
		break;
	}
	for (size_t i = 0; i < c->kid_count; i++)
		if (reference_eval(c->kids[i], ctx, scratch))
			return true;
	return false;
}
