/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/scap_convert.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/print.h"
#include "tests/support/record.h"

/* The rows once more, as the test reads them: the .def file is the only list. */
enum { STORE, STORE_AND_PASS, PASS, ADD_PARAMS, CHANGE_TYPE };
enum { OP_END, OP_OLD, OP_ENTER, OP_OTHER };

struct row {
	uint16_t code;
	uint8_t nparams;
	uint8_t action;
	int16_t to;
	struct {
		uint8_t op;
		uint8_t param;
	} instructions[EVENT_TABLE_PARAMS_MAX];
};

static const struct row rows[] = {
#define OLD(n)		{ OP_OLD, n },
#define ENTER_D(n)	{ OP_ENTER, n },
#define ENTER_E(n)	{ OP_ENTER, n },
#define EMPTY		{ OP_OTHER, 0 },
#define DEFAULT		{ OP_OTHER, 0 },
#define CALLBACK	{ OP_OTHER, 0 },
#define NO_INSTRUCTIONS { OP_END, 0 }
#define CONVERT(code_, nparams_, action_, to_, ...)                                                \
	{ .code = code_, .nparams = nparams_, .action = action_, .to = to_,                        \
	  .instructions = { __VA_ARGS__ } },
#include "capture/scap_convert.def"
#undef CONVERT
};

static unsigned int added(const struct row *row)
{
	unsigned int n = 0;

	while (n < EVENT_TABLE_PARAMS_MAX && row->instructions[n].op != OP_END)
		n++;
	return n;
}

static bool is_stored_and_passed(const struct event *ev)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].code == ev->type && rows[i].nparams == ev->nparams)
			return rows[i].action == STORE_AND_PASS;
	return false;
}

static void rows_are_sound(void **state)
{
	unsigned int actions[CHANGE_TYPE + 1] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		const struct event_info *info = &event_table[row->code];

		/* The converter looks rows up by their order. */
		if (i)
			assert_true(row->code > rows[i - 1].code ||
				    (row->code == rows[i - 1].code &&
				     row->nparams > rows[i - 1].nparams));
		actions[row->action]++;
		assert_true(info->flags & EF_CONVERTER_MANAGED);
		assert_true(row->nparams <= info->nparams);
		assert_int_equal(row->action == CHANGE_TYPE, row->to >= 0);
		if (row->action == ADD_PARAMS)
			assert_true(row->nparams + added(row) <= info->nparams && added(row));
		else if (row->action == CHANGE_TYPE)
			assert_true(added(row) <= event_table[row->to].nparams);
		else
			assert_int_equal(added(row), 0);
		for (unsigned int n = 0; n < added(row); n++) {
			if (row->instructions[n].op == OP_OLD)
				assert_true(row->instructions[n].param < row->nparams);
			if (row->instructions[n].op == OP_ENTER) {
				assert_true(event_is_exit(row->code));
				assert_true(row->instructions[n].param <
					    event_table[row->code - 1].nparams);
			}
		}
	}
	assert_int_equal(actions[STORE], 88);
	assert_int_equal(actions[STORE_AND_PASS], 2);
	assert_int_equal(actions[PASS], 5);
	assert_int_equal(actions[ADD_PARAMS], 117);
	assert_int_equal(actions[CHANGE_TYPE], 41);
}

/* --- single events --------------------------------------------------------------------------- */

struct fixture {
	struct scap_convert c;
	struct record r;
	struct buf text;
	const char *reason;
};

static void fixture_init(struct fixture *f)
{
	scap_convert_init(&f->c);
	f->r = (struct record)RECORD_INIT;
	f->text = (struct buf)BUF_INIT((size_t)1 << 20);
}

static void fixture_fini(struct fixture *f)
{
	scap_convert_fini(&f->c);
	record_cleanup(&f->r);
	buf_cleanup(&f->text);
}

/* Gives the record to the converter; the text of what comes out is in f->text. */
static int apply(struct fixture *f)
{
	struct str bytes = record_end(&f->r);
	struct event ev;
	int r;

	assert_int_equal(event_decode(bytes.p, bytes.n, false, &ev, &f->reason), 0);
	ev.cpu = 3;
	ev.flags = EVENT_STATE_ONLY;
	buf_reset(&f->text);
	r = scap_convert_apply(&f->c, &ev, &f->reason);
	if (r == SCAP_PASS) {
		assert_int_equal(ev.cpu, 3);
		assert_int_equal(ev.flags, EVENT_STATE_ONLY);
		buf_printf(&f->text, "%lu %ld %s ", ev.ts_ns, ev.tid, ev.info->symbol);
		event_print_args(&ev, NULL, EVENT_BYTES_TEXT, &f->text);
	}
	buf_byte(&f->text, '\0');
	return r;
}

