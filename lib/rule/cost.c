/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/cost.h"

#include <stdlib.h>

#define ASK_COST 4.0f

float cost_chance(const struct query *q)
{
	static const struct {
		float one, most;
	} chances[] = {
		[FAMILY_NEVER] = { 0, 0 },	      [FAMILY_EXISTS] = { 0.9f, 0.9f },
		[FAMILY_EQ] = { 0.03f, 0.4f },	      [FAMILY_CONTAINS] = { 0.05f, 0.4f },
		[FAMILY_ICONTAINS] = { 0.05f, 0.4f }, [FAMILY_STARTS] = { 0.1f, 0.5f },
		[FAMILY_ENDS] = { 0.05f, 0.4f },      [FAMILY_GLOB] = { 0.1f, 0.5f },
		[FAMILY_IGLOB] = { 0.1f, 0.5f },      [FAMILY_REGEX] = { 0.1f, 0.5f },
		[FAMILY_PATHS] = { 0.1f, 0.5f },      [FAMILY_ORDER] = { 0.5f, 0.5f },
		[FAMILY_FIELDS] = { 0.3f, 0.3f },
	};
	float p = chances[q->family].one * (float)(q->n ? q->n : 1);

	if (q->is_bool && q->family == FAMILY_EQ)
		p = 0.3f;
	else if (q->family == FAMILY_EQ && q->matter != MATTER_TEXT)
		p = 0.15f; /* small numbers are frequent: user 0, result 0 */
	if (p > chances[q->family].most)
		p = chances[q->family].most;
	return q->negated ? 0.95f * (1 - p) : p;
}

float cost_slot(const struct slot *s)
{
	switch ((enum slot_kind)s->kind) {
	case SLOT_TEXT:
		return 0;
	case SLOT_FIELD:
		return s->def->flags & FIELD_CHEAP ? 2 : 12;
	case SLOT_FIELD_MANY:
		return 40;
	case SLOT_LIST:
	case SLOT_CALL:
		break;
	}
	return 80;
}

float cost_test(const struct query *q)
{
	static const uint8_t costs[] = {
		[FAMILY_NEVER] = 1,   [FAMILY_EXISTS] = 1, [FAMILY_EQ] = 3,
		[FAMILY_CONTAINS] = 15, [FAMILY_ICONTAINS] = 40, [FAMILY_STARTS] = 4,
		[FAMILY_ENDS] = 4,    [FAMILY_GLOB] = 30,  [FAMILY_IGLOB] = 40,
		[FAMILY_REGEX] = 150, [FAMILY_PATHS] = 25, [FAMILY_ORDER] = 2,
		[FAMILY_FIELDS] = 10,
	};

	return costs[q->family];
}

static float query_cost(const struct builder *b, const struct query *q)
{
	uint32_t uses = b->slot_uses[q->slot];

	/* A field that many ask for is extracted anyway. */
	return cost_test(q) + cost_slot(&b->slot[q->slot]) / (float)(uses ? uses : 1);
}

void cost_weigh(struct builder *b, uint32_t number)
{
	struct node *n = &b->node[number];
	float reached = 1;

	if (n->ordered)
		return;
	n->ordered = true;
	if (n->query != NONE) {
		const struct query *q = &b->query[n->query];

		n->cost = query_cost(b, q);
		n->alone = ASK_COST + cost_test(q) + cost_slot(&b->slot[q->slot]) / 2;
		n->chance = cost_chance(&b->query[n->query]);
	} else {
		float *rank;

		for (uint32_t i = 0; i < n->n; i++)
			cost_weigh(b, n->kids[i] >> 1);
		rank = calloc(n->n, sizeof(*rank));
		if (!rank) {
			b->failed = true;
			return;
		}
		for (uint32_t i = 0; i < n->n; i++) {
			const struct node *kid = &b->node[n->kids[i] >> 1];
			float p = n->kids[i] & 1 ? 1 - kid->chance : kid->chance;

			rank[i] = kid->cost / (1.001f - p);
		}
		/* Few kids: by insertion, which keeps the written order of equals. */
		for (uint32_t i = 1; i < n->n; i++) {
			float r = rank[i];
			ref kid = n->kids[i];
			uint32_t k = i;

			for (; k && rank[k - 1] > r; k--) {
				rank[k] = rank[k - 1];
				n->kids[k] = n->kids[k - 1];
			}
			rank[k] = r;
			n->kids[k] = kid;
		}
		free(rank);
		for (uint32_t i = 0; i < n->n; i++) {
			const struct node *kid = &b->node[n->kids[i] >> 1];

			n->cost += reached * kid->cost;
			n->alone += reached * kid->alone;
			reached *= n->kids[i] & 1 ? 1 - kid->chance : kid->chance;
		}
		n->chance = reached;
	}
	/* Asked by many: most of the time the answer is already there. */
	if (n->parents > 1)
		n->cost = 1 + n->cost / (float)n->parents;
}

void cost_count_parents(struct builder *b, uint32_t number)
{
	struct node *n = &b->node[number];

	if (n->counted)
		return;
	n->counted = true;
	if (n->query != NONE)
		b->slot_uses[b->query[n->query].slot]++;
	for (uint32_t i = 0; i < n->n; i++) {
		uint32_t kid = n->kids[i] >> 1;

		b->node[kid].parents++;
		cost_count_parents(b, kid);
	}
}
