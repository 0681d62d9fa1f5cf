/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a check asks, as a predicate that is the same for all checks that ask the same.
 */
#ifndef RULE_QUERY_H
#define RULE_QUERY_H

#include "rule/builder.h"

/* The number of the predicate of a check. */
uint32_t query_of(struct builder *b, const struct cond *c);
/* The number of a predicate; its items are sorted. */
uint32_t query_number(struct builder *b, const struct query *q);
/* Gives `q` the items, sorted, and without repetitions where those mean nothing. */
bool query_sort(struct builder *b, struct query *q, const struct literal *items, size_t n);
/* What a literal is compared by; numbers as their bytes. */
struct str query_item_text(const struct literal *l, uint8_t matter);

#endif
