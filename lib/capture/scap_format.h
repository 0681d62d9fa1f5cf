/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The capture format, for the files that read it: block numbers, bounds, and two readers, one for
 * blocks in the stream and one for members in a block. docs/formats/scap.md describes the format.
 */
#ifndef CAPTURE_SCAP_FORMAT_H
#define CAPTURE_SCAP_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "base/util.h"
#include "capture/stream.h"

struct diag;
struct snapshot_sink;

enum scap_block {
	SCAP_SECTION = 0x0a0d0d0a,
	SCAP_MACHINE = 0x201,
	SCAP_PROCS_V1 = 0x202,
	SCAP_FDS_V1 = 0x203,
	SCAP_EVENT_V1 = 0x204,
	SCAP_IFACES_V1 = 0x205,
	SCAP_USERS_V1 = 0x206,
	SCAP_PROCS_V2 = 0x207,
	SCAP_EVENT_V1_FLAGS = 0x208,
	SCAP_PROCS_V3 = 0x209,
	SCAP_PROCS_V4 = 0x210,
	SCAP_PROCS_V9 = 0x215,
	SCAP_EVENT_V2 = 0x216,
	SCAP_EVENT_V2_FLAGS = 0x217,
	SCAP_FDS_V2 = 0x218,
	SCAP_IFACES_V2 = 0x219,
	SCAP_USERS_V2 = 0x220,
	SCAP_EVENT_V2_LARGE = 0x221,
	SCAP_EVENT_V2_LARGE_FLAGS = 0x222,
};

enum {
	SCAP_BLOCK_HEADER = 8,
	SCAP_BLOCK_TRAILER = 4,
	SCAP_BLOCK_MIN = SCAP_BLOCK_HEADER + SCAP_BLOCK_TRAILER,
	SCAP_EVENT_BLOCK_MAX = 65536 + SCAP_BLOCK_HEADER, /* all but the LARGE ones */
	SCAP_LARGE_BLOCK_MAX = 64 << 20,
	SCAP_ENTRY_MAX = 64 << 10, /* one entry of a list */
};

static inline uint16_t scap_u16(const uint8_t *p, bool swap)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap16(v) : v;
}

static inline uint32_t scap_u32(const uint8_t *p, bool swap)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap32(v) : v;
}

static inline uint64_t scap_u64(const uint8_t *p, bool swap)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap64(v) : v;
}

/* --- the unread bytes of the stream ---------------------------------------------------------- */

struct scap_cursor {
	uint8_t *p;
	uint8_t *end;
	uint64_t end_offset; /* of `end` in the (inflated) stream */
	struct stream *stream;
	bool swap; /* the file's byte order is not ours */
};

static inline size_t cursor_left(const struct scap_cursor *c)
{
	return (size_t)(c->end - c->p);
}

static inline uint64_t cursor_offset(const struct scap_cursor *c)
{
	return c->end_offset - cursor_left(c);
}

/*
 * Waits until `n` bytes (at most STREAM_HEADROOM) lie at c->p, which may move. 1: they do; 0: the
 * stream ends before; -EAGAIN: not within `timeout_ms`; any other -errno with the reason in `diag`.
 */
int cursor_need(struct scap_cursor *c, size_t n, int timeout_ms, struct diag *diag);

/*
 * The same, but the end of the stream is an error: it stands in the middle of something. `n` is
 * counted from c->p, the message counts from `done` bytes further on.
 */
int cursor_demand(struct scap_cursor *c, size_t n, size_t done, int timeout_ms, struct diag *diag);

/* Passes over `n` bytes, however many. 0 or -errno. */
int cursor_skip(struct scap_cursor *c, uint64_t n, struct diag *diag);

/* --- the members of an entry ----------------------------------------------------------------- */

/* Reads never go beyond `end`; the first that would sets `error` and gives zeros, as do all after. */
struct scap_in {
	const uint8_t *p;
	const uint8_t *end;
	bool swap;
	const char *error; /* static text; NULL: none */
};

static inline size_t in_left(const struct scap_in *in)
{
	return (size_t)(in->end - in->p);
}

uint8_t in_u8(struct scap_in *in);
uint16_t in_u16(struct scap_in *in);
uint32_t in_u32(struct scap_in *in);
uint64_t in_u64(struct scap_in *in);
void in_bytes(struct scap_in *in, void *ret, size_t n);
/* u16 length, then that many bytes, at most `max`. Borrowed from the entry. */
struct str in_str(struct scap_in *in, size_t max);

/* --- the tables before the events: scap_tables.c --------------------------------------------- */

/*
 * Reads the body of one block that is not an event, `left` bytes from c->p on, and hands its entries
 * to `sink`. Blocks of unknown types are passed over. 0 or -errno with the reason in `diag`; what was
 * read until then has reached the sink. `body_left` becomes the number of bytes not used.
 */
int scap_table_read(struct scap_cursor *c, uint32_t type, uint32_t body_bytes,
		    const struct snapshot_sink *sink, uint32_t *ret_body_left, struct diag *diag);

/* --- the other byte order: scap_swap.c ------------------------------------------------------- */

/*
 * Turns an event record of the other byte order into ours, in place. `header_bytes` is 26, or 22 for
 * records without a number of parameters; these get their values swapped by
 * scap_swap_values(), once the number is known.
 */
void scap_swap_header(uint8_t *record, unsigned int header_bytes);
/*
 * The lengths, then the values: those that the table of `type` has; others stay as they are. False:
 * the lengths do not fit into `len` bytes, and the record is half done.
 */
bool scap_swap_lengths(uint8_t *lens, uint32_t n, unsigned int len_bytes, size_t room);
bool scap_swap_values(uint8_t *record, size_t len);

#endif
