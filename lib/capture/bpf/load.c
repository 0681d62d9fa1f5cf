/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/load.h"

#include <errno.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "capture/bpf/host.h"
#include "capture/bpf/routes.h"
#include "capture/bpf/words.h"

#include "saker.skel.h"

enum {
	PROCESS_RING = 1024 * 1024,
	FILE_RING = 4 * 1024 * 1024,
	NET_RING = 1024 * 1024,
	IO_RING = 2 * 1024 * 1024,
};

struct probe {
	struct saker_bpf *skel;
	bool raw; /* raw tracepoints instead of typed ones */
	int cpus;
};

/* --- reasons --------------------------------------------------------------------------------- */

/* One message for what went wrong, the most telling cause first. Returns `error`. */
static int explain(int error, const char *what, const struct host_facts *h, struct diag *diag)
{
	struct utsname u = { .release = "?" };
	char why[160];

	uname(&u);
	if (!h->bpf_syscall)
		return diag_error(diag, -ENOSYS, "The kernel (%s) has no bpf() system call: it needs one built with CONFIG_BPF_SYSCALL.", u.release);
	if (!h->cap_bpf || !h->cap_perfmon)
		return diag_error(diag, -EPERM,
				  "Watching this machine needs the right to load BPF programs, and this process %s. Run it as root, or give it the capabilities CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.",
				  h->root ? "is root without CAP_BPF and CAP_PERFMON (a container?)" : "is not root");
	if (!h->btf)
		return diag_error(diag, -ENOENT,
				  "The kernel (%s) offers no type information: /sys/kernel/btf/vmlinux is missing. It needs a kernel of version 5.15 or newer built with CONFIG_DEBUG_INFO_BTF, or /sys mounted where this process can read it.",
				  u.release);
	if (!strcmp(h->lockdown, "confidentiality"))
		return diag_error(diag, -EPERM,
				  "The kernel is locked down (confidentiality), which forbids BPF programs to read kernel memory. Start it with lockdown=integrity or lockdown=none.");
	if (!h->ring_buffer && h->ring_error == -EINVAL)
		return diag_error(diag, -EOPNOTSUPP, "The kernel (%s) is too old: it has no BPF ring buffers. It needs 5.15 or newer.", u.release);
	if (!h->ring_buffer)
		return diag_error(diag, h->ring_error,
				  "The kernel refuses a BPF ring buffer: %s.",
				  strerror(-h->ring_error));
	if (!h->task_regs)
		return diag_error(diag, -EOPNOTSUPP, "The kernel (%s) is too old: its BPF programs cannot read the registers of a task. It needs 5.15 or newer.", u.release);
	words_reason(why, sizeof(why));
	return diag_error(diag, error, "%s: %s%s%s. `saker doctor` shows what this kernel accepts.", what,
			  strerror(-error), why[0] ? ": " : "", why);
}

/* --- loading --------------------------------------------------------------------------------- */

static uint32_t ring_bytes(uint32_t wanted, uint32_t standard)
{
	uint32_t n = 4096;

	if (!wanted)
		return standard;
	while (n < wanted && n < (1u << 30))
		n *= 2;
	return n;
}

/* Where a program of the object is attached: what follows the '/' of its section. */
static const char *target_of(const struct bpf_program *p)
{
	const char *section = bpf_program__section_name(p);
	const char *slash = strchr(section, '/');

	return slash ? slash + 1 : "";
}

/* The object holds raw tracepoints; typed ones are the same programs under another type. */
static int make_typed(struct bpf_program *p)
{
	int r;

	r = bpf_program__set_type(p, BPF_PROG_TYPE_TRACING);
	if (r < 0)
		return r;
	r = bpf_program__set_expected_attach_type(p, BPF_TRACE_RAW_TP);
	return r < 0 ? r : bpf_program__set_attach_target(p, 0, target_of(p));
}

static bool is_wanted(const char *name, const struct wire_config *config)
{
	if (!strcmp(name, "socketcall"))
		return route_used(config, WIRE_SOCKETCALL);
	if (strncmp(name, "x_", 2) != 0)
		return true;
	for (unsigned int i = 0; i < route_handler_count; i++)
		if (!strcmp(route_handlers[i].program, name) &&
		    route_used(config, route_handlers[i].code))
			return true;
	return false;
}

