/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree behind struct cond: shared by the parser, the checks and the compiler, nobody else.
 *
 *     cond: and / or / not / macro reference / check
 *     check: expr operator [modifier] literals | expr
 *     expr: field | text | list of exprs | transformer(exprs)
 *
 * The parser fills the upper part of each struct, cond_check() the part below "checked". The tree of
 * a macro is shared by all its users, so a rule's condition is a graph without loops, not a tree:
 * whoever walks it must not walk a shared part twice, or a chain of doubling macros takes for ever.
 */
#ifndef RULE_TREE_H
#define RULE_TREE_H

#include "rule/cond.h"

struct transformer;

enum op {
	OP_EXISTS, OP_LE, OP_LT, OP_GE, OP_GT, OP_EQ2, OP_EQ, OP_NE, OP_GLOB, OP_IGLOB, OP_CONTAINS,
	OP_ICONTAINS, OP_BCONTAINS, OP_STARTSWITH, OP_BSTARTSWITH, OP_ENDSWITH, OP_REGEX,
	OP_INTERSECTS, OP_IN, OP_PMATCH,
	OPS,
};

/* "startswith"; static. */
const char *op_name(enum op op);

enum modifier {
	MOD_NONE,
	MOD_ONEOF,
	MOD_ANYOF,
	MOD_ALLOF,
};

const char *modifier_name(enum modifier m);

struct place {
	size_t offset;
	uint32_t line, column; /* from 1 */
};

enum expr_kind {
	EXPR_FIELD,
	EXPR_TEXT,
	EXPR_LIST,
	EXPR_CALL,
};

struct expr {
	enum expr_kind kind;
	struct place at;
	struct str name;    /* field, without argument in brackets; text; transformer */
	struct str arg;     /* text between brackets, unquoted */
	struct str source;  /* field: as written, with its argument */
	bool arg_given;
	bool is_number;     /* a text written as a number */
	const struct transformer *transformer;
	struct expr **kids; /* elements of a list, arguments of a transformer */
	size_t kid_count;
	/* checked */
	const struct field_def *def;
	struct field_arg field_arg;
	enum ptype type;
	bool is_list;
};

/* A literal in the type of the left side. */
struct literal {
	struct value v;	 /* numbers: i and u hold the same bits; nets: address in s */
	uint8_t prefix;	 /* nets: bits */
	struct str word; /* as written, for fields whose type is known only at run time */
};

struct check {
	struct expr *left;
	enum op op;
	enum modifier modifier;
	struct expr *right; /* NULL: literals, or none */
	struct str *words;  /* literals as written, unescaped */
	size_t word_count;
	bool in_parens;     /* the literals stood in parentheses */
	struct place value_at;
	/* checked */
	struct literal *literals; /* one per word; NULL for texts: the words themselves */
	struct warning *warnings;
};

struct warning {
	struct warning *next;
	size_t offset;
	const char *code;
	const char *text;
};

enum cond_kind {
	COND_AND,
	COND_OR,
	COND_NOT,
	COND_MACRO,
	COND_CHECK,
};

/* Events for which a node, and its negation, can be true. */
struct cond_facts {
	struct code_set codes[2];
	struct syscall_set syscalls[2];
};

struct cond {
	enum cond_kind kind;
	struct place at;
	struct cond **kids; /* and, or: at least 2; not: 1 */
	size_t kid_count;
	struct str name;     /* macro */
	struct cond *target; /* macro: the tree in its place; NULL until it is resolved */
	struct check *check;
	/* checked */
	bool checked;
	uint32_t depth;           /* longest way down, macros included; 1 for a check */
	uint64_t visit;           /* number of the last walk that came here */
	struct cond_facts *facts; /* NULL: any event */
};

/*
 * Nesting of a condition together with its macros; bounds every recursion over a tree. Functions that
 * recurse leave large locals to others marked APART, so that some 100 bytes per level are enough.
 */
#define COND_DEPTH_MAX 2500
#define APART	       __attribute__((noinline))

/* A number that no walk had before, for cond.visit. */
uint64_t cond_visit_new(void);

/* True for texts and paths. */
static inline bool ptype_is_text(enum ptype t)
{
	return t == PT_CHARBUF || t == PT_FSPATH || t == PT_FSRELPATH;
}

static inline bool ptype_is_ip(enum ptype t)
{
	return t == PT_IPADDR || t == PT_IPV4ADDR || t == PT_IPV6ADDR;
}

static inline bool ptype_is_net(enum ptype t)
{
	return t == PT_IPNET || t == PT_IPV4NET || t == PT_IPV6NET;
}

static inline bool ptype_is_signed(enum ptype t)
{
	return (t >= PT_INT8 && t <= PT_INT64) || t == PT_ERRNO || t == PT_FD || t == PT_PID ||
	       t == PT_FD32 || t == PT_PID32;
}

static inline bool ptype_is_number(enum ptype t)
{
	return ptype_is_signed(t) || (t >= PT_UINT8 && t <= PT_UINT64) ||
	       (t >= PT_SYSCALLID && t <= PT_BOOL) || (t >= PT_FLAGS8 && t <= PT_DOUBLE) ||
	       t == PT_SIGSET || t == PT_MODE || (t >= PT_ENUMFLAGS8 && t <= PT_ENUMFLAGS32);
}

/*
 * Looks up the field of an expression and prepares its argument. Shared with output templates.
 * 0, -EBADMSG or -ENOMEM.
 */
int expr_bind_field(struct expr *e, struct arena *arena, struct cond_error *ret_error);
/* Checks a whole expression and sets its type. The same results. */
int expr_check(struct expr *e, struct arena *arena, const struct place *at,
	       struct cond_error *ret_error);
/* The expression as text in the language's own syntax. */
void expr_print(const struct expr *e, struct buf *b);

/*
 * Parses one field or transformer at the start of `text`, as it stands in an output template.
 * *ret_len: bytes used. 0, -EBADMSG, -ENOMEM.
 */
int expr_parse_prefix(struct str text, struct arena *arena, struct expr **ret, size_t *ret_len,
		      struct cond_error *ret_error);

#endif
