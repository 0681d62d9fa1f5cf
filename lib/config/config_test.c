/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/util.h"
#include "config/config.h"

struct target {
	bool flag;
	struct str text;
	uint64_t number;
	double ratio;
	struct config_strings list;
};

static const struct config_option table[] = {
	CONFIG_OPTION("flag", CONFIG_BOOL, struct target, flag, "true", "A flag."),
	CONFIG_OPTION("deep.text", CONFIG_STRING, struct target, text, "none", "A text."),
	CONFIG_OPTION("number", CONFIG_U64, struct target, number, "7", "A number."),
	CONFIG_OPTION("ratio", CONFIG_DOUBLE, struct target, ratio, ".5", "A ratio."),
	CONFIG_OPTION("list", CONFIG_STRINGS, struct target, list, NULL, "A list."),
	{ 0 },
};

static char folder[] = "/tmp/saker-config-XXXXXX";

static const char *put(const char *name, const char *text)
{
	static char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

struct result {
	struct config *config;
	struct diag diag;
	struct target target;
	int r;
};

static void load(struct result *r, const char *path, const char *const *overrides, size_t n)
{
	*r = (struct result){ .diag = DIAG_INIT };
	r->r = config_load(path, overrides, n, &r->config, &r->diag);
	if (r->r == 0)
		r->r = config_read(r->config, table, &r->target, &r->diag);
}

static void done(struct result *r)
{
	config_free(r->config);
	diag_cleanup(&r->diag);
}

static void assert_str(struct str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("got '" STR_FMT "', wanted '%s'", STR_ARG(got), want);
}

static void defaults(void **state)
{
	struct result r;

	(void)state;
	load(&r, NULL, NULL, 0);
	assert_int_equal(r.r, 0);
	assert_true(r.target.flag);
	assert_str(r.target.text, "none");
	assert_int_equal(r.target.number, 7);
	assert_true(r.target.ratio == 0.5);
	assert_int_equal(r.target.list.count, 0);
	done(&r);
}

static void overrides_apply(void **state)
{
	static const char *const list[] = { "flag=no",	  "deep.text=a=b", "number=12",
					    "list[]=one", "list[]=two",	   "ratio=1e3" };
	struct result r;

	(void)state;
	load(&r, NULL, list, ARRAY_LEN(list));
	assert_int_equal(r.r, 0);
	assert_false(r.target.flag);
	assert_str(r.target.text, "a=b");
	assert_int_equal(r.target.number, 12);
	assert_true(r.target.ratio == 1000.0);
	assert_int_equal(r.target.list.count, 2);
	assert_str(r.target.list.items[1], "two");
	done(&r);
}

static void environment(void **state)
{
	struct result r;

	(void)state;
	setenv("SAKER_T", "v", 1);
	load(&r, put("e.yaml", "deep: {text: 'a${SAKER_T}b$${SAKER_T}${NOT_SET_}c'}\n"
			       "list: ['$x ${SAKER_T}', '${open', \"${SAKER_T}\"]\n"),
	     NULL, 0);
	assert_int_equal(r.r, 0);
	assert_str(r.target.text, "avb${SAKER_T}c");
	assert_str(r.target.list.items[0], "$x ${SAKER_T}");
	assert_str(r.target.list.items[1], "${open");
	assert_str(r.target.list.items[2], "v");
	done(&r);
}

static void wrong_types_keep_the_default(void **state)
{
	struct result r;

	(void)state;
	load(&r, put("w.yaml", "flag: maybe\nnumber: -1\nratio: x\n"), NULL, 0);
	assert_int_equal(r.r, 0);
	assert_true(r.target.flag);
	assert_int_equal(r.target.number, 7);
	assert_int_equal(r.diag.counts[DIAG_WARNING], 3);
	assert_non_null(strstr(r.diag.first->text, "'flag'"));
	done(&r);
}

static void merging(void **state)
{
	char main_text[400];
	struct result r;
	char more[200];

	(void)state;
	snprintf(more, sizeof(more), "%s", put("more.yaml", "list: [c]\nnumber: 9\n"));
	snprintf(main_text, sizeof(main_text), "config_files: [%s]\nlist: [a, b]\nnumber: 1\n", more);
	load(&r, put("main.yaml", main_text), NULL, 0);
	assert_int_equal(r.r, 0);
	assert_int_equal(r.target.list.count, 3);
	assert_int_equal(r.target.number, 9);
	done(&r);

	snprintf(main_text, sizeof(main_text),
		 "config_files: [{path: %s, strategy: override}]\nlist: [a, b]\n", more);
	load(&r, put("main.yaml", main_text), NULL, 0);
	assert_int_equal(r.target.list.count, 1);
	done(&r);

	snprintf(main_text, sizeof(main_text),
		 "config_files: [{path: %s, strategy: add-only}]\nlist: [a, b]\n", more);
	load(&r, put("main.yaml", main_text), NULL, 0);
	assert_int_equal(r.target.list.count, 2);
	assert_int_equal(r.target.number, 9);
	done(&r);
}

struct error_case {
	const char *override;
	const char *want;
};

static const struct error_case errors[] = {
	{ "json_output", "Must be of the form key=val" },
	{ "=x", "Must be of the form key=val" },
	{ "a..b=1", "Config error at key \"a..b\": Parsing error: unexpected character at pos 2" },
	{ "a[0=1", "Config error at key \"a[0\": Parsing error" },
	{ "a[99999999]=1", "Parsing error" },
	{ "a={b: [}", "Config error at key \"a\"" },
};

static void bad_overrides(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		struct result r;

		load(&r, NULL, &errors[i].override, 1);
		if (r.r != -EBADMSG || !strstr(diag_first_error(&r.diag), errors[i].want))
			fail_msg("-o '%s': %d '%s'", errors[i].override, r.r,
				 diag_first_error(&r.diag));
		done(&r);
	}
}

static void bad_files(void **state)
{
	struct result r;

	(void)state;
	load(&r, "/nonexistent/saker.yaml", NULL, 0);
	assert_int_equal(r.r, -ENOENT);
	assert_string_equal(diag_first_error(&r.diag),
			    "Could not find configuration file at /nonexistent/saker.yaml");
	done(&r);
	load(&r, put("bad.yaml", "a: [1\n"), NULL, 0);
	assert_int_equal(r.r, -EBADMSG);
	assert_non_null(strstr(diag_first_error(&r.diag), "bad.yaml): error at line"));
	done(&r);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "e.yaml", "w.yaml", "more.yaml", "main.yaml", "bad.yaml" };
	char path[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(overrides_apply),
		cmocka_unit_test(environment),
		cmocka_unit_test(wrong_types_keep_the_default),
		cmocka_unit_test(merging),
		cmocka_unit_test(bad_overrides),
		cmocka_unit_test(bad_files),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
