/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the two ways to take a snapshot. It starts processes of every kind that it can think of,
 * takes the snapshot from /proc, by iterators, and from /proc again: whatever both readings of /proc
 * agree on, for this process and those that it started, the iterators must tell as well. Others
 * are left out, because they change while they are looked at.
 *
 * usage: live-snapshot [N]; with N sleeping processes more. Needs root, else it is skipped (77).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "capture/bpf/iter.h"
#include "capture/bpf/procfs.h"
#include "event/snapshot.h"

enum { SKIP = 77, CHILDREN_MAX = 4096, TICK_NS = 10000000 };

/* --- what is compared ------------------------------------------------------------------------ */

struct taken {
	struct arena texts;
	struct snap_thread *threads;
	size_t threads_n, threads_cap;
	struct snap_fd *fds;
	size_t fds_n, fds_cap;
	double ms;
};

static void *more(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 1024;
	p = realloc(p, *cap * size);
	if (!p)
		abort();
	return p;
}

static void keep_thread(void *ctx, const struct snap_thread *t)
{
	struct taken *k = ctx;
	struct snap_thread *copy;

	k->threads = more(k->threads, k->threads_n, &k->threads_cap, sizeof(*k->threads));
	copy = &k->threads[k->threads_n++];
	*copy = *t;
	copy->comm = arena_str(&k->texts, t->comm);
	copy->exe = arena_str(&k->texts, t->exe);
	copy->exepath = arena_str(&k->texts, t->exepath);
	copy->cwd = arena_str(&k->texts, t->cwd);
	copy->root = arena_str(&k->texts, t->root);
	copy->args = arena_str(&k->texts, t->args);
	copy->env = arena_str(&k->texts, t->env);
	copy->cgroups = arena_str(&k->texts, t->cgroups);
}

