/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing, at most half full; names are never removed. */
#include "rule/name_index.h"

#include <errno.h>
#include <stdlib.h>

void name_index_fini(struct name_index *x)
{
	free(x->slots);
	*x = (struct name_index){ 0 };
}

/* The slot of `name`, or the free one where it belongs: number NAME_NONE. */
static struct name_slot *slot_of(struct name_slot *slots, size_t capacity, struct str name)
{
	size_t at = (size_t)str_hash(name) & (capacity - 1);

	while (slots[at].number != NAME_NONE && !str_eq(slots[at].name, name))
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

uint32_t name_index_find(const struct name_index *x, struct str name)
{
	return x->capacity ? slot_of(x->slots, x->capacity, name)->number : NAME_NONE;
}

static int grow(struct name_index *x)
{
	size_t capacity = x->capacity ? x->capacity * 2 : 64;
	struct name_slot *slots = reallocarray(NULL, capacity, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < capacity; i++)
		slots[i].number = NAME_NONE;
	for (size_t i = 0; i < x->capacity; i++)
		if (x->slots[i].number != NAME_NONE)
			*slot_of(slots, capacity, x->slots[i].name) = x->slots[i];
	free(x->slots);
	x->slots = slots;
	x->capacity = capacity;
	return 0;
}

int name_index_add(struct name_index *x, struct str name, uint32_t number)
{
	if (x->count >= x->capacity / 2) {
		int r = grow(x);

		if (r < 0)
			return r;
	}
	*slot_of(x->slots, x->capacity, name) = (struct name_slot){ name, number };
	x->count++;
	return 0;
}
