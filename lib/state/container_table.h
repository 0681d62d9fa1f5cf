/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known about containers beside their ids: names, images, labels, mounts, as events tell it
 * in JSON (docs/formats/state.md).
 *
 *     JSON --> container_table_apply() --> one block per container --> container_table_find()
 *
 * An entry never changes: news about a container replace it. Number and bytes are bounded; the entry
 * that nobody asked for longest makes room, and is counted.
 */
#ifndef STATE_CONTAINER_TABLE_H
#define STATE_CONTAINER_TABLE_H

#include "base/arena.h"
#include "state/container_meta.h"
#include "state/pool.h"

struct container_entry;

struct container_table {
	struct pool *pool;
	struct arena json; /* the tree of the event that is being applied */
	struct container_entry **slots;
	struct container_entry *newest; /* in the order of the last question */
	struct container_entry *oldest;
	uint32_t mask;
	uint32_t count;
	uint32_t max;
	size_t bytes;
	size_t max_bytes;
	uint64_t evicted;   /* entries that made room for others */
	uint64_t malformed; /* texts that told nothing: no JSON, too large, without an id */
	uint64_t full;      /* entries for which no memory was left */
};

/* A table for at most `max` containers of together `max_bytes`. 0 or -ENOMEM. */
int container_table_init(struct container_table *ct, struct pool *pool, uint32_t max,
			 size_t max_bytes);
void container_table_clear(struct container_table *ct);
void container_table_fini(struct container_table *ct);

/*
 * Adds or replaces the container that `json` describes, with or without the member "container"
 * around it. Borrowed until the next change. NULL: it had no room or is malformed, both counted.
 */
const struct container *container_table_apply(struct container_table *ct, struct str json);
/* The known container that `json` (with an id) is about, as it was told before. NULL: none. */
const struct container *container_table_peek(struct container_table *ct, struct str json);
/* Borrowed until the next change. Only the first CONTAINER_ID_MAX bytes count. NULL: not known. */
const struct container *container_table_find(struct container_table *ct, struct str id);
void container_table_remove(struct container_table *ct, struct str id);

#endif
