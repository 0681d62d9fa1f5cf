/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the trees of conditions to the graph, once for each class of event codes. What the code
 * of the event decides is replaced by its answer.
 */
#ifndef RULE_FOLD_H
#define RULE_FOLD_H

#include "rule/builder.h"

/* Lists the checks of the event's type. */
void fold_collect(struct builder *b, const struct cond *c);
/* Splits the codes into classes by the answers to those checks. Returns how many there are. */
uint32_t fold_refine(struct builder *b, uint32_t class_of[FIELD_CODES_MAX]);
/* The condition for the codes of class b->class; *depends is set when that mattered. */
ref fold_cond(struct builder *b, const struct cond *c, bool *depends);

#endif
