/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls on descriptors: making, copying and closing them, and moving bytes through them. Each record
 * names the file or socket behind its descriptor. Reading and writing of the sensor's own process is
 * left out, or each alert that it writes would make another event; nothing else of it is.
 */
#include "fd.bpf.h"

static __always_inline void end_fd(struct scratch *s, s32 fd, bool outbound, u32 ring)
{
	struct task_struct *t = current_task(s);

	facts(s);
	fact_start(s, t);
	fact_file(s, t, file_of_fd(t, fd), outbound);
	end(s, ring);
}

static __always_inline void end_plain(struct scratch *s, u32 ring)
{
	facts(s);
	fact_start(s, current_task(s));
	end(s, ring);
}

/* O_CLOEXEC and O_NONBLOCK, all that calls which make a descriptor take. */
static __always_inline u32 fd_flags(u32 flags)
{
	return (flags & 0x80000 ? N_file_flags_O_CLOEXEC : 0) |
	       (flags & 0x800 ? N_file_flags_O_NONBLOCK : 0);
}

/* The file is gone by now: nothing to name. */
HANDLER(x_close)
{
	BEGIN(s, EV_SYSCALL_CLOSE_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_close_range)
{
	BEGIN(s, EV_SYSCALL_CLOSE_RANGE_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2) & 6); /* UNSHARE 2, CLOEXEC 4 as in the neutral table */
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_dup)
{
	BEGIN(s, EV_SYSCALL_DUP_1_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

HANDLER(x_dup2)
{
	BEGIN(s, EV_SYSCALL_DUP2_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(1));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

HANDLER(x_dup3)
{
	BEGIN(s, EV_SYSCALL_DUP3_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(1));
	put_u32(s, fd_flags((u32)A(2)));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

/* linux: include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h */
static __always_inline u8 fcntl_command(u32 cmd)
{
	switch (cmd) {
	case 0:
		return N_fcntl_commands_F_DUPFD;
	case 1:
		return N_fcntl_commands_F_GETFD;
	case 2:
		return N_fcntl_commands_F_SETFD;
	case 3:
		return N_fcntl_commands_F_GETFL;
	case 4:
		return N_fcntl_commands_F_SETFL;
	case 5:
		return N_fcntl_commands_F_GETLK;
	case 6:
		return N_fcntl_commands_F_SETLK;
	case 7:
		return N_fcntl_commands_F_SETLKW;
	case 8:
		return N_fcntl_commands_F_SETOWN;
	case 9:
		return N_fcntl_commands_F_GETOWN;
	case 10:
		return N_fcntl_commands_F_SETSIG;
	case 11:
		return N_fcntl_commands_F_GETSIG;
	case 12:
		return N_fcntl_commands_F_GETLK64;
	case 13:
		return N_fcntl_commands_F_SETLK64;
	case 14:
		return N_fcntl_commands_F_SETLKW64;
	case 15:
		return N_fcntl_commands_F_SETOWN_EX;
	case 16:
		return N_fcntl_commands_F_GETOWN_EX;
	case 36:
		return N_fcntl_commands_F_OFD_GETLK;
	case 37:
		return N_fcntl_commands_F_OFD_SETLK;
	case 38:
		return N_fcntl_commands_F_OFD_SETLKW;
	case 1024:
		return N_fcntl_commands_F_SETLEASE;
	case 1025:
		return N_fcntl_commands_F_GETLEASE;
	case 1026:
		return N_fcntl_commands_F_NOTIFY;
	case 1029:
		return N_fcntl_commands_F_CANCELLK;
	case 1030:
		return N_fcntl_commands_F_DUPFD_CLOEXEC;
	case 1031:
		return N_fcntl_commands_F_SETPIPE_SZ;
	case 1032:
		return N_fcntl_commands_F_GETPIPE_SZ;
	default:
		return N_fcntl_commands_UNKNOWN;
	}
}

HANDLER(x_fcntl)
{
	BEGIN(s, EV_SYSCALL_FCNTL_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u8(s, fcntl_command((u32)A(1)));
	put_u64(s, A(2));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

static __always_inline void put_pipe(struct scratch *s)
{
	struct task_struct *t = current_task(s);
	s32 fds[2] = { -1, -1 };
	struct file *f;
	struct inode *i;

	put_u64(s, (u64)s->ret);
	if (s->ret >= 0 && bpf_probe_read_user(fds, sizeof(fds), (void *)A(0)))
		s->unread |= 6;
	put_u64(s, (u64)(s64)fds[0]);
	put_u64(s, (u64)(s64)fds[1]);
	f = s->ret >= 0 ? file_of_fd(t, fds[0]) : NULL;
	i = f ? FOLLOW(inode, f, f_inode) : NULL;
	put_u64(s, i ? GET(i, i_ino) : 0);
}

HANDLER(x_pipe)
{
	BEGIN(s, EV_SYSCALL_PIPE_X);
	put_pipe(s);
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_pipe2)
{
	BEGIN(s, EV_SYSCALL_PIPE2_X);
	put_pipe(s);
	put_u32(s, fd_flags((u32)A(1)) |
			   ((u32)A(1) & 0x4000 ? N_file_flags_O_DIRECT : 0));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_eventfd)
{
	BEGIN(s, EV_SYSCALL_EVENTFD_X);
	put_u64(s, (u64)s->ret);
	put_u64(s, (u32)A(0));
	put_u32(s, 0);
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_eventfd2)
{
	BEGIN(s, EV_SYSCALL_EVENTFD2_X);
	put_u64(s, (u64)s->ret);
	put_u16(s, fd_flags((u32)A(1)));
	put_u64(s, (u32)A(0));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_timerfd_create)
{
	BEGIN(s, EV_SYSCALL_TIMERFD_CREATE_X);
	put_u64(s, (u64)s->ret);
	put_u8(s, (u8)A(0));
	put_u8(s, 0); /* eight bits cannot hold the neutral flags */
	end_plain(s, WIRE_RING_FILE);
}

static __always_inline u32 user_sigset(struct scratch *s, u64 ptr)
{
	u32 mask = 0;

	if (ptr && bpf_probe_read_user(&mask, sizeof(mask), (void *)ptr))
		s->unread |= 1ull << (s->n & 63);
	return mask;
}

HANDLER(x_signalfd)
{
	BEGIN(s, EV_SYSCALL_SIGNALFD_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, user_sigset(s, A(1)));
	put_u8(s, 0);
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_signalfd4)
{
	BEGIN(s, EV_SYSCALL_SIGNALFD4_X);
	put_u64(s, (u64)s->ret);
	put_u16(s, fd_flags((u32)A(3)));
	put_fd(s, A(0));
	put_u32(s, user_sigset(s, A(1)));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_inotify_init)
{
	BEGIN(s, EV_SYSCALL_INOTIFY_INIT_X);
	put_u64(s, (u64)s->ret);
	put_u8(s, 0);
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_inotify_init1)
{
	BEGIN(s, EV_SYSCALL_INOTIFY_INIT1_X);
	put_u64(s, (u64)s->ret);
	put_u16(s, fd_flags((u32)A(0)));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_epoll_create)
{
	BEGIN(s, EV_SYSCALL_EPOLL_CREATE_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_epoll_create1)
{
	BEGIN(s, EV_SYSCALL_EPOLL_CREATE1_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0) & 0x80000 ? N_epoll_create1_flags_EPOLL_CLOEXEC : 0);
	end_plain(s, WIRE_RING_FILE);
}

HANDLER(x_userfaultfd)
{
	BEGIN(s, EV_SYSCALL_USERFAULTFD_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, fd_flags((u32)A(0)));
	end_plain(s, WIRE_RING_PROCESS);
}

HANDLER(x_fchmod)
{
	BEGIN(s, EV_SYSCALL_FCHMOD_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1) & 07777);
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

HANDLER(x_fchown)
{
	BEGIN(s, EV_SYSCALL_FCHOWN_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

HANDLER(x_flock)
{
	BEGIN(s, EV_SYSCALL_FLOCK_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1) & 15); /* SH 1, EX 2, NB 4, UN 8 as in the neutral table */
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

/* fstat and its kin: result and descriptor. */
HANDLER(x_res_fd)
{
	begin(s, s->code, PARAMS_EV_SYSCALL_GETDENTS_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	end_fd(s, (s32)A(0), true, WIRE_RING_FILE);
}

HANDLER(x_lseek)
{
	if (is_self(s))
		return;
	begin(s, s->code, PARAMS_EV_SYSCALL_LSEEK_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	if (s->code == EV_SYSCALL_LLSEEK_X) {
		put_u64(s, A(1) << 32 | (u32)A(2));
		put_u8(s, (u8)A(4));
	} else {
		put_u64(s, s->compat ? (u64)(s64)(s32)A(1) : A(1));
		put_u8(s, (u8)A(2));
	}
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_ioctl)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_IOCTL_3_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u64(s, (u32)A(1));
	put_u64(s, A(2));
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

/* --- bytes ----------------------------------------------------------------------------------- */

/* What a reading call stored, or what a writing call took; of a failed write, what it offered. */
static __always_inline u64 read_len(struct scratch *s)
{
	return s->ret > 0 ? (u64)s->ret : 0;
}

static __always_inline u64 write_len(struct scratch *s, u64 size)
{
	return s->ret > 0 && (u64)s->ret < size ? (u64)s->ret : size;
}

HANDLER(x_read)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_READ_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), read_len(s));
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	end_fd(s, (s32)A(0), false, WIRE_RING_IO);
}

HANDLER(x_write)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_WRITE_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), write_len(s, A(2)));
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

/* 32-bit callers pass a position in two halves (linux: arch/x86/entry/syscalls/syscall_32.tbl). */
static __always_inline u64 position(struct scratch *s, u64 low, u64 high)
{
	return s->compat ? low | high << 32 : low;
}

HANDLER(x_pread)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_PREAD_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), read_len(s));
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	put_u64(s, position(s, A(3), A(4)));
	end_fd(s, (s32)A(0), false, WIRE_RING_IO);
}

HANDLER(x_pwrite)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_PWRITE_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), write_len(s, A(2)));
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	put_u64(s, position(s, A(3), A(4)));
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_readv)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_READV_X);
	put_u64(s, (u64)s->ret);
	gather(s, A(1), A(2), read_len(s));
	put_u32(s, (u32)s->iov_total);
	put_gathered(s);
	put_fd(s, A(0));
	end_fd(s, (s32)A(0), false, WIRE_RING_IO);
}

