/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witness: makes system calls with awkward arguments and prints, from its own knowledge, what a
 * sensor must report. It knows nothing of Saker. Its strings and buffers end at an unmapped page, and
 * the unused upper halves of its arguments hold garbage.
 *
 *     TID \t event \t parameter=text \t ... \t #fact=text \t !fact
 *
 * A parameter's text is "raw" or "raw(resolved)"; '#' asks for a fact, '!' for its absence.
 * usage: witness DIRECTORY (empty, removed by the caller)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define GARBAGE 0xdeadbeef00000000ul
/* An int argument whose upper half the kernel must ignore, and the sensor too. */
#define INT(v) (GARBAGE | (uint32_t)(v))

static char *dir; /* our working directory, as the kernel names it */

static void fail(const char *what)
{
	fprintf(stderr, "witness: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* "3", or "-2(ENOENT)" for a failed call, whose -1 becomes the kernel's result again. */
static const char *res(long r)
{
	static char text[8][48];
	static unsigned int n;
	char *t = text[n++ % 8];

	if (r == -1)
		snprintf(t, sizeof(text[0]), "-%d(%s)", errno, strerrorname_np(errno));
	else
		snprintf(t, sizeof(text[0]), "%ld", r);
	return t;
}

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
	char line[16384];
	va_list args;
	int n;

	n = snprintf(line, sizeof(line), "%ld\t", (long)syscall(SYS_gettid));
	va_start(args, format);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	line[n++] = '\n';
	/* One write, so that lines of threads and children do not mix. */
	if (write(3, line, (size_t)n) != n)
		_exit(2);
}

/* Pages of which the last is unmapped; returned is the end of the mapped part. */
static char *edge(void)
{
	char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || munmap(p + 2 * 4096, 4096) < 0)
		fail("mmap");
	return p + 2 * 4096;
}

/* The string, its NUL the last mapped byte. */
static char *at_edge(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = edge() - n;

	memcpy(p, s, n);
	return p;
}

static char *path(const char *name)
{
	char text[PATH_MAX];

	snprintf(text, sizeof(text), "%s/%s", dir, name);
	return at_edge(text);
}

/* Device number as stat shows it in 32 bits, upper case hex. */
static const char *dev_ino(int fd)
{
	static char text[80];
	struct stat st;

	if (fstat(fd, &st) < 0)
		fail("fstat");
	snprintf(text, sizeof(text), "dev=%X\tino=%llu",
		 (minor(st.st_dev) & 0xff) | major(st.st_dev) << 8 | (minor(st.st_dev) & ~0xffu) << 12,
		 (unsigned long long)st.st_ino);
	return text;
}

