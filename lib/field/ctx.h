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

struct field_usage; /* CPU time per thread, from switch and procinfo events: field/usage.c */

/* Everything may be zero. What is needed over several events hangs here, made on first use. */
struct field_env {
	struct str hostname;
	struct str source;     /* event source: "syscall" */
	uint64_t first_ts_ns;  /* time of the first event of the run; 0: none yet */
	uint64_t prev_ts_ns;   /* time of the event before this one; 0: none */
	char time_mode;        /* evt.outputtime: h a r d D */
	enum value_bytes bytes; /* how evt.args and evt.arg show byte buffers */
	struct field_usage *usage;
	/*
	 * Name of the host with address `ip` (4 or 16 bytes), from what is known without asking
	 * anybody: fd.sip.name and its kin. NULL: no names. *ret is borrowed until the next event.
	 */
	bool (*host_name)(void *ctx, struct str ip, struct str *ret);
	void *host_name_ctx;
};

void field_env_fini(struct field_env *env);

struct field_ctx {
	const struct event *ev;
	struct state *state;
	struct state_view view; /* thread, fd ... of the event: state_apply() filled it */
	struct field_env *env;
	struct arena *scratch; /* for values that are built; reset at each event */
};

#endif
