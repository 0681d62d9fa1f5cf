/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "state/container.h"
#include "state/path.h"
#include "state/state_impl.h"

enum {
	MAX_THREADS = 262144,
	MAX_FDS = 65536,
	MAX_USERS = 65536,
	MAX_CONTAINERS = 4096,
	CONTAINERS_BYTES = 32 << 20,
	MAX_IFACES = 4096,
	LOOKUP_DEPTH_MAX = 32,
	PURGE_PER_EVENT = 4,
	SCRATCH_BYTES = 1 << 17, /* more than any parameter */
	TICK_NS = 10000000, /* /proc counts starts in hundredths of a second */
};

static const uint64_t max_bytes = (uint64_t)512 << 20;
static const uint64_t purge_first_ns = 30000000000u;
static const uint64_t purge_every_ns = 300000000000u;
static const uint64_t purge_idle_ns = 300000000000u;

static apply_fn *const handlers[EVENT_CODES] = {
#define HANDLER(code, fn) [code] = fn,
#include "state/apply.def"
#undef HANDLER
};

static const uint64_t all_capabilities = ((uint64_t)1 << 41) - 1; /* up to CAP_CHECKPOINT_RESTORE */

/* The parameter with the descriptor that events of this type work on, or -1. */
static int find_fd_param(const struct event_info *info)
{
	int by_name = -1;

	if (!(info->flags & EF_USES_FD))
		return -1;
	for (int i = 0; i < info->nparams; i++) {
		/* The first parameter of an exit is its result. */
		if (info->params[i].type != PT_FD ||
		    (i == 0 && strcmp(info->params[i].name, "res") == 0))
			continue;
		if (strcmp(info->params[i].name, "fd") == 0)
			return i;
		if (by_name < 0)
			by_name = i;
	}
	return by_name;
}

int state_new(const struct state_options *options, struct state **ret)
{
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->options = *options;
	if (!s->options.max_threads)
		s->options.max_threads = MAX_THREADS;
	if (!s->options.max_fds)
		s->options.max_fds = MAX_FDS;
	s->pool = (struct pool)POOL_INIT(options->max_bytes ? options->max_bytes : max_bytes);
	s->path = (struct buf)BUF_INIT(SCRATCH_BYTES);
	s->host_root = str_dup(str_c(options->host_root));
	s->machine.hostname = STR("");
	s->spare = calloc(1, sizeof(*s->spare));
	for (unsigned int i = 0; i < EVENT_CODES; i++)
		s->fd_param[i] = (int8_t)find_fd_param(&event_table[i]);
	if (!s->host_root || !s->spare ||
	    thread_table_init(&s->threads, &s->pool, s->options.max_threads) < 0 ||
	    user_table_init(&s->users, &s->pool, MAX_USERS) < 0 ||
	    container_table_init(&s->containers, &s->pool, MAX_CONTAINERS, CONTAINERS_BYTES) < 0) {
		state_free(s);
		return -ENOMEM;
	}
	thread_table_blank(&s->threads, s->spare);
	*ret = s;
	return 0;
}

static void forget_all(struct state *s)
{
	s->settle.exited = NULL;
	s->settle.entered_userns = NULL;
	s->settle.closes = NULL;
	s->settle.container = NULL;
	fd_unref(&s->pool, s->held);
	s->held = NULL;
	s->last = NULL;
	if (s->spare)
		thread_table_blank(&s->threads, s->spare);
	if (s->threads.slots)
		thread_table_clear(&s->threads);
	if (s->users.slots)
		user_table_clear(&s->users);
	if (s->containers.slots)
		container_table_clear(&s->containers);
	text_drop(&s->pool, &s->machine.hostname);
	s->machine = (struct snap_machine){ .hostname = STR("") };
	for (uint32_t i = 0; i < s->ifaces_len; i++)
		text_drop(&s->pool, &s->ifaces[i].name);
	s->ifaces_len = 0;
	memset(s->exited, 0, sizeof(s->exited));
	s->purge = (struct purge){ 0 };
}

struct state *state_free(struct state *s)
{
	if (!s)
		return NULL;
	forget_all(s);
	thread_table_fini(&s->threads);
	user_table_fini(&s->users);
	container_table_fini(&s->containers);
	buf_cleanup(&s->path);
	pool_cleanup(&s->pool);
	free(s->ifaces);
	free(s->spare);
	free(s->host_root);
	free(s);
	return NULL;
}