static int set_up(struct saker_bpf *skel, const struct probe_options *o, const struct host_facts *h,
		  int cpus, bool raw)
{
	struct bpf_program *p;
	int r;

	route_build(o->codes, o->generic, &skel->rodata->config);
	skel->rodata->config.self_tgid = o->self_tgid;
	skel->rodata->config.cpus = (unsigned int)cpus;
	skel->rodata->config.can_cast = h->rdonly_cast && !o->no_cast;
	if ((r = bpf_map__set_max_entries(skel->maps.scratches, (uint32_t)cpus)) < 0 ||
	    (r = bpf_map__set_max_entries(skel->maps.ring_process,
					  ring_bytes(o->ring_bytes[0], PROCESS_RING))) < 0 ||
	    (r = bpf_map__set_max_entries(skel->maps.ring_file,
					  ring_bytes(o->ring_bytes[1], FILE_RING))) < 0 ||
	    (r = bpf_map__set_max_entries(skel->maps.ring_net,
					  ring_bytes(o->ring_bytes[2], NET_RING))) < 0 ||
	    (r = bpf_map__set_max_entries(skel->maps.ring_io,
					  ring_bytes(o->ring_bytes[3], IO_RING))) < 0)
		return r;
	bpf_object__for_each_program(p, skel->obj) {
		bool wanted = is_wanted(bpf_program__name(p), &skel->rodata->config);

		if ((r = bpf_program__set_autoload(p, wanted)) < 0)
			return r;
		if (wanted && !raw && (r = make_typed(p)) < 0)
			return r;
	}
	return 0;
}

static int fill_handlers(struct saker_bpf *skel)
{
	int map = bpf_map__fd(skel->maps.handlers);
	uint32_t slot = WIRE_SOCKETCALL;
	int fd;

	for (unsigned int i = 0; i < route_handler_count; i++) {
		const struct route_handler *h = &route_handlers[i];
		struct bpf_program *p;
		uint32_t code = h->code;

		if (!route_used(&skel->rodata->config, h->code))
			continue;
		p = bpf_object__find_program_by_name(skel->obj, h->program);
		if (!p)
			return -ENOENT;
		fd = bpf_program__fd(p);
		if (fd < 0 || bpf_map_update_elem(map, &code, &fd, BPF_ANY) < 0)
			return fd < 0 ? -EINVAL : -errno;
	}
	fd = bpf_program__fd(skel->progs.socketcall);
	if (fd >= 0 && bpf_map_update_elem(map, &slot, &fd, BPF_ANY) < 0)
		return -errno;
	return 0;
}

static int load(struct probe *p, const struct probe_options *o, const struct host_facts *h, bool raw)
{
	int r;

	words_forget();
	p->skel = saker_bpf__open();
	if (!p->skel)
		return errno ? -errno : -ENOMEM;
	r = set_up(p->skel, o, h, p->cpus, raw);
	if (r >= 0)
		r = saker_bpf__load(p->skel);
	if (r >= 0)
		r = fill_handlers(p->skel);
	if (r < 0) {
		saker_bpf__destroy(p->skel);
		p->skel = NULL;
		return r;
	}
	p->raw = raw;
	return 0;
}

