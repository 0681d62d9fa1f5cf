/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "rule/gate.h"

#define END UINT32_MAX
#define N   3 /* gates of each case; their pred is their first place */

/* Gates, answers in turn for GATE_SAMPLES events, and the gates that the plan asks. */
static const struct plan_case {
	const char *what;
	struct gate gates[N];
	uint64_t left;
	uint64_t answers[4];
	uint32_t want[N + 1];
} cases[] = {
	{ "one that is false leaves all out",
	  { { .out = { 7, 0 }, .cost = 10 },
	    { .out = { 7, 0 }, .cost = 10 },
	    { .out = { 1, 0 }, .cost = 1 } },
	  7,
	  { 5, 5, 5, 5 },
	  { 1, END } },
	{ "nothing is asked that is always true",
	  { { .out = { 7, 0 }, .cost = 1 },
	    { .out = { 7, 0 }, .cost = 1 },
	    { .out = { 7, 0 }, .cost = 1 } },
	  7,
	  { 7, 7, 7, 7 },
	  { END } },
	{ "the other answer leaves out, too",
	  { { .out = { 0, 6 }, .cost = 10 },
	    { .out = { 1, 0 }, .cost = 10 },
	    { .out = { 0, 0 }, .cost = 1 } },
	  7,
	  { 1, 1, 1, 1 },
	  { 0, 1, END } },
	{ "what leaves out most, then what is left",
	  { { .out = { 1, 0 }, .cost = 10 },
	    { .out = { 7, 0 }, .cost = 10 },
	    { .out = { 4, 0 }, .cost = 10 } },
	  7,
	  { 2, 0, 2, 0 },
	  { 1, 0, 2, END } },
	{ "dearer than the rules",
	  { { .out = { 1, 0 }, .cost = 500 },
	    { .out = { 2, 0 }, .cost = 500 },
	    { .out = { 4, 0 }, .cost = 10 } },
	  7,
	  { 0, 0, 0, 0 },
	  { 2, END } },
	{ "a slot is paid once",
	  { { .out = { 1, 0 }, .slot = 1, .cost = 10, .slot_cost = 70 },
	    { .out = { 6, 0 }, .slot = 1, .cost = 10, .slot_cost = 70 },
	    { .out = { 0, 0 }, .slot = 2, .cost = 1 } },
	  7,
	  { 0, 0, 0, 0 },
	  { 1, 0, END } },
	{ "nothing for entries that an index left out",
	  { { .out = { 1, 0 }, .cost = 10 },
	    { .out = { 2, 0 }, .cost = 10 },
	    { .out = { 4, 0 }, .cost = 10 } },
	  2,
	  { 0, 0, 0, 0 },
	  { 1, END } },
};

static void plans(void **state)
{
	float run_cost[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(run_cost); i++)
		run_cost[i] = 50;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct plan_case *c = &cases[i];
		struct gate gates[N];
		struct gate_sample samples[GATE_SAMPLES];
		struct group g = { .run_cost = run_cost, .gates = gates, .count = N,
				   .sampled = GATE_SAMPLES, .samples = samples };
		uint32_t n = 0;

		memcpy(gates, c->gates, sizeof(gates));
		for (uint32_t k = 0; k < N; k++)
			gates[k].pred = k;
		for (size_t k = 0; k < GATE_SAMPLES; k++)
			samples[k] = (struct gate_sample){ c->left,
							   c->answers[k % ARRAY_LEN(c->answers)] };
		gate_plan(&g);
		while (c->want[n] != END)
			n++;
		if (g.asked != n)
			fail_msg("%s: asks %u", c->what, g.asked);
		for (uint32_t k = 0; k < n; k++)
			if (gates[k].pred != c->want[k])
				fail_msg("%s: %u at place %u", c->what, gates[k].pred, k);
		/* None gets lost. */
		assert_int_equal((1u << gates[0].pred) + (1u << gates[1].pred) +
					 (1u << gates[2].pred),
				 7);
	}
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		cmocka_unit_test(plans),
	};

	return cmocka_run_group_tests(unit_tests, NULL, NULL);
}
