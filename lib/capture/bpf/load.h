/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading and attaching the kernel side. Nothing is pinned: programs, maps and attachments end with
 * the process, however it ends.
 *
 *     open --> configure --> load (as BTF tracepoints; refused: as raw tracepoints) --> attach
 */
#ifndef CAPTURE_BPF_LOAD_H
#define CAPTURE_BPF_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/wire.h"

struct diag;
struct probe;

struct probe_options {
	const uint64_t *codes;   /* bit set of event codes; NULL: none but what state needs */
	const uint64_t *generic; /* bit set of neutral system call codes; NULL: all */
	uint32_t ring_bytes[WIRE_RINGS]; /* 0: default */
	uint32_t self_tgid; /* whose bulk I/O and looks into /proc are left out; 0: nobody */
	bool raw;     /* do not try BTF tracepoints */
	bool no_cast; /* read kernel memory as kernels before 6.2 have to */
};

/*
 * Loads everything that is wanted; nothing is attached yet. 0, or -errno with one message that names
 * the cause and its cure.
 */
int probe_new(const struct probe_options *options, struct probe **ret, struct diag *diag);
struct probe *probe_free(struct probe *p); /* takes NULL; returns NULL */

/* Events flow from here on. 0 or -errno with a message. */
int probe_attach(struct probe *p, struct diag *diag);

/* Descriptor of a ring's map; valid as long as the probe. */
int probe_ring_fd(const struct probe *p, unsigned int ring);
uint32_t probe_ring_bytes(const struct probe *p, unsigned int ring);
/* Words shared with the running programs. */
struct wire_control *probe_control(struct probe *p);
/* Sums over all CPUs. */
void probe_stats(const struct probe *p, struct wire_stats *ret);
/* Runs of our programs that the kernel skipped because one was running on that CPU. */
uint64_t probe_missed(const struct probe *p);
/* "tp_btf" or "raw_tp". */
const char *probe_kind(const struct probe *p);

/* One of our programs, loaded alone: for `saker doctor`. */
struct probe_check {
	const char *name;
	int error;   /* 0, or -errno */
	char why[160]; /* the verifier's or the kernel's own words, "" when it loads */
};

/*
 * Calls `each` for every program, in the order of the object: whether it loads. Of `options` only the
 * way of loading counts. 0, or -errno when not even the object can be opened.
 */
int probe_check(const struct probe_options *options,
		void (*each)(void *ctx, const struct probe_check *c), void *ctx, struct diag *diag);

#endif
