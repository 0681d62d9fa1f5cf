/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel side as one object. The families are compiled together and not joined by "bpftool gen
 * object", because the linker of libbpf 1.1 (Debian 12) refuses objects that call kernel functions:
 * "global 'bpf_rdonly_cast': failed to resolve size of underlying type".
 */
#include "descriptor.bpf.c"
#include "dispatch.bpf.c"
#include "file.bpf.c"
#include "net.bpf.c"
#include "process.bpf.c"
#include "system.bpf.c"

/* Kernel helpers of tracing are for GPL-compatible programs only. */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
