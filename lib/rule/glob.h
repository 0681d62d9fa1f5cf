/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shell patterns as fnmatch(3) without flags has them in the C locale: * ? [...] and backslash, `*`
 * and `?` match `/` and leading dots too. The time is bounded by pattern times text length; there is
 * no backtracking beyond the last `*`.
 */
#ifndef RULE_GLOB_H
#define RULE_GLOB_H

#include "base/str.h"

bool glob_match(struct str pattern, struct str text, bool ignore_case);
/* True when the pattern has no special character: it matches only itself. */
bool glob_is_plain(struct str pattern);

#endif
