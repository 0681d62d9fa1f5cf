/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader against rings that the test writes itself: a memfd has the layout of the kernel's map,
 * a page of the consumer, a page of the producer, the data.
 */
#include "capture/bpf/ring.h"

#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIZE = 4096, PAGE = 4096 };

struct fake {
	int fd;
	unsigned long *consumer, *producer;
	uint8_t *data;
};

static struct fake fakes[WIRE_RINGS];
static struct ring_set rs;

static int set_up(void **state)
{
	int fds[WIRE_RINGS];
	uint32_t sizes[WIRE_RINGS];

	(void)state;
	for (int i = 0; i < WIRE_RINGS; i++) {
		struct fake *f = &fakes[i];
		uint8_t *p;

		f->fd = memfd_create("ring", 0);
		assert_true(f->fd >= 0);
		assert_int_equal(ftruncate(f->fd, 2 * PAGE + SIZE), 0);
		p = mmap(NULL, 2 * PAGE + SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, 0);
		assert_true(p != MAP_FAILED);
		f->consumer = (void *)p;
		f->producer = (void *)(p + PAGE);
		f->data = p + 2 * PAGE;
		fds[i] = f->fd;
		sizes[i] = SIZE;
	}
	assert_int_equal(ring_set_init(&rs, fds, sizes, WIRE_RINGS), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ring_set_fini(&rs);
	for (int i = 0; i < WIRE_RINGS; i++) {
		munmap(fakes[i].consumer, 2 * PAGE + SIZE);
		close(fakes[i].fd);
	}
	return 0;
}

/* A record of `len` bytes: the stamp, then `fill`. */
static uint32_t *put(int ring, uint64_t ts, size_t len, char fill, uint32_t bits)
{
	struct fake *f = &fakes[ring];
	unsigned long at = *f->producer;
	uint32_t *header = (void *)(f->data + (at & (SIZE - 1)));
	uint8_t *bytes = malloc(len);

	assert_non_null(bytes);
	memset(bytes, fill, len);
	memcpy(bytes, &ts, sizeof(ts));
	header[0] = (uint32_t)len | bits;
	header[1] = 0;
	for (size_t i = 0; i < len; i++)
		f->data[(at + 8 + i) & (SIZE - 1)] = bytes[i];
	free(bytes);
	__atomic_store_n(f->producer, at + ((8 + len + 7) & ~7ul), __ATOMIC_RELEASE);
	return header;
}

/* The next record must have this stamp and come from this ring; it is given back at once. */
static void expect(uint64_t ts, unsigned int ring, size_t len, char fill)
{
	const uint8_t *record;
	uint64_t got;
	size_t n;
	unsigned int from;

	assert_true(ring_set_next(&rs, &record, &n, &from));
	memcpy(&got, record, sizeof(got));
	assert_int_equal(got, ts);
	assert_int_equal(from, ring);
	assert_int_equal(n, len);
	for (size_t i = 8; i < n; i++)
		assert_int_equal(record[i], fill);
	ring_set_release(&rs, from, n);
}

static void expect_nothing(void)
{
	const uint8_t *record;
	size_t n;
	unsigned int ring;

	assert_false(ring_set_next(&rs, &record, &n, &ring));
}

static void test_merge(void **state)
{
	(void)state;
	expect_nothing();
	put(1, 20, 40, 'b', 0);
	put(0, 10, 33, 'a', 0);
	put(3, 15, 8, 'c', 0);
	put(1, 30, 100, 'd', 0);
	put(0, 25, 24, 'e', 0);
	expect(10, 0, 33, 'a');
	expect(15, 3, 8, 'c');
	expect(20, 1, 40, 'b');
	expect(25, 0, 24, 'e');
	expect(30, 1, 100, 'd');
	expect_nothing();
	assert_true(ring_set_settle(&rs));
	assert_int_equal(*fakes[1].consumer, *fakes[1].producer);
	put(2, 5, 16, 'f', 0);
	assert_false(ring_set_settle(&rs));
	expect(5, 2, 16, 'f');
}

/* What was written after the look belongs to the next one, even when it is older. */
static void test_newer_look(void **state)
{
	(void)state;
	put(0, 10, 16, 'a', 0);
	put(0, 30, 16, 'b', 0);
	expect(10, 0, 16, 'a');
	put(1, 20, 16, 'c', 0);
	expect(30, 0, 16, 'b');
	expect(20, 1, 16, 'c');
	expect_nothing();
}

static void test_wrap(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 500; i++) {
		size_t len = 8 + (size_t)(i * 37 % 900);

		put(2, i, len, (char)('a' + i % 26), 0);
		expect(i, 2, len, (char)('a' + i % 26));
		assert_true(ring_set_settle(&rs));
	}
}

static void test_unfinished_and_discarded(void **state)
{
	uint32_t *header;

	(void)state;
	put(0, 1, 16, 'x', BPF_RINGBUF_DISCARD_BIT);
	header = put(0, 2, 16, 'a', BPF_RINGBUF_BUSY_BIT);
	put(1, 3, 16, 'b', 0);
	/* The record in the making is passed by, and counted. */
	expect(3, 1, 16, 'b');
	assert_true(rs.unfinished > 0);
	expect_nothing();
	assert_true(ring_set_settle(&rs));
	__atomic_store_n(header, 16, __ATOMIC_RELEASE);
	assert_false(ring_set_settle(&rs));
	expect(2, 0, 16, 'a');
	expect_nothing();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_merge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_newer_look, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unfinished_and_discarded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
