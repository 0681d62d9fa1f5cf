/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is loaded, for people (two columns) and for programs (JSON): the options -L and -l.
 */
#include <stdlib.h>

#include "base/json.h"
#include "rule/cond.h"
#include "rule/loader.h"
#include "rule/tree.h"

#define TEXT_COLUMN 51
#define TEXT_WIDTH  58
/* Macros inside of macros can double a condition's text again and again. */
#define CONDITION_TEXT_MAX ((size_t)4 << 20)
#define WORDS_MAX          4096

/* --- sets of words --------------------------------------------------------------------------- */

/* Each once, in order of appearance. */
struct words {
	struct arena *arena;
	struct name_index index;
	struct str *words;
	size_t count;
};

static void words_add(struct words *w, struct str word)
{
	struct str copy;

	if (w->count == WORDS_MAX || name_index_find(&w->index, word) != NAME_NONE)
		return;
	if (!w->words)
		w->words = ARENA_NEW_N(w->arena, struct str, WORDS_MAX);
	copy = arena_str(w->arena, word);
	if (!w->words || !copy.p || name_index_add(&w->index, copy, (uint32_t)w->count) < 0)
		return;
	w->words[w->count++] = copy;
}

static int compare_words(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void json_strs(struct buf *b, const struct str *s, size_t n)
{
	buf_byte(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(b, ',');
		json_string(b, s[i]);
	}
	buf_byte(b, ']');
}

static void json_names(struct buf *b, const struct name_list *list)
{
	buf_byte(b, '[');
	for (const struct name_ref *r = list->first; r; r = r->next) {
		if (r != list->first)
			buf_byte(b, ',');
		json_string(b, r->name);
	}
	buf_byte(b, ']');
}

static void key(struct buf *b, const char *name)
{
	buf_printf(b, "\"%s\":", name);
}

static void json_bool(struct buf *b, bool value)
{
	buf_c(b, value ? "true" : "false");
}

/* --- conditions ------------------------------------------------------------------------------ */

struct uses {
	struct words fields, operators, events;
};

static void note_use(void *ctx, const char *kind, struct str name)
{
	struct uses *u = ctx;

	if (!strcmp(kind, "field"))
		words_add(&u->fields, name);
	else if (!strcmp(kind, "operator"))
		words_add(&u->operators, name);
	else if (!strcmp(kind, "evt"))
		words_add(&u->events, name);
}

static bool overlap(const struct code_set *a, const struct code_set *b)
{
	for (size_t i = 0; i < ARRAY_LEN(a->bits); i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

/* Names of the events of `codes`; those that share a generic code are told only when named. */
static void json_events(struct buf *b, const struct code_set *codes, const struct words *named,
			struct arena *a)
{
	struct words events = { .arena = a };

	words_add(&events, STR("asyncevent"));
	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++) {
		struct str name = code_set_has(codes, code) ? field_code_name(code) : STR_NULL;

		if (name.n)
			words_add(&events, name);
	}
	for (size_t i = 0; i < named->count; i++) {
		struct code_set of;
		struct syscall_set calls;
		bool generic = false;

		if (!field_codes_of(named->words[i], &of, &calls) || !overlap(&of, codes))
			continue;
		for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
			generic = generic || (code_set_has(&of, code) && !field_code_name(code).n);
		if (generic)
			words_add(&events, named->words[i]);
	}
	if (events.count)
		qsort(events.words, events.count, sizeof(*events.words), compare_words);
	json_strs(b, events.words, events.count);
	name_index_fini(&events.index);
}

static void json_condition_text(struct buf *b, const struct cond *tree)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(CONDITION_TEXT_MAX);

	cond_print(tree, &text);
	if (buf_error(&text))
		buf_c(b, "null");
	else
		json_string(b, buf_str(&text));
}

static void json_condition(struct buf *b, const struct cond *tree, const struct code_set *codes,
			   struct arena *a)
{
	struct uses u = { { .arena = a }, { .arena = a }, { .arena = a } };

	cond_uses(tree, note_use, &u);
	key(b, "condition_compiled");
	json_condition_text(b, tree);
	buf_c(b, ",\"condition_fields\":");
	json_strs(b, u.fields.words, u.fields.count);
	buf_c(b, ",\"condition_operators\":");
	json_strs(b, u.operators.words, u.operators.count);
	buf_c(b, ",\"events\":");
	json_events(b, codes, &u.events, a);
	name_index_fini(&u.fields.index);
	name_index_fini(&u.operators.index);
	name_index_fini(&u.events.index);
}

/* --- lists and macros ------------------------------------------------------------------------ */

static void json_list(struct buf *b, struct rule_loader *l, struct list_def *list, struct arena *a)
{
	struct load_result *none = load_result_new(a, "");
	bool first = true;

	key(b, "details");
	buf_c(b, "{\"items_compiled\":");
	/* What was kept may belong to a set that is gone; what is made here goes with `a`. */
	list->flat_of = 0;
	l->defs.lists.flat_total = 0;
	if (none && lists_flatten(&l->defs.lists, list, a, none) == 0)
		json_strs(b, list->flat, list->flat_count);
	else
		buf_c(b, "null");
	list->flat_of = 0;
	buf_c(b, ",\"lists\":[");
	for (size_t i = 0; i < list->count; i++) {
		if (!lists_find(&l->defs.lists, list->items[i]))
			continue;
		buf_c(b, first ? "" : ",");
		json_string(b, list->items[i]);
		first = false;
	}
	buf_c(b, "],\"plugins\":[],\"used\":");
	json_bool(b, list->used);
	buf_c(b, "},\"info\":{\"items\":[");
	first = true;
	for (size_t i = 0; i < list->count; i++) {
		if (lists_find(&l->defs.lists, list->items[i]))
			continue;
		buf_c(b, first ? "" : ",");
		json_string(b, list->items[i]);
		first = false;
	}
	buf_c(b, "],\"name\":");
	json_string(b, list->name);
	buf_byte(b, '}');
}

static void json_macro(struct buf *b, struct rule_loader *l, const struct macro_notes *m,
		       struct arena *a)
{
	struct cond_error error;
	struct syscall_set calls;
	struct code_set codes;

	/* A macro that no rule uses may have fields that do not exist: it may match anything. */
	if (cond_check(m->tree, &l->good.set->arena, NULL, NULL, &error) == 0)
		cond_codes(m->tree, &codes, &calls);
	else
		field_codes_all(&codes);
	buf_c(b, "\"details\":{");
	json_condition(b, m->tree, &codes, a);
	buf_c(b, ",\"lists\":");
	json_names(b, &m->lists);
	buf_c(b, ",\"macros\":");
	json_names(b, &m->macros);
	buf_c(b, ",\"plugins\":[],\"used\":");
	json_bool(b, m->def->used);
	buf_c(b, "},\"info\":{\"condition\":");
	json_string(b, m->def->condition);
	buf_c(b, ",\"name\":");
	json_string(b, m->def->name);
	buf_byte(b, '}');
}

/* --- rules ----------------------------------------------------------------------------------- */

static void add_expr_fields(struct words *w, const struct expr *e)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(64 << 10);

	for (size_t i = 0; i < e->kid_count; i++)
		add_expr_fields(w, e->kids[i]);
	if (e->kind != EXPR_FIELD && e->kind != EXPR_CALL)
		return;
	expr_print(e, &text);
	if (!buf_error(&text))
		words_add(w, buf_str(&text));
}

