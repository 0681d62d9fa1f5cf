/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the checks decides which of several mistakes is reported; it is that of the format's
 * description (docs/formats/rules-files.md), because the first error ends the file.
 */
#include "rule/doc.h"

#include <errno.h>

/* --- versions -------------------------------------------------------------------------------- */

static bool take_number(struct str *s, uint64_t *ret)
{
	size_t n = 0;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (!n || str_to_u64(str_first(*s, n), ret) < 0)
		return false;
	*s = str_from(*s, n);
	return true;
}

static bool take_dot(struct str *s)
{
	if (!s->n || s->p[0] != '.')
		return false;
	*s = str_from(*s, 1);
	return true;
}

int version_parse(struct str text, struct version *ret)
{
	struct version v;

	if (!take_number(&text, &v.major) || !take_dot(&text) || !take_number(&text, &v.minor) ||
	    !take_dot(&text) || !take_number(&text, &v.patch))
		return -EINVAL;
	if (text.n && ((text.p[0] != '-' && text.p[0] != '+') || text.n == 1))
		return -EINVAL;
	*ret = v;
	return 0;
}

bool version_compatible(const struct version *have, const struct version *want)
{
	if (have->major != want->major)
		return false;
	if (have->minor != want->minor)
		return have->minor > want->minor;
	return have->patch >= want->patch;
}

/* --- values ---------------------------------------------------------------------------------- */

struct reading {
	const struct yaml_node *node;
	const struct context *context; /* of the item */
	struct load_result *r;
};

static const struct context *value_context(struct load_result *r, const struct context *parent,
					   struct str name, const struct yaml_node *n)
{
	return context_new(r->arena, parent, "value for", name, n->at);
}

int item_text(const struct yaml_node *node, const struct context *parent, struct str name,
	      struct load_result *r, struct str *ret)
{
	if (node->kind != YAML_SCALAR && node->kind != YAML_NULL)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, value_context(r, parent, name, node),
				 "Value is not a scalar value");
	if (!node->text.n)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, value_context(r, parent, name, node),
				 "Value must be non-empty");
	*ret = node->text;
	return 0;
}

static int cannot_decode(struct load_result *r, const struct context *parent, const char *key,
			 const struct yaml_node *n)
{
	return load_fail(r, LOAD_ERR_YAML_VALIDATE, value_context(r, parent, str_c(key), n),
			 "Can't decode YAML scalar value");
}

/* The value of a key that must be there and have one. */
static int required(const struct yaml_node *map, const char *key, const struct context *c,
		    struct load_result *r, const struct yaml_node **ret)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, c, "Item has no mapping for key '%s'",
				 key);
	if (n->kind == YAML_NULL)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, c, "Mapping for key '%s' is empty", key);
	*ret = n;
	return 0;
}

static int required_text(const struct yaml_node *map, const char *key, const struct context *c,
			 struct load_result *r, struct str *ret, struct yaml_mark *ret_at)
{
	const struct yaml_node *n;
	int e = required(map, key, c, r, &n);

	if (e < 0)
		return e;
	if (ret_at)
		*ret_at = n->at;
	return item_text(n, c, str_c(key), r, ret);
}

/* 1 when the key is not there. */
static int optional_text(const struct reading *x, const char *key, struct str *ret,
			 const struct yaml_node **ret_node)
{
	const struct yaml_node *n = yaml_get(x->node, key);
	int e;

	if (!n)
		return 1;
	e = required(x->node, key, x->context, x->r, &n);
	if (e < 0)
		return e;
	*ret_node = n;
	return item_text(n, x->context, str_c(key), x->r, ret);
}

/* 1 when the key is not there; *ret is then as before. */
static int optional_bool(const struct reading *x, const char *key, bool *ret)
{
	const struct yaml_node *n;
	struct str text;
	int e = optional_text(x, key, &text, &n);

	if (e)
		return e;
	return yaml_bool(n, ret) < 0 ? cannot_decode(x->r, x->context, key, n) : 0;
}

static int optional_u32(const struct reading *x, const char *key, uint32_t *ret)
{
	const struct yaml_node *n;
	struct str text;
	uint64_t v;
	int e = optional_text(x, key, &text, &n);

	if (e)
		return e;
	if (str_to_u64(text, &v) < 0 || v > UINT32_MAX)
		return cannot_decode(x->r, x->context, key, n);
	*ret = (uint32_t)v;
	return 0;
}

