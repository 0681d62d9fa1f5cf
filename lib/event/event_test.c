/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/event.h"
#include "event/syscall.h"
#include "tests/support/record.h"

static void put_u32(struct str record, size_t at, uint32_t v)
{
	memcpy((char *)record.p + at, &v, 4);
}

static void put_u16(struct str record, size_t at, uint16_t v)
{
	memcpy((char *)record.p + at, &v, 2);
}

/*
 * Decodes a copy whose end is the end of its allocation, so that the address sanitizer sees any
 * read behind it.
 */
static int decode(struct str record, bool facts, struct event *ev, char **ret_copy,
		  const char **ret_reason)
{
	*ret_copy = malloc(record.n ? record.n : 1);
	assert_non_null(*ret_copy);
	if (record.n)
		memcpy(*ret_copy, record.p, record.n);
	*ret_reason = NULL;
	return event_decode(*ret_copy, record.n, facts, ev, ret_reason);
}

static void decodes_current_event(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	const char *reason;
	struct event ev;
	int64_t result;

	(void)state;
	record_start(&r, EV_SYSCALL_CLOSE_X, 123456789, 42);
	record_i64(&r, -9);
	record_i64(&r, 3);
	assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
	assert_int_equal(ev.ts_ns, 123456789);
	assert_int_equal(ev.tid, 42);
	assert_int_equal(ev.type, EV_SYSCALL_CLOSE_X);
	assert_int_equal(ev.nparams, 2);
	assert_ptr_equal(ev.info, &event_table[EV_SYSCALL_CLOSE_X]);
	assert_int_equal(ev.record_len, r.out.len);
	assert_int_equal(event_i64(&ev, 0, 0), -9);
	assert_int_equal(event_i64(&ev, 1, 0), 3);
	assert_int_equal(event_i64(&ev, 2, 77), 77);
	assert_false(event_has(&ev, 2));
	assert_true(event_result(&ev, &result));
	assert_int_equal(result, -9);
	assert_false(ev.has_facts);
}

/* What a call returned stands first in its exit, whatever the name; nothing else has a result. */
static void finds_result(void **state)
{
	static const struct {
		uint16_t type;
		uint32_t bytes; /* of the first parameter; 0: the record has none */
		int64_t first;
		bool has;
	} cases[] = {
		{ EV_SYSCALL_CLOSE_X, 8, -9, true },	  /* res */
		{ EV_SYSCALL_OPEN_X, 8, 5, true },	  /* fd */
		{ EV_SYSCALL_GETEUID_X, 4, 1000, true },  /* euid */
		{ EV_SYSCALL_GETEUID_X, 4, -1, true },	  /* signed, although an id is not */
		{ EV_SYSCALL_CLOSE_X, 0, 0, false },
		{ EV_SYSCALL_CLOSE_E, 8, 3, false },
		{ EV_PROCEXIT_1_E, 8, 0, false },
		{ EV_GENERIC_X, 2, 7, false }, /* the code of the call */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(free_ptr) char *copy = NULL;
		const char *reason;
		struct event ev;
		int64_t result = -77;

		record_start(&r, cases[i].type, 1, 2);
		if (cases[i].bytes)
			record_bytes(&r, &cases[i].first, cases[i].bytes);
		assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
		assert_int_equal(event_result(&ev, &result), cases[i].has);
		assert_int_equal(result, cases[i].has ? cases[i].first : -77);
	}
}

/* Parameters that the record does not have are absent, not wrong. */
static void missing_params_are_absent(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	const char *reason;
	struct event ev;

	(void)state;
	for (uint32_t present = 0; present <= 6; present++) {
		CLEANUP(free_ptr) char *copy = NULL;

		record_start(&r, EV_SYSCALL_OPEN_X, 1, 2);
		for (uint32_t i = 0; i < present; i++)
			record_u32(&r, i + 1);
		assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
		assert_int_equal(ev.nparams, present);
		for (unsigned int i = 0; i < 8; i++) {
			assert_int_equal(event_has(&ev, i), i < present);
			assert_int_equal(event_param(&ev, i).n, i < present ? 4 : 0);
			assert_non_null(event_param(&ev, i).p);
		}
	}
}

/* A newer layout has more parameters than the table: they are cut off, and do not become facts. */
static void surplus_params_are_cut(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	const char *reason;
	struct event ev;
	struct str fact;

	(void)state;
	record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
	record_i64(&r, 0);
	record_i64(&r, 3);
	record_text(&r, "surplus");
	record_text(&r, "more surplus");
	assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
	assert_int_equal(ev.nparams, 2);
	assert_false(event_fact(&ev, FACT_PATH, &fact, NULL));
	assert_int_equal(event_i64(&ev, 1, 0), 3);
}

