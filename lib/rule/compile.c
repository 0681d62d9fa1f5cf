/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From checked trees to one program.
 *
 *     trees --collect--> checks of the event's type --refine--> classes of codes
 *     trees + class --fold--> graph of and-nodes --emit--> blocks of instructions
 *
 * Codes for which every check of the event's type has the same answer form a class and share their
 * entries. Folding replaces those answers, drops rules that became false, and numbers what is left:
 * equal subconditions become one node. The graph knows only `and` and negated edges (an `or` is an
 * `and` of negations with the edge to it negated), so that equal things look equal more often.
 * A node that several others need is compiled once, as a predicate with a block of its own; so code
 * grows with the text of the rules, never with the number of ways through their macros.
 */
#include "rule/program.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "rule/glob.h"
#include "rule/intern.h"
#include "rule/machine.h"

#define PROGRAM_MAX_BYTES ((size_t)1 << 30)
#define SCRATCH_MAX_BYTES ((size_t)16 << 20)
#define BUILD_MAX_BYTES	  ((size_t)1 << 30)
#define MERGE_MAX	  256 /* literals of predicates that are made one */
#define AUTOMATON_FROM	  3   /* words; fewer are searched one by one */

/* A node's number and, in bit 0, whether it is negated. Node 0 is "true". */
typedef uint32_t ref;

#define REF_TRUE  ((ref)0)
#define REF_FALSE ((ref)1)
#define NONE	  UINT32_MAX

enum family {
	FAMILY_NEVER,
	FAMILY_EXISTS,
	FAMILY_EQ,
	FAMILY_CONTAINS,
	FAMILY_ICONTAINS,
	FAMILY_STARTS,
	FAMILY_ENDS,
	FAMILY_GLOB,
	FAMILY_IGLOB,
	FAMILY_REGEX,
	FAMILY_PATHS,
	FAMILY_ORDER,
	FAMILY_FIELDS,
};

enum matter {
	MATTER_TEXT, /* texts, bytes, addresses */
	MATTER_SIGNED,
	MATTER_UNSIGNED,
	MATTER_DOUBLE,
	MATTER_NET,
	MATTER_DYNAMIC,
};

/* A predicate while the program is made. The members up to `other` are its identity. */
struct query {
	uint8_t kind; /* enum pred_kind */
	uint8_t family;
	uint8_t matter;
	uint8_t op;	  /* FAMILY_ORDER, FAMILY_FIELDS */
	uint8_t negated;
	uint8_t modifier; /* MOD_NONE: one of the literals is enough */
	uint8_t is_bool;
	uint8_t unused;
	uint32_t slot;
	uint32_t other;
	const struct literal *items; /* sorted, without repetitions unless MOD_ONEOF */
	size_t n;
	struct test *test;   /* once it is needed */
	const struct cond *event_check; /* the check, when the event's code may decide it */
	bool listed;	     /* among event_queries */
	uint32_t pred;	     /* number in the program, or NONE */
	uint32_t guard;	     /* number as a guard, or NONE */
	uint32_t index;	     /* index that answers it, or NONE */
};

struct node {
	uint32_t query; /* leaf: its predicate; else NONE */
	ref *kids;	/* of an and-node */
	uint32_t n;
	uint32_t parents;
	uint32_t pred;	   /* and-node with several parents: its predicate, or NONE */
	uint32_t start[2]; /* its block, by negation; NONE until it is made */
	float cost, chance;
	bool counted, ordered;
	const struct guards *guards[2]; /* by negation; of what is true only with one of them */
	bool guarded[2];
};

/* Predicates of which one must be true. */
struct guards {
	uint32_t n;
	float score; /* the lower the better */
	uint32_t queries[];
};

/* A rule in a class. */
struct root {
	ref r;
	uint32_t rule;
};

/* What is remembered about a node of the trees. */
struct known {
	ref folded;
	uint32_t class; /* for which it was folded; NONE: not yet */
	bool depends;	/* on the event's code */
	bool collected;
};

struct builder {
	struct program *p;
	struct arena arena;
	struct intern slots, queries, nodes, trees;
	struct slot *slot;
	uint32_t *slot_uses;
	size_t slot_cap;
	struct query *query;
	size_t query_cap;
	struct node *node;
	size_t node_cap;
	struct known *known;
	size_t known_cap;
	struct buf key;
	ref *stack; /* operands of the nodes under construction */
	size_t stack_n, stack_cap;
	uint32_t *event_queries; /* predicates that the code may decide */
	size_t event_n, event_cap;
	struct pred *pred;
	size_t pred_cap;
	uint32_t pred_n;
	struct instr *code;
	size_t code_cap;
	uint32_t code_n;
	size_t regex_cap;
	struct index *index;
	enum dict_mode *index_mode;
	size_t index_cap, index_mode_cap;
	uint32_t index_n;
	uint32_t guard_n;
	uint32_t class;
	unsigned int class_code; /* a code of the class that is folded for */
	bool failed;
};

/* Makes room for item `n`, zeroed. False, and b->failed, without memory. */
static bool room(struct builder *b, void *array, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap ? *cap : 64;
	void *grown;

	if (n < *cap)
		return true;
	while (want <= n)
		want *= 2;
	grown = want > SIZE_MAX / size ? NULL : realloc(*(void **)array, want * size);
	if (!grown) {
		b->failed = true;
		return false;
	}
	memset((char *)grown + *cap * size, 0, (want - *cap) * size);
	*(void **)array = grown;
	*cap = want;
	return true;
}

static void key_bytes(struct builder *b, const void *p, size_t n)
{
	buf_append(&b->key, p, n);
}

static void key_u32(struct builder *b, uint32_t u)
{
	key_bytes(b, &u, sizeof(u));
}

