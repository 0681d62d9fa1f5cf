/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is made of mutable nodes in one arena. Nodes that an override replaces stay in the arena until
 * the configuration goes: overrides are few.
 */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/util.h"
#include "base/yaml.h"

#define FILE_MAX_BYTES  ((size_t)4 << 20)
#define ARENA_MAX_BYTES ((size_t)64 << 20)
#define INDEX_MAX       4096 /* highest index that an override may name */

enum kind {
	NODE_NULL,
	NODE_SCALAR,
	NODE_SEQ,
	NODE_MAP,
};

struct config_node {
	enum kind kind;
	bool quoted;
	struct str text;
	struct str *keys; /* MAP only */
	struct config_node **items;
	size_t count;
	size_t cap;
};

struct config {
	struct arena arena;
	struct config_node *root;
	const char **files;
	size_t file_count;
	size_t file_cap;
};

static struct config_node *node_new(struct config *c, enum kind kind)
{
	struct config_node *n = ARENA_NEW(&c->arena, struct config_node);

	if (n)
		n->kind = kind;
	return n;
}

static int node_add(struct config *c, struct config_node *n, struct str key,
		    struct config_node *value)
{
	if (!value)
		return -ENOMEM;
	if (n->count == n->cap) {
		size_t cap = n->cap ? n->cap * 2 : 8;
		struct config_node **items = ARENA_NEW_N(&c->arena, struct config_node *, cap);
		struct str *keys = ARENA_NEW_N(&c->arena, struct str, cap);

		if (!items || !keys)
			return -ENOMEM;
		if (n->count) {
			memcpy(items, n->items, n->count * sizeof(*items));
			memcpy(keys, n->keys, n->count * sizeof(*keys));
		}
		n->items = items;
		n->keys = keys;
		n->cap = cap;
	}
	n->keys[n->count] = key;
	n->items[n->count++] = value;
	return 0;
}

static ptrdiff_t member_index(const struct config_node *map, struct str key)
{
	if (!map || map->kind != NODE_MAP)
		return -1;
	for (size_t i = 0; i < map->count; i++)
		if (str_eq(map->keys[i], key))
			return (ptrdiff_t)i;
	return -1;
}

static int member_set(struct config *c, struct config_node *map, struct str key,
		      struct config_node *value)
{
	ptrdiff_t i = member_index(map, key);

	if (i < 0)
		return node_add(c, map, key, value);
	map->items[i] = value;
	return 0;
}

/*
 * Replaces ${NAME}. A '$' that begins neither ${ nor $${, or an unterminated ${, ends the work on this
 * scalar: the rest stays as it is, as users of such files know it.
 */
static struct str expand(struct config *c, struct str s)
{
	CLEANUP(buf_cleanup) struct buf out = BUF_INIT(FILE_MAX_BYTES);
	ptrdiff_t at = str_find_byte(s, '$');

	if (at < 0)
		return arena_str(&c->arena, s);
	while ((at = str_find_byte(s, '$')) >= 0) {
		struct str rest = str_from(s, (size_t)at);
		bool literal = str_starts(rest, STR("$${"));
		struct str name;
		ptrdiff_t end;

		if (!literal && !str_starts(rest, STR("${")))
			break;
		end = str_find_byte(rest, '}');
		if (end < 0)
			break;
		buf_append(&out, s.p, (size_t)at);
		if (literal) {
			buf_append(&out, rest.p + 1, (size_t)end);
		} else {
			char *key = str_dup(str_n(rest.p + 2, (size_t)end - 2));

			name = str_c(key ? getenv(key) : NULL);
			buf_str_append(&out, name);
			free(key);
		}
		s = str_from(rest, (size_t)end + 1);
	}
	buf_str_append(&out, s);
	if (buf_error(&out)) {
		c->arena.error = buf_error(&out);
		return STR_NULL;
	}
	return arena_str(&c->arena, buf_str(&out));
}

static struct config_node *from_yaml(struct config *c, const struct yaml_node *y, bool env)
{
	static const enum kind kinds[] = { [YAML_NULL] = NODE_NULL, [YAML_SCALAR] = NODE_SCALAR,
					   [YAML_SEQ] = NODE_SEQ, [YAML_MAP] = NODE_MAP };
	struct config_node *n = node_new(c, kinds[y->kind]);

