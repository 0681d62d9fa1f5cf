/* SPDX-License-Identifier: Apache-2.0 */
/* The executable file, and the times around it. */
#include "field/proc.h"

bool proc_is_exe_writable(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_writable);
}

bool proc_is_exe_upper_layer(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_upper_layer);
}

bool proc_is_exe_lower_layer(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_lower_layer);
}

bool proc_is_exe_from_memfd(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_from_memfd);
}

bool proc_exe_ino(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->exe_ino && value_i64(ret, (int64_t)t->exe_ino);
}

/* A time that is known; 0 stands for one that is not. */
static bool known_time(const struct thread *t, uint64_t ns, struct value *ret)
{
	return t && ns && value_number(ret, PT_ABSTIME, ns);
}

bool proc_exe_ctime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_ns, ret);
}

bool proc_exe_mtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_mtime_ns, ret);
}

bool proc_exe_ctime_clone(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_duration_clone_ns, ret);
}

bool proc_exe_ctime_pidns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_duration_pidns_ns, ret);
}

bool proc_pidns_init_start(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->pidns_init_start_ns && value_number(ret, PT_UINT64, t->pidns_init_start_ns);
}
