/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Building one event record. A program takes the scratch buffer of its CPU, writes the parameters in
 * the order of events.def, then the facts, and hands the true length to a ring:
 *
 *     BEGIN(s, EV_...) -> put_*() for each parameter -> facts() -> fact_*() -> end(s, ring)
 *
 * The programs run with preemption off and never nest, because none of their tracepoints is hit in
 * interrupts; so one buffer per CPU is enough. What the kernel skips all the same (a nested run) it
 * counts itself, and the loader reports it as recursion misses.
 */
#ifndef BPF_RECORD_BPF_H
#define BPF_RECORD_BPF_H

#include "compat.bpf.h"
#include "bpf/neutral.h" /* made from lib/event/flags.def */

/* Codes and numbers of parameters, from the schema that all of the project shares. */
enum {
#define EVENT(code, symbol, ...) symbol = (code),
#include "event/events.def"
#undef EVENT
};
enum {
#define P_NONE
#define P(...)	     +1
#define P_FLAGS(...) +1
#define P_AT(...)    +1
#define P_DYN(...)   +1
#define EVENT(code, symbol, name, category, flags, ...) PARAMS_##symbol = 0 __VA_ARGS__,
#include "event/events.def"
#undef EVENT
#undef P_NONE
#undef P
#undef P_FLAGS
#undef P_AT
#undef P_DYN
};
enum {
#define FACT(id, symbol, ...) FACT_##symbol = (id),
#include "event/facts.def"
#undef FACT
};
/* Numbers of the capture format's fd list (lib/event/snapshot.h). */
enum {
	FD_UNKNOWN = 0, FD_DIRECTORY = 2, FD_IPV4 = 3, FD_IPV6 = 4, FD_IPV4_SERVER = 5,
	FD_IPV6_SERVER = 6, FD_FIFO = 7, FD_UNIX = 8, FD_EVENTFD = 9, FD_UNSUPPORTED = 10,
	FD_SIGNALFD = 11, FD_EVENTPOLL = 12, FD_INOTIFY = 13, FD_TIMERFD = 14, FD_NETLINK = 15,
	FD_FILE_V2 = 16, FD_BPF = 17, FD_USERFAULTFD = 18, FD_IO_URING = 19, FD_MEMFD = 20,
	FD_PIDFD = 21,
};
enum { L4_UNKNOWN, L4_NA, L4_TCP, L4_UDP, L4_ICMP, L4_RAW };

enum {
	HEADER_BYTES = 26,
	RECORD_MASK = WIRE_RECORD_BYTES - 1,
	RECORD_LIMIT = WIRE_RECORD_BYTES - 4096 - 512, /* a string may start below it */
	STR_BYTES = WIRE_STR_BYTES,
	PATH_BYTES = 4096,
	PATH_MASK = PATH_BYTES - 1,
	WALK_STEPS = 2100, /* names and mounts that a path walk visits; beyond, the head is cut */
	WALK_STEPS_BEFORE = 80, /* the same on kernels before 5.17 */
	CGROUP_LEVELS = 24,
};

struct scratch {
	u64 task; /* the current one */
	u64 args[6];
	s64 ret;
	u32 code; /* event code of the exit */
	u32 nr;
	u32 sc;     /* neutral code, for generic events */
	u32 compat; /* 32-bit entry: pointers and structures of user memory are 32-bit */
	u32 at;     /* end of the record so far */
	u32 n;      /* parameters so far */
	u32 facts_at;
	u32 str_at; /* where the last string parameter starts */
	volatile u32 pos; /* start of the text in path[], which ends with a NUL at its end */
	volatile u32 cut; /* the walk gave up before the root */
	volatile u64 walk_task, walk_dentry, walk_mount, walk_top, root_dentry, root_mount;
	volatile u64 cg_set, cg_node;
	volatile u32 cg_used, cg_levels;
	u64 vector;       /* of strings or buffers */
	u32 vector_first, vector_want;
	u64 iov_total; /* bytes that a vector of buffers describes */
	u64 unread; /* bit n: user memory of parameter n could not be read */
	u32 prev_at, prev_len; /* text of the cgroup path before */
	u64 prev_kn;
	u64 names[CGROUP_LEVELS + 8];
	u8 tmp[512];
	u8 path[PATH_BYTES + 512];
	u8 rec[WIRE_RECORD_BYTES + 4096 + 512];
};

/* Filled by the program that uses it, emptied never, one entry per CPU: set by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Only ever added to; one entry, per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct wire_stats);
} stats SEC(".maps");

/*
 * Filled here, emptied by the loader. A full ring refuses the record; the loss is counted. Rings are
 * separate so that no flood of one kind pushes out another. Sizes are set by the loader.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring_process SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring_file SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring_net SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring_io SEC(".maps");

/* Written by the loader once at start: the handler of each event code; empty: not reported. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, WIRE_CODES);
	__type(key, u32);
	__type(value, u32);
} handlers SEC(".maps");

/* Written by the loader all the time, and mapped into it. */
struct wire_control control = {};

