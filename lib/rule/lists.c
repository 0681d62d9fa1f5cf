/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner that finds places of values knows just enough of the grammar for that: which word is
 * an operator, where parentheses open a list, a group or the arguments of a transformer. What it
 * does not understand it copies; the parser will complain.
 */
#include "rule/lists.h"

#include <errno.h>
#include <stdlib.h>

#include "field/field.h"
#include "rule/lex.h"
#include "rule/tree.h"

/* Of all expansions together: a chain of lists that contain each other grows with its square. */
#define FLAT_MAX  ((size_t)4 << 20)
#define DEPTH_MAX 2000 /* of parentheses; the parser stops earlier */

void lists_fini(struct lists *x)
{
	name_index_fini(&x->names);
	free(x->defs);
	*x = (struct lists){ 0 };
}

struct list_def *lists_find(const struct lists *x, struct str name)
{
	uint32_t n = name_index_find(&x->names, name);

	return n == NAME_NONE ? NULL : x->defs[n];
}

static struct list_def *add(struct lists *x, struct arena *a, struct str name)
{
	struct list_def *l;

	if (x->count == x->capacity) {
		size_t capacity = x->capacity ? x->capacity * 2 : 64;
		struct list_def **defs = reallocarray(x->defs, capacity, sizeof(*defs));

		if (!defs)
			return NULL;
		x->defs = defs;
		x->capacity = capacity;
	}
	l = ARENA_NEW(a, struct list_def);
	if (!l || name_index_add(&x->names, name, (uint32_t)x->count) < 0)
		return NULL;
	l->name = name;
	x->defs[x->count++] = l;
	return l;
}

int lists_define(struct lists *x, struct arena *a, struct str name, const struct context *context,
		 const struct str *items, size_t count)
{
	struct list_def *l = lists_find(x, name);

	if (!l)
		l = add(x, a, name);
	if (!l)
		return -ENOMEM;
	l->context = context;
	l->count = 0;
	return lists_append(l, a, items, count);
}

int lists_append(struct list_def *l, struct arena *a, const struct str *items, size_t count)
{
	if (count > l->capacity - l->count) {
		size_t capacity = size_max(l->count + count, l->capacity * 2);
		struct str *more = ARENA_NEW_N(a, struct str, capacity);

		if (!more)
			return -ENOMEM;
		if (l->count)
			memcpy(more, l->items, l->count * sizeof(*more));
		l->items = more;
		l->capacity = capacity;
	}
	if (count)
		memcpy(l->items + l->count, items, count * sizeof(*items));
	l->count += count;
	return 0;
}

void lists_begin(struct lists *x)
{
	x->compilation++;
	x->flat_total = 0;
	for (size_t i = 0; i < x->count; i++)
		x->defs[i]->used = false;
	for (size_t i = 0; i < x->count; i++) {
		const struct list_def *l = x->defs[i];

		for (size_t k = 0; k < l->count; k++) {
			struct list_def *inner = lists_find(x, l->items[k]);

			if (inner && inner != l)
				inner->used = true;
		}
	}
}

/* --- expansion ------------------------------------------------------------------------------- */

struct flatten_frame {
	struct list_def *list;
	size_t next;
};

struct flatten {
	struct lists *lists;
	struct flatten_frame *stack;
	size_t depth, stack_capacity;
	struct str *flat;
	size_t count, capacity;
};

static int push_list(struct flatten *f, struct list_def *l)
{
	if (f->depth == f->stack_capacity) {
		size_t capacity = f->stack_capacity ? f->stack_capacity * 2 : 16;
		struct flatten_frame *stack = reallocarray(f->stack, capacity, sizeof(*stack));

		if (!stack)
			return -ENOMEM;
		f->stack = stack;
		f->stack_capacity = capacity;
	}
	l->visit = f->lists->visits;
	l->open = true;
	f->stack[f->depth++] = (struct flatten_frame){ l, 0 };
	return 0;
}

static int push_item(struct flatten *f, struct str item)
{
	if (f->count == f->capacity) {
		size_t capacity = f->capacity ? f->capacity * 2 : 64;
		struct str *flat = reallocarray(f->flat, capacity, sizeof(*flat));

		if (!flat)
			return -ENOMEM;
		f->flat = flat;
		f->capacity = capacity;
	}
	f->flat[f->count++] = item;
	return 0;
}

