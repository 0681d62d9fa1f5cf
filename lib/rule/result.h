/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What loading one rules file found: errors and warnings, each with the chain of places that leads
 * to it and a snippet of the text. Everything lives in the loader's arena.
 *
 *     rules content (a.yaml:0:0) <-- rule 'r' (a.yaml:0:2) <-- rule condition (a.yaml:2:13) ...
 */
#ifndef RULE_RESULT_H
#define RULE_RESULT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/yaml.h"

enum load_code {
	LOAD_ERR_FILE_READ,
	LOAD_ERR_YAML_PARSE,
	LOAD_ERR_YAML_VALIDATE,
	LOAD_ERR_COMPILE_CONDITION,
	LOAD_ERR_COMPILE_OUTPUT,
	LOAD_ERR_VALIDATE,
	LOAD_ERR_EXTENSION,
	LOAD_UNKNOWN_SOURCE,
	LOAD_UNSAFE_NA_CHECK,
	LOAD_NO_EVTTYPE,
	LOAD_UNKNOWN_FILTER,
	LOAD_UNUSED_MACRO,
	LOAD_UNUSED_LIST,
	LOAD_UNKNOWN_ITEM,
	LOAD_DEPRECATED_ITEM,
	LOAD_WARNING_EXTENSION,
	LOAD_APPEND_NO_VALUES,
	LOAD_EXCEPTION_NAME_NOT_UNIQUE,
	LOAD_INVALID_MACRO_NAME,
	LOAD_INVALID_LIST_NAME,
	LOAD_COMPILE_CONDITION,
	LOAD_UNKNOWN_KEY,
	LOAD_CODES,
};

/* "LOAD_ERR_VALIDATE" to its number; LOAD_CODES when there is none. */
enum load_code load_code_find(const char *name);

struct rules_file {
	struct str name;
	struct str text;
};

/* One place in the chain. Positions count from 0. */
struct context {
	const struct context *parent; /* NULL: the file as a whole */
	const char *type;             /* "rule condition" */
	struct str name;              /* of the rule ...; may be empty */
	const struct rules_file *file;
	struct yaml_mark at;
	struct str shown;   /* in place of the file's name: the start of a condition, in quotes */
	struct str snippet; /* of a condition; empty: cut from the file at `at` */
};

/* A place in `parent`'s file. NULL: out of memory (the arena keeps the error). */
const struct context *context_new(struct arena *a, const struct context *parent, const char *type,
				  struct str name, struct yaml_mark at);
/* The file as a whole. */
const struct context *context_file(struct arena *a, const struct rules_file *file);
/*
 * A place in the text of a condition, whose value begins at `at`. line and column count from 1 in
 * the text, 0 means the value itself; offset counts from 0. The text is not kept.
 */
struct context *context_condition(struct arena *a, const struct context *parent,
				  struct yaml_mark at, struct str text, uint32_t line,
				  uint32_t column, size_t offset);

/* Shows another text than the condition itself: the macro in which the place is. 0 or -ENOMEM. */
int context_show(struct arena *a, struct context *c, struct str text, size_t offset);

struct finding {
	struct finding *next;
	enum load_code code;
	const char *message;
	const char *deprecated_field; /* NULL: none */
	const struct context *context;
};

struct findings {
	struct finding *first;
	struct finding **end; /* NULL: empty */
	size_t count;         /* also those that were not kept */
};

struct schema_warning {
	struct schema_warning *next;
	const char *text;
};

struct load_result {
	struct arena *arena;
	const char *name;
	struct findings errors;
	struct findings warnings;
	bool schema_checked;
	struct schema_warning *schema_first;
	struct schema_warning **schema_end;
	size_t schema_count;
};

struct load_result *load_result_new(struct arena *a, const char *name);
/* Adds an error. Returns -EBADMSG, or -ENOMEM. */
int load_fail(struct load_result *r, enum load_code code, const struct context *c,
	      const char *format, ...) PRINTF(4, 5);
/* Adds a warning. Out of memory stays in the arena. */
void load_warn(struct load_result *r, enum load_code code, const struct context *c,
	       const char *format, ...) PRINTF(4, 5);
/* The same about a deprecated field. */
void load_warn_field(struct load_result *r, const struct context *c, const char *field,
		     const char *format, ...) PRINTF(4, 5);
void load_schema_warn(struct load_result *r, const char *format, ...) PRINTF(2, 3);

#endif
