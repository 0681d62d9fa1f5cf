/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the process and thread that caused the event, and of its ancestors: proc.*, thread.*.
 *
 * Most rows of a family differ only in whose entry they look at (own, parent, n-th ancestor, leader of
 * the session or group) and in which fact of it they show. Both are functions here.
 */
#include <errno.h>

#include "field/extract.h"
#include "field/usage.h"

enum { ANCESTORS_MAX = 256 }; /* a chain that is longer is taken for a loop */

/* --- facts of one entry ---------------------------------------------------------------------- */

typedef bool (*fact_fn)(struct field_ctx *ctx, const struct thread *t, struct value *ret);

static bool fact_comm(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->comm);
}

static bool fact_exe(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->exe);
}

static bool fact_exepath(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_text(ret, t->exepath);
}

/* One lone NUL is what a process leaves that wrote its title over its arguments: no argument. */
static struct str args_of(const struct thread *t)
{
	return t->args.n == 1 && !t->args.p[0] ? STR("") : t->args;
}

static bool fact_args(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	return strings_join(ctx, STR(""), false, args_of(t), ret);
}

static bool fact_cmdline(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	return strings_join(ctx, t->comm, true, args_of(t), ret);
}

static bool fact_exeline(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	return strings_join(ctx, t->exe, true, args_of(t), ret);
}

static bool fact_env(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	return strings_join(ctx, STR(""), false, thread_env(t), ret);
}

static bool fact_pid(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return value_i64(ret, t->pid);
}

/* --- whose entry ----------------------------------------------------------------------------- */

static bool own(struct field_ctx *ctx, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	return t && fact(ctx, t, ret);
}

static bool parent(struct field_ctx *ctx, fact_fn fact, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	t = t ? state_thread_parent(ctx->state, t) : NULL;
	return t && fact(ctx, t, ret);
}

/* All ancestors, the parent first. */
static size_t each_ancestor(struct field_ctx *ctx, fact_fn fact, struct value *ret, size_t max)
{
	struct thread *t = ctx_thread(ctx);
	size_t n = 0;

	if (!t)
		return 0;
	while (n < max && (t = state_thread_parent(ctx->state, t)) && fact(ctx, t, &ret[n]))
		n++;
	return n;
}

static bool ancestor(struct field_ctx *ctx, uint64_t n, fact_fn fact, struct value *ret)
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

/* One ancestor's fact by its index, or without one those of all, joined by blanks. */
static bool some_ancestor(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			  struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (arg->is_index)
		return ancestor(ctx, arg->index, fact, ret);
	if (!t || !state_thread_parent(ctx->state, t))
		return false;
	return text_value(ctx, print_joined, &fact, ret);
}

static size_t some_ancestors(struct field_ctx *ctx, const struct field_arg *arg, fact_fn fact,
			     struct value *ret, size_t max)
{
	if (arg->is_index)
		return max && ancestor(ctx, arg->index, fact, ret);
	return each_ancestor(ctx, fact, ret, max);
}

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

/* --- names, paths, arguments ----------------------------------------------------------------- */

static bool get_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_exe, ret);
}

static bool get_pexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_exe, ret);
}

static bool get_aexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return some_ancestor(ctx, arg, fact_exe, ret);
}

static size_t all_aexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	return some_ancestors(ctx, arg, fact_exe, ret, max);
}

static bool get_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_exepath, ret);
}

static bool get_pexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_exepath, ret);
}

static bool get_aexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return some_ancestor(ctx, arg, fact_exepath, ret);
}

static size_t all_aexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			   size_t max)
{
	return some_ancestors(ctx, arg, fact_exepath, ret, max);
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_comm, ret);
}

static bool get_pname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_comm, ret);
}

static bool get_aname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return some_ancestor(ctx, arg, fact_comm, ret);
}

static size_t all_aname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			size_t max)
{
	return some_ancestors(ctx, arg, fact_comm, ret, max);
}

static bool get_args(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	struct str rest;
	struct str piece;

	if (!arg->is_index)
		return own(ctx, fact_args, ret);
	if (!t)
		return false;
	rest = args_of(t);
	for (uint64_t n = 0; strings_next(&rest, &piece); n++)
		if (n == arg->index)
			return value_text(ret, piece);
	return false;
}

static bool get_aargs(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return some_ancestor(ctx, arg, fact_args, ret);
}

static bool get_cmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_cmdline, ret);
}

static bool get_pcmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_cmdline, ret);
}

static bool get_acmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return some_ancestor(ctx, arg, fact_cmdline, ret);
}