/* Each list is entered once: a second time it would add nothing new. */
static int flatten_next(struct flatten *f, struct load_result *r)
{
	struct flatten_frame *top = &f->stack[f->depth - 1];
	struct list_def *inner;
	struct str item;

	if (top->next == top->list->count) {
		top->list->open = false;
		f->depth--;
		return 0;
	}
	item = top->list->items[top->next++];
	inner = lists_find(f->lists, item);
	if (!inner)
		return push_item(f, item);
	if (inner->visit != f->lists->visits)
		return push_list(f, inner);
	if (!inner->open)
		return 0;
	/* A list inside of itself: there is nothing to expand, so the word is a plain value. */
	if (inner != top->list)
		load_warn(r, LOAD_COMPILE_CONDITION, top->list->context,
			  "List '" STR_FMT "' is part of itself through list '" STR_FMT
			  "': the inner name is taken for a plain value",
			  STR_ARG(inner->name), STR_ARG(top->list->name));
	return push_item(f, item);
}

int lists_flatten(struct lists *x, struct list_def *l, struct arena *a, struct load_result *r)
{
	struct flatten f = { .lists = x };
	int e;

	if (l->flat_of == x->compilation)
		return 0;
	x->visits++;
	e = push_list(&f, l);
	while (e == 0 && f.depth) {
		e = flatten_next(&f, r);
		if (e == 0 && f.count > FLAT_MAX - x->flat_total)
			e = load_fail(r, LOAD_ERR_VALIDATE, l->context,
				      "Lists have too many items after lists inside of lists were expanded");
	}
	if (e == 0) {
		l->flat = ARENA_NEW_N(a, struct str, f.count);
		e = l->flat ? 0 : -ENOMEM;
	}
	if (e == 0) {
		if (f.count)
			memcpy(l->flat, f.flat, f.count * sizeof(*f.flat));
		l->flat_count = f.count;
		l->flat_of = x->compilation;
		x->flat_total += f.count;
	}
	free(f.stack);
	free(f.flat);
	return e;
}

/* --- values in the syntax of conditions ------------------------------------------------------ */

/* Behind the quoted string at the start of s; 0 when it does not end. */
static size_t quoted_length(struct str s)
{
	/* A quote behind a backslash never ends a string, even if that one is escaped itself. */
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == s.p[0] && s.p[i - 1] != '\\')
			return i + 1;
	return 0;
}

bool word_is_quoted(struct str s)
{
	return s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && quoted_length(s) == s.n;
}

/* NAME(...) with the parenthesis that opens first closing last. */
static bool is_call(struct str s)
{
	static const char *const names[] = { "val", "tolower", "toupper", "b64", "basename", "len",
					     "join", "concat", "getopt" };
	ptrdiff_t open = str_find_byte(s, '(');
	size_t depth = 0;

	for (size_t i = 0; open > 0 && i < ARRAY_LEN(names); i++) {
		if (!str_eq_c(str_first(s, (size_t)open), names[i]))
			continue;
		for (size_t at = (size_t)open; at < s.n; at++) {
			if (s.p[at] == '"' || s.p[at] == '\'') {
				size_t n = quoted_length(str_from(s, at));

				if (!n)
					return false;
				at += n - 1;
			} else if (s.p[at] == '(') {
				depth++;
			} else if (s.p[at] == ')' && --depth == 0) {
				return at + 1 == s.n;
			}
		}
	}
	return false;
}

static bool delimits(char c)
{
	return lex_is_blank(c) || c == '(' || c == ')' || c == ',' || c == '=';
}

static bool needs_quotes(struct str s, bool keep_commas)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ',' ? !keep_commas : delimits(c) || strchr("\"'\v\f", c))
			return true;
	}
	return s.n == 0;
}

/* The author has escaped the double quotes in it, as was necessary once. */
static bool is_escaped(struct str s)
{
	bool some = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' && (i == 0 || s.p[i - 1] != '\\'))
			return false;
		some = some || s.p[i] == '"';
	}
	return some && s.p[s.n - 1] != '\\';
}

void word_append(struct buf *b, struct str s, bool keep_commas)
{
	static const char plain[] = "\b\f\n\r\t";
	static const char escaped[] = "bfnrt";
	bool raw = is_escaped(s);

	if (word_is_quoted(s) || is_call(s) || !needs_quotes(s, keep_commas)) {
		buf_str_append(b, s);
		return;
	}
	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		const char *special = s.p[i] ? strchr(plain, s.p[i]) : NULL;

		if (special) {
			buf_byte(b, '\\');
			buf_byte(b, escaped[special - plain]);
			continue;
		}
		if (!raw && (s.p[i] == '"' || s.p[i] == '\\'))
			buf_byte(b, '\\');
		/* `\\"` would not end the string; backslash and blank also make a backslash. */
		if (!raw && s.p[i] == '\\' && i + 1 == s.n)
			buf_byte(b, ' ');
		else
			buf_byte(b, s.p[i]);
	}
	buf_byte(b, '"');
}

