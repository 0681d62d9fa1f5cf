/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot of what exists, from /proc and /etc: machine, interfaces, users, groups, threads and
 * their open files.
 */
#ifndef CAPTURE_BPF_PROCFS_H
#define CAPTURE_BPF_PROCFS_H

struct diag;
struct snapshot_sink;

struct procfs_options {
	const char *host_root; /* prefix of /proc and /etc; NULL or "": none */
};

/*
 * Hands everything but `reset` and `done` to the sink. What vanishes meanwhile is left out. 0, or
 * -errno when /proc itself cannot be read.
 */
int procfs_snapshot(const struct procfs_options *options, const struct snapshot_sink *sink,
		    struct diag *diag);

#endif