/* Fields of a template as they are written, and the transformers around them. */
static void add_output_fields(struct words *w, struct str text)
{
	ptrdiff_t at;

	while ((at = str_find_byte(text, '%')) >= 0) {
		struct cond_error error;
		struct expr *e;
		size_t n;

		text = str_from(text, (size_t)at + 1);
		while (text.n && text.p[0] >= '0' && text.p[0] <= '9')
			text = str_from(text, 1);
		if (!text.n || expr_parse_prefix(text, w->arena, &e, &n, &error) < 0)
			continue;
		add_expr_fields(w, e);
		text = str_from(text, n);
	}
}

static void add_extra_fields(struct words *w, const struct rule *rule)
{
	for (size_t i = 0; i < rule->extra_count; i++)
		if (rule->extras[i].raw)
			words_add(w, rule->extras[i].text);
	for (size_t i = 0; i < rule->extra_count; i++)
		if (!rule->extras[i].raw)
			words_add(w, rule->extras[i].text);
}

static void json_extras(struct buf *b, const struct rule *rule)
{
	bool first = true;

	for (size_t i = 0; i < rule->extra_count; i++) {
		if (rule->extras[i].raw)
			continue;
		buf_c(b, first ? "\"extra_output_formatted_fields\":{" : ",");
		first = false;
		json_string(b, rule->extras[i].name);
		buf_byte(b, ':');
		json_string(b, rule->extras[i].text);
	}
	buf_c(b, first ? "" : "},");
}

