/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the events that are wanted to the table that the kernel side looks system calls up in. Pure:
 * no kernel is asked.
 *
 *     event codes wanted by rules + what state needs --> struct wire_config, handlers
 */
#ifndef CAPTURE_BPF_ROUTES_H
#define CAPTURE_BPF_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/wire.h"

struct route_handler {
	uint16_t code;
	bool state; /* needed even when no rule asks */
	const char *program;
};

extern const struct route_handler route_handlers[];
extern const unsigned int route_handler_count;

static inline bool code_in(const uint64_t *codes, unsigned int code)
{
	return codes && codes[code / 64] >> (code % 64) & 1;
}

/* Has the kernel side a way to report this event code? */
bool route_known(uint16_t code);

/*
 * Fills the tables of `config`; everything else in it stays. `codes` is a bit set of event codes,
 * NULL for none; `generic` a bit set of neutral system call codes for event 1, NULL for all.
 */
void route_build(const uint64_t *codes, const uint64_t *generic, struct wire_config *config);

/* Does any table of `config` lead to this event code? */
bool route_used(const struct wire_config *config, uint16_t code);

#endif
