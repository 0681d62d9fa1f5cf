/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test that answers a predicate for one value.
 */
#ifndef RULE_MATCHER_H
#define RULE_MATCHER_H

#include "rule/builder.h"

/* Made on first use. NULL: b->failed. */
struct test *matcher_of(struct builder *b, uint32_t query);

#endif
