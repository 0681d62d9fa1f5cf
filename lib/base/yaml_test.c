/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Collections as [..] and {..}, scalars in <>, quoted ones in "", null as ~; @line:column. */
static void dump(const struct yaml_node *n, bool marks, struct buf *b)
{
	switch (n->kind) {
	case YAML_NULL:
		buf_c(b, "~");
		break;
	case YAML_SCALAR:
		buf_byte(b, n->block ? '|' : n->quoted ? '"' : '<');
		buf_str_append(b, n->text);
		buf_byte(b, n->block ? '|' : n->quoted ? '"' : '>');
		break;
	case YAML_SEQ:
	case YAML_MAP:
		buf_byte(b, n->kind == YAML_SEQ ? '[' : '{');
		for (size_t i = 0; i < n->count; i++) {
			if (i)
				buf_byte(b, ' ');
			if (n->kind == YAML_MAP) {
				dump(n->keys[i], marks, b);
				buf_byte(b, ':');
			}
			dump(n->items[i], marks, b);
		}
		buf_byte(b, n->kind == YAML_SEQ ? ']' : '}');
		break;
	}
	if (marks)
		buf_printf(b, "@%u:%u+%zu", n->at.line, n->at.column, n->at.offset);
}

struct parse_case {
	const char *text;
	const char *want; /* documents, or "error LINE:COLUMN TEXT" */
	bool marks;
};

static const struct parse_case cases[] = {
	{ "", "[]", false },
	{ "# only a comment\n", "[]", false },
	{ "---\n---\n", "[~ ~]", false },
	{ "foo", "[<foo>]", false },
	{ "- a\n- 'b'\n- \"c\\n\"\n", "[[<a> \"b\" \"c\n\"]]", false },
	{ "- ~\n- null\n- \n- ''\n- '~'\n", "[[~ ~ ~ \"\" \"~\"]]", false },
	{ "a: >\n  x\n  y\nb: |\n  x\n  y\n", "[{<a>:|x y\n| <b>:|x\ny\n|}]", false },
	{ "a: 1\n---\nb: 2\n", "[{<a>:<1>} {<b>:<2>}]", false },
	{ "\xef\xbb\xbf- a\r\n- b\r\n", "[[<a> <b>]]", false },
	{ "- &x [a]\n- *x\n- &x b\n- *x\n", "[[[<a>] [<a>] <b> <b>]]", false },
	{ "- !!str null\n", "[[\"null\"]]", false },
	{ "- a\n  b\n", "[[<a b>]]", false },
	/* marks: the place of the first character, offsets in bytes, columns in characters */
	{ "- a: x\n", "[[{<a>@0:2+2:<x>@0:5+5}@0:2+2]@0:0+0]@0:0+0", true },
	{ "- [\xc3\xa4, b]\r\n- c\n",
	  "[[[<\xc3\xa4>@0:3+3 <b>@0:6+7]@0:2+2 <c>@1:2+13]@0:0+0]@0:0+0", true },
	/* an empty value has the place of what follows */
	{ "- a:\n- b\n", "[[{<a>@0:2+2:~@1:0+5}@0:2+2 <b>@1:2+7]@0:0+0]@0:0+0", true },
	{ "- foo: [\n", "error 1:0 did not find expected node content", false },
	{ "foo: bar: baz\n", "error 0:8 mapping values are not allowed in this context", false },
	{ "- a\n- *x\n", "error 1:2 an alias without an anchor of that name", false },
	{ "- &x [*x]\n", "error 0:6 an alias inside of its own anchor", false },
	{ "- &x a\n---\n- *x\n", "error 2:2 an alias without an anchor of that name", false },
	{ "- a\x01\n", "error 0:3 control characters are not allowed", false },
	{ "- a\n- \xff\n", "error 1:2 invalid leading UTF-8 octet", false },
};

static void parses_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
		CLEANUP(buf_cleanup) struct buf got = BUF_INIT(1 << 16);
		struct yaml_error error;
		struct yaml_node *documents;
		int r = yaml_parse(str_c(cases[i].text), NULL, &arena, &documents, &error);

		if (r == 0) {
			dump(documents, cases[i].marks, &got);
		} else {
			assert_int_equal(r, -EBADMSG);
			buf_printf(&got, "error %u:%u %s", error.at.line, error.at.column,
				   error.text);
		}
		buf_byte(&got, 0);
		assert_string_equal(got.data, cases[i].want);
	}
}

static int parse_limited(const char *text, const struct yaml_limits *limits, const char **ret_text)
{
	static struct arena arena = ARENA_INIT(1 << 22);
	struct yaml_error error = { .text = "" };
	struct yaml_node *documents;
	int r;

	arena_reset(&arena);
	r = yaml_parse(str_c(text), limits, &arena, &documents, &error);
	*ret_text = r == -EBADMSG ? arena_str(&arena, str_c(error.text)).p : "";
	return r;
}

