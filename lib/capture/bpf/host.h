/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this process and this kernel offer, found without loading anything of ours.
 */
#ifndef CAPTURE_BPF_HOST_H
#define CAPTURE_BPF_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_facts {
	bool root, cap_bpf, cap_perfmon, cap_sys_admin, cap_sys_resource, cap_sys_ptrace, cap_dac_read;
	bool btf;          /* /sys/kernel/btf/vmlinux is readable */
	bool bpf_syscall;  /* bpf() exists */
	bool ring_buffer;  /* maps of type ring buffer can be made */
	int ring_error;    /* -errno of that */
	bool task_regs;    /* the helper bpf_task_pt_regs() exists (5.15): the oldest kernel that will do */
	bool rdonly_cast;  /* the kernel function bpf_rdonly_cast() exists (6.2) */
	char lockdown[32]; /* none, integrity, confidentiality; "" when the kernel has no such file */
};

void host_facts_read(struct host_facts *ret);

/* One kind of program, tried with a program that does nothing. */
struct host_kind {
	const char *name;
	const char *use; /* what Saker would do with it */
	int load;        /* 0 or -errno */
	int attach;      /* 0, -errno, or 1: not tried, because it does not load or needs a target */
};

/* Fills at most `max` rows; returns how many. */
size_t host_kinds_check(struct host_kind *ret, size_t max);

#endif
