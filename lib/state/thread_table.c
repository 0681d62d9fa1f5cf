/* SPDX-License-Identifier: Apache-2.0 */
#include "state/thread_table.h"

#include <errno.h>
#include <stdlib.h>

#include "state/enter.h"
#include "state/fd_table.h"

enum { FIRST_SLOTS = 1024 };

static uint32_t place(const struct thread_table *tt, int64_t tid)
{
	return (uint32_t)(((uint64_t)tid * 0x9e3779b97f4a7c15u) >> 32) & tt->mask;
}

int thread_table_init(struct thread_table *tt, struct pool *pool, uint32_t max)
{
	*tt = (struct thread_table){ .pool = pool, .mask = FIRST_SLOTS - 1, .max = max };
	tt->slots = calloc(FIRST_SLOTS, sizeof(*tt->slots));
	return tt->slots ? 0 : -ENOMEM;
}

void thread_table_fini(struct thread_table *tt)
{
	if (tt->slots)
		thread_table_clear(tt);
	free(tt->slots);
	tt->slots = NULL;
}

struct task *thread_table_find(const struct thread_table *tt, int64_t tid)
{
	for (uint32_t i = place(tt, tid);; i = (i + 1) & tt->mask) {
		if (!tt->slots[i].task)
			return NULL;
		if (tt->slots[i].tid == tid)
			return tt->slots[i].task;
	}
}

static void insert(struct thread_table *tt, struct thread_slot slot)
{
	uint32_t i = place(tt, slot.tid);

	while (tt->slots[i].task)
		i = (i + 1) & tt->mask;
	tt->slots[i] = slot;
}

static bool grow(struct thread_table *tt)
{
	struct thread_slot *old = tt->slots;
	uint32_t len = tt->mask + 1;
	struct thread_slot *slots = calloc((size_t)len * 2, sizeof(*slots));

	if (!slots)
		return false;
	tt->slots = slots;
	tt->mask = len * 2 - 1;
	for (uint32_t i = 0; i < len; i++)
		if (old[i].task)
			insert(tt, old[i]);
	free(old);
	return true;
}

static void set_unknown(struct task *task, int64_t tid)
{
	*task = (struct task){ .t = { .tid = tid, .pid = -1, .ptid = -1, .sid = -1, .vpgid = -1,
				      .pgid = -1, .vtid = -1, .vpid = -1, .uid = ID_NONE,
				      .gid = ID_NONE, .loginuid = ID_NONE,
				      .marks = THREAD_INVALID } };
	task->t.comm = task->t.exe = task->t.exepath = task->t.root = STR("");
	task->t.args = task->t.cgroups = task->t.container_id = STR("");
	task->t.cwd = task->t.env = STR("");
}

struct task *thread_table_add(struct thread_table *tt, int64_t tid, bool force)
{
	struct task *task;

	if (tt->count >= tt->max && !force)
		return NULL;
	if (tt->count >= (tt->mask + 1) / 4 * 3 && !grow(tt))
		return NULL;
	task = pool_alloc(tt->pool, sizeof(*task));
	if (!task)
		return NULL;
	set_unknown(task, tid);
	insert(tt, (struct thread_slot){ tid, task });
	tt->count++;
	return task;
}

static void leave_parent(struct task *task)
{
	if (!task->parent)
		return;
	if (task->prev_sibling)
		task->prev_sibling->next_sibling = task->next_sibling;
	else
		task->parent->first_child = task->next_sibling;
	if (task->next_sibling)
		task->next_sibling->prev_sibling = task->prev_sibling;
	task->parent = task->prev_sibling = task->next_sibling = NULL;
}

static void leave_group(struct thread_table *tt, struct task *task)
{
	struct task *main = task_main(task);

	if (!main) {
		if (task->orphan)
			tt->orphans--;
		task->orphan = false;
		return;
	}
	if (!(task->t.marks & THREAD_CLOSED) && main->t.live_threads)
		main->t.live_threads--;
	if (task == main) {
		/* The members stay, without a main thread. */
		for (struct task *m = main->first_member, *next; m; m = next) {
			next = m->next_member;
			m->t.main = NULL;
			m->next_member = m->prev_member = NULL;
			m->orphan = true;
			tt->orphans++;
		}
		main->first_member = NULL;
	} else {
		if (task->prev_member)
			task->prev_member->next_member = task->next_member;
		else
			main->first_member = task->next_member;
		if (task->next_member)
			task->next_member->prev_member = task->prev_member;
		task->next_member = task->prev_member = NULL;
	}
	task->t.main = NULL;
}

static void join_group(struct task *main, struct task *task)
{
	task->t.main = &main->t;
	if (!(task->t.marks & THREAD_CLOSED))
		main->t.live_threads++;
	if (task == main)
		return;
	task->prev_member = NULL;
	task->next_member = main->first_member;
	if (main->first_member)
		main->first_member->prev_member = task;
	main->first_member = task;
}

/* A main thread arrives after its members: they have waited without one. */
static void adopt_members(struct thread_table *tt, struct task *main)
{
	for (uint32_t i = 0; i <= tt->mask && tt->orphans; i++) {
		struct task *task = tt->slots[i].task;

		if (!task || !task->orphan || task->t.pid != main->t.tid)
			continue;
		tt->orphans--;
		task->orphan = false;
		join_group(main, task);
	}
}

void thread_table_set_parent(struct thread_table *tt, struct task *task, int64_t ptid)
{
	struct task *parent = ptid > 0 ? thread_table_find(tt, ptid) : NULL;

	leave_parent(task);
	task->t.ptid = ptid;
	if (!parent || parent == task)
		return;
	task->parent = parent;
	task->next_sibling = parent->first_child;
	if (parent->first_child)
		parent->first_child->prev_sibling = task;
	parent->first_child = task;
}

