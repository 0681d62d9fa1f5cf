/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed bytes: pointer and length. Any byte may occur, NUL and invalid UTF-8 included. A struct
 * str never owns what it points to; the function that hands one out says how long it is valid.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p; /* may be NULL only when n is 0 */
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NULL     ((struct str){ NULL, 0 })
#define STR_FMT      "%.*s" /* with STR_ARG; for texts shorter than INT_MAX */
#define STR_ARG(s)   (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_n(const void *p, size_t n)
{
	return (struct str){ (const char *)p, n }; /* cast for base/regex.cc */
}

/* Borrows a NUL-terminated string; NULL gives the empty string. */
static inline struct str str_c(const char *c)
{
	return (struct str){ c, c ? strlen(c) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_eq_c(struct str a, const char *b)
{
	return str_eq(a, str_c(b));
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* The bytes from offset `from` on; empty when from is beyond the end. */
static inline struct str str_from(struct str s, size_t from)
{
	return from < s.n ? (struct str){ s.p + from, s.n - from } : STR_NULL;
}

/* At most the first `n` bytes. */
static inline struct str str_first(struct str s, size_t n)
{
	return (struct str){ s.p, s.n < n ? s.n : n };
}

/* The bytes before the first NUL; all when there is none. */
static inline struct str str_until_nul(struct str s)
{
	const void *nul = s.n ? memchr(s.p, 0, s.n) : NULL;

	return nul ? (struct str){ s.p, (size_t)((const char *)nul - s.p) } : s;
}

/* Byte order comparison, shorter first when one is a prefix: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* Offset of the first occurrence of `needle`, or -1. The empty needle is found at 0. */
ptrdiff_t str_find(struct str s, struct str needle);
/* Offset of the first / last byte c, or -1. */
ptrdiff_t str_find_byte(struct str s, char c);
ptrdiff_t str_rfind_byte(struct str s, char c);
/* ASCII case-insensitive forms. */
bool str_eq_nocase(struct str a, struct str b);
ptrdiff_t str_find_nocase(struct str s, struct str needle);
/* Without blanks (space, tab, CR, LF, VT, FF) at both ends. */
struct str str_trim(struct str s);
/*
 * Cuts the next piece before `sep` from *rest into *ret_piece. False when *rest is used up; the
 * caller starts with rest->p non-NULL. "a,,b" gives three pieces, "" gives one empty piece.
 */
bool str_split(struct str *rest, char sep, struct str *ret_piece);
/* The whole of s as a decimal integer, with optional sign. 0, -EINVAL or -ERANGE. */
int str_to_i64(struct str s, int64_t *ret);
int str_to_u64(struct str s, uint64_t *ret);
/* Bytes at the start of s that are printable ASCII (space to '~'). Looks at eight at a time. */
size_t str_printable(struct str s);
/* A malloc'ed NUL-terminated copy; NULL when memory is out. NUL bytes inside are kept. */
char *str_dup(struct str s);
/* 64-bit hash, stable within a process only. */
uint64_t str_hash(struct str s);

#endif
