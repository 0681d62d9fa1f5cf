/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event.h"

#include <errno.h>

#include "event/syscall.h"

#define TABLE(name)	static const struct flag_name name##_flags[] = {
#define FLAG(name, value) { name, value },
#define TABLE_END(name) { NULL, 0 } };
#include "event/flags.def"
#undef TABLE
#undef FLAG
#undef TABLE_END

#define DYN_TABLE(name)	static const struct dyn_type name##_types[] = {
#define DYN(name, type, format) { name, type, format },
#define DYN_TABLE_END(name) { NULL, PT_NONE, PF_NA } };
#include "event/dyn.def"
#undef DYN_TABLE
#undef DYN
#undef DYN_TABLE_END

#define P_NONE	{ .name = NULL, .dirfd = -1 }
#define P(n, t, f)		{ .name = n, .type = t, .format = f, .dirfd = -1 },
#define P_FLAGS(n, t, f, table)	{ .name = n, .type = t, .format = f, .dirfd = -1, .flags = table##_flags },
#define P_AT(n, t, f, fd)	{ .name = n, .type = t, .format = f, .dirfd = fd },
#define P_DYN(n, t, f, table)	{ .name = n, .type = t, .format = f, .dirfd = -1, .dyn = table##_types },

#define EVENT(code, symbol, name, category, flags, ...)                                            \
	static const struct param_info symbol##_params[] = { __VA_ARGS__ };
#include "event/events.def"
#undef EVENT

/* An event without parameters has one nameless entry, because C has no empty arrays: its row is "P_NONE". */
#define COUNT(array, text) (sizeof(text) == sizeof("P_NONE") ? 0 : ARRAY_LEN(array))

