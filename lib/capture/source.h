/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where events come from. A source is opened with a sink for its snapshot, then asked for one event
 * after the other; the bytes of an event are borrowed until the next call.
 *
 *     scap_source_open() / bpf_source_open() --> source_next() ... --> source_close()
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdint.h>

#include "event/event.h"
#include "event/snapshot.h"

struct diag;
struct source;

enum source_answer {
	SOURCE_IDLE = 0,  /* nothing within the time limit */
	SOURCE_EVENT = 1, /* *ret is filled */
	SOURCE_END = 2,   /* the input is used up */
};

/* One row of the statistics that are printed at exit and exported: a counter and its meaning. */
struct source_counter {
	const char *name;
	uint64_t value;
};

struct source_ops {
	const char *name;
	int (*next)(struct source *s, int timeout_ms, struct event *ret, struct diag *diag);
	/* Fills at most `max` counters, drops by ring and cause first; returns how many. */
	size_t (*counters)(struct source *s, struct source_counter *ret, size_t max);
	void (*close)(struct source *s);
};

/* First member of every source's own struct. */
struct source {
	const struct source_ops *ops;
};

/*
 * enum source_answer, or -errno with the reason in `diag` (-EBADMSG: the input is damaged; what
 * came before is valid). `num` of the event is left to the caller.
 */
static inline int source_next(struct source *s, int timeout_ms, struct event *ret,
			      struct diag *diag)
{
	return s->ops->next(s, timeout_ms, ret, diag);
}

static inline size_t source_counters(struct source *s, struct source_counter *ret, size_t max)
{
	return s->ops->counters ? s->ops->counters(s, ret, max) : 0;
}

/* Takes NULL; returns NULL. */
struct source *source_close(struct source *s);

/* --- capture files: lib/capture/scap.c ------------------------------------------------------ */

/*
 * Opens a .scap file, plain or gzip, and reads it up to its first event; the tables go to `sink`.
 * 0, or -errno with the reason and the offset in `diag`. Memory does not grow with the file.
 */
int scap_source_open(const char *path, const struct snapshot_sink *sink, struct source **ret,
		     struct diag *diag);

/* --- the running kernel: lib/capture/bpf.c -------------------------------------------------- */

struct bpf_source_options {
	const uint64_t *codes; /* bit set of EVENT_CODES bits: event codes wanted by rules */
	const uint64_t *generic; /* bit set of neutral system call codes wanted as event 1; NULL: all */
	uint32_t ring_bytes;   /* per ring; 0: the default */
	bool no_iterators;     /* take the snapshot from /proc */
	const char *host_root; /* prefix of /proc, /sys ...; NULL or "": none */
};

/* Whether the live source can report events of this code at all. */
bool bpf_source_reports(uint16_t code);

/*
 * Loads and attaches the BPF programs, then takes the snapshot without a gap to the stream.
 * 0, or -errno with one message that names the exact cause and its cure in `diag`.
 */
int bpf_source_open(const struct bpf_source_options *options, const struct snapshot_sink *sink,
		    struct source **ret, struct diag *diag);

#endif