static void facts_stand_behind_params(void **state)
{
	static const uint8_t facts[] = { FACT_INO, 0, 8,   0,	1,   0,	  0,   0,   0, 0, 0,
					 0,	   FACT_PATH, 1, 4, 0, '/', 'e', 't', 'c' };
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	CLEANUP(free_ptr) char *copy2 = NULL;
	const char *reason;
	struct event ev;
	struct str fact;
	uint8_t flags;

	(void)state;
	record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
	record_i64(&r, 0);
	record_i64(&r, 3);
	record_bytes(&r, facts, sizeof(facts));
	assert_int_equal(decode(record_end(&r), true, &ev, &copy, &reason), 0);
	assert_int_equal(ev.nparams, 2);
	assert_true(ev.has_facts);
	assert_true(event_fact(&ev, FACT_PATH, &fact, &flags));
	assert_true(str_eq(fact, STR("/etc")));
	assert_int_equal(flags, 1);
	assert_true(event_fact(&ev, FACT_INO, &fact, NULL));
	assert_int_equal(fact.n, 8);
	assert_false(event_fact(&ev, FACT_CWD, &fact, NULL));

	/* A length that lies ends the list. */
	record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
	record_i64(&r, 0);
	record_i64(&r, 3);
	record_bytes(&r, facts, sizeof(facts) - 1);
	assert_int_equal(decode(record_end(&r), true, &ev, &copy2, &reason), 0);
	assert_true(event_fact(&ev, FACT_INO, &fact, NULL));
	assert_false(event_fact(&ev, FACT_PATH, &fact, NULL));
}

static void wrong_lengths_are_refused(void **state)
{
	static const struct {
		const char *what;
		size_t at; /* where `value` is written */
		unsigned int bytes;
		uint32_t value;
		const char *reason;
	} cases[] = {
		{ "length below the header", 16, 4, 25, "event length does not fit the block" },
		{ "length of 0", 16, 4, 0, "event length does not fit the block" },
		{ "length beyond the bytes", 16, 4, 47, "event length does not fit the block" },
		{ "length of 4 GiB", 16, 4, UINT32_MAX, "event length does not fit the block" },
		{ "length one short", 16, 4, 45,
		  "parameter lengths do not add up to the event's length" },
		{ "too many parameters", 22, 4, 11,
		  "length table beyond the end of the event" },
		{ "a billion parameters", 22, 4, 0x80000001,
		  "length table beyond the end of the event" },
		{ "one parameter less", 22, 4, 1,
		  "parameter lengths do not add up to the event's length" },
		{ "a parameter one longer", 26, 2, 9,
		  "parameter lengths do not add up to the event's length" },
		{ "a parameter far too long", 28, 2, 65535,
		  "parameter lengths do not add up to the event's length" },
	};
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(free_ptr) char *copy = NULL;
		const char *reason;
		struct event ev;
		struct str bytes;

		record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
		record_i64(&r, 0);
		record_i64(&r, 3);
		bytes = record_end(&r);
		if (cases[i].bytes == 4)
			put_u32(bytes, cases[i].at, cases[i].value);
		else
			put_u16(bytes, cases[i].at, (uint16_t)cases[i].value);
		assert_int_equal(decode(bytes, false, &ev, &copy, &reason), -EBADMSG);
		assert_string_equal(reason, cases[i].reason);
	}
}

/* Every cut of a good record is refused, whatever type it has; the sanitizer watches the reads. */
static void every_cut_is_refused(void **state)
{
	static const uint16_t types[] = { EV_SYSCALL_OPEN_X, EV_ASYNCEVENT_E, EV_PLUGINEVENT_E };
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(types); t++) {
		struct str bytes;

		record_start(&r, types[t], 1, 2);
		record_u32(&r, 1);
		record_text(&r, "one");
		bytes = record_end(&r);
		for (size_t n = 0; n < bytes.n; n++) {
			CLEANUP(free_ptr) char *copy = NULL;
			const char *reason;
			struct event ev;

			assert_int_equal(decode(str_first(bytes, n), false, &ev, &copy, &reason),
					 -EBADMSG);
			assert_non_null(reason);
		}
	}
}

static void large_payload(void **state)
{
	enum { BYTES = 200000 };
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	CLEANUP(free_ptr) char *copy2 = NULL;
	CLEANUP(free_ptr) char *data = calloc(1, BYTES);
	const char *reason;
	struct event ev;

	(void)state;
	record_start(&r, EV_PLUGINEVENT_E, 1, -1);
	record_u32(&r, 999);
	record_bytes(&r, data, BYTES);
	assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
	assert_int_equal(ev.nparams, 2);
	assert_int_equal(event_u64(&ev, 0, 0), 999);
	assert_int_equal(event_param(&ev, 1).n, BYTES);

	/* The sum of two lengths overflows 32 bits: refused, not wrapped. */
	put_u32(buf_str(&r.out), 26, UINT32_MAX);
	put_u32(buf_str(&r.out), 30, BYTES + 5);
	assert_int_equal(decode(buf_str(&r.out), false, &ev, &copy2, &reason), -EBADMSG);
}

static void large_payload_surplus(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	const char *reason;
	struct event ev;

	(void)state;
	record_start(&r, EV_PLUGINEVENT_E, 1, -1);
	record_u32(&r, 999);
	record_text(&r, "data");
	record_text(&r, "surplus");
	record_text(&r, "more");
	assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
	assert_int_equal(ev.nparams, 2);
	assert_true(str_eq(event_text(&ev, 1), STR("data")));
	assert_int_equal(event_param(&ev, 1).n, 5);
}