static void key_str(struct builder *b, struct str s)
{
	uint64_t n = s.n;

	key_bytes(b, &n, sizeof(n));
	key_bytes(b, s.p, s.n);
}

/* 1: new number; 0: known; negative: b->failed. */
static int key_number(struct builder *b, struct intern *t, uint32_t *ret)
{
	int r = buf_error(&b->key) ? -ENOMEM : intern_add(t, buf_str(&b->key), ret);

	if (r < 0)
		b->failed = true;
	return r;
}

/* --- slots ----------------------------------------------------------------------------------- */

static bool has_many(const struct expr *e)
{
	return e->kind == EXPR_FIELD &&
	       (e->is_list || (e->def->flags & (FIELD_ANY | FIELD_ENDS)) ||
		((e->def->flags & FIELD_ANY_IF_NO_ARG) && !e->field_arg.given));
}

static bool slot_init(struct builder *b, struct slot *s, const struct expr *e, const uint32_t *kids)
{
	struct arena *a = &b->p->arena;

	switch (e->kind) {
	case EXPR_FIELD:
		s->kind = has_many(e) ? SLOT_FIELD_MANY : SLOT_FIELD;
		s->def = e->def;
		s->arg = &e->field_arg;
		s->o.is_list = e->is_list;
		s->o.n = 1;
		if (s->kind == SLOT_FIELD_MANY) {
			s->many = ARENA_NEW_N(a, struct value, FIELD_VALUES_MAX);
			s->o.v = s->many;
			return s->many != NULL;
		}
		return true;
	case EXPR_TEXT:
		s->kind = SLOT_TEXT;
		s->one = (struct value){ .type = PT_CHARBUF, .s = e->name };
		s->o = (struct operand){ .present = true, .n = 1 };
		return true;
	case EXPR_LIST:
	case EXPR_CALL:
		break;
	}
	s->kind = e->kind == EXPR_LIST ? SLOT_LIST : SLOT_CALL;
	s->transformer = e->transformer;
	s->kids = kids;
	s->kid_count = e->kid_count;
	s->option = e->arg;
	s->option_given = e->arg_given;
	return true;
}

static uint32_t slot_of(struct builder *b, const struct expr *e)
{
	uint32_t *kids = NULL;
	uint32_t number = 0;
	int r;

	if (e->kid_count) {
		kids = ARENA_NEW_N(&b->p->arena, uint32_t, e->kid_count);
		if (!kids) {
			b->failed = true;
			return 0;
		}
	}
	for (size_t i = 0; i < e->kid_count; i++)
		kids[i] = slot_of(b, e->kids[i]);
	if (b->failed)
		return 0;
	buf_reset(&b->key);
	key_u32(b, e->kind);
	if (e->kind == EXPR_FIELD) {
		key_bytes(b, &e->def, sizeof(e->def));
		key_u32(b, e->field_arg.given);
		if (e->field_arg.given)
			key_str(b, e->field_arg.key);
	} else if (e->kind == EXPR_TEXT) {
		key_str(b, e->name);
	} else {
		key_bytes(b, &e->transformer, sizeof(e->transformer));
		key_u32(b, e->arg_given);
		key_str(b, e->arg);
		key_bytes(b, kids, e->kid_count * sizeof(*kids));
	}
	r = key_number(b, &b->slots, &number);
	if (r != 1)
		return number;
	if (!room(b, &b->slot, &b->slot_cap, number, sizeof(*b->slot)))
		return 0;
	if (!slot_init(b, &b->slot[number], e, kids))
		b->failed = true;
	return number;
}

/* --- predicates ------------------------------------------------------------------------------ */

static enum matter matter_of(const struct expr *e)
{
	if (e->type == PT_DYN)
		return MATTER_DYNAMIC;
	if (ptype_is_net(e->type))
		return MATTER_NET;
	if (e->type == PT_DOUBLE)
		return MATTER_DOUBLE;
	if (ptype_is_signed(e->type))
		return MATTER_SIGNED;
	return ptype_is_number(e->type) ? MATTER_UNSIGNED : MATTER_TEXT;
}

static const uint8_t families[OPS] = {
	[OP_EXISTS] = FAMILY_EXISTS,	     [OP_LE] = FAMILY_ORDER,
	[OP_LT] = FAMILY_ORDER,		     [OP_GE] = FAMILY_ORDER,
	[OP_GT] = FAMILY_ORDER,		     [OP_EQ2] = FAMILY_EQ,
	[OP_EQ] = FAMILY_EQ,		     [OP_NE] = FAMILY_EQ,
	[OP_GLOB] = FAMILY_GLOB,	     [OP_IGLOB] = FAMILY_IGLOB,
	[OP_CONTAINS] = FAMILY_CONTAINS,     [OP_ICONTAINS] = FAMILY_ICONTAINS,
	[OP_BCONTAINS] = FAMILY_CONTAINS,    [OP_STARTSWITH] = FAMILY_STARTS,
	[OP_BSTARTSWITH] = FAMILY_STARTS,    [OP_ENDSWITH] = FAMILY_ENDS,
	[OP_REGEX] = FAMILY_REGEX,	     [OP_INTERSECTS] = FAMILY_EQ,
	[OP_IN] = FAMILY_EQ,		     [OP_PMATCH] = FAMILY_PATHS,
};

static struct str item_text(const struct literal *l, uint8_t matter)
{
	switch ((enum matter)matter) {
	case MATTER_DYNAMIC:
		return l->word;
	case MATTER_TEXT:
	case MATTER_NET:
		return l->v.s;
	default:
		return str_n(&l->v.u, sizeof(l->v.u));
	}
}

/* qsort has no context argument for what the items are. */
struct keyed {
	uint8_t matter;
	struct literal item;
};

