/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random conditions and random events for tests, drawn from small sets so that checks are often true,
 * and the comparison of compiled programs with their reference.
 */
#ifndef RULE_TEST_RANDOM_H
#define RULE_TEST_RANDOM_H

#include "base/buf.h"
#include "rule/cond.h"
#include "rule/test_fields.h"

struct random {
	uint64_t state;
};

uint32_t random_below(struct random *r, uint32_t n);
void random_cond(struct random *r, unsigned int depth, struct buf *b);
void random_event(struct random *r, struct field_ctx *ctx);

/* Checked conditions compiled together and each against its reference; aborts when they differ. */
void compare_programs(struct cond *const *conds, const char *const *texts, size_t n,
		      struct random *r, unsigned int events);

#endif
