/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An item is checked completely before it changes anything, so that a refused one leaves all as it
 * was.
 */
#include "rule/definitions.h"

#include <errno.h>
#include <stdlib.h>

void definitions_fini(struct definitions *d)
{
	lists_fini(&d->lists);
	name_index_fini(&d->macro_names);
	name_index_fini(&d->rule_names);
	free(d->macros);
	free(d->rules);
	*d = (struct definitions){ .arena = d->arena, .sources = d->sources };
}

struct macro_def *definitions_macro(const struct definitions *d, struct str name)
{
	uint32_t n = name_index_find(&d->macro_names, name);

	return n == NAME_NONE ? NULL : d->macros[n];
}

struct rule_def *definitions_rule(const struct definitions *d, struct str name)
{
	uint32_t n = name_index_find(&d->rule_names, name);

	return n == NAME_NONE ? NULL : d->rules[n];
}

/* Room for one pointer more. */
static int reserve(void *array, size_t count, size_t *capacity)
{
	void **items = array;
	size_t want = *capacity ? *capacity * 2 : 64;
	void *more;

	if (count < *capacity)
		return 0;
	more = reallocarray(*items, want, sizeof(void *));
	if (!more)
		return -ENOMEM;
	*items = more;
	*capacity = want;
	return 0;
}

/* "a b" with one blank between. */
static struct str join(struct arena *a, struct str left, struct str right)
{
	char *text = arena_alloc(a, left.n + right.n + 2);

	if (!text)
		return STR_NULL;
	memcpy(text, left.p, left.n);
	text[left.n] = ' ';
	memcpy(text + left.n + 1, right.p, right.n);
	text[left.n + 1 + right.n] = 0;
	return (struct str){ text, left.n + 1 + right.n };
}

/* --- lists and macros ------------------------------------------------------------------------ */

static bool appends(const struct item *it, enum item_key key)
{
	return it->action == ACTION_APPEND || (it->appended & KEY_BIT(key));
}

static int apply_list(struct definitions *d, const struct item *it, struct load_result *r)
{
	struct list_def *l = lists_find(&d->lists, it->name);

	if (!appends(it, KEY_ITEMS))
		return lists_define(&d->lists, d->arena, it->name, it->context, it->items,
				    it->item_count);
	if (!l)
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "List uses 'append' or 'override.items: append' but no list by that name already exists");
	return lists_append(l, d->arena, it->items, it->item_count);
}

static struct macro_def *new_macro(struct definitions *d, struct str name)
{
	struct macro_def *m;

	if (reserve(&d->macros, d->macro_count, &d->macro_capacity) < 0)
		return NULL;
	m = ARENA_NEW(d->arena, struct macro_def);
	if (!m || name_index_add(&d->macro_names, name, (uint32_t)d->macro_count) < 0)
		return NULL;
	m->name = name;
	m->first = d->sequence;
	d->macros[d->macro_count++] = m;
	return m;
}

static int apply_macro(struct definitions *d, const struct item *it, struct load_result *r)
{
	struct macro_def *m = definitions_macro(d, it->name);

	if (appends(it, KEY_CONDITION)) {
		struct str condition;

		if (!m)
			return load_fail(r, LOAD_ERR_VALIDATE, it->context,
					 "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists");
		condition = join(d->arena, m->condition, it->condition);
		if (!condition.p)
			return -ENOMEM;
		m->condition = condition;
	} else {
		if (!m)
			m = new_macro(d, it->name);
		if (!m)
			return -ENOMEM;
		m->context = it->context;
		m->condition = it->condition;
		m->condition_at = it->condition_at;
	}
	m->last = d->sequence;
	return 0;
}

/* --- rules ----------------------------------------------------------------------------------- */

static bool is_known_source(const struct definitions *d, struct str name)
{
	for (const char *const *s = d->sources; s && *s; s++)
		if (str_eq_c(name, *s))
			return true;
	return false;
}

