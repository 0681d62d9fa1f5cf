/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame in which an event is applied:
 *
 *     state_apply(): find thread -> facts -> find descriptor -> handlers[event code](frame)
 *
 * A handler changes tables and may fill the view. What rules must not see yet it leaves in
 * state.settle. There is one handler per event code that means something to the state: apply.def.
 */
#ifndef STATE_APPLY_H
#define STATE_APPLY_H

#include "state/enter.h"
#include "state/facts.h"
#include "state/neutral.h"
#include "state/state_impl.h"

struct apply {
	struct state *s;
	const struct event *ev;
	struct state_view *view;
	struct task *task; /* NULL only for handlers that are marked so in apply.def */
	struct facts facts;
	uint32_t mntns_before; /* the task's mount namespace before this event's facts */
};

typedef void apply_fn(struct apply *a);

#define HANDLER(code, fn) apply_fn fn;
#include "state/apply.def"
#undef HANDLER

static inline bool has_fact(const struct apply *a, enum fact f)
{
	return a->facts.have >> f & 1;
}

/*
 * Events of our own kernel side, as opposed to a foreign capture. Some gaps of the recorded product
 * are closed only for these, because replays must give what it gave.
 */
static inline bool is_own(const struct apply *a)
{
	return a->ev->has_facts || a->s->options.live;
}

/* The result of the call; false when it failed or is missing. */
static inline bool succeeded(const struct apply *a, int64_t *ret)
{
	*ret = event_i64(a->ev, 0, -1);
	return *ret >= 0;
}

/* The enter event that belongs to this exit event, or NULL. */
static inline const struct enter *enter_of(const struct apply *a)
{
	const struct enter *e = a->task->enter;

	return e && enter_fits(e, a->ev->type) ? e : NULL;
}

#endif
