/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of the state: one pool with a free list per size, carved from blocks that live as long as
 * the state, and texts with a reference count inside it. What is freed is reused at once, so churn
 * does not grow the process; the sum is bounded.
 */
#ifndef STATE_POOL_H
#define STATE_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/util.h"

enum {
	POOL_STEP = 16,
	POOL_SMALL_MAX = 512, /* one list per POOL_STEP up to here, then one per power of two */
	POOL_LARGE_MAX = 8192, /* larger pieces come from malloc */
	POOL_LISTS = POOL_SMALL_MAX / POOL_STEP + 4,
};

struct pool_block;

struct pool {
	void *free[POOL_LISTS];
	char *at;
	char *end;
	struct pool_block *blocks;
	size_t used_bytes; /* handed out */
	size_t max_bytes;
	uint64_t refused; /* requests that met the bound or an empty machine */
};

#define POOL_INIT(max) { .max_bytes = (max) }

/* Releases the blocks. Pieces above POOL_LARGE_MAX must have been freed by their owners. */
void pool_cleanup(struct pool *p);
/* `size` bytes, aligned to 16, not zeroed. NULL when refused, which is counted. */
void *pool_alloc(struct pool *p, size_t size);
void *pool_zalloc(struct pool *p, size_t size);
/* `size` is that of the request. Takes NULL. */
void pool_free(struct pool *p, void *piece, size_t size);

/*
 * Shared texts. A struct str that one of these functions wrote owns one reference; an empty one
 * owns nothing. Bytes are immutable and followed by a NUL that is not counted.
 */
void text_set(struct pool *p, struct str *dst, struct str bytes); /* copies; keeps dst when equal */
void text_share(struct pool *p, struct str *dst, struct str other); /* other: written by text_*() */
void text_drop(struct pool *p, struct str *dst);

#endif
