/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is read, applied to the definitions and compiled with everything before it. What comes out
 * replaces the last good set only as a whole: a file with an error changes nothing of what
 * rule_loader_take() gives. Its items stay among the definitions, so that later files report the
 * same error until somebody starts over with a new loader, which is what a reload does.
 */
#include "rule/loader.h"

#include <errno.h>
#include <stdlib.h>

#define FILE_MAX_BYTES   ((size_t)16 << 20)
#define LOADER_MAX_BYTES ((size_t)2 << 30)

static const struct yaml_limits limits = { .max_nodes = 4000000 };

/* Plugins whose work the sensor does itself. */
static const struct {
	const char *name;
	struct version version;
} built_in[] = {
	{ "container", { 0, 7, 1 } },
};

int rule_loader_new(const struct rule_loader_options *options, struct rule_loader **ret)
{
	struct rule_loader *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->options = options;
	l->arena = (struct arena)ARENA_INIT(LOADER_MAX_BYTES);
	l->defs.arena = &l->arena;
	l->defs.sources = options->sources;
	*ret = l;
	return 0;
}

struct rule_loader *rule_loader_free(struct rule_loader *l)
{
	if (!l)
		return NULL;
	definitions_fini(&l->defs);
	assembled_fini(&l->good);
	arena_cleanup(&l->arena);
	free(l->active);
	free(l->plugin_problem);
	free(l);
	return NULL;
}

/* --- adding a file --------------------------------------------------------------------------- */

static int read_document(struct rule_loader *l, const struct yaml_node *doc,
			 const struct context *content, struct load_result *r)
{
	if (doc->kind == YAML_NULL)
		return 0;
	if (doc->kind == YAML_SCALAR)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, content, "Rules content is not yaml");
	if (doc->kind == YAML_MAP)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, content,
				 "Rules content is not yaml array of objects");
	for (size_t i = 0; i < doc->count; i++) {
		struct item it;
		int e;

		if (doc->items[i]->kind == YAML_NULL)
			continue;
		e = item_read(doc->items[i], content, r, &it);
		if (e == 0)
			e = definitions_apply(&l->defs, &it, r);
		if (e < 0)
			return e;
	}
	return 0;
}

static int read_file(struct rule_loader *l, const struct rules_file *file, bool too_large,
		     struct load_result *r)
{
	const struct context *content = context_file(&l->arena, file);
	struct yaml_node *documents;
	struct yaml_error error;
	int e;

	if (!content)
		return -ENOMEM;
	if (too_large)
		return load_fail(r, LOAD_ERR_FILE_READ, content, "File is larger than %zu MiB",
				 FILE_MAX_BYTES >> 20);
	e = yaml_parse(file->text, &limits, &l->arena, &documents, &error);
	if (e == -EBADMSG)
		return load_fail(r, LOAD_ERR_YAML_PARSE,
				 context_new(&l->arena, content, "value for", STR_NULL, error.at),
				 "yaml: error at line %u, column %u: %s", error.at.line + 1,
				 error.at.column + 1, error.text);
	if (e < 0)
		return e;
	r->schema_checked = true;
	for (size_t i = 0; i < documents->count; i++)
		schema_check(documents->items[i], r);
	for (size_t i = 0; i < documents->count; i++) {
		e = read_document(l, documents->items[i], content, r);
		if (e < 0)
			return e;
	}
	return 0;
}

/* True for a rule that can be in the active set at all. */
static bool is_severe_enough(const struct rule_loader *l, const struct rule *rule)
{
	return rule->priority <= l->options->least;
}

static int replace_good(struct rule_loader *l, struct assembled *fresh)
{
	uint32_t *active = reallocarray(NULL, size_max(fresh->set->count, 1), sizeof(*active));

	if (!active)
		return -ENOMEM;
	assembled_fini(&l->good);
	free(l->active);
	l->good = *fresh;
	l->active = active;
	l->active_count = 0;
	for (size_t i = 0; i < fresh->set->count; i++)
		if (fresh->set->rules[i].enabled && is_severe_enough(l, &fresh->set->rules[i]))
			active[l->active_count++] = (uint32_t)i;
	return 0;
}

static int build_plugin_problem(struct rule_loader *l);

