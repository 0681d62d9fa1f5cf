/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice about rules files, in the words of the JSON schema validator that users' tools show: keys
 * that no item has, priorities in other than upper case, values of the wrong kind. It decides
 * nothing: what may be loaded is decided where items are read (doc.c).
 */
#include "rule/loader.h"

enum shape {
	SHAPE_TEXT,
	SHAPE_PRIORITY,
	SHAPE_BOOL,
	SHAPE_NUMBER,
	SHAPE_SEQ,
	SHAPE_MAP,
};

static const struct {
	const char *key;
	enum shape shape;
} properties[] = {
	{ "append", SHAPE_BOOL },
	{ "capture", SHAPE_BOOL },
	{ "capture_duration", SHAPE_NUMBER },
	{ "condition", SHAPE_TEXT },
	{ "desc", SHAPE_TEXT },
	{ "enabled", SHAPE_BOOL },
	{ "exceptions", SHAPE_SEQ },
	{ "items", SHAPE_SEQ },
	{ "list", SHAPE_TEXT },
	{ "macro", SHAPE_TEXT },
	{ "output", SHAPE_TEXT },
	{ "override", SHAPE_MAP },
	{ "priority", SHAPE_PRIORITY },
	{ "required_engine_version", SHAPE_TEXT },
	{ "required_plugin_versions", SHAPE_SEQ },
	{ "rule", SHAPE_TEXT },
	{ "skip-if-unknown-filter", SHAPE_BOOL },
	{ "source", SHAPE_TEXT },
	{ "tags", SHAPE_SEQ },
	{ "warn_evttypes", SHAPE_BOOL },
};

static bool is_priority(struct str s)
{
	static const char *const names[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR", "WARNING",
					     "NOTICE",	  "INFORMATIONAL", "INFO", "DEBUG" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_c(s, names[i]))
			return true;
	return false;
}

static bool fits(const struct yaml_node *n, enum shape shape)
{
	uint64_t number;
	bool value;

	switch (shape) {
	case SHAPE_TEXT:
	case SHAPE_PRIORITY:
		return n->kind == YAML_SCALAR;
	case SHAPE_BOOL:
		return yaml_bool(n, &value) == 0;
	case SHAPE_NUMBER:
		return n->kind == YAML_SCALAR && str_to_u64(n->text, &number) == 0;
	case SHAPE_SEQ:
		return n->kind == YAML_SEQ;
	case SHAPE_MAP:
		return n->kind == YAML_MAP;
	}
	return true;
}

static size_t find_property(struct str key)
{
	size_t i = 0;

	while (i < ARRAY_LEN(properties) && !str_eq_c(key, properties[i].key))
		i++;
	return i;
}

/* False: something was reported. */
static bool check_property(size_t item, size_t p, const struct yaml_node *n, struct load_result *r)
{
	bool is_shape = fits(n, properties[p].shape);

	if (is_shape && (properties[p].shape != SHAPE_PRIORITY || is_priority(n->text)))
		return true;
	load_schema_warn(r, "failed for <root>[%zu][%s]: %s", item, properties[p].key,
			 is_shape ? "Failed to match against any enum values."
				  : "Value type not permitted by 'type' constraint.");
	load_schema_warn(r,
			 "failed for <root>[%zu]: Failed to validate against schema associated with property name '%s'.",
			 item, properties[p].key);
	return false;
}

static bool check_item(size_t item, const struct yaml_node *n, struct load_result *r)
{
	bool ok = true;

	for (size_t i = 0; i < n->count; i++) {
		size_t p = find_property(n->keys[i]->text);

		if (p < ARRAY_LEN(properties))
			ok = check_property(item, p, n->items[i], r) && ok;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (find_property(n->keys[i]->text) < ARRAY_LEN(properties))
			continue;
		load_schema_warn(r,
				 "failed for <root>[%zu]: Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: '" STR_FMT
				 "'.",
				 item, STR_ARG(n->keys[i]->text));
		ok = false;
	}
	return ok;
}

void schema_check(const struct yaml_node *document, struct load_result *r)
{
	if (document->kind == YAML_NULL)
		return;
	if (document->kind != YAML_SEQ) {
		load_schema_warn(r,
				 "failed for <root>: Value type not permitted by 'type' constraint.");
		return;
	}
	for (size_t i = 0; i < document->count; i++) {
		const struct yaml_node *n = document->items[i];

		if (n->kind == YAML_NULL)
			continue;
		if (n->kind != YAML_MAP)
			load_schema_warn(r,
					 "failed for <root>[%zu]: Value type not permitted by 'type' constraint.",
					 i);
		else if (check_item(i, n, r))
			continue;
		load_schema_warn(r, "failed for <root>: Failed to validate item #%zu in array.", i);
	}
}
