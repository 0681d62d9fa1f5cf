/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* linux: kernel/bpf/ringbuf.c: page of the consumer, page of the producer, data. */
enum {
	HEADER = BPF_RINGBUF_HDR_SZ,
	PUBLISH_BYTES = 128 * 1024, /* give room back in such portions, not per record */
	SPINS = 20000,              /* for a record that another CPU is just copying */
};

static int ring_init(struct ring *r, int fd, uint32_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	*r = (struct ring){ .fd = fd, .size = size };
	p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	r->consumer = p;
	/* The kernel offers the data twice in a row; once is enough and half the resident memory. */
	r->map_bytes = page + size;
	p = mmap(NULL, r->map_bytes, PROT_READ, MAP_SHARED, fd, (off_t)page);
	if (p == MAP_FAILED) {
		int e = errno;

		munmap(r->consumer, page);
		r->consumer = NULL;
		return -e;
	}
	r->producer = p;
	r->data = (const uint8_t *)p + page;
	r->pos = r->published = *r->consumer;
	return 0;
}

static void ring_fini(struct ring *r)
{
	if (r->consumer)
		munmap(r->consumer, (size_t)sysconf(_SC_PAGESIZE));
	if (r->producer)
		munmap((void *)(uintptr_t)r->producer, r->map_bytes);
	*r = (struct ring){ .fd = -1 };
}

int ring_set_init(struct ring_set *rs, const int *fds, const uint32_t *sizes, unsigned int n)
{
	int r;

	*rs = (struct ring_set){ 0 };
	rs->bounce = malloc(2 * WIRE_RECORD_BYTES);
	if (!rs->bounce)
		return -ENOMEM;
	for (unsigned int i = 0; i < n; i++) {
		r = ring_init(&rs->rings[i], fds[i], sizes[i]);
		if (r < 0) {
			rs->n = i;
			ring_set_fini(rs);
			return r;
		}
	}
	rs->n = n;
	return 0;
}

void ring_set_fini(struct ring_set *rs)
{
	for (unsigned int i = 0; i < rs->n; i++)
		ring_fini(&rs->rings[i]);
	free(rs->bounce);
	*rs = (struct ring_set){ 0 };
}

static uint32_t header_of(const struct ring *r)
{
	return __atomic_load_n((const uint32_t *)(const void *)(r->data + (r->pos & (r->size - 1))),
			       __ATOMIC_ACQUIRE);
}

static unsigned long record_bytes(uint32_t len)
{
	return ((unsigned long)len + HEADER + 7) & ~7ul;
}

/*
 * Looks at the record at pos. False: nothing below E2, or a record that is still being written and
 * does not get ready soon.
 */
static bool peek(struct ring_set *rs, struct ring *r)
{
	while (!r->peeked && r->pos < r->second_end) {
		uint32_t header = header_of(r);
		uint32_t at;

		for (unsigned int spin = 0; header & BPF_RINGBUF_BUSY_BIT; spin++) {
			if (spin == SPINS) {
				rs->unfinished++;
				return false;
			}
			header = header_of(r);
		}
		if (header & BPF_RINGBUF_DISCARD_BIT) {
			r->pos += record_bytes(header & ~BPF_RINGBUF_DISCARD_BIT);
			continue;
		}
		at = (uint32_t)(r->pos + HEADER) & (r->size - 1);
		/* Stamps are 8-byte aligned, so they never lie across the end. */
		memcpy(&r->ts, r->data + at, sizeof(r->ts));
		r->peeked = true;
	}
	return r->peeked;
}

static bool look(struct ring_set *rs)
{
	bool any = false;

	for (unsigned int i = 0; i < rs->n; i++)
		rs->rings[i].first_end = __atomic_load_n(rs->rings[i].producer, __ATOMIC_ACQUIRE);
	for (unsigned int i = 0; i < rs->n; i++) {
		struct ring *r = &rs->rings[i];

		r->second_end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
		any |= r->pos < r->first_end;
	}
	return any;
}

static struct ring *oldest(struct ring_set *rs)
{
	struct ring *best = NULL;

	for (unsigned int i = 0; i < rs->n; i++) {
		struct ring *r = &rs->rings[i];

		if ((r->peeked || peek(rs, r)) && (!best || r->ts < best->ts))
			best = r;
	}
	return best;
}

bool ring_set_next(struct ring_set *rs, const uint8_t **ret, size_t *ret_len, unsigned int *ret_ring)
{
	struct ring *r = oldest(rs);
	uint32_t len;
	uint32_t at;

	if (!r || r->pos >= r->first_end) {
		if (!look(rs))
			return false;
		r = oldest(rs);
		if (!r || r->pos >= r->first_end)
			return false;
	}
	len = header_of(r);
	at = (uint32_t)(r->pos + HEADER) & (r->size - 1);
	if (at + len > r->size) {
		uint32_t first = r->size - at;

		if (len > 2 * WIRE_RECORD_BYTES)
			len = 2 * WIRE_RECORD_BYTES;
		memcpy(rs->bounce, r->data + at, first);
		memcpy(rs->bounce + first, r->data, len - first);
		*ret = rs->bounce;
	} else {
		*ret = r->data + at;
	}
	*ret_len = len;
	*ret_ring = (unsigned int)(r - rs->rings);
	return true;
}

static void publish(struct ring *r)
{
	__atomic_store_n(r->consumer, r->pos, __ATOMIC_RELEASE);
	r->published = r->pos;
}

void ring_set_release(struct ring_set *rs, unsigned int ring, size_t len)
{
	struct ring *r = &rs->rings[ring];

	r->pos += record_bytes((uint32_t)len);
	r->peeked = false;
	if (r->pos - r->published >= PUBLISH_BYTES || r->pos - r->published >= r->size / 8)
		publish(r);
}

bool ring_set_settle(struct ring_set *rs)
{
	for (unsigned int i = 0; i < rs->n; i++)
		if (rs->rings[i].pos != rs->rings[i].published)
			publish(&rs->rings[i]);
	/* A writer either sees the new position and wakes us, or we see its record now. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < rs->n; i++) {
		const struct ring *r = &rs->rings[i];

		if (r->pos < __atomic_load_n(r->producer, __ATOMIC_ACQUIRE) &&
		    !(header_of(r) & BPF_RINGBUF_BUSY_BIT))
			return false;
	}
	return true;
}
