/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n ? memcmp(a.p, b.p, n) : 0;

	return r ? r : (a.n > b.n) - (a.n < b.n);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
	const char *hit;

	if (!needle.n)
		return 0;
	if (needle.n > s.n)
		return -1;
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_byte(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

ptrdiff_t str_rfind_byte(struct str s, char c)
{
	const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool eq_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && eq_nocase(a.p, b.p, a.n);
}

ptrdiff_t str_find_nocase(struct str s, struct str needle)
{
	if (!needle.n)
		return 0;
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (lower(s.p[i]) == lower(needle.p[0]) && eq_nocase(s.p + i, needle.p, needle.n))
			return (ptrdiff_t)i;
	return -1;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.n && blank(s.p[0]))
		s = (struct str){ s.p + 1, s.n - 1 };
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_split(struct str *rest, char sep, struct str *ret_piece)
{
	ptrdiff_t at;

	if (!rest->p)
		return false;
	at = str_find_byte(*rest, sep);
	if (at < 0) {
		*ret_piece = *rest;
		*rest = STR_NULL;
		return true;
	}
	*ret_piece = str_first(*rest, (size_t)at);
	*rest = (struct str){ rest->p + at + 1, rest->n - (size_t)at - 1 };
	return true;
}

int str_to_u64(struct str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.n && s.p[0] == '+')
		s = str_from(s, 1);
	if (!s.n)
		return -EINVAL;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return -ERANGE;
	}
	*ret = v;
	return 0;
}

int str_to_i64(struct str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t v;
	int r = str_to_u64(negative ? str_from(s, 1) : s, &v);

	if (r < 0)
		return r;
	if (negative && s.n > 1 && s.p[1] == '+')
		return -EINVAL;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

#define EACH_BYTE(c) (0x0101010101010101u * (c))

size_t str_printable(struct str s)
{
	size_t n = 0;

	for (uint64_t w; n + 8 <= s.n; n += 8) {
		uint64_t del;

		memcpy(&w, s.p + n, 8);
		del = w ^ EACH_BYTE(0x7f);
		/* The high bit of a byte is set below when it is >= 0x80, < 0x20, or DEL. */
		if ((w | (w - EACH_BYTE(0x20)) | ((del - EACH_BYTE(1)) & ~del)) & EACH_BYTE(0x80))
			break;
	}
	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7f)
		n++;
	return n;
}

char *str_dup(struct str s)
{
	char *copy = malloc(s.n + 1);

	if (!copy)
		return NULL;
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = 0;
	return copy;
}

/* wyhash-like mixing of 8-byte words: short keys dominate here, so the tail is read at once. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ s.n;
	const char *p = s.p;
	size_t n = s.n;
	uint64_t word;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&word, p, 8);
		h = mix(h ^ word, 0xd6e8feb86659fd93u);
	}
	if (n) {
		word = 0;
		memcpy(&word, p, n);
		h = mix(h ^ word, 0xa0761d6478bd642fu);
	}
	return mix(h, 0xe7037ed1a0b428dbu);
}