static void opens(void)
{
	struct open_how how = { .flags = O_RDONLY | O_DIRECTORY, .resolve = RESOLVE_NO_SYMLINKS };
	long fd, dirfd;
	char *p;

	/* Created, and the mode with it. */
	fd = syscall(SYS_open, path("file"), INT(O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC), INT(0640));
	say("open\tfd=%ld\tname=%s/file\tflags=20743(O_TRUNC|O_CREAT|O_RDWR|O_CLOEXEC|O_F_CREATED)\tmode=0640\t%s\t#path=%s/file\t!cwd",
	    fd, dir, dev_ino((int)fd), dir);
	close((int)fd);

	/* A symbolic link, relative, with an unmapped page behind the name. */
	if (symlink("file", path("link")) < 0)
		fail("symlink");
	fd = syscall(SYS_openat, INT(AT_FDCWD), at_edge("link"), INT(O_RDONLY), INT(07777));
	say("openat\tfd=%ld\tdirfd=-100(AT_FDCWD)\tname=link\tflags=1(O_RDONLY)\tmode=0\t%s\t#path=%s/file\t#cwd=%s",
	    fd, dev_ino((int)fd), dir, dir);
	close((int)fd);

	/* Relative to a directory descriptor, with dots. */
	if (mkdir(path("sub"), 0755) < 0)
		fail("mkdir");
	dirfd = open(path("sub"), O_RDONLY | O_DIRECTORY);
	fd = syscall(SYS_openat, INT(dirfd), at_edge("../sub/.././file"), INT(O_WRONLY | O_APPEND | O_NONBLOCK), 0L);
	say("openat\tfd=%ld\tdirfd=%ld\tname=../sub/.././file\tflags=74(O_NONBLOCK|O_APPEND|O_WRONLY)\tmode=0\t%s\t#path=%s/file\t#dir=%s/sub\t!cwd",
	    fd, dirfd, dev_ino((int)fd), dir, dir);
	close((int)fd);

	/* The root of a process is another way to every file. */
	fd = syscall(SYS_openat, INT(AT_FDCWD), at_edge("/proc/self/root/etc/passwd"), INT(O_RDONLY), 0L);
	say("openat\tfd=%ld\tdirfd=-100(AT_FDCWD)\tname=/proc/self/root/etc/passwd\tflags=1(O_RDONLY)\tmode=0\t%s\t#path=/etc/passwd",
	    fd, dev_ino((int)fd));
	close((int)fd);

	/* Descriptor 0 is a success like any other. */
	fd = dup(0);
	close(0);
	if (syscall(SYS_open, path("file"), INT(O_RDONLY), 0L) != 0)
		fail("open as descriptor 0");
	say("open\tfd=0\tname=%s/file\tflags=1(O_RDONLY)\tmode=0\t%s\t#path=%s/file", dir, dev_ino(0), dir);
	dup2((int)fd, 0);
	close((int)fd);

	/* Failures: nothing there, and a name that cannot be read. */
	fd = syscall(SYS_openat, INT(AT_FDCWD), at_edge("missing"), INT(O_RDONLY), 0L);
	say("openat\tfd=%s\tdirfd=-100(AT_FDCWD)\tname=missing\tflags=1(O_RDONLY)\tmode=0\tdev=0\tino=0\t!path\t#cwd=%s",
	    res(fd), dir);
	fd = syscall(SYS_openat, INT(AT_FDCWD), edge(), INT(O_RDONLY), 0L);
	say("openat\tfd=%s\tname=<NA>\t#unread=4", res(fd));
	/* A name without an end, up to the unmapped page. */
	p = edge() - 5;
	memcpy(p, "noend", 5);
	fd = syscall(SYS_openat, INT(AT_FDCWD), p, INT(O_RDONLY), 0L);
	say("openat\tfd=%s\tname=<NA>\t#unread=4", res(fd));

	fd = syscall(SYS_openat2, INT(AT_FDCWD), at_edge("sub"), &how, sizeof(how));
	say("openat2\tfd=%ld\tdirfd=-100(AT_FDCWD)\tname=sub\tflags=1025(O_DIRECTORY|O_RDONLY)\tmode=0\tresolve=8(RESOLVE_NO_SYMLINKS)\t%s\t#path=%s/sub",
	    fd, dev_ino((int)fd), dir);
	close((int)fd);

	fd = syscall(SYS_creat, at_edge("created"), INT(0600));
	say("creat\tfd=%ld\tname=created\tmode=0600\t%s\t#path=%s/created\t#cwd=%s", fd,
	    dev_ino((int)fd), dir, dir);
	close((int)fd);

	{
		struct {
			struct file_handle head;
			char bytes[128];
		} h = { .head.handle_bytes = 128 };
		int mount_id;

		if (name_to_handle_at(AT_FDCWD, path("file"), &h.head, &mount_id, 0) == 0) {
			fd = syscall(SYS_open_by_handle_at, INT(dirfd), &h, INT(O_RDONLY));
			if (fd >= 0) {
				say("open_by_handle_at\tfd=%ld\tmountfd=%ld\tflags=1(O_RDONLY)\tpath=%s/file\t%s",
				    fd, dirfd, dir, dev_ino((int)fd));
				close((int)fd);
			}
		}
	}
	close((int)dirfd);
}

