/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each conjunct of a rule is a possible gate: of `a and not (b or c)` a, b and c are, the first
 * wanted true, the others false; of `a and (b or c)` a is, and the whole alternative. Conjuncts of
 * several rules are worth the most, but an unlikely one of a single rule is also good to be asked
 * first.
 */
#include "rule/gate.h"

#include <stdlib.h>
#include <string.h>

#include "rule/builder.h"
#include "rule/cost.h"
#include "rule/emit.h"

#define ASK_COST 4.0f
#define RUN_LEAST 16.0f /* an entry costs at least this */
#define FOUND_MAX 1024 /* conjuncts of a group that are looked at */

struct found {
	struct gate gates[FOUND_MAX];
	float score[FOUND_MAX];
	uint32_t n;
	float run_cost[64];
};

/* An alternative within a conjunction: the negation of an and-node. */
static bool is_choice(const struct builder *b, ref r)
{
	return (r & 1) && r >> 1 && b->node[r >> 1].query == NONE;
}

static void mark(struct builder *b, ref r)
{
	struct node *n = &b->node[r >> 1];

	if (is_choice(b, r))
		n->apart = true;
	else if (!(r & 1) && n->query == NONE)
		for (uint32_t i = 0; i < n->n; i++)
			mark(b, n->kids[i]);
}

void gate_mark(struct builder *b, const struct root *roots, uint32_t n)
{
	for (uint32_t i = 0; n > 1 && i < n; i++)
		mark(b, roots[i].r);
}

/* Entry `bit` cannot match unless r is true. */
static void found_add(struct builder *b, struct found *f, ref r, uint64_t bit)
{
	const struct node *n = &b->node[r >> 1];
	bool leaf = n->query != NONE;
	uint32_t pred = leaf ? emit_query(b, n->query) : n->pred;
	struct gate *g;
	uint32_t i = 0;

	if (b->failed || pred == NONE)
		return;
	while (i < f->n && f->gates[i].pred != pred)
		i++;
	if (i == FOUND_MAX)
		return;
	g = &f->gates[i];
	if (i == f->n) {
		const struct slot *s = leaf ? &b->slot[b->query[n->query].slot] : NULL;

		f->n++;
		*g = (struct gate){ .pred = pred, .slot = NONE - 1 - pred };
		g->cost = ASK_COST;
		if (s) {
			g->slot = b->query[n->query].slot;
			g->slot_cost = cost_slot(s);
			g->cost += cost_test(&b->query[n->query]);
		} else {
			g->cost += n->alone;
		}
		f->score[i] = 0;
	}
	g->out[r & 1] |= bit;
	f->score[i] += 1 - (r & 1 ? 1 - n->chance : n->chance);
}

static void find(struct builder *b, struct found *f, ref r, uint64_t bit)
{
	const struct node *n = &b->node[r >> 1];

	if (!(r >> 1))
		return;
	if (n->query != NONE || (r & 1)) {
		found_add(b, f, r, bit);
		return;
	}
	for (uint32_t i = 0; i < n->n; i++)
		find(b, f, n->kids[i], bit);
}

/* The best ones, by the estimates: those are the first plan. */
static void choose(struct builder *b, struct found *f, struct group *g)
{
	uint32_t most = f->n < GATES_MAX ? f->n : GATES_MAX;
	float *run_cost;

	if (!f->n)
		return;
	g->gates = ARENA_NEW_N(&b->p->arena, struct gate, most);
	g->samples = ARENA_NEW_N(&b->p->arena, struct gate_sample, GATE_SAMPLES);
	run_cost = ARENA_NEW_N(&b->p->arena, float, 64);
	if (!g->gates || !g->samples || !run_cost) {
		b->failed = true;
		return;
	}
	memcpy(run_cost, f->run_cost, sizeof(f->run_cost));
	g->run_cost = run_cost;
	while (g->count < most) {
		uint32_t best = 0;

		for (uint32_t i = 1; i < f->n; i++)
			if (f->score[i] > f->score[best])
				best = i;
		g->gates[g->count++] = f->gates[best];
		f->score[best] = -1;
	}
	g->until = 1;
	g->apart = GATE_FIRST_PLAN;
}

void gate_build(struct builder *b, struct class *class, const struct root *roots)
{
	uint32_t groups = (class->n + 63) / 64;
	struct found *f;

	class->groups = ARENA_NEW_N(&b->p->arena, struct group, (size_t)groups + 1);
	f = malloc(sizeof(*f));
	if (!class->groups || !f) {
		free(f);
		b->failed = true;
		return;
	}
	for (uint32_t k = 0; k < groups && !b->failed; k++) {
		uint32_t entries = 0;

		f->n = 0;
		for (uint32_t i = k * 64; i < class->n && i < k * 64 + 64; i++)
			if (class->always[i / 64] >> (i % 64) & 1) {
				find(b, f, roots[i].r, (uint64_t)1 << (i % 64));
				f->run_cost[i % 64] = RUN_LEAST + b->node[roots[i].r >> 1].alone;
				entries++;
			}
		if (entries > 1)
			choose(b, f, &class->groups[k]);
	}
	free(f);
}
