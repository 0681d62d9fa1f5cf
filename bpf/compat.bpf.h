/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What differs between kernels, asked once. Everything else in bpf/ uses these names.
 *
 * Reading kernel memory: since 6.2 bpf_rdonly_cast() gives a raw pointer its type, and a field is one
 * load that yields 0 on a fault. Before, each field costs a helper call. The loader looks whether the
 * function exists and sets config.can_cast; the verifier then removes the other branch.
 */
#ifndef BPF_COMPAT_BPF_H
#define BPF_COMPAT_BPF_H

#include "kernel.h"
#include "wire.h"

extern void *bpf_rdonly_cast(const void *obj, u32 btf_id) __ksym __weak;

const volatile struct wire_config config = {};

/* A raw value as a pointer to a kernel structure. */
#define KPTR(type, value)                                                                          \
	({                                                                                         \
		void *kptr_ = (void *)(value);                                                     \
		if (config.can_cast)                                                               \
			kptr_ = bpf_rdonly_cast(kptr_, bpf_core_type_id_kernel(struct type));      \
		(struct type *)kptr_;                                                              \
	})

/*
 * One field; 0 when the pointer is bad. The pointer is evaluated apart, because every access inside
 * the argument of bpf_core_read() would be taken for one that is to be relocated.
 */
#define GET(p, field)                                                                              \
	({                                                                                         \
		__typeof__(p) object_ = (p);                                                       \
		__typeof__(object_->field) get_ = 0;                                               \
		if (config.can_cast)                                                               \
			get_ = object_->field;                                                     \
		else                                                                               \
			bpf_core_read(&get_, sizeof(get_), &object_->field);                       \
		get_;                                                                              \
	})

/* The field points to a structure whose fields are read next. */
#define FOLLOW(type, p, field) KPTR(type, GET(p, field))

/* 32-bit entry of a 64-bit kernel (linux: arch/x86/include/asm/thread_info.h). */
#define TS_COMPAT	 0x0002u
#define X32_SYSCALL_BIT	 0x40000000u
#define PF_EXITING	 0x00000004u
#define PF_KTHREAD	 0x00200000u
#define FMODE_CREATED	 0x100000u
#define OVERLAYFS_MAGIC	 0x794c7630ul
#define PROC_MAGIC	 0x9fa0ul
#define MEMFD_MAGIC_NAME 0x3a64666d656dul /* "memfd:" */

/*
 * 5.17 has bpf_loop(), whose body the verifier checks once. Before, a loop is checked as many times as
 * it may run, which makes loading slow and the bound small. `step` takes the number of the run and
 * the scratch buffer, and returns 1 to end.
 */
enum { LOOP_INLINE = 8 }; /* first runs, which are most often the only ones: without calls */
#define HAVE_LOOP bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)
#define LOOP(s, step, max, max_before)                                                             \
	do {                                                                                       \
		u32 end_ = HAVE_LOOP ? LOOP_INLINE : (max_before);                                 \
		u32 i_;                                                                            \
                                                                                                   \
		for (i_ = 0; i_ < (max_before) && i_ < end_; i_++)                                 \
			if (step(i_, s))                                                           \
				break;                                                             \
		if (HAVE_LOOP && i_ == LOOP_INLINE)                                                \
			bpf_loop((max)-LOOP_INLINE, step##_callback, NULL, 0);                     \
	} while (0)
#define LOOP_STEP(step)                                                                            \
	static __always_inline long step(u32 i, struct scratch *s);                                \
	static long step##_callback(u32 i, void *ctx)                                              \
	{                                                                                          \
		struct scratch *s = scratch_of_cpu();                                              \
                                                                                                   \
		return s ? step(i + LOOP_INLINE, s) : 1;                                           \
	}                                                                                          \
	static __always_inline long step(u32 i, struct scratch *s)

/* 6.15 renamed kernfs_node.parent. */
static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *kn)
{
	if (bpf_core_field_exists(kn->__parent))
		return FOLLOW(kernfs_node, kn, __parent);
	return FOLLOW(kernfs_node, (struct kernfs_node___old *)kn, parent);
}

static __always_inline u64 nanos(s64 sec, u64 nsec)
{
	return (u64)sec * 1000000000ull + nsec;
}

/*
 * The change times became private in 6.6 and were split in 6.11. Since 6.13 the highest bit of the
 * nanoseconds tells whether somebody asked for them (linux: include/linux/fs.h, I_CTIME_QUERIED).
 */
static __always_inline u64 inode_ctime(struct inode *i)
{
	struct timespec64 t = {};

	if (bpf_core_field_exists(i->i_ctime_sec))
		return nanos(GET(i, i_ctime_sec), GET(i, i_ctime_nsec) & 0x7fffffff);
	if (bpf_core_field_exists(struct inode___ts2, __i_ctime))
		bpf_core_read(&t, sizeof(t), &((struct inode___ts2 *)i)->__i_ctime);
	else
		bpf_core_read(&t, sizeof(t), &((struct inode___ts *)i)->i_ctime);
	return nanos(t.tv_sec, t.tv_nsec);
}

static __always_inline u64 inode_mtime(struct inode *i)
{
	struct timespec64 t = {};

	if (bpf_core_field_exists(i->i_mtime_sec))
		return nanos(GET(i, i_mtime_sec), GET(i, i_mtime_nsec));
	if (bpf_core_field_exists(struct inode___ts2, __i_mtime))
		bpf_core_read(&t, sizeof(t), &((struct inode___ts2 *)i)->__i_mtime);
	else
		bpf_core_read(&t, sizeof(t), &((struct inode___ts *)i)->i_mtime);
	return nanos(t.tv_sec, t.tv_nsec);
}

/* Pages by kind: MM_FILEPAGES 0, MM_ANONPAGES 1, MM_SWAPENTS 2, MM_SHMEMPAGES 3; per CPU since 6.2. */
static __always_inline s64 mm_pages(struct mm_struct *mm, u32 kind)
{
	s64 n = 0;

	u32 size = bpf_core_field_size(mm->rss_stat);

	/* Four plain numbers, or four that are far bigger for having a lock and a list. */
	if (size <= 64)
		bpf_probe_read_kernel(&n, sizeof(n),
				      (void *)mm + bpf_core_field_offset(mm->rss_stat) + kind * 8);
	else
		bpf_probe_read_kernel(&n, sizeof(n),
				      (void *)mm + bpf_core_field_offset(mm->rss_stat) +
					      kind * bpf_core_type_size(struct percpu_counter) +
					      bpf_core_field_offset(struct percpu_counter, count));
	return n > 0 ? n : 0;
}

#endif