static void json_exceptions(struct buf *b, const struct rule_def *def, struct arena *a)
{
	struct words names = { .arena = a };
	struct words fields = { .arena = a };
	struct words comps = { .arena = a };

	for (size_t i = 0; i < def->exception_count; i++) {
		const struct exception_def *ex = &def->exceptions[i];

		words_add(&names, ex->name);
		for (size_t k = 0; k < ex->field_count; k++) {
			words_add(&fields, ex->fields[k]);
			words_add(&comps, ex->comps[k]);
		}
	}
	key(b, "exception_fields");
	json_strs(b, fields.words, fields.count);
	buf_c(b, ",\"exception_names\":");
	json_strs(b, names.words, names.count);
	buf_c(b, ",\"exception_operators\":");
	json_strs(b, comps.words, comps.count);
	name_index_fini(&names.index);
	name_index_fini(&fields.index);
	name_index_fini(&comps.index);
}

static void json_rule(struct buf *b, const struct rule *rule, const struct rule_notes *notes,
		      struct arena *a)
{
	struct words output = { .arena = a };

	buf_c(b, "\"details\":{");
	json_condition(b, rule->cond, &rule->codes, a);
	buf_byte(b, ',');
	json_exceptions(b, notes->def, a);
	buf_byte(b, ',');
	json_extras(b, rule);
	key(b, "lists");
	json_names(b, &notes->lists);
	buf_c(b, ",\"macros\":");
	json_names(b, &notes->macros);
	buf_c(b, ",\"output_compiled\":");
	json_string(b, rule->output);
	buf_c(b, ",\"output_fields\":");
	add_extra_fields(&output, rule);
	add_output_fields(&output, rule->output);
	json_strs(b, output.words, output.count);
	name_index_fini(&output.index);
	buf_c(b, ",\"plugins\":[]},\"info\":{\"capture\":");
	json_bool(b, rule->capture);
	buf_printf(b, ",\"capture_duration\":%u,\"condition\":", rule->capture_duration_ms);
	json_string(b, rule->condition);
	buf_c(b, ",\"description\":");
	json_string(b, rule->desc);
	buf_c(b, ",\"enabled\":");
	json_bool(b, rule->enabled);
	buf_c(b, ",\"name\":");
	json_string(b, rule->name);
	buf_c(b, ",\"output\":");
	json_string(b, notes->def->output);
	buf_printf(b, ",\"priority\":\"%s\",\"source\":", priority_name(rule->priority));
	json_string(b, rule->source);
	buf_c(b, ",\"tags\":");
	json_strs(b, rule->tags, rule->tag_count);
	buf_byte(b, '}');
}

/* --- all of it ------------------------------------------------------------------------------- */

static void json_plugins(struct buf *b, const struct plugin_requirement *first)
{
	buf_byte(b, '[');
	for (const struct plugin_requirement *p = first; p; p = p->next) {
		buf_c(b, p == first ? "{\"alternatives\":[" : ",{\"alternatives\":[");
		for (const struct plugin_requirement *alt = p->alternative; alt;
		     alt = alt->alternative) {
			buf_c(b, alt == p->alternative ? "{\"name\":" : ",{\"name\":");
			json_string(b, alt->name);
			buf_c(b, ",\"version\":");
			json_string(b, alt->version);
			buf_byte(b, '}');
		}
		buf_c(b, "],\"name\":");
		json_string(b, p->name);
		buf_c(b, ",\"version\":");
		json_string(b, p->version);
		buf_byte(b, '}');
	}
	buf_byte(b, ']');
}

