/* SPDX-License-Identifier: Apache-2.0 */
#include "output/line_writer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)64 << 10)

/* Writes all of s, waiting for a slow reader. 0 or -errno; -EINTR: a signal came, and w gives up. */
static int write_all(const struct line_writer *w, struct str s)
{
	while (s.n) {
		ssize_t n = write(w->fd, s.p, s.n);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = w->fd, .events = POLLOUT };

			n = poll(&p, 1, -1);
			if (n >= 0)
				continue;
		}
		if (n < 0 && errno == EINTR && !(w->give_up && w->give_up()))
			continue;
		if (n < 0)
			return -errno;
		s = str_from(s, (size_t)n);
	}
	return 0;
}

void line_writer_flush(struct line_writer *w)
{
	int r = write_all(w, buf_str(&w->pending));

	if (r < 0) {
		w->lost_lines += w->pending_lines;
		if (!w->error)
			w->error = r;
	}
	buf_reset(&w->pending);
	w->pending_lines = 0;
}

void line_writer_put(struct line_writer *w, struct str line)
{
	size_t before = w->pending.len;

	buf_str_append(&w->pending, line);
	buf_byte(&w->pending, '\n');
	if (buf_error(&w->pending)) {
		w->lost_lines++;
		w->pending.len = before;
		w->pending.error = 0;
		return;
	}
	w->pending_lines++;
	if (!w->buffered || w->pending.len >= BUFFER_BYTES)
		line_writer_flush(w);
}

void line_writer_fini(struct line_writer *w)
{
	line_writer_flush(w);
	buf_cleanup(&w->pending);
}
