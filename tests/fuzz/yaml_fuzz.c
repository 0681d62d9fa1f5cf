/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include "base/util.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte of the tree, so that a wrong pointer or mark is found here. */
static size_t walk(const struct yaml_node *n, size_t text_bytes)
{
	size_t sum = n->at.offset;

	if (n->at.offset > text_bytes || n->end.offset > text_bytes)
		abort();
	for (size_t i = 0; i < n->text.n; i++)
		sum += (unsigned char)n->text.p[i];
	for (size_t i = 0; i < n->count; i++) {
		sum += walk(n->items[i], text_bytes);
		if (n->kind == YAML_MAP)
			sum += walk(n->keys[i], text_bytes);
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT((size_t)64 << 20);
	struct yaml_limits limits = { .max_nodes = 100000 };
	struct yaml_node *documents;
	struct yaml_error error;

	if (yaml_parse(str_n(data, size), &limits, &arena, &documents, &error) == 0)
		walk(documents, size);
	return 0;
}
