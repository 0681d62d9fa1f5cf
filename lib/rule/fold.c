/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/fold.h"

#include <errno.h>

#include "rule/graph.h"
#include "rule/matcher.h"
#include "rule/query.h"

static struct known *known_of(struct builder *b, const struct cond *c)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_bytes(b, &c, sizeof(c));
	r = key_number(b, &b->trees, &number);
	if (r < 0)
		return NULL;
	if (r == 1) {
		if (!builder_room(b, &b->known, &b->known_cap, number, sizeof(*b->known)))
			return NULL;
		b->known[number] = (struct known){ .class = NONE };
	}
	return &b->known[number];
}

enum answer {
	ANSWER_FALSE,
	ANSWER_TRUE,
	ANSWER_LATER, /* at run time */
};

/* What the code decides about a predicate on the event's type. */
static enum answer answer_at(struct builder *b, uint32_t number, unsigned int code)
{
	const struct cond *c = b->query[number].event_check;
	const struct expr *left = c->check->left;
	const struct test *t;
	struct value v;
	int r = field_get_of_code(left->def, &left->field_arg, code, &v);

	if (r == 0)
		return ANSWER_FALSE;
	if (r > 0) {
		t = matcher_of(b, number);
		return t && test_value(t, &v) ? ANSWER_TRUE : ANSWER_FALSE;
	}
	if (c->facts && !code_set_has(&c->facts->codes[0], code))
		return ANSWER_FALSE;
	if (c->facts && !code_set_has(&c->facts->codes[1], code))
		return ANSWER_TRUE;
	return ANSWER_LATER;
}

/* evt.num counts from 1: comparisons with 0 are how rules write "never" and "always". */
static enum answer answer_of_count(const struct query *q, const struct expr *left)
{
	uint64_t u;

	if (left->kind != EXPR_FIELD || strcmp(left->def->name, "evt.num") != 0 || q->n != 1 ||
	    q->modifier != MOD_NONE)
		return ANSWER_LATER;
	u = q->items[0].v.u;
	if (q->family == FAMILY_EQ && u == 0)
		return q->negated ? ANSWER_TRUE : ANSWER_FALSE;
	if (q->family != FAMILY_ORDER || u > 1)
		return ANSWER_LATER;
	if (q->op == OP_GE || (q->op == OP_GT && u == 0))
		return ANSWER_TRUE;
	if (q->op == OP_LT || (q->op == OP_LE && u == 0))
		return ANSWER_FALSE;
	return ANSWER_LATER;
}

static APART ref fold_check(struct builder *b, const struct cond *c, bool *depends)
{
	uint32_t number = query_of(b, c);
	enum answer answer;

	if (b->failed)
		return REF_FALSE;
	answer = answer_of_count(&b->query[number], c->check->left);
	if (b->query[number].event_check) {
		*depends = true;
		answer = answer_at(b, number, b->class_code);
	}
	if (answer != ANSWER_LATER)
		return answer == ANSWER_TRUE ? REF_TRUE : REF_FALSE;
	if (b->query[number].family == FAMILY_NEVER && b->query[number].kind != PRED_EVERY)
		return REF_FALSE;
	return graph_leaf(b, number);
}

static ref fold_kids(struct builder *b, const struct cond *c, bool *depends)
{
	bool any = c->kind == COND_OR; /* an `or` is the negation of an `and` of negations */
	size_t base = b->stack_n;

	for (size_t i = 0; i < c->kid_count && !b->failed; i++) {
		ref kid = fold_cond(b, c->kids[i], depends) ^ any;

		if (!builder_room(b, &b->stack, &b->stack_cap, b->stack_n, sizeof(*b->stack)))
			break;
		b->stack[b->stack_n++] = kid;
	}
	return graph_and(b, base) ^ any;
}

ref fold_cond(struct builder *b, const struct cond *c, bool *depends)
{
	struct known *k = known_of(b, c);
	bool here = false;
	ref r = REF_FALSE;

	if (!k)
		return REF_FALSE;
	if (k->class == b->class || (k->class != NONE && !k->depends)) {
		*depends |= k->depends;
		return k->folded;
	}
	switch (c->kind) {
	case COND_CHECK:
		r = fold_check(b, c, &here);
		break;
	case COND_MACRO:
		r = fold_cond(b, c->target, &here);
		break;
	case COND_NOT:
		r = fold_cond(b, c->kids[0], &here) ^ 1;
		break;
	case COND_AND:
	case COND_OR:
		r = fold_kids(b, c, &here);
		break;
	}
	k = known_of(b, c); /* the table may have moved */
	if (!k)
		return REF_FALSE;
	k->folded = r;
	k->class = b->class;
	k->depends = here;
	*depends |= here;
	return r;
}

/* --- classes --------------------------------------------------------------------------------- */

void fold_collect(struct builder *b, const struct cond *c)
{
	struct known *k = known_of(b, c);
	uint32_t number;

	if (!k || k->collected)
		return;
	k->collected = true;
	if (c->kind == COND_MACRO) {
		fold_collect(b, c->target);
		return;
	}
	for (size_t i = 0; i < c->kid_count && !b->failed; i++)
		fold_collect(b, c->kids[i]);
	if (c->kind != COND_CHECK || c->check->left->kind != EXPR_FIELD ||
	    !(c->check->left->def->flags & FIELD_EVENT_TYPE) || c->check->right)
		return;
	number = query_of(b, c);
	if (b->failed || b->query[number].listed ||
	    !builder_room(b, &b->event_queries, &b->event_cap, b->event_n, sizeof(uint32_t)))
		return;
	b->query[number].listed = true;
	b->event_queries[b->event_n++] = number;
}

/* One predicate after the other splits those classes in which its answers differ. */
uint32_t fold_refine(struct builder *b, uint32_t class_of[FIELD_CODES_MAX])
{
	struct code_set all;
	uint32_t count = 1;

	field_codes_all(&all);
	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
		class_of[code] = code_set_has(&all, code) ? 0 : NONE;
	for (size_t i = 0; i < b->event_n && !b->failed; i++) {
		uint32_t split[FIELD_CODES_MAX][3];

		memset(split, 0xff, sizeof(split));
		for (unsigned int code = 0; code < FIELD_CODES_MAX; code++) {
			uint32_t class = class_of[code];
			enum answer answer;

			if (class == NONE)
				continue;
			answer = answer_at(b, b->event_queries[i], code);
			if (split[class][answer] == NONE) {
				bool first = split[class][0] == NONE && split[class][1] == NONE &&
					     split[class][2] == NONE;

				split[class][answer] = first ? class : count++;
			}
			class_of[code] = split[class][answer];
		}
	}
	return count;
}
