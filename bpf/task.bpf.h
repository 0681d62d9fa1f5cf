/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the process events say about a task: identity in its namespaces, arguments, memory, cgroups.
 */
#ifndef BPF_TASK_BPF_H
#define BPF_TASK_BPF_H

#include "path.bpf.h"

enum { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID };
enum { RLIMIT_NOFILE = 7 };
enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };

/* The number of a pid in the namespace where it was made. */
static __always_inline s64 pid_number(struct pid *pid)
{
	u32 level = GET(pid, level);
	s32 nr = 0;

	bpf_probe_read_kernel(&nr, sizeof(nr),
			      (void *)pid + bpf_core_field_offset(struct pid, numbers) +
				      (u64)(level & 31) * bpf_core_type_size(struct upid));
	return nr;
}

static __always_inline struct pid *signal_pid(struct task_struct *t, u32 type)
{
	struct signal_struct *sig = FOLLOW(signal_struct, t, signal);
	u64 p = 0;

	bpf_probe_read_kernel(&p, sizeof(p),
			      (void *)sig + bpf_core_field_offset(struct signal_struct, pids) +
				      type * 8);
	return KPTR(pid, p);
}

/* The pid namespace that the task lives in. */
static __always_inline struct pid_namespace *pid_ns(struct task_struct *t)
{
	struct pid *pid = FOLLOW(pid, t, thread_pid);
	u32 level = GET(pid, level);
	u64 ns = 0;

	bpf_probe_read_kernel(&ns, sizeof(ns),
			      (void *)pid + bpf_core_field_offset(struct pid, numbers) +
				      (u64)(level & 31) * bpf_core_type_size(struct upid) + 8);
	return KPTR(pid_namespace, ns);
}

/*
 * Appends `len` bytes of user memory of NUL-separated strings as one parameter, cut at the limit and
 * then ended by a NUL.
 */
static __always_inline void put_strings(struct scratch *s, u64 ptr, u64 len)
{
	u32 at = s->at & RECORD_MASK;
	u32 want = len >= STR_BYTES ? STR_BYTES - 1 : (u32)len;
	u32 n;

	if (!room(s))
		return;
	n = copy_user(s, at, ptr, want, STR_BYTES - 1);
	if (want && n < want)
		s->unread |= 1ull << (s->n & 63);
	if (n && s->rec[(at + n - 1) & RECORD_MASK]) {
		s->rec[(at + n) & RECORD_MASK] = 0;
		n++;
	}
	done(s, n);
}

/* exe (argv[0]) and args (the rest) of an address space that is mapped now. */
static __always_inline void put_exe_args(struct scratch *s, struct mm_struct *mm)
{
	u64 start = GET(mm, arg_start);
	u64 stop = GET(mm, arg_end);
	u32 at = s->at & RECORD_MASK;
	u64 len = stop - start;
	u64 n;

	if (!mm || stop <= start) {
		put_empty(s);
		put_empty(s);
		return;
	}
	if (len > STR_BYTES)
		len = STR_BYTES;
	put_user_str(s, start);
	n = s->at - at;
	if (n < len)
		put_strings(s, start + n, len - n);
	else
		put_empty(s);
}

static __always_inline void put_comm(struct scratch *s, struct task_struct *t)
{
	u32 at = s->at & RECORD_MASK;
	long n = bpf_probe_read_kernel_str(s->rec + at, 16, &t->comm);

	done(s, n > 0 ? (u32)n : 0);
}

static __always_inline void put_memory(struct scratch *s, struct task_struct *t,
				       struct mm_struct *mm)
{
	put_u64(s, GET(t, maj_flt));
	put_u64(s, GET(t, min_flt));
	if (mm) {
		put_u32(s, (u32)(GET(mm, total_vm) * 4));
		put_u32(s, (u32)((mm_pages(mm, MM_FILEPAGES) + mm_pages(mm, MM_ANONPAGES) +
				  mm_pages(mm, MM_SHMEMPAGES)) * 4));
		put_u32(s, (u32)(mm_pages(mm, MM_SWAPENTS) * 4));
	} else {
		put_u32(s, 0);
		put_u32(s, 0);
		put_u32(s, 0);
	}
}

LOOP_STEP(cgroup_up)
{
	struct kernfs_node *node = KPTR(kernfs_node, s->cg_node);
	struct kernfs_node *up;

	if (!node)
		return 1;
	up = kernfs_parent(node);
	if (!up)
		return 1;
	s->names[i & 31] = (u64)GET(node, name);
	s->cg_levels = i + 1;
	s->cg_node = (u64)up;
	return 0;
}