/* --- the scanner ----------------------------------------------------------------------------- */

enum place_kind {
	AT_CHECK,    /* a field, transformer, macro, `not` or group is next */
	AT_OPERATOR, /* behind a field or macro */
	AT_VALUE,    /* behind an operator */
	AT_END,      /* behind a check or group: and, or */
	IN_LIST,     /* between the parentheses of a list */
	IN_CALL,     /* between those of a transformer */
};

struct scanner {
	struct lists *lists;
	struct str text;
	size_t at;
	struct buf *out;
	struct arena *arena;
	struct load_result *r;
	const struct context *context;
	list_use_fn used;
	void *used_ctx;
	enum place_kind place;
	struct str left; /* the field of the present check */
	bool skip_comma; /* an empty list stood before it */
	struct {
		enum place_kind place; /* to return to */
	} stack[DEPTH_MAX];
	size_t depth;
};

static bool is_operator(struct str w)
{
	if (w.p[0] == '<' || w.p[0] == '>' || w.p[0] == '!')
		return w.n == 1;
	for (enum op op = 0; op < OPS; op++)
		if (op != OP_EXISTS && str_eq_c(w, op_name(op)))
			return true;
	return false;
}

static bool is_modifier(const struct scanner *s, struct str w)
{
	bool known = false;

	for (enum modifier m = MOD_ONEOF; m <= MOD_ALLOF; m++)
		known = known || str_eq_c(w, modifier_name(m));
	/* Only before a list, else it is a value like any other. */
	return known && s->at < s->text.n && lex_is_blank(s->text.p[s->at]);
}

/* In `evt.type = open` the name of an event is that, even if a list is called so too. */
static bool is_event_name(const struct scanner *s, struct str w)
{
	struct code_set codes;
	struct syscall_set syscalls;
	const struct field_def *def = field_find(s->left);

	return def && (def->flags & FIELD_TYPE_NAMES) && field_codes_of(w, &codes, &syscalls);
}

static void drop_comma_before(struct buf *b)
{
	size_t n = b->len;

	while (n && lex_is_blank(b->data[n - 1]))
		n--;
	if (n && b->data[n - 1] == ',')
		b->len = n - 1;
}

static bool comma_follows(const struct scanner *s)
{
	size_t at = s->at;

	while (at < s->text.n && lex_is_blank(s->text.p[at]))
		at++;
	return at < s->text.n && s->text.p[at] == ',';
}

/* Appends a word that may be the name of a list. */
static int value_word(struct scanner *s, struct str w)
{
	struct list_def *l = lists_find(s->lists, w);
	int e;

	if (!l || (s->place == AT_VALUE && is_event_name(s, w)) ||
	    (s->place == IN_CALL && field_find(w))) {
		buf_str_append(s->out, w);
		return 0;
	}
	l->used = true;
	if (s->used)
		s->used(s->used_ctx, l);
	e = lists_flatten(s->lists, l, s->arena, s->r);
	if (e < 0)
		return e;
	for (size_t i = 0; i < l->flat_count; i++) {
		if (i)
			buf_c(s->out, ", ");
		word_append(s->out, l->flat[i], true);
	}
	if (!l->flat_count && s->place == IN_LIST) {
		if (comma_follows(s))
			s->skip_comma = true;
		else
			drop_comma_before(s->out);
	}
	return 0;
}

static bool at_paren(const struct scanner *s)
{
	return s->at < s->text.n && s->text.p[s->at] == '(';
}

/* Opens the parentheses that follow a word: arguments; `after` comes behind them. */
static int open_paren(struct scanner *s, enum place_kind inside, enum place_kind after)
{
	if (s->depth == DEPTH_MAX)
		return load_fail(s->r, LOAD_ERR_COMPILE_CONDITION, s->context,
				 "condition is nested too deeply");
	s->stack[s->depth++].place = after;
	s->place = inside;
	buf_byte(s->out, '(');
	s->at++;
	return 0;
}