static void names(void)
{
	int d = open(dir, O_RDONLY | O_DIRECTORY);
	long r;

	r = syscall(SYS_mkdir, at_edge("m"), INT(0751));
	say("mkdir\tres=%s\tpath=m\tmode=1E9\t#cwd=%s", res(r), dir);
	r = syscall(SYS_mkdirat, INT(d), at_edge("m/n"), INT(0700));
	say("mkdirat\tres=%s\tdirfd=%d\tpath=m/n\tmode=1C0\t#dir=%s", res(r), d, dir);
	r = syscall(SYS_rename, at_edge("created"), path("m/moved"));
	say("rename\tres=%s\toldpath=created\tnewpath=%s/m/moved\t#cwd=%s", res(r), dir, dir);
	r = syscall(SYS_renameat2, INT(d), at_edge("m/moved"), INT(AT_FDCWD), at_edge("m/again"), INT(RENAME_NOREPLACE));
	say("renameat2\tres=%s\tolddirfd=%d\toldpath=m/moved\tnewdirfd=-100(AT_FDCWD)\tnewpath=m/again\tflags=1(RENAME_NOREPLACE)\t#dir=%s\t#cwd=%s",
	    res(r), d, dir, dir);
	r = syscall(SYS_link, at_edge("file"), at_edge("hard"));
	say("link\tres=%s\toldpath=file\tnewpath=hard\t#cwd=%s", res(r), dir);
	r = syscall(SYS_linkat, INT(AT_FDCWD), at_edge("file"), INT(d), at_edge("hard2"), INT(AT_SYMLINK_FOLLOW));
	say("linkat\tres=%s\tolddir=-100(AT_FDCWD)\toldpath=file\tnewdir=%d\tnewpath=hard2\tflags=1024(AT_SYMLINK_FOLLOW)\t#cwd=%s\t#dir2=%s",
	    res(r), d, dir, dir);
	r = syscall(SYS_symlinkat, at_edge("/etc/shadow"), INT(d), at_edge("sl"));
	say("symlinkat\tres=%s\ttarget=/etc/shadow\tlinkdirfd=%d\tlinkpath=sl\t#dir=%s", res(r), d, dir);
	r = syscall(SYS_chmod, at_edge("file"), INT(04755));
	say("chmod\tres=%s\tfilename=file\tmode=04755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID)\t#cwd=%s",
	    res(r), dir);
	r = syscall(SYS_fchmodat, INT(d), at_edge("file"), INT(0644));
	say("fchmodat\tres=%s\tdirfd=%d\tfilename=file\tmode=0644(S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR)\t#dir=%s",
	    res(r), d, dir);
	r = syscall(SYS_fchownat, INT(AT_FDCWD), at_edge("link"), INT(0), INT(0), INT(AT_SYMLINK_NOFOLLOW));
	say("fchownat\tres=%s\tdirfd=-100(AT_FDCWD)\tpathname=link\tuid=0\tgid=0\tflags=1024(AT_SYMLINK_NOFOLLOW)\t#cwd=%s",
	    res(r), dir);
	r = syscall(SYS_unlink, at_edge("hard"));
	say("unlink\tres=%s\tpath=hard\t#cwd=%s", res(r), dir);
	r = syscall(SYS_unlinkat, INT(d), at_edge("m/n"), INT(AT_REMOVEDIR));
	say("unlinkat\tres=%s\tdirfd=%d\tname=m/n\tflags=512(AT_REMOVEDIR)\t#dir=%s", res(r), d, dir);
	r = syscall(SYS_rmdir, at_edge("nothing"));
	say("rmdir\tres=%s\tpath=nothing", res(r));
	r = syscall(SYS_chdir, at_edge("sub"));
	say("chdir\tres=%s\tpath=sub\t#cwd=%s/sub", res(r), dir);
	r = syscall(SYS_fchdir, INT(d));
	say("fchdir\tres=%s\tfd=%d\t#cwd=%s", res(r), d, dir);
	r = syscall(SYS_mount, at_edge("what"), at_edge("missing"), at_edge("nofs"), 8L /* MS_NOEXEC */, 0L);
	say("mount\tres=%s\tdev=what\tdir=missing\ttype=nofs\tflags=8(NOEXEC)", res(r));
	r = syscall(SYS_umount2, at_edge("missing"), INT(2));
	say("umount2\tres=%s\tname=missing\tflags=2(DETACH)", res(r));
	close(d);
}

/*
 * A child that shares the current directory changes it: no event of this thread tells, only the kernel
 * knows what its names are relative to.
 */
