/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates: predicates without which rules cannot match, asked before the rules are run. One answer
 * leaves out all rules of a group of 64 that need the other one.
 *
 *     conjuncts of rules --gate_build()--> gates --samples--> gate_plan() --> which to ask, in order
 *
 * What is worth asking first depends on what happens on the machine: which answers are frequent.
 * So from time to time all gates are asked for some events, and the plan is made anew from that. A
 * plan changes only how soon an answer is known, never the answer.
 */
#ifndef RULE_GATE_H
#define RULE_GATE_H

#include <stddef.h>
#include <stdint.h>

#define GATES_MAX	 64 /* of a group: samples are bits of a word */
#define GATE_SAMPLES	 64 /* events that a plan is made from */
#define GATE_FIRST_PLAN	 1024
#define GATE_PLANS_APART ((uint32_t)1 << 20) /* events of a group between plans, at most */

struct gate {
	uint64_t out[2]; /* by answer: entries that cannot match */
	uint32_t pred;
	uint32_t slot; /* that it fetches; several gates may share it */
	float cost, slot_cost;
};

/* Up to 64 entries of a class. */
struct group {
	const float *run_cost; /* by entry */
	struct gate *gates; /* NULL: none; in the order of the plan */
	uint32_t count;
	uint32_t asked; /* the first ones are asked, the others are not worth it */
	uint32_t until; /* events until the next sample */
	uint32_t apart; /* events until samples are taken again */
	uint32_t sampled;
	struct gate_sample {
		uint64_t left;	  /* entries before the gates */
		uint64_t answers; /* bit by place of the gate */
	} *samples;		  /* GATE_SAMPLES of them */
};

/* Orders the gates by what the samples tell. */
void gate_plan(struct group *g);

struct builder;
struct class;
struct root;

/*
 * Chooses alternatives that become predicates of their own, before instructions are made of the
 * rules of a class.
 */
void gate_mark(struct builder *b, const struct root *roots, uint32_t n);
/* Gives the class its groups. */
void gate_build(struct builder *b, struct class *class, const struct root *roots);

#endif
