/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of a resolved condition: fields exist, operators fit types, literals can be read. The trees
 * of macros are shared: each node is checked once, and its warnings are repeated for every condition
 * that contains it, because each rule is reported by itself.
 *
 * The texts are those that users of existing tools know and that scripts look for.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>

#include <arpa/inet.h>

#include "base/regex.h"
#include "rule/codes.h"
#include "rule/lex.h"
#include "rule/transform.h"
#include "rule/tree.h"

struct checker {
	struct arena *arena;
	cond_warning_fn warn;
	void *warn_ctx;
	struct cond_error *error;
	uint64_t visit;
};

static int fail(struct cond_error *error, const struct place *at, bool unknown_name,
		const char *text)
{
	if (!text)
		return -ENOMEM;
	*error = (struct cond_error){ at->line, at->column, at->offset, text, unknown_name };
	return -EBADMSG;
}

/* --- fields ---------------------------------------------------------------------------------- */

/* The field as written, with its argument. */
static char *full_name(const struct expr *e, struct arena *arena)
{
	if (!e->arg_given)
		return arena_printf(arena, STR_FMT, STR_ARG(e->name));
	return arena_printf(arena, STR_FMT "[" STR_FMT "]", STR_ARG(e->name), STR_ARG(e->arg));
}

static int nonexistent(const struct expr *e, struct arena *arena, struct cond_error *error)
{
	char *name = full_name(e, arena);

	return fail(error, &e->at, true,
		    name ? arena_printf(arena, "filter_check called with nonexistent field %s", name)
			 : NULL);
}

static int bad_syntax(const struct expr *e, struct arena *arena, struct cond_error *error)
{
	char *name = full_name(e, arena);

	return fail(error, &e->at, false,
		    name ? arena_printf(arena, "filter syntax error: %s", name) : NULL);
}

static bool takes_index(enum field_arg_kind k)
{
	return k == FIELD_ARG_OPTIONAL_INDEX || k == FIELD_ARG_OPTIONAL_BOTH ||
	       k == FIELD_ARG_INDEX || k == FIELD_ARG_BOTH;
}

static bool takes_key(enum field_arg_kind k)
{
	return k == FIELD_ARG_OPTIONAL_KEY || k == FIELD_ARG_OPTIONAL_BOTH || k == FIELD_ARG_KEY ||
	       k == FIELD_ARG_BOTH;
}