static void moved(void)
{
	long child, r;
	int status;

	if (mkdir("elsewhere", 0700) < 0)
		fail("mkdir");
	child = syscall(SYS_clone, CLONE_FS | SIGCHLD, NULL, NULL, NULL, NULL);
	if (child == 0)
		_exit(chdir("elsewhere") < 0);
	if (child < 0 || waitpid((pid_t)child, &status, 0) < 0 || status)
		fail("a child that shares the directory");
	r = syscall(SYS_mkdir, at_edge("m"), INT(0700));
	say("mkdir\tres=%s\tpath=m\tmode=1C0\t#cwd=%s/elsewhere", res(r), dir);
	r = syscall(SYS_chmod, at_edge("m"), INT(0500));
	say("chmod\tres=%s\tfilename=m\tmode=0500(S_IXUSR|S_IRUSR)\t#cwd=%s/elsewhere", res(r), dir);
	r = syscall(SYS_rename, at_edge("m"), at_edge("n"));
	say("rename\tres=%s\toldpath=m\tnewpath=n\t#cwd=%s/elsewhere", res(r), dir);
	r = syscall(SYS_unlinkat, INT(AT_FDCWD), at_edge("n"), INT(AT_REMOVEDIR));
	say("unlinkat\tres=%s\tdirfd=-100(AT_FDCWD)\tname=n\tflags=512(AT_REMOVEDIR)\t#cwd=%s/elsewhere",
	    res(r), dir);
	if (chdir(dir) < 0 || rmdir("elsewhere") < 0)
		fail("chdir");
}

static void descriptors(void)
{
	char text[] = "0123456789";
	char *buffer = edge() - 10;
	struct iovec v[3] = { { text, 3 }, { text + 5, 0 }, { text + 3, 4 } };
	struct iovec w[2];
	int p[2];
	long fd, r;

	fd = open(path("data"), O_RDWR | O_CREAT, 0600);
	memcpy(buffer, text, 10);
	r = syscall(SYS_write, INT(fd), buffer, 10L);
	say("write\tres=%s\tdata=0123456789\tfd=%ld\tsize=10\t#fdtype=16\t#path=%s/data\t#fdflags=3", res(r), fd, dir);
	/* Claims more than is mapped: what is mapped is still seen. */
	r = syscall(SYS_pwrite64, INT(fd), buffer, 4096L, 0x100000002L);
	if (r == -1)
		say("pwrite\tres=%s\tdata=0123456789\tfd=%ld\tsize=4096\tpos=4294967298", res(r), fd);
	else
		say("pwrite\tres=%s\tdata=%.*s\tfd=%ld\tsize=4096\tpos=4294967298", res(r), (int)r, text, fd);
	r = syscall(SYS_writev, INT(fd), v, 3L);
	say("writev\tres=%s\tdata=0123456\tfd=%ld\tsize=7\t#path=%s/data", res(r), fd, dir);
	r = syscall(SYS_pread64, INT(fd), buffer, 10L, 4L);
	say("pread\tres=%s\tdata=%.*s\tfd=%ld\tsize=10\tpos=4", res(r), (int)r, "4567890123456", fd);
	lseek((int)fd, 2, SEEK_SET);
	w[0] = (struct iovec){ buffer, 2 };
	w[1] = (struct iovec){ buffer + 4, 3 };
	r = syscall(SYS_readv, INT(fd), w, 2L);
	say("readv\tres=%s\tsize=5\tdata=23456\tfd=%ld", res(r), fd);
	r = syscall(SYS_read, INT(-1), buffer, 10L);
	say("read\tres=%s\tdata=NULL\tfd=-1(EPERM)\tsize=10\t!path", res(r));

	r = syscall(SYS_dup, INT(fd));
	say("dup\tres=%ld\toldfd=%ld\t#path=%s/data", r, fd, dir);
	close((int)r);
	r = syscall(SYS_dup2, INT(fd), INT(20));
	say("dup2\tres=20\toldfd=%ld\tnewfd=20", fd);
	r = syscall(SYS_dup3, INT(fd), INT(20), INT(O_CLOEXEC));
	say("dup3\tres=20\toldfd=%ld\tnewfd=20\tflags=4096(O_CLOEXEC)", fd);
	r = syscall(SYS_fcntl, INT(20), INT(F_SETFD), 0L);
	say("fcntl\tres=%ld\tfd=20\tcmd=3(F_SETFD)\targ=0", r);
	r = syscall(SYS_close, INT(20));
	say("close\tres=%ld\tfd=20", r);
	r = syscall(SYS_close, INT(20));
	say("close\tres=%s\tfd=20", res(r));
	r = syscall(SYS_pipe2, p, INT(O_CLOEXEC | O_NONBLOCK));
	{
		struct stat st;

		if (fstat(p[0], &st) < 0)
			fail("fstat");
		say("pipe2\tres=%ld\tfd1=%d\tfd2=%d\tino=%llu\tflags=4160(O_NONBLOCK|O_CLOEXEC)", r, p[0],
		    p[1], (unsigned long long)st.st_ino);
	}
	r = syscall(SYS_write, INT(p[1]), text, 4L);
	say("write\tres=4\tdata=0123\tfd=%d\tsize=4\t#fdtype=7\t!path", p[1]);
	close(p[0]);
	close(p[1]);
	fd = syscall(SYS_memfd_create, at_edge("secret"), INT(MFD_CLOEXEC));
	say("memfd_create\tfd=%ld\tname=secret\tflags=1(MFD_CLOEXEC)\t#fdtype=20", fd);
	r = syscall(SYS_fchmod, INT(fd), INT(0700));
	say("fchmod\tres=%ld\tfd=%ld\tmode=0700(S_IXUSR|S_IWUSR|S_IRUSR)\t#fdtype=20", r, fd);
	close((int)fd);
}

