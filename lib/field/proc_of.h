/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose entry a field looks at: the thread's own, its parent's, that of ancestors. Most rows of a
 * family differ only in this and in which fact of the entry they show; both are functions.
 */
#ifndef FIELD_PROC_OF_H
#define FIELD_PROC_OF_H

#include "field/extract.h"

enum { ANCESTORS_MAX = 256 }; /* a chain that is longer is taken for a loop */

/* One fact of one entry. False: it is not known. */
typedef bool (*fact_fn)(struct field_ctx *ctx, const struct thread *t, struct value *ret);

static inline bool fact_comm(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->comm);
}

static inline bool fact_exe(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->exe);
}

static inline bool fact_exepath(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->exepath);
}

static inline bool fact_pid(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_i64(ret, t->pid);
}

static inline bool proc_of_own(struct field_ctx *ctx, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	return t && fact(ctx, t, ret);
}

static inline bool proc_of_parent(struct field_ctx *ctx, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	t = t ? state_thread_parent(ctx->state, t) : NULL;
	return t && fact(ctx, t, ret);
}

/* The n-th ancestor; 0 is the thread itself. */
bool proc_of_ancestor(struct field_ctx *ctx, uint64_t n, fact_fn fact, struct value *ret);
/* All ancestors, the parent first. */
size_t proc_of_each_ancestor(struct field_ctx *ctx, fact_fn fact, struct value *ret, size_t max);
/* One ancestor's fact by its index, or without one those of all, joined by blanks. */
bool proc_of_some_ancestor(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			   struct value *ret);
/* The same as separate values. */
size_t proc_of_some_ancestors(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			      struct value *ret, size_t max);

#endif
