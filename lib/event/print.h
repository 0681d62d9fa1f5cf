/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters of an event as text. Each has a raw text (the number or the bytes) and may have a
 * resolved one (names of flags, of the fd, of the user ...):
 *
 *     raw 3, resolved <f>/etc/passwd     evt.args: "fd=3(<f>/etc/passwd)"   evt.arg.fd: "<f>/..."
 *
 * What can only be resolved with state comes from the caller's callbacks. The rules are written down
 * in docs/formats/event-record.md.
 */
#ifndef EVENT_PRINT_H
#define EVENT_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "event/event.h"

/*
 * Where names come from. Each callback appends one text to *ret and returns true, or returns false
 * and appends nothing when it does not know. Any callback may be NULL.
 */
struct event_names {
	void *ctx;
	/* "<f>/etc/passwd", "<4t>1.2.3.4:5->6.7.8.9:10"; only asked for fds from 0 on. */
	bool (*fd)(void *ctx, const struct event *ev, int64_t fd, struct buf *ret);
	/* The character that stands for the type of an fd in lists of fds; 0: unknown. */
	char (*fd_type)(void *ctx, const struct event *ev, int64_t fd);
	bool (*pid)(void *ctx, const struct event *ev, int64_t pid, struct buf *ret);
	bool (*user)(void *ctx, const struct event *ev, uint32_t uid, struct buf *ret);
	bool (*group)(void *ctx, const struct event *ev, uint32_t gid, struct buf *ret);
	/* The absolute form of `path`, which is the relative path in parameter i. */
	bool (*path)(void *ctx, const struct event *ev, unsigned int i, struct str path,
		     struct buf *ret);
};

/* How byte buffers are shown. */
enum event_bytes {
	EVENT_BYTES_TEXT, /* printable ASCII, '.' for every other byte */
	EVENT_BYTES_BASE64,
};

/*
 * Appends the raw text of parameter i. One that the record does not carry counts as empty; one that
 * the table does not have gives nothing. `names` may be NULL: only lists of fds ask it (fd_type).
 */
void event_print_raw(const struct event *ev, unsigned int i, const struct event_names *names,
		     enum event_bytes bytes, struct buf *ret);

/* Appends the resolved text of parameter i; false when it has none. `names` may be NULL. */
bool event_print_resolved(const struct event *ev, unsigned int i, const struct event_names *names,
			  struct buf *ret);

/* Text of evt.arg: the resolved one when there is one, else the raw one. */
void event_print_arg(const struct event *ev, unsigned int i, const struct event_names *names,
		     enum event_bytes bytes, struct buf *ret);

/* Text of evt.args: "name=raw(resolved) name=raw ..."; nothing for generic events. */
void event_print_args(const struct event *ev, const struct event_names *names,
		      enum event_bytes bytes, struct buf *ret);

/*
 * Appends the number of `size` bytes in a format that is not plain decimal; false and nothing appended
 * when it is. A negative one shows the digits of its own width, not sign-extended ones.
 */
bool event_print_format(uint64_t v, size_t size, enum pformat format, struct buf *ret);

/* The two forms of byte buffers, also used by fields that show payload. */
void event_print_bytes(struct str s, enum event_bytes bytes, struct buf *ret);

/* Text of a PT_SOCKADDR or PT_SOCKTUPLE value that is not empty. */
void event_print_sockaddr(struct str v, struct buf *ret);
void event_print_socktuple(struct str v, struct buf *ret);

/*
 * Names of the bits of `value`, joined by '|', in the order of the table. False and nothing appended
 * when no entry matches.
 */
bool event_print_flags(const struct flag_name *flags, uint32_t value, struct buf *ret);
/* Names of all entries that equal `value`, joined by '|'. */
bool event_print_enum(const struct flag_name *flags, uint32_t value, struct buf *ret);

/* "ENOENT" for 2; NULL when there is no such error. Static. */
const char *errno_name(int64_t number);
/* "SIGHUP" for 1; NULL for numbers that have no name (real-time signals among them). Static. */
const char *signal_name(int64_t number);

#endif
