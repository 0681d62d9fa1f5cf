/* SPDX-License-Identifier: Apache-2.0 */
#include "field/proc_of.h"

size_t proc_of_each_ancestor(struct field_ctx *ctx, fact_fn fact, struct value *ret, size_t max)
{
	struct thread *t = ctx_thread(ctx);
	size_t n = 0;

	if (!t)
		return 0;
	while (n < max && (t = state_thread_parent(ctx->state, t)) && fact(ctx, t, &ret[n]))
		n++;
	return n;
}

bool proc_of_ancestor(struct field_ctx *ctx, uint64_t n, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (!t || n > ANCESTORS_MAX)
		return false;
	t = n ? state_thread_ancestor(ctx->state, t, (unsigned int)n) : t;
	return t && fact(ctx, t, ret);
}

static void print_joined(struct field_ctx *ctx, const void *what, struct buf *b)
{
	fact_fn fact = *(const fact_fn *)what;
	struct thread *t = ctx_thread(ctx);
	struct value v;

	for (int n = 0; n < ANCESTORS_MAX && (t = state_thread_parent(ctx->state, t)); n++) {
		if (!fact(ctx, t, &v))
			continue;
		if (n)
			buf_byte(b, ' ');
		buf_str_append(b, v.s);
	}
}

bool proc_of_some_ancestor(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			   struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (arg->is_index)
		return proc_of_ancestor(ctx, arg->index, fact, ret);
	if (!t || !state_thread_parent(ctx->state, t))
		return false;
	return text_value(ctx, print_joined, &fact, ret);
}

size_t proc_of_some_ancestors(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			      struct value *ret, size_t max)
{
	if (arg->is_index)
		return max && proc_of_ancestor(ctx, arg->index, fact, ret);
	return proc_of_each_ancestor(ctx, fact, ret, max);
}
