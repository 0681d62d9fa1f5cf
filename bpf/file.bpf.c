/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls that take names of files: opening, and changing what a name stands for. An open carries the
 * path of the file that it ended up with; the others carry the caller's strings and what they are
 * relative to.
 */
#include "fd.bpf.h"

static __always_inline u32 native_mode(u64 flags, u64 mode)
{
	return flags & (0x40 | 0x400000) ? (u32)mode & 07777 : 0;
}

/* The file behind the result, or NULL for a failed call. Descriptor 0 is a success. */
static __always_inline struct file *opened(struct scratch *s, struct task_struct *t)
{
	return s->ret >= 0 ? file_of_fd(t, (s32)s->ret) : NULL;
}

/*
 * The sensor reads /proc for the snapshot and for tasks it does not know; reported, each look would
 * make rules about /proc speak of the sensor itself. Only its reading opens there are left out, found
 * or not; whatever else it opens is reported.
 */
static __always_inline bool own_look(struct scratch *s, struct file *f, u32 flags)
{
	struct super_block *sb;

	if (!is_self(s) || flags & (3 | 0x40)) /* for writing, or creating */
		return false;
	if (!f)
		return true;
	sb = FOLLOW(super_block, FOLLOW(inode, f, f_inode), i_sb);
	return GET(sb, s_magic) == PROC_MAGIC;
}

static __always_inline u32 result_flags(struct file *f)
{
	struct inode *i;
	u32 flags = 0;
	u8 layer;

	if (!f)
		return 0;
	i = FOLLOW(inode, f, f_inode);
	layer = overlay_layer(i);
	if (GET(f, f_mode) & FMODE_CREATED)
		flags |= N_file_flags_O_F_CREATED;
	if (layer == 1)
		flags |= N_file_flags_FD_UPPER_LAYER;
	if (layer == 2)
		flags |= N_file_flags_FD_LOWER_LAYER;
	return flags;
}

static __always_inline void put_dev_ino(struct scratch *s, struct file *f)
{
	struct inode *i = f ? FOLLOW(inode, f, f_inode) : NULL;

	put_u32(s, i ? inode_dev(i) : 0);
	put_u64(s, i ? GET(i, i_ino) : 0);
}

static __always_inline void open_facts(struct scratch *s, struct task_struct *t, struct file *f,
				       s32 dirfd)
{
	u32 str_at = s->str_at;

	facts(s);
	fact_identity(s, t);
	if (f) {
		struct inode *i = FOLLOW(inode, f, f_inode);
		u8 layer = overlay_layer(i);

		fact_path(s, FACT_PATH, t, &f->f_path);
		if (layer)
			fact_u8(s, FACT_OVL, layer);
	}
	fact_base_of(s, t, str_at, dirfd, FACT_DIR);
}

HANDLER(x_open)
{
	struct task_struct *t = current_task(s);
	struct file *f = opened(s, t);

	if (own_look(s, f, (u32)A(1)))
		return;
	BEGIN(s, EV_SYSCALL_OPEN_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, open_flags((u32)A(1)) | result_flags(f));
	put_u32(s, native_mode(A(1), A(2)));
	put_dev_ino(s, f);
	open_facts(s, t, f, AT_FDCWD);
	end(s, WIRE_RING_FILE);
}

HANDLER(x_openat)
{
	struct task_struct *t = current_task(s);
	struct file *f = opened(s, t);

	if (own_look(s, f, (u32)A(2)))
		return;
	BEGIN(s, EV_SYSCALL_OPENAT_2_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, open_flags((u32)A(2)) | result_flags(f));
	put_u32(s, native_mode(A(2), A(3)));
	put_dev_ino(s, f);
	open_facts(s, t, f, (s32)A(0));
	end(s, WIRE_RING_FILE);
}

/* linux: include/uapi/linux/openat2.h */
struct open_how {
	u64 flags, mode, resolve;
};

