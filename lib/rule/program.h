/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All conditions together as one program per event code.
 *
 *     checked trees --> program_new() --> program_eval(ctx) --> numbers of the matching rules
 *
 * Equal predicates of different rules are one predicate, evaluated at most once per event; a field is
 * extracted at most once per event; what the event's code decides is folded away when the program is
 * made; `in` lists are hash sets, prefixes tries, pattern lists one automaton; cheap and selective
 * predicates come first. Matching is linear in the length of the value. Evaluation allocates only
 * from the scratch arena of the context.
 */
#ifndef RULE_PROGRAM_H
#define RULE_PROGRAM_H

#include "field/field.h"

struct cond;
struct program;

struct program_rule {
	const struct cond *cond; /* checked; must outlive the program */
};

struct program_stats {
	uint64_t evaluations; /* not counted where an index or a gate left it out */
	uint64_t hits;
};

/* Rules keep their order: it is the order of evaluation and of hits. 0 or -ENOMEM. */
int program_new(const struct program_rule *rules, size_t n, struct program **ret);
struct program *program_free(struct program *p); /* takes NULL; returns NULL */

/* True when some rule can match events of this code. */
bool program_has(const struct program *p, uint16_t code);

/*
 * Evaluates the rules of ctx's event code in order; writes the numbers of matching ones to `ret`, at
 * most `max`, and only the first match when `first`. Returns how many were written.
 */
size_t program_eval(struct program *p, struct field_ctx *ctx, bool first, uint32_t *ret, size_t max);

/* Counters of one rule since the program was made. */
void program_rule_stats(const struct program *p, uint32_t rule, struct program_stats *ret);

#endif