LOOP_STEP(cgroup_down)
{
	u32 left = s->cg_levels;
	u32 here = s->cg_used;
	long n;

	if (!left || here > 3700)
		return 1;
	left--;
	s->cg_levels = left;
	s->rec[(s->at + here) & RECORD_MASK] = '/';
	here++;
	n = bpf_probe_read_kernel_str(s->rec + ((s->at + here) & RECORD_MASK), 256,
				      (void *)s->names[left & 31]);
	if (n <= 0)
		return 1;
	/* The NUL is written over by the next slash, and stays after the last name. */
	s->cg_used = here + (u32)n - (left ? 1 : 0);
	return 0;
}

/*
 * Appends "NAME=PATH\0" of one subsystem at s->at + s->cg_used. Global and with its loop's state in
 * memory for the verifier's sake, as walk().
 */
__noinline int cgroup_text(u32 id, u64 name8)
{
	struct scratch *s = scratch_of_cpu();
	struct kernfs_node *kn;
	struct cgroup *cg, *dfl;
	u64 css = 0;
	u32 at, used;
	u32 from;

	if (!s)
		return 0;
	at = s->at;
	used = s->cg_used;
	bpf_probe_read_kernel(&css, sizeof(css),
			      (void *)s->cg_set + bpf_core_field_offset(struct css_set, subsys) +
				      (u64)(id & 15) * 8);
	if (!css || used > 3500)
		return 0;
	cg = FOLLOW(cgroup, KPTR(cgroup_subsys_state, css), cgroup);
	/*
	 * In the unified hierarchy a subsystem that is not switched on below some group has its state
	 * there, above the group that the task is in and that /proc/PID/cgroup shows.
	 */
	dfl = FOLLOW(cgroup, KPTR(css_set, s->cg_set), dfl_cgrp);
	if (GET(cg, root) == GET(dfl, root))
		cg = dfl;
	kn = FOLLOW(kernfs_node, cg, kn);
	*(u64 *)(s->rec + ((at + used) & RECORD_MASK)) = name8;
	for (int i = 0; i < 8; i++) {
		if (!(u8)(name8 >> (8 * i)))
			break;
		used++;
	}
	s->rec[(at + used) & RECORD_MASK] = '=';
	used++;
	/* In the unified hierarchy all subsystems are in the same group: its text is there already. */
	if ((u64)kn == s->prev_kn && s->prev_len) {
		u32 n = s->prev_len & 4095;

		bpf_probe_read_kernel(s->rec + ((at + used) & RECORD_MASK), n,
				      s->rec + (s->prev_at & RECORD_MASK));
		s->cg_used = used + n;
		return 0;
	}
	from = used;
	s->prev_kn = (u64)kn;
	s->cg_node = (u64)kn;
	s->cg_levels = 0;
	LOOP(s, cgroup_up, CGROUP_LEVELS, CGROUP_LEVELS);
	if (!s->cg_levels) {
		s->rec[(at + used) & RECORD_MASK] = '/';
		s->rec[(at + used + 1) & RECORD_MASK] = 0;
		used += 2;
	}
	s->cg_used = used;
	LOOP(s, cgroup_down, CGROUP_LEVELS, CGROUP_LEVELS);
	s->prev_at = (s->at + from) & RECORD_MASK;
	s->prev_len = s->cg_used - from;
	return 0;
}

#define NAME8(a, b, c, d, e, f, g, h)                                                              \
	((u64)(a) | (u64)(b) << 8 | (u64)(c) << 16 | (u64)(d) << 24 | (u64)(e) << 32 |             \
	 (u64)(f) << 40 | (u64)(g) << 48 | (u64)(h) << 56)

/*
 * Writes those five subsystems that the public format reports, in its order, to s->at. Returns how
 * many bytes that are.
 */
static __always_inline u32 cgroup_texts(struct scratch *s, struct task_struct *t)
{
	struct css_set *set = FOLLOW(css_set, t, cgroups);

	s->cg_set = (u64)set;
	s->prev_kn = 0;
	s->prev_len = 0;
	s->cg_used = 0;
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, cpuset_cgrp_id))
		cgroup_text(bpf_core_enum_value(enum cgroup_subsys_id, cpuset_cgrp_id),
				   NAME8('c', 'p', 'u', 's', 'e', 't', 0, 0));
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, cpu_cgrp_id))
		cgroup_text(bpf_core_enum_value(enum cgroup_subsys_id, cpu_cgrp_id),
				   NAME8('c', 'p', 'u', 0, 0, 0, 0, 0));
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, cpuacct_cgrp_id))
		cgroup_text(bpf_core_enum_value(enum cgroup_subsys_id, cpuacct_cgrp_id),
				   NAME8('c', 'p', 'u', 'a', 'c', 'c', 't', 0));
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, io_cgrp_id))
		cgroup_text(bpf_core_enum_value(enum cgroup_subsys_id, io_cgrp_id),
				   NAME8('i', 'o', 0, 0, 0, 0, 0, 0));
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		cgroup_text(bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id),
				   NAME8('m', 'e', 'm', 'o', 'r', 'y', 0, 0));
	return s->cg_used & 8191;
}

