/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/guard.h"

#include <stdlib.h>

#include "rule/cost.h"
#include "rule/emit.h"
#include "rule/glob.h"
#include "rule/query.h"

#define GUARDS_MAX     32   /* predicates that guard one rule */
#define GUARD_WORDS    1024 /* literals of one of them */
#define INDEX_FROM     12   /* rules in a class; fewer are run one by one */
#define GUARD_TABLE_MAX ((size_t)16 << 20)

/*
 * From how many different predicates of one class on an index pays. Predicates in common are asked
 * once anyway, and gates (rule/gate.h) leave most of the others out.
 */
static const uint8_t index_pays[DICT_MODES] = {
	[DICT_EQUAL] = 10, [DICT_STARTS] = 10,	 [DICT_ENDS] = 10,
	[DICT_PATHS] = 10, [DICT_CONTAINS] = 16, [DICT_ICONTAINS] = 16,
};

/* The same for predicates that guard nothing. Those of DICT_EQUAL are cheap as they are. */
static const uint8_t answers_pay[DICT_MODES] = {
	[DICT_EQUAL] = UINT8_MAX, [DICT_STARTS] = 12,	[DICT_ENDS] = 12,
	[DICT_PATHS] = 8,	  [DICT_CONTAINS] = 6, [DICT_ICONTAINS] = 6,
};

static bool is_plain_path(struct str s)
{
	size_t slashes = 0;

	while (slashes < s.n && s.p[slashes] == '/')
		slashes++;
	return slashes < s.n && glob_is_plain(s);
}

/* The kind of index that answers a predicate, or DICT_MODES. */
static enum dict_mode mode_of(const struct query *q)
{
	static const uint8_t modes[] = {
		[FAMILY_NEVER] = DICT_MODES,	 [FAMILY_EXISTS] = DICT_MODES,
		[FAMILY_EQ] = DICT_EQUAL,	 [FAMILY_CONTAINS] = DICT_CONTAINS,
		[FAMILY_ICONTAINS] = DICT_ICONTAINS, [FAMILY_STARTS] = DICT_STARTS,
		[FAMILY_ENDS] = DICT_ENDS,	 [FAMILY_GLOB] = DICT_MODES,
		[FAMILY_IGLOB] = DICT_MODES,	 [FAMILY_REGEX] = DICT_MODES,
		[FAMILY_PATHS] = DICT_PATHS,	 [FAMILY_ORDER] = DICT_MODES,
		[FAMILY_FIELDS] = DICT_MODES,
	};
	enum dict_mode mode = (enum dict_mode)modes[q->family];
	bool number = q->matter == MATTER_SIGNED || q->matter == MATTER_UNSIGNED;

	if (mode == DICT_MODES || (q->kind != PRED_ONE && q->kind != PRED_ANY) || q->negated ||
	    q->modifier != MOD_NONE || !q->n || q->n > GUARD_WORDS ||
	    (q->matter != MATTER_TEXT && !(number && mode == DICT_EQUAL)))
		return DICT_MODES;
	for (size_t i = 0; i < q->n; i++) {
		struct str word = query_item_text(&q->items[i], q->matter);

		if (mode != DICT_EQUAL && !word.n)
			return DICT_MODES;
		if (mode == DICT_PATHS && !is_plain_path(word))
			return DICT_MODES;
	}
	return mode;
}

/* The index of a predicate, made when it is the first. False: it has none. */
static bool index_of(struct builder *b, uint32_t number)
{
	struct query *q = &b->query[number];
	enum dict_mode mode;
	bool is_number = q->matter != MATTER_TEXT;

	if (q->index != NONE)
		return true;
	mode = mode_of(q);
	if (mode == DICT_MODES)
		return false;
	for (uint32_t i = 0; i < b->index_n; i++)
		if (b->index[i].slot == q->slot && b->index_mode[i] == mode) {
			q->index = i;
			return true;
		}
	if (!builder_room(b, &b->index, &b->index_cap, b->index_n, sizeof(*b->index)) ||
	    !builder_room(b, &b->index_mode, &b->index_mode_cap, b->index_n, sizeof(*b->index_mode)))
		return false;
	b->index[b->index_n] = (struct index){ .slot = q->slot, .number = is_number };
	b->index_mode[b->index_n] = mode;
	q->index = b->index_n++;
	return true;
}

static struct guards *guards_new(struct builder *b, size_t n)
{
	struct guards *g = arena_zalloc(&b->arena, sizeof(*g) + n * sizeof(uint32_t));

	b->failed |= !g;
	return g;
}

static const struct guards *guards_of(struct builder *b, ref r);

/*
 * What one leaf is worth as a guard. One that many rules have in common lets all of them pass at
 * once, so the literals that are a rule's own come first.
 */
