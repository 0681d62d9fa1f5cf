/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Birth, exec and death of tasks, and what tasks change about themselves.
 *
 * Parent and child both report a birth, in any order. Usually the parent's event makes the entry.
 * Where its view of the child's ids is not the host's (pid namespaces) or the child is sure to speak
 * first (vfork), the child's own event makes it.
 */
#include "state/apply.h"
#include "state/path.h"
#include "state/task.h"

static const uint64_t birth_window_ns = 2000000000; /* both reports of one birth are this close */

/* Parameters that clone and execve share. */
enum {
	P_RES, P_EXE, P_ARGS, P_TID, P_PID, P_PTID, P_CWD, P_FDLIMIT, P_PFMAJOR, P_PFMINOR,
	P_VMSIZE, P_VMRSS, P_VMSWAP, P_COMM, P_CGROUPS,
	C_FLAGS = 15, C_UID, C_GID, C_VTID, C_VPID, C_PIDNS_START,
	X_ENV = 15, X_TTY, X_VPGID, X_LOGINUID, X_FLAGS, X_CAP_INHERITABLE, X_CAP_PERMITTED,
	X_CAP_EFFECTIVE, X_EXE_INO, X_EXE_CTIME, X_EXE_MTIME, X_UID, X_EXEPATH, X_PGID, X_GID,
};

enum { EXE_WRITABLE = 1, EXE_UPPER_LAYER = 2, EXE_FROM_MEMFD = 4, EXE_LOWER_LAYER = 8 };

static void set_memory(struct thread *t, const struct event *ev, unsigned int first)
{
	t->vmsize_kb = (uint32_t)event_u64(ev, first, t->vmsize_kb);
	t->vmrss_kb = (uint32_t)event_u64(ev, first + 1, t->vmrss_kb);
	t->vmswap_kb = (uint32_t)event_u64(ev, first + 2, t->vmswap_kb);
}

/* What clone and execve say alike about the task that runs. */
static void set_program(struct apply *a, struct task *task)
{
	struct pool *p = &a->s->pool;
	const struct event *ev = a->ev;

	text_set(p, &task->t.exe, event_text(ev, P_EXE));
	text_set(p, &task->t.args, event_param(ev, P_ARGS));
	text_set(p, &task->t.comm, event_text(ev, P_COMM));
	if (event_has(ev, P_CGROUPS))
		task_set_cgroups(a->s, task, event_param(ev, P_CGROUPS));
	task->t.fdlimit = event_u64(ev, P_FDLIMIT, task->t.fdlimit);
	task->t.pfmajor = event_u64(ev, P_PFMAJOR, task->t.pfmajor);
	task->t.pfminor = event_u64(ev, P_PFMINOR, task->t.pfminor);
	set_memory(&task->t, ev, P_VMSIZE);
}

/* Turns a placeholder into an entry with what a clone event says about its own task. */
static void introduce(struct apply *a, struct task *task, int64_t tid, int64_t pid)
{
	const struct event *ev = a->ev;
	struct thread *t = &task->t;

	t->marks &= ~(uint32_t)(THREAD_INVALID | THREAD_CLOSED);
	if (tid == pid)
		t->marks |= THREAD_IS_MAIN;
	t->pid = pid;
	t->ptid = event_i64(ev, P_PTID, -1);
	t->vpid = event_i64(ev, C_VPID, pid);
	t->vtid = tid == pid ? t->vpid : event_i64(ev, C_VTID, tid);
	t->uid = (uint32_t)event_u64(ev, C_UID, ID_NONE);
	t->gid = (uint32_t)event_u64(ev, C_GID, ID_NONE);
	set_program(a, task);
	task_mark_pidns(t);
	thread_table_link(&a->s->threads, task);
	task_resolve_users(a->s, task);
}

/* The entry of a task that must exist, because it or its thread just spoke. NULL: no room. */
static struct task *require(struct apply *a, int64_t tid, int64_t pid)
{
	struct task *task = thread_table_find(&a->s->threads, tid);

