/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the printer of parameters asks state for: the text behind a descriptor, a thread, a user, a
 * group, a relative path.
 */
#include "field/extract.h"

static char l4_char(const struct fd *fd)
{
	if (!fd_is_ip(fd))
		return 0;
	switch (fd->l4proto) {
	case L4_TCP:
		return 't';
	case L4_UDP:
		return 'u';
	case L4_ICMP:
		return 'i';
	case L4_RAW:
		return 'r';
	}
	return 0;
}

static const struct fd *find_fd(const struct field_ctx *ctx, int64_t num)
{
	struct thread *t = ctx_thread(ctx);

	if (num == ctx->view.fd_num && ctx->view.fd)
		return ctx->view.fd;
	return t ? state_fd_find(ctx->state, t, num) : NULL;
}

static bool fd_name(void *ctx, const struct event *ev, int64_t num, struct buf *ret)
{
	const struct fd *fd = find_fd(ctx, num);
	char l4;

	(void)ev;
	if (!fd)
		return false;
	l4 = l4_char(fd);
	buf_byte(ret, '<');
	buf_byte(ret, fd_type_char(fd));
	if (l4)
		buf_byte(ret, l4);
	buf_byte(ret, '>');
	buf_str_append(ret, fd->name);
	return true;
}

static char fd_type(void *ctx, const struct event *ev, int64_t num)
{
	const struct fd *fd = find_fd(ctx, num);

	(void)ev;
	return fd ? fd_type_char(fd) : 0;
}

static bool pid_name(void *opaque, const struct event *ev, int64_t pid, struct buf *ret)
{
	const struct field_ctx *ctx = opaque;
	const struct thread *t = state_thread_find(ctx->state, pid);

	(void)ev;
	if (!t)
		return false;
	buf_str_append(ret, t->comm);
	return true;
}

static bool user_name(void *opaque, const struct event *ev, uint32_t uid, struct buf *ret)
{
	const struct field_ctx *ctx = opaque;
	struct thread *t = ctx_thread(ctx);
	const struct snap_user *user = t ? state_user(ctx->state, t, uid) : NULL;

	(void)ev;
	if (!user)
		return false;
	buf_str_append(ret, user->name);
	return true;
}

static bool group_name(void *opaque, const struct event *ev, uint32_t gid, struct buf *ret)
{
	const struct field_ctx *ctx = opaque;
	struct thread *t = ctx_thread(ctx);
	const struct snap_group *group = t ? state_group(ctx->state, t, gid) : NULL;

	(void)ev;
	if (!group)
		return false;
	buf_str_append(ret, group->name);
	return true;
}

static bool full_path(void *opaque, const struct event *ev, unsigned int i, struct str path,
		      struct buf *ret)
{
	struct path_query q = { .i = (int)i, .dirfd = ev->info->params[i].dirfd };

	(void)path;
	path_absolute(opaque, &q, ret);
	return true;
}

struct event_names ctx_names(struct field_ctx *ctx)
{
	return (struct event_names){ .ctx = ctx, .fd = fd_name, .fd_type = fd_type, .pid = pid_name,
				     .user = user_name, .group = group_name, .path = full_path };
}
