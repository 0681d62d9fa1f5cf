/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions of rules become text behind the rule's condition, so that lists may be named in their
 * values. Values are data: whatever is in them ends up inside of one quoted string.
 */
#include <errno.h>

#include "rule/definitions.h"
#include "rule/tree.h"

static int invalid(struct load_result *r, const struct context *c, const char *text)
{
	return load_fail(r, LOAD_ERR_VALIDATE, c, "%s", text);
}

/* Splits "startswith anyof" into operator and modifier. False: neither is known. */
static bool parse_comp(struct str text, enum op *ret_op, enum modifier *ret_modifier)
{
	struct str rest = str_trim(text);
	ptrdiff_t blank = str_find_byte(rest, ' ');
	struct str second = blank < 0 ? STR_NULL : str_trim(str_from(rest, (size_t)blank));
	enum modifier m = MOD_NONE;
	enum op op = 0;

	if (blank >= 0)
		rest = str_first(rest, (size_t)blank);
	while (op < OPS && !str_eq_c(rest, op_name(op)))
		op++;
	if (op == OPS)
		return false;
	*ret_op = op;
	*ret_modifier = MOD_NONE;
	if (!second.n)
		return true;
	for (m = MOD_ONEOF; m <= MOD_ALLOF && !str_eq_c(second, modifier_name(m)); m++)
		;
	*ret_modifier = m;
	/* Modifiers belong to operators on texts only. */
	return m <= MOD_ALLOF && op >= OP_EQ2 && op <= OP_REGEX;
}

static bool takes_list(struct str comp)
{
	enum modifier m;
	enum op op;

	return parse_comp(comp, &op, &m) &&
	       (m != MOD_NONE || op == OP_IN || op == OP_PMATCH || op == OP_INTERSECTS);
}

static bool is_operator(struct str comp)
{
	enum modifier m;
	enum op op;

	return parse_comp(comp, &op, &m);
}

/* A field or transformer that exists: "FIELD exists" must be a valid condition. */
static int check_field(struct str field, const struct context *c, struct load_result *r)
{
	char *text = arena_printf(r->arena, STR_FMT " exists", STR_ARG(field));
	struct cond_error error;
	struct cond *tree;
	int e;

	if (!text)
		return -ENOMEM;
	e = cond_parse(str_c(text), NULL, r->arena, &tree, &error);
	if (e == 0)
		e = cond_check(tree, r->arena, NULL, NULL, &error);
	if (e != -EBADMSG)
		return e;
	return load_fail(r, LOAD_ERR_VALIDATE, c, "'" STR_FMT "' is not a supported filter field",
			 STR_ARG(field));
}

static int read_words(const struct yaml_node *n, const struct context *c, const char *name,
		      struct load_result *r, struct str **ret)
{
	struct str *words = ARENA_NEW_N(r->arena, struct str, n->kind == YAML_SEQ ? n->count : 1);
	int e;

	if (!words)
		return -ENOMEM;
	*ret = words;
	if (n->kind != YAML_SEQ)
		return item_text(n, c, str_c(name), r, &words[0]);
	for (size_t i = 0; i < n->count; i++) {
		e = item_text(n->items[i], c, str_c(name), r, &words[i]);
		if (e < 0)
			return e;
	}
	return 0;
}

/* One value, or one member of a tuple. */
static int check_scalar(const struct yaml_node *n, const struct context *c, struct load_result *r)
{
	struct str text;

	return n->kind == YAML_NULL ? 0 : item_text(n, c, STR("values"), r, &text);
}

static int check_tuple(const struct exception_def *ex, const struct yaml_node *n,
		       struct load_result *r)
{
	int e;

	if (n->kind != YAML_SEQ || n->count != ex->field_count)
		return invalid(r, ex->context, "Fields and values lists must have equal length");
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *member = n->items[i];

		if (member->kind != YAML_SEQ) {
			e = check_scalar(member, ex->context, r);
			if (e < 0)
				return e;
			continue;
		}
		for (size_t k = 0; k < member->count; k++) {
			e = check_scalar(member->items[k], ex->context, r);
			if (e < 0)
				return e;
		}
	}
	return 0;
}

static int check_value(const struct exception_def *ex, const struct yaml_node *n,
		       struct load_result *r)
{
	if (ex->many)
		return check_tuple(ex, n, r);
	if (n->kind == YAML_SEQ)
		return invalid(r, ex->context, "Expected values array to contain a list of strings");
	return n->kind == YAML_MAP ? 0 : check_scalar(n, ex->context, r);
}

int exception_append(struct exception_def *ex, const struct item_exception *in,
		     struct load_result *r)
{
	/* Errors are about the item that brings the values. */
	struct exception_def seen = *ex;
	const struct yaml_node *v = in->values;

	if (!v || !v->count)
		return 0;
	seen.context = in->context;
	for (size_t i = 0; i < v->count; i++) {
		int e = check_value(&seen, v->items[i], r);

		if (e < 0)
			return e;
	}
	if (v->count > ex->value_capacity - ex->value_count) {
		size_t capacity = size_max(ex->value_count + v->count, ex->value_capacity * 2);
		const struct yaml_node **more =
			ARENA_NEW_N(r->arena, const struct yaml_node *, capacity);

		if (!more)
			return -ENOMEM;
		if (ex->value_count)
			memcpy(more, ex->values, ex->value_count * sizeof(*more));
		ex->values = more;
		ex->value_capacity = capacity;
	}
	for (size_t i = 0; i < v->count; i++)
		ex->values[ex->value_count++] = v->items[i];
	return 0;
}

