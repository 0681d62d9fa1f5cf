/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions in linear time, in front of RE2 with its POSIX syntax, which the rule language
 * names. The pattern must match the whole text; invalid UTF-8 counts as U+FFFD.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/arena.h"
#include "base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct regex;

/* 0; -EINVAL with the library's reason in *ret_reason (copied to `arena`); -ENOMEM. */
int regex_new(struct str pattern, struct arena *arena, struct regex **ret, const char **ret_reason);
struct regex *regex_free(struct regex *r); /* takes NULL; returns NULL */
bool regex_match(const struct regex *r, struct str text);

#ifdef __cplusplus
}
#endif

#endif
