/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoded events for tests, made from a list of values:
 *
 *     struct ev_builder b;
 *     ev = ev_build(&b, EV_SYSCALL_OPEN_X, 1000, 42, EV_INT(3), EV_TEXT("/etc/passwd"),
 *                   EV_INT(1), EV_INT(0), EV_INT(0), EV_NONE, EV_FACT_TEXT(FACT_PATH, "/etc/passwd"));
 *
 * Numbers get the width that the event table gives their parameter. Facts stand last. The event
 * borrows the builder's storage until its next use. A list that does not fit aborts: our own bug.
 */
#ifndef TESTS_EVENT_BUILDER_H
#define TESTS_EVENT_BUILDER_H

#include "event/event.h"

enum ev_arg_kind { EV_ARG_NONE, EV_ARG_INT, EV_ARG_TEXT, EV_ARG_BYTES, EV_ARG_FACT_INT, EV_ARG_FACT };

struct ev_arg {
	enum ev_arg_kind kind;
	int64_t number;
	const void *bytes;
	size_t len;
	int fact;
};

#define EV_NONE               { .kind = EV_ARG_NONE } /* an empty value: unknown */
#define EV_INT(n)             { .kind = EV_ARG_INT, .number = (int64_t)(n) }
#define EV_TEXT(s)            { .kind = EV_ARG_TEXT, .bytes = (s) } /* its NUL is added */
#define EV_BYTES(p, n)        { .kind = EV_ARG_BYTES, .bytes = (p), .len = (n) }
#define EV_LIST(literal)      { .kind = EV_ARG_BYTES, .bytes = (literal), .len = sizeof(literal) }
#define EV_FACT_INT(f, n)     { .kind = EV_ARG_FACT_INT, .fact = (f), .number = (int64_t)(n) }
#define EV_FACT_TEXT(f, s)    { .kind = EV_ARG_FACT, .fact = (f), .bytes = (s), .len = sizeof(s) }
#define EV_FACT_BYTES(f, p, n) { .kind = EV_ARG_FACT, .fact = (f), .bytes = (p), .len = (n) }

struct ev_builder {
	struct event event;
	uint8_t record[65536];
};

struct event *ev_build_list(struct ev_builder *b, uint16_t type, uint64_t ts_ns, int64_t tid,
			    const struct ev_arg *args, size_t n);
#define ev_build(b, type, ts_ns, tid, ...)                                                         \
	ev_build_list((b), (type), (ts_ns), (tid), (const struct ev_arg[]){ __VA_ARGS__ },         \
		      sizeof((const struct ev_arg[]){ __VA_ARGS__ }) / sizeof(struct ev_arg))

/* Socket values in the caller's storage: 13 (IPv4) or 37 bytes of a tuple, 7 of an address. */
struct str ev_tuple4(const char *source, uint16_t sport, const char *dest, uint16_t dport,
		     uint8_t storage[64]);
struct str ev_addr4(const char *ip, uint16_t port, uint8_t storage[64]);
struct str ev_tuple6(const char *source, uint16_t sport, const char *dest, uint16_t dport,
		     uint8_t storage[64]);

#endif
