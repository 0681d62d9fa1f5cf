/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exists when a source is opened: the records that a capture file's tables, BPF iterators or
 * /proc deliver before the first event. A source hands each to a sink; state implements the sink.
 * All strings are borrowed for the duration of the call.
 */
#ifndef EVENT_SNAPSHOT_H
#define EVENT_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Numbers of the capture format's fd list (docs/formats/scap.md). */
enum fd_type {
	FD_UNKNOWN = 0, FD_FILE = 1, FD_DIRECTORY = 2, FD_IPV4 = 3, FD_IPV6 = 4,
	FD_IPV4_SERVER = 5, FD_IPV6_SERVER = 6, FD_FIFO = 7, FD_UNIX = 8, FD_EVENTFD = 9,
	FD_UNSUPPORTED = 10, FD_SIGNALFD = 11, FD_EVENTPOLL = 12, FD_INOTIFY = 13,
	FD_TIMERFD = 14, FD_NETLINK = 15, FD_FILE_V2 = 16, FD_BPF = 17, FD_USERFAULTFD = 18,
	FD_IO_URING = 19, FD_MEMFD = 20, FD_PIDFD = 21,
	FD_TYPES,
};

enum l4proto {
	L4_UNKNOWN = 0, L4_NA = 1, L4_TCP = 2, L4_UDP = 3, L4_ICMP = 4, L4_RAW = 5,
};

#define ID_NONE UINT32_MAX /* uid, gid or loginuid that is not known or not set */

struct snap_thread {
	int64_t tid, pid, ptid, sid, vpgid, pgid, vtid, vpid; /* -1: unknown */
	struct str comm, exe, exepath, cwd, root;
	struct str args, env;  /* NUL-separated, argv[0] not in args */
	struct str cgroups;    /* NUL-separated "subsystem=path" */
	uint64_t fdlimit;
	uint32_t flags; /* neutral clone flags */
	uint32_t uid, gid, loginuid; /* ID_NONE: unknown */
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t pfmajor, pfminor;
	uint32_t tty;
	uint64_t pidns_init_start_ns; /* epoch; 0 unknown */
	uint64_t clone_ns;            /* start, epoch; 0 unknown (captures do not have it) */
	uint64_t start_boot_ns;       /* start, since boot; 0 unknown */
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	bool exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd;
	uint64_t exe_ino, exe_ino_ctime_ns, exe_ino_mtime_ns; /* 0 unknown */
	uint32_t mntns; /* inode number; 0 unknown */
};

#define SNAP_THREAD_INIT                                                                           \
	{ .tid = -1, .pid = -1, .ptid = -1, .sid = -1, .vpgid = -1, .pgid = -1, .vtid = -1,        \
	  .vpid = -1, .uid = ID_NONE, .gid = ID_NONE, .loginuid = ID_NONE }

struct snap_fd {
	int64_t pid; /* thread that owns the table: the main thread */
	int64_t fd;
	uint64_t ino;
	uint32_t dev;
	uint32_t open_flags; /* neutral encoding, table file_flags */
	uint8_t type;        /* enum fd_type */
	uint8_t l4proto;     /* enum l4proto */
	uint16_t sport, dport; /* host order; server sockets: sport */
	uint8_t sip[16], dip[16]; /* network order; IPv4: the first four bytes. Server: sip */
	uint64_t unix_source, unix_peer;
	struct str name; /* path or name; empty for IP sockets */
};

struct snap_user {
	uint32_t uid, gid;
	struct str name, home, shell;
};

struct snap_group {
	uint32_t gid;
	struct str name;
};

struct snap_iface {
	bool v6;
	uint8_t addr[16], mask[16]; /* network order */
	struct str name;
};

struct snap_machine {
	uint32_t num_cpus;
	uint64_t memory_bytes;
	uint64_t max_pid;
	uint64_t boot_ts_ns; /* epoch; 0 unknown */
	struct str hostname;
};

/*
 * Receives a snapshot. `reset` comes before each one (a capture of several sections has several)
 * and forgets everything, `done` after it. Any callback may be NULL.
 */
struct snapshot_sink {
	void *ctx;
	void (*reset)(void *ctx);
	void (*machine)(void *ctx, const struct snap_machine *m);
	void (*iface)(void *ctx, const struct snap_iface *i);
	void (*user)(void *ctx, const struct snap_user *u);
	void (*group)(void *ctx, const struct snap_group *g);
	void (*thread)(void *ctx, const struct snap_thread *t);
	void (*fd)(void *ctx, const struct snap_fd *f);
	void (*done)(void *ctx);
};

#endif
