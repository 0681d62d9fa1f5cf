/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an extractor may look at: one event, the state around it, and the run it belongs to. The
 * engine fills one struct field_ctx per event and resets the scratch arena.
 */
#ifndef FIELD_CTX_H
#define FIELD_CTX_H

#include "base/arena.h"
#include "event/event.h"
#include "field/field.h"
#include "state/state.h"

struct field_env {
	struct str hostname;
	struct str source;     /* event source: "syscall" */
	uint64_t first_ts_ns;  /* time of the first event of the run; 0: none yet */
	char time_mode;        /* evt.outputtime: h a r d D */
};

struct field_ctx {
	const struct event *ev;
	struct state *state;
	struct state_view view; /* thread, fd ... of the event: state_apply() filled it */
	struct field_env *env;
	struct arena *scratch; /* for values that are built; reset at each event */
};

#endif