static void sockets(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in dns = in, me;
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(in);
	int port, own;
	long server, client, got, r;

	server = syscall(SYS_socket, INT(AF_INET), INT(SOCK_STREAM | SOCK_CLOEXEC), INT(0));
	say("socket\tfd=%ld\tdomain=2(AF_INET)\ttype=%d\tproto=0\tflags=4096(O_CLOEXEC)\t#fdtype=3\t#l4proto=2",
	    server, SOCK_STREAM | SOCK_CLOEXEC);
	r = syscall(SYS_bind, INT(server), &in, INT(sizeof(in)));
	say("bind\tres=%ld\taddr=127.0.0.1:0\tfd=%ld", r, server);
	getsockname((int)server, (void *)&in, &len);
	port = ntohs(in.sin_port);
	r = syscall(SYS_listen, INT(server), INT(7));
	say("listen\tres=%ld\tfd=%ld\tbacklog=7\t#fdtype=5", r, server);
	client = socket(AF_INET, SOCK_STREAM, 0);
	r = syscall(SYS_connect, INT(client), &in, INT(sizeof(in)));
	len = sizeof(me);
	getsockname((int)client, (void *)&me, &len);
	own = ntohs(me.sin_port);
	say("connect\tres=%ld\ttuple=127.0.0.1:%d->127.0.0.1:%d\tfd=%ld\taddr=127.0.0.1:%d\t#l4proto=2\t#tuple=127.0.0.1:%d->127.0.0.1:%d",
	    r, own, port, client, port, own, port);
	got = syscall(SYS_accept4, INT(server), NULL, NULL, INT(SOCK_CLOEXEC));
	say("accept4\tfd=%ld\ttuple=127.0.0.1:%d->127.0.0.1:%d\tqueuepct=0\tqueuelen=0\tqueuemax=7\tflags=0\t#fdtype=3",
	    got, own, port);
	r = syscall(SYS_sendto, INT(client), "hello", 5L, INT(0), NULL, INT(0));
	say("sendto\tres=5\tdata=hello\tfd=%ld\tsize=5\ttuple=127.0.0.1:%d->127.0.0.1:%d", client, own, port);
	{
		char *b = edge() - 100;

		r = syscall(SYS_recvfrom, INT(got), b, 100L, INT(0), NULL, NULL);
		say("recvfrom\tres=5\tdata=hello\ttuple=127.0.0.1:%d->127.0.0.1:%d\tfd=%ld\tsize=100", own, port, got);
	}
	close((int)got);
	close((int)client);
	close((int)server);

	/* Unconnected UDP: the kernel's socket has no peer, the caller's address stands in. */
	client = socket(AF_INET, SOCK_DGRAM, 0);
	in.sin_port = 0;
	bind((int)client, (void *)&in, sizeof(in));
	len = sizeof(me);
	getsockname((int)client, (void *)&me, &len);
	dns.sin_port = htons(5353);
	r = syscall(SYS_sendto, INT(client), "q", 1L, INT(0), &dns, INT(sizeof(dns)));
	say("sendto\tres=%s\tdata=q\tfd=%ld\tsize=1\ttuple=127.0.0.1:%d->127.0.0.1:5353\t#l4proto=3", res(r),
	    client, ntohs(me.sin_port));
	{
		struct iovec v[2] = { { (void *)(uintptr_t)"ab", 2 }, { (void *)(uintptr_t)"cd", 2 } };
		struct msghdr m = { .msg_name = &dns, .msg_namelen = sizeof(dns), .msg_iov = v,
				    .msg_iovlen = 2 };

		r = syscall(SYS_sendmsg, INT(client), &m, INT(0));
		say("sendmsg\tres=%s\tdata=abcd\tfd=%ld\tsize=4\ttuple=127.0.0.1:%d->127.0.0.1:5353",
		    res(r), client, ntohs(me.sin_port));
	}
	close((int)client);

	client = socket(AF_INET6, SOCK_STREAM, 0);
	if (client >= 0) {
		in6.sin6_port = htons(9);
		r = syscall(SYS_connect, INT(client), &in6, INT(sizeof(in6)));
		say("connect\tres=%s\ttuple=NULL\tfd=%ld\taddr=::1:9", res(r), client);
		close((int)client);
	}

	/* An abstract name: its leading NUL is left out. */
	server = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "witness-%d", (int)getpid());
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(un.sun_path + 1));
	r = syscall(SYS_bind, INT(server), &un, INT(len));
	say("bind\tres=%ld\taddr=%s\tfd=%ld\t#fdtype=8", r, un.sun_path + 1, server);
	close((int)server);
	r = syscall(SYS_socket, INT(99), INT(SOCK_STREAM), INT(0));
	say("socket\tfd=%s\tdomain=99\ttype=1\tproto=0\tflags=0(O_NONE)", res(r));
}

