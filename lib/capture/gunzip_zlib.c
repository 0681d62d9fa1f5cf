/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/gunzip.h"

#include <errno.h>
#include <stdlib.h>

#include <zlib.h>

struct gunzip {
	z_stream z;
};

enum { GZIP_ONLY = 16 + MAX_WBITS }; /* zlib.h, inflateInit2(): gzip format, largest window */

struct gunzip *gunzip_new(void)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (g && inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
		free(g);
		g = NULL;
	}
	return g;
}

struct gunzip *gunzip_free(struct gunzip *g)
{
	if (g)
		inflateEnd(&g->z);
	free(g);
	return NULL;
}

void gunzip_restart(struct gunzip *g)
{
	inflateReset(&g->z);
}

int gunzip_run(struct gunzip *g, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n,
	       const char **ret_reason)
{
	int r;

	g->z.next_in = (Bytef *)(uintptr_t)*in; /* the library only reads it */
	g->z.avail_in = (uInt)*in_n;
	g->z.next_out = *out;
	g->z.avail_out = (uInt)*out_n;
	r = inflate(&g->z, Z_NO_FLUSH);
	*in = g->z.next_in;
	*in_n = g->z.avail_in;
	*out = g->z.next_out;
	*out_n = g->z.avail_out;
	if (r == Z_STREAM_END)
		return GUNZIP_END;
	if (r != Z_OK && r != Z_BUF_ERROR) {
		*ret_reason = g->z.msg ? g->z.msg : "invalid compressed data";
		return -EBADMSG;
	}
	return *out_n ? GUNZIP_INPUT : GUNZIP_OUTPUT;
}