static void unknown_code_is_skipped(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	const char *reason;

	(void)state;
	for (uint32_t type = EVENT_CODES; type <= UINT16_MAX; type += 1000) {
		CLEANUP(free_ptr) char *copy = NULL;
		struct event ev;

		record_start(&r, (uint16_t)type, 1, 2);
		assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), -ENODATA);
	}
}

static void numbers_of_any_width(void **state)
{
	static const struct {
		unsigned int bytes;
		uint64_t stored;
		int64_t as_errno; /* parameter 0 of close: signed */
	} cases[] = {
		{ 1, 0xfe, -2 },	 { 2, 0xfffe, -2 },	  { 4, 0xfffffffe, -2 },
		{ 8, UINT64_MAX - 1, -2 }, { 1, 0x7f, 127 },	  { 2, 0x7fff, 32767 },
		{ 4, 0x7fffffff, 2147483647 }, { 3, 0x00fffe, -2 }, { 0, 0, 1234 },
	};
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(free_ptr) char *copy = NULL;
		const char *reason;
		struct event ev;

		record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
		record_bytes(&r, &cases[i].stored, cases[i].bytes);
		assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
		assert_int_equal(event_i64(&ev, 0, 1234), cases[i].as_errno);
	}
}

static void names(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	CLEANUP(free_ptr) char *copy2 = NULL;
	CLEANUP(free_ptr) char *copy3 = NULL;
	const char *reason;
	struct event ev;

	(void)state;
	assert_int_equal(event_param_index(EV_SYSCALL_OPEN_X, STR("flags")), 2);
	assert_int_equal(event_param_index(EV_SYSCALL_OPEN_X, STR("flag")), -1);
	record_start(&r, EV_GENERIC_X, 1, 2);
	record_u16(&r, (uint16_t)syscall_by_name(STR("getrandom")));
	assert_int_equal(decode(record_end(&r), false, &ev, &copy, &reason), 0);
	assert_true(str_eq(event_type_name(&ev), STR("getrandom")));
	record_start(&r, EV_GENERIC_X, 1, 2);
	record_u16(&r, 60000);
	assert_int_equal(decode(record_end(&r), false, &ev, &copy2, &reason), 0);
	assert_true(str_eq(event_type_name(&ev), STR("syscall")));
	/* A call that the recorder did not know, under the kernel's number. */
	record_start(&r, EV_GENERIC_X, 1, 2);
	record_u16(&r, 0);
	record_u16(&r, 221);
	assert_int_equal(decode(record_end(&r), false, &ev, &copy3, &reason), 0);
	assert_true(str_eq(event_type_name(&ev), STR("fadvise64")));
}

/* Lengths whose sum in 32 bits comes round to the record's length: 65537 * 65535 + 1 = 2^32. */
static void sum_does_not_wrap(void **state)
{
	enum { N = 65538 };
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(free_ptr) char *copy = NULL;
	const char *reason;
	struct event ev;
	struct str bytes;

	(void)state;
	record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
	for (size_t i = 0; i < N; i++)
		put_number(&r.values, i == N - 1 ? 1 : UINT16_MAX, 2, false);
	bytes = record_end(&r);
	put_u32(bytes, 22, N);
	assert_int_equal(bytes.n, EVENT_HEADER_BYTES + 2 * N);
	assert_int_equal(decode(bytes, false, &ev, &copy, &reason), -EBADMSG);
}

/* What the rest of the program takes for granted about the table. */
static void table_is_sound(void **state)
{
	(void)state;
	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		const struct event_info *info = &event_table[code];

		assert_non_null(info->name);
		assert_non_null(info->symbol);
		assert_in_range(info->nparams, 0, EVENT_TABLE_PARAMS_MAX);
		for (int i = 0; i < info->nparams; i++) {
			const struct param_info *p = &info->params[i];

			assert_non_null(p->name);
			assert_true(p->type > PT_NONE && p->type < PT_COUNT);
			assert_true(p->dirfd < info->nparams);
			assert_int_equal(p->type == PT_DYN, p->dyn != NULL);
		}
	}
	assert_int_equal(syscall_by_name(STR("no such call")), -1);
	assert_null(syscall_find(SYSCALL_CODES));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(decodes_current_event),
		cmocka_unit_test(finds_result),
		cmocka_unit_test(missing_params_are_absent),
		cmocka_unit_test(surplus_params_are_cut),
		cmocka_unit_test(facts_stand_behind_params),
		cmocka_unit_test(wrong_lengths_are_refused),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(large_payload),
		cmocka_unit_test(large_payload_surplus),
		cmocka_unit_test(unknown_code_is_skipped),
		cmocka_unit_test(numbers_of_any_width),
		cmocka_unit_test(names),
		cmocka_unit_test(sum_does_not_wrap),
		cmocka_unit_test(table_is_sound),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
