/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Birth, change of program and death of tasks.
 *
 *     sched_process_fork --> the child's event, before the child can run: its result is 0
 *     exit of clone, ... --> the parent's event, with the child's number as the result
 *     sched_process_exec --> a successful exec, read from the new address space
 *     exit of execve ... --> only a failed one, with the pointers that the caller passed
 *     sched_process_exit --> procexit
 *
 * The three tracepoints see what system calls alone would not: tasks and programs that the kernel
 * starts itself, and execveat, whose number the kernel rewrites when it succeeds.
 */
#include "task.bpf.h"

/* The flags of the call that is running, from its number and arguments. vfork is CLONE_VFORK|VM. */
static __always_inline u32 clone_flags_of_call(struct scratch *s, u32 code)
{
	u64 flags = 0;

	if (code == EV_SYSCALL_CLONE3_X)
		bpf_probe_read_user(&flags, sizeof(flags), (void *)A(0));
	else if (code == EV_SYSCALL_CLONE_20_X)
		flags = (u32)A(0);
	else if (code == EV_SYSCALL_VFORK_20_X)
		flags = 0x00004100;
	return clone_flags(flags);
}

/* Parameters 1 to 20 of the fork family about task t, whose address space (or a copy) is mapped. */
static __always_inline void put_clone(struct scratch *s, struct task_struct *t, u32 flags)
{
	struct task_struct *parent = FOLLOW(task_struct, t, real_parent);
	struct mm_struct *mm = FOLLOW(mm_struct, t, mm);
	struct cred *cred = FOLLOW(cred, t, cred);
	struct fs_struct *fs = FOLLOW(fs_struct, t, fs);
	struct pid_namespace *ns = pid_ns(t);
	struct task_struct *reaper = FOLLOW(task_struct, ns, child_reaper);

	put_exe_args(s, mm);
	put_u64(s, (u64)GET(t, pid));
	put_u64(s, (u64)GET(t, tgid));
	put_u64(s, (u64)GET(parent, pid));
	if (fs)
		put_path(s, t, &fs->pwd);
	else
		put_empty(s);
	put_u64(s, fd_limit(t));
	put_memory(s, t, mm);
	put_comm(s, t);
	put_cgroups(s, t);
	put_u32(s, flags);
	put_u32(s, GET(cred, euid.val));
	put_u32(s, GET(cred, egid.val));
	put_u64(s, (u64)pid_number(FOLLOW(pid, t, thread_pid)));
	put_u64(s, (u64)pid_number(signal_pid(t, PIDTYPE_TGID)));
	put_u64(s, GET(reaper, start_boottime));
	facts(s);
	fact_identity(s, t);
	fact_u64(s, FACT_SID, (u64)pid_number(signal_pid(t, PIDTYPE_SID)));
	if (fs)
		fact_path(s, FACT_CWD, t, &fs->pwd);
}

