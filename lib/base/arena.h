/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is released all at once: what lives and dies together shares one arena (a rule set,
 * a configuration, the scratch values of one event). Blocks are chained; a reset keeps the first.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdint.h>

#include "base/str.h"
#include "base/util.h"

struct arena_block;

struct arena {
	char *at;
	char *end;
	struct arena_block *blocks; /* newest first */
	size_t used_bytes;          /* handed out since the last reset, padding included */
	size_t max_bytes;
	int error; /* 0, or -ENOMEM after the first refused request */
};

#define ARENA_INIT(max) { .max_bytes = (max) }

void arena_cleanup(struct arena *a); /* releases everything; the arena is empty and usable */
void arena_reset(struct arena *a);   /* empties it, clears the error, keeps one block */
void *arena_alloc_slow(struct arena *a, size_t size);

/*
 * `size` bytes, aligned to 8, not zeroed. NULL when memory or the bound is exhausted, which also
 * sets a->error, so that a builder may check once at its end.
 */
static inline void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + !size + 7) & ~(size_t)7; /* also 0 bytes have an address */

	if (LIKELY(need >= size && need <= (size_t)(a->end - a->at))) {
		void *p = a->at;

		a->at += need;
		a->used_bytes += need;
		return p;
	}
	return arena_alloc_slow(a, size);
}

void *arena_zalloc(struct arena *a, size_t size); /* zeroed */
#define ARENA_NEW(a, type)         ((type *)arena_zalloc((a), sizeof(type)))
#define ARENA_NEW_N(a, type, n)    ((type *)arena_zalloc_n((a), (n), sizeof(type)))
void *arena_zalloc_n(struct arena *a, size_t n, size_t size);
/* Copies; the copy is followed by a NUL that is not counted. p NULL on failure (a->error set). */
struct str arena_str(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF(2, 3);

#endif
