/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry of a thread in the state: where its contents come from and how they are set.
 */
#ifndef STATE_TASK_H
#define STATE_TASK_H

#include "state/state_impl.h"

struct task *task_new(struct state *s, int64_t tid, bool force); /* NULL: no room, counted */
void task_forget(struct state *s, struct task *task);
/* Of the snapshot, or of state_options.lookup(): makes or refills the entry, not yet linked. */
struct task *task_fill(struct state *s, const struct snap_thread *from);
/* Asks the host for an unknown thread, its main thread and its ancestors. NULL: not found. */
struct task *task_lookup(struct state *s, int64_t tid);
/* The entry of a task that was not in the table: asked for, or a placeholder. */
struct task *task_invent(struct state *s, int64_t tid);

void task_set_cgroups(struct state *s, struct task *task, struct str cgroups);
void task_set_exepath(struct state *s, struct task *task, struct str path); /* no " (deleted)" */
void task_set_cwd(struct state *s, struct task *task, struct str path); /* adds the '/' */
void task_resolve_users(struct state *s, const struct task *task);
/* The table of the task; made when it has none. NULL: no memory. */
struct fd_table *task_own_fds(struct state *s, struct task *task);

/* The thread of an event. NULL: unknown. */
static inline struct task *task_find(struct state *s, int64_t tid)
{
	struct task *task;

	if (LIKELY(s->last && s->last_tid == tid))
		return s->last;
	task = thread_table_find(&s->threads, tid);
	if (task) {
		s->last = task;
		s->last_tid = tid;
	}
	return task;
}

/* Sets THREAD_IN_PIDNS as the ids say. */
static inline void task_mark_pidns(struct thread *t)
{
	bool inside = (t->vtid > 0 && t->vtid != t->tid) || (t->vpid > 0 && t->vpid != t->pid);

	t->marks = inside ? t->marks | THREAD_IN_PIDNS : t->marks & ~(uint32_t)THREAD_IN_PIDNS;
}

#endif
