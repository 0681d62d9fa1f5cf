/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds event records for tests, right or wrong ones:
 *
 *     record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
 *     record_i64(&r, -9);
 *     record_i64(&r, 3);
 *     bytes = record_end(&r);
 *
 * Numbers are written in the machine's byte order, or in the other one when `swap` is set.
 */
#ifndef TESTS_RECORD_H
#define TESTS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { RECORD_PARAMS_MAX = 64 };

struct record {
	struct buf out;    /* the finished record */
	struct buf values; /* of the parameters so far */
	uint32_t lens[RECORD_PARAMS_MAX];
	uint32_t nparams;
	uint64_t ts_ns;
	int64_t tid;
	uint16_t type;
	bool swap;
	bool v1;    /* header of 22 bytes, without the number of parameters */
	bool large; /* lengths of four bytes; record_start() sets it from the table */
};

#define RECORD_INIT { .out = BUF_INIT((size_t)1 << 30), .values = BUF_INIT((size_t)1 << 30) }

void record_cleanup(struct record *r);
/* Starts over; `swap` and `v1` are kept. */
void record_start(struct record *r, uint16_t type, uint64_t ts_ns, int64_t tid);
void record_bytes(struct record *r, const void *p, size_t n);
void record_text(struct record *r, const char *text); /* its NUL included */
void record_i64(struct record *r, int64_t v);
void record_u32(struct record *r, uint32_t v);
void record_u16(struct record *r, uint16_t v);
void record_u8(struct record *r, uint8_t v);
void record_empty(struct record *r);
/* The record; borrowed until the next call. */
struct str record_end(struct record *r);

/* Number of `bytes` bytes (1, 2, 4 or 8) appended to b. */
void put_number(struct buf *b, uint64_t v, unsigned int bytes, bool swap);

#endif
