/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU time as the scheduler's and procinfo events tell it. These events say what happened since
 * another event, so that some memory is needed: how long a CPU has been with its thread, and what each
 * thread had used before. It is brought up to date when a field is asked for, at most once per
 * event; a rule that asks at each switch gets exact numbers.
 */
#ifndef FIELD_USAGE_H
#define FIELD_USAGE_H

#include "field/ctx.h"

struct usage_slice {
	uint64_t last_ns;  /* the slice that just ended; 0 for other events */
	uint64_t total_ns; /* all slices of this thread that were seen */
};

struct usage_load {
	double user, system; /* percent of one CPU since the last report */
};

/* Both false: the event does not tell, or memory is out. */
bool usage_slice(struct field_ctx *ctx, struct usage_slice *ret);
bool usage_load(struct field_ctx *ctx, struct usage_load *ret);

#endif
