/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/builder.h"

#include <errno.h>
#include <stdlib.h>

bool builder_room(struct builder *b, void *array, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap ? *cap : 64;
	void *grown;

	if (n < *cap)
		return true;
	while (want <= n)
		want *= 2;
	grown = want > SIZE_MAX / size ? NULL : realloc(*(void **)array, want * size);
	if (!grown) {
		b->failed = true;
		return false;
	}
	memset((char *)grown + *cap * size, 0, (want - *cap) * size);
	*(void **)array = grown;
	*cap = want;
	return true;
}

void key_bytes(struct builder *b, const void *p, size_t n)
{
	buf_append(&b->key, p, n);
}

void key_u32(struct builder *b, uint32_t u)
{
	key_bytes(b, &u, sizeof(u));
}

void key_str(struct builder *b, struct str s)
{
	uint64_t n = s.n;

	key_bytes(b, &n, sizeof(n));
	key_bytes(b, s.p, s.n);
}

int key_number(struct builder *b, struct intern *t, uint32_t *ret)
{
	int r = buf_error(&b->key) ? -ENOMEM : intern_add(t, buf_str(&b->key), ret);

	if (r < 0)
		b->failed = true;
	return r;
}
