/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot of threads and open files from BPF iterators (bpf/snapshot.bpf.c): two reads of the
 * kernel's own tables instead of some twenty files of /proc for each thread and three for each file.
 * What it tells equals what /proc tells, and is more exact: start times to the nanosecond,
 * layers of overlays, sockets that are bound to nothing yet. What only /proc lists is read there.
 */
#ifndef CAPTURE_BPF_ITER_H
#define CAPTURE_BPF_ITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot_sink;

struct iter_options {
	const char *host_root; /* prefix of /proc, for arguments and environments; NULL or "": none */
	bool no_cast;          /* read kernel memory as kernels before 6.2 have to */
};

/* What was told, and why not all. */
struct iter_result {
	uint64_t threads, files; /* by the iterators */
	uint64_t by_proc; /* threads of processes that only /proc lists: hidden, or just begun */
	char why[256]; /* on failure: the reason, in words */
};

/*
 * Hands all threads, then all open files to the sink. 0, or -errno with ret->why; then the sink may
 * have been told a part, which it has to forget. *ret is filled in any case.
 */
int iter_snapshot(const struct iter_options *options, const struct snapshot_sink *sink,
		  struct iter_result *ret);

/* For `saker doctor`: 0 when the iterators load and attach here, else -errno with ret->why. */
int iter_check(struct iter_result *ret);

#endif
