/* SPDX-License-Identifier: Apache-2.0 */
/*
 *     condition + exceptions --> lists replaced --> cond_parse --> cond_resolve --> cond_check
 *
 * Macros come first, in order of definition, because a macro with a syntax error is an error even
 * when nothing uses it; their fields are checked only where rules use them. The first error ends the
 * work.
 */
#include "rule/assemble.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/cond.h"
#include "rule/format.h"

#define SET_MAX_BYTES       ((size_t)1 << 30)
#define CONDITION_MAX_BYTES ((size_t)16 << 20)
#define OUTPUT_MAX_BYTES    ((size_t)1 << 20)
#define MACRO_DEPTH_MAX     500
#define CODES_WARN          100 /* event codes of a rule that are too many */
#define NAMES_MAX           256 /* that a description tells; they are compared one by one */

struct assembly {
	struct definitions *defs;
	const struct rule_loader_options *options;
	struct load_result *r;
	struct arena *arena; /* of the set */
	struct assembled *out;
	struct buf text;     /* scratch: with exceptions, before lists are replaced */
	struct buf replaced; /* scratch: after */
};

static int names_add(struct name_list *list, struct arena *a, struct str name)
{
	struct name_ref *ref;
	size_t n = 0;

	for (ref = list->first; ref; ref = ref->next, n++)
		if (str_eq(ref->name, name))
			return 0;
	if (n == NAMES_MAX)
		return 0;
	ref = ARENA_NEW(a, struct name_ref);
	if (!ref)
		return -ENOMEM;
	ref->name = name;
	if (!list->end)
		list->end = &list->first;
	*list->end = ref;
	list->end = &ref->next;
	return 0;
}

struct list_notes {
	struct arena *arena;
	struct name_list *lists;
};

static void note_list(void *ctx, struct list_def *l)
{
	struct list_notes *n = ctx;

	names_add(n->lists, n->arena, l->name); /* the arena keeps the error */
}

/* Line and column, from 1, of an offset in `text`. */
static void place_of(struct str text, size_t offset, uint32_t *ret_line, uint32_t *ret_column)
{
	uint32_t line = 1;
	uint32_t column = 1;

	for (size_t i = 0; i < offset && i < text.n; i++) {
		column++;
		if (text.p[i] == '\n') {
			line++;
			column = 1;
		}
	}
	*ret_line = line;
	*ret_column = column;
}

/* --- one condition --------------------------------------------------------------------------- */

/* A condition of a rule or macro on its way. */
struct subject {
	struct assembly *c;
	const struct context *item;  /* the rule or macro */
	const struct context *value; /* its condition */
	struct yaml_mark at;
	struct str text;         /* lists replaced, exceptions added */
	struct macro_def *macro; /* NULL: a rule */
	struct name_list *macros;
	struct macro_def **uses; /* of a macro: scratch, with repetitions */
	size_t use_count, use_capacity;
};

static struct context *error_context(const struct subject *s, const struct cond_error *e)
{
	return context_condition(s->c->r->arena, s->value, s->at, s->text, e->line, e->column,
				 e->offset);
}

/* The text with lists replaced, into the arena of the set. */
static int replace_lists(struct subject *s, struct str text, struct name_list *lists)
{
	struct assembly *c = s->c;
	struct list_notes notes = { c->arena, lists };
	int e;

	buf_reset(&c->replaced);
	e = lists_substitute(&c->defs->lists, text, c->arena, c->r, s->value, note_list, &notes,
			     &c->replaced);
	if (e < 0)
		return e;
	s->text = arena_str(c->arena, buf_str(&c->replaced));
	return s->text.p ? 0 : -ENOMEM;
}

static int parse(struct subject *s, struct cond **ret)
{
	struct cond_error error;
	int e = cond_parse(s->text, NULL, s->c->arena, ret, &error);

	if (e != -EBADMSG)
		return e;
	return load_fail(s->c->r, LOAD_ERR_COMPILE_CONDITION, error_context(s, &error), "%s",
			 error.text);
}

