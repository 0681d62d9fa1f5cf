/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls under their neutral codes: names, kernel numbers, and the events they become.
 */
#ifndef EVENT_SYSCALL_H
#define EVENT_SYSCALL_H

#include <stdint.h>

#include "base/str.h"

enum syscall_kind {
	SYSCALL_NONE,       /* a known name without a kernel number */
	SYSCALL_SPECIFIC,   /* has events of its own */
	SYSCALL_GENERIC,    /* reported as event 0/1 with its code */
	SYSCALL_TRACEPOINT, /* not a system call */
};

enum { SF_NONE = 0, SF_USED = 1, SF_NEVER_DROP = 2, SF_ALWAYS_DROP = 4, SF_ATOMIC = 16 };

struct syscall_info {
	const char *name;
	uint8_t kind; /* enum syscall_kind */
	uint8_t flags;
	int16_t enter_event, exit_event; /* -1: none */
	int16_t x86_64, aarch64, ia32, ia32_second; /* kernel numbers; -1: none */
};

enum syscall_code {
#define SYSCALL(code, name, ...) SC_##name = (code),
#include "event/syscalls.def"
#undef SYSCALL
	SYSCALL_CODES,
};

extern const struct syscall_info syscall_table[SYSCALL_CODES];

/* Static; NULL for a code beyond the table. */
const struct syscall_info *syscall_find(unsigned int code);
/* Code of a name, or -1. */
int syscall_by_name(struct str name);

#endif