/* A sequence of scalars, which may be empty texts. */
static int read_texts(const struct reading *x, const char *key, const struct yaml_node *n,
		      struct str **ret, size_t *ret_count)
{
	struct str *texts;

	if (n->kind != YAML_SEQ)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
				 value_context(x->r, x->context, str_c(key), n),
				 "Value is not a sequence");
	texts = ARENA_NEW_N(x->r->arena, struct str, n->count);
	if (!texts)
		return -ENOMEM;
	for (size_t i = 0; i < n->count; i++) {
		if (n->items[i]->kind != YAML_SCALAR)
			return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
					 context_new(x->r->arena, x->context, "list item", STR_NULL,
						     n->items[i]->at),
					 "sequence value is not scalar");
		texts[i] = n->items[i]->text;
	}
	*ret = texts;
	*ret_count = n->count;
	return 0;
}

/* --- keys, append, override ------------------------------------------------------------------ */

#define LIST_KEYS  KEY_BIT(KEY_ITEMS)
#define MACRO_KEYS KEY_BIT(KEY_CONDITION)
#define RULE_APPENDABLE                                                                            \
	(KEY_BIT(KEY_CONDITION) | KEY_BIT(KEY_OUTPUT) | KEY_BIT(KEY_DESC) | KEY_BIT(KEY_TAGS) |    \
	 KEY_BIT(KEY_EXCEPTIONS))
#define RULE_KEYS         ((KEY_BIT(KEYS) - 1) & ~KEY_BIT(KEY_ITEMS))
#define RULE_OVERRIDABLE  (RULE_KEYS & ~KEY_BIT(KEY_SOURCE))

static const char *const key_names[KEYS] = {
	[KEY_ITEMS] = "items",
	[KEY_CONDITION] = "condition",
	[KEY_OUTPUT] = "output",
	[KEY_DESC] = "desc",
	[KEY_PRIORITY] = "priority",
	[KEY_SOURCE] = "source",
	[KEY_ENABLED] = "enabled",
	[KEY_WARN_EVTTYPES] = "warn_evttypes",
	[KEY_SKIP_IF_UNKNOWN_FILTER] = "skip-if-unknown-filter",
	[KEY_CAPTURE] = "capture",
	[KEY_CAPTURE_DURATION] = "capture_duration",
	[KEY_TAGS] = "tags",
	[KEY_EXCEPTIONS] = "exceptions",
};

static const struct kind_row {
	const char *word; /* the key that names the object, and its type in messages */
	enum item_kind kind;
	uint32_t keys, appendable, replaceable;
} kinds[] = {
	/* The first word that an item has decides what it is. */
	{ "required_engine_version", ITEM_ENGINE_VERSION, 0, 0, 0 },
	{ "required_plugin_versions", ITEM_PLUGIN_VERSIONS, 0, 0, 0 },
	{ "list", ITEM_LIST, LIST_KEYS, LIST_KEYS, LIST_KEYS },
	{ "macro", ITEM_MACRO, MACRO_KEYS, MACRO_KEYS, MACRO_KEYS },
	{ "rule", ITEM_RULE, RULE_KEYS, RULE_APPENDABLE, RULE_OVERRIDABLE },
};

static enum item_key key_find(struct str name)
{
	enum item_key key = 0;

	while (key < KEYS && !str_eq_c(name, key_names[key]))
		key++;
	return key;
}

static void warn_unknown_keys(const struct reading *x, const struct kind_row *row)
{
	for (size_t i = 0; i < x->node->count; i++) {
		struct str name = x->node->keys[i]->text;
		enum item_key key = key_find(name);

		if ((key < KEYS && (row->keys & KEY_BIT(key))) || str_eq_c(name, row->word) ||
		    str_eq_c(name, "append") || str_eq_c(name, "override"))
			continue;
		load_warn(x->r, LOAD_UNKNOWN_KEY, x->context,
			  "Unknown key '" STR_FMT "'. The key will be ignored.", STR_ARG(name));
	}
}

