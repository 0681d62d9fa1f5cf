/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to numbers: where in its array an object of that name is. Names are borrowed and must live
 * as long as the index.
 */
#ifndef RULE_NAME_INDEX_H
#define RULE_NAME_INDEX_H

#include <stdint.h>

#include "base/str.h"

#define NAME_NONE UINT32_MAX

struct name_slot {
	struct str name;
	uint32_t number;
};

struct name_index {
	struct name_slot *slots;
	size_t capacity; /* 0 or a power of two */
	size_t count;
};

void name_index_fini(struct name_index *x); /* afterwards empty and usable */
/* The number of a name, or NAME_NONE. */
uint32_t name_index_find(const struct name_index *x, struct str name);
/* Adds a name that is not there yet. 0 or -ENOMEM; on failure nothing has changed. */
int name_index_add(struct name_index *x, struct str name, uint32_t number);

#endif
