/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What exists when the sensor starts, told by the kernel: an iterator over threads and one over open
 * files. An object of its own, so that a kernel that refuses it still gets all the rest, and so that
 * it is gone from memory once the snapshot is taken.
 *
 *     read() of the iterator --> one run for each thread or file --> a record into the reader's buffer
 *
 * The runs never wait for anything: no user memory is read, no file system is asked. /proc can be made
 * to wait, by a dead file server behind an open file. Arguments and environments stay with
 * /proc, which refuses pages that a file is behind; a sleeping iterator reads those too
 * (bpf_copy_from_user_task), and a page of a file system in user space would hold the start of the
 * sensor for as long as its owner likes.
 *
 * Paths are relative to the root of the reader, not of the thread, as in /proc.
 */
#include "fd.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set by the reader: a first pass tells main threads, the second all others, so that no thread comes
 * before its process. */
unsigned int others = 0;

/* A thread or its process, as the thread's own namespace counts it; 0: it is not in there. */
static __always_inline s32 number_at(struct pid *pid, u32 level)
{
	s32 nr = 0;

	if (!pid || GET(pid, level) < level)
		return 0;
	bpf_probe_read_kernel(&nr, sizeof(nr),
			      (void *)pid + bpf_core_field_offset(struct pid, numbers) +
				      (u64)(level & 31) * bpf_core_type_size(struct upid));
	return nr;
}

/* Appends the name of a file as d_path() would give it. Returns its length. */
static __always_inline u32 add_path(struct scratch *s, struct path *p)
{
	struct dentry *d = FOLLOW(dentry, p, dentry);
	struct vfsmount *v = FOLLOW(vfsmount, p, mnt);
	u32 at = s->at & RECORD_MASK;
	bool is_root = GET(d, d_parent) == d;
	bool gone;
	u32 len;

	if (is_root && GET(v, mnt_root) != d) {
		/* Not in any directory and never was: a memfd. */
		long n;

		s->rec[at] = '/';
		n = bpf_probe_read_kernel_str(s->rec + ((at + 1) & RECORD_MASK), 256,
					      GET(d, d_name.name));
		len = n > 0 ? (u32)n & 511 : 1;
		gone = true;
	} else {
		walk_path(s, KPTR(task_struct, bpf_get_current_task()), p);
		len = copy_path(s, at) - 1;
		gone = !is_root && !GET(d, d_hash.pprev);
	}
	if (len > PATH_BYTES)
		len = 0;
	if (gone) {
		u8 *end = s->rec + ((at + len) & RECORD_MASK);

		*(u64 *)end = C8(' ', '(', 'd', 'e', 'l', 'e', 't', 'e');
		*(u16 *)(end + 8) = 'd' | ')' << 8;
		len += 10;
	}
	s->at += len;
	return len;
}

static __always_inline int tell(struct seq_file *seq, struct scratch *s)
{
	*(u32 *)s->rec = s->at;
	/* Refused when the reader's buffer is full: the kernel hands that over and asks once more. */
	bpf_seq_write(seq, s->rec, s->at & RECORD_MASK);
	return 0;
}

SEC("iter/task") int snapshot_threads(struct bpf_iter__task *ctx)
{
	struct scratch *s = scratch_of_cpu();
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *t = ctx->task;
	struct task_struct *parent, *reaper;
	struct wire_snap_thread *w;
	struct mm_struct *mm;
	struct cred *cred;
	struct fs_struct *fs;
	struct nsproxy *nsp;
	struct file *exe;
	struct pid *pid, *pgrp;
	struct pid_namespace *ns;
	u32 level;

	if (!t || !s)
		return 0;
	t = KPTR(task_struct, t);
	if ((GET(t, pid) != GET(t, tgid)) != (others != 0))
		return 0;
	w = (struct wire_snap_thread *)s->rec;
	__builtin_memset(w, 0, sizeof(*w));
	s->at = sizeof(*w);
	w->tid = GET(t, pid);
	w->pid = GET(t, tgid);
	mm = FOLLOW(mm_struct, t, mm);
	if (!mm || (GET(t, flags) & PF_KTHREAD))
		return tell(seq, s);
	parent = FOLLOW(task_struct, t, real_parent);
	pid = FOLLOW(pid, t, thread_pid);
	level = GET(pid, level);
	pgrp = signal_pid(t, PIDTYPE_PGID);
	w->ptid = GET(parent, tgid);
	w->pgid = number_at(pgrp, 0);
	w->vtid = number_at(pid, level);
	w->vpid = number_at(signal_pid(t, PIDTYPE_TGID), level);
	w->vpgid = number_at(pgrp, level);
	w->sid = number_at(signal_pid(t, PIDTYPE_SID), level);
	cred = FOLLOW(cred, t, real_cred);
	w->uid = GET(cred, euid.val);
	w->gid = GET(cred, egid.val);
	w->loginuid = bpf_core_field_exists(t->loginuid) ? GET(t, loginuid.val) : (u32)-1;
	w->cap_inheritable = cred_cap(cred, &cred->cap_inheritable);
	w->cap_permitted = cred_cap(cred, &cred->cap_permitted);
	w->cap_effective = cred_cap(cred, &cred->cap_effective);
	w->vmsize_kb = (u32)(GET(mm, total_vm) * 4);
	w->vmrss_kb = (u32)((mm_pages(mm, MM_FILEPAGES) + mm_pages(mm, MM_ANONPAGES) +
			     mm_pages(mm, MM_SHMEMPAGES)) * 4);
	w->vmswap_kb = (u32)(mm_pages(mm, MM_SWAPENTS) * 4);
	w->tty = tty_of(t);
	nsp = FOLLOW(nsproxy, t, nsproxy);
	if (nsp) {
		struct mnt_namespace *mnt = FOLLOW(mnt_namespace, nsp, mnt_ns);

		w->mntns = GET(mnt, ns.inum);
	}
	bpf_probe_read_kernel_str(w->comm, sizeof(w->comm), &t->comm);
	w->fdlimit = fd_limit(t);
	w->pfmajor = GET(t, maj_flt);
	w->pfminor = GET(t, min_flt);
	w->start_ns = GET(t, start_boottime);
	ns = pid_ns(t);
	reaper = FOLLOW(task_struct, ns, child_reaper);
	w->pidns_start_ns = GET(reaper, start_boottime);
	exe = FOLLOW(file, mm, exe_file);
	if (exe) {
		struct inode *inode = FOLLOW(inode, exe, f_inode);
		u32 flags = exe_flags(exe, inode, cred);

		w->exe_writable = !!(flags & N_execve_flags_EXE_WRITABLE);
		w->exe_upper = !!(flags & N_execve_flags_EXE_UPPER_LAYER);
		w->exe_lower = !!(flags & N_execve_flags_EXE_LOWER_LAYER);
		w->exe_memfd = !!(flags & N_execve_flags_EXE_FROM_MEMFD);
		w->exe_ino = GET(inode, i_ino);
		w->exe_ctime_ns = inode_ctime(inode);
		w->exe_mtime_ns = inode_mtime(inode);
		w->exe_len = (u16)add_path(s, &exe->f_path);
	}
	fs = FOLLOW(fs_struct, t, fs);
	if (fs) {
		w->cwd_len = (u16)add_path(s, &fs->pwd);
		w->root_len = (u16)add_path(s, &fs->root);
	}
	w->cgroups_len = (u16)cgroup_texts(s, t);
	s->at += w->cgroups_len;
	return tell(seq, s);
}

