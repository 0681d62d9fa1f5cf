/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void buf_cleanup(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .max = b->max };
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->error = 0;
}

int buf_reserve(struct buf *b, size_t more)
{
	size_t cap;
	char *data;

	if (b->error)
		return b->error;
	if (more <= b->cap - b->len)
		return 0;
	if (more > b->max || b->len > b->max - more)
		return b->error = -E2BIG;
	cap = size_max(b->len + more, size_min(b->cap * 2, b->max));
	cap = size_max(cap, size_min(64, b->max));
	data = realloc(b->data, cap);
	if (!data)
		return b->error = -ENOMEM;
	b->data = data;
	b->cap = cap;
	return 0;
}

void buf_append_slow(struct buf *b, const void *p, size_t n)
{
	if (buf_reserve(b, n) < 0)
		return;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0) {
		b->error = b->error ? b->error : -EINVAL;
		return;
	}
	if (buf_reserve(b, (size_t)n + 1) < 0)
		return;
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
}

void buf_u64_padded(struct buf *b, uint64_t v, unsigned int digits)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (sizeof(text) - at < digits && at)
		text[--at] = '0';
	buf_append(b, text + at, sizeof(text) - at);
}

void buf_u64(struct buf *b, uint64_t v)
{
	buf_u64_padded(b, v, 1);
}

void buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_byte(b, '-');
	buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_ip(struct buf *b, const void *addr, size_t bytes)
{
	const unsigned char *p = addr;
	char text[INET6_ADDRSTRLEN];

	if (bytes == 16) {
		buf_c(b, inet_ntop(AF_INET6, addr, text, sizeof(text)));
		return;
	}
	/* IPv4 by hand: inet_ntop() goes through printf, and every connection is named. */
	for (size_t i = 0; i < 4; i++) {
		if (i)
			buf_byte(b, '.');
		buf_u64(b, p[i]);
	}
}

int buf_read_fd(struct buf *b, int fd)
{
	for (;;) {
		ssize_t n;

		if (b->len == b->max) { /* full: it is an error only if something is left */
			char c;

			do {
				n = read(fd, &c, 1);
			} while (n < 0 && errno == EINTR);
			if (n > 0)
				b->error = -E2BIG;
			return n < 0 ? -errno : b->error;
		}
		if (buf_reserve(b, size_min(16384, b->max - b->len)) < 0)
			return b->error;
		n = read(fd, b->data + b->len, b->cap - b->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		b->len += (size_t)n;
	}
}

int buf_read_file(struct buf *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = buf_read_fd(b, fd);
	close(fd);
	return r;
}
