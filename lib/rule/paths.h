/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of path patterns (operator pmatch): a value matches when it is one of the paths or lies below
 * one. Compared component by component; repeated, leading and trailing slashes do not count; a
 * component of a pattern may be a shell pattern.
 */
#ifndef RULE_PATHS_H
#define RULE_PATHS_H

#include "base/arena.h"

struct path_set;

/* NULL: out of memory. Patterns are borrowed. */
struct path_set *path_set_new(const struct str *patterns, size_t n, struct arena *arena);
/* Not reentrant: the set holds the stack of its own walk. */
bool path_set_has(struct path_set *set, struct str path);

#endif