/* The place of a macro's name is counted from the item, not from the condition. */
static const struct context *reference_context(const struct subject *s, size_t offset)
{
	uint32_t line;
	uint32_t column;

	place_of(s->text, offset, &line, &column);
	return context_condition(s->c->r->arena, s->item, s->item->at, s->text, line, column, offset);
}

static int parse_macro(struct assembly *c, struct macro_def *m);

static int note_use(struct subject *s, struct macro_def *m)
{
	if (!s->macro)
		return 0;
	if (s->use_count == s->use_capacity) {
		size_t capacity = s->use_capacity ? s->use_capacity * 2 : 8;
		struct macro_def **uses = reallocarray(s->uses, capacity, sizeof(*uses));

		if (!uses)
			return -ENOMEM;
		s->uses = uses;
		s->use_capacity = capacity;
	}
	s->uses[s->use_count++] = m;
	return 0;
}

static int resolve_macro(void *ctx, struct str name, size_t offset, struct cond **ret_tree)
{
	struct subject *s = ctx;
	struct macro_def *m = definitions_macro(s->c->defs, name);
	int e;

	if (!m || (s->macro && m->first >= s->macro->last))
		return load_fail(s->c->r, LOAD_ERR_VALIDATE, reference_context(s, offset),
				 "Undefined macro '" STR_FMT "' used in filter.", STR_ARG(name));
	m->used = true;
	e = parse_macro(s->c, m);
	if (e == 0)
		e = note_use(s, m);
	if (e == 0)
		e = names_add(s->macros, s->c->arena, m->name);
	if (e < 0)
		return e;
	*ret_tree = m->tree;
	return 0;
}

/* --- macros ---------------------------------------------------------------------------------- */

static struct subject macro_subject(struct assembly *c, struct macro_def *m)
{
	return (struct subject){
		.c = c,
		.item = m->context,
		.value = context_new(c->r->arena, m->context, "macro condition", STR_NULL,
				     m->condition_at),
		.at = m->condition_at,
		.text = m->text,
		.macro = m,
	};
}

static struct macro_notes *macro_notes(struct assembly *c, const struct macro_def *m)
{
	return &c->out->macros[name_index_find(&c->defs->macro_names, m->name)];
}

static int parse_macro(struct assembly *c, struct macro_def *m)
{
	struct subject s;
	int e;

	if (m->parsed_of == c->defs->lists.compilation)
		return 0;
	s = macro_subject(c, m);
	if (!s.value)
		return -ENOMEM;
	e = replace_lists(&s, m->condition, &macro_notes(c, m)->lists);
	if (e == 0)
		e = parse(&s, &m->tree);
	if (e < 0)
		return e;
	m->text = s.text;
	m->parsed_of = c->defs->lists.compilation;
	return 0;
}

/*
 * How deep macros lie below this one. Rules walk them recursively, and a loop would have no end;
 * since a macro can be appended to, it may come to see one that is defined later.
 */
static int measure_macro(struct assembly *c, struct macro_def *m, uint32_t level)
{
	uint32_t deepest = 0;

	if (m->depth)
		return 0;
	if (m->open)
		return load_fail(c->r, LOAD_ERR_VALIDATE, m->context,
				 "Macro '" STR_FMT "' is part of itself", STR_ARG(m->name));
	if (level > MACRO_DEPTH_MAX)
		return load_fail(c->r, LOAD_ERR_VALIDATE, m->context,
				 "Macros are nested more than %d levels deep", MACRO_DEPTH_MAX);
	m->open = true;
	for (size_t i = 0; i < m->use_count; i++) {
		int e = measure_macro(c, m->uses[i], level + 1);

		if (e < 0)
			return e;
		if (m->uses[i]->depth > deepest)
			deepest = m->uses[i]->depth;
	}
	m->open = false;
	m->depth = deepest + 1;
	if (m->depth > MACRO_DEPTH_MAX)
		return load_fail(c->r, LOAD_ERR_VALIDATE, m->context,
				 "Macros are nested more than %d levels deep", MACRO_DEPTH_MAX);
	return 0;
}

