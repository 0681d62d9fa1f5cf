/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/procfs.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "capture/bpf/procfs_parse.h"
#include "capture/bpf/sockets.h"
#include "event/snapshot.h"

enum { NAMESPACES_MAX = 4096 }; /* pid namespaces whose start is remembered */

struct procfs_ns_start {
	uint64_t ns;
	uint64_t start_ns; /* since the epoch; 0 unknown */
};

struct scan {
	const struct procfs_options *o;
	const struct snapshot_sink *sink;
	int proc_fd;
	struct sockets *sockets;
	struct procfs_thread_buf buf;
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t time_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

static bool join(char *ret, size_t size, const char *root, const char *path)
{
	int n = snprintf(ret, size, "%s%s", root ? root : "", path);

	return n > 0 && (size_t)n < size;
}

/* --- small files ----------------------------------------------------------------------------- */

/* At most `size` bytes of a file below `dir`; returns how many, or -errno. */
static ssize_t slurp(int dir, const char *name, char *ret, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	int error = 0;

	if (fd < 0)
		return -errno;
	while (have < size) {
		ssize_t n = read(fd, ret + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			error = -errno;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	close(fd);
	return error && !have ? error : (ssize_t)have;
}

/* A whole file as text. False when it cannot be read. */
static bool load(struct buf *text, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	int r;

	buf_reset(text);
	if (fd < 0)
		return false;
	r = buf_read_fd(text, fd);
	close(fd);
	return r >= 0;
}

static struct str read_link(int dir, const char *name, char *ret)
{
	ssize_t n = readlinkat(dir, name, ret, PATH_MAX);

	return n > 0 ? str_n(ret, (size_t)n) : STR("");
}

/* Inode number of a namespace from "mnt:[4026531840]"; 0 unknown. */
static uint64_t ns_inode(struct procfs_thread_buf *b, int dir, const char *name)
{
	return bracketed_number(read_link(dir, name, b->link));
}

static uint64_t boot_epoch_ns(void)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
}

static uint64_t ticks_ns(uint64_t ticks)
{
	long per_second = sysconf(_SC_CLK_TCK);

	return ticks * (1000000000u / (uint64_t)(per_second > 0 ? per_second : 100));
}

/* --- machine, interfaces, users --------------------------------------------------------------- */

static void scan_machine(struct scan *s)
{
	struct snap_machine m = { 0 };
	char name[256] = "", text[64] = "";
	uint64_t max = 0;
	ssize_t n;

	if (!s->sink->machine)
		return;
	gethostname(name, sizeof(name) - 1);
	n = slurp(s->proc_fd, "sys/kernel/pid_max", text, sizeof(text) - 1);
	if (n > 0)
		str_to_u64(str_trim(str_n(text, (size_t)n)), &max);
	m.num_cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	m.memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	m.max_pid = max;
	m.boot_ts_ns = s->buf.boot_epoch_ns;
	m.hostname = str_c(name);
	s->sink->machine(s->sink->ctx, &m);
}

static void scan_ifaces(struct scan *s)
{
	struct ifaddrs *list = NULL;

	if (!s->sink->iface || getifaddrs(&list) < 0)
		return;
	for (struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct snap_iface f = { .name = str_c(i->ifa_name) };

		if (!i->ifa_addr || !i->ifa_netmask)
			continue;
		if (i->ifa_addr->sa_family == AF_INET) {
			memcpy(f.addr, &((struct sockaddr_in *)(void *)i->ifa_addr)->sin_addr, 4);
			memcpy(f.mask, &((struct sockaddr_in *)(void *)i->ifa_netmask)->sin_addr, 4);
		} else if (i->ifa_addr->sa_family == AF_INET6) {
			f.v6 = true;
			memcpy(f.addr, &((struct sockaddr_in6 *)(void *)i->ifa_addr)->sin6_addr, 16);
			memcpy(f.mask, &((struct sockaddr_in6 *)(void *)i->ifa_netmask)->sin6_addr,
			       16);
		} else {
			continue;
		}
		s->sink->iface(s->sink->ctx, &f);
	}
	freeifaddrs(list);
}

static void scan_users(struct scan *s)
{
	char path[PATH_MAX];
	struct str rest, line;

	if (s->sink->user && join(path, sizeof(path), s->o->host_root, "/etc/passwd") &&
	    load(&s->buf.text, AT_FDCWD, path)) {
		rest = buf_str(&s->buf.text);
		while (rest.p && str_split(&rest, '\n', &line)) {
			struct snap_user u;

			if (parse_passwd(line, &u))
				s->sink->user(s->sink->ctx, &u);
		}
	}
	if (s->sink->group && join(path, sizeof(path), s->o->host_root, "/etc/group") &&
	    load(&s->buf.text, AT_FDCWD, path)) {
		rest = buf_str(&s->buf.text);
		while (rest.p && str_split(&rest, '\n', &line)) {
			struct snap_group g;

			if (parse_group(line, &g))
				s->sink->group(s->sink->ctx, &g);
		}
	}
}

/* --- threads --------------------------------------------------------------------------------- */

/* Start of the namespace's init: itself when it is this thread, else by the namespace's own /proc. */
static uint64_t pidns_start(struct procfs_thread_buf *b, int dir, const struct proc_status *st,
			    uint64_t own_start)
{
	uint64_t ns = ns_inode(b, dir, "ns/pid");
	struct proc_stat stat;
	char text[1024];
	uint64_t start = 0;
	ssize_t n;

	if (!ns)
		return 0;
	for (size_t i = 0; i < b->starts_n; i++)
		if (b->starts[i].ns == ns)
			return b->starts[i].start_ns;
	if (st->vpid == 1 && st->vtid == 1) {
		start = own_start;
	} else {
		n = slurp(dir, ns == b->own_pid_ns ? "../1/stat" : "root/proc/1/stat", text,
			  sizeof(text));
		if (n > 0 && parse_stat(str_n(text, (size_t)n), &stat))
			start = b->boot_epoch_ns + ticks_ns(stat.start_ticks);
	}
	if (b->starts_n == b->starts_cap && b->starts_n < NAMESPACES_MAX) {
		size_t cap = b->starts_cap ? b->starts_cap * 2 : 16;
		struct procfs_ns_start *p = realloc(b->starts, cap * sizeof(*p));

		if (!p)
			return start;
		b->starts = p;
		b->starts_cap = cap;
	}
	if (b->starts_n < b->starts_cap)
		b->starts[b->starts_n++] = (struct procfs_ns_start){ ns, start };
	return start;
}

/* May the owner of the process change its program? (docs/formats/process-state.md, initial scan) */
static bool is_writable(const struct stat *st, const struct proc_status *p)
{
	if (p->cap_effective & (1u << 1 | 1u << 3)) /* DAC_OVERRIDE, FOWNER */
		return true;
	if (st->st_uid == p->uid)
		return true;
	return st->st_gid == p->gid ? st->st_mode & S_IWGRP : st->st_mode & S_IWOTH;
}

/* exe and args out of the text of cmdline, which is `n` bytes in b->args. */
static void split_args(struct procfs_thread_buf *b, ssize_t n, struct str *ret_exe,
		       struct str *ret_args)
{
	struct str all = str_n(b->args, n > 0 ? (size_t)n : 0);

	if (all.n == PROCFS_TEXT_MAX)
		b->args[PROCFS_TEXT_MAX - 1] = 0;
	*ret_exe = str_until_nul(all);
	*ret_args = str_from(all, ret_exe->n + 1);
}

/* One thread in directory `dir`. False: nothing to tell (it is gone, or a kernel thread). */
static bool read_thread(struct procfs_thread_buf *b, int dir, int64_t tid, struct snap_thread *ret)
{
	struct snap_thread t = SNAP_THREAD_INIT;
	bool is_main;
	struct proc_status status;
	struct proc_stat stat;
	char text[1024];
	struct rlimit64 limit;
	struct stat st;
	ssize_t n;
	uint64_t loginuid;

	n = slurp(dir, "stat", text, sizeof(text));
	if (n <= 0 || !parse_stat(str_n(text, (size_t)n), &stat))
		return false;
	t.exepath = read_link(dir, "exe", b->exe);
	n = slurp(dir, "cmdline", b->args, PROCFS_TEXT_MAX);
	if (n <= 0 && !t.exepath.n)
		return false;
	split_args(b, n, &t.exe, &t.args);
	if (!load(&b->text, dir, "status") || !parse_status(buf_str(&b->text), &status))
		return false;
	is_main = status.tgid == tid;
	t.tid = tid;
	t.pid = status.tgid;
	t.ptid = status.ppid;
	t.vtid = status.vtid >= 0 ? status.vtid : tid;
	t.vpid = status.vpid >= 0 ? status.vpid : status.tgid;
	t.uid = status.uid;
	t.gid = status.gid;
	t.vmsize_kb = status.vmsize_kb;
	t.vmrss_kb = status.vmrss_kb;
	t.vmswap_kb = status.vmswap_kb;
	t.cap_inheritable = status.cap_inheritable;
	t.cap_permitted = status.cap_permitted;
	t.cap_effective = status.cap_effective;
	t.pgid = stat.pgrp;
	t.vpgid = status.vpgid >= 0 ? status.vpgid : stat.pgrp;
	t.sid = status.vsid >= 0 ? status.vsid : stat.session;
	t.tty = (uint32_t)stat.tty;
	t.pfmajor = stat.majflt;
	t.pfminor = stat.minflt;
	t.start_boot_ns = ticks_ns(stat.start_ticks);
	t.clone_ns = b->boot_epoch_ns + t.start_boot_ns;
	t.pidns_init_start_ns = pidns_start(b, dir, &status, t.clone_ns);
	t.mntns = (uint32_t)ns_inode(b, dir, "ns/mnt");
	n = slurp(dir, "comm", b->comm, sizeof(b->comm));
	t.comm = str_n(b->comm, n > 0 ? (size_t)n : 0);
	if (t.comm.n && t.comm.p[t.comm.n - 1] == '\n')
		t.comm.n--;
	if (is_main) {
		n = slurp(dir, "environ", b->env, PROCFS_TEXT_MAX);
		t.env = str_n(b->env, n > 0 ? (size_t)n : 0);
	}
	t.cwd = read_link(dir, "cwd", b->cwd);
	t.root = read_link(dir, "root", b->root);
	n = slurp(dir, "loginuid", text, sizeof(text));
	if (n > 0 && str_to_u64(str_trim(str_n(text, (size_t)n)), &loginuid) >= 0)
		t.loginuid = (uint32_t)loginuid;
	if (prlimit64((pid_t)tid, RLIMIT_NOFILE, NULL, &limit) == 0)
		t.fdlimit = limit.rlim_cur;
	buf_reset(&b->cgroups);
	if (load(&b->text, dir, "cgroup"))
		parse_cgroups(buf_str(&b->text), &b->cgroups);
	t.cgroups = buf_str(&b->cgroups);
	/* Through the magic link, so that it is the file itself, in whatever mount namespace. */
	if (fstatat(dir, "exe", &st, 0) == 0) {
		t.exe_ino = st.st_ino;
		t.exe_ino_ctime_ns = time_ns(&st.st_ctim);
		t.exe_ino_mtime_ns = time_ns(&st.st_mtim);
		t.exe_writable = is_writable(&st, &status);
	}
	t.exe_from_memfd = str_starts(t.exepath, STR("/memfd:"));
	if (!is_main)
		t.flags = 0x2000u | 0x1u; /* neutral CLONE_THREAD and CLONE_FILES */
	*ret = t;
	return true;
}

static bool scan_thread(struct scan *s, int dir, int64_t tid)
{
	struct snap_thread t;

	if (!read_thread(&s->buf, dir, tid, &t))
		return false;
	if (s->sink->thread)
		s->sink->thread(s->sink->ctx, &t);
	return true;
}

void procfs_args(int proc_fd, int64_t pid, struct procfs_thread_buf *buf, struct str *ret_exe,
		 struct str *ret_args)
{
	char name[48];

	snprintf(name, sizeof(name), "%lld/cmdline", (long long)pid);
	split_args(buf, slurp(proc_fd, name, buf->args, PROCFS_TEXT_MAX), ret_exe, ret_args);
}

struct str procfs_env(int proc_fd, int64_t pid, struct procfs_thread_buf *buf)
{
	char name[48];
	ssize_t n;

	snprintf(name, sizeof(name), "%lld/environ", (long long)pid);
	n = slurp(proc_fd, name, buf->env, PROCFS_TEXT_MAX);
	return str_n(buf->env, n > 0 ? (size_t)n : 0);
}

void procfs_thread_buf_cleanup(struct procfs_thread_buf *buf)
{
	if (!buf)
		return;
	buf_cleanup(&buf->text);
	buf_cleanup(&buf->cgroups);
	free(buf->starts);
	buf->starts = NULL;
	buf->starts_n = 0;
	buf->starts_cap = 0;
}

int procfs_thread(const char *host_root, int64_t tid, struct procfs_thread_buf *buf,
		  struct snap_thread *ret)
{
	char path[PATH_MAX], name[48];
	int dir;
	bool found;

	snprintf(name, sizeof(name), "/proc/%lld", (long long)tid);
	if (!join(path, sizeof(path), host_root, name))
		return -ENAMETOOLONG;
	dir = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -ESRCH;
	/* The numbers of namespaces are used again: what was known of them may be of others by now. */
	buf->starts_n = 0;
	buf->boot_epoch_ns = boot_epoch_ns();
	buf->own_pid_ns = ns_inode(buf, dir, "../1/ns/pid");
	found = read_thread(buf, dir, tid, ret);
	close(dir);
	return found ? 0 : -ESRCH;
}

/* --- open files ------------------------------------------------------------------------------ */

static uint32_t encode_dev(dev_t dev)
{
	uint32_t minor_part = minor(dev);

	return (minor_part & 0xff) | (uint32_t)major(dev) << 8 | (minor_part & ~0xffu) << 12;
}

static void scan_fd(struct scan *s, int dir, int64_t pid, uint64_t net_ns, int64_t number,
		    const char *name)
{
	struct snap_fd f = { .pid = pid, .fd = number };
	struct str target = read_link(dir, name, s->buf.link);
	char path[64], text[256];
	struct stat st;
	ssize_t n;

	if (!target.n || fstatat(dir, name, &st, 0) < 0)
		return;
	f.ino = st.st_ino;
	f.dev = encode_dev(st.st_dev);
	f.name = target;
	snprintf(path, sizeof(path), "../fdinfo/%s", name);
	n = slurp(dir, path, text, sizeof(text));
	if (n > 0)
		f.open_flags = parse_fdinfo_flags(str_n(text, (size_t)n));
	f.type = fd_type_of(target, st.st_mode);
	if (f.type == FD_UNKNOWN) {
		f.name = STR("");
		sockets_describe(s->sockets, s->proc_fd, pid, net_ns, &f);
	}
	s->sink->fd(s->sink->ctx, &f);
}

static DIR *open_dir_at(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static bool is_number(const char *name, int64_t *ret)
{
	return name[0] >= '0' && name[0] <= '9' && str_to_i64(str_c(name), ret) >= 0;
}

static void scan_fds(struct scan *s, int dir, int64_t pid)
{
	DIR *fds = open_dir_at(dir, "fd");
	uint64_t net_ns;
	struct dirent *e;

	if (!fds)
		return;
	net_ns = ns_inode(&s->buf, dir, "ns/net");
	while ((e = readdir(fds))) {
		int64_t number;

		if (is_number(e->d_name, &number))
			scan_fd(s, dirfd(fds), pid, net_ns, number, e->d_name);
	}
	closedir(fds);
}

static void scan_process(struct scan *s, int64_t pid, const char *name)
{
	int dir = openat(s->proc_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *tasks;
	struct dirent *e;

	if (dir < 0)
		return;
	if (scan_thread(s, dir, pid)) {
		tasks = open_dir_at(dir, "task");
		while (tasks && (e = readdir(tasks))) {
			int64_t tid;
			int task;

			if (!is_number(e->d_name, &tid) || tid == pid)
				continue;
			task = openat(dirfd(tasks), e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (task < 0)
				continue;
			scan_thread(s, task, tid);
			close(task);
		}
		if (tasks)
			closedir(tasks);
		if (s->sink->fd)
			scan_fds(s, dir, pid);
	}
	close(dir);
}

int procfs_open(const char *host_root)
{
	char path[PATH_MAX];
	int fd;

	if (!join(path, sizeof(path), host_root, "/proc"))
		return -ENAMETOOLONG;
	fd = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

static struct scan *scan_free(struct scan *s)
{
	if (!s)
		return NULL;
	if (s->proc_fd >= 0)
		close(s->proc_fd);
	sockets_free(s->sockets);
	procfs_thread_buf_cleanup(&s->buf);
	free(s);
	return NULL;
}

static int scan_new(const struct procfs_options *options, const struct snapshot_sink *sink,
		    struct scan **ret, struct diag *diag)
{
	struct scan *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return diag_sys(diag, -ENOMEM, "read", "/proc");
	s->o = options;
	s->sink = sink;
	s->buf = (struct procfs_thread_buf)PROCFS_THREAD_BUF_INIT;
	s->buf.boot_epoch_ns = boot_epoch_ns();
	s->proc_fd = r = procfs_open(options->host_root);
	if (r < 0)
		diag_error(diag, r, "read /proc%s%s: %s", options->host_root ? " below " : "",
			   options->host_root ? options->host_root : "", strerror(-r));
	if (r >= 0 && !(s->sockets = sockets_new()))
		r = diag_sys(diag, -ENOMEM, "read", "/proc");
	if (r < 0) {
		scan_free(s);
		return r;
	}
	s->buf.own_pid_ns = ns_inode(&s->buf, s->proc_fd, "1/ns/pid");
	*ret = s;
	return 0;
}

int procfs_snapshot_host(const struct procfs_options *options, const struct snapshot_sink *sink,
			 struct diag *diag)
{
	struct scan *s;
	int r = scan_new(options, sink, &s, diag);

	if (r < 0)
		return r;
	scan_machine(s);
	scan_ifaces(s);
	scan_users(s);
	scan_free(s);
	return 0;
}

int procfs_snapshot_processes(const struct procfs_options *options,
			      const struct snapshot_sink *sink,
			      bool (*known)(void *ctx, int64_t pid), void *ctx, struct diag *diag)
{
	struct scan *s;
	struct dirent *e;
	DIR *proc;
	int r = scan_new(options, sink, &s, diag);

	if (r < 0)
		return r;
	proc = open_dir_at(s->proc_fd, ".");
	if (!proc) {
		r = diag_sys(diag, -errno, "read", "/proc");
		scan_free(s);
		return r;
	}
	while ((e = readdir(proc))) {
		int64_t pid;

		if (is_number(e->d_name, &pid) && !(known && known(ctx, pid)))
			scan_process(s, pid, e->d_name);
	}
	closedir(proc);
	scan_free(s);
	return 0;
}

int procfs_snapshot(const struct procfs_options *options, const struct snapshot_sink *sink,
		    struct diag *diag)
{
	int r = procfs_snapshot_host(options, sink, diag);

	return r < 0 ? r : procfs_snapshot_processes(options, sink, NULL, NULL, diag);
}