static int compare_tags(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Adds tags to those of a rule: a sorted set. */
static int merge_tags(struct arena *a, struct rule_def *rule, const struct str *tags, size_t count)
{
	struct str *all = ARENA_NEW_N(a, struct str, rule->tag_count + count);
	size_t n = 0;

	if (!all)
		return -ENOMEM;
	if (rule->tag_count)
		memcpy(all, rule->tags, rule->tag_count * sizeof(*all));
	if (count)
		memcpy(all + rule->tag_count, tags, count * sizeof(*all));
	if (rule->tag_count + count)
		qsort(all, rule->tag_count + count, sizeof(*all), compare_tags);
	for (size_t i = 0; i < rule->tag_count + count; i++)
		if (n == 0 || !str_eq(all[n - 1], all[i]))
			all[n++] = all[i];
	rule->tags = all;
	rule->tag_count = n;
	return 0;
}

static struct exception_def *find_exception(struct exception_def *list, size_t count,
					    struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

/* Names are looked up one by one. */
static int check_exception_count(const struct item *it, size_t before, struct load_result *r)
{
	if (it->exception_count <= RULE_EXCEPTIONS_MAX - before)
		return 0;
	return load_fail(r, LOAD_ERR_VALIDATE, it->context, "Rule has more than %d exceptions",
			 RULE_EXCEPTIONS_MAX);
}

static int define_exceptions(const struct item *it, struct load_result *r, struct rule_def *rule)
{
	struct exception_def *list;
	int e = check_exception_count(it, 0, r);

	if (e < 0)
		return e;
	list = ARENA_NEW_N(r->arena, struct exception_def, it->exception_count);
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < it->exception_count; i++) {
		const struct item_exception *in = &it->exceptions[i];

		if (find_exception(list, i, in->name))
			load_warn(r, LOAD_EXCEPTION_NAME_NOT_UNIQUE, in->context,
				  "Multiple definitions of exception '" STR_FMT "' in the same rule",
				  STR_ARG(in->name));
		e = exception_define(in, !rule->unknown_source, r, &list[i]);
		if (e < 0)
			return e;
	}
	rule->exceptions = list;
	rule->exception_count = it->exception_count;
	return 0;
}

static int append_exception(const struct item_exception *in, struct load_result *r,
			    struct rule_def *rule)
{
	struct exception_def *ex = find_exception(rule->exceptions, rule->exception_count, in->name);
	int e;

	if (ex && in->fields)
		return load_fail(r, LOAD_ERR_VALIDATE, in->context,
				 "Can not append exception fields to existing exception, only values");
	if (ex && in->comps)
		return load_fail(r, LOAD_ERR_VALIDATE, in->context,
				 "Can not append exception comps to existing exception, only values");
	if (ex)
		return exception_append(ex, in, r);
	if (!in->fields)
		return load_fail(r, LOAD_ERR_VALIDATE, in->context,
				 "Rule exception must have fields property with a list of fields");
	if (!in->values)
		return load_fail(r, LOAD_ERR_VALIDATE, in->context,
				 "Rule exception must have values property with a list of values");
	e = exception_define(in, !rule->unknown_source, r,
			     &rule->exceptions[rule->exception_count]);
	if (e == 0)
		rule->exception_count++;
	return e;
}

static int append_exceptions(const struct item *it, struct load_result *r, struct rule_def *rule)
{
	struct exception_def *list;
	int e = check_exception_count(it, rule->exception_count, r);

	if (e < 0)
		return e;
	list = ARENA_NEW_N(r->arena, struct exception_def,
			   rule->exception_count + it->exception_count);
	if (!list)
		return -ENOMEM;
	if (rule->exception_count)
		memcpy(list, rule->exceptions, rule->exception_count * sizeof(*list));
	/* Capacities are not shared: a refused item must not write behind the values of the old. */
	for (size_t i = 0; i < rule->exception_count; i++)
		list[i].value_capacity = list[i].value_count;
	rule->exceptions = list;
	for (size_t i = 0; i < it->exception_count; i++) {
		e = append_exception(&it->exceptions[i], r, rule);
		if (e < 0)
			return e;
	}
	return 0;
}

/* Changes a copy of a rule; the caller keeps it when all went well. */
static int append_keys(struct definitions *d, const struct item *it, struct load_result *r,
		       struct rule_def *rule)
{
	if ((it->given & KEY_BIT(KEY_CONDITION)) && appends(it, KEY_CONDITION))
		rule->condition = join(d->arena, rule->condition, it->condition);
	if ((it->given & KEY_BIT(KEY_OUTPUT)) && appends(it, KEY_OUTPUT))
		rule->output = join(d->arena, rule->output, it->output);
	if ((it->given & KEY_BIT(KEY_DESC)) && appends(it, KEY_DESC))
		rule->desc = join(d->arena, rule->desc, it->desc);
	if (d->arena->error)
		return -ENOMEM;
	if ((it->given & KEY_BIT(KEY_TAGS)) && appends(it, KEY_TAGS)) {
		int e = merge_tags(d->arena, rule, it->tags, it->tag_count);

		if (e < 0)
			return e;
	}
	if ((it->given & KEY_BIT(KEY_EXCEPTIONS)) && appends(it, KEY_EXCEPTIONS))
		return append_exceptions(it, r, rule);
	return 0;
}

/* Takes over the values of the keys in `which`. */
static int set_keys(struct definitions *d, const struct item *it, uint32_t which,
		    struct load_result *r, struct rule_def *rule)
{
	int e = 0;

	which &= it->given;
	if (which & KEY_BIT(KEY_CONDITION)) {
		rule->condition = it->condition;
		rule->condition_at = it->condition_at;
	}
	if (which & KEY_BIT(KEY_OUTPUT)) {
		rule->output = str_trim(it->output);
		rule->output_at = it->output_at;
	}
	if (which & KEY_BIT(KEY_DESC))
		rule->desc = it->desc;
	if (which & KEY_BIT(KEY_PRIORITY))
		rule->priority = it->priority;
	if (which & KEY_BIT(KEY_ENABLED))
		rule->enabled = it->enabled;
	if (which & KEY_BIT(KEY_WARN_EVTTYPES))
		rule->warn_evttypes = it->warn_evttypes;
	if (which & KEY_BIT(KEY_SKIP_IF_UNKNOWN_FILTER))
		rule->skip_if_unknown_filter = it->skip_if_unknown_filter;
	if (which & KEY_BIT(KEY_CAPTURE))
		rule->capture = it->capture;
	if (which & KEY_BIT(KEY_CAPTURE_DURATION))
		rule->capture_duration_ms = it->capture_duration_ms;
	if (which & KEY_BIT(KEY_TAGS)) {
		rule->tag_count = 0;
		e = merge_tags(d->arena, rule, it->tags, it->tag_count);
	}
	if (e == 0 && (which & KEY_BIT(KEY_EXCEPTIONS)))
		e = define_exceptions(it, r, rule);
	return e;
}

static int new_rule(struct definitions *d, const struct rule_def *from)
{
	struct rule_def *rule;
	int e = reserve(&d->rules, d->rule_count, &d->rule_capacity);

	if (e < 0)
		return e;
	rule = ARENA_NEW(d->arena, struct rule_def);
	if (!rule)
		return -ENOMEM;
	e = name_index_add(&d->rule_names, from->name, (uint32_t)d->rule_count);
	if (e < 0)
		return e;
	*rule = *from;
	d->rules[d->rule_count++] = rule;
	return 0;
}

static int define_rule(struct definitions *d, const struct item *it, struct load_result *r)
{
	struct rule_def *old = definitions_rule(d, it->name);
	struct rule_def rule = { .name = it->name,
				 .context = it->context,
				 .enabled = true,
				 .warn_evttypes = true };
	int e;

	rule.source = it->given & KEY_BIT(KEY_SOURCE) ? it->source
		      : old			      ? old->source
						      : STR("syscall");
	if (old && !str_eq(old->source, rule.source))
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "Rule has been re-defined with a different source");
	rule.unknown_source = !is_known_source(d, rule.source);
	if (rule.unknown_source)
		load_warn(r, LOAD_UNKNOWN_SOURCE, it->context,
			  "Unknown source " STR_FMT ", skipping", STR_ARG(rule.source));
	e = set_keys(d, it, it->given, r, &rule);
	if (e < 0)
		return e;
	if (!old)
		return new_rule(d, &rule);
	*old = rule;
	return 0;
}

