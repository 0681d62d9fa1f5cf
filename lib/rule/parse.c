/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recursive descent over the grammar of docs/formats/rules.md. Functions return 0, -EBADMSG with the
 * error filled, or -ENOMEM; those that may find nothing at their place return 1 when they did.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule/lex.h"
#include "rule/transform.h"
#include "rule/tree.h"

#define DEPTH_DEFAULT 1000
#define TEXT_MAX      ((size_t)16 << 20)

enum op_kind {
	KIND_UNARY,
	KIND_NUMBER, /* wants a number on the right */
	KIND_TEXT,
	KIND_LIST,
};

/* In the order in which they are tried: longer ones first where one starts like another. */
static const struct op_row {
	const char *name;
	enum op_kind kind;
	bool blank; /* a blank must follow */
} ops[OPS] = {
	[OP_EXISTS] = { "exists", KIND_UNARY, false },
	[OP_LE] = { "<=", KIND_NUMBER, false },
	[OP_LT] = { "<", KIND_NUMBER, false },
	[OP_GE] = { ">=", KIND_NUMBER, false },
	[OP_GT] = { ">", KIND_NUMBER, false },
	[OP_EQ2] = { "==", KIND_TEXT, false },
	[OP_EQ] = { "=", KIND_TEXT, false },
	[OP_NE] = { "!=", KIND_TEXT, false },
	[OP_GLOB] = { "glob", KIND_TEXT, true },
	[OP_IGLOB] = { "iglob", KIND_TEXT, true },
	[OP_CONTAINS] = { "contains", KIND_TEXT, true },
	[OP_ICONTAINS] = { "icontains", KIND_TEXT, true },
	[OP_BCONTAINS] = { "bcontains", KIND_TEXT, true },
	[OP_STARTSWITH] = { "startswith", KIND_TEXT, true },
	[OP_BSTARTSWITH] = { "bstartswith", KIND_TEXT, true },
	[OP_ENDSWITH] = { "endswith", KIND_TEXT, true },
	[OP_REGEX] = { "regex", KIND_TEXT, true },
	[OP_INTERSECTS] = { "intersects", KIND_LIST, false },
	[OP_IN] = { "in", KIND_LIST, false },
	[OP_PMATCH] = { "pmatch", KIND_LIST, false },
};

static const char *const modifiers[] = {
	[MOD_NONE] = "",
	[MOD_ONEOF] = "oneof",
	[MOD_ANYOF] = "anyof",
	[MOD_ALLOF] = "allof",
};

#define TRANSFORMER_NAMES                                                                          \
	"'val', 'tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'"
#define OPERATOR_NAMES                                                                             \
	"'exists', '<=', '<', '>=', '>', '==', '=', '!=', 'glob', 'iglob', 'contains', "           \
	"'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex', "             \
	"'intersects', 'in', 'pmatch'"

struct parser {
	struct lexer lex;
	struct arena *arena;
	uint32_t depth, max_depth;
	/* The place up to which lines are counted: places are asked for in rising order, nearly. */
	struct place counted;
	struct cond_error *error;
};

const char *op_name(enum op op)
{
	return ops[op].name;
}

const char *modifier_name(enum modifier m)
{
	return modifiers[m];
}

static struct place place_of(struct parser *p, size_t offset)
{
	if (offset < p->counted.offset)
		p->counted = (struct place){ 0, 1, 1 };
	while (p->counted.offset < offset) {
		bool newline = p->lex.text.p[p->counted.offset++] == '\n';

		p->counted.line += newline;
		p->counted.column = newline ? 1 : p->counted.column + 1;
	}
	return p->counted;
}

static int fail_at(struct parser *p, size_t offset, const char *text)
{
	struct place at = place_of(p, offset);

	if (!text)
		return -ENOMEM;
	*p->error = (struct cond_error){ at.line, at.column, at.offset, text, false };
	return -EBADMSG;
}

static int fail(struct parser *p, const char *text)
{
	return fail_at(p, p->lex.at, text);
}

/* An array under construction, doubled in the arena. */
struct list {
	void **items;
	size_t n, cap;
};