static const struct guards *guards_of_leaf(struct builder *b, uint32_t number, uint32_t parents)
{
	static const float extra[DICT_MODES] = {
		[DICT_STARTS] = 0.02f,	[DICT_ENDS] = 0.02f,	 [DICT_PATHS] = 0.03f,
		[DICT_CONTAINS] = 0.2f, [DICT_ICONTAINS] = 0.2f,
	};
	struct guards *g;

	if (!index_of(b, number))
		return NULL;
	g = guards_new(b, 1);
	if (!g)
		return NULL;
	g->n = 1;
	g->queries[0] = number;
	g->score = cost_chance(&b->query[number]) + extra[b->index_mode[b->query[number].index]] +
		   cost_slot(&b->slot[b->query[number].slot]) / 1000 +
		   0.02f * (float)(parents < 25 ? parents : 25);
	return g;
}

/* An `or` is guarded when each alternative is. */
static const struct guards *guards_of_or(struct builder *b, const struct node *n)
{
	struct guards *g = guards_new(b, GUARDS_MAX);

	for (uint32_t i = 0; g && i < n->n; i++) {
		const struct guards *kid = guards_of(b, n->kids[i] ^ 1);

		if (!kid || g->n + kid->n > GUARDS_MAX)
			return NULL;
		memcpy(g->queries + g->n, kid->queries, kid->n * sizeof(uint32_t));
		g->n += kid->n;
		g->score += kid->score;
	}
	return g;
}

static const struct guards *guards_of(struct builder *b, ref r)
{
	struct node *n = &b->node[r >> 1];
	const struct guards *best = NULL;

	if (!(r >> 1) || b->failed || n->guarded[r & 1])
		return b->failed ? NULL : n->guards[r & 1];
	if (n->query != NONE) {
		best = r & 1 ? NULL : guards_of_leaf(b, n->query, n->parents);
	} else if (r & 1) {
		best = guards_of_or(b, n);
	} else {
		for (uint32_t i = 0; i < n->n; i++) {
			const struct guards *kid = guards_of(b, n->kids[i]);

			if (kid && (!best || kid->score < best->score))
				best = kid;
		}
	}
	n->guards[r & 1] = best;
	n->guarded[r & 1] = true;
	return best;
}

/* Gives the predicates of a rule numbers as guards. */
static void guard_number(struct builder *b, const struct guards *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		struct query *q = &b->query[g->queries[i]];

		if (q->guard == NONE) {
			emit_query(b, g->queries[i]);
			q->guard = b->guard_n++;
		}
	}
}

/*
 * Chooses the guards of a class's entries: of[i], or NULL for an entry that is always run. An index
 * that would save too little is not used.
 */
static void choose_guards(struct builder *b, const struct root *roots, uint32_t n,
			  const struct guards **of)
{
	uint32_t *count;

	for (uint32_t i = 0; i < n && !b->failed; i++)
		of[i] = guards_of(b, roots[i].r);
	count = calloc((size_t)b->index_n + 1, sizeof(*count));
	if (!count) {
		b->failed = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; of[i] && k < of[i]->n; k++) {
			struct query *q = &b->query[of[i]->queries[k]];

			if (q->counted_for != roots)
				count[q->index]++;
			q->counted_for = roots;
		}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; of[i] && k < of[i]->n; k++) {
			uint32_t index = b->query[of[i]->queries[k]].index;

			if (count[index] < index_pays[b->index_mode[index]])
				of[i] = NULL;
		}
	free(count);
	for (uint32_t i = 0; i < n && !b->failed; i++)
		if (of[i])
			guard_number(b, of[i]);
}

/*
 * Predicates that cost a walk over the value, and have company on their field, are answered
 * together even where they guard nothing.
 */
static void choose_answers(struct builder *b)
{
	uint32_t *count = calloc(b->queries.count + (size_t)1, sizeof(*count));

	if (!count) {
		b->failed = true;
		return;
	}
	for (int counting = 1; counting >= 0; counting--)
		for (uint32_t i = 0; i < b->queries.count && !b->failed; i++) {
			struct query *q = &b->query[i];
			enum dict_mode mode = mode_of(q);

			if (q->pred == NONE || mode == DICT_MODES || mode == DICT_EQUAL ||
			    !index_of(b, i))
				continue;
			if (counting)
				count[q->index]++;
			else if (count[q->index] >= answers_pay[mode] && q->guard == NONE)
				q->guard = b->guard_n++;
		}
	free(count);
}

/* Dictionaries of all indexes. An index whose table would be too large keeps none. */
static void make_dicts(struct builder *b)
{
	struct dict_word *words = NULL;
	size_t cap = 0;

	for (uint32_t i = 0; i < b->index_n && !b->failed; i++) {
		struct dict *dict;
		size_t n = 0;

		for (uint32_t k = 0; k < b->queries.count && !b->failed; k++) {
			const struct query *q = &b->query[k];

			if (q->guard == NONE || q->index != i)
				continue;
			for (size_t w = 0; w < q->n; w++) {
				if (!builder_room(b, &words, &cap, n, sizeof(*words)))
					break;
				words[n++] = (struct dict_word){ query_item_text(&q->items[w], q->matter),
								 q->guard };
			}
		}
		if (!n || b->failed)
			continue;
		if (dict_new(b->index_mode[i], words, n, &b->p->arena, &dict) < 0)
			b->failed = true;
		else
			b->index[i].dict = dict;
	}
	free(words);
}