static __always_inline void count_loss(u32 ring, u32 cause)
{
	u32 zero = 0;
	struct wire_stats *st = bpf_map_lookup_elem(&stats, &zero);

	if (st && ring < WIRE_RINGS && cause < WIRE_LOSSES)
		st->lost[ring][cause]++;
}

static __always_inline struct scratch *scratch_of_cpu(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &cpu);
}

/*
 * Asked of the kernel once, where a program starts; a call of a helper costs as much as twenty fields.
 */
static __always_inline struct task_struct *find_task(struct scratch *s)
{
	s->task = bpf_get_current_task();
	return KPTR(task_struct, s->task);
}

static __always_inline struct task_struct *current_task(struct scratch *s)
{
	return KPTR(task_struct, s->task);
}

static __always_inline u32 current_tid(struct scratch *s)
{
	struct task_struct *t = current_task(s);

	return (u32)GET(t, pid);
}

static __always_inline void begin(struct scratch *s, u32 code, u32 nparams, u64 tid)
{
	*(u64 *)(s->rec + 8) = tid;
	*(u16 *)(s->rec + 20) = code;
	*(u32 *)(s->rec + 22) = nparams + 1;
	s->at = HEADER_BYTES + 2 * (nparams + 1);
	s->n = 0;
	s->unread = 0;
}

#define BEGIN(s, symbol) begin(s, symbol, PARAMS_##symbol, current_tid(s))

/* Notes the length of the parameter whose bytes now stand at s->at. */
static __always_inline void done(struct scratch *s, u32 len)
{
	*(u16 *)(s->rec + HEADER_BYTES + 2 * (s->n & 31)) = len;
	s->n++;
	s->at += len;
}

#define PUT_NUMBER(name, type)                                                                     \
	static __always_inline void name(struct scratch *s, type v)                                \
	{                                                                                          \
		u32 at_ = s->at & RECORD_MASK;                                                     \
                                                                                                   \
		*(type *)(s->rec + at_) = v;                                                       \
		done(s, sizeof(type));                                                             \
	}
PUT_NUMBER(put_u8, u8)
PUT_NUMBER(put_u16, u16)
PUT_NUMBER(put_u32, u32)
PUT_NUMBER(put_u64, u64)

/* An argument that the kernel takes as a 32-bit fd; the upper half of the register is garbage. */
static __always_inline void put_fd(struct scratch *s, u64 arg)
{
	put_u64(s, (u64)(s64)(s32)arg);
}

static __always_inline void put_empty(struct scratch *s)
{
	done(s, 0);
}

/* False, and the parameter empty: the record is already too long. */
static __always_inline bool room(struct scratch *s)
{
	if (s->at <= RECORD_LIMIT)
		return true;
	count_loss(WIRE_RING_PROCESS, WIRE_LOSS_TOO_LONG);
	put_empty(s);
	return false;
}

/* A string of user memory. NULL gives an empty parameter; unreadable the same with a fact. */
static __always_inline void put_user_str(struct scratch *s, u64 ptr)
{
	u32 at = s->at & RECORD_MASK;
	long n;

	s->str_at = at;
	if (!room(s))
		return;
	if (!ptr) {
		put_empty(s);
		return;
	}
	n = bpf_probe_read_user_str(s->rec + at, STR_BYTES, (void *)ptr);
	if (n <= 0) {
		s->unread |= 1ull << (s->n & 63);
		n = 0;
	}
	done(s, (u32)n);
}

static __always_inline void put_kernel_str(struct scratch *s, const void *ptr)
{
	u32 at = s->at & RECORD_MASK;
	long n;

	s->str_at = at;
	if (!room(s))
		return;
	n = bpf_probe_read_kernel_str(s->rec + at, STR_BYTES, ptr);
	done(s, n > 0 ? (u32)n : 0);
}

/*
 * Copies at most `len` (bounded by `max`, a power of two minus one) bytes of user memory to the end of
 * the record; when a page is missing, what lies before it. Returns how many.
 */
static __always_inline u32 copy_user(struct scratch *s, u32 at, u64 ptr, u32 len, u32 max)
{
	u32 first;

	at &= RECORD_MASK;
	if (len > max)
		len = max;
	if (!len)
		return 0;
	barrier_var(len);
	if (!bpf_probe_read_user(s->rec + at, len & max, (void *)ptr))
		return len & max;
	first = 4096 - (u32)(ptr & 4095);
	if (first >= len)
		return 0;
	barrier_var(first);
	if (!bpf_probe_read_user(s->rec + at, first & max, (void *)ptr))
		return first & max;
	return 0;
}

/* Contents of a buffer. */
static __always_inline void put_user_data(struct scratch *s, u64 ptr, u64 len)
{
	u32 want = len > WIRE_SNAPLEN ? WIRE_SNAPLEN : (u32)len;
	u32 n;

	if (!room(s))
		return;
	n = copy_user(s, s->at, ptr, want, 127);
	if (want && n < want)
		s->unread |= 1ull << (s->n & 63);
	done(s, n);
}

