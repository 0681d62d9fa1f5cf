/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees out of libyaml's event stream.
 *
 * A stack of frames follows the open sequences and maps. Finished nodes wait on a common stack of
 * `pending` nodes; when a collection ends, its slice of that stack moves to the arena. An alias
 * shares the node of its anchor, so that a tree is really a graph without loops; what such a graph
 * would cost when it is walked is counted at each alias, which stops "billion laughs" inputs before
 * anybody walks them.
 *
 * libyaml counts marks in characters. A cursor turns them into byte offsets; marks hardly ever go
 * back, so that it passes over the text about once.
 */
#include "base/yaml.h"

#include "base/util.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <yaml.h>

#define DEPTH_DEFAULT 64
#define NODES_DEFAULT 1000000
#define ANCHORS_MAX   1000 /* per document; aliases look through them one by one */

struct frame {
	struct yaml_node *node;
	size_t base;        /* its first child in `pending` */
	size_t nodes;       /* of the subtree so far, this one included */
	uint32_t height;    /* levels below */
	size_t anchor;      /* index + 1 into anchors; 0: none */
};

struct anchor {
	struct str name;
	struct yaml_node *node;
	size_t nodes;
	uint32_t height;
	bool open; /* its node is not finished: an alias would make a loop */
};

struct reader {
	yaml_parser_t parser;
	struct str text;
	size_t at_char, at_byte; /* the cursor */
	struct arena *arena;
	uint32_t max_depth;
	size_t max_nodes;
	size_t nodes;
	struct frame *frames;
	size_t frame_count, frame_cap;
	struct yaml_node **pending;
	size_t pending_count, pending_cap;
	struct anchor *anchors;
	size_t anchor_count, anchor_cap;
	struct yaml_node *void_node; /* an empty value that waits for the place of what follows */
	struct yaml_error error;
};

static int grow(void *pointer, size_t count, size_t *cap, size_t size)
{
	void **items = pointer;
	size_t want = *cap ? *cap * 2 : 32;
	void *more;

	if (count < *cap)
		return 0;
	more = reallocarray(*items, want, size);
	if (!more)
		return -ENOMEM;
	*items = more;
	*cap = want;
	return 0;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t byte_offset(struct reader *r, size_t at)
{
	const char *p = r->text.p;

	while (r->at_char < at && r->at_byte < r->text.n) {
		r->at_byte++;
		while (r->at_byte < r->text.n && is_continuation(p[r->at_byte]))
			r->at_byte++;
		r->at_char++;
	}
	while (r->at_char > at && r->at_byte > 0) {
		r->at_byte--;
		while (r->at_byte > 0 && is_continuation(p[r->at_byte]))
			r->at_byte--;
		r->at_char--;
	}
	return r->at_byte;
}

static struct yaml_mark mark(struct reader *r, yaml_mark_t m)
{
	return (struct yaml_mark){ .line = (uint32_t)m.line,
				   .column = (uint32_t)m.column,
				   .offset = byte_offset(r, m.index) };
}

static int fail(struct reader *r, struct yaml_mark at, const char *text)
{
	r->error = (struct yaml_error){ at, text };
	return -EBADMSG;
}

/* The reader's own errors know only a byte offset. */
static struct yaml_mark mark_of_offset(const struct reader *r, size_t offset)
{
	struct yaml_mark m = { .offset = size_min(offset, r->text.n) };

	for (size_t i = 0; i < m.offset; i++) {
		if (r->text.p[i] == '\n') {
			m.line++;
			m.column = 0;
		} else if (!is_continuation(r->text.p[i])) {
			m.column++;
		}
	}
	return m;
}

static int parser_error(struct reader *r)
{
	const char *problem = r->parser.problem ? r->parser.problem : "cannot be read";
	struct yaml_mark at;

	if (r->parser.error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	at = r->parser.error == YAML_READER_ERROR ? mark_of_offset(r, r->parser.problem_offset)
						  : mark(r, r->parser.problem_mark);
	problem = arena_str(r->arena, str_c(problem)).p;
	return problem ? fail(r, at, problem) : -ENOMEM;
}

static struct yaml_node *new_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *e)
{
	struct yaml_node *n = ARENA_NEW(r->arena, struct yaml_node);

	if (!n)
		return NULL;
	n->kind = kind;
	n->at = mark(r, e->start_mark);
	n->end = mark(r, e->end_mark);
	return n;
}

/* Counts `nodes` of `height` levels below the open frames. */
static int account(struct reader *r, const yaml_event_t *e, size_t nodes, uint32_t height)
{
	if (nodes > r->max_nodes - r->nodes)
		return fail(r, mark(r, e->start_mark), "too many values in one file");
	if (height > r->max_depth || r->frame_count > r->max_depth - height)
		return fail(r, mark(r, e->start_mark), "nested too deeply");
	r->nodes += nodes;
	return 0;
}

static int push(struct reader *r, struct yaml_node *n, size_t nodes, uint32_t height)
{
	int e = grow(&r->pending, r->pending_count, &r->pending_cap, sizeof(*r->pending));

	if (e < 0)
		return e;
	r->pending[r->pending_count++] = n;
	if (r->frame_count) {
		struct frame *parent = &r->frames[r->frame_count - 1];

		parent->nodes += nodes;
		if (height + 1 > parent->height)
			parent->height = height + 1;
	}
	return 0;
}

/* A second anchor of the same name hides the first, as YAML 1.1 wants. */
static int add_anchor(struct reader *r, const yaml_char_t *name, struct yaml_node *node, bool open,
		      size_t *ret_index)
{
	struct str copy;
	int e;

	*ret_index = 0;
	if (!name)
		return 0;
	if (r->anchor_count == ANCHORS_MAX)
		return fail(r, node->at, "too many anchors in one document");
	e = grow(&r->anchors, r->anchor_count, &r->anchor_cap, sizeof(*r->anchors));
	if (e < 0)
		return e;
	copy = arena_str(r->arena, str_c((const char *)name));
	if (!copy.p)
		return -ENOMEM;
	r->anchors[r->anchor_count++] =
		(struct anchor){ .name = copy, .node = node, .nodes = 1, .open = open };
	*ret_index = r->anchor_count;
	return 0;
}

static int on_alias(struct reader *r, const yaml_event_t *e)
{
	struct str name = str_c((const char *)e->data.alias.anchor);

	for (size_t i = r->anchor_count; i-- > 0;) {
		const struct anchor *a = &r->anchors[i];
		int err;

		if (!str_eq(a->name, name))
			continue;
		if (a->open)
			return fail(r, mark(r, e->start_mark), "an alias inside of its own anchor");
		err = account(r, e, a->nodes, a->height);
		return err < 0 ? err : push(r, a->node, a->nodes, a->height);
	}
	return fail(r, mark(r, e->start_mark), "an alias without an anchor of that name");
}

static bool is_null_word(struct str s)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(s, words[i]))
			return true;
	return false;
}