static int list_add(struct list *l, struct arena *arena, void *item)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		void **items = arena_zalloc_n(arena, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		if (l->n)
			memcpy(items, l->items, l->n * sizeof(*items));
		l->items = items;
		l->cap = cap;
	}
	l->items[l->n++] = item;
	return 0;
}

static struct expr *expr_new(struct parser *p, enum expr_kind kind, size_t offset, struct str name)
{
	struct expr *e = ARENA_NEW(p->arena, struct expr);

	if (e) {
		e->kind = kind;
		e->at = place_of(p, offset);
		e->name = name;
	}
	return e;
}

static int quoted(struct parser *p, struct str *ret)
{
	const char *reason = NULL;

	switch (lex_quoted(&p->lex, p->arena, ret, &reason)) {
	case LEX_NO:
		return 0;
	case LEX_YES:
		return 1;
	case LEX_BAD_ESCAPE:
		return fail(p, reason);
	case LEX_NO_MEMORY:
		break;
	}
	return -ENOMEM;
}

/* [arg] behind a field or a transformer. */
static int bracket_arg(struct parser *p, struct expr *e)
{
	int r;

	if (!lex_symbol(&p->lex, "["))
		return 0;
	r = quoted(p, &e->arg);
	if (r < 0)
		return r;
	if (!r && !lex_bare_arg(&p->lex, &e->arg))
		return fail(p, "expected a valid field argument: a quoted string or a bare string");
	e->arg_given = true;
	if (!lex_symbol(&p->lex, "]"))
		return fail(p, "expected a ']' token");
	return 0;
}

static int field(struct parser *p, struct expr **ret)
{
	size_t start = p->lex.at;
	struct str name;
	int r;

	if (!lex_field_name(&p->lex, &name))
		return 0;
	*ret = expr_new(p, EXPR_FIELD, start, name);
	if (!*ret)
		return -ENOMEM;
	r = bracket_arg(p, *ret);
	(*ret)->source = str_n(name.p, p->lex.at - start);
	return r < 0 ? r : 1;
}

static int argument(struct parser *p, bool in_list, struct expr **ret);

/* Arguments up to `)`, whose `(` is taken. */
static int arguments(struct parser *p, bool in_list, struct expr *e)
{
	struct list kids = { 0 };
	struct expr *kid;
	int r;

	lex_blank(&p->lex);
	if (in_list && lex_symbol(&p->lex, ")"))
		return 0;
	do {
		lex_blank(&p->lex);
		r = argument(p, in_list, &kid);
		if (r < 0)
			return r;
		if (list_add(&kids, p->arena, kid) < 0)
			return -ENOMEM;
		lex_blank(&p->lex);
	} while (lex_symbol(&p->lex, ","));
	if (!lex_symbol(&p->lex, ")"))
		return fail(p, "expected a ')' token closing the transformer");
	e->kids = (struct expr **)kids.items;
	e->kid_count = kids.n;
	return 0;
}

/* NAME( ... ) with an optional [arg]; nothing when NAME is no transformer or ( is missing. */
static int transformer(struct parser *p, struct expr **ret)
{
	struct lexer before = p->lex;
	const struct transformer *t;
	struct str name;
	int r;

	if (!lex_identifier(&p->lex, &name))
		return 0;
	t = transformer_find(name);
	if (!t || !lex_symbol(&p->lex, "(")) {
		p->lex = before;
		return 0;
	}
	if (++p->depth > p->max_depth)
		return fail(p, arena_printf(p->arena, "exceeded max depth limit of %u",
					    p->max_depth));
	*ret = expr_new(p, EXPR_CALL, before.at, name);
	if (!*ret)
		return -ENOMEM;
	(*ret)->transformer = t;
	r = arguments(p, false, *ret);
	if (r < 0)
		return r;
	p->depth--;
	r = bracket_arg(p, *ret);
	return r < 0 ? r : 1;
}