static void want(struct fixture *f, const char *text)
{
	if (text) {
		assert_int_equal(apply(f), SCAP_PASS);
		assert_string_equal(f->text.data, text);
	} else {
		assert_int_equal(apply(f), SCAP_DROP);
	}
}

static void exit_takes_from_enter(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_SYSCALL_READ_E, 1, 42);
	record_i64(&f.r, 5);
	record_u32(&f.r, 4096);
	want(&f, NULL);
	/* Another thread's exit does not take it. */
	record_start(&f.r, EV_SYSCALL_READ_X, 2, 43);
	record_i64(&f.r, 3);
	record_bytes(&f.r, "abc", 3);
	want(&f, "2 43 EV_SYSCALL_READ_X res=3 data=abc fd=0 size=0");
	record_start(&f.r, EV_SYSCALL_READ_X, 3, 42);
	record_i64(&f.r, 3);
	record_bytes(&f.r, "abc", 3);
	want(&f, "3 42 EV_SYSCALL_READ_X res=3 data=abc fd=5 size=4096");
	assert_int_equal(f.c.without_enter, 1);
	/* It is used up. */
	want(&f, "3 42 EV_SYSCALL_READ_X res=3 data=abc fd=0 size=0");
	assert_int_equal(f.c.without_enter, 2);
	assert_int_equal(f.c.converted, 3);
	fixture_fini(&f);
}

/* With events lost, the last enter may be another call's; its parameters would be lies. */
static void other_enter_is_not_used(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_SYSCALL_WRITE_E, 1, 42);
	record_i64(&f.r, 5);
	record_u32(&f.r, 4096);
	want(&f, NULL);
	record_start(&f.r, EV_SYSCALL_READ_X, 2, 42);
	record_i64(&f.r, 0);
	record_empty(&f.r);
	want(&f, "2 42 EV_SYSCALL_READ_X res=0 data=NULL fd=0 size=0");
	assert_int_equal(f.c.without_enter, 1);
	/* An enter with fewer parameters than it should have had. */
	record_start(&f.r, EV_SYSCALL_READ_E, 1, 42);
	record_i64(&f.r, 5);
	assert_int_equal(apply(&f), -EBADMSG);
	fixture_fini(&f);
}

static void current_events_pass(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_SYSCALL_CLOSE_X, 1, 2);
	record_i64(&f.r, 0);
	record_i64(&f.r, 9);
	want(&f, "1 2 EV_SYSCALL_CLOSE_X res=0 fd=9");
	/* Not managed by the converter: never touched, however short. */
	record_start(&f.r, EV_SYSCALL_GETCWD_X, 1, 2);
	record_i64(&f.r, 0);
	want(&f, "1 2 EV_SYSCALL_GETCWD_X res=0");
	/* Enter events that are still delivered. */
	record_start(&f.r, EV_SYSCALL_OPEN_E, 1, 2);
	record_text(&f.r, "/x");
	record_u32(&f.r, 1);
	record_u32(&f.r, 0);
	want(&f, "1 2 EV_SYSCALL_OPEN_E name=/x flags=1(O_RDONLY) mode=0");
	assert_int_equal(f.c.converted, 0);
	/* Kept and delivered. */
	record_start(&f.r, EV_SOCKET_CONNECT_E, 1, 2);
	record_i64(&f.r, 7);
	record_bytes(&f.r, "\2\1\2\3\4\x50\0", 7);
	want(&f, "1 2 EV_SOCKET_CONNECT_E fd=7 addr=1.2.3.4:80");
	record_start(&f.r, EV_SOCKET_CONNECT_X, 1, 2);
	record_i64(&f.r, 0);
	record_empty(&f.r);
	want(&f, "1 2 EV_SOCKET_CONNECT_X res=0 tuple=NULL fd=7 addr=<NA>");
	fixture_fini(&f);
}

static void useless_events_are_dropped(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		const struct event_info *info = &event_table[code];

		if ((info->flags & EF_CONVERTER_MANAGED) ||
		    !(info->flags & (EF_UNUSED | EF_OLD_VERSION)))
			continue;
		record_start(&f.r, (uint16_t)code, 1, 2);
		want(&f, NULL);
	}
	fixture_fini(&f);
}

