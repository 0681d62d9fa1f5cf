/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "alert/alert.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/util.h"
#include "field/ctx.h"
#include "rule/format.h"
#include "rule/program.h"
#include "rule/rule_set.h"
#include "state/state.h"

#define SCRATCH_MAX_BYTES ((size_t)4 << 20)
#define MESSAGE_MAX_BYTES ((size_t)1 << 20)

struct engine {
	struct engine_options options;
	struct state *state;
	engine_alert_fn fn;
	void *fn_ctx;
	struct rule_set *rules;
	struct program *program;
	uint32_t *hits; /* room for all rules: with match_all each may match */
	uint64_t *alerts;
	uint64_t events;
	uint64_t lost_alerts;
	struct field_env env;
	struct field_ctx ctx;
	struct arena scratch;
	struct arena texts; /* of the alert that is being built */
	struct buf message;
	struct buf value;
	char *hostname;
	char *source;
};

int engine_new(const struct engine_options *options, struct state *state, engine_alert_fn fn,
	       void *fn_ctx, struct engine **ret)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->options = *options;
	e->state = state;
	e->fn = fn;
	e->fn_ctx = fn_ctx;
	e->scratch = (struct arena)ARENA_INIT(SCRATCH_MAX_BYTES);
	e->texts = (struct arena)ARENA_INIT(SCRATCH_MAX_BYTES);
	e->message = (struct buf)BUF_INIT(MESSAGE_MAX_BYTES);
	e->value = (struct buf)BUF_INIT(MESSAGE_MAX_BYTES);
	e->hostname = str_dup(options->hostname);
	e->source = str_dup(options->source);
	if (!e->hostname || !e->source) {
		engine_free(e);
		return -ENOMEM;
	}
	e->env.hostname = e->options.hostname = str_c(e->hostname);
	e->env.source = e->options.source = str_c(e->source);
	e->env.time_mode = 'h';
	e->env.bytes = e->options.bytes;
	e->ctx.state = state;
	e->ctx.env = &e->env;
	e->ctx.scratch = &e->scratch;
	*ret = e;
	return 0;
}

struct engine *engine_free(struct engine *e)
{
	if (!e)
		return NULL;
	program_free(e->program);
	rule_set_free(e->rules);
	field_env_fini(&e->env);
	arena_cleanup(&e->scratch);
	arena_cleanup(&e->texts);
	buf_cleanup(&e->message);
	buf_cleanup(&e->value);
	free(e->hits);
	free(e->alerts);
	free(e->hostname);
	free(e->source);
	free(e);
	return NULL;
}

int engine_take_rules(struct engine *e, struct rule_set **set, struct diag *diag)
{
	size_t n = (*set)->count;
	CLEANUP(free_ptr) struct program_rule *rules = calloc(n + 1, sizeof(*rules));
	CLEANUP(free_ptr) uint32_t *hits = calloc(n + 1, sizeof(*hits));
	CLEANUP(free_ptr) uint64_t *alerts = calloc(n + 1, sizeof(*alerts));
	struct program *program = NULL;
	int r;

	if (!rules || !hits || !alerts)
		return diag_error(diag, -ENOMEM, "no memory for %zu rules", n);
	for (size_t i = 0; i < n; i++)
		rules[i].cond = (*set)->rules[i].cond;
	r = program_new(rules, n, &program);
	if (r < 0)
		return diag_error(diag, r, "no memory for the program of %zu rules", n);
	program_free(e->program);
	rule_set_free(e->rules);
	free(e->hits);
	free(e->alerts);
	e->program = program;
	e->rules = STEAL(*set);
	e->hits = STEAL(hits);
	e->alerts = STEAL(alerts);
	return 0;
}