static void bounds_depth_and_nodes(void **state)
{
	static const struct {
		const char *text;
		struct yaml_limits limits;
		const char *want;
	} rows[] = {
		{ "[[a]]", { .max_depth = 2 }, "" },
		{ "[[[a]]]", { .max_depth = 2 }, "nested too deeply" },
		{ "[a, b]", { .max_nodes = 3 }, "" },
		{ "[a, b, c]", { .max_nodes = 3 }, "too many values in one file" },
		/* an alias counts as everything that it stands for, in size and in depth */
		{ "- &x [a, b]\n- *x\n- *x\n", { .max_nodes = 10 }, "" },
		{ "- &x [a, b]\n- *x\n- *x\n", { .max_nodes = 9 }, "too many values in one file" },
		{ "- &x [a]\n- [*x]\n", { .max_depth = 3 }, "" },
		{ "- &x [a]\n- [*x]\n", { .max_depth = 2 }, "nested too deeply" },
		{ "- &a [x,x,x,x,x,x,x,x,x]\n- &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		  "- &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n- &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		  "- &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n- &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
		  "- [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
		  { 0 }, "too many values in one file" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *text;
		int r = parse_limited(rows[i].text, &rows[i].limits, &text);

		assert_string_equal(text, rows[i].want);
		assert_int_equal(r, *rows[i].want ? -EBADMSG : 0);
	}
}

static void deep_input_ends_early(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);
	const char *text;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, '[');
	buf_byte(&b, 0);
	assert_int_equal(parse_limited(b.data, NULL, &text), -EBADMSG);
	assert_string_equal(text, "nested too deeply");
}

static void anchors_are_bounded(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);
	const char *text;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "- &a%d x\n", i);
	buf_byte(&b, 0);
	assert_int_equal(parse_limited(b.data, NULL, &text), 0);
	b.len--;
	buf_c(&b, "- &one_more x\n");
	buf_byte(&b, 0);
	assert_int_equal(parse_limited(b.data, NULL, &text), -EBADMSG);
	assert_string_equal(text, "too many anchors in one document");
}

static void no_memory_is_reported(void **state)
{
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(64);
	struct yaml_error error;
	struct yaml_node *documents;

	(void)state;
	assert_int_equal(yaml_parse(STR("[a, b, c]"), NULL, &arena, &documents, &error), -ENOMEM);
}

static void finds_the_last_of_equal_keys(void **state)
{
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 16);
	struct yaml_error error;
	struct yaml_node *documents;
	struct yaml_node *map;

	(void)state;
	assert_int_equal(yaml_parse(STR("{a: 1, b: 2, a: 3, [c]: 4}"), NULL, &arena, &documents,
				    &error), 0);
	map = documents->items[0];
	assert_true(str_eq_c(yaml_get(map, "a")->text, "3"));
	assert_true(str_eq_c(yaml_get(map, "b")->text, "2"));
	assert_null(yaml_get(map, "c"));
	assert_null(yaml_get(map->items[0], "a"));
	assert_null(yaml_get(NULL, "a"));
}

static void knows_the_words_for_true_and_false(void **state)
{
	static const struct {
		const char *text;
		int want; /* 1, 0 or -EINVAL */
	} rows[] = {
		{ "true", 1 }, { "True", 1 }, { "TRUE", 1 }, { "yes", 1 }, { "Y", 1 }, { "On", 1 },
		{ "false", 0 }, { "NO", 0 }, { "n", 0 }, { "off", 0 }, { "'true'", 1 },
		{ "tRue", -EINVAL }, { "0", -EINVAL }, { "1", -EINVAL }, { "maybe", -EINVAL },
		{ "''", -EINVAL }, { "~", -EINVAL }, { "[a]", -EINVAL }, { "truee", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 16);
		struct yaml_error error;
		struct yaml_node *documents;
		bool value = false;
		int r;

		assert_int_equal(yaml_parse(str_c(rows[i].text), NULL, &arena, &documents, &error), 0);
		r = yaml_bool(documents->items[0], &value);
		assert_int_equal(r < 0 ? r : value, rows[i].want);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_documents),
		cmocka_unit_test(bounds_depth_and_nodes),
		cmocka_unit_test(deep_input_ends_early),
		cmocka_unit_test(anchors_are_bounded),
		cmocka_unit_test(no_memory_is_reported),
		cmocka_unit_test(finds_the_last_of_equal_keys),
		cmocka_unit_test(knows_the_words_for_true_and_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