	if (!task && pid == tid)
		task = task_lookup(a->s, tid);
	if (!task)
		task = task_new(a->s, tid, false);
	if (task && (task->t.marks & THREAD_INVALID)) {
		if (pid != tid && pid > 0)
			require(a, pid, pid);
		introduce(a, task, tid, pid);
	}
	return task;
}

static void remember_exit(struct state *s, const struct thread *t, uint64_t ts_ns)
{
	s->exited[(uint64_t)t->tid % EXITED_SLOTS] =
		(struct exited){ .tid = t->tid, .ptid = t->ptid, .ts_ns = ts_ns };
}

static bool exited_lately(const struct state *s, int64_t tid, int64_t ptid, uint64_t ts_ns)
{
	const struct exited *e = &s->exited[(uint64_t)tid % EXITED_SLOTS];

	return e->tid == tid && e->ptid == ptid && ts_ns - e->ts_ns < birth_window_ns;
}

/* What a child has from whoever made it. `from` is the creator, or the leader for a thread. */
static void inherit(struct apply *a, struct task *child, const struct thread *from, bool thread)
{
	struct pool *p = &a->s->pool;
	struct thread *t = &child->t;

	t->sid = from->sid;
	t->vpgid = from->vpgid;
	t->pgid = from->pgid;
	t->tty = from->tty;
	t->loginuid = from->loginuid;
	t->cap_inheritable = from->cap_inheritable;
	t->cap_permitted = from->cap_permitted;
	t->cap_effective = from->cap_effective;
	t->exe_ino = from->exe_ino;
	t->exe_ino_ctime_ns = from->exe_ino_ctime_ns;
	t->exe_ino_mtime_ns = from->exe_ino_mtime_ns;
	t->exe_ino_ctime_duration_clone_ns = from->exe_ino_ctime_duration_clone_ns;
	t->exe_ino_ctime_duration_pidns_ns = from->exe_ino_ctime_duration_pidns_ns;
	t->exe_writable = from->exe_writable;
	t->exe_upper_layer = from->exe_upper_layer;
	t->exe_lower_layer = from->exe_lower_layer;
	t->exe_from_memfd = from->exe_from_memfd;
	t->mntns = from->mntns;
	text_share(p, &t->exepath, from->exepath);
	text_share(p, &t->root, from->root);
	/* Mostly the event repeats these bytes: sharing them first makes that a comparison. */
	text_share(p, &t->comm, from->comm);
	text_share(p, &t->exe, from->exe);
	text_share(p, &t->args, from->args);
	text_share(p, &t->cgroups, from->cgroups);
	text_share(p, &t->container_id, from->container_id);
	if (thread) {
		t->exec_ns = from->exec_ns;
		return;
	}
	if (from->main) {
		text_share(p, &t->cwd, from->main->cwd);
		text_share(p, &t->env, from->main->env);
	}
}

struct birth {
	int64_t tid, pid, ptid, vtid, vpid;
	uint32_t flags;
	bool by_child; /* its own event makes the entry */
};

