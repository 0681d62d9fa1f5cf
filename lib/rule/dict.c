/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Equality is a hash table. All other modes are one trie over classes of bytes: walked from the
 * front, from the end, component by component, or, with the links of Aho and Corasick, over the
 * whole value.
 */
#include "rule/dict.h"

#include <errno.h>
#include <stdlib.h>

#define TABLE_MAX ((size_t)4 << 20) /* entries of 4 bytes */
#define NONE	  UINT32_MAX
/* In a finished table an entry is state * width, with this bit when the state has something to report. */
#define REPORTS	  ((uint32_t)1 << 31)

/* A list of numbers: a range of struct dict.numbers. */
struct output {
	uint32_t first, n;
};

struct dict {
	enum dict_mode mode;
	uint32_t *numbers;
	/* DICT_EQUAL */
	uint32_t mask;
	struct equal {
		uint64_t hash;
		struct str word; /* p NULL: free */
		struct output output;
	} *equals;
	/* all others */
	uint8_t classes[256]; /* 0: in no word */
	uint32_t width;
	uint32_t *next;		/* [state * width + class]; 0: none, or the first state */
	struct output *outputs; /* by state */
	uint32_t *more;		/* contains: next state with outputs among the ends of this one; 0: none */
};

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Cuts the next component off; false when only slashes are left. */
static bool component(struct str *rest, struct str *ret)
{
	size_t n = 0;

	while (rest->n && rest->p[0] == '/')
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	while (n < rest->n && rest->p[n] != '/')
		n++;
	*ret = str_first(*rest, n);
	*rest = (struct str){ rest->p + n, rest->n - n };
	return n > 0;
}

struct sorted {
	struct str word;
	uint32_t place; /* equal words, or the state where the word ends, share one */
	uint32_t number;
};

static int by_place(const void *a, const void *b)
{
	const struct sorted *x = a;
	const struct sorted *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* Lays the numbers out by place; sets the output of each. */
static bool lay_out(struct dict *d, struct sorted *sorted, size_t n, struct arena *arena,
		    struct output *(*output_of)(struct dict *d, uint32_t place))
{
	d->numbers = ARENA_NEW_N(arena, uint32_t, n + 1);
	if (!d->numbers)
		return false;
	if (n > 1)
		qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < n; i++) {
		struct output *o = output_of(d, sorted[i].place);

		if (!o->n)
			o->first = (uint32_t)i;
		o->n++;
		d->numbers[i] = sorted[i].number;
	}
	return true;
}

static struct output *equal_output(struct dict *d, uint32_t place)
{
	return &d->equals[place].output;
}

static struct output *state_output(struct dict *d, uint32_t place)
{
	return &d->outputs[place];
}

static bool build_equal(struct dict *d, struct sorted *sorted, size_t n, struct arena *arena)
{
	size_t size = 4;

	while (size < n * 2)
		size *= 2;
	d->mask = (uint32_t)(size - 1);
	d->equals = ARENA_NEW_N(arena, struct equal, size);
	if (!d->equals)
		return false;
	for (size_t k = 0; k < n; k++) {
		uint64_t hash = str_hash(sorted[k].word);
		uint32_t i = (uint32_t)hash & d->mask;

		while (d->equals[i].word.p && !str_eq(d->equals[i].word, sorted[k].word))
			i = (i + 1) & d->mask;
		d->equals[i].hash = hash;
		d->equals[i].word = sorted[k].word.p ? sorted[k].word : STR("");
		sorted[k].place = i;
	}
	return lay_out(d, sorted, n, arena, equal_output);
}

/* One step while the trie is built; new states are numbered by *states. */
static uint32_t grow(struct dict *d, uint32_t state, unsigned char c, uint32_t *states)
{
	uint32_t *next = &d->next[(size_t)state * d->width + d->classes[c]];

	if (!*next)
		*next = (*states)++;
	return *next;
}

static uint32_t insert(struct dict *d, struct str word, uint32_t *states)
{
	uint32_t state = 0;
	struct str part;

	if (d->mode == DICT_PATHS) {
		while (component(&word, &part)) {
			state = grow(d, state, '/', states);
			for (size_t i = 0; i < part.n; i++)
				state = grow(d, state, (unsigned char)part.p[i], states);
		}
		return state;
	}
	for (size_t i = 0; i < word.n; i++) {
		size_t at = d->mode == DICT_ENDS ? word.n - 1 - i : i;

		state = grow(d, state, (unsigned char)word.p[at], states);
	}
	return state;
}

/* Breadth first: missing edges are those of the longest proper end that is in the trie. */
static bool link_ends(struct dict *d, uint32_t states, struct arena *arena)
{
	uint32_t *fail = calloc(states, sizeof(*fail));
	uint32_t *queue = calloc(states, sizeof(*queue));
	size_t head = 0;
	size_t tail = 0;

	d->more = ARENA_NEW_N(arena, uint32_t, states);
	if (!fail || !queue || !d->more) {
		free(fail);
		free(queue);
		return false;
	}
	for (queue[tail++] = 0; head < tail; head++) {
		uint32_t state = queue[head];

		for (size_t c = 0; c < d->width; c++) {
			uint32_t *next = &d->next[(size_t)state * d->width + c];
			uint32_t other = state ? d->next[(size_t)fail[state] * d->width + c] : 0;

			if (!*next) {
				*next = other;
				continue;
			}
			fail[*next] = other;
			d->more[*next] = d->outputs[other].n ? other : d->more[other];
			queue[tail++] = *next;
		}
	}
	free(fail);
	free(queue);
	return true;
}

