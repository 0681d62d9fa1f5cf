/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all files so far have defined. Items are applied in order: a definition replaces the object
 * of its name but keeps that one's place, append and override change it.
 */
#ifndef RULE_DEFINITIONS_H
#define RULE_DEFINITIONS_H

#include "rule/doc.h"
#include "rule/lists.h"

struct macro_def {
	struct str name;
	const struct context *context;
	struct str condition;
	struct yaml_mark condition_at;
	uint64_t first; /* when it was defined first, */
	uint64_t last;  /* and when defined or changed last: it sees macros whose `first` is before */
	bool used;
	/* compiled, for the compilation of number `parsed_of` */
	uint64_t parsed_of;
	struct cond *tree;
	struct str text; /* with lists replaced */
	struct macro_def **uses;
	size_t use_count;
	uint32_t depth; /* longest chain of macros from here; 0: not known yet */
	bool open;
};

/* "(field comp (v1, v2))" or "((f1 c1 v1 and f2 c2 v2) or ...)". */
struct exception_def {
	struct str name;
	const struct context *context;
	bool many; /* fields were a list: values are tuples */
	struct str *fields;
	struct str *comps;
	size_t field_count;
	const struct yaml_node **values;
	size_t value_count, value_capacity;
};

struct rule_def {
	struct str name;
	const struct context *context;
	struct str condition;
	struct yaml_mark condition_at;
	struct str output;
	struct yaml_mark output_at;
	struct str desc, source;
	bool unknown_source;
	enum priority priority;
	bool enabled, warn_evttypes, skip_if_unknown_filter, capture;
	uint32_t capture_duration_ms;
	struct str *tags; /* sorted, no repetitions */
	size_t tag_count;
	struct exception_def *exceptions;
	size_t exception_count;
};

struct definitions {
	struct arena *arena;
	const char *const *sources; /* known ones; ends with NULL */
	struct lists lists;
	struct name_index macro_names;
	struct macro_def **macros;
	size_t macro_count, macro_capacity;
	struct name_index rule_names;
	struct rule_def **rules;
	size_t rule_count, rule_capacity;
	uint64_t sequence;
	struct str engine_version; /* the highest that was required, or empty */
	struct version engine;
	struct plugin_requirement *plugins;
	struct plugin_requirement **plugins_end; /* NULL: none yet */
};

#define RULE_EXCEPTIONS_MAX 10000

void definitions_fini(struct definitions *d);
/* 0; -EBADMSG with an error added to r, nothing has changed then; -ENOMEM. */
int definitions_apply(struct definitions *d, const struct item *it, struct load_result *r);
struct macro_def *definitions_macro(const struct definitions *d, struct str name);
struct rule_def *definitions_rule(const struct definitions *d, struct str name);

/* --- exceptions ------------------------------------------------------------------------------ */

/*
 * Completes and checks an exception. `check_fields`: fields must exist. 0; -EBADMSG with an error
 * added; -ENOMEM.
 */
int exception_define(const struct item_exception *in, bool check_fields, struct load_result *r,
		     struct exception_def *ret);
/* Adds values to an exception. The same results; on failure it is as before. */
int exception_append(struct exception_def *ex, const struct item_exception *in,
		     struct load_result *r);
/* Appends " and not E" to a condition; nothing when there are no values. */
void exception_render(const struct exception_def *ex, struct buf *b);

#endif
