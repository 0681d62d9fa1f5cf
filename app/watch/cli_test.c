/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/util.h"
#include "watch/cli.h"

struct error_case {
	const char *args[4];
	const char *want;
};

static const struct error_case errors[] = {
	{ { "falco", "--nosuch" }, "Option \u2018nosuch\u2019 does not exist" },
	{ { "falco", "-A" }, "Option \u2018A\u2019 does not exist" },
	{ { "falco", "-M" }, "Option \u2018M\u2019 is missing an argument" },
	{ { "falco", "-M", "x" }, "Argument \u2018x\u2019 failed to parse" },
	{ { "falco", "--list", "--format", "xml" },
	  "Invalid format 'xml'. Valid values are: text, markdown, json" },
	{ { "falco", "--format=json", "--markdown" },
	  "Cannot specify both --markdown and --format options together" },
};

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		struct diag diag = DIAG_INIT;
		struct cli c;
		int argc = 0;

		while (argc < 4 && errors[i].args[argc])
			argc++;
		assert_true(cli_parse(argc, (char **)errors[i].args, &c, &diag) < 0);
		assert_string_equal(diag_first_error(&diag), errors[i].want);
		cli_fini(&c);
		diag_cleanup(&diag);
	}
}

static void accepted(void **state)
{
	const char *args[] = { "falco", "-r",	 "a.yaml",	"-rb.yaml", "-o",	 "x=1", "--option=y=2",
			 "-Uv",	  "-M",	 "45",		"extra",    "--list=syscall", "-N", "-e",
			 "f.scap", "--format", "markdown" };
	struct diag diag = DIAG_INIT;
	struct cli c;

	(void)state;
	assert_int_equal(cli_parse((int)ARRAY_LEN(args), (char **)args, &c, &diag), 0);
	assert_int_equal(c.rules.count, 2);
	assert_string_equal(c.rules.items[0], "a.yaml");
	assert_string_equal(c.rules.items[1], "b.yaml");
	assert_int_equal(c.options.count, 2);
	assert_string_equal(c.options.items[0], "x=1");
	assert_string_equal(c.options.items[1], "y=2");
	assert_true(c.unbuffered && c.verbose && c.list && c.names_only);
	assert_int_equal(c.seconds, 45);
	assert_string_equal(c.list_source, "syscall");
	assert_string_equal(c.replay, "f.scap");
	assert_int_equal(c.format, CLI_MARKDOWN);
	cli_fini(&c);
	diag_cleanup(&diag);
}

static void help_names_every_option(void **state)
{
	static const char *const names[] = { "-c <path>", "-r <rules_file>", "-o, --option", "--list ",
					     "--list-events", "-M <num_seconds>", "-V, --validate",
					     "-L ", "-l <rule>", "-U, --unbuffered", "--version" };
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(100000);

	(void)state;
	cli_help("falco", &b);
	buf_byte(&b, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strstr(b.data, names[i]))
			fail_msg("the help does not name %s", names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(accepted),
		cmocka_unit_test(help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
