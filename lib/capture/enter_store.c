/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/enter_store.h"

#include <errno.h>
#include <stdlib.h>

#define NO_ENTER UINT32_MAX

enum { FIRST_CAPACITY = 256 };

void enter_store_init(struct enter_store *s)
{
	*s = (struct enter_store){ .free = NO_ENTER, .oldest = NO_ENTER, .newest = NO_ENTER };
}

void enter_store_fini(struct enter_store *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		free(s->entries[i].record);
	free(s->entries);
	free(s->buckets);
	enter_store_init(s);
}

void enter_store_clear(struct enter_store *s)
{
	while (s->oldest != NO_ENTER)
		enter_store_drop(s, s->entries[s->oldest].tid);
}

static uint32_t *bucket_of(const struct enter_store *s, int64_t tid)
{
	uint64_t h = (uint64_t)tid * UINT64_C(0x9e3779b97f4a7c15);

	return &s->buckets[(h >> 32) & (s->capacity - 1)];
}

static uint32_t find(const struct enter_store *s, int64_t tid)
{
	uint32_t i;

	if (!s->capacity)
		return NO_ENTER;
	for (i = *bucket_of(s, tid); i != NO_ENTER && s->entries[i].tid != tid;)
		i = s->entries[i].next_in_bucket;
	return i;
}

const struct enter *enter_store_find(const struct enter_store *s, int64_t tid)
{
	uint32_t i = find(s, tid);

	return i == NO_ENTER ? NULL : &s->entries[i];
}

/* Takes entry i out of the list by age. */
static void unlink_age(struct enter_store *s, uint32_t i)
{
	struct enter *e = &s->entries[i];

	if (e->older != NO_ENTER)
		s->entries[e->older].newer = e->newer;
	else
		s->oldest = e->newer;
	if (e->newer != NO_ENTER)
		s->entries[e->newer].older = e->older;
	else
		s->newest = e->older;
}

static void link_newest(struct enter_store *s, uint32_t i)
{
	struct enter *e = &s->entries[i];

	e->older = s->newest;
	e->newer = NO_ENTER;
	if (s->newest != NO_ENTER)
		s->entries[s->newest].newer = i;
	else
		s->oldest = i;
	s->newest = i;
}

void enter_store_drop(struct enter_store *s, int64_t tid)
{
	uint32_t i = find(s, tid);
	uint32_t *link;

	if (i == NO_ENTER)
		return;
	unlink_age(s, i);
	for (link = bucket_of(s, tid); *link != i;)
		link = &s->entries[*link].next_in_bucket;
	*link = s->entries[i].next_in_bucket;
	s->entries[i].next_in_bucket = s->free;
	s->free = i;
}

/* Also gives the entry's memory back. */
static void evict_oldest(struct enter_store *s)
{
	struct enter *e = &s->entries[s->oldest];

	enter_store_drop(s, e->tid);
	s->bytes -= e->capacity;
	free(e->record);
	e->record = NULL;
	e->capacity = 0;
	s->evicted++;
}

static int grow(struct enter_store *s)
{
	uint32_t capacity = s->capacity ? s->capacity * 2 : FIRST_CAPACITY;
	struct enter *entries = realloc(s->entries, capacity * sizeof(*entries));
	uint32_t *buckets;

	if (!entries)
		return -ENOMEM;
	s->entries = entries;
	buckets = malloc(capacity * sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	free(s->buckets);
	s->buckets = buckets;
	s->capacity = capacity;
	for (uint32_t i = 0; i < capacity; i++)
		buckets[i] = NO_ENTER;
	for (uint32_t i = s->oldest; i != NO_ENTER; i = entries[i].newer) {
		uint32_t *bucket = bucket_of(s, entries[i].tid);

		entries[i].next_in_bucket = *bucket;
		*bucket = i;
	}
	return 0;
}

/* An entry without thread and out of every list. 0 or -ENOMEM. */
static int take_free(struct enter_store *s, uint32_t *ret)
{
	int r;

	if (s->free == NO_ENTER && s->count == ENTER_STORE_MAX)
		evict_oldest(s);
	if (s->free != NO_ENTER) {
		*ret = s->free;
		s->free = s->entries[*ret].next_in_bucket;
		return 0;
	}
	if (s->count == s->capacity) {
		r = grow(s);
		if (r < 0)
			return r;
	}
	*ret = s->count++;
	s->entries[*ret] = (struct enter){ .record = NULL };
	return 0;
}

/* Memory of unused entries is given back first: it is the oldest, and nobody will read it. */
static void trim(struct enter_store *s, size_t more)
{
	uint32_t i;

	for (i = s->free; i != NO_ENTER && s->bytes + more > ENTER_STORE_BYTES_MAX;
	     i = s->entries[i].next_in_bucket) {
		struct enter *e = &s->entries[i];

		s->bytes -= e->capacity;
		free(e->record);
		e->record = NULL;
		e->capacity = 0;
	}
	while (s->oldest != NO_ENTER && s->bytes + more > ENTER_STORE_BYTES_MAX)
		evict_oldest(s);
}

int enter_store_put(struct enter_store *s, const struct event *ev)
{
	uint32_t capacity = (ev->record_len + 63) & ~UINT32_C(63);
	uint8_t *record;
	uint32_t i;
	uint32_t *bucket;
	struct enter *e;
	int r;

	enter_store_drop(s, ev->tid);
	r = take_free(s, &i);
	if (r < 0)
		return r;
	e = &s->entries[i];
	if (e->capacity < ev->record_len) {
		/* While the entry is in no list, trim() cannot reach it. */
		trim(s, capacity - e->capacity);
		record = realloc(e->record, capacity);
		if (!record) {
			e->next_in_bucket = s->free;
			s->free = i;
			return -ENOMEM;
		}
		s->bytes += capacity - e->capacity;
		e->record = record;
		e->capacity = capacity;
	}
	memcpy(e->record, ev->record, ev->record_len);
	e->record_len = ev->record_len;
	e->tid = ev->tid;
	bucket = bucket_of(s, e->tid);
	e->next_in_bucket = *bucket;
	*bucket = i;
	link_newest(s, i);
	return 0;
}