	if (!n)
		return NULL;
	n->quoted = y->quoted;
	if (y->kind == YAML_SCALAR)
		n->text = env ? expand(c, y->text) : arena_str(&c->arena, y->text);
	for (size_t i = 0; i < y->count; i++) {
		struct str key = STR_NULL;
		struct config_node *value = from_yaml(c, y->items[i], env);
		int r;

		if (y->kind == YAML_MAP)
			key = arena_str(&c->arena, y->keys[i]->text);
		r = y->kind == YAML_MAP ? (value ? member_set(c, n, key, value) : -ENOMEM) :
					  node_add(c, n, key, value);
		if (r < 0)
			return NULL;
	}
	return n;
}

static int parse_text(struct config *c, struct str text, bool env, struct config_node **ret,
		      struct yaml_error *ret_error)
{
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(ARENA_MAX_BYTES);
	struct yaml_node *docs = NULL;
	int r;

	r = yaml_parse(text, NULL, &arena, &docs, ret_error);
	if (r < 0) {
		if (r == -EBADMSG) /* the reason lies in the arena that goes now */
			ret_error->text = arena_str(&c->arena, str_c(ret_error->text)).p;
		return r;
	}
	*ret = docs->count ? from_yaml(c, docs->items[0], env) : node_new(c, NODE_NULL);
	return *ret && !c->arena.error ? 0 : -ENOMEM;
}

static int parse_file(struct config *c, const char *path, struct config_node **ret,
		      struct diag *diag)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(FILE_MAX_BYTES);
	struct yaml_error error = { 0 };
	int r;

	r = buf_read_file(&text, path);
	if (r < 0)
		return diag_sys(diag, r, "Cannot read config file", path);
	r = parse_text(c, buf_str(&text), true, ret, &error);
	if (r == -EBADMSG)
		return diag_at(diag, r, path, error.at.line + 1, error.at.column + 1,
			       "Cannot read config file (%s): error at line %u, column %u: %s", path,
			       error.at.line + 1, error.at.column + 1, error.text);
	if (r < 0)
		return diag_sys(diag, r, "Cannot read config file", path);

	if (c->file_count == c->file_cap) {
		size_t cap = c->file_cap ? c->file_cap * 2 : 8;
		const char **files = ARENA_NEW_N(&c->arena, const char *, cap);

		if (!files)
			return -ENOMEM;
		if (c->file_count)
			memcpy(files, c->files, c->file_count * sizeof(*files));
		c->files = files;
		c->file_cap = cap;
	}
	c->files[c->file_count++] = arena_str(&c->arena, str_c(path)).p;
	return 0;
}

enum strategy {
	MERGE_APPEND,
	MERGE_OVERRIDE,
	MERGE_ADD_ONLY,
};

