/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/gunzip.h"

#include <errno.h>
#include <stdlib.h>

#include <isa-l/igzip_lib.h>

struct gunzip {
	struct inflate_state state;
};

struct gunzip *gunzip_new(void)
{
	struct gunzip *g = malloc(sizeof(*g));

	if (g)
		gunzip_restart(g);
	return g;
}

struct gunzip *gunzip_free(struct gunzip *g)
{
	free(g);
	return NULL;
}

void gunzip_restart(struct gunzip *g)
{
	isal_inflate_init(&g->state);
	g->state.crc_flag = ISAL_GZIP; /* header and trailer are read and checked as well */
}

static const char *reason_of(int error)
{
	switch (error) {
	case ISAL_INVALID_WRAPPER:
		return "invalid gzip header";
	case ISAL_UNSUPPORTED_METHOD:
		return "unsupported compression method";
	case ISAL_INCORRECT_CHECKSUM:
		return "wrong checksum of the compressed data";
	default:
		return "invalid compressed data";
	}
}

int gunzip_run(struct gunzip *g, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n,
	       const char **ret_reason)
{
	int r;

	g->state.next_in = (uint8_t *)(uintptr_t)*in; /* the library only reads it */
	g->state.avail_in = (uint32_t)*in_n;
	g->state.next_out = *out;
	g->state.avail_out = (uint32_t)*out_n;
	r = isal_inflate(&g->state);
	*in = g->state.next_in;
	*in_n = g->state.avail_in;
	*out = g->state.next_out;
	*out_n = g->state.avail_out;
	if (r < 0) {
		*ret_reason = reason_of(r);
		return -EBADMSG;
	}
	if (g->state.block_state == ISAL_BLOCK_FINISH)
		return GUNZIP_END;
	return *out_n ? GUNZIP_INPUT : GUNZIP_OUTPUT;
}