/* One argument of a transformer, or one element of a list among them (`in_list`). */
static int argument(struct parser *p, bool in_list, struct expr **ret)
{
	size_t start = p->lex.at;
	struct str text;
	bool number = false;
	int r = field(p, ret);

	if (!r)
		r = transformer(p, ret);
	if (r)
		return r < 0 ? r : 0;
	r = quoted(p, &text);
	if (r < 0)
		return r;
	if (!r)
		number = lex_number(&p->lex, &text);
	if (r || number) {
		*ret = expr_new(p, EXPR_TEXT, start, text);
		if (!*ret)
			return -ENOMEM;
		(*ret)->is_number = number;
		return 0;
	}
	if (!in_list && lex_symbol(&p->lex, "(")) {
		*ret = expr_new(p, EXPR_LIST, start, STR_NULL);
		return *ret ? arguments(p, true, *ret) : -ENOMEM;
	}
	return fail(p, "expected field transformer argument: field, transformer, quoted string, number, or transformer list");
}

/* val(FIELD) or a transformer on the right side; 1 when there was one. */
static int right_expr(struct parser *p, struct expr **ret)
{
	struct lexer before = p->lex;
	struct str name;
	int r;

	if (lex_identifier(&p->lex, &name) && str_eq_c(name, "val") && lex_symbol(&p->lex, "(")) {
		lex_blank(&p->lex);
		r = field(p, ret);
		if (r < 0)
			return r;
		if (!r)
			return fail(p, "expected a field within 'val' transformer");
		lex_blank(&p->lex);
		if (!lex_symbol(&p->lex, ")"))
			return fail(p, "expected a ')' token closing the transformer");
		return 1;
	}
	p->lex = before;
	return transformer(p, ret);
}

static int one_word(struct parser *p, struct check *c, struct str word)
{
	c->words = arena_alloc(p->arena, sizeof(*c->words));
	if (!c->words)
		return -ENOMEM;
	c->words[0] = word;
	c->word_count = 1;
	return 0;
}

/* ( a, "b", ... ): 1 when there was a list. */
static int word_list(struct parser *p, struct check *c)
{
	size_t cap = 0;

	if (!lex_symbol(&p->lex, "("))
		return 0;
	c->in_parens = true;
	lex_blank(&p->lex);
	if (lex_symbol(&p->lex, ")"))
		return 1;
	do {
		struct str word;
		int r;

		lex_blank(&p->lex);
		r = quoted(p, &word);
		if (r < 0)
			return r;
		if (!r && !lex_bare(&p->lex, &word))
			return fail(p, "expected a string value");
		if (c->word_count == cap) {
			struct str *words;

			cap = cap ? cap * 2 : 4;
			words = arena_zalloc_n(p->arena, cap, sizeof(*words));
			if (!words)
				return -ENOMEM;
			if (c->word_count)
				memcpy(words, c->words, c->word_count * sizeof(*words));
			c->words = words;
		}
		c->words[c->word_count++] = word;
		lex_blank(&p->lex);
	} while (lex_symbol(&p->lex, ","));
	if (!lex_symbol(&p->lex, ")"))
		return fail(p, "expected a ')' token");
	return 1;
}

/*
 * A modifier is one only with a blank before it and, after a blank, a list or a name behind it;
 * otherwise the word is an ordinary value (`proc.name = oneof`).
 */
static enum modifier modifier(struct parser *p)
{
	struct lexer before = p->lex;
	struct lexer ahead;
	struct str word;
	struct str next;

	if (!before.at || !lex_is_blank(before.text.p[before.at - 1]) ||
	    !lex_identifier(&p->lex, &word))
		return MOD_NONE;
	for (int m = MOD_ONEOF; m <= MOD_ALLOF; m++) {
		if (!str_eq_c(word, modifiers[m]))
			continue;
		ahead = p->lex;
		lex_blank(&ahead);
		if (ahead.at == p->lex.at)
			break;
		p->lex.at = ahead.at;
		if (lex_symbol(&ahead, "("))
			return (enum modifier)m;
		if (lex_identifier(&ahead, &next) && !str_eq_c(next, "and") &&
		    !str_eq_c(next, "or") && !str_eq_c(next, "not"))
			return (enum modifier)m;
		break;
	}
	p->lex = before;
	return MOD_NONE;
}

static int operator(struct parser *p, enum op *ret)
{
	for (int i = 0; i < OPS; i++) {
		struct lexer before = p->lex;

		if (!lex_symbol(&p->lex, ops[i].name))
			continue;
		if (ops[i].blank && (lex_at_end(&p->lex) ||
				     !lex_is_blank(p->lex.text.p[p->lex.at]))) {
			p->lex = before;
			continue;
		}
		*ret = (enum op)i;
		return 0;
	}
	return fail(p, "expected a valid check operator: one of " OPERATOR_NAMES);
}

