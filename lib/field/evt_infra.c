/* SPDX-License-Identifier: Apache-2.0 */
/* Events of a container daemon, in old captures. */
#include "field/evt.h"

/* The text after "KEY:" in the description, whose parts are separated by ';'. */
static bool infra(struct field_ctx *ctx, struct str key, struct str *ret)
{
	struct str rest = event_text(ctx->ev, 2);
	struct str piece;

	if (ctx->ev->type != EV_INFRASTRUCTURE_EVENT_E || !event_has(ctx->ev, 2))
		return false;
	while (str_split(&rest, ';', &piece)) {
		ptrdiff_t colon = str_find_byte(piece, ':');

		if (colon < 0 || !str_eq(str_trim(str_first(piece, (size_t)colon)), key))
			continue;
		*ret = str_trim(str_from(piece, (size_t)colon + 1));
		return true;
	}
	return false;
}

bool evt_infra_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("Event"), &s) && value_text(ret, s);
}

bool evt_infra_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("ID"), &s) && value_text(ret, str_first(s, 12));
}

bool evt_infra_container(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("Name"), &s) && value_text(ret, s);
}

bool evt_infra_image(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	ptrdiff_t at;
	struct str s;

	(void)arg;
	if (!infra(ctx, STR("Image"), &s))
		return false;
	at = str_find_byte(s, '@');
	return value_text(ret, at < 0 ? s : str_first(s, (size_t)at));
}
