/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	size_t size;
	char data[] __attribute__((aligned(16)));
};

#define BLOCK_MIN_BYTES ((size_t)16 << 10)

void arena_cleanup(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	*a = (struct arena){ .max_bytes = a->max_bytes };
}

void arena_reset(struct arena *a)
{
	while (a->blocks && a->blocks->next) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	a->at = a->blocks ? a->blocks->data : NULL;
	a->end = a->blocks ? a->blocks->data + a->blocks->size : NULL;
	a->used_bytes = 0;
	a->error = 0;
}

void *arena_alloc_slow(struct arena *a, size_t size)
{
	size_t need = (size + !size + 7) & ~(size_t)7;
	struct arena_block *block;
	size_t block_size;

	if (need < size || need > a->max_bytes || a->used_bytes > a->max_bytes - need) {
		a->error = -ENOMEM;
		return NULL;
	}
	if (need <= (size_t)(a->end - a->at))
		return arena_alloc(a, size);
	block_size = size_max(need, a->blocks ? size_min(a->blocks->size * 2, (size_t)1 << 20)
					      : BLOCK_MIN_BYTES);
	/* The fast path looks only at the block's end, so the bound has to be there. */
	block_size = size_min(block_size, a->max_bytes - a->used_bytes);
	if (block_size > SIZE_MAX - sizeof(*block)) {
		a->error = -ENOMEM;
		return NULL;
	}
	block = malloc(sizeof(*block) + block_size);
	if (!block) {
		a->error = -ENOMEM;
		return NULL;
	}
	block->size = block_size;
	block->next = a->blocks;
	a->blocks = block;
	a->at = block->data + need;
	a->end = block->data + block_size;
	a->used_bytes += need;
	return block->data;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);

	return p ? memset(p, 0, size) : NULL;
}

void *arena_zalloc_n(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		a->error = -ENOMEM;
		return NULL;
	}
	return arena_zalloc(a, bytes);
}

struct str arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (!copy)
		return STR_NULL;
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = 0;
	return (struct str){ copy, s.n };
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return NULL;
	text = arena_alloc(a, (size_t)n + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}