static void *thread(void *arg)
{
	long fd = syscall(SYS_openat, INT(AT_FDCWD), at_edge("sub"), INT(O_PATH | O_DIRECTORY), 0L);

	(void)arg;
	say("openat\tfd=%ld\tname=sub\tflags=1025(O_DIRECTORY|O_RDONLY)\t#path=%s/sub\t#cwd=%s", fd, dir, dir);
	close((int)fd);
	return NULL;
}

static void processes(char *self)
{
	pthread_t t;
	long r, child;
	int status;

	if (pthread_create(&t, NULL, thread, NULL) != 0)
		fail("pthread_create");
	pthread_join(t, NULL);

	r = syscall(SYS_prctl, INT(PR_SET_NAME), at_edge("renamed"), 0L, 0L, 0L);
	say("prctl\tres=%ld\toption=15(PR_SET_NAME)\targ2_str=renamed\targ2_int=0", r);
	r = syscall(SYS_setresuid, INT(-1), INT(0), INT(-1));
	say("setresuid\tres=%ld\truid=-1(<NONE>)\teuid=0(root)\tsuid=-1(<NONE>)", r);
	r = syscall(SYS_setgid, INT(0));
	say("setgid\tres=%ld", r);
	r = syscall(SYS_unshare, 0ul);
	say("unshare\tres=%ld\tflags=0", r);
	r = syscall(SYS_setns, INT(-1), INT(CLONE_NEWNS));
	say("setns\tres=%s\tfd=-1(EPERM)\tnstype=32(CLONE_NEWNS)", res(r));
	r = syscall(SYS_kill, INT(getpid()), INT(0));
	say("kill\tres=%ld\tpid=%d\tsig=0", r, (int)getpid());
	r = syscall(SYS_ptrace, INT(PTRACE_ATTACH), INT(getpid()), 0L, 0L);
	say("ptrace\tres=%s\trequest=11(PTRACE_ATTACH)\tpid=%d", res(r), (int)getpid());

	child = syscall(SYS_fork);
	if (child == 0) {
		char *argv[] = { at_edge("lie"), at_edge("again"), at_edge(""), at_edge("two words"), NULL };
		char *envp[] = { at_edge("KEY=value"), NULL };

		say("fork\tres=0\ttid=%d\tpid=%d\tptid=%d\tcwd=%s\tcomm=renamed\tuid=0\tgid=0\tvtid=%d\t#ppid=%d\t#cwd=%s",
		    (int)getpid(), (int)getpid(), (int)getppid(), dir, (int)getpid(), (int)getppid(), dir);
		r = syscall(SYS_execve, at_edge("missing"), argv, envp);
		say("execve\tres=%s\texe=lie\targs=again..two words.\tcomm=renamed\tenv=KEY=value.\tfilename=missing",
		    res(r));
		r = syscall(SYS_chroot, at_edge("sub"));
		say("chroot\tres=%ld\tpath=sub", r);
		/* Now outside of the root: what the kernel finds is told from the real root. */
		say("execve\tres=0\texe=lie\targs=again..two words.\ttid=%d\tpid=%d\tptid=%d\tenv=KEY=value.\tuid=0(root)\tfilename=/dev/fd/4",
		    (int)getpid(), (int)getpid(), (int)getppid());
		syscall(SYS_execveat, INT(4), at_edge(""), argv, envp, INT(AT_EMPTY_PATH));
		_exit(3);
	}
	say("fork\tres=%ld\ttid=%d\tpid=%d\tcomm=renamed", child, (int)getpid(), (int)getpid());
	waitpid((pid_t)child, &status, 0);
	printf("%ld\tprocexit\tstatus=%d\tret=%d\tsig=0\tcore=0\n", child, 5 << 8, 5);
	fflush(stdout);

	child = syscall(SYS_fork);
	if (child == 0) {
		char *argv[] = { self, at_edge("exit"), NULL };
		char *envp[] = { NULL };
		char link[PATH_MAX] = "";

		if (readlink("/proc/self/exe", link, sizeof(link) - 1) < 0)
			_exit(2);
		if (symlink(link, "alias") < 0)
			_exit(2);
		say("execve\tres=0\texe=%s\targs=exit.\tcwd=%s\tcomm=alias\tenv=NULL\ttrusted_exepath=%s\tfilename=./alias\t#cwd=%s",
		    self, dir, link, dir);
		syscall(SYS_execve, at_edge("./alias"), argv, envp);
		_exit(3);
	}
	waitpid((pid_t)child, &status, 0);

	child = syscall(SYS_fork);
	if (child == 0)
		kill(getpid(), SIGKILL);
	waitpid((pid_t)child, &status, 0);
	printf("%ld\tprocexit\tstatus=9\tret=0\tsig=9(SIGKILL)\tcore=0\n", child);
	fflush(stdout);
}

