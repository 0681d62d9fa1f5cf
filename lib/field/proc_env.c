/* SPDX-License-Identifier: Apache-2.0 */
/* The environment that programs were started with. */
#include "field/proc.h"
#include "field/proc_of.h"

static bool fact_env(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	return strings_join(ctx, STR(""), false, thread_env(t), ret);
}

static bool env_value(const struct thread *t, struct str key, struct value *ret)
{
	struct str rest = thread_env(t);
	struct str piece;

	while (strings_next(&rest, &piece))
		if (piece.n > key.n && piece.p[key.n] == '=' && str_starts(piece, key))
			return value_text(ret, str_n(piece.p + key.n + 1, piece.n - key.n - 1));
	return false;
}

bool proc_env(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (!arg->given)
		return proc_of_own(ctx, fact_env, ret);
	return t && env_value(t, arg->key, ret);
}

enum { ENV_ANCESTORS_MAX = 20 };

bool proc_aenv(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (!arg->given)
		return proc_of_own(ctx, fact_env, ret);
	if (arg->is_index)
		return proc_of_ancestor(ctx, arg->index, fact_env, ret);
	for (int n = 0; t && n < ENV_ANCESTORS_MAX; n++) {
		if (env_value(t, arg->key, ret))
			return true;
		t = state_thread_parent(ctx->state, t);
	}
	return false;
}

size_t proc_all_aenv(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		     size_t max)
{
	if (!max)
		return 0;
	if (arg->given)
		return proc_aenv(ctx, arg, ret);
	if (!proc_of_own(ctx, fact_env, ret))
		return 0;
	return 1 + proc_of_each_ancestor(ctx, fact_env, ret + 1,
					 size_min(max - 1, ENV_ANCESTORS_MAX));
}
