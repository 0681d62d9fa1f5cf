/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets. The ends come from the kernel's socket after the call; the caller's address stands beside
 * them as what it claimed, and stands in where the kernel keeps no peer (unconnected UDP).
 */
#include "fd.bpf.h"

static __always_inline struct sock *sock_of_fd(struct task_struct *t, s32 fd)
{
	struct file *f = file_of_fd(t, fd);

	return f ? sock_of(f, FOLLOW(inode, f, f_inode)) : NULL;
}

static __always_inline void put_tuple(struct scratch *s, struct sock *sk, bool outbound,
				      u32 user_len)
{
	if (!room(s))
		return;
	done(s, tuple_at(s, s->at, sk, outbound, user_len));
}

static __always_inline void end_net(struct scratch *s, s32 fd, bool outbound, u32 ring)
{
	struct task_struct *t = current_task(s);

	facts(s);
	fact_start(s, t);
	fact_file(s, t, fd >= 0 ? file_of_fd(t, fd) : NULL, outbound);
	end(s, ring);
}

HANDLER(x_socket)
{
	u32 type = (u32)A(1);

	BEGIN(s, EV_SOCKET_SOCKET_X);
	put_u64(s, (u64)s->ret);
	put_u32(s, (u32)A(0));
	put_u32(s, type);
	put_u32(s, (u32)A(2));
	put_u32(s, (type & 0x80000 ? N_file_flags_O_CLOEXEC : 0) |
			   (type & 0x800 ? N_file_flags_O_NONBLOCK : 0));
	end_net(s, (s32)s->ret, true, WIRE_RING_NET);
}