/* The rest of a field's argument in brackets, which may hold any character. */
static void copy_brackets(struct scanner *s)
{
	size_t from = s->at;

	while (s->at < s->text.n && s->text.p[s->at] != ']') {
		char c = s->text.p[s->at];
		size_t n = c == '"' || c == '\'' ? quoted_length(str_from(s->text, s->at)) : 1;

		s->at += n ? n : 1;
	}
	buf_append(s->out, s->text.p + from, s->at - from);
}

static int word(struct scanner *s, struct str w)
{
	switch (s->place) {
	case AT_CHECK:
		buf_str_append(s->out, w);
		if (str_eq_c(w, "not") || str_eq_c(w, "and") || str_eq_c(w, "or"))
			return 0;
		s->left = w;
		s->place = AT_OPERATOR;
		if (at_paren(s))
			return open_paren(s, IN_CALL, AT_OPERATOR);
		if (str_find_byte(w, '[') >= 0 && str_find_byte(w, ']') < 0) {
			s->left = str_first(w, (size_t)str_find_byte(w, '['));
			copy_brackets(s);
		}
		return 0;
	case AT_OPERATOR:
	case AT_END:
		buf_str_append(s->out, w);
		if (str_eq_c(w, "and") || str_eq_c(w, "or"))
			s->place = AT_CHECK;
		else if (s->place == AT_OPERATOR && is_operator(w))
			s->place = AT_VALUE;
		else if (s->place == AT_OPERATOR && w.p[0] != ']')
			s->place = AT_END;
		return 0;
	case AT_VALUE:
		if (is_modifier(s, w)) {
			buf_str_append(s->out, w);
			return 0;
		}
		if (at_paren(s)) {
			buf_str_append(s->out, w);
			return open_paren(s, IN_CALL, AT_END);
		}
		/* fall through */
	case IN_LIST:
	case IN_CALL: {
		enum place_kind after = s->place == AT_VALUE ? AT_END : s->place;
		int e;

		if (s->place == IN_CALL && at_paren(s)) {
			buf_str_append(s->out, w);
			return open_paren(s, IN_CALL, IN_CALL);
		}
		e = value_word(s, w);
		s->place = after;
		return e;
	}
	}
	return 0;
}

static int symbol(struct scanner *s)
{
	char c = s->text.p[s->at];

	if (c == '(') {
		enum place_kind at = s->place;

		return open_paren(s, at == AT_VALUE ? IN_LIST : at == AT_OPERATOR ? AT_CHECK : at,
				  at == IN_LIST || at == IN_CALL ? at : AT_END);
	}
	s->at++;
	if (c == ')') {
		/* One too many is the parser's business. */
		s->place = s->depth ? s->stack[--s->depth].place : AT_END;
		s->skip_comma = false;
	} else if (c == ',' && s->skip_comma) {
		s->skip_comma = false;
		return 0;
	} else if (c == '=' && (s->place == AT_OPERATOR || s->place == AT_CHECK)) {
		s->place = AT_VALUE;
	}
	buf_byte(s->out, c);
	return 0;
}

static int next_token(struct scanner *s)
{
	size_t from = s->at;
	char c = s->text.p[from];

	if (lex_is_blank(c)) {
		buf_byte(s->out, c);
		s->at++;
		return 0;
	}
	if (c == '"' || c == '\'') {
		size_t n = quoted_length(str_from(s->text, from));

		s->at = n ? from + n : s->text.n;
		buf_append(s->out, s->text.p + from, s->at - from);
		if (s->place == AT_VALUE)
			s->place = AT_END;
		return 0;
	}
	if (delimits(c))
		return symbol(s);
	while (s->at < s->text.n && !delimits(s->text.p[s->at]) && s->text.p[s->at] != '"' &&
	       s->text.p[s->at] != '\'')
		s->at++;
	return word(s, (struct str){ s->text.p + from, s->at - from });
}

int lists_substitute(struct lists *x, struct str text, struct arena *a, struct load_result *r,
		     const struct context *context, list_use_fn used, void *ctx, struct buf *b)
{
	struct scanner s = { .lists = x,
			     .text = text,
			     .out = b,
			     .arena = a,
			     .r = r,
			     .context = context,
			     .used = used,
			     .used_ctx = ctx };
	int e = 0;

	while (e == 0 && s.at < text.n && !buf_error(b))
		e = next_token(&s);
	if (e == 0 && buf_error(b) == -E2BIG)
		e = load_fail(r, LOAD_ERR_VALIDATE, context,
			      "Condition is too long after lists were put in their places");
	return e < 0 ? e : buf_error(b);
}