/* Appends a value whose JSON form is no string. False: it is none of those. */
static bool json_number(const struct field_def *def, const struct value *v, struct buf *b)
{
	if (def->format == PF_HEX || def->format == PF_OCT)
		return false;
	switch (v->type) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_FD32:
	case PT_PID32:
		buf_i64(b, v->i);
		return true;
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_UINT64:
	case PT_PORT:
	case PT_RELTIME:
	case PT_ABSTIME:
	case PT_SYSCALLID:
	case PT_SIGTYPE:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
	case PT_UID:
	case PT_GID:
		buf_u64(b, v->u);
		return true;
	case PT_BOOL:
		buf_c(b, v->u ? "true" : "false");
		return true;
	default:
		return false;
	}
}

static void json_value(struct engine *e, const struct field_def *def, const struct value *v,
		       struct buf *b)
{
	if (json_number(def, v, b))
		return;
	buf_reset(&e->value);
	value_print(v, def->format, e->options.bytes, &e->value);
	if (v->type == PT_DOUBLE)
		buf_str_append(b, buf_str(&e->value));
	else
		json_string(b, buf_str(&e->value));
	if (buf_error(&e->value) && !b->error)
		b->error = buf_error(&e->value);
}

/* Values of one field as JSON text in e->texts. An empty `p`: out of room. */
static struct str field_json(struct engine *e, const struct field_def *def,
			     const struct value *values, size_t count)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(MESSAGE_MAX_BYTES);

	if (def->flags & FIELD_TIME_TEXT) {
		buf_u64(&b, e->ctx.ev->ts_ns);
	} else if (def->flags & FIELD_LIST) {
		buf_byte(&b, '[');
		for (size_t i = 0; i < count; i++) {
			if (i)
				buf_byte(&b, ',');
			json_value(e, def, &values[i], &b);
		}
		buf_byte(&b, ']');
	} else if (count) {
		json_value(e, def, &values[0], &b);
	} else {
		buf_c(&b, "null");
	}
	if (buf_error(&b))
		return STR_NULL;
	return arena_str(&e->texts, buf_str(&b));
}

static bool add_fields(struct engine *e, const struct format *format, struct alert_field *fields,
		       size_t *count)
{
	struct value values[FIELD_VALUES_MAX];

	for (size_t i = 0; i < format_field_count(format); i++) {
		const struct field_def *def = NULL;
		size_t n = 0;
		struct str name = format_field(format, i, &e->ctx, &def, values, &n);
		struct alert_field *f = &fields[*count];

		f->name = name;
		f->json = field_json(e, def, values, n);
		if (!f->json.p)
			return false;
		++*count;
	}
	return true;
}

static bool add_extras(struct engine *e, const struct rule *rule, struct alert_field *fields,
		       size_t *count)
{
	struct value values[FIELD_VALUES_MAX];

	for (size_t i = 0; i < rule->extra_count; i++) {
		const struct rule_extra *x = &rule->extras[i];
		struct alert_field *f = &fields[*count];

		f->name = x->name;
		if (x->raw) {
			const struct field_def *def = NULL;
			size_t n = 0;

			format_field(x->format, 0, &e->ctx, &def, values, &n);
			f->json = field_json(e, def, values, n);
		} else {
			CLEANUP(buf_cleanup) struct buf json = BUF_INIT(MESSAGE_MAX_BYTES);

			buf_reset(&e->message);
			format_render(x->format, &e->ctx, e->options.bytes, &e->message);
			json_string(&json, buf_str(&e->message));
			f->json = buf_error(&json) ? STR_NULL : arena_str(&e->texts, buf_str(&json));
		}
		if (!f->json.p)
			return false;
		++*count;
	}
	return true;
}

static void time_prefix(const struct engine *e, uint64_t ts_ns, struct buf *b)
{
	time_t seconds = (time_t)(ts_ns / 1000000000u);
	char text[32];
	struct tm tm;

	if (e->options.time_iso_8601) {
		alert_time_utc(ts_ns, b);
		buf_c(b, "+0000");
		return;
	}
	localtime_r(&seconds, &tm);
	buf_append(b, text, strftime(text, sizeof(text), "%H:%M:%S", &tm));
	buf_byte(b, '.');
	buf_u64_padded(b, ts_ns % 1000000000u, 9);
}

