/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transformers: functions from values to values, used on both sides of a check and in outputs.
 *
 * One row per transformer: its name, how many arguments it takes, the check of its arguments' types,
 * and the function itself, which sees operands only, not where they came from.
 */
#ifndef RULE_TRANSFORM_H
#define RULE_TRANSFORM_H

#include "base/arena.h"
#include "field/field.h"

struct expr;

/* What an expression yielded. */
struct operand {
	bool present;
	bool is_list;
	size_t n; /* 1 unless a list */
	const struct value *v;
};

struct transformer {
	const char *name;
	size_t min_args, max_args;
	/*
	 * Sets e->type and e->is_list from the checked arguments. 0; -EBADMSG with a reason in the
	 * arena; -ENOMEM.
	 */
	int (*check)(struct expr *e, struct arena *arena, const char **ret_reason);
	/*
	 * Computes from `n` present operands; results live in `arena`. `option`: text between
	 * brackets. False: there is no value (also when the arena is exhausted).
	 */
	bool (*apply)(const struct operand *args, size_t n, struct str option, bool option_given,
		      struct arena *arena, struct operand *ret);
};

/* Static row, or NULL. */
const struct transformer *transformer_find(struct str name);

/* Operand of an expression, evaluated from scratch; its memory is in `arena` or the event's. */
bool expr_eval(const struct expr *e, struct field_ctx *ctx, struct arena *arena,
	       struct operand *ret);

/* Text of a number, as transformers that build texts need it; texts are passed through. */
bool transform_text(const struct value *v, struct arena *arena, struct str *ret);

#endif
