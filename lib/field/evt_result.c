/* SPDX-License-Identifier: Apache-2.0 */
/* What the call returned, and counts of it. */
#include "field/evt.h"

bool evt_res(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const char *name;
	int64_t res;

	(void)arg;
	if (!event_result(ctx->ev, &res))
		return false;
	if (res >= 0)
		return value_text(ret, STR("SUCCESS"));
	name = res == INT64_MIN ? NULL : errno_name(-res);
	if (!name)
		name = arena_printf(ctx->scratch, "%lld", (long long)res);
	return name && value_text(ret, str_c(name));
}

bool evt_rawres(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return event_result(ctx->ev, &res) && value_i64(ret, res);
}

bool evt_failed(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return event_result(ctx->ev, &res) && value_bool(ret, res < 0);
}

bool evt_one(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_UINT32, 1);
}

bool evt_count_error(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return event_result(ctx->ev, &res) && value_number(ret, PT_UINT32, res < 0);
}

enum error_class {
	ERROR_FILE,
	ERROR_NET,
	ERROR_MEMORY,
	ERROR_OTHER,
};

static enum error_class error_class(const struct field_ctx *ctx)
{
	const struct fd *fd = ctx_fd(ctx);
	uint16_t type = ctx->ev->type;

	if (fd && (fd_is_file(fd) || fd->type == FD_DIRECTORY))
		return ERROR_FILE;
	if (fd && fd_is_socket(fd))
		return ERROR_NET;
	if (is_open_exit(type) || type == EV_SYSCALL_CREAT_X)
		return ERROR_FILE;
	if (str_eq(event_type_name(ctx->ev), STR("accept")) ||
	    str_eq(event_type_name(ctx->ev), STR("accept4")) ||
	    str_eq(event_type_name(ctx->ev), STR("connect")))
		return ERROR_NET;
	if ((ctx->ev->info->category & EC_MASK) == EC_MEMORY)
		return ERROR_MEMORY;
	return ERROR_OTHER;
}

static bool count_error(struct field_ctx *ctx, enum error_class class, struct value *ret)
{
	int64_t res;

	return event_result(ctx->ev, &res) && error_class(ctx) == class &&
	       value_number(ret, PT_UINT32, res < 0);
}

bool evt_count_error_file(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_FILE, ret);
}

bool evt_count_error_net(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_NET, ret);
}

bool evt_count_error_memory(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_MEMORY, ret);
}

bool evt_count_error_other(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_OTHER, ret);
}

bool evt_count_exit(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return event_is_exit(ctx->ev->type) && value_number(ret, PT_UINT32, 1);
}

bool evt_count_procinfo(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return ctx->ev->type == EV_PROCINFO_E && t && t->marks & THREAD_IS_MAIN &&
	       value_number(ret, PT_UINT32, 1);
}

bool evt_count_threadinfo(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return ctx->ev->type == EV_PROCINFO_E && value_number(ret, PT_UINT32, 1);
}
