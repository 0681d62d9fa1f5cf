/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What changes a task's standing or the machine: directories, credentials, namespaces, signals,
 * mounts, modules, memory, BPF. Rare and telling: most go to the ring that nothing floods.
 */
#include "fd.bpf.h"
#include "task.bpf.h"

static __always_inline void end_process(struct scratch *s)
{
	facts(s);
	fact_identity(s, current_task(s));
	end(s, WIRE_RING_PROCESS);
}

/* With the directory where the task is after the call. */
static __always_inline void end_cwd(struct scratch *s)
{
	struct task_struct *t = current_task(s);

	facts(s);
	fact_identity(s, t);
	fact_cwd(s, t);
	end(s, WIRE_RING_PROCESS);
}

HANDLER(x_chdir)
{
	BEGIN(s, EV_SYSCALL_CHDIR_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_cwd(s);
}

HANDLER(x_fchdir)
{
	BEGIN(s, EV_SYSCALL_FCHDIR_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	end_cwd(s);
}

HANDLER(x_chroot)
{
	BEGIN(s, EV_SYSCALL_CHROOT_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_cwd(s);
}

HANDLER(x_getcwd)
{
	BEGIN(s, EV_SYSCALL_GETCWD_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, s->ret >= 0 ? A(0) : 0);
	facts(s);
	fact_start(s, current_task(s));
	end(s, WIRE_RING_FILE);
}

/* linux: include/uapi/linux/mount.h: an old magic number in the upper half is ignored */
HANDLER(x_mount)
{
	u32 flags = (u32)A(3);

	if ((flags & 0xffff0000u) == 0xc0ed0000u)
		flags &= 0xffffu;
	BEGIN(s, EV_SYSCALL_MOUNT_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_user_str(s, A(1));
	put_user_str(s, A(2));
	put_u32(s, flags);
	end_cwd(s);
}

HANDLER(x_umount)
{
	BEGIN(s, EV_SYSCALL_UMOUNT_1_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	end_cwd(s);
}

HANDLER(x_umount2)
{
	BEGIN(s, EV_SYSCALL_UMOUNT2_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 15); /* FORCE 1, DETACH 2, EXPIRE 4, NOFOLLOW 8 as in the neutral table */
	end_cwd(s);
}

/* --- credentials and namespaces --------------------------------------------------------------- */

/* setuid, setgid: the result and one id. */
HANDLER(x_set1)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_SETUID_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	end_process(s);
}

HANDLER(x_set2)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_SETREUID_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	put_u32(s, (u32)A(1));
	end_process(s);
}

HANDLER(x_set3)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_SETRESUID_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2));
	end_process(s);
}

/* getuid, geteuid, getgid, getegid: the result is the id. */
HANDLER(x_getid)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_GETUID_X, current_tid(s));
	put_u32(s, (u32)s->ret);
	facts(s);
	fact_start(s, current_task(s));
	end(s, WIRE_RING_FILE);
}

HANDLER(x_setsid)
{
	BEGIN(s, EV_SYSCALL_SETSID_X);
	put_u64(s, (u64)s->ret);
	end_process(s);
}

HANDLER(x_setpgid)
{
	BEGIN(s, EV_SYSCALL_SETPGID_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(1));
	end_process(s);
}

/* The sets that the task has after the call, whatever it asked for. */
HANDLER(x_capset)
{
	struct task_struct *t = current_task(s);
	struct cred *c = FOLLOW(cred, t, cred);

	BEGIN(s, EV_SYSCALL_CAPSET_X);
	put_u64(s, (u64)s->ret);
	put_u64(s, cred_cap(c, &c->cap_inheritable));
	put_u64(s, cred_cap(c, &c->cap_permitted));
	put_u64(s, cred_cap(c, &c->cap_effective));
	end_process(s);
}

