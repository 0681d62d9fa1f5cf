/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the container that the process lives in. Its id comes from the control groups of the
 * process, so that it is known without asking a container runtime.
 */
#include "field/extract.h"

static bool get_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;

	(void)arg;
	return t && value_text(ret, t->container_id.n ? t->container_id : STR("host"));
}

static const struct field_def rows[] = {
	{ "container.id", PT_CHARBUF, PF_NA, FIELD_SUGGESTED | FIELD_CHEAP, FIELD_ARG_NONE, get_id,
	  NULL, NULL,
	  "First 12 characters of the container's id; host for processes outside of containers." },
};

const struct field_list field_container = {
	.name = "container",
	.text = "The container that the process lives in",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
