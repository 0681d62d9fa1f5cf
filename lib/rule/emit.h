/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the graph to instructions. A node that several others need is compiled once, as a
 * predicate with a block of its own; so code grows with the text of the rules, never with the
 * number of ways through their macros.
 */
#ifndef RULE_EMIT_H
#define RULE_EMIT_H

#include "rule/builder.h"

/* Number of the predicate in the program. */
uint32_t emit_query(struct builder *b, uint32_t query);
/* First instruction of a whole condition. */
uint32_t emit_block(struct builder *b, ref r);

#endif
