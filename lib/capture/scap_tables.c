/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists that stand before the events. A list block may be far larger than memory should be, so
 * it is read entry by entry: each entry lies at most SCAP_ENTRY_MAX bytes long in the current chunk.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/diag.h"
#include "capture/scap_format.h"
#include "event/snapshot.h"

enum {
	NAME_MAX_BYTES = 1024,   /* comm, exe, paths, names of interfaces and descriptors */
	VECTOR_MAX_BYTES = 4096, /* args, env, cgroups */
	USER_MAX_BYTES = 255,
	MACHINE_BYTES = 180,
	HOSTNAME_BYTES = 128,
};

struct list {
	const char *name;
	const struct snapshot_sink *sink;
	int version;
	int64_t tid; /* of a list of descriptors */
};

/* --- processes ------------------------------------------------------------------------------- */

/* Members of version 9 that may be missing at the end of an entry. */
static void thread_tail(struct scap_in *in, struct snap_thread *t)
{
	/*
	 * The first two were inserted before the others by a release that changed no version number:
	 * files without them have at most 29 bytes here.
	 */
	if (in_left(in) > 29) {
		t->pidns_init_start_ns = in_u64(in);
		t->tty = in_u32(in);
	}
	if (in_left(in) >= 4)
		t->loginuid = in_u32(in);
	if (in_left(in) >= 1)
		t->exe_writable = in_u8(in);
	if (in_left(in) >= 8)
		t->cap_inheritable = in_u64(in);
	if (in_left(in) >= 8)
		t->cap_permitted = in_u64(in);
	if (in_left(in) >= 8)
		t->cap_effective = in_u64(in);
	if (in_left(in) >= 1)
		t->exe_upper_layer = in_u8(in);
	if (in_left(in) >= 8)
		t->exe_ino = in_u64(in);
	if (in_left(in) >= 8)
		t->exe_ino_ctime_ns = in_u64(in);
	if (in_left(in) >= 8)
		t->exe_ino_mtime_ns = in_u64(in);
	if (in_left(in) >= 1)
		t->exe_from_memfd = in_u8(in);
	if (in_left(in) >= 1)
		t->exe_lower_layer = in_u8(in);
	if (in_left(in) >= 8)
		t->pgid = (int64_t)in_u64(in);
}

static void thread_entry(struct scap_in *in, const struct list *l)
{
	struct snap_thread t = SNAP_THREAD_INIT;

	t.tid = (int64_t)in_u64(in);
	t.pid = (int64_t)in_u64(in);
	t.ptid = (int64_t)in_u64(in);
	if (l->version >= 6)
		t.sid = (int64_t)in_u64(in);
	if (l->version >= 8)
		t.vpgid = (int64_t)in_u64(in);
	t.comm = in_str(in, NAME_MAX_BYTES);
	t.exe = in_str(in, NAME_MAX_BYTES);
	if (l->version >= 7)
		t.exepath = in_str(in, NAME_MAX_BYTES);
	t.args = in_str(in, VECTOR_MAX_BYTES);
	t.cwd = in_str(in, NAME_MAX_BYTES);
	t.fdlimit = in_u64(in);
	t.flags = in_u32(in);
	t.uid = in_u32(in);
	t.gid = in_u32(in);
	if (l->version >= 2) {
		t.vmsize_kb = in_u32(in);
		t.vmrss_kb = in_u32(in);
		t.vmswap_kb = in_u32(in);
		t.pfmajor = in_u64(in);
		t.pfminor = in_u64(in);
	}
	if (l->version >= 3)
		t.env = in_str(in, VECTOR_MAX_BYTES);
	if (l->version >= 4) {
		t.vtid = (int64_t)in_u64(in);
		t.vpid = (int64_t)in_u64(in);
		t.cgroups = in_str(in, VECTOR_MAX_BYTES);
	}
	if (l->version >= 5)
		t.root = in_str(in, NAME_MAX_BYTES);
	if (l->version >= 9)
		thread_tail(in, &t);
	if (!in->error && l->sink->thread)
		l->sink->thread(l->sink->ctx, &t);
}

/* --- descriptors ----------------------------------------------------------------------------- */

static void fd_socket(struct scap_in *in, struct snap_fd *fd, unsigned int ip_bytes, bool server)
{
	in_bytes(in, fd->sip, ip_bytes);
	if (!server)
		in_bytes(in, fd->dip, ip_bytes);
	fd->sport = in_u16(in);
	if (!server)
		fd->dport = in_u16(in);
	fd->l4proto = in_u8(in);
}

