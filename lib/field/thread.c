/* SPDX-License-Identifier: Apache-2.0 */
/* The thread itself: numbers, capabilities, CPU time, control groups. */
#include "field/proc.h"
#include "field/usage.h"

/* linux: include/uapi/linux/capability.h */
static const char *const cap_names[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
	"CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
	"CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE",
	"CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
	"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
	"CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

static void print_caps(struct field_ctx *ctx, const void *what, struct buf *b)
{
	uint64_t caps = *(const uint64_t *)what;
	bool first = true;

	(void)ctx;
	for (unsigned int i = 0; i < ARRAY_LEN(cap_names); i++) {
		if (!(caps >> i & 1))
			continue;
		if (!first)
			buf_byte(b, ' ');
		first = false;
		buf_c(b, cap_names[i]);
	}
}

bool thread_cap_permitted(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_permitted, ret);
}

bool thread_cap_inheritable(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_inheritable, ret);
}

bool thread_cap_effective(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_effective, ret);
}

bool thread_tid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_i64(ret, ctx->ev->tid);
}

bool thread_ismain(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->tid == t->pid);
}

bool thread_vtid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->vtid != -1 && value_i64(ret, t->vtid);
}

static void print_nametid(struct field_ctx *ctx, const void *what, struct buf *b)
{
	const struct thread *t = what;

	buf_str_append(b, t->comm);
	buf_i64(b, ctx->ev->tid);
}

bool thread_nametid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_nametid, t, ret);
}

bool thread_exectime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct usage_slice s;

	(void)arg;
	return usage_slice(ctx, &s) && value_number(ret, PT_RELTIME, s.last_ns);
}

bool thread_totexectime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct usage_slice s;

	(void)arg;
	return usage_slice(ctx, &s) && value_number(ret, PT_RELTIME, s.total_ns);
}

enum cpu_part {
	CPU_USER = 1,
	CPU_SYSTEM = 2,
};

static bool cpu_load(struct field_ctx *ctx, unsigned int parts, struct value *ret)
{
	struct usage_load load;

	if (!usage_load(ctx, &load))
		return false;
	*ret = (struct value){ .type = PT_DOUBLE,
			       .d = (parts & CPU_USER ? load.user : 0) +
				    (parts & CPU_SYSTEM ? load.system : 0) };
	return true;
}

bool thread_cpu(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_USER | CPU_SYSTEM, ret);
}

bool thread_cpu_user(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_USER, ret);
}

bool thread_cpu_system(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_SYSTEM, ret);
}

bool thread_cgroups(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->cgroups.n && strings_join(ctx, STR(""), false, t->cgroups, ret);
}

bool thread_cgroup(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	struct str rest;
	struct str piece;

	if (!t)
		return false;
	rest = t->cgroups;
	while (strings_next(&rest, &piece))
		if (piece.n > arg->key.n && piece.p[arg->key.n] == '=' && str_starts(piece, arg->key))
			return value_text(ret, str_n(piece.p + arg->key.n + 1,
						     piece.n - arg->key.n - 1));
	return false;
}

static uint64_t live_threads(const struct thread *t)
{
	return t->main ? t->main->live_threads : 0;
}

bool thread_nthreads(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, live_threads(t));
}

bool thread_nchilds(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	uint64_t n = t ? live_threads(t) : 0;

	(void)arg;
	return t && value_number(ret, PT_UINT64, n ? n - 1 : 0);
}
