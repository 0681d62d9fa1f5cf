/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/iter.h"

#include <errno.h>
#include <bpf/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "bpf/wire.h"
#include "event/snapshot.h"

enum { READ_BYTES = 64 * 1024 };

static void deliver(const struct wire_iter_fd *w, const char *name, const struct snapshot_sink *sink)
{
	struct snap_fd f = {
		.pid = w->tgid,
		.fd = w->fd,
		.ino = w->ino,
		.dev = w->dev,
		.open_flags = w->flags,
		.type = w->type,
		.l4proto = w->l4proto,
		.sport = w->sport,
		.dport = w->dport,
		.unix_source = w->unix_source,
		.unix_peer = w->unix_peer,
		.name = { name, w->name_len },
	};

	memcpy(f.sip, w->sip, sizeof(f.sip));
	memcpy(f.dip, w->dip, sizeof(f.dip));
	sink->fd(sink->ctx, &f);
}

int iter_fds(int link_fd, const struct snapshot_sink *sink)
{
	CLEANUP(free_ptr) uint8_t *data = malloc(READ_BYTES);
	size_t have = 0;
	int error = 0;
	int fd;

	if (!data)
		return -ENOMEM;
	fd = bpf_iter_create(link_fd);
	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = read(fd, data + have, READ_BYTES - have);
		size_t at = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			continue; /* linux: kernel/bpf/bpf_iter.c: the walk goes on at the next read */
		if (n <= 0) {
			error = n < 0 ? -errno : have ? -EBADMSG : 0;
			break;
		}
		have += (size_t)n;
		while (have - at >= sizeof(struct wire_iter_fd)) {
			struct wire_iter_fd w;

			memcpy(&w, data + at, sizeof(w));
			if (have - at < sizeof(w) + w.name_len)
				break;
			deliver(&w, (const char *)data + at + sizeof(w), sink);
			at += sizeof(w) + w.name_len;
		}
		memmove(data, data + at, have - at);
		have -= at;
	}
	close(fd);
	return error;
}