static int by_text(const void *a, const void *b)
{
	const struct keyed *x = a;
	const struct keyed *y = b;
	int c = str_cmp(item_text(&x->item, x->matter), item_text(&y->item, y->matter));

	return c ? c : x->item.prefix - y->item.prefix;
}

/* Sorts the items of `q`, and takes repetitions out where they mean nothing. */
static bool items_sort(struct builder *b, struct query *q, const struct literal *items, size_t n)
{
	struct keyed *keyed = calloc(n + 1, sizeof(*keyed));
	struct literal *sorted = ARENA_NEW_N(&b->p->arena, struct literal, n + 1);

	if (!keyed || !sorted) {
		free(keyed);
		b->failed = true;
		return false;
	}
	for (size_t i = 0; i < n; i++)
		keyed[i] = (struct keyed){ q->matter, items[i] };
	if (n > 1)
		qsort(keyed, n, sizeof(*keyed), by_text);
	q->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct str text = item_text(&keyed[i].item, q->matter);
		const struct literal *before = q->n ? &sorted[q->n - 1] : NULL;

		if (before && q->modifier != MOD_ONEOF && before->prefix == keyed[i].item.prefix &&
		    str_eq(item_text(before, q->matter), text))
			continue;
		sorted[q->n++] = keyed[i].item;
	}
	free(keyed);
	q->items = sorted;
	return true;
}

/* The number of a predicate; its items are sorted. */
static uint32_t query_number(struct builder *b, const struct query *q)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_bytes(b, q, offsetof(struct query, items));
	for (size_t i = 0; i < q->n; i++) {
		key_str(b, item_text(&q->items[i], q->matter));
		key_u32(b, q->items[i].prefix);
	}
	r = key_number(b, &b->queries, &number);
	if (r != 1)
		return number;
	if (!room(b, &b->query, &b->query_cap, number, sizeof(*b->query)))
		return 0;
	b->query[number] = *q;
	b->query[number].pred = b->query[number].guard = b->query[number].index = NONE;
	return number;
}

/* Turns a modifier into the plain form where there is one. */
static void simplify_modifier(struct query *q)
{
	/* Different networks may overlap, and "5" and "05" are one number. */
	bool exclusive = q->matter != MATTER_NET && q->matter != MATTER_DYNAMIC;
	size_t n = q->n;

	if (q->modifier == MOD_NONE && !q->negated) /* one of the literals */
		return;
	if (!n) {
		q->family = FAMILY_NEVER;
		q->modifier = MOD_NONE;
		q->negated = false;
		return;
	}
	if (n == 1 || q->modifier == MOD_NONE) {
		q->modifier = MOD_NONE;
		return;
	}
	switch ((enum modifier)q->modifier) {
	case MOD_ANYOF: /* unequal to one of two different literals: always */
		if (q->negated && !exclusive)
			return;
		if (q->negated) {
			q->family = FAMILY_EXISTS;
			q->negated = false;
			q->n = 0;
		}
		q->modifier = MOD_NONE;
		break;
	case MOD_ALLOF:
		if (q->negated) { /* unequal to all: not a member */
			q->modifier = MOD_NONE;
		} else if (q->family == FAMILY_EQ && exclusive) { /* equal to two different ones */
			q->family = FAMILY_NEVER;
			q->modifier = MOD_NONE;
			q->n = 0;
		}
		break;
	case MOD_ONEOF:
	case MOD_NONE:
		break;
	}
}

static APART uint32_t query_of(struct builder *b, const struct cond *c)
{
	const struct check *ch = c->check;
	const struct expr *left = ch->left;
	struct query q;
	uint32_t number;

	memset(&q, 0, sizeof(q)); /* padding is part of the key */
	q.kind = PRED_ONE;
	q.family = families[ch->op];
	q.matter = matter_of(left);
	q.modifier = ch->modifier;
	q.slot = slot_of(b, left);
	q.negated = ch->op == OP_NE;
	q.is_bool = left->type == PT_BOOL;
	if (q.family == FAMILY_ORDER)
		q.op = ch->op;
	if (left->is_list && ch->op != OP_EXISTS)
		q.kind = ch->op == OP_IN ? PRED_EVERY : PRED_ANY;
	else if (!left->is_list && has_many(left))
		q.kind = (left->def->flags & FIELD_ENDS) && ch->op == OP_NE ? PRED_EVERY : PRED_ANY;
	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_WITHIN) && q.family == FAMILY_EQ) {
		q.family = FAMILY_ORDER;
		q.op = OP_LE;
	}
	if (ch->right) {
		q.kind = PRED_FIELDS;
		q.family = FAMILY_FIELDS;
		q.op = ch->op;
		q.negated = false;
		q.other = slot_of(b, ch->right);
	} else if (ch->op != OP_EXISTS) {
		if (!items_sort(b, &q, ch->literals, ch->word_count))
			return 0;
		simplify_modifier(&q);
		if (q.family != FAMILY_EXISTS && !q.n)
			q.family = FAMILY_NEVER;
	}
	if (b->failed)
		return 0;
	number = query_number(b, &q);
	if (b->failed)
		return 0;
	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_EVENT_TYPE) && !ch->right)
		b->query[number].event_check = c;
	return number;
}

/* --- tests ----------------------------------------------------------------------------------- */

static bool make_regex(struct builder *b, struct str pattern, struct regex **ret)
{
	struct program *p = b->p;
	const char *reason;

	if (!room(b, &p->regexes, &b->regex_cap, p->regex_count, sizeof(struct regex *)) ||
	    regex_new(pattern, &b->arena, ret, &reason) < 0) {
		b->failed = true; /* the pattern was compiled before, by cond_check() */
		return false;
	}
	p->regexes[p->regex_count++] = *ret;
	return true;
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

static struct test *test_of(struct builder *b, uint32_t number)
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

/* --- graph ----------------------------------------------------------------------------------- */

static ref node_of_query(struct builder *b, uint32_t query)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_u32(b, NONE);
	key_u32(b, query);
	r = key_number(b, &b->nodes, &number);
	if (r == 1) {
		if (!room(b, &b->node, &b->node_cap, number, sizeof(*b->node)))
			return REF_FALSE;
		b->node[number] = (struct node){
			.query = query, .pred = NONE, .start = { NONE, NONE }
		};
	}
	return number << 1;
}