static void keep_fd(void *ctx, const struct snap_fd *f)
{
	struct taken *k = ctx;

	k->fds = more(k->fds, k->fds_n, &k->fds_cap, sizeof(*k->fds));
	k->fds[k->fds_n] = *f;
	k->fds[k->fds_n++].name = arena_str(&k->texts, f->name);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

enum way { BY_PROC, BY_ITERATORS, BY_ITERATORS_AS_OLD };

static int take(enum way way, struct taken *ret)
{
	CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
	struct snapshot_sink sink = { .ctx = ret, .thread = keep_thread, .fd = keep_fd };
	struct procfs_options proc = { 0 };
	struct iter_options iter = { .no_cast = way == BY_ITERATORS_AS_OLD };
	struct iter_result result;
	double start = now_ms();
	int r;

	*ret = (struct taken){ .texts = ARENA_INIT((size_t)1 << 30) };
	if (way == BY_PROC) {
		r = procfs_snapshot(&proc, &sink, &diag);
		if (r < 0)
			printf("%s\n", diag_first_error(&diag));
	} else {
		r = iter_snapshot(&iter, &sink, &result);
		if (r < 0)
			printf("%s\n", result.why);
	}
	ret->ms = now_ms() - start;
	return r;
}

static void taken_fini(struct taken *t)
{
	arena_cleanup(&t->texts);
	free(t->threads);
	free(t->fds);
}

static const struct snap_thread *find_thread(const struct taken *k, int64_t tid)
{
	for (size_t i = 0; i < k->threads_n; i++)
		if (k->threads[i].tid == tid)
			return &k->threads[i];
	return NULL;
}

static const struct snap_fd *find_fd(const struct taken *k, int64_t pid, int64_t fd)
{
	for (size_t i = 0; i < k->fds_n; i++)
		if (k->fds[i].pid == pid && k->fds[i].fd == fd)
			return &k->fds[i];
	return NULL;
}

static unsigned int faults;
static unsigned int compared;

static void fault(const char *format, ...) PRINTF(1, 2);
static void fault(const char *format, ...)
{
	va_list args;

	faults++;
	if (faults > 50)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static void same_text(int64_t tid, const char *what, struct str a, struct str b, struct str i)
{
	if (!str_eq(a, b))
		return;
	compared++;
	if (!str_eq(a, i))
		fault("%lld %s: /proc \"" STR_FMT "\", iterators \"" STR_FMT "\"", (long long)tid, what,
		      STR_ARG(a), STR_ARG(i));
}

static void same_number(int64_t tid, const char *what, uint64_t a, uint64_t b, uint64_t i)
{
	if (a != b)
		return;
	compared++;
	if (a != i)
		fault("%lld %s: /proc %lld, iterators %lld", (long long)tid, what, (long long)a,
		      (long long)i);
}

static void compare_thread(const struct snap_thread *a, const struct snap_thread *b,
			   const struct snap_thread *i)
{
#define TEXT(field)   same_text(a->tid, #field, a->field, b->field, i->field)
#define NUMBER(field)                                                                              \
	same_number(a->tid, #field, (uint64_t)a->field, (uint64_t)b->field, (uint64_t)i->field)
	TEXT(comm);
	TEXT(exe);
	TEXT(exepath);
	TEXT(cwd);
	TEXT(root);
	TEXT(args);
	TEXT(env);
	TEXT(cgroups);
	NUMBER(pid);
	NUMBER(ptid);
	NUMBER(sid);
	NUMBER(pgid);
	NUMBER(vpgid);
	NUMBER(vtid);
	NUMBER(vpid);
	if (a->fdlimit) /* not to be had of other users without CAP_SYS_RESOURCE */
		NUMBER(fdlimit);
	NUMBER(flags);
	NUMBER(uid);
	NUMBER(gid);
	NUMBER(loginuid);
	NUMBER(tty);
	NUMBER(mntns);
	NUMBER(cap_inheritable);
	NUMBER(cap_permitted);
	NUMBER(cap_effective);
	NUMBER(exe_ino);
	NUMBER(exe_ino_ctime_ns);
	NUMBER(exe_ino_mtime_ns);
	NUMBER(exe_writable);
	NUMBER(exe_from_memfd);
	NUMBER(vmsize_kb);
#undef TEXT
#undef NUMBER
	/* /proc tells ticks of the clock. */
	same_number(a->tid, "start", a->start_boot_ns / TICK_NS, b->start_boot_ns / TICK_NS,
		    i->start_boot_ns / TICK_NS);
}

static void compare_fd(const struct snap_fd *a, const struct snap_fd *b, const struct snap_fd *i)
{
	char what[64];

	/* The tables of /proc leave out sockets that are bound to nothing yet. */
	if (a->type == FD_UNSUPPORTED && i->sport == 0 && i->dport == 0 && !a->name.n)
		return;
#define NUMBER(field)                                                                              \
	snprintf(what, sizeof(what), "fd %lld %s", (long long)a->fd, #field);                      \
	same_number(a->pid, what, a->field, b->field, i->field)
	NUMBER(type);
	NUMBER(ino);
	NUMBER(dev);
	NUMBER(open_flags);
	NUMBER(l4proto);
	NUMBER(sport);
	NUMBER(dport);
#undef NUMBER
	snprintf(what, sizeof(what), "fd %lld name", (long long)a->fd);
	same_text(a->pid, what, a->name, b->name, i->name);
	snprintf(what, sizeof(what), "fd %lld addresses", (long long)a->fd);
	same_text(a->pid, what, str_n((const char *)a->sip, 16), str_n((const char *)b->sip, 16),
		  str_n((const char *)i->sip, 16));
	same_text(a->pid, what, str_n((const char *)a->dip, 16), str_n((const char *)b->dip, 16),
		  str_n((const char *)i->dip, 16));
}

static bool same_fd(const struct snap_fd *a, const struct snap_fd *b)
{
	return b && a->ino == b->ino && a->dev == b->dev && str_eq(a->name, b->name);
}

/* This process, or a descendant. */
static bool is_ours(const struct taken *k, int64_t tid)
{
	const struct snap_thread *t = find_thread(k, tid);

	for (int level = 0; t && level < 5; level++) {
		if (t->pid == getpid())
			return true;
		t = find_thread(k, t->ptid);
	}
	return false;
}

static void compare(const struct taken *a, const struct taken *b, const struct taken *i)
{
	size_t ours = 0;

	for (size_t k = 0; k < a->threads_n; k++) {
		const struct snap_thread *t = &a->threads[k];
		const struct snap_thread *again = find_thread(b, t->tid);
		const struct snap_thread *told = find_thread(i, t->tid);

		if (!is_ours(a, t->tid) || !again)
			continue;
		ours++;
		if (!told)
			fault("%lld " STR_FMT ": not told by the iterators", (long long)t->tid,
			      STR_ARG(t->comm));
		else
			compare_thread(t, again, told);
	}
	for (size_t k = 0; k < a->fds_n; k++) {
		const struct snap_fd *f = &a->fds[k];
		const struct snap_fd *again = find_fd(b, f->pid, f->fd);
		const struct snap_fd *told = find_fd(i, f->pid, f->fd);

		if (!is_ours(a, f->pid))
			continue;
		/* The readers have files of their own open while they read. */
		if (!same_fd(f, again) || (f->pid == getpid() && f->fd > 2))
			continue;
		if (!told)
			fault("%lld fd %lld " STR_FMT ": not told by the iterators",
			      (long long)f->pid, (long long)f->fd, STR_ARG(f->name));
		else
			compare_fd(f, again, told);
	}
	/* The other way round: nothing is made up. */
	for (size_t k = 0; k < i->threads_n; k++) {
		int64_t tid = i->threads[k].tid;

		if (!is_ours(i, tid))
			continue;
		ours--;
		if (!find_thread(a, tid))
			fault("%lld " STR_FMT ": not told by /proc", (long long)tid,
			      STR_ARG(i->threads[k].comm));
	}
	if (ours)
		fault("the iterators told not as many threads as /proc: %zd", (ssize_t)ours);
	for (size_t k = 0; k < i->fds_n; k++) {
		const struct snap_fd *f = &i->fds[k];

		if (is_ours(i, f->pid) && f->pid != getpid() && !find_fd(a, f->pid, f->fd))
			fault("%lld fd %lld " STR_FMT ": not told by /proc", (long long)f->pid,
			      (long long)f->fd, STR_ARG(f->name));
	}
}

/* --- processes of every kind ----------------------------------------------------------------- */

static char dir[64] = "/tmp/saker-snapshot-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	printf("cannot prepare %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void *wait_long(void *arg)
{
	if (arg)
		prctl(PR_SET_NAME, arg);
	for (;;)
		pause();
	return NULL;
}

static void be_plain(void)
{
}

static void be_files(void)
{
	int fd = open(in_dir("gone"), O_RDWR | O_CREAT | O_APPEND, 0600);
	sigset_t none;

	need(fd >= 0 && unlink(in_dir("gone")) == 0, "a removed file");
	need(open(in_dir("kept"), O_WRONLY | O_CREAT | O_CLOEXEC | O_SYNC, 0600) >= 0, "a file");
	need(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0, "a directory");
	need(open("/tmp", O_PATH) >= 0, "a path");
	need(open("/tmp", O_RDWR | O_TMPFILE, 0600) >= 0, "a nameless file");
	need(open("/dev/null", O_RDWR | O_NONBLOCK) >= 0, "a device");
	need(open("/proc/self/ns/mnt", O_RDONLY) >= 0, "a namespace");
	need(mkfifo(in_dir("fifo"), 0600) == 0 && open(in_dir("fifo"), O_RDWR) >= 0, "a fifo");
	need(fcntl(0, F_DUPFD, 700) >= 0, "a high number");
	need(pipe2((int[2]){ 0, 0 }, O_CLOEXEC) == 0, "a pipe");
	need(memfd_create("some name", MFD_CLOEXEC) >= 0, "a memfd");
	need(eventfd(0, EFD_NONBLOCK) >= 0, "an eventfd");
	need(epoll_create1(EPOLL_CLOEXEC) >= 0, "an epoll");
	need(inotify_init1(0) >= 0, "an inotify");
	sigemptyset(&none);
	need(signalfd(-1, &none, 0) >= 0, "a signalfd");
	need(timerfd_create(CLOCK_MONOTONIC, 0) >= 0, "a timerfd");
	need(syscall(SYS_pidfd_open, getpid(), 0) >= 0, "a pidfd");
}

static void be_sockets(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(in), len6 = sizeof(in6);
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	int s;

	need(bind(server, (struct sockaddr *)&in, len) == 0 && listen(server, 4) == 0 &&
		     getsockname(server, (struct sockaddr *)&in, &len) == 0, "a TCP server");
	need(connect(client, (struct sockaddr *)&in, len) == 0 || errno == EINPROGRESS, "a client");
	need(accept(server, NULL, NULL) >= 0, "a connection");
	need(connect(udp, (struct sockaddr *)&in, len) == 0, "a UDP client");
	in.sin_port = 0;
	need(bind(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&in, len) == 0, "UDP");
	need(socket(AF_INET, SOCK_STREAM, 0) >= 0, "an unbound socket");
	need(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0, "a raw socket");
	s = socket(AF_INET6, SOCK_STREAM, 0);
	if (s >= 0 && bind(s, (struct sockaddr *)&in6, len6) == 0)
		need(listen(s, 4) == 0 && getsockname(s, (struct sockaddr *)&in6, &len6) == 0 &&
			     connect(socket(AF_INET6, SOCK_STREAM, 0), (struct sockaddr *)&in6,
				     len6) == 0, "TCP over IPv6");
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/socket", dir);
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	need(bind(s, (struct sockaddr *)&un, sizeof(un)) == 0 && listen(s, 4) == 0 &&
		     connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&un,
			     sizeof(un)) == 0 && accept(s, NULL, NULL) >= 0, "a unix server");
	snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "saker-%d", getpid());
	un.sun_path[0] = 0;
	need(bind(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&un,
		  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			      strlen(un.sun_path + 1))) == 0, "an abstract name");
	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, (int[2]){ 0, 0 }) == 0, "a pair");
	need(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0, "netlink");
}

