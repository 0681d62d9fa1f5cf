/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/record.h"

#include <assert.h>

#include "event/event.h"

void put_number(struct buf *b, uint64_t v, unsigned int bytes, bool swap)
{
	for (unsigned int i = 0; i < bytes; i++) {
		bool big = swap != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

		buf_byte(b, (char)(v >> 8 * (big ? bytes - 1 - i : i)));
	}
}

void record_cleanup(struct record *r)
{
	buf_cleanup(&r->out);
	buf_cleanup(&r->values);
}

void record_start(struct record *r, uint16_t type, uint64_t ts_ns, int64_t tid)
{
	buf_reset(&r->out);
	buf_reset(&r->values);
	r->nparams = 0;
	r->type = type;
	r->ts_ns = ts_ns;
	r->tid = tid;
	r->large = type < EVENT_CODES && (event_table[type].flags & EF_LARGE_PAYLOAD);
}

void record_bytes(struct record *r, const void *p, size_t n)
{
	assert(r->nparams < RECORD_PARAMS_MAX);
	buf_append(&r->values, p, n);
	r->lens[r->nparams++] = (uint32_t)n;
}

void record_text(struct record *r, const char *text)
{
	record_bytes(r, text, strlen(text) + 1);
}

static void number(struct record *r, uint64_t v, unsigned int bytes)
{
	assert(r->nparams < RECORD_PARAMS_MAX);
	put_number(&r->values, v, bytes, r->swap);
	r->lens[r->nparams++] = bytes;
}

void record_i64(struct record *r, int64_t v)
{
	number(r, (uint64_t)v, 8);
}

void record_u32(struct record *r, uint32_t v)
{
	number(r, v, 4);
}

void record_u16(struct record *r, uint16_t v)
{
	number(r, v, 2);
}

void record_u8(struct record *r, uint8_t v)
{
	number(r, v, 1);
}

void record_empty(struct record *r)
{
	record_bytes(r, "", 0);
}

struct str record_end(struct record *r)
{
	unsigned int len_bytes = r->large ? 4 : 2;
	size_t header = r->v1 ? EVENT_HEADER_BYTES - 4 : EVENT_HEADER_BYTES;
	size_t total = header + (size_t)r->nparams * len_bytes + r->values.len;

	buf_reset(&r->out);
	put_number(&r->out, r->ts_ns, 8, r->swap);
	put_number(&r->out, (uint64_t)r->tid, 8, r->swap);
	put_number(&r->out, total, 4, r->swap);
	put_number(&r->out, r->type, 2, r->swap);
	if (!r->v1)
		put_number(&r->out, r->nparams, 4, r->swap);
	for (uint32_t i = 0; i < r->nparams; i++)
		put_number(&r->out, r->lens[i], len_bytes, r->swap);
	buf_str_append(&r->out, buf_str(&r->values));
	assert(!buf_error(&r->out));
	return buf_str(&r->out);
}
