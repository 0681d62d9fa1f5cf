/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state itself, for the files that make it up and for nobody else. Arrows run one way:
 *
 *     sink.c --> state.c --> apply_*.c --> fd_build.c --> task.c, query.c --> fd_ends.c, enter.c,
 *                       \-> purge.c -----------------------^                  facts.c, tables
 */
#ifndef STATE_STATE_IMPL_H
#define STATE_STATE_IMPL_H

#include "base/buf.h"
#include "state/container_table.h"
#include "state/fd_table.h"
#include "state/state.h"
#include "state/thread_table.h"
#include "state/user_table.h"

enum { EXITED_SLOTS = 1024 };

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

/* Back to an empty state, as after state_new(). */
void state_clear(struct state *s);

#endif