static void be_threads(void)
{
	static char name[] = "a (thread) x\xff";
	pthread_t id;

	need(pthread_create(&id, NULL, wait_long, name) == 0 &&
		     pthread_create(&id, NULL, wait_long, NULL) == 0, "threads");
}

static void be_nobody(void)
{
	struct rlimit limit = { 77, 99 };

	need(setrlimit(RLIMIT_NOFILE, &limit) == 0 && setgid(65534) == 0 && setuid(65534) == 0,
	     "another user");
}

static void be_jailed(void)
{
	need(mkdir(in_dir("jail"), 0755) == 0 && chroot(in_dir("jail")) == 0 && chdir("/") == 0 &&
		     mkdir("deep", 0755) == 0 && chdir("deep") == 0, "a jail");
}

static void be_lost(void)
{
	need(mkdir(in_dir("lost"), 0755) == 0 && chdir(in_dir("lost")) == 0 &&
		     rmdir(in_dir("lost")) == 0, "a removed directory");
}

static void be_leader(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	int tty;

	need(setsid() >= 0 && master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0,
	     "a terminal");
	tty = open(ptsname(master), O_RDWR);
	need(tty >= 0 && ioctl(tty, TIOCSCTTY, 0) == 0, "a controlling terminal");
}

static void be_titled(void)
{
	/* As setproctitle(3): over the arguments, without the NUL that ended them. */
	FILE *f = fopen("/proc/self/stat", "r");
	unsigned long first = 0, last = 0;
	char text[2048] = "";
	char *at;

	need(f && fread(text, 1, sizeof(text) - 1, f) > 0 && (at = strrchr(text, ')')), "a title");
	fclose(f);
	/* Fields 48 and 49, arg_start and arg_end (proc(5)). */
	for (int field = 2; field < 48; field++)
		need((at = strchr(at + 1, ' ')), "a title");
	need(sscanf(at, " %lu %lu", &first, &last) == 2 && last > first, "a title");
	memset((char *)first, 't', last - first);
}

