/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "event/event.h"
#include "event/syscall.h"

static uint64_t codes[(EVENT_CODES + 63) / 64];
static struct wire_config config;

static void want(unsigned int code)
{
	codes[code / 64] |= 1ull << (code % 64);
}

static int reset(void **state)
{
	(void)state;
	memset(codes, 0, sizeof(codes));
	memset(&config, 0, sizeof(config));
	return 0;
}

/* Without a rule only what state needs leaves the kernel. */
static void test_state_only(void **state)
{
	(void)state;
	route_build(codes, NULL, &config);
	assert_int_equal(config.route64[56], EV_SYSCALL_CLONE_20_X);
	assert_int_equal(config.route64[435], EV_SYSCALL_CLONE3_X);
	assert_int_equal(config.route64[80], EV_SYSCALL_CHDIR_X);
	assert_int_equal(config.route64[105], EV_SYSCALL_SETUID_X);
	assert_int_equal(config.route64[257], 0); /* openat */
	assert_int_equal(config.route64[3], 0);	  /* close */
	assert_int_equal(config.route64[110], 0); /* getppid */
	assert_int_equal(config.wanted[110], 0);
	assert_int_equal(config.route32[102], 0); /* socketcall */
}

static const struct {
	unsigned int code;
	unsigned int x86_64, ia32; /* 0: not checked */
} numbers[] = {
	{ EV_SYSCALL_OPENAT_2_X, 257, 295 }, { EV_SYSCALL_OPEN_X, 2, 5 },
	{ EV_SYSCALL_EXECVE_19_X, 59, 11 },  { EV_SYSCALL_UNLINKAT_2_X, 263, 301 },
	{ EV_SOCKET_CONNECT_X, 42, 362 },    { EV_SYSCALL_SETRESUID_X, 117, 164 },
	{ EV_SYSCALL_DUP2_X, 33, 63 },
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		reset(NULL);
		want(numbers[i].code);
		route_build(codes, NULL, &config);
		assert_int_equal(config.route64[numbers[i].x86_64], numbers[i].code);
		assert_int_equal(config.route32[numbers[i].ia32], numbers[i].code);
		assert_true(config.wanted[numbers[i].x86_64]);
		assert_true(config.wanted[numbers[i].ia32]);
		assert_true(route_used(&config, (uint16_t)numbers[i].code));
	}
}

static void test_socketcall_and_x32(void **state)
{
	(void)state;
	want(EV_SOCKET_CONNECT_X);
	want(EV_SYSCALL_EXECVE_19_X);
	route_build(codes, NULL, &config);
	assert_int_equal(config.route32[102], WIRE_SOCKETCALL);
	assert_int_equal(config.route_socketcall[3], EV_SOCKET_CONNECT_X);
	assert_int_equal(config.route_socketcall[2], 0);
	assert_int_equal(config.route64[520], EV_SYSCALL_EXECVE_19_X);
}

static void test_generic(void **state)
{
	uint64_t generic[(SYSCALL_CODES + 63) / 64] = { 0 };

	(void)state;
	want(EV_GENERIC_X);
	route_build(codes, NULL, &config);
	assert_int_equal(config.route64[39], EV_GENERIC_X); /* getpid */
	assert_int_equal(config.syscall64[39], SC_getpid);
	generic[SC_alarm / 64] |= 1ull << (SC_alarm % 64);
	route_build(codes, generic, &config);
	assert_int_equal(config.route64[39], 0);
	assert_int_equal(config.route64[37], EV_GENERIC_X); /* alarm */
	assert_int_equal(config.route32[27], EV_GENERIC_X);
}

/* Each row of the table is an exit with a system call that leads there. */
static void test_every_handler_is_reached(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < route_handler_count; i++) {
		const struct route_handler *h = &route_handlers[i];

		reset(NULL);
		want(h->code);
		route_build(codes, NULL, &config);
		if (!route_used(&config, h->code))
			fail_msg("%s: no system call leads to it", event_table[h->code].symbol);
		assert_true(event_is_exit(h->code));
		for (unsigned int k = 0; k < i; k++)
			assert_int_not_equal(route_handlers[k].code, h->code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_state_only, reset),
		cmocka_unit_test_setup(test_numbers, reset),
		cmocka_unit_test_setup(test_socketcall_and_x32, reset),
		cmocka_unit_test_setup(test_generic, reset),
		cmocka_unit_test_setup(test_every_handler_is_reached, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