/* --- facts ---------------------------------------------------------------------------------- */

/* The table's parameters are complete; facts follow. */
static __always_inline void facts(struct scratch *s)
{
	s->facts_at = s->at;
}

#define FACT_NUMBER(name, type)                                                                    \
	static __always_inline void name(struct scratch *s, u8 id, type v)                         \
	{                                                                                          \
		u32 at_ = s->at & RECORD_MASK;                                                     \
                                                                                                   \
		*(u32 *)(s->rec + at_) = (u32)id | (u32)sizeof(type) << 16;                        \
		*(type *)(s->rec + at_ + 4) = v;                                                   \
		s->at += 4 + sizeof(type);                                                         \
	}
FACT_NUMBER(fact_u8, u8)
FACT_NUMBER(fact_u32, u32)
FACT_NUMBER(fact_u64, u64)

/* Space for a fact of variable length: write to the returned offset, then fact_close(). */
static __always_inline u32 fact_open(struct scratch *s)
{
	return (s->at + 4) & RECORD_MASK;
}

static __always_inline void fact_close(struct scratch *s, u8 id, u8 flags, u32 len)
{
	u32 at = s->at & RECORD_MASK;

	*(u32 *)(s->rec + at) = (u32)id | (u32)flags << 8 | len << 16;
	s->at += 4 + len;
}

static __always_inline void fact_start(struct scratch *s, struct task_struct *t)
{
	fact_u64(s, FACT_START, GET(t, start_boottime));
}

/* Who it was: start time, parent, mount namespace, cgroup. */
static __always_inline void fact_identity(struct scratch *s, struct task_struct *t)
{
	struct task_struct *parent = FOLLOW(task_struct, t, real_parent);
	struct nsproxy *ns = FOLLOW(nsproxy, t, nsproxy);
	struct css_set *set = FOLLOW(css_set, t, cgroups);
	struct cgroup *cg = FOLLOW(cgroup, set, dfl_cgrp);
	struct kernfs_node *kn = FOLLOW(kernfs_node, cg, kn);

	fact_start(s, t);
	fact_u64(s, FACT_PPID, (u64)GET(parent, tgid));
	fact_u64(s, FACT_CGROUP, GET(kn, id));
	if (ns) {
		struct mnt_namespace *mnt = FOLLOW(mnt_namespace, ns, mnt_ns);

		fact_u32(s, FACT_MNTNS, GET(mnt, ns.inum));
	}
}

/* Closes the record and hands it to the ring. */
static __always_inline void end(struct scratch *s, u32 ring)
{
	u32 zero = 0;
	struct wire_stats *st = bpf_map_lookup_elem(&stats, &zero);
	u64 flags = control.quiet ? BPF_RB_NO_WAKEUP : 0;
	u32 len;
	long r;

	if (s->unread)
		fact_u64(s, FACT_UNREAD, s->unread);
	done(s, 0);
	*(u16 *)(s->rec + HEADER_BYTES + 2 * ((s->n - 1) & 31)) = s->at - s->facts_at;
	*(u32 *)(s->rec + 16) = s->at;
	/* As late as can be, so that the order in the ring is nearly the order of the stamps. */
	*(u64 *)(s->rec + 0) = bpf_ktime_get_boot_ns() + control.epoch_ns;
	len = s->at & RECORD_MASK;
	switch (ring) {
	case WIRE_RING_PROCESS:
		r = bpf_ringbuf_output(&ring_process, s->rec, len, flags);
		break;
	case WIRE_RING_FILE:
		r = bpf_ringbuf_output(&ring_file, s->rec, len, flags);
		break;
	case WIRE_RING_NET:
		r = bpf_ringbuf_output(&ring_net, s->rec, len, flags);
		break;
	default:
		r = bpf_ringbuf_output(&ring_io, s->rec, len, flags);
		break;
	}
	if (!st || ring >= WIRE_RINGS)
		return;
	if (r)
		st->lost[ring][WIRE_LOSS_FULL]++;
	else
		st->sent[ring]++;
}

/* Is it the sensor itself? Its bulk I/O is left out, or each alert it writes would be an event. */
static __always_inline bool is_self(struct scratch *s)
{
	struct task_struct *t = current_task(s);

	return config.self_tgid && (u32)GET(t, tgid) == config.self_tgid;
}

/* A handler of the exit of a system call: reached by a tail call with the scratch filled. */
#define HANDLER(name)                                                                              \
	static __always_inline void name##_body(struct scratch *s);                                \
	SEC("raw_tp/sys_exit") int name(void *ctx)                                                 \
	{                                                                                          \
		struct scratch *s = scratch_of_cpu();                                              \
                                                                                                   \
		if (s)                                                                             \
			name##_body(s);                                                            \
		return 0;                                                                          \
	}                                                                                          \
	static __always_inline void name##_body(struct scratch *s)

/* Argument n, zero-extended; (s32) where the kernel takes an int. */
#define A(n) (s->args[n])

#endif
