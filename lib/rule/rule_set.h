/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules files: items of YAML documents collected over all files, then compiled to a set of rules.
 *
 *     text --> rule_loader_add() (once per file) --> rule_loader_take() --> struct rule_set
 *
 * The loader owns everything a set consists of; a set is immutable and goes as a whole (one arena).
 * Format of the files: docs/formats/rules.md.
 */
#ifndef RULE_RULE_SET_H
#define RULE_RULE_SET_H

#include "base/arena.h"
#include "base/buf.h"
#include "field/field.h"

struct cond;
struct format;

enum priority {
	PRIORITY_EMERGENCY, PRIORITY_ALERT, PRIORITY_CRITICAL, PRIORITY_ERROR, PRIORITY_WARNING,
	PRIORITY_NOTICE, PRIORITY_INFORMATIONAL, PRIORITY_DEBUG,
	PRIORITIES,
};

/* "Informational"; static. */
const char *priority_name(enum priority p);
/* Any case, long names and "info". 0 or -EINVAL. */
int priority_parse(struct str text, enum priority *ret);

struct rule {
	struct str name, desc, source;
	struct str condition; /* as loaded: lists and macros not yet replaced, exceptions not included */
	struct str output;    /* with what append_output added */
	enum priority priority;
	bool enabled;      /* by its definition */
	bool capture;
	uint32_t capture_duration_ms; /* 0: the configured default */
	struct str *tags;  /* sorted, no repetitions */
	size_t tag_count;
	const struct cond *cond;     /* checked; exceptions included */
	const struct format *format; /* compiled output */
	struct code_set codes;       /* event codes that the condition can match */
	struct syscall_set syscalls;
	/*
	 * Extra output fields (append_output extra_fields): name and template. Raw: the template is
	 * that one field, whose value keeps its type.
	 */
	struct rule_extra {
		struct str name, text; /* text: the template */
		const struct format *format;
		bool raw;
	} *extras;
	size_t extra_count;
};

struct rule_set {
	struct arena arena;
	struct rule *rules; /* in order of definition */
	size_t count;
};

struct rule_set *rule_set_free(struct rule_set *s); /* takes NULL; returns NULL */

struct rule_loader;

/* Text appended to the outputs of matching rules (configuration append_output, option -p). */
struct rule_append {
	struct str source; /* empty: any */
	struct str rule;   /* empty: any */
	struct str *tags;  /* all must be present */
	size_t tag_count;
	struct str extra_output; /* appended with one blank; empty: nothing */
	struct rule_append_field {
		struct str name, format; /* format empty: the raw field of that name */
	} *fields;
	size_t field_count;
};

struct rule_loader_options {
	const char *const *sources; /* known event sources; ends with NULL */
	enum priority least;        /* rules less severe are loaded but not part of the set */
	const struct rule_append *appends;
	size_t append_count;
};

/* `options` and what it points to must outlive the loader. 0 or -ENOMEM. */
int rule_loader_new(const struct rule_loader_options *options, struct rule_loader **ret);
struct rule_loader *rule_loader_free(struct rule_loader *l);

/* What loading one file found. Owned by the loader. */
struct load_result;

/*
 * Reads one file's text, then compiles everything collected so far. Copies what it keeps. Returns 0
 * when the file is without error (there may be warnings), -EBADMSG otherwise, -ENOMEM. *ret_result
 * tells; borrowed until the loader goes.
 */
int rule_loader_add(struct rule_loader *l, const char *name, struct str text,
		    const struct load_result **ret_result);

/* Switches rules after loading (configuration `rules`): a `*` pattern on names, or an exact tag. */
void rule_loader_enable(struct rule_loader *l, struct str pattern, bool is_tag, bool enable);

/* The set of enabled rules; the loader is empty afterwards. 0 or -ENOMEM. */
int rule_loader_take(struct rule_loader *l, struct rule_set **ret);

/* Required plugin versions that are not satisfied: text for the user, or NULL. Borrowed. */
const char *rule_loader_plugin_problem(const struct rule_loader *l);

bool load_result_ok(const struct load_result *r);
bool load_result_has_warnings(const struct load_result *r);
/* "ok"; "none": not checked; otherwise the first finding. Advice only: it decides nothing. Borrowed. */
const char *load_result_schema(const struct load_result *r);
/*
 * "NAME: Ok, with warnings" and so on; `verbose` with each error and snippet. Ends with a line end
 * (docs/formats/rules-files.md).
 */
void load_result_text(const struct load_result *r, bool verbose, struct buf *b);
/* {"errors":[...],"name":...}: one element of falco_load_results. */
void load_result_json(const struct load_result *r, struct buf *b);

/* -L, -l NAME: describes all rules, or one. False: no such rule. */
bool rule_loader_describe(const struct rule_loader *l, struct str name, bool json, struct buf *b);

/* Engine version that rules may require: 0.62.0. */
#define RULE_ENGINE_MINOR 62

#endif
