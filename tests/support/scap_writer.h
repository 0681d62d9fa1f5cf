/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes capture files for tests, block by block, in either byte order, and wrong ones as well:
 *
 *     scap_section(&w);
 *     scap_open(&w, 0x216); scap_u16(...)...; scap_close(&w);
 *     path = scap_path(&w);
 */
#ifndef TESTS_SCAP_WRITER_H
#define TESTS_SCAP_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct scap_writer {
	struct buf out;
	size_t block; /* offset of the open block */
	bool swap;
	char path[64];
	int fd;
};

#define SCAP_WRITER_INIT { .out = BUF_INIT((size_t)1 << 30), .fd = -1 }

void scap_writer_cleanup(struct scap_writer *w);
/* One block: header, what is put into it, padding, trailer. */
void scap_block_open(struct scap_writer *w, uint32_t type);
void scap_block_close(struct scap_writer *w);
void scap_put(struct scap_writer *w, uint64_t v, unsigned int bytes);
void scap_put_bytes(struct scap_writer *w, const void *p, size_t n);
void scap_put_str(struct scap_writer *w, const char *text); /* u16 length, bytes */
/* Overwrites `bytes` bytes at `at` with v, in the writer's byte order. */
void scap_patch(struct scap_writer *w, size_t at, uint64_t v, unsigned int bytes);

void scap_section(struct scap_writer *w);
/* An event block of any of the six types around a record of the same byte order. */
void scap_event(struct scap_writer *w, uint32_t type, uint16_t cpu, uint32_t flags,
		struct str record);

/* Compresses what was written so far, as one gzip member, to *ret. */
void scap_gzip(struct str plain, struct buf *ret);
/* A path under which `bytes` can be read as a regular file, until the writer is cleaned up. */
const char *scap_path(struct scap_writer *w, struct str bytes);

#endif
