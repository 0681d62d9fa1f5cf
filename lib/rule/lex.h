/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of the condition language. There is no token stream: what a word means depends on where it
 * stands, so the parser asks for the kind it wants at the current place and gets yes or no.
 */
#ifndef RULE_LEX_H
#define RULE_LEX_H

#include "base/arena.h"
#include "base/str.h"

struct lexer {
	struct str text;
	size_t at;
	struct str last; /* the token taken last, for messages */
};

enum lex_quoted {
	LEX_NO, /* no quoted string here, or one that does not end */
	LEX_YES,
	LEX_BAD_ESCAPE, /* *ret_reason tells; the lexer stands behind the string */
	LEX_NO_MEMORY,
};

bool lex_is_blank(char c);
void lex_blank(struct lexer *l);
/* A blank stands at the current place, or the text ends there. */
bool lex_at_end(const struct lexer *l);
/* Takes exactly these characters. */
bool lex_symbol(struct lexer *l, const char *symbol);
/* [a-zA-Z]+[a-zA-Z0-9_]* */
bool lex_identifier(struct lexer *l, struct str *ret);
/* An identifier with at least one dotted part more. */
bool lex_field_name(struct lexer *l, struct str *ret);
/* The word inside [...]: no brackets, quotes, blanks. */
bool lex_bare_arg(struct lexer *l, struct str *ret);
/* A word without ()"'=, and blanks. */
bool lex_bare(struct lexer *l, struct str *ret);
/* Decimal, with sign, fraction and signed exponent, or hexadecimal. */
bool lex_number(struct lexer *l, struct str *ret);
/* '...' or "..."; escapes replaced, in the arena when there are any. */
enum lex_quoted lex_quoted(struct lexer *l, struct arena *arena, struct str *ret,
			   const char **ret_reason);

#endif
