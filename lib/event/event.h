/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event: a record as it lies in a ring buffer or a capture file, with the offsets of its
 * parameters. Nothing is copied: all bytes are borrowed from the source until its next event.
 *
 *     record: ts u64 | tid i64 | len u32 | type u16 | nparams u32 | lengths u16[n] | values
 *
 * Lengths are u32 for types with EF_LARGE_PAYLOAD. After the parameters of the table a live record
 * carries one more: its facts (facts.def), a list of u8 id, u8 flags, u16 length, bytes. A reader of
 * foreign captures cuts surplus parameters off, so what stands behind the table's is always ours.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/util.h"
#include "event/ptype.h"

enum event_code {
#define EVENT(code, symbol, ...) symbol = (code),
#include "event/events.def"
#undef EVENT
	EVENT_CODES, /* one more than the highest code */
};

/* Categories: the low six bits are one value, the rest are bits. */
enum {
	EC_UNKNOWN = 0, EC_OTHER = 1, EC_FILE = 2, EC_NET = 3, EC_IPC = 4, EC_MEMORY = 5,
	EC_PROCESS = 6, EC_SLEEP = 7, EC_SYSTEM = 8, EC_SIGNAL = 9, EC_USER = 10, EC_TIME = 11,
	EC_PROCESSING = 12, EC_IO_READ = 32, EC_IO_WRITE = 33, EC_IO_OTHER = 34,
	EC_MASK = 63,
	EC_WAIT = 64, EC_SCHEDULER = 128, EC_INTERNAL = 256, EC_SYSCALL = 512,
	EC_TRACEPOINT = 1024, EC_PLUGIN = 2048, EC_METAEVENT = 4096, EC_ITER = 8192,
};

enum {
	EF_NONE = 0, EF_CREATES_FD = 1, EF_DESTROYS_FD = 2, EF_USES_FD = 4, EF_READS_FROM_FD = 8,
	EF_WRITES_TO_FD = 16, EF_MODIFIES_STATE = 32, EF_UNUSED = 64, EF_WAITS = 128,
	EF_SKIPPARSERESET = 256, EF_OLD_VERSION = 512, EF_LARGE_PAYLOAD = 2048,
	EF_CONVERTER_MANAGED = 4096,
};

enum {
	EVENT_TABLE_PARAMS_MAX = 32,
	EVENT_PARAMS_MAX = EVENT_TABLE_PARAMS_MAX + 1, /* one more: the facts */
	EVENT_HEADER_BYTES = 26,
};

struct flag_name {
	const char *name;
	uint32_t value;
};

struct dyn_type {
	const char *name;
	enum ptype type;
	enum pformat format;
};

struct param_info {
	const char *name;
	uint8_t type;   /* enum ptype */
	uint8_t format; /* enum pformat */
	int8_t dirfd;   /* index of the parameter with the directory fd, or -1 */
	const struct flag_name *flags; /* ends with a NULL name; NULL: none */
	const struct dyn_type *dyn;    /* PT_DYN only; ends with a NULL name */
};

struct event_info {
	const char *symbol;
	const char *name;
	uint16_t category;
	uint16_t flags;
	uint8_t nparams;
	const struct param_info *params;
};

extern const struct event_info event_table[EVENT_CODES];

enum fact {
#define FACT(id, symbol, name, type, text) FACT_##symbol = (id),
#include "event/facts.def"
#undef FACT
	FACT_COUNT,
};

enum event_flag {
	EVENT_STATE_ONLY = 1, /* apply to state, do not show or match */
};

struct event {
	const struct event_info *info; /* the row of `type`; never NULL */
	uint64_t ts_ns;                /* since the epoch */
	uint64_t num;                  /* running number, from 1 */
	int64_t tid;                   /* host pid namespace; -1 for synthetic events */
	uint16_t type;
	uint16_t cpu;
	uint8_t nparams; /* parameters present, facts not counted */
	uint8_t flags;   /* enum event_flag */
	bool has_facts;  /* offset[nparams] is the start of the facts */
	const uint8_t *record; /* the whole record */
	uint32_t record_len;
	uint32_t offset[EVENT_PARAMS_MAX + 1]; /* of each value in `record`; one more: the end */
};

/* The direction of a code: odd codes are exits. */
static inline bool event_is_exit(uint16_t type)
{
	return type & 1;
}

/* The bytes of parameter i; empty (p is not NULL, n 0) when absent or unknown. */
static inline struct str event_param(const struct event *ev, unsigned int i)
{
	if (i >= ev->nparams)
		return STR("");
	return (struct str){ (const char *)ev->record + ev->offset[i],
			     ev->offset[i + 1] - ev->offset[i] };
}

static inline bool event_has(const struct event *ev, unsigned int i)
{
	return i < ev->nparams && ev->offset[i + 1] != ev->offset[i];
}

/*
 * Parameter i as a number, widened by the sign of its type from whatever length it has (1, 2, 4 or
 * 8 bytes; longer: the first 8). `absent` when it is missing or empty.
 */
int64_t event_i64(const struct event *ev, unsigned int i, int64_t absent);
uint64_t event_u64(const struct event *ev, unsigned int i, uint64_t absent);
/* Parameter i of type CHARBUF, FSPATH: the bytes before the first NUL. */
static inline struct str event_text(const struct event *ev, unsigned int i)
{
	return str_until_nul(event_param(ev, i));
}

/* The bytes of one fact. False: the record does not carry it. *ret_flags may be NULL. */
bool event_fact(const struct event *ev, enum fact id, struct str *ret, uint8_t *ret_flags);
static inline uint64_t event_fact_u64(const struct event *ev, enum fact id, uint64_t absent)
{
	struct str v;
	uint64_t n = 0;

	if (!event_fact(ev, id, &v, NULL) || !v.n)
		return absent;
	memcpy(&n, v.p, v.n < 8 ? v.n : 8);
	return n;
}

/*
 * The value that the system call returned: the first parameter of an exit, whatever its name. False:
 * the event has none.
 */
bool event_result(const struct event *ev, int64_t *ret);
/* Index of the parameter called `name` in the table of `type`, or -1. */
int event_param_index(uint16_t type, struct str name);

/*
 * Checks a record and fills *ret (`num`, `cpu` and `flags` become 0), borrowing `record`. Parameters
 * beyond the table's are cut off unless `facts` says that the record is our own.
 *
 * Returns 0; -ENODATA for a code beyond the table (skip the record); -EBADMSG when lengths do not
 * agree, with the reason in *ret_reason (static text).
 */
int event_decode(const void *record, size_t len, bool facts, struct event *ret,
		 const char **ret_reason);

/*
 * Of a generic event (EV_GENERIC_E, EV_GENERIC_X): the neutral code of its system call, SC_unknown or
 * one beyond the table when it is not known.
 */
unsigned int event_generic_syscall(const struct event *ev);

/* Name as evt.type shows it: the event's, or the system call's for generic events. Static. */
struct str event_type_name(const struct event *ev);

#endif