void enter_free(struct pool *p, struct enter *e)
{
	if (!e)
		return;
	text_drop(p, &e->name);
	pool_free(p, e, sizeof(*e));
}

const struct enter *enter_of(const struct apply *a)
{
	const struct enter *e = a->task->enter;

	if (!e || !event_is_exit(a->ev->type))
		return NULL;
	if (a->ev->type == e->type + 1)
		return e;
	/* execveat that succeeds is seen to end as an execve. */
	return e->type == EV_SYSCALL_EXECVEAT_E && a->ev->type == EV_SYSCALL_EXECVE_19_X ? e : NULL;
}

/* --- threads ------------------------------------------------------------------------------- */

struct task *state_task_new(struct state *s, int64_t tid, bool force)
{
	struct task *task = thread_table_add(&s->threads, tid,
					     force || (tid && tid == s->options.self_tid));

	if (!task)
		s->counters.threads_full++;
	return task;
}

void state_task_forget(struct state *s, struct task *task)
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

void state_set_cgroups(struct state *s, struct task *task, struct str cgroups)
{
	struct str id;

	cgroups = with_old_names(s, cgroups);
	if (str_eq(task->t.cgroups, cgroups))
		return;
	text_set(&s->pool, &task->t.cgroups, cgroups);
	container_id_from_cgroups(cgroups, &id);
	text_set(&s->pool, &task->t.container_id, id);
}

void state_set_cwd(struct state *s, struct task *task, struct str path)
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

void state_resolve_users(struct state *s, const struct task *task)
{
	if (s->options.live)
		user_table_resolve(&s->users, s->host_root, task->t.container_id, task->t.pid,
				   task->t.uid, task->t.gid);
}

void state_set_exepath(struct state *s, struct task *task, struct str path)
{
	static const struct str deleted = STR(" (deleted)");

	if (str_ends(path, deleted))
		path = str_first(path, path.n - deleted.n);
	text_set(&s->pool, &task->t.exepath, path);
}

static void set_pidns_mark(struct thread *t)
{
	bool inside = (t->vtid > 0 && t->vtid != t->tid) || (t->vpid > 0 && t->vpid != t->pid);

	t->marks = inside ? t->marks | THREAD_IN_PIDNS : t->marks & ~(uint32_t)THREAD_IN_PIDNS;
}

struct task *state_task_fill(struct state *s, const struct snap_thread *from)
{
	struct task *task = thread_table_find(&s->threads, from->tid);
	struct pool *p = &s->pool;
	struct thread *t;

	if (task)
		thread_table_blank(&s->threads, task);
	else
		task = state_task_new(s, from->tid, false);
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
	state_set_exepath(s, task, from->exepath);
	text_set(p, &t->root, from->root);
	text_set(p, &t->args, from->args);
	text_set(p, &t->env, from->env);
	state_set_cwd(s, task, from->cwd);
	state_set_cgroups(s, task, from->cgroups);
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
	set_pidns_mark(t);
	return task;
}

struct task *state_task_lookup(struct state *s, int64_t tid)
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
		task = state_task_fill(s, &snap);
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
				struct task *main = state_task_fill(s, &snap);

				if (main)
					thread_table_link(&s->threads, main);
			} else {
				s->counters.lookups_failed++;
			}
		}
		thread_table_link(&s->threads, task);
		state_resolve_users(s, task);
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

static struct task *find_task(struct state *s, int64_t tid)
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

/* The entry of a task that was not in the table: asked for, or a placeholder. */
static struct task *invent_task(struct state *s, int64_t tid)
{
	struct task *task = state_task_lookup(s, tid);

	if (task)
		return task;
	task = state_task_new(s, tid, false);
	if (!task)
		return use_spare(s, tid);
	s->counters.placeholders++;
	/* What is shown when nothing is known; facts and events replace it. */
	text_set(&s->pool, &task->t.comm, STR("<NA>"));
	text_set(&s->pool, &task->t.exe, STR("<NA>"));
	return task;
}

/* --- facts --------------------------------------------------------------------------------- */

static uint64_t number(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n < 8 ? n : 8);
	return v;
}