static int assemble_macro(struct assembly *c, struct macro_def *m)
{
	struct subject s;
	int e = parse_macro(c, m);

	if (e < 0)
		return e;
	s = macro_subject(c, m);
	if (!s.value)
		return -ENOMEM;
	s.macros = &macro_notes(c, m)->macros;
	macro_notes(c, m)->tree = m->tree;
	e = cond_resolve(m->tree, resolve_macro, &s);
	if (e == 0) {
		m->uses = ARENA_NEW_N(c->arena, struct macro_def *, s.use_count);
		e = m->uses ? 0 : -ENOMEM;
	}
	if (e == 0) {
		if (s.use_count)
			memcpy(m->uses, s.uses, s.use_count * sizeof(*s.uses));
		m->use_count = s.use_count;
	}
	free(s.uses);
	return e;
}

static int assemble_macros(struct assembly *c)
{
	struct definitions *d = c->defs;

	c->out->macros = ARENA_NEW_N(c->arena, struct macro_notes, d->macro_count);
	if (!c->out->macros)
		return -ENOMEM;
	c->out->macro_count = d->macro_count;
	for (size_t i = 0; i < d->macro_count; i++) {
		d->macros[i]->used = false;
		d->macros[i]->open = false;
		d->macros[i]->depth = 0;
		c->out->macros[i].def = d->macros[i];
	}
	for (size_t i = 0; i < d->macro_count; i++) {
		int e = assemble_macro(c, d->macros[i]);

		if (e < 0)
			return e;
	}
	for (size_t i = 0; i < d->macro_count; i++) {
		int e = measure_macro(c, d->macros[i], 1);

		if (e < 0)
			return e;
	}
	return 0;
}

/* --- rules ----------------------------------------------------------------------------------- */

struct rule_job {
	struct subject s;
	const struct rule_def *def;
	const struct context *output;
	struct rule *rule;
	struct rule_notes *notes;
};

static void warn_condition(void *ctx, size_t offset, const char *code, const char *text)
{
	const struct rule_job *job = ctx;
	const struct subject *s = &job->s;
	enum load_code number = load_code_find(code);
	struct cond_error at = { .offset = offset };

	if (number == LOAD_DEPRECATED_ITEM) {
		load_warn_field(s->c->r, error_context(s, &at), text, "%s",
				strcmp(text, "evt.dir") == 0
					? "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. The rule expression can be simplified by removing the condition on 'evt.dir'"
					: "field is not available due to the drop of enter events.");
		return;
	}
	place_of(s->text, offset, &at.line, &at.column);
	load_warn(s->c->r, number == LOAD_CODES ? LOAD_COMPILE_CONDITION : number,
		  error_context(s, &at), "%s", text);
}

static void warn_output(void *ctx, size_t offset, const char *code, const char *text)
{
	const struct rule_job *job = ctx;

	(void)offset;
	if (load_code_find(code) == LOAD_DEPRECATED_ITEM)
		load_warn_field(job->s.c->r, job->output, text,
				"usage of deprecated field '%s' has been detected in the rule output",
				text);
}

/* The macro below `names` whose own text has the mistake, or NULL. */
static const struct macro_def *macro_at_fault(struct assembly *c, const struct name_list *names)
{
	const struct macro_def *found = NULL;
	struct cond_error error;

	for (const struct name_ref *ref = names->first; ref;) {
		struct macro_def *m = definitions_macro(c->defs, ref->name);

		if (m && cond_check(m->tree, c->arena, NULL, NULL, &error) == -EBADMSG) {
			found = m;
			ref = macro_notes(c, m)->macros.first;
		} else {
			ref = ref->next;
		}
	}
	return found;
}

