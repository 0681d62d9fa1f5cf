/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/iter.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/str.h"
#include "base/util.h"
#include "bpf/wire.h"
#include "capture/bpf/host.h"
#include "capture/bpf/procfs.h"
#include "capture/bpf/procfs_parse.h"
#include "capture/bpf/words.h"
#include "event/snapshot.h"

#include "snapshot.skel.h"

enum {
	/* linux: kernel/bpf/bpf_iter.c, bpf_seq_read() fills at most eight pages at a time. */
	READ_BYTES = 64 * 1024,
	STALLS_MAX = 1000, /* reads in a row that found nothing to tell in a million objects each */
};

#define INITIAL_PID_NS 0xeffffffcu /* linux: include/linux/proc_ns.h, PROC_PID_INIT_INO */

struct reader {
	const struct snapshot_sink *sink;
	struct iter_result *result;
	struct snapshot_bpf *skel;
	int proc_fd;
	uint64_t boot_epoch_ns; /* epoch of the boot clock's zero */
	int64_t args_pid;       /* process whose arguments are in `texts`; -1: none */
	struct str exe, args;
	struct procfs_thread_buf texts;
	uint32_t *pids; /* processes that were told */
	size_t pids_n, pids_cap;
	bool pids_lost; /* there was no memory for one */
	uint8_t data[READ_BYTES];
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int fail(struct reader *r, int error, const char *what)
{
	char words[160];

	words_reason(words, sizeof(words));
	snprintf(r->result->why, sizeof(r->result->why), "%s: %s%s%s", what, strerror(-error),
		 words[0] ? ": " : "", words);
	return error;
}

/* --- records --------------------------------------------------------------------------------- */

static struct str take_text(const char **at, size_t n)
{
	struct str s = str_n(*at, n);

	*at += n;
	return s;
}

static void keep_pid(struct reader *r, uint32_t pid)
{
	if (r->pids_n == r->pids_cap) {
		size_t cap = r->pids_cap ? r->pids_cap * 2 : 1024;
		uint32_t *p = realloc(r->pids, cap * sizeof(*p));

		if (!p) {
			r->pids_lost = true;
			return;
		}
		r->pids = p;
		r->pids_cap = cap;
	}
	r->pids[r->pids_n++] = pid;
}

/* One record of a thread; false: its lengths do not add up. */
static bool tell_thread(struct reader *r, const uint8_t *record, size_t size)
{
	struct snap_thread t = SNAP_THREAD_INIT;
	struct wire_snap_thread w;
	const char *at = (const char *)record + sizeof(w);

	if (size < sizeof(w))
		return false;
	memcpy(&w, record, sizeof(w));
	if ((size_t)w.exe_len + w.cwd_len + w.root_len + w.cgroups_len != size - sizeof(w))
		return false;
	if (w.tid == w.pid)
		keep_pid(r, w.pid);
	if (!w.vtid)
		return true;
	t.exepath = take_text(&at, w.exe_len);
	t.cwd = take_text(&at, w.cwd_len);
	t.root = take_text(&at, w.root_len);
	t.cgroups = take_text(&at, w.cgroups_len);
	t.comm = str_until_nul(str_n((const char *)w.comm, sizeof(w.comm)));
	t.tid = w.tid;
	t.pid = w.pid;
	t.ptid = w.ptid;
	t.sid = w.sid;
	t.pgid = w.pgid;
	t.vpgid = w.vpgid;
	t.vtid = w.vtid;
	t.vpid = w.vpid;
	t.uid = w.uid;
	t.gid = w.gid;
	t.loginuid = w.loginuid;
	t.vmsize_kb = w.vmsize_kb;
	t.vmrss_kb = w.vmrss_kb;
	t.vmswap_kb = w.vmswap_kb;
	t.tty = w.tty;
	t.mntns = w.mntns;
	t.fdlimit = w.fdlimit;
	t.pfmajor = w.pfmajor;
	t.pfminor = w.pfminor;
	t.start_boot_ns = w.start_ns;
	t.clone_ns = r->boot_epoch_ns + w.start_ns;
	t.pidns_init_start_ns = w.pidns_start_ns ? r->boot_epoch_ns + w.pidns_start_ns : 0;
	t.cap_inheritable = w.cap_inheritable;
	t.cap_permitted = w.cap_permitted;
	t.cap_effective = w.cap_effective;
	t.exe_writable = w.exe_writable;
	t.exe_upper_layer = w.exe_upper;
	t.exe_lower_layer = w.exe_lower;
	t.exe_from_memfd = w.exe_memfd;
	t.exe_ino = w.exe_ino;
	t.exe_ino_ctime_ns = w.exe_ctime_ns;
	t.exe_ino_mtime_ns = w.exe_mtime_ns;
	/* Threads of a process come one after the other, and share its arguments. */
	if (r->args_pid != t.pid) {
		procfs_args(r->proc_fd, t.pid, &r->texts, &r->exe, &r->args);
		r->args_pid = t.pid;
	}
	t.exe = r->exe;
	t.args = r->args;
	if (t.tid == t.pid)
		t.env = procfs_env(r->proc_fd, t.pid, &r->texts);
	else
		t.flags = 0x2000u | 0x1u; /* neutral CLONE_THREAD and CLONE_FILES */
	r->result->threads++;
	if (r->sink->thread)
		r->sink->thread(r->sink->ctx, &t);
	return true;
}

static bool tell_file(struct reader *r, const uint8_t *record, size_t size)
{
	struct snap_fd f = { 0 };
	struct wire_snap_fd w;

	if (size < sizeof(w))
		return false;
	memcpy(&w, record, sizeof(w));
	if (w.name_len != size - sizeof(w))
		return false;
	f.pid = w.pid;
	f.fd = w.fd;
	f.ino = w.ino;
	f.dev = w.dev;
	f.open_flags = w.flags;
	f.name = str_n((const char *)record + sizeof(w), w.name_len);
	f.type = w.type;
	f.l4proto = w.l4proto;
	f.sport = w.sport;
	f.dport = w.dport;
	memcpy(f.sip, w.sip, sizeof(f.sip));
	memcpy(f.dip, w.dip, sizeof(f.dip));
	f.unix_source = w.unix_source;
	f.unix_peer = w.unix_peer;
	if (f.type == FD_UNKNOWN)
		f.type = fd_type_of(f.name, w.mode);
	r->result->files++;
	r->sink->fd(r->sink->ctx, &f);
	return true;
}

/* --- iterators ------------------------------------------------------------------------------- */

/* Reads all that a program tells, record by record. */
static int run(struct reader *r, struct bpf_program *program,
	       bool (*tell)(struct reader *r, const uint8_t *record, size_t size))
{
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);
	unsigned int stalls = 0;
	size_t have = 0;
	int error = 0;
	int fd;