static bool has_dicts(const struct builder *b, const struct guards *g)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (!b->index[b->query[g->queries[i]].index].dict)
			return false;
	return true;
}

/* Sets which entries are always run. True: not all of them are. */
static bool set_always(struct builder *b, struct class *class, const struct guards *const *of)
{
	uint64_t *always = ARENA_NEW_N(&b->p->arena, uint64_t, (size_t)class->n / 64 + 1);
	uint64_t *words = ARENA_NEW_N(&b->p->arena, uint64_t, (size_t)class->n / 4096 + 1);
	bool some = false;

	class->always = always;
	class->always_words = words;
	b->failed |= !always || !words;
	for (uint32_t i = 0; always && words && i < class->n; i++)
		if (!of[i] || !has_dicts(b, of[i])) {
			always[i / 64] |= (uint64_t)1 << (i % 64);
			words[i / 4096] |= (uint64_t)1 << (i / 64 % 64);
		} else {
			some = true;
		}
	return some;
}

/* The tables of one class. */
static void index_class(struct builder *b, struct class *class, const struct guards *const *of)
{
	struct arena *a = &b->p->arena;
	const uint64_t *always = class->always;
	uint32_t *guarded = ARENA_NEW_N(a, uint32_t, (size_t)b->guard_n + 1);
	uint32_t *indexes = ARENA_NEW_N(a, uint32_t, (size_t)b->index_n + 1);
	bool *used = arena_zalloc(&b->arena, (size_t)b->index_n + 1);
	size_t total = 1;
	uint32_t *lists;

	if (!guarded || !indexes || !used) {
		b->failed = true;
		return;
	}
	/* First how long each list is, in its later place; then the places; then the entries. */
	for (uint32_t i = 0; i < class->n; i++) {
		if (always[i / 64] >> (i % 64) & 1)
			continue;
		for (uint32_t k = 0; k < of[i]->n; k++)
			guarded[b->query[of[i]->queries[k]].guard]++;
	}
	for (uint32_t g = 0; g < b->guard_n; g++)
		if (guarded[g]) {
			size_t n = guarded[g];

			guarded[g] = (uint32_t)total;
			total += n + 1;
		}
	lists = ARENA_NEW_N(a, uint32_t, total);
	if (!lists || total > UINT32_MAX) {
		b->failed = true;
		return;
	}
	for (uint32_t i = 0; i < class->n; i++) {
		if (always[i / 64] >> (i % 64) & 1)
			continue;
		for (uint32_t k = 0; k < of[i]->n; k++) {
			const struct query *q = &b->query[of[i]->queries[k]];
			uint32_t *list = &lists[guarded[q->guard]];

			list[++list[0]] = i;
			used[q->index] = true;
		}
	}
	for (uint32_t i = 0; i < b->index_n; i++)
		if (used[i])
			indexes[class->index_count++] = i;
	class->guarded = guarded;
	class->lists = lists;
	class->indexes = indexes;
}

void guard_index(struct builder *b, struct class *classes, uint32_t count,
		      const struct root *roots, size_t root_count)
{
	struct program *p = b->p;
	const struct guards **of = calloc(root_count + 1, sizeof(struct guards *));
	uint32_t *guards;
	uint32_t most = 0;
	size_t at = 0;

	if (!of) {
		b->failed = true;
		return;
	}
	for (uint32_t k = 1; k <= count; at += classes[k++].n)
		if (classes[k].n >= INDEX_FROM)
			choose_guards(b, roots + at, classes[k].n, of + at);
	if (!b->failed)
		choose_answers(b);
	make_dicts(b);
	guards = ARENA_NEW_N(&p->arena, uint32_t, (size_t)b->guard_n + 1);
	if (!guards)
		b->failed = true;
	for (uint32_t i = 0; i < b->queries.count && !b->failed; i++)
		if (b->query[i].guard != NONE) {
			const struct query *q = &b->query[i];

			guards[q->guard] = q->pred;
			if (b->index[q->index].dict)
				b->pred[q->pred].index = q->index;
		}
	at = 0;
	for (uint32_t k = 1; k <= count && !b->failed; at += classes[k++].n) {
		if (classes[k].n < INDEX_FROM || !b->guard_n ||
		    (size_t)count * b->guard_n > GUARD_TABLE_MAX)
			memset(of + at, 0, classes[k].n * sizeof(*of));
		if (set_always(b, &classes[k], of + at))
			index_class(b, &classes[k], of + at);
		if (classes[k].n > most)
			most = classes[k].n;
	}
	free(of);
	p->guards = guards;
	p->candidates = ARENA_NEW_N(&p->arena, uint64_t, (size_t)most / 64 + 1);
	p->found = ARENA_NEW_N(&p->arena, uint64_t, (size_t)most / 4096 + 1);
	b->failed |= !p->candidates || !p->found;
}
