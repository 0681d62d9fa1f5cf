/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of the listings: those that tools read already, docs/reference/fields.md.
 */
#include "field/list.h"

#include <errno.h>

#include "base/json.h"
#include "field/field.h"

enum { TEXT_COLUMN = 30, TEXT_WIDTH = 120 };

static const char *source_of(const struct field_list *c)
{
	return c->source ? c->source : "syscall";
}

static const char *type_word(const struct field_def *def)
{
	return def->type == PT_DYN ? "DYNAMIC" : ptype_name(def->type);
}

static void print_blanks(size_t n, struct buf *b)
{
	while (n--)
		buf_byte(b, ' ');
}

/* Appends words in lines that begin at TEXT_COLUMN; the cursor is at column `at`. */
static void print_wrapped(size_t at, struct str words, struct buf *b)
{
	struct str word;
	bool first = true;

	if (at >= TEXT_COLUMN) {
		buf_byte(b, '\n');
		at = 0;
	}
	print_blanks(TEXT_COLUMN - at, b);
	at = TEXT_COLUMN;
	while (str_split(&words, ' ', &word)) {
		if (!first && at + 1 + word.n > TEXT_WIDTH) {
			buf_byte(b, '\n');
			print_blanks(TEXT_COLUMN, b);
			at = TEXT_COLUMN;
		} else if (!first) {
			buf_byte(b, ' ');
			at++;
		}
		buf_str_append(b, word);
		at += word.n;
		first = false;
	}
	buf_byte(b, '\n');
}

static void text_field(const struct field_def *def, bool verbose, struct buf *b)
{
	char room[1024];
	struct buf words = { .data = room, .cap = sizeof(room), .max = sizeof(room) };

	if (verbose)
		buf_printf(&words, "(Type: %s) ", type_word(def));
	buf_c(&words, def->text);
	buf_c(b, def->name);
	print_wrapped(strlen(def->name), buf_str(&words), b);
}

static void text_class(const struct field_list *c, bool verbose, struct buf *b)
{
	buf_c(b, "-------------------------------\n");
	buf_printf(b, "Field Class:                  %s", c->name);
	if (c->scope)
		buf_printf(b, " (%s)", c->scope);
	buf_c(b, "\nDescription:");
	print_wrapped(strlen("Description:"), str_c(c->text), b);
	buf_printf(b, "Event Sources:                %s\n\n", source_of(c));
	for (size_t i = 0; i < c->count; i++)
		if (!(c->fields[i].flags & FIELD_HIDDEN))
			text_field(&c->fields[i], verbose, b);
	buf_byte(b, '\n');
}

static void names_class(const struct field_list *c, struct buf *b)
{
	for (size_t i = 0; i < c->count; i++)
		if (!(c->fields[i].flags & FIELD_HIDDEN))
			buf_printf(b, "%s\n", c->fields[i].name);
}

/* In a table a bar would begin a column, and what looks like a tag would vanish. */
static void markdown_text(const char *text, struct buf *b)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '<' || *text == '>')
			buf_byte(b, '\\');
		buf_byte(b, *text);
	}
}

static void markdown_class(const struct field_list *c, struct buf *b)
{
	buf_printf(b, "## Field Class: %s\n\n%s\n\nEvent Sources: %s\n\n", c->name, c->text,
		   source_of(c));
	buf_c(b, "Name | Type | Description\n:----|:-----|:-----------\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct field_def *def = &c->fields[i];

		if (def->flags & FIELD_HIDDEN)
			continue;
		buf_printf(b, "`%s` | %s | ", def->name, type_word(def));
		markdown_text(def->text, b);
		buf_byte(b, '\n');
	}
	buf_byte(b, '\n');
}

static void json_argument(const struct field_def *def, struct buf *b)
{
	if (def->arg == FIELD_ARG_NONE)
		buf_c(b, "null");
	else
		buf_printf(b, "{\"required\":%s,\"type\":[]}",
			   def->arg == FIELD_ARG_INDEX || def->arg == FIELD_ARG_KEY ||
					   def->arg == FIELD_ARG_BOTH ?
				   "true" :
				   "false");
}

static void json_class(const struct field_list *c, struct buf *b)
{
	bool first = true;

	buf_c(b, "{\"desc\":");
	json_string(b, str_c(c->text));
	buf_printf(b, ",\"event_sources\":[\"%s\"],\"fields\":[", source_of(c));
	for (size_t i = 0; i < c->count; i++) {
		const struct field_def *def = &c->fields[i];

		if (def->flags & FIELD_HIDDEN)
			continue;
		if (!first)
			buf_byte(b, ',');
		first = false;
		buf_c(b, "{\"argument\":");
		json_argument(def, b);
		buf_c(b, ",\"desc\":");
		json_string(b, str_c(def->text));
		buf_printf(b, ",\"is_list\":%s,\"name\":\"%s\",\"type\":\"%s\"}",
			   def->flags & FIELD_LIST ? "true" : "false", def->name, type_word(def));
	}
	buf_printf(b, "],\"name\":\"%s\"}", c->name);
}

static bool has_source(const struct field_list *c, struct str source)
{
	return !source.n || str_eq_c(source, source_of(c));
}

int field_list_print(struct str source, enum field_list_format format, struct buf *b)
{
	bool found = false;

	if (format == FIELD_LIST_JSON)
		buf_c(b, "{\"fieldclasses\":[");
	for (const struct field_list *const *c = field_classes(); *c; c++) {
		if (!has_source(*c, source))
			continue;
		switch (format) {
		case FIELD_LIST_TEXT:
		case FIELD_LIST_VERBOSE:
			text_class(*c, format == FIELD_LIST_VERBOSE, b);
			break;
		case FIELD_LIST_NAMES:
			names_class(*c, b);
			break;
		case FIELD_LIST_MARKDOWN:
			markdown_class(*c, b);
			break;
		case FIELD_LIST_JSON:
			if (found)
				buf_byte(b, ',');
			json_class(*c, b);
			break;
		}
		found = true;
	}
	if (format == FIELD_LIST_JSON)
		buf_c(b, "]}\n");
	return found ? 0 : -ENOENT;
}
