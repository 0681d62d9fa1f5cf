/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hot path: from an event to the numbers of its rules. No locks; memory only for values that
 * transformers build.
 */
#include "rule/program.h"

#include "rule/glob.h"
#include "rule/machine.h"

static bool order(int c, enum op op)
{
	switch (op) {
	case OP_LT:
		return c < 0;
	case OP_LE:
		return c <= 0;
	case OP_GT:
		return c > 0;
	default:
		return c >= 0;
	}
}

static bool in_nets(const struct test *t, struct str address)
{
	for (size_t i = 0; i < t->nets.n; i++) {
		const struct net *n = &t->nets.v[i];
		size_t whole = n->prefix / 8;
		unsigned int rest = n->prefix % 8;

		if (address.n != n->bytes || memcmp(address.p, n->address, whole) != 0)
			continue;
		if (!rest ||
		    !(((unsigned char)address.p[whole] ^ n->address[whole]) >> (8 - rest)))
			return true;
	}
	return false;
}

static bool in_numbers(const struct test *t, uint64_t u)
{
	size_t low = 0;
	size_t high = t->numbers.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->numbers.v[middle] == u)
			return true;
		if (t->numbers.v[middle] < u)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* -1, 0, 1 for numbers and texts of one type; 2: they cannot be compared. */
static int compare(const struct value *a, const struct value *b)
{
	if (ptype_is_text(a->type) || a->type == PT_BYTEBUF || ptype_is_ip(a->type)) {
		int c = str_cmp(a->s, b->s);

		return (c > 0) - (c < 0);
	}
	if (a->type == PT_DOUBLE)
		return a->d != a->d || b->d != b->d ? 2 : (a->d > b->d) - (a->d < b->d);
	if (ptype_is_signed(a->type))
		return (a->i > b->i) - (a->i < b->i);
	return (a->u > b->u) - (a->u < b->u);
}

/* Single literal against a value whose type was not known before. */
static bool dynamic(const struct test *t, const struct value *v)
{
	const struct literal *l = t->literal;
	struct value w = l->v;

	if (ptype_is_text(v->type) || v->type == PT_BYTEBUF) {
		/* The literal's own text: see parse_literal() in check.c. */
		struct test text = { .kind = TEST_TEXT_EQ, .s = l->word };

		switch ((enum op)t->op) {
		case OP_CONTAINS:
			text.kind = TEST_CONTAINS;
			break;
		case OP_ICONTAINS:
			text.kind = TEST_ICONTAINS;
			break;
		case OP_STARTSWITH:
			text.kind = TEST_STARTS;
			break;
		case OP_ENDSWITH:
			text.kind = TEST_ENDS;
			break;
		case OP_GLOB:
			text.kind = TEST_GLOB;
			break;
		case OP_IGLOB:
			text.kind = TEST_IGLOB;
			break;
		case OP_LT:
		case OP_LE:
		case OP_GT:
		case OP_GE:
			text.kind = TEST_TEXT_ORDER;
			text.op = t->op;
			break;
		default:
			break;
		}
		return test_value(&text, v);
	}
	if (!ptype_is_number(v->type) || l->v.type == PT_CHARBUF)
		return false;
	w.type = v->type;
	if (v->type == PT_DOUBLE)
		w.d = (double)l->v.i;
	switch ((enum op)t->op) {
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return compare(v, &w) != 2 && order(compare(v, &w), (enum op)t->op);
	default:
		return compare(v, &w) == 0;
	}
}