static bool digits_only(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

int expr_bind_field(struct expr *e, struct arena *arena, struct cond_error *ret_error)
{
	const struct field_def *def = field_find(e->name);
	struct field_arg arg = { .given = e->arg_given, .key = e->arg };
	const char *reason = NULL;
	size_t name_len;

	if (!def) {
		def = e->arg_given ? NULL : field_find_prefix(e->name, &name_len);
		if (!def || !takes_key(def->arg) || name_len + 1 >= e->name.n ||
		    e->name.p[name_len] != '.')
			return nonexistent(e, arena, ret_error);
		arg.given = true;
		arg.key = str_from(e->name, name_len + 1);
	} else if (e->arg_given && def->type == PT_DYN) {
		return fail(ret_error, &e->at, false,
			    "evt.arg fields must be expressed explicitly");
	}
	if (!arg.given && (def->arg == FIELD_ARG_INDEX || def->arg == FIELD_ARG_KEY ||
			   def->arg == FIELD_ARG_BOTH))
		return bad_syntax(e, arena, ret_error);
	if (arg.given && takes_index(def->arg) && digits_only(arg.key) &&
	    str_to_u64(arg.key, &arg.index) == 0)
		arg.is_index = true;
	else if (arg.given && !takes_key(def->arg))
		return nonexistent(e, arena, ret_error);
	if (def->prepare && def->prepare(&arg, &reason) < 0) {
		if (!reason)
			return bad_syntax(e, arena, ret_error);
		return fail(ret_error, &e->at, false, arena_printf(arena, "%s", reason));
	}
	e->def = def;
	e->field_arg = arg;
	e->type = def->type == PT_DYN ? (enum ptype)arg.aux : def->type;
	e->is_list = def->flags & FIELD_LIST;
	return 0;
}

/* True when the field yields several candidates here. */
static bool many(const struct expr *e)
{
	return e->kind == EXPR_FIELD &&
	       ((e->def->flags & (FIELD_ANY | FIELD_ENDS)) ||
		((e->def->flags & FIELD_ANY_IF_NO_ARG) && !e->field_arg.given));
}

int expr_check(struct expr *e, struct arena *arena, const struct place *at,
	       struct cond_error *ret_error)
{
	const char *reason = NULL;
	int r;

	switch (e->kind) {
	case EXPR_TEXT:
		e->type = PT_CHARBUF;
		return 0;
	case EXPR_FIELD:
		r = expr_bind_field(e, arena, ret_error);
		if (r == -EBADMSG) { /* errors are reported where the check begins */
			ret_error->line = at->line;
			ret_error->column = at->column;
			ret_error->offset = at->offset;
		}
		return r;
	case EXPR_LIST:
	case EXPR_CALL:
		break;
	}
	for (size_t i = 0; i < e->kid_count; i++) {
		r = expr_check(e->kids[i], arena, at, ret_error);
		if (r < 0)
			return r;
		if (e->kids[i]->kind == EXPR_FIELD &&
		    (e->kids[i]->def->flags & FIELD_NO_TRANSFORMER) &&
		    e->kind == EXPR_CALL && e->transformer->max_args == 1)
			return fail(ret_error, at, false,
				    arena_printf(arena, "field '%s' does not support transformers",
						 e->kids[i]->def->name));
	}
	if (e->kind == EXPR_LIST) {
		e->type = PT_CHARBUF;
		e->is_list = true;
		for (size_t i = 0; i < e->kid_count; i++)
			if (e->kids[i]->is_list || many(e->kids[i]))
				return fail(ret_error, at, false,
					    "elements of a transformer list must be single values");
		return 0;
	}
	if (e->kid_count < e->transformer->min_args)
		return fail(ret_error, at, false,
			    arena_printf(arena, "unknown field transfomer '%s'",
					 e->transformer->name));
	if (e->kid_count > e->transformer->max_args)
		return fail(ret_error, at, false,
			    arena_printf(arena, "%s() takes at most %zu arguments",
					 e->transformer->name, e->transformer->max_args));
	if (e->arg_given && e->transformer != transformer_find(STR("getopt")))
		return fail(ret_error, at, false,
			    arena_printf(arena, "%s() takes no argument in brackets",
					 e->transformer->name));
	r = e->transformer->check(e, arena, &reason);
	if (r < 0)
		return r == -EBADMSG ? fail(ret_error, at, false, reason) : r;
	for (size_t i = 0; i < e->kid_count; i++)
		if (many(e->kids[i]))
			return fail(ret_error, at, false,
				    arena_printf(arena, "field '%s' does not support transformers",
						 e->kids[i]->def->name));
	return 0;
}

/* --- operators ------------------------------------------------------------------------------- */

enum class {
	CLASS_NUMBER = 1,
	CLASS_BOOL = 2,
	CLASS_TEXT = 4,
	CLASS_BYTES = 8,
	CLASS_NET = 16,
	CLASS_LIST = 32,
	CLASS_UNKNOWN = 64, /* differs from event to event */
};

#define ANY_CLASS (CLASS_NUMBER | CLASS_BOOL | CLASS_TEXT | CLASS_BYTES | CLASS_NET)

static const uint8_t op_classes[OPS] = {
	[OP_EXISTS] = ANY_CLASS | CLASS_LIST,
	[OP_LE] = CLASS_NUMBER | CLASS_TEXT,
	[OP_LT] = CLASS_NUMBER | CLASS_TEXT,
	[OP_GE] = CLASS_NUMBER | CLASS_TEXT,
	[OP_GT] = CLASS_NUMBER | CLASS_TEXT,
	[OP_EQ2] = ANY_CLASS,
	[OP_EQ] = ANY_CLASS,
	[OP_NE] = ANY_CLASS,
	[OP_GLOB] = CLASS_TEXT,
	[OP_IGLOB] = CLASS_TEXT,
	[OP_CONTAINS] = CLASS_TEXT | CLASS_BYTES,
	[OP_ICONTAINS] = CLASS_TEXT,
	[OP_BCONTAINS] = CLASS_BYTES,
	[OP_STARTSWITH] = CLASS_TEXT | CLASS_BYTES,
	[OP_BSTARTSWITH] = CLASS_BYTES,
	[OP_ENDSWITH] = CLASS_TEXT | CLASS_BYTES,
	[OP_REGEX] = CLASS_TEXT,
	[OP_INTERSECTS] = ANY_CLASS | CLASS_LIST,
	[OP_IN] = ANY_CLASS | CLASS_LIST,
	[OP_PMATCH] = CLASS_TEXT,
};

/* 0: values of this type are not compared at all. */
static uint8_t class_of(const struct expr *e)
{
	if (e->is_list)
		return CLASS_LIST;
	if (ptype_is_text(e->type))
		return CLASS_TEXT;
	if (e->type == PT_BOOL)
		return CLASS_BOOL;
	if (ptype_is_number(e->type))
		return CLASS_NUMBER;
	if (ptype_is_ip(e->type) || ptype_is_net(e->type))
		return CLASS_NET;
	if (e->type == PT_BYTEBUF)
		return CLASS_BYTES;
	return e->type == PT_DYN ? CLASS_UNKNOWN : 0;
}

static const char *class_text(uint8_t class)
{
	switch (class) {
	case CLASS_NUMBER:
		return "for numeric filters";
	case CLASS_BOOL:
		return "for boolean filters";
	case CLASS_TEXT:
		return "for string filters";
	case CLASS_BYTES:
		return "for buffer filters";
	case CLASS_NET:
		return "for ip address and network filters";
	default:
		return "list filters";
	}
}

static int check_operator(struct checker *k, const struct cond *c)
{
	const struct check *ch = c->check;
	const struct expr *left = ch->left;
	uint8_t class = class_of(left);
	bool raw = left->kind == EXPR_FIELD && left->def->type == PT_DYN;

	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_WITHIN) && ch->op != OP_EQ &&
	    ch->op != OP_EQ2)
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena, "%s supports only '=' comparison operator",
					 left->def->name));
	if (ch->op == OP_EXISTS)
		return 0;
	if (class == CLASS_UNKNOWN) {
		/* Comparing texts or numbers is decided at run time; these need texts for sure. */
		if (ch->op != OP_REGEX && ch->op != OP_PMATCH && ch->op != OP_BCONTAINS &&
		    ch->op != OP_BSTARTSWITH)
			return 0;
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena, "wrong parameter type %d", (int)left->type));
	}
	if (!class && (left->type == PT_SOCKADDR || left->type == PT_SOCKTUPLE))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "filter error: '%s' operator not supported for type '%s'",
					 op_name(ch->op), ptype_name(left->type)));
	if (!class || (raw && (left->type == PT_BYTEBUF || left->type == PT_SIGTYPE)))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena, "wrong parameter type %d", (int)left->type));
	if (op_classes[ch->op] & class)
		return 0;
	return fail(k->error, &c->at, false,
		    arena_printf(k->arena, "filter error: '%s' operator not supported %s",
				 op_name(ch->op), class_text(class)));
}

