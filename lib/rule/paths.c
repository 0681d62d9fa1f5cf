/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/paths.h"

#include "rule/glob.h"

/*
 * A trie whose edges are components: plain ones in one hash table keyed by node and text, patterns in
 * a list per node. A node hangs at one depth, so it is visited at most once per value, whatever
 * matches: the walk is linear in the value plus the edges with patterns.
 */
struct node {
	bool end; /* a pattern ends here: everything below matches */
	bool has_plain;
	struct glob_edge *globs;
};

struct glob_edge {
	struct glob_edge *next;
	struct str pattern;
	uint32_t to;
};

struct plain_edge {
	struct str text; /* p NULL: free */
	uint32_t from, to;
};

struct path_set {
	struct node *nodes;
	uint32_t node_count;
	struct plain_edge *edges;
	size_t mask;
	struct path_visit {
		uint32_t node;
		struct str rest;
	} *stack; /* room for every node once */
};

/* Cuts the next component off; false when only slashes are left. */
static bool component(struct str *rest, struct str *ret)
{
	size_t n = 0;

	while (rest->n && rest->p[0] == '/')
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	if (!rest->n)
		return false;
	while (n < rest->n && rest->p[n] != '/')
		n++;
	*ret = str_first(*rest, n);
	*rest = (struct str){ rest->p + n, rest->n - n };
	return true;
}

static struct plain_edge *edge_at(const struct path_set *set, uint32_t from, struct str text)
{
	uint64_t hash = str_hash(text) + from * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(hash ^ hash >> 32) & set->mask;

	while (set->edges[i].text.p &&
	       (set->edges[i].from != from || !str_eq(set->edges[i].text, text)))
		i = (i + 1) & set->mask;
	return &set->edges[i];
}

static uint32_t node_new(struct path_set *set)
{
	return set->node_count++;
}

static bool add(struct path_set *set, struct str pattern, struct arena *arena)
{
	uint32_t at = 0;
	struct str piece;

	while (component(&pattern, &piece)) {
		struct node *node = &set->nodes[at];

		if (node->end)
			return true;
		if (glob_is_plain(piece)) {
			struct plain_edge *e = edge_at(set, at, piece);

			if (!e->text.p)
				*e = (struct plain_edge){ piece, at, node_new(set) };
			node->has_plain = true;
			at = e->to;
		} else {
			struct glob_edge *e = node->globs;

			while (e && !str_eq(e->pattern, piece))
				e = e->next;
			if (!e) {
				e = ARENA_NEW(arena, struct glob_edge);
				if (!e)
					return false;
				*e = (struct glob_edge){ node->globs, piece, node_new(set) };
				node->globs = e;
			}
			at = e->to;
		}
	}
	set->nodes[at].end = true;
	return true;
}

struct path_set *path_set_new(const struct str *patterns, size_t n, struct arena *arena)
{
	struct path_set *set = ARENA_NEW(arena, struct path_set);
	size_t most = 1;
	size_t size = 4;

	for (size_t i = 0; i < n; i++) {
		struct str rest = patterns[i];
		struct str piece;

		while (component(&rest, &piece))
			most++;
	}
	while (size < most * 2)
		size *= 2;
	if (!set || most > UINT32_MAX)
		return NULL;
	set->nodes = ARENA_NEW_N(arena, struct node, most);
	set->stack = ARENA_NEW_N(arena, struct path_visit, most);
	set->edges = ARENA_NEW_N(arena, struct plain_edge, size);
	set->mask = size - 1;
	set->node_count = 1;
	if (!set->nodes || !set->stack || !set->edges)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!add(set, patterns[i], arena))
			return NULL;
	return set;
}

bool path_set_has(struct path_set *set, struct str path)
{
	size_t depth = 0;

	set->stack[depth++] = (struct path_visit){ 0, path };
	while (depth) {
		struct path_visit v = set->stack[--depth];
		const struct node *node = &set->nodes[v.node];
		struct str piece;

		if (node->end)
			return true;
		if (!component(&v.rest, &piece))
			continue;
		for (const struct glob_edge *e = node->globs; e; e = e->next)
			if (glob_match(e->pattern, piece, false))
				set->stack[depth++] = (struct path_visit){ e->to, v.rest };
		if (node->has_plain) {
			const struct plain_edge *e = edge_at(set, v.node, piece);

			if (e->text.p)
				set->stack[depth++] = (struct path_visit){ e->to, v.rest };
		}
	}
	return false;
}
