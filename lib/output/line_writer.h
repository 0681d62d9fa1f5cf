/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines to a descriptor: standard output, a file. Unbuffered, each line is one write; buffered, lines
 * are collected and written when the buffer is full, on line_writer_flush(), or at the end.
 */
#ifndef OUTPUT_LINE_WRITER_H
#define OUTPUT_LINE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct line_writer {
	int fd;
	bool buffered;
	bool (*give_up)(void); /* asked when a signal interrupts a write that blocks; NULL: never */
	struct buf pending;
	uint64_t lost_lines; /* could not be written */
	int error;           /* the first -errno of a write that failed; 0 none */
	uint64_t pending_lines;
};

#define LINE_WRITER_INIT(descriptor, buffer)                                                       \
	{ .fd = (descriptor), .buffered = (buffer), .pending = BUF_INIT((size_t)4 << 20) }

/* Flushes and releases. The descriptor stays open. */
void line_writer_fini(struct line_writer *w);
/* Adds a newline. Lines that cannot be written are counted in lost_lines. */
void line_writer_put(struct line_writer *w, struct str line);
void line_writer_flush(struct line_writer *w);

#endif
