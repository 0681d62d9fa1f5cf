/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a capture file, plain or gzip, as a sequence of chunks that are parsed where they lie.
 *
 *     plain:  read() --> chunk --> parser
 *     gzip:   [thread: read(), inflate] --> chunks waiting, at most CHUNKS --> parser
 *
 * Before each chunk is room for STREAM_HEADROOM bytes. What the parser has not used of one chunk, it
 * hands back as the tail, and finds it again in front of the next one: only what spans two chunks is
 * ever copied. The parser may write to the chunk it has.
 */
#ifndef CAPTURE_STREAM_H
#define CAPTURE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct stream;

enum {
	STREAM_HEADROOM = 72 << 10,
	STREAM_CHUNK = 512 << 10,
};

struct chunk {
	uint8_t *p;
	size_t n;
};

/* 0, or -errno with the reason in `diag`. Reads the first bytes to tell plain from gzip. */
int stream_open(const char *path, struct stream **ret, struct diag *diag);
/* Takes NULL; returns NULL. Ends the thread, even one that waits for a pipe. */
struct stream *stream_close(struct stream *s);
bool stream_is_gzip(const struct stream *s);

/*
 * Gives back the current chunk but for its last `tail_n` bytes (at most STREAM_HEADROOM; 0 with
 * NULL for the first chunk). `*ret` is set to these bytes followed by new ones, if any.
 *
 * Returns 1: there are new bytes; 0: the end, no new bytes; -EAGAIN: none within `timeout_ms`
 * (negative: no limit), or a signal came; any other -errno: no further bytes can be had, the reason
 * is in *ret_reason (static text). *ret is valid in each case.
 */
int stream_next(struct stream *s, int timeout_ms, uint8_t *tail, size_t tail_n, struct chunk *ret,
		const char **ret_reason);

#endif
