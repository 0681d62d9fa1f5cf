/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void diag_cleanup(struct diag *d)
{
	arena_cleanup(&d->arena);
	*d = (struct diag)DIAG_INIT;
}

static void PRINTF(6, 0) add(struct diag *d, enum diag_level level, const char *file, uint32_t line,
			     uint32_t column, const char *format, va_list args)
{
	struct diag_entry *e;
	va_list again;
	char *text = NULL;
	int n;

	if (!d)
		return;
	d->counts[level]++;
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	e = ARENA_NEW(&d->arena, struct diag_entry);
	if (e && n >= 0)
		text = arena_alloc(&d->arena, (size_t)n + 1);
	if (!text) {
		d->dropped++;
		return;
	}
	vsnprintf(text, (size_t)n + 1, format, args);
	e->level = level;
	e->text = text;
	e->file = file ? arena_str(&d->arena, str_c(file)).p : NULL;
	e->line = line;
	e->column = column;
	if (d->last)
		d->last->next = e;
	else
		d->first = e;
	d->last = e;
}

int diag_error(struct diag *d, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(d, DIAG_ERROR, NULL, 0, 0, format, args);
	va_end(args);
	return error;
}

int diag_at(struct diag *d, int error, const char *file, uint32_t line, uint32_t column,
	    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(d, DIAG_ERROR, file, line, column, format, args);
	va_end(args);
	return error;
}

int diag_sys(struct diag *d, int error, const char *what, const char *subject)
{
	return diag_error(d, error, "%s %s: %s", what, subject, strerror(-error));
}

void diag_warning(struct diag *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(d, DIAG_WARNING, NULL, 0, 0, format, args);
	va_end(args);
}

void diag_note(struct diag *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(d, DIAG_NOTE, NULL, 0, 0, format, args);
	va_end(args);
}

const char *diag_first_error(const struct diag *d)
{
	for (const struct diag_entry *e = d->first; e; e = e->next)
		if (e->level == DIAG_ERROR)
			return e->text;
	return "";
}
