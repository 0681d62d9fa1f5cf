/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/matcher.h"

#include <stdlib.h>

#include "rule/query.h"

#define AUTOMATON_FROM 3 /* words; fewer are searched one by one */

static bool make_regex(struct builder *b, struct str pattern, struct regex **ret)
{
	struct program *p = b->p;
	const char *reason;

	if (!builder_room(b, &p->regexes, &b->regex_cap, p->regex_count, sizeof(struct regex *)) ||
	    regex_new(pattern, &b->arena, ret, &reason) < 0) {
		b->failed = true; /* the pattern was compiled before, by cond_check() */
		return false;
	}
	p->regexes[p->regex_count++] = *ret;
	return true;
}

/* Place of the byte that is likely the least frequent one in names of files and commands. */
static uint8_t rarest(struct str s)
{
	static const char frequent[] = "/eatiosrnlcupdmbhgvyfk-.";
	size_t best = 0;
	size_t best_rank = 0;

	for (size_t i = 0; i < s.n && i <= UINT8_MAX; i++) {
		const char *at = s.p[i] ? strchr(frequent, s.p[i]) : NULL;
		size_t rank = at ? (size_t)(at - frequent) + 1 : sizeof(frequent) + 1;

		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	return (uint8_t)best;
}

static void make_one(struct builder *b, const struct query *q, const struct literal *l,
		     struct test *t)
{
	static const uint8_t text_kinds[] = {
		[FAMILY_EQ] = TEST_TEXT_EQ,	    [FAMILY_CONTAINS] = TEST_CONTAINS,
		[FAMILY_ICONTAINS] = TEST_ICONTAINS, [FAMILY_STARTS] = TEST_STARTS,
		[FAMILY_ENDS] = TEST_ENDS,	    [FAMILY_GLOB] = TEST_GLOB,
		[FAMILY_IGLOB] = TEST_IGLOB,	    [FAMILY_REGEX] = TEST_REGEX,
		[FAMILY_PATHS] = TEST_PATHS,	    [FAMILY_ORDER] = TEST_TEXT_ORDER,
		[FAMILY_FIELDS] = 0,
	};
	static const uint8_t dynamic_ops[] = {
		[FAMILY_EQ] = OP_EQ,		 [FAMILY_CONTAINS] = OP_CONTAINS,
		[FAMILY_ICONTAINS] = OP_ICONTAINS, [FAMILY_STARTS] = OP_STARTSWITH,
		[FAMILY_ENDS] = OP_ENDSWITH,	 [FAMILY_GLOB] = OP_GLOB,
		[FAMILY_IGLOB] = OP_IGLOB,	 [FAMILY_FIELDS] = 0,
	};
	bool ordered = q->family == FAMILY_ORDER;
	struct net *net;

	t->op = q->op;
	switch ((enum matter)q->matter) {
	case MATTER_TEXT:
		t->kind = text_kinds[q->family];
		t->s = l->v.s;
		if (q->family == FAMILY_CONTAINS)
			t->rare = rarest(t->s);
		if (q->family == FAMILY_REGEX)
			make_regex(b, l->v.s, &t->regex);
		if (q->family == FAMILY_PATHS) {
			t->paths = path_set_new(&l->v.s, 1, &b->p->arena);
			b->failed |= !t->paths;
		}
		return;
	case MATTER_SIGNED:
		t->kind = ordered ? TEST_SIGNED_ORDER : TEST_NUMBER_EQ;
		t->i = l->v.i;
		return;
	case MATTER_UNSIGNED:
		t->kind = ordered ? TEST_UNSIGNED_ORDER : TEST_NUMBER_EQ;
		t->u = l->v.u;
		return;
	case MATTER_DOUBLE:
		t->kind = ordered ? TEST_DOUBLE_ORDER : TEST_DOUBLE_EQ;
		t->i = l->v.i;
		return;
	case MATTER_DYNAMIC:
		t->kind = TEST_DYNAMIC;
		t->literal = l;
		if (!ordered)
			t->op = dynamic_ops[q->family];
		return;
	case MATTER_NET:
		break;
	}
	net = ARENA_NEW(&b->p->arena, struct net);
	if (!net) {
		b->failed = true;
		return;
	}
	memcpy(net->address, l->v.s.p, l->v.s.n);
	net->bytes = (uint8_t)l->v.s.n;
	net->prefix = l->prefix;
	t->kind = TEST_NETS;
	t->nets.v = net;
	t->nets.n = 1;
}

/* One test per literal. */
static void make_several(struct builder *b, const struct query *q, enum test_kind kind,
			 struct test *t)
{
	struct test *tests = ARENA_NEW_N(&b->p->arena, struct test, q->n);

	if (!tests) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < q->n && !b->failed; i++) {
		make_one(b, q, &q->items[i], &tests[i]);
		tests[i].negated = q->modifier != MOD_NONE && q->negated;
	}
	t->kind = kind;
	t->tests.v = tests;
	t->tests.n = q->n;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void make_numbers(struct builder *b, const struct query *q, struct test *t)
{
	uint64_t *v = ARENA_NEW_N(&b->p->arena, uint64_t, q->n);

	if (!v) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < q->n; i++)
		v[i] = q->items[i].v.u;
	qsort(v, q->n, sizeof(*v), by_number);
	t->kind = TEST_NUMBER_IN;
	t->numbers.v = v;
	t->numbers.n = q->n;
}

