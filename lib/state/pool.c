/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pool.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct pool_block {
	struct pool_block *next;
	uint64_t unused; /* keeps what follows aligned to 16 */
};

struct text {
	uint32_t refs;
	uint32_t n;
	char bytes[];
};

static unsigned int list_of(size_t size, size_t *ret_rounded)
{
	unsigned int list = POOL_SMALL_MAX / POOL_STEP;
	size_t n = 2 * POOL_SMALL_MAX;

	if (size <= POOL_SMALL_MAX) {
		size_t steps = size ? (size - 1) / POOL_STEP : 0;

		*ret_rounded = (steps + 1) * POOL_STEP;
		return (unsigned int)steps;
	}
	for (; n < size; n *= 2)
		list++;
	*ret_rounded = n;
	return list;
}

static bool new_block(struct pool *p)
{
	struct pool_block *block = malloc(BLOCK_BYTES);

	if (!block)
		return false;
	block->next = p->blocks;
	p->blocks = block;
	p->at = (char *)(block + 1);
	p->end = (char *)block + BLOCK_BYTES;
	return true;
}

void *pool_alloc(struct pool *p, size_t size)
{
	size_t rounded;
	unsigned int list;
	void *piece;

	if (UNLIKELY(size > p->max_bytes - p->used_bytes))
		goto refuse;
	if (size > POOL_LARGE_MAX) {
		piece = malloc(size);
		if (!piece)
			goto refuse;
		p->used_bytes += size;
		return piece;
	}
	list = list_of(size, &rounded);
	piece = p->free[list];
	if (piece) {
		memcpy(&p->free[list], piece, sizeof(void *));
	} else {
		if ((size_t)(p->end - p->at) < rounded && !new_block(p))
			goto refuse;
		piece = p->at;
		p->at += rounded;
	}
	p->used_bytes += size;
	return piece;
refuse:
	p->refused++;
	return NULL;
}

void *pool_zalloc(struct pool *p, size_t size)
{
	void *piece = pool_alloc(p, size);

	if (piece)
		memset(piece, 0, size);
	return piece;
}

void pool_free(struct pool *p, void *piece, size_t size)
{
	size_t rounded;
	unsigned int list;

	if (!piece)
		return;
	p->used_bytes -= size;
	if (size > POOL_LARGE_MAX) {
		free(piece);
		return;
	}
	list = list_of(size, &rounded);
	memcpy(piece, &p->free[list], sizeof(void *));
	p->free[list] = piece;
}

void pool_cleanup(struct pool *p)
{
	while (p->blocks) {
		struct pool_block *next = p->blocks->next;

		free(p->blocks);
		p->blocks = next;
	}
	memset(p->free, 0, sizeof(p->free));
	p->at = NULL;
	p->end = NULL;
	p->used_bytes = 0;
}

static struct text *text_of(struct str s)
{
	return CONTAINER_OF(s.p, struct text, bytes);
}

void text_drop(struct pool *p, struct str *dst)
{
	if (dst->n) {
		struct text *t = text_of(*dst);

		if (--t->refs == 0)
			pool_free(p, t, sizeof(*t) + t->n + 1);
	}
	*dst = STR("");
}

void text_set(struct pool *p, struct str *dst, struct str bytes)
{
	struct text *t;

	if (str_eq(*dst, bytes))
		return;
	if (!bytes.n) {
		text_drop(p, dst);
		return;
	}
	t = pool_alloc(p, sizeof(*t) + bytes.n + 1);
	if (t) { /* before the drop: bytes may lie in dst */
		t->refs = 1;
		t->n = (uint32_t)bytes.n;
		memcpy(t->bytes, bytes.p, bytes.n);
		t->bytes[bytes.n] = 0;
	}
	text_drop(p, dst);
	if (t)
		*dst = str_n(t->bytes, bytes.n);
}

void text_share(struct pool *p, struct str *dst, struct str other)
{
	if (other.n)
		text_of(other)->refs++;
	text_drop(p, dst);
	if (other.n)
		*dst = other;
}
