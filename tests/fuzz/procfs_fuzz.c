/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of /proc and /etc, which processes and users put names into. The first byte chooses the parser,
 * the rest is its text, copied so that a read behind its end is seen.
 */
#include <stdlib.h>
#include <string.h>

#include "capture/bpf/procfs_parse.h"
#include "capture/bpf/sockets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a parser hands out is a part of what it was given. */
static void inside(struct str part, struct str whole)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

static void cgroups(struct str text)
{
	CLEANUP(buf_cleanup) struct buf out = BUF_INIT(4096);

	parse_cgroups(text, &out);
	if (out.len > 4096 || (out.len && !buf_error(&out) && out.data[out.len - 1] != 0))
		abort();
}

static void users(struct str text)
{
	struct snap_user u;
	struct snap_group g;

	if (parse_passwd(text, &u)) {
		inside(u.name, text);
		inside(u.home, text);
		inside(u.shell, text);
		if (!u.name.n)
			abort();
	}
	if (parse_group(text, &g)) {
		inside(g.name, text);
		if (!g.name.n)
			abort();
	}
}

static void sockets(const char *kind, struct str text)
{
	struct snap_fd f;

	if (!socket_parse(kind, text, &f))
		return;
	inside(f.name, text);
	if (f.type == FD_UNKNOWN || f.type >= FD_TYPES)
		abort();
}

static void links(struct str text)
{
	if (fd_type_of_link(text) >= FD_TYPES)
		abort();
	for (uint32_t mode = 0; mode <= 0170000; mode += 010000)
		if (fd_type_of(text, mode) >= FD_TYPES)
			abort();
	bracketed_number(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "tcp", "udp6", "raw", "icmp6", "unix", "netlink" };
	struct proc_stat stat;
	struct proc_status status;
	struct str text;
	char *copy;

	if (size < 2)
		return 0;
	copy = malloc(size - 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, size - 1);
	text = str_n(copy, size - 1);
	switch (data[0] & 15) {
	case 0:
		parse_stat(text, &stat);
		break;
	case 1:
		parse_status(text, &status);
		break;
	case 2:
		cgroups(text);
		break;
	case 3:
		users(text);
		break;
	case 4:
		parse_fdinfo_flags(text);
		break;
	case 5:
		links(text);
		break;
	default:
		sockets(kinds[data[0] % ARRAY_LEN(kinds)], text);
		break;
	}
	free(copy);
	return 0;
}
