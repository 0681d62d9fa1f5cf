/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running kernel as a source of events: programs loaded, rings merged, snapshot taken.
 *
 *     attach -> events queue up in the rings -> snapshot to the sink -> next() hands out the queue
 *
 * Attaching first leaves no gap; what the snapshot knows already arrives once more, which does no
 * harm. One thread uses a source.
 *
 * Waking. While few events come, each one that finds the reader asleep wakes it at once. From
 * BUSY_RATE events per second on the reader asks not to be woken and looks every NAP_NS instead, which
 * saves most of the cost of waking on both sides and still bounds the delay.
 */
#include "capture/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "capture/bpf/iter.h"
#include "capture/bpf/load.h"
#include "capture/bpf/procfs.h"
#include "capture/bpf/ring.h"
#include "capture/bpf/routes.h"

enum {
	BUSY_RATE = 8000,        /* events per second */
	NAP_NS = 400 * 1000,
	EPOCH_EVERY_NS = 1000000000,
};

struct bpf_source {
	struct source source;
	struct probe *probe;
	struct ring_set rings;
	int epoll_fd;
	uint64_t codes[(EVENT_CODES + 63) / 64];
	bool held; /* the last event is still with the caller */
	unsigned int held_ring;
	size_t held_len;
	uint64_t events, events_at_wait;
	uint64_t waited_at; /* boot clock */
	uint64_t epoch_at;
	uint64_t broken; /* records of ours that did not decode: a bug, counted */
	uint64_t naps, sleeps;
	uint64_t snapshot_threads, snapshot_files; /* told by the iterators */
	uint64_t snapshot_by_proc;   /* threads that only /proc told of */
	uint64_t snapshot_proc_only; /* 1: no iterators */
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * Wall clock minus boot clock, which turns the kernel's stamps into time since the epoch. Of several
 * readings the one with the least time between the two clocks; small changes are left alone, so
 * that stamps do not go back when the two clocks are merely read with a different delay.
 */
static void set_epoch(struct bpf_source *b)
{
	struct wire_control *control = probe_control(b->probe);
	uint64_t best = UINT64_MAX;
	uint64_t offset = 0;
	int64_t change;

	for (int i = 0; i < 5; i++) {
		uint64_t t0 = clock_ns(CLOCK_BOOTTIME);
		uint64_t wall = clock_ns(CLOCK_REALTIME);
		uint64_t t1 = clock_ns(CLOCK_BOOTTIME);

		if (t1 - t0 < best) {
			best = t1 - t0;
			offset = wall - (t0 + (t1 - t0) / 2);
		}
	}
	change = (int64_t)(offset - control->epoch_ns);
	if (change > 100000 || change < -100000)
		__atomic_store_n(&control->epoch_ns, offset, __ATOMIC_RELAXED);
	b->epoch_at = clock_ns(CLOCK_BOOTTIME);
}

/* True: nothing came within the limit. */
static bool wait_for_events(struct bpf_source *b, int timeout_ms)
{
	struct wire_control *control = probe_control(b->probe);
	struct epoll_event got[WIRE_RINGS];
	uint64_t now = clock_ns(CLOCK_BOOTTIME);
	uint64_t spent = now - b->waited_at;
	uint64_t since = b->events - b->events_at_wait;

	if (now - b->epoch_at > EPOCH_EVERY_NS)
		set_epoch(b);
	b->waited_at = now;
	b->events_at_wait = b->events;
	if (since > 1 && since * 1000000000u / (spent ? spent : 1) > BUSY_RATE && timeout_ms != 0) {
		struct timespec nap = { .tv_nsec = NAP_NS };

		__atomic_store_n(&control->quiet, 1, __ATOMIC_RELEASE);
		if (ring_set_settle(&b->rings)) {
			b->naps++;
			nanosleep(&nap, NULL);
		}
		return false;
	}
	__atomic_store_n(&control->quiet, 0, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!ring_set_settle(&b->rings))
		return false;
	if (timeout_ms == 0)
		return true;
	b->sleeps++;
	return epoll_wait(b->epoll_fd, got, WIRE_RINGS, timeout_ms) <= 0;
}

static int bpf_next(struct source *s, int timeout_ms, struct event *ret, struct diag *diag)
{
	struct bpf_source *b = CONTAINER_OF(s, struct bpf_source, source);
	uint64_t start = 0;

	(void)diag;
	if (b->held) {
		ring_set_release(&b->rings, b->held_ring, b->held_len);
		b->held = false;
	}
	for (;;) {
		const uint8_t *record;
		const char *reason = "";
		size_t len;
		unsigned int ring;

		while (ring_set_next(&b->rings, &record, &len, &ring)) {
			b->events++;
			if (event_decode(record, len, true, ret, &reason) < 0) {
				b->broken++;
				ring_set_release(&b->rings, ring, len);
				continue;
			}
			if (!code_in(b->codes, ret->type))
				ret->flags |= EVENT_STATE_ONLY;
			b->held = true;
			b->held_ring = ring;
			b->held_len = len;
			return SOURCE_EVENT;
		}
		if (wait_for_events(b, timeout_ms))
			return SOURCE_IDLE;
		/* Naps and early wakings must not stretch the caller's limit. */
		if (timeout_ms > 0) {
			uint64_t now = b->waited_at;

			if (!start)
				start = now;
			else if (now - start >= (uint64_t)timeout_ms * 1000000u)
				timeout_ms = 0;
		}
	}
}

static size_t bpf_counters(struct source *s, struct source_counter *ret, size_t max)
{
	static const char *const lost[WIRE_RINGS][WIRE_LOSSES] = {
		{ "process.lost_full", "process.lost_long", "process.lost_cpu" },
		{ "file.lost_full", "file.lost_long", "file.lost_cpu" },
		{ "net.lost_full", "net.lost_long", "net.lost_cpu" },
		{ "io.lost_full", "io.lost_long", "io.lost_cpu" },
	};
	static const char *const sent[WIRE_RINGS] = { "process.events", "file.events",
						      "net.events", "io.events" };
	struct bpf_source *b = CONTAINER_OF(s, struct bpf_source, source);
	struct wire_stats st;
	size_t n = 0;

	probe_stats(b->probe, &st);
#define COUNTER(name_, value_)                                                                     \
	do {                                                                                       \
		if (n < max)                                                                       \
			ret[n++] = (struct source_counter){ name_, value_ };                       \
	} while (0)
	for (int r = 0; r < WIRE_RINGS; r++)
		for (int c = 0; c < WIRE_LOSSES; c++)
			COUNTER(lost[r][c], st.lost[r][c]);
	COUNTER("missed_runs", probe_missed(b->probe));
	COUNTER("broken_records", b->broken);
	COUNTER("unfinished_records", b->rings.unfinished);
	for (int r = 0; r < WIRE_RINGS; r++)
		COUNTER(sent[r], st.sent[r]);
	COUNTER("reader.naps", b->naps);
	COUNTER("reader.sleeps", b->sleeps);
	COUNTER("snapshot.iterator_threads", b->snapshot_threads);
	COUNTER("snapshot.iterator_files", b->snapshot_files);
	COUNTER("snapshot.proc_threads", b->snapshot_by_proc);
	COUNTER("snapshot.without_iterators", b->snapshot_proc_only);
#undef COUNTER
	return n;
}

static void bpf_close(struct source *s)
{
	struct bpf_source *b = CONTAINER_OF(s, struct bpf_source, source);

	ring_set_fini(&b->rings);
	if (b->epoll_fd >= 0)
		close(b->epoll_fd);
	probe_free(b->probe);
	free(b);
}

static const struct source_ops ops = {
	.name = "syscall",
	.next = bpf_next,
	.counters = bpf_counters,
	.close = bpf_close,
};

static int open_rings(struct bpf_source *b, struct diag *diag)
{
	uint32_t sizes[WIRE_RINGS];
	int fds[WIRE_RINGS];
	int r;

	for (unsigned int i = 0; i < WIRE_RINGS; i++) {
		fds[i] = probe_ring_fd(b->probe, i);
		sizes[i] = probe_ring_bytes(b->probe, i);
	}
	r = ring_set_init(&b->rings, fds, sizes, WIRE_RINGS);
	if (r < 0)
		return diag_sys(diag, r, "map", "the ring buffers of the BPF programs");
	b->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (b->epoll_fd < 0)
		return diag_sys(diag, -errno, "create", "an epoll descriptor");
	for (unsigned int i = 0; i < WIRE_RINGS; i++) {
		struct epoll_event want = { .events = EPOLLIN, .data.u32 = i };

		if (epoll_ctl(b->epoll_fd, EPOLL_CTL_ADD, fds[i], &want) < 0)
			return diag_sys(diag, -errno, "watch", "a ring buffer");
	}
	return 0;
}

/* Threads and open files by iterators. False: the sink has to forget; a note says why. */
static bool snapshot_by_iterators(struct bpf_source *b, const struct bpf_source_options *o,
				  const struct snapshot_sink *sink, struct diag *diag)
{
	struct iter_options i = { .host_root = o->host_root };
	struct iter_result result;

	if (iter_snapshot(&i, sink, &result) < 0) {
		diag_note(diag, "Processes that run already are read from /proc, because the kernel refuses the faster way: %s.",
			  result.why);
		return false;
	}
	b->snapshot_threads = result.threads;
	b->snapshot_files = result.files;
	b->snapshot_by_proc = result.by_proc;
	return true;
}

static int snapshot(struct bpf_source *b, const struct bpf_source_options *o,
		    const struct snapshot_sink *sink, struct diag *diag)
{
	struct procfs_options p = { .host_root = o->host_root };
	bool by_iterators = false;
	int r;

	if (!sink)
		return 0;
	if (sink->reset)
		sink->reset(sink->ctx);
	if (!o->no_iterators) {
		r = procfs_snapshot_host(&p, sink, diag);
		if (r < 0)
			return r;
		by_iterators = snapshot_by_iterators(b, o, sink, diag);
		if (!by_iterators && sink->reset)
			sink->reset(sink->ctx);
	}
	if (!by_iterators) {
		b->snapshot_proc_only = 1;
		r = procfs_snapshot(&p, sink, diag);
		if (r < 0)
			return r;
	}
	if (sink->done)
		sink->done(sink->ctx);
	return 0;
}

bool bpf_source_reports(uint16_t code)
{
	return route_known(code);
}

int bpf_source_open(const struct bpf_source_options *options, const struct snapshot_sink *sink,
		    struct source **ret, struct diag *diag)
{
	struct probe_options p = {
		.codes = options->codes,
		.generic = options->generic,
		.self_tgid = (uint32_t)getpid(),
	};
	struct bpf_source *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return diag_sys(diag, -ENOMEM, "open", "the kernel source");
	b->source.ops = &ops;
	b->epoll_fd = -1;
	if (options->codes)
		memcpy(b->codes, options->codes, sizeof(b->codes));
	for (unsigned int i = 0; i < WIRE_RINGS; i++)
		p.ring_bytes[i] = options->ring_bytes;
	r = probe_new(&p, &b->probe, diag);
	if (r >= 0) {
		set_epoch(b);
		b->waited_at = b->epoch_at;
		r = open_rings(b, diag);
	}
	if (r >= 0)
		r = probe_attach(b->probe, diag);
	if (r >= 0)
		r = snapshot(b, options, sink, diag);
	if (r < 0) {
		bpf_close(&b->source);
		return r;
	}
	*ret = &b->source;
	return 0;
}