/* --- literals -------------------------------------------------------------------------------- */

/* Ports that rules name most, for machines without /etc/services. */
static const struct {
	const char *name;
	uint16_t port;
} services[] = {
	{ "ftp", 21 },     { "ssh", 22 },   { "telnet", 23 }, { "smtp", 25 },  { "domain", 53 },
	{ "http", 80 },    { "pop3", 110 }, { "ntp", 123 },   { "imap2", 143 }, { "snmp", 161 },
	{ "ldap", 389 },   { "https", 443 }, { "ldaps", 636 }, { "mysql", 3306 },
	{ "postgresql", 5432 },
};

static bool service_port(struct str name, uint16_t *ret)
{
	char text[64];
	char room[1024];
	struct servent entry;
	struct servent *found = NULL;

	for (size_t i = 0; i < ARRAY_LEN(services); i++)
		if (str_eq_c(name, services[i].name)) {
			*ret = services[i].port;
			return true;
		}
	if (!name.n || name.n >= sizeof(text))
		return false;
	memcpy(text, name.p, name.n);
	text[name.n] = 0;
	if (getservbyname_r(text, NULL, &entry, room, sizeof(room), &found) || !found)
		return false;
	*ret = ntohs((uint16_t)found->s_port);
	return true;
}

/*
 * Decimal with sign and leading zeros. A negative number for an unsigned field wraps at the field's
 * width (user.uid = -1); one too large for 64 bits is the largest.
 */