static void read_facts(const struct event *ev, struct facts *f)
{
	const uint8_t *p = ev->record + ev->offset[ev->nparams];
	const uint8_t *end = ev->record + ev->offset[ev->nparams + 1];

	while (end - p >= 4) {
		const uint8_t *v = p + 4;
		uint16_t n;

		memcpy(&n, p + 2, 2);
		if (n > end - v)
			return;
		switch (p[0]) {
		case FACT_PATH:
			f->path = str_until_nul(str_n(v, n));
			break;
		case FACT_PATH2:
			f->path2 = str_until_nul(str_n(v, n));
			break;
		case FACT_CWD:
			f->cwd = str_until_nul(str_n(v, n));
			break;
		case FACT_DIR:
			f->dir = str_until_nul(str_n(v, n));
			break;
		case FACT_TUPLE:
			f->tuple = str_n(v, n);
			break;
		case FACT_DEV:
			f->dev = (uint32_t)number(v, n);
			break;
		case FACT_INO:
			f->ino = number(v, n);
			break;
		case FACT_MNTNS:
			f->mntns = (uint32_t)number(v, n);
			break;
		case FACT_START:
			f->start = number(v, n);
			break;
		case FACT_FDTYPE:
			f->fdtype = (uint8_t)number(v, n);
			break;
		case FACT_L4PROTO:
			f->l4proto = (uint8_t)number(v, n);
			break;
		case FACT_PPID:
			f->ppid = (int64_t)number(v, n);
			break;
		case FACT_OVL:
			f->ovl = (uint8_t)number(v, n);
			break;
		case FACT_FDFLAGS:
			f->fdflags = (uint32_t)number(v, n);
			break;
		case FACT_SID:
			f->sid = (int64_t)number(v, n);
			break;
		case FACT_PIDNS_START:
			f->pidns_start = number(v, n);
			break;
		default: /* one that the state has no use for */
			break;
		}
		if (p[0] < 32 && n)
			f->have |= 1u << p[0];
		p = v + n;
	}
}

/* A start read from /proc is only exact to the tick. */
static bool same_start(uint64_t known, uint64_t fact)
{
	if (known % TICK_NS == 0)
		return fact >= known && fact - known < TICK_NS;
	return known == fact;
}

/* The kernel says who the task is: true when the table knows another one under this tid. */
static bool is_reused(const struct apply *a, const struct task *task)
{
	return has_fact(a, FACT_START) && task->t.start_boot_ns &&
	       !same_start(task->t.start_boot_ns, a->facts.start);
}

static void apply_facts(struct apply *a)
{
	struct thread *t = &a->task->t;
	struct task *main = task_main(a->task);

	if (has_fact(a, FACT_START))
		t->start_boot_ns = a->facts.start;
	a->mntns_before = t->mntns;
	if (has_fact(a, FACT_MNTNS))
		t->mntns = a->facts.mntns;
	if (has_fact(a, FACT_SID) && a->facts.sid >= 0)
		t->sid = a->facts.sid;
	if (has_fact(a, FACT_PIDNS_START) && !t->pidns_init_start_ns)
		t->pidns_init_start_ns = a->facts.pidns_start;
	if (has_fact(a, FACT_CWD))
		state_set_cwd(a->s, main ? main : a->task, a->facts.cwd);
	/* Lineage is by creator: the real parent only fills a gap. */
	if (has_fact(a, FACT_PPID) && t->ptid < 0)
		thread_table_set_parent(&a->s->threads, a->task, a->facts.ppid);
}

/* --- events -------------------------------------------------------------------------------- */

static bool is_exited_task_event(uint16_t type)
{
	return type == EV_PROCEXIT_1_E || type == EV_SCHEDSWITCH_6_E;
}

static bool is_clone(uint16_t type)
{
	return handlers[type] == apply_clone;
}

static void purge_step(struct state *s, uint64_t now_ns);

