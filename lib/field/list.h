/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listing of all fields (--list); in Markdown it is docs/reference/fields.md. Hidden fields are
 * left out.
 */
#ifndef FIELD_LIST_H
#define FIELD_LIST_H

#include "base/buf.h"

enum field_list_format {
	FIELD_LIST_TEXT,
	FIELD_LIST_VERBOSE,  /* text with types */
	FIELD_LIST_NAMES,    /* one name per line */
	FIELD_LIST_MARKDOWN,
	FIELD_LIST_JSON,     /* one line */
};

/*
 * Appends the fields that events of `source` have; empty: all. 0, or -ENOENT when there is no such
 * source.
 */
int field_list_print(struct str source, enum field_list_format format, struct buf *b);

#endif