static void fd_entry(struct scap_in *in, const struct list *l)
{
	struct snap_fd fd = { .pid = l->tid };
	char unknown[32];

	fd.fd = (int64_t)in_u64(in);
	fd.ino = in_u64(in);
	fd.type = in_u8(in);
	switch (fd.type) {
	case FD_IPV4:
	case FD_IPV4_SERVER:
		fd_socket(in, &fd, 4, fd.type == FD_IPV4_SERVER);
		break;
	case FD_IPV6:
	case FD_IPV6_SERVER:
		fd_socket(in, &fd, 16, fd.type == FD_IPV6_SERVER);
		break;
	case FD_UNIX:
		fd.unix_source = in_u64(in);
		fd.unix_peer = in_u64(in);
		fd.name = in_str(in, NAME_MAX_BYTES);
		break;
	case FD_FILE_V2:
		fd.open_flags = in_u32(in);
		fd.name = in_str(in, NAME_MAX_BYTES);
		if (l->version >= 2 && in_left(in) >= 4)
			fd.dev = in_u32(in);
		break;
	case FD_FILE:
	case FD_DIRECTORY:
	case FD_FIFO:
	case FD_EVENTFD:
	case FD_UNSUPPORTED:
	case FD_SIGNALFD:
	case FD_EVENTPOLL:
	case FD_INOTIFY:
	case FD_TIMERFD:
	case FD_NETLINK:
	case FD_BPF:
	case FD_USERFAULTFD:
	case FD_IO_URING:
	case FD_MEMFD:
	case FD_PIDFD:
		fd.name = in_str(in, NAME_MAX_BYTES);
		break;
	default:
		if (l->version < 2) {
			in->error = "unknown type of descriptor";
			return;
		}
		snprintf(unknown, sizeof(unknown), "unknown-type:[%u]", fd.type);
		fd.type = FD_UNSUPPORTED;
		fd.name = str_c(unknown);
		break;
	}
	if (!in->error && l->sink->fd)
		l->sink->fd(l->sink->ctx, &fd);
}

/* --- users, groups, interfaces, machine ------------------------------------------------------ */

static void user_entry(struct scap_in *in, const struct list *l)
{
	struct snap_user user;
	struct snap_group group;

	switch (in_u8(in)) {
	case 0:
		user.uid = in_u32(in);
		user.gid = in_u32(in);
		user.name = in_str(in, USER_MAX_BYTES);
		user.home = in_str(in, USER_MAX_BYTES);
		user.shell = in_str(in, USER_MAX_BYTES);
		if (!in->error && l->sink->user)
			l->sink->user(l->sink->ctx, &user);
		return;
	case 1:
		group.gid = in_u32(in);
		group.name = in_str(in, USER_MAX_BYTES);
		if (!in->error && l->sink->group)
			l->sink->group(l->sink->ctx, &group);
		return;
	default:
		if (!in->error)
			in->error = "it is neither a user nor a group";
	}
}

static void iface_entry(struct scap_in *in, const struct list *l)
{
	struct snap_iface iface = { .v6 = false };
	uint16_t kind = in_u16(in);
	uint16_t name_bytes = in_u16(in);
	unsigned int ip_bytes;
	uint8_t broadcast[16];

	if (kind < 1 || kind > 4) {
		if (!in->error)
			in->error = "unknown kind of interface";
		return;
	}
	iface.v6 = kind == 2 || kind == 4;
	ip_bytes = iface.v6 ? 16 : 4;
	in_bytes(in, iface.addr, ip_bytes);
	in_bytes(in, iface.mask, ip_bytes);
	in_bytes(in, broadcast, ip_bytes);
	if (kind <= 2)
		in_u64(in); /* speed of the link */
	if (!in->error && (name_bytes >= NAME_MAX_BYTES || name_bytes > in_left(in)))
		in->error = "its name is too long";
	if (in->error)
		return;
	iface.name = str_n(in->p, name_bytes);
	in->p += name_bytes;
	if (l->sink->iface)
		l->sink->iface(l->sink->ctx, &iface);
}

static void machine_entry(struct scap_in *in, const struct list *l)
{
	struct snap_machine m;
	char hostname[HOSTNAME_BYTES];

	m.num_cpus = in_u32(in);
	m.memory_bytes = in_u64(in);
	m.max_pid = in_u64(in);
	in_bytes(in, hostname, sizeof(hostname));
	m.hostname = str_until_nul(str_n(hostname, sizeof(hostname)));
	m.boot_ts_ns = in_u64(in);
	if (!in->error && l->sink->machine)
		l->sink->machine(l->sink->ctx, &m);
}

/* --- lists ----------------------------------------------------------------------------------- */

/* How entries say their own length. */
enum length {
	LENGTH_NONE,    /* they do not: old versions */
	LENGTH_WHOLE,   /* u32, itself counted */
	LENGTH_FOLLOWS, /* u32, itself not counted */
};

static int entry_error(struct diag *diag, const struct list *l, uint64_t offset, const char *why)
{
	return diag_error(diag, -EBADMSG, "corrupted %s entry at offset %" PRIu64 ": %s", l->name,
			  offset, why);
}

