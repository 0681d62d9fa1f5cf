// SPDX-License-Identifier: Apache-2.0
//
// The only C++ of the project: a shim in front of RE2, which has no C interface of its own. No
// exception leaves this file; running out of memory while a pattern is compiled is -ENOMEM.
//
extern "C" {
#include "base/arena.h" // does not know of C++; found first, so that regex.h gets it like this
}
#include "base/regex.h"

#include <cerrno>
#include <new>
#include <re2/re2.h>

// Bound on a pattern's program and on the cache of its automaton. RE2 goes on without the cache,
// still in linear time, when the bound is reached. It is the library's own default, so that each
// pattern that other tools with this library load is loaded here too.
static const int64_t max_mem_bytes = 8 << 20;

struct regex {
	re2::RE2 re;

	regex(const re2::StringPiece &pattern, const re2::RE2::Options &options)
		: re(pattern, options)
	{
	}
};

extern "C" int regex_new(struct str pattern, struct arena *arena, struct regex **ret,
			 const char **ret_reason)
{
	try {
		re2::RE2::Options options(re2::RE2::POSIX);
		struct regex *r;

		options.set_log_errors(false);
		options.set_longest_match(false); // only yes or no is asked
		options.set_max_mem(max_mem_bytes);
		r = new (std::nothrow) regex(re2::StringPiece(pattern.p, pattern.n), options);
		if (!r)
			return -ENOMEM;
		if (!r->re.ok()) {
			const std::string &why = r->re.error();
			struct str copy = arena_str(arena, str_n(why.data(), why.size()));

			delete r;
			if (!copy.p)
				return -ENOMEM;
			*ret_reason = copy.p;
			return -EINVAL;
		}
		*ret = r;
		return 0;
	} catch (const std::bad_alloc &) {
		return -ENOMEM;
	}
}

extern "C" struct regex *regex_free(struct regex *r)
{
	delete r;
	return nullptr;
}

// Length of the valid UTF-8 sequence at p (RFC 3629, table 3-7 of the Unicode standard), or 0.
static size_t sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

// Bytes of `text` before the first one that belongs to no valid sequence.
static size_t valid_length(struct str text)
{
	const unsigned char *p = reinterpret_cast<const unsigned char *>(text.p);
	size_t at = 0;

	while (at < text.n) {
		size_t len;

		if (p[at] < 0x80) {
			at++;
			continue;
		}
		len = sequence(p + at, text.n - at);
		if (!len)
			break;
		at += len;
	}
	return at;
}

static bool match_cleaned(const struct regex *r, struct str text)
{
	std::string clean;

	while (text.n) {
		size_t good = valid_length(text);

		clean.append(text.p, good);
		text = str_from(text, good);
		if (text.n) {
			clean.append("\xef\xbf\xbd");
			text = str_from(text, 1);
		}
	}
	return re2::RE2::FullMatch(clean, r->re);
}

extern "C" bool regex_match(const struct regex *r, struct str text)
{
	if (valid_length(text) == text.n)
		return re2::RE2::FullMatch(re2::StringPiece(text.p, text.n), r->re);
	try {
		return match_cleaned(r, text);
	} catch (const std::bad_alloc &) {
		return false;
	}
}
