/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled form of all rules, shared by the compiler and the evaluator.
 *
 *     event code -> class -> entries (rules in order) -> instructions -> predicates -> slots
 *
 * A slot is a value of the current event: a field, or what a transformer makes of other slots. A
 * predicate is one question about a slot, or a whole subcondition that several rules share. An
 * instruction asks a predicate and goes on at one of two places. Slots and predicates remember
 * their answer for the event at hand: `epoch` is the number of the event.
 *
 * Where many rules share a class, most of them are not even looked at: a rule may have guards,
 * predicates of which at least one has to be true. One look at a field's value (an index) answers
 * all guards on that field, and only rules with a guard that is true, or without guards, are run.
 * Among those, gates (rule/gate.h) leave out more before a rule is run.
 */
#ifndef RULE_MACHINE_H
#define RULE_MACHINE_H

#include "base/regex.h"
#include "rule/dict.h"
#include "rule/gate.h"
#include "rule/paths.h"
#include "rule/program.h"
#include "rule/transform.h"
#include "rule/tree.h"
#include "rule/word_set.h"

enum test_kind {
	TEST_NEVER,
	TEST_ALWAYS,	/* for every value that exists */
	TEST_TEXT_EQ,	/* texts, bytes and addresses */
	TEST_TEXT_IN,
	TEST_CONTAINS,
	TEST_ICONTAINS,
	TEST_CONTAINS_ANY,
	TEST_STARTS,
	TEST_STARTS_ANY,
	TEST_ENDS,
	TEST_ENDS_ANY,
	TEST_GLOB,
	TEST_IGLOB,
	TEST_REGEX,
	TEST_PATHS,
	TEST_TEXT_ORDER,
	TEST_NUMBER_EQ,
	TEST_NUMBER_IN,
	TEST_SIGNED_ORDER,
	TEST_UNSIGNED_ORDER,
	TEST_DOUBLE_EQ,
	TEST_DOUBLE_ORDER,
	TEST_NETS,
	TEST_DYNAMIC, /* type known only at run time */
	TEST_ANY_OF,  /* of other tests */
	TEST_ALL_OF,
	TEST_ONE_OF,
};

struct net {
	unsigned char address[16];
	uint8_t bytes; /* 4 or 16 */
	uint8_t prefix;
};

struct test {
	uint8_t kind;
	uint8_t op;   /* of the order tests and TEST_DYNAMIC */
	bool negated; /* the answer for a value that exists is turned round */
	uint8_t rare; /* of TEST_CONTAINS: place of the byte to look for first */
	union {
		struct str s;
		int64_t i;
		uint64_t u;
		struct str_set *set;
		struct affix_set *affixes;
		struct automaton *automaton;
		struct regex *regex;
		struct path_set *paths;
		struct {
			const uint64_t *v; /* sorted */
			size_t n;
		} numbers;
		struct {
			const struct net *v;
			size_t n;
		} nets;
		struct {
			const struct test *v;
			size_t n;
		} tests;
		const struct literal *literal;
	};
};

enum slot_kind {
	SLOT_FIELD,
	SLOT_FIELD_MANY, /* get_all */
	SLOT_TEXT,
	SLOT_LIST,
	SLOT_CALL,
};

#define LINE_BYTES 64 /* of the cache */

/* What every check needs is in the first line, and a slot is two of them. */
struct slot {
	uint32_t epoch;
	uint8_t kind;
	bool hashed; /* `hash` is that of the value of this epoch */
	struct operand o;
	struct value one;
	bool (*get)(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
	uint64_t hash;
	union {
		struct { /* fields */
			const struct field_arg *arg;
			const struct field_def *def;
			struct value *many; /* room for FIELD_VALUES_MAX */
		};
		struct { /* lists and calls */
			const struct transformer *transformer;
			const uint32_t *kids;
			size_t kid_count;
			struct str option;
			bool option_given;
		};
	};
	char unused[8];
};

enum pred_kind {
	PRED_ONE,    /* the slot's only value passes the test */
	PRED_ANY,    /* one of its values does */
	PRED_EVERY,  /* all of its values do */
	PRED_FIELDS, /* compares two slots */
	PRED_BLOCK,  /* a subcondition with instructions of its own */
};

struct pred {
	uint8_t kind;
	uint8_t op; /* of PRED_FIELDS */
	uint32_t slot;
	uint32_t other; /* PRED_FIELDS: right slot; PRED_BLOCK: its first instruction */
	uint32_t index; /* that answers it together with others, or NO_INDEX */
	struct test test;
};

#define NO_INDEX UINT32_MAX

/* Targets that end a block. */
#define AT_TRUE	 UINT32_MAX
#define AT_FALSE (UINT32_MAX - 1)
#define AT_END	 AT_FALSE /* all targets from here on are ends */

struct instr {
	uint32_t pred;
	uint32_t next[2]; /* [answer] */
};

struct entry {
	uint32_t start; /* first instruction, or AT_TRUE: matches always */
	uint32_t rule;
};

struct index {
	const struct dict *dict; /* words to numbers of guards */
	uint32_t epoch;		 /* of the event that it was asked for last */
	uint32_t slot;
	bool number; /* keyed by the eight bytes of a number */
};

struct program {
	struct arena arena;
	struct arena scratch; /* values of transformers; emptied at the next event */
	uint32_t epoch;	      /* 31 bits */
	uint32_t *memo;	      /* by predicate: epoch << 1 | answer */
	const struct pred *preds;
	uint32_t pred_count;
	struct slot *slots;
	uint32_t slot_count;
	const struct instr *code;
	uint32_t code_count;
	const struct class {
		const struct entry *entries;
		uint32_t n;
		uint32_t index_count;
		struct group *groups;	   /* of 64 entries each */
		const uint64_t *always;	   /* bits of entries without guards */
		const uint64_t *always_words; /* bits of words of `always` that are not empty */
		const uint32_t *indexes;   /* to look at */
		const uint32_t *guarded;   /* by guard: place in `lists`, or 0 */
		const uint32_t *lists;	   /* number of entries, then the entries */
	} *classes; /* class 0 has no rules */
	struct index *indexes;
	uint32_t index_count;
	const uint32_t *guards; /* predicate of each guard, and of each answer of an index */
	uint64_t *candidates;	/* bits of entries that an index found; empty between events */
	uint64_t *found;	/* bits of words of `candidates` that are not empty */
	uint16_t class_of[FIELD_CODES_MAX];
	struct program_stats *stats;
	uint32_t rule_count;
	struct regex **regexes; /* to be freed */
	size_t regex_count;
};

/* The answer of a test for one value. */
bool test_value(const struct test *t, const struct value *v);

#endif