static void make_child(struct apply *a, const struct birth *b, struct task *from)
{
	struct state *s = a->s;
	bool thread = b->flags & CLONE_THREAD_N;
	struct task *task = task_new(s, b->tid, false);
	struct thread *t;

	if (!task) {
		a->task = b->by_child ? NULL : a->task;
		return;
	}
	t = &task->t;
	t->marks = b->tid == b->pid ? THREAD_IS_MAIN : 0;
	t->pid = b->pid;
	t->ptid = b->ptid;
	t->clone_flags = b->flags;
	t->clone_ns = a->ev->ts_ns;
	t->last_seen_ns = a->ev->ts_ns;
	if (b->by_child) {
		t->marks |= THREAD_INVERTED;
		t->clone_flags |= CLONE_INVERTED_N;
	}
	if (from)
		inherit(a, task, &from->t, thread);
	set_program(a, task);
	if (!b->by_child) {
		t->pfmajor = 0;
		t->pfminor = 0;
	}
	t->uid = (uint32_t)event_u64(a->ev, C_UID, ID_NONE);
	t->gid = (uint32_t)event_u64(a->ev, C_GID, ID_NONE);
	t->vtid = b->vtid;
	t->vpid = b->vpid;
	task_mark_pidns(t);
	t->pidns_init_start_ns = s->machine.boot_ts_ns;
	if (t->marks & THREAD_IN_PIDNS)
		t->pidns_init_start_ns += event_u64(a->ev, C_PIDNS_START, 0);
	if (b->by_child && has_fact(a, FACT_PIDNS_START))
		t->pidns_init_start_ns = a->facts.pidns_start;
	if (b->by_child && has_fact(a, FACT_START))
		t->start_boot_ns = a->facts.start;
	if (!thread && from) {
		/* The kernel can share one table between processes; old captures never did. */
		if (is_own(a) && (b->flags & CLONE_FILES_N))
			t->fds = fd_table_ref(task_own_fds(s, from));
		else
			t->fds = fd_table_copy(&s->pool, task_fds(&from->t));
	} else if (from && is_own(a)) {
		if (!(b->flags & CLONE_FILES_N))
			t->fds = fd_table_copy(&s->pool, task_fds(&from->t));
		else if (task_main(from) != from) /* the creator may have left the group's table */
			t->fds = fd_table_ref(from->t.fds);
	}
	if (!thread && b->vpid == 1)
		t->marks |= THREAD_REAPER;
	thread_table_link(&s->threads, task);
	task_resolve_users(s, task);
	if (b->by_child)
		a->task = task;
}

static void clone_by_parent(struct apply *a, int64_t child_tid)
{
	const struct event *ev = a->ev;
	struct state *s = a->s;
	uint32_t flags = (uint32_t)event_u64(ev, C_FLAGS, 0);
	bool thread = flags & CLONE_THREAD_N;
	int64_t pid = event_i64(ev, P_PID, ev->tid);
	int64_t vtid = event_i64(ev, C_VTID, ev->tid);
	struct birth b = { .tid = child_tid, .vtid = child_tid, .flags = flags };
	struct task *caller = a->task;
	struct task *known;

	if (!caller || (caller->t.marks & THREAD_INVALID)) {
		caller = require(a, ev->tid, pid);
		if (!caller)
			return;
		a->task = caller;
		a->view->thread = &caller->t;
	} else {
		caller->t.pfmajor = event_u64(ev, P_PFMAJOR, caller->t.pfmajor);
		caller->t.pfminor = event_u64(ev, P_PFMINOR, caller->t.pfminor);
		set_memory(&caller->t, ev, P_VMSIZE);
	}
	/* Here the result is not the child's tid on the host, or the child reports for itself. */
	if ((flags & (CLONE_NEWPID_N | CLONE_PARENT_N | CLONE_CHILD_IN_PIDNS_N | CLONE_VFORK_N)) ||
	    ev->type == EV_SYSCALL_VFORK_20_X || vtid != ev->tid)
		return;
	b.ptid = thread ? caller->t.ptid : caller->t.tid;
	if (exited_lately(s, child_tid, b.ptid, ev->ts_ns))
		return;
	known = thread_table_find(&s->threads, child_tid);
	if (known && (known->t.marks & THREAD_INVERTED) &&
	    ev->ts_ns - known->t.clone_ns < birth_window_ns)
		return;
	if (known && known != caller)
		task_forget(s, known);
	else if (known)
		return; /* a task is not its own child: the event lies */
	b.pid = thread ? caller->t.pid : child_tid;
	b.vpid = thread ? caller->t.vpid : child_tid;
	make_child(a, &b, caller);
}

