/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/intern.h"

#include <errno.h>
#include <stdlib.h>

void intern_cleanup(struct intern *t)
{
	free(t->slots);
	*t = (struct intern)INTERN_INIT(t->arena);
}

static int grow(struct intern *t)
{
	size_t size = t->size ? t->size * 2 : 64;
	struct intern_slot *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t k = 0; k < t->size; k++) {
		size_t i = (size_t)t->slots[k].hash & (size - 1);

		if (!t->slots[k].key.p)
			continue;
		while (slots[i].key.p)
			i = (i + 1) & (size - 1);
		slots[i] = t->slots[k];
	}
	free(t->slots);
	t->slots = slots;
	t->size = size;
	return 0;
}

int intern_add(struct intern *t, struct str key, uint32_t *ret)
{
	uint64_t hash = str_hash(key);
	size_t i;

	if (t->count * 2 >= t->size && grow(t) < 0)
		return -ENOMEM;
	for (i = (size_t)hash & (t->size - 1); t->slots[i].key.p; i = (i + 1) & (t->size - 1))
		if (t->slots[i].hash == hash && str_eq(t->slots[i].key, key)) {
			*ret = t->slots[i].number;
			return 0;
		}
	key = arena_str(t->arena, key);
	if (!key.p || t->count == UINT32_MAX)
		return -ENOMEM;
	t->slots[i] = (struct intern_slot){ hash, key, t->count };
	*ret = t->count++;
	return 1;
}
