/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and groups by container and number. "" is the host. A live table fills itself from the
 * passwd and group files that a process sees; a replay is told by events.
 */
#ifndef STATE_USER_TABLE_H
#define STATE_USER_TABLE_H

#include "event/snapshot.h"
#include "state/pool.h"

struct user_entry;

struct user_table {
	struct pool *pool;
	struct user_entry **slots;
	uint32_t mask;
	uint32_t count;
	uint32_t max;
	uint64_t full; /* entries that had no room */
};

int user_table_init(struct user_table *ut, struct pool *pool, uint32_t max);
void user_table_clear(struct user_table *ut);
void user_table_fini(struct user_table *ut);

/* Copies. Replaces an entry of the same container and number. */
void user_table_add(struct user_table *ut, struct str container, const struct snap_user *user);
void user_table_add_group(struct user_table *ut, struct str container,
			  const struct snap_group *group);
void user_table_remove(struct user_table *ut, struct str container, uint32_t uid);
void user_table_remove_group(struct user_table *ut, struct str container, uint32_t gid);

/* Borrowed until the next change. NULL: not known. */
const struct snap_user *user_table_find(const struct user_table *ut, struct str container,
					uint32_t uid);
const struct snap_group *user_table_find_group(const struct user_table *ut, struct str container,
					       uint32_t gid);

/* True when this number was asked for before, found or not. */
bool user_table_asked(const struct user_table *ut, struct str container, uint32_t id, bool group);

/*
 * Looks `uid` and `gid` up on this host and keeps the answers, a "no" too, so that each is asked
 * once. Host: HOST_ROOT/etc/passwd and group, or the system's name service without a host root.
 * Container: the files below HOST_ROOT/proc/PID/root, all lines at once.
 */
void user_table_resolve(struct user_table *ut, const char *host_root, struct str container,
			int64_t pid, uint32_t uid, uint32_t gid);

#endif