/* A list, or the name of one that nobody replaced, which counts as its only element. */
static int list_or_name(struct parser *p, struct check *c)
{
	struct str word;
	int r = word_list(p, c);

	if (r)
		return r;
	if (!lex_identifier(&p->lex, &word))
		return 0;
	r = one_word(p, c, word);
	return r < 0 ? r : 1;
}

static int right_side(struct parser *p, struct check *c)
{
	struct str word;
	int r;

	lex_blank(&p->lex);
	if (ops[c->op].kind == KIND_TEXT)
		c->modifier = modifier(p);
	c->value_at = place_of(p, p->lex.at);
	if (c->modifier != MOD_NONE) {
		r = list_or_name(p, c);
		return r < 0 ? r : 0;
	}
	if (ops[c->op].kind == KIND_TEXT) {
		r = quoted(p, &word);
		if (r)
			return r < 0 ? r : one_word(p, c, word);
	}
	r = right_expr(p, &c->right);
	if (r)
		return r < 0 ? r : 0;
	switch (ops[c->op].kind) {
	case KIND_NUMBER:
		if (!lex_number(&p->lex, &word))
			return fail(p, "expected a number value or a field with a valid transformer: " TRANSFORMER_NAMES);
		return one_word(p, c, word);
	case KIND_TEXT:
		if (!lex_bare(&p->lex, &word))
			return fail(p, "expected a string value or a field with a valid transformer: " TRANSFORMER_NAMES);
		return one_word(p, c, word);
	case KIND_LIST:
		r = list_or_name(p, c);
		if (!r)
			return fail(p, "expected a list or a field with a valid transformer: " TRANSFORMER_NAMES);
		return r < 0 ? r : 0;
	case KIND_UNARY:
		break;
	}
	return 0;
}

static struct cond *cond_new(struct parser *p, enum cond_kind kind, struct place at)
{
	struct cond *c = ARENA_NEW(p->arena, struct cond);

	if (c) {
		c->kind = kind;
		c->at = at;
	}
	return c;
}

static int expression(struct parser *p, struct cond **ret);

/* "(" expr ")", whose "(" is taken. */
static int in_parens(struct parser *p, struct cond **ret)
{
	int r = expression(p, ret);

	if (r < 0)
		return r;
	lex_blank(&p->lex);
	return lex_symbol(&p->lex, ")") ? 0 : fail(p, "expected a ')' token");
}

static int check(struct parser *p, struct cond **ret)
{
	struct place start = place_of(p, p->lex.at);
	struct expr *left = NULL;
	struct str name;
	int r;

	if (lex_symbol(&p->lex, "("))
		return in_parens(p, ret);
	r = field(p, &left);
	if (!r)
		r = transformer(p, &left);
	if (r < 0)
		return r;
	if (r) {
		*ret = cond_new(p, COND_CHECK, start);
		if (!*ret)
			return -ENOMEM;
		(*ret)->check = ARENA_NEW(p->arena, struct check);
		if (!(*ret)->check)
			return -ENOMEM;
		(*ret)->check->left = left;
		lex_blank(&p->lex);
		r = operator(p, &(*ret)->check->op);
		if (r < 0 || (*ret)->check->op == OP_EXISTS)
			return r;
		return right_side(p, (*ret)->check);
	}
	if (!lex_identifier(&p->lex, &name))
		return fail(p, "expected a '(' token, a field check, or an identifier");
	*ret = cond_new(p, COND_MACRO, start);
	if (!*ret)
		return -ENOMEM;
	(*ret)->name = name;
	return 0;
}

/* Takes `not` when a blank or "(" follows; otherwise it is the start of another word. */
static bool keyword_not(struct parser *p)
{
	struct lexer before = p->lex;

	if (lex_symbol(&p->lex, "not") && !lex_at_end(&p->lex) &&
	    (lex_is_blank(p->lex.text.p[p->lex.at]) || p->lex.text.p[p->lex.at] == '('))
		return true;
	p->lex = before;
	return false;
}

