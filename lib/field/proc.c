/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the process and thread that caused the event, and of its ancestors: proc.*, thread.*.
 * The rows stand here in the order of the listing; the getters that are about something of its own,
 * like groups or the executable, have their own file.
 */
#include "field/proc.h"
#include "field/proc_of.h"

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

/* --- names, paths, arguments ----------------------------------------------------------------- */

static bool get_exe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_exe, ret);
}

static bool get_pexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_exe, ret);
}

static bool get_aexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return proc_of_some_ancestor(ctx, arg, fact_exe, ret);
}

static size_t all_aexe(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	return proc_of_some_ancestors(ctx, arg, fact_exe, ret, max);
}

static bool get_exepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_exepath, ret);
}

static bool get_pexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_exepath, ret);
}

static bool get_aexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return proc_of_some_ancestor(ctx, arg, fact_exepath, ret);
}

static size_t all_aexepath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			   size_t max)
{
	return proc_of_some_ancestors(ctx, arg, fact_exepath, ret, max);
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_comm, ret);
}

static bool get_pname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_comm, ret);
}

static bool get_aname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return proc_of_some_ancestor(ctx, arg, fact_comm, ret);
}

static size_t all_aname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			size_t max)
{
	return proc_of_some_ancestors(ctx, arg, fact_comm, ret, max);
}

static bool get_args(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct thread *t = ctx_thread(ctx);
	struct str rest;
	struct str piece;

	if (!arg->is_index)
		return proc_of_own(ctx, fact_args, ret);
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
	return proc_of_some_ancestor(ctx, arg, fact_args, ret);
}

static bool get_cmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_cmdline, ret);
}

static bool get_pcmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_cmdline, ret);
}

static bool get_acmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return proc_of_some_ancestor(ctx, arg, fact_cmdline, ret);
}

static size_t all_acmdline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			   size_t max)
{
	return proc_of_some_ancestors(ctx, arg, fact_cmdline, ret, max);
}

static bool get_exeline(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_exeline, ret);
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
	return proc_of_own(ctx, fact_pid, ret);
}

static bool get_ppid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_pid, ret);
}

static bool get_apid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return arg->is_index ? proc_of_ancestor(ctx, arg->index, fact_pid, ret) :
			       proc_of_own(ctx, fact_pid, ret);
}

static size_t all_apid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	return proc_of_some_ancestors(ctx, arg, fact_pid, ret, max);
}

static bool fact_vpid(struct field_ctx *ctx, const struct thread *t, struct value *ret)
{
	(void)ctx;
	return t->vpid != -1 && value_i64(ret, t->vpid);
}

static bool get_vpid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_vpid, ret);
}

static bool get_pvpid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_vpid, ret);
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
	return proc_of_own(ctx, fact_duration, ret);
}

static bool get_ppid_duration(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_duration, ret);
}

static bool get_pid_ts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_own(ctx, fact_start, ret);
}