static int by_value(const void *a, const void *b)
{
	ref x = *(const ref *)a;
	ref y = *(const ref *)b;

	return (x > y) - (x < y);
}

/* Predicates of one slot of which "one of the literals" can be asked together. */
static bool mergeable(const struct query *q)
{
	return q->family >= FAMILY_EQ && q->family <= FAMILY_PATHS && !q->negated &&
	       q->modifier == MOD_NONE && (q->kind == PRED_ONE || q->kind == PRED_ANY);
}

static bool same_question(const struct query *a, const struct query *b)
{
	return a->slot == b->slot && a->family == b->family && a->kind == b->kind &&
	       a->matter == b->matter;
}

/*
 * kids[0..n) are negated leaves among the kids of an `and`, that is alternatives of an `or`. Makes
 * one predicate of all that ask the same slot the same kind of question. Returns how many are left.
 */
static APART size_t merge(struct builder *b, ref *kids, size_t n)
{
	for (size_t i = 0; i < n && !b->failed; i++) {
		struct query q = b->query[b->node[kids[i] >> 1].query];
		struct literal items[MERGE_MAX];
		size_t count = q.n;
		size_t kept = i + 1;

		if (!mergeable(&q) || count > MERGE_MAX)
			continue;
		memcpy(items, q.items, count * sizeof(*items));
		for (size_t k = i + 1; k < n; k++) {
			const struct query *other = &b->query[b->node[kids[k] >> 1].query];

			if (mergeable(other) && same_question(&q, other) &&
			    count + other->n <= MERGE_MAX) {
				memcpy(items + count, other->items, other->n * sizeof(*items));
				count += other->n;
			} else {
				kids[kept++] = kids[k];
			}
		}
		if (kept == n)
			continue;
		n = kept;
		q.test = NULL;
		q.event_check = NULL;
		if (items_sort(b, &q, items, count))
			kids[i] = node_of_query(b, query_number(b, &q)) | 1;
	}
	return n;
}

static bool is_negated_leaf(const struct builder *b, ref r)
{
	return (r & 1) && r >> 1 && b->node[r >> 1].query != NONE;
}

/* The `and` of the operands on the stack from `base` on, which are taken off. */
static ref and_node(struct builder *b, size_t base)
{
	ref *kids = b->stack + base;
	size_t n = b->stack_n - base;
	size_t leaves = 0;
	size_t kept = 0;
	uint32_t number = 0;
	int r;

	b->stack_n = base;
	for (size_t i = 0; i < n; i++) /* negated leaves to the front */
		if (is_negated_leaf(b, kids[i])) {
			ref swap = kids[i];

			kids[i] = kids[leaves];
			kids[leaves++] = swap;
		}
	if (leaves > 1) {
		size_t left = merge(b, kids, leaves);

		memmove(kids + left, kids + leaves, (n - leaves) * sizeof(*kids));
		n -= leaves - left;
	}
	if (b->failed)
		return REF_FALSE;
	if (n > 1)
		qsort(kids, n, sizeof(*kids), by_value);
	for (size_t i = 0; i < n; i++) {
		if (kids[i] == REF_FALSE)
			return REF_FALSE;
		if (kids[i] == REF_TRUE || (kept && kids[kept - 1] == kids[i]))
			continue;
		if (kept && kids[kept - 1] == (kids[i] ^ 1))
			return REF_FALSE; /* something and its negation */
		kids[kept++] = kids[i];
	}
	if (kept < 2)
		return kept ? kids[0] : REF_TRUE;
	buf_reset(&b->key);
	key_bytes(b, kids, kept * sizeof(*kids));
	r = key_number(b, &b->nodes, &number);
	if (r == 1) {
		ref *copy = ARENA_NEW_N(&b->arena, ref, kept);

		if (!copy || !room(b, &b->node, &b->node_cap, number, sizeof(*b->node))) {
			b->failed = true;
			return REF_FALSE;
		}
		memcpy(copy, kids, kept * sizeof(*copy));
		b->node[number] = (struct node){ .query = NONE,
						 .kids = copy,
						 .n = (uint32_t)kept,
						 .pred = NONE,
						 .start = { NONE, NONE } };
	}
	return number << 1;
}

/* --- folding --------------------------------------------------------------------------------- */

static struct known *known_of(struct builder *b, const struct cond *c)
{
	uint32_t number = 0;
	int r;

	buf_reset(&b->key);
	key_bytes(b, &c, sizeof(c));
	r = key_number(b, &b->trees, &number);
	if (r < 0)
		return NULL;
	if (r == 1) {
		if (!room(b, &b->known, &b->known_cap, number, sizeof(*b->known)))
			return NULL;
		b->known[number] = (struct known){ .class = NONE };
	}
	return &b->known[number];
}

enum answer {
	ANSWER_FALSE,
	ANSWER_TRUE,
	ANSWER_LATER, /* at run time */
};

/* What the code decides about a predicate on the event's type. */
static enum answer answer_at(struct builder *b, uint32_t number, unsigned int code)
{
	const struct cond *c = b->query[number].event_check;
	const struct expr *left = c->check->left;
	const struct test *t;
	struct value v;
	int r = field_get_of_code(left->def, &left->field_arg, code, &v);