HANDLER(x_openat2)
{
	struct task_struct *t = current_task(s);
	struct file *f = opened(s, t);
	struct open_how how = {};
	u32 resolve = 0;

	BEGIN(s, EV_SYSCALL_OPENAT2_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	if (bpf_probe_read_user(&how, sizeof(how), (void *)A(2)))
		s->unread |= 1ull << 3;
	put_u32(s, open_flags((u32)how.flags) | result_flags(f));
	put_u32(s, native_mode(how.flags, how.mode));
	if (how.resolve & 0x01)
		resolve |= N_openat2_flags_RESOLVE_NO_XDEV;
	if (how.resolve & 0x02)
		resolve |= N_openat2_flags_RESOLVE_NO_MAGICLINKS;
	if (how.resolve & 0x04)
		resolve |= N_openat2_flags_RESOLVE_NO_SYMLINKS;
	if (how.resolve & 0x08)
		resolve |= N_openat2_flags_RESOLVE_BENEATH;
	if (how.resolve & 0x10)
		resolve |= N_openat2_flags_RESOLVE_IN_ROOT;
	if (how.resolve & 0x20)
		resolve |= N_openat2_flags_RESOLVE_CACHED;
	put_u32(s, resolve);
	put_dev_ino(s, f);
	open_facts(s, t, f, (s32)A(0));
	end(s, WIRE_RING_FILE);
}

HANDLER(x_creat)
{
	struct task_struct *t = current_task(s);
	struct file *f = opened(s, t);
	u32 flags = result_flags(f);

	BEGIN(s, EV_SYSCALL_CREAT_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 07777);
	put_dev_ino(s, f);
	put_u16(s, (flags & N_file_flags_FD_UPPER_LAYER ? N_creat_flags_FD_UPPER_LAYER_CREAT : 0) |
			   (flags & N_file_flags_FD_LOWER_LAYER ?
				    N_creat_flags_FD_LOWER_LAYER_CREAT : 0));
	open_facts(s, t, f, AT_FDCWD);
	end(s, WIRE_RING_FILE);
}

HANDLER(x_open_by_handle_at)
{
	struct task_struct *t = current_task(s);
	struct file *f = opened(s, t);

	BEGIN(s, EV_SYSCALL_OPEN_BY_HANDLE_AT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, open_flags((u32)A(2)) | result_flags(f));
	if (f)
		put_path(s, t, &f->f_path);
	else
		put_empty(s);
	put_dev_ino(s, f);
	facts(s);
	fact_identity(s, t);
	if (f)
		fact_path(s, FACT_PATH, t, &f->f_path);
	end(s, WIRE_RING_FILE);
}

/* --- names ----------------------------------------------------------------------------------- */

/* The last string and what it is relative to. */
static __always_inline void end_name(struct scratch *s, s32 dirfd)
{
	struct task_struct *t = current_task(s);
	u32 str_at = s->str_at;

	facts(s);
	fact_identity(s, t);
	fact_base_of(s, t, str_at, dirfd, FACT_DIR);
	end(s, WIRE_RING_FILE);
}

/* The same for two strings; `first_at` is where the first one stands. */
static __always_inline void end_names(struct scratch *s, u32 first_at, s32 first_dir, s32 second_dir)
{
	struct task_struct *t = current_task(s);
	u32 second_at = s->str_at;
	bool cwd = first_dir == AT_FDCWD && s->rec[first_at & RECORD_MASK] != '/';

	facts(s);
	fact_identity(s, t);
	fact_base_of(s, t, first_at, first_dir, FACT_DIR);
	if (!cwd || second_dir != AT_FDCWD)
		fact_base_of(s, t, second_at, second_dir, FACT_DIR2);
	end(s, WIRE_RING_FILE);
}

HANDLER(x_unlink)
{
	BEGIN(s, EV_SYSCALL_UNLINK_2_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_name(s, AT_FDCWD);
}

HANDLER(x_unlinkat)
{
	BEGIN(s, EV_SYSCALL_UNLINKAT_2_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2) & 0x200 ? N_unlinkat_flags_AT_REMOVEDIR : 0);
	end_name(s, (s32)A(0));
}

HANDLER(x_rmdir)
{
	BEGIN(s, EV_SYSCALL_RMDIR_2_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_name(s, AT_FDCWD);
}

HANDLER(x_mkdir)
{
	BEGIN(s, EV_SYSCALL_MKDIR_2_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 07777);
	end_name(s, AT_FDCWD);
}

HANDLER(x_mkdirat)
{
	BEGIN(s, EV_SYSCALL_MKDIRAT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2) & 07777);
	end_name(s, (s32)A(0));
}

HANDLER(x_mknod)
{
	BEGIN(s, EV_SYSCALL_MKNOD_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 0177777);
	put_u32(s, (u32)A(2));
	end_name(s, AT_FDCWD);
}

HANDLER(x_mknodat)
{
	BEGIN(s, EV_SYSCALL_MKNODAT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2) & 0177777);
	put_u32(s, (u32)A(3));
	end_name(s, (s32)A(0));
}

