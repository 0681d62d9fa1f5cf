/* SPDX-License-Identifier: Apache-2.0 */
#include "state/fd_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int put(struct pool *p, struct fd_table *t, int64_t number, const char *name, uint16_t marks)
{
	struct fd like = { .type = FD_FILE_V2, .marks = marks, .name = str_c(name),
			   .name_raw = str_c(name) };
	struct fd *fd = fd_new(p, &like);
	int r = fd_table_take(p, t, number, 4096, &fd);

	if (r < 0)
		fd_unref(p, fd);
	return r;
}

/* The same where the entry itself may find no memory. */
static void try_put(struct pool *p, struct fd_table *t, int64_t number)
{
	struct fd like = { .type = FD_FILE_V2, .name = STR("a name"), .name_raw = STR("") };
	struct fd *fd = fd_new(p, &like);

	if (fd && fd_table_take(p, t, number, 4096, &fd) < 0)
		fd_unref(p, fd);
}

static const char *name_at(const struct fd_table *t, int64_t number)
{
	const struct fd *fd = fd_table_find(t, number);

	return fd ? fd->name.p : NULL;
}

static void numbers(void **unused)
{
	static const int64_t list[] = { 0, 1, 31, 32, 1000, 65535, 65536, 1000000, FD_NUMBER_MAX - 1 };
	struct pool p = POOL_INIT(1 << 24);
	struct fd_table *t = fd_table_new(&p);

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_int_equal(put(&p, t, list[i], "x", 0), 0);
	assert_int_equal(fd_table_count(t), ARRAY_LEN(list));
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_string_equal(name_at(t, list[i]), "x");
	assert_null(fd_table_find(t, 2));
	assert_null(fd_table_find(t, -1));
	assert_null(fd_table_find(t, 65567));
	assert_null(fd_table_find(t, INT64_MAX));
	assert_int_equal(put(&p, t, -1, "x", 0), -ENOSPC);
	assert_int_equal(put(&p, t, FD_NUMBER_MAX, "x", 0), -ENOSPC);
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_true(fd_table_remove(&p, t, list[i]));
	assert_false(fd_table_remove(&p, t, 0));
	assert_int_equal(fd_table_count(t), 0);
	fd_table_unref(&p, t);
	assert_int_equal(p.used_bytes, 0);
	pool_cleanup(&p);
}

static void copies_do_not_see_changes(void **unused)
{
	struct pool p = POOL_INIT(1 << 24);
	struct fd_table *parent = fd_table_new(&p);
	struct fd_table *child;
	size_t before;

	(void)unused;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(put(&p, parent, i, "shared", i % 2 ? FD_CLOSES_ON_EXEC : 0), 0);
	before = p.used_bytes;
	child = fd_table_copy(&p, parent);
	/* A fork of a process with many files copies one small array. */
	assert_true(p.used_bytes - before < 600);
	assert_int_equal(fd_table_count(child), 1000);
	assert_ptr_equal(fd_table_find(child, 500), fd_table_find(parent, 500));

	text_set(&p, &fd_table_edit(&p, child, 500)->name, STR("changed"));
	assert_string_equal(name_at(child, 500), "changed");
	assert_string_equal(name_at(parent, 500), "shared");
	assert_true(fd_table_remove(&p, parent, 7));
	assert_string_equal(name_at(child, 7), "shared");
	assert_int_equal(put(&p, child, 8, "other", 0), 0);
	assert_string_equal(name_at(parent, 8), "shared");

	fd_table_exec(&p, child);
	assert_int_equal(fd_table_count(child), 500);
	assert_null(fd_table_find(child, 9));
	assert_string_equal(name_at(parent, 9), "shared");
	assert_int_equal(fd_table_count(parent), 999);
	fd_table_unref(&p, parent);
	assert_string_equal(name_at(child, 10), "shared");
	fd_table_unref(&p, child);
	assert_int_equal(p.used_bytes, 0);
	pool_cleanup(&p);
}

static void ranges(void **unused)
{
	struct pool p = POOL_INIT(1 << 24);
	struct fd_table *t = fd_table_new(&p);

	(void)unused;
	for (int i = 0; i < 100; i++)
		put(&p, t, i, "x", 0);
	put(&p, t, 70000, "far", 0);
	fd_table_range(&p, t, 3, 64, false);
	assert_int_equal(fd_table_count(t), 39);
	assert_non_null(fd_table_find(t, 2));
	assert_null(fd_table_find(t, 3));
	assert_null(fd_table_find(t, 64));
	assert_non_null(fd_table_find(t, 65));
	fd_table_range(&p, t, 90, UINT32_MAX, true);
	assert_true(fd_table_find(t, 70000)->marks & FD_CLOSES_ON_EXEC);
	assert_false(fd_table_find(t, 89)->marks & FD_CLOSES_ON_EXEC);
	fd_table_set_cloexec(&p, t, 95, false);
	fd_table_exec(&p, t);
	assert_null(fd_table_find(t, 90));
	assert_non_null(fd_table_find(t, 95));
	assert_null(fd_table_find(t, 70000));
	fd_table_unref(&p, t);
	assert_int_equal(p.used_bytes, 0);
	pool_cleanup(&p);
}

static void limits(void **unused)
{
	struct pool p = POOL_INIT(1 << 24);
	struct fd_table *t = fd_table_new(&p);

	(void)unused;
	for (int i = 0; i < 4096; i++)
		assert_int_equal(put(&p, t, i, "x", 0), 0);
	assert_int_equal(put(&p, t, 5000, "x", 0), -ENOSPC);
	assert_int_equal(put(&p, t, 5, "again", 0), 0); /* replacing needs no room */
	fd_table_unref(&p, t);
	pool_cleanup(&p);

	p = (struct pool)POOL_INIT(2000);
	t = fd_table_new(&p);
	for (int i = 0; i < 100 && !p.refused; i++)
		try_put(&p, t, i);
	assert_true(p.refused > 0);
	assert_true(p.used_bytes <= 2000);
	fd_table_unref(&p, t);
	pool_cleanup(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(copies_do_not_see_changes),
		cmocka_unit_test(ranges),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
