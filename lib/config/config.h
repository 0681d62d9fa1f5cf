/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A role's configuration: YAML files merged into one tree, overridden from the command line, read
 * through tables of options.
 *
 *     main file --> config_files --> -o KEY=VALUE --> tree --> config_read(table) --> plain struct
 *
 * Scalars of files are expanded from the environment: ${NAME} is the value or nothing, $${NAME} is the
 * text ${NAME}. Order and merge strategies: docs/formats/config.md.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct config;
struct config_node;

/*
 * Loads `path` (NULL: start with an empty tree), the files that its key config_files names, and
 * applies `overrides` ("KEY=VALUE") in order, those of config_files first. 0; -ENOENT when the main
 * file does not exist; -EBADMSG; other -errno. The reason is in `diag`; warnings too on success.
 */
int config_load(const char *path, const char *const *overrides, size_t override_count,
		struct config **ret, struct diag *diag);
struct config *config_free(struct config *c); /* takes NULL; returns NULL */

/* Files that were read, sorted by path. Borrowed. */
size_t config_files(const struct config *c, const char *const **ret);

/* The node at a path of keys "engine.replay.capture_file"; NULL: not set. Borrowed. */
const struct config_node *config_find(const struct config *c, const char *key);
bool config_is_map(const struct config_node *n);
bool config_is_seq(const struct config_node *n);
size_t config_count(const struct config_node *n); /* members of a map or sequence */
const struct config_node *config_at(const struct config_node *n, size_t i); /* i-th value */
struct str config_key_at(const struct config_node *map, size_t i);
const struct config_node *config_member(const struct config_node *map, const char *key);
struct str config_text(const struct config_node *n); /* of a scalar; empty otherwise */

enum config_type {
	CONFIG_BOOL,    /* bool */
	CONFIG_STRING,  /* struct str, borrowed from the config */
	CONFIG_U64,     /* uint64_t */
	CONFIG_DOUBLE,  /* double */
	CONFIG_STRINGS, /* struct config_strings; one scalar counts as a list of one */
};

struct config_strings {
	struct str *items; /* in the config's memory */
	size_t count;
};

struct config_option {
	const char *key; /* path of keys */
	enum config_type type;
	size_t offset;       /* of the member in the target struct */
	const char *initial; /* default as text; NULL: 0, "", empty */
	const char *text;    /* meaning */
};

#define CONFIG_OPTION(key, type, target, member, initial, text)                                    \
	{ key, type, offsetof(target, member), initial, text }

/*
 * Fills `target` from the tree by a table that ends with a NULL key. A value that is not of the wanted
 * type leaves the default and adds a warning with the key's name to `diag`.
 */
int config_read(struct config *c, const struct config_option *table, void *target,
		struct diag *diag);

#endif
