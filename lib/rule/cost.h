/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Estimates: what a question costs (about in nanoseconds), how likely it is true, and so which
 * one to ask first.
 */
#ifndef RULE_COST_H
#define RULE_COST_H

#include "rule/builder.h"

float cost_chance(const struct query *q);
/* Of the question without the value's extraction. */
float cost_test(const struct query *q);
/* Of the extraction. */
float cost_slot(const struct slot *s);
/* Counts how many nodes need a node, and how many predicates a slot. */
void cost_count_parents(struct builder *b, uint32_t node);
/* Cost and chance of a node, and for an `and` the order of its kids. */
void cost_weigh(struct builder *b, uint32_t node);

#endif