static const struct alert *build(struct engine *e, const struct rule *rule)
{
	static const char *const time_names[] = { "evt.time", "evt.time.iso8601" };
	size_t room = format_field_count(rule->format) + rule->extra_count + 1;
	CLEANUP(buf_cleanup) struct buf stamp = BUF_INIT(64);
	struct alert_field *fields;
	struct alert a = { 0 };

	arena_reset(&e->texts);
	fields = ARENA_NEW_N(&e->texts, struct alert_field, room);
	if (!fields)
		return NULL;
	time_prefix(e, e->ctx.ev->ts_ns, &stamp);
	fields[0].name = str_c(time_names[e->options.time_iso_8601]);
	fields[0].json = field_json(e, field_find(fields[0].name), NULL, 0);
	a.field_count = 1;
	if (!e->options.text_only && (!add_fields(e, rule->format, fields, &a.field_count) ||
				      !add_extras(e, rule, fields, &a.field_count)))
		return NULL;
	buf_reset(&e->message);
	format_render(rule->format, &e->ctx, e->options.bytes, &e->message);
	if (buf_error(&e->message) || buf_error(&stamp))
		return NULL;
	a.ts_ns = e->ctx.ev->ts_ns;
	a.rule = rule->name;
	a.source = rule->source;
	a.hostname = e->options.hostname;
	a.priority = str_c(priority_name(rule->priority));
	a.severity = (uint8_t)rule->priority;
	a.time_text = buf_str(&stamp);
	a.message = buf_str(&e->message);
	a.tags = rule->tags;
	a.tag_count = rule->tag_count;
	a.fields = fields;
	return alert_new(&a);
}

static void match(struct engine *e)
{
	size_t n = program_eval(e->program, &e->ctx, !e->options.match_all, e->hits,
				e->rules->count);

	for (size_t i = 0; i < n; i++) {
		const struct alert *a = build(e, &e->rules->rules[e->hits[i]]);

		e->alerts[e->hits[i]]++;
		if (a)
			e->fn(e->fn_ctx, a);
		else
			e->lost_alerts++;
	}
}

/*
 * Events that only bring state up to date and are no news by themselves: arguments at the start of a
 * call (its exit is the event), and who and what exists (users, containers, BPF iterators).
 */
static bool tells_state_only(const struct event *ev)
{
	unsigned int category = ev->info->category;

	if (ev->flags & EVENT_STATE_ONLY || category & EC_ITER)
		return true;
	if (category & EC_SYSCALL)
		return !event_is_exit(ev->type);
	return category & EC_METAEVENT && ev->info->flags & EF_MODIFIES_STATE &&
	       ev->type != EV_CPU_HOTPLUG_E;
}

void engine_event(struct engine *e, struct event *ev)
{
	ev->num = ++e->events;
	/* Time counts from what happened, not from reports about what was there before. */
	if (UNLIKELY(!e->env.first_ts_ns) && !(ev->info->category & EC_METAEVENT))
		e->env.first_ts_ns = ev->ts_ns;
	state_apply(e->state, ev, &e->ctx.view);
	if (e->program && program_has(e->program, ev->type) && !tells_state_only(ev)) {
		e->ctx.ev = ev;
		if (e->scratch.used_bytes || e->scratch.error)
			arena_reset(&e->scratch);
		match(e);
	}
	state_settle(e->state);
	e->env.prev_ts_ns = ev->ts_ns;
}

uint64_t engine_event_count(const struct engine *e)
{
	return e->events;
}

const struct rule_set *engine_rules(const struct engine *e)
{
	return e->rules;
}

uint64_t engine_rule_alerts(const struct engine *e, size_t i)
{
	return e->rules && i < e->rules->count ? e->alerts[i] : 0;
}

uint64_t engine_lost_alerts(const struct engine *e)
{
	return e->lost_alerts;
}