static int read_override(const struct reading *x, const struct kind_row *row, struct item *it)
{
	const struct yaml_node *map = yaml_get(x->node, "override");
	struct arena *a = x->r->arena;

	if (map && map->kind == YAML_SEQ)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
				 context_new(a, x->context, "overrides", STR_NULL, map->at),
				 "Value of 'override' must be a mapping");
	if (!map || map->kind != YAML_MAP || !map->count)
		return 0;
	it->action = ACTION_OVERRIDE;
	for (size_t i = 0; i < map->count; i++) {
		struct str name = map->keys[i]->text;
		const struct context *c =
			context_new(a, x->context, "overrides", STR_NULL, map->keys[i]->at);
		enum item_key key = key_find(name);
		struct str op;
		int e = item_text(map->items[i], x->context, name, x->r, &op);

		if (e < 0)
			return e;
		if (str_eq_c(op, "append")) {
			if (key == KEYS || !(row->appendable & KEY_BIT(key)))
				return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, c,
						 "Key '" STR_FMT
						 "' cannot be appended to, use 'replace' instead",
						 STR_ARG(name));
			it->appended |= KEY_BIT(key);
		} else if (str_eq_c(op, "replace")) {
			if (key == KEYS || !(row->replaceable & KEY_BIT(key)))
				return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, c,
						 "Key '" STR_FMT "' cannot be replaced",
						 STR_ARG(name));
			it->replaced |= KEY_BIT(key);
		} else {
			return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
					 value_context(x->r, x->context, name, map->items[i]),
					 "Invalid override operation for key '" STR_FMT "': '" STR_FMT
					 "'. Allowed values are: append replace ",
					 STR_ARG(name), STR_ARG(op));
		}
	}
	return 0;
}

/* Reads `append` and `override`: what the item does. */
static int read_action(const struct reading *x, const struct kind_row *row, struct item *it)
{
	bool append = false;
	int e = read_override(x, row, it);

	if (e < 0)
		return e;
	e = optional_bool(x, "append", &append);
	if (e < 0)
		return e;
	if (!append)
		return 0;
	load_warn(x->r, LOAD_DEPRECATED_ITEM, x->context,
		  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.");
	if (it->action == ACTION_OVERRIDE)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, x->context,
				 "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.");
	it->action = ACTION_APPEND;
	return 0;
}

/* With `override`, the keys of an item and those below override must be the same. */
static int check_override(const struct reading *x, const struct kind_row *row,
			  const struct item *it)
{
	uint32_t wanted = it->appended | it->replaced;

	if (it->action != ACTION_OVERRIDE)
		return 0;
	for (enum item_key key = 0; key < KEYS; key++) {
		const struct yaml_node *n = yaml_get(x->node, key_names[key]);

		if ((wanted & KEY_BIT(key)) && !n)
			return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, x->context,
					 "An %s override for '%s' was specified but '%s' is not defined",
					 it->appended & KEY_BIT(key) ? "append" : "replace",
					 key_names[key], key_names[key]);
		if ((row->replaceable & KEY_BIT(key)) && !(wanted & KEY_BIT(key)) && n)
			return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
					 context_new(x->r->arena, x->context, "overrides", STR_NULL,
						     n->at),
					 "Unexpected key '%s': no corresponding entry under 'override' is defined.",
					 key_names[key]);
	}
	return 0;
}

/* --- items ----------------------------------------------------------------------------------- */

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* [a-zA-Z]+[a-zA-Z0-9_]* */
static bool is_macro_name(struct str s)
{
	if (!s.n || !is_name_start(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_name_start(s.p[i]) && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_')
			return false;
	return true;
}

static bool is_list_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || strchr("()\"'=, \t\n\v\f\r", s.p[i]))
			return false;
	return s.n > 0;
}

static int read_list(const struct reading *x, const struct kind_row *row, struct item *it)
{
	const struct yaml_node *n = yaml_get(x->node, "items");
	int e;

	if (!is_list_name(it->name))
		load_warn(x->r, LOAD_INVALID_LIST_NAME, x->context,
			  "List has an invalid name. List names should match a regular expression: ([^()\"'[:space:]=,]+)");
	if (!n)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, x->context,
				 "Item has no mapping for key 'items'");
	e = read_texts(x, "items", n, &it->items, &it->item_count);
	if (e < 0)
		return e;
	e = read_action(x, row, it);
	return e < 0 ? e : check_override(x, row, it);
}

