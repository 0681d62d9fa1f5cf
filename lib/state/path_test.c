/* SPDX-License-Identifier: Apache-2.0 */
#include "state/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *dir;
	const char *name;
	const char *want;
} cases[] = {
	{ "/home/u/", "file", "/home/u/file" },
	{ "/home/u/", "./file", "/home/u/file" },
	{ "/home/u/", ".", "/home/u" },
	{ "/home/u/", "..", "/home" },
	{ "/home/u/", "../other/x", "/home/other/x" },
	{ "/home/u/", "../../../../x", "/x" },
	{ "/home/u/", "a//b/./c/../d/", "/home/u/a/b/d" },
	{ "/home//u/", "x", "/home//u/x" }, /* the directory is taken as it is */
	{ "/", "etc", "/etc" },
	{ "/", ".", "/" },
	{ "/", "..", "/" },
	{ "/home/u/", "/etc/passwd", "/etc/passwd" },
	{ "/home/u/", "//etc///passwd/", "/etc/passwd" },
	{ "/home/u/", "/etc/../../x", "/x" },
	{ "/home/u/", "/", "/" },
	{ "/home/u/", "/..", "/" },
	{ "/home/u/", "", "" },
	{ "", "x/y", "x/y" },
	{ "<UNKNOWN>", "shadow", "<UNKNOWN>shadow" },
	{ "<UNKNOWN>", "a/b", "<UNKNOWN>a/b" },
	{ "./", "x", "./x" },
};

static void joins(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4096);

		path_join(str_c(cases[i].dir), str_c(cases[i].name), &b);
		buf_byte(&b, 0);
		assert_string_equal(b.data, cases[i].want);
	}
}

static void bounds(void **unused)
{
	char name[3000];
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(8192);

	(void)unused;
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	path_join(STR("/"), str_n(name, 1023), &b);
	assert_int_equal(b.len, 1023);
	buf_reset(&b);
	path_join(STR("/"), str_n(name, 1024), &b);
	assert_true(str_eq(buf_str(&b), STR("/DIR_TOO_LONG/FILENAME_TOO_LONG")));
	buf_reset(&b);
	path_join(str_n(name, 2000), STR("x"), &b);
	assert_true(str_eq(buf_str(&b), STR("/DIR_TOO_LONG/FILENAME_TOO_LONG")));
	buf_reset(&b);
	path_join(str_n(name, 1022), STR("/abs"), &b); /* the directory does not count */
	assert_true(str_eq(buf_str(&b), STR("/abs")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(joins), cmocka_unit_test(bounds) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