void state_apply(struct state *s, const struct event *ev, struct state_view *ret)
{
	struct apply a; /* not zeroed as a whole: facts.have says which facts are there */
	apply_fn *handler = handlers[ev->type];
	uint16_t flags = ev->info->flags;

	if (UNLIKELY(s->settle.exited || s->settle.closes || s->held || s->settle.container ||
		     s->settle.entered_userns))
		state_settle(s);
	a.s = s;
	a.ev = ev;
	a.view = ret;
	a.task = NULL;
	a.facts.have = 0;
	*ret = (struct state_view){ .fd_num = INT64_MIN };
	if (UNLIKELY((flags & EF_SKIPPARSERESET) ||
		     (ev->info->category & (EC_METAEVENT | EC_PLUGIN | EC_ITER)))) {
		/* Some of them are told in the name of a task; none makes one known. */
		struct task *task = flags & EF_SKIPPARSERESET ?
				    thread_table_find(&s->threads, ev->tid) : NULL;

		if (task)
			ret->thread = &task->t;
		if (handler)
			handler(&a);
		return;
	}

	a.task = find_task(s, ev->tid);
	if (ev->has_facts) {
		read_facts(ev, &a.facts);
		if (UNLIKELY(a.task && is_reused(&a, a.task))) {
			/* Its exit was lost. */
			s->counters.tid_reused++;
			state_task_forget(s, a.task);
			a.task = NULL;
		}
	}
	if (UNLIKELY(!a.task)) {
		if (is_exited_task_event(ev->type))
			return;
		if (!is_clone(ev->type))
			a.task = invent_task(s, ev->tid);
	}
	if (LIKELY(a.task)) {
		a.task->t.last_seen_ns = ev->ts_ns;
		ret->thread = &a.task->t;
		if (ev->has_facts)
			apply_facts(&a);
	}
	if (flags & (EF_USES_FD | EF_CREATES_FD | EF_DESTROYS_FD)) {
		int param = s->fd_param[ev->type];

		ret->fd_num = -1;
		if (param >= 0 && a.task) {
			ret->fd_num = event_i64(ev, (unsigned int)param, -1);
			ret->fd = fd_table_find(task_fds(&a.task->t), ret->fd_num);
			if (has_fact(&a, FACT_FDTYPE))
				repair_fd(&a);
		}
	}
	if (handler)
		handler(&a);
	if (has_fact(&a, FACT_FDTYPE) && (flags & EF_CREATES_FD) && !ret->fd && a.task) {
		/* A descriptor of a kind that no handler knows: the kernel told what it is. */
		struct fd like;
		int64_t result;

		if (event_result(ev, &result) && result >= 0 && fd_from_facts(&a, &like))
			add_fd(&a, result, &like);
	}
	if (UNLIKELY(a.task && a.task->enter && event_is_exit(ev->type))) {
		enter_free(&s->pool, a.task->enter);
		a.task->enter = NULL;
	}
	if (s->options.live)
		purge_step(s, ev->ts_ns);
}

void state_settle(struct state *s)
{
	struct task *task = s->settle.exited;

	if (s->settle.closes) {
		struct fd_table *fds = task_fds(&s->settle.closes->t);

		if (fds && s->settle.first == s->settle.last)
			fd_table_remove(&s->pool, fds, s->settle.first);
		else if (fds)
			fd_table_range(&s->pool, fds, s->settle.first, s->settle.last, false);
		s->settle.closes = NULL;
	}
	if (s->held) {
		fd_unref(&s->pool, s->held);
		s->held = NULL;
	}
	if (s->settle.entered_userns) {
		/* The first task in a new user namespace has every capability there. */
		struct thread *t = &s->settle.entered_userns->t;

		t->cap_inheritable = all_capabilities;
		t->cap_permitted = all_capabilities;
		t->cap_effective = all_capabilities;
		s->settle.entered_userns = NULL;
	}
	if (s->settle.container) {
		container_table_remove(&s->containers, s->settle.container->id);
		s->settle.container = NULL;
	}
	if (task) {
		s->settle.exited = NULL;
		s->last = NULL;
		thread_table_bury(&s->threads, task);
	}
}

/* --- purge --------------------------------------------------------------------------------- */