/* One object of an array: `first` of it or not. */
static void open_object(struct buf *b, bool first)
{
	buf_c(b, first ? "{" : ",{");
}

static void json_definitions(struct buf *b, struct rule_loader *l, struct arena *scratch)
{
	key(b, "lists");
	buf_byte(b, '[');
	for (size_t i = 0; i < l->defs.lists.count; i++) {
		arena_reset(scratch);
		open_object(b, i == 0);
		json_list(b, l, l->defs.lists.defs[i], scratch);
		buf_byte(b, '}');
	}
	buf_c(b, "],\"macros\":[");
	for (size_t i = 0; i < l->good.macro_count; i++) {
		arena_reset(scratch);
		open_object(b, i == 0);
		json_macro(b, l, &l->good.macros[i], scratch);
		buf_byte(b, '}');
	}
	buf_c(b, "],\"required_engine_version\":");
	json_string(b, l->defs.engine_version);
	buf_c(b, ",\"required_plugin_versions\":");
	json_plugins(b, l->defs.plugins);
	buf_byte(b, ',');
}

static bool describe_json(struct rule_loader *l, struct str name, struct buf *b)
{
	CLEANUP(arena_cleanup) struct arena scratch = ARENA_INIT((size_t)256 << 20);
	const struct rule_set *set = l->good.set;
	bool first = true;

	buf_byte(b, '{');
	if (!name.n)
		json_definitions(b, l, &scratch);
	key(b, "rules");
	buf_byte(b, '[');
	for (size_t i = 0; i < set->count; i++) {
		if (name.n && !str_eq(set->rules[i].name, name))
			continue;
		arena_reset(&scratch);
		open_object(b, first);
		json_rule(b, &set->rules[i], &l->good.notes[i], &scratch);
		buf_byte(b, '}');
		first = false;
	}
	buf_c(b, "]}");
	return !name.n || !first;
}

static void pad(struct buf *b, size_t used)
{
	do {
		buf_byte(b, ' ');
	} while (++used < TEXT_COLUMN);
}

/* Words are put on a line as long as they fit; each line ends with a blank. */
static void wrap(struct buf *b, struct str text)
{
	size_t column = 0;

	for (;;) {
		size_t n = 0;

		text = str_trim(text);
		if (!text.n)
			break;
		while (n < text.n && !strchr(" \t\r\n\v\f", text.p[n]))
			n++;
		if (n == 0)
			n = 1; /* a NUL: strchr() finds it in every string */
		if (column && column + n + 1 > TEXT_WIDTH) {
			buf_byte(b, '\n');
			pad(b, 0);
			column = 0;
		}
		buf_append(b, text.p, n);
		buf_byte(b, ' ');
		column += n + 1;
		text = str_from(text, n);
	}
	buf_byte(b, '\n');
}

static bool describe_text(const struct rule_loader *l, struct str name, struct buf *b)
{
	const struct rule_set *set = l->good.set;
	bool found = !name.n;

	buf_c(b, "Rule");
	pad(b, 4);
	buf_c(b, "Description\n----");
	pad(b, 4);
	buf_c(b, "-----------\n");
	for (size_t i = 0; i < set->count; i++) {
		const struct rule *rule = &set->rules[i];

		if (name.n && !str_eq(rule->name, name))
			continue;
		found = true;
		buf_str_append(b, rule->name);
		pad(b, rule->name.n);
		wrap(b, rule->desc);
		buf_byte(b, '\n');
	}
	return found;
}

bool rule_loader_describe(const struct rule_loader *l, struct str name, bool json, struct buf *b)
{
	if (!l->good.set)
		return !name.n;
	/* Expansions that nothing needed yet are made now; what is described does not change. */
	return json ? describe_json((struct rule_loader *)l, name, b) : describe_text(l, name, b);
}
