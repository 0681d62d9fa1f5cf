/* SPDX-License-Identifier: Apache-2.0 */
#include "event/syscall.h"

const struct syscall_info syscall_table[SYSCALL_CODES] = {
#define SYSCALL(code, name_, kind_, enter, exit, flags_, nr_x86_64, nr_aarch64, nr_ia32, nr_ia32_2)   \
	[code] = { .name = #name_, .kind = SYSCALL_##kind_, .flags = flags_, .enter_event = enter,    \
		   .exit_event = exit, .x86_64 = nr_x86_64, .aarch64 = nr_aarch64, .ia32 = nr_ia32,   \
		   .ia32_second = nr_ia32_2 },
#include "event/syscalls.def"
#undef SYSCALL
};

const struct syscall_info *syscall_find(unsigned int code)
{
	return code < SYSCALL_CODES && syscall_table[code].name ? &syscall_table[code] : NULL;
}

int syscall_by_name(struct str name)
{
	for (int i = 0; i < SYSCALL_CODES; i++)
		if (syscall_table[i].name && str_eq_c(name, syscall_table[i].name))
			return i;
	return -1;
}