static size_t all_acmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			   size_t max)
{
	return some_ancestors(ctx, arg, fact_cmdline, ret, max);
}

static bool get_exeline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_exeline, ret);
}

static bool count_args(struct field_ctx *ctx, bool bytes, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	uint64_t sum = 0;
	struct str rest;
	struct str piece;

	if (!t)
		return false;
	rest = args_of(t);
	while (strings_next(&rest, &piece))
		sum += bytes ? piece.n : 1;
	return value_number(ret, PT_UINT64, sum);
}

static bool get_cmdnargs(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_args(ctx, false, ret);
}

static bool get_cmdlenargs(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_args(ctx, true, ret);
}

/* --- environment ----------------------------------------------------------------------------- */

static bool env_value(const struct thread *t, struct str key, struct value *ret)
{
	struct str rest = thread_env(t);
	struct str piece;

	while (strings_next(&rest, &piece))
		if (piece.n > key.n && piece.p[key.n] == '=' && str_starts(piece, key))
			return value_text(ret, str_n(piece.p + key.n + 1, piece.n - key.n - 1));
	return false;
}

static bool get_env(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (!arg->given)
		return own(ctx, fact_env, ret);
	return t && env_value(t, arg->key, ret);
}

enum { ENV_ANCESTORS_MAX = 20 };

static bool get_aenv(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	if (!arg->given)
		return own(ctx, fact_env, ret);
	if (arg->is_index)
		return ancestor(ctx, arg->index, fact_env, ret);
	for (int n = 0; t && n < ENV_ANCESTORS_MAX; n++) {
		if (env_value(t, arg->key, ret))
			return true;
		t = state_thread_parent(ctx->state, t);
	}
	return false;
}

static size_t all_aenv(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	if (!max)
		return 0;
	if (arg->given)
		return get_aenv(ctx, arg, ret);
	if (!own(ctx, fact_env, ret))
		return 0;
	return 1 + each_ancestor(ctx, fact_env, ret + 1, size_min(max - 1, ENV_ANCESTORS_MAX));
}

/* --- directory, terminal, numbers ------------------------------------------------------------ */

static bool get_cwd(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_text(ret, thread_cwd(t));
}

static bool get_loginshellid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	bool found = false;

	(void)arg;
	for (int n = 0; t && n < ANCESTORS_MAX; n++) {
		if (str_ends(t->comm, STR("sh")))
			found = value_i64(ret, t->pid);
		t = state_thread_parent(ctx->state, t);
	}
	return found;
}

static bool get_tty(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT32, t->tty);
}

static bool get_pid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_pid, ret);
}

static bool get_ppid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_pid, ret);
}

static bool get_apid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return arg->is_index ? ancestor(ctx, arg->index, fact_pid, ret) : own(ctx, fact_pid, ret);
}

static size_t all_apid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	return some_ancestors(ctx, arg, fact_pid, ret, max);
}

static bool fact_vpid(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return t->vpid != -1 && value_i64(ret, t->vpid);
}

static bool get_vpid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_vpid, ret);
}

static bool get_pvpid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_vpid, ret);
}

/* --- session and process groups -------------------------------------------------------------- */

static bool get_sid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->sid);
}

static bool get_sname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_comm, ret);
}

static bool get_sid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_exe, ret);
}

static bool get_sid_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return session_leader(ctx, fact_exepath, ret);
}

static bool get_vpgid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->vpgid);
}

static bool get_vpgid_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_comm, ret);
}

static bool get_vpgid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_exe, ret);
}

static bool get_vpgid_exepath(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return group_leader(ctx, false, fact_exepath, ret);
}

static bool get_pgid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, t->pgid);
}

static bool get_pgid_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_comm, ret);
}

static bool get_pgid_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_exe, ret);
}

static bool get_pgid_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return group_leader(ctx, true, fact_exepath, ret);
}

static bool get_is_sid_leader(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->sid == t->vpid);
}

static bool get_is_vpgid_leader(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->vpgid == t->vpid);
}

static bool get_is_pgid_leader(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->pgid == t->pid);
}

/* --- times ----------------------------------------------------------------------------------- */

static bool fact_duration(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	uint64_t now = ctx->ev->ts_ns;

	return t->clone_ns &&
	       value_number(ret, PT_RELTIME, now > t->clone_ns ? now - t->clone_ns : 0);
}

static bool fact_start(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return t->clone_ns && value_number(ret, PT_RELTIME, t->clone_ns);
}

