/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the trees of macros in their places. Walks only the condition's own text: a macro's tree is
 * resolved by itself, once, whoever uses it.
 */
#include <errno.h>

#include "rule/tree.h"

uint64_t cond_visit_new(void)
{
	static uint64_t last;

	return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

int cond_resolve(struct cond *c, cond_macro_fn fn, void *ctx)
{
	struct cond *tree = NULL;
	int r;

	switch (c->kind) {
	case COND_CHECK:
		return 0;
	case COND_AND:
	case COND_OR:
	case COND_NOT:
		for (size_t i = 0; i < c->kid_count; i++) {
			r = cond_resolve(c->kids[i], fn, ctx);
			if (r < 0)
				return r;
		}
		return 0;
	case COND_MACRO:
		break;
	}
	r = fn(ctx, c->name, c->at.offset, &tree);
	if (r < 0)
		return r;
	if (tree)
		c->target = tree;
	return 0;
}
