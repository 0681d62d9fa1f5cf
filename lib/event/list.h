/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listing of all events that may occur (`--list-events`), from the table: rows of current
 * versions only, because older ones are upgraded before anybody sees them. System calls without an
 * event of their own are listed under their own name, as exits: that is how rules know them.
 */
#ifndef EVENT_LIST_H
#define EVENT_LIST_H

#include "base/buf.h"

/* Version of the public event table that events.def, flags.def and syscalls.def hold. */
#define EVENT_SCHEMA_VERSION "4.5.1"

enum event_list_format {
	EVENT_LIST_TEXT,
	EVENT_LIST_MARKDOWN,
	EVENT_LIST_JSON, /* one line */
};

void event_list(enum event_list_format format, struct buf *ret);

#endif
