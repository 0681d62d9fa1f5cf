/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words with numbers: one pass over a value gives the numbers of all words that are its equal, its
 * beginning, its end, a path above it, or contained in it. So one look at a field's value answers the
 * same question of any number of rules.
 */
#ifndef RULE_DICT_H
#define RULE_DICT_H

#include "base/arena.h"

enum dict_mode {
	DICT_EQUAL,
	DICT_STARTS,
	DICT_ENDS,
	DICT_PATHS, /* as operator pmatch, without patterns */
	DICT_CONTAINS,
	DICT_ICONTAINS,
	DICT_MODES,
};

struct dict;

struct dict_word {
	struct str word; /* borrowed; not empty unless DICT_EQUAL */
	uint32_t number;
};

/* *ret NULL when the table would grow beyond bounds. 0 or -ENOMEM. */
int dict_new(enum dict_mode mode, const struct dict_word *words, size_t n, struct arena *arena,
	     struct dict **ret);

/* Calls fn for each hit; the same number may come several times. */
typedef void (*dict_hit_fn)(void *ctx, uint32_t number);
void dict_find(const struct dict *d, struct str value, dict_hit_fn fn, void *ctx);

#endif