HANDLER(x_setns)
{
	struct task_struct *t = current_task(s);

	BEGIN(s, EV_SYSCALL_SETNS_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, clone_flags((u32)A(1)));
	facts(s);
	fact_identity(s, t);
	fact_file(s, t, file_of_fd(t, (s32)A(0)), true);
	fact_cwd(s, t);
	end(s, WIRE_RING_PROCESS);
}

HANDLER(x_unshare)
{
	BEGIN(s, EV_SYSCALL_UNSHARE_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, clone_flags((u32)A(0)));
	end_process(s);
}

/* linux: include/uapi/linux/prctl.h; the neutral numbers of options are the same */
enum { PR_SET_NAME = 15, PR_GET_NAME = 16, PR_GET_CHILD_SUBREAPER = 37 };

HANDLER(x_prctl)
{
	u32 option = (u32)A(0);
	s32 value = 0;

	BEGIN(s, EV_SYSCALL_PRCTL_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, option);
	if (option == PR_SET_NAME || (option == PR_GET_NAME && s->ret >= 0)) {
		put_user_str(s, A(1));
		put_u64(s, 0);
	} else if (option == PR_GET_CHILD_SUBREAPER) {
		put_empty(s);
		if (bpf_probe_read_user(&value, sizeof(value), (void *)A(1)))
			s->unread |= 1ull << 3;
		put_u64(s, (u64)(s64)value);
	} else {
		put_empty(s);
		put_u64(s, A(1));
	}
	end_process(s);
}

static __always_inline void put_limits(struct scratch *s, u64 ptr)
{
	u64 v[2] = { (u64)-1, (u64)-1 };

	if (s->compat) {
		u32 small[2] = { (u32)-1, (u32)-1 };

		if (ptr && bpf_probe_read_user(small, sizeof(small), (void *)ptr))
			s->unread |= 1ull << (s->n & 63);
		v[0] = small[0] == (u32)-1 ? (u64)-1 : small[0];
		v[1] = small[1] == (u32)-1 ? (u64)-1 : small[1];
	} else if (ptr && bpf_probe_read_user(v, sizeof(v), (void *)ptr)) {
		s->unread |= 1ull << (s->n & 63);
	}
	put_u64(s, v[0]);
	put_u64(s, v[1]);
}

static __always_inline u8 limit_name(u32 resource)
{
	return resource <= 15 ? (u8)resource : (u8)N_rlimit_resources_RLIMIT_UNKNOWN;
}

/* getrlimit and setrlimit */
HANDLER(x_rlimit)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_SETRLIMIT_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_limits(s, A(1));
	put_u8(s, limit_name((u32)A(0)));
	end_process(s);
}

HANDLER(x_prlimit)
{
	bool compat = s->compat;

	s->compat = 0; /* struct rlimit64 for all */
	BEGIN(s, EV_SYSCALL_PRLIMIT_X);
	put_u64(s, (u64)s->ret);
	put_limits(s, A(2));
	put_limits(s, s->ret >= 0 ? A(3) : 0);
	put_fd(s, A(0));
	put_u8(s, limit_name((u32)A(1)));
	s->compat = compat;
	end_process(s);
}

HANDLER(x_seccomp)
{
	BEGIN(s, EV_SYSCALL_SECCOMP_X);
	put_u64(s, (u64)s->ret);
	put_u64(s, (u32)A(0));
	put_u64(s, (u32)A(1));
	end_process(s);
}

/* --- signals and other processes --------------------------------------------------------------- */

/* kill and tkill */
HANDLER(x_kill)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_KILL_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u8(s, (u8)A(1));
	end_process(s);
}

HANDLER(x_tgkill)
{
	BEGIN(s, EV_SYSCALL_TGKILL_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(1));
	put_u8(s, (u8)A(2));
	end_process(s);
}

