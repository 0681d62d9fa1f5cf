/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include <errno.h>
#include <stdlib.h>

#include "state/apply.h"
#include "state/fd_build.h"
#include "state/purge.h"
#include "state/task.h"

enum {
	MAX_THREADS = 262144,
	MAX_FDS = 65536,
	MAX_USERS = 65536,
	MAX_CONTAINERS = 4096,
	CONTAINERS_BYTES = 32 << 20,
	SCRATCH_BYTES = 1 << 17, /* more than any parameter */
	TICK_NS = 10000000, /* /proc counts starts in hundredths of a second */
};

static const uint64_t max_bytes = (uint64_t)512 << 20;

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

void state_clear(struct state *s)
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
	state_clear(s);
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
		task_set_cwd(a->s, main ? main : a->task, a->facts.cwd);
	/* Lineage is by creator: the real parent only fills a gap. */
	if (has_fact(a, FACT_PPID) && t->ptid < 0)
		thread_table_set_parent(&a->s->threads, a->task, a->facts.ppid);
}

static bool is_exited_task_event(uint16_t type)
{
	return type == EV_PROCEXIT_1_E || type == EV_SCHEDSWITCH_6_E;
}

static bool is_clone(uint16_t type)
{
	return handlers[type] == apply_clone;
}

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

	a.task = task_find(s, ev->tid);
	if (ev->has_facts) {
		facts_read(ev, &a.facts);
		if (UNLIKELY(a.task && is_reused(&a, a.task))) {
			/* Its exit was lost. */
			s->counters.tid_reused++;
			task_forget(s, a.task);
			a.task = NULL;
		}
	}
	if (UNLIKELY(!a.task)) {
		if (is_exited_task_event(ev->type))
			return;
		if (!is_clone(ev->type))
			a.task = task_invent(s, ev->tid);
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
				fd_repair(&a);
		}
	}
	if (handler)
		handler(&a);
	if (has_fact(&a, FACT_FDTYPE) && (flags & EF_CREATES_FD) && !ret->fd && a.task) {
		/* A descriptor of a kind that no handler knows: the kernel told what it is. */
		struct fd like;
		int64_t result;

		if (event_result(ev, &result) && result >= 0 && fd_from_facts(&a, &like))
			fd_add(&a, result, &like);
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