/* Sets the bounds of the entry at `in`, whose length word is passed over. NULL or the reason. */
static const char *entry_bounds(struct scap_in *in, enum length length, const uint8_t **ret_end)
{
	size_t have = in_left(in);
	uint64_t total;

	if (length == LENGTH_NONE) {
		*ret_end = NULL;
		return NULL;
	}
	total = (uint64_t)in_u32(in) + (length == LENGTH_FOLLOWS ? 4 : 0);
	if (total < 4)
		return "its length is smaller than the length itself";
	if (total > SCAP_ENTRY_MAX)
		return "its length is greater than the maximum";
	if (total > have)
		return "its length is greater than what is left of the block";
	in->end = in->p - 4 + total;
	*ret_end = in->end;
	return NULL;
}

static int read_entries(struct scap_cursor *c, struct list *l, enum length length,
			void (*entry)(struct scap_in *in, const struct list *l),
			uint32_t *body_left, struct diag *diag)
{
	/* Fewer than four bytes are padding. */
	while (*body_left >= 4) {
		size_t have = size_min(*body_left, SCAP_ENTRY_MAX);
		struct scap_in in = { .swap = c->swap };
		const uint8_t *end;
		size_t used;
		int r;

		r = cursor_demand(c, have, 0, -1, diag);
		if (r < 0)
			return r;
		in.p = c->p;
		in.end = c->p + have;
		in.error = entry_bounds(&in, length, &end);
		if (!in.error)
			entry(&in, l);
		if (in.error)
			return entry_error(diag, l, cursor_offset(c), in.error);
		/* Newer writers append members to an entry: they are passed over. */
		used = (size_t)((end ? end : in.p) - c->p);
		c->p += used;
		*body_left -= (uint32_t)used;
	}
	return 0;
}

static int read_machine(struct scap_cursor *c, struct list *l, uint32_t *body_left,
			struct diag *diag)
{
	struct scap_in in = { .swap = c->swap };
	int r;

	if (*body_left < MACHINE_BYTES)
		return entry_error(diag, l, cursor_offset(c), "it ends too early");
	r = cursor_demand(c, MACHINE_BYTES, 0, -1, diag);
	if (r < 0)
		return r;
	in.p = c->p;
	in.end = c->p + MACHINE_BYTES;
	machine_entry(&in, l);
	c->p += MACHINE_BYTES;
	*body_left -= MACHINE_BYTES;
	return 0;
}

static int read_fds(struct scap_cursor *c, struct list *l, uint32_t *body_left, struct diag *diag)
{
	int r;

	if (*body_left < 8)
		return entry_error(diag, l, cursor_offset(c), "it ends too early");
	r = cursor_demand(c, 8, 0, -1, diag);
	if (r < 0)
		return r;
	l->tid = (int64_t)scap_u64(c->p, c->swap);
	c->p += 8;
	*body_left -= 8;
	return read_entries(c, l, l->version >= 2 ? LENGTH_WHOLE : LENGTH_NONE, fd_entry, body_left,
			    diag);
}

int scap_table_read(struct scap_cursor *c, uint32_t type, uint32_t body_bytes,
		    const struct snapshot_sink *sink, uint32_t *ret_body_left, struct diag *diag)
{
	struct list l = { .sink = sink, .version = 1 };

	*ret_body_left = body_bytes;
	switch (type) {
	case SCAP_MACHINE:
		l.name = "machine info";
		return read_machine(c, &l, ret_body_left, diag);
	case SCAP_PROCS_V1:
		l.version = 1;
		break;
	case SCAP_PROCS_V2:
		l.version = 2;
		break;
	case SCAP_PROCS_V3:
		l.version = 3;
		break;
	case SCAP_FDS_V2:
		l.version = 2;
		__attribute__((fallthrough));
	case SCAP_FDS_V1:
		l.name = "fd list";
		return read_fds(c, &l, ret_body_left, diag);
	case SCAP_IFACES_V1:
	case SCAP_IFACES_V2:
		l.name = "interface list";
		return read_entries(c, &l, type == SCAP_IFACES_V2 ? LENGTH_FOLLOWS : LENGTH_NONE,
				    iface_entry, ret_body_left, diag);
	case SCAP_USERS_V1:
	case SCAP_USERS_V2:
		l.name = "user list";
		return read_entries(c, &l, type == SCAP_USERS_V2 ? LENGTH_WHOLE : LENGTH_NONE,
				    user_entry, ret_body_left, diag);
	default:
		if (type < SCAP_PROCS_V4 || type > SCAP_PROCS_V9)
			return 0;
		l.version = (int)(type - SCAP_PROCS_V4) + 4;
		break;
	}
	l.name = "process list";
	return read_entries(c, &l, l.version >= 9 ? LENGTH_WHOLE : LENGTH_NONE, thread_entry,
			    ret_body_left, diag);
}