/* 1: built; 0: too large; -ENOMEM. */
static int build_trie(struct dict *d, struct sorted *sorted, size_t n, struct arena *arena)
{
	bool contains = d->mode == DICT_CONTAINS || d->mode == DICT_ICONTAINS;
	size_t most = 2;
	uint32_t states = 1;

	d->width = 1;
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < sorted[k].word.n; i++) {
			unsigned char c = (unsigned char)sorted[k].word.p[i];

			c = d->mode == DICT_ICONTAINS ? lower(c) : c;
			if (!d->classes[c] && d->width < 256)
				d->classes[c] = (uint8_t)d->width++;
		}
		most += sorted[k].word.n + 1;
	}
	if (d->mode == DICT_PATHS && !d->classes['/'] && d->width < 256)
		d->classes['/'] = (uint8_t)d->width++;
	for (int c = 'A'; d->mode == DICT_ICONTAINS && c <= 'Z'; c++)
		d->classes[c] = d->classes[c + 32];
	if (d->width >= 256 || most > TABLE_MAX / d->width)
		return 0;
	d->next = ARENA_NEW_N(arena, uint32_t, most * d->width);
	d->outputs = ARENA_NEW_N(arena, struct output, most);
	if (!d->next || !d->outputs)
		return -ENOMEM;
	for (size_t k = 0; k < n; k++)
		sorted[k].place = insert(d, sorted[k].word, &states);
	if (!lay_out(d, sorted, n, arena, state_output))
		return -ENOMEM;
	if (contains && !link_ends(d, states, arena))
		return -ENOMEM;
	for (size_t i = 0; i < (size_t)states * d->width; i++) {
		uint32_t to = d->next[i];
		bool reports = d->outputs[to].n || (contains && d->more[to]);

		d->next[i] = to * d->width | (reports ? REPORTS : 0);
	}
	return 1;
}

int dict_new(enum dict_mode mode, const struct dict_word *words, size_t n, struct arena *arena,
	     struct dict **ret)
{
	struct dict *d = ARENA_NEW(arena, struct dict);
	struct sorted *sorted = calloc(n + 1, sizeof(*sorted));
	int r = 1;

	*ret = NULL;
	if (!d || !sorted || n >= NONE) {
		free(sorted);
		return -ENOMEM;
	}
	d->mode = mode;
	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct sorted){ words[i].word, 0, words[i].number };
	if (mode == DICT_EQUAL)
		r = build_equal(d, sorted, n, arena) ? 1 : -ENOMEM;
	else
		r = build_trie(d, sorted, n, arena);
	free(sorted);
	if (r < 0)
		return r;
	*ret = r ? d : NULL;
	return 0;
}

static void report(const struct dict *d, struct output o, dict_hit_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < o.n; i++)
		fn(ctx, d->numbers[o.first + i]);
}

/* What the state of a table's entry has to report. */
static __attribute__((noinline)) void report_state(const struct dict *d, uint32_t entry,
						   dict_hit_fn fn, void *ctx)
{
	uint32_t state = (entry & ~REPORTS) / d->width;

	report(d, d->outputs[state], fn, ctx);
	for (uint32_t end = d->more ? d->more[state] : 0; end; end = d->more[end])
		report(d, d->outputs[end], fn, ctx);
}

static inline uint32_t step(const struct dict *d, uint32_t entry, char c)
{
	return d->next[(entry & ~REPORTS) + d->classes[(unsigned char)c]];
}

static void find_paths(const struct dict *d, struct str value, dict_hit_fn fn, void *ctx)
{
	uint32_t entry = 0;
	struct str part;

	while (component(&value, &part)) {
		entry = step(d, entry, '/');
		for (size_t i = 0; entry && i < part.n; i++)
			entry = step(d, entry, part.p[i]);
		if (!entry)
			return;
		if (entry & REPORTS)
			report_state(d, entry, fn, ctx);
	}
}

void dict_find(const struct dict *d, struct str value, dict_hit_fn fn, void *ctx)
{
	uint32_t entry = 0;
	uint64_t hash;

	switch (d->mode) {
	case DICT_EQUAL:
		hash = str_hash(value);
		for (uint32_t i = (uint32_t)hash & d->mask; d->equals[i].word.p;
		     i = (i + 1) & d->mask)
			if (d->equals[i].hash == hash && str_eq(d->equals[i].word, value)) {
				report(d, d->equals[i].output, fn, ctx);
				return;
			}
		return;
	case DICT_PATHS:
		find_paths(d, value, fn, ctx);
		return;
	case DICT_STARTS:
	case DICT_ENDS:
		for (size_t i = 0; i < value.n; i++) {
			entry = step(d, entry,
				     value.p[d->mode == DICT_ENDS ? value.n - 1 - i : i]);
			if (!entry)
				return;
			if (entry & REPORTS)
				report_state(d, entry, fn, ctx);
		}
		return;
	case DICT_CONTAINS:
	case DICT_ICONTAINS:
	case DICT_MODES:
		break;
	}
	for (size_t i = 0; i < value.n; i++) {
		entry = step(d, entry, value.p[i]);
		if (UNLIKELY(entry & REPORTS))
			report_state(d, entry, fn, ctx);
	}
}
