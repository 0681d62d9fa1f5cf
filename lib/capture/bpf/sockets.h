/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets of the network namespaces of this host by inode number, from /proc/PID/net. A namespace is
 * read when its first socket is asked for.
 */
#ifndef CAPTURE_BPF_SOCKETS_H
#define CAPTURE_BPF_SOCKETS_H

#include <stdint.h>

#include "base/str.h"
#include "event/snapshot.h"

struct sockets;

struct sockets *sockets_new(void); /* NULL: out of memory */
struct sockets *sockets_free(struct sockets *s); /* takes NULL; returns NULL */

/*
 * Fills type, ends and name of the socket with inode ret->ino, which process `pid` of network
 * namespace `net_ns` holds. Unknown sockets become FD_UNSUPPORTED. The name lives as long as `s`.
 */
void sockets_describe(struct sockets *s, int proc_fd, int64_t pid, uint64_t net_ns,
		      struct snap_fd *ret);

/* One line of a table; `kind` is the name of its file. False: no socket. Pure. */
bool socket_parse(const char *kind, struct str line, struct snap_fd *ret);

#endif
