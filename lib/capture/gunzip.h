/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inflates one gzip member after the other: bytes in, bytes out, no files and no threads.
 * gunzip_isal.c does it with ISA-L, gunzip_zlib.c with zlib where ISA-L is not to be had.
 */
#ifndef CAPTURE_GUNZIP_H
#define CAPTURE_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

struct gunzip;

enum gunzip_answer {
	GUNZIP_INPUT = 0,  /* the input is used up */
	GUNZIP_OUTPUT = 1, /* the room for output is used up */
	GUNZIP_END = 2,    /* the member is complete, its length and checksum are right */
};

struct gunzip *gunzip_new(void); /* NULL when memory is out */
struct gunzip *gunzip_free(struct gunzip *g);
/* Prepares for the header of the next member. */
void gunzip_restart(struct gunzip *g);

/*
 * Inflates from *in to *out and advances both. enum gunzip_answer, or -EBADMSG with the reason
 * (static text); what was written to the output until then is good as far as anybody can tell.
 */
int gunzip_run(struct gunzip *g, const uint8_t **in, size_t *in_n, uint8_t **out, size_t *out_n,
	       const char **ret_reason);

#endif
