/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files with field tables share: setting values, texts on the scratch arena, and the few
 * questions about an event that several classes ask. Only lib/field includes this.
 */
#ifndef FIELD_EXTRACT_H
#define FIELD_EXTRACT_H

#include "base/buf.h"
#include "event/print.h"
#include "field/ctx.h"

extern const struct field_list field_evt, field_evt_syscall, field_process, field_user, field_group,
	field_fd, field_fs_path, field_fdlist, field_container;

/* Functions of a row: field_def.get and get_all. */
typedef bool field_get(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
typedef size_t field_get_all(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			     size_t max);

static inline bool value_text(struct value *ret, struct str s)
{
	*ret = (struct value){ .type = PT_CHARBUF, .s = s };
	return true;
}

static inline bool value_i64(struct value *ret, int64_t v)
{
	*ret = (struct value){ .type = PT_INT64, .i = v };
	return true;
}

static inline bool value_number(struct value *ret, enum ptype type, uint64_t v)
{
	*ret = (struct value){ .type = type, .u = v };
	return true;
}

static inline bool value_bool(struct value *ret, bool v)
{
	return value_number(ret, PT_BOOL, v);
}

/* One writer of a text: appends it to b. */
typedef void (*text_fn)(struct field_ctx *ctx, const void *what, struct buf *b);

/* Runs fn on memory of the scratch arena, with more of it until the text fits. False: no room. */
bool text_build(struct field_ctx *ctx, text_fn fn, const void *what, struct str *ret);
/* The same as a value. */
bool text_value(struct field_ctx *ctx, text_fn fn, const void *what, struct value *ret);

/* Cuts the next piece of NUL-separated strings, the last of which may lack its NUL. */
bool strings_next(struct str *rest, struct str *ret_piece);
/* The pieces joined by blanks, after `head` (and a blank) when that has bytes or `always`. */
bool strings_join(struct field_ctx *ctx, struct str head, bool always, struct str strings,
		  struct value *ret);

/* The entry of the event's thread; NULL: there is none, or only its number is known. */
static inline struct thread *ctx_thread(const struct field_ctx *ctx)
{
	return ctx->view.thread;
}

enum { EVENT_FD_FLAGS = EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD };

/* The descriptor of an event that works on one; NULL: none, or nothing is known about it. */
static inline const struct fd *ctx_fd(const struct field_ctx *ctx)
{
	return ctx->ev->info->flags & EVENT_FD_FLAGS ? ctx->view.fd : NULL;
}

/* Where the printer of parameters gets names from. */
struct event_names ctx_names(struct field_ctx *ctx);

/* True for files whose names are paths below a directory. */
static inline bool fd_is_file(const struct fd *fd)
{
	return fd->type == FD_FILE || fd->type == FD_FILE_V2;
}

static inline bool fd_is_socket(const struct fd *fd)
{
	return fd_is_ip(fd) || fd->type == FD_UNIX;
}

static inline bool is_open_exit(uint16_t type)
{
	return type == EV_SYSCALL_OPEN_X || type == EV_SYSCALL_OPENAT_2_X ||
	       type == EV_SYSCALL_OPENAT2_X || type == EV_SYSCALL_OPEN_BY_HANDLE_AT_X;
}

/*
 * The absolute form of the path in parameter `i`, relative to the directory fd in parameter `dirfd`
 * or, when that is -1, to the current directory. An empty or unknown path gives "<NA>".
 */
struct path_query {
	int i;
	int dirfd;
};
void path_absolute(struct field_ctx *ctx, const void *query, struct buf *b);
/* Text of a path parameter as given; "<NA>" when there is none. */
struct str path_raw(const struct field_ctx *ctx, unsigned int i);
/* A path that the kernel itself reported with the event, complete. */
bool path_fact(const struct field_ctx *ctx, enum fact id, struct str *ret);

#endif