static __always_inline void put_cgroups(struct scratch *s, struct task_struct *t)
{
	if (room(s))
		done(s, cgroup_texts(s, t));
}

#define CLONE_BIT(native, neutral) ((flags & (native)) ? (neutral) : 0)

/* linux: include/uapi/linux/sched.h */
static __always_inline u32 clone_flags(u64 flags)
{
	return CLONE_BIT(0x00000100, N_clone_flags_CLONE_VM) |
	       CLONE_BIT(0x00000200, N_clone_flags_CLONE_FS) |
	       CLONE_BIT(0x00000400, N_clone_flags_CLONE_FILES) |
	       CLONE_BIT(0x00000800, N_clone_flags_CLONE_SIGHAND) |
	       CLONE_BIT(0x00002000, N_clone_flags_CLONE_PTRACE) |
	       CLONE_BIT(0x00004000, N_clone_flags_CLONE_VFORK) |
	       CLONE_BIT(0x00008000, N_clone_flags_CLONE_PARENT) |
	       CLONE_BIT(0x00010000, N_clone_flags_CLONE_THREAD) |
	       CLONE_BIT(0x00020000, N_clone_flags_CLONE_NEWNS) |
	       CLONE_BIT(0x00040000, N_clone_flags_CLONE_SYSVSEM) |
	       CLONE_BIT(0x00080000, N_clone_flags_CLONE_SETTLS) |
	       CLONE_BIT(0x00100000, N_clone_flags_CLONE_PARENT_SETTID) |
	       CLONE_BIT(0x00200000, N_clone_flags_CLONE_CHILD_CLEARTID) |
	       CLONE_BIT(0x00800000, N_clone_flags_CLONE_UNTRACED) |
	       CLONE_BIT(0x01000000, N_clone_flags_CLONE_CHILD_SETTID) |
	       CLONE_BIT(0x02000000, N_clone_flags_CLONE_NEWCGROUP) |
	       CLONE_BIT(0x04000000, N_clone_flags_CLONE_NEWUTS) |
	       CLONE_BIT(0x08000000, N_clone_flags_CLONE_NEWIPC) |
	       CLONE_BIT(0x10000000, N_clone_flags_CLONE_NEWUSER) |
	       CLONE_BIT(0x20000000, N_clone_flags_CLONE_NEWPID) |
	       CLONE_BIT(0x40000000, N_clone_flags_CLONE_NEWNET) |
	       CLONE_BIT(0x80000000, N_clone_flags_CLONE_IO);
}

static __always_inline u64 fd_limit(struct task_struct *t)
{
	struct signal_struct *sig = FOLLOW(signal_struct, t, signal);

	return GET(sig, rlim[RLIMIT_NOFILE].rlim_cur);
}

static __always_inline u64 cred_cap(struct cred *c, const void *field)
{
	u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), field);
	return v;
}

/* May the task change the file, or give itself the right to? */
static __always_inline bool exe_writable(struct inode *i, struct cred *c)
{
	u64 caps = cred_cap(c, &c->cap_effective);
	u32 mode = GET(i, i_mode);

	if (caps & (1ull << 1 | 1ull << 3)) /* DAC_OVERRIDE, FOWNER */
		return true;
	if (GET(i, i_uid.val) == GET(c, fsuid.val))
		return true;
	if (GET(i, i_gid.val) == GET(c, fsgid.val))
		return mode & 0020;
	return mode & 0002;
}

/* linux: drivers/tty/tty_io.c, tty_devnum() */
static __always_inline u32 tty_of(struct task_struct *t)
{
	struct signal_struct *sig = FOLLOW(signal_struct, t, signal);
	struct tty_struct *tty = FOLLOW(tty_struct, sig, tty);
	struct tty_driver *driver;

	if (!tty)
		return 0;
	driver = FOLLOW(tty_driver, tty, driver);
	return encode_dev((u32)GET(driver, major) << 20 |
			  (u32)(GET(driver, minor_start) + GET(tty, index)));
}

static __always_inline u32 exe_flags(struct file *exe, struct inode *inode, struct cred *cred)
{
	struct dentry *d = FOLLOW(dentry, exe, f_path.dentry);
	u8 layer = overlay_layer(inode);
	u64 name = 0;
	u32 flags = 0;

	if (exe_writable(inode, cred))
		flags |= N_execve_flags_EXE_WRITABLE;
	if (layer == 1)
		flags |= N_execve_flags_EXE_UPPER_LAYER;
	if (layer == 2)
		flags |= N_execve_flags_EXE_LOWER_LAYER;
	/* A memfd is the root of nothing: an unattached dentry called "memfd:NAME". */
	if (FOLLOW(dentry, d, d_parent) == d) {
		bpf_probe_read_kernel(&name, 6, GET(d, d_name.name));
		if (name == MEMFD_MAGIC_NAME)
			flags |= N_execve_flags_EXE_FROM_MEMFD;
	}
	return flags;
}

#endif
