/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of descriptors made for an event: put into the task's table, shown in the view, compared
 * with what the kernel told.
 */
#ifndef STATE_FD_BUILD_H
#define STATE_FD_BUILD_H

#include "state/apply.h"

static inline struct fd fd_blank(uint8_t type)
{
	return (struct fd){ .type = type, .name = STR(""), .name_raw = STR("") };
}

static inline bool fd_type_is_file(uint8_t type)
{
	return type == FD_FILE || type == FD_FILE_V2 || type == FD_DIRECTORY;
}

/*
 * Puts an entry like *like under `number` of the task's table, and names it in the view as the
 * descriptor of the event. NULL: no room, which is counted.
 */
const struct fd *fd_add(struct apply *a, int64_t number, const struct fd *like);
/* The event's descriptor, ready to be changed. NULL: unknown. */
struct fd *fd_edit(struct apply *a);

/* Takes what the facts say about the object of *fd: device, inode, layer. */
void fd_set_object(const struct apply *a, struct fd *fd);
/* An entry from facts alone. False: they do not say enough. */
bool fd_from_facts(const struct apply *a, struct fd *ret);
/* Compares the entry of the event's descriptor with the facts; makes or replaces it. */
void fd_repair(struct apply *a);

#endif
