/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of calls that are about a path: fs.path.*. One table says where each event keeps its paths.
 * The kernel's own path, when the record carries it, goes before the path that the caller gave.
 */
#include "field/extract.h"

/* One path of an event: parameter, directory fd's parameter (-1: none), fact with the true path. */
struct place {
	int8_t param; /* 0: the event has no such path, because parameter 0 is the result */
	int8_t dirfd;
	uint8_t fact;
};

struct row {
	struct place name, source, target;
};

static const struct row table[EVENT_CODES] = {
	[EV_SYSCALL_OPEN_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_OPENAT_2_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_OPENAT2_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_OPEN_BY_HANDLE_AT_X] = { .name = { 3, -1, FACT_PATH } },
	[EV_SYSCALL_CREAT_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_MKDIR_2_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_MKDIRAT_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_RMDIR_2_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_UNLINK_2_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_UNLINKAT_2_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_CHMOD_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_FCHMODAT_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_CHOWN_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_LCHOWN_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_FCHOWNAT_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_UMOUNT_1_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_UMOUNT2_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_QUOTACTL_X] = { .name = { 1, -1, 0 } },
	[EV_SYSCALL_MKNOD_X] = { .name = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_MKNODAT_X] = { .name = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_RENAME_X] = { .source = { 1, -1, FACT_PATH }, .target = { 2, -1, FACT_PATH2 } },
	[EV_SYSCALL_RENAMEAT_X] = { .source = { 2, 1, FACT_PATH }, .target = { 4, 3, FACT_PATH2 } },
	[EV_SYSCALL_RENAMEAT2_X] = { .source = { 2, 1, FACT_PATH }, .target = { 4, 3, FACT_PATH2 } },
	/* Of the links the source is the new name, the target what it leads to. */
	[EV_SYSCALL_LINK_2_X] = { .source = { 2, -1, FACT_PATH2 }, .target = { 1, -1, FACT_PATH } },
	[EV_SYSCALL_LINKAT_2_X] = { .source = { 4, 3, FACT_PATH2 }, .target = { 2, 1, FACT_PATH } },
	[EV_SYSCALL_SYMLINK_X] = { .source = { 2, -1, FACT_PATH }, .target = { 1, -1, 0 } },
	[EV_SYSCALL_SYMLINKAT_X] = { .source = { 3, 2, FACT_PATH }, .target = { 1, -1, 0 } },
	[EV_SYSCALL_MOUNT_X] = { .source = { 1, -1, 0 }, .target = { 2, -1, FACT_PATH } },
};

static bool is_opening(uint16_t code)
{
	return is_open_exit(code) || code == EV_SYSCALL_CREAT_X;
}

/* Where the event keeps the wanted path. False: nowhere, or the call changed nothing. */
static bool place_of(const struct field_ctx *ctx, size_t which, struct place *ret)
{
	const struct row *row = &table[ctx->ev->type];
	int64_t res;

	*ret = *(const struct place *)((const char *)row + which);
	if (!ret->param)
		return false;
	/* An attempt to open is worth knowing by itself. */
	return is_opening(ctx->ev->type) || (event_result(ctx->ev, &res) && res >= 0);
}

static bool absolute(struct field_ctx *ctx, size_t which, struct value *ret)
{
	struct path_query q;
	struct place place;
	struct str fact;
	int64_t res;

	if (!place_of(ctx, which, &place))
		return false;
	if (path_fact(ctx, (enum fact)place.fact, &fact))
		return value_text(ret, fact);
	/* State has seen the arguments at the start of the call, before anybody could change them. */
	if (is_opening(ctx->ev->type) && ctx_fd(ctx) && event_result(ctx->ev, &res) && res >= 0)
		return value_text(ret, ctx->view.fd->name);
	q = (struct path_query){ .i = place.param, .dirfd = place.dirfd };
	return text_value(ctx, path_absolute, &q, ret);
}

static bool as_given(struct field_ctx *ctx, size_t which, struct value *ret)
{
	struct place place;

	return place_of(ctx, which, &place) &&
	       value_text(ret, path_raw(ctx, (unsigned int)place.param));
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return absolute(ctx, offsetof(struct row, name), ret);
}

static bool get_nameraw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return as_given(ctx, offsetof(struct row, name), ret);
}

static bool get_source(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return absolute(ctx, offsetof(struct row, source), ret);
}

static bool get_sourceraw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return as_given(ctx, offsetof(struct row, source), ret);
}

static bool get_target(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return absolute(ctx, offsetof(struct row, target), ret);
}

static bool get_targetraw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return as_given(ctx, offsetof(struct row, target), ret);
}

static const struct field_def rows[] = {
	{ "fs.path.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_name, NULL, NULL,
	  "Absolute path that a call is about: opening (also when it failed), making, removing, changing the mode or the owner, unmounting and the like." },
	{ "fs.path.nameraw", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_nameraw, NULL, NULL,
	  "fs.path.name as it was given to the call." },
	{ "fs.path.source", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_source, NULL, NULL,
	  "Absolute source path of a call with two paths: the old name of a rename, the new link of link and symlink, the device of a mount." },
	{ "fs.path.sourceraw", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sourceraw, NULL, NULL,
	  "fs.path.source as it was given to the call." },
	{ "fs.path.target", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_target, NULL, NULL,
	  "Absolute target path of a call with two paths: the new name of a rename, what a link leads to, the directory of a mount." },
	{ "fs.path.targetraw", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_targetraw, NULL, NULL,
	  "fs.path.target as it was given to the call." },
};

const struct field_list field_fs_path = {
	.name = "fs.path",
	.text = "Paths of calls that work on the file system",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