	if (!link)
		return fail(r, -errno, "attach the iterators");
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0)
		error = fail(r, fd, "start the iterators");
	while (!error) {
		ssize_t n = read(fd, r->data + have, READ_BYTES - have);
		size_t at = 0;

		if (n < 0 && errno == EINTR)
			continue;
		/* linux: kernel/bpf/bpf_iter.c: a million objects without a record end one read. */
		if (n < 0 && errno == EAGAIN && ++stalls < STALLS_MAX)
			continue;
		if (n < 0)
			error = fail(r, -errno, "read the iterators");
		if (n <= 0)
			break;
		stalls = 0;
		have += (size_t)n;
		while (have - at >= sizeof(uint32_t)) {
			uint32_t size;

			memcpy(&size, r->data + at, sizeof(size));
			if (size < sizeof(size) || size > READ_BYTES / 2) {
				error = fail(r, -EBADMSG, "a record of the iterators has no length");
				break;
			}
			if (size > have - at)
				break;
			if (!tell(r, r->data + at, size)) {
				error = fail(r, -EBADMSG, "a record of the iterators is damaged");
				break;
			}
			at += size;
		}
		memmove(r->data, r->data + at, have - at);
		have -= at;
	}
	if (!error && have)
		error = fail(r, -EBADMSG, "the last record of the iterators is cut");
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return error;
}

static int compare_pids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool is_told(void *ctx, int64_t pid)
{
	const struct reader *r = ctx;
	uint32_t key = (uint32_t)pid;

	return r->pids_n && bsearch(&key, r->pids, r->pids_n, sizeof(key), compare_pids);
}

static void count_thread(void *ctx, const struct snap_thread *t)
{
	struct reader *r = ctx;

	r->result->by_proc++;
	if (r->sink->thread)
		r->sink->thread(r->sink->ctx, t);
}

static void pass_fd(void *ctx, const struct snap_fd *f)
{
	struct reader *r = ctx;

	r->sink->fd(r->sink->ctx, f);
}

/*
 * What /proc lists and the iterators passed over. There should be nothing but what began since; but a
 * process that one of the two hides is one that the other must not miss.
 */
