/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules file that most users have, with the sensor's own fields. SAKER_SHARED, or ../shared next
 * to the source, holds it where this is developed; elsewhere the test is skipped.
 */
#include "rule/loader.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const char *const sources[] = { "syscall", NULL };

static const struct rule_loader_options options = { .sources = sources, .least = PRIORITY_DEBUG };

/* Reads the file, or skips the test. */
static void read_rules(struct buf *b)
{
	const char *shared = getenv("SAKER_SHARED");
	const char *source = getenv("SAKER_SOURCE");
	char path[4096];

	if (shared)
		snprintf(path, sizeof(path), "%s/testdata/rules/falco_rules.yaml", shared);
	else
		snprintf(path, sizeof(path), "%s/../shared/testdata/rules/falco_rules.yaml",
			 source ? source : ".");
	if (buf_read_file(b, path) == 0)
		return;
	print_message("there is no %s: set SAKER_SHARED to run this\n", path);
	skip();
}

/* The same text, in which each rule asks to be skipped when it names what does not exist. */
static void make_tolerant(struct str text, struct buf *b)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		buf_str_append(b, line);
		buf_byte(b, '\n');
		if (str_starts(line, STR("- rule:")))
			buf_c(b, "  skip-if-unknown-filter: true\n");
	}
}

/* Container and pod metadata: fields that come with the enrichers. */
static bool may_be_missing(const char *message)
{
	static const char *const prefixes[] = {
		"filter_check called with nonexistent field container.",
		"filter_check called with nonexistent field k8s.",
		"unknown filter:", /* does not name the field */
	};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (!strncmp(message, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static void loads_all_but_container_metadata(void **state)
{
	CLEANUP(buf_cleanup) struct buf file = BUF_INIT(1 << 20);
	CLEANUP(buf_cleanup) struct buf tolerant = BUF_INIT(1 << 20);
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(1 << 20);
	const struct load_result *r = NULL;
	struct rule_loader *l;
	struct rule_set *set;
	size_t skipped = 0;

	(void)state;
	read_rules(&file);
	make_tolerant(buf_str(&file), &tolerant);
	assert_int_equal(buf_error(&tolerant), 0);
	assert_int_equal(rule_loader_new(&options, &l), 0);
	rule_loader_add(l, "falco_rules.yaml", buf_str(&tolerant), &r);
	assert_non_null(r);
	load_result_text(r, true, &text);
	buf_byte(&text, 0);
	if (!load_result_ok(r))
		fail_msg("%s", text.data);
	for (const struct finding *f = r->warnings.first; f; f = f->next) {
		if (!may_be_missing(f->message) || f->code != LOAD_UNKNOWN_FILTER)
			fail_msg("%s", text.data);
		print_message("skipped: rule '" STR_FMT "': %s\n",
			      STR_ARG(f->context->parent->name.n ? f->context->parent->name
								 : f->context->parent->parent->name),
			      f->message);
		skipped++;
	}
	assert_null(rule_loader_plugin_problem(l));
	assert_int_equal(rule_loader_take(l, &set), 0);
	assert_int_equal(set->count + skipped, 25);
	assert_true(skipped <= 8);
	rule_set_free(set);
	rule_loader_free(l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_all_but_container_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
