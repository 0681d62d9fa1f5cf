/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's structures, reduced to the fields that are read. Offsets written here mean nothing:
 * every access is relocated against the running kernel's own type information when the programs are
 * loaded (preserve_access_index). A name with three underscores is another version of the structure
 * before them; which one exists is asked in compat.bpf.h.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
#define true  1
#define false 0
#define NULL  ((void *)0)

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* linux: include/linux/types.h, uidgid_types.h, list.h */
struct list_head { struct list_head *next, *prev; };
typedef struct { u32 val; } kuid_t;
typedef struct { u32 val; } kgid_t;
typedef struct { int counter; } atomic_t;
struct timespec64 { s64 tv_sec; long tv_nsec; };
struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };

/* linux: arch/x86/include/asm/ptrace.h, thread_info.h */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip;
};
struct thread_info { u32 status; };

/* linux: include/linux/path.h, dcache.h, mount.h, fs/mount.h */
struct qstr { u32 len; const unsigned char *name; };
struct super_block { u32 s_dev; unsigned long s_magic; };
struct inode {
	u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	unsigned long i_ino;
	u32 i_rdev;
	s64 i_mtime_sec, i_ctime_sec; /* since 6.11 */
	u32 i_mtime_nsec, i_ctime_nsec;
};
struct inode___ts { struct timespec64 i_mtime, i_ctime; };    /* before 6.6 / 6.7 */
struct inode___ts2 { struct timespec64 __i_mtime, __i_ctime; }; /* 6.6 to 6.10 */
struct dentry {
	struct dentry *d_parent;
	struct hlist_bl_node d_hash;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};
struct vfsmount { struct dentry *mnt_root; };
struct path { struct vfsmount *mnt; struct dentry *dentry; };
struct mount { struct mount *mnt_parent; struct dentry *mnt_mountpoint; struct vfsmount mnt; };
struct ns_common { u32 inum; };
struct mnt_namespace { struct ns_common ns; };

/* linux: include/linux/fs.h, fdtable.h, fs_struct.h */
struct file_operations { void *llseek; };
struct file {
	u32 f_mode;
	void *private_data;
	struct inode *f_inode;
	u32 f_flags;
	struct path f_path;
	const struct file_operations *f_op;
};
struct fdtable { u32 max_fds; struct file **fd; unsigned long *close_on_exec; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path root, pwd; };

/* linux: include/linux/kernfs.h, cgroup-defs.h */
struct kernfs_node { struct kernfs_node *__parent; const char *name; u64 id; };
struct kernfs_node___old { struct kernfs_node *parent; }; /* before 6.15 */
struct cgroup_root { int hierarchy_id; };
struct cgroup { struct kernfs_node *kn; struct cgroup_root *root; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[16]; struct cgroup *dfl_cgrp; };
enum cgroup_subsys_id {
	cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id,
};

/* linux: include/linux/pid.h, pid_namespace.h, nsproxy.h */
struct task_struct;
struct pid_namespace { struct task_struct *child_reaper; u32 level; struct ns_common ns; };
struct upid { int nr; struct pid_namespace *ns; };
struct pid { u32 level; struct upid numbers[1]; };
struct nsproxy { struct mnt_namespace *mnt_ns; struct pid_namespace *pid_ns_for_children; };

/* linux: include/linux/cred.h, sched.h, sched/signal.h, mm_types.h, tty.h, tty_driver.h */
typedef struct { u64 val; } kernel_cap_t;
struct cred {
	kuid_t uid, euid, suid, fsuid;
	kgid_t gid, egid, sgid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
};
struct tty_driver { int major, minor_start; };
struct tty_struct { int index; struct tty_driver *driver; };
struct rlimit { unsigned long rlim_cur, rlim_max; };
struct signal_struct {
	atomic_t live;
	struct list_head thread_head;
	u32 is_child_subreaper : 1;
	struct pid *pids[4];
	struct tty_struct *tty;
	struct rlimit rlim[16];
};
struct percpu_counter { s64 count; };
struct mm_struct {
	unsigned long total_vm, arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	struct percpu_counter rss_stat[4]; /* before 6.2: four plain 64-bit numbers */
};
struct task_struct {
	struct thread_info thread_info;
	u32 flags;
	struct mm_struct *mm;
	int exit_code;
	int pid, tgid;
	struct task_struct *real_parent;
	struct list_head children, sibling;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct list_head thread_node;
	u64 start_boottime;
	unsigned long min_flt, maj_flt;
	struct cred *real_cred, *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	kuid_t loginuid;
	struct css_set *cgroups;
};
struct linux_binprm { const char *filename; const char *interp; };

/* linux: include/net/sock.h, inet_sock.h, af_unix.h, include/linux/net.h, uapi/linux/in6.h */
struct in6_addr { u8 bytes[16]; };
struct sock_common {
	u32 skc_daddr, skc_rcv_saddr;
	u16 skc_dport, skc_num;
	u16 skc_family;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol, sk_type;
	u32 sk_ack_backlog, sk_max_ack_backlog;
};
struct socket { struct file *file; struct sock *sk; };
struct inet_sock { u32 inet_saddr; u16 inet_sport; };
struct unix_address { int len; };
struct unix_sock { struct unix_address *addr; struct sock *peer; };

/* linux: include/linux/bpf.h, kernel/bpf/task_iter.c; every member takes eight bytes */
struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; u64 session_id, seq_num; };
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd __attribute__((aligned(8)));
	struct file *file;
};

#pragma clang attribute pop

#endif
