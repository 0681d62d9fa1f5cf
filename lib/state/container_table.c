/* SPDX-License-Identifier: Apache-2.0 */
#include "state/container_table.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "state/container.h"

enum {
	SLOTS = 1024, /* chains grow beyond that, slowly: a node has hundreds of containers at most */
	JSON_MAX_BYTES = 1 << 20,
	JSON_MAX_DEPTH = 16, /* labels, mounts, probes: four; the rest is for what is not read */
	JSON_MAX_NODES = 32768,
	TREE_MAX_BYTES = 8 << 20,
};

struct container_entry {
	struct container_entry *next; /* in its slot */
	struct container_entry *newer;
	struct container_entry *older;
	size_t size; /* of the block, which is this, the lists and the bytes of the texts */
	struct container c;
};

static uint32_t place(const struct container_table *ct, struct str id)
{
	return (uint32_t)(str_hash(id) >> 32) & ct->mask;
}

int container_table_init(struct container_table *ct, struct pool *pool, uint32_t max,
			 size_t max_bytes)
{
	*ct = (struct container_table){ .pool = pool, .json = ARENA_INIT(TREE_MAX_BYTES),
					.mask = SLOTS - 1, .max = max, .max_bytes = max_bytes };
	ct->slots = calloc(SLOTS, sizeof(struct container_entry *));
	return ct->slots ? 0 : -ENOMEM;
}

/* --- the two orders ------------------------------------------------------------------------ */

static struct container_entry **slot_of(struct container_table *ct, struct str id)
{
	struct container_entry **slot = &ct->slots[place(ct, id)];

	while (*slot && !str_eq((*slot)->c.id, id))
		slot = &(*slot)->next;
	return slot;
}

static void leave_order(struct container_table *ct, struct container_entry *e)
{
	*(e->newer ? &e->newer->older : &ct->newest) = e->older;
	*(e->older ? &e->older->newer : &ct->oldest) = e->newer;
}

static void become_newest(struct container_table *ct, struct container_entry *e)
{
	e->newer = NULL;
	e->older = ct->newest;
	*(ct->newest ? &ct->newest->newer : &ct->oldest) = e;
	ct->newest = e;
}

static void remove_at(struct container_table *ct, struct container_entry **slot)
{
	struct container_entry *e = *slot;

	*slot = e->next;
	leave_order(ct, e);
	ct->count--;
	ct->bytes -= e->size;
	pool_free(ct->pool, e, e->size);
}

void container_table_clear(struct container_table *ct)
{
	while (ct->newest)
		remove_at(ct, slot_of(ct, ct->newest->c.id));
}

void container_table_fini(struct container_table *ct)
{
	if (ct->slots)
		container_table_clear(ct);
	free(ct->slots);
	ct->slots = NULL;
	arena_cleanup(&ct->json);
}

const struct container *container_table_find(struct container_table *ct, struct str id)
{
	struct container_entry *e = *slot_of(ct, str_first(id, CONTAINER_ID_MAX));

	if (!e)
		return NULL;
	if (e != ct->newest) {
		leave_order(ct, e);
		become_newest(ct, e);
	}
	return &e->c;
}

void container_table_remove(struct container_table *ct, struct str id)
{
	struct container_entry **slot = slot_of(ct, str_first(id, CONTAINER_ID_MAX));

	if (*slot)
		remove_at(ct, slot);
}

