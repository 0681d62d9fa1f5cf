/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules files, one or two of them: the input is cut at the first form feed. Whatever they hold, every
 * way to look at the result works and what was loaded before is still there.
 */
#include "rule/rule_set.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX_BYTES ((size_t)8 << 20)

static void look_at(const struct rule_loader *l, const struct load_result *r)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	load_result_text(r, true, &b);
	load_result_text(r, false, &b);
	buf_reset(&b);
	load_result_json(r, &b);
	buf_reset(&b);
	rule_loader_describe(l, STR_NULL, false, &b);
	buf_reset(&b);
	rule_loader_describe(l, STR_NULL, true, &b);
}

static void add(struct rule_loader *l, struct str text)
{
	const struct load_result *r = NULL;
	int e = rule_loader_add(l, "fuzz.yaml", text, &r);

	if (e == -ENOMEM)
		return;
	if (!r || (e == 0) != load_result_ok(r))
		abort();
	look_at(l, r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sources[] = { "syscall", NULL };
	static const struct rule_loader_options options = { .sources = sources,
							    .least = PRIORITY_DEBUG };
	struct str text = { (const char *)data, size };
	ptrdiff_t cut = str_find_byte(text, '\f');
	struct rule_loader *l;
	struct rule_set *set;

	if (rule_loader_new(&options, &l) < 0)
		return 0;
	if (cut >= 0) {
		add(l, str_first(text, (size_t)cut));
		text = str_from(text, (size_t)cut + 1);
	}
	add(l, text);
	rule_loader_plugin_problem(l);
	rule_loader_enable(l, STR("*"), false, true);
	if (rule_loader_take(l, &set) == 0)
		rule_set_free(set);
	rule_loader_free(l);
	return 0;
}