static int read_macro(const struct reading *x, const struct kind_row *row, struct item *it)
{
	int e;

	if (!is_macro_name(it->name))
		load_warn(x->r, LOAD_INVALID_MACRO_NAME, x->context,
			  "Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)");
	e = required_text(x->node, "condition", x->context, x->r, &it->condition,
			  &it->condition_at);
	if (e < 0)
		return e;
	e = read_action(x, row, it);
	return e < 0 ? e : check_override(x, row, it);
}

static int read_priority(const struct reading *x, struct item *it)
{
	struct yaml_mark at;
	struct str text;
	int e = required_text(x->node, "priority", x->context, x->r, &text, &at);

	if (e < 0)
		return e;
	if (priority_parse(text, &it->priority) < 0)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
				 context_new(x->r->arena, x->context, "rule priority", STR_NULL, at),
				 "Invalid priority");
	return 0;
}

/* `append`: fields need not be there. */
static int read_exception(const struct reading *x, const struct yaml_node *n, bool append,
			  struct item_exception *ret)
{
	struct arena *a = x->r->arena;
	struct item_exception ex = { .context = context_new(a, x->context, "exception", STR_NULL,
							    n->at) };
	int e;

	if (n->kind != YAML_MAP)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, ex.context,
				 "Rule exception must be a mapping");
	e = required_text(n, "name", ex.context, x->r, &ex.name, NULL);
	if (e < 0)
		return e;
	ex.context = context_new(a, x->context, "exception", ex.name, n->at);
	if (!append || yaml_get(n, "fields")) {
		e = required(n, "fields", ex.context, x->r, &ex.fields);
		if (e < 0)
			return e;
	}
	ex.comps = yaml_get(n, "comps");
	if (ex.comps && (ex.comps->kind == YAML_MAP || ex.comps->kind == YAML_NULL))
		ex.comps = NULL; /* ignored, as ever */
	ex.values = yaml_get(n, "values");
	if (ex.values && ex.values->kind == YAML_NULL)
		ex.values = NULL;
	if (ex.values && ex.values->kind != YAML_SEQ)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
				 context_new(a, ex.context, "exception values", STR_NULL,
					     ex.values->at),
				 "Rule exception values must be a sequence");
	if (append && !ex.values)
		load_warn(x->r, LOAD_APPEND_NO_VALUES, ex.context,
			  "Overriding/appending exception with no values");
	*ret = ex;
	return 0;
}

static int read_exceptions(const struct reading *x, struct item *it)
{
	const struct yaml_node *n = yaml_get(x->node, "exceptions");
	bool append = it->action == ACTION_APPEND || (it->appended & KEY_BIT(KEY_EXCEPTIONS));

	if (!n)
		return 1;
	if (n->kind != YAML_SEQ)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE,
				 context_new(x->r->arena, x->context, "exceptions", STR_NULL, n->at),
				 "Rule exceptions must be a sequence");
	it->exceptions = ARENA_NEW_N(x->r->arena, struct item_exception, n->count);
	if (!it->exceptions)
		return -ENOMEM;
	for (; it->exception_count < n->count; it->exception_count++) {
		int e = read_exception(x, n->items[it->exception_count], append,
				       &it->exceptions[it->exception_count]);

		if (e < 0)
			return e;
	}
	return 0;
}

static int read_rule_text(const struct reading *x, enum item_key key, struct str *ret,
			  struct yaml_mark *ret_at)
{
	return required_text(x->node, key_names[key], x->context, x->r, ret, ret_at);
}

static int read_tags(const struct reading *x, struct item *it)
{
	const struct yaml_node *n = yaml_get(x->node, "tags");

	return n ? read_texts(x, "tags", n, &it->tags, &it->tag_count) : 1;
}

static int read_rule_key(const struct reading *x, enum item_key key, struct item *it)
{
	const struct yaml_node *n;

	switch (key) {
	case KEY_CONDITION:
		return read_rule_text(x, key, &it->condition, &it->condition_at);
	case KEY_OUTPUT:
		return read_rule_text(x, key, &it->output, &it->output_at);
	case KEY_DESC:
		return read_rule_text(x, key, &it->desc, NULL);
	case KEY_PRIORITY:
		return read_priority(x, it);
	case KEY_SOURCE:
		return optional_text(x, "source", &it->source, &n);
	case KEY_ENABLED:
		return optional_bool(x, "enabled", &it->enabled);
	case KEY_WARN_EVTTYPES:
		return optional_bool(x, "warn_evttypes", &it->warn_evttypes);
	case KEY_SKIP_IF_UNKNOWN_FILTER:
		return optional_bool(x, "skip-if-unknown-filter", &it->skip_if_unknown_filter);
	case KEY_CAPTURE:
		return optional_bool(x, "capture", &it->capture);
	case KEY_CAPTURE_DURATION:
		return optional_u32(x, "capture_duration", &it->capture_duration_ms);
	case KEY_TAGS:
		return read_tags(x, it);
	case KEY_EXCEPTIONS:
		return read_exceptions(x, it);
	case KEY_ITEMS:
	case KEYS:
		break;
	}
	return 1;
}

