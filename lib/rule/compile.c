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

#include "rule/builder.h"
#include "rule/cost.h"
#include "rule/emit.h"
#include "rule/fold.h"
#include "rule/gate.h"
#include "rule/guard.h"

#define PROGRAM_MAX_BYTES ((size_t)1 << 30)
#define SCRATCH_MAX_BYTES ((size_t)16 << 20)
#define BUILD_MAX_BYTES	  ((size_t)1 << 30)

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
		r = fold_cond(b, rules[i].cond, &depends);
		if (r == REF_FALSE || !builder_room(b, roots, cap, *count, sizeof(**roots)))
			continue;
		(*roots)[(*count)++] = (struct root){ r, (uint32_t)i };
	}
	return (uint32_t)(*count - before);
}

static void *keep(struct builder *b, const void *array, size_t n, size_t size)
{
	char *copy = arena_zalloc_n(&b->p->arena, n + 1 + LINE_BYTES / size, size);

	if (!copy) {
		b->failed = true;
		return NULL;
	}
	copy += -(uintptr_t)copy % LINE_BYTES;
	if (n)
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
		fold_collect(b, rules[i].cond);
	count = fold_refine(b, class_of);
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
		cost_count_parents(b, roots[i].r >> 1);
	for (size_t i = 0; i < root_count && !b->failed; i++)
		cost_weigh(b, roots[i].r >> 1);
	for (size_t i = 0, k = 1; root_count && k <= count && !b->failed; i += classes[k++].n)
		gate_mark(b, roots + i, classes[k].n);
	for (size_t i = 0; i < root_count && !b->failed; i++)
		entries[i] = (struct entry){ emit_block(b, roots[i].r), roots[i].rule };
	if (!b->failed)
		guard_index(b, classes, count, roots, root_count);
	for (size_t i = 0, k = 1; root_count && k <= count && !b->failed; i += classes[k++].n)
		gate_build(b, &classes[k], roots + i);
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
	    !builder_room(&b, &b.node, &b.node_cap, 0, sizeof(*b.node)))
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
