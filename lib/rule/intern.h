/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for byte keys: equal keys get equal numbers, in order of first appearance from 0. This is
 * how equal predicates, fields and subconditions of different rules become one.
 */
#ifndef RULE_INTERN_H
#define RULE_INTERN_H

#include "base/arena.h"

struct intern {
	struct arena *arena; /* keys are copied here */
	struct intern_slot {
		uint64_t hash;
		struct str key;
		uint32_t number;
	} *slots;
	size_t size; /* power of two, or 0 */
	uint32_t count;
};

#define INTERN_INIT(keys) { .arena = (keys) }

void intern_cleanup(struct intern *t);
/* 1: new; 0: known; -ENOMEM. */
int intern_add(struct intern *t, struct str key, uint32_t *ret);

#endif