void thread_table_link(struct thread_table *tt, struct task *task)
{
	if (task->t.pid > 0 && !task->t.main) {
		struct task *main = task->t.pid == task->t.tid ? task :
				    thread_table_find(tt, task->t.pid);

		if (main && (main == task || main->t.main == &main->t)) {
			join_group(main, task);
			if (main == task && tt->orphans)
				adopt_members(tt, main);
		} else if (!task->orphan) {
			task->orphan = true;
			tt->orphans++;
		}
	}
	thread_table_set_parent(tt, task, task->t.ptid);
}

static bool in_pidns(const struct task *task)
{
	return task->t.marks & THREAD_IN_PIDNS;
}

static struct task *live_member(struct task *main, const struct task *but)
{
	if (!main)
		return NULL;
	if (main != but && !(main->t.marks & THREAD_CLOSED))
		return main;
	for (struct task *m = main->first_member; m; m = m->next_member)
		if (m != but && !(m->t.marks & THREAD_CLOSED))
			return m;
	return NULL;
}

/*
 * Who takes over the children of `task`, as the kernel decides it: another thread of its group, else
 * the nearest ancestor group that reaps, but none outside its pid namespace. NULL: unknown.
 */
static struct task *find_reaper(struct task *task)
{
	struct task *heir = live_member(task_main(task), task);
	unsigned int depth = 0;

	if (heir)
		return heir;
	for (struct task *a = task->parent; a && a != task && depth < LINEAGE_MAX;
	     a = a->parent, depth++) {
		struct task *main = task_main(a);

		if (in_pidns(a) != in_pidns(task))
			return NULL;
		if (!main || !(main->t.marks & THREAD_REAPER))
			continue;
		heir = live_member(main, task);
		if (heir)
			return heir;
	}
	return NULL;
}

static void hand_over_children(struct thread_table *tt, struct task *task)
{
	struct task *heir = task->reaper_tid > 0 ? thread_table_find(tt, task->reaper_tid) : NULL;

	if (!heir || heir == task)
		heir = find_reaper(task);
	if (heir && task_main(heir))
		heir->t.main->marks |= THREAD_REAPER;
	while (task->first_child) {
		struct task *child = task->first_child;

		/* A child that is itself the heir cannot be its own parent. */
		thread_table_set_parent(tt, child, heir && heir != child ? heir->t.tid : 0);
	}
}

static void drop_contents(struct thread_table *tt, struct task *task)
{
	struct thread *t = &task->t;

	enter_free(tt->pool, task->enter);
	task->enter = NULL;
	text_drop(tt->pool, &t->comm);
	text_drop(tt->pool, &t->exe);
	text_drop(tt->pool, &t->exepath);
	text_drop(tt->pool, &t->root);
	text_drop(tt->pool, &t->args);
	text_drop(tt->pool, &t->cgroups);
	text_drop(tt->pool, &t->container_id);
	text_drop(tt->pool, &t->cwd);
	text_drop(tt->pool, &t->env);
	t->fds = fd_table_unref(tt->pool, t->fds);
}

void thread_table_blank(struct thread_table *tt, struct task *task)
{
	struct task *children = task->first_child;

	leave_parent(task);
	leave_group(tt, task);
	drop_contents(tt, task);
	set_unknown(task, task->t.tid);
	task->first_child = children;
}

static void take_out(struct thread_table *tt, int64_t tid)
{
	uint32_t hole = place(tt, tid);

	while (tt->slots[hole].tid != tid || !tt->slots[hole].task)
		hole = (hole + 1) & tt->mask;
	/* Whoever was pushed behind the hole moves up: no tombstones. */
	for (uint32_t i = (hole + 1) & tt->mask; tt->slots[i].task; i = (i + 1) & tt->mask) {
		uint32_t home = place(tt, tt->slots[i].tid);

		if (((i - home) & tt->mask) >= ((i - hole) & tt->mask)) {
			tt->slots[hole] = tt->slots[i];
			hole = i;
		}
	}
	tt->slots[hole] = (struct thread_slot){ 0 };
	tt->count--;
}

void thread_table_remove(struct thread_table *tt, struct task *task)
{
	if (task->first_child)
		hand_over_children(tt, task);
	leave_parent(task);
	leave_group(tt, task);
	drop_contents(tt, task);
	take_out(tt, task->t.tid);
	pool_free(tt->pool, task, sizeof(*task));
}

void thread_table_mark_closed(struct task *task)
{
	struct task *main = task_main(task);

	if (task->t.marks & THREAD_CLOSED)
		return;
	task->t.marks |= THREAD_CLOSED;
	if (main && main->t.live_threads)
		main->t.live_threads--;
}

void thread_table_bury(struct thread_table *tt, struct task *task)
{
	struct task *main = task_main(task);

	if (task == main && main->t.live_threads) {
		/* Its group still reads its files and directory; children already have a new parent. */
		if (task->first_child)
			hand_over_children(tt, task);
		return;
	}
	if (task != main)
		thread_table_remove(tt, task);
	if (main && (main->t.marks & THREAD_CLOSED) && !main->t.live_threads) {
		while (main->first_member) /* dead members whose exit was lost */
			thread_table_remove(tt, main->first_member);
		thread_table_remove(tt, main);
	}
}

void thread_table_clear(struct thread_table *tt)
{
	for (uint32_t i = 0; i <= tt->mask; i++) {
		struct task *task = tt->slots[i].task;

		if (!task)
			continue;
		drop_contents(tt, task);
		pool_free(tt->pool, task, sizeof(*task));
		tt->slots[i] = (struct thread_slot){ 0 };
	}
	tt->count = 0;
	tt->orphans = 0;
}