static int on_scalar(struct reader *r, const yaml_event_t *e)
{
	struct yaml_node *n;
	size_t anchor;
	int err = account(r, e, 1, 0);

	if (err < 0)
		return err;
	n = new_node(r, YAML_SCALAR, e);
	if (!n)
		return -ENOMEM;
	n->text = arena_str(r->arena, str_n(e->data.scalar.value, e->data.scalar.length));
	if (!n->text.p)
		return -ENOMEM;
	n->block = e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
		   e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || e->data.scalar.tag;
	if (!n->quoted && is_null_word(n->text)) {
		n->kind = YAML_NULL;
		if (!n->text.n)
			r->void_node = n;
	}
	err = add_anchor(r, e->data.scalar.anchor, n, false, &anchor);
	return err < 0 ? err : push(r, n, 1, 0);
}

static int on_start(struct reader *r, const yaml_event_t *e, enum yaml_kind kind,
		    const yaml_char_t *anchor)
{
	struct frame f = { .base = r->pending_count, .nodes = 1 };
	int err = account(r, e, 1, 1);

	if (err < 0)
		return err;
	err = grow(&r->frames, r->frame_count, &r->frame_cap, sizeof(*r->frames));
	if (err < 0)
		return err;
	f.node = new_node(r, kind, e);
	if (!f.node)
		return -ENOMEM;
	err = add_anchor(r, anchor, f.node, true, &f.anchor);
	if (err < 0)
		return err;
	r->frames[r->frame_count++] = f;
	return 0;
}

