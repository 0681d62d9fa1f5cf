/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of texts prepared for one question each: is a value a member, does it begin or end with
 * one, does it contain one. Built once, in an arena, then only read.
 */
#ifndef RULE_WORD_SET_H
#define RULE_WORD_SET_H

#include "base/arena.h"

/* Membership: open addressing behind a filter on the length. */
struct str_set {
	uint64_t lengths; /* bit n % 64 for each length */
	uint32_t mask;
	struct str_set_slot {
		uint64_t hash;
		struct str s; /* p NULL: free */
	} *slots;
};

/* NULL: out of memory. Texts are borrowed. */
struct str_set *str_set_new(const struct str *words, size_t n, struct arena *arena);

static inline bool str_set_may_have(const struct str_set *set, struct str s)
{
	return set->lengths >> (s.n % 64) & 1;
}

/* `hash` is str_hash(s). */
static inline bool str_set_has(const struct str_set *set, struct str s, uint64_t hash)
{
	for (uint32_t i = (uint32_t)hash & set->mask;; i = (i + 1) & set->mask) {
		const struct str_set_slot *slot = &set->slots[i];

		if (!slot->s.p)
			return false;
		if (slot->hash == hash && str_eq(slot->s, s))
			return true;
	}
}

/*
 * Beginnings (or ends): sorted, without those that another one begins. Then only the greatest word
 * that is not above the value can be its beginning.
 */
struct affix_set {
	struct str *words;
	size_t n;
	bool ends; /* compared from the end backwards */
	uint64_t first[4]; /* first (last) bytes that occur */
	bool all;	   /* the empty text is among them */
};

struct affix_set *affix_set_new(const struct str *words, size_t n, bool ends, struct arena *arena);
bool affix_set_has(const struct affix_set *set, struct str s);

/* One pass over the value, whatever the number of words (Aho and Corasick, 1975). */
struct automaton;

/*
 * *ret NULL when the table would grow beyond bounds: then words are tried one by one. 0 or -ENOMEM.
 */
int automaton_new(const struct str *words, size_t n, bool ignore_case, struct arena *arena,
		  struct automaton **ret);
bool automaton_has(const struct automaton *a, struct str s);

#endif