/* The parent's side. The child's side was told by sched_process_fork. */
HANDLER(x_clone)
{
	struct task_struct *t = current_task(s);
	struct nsproxy *nsp;
	u32 flags;

	if (s->ret == 0)
		return;
	flags = clone_flags_of_call(s, s->code);
	nsp = FOLLOW(nsproxy, t, nsproxy);
	if (nsp && (u64)GET(nsp, pid_ns_for_children) != (u64)pid_ns(t))
		flags |= N_clone_flags_CLONE_CHILD_IN_PIDNS;
	begin(s, s->code, PARAMS_EV_SYSCALL_CLONE_20_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_clone(s, t, flags);
	end(s, WIRE_RING_PROCESS);
}

/* linux: include/trace/events/sched.h, arguments parent and child */
SEC("raw_tp/sched_process_fork") int sched_fork(u64 *ctx)
{
	struct scratch *s = scratch_of_cpu();
	struct task_struct *parent = KPTR(task_struct, ctx[0]);
	struct task_struct *child = KPTR(task_struct, ctx[1]);
	struct pid_namespace *parent_ns, *child_ns;
	struct pt_regs *regs;
	u32 code = EV_SYSCALL_CLONE_20_X;
	u32 flags;
	u64 nr;

	if (!s) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_SCRATCH);
		return 0;
	}
	if (GET(child, flags) & PF_KTHREAD)
		return 0;
	/* The parent is inside the call that makes the child: its registers tell which and how. */
	regs = KPTR(pt_regs, bpf_task_pt_regs((void *)bpf_get_current_task_btf()));
	nr = GET(regs, orig_ax);
	if (GET(parent, thread_info.status) & TS_COMPAT) {
		s->args[0] = (u32)GET(regs, bx);
		code = nr == 2 ? EV_SYSCALL_FORK_20_X : nr == 190 ? EV_SYSCALL_VFORK_20_X :
		       nr == 435 ? EV_SYSCALL_CLONE3_X : EV_SYSCALL_CLONE_20_X;
	} else {
		s->args[0] = GET(regs, di);
		nr &= ~(u64)X32_SYSCALL_BIT;
		code = nr == 57 ? EV_SYSCALL_FORK_20_X : nr == 58 ? EV_SYSCALL_VFORK_20_X :
		       nr == 435 ? EV_SYSCALL_CLONE3_X : EV_SYSCALL_CLONE_20_X;
	}
	flags = clone_flags_of_call(s, code);
	/* Not from a fork call (a worker of io_uring): what the two tasks share is what counts. */
	if (GET(child, tgid) == GET(parent, tgid))
		flags |= N_clone_flags_CLONE_THREAD | N_clone_flags_CLONE_VM;
	parent_ns = pid_ns(parent);
	child_ns = pid_ns(child);
	if (parent_ns != child_ns)
		flags |= N_clone_flags_CLONE_CHILD_IN_PIDNS;
	begin(s, code, PARAMS_EV_SYSCALL_CLONE_20_X, (u32)GET(child, pid));
	put_u64(s, 0);
	put_clone(s, child, flags);
	end(s, WIRE_RING_PROCESS);
	return 0;
}

/* Parameters 3 to 14 of an exec. */
static __always_inline void put_exec_middle(struct scratch *s, struct task_struct *t,
					    struct mm_struct *mm)
{
	struct task_struct *parent = FOLLOW(task_struct, t, real_parent);
	struct fs_struct *fs = FOLLOW(fs_struct, t, fs);

	put_u64(s, (u64)GET(t, pid));
	put_u64(s, (u64)GET(t, tgid));
	put_u64(s, (u64)GET(parent, tgid));
	if (fs)
		put_path(s, t, &fs->pwd);
	else
		put_empty(s);
	put_u64(s, fd_limit(t));
	put_memory(s, t, mm);
	put_comm(s, t);
	put_cgroups(s, t);
}

/* Parameters 16 to 29 of an exec; 15, the environment, stands before. */
static __always_inline void put_exec_tail(struct scratch *s, struct task_struct *t,
					  struct mm_struct *mm, u32 at_flags)
{
	struct cred *cred = FOLLOW(cred, t, cred);
	struct file *exe = FOLLOW(file, mm, exe_file);
	struct inode *inode = FOLLOW(inode, exe, f_inode);
	struct pid *pgrp = signal_pid(t, PIDTYPE_PGID);
	s32 pgid = 0;

	put_u32(s, tty_of(t));
	put_u64(s, (u64)pid_number(pgrp));
	put_u32(s, bpf_core_field_exists(t->loginuid) ? GET(t, loginuid.val) : (u32)-1);
	put_u32(s, exe ? exe_flags(exe, inode, cred) : 0);
	put_u64(s, cred_cap(cred, &cred->cap_inheritable));
	put_u64(s, cred_cap(cred, &cred->cap_permitted));
	put_u64(s, cred_cap(cred, &cred->cap_effective));
	put_u64(s, exe ? GET(inode, i_ino) : 0);
	put_u64(s, exe ? inode_ctime(inode) : 0);
	put_u64(s, exe ? inode_mtime(inode) : 0);
	put_u32(s, GET(cred, euid.val));
	if (exe)
		put_path(s, t, &exe->f_path);
	else
		put_empty(s);
	bpf_probe_read_kernel(&pgid, sizeof(pgid),
			      (void *)pgrp + bpf_core_field_offset(struct pid, numbers));
	put_u64(s, (u64)(s64)pgid);
	put_u32(s, GET(cred, egid.val));
}