HANDLER(x_bind)
{
	BEGIN(s, EV_SOCKET_BIND_X);
	put_u64(s, (u64)s->ret);
	put_sockaddr(s, A(1), A(2));
	put_fd(s, A(0));
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

enum { EINPROGRESS = 115 };

HANDLER(x_connect)
{
	struct task_struct *t = current_task(s);
	u32 n = load_sockaddr(s, A(1), A(2));

	BEGIN(s, EV_SOCKET_CONNECT_X);
	put_u64(s, (u64)s->ret);
	if (s->ret == 0 || s->ret == -EINPROGRESS)
		put_tuple(s, sock_of_fd(t, (s32)A(0)), true, n);
	else
		put_empty(s);
	put_fd(s, A(0));
	put_sockaddr(s, A(1), A(2));
	facts(s);
	fact_identity(s, t);
	fact_file(s, t, file_of_fd(t, (s32)A(0)), true);
	end(s, WIRE_RING_NET);
}

HANDLER(x_listen)
{
	BEGIN(s, EV_SOCKET_LISTEN_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u32(s, (u32)A(1));
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

static __always_inline void put_accept(struct scratch *s)
{
	struct task_struct *t = current_task(s);
	struct sock *listener = sock_of_fd(t, (s32)A(0));
	u32 len = 0, max = 0;

	put_u64(s, (u64)s->ret);
	if (s->ret >= 0)
		put_tuple(s, sock_of_fd(t, (s32)s->ret), false, 0);
	else
		put_empty(s);
	if (listener) {
		len = GET(listener, sk_ack_backlog);
		max = GET(listener, sk_max_ack_backlog);
	}
	put_u8(s, max ? (u8)((u64)len * 100 / max) : 0);
	put_u32(s, len);
	put_u32(s, max);
}

HANDLER(x_accept)
{
	BEGIN(s, EV_SOCKET_ACCEPT_5_X);
	put_accept(s);
	end_net(s, (s32)s->ret, false, WIRE_RING_NET);
}

HANDLER(x_accept4)
{
	BEGIN(s, EV_SOCKET_ACCEPT4_6_X);
	put_accept(s);
	put_u32(s, 0); /* always so in the public format */
	end_net(s, (s32)s->ret, false, WIRE_RING_NET);
}

HANDLER(x_socketpair)
{
	struct task_struct *t = current_task(s);
	s32 fds[2] = { -1, -1 };
	struct sock *sk;
	u64 peer = 0;

	BEGIN(s, EV_SOCKET_SOCKETPAIR_X);
	put_u64(s, (u64)s->ret);
	if (s->ret >= 0 && bpf_probe_read_user(fds, sizeof(fds), (void *)A(3)))
		s->unread |= 6;
	put_u64(s, (u64)(s64)fds[0]);
	put_u64(s, (u64)(s64)fds[1]);
	sk = s->ret >= 0 ? sock_of_fd(t, fds[0]) : NULL;
	if (sk && GET(sk, __sk_common.skc_family) == AF_UNIX)
		peer = (u64)GET(KPTR(unix_sock, sk), peer);
	put_u64(s, (u64)sk);
	put_u64(s, peer);
	put_u32(s, (u32)A(0));
	put_u32(s, (u32)A(1));
	put_u32(s, (u32)A(2));
	end_net(s, -1, true, WIRE_RING_NET);
}

HANDLER(x_shutdown)
{
	BEGIN(s, EV_SOCKET_SHUTDOWN_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_u8(s, (u32)A(1) > 2 ? (u8)N_shutdown_how_SHUT_UNKNOWN : (u8)A(1));
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

/* These two events have no parameters. */
HANDLER(x_getname)
{
	begin(s, s->code, 0, current_tid(s));
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

/* linux: include/uapi/asm-generic/socket.h; up to 50 the neutral numbers are the same */
static __always_inline u8 socket_option(u32 name)
{
	switch (name) {
	case 55:
		return N_sockopt_options_SO_MEMINFO;
	case 57:
		return N_sockopt_options_SO_COOKIE;
	case 59:
		return N_sockopt_options_SO_PEERGROUPS;
	default:
		return name <= 50 ? (u8)name : (u8)N_sockopt_options_UNKNOWN;
	}
}

enum { SOL_SOCKET = 1, SO_ERROR = 4, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, SO_COOKIE = 57 };

/* level, optname, val and optlen; the first byte of val is the row of sockopt_dynamic_param. */
static __always_inline void put_option(struct scratch *s, u64 val, u32 len)
{
	u32 level = (u32)A(1);
	u32 name = (u32)A(2);
	u32 at, v = 0;
	u32 n;

	put_u8(s, level == SOL_SOCKET ? N_sockopt_levels_SOL_SOCKET :
		  level == 6 ? N_sockopt_levels_SOL_TCP : N_sockopt_levels_UNKNOWN);
	put_u8(s, level == SOL_SOCKET ? socket_option(name) : N_sockopt_options_UNKNOWN);
	at = s->at & RECORD_MASK;
	if (level == SOL_SOCKET && name == SO_ERROR) {
		bpf_probe_read_user(&v, 4, (void *)val);
		s->rec[at] = 1;
		*(u64 *)(s->rec + at + 1) = (u64)-(s64)(s32)v;
		done(s, 9);
	} else if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO)) {
		u64 time[2] = {};

		bpf_probe_read_user(time, sizeof(time), (void *)val);
		s->rec[at] = 4;
		*(u64 *)(s->rec + at + 1) = time[0] * 1000000000 + time[1] * 1000;
		done(s, 9);
	} else if (level == SOL_SOCKET && name == SO_COOKIE) {
		u64 cookie = 0;

		bpf_probe_read_user(&cookie, sizeof(cookie), (void *)val);
		s->rec[at] = 3;
		*(u64 *)(s->rec + at + 1) = cookie;
		done(s, 9);
	} else if (level == SOL_SOCKET && len == 4) {
		bpf_probe_read_user(&v, 4, (void *)val);
		s->rec[at] = 2;
		*(u32 *)(s->rec + at + 1) = v;
		done(s, 5);
	} else {
		s->rec[at] = 0;
		n = copy_user(s, at + 1, val, len > WIRE_SNAPLEN ? WIRE_SNAPLEN : len, 127);
		done(s, 1 + n);
	}
	put_u32(s, len);
}

HANDLER(x_setsockopt)
{
	BEGIN(s, EV_SOCKET_SETSOCKOPT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_option(s, A(3), (u32)A(4));
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

HANDLER(x_getsockopt)
{
	u32 len = 0;

	bpf_probe_read_user(&len, sizeof(len), (void *)A(4));
	BEGIN(s, EV_SOCKET_GETSOCKOPT_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	put_option(s, A(3), len);
	end_net(s, (s32)A(0), true, WIRE_RING_NET);
}

/* --- messages -------------------------------------------------------------------------------- */

static __always_inline u64 sent_len(struct scratch *s, u64 size)
{
	return s->ret > 0 && (u64)s->ret < size ? (u64)s->ret : size;
}

/* sendto, and the ia32 call send, which has no address. */
HANDLER(x_sendto)
{
	struct task_struct *t = current_task(s);
	bool named = s->code == EV_SOCKET_SENDTO_X;
	u32 n = named ? load_sockaddr(s, A(4), A(5)) : 0;

	if (is_self(s))
		return;
	begin(s, s->code, PARAMS_EV_SOCKET_SENDTO_X, current_tid(s));
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), sent_len(s, A(2)));
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	put_tuple(s, sock_of_fd(t, (s32)A(0)), true, n);
	end_net(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_recvfrom)
{
	struct task_struct *t = current_task(s);
	u32 len = 0;
	u32 n = 0;

	if (is_self(s))
		return;
	if (A(4) && s->ret >= 0 && !bpf_probe_read_user(&len, sizeof(len), (void *)A(5)))
		n = load_sockaddr(s, A(4), len);
	BEGIN(s, EV_SOCKET_RECVFROM_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), s->ret > 0 ? (u64)s->ret : 0);
	if (s->ret >= 0)
		put_tuple(s, sock_of_fd(t, (s32)A(0)), false, n);
	else
		put_empty(s);
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	end_net(s, (s32)A(0), false, WIRE_RING_IO);
}

/* The ia32 call recv has another order of parameters. */
HANDLER(x_recv)
{
	struct task_struct *t = current_task(s);

	if (is_self(s))
		return;
	BEGIN(s, EV_SOCKET_RECV_X);
	put_u64(s, (u64)s->ret);
	put_user_data(s, A(1), s->ret > 0 ? (u64)s->ret : 0);
	put_fd(s, A(0));
	put_u32(s, (u32)A(2));
	put_tuple(s, sock_of_fd(t, (s32)A(0)), false, 0);
	end_net(s, (s32)A(0), false, WIRE_RING_IO);
}

/* linux: include/linux/socket.h, struct user_msghdr; include/net/compat.h, struct compat_msghdr */
struct message {
	u64 name;
	u32 name_len, pad;
	u64 iov, iov_len;
	u64 control, control_len;
};

static __always_inline bool load_message(struct scratch *s, u64 ptr, struct message *m)
{
	if (s->compat) {
		u32 small[6] = {};

		if (bpf_probe_read_user(small, sizeof(small), (void *)ptr))
			return false;
		m->name = small[0];
		m->name_len = small[1];
		m->iov = small[2];
		m->iov_len = small[3];
		m->control = small[4];
		m->control_len = small[5];
		return true;
	}
	return !bpf_probe_read_user(m, sizeof(*m), (void *)ptr);
}

HANDLER(x_sendmsg)
{
	struct task_struct *t = current_task(s);
	struct message m = {};
	u32 n;

	if (is_self(s))
		return;
	BEGIN(s, EV_SOCKET_SENDMSG_X);
	put_u64(s, (u64)s->ret);
	if (load_message(s, A(1), &m))
		gather(s, m.iov, m.iov_len, s->ret > 0 ? (u64)s->ret : WIRE_SNAPLEN);
	else
		gather(s, 0, 0, 0);
	put_gathered(s);
	put_fd(s, A(0));
	put_u32(s, (u32)s->iov_total);
	n = load_sockaddr(s, m.name, m.name_len);
	put_tuple(s, sock_of_fd(t, (s32)A(0)), true, n);
	end_net(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_recvmsg)
{
	struct task_struct *t = current_task(s);
	struct message m = {};
	u32 n;

	if (is_self(s))
		return;
	BEGIN(s, EV_SOCKET_RECVMSG_X);
	put_u64(s, (u64)s->ret);
	if (load_message(s, A(1), &m))
		gather(s, m.iov, m.iov_len, s->ret > 0 ? (u64)s->ret : 0);
	else
		gather(s, 0, 0, 0);
	put_u32(s, (u32)s->iov_total);
	put_gathered(s);
	n = s->ret >= 0 ? load_sockaddr(s, m.name, m.name_len) : 0;
	if (s->ret >= 0)
		put_tuple(s, sock_of_fd(t, (s32)A(0)), false, n);
	else
		put_empty(s);
	put_user_data(s, m.control, s->ret >= 0 ? m.control_len : 0);
	put_fd(s, A(0));
	end_net(s, (s32)A(0), false, WIRE_RING_IO);
}

/* Of several messages the first stands for all. */
HANDLER(x_sendmmsg)
{
	struct task_struct *t = current_task(s);
	struct message m = {};
	u32 n;

	if (is_self(s))
		return;
	BEGIN(s, EV_SOCKET_SENDMMSG_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	if (load_message(s, A(1), &m))
		gather(s, m.iov, m.iov_len, WIRE_SNAPLEN);
	else
		gather(s, 0, 0, 0);
	put_u32(s, (u32)s->iov_total);
	put_gathered(s);
	n = load_sockaddr(s, m.name, m.name_len);
	put_tuple(s, sock_of_fd(t, (s32)A(0)), true, n);
	end_net(s, (s32)A(0), true, WIRE_RING_IO);
}

HANDLER(x_recvmmsg)
{
	struct task_struct *t = current_task(s);
	struct message m = {};
	u32 got = 0;
	u32 n = 0;

	if (is_self(s))
		return;
	BEGIN(s, EV_SOCKET_RECVMMSG_X);
	put_u64(s, (u64)s->ret);
	put_fd(s, A(0));
	/* The number of bytes received follows the header of the message. */
	if (s->ret > 0 && load_message(s, A(1), &m)) {
		bpf_probe_read_user(&got, sizeof(got), (void *)(A(1) + (s->compat ? 28 : 56)));
		gather(s, m.iov, m.iov_len, got);
	} else {
		gather(s, 0, 0, 0);
	}
	put_u32(s, (u32)s->iov_total);
	put_gathered(s);
	if (s->ret > 0) {
		n = load_sockaddr(s, m.name, m.name_len);
		put_tuple(s, sock_of_fd(t, (s32)A(0)), false, n);
	} else {
		put_empty(s);
	}
	put_user_data(s, m.control, s->ret > 0 ? m.control_len : 0);
	end_net(s, (s32)A(0), false, WIRE_RING_IO);
}
