/* SPDX-License-Identifier: Apache-2.0 */
#include "state/task.h"

#include "state/container.h"

enum { LOOKUP_DEPTH_MAX = 32 };

struct task *task_new(struct state *s, int64_t tid, bool force)
{
	struct task *task = thread_table_add(&s->threads, tid,
					     force || (tid && tid == s->options.self_tid));

	if (!task)
		s->counters.threads_full++;
	return task;
}

void task_forget(struct state *s, struct task *task)
{
	if (s->last == task)
		s->last = NULL;
	if (s->settle.exited == task)
		s->settle.exited = NULL;
	if (s->settle.closes == task)
		s->settle.closes = NULL;
	if (s->settle.entered_userns == task)
		s->settle.entered_userns = NULL;
	thread_table_remove(&s->threads, task);
}

/* The controller that was once called blkio; rules know it by that name. */
static struct str with_old_names(struct state *s, struct str cgroups)
{
	struct str rest = cgroups;
	struct str entry;

	if (!str_starts(cgroups, STR("io=")) && str_find(cgroups, STR("\0io=")) < 0)
		return cgroups;
	buf_reset(&s->path);
	while (rest.n && str_split(&rest, 0, &entry)) {
		if (str_starts(entry, STR("io=")))
			buf_c(&s->path, "blk");
		buf_str_append(&s->path, entry);
		buf_byte(&s->path, 0);
	}
	return buf_error(&s->path) ? cgroups : buf_str(&s->path);
}

void task_set_cgroups(struct state *s, struct task *task, struct str cgroups)
{
	struct str id;

	cgroups = with_old_names(s, cgroups);
	if (str_eq(task->t.cgroups, cgroups))
		return;
	text_set(&s->pool, &task->t.cgroups, cgroups);
	container_id_from_cgroups(cgroups, &id);
	text_set(&s->pool, &task->t.container_id, id);
}

void task_set_cwd(struct state *s, struct task *task, struct str path)
{
	if (!path.n || path.p[path.n - 1] == '/') {
		text_set(&s->pool, &task->t.cwd, path);
		return;
	}
	if (task->t.cwd.n == path.n + 1 && str_starts(task->t.cwd, path))
		return;
	buf_reset(&s->path);
	buf_str_append(&s->path, path);
	buf_byte(&s->path, '/');
	if (!buf_error(&s->path))
		text_set(&s->pool, &task->t.cwd, buf_str(&s->path));
}

void task_resolve_users(struct state *s, const struct task *task)
{
	if (s->options.live)
		user_table_resolve(&s->users, s->host_root, task->t.container_id, task->t.pid,
				   task->t.uid, task->t.gid);
}

void task_set_exepath(struct state *s, struct task *task, struct str path)
{
	static const struct str deleted = STR(" (deleted)");

	if (str_ends(path, deleted))
		path = str_first(path, path.n - deleted.n);
	text_set(&s->pool, &task->t.exepath, path);
}

struct task *task_fill(struct state *s, const struct snap_thread *from)
{
	struct task *task = thread_table_find(&s->threads, from->tid);
	struct pool *p = &s->pool;
	struct thread *t;