static bool get_duration(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_duration, ret);
}

static bool get_ppid_duration(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_duration, ret);
}

static bool get_pid_ts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return own(ctx, fact_start, ret);
}

static bool get_ppid_ts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return parent(ctx, fact_start, ret);
}

/* --- the executable -------------------------------------------------------------------------- */

static bool get_is_exe_writable(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_writable);
}

static bool get_is_exe_upper_layer(struct field_ctx *ctx, const struct field_arg *arg,
				   struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_upper_layer);
}

static bool get_is_exe_lower_layer(struct field_ctx *ctx, const struct field_arg *arg,
				   struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_lower_layer);
}

static bool get_is_exe_from_memfd(struct field_ctx *ctx, const struct field_arg *arg,
				  struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->exe_from_memfd);
}

static bool get_exe_ino(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_exe_ctime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_ns, ret);
}

static bool get_exe_mtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_mtime_ns, ret);
}

static bool get_exe_ctime_clone(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_duration_clone_ns, ret);
}

static bool get_exe_ctime_pidns(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && known_time(t, t->exe_ino_ctime_duration_pidns_ns, ret);
}

static bool get_pidns_init_start(struct field_ctx *ctx, const struct field_arg *arg,
				 struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->pidns_init_start_ns && value_number(ret, PT_UINT64, t->pidns_init_start_ns);
}

/* --- capabilities ---------------------------------------------------------------------------- */

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

static bool get_cap_permitted(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_permitted, ret);
}

static bool get_cap_inheritable(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_inheritable, ret);
}

static bool get_cap_effective(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_caps, &t->cap_effective, ret);
}

/* --- descriptors ----------------------------------------------------------------------------- */

static bool get_fdopencount(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, state_fd_count(t));
}

static uint64_t fdlimit(const struct thread *t)
{
	return t->main ? t->main->fdlimit : t->fdlimit;
}

static bool get_fdlimit(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_i64(ret, (int64_t)fdlimit(t));
}

static bool get_fdusage(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_stdin_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 0, ret);
}

static bool get_stdout_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 1, ret);
}

static bool get_stderr_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_type(ctx, 2, ret);
}

static bool get_stdin_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 0, ret);
}

static bool get_stdout_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 1, ret);
}

static bool get_stderr_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return std_name(ctx, 2, ret);
}

/* --- memory ---------------------------------------------------------------------------------- */

/* Memory belongs to the process; its main thread's figures are the ones kept up to date. */
static const struct thread *memory_of(const struct field_ctx *ctx)
{
	const struct thread *t = ctx_thread(ctx);

	return t && t->main ? t->main : t;
}

static bool get_vmsize(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmsize_kb);
}

static bool get_vmrss(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmrss_kb);
}

static bool get_vmswap(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = memory_of(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->vmswap_kb);
}

static bool get_pfmajor(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, t->pfmajor);
}

static bool get_pfminor(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_thread_vmsize(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, false, 1, ret);
}

static bool get_thread_vmrss(struct field_ctx *ctx, const struct field_arg *arg,
			     struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, true, 1, ret);
}

static bool get_thread_vmsize_b(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, false, 1024, ret);
}

static bool get_thread_vmrss_b(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	(void)arg;
	return thread_memory(ctx, true, 1024, ret);
}

/* --- threads --------------------------------------------------------------------------------- */

static bool get_tid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_i64(ret, ctx->ev->tid);
}

static bool get_ismain(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_bool(ret, t->tid == t->pid);
}

static bool get_vtid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_nametid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && text_value(ctx, print_nametid, t, ret);
}

static bool get_exectime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct usage_slice s;

	(void)arg;
	return usage_slice(ctx, &s) && value_number(ret, PT_RELTIME, s.last_ns);
}

static bool get_totexectime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_cpu(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_USER | CPU_SYSTEM, ret);
}

static bool get_cpu_user(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_USER, ret);
}

static bool get_cpu_system(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return cpu_load(ctx, CPU_SYSTEM, ret);
}

static bool get_cgroups(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && t->cgroups.n && strings_join(ctx, STR(""), false, t->cgroups, ret);
}

static bool get_cgroup(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

static bool get_nthreads(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_UINT64, live_threads(t));
}

static bool get_nchilds(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	uint64_t n = t ? live_threads(t) : 0;

	(void)arg;
	return t && value_number(ret, PT_UINT64, n ? n - 1 : 0);
}

/* --- rows ------------------------------------------------------------------------------------ */

