/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void appends(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1000);

	(void)state;
	buf_c(&b, "a");
	buf_byte(&b, 0);
	buf_str_append(&b, STR("bc"));
	buf_str_append(&b, STR_NULL);
	buf_printf(&b, "%d-%s", 7, "x");
	buf_u64(&b, UINT64_MAX);
	buf_byte(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_i64(&b, 0);
	assert_int_equal(buf_error(&b), 0);
	assert_true(str_eq(buf_str(&b),
			   STR("a\0bc7-x18446744073709551615 -9223372036854775808 0")));
	buf_reset(&b);
	assert_int_equal(b.len, 0);
}

static void pads_numbers(void **state)
{
	static const struct {
		uint64_t value;
		unsigned int digits;
		const char *want;
	} rows[] = {
		{ 5, 0, "5" }, { 5, 3, "005" }, { 1234, 3, "1234" }, { 0, 1, "0" },
		{ 1, 20, "00000000000000000001" }, { 1, 99, "00000000000000000001" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(100);

		buf_u64_padded(&b, rows[i].value, rows[i].digits);
		assert_true(str_eq_c(buf_str(&b), rows[i].want));
	}
}

static void writes_addresses(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want;
	} rows[] = {
		{ "\0\0\0\0", 4, "0.0.0.0" },
		{ "\x7f\0\0\1", 4, "127.0.0.1" },
		{ "\xff\xfe\x0a\x64", 4, "255.254.10.100" },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, "::1" },
		{ "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16, "2001:db8::2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(100);

		buf_ip(&b, rows[i].bytes, rows[i].n);
		buf_byte(&b, 0);
		assert_string_equal(b.data, rows[i].want);
		buf_cleanup(&b);
	}
}

static void keeps_the_first_error(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4);

	(void)state;
	buf_c(&b, "abc");
	buf_c(&b, "de");
	assert_int_equal(buf_error(&b), -E2BIG);
	buf_c(&b, "d"); /* would fit, but what is missing before it would not be seen */
	buf_printf(&b, "%d", 1);
	assert_true(str_eq_c(buf_str(&b), "abc"));
	assert_int_equal(buf_reserve(&b, 1), -E2BIG);
	buf_reset(&b);
	buf_c(&b, "abcd");
	assert_int_equal(buf_error(&b), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -E2BIG);
}

static void write_file(const char *path, size_t bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(putc('a' + (int)(i % 26), f), 'a' + (int)(i % 26));
	assert_int_equal(fclose(f), 0);
}

static void reads_files(void **state)
{
	static const struct {
		size_t bytes, max;
		int want;
	} rows[] = {
		{ 0, 10, 0 }, { 10, 10, 0 }, { 11, 10, -E2BIG }, { 100000, 200000, 0 },
		{ 100000, 99999, -E2BIG }, { 0, 0, 0 }, { 1, 0, -E2BIG },
	};
	char path[] = "/tmp/buf_test_XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(rows[i].max);

		write_file(path, rows[i].bytes);
		assert_int_equal(buf_read_file(&b, path), rows[i].want);
		if (rows[i].want == 0) {
			assert_int_equal(b.len, rows[i].bytes);
			for (size_t k = 0; k < b.len; k++)
				assert_int_equal(b.data[k], 'a' + (int)(k % 26));
		}
	}
	unlink(path);
}

static void names_why_a_file_cannot_be_read(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(10);

	(void)state;
	assert_int_equal(buf_read_file(&b, "/nonexistent/file"), -ENOENT);
	assert_int_equal(buf_read_file(&b, "/"), -EISDIR);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(pads_numbers),
		cmocka_unit_test(writes_addresses),
		cmocka_unit_test(keeps_the_first_error),
		cmocka_unit_test(reads_files),
		cmocka_unit_test(names_why_a_file_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