static bool parse_number(struct str word, enum ptype type, struct literal *ret)
{
	unsigned int bytes = ptype_size(type);
	int r = str_to_i64(word, &ret->v.i);

	ret->v.type = type;
	if (r == -EINVAL)
		return false;
	if (ptype_is_signed(type) || type == PT_DOUBLE || type == PT_DYN) {
		if (r == -ERANGE)
			ret->v.i = word.p[0] == '-' ? INT64_MIN : INT64_MAX;
		return true;
	}
	if (r == -ERANGE && str_to_u64(word, &ret->v.u) < 0)
		ret->v.u = UINT64_MAX;
	else if (word.p[0] == '-' && bytes && bytes < 8)
		ret->v.u &= ((uint64_t)1 << 8 * bytes) - 1;
	return true;
}

static bool parse_ip(struct str word, struct arena *arena, struct str *ret)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];
	bool four = str_find_byte(word, '.') >= 0 && str_find_byte(word, ':') < 0;

	if (word.n >= sizeof(text))
		return false;
	if (word.n)
		memcpy(text, word.p, word.n);
	text[word.n] = 0;
	if (inet_pton(four ? AF_INET : AF_INET6, text, bytes) != 1)
		return false;
	*ret = arena_str(arena, str_n(bytes, four ? 4 : 16));
	return true;
}

static int parse_net(struct checker *k, const struct cond *c, struct str word, struct literal *ret)
{
	ptrdiff_t slash = str_find_byte(word, '/');
	uint64_t bits;

	if (slash < 0 || !parse_ip(str_first(word, (size_t)slash), k->arena, &ret->v.s))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena, "unrecognized IP network " STR_FMT,
					 STR_ARG(word)));
	if (!ret->v.s.p)
		return -ENOMEM;
	if (!digits_only(str_from(word, (size_t)slash + 1)) ||
	    str_to_u64(str_from(word, (size_t)slash + 1), &bits) < 0 || bits > ret->v.s.n * 8)
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena, "invalid netmask " STR_FMT,
					 STR_ARG(str_from(word, (size_t)slash + 1))));
	ret->prefix = (uint8_t)bits;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_hex(struct checker *k, const struct cond *c, struct str word, struct literal *ret)
{
	char *out = arena_alloc(k->arena, word.n / 2);
	bool good = word.n % 2 == 0;

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; good && i < word.n; i += 2) {
		int high = hex_digit(word.p[i]);
		int low = hex_digit(word.p[i + 1]);

		good = high >= 0 && low >= 0;
		if (good)
			out[i / 2] = (char)(high << 4 | low);
	}
	if (!good)
		return fail(k->error, &c->at, false,
			    "filter error: bcontains and bstartswith operator support hex strings only");
	ret->v.s = str_n(out, word.n / 2);
	return 0;
}

static int parse_literal(struct checker *k, const struct cond *c, struct str word,
			 struct literal *ret)
{
	const struct check *ch = c->check;
	enum ptype type = ch->left->type;
	uint16_t port;