enum { ANCESTOR = FIELD_ANY_IF_NO_ARG | FIELD_NO_RHS | FIELD_NO_TRANSFORMER };

static const struct field_def rows[] = {
	{ "proc.exe", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_exe, NULL, NULL,
	  "First argument of the command line (argv[0]), usually the program's name or path. The program itself may have chosen it." },
	{ "proc.pexe", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_pexe, NULL, NULL,
	  "proc.exe of the parent process." },
	{ "proc.aexe", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_INDEX, get_aexe, all_aexe,
	  NULL,
	  "proc.exe of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index a condition is tried on all ancestors." },
	{ "proc.exepath", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_exepath, NULL, NULL,
	  "Full path of the executable file, with links resolved." },
	{ "proc.pexepath", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_pexepath, NULL, NULL,
	  "proc.exepath of the parent process." },
	{ "proc.aexepath", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_INDEX, get_aexepath,
	  all_aexepath, NULL,
	  "proc.exepath of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index a condition is tried on all ancestors." },
	{ "proc.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_name, NULL, NULL,
	  "Name of the task (comm), at most 15 bytes: the file name of the program unless the task renamed itself." },
	{ "proc.pname", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_pname, NULL, NULL,
	  "proc.name of the parent process." },
	{ "proc.aname", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_INDEX, get_aname, all_aname,
	  NULL,
	  "proc.name of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index a condition is tried on all ancestors, and an output shows them all." },
	{ "proc.args", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_INDEX, get_args, NULL, NULL,
	  "Arguments on the command line, without the first (argv[0]), joined by blanks; [0] picks the one after argv[0], and so on." },
	{ "proc.aargs", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_INDEX, get_aargs, NULL, NULL,
	  "proc.args of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index those of all ancestors as one text." },
	{ "proc.cmdline", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cmdline, NULL, NULL,
	  "Command line: proc.name, then proc.args." },
	{ "proc.pcmdline", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_pcmdline, NULL, NULL,
	  "proc.cmdline of the parent process." },
	{ "proc.acmdline", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_INDEX, get_acmdline,
	  all_acmdline, NULL,
	  "proc.cmdline of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index a condition is tried on all ancestors." },
	{ "proc.cmdnargs", PT_UINT64, PF_DEC, 0, FIELD_ARG_NONE, get_cmdnargs, NULL, NULL,
	  "Number of arguments in proc.args." },
	{ "proc.cmdlenargs", PT_UINT64, PF_DEC, 0, FIELD_ARG_NONE, get_cmdlenargs, NULL, NULL,
	  "Bytes of all arguments in proc.args together, blanks between them not counted." },
	{ "proc.exeline", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_exeline, NULL, NULL,
	  "Command line with the first argument as given: proc.exe, then proc.args." },
	{ "proc.env", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_KEY, get_env, NULL, NULL,
	  "Environment at the start of the program, NAME=value joined by blanks; proc.env[NAME] is the value of one variable." },
	{ "proc.aenv", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_BOTH, get_aenv, all_aenv,
	  NULL,
	  "Environment of ancestors: [2] is that of the parent's parent; [NAME] the value of a variable in the process or its nearest ancestor that has it. Without an argument a condition is tried on the process and all its ancestors." },
	{ "proc.cwd", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_cwd, NULL, NULL,
	  "Current directory, with a slash at its end." },
	{ "proc.loginshellid", PT_INT64, PF_ID, 0, FIELD_ARG_NONE, get_loginshellid, NULL, NULL,
	  "Process id of the oldest shell among the process and its ancestors; what ends in sh counts as a shell." },
	{ "proc.tty", PT_UINT32, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_tty, NULL, NULL,
	  "Device number of the controlling terminal; 0 for processes without one." },
	{ "proc.pid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_pid, NULL, NULL,
	  "Process id, as the host counts." },
	{ "proc.ppid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_ppid, NULL, NULL,
	  "Process id of the parent." },
	{ "proc.apid", PT_INT64, PF_ID, ANCESTOR, FIELD_ARG_OPTIONAL_INDEX, get_apid, all_apid, NULL,
	  "Process id of an ancestor: [1] is the parent, [2] its parent, [0] the process itself. Without an index a condition is tried on all ancestors." },
	{ "proc.vpid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_vpid, NULL, NULL,
	  "Process id, as the process's own pid namespace counts: differs from proc.pid in containers." },
	{ "proc.pvpid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_pvpid, NULL, NULL,
	  "proc.vpid of the parent process." },
	{ "proc.sid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_sid, NULL, NULL,
	  "Id of the session, as the process's pid namespace counts." },
	{ "proc.sname", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sname, NULL, NULL,
	  "proc.name of the session's leader; if it is gone, of the oldest ancestor in the same session." },
	{ "proc.sid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sid_exe, NULL, NULL,
	  "proc.exe of the session's leader." },
	{ "proc.sid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sid_exepath, NULL, NULL,
	  "proc.exepath of the session's leader." },
	{ "proc.vpgid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_vpgid, NULL, NULL,
	  "Id of the process group, as the process's pid namespace counts." },
	{ "proc.vpgid.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_vpgid_name, NULL, NULL,
	  "proc.name of the leader of that process group; if it is gone, of the oldest ancestor in it." },
	{ "proc.vpgid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_vpgid_exe, NULL, NULL,
	  "proc.exe of the leader of that process group." },
	{ "proc.vpgid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_vpgid_exepath, NULL, NULL,
	  "proc.exepath of the leader of that process group." },
	{ "proc.pgid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_pgid, NULL, NULL,
	  "Id of the process group, as the host counts." },
	{ "proc.pgid.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_pgid_name, NULL, NULL,
	  "proc.name of the leader of the process group proc.pgid." },
	{ "proc.pgid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_pgid_exe, NULL, NULL,
	  "proc.exe of the leader of the process group proc.pgid." },
	{ "proc.pgid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_pgid_exepath, NULL, NULL,
	  "proc.exepath of the leader of the process group proc.pgid." },
	{ "proc.duration", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_duration, NULL,
	  NULL, "Nanoseconds from the start of the process to the event." },
	{ "proc.ppid.duration", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_ppid_duration,
	  NULL, NULL, "Nanoseconds from the start of the parent process to the event." },
	{ "proc.pid.ts", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_pid_ts, NULL, NULL,
	  "Start of the process in nanoseconds since the epoch." },
	{ "proc.ppid.ts", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_ppid_ts, NULL, NULL,
	  "Start of the parent process in nanoseconds since the epoch." },
	{ "proc.is_exe_writable", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_exe_writable,
	  NULL, NULL, "True when the user that started the program may write its executable file." },
	{ "proc.is_exe_upper_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_is_exe_upper_layer, NULL, NULL,
	  "True when the executable file is in the upper layer of an overlay: not part of the container's image." },
	{ "proc.is_exe_lower_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_is_exe_lower_layer, NULL, NULL,
	  "True when the executable file is in a lower layer of an overlay: part of the container's image." },
	{ "proc.is_exe_from_memfd", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_is_exe_from_memfd, NULL, NULL,
	  "True when the program was started from a file that exists in memory only (memfd_create)." },
	{ "proc.is_sid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_sid_leader, NULL,
	  NULL, "True when the process leads its session." },
	{ "proc.is_vpgid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_vpgid_leader,
	  NULL, NULL, "True when the process leads its process group, by the numbers of its pid namespace." },
	{ "proc.is_pgid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_pgid_leader,
	  NULL, NULL, "True when the process leads its process group, by the numbers of the host." },
	{ "proc.exe_ino", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_exe_ino, NULL, NULL,
	  "Inode number of the executable file." },
	{ "proc.exe_ino.ctime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_exe_ctime, NULL,
	  NULL, "Last change of the executable file's inode, in nanoseconds since the epoch." },
	{ "proc.exe_ino.mtime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_exe_mtime, NULL,
	  NULL, "Last change of the executable file's content, in nanoseconds since the epoch." },
	{ "proc.exe_ino.ctime_duration_proc_start", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_exe_ctime_clone, NULL, NULL,
	  "Nanoseconds from the last change of the executable file's inode to the start of the process." },
	{ "proc.exe_ino.ctime_duration_pidns_start", PT_ABSTIME, PF_DEC, FIELD_CHEAP,
	  FIELD_ARG_NONE, get_exe_ctime_pidns, NULL, NULL,
	  "Nanoseconds from the start of the pid namespace to the last change of the executable file's inode, when that is later." },
	{ "proc.pidns_init_start_ts", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_pidns_init_start, NULL, NULL,
	  "Start of the first process of the pid namespace, in nanoseconds since the epoch." },
	{ "thread.cap_permitted", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cap_permitted, NULL,
	  NULL, "Permitted capabilities of the thread: names joined by blanks." },
	{ "thread.cap_inheritable", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cap_inheritable, NULL,
	  NULL, "Inheritable capabilities of the thread: names joined by blanks." },
	{ "thread.cap_effective", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cap_effective, NULL,
	  NULL, "Effective capabilities of the thread: names joined by blanks." },
	{ "proc.fdopencount", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_fdopencount, NULL,
	  NULL, "Number of descriptors that the process has open." },
	{ "proc.fdlimit", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_fdlimit, NULL, NULL,
	  "Number of descriptors that the process may have open." },
	{ "proc.fdusage", PT_DOUBLE, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_fdusage, NULL, NULL,
	  "proc.fdopencount in percent of proc.fdlimit." },
	{ "proc.vmsize", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_vmsize, NULL, NULL,
	  "Virtual memory of the process in kB." },
	{ "proc.vmrss", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_vmrss, NULL, NULL,
	  "Memory of the process that is resident, in kB." },
	{ "proc.vmswap", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_vmswap, NULL, NULL,
	  "Memory of the process that is swapped out, in kB." },
	{ "thread.pfmajor", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_pfmajor, NULL, NULL,
	  "Page faults of the thread that had to wait for a disk." },
	{ "thread.pfminor", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_pfminor, NULL, NULL,
	  "Page faults of the thread that needed no disk." },
	{ "thread.tid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_tid, NULL, NULL,
	  "Thread id, as the host counts." },
	{ "thread.ismain", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_ismain, NULL, NULL,
	  "True for the first thread of a process." },
	{ "thread.vtid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_vtid, NULL, NULL,
	  "Thread id, as the thread's own pid namespace counts." },
	{ "thread.nametid", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, get_nametid, NULL, NULL,
	  "proc.name, followed by thread.tid." },
	{ "thread.exectime", PT_RELTIME, PF_DEC, 0, FIELD_ARG_NONE, get_exectime, NULL, NULL,
	  "At switch events: nanoseconds that the thread has just been running. 0 at all others." },
	{ "thread.totexectime", PT_RELTIME, PF_DEC, 0, FIELD_ARG_NONE, get_totexectime, NULL, NULL,
	  "At switch events: nanoseconds that the thread has been running in all. 0 at all others." },
	{ "thread.cgroups", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cgroups, NULL, NULL,
	  "All control groups of the thread: subsystem=path, joined by blanks." },
	{ "thread.cgroup", PT_CHARBUF, PF_NA, 0, FIELD_ARG_KEY, get_cgroup, NULL, NULL,
	  "Path of the thread's control group in one subsystem: thread.cgroup.memory." },
	{ "proc.nthreads", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_nthreads, NULL, NULL,
	  "Number of live threads of the process, the first included." },
	{ "proc.nchilds", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_nchilds, NULL, NULL,
	  "Number of live threads of the process beside the first." },
	{ "thread.cpu", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, get_cpu, NULL, NULL,
	  "At procinfo events: CPU use of the thread since the last one, in percent of one CPU." },
	{ "thread.cpu.user", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, get_cpu_user, NULL, NULL,
	  "The part of thread.cpu that was spent in the program." },
	{ "thread.cpu.system", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, get_cpu_system, NULL, NULL,
	  "The part of thread.cpu that was spent in the kernel." },
	{ "thread.vmsize", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_thread_vmsize, NULL,
	  NULL, "proc.vmsize for the first thread of a process, 0 for the others." },
	{ "thread.vmrss", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_thread_vmrss, NULL,
	  NULL, "proc.vmrss for the first thread of a process, 0 for the others." },
	{ "thread.vmsize.b", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_thread_vmsize_b, NULL, NULL, "thread.vmsize in bytes." },
	{ "thread.vmrss.b", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_thread_vmrss_b, NULL, NULL, "thread.vmrss in bytes." },
	{ "proc.stdin.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stdin_type, NULL,
	  NULL, "Kind of the standard input: a word of fd.type." },
	{ "proc.stdout.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stdout_type, NULL,
	  NULL, "Kind of the standard output: a word of fd.type." },
	{ "proc.stderr.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stderr_type, NULL,
	  NULL, "Kind of the standard error: a word of fd.type." },
	{ "proc.stdin.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stdin_name, NULL,
	  NULL, "Name of what the standard input comes from, as in fd.name." },
	{ "proc.stdout.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stdout_name, NULL,
	  NULL, "Name of what the standard output goes to, as in fd.name." },
	{ "proc.stderr.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_stderr_name, NULL,
	  NULL, "Name of what the standard error goes to, as in fd.name." },
};

const struct field_list field_process = {
	.name = "process",
	.text = "The process and thread that caused the event, and their ancestors",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