/* Whether n bytes are equal, told by the first eight for most that differ. */
static inline bool same(const char *a, const char *b, size_t n)
{
	uint64_t x, y;
	uint32_t u, v;

	if (n >= 8) {
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		return x == y && (n == 8 || memcmp(a + 8, b + 8, n - 8) == 0);
	}
	if (n >= 4) {
		memcpy(&u, a, 4);
		memcpy(&v, b, 4);
		if (u != v)
			return false;
		memcpy(&u, a + n - 4, 4);
		memcpy(&v, b + n - 4, 4);
		return u == v;
	}
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Looks for the rarest byte, and compares around it. */
static bool contains(struct str s, struct str word, size_t rare)
{
	const char *at;
	const char *end;

	if (word.n > s.n)
		return false;
	if (!word.n)
		return true;
	at = s.p + rare;
	end = at + (s.n - word.n) + 1;
	while (at < end && (at = memchr(at, word.p[rare], (size_t)(end - at)))) {
		if (same(at - rare, word.p, word.n))
			return true;
		at++;
	}
	return false;
}

/* The answer before `negated`. */
static bool plain_test(const struct test *t, const struct value *v)
{
	size_t hits = 0;

	switch ((enum test_kind)t->kind) {
	case TEST_NEVER:
		return false;
	case TEST_ALWAYS:
		return true;
	case TEST_TEXT_EQ:
		return v->s.n == t->s.n && same(v->s.p, t->s.p, t->s.n);
	case TEST_TEXT_IN:
		return str_set_may_have(t->set, v->s) && str_set_has(t->set, v->s, str_hash(v->s));
	case TEST_CONTAINS:
		return contains(v->s, t->s, t->rare);
	case TEST_ICONTAINS:
		return str_find_nocase(v->s, t->s) >= 0;
	case TEST_CONTAINS_ANY:
		return automaton_has(t->automaton, v->s);
	case TEST_STARTS:
		return v->s.n >= t->s.n && same(v->s.p, t->s.p, t->s.n);
	case TEST_ENDS:
		return !t->s.n ||
		       (v->s.n >= t->s.n &&
			same(v->s.p + (v->s.n - t->s.n), t->s.p, t->s.n));
	case TEST_STARTS_ANY:
	case TEST_ENDS_ANY:
		return affix_set_has(t->affixes, v->s);
	case TEST_GLOB:
		return glob_match(t->s, v->s, false);
	case TEST_IGLOB:
		return glob_match(t->s, v->s, true);
	case TEST_REGEX:
		return regex_match(t->regex, v->s);
	case TEST_PATHS:
		return path_set_has(t->paths, v->s);
	case TEST_TEXT_ORDER:
		return order(str_cmp(v->s, t->s), (enum op)t->op);
	case TEST_NUMBER_EQ:
		return v->u == t->u;
	case TEST_NUMBER_IN:
		return in_numbers(t, v->u);
	case TEST_SIGNED_ORDER:
		return order((v->i > t->i) - (v->i < t->i), (enum op)t->op);
	case TEST_UNSIGNED_ORDER:
		return order((v->u > t->u) - (v->u < t->u), (enum op)t->op);
	case TEST_DOUBLE_EQ:
		return v->d == (double)t->i;
	case TEST_DOUBLE_ORDER: /* false for what is not a number */
		return v->d == v->d && order((v->d > (double)t->i) - (v->d < (double)t->i),
					     (enum op)t->op);
	case TEST_NETS:
		return in_nets(t, v->s);
	case TEST_DYNAMIC:
		return dynamic(t, v);
	case TEST_ANY_OF:
		for (size_t i = 0; i < t->tests.n; i++)
			if (test_value(&t->tests.v[i], v))
				return true;
		return false;
	case TEST_ALL_OF:
		for (size_t i = 0; i < t->tests.n; i++)
			if (!test_value(&t->tests.v[i], v))
				return false;
		return true;
	case TEST_ONE_OF:
		for (size_t i = 0; i < t->tests.n && hits < 2; i++)
			hits += test_value(&t->tests.v[i], v);
		return hits == 1;
	}
	return false;
}

bool test_value(const struct test *t, const struct value *v)
{
	return plain_test(t, v) != t->negated;
}

/* --- slots ----------------------------------------------------------------------------------- */

static void slot_fill(struct program *p, struct slot *s, struct field_ctx *ctx);

static inline struct slot *fetch(struct program *p, uint32_t i, struct field_ctx *ctx)
{
	struct slot *s = &p->slots[i];

	if (UNLIKELY(s->epoch != p->epoch))
		slot_fill(p, s, ctx);
	return s;
}

static bool fill_call(struct program *p, const struct slot *s, struct field_ctx *ctx,
		      struct operand *ret)
{
	struct operand *args = arena_alloc(&p->scratch, s->kid_count * sizeof(*args));

	if (!args)
		return false;
	for (size_t i = 0; i < s->kid_count; i++) {
		args[i] = fetch(p, s->kids[i], ctx)->o;
		if (!args[i].present)
			return false;
	}
	return s->transformer->apply(args, s->kid_count, s->option, s->option_given, &p->scratch,
				     ret);
}

static bool fill_list(struct program *p, const struct slot *s, struct field_ctx *ctx,
		      struct operand *ret)
{
	struct value *v = arena_alloc(&p->scratch, s->kid_count * sizeof(*v));

	if (!v)
		return false;
	for (size_t i = 0; i < s->kid_count; i++) {
		const struct operand *o = &fetch(p, s->kids[i], ctx)->o;

		if (!o->present || o->n != 1)
			return false;
		v[i] = o->v[0];
	}
	*ret = (struct operand){ true, true, s->kid_count, v };
	return true;
}

static __attribute__((noinline)) void slot_fill(struct program *p, struct slot *s,
						struct field_ctx *ctx)
{
	s->epoch = p->epoch;
	s->hashed = false;
	switch ((enum slot_kind)s->kind) {
	case SLOT_FIELD:
		s->o.present = s->get && s->get(ctx, s->arg, &s->one);
		break;
	case SLOT_FIELD_MANY:
		s->o.n = s->def->get_all(ctx, s->arg, s->many, FIELD_VALUES_MAX);
		s->o.present = s->o.n > 0;
		break;
	case SLOT_TEXT:
		break; /* was filled when the program was made */
	case SLOT_LIST:
		if (!fill_list(p, s, ctx, &s->o))
			s->o.present = false;
		break;
	case SLOT_CALL:
		if (!fill_call(p, s, ctx, &s->o))
			s->o.present = false;
		break;
	}
}

/* --- indexes --------------------------------------------------------------------------------- */

struct hits {
	struct program *p;
	const struct class *class; /* whose entries are wanted; NULL: only answers */
};

/* A guard is true: so is its predicate, and the entries behind it are to be run. */
static void guard_hit(void *ctx, uint32_t guard)
{
	const struct hits *h = ctx;
	struct program *p = h->p;
	uint32_t *memo = &p->memo[p->guards[guard]];
	const uint32_t *list;

	if (*memo == (p->epoch << 1 | 1))
		return;
	*memo = p->epoch << 1 | 1;
	if (!h->class || !h->class->guarded[guard])
		return;
	list = &h->class->lists[h->class->guarded[guard]];
	for (uint32_t i = 1; i <= list[0]; i++) {
		p->candidates[list[i] / 64] |= (uint64_t)1 << (list[i] % 64);
		p->found[list[i] / 4096] |= (uint64_t)1 << (list[i] / 64 % 64);
	}
}

/* One look at the field's value: the answers of all predicates that the index knows. */
static APART void index_ask(struct program *p, uint32_t number, const struct class *class,
			    struct field_ctx *ctx)
{
	struct index *x = &p->indexes[number];
	struct hits hits = { p, class };
	const struct operand *o = &fetch(p, x->slot, ctx)->o;

	x->epoch = p->epoch;
	for (size_t k = 0; o->present && k < o->n; k++)
		dict_find(x->dict,
			  x->number ? str_n(&o->v[k].u, sizeof(o->v[k].u)) : o->v[k].s, guard_hit,
			  &hits);
}

/* --- predicates ------------------------------------------------------------------------------ */

/* Membership in a set with the slot's own hash, computed once for all sets. */
static inline bool slot_in_set(struct slot *s, const struct str_set *set)
{
	struct str text = s->o.v[0].s;

	if (!str_set_may_have(set, text))
		return false;
	if (!s->hashed) {
		s->hash = str_hash(text);
		s->hashed = true;
	}
	return str_set_has(set, text, s->hash);
}

static bool texts_test(const struct value *a, const struct value *b, enum op op)
{
	switch (op) {
	case OP_CONTAINS:
		return str_find(a->s, b->s) >= 0;
	case OP_ICONTAINS:
		return str_find_nocase(a->s, b->s) >= 0;
	case OP_STARTSWITH:
		return str_starts(a->s, b->s);
	case OP_ENDSWITH:
		return str_ends(a->s, b->s);
	case OP_GLOB:
		return glob_match(b->s, a->s, false);
	case OP_IGLOB:
		return glob_match(b->s, a->s, true);
	default:
		return false;
	}
}

/* `op` between one value of the left and one of the right side. */
static bool values_test(const struct value *a, const struct value *b, enum op op)
{
	int c;

	switch (op) {
	case OP_EQ:
	case OP_EQ2:
	case OP_IN:
	case OP_INTERSECTS:
		return compare(a, b) == 0;
	case OP_NE:
		return compare(a, b) != 0;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		c = compare(a, b);
		return c != 2 && order(c, op);
	default:
		return texts_test(a, b, op);
	}
}

static bool fields_test(const struct operand *a, const struct operand *b, enum op op)
{
	bool every = op == OP_IN;

	if (!a->present || !b->present)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		bool hit = false;

		for (size_t k = 0; !hit && k < b->n; k++)
			hit = values_test(&a->v[i], &b->v[k], op);
		if (hit != every)
			return hit;
	}
	return every;
}

