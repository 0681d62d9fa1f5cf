/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of event parameters and of fields. The numbers are those of the public event table and of
 * the plugin ABI; `docs/formats/event-record.md` describes the encoding of each.
 */
#ifndef EVENT_PTYPE_H
#define EVENT_PTYPE_H

/* X(number, NAME, bytes of the fixed encoding or 0 when variable) */
#define PTYPES(X)                                                                                  \
	X(0, NONE, 0) X(1, INT8, 1) X(2, INT16, 2) X(3, INT32, 4) X(4, INT64, 8) X(5, UINT8, 1)    \
	X(6, UINT16, 2) X(7, UINT32, 4) X(8, UINT64, 8) X(9, CHARBUF, 0) X(10, BYTEBUF, 0)         \
	X(11, ERRNO, 8) X(12, SOCKADDR, 0) X(13, SOCKTUPLE, 0) X(14, FD, 8) X(15, PID, 8)          \
	X(16, FDLIST, 0) X(17, FSPATH, 0) X(18, SYSCALLID, 2) X(19, SIGTYPE, 1) X(20, RELTIME, 8)  \
	X(21, ABSTIME, 8) X(22, PORT, 2) X(23, L4PROTO, 1) X(24, SOCKFAMILY, 1) X(25, BOOL, 4)     \
	X(26, IPV4ADDR, 4) X(27, DYN, 0) X(28, FLAGS8, 1) X(29, FLAGS16, 2) X(30, FLAGS32, 4)      \
	X(31, UID, 4) X(32, GID, 4) X(33, DOUBLE, 8) X(34, SIGSET, 4) X(35, CHARBUFARRAY, 0)       \
	X(36, CHARBUF_PAIR_ARRAY, 0) X(37, IPV4NET, 0) X(38, IPV6ADDR, 16) X(39, IPV6NET, 0)       \
	X(40, IPADDR, 0) X(41, IPNET, 0) X(42, MODE, 4) X(43, FSRELPATH, 0) X(44, ENUMFLAGS8, 1)   \
	X(45, ENUMFLAGS16, 2) X(46, ENUMFLAGS32, 4) X(47, FD32, 4) X(48, PID32, 4)

enum ptype {
#define PTYPE_ENUM(number, name, size) PT_##name = (number),
	PTYPES(PTYPE_ENUM)
#undef PTYPE_ENUM
	PT_COUNT,
};

/* How a number is shown (docs/formats/event-record.md, rendering). */
enum pformat {
	PF_NA,
	PF_DEC,
	PF_HEX,            /* upper case, no prefix */
	PF_10_PADDED_DEC,  /* nine digits */
	PF_ID,
	PF_DIR,
	PF_OCT, /* a leading 0, zero itself is "0" */
};

/* Name without prefix ("CHARBUF"), static. */
const char *ptype_name(enum ptype t);
/* Bytes of the fixed encoding; 0 when the length varies. */
unsigned int ptype_size(enum ptype t);

#endif
