/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of processes, page faults of threads. */
#include "field/proc.h"

/* Memory belongs to the process; its main thread's figures are the ones kept up to date. */
static const struct thread *memory_of(const struct field_ctx *ctx)
{
	const struct thread *t = ctx_thread(ctx);

	return t && t->main ? t->main : t;
}

bool proc_vmsize(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmsize_kb);
}

bool proc_vmrss(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmrss_kb);
}

bool proc_vmswap(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmswap_kb);
}

bool proc_pfmajor(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->pfmajor);
}

bool proc_pfminor(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->pfminor);
}

/* Sums over threads must not count the memory of a process more than once. */
static bool thread_memory(struct field_ctx *ctx, bool rss, uint64_t unit, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	uint64_t kb = 0;

	if (!t)
		return false;
	if (t->marks & THREAD_IS_MAIN)
		kb = rss ? t->vmrss_kb : t->vmsize_kb;
	return value_number(ret, PT_UINT64, kb * unit);
}

bool proc_thread_vmsize(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, false, 1, ret);
}

bool proc_thread_vmrss(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, true, 1, ret);
}

bool proc_thread_vmsize_b(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, false, 1024, ret);
}

bool proc_thread_vmrss_b(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, true, 1024, ret);
}
