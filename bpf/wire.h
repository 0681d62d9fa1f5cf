/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel side and the loader agree on. The only header that both include: sizes, numbers of
 * rings and counters, and the configuration that the loader writes before the programs are loaded.
 *
 *     loader --> wire_config (read-only after load) --> programs --> four rings --> loader
 *
 * Records in the rings are event records as lib/event/event.h describes them, facts included.
 */
#ifndef BPF_WIRE_H
#define BPF_WIRE_H

enum wire_ring {
	WIRE_RING_PROCESS, /* processes, credentials, namespaces, kernel objects: never shared */
	WIRE_RING_FILE,
	WIRE_RING_NET,
	WIRE_RING_IO, /* contents that are read or written */
	WIRE_RINGS,
};

enum wire_loss {
	WIRE_LOSS_FULL,     /* the ring had no room */
	WIRE_LOSS_TOO_LONG, /* the record outgrew the scratch buffer */
	WIRE_LOSS_SCRATCH,  /* no scratch buffer: a CPU beyond those known at load */
	WIRE_LOSSES,
};

enum {
	WIRE_NR_X86_64 = 576, /* 0-547 with the x32 numbers from 512 on */
	WIRE_NR_IA32 = 512,
	WIRE_SOCKETCALLS = 24,
	WIRE_CODES = 512,       /* bound of event codes: slots of the program array */
	WIRE_SOCKETCALL = 511,  /* slot of the ia32 socketcall program */
	WIRE_SNAPLEN = 80,      /* bytes kept of read and written data */
	WIRE_STR_BYTES = 4096,  /* of a string with its NUL, of arguments, of an environment */
	WIRE_RECORD_BYTES = 32768,
};

/* One per CPU; the loader adds them up. */
struct wire_stats {
	unsigned long long sent[WIRE_RINGS];
	unsigned long long lost[WIRE_RINGS][WIRE_LOSSES];
};

/* Written before load and constant afterwards, so that the verifier removes what is switched off. */
struct wire_config {
	/* Not 0: route64 or route32 has this number. Looked at on every system call of the machine. */
	unsigned char wanted[WIRE_NR_X86_64];
	/* Event code of the exit of each system call; 0: nobody wants it. */
	unsigned short route64[WIRE_NR_X86_64];
	unsigned short route32[WIRE_NR_IA32];
	unsigned short route_socketcall[WIRE_SOCKETCALLS];
	/* Neutral code of each system call, for generic events. */
	unsigned short syscall64[WIRE_NR_X86_64];
	unsigned short syscall32[WIRE_NR_IA32];
	unsigned int self_tgid; /* whose bulk I/O and looks into /proc are not reported; 0: none */
	unsigned int cpus;
	unsigned char can_cast; /* the kernel has bpf_rdonly_cast() */
	unsigned char pad[3];
};

/* Written by the loader while the programs run. */
struct wire_control {
	unsigned long long epoch_ns; /* wall clock minus boot clock */
	unsigned int quiet;          /* not 0: the reader looks by itself, do not wake it */
	unsigned int pad;
};

/*
 * What the iterators of snapshot.bpf.c write, one record for each thread and each open file: the
 * structure, then its texts one after the other, without NULs. `size` counts all of it. A task without
 * memory (the kernel's own, or one that only waits to be reaped) is told by its numbers and vtid 0.
 */
struct wire_snap_thread {
	unsigned int size;
	unsigned int tid, pid, ptid;         /* as the initial pid namespace counts */
	unsigned int pgid;
	int vtid, vpid, vpgid, sid;          /* as the thread's own pid namespace counts; 0: not in it */
	unsigned int uid, gid, loginuid;     /* effective, of the initial user namespace */
	unsigned int vmsize_kb, vmrss_kb, vmswap_kb;
	unsigned int tty;
	unsigned int mntns;
	unsigned short exe_len, cwd_len, root_len, cgroups_len;
	unsigned char exe_writable, exe_upper, exe_lower, exe_memfd;
	unsigned char comm[16];
	unsigned long long fdlimit, pfmajor, pfminor;
	unsigned long long start_ns, pidns_start_ns; /* boot clock */
	unsigned long long cap_inheritable, cap_permitted, cap_effective;
	unsigned long long exe_ino, exe_ctime_ns, exe_mtime_ns;
};

struct wire_snap_fd {
	unsigned int size;
	unsigned int pid;
	unsigned int fd;
	unsigned int dev;    /* in the encoding of stat's st_dev */
	unsigned int flags;  /* neutral encoding */
	unsigned short mode; /* of the inode, type bits included */
	unsigned short name_len;
	unsigned short sport, dport; /* host order; local and remote end */
	unsigned char type;  /* of sockets: enum fd_type of lib/event/snapshot.h; others: 0 */
	unsigned char l4proto;
	unsigned char pad[2];
	unsigned long long ino;
	unsigned long long unix_source, unix_peer;
	unsigned char sip[16], dip[16];
};

_Static_assert(sizeof(struct wire_snap_thread) == 184, "layout of wire_snap_thread");
_Static_assert(sizeof(struct wire_snap_fd) == 88, "layout of wire_snap_fd");

#endif
