/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guards: predicates of which one must be true for a rule to match. Guards on one field are
 * answered together, by an index; rules none of whose guards is true are not run.
 */
#ifndef RULE_GUARD_H
#define RULE_GUARD_H

#include "rule/builder.h"

/* The rules of all classes, in order; gives the classes, of numbers 1 to `count`, their indexes. */
void guard_index(struct builder *b, struct class *classes, uint32_t count, const struct root *roots,
		 size_t root_count);

#endif
