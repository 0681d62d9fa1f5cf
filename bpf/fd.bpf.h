/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a file descriptor stands for: its type, its path or the ends of its socket. Asked of the kernel
 * at the event, so that nothing has to remember what close, dup or a received descriptor did.
 */
#ifndef BPF_FD_BPF_H
#define BPF_FD_BPF_H

#include "path.bpf.h"

/* linux: include/uapi/linux/stat.h, include/linux/socket.h, include/uapi/linux/magic.h, in.h */
enum {
	S_IFMT = 0170000, S_IFSOCK = 0140000, S_IFLNK = 0120000, S_IFREG = 0100000,
	S_IFBLK = 0060000, S_IFDIR = 0040000, S_IFCHR = 0020000, S_IFIFO = 0010000,
	AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16,
	SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3,
	IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_ICMPV6 = 58,
	PIDFS_MAGIC = 0x50494446,
	UNIX_PATH_BYTES = 108,
};

/* Names of anonymous files, by their first eight bytes (linux: callers of anon_inode_getfile). */
#define C8(a, b, c, d, e, f, g, h)                                                                 \
	((u64)(a) | (u64)(b) << 8 | (u64)(c) << 16 | (u64)(d) << 24 | (u64)(e) << 32 |             \
	 (u64)(f) << 40 | (u64)(g) << 48 | (u64)(h) << 56)

