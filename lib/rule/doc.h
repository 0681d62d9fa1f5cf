/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One item of a rules file, read from YAML into plain values: shapes and words are checked here,
 * what exists already and what belongs together is checked where items meet (definitions.h).
 */
#ifndef RULE_DOC_H
#define RULE_DOC_H

#include "rule/result.h"
#include "rule/rule_set.h"

enum item_kind {
	ITEM_UNKNOWN, /* reported, to be ignored */
	ITEM_ENGINE_VERSION,
	ITEM_PLUGIN_VERSIONS,
	ITEM_LIST,
	ITEM_MACRO,
	ITEM_RULE,
};

/* Keys that can be given, and overridden. */
enum item_key {
	KEY_ITEMS,
	KEY_CONDITION,
	KEY_OUTPUT,
	KEY_DESC,
	KEY_PRIORITY,
	KEY_SOURCE,
	KEY_ENABLED,
	KEY_WARN_EVTTYPES,
	KEY_SKIP_IF_UNKNOWN_FILTER,
	KEY_CAPTURE,
	KEY_CAPTURE_DURATION,
	KEY_TAGS,
	KEY_EXCEPTIONS,
	KEYS,
};

#define KEY_BIT(key) (1u << (key))

/* What an item does with an earlier object of its name. */
enum item_action {
	ACTION_DEFINE,
	ACTION_APPEND, /* append: true */
	ACTION_OVERRIDE,
	ACTION_SWITCH, /* only `enabled` */
};

struct version {
	uint64_t major, minor, patch;
};

/* "1.2.3", also with "-pre" or "+build" behind. 0 or -EINVAL. */
int version_parse(struct str text, struct version *ret);
/* An object of version `have` will do where `want` is required: same major, not older. */
bool version_compatible(const struct version *have, const struct version *want);

struct plugin_requirement {
	struct plugin_requirement *next;        /* of the file; all must be satisfied */
	struct plugin_requirement *alternative; /* instead of this one */
	struct str name, version;
};

/* The values are nodes of the YAML tree; their shape is checked where the exception is complete. */
struct item_exception {
	struct str name;
	const struct context *context;
	const struct yaml_node *fields; /* NULL: not given */
	const struct yaml_node *comps;
	const struct yaml_node *values; /* a sequence */
};

struct item {
	enum item_kind kind;
	enum item_action action;
	struct str name;
	const struct context *context;
	uint32_t given;    /* KEY_BITs of the keys with a value */
	uint32_t appended; /* override: KEY_BITs of keys to append */
	uint32_t replaced;
	struct str *items; /* of a list */
	size_t item_count;
	struct str condition;
	struct yaml_mark condition_at;
	struct str output; /* not trimmed */
	struct yaml_mark output_at;
	struct str desc;
	enum priority priority;
	struct str source;
	bool enabled, warn_evttypes, skip_if_unknown_filter, capture;
	uint32_t capture_duration_ms;
	struct str *tags;
	size_t tag_count;
	struct item_exception *exceptions;
	size_t exception_count;
	struct str version_text; /* required_engine_version as x.y.z */
	struct version version;
	struct plugin_requirement *plugins;
};

/*
 * Reads one item. Everything it refers to lives in the result's arena or in the YAML tree. 0;
 * -EBADMSG when an error was added to `r`; -ENOMEM.
 */
int item_read(const struct yaml_node *node, const struct context *content, struct load_result *r,
	      struct item *ret);

/* A scalar that is not empty. The same results; the error is about a "value for" in `parent`. */
int item_text(const struct yaml_node *node, const struct context *parent, struct str name,
	      struct load_result *r, struct str *ret);

#endif
