/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/glob.h"

static unsigned char fold(char c, bool ignore_case)
{
	unsigned char u = (unsigned char)c;

	return ignore_case && u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool between(unsigned char c, char low, char high)
{
	return c >= (unsigned char)low && c <= (unsigned char)high;
}

/* POSIX character classes for ASCII, as the C locale has them. -1: no such class. */
static int in_class(struct str name, unsigned char c)
{
	bool lower = between(c, 'a', 'z');
	bool upper = between(c, 'A', 'Z');
	bool digit = between(c, '0', '9');
	bool graph = c > ' ' && c < 0x7f;
	const struct {
		const char *name;
		bool in;
	} classes[] = {
		{ "alpha", lower || upper },
		{ "digit", digit },
		{ "alnum", lower || upper || digit },
		{ "upper", upper },
		{ "lower", lower },
		{ "space", c == ' ' || between(c, '\t', '\r') },
		{ "blank", c == ' ' || c == '\t' },
		{ "punct", graph && !lower && !upper && !digit },
		{ "print", graph || c == ' ' },
		{ "graph", graph },
		{ "cntrl", c < ' ' || c == 0x7f },
		{ "xdigit", digit || between(c, 'a', 'f') || between(c, 'A', 'F') },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (str_eq_c(name, classes[i].name))
			return classes[i].in;
	return -1;
}

/* One end of a range, escaped or not, also [.c.] and [=c=]. False: the pattern ends here. */
static bool bracket_char(struct str p, size_t *at, unsigned char *ret)
{
	if (*at + 4 < p.n && p.p[*at] == '[' && (p.p[*at + 1] == '.' || p.p[*at + 1] == '=') &&
	    p.p[*at + 3] == p.p[*at + 1] && p.p[*at + 4] == ']') {
		*ret = (unsigned char)p.p[*at + 2];
		*at += 5;
		return true;
	}
	if (*at < p.n && p.p[*at] == '\\')
		++*at;
	if (*at >= p.n)
		return false;
	*ret = (unsigned char)p.p[(*at)++];
	return true;
}

/*
 * Matches c against the bracket expression that begins behind p[*at - 1] == '['. 1 or 0, and *at
 * behind the `]`; -1 when there is none, so that `[` stands for itself.
 */
static int bracket(struct str p, size_t *at, char text, bool ignore_case)
{
	unsigned char c = fold(text, ignore_case);
	size_t i = *at;
	bool negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^');
	bool in = false;
	bool first = true;

	i += negated;
	for (;; first = false) {
		unsigned char low;
		unsigned char high;

		if (i >= p.n)
			return -1;
		if (p.p[i] == ']' && !first)
			break;
		if (p.p[i] == '[' && i + 1 < p.n && p.p[i + 1] == ':') {
			ptrdiff_t end = str_find(str_from(p, i + 2), STR(":]"));
			struct str name = end < 0 ? STR_NULL : str_n(p.p + i + 2, (size_t)end);
			int is = end < 0 ? -1 : in_class(name, (unsigned char)text);

			if (is >= 0) {
				bool cased = str_eq_c(name, "upper") || str_eq_c(name, "lower");

				if (ignore_case && cased)
					is = in_class(STR("alpha"), (unsigned char)text);
				in |= is > 0;
				i += (size_t)end + 4;
				continue;
			}
		}
		if (!bracket_char(p, &i, &low))
			return -1;
		high = low;
		if (i + 1 < p.n && p.p[i] == '-' && p.p[i + 1] != ']') {
			i++;
			if (!bracket_char(p, &i, &high))
				return -1;
		}
		low = fold((char)low, ignore_case);
		high = fold((char)high, ignore_case);
		in |= c >= low && c <= high;
	}
	*at = i + 1;
	return in != negated;
}

/* Matches one text character at *at. False: no match here. */
static bool one(struct str p, size_t *at, char c, bool ignore_case)
{
	size_t i = *at;
	int in;

	switch (p.p[i]) {
	case '?':
		*at = i + 1;
		return true;
	case '[':
		i++;
		in = bracket(p, &i, c, ignore_case);
		if (in >= 0) {
			*at = i;
			return in;
		}
		i = *at;
		break;
	case '\\':
		if (++i >= p.n)
			return false;
		break;
	default:
		break;
	}
	*at = i + 1;
	return fold(p.p[i], ignore_case) == fold(c, ignore_case);
}

bool glob_match(struct str p, struct str text, bool ignore_case)
{
	size_t at = 0;
	size_t i = 0;
	size_t star = SIZE_MAX; /* place behind the last `*` */
	size_t from = 0;	/* where the text that it does not swallow began last */

	for (;;) {
		if (at < p.n && p.p[at] == '*') {
			star = ++at;
			from = i;
			continue;
		}
		if (i == text.n)
			return at == p.n;
		if (at < p.n && one(p, &at, text.p[i], ignore_case)) {
			i++;
			continue;
		}
		if (star == SIZE_MAX)
			return false;
		at = star;
		i = ++from;
	}
}

bool glob_is_plain(struct str pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (strchr("*?[\\", pattern.p[i]) && pattern.p[i])
			return false;
	return true;
}
