/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load results as text and as JSON. Both are read by other programs, so that their form is fixed:
 * docs/formats/rules-files.md.
 */
#include "rule/result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "rule/rule_set.h"

/* A file of nothing but mistakes must not cost a multiple of its size. */
#define FINDINGS_MAX 1000
#define CHAIN_MAX    16
#define SNIPPET_MAX  160
#define SHOWN_MAX    20
/* Two lines of one window; a caret's line has a blank per character. */
#define SNIPPET_MAX_BYTES ((size_t)4 * SNIPPET_MAX)

static const struct {
	const char *name;
	const char *short_text;
	const char *long_text; /* of warnings; errors have no other */
} codes[LOAD_CODES] = {
	[LOAD_ERR_FILE_READ] = { "LOAD_ERR_FILE_READ", "File read error", NULL },
	[LOAD_ERR_YAML_PARSE] = { "LOAD_ERR_YAML_PARSE", "YAML parse error", NULL },
	[LOAD_ERR_YAML_VALIDATE] = { "LOAD_ERR_YAML_VALIDATE",
				     "Error validating internal structure of YAML file", NULL },
	[LOAD_ERR_COMPILE_CONDITION] = { "LOAD_ERR_COMPILE_CONDITION", "Error compiling condition",
					 NULL },
	[LOAD_ERR_COMPILE_OUTPUT] = { "LOAD_ERR_COMPILE_OUTPUT", "Error compiling output", NULL },
	[LOAD_ERR_VALIDATE] = { "LOAD_ERR_VALIDATE",
				"Error validating rule/macro/list/exception objects", NULL },
	[LOAD_ERR_EXTENSION] = { "LOAD_ERR_EXTENSION", "Error in extension item", NULL },
	[LOAD_UNKNOWN_SOURCE] = { "LOAD_UNKNOWN_SOURCE", "Unknown event source",
				  "A rule names an event source that nothing here provides. "
				  "The rule will be skipped." },
	[LOAD_UNSAFE_NA_CHECK] = { "LOAD_UNSAFE_NA_CHECK", "Unsafe <NA> comparison in condition",
				   "A condition compares a field with <NA>, which is true for no "
				   "event: ask with 'exists' whether the field has a value." },
	[LOAD_NO_EVTTYPE] = { "LOAD_NO_EVTTYPE", "Condition has no event-type restriction",
			      "A rule condition matches too many evt.type values. This has a "
			      "significant performance penalty. Make the condition more specific by "
			      "adding an evt.type field or further restricting the number of "
			      "evt.type values in the condition." },
	[LOAD_UNKNOWN_FILTER] = { "LOAD_UNKNOWN_FILTER",
				  "Unknown field or event-type in condition or output",
				  "A rule with skip-if-unknown-filter uses a field or an event type "
				  "that does not exist. The rule will be skipped." },
	[LOAD_UNUSED_MACRO] = { "LOAD_UNUSED_MACRO", "Unused macro",
				"A macro is defined in the rules content but is not used by any "
				"other macro or rule." },
	[LOAD_UNUSED_LIST] = { "LOAD_UNUSED_LIST", "Unused list",
			       "A list is defined in the rules content but is not used by any other "
			       "list, macro, or rule." },
	[LOAD_UNKNOWN_ITEM] = { "LOAD_UNKNOWN_ITEM", "Unknown rules file item",
				"An unknown top-level object is in the rules content. It will be "
				"ignored." },
	[LOAD_DEPRECATED_ITEM] = { "LOAD_DEPRECATED_ITEM", "Used deprecated item",
				   "A deprecated item is employed by lists, macros, or rules." },
	[LOAD_WARNING_EXTENSION] = { "LOAD_WARNING_EXTENSION", "Warning in extension item",
				     "An extension item has a warning." },
	[LOAD_APPEND_NO_VALUES] = { "LOAD_APPEND_NO_VALUES",
				    "Overriding/appending with no values",
				    "An exception is appended to or overridden without values, which "
				    "changes nothing." },
	[LOAD_EXCEPTION_NAME_NOT_UNIQUE] = { "LOAD_EXCEPTION_NAME_NOT_UNIQUE",
					     "Multiple exceptions defined with the same name",
					     "A rule has several exceptions of the same name; values "
					     "are appended to the first of them." },
	[LOAD_INVALID_MACRO_NAME] = { "LOAD_INVALID_MACRO_NAME", "Invalid macro name",
				      "A macro has a name that no condition can refer to." },
	[LOAD_INVALID_LIST_NAME] = { "LOAD_INVALID_LIST_NAME", "Invalid list name",
				     "A list has a name that no condition can refer to." },
	[LOAD_COMPILE_CONDITION] = { "LOAD_COMPILE_CONDITION", "Warning in rule condition",
				     "A rule condition is valid, but probably does not say what was "
				     "meant, or could say it with less work for every event." },
	[LOAD_UNKNOWN_KEY] = { "LOAD_UNKNOWN_KEY", "Unknown key in item definition",
			       "An item in the rules content contains an unrecognized key. The key "
			       "will be ignored. This may indicate a typo or a property placed on "
			       "the wrong item type." },
};