static int define_single(const struct item_exception *in, struct load_result *r,
			 struct exception_def *ex)
{
	int e;

	if (in->comps && in->comps->kind == YAML_SEQ)
		return invalid(r, in->context, "Fields and comps must both be strings");
	ex->field_count = 1;
	e = read_words(in->fields, in->context, "fields", r, &ex->fields);
	if (e < 0)
		return e;
	if (in->comps) {
		e = read_words(in->comps, in->context, "comps", r, &ex->comps);
		if (e < 0)
			return e;
	} else {
		ex->comps = ARENA_NEW(r->arena, struct str);
		if (!ex->comps)
			return -ENOMEM;
		ex->comps[0] = STR("in");
	}
	if (!takes_list(ex->comps[0]))
		return invalid(r, in->context,
			       "When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)");
	return 0;
}

static int define_many(const struct item_exception *in, struct load_result *r,
		       struct exception_def *ex)
{
	int e;

	ex->many = true;
	ex->field_count = in->fields->count;
	if (in->comps && (in->comps->kind != YAML_SEQ || in->comps->count != ex->field_count))
		return invalid(r, in->context, "Fields and comps lists must have equal length");
	e = read_words(in->fields, in->context, "fields", r, &ex->fields);
	if (e < 0)
		return e;
	if (in->comps) {
		e = read_words(in->comps, in->context, "comps", r, &ex->comps);
		if (e < 0)
			return e;
	} else {
		ex->comps = ARENA_NEW_N(r->arena, struct str, ex->field_count);
		if (!ex->comps)
			return -ENOMEM;
		for (size_t i = 0; i < ex->field_count; i++)
			ex->comps[i] = STR("=");
	}
	for (size_t i = 0; i < ex->field_count; i++)
		if (!is_operator(ex->comps[i]))
			return load_fail(r, LOAD_ERR_VALIDATE, in->context,
					 "'" STR_FMT "' is not a supported comparison operator",
					 STR_ARG(ex->comps[i]));
	return 0;
}

int exception_define(const struct item_exception *in, bool check_fields, struct load_result *r,
		     struct exception_def *ret)
{
	struct exception_def ex = { .name = in->name, .context = in->context };
	int e;

	if (in->fields->kind == YAML_MAP || (in->fields->kind == YAML_SEQ && !in->fields->count))
		return invalid(r, in->context,
			       "Rule exception item must have fields property with a list of fields");
	e = in->fields->kind == YAML_SEQ ? define_many(in, r, &ex) : define_single(in, r, &ex);
	if (e < 0)
		return e;
	for (size_t i = 0; check_fields && i < ex.field_count; i++) {
		e = check_field(ex.fields[i], in->context, r);
		if (e < 0)
			return e;
	}
	e = exception_append(&ex, in, r);
	if (e < 0)
		return e;
	*ret = ex;
	return 0;
}

/* --- text ------------------------------------------------------------------------------------ */

/* A null is nothing at all, which the parser then misses. */
static void append_words(struct buf *b, const struct yaml_node *const *nodes, size_t count)
{
	bool first = true;

	buf_byte(b, '(');
	for (size_t i = 0; i < count; i++) {
		if (nodes[i]->kind == YAML_MAP)
			continue;
		buf_c(b, first ? "" : ", ");
		first = false;
		if (nodes[i]->kind == YAML_SCALAR)
			word_append(b, nodes[i]->text, false);
	}
	buf_byte(b, ')');
}

static bool in_parens(struct str s)
{
	return s.n >= 2 && s.p[0] == '(' && s.p[s.n - 1] == ')';
}

static void append_member(struct buf *b, struct str comp, const struct yaml_node *n)
{
	if (n->kind == YAML_SEQ) {
		append_words(b, (const struct yaml_node *const *)n->items, n->count);
	} else if (takes_list(comp)) {
		/* Written as a list by hand: "(a, b)". */
		if (n->kind == YAML_SCALAR && in_parens(n->text))
			buf_str_append(b, n->text);
		else
			append_words(b, &n, 1);
	} else if (n->kind == YAML_SCALAR) {
		word_append(b, n->text, false);
	}
}

void exception_render(const struct exception_def *ex, struct buf *b)
{
	if (!ex->value_count)
		return;
	buf_c(b, " and not (");
	for (size_t v = 0; ex->many && v < ex->value_count; v++) {
		buf_c(b, v ? " or (" : "(");
		for (size_t i = 0; i < ex->field_count; i++) {
			buf_c(b, i ? " and " : "");
			buf_str_append(b, ex->fields[i]);
			buf_byte(b, ' ');
			buf_str_append(b, ex->comps[i]);
			buf_byte(b, ' ');
			append_member(b, ex->comps[i], ex->values[v]->items[i]);
		}
		buf_byte(b, ')');
	}
	if (!ex->many) {
		buf_str_append(b, ex->fields[0]);
		buf_byte(b, ' ');
		buf_str_append(b, ex->comps[0]);
		buf_byte(b, ' ');
		append_words(b, ex->values, ex->value_count);
	}
	buf_byte(b, ')');
}