static bool run(struct program *p, uint32_t at, struct field_ctx *ctx);

static __attribute__((noinline)) bool ask(struct program *p, uint32_t number,
					  struct field_ctx *ctx)
{
	const struct pred *q = &p->preds[number];
	struct slot *s;
	bool answer = false;

	if (q->index != NO_INDEX) {
		if (p->indexes[q->index].epoch != p->epoch)
			index_ask(p, q->index, NULL, ctx);
		answer = p->memo[number] == (p->epoch << 1 | 1);
		p->memo[number] = p->epoch << 1 | answer;
		return answer;
	}
	switch ((enum pred_kind)q->kind) {
	case PRED_BLOCK:
		answer = run(p, q->other, ctx);
		break;
	case PRED_ONE:
		s = fetch(p, q->slot, ctx);
		if (!s->o.present)
			break;
		if (q->test.kind == TEST_TEXT_IN)
			answer = slot_in_set(s, q->test.set) != q->test.negated;
		else
			answer = test_value(&q->test, &s->o.v[0]);
		break;
	case PRED_ANY:
		s = fetch(p, q->slot, ctx);
		for (size_t i = 0; s->o.present && !answer && i < s->o.n; i++)
			answer = test_value(&q->test, &s->o.v[i]);
		break;
	case PRED_EVERY:
		s = fetch(p, q->slot, ctx);
		answer = s->o.present;
		for (size_t i = 0; answer && i < s->o.n; i++)
			answer = test_value(&q->test, &s->o.v[i]);
		break;
	case PRED_FIELDS:
		s = fetch(p, q->slot, ctx);
		answer = s->o.present &&
			 fields_test(&s->o, &fetch(p, q->other, ctx)->o, (enum op)q->op);
		break;
	}
	p->memo[number] = p->epoch << 1 | answer;
	return answer;
}