	if (r == 0)
		return ANSWER_FALSE;
	if (r > 0) {
		t = test_of(b, number);
		return t && test_value(t, &v) ? ANSWER_TRUE : ANSWER_FALSE;
	}
	if (c->facts && !code_set_has(&c->facts->codes[0], code))
		return ANSWER_FALSE;
	if (c->facts && !code_set_has(&c->facts->codes[1], code))
		return ANSWER_TRUE;
	return ANSWER_LATER;
}

/* evt.num counts from 1: comparisons with 0 are how rules write "never" and "always". */
static enum answer answer_of_count(const struct query *q, const struct expr *left)
{
	uint64_t u;

	if (left->kind != EXPR_FIELD || strcmp(left->def->name, "evt.num") != 0 || q->n != 1 ||
	    q->modifier != MOD_NONE)
		return ANSWER_LATER;
	u = q->items[0].v.u;
	if (q->family == FAMILY_EQ && u == 0)
		return q->negated ? ANSWER_TRUE : ANSWER_FALSE;
	if (q->family != FAMILY_ORDER || u > 1)
		return ANSWER_LATER;
	if (q->op == OP_GE || (q->op == OP_GT && u == 0))
		return ANSWER_TRUE;
	if (q->op == OP_LT || (q->op == OP_LE && u == 0))
		return ANSWER_FALSE;
	return ANSWER_LATER;
}

static ref fold(struct builder *b, const struct cond *c, bool *depends);

static APART ref fold_check(struct builder *b, const struct cond *c, bool *depends)
{
	uint32_t number = query_of(b, c);
	enum answer answer;

	if (b->failed)
		return REF_FALSE;
	answer = answer_of_count(&b->query[number], c->check->left);
	if (b->query[number].event_check) {
		*depends = true;
		answer = answer_at(b, number, b->class_code);
	}
	if (answer != ANSWER_LATER)
		return answer == ANSWER_TRUE ? REF_TRUE : REF_FALSE;
	if (b->query[number].family == FAMILY_NEVER && b->query[number].kind != PRED_EVERY)
		return REF_FALSE;
	return node_of_query(b, number);
}

static ref fold_kids(struct builder *b, const struct cond *c, bool *depends)
{
	bool any = c->kind == COND_OR; /* an `or` is the negation of an `and` of negations */
	size_t base = b->stack_n;

	for (size_t i = 0; i < c->kid_count && !b->failed; i++) {
		ref kid = fold(b, c->kids[i], depends) ^ any;

		if (!room(b, &b->stack, &b->stack_cap, b->stack_n, sizeof(*b->stack)))
			break;
		b->stack[b->stack_n++] = kid;
	}
	return and_node(b, base) ^ any;
}

static ref fold(struct builder *b, const struct cond *c, bool *depends)
{
	struct known *k = known_of(b, c);
	bool here = false;
	ref r = REF_FALSE;

	if (!k)
		return REF_FALSE;
	if (k->class == b->class || (k->class != NONE && !k->depends)) {
		*depends |= k->depends;
		return k->folded;
	}
	switch (c->kind) {
	case COND_CHECK:
		r = fold_check(b, c, &here);
		break;
	case COND_MACRO:
		r = fold(b, c->target, &here);
		break;
	case COND_NOT:
		r = fold(b, c->kids[0], &here) ^ 1;
		break;
	case COND_AND:
	case COND_OR:
		r = fold_kids(b, c, &here);
		break;
	}
	k = known_of(b, c); /* the table may have moved */
	if (!k)
		return REF_FALSE;
	k->folded = r;
	k->class = b->class;
	k->depends = here;
	*depends |= here;
	return r;
}

/* --- classes --------------------------------------------------------------------------------- */

static void collect(struct builder *b, const struct cond *c)
{
	struct known *k = known_of(b, c);
	uint32_t number;

	if (!k || k->collected)
		return;
	k->collected = true;
	if (c->kind == COND_MACRO) {
		collect(b, c->target);
		return;
	}
	for (size_t i = 0; i < c->kid_count && !b->failed; i++)
		collect(b, c->kids[i]);
	if (c->kind != COND_CHECK || c->check->left->kind != EXPR_FIELD ||
	    !(c->check->left->def->flags & FIELD_EVENT_TYPE) || c->check->right)
		return;
	number = query_of(b, c);
	if (b->failed || b->query[number].listed ||
	    !room(b, &b->event_queries, &b->event_cap, b->event_n, sizeof(uint32_t)))
		return;
	b->query[number].listed = true;
	b->event_queries[b->event_n++] = number;
}

/* Splits the classes of codes by the answers to one predicate after the other. */
static uint32_t refine(struct builder *b, uint32_t class_of[FIELD_CODES_MAX])
{
	struct code_set all;
	uint32_t count = 1;

	field_codes_all(&all);
	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
		class_of[code] = code_set_has(&all, code) ? 0 : NONE;
	for (size_t i = 0; i < b->event_n && !b->failed; i++) {
		uint32_t split[FIELD_CODES_MAX][3];

		memset(split, 0xff, sizeof(split));
		for (unsigned int code = 0; code < FIELD_CODES_MAX; code++) {
			uint32_t class = class_of[code];
			enum answer answer;

			if (class == NONE)
				continue;
			answer = answer_at(b, b->event_queries[i], code);
			if (split[class][answer] == NONE) {
				bool first = split[class][0] == NONE && split[class][1] == NONE &&
					     split[class][2] == NONE;

				split[class][answer] = first ? class : count++;
			}
			class_of[code] = split[class][answer];
		}
	}
	return count;
}

/* --- order of evaluation --------------------------------------------------------------------- */

