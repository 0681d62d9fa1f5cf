/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last enter event of each thread, kept until the exit event that needs its parameters. Only
 * captures of old event versions fill it. It is bounded: when it is full, the oldest entry goes, and
 * is counted. (Entries do get left behind: a thread's last system call never returns.)
 */
#ifndef CAPTURE_ENTER_STORE_H
#define CAPTURE_ENTER_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum {
	ENTER_STORE_MAX = 32 << 10,      /* threads */
	ENTER_STORE_BYTES_MAX = 4 << 20, /* of their records */
};

struct enter {
	int64_t tid;
	uint8_t *record;
	uint32_t record_len;
	uint32_t capacity;
	uint32_t next_in_bucket; /* indexes of entries; NO_ENTER ends a list */
	uint32_t older, newer;
};

struct enter_store {
	struct enter *entries;
	uint32_t *buckets;
	uint32_t count;    /* entries in use or free, from the start of the array */
	uint32_t capacity; /* of both arrays: a power of two, or 0 */
	uint32_t free;     /* list of unused entries, through next_in_bucket */
	uint32_t oldest, newest;
	size_t bytes;
	uint64_t evicted;
};

void enter_store_init(struct enter_store *s);
void enter_store_fini(struct enter_store *s);
/* Forgets all threads; keeps memory. */
void enter_store_clear(struct enter_store *s);
/* Copies the record of `ev` as the last enter event of its thread. 0 or -ENOMEM. */
int enter_store_put(struct enter_store *s, const struct event *ev);
/* Borrowed until the next put or drop; NULL: none. */
const struct enter *enter_store_find(const struct enter_store *s, int64_t tid);
void enter_store_drop(struct enter_store *s, int64_t tid);

#endif
