/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding: built once from an event and a rule, then immutable and shared by all outputs through a
 * reference count. It owns all its bytes, so it outlives the event.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* One output field: its name as written in the rule and its value as JSON text. */
struct alert_field {
	struct str name;
	struct str json;
};

struct alert {
	uint64_t ts_ns; /* of the event, epoch */
	struct str rule, source, hostname;
	struct str priority; /* "Warning" */
	uint8_t severity;    /* 0 emergency ... 7 debug */
	struct str time_text; /* the prefix of the text line */
	struct str message;   /* rendered output of the rule */
	const struct str *tags; /* sorted */
	size_t tag_count;
	const struct alert_field *fields; /* sorted by name, no repetitions */
	size_t field_count;
};

/* Which members the JSON form has (configuration json_include_*). */
struct alert_json_options {
	bool output, message, output_fields, tags;
};

#define ALERT_JSON_DEFAULT { .output = true, .output_fields = true, .tags = true }

/*
 * Copies `from` with everything it points to; sorts the fields and keeps the first of equal names.
 * Returns an alert with one reference, or NULL when memory is out.
 */
const struct alert *alert_new(const struct alert *from);
const struct alert *alert_ref(const struct alert *a);
const struct alert *alert_unref(const struct alert *a); /* takes NULL; returns NULL; any thread */

/* "TIME: PRIORITY MESSAGE", without a newline. */
void alert_text(const struct alert *a, struct buf *b);
/* One JSON object, keys sorted, without a newline (docs/formats/alert.md). */
void alert_json(const struct alert *a, const struct alert_json_options *options, struct buf *b);

/* "YYYY-MM-DDTHH:MM:SS.nnnnnnnnn", UTC. */
void alert_time_utc(uint64_t ts_ns, struct buf *b);

#endif
