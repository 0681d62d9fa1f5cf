/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be asked about the state. Nothing here changes it.
 */
#include "state/neutral.h"
#include "state/state_impl.h"

struct thread *state_thread_find(const struct state *s, int64_t tid)
{
	struct task *task = thread_table_find(&s->threads, tid);

	return task ? &task->t : NULL;
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
