/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "field/field.h"

#define BAD "\xef\xbf\xbd"

#define INT(t, n)  { .type = t, .i = n }
#define UINT(t, n) { .type = t, .u = n }
#define TEXT(t, s_) { .type = t, .s = { s_, sizeof(s_) - 1 } }

static const struct {
	struct value v;
	enum pformat format;
	enum value_bytes mode;
	const char *want;
} cases[] = {
	{ INT(PT_INT64, -5), PF_DEC, 0, "-5" },
	{ INT(PT_INT64, INT64_MIN), PF_ID, 0, "-9223372036854775808" },
	{ UINT(PT_UINT64, UINT64_MAX), PF_DEC, 0, "18446744073709551615" },
	{ INT(PT_INT32, 0x2d), PF_HEX, 0, "2D" },
	{ INT(PT_INT32, -1), PF_HEX, 0, "FFFFFFFF" },
	{ INT(PT_INT8, -1), PF_OCT, 0, "0377" },
	{ UINT(PT_UINT32, 0), PF_HEX, 0, "0" },
	{ UINT(PT_UINT32, 0644), PF_OCT, 0, "0644" },
	{ UINT(PT_UINT32, 0), PF_OCT, 0, "0" },
	{ UINT(PT_RELTIME, 324026), PF_10_PADDED_DEC, 0, "000324026" },
	{ UINT(PT_ABSTIME, UINT64_C(1470327477882054739)), PF_DEC, 0, "1470327477882054739" },
	{ UINT(PT_FLAGS32, 4097), PF_NA, 0, "1001" },
	{ UINT(PT_MODE, 0755), PF_NA, 0, "0755" },
	{ UINT(PT_UID, 1000), PF_NA, 0, "1000" },
	{ INT(PT_ERRNO, -2), PF_NA, 0, "-2" },
	{ UINT(PT_PORT, 443), PF_DEC, 0, "443" },
	{ UINT(PT_BOOL, 1), PF_NA, 0, "true" },
	{ UINT(PT_BOOL, 0), PF_NA, 0, "false" },
	{ { .type = PT_DOUBLE, .d = 12.34 }, PF_NA, 0, "12.3" },
	{ TEXT(PT_IPADDR, "\x7f\0\0\x01"), PF_NA, 0, "127.0.0.1" },
	{ TEXT(PT_IPADDR, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), PF_NA, 0, "::1" },
	{ TEXT(PT_IPADDR, "\x7f"), PF_NA, 0, "<NA>" },
	{ TEXT(PT_IPNET, "\x7f\0\0\x01"), PF_NA, 0, "<IPNET>" },
	{ TEXT(PT_CHARBUF, ""), PF_NA, 0, "" },
	{ TEXT(PT_CHARBUF, "plain \"text\" \\"), PF_NA, 0, "plain \"text\" \\" },
	{ TEXT(PT_CHARBUF, "a\nb\tc\x01\x7f"), PF_NA, 0, "a" BAD "b" BAD "c" BAD BAD },
	{ TEXT(PT_FSPATH, "u\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80"), PF_NA, 0,
	  "u\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80" },
	/* One replacement per bad byte: alone, cut off, overlong, surrogate. */
	{ TEXT(PT_CHARBUF, "a\xff" "b"), PF_NA, 0, "a" BAD "b" },
	{ TEXT(PT_CHARBUF, "\xe2\x82"), PF_NA, 0, BAD BAD },
	{ TEXT(PT_CHARBUF, "\xc0\xaf"), PF_NA, 0, BAD BAD },
	{ TEXT(PT_CHARBUF, "\xed\xa0\x80"), PF_NA, 0, BAD BAD BAD },
	{ TEXT(PT_BYTEBUF, "\x7f" "ELF\0\xc3\xbc"), PF_NA, VALUE_BYTES_TEXT, ".ELF..." },
	{ TEXT(PT_BYTEBUF, "cat"), PF_NA, VALUE_BYTES_BASE64, "Y2F0" },
	{ TEXT(PT_SOCKADDR, "\x02\x7f\0\0\x01\x50\0"), PF_NA, 0, "127.0.0.1:80" },
};

static void prints(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&b);
		value_print(&cases[i].v, cases[i].format, cases[i].mode, &b);
		assert_int_equal(buf_error(&b), 0);
		if (!str_eq_c(buf_str(&b), cases[i].want))
			fail_msg("case %zu: \"" STR_FMT "\" instead of \"%s\"", i, STR_ARG(buf_str(&b)),
				 cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(prints) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
