/* SPDX-License-Identifier: Apache-2.0 */
#include "field/list.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "field/field.h"
#include "tests/support/paths.h"

enum { LISTED = 242 }; /* fields that are not hidden: the sum of field_test.c */

static size_t count(struct str text, const char *needle)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(text, str_c(needle))) >= 0) {
		n++;
		text = str_from(text, (size_t)at + 1);
	}
	return n;
}

static bool has(const struct buf *b, const char *needle)
{
	return str_find(buf_str(b), str_c(needle)) >= 0;
}

static void list(enum field_list_format format, struct buf *b)
{
	assert_int_equal(field_list_print(STR(""), format, b), 0);
	assert_int_equal(buf_error(b), 0);
}

static void text(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);
	struct str rest;
	struct str line;

	(void)state;
	list(FIELD_LIST_TEXT, &b);
	assert_true(str_starts(buf_str(&b),
			       STR("-------------------------------\n"
				   "Field Class:                  evt (All event types)\n"
				   "Description:                  These fields are there for")));
	assert_true(has(&b, "\nEvent Sources:                syscall\n\nevt.num                       R"));
	assert_int_equal(count(buf_str(&b), "Field Class: "), 9);
	assert_false(has(&b, "(Type: "));
	/* A name longer than its column has its text on the next line. */
	assert_true(has(&b, "\nproc.exe_ino.ctime_duration_proc_start\n                              N"));
	rest = buf_str(&b);
	while (str_split(&rest, '\n', &line))
		assert_true(line.n <= 120);
}

static void verbose(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	(void)state;
	list(FIELD_LIST_VERBOSE, &b);
	assert_true(has(&b, "\nevt.num                       (Type: UINT64) Running number"));
	assert_true(has(&b, "\nevt.rawarg                    (Type: DYNAMIC) "));
	assert_int_equal(count(buf_str(&b), "(Type: "), LISTED);
}

static void names(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	(void)state;
	list(FIELD_LIST_NAMES, &b);
	assert_true(str_starts(buf_str(&b), STR("evt.num\nevt.time\nevt.time.s\n")));
	assert_int_equal(count(buf_str(&b), "\n"), LISTED);
	assert_false(has(&b, "evt.latency"));
	assert_false(has(&b, "evt.outputtime"));
}

static void markdown(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	(void)state;
	list(FIELD_LIST_MARKDOWN, &b);
	assert_true(str_starts(buf_str(&b), STR("## Field Class: evt\n\nThese fields are")));
	assert_true(has(&b, "\n\nEvent Sources: syscall\n\nName | Type | Description\n"
			    ":----|:-----|:-----------\n`evt.num` | UINT64 | Running number"));
	assert_int_equal(count(buf_str(&b), "\n`"), LISTED);
}

static void json(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	(void)state;
	list(FIELD_LIST_JSON, &b);
	assert_true(str_starts(buf_str(&b), STR("{\"fieldclasses\":[{\"desc\":\"")));
	assert_true(str_ends(buf_str(&b), STR("],\"name\":\"container\"}]}\n")));
	assert_int_equal(count(buf_str(&b), "\n"), 1);
	assert_int_equal(count(buf_str(&b), "{\"argument\":"), LISTED);
	assert_true(has(&b, "{\"argument\":{\"required\":true,\"type\":[]},\"desc\":\"evt.type.is.NAME is"));
	assert_true(has(&b, "\"is_list\":true,\"name\":\"fd.types\",\"type\":\"CHARBUF\"}"));
	assert_true(has(&b, "\"is_list\":false,\"name\":\"proc.name\",\"type\":\"CHARBUF\"}"));
}

static void sources(void **state)
{
	CLEANUP(buf_cleanup) struct buf all = BUF_INIT(1 << 20);
	CLEANUP(buf_cleanup) struct buf some = BUF_INIT(1 << 20);

	(void)state;
	list(FIELD_LIST_TEXT, &all);
	assert_int_equal(field_list_print(STR("syscall"), FIELD_LIST_TEXT, &some), 0);
	assert_true(str_eq(buf_str(&all), buf_str(&some)));
	assert_int_equal(field_list_print(STR("nosuch"), FIELD_LIST_TEXT, &some), -ENOENT);
}

/* The reference page is the listing: regenerate it with `saker watch --list --markdown`. */
static void reference_page(void **state)
{
	CLEANUP(buf_cleanup) struct buf want = BUF_INIT(1 << 20);
	CLEANUP(buf_cleanup) struct buf page = BUF_INIT(1 << 20);
	CLEANUP(free_ptr) char *path = source_path("docs/reference/fields.md");

	(void)state;
	list(FIELD_LIST_MARKDOWN, &want);
	assert_int_equal(buf_read_file(&page, path), 0);
	assert_true(str_eq(buf_str(&page), buf_str(&want)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),     cmocka_unit_test(verbose),
		cmocka_unit_test(names),    cmocka_unit_test(markdown),
		cmocka_unit_test(json),     cmocka_unit_test(sources),
		cmocka_unit_test(reference_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
