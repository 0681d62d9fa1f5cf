/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/query.h"

#include <stdlib.h>

/* --- slots ----------------------------------------------------------------------------------- */

static bool has_many(const struct expr *e)
{
	return e->kind == EXPR_FIELD &&
	       (e->is_list || (e->def->flags & (FIELD_ANY | FIELD_ENDS)) ||
		((e->def->flags & FIELD_ANY_IF_NO_ARG) && !e->field_arg.given));
}

static bool slot_init(struct builder *b, struct slot *s, const struct expr *e, const uint32_t *kids)
{
	struct arena *a = &b->p->arena;

	switch (e->kind) {
	case EXPR_FIELD:
		s->kind = has_many(e) ? SLOT_FIELD_MANY : SLOT_FIELD;
		s->def = e->def;
		s->get = e->def->get;
		s->arg = &e->field_arg;
		s->o.is_list = e->is_list;
		s->o.n = 1;
		if (s->kind == SLOT_FIELD_MANY) {
			s->many = ARENA_NEW_N(a, struct value, FIELD_VALUES_MAX);
			s->o.v = s->many;
			return s->many != NULL;
		}
		return true;
	case EXPR_TEXT:
		s->kind = SLOT_TEXT;
		s->one = (struct value){ .type = PT_CHARBUF, .s = e->name };
		s->o = (struct operand){ .present = true, .n = 1 };
		return true;
	case EXPR_LIST:
	case EXPR_CALL:
		break;
	}
	s->kind = e->kind == EXPR_LIST ? SLOT_LIST : SLOT_CALL;
	s->transformer = e->transformer;
	s->kids = kids;
	s->kid_count = e->kid_count;
	s->option = e->arg;
	s->option_given = e->arg_given;
	return true;
}

static uint32_t slot_of(struct builder *b, const struct expr *e)
{
	uint32_t *kids = NULL;
	uint32_t number = 0;
	int r;

	if (e->kid_count) {
		kids = ARENA_NEW_N(&b->p->arena, uint32_t, e->kid_count);
		if (!kids) {
			b->failed = true;
			return 0;
		}
	}
	for (size_t i = 0; i < e->kid_count; i++)
		kids[i] = slot_of(b, e->kids[i]);
	if (b->failed)
		return 0;
	buf_reset(&b->key);
	key_u32(b, e->kind);
	if (e->kind == EXPR_FIELD) {
		key_bytes(b, &e->def, sizeof(e->def));
		key_u32(b, e->field_arg.given);
		if (e->field_arg.given)
			key_str(b, e->field_arg.key);
	} else if (e->kind == EXPR_TEXT) {
		key_str(b, e->name);
	} else {
		key_bytes(b, &e->transformer, sizeof(e->transformer));
		key_u32(b, e->arg_given);
		key_str(b, e->arg);
		key_bytes(b, kids, e->kid_count * sizeof(*kids));
	}
	r = key_number(b, &b->slots, &number);
	if (r != 1)
		return number;
	if (!builder_room(b, &b->slot, &b->slot_cap, number, sizeof(*b->slot)))
		return 0;
	if (!slot_init(b, &b->slot[number], e, kids))
		b->failed = true;
	return number;
}

/* --- predicates ------------------------------------------------------------------------------ */

static enum matter matter_of(const struct expr *e)
{
	if (e->type == PT_DYN)
		return MATTER_DYNAMIC;
	if (ptype_is_net(e->type))
		return MATTER_NET;
	if (e->type == PT_DOUBLE)
		return MATTER_DOUBLE;
	if (ptype_is_signed(e->type))
		return MATTER_SIGNED;
	return ptype_is_number(e->type) ? MATTER_UNSIGNED : MATTER_TEXT;
}

static const uint8_t families[OPS] = {
	[OP_EXISTS] = FAMILY_EXISTS,	     [OP_LE] = FAMILY_ORDER,
	[OP_LT] = FAMILY_ORDER,		     [OP_GE] = FAMILY_ORDER,
	[OP_GT] = FAMILY_ORDER,		     [OP_EQ2] = FAMILY_EQ,
	[OP_EQ] = FAMILY_EQ,		     [OP_NE] = FAMILY_EQ,
	[OP_GLOB] = FAMILY_GLOB,	     [OP_IGLOB] = FAMILY_IGLOB,
	[OP_CONTAINS] = FAMILY_CONTAINS,     [OP_ICONTAINS] = FAMILY_ICONTAINS,
	[OP_BCONTAINS] = FAMILY_CONTAINS,    [OP_STARTSWITH] = FAMILY_STARTS,
	[OP_BSTARTSWITH] = FAMILY_STARTS,    [OP_ENDSWITH] = FAMILY_ENDS,
	[OP_REGEX] = FAMILY_REGEX,	     [OP_INTERSECTS] = FAMILY_EQ,
	[OP_IN] = FAMILY_EQ,		     [OP_PMATCH] = FAMILY_PATHS,
};

struct str query_item_text(const struct literal *l, uint8_t matter)
{
	switch ((enum matter)matter) {
	case MATTER_DYNAMIC:
		return l->word;
	case MATTER_TEXT:
	case MATTER_NET:
		return l->v.s;
	default:
		return str_n(&l->v.u, sizeof(l->v.u));
	}
}

