/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time of the pipeline's stages before the rules, one pass over a capture for each:
 *
 *     bench-stages CAPTURE
 *
 * prints "read NANOSECONDS EVENTS" (file to decoded event) and "state NANOSECONDS EVENTS" (the same
 * with state). Each is the least CPU time of three passes; a later stage includes those before it.
 * What rules and alerts take is the rest of what `saker watch` needs for the same file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/diag.h"
#include "capture/source.h"
#include "state/state.h"

#define PASSES  3
#define WAIT_MS 1000

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* One pass. 0 or -errno with the reason in `diag`. */
static int pass(const char *path, bool with_state, uint64_t *ret_ns, uint64_t *ret_events,
		struct diag *diag)
{
	struct state_options options = { 0 };
	struct snapshot_sink sink;
	struct source *source = NULL;
	struct state *state = NULL;
	struct state_view view;
	struct event ev;
	uint64_t started = cpu_ns();
	uint64_t n = 0;
	int r = state_new(&options, &state);

	if (r < 0)
		return diag_error(diag, r, "no memory");
	sink = state_sink(state);
	r = scap_source_open(path, &sink, &source, diag);
	while (r >= 0) {
		r = source_next(source, WAIT_MS, &ev, diag);
		if (r == SOURCE_IDLE)
			continue; /* the inflating thread is behind */
		if (r != SOURCE_EVENT)
			break;
		ev.num = ++n;
		if (with_state) {
			state_apply(state, &ev, &view);
			state_settle(state);
		}
	}
	source_close(source);
	state_free(state);
	if (r < 0)
		return r;
	*ret_ns = cpu_ns() - started;
	*ret_events = n;
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "read", "state" };
	struct diag diag = DIAG_INIT;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-stages CAPTURE\n");
		return 2;
	}
	for (int stage = 0; stage < 2; stage++) {
		uint64_t least = UINT64_MAX;
		uint64_t events = 0;

		for (int i = 0; i < PASSES; i++) {
			uint64_t ns = 0;

			if (pass(argv[1], stage == 1, &ns, &events, &diag) < 0) {
				fprintf(stderr, "%s: %s\n", argv[1], diag_first_error(&diag));
				return 1;
			}
			if (ns < least)
				least = ns;
		}
		printf("%s %" PRIu64 " %" PRIu64 "\n", names[stage], least, events);
	}
	diag_cleanup(&diag);
	return 0;
}