/* The answer of a predicate, remembered or new. */
static inline bool answer_to(struct program *p, uint32_t pred, struct field_ctx *ctx)
{
	uint32_t known = p->memo[pred];

	return LIKELY(known >> 1 != p->epoch) ? ask(p, pred, ctx) : known & 1;
}

static bool run(struct program *p, uint32_t at, struct field_ctx *ctx)
{
	const struct instr *code = p->code;
	const uint32_t *memo = p->memo;
	uint32_t epoch = p->epoch;

	while (at < AT_END) {
		const struct instr *i = &code[at];
		uint32_t known = memo[i->pred];

		at = i->next[LIKELY(known >> 1 == epoch) ? known & 1 : ask(p, i->pred, ctx)];
	}
	return at == AT_TRUE;
}

/* A new event: everything that was remembered is old. */
static void begin(struct program *p)
{
	if (UNLIKELY(++p->epoch >> 31)) {
		memset(p->memo, 0, p->pred_count * sizeof(*p->memo));
		for (uint32_t i = 0; i < p->slot_count; i++)
			p->slots[i].epoch = 0;
		for (uint32_t i = 0; i < p->index_count; i++)
			p->indexes[i].epoch = 0;
		p->epoch = 1;
	}
	if (UNLIKELY(p->scratch.used_bytes || p->scratch.error))
		arena_reset(&p->scratch);
}

bool program_has(const struct program *p, uint16_t code)
{
	return code < FIELD_CODES_MAX && p->class_of[code] != 0;
}

