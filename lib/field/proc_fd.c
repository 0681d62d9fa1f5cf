/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptors of a process: how many, and where the first three lead. */
#include "field/proc.h"

bool proc_fdopencount(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, state_fd_count(t));
}

static uint64_t fdlimit(const struct thread *t)
{
	return t->main ? t->main->fdlimit : t->fdlimit;
}

bool proc_fdlimit(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, (int64_t)fdlimit(t));
}

bool proc_fdusage(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	uint64_t limit = t ? fdlimit(t) : 0;

	(void)arg;
	if (!limit)
		return false;
	*ret = (struct value){ .type = PT_DOUBLE, .d = state_fd_count(t) * 100.0 / (double)limit };
	return true;
}

static bool std_type(struct field_ctx *ctx, int64_t num, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	const struct fd *fd = t ? state_fd_find(ctx->state, t, num) : NULL;

	return fd && value_text(ret, str_c(fd_type_word(fd)));
}

static bool std_name(struct field_ctx *ctx, int64_t num, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	const struct fd *fd = t ? state_fd_find(ctx->state, t, num) : NULL;

	return fd && value_text(ret, fd->name);
}

bool proc_stdin_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 0, ret);
}

bool proc_stdout_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 1, ret);
}

bool proc_stderr_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 2, ret);
}

bool proc_stdin_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 0, ret);
}

bool proc_stdout_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 1, ret);
}

bool proc_stderr_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 2, ret);
}