#ifdef __x86_64__
/* The 32-bit entry of a 64-bit kernel: other numbers, other registers. */
static long int80(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");
	return r;
}

static void compat(void)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long fd;

	if (low == MAP_FAILED)
		fail("mmap below 4 GiB");
	memcpy(low, "link", 5);
	fd = int80(5, (long)low, O_RDONLY, 0);
	if (fd == -ENOSYS)
		return; /* a kernel without it */
	say("open\tfd=%ld\tname=link\tflags=1(O_RDONLY)\tmode=0\t%s\t#path=%s/file\t#cwd=%s", fd,
	    dev_ino((int)fd), dir, dir);
	close((int)fd);
	((uint32_t *)(void *)low)[64] = AF_INET;
	((uint32_t *)(void *)low)[65] = SOCK_DGRAM;
	((uint32_t *)(void *)low)[66] = 0;
	fd = int80(102, 1, (long)low + 256, 0);
	say("socket\tfd=%ld\tdomain=2(AF_INET)\ttype=2\tproto=0\tflags=0(O_NONE)\t#l4proto=3", fd);
	close((int)fd);
}
#else
static void compat(void)
{
}
#endif

int main(int argc, char **argv)
{
	char text[PATH_MAX];

	if (argc == 2 && strcmp(argv[1], "exit") == 0)
		return 0;
	if (argc > 1 && strcmp(argv[1], "again") == 0)
		return argc == 4 && !argv[2][0] && !strcmp(argv[3], "two words") ? 5 : 6;
	if (argc != 2 || chdir(argv[1]) < 0) {
		fprintf(stderr, "usage: witness DIRECTORY\n");
		return 2;
	}
	if (!getcwd(text, sizeof(text)))
		fail("getcwd");
	dir = strdup(text);
	/* Where lines go must not be 1: that descriptor takes part. */
	dup2(1, 3);
	if (open("/proc/self/exe", O_RDONLY) != 4)
		fail("open own program as descriptor 4");
	umask(0);
	opens();
	names();
	moved();
	descriptors();
	sockets();
	compat();
	processes(argv[0]);
	return 0;
}
