/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/alert.h"
#include "base/util.h"

static const struct alert_field fields[] = {
	{ { "proc.cmdline", 12 }, { "\"cat /dev/null\"", 15 } },
	{ { "evt.type", 8 }, { "\"open\"", 6 } },
	{ { "evt.time", 8 }, { "1470327477881785348", 19 } },
	{ { "evt.type", 8 }, { "\"second\"", 8 } },
};

static const struct str tags[] = { { "a", 1 }, { "b", 1 } };

static const struct alert sample = {
	.ts_ns = 1470327477881785348u,
	.rule = { "open", 4 },
	.source = { "syscall", 7 },
	.hostname = { "host1", 5 },
	.priority = { "Warning", 7 },
	.severity = 4,
	.time_text = { "16:17:57.881785348", 18 },
	.message = { "o open cat /dev/null", 20 },
	.tags = tags,
	.tag_count = 2,
	.fields = fields,
	.field_count = 4,
};

#define HEAD "{\"hostname\":\"host1\""
#define OUTPUT ",\"output\":\"16:17:57.881785348: Warning o open cat /dev/null\""
#define FIELDS ",\"output_fields\":{\"evt.time\":1470327477881785348,\"evt.type\":\"open\",\"proc.cmdline\":\"cat /dev/null\"}"
#define RULE ",\"priority\":\"Warning\",\"rule\":\"open\",\"source\":\"syscall\""
#define TAGS ",\"tags\":[\"a\",\"b\"]"
#define TIME ",\"time\":\"2016-08-04T16:17:57.881785348Z\"}"

struct json_case {
	struct alert_json_options options;
	const char *want;
};

static const struct json_case cases[] = {
	{ ALERT_JSON_DEFAULT, HEAD OUTPUT FIELDS RULE TAGS TIME },
	{ { .message = true }, HEAD ",\"message\":\"o open cat /dev/null\"" RULE TIME },
	{ { .output = true }, HEAD OUTPUT RULE TIME },
	{ { .tags = true }, HEAD RULE TAGS TIME },
	{ { .output_fields = true }, HEAD FIELDS RULE TIME },
};

static void json(void **state)
{
	const struct alert *a = alert_new(&sample);

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(10000);

		alert_json(a, &cases[i].options, &b);
		buf_byte(&b, 0);
		assert_string_equal(b.data, cases[i].want);
	}
	alert_unref(a);
}

static void text(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(10000);
	const struct alert *a = alert_new(&sample);

	(void)state;
	alert_text(a, &b);
	buf_byte(&b, 0);
	assert_string_equal(b.data, "16:17:57.881785348: Warning o open cat /dev/null");
	alert_unref(a);
}

static void shared(void **state)
{
	const struct alert *a = alert_new(&sample);
	const struct alert *b = alert_ref(a);

	(void)state;
	assert_ptr_equal(a, b);
	assert_null(alert_unref(a));
	assert_true(str_eq_c(b->rule, "open")); /* still alive: the sanitizer would tell */
	alert_unref(b);
	assert_null(alert_unref(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json),
		cmocka_unit_test(text),
		cmocka_unit_test(shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
