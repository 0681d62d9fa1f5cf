/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules files are loaded: those of the command line, of the configuration, or the default set.
 */
#ifndef WATCH_RULES_FILES_H
#define WATCH_RULES_FILES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

struct rules_files {
	const char **paths; /* in the arena given */
	size_t count;
};

/*
 * Adds a file, or the *.yml and *.yaml files of a folder sorted by name. 0; 1: it does not exist,
 * nothing was added; -errno with the reason in `diag`.
 */
int rules_files_add(struct rules_files *f, const char *path, struct arena *arena, struct diag *diag);

/*
 * Path of a data file that ships with the program ("rules/saker_rules.yaml"): beside the build
 * folder of a source tree, or in share/saker of the prefix it is installed in. In the arena; NULL:
 * not found.
 */
const char *rules_files_shipped(const char *name, struct arena *arena);

#endif