static int negation(struct parser *p, struct cond **ret)
{
	struct place start;
	bool negated = false;
	struct cond *kid;
	int r;

	lex_blank(&p->lex);
	start = place_of(p, p->lex.at);
	while (keyword_not(p)) {
		negated = !negated;
		lex_blank(&p->lex);
	}
	r = check(p, &kid);
	if (r < 0 || !negated) {
		if (r == 0)
			*ret = kid;
		return r;
	}
	*ret = cond_new(p, COND_NOT, start);
	if (!*ret)
		return -ENOMEM;
	(*ret)->kids = arena_alloc(p->arena, sizeof(struct cond *));
	if (!(*ret)->kids)
		return -ENOMEM;
	(*ret)->kids[0] = kid;
	(*ret)->kid_count = 1;
	return 0;
}

/* operand { word operand } */
static int chain(struct parser *p, const char *word, enum cond_kind kind,
		 int (*operand)(struct parser *p, struct cond **ret), struct cond **ret)
{
	struct list kids = { 0 };
	struct place start; /* taken before the operands, so that places rise: see place_of() */
	struct cond *kid;
	int r;

	lex_blank(&p->lex);
	start = place_of(p, p->lex.at);
	for (;;) {
		r = operand(p, &kid);
		if (r < 0)
			return r;
		if (list_add(&kids, p->arena, kid) < 0)
			return -ENOMEM;
		lex_blank(&p->lex);
		if (!str_starts(str_from(p->lex.text, p->lex.at), str_c(word)))
			break;
		p->lex.at += strlen(word);
		if (lex_at_end(&p->lex) || (!lex_is_blank(p->lex.text.p[p->lex.at]) &&
					    p->lex.text.p[p->lex.at] != '('))
			return fail(p, arena_printf(p->arena, "expected blank or '(' after '%s'",
						    word));
	}
	if (kids.n == 1) {
		*ret = kids.items[0];
		return 0;
	}
	*ret = cond_new(p, kind, start);
	if (!*ret)
		return -ENOMEM;
	(*ret)->kids = (struct cond **)kids.items;
	(*ret)->kid_count = kids.n;
	return 0;
}

static int conjunction(struct parser *p, struct cond **ret)
{
	return chain(p, "and", COND_AND, negation, ret);
}

static int expression(struct parser *p, struct cond **ret)
{
	int r;

	if (++p->depth > p->max_depth)
		return fail(p, arena_printf(p->arena, "exceeded max depth limit of %u",
					    p->max_depth));
	r = chain(p, "or", COND_OR, conjunction, ret);
	p->depth--;
	return r;
}

static struct parser parser_of(struct str text, uint32_t max_depth, struct arena *arena,
			       struct cond_error *error)
{
	return (struct parser){
		.lex = { .text = text },
		.arena = arena,
		.max_depth = max_depth ? max_depth : DEPTH_DEFAULT,
		.counted = { 0, 1, 1 },
		.error = error,
	};
}

int cond_parse(struct str text, const struct cond_options *options, struct arena *arena,
	       struct cond **ret, struct cond_error *ret_error)
{
	struct parser p = parser_of(text, options ? options->max_depth : 0, arena, ret_error);
	ptrdiff_t nul = str_find_byte(text, 0);
	struct cond *c;
	int r;

	if (text.n > TEXT_MAX)
		return fail_at(&p, 0, "condition is too long");
	if (nul >= 0)
		return fail_at(&p, (size_t)nul, "unexpected NUL byte");
	r = expression(&p, &c);
	if (r < 0)
		return r;
	lex_blank(&p.lex);
	if (!lex_at_end(&p.lex))
		return fail(&p, arena_printf(arena,
					     "unexpected token after '" STR_FMT
					     "', expecting 'or', 'and'",
					     STR_ARG(p.lex.last)));
	*ret = c;
	return 0;
}

int expr_parse_prefix(struct str text, struct arena *arena, struct expr **ret, size_t *ret_len,
		      struct cond_error *ret_error)
{
	struct parser p = parser_of(text, 0, arena, ret_error);
	struct expr *e = NULL;
	int r = field(&p, &e);

	if (!r)
		r = transformer(&p, &e);
	if (r < 0)
		return r;
	if (!r)
		return fail(&p, "expected a field or a transformer");
	*ret = e;
	*ret_len = p.lex.at;
	return 0;
}
