/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of BPF ring buffers that merges several of them into one stream. Records are borrowed, not
 * copied, except the one that lies across the end of the buffer.
 *
 * Order. A record is stamped before it is put into its ring, so two records of different rings may be
 * seen the other way round. The reader notes the ends of all rings twice: E1 of each, then E2 of each.
 * A record below E1 was complete before any E2 was read, and so was everything that caused it. It
 * therefore delivers, by time stamp, what lies below E2, and stops to look again as soon as the oldest
 * one lies beyond its E1. What causes something is always delivered before it, without holding
 * anything back for a time.
 */
#ifndef CAPTURE_BPF_RING_H
#define CAPTURE_BPF_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/wire.h"

struct ring {
	int fd;            /* of the map; borrowed */
	uint32_t size;     /* bytes of data, a power of two */
	unsigned long pos; /* of the next record */
	unsigned long published; /* what the kernel knows about pos */
	unsigned long first_end, second_end; /* E1 and E2 */
	unsigned long *consumer;
	const unsigned long *producer;
	const uint8_t *data;
	size_t map_bytes; /* of the mapping that starts at producer */
	uint64_t ts;      /* of the record at pos; valid with `peeked` */
	bool peeked;
};

struct ring_set {
	struct ring rings[WIRE_RINGS];
	unsigned int n;
	uint8_t *bounce;     /* WIRE_RECORD_BYTES */
	uint32_t unfinished; /* times that a record in the making had to be passed by */
};

/* Maps the rings behind `n` map descriptors of the given sizes. 0 or -errno; then nothing is kept. */
int ring_set_init(struct ring_set *rs, const int *fds, const uint32_t *sizes, unsigned int n);
void ring_set_fini(struct ring_set *rs);

/*
 * The next record: its bytes, length and ring, borrowed until ring_set_release(). False: the rings
 * are empty.
 */
bool ring_set_next(struct ring_set *rs, const uint8_t **ret, size_t *ret_len, unsigned int *ret_ring);
/* Gives back the record that ring_set_next() returned last, and maybe its room to the kernel. */
void ring_set_release(struct ring_set *rs, unsigned int ring, size_t len);
/* Tells the kernel about all that was read. False: there is something new to read by now. */
bool ring_set_settle(struct ring_set *rs);

#endif
