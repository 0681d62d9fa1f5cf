/* SPDX-License-Identifier: Apache-2.0 */
#include "state/user_table.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"

enum {
	FIRST_SLOTS = 256,
	FILE_MAX_BYTES = 1 << 20,
	NAME_SERVICE_BYTES = 16 * 1024,
	FIELD_MAX_BYTES = 255,
};

struct user_entry {
	struct user_entry *next;
	struct str container;
	uint32_t id;
	bool group;
	bool missing; /* asked for, and there is none */
	union {
		struct snap_user user;
		struct snap_group as_group;
	} u;
};

static uint32_t place(const struct user_table *ut, struct str container, uint32_t id, bool group)
{
	return (uint32_t)((str_hash(container) + id * 2u + group) * 0x9e3779b97f4a7c15u >> 32) &
	       ut->mask;
}

int user_table_init(struct user_table *ut, struct pool *pool, uint32_t max)
{
	*ut = (struct user_table){ .pool = pool, .mask = FIRST_SLOTS - 1, .max = max };
	ut->slots = calloc(FIRST_SLOTS, sizeof(struct user_entry *));
	return ut->slots ? 0 : -ENOMEM;
}

static void drop_values(struct user_table *ut, struct user_entry *e)
{
	if (e->group) {
		text_drop(ut->pool, &e->u.as_group.name);
	} else {
		text_drop(ut->pool, &e->u.user.name);
		text_drop(ut->pool, &e->u.user.home);
		text_drop(ut->pool, &e->u.user.shell);
	}
}

static void free_entry(struct user_table *ut, struct user_entry *e)
{
	drop_values(ut, e);
	text_drop(ut->pool, &e->container);
	pool_free(ut->pool, e, sizeof(*e));
	ut->count--;
}

void user_table_clear(struct user_table *ut)
{
	for (uint32_t i = 0; i <= ut->mask; i++) {
		while (ut->slots[i]) {
			struct user_entry *e = ut->slots[i];

			ut->slots[i] = e->next;
			free_entry(ut, e);
		}
	}
}

void user_table_fini(struct user_table *ut)
{
	if (ut->slots)
		user_table_clear(ut);
	free(ut->slots);
	ut->slots = NULL;
}

static struct user_entry **find_slot(const struct user_table *ut, struct str container, uint32_t id,
				     bool group)
{
	struct user_entry **e = &ut->slots[place(ut, container, id, group)];

	while (*e && ((*e)->id != id || (*e)->group != group || !str_eq((*e)->container, container)))
		e = &(*e)->next;
	return e;
}

static void grow(struct user_table *ut)
{
	struct user_entry **old = ut->slots;
	uint32_t len = ut->mask + 1;
	struct user_entry **slots = calloc((size_t)len * 2, sizeof(*slots));

	if (!slots)
		return; /* longer chains are all that happens */
	ut->slots = slots;
	ut->mask = len * 2 - 1;
	for (uint32_t i = 0; i < len; i++) {
		while (old[i]) {
			struct user_entry *e = old[i];
			uint32_t at = place(ut, e->container, e->id, e->group);

			old[i] = e->next;
			e->next = slots[at];
			slots[at] = e;
		}
	}
	free(old);
}

/* The entry of that number, emptied. NULL: no room. */
static struct user_entry *put(struct user_table *ut, struct str container, uint32_t id, bool group)
{
	struct user_entry **slot = find_slot(ut, container, id, group);
	struct user_entry *e = *slot;

	if (e) {
		e->missing = false;
		return e;
	}
	if (ut->count >= ut->max) {
		ut->full++;
		return NULL;
	}
	e = pool_zalloc(ut->pool, sizeof(*e));
	if (!e)
		return NULL;
	e->container = STR("");
	text_set(ut->pool, &e->container, container);
	e->id = id;
	e->group = group;
	*slot = e;
	if (++ut->count > ut->mask)
		grow(ut);
	return e;
}

void user_table_add(struct user_table *ut, struct str container, const struct snap_user *user)
{
	struct user_entry *e = put(ut, container, user->uid, false);

	if (!e)
		return;
	e->u.user.uid = user->uid;
	e->u.user.gid = user->gid;
	text_set(ut->pool, &e->u.user.name, user->name);
	text_set(ut->pool, &e->u.user.home, user->home);
	text_set(ut->pool, &e->u.user.shell, user->shell);
}

void user_table_add_group(struct user_table *ut, struct str container,
			  const struct snap_group *group)
{
	struct user_entry *e = put(ut, container, group->gid, true);

	if (!e)
		return;
	e->u.as_group.gid = group->gid;
	text_set(ut->pool, &e->u.as_group.name, group->name);
}

static void remove_entry(struct user_table *ut, struct str container, uint32_t id, bool group)
{
	struct user_entry **slot = find_slot(ut, container, id, group);
	struct user_entry *e = *slot;

	if (!e)
		return;
	*slot = e->next;
	free_entry(ut, e);
}

void user_table_remove(struct user_table *ut, struct str container, uint32_t uid)
{
	remove_entry(ut, container, uid, false);
}

void user_table_remove_group(struct user_table *ut, struct str container, uint32_t gid)
{
	remove_entry(ut, container, gid, true);
}

