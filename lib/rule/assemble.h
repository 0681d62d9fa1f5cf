/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions of all files to a rule set: exceptions and lists become text, macros trees, conditions
 * and outputs programs' raw material. Each assembly starts afresh in an arena of its own.
 */
#ifndef RULE_ASSEMBLE_H
#define RULE_ASSEMBLE_H

#include "rule/definitions.h"

/* Names that something refers to, each once, in order of appearance. */
struct name_list {
	struct name_ref *first;
	struct name_ref **end; /* NULL: empty */
};

struct name_ref {
	struct name_ref *next;
	struct str name;
};

/* What the description of a rule tells beside the rule itself. */
struct rule_notes {
	const struct rule_def *def;
	struct name_list lists, macros;
};

struct macro_notes {
	const struct macro_def *def;
	struct cond *tree;
	struct name_list lists, macros;
};

struct assembled {
	/* All rules that could be compiled, disabled ones too, in order of definition. */
	struct rule_set *set;
	struct rule_notes *notes;   /* one per rule of the set */
	struct macro_notes *macros; /* one per macro */
	size_t macro_count;
};

void assembled_fini(struct assembled *c);
/* 0; -EBADMSG with an error added to `r`; -ENOMEM. */
int assemble(struct definitions *d, const struct rule_loader_options *options,
	    struct load_result *r, struct assembled *ret);

#endif