enum load_code load_code_find(const char *name)
{
	enum load_code code = 0;

	while (code < LOAD_CODES && strcmp(codes[code].name, name) != 0)
		code++;
	return code;
}

/* --- snippets -------------------------------------------------------------------------------- */

static bool continues(struct str s, size_t at)
{
	return at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80;
}

/*
 * The line around `at` and below it a caret. A place behind the last line end is shown at the last
 * character of the line before, because there is where something is missing.
 */
static void append_snippet(struct buf *b, struct str text, size_t at)
{
	size_t from, to, left, right;

	at = size_min(at, text.n);
	if (at == text.n)
		while (at > 0 && (text.p[at - 1] == '\n' || text.p[at - 1] == '\r'))
			at--;
	if (at == text.n || (at < text.n && (text.p[at] == '\n' || text.p[at] == '\r')))
		at -= at > 0 && text.p[at - 1] != '\n';
	for (from = at; from > 0 && text.p[from - 1] != '\n'; from--)
		;
	for (to = at; to < text.n && text.p[to] != '\n'; to++)
		;
	if (to > from && text.p[to - 1] == '\r')
		to--;
	left = to - from > SNIPPET_MAX && at - from > SNIPPET_MAX / 2 ? at - SNIPPET_MAX / 2 : from;
	right = to - left > SNIPPET_MAX ? left + SNIPPET_MAX : to;
	if (left > from)
		for (left += 3; continues(text, left) && left < at; left++)
			;
	if (right < to)
		for (right -= 3; continues(text, right) && right > at; right--)
			;
	buf_c(b, left > from ? "..." : "");
	buf_append(b, text.p + left, right - left);
	buf_c(b, right < to ? "...\n" : "\n");
	buf_c(b, left > from ? "   " : "");
	for (size_t i = left; i < at; i++)
		if (!continues(text, i))
			buf_byte(b, text.p[i] == '\t' ? '\t' : ' ');
	buf_c(b, "^\n");
}

/* --- places ---------------------------------------------------------------------------------- */

const struct context *context_file(struct arena *a, const struct rules_file *file)
{
	struct context *c = ARENA_NEW(a, struct context);

	if (!c)
		return NULL;
	c->type = "rules content";
	c->file = file;
	return c;
}

const struct context *context_new(struct arena *a, const struct context *parent, const char *type,
				  struct str name, struct yaml_mark at)
{
	struct context *c = parent ? ARENA_NEW(a, struct context) : NULL;

	if (!c)
		return NULL;
	c->parent = parent;
	c->type = type;
	c->name = name;
	c->file = parent->file;
	c->at = at;
	return c;
}

int context_show(struct arena *a, struct context *c, struct str text, size_t offset)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(SNIPPET_MAX_BYTES);

	append_snippet(&b, text, offset);
	c->snippet = arena_str(a, buf_str(&b));
	return buf_error(&b) || !c->snippet.p ? -ENOMEM : 0;
}

struct context *context_condition(struct arena *a, const struct context *parent,
				  struct yaml_mark at, struct str text, uint32_t line,
				  uint32_t column, size_t offset)
{
	struct yaml_mark m = { at.line + line, at.column + column, at.offset + offset };
	struct context *c = (struct context *)context_new(a, parent, "condition expression",
							  STR_NULL, m);
	bool cut = text.n > SHOWN_MAX;
	char *shown;

	if (!c)
		return NULL;
	shown = arena_printf(a, "\"" STR_FMT "%s\"",
			     STR_ARG(str_first(text, cut ? SHOWN_MAX - 3 : SHOWN_MAX)),
			     cut ? "..." : "");
	c->shown = str_c(shown);
	return shown && context_show(a, c, text, offset) == 0 ? c : NULL;
}

/* --- collecting ------------------------------------------------------------------------------ */

struct load_result *load_result_new(struct arena *a, const char *name)
{
	struct load_result *r = ARENA_NEW(a, struct load_result);