/* Result and both names of a call (old, new). Returns where the first one lies. */
static __always_inline u32 put_names(struct scratch *s)
{
	u32 first;

	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	first = s->str_at;
	put_user_str(s, A(1));
	return first;
}

/* The same for calls with a directory before each name. */
static __always_inline u32 put_names_at(struct scratch *s)
{
	u32 first;

	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	first = s->str_at;
	put_fd(s, A(2));
	put_user_str(s, A(3));
	return first;
}

HANDLER(x_rename)
{
	u32 first;

	BEGIN(s, EV_SYSCALL_RENAME_X);
	first = put_names(s);
	end_names(s, first, AT_FDCWD, AT_FDCWD);
}

HANDLER(x_renameat)
{
	u32 first;

	BEGIN(s, EV_SYSCALL_RENAMEAT_X);
	first = put_names_at(s);
	end_names(s, first, (s32)A(0), (s32)A(2));
}

HANDLER(x_renameat2)
{
	u32 first;

	BEGIN(s, EV_SYSCALL_RENAMEAT2_X);
	first = put_names_at(s);
	put_u32(s, (u32)A(4) & 7); /* NOREPLACE 1, EXCHANGE 2, WHITEOUT 4 as in the neutral table */
	end_names(s, first, (s32)A(0), (s32)A(2));
}

HANDLER(x_link)
{
	u32 first;

	BEGIN(s, EV_SYSCALL_LINK_2_X);
	first = put_names(s);
	end_names(s, first, AT_FDCWD, AT_FDCWD);
}

HANDLER(x_linkat)
{
	u32 first;

	BEGIN(s, EV_SYSCALL_LINKAT_2_X);
	first = put_names_at(s);
	put_u32(s, (u32)A(4) & (N_linkat_flags_AT_SYMLINK_FOLLOW | N_linkat_flags_AT_EMPTY_PATH));
	end_names(s, first, (s32)A(0), (s32)A(2));
}

/* The target of a symbolic link is a text, relative to nothing. */
HANDLER(x_symlink)
{
	BEGIN(s, EV_SYSCALL_SYMLINK_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_user_str(s, A(1));
	end_name(s, AT_FDCWD);
}

HANDLER(x_symlinkat)
{
	BEGIN(s, EV_SYSCALL_SYMLINKAT_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_fd(s, A(1));
	put_user_str(s, A(2));
	end_name(s, (s32)A(1));
}

HANDLER(x_chmod)
{
	BEGIN(s, EV_SYSCALL_CHMOD_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 07777);
	end_name(s, AT_FDCWD);
}

HANDLER(x_fchmodat)
{
	BEGIN(s, EV_SYSCALL_FCHMODAT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2) & 07777);
	end_name(s, (s32)A(0));
}

/* For chown and lchown alike. */
HANDLER(x_chown)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_CHOWN_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2));
	end_name(s, AT_FDCWD);
}

HANDLER(x_fchownat)
{
	u32 flags = 0;

	if ((u32)A(4) & 0x100)
		flags |= N_fchownat_flags_AT_SYMLINK_NOFOLLOW;
	if ((u32)A(4) & 0x1000)
		flags |= N_fchownat_flags_AT_EMPTY_PATH;
	BEGIN(s, EV_SYSCALL_FCHOWNAT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2));
	put_u32(s, (u32)A(3));
	put_u32(s, flags);
	end_name(s, (s32)A(0));
}

HANDLER(x_access)
{
	BEGIN(s, EV_SYSCALL_ACCESS_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 7);
	end_name(s, AT_FDCWD);
}

/* stat, lstat and their 64-bit forms of ia32: the result and the name. */
HANDLER(x_stat)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_STAT_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_name(s, AT_FDCWD);
}

HANDLER(x_newfstatat)
{
	BEGIN(s, EV_SYSCALL_NEWFSTATAT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(3) & 0x1900);
	end_name(s, (s32)A(0));
}
