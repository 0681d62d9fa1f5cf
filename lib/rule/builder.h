/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program while it is made: the tables that the steps of the compiler hand to each other.
 *
 *     rule/fold.h    trees --> nodes (rule/graph.h) over queries (rule/query.h)
 *     rule/cost.h    the order of the kids of a node
 *     rule/emit.h    nodes --> instructions and predicates, with tests of rule/matcher.h
 *     rule/guard.h   indexes over predicates that guard many rules
 *
 * Whatever runs out of memory sets `failed`, which all steps look at.
 */
#ifndef RULE_BUILDER_H
#define RULE_BUILDER_H

#include "base/buf.h"
#include "rule/intern.h"
#include "rule/machine.h"

/* A node's number and, in bit 0, whether it is negated. Node 0 is "true". */
typedef uint32_t ref;

#define REF_TRUE  ((ref)0)
#define REF_FALSE ((ref)1)
#define NONE	  UINT32_MAX

enum family {
	FAMILY_NEVER,
	FAMILY_EXISTS,
	FAMILY_EQ,
	FAMILY_CONTAINS,
	FAMILY_ICONTAINS,
	FAMILY_STARTS,
	FAMILY_ENDS,
	FAMILY_GLOB,
	FAMILY_IGLOB,
	FAMILY_REGEX,
	FAMILY_PATHS,
	FAMILY_ORDER,
	FAMILY_FIELDS,
};

enum matter {
	MATTER_TEXT, /* texts, bytes, addresses */
	MATTER_SIGNED,
	MATTER_UNSIGNED,
	MATTER_DOUBLE,
	MATTER_NET,
	MATTER_DYNAMIC,
};

/* A predicate while the program is made. The members up to `other` are its identity. */
struct query {
	uint8_t kind; /* enum pred_kind */
	uint8_t family;
	uint8_t matter;
	uint8_t op;	  /* FAMILY_ORDER, FAMILY_FIELDS */
	uint8_t negated;
	uint8_t modifier; /* MOD_NONE: one of the literals is enough */
	uint8_t is_bool;
	uint8_t unused;
	uint32_t slot;
	uint32_t other;
	const struct literal *items; /* sorted, without repetitions unless MOD_ONEOF */
	size_t n;
	struct test *test;   /* once it is needed */
	const struct cond *event_check; /* the check, when the event's code may decide it */
	bool listed;	     /* among event_queries */
	uint32_t pred;	     /* number in the program, or NONE */
	uint32_t guard;	     /* number as a guard, or NONE */
	uint32_t index;	     /* index that answers it, or NONE */
	const struct root *counted_for; /* class that it was counted for as a guard */
};

struct node {
	uint32_t query; /* leaf: its predicate; else NONE */
	ref *kids;	/* of an and-node */
	uint32_t n;
	uint32_t parents;
	uint32_t pred;	   /* and-node with several parents: its predicate, or NONE */
	uint32_t start[2]; /* its block, by negation; NONE until it is made */
	float cost, chance; /* the cost is shared with the other parents */
	float alone;	    /* cost for one parent */
	bool counted, ordered;
	bool apart; /* compiled as a predicate even for a single parent: rule/gate.h */
	const struct guards *guards[2]; /* by negation; of what is true only with one of them */
	bool guarded[2];
};

/* Predicates of which one must be true. */
struct guards {
	uint32_t n;
	float score; /* the lower the better */
	uint32_t queries[];
};

/* A rule in a class. */
struct root {
	ref r;
	uint32_t rule;
};

/* What is remembered about a node of the trees. */
struct known {
	ref folded;
	uint32_t class; /* for which it was folded; NONE: not yet */
	bool depends;	/* on the event's code */
	bool collected;
};

struct builder {
	struct program *p;
	struct arena arena;
	struct intern slots, queries, nodes, trees;
	struct slot *slot;
	uint32_t *slot_uses;
	size_t slot_cap;
	struct query *query;
	size_t query_cap;
	struct node *node;
	size_t node_cap;
	struct known *known;
	size_t known_cap;
	struct buf key;
	ref *stack; /* operands of the nodes under construction */
	size_t stack_n, stack_cap;
	uint32_t *event_queries; /* predicates that the code may decide */
	size_t event_n, event_cap;
	struct pred *pred;
	size_t pred_cap;
	uint32_t pred_n;
	struct instr *code;
	size_t code_cap;
	uint32_t code_n;
	size_t regex_cap;
	struct index *index;
	enum dict_mode *index_mode;
	size_t index_cap, index_mode_cap;
	uint32_t index_n;
	uint32_t guard_n;
	uint32_t class;
	unsigned int class_code; /* a code of the class that is folded for */
	bool failed;
};

/* Makes room for item `n`, zeroed. False, and b->failed, without memory. */
bool builder_room(struct builder *b, void *array, size_t *cap, size_t n, size_t size);

/* Writers of b->key: what makes a slot, a query or a node equal to another one. */
void key_bytes(struct builder *b, const void *p, size_t n);
void key_u32(struct builder *b, uint32_t u);
void key_str(struct builder *b, struct str s);
/* 1: new number; 0: known; negative: b->failed. */
int key_number(struct builder *b, struct intern *t, uint32_t *ret);

#endif