static float chance_of(const struct query *q)
{
	static const struct {
		float one, most;
	} chances[] = {
		[FAMILY_NEVER] = { 0, 0 },	      [FAMILY_EXISTS] = { 0.9f, 0.9f },
		[FAMILY_EQ] = { 0.03f, 0.4f },	      [FAMILY_CONTAINS] = { 0.05f, 0.4f },
		[FAMILY_ICONTAINS] = { 0.05f, 0.4f }, [FAMILY_STARTS] = { 0.1f, 0.5f },
		[FAMILY_ENDS] = { 0.05f, 0.4f },      [FAMILY_GLOB] = { 0.1f, 0.5f },
		[FAMILY_IGLOB] = { 0.1f, 0.5f },      [FAMILY_REGEX] = { 0.1f, 0.5f },
		[FAMILY_PATHS] = { 0.1f, 0.5f },      [FAMILY_ORDER] = { 0.5f, 0.5f },
		[FAMILY_FIELDS] = { 0.3f, 0.3f },
	};
	float p = chances[q->family].one * (float)(q->n ? q->n : 1);

	if (q->is_bool && q->family == FAMILY_EQ)
		p = 0.3f;
	else if (q->family == FAMILY_EQ && q->matter != MATTER_TEXT)
		p = 0.15f; /* small numbers are frequent: user 0, result 0 */
	if (p > chances[q->family].most)
		p = chances[q->family].most;
	return q->negated ? 0.95f * (1 - p) : p;
}

static float slot_cost(const struct slot *s)
{
	switch ((enum slot_kind)s->kind) {
	case SLOT_TEXT:
		return 0;
	case SLOT_FIELD:
		return s->def->flags & FIELD_CHEAP ? 2 : 12;
	case SLOT_FIELD_MANY:
		return 40;
	case SLOT_LIST:
	case SLOT_CALL:
		break;
	}
	return 80;
}

static float query_cost(const struct builder *b, const struct query *q)
{
	static const uint8_t costs[] = {
		[FAMILY_NEVER] = 1,   [FAMILY_EXISTS] = 1, [FAMILY_EQ] = 3,
		[FAMILY_CONTAINS] = 15, [FAMILY_ICONTAINS] = 40, [FAMILY_STARTS] = 4,
		[FAMILY_ENDS] = 4,    [FAMILY_GLOB] = 30,  [FAMILY_IGLOB] = 40,
		[FAMILY_REGEX] = 150, [FAMILY_PATHS] = 25, [FAMILY_ORDER] = 2,
		[FAMILY_FIELDS] = 10,
	};
	uint32_t uses = b->slot_uses[q->slot];

	/* A field that many ask for is extracted anyway. */
	return costs[q->family] + slot_cost(&b->slot[q->slot]) / (float)(uses ? uses : 1);
}

/* Cost and chance of a node, and for an `and` the order of its kids. */
static void weigh(struct builder *b, uint32_t number)
{
	struct node *n = &b->node[number];
	float reached = 1;

	if (n->ordered)
		return;
	n->ordered = true;
	if (n->query != NONE) {
		n->cost = query_cost(b, &b->query[n->query]);
		n->chance = chance_of(&b->query[n->query]);
	} else {
		float *rank;

		for (uint32_t i = 0; i < n->n; i++)
			weigh(b, n->kids[i] >> 1);
		rank = calloc(n->n, sizeof(*rank));
		if (!rank) {
			b->failed = true;
			return;
		}
		for (uint32_t i = 0; i < n->n; i++) {
			const struct node *kid = &b->node[n->kids[i] >> 1];
			float p = n->kids[i] & 1 ? 1 - kid->chance : kid->chance;

			rank[i] = kid->cost / (1.001f - p);
		}
		/* Few kids: by insertion, which keeps the written order of equals. */
		for (uint32_t i = 1; i < n->n; i++) {
			float r = rank[i];
			ref kid = n->kids[i];
			uint32_t k = i;

			for (; k && rank[k - 1] > r; k--) {
				rank[k] = rank[k - 1];
				n->kids[k] = n->kids[k - 1];
			}
			rank[k] = r;
			n->kids[k] = kid;
		}
		free(rank);
		for (uint32_t i = 0; i < n->n; i++) {
			const struct node *kid = &b->node[n->kids[i] >> 1];

			n->cost += reached * kid->cost;
			reached *= n->kids[i] & 1 ? 1 - kid->chance : kid->chance;
		}
		n->chance = reached;
	}
	/* Asked by many: most of the time the answer is already there. */
	if (n->parents > 1)
		n->cost = 1 + n->cost / (float)n->parents;
}

static void count_parents(struct builder *b, uint32_t number)
{
	struct node *n = &b->node[number];

	if (n->counted)
		return;
	n->counted = true;
	if (n->query != NONE)
		b->slot_uses[b->query[n->query].slot]++;
	for (uint32_t i = 0; i < n->n; i++) {
		uint32_t kid = n->kids[i] >> 1;

		b->node[kid].parents++;
		count_parents(b, kid);
	}
}

/* --- code ------------------------------------------------------------------------------------ */

static uint32_t pred_add(struct builder *b, const struct pred *p)
{
	if (!room(b, &b->pred, &b->pred_cap, b->pred_n, sizeof(*b->pred)))
		return 0;
	b->pred[b->pred_n] = *p;
	return b->pred_n++;
}

static APART uint32_t pred_of_query(struct builder *b, uint32_t number)
{
	struct query *q = &b->query[number];
	struct test *t;

	if (q->pred != NONE)
		return q->pred;
	t = test_of(b, number);
	if (!t)
		return 0;
	q->pred = pred_add(b, &(struct pred){ .kind = q->kind,
					      .op = q->op,
					      .slot = q->slot,
					      .other = q->other,
					      .index = NO_INDEX,
					      .test = *t });
	return q->pred;
}

