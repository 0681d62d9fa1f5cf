/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the rows in proc.c that live in files of their own. */
#ifndef FIELD_PROC_H
#define FIELD_PROC_H

#include "field/extract.h"

/* proc_env.c */
field_get proc_env, proc_aenv;
field_get_all proc_all_aenv;

/* proc_group.c */
field_get proc_sid, proc_sname, proc_sid_exe, proc_sid_exepath, proc_vpgid, proc_vpgid_name,
	proc_vpgid_exe, proc_vpgid_exepath, proc_pgid, proc_pgid_name, proc_pgid_exe,
	proc_pgid_exepath, proc_is_sid_leader, proc_is_vpgid_leader, proc_is_pgid_leader;

/* proc_exe.c */
field_get proc_is_exe_writable, proc_is_exe_upper_layer, proc_is_exe_lower_layer,
	proc_is_exe_from_memfd, proc_exe_ino, proc_exe_ctime, proc_exe_mtime, proc_exe_ctime_clone,
	proc_exe_ctime_pidns, proc_pidns_init_start;

/* proc_fd.c */
field_get proc_fdopencount, proc_fdlimit, proc_fdusage, proc_stdin_type, proc_stdout_type,
	proc_stderr_type, proc_stdin_name, proc_stdout_name, proc_stderr_name;

/* proc_memory.c */
field_get proc_vmsize, proc_vmrss, proc_vmswap, proc_pfmajor, proc_pfminor, proc_thread_vmsize,
	proc_thread_vmrss, proc_thread_vmsize_b, proc_thread_vmrss_b;

/* thread.c */
field_get thread_cap_permitted, thread_cap_inheritable, thread_cap_effective, thread_tid,
	thread_ismain, thread_vtid, thread_nametid, thread_exectime, thread_totexectime, thread_cpu,
	thread_cpu_user, thread_cpu_system, thread_cgroups, thread_cgroup, thread_nthreads,
	thread_nchilds;

#endif
