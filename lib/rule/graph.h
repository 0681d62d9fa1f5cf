/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions as a graph of and-nodes over predicates. It knows only `and` and negated edges (an
 * `or` is an `and` of negations with the edge to it negated), so that equal things look equal
 * more often.
 */
#ifndef RULE_GRAPH_H
#define RULE_GRAPH_H

#include "rule/builder.h"

/* The node of a predicate. */
ref graph_leaf(struct builder *b, uint32_t query);
/* The `and` of the operands on the stack from `base` on, which are taken off. */
ref graph_and(struct builder *b, size_t base);

#endif
