/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each check adds findings to a report; the report is printed once, as text or as JSON. A check only
 * looks: whatever it loads or attaches does nothing and ends with the check.
 */
#include "doctor/doctor.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/util.h"
#include "capture/bpf/host.h"
#include "capture/bpf/iter.h"
#include "capture/bpf/load.h"

enum level {
	FINE,
	NOTE, /* something is less than it could be */
	BAD,  /* the sensor cannot watch */
};

static const char *const level_names[] = { [FINE] = "ok", [NOTE] = "note", [BAD] = "missing" };

struct finding {
	const char *section; /* static */
	char name[64];
	char value[200];
	enum level level;
};

enum { FINDINGS_MAX = 512 };

struct report {
	struct finding list[FINDINGS_MAX];
	size_t n;
	const char *host_root;
};

static void add(struct report *r, const char *section, enum level level, const char *name,
		const char *format, ...) PRINTF(5, 6);

static void add(struct report *r, const char *section, enum level level, const char *name,
		const char *format, ...)
{
	struct finding *f;
	va_list args;

	if (r->n == FINDINGS_MAX)
		return;
	f = &r->list[r->n++];
	f->section = section;
	f->level = level;
	snprintf(f->name, sizeof(f->name), "%s", name);
	va_start(args, format);
	vsnprintf(f->value, sizeof(f->value), format, args);
	va_end(args);
}

/* First line of a small file; "" when it cannot be read. */
static void first_line(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");

	ret[0] = 0;
	if (!f)
		return;
	if (!fgets(ret, (int)size, f))
		ret[0] = 0;
	ret[strcspn(ret, "\n")] = 0;
	fclose(f);
}

/* --- checks ---------------------------------------------------------------------------------- */

static void check_host(struct report *r)
{
	struct utsname u;

	if (uname(&u) < 0)
		return;
	add(r, "host", FINE, "kernel", "%s", u.release);
	add(r, "host", strcmp(u.machine, "x86_64") == 0 ? FINE : BAD, "machine", "%s%s", u.machine,
	    strcmp(u.machine, "x86_64") == 0 ? "" : ": only x86_64 is supported so far");
	add(r, "host", FINE, "cpus", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
}

static void check_rights(struct report *r, const struct host_facts *h)
{
	const struct {
		const char *name;
		bool have;
		enum level without;
		const char *why;
	} rows[] = {
		{ "CAP_BPF", h->cap_bpf, BAD, "to load programs" },
		{ "CAP_PERFMON", h->cap_perfmon, BAD, "to read kernel memory in them" },
		{ "CAP_SYS_PTRACE", h->cap_sys_ptrace, NOTE,
		  "to see programs and files of other users' processes at start" },
		{ "CAP_DAC_READ_SEARCH", h->cap_dac_read, NOTE,
		  "to read /proc of other users' processes at start" },
		{ "CAP_SYS_RESOURCE", h->cap_sys_resource, FINE,
		  "to read the limits of other users' processes from /proc, if no iterator tells them" },
	};

	add(r, "rights", FINE, "user", "%s", h->root ? "root" : "not root");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add(r, "rights", rows[i].have ? FINE : rows[i].without, rows[i].name, "%s (%s)",
		    rows[i].have ? "yes" : "no", rows[i].why);
}

static void check_kernel(struct report *r, const struct host_facts *h)
{
	char text[64];

	add(r, "kernel", h->bpf_syscall ? FINE : BAD, "bpf()", "%s",
	    h->bpf_syscall ? "yes" : "no: CONFIG_BPF_SYSCALL is off");
	add(r, "kernel", h->btf ? FINE : BAD, "type information", "%s",
	    h->btf ? "/sys/kernel/btf/vmlinux" :
		     "no /sys/kernel/btf/vmlinux: CONFIG_DEBUG_INFO_BTF is off, or /sys is not mounted");
	if (h->ring_buffer)
		add(r, "kernel", FINE, "ring buffers", "yes");
	else
		add(r, "kernel", BAD, "ring buffers", "no: %s", strerror(-h->ring_error));
	if (h->btf)
		add(r, "kernel", h->task_regs ? FINE : BAD, "registers of tasks", "%s",
		    h->task_regs ? "yes (bpf_task_pt_regs)" :
				   "no: the kernel is too old, it needs 5.15 or newer");
	add(r, "kernel", h->rdonly_cast ? FINE : NOTE, "typed pointers", "%s",
	    h->rdonly_cast ? "yes (bpf_rdonly_cast)" :
			     "no: each kernel field costs a helper call (before 6.2)");
	add(r, "kernel", strcmp(h->lockdown, "confidentiality") ? FINE : BAD, "lockdown", "%s",
	    h->lockdown[0] ? h->lockdown : "not built in");
	first_line("/proc/sys/net/core/bpf_jit_enable", text, sizeof(text));
	add(r, "kernel", text[0] == '0' ? NOTE : FINE, "JIT", "%s",
	    text[0] == '0' ? "off: programs are interpreted and slow (sysctl net.core.bpf_jit_enable)" :
			     "on");
	add(r, "kernel", FINE, "tracefs", "%s",
	    access("/sys/kernel/tracing/events", R_OK) == 0 ||
			    access("/sys/kernel/debug/tracing/events", R_OK) == 0 ?
		    "readable, not needed" :
		    "not mounted or not readable, not needed");
}

static void check_kinds(struct report *r)
{
	struct host_kind kinds[16];
	size_t n = host_kinds_check(kinds, ARRAY_LEN(kinds));
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const struct host_kind *k = &kinds[i];
		bool works = k->load == 0 && k->attach >= 0;
		bool own = !strcmp(k->name, "tp_btf") || !strcmp(k->name, "raw_tp");
		bool needed = own && i == 1 && !any && !works;

		any |= own && works;
		if (k->load)
			add(r, "program types", needed ? BAD : FINE, k->name,
			    "does not load: %s (%s)", strerror(-k->load), k->use);
		else if (k->attach < 0)
			add(r, "program types", needed ? BAD : FINE, k->name,
			    "loads, does not attach: %s (%s)", strerror(-k->attach), k->use);
		else
			add(r, "program types", FINE, k->name, "%s (%s)",
			    k->attach ? "loads" : "loads and attaches", k->use);
	}
}

