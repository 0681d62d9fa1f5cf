/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan is greedy: always the gate that leaves out most for its cost among what the gates before
 * it have left, until the rules themselves are cheaper.
 */
#include "rule/gate.h"

#include <string.h>

/* What it would cost to run the entries. */
static float cost_of(const struct group *g, uint64_t entries)
{
	float cost = 0;

	for (; entries; entries &= entries - 1)
		cost += g->run_cost[__builtin_ctzll(entries)];
	return cost;
}

/* Equal events count as one with a weight. Returns how many are left. */
static uint32_t gather(struct gate_sample *samples, uint32_t n, uint32_t *weights)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = 0;

		while (k < kept && (samples[k].left != samples[i].left ||
				    samples[k].answers != samples[i].answers))
			k++;
		if (k < kept) {
			weights[k]++;
			continue;
		}
		samples[kept] = samples[i];
		weights[kept++] = 1;
	}
	return kept;
}

static int answer_of(const struct gate_sample *s, uint32_t gate)
{
	return (int)(s->answers >> gate & 1);
}

void gate_plan(struct group *g)
{
	uint32_t weights[GATE_SAMPLES];
	uint32_t n = gather(g->samples, g->sampled, weights);
	struct gate planned[GATES_MAX];
	uint64_t used = 0;
	uint32_t count = 0;

	for (;;) {
		uint32_t best = GATES_MAX;
		float best_worth = 1; /* less is a loss */

		for (uint32_t i = 0; i < g->count; i++) {
			const struct gate *gate = &g->gates[i];
			float cost = gate->cost + gate->slot_cost;
			float saved = 0;
			float asked = 0;

			if (used >> i & 1)
				continue;
			for (uint32_t k = 0; k < count; k++)
				if (planned[k].slot == gate->slot)
					cost = gate->cost;
			for (uint32_t k = 0; k < n; k++) {
				const struct gate_sample *s = &g->samples[k];

				if (!(s->left & (gate->out[0] | gate->out[1])))
					continue;
				asked += (float)weights[k];
				saved += (float)weights[k] *
					 cost_of(g, s->left & gate->out[answer_of(s, i)]);
			}
			if (saved <= best_worth * cost * asked)
				continue;
			best_worth = saved / (cost * asked);
			best = i;
		}
		if (best == GATES_MAX)
			break;
		planned[count++] = g->gates[best];
		used |= (uint64_t)1 << best;
		for (uint32_t k = 0; k < n; k++)
			g->samples[k].left &= ~g->gates[best].out[answer_of(&g->samples[k], best)];
	}
	g->asked = count;
	for (uint32_t i = 0; i < g->count; i++)
		if (!(used >> i & 1))
			planned[count++] = g->gates[i];
	memcpy(g->gates, planned, count * sizeof(*planned));
}