/* 1: the rule is to be skipped, which has been reported. */
static int check_condition(struct rule_job *job, struct cond *tree)
{
	struct subject *s = &job->s;
	const struct macro_def *m;
	struct cond_error error;
	struct context *where;
	int e = cond_check(tree, s->c->arena, warn_condition, job, &error);

	if (e != -EBADMSG)
		return e;
	where = error_context(s, &error);
	m = macro_at_fault(s->c, &job->notes->macros);
	/* The place is inside of a macro: show that text, not the rule's. */
	if (where && m && context_show(s->c->r->arena, where, m->text, error.offset) < 0)
		return -ENOMEM;
	if (!error.unknown_name || !job->def->skip_if_unknown_filter)
		return load_fail(s->c->r, LOAD_ERR_COMPILE_CONDITION, where, "%s", error.text);
	load_warn(s->c->r, LOAD_UNKNOWN_FILTER, where, "%s", error.text);
	return 1;
}

static int condition_text(struct rule_job *job)
{
	const struct rule_def *def = job->def;
	struct buf *b = &job->s.c->text;
	bool any = false;

	buf_reset(b);
	for (size_t i = 0; i < def->exception_count; i++)
		any = any || def->exceptions[i].value_count;
	if (any)
		buf_byte(b, '(');
	buf_str_append(b, def->condition);
	if (any)
		buf_byte(b, ')');
	for (size_t i = 0; i < def->exception_count; i++)
		exception_render(&def->exceptions[i], b);
	if (buf_error(b) == -E2BIG)
		return load_fail(job->s.c->r, LOAD_ERR_VALIDATE, job->s.value,
				 "Condition is too long after exceptions were added");
	return buf_error(b);
}

/* 1: skipped. */
static int assemble_condition(struct rule_job *job)
{
	struct subject *s = &job->s;
	struct cond *tree;
	int e = condition_text(job);

	if (e == 0)
		e = replace_lists(s, buf_str(&s->c->text), &job->notes->lists);
	if (e == 0)
		e = parse(s, &tree);
	if (e == 0)
		e = cond_resolve(tree, resolve_macro, s);
	if (e == 0)
		e = check_condition(job, tree);
	if (e)
		return e;
	job->rule->cond = tree;
	cond_codes(tree, &job->rule->codes, &job->rule->syscalls);
	return 0;
}

static bool belongs_to_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Removes %container.info, which stood for fields that outputs now get by append_output. */
static int append_output_text(struct rule_job *job, struct buf *b)
{
	static const struct str info = { "%container.info", 15 };
	struct str rest = job->def->output;
	bool found = false;

	while (rest.n) {
		ptrdiff_t at = str_find(rest, info);
		struct str after;

		if (at < 0) {
			buf_str_append(b, rest);
			break;
		}
		after = str_from(rest, (size_t)at + info.n);
		buf_str_append(b, str_first(rest, (size_t)at));
		if (after.n && belongs_to_name(after.p[0]))
			buf_str_append(b, info);
		else
			found = true;
		rest = after;
	}
	if (!found)
		return 0;
	load_warn(job->s.c->r, LOAD_DEPRECATED_ITEM, job->output,
		  "%%container.info is deprecated and adds nothing to the output");
	if (str_trim(buf_str(b)).n || buf_error(b))
		return 0;
	return load_fail(job->s.c->r, LOAD_ERR_COMPILE_OUTPUT, job->output,
			 "empty formatting token");
}

static bool has_tags(const struct rule_def *def, const struct rule_append *ap)
{
	for (size_t i = 0; i < ap->tag_count; i++) {
		size_t k = 0;

		while (k < def->tag_count && !str_eq(def->tags[k], ap->tags[i]))
			k++;
		if (k == def->tag_count)
			return false;
	}
	return true;
}

static bool append_matches(const struct rule_def *def, const struct rule_append *ap)
{
	return (!ap->source.n || str_eq(ap->source, def->source)) &&
	       (!ap->rule.n || str_eq(ap->rule, def->name)) && has_tags(def, ap);
}

