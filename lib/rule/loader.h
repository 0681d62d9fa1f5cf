/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a loader holds: definitions of all files, and what the last file without an error made of
 * them. Shared with the description (describe.c), nobody else.
 */
#ifndef RULE_LOADER_H
#define RULE_LOADER_H

#include "rule/assemble.h"

struct rule_loader {
	const struct rule_loader_options *options;
	struct arena arena; /* files, trees, contexts, results: as long as the loader */
	struct definitions defs;
	struct assembled good;
	uint32_t *active; /* numbers of rules of `good` that are switched on, in order of evaluation */
	size_t active_count;
	char *plugin_problem;
};

/* Advice about a document's shape, from the published schema of rules files. */
void schema_check(const struct yaml_node *document, struct load_result *r);

#endif
