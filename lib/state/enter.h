/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an enter event said, kept with its task until the exit: the exit's copy of an argument may
 * have been altered by another thread meanwhile.
 */
#ifndef STATE_ENTER_H
#define STATE_ENTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct pool;

struct enter {
	uint16_t type;
	bool has_flags;
	uint32_t flags;
	int64_t dirfd;
	struct str name; /* path, or the bytes of a socket address; a shared text */
};

/* Puts an empty one of this event code in the place of *slot. NULL, there too: no memory. */
struct enter *enter_renew(struct pool *p, struct enter **slot, uint16_t type);
void enter_free(struct pool *p, struct enter *e); /* takes NULL */

/* Whether an exit event of code `exit` ends the call that *e began. */
bool enter_fits(const struct enter *e, uint16_t exit);

#endif