static uint32_t instr_add(struct builder *b, uint32_t pred, uint32_t yes, uint32_t no)
{
	if (b->failed || !room(b, &b->code, &b->code_cap, b->code_n, sizeof(*b->code)))
		return AT_FALSE;
	b->code[b->code_n] = (struct instr){ .pred = pred, .next = { no, yes } };
	return b->code_n++;
}

static uint32_t emit_kids(struct builder *b, uint32_t number, uint32_t yes, uint32_t no);

/* Instructions that go to `yes` when r is true, else to `no`. Returns where they begin. */
static uint32_t emit(struct builder *b, ref r, uint32_t yes, uint32_t no)
{
	uint32_t number = r >> 1;
	uint32_t pred;

	if (b->failed)
		return AT_FALSE;
	if (r & 1) {
		uint32_t swap = yes;

		yes = no;
		no = swap;
	}
	if (!number)
		return yes;
	if (b->node[number].query != NONE)
		return instr_add(b, pred_of_query(b, b->node[number].query), yes, no);
	if (b->node[number].parents < 2)
		return emit_kids(b, number, yes, no);
	if (b->node[number].pred == NONE) {
		uint32_t start = emit_kids(b, number, AT_TRUE, AT_FALSE);

		pred = pred_add(b, &(struct pred){ .kind = PRED_BLOCK, .other = start, .index = NO_INDEX });
		b->node[number].pred = pred;
	}
	return instr_add(b, b->node[number].pred, yes, no);
}

static uint32_t emit_kids(struct builder *b, uint32_t number, uint32_t yes, uint32_t no)
{
	uint32_t n = b->node[number].n;
	uint32_t at = yes;

	/* Backwards: an instruction has to know where the next one is. */
	while (n-- && !b->failed)
		at = emit(b, b->node[number].kids[n], at, no);
	return at;
}

/* First instruction of a whole condition. */
static uint32_t block_of(struct builder *b, ref r)
{
	uint32_t *start = &b->node[r >> 1].start[r & 1];
	uint32_t at;

	if (*start != NONE)
		return *start;
	at = emit(b, r, AT_TRUE, AT_FALSE);
	b->node[r >> 1].start[r & 1] = at;
	return at;
}

/* --- guards ---------------------------------------------------------------------------------- */

#define GUARDS_MAX     32   /* predicates that guard one rule */
#define GUARD_WORDS    1024 /* literals of one of them */
#define INDEX_FROM     12   /* rules in a class; fewer are run one by one */
#define GUARD_TABLE_MAX ((size_t)16 << 20)