	if (!r)
		return NULL;
	r->arena = a;
	r->name = name;
	r->errors.end = &r->errors.first;
	r->warnings.end = &r->warnings.first;
	r->schema_end = &r->schema_first;
	return r;
}

static char *PRINTF(2, 0) format_text(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		return NULL;
	text = arena_alloc(a, (size_t)n + 1);
	if (text)
		vsnprintf(text, (size_t)n + 1, format, args);
	return text;
}

static int PRINTF(6, 0) add(struct load_result *r, struct findings *to, enum load_code code,
			    const struct context *c, const char *field, const char *format,
			    va_list args)
{
	struct finding *f;

	if (to->count >= FINDINGS_MAX) {
		to->count++;
		return 0;
	}
	f = c ? ARENA_NEW(r->arena, struct finding) : NULL;
	if (!f)
		return -ENOMEM;
	f->code = code;
	f->context = c;
	f->message = format_text(r->arena, format, args);
	if (field)
		f->deprecated_field = arena_str(r->arena, str_c(field)).p;
	if (!f->message || (field && !f->deprecated_field))
		return -ENOMEM;
	*to->end = f;
	to->end = &f->next;
	to->count++;
	return 0;
}

int load_fail(struct load_result *r, enum load_code code, const struct context *c,
	      const char *format, ...)
{
	va_list args;
	int e;

	va_start(args, format);
	e = add(r, &r->errors, code, c, NULL, format, args);
	va_end(args);
	return e < 0 ? e : -EBADMSG;
}

void load_warn(struct load_result *r, enum load_code code, const struct context *c,
	       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(r, &r->warnings, code, c, NULL, format, args);
	va_end(args);
}

void load_warn_field(struct load_result *r, const struct context *c, const char *field,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(r, &r->warnings, LOAD_DEPRECATED_ITEM, c, field, format, args);
	va_end(args);
}

void load_schema_warn(struct load_result *r, const char *format, ...)
{
	struct schema_warning *w;
	va_list args;

	if (r->schema_count++ >= FINDINGS_MAX)
		return;
	w = ARENA_NEW(r->arena, struct schema_warning);
	if (!w)
		return;
	va_start(args, format);
	w->text = format_text(r->arena, format, args);
	va_end(args);
	if (!w->text)
		return;
	*r->schema_end = w;
	r->schema_end = &w->next;
}

bool load_result_ok(const struct load_result *r)
{
	return r->errors.count == 0;
}

bool load_result_has_warnings(const struct load_result *r)
{
	return r->warnings.count > 0;
}

const char *load_result_schema(const struct load_result *r)
{
	if (!r->schema_checked)
		return "none";
	return r->schema_first ? r->schema_first->text : "ok";
}

/* --- rendering ------------------------------------------------------------------------------- */

/* Fills `chain` from the file down to c. Returns how many there are. */
static size_t chain_of(const struct context *c, const struct context *chain[CHAIN_MAX])
{
	size_t n = 0;
	const struct context *p;

	for (p = c; p && n < CHAIN_MAX; p = p->parent)
		n++;
	p = c;
	for (size_t i = n; i-- > 0; p = p->parent)
		chain[i] = p;
	return n;
}

static void append_context_snippet(struct buf *b, const struct context *c)
{
	if (c->snippet.n)
		buf_str_append(b, c->snippet);
	else
		append_snippet(b, c->file->text, c->at.offset);
}

static struct str shown_name(const struct context *c)
{
	return c->shown.n ? c->shown : c->file->name;
}

/* --- text ------------------------------------------------------------------------------------ */

static void append_finding(struct buf *b, const struct finding *f)
{
	const struct context *chain[CHAIN_MAX];
	size_t n = chain_of(f->context, chain);

	for (size_t i = 0; i < n; i++) {
		const struct context *c = chain[i];

		buf_c(b, i ? "    " : "In ");
		buf_c(b, c->type);
		if (c->name.n) {
			buf_c(b, " '");
			buf_str_append(b, c->name);
			buf_byte(b, '\'');
		}
		buf_c(b, ": (");
		buf_str_append(b, shown_name(c));
		buf_printf(b, ":%u:%u)\n", c->at.line, c->at.column);
	}
	buf_c(b, "------\n");
	append_context_snippet(b, f->context);
	buf_printf(b, "------\n%s (%s", codes[f->code].name, codes[f->code].short_text);
	if (f->deprecated_field)
		buf_printf(b, ": field '%s'", f->deprecated_field);
	buf_printf(b, "): %s\n", f->message);
}

