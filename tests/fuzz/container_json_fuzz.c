/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptions of containers, one per line, as a runtime's user may have shaped them: JSON that lies
 * about its types, its depth and its size. A small table keeps some of them.
 */
#include "state/container_table.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t look_at(struct str s)
{
	size_t sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum += (unsigned char)s.p[i];
	if (s.n && s.p[s.n])
		abort();
	return sum;
}

static size_t look_at_labels(const struct container_labels *labels)
{
	size_t sum = 0;

	for (size_t i = 0; i < labels->len; i++)
		sum += look_at(labels->items[i].key) + look_at(labels->items[i].value);
	return sum;
}

static size_t look(const struct container *c)
{
	const struct str texts[] = { c->id, c->full_id, c->name, c->image, c->image_id,
				     c->image_repository, c->image_tag, c->image_digest, c->ip,
				     c->cni_json, c->sandbox_id, c->type };
	size_t sum = look_at_labels(&c->labels) + look_at_labels(&c->sandbox_labels);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		sum += look_at(texts[i]);
	for (size_t i = 0; i < c->mounts_len; i++)
		sum += look_at(c->mounts[i].source) + look_at(c->mounts[i].dest) +
		       look_at(c->mounts[i].mode) + look_at(c->mounts[i].propagation) +
		       c->mounts[i].writable;
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool pool = POOL_INIT((size_t)1 << 20);
	struct str rest = str_n(data, size);
	struct container_table ct;
	struct str line;

	if (container_table_init(&ct, &pool, 3, 10000) < 0)
		return 0;
	while (rest.n && str_split(&rest, '\n', &line)) {
		const struct container *c = container_table_apply(&ct, line);

		if (c) {
			/* The sum cannot be; it keeps the reads. */
			if (!c->id.n || container_table_find(&ct, c->id) != c ||
			    look(c) == SIZE_MAX)
				abort();
		}
		if (ct.count > 3 || ct.bytes > 10000)
			abort();
		if (line.n % 5 == 0 && (c = container_table_peek(&ct, line)))
			container_table_remove(&ct, c->id);
	}
	container_table_fini(&ct);
	if (pool.used_bytes)
		abort();
	pool_cleanup(&pool);
	return 0;
}
