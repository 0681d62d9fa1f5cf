/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML documents as trees with positions, in front of libyaml. Anchors and aliases are resolved with a
 * bound on the size of the result; a byte order mark and CRLF are accepted.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/str.h"

enum yaml_kind {
	YAML_NULL, /* a plain scalar that is empty, ~ or null */
	YAML_SCALAR,
	YAML_SEQ,
	YAML_MAP,
};

struct yaml_mark {
	uint32_t line, column; /* from 0 */
	size_t offset;         /* bytes from the start of the text */
};

struct yaml_node {
	enum yaml_kind kind;
	bool quoted;          /* SCALAR: in quotes, or a block: never null, bool or number */
	bool block;           /* SCALAR: literal or folded block */
	struct str text;      /* SCALAR and NULL: the value */
	struct yaml_mark at;  /* of its first character */
	struct yaml_mark end;
	size_t count;
	struct yaml_node **items; /* SEQ: elements; MAP: values */
	struct yaml_node **keys;  /* MAP only */
};

struct yaml_error {
	struct yaml_mark at;
	const char *text;
};

struct yaml_limits {
	uint32_t max_depth; /* 0: 64 */
	size_t max_nodes;   /* 0: 1,000,000, aliases counted each time */
};

/*
 * Parses all documents of `text` into `arena`. The roots are the items of *ret_documents, one each
 * (kind YAML_NULL for an empty one). 0; -EBADMSG with *ret_error filled; -ENOMEM.
 */
int yaml_parse(struct str text, const struct yaml_limits *limits, struct arena *arena,
	       struct yaml_node **ret_documents, struct yaml_error *ret_error);

/* Value of a key of a map, or NULL. The last one wins when a key is repeated. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* A scalar as one of the YAML 1.1 words for true and false. 0 or -EINVAL. */
int yaml_bool(const struct yaml_node *n, bool *ret);

#endif
