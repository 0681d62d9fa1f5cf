/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/lex.h"

/* Own character classes: those of <ctype.h> depend on the locale. */
static bool alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool word(char c)
{
	return alpha(c) || digit(c) || c == '_';
}

static bool hex(char c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n';
}

/* The character `ahead` places further on; NUL beyond the end, which belongs to no token. */
static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->text.n ? l->text.p[l->at + ahead] : 0;
}

static bool take(struct lexer *l, size_t n, struct str *ret)
{
	if (!n)
		return false;
	*ret = str_n(l->text.p + l->at, n);
	l->last = *ret;
	l->at += n;
	return true;
}

void lex_blank(struct lexer *l)
{
	while (l->at < l->text.n && lex_is_blank(l->text.p[l->at]))
		l->at++;
}

bool lex_at_end(const struct lexer *l)
{
	return l->at >= l->text.n;
}

bool lex_symbol(struct lexer *l, const char *symbol)
{
	struct str s = str_c(symbol);
	struct str ignored;

	if (!str_starts(str_from(l->text, l->at), s))
		return false;
	return take(l, s.n, &ignored);
}

static size_t identifier_length(const struct lexer *l, size_t from)
{
	size_t n = from;

	if (!alpha(peek(l, n)))
		return 0;
	while (word(peek(l, n)))
		n++;
	return n - from;
}

bool lex_identifier(struct lexer *l, struct str *ret)
{
	return take(l, identifier_length(l, 0), ret);
}

bool lex_field_name(struct lexer *l, struct str *ret)
{
	size_t n = identifier_length(l, 0);
	bool dotted = false;

	while (n && peek(l, n) == '.') {
		size_t part = identifier_length(l, n + 1);

		if (!part)
			break;
		n += 1 + part;
		dotted = true;
	}
	return dotted && take(l, n, ret);
}

bool lex_bare_arg(struct lexer *l, struct str *ret)
{
	size_t n = 0;

	while (l->at + n < l->text.n) {
		char c = peek(l, n);

		if (c == '[' || c == ']' || c == '"' || c == '\'' || lex_is_blank(c) ||
		    c == '\v' || c == '\f')
			break;
		n++;
	}
	return take(l, n, ret);
}

bool lex_bare(struct lexer *l, struct str *ret)
{
	size_t n = 0;

	while (l->at + n < l->text.n) {
		char c = peek(l, n);

		if (c == '(' || c == ')' || c == '"' || c == '\'' || c == '=' || c == ',' ||
		    (lex_is_blank(c) && c != '\b') || c == '\v' || c == '\f')
			break;
		n++;
	}
	return take(l, n, ret);
}

bool lex_number(struct lexer *l, struct str *ret)
{
	size_t n = 0;
	size_t digits;

	if (peek(l, 0) == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X') && hex(peek(l, 2))) {
		n = 2;
		while (hex(peek(l, n)))
			n++;
		return take(l, n, ret);
	}
	if (peek(l, 0) == '+' || peek(l, 0) == '-')
		n++;
	digits = n;
	while (digit(peek(l, n)))
		n++;
	if (n == digits)
		return false;
	if (peek(l, n) == '.')
		n++;
	while (digit(peek(l, n)))
		n++;
	if ((peek(l, n) == 'e' || peek(l, n) == 'E') &&
	    (peek(l, n + 1) == '+' || peek(l, n + 1) == '-') && digit(peek(l, n + 2))) {
		n += 2;
		while (digit(peek(l, n)))
			n++;
	}
	return take(l, n, ret);
}

/*
 * What stands for \c, or -1. A backslash before a blank is a backslash and the blank is gone: older
 * rules files were written for that.
 */
static int escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case ' ':
		return '\\';
	case '\\':
	case '/':
	case '\'':
	case '"':
		return c;
	default:
		return -1;
	}
}

/* Text between the quotes with escapes replaced. False: *ret_reason tells why not. */
static bool unescape(struct str raw, char quote, struct arena *arena, char *out, size_t *ret_n,
		     const char **ret_reason)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		int c;

		if (raw.p[i] != '\\') {
			out[n++] = raw.p[i];
			continue;
		}
		i++; /* a backslash is never last: the quote behind it would not have ended the string */
		c = escape(raw.p[i]);
		if (c < 0) {
			*ret_reason = arena_printf(arena, "unsupported string escape sequence: \\%c",
						   raw.p[i]);
			return false;
		}
		if ((c == '"' || c == '\'') && c != quote) {
			*ret_reason = arena_printf(arena, "invalid \\%c escape in %c-quoted string",
						   raw.p[i], quote);
			return false;
		}
		out[n++] = (char)c;
	}
	*ret_n = n;
	return true;
}

enum lex_quoted lex_quoted(struct lexer *l, struct arena *arena, struct str *ret,
			   const char **ret_reason)
{
	char quote = peek(l, 0);
	size_t end = 1;
	struct str whole = STR_NULL;
	struct str raw;
	char *out;

	if (quote != '"' && quote != '\'')
		return LEX_NO;
	/* A quote behind a backslash never ends the string, even when that backslash is escaped. */
	while (l->at + end < l->text.n && (peek(l, end) != quote || peek(l, end - 1) == '\\'))
		end++;
	if (l->at + end >= l->text.n)
		return LEX_NO;
	take(l, end + 1, &whole);
	raw = str_n(whole.p + 1, whole.n - 2);
	*ret = raw;
	if (str_find_byte(raw, '\\') < 0)
		return LEX_YES;
	out = arena_alloc(arena, raw.n);
	if (!out)
		return LEX_NO_MEMORY;
	ret->p = out;
	if (unescape(raw, quote, arena, out, &ret->n, ret_reason))
		return LEX_YES;
	return arena->error ? LEX_NO_MEMORY : LEX_BAD_ESCAPE;
}