	if (task)
		thread_table_blank(&s->threads, task);
	else
		task = task_new(s, from->tid, false);
	if (!task)
		return NULL;
	t = &task->t;
	t->marks = from->pid == from->tid ? THREAD_IS_MAIN : 0;
	t->pid = from->pid;
	t->ptid = from->ptid;
	t->sid = from->sid;
	t->vpgid = from->vpgid;
	t->pgid = from->pgid;
	t->vtid = from->vtid;
	t->vpid = from->vpid;
	t->start_boot_ns = from->start_boot_ns;
	t->clone_ns = from->clone_ns;
	t->pidns_init_start_ns = from->pidns_init_start_ns;
	text_set(p, &t->comm, from->comm);
	text_set(p, &t->exe, from->exe);
	task_set_exepath(s, task, from->exepath);
	text_set(p, &t->root, from->root);
	text_set(p, &t->args, from->args);
	text_set(p, &t->env, from->env);
	task_set_cwd(s, task, from->cwd);
	task_set_cgroups(s, task, from->cgroups);
	t->fdlimit = from->fdlimit;
	t->uid = from->uid;
	t->gid = from->gid;
	t->loginuid = from->loginuid;
	t->tty = from->tty;
	t->clone_flags = from->flags;
	t->vmsize_kb = from->vmsize_kb;
	t->vmrss_kb = from->vmrss_kb;
	t->vmswap_kb = from->vmswap_kb;
	t->pfmajor = from->pfmajor;
	t->pfminor = from->pfminor;
	t->cap_inheritable = from->cap_inheritable;
	t->cap_permitted = from->cap_permitted;
	t->cap_effective = from->cap_effective;
	t->exe_ino = from->exe_ino;
	t->exe_ino_ctime_ns = from->exe_ino_ctime_ns;
	t->exe_ino_mtime_ns = from->exe_ino_mtime_ns;
	if (from->exe_ino_ctime_ns && from->clone_ns > from->exe_ino_ctime_ns)
		t->exe_ino_ctime_duration_clone_ns = from->clone_ns - from->exe_ino_ctime_ns;
	if (from->pidns_init_start_ns && from->exe_ino_ctime_ns > from->pidns_init_start_ns)
		t->exe_ino_ctime_duration_pidns_ns =
			from->exe_ino_ctime_ns - from->pidns_init_start_ns;
	t->mntns = from->mntns;
	t->exe_writable = from->exe_writable;
	t->exe_upper_layer = from->exe_upper_layer;
	t->exe_lower_layer = from->exe_lower_layer;
	t->exe_from_memfd = from->exe_from_memfd;
	task_mark_pidns(t);
	return task;
}

struct task *task_lookup(struct state *s, int64_t tid)
{
	struct snap_thread snap = SNAP_THREAD_INIT;
	struct task *found = NULL;
	struct task *task;

	if (!s->options.live || !s->options.lookup)
		return NULL;
	for (int depth = 0; tid > 0 && depth < LOOKUP_DEPTH_MAX; depth++) {
		int64_t main_tid;

		task = thread_table_find(&s->threads, tid);
		if (task && !(task->t.marks & THREAD_INVALID))
			break;
		s->counters.lookups++;
		if (s->options.lookup(s->options.lookup_ctx, tid, &snap) < 0 || snap.tid != tid) {
			s->counters.lookups_failed++;
			break;
		}
		task = task_fill(s, &snap);
		if (!task)
			break;
		if (!found)
			found = task;
		main_tid = task->t.pid;
		if (main_tid > 0 && main_tid != tid && !thread_table_find(&s->threads, main_tid)) {
			/* The leader first: the thread lives in its group. */
			snap = (struct snap_thread)SNAP_THREAD_INIT;
			s->counters.lookups++;
			if (s->options.lookup(s->options.lookup_ctx, main_tid, &snap) == 0 &&
			    snap.tid == main_tid) {
				struct task *main = task_fill(s, &snap);

				if (main)
					thread_table_link(&s->threads, main);
			} else {
				s->counters.lookups_failed++;
			}
		}
		thread_table_link(&s->threads, task);
		task_resolve_users(s, task);
		/* Then its parent, so that lineage is whole; the link is made below. */
		tid = task->t.ptid;
		snap = (struct snap_thread)SNAP_THREAD_INIT;
	}
	/* Parents came after their children: join them now, oldest last. */
	task = found;
	for (int depth = 0; task && depth < LOOKUP_DEPTH_MAX && !task->parent; depth++) {
		thread_table_set_parent(&s->threads, task, task->t.ptid);
		task = task->parent;
	}
	return found;
}

/* The stand-in for a thread that found no room. */
static struct task *use_spare(struct state *s, int64_t tid)
{
	struct task *spare = s->spare;

	thread_table_blank(&s->threads, spare);
	spare->t.tid = tid;
	return spare;
}

struct task *task_invent(struct state *s, int64_t tid)
{
	struct task *task = task_lookup(s, tid);

	if (task)
		return task;
	task = task_new(s, tid, false);
	if (!task)
		return use_spare(s, tid);
	s->counters.placeholders++;
	/* What is shown when nothing is known; facts and events replace it. */
	text_set(&s->pool, &task->t.comm, STR("<NA>"));
	text_set(&s->pool, &task->t.exe, STR("<NA>"));
	return task;
}

struct fd_table *task_own_fds(struct state *s, struct task *task)
{
	struct fd_table *fds = task_fds(&task->t);
	struct thread *owner = task->t.main ? task->t.main : &task->t;

	if (!fds) {
		fds = fd_table_new(&s->pool);
		owner->fds = fds;
	}
	return fds;
}
