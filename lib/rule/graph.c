/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/graph.h"

#include <stdlib.h>

#include "rule/query.h"

#define MERGE_MAX 256 /* literals of predicates that are made one */

ref graph_leaf(struct builder *b, uint32_t query)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_u32(b, NONE);
	key_u32(b, query);
	r = key_number(b, &b->nodes, &number);
	if (r == 1) {
		if (!builder_room(b, &b->node, &b->node_cap, number, sizeof(*b->node)))
			return REF_FALSE;
		b->node[number] = (struct node){
			.query = query, .pred = NONE, .start = { NONE, NONE }
		};
	}
	return number << 1;
}

static int by_value(const void *a, const void *b)
{
	ref x = *(const ref *)a;
	ref y = *(const ref *)b;

	return (x > y) - (x < y);
}

/* Predicates of one slot of which "one of the literals" can be asked together. */
static bool mergeable(const struct query *q)
{
	return q->family >= FAMILY_EQ && q->family <= FAMILY_PATHS && !q->negated &&
	       q->modifier == MOD_NONE && (q->kind == PRED_ONE || q->kind == PRED_ANY);
}

static bool same_question(const struct query *a, const struct query *b)
{
	return a->slot == b->slot && a->family == b->family && a->kind == b->kind &&
	       a->matter == b->matter;
}

/*
 * kids[0..n) are negated leaves among the kids of an `and`, that is alternatives of an `or`. Makes
 * one predicate of all that ask the same slot the same kind of question. Returns how many are left.
 */
static APART size_t merge(struct builder *b, ref *kids, size_t n)
{
	for (size_t i = 0; i < n && !b->failed; i++) {
		struct query q = b->query[b->node[kids[i] >> 1].query];
		struct literal items[MERGE_MAX];
		size_t count = q.n;
		size_t kept = i + 1;

		if (!mergeable(&q) || count > MERGE_MAX)
			continue;
		memcpy(items, q.items, count * sizeof(*items));
		for (size_t k = i + 1; k < n; k++) {
			const struct query *other = &b->query[b->node[kids[k] >> 1].query];

			if (mergeable(other) && same_question(&q, other) &&
			    count + other->n <= MERGE_MAX) {
				memcpy(items + count, other->items, other->n * sizeof(*items));
				count += other->n;
			} else {
				kids[kept++] = kids[k];
			}
		}
		if (kept == n)
			continue;
		n = kept;
		q.test = NULL;
		q.event_check = NULL;
		if (query_sort(b, &q, items, count))
			kids[i] = graph_leaf(b, query_number(b, &q)) | 1;
	}
	return n;
}

static bool is_negated_leaf(const struct builder *b, ref r)
{
	return (r & 1) && r >> 1 && b->node[r >> 1].query != NONE;
}

ref graph_and(struct builder *b, size_t base)
{
	ref *kids = b->stack + base;
	size_t n = b->stack_n - base;
	size_t leaves = 0;
	size_t kept = 0;
	uint32_t number = 0;
	int r;

	b->stack_n = base;
	for (size_t i = 0; i < n; i++) /* negated leaves to the front */
		if (is_negated_leaf(b, kids[i])) {
			ref swap = kids[i];

			kids[i] = kids[leaves];
			kids[leaves++] = swap;
		}
	if (leaves > 1) {
		size_t left = merge(b, kids, leaves);

		memmove(kids + left, kids + leaves, (n - leaves) * sizeof(*kids));
		n -= leaves - left;
	}
	if (b->failed)
		return REF_FALSE;
	if (n > 1)
		qsort(kids, n, sizeof(*kids), by_value);
	for (size_t i = 0; i < n; i++) {
		if (kids[i] == REF_FALSE)
			return REF_FALSE;
		if (kids[i] == REF_TRUE || (kept && kids[kept - 1] == kids[i]))
			continue;
		if (kept && kids[kept - 1] == (kids[i] ^ 1))
			return REF_FALSE; /* something and its negation */
		kids[kept++] = kids[i];
	}
	if (kept < 2)
		return kept ? kids[0] : REF_TRUE;
	buf_reset(&b->key);
	key_bytes(b, kids, kept * sizeof(*kids));
	r = key_number(b, &b->nodes, &number);
	if (r == 1) {
		ref *copy = ARENA_NEW_N(&b->arena, ref, kept);

		if (!copy || !builder_room(b, &b->node, &b->node_cap, number, sizeof(*b->node))) {
			b->failed = true;
			return REF_FALSE;
		}
		memcpy(copy, kids, kept * sizeof(*copy));
		b->node[number] = (struct node){ .query = NONE,
						 .kids = copy,
						 .n = (uint32_t)kept,
						 .pred = NONE,
						 .start = { NONE, NONE } };
	}
	return number << 1;
}
