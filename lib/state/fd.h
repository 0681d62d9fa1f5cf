/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One open file, socket or other object behind a descriptor. Entries are immutable once shared: a
 * fork shares them, a change makes a new one.
 */
#ifndef STATE_FD_H
#define STATE_FD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/snapshot.h"

enum fd_mark {
	FD_CLOSES_ON_EXEC = 1 << 0,
	FD_ROLE_CLIENT = 1 << 1,
	FD_ROLE_SERVER = 1 << 2,
	FD_CONNECTED = 1 << 3,
	FD_CONNECT_PENDING = 1 << 4,
	FD_CONNECT_FAILED = 1 << 5,
	FD_UPPER_LAYER = 1 << 6,
	FD_LOWER_LAYER = 1 << 7,
	FD_SYSLOG = 1 << 8,        /* the syslog socket */
	FD_FROM_KERNEL = 1 << 9,   /* the name is the kernel's resolved path, not a claim */
};

struct fd {
	uint32_t refs;
	uint8_t type;    /* enum fd_type */
	uint8_t l4proto; /* enum l4proto */
	uint16_t marks;  /* enum fd_mark */
	uint32_t open_flags; /* neutral */
	uint32_t dev;
	uint64_t ino;
	struct str name;     /* path, "sip:sport->dip:dport", object name */
	struct str name_raw; /* as given to the call */
	/* Sockets. Client is always source when the role is known. Server sockets: sip, sport. */
	uint16_t sport, dport; /* host order */
	uint8_t sip[16], dip[16]; /* network order; IPv4: the first four bytes */
	uint64_t unix_source, unix_dest;
};

/* Words and characters of fd.type and fd.typechar; "" for unknown. Static. */
const char *fd_type_word(const struct fd *fd);
char fd_type_char(const struct fd *fd);
/* True for ipv4/ipv6 connections and server sockets. */
bool fd_is_ip(const struct fd *fd);

#endif
