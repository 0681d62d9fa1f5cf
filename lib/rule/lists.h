/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, and the places in conditions where their names stand for their items.
 *
 * A list is used by writing its name where a value may stand: `in (shell_binaries, x)`,
 * `proc.name = l`. The text is replaced before the condition is parsed, as rules have always relied
 * on; but only in places of values, never inside quotes and never in place of a field, operator or
 * macro. Lists inside of lists are expanded to any depth and in any order of definition.
 */
#ifndef RULE_LISTS_H
#define RULE_LISTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "rule/name_index.h"
#include "rule/result.h"

struct list_def {
	struct str name;
	const struct context *context;
	struct str *items;
	size_t count, capacity;
	bool used;
	/* expansion, for the compilation of number `flat_of`; 0: none */
	uint64_t flat_of;
	struct str *flat;
	size_t flat_count;
	uint64_t visit;
	bool open;
};

struct lists {
	struct name_index names;
	struct list_def **defs; /* in order of first definition */
	size_t count, capacity;
	uint64_t compilation; /* number of the present one */
	uint64_t visits;
	size_t flat_total;    /* items of all expansions of this compilation */
};

void lists_fini(struct lists *x);
struct list_def *lists_find(const struct lists *x, struct str name);
/* Adds a definition, or replaces the one of that name. 0 or -ENOMEM. */
int lists_define(struct lists *x, struct arena *a, struct str name, const struct context *context,
		 const struct str *items, size_t count);
/* Adds items to an existing list. 0 or -ENOMEM. */
int lists_append(struct list_def *l, struct arena *a, const struct str *items, size_t count);

/* Starts a compilation: expansions of the last one are void, only lists in lists count as used. */
void lists_begin(struct lists *x);
/* All items of a list, those of lists in it included. 0, -EBADMSG (too many) or -ENOMEM. */
int lists_flatten(struct lists *x, struct list_def *l, struct arena *a, struct load_result *r);

typedef void (*list_use_fn)(void *ctx, struct list_def *l);
/*
 * Appends the condition `text` with lists replaced by their items; calls `used` (may be NULL) for
 * each list in it and marks it. 0, -EBADMSG with an error added, -ENOMEM.
 */
int lists_substitute(struct lists *x, struct str text, struct arena *a, struct load_result *r,
		     const struct context *context, list_use_fn used, void *ctx, struct buf *b);

/* '...' or "..." as a whole. */
bool word_is_quoted(struct str s);
/*
 * Appends a value in the syntax of conditions: as it is when that is one word, one quoted string or
 * a call like val(proc.pname); otherwise in quotes with what they need escaped. `keep_commas`: a
 * comma does not ask for quotes.
 */
void word_append(struct buf *b, struct str s, bool keep_commas);

#endif
