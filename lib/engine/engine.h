/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event + state + rules -> alerts: the middle of the sensor.
 *
 *     source --> engine_event() --> state_apply() --> program_eval() --> alert --> sink
 *                                                 \-> state_settle()
 *
 * One thread owns an engine. Between events it may be given another rule set.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "field/field.h"

struct alert;
struct diag;
struct engine;
struct event;
struct rule_set;
struct state;

struct engine_options {
	bool match_all;     /* rule_matching all: every matching rule alerts, not only the first */
	bool time_iso_8601; /* the text line begins with UTC time */
	enum value_bytes bytes;
	bool text_only;     /* no output shows the fields of an alert: they are left out */
	struct str hostname;
	struct str source; /* "syscall" */
};

/* Receives an alert; takes over the reference. */
typedef void (*engine_alert_fn)(void *ctx, const struct alert *a);

/* Borrows `state`; copies what it needs of `options`. 0 or -ENOMEM. */
int engine_new(const struct engine_options *options, struct state *state, engine_alert_fn fn,
	       void *fn_ctx, struct engine **ret);
struct engine *engine_free(struct engine *e); /* takes NULL; returns NULL */

/*
 * From the next event on the engine works with `*set`, whose ownership it takes on success (the old one
 * is freed, counters start again). 0 or -ENOMEM.
 */
int engine_take_rules(struct engine *e, struct rule_set **set, struct diag *diag);

/* Numbers the event, applies it to state and evaluates the rules. */
void engine_event(struct engine *e, struct event *ev);

uint64_t engine_event_count(const struct engine *e);
/* The rules in use; borrowed until the next engine_take_rules(). NULL: none yet. */
const struct rule_set *engine_rules(const struct engine *e);
/* Alerts of rule number i of that set. */
uint64_t engine_rule_alerts(const struct engine *e, size_t i);
/* Alerts that could not be built because memory was out. */
uint64_t engine_lost_alerts(const struct engine *e);

#endif