static __always_inline void exec_facts(struct scratch *s, struct task_struct *t,
				       struct mm_struct *mm)
{
	struct file *exe = FOLLOW(file, mm, exe_file);
	struct fs_struct *fs = FOLLOW(fs_struct, t, fs);
	struct pid_namespace *ns = pid_ns(t);
	struct task_struct *reaper = FOLLOW(task_struct, ns, child_reaper);

	fact_identity(s, t);
	fact_u64(s, FACT_SID, (u64)pid_number(signal_pid(t, PIDTYPE_SID)));
	fact_u64(s, FACT_PIDNS_START, GET(reaper, start_boottime) + control.epoch_ns);
	if (exe) {
		struct inode *inode = FOLLOW(inode, exe, f_inode);

		fact_u32(s, FACT_DEV, inode_dev(inode));
		fact_u64(s, FACT_INO, GET(inode, i_ino));
	}
	if (fs)
		fact_path(s, FACT_CWD, t, &fs->pwd);
}

/* linux: include/trace/events/sched.h, arguments task, old pid, binary parameters */
SEC("raw_tp/sched_process_exec") int sched_exec(u64 *ctx)
{
	struct scratch *s = scratch_of_cpu();
	struct linux_binprm *bprm = KPTR(linux_binprm, ctx[2]);
	struct task_struct *t;
	struct mm_struct *mm;
	u64 env, env_end;

	if (!s) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_SCRATCH);
		return 0;
	}
	t = find_task(s);
	mm = FOLLOW(mm_struct, t, mm);
	BEGIN(s, EV_SYSCALL_EXECVE_19_X);
	put_u64(s, 0);
	put_exe_args(s, mm);
	put_exec_middle(s, t, mm);
	env = GET(mm, env_start);
	env_end = GET(mm, env_end);
	put_strings(s, env, env_end > env ? env_end - env : 0);
	put_exec_tail(s, t, mm, 0);
	put_kernel_str(s, GET(bprm, filename));
	facts(s);
	exec_facts(s, t, mm);
	end(s, WIRE_RING_PROCESS);
	return 0;
}

/* One pointer of a vector of strings in user memory. */
static __always_inline u64 vector_entry(struct scratch *s, u64 vector, u32 i)
{
	u64 p = 0;

	if (s->compat)
		bpf_probe_read_user(&p, 4, (void *)(vector + i * 4));
	else
		bpf_probe_read_user(&p, 8, (void *)(vector + i * 8));
	return p;
}

enum { VECTOR_STRINGS = 512, VECTOR_STRINGS_BEFORE = 32 };

LOOP_STEP(vector_step)
{
	u32 used = s->cg_used;
	u64 p = vector_entry(s, s->vector, s->vector_first + i);
	long n;

	if (!p || used > STR_BYTES - 1024)
		return 1;
	n = bpf_probe_read_user_str(s->rec + ((s->at + used) & RECORD_MASK), 1024, (void *)p);
	if (n <= 0) {
		s->unread |= 1ull << (s->n & 63);
		return 1;
	}
	s->cg_used = used + (u32)n;
	return 0;
}

/* Appends the strings of a vector from number `first` on at s->at; s->cg_used tells how much. */
__noinline int vector_text(u64 vector, u32 first)
{
	struct scratch *s = scratch_of_cpu();

	if (!s)
		return 0;
	s->cg_used = 0;
	s->vector = vector;
	s->vector_first = first;
	LOOP(s, vector_step, VECTOR_STRINGS, VECTOR_STRINGS_BEFORE);
	return 0;
}

/* The strings of argv or envp from number `first` on, as one parameter. */
static __always_inline void put_vector(struct scratch *s, u64 vector, u32 first)
{
	if (!room(s))
		return;
	vector_text(vector, first);
	done(s, s->cg_used & 8191);
}

