/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that a field builds live on the scratch arena until the next event. A text of unknown length
 * gets a buffer over a piece of the arena; when it does not fit, it is written again into a larger
 * piece, and what stays unused goes back.
 */
#include "field/extract.h"

#include "state/path.h"

static char *take(struct arena *a, size_t size)
{
	return arena_alloc(a, size);
}

/* Returns the end of the newest piece, of which `used` of `size` bytes are kept. */
static void give_back(struct arena *a, char *piece, size_t size, size_t used)
{
	size_t whole = (size + 7) & ~(size_t)7;
	size_t keep = (used + 7) & ~(size_t)7;

	if (a->at == piece + whole) {
		a->at = piece + keep;
		a->used_bytes -= whole - keep;
	}
}

bool text_build(struct field_ctx *ctx, text_fn fn, const void *what, struct str *ret)
{
	for (size_t size = 1024; size <= (size_t)4 << 20; size *= 16) {
		char *piece = take(ctx->scratch, size);
		struct buf b = { .data = piece, .cap = size, .max = size };

		if (!piece)
			return false;
		fn(ctx, what, &b);
		give_back(ctx->scratch, piece, size, buf_error(&b) ? 0 : b.len);
		if (!buf_error(&b)) {
			*ret = str_n(piece, b.len);
			return true;
		}
	}
	return false;
}

bool text_value(struct field_ctx *ctx, text_fn fn, const void *what, struct value *ret)
{
	struct str s;

	return text_build(ctx, fn, what, &s) && value_text(ret, s);
}

bool strings_next(struct str *rest, struct str *ret_piece)
{
	if (!rest->n)
		return false;
	*ret_piece = str_until_nul(*rest);
	*rest = str_from(*rest, ret_piece->n + 1);
	return true;
}

bool strings_join(struct field_ctx *ctx, struct str head, bool always, struct str strings,
		  struct value *ret)
{
	bool with_head = head.n || always;
	struct str rest = strings;
	struct str piece;
	char *at;
	char *text;

	if (!strings.n)
		return value_text(ret, head);
	at = text = take(ctx->scratch, head.n + strings.n + 1);
	if (!text)
		return false;
	if (head.n)
		memcpy(at, head.p, head.n);
	at += head.n;
	for (bool first = !with_head; strings_next(&rest, &piece); first = false) {
		if (!first)
			*at++ = ' ';
		if (piece.n)
			memcpy(at, piece.p, piece.n);
		at += piece.n;
	}
	return value_text(ret, str_n(text, (size_t)(at - text)));
}

struct str path_raw(const struct field_ctx *ctx, unsigned int i)
{
	struct str s = event_text(ctx->ev, i);

	return !s.n && !event_has(ctx->ev, i) ? STR("<NA>") : s;
}

void path_absolute(struct field_ctx *ctx, const void *query, struct buf *b)
{
	const struct path_query *q = query;
	struct str path = path_raw(ctx, (unsigned int)q->i);
	struct thread *t = ctx_thread(ctx);
	char room[1200];
	struct buf dir = { .data = room, .cap = sizeof(room), .max = sizeof(room) };

	if (str_eq(path, STR("<NA>")) || str_eq(path, STR("(NULL)"))) {
		buf_c(b, "<NA>");
		return;
	}
	if (path.n && path.p[0] == '/') {
		path_join(STR(""), path, b);
		return;
	}
	if (q->dirfd < 0)
		buf_str_append(&dir, t ? thread_cwd(t) : STR(""));
	else if (t)
		state_dir_path(ctx->state, t, event_i64(ctx->ev, (unsigned int)q->dirfd, -1), &dir);
	else
		buf_c(&dir, "<UNKNOWN>");
	path_join(buf_str(&dir), path, b);
}

bool path_fact(const struct field_ctx *ctx, enum fact id, struct str *ret)
{
	uint8_t flags = 0;

	if (!id || !event_fact(ctx->ev, id, ret, &flags) || flags & 1)
		return false;
	*ret = str_until_nul(*ret);
	return ret->n > 0;
}