/* Two literals or more of which one is enough. */
static void make_any(struct builder *b, const struct query *q, struct test *t)
{
	struct arena *a = &b->p->arena;
	struct str *words;
	struct net *nets;
	bool good = true;

	if (q->matter == MATTER_SIGNED || q->matter == MATTER_UNSIGNED) {
		make_numbers(b, q, t);
		return;
	}
	if (q->matter == MATTER_NET) {
		nets = ARENA_NEW_N(a, struct net, q->n);
		for (size_t i = 0; nets && i < q->n; i++) {
			memcpy(nets[i].address, q->items[i].v.s.p, q->items[i].v.s.n);
			nets[i].bytes = (uint8_t)q->items[i].v.s.n;
			nets[i].prefix = q->items[i].prefix;
		}
		t->kind = TEST_NETS;
		t->nets.v = nets;
		t->nets.n = q->n;
		b->failed |= !nets;
		return;
	}
	words = q->matter == MATTER_TEXT ? ARENA_NEW_N(a, struct str, q->n) : NULL;
	if (!words) {
		b->failed |= q->matter == MATTER_TEXT;
		make_several(b, q, TEST_ANY_OF, t);
		return;
	}
	for (size_t i = 0; i < q->n; i++)
		words[i] = q->items[i].v.s;
	switch ((enum family)q->family) {
	case FAMILY_EQ:
		t->kind = TEST_TEXT_IN;
		t->set = str_set_new(words, q->n, a);
		good = t->set;
		break;
	case FAMILY_STARTS:
	case FAMILY_ENDS:
		t->kind = q->family == FAMILY_STARTS ? TEST_STARTS_ANY : TEST_ENDS_ANY;
		t->affixes = affix_set_new(words, q->n, q->family == FAMILY_ENDS, a);
		good = t->affixes;
		break;
	case FAMILY_PATHS:
		t->kind = TEST_PATHS;
		t->paths = path_set_new(words, q->n, a);
		good = t->paths;
		break;
	case FAMILY_CONTAINS:
	case FAMILY_ICONTAINS:
		t->kind = TEST_CONTAINS_ANY;
		if (q->n >= AUTOMATON_FROM)
			good = automaton_new(words, q->n, q->family == FAMILY_ICONTAINS, a,
					     &t->automaton) == 0;
		if (t->automaton)
			break;
		make_several(b, q, TEST_ANY_OF, t);
		break;
	case FAMILY_NEVER:
	case FAMILY_EXISTS:
	case FAMILY_GLOB:
	case FAMILY_IGLOB:
	case FAMILY_REGEX:
	case FAMILY_ORDER:
	case FAMILY_FIELDS:
		make_several(b, q, TEST_ANY_OF, t);
		break;
	}
	b->failed |= !good;
}

struct test *matcher_of(struct builder *b, uint32_t number)
{
	struct query *q = &b->query[number];
	struct test *t;

	if (q->test)
		return q->test;
	t = ARENA_NEW(&b->p->arena, struct test);
	if (!t) {
		b->failed = true;
		return NULL;
	}
	if (q->family == FAMILY_NEVER || q->family == FAMILY_FIELDS)
		t->kind = TEST_NEVER;
	else if (q->family == FAMILY_EXISTS)
		t->kind = TEST_ALWAYS;
	else if (q->modifier == MOD_ALLOF)
		make_several(b, q, TEST_ALL_OF, t);
	else if (q->modifier == MOD_ONEOF)
		make_several(b, q, TEST_ONE_OF, t);
	else if (q->modifier == MOD_ANYOF)
		make_several(b, q, TEST_ANY_OF, t);
	else if (q->n == 1)
		make_one(b, q, &q->items[0], t);
	else if (q->n == 0)
		t->kind = TEST_NEVER;
	else
		make_any(b, q, t);
	if (q->modifier == MOD_NONE)
		t->negated = q->negated;
	q->test = t;
	return t;
}
