/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event codes for which a condition, or its negation, can be true.
 */
#ifndef RULE_CODES_H
#define RULE_CODES_H

#include "rule/tree.h"

/* Sets c->facts from the checked node and its kids. 0 or -ENOMEM. */
APART int cond_facts_set(struct cond *c, struct arena *arena);

#endif