/* Reads the keys of `which` in order; a key that is not there is an error only if it must be. */
static int read_rule_keys(const struct reading *x, uint32_t which, struct item *it)
{
	for (enum item_key key = 0; key < KEYS; key++) {
		int e;

		if (!(which & KEY_BIT(key)))
			continue;
		e = read_rule_key(x, key, it);
		if (e < 0)
			return e;
		if (e == 0)
			it->given |= KEY_BIT(key);
	}
	return 0;
}

/* Those of `keys` that the item has. */
static uint32_t keys_present(const struct reading *x, uint32_t keys)
{
	uint32_t present = 0;

	for (enum item_key key = 0; key < KEYS; key++)
		if ((keys & KEY_BIT(key)) && yaml_get(x->node, key_names[key]))
			present |= KEY_BIT(key);
	return present;
}

#define RULE_ESSENTIAL                                                                             \
	(KEY_BIT(KEY_CONDITION) | KEY_BIT(KEY_OUTPUT) | KEY_BIT(KEY_DESC) | KEY_BIT(KEY_PRIORITY))

static int read_rule(const struct reading *x, const struct kind_row *row, struct item *it)
{
	int e = read_action(x, row, it);

	if (e < 0)
		return e;
	it->enabled = true;
	it->warn_evttypes = true;
	switch (it->action) {
	case ACTION_APPEND:
		/* Whatever else is there has always been ignored. */
		return read_rule_keys(x, keys_present(x, KEY_BIT(KEY_CONDITION) |
							 KEY_BIT(KEY_EXCEPTIONS)), it);
	case ACTION_OVERRIDE:
		e = check_override(x, row, it);
		return e < 0 ? e : read_rule_keys(x, it->appended | it->replaced, it);
	case ACTION_DEFINE:
	case ACTION_SWITCH:
		break;
	}
	if (keys_present(x, RULE_ESSENTIAL))
		return read_rule_keys(x, RULE_KEYS, it);
	it->action = ACTION_SWITCH;
	if (!yaml_get(x->node, "enabled"))
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, x->context,
				 "Item has no mapping for key 'enabled'");
	e = optional_bool(x, "enabled", &it->enabled);
	if (e < 0)
		return e;
	load_warn(x->r, LOAD_DEPRECATED_ITEM, x->context,
		  "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').");
	return 0;
}

/* --- versions that a file requires ----------------------------------------------------------- */

static int read_engine_version(const struct reading *x, struct item *it)
{
	const char *const key = "required_engine_version";
	struct str text;
	uint64_t number;
	int e = required_text(x->node, key, x->context, x->r, &text, NULL);

	if (e < 0)
		return e;
	if (text.p[0] != '+' && str_to_u64(text, &number) == 0 && number <= UINT32_MAX) {
		it->version = (struct version){ 0, number, 0 };
	} else if (version_parse(text, &it->version) < 0) {
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, x->context,
				 "Unable to parse engine version '" STR_FMT
				 "' as a semver string. Expected \"x.y.z\" semver format.",
				 STR_ARG(text));
	}
	it->version_text = str_c(arena_printf(x->r->arena, "%llu.%llu.%llu",
					      (unsigned long long)it->version.major,
					      (unsigned long long)it->version.minor,
					      (unsigned long long)it->version.patch));
	return it->version_text.p ? 0 : -ENOMEM;
}

static int read_plugin(const struct yaml_node *n, const struct context *c, struct load_result *r,
		       struct plugin_requirement **ret)
{
	struct plugin_requirement *p = ARENA_NEW(r->arena, struct plugin_requirement);
	struct version v;
	int e;

