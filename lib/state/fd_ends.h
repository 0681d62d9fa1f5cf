/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ends of a socket: read from the parameters of events, turned, completed, printed.
 * The encoding of addresses is in docs/formats/event-record.md.
 */
#ifndef STATE_FD_ENDS_H
#define STATE_FD_ENDS_H

#include "base/buf.h"
#include "state/fd.h"

struct state;

enum { FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10, FAMILY_NETLINK = 16 };

/* Sets type, ends and pointers from a tuple parameter. False: too short, or of another family. */
bool fd_set_tuple(struct fd *fd, struct str tuple, struct str *ret_path);
/* An end from a socket address parameter. False: too short, or of another family. */
bool fd_read_address(struct str addr, uint8_t *ret_type, uint8_t ret_ip[16], uint16_t *ret_port);
void fd_swap_ends(struct fd *fd);
void fd_put_address(struct buf *b, const uint8_t *addr, bool v6, uint16_t port); /* "ip:port" */
/* "sip:sport->dip:dport", "ip:port" of a server, "hex->hex path". */
void fd_format_name(const struct fd *fd, struct str path, struct buf *b);
/* Fills an end that is all zeros with the own address on the way to the other. */
void fd_complete_ends(const struct state *s, struct fd *fd);

#endif
