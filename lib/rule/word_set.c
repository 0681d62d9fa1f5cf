/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/word_set.h"

#include <errno.h>
#include <stdlib.h>

struct str_set *str_set_new(const struct str *words, size_t n, struct arena *arena)
{
	struct str_set *set = ARENA_NEW(arena, struct str_set);
	size_t size = 4;

	while (size < n * 2)
		size *= 2;
	if (!set || size > UINT32_MAX)
		return NULL;
	set->mask = (uint32_t)(size - 1);
	set->slots = ARENA_NEW_N(arena, struct str_set_slot, size);
	if (!set->slots)
		return NULL;
	for (size_t k = 0; k < n; k++) {
		uint64_t hash = str_hash(words[k]);
		uint32_t i = (uint32_t)hash & set->mask;

		while (set->slots[i].s.p && !str_eq(set->slots[i].s, words[k]))
			i = (i + 1) & set->mask;
		set->slots[i].hash = hash;
		set->slots[i].s = words[k].p ? words[k] : STR("");
		set->lengths |= (uint64_t)1 << (words[k].n % 64);
	}
	return set;
}

/* --- beginnings and ends --------------------------------------------------------------------- */

static int compare_backwards(struct str a, struct str b)
{
	size_t n = size_min(a.n, b.n);

	for (size_t i = 1; i <= n; i++) {
		unsigned char x = (unsigned char)a.p[a.n - i];
		unsigned char y = (unsigned char)b.p[b.n - i];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int order_backwards(const void *a, const void *b)
{
	return compare_backwards(*(const struct str *)a, *(const struct str *)b);
}

static bool fits(struct str s, struct str affix, bool ends)
{
	return ends ? str_ends(s, affix) : str_starts(s, affix);
}

static unsigned char edge(struct str s, bool ends)
{
	return (unsigned char)(ends ? s.p[s.n - 1] : s.p[0]);
}

struct affix_set *affix_set_new(const struct str *words, size_t n, bool ends, struct arena *arena)
{
	struct affix_set *set = ARENA_NEW(arena, struct affix_set);
	struct str *sorted = ARENA_NEW_N(arena, struct str, n + 1);

	if (!set || !sorted)
		return NULL;
	memcpy(sorted, words, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ends ? order_backwards : order);
	set->words = sorted;
	set->ends = ends;
	for (size_t i = 0; i < n; i++) {
		unsigned char c;

		if (!sorted[i].n) {
			set->all = true;
			continue;
		}
		if (set->n && fits(sorted[i], sorted[set->n - 1], ends))
			continue;
		c = edge(sorted[i], ends);
		set->first[c / 64] |= (uint64_t)1 << (c % 64);
		sorted[set->n++] = sorted[i];
	}
	return set;
}

bool affix_set_has(const struct affix_set *set, struct str s)
{
	size_t low = 0;
	size_t high = set->n;
	unsigned char c;

	if (set->all)
		return true;
	if (!s.n)
		return false;
	c = edge(s, set->ends);
	if (!(set->first[c / 64] >> (c % 64) & 1))
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order_here = set->ends ? compare_backwards(set->words[middle], s)
					   : str_cmp(set->words[middle], s);

		if (order_here <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && fits(s, set->words[low - 1], set->ends);
}

/* --- automaton ------------------------------------------------------------------------------- */

#define TABLE_MAX ((size_t)1 << 20) /* entries of 4 bytes */
#define FOUND	  UINT32_MAX

struct automaton {
	uint8_t classes[256]; /* bytes that no word has share class 0 */
	uint32_t class_count;
	uint32_t *next; /* [state * class_count + class]: offset of the next state, or FOUND */
	bool all;
};

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

/* Numbers the bytes that occur. */
static size_t classes_set(struct automaton *a, const struct str *words, size_t n, bool ignore_case)
{
	size_t bytes = 0;

	a->class_count = 1;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < words[k].n; i++) {
			unsigned char c = ignore_case ? lower(words[k].p[i])
						      : (unsigned char)words[k].p[i];

			/* All 256 bytes in use leave no class for others, and need none. */
			if (!a->classes[c] && a->class_count < 256)
				a->classes[c] = (uint8_t)a->class_count++;
			bytes++;
		}
	for (int c = 'A'; ignore_case && c <= 'Z'; c++)
		a->classes[c] = a->classes[c + 32];
	return bytes;
}

int automaton_new(const struct str *words, size_t n, bool ignore_case, struct arena *arena,
		  struct automaton **ret)
{
	struct automaton *a = ARENA_NEW(arena, struct automaton);
	size_t most;
	size_t states = 1;
	size_t width;
	uint32_t *fail;
	uint32_t *queue;
	size_t head = 0;
	size_t tail = 0;

	*ret = NULL;
	if (!a)
		return -ENOMEM;
	most = classes_set(a, words, n, ignore_case) + 1;
	width = a->class_count;
	if (width >= 256 || most > TABLE_MAX / width)
		return 0;
	a->next = ARENA_NEW_N(arena, uint32_t, most * width);
	fail = calloc(most, sizeof(*fail));
	queue = calloc(most, sizeof(*queue));
	if (!a->next || !fail || !queue) {
		free(fail);
		free(queue);
		return -ENOMEM;
	}
	/* The trie: entry 0 means "no edge" until the second step, as no edge leads to the root. */
	for (size_t k = 0; k < n; k++) {
		size_t state = 0;

		a->all |= words[k].n == 0;
		for (size_t i = 0; i < words[k].n; i++) {
			unsigned char c = (unsigned char)words[k].p[i];
			uint32_t *entry = &a->next[state * width + a->classes[c]];

			if (*entry == FOUND) /* a word that contains a shorter one */
				break;
			if (i + 1 == words[k].n) {
				*entry = FOUND;
				break;
			}
			if (!*entry)
				*entry = (uint32_t)states++;
			state = *entry;
		}
	}
	/* Breadth first: missing edges are those of the longest proper end that is in the trie. */
	for (queue[tail++] = 0; head < tail; head++) {
		uint32_t state = queue[head];

		for (size_t c = 0; c < width; c++) {
			uint32_t *entry = &a->next[state * width + c];
			uint32_t other = state ? a->next[fail[state] * width + c] : 0;

			if (*entry == FOUND)
				continue;
			if (other == FOUND) { /* an end of this word is a whole word */
				*entry = FOUND;
			} else if (*entry) {
				fail[*entry] = other;
				queue[tail++] = *entry;
			} else {
				*entry = other;
			}
		}
	}
	for (size_t i = 0; i < states * width; i++)
		if (a->next[i] != FOUND)
			a->next[i] *= (uint32_t)width;
	free(fail);
	free(queue);
	*ret = a;
	return 0;
}

bool automaton_has(const struct automaton *a, struct str s)
{
	uint32_t state = 0;

	if (a->all)
		return true;
	for (size_t i = 0; i < s.n; i++) {
		state = a->next[state + a->classes[(unsigned char)s.p[i]]];
		if (state == FOUND)
			return true;
	}
	return false;
}
