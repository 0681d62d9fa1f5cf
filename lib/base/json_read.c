/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_read.h"

#include <errno.h>
#include <stdio.h>

/* A maker of nodes that is of no use here, and ours in base/json.h has the name. */
#define json_string jansson_string
#include <jansson.h>
#undef json_string

#include "base/buf.h"
#include "base/json.h"

enum {
	MAX_BYTES = 16 << 20,
	MAX_DEPTH = 64,
	MAX_DEPTH_EVER = 1024, /* jansson gives up at 2048; our walk recurses, too */
	MAX_NODES = 1000000,
};

static int refuse(struct json_error *ret_error, const char *reason)
{
	*ret_error = (struct json_error){ 0 };
	snprintf(ret_error->text, sizeof(ret_error->text), "%s", reason);
	return -EBADMSG;
}

/*
 * Looks at the brackets, commas and quotes: in a text that is JSON each value but the first follows
 * a bracket, a comma or a colon, so that the count is never too low.
 */
static int check_shape(struct str s, const struct json_limits *l, struct json_error *ret_error)
{
	bool quoted = false;
	uint32_t depth = 0;
	size_t nodes = 1;

	for (size_t i = 0; i < s.n; i++) {
		if (quoted) {
			if (s.p[i] == '\\')
				i++;
			else if (s.p[i] == '"')
				quoted = false;
			continue;
		}
		switch (s.p[i]) {
		case '"':
			quoted = true;
			break;
		case '[':
		case '{':
			nodes++;
			if (++depth > l->max_depth)
				return refuse(ret_error, "nested too deeply");
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case ',':
		case ':':
			nodes++;
			break;
		}
		if (nodes > l->max_nodes)
			return refuse(ret_error, "too many values");
	}
	return 0;
}

static bool is_utf8(struct str s)
{
	while (s.n) {
		size_t n = utf8_length(s);

		if (!n)
			return false;
		s = str_from(s, n);
	}
	return true;
}

/* The same text with U+FFFD for each byte that does not belong to a character. */
static int make_utf8(struct str s, struct buf *b)
{
	while (s.n) {
		size_t n = utf8_length(s);

		if (n)
			buf_append(b, s.p, n);
		else
			buf_c(b, "\xef\xbf\xbd");
		s = str_from(s, n ? n : 1);
	}
	return buf_error(b);
}

static bool fill(const json_t *j, struct arena *a, struct json_node *ret);

static bool fill_list(const json_t *j, struct arena *a, struct json_node *ret)
{
	ret->kind = JSON_NODE_LIST;
	ret->count = json_array_size(j);
	ret->items = ARENA_NEW_N(a, struct json_node, ret->count);
	for (size_t i = 0; ret->items && i < ret->count; i++)
		if (!fill(json_array_get(j, i), a, &ret->items[i]))
			return false;
	return ret->items;
}

static bool fill_map(json_t *j, struct arena *a, struct json_node *ret)
{
	size_t i = 0;

	ret->kind = JSON_NODE_MAP;
	ret->count = json_object_size(j);
	ret->items = ARENA_NEW_N(a, struct json_node, ret->count);
	ret->keys = ARENA_NEW_N(a, struct str, ret->count);
	if (!ret->items || !ret->keys)
		return false;
	for (void *at = json_object_iter(j); at; at = json_object_iter_next(j, at), i++) {
		ret->keys[i] = arena_str(a, str_c(json_object_iter_key(at)));
		if (!ret->keys[i].p || !fill(json_object_iter_value(at), a, &ret->items[i]))
			return false;
	}
	return true;
}

/* False: out of memory. */
static bool fill(const json_t *j, struct arena *a, struct json_node *ret)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return fill_map((json_t *)j, a, ret);
	case JSON_ARRAY:
		return fill_list(j, a, ret);
	case JSON_STRING:
		ret->kind = JSON_NODE_TEXT;
		ret->text = arena_str(a, str_n(json_string_value(j), json_string_length(j)));
		return ret->text.p;
	case JSON_INTEGER:
		ret->kind = JSON_NODE_INT;
		ret->i = json_integer_value(j);
		return true;
	case JSON_REAL:
		ret->kind = JSON_NODE_REAL;
		ret->d = json_real_value(j);
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		ret->kind = JSON_NODE_BOOL;
		ret->b = json_is_true(j);
		return true;
	case JSON_NULL:
		ret->kind = JSON_NODE_NULL;
		return true;
	}
	return false;
}

static json_t *load(struct str text, json_error_t *e)
{
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t *j = json_loadb(text.n ? text.p : "", text.n, flags, e);

	if (!j && json_error_code(e) == json_error_numeric_overflow)
		j = json_loadb(text.p, text.n, flags | JSON_DECODE_INT_AS_REAL, e);
	return j;
}

int json_read(struct str text, const struct json_limits *limits, struct arena *arena,
	      struct json_node **ret, struct json_error *ret_error)
{
	struct json_limits l = *limits;
	CLEANUP(buf_cleanup) struct buf clean = BUF_INIT(SIZE_MAX);
	struct json_node *root;
	json_error_t e;
	json_t *j;
	bool filled;
	int r;

	l.max_bytes = l.max_bytes ? l.max_bytes : MAX_BYTES;
	l.max_depth = l.max_depth ? l.max_depth : MAX_DEPTH;
	if (l.max_depth > MAX_DEPTH_EVER)
		l.max_depth = MAX_DEPTH_EVER;
	l.max_nodes = l.max_nodes ? l.max_nodes : MAX_NODES;
	if (text.n > l.max_bytes)
		return refuse(ret_error, "too long");
	r = check_shape(text, &l, ret_error);
	if (r < 0)
		return r;
	if (!is_utf8(text)) {
		clean.max = 3 * text.n;
		r = make_utf8(text, &clean);
		if (r < 0)
			return r;
		text = buf_str(&clean);
	}
	j = load(text, &e);
	if (!j && json_error_code(&e) == json_error_out_of_memory)
		return -ENOMEM;
	if (!j) {
		refuse(ret_error, e.text);
		ret_error->line = e.line > 0 ? (uint32_t)e.line : 0;
		ret_error->column = e.column > 0 ? (uint32_t)e.column : 0;
		return -EBADMSG;
	}
	root = ARENA_NEW(arena, struct json_node);
	filled = root && fill(j, arena, root);
	json_decref(j);
	if (!filled)
		return -ENOMEM;
	*ret = root;
	return 0;
}

const struct json_node *json_node_get(const struct json_node *map, const char *key)
{
	if (!map || map->kind != JSON_NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (str_eq_c(map->keys[i], key))
			return &map->items[i];
	return NULL;
}

bool json_node_text(const struct json_node *n, struct str *ret)
{
	if (!n || n->kind != JSON_NODE_TEXT)
		return false;
	*ret = n->text;
	return true;
}

bool json_node_bool(const struct json_node *n, bool *ret)
{
	if (!n || n->kind != JSON_NODE_BOOL)
		return false;
	*ret = n->b;
	return true;
}

bool json_node_i64(const struct json_node *n, int64_t *ret)
{
	if (!n || n->kind != JSON_NODE_INT)
		return false;
	*ret = n->i;
	return true;
}
