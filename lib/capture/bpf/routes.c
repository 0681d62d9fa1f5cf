/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/routes.h"

#include <string.h>

#include "base/util.h"
#include "event/event.h"
#include "event/syscall.h"

const struct route_handler route_handlers[] = {
#define HANDLER(code_, program_, state_) { .code = code_, .state = state_, .program = #program_ },
#include "capture/bpf/handlers.def"
#undef HANDLER
};
const unsigned int route_handler_count = ARRAY_LEN(route_handlers);

_Static_assert((int)EVENT_CODES < (int)WIRE_SOCKETCALL, "the last slot is not an event code");

/* The x32 numbers that differ from the 64-bit ones (linux: arch/x86/entry/syscalls/syscall_64.tbl). */
static const struct {
	uint16_t x32, x86_64;
} x32_numbers[] = {
	{ 512, 13 },  { 513, 15 },  { 514, 16 },  { 515, 19 },  { 516, 20 },  { 517, 45 },
	{ 518, 46 },  { 519, 47 },  { 520, 59 },  { 521, 101 }, { 522, 127 }, { 523, 128 },
	{ 524, 129 }, { 525, 131 }, { 526, 222 }, { 527, 244 }, { 528, 246 }, { 529, 247 },
	{ 530, 273 }, { 531, 274 }, { 532, 278 }, { 533, 279 }, { 534, 295 }, { 535, 296 },
	{ 536, 297 }, { 537, 299 }, { 538, 307 }, { 539, 310 }, { 540, 311 }, { 541, 54 },
	{ 542, 55 },  { 543, 206 }, { 544, 209 }, { 545, 322 }, { 546, 327 }, { 547, 328 },
};

/* The calls behind ia32 socketcall(2) by number (linux: include/uapi/linux/net.h). */
static const uint16_t socketcalls[WIRE_SOCKETCALLS] = {
	[1] = SC_socket,      [2] = SC_bind,        [3] = SC_connect,     [4] = SC_listen,
	[5] = SC_accept,      [6] = SC_getsockname, [7] = SC_getpeername, [8] = SC_socketpair,
	[9] = SC_send,        [10] = SC_recv,       [11] = SC_sendto,     [12] = SC_recvfrom,
	[13] = SC_shutdown,   [14] = SC_setsockopt, [15] = SC_getsockopt, [16] = SC_sendmsg,
	[17] = SC_recvmsg,    [18] = SC_accept4,    [19] = SC_recvmmsg,   [20] = SC_sendmmsg,
};

/*
 * ia32 numbers whose arguments are not those of the 64-bit call that the table of system calls has for
 * them (linux: arch/x86/entry/syscalls/syscall_32.tbl).
 */
static const struct {
	uint16_t ia32, code;
} ia32_numbers[] = {
	{ 22, SC_umount },
	{ 140, SC__llseek },
};

enum { IA32_SOCKETCALL = 102 };

static const struct route_handler *handler_of(uint16_t code)
{
	for (unsigned int i = 0; i < route_handler_count; i++)
		if (route_handlers[i].code == code)
			return &route_handlers[i];
	return NULL;
}

bool route_known(uint16_t code)
{
	return handler_of(code) || code == EV_PROCEXIT_1_E;
}

/* The event code that a system call is reported as, or 0. */
static uint16_t route_of(const struct syscall_info *sc, unsigned int number, const uint64_t *codes,
			 const uint64_t *generic)
{
	const struct route_handler *h;

	if (sc->kind == SYSCALL_GENERIC)
		return code_in(codes, EV_GENERIC_X) && handler_of(EV_GENERIC_X) &&
				       (!generic || code_in(generic, number)) ?
			       EV_GENERIC_X : 0;
	if (sc->kind != SYSCALL_SPECIFIC || sc->exit_event <= 0)
		return 0;
	h = handler_of((uint16_t)sc->exit_event);
	return h && (h->state || code_in(codes, h->code)) ? h->code : 0;
}

void route_build(const uint64_t *codes, const uint64_t *generic, struct wire_config *config)
{
	bool any = false;

	memset(config->route64, 0, sizeof(config->route64));
	memset(config->route32, 0, sizeof(config->route32));
	memset(config->route_socketcall, 0, sizeof(config->route_socketcall));
	memset(config->syscall64, 0, sizeof(config->syscall64));
	memset(config->syscall32, 0, sizeof(config->syscall32));
	for (unsigned int i = 0; i < SYSCALL_CODES; i++) {
		const struct syscall_info *sc = &syscall_table[i];
		uint16_t code;

		if (!sc->name)
			continue;
		code = route_of(sc, i, codes, generic);
		if (sc->x86_64 >= 0 && sc->x86_64 < WIRE_NR_X86_64) {
			config->route64[sc->x86_64] = code;
			config->syscall64[sc->x86_64] = (uint16_t)i;
		}
		if (sc->ia32 >= 0 && sc->ia32 < WIRE_NR_IA32) {
			config->route32[sc->ia32] = code;
			config->syscall32[sc->ia32] = (uint16_t)i;
		}
		if (sc->ia32_second >= 0 && sc->ia32_second < WIRE_NR_IA32) {
			config->route32[sc->ia32_second] = code;
			config->syscall32[sc->ia32_second] = (uint16_t)i;
		}
	}
	for (unsigned int i = 0; i < ARRAY_LEN(ia32_numbers); i++) {
		uint16_t sc = ia32_numbers[i].code;

		config->route32[ia32_numbers[i].ia32] =
			route_of(&syscall_table[sc], sc, codes, generic);
		config->syscall32[ia32_numbers[i].ia32] = sc;
	}
	for (unsigned int i = 0; i < ARRAY_LEN(x32_numbers); i++) {
		config->route64[x32_numbers[i].x32] = config->route64[x32_numbers[i].x86_64];
		config->syscall64[x32_numbers[i].x32] = config->syscall64[x32_numbers[i].x86_64];
	}
	for (unsigned int i = 0; i < WIRE_SOCKETCALLS; i++) {
		if (!socketcalls[i])
			continue;
		config->route_socketcall[i] =
			route_of(&syscall_table[socketcalls[i]], socketcalls[i], codes, generic);
		any |= config->route_socketcall[i] != 0;
	}
	if (any)
		config->route32[IA32_SOCKETCALL] = WIRE_SOCKETCALL;
	for (unsigned int i = 0; i < WIRE_NR_X86_64; i++)
		config->wanted[i] = config->route64[i] || (i < WIRE_NR_IA32 && config->route32[i]);
}

bool route_used(const struct wire_config *config, uint16_t code)
{
	for (unsigned int i = 0; i < WIRE_NR_X86_64; i++)
		if (config->route64[i] == code)
			return true;
	for (unsigned int i = 0; i < WIRE_NR_IA32; i++)
		if (config->route32[i] == code)
			return true;
	for (unsigned int i = 0; i < WIRE_SOCKETCALLS; i++)
		if (config->route_socketcall[i] == code)
			return true;
	return false;
}
