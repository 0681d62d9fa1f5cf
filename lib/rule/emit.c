/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/emit.h"

#include "rule/matcher.h"

static uint32_t pred_add(struct builder *b, const struct pred *p)
{
	if (!builder_room(b, &b->pred, &b->pred_cap, b->pred_n, sizeof(*b->pred)))
		return 0;
	b->pred[b->pred_n] = *p;
	return b->pred_n++;
}

APART uint32_t emit_query(struct builder *b, uint32_t number)
{
	struct query *q = &b->query[number];
	struct test *t;

	if (q->pred != NONE)
		return q->pred;
	t = matcher_of(b, number);
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
	if (b->failed || !builder_room(b, &b->code, &b->code_cap, b->code_n, sizeof(*b->code)))
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
		return instr_add(b, emit_query(b, b->node[number].query), yes, no);
	if (b->node[number].parents < 2 && !b->node[number].apart)
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

uint32_t emit_block(struct builder *b, ref r)
{
	uint32_t *start = &b->node[r >> 1].start[r & 1];
	uint32_t at;

	if (*start != NONE)
		return *start;
	at = emit(b, r, AT_TRUE, AT_FALSE);
	b->node[r >> 1].start[r & 1] = at;
	return at;
}