struct tally {
	struct report *report;
	size_t fine, refused;
};

static void on_program(void *ctx, const struct probe_check *c)
{
	struct tally *t = ctx;

	if (!c->error) {
		t->fine++;
		return;
	}
	t->refused++;
	add(t->report, "programs", NOTE, c->name, "refused: %s%s%s", strerror(-c->error),
	    c->why[0] ? ": " : "", c->why);
}

static void check_programs(struct report *r)
{
	CLEANUP(diag_cleanup) struct diag d = DIAG_INIT;
	struct tally t = { .report = r };
	struct probe_options o = { 0 };

	if (probe_check(&o, on_program, &t, &d) < 0) {
		add(r, "programs", BAD, "object", "%s", diag_first_error(&d));
		return;
	}
	if (!t.fine) {
		o.raw = true;
		t = (struct tally){ .report = r };
		if (probe_check(&o, on_program, &t, &d) < 0)
			return;
	}
	add(r, "programs", t.fine ? FINE : BAD, "accepted", "%zu of %zu, as %s", t.fine,
	    t.fine + t.refused, o.raw ? "raw_tp" : "tp_btf");
}

/* Everything that is needed, loaded and attached together for a moment, as `saker watch` does it. */
static void check_attach(struct report *r)
{
	CLEANUP(diag_cleanup) struct diag d = DIAG_INIT;
	struct probe_options o = { 0 };
	struct probe *p = NULL;

	if (probe_new(&o, &p, &d) < 0 || probe_attach(p, &d) < 0)
		add(r, "programs", BAD, "attached", "%s", diag_first_error(&d));
	else
		add(r, "programs", FINE, "attached", "yes, as %s", probe_kind(p));
	probe_free(p);
}

static void check_snapshot(struct report *r)
{
	struct iter_result result;
	int error = iter_check(&result);

	add(r, "programs", error < 0 ? NOTE : FINE, "iterators", "%s%s",
	    error < 0 ? "what runs at start is read from /proc, which is slower: " :
			"what runs at start is told by the kernel",
	    error < 0 ? result.why : "");
}