static void append_section(struct buf *b, const struct findings *list, const char *title)
{
	size_t shown = 0;

	if (!list->count)
		return;
	buf_printf(b, "\n%zu %s:\n", list->count, title);
	for (const struct finding *f = list->first; f; f = f->next, shown++)
		append_finding(b, f);
	if (shown < list->count)
		buf_printf(b, "(%zu more are not shown)\n", list->count - shown);
}

static void append_codes(struct buf *b, const struct findings *list, const char *title)
{
	if (!list->count)
		return;
	buf_printf(b, "\n %zu %s: [", list->count, title);
	for (const struct finding *f = list->first; f; f = f->next)
		buf_printf(b, "%s%s (%s)", f == list->first ? "" : " ", codes[f->code].name,
			   codes[f->code].short_text);
	buf_byte(b, ']');
}

void load_result_text(const struct load_result *r, bool verbose, struct buf *b)
{
	buf_printf(b, "%s: %s", r->name,
		   !load_result_ok(r)		 ? "Invalid"
		   : load_result_has_warnings(r) ? "Ok, with warnings"
						 : "Ok");
	if (verbose) {
		if (r->schema_count) {
			buf_printf(b, "\n%zu Schema warnings:\n------\n", r->schema_count);
			for (const struct schema_warning *w = r->schema_first; w; w = w->next)
				buf_printf(b, "%s\n------\n", w->text);
		}
		append_section(b, &r->errors, "Errors");
		append_section(b, &r->warnings, "Warnings");
	} else if (!load_result_ok(r)) {
		if (r->schema_count) {
			buf_printf(b, "\n %zu schema warnings: [", r->schema_count);
			for (const struct schema_warning *w = r->schema_first; w; w = w->next)
				buf_printf(b, "%s%s", w == r->schema_first ? "" : " ", w->text);
			buf_byte(b, ']');
		}
		append_codes(b, &r->errors, "errors");
		append_codes(b, &r->warnings, "warnings");
	}
	buf_byte(b, '\n');
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void json_finding(struct buf *b, const struct finding *f, bool is_error)
{
	CLEANUP(buf_cleanup) struct buf snippet = BUF_INIT(SNIPPET_MAX_BYTES);
	const struct context *chain[CHAIN_MAX];
	size_t n = chain_of(f->context, chain);

	buf_printf(b, "{\"code\":\"%s\",\"codedesc\":\"%s\",\"context\":{\"locations\":[",
		   codes[f->code].name,
		   is_error ? codes[f->code].short_text : codes[f->code].long_text);
	for (size_t i = 0; i < n; i++) {
		const struct context *c = chain[i];

		buf_c(b, i ? ",{\"item_name\":" : "{\"item_name\":");
		json_string(b, c->name);
		buf_printf(b, ",\"item_type\":\"%s\",\"position\":{\"column\":%u,\"line\":%u,\"name\":",
			   c->type, c->at.column, c->at.line);
		json_string(b, shown_name(c));
		buf_printf(b, ",\"offset\":%zu}}", c->at.offset);
	}
	buf_c(b, "],\"snippet\":");
	append_context_snippet(&snippet, f->context);
	if (buf_error(&snippet))
		b->error = b->error ? b->error : buf_error(&snippet);
	json_string(b, buf_str(&snippet));
	buf_byte(b, '}');
	if (f->deprecated_field) {
		buf_c(b, ",\"deprecated_field\":");
		json_string(b, str_c(f->deprecated_field));
	}
	buf_c(b, ",\"message\":");
	json_string(b, str_c(f->message));
	buf_byte(b, '}');
}

static void json_findings(struct buf *b, const struct findings *list, bool are_errors)
{
	buf_byte(b, '[');
	for (const struct finding *f = list->first; f; f = f->next) {
		if (f != list->first)
			buf_byte(b, ',');
		json_finding(b, f, are_errors);
	}
	buf_byte(b, ']');
}

void load_result_json(const struct load_result *r, struct buf *b)
{
	buf_c(b, "{\"errors\":");
	json_findings(b, &r->errors, true);
	buf_c(b, ",\"name\":");
	json_string(b, str_c(r->name));
	if (r->schema_checked) {
		buf_printf(b, ",\"schema_valid\":%s,\"schema_warnings\":[",
			   r->schema_count ? "false" : "true");
		for (const struct schema_warning *w = r->schema_first; w; w = w->next) {
			if (w != r->schema_first)
				buf_byte(b, ',');
			json_string(b, str_c(w->text));
		}
		buf_byte(b, ']');
	}
	buf_printf(b, ",\"successful\":%s,\"warnings\":", load_result_ok(r) ? "true" : "false");
	json_findings(b, &r->warnings, false);
	buf_byte(b, '}');
}
