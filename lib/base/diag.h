/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reasons for people: a list of messages with file, line and column, collected while a job runs and
 * printed once by the application. Library code never prints; it adds to a diag and returns -errno.
 * Every function here accepts a NULL diag and then only passes the error number through.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdint.h>

#include "base/arena.h"

enum diag_level {
	DIAG_ERROR,
	DIAG_WARNING,
	DIAG_NOTE,
};

struct diag_entry {
	struct diag_entry *next;
	enum diag_level level;
	const char *file; /* NULL: no place is known */
	uint32_t line;    /* from 1; 0 unknown */
	uint32_t column;  /* from 1; 0 unknown */
	const char *text;
};

struct diag {
	struct arena arena;
	struct diag_entry *first;
	struct diag_entry *last;
	uint32_t counts[DIAG_NOTE + 1];
	uint32_t dropped; /* messages beyond the bound, counted instead of kept */
};

#define DIAG_INIT { .arena = ARENA_INIT((size_t)1 << 20) }

void diag_cleanup(struct diag *d);
/* Both return `error` unchanged, so that a caller can write: return diag_error(d, -EBADMSG, ...). */
int diag_error(struct diag *d, int error, const char *format, ...) PRINTF(3, 4);
int diag_at(struct diag *d, int error, const char *file, uint32_t line, uint32_t column,
	    const char *format, ...) PRINTF(6, 7);
/* "WHAT SUBJECT: text of errno". */
int diag_sys(struct diag *d, int error, const char *what, const char *subject);
void diag_warning(struct diag *d, const char *format, ...) PRINTF(2, 3);
void diag_note(struct diag *d, const char *format, ...) PRINTF(2, 3);
/* Text of the first error, or "" when there is none. Borrowed until diag_cleanup(). */
const char *diag_first_error(const struct diag *d);

#endif
