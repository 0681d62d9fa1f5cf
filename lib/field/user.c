/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the user and the group of the process. Names are those of the place where the process
 * lives: the host, or its container. Events that announce a user describe themselves.
 */
#include "field/extract.h"

enum { ROOT = 0 };

static bool get_uid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;

	(void)arg;
	if (!t && ctx->view.user)
		return value_number(ret, PT_UINT32, ctx->view.user->uid);
	return t && value_number(ret, PT_UINT32, t->uid);
}

/* The entry of the effective user. False: there is neither an entry nor a thread. */
static bool user_of(const struct field_ctx *ctx, const struct snap_user **ret)
{
	const struct thread *t = ctx->view.thread;

	*ret = t ? state_user(ctx->state, t, t->uid) : ctx->view.user;
	return t || *ret;
}

/* Who has the number 0 has a well-known name even where no list of users could be read. */
static bool text_or(struct field_ctx *ctx, const struct str *known, struct str root,
		    struct value *ret)
{
	if (known)
		return value_text(ret, *known);
	return value_text(ret, ctx->view.thread->uid == ROOT ? root : STR("<NA>"));
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct snap_user *user;

	(void)arg;
	return user_of(ctx, &user) && text_or(ctx, user ? &user->name : NULL, STR("root"), ret);
}

static bool get_homedir(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct snap_user *user;

	(void)arg;
	return user_of(ctx, &user) && text_or(ctx, user ? &user->home : NULL, STR("/root"), ret);
}

static bool get_shell(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct snap_user *user;

	(void)arg;
	return user_of(ctx, &user) && text_or(ctx, user ? &user->shell : NULL, STR("<NA>"), ret);
}

static bool get_loginuid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;

	(void)arg;
	return t && value_i64(ret, t->loginuid == ID_NONE ? -1 : (int64_t)t->loginuid);
}

static bool get_loginname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;
	const struct snap_user *user;

	(void)arg;
	if (!t)
		return false;
	if (t->loginuid == ID_NONE)
		return value_text(ret, STR("<NA>"));
	user = state_user(ctx->state, t, t->loginuid);
	if (user)
		return value_text(ret, user->name);
	return value_text(ret, t->loginuid == ROOT ? STR("root") : STR("<NA>"));
}

static bool get_gid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;

	(void)arg;
	return t && value_number(ret, PT_UINT32, t->gid);
}

static bool get_group(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;
	const struct snap_group *group;

	(void)arg;
	if (!t)
		return false;
	group = state_group(ctx->state, t, t->gid);
	if (group)
		return value_text(ret, group->name);
	return value_text(ret, t->gid == ROOT ? STR("root") : STR("<NA>"));
}

static const struct field_def user_rows[] = {
	{ "user.uid", PT_UINT32, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_uid, NULL, NULL,
	  "Effective user id." },
	{ "user.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_name, NULL, NULL,
	  "Name of the effective user, as the container of the process knows it." },
	{ "user.homedir", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_homedir, NULL, NULL,
	  "Home directory of the effective user." },
	{ "user.shell", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_shell, NULL, NULL,
	  "Login shell of the effective user." },
	{ "user.loginuid", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_loginuid, NULL, NULL,
	  "User id of whoever logged in (the audit user id): it survives a change of the user. -1 when nobody did." },
	{ "user.loginname", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_loginname, NULL, NULL,
	  "Name of whoever logged in." },
};

static const struct field_def group_rows[] = {
	{ "group.gid", PT_UINT32, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_gid, NULL, NULL,
	  "Effective group id." },
	{ "group.name", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_group, NULL, NULL,
	  "Name of the effective group, as the container of the process knows it." },
};

const struct field_list field_user = {
	.name = "user",
	.text = "The user as whom the process acts",
	.source = "syscall",
	.fields = user_rows,
	.count = ARRAY_LEN(user_rows),
};

const struct field_list field_group = {
	.name = "group",
	.text = "The group as which the process acts",
	.source = "syscall",
	.fields = group_rows,
	.count = ARRAY_LEN(group_rows),
};