static void check_containers(struct report *r)
{
	static const struct {
		const char *name, *path;
	} sockets[] = {
		{ "docker", "/var/run/docker.sock" },
		{ "podman", "/run/podman/podman.sock" },
		{ "containerd", "/run/containerd/containerd.sock" },
		{ "containerd (host)", "/run/host-containerd/containerd.sock" },
		{ "cri-o", "/run/crio/crio.sock" },
		{ "k3s", "/run/k3s/containerd/containerd.sock" },
	};
	struct statfs fs;
	bool any = false;

	if (statfs("/sys/fs/cgroup", &fs) < 0)
		add(r, "containers", NOTE, "cgroups", "/sys/fs/cgroup is not mounted");
	else if (fs.f_type == CGROUP2_SUPER_MAGIC)
		add(r, "containers", FINE, "cgroups", "version 2");
	else if (access("/sys/fs/cgroup/unified/cgroup.procs", F_OK) == 0)
		add(r, "containers", FINE, "cgroups", "version 1 with a version 2 tree (hybrid)");
	else
		add(r, "containers", FINE, "cgroups", "version 1");
	for (size_t i = 0; i < ARRAY_LEN(sockets); i++) {
		char path[PATH_MAX];
		struct stat st;

		snprintf(path, sizeof(path), "%s%s", r->host_root, sockets[i].path);
		if (stat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
			continue;
		any = true;
		add(r, "containers", access(path, R_OK | W_OK) == 0 ? FINE : NOTE, sockets[i].name,
		    "%s%s", path, access(path, R_OK | W_OK) == 0 ? "" : " (not accessible)");
	}
	if (!any)
		add(r, "containers", FINE, "runtimes",
		    "no socket of a runtime: containers are told by their cgroup paths alone");
}

/* What follows from all findings. Returns whether the sensor can watch. */
static bool conclude(struct report *r, const struct host_facts *h)
{
	size_t bad = 0;

	for (size_t i = 0; i < r->n; i++)
		bad += r->list[i].level == BAD;
	if (bad && (!h->cap_bpf || !h->cap_perfmon))
		add(r, "conclusion", BAD, "watch", "not possible: run as root or with CAP_BPF and CAP_PERFMON");
	else if (bad)
		add(r, "conclusion", BAD, "watch", "not possible: see what is missing above");
	else
		add(r, "conclusion", FINE, "watch", "this host can be watched");
	if (!bad && (!h->cap_sys_ptrace || !h->cap_dac_read))
		add(r, "conclusion", NOTE, "start",
		    "processes of other users that run already are seen with gaps");
	add(r, "conclusion", FINE, "replay", "captures can be replayed on any host");
	return !bad;
}

/* --- output ---------------------------------------------------------------------------------- */

static void print_text(const struct report *r)
{
	const char *section = "";

	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];

		if (strcmp(section, f->section)) {
			section = f->section;
			printf("%s%s\n", i ? "\n" : "", section);
		}
		printf("  %-7s  %-20s  %s\n", level_names[f->level], f->name, f->value);
	}
}

static void json_text(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_json(const struct report *r, bool can_watch)
{
	printf("{\"can_watch\":%s,\"findings\":[", can_watch ? "true" : "false");
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];

		printf("%s{\"section\":", i ? "," : "");
		json_text(f->section);
		printf(",\"name\":");
		json_text(f->name);
		printf(",\"state\":");
		json_text(level_names[f->level]);
		printf(",\"value\":");
		json_text(f->value);
		putchar('}');
	}
	printf("]}\n");
}

static const char usage[] =
	"usage: saker doctor [--json]\n"
	"Tells what this host offers, what is missing, and what follows.\n";

int doctor_main(int argc, char **argv)
{
	static struct report report;
	const char *root = getenv("HOST_ROOT");
	struct host_facts h;
	bool json = false;
	bool can_watch;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json")) {
			json = true;
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			fputs(usage, stdout);
			return 0;
		} else {
			fprintf(stderr, "saker doctor: unknown argument '%s'\n%s", argv[i], usage);
			return 2;
		}
	}
	report.host_root = root ? root : "";
	host_facts_read(&h);
	check_host(&report);
	check_rights(&report, &h);
	check_kernel(&report, &h);
	if (h.bpf_syscall && h.cap_bpf) {
		check_kinds(&report);
		if (h.btf) {
			check_programs(&report);
			check_attach(&report);
			check_snapshot(&report);
		}
	}
	check_containers(&report);
	can_watch = conclude(&report, &h);
	if (json)
		print_json(&report, can_watch);
	else
		print_text(&report);
	return can_watch ? 0 : 1;
}
