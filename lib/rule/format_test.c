/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rule/format.h"
#include "rule/test_fields.h"

#define UNKNOWN "unknown filter: unexpected token after '"

static const struct {
	const char *text;
	const char *want;   /* rendered, or the error */
	const char *fields; /* names, one blank behind each */
} cases[] = {
	{ "plain", "plain", "" },
	{ "x %proc.name", "x cat", "proc.name " },
	{ "%20proc.name|", "cat                 |", "proc.name " },
	{ "%2proc.name|", "ca|", "proc.name " },
	{ "%10proc.pid|", "20072     |", "proc.pid " },
	{ "%proc.namex", "catx", "proc.name " },
	{ "%proc.name.", "cat.", "proc.name " },
	{ "%proc.name[1]", "cat[1]", "proc.name " },
	{ "%proc.aname", "bash", "proc.aname " },
	{ "%proc.aname[1]", "sshd", "proc.aname[1] " },
	{ "%proc.aname['1']", "sshd", "proc.aname['1'] " },
	{ "%proc.aname.1", "bash.1", "proc.aname " },
	{ "%proc.aname[x]", "bash[x]", "proc.aname " },
	{ "%proc.aname[9]", "<NA>", "proc.aname[9] " },
	{ "%proc.env[HOME]", "/root", "proc.env[HOME] " },
	{ "%evt.arg.name", "arg", "evt.arg.name " },
	{ "%evt.arg[0]", "arg", "evt.arg[0] " },
	{ "%evt.rawarg.res", "3", "evt.rawarg.res " },
	{ "%evt.rawarg.resx", "3x", "evt.rawarg.res " },
	{ "%evt.type.is", "open.is", "evt.type " },
	{ "%evt.args.x", "<NA>.x", "evt.args " },
	{ "%fd.types", "(file,ipv4)", "fd.types " },
	{ "%fd.sip", "<NA>", "fd.sip " },
	{ "%fd.ip", "<NA>", "fd.ip " },
	{ "%evt.is_io", "false", "evt.is_io " },
	{ "a%proc.name%proc.pname b", "acatbash b", "proc.name proc.pname " },
	{ "%proc.name %proc.name", "cat cat", "proc.name " },
	{ "%toupper(proc.name)", "CAT", "proc.name " },
	{ "%5toupper(proc.name)|", "CAT  |", "proc.name " },
	{ "%len(proc.name)", "3", "proc.name " },
	{ "%concat(proc.name,'x')", "catx", "proc.name " },
	{ "%concat(proc.name,fd.sip.name)", "<NA>", NULL },
	{ "%join(',',(proc.name,'x'))", "cat,x", "proc.name " },
	{ "%join(\",\",fd.types)", "file,ipv4", "fd.types " },
	{ "%getopt(('-a','-b','x'),'ab:')", "(a,b,x)", "" },
	{ "%getopt(('-b','x'),'ab:')[b]", "x", "" },
	{ "%b64('Y2F0')", "cat", "" },
	{ "%tolower(proc.aname[1])", UNKNOWN, NULL },
	{ "%nosuch", UNKNOWN, NULL },
	{ "%nosuch.field", UNKNOWN, NULL },
	{ "100%", "invalid formatting syntax: formatting cannot end with a %", NULL },
	{ "100% x", UNKNOWN, NULL },
	{ "%%proc.name", UNKNOWN, NULL },
	{ "%20", "invalid formatting syntax: formatting cannot end with a number", NULL },
	{ "%99999999999999999999proc.name", "invalid formatting syntax: width is above 9999", NULL },
	{ "%-20proc.name", UNKNOWN, NULL },
	{ "%evt.around", UNKNOWN, NULL },
	{ "%evt.arg", UNKNOWN, NULL },
	{ "%val(proc.name)", UNKNOWN, NULL },
	{ "%tolower(nosuch)", UNKNOWN, NULL },
	{ "%tolower(proc.name", UNKNOWN, NULL },
	{ "%getopt(proc.args,\"a\")[a]", UNKNOWN, NULL },
	{ "", "empty formatting token", NULL },
};