int probe_new(const struct probe_options *options, struct probe **ret, struct diag *diag)
{
	struct host_facts h;
	struct probe *p;
	int r;

	words_listen();
	host_facts_read(&h);
	if (!h.bpf_syscall || !h.cap_bpf || !h.cap_perfmon || !h.btf || !h.ring_buffer ||
	    !h.task_regs)
		return explain(-EPERM, "The kernel refuses our programs", &h, diag);
	p = calloc(1, sizeof(*p));
	if (!p)
		return diag_sys(diag, -ENOMEM, "load", "BPF programs");
	p->cpus = libbpf_num_possible_cpus();
	if (p->cpus <= 0)
		p->cpus = 1;
	r = options->raw ? -EINVAL : load(p, options, &h, false);
	if (r < 0)
		r = load(p, options, &h, true);
	if (r < 0) {
		r = explain(r, "The kernel refuses our BPF programs", &h, diag);
		probe_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

struct probe *probe_free(struct probe *p)
{
	if (!p)
		return NULL;
	saker_bpf__destroy(p->skel);
	free(p);
	return NULL;
}

int probe_attach(struct probe *p, struct diag *diag)
{
	/* Life and death before system calls: no event may come from a task nobody has heard of. */
	struct {
		struct bpf_program *program;
		struct bpf_link **link;
	} order[] = {
		{ p->skel->progs.sched_fork, &p->skel->links.sched_fork },
		{ p->skel->progs.sched_exec, &p->skel->links.sched_exec },
		{ p->skel->progs.sched_exit, &p->skel->links.sched_exit },
		{ p->skel->progs.sys_exit, &p->skel->links.sys_exit },
	};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		*order[i].link = p->raw ? bpf_program__attach_raw_tracepoint(
						  order[i].program, target_of(order[i].program)) :
					  bpf_program__attach_trace(order[i].program);
		if (!*order[i].link)
			return diag_error(diag, -errno,
					  "The kernel refuses to attach our program to the tracepoint %s: %s. `saker doctor` shows what it accepts.",
					  target_of(order[i].program), strerror(errno));
	}
	return 0;
}

static struct bpf_map *ring_map(const struct probe *p, unsigned int ring)
{
	switch ((enum wire_ring)ring) {
	case WIRE_RING_PROCESS:
		return p->skel->maps.ring_process;
	case WIRE_RING_FILE:
		return p->skel->maps.ring_file;
	case WIRE_RING_NET:
		return p->skel->maps.ring_net;
	case WIRE_RING_IO:
	case WIRE_RINGS:
		break;
	}
	return p->skel->maps.ring_io;
}

int probe_ring_fd(const struct probe *p, unsigned int ring)
{
	return bpf_map__fd(ring_map(p, ring));
}

uint32_t probe_ring_bytes(const struct probe *p, unsigned int ring)
{
	return bpf_map__max_entries(ring_map(p, ring));
}

struct wire_control *probe_control(struct probe *p)
{
	return &p->skel->bss->control;
}

const char *probe_kind(const struct probe *p)
{
	return p->raw ? "raw_tp" : "tp_btf";
}

void probe_stats(const struct probe *p, struct wire_stats *ret)
{
	CLEANUP(free_ptr) struct wire_stats *cpu = calloc((size_t)p->cpus, sizeof(*cpu));
	uint32_t zero = 0;

	memset(ret, 0, sizeof(*ret));
	if (!cpu || bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.stats), &zero, cpu) < 0)
		return;
	for (int i = 0; i < p->cpus; i++) {
		for (int r = 0; r < WIRE_RINGS; r++) {
			ret->sent[r] += cpu[i].sent[r];
			for (int c = 0; c < WIRE_LOSSES; c++)
				ret->lost[r][c] += cpu[i].lost[r][c];
		}
	}
}

uint64_t probe_missed(const struct probe *p)
{
	struct bpf_program *prog;
	uint64_t sum = 0;

	bpf_object__for_each_program(prog, p->skel->obj) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);
		int fd = bpf_program__fd(prog);

		if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &len) == 0)
			sum += info.recursion_misses;
	}
	return sum;
}

/* --- for the doctor ---------------------------------------------------------------------------- */

/* Opens the object with program `only` to be loaded, or all of them when it is NULL, and loads it. */
static int try_load(const struct probe_options *o, const struct host_facts *h, bool raw,
		    const char *only)
{
	struct saker_bpf *skel = saker_bpf__open();
	struct bpf_program *p;
	int r;

	words_forget();
	if (!skel)
		return errno ? -errno : -ENOMEM;
	r = set_up(skel, o, h, libbpf_num_possible_cpus(), raw);
	bpf_object__for_each_program(p, skel->obj)
		if (only && r >= 0)
			r = bpf_program__set_autoload(p, !strcmp(bpf_program__name(p), only));
	if (r >= 0)
		r = saker_bpf__load(skel);
	saker_bpf__destroy(skel);
	return r;
}

int probe_check(const struct probe_options *options,
		void (*each)(void *ctx, const struct probe_check *c), void *ctx, struct diag *diag)
{
	struct probe_options o = *options;
	struct host_facts h;
	struct saker_bpf *names;
	struct bpf_program *p;
	uint64_t all[WIRE_CODES / 64];
	bool together;

	memset(all, 0xff, sizeof(all));
	o.codes = all;
	words_listen();
	host_facts_read(&h);
	names = saker_bpf__open();
	if (!names)
		return diag_sys(diag, errno ? -errno : -ENOMEM, "open", "the BPF object");
	/* Loading one by one takes seconds, and is only worth it when something is refused. */
	together = try_load(&o, &h, o.raw, NULL) >= 0;
	bpf_object__for_each_program(p, names->obj) {
		struct probe_check c = { .name = bpf_program__name(p) };

		if (!together)
			c.error = try_load(&o, &h, o.raw, c.name);
		if (c.error)
			words_reason(c.why, sizeof(c.why));
		each(ctx, &c);
	}
	saker_bpf__destroy(names);
	return 0;
}