/* A failed exec: nothing but the caller's pointers tells what it wanted. */
static __always_inline void failed_exec(struct scratch *s, u64 name, u64 argv, u64 envp, bool filename)
{
	struct task_struct *t = current_task(s);
	struct mm_struct *mm = FOLLOW(mm_struct, t, mm);

	put_u64(s, (u64)s->ret);
	put_user_str(s, vector_entry(s, argv, 0));
	put_vector(s, argv, 1);
	put_exec_middle(s, t, mm);
	put_vector(s, envp, 0);
	put_exec_tail(s, t, mm, 0);
	if (filename)
		put_user_str(s, name);
	facts(s);
	fact_identity(s, t);
}

HANDLER(x_execve)
{
	if (s->ret >= 0)
		return;
	BEGIN(s, EV_SYSCALL_EXECVE_19_X);
	failed_exec(s, A(0), A(1), A(2), true);
	end(s, WIRE_RING_PROCESS);
}

HANDLER(x_execveat)
{
	if (s->ret >= 0)
		return;
	BEGIN(s, EV_SYSCALL_EXECVEAT_X);
	failed_exec(s, A(1), A(2), A(3), false);
	end(s, WIRE_RING_PROCESS);
}

/*
 * Who inherits the children of a dying task (linux: kernel/exit.c, find_new_reaper): another thread of
 * its group, else the nearest ancestor that asked for orphans, else init of the pid namespace.
 */
static __always_inline s64 reaper_of(struct task_struct *t)
{
	struct list_head *children = KPTR(list_head, (void *)t + bpf_core_field_offset(t->children));
	struct signal_struct *sig = FOLLOW(signal_struct, t, signal);
	struct list_head *head, *node;
	struct pid_namespace *ns;
	struct task_struct *reaper, *p;

	if ((void *)GET(children, next) == (void *)children)
		return 0; /* no children: nobody */
	head = KPTR(list_head, (void *)sig + bpf_core_field_offset(sig->thread_head));
	node = FOLLOW(list_head, head, next);
	for (int i = 0; i < 24; i++) {
		struct task_struct *other;

		if (!node || node == head)
			break;
		other = KPTR(task_struct, (void *)node - bpf_core_field_offset(t->thread_node));
		if (other != t && !(GET(other, flags) & PF_EXITING))
			return GET(other, pid);
		node = FOLLOW(list_head, node, next);
	}
	ns = pid_ns(t);
	reaper = FOLLOW(task_struct, ns, child_reaper);
	p = FOLLOW(task_struct, t, real_parent);
	for (int i = 0; i < 24; i++) {
		struct signal_struct *psig;

		if (!p || p == reaper || GET(p, pid) <= 1 || pid_ns(p) != ns)
			break;
		psig = FOLLOW(signal_struct, p, signal);
		if (BPF_CORE_READ_BITFIELD_PROBED(psig, is_child_subreaper) &&
		    !(GET(p, flags) & PF_EXITING))
			return GET(p, pid);
		p = FOLLOW(task_struct, p, real_parent);
	}
	return reaper ? GET(reaper, pid) : 0;
}

SEC("raw_tp/sched_process_exit") int sched_exit(u64 *ctx)
{
	struct scratch *s = scratch_of_cpu();
	struct task_struct *t;
	s32 status;

	if (!s) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_SCRATCH);
		return 0;
	}
	t = find_task(s);
	if (GET(t, flags) & PF_KTHREAD)
		return 0;
	status = GET(t, exit_code);
	BEGIN(s, EV_PROCEXIT_1_E);
	put_u64(s, (u64)(s64)status);
	put_u64(s, (u64)(status >> 8 & 0xff));
	put_u8(s, status & 0x7f);
	put_u8(s, (status & 0x80) != 0);
	put_u64(s, (u64)reaper_of(t));
	facts(s);
	fact_start(s, t);
	end(s, WIRE_RING_PROCESS);
	return 0;
}