/* qsort has no context argument for what the items are. */
struct keyed {
	uint8_t matter;
	struct literal item;
};

static int by_text(const void *a, const void *b)
{
	const struct keyed *x = a;
	const struct keyed *y = b;
	int c = str_cmp(query_item_text(&x->item, x->matter), query_item_text(&y->item, y->matter));

	return c ? c : x->item.prefix - y->item.prefix;
}

bool query_sort(struct builder *b, struct query *q, const struct literal *items, size_t n)
{
	struct keyed *keyed = calloc(n + 1, sizeof(*keyed));
	struct literal *sorted = ARENA_NEW_N(&b->p->arena, struct literal, n + 1);

	if (!keyed || !sorted) {
		free(keyed);
		b->failed = true;
		return false;
	}
	for (size_t i = 0; i < n; i++)
		keyed[i] = (struct keyed){ q->matter, items[i] };
	if (n > 1)
		qsort(keyed, n, sizeof(*keyed), by_text);
	q->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct str text = query_item_text(&keyed[i].item, q->matter);
		const struct literal *before = q->n ? &sorted[q->n - 1] : NULL;

		if (before && q->modifier != MOD_ONEOF && before->prefix == keyed[i].item.prefix &&
		    str_eq(query_item_text(before, q->matter), text))
			continue;
		sorted[q->n++] = keyed[i].item;
	}
	free(keyed);
	q->items = sorted;
	return true;
}

uint32_t query_number(struct builder *b, const struct query *q)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_bytes(b, q, offsetof(struct query, items));
	for (size_t i = 0; i < q->n; i++) {
		key_str(b, query_item_text(&q->items[i], q->matter));
		key_u32(b, q->items[i].prefix);
	}
	r = key_number(b, &b->queries, &number);
	if (r != 1)
		return number;
	if (!builder_room(b, &b->query, &b->query_cap, number, sizeof(*b->query)))
		return 0;
	b->query[number] = *q;
	b->query[number].pred = b->query[number].guard = b->query[number].index = NONE;
	return number;
}

/* Turns a modifier into the plain form where there is one. */
static void simplify_modifier(struct query *q)
{
	/* Different networks may overlap, and "5" and "05" are one number. */
	bool exclusive = q->matter != MATTER_NET && q->matter != MATTER_DYNAMIC;
	size_t n = q->n;

	if (q->modifier == MOD_NONE && !q->negated) /* one of the literals */
		return;
	if (!n) {
		q->family = FAMILY_NEVER;
		q->modifier = MOD_NONE;
		q->negated = false;
		return;
	}
	if (n == 1 || q->modifier == MOD_NONE) {
		q->modifier = MOD_NONE;
		return;
	}
	switch ((enum modifier)q->modifier) {
	case MOD_ANYOF: /* unequal to one of two different literals: always */
		if (q->negated && !exclusive)
			return;
		if (q->negated) {
			q->family = FAMILY_EXISTS;
			q->negated = false;
			q->n = 0;
		}
		q->modifier = MOD_NONE;
		break;
	case MOD_ALLOF:
		if (q->negated) { /* unequal to all: not a member */
			q->modifier = MOD_NONE;
		} else if (q->family == FAMILY_EQ && exclusive) { /* equal to two different ones */
			q->family = FAMILY_NEVER;
			q->modifier = MOD_NONE;
			q->n = 0;
		}
		break;
	case MOD_ONEOF:
	case MOD_NONE:
		break;
	}
}

APART uint32_t query_of(struct builder *b, const struct cond *c)
{
	const struct check *ch = c->check;
	const struct expr *left = ch->left;
	struct query q;
	uint32_t number;

	memset(&q, 0, sizeof(q)); /* padding is part of the key */
	q.kind = PRED_ONE;
	q.family = families[ch->op];
	q.matter = matter_of(left);
	q.modifier = ch->modifier;
	q.slot = slot_of(b, left);
	q.negated = ch->op == OP_NE;
	q.is_bool = left->type == PT_BOOL;
	if (q.family == FAMILY_ORDER)
		q.op = ch->op;
	if (left->is_list && ch->op != OP_EXISTS)
		q.kind = ch->op == OP_IN ? PRED_EVERY : PRED_ANY;
	else if (!left->is_list && has_many(left))
		q.kind = (left->def->flags & FIELD_ENDS) && ch->op == OP_NE ? PRED_EVERY : PRED_ANY;
	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_WITHIN) && q.family == FAMILY_EQ) {
		q.family = FAMILY_ORDER;
		q.op = OP_LE;
	}
	if (ch->right) {
		q.kind = PRED_FIELDS;
		q.family = FAMILY_FIELDS;
		q.op = ch->op;
		q.negated = false;
		q.other = slot_of(b, ch->right);
	} else if (ch->op != OP_EXISTS) {
		if (!query_sort(b, &q, ch->literals, ch->word_count))
			return 0;
		simplify_modifier(&q);
		if (q.family != FAMILY_EXISTS && !q.n)
			q.family = FAMILY_NEVER;
	}
	if (b->failed)
		return 0;
	number = query_number(b, &q);
	if (b->failed)
		return 0;
	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_EVENT_TYPE) && !ch->right)
		b->query[number].event_check = c;
	return number;
}