static int change_rule(struct definitions *d, const struct item *it, struct load_result *r)
{
	struct rule_def *old = definitions_rule(d, it->name);
	struct rule_def rule;
	int e;

	if (it->action == ACTION_APPEND &&
	    !(it->given & (KEY_BIT(KEY_CONDITION) | KEY_BIT(KEY_EXCEPTIONS))))
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "Appended rule must have exceptions or condition property");
	if (!old && (it->action == ACTION_APPEND || it->appended))
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists");
	if (!old)
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists");
	rule = *old;
	e = append_keys(d, it, r, &rule);
	if (e == 0)
		e = set_keys(d, it, it->replaced, r, &rule);
	if (e == 0)
		*old = rule;
	return e;
}

static int switch_rule(struct definitions *d, const struct item *it, struct load_result *r)
{
	struct rule_def *old = definitions_rule(d, it->name);

	if (!old)
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "Rule has 'enabled' key but no rule by that name already exists");
	old->enabled = it->enabled;
	return 0;
}

static int apply_rule(struct definitions *d, const struct item *it, struct load_result *r)
{
	switch (it->action) {
	case ACTION_DEFINE:
		return define_rule(d, it, r);
	case ACTION_APPEND:
	case ACTION_OVERRIDE:
		return change_rule(d, it, r);
	case ACTION_SWITCH:
		return switch_rule(d, it, r);
	}
	return 0;
}