static int complete(struct reader *r, const char *host_root)
{
	const struct procfs_options o = { .host_root = host_root };
	const struct snapshot_sink sink = { .ctx = r, .thread = count_thread,
					    .fd = r->sink->fd ? pass_fd : NULL };
	CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
	int error;

	if (r->pids_lost)
		return fail(r, -ENOMEM, "remember processes");
	if (r->pids_n)
		qsort(r->pids, r->pids_n, sizeof(*r->pids), compare_pids);
	error = procfs_snapshot_processes(&o, &sink, is_told, r, &diag);
	return error < 0 ? fail(r, error, "complete from /proc") : 0;
}

static int load(struct reader *r, bool no_cast)
{
	struct bpf_map *unused[5];
	struct host_facts h;
	int cpus = libbpf_num_possible_cpus();
	int error;

	words_listen();
	host_facts_read(&h);
	r->skel = snapshot_bpf__open();
	if (!r->skel)
		return fail(r, errno ? -errno : -ENOMEM, "open the iterators");
	unused[0] = r->skel->maps.ring_process;
	unused[1] = r->skel->maps.ring_file;
	unused[2] = r->skel->maps.ring_net;
	unused[3] = r->skel->maps.ring_io;
	unused[4] = r->skel->maps.handlers;
	for (size_t i = 0; i < ARRAY_LEN(unused); i++)
		bpf_map__set_autocreate(unused[i], false);
	r->skel->rodata->config.cpus = (unsigned int)(cpus > 0 ? cpus : 1);
	r->skel->rodata->config.can_cast = h.rdonly_cast && !no_cast;
	error = bpf_map__set_max_entries(r->skel->maps.scratches, cpus > 0 ? (uint32_t)cpus : 1);
	if (error >= 0)
		error = snapshot_bpf__load(r->skel);
	return error < 0 ? fail(r, error, "load the iterators") : 0;
}

/* The iterators list the tasks of our own pid namespace, by the numbers of the initial one. */
static bool in_initial_pid_ns(void)
{
	char link[64];
	ssize_t n = readlink("/proc/self/ns/pid", link, sizeof(link));

	return n > 0 && bracketed_number(str_n(link, (size_t)n)) == INITIAL_PID_NS;
}

static struct reader *reader_free(struct reader *r)
{
	if (!r)
		return NULL;
	snapshot_bpf__destroy(r->skel);
	if (r->proc_fd >= 0)
		close(r->proc_fd);
	procfs_thread_buf_cleanup(&r->texts);
	free(r->pids);
	free(r);
	return NULL;
}

static int reader_new(const struct iter_options *o, struct iter_result *result, struct reader **ret)
{
	struct reader *r = calloc(1, sizeof(*r));
	int error;

	*result = (struct iter_result){ 0 };
	if (!r) {
		snprintf(result->why, sizeof(result->why), "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	r->result = result;
	r->proc_fd = -1;
	r->args_pid = -1;
	r->texts = (struct procfs_thread_buf)PROCFS_THREAD_BUF_INIT;
	r->boot_epoch_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	if (!in_initial_pid_ns()) {
		error = -EXDEV;
		snprintf(result->why, sizeof(result->why),
			 "this process is not in the initial pid namespace");
	} else {
		error = load(r, o->no_cast);
	}
	if (error < 0) {
		reader_free(r);
		return error;
	}
	*ret = r;
	return 0;
}

int iter_snapshot(const struct iter_options *options, const struct snapshot_sink *sink,
		  struct iter_result *ret)
{
	struct reader *r;
	int error = reader_new(options, ret, &r);

	if (error < 0)
		return error;
	r->sink = sink;
	r->proc_fd = procfs_open(options->host_root);
	if (r->proc_fd < 0)
		error = fail(r, r->proc_fd, "open /proc");
	/* Main threads first. */
	for (uint32_t others = 0; others < 2 && error >= 0; others++) {
		r->skel->bss->others = others;
		error = run(r, r->skel->progs.snapshot_threads, tell_thread);
	}
	if (error >= 0 && sink->fd)
		error = run(r, r->skel->progs.snapshot_files, tell_file);
	if (error >= 0)
		error = complete(r, options->host_root);
	reader_free(r);
	return error;
}

int iter_check(struct iter_result *ret)
{
	const struct iter_options options = { 0 };
	struct bpf_link *link;
	struct reader *r;
	int error = reader_new(&options, ret, &r);

	if (error < 0)
		return error;
	link = bpf_program__attach_iter(r->skel->progs.snapshot_threads, NULL);
	if (!link)
		error = fail(r, -errno, "attach the iterators");
	bpf_link__destroy(link);
	reader_free(r);
	return error;
}
