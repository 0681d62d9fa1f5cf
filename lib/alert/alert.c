/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert is one allocation: header, arrays, then all bytes.
 */
#include "alert/alert.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/util.h"

struct shared {
	atomic_uint refs;
	struct alert alert;
};

static int by_name(const void *a, const void *b)
{
	const struct alert_field *x = a;
	const struct alert_field *y = b;
	int r = str_cmp(x->name, y->name);

	if (r)
		return r;
	return (x->json.p > y->json.p) - (x->json.p < y->json.p); /* keeps the order of equals */
}

static struct str put(char **at, struct str s)
{
	struct str copy = { *at, s.n };

	if (s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return copy;
}

const struct alert *alert_new(const struct alert *from)
{
	size_t tags = from->tag_count * sizeof(struct str);
	size_t fields = from->field_count * sizeof(struct alert_field);
	size_t bytes = from->rule.n + from->source.n + from->hostname.n + from->priority.n +
		       from->time_text.n + from->message.n;
	struct alert_field *f;
	struct shared *s;
	struct str *t;
	size_t kept = 0;
	char *at;

	for (size_t i = 0; i < from->tag_count; i++)
		bytes += from->tags[i].n;
	for (size_t i = 0; i < from->field_count; i++)
		bytes += from->fields[i].name.n + from->fields[i].json.n;
	s = malloc(sizeof(*s) + tags + fields + bytes);
	if (!s)
		return NULL;
	t = (struct str *)(s + 1);
	f = (struct alert_field *)(t + from->tag_count);
	at = (char *)(f + from->field_count);

	atomic_init(&s->refs, 1);
	s->alert = *from;
	s->alert.rule = put(&at, from->rule);
	s->alert.source = put(&at, from->source);
	s->alert.hostname = put(&at, from->hostname);
	s->alert.priority = put(&at, from->priority);
	s->alert.time_text = put(&at, from->time_text);
	s->alert.message = put(&at, from->message);
	for (size_t i = 0; i < from->tag_count; i++)
		t[i] = put(&at, from->tags[i]);
	for (size_t i = 0; i < from->field_count; i++) {
		f[i].name = put(&at, from->fields[i].name);
		f[i].json = put(&at, from->fields[i].json);
	}
	qsort(f, from->field_count, sizeof(*f), by_name);
	for (size_t i = 0; i < from->field_count; i++)
		if (!kept || !str_eq(f[kept - 1].name, f[i].name))
			f[kept++] = f[i];
	s->alert.tags = t;
	s->alert.fields = f;
	s->alert.field_count = kept;
	return &s->alert;
}

static struct shared *shared_of(const struct alert *a)
{
	return CONTAINER_OF((struct alert *)(uintptr_t)a, struct shared, alert);
}

const struct alert *alert_ref(const struct alert *a)
{
	atomic_fetch_add_explicit(&shared_of(a)->refs, 1, memory_order_relaxed);
	return a;
}

const struct alert *alert_unref(const struct alert *a)
{
	if (a && atomic_fetch_sub_explicit(&shared_of(a)->refs, 1, memory_order_acq_rel) == 1)
		free(shared_of(a));
	return NULL;
}

void alert_text(const struct alert *a, struct buf *b)
{
	buf_str_append(b, a->time_text);
	buf_c(b, ": ");
	buf_str_append(b, a->priority);
	buf_byte(b, ' ');
	buf_str_append(b, a->message);
}

void alert_time_utc(uint64_t ts_ns, struct buf *b)
{
	time_t seconds = (time_t)(ts_ns / 1000000000u);
	char text[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	buf_append(b, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm));
	buf_byte(b, '.');
	buf_u64_padded(b, ts_ns % 1000000000u, 9);
}

void alert_json(const struct alert *a, const struct alert_json_options *options, struct buf *b)
{
	buf_c(b, "{\"hostname\":");
	json_string(b, a->hostname);
	if (options->message) {
		buf_c(b, ",\"message\":");
		json_string(b, a->message);
	}
	if (options->output) {
		CLEANUP(buf_cleanup) struct buf line = BUF_INIT(b->max);

		alert_text(a, &line);
		if (buf_error(&line) && !b->error)
			b->error = buf_error(&line);
		buf_c(b, ",\"output\":");
		json_string(b, buf_str(&line));
	}
	if (options->output_fields) {
		buf_c(b, ",\"output_fields\":{");
		for (size_t i = 0; i < a->field_count; i++) {
			if (i)
				buf_byte(b, ',');
			json_string(b, a->fields[i].name);
			buf_byte(b, ':');
			buf_str_append(b, a->fields[i].json);
		}
		buf_byte(b, '}');
	}
	buf_c(b, ",\"priority\":");
	json_string(b, a->priority);
	buf_c(b, ",\"rule\":");
	json_string(b, a->rule);
	buf_c(b, ",\"source\":");
	json_string(b, a->source);
	if (options->tags) {
		buf_c(b, ",\"tags\":[");
		for (size_t i = 0; i < a->tag_count; i++) {
			if (i)
				buf_byte(b, ',');
			json_string(b, a->tags[i]);
		}
		buf_byte(b, ']');
	}
	buf_c(b, ",\"time\":\"");
	alert_time_utc(a->ts_ns, b);
	buf_c(b, "Z\"}");
}