static __always_inline u8 anon_type(u64 name)
{
	if (name == C8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'))
		return FD_EVENTFD;
	if (name == C8('[', 'e', 'v', 'e', 'n', 't', 'p', 'o'))
		return FD_EVENTPOLL;
	if (name == C8('i', 'n', 'o', 't', 'i', 'f', 'y', 0))
		return FD_INOTIFY;
	if (name == C8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'))
		return FD_SIGNALFD;
	if (name == C8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'))
		return FD_TIMERFD;
	if (name == C8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n'))
		return FD_IO_URING;
	if (name == C8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'))
		return FD_USERFAULTFD;
	if (name == C8('[', 'p', 'i', 'd', 'f', 'd', ']', 0))
		return FD_PIDFD;
	if ((name & 0xffffffffffffull) == C8('m', 'e', 'm', 'f', 'd', ':', 0, 0))
		return FD_MEMFD;
	if ((name & 0xffffffffull) == C8('b', 'p', 'f', '-', 0, 0, 0, 0) ||
	    (name & 0xffffffffull) == C8('b', 'p', 'f', '_', 0, 0, 0, 0))
		return FD_BPF;
	return FD_UNSUPPORTED;
}


static __always_inline struct sock *sock_of(struct file *f, struct inode *i)
{
	struct socket *sock;

	if ((GET(i, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	sock = FOLLOW(socket, f, private_data);
	return sock ? FOLLOW(sock, sock, sk) : NULL;
}

static __always_inline u16 swap16(u16 v)
{
	return __builtin_bswap16(v);
}

/* The ends of a socket in network order (addresses) and host order (ports). */
struct ends {
	u8 laddr[16] __attribute__((aligned(8)));
	u8 raddr[16] __attribute__((aligned(8)));
	u16 family;
	u16 lport, rport;
};

static __always_inline void ends_of(struct sock *sk, struct ends *e)
{
	struct inet_sock *inet = KPTR(inet_sock, sk);

	__builtin_memset(e, 0, sizeof(*e));
	e->family = GET(sk, __sk_common.skc_family);
	e->lport = swap16(GET(inet, inet_sport));
	if (!e->lport)
		e->lport = GET(sk, __sk_common.skc_num);
	e->rport = swap16(GET(sk, __sk_common.skc_dport));
	if (e->family == AF_INET) {
		u32 l = GET(inet, inet_saddr);

		if (!l)
			l = GET(sk, __sk_common.skc_rcv_saddr);
		*(u32 *)e->laddr = l;
		*(u32 *)e->raddr = GET(sk, __sk_common.skc_daddr);
	} else if (e->family == AF_INET6) {
		bpf_core_read(e->laddr, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(e->raddr, 16, &sk->__sk_common.skc_v6_daddr);
	}
}

static __always_inline u8 fd_type_of_sock(struct sock *sk, struct ends *e)
{
	bool peer = e->rport != 0;

	switch (e->family) {
	case AF_UNIX:
		return FD_UNIX;
	case AF_INET:
		return peer || !e->lport ? FD_IPV4 : FD_IPV4_SERVER;
	case AF_INET6:
		return peer || !e->lport ? FD_IPV6 : FD_IPV6_SERVER;
	case AF_NETLINK:
		return FD_NETLINK;
	default:
		return FD_UNSUPPORTED;
	}
}

static __always_inline u8 l4_of_sock(struct sock *sk)
{
	u16 family = GET(sk, __sk_common.skc_family);

	if (family != AF_INET && family != AF_INET6)
		return L4_NA;
	if (GET(sk, sk_type) == SOCK_RAW)
		return L4_RAW;
	switch (GET(sk, sk_protocol)) {
	case IPPROTO_TCP:
		return L4_TCP;
	case IPPROTO_UDP:
		return L4_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return L4_ICMP;
	default:
		return L4_UNKNOWN;
	}
}

/*
 * A unix socket's name, NUL-terminated, at offset `at` of the record; abstract names lose their leading
 * NUL. Returns its length with the NUL, at least 1.
 */
static __always_inline u32 unix_name(struct scratch *s, u32 at, struct sock *sk)
{
	struct unix_sock *u = KPTR(unix_sock, sk);
	struct unix_address *addr = sk ? FOLLOW(unix_address, u, addr) : NULL;
	const u8 *name;
	u32 skip = 0;
	s32 len;
	long n;
	u8 first = 0;

	at &= RECORD_MASK;
	s->rec[at] = 0;
	if (!addr)
		return 1;
	/* The sockaddr follows the length: two bytes of family, then the name. */
	len = GET(addr, len) - 2;
	name = (const u8 *)addr + bpf_core_type_size(struct unix_address) + 2;
	if (len <= 0)
		return 1;
	bpf_probe_read_kernel(&first, 1, name);
	if (!first) {
		skip = 1;
		len--;
	}
	if (len > UNIX_PATH_BYTES)
		len = UNIX_PATH_BYTES;
	n = bpf_probe_read_kernel_str(s->rec + at, (u32)(len + 1) & 127, name + skip);
	return n > 0 ? (u32)n & 127 : 1;
}

/*
 * Writes a PT_SOCKTUPLE at offset `at`. `outbound`: the local end comes first (for unix sockets, by
 * the format's own rule, the peer's pointer). `user` is the caller's sockaddr in s->tmp, or 0 bytes:
 * it stands in where the kernel has no peer. Returns its length; 0 for a family without a form.
 */
static __noinline u32 tuple_at(struct scratch *s, u32 at, struct sock *sk, bool outbound,
			       u32 user_len)
{
	struct ends e;
	u8 *r;

	if (!sk)
		return 0;
	at &= RECORD_MASK;
	r = s->rec + at;
	ends_of(sk, &e);
	if (e.family == AF_INET || e.family == AF_INET6) {
		u16 user_family = user_len >= 2 ? *(u16 *)s->tmp : 0;

		if (!e.rport && user_family == e.family) {
			e.rport = swap16(*(u16 *)(s->tmp + 2));
			if (e.family == AF_INET && user_len >= 8)
				*(u32 *)e.raddr = *(u32 *)(s->tmp + 4);
			else if (e.family == AF_INET6 && user_len >= 24)
				__builtin_memcpy(e.raddr, s->tmp + 8, 16);
		}
	}
	if (e.family == AF_INET) {
		r[0] = AF_INET;
		*(u32 *)(r + 1) = *(u32 *)(outbound ? e.laddr : e.raddr);
		*(u16 *)(r + 5) = outbound ? e.lport : e.rport;
		*(u32 *)(r + 7) = *(u32 *)(outbound ? e.raddr : e.laddr);
		*(u16 *)(r + 11) = outbound ? e.rport : e.lport;
		return 13;
	}
	if (e.family == AF_INET6) {
		r[0] = AF_INET6;
		if (outbound) {
			__builtin_memcpy(r + 1, e.laddr, 16);
			__builtin_memcpy(r + 19, e.raddr, 16);
		} else {
			__builtin_memcpy(r + 1, e.raddr, 16);
			__builtin_memcpy(r + 19, e.laddr, 16);
		}
		*(u16 *)(r + 17) = outbound ? e.lport : e.rport;
		*(u16 *)(r + 35) = outbound ? e.rport : e.lport;
		return 37;
	}
	if (e.family == AF_UNIX) {
		struct sock *peer = FOLLOW(sock, KPTR(unix_sock, sk), peer);
		u32 n;

		r[0] = AF_UNIX;
		*(u64 *)(r + 1) = outbound ? (u64)peer : (u64)sk;
		*(u64 *)(r + 9) = outbound ? (u64)sk : (u64)peer;
		n = unix_name(s, at + 17, outbound ? peer : sk);
		if (outbound && !peer && user_len > 2 && *(u16 *)s->tmp == AF_UNIX) {
			long got;
			u32 skip = s->tmp[2] ? 2 : 3;

			got = bpf_probe_read_kernel_str(s->rec + ((at + 17) & RECORD_MASK),
							UNIX_PATH_BYTES, s->tmp + skip);
			n = got > 0 ? (u32)got & 127 : 1;
		}
		return 17 + n;
	}
	return 0;
}

/* Copies the caller's sockaddr to s->tmp, zero-filled; returns the usable length. */
static __always_inline u32 load_sockaddr(struct scratch *s, u64 ptr, u64 len)
{
	u32 n = (u32)len;

	__builtin_memset(s->tmp, 0, 128);
	if (!ptr || (s32)n < 2)
		return 0;
	if (n > 110)
		n = 110;
	barrier_var(n);
	if (bpf_probe_read_user(s->tmp, n & 127, (void *)ptr))
		return 0;
	return n & 127;
}

/* PT_SOCKADDR of the caller's address. */
static __always_inline void put_sockaddr(struct scratch *s, u64 ptr, u64 len)
{
	u32 n = load_sockaddr(s, ptr, len);
	u32 at = s->at & RECORD_MASK;
	u16 family = *(u16 *)s->tmp;
	u8 *r = s->rec + at;

	if (!n) {
		if (ptr)
			s->unread |= 1ull << (s->n & 63);
		put_empty(s);
	} else if (family == AF_INET && n >= 8) {
		r[0] = AF_INET;
		*(u32 *)(r + 1) = *(u32 *)(s->tmp + 4);
		*(u16 *)(r + 5) = swap16(*(u16 *)(s->tmp + 2));
		done(s, 7);
	} else if (family == AF_INET6 && n >= 24) {
		r[0] = AF_INET6;
		__builtin_memcpy(r + 1, s->tmp + 8, 16);
		*(u16 *)(r + 17) = swap16(*(u16 *)(s->tmp + 2));
		done(s, 19);
	} else if (family == AF_UNIX) {
		u32 skip = n > 3 && !s->tmp[2] ? 3 : 2;
		long got;

		r[0] = AF_UNIX;
		got = bpf_probe_read_kernel_str(r + 1, UNIX_PATH_BYTES + 1, s->tmp + skip);
		done(s, got > 0 ? 1 + (u32)got : 1);
	} else {
		put_empty(s);
	}
}

enum { IOV_MAX_SEEN = 1024, IOV_MAX_SEEN_BEFORE = 64 }; /* buffers of a vector that are looked at */

LOOP_STEP(iov_step)
{
	u64 entry[2] = {};
	u32 used = s->cg_used;
	u32 want = s->vector_want;
	u64 len;
	u32 n;

	if (i >= s->cg_levels)
		return 1;
	if (s->compat) {
		u32 small[2] = {};

		if (bpf_probe_read_user(small, 8, (void *)(s->vector + i * 8)))
			return 1;
		entry[0] = small[0];
		entry[1] = small[1];
	} else if (bpf_probe_read_user(entry, 16, (void *)(s->vector + i * 16))) {
		return 1;
	}
	s->iov_total += entry[1];
	if (used >= want)
		return 0;
	len = want - used;
	n = entry[1] < len ? (u32)entry[1] : (u32)len;
	n &= 127;
	if (!n)
		return 0;
	if (bpf_probe_read_user(s->tmp + (used & 127), n, (void *)entry[0])) {
		u32 first = (4096 - (u32)(entry[0] & 4095)) & 4095;

		if (first >= n ||
		    bpf_probe_read_user(s->tmp + (used & 127), first & 127, (void *)entry[0]))
			first = 0;
		s->cg_used = used + first;
		s->vector_want = 0;
		s->unread |= 1;
		return 0;
	}
	s->cg_used = used + n;
	return 0;
}

/*
 * Collects up to `want` bytes of the buffers of a vector in s->tmp, and the size of all of them in
 * s->iov_total. s->cg_used tells how many bytes there are.
 */
__noinline int gather_iov(u64 iov, u32 count, u32 want)
{
	struct scratch *s = scratch_of_cpu();

	if (!s)
		return 0;
	s->cg_used = 0;
	s->iov_total = 0;
	s->vector = iov;
	s->vector_want = want > WIRE_SNAPLEN ? WIRE_SNAPLEN : want;
	s->cg_levels = count;
	LOOP(s, iov_step, IOV_MAX_SEEN, IOV_MAX_SEEN_BEFORE);
	return 0;
}

static __always_inline void gather(struct scratch *s, u64 iov, u64 count, u64 want)
{
	gather_iov(iov, count > 0xffffffffu ? 0xffffffffu : (u32)count,
		   want > WIRE_SNAPLEN ? WIRE_SNAPLEN : (u32)want);
}

static __always_inline void put_gathered(struct scratch *s)
{
	u32 n = s->cg_used & 127;
	u32 at = s->at & RECORD_MASK;

	if (s->unread & 1) {
		/* gather() does not know which parameter it fills. */
		s->unread = (s->unread & ~1ull) | 1ull << (s->n & 63);
	}
	if (!room(s))
		return;
	bpf_probe_read_kernel(s->rec + at, n, s->tmp);
	done(s, n);
}

static __always_inline u32 open_flags(u32 flags)
{
	u32 n = ((flags & 3) == 0 ? N_file_flags_O_RDONLY :
		 (flags & 3) == 1 ? N_file_flags_O_WRONLY : N_file_flags_O_RDWR);

	/* linux: include/uapi/asm-generic/fcntl.h */
	if (flags & 0x40)
		n |= N_file_flags_O_CREAT;
	if (flags & 0x80)
		n |= N_file_flags_O_EXCL;
	if (flags & 0x200)
		n |= N_file_flags_O_TRUNC;
	if (flags & 0x400)
		n |= N_file_flags_O_APPEND;
	if (flags & 0x800)
		n |= N_file_flags_O_NONBLOCK;
	if (flags & 0x1000)
		n |= N_file_flags_O_DSYNC;
	if (flags & 0x4000)
		n |= N_file_flags_O_DIRECT;
	if (flags & 0x8000)
		n |= N_file_flags_O_LARGEFILE;
	if (flags & 0x10000)
		n |= N_file_flags_O_DIRECTORY;
	if (flags & 0x80000)
		n |= N_file_flags_O_CLOEXEC;
	if ((flags & 0x101000) == 0x101000)
		n |= N_file_flags_O_SYNC;
	if (flags & 0x400000)
		n |= N_file_flags_O_TMPFILE;
	return n;
}

/* Type, name or ends of the file behind a descriptor that the call used. */
static __always_inline void fact_file(struct scratch *s, struct task_struct *t, struct file *f,
				      bool outbound)
{
	struct inode *i;
	struct sock *sk;
	u16 kind;
	u8 type;

	if (!f)
		return;
	i = FOLLOW(inode, f, f_inode);
	kind = GET(i, i_mode) & S_IFMT;
	sk = sock_of(f, i);
	if (sk) {
		struct ends e;
		u32 n;

		ends_of(sk, &e);
		fact_u8(s, FACT_FDTYPE, fd_type_of_sock(sk, &e));
		fact_u8(s, FACT_L4PROTO, l4_of_sock(sk));
		if (s->at < RECORD_LIMIT) {
			n = tuple_at(s, fact_open(s), sk, outbound, 0);
			if (n)
				fact_close(s, FACT_TUPLE, 0, n);
		}
	} else {
		struct dentry *d = FOLLOW(dentry, f, f_path.dentry);
		struct super_block *sb = FOLLOW(super_block, i, i_sb);
		bool nameless = (u64)GET(d, d_parent) == (u64)d;
		u64 name = 0;

		type = kind == S_IFDIR ? FD_DIRECTORY : kind == S_IFIFO ? FD_FIFO : FD_FILE_V2;
		if (nameless && kind != S_IFDIR && kind != S_IFIFO) {
			bpf_probe_read_kernel_str(&name, 8, GET(d, d_name.name));
			/* The eighth byte, which the string read gave to the NUL. */
			if (name >> 48)
				bpf_probe_read_kernel(&name, 8, GET(d, d_name.name));
			if (name)
				type = anon_type(name);
		}
		if (GET(sb, s_magic) == PIDFS_MAGIC)
			type = FD_PIDFD;
		fact_u8(s, FACT_FDTYPE, type);
		if (type == FD_FILE_V2 || type == FD_DIRECTORY || (type == FD_FIFO && !nameless))
			fact_path(s, FACT_PATH, t, &f->f_path);
		fact_u32(s, FACT_DEV, inode_dev(i));
	}
	fact_u64(s, FACT_INO, GET(i, i_ino));
	fact_u32(s, FACT_FDFLAGS, open_flags(GET(f, f_flags) & ~0x8000u));
}

#endif
