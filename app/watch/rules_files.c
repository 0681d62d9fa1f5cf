/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/rules_files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 4096

static int add(struct rules_files *f, const char *path, struct arena *arena)
{
	const char **paths;

	if (f->count == FILES_MAX)
		return -E2BIG;
	paths = ARENA_NEW_N(arena, const char *, f->count + 1);
	if (!paths)
		return -ENOMEM;
	if (f->count)
		memcpy(paths, f->paths, f->count * sizeof(*paths));
	paths[f->count] = arena_str(arena, str_c(path)).p;
	if (!paths[f->count])
		return -ENOMEM;
	f->paths = paths;
	f->count++;
	return 0;
}

static int is_yaml(const struct dirent *e)
{
	struct str name = str_c(e->d_name);

	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

int rules_files_add(struct rules_files *f, const char *path, struct arena *arena, struct diag *diag)
{
	struct dirent **entries = NULL;
	struct stat st;
	int r = 0;
	int n;

	if (stat(path, &st) < 0)
		return errno == ENOENT ? 1 : diag_sys(diag, -errno, "look for rules file", path);
	if (!S_ISDIR(st.st_mode)) {
		r = add(f, path, arena);
		return r < 0 ? diag_sys(diag, r, "add rules file", path) : 0;
	}
	n = scandir(path, &entries, is_yaml, alphasort);
	if (n < 0)
		return diag_sys(diag, -errno, "read rules folder", path);
	for (int i = 0; i < n; i++) {
		char *file = arena_printf(arena, "%s/%s", path, entries[i]->d_name);

		if (r == 0)
			r = file ? add(f, file, arena) : -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	return r < 0 ? diag_sys(diag, r, "add rules of folder", path) : 0;
}

const char *rules_files_shipped(const char *name, struct arena *arena)
{
	static const char *const places[] = { "../data", "../share/saker" };
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	ptrdiff_t slash;

	if (n <= 0)
		return NULL;
	slash = str_rfind_byte(str_n(exe, (size_t)n), '/');
	if (slash < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		char *path = arena_printf(arena, "%.*s/%s/%s", (int)slash, exe, places[i], name);

		if (path && access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}
