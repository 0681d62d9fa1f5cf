/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/host.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/util.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

static bool has_cap(const uint32_t *effective, unsigned int cap)
{
	return effective[cap / 32] >> (cap % 32) & 1;
}

static void read_lockdown(char *ret, size_t size)
{
	char text[128] = "";
	char *open_at, *close_at;
	int fd = open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	ret[0] = 0;
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return;
	/* "none [integrity] confidentiality": the brackets mark what is in force. */
	open_at = strchr(text, '[');
	close_at = open_at ? strchr(open_at, ']') : NULL;
	if (close_at)
		snprintf(ret, size, "%.*s", (int)(close_at - open_at - 1), open_at + 1);
}

/* Whether the kernel's list of helpers for BPF programs has this one. */
static bool has_helper(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, "bpf_func_id", BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (unsigned int i = 0; t && i < btf_vlen(t); i++) {
		const char *have = btf__name_by_offset(btf, btf_enum(t)[i].name_off);

		if (have && !strcmp(have, name))
			return true;
	}
	return false;
}

void host_facts_read(struct host_facts *ret)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint32_t effective[2] = { 0 };
	struct btf *btf;
	int fd;

	*ret = (struct host_facts){ .root = geteuid() == 0 };
	if (syscall(SYS_capget, &head, data) == 0) {
		effective[0] = data[0].effective;
		effective[1] = data[1].effective;
	}
	ret->cap_sys_admin = has_cap(effective, CAP_SYS_ADMIN);
	ret->cap_bpf = has_cap(effective, CAP_BPF) || ret->cap_sys_admin;
	ret->cap_perfmon = has_cap(effective, CAP_PERFMON) || ret->cap_sys_admin;
	ret->cap_sys_resource = has_cap(effective, CAP_SYS_RESOURCE);
	ret->cap_sys_ptrace = has_cap(effective, CAP_SYS_PTRACE);
	ret->cap_dac_read = has_cap(effective, CAP_DAC_READ_SEARCH) ||
			    has_cap(effective, CAP_DAC_OVERRIDE);
	ret->btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	read_lockdown(ret->lockdown, sizeof(ret->lockdown));
	/* A call with an impossible command: EINVAL from a kernel that has bpf(), else ENOSYS or EPERM. */
	ret->bpf_syscall = syscall(SYS_bpf, 0x7fff, NULL, 0) == 0 || errno != ENOSYS;
	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, NULL, 0, 0, 4096, NULL);
	ret->ring_buffer = fd >= 0;
	ret->ring_error = fd < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	btf = ret->btf ? btf__load_vmlinux_btf() : NULL;
	ret->rdonly_cast = btf && btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
	ret->task_regs = btf && has_helper(btf, "BPF_FUNC_task_pt_regs");
	btf__free(btf);
}

/* --- kinds of programs ------------------------------------------------------------------------- */

enum attach_by { BY_RAW_TRACEPOINT, BY_LINK, BY_NOTHING };

static const struct kind_row {
	const char *name, *use, *target;
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
	enum attach_by by;
} kind_rows[] = {
	{ "tp_btf", "all events; needed, or raw_tp", "sys_exit", BPF_PROG_TYPE_TRACING,
	  BPF_TRACE_RAW_TP, BY_RAW_TRACEPOINT },
	{ "raw_tp", "all events, when tp_btf is refused", "sys_exit", BPF_PROG_TYPE_RAW_TRACEPOINT,
	  0, BY_RAW_TRACEPOINT },
	{ "iter/task", "processes at start; /proc without it", "task",
	  BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BY_LINK },
	{ "iter/task_file", "open files at start; /proc without it", "task_file",
	  BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BY_LINK },
	{ "fentry", "deeper hooks, a second strategy that is not needed", "vfs_open",
	  BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, BY_RAW_TRACEPOINT },
	{ "lsm", "deeper hooks, a second strategy that is not needed", "file_open",
	  BPF_PROG_TYPE_LSM, BPF_LSM_MAC, BY_RAW_TRACEPOINT },
	{ "kprobe", "not used", NULL, BPF_PROG_TYPE_KPROBE, 0, BY_NOTHING },
};

/* Does nothing and may be attached anywhere; ended by closing its descriptors. */
static void check_kind(const struct kind_row *row, struct host_kind *ret)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = row->attach_type);
	int fd, link;

	*ret = (struct host_kind){ .name = row->name, .use = row->use, .attach = 1 };
	if (row->type == BPF_PROG_TYPE_TRACING || row->type == BPF_PROG_TYPE_LSM) {
		int id = libbpf_find_vmlinux_btf_id(row->target, row->attach_type);

		if (id < 0) {
			ret->load = id;
			return;
		}
		opts.attach_btf_id = (uint32_t)id;
	}
	fd = bpf_prog_load(row->type, "saker_try", "GPL", code, ARRAY_LEN(code), &opts);
	if (fd < 0) {
		ret->load = -errno;
		return;
	}
	switch (row->by) {
	case BY_RAW_TRACEPOINT:
		link = bpf_raw_tracepoint_open(
			row->type == BPF_PROG_TYPE_RAW_TRACEPOINT ? row->target : NULL, fd);
		ret->attach = link < 0 ? -errno : 0;
		if (link >= 0)
			close(link);
		break;
	case BY_LINK:
		link = bpf_link_create(fd, 0, row->attach_type, NULL);
		ret->attach = link < 0 ? -errno : 0;
		if (link >= 0)
			close(link);
		break;
	case BY_NOTHING:
		break;
	}
	close(fd);
}

size_t host_kinds_check(struct host_kind *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(kind_rows) && n < max; i++)
		check_kind(&kind_rows[i], &ret[n++]);
	return n;
}
