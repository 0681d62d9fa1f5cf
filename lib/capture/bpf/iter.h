/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open files of all processes from the BPF iterator over them: one read() instead of a readlink and
 * two opens for each.
 */
#ifndef CAPTURE_BPF_ITER_H
#define CAPTURE_BPF_ITER_H

struct snapshot_sink;

/*
 * Runs the iterator whose link is `link_fd` and hands every open file to sink->fd. 0 or -errno; what
 * was delivered until then stays delivered.
 */
int iter_fds(int link_fd, const struct snapshot_sink *sink);

#endif
