/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names of files from kernel objects: up the dentries to the root of the mount, over the mount point to
 * the mount below, until the root directory of the task (or the real root) is met. That is the name
 * which d_path() gives, whatever string the program passed; symbolic links, "..", /proc/self/root and
 * a racing thread cannot change it. The text grows from the end of s->path towards its front.
 */
#ifndef BPF_PATH_BPF_H
#define BPF_PATH_BPF_H

#include "record.bpf.h"

enum { AT_FDCWD = -100 };

static __always_inline struct mount *mount_of(struct vfsmount *v)
{
	return KPTR(mount, (void *)v - bpf_core_field_offset(struct mount, mnt));
}

/* One step of a walk: over a mount, or one name up. */
LOOP_STEP(walk_step)
{
	u64 at = s->walk_dentry;
	struct dentry *d;
	u64 parent;
	u32 pos, len;

	if (at == s->root_dentry && s->walk_mount == s->root_mount) {
		s->cut = 0;
		return 1;
	}
	if (at == s->walk_top) {
		struct mount *m = KPTR(mount, s->walk_mount);
		u64 up = (u64)GET(m, mnt_parent);

		if (up == s->walk_mount || !up) {
			s->cut = 0;
			return 1;
		}
		s->walk_dentry = (u64)GET(m, mnt_mountpoint);
		s->walk_mount = up;
		m = KPTR(mount, up);
		s->walk_top = (u64)GET(m, mnt.mnt_root);
		return 0;
	}
	d = KPTR(dentry, at);
	parent = (u64)GET(d, d_parent);
	if (parent == at || !parent) {
		s->cut = 0;
		return 1;
	}
	len = GET(d, d_name.len);
	pos = s->pos;
	if (len > 255 || pos < len + 1)
		return 1;
	pos -= len;
	bpf_probe_read_kernel(s->path + (pos & PATH_MASK), len & 255, GET(d, d_name.name));
	pos--;
	s->path[pos & PATH_MASK] = '/';
	s->pos = pos;
	s->walk_dentry = parent;
	return 0;
}

/*
 * Leaves the path in s->path + s->pos; s->cut tells that its head is missing. A global function is
 * verified once and not at each call; and what the loop carries lies in memory, whose contents the
 * verifier does not follow, so that all its iterations look alike to it.
 */
__noinline int walk(void)
{
	struct scratch *s = scratch_of_cpu();
	struct task_struct *t;
	struct fs_struct *fs;
	struct vfsmount *v;

	if (!s)
		return 0;
	t = KPTR(task_struct, s->walk_task);
	fs = FOLLOW(fs_struct, t, fs);
	v = KPTR(vfsmount, s->walk_mount);
	s->walk_mount = (u64)mount_of(v);
	s->walk_top = (u64)GET(v, mnt_root);
	s->pos = PATH_BYTES - 1;
	s->path[PATH_BYTES - 1] = 0;
	s->cut = 1;
	s->root_mount = 0;
	s->root_dentry = 0;
	if (fs) {
		s->root_mount = (u64)mount_of(KPTR(vfsmount, GET(fs, root.mnt)));
		s->root_dentry = (u64)GET(fs, root.dentry);
	}
	LOOP(s, walk_step, WALK_STEPS, WALK_STEPS_BEFORE);
	if (s->pos == PATH_BYTES - 1) {
		s->pos = PATH_BYTES - 2;
		s->path[PATH_BYTES - 2] = '/';
	}
	return 0;
}

/* Pointers go by memory: a global function takes only plain numbers. */
static __always_inline void walk_path(struct scratch *s, struct task_struct *t, struct path *p)
{
	s->walk_task = (u64)t;
	s->walk_mount = (u64)GET(p, mnt);
	s->walk_dentry = (u64)GET(p, dentry);
	walk();
}

/* Copies the walked path with its NUL to the record; returns its length. */
static __always_inline u32 copy_path(struct scratch *s, u32 at)
{
	u32 pos = s->pos & PATH_MASK;
	u32 len = PATH_BYTES - pos;

	at &= RECORD_MASK;
	barrier_var(len);
	if (len > PATH_BYTES)
		return 0;
	bpf_probe_read_kernel(s->rec + at, len, s->path + pos);
	return len;
}

static __always_inline void put_path(struct scratch *s, struct task_struct *t, struct path *p)
{
	if (!room(s))
		return;
	walk_path(s, t, p);
	done(s, copy_path(s, s->at));
}

static __always_inline void fact_path(struct scratch *s, u8 id, struct task_struct *t,
				      struct path *p)
{
	if (s->at > RECORD_LIMIT) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_TOO_LONG);
		return;
	}
	walk_path(s, t, p);
	fact_close(s, id, s->cut ? 1 : 0, copy_path(s, fact_open(s)));
}

static __always_inline void fact_cwd(struct scratch *s, struct task_struct *t)
{
	struct fs_struct *fs = FOLLOW(fs_struct, t, fs);

	if (fs)
		fact_path(s, FACT_CWD, t, &fs->pwd);
}

/* Device number as stat() shows it (linux: include/linux/kdev_t.h, new_encode_dev). */
static __always_inline u32 encode_dev(u32 dev)
{
	u32 major = dev >> 20;
	u32 minor = dev & 0xfffff;

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

static __always_inline u32 inode_dev(struct inode *i)
{
	struct super_block *sb = FOLLOW(super_block, i, i_sb);

	return sb ? encode_dev(GET(sb, s_dev)) : 0;
}

/*
 * Layer of a file on overlayfs: 0 not an overlay, 1 upper, 2 lower. The overlay's inode is followed by
 * the pointer to the dentry in the upper layer (linux: fs/overlayfs/ovl_entry.h), which is not in the
 * kernel's own type information when overlayfs is a module.
 */
static __always_inline u8 overlay_layer(struct inode *i)
{
	struct super_block *sb = FOLLOW(super_block, i, i_sb);
	u64 upper = 0;

	if (!sb || GET(sb, s_magic) != OVERLAYFS_MAGIC)
		return 0;
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)i + bpf_core_type_size(struct inode));
	return upper ? 1 : 2;
}

static __always_inline struct file *file_of_fd(struct task_struct *t, s32 fd)
{
	struct files_struct *files = FOLLOW(files_struct, t, files);
	struct fdtable *fdt = FOLLOW(fdtable, files, fdt);
	u64 f = 0;

	if (!fdt || fd < 0 || (u32)fd >= GET(fdt, max_fds))
		return NULL;
	bpf_probe_read_kernel(&f, sizeof(f), (void *)GET(fdt, fd) + (u64)(u32)fd * 8);
	return f ? KPTR(file, f) : NULL;
}

/*
 * Where the last string parameter was relative to: the directory of the task, or of the directory fd.
 * Nothing when the string is absolute.
 */
static __always_inline void fact_base_of(struct scratch *s, struct task_struct *t, u32 str_at,
					 s32 dirfd, u8 id)
{
	if (s->rec[str_at & RECORD_MASK] == '/')
		return;
	if (dirfd == AT_FDCWD) {
		fact_cwd(s, t);
	} else {
		struct file *f = file_of_fd(t, dirfd);

		if (f)
			fact_path(s, id, t, &f->f_path);
	}
}

#endif