/* Fills p->candidates. */
static void look_up(struct program *p, const struct class *class, struct field_ctx *ctx)
{
	for (uint32_t i = 0; i < class->index_count; i++)
		index_ask(p, class->indexes[i], class, ctx);
}

/* Runs one entry. True: it matches. */
static inline bool run_entry(struct program *p, const struct entry *e, struct field_ctx *ctx)
{
	struct program_stats *stats = &p->stats[e->rule];
	bool hit = run(p, e->start, ctx);

	stats->evaluations++;
	stats->hits += hit;
	return hit;
}

/* Asks all gates, for the plan. */
static APART void sample_gates(struct program *p, struct group *g, uint64_t left,
			       struct field_ctx *ctx)
{
	struct gate_sample *s = &g->samples[g->sampled++];

	*s = (struct gate_sample){ .left = left };
	for (uint32_t i = 0; i < g->count; i++)
		s->answers |= (uint64_t)answer_to(p, g->gates[i].pred, ctx) << i;
	g->until = 1;
	if (g->sampled < GATE_SAMPLES)
		return;
	gate_plan(g);
	g->sampled = 0;
	g->until = g->apart;
	if (g->apart < GATE_PLANS_APART)
		g->apart *= 4;
}

/* Those of the entries `left` that no gate leaves out. */
static inline uint64_t pass_gates(struct program *p, struct group *g, uint64_t left,
				  struct field_ctx *ctx)
{
	const struct gate *gate = g->gates;
	const struct gate *end;

	if (!gate)
		return left;
	if (UNLIKELY(!--g->until)) {
		sample_gates(p, g, left, ctx);
		return left;
	}
	for (end = gate + g->asked; gate < end; gate++) {
		if (!(left & (gate->out[0] | gate->out[1])))
			continue;
		left &= ~gate->out[answer_to(p, gate->pred, ctx)];
		if (!left)
			break;
	}
	return left;
}

/* Where matches go. */
struct matches {
	uint32_t *rules;
	size_t n, max;
};

/* Runs those of the entries of one group that no gate leaves out. */
static inline struct matches run_group(struct program *p, const struct class *class, uint32_t group,
				       uint64_t bits, struct field_ctx *ctx, struct matches m)
{
	bits = pass_gates(p, &class->groups[group], bits, ctx);
	for (; bits && m.n < m.max; bits &= bits - 1) {
		const struct entry *e =
			&class->entries[group * 64 + (uint32_t)__builtin_ctzll(bits)];

		if (run_entry(p, e, ctx))
			m.rules[m.n++] = e->rule;
	}
	return m;
}

/* Classes with indexes: groups with nothing to run are skipped. */
static APART size_t run_found(struct program *p, const struct class *class, struct field_ctx *ctx,
			      struct matches m)
{
	look_up(p, class, ctx);
	for (uint32_t i = 0; i < class->n; i += 4096) {
		uint64_t groups = p->found[i / 4096] | class->always_words[i / 4096];

		p->found[i / 4096] = 0;
		for (; groups; groups &= groups - 1) {
			uint32_t group = i / 64 + (uint32_t)__builtin_ctzll(groups);
			uint64_t bits = p->candidates[group] | class->always[group];

			p->candidates[group] = 0;
			m = run_group(p, class, group, bits, ctx, m);
		}
	}
	return m.n;
}

size_t program_eval(struct program *p, struct field_ctx *ctx, bool first, uint32_t *ret, size_t max)
{
	uint16_t code = field_ctx_code(ctx);
	struct matches m = { ret, 0, first && max ? 1 : max };
	const struct class *class;

	if (code >= FIELD_CODES_MAX || !p->class_of[code] || !max)
		return 0;
	class = &p->classes[p->class_of[code]];
	begin(p);
	if (UNLIKELY(class->index_count))
		return run_found(p, class, ctx, m);
	for (uint32_t group = 0; group < (class->n + 63) / 64 && m.n < m.max; group++)
		m = run_group(p, class, group, class->always[group], ctx, m);
	return m.n;
}

void program_rule_stats(const struct program *p, uint32_t rule, struct program_stats *ret)
{
	*ret = rule < p->rule_count ? p->stats[rule] : (struct program_stats){ 0 };
}
