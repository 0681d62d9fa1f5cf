/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void collects_in_order(void **state)
{
	CLEANUP(diag_cleanup) struct diag d = DIAG_INIT;
	char file[] = "a.yaml";
	const struct diag_entry *e;

	(void)state;
	diag_warning(&d, "w%d", 1);
	assert_string_equal(diag_first_error(&d), "");
	assert_int_equal(diag_at(&d, -EBADMSG, file, 3, 4, "bad %s", "thing"), -EBADMSG);
	file[0] = 'b'; /* the name was copied */
	assert_int_equal(diag_error(&d, -E2BIG, "second"), -E2BIG);
	diag_note(&d, "n");
	assert_string_equal(diag_first_error(&d), "bad thing");
	assert_int_equal(d.counts[DIAG_ERROR], 2);
	assert_int_equal(d.counts[DIAG_WARNING], 1);
	assert_int_equal(d.counts[DIAG_NOTE], 1);

	e = d.first;
	assert_int_equal(e->level, DIAG_WARNING);
	assert_string_equal(e->text, "w1");
	assert_null(e->file);
	e = e->next;
	assert_string_equal(e->file, "a.yaml");
	assert_int_equal(e->line, 3);
	assert_int_equal(e->column, 4);
	assert_null(e->next->next->next);
	assert_ptr_equal(e->next->next, d.last);
}

static void names_the_system_error(void **state)
{
	CLEANUP(diag_cleanup) struct diag d = DIAG_INIT;

	(void)state;
	assert_int_equal(diag_sys(&d, -ENOENT, "read rules", "x.yaml"), -ENOENT);
	assert_string_equal(diag_first_error(&d), "read rules x.yaml: No such file or directory");
}

static void a_null_diag_passes_errors_through(void **state)
{
	(void)state;
	assert_int_equal(diag_error(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(diag_at(NULL, -EBADMSG, "f", 1, 1, "x"), -EBADMSG);
	assert_int_equal(diag_sys(NULL, -EIO, "x", "y"), -EIO);
	diag_warning(NULL, "x");
	diag_note(NULL, "x");
}

static void counts_what_does_not_fit(void **state)
{
	CLEANUP(diag_cleanup) struct diag d = DIAG_INIT;
	char *text = malloc(100001);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 100000);
	text[100000] = 0;
	for (int i = 0; i < 20; i++)
		diag_error(&d, -EINVAL, "%s", text);
	assert_int_equal(d.counts[DIAG_ERROR], 20);
	assert_int_equal(d.dropped, 10);
	assert_string_equal(diag_first_error(&d), text);
	diag_cleanup(&d);
	assert_int_equal(d.counts[DIAG_ERROR], 0);
	assert_string_equal(diag_first_error(&d), "");
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(collects_in_order),
		cmocka_unit_test(names_the_system_error),
		cmocka_unit_test(a_null_diag_passes_errors_through),
		cmocka_unit_test(counts_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
