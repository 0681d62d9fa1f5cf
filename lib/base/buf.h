/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing byte buffer with an upper bound. Appending keeps the first error: append freely, check
 * buf_error() once at the end. A buffer that failed keeps what it had and ignores further bytes.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"
#include "base/util.h"

struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
	int error; /* 0, -ENOMEM, or -E2BIG when `max` would be exceeded */
};

#define BUF_INIT(max_bytes) { .max = (max_bytes) }

void buf_cleanup(struct buf *b); /* for CLEANUP(); afterwards the buffer is empty and usable */
void buf_reset(struct buf *b);   /* empties it, clears the error, keeps the memory */
int buf_reserve(struct buf *b, size_t more);

static inline int buf_error(const struct buf *b)
{
	return b->error;
}

/* Borrowed until the next change of the buffer. */
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ b->data, b->len };
}

void buf_append_slow(struct buf *b, const void *p, size_t n);

static inline void buf_append(struct buf *b, const void *p, size_t n)
{
	if (LIKELY(n <= b->cap - b->len && !b->error)) {
		if (n)
			memcpy(b->data + b->len, p, n);
		b->len += n;
	} else {
		buf_append_slow(b, p, n);
	}
}

static inline void buf_str_append(struct buf *b, struct str s)
{
	buf_append(b, s.p, s.n);
}

static inline void buf_c(struct buf *b, const char *text)
{
	buf_append(b, text, strlen(text));
}

static inline void buf_byte(struct buf *b, char c)
{
	buf_append(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...) PRINTF(2, 3);
void buf_u64(struct buf *b, uint64_t v); /* decimal */
void buf_i64(struct buf *b, int64_t v);
/* Decimal, left-padded with zeros to at least `digits` (at most 20). */
void buf_u64_padded(struct buf *b, uint64_t v, unsigned int digits);
/* An IP address in network order, 4 or 16 bytes, as inet_ntop() writes it. */
void buf_ip(struct buf *b, const void *addr, size_t bytes);

/* Appends a whole file. 0, or -errno; -E2BIG when it does not fit below b->max. */
int buf_read_file(struct buf *b, const char *path);
int buf_read_fd(struct buf *b, int fd);

#endif