	if (!p)
		return -ENOMEM;
	if (n->kind != YAML_MAP)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, c, "Plugin version must be a mapping");
	e = required_text(n, "name", c, r, &p->name, NULL);
	if (e < 0)
		return e;
	e = required_text(n, "version", c, r, &p->version, NULL);
	if (e < 0)
		return e;
	if (version_parse(p->version, &v) < 0)
		return load_fail(r, LOAD_ERR_VALIDATE, c,
				 "Invalid required version '" STR_FMT "' for plugin '" STR_FMT "'",
				 STR_ARG(p->version), STR_ARG(p->name));
	*ret = p;
	return 0;
}

static int read_alternatives(const struct yaml_node *entry, const struct context *c,
			     struct load_result *r, struct plugin_requirement *first)
{
	const struct yaml_node *n = yaml_get(entry, "alternatives");
	struct plugin_requirement **end = &first->alternative;

	if (!n || n->kind == YAML_NULL)
		return 0;
	if (n->kind != YAML_SEQ)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, c,
				 "Value of plugin version alternatives must be a sequence");
	for (size_t i = 0; i < n->count; i++) {
		int e = read_plugin(n->items[i],
				    context_new(r->arena, c, "required plugin versions alternative",
						STR_NULL, n->items[i]->at), r, end);

		if (e < 0)
			return e;
		end = &(*end)->alternative;
	}
	return 0;
}

static int read_plugin_versions(const struct reading *x, struct item *it)
{
	const struct yaml_node *n = yaml_get(x->node, "required_plugin_versions");
	struct plugin_requirement **end = &it->plugins;
	const struct context *all;

	all = context_new(x->r->arena, x->context->parent, "required plugin versions", STR_NULL,
			  n->at);
	if (n->kind != YAML_SEQ)
		return load_fail(x->r, LOAD_ERR_YAML_VALIDATE, all,
				 "Value of required_plugin_versions must be a sequence");
	for (size_t i = 0; i < n->count; i++) {
		const struct context *c = context_new(x->r->arena, all,
						      "required plugin versions entry", STR_NULL,
						      n->items[i]->at);
		int e = read_plugin(n->items[i], c, x->r, end);

		if (e < 0)
			return e;
		e = read_alternatives(n->items[i], c, x->r, *end);
		if (e < 0)
			return e;
		end = &(*end)->next;
	}
	return 0;
}

/* --- one item -------------------------------------------------------------------------------- */

static int read_kind(struct reading *x, const struct kind_row *row, struct item *it)
{
	switch (row->kind) {
	case ITEM_ENGINE_VERSION:
		return read_engine_version(x, it);
	case ITEM_PLUGIN_VERSIONS:
		return read_plugin_versions(x, it);
	case ITEM_LIST:
		return read_list(x, row, it);
	case ITEM_MACRO:
		return read_macro(x, row, it);
	case ITEM_RULE:
		return read_rule(x, row, it);
	case ITEM_UNKNOWN:
		break;
	}
	return 0;
}

int item_read(const struct yaml_node *node, const struct context *content, struct load_result *r,
	      struct item *ret)
{
	struct item it = { .kind = ITEM_UNKNOWN };
	struct reading x = { .node = node, .r = r };
	const struct kind_row *row = NULL;
	int e;

	x.context = context_new(r->arena, content, "rules content item", STR_NULL, node->at);
	if (node->kind != YAML_MAP)
		return load_fail(r, LOAD_ERR_YAML_VALIDATE, x.context,
				 "Unexpected element type. Each element should be a yaml associative array.");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !row; i++)
		row = yaml_get(node, kinds[i].word) ? &kinds[i] : NULL;
	if (!row) {
		load_warn(r, LOAD_UNKNOWN_ITEM, x.context, "Unknown top level item");
		*ret = it;
		return r->arena->error;
	}
	it.kind = row->kind;
	x.context = context_new(r->arena, content, row->word, STR_NULL, node->at);
	if (row->keys) {
		e = required_text(node, row->word, x.context, r, &it.name, NULL);
		if (e < 0)
			return e;
		x.context = context_new(r->arena, content, row->word, it.name, node->at);
	}
	if (!x.context)
		return -ENOMEM;
	it.context = x.context;
	e = read_kind(&x, row, &it);
	if (e < 0)
		return e;
	if (row->keys)
		warn_unknown_keys(&x, row);
	*ret = it;
	return r->arena->error;
}