/* linux: include/uapi/linux/ptrace.h, arch/x86/include/uapi/asm/ptrace-abi.h */
static __always_inline u16 ptrace_request(u32 r)
{
	if (r <= 9) /* TRACEME 0 to SINGLESTEP 9 are 1 to 10 in the neutral table */
		return (u16)(r + 1);
	switch (r) {
	case 12:
		return N_ptrace_requests_PTRACE_GETREGS;
	case 13:
		return N_ptrace_requests_PTRACE_SETREGS;
	case 14:
		return N_ptrace_requests_PTRACE_GETFPREGS;
	case 15:
		return N_ptrace_requests_PTRACE_SETFPREGS;
	case 16:
		return N_ptrace_requests_PTRACE_ATTACH;
	case 17:
		return N_ptrace_requests_PTRACE_DETACH;
	case 18:
		return N_ptrace_requests_PTRACE_GETFPXREGS;
	case 19:
		return N_ptrace_requests_PTRACE_SETFPXREGS;
	case 21:
		return N_ptrace_requests_PTRACE_OLDSETOPTIONS;
	case 24:
		return N_ptrace_requests_PTRACE_SYSCALL;
	case 25:
		return N_ptrace_requests_PTRACE_GET_THREAD_AREA;
	case 26:
		return N_ptrace_requests_PTRACE_SET_THREAD_AREA;
	case 30:
		return N_ptrace_requests_PTRACE_ARCH_PRCTL;
	case 31:
		return N_ptrace_requests_PTRACE_SYSEMU;
	case 32:
		return N_ptrace_requests_PTRACE_SYSEMU_SINGLESTEP;
	case 33:
		return N_ptrace_requests_PTRACE_SINGLEBLOCK;
	case 0x4200:
		return N_ptrace_requests_PTRACE_SETOPTIONS;
	case 0x4201:
		return N_ptrace_requests_PTRACE_GETEVENTMSG;
	case 0x4202:
		return N_ptrace_requests_PTRACE_GETSIGINFO;
	case 0x4203:
		return N_ptrace_requests_PTRACE_SETSIGINFO;
	case 0x4204:
		return N_ptrace_requests_PTRACE_GETREGSET;
	case 0x4205:
		return N_ptrace_requests_PTRACE_SETREGSET;
	case 0x4206:
		return N_ptrace_requests_PTRACE_SEIZE;
	case 0x4207:
		return N_ptrace_requests_PTRACE_INTERRUPT;
	case 0x4208:
		return N_ptrace_requests_PTRACE_LISTEN;
	case 0x4209:
		return N_ptrace_requests_PTRACE_PEEKSIGINFO;
	case 0x420a:
		return N_ptrace_requests_PTRACE_GETSIGMASK;
	case 0x420b:
		return N_ptrace_requests_PTRACE_SETSIGMASK;
	default:
		return N_ptrace_requests_PTRACE_UNKNOWN;
	}
}

/* A PT_DYN value: the row of its table, then the number. */
static __always_inline void put_dyn_u64(struct scratch *s, u8 row, u64 v)
{
	u32 at = s->at & RECORD_MASK;

	s->rec[at] = row;
	*(u64 *)(s->rec + at + 1) = v;
	done(s, 9);
}

static __always_inline void put_dyn_u8(struct scratch *s, u8 row, u8 v)
{
	u32 at = s->at & RECORD_MASK;

	s->rec[at] = row;
	s->rec[at + 1] = v;
	done(s, 2);
}

HANDLER(x_ptrace)
{
	u16 request = ptrace_request((u32)A(0));
	u64 data = A(3);

	BEGIN(s, EV_SYSCALL_PTRACE_X);
	put_u64(s, (u64)s->ret);
	put_dyn_u64(s, 0, A(2));
	switch (request) {
	case N_ptrace_requests_PTRACE_PEEKTEXT:
	case N_ptrace_requests_PTRACE_PEEKDATA:
	case N_ptrace_requests_PTRACE_PEEKUSR:
		/* The call itself stores the word there; the C library returns it. */
		if (bpf_probe_read_user(&data, s->compat ? 4 : 8, (void *)A(3)))
			s->unread |= 1ull << 2;
		put_dyn_u64(s, 0, data);
		break;
	case N_ptrace_requests_PTRACE_CONT:
	case N_ptrace_requests_PTRACE_SINGLESTEP:
	case N_ptrace_requests_PTRACE_DETACH:
	case N_ptrace_requests_PTRACE_SYSCALL:
		put_dyn_u8(s, 1, (u8)data);
		break;
	default:
		put_dyn_u64(s, 0, data);
		break;
	}
	put_u16(s, request);
	put_fd(s, A(1));
	end_process(s);
}

