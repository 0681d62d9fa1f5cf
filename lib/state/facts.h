/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel side told with an event beside its parameters, decoded in one pass.
 */
#ifndef STATE_FACTS_H
#define STATE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"

struct facts {
	uint32_t have; /* bit per enum fact; of the rest only what is there is set */
	struct str path, path2, cwd, dir, tuple;
	uint64_t ino, start, pidns_start;
	int64_t ppid, sid;
	uint32_t dev, mntns, fdflags;
	uint8_t fdtype, l4proto, ovl;
};

/* Fills *f, of which only `have` must be set, from an event with facts. Texts are borrowed. */
void facts_read(const struct event *ev, struct facts *f);

#endif
