/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a condition means, written down as plainly as possible: walks the tree of one rule for one
 * event, compares literal by literal. Only tests use it, to judge the compiled programs.
 */
#ifndef RULE_REFERENCE_H
#define RULE_REFERENCE_H

#include "rule/cond.h"

/* `scratch` is for the values of transformers. */
bool reference_eval(const struct cond *c, struct field_ctx *ctx, struct arena *scratch);

#endif
