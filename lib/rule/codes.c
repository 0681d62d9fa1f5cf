/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of codes go up the tree: `and` is intersection, `or` union, `not` exchanges the two sets of a
 * node. Only `= == != in exists` on the fields that hold an event's name decide; any other check can
 * be true, and can be false, for every event.
 *
 * A code whose name depends on the event (generic system calls, async events) stays in the
 * complement: `evt.type != getcpu` does not exclude the other calls that share its code.
 */
#include "rule/codes.h"

#include <errno.h>

#define WORDS (sizeof(((struct code_set *)0)->bits) / sizeof(uint64_t))

static void all_syscalls(struct syscall_set *ret)
{
	memset(ret, 0xff, sizeof(*ret));
}

static void facts_all(struct cond_facts *ret)
{
	for (int side = 0; side < 2; side++) {
		field_codes_all(&ret->codes[side]);
		all_syscalls(&ret->syscalls[side]);
	}
}

static void merge(struct cond_facts *into, const struct cond_facts *f, bool intersect)
{
	for (int side = 0; side < 2; side++) {
		/* The negation of an `and` is an `or` of negations. */
		bool both = intersect != (side == 1);

		for (size_t i = 0; i < WORDS; i++) {
			uint64_t *codes = &into->codes[side].bits[i];
			uint64_t *calls = &into->syscalls[side].bits[i];

			*codes = both ? *codes & f->codes[side].bits[i] : *codes | f->codes[side].bits[i];
			*calls = both ? *calls & f->syscalls[side].bits[i]
				      : *calls | f->syscalls[side].bits[i];
		}
	}
}

/* Side 0: one of the names; side 1: none of them. */
static void names_facts(const struct check *ch, struct cond_facts *ret)
{
	memset(ret, 0, sizeof(*ret));
	facts_all(ret);
	memset(&ret->codes[0], 0, sizeof(ret->codes[0]));
	memset(&ret->syscalls[0], 0, sizeof(ret->syscalls[0]));
	for (size_t n = 0; n < ch->word_count; n++) {
		struct code_set codes;
		struct syscall_set calls;

		if (!field_codes_of(ch->words[n], &codes, &calls))
			continue;
		for (size_t i = 0; i < WORDS; i++) {
			ret->codes[0].bits[i] |= codes.bits[i];
			ret->syscalls[0].bits[i] |= calls.bits[i];
			ret->syscalls[1].bits[i] &= ~calls.bits[i];
		}
		for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
			if (code_set_has(&codes, code) && field_code_name(code).n)
				ret->codes[1].bits[code / 64] &= ~((uint64_t)1 << (code % 64));
	}
}

static void swap_sides(struct cond_facts *f)
{
	struct cond_facts old = *f;

	for (int side = 0; side < 2; side++) {
		f->codes[side] = old.codes[!side];
		f->syscalls[side] = old.syscalls[!side];
	}
}

static bool decides(const struct check *ch)
{
	return ch->left->kind == EXPR_FIELD && (ch->left->def->flags & FIELD_TYPE_NAMES) &&
	       !ch->right && ch->modifier == MOD_NONE &&
	       (ch->op == OP_EQ || ch->op == OP_EQ2 || ch->op == OP_NE || ch->op == OP_IN);
}

int cond_facts_set(struct cond *c, struct arena *arena)
{
	struct cond_facts f;
	bool any = false;

	c->facts = NULL;
	switch (c->kind) {
	case COND_MACRO:
		c->facts = c->target->facts;
		return 0;
	case COND_CHECK:
		any = decides(c->check);
		if (any)
			names_facts(c->check, &f);
		if (any && c->check->op == OP_NE)
			swap_sides(&f);
		break;
	case COND_NOT:
		any = c->kids[0]->facts != NULL;
		if (any)
			f = *c->kids[0]->facts;
		if (any)
			swap_sides(&f);
		break;
	case COND_AND:
	case COND_OR:
		for (size_t i = 0; i < c->kid_count; i++)
			any |= c->kids[i]->facts != NULL;
		for (size_t i = 0; any && i < c->kid_count; i++) {
			struct cond_facts all;
			const struct cond_facts *kid = c->kids[i]->facts;

			if (!kid) {
				facts_all(&all);
				kid = &all;
			}
			if (i == 0)
				f = *kid;
			else
				merge(&f, kid, c->kind == COND_AND);
		}
		break;
	}
	if (!any)
		return 0;
	c->facts = ARENA_NEW(arena, struct cond_facts);
	if (!c->facts)
		return -ENOMEM;
	*c->facts = f;
	return 0;
}

void cond_codes(const struct cond *c, struct code_set *ret, struct syscall_set *ret_syscalls)
{
	if (c->facts) {
		*ret = c->facts->codes[0];
		*ret_syscalls = c->facts->syscalls[0];
		return;
	}
	field_codes_all(ret);
	all_syscalls(ret_syscalls);
}