static void be_nested(void)
{
	int gate[2];
	char c;
	pid_t inner;

	need(unshare(CLONE_NEWPID | CLONE_NEWNS) == 0 && pipe(gate) == 0, "namespaces");
	inner = fork();
	need(inner >= 0, "init of a pid namespace");
	if (inner == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
			     mount("none", dir, "tmpfs", 0, NULL) == 0 && chdir(dir) == 0,
		     "a mount");
		need(fork() >= 0, "a child in a pid namespace");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		need(write(gate[1], "x", 1) == 1, "a pipe");
		wait_long(NULL);
	}
	need(read(gate[0], &c, 1) == 1, "a pipe");
}

/* Another program, out of a memfd: this one, which then waits. */
static void be_memfd(void)
{
	int from = open("/proc/self/exe", O_RDONLY);
	int to = memfd_create("prog", MFD_CLOEXEC);
	char ready[16];
	char *argv[] = { (char *)"memfd arg0", (char *)"--wait", ready, (char *)"last", NULL };
	char *envp[] = { (char *)"ONE=1", (char *)"TWO=two words", NULL };
	struct stat st;

	need(from >= 0 && to >= 0 && fstat(from, &st) == 0, "a memfd");
	for (off_t at = 0; at < st.st_size;)
		need(syscall(SYS_sendfile, to, from, &at, (size_t)st.st_size) > 0, "a memfd");
	snprintf(ready, sizeof(ready), "%d", dup(700));
	fexecve(to, argv, envp);
	need(false, "a program in a memfd");
}