HANDLER(x_preadv)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_PREADV_X);
	put_u64(s, (u64)s->ret);
	gather(s, A(1), A(2), read_len(s));
	put_u32(s, (u32)s->iov_total);
	put_gathered(s);
	put_fd(s, A(0));
	put_u64(s, position(s, A(3), A(4)));
	end_fd(s, (s32)A(0), false, WIRE_RING_IO);
}

HANDLER(x_writev)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_WRITEV_X);
	put_u64(s, (u64)s->ret);
	gather(s, A(1), A(2), s->ret > 0 ? (u64)s->ret : WIRE_SNAPLEN);
	put_gathered(s);
	put_fd(s, A(0));
	put_u32(s, (u32)s->iov_total);
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_pwritev)
{
	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_PWRITEV_X);
	put_u64(s, (u64)s->ret);
	gather(s, A(1), A(2), s->ret > 0 ? (u64)s->ret : WIRE_SNAPLEN);
	put_gathered(s);
	put_fd(s, A(0));
	put_u32(s, (u32)s->iov_total);
	put_u64(s, position(s, A(3), A(4)));
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_sendfile)
{
	u64 offset = 0;

	if (is_self(s))
		return;
	BEGIN(s, EV_SYSCALL_SENDFILE_X);
	put_u64(s, (u64)s->ret);
	if (A(2) && bpf_probe_read_user(&offset, s->compat ? 4 : 8, (void *)A(2)))
		s->unread |= 1ull << (s->n & 63);
	put_u64(s, offset);
	put_fd(s, A(0));
	put_fd(s, A(1));
	put_u64(s, A(3));
	end_fd(s, (s32)A(1), true, WIRE_RING_IO);
}

HANDLER(x_splice)
{
	BEGIN(s, EV_SYSCALL_SPLICE_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_fd(s, A(2));
	put_u64(s, A(4));
	put_u32(s, (u32)A(5) & 15);
	end_fd(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_copy_file_range)
{
	u64 in = 0, out = 0;

	if (A(1))
		bpf_probe_read_user(&in, sizeof(in), (void *)A(1));
	if (A(3))
		bpf_probe_read_user(&out, sizeof(out), (void *)A(3));
	BEGIN(s, EV_SYSCALL_COPY_FILE_RANGE_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(2));
	put_u64(s, out);
	put_fd(s, A(0));
	put_u64(s, in);
	put_u64(s, A(4));
	end_fd(s, (s32)A(2), true, WIRE_RING_IO);
}
