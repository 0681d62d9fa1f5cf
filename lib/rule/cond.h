/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: text to tree, tree with macros resolved, tree with fields and literals checked.
 *
 *     cond_parse() --> cond_resolve() --> cond_check() --> program (rule/program.h)
 *
 * Trees live in the arena of the rule set that they belong to and are immutable after cond_check().
 * Grammar and operator meanings: docs/formats/rules.md.
 */
#ifndef RULE_COND_H
#define RULE_COND_H

#include "base/arena.h"
#include "field/field.h"

struct buf;
struct cond;

/* Where and why a condition is refused. Positions count from 1; offset in bytes from 0. */
struct cond_error {
	uint32_t line, column;
	size_t offset;
	const char *text; /* in the caller's arena or static */
	bool unknown_name; /* nonexistent field or unknown event type: skip-if-unknown-filter applies */
};

struct cond_options {
	uint32_t max_depth; /* nesting; 0: 1000 */
};

/*
 * Parses `text`. Nodes go to `arena`; `text` must live as long. 0; -EBADMSG with *ret_error filled;
 * -ENOMEM.
 */
int cond_parse(struct str text, const struct cond_options *options, struct arena *arena,
	       struct cond **ret, struct cond_error *ret_error);

/*
 * Calls fn once for each reference to a macro in `c`, in order of appearance; fn may set *ret_tree to
 * the tree to stand in its place (shared, not copied). fn returns 0 to go on, or -errno to stop,
 * which is passed on.
 */
typedef int (*cond_macro_fn)(void *ctx, struct str name, size_t offset, struct cond **ret_tree);
int cond_resolve(struct cond *c, cond_macro_fn fn, void *ctx);

/* Things about a condition that are no errors: the texts of load warnings. */
typedef void (*cond_warning_fn)(void *ctx, size_t offset, const char *code, const char *text);

/*
 * Looks up fields, checks operators against types, parses literals. Calls `warn` (may be NULL) for each
 * finding: code is "LOAD_COMPILE_CONDITION", "LOAD_DEPRECATED_ITEM" (text: the field's name) or
 * "LOAD_UNSAFE_NA_CHECK". 0; -EBADMSG with *ret_error filled; -ENOMEM.
 */
int cond_check(struct cond *c, struct arena *arena, cond_warning_fn warn, void *warn_ctx,
	       struct cond_error *ret_error);

/* Event codes and system calls for which a checked condition can be true. */
void cond_codes(const struct cond *c, struct code_set *ret, struct syscall_set *ret_syscalls);

/* The tree as text, for tests and `rules explain`: (and (= evt.type "open") (not ...)). */
void cond_dump(const struct cond *c, struct buf *b);

/*
 * The tree in the condition language itself, macros replaced by their conditions. The bound of `b`
 * ends it: macros that double each other print without end.
 */
void cond_print(const struct cond *c, struct buf *b);

/* Names of fields, lists of operators, macros used: for describe output (-L, -l). */
typedef void (*cond_use_fn)(void *ctx, const char *kind, struct str name);
/*
 * kind: "field" (with its argument), "operator", "macro", "transformer", "evt" (literal of evt.type). A macro
 * that is resolved is followed once. `name` is borrowed until fn returns. May repeat itself.
 */
void cond_uses(const struct cond *c, cond_use_fn fn, void *ctx);

#endif