static void clone_by_child(struct apply *a)
{
	const struct event *ev = a->ev;
	struct state *s = a->s;
	uint32_t flags = (uint32_t)event_u64(ev, C_FLAGS, 0);
	struct birth b = { .tid = ev->tid, .pid = event_i64(ev, P_PID, ev->tid),
			   .ptid = event_i64(ev, P_PTID, -1),
			   .vtid = event_i64(ev, C_VTID, ev->tid),
			   .vpid = event_i64(ev, C_VPID, ev->tid), .flags = flags,
			   .by_child = true };
	bool thread;
	struct task *known = a->task;
	struct task *from;

	if (b.pid != b.tid)
		b.flags |= CLONE_THREAD_N;
	thread = b.flags & CLONE_THREAD_N;
	if (known && !(known->t.marks & (THREAD_INVALID | THREAD_CLOSED)) && known->t.clone_ns &&
	    ev->ts_ns - known->t.clone_ns < birth_window_ns)
		return; /* the parent told already */
	if (known) {
		task_forget(s, known);
		a->task = NULL;
	}
	if (thread) {
		from = require(a, b.pid, b.pid);
		if (from)
			b.ptid = from->t.ptid;
	} else {
		from = thread_table_find(&s->threads, b.ptid);
		if (!from || (from->t.marks & THREAD_INVALID))
			from = task_lookup(s, b.ptid);
		if (from && (from->t.marks & THREAD_INVALID))
			from = NULL;
		if (!from && !is_own(a))
			b.ptid = 0;
	}
	make_child(a, &b, from);
	a->view->thread = a->task ? &a->task->t : NULL;
}

void apply_clone(struct apply *a)
{
	int64_t result = event_i64(a->ev, P_RES, -1);

	if (result > 0)
		clone_by_parent(a, result);
	else if (result == 0)
		clone_by_child(a);
}

void apply_enter_exec(struct apply *a)
{
	bool at = a->ev->type == EV_SYSCALL_EXECVEAT_E;
	struct enter *e = enter_renew(&a->s->pool, &a->task->enter, a->ev->type);

	if (!e)
		return;
	e->dirfd = at ? event_i64(a->ev, 0, AT_FDCWD_N) : AT_FDCWD_N;
	text_set(&a->s->pool, &e->name, event_text(a->ev, at ? 1 : 0));
}

static void set_exepath(struct apply *a, bool was_invalid)
{
	struct state *s = a->s;
	struct thread *t = &a->task->t;
	struct str trusted = event_text(a->ev, X_EXEPATH);
	const struct enter *e = enter_of(a);
	CLEANUP(buf_cleanup) struct buf dir = BUF_INIT(4096);

	if (trusted.n && !str_eq(trusted, STR("(NULL)"))) {
		task_set_exepath(s, a->task, trusted);
		return;
	}
	if (!e) {
		/* The path of the program before would be a lie. */
		if (!was_invalid)
			text_set(&s->pool, &t->exepath, STR("<NA>"));
		return;
	}
	buf_reset(&s->path);
	state_dir_path(s, t, e->dirfd, &dir);
	if (str_eq(e->name, STR("<NA>")))
		buf_str_append(&s->path, e->name);
	else if (e->name.n)
		path_join(buf_str(&dir), e->name, &s->path);
	else if (dir.len) /* AT_EMPTY_PATH: the descriptor is the program */
		buf_append(&s->path, dir.data, dir.len - (dir.data[dir.len - 1] == '/'));
	text_set(&s->pool, &t->exepath, buf_str(&s->path));
}

/*
 * A cgroup path may lose its container's name when a task moves itself out; as long as the kernel
 * says that the mount namespace is the same, it is still in the container where it started.
 */
static void set_exec_cgroups(struct apply *a)
{
	struct state *s = a->s;
	struct thread *t = &a->task->t;
	struct str before = STR("");

	if (!event_has(a->ev, P_CGROUPS))
		return;
	if (has_fact(a, FACT_MNTNS) && a->mntns_before == a->facts.mntns)
		text_share(&s->pool, &before, t->container_id);
	task_set_cgroups(s, a->task, event_param(a->ev, P_CGROUPS));
	if (before.n && !t->container_id.n)
		text_share(&s->pool, &t->container_id, before);
	text_drop(&s->pool, &before);
}