static bool get_ppid_ts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return proc_of_parent(ctx, fact_start, ret);
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
	{ "proc.env", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_KEY, proc_env, NULL, NULL,
	  "Environment at the start of the program, NAME=value joined by blanks; proc.env[NAME] is the value of one variable." },
	{ "proc.aenv", PT_CHARBUF, PF_NA, ANCESTOR, FIELD_ARG_OPTIONAL_BOTH, proc_aenv, proc_all_aenv,
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
	{ "proc.sid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, proc_sid, NULL, NULL,
	  "Id of the session, as the process's pid namespace counts." },
	{ "proc.sname", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_sname, NULL, NULL,
	  "proc.name of the session's leader; if it is gone, of the oldest ancestor in the same session." },
	{ "proc.sid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_sid_exe, NULL, NULL,
	  "proc.exe of the session's leader." },
	{ "proc.sid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_sid_exepath, NULL, NULL,
	  "proc.exepath of the session's leader." },
	{ "proc.vpgid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, proc_vpgid, NULL, NULL,
	  "Id of the process group, as the process's pid namespace counts." },
	{ "proc.vpgid.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_vpgid_name, NULL, NULL,
	  "proc.name of the leader of that process group; if it is gone, of the oldest ancestor in it." },
	{ "proc.vpgid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_vpgid_exe, NULL, NULL,
	  "proc.exe of the leader of that process group." },
	{ "proc.vpgid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_vpgid_exepath, NULL, NULL,
	  "proc.exepath of the leader of that process group." },
	{ "proc.pgid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, proc_pgid, NULL, NULL,
	  "Id of the process group, as the host counts." },
	{ "proc.pgid.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_pgid_name, NULL, NULL,
	  "proc.name of the leader of the process group proc.pgid." },
	{ "proc.pgid.exe", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_pgid_exe, NULL, NULL,
	  "proc.exe of the leader of the process group proc.pgid." },
	{ "proc.pgid.exepath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, proc_pgid_exepath, NULL, NULL,
	  "proc.exepath of the leader of the process group proc.pgid." },
	{ "proc.duration", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_duration, NULL,
	  NULL, "Nanoseconds from the start of the process to the event." },
	{ "proc.ppid.duration", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_ppid_duration,
	  NULL, NULL, "Nanoseconds from the start of the parent process to the event." },
	{ "proc.pid.ts", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_pid_ts, NULL, NULL,
	  "Start of the process in nanoseconds since the epoch." },
	{ "proc.ppid.ts", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_ppid_ts, NULL, NULL,
	  "Start of the parent process in nanoseconds since the epoch." },
	{ "proc.is_exe_writable", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_is_exe_writable,
	  NULL, NULL, "True when the user that started the program may write its executable file." },
	{ "proc.is_exe_upper_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_is_exe_upper_layer, NULL, NULL,
	  "True when the executable file is in the upper layer of an overlay: not part of the container's image." },
	{ "proc.is_exe_lower_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_is_exe_lower_layer, NULL, NULL,
	  "True when the executable file is in a lower layer of an overlay: part of the container's image." },
	{ "proc.is_exe_from_memfd", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_is_exe_from_memfd, NULL, NULL,
	  "True when the program was started from a file that exists in memory only (memfd_create)." },
	{ "proc.is_sid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_is_sid_leader, NULL,
	  NULL, "True when the process leads its session." },
	{ "proc.is_vpgid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_is_vpgid_leader,
	  NULL, NULL, "True when the process leads its process group, by the numbers of its pid namespace." },
	{ "proc.is_pgid_leader", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_is_pgid_leader,
	  NULL, NULL, "True when the process leads its process group, by the numbers of the host." },
	{ "proc.exe_ino", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_exe_ino, NULL, NULL,
	  "Inode number of the executable file." },
	{ "proc.exe_ino.ctime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_exe_ctime, NULL,
	  NULL, "Last change of the executable file's inode, in nanoseconds since the epoch." },
	{ "proc.exe_ino.mtime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_exe_mtime, NULL,
	  NULL, "Last change of the executable file's content, in nanoseconds since the epoch." },
	{ "proc.exe_ino.ctime_duration_proc_start", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_exe_ctime_clone, NULL, NULL,
	  "Nanoseconds from the last change of the executable file's inode to the start of the process." },
	{ "proc.exe_ino.ctime_duration_pidns_start", PT_ABSTIME, PF_DEC, FIELD_CHEAP,
	  FIELD_ARG_NONE, proc_exe_ctime_pidns, NULL, NULL,
	  "Nanoseconds from the start of the pid namespace to the last change of the executable file's inode, when that is later." },
	{ "proc.pidns_init_start_ts", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_pidns_init_start, NULL, NULL,
	  "Start of the first process of the pid namespace, in nanoseconds since the epoch." },
	{ "thread.cap_permitted", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, thread_cap_permitted, NULL,
	  NULL, "Permitted capabilities of the thread: names joined by blanks." },
	{ "thread.cap_inheritable", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, thread_cap_inheritable, NULL,
	  NULL, "Inheritable capabilities of the thread: names joined by blanks." },
	{ "thread.cap_effective", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, thread_cap_effective, NULL,
	  NULL, "Effective capabilities of the thread: names joined by blanks." },
	{ "proc.fdopencount", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_fdopencount, NULL,
	  NULL, "Number of descriptors that the process has open." },
	{ "proc.fdlimit", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_fdlimit, NULL, NULL,
	  "Number of descriptors that the process may have open." },
	{ "proc.fdusage", PT_DOUBLE, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_fdusage, NULL, NULL,
	  "proc.fdopencount in percent of proc.fdlimit." },
	{ "proc.vmsize", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_vmsize, NULL, NULL,
	  "Virtual memory of the process in kB." },
	{ "proc.vmrss", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_vmrss, NULL, NULL,
	  "Memory of the process that is resident, in kB." },
	{ "proc.vmswap", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_vmswap, NULL, NULL,
	  "Memory of the process that is swapped out, in kB." },
	{ "thread.pfmajor", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_pfmajor, NULL, NULL,
	  "Page faults of the thread that had to wait for a disk." },
	{ "thread.pfminor", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_pfminor, NULL, NULL,
	  "Page faults of the thread that needed no disk." },
	{ "thread.tid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, thread_tid, NULL, NULL,
	  "Thread id, as the host counts." },
	{ "thread.ismain", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, thread_ismain, NULL, NULL,
	  "True for the first thread of a process." },
	{ "thread.vtid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, thread_vtid, NULL, NULL,
	  "Thread id, as the thread's own pid namespace counts." },
	{ "thread.nametid", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, thread_nametid, NULL, NULL,
	  "proc.name, followed by thread.tid." },
	{ "thread.exectime", PT_RELTIME, PF_DEC, 0, FIELD_ARG_NONE, thread_exectime, NULL, NULL,
	  "At switch events: nanoseconds that the thread has just been running. 0 at all others." },
	{ "thread.totexectime", PT_RELTIME, PF_DEC, 0, FIELD_ARG_NONE, thread_totexectime, NULL, NULL,
	  "At switch events: nanoseconds that the thread has been running in all. 0 at all others." },
	{ "thread.cgroups", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, thread_cgroups, NULL, NULL,
	  "All control groups of the thread: subsystem=path, joined by blanks." },
	{ "thread.cgroup", PT_CHARBUF, PF_NA, 0, FIELD_ARG_KEY, thread_cgroup, NULL, NULL,
	  "Path of the thread's control group in one subsystem: thread.cgroup.memory." },
	{ "proc.nthreads", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, thread_nthreads, NULL, NULL,
	  "Number of live threads of the process, the first included." },
	{ "proc.nchilds", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, thread_nchilds, NULL, NULL,
	  "Number of live threads of the process beside the first." },
	{ "thread.cpu", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, thread_cpu, NULL, NULL,
	  "At procinfo events: CPU use of the thread since the last one, in percent of one CPU." },
	{ "thread.cpu.user", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, thread_cpu_user, NULL, NULL,
	  "The part of thread.cpu that was spent in the program." },
	{ "thread.cpu.system", PT_DOUBLE, PF_NA, 0, FIELD_ARG_NONE, thread_cpu_system, NULL, NULL,
	  "The part of thread.cpu that was spent in the kernel." },
	{ "thread.vmsize", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_thread_vmsize, NULL,
	  NULL, "proc.vmsize for the first thread of a process, 0 for the others." },
	{ "thread.vmrss", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, proc_thread_vmrss, NULL,
	  NULL, "proc.vmrss for the first thread of a process, 0 for the others." },
	{ "thread.vmsize.b", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_thread_vmsize_b, NULL, NULL, "thread.vmsize in bytes." },
	{ "thread.vmrss.b", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  proc_thread_vmrss_b, NULL, NULL, "thread.vmrss in bytes." },
	{ "proc.stdin.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stdin_type, NULL,
	  NULL, "Kind of the standard input: a word of fd.type." },
	{ "proc.stdout.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stdout_type, NULL,
	  NULL, "Kind of the standard output: a word of fd.type." },
	{ "proc.stderr.type", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stderr_type, NULL,
	  NULL, "Kind of the standard error: a word of fd.type." },
	{ "proc.stdin.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stdin_name, NULL,
	  NULL, "Name of what the standard input comes from, as in fd.name." },
	{ "proc.stdout.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stdout_name, NULL,
	  NULL, "Name of what the standard output goes to, as in fd.name." },
	{ "proc.stderr.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, proc_stderr_name, NULL,
	  NULL, "Name of what the standard error goes to, as in fd.name." },
};

const struct field_list field_process = {
	.name = "process",
	.text = "The process and thread that caused the event, and their ancestors",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
