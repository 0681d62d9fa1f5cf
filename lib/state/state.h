/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is true now: threads, descriptors, users, groups, containers of one host, rebuilt from a
 * snapshot and the events after it.
 *
 *     snapshot --> state_sink()
 *     event    --> state_apply() --> rules look at the state_view --> state_settle()
 *
 * state_apply() makes the changes that rules must already see (a new descriptor, a new program);
 * state_settle() those that they must not yet see (a closed descriptor, an exited thread). One
 * owner, no locks: only the event loop touches it. All tables have fixed budgets; what did not fit or
 * was evicted is counted.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "event/event.h"
#include "event/snapshot.h"
#include "state/container_meta.h"
#include "state/fd.h"
#include "state/thread.h"

struct buf;
struct state;

struct state_options {
	uint32_t max_threads;   /* 0: 262144 */
	uint32_t max_fds;       /* per process; 0: 65536 */
	bool live;              /* unknown threads and users are looked up on this host */
	const char *host_root;  /* prefix of /proc and /etc; NULL or "": none */
	int64_t self_tid;       /* always admitted; 0: none */
	uint64_t max_bytes;     /* of all tables together; 0: 512 MiB */
	/*
	 * Asks the host for one task that is not in the tables (a reader of /proc, a BPF iterator):
	 * fills *ret, whose texts stay valid until the next call. 0, or -errno (-ESRCH: gone). NULL:
	 * unknown threads stay unknown. Only called when `live`.
	 */
	int (*lookup)(void *ctx, int64_t tid, struct snap_thread *ret);
	void *lookup_ctx;
};

/* What one event is about. All pointers are borrowed until the next state_apply(). */
struct state_view {
	/*
	 * NULL for events without a thread (plugin, meta), and for switch, procinfo, procexit of a task
	 * that is not known. Any other event of an unknown task gets a placeholder (THREAD_INVALID).
	 */
	struct thread *thread;
	const struct fd *fd;   /* descriptor that the event works on or created; NULL: unknown */
	/*
	 * Its number, known or not; -1: the call failed to make one, or the event does not say;
	 * INT64_MIN: events of this type have none. After dup it is the new descriptor, after pipe and
	 * socketpair the second.
	 */
	int64_t fd_num;
	const struct fd *fd2;  /* the other descriptor: dup: the old one; pipe, socketpair: the first */
	bool fd_name_changed;
	const struct snap_user *user;   /* meta events about users and groups */
	/* Of events that tell about a container; after news of its end, what was known. NULL: none. */
	const struct container *container;
};

struct state_counter {
	const char *name; /* "state.threads_full" */
	uint64_t value;
};

/* Copies what it needs of `options`. 0 or -ENOMEM. */
int state_new(const struct state_options *options, struct state **ret);
struct state *state_free(struct state *s); /* takes NULL; returns NULL */

/* The sink that fills `s`; valid as long as `s`. */
struct snapshot_sink state_sink(struct state *s);

/* Applies one event. Cannot fail: what had no room is counted. */
void state_apply(struct state *s, const struct event *ev, struct state_view *ret);
/* To be called once after the rules have seen the event of the last state_apply(). */
void state_settle(struct state *s);

/* Borrowed; NULL: unknown. */
struct thread *state_thread_find(const struct state *s, int64_t tid);
/* Main thread of the group that created t. NULL: none or unknown. */
struct thread *state_thread_parent(const struct state *s, const struct thread *t);
/* The n-th ancestor: 0 is t's main thread, 1 the parent. NULL beyond the oldest known. */
struct thread *state_thread_ancestor(const struct state *s, struct thread *t, unsigned int n);
/* Leader of t's session / process group: process-state rules of docs/formats/state.md. NULL: unknown. */
struct thread *state_session_leader(const struct state *s, struct thread *t);
struct thread *state_group_leader(const struct state *s, struct thread *t, bool host_pgid);

struct str thread_cwd(const struct thread *t); /* of its main thread; empty: unknown */
struct str thread_env(const struct thread *t);

/* The descriptor fd of t's table. Borrowed; NULL: unknown. */
const struct fd *state_fd_find(const struct state *s, const struct thread *t, int64_t fd);
uint32_t state_fd_count(const struct thread *t);
/* Calls fn for each descriptor of t in ascending order until it returns false. */
void state_fd_each(const struct thread *t, bool (*fn)(void *ctx, int64_t num, const struct fd *fd),
		   void *ctx);

/* User and group as seen from t's container. Borrowed; NULL: not known. */
const struct snap_user *state_user(const struct state *s, const struct thread *t, uint32_t uid);
const struct snap_group *state_group(const struct state *s, const struct thread *t, uint32_t gid);

/*
 * What events told about the container with this id (a thread's container_id). Borrowed until the
 * next state_apply(). NULL: nothing.
 */
const struct container *state_container(struct state *s, struct str id);

const struct snap_machine *state_machine(const struct state *s);
/* The host's interfaces, for fd.lip and the like; NULL and 0 without any. */
const struct snap_iface *state_ifaces(const struct state *s, size_t *ret_len);
/* True when the IPv4 (4 bytes) or IPv6 (16) address is one of the host's own. Loopback counts. */
bool state_is_own_address(const struct state *s, bool v6, const uint8_t *addr);

/* Appends the path of the directory that descriptor or AT_FDCWD (-100) `dirfd` of t means, with its
 * trailing '/', or "<UNKNOWN>". */
void state_dir_path(const struct state *s, const struct thread *t, int64_t dirfd, struct buf *b);

/* Counters of losses and sizes. Returns how many of at most `max` were filled. */
size_t state_counters(const struct state *s, struct state_counter *ret, size_t max);

#endif
