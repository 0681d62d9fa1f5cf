/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors of one process: number -> entry. Entries lie in pages of 32 neighbouring numbers;
 * pages and entries are shared between tables and copied when one of them changes, so that a fork of
 * a process with a thousand descriptors copies about thirty pointers.
 *
 *     fd_table --> pages[number / 32] --> fd_page --> entries[number % 32] --> fd
 *     (refs: threads that use      (refs: tables)                        (refs: pages)
 *      one table together)
 *
 * Numbers beyond FD_DENSE_MAX are rare; their pages stand in a list sorted by number.
 */
#ifndef STATE_FD_TABLE_H
#define STATE_FD_TABLE_H

#include "state/fd.h"
#include "state/pool.h"

enum {
	FD_PAGE = 32,
	FD_DENSE_MAX = 65536, /* numbers below are found by index */
	FD_NUMBER_MAX = 1 << 26,
	FD_FAR_PAGES_MAX = 256,
};

struct fd_table;

/* A new entry like *like, with copies of its texts; one reference. NULL when out of memory. */
struct fd *fd_new(struct pool *p, const struct fd *like);
void fd_unref(struct pool *p, struct fd *fd); /* takes NULL */

struct fd_table *fd_table_new(struct pool *p); /* NULL when out of memory */
struct fd_table *fd_table_ref(struct fd_table *t);
struct fd_table *fd_table_unref(struct pool *p, struct fd_table *t); /* takes NULL; returns NULL */
/* A table of its own with the same entries. Takes NULL. NULL when out of memory. */
struct fd_table *fd_table_copy(struct pool *p, struct fd_table *t);
/* Takes the caller's reference to t and returns a table that nobody else uses; t when out of memory. */
struct fd_table *fd_table_unshare(struct pool *p, struct fd_table *t);

/* Borrowed until the table changes. NULL: unknown. `t` may be NULL. */
struct fd *fd_table_find(const struct fd_table *t, int64_t number);
uint32_t fd_table_count(const struct fd_table *t); /* 0 for NULL */

/*
 * Puts *entry under `number`, replacing what was there, and takes the reference.
 * 0; -ENOSPC when the table has `max` entries or the number is out of range, -ENOMEM: nothing taken.
 */
int fd_table_take(struct pool *p, struct fd_table *t, int64_t number, uint32_t max,
		  struct fd **entry);
/* The entry, no longer shared and free to change (marks: see fd_table_mark). NULL: none, no memory. */
struct fd *fd_table_edit(struct pool *p, struct fd_table *t, int64_t number);
/* Sets or clears FD_CLOSES_ON_EXEC, which the table itself must know about. */
void fd_table_set_cloexec(struct pool *p, struct fd_table *t, int64_t number, bool cloexec);
bool fd_table_remove(struct pool *p, struct fd_table *t, int64_t number);
/* Removes first..last, or marks them FD_CLOSES_ON_EXEC. */
void fd_table_range(struct pool *p, struct fd_table *t, int64_t first, int64_t last, bool cloexec);
void fd_table_exec(struct pool *p, struct fd_table *t); /* removes what is FD_CLOSES_ON_EXEC */

/* Ascending, until fn returns false. */
void fd_table_each(const struct fd_table *t,
		   bool (*fn)(void *ctx, int64_t number, const struct fd *fd), void *ctx);

#endif
