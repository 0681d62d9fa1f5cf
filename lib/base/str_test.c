/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void compares(void **state)
{
	static const struct {
		struct str a, b;
		int order; /* sign of str_cmp */
		bool nocase;
	} rows[] = {
		{ STR(""), STR_NULL, 0, true },       { STR("a"), STR("a"), 0, true },
		{ STR("a"), STR("A"), 1, true },      { STR("a"), STR("ab"), -1, false },
		{ STR("b"), STR("ab"), 1, false },    { STR("a\0b"), STR("a\0c"), -1, false },
		{ STR("\xff"), STR("a"), 1, false },  { STR("Z["), STR("z{"), -1, false },
		{ STR_NULL, STR("a"), -1, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int order = str_cmp(rows[i].a, rows[i].b);

		assert_int_equal((order > 0) - (order < 0), rows[i].order);
		assert_int_equal(str_eq(rows[i].a, rows[i].b), rows[i].order == 0);
		assert_int_equal(str_eq_nocase(rows[i].a, rows[i].b), rows[i].nocase);
		if (rows[i].order == 0)
			assert_int_equal(str_hash(rows[i].a), str_hash(rows[i].b));
	}
	assert_int_not_equal(str_hash(STR("a")), str_hash(STR("a\0")));
}

/* Every byte value at every place of a word and beside it. */
static void counts_printable(void **state)
{
	(void)state;
	for (size_t place = 0; place < 19; place++) {
		for (int c = 0; c < 256; c++) {
			char text[20];
			bool plain = c >= ' ' && c <= '~';

			memset(text, 'x', sizeof(text));
			text[place] = (char)c;
			assert_int_equal(str_printable(str_n(text, sizeof(text))),
					 plain ? sizeof(text) : place);
			text[19] = '\n';
			assert_int_equal(str_printable(str_n(text, sizeof(text))), plain ? 19 : place);
		}
	}
	assert_int_equal(str_printable(STR_NULL), 0);
}

static void finds(void **state)
{
	static const struct {
		struct str s, needle;
		ptrdiff_t at, at_nocase;
	} rows[] = {
		{ STR("abcabc"), STR("ca"), 2, 2 }, { STR("abc"), STR("BC"), -1, 1 },
		{ STR("abc"), STR(""), 0, 0 },      { STR_NULL, STR(""), 0, 0 },
		{ STR_NULL, STR("a"), -1, -1 },     { STR("ab"), STR("abc"), -1, -1 },
		{ STR("a\0b"), STR("\0b"), 1, 1 },  { STR("aab"), STR("ab"), 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(str_find(rows[i].s, rows[i].needle), rows[i].at);
		assert_int_equal(str_find_nocase(rows[i].s, rows[i].needle), rows[i].at_nocase);
	}
	assert_int_equal(str_find_byte(STR("a/b/c"), '/'), 1);
	assert_int_equal(str_rfind_byte(STR("a/b/c"), '/'), 3);
	assert_int_equal(str_find_byte(STR("abc"), '/'), -1);
	assert_int_equal(str_rfind_byte(STR_NULL, '/'), -1);
}

static void takes_parts(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR_NULL));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_true(str_eq_c(str_from(STR("abc"), 1), "bc"));
	assert_int_equal(str_from(STR("abc"), 4).n, 0);
	assert_true(str_eq_c(str_first(STR("abc"), 2), "ab"));
	assert_true(str_eq_c(str_first(STR("abc"), 9), "abc"));
	assert_true(str_eq_c(str_until_nul(STR("ab\0c")), "ab"));
	assert_true(str_eq_c(str_until_nul(STR("ab")), "ab"));
	assert_int_equal(str_until_nul(STR_NULL).n, 0);
	assert_true(str_eq_c(str_trim(STR(" \t\r\n\v\fa b ")), "a b"));
	assert_int_equal(str_trim(STR("   ")).n, 0);
}

static void splits(void **state)
{
	static const struct {
		struct str text;
		const char *pieces[4];
	} rows[] = {
		{ STR("a,,b"), { "a", "", "b" } },
		{ STR(""), { "" } },
		{ STR(","), { "", "" } },
		{ STR("a"), { "a" } },
		{ STR_NULL, { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str rest = rows[i].text;
		struct str piece;
		size_t n = 0;

		for (; str_split(&rest, ',', &piece); n++) {
			assert_non_null(rows[i].pieces[n]);
			assert_true(str_eq_c(piece, rows[i].pieces[n]));
		}
		assert_null(rows[i].pieces[n]);
	}
}

static void reads_numbers(void **state)
{
	static const struct {
		struct str text;
		int r_signed, r_unsigned;
		int64_t want;
	} rows[] = {
		{ STR("0"), 0, 0, 0 },
		{ STR("007"), 0, 0, 7 },
		{ STR("+5"), 0, 0, 5 },
		{ STR("-5"), 0, -EINVAL, -5 },
		{ STR(""), -EINVAL, -EINVAL, 0 },
		{ STR("+"), -EINVAL, -EINVAL, 0 },
		{ STR("-"), -EINVAL, -EINVAL, 0 },
		{ STR("-+5"), -EINVAL, -EINVAL, 0 },
		{ STR("5 "), -EINVAL, -EINVAL, 0 },
		{ STR("0x5"), -EINVAL, -EINVAL, 0 },
		{ STR("5\0"), -EINVAL, -EINVAL, 0 },
		{ STR("9223372036854775807"), 0, 0, INT64_MAX },
		{ STR("-9223372036854775808"), 0, -EINVAL, INT64_MIN },
		{ STR("-9223372036854775809"), -ERANGE, -EINVAL, 0 },
		{ STR("18446744073709551615"), -ERANGE, 0, -1 },
		{ STR("18446744073709551616"), -ERANGE, -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t s = 42;
		uint64_t u = 42;

		assert_int_equal(str_to_i64(rows[i].text, &s), rows[i].r_signed);
		assert_int_equal(str_to_u64(rows[i].text, &u), rows[i].r_unsigned);
		/* Outputs are written only on success. */
		assert_int_equal(s, rows[i].r_signed ? 42 : rows[i].want);
		assert_int_equal(u, rows[i].r_unsigned ? 42 : (uint64_t)rows[i].want);
	}
}

static void copies(void **state)
{
	char *copy = str_dup(STR("a\0b"));

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	free(copy);
	copy = str_dup(STR_NULL);
	assert_string_equal(copy, "");
	free(copy);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),    cmocka_unit_test(finds),
		cmocka_unit_test(counts_printable),
		cmocka_unit_test(takes_parts), cmocka_unit_test(splits),
		cmocka_unit_test(reads_numbers), cmocka_unit_test(copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
