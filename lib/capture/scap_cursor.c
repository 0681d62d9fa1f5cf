/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>

#include "base/diag.h"
#include "capture/scap_format.h"

int cursor_need(struct scap_cursor *c, size_t n, int timeout_ms, struct diag *diag)
{
	while (cursor_left(c) < n) {
		size_t tail = cursor_left(c);
		const char *reason = NULL;
		struct chunk chunk;
		int r;

		r = stream_next(c->stream, timeout_ms, c->p, tail, &chunk, &reason);
		c->p = chunk.p;
		c->end = chunk.n ? chunk.p + chunk.n : chunk.p; /* both may be NULL at first */
		c->end_offset += chunk.n - tail;
		if (r == 0)
			return 0;
		if (r == -EAGAIN && timeout_ms < 0)
			continue; /* a signal: nobody asked to hear of it */
		if (r == -EAGAIN)
			return r;
		if (r < 0)
			return diag_error(diag, r, "error reading from file: %s at offset %" PRIu64 "%s",
					  reason ? reason : "unknown reason", c->end_offset,
					  stream_is_gzip(c->stream) ? " of the inflated data" : "");
	}
	return 1;
}

int cursor_demand(struct scap_cursor *c, size_t n, size_t done, int timeout_ms, struct diag *diag)
{
	int r = cursor_need(c, n, timeout_ms, diag);
	size_t left = cursor_left(c);

	if (r)
		return r < 0 ? r : 0;
	return diag_error(diag, -EBADMSG,
			  "expecting %zu bytes, read %zu at offset %" PRIu64 ". Is the file truncated?",
			  n - done, left < done ? 0 : left - done, cursor_offset(c) + done);
}

int cursor_skip(struct scap_cursor *c, uint64_t n, struct diag *diag)
{
	while (n) {
		size_t step = size_min(cursor_left(c), n);
		int r;

		c->p += step;
		n -= step;
		if (!n)
			break;
		r = cursor_need(c, 1, -1, diag);
		if (r < 0)
			return r;
		if (r == 0)
			return diag_error(diag, -EBADMSG,
					  "expecting %" PRIu64 " bytes, read 0 at offset %" PRIu64
					  ". Is the file truncated?",
					  n, cursor_offset(c));
	}
	return 0;
}

static bool in_take(struct scap_in *in, size_t n, const uint8_t **ret)
{
	if (in->error || in_left(in) < n) {
		if (!in->error)
			in->error = "it ends too early";
		return false;
	}
	*ret = in->p;
	in->p += n;
	return true;
}

uint8_t in_u8(struct scap_in *in)
{
	const uint8_t *p;

	return in_take(in, 1, &p) ? *p : 0;
}

uint16_t in_u16(struct scap_in *in)
{
	const uint8_t *p;

	return in_take(in, 2, &p) ? scap_u16(p, in->swap) : 0;
}

uint32_t in_u32(struct scap_in *in)
{
	const uint8_t *p;

	return in_take(in, 4, &p) ? scap_u32(p, in->swap) : 0;
}

uint64_t in_u64(struct scap_in *in)
{
	const uint8_t *p;

	return in_take(in, 8, &p) ? scap_u64(p, in->swap) : 0;
}

void in_bytes(struct scap_in *in, void *ret, size_t n)
{
	const uint8_t *p;

	if (in_take(in, n, &p))
		memcpy(ret, p, n);
	else
		memset(ret, 0, n);
}

struct str in_str(struct scap_in *in, size_t max)
{
	size_t n = in_u16(in);
	const uint8_t *p;

	if (!in->error && n > max)
		in->error = "a string in it is too long";
	return in_take(in, n, &p) ? str_n(p, n) : STR("");
}