/* 1: skipped. */
static int new_format(struct rule_job *job, struct str text, const struct format **ret)
{
	struct assembly *c = job->s.c;
	struct format *format;
	struct cond_error error;
	int e = format_new(text, c->arena, warn_output, job, &format, &error);

	if (e == 0)
		*ret = format;
	if (e != -EBADMSG)
		return e;
	if (!error.unknown_name || !job->def->skip_if_unknown_filter)
		return load_fail(c->r, LOAD_ERR_COMPILE_OUTPUT, job->output, "%s", error.text);
	load_warn(c->r, LOAD_UNKNOWN_FILTER, job->output, "%s", error.text);
	return 1;
}

static int assemble_extra(struct rule_job *job, const struct rule_append_field *f)
{
	struct arena *a = job->s.c->arena;
	struct rule_extra *x = &job->rule->extras[job->rule->extra_count];
	int e;

	x->name = arena_str(a, f->name);
	x->raw = !f->format.n;
	x->text = x->raw ? str_c(arena_printf(a, "%%" STR_FMT, STR_ARG(f->name)))
			 : arena_str(a, f->format);
	if (!x->text.p || !x->name.p)
		return -ENOMEM;
	e = new_format(job, x->text, &x->format);
	if (e == 0)
		job->rule->extra_count++;
	return e;
}

static int assemble_extras(struct rule_job *job)
{
	const struct rule_loader_options *o = job->s.c->options;
	size_t count = 0;

	for (size_t i = 0; i < o->append_count; i++)
		if (append_matches(job->def, &o->appends[i]))
			count += o->appends[i].field_count;
	job->rule->extras = ARENA_NEW_N(job->s.c->arena, struct rule_extra, count);
	if (!job->rule->extras)
		return -ENOMEM;
	for (size_t i = 0; i < o->append_count; i++) {
		if (!append_matches(job->def, &o->appends[i]))
			continue;
		for (size_t k = 0; k < o->appends[i].field_count; k++) {
			int e = assemble_extra(job, &o->appends[i].fields[k]);

			if (e)
				return e;
		}
	}
	return 0;
}

/* 1: skipped. */
static int assemble_output(struct rule_job *job)
{
	struct assembly *c = job->s.c;
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(OUTPUT_MAX_BYTES);
	int e;

	job->output = context_new(c->r->arena, job->def->context, "rule output", STR_NULL,
				  job->def->output_at);
	if (!job->output)
		return -ENOMEM;
	e = append_output_text(job, &b);
	if (e < 0)
		return e;
	for (size_t i = 0; i < c->options->append_count; i++) {
		const struct rule_append *ap = &c->options->appends[i];

		if (!ap->extra_output.n || !append_matches(job->def, ap))
			continue;
		buf_byte(&b, ' ');
		buf_str_append(&b, ap->extra_output);
	}
	if (buf_error(&b) == -E2BIG)
		return load_fail(c->r, LOAD_ERR_COMPILE_OUTPUT, job->output, "output is too long");
	job->rule->output = arena_str(c->arena, buf_str(&b));
	if (buf_error(&b) < 0 || !job->rule->output.p)
		return -ENOMEM;
	e = new_format(job, job->rule->output, &job->rule->format);
	return e ? e : assemble_extras(job);
}

/* Everything but condition and output; the set must not refer to the loader's memory. */
static int copy_rule(struct arena *a, const struct rule_def *def, struct rule *rule)
{
	rule->name = arena_str(a, def->name);
	rule->desc = arena_str(a, def->desc);
	rule->source = arena_str(a, def->source);
	rule->condition = arena_str(a, def->condition);
	rule->priority = def->priority;
	rule->enabled = def->enabled;
	rule->capture = def->capture;
	rule->capture_duration_ms = def->capture_duration_ms;
	rule->tags = ARENA_NEW_N(a, struct str, def->tag_count);
	rule->tag_count = def->tag_count;
	for (size_t i = 0; rule->tags && i < def->tag_count; i++)
		rule->tags[i] = arena_str(a, def->tags[i]);
	return a->error;
}

