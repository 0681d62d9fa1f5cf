/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_read.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json.h"

/* The tree, written again without blanks. */
static void print(const struct json_node *n, struct buf *b)
{
	switch (n->kind) {
	case JSON_NODE_NULL:
		buf_c(b, "null");
		return;
	case JSON_NODE_BOOL:
		buf_c(b, n->b ? "true" : "false");
		return;
	case JSON_NODE_INT:
		buf_i64(b, n->i);
		return;
	case JSON_NODE_REAL:
		buf_printf(b, "%g", n->d);
		return;
	case JSON_NODE_TEXT:
		json_string(b, n->text);
		return;
	case JSON_NODE_LIST:
	case JSON_NODE_MAP:
		buf_byte(b, n->kind == JSON_NODE_MAP ? '{' : '[');
		for (size_t i = 0; i < n->count; i++) {
			if (i)
				buf_byte(b, ',');
			if (n->kind == JSON_NODE_MAP) {
				json_string(b, n->keys[i]);
				buf_byte(b, ':');
			}
			print(&n->items[i], b);
		}
		buf_byte(b, n->kind == JSON_NODE_MAP ? '}' : ']');
		return;
	}
	fail_msg("a node of kind %d", (int)n->kind);
}

static const struct {
	struct str text;
	const char *want; /* the tree, or "error LINE:COLUMN" and the start of the reason */
} cases[] = {
	{ STR("null"), "null" },
	{ STR(" true "), "true" },
	{ STR("-12"), "-12" },
	{ STR("1.5e3"), "1500" },
	{ STR("9223372036854775807"), "9223372036854775807" },
	{ STR("9223372036854775808"), "9.22337e+18" },
	{ STR("\"a\\u0041\\n\""), "\"aA\\n\"" },
	{ STR("\"a\\u0000b\""), "\"a\\u0000b\"" },
	{ STR("\"a\xff\xc3\x28\""), "\"a\xef\xbf\xbd\xef\xbf\xbd(\"" },
	{ STR("[]"), "[]" },
	{ STR("{}"), "{}" },
	{ STR("{\"b\":[1,{\"c\":null}],\"a\":\"]}\\\"[\"}"), "{\"b\":[1,{\"c\":null}],\"a\":\"]}\\\"[\"}" },
	{ STR("{\"a\":1,\"a\":2}"), "{\"a\":2}" },
	{ STR("[[[1]]]"), "[[[1]]]" },
	{ STR("[[[[1]]]]"), "error 0:0 nested too deeply" },
	{ STR("[[[{"), "error 0:0 nested too deeply" },
	{ STR("\"[[[[[[[[\""), "\"[[[[[[[[\"" },
	{ STR("\"\\\"[[[[[[[[\""), "\"\\\"[[[[[[[[\"" },
	{ STR("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]"), "error 0:0 too many values" },
	{ STR(""), "error 1:0 unexpected token" },
	{ STR("nul"), "error 1:3 invalid token" },
	{ STR("{\"a\":}"), "error 1:6 unexpected token" },
	{ STR("{\n\"a\":1"), "error 2:5 '}' expected" },
	{ STR("{} {}"), "error 1:4 end of file expected" },
	{ STR("{}\0"), "error 1:" },
	{ STR("\"abc"), "error 1:" },
	{ STR("\"abc\\"), "error 1:" },
	{ STR("[1e999]"), "error 1:" },
	{ STR("]]]]{"), "error 1:" },
};

static void texts(void **state)
{
	const struct json_limits limits = { .max_bytes = 100, .max_depth = 3, .max_nodes = 20 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);
		struct json_node *root = NULL;
		struct json_error e;
		int r = json_read(cases[i].text, &limits, &arena, &root, &e);

		if (r == 0) {
			print(root, &b);
		} else {
			assert_int_equal(r, -EBADMSG);
			assert_null(root);
			buf_printf(&b, "error %" PRIu32 ":%" PRIu32 " %s", e.line, e.column, e.text);
			b.len = size_min(b.len, strlen(cases[i].want));
		}
		if (!str_eq_c(buf_str(&b), cases[i].want))
			fail_msg("case %zu: " STR_FMT ", expected %s", i, STR_ARG(buf_str(&b)),
				 cases[i].want);
	}
}

static void too_long(void **state)
{
	const struct json_limits limits = { .max_bytes = 5 };
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
	struct json_node *root;
	struct json_error e;

	(void)state;
	assert_int_equal(json_read(STR("12345"), &limits, &arena, &root, &e), 0);
	assert_int_equal(json_read(STR("123456"), &limits, &arena, &root, &e), -EBADMSG);
	assert_string_equal(e.text, "too long");
}

/* A tree that does not fit into the arena is no tree. */
static void arena_full(void **state)
{
	const struct json_limits limits = { 0 };
	struct json_error e;

	(void)state;
	for (size_t max = 0; max < 400; max += 8) {
		CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(max);
		struct json_node *root = NULL;
		int r = json_read(STR("{\"key\":[1,\"text\",{}]}"), &limits, &arena, &root, &e);

		assert_true(r == 0 || r == -ENOMEM);
		assert_int_equal(r == 0, root != NULL);
		assert_true(max > 0 || r < 0);
		assert_true(max < 392 || r == 0);
	}
}

static void deepest(void **state)
{
	const struct json_limits limits = { .max_depth = UINT32_MAX };
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
	struct json_node *root;
	struct json_error e;
	char text[2 * 1025];

	(void)state;
	memset(text, '[', 1025);
	memset(text + 1025, ']', 1025);
	assert_int_equal(json_read(str_n(text, 2050), &limits, &arena, &root, &e), -EBADMSG);
	assert_int_equal(json_read(str_n(text + 1, 2048), &limits, &arena, &root, &e), 0);
}

static void looks_up(void **state)
{
	const struct json_limits limits = { 0 };
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
	struct json_node *root;
	struct json_error e;
	struct str text;
	int64_t i;
	bool b;

	(void)state;
	assert_int_equal(json_read(STR("{\"a\":{\"t\":\"x\",\"b\":true,\"i\":7,\"n\":null}}"), &limits,
				   &arena, &root, &e), 0);
	assert_true(json_node_text(json_node_get(json_node_get(root, "a"), "t"), &text));
	assert_true(str_eq_c(text, "x"));
	assert_true(json_node_bool(json_node_get(json_node_get(root, "a"), "b"), &b) && b);
	assert_true(json_node_i64(json_node_get(json_node_get(root, "a"), "i"), &i) && i == 7);
	assert_false(json_node_i64(json_node_get(json_node_get(root, "a"), "t"), &i));
	assert_false(json_node_bool(json_node_get(json_node_get(root, "a"), "n"), &b));
	assert_false(json_node_text(json_node_get(json_node_get(root, "no"), "t"), &text));
	assert_false(json_node_text(json_node_get(root, "a"), &text));
	assert_null(json_node_get(json_node_get(json_node_get(root, "a"), "t"), "x"));
	assert_null(json_node_get(NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),   cmocka_unit_test(too_long), cmocka_unit_test(arena_full),
		cmocka_unit_test(deepest), cmocka_unit_test(looks_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