/* The first version of execve becomes today's in many steps. */
static void long_chain(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_SYSCALL_EXECVE_8_X, 5, 6);
	record_i64(&f.r, 0);
	record_text(&f.r, "cat");
	record_bytes(&f.r, "a\0b\0", 4);
	record_i64(&f.r, 6);
	record_i64(&f.r, 6);
	record_i64(&f.r, 1);
	record_text(&f.r, "/home");
	record_i64(&f.r, 1024);
	assert_int_equal(apply(&f), SCAP_PASS);
	assert_true(str_starts(buf_str(&f.text),
			       STR("5 6 EV_SYSCALL_EXECVE_19_X res=0 exe=cat args=a.b. tid=6 pid=6 ptid=1 "
				   "cwd=/home fdlimit=1024 pgft_maj=<NA> ")));
	assert_true(f.c.converted > 5);
	fixture_fini(&f);
}

static void container_json(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_CONTAINER_E, 5, -1);
	record_text(&f.r, "abc");
	record_u32(&f.r, 2);
	record_text(&f.r, "na\"me\\\n");
	record_text(&f.r, "img");
	assert_int_equal(apply(&f), SCAP_PASS);
	assert_non_null(strstr(f.text.data, "{\"id\":\"abc\",\"type\":2,\"name\":\"na\\\"me\\\\\\u000a\","
					    "\"image\":\"img\"}"));
	fixture_fini(&f);
}

/* Values longer than their type are cut, so that no reader meets a number of nine bytes. */
static void lengths_are_capped(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	record_start(&f.r, EV_SYSCALL_READ_E, 1, 42);
	record_bytes(&f.r, "\5\0\0\0\0\0\0\0\7\7\7\7", 12);
	record_bytes(&f.r, "\1\0\0\0\0\0\0\0", 8);
	want(&f, NULL);
	record_start(&f.r, EV_SYSCALL_READ_X, 2, 42);
	record_bytes(&f.r, "\3\0\0\0\0\0\0\0\1\1", 10);
	record_bytes(&f.r, "abc", 3);
	want(&f, "2 42 EV_SYSCALL_READ_X res=3 data=abc fd=5 size=1");
	fixture_fini(&f);
}

/*
 * Every row, with and without the enter event: the outcome is dropped or current, and no type of
 * record runs in circles. The address sanitizer watches.
 */
static void every_row_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (int with_enter = 0; with_enter < 2; with_enter++) {
			const struct row *row = &rows[i];
			struct fixture f;
			struct event ev;
			struct str bytes;
			int r;

			fixture_init(&f);
			if (with_enter && event_is_exit(row->code)) {
				const struct event_info *info = &event_table[row->code - 1];

				record_start(&f.r, row->code - 1, 1, 42);
				for (unsigned int n = 0; n < info->nparams; n++)
					record_i64(&f.r, 1);
				apply(&f);
			}
			record_start(&f.r, row->code, 2, 42);
			for (unsigned int n = 0; n < row->nparams; n++)
				record_i64(&f.r, 2);
			bytes = record_end(&f.r);
			assert_int_equal(event_decode(bytes.p, bytes.n, false, &ev, &f.reason), 0);
			r = scap_convert_apply(&f.c, &ev, &f.reason);
			if (r < 0)
				fail_msg("row %u/%u: %s", row->code, row->nparams, f.reason);
			if (row->action == STORE)
				assert_int_equal(r, SCAP_DROP);
			if (r == SCAP_PASS) {
				assert_int_equal(ev.ts_ns, 2);
				assert_int_equal(ev.tid, 42);
				assert_true(is_stored_and_passed(&ev) ||
					    scap_convert_is_current(&f.c, &ev));
				if (event_is_exit(ev.type) && (ev.info->flags & EF_CONVERTER_MANAGED))
					assert_int_equal(ev.nparams, ev.info->nparams);
			}
			fixture_fini(&f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(exit_takes_from_enter),
		cmocka_unit_test(other_enter_is_not_used),
		cmocka_unit_test(current_events_pass),
		cmocka_unit_test(useless_events_are_dropped),
		cmocka_unit_test(long_chain),
		cmocka_unit_test(container_json),
		cmocka_unit_test(lengths_are_capped),
		cmocka_unit_test(every_row_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