static void exec_identity(struct apply *a)
{
	const struct event *ev = a->ev;
	struct thread *t = &a->task->t;
	uint32_t flags = (uint32_t)event_u64(ev, X_FLAGS, 0);

	t->tty = (uint32_t)event_u64(ev, X_TTY, t->tty);
	t->vpgid = event_i64(ev, X_VPGID, t->vpgid);
	t->pgid = event_i64(ev, X_PGID, t->pgid);
	t->loginuid = (uint32_t)event_u64(ev, X_LOGINUID, t->loginuid);
	t->exe_writable = flags & EXE_WRITABLE;
	t->exe_upper_layer = flags & EXE_UPPER_LAYER;
	t->exe_from_memfd = flags & EXE_FROM_MEMFD;
	t->exe_lower_layer = flags & EXE_LOWER_LAYER;
	t->cap_inheritable = event_u64(ev, X_CAP_INHERITABLE, t->cap_inheritable);
	t->cap_permitted = event_u64(ev, X_CAP_PERMITTED, t->cap_permitted);
	t->cap_effective = event_u64(ev, X_CAP_EFFECTIVE, t->cap_effective);
	t->uid = (uint32_t)event_u64(ev, X_UID, t->uid);
	t->gid = (uint32_t)event_u64(ev, X_GID, t->gid);
	if (event_has(ev, X_EXE_INO))
		t->exe_ino = event_u64(ev, X_EXE_INO, 0);
	if (event_has(ev, X_EXE_CTIME)) {
		uint64_t ctime_ns = event_u64(ev, X_EXE_CTIME, 0);

		t->exe_ino_ctime_ns = ctime_ns;
		if (ctime_ns && t->clone_ns > ctime_ns)
			t->exe_ino_ctime_duration_clone_ns = t->clone_ns - ctime_ns;
		if (t->pidns_init_start_ns && ctime_ns > t->pidns_init_start_ns)
			t->exe_ino_ctime_duration_pidns_ns = ctime_ns - t->pidns_init_start_ns;
	}
	if (event_has(ev, X_EXE_MTIME))
		t->exe_ino_mtime_ns = event_u64(ev, X_EXE_MTIME, 0);
}

/* The kernel ends all other threads of the group, and its files are no longer shared with them. */
static void leave_threads_behind(struct apply *a)
{
	struct state *s = a->s;
	struct task *task = a->task;

	while (task->first_member)
		task_forget(s, task->first_member);
	if (task->t.marks & THREAD_CLOSED) {
		task->t.marks &= ~(uint32_t)THREAD_CLOSED;
		task->t.live_threads = 1;
	}
	/* A table that processes shared by CLONE_FILES stays with the others. */
	task->t.fds = fd_table_unshare(&s->pool, task->t.fds);
	if (task->t.fds)
		fd_table_exec(&s->pool, task->t.fds);
}

void apply_exec(struct apply *a)
{
	const struct event *ev = a->ev;
	struct state *s = a->s;
	struct thread *t = &a->task->t;
	bool was_invalid = t->marks & THREAD_INVALID;
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (was_invalid) {
		t->marks &= ~(uint32_t)THREAD_INVALID;
		t->marks |= THREAD_IS_MAIN; /* whoever execs becomes the leader */
		t->pid = event_i64(ev, P_PID, t->tid);
		if (t->pid != t->tid)
			t->marks &= ~(uint32_t)THREAD_IS_MAIN;
		t->ptid = event_i64(ev, P_PTID, -1);
		if (!(t->clone_flags & CLONE_CHILD_IN_PIDNS_N)) {
			t->vtid = event_i64(ev, P_TID, t->tid);
			t->vpid = t->pid;
		}
		thread_table_link(&s->threads, a->task);
	}
	set_exepath(a, was_invalid);
	set_exec_cgroups(a);
	text_set(&s->pool, &t->exe, event_text(ev, P_EXE));
	text_set(&s->pool, &t->args, event_param(ev, P_ARGS));
	text_set(&s->pool, &t->comm, event_text(ev, P_COMM));
	text_set(&s->pool, &t->env, event_param(ev, X_ENV));
	t->fdlimit = event_u64(ev, P_FDLIMIT, t->fdlimit);
	t->pfmajor = event_u64(ev, P_PFMAJOR, t->pfmajor);
	t->pfminor = event_u64(ev, P_PFMINOR, t->pfminor);
	set_memory(t, ev, P_VMSIZE);
	exec_identity(a);
	t->exec_ns = ev->ts_ns;
	t->clone_flags = (t->clone_flags & CLONE_INVERTED_N) | CLONE_NAME_CHANGED_N;
	leave_threads_behind(a);
	task_resolve_users(s, a->task);
}

