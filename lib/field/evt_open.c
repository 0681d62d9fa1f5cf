/* SPDX-License-Identifier: Apache-2.0 */
/* How files are opened. */
#include "field/evt.h"

/* Neutral open flags: table file_flags in event/flags.def. */
enum {
	OPEN_READ = 1 << 0,
	OPEN_WRITE = 1 << 1,
	OPEN_CREAT = 1 << 2,
	OPEN_TMPFILE = 1 << 13,
	OPEN_CREATED = 1 << 14,
};

/* Where an opening exit has its flags and mode; mode -1: it has none. */
static bool open_params(const struct event *ev, int *ret_flags, int *ret_mode)
{
	switch (ev->type) {
	case EV_SYSCALL_OPEN_X:
		*ret_flags = 2;
		*ret_mode = 3;
		return true;
	case EV_SYSCALL_OPENAT_2_X:
	case EV_SYSCALL_OPENAT2_X:
		*ret_flags = 3;
		*ret_mode = 4;
		return true;
	case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
		*ret_flags = 2;
		*ret_mode = -1;
		return true;
	}
	return false;
}

static uint32_t open_flags(const struct event *ev)
{
	int flags;
	int mode;

	return open_params(ev, &flags, &mode) ? (uint32_t)event_u64(ev, (unsigned int)flags, 0) : 0;
}

bool evt_is_open_read(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, open_flags(ctx->ev) & OPEN_READ);
}

bool evt_is_open_write(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, open_flags(ctx->ev) & OPEN_WRITE);
}

bool evt_is_open_exec(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct event *ev = ctx->ev;
	uint64_t mode_bits = 0;
	int flags;
	int mode;

	(void)arg;
	if (ev->type == EV_SYSCALL_CREAT_X)
		mode_bits = event_u64(ev, 2, 0);
	else if (open_params(ev, &flags, &mode) && mode >= 0 &&
		 event_u64(ev, (unsigned int)flags, 0) & (OPEN_CREAT | OPEN_TMPFILE))
		mode_bits = event_u64(ev, (unsigned int)mode, 0);
	return value_bool(ret, mode_bits & 0111);
}

bool evt_is_open_create(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	uint32_t flags = open_flags(ctx->ev);
	int64_t res;

	(void)arg;
	return value_bool(ret, flags & OPEN_CREATED ||
				       (flags & OPEN_TMPFILE && event_result(ctx->ev, &res) && res >= 0));
}