static void fill(struct field_ctx *ctx)
{
	test_clear(ctx);
	test_text(ctx, "proc.name", "cat");
	test_text(ctx, "proc.pname", "bash");
	test_text(ctx, "proc.aname", "bash");
	test_text(ctx, "proc.aname", "sshd");
	test_text(ctx, "proc.env", "/root");
	test_text(ctx, "evt.arg", "arg");
	test_text(ctx, "evt.type", "open");
	test_text(ctx, "fd.types", "file");
	test_text(ctx, "fd.types", "ipv4");
	test_number(ctx, "proc.pid", 20072);
	test_number(ctx, "evt.is_io", 0);
	test_bytes(ctx, "fd.ip", "\x7f\0\0\1", 4);
	ctx->values[test_field("evt.rawarg")].n = 1;
	ctx->values[test_field("evt.rawarg")].v[0] = (struct value){ .type = PT_ERRNO, .i = 3 };
}

static void test_templates(void **state)
{
	static struct field_ctx ctx;

	(void)state;
	fill(&ctx);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = ARENA_INIT(1 << 16);
		struct buf got = BUF_INIT(1024);
		struct buf names = BUF_INIT(1024);
		struct cond_error error = { 0 };
		struct format *f;
		int r = format_new(str_c(cases[i].text), &arena, NULL, NULL, &f, &error);

		if (r == 0)
			format_render(f, &ctx, VALUE_BYTES_TEXT, &got);
		else
			buf_c(&got, error.text);
		for (size_t k = 0; r == 0 && k < format_field_count(f); k++) {
			const struct field_def *def;
			struct value v[FIELD_VALUES_MAX];
			size_t n;

			buf_str_append(&names, format_field(f, k, &ctx, &def, v, &n));
			buf_byte(&names, ' ');
			assert_non_null(def);
		}
		buf_byte(&got, 0);
		buf_byte(&names, 0);
		if (strcmp(got.data, cases[i].want) ||
		    (cases[i].fields && strcmp(names.data, cases[i].fields)))
			fail_msg("%s: got '%s' with %s", cases[i].text, got.data, names.data);
		assert_int_equal(error.unknown_name, r < 0 && !strcmp(error.text, UNKNOWN));
		buf_cleanup(&got);
		buf_cleanup(&names);
		arena_cleanup(&arena);
	}
}

/* Padding counts bytes, but leaves no half of a character. */
static void test_width_utf8(void **state)
{
	static struct field_ctx ctx;
	struct arena arena = ARENA_INIT(1 << 16);
	struct buf got = BUF_INIT(64);
	struct cond_error error;
	struct format *f;

	(void)state;
	test_clear(&ctx);
	test_text(&ctx, "proc.name", "a\xc3\xa9z");
	assert_int_equal(format_new(STR("%2proc.name|"), &arena, NULL, NULL, &f, &error), 0);
	format_render(f, &ctx, VALUE_BYTES_TEXT, &got);
	assert_true(str_eq(buf_str(&got), STR("a |")));
	buf_cleanup(&got);
	arena_cleanup(&arena);
}

static void count(void *ctx, size_t offset, const char *code, const char *text)
{
	assert_string_equal(code, "LOAD_DEPRECATED_ITEM");
	assert_string_equal(text, "evt.dir");
	assert_int_equal(offset, 2);
	++*(int *)ctx;
}

static void test_deprecated(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	struct cond_error error;
	struct format *f;
	int n = 0;

	(void)state;
	assert_int_equal(format_new(STR("x %evt.dir"), &arena, count, &n, &f, &error), 0);
	assert_int_equal(n, 1);
	arena_cleanup(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_width_utf8),
		cmocka_unit_test(test_deprecated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