	ret->v.type = type;
	ret->word = word;
	if (ch->op == OP_BCONTAINS || ch->op == OP_BSTARTSWITH)
		return parse_hex(k, c, word, ret);
	if (type == PT_BOOL) {
		if (!str_eq_c(word, "true") && !str_eq_c(word, "false"))
			return fail(k->error, &c->at, false,
				    arena_printf(k->arena,
						 "filter error: unrecognized boolean value " STR_FMT,
						 STR_ARG(word)));
		ret->v.u = str_eq_c(word, "true");
		return 0;
	}
	if (type == PT_PORT) {
		if (parse_number(word, type, ret))
			return 0;
		if (!service_port(word, &port))
			return fail(k->error, &c->at, false,
				    arena_printf(k->arena, "unrecognized protocol " STR_FMT,
						 STR_ARG(word)));
		ret->v.u = port;
		return 0;
	}
	if (ptype_is_number(type)) {
		if (!parse_number(word, type, ret))
			return fail(k->error, &c->at, false,
				    arena_printf(k->arena, STR_FMT " is not a valid number",
						 STR_ARG(word)));
		return 0;
	}
	if (ptype_is_ip(type)) {
		if (!parse_ip(word, k->arena, &ret->v.s))
			return fail(k->error, &c->at, false,
				    arena_printf(k->arena, "unrecognized %s address " STR_FMT,
						 str_find_byte(word, '.') >= 0 ? "IPv4" : "IPv6",
						 STR_ARG(word)));
		return ret->v.s.p ? 0 : -ENOMEM;
	}
	if (ptype_is_net(type))
		return parse_net(k, c, word, ret);
	if (type == PT_DYN) { /* a number where it looks like one, else a text */
		if (!parse_number(word, type, ret))
			ret->v = (struct value){ .type = PT_CHARBUF, .s = word };
		return 0;
	}
	ret->v.s = word;
	return 0;
}

static int check_regex(struct checker *k, const struct cond *c, struct str word)
{
	const char *reason = NULL;
	struct regex *re = NULL;
	int r = regex_new(word, k->arena, &re, &reason);

	regex_free(re);
	if (r != -EINVAL)
		return r;
	return fail(k->error, &c->at, false,
		    arena_printf(k->arena, "invalid regex pattern: %s", reason));
}

static int check_literals(struct checker *k, const struct cond *c)
{
	struct check *ch = c->check;
	const struct expr *left = ch->left;
	bool names = left->kind == EXPR_FIELD && (left->def->flags & FIELD_TYPE_NAMES);
	int r;

	ch->literals = arena_zalloc_n(k->arena, ch->word_count + 1, sizeof(*ch->literals));
	if (!ch->literals)
		return -ENOMEM;
	for (size_t i = 0; i < ch->word_count; i++) {
		struct code_set codes;
		struct syscall_set syscalls;

		if (names && !field_codes_of(ch->words[i], &codes, &syscalls))
			return fail(k->error, &c->at, true,
				    arena_printf(k->arena, "unknown event type " STR_FMT,
						 STR_ARG(ch->words[i])));
		r = parse_literal(k, c, ch->words[i], &ch->literals[i]);
		if (r == 0 && ch->op == OP_REGEX)
			r = check_regex(k, c, ch->words[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- right side ------------------------------------------------------------------------------ */

static const char *op_upper(enum op op)
{
	return op == OP_REGEX ? "REGEX" : "PMATCH";
}

/* The name by which messages call an expression: its first field, or its transformer. */
static struct str expr_name(const struct expr *e)
{
	while (e->kind == EXPR_CALL && e->kid_count)
		e = e->kids[0];
	return e->kind == EXPR_FIELD ? str_c(e->def->name) : e->name;
}

static int check_right(struct checker *k, const struct cond *c)
{
	const struct check *ch = c->check;
	const struct expr *left = ch->left;
	const struct expr *right = ch->right;
	int r;

	if (left->kind == EXPR_FIELD && (left->def->flags & FIELD_TYPE_NAMES))
		return fail(k->error, &c->at, false,
			    "right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search");
	r = expr_check(ch->right, k->arena, &c->at, k->error);
	if (r < 0)
		return r;
	if (ch->op == OP_REGEX || ch->op == OP_PMATCH)
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "operator '%s' doesn't support right-hand side fields",
					 op_upper(ch->op)));
	if (ptype_is_net(left->type))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "field type '%s' doesn't support right-hand side fields",
					 ptype_name(left->type)));
	if (left->kind == EXPR_FIELD && ((left->def->flags & FIELD_NO_RHS) || many(left)))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "field '%s' doesn't support right-hand side fields",
					 left->def->name));
	if (right->kind == EXPR_FIELD && ((right->def->flags & FIELD_NO_RHS) || many(right)))
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "field '%s' can't be used as a right-hand side field",
					 right->def->name));
	if (left->type != right->type || left->is_list != right->is_list)
		return fail(k->error, &c->at, false,
			    arena_printf(k->arena,
					 "field '" STR_FMT "' has type '%s%s' while the right-hand side field '" STR_FMT "' has incompatible type '%s%s'",
					 STR_ARG(expr_name(left)), left->is_list ? "list of " : "",
					 ptype_name(left->type), STR_ARG(expr_name(right)),
					 right->is_list ? "list of " : "",
					 ptype_name(right->type)));
	return 0;
}

