/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/scap_writer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zlib.h>

#include "tests/support/record.h"

void scap_writer_cleanup(struct scap_writer *w)
{
	buf_cleanup(&w->out);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void scap_put(struct scap_writer *w, uint64_t v, unsigned int bytes)
{
	put_number(&w->out, v, bytes, w->swap);
}

void scap_put_bytes(struct scap_writer *w, const void *p, size_t n)
{
	buf_append(&w->out, p, n);
}

void scap_put_str(struct scap_writer *w, const char *text)
{
	scap_put(w, strlen(text), 2);
	scap_put_bytes(w, text, strlen(text));
}

void scap_patch(struct scap_writer *w, size_t at, uint64_t v, unsigned int bytes)
{
	struct buf b = BUF_INIT(8);

	assert(at + bytes <= w->out.len);
	put_number(&b, v, bytes, w->swap);
	memcpy(w->out.data + at, b.data, bytes);
	buf_cleanup(&b);
}

void scap_block_open(struct scap_writer *w, uint32_t type)
{
	w->block = w->out.len;
	scap_put(w, type, 4);
	scap_put(w, 0, 4);
}

void scap_block_close(struct scap_writer *w)
{
	while ((w->out.len - w->block) % 4)
		scap_put(w, 0, 1);
	scap_put(w, w->out.len - w->block + 4, 4);
	scap_patch(w, w->block + 4, w->out.len - w->block, 4);
	assert(!buf_error(&w->out));
}

void scap_section(struct scap_writer *w)
{
	scap_block_open(w, 0x0a0d0d0a);
	scap_put(w, 0x1a2b3c4d, 4);
	scap_put(w, 1, 2);
	scap_put(w, 2, 2);
	scap_put(w, UINT64_MAX, 8);
	scap_block_close(w);
}

void scap_event(struct scap_writer *w, uint32_t type, uint16_t cpu, uint32_t flags,
		struct str record)
{
	scap_block_open(w, type);
	scap_put(w, cpu, 2);
	if (type == 0x208 || type == 0x217 || type == 0x222)
		scap_put(w, flags, 4);
	scap_put_bytes(w, record.p, record.n);
	scap_block_close(w);
}

void scap_gzip(struct str plain, struct buf *ret)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)plain.p, .avail_in = (uInt)plain.n };
	size_t bound;
	int r;

	r = deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	assert(r == Z_OK);
	bound = deflateBound(&z, plain.n);
	r = buf_reserve(ret, bound);
	assert(r == 0);
	z.next_out = (Bytef *)ret->data + ret->len;
	z.avail_out = (uInt)bound;
	r = deflate(&z, Z_FINISH);
	assert(r == Z_STREAM_END);
	(void)r;
	ret->len += z.total_out;
	deflateEnd(&z);
}

const char *scap_path(struct scap_writer *w, struct str bytes)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = memfd_create("capture", MFD_CLOEXEC);
	if (w->fd < 0)
		abort();
	for (size_t at = 0; at < bytes.n;) {
		ssize_t n = write(w->fd, bytes.p + at, bytes.n - at);

		if (n < 0)
			abort();
		at += (size_t)n;
	}
	snprintf(w->path, sizeof(w->path), "/proc/self/fd/%d", w->fd);
	return w->path;
}