/* process_vm_readv and process_vm_writev: what the local buffers hold. */
HANDLER(x_process_vm)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_PROCESS_VM_READV_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	gather(s, A(1), A(2), s->ret > 0 ? (u64)s->ret : 0);
	put_gathered(s);
	end_process(s);
}

HANDLER(x_pidfd_open)
{
	BEGIN(s, EV_SYSCALL_PIDFD_OPEN_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1) & 0x800 ? N_pidfd_open_flags_PIDFD_NONBLOCK : 0);
	end_process(s);
}

HANDLER(x_pidfd_getfd)
{
	struct task_struct *t = current_task(s);

	BEGIN(s, EV_SYSCALL_PIDFD_GETFD_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(1));
	put_u32(s, (u32)A(2));
	facts(s);
	fact_identity(s, t);
	if (s->ret >= 0)
		fact_file(s, t, file_of_fd(t, (s32)s->ret), true);
	end(s, WIRE_RING_PROCESS);
}

/* --- code in the kernel, files without a name --------------------------------------------------- */

HANDLER(x_bpf)
{
	BEGIN(s, EV_SYSCALL_BPF_2_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	end_process(s);
}

HANDLER(x_init_module)
{
	BEGIN(s, EV_SYSCALL_INIT_MODULE_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(0), A(1));
	put_u64(s, A(1));
	put_user_str(s, A(2));
	end_process(s);
}

HANDLER(x_finit_module)
{
	struct task_struct *t = current_task(s);

	BEGIN(s, EV_SYSCALL_FINIT_MODULE_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_user_str(s, A(1));
	put_u32(s, (u32)A(2) & 7);
	facts(s);
	fact_identity(s, t);
	fact_file(s, t, file_of_fd(t, (s32)A(0)), true);
	end(s, WIRE_RING_PROCESS);
}

HANDLER(x_delete_module)
{
	BEGIN(s, EV_SYSCALL_DELETE_MODULE_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, ((u32)A(1) & 0x800 ? N_delete_module_flags_O_NONBLOCK : 0) |
			   ((u32)A(1) & 0x200 ? N_delete_module_flags_O_TRUNC : 0));
	end_process(s);
}

HANDLER(x_memfd_create)
{
	struct task_struct *t = current_task(s);

	BEGIN(s, EV_SYSCALL_MEMFD_CREATE_X);
	put_u64(s, (u64)s->ret);
	put_user_str(s, A(0));
	put_u32(s, (u32)A(1) & 7); /* CLOEXEC 1, ALLOW_SEALING 2, HUGETLB 4 as in the neutral table */
	facts(s);
	fact_identity(s, t);
	if (s->ret >= 0)
		fact_file(s, t, file_of_fd(t, (s32)s->ret), true);
	end(s, WIRE_RING_PROCESS);
}

/* linux: include/uapi/linux/io_uring.h, struct io_uring_params */
HANDLER(x_io_uring_setup)
{
	u32 p[6] = {};
	u32 flags = 0;

	BEGIN(s, EV_SYSCALL_IO_URING_SETUP_X);
	if (bpf_probe_read_user(p, sizeof(p), (void *)A(1)))
		s->unread |= 0xfcull;
	if (p[2] & 1)
		flags |= N_io_uring_setup_flags_IORING_SETUP_IOPOLL;
	if (p[2] & 2)
		flags |= N_io_uring_setup_flags_IORING_SETUP_SQPOLL;
	if (p[2] & 4)
		flags |= N_io_uring_setup_flags_IORING_SETUP_SQ_AFF;
	if (p[2] & 8)
		flags |= N_io_uring_setup_flags_IORING_SETUP_CQSIZE;
	if (p[2] & 16)
		flags |= N_io_uring_setup_flags_IORING_SETUP_CLAMP;
	if (p[2] & 32)
		flags |= N_io_uring_setup_flags_IORING_SETUP_ATTACH_RW;
	if (p[2] & 64)
		flags |= N_io_uring_setup_flags_IORING_SETUP_R_DISABLED;
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	put_u32(s, p[0]);
	put_u32(s, p[1]);
	put_u32(s, flags);
	put_u32(s, p[3]);
	put_u32(s, p[4]);
	put_u32(s, p[5] & 0x7ff);
	end_process(s);
}

HANDLER(x_io_uring_enter)
{
	u32 mask = 0;

	BEGIN(s, EV_SYSCALL_IO_URING_ENTER_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2));
	put_u32(s, (u32)A(3) & 15);
	if (A(4) && !((u32)A(3) & 8))
		bpf_probe_read_user(&mask, sizeof(mask), (void *)A(4));
	put_u32(s, mask);
	facts(s);
	fact_start(s, current_task(s));
	end(s, WIRE_RING_IO);
}

HANDLER(x_io_uring_register)
{
	BEGIN(s, EV_SYSCALL_IO_URING_REGISTER_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u16(s, (u16)A(1));
	put_u64(s, A(2));
	put_u32(s, (u32)A(3));
	end_process(s);
}

HANDLER(x_fsconfig)
{
	u32 cmd = (u32)A(1);
	u32 aux = (u32)A(4);

	BEGIN(s, EV_SYSCALL_FSCONFIG_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, cmd);
	put_user_str(s, A(2));
	/* linux: fs/fsopen.c: 1 and 3, 4 take a string, 2 takes aux bytes */
	if (cmd == 2)
		put_user_data(s, A(3), aux);
	else
		put_empty(s);
	if (cmd == 1 || cmd == 3 || cmd == 4)
		put_user_str(s, A(3));
	else
		put_empty(s);
	put_u32(s, aux);
	end_process(s);
}

/* --- memory ---------------------------------------------------------------------------------- */

static __always_inline void put_sizes(struct scratch *s)
{
	struct task_struct *t = current_task(s);
	struct mm_struct *mm = FOLLOW(mm_struct, t, mm);

	put_u32(s, (u32)(GET(mm, total_vm) * 4));
	put_u32(s, (u32)((mm_pages(mm, MM_FILEPAGES) + mm_pages(mm, MM_ANONPAGES) +
			  mm_pages(mm, MM_SHMEMPAGES)) * 4));
	put_u32(s, (u32)(mm_pages(mm, MM_SWAPENTS) * 4));
}

static __always_inline void end_memory(struct scratch *s)
{
	facts(s);
	fact_start(s, current_task(s));
	end(s, WIRE_RING_IO);
}

HANDLER(x_brk)
{
	BEGIN(s, EV_SYSCALL_BRK_4_X);
	put_u64(s, (u64)s->ret);
	put_sizes(s);
	put_u64(s, A(0));
	end_memory(s);
}

HANDLER(x_munmap)
{
	BEGIN(s, EV_SYSCALL_MUNMAP_X);
	put_u64(s, (u64)s->ret);
	put_sizes(s);
	put_u64(s, A(0));
	put_u64(s, A(1));
	end_memory(s);
}

/* linux: include/uapi/asm-generic/mman-common.h */
static __always_inline u32 protection(u32 prot)
{
	u32 n = prot & 15; /* READ 1, WRITE 2, EXEC 4, SEM 8 as in the neutral table */

	if (prot & 0x01000000)
		n |= N_prot_flags_PROT_GROWSDOWN;
	if (prot & 0x02000000)
		n |= N_prot_flags_PROT_GROWSUP;
	return n;
}

/* linux: include/uapi/linux/mman.h, asm-generic/mman.h, arch/x86/include/uapi/asm/mman.h */
static __always_inline u32 mapping(u32 flags)
{
	u32 n = flags & 3; /* SHARED 1, PRIVATE 2 as in the neutral table */

	if (flags & 0x10)
		n |= N_mmap_flags_MAP_FIXED;
	if (flags & 0x20)
		n |= N_mmap_flags_MAP_ANONYMOUS;
	if (flags & 0x40)
		n |= N_mmap_flags_MAP_32BIT;
	if (flags & 0x100)
		n |= N_mmap_flags_MAP_GROWSDOWN;
	if (flags & 0x800)
		n |= N_mmap_flags_MAP_DENYWRITE;
	if (flags & 0x1000)
		n |= N_mmap_flags_MAP_EXECUTABLE;
	if (flags & 0x2000)
		n |= N_mmap_flags_MAP_LOCKED;
	if (flags & 0x4000)
		n |= N_mmap_flags_MAP_NORESERVE;
	if (flags & 0x8000)
		n |= N_mmap_flags_MAP_POPULATE;
	if (flags & 0x10000)
		n |= N_mmap_flags_MAP_NONBLOCK;
	return n;
}

/* Of the two ia32 calls, 90 takes a pointer to its arguments and 192 an offset in pages. */
enum { IA32_OLD_MMAP = 90, IA32_MMAP2 = 192 };

HANDLER(x_mmap)
{
	struct task_struct *t = current_task(s);

	if (s->compat && s->nr == IA32_OLD_MMAP) {
		u32 args[6] = {};

		if (bpf_probe_read_user(args, sizeof(args), (void *)A(0)))
			return;
		for (int i = 0; i < 6; i++)
			s->args[i] = args[i];
	} else if (s->compat && s->nr == IA32_MMAP2) {
		s->args[5] <<= 12;
	}
	begin(s, s->code, PARAMS_EV_SYSCALL_MMAP_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_sizes(s);
	put_u64(s, A(0));
	put_u64(s, A(1));
	put_u32(s, protection((u32)A(2)));
	put_u32(s, mapping((u32)A(3)));
	put_fd(s, A(4));
	put_u64(s, A(5));
	facts(s);
	fact_start(s, t);
	if (!((u32)A(3) & 0x20))
		fact_file(s, t, file_of_fd(t, (s32)A(4)), true);
	end(s, WIRE_RING_IO);
}

HANDLER(x_mprotect)
{
	BEGIN(s, EV_SYSCALL_MPROTECT_X);
	put_u64(s, (u64)s->ret);
	put_u64(s, A(0));
	put_u64(s, A(1));
	put_u32(s, protection((u32)A(2)));
	end_memory(s);
}

/* mlock and munlock */
HANDLER(x_mlock)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_MLOCK_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_u64(s, A(0));
	put_u64(s, A(1));
	end_memory(s);
}

HANDLER(x_mlock2)
{
	BEGIN(s, EV_SYSCALL_MLOCK2_X);
	put_u64(s, (u64)s->ret);
	put_u64(s, A(0));
	put_u64(s, A(1));
	put_u32(s, (u32)A(2) & 1);
	end_memory(s);
}

HANDLER(x_mlockall)
{
	BEGIN(s, EV_SYSCALL_MLOCKALL_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0) & 7);
	end_memory(s);
}

HANDLER(x_munlockall)
{
	BEGIN(s, EV_SYSCALL_MUNLOCKALL_X);
	put_u64(s, (u64)s->ret);
	end_memory(s);
}

/* --- all others ------------------------------------------------------------------------------ */

HANDLER(x_generic)
{
	BEGIN(s, EV_GENERIC_X);
	put_u16(s, (u16)s->sc);
	put_u16(s, (u16)s->nr);
	facts(s);
	fact_start(s, current_task(s));
	end(s, WIRE_RING_IO);
}
