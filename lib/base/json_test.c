/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

struct json_case {
	struct str in;
	const char *want;
};

static const struct json_case cases[] = {
	{ { "", 0 }, "\"\"" },
	{ { NULL, 0 }, "\"\"" },
	{ { "plain", 5 }, "\"plain\"" },
	{ { "q\"b\\s/", 6 }, "\"q\\\"b\\\\s/\"" },
	{ { "\b\f\n\r\t\x01\x1f\x7f", 8 }, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"" },
	{ { "a\0b", 3 }, "\"a\\u0000b\"" },
	{ { "\xc3\xbc", 2 }, "\"\xc3\xbc\"" },
	{ { "\xf0\x9f\xa6\x85", 4 }, "\"\xf0\x9f\xa6\x85\"" },
	{ { "x\xffy", 3 }, "\"x\xef\xbf\xbdy\"" },
	{ { "\xc3", 1 }, "\"\xef\xbf\xbd\"" },
	{ { "\xc0\x80", 2 }, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },          /* overlong */
	{ { "\xed\xa0\x80", 3 }, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* surrogate */
	{ { "\xf4\x90\x80\x80", 4 },
	  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* above U+10FFFF */
};

static void strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1000);

		json_string(&b, cases[i].in);
		buf_byte(&b, 0);
		assert_int_equal(buf_error(&b), 0);
		assert_string_equal(b.data, cases[i].want);
	}
}

static void bounded(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(8);

	(void)state;
	json_string(&b, STR("0123456789"));
	assert_int_not_equal(buf_error(&b), 0);
	assert_true(b.len <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
