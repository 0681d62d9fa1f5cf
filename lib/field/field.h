/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names for facts: what a rule can ask for. A field is a row with its name, type, argument, flags,
 * extractor and meaning; --list, the reference docs and the checks of conditions come from the row.
 *
 *     condition --> field_find() --> struct field_def ... field_get(ctx) --> struct value
 *
 * This header is all that lib/rule sees of the sensor: it does not know what an event is, only that
 * a struct field_ctx can be asked.
 */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "event/ptype.h"

struct field_ctx; /* field/ctx.h: one event with the state around it */

enum field_flag {
	FIELD_LIST = 1,           /* several values at once: get_all */
	FIELD_ANY = 2,            /* several candidates: a check is true when it is true for one */
	FIELD_ENDS = 4,           /* two ends: as FIELD_ANY, but != means that no end equals */
	FIELD_FILTER_ONLY = 8,    /* nothing to print */
	FIELD_PRINT_ONLY = 16,
	FIELD_NO_RHS = 32,        /* not on the right side, not compared with a field */
	FIELD_NO_TRANSFORMER = 64,
	FIELD_HIDDEN = 128,       /* valid, but left out of listings */
	FIELD_DEPRECATED = 256,
	FIELD_SUGGESTED = 512,
	FIELD_TYPE_NAMES = 1024,  /* literals must be known event names (evt.type, syscall.type) */
	FIELD_ANY_IF_NO_ARG = 2048, /* FIELD_ANY only when used without argument (proc.aname) */
	FIELD_EVENT_TYPE = 4096,  /* decided by the event's code alone: evt.type and its kin */
	FIELD_CHEAP = 8192,       /* costs about as much as a load: evaluated first */
	FIELD_WITHIN = 16384,     /* only `=`, which means "not more than" (evt.around) */
	FIELD_TIME_TEXT = 32768,  /* text of the event's time: in JSON its nanoseconds */
};

enum field_arg_kind {
	FIELD_ARG_NONE,
	FIELD_ARG_OPTIONAL_INDEX, /* [N] */
	FIELD_ARG_OPTIONAL_KEY,   /* [KEY] */
	FIELD_ARG_OPTIONAL_BOTH,  /* [N] or [KEY] */
	FIELD_ARG_INDEX,
	FIELD_ARG_KEY,            /* [KEY] or .KEY */
	FIELD_ARG_BOTH,           /* .NAME, [NAME] or [N] */
};

/* The argument of a use of a field, prepared once when the condition is compiled. */
struct field_arg {
	bool given;
	bool is_index;
	uint64_t index;
	struct str key;
	int64_t aux; /* what the field's prepare() left here; PT_DYN rows: the enum ptype of the values,
		      * PT_DYN when it differs from event to event */
};

/* A typed value; `type` says which member counts. Texts and bytes are borrowed until the next event. */
struct value {
	enum ptype type;
	union {
		int64_t i;    /* INT*, ERRNO, FD, PID */
		uint64_t u;   /* UINT*, FLAGS*, PORT, UID, GID, MODE, RELTIME, ABSTIME, BOOL (0 or 1) */
		double d;     /* DOUBLE */
		struct str s; /* CHARBUF, FSPATH, FSRELPATH (without NUL), BYTEBUF; IPADDR: 4 or 16 bytes */
	};
};

struct field_def {
	const char *name;
	enum ptype type; /* PT_DYN: decided by prepare() or at extraction */
	enum pformat format;
	uint32_t flags; /* enum field_flag */
	enum field_arg_kind arg;
	/* One value: for output, and for checks unless get_all is used. False: there is none. */
	bool (*get)(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
	/* FIELD_LIST, FIELD_ANY, FIELD_ENDS: at most `max` values. Returns how many; 0: none. */
	size_t (*get_all)(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			  size_t max);
	/*
	 * Checks and prepares an argument when a condition is loaded. NULL: nothing to do. Returns 0,
	 * or -EINVAL with a static or arg-borrowed reason in *ret_reason.
	 */
	int (*prepare)(struct field_arg *arg, const char **ret_reason);
	const char *text; /* meaning */
};

/* One class of fields ("process"): a table, its title and the sources it applies to. */
struct field_list {
	const char *name;
	const char *text;
	const char *source; /* "syscall", or NULL: any */
	const struct field_def *fields;
	size_t count;
	const char *scope; /* tells classes of one name apart in listings; NULL: no need */
};

#define FIELD_VALUES_MAX 64 /* most values that get_all is asked for */

/* All classes in listing order; ends with NULL. */
const struct field_list *const *field_classes(void);
/* The row called `name` (without argument), or NULL. Linear in neither: hashed. Static. */
const struct field_def *field_find(struct str name);
/*
 * The longest row name that `text` starts with, up to a character that cannot belong to a name, and
 * for a row with a key argument the name only: "evt.arg.flags" finds evt.arg. NULL: none.
 */
const struct field_def *field_find_prefix(struct str text, size_t *ret_name_len);

/*
 * A number for everything a value can depend on beside the event's code, so that a compiled rule may
 * keep results: see rule/program.h. Here only the event's code: index into the programs.
 */
uint16_t field_ctx_code(const struct field_ctx *ctx);

/* --- names of event types, for the index by type and the check of literals ------------------- */

#define FIELD_CODES_MAX 512 /* event codes are below this */

struct code_set {
	uint64_t bits[FIELD_CODES_MAX / 64];
};

struct syscall_set {
	uint64_t bits[512 / 64];
};

static inline bool code_set_has(const struct code_set *s, unsigned int code)
{
	return s->bits[code / 64] >> (code % 64) & 1;
}

/* All codes that exist. */
void field_codes_all(struct code_set *ret);
/*
 * Codes and system calls that evt.type = name can be true for (all versions, both directions; a
 * generic system call gives codes 0 and 1). False: no such event, system call or async event.
 */
bool field_codes_of(struct str name, struct code_set *ret, struct syscall_set *ret_syscalls);
/*
 * Name that evt.type has for `code`; empty for codes whose name depends on the event (generic
 * system calls, async events), which have to be compared at run time.
 */
struct str field_code_name(unsigned int code);

/*
 * Value of a row with FIELD_EVENT_TYPE for every event of `code`: 1 with *ret filled, 0 when there is
 * none, -EAGAIN when it depends on the event after all (generic system calls, async events).
 */
int field_get_of_code(const struct field_def *def, const struct field_arg *arg, unsigned int code,
		      struct value *ret);

/* --- values ---------------------------------------------------------------------------------- */

struct buf;

/* How byte buffers are printed. */
enum value_bytes {
	VALUE_BYTES_TEXT,   /* printable characters, others as '.' */
	VALUE_BYTES_BASE64,
};

/*
 * Appends the text of a value as an output shows it (docs/reference, rendering): numbers by format,
 * texts with control characters, DEL and bytes of invalid UTF-8 replaced by U+FFFD.
 */
void value_print(const struct value *v, enum pformat format, enum value_bytes mode, struct buf *b);

#endif
