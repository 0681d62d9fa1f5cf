/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void blocks_do_not_overlap(void **state)
{
	CLEANUP(arena_cleanup) struct arena a = ARENA_INIT(10 << 20);
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 100, 16 << 10, 3, 1 << 20, 5, 60000 };
	char *blocks[ARRAY_LEN(sizes)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		blocks[i] = arena_alloc(&a, sizes[i]);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % 8, 0);
		memset(blocks[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(blocks[i][k], (char)(i + 1));
}

static void the_bound_holds(void **state)
{
	CLEANUP(arena_cleanup) struct arena a = ARENA_INIT(100);

	(void)state;
	assert_non_null(arena_alloc(&a, 64));
	assert_int_equal(a.error, 0);
	assert_null(arena_alloc(&a, 64));
	assert_int_equal(a.error, -ENOMEM);
	assert_non_null(arena_alloc(&a, 32)); /* what fits still comes; the error stays */
	assert_int_equal(a.error, -ENOMEM);
	assert_int_equal(a.used_bytes, 96);
	arena_reset(&a);
	assert_int_equal(a.error, 0);
	assert_int_equal(a.used_bytes, 0);
	assert_non_null(arena_alloc(&a, 100 - 4));
}

static void absurd_sizes_fail(void **state)
{
	CLEANUP(arena_cleanup) struct arena a = ARENA_INIT(SIZE_MAX);

	(void)state;
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 7));
	assert_int_equal(a.error, -ENOMEM);
	arena_reset(&a);
	assert_null(arena_zalloc_n(&a, SIZE_MAX / 2, 3));
	assert_int_equal(a.error, -ENOMEM);
}

static void zeroes_after_a_reset(void **state)
{
	CLEANUP(arena_cleanup) struct arena a = ARENA_INIT(1 << 20);
	static const char zeros[64];

	(void)state;
	memset(arena_alloc(&a, 64), 0xff, 64);
	arena_reset(&a);
	assert_memory_equal(arena_zalloc(&a, 64), zeros, 64);
}

static void copies_text(void **state)
{
	CLEANUP(arena_cleanup) struct arena a = ARENA_INIT(1 << 20);
	CLEANUP(arena_cleanup) struct arena none = ARENA_INIT(0);
	struct str copy = arena_str(&a, STR("a\0b"));

	(void)state;
	assert_int_equal(copy.n, 3);
	assert_memory_equal(copy.p, "a\0b", 4);
	assert_string_equal(arena_str(&a, STR_NULL).p, "");
	assert_string_equal(arena_printf(&a, "%s %d", "x", 5), "x 5");
	assert_null(arena_str(&none, STR("x")).p);
	assert_null(arena_printf(&none, "x"));
	assert_int_equal(none.error, -ENOMEM);
}

static void usable_after_cleanup(void **state)
{
	struct arena a = ARENA_INIT(1 << 20);

	(void)state;
	assert_non_null(arena_alloc(&a, 10));
	arena_cleanup(&a);
	assert_int_equal(a.max_bytes, 1 << 20);
	assert_non_null(arena_alloc(&a, 10));
	arena_cleanup(&a);
	arena_cleanup(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_do_not_overlap), cmocka_unit_test(the_bound_holds),
		cmocka_unit_test(absurd_sizes_fail),     cmocka_unit_test(zeroes_after_a_reset),
		cmocka_unit_test(copies_text),           cmocka_unit_test(usable_after_cleanup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
