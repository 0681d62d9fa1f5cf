/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One task as the sensor knows it. Owned by the state; readers borrow it until the next
 * state_apply(). Texts are shared between entries (a fork copies references), so each is a struct
 * str whose bytes the state keeps alive as long as an entry uses them.
 */
#ifndef STATE_THREAD_H
#define STATE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/snapshot.h"

struct fd_table;

enum {
	/* Neutral clone flags that state looks at: values of table clone_flags in event/flags.def. */
	THREAD_IS_MAIN = 1 << 0,   /* tid == pid */
	THREAD_INVALID = 1 << 1,   /* placeholder: nothing is known but the tid */
	THREAD_CLOSED = 1 << 2,    /* exited; kept while its group or its children need it */
	THREAD_IN_PIDNS = 1 << 3,  /* tid differs from vtid */
	THREAD_INVERTED = 1 << 4,  /* made by the child's own clone event */
	THREAD_REAPER = 1 << 5,    /* group reaps orphans */
};

struct thread {
	int64_t tid;
	int64_t pid;  /* thread group leader */
	int64_t ptid; /* task that created it, or that it was given to; 0, -1: none */
	int64_t sid, vpgid, pgid, vtid, vpid;
	uint64_t start_boot_ns; /* with the tid a unique key; 0 unknown */
	uint64_t clone_ns;      /* epoch; 0 unknown */
	uint64_t exec_ns;       /* time of the last execve, epoch; 0 none seen */
	uint64_t pidns_init_start_ns;
	struct str comm, exe, exepath, root;
	struct str args;    /* NUL-separated, argv[0] not included */
	struct str cgroups; /* NUL-separated "subsystem=path" */
	struct str container_id; /* at most 12 characters; empty: the host */
	/* Of the main thread; read those of any thread by thread_cwd(), thread_env(). */
	struct str cwd; /* ends in '/' */
	struct str env; /* NUL-separated */
	uint64_t fdlimit;
	uint32_t uid, gid, loginuid; /* ID_NONE: unknown */
	uint32_t tty;
	uint32_t clone_flags; /* neutral */
	uint32_t marks;       /* THREAD_* */
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t pfmajor, pfminor;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint64_t exe_ino, exe_ino_ctime_ns, exe_ino_mtime_ns;
	uint64_t exe_ino_ctime_duration_clone_ns, exe_ino_ctime_duration_pidns_ns;
	uint32_t mntns;
	bool exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd;

	/* Links; read them through the functions of state.h. */
	struct thread *main;     /* leader's entry; itself for a main thread; NULL: unknown */
	uint32_t live_threads;   /* main thread: live members of the group, itself included */
	struct fd_table *fds;    /* main thread, or a thread with a table of its own */
	uint64_t last_seen_ns;
};

#endif