/* --- from JSON ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{ "full_id", offsetof(struct container, full_id) },
	{ "name", offsetof(struct container, name) },
	{ "image", offsetof(struct container, image) },
	{ "imageid", offsetof(struct container, image_id) },
	{ "imagerepo", offsetof(struct container, image_repository) },
	{ "imagetag", offsetof(struct container, image_tag) },
	{ "imagedigest", offsetof(struct container, image_digest) },
	{ "ip", offsetof(struct container, ip) },
	{ "cni_json", offsetof(struct container, cni_json) },
	{ "pod_sandbox_id", offsetof(struct container, sandbox_id) },
};

static const struct {
	const char *name;
	size_t at;
} booleans[] = {
	{ "is_pod_sandbox", offsetof(struct container, is_sandbox) },
	{ "privileged", offsetof(struct container, privileged) },
	{ "host_pid", offsetof(struct container, host_pid) },
	{ "host_network", offsetof(struct container, host_network) },
	{ "host_ipc", offsetof(struct container, host_ipc) },
};

static const struct {
	int64_t number;
	struct str name;
} types[] = {
	{ 0, STR("docker") },	  { 1, STR("lxc") },	    { 2, STR("libvirt-lxc") },
	{ 3, STR("mesos") },	  { 4, STR("rkt") },	    { 6, STR("cri") },
	{ 7, STR("containerd") }, { 8, STR("cri-o") },	    { 9, STR("bpm") },
	{ 11, STR("podman") },
};

static struct str type_of(const struct json_node *n)
{
	int64_t number;

	for (size_t i = 0; json_node_i64(n, &number) && i < ARRAY_LEN(types); i++)
		if (types[i].number == number)
			return types[i].name;
	return STR("");
}

/*
 * Lays out a container: the first pass, without memory, only adds up what the second one needs. Lists
 * come before texts, so that they are aligned.
 */
struct layout {
	struct container *c;
	char *block; /* NULL: first pass */
	size_t used;
};

static struct str lay_text(struct layout *l, struct str s)
{
	char *to = l->block ? l->block + l->used : NULL;

	l->used += s.n + 1;
	if (!to)
		return s;
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = 0;
	return str_n(to, s.n);
}

static void *lay_list(struct layout *l, size_t bytes)
{
	void *to = l->block ? l->block + l->used : NULL;

	l->used += bytes;
	return to;
}

static struct container_label *lay_label_list(struct layout *l, const struct json_node *map,
					      struct container_labels *ret)
{
	struct container_label *items;
	struct str ignored;
	size_t n = 0;

	for (size_t i = 0; map && map->kind == JSON_NODE_MAP && i < map->count; i++)
		n += json_node_text(&map->items[i], &ignored);
	items = lay_list(l, n * sizeof(*items));
	*ret = (struct container_labels){ items, n };
	return items;
}

static void lay_labels(struct layout *l, const struct json_node *map, struct container_label *items)
{
	struct str value;

	for (size_t i = 0; map && map->kind == JSON_NODE_MAP && i < map->count; i++) {
		struct container_label label;

		if (!json_node_text(&map->items[i], &value))
			continue;
		label.key = lay_text(l, map->keys[i]);
		label.value = lay_text(l, value);
		if (items)
			*items++ = label;
	}
}

static size_t mounts_of(const struct json_node *list)
{
	size_t n = 0;

	for (size_t i = 0; list && list->kind == JSON_NODE_LIST && i < list->count; i++)
		n += list->items[i].kind == JSON_NODE_MAP;
	return n;
}

static struct str lay_member(struct layout *l, const struct json_node *map, const char *name)
{
	struct str s = STR("");

	json_node_text(json_node_get(map, name), &s);
	return lay_text(l, s);
}

static void lay_mounts(struct layout *l, const struct json_node *list, struct container_mount *items)
{
	for (size_t i = 0; list && list->kind == JSON_NODE_LIST && i < list->count; i++) {
		const struct json_node *map = &list->items[i];
		struct container_mount m = { .writable = false };

		if (map->kind != JSON_NODE_MAP)
			continue;
		m.source = lay_member(l, map, "Source");
		m.dest = lay_member(l, map, "Destination");
		m.mode = lay_member(l, map, "Mode");
		m.propagation = lay_member(l, map, "Propagation");
		json_node_bool(json_node_get(map, "RW"), &m.writable);
		if (items)
			*items++ = m;
	}
}