const struct event_info event_table[EVENT_CODES] = {
#define EVENT(code, symbol_, name_, category_, flags_, ...)                                        \
	[code] = { .symbol = #symbol_, .name = name_, .category = category_, .flags = flags_,      \
		   .nparams = COUNT(symbol_##_params, #__VA_ARGS__), .params = symbol_##_params },
#include "event/events.def"
#undef EVENT
};

static const struct {
	const char *name;
	unsigned int size;
} ptypes[PT_COUNT] = {
#define ROW(number, name, size) [number] = { #name, size },
	PTYPES(ROW)
#undef ROW
};

const char *ptype_name(enum ptype t)
{
	return (unsigned int)t < PT_COUNT ? ptypes[t].name : "NONE";
}

unsigned int ptype_size(enum ptype t)
{
	return (unsigned int)t < PT_COUNT ? ptypes[t].size : 0;
}

int event_decode(const void *record, size_t len, bool facts, struct event *ret,
		 const char **ret_reason)
{
	const uint8_t *p = record;
	const struct event_info *info;
	uint32_t record_len;
	uint32_t nparams;
	uint32_t offset;
	uint32_t keep;
	uint16_t type;

	if (len < EVENT_HEADER_BYTES) {
		*ret_reason = "event record shorter than its header";
		return -EBADMSG;
	}
	memcpy(&ret->ts_ns, p, 8);
	memcpy(&ret->tid, p + 8, 8);
	memcpy(&record_len, p + 16, 4);
	memcpy(&type, p + 20, 2);
	memcpy(&nparams, p + 22, 4);
	if (record_len < EVENT_HEADER_BYTES || record_len > len) {
		*ret_reason = "event length does not fit the block";
		return -EBADMSG;
	}
	if (UNLIKELY(type >= EVENT_CODES))
		return -ENODATA;
	info = &event_table[type];
	keep = info->nparams + (facts ? 1u : 0u);
	if (nparams < keep)
		keep = nparams;

	/* Every length is summed, those of surplus parameters too: the record must be consistent. */
	if (LIKELY(!(info->flags & EF_LARGE_PAYLOAD))) {
		const uint8_t *lens = p + EVENT_HEADER_BYTES;
		uint64_t sum; /* wider than an offset: a lying table must not wrap around */
		uint16_t n;

		if (nparams > (record_len - EVENT_HEADER_BYTES) / 2) {
			*ret_reason = "length table beyond the end of the event";
			return -EBADMSG;
		}
		offset = EVENT_HEADER_BYTES + nparams * 2;
		for (uint32_t i = 0; i < keep; i++) {
			ret->offset[i] = offset;
			memcpy(&n, lens + 2 * i, 2);
			offset += n;
		}
		ret->offset[keep] = offset;
		sum = offset;
		for (uint32_t i = keep; i < nparams; i++) {
			memcpy(&n, lens + (size_t)2 * i, 2);
			sum += n;
		}
		if (sum != record_len) {
			*ret_reason = "parameter lengths do not add up to the event's length";
			return -EBADMSG;
		}
	} else {
		const uint8_t *lens = p + EVENT_HEADER_BYTES;
		uint64_t at;
		uint32_t n;

		if (nparams > (record_len - EVENT_HEADER_BYTES) / 4) {
			*ret_reason = "length table beyond the end of the event";
			return -EBADMSG;
		}
		at = EVENT_HEADER_BYTES + (uint64_t)nparams * 4;
		for (uint32_t i = 0; i < nparams; i++) {
			if (i <= keep)
				ret->offset[i] = (uint32_t)at;
			memcpy(&n, lens + 4 * i, 4);
			at += n;
			if (at > record_len)
				break;
		}
		if (at != record_len) {
			*ret_reason = "parameter lengths do not add up to the event's length";
			return -EBADMSG;
		}
		if (keep == nparams)
			ret->offset[keep] = record_len;
	}
	ret->info = info;
	ret->num = 0;
	ret->type = type;
	ret->cpu = 0;
	ret->flags = 0;
	ret->has_facts = keep > info->nparams;
	ret->nparams = (uint8_t)(ret->has_facts ? keep - 1 : keep);
	ret->record = record;
	ret->record_len = record_len;
	return 0;
}

static bool is_signed(enum ptype t)
{
	switch (t) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_FD32:
	case PT_PID32:
		return true;
	default:
		return false;
	}
}

uint64_t event_u64(const struct event *ev, unsigned int i, uint64_t absent)
{
	struct str v = event_param(ev, i);
	bool sign;

	if (!v.n)
		return absent;
	sign = is_signed(ev->info->params[i].type);
	if (v.n >= 8) {
		uint64_t n;

		memcpy(&n, v.p, 8);
		return n;
	}
	if (v.n >= 4) {
		uint32_t n;

		memcpy(&n, v.p, 4);
		return sign ? (uint64_t)(int64_t)(int32_t)n : n;
	}
	if (v.n >= 2) {
		uint16_t n;

		memcpy(&n, v.p, 2);
		return sign ? (uint64_t)(int64_t)(int16_t)n : n;
	}
	return sign ? (uint64_t)(int64_t)(int8_t)v.p[0] : (uint8_t)v.p[0];
}

int64_t event_i64(const struct event *ev, unsigned int i, int64_t absent)
{
	return (int64_t)event_u64(ev, i, (uint64_t)absent);
}

bool event_fact(const struct event *ev, enum fact id, struct str *ret, uint8_t *ret_flags)
{
	const uint8_t *p;
	const uint8_t *end;

	if (!ev->has_facts)
		return false;
	p = ev->record + ev->offset[ev->nparams];
	end = ev->record + ev->offset[ev->nparams + 1];
	while (end - p >= 4) {
		uint16_t n;

		memcpy(&n, p + 2, 2);
		if (n > end - p - 4)
			return false;
		if (p[0] == id) {
			*ret = str_n(p + 4, n);
			if (ret_flags)
				*ret_flags = p[1];
			return true;
		}
		p += 4 + n;
	}
	return false;
}

int event_param_index(uint16_t type, struct str name)
{
	const struct event_info *info = &event_table[type];

	for (int i = 0; i < info->nparams; i++)
		if (str_eq_c(name, info->params[i].name))
			return i;
	return -1;
}

bool event_result(const struct event *ev, int64_t *ret)
{
	if (!event_is_exit(ev->type) || !(ev->info->category & EC_SYSCALL) ||
	    ev->type == EV_GENERIC_X || !event_has(ev, 0))
		return false;
	*ret = event_i64(ev, 0, 0);
	/* An id of 32 bits is a return value like any other: -1 is not 4294967295. */
	if (event_param(ev, 0).n == 4)
		*ret = (int32_t)*ret;
	return true;
}

unsigned int event_generic_syscall(const struct event *ev)
{
	unsigned int code = (uint16_t)event_u64(ev, 0, 0);
	int64_t native = event_i64(ev, 1, -1);

	/*
	 * Recorders that did not know a call yet wrote code 0 with the kernel's number. They ran on
	 * x86_64 in all files that are known to have this.
	 */
	if (code == SC_unknown && native >= 0)
		for (unsigned int i = 1; i < SYSCALL_CODES; i++)
			if (syscall_table[i].name && syscall_table[i].x86_64 == native)
				return i;
	return code;
}

struct str event_type_name(const struct event *ev)
{
	if (ev->type == EV_GENERIC_E || ev->type == EV_GENERIC_X) {
		const struct syscall_info *sc = syscall_find(event_generic_syscall(ev));

		if (sc)
			return str_c(sc->name);
	}
	return str_c(ev->info->name);
}