/* How much an index has to save before it pays, in rules. */
static const uint8_t index_pays[DICT_MODES] = {
	[DICT_EQUAL] = 3, [DICT_STARTS] = 4,   [DICT_ENDS] = 4,
	[DICT_PATHS] = 4, [DICT_CONTAINS] = 8, [DICT_ICONTAINS] = 8,
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
		struct str word = item_text(&q->items[i], q->matter);

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
	if (!room(b, &b->index, &b->index_cap, b->index_n, sizeof(*b->index)) ||
	    !room(b, &b->index_mode, &b->index_mode_cap, b->index_n, sizeof(*b->index_mode)))
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
	g->score = chance_of(&b->query[number]) + extra[b->index_mode[b->query[number].index]] +
		   slot_cost(&b->slot[b->query[number].slot]) / 1000 +
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
			pred_of_query(b, g->queries[i]);
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
		for (uint32_t k = 0; of[i] && k < of[i]->n; k++)
			count[b->query[of[i]->queries[k]].index]++;
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
 * Predicates that cost a walk over the value, and have company on their field, are answered together
 * even where they guard nothing.
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
			else if (count[q->index] > 1 && q->guard == NONE)
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
				if (!room(b, &words, &cap, n, sizeof(*words)))
					break;
				words[n++] = (struct dict_word){ item_text(&q->items[w], q->matter),
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

/* The tables of one class. */
static void index_class(struct builder *b, struct class *class, const struct guards *const *of)
{
	struct arena *a = &b->p->arena;
	uint64_t *always = ARENA_NEW_N(a, uint64_t, (size_t)class->n / 64 + 1);
	uint32_t *guarded = ARENA_NEW_N(a, uint32_t, (size_t)b->guard_n + 1);
	uint32_t *indexes = ARENA_NEW_N(a, uint32_t, (size_t)b->index_n + 1);
	bool *used = arena_zalloc(&b->arena, (size_t)b->index_n + 1);
	size_t total = 1;
	uint32_t *lists;

	if (!always || !guarded || !indexes || !used) {
		b->failed = true;
		return;
	}
	/* First how long each list is, in its later place; then the places; then the entries. */
	for (uint32_t i = 0; i < class->n; i++) {
		if (!of[i] || !has_dicts(b, of[i])) {
			always[i / 64] |= (uint64_t)1 << (i % 64);
			continue;
		}
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
	class->always = always;
	class->guarded = guarded;
	class->lists = lists;
	class->indexes = indexes;
}

static void index_all(struct builder *b, struct class *classes, uint32_t count,
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
			continue;
		index_class(b, &classes[k], of + at);
		if (classes[k].n > most)
			most = classes[k].n;
	}
	free(of);
	p->guards = guards;
	p->candidates = ARENA_NEW_N(&p->arena, uint64_t, (size_t)most / 64 + 1);
	b->failed |= !p->candidates;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Folds all rules for one class. Returns how many can match; their roots are appended. */
static uint32_t fold_class(struct builder *b, const struct program_rule *rules, size_t n,
			   struct root **roots, size_t *count, size_t *cap)
{
	size_t before = *count;

	for (size_t i = 0; i < n && !b->failed; i++) {
		const struct cond_facts *facts = rules[i].cond->facts;
		bool depends = false;
		ref r;

		if (facts && !code_set_has(&facts->codes[0], b->class_code))
			continue;
		r = fold(b, rules[i].cond, &depends);
		if (r == REF_FALSE || !room(b, roots, cap, *count, sizeof(**roots)))
			continue;
		(*roots)[(*count)++] = (struct root){ r, (uint32_t)i };
	}
	return (uint32_t)(*count - before);
}

static void *keep(struct builder *b, const void *array, size_t n, size_t size)
{
	void *copy = arena_zalloc_n(&b->p->arena, n + 1, size);

	if (!copy)
		b->failed = true;
	else if (n)
		memcpy(copy, array, n * size);
	return copy;
}

/* Copies what was built to the program and sets the pointers inside. */
static void finish(struct builder *b, size_t rules)
{
	struct program *p = b->p;

	p->slot_count = b->slots.count;
	p->pred_count = b->pred_n;
	p->code_count = b->code_n;
	p->rule_count = (uint32_t)rules;
	p->slots = keep(b, b->slot, p->slot_count, sizeof(*p->slots));
	p->preds = keep(b, b->pred, p->pred_count, sizeof(*p->preds));
	p->index_count = b->index_n;
	p->indexes = keep(b, b->index, b->index_n, sizeof(*p->indexes));
	p->code = keep(b, b->code, p->code_count, sizeof(*p->code));
	p->memo = arena_zalloc_n(&p->arena, p->pred_count + 1, sizeof(*p->memo));
	p->stats = arena_zalloc_n(&p->arena, rules + 1, sizeof(*p->stats));
	if (b->failed || !p->memo || !p->stats) {
		b->failed = true;
		return;
	}
	for (uint32_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].kind == SLOT_FIELD || p->slots[i].kind == SLOT_TEXT)
			p->slots[i].o.v = &p->slots[i].one;
}

static void build(struct builder *b, const struct program_rule *rules, size_t n)
{
	struct program *p = b->p;
	uint32_t class_of[FIELD_CODES_MAX];
	struct root *roots = NULL;
	size_t root_count = 0;
	size_t root_cap = 0;
	struct class *classes;
	struct entry *entries;
	uint32_t count;

	for (size_t i = 0; i < n && !b->failed; i++)
		collect(b, rules[i].cond);
	count = refine(b, class_of);
	classes = ARENA_NEW_N(&p->arena, struct class, count + 1);
	if (!classes || b->failed) {
		b->failed = true;
		return;
	}
	for (uint32_t k = 0; k < count; k++) {
		for (unsigned int code = FIELD_CODES_MAX; code-- > 0;)
			if (class_of[code] == k)
				b->class_code = code;
		b->class = k;
		classes[k + 1].n = fold_class(b, rules, n, &roots, &root_count, &root_cap);
	}
	b->slot_uses = calloc((size_t)b->slots.count + 1, sizeof(*b->slot_uses));
	entries = ARENA_NEW_N(&p->arena, struct entry, root_count + 1);
	if (!b->slot_uses || !entries)
		b->failed = true;
	for (size_t i = 0; i < root_count && !b->failed; i++)
		count_parents(b, roots[i].r >> 1);
	for (size_t i = 0; i < root_count && !b->failed; i++)
		weigh(b, roots[i].r >> 1);
	for (size_t i = 0; i < root_count && !b->failed; i++)
		entries[i] = (struct entry){ block_of(b, roots[i].r), roots[i].rule };
	if (!b->failed)
		index_all(b, classes, count, roots, root_count);
	free(roots);
	if (b->failed)
		return;
	for (uint32_t k = 1; k <= count; k++) {
		classes[k].entries = entries;
		entries += classes[k].n;
	}
	p->classes = classes;
	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
		if (class_of[code] != NONE && classes[class_of[code] + 1].n)
			p->class_of[code] = (uint16_t)(class_of[code] + 1);
	finish(b, n);
}

int program_new(const struct program_rule *rules, size_t n, struct program **ret)
{
	struct program *p = calloc(1, sizeof(*p));
	struct builder b = { .p = p, .arena = ARENA_INIT(BUILD_MAX_BYTES),
			     .key = BUF_INIT((size_t)64 << 20) };

	if (!p)
		return -ENOMEM;
	if (n >= UINT32_MAX) {
		free(p);
		return -ENOMEM;
	}
	p->arena = (struct arena)ARENA_INIT(PROGRAM_MAX_BYTES);
	p->scratch = (struct arena)ARENA_INIT(SCRATCH_MAX_BYTES);
	b.slots = b.queries = b.nodes = b.trees = (struct intern)INTERN_INIT(&b.arena);
	/* Node 0, which no key leads to but this one. */
	if (intern_add(&b.nodes, STR("true"), &(uint32_t){ 0 }) != 1 ||
	    !room(&b, &b.node, &b.node_cap, 0, sizeof(*b.node)))
		b.failed = true;
	else
		b.node[0] = (struct node){ .query = NONE, .pred = NONE, .start = { NONE, NONE } };
	if (!b.failed)
		build(&b, rules, n);
	intern_cleanup(&b.slots);
	intern_cleanup(&b.queries);
	intern_cleanup(&b.nodes);
	intern_cleanup(&b.trees);
	buf_cleanup(&b.key);
	free(b.slot);
	free(b.slot_uses);
	free(b.query);
	free(b.node);
	free(b.known);
	free(b.stack);
	free(b.event_queries);
	free(b.index);
	free(b.index_mode);
	free(b.pred);
	free(b.code);
	arena_cleanup(&b.arena);
	if (b.failed) {
		program_free(p);
		return -ENOMEM;
	}
	*ret = p;
	return 0;
}

struct program *program_free(struct program *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->regex_count; i++)
		regex_free(p->regexes[i]);
	free(p->regexes);
	arena_cleanup(&p->arena);
	arena_cleanup(&p->scratch);
	free(p);
	return NULL;
}