static void warn_codes(const struct rule_job *job)
{
	struct code_set codes = job->rule->codes;
	size_t n = 0;

	if (!job->def->warn_evttypes || !str_eq_c(job->def->source, "syscall"))
		return;
	for (size_t i = 0; i < sizeof(codes.bits) / sizeof(codes.bits[0]); i++)
		n += (size_t)__builtin_popcountll(codes.bits[i]);
	/* No event at all is as suspicious as all of them. */
	if (n == 0 || n > CODES_WARN)
		load_warn(job->s.c->r, LOAD_NO_EVTTYPE, job->def->context,
			  "Rule matches too many evt.type values. This has a significant performance penalty.");
}

static int assemble_rule(struct assembly *c, const struct rule_def *def)
{
	struct rule_set *set = c->out->set;
	struct rule_job job = { .def = def,
				.rule = &set->rules[set->count],
				.notes = &c->out->notes[set->count] };
	int e;

	if (def->unknown_source)
		return 0;
	*job.rule = (struct rule){ 0 };
	*job.notes = (struct rule_notes){ .def = def };
	job.s = (struct subject){
		.c = c,
		.item = def->context,
		.value = context_new(c->r->arena, def->context, "rule condition", STR_NULL,
				     def->condition_at),
		.at = def->condition_at,
		.macros = &job.notes->macros,
	};
	if (!job.s.value)
		return -ENOMEM;
	e = copy_rule(c->arena, def, job.rule);
	if (e == 0)
		e = assemble_condition(&job);
	if (e == 0)
		e = assemble_output(&job);
	if (e)
		return e < 0 ? e : 0;
	warn_codes(&job);
	set->count++;
	return 0;
}

static int assemble_rules(struct assembly *c)
{
	size_t n = c->defs->rule_count;

	c->out->set->rules = ARENA_NEW_N(c->arena, struct rule, n);
	c->out->notes = ARENA_NEW_N(c->arena, struct rule_notes, n);
	if (!c->out->set->rules || !c->out->notes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int e = assemble_rule(c, c->defs->rules[i]);

		if (e < 0)
			return e;
	}
	return 0;
}

static void warn_unused(struct assembly *c)
{
	for (size_t i = 0; i < c->defs->macro_count; i++)
		if (!c->defs->macros[i]->used)
			load_warn(c->r, LOAD_UNUSED_MACRO, c->defs->macros[i]->context,
				  "Macro not referred to by any other rule/macro");
	for (size_t i = 0; i < c->defs->lists.count; i++)
		if (!c->defs->lists.defs[i]->used)
			load_warn(c->r, LOAD_UNUSED_LIST, c->defs->lists.defs[i]->context,
				  "List not referred to by any other rule/macro");
}

struct rule_set *rule_set_free(struct rule_set *s)
{
	if (s)
		arena_cleanup(&s->arena);
	free(s);
	return NULL;
}

void assembled_fini(struct assembled *c)
{
	rule_set_free(c->set);
	*c = (struct assembled){ 0 };
}

int assemble(struct definitions *d, const struct rule_loader_options *options,
	     struct load_result *r, struct assembled *ret)
{
	struct assembled out = { .set = calloc(1, sizeof(*out.set)) };
	struct assembly c = { .defs = d,
			      .options = options,
			      .r = r,
			      .out = &out,
			      .text = BUF_INIT(CONDITION_MAX_BYTES),
			      .replaced = BUF_INIT(CONDITION_MAX_BYTES) };
	int e;

	if (!out.set)
		return -ENOMEM;
	out.set->arena = (struct arena)ARENA_INIT(SET_MAX_BYTES);
	c.arena = &out.set->arena;
	lists_begin(&d->lists);
	e = assemble_macros(&c);
	if (e == 0)
		e = assemble_rules(&c);
	if (e == 0) {
		warn_unused(&c);
		e = c.arena->error ? c.arena->error : r->arena->error;
	}
	buf_cleanup(&c.text);
	buf_cleanup(&c.replaced);
	if (e < 0) {
		assembled_fini(&out);
		return e;
	}
	*ret = out;
	return 0;
}