int rule_loader_add(struct rule_loader *l, const char *name, struct str text,
		    const struct load_result **ret_result)
{
	struct rules_file *file = ARENA_NEW(&l->arena, struct rules_file);
	bool too_large = text.n > FILE_MAX_BYTES;
	struct assembled fresh = { 0 };
	struct load_result *r = NULL;
	int e;

	if (!file)
		return -ENOMEM;
	file->name = arena_str(&l->arena, str_c(name));
	file->text = arena_str(&l->arena, too_large ? STR_NULL : text);
	if (!file->name.p || !file->text.p)
		return -ENOMEM;
	r = load_result_new(&l->arena, file->name.p);
	if (!r)
		return -ENOMEM;
	e = read_file(l, file, too_large, r);
	if (e == 0)
		e = build_plugin_problem(l);
	if (e == 0)
		e = assemble(&l->defs, l->options, r, &fresh);
	if (e == 0) {
		e = replace_good(l, &fresh);
		if (e < 0)
			assembled_fini(&fresh);
	}
	if (e == 0 || e == -EBADMSG)
		*ret_result = r;
	return e;
}

/* --- plugins --------------------------------------------------------------------------------- */

static bool is_satisfied(const struct plugin_requirement *p)
{
	struct version want;

	if (version_parse(p->version, &want) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		if (str_eq_c(p->name, built_in[i].name) &&
		    version_compatible(&built_in[i].version, &want))
			return true;
	return false;
}

/* The first requirement that nothing satisfies, as a sentence. */
static int build_plugin_problem(struct rule_loader *l)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(64 << 10);
	const struct plugin_requirement *p;

	for (p = l->defs.plugins; p; p = p->next) {
		const struct plugin_requirement *a = p;

		while (a && !is_satisfied(a))
			a = a->alternative;
		if (!a)
			break;
	}
	free(l->plugin_problem);
	l->plugin_problem = NULL;
	if (!p)
		return 0;
	buf_c(&b, "Plugin requirement not satisfied, must load one of: ");
	for (const struct plugin_requirement *a = p; a; a = a->alternative)
		buf_printf(&b, "%s" STR_FMT " (>= " STR_FMT ")", a == p ? "" : ", ",
			   STR_ARG(a->name), STR_ARG(a->version));
	l->plugin_problem = str_dup(buf_str(&b));
	return l->plugin_problem ? 0 : -ENOMEM;
}

const char *rule_loader_plugin_problem(const struct rule_loader *l)
{
	return l->plugin_problem;
}

/* --- selection ------------------------------------------------------------------------------- */

/* `*` stands for any text, everything else for itself. */
static bool matches(struct str pattern, struct str name)
{
	size_t p = 0;
	size_t n = 0;
	size_t star = SIZE_MAX;
	size_t mark = 0;

	while (n < name.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = n;
		} else if (p < pattern.n && pattern.p[p] == name.p[n]) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool is_selected(const struct rule *rule, struct str pattern, bool is_tag)
{
	if (!is_tag)
		return matches(pattern, rule->name);
	for (size_t i = 0; i < rule->tag_count; i++)
		if (str_eq(rule->tags[i], pattern))
			return true;
	return false;
}

static void switch_off(struct rule_loader *l, struct str pattern, bool is_tag)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->active_count; i++)
		if (!is_selected(&l->good.set->rules[l->active[i]], pattern, is_tag))
			l->active[kept++] = l->active[i];
	l->active_count = kept;
}

/* What is switched on later is evaluated later. */
static void switch_on(struct rule_loader *l, struct str pattern, bool is_tag)
{
	size_t before = l->active_count;

	for (size_t i = 0; i < l->good.set->count; i++) {
		const struct rule *rule = &l->good.set->rules[i];
		size_t k = 0;

		if (!is_severe_enough(l, rule) || !is_selected(rule, pattern, is_tag))
			continue;
		while (k < before && l->active[k] != i)
			k++;
		if (k == before)
			l->active[l->active_count++] = (uint32_t)i;
	}
}

void rule_loader_enable(struct rule_loader *l, struct str pattern, bool is_tag, bool enable)
{
	if (!l->good.set)
		return;
	if (enable)
		switch_on(l, pattern, is_tag);
	else
		switch_off(l, pattern, is_tag);
}

int rule_loader_take(struct rule_loader *l, struct rule_set **ret)
{
	struct rule_set *set = l->good.set;
	struct rule *rules;

	if (!set) {
		set = calloc(1, sizeof(*set));
		if (!set)
			return -ENOMEM;
	} else {
		rules = ARENA_NEW_N(&set->arena, struct rule, l->active_count);
		if (!rules)
			return -ENOMEM;
		for (size_t i = 0; i < l->active_count; i++) {
			rules[i] = set->rules[l->active[i]];
			rules[i].enabled = true;
		}
		set->rules = rules;
		set->count = l->active_count;
	}
	definitions_fini(&l->defs);
	l->good = (struct assembled){ 0 };
	free(l->active);
	l->active = NULL;
	l->active_count = 0;
	*ret = set;
	return 0;
}
