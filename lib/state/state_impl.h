/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the state share with each other and with nobody else: the state itself, and the
 * frame in which a handler works.
 *
 *     state_apply(): find thread -> facts -> find descriptor -> handlers[event code](frame)
 *
 * A handler changes tables and may fill the view. What rules must not see yet it leaves in
 * state.settle. There is one handler per event code that means something to the state: apply.def.
 */
#ifndef STATE_STATE_IMPL_H
#define STATE_STATE_IMPL_H

#include "base/buf.h"
#include "state/container_table.h"
#include "state/fd_table.h"
#include "state/state.h"
#include "state/thread_table.h"
#include "state/user_table.h"

enum {
	LINEAGE_MAX = 256, /* ancestors that are followed at most */
	EXITED_SLOTS = 1024,
	/* Neutral values of event/flags.def, checked by a test. */
	CLONE_FILES_N = 0x1,
	CLONE_FS_N = 0x2,
	CLONE_NEWPID_N = 0x40,
	CLONE_PARENT_N = 0x100,
	CLONE_THREAD_N = 0x2000,
	CLONE_INVERTED_N = 0x10000,
	CLONE_NAME_CHANGED_N = 0x20000,
	CLONE_NEWUSER_N = 0x100000,
	CLONE_VFORK_N = 0x8000000,
	CLONE_CHILD_IN_PIDNS_N = 0x20000000,
	O_DIRECTORY_N = 0x400,
	O_CLOEXEC_N = 0x1000,
	O_F_CREATED_N = 0x4000,
	FD_UPPER_LAYER_N = 0x8000,
	FD_LOWER_LAYER_N = 0x10000,
	PR_SET_NAME_N = 0xf,
	PR_SET_CHILD_SUBREAPER_N = 0x24,
	PR_GET_CHILD_SUBREAPER_N = 0x25,
	RLIMIT_NOFILE_N = 7,
	F_DUPFD_N = 1,
	F_SETFD_N = 3,
	F_DUPFD_CLOEXEC_N = 0x1a,
	CLOSE_RANGE_CLOEXEC_N = 4,
	AT_FDCWD_N = -100,
};

/* What an enter event said, kept until its exit: the exit's copy may have been altered meanwhile. */
struct enter {
	uint16_t type;
	bool has_flags;
	uint32_t flags;
	int64_t dirfd;
	struct str name; /* path, or the bytes of a socket address; a shared text */
};

struct exited {
	int64_t tid;
	int64_t ptid;
	uint64_t ts_ns;
};

struct purge {
	uint64_t next_ns;
	bool running;
	uint32_t slot;
};

struct state {
	struct pool pool;
	struct thread_table threads;
	struct user_table users;
	struct container_table containers;
	struct state_options options;
	char *host_root;
	struct snap_machine machine; /* hostname: a shared text */
	struct snap_iface *ifaces;
	uint32_t ifaces_len;

	/* The thread of the last event: one task mostly speaks several times in a row. */
	int64_t last_tid;
	struct task *last;
	struct task *spare; /* stands in for a thread that had no room; never in the table */

	struct {
		struct task *exited;
		struct task *entered_userns; /* its capabilities change after the rules */
		struct task *closes; /* the task in whose table first..last are closed */
		int64_t first;
		int64_t last;
		const struct container *container; /* it ended */
	} settle;
	struct fd *held; /* kept alive for the view although the table dropped it */

	struct exited exited[EXITED_SLOTS];
	struct purge purge;
	struct buf path; /* scratch of one event */
	struct {
		uint64_t threads_full, fds_full, placeholders, tid_reused, fd_repaired, evicted,
			lookups, lookups_failed, inconsistent;
	} counters;
	int8_t fd_param[EVENT_CODES]; /* parameter with the descriptor an event works on; -1: none */
};

/* The facts of one event, found in one pass. */
struct facts {
	uint32_t have; /* bit per enum fact */
	struct str path, path2, cwd, dir, tuple;
	uint64_t ino, start, pidns_start;
	int64_t ppid, sid;
	uint32_t dev, mntns, fdflags;
	uint8_t fdtype, l4proto, ovl;
};

struct apply {
	struct state *s;
	const struct event *ev;
	struct state_view *view;
	struct task *task; /* NULL only for handlers that are marked so in apply.def */
	struct facts facts;
	uint32_t mntns_before; /* the task's mount namespace before this event's facts */
};

typedef void apply_fn(struct apply *a);

#define HANDLER(code, fn) apply_fn fn;
#include "state/apply.def"
#undef HANDLER

static inline bool has_fact(const struct apply *a, enum fact f)
{
	return a->facts.have >> f & 1;
}

/*
 * Events of our own kernel side, as opposed to a foreign capture. Some gaps of the recorded product
 * are closed only for these, because replays must give what it gave.
 */
static inline bool is_own(const struct apply *a)
{
	return a->ev->has_facts || a->s->options.live;
}

/* The result of the call; false when it failed or is missing. */
static inline bool succeeded(const struct apply *a, int64_t *ret)
{
	*ret = event_i64(a->ev, 0, -1);
	return *ret >= 0;
}

/* --- state.c --- */
struct task *state_task_new(struct state *s, int64_t tid, bool force);
void state_task_forget(struct state *s, struct task *task);
/* Of the snapshot, or of state_options.lookup(): makes or refills the entry, not yet linked. */
struct task *state_task_fill(struct state *s, const struct snap_thread *t);
/* Asks the host for an unknown thread, its main thread and its ancestors. NULL: not found. */
struct task *state_task_lookup(struct state *s, int64_t tid);
void state_set_cgroups(struct state *s, struct task *task, struct str cgroups);
void state_resolve_users(struct state *s, const struct task *task);
void state_set_exepath(struct state *s, struct task *task, struct str path); /* no " (deleted)" */
void state_set_cwd(struct state *s, struct task *task, struct str path); /* adds the '/' */
void enter_free(struct pool *p, struct enter *e);
/* The enter event that belongs to the exit event `a`, or NULL. */
const struct enter *enter_of(const struct apply *a);

/* --- apply_file.c --- */
/*
 * Puts an entry like *like under `number` of the task's table, and names it in the view as the
 * descriptor of the event. NULL: no room, which is counted.
 */
const struct fd *add_fd(struct apply *a, int64_t number, const struct fd *like);
/* The table of the task; made when it has none. NULL: no memory. */
struct fd_table *own_fds(struct state *s, struct task *task);
/* Compares the entry of the event's descriptor with the facts; makes or replaces it. */
void repair_fd(struct apply *a);
/* An entry from facts alone. False: they do not say enough. */
bool fd_from_facts(const struct apply *a, struct fd *ret);

/* --- apply_socket.c --- */
/* Sets type, ends and pointers from a tuple parameter. False: too short, or of another family. */
bool fd_set_tuple(struct fd *fd, struct str tuple, struct str *ret_path);
void fd_swap_ends(struct fd *fd);
/* "sip:sport->dip:dport", "ip:port" of a server, "hex->hex path". */
void fd_format_name(const struct fd *fd, struct str path, struct buf *b);
/* Fills an end that is all zeros with the own address on the way to the other. */
void fd_complete_ends(const struct state *s, struct fd *fd);

#endif
