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

#endif
