/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every task the sensor knows, keyed by its tid in the host's pid namespace, with the links between
 * them: members of a thread group, children of a parent.
 *
 * Links follow the table: thread_table_link() joins an entry to its group and its parent,
 * thread_table_remove() undoes it and hands children over. Entries stay where they are until they
 * are removed; what is removed is used again.
 */
#ifndef STATE_THREAD_TABLE_H
#define STATE_THREAD_TABLE_H

#include "state/pool.h"
#include "state/thread.h"

struct enter;

enum { LINEAGE_MAX = 256 }; /* ancestors that are followed at most */

/* One entry: what everybody may see, and what only the table and the handlers use. */
struct task {
	struct thread t;
	struct task *parent;
	struct task *first_child, *next_sibling, *prev_sibling;
	struct task *first_member, *next_member, *prev_member; /* list head: at the main thread */
	struct enter *enter; /* the enter event that waits for its exit; NULL: none */
	int64_t reaper_tid;  /* while it exits */
	bool orphan;         /* counted in thread_table.orphans */
};

struct thread_slot {
	int64_t tid;
	struct task *task;
};

struct thread_table {
	struct pool *pool;
	struct thread_slot *slots;
	uint32_t mask;  /* slots - 1 */
	uint32_t count;
	uint32_t max;
	uint32_t orphans; /* members whose main thread is unknown */
};

int thread_table_init(struct thread_table *tt, struct pool *pool, uint32_t max);
void thread_table_clear(struct thread_table *tt); /* removes every entry */
void thread_table_fini(struct thread_table *tt);

/* Borrowed until it is removed. NULL: unknown. */
struct task *thread_table_find(const struct thread_table *tt, int64_t tid);

/*
 * A new entry under `tid`, in the state of one of which nothing is known. `force` ignores the limit.
 * NULL: no room or no memory. The tid must not be in the table.
 */
struct task *thread_table_add(struct thread_table *tt, int64_t tid, bool force);
/* Makes *task know nothing again, keeping its tid and its place; its links are cut. */
void thread_table_blank(struct thread_table *tt, struct task *task);
/* Joins the entry to the group of t.pid and to the parent t.ptid as far as they are known. */
void thread_table_link(struct thread_table *tt, struct task *task);
void thread_table_set_parent(struct thread_table *tt, struct task *task, int64_t ptid);
/* Takes the entry out; children go to task->reaper_tid or to whom the table finds. */
void thread_table_remove(struct thread_table *tt, struct task *task);
/* Ends of lives: counts a member out, and forgets what nobody needs any more. */
void thread_table_mark_closed(struct task *task);
void thread_table_bury(struct thread_table *tt, struct task *task);

/* The table of descriptors that the task uses: its own, or that of its main thread. */
static inline struct fd_table *task_fds(const struct thread *t)
{
	return t->fds ? t->fds : t->main ? t->main->fds : NULL;
}

static inline struct task *task_of(struct thread *t)
{
	return (struct task *)t;
}

static inline struct task *task_main(struct task *task)
{
	return task_of(task->t.main);
}

#endif