static __always_inline bool closes_on_exec(struct task_struct *t, u32 fd)
{
	struct files_struct *files = FOLLOW(files_struct, t, files);
	struct fdtable *fdt = FOLLOW(fdtable, files, fdt);
	u64 bits = 0;

	if (!fdt || fd >= GET(fdt, max_fds))
		return false;
	bpf_probe_read_kernel(&bits, sizeof(bits), (void *)GET(fdt, close_on_exec) + fd / 64 * 8);
	return bits >> (fd & 63) & 1;
}

static __always_inline void tell_socket(struct scratch *s, struct wire_snap_fd *w, struct sock *sk)
{
	struct ends e;

	ends_of(sk, &e);
	w->type = fd_type_of_sock(sk, &e);
	w->l4proto = l4_of_sock(sk);
	if (e.family == AF_UNIX) {
		struct unix_sock *u = KPTR(unix_sock, sk);

		w->unix_source = (u64)sk;
		w->unix_peer = (u64)GET(u, peer);
		w->name_len = (u16)(unix_name(s, s->at, sk) - 1);
		s->at += w->name_len;
		return;
	}
	w->sport = e.lport;
	w->dport = e.rport;
	__builtin_memcpy(w->sip, e.laddr, 16);
	__builtin_memcpy(w->dip, e.raddr, 16);
}

SEC("iter/task_file") int snapshot_files(struct bpf_iter__task_file *ctx)
{
	struct scratch *s = scratch_of_cpu();
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *t = ctx->task;
	struct file *file = ctx->file;
	struct task_struct *leader;
	struct wire_snap_fd *w;
	struct inode *inode;
	struct file *f;
	struct sock *sk;
	u32 fd = ctx->fd;
	u32 flags;

	if (!t || !file || !s)
		return 0;
	t = KPTR(task_struct, t);
	if (!GET(t, mm) || (GET(t, flags) & PF_KTHREAD))
		return 0;
	/* A process has one table here, that of its main thread while it lives. */
	leader = FOLLOW(task_struct, t, group_leader);
	if (GET(t, pid) != GET(t, tgid) && GET(leader, files))
		return 0;
	f = KPTR(file, file);
	inode = FOLLOW(inode, f, f_inode);
	w = (struct wire_snap_fd *)s->rec;
	__builtin_memset(w, 0, sizeof(*w));
	s->at = sizeof(*w);
	w->pid = GET(t, tgid);
	w->fd = fd;
	w->dev = inode_dev(inode);
	w->ino = GET(inode, i_ino);
	w->mode = GET(inode, i_mode);
	/* As fdinfo shows them: the flag of the descriptor, not of the file; no O_LARGEFILE. */
	flags = GET(f, f_flags) & ~0x88000u;
	if (closes_on_exec(t, fd))
		flags |= 0x80000;
	w->flags = open_flags(flags);
	sk = sock_of(f, inode);
	if (sk) {
		tell_socket(s, w, sk);
	} else {
		/* The kernel's own text: it knows the names of what is in no directory. */
		long n = bpf_d_path(&file->f_path, (char *)s->path, PATH_BYTES);

		if (n > 0 && n <= PATH_BYTES) {
			u32 len = (u32)n - 1;

			barrier_var(len);
			if (len < PATH_BYTES) {
				bpf_probe_read_kernel(s->rec + (s->at & RECORD_MASK), len, s->path);
				w->name_len = (u16)len;
				s->at += len;
			}
		} else {
			/* Longer than a name may be: its end, which says what it is. */
			w->name_len = (u16)add_path(s, &f->f_path);
		}
	}
	return tell(seq, s);
}
