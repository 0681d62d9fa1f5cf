/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot goes into the state.
 */
#include <stdlib.h>

#include "state/fd_ends.h"
#include "state/neutral.h"
#include "state/task.h"

enum { MAX_IFACES = 4096 };

static void sink_reset(void *ctx)
{
	state_clear(ctx);
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
		task_fill(ctx, t);
}

static void sink_fd(void *ctx, const struct snap_fd *f)
{
	struct state *s = ctx;
	struct task *task = thread_table_find(&s->threads, f->pid);
	struct fd_table *fds = task ? task_own_fds(s, task) : NULL;
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
		like.marks |= FD_CLOSES_ON_EXEC;
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
			task_resolve_users(s, task);
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
