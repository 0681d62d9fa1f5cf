/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/enter_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/record.h"

/* An event of a thread whose record has `bytes` bytes, each of them `fill`. */
static void put(struct enter_store *s, int64_t tid, uint32_t bytes, int fill)
{
	CLEANUP(free_ptr) uint8_t *record = malloc(bytes);
	struct event ev = { .info = &event_table[0], .tid = tid, .record = record,
			    .record_len = bytes };

	assert_non_null(record);
	memset(record, fill, bytes);
	assert_int_equal(enter_store_put(s, &ev), 0);
}

static bool has(const struct enter_store *s, int64_t tid, uint32_t bytes, int fill)
{
	const struct enter *e = enter_store_find(s, tid);

	if (!e)
		return false;
	assert_int_equal(e->tid, tid);
	assert_int_equal(e->record_len, bytes);
	for (uint32_t i = 0; i < bytes; i++)
		assert_int_equal(e->record[i], fill & 0xff);
	return true;
}

static void keeps_the_last_of_each(void **state)
{
	struct enter_store s;

	(void)state;
	enter_store_init(&s);
	assert_null(enter_store_find(&s, 1));
	enter_store_drop(&s, 1);
	enter_store_clear(&s);
	put(&s, 1, 40, 1);
	put(&s, -1, 50, 2);
	put(&s, INT64_MIN, 60, 3);
	assert_true(has(&s, 1, 40, 1));
	assert_true(has(&s, -1, 50, 2));
	assert_true(has(&s, INT64_MIN, 60, 3));
	put(&s, 1, 4000, 4);
	assert_true(has(&s, 1, 4000, 4));
	put(&s, 1, 30, 5);
	assert_true(has(&s, 1, 30, 5));
	enter_store_drop(&s, -1);
	assert_null(enter_store_find(&s, -1));
	assert_true(has(&s, 1, 30, 5));
	enter_store_clear(&s);
	assert_null(enter_store_find(&s, 1));
	assert_null(enter_store_find(&s, INT64_MIN));
	assert_int_equal(s.evicted, 0);
	put(&s, 1, 30, 6);
	assert_true(has(&s, 1, 30, 6));
	enter_store_fini(&s);
}

/* Against a plain array, with many threads coming and going. */
static void agrees_with_a_model(void **state)
{
	enum { THREADS = 1000, STEPS = 200000 };
	static uint32_t bytes[THREADS]; /* 0: none */
	static uint8_t fill[THREADS];
	struct enter_store s;
	uint32_t seed = 1;

	(void)state;
	enter_store_init(&s);
	for (int i = 0; i < STEPS; i++) {
		uint32_t tid;

		seed = seed * 1664525 + 1013904223;
		tid = (seed >> 8) % THREADS;
		if (seed >> 31) {
			bytes[tid] = 26 + (seed >> 5) % 100;
			fill[tid] = (uint8_t)(seed >> 13);
			put(&s, tid, bytes[tid], fill[tid]);
		} else {
			assert_int_equal(has(&s, tid, bytes[tid], fill[tid]), bytes[tid] != 0);
			bytes[tid] = 0;
			enter_store_drop(&s, tid);
		}
	}
	for (uint32_t tid = 0; tid < THREADS; tid++)
		assert_int_equal(has(&s, tid, bytes[tid], fill[tid]), bytes[tid] != 0);
	assert_int_equal(s.evicted, 0);
	enter_store_fini(&s);
}

static void oldest_go_first(void **state)
{
	struct enter_store s;
	int64_t tid;

	(void)state;
	enter_store_init(&s);
	for (tid = 0; tid < ENTER_STORE_MAX; tid++)
		put(&s, tid, 26, 1);
	assert_int_equal(s.evicted, 0);
	put(&s, 0, 26, 2); /* the oldest becomes the newest */
	for (tid = 0; tid < 1000; tid++)
		put(&s, ENTER_STORE_MAX + tid, 26, 3);
	assert_int_equal(s.evicted, 1000);
	assert_int_equal(s.count, ENTER_STORE_MAX);
	assert_true(has(&s, 0, 26, 2));
	for (tid = 1; tid <= 1000; tid++)
		assert_null(enter_store_find(&s, tid));
	assert_true(has(&s, 1001, 26, 1));
	enter_store_fini(&s);
}

static void bytes_are_bounded(void **state)
{
	struct enter_store s;

	(void)state;
	enter_store_init(&s);
	for (int64_t tid = 0; tid < 1000; tid++) {
		put(&s, tid, 60000, (int)tid);
		assert_true(has(&s, tid, 60000, (int)tid));
		assert_true(s.bytes <= ENTER_STORE_BYTES_MAX);
	}
	assert_true(s.evicted >= 900);
	/* Memory of entries no longer in use goes before entries that are. */
	enter_store_clear(&s);
	s.evicted = 0;
	for (int64_t tid = 0; tid < 60; tid++)
		put(&s, tid, 60001, (int)tid);
	assert_int_equal(s.evicted, 0);
	for (int64_t tid = 0; tid < 60; tid++)
		assert_true(has(&s, tid, 60001, (int)tid));
	enter_store_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_last_of_each),
		cmocka_unit_test(agrees_with_a_model),
		cmocka_unit_test(oldest_go_first),
		cmocka_unit_test(bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
