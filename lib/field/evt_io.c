/* SPDX-License-Identifier: Apache-2.0 */
/* Events that read from descriptors or write to them. */
#include "field/evt.h"

static bool is_read(const struct event *ev)
{
	return ev->info->flags & EF_READS_FROM_FD;
}

static bool is_write(const struct event *ev)
{
	return ev->info->flags & EF_WRITES_TO_FD;
}

bool evt_is_io(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_read(ctx->ev) || is_write(ctx->ev));
}

bool evt_is_io_read(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_read(ctx->ev));
}

bool evt_is_io_write(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_write(ctx->ev));
}

bool evt_io_dir(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	if (is_read(ctx->ev))
		return value_text(ret, STR("read"));
	return is_write(ctx->ev) && value_text(ret, STR("write"));
}

bool evt_is_wait(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, ctx->ev->info->flags & EF_WAITS);
}

bool evt_is_syslog(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return value_bool(ret, is_write(ctx->ev) && fd && fd->marks & FD_SYSLOG);
}

/* Which bytes a field counts: of reads or writes (0: any I/O), on files or sockets. */
enum {
	COUNT_FILES = 1 << 0,
	COUNT_NET = 1 << 1,
	COUNT_IN = 1 << 2,
	COUNT_OUT = 1 << 3,
};

static bool count_bytes(struct field_ctx *ctx, unsigned int what, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);
	unsigned int category = ctx->ev->info->category & EC_MASK;
	int64_t res;

	if (!fd || !event_result(ctx->ev, &res) || res < 0)
		return false;
	if (category != EC_IO_READ && category != EC_IO_WRITE && category != EC_IO_OTHER)
		return false;
	if ((what & COUNT_FILES && !fd_is_file(fd)) || (what & COUNT_NET && !fd_is_ip(fd)))
		return false;
	if ((what & COUNT_IN && category != EC_IO_READ) ||
	    (what & COUNT_OUT && category != EC_IO_WRITE))
		return false;
	return value_number(ret, PT_UINT64, (uint64_t)res);
}

bool evt_buflen(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, 0, ret);
}

bool evt_buflen_in(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_IN, ret);
}

bool evt_buflen_out(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_OUT, ret);
}

bool evt_buflen_file(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES, ret);
}

bool evt_buflen_file_in(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES | COUNT_IN, ret);
}

bool evt_buflen_file_out(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES | COUNT_OUT, ret);
}

bool evt_buflen_net(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET, ret);
}

bool evt_buflen_net_in(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET | COUNT_IN, ret);
}

bool evt_buflen_net_out(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET | COUNT_OUT, ret);
}