static void lay_out(struct layout *l, const struct json_node *n, struct str id)
{
	const struct json_node *labels = json_node_get(n, "labels");
	const struct json_node *sandbox_labels = json_node_get(n, "pod_sandbox_labels");
	const struct json_node *mounts = json_node_get(n, "Mounts");
	struct container_label *label_items = lay_label_list(l, labels, &l->c->labels);
	struct container_label *sandbox_items =
		lay_label_list(l, sandbox_labels, &l->c->sandbox_labels);
	struct container_mount *mount_items;

	l->c->mounts_len = mounts_of(mounts);
	mount_items = lay_list(l, l->c->mounts_len * sizeof(*mount_items));
	l->c->mounts = mount_items;
	lay_labels(l, labels, label_items);
	lay_labels(l, sandbox_labels, sandbox_items);
	lay_mounts(l, mounts, mount_items);
	l->c->id = lay_text(l, str_first(id, CONTAINER_ID_MAX));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str s = lay_member(l, n, texts[i].name);

		memcpy((char *)l->c + texts[i].at, &s, sizeof(s));
	}
	if (!l->c->full_id.n && id.n > CONTAINER_ID_MAX)
		l->c->full_id = lay_text(l, id);
	for (size_t i = 0; i < ARRAY_LEN(booleans); i++) {
		enum container_fact fact = CONTAINER_UNTOLD;
		bool yes;

		if (json_node_bool(json_node_get(n, booleans[i].name), &yes))
			fact = yes ? CONTAINER_YES : CONTAINER_NO;
		memcpy((char *)l->c + booleans[i].at, &fact, sizeof(fact));
	}
	if (l->c->is_sandbox == CONTAINER_YES && !l->c->sandbox_id.n)
		l->c->sandbox_id = l->c->full_id.n ? l->c->full_id : l->c->id;
	l->c->type = type_of(json_node_get(n, "type"));
}

/* The map with the members, and the id in it. NULL: the text tells nothing, which is counted. */
static const struct json_node *read_json(struct container_table *ct, struct str json,
					 struct str *ret_id)
{
	const struct json_limits limits = { .max_bytes = JSON_MAX_BYTES, .max_depth = JSON_MAX_DEPTH,
					    .max_nodes = JSON_MAX_NODES };
	const struct json_node *inner;
	struct json_node *root;
	struct json_error ignored; /* nobody reads a reason per event: it is counted */

	arena_reset(&ct->json);
	if (json_read(str_until_nul(json), &limits, &ct->json, &root, &ignored) < 0) {
		ct->malformed++;
		return NULL;
	}
	inner = json_node_get(root, "container");
	if (!inner)
		inner = root;
	if (!json_node_text(json_node_get(inner, "id"), ret_id) || !ret_id->n) {
		ct->malformed++;
		return NULL;
	}
	return inner;
}

static bool make_room(struct container_table *ct, size_t size)
{
	if (size > ct->max_bytes)
		return false;
	while (ct->count && (ct->count >= ct->max || ct->bytes > ct->max_bytes - size)) {
		remove_at(ct, slot_of(ct, ct->oldest->c.id));
		ct->evicted++;
	}
	return true;
}

static struct container_entry *add(struct container_table *ct, const struct json_node *n,
				   struct str id)
{
	struct container unplaced;
	struct layout l = { .c = &unplaced, .used = sizeof(struct container_entry) };
	struct container_entry *e;
	size_t size;

	lay_out(&l, n, id);
	size = l.used;
	container_table_remove(ct, id);
	e = make_room(ct, size) ? pool_alloc(ct->pool, size) : NULL;
	if (!e) {
		ct->full++;
		return NULL;
	}
	e->size = size;
	l = (struct layout){ .c = &e->c, .block = (char *)e, .used = sizeof(*e) };
	lay_out(&l, n, id);
	e->next = NULL;
	*slot_of(ct, e->c.id) = e;
	become_newest(ct, e);
	ct->count++;
	ct->bytes += size;
	return e;
}

const struct container *container_table_apply(struct container_table *ct, struct str json)
{
	struct str id;
	const struct json_node *n = read_json(ct, json, &id);
	struct container_entry *e = n ? add(ct, n, id) : NULL;

	arena_reset(&ct->json);
	return e ? &e->c : NULL;
}

const struct container *container_table_peek(struct container_table *ct, struct str json)
{
	struct str id;
	const struct container *c = read_json(ct, json, &id) ? container_table_find(ct, id) : NULL;

	arena_reset(&ct->json);
	return c;
}

bool container_label_find(const struct container_labels *labels, struct str key, struct str *ret)
{
	for (size_t i = 0; i < labels->len; i++)
		if (str_eq(labels->items[i].key, key)) {
			*ret = labels->items[i].value;
			return true;
		}
	return false;
}