/* A program that is removed while it runs, with more arguments than are kept. */
static void be_removed(void)
{
	static char many[6000];
	char ready[16];
	char *argv[] = { (char *)"removed", (char *)"--wait", ready, many, (char *)"end", NULL };
	char command[600];

	snprintf(command, sizeof(command), "%s", in_dir("removed"));
	need(symlink(command, in_dir("link")) == 0, "a link");
	memset(many, 'm', sizeof(many) - 1);
	snprintf(ready, sizeof(ready), "%d", dup(700));
	execv(in_dir("link"), argv);
	need(false, "a program that is removed");
}

static void (*const kinds[])(void) = { be_plain,  be_files,  be_sockets, be_threads, be_nobody,
				       be_jailed, be_lost,   be_leader,	 be_titled,  be_nested,
				       be_memfd,  be_removed };

static pid_t children[CHILDREN_MAX];
static size_t children_n;

static void tell_ready(int fd)
{
	need(write(fd, "x", 1) == 1, "a pipe");
	close(fd);
}

/* False when it could not be prepared. */
static bool start(void (*be)(void))
{
	int gate[2];
	pid_t pid;
	char c;
	bool ok;

	if (children_n == CHILDREN_MAX || pipe2(gate, O_CLOEXEC) < 0)
		return false;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (be == be_memfd || be == be_removed)
			need(dup2(gate[1], 700) == 700, "a pipe");
		be();
		tell_ready(gate[1]);
		wait_long(NULL);
	}
	close(gate[1]);
	if (pid > 0)
		children[children_n++] = pid;
	ok = pid > 0 && read(gate[0], &c, 1) == 1;
	close(gate[0]);
	return ok;
}

static bool copy_self(const char *to)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	struct stat st;
	bool ok = in >= 0 && out >= 0 && fstat(in, &st) == 0;

	for (off_t at = 0; ok && at < st.st_size;)
		ok = syscall(SYS_sendfile, out, in, &at, (size_t)st.st_size) > 0;
	close(in);
	close(out);
	return ok;
}

static bool start_all(unsigned long sleepers)
{
	char path[512];

	snprintf(path, sizeof(path), "%s", in_dir("removed"));
	if (!copy_self(path)) {
		printf("cannot copy this program: %s\n", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!start(kinds[i]))
			return false;
	unlink(path);
	for (unsigned long i = 0; i < sleepers; i++)
		if (!start(be_plain))
			return false;
	return true;
}

static void end_all(void)
{
	static const char *const names[] = { "kept", "fifo", "socket", "link", "removed",
					     "jail/deep", "jail" };

	for (size_t i = 0; i < children_n; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		remove(in_dir(names[i]));
	rmdir(dir);
}

int main(int argc, char **argv)
{
	struct taken before, told, as_old, after;
	unsigned long sleepers = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct iter_result result;
	bool ok = false;

	if (argc > 2 && !strcmp(argv[1], "--wait")) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		tell_ready((int)strtol(argv[2], NULL, 10));
		wait_long(NULL);
	}
	if (geteuid() != 0) {
		printf("skipped: needs root\n");
		return SKIP;
	}
	if (iter_check(&result) < 0) {
		printf("skipped: %s\n", result.why);
		return SKIP;
	}
	if (!mkdtemp(dir))
		return 1;
	if (start_all(sleepers) && take(BY_PROC, &before) >= 0) {
		if (take(BY_ITERATORS, &told) >= 0 && take(BY_ITERATORS_AS_OLD, &as_old) >= 0 &&
		    take(BY_PROC, &after) >= 0) {
			compare(&before, &after, &told);
			printf("%u values compared, %u differ\n", compared, faults);
			compare(&before, &after, &as_old);
			printf("%u values compared in all, %u differ\n", compared, faults);
			printf("%zu threads, %zu files: /proc %.1f ms and %.1f ms, iterators %.1f ms, as before 6.2 %.1f ms\n",
			       told.threads_n, told.fds_n, before.ms, after.ms, told.ms, as_old.ms);
			ok = compared > 500 && !faults;
			taken_fini(&told);
			taken_fini(&as_old);
			taken_fini(&after);
		}
		taken_fini(&before);
	}
	end_all();
	return ok ? 0 : 1;
}
