/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, process groups, and who leads them. */
#include "field/proc.h"
#include "field/proc_of.h"

/* A leader that is not known any more is shown as an empty text. */
static bool leader(struct field_ctx *ctx, struct thread *of, fact_fn fact, struct value *ret)
{
	return of ? fact(ctx, of, ret) : value_text(ret, STR(""));
}

static bool session_leader(struct field_ctx *ctx, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	return t && leader(ctx, state_session_leader(ctx->state, t), fact, ret);
}

static bool group_leader(struct field_ctx *ctx, bool host, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	return t && leader(ctx, state_group_leader(ctx->state, t, host), fact, ret);
}

bool proc_sid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->sid);
}

bool proc_sname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_comm, ret);
}

bool proc_sid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_exe, ret);
}

bool proc_sid_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_exepath, ret);
}

bool proc_vpgid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->vpgid);
}

bool proc_vpgid_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_comm, ret);
}

bool proc_vpgid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_exe, ret);
}

bool proc_vpgid_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_exepath, ret);
}

bool proc_pgid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->pgid);
}

bool proc_pgid_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_comm, ret);
}

bool proc_pgid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_exe, ret);
}

bool proc_pgid_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_exepath, ret);
}

bool proc_is_sid_leader(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->sid == t->vpid);
}

bool proc_is_vpgid_leader(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->vpgid == t->vpid);
}

bool proc_is_pgid_leader(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->pgid == t->pid);
}