const struct snap_user *user_table_find(const struct user_table *ut, struct str container,
					uint32_t uid)
{
	const struct user_entry *e = *find_slot(ut, container, uid, false);

	return e && !e->missing ? &e->u.user : NULL;
}

const struct snap_group *user_table_find_group(const struct user_table *ut, struct str container,
					       uint32_t gid)
{
	const struct user_entry *e = *find_slot(ut, container, gid, true);

	return e && !e->missing ? &e->u.as_group : NULL;
}

bool user_table_asked(const struct user_table *ut, struct str container, uint32_t id, bool group)
{
	return *find_slot(ut, container, id, group) != NULL;
}

static void put_missing(struct user_table *ut, struct str container, uint32_t id, bool group)
{
	struct user_entry *e;

	if (user_table_asked(ut, container, id, group))
		return;
	e = put(ut, container, id, group);
	if (e)
		e->missing = true;
}

static bool to_id(struct str s, uint32_t *ret)
{
	uint64_t v;

	if (!s.n || s.p[0] == '+' || str_to_u64(s, &v) < 0 || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

/* One line of a passwd (7 fields) or group (4 fields) file; what is not well-formed is skipped. */
static void add_line(struct user_table *ut, struct str container, struct str line, bool group,
		     const uint32_t *only)
{
	struct str field[8];
	struct str rest = line;
	size_t wanted = group ? 4 : 7;
	size_t n = 0;
	uint32_t id;

	if (!line.n || line.p[0] == '+' || line.p[0] == '-' || line.p[0] == '#')
		return;
	while (n < ARRAY_LEN(field) && str_split(&rest, ':', &field[n]))
		if (field[n++].n > FIELD_MAX_BYTES && (!group || n != 4))
			return;
	if (n != wanted || rest.p || !to_id(field[2], &id) || (only && *only != id))
		return;
	if (user_table_asked(ut, container, id, group)) /* the first line counts */
		return;
	if (group) {
		user_table_add_group(ut, container, &(struct snap_group){ id, field[0] });
	} else {
		struct snap_user user = { .uid = id, .name = field[0], .home = field[5],
					  .shell = field[6] };

		if (to_id(field[3], &user.gid))
			user_table_add(ut, container, &user);
	}
}

/*
 * Opens `name` below `root` as if `root` were the root directory: a container writes these files, and
 * a link in it must not lead to ours. -errno when that fails; kernels before 5.6 cannot, and then
 * the name stays unknown.
 */
static int open_below(const char *root, const char *name)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	long fd;

	if (dir < 0)
		return -errno;
	fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd < 0)
		fd = -errno;
	close(dir);
	return (int)fd;
}

/* Reads a regular file up to a bound; `only` picks one number of it. */
static void read_file(struct user_table *ut, const char *root, struct str container, bool group,
		      const uint32_t *only)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(FILE_MAX_BYTES);
	int fd = open_below(root, group ? "etc/group" : "etc/passwd");
	struct stat st;
	struct str rest;
	struct str line;

	if (fd < 0)
		return;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || buf_read_fd(&text, fd) < 0) {
		close(fd);
		return;
	}
	close(fd);
	rest = buf_str(&text);
	while (rest.n && str_split(&rest, '\n', &line))
		add_line(ut, container, line, group, only);
}

static void ask_name_service(struct user_table *ut, uint32_t uid, uint32_t gid)
{
	char space[NAME_SERVICE_BYTES];
	struct passwd pw;
	struct passwd *user;
	struct group gr;
	struct group *group;

	if (!user_table_asked(ut, STR(""), uid, false) &&
	    getpwuid_r(uid, &pw, space, sizeof(space), &user) == 0 && user) {
		struct snap_user u = { .uid = uid, .gid = user->pw_gid, .name = str_c(user->pw_name),
				       .home = str_c(user->pw_dir), .shell = str_c(user->pw_shell) };

		user_table_add(ut, STR(""), &u);
	}
	if (!user_table_asked(ut, STR(""), gid, true) &&
	    getgrgid_r(gid, &gr, space, sizeof(space), &group) == 0 && group)
		user_table_add_group(ut, STR(""), &(struct snap_group){ gid, str_c(group->gr_name) });
}

void user_table_resolve(struct user_table *ut, const char *host_root, struct str container,
			int64_t pid, uint32_t uid, uint32_t gid)
{
	const char *root = host_root ? host_root : "";
	char path[4096];
	bool user = uid != ID_NONE && !user_table_asked(ut, container, uid, false);
	bool group = gid != ID_NONE && !user_table_asked(ut, container, gid, true);

	if (!user && !group)
		return;
	if (container.n) {
		snprintf(path, sizeof(path), "%s/proc/%lld/root", root, (long long)pid);
		if (user)
			read_file(ut, path, container, false, NULL);
		if (group)
			read_file(ut, path, container, true, NULL);
	} else if (*root) {
		if (user)
			read_file(ut, root, container, false, &uid);
		if (group)
			read_file(ut, root, container, true, &gid);
	} else {
		ask_name_service(ut, uid, gid);
	}
	if (user)
		put_missing(ut, container, uid, false);
	if (group)
		put_missing(ut, container, gid, true);
}
