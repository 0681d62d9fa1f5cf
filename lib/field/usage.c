/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of fixed size, indexed by a hash of the thread id; a thread that meets another in its slot
 * takes the slot over and starts from nothing. Losing a sum here falsifies a statistic, never the
 * verdict of a rule about what a process did, so no more memory is spent on it.
 */
#include "field/usage.h"

#include <stdlib.h>

enum { USAGE_SLOTS = 8192, USAGE_CPUS = 1024 };

struct slot {
	int64_t tid;
	uint64_t slices_ns;
	uint64_t user_ticks, system_ticks, report_ns;
	bool reported;
};

struct field_usage {
	uint64_t event; /* number of the event that was accounted last */
	struct usage_slice slice;
	struct usage_load load;
	bool has_load;
	uint64_t since_ns[USAGE_CPUS]; /* when the CPU's present slice began; 0: unknown */
	struct slot slots[USAGE_SLOTS];
};

void field_env_fini(struct field_env *env)
{
	free(env->usage);
	env->usage = NULL;
}

static struct slot *slot_of(struct field_usage *u, int64_t tid)
{
	uint64_t hash = (uint64_t)tid * UINT64_C(0x9e3779b97f4a7c15);
	struct slot *s = &u->slots[hash >> 51];

	if (s->tid != tid)
		*s = (struct slot){ .tid = tid };
	return s;
}

/* The event is seen by the thread that leaves the CPU. */
static void account_switch(struct field_usage *u, const struct event *ev)
{
	struct slot *s = slot_of(u, ev->tid);
	uint64_t *since = &u->since_ns[ev->cpu % USAGE_CPUS];

	if (*since && ev->ts_ns > *since)
		u->slice.last_ns = ev->ts_ns - *since;
	*since = ev->ts_ns;
	s->slices_ns += u->slice.last_ns;
	u->slice.total_ns = s->slices_ns;
}

/* Ticks are hundredths of a second; a report comes about once a second. */
static void account_report(struct field_usage *u, const struct event *ev)
{
	struct slot *s = slot_of(u, ev->tid);
	uint64_t user = event_u64(ev, 0, 0);
	uint64_t system = event_u64(ev, 1, 0);

	if (s->reported && ev->ts_ns > s->report_ns) {
		double seconds = (double)(ev->ts_ns - s->report_ns) / 1e9;

		u->load.user = user > s->user_ticks ? (double)(user - s->user_ticks) / seconds : 0;
		u->load.system =
			system > s->system_ticks ? (double)(system - s->system_ticks) / seconds : 0;
		u->has_load = true;
	}
	s->reported = true;
	s->user_ticks = user;
	s->system_ticks = system;
	s->report_ns = ev->ts_ns;
}

static struct field_usage *account(struct field_ctx *ctx)
{
	const struct event *ev = ctx->ev;
	struct field_usage *u = ctx->env->usage;

	if (!u)
		u = ctx->env->usage = calloc(1, sizeof(*u));
	if (!u || u->event == ev->num)
		return u;
	u->event = ev->num;
	u->slice = (struct usage_slice){ 0 };
	u->has_load = false;
	if (ev->type == EV_SCHEDSWITCH_6_E || ev->type == EV_SCHEDSWITCH_1_E)
		account_switch(u, ev);
	else if (ev->type == EV_PROCINFO_E)
		account_report(u, ev);
	return u;
}

bool usage_slice(struct field_ctx *ctx, struct usage_slice *ret)
{
	struct field_usage *u = account(ctx);

	if (!u)
		return false;
	*ret = u->slice;
	return true;
}

bool usage_load(struct field_ctx *ctx, struct usage_load *ret)
{
	struct field_usage *u = account(ctx);

	if (!u || !u->has_load)
		return false;
	*ret = u->load;
	return true;
}