/* --- warnings -------------------------------------------------------------------------------- */

static int warning(struct checker *k, struct check *ch, size_t offset, const char *code,
		   const char *text)
{
	struct warning *w = ARENA_NEW(k->arena, struct warning);
	struct warning **last = &ch->warnings;

	if (!w || !text)
		return -ENOMEM;
	*w = (struct warning){ NULL, offset, code, text };
	while (*last)
		last = &(*last)->next;
	*last = w;
	return 0;
}

/* A pattern without operators once its anchors and the `.*` at its ends are taken away. */
static bool regex_is_simple(struct str s)
{
	if (s.n && s.p[0] == '^')
		s = str_from(s, 1);
	if (str_starts(s, STR(".*")))
		s = str_from(s, 2);
	if (s.n && s.p[s.n - 1] == '$')
		s.n--;
	if (str_ends(s, STR(".*")))
		s.n -= 2;
	for (size_t i = 0; i < s.n; i++)
		if (strchr(".[]{}()\\*+?|^$", s.p[i]))
			return false;
	return true;
}

/* 1: `word` reads like a field; 2: like a transformer on something. */
static int looks_like_expr(struct str word)
{
	struct lexer lex = { .text = word };
	size_t name_len;
	struct str name;

	if (lex_field_name(&lex, &name)) {
		const struct field_def *def = field_find(name);

		if (!def) {
			def = field_find_prefix(name, &name_len);
			if (def && (!takes_key(def->arg) || name.p[name_len] != '.'))
				def = NULL;
		}
		return def && (lex_at_end(&lex) ||
			       (word.p[lex.at] == '[' && word.p[word.n - 1] == ']'));
	}
	lex = (struct lexer){ .text = word };
	if (lex_identifier(&lex, &name) && lex_symbol(&lex, "(") && word.p[word.n - 1] == ')' &&
	    (str_eq_c(name, "val") || transformer_find(name)))
		return 2;
	return 0;
}

static bool compares_whole(enum op op)
{
	return op == OP_EQ || op == OP_EQ2 || op == OP_NE || op == OP_IN || op == OP_INTERSECTS ||
	       op == OP_PMATCH;
}

