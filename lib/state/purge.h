/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of threads whose exit was lost are found and forgotten.
 */
#ifndef STATE_PURGE_H
#define STATE_PURGE_H

#include <stdint.h>

struct state;

/*
 * Every five minutes the table is searched for entries whose exit was lost, a few slots with each
 * event, so that no event waits for the whole table.
 */
void purge_step(struct state *s, uint64_t now_ns);

#endif