static int merge(struct config *c, const struct config_node *from, enum strategy strategy)
{
	int r;

	if (from->kind != NODE_MAP)
		return 0; /* an empty file, or one without keys */
	for (size_t i = 0; i < from->count; i++) {
		ptrdiff_t at = member_index(c->root, from->keys[i]);
		struct config_node *old = at >= 0 ? c->root->items[at] : NULL;

		if (old && strategy == MERGE_ADD_ONLY)
			continue;
		if (old && strategy == MERGE_APPEND && old->kind == NODE_SEQ &&
		    from->items[i]->kind == NODE_SEQ) {
			for (size_t k = 0; k < from->items[i]->count; k++) {
				r = node_add(c, old, STR_NULL, from->items[i]->items[k]);
				if (r < 0)
					return r;
			}
			continue;
		}
		r = member_set(c, c->root, from->keys[i], from->items[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int merge_file(struct config *c, const char *main_file, const char *path,
		      enum strategy strategy, struct diag *diag)
{
	struct config_node *tree = NULL;
	struct stat a;
	struct stat b;
	int r;

	if (main_file && stat(main_file, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino)
		return diag_error(diag, -EBADMSG,
				  "Config error: 'config_files' directive tried to recursively include main config file: %s.",
				  path);
	r = parse_file(c, path, &tree, diag);
	if (r < 0)
		return r;
	if (member_index(tree, STR("config_files")) >= 0)
		return diag_error(diag, -EBADMSG,
				  "Config error: 'config_files' directive in included config file %s.",
				  path);
	return merge(c, tree, strategy);
}

static int regular_file(const struct dirent *e)
{
	return e->d_name[0] != '.' || (e->d_name[1] && strcmp(e->d_name, "..") != 0);
}

/* Missing paths are skipped: a package may name a folder that nobody has filled. */
static int merge_path(struct config *c, const char *main_file, const char *path,
		      enum strategy strategy, struct diag *diag)
{
	struct dirent **entries = NULL;
	struct stat st;
	int r = 0;
	int n;

	if (stat(path, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return merge_file(c, main_file, path, strategy, diag);
	n = scandir(path, &entries, regular_file, alphasort);
	if (n < 0)
		return diag_sys(diag, -errno, "read folder", path);
	for (int i = 0; i < n; i++) {
		char *file = arena_printf(&c->arena, "%s/%s", path, entries[i]->d_name);

		if (r == 0 && !file)
			r = -ENOMEM;
		if (r == 0 && stat(file, &st) == 0 && S_ISREG(st.st_mode))
			r = merge_file(c, main_file, file, strategy, diag);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int merge_config_files(struct config *c, const char *main_file, struct diag *diag)
{
	const struct config_node *list = config_find(c, "config_files");
	const struct config_node *one[1] = { list };
	size_t count = list ? 1 : 0;

	if (list && list->kind == NODE_SEQ)
		count = list->count;
	for (size_t i = 0; i < count; i++) {
		const struct config_node *e = list->kind == NODE_SEQ ? list->items[i] : one[0];
		struct str path = e->kind == NODE_MAP ? config_text(config_member(e, "path")) : e->text;
		struct str how = config_text(config_member(e, "strategy"));
		enum strategy strategy = MERGE_APPEND;
		char *file = str_dup(path);
		int r;

		if (!file)
			return -ENOMEM;
		if (str_eq(how, STR("override")))
			strategy = MERGE_OVERRIDE;
		else if (str_eq(how, STR("add-only")))
			strategy = MERGE_ADD_ONLY;
		else if (how.n && !str_eq(how, STR("append")))
			diag_warning(diag, "config_files: unknown strategy '" STR_FMT "', using append",
				     STR_ARG(how));
		r = path.n ? merge_path(c, main_file, file, strategy, diag) : 0;
		free(file);
		if (r < 0)
			return r;
	}
	return 0;
}

/* One step of a key path: a name, an index, or "the next element". */
struct step {
	enum { STEP_NAME, STEP_INDEX, STEP_APPEND } kind;
	struct str name;
	uint64_t index;
};

/*
 * Cuts the next step off *key at *pos. 1: a step; 0: the end; -EBADMSG: *pos is the bad character.
 * A backslash takes the next character as it is.
 */
static int next_step(struct config *c, struct str key, size_t *pos, struct step *ret)
{
	CLEANUP(buf_cleanup) struct buf name = BUF_INIT(4096);

	if (*pos == key.n)
		return 0;
	if (key.p[*pos] == '[') {
		ptrdiff_t end = str_find_byte(str_from(key, *pos), ']');
		struct str digits;

		if (end < 0) {
			*pos = key.n;
			return -EBADMSG;
		}
		digits = str_n(key.p + *pos + 1, (size_t)end - 1);
		if (!digits.n)
			ret->kind = STEP_APPEND;
		else if (str_to_u64(digits, &ret->index) == 0 && ret->index <= INDEX_MAX)
			ret->kind = STEP_INDEX;
		else
			return -EBADMSG;
		*pos += (size_t)end + 1;
		return 1;
	}
	if (*pos > 0) {
		if (key.p[*pos] != '.')
			return -EBADMSG;
		++*pos;
	}
	while (*pos < key.n && key.p[*pos] != '.' && key.p[*pos] != '[') {
		if (key.p[*pos] == '\\' && *pos + 1 < key.n)
			++*pos;
		else if (key.p[*pos] == ']')
			return -EBADMSG;
		buf_byte(&name, key.p[(*pos)++]);
	}
	if (!name.len || buf_error(&name))
		return -EBADMSG;
	ret->kind = STEP_NAME;
	ret->name = arena_str(&c->arena, buf_str(&name));
	return ret->name.p ? 1 : -ENOMEM;
}

/* Makes an unset or scalar place a map or a sequence. */
static void become(struct config_node *n, enum kind kind)
{
	if (n->kind != kind)
		*n = (struct config_node){ .kind = kind };
}

static int descend(struct config *c, struct config_node **at, const struct step *step)
{
	struct config_node *n = *at;
	ptrdiff_t i;
	int r = 0;

	if (step->kind == STEP_NAME) {
		become(n, NODE_MAP);
		i = member_index(n, step->name);
		if (i < 0) {
			r = node_add(c, n, step->name, node_new(c, NODE_NULL));
			i = (ptrdiff_t)n->count - 1;
		}
	} else {
		if (n->kind == NODE_SCALAR || n->kind == NODE_MAP) { /* stands for one entry */
			struct config_node *old = node_new(c, n->kind);

			if (!old)
				return -ENOMEM;
			*old = *n;
			become(n, NODE_SEQ);
			r = node_add(c, n, STR_NULL, old);
		} else {
			become(n, NODE_SEQ);
		}
		i = step->kind == STEP_APPEND ? (ptrdiff_t)n->count : (ptrdiff_t)step->index;
		while (r == 0 && n->count <= (size_t)i)
			r = node_add(c, n, STR_NULL, node_new(c, NODE_NULL));
	}
	if (r == 0)
		*at = n->items[i];
	return r;
}

static int apply_override(struct config *c, const char *option, struct diag *diag)
{
	struct str text = str_c(option);
	ptrdiff_t eq = str_find_byte(text, '=');
	struct config_node *value = NULL;
	struct config_node *at = c->root;
	struct yaml_error error = { 0 };
	struct step step;
	struct str key;
	size_t pos = 0;
	int r;

	if (eq <= 0)
		return diag_error(diag, -EBADMSG,
				  "Error parsing config option \"%s\". Must be of the form key=val or key.subkey=val",
				  option);
	key = str_trim(str_first(text, (size_t)eq));
	text = str_from(text, (size_t)eq + 1);
	while ((r = next_step(c, key, &pos, &step)) > 0) {
		r = descend(c, &at, &step);
		if (r < 0)
			return r;
	}
	if (r == -EBADMSG)
		return diag_error(diag, r,
				  "Config error at key \"" STR_FMT "\": Parsing error: unexpected character at pos %zu",
				  STR_ARG(key), pos);
	if (r < 0)
		return r;
	if (str_starts(str_trim(text), STR("{")) && str_ends(str_trim(text), STR("}"))) {
		r = parse_text(c, text, false, &value, &error);
		if (r == -EBADMSG)
			return diag_error(diag, r, "Config error at key \"" STR_FMT "\": line %u, column %u: %s",
					  STR_ARG(key), error.at.line + 1, error.at.column + 1, error.text);
		if (r < 0)
			return r;
		*at = *value;
		return 0;
	}
	*at = (struct config_node){ .kind = NODE_SCALAR, .text = expand(c, text) };
	return c->arena.error;
}

static bool names_config_files(const char *option)
{
	static const char key[] = "config_files";
	size_t n = sizeof(key) - 1;

	return strncmp(option, key, n) == 0 && (option[n] == '=' || option[n] == '[');
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int load(struct config *c, const char *path, const char *const *overrides, size_t count,
		struct diag *diag)
{
	struct config_node *tree = NULL;
	int r;

	c->root = node_new(c, NODE_MAP);
	if (!c->root)
		return -ENOMEM;
	if (path) {
		struct stat st;

		if (stat(path, &st) < 0 && errno == ENOENT)
			return diag_error(diag, -ENOENT, "Could not find configuration file at %s", path);
		r = parse_file(c, path, &tree, diag);
		if (r == 0)
			r = merge(c, tree, MERGE_OVERRIDE);
		if (r < 0)
			return r;
	}
	for (int files = 1; files >= 0; files--) {
		for (size_t i = 0; i < count; i++) {
			if (names_config_files(overrides[i]) != (files == 1))
				continue;
			r = apply_override(c, overrides[i], diag);
			if (r < 0)
				return r;
		}
		r = files ? merge_config_files(c, path, diag) : 0;
		if (r < 0)
			return r;
	}
	if (c->file_count)
		qsort(c->files, c->file_count, sizeof(*c->files), by_name);
	return c->arena.error;
}

int config_load(const char *path, const char *const *overrides, size_t override_count,
		struct config **ret, struct diag *diag)
{
	struct config *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->arena = (struct arena)ARENA_INIT(ARENA_MAX_BYTES);
	r = load(c, path, overrides, override_count, diag);
	if (r < 0) {
		config_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

struct config *config_free(struct config *c)
{
	if (c)
		arena_cleanup(&c->arena);
	free(c);
	return NULL;
}

size_t config_files(const struct config *c, const char *const **ret)
{
	*ret = c->files;
	return c->file_count;
}

const struct config_node *config_find(const struct config *c, const char *key)
{
	struct str rest = str_c(key);
	const struct config_node *n = c->root;
	struct str name;

	while (n && str_split(&rest, '.', &name)) {
		ptrdiff_t i = member_index(n, name);

		n = i < 0 ? NULL : n->items[i];
	}
	return n;
}

bool config_is_map(const struct config_node *n)
{
	return n && n->kind == NODE_MAP;
}

bool config_is_seq(const struct config_node *n)
{
	return n && n->kind == NODE_SEQ;
}

size_t config_count(const struct config_node *n)
{
	return n ? n->count : 0;
}

const struct config_node *config_at(const struct config_node *n, size_t i)
{
	return n && i < n->count ? n->items[i] : NULL;
}

struct str config_key_at(const struct config_node *map, size_t i)
{
	return config_is_map(map) && i < map->count ? map->keys[i] : STR_NULL;
}

const struct config_node *config_member(const struct config_node *map, const char *key)
{
	ptrdiff_t i = member_index(map, str_c(key));

	return i < 0 ? NULL : map->items[i];
}

struct str config_text(const struct config_node *n)
{
	return n && n->kind == NODE_SCALAR ? n->text : STR("");
}

/* The text as the option's type. 0 or -EINVAL. */
static int read_scalar(struct str text, enum config_type type, void *member)
{
	struct yaml_node word = { .kind = YAML_SCALAR, .text = text };
	char *end = NULL;
	char *copy;
	double d;

	switch (type) {
	case CONFIG_BOOL:
		return yaml_bool(&word, member);
	case CONFIG_STRING:
		*(struct str *)member = text;
		return 0;
	case CONFIG_U64:
		return str_to_u64(text, member);
	case CONFIG_DOUBLE:
		copy = str_dup(text);
		if (!copy)
			return -ENOMEM;
		d = strtod(copy, &end);
		if (end != copy && !*end)
			*(double *)member = d;
		else
			end = NULL;
		free(copy);
		return end ? 0 : -EINVAL;
	case CONFIG_STRINGS:
		return -EINVAL;
	}
	return -EINVAL;
}

static int read_strings(struct config *c, const struct config_node *n, struct config_strings *ret)
{
	bool seq = n->kind == NODE_SEQ;
	size_t count = seq ? n->count : (n->kind == NODE_SCALAR ? 1 : 0);

	ret->items = ARENA_NEW_N(&c->arena, struct str, count ? count : 1);
	if (!ret->items)
		return -ENOMEM;
	ret->count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct config_node *e = seq ? n->items[i] : n;

		if (e->kind == NODE_SCALAR)
			ret->items[ret->count++] = e->text;
	}
	return 0;
}

int config_read(struct config *c, const struct config_option *table, void *target,
		struct diag *diag)
{
	for (const struct config_option *o = table; o->key; o++) {
		void *member = (char *)target + o->offset;
		const struct config_node *n = config_find(c, o->key);
		int r;

		if (o->type == CONFIG_STRINGS) {
			*(struct config_strings *)member = (struct config_strings){ 0 };
			r = n ? read_strings(c, n, member) : 0;
			if (r < 0)
				return r;
			continue;
		}
		r = o->initial ? read_scalar(str_c(o->initial), o->type, member) : 0;
		if (r < 0)
			return r;
		if (!n || n->kind == NODE_NULL)
			continue;
		r = n->kind == NODE_SCALAR ? read_scalar(n->text, o->type, member) : -EINVAL;
		if (r < 0)
			diag_warning(diag, "config key '%s': cannot use '" STR_FMT "', keeping the default '%s'",
				     o->key, STR_ARG(n->text), o->initial ? o->initial : "");
	}
	return 0;
}