void apply_exit(struct apply *a)
{
	/* Parameter 4 names the task that the kernel gave the children to. */
	a->task->reaper_tid = event_i64(a->ev, 4, 0);
	remember_exit(a->s, &a->task->t, a->ev->ts_ns);
	thread_table_mark_closed(a->task);
	if (a->task != a->s->spare)
		a->s->settle.exited = a->task;
}

void apply_switch(struct apply *a)
{
	struct thread *t = &a->task->t;

	t->pfmajor = event_u64(a->ev, 1, t->pfmajor);
	t->pfminor = event_u64(a->ev, 2, t->pfminor);
	set_memory(t->main ? t->main : t, a->ev, 3);
}

void apply_memory(struct apply *a)
{
	struct thread *t = &a->task->t;

	set_memory(t->main ? t->main : t, a->ev, 1);
}

void apply_setsid(struct apply *a)
{
	int64_t sid;

	if (succeeded(a, &sid))
		a->task->t.sid = sid;
}

/* A task of the caller's pid namespace by its number there. */
static struct task *find_in_namespace(struct apply *a, int64_t vpid)
{
	struct task *main = task_main(a->task);

	if (vpid == 0 || vpid == a->task->t.vpid)
		return main ? main : a->task;
	if (!(a->task->t.marks & THREAD_IN_PIDNS))
		return thread_table_find(&a->s->threads, vpid);
	/* setpgid() only reaches the caller's children. */
	for (struct task *c = main ? main->first_child : NULL; c; c = c->next_sibling)
		if (c->t.vpid == vpid)
			return c;
	return NULL;
}

void apply_setpgid(struct apply *a)
{
	int64_t pid = event_i64(a->ev, 1, 0);
	int64_t pgid = event_i64(a->ev, 2, 0);
	int64_t result;
	struct task *target;

	if (!is_own(a) || !succeeded(a, &result))
		return;
	target = find_in_namespace(a, pid);
	if (!target)
		return;
	target->t.vpgid = pgid ? pgid : target->t.vpid;
	if (!(target->t.marks & THREAD_IN_PIDNS))
		target->t.pgid = pgid ? pgid : target->t.pid;
	else if (!pgid || pgid == target->t.vpid)
		target->t.pgid = target->t.pid;
}

void apply_prctl(struct apply *a)
{
	uint64_t option = event_u64(a->ev, 1, 0);
	struct task *main = task_main(a->task);
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (option == PR_SET_NAME_N && is_own(a)) {
		struct str name = event_text(a->ev, 2);

		if (name.n)
			text_set(&a->s->pool, &a->task->t.comm, str_first(name, 15));
	} else if ((option == PR_SET_CHILD_SUBREAPER_N || option == PR_GET_CHILD_SUBREAPER_N) &&
		   main) {
		if (event_i64(a->ev, 3, 0))
			main->t.marks |= THREAD_REAPER;
		else
			main->t.marks &= ~(uint32_t)THREAD_REAPER;
	}
}

static void set_fdlimit(struct task *task, int64_t limit)
{
	struct task *main = task_main(task);

	if (limit != -1)
		(main ? main : task)->t.fdlimit = (uint64_t)limit;
}

void apply_rlimit(struct apply *a)
{
	int64_t result;

	if (succeeded(a, &result) && event_u64(a->ev, 3, 0) == RLIMIT_NOFILE_N)
		set_fdlimit(a->task, event_i64(a->ev, 1, -1));
}

void apply_prlimit(struct apply *a)
{
	int64_t limit = event_i64(a->ev, 1, -1);
	int64_t pid = event_i64(a->ev, 5, 0);
	struct task *target = a->task;
	int64_t result;

	if (!succeeded(a, &result) || event_u64(a->ev, 6, 0) != RLIMIT_NOFILE_N)
		return;
	if (pid > 0)
		target = thread_table_find(&a->s->threads, pid);
	if (target) /* nothing was set: what it was is the answer */
		set_fdlimit(target, limit != -1 ? limit : event_i64(a->ev, 3, -1));
}