/* --- what files require ---------------------------------------------------------------------- */

static int apply_engine_version(struct definitions *d, const struct item *it,
				struct load_result *r)
{
	static const struct version ours = { 0, RULE_ENGINE_MINOR, 0 };

	if (!version_compatible(&ours, &it->version))
		return load_fail(r, LOAD_ERR_VALIDATE, it->context,
				 "Rules require engine version " STR_FMT
				 ", but engine version is 0.%d.0",
				 STR_ARG(it->version_text), RULE_ENGINE_MINOR);
	if (!d->engine_version.n || !version_compatible(&d->engine, &it->version)) {
		d->engine = it->version;
		d->engine_version = it->version_text;
	}
	return 0;
}

static void apply_plugin_versions(struct definitions *d, const struct item *it)
{
	struct plugin_requirement **end = d->plugins_end ? d->plugins_end : &d->plugins;

	*end = it->plugins;
	while (*end)
		end = &(*end)->next;
	d->plugins_end = end;
}

int definitions_apply(struct definitions *d, const struct item *it, struct load_result *r)
{
	d->sequence++;
	switch (it->kind) {
	case ITEM_UNKNOWN:
		return 0;
	case ITEM_ENGINE_VERSION:
		return apply_engine_version(d, it, r);
	case ITEM_PLUGIN_VERSIONS:
		apply_plugin_versions(d, it);
		return 0;
	case ITEM_LIST:
		return apply_list(d, it, r);
	case ITEM_MACRO:
		return apply_macro(d, it, r);
	case ITEM_RULE:
		return apply_rule(d, it, r);
	}
	return 0;
}