static int note_deprecated(struct checker *k, const struct cond *c, const struct expr *e)
{
	int r;

	if (e->kind == EXPR_FIELD && (e->def->flags & FIELD_DEPRECATED))
		return warning(k, c->check, c->at.offset, "LOAD_DEPRECATED_ITEM", e->def->name);
	for (size_t i = 0; i < e->kid_count; i++) {
		r = note_deprecated(k, c, e->kids[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int note_warnings(struct checker *k, const struct cond *c)
{
	struct check *ch = c->check;
	struct str field = expr_name(ch->left);
	size_t at = ch->value_at.offset;
	int r = note_deprecated(k, c, ch->left);

	if (r == 0 && ch->right)
		r = note_deprecated(k, c, ch->right);
	for (size_t i = 0; r == 0 && i < ch->word_count; i++) {
		struct str word = ch->words[i];
		int like = looks_like_expr(word);

		if (like)
			r = warning(k, ch, at, "LOAD_COMPILE_CONDITION",
				    arena_printf(k->arena,
						 "'" STR_FMT "' may be a valid field%s misused as a const string value",
						 STR_ARG(word), like == 2 ? " transformer" : ""));
		if (r == 0 && ch->op == OP_REGEX && regex_is_simple(word))
			r = warning(k, ch, at, "LOAD_COMPILE_CONDITION",
				    arena_printf(k->arena,
						 "regex check with '" STR_FMT "' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'",
						 STR_ARG(word)));
		if (r == 0 && str_eq_c(word, "<NA>") && compares_whole(ch->op) &&
		    (str_starts(field, STR("ka.")) || str_starts(field, STR("jevt."))))
			r = warning(k, ch, at, "LOAD_UNSAFE_NA_CHECK",
				    "a missing value is no text: comparing with <NA> does not find it, use 'exists'");
	}
	return r;
}

/* --- nodes ----------------------------------------------------------------------------------- */

/* evt.type below a transformer: the event codes of such a check cannot be told. */
static bool has_type_names(const struct expr *e)
{
	if (e->kind == EXPR_FIELD && (e->def->flags & FIELD_TYPE_NAMES))
		return true;
	for (size_t i = 0; i < e->kid_count; i++)
		if (has_type_names(e->kids[i]))
			return true;
	return false;
}

static APART int check_check(struct checker *k, const struct cond *c)
{
	struct check *ch = c->check;
	int r = expr_check(ch->left, k->arena, &c->at, k->error);

	if (r < 0)
		return r;
	if (ch->left->kind != EXPR_FIELD && has_type_names(ch->left))
		return fail(k->error, &c->at, false,
			    "event code search does not support `evt.type` checks with transformers");
	r = check_operator(k, c);
	if (r < 0)
		return r;
	ch->warnings = NULL;
	r = ch->right ? check_right(k, c) : check_literals(k, c);
	return r < 0 ? r : note_warnings(k, c);
}

static int too_deep(struct checker *k, const struct cond *c)
{
	return fail(k->error, &c->at, false,
		    "condition with its macros is nested too deeply, or a macro contains itself");
}

static int check_node(struct checker *k, struct cond *c, uint32_t above)
{
	uint32_t deepest = 0;
	int r;

	if (above >= COND_DEPTH_MAX || (c->checked && above + c->depth > COND_DEPTH_MAX))
		return too_deep(k, c);
	if (c->checked && c->visit == k->visit)
		return 0;
	c->visit = k->visit;
	switch (c->kind) {
	case COND_CHECK:
		if (!c->checked) {
			r = check_check(k, c);
			if (r < 0)
				return r;
		}
		for (const struct warning *w = c->check->warnings; w && k->warn; w = w->next)
			k->warn(k->warn_ctx, w->offset, w->code, w->text);
		break;
	case COND_MACRO:
		if (!c->target)
			return fail(k->error, &c->at, false,
				    arena_printf(k->arena,
						 "Undefined macro '" STR_FMT "' used in filter.",
						 STR_ARG(c->name)));
		r = check_node(k, c->target, above + 1);
		if (r < 0)
			return r;
		deepest = c->target->depth;
		break;
	case COND_AND:
	case COND_OR:
	case COND_NOT:
		for (size_t i = 0; i < c->kid_count; i++) {
			r = check_node(k, c->kids[i], above + 1);
			if (r < 0)
				return r;
			if (c->kids[i]->depth > deepest)
				deepest = c->kids[i]->depth;
		}
		break;
	}
	if (c->checked)
		return 0;
	c->depth = deepest + 1;
	r = cond_facts_set(c, k->arena);
	if (r < 0)
		return r;
	c->checked = true;
	return 0;
}

int cond_check(struct cond *c, struct arena *arena, cond_warning_fn warn, void *warn_ctx,
	       struct cond_error *ret_error)
{
	struct checker k = { arena, warn, warn_ctx, ret_error, cond_visit_new() };

	return check_node(&k, c, 0);
}