static bool still_alive(const struct state *s, const struct thread *t)
{
	char path[4096];
	char comm[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/%" PRId64 "/task/%" PRId64 "/comm", s->host_root,
		 t->pid, t->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT && errno != ESRCH;
	n = read(fd, comm, sizeof(comm));
	close(fd);
	/* The name at exec is kept while a task may rename itself: only the tid's absence counts. */
	return n > 0;
}

/*
 * Every five minutes the table is searched for entries whose exit was lost, a few slots with each
 * event, so that no event waits for the whole table.
 */
static void purge_step(struct state *s, uint64_t now_ns)
{
	struct purge *p = &s->purge;

	if (!p->running) {
		if (!p->next_ns)
			p->next_ns = now_ns + purge_first_ns;
		if (now_ns < p->next_ns)
			return;
		p->next_ns = now_ns + purge_every_ns;
		p->running = true;
		p->slot = 0;
	}
	for (int i = 0; i < PURGE_PER_EVENT; i++) {
		struct task *task;

		if (p->slot > s->threads.mask) {
			p->running = false;
			return;
		}
		task = s->threads.slots[p->slot++].task;
		if (!task || task == s->last || task == s->settle.exited ||
		    task == s->settle.closes || task->t.tid == s->options.self_tid)
			continue;
		if (!(task->t.marks & THREAD_INVALID) &&
		    (task->t.last_seen_ns + purge_idle_ns > now_ns || still_alive(s, &task->t)))
			continue;
		if (task_main(task) == task && task->t.live_threads > 1)
			continue; /* its threads still need it */
		s->counters.evicted++;
		state_task_forget(s, task);
	}
}

/* --- snapshot ------------------------------------------------------------------------------ */

static void sink_reset(void *ctx)
{
	forget_all(ctx);
}

static void sink_machine(void *ctx, const struct snap_machine *m)
{
	struct state *s = ctx;
	struct str hostname = s->machine.hostname;

	text_set(&s->pool, &hostname, m->hostname);
	s->machine = *m;
	s->machine.hostname = hostname;
}

static void sink_iface(void *ctx, const struct snap_iface *i)
{
	struct state *s = ctx;
	struct snap_iface *ifaces;

	if (s->ifaces_len == MAX_IFACES)
		return;
	ifaces = realloc(s->ifaces, (s->ifaces_len + 1) * sizeof(*ifaces));
	if (!ifaces)
		return;
	s->ifaces = ifaces;
	ifaces[s->ifaces_len] = *i;
	ifaces[s->ifaces_len].name = STR("");
	text_set(&s->pool, &ifaces[s->ifaces_len++].name, i->name);
}

static void sink_user(void *ctx, const struct snap_user *u)
{
	struct state *s = ctx;

	user_table_add(&s->users, STR(""), u);
}

static void sink_group(void *ctx, const struct snap_group *g)
{
	struct state *s = ctx;

	user_table_add_group(&s->users, STR(""), g);
}

static void sink_thread(void *ctx, const struct snap_thread *t)
{
	/* Links are made by sink_done(): a parent may come after its child. */
	if (t->tid >= 0)
		state_task_fill(ctx, t);
}

static void sink_fd(void *ctx, const struct snap_fd *f)
{
	struct state *s = ctx;
	struct task *task = thread_table_find(&s->threads, f->pid);
	struct fd_table *fds = task ? own_fds(s, task) : NULL;
	struct fd like = { .type = f->type, .l4proto = f->l4proto, .open_flags = f->open_flags,
			   .dev = f->dev, .ino = f->ino, .sport = f->sport, .dport = f->dport,
			   .unix_source = f->unix_source, .unix_dest = f->unix_peer };
	struct fd *entry;
	int r;

	if (!fds)
		return;
	memcpy(like.sip, f->sip, sizeof(like.sip));
	memcpy(like.dip, f->dip, sizeof(like.dip));
	like.name = f->name;
	like.name_raw = STR("");
	if (like.open_flags & O_CLOEXEC_N)
		like.marks |= FD_CLOEXEC;
	if (fd_is_ip(&like)) {
		/* No role for a server socket: an unconnected UDP client looks the same. */
		if ((like.type == FD_IPV4 || like.type == FD_IPV6) && like.l4proto == L4_TCP &&
		    like.dport)
			like.marks |= FD_CONNECTED;
		fd_complete_ends(s, &like);
		buf_reset(&s->path);
		fd_format_name(&like, f->name, &s->path);
		like.name = buf_str(&s->path);
	}
	entry = fd_new(&s->pool, &like);
	if (!entry)
		return;
	r = fd_table_take(&s->pool, fds, f->fd, s->options.max_fds, &entry);
	if (r < 0) {
		s->counters.fds_full++;
		fd_unref(&s->pool, entry);
	}
}

static bool is_server_port(void *ctx, int64_t fd_number, const struct fd *fd)
{
	uint64_t *ports = ctx;

	(void)fd_number;
	if (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER)
		ports[fd->sport / 64] |= UINT64_C(1) << (fd->sport % 64);
	return true;
}

struct role_pass {
	struct state *s;
	struct fd_table *fds;
	const uint64_t *ports;
};

static bool set_scanned_role(void *ctx, int64_t fd_number, const struct fd *known)
{
	struct role_pass *pass = ctx;
	struct state *s = pass->s;
	struct fd *fd;

	if ((known->type != FD_IPV4 && known->type != FD_IPV6) || !known->dport)
		return true;
	fd = fd_table_edit(&s->pool, pass->fds, fd_number);
	if (!fd)
		return true;
	if (!(pass->ports[fd->sport / 64] >> (fd->sport % 64) & 1)) {
		fd->marks |= FD_ROLE_CLIENT;
		return true;
	}
	fd->marks |= FD_ROLE_SERVER;
	fd_swap_ends(fd);
	buf_reset(&s->path);
	fd_format_name(fd, STR(""), &s->path);
	text_set(&s->pool, &fd->name, buf_str(&s->path));
	return true;
}

/* A scanned connection whose own port somebody listens on came in; all others went out. */
static void set_scanned_roles(struct state *s)
{
	uint64_t ports[65536 / 64] = { 0 };
	const struct thread_table *tt = &s->threads;

	for (uint32_t i = 0; i <= tt->mask; i++)
		if (tt->slots[i].task)
			fd_table_each(tt->slots[i].task->t.fds, is_server_port, ports);
	for (uint32_t i = 0; i <= tt->mask; i++) {
		struct task *task = tt->slots[i].task;
		struct role_pass pass = { s, task ? task->t.fds : NULL, ports };

		fd_table_each(pass.fds, set_scanned_role, &pass);
	}
}

static void sink_done(void *ctx)
{
	struct state *s = ctx;
	struct thread_table *tt = &s->threads;
	struct task *init;

	for (uint32_t i = 0; i <= tt->mask; i++) {
		struct task *task = tt->slots[i].task;

		if (task && task->t.pid == task->t.tid)
			thread_table_link(tt, task);
	}
	for (uint32_t i = 0; i <= tt->mask; i++) {
		struct task *task = tt->slots[i].task;

		if (!task || (task->t.marks & THREAD_INVALID))
			continue;
		if (task->t.pid != task->t.tid)
			thread_table_link(tt, task);
		else if (!task->parent) /* it may have come before its parent */
			thread_table_set_parent(tt, task, task->t.ptid);
		if (s->options.live)
			state_resolve_users(s, task);
	}
	set_scanned_roles(s);
	init = thread_table_find(tt, 1);
	if (init)
		init->t.marks |= THREAD_REAPER;
}

struct snapshot_sink state_sink(struct state *s)
{
	return (struct snapshot_sink){
		.ctx = s,
		.reset = sink_reset,
		.machine = sink_machine,
		.iface = sink_iface,
		.user = sink_user,
		.group = sink_group,
		.thread = sink_thread,
		.fd = sink_fd,
		.done = sink_done,
	};
}

/* --- questions ----------------------------------------------------------------------------- */

struct thread *state_thread_find(const struct state *s, int64_t tid)
{
	struct task *task = thread_table_find(&s->threads, tid);

	return task ? &task->t : NULL;
}

struct thread *state_thread_parent(const struct state *s, const struct thread *t)
{
	struct thread *parent = t->ptid > 0 ? state_thread_find(s, t->ptid) : NULL;

	if (!parent || (parent->marks & THREAD_INVALID))
		return NULL;
	if (parent->main)
		parent = parent->main;
	return parent == t || parent == t->main ? NULL : parent;
}

struct thread *state_thread_ancestor(const struct state *s, struct thread *t, unsigned int n)
{
	struct thread *at = t->main ? t->main : t;
	/* Brent: a stone is moved to where the walk stands at each power of two. */
	struct thread *stone = at;
	unsigned int next = 1;

	if (n > LINEAGE_MAX)
		return NULL;
	for (unsigned int i = 1; i <= n; i++) {
		at = state_thread_parent(s, at);
		if (!at || at == stone)
			return NULL;
		if (i == next) {
			stone = at;
			next *= 2;
		}
	}
	return at;
}

/* The oldest in the unbroken line of ancestors that share `id` at `offset`. */
static struct thread *oldest_with(const struct state *s, struct thread *t, size_t offset)
{
	struct thread *oldest = NULL;
	struct thread *a = t->main ? t->main : t;
	int64_t want;
	int64_t has;

	memcpy(&want, (char *)t + offset, sizeof(want));
	for (unsigned int n = 0; n < LINEAGE_MAX; n++) {
		a = state_thread_parent(s, a);
		if (!a)
			break;
		memcpy(&has, (char *)a + offset, sizeof(has));
		if (has != want)
			break;
		oldest = a;
	}
	return oldest;
}

static struct thread *leader(const struct state *s, struct thread *t, int64_t id, size_t offset,
			     bool is_host_id)
{
	struct thread *found;

	if (id < 0)
		return NULL;
	if (is_host_id || !(t->marks & THREAD_IN_PIDNS)) {
		found = state_thread_find(s, id);
		if (found && !(found->marks & THREAD_INVALID))
			return found;
	}
	return oldest_with(s, t, offset);
}

struct thread *state_session_leader(const struct state *s, struct thread *t)
{
	return leader(s, t, t->sid, offsetof(struct thread, sid), false);
}

struct thread *state_group_leader(const struct state *s, struct thread *t, bool host_pgid)
{
	return host_pgid ? leader(s, t, t->pgid, offsetof(struct thread, pgid), true) :
			   leader(s, t, t->vpgid, offsetof(struct thread, vpgid), false);
}

struct str thread_cwd(const struct thread *t)
{
	return t->main ? t->main->cwd : STR("./");
}

struct str thread_env(const struct thread *t)
{
	return t->main ? t->main->env : STR("");
}

const struct fd *state_fd_find(const struct state *s, const struct thread *t, int64_t fd)
{
	(void)s;
	return fd_table_find(task_fds(t), fd);
}

uint32_t state_fd_count(const struct thread *t)
{
	return t->main ? fd_table_count(t->main->fds) : 0;
}

void state_fd_each(const struct thread *t, bool (*fn)(void *ctx, int64_t num, const struct fd *fd),
		   void *ctx)
{
	fd_table_each(task_fds(t), fn, ctx);
}

const struct snap_user *state_user(const struct state *s, const struct thread *t, uint32_t uid)
{
	return user_table_find(&s->users, t->container_id, uid);
}

const struct snap_group *state_group(const struct state *s, const struct thread *t, uint32_t gid)
{
	return user_table_find_group(&s->users, t->container_id, gid);
}

const struct container *state_container(struct state *s, struct str id)
{
	return container_table_find(&s->containers, id);
}

const struct snap_machine *state_machine(const struct state *s)
{
	return &s->machine;
}

const struct snap_iface *state_ifaces(const struct state *s, size_t *ret_len)
{
	*ret_len = s->ifaces_len;
	return s->ifaces_len ? s->ifaces : NULL;
}

void state_dir_path(const struct state *s, const struct thread *t, int64_t dirfd, struct buf *b)
{
	const struct fd *fd;

	if (dirfd == AT_FDCWD_N) {
		buf_str_append(b, thread_cwd(t));
		return;
	}
	fd = state_fd_find(s, t, dirfd);
	if (!fd || !fd->name.n) {
		buf_c(b, "<UNKNOWN>");
		return;
	}
	buf_str_append(b, fd->name);
	if (fd->name.p[fd->name.n - 1] != '/')
		buf_byte(b, '/');
}

size_t state_counters(const struct state *s, struct state_counter *ret, size_t max)
{
	const struct state_counter rows[] = {
		{ "state.threads_full", s->counters.threads_full },
		{ "state.fds_full", s->counters.fds_full },
		{ "state.memory_full", s->pool.refused },
		{ "state.users_full", s->users.full },
		{ "state.containers_full", s->containers.full },
		{ "state.containers_malformed", s->containers.malformed },
		{ "state.containers_evicted", s->containers.evicted },
		{ "state.threads_evicted", s->counters.evicted },
		{ "state.tid_reused", s->counters.tid_reused },
		{ "state.placeholders", s->counters.placeholders },
		{ "state.lookups", s->counters.lookups },
		{ "state.lookups_failed", s->counters.lookups_failed },
		{ "state.fds_repaired", s->counters.fd_repaired },
		{ "state.threads", s->threads.count },
		{ "state.users", s->users.count },
		{ "state.containers", s->containers.count },
		{ "state.bytes", s->pool.used_bytes },
	};
	size_t n = size_min(max, ARRAY_LEN(rows));

	memcpy(ret, rows, n * sizeof(*ret));
	return n;
}