static int on_end(struct reader *r, const yaml_event_t *e)
{
	struct frame f = r->frames[--r->frame_count];
	struct yaml_node *n = f.node;
	size_t children = r->pending_count - f.base;

	n->end = mark(r, e->end_mark);
	if (n->kind == YAML_SEQ) {
		n->count = children;
		n->items = ARENA_NEW_N(r->arena, struct yaml_node *, children);
		if (!n->items)
			return -ENOMEM;
		for (size_t i = 0; i < children; i++)
			n->items[i] = r->pending[f.base + i];
	} else {
		n->count = children / 2;
		n->keys = ARENA_NEW_N(r->arena, struct yaml_node *, n->count);
		n->items = ARENA_NEW_N(r->arena, struct yaml_node *, n->count);
		if (!n->keys || !n->items)
			return -ENOMEM;
		for (size_t i = 0; i < n->count; i++) {
			n->keys[i] = r->pending[f.base + 2 * i];
			n->items[i] = r->pending[f.base + 2 * i + 1];
		}
	}
	r->pending_count = f.base;
	if (f.anchor) {
		r->anchors[f.anchor - 1].open = false;
		r->anchors[f.anchor - 1].nodes = f.nodes;
		r->anchors[f.anchor - 1].height = f.height;
	}
	return push(r, n, f.nodes, f.height);
}

/* 0: go on; 1: the stream has ended. */
static int on_event(struct reader *r, const yaml_event_t *e)
{
	if (r->void_node) {
		r->void_node->at = r->void_node->end = mark(r, e->start_mark);
		r->void_node = NULL;
	}
	switch (e->type) {
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		r->anchor_count = 0;
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	case YAML_STREAM_END_EVENT:
		return 1;
	case YAML_ALIAS_EVENT:
		return on_alias(r, e);
	case YAML_SCALAR_EVENT:
		return on_scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(r, e, YAML_SEQ, e->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return on_start(r, e, YAML_MAP, e->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_end(r, e);
	}
	return 0;
}

static int read_stream(struct reader *r)
{
	for (;;) {
		yaml_event_t e;
		int done;

		if (!yaml_parser_parse(&r->parser, &e))
			return parser_error(r);
		done = on_event(r, &e);
		yaml_event_delete(&e);
		if (done)
			return done < 0 ? done : 0;
	}
}

static struct yaml_node *take_documents(struct reader *r)
{
	struct yaml_node *n = ARENA_NEW(r->arena, struct yaml_node);

	if (!n)
		return NULL;
	n->kind = YAML_SEQ;
	n->count = r->pending_count;
	n->items = ARENA_NEW_N(r->arena, struct yaml_node *, r->pending_count);
	if (!n->items)
		return NULL;
	for (size_t i = 0; i < n->count; i++)
		n->items[i] = r->pending[i];
	return n;
}

int yaml_parse(struct str text, const struct yaml_limits *limits, struct arena *arena,
	       struct yaml_node **ret_documents, struct yaml_error *ret_error)
{
	struct reader r = { .arena = arena };
	struct yaml_node *documents = NULL;
	int e;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	r.text = text;
	r.max_depth = limits && limits->max_depth ? limits->max_depth : DEPTH_DEFAULT;
	r.max_nodes = limits && limits->max_nodes ? limits->max_nodes : NODES_DEFAULT;
	if (!yaml_parser_initialize(&r.parser))
		return -ENOMEM;
	/* UTF-16 is refused by being invalid UTF-8: offsets would not be those of the file. */
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""),
				     text.n);
	e = read_stream(&r);
	if (e == 0) {
		documents = take_documents(&r);
		e = documents ? 0 : -ENOMEM;
	}
	yaml_parser_delete(&r.parser);
	free(r.frames);
	free(r.pending);
	free(r.anchors);
	if (e == 0)
		*ret_documents = documents;
	else if (e == -EBADMSG)
		*ret_error = r.error;
	return e;
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = map->count; i-- > 0;) {
		const struct yaml_node *k = map->keys[i];

		if ((k->kind == YAML_SCALAR || k->kind == YAML_NULL) && str_eq_c(k->text, key))
			return map->items[i];
	}
	return NULL;
}

/* Lower case, upper case or capitalised; "tRue" is not a word. */
static bool is_word(struct str s, const char *lower)
{
	size_t n = strlen(lower);
	bool all_upper = true;
	bool tail_lower = true;

	if (s.n != n || !str_eq_nocase(s, str_c(lower)))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool upper = s.p[i] >= 'A' && s.p[i] <= 'Z';

		all_upper = all_upper && upper;
		tail_lower = tail_lower && (i == 0 || !upper);
	}
	return all_upper || tail_lower;
}

int yaml_bool(const struct yaml_node *n, bool *ret)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "true", true },   { "yes", true }, { "on", true },   { "y", true },
		{ "false", false }, { "no", false }, { "off", false }, { "n", false },
	};

	if (n->kind != YAML_SCALAR)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (is_word(n->text, words[i].word)) {
			*ret = words[i].value;
			return 0;
		}
	}
	return -EINVAL;
}
