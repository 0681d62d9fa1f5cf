/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON texts as trees, in front of jansson. Size, depth and number of values are checked before
 * anything is parsed, so that a hostile text costs no more than one look at its bytes.
 *
 * Accepted is what RFC 8259 allows, and a little more, because others write what we read: bytes that
 * are no UTF-8 become U+FFFD, and an integer beyond 64 bits becomes a real number.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include "base/arena.h"
#include "base/str.h"

enum json_kind {
	JSON_NODE_NULL,
	JSON_NODE_BOOL,
	JSON_NODE_INT,
	JSON_NODE_REAL,
	JSON_NODE_TEXT,
	JSON_NODE_LIST,
	JSON_NODE_MAP,
};

struct json_node {
	enum json_kind kind;
	union {
		bool b;
		int64_t i;
		double d;
		struct str text; /* may contain NUL */
		struct {
			size_t count;
			struct json_node *items; /* LIST: elements; MAP: values */
			struct str *keys;        /* MAP only; in the order of the text */
		};
	};
};

struct json_error {
	uint32_t line, column; /* from 1; 0: the text as a whole */
	char text[160];
};

struct json_limits {
	size_t max_bytes;   /* 0: 16 MiB */
	uint32_t max_depth; /* 0: 64; at most 1024 */
	size_t max_nodes;   /* 0: 1,000,000 */
};

/*
 * Reads one value, which must be all of `text`, into `arena`. Of a repeated key the last value
 * counts. 0; -EBADMSG with *ret_error filled; -ENOMEM.
 */
int json_read(struct str text, const struct json_limits *limits, struct arena *arena,
	      struct json_node **ret, struct json_error *ret_error);

/* Value of a key, or NULL. Takes NULL and any kind, so that look-ups can be chained. */
const struct json_node *json_node_get(const struct json_node *map, const char *key);
/* The value when the node is of that kind; false: it is not, or NULL. */
bool json_node_text(const struct json_node *n, struct str *ret);
bool json_node_bool(const struct json_node *n, bool *ret);
bool json_node_i64(const struct json_node *n, int64_t *ret);

#endif
