/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of fields on a small host: systemd -> sshd -> bash -> cat, and a shell in a container. Each
 * test applies one event and compares texts, as an output would show them.
 */
#include "field/extract.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/support/event_builder.h"

#define SECOND UINT64_C(1000000000)
#define T0     (UINT64_C(1470327477) * SECOND + 882054739)

struct host {
	struct state *state;
	struct field_env env;
	struct arena scratch;
	struct field_ctx ctx;
	struct ev_builder builder;
	struct buf text;
	uint64_t events;
	uint64_t last_ts_ns;
};

/* What is left out of a description is as on a host without containers and logins. */
static void add_thread(const struct snapshot_sink *sink, struct snap_thread t)
{
	t.pid = t.pid ? t.pid : t.tid;
	t.vtid = t.vtid ? t.vtid : t.tid;
	t.vpid = t.vpid ? t.vpid : t.pid;
	t.pgid = t.vpgid = t.pid;
	t.loginuid = t.loginuid ? t.loginuid : ID_NONE;
	sink->thread(sink->ctx, &t);
}

#define THREAD(...) ((struct snap_thread){ __VA_ARGS__ })
#define CGROUP STR("cpuset=/\0memory=/system.slice\0")
#define IN_CONTAINER                                                                               \
	STR("cpuset=/docker/c78a447010cdad299a9d96cbb8992702ab02fd7fad81816371b2ae9868cbd37d\0")

static void fill(const struct snapshot_sink *sink)
{
	const struct snap_user users[] = {
		{ .uid = 0, .gid = 0, .name = STR("root"), .home = STR("/root"), .shell = STR("/bin/bash") },
		{ .uid = 1000, .gid = 1000, .name = STR("ann"), .home = STR("/home/ann"),
		  .shell = STR("/bin/zsh") },
	};
	const struct snap_group group = { .gid = 1000, .name = STR("staff") };
	const struct snap_fd fds[] = {
		{ .pid = 300, .fd = 0, .type = FD_FIFO, .ino = 55, .name = STR("pipe:[55]") },
		{ .pid = 300, .fd = 1, .type = FD_FILE_V2, .dev = 0x10302d, .ino = 77, .open_flags = 2,
		  .name = STR("/tmp/out put") },
		{ .pid = 300, .fd = 4, .type = FD_IPV4, .l4proto = L4_TCP, .sport = 40000, .dport = 443,
		  .sip = { 10, 0, 0, 5 }, .dip = { 93, 184, 216, 34 } },
		{ .pid = 300, .fd = 5, .type = FD_IPV4_SERVER, .l4proto = L4_TCP, .sport = 22 },
		{ .pid = 300, .fd = 6, .type = FD_UNIX, .name = STR("/run/x") },
		{ .pid = 300, .fd = 7, .type = FD_DIRECTORY, .name = STR("/srv") },
		{ .pid = 300, .fd = 8, .type = FD_TIMERFD, .name = STR("") },
	};

	sink->reset(sink->ctx);
	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		sink->user(sink->ctx, &users[i]);
	sink->group(sink->ctx, &group);
	add_thread(sink, THREAD(.tid = 1, .ptid = 0, .sid = 1, .comm = STR("systemd"),
				.exe = STR("/sbin/init"), .uid = 0, .gid = 0, .cgroups = CGROUP,
				.cwd = STR("/")));
	add_thread(sink, THREAD(.tid = 100, .ptid = 1, .sid = 100, .comm = STR("sshd"),
				.exe = STR("/usr/sbin/sshd"), .args = STR("-D\0"),
				.env = STR("SEEN=sshd\0ONLY=there\0"), .uid = 0, .gid = 0,
				.cgroups = CGROUP, .cwd = STR("/"), .exepath = STR("/usr/sbin/sshd")));
	add_thread(sink, THREAD(.tid = 200, .ptid = 100, .sid = 200, .comm = STR("bash"),
				.exe = STR("-bash"), .env = STR("SEEN=bash\0"), .uid = 1000,
				.gid = 1000, .loginuid = 1000, .cgroups = CGROUP,
				.cwd = STR("/home/ann"), .exepath = STR("/bin/bash")));
	add_thread(sink, THREAD(.tid = 300, .ptid = 200, .sid = 200, .comm = STR("cat"),
				.exe = STR("/bin/cat"), .args = STR("-n\0a b\0"),
				.env = STR("HOME=/home/ann\0EMPTY=\0"), .uid = 1000, .gid = 1000,
				.loginuid = 1000, .tty = 34816, .fdlimit = 1024, .vmsize_kb = 7244,
				.vmrss_kb = 800, .cgroups = CGROUP, .cwd = STR("/home/ann"),
				.exepath = STR("/usr/bin/cat"), .clone_ns = T0 - 2 * SECOND,
				.cap_effective = 1 | 1 << 21, .exe_writable = true, .exe_ino = 4711));
	add_thread(sink, THREAD(.tid = 301, .pid = 300, .ptid = 200, .sid = 200, .comm = STR("cat"),
				.flags = 0x2001, .uid = 1000, .gid = 1000, .cgroups = CGROUP));
	add_thread(sink, THREAD(.tid = 400, .ptid = 1, .sid = 1, .vtid = 1, .vpid = 1,
				.comm = STR("sh"), .exe = STR("sh"), .args = STR("\0"), .uid = 0,
				.gid = 0, .cgroups = IN_CONTAINER, .cwd = STR("/app")));
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		sink->fd(sink->ctx, &fds[i]);
	sink->done(sink->ctx);
}

static int setup(void **state)
{
	const struct state_options options = { 0 };
	struct host *h = calloc(1, sizeof(*h));
	struct snapshot_sink sink;

	if (!h || state_new(&options, &h->state) < 0)
		return -1;
	h->env = (struct field_env){ .hostname = STR("host1"), .source = STR("syscall"),
				     .time_mode = 'h' };
	h->scratch = (struct arena)ARENA_INIT((size_t)16 << 20);
	h->text = (struct buf)BUF_INIT((size_t)1 << 24);
	h->ctx = (struct field_ctx){ .state = h->state, .env = &h->env, .scratch = &h->scratch };
	sink = state_sink(h->state);
	fill(&sink);
	setenv("TZ", "UTC-2", 1);
	tzset();
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct host *h = *state;

	h->state = state_free(h->state);
	field_env_fini(&h->env);
	arena_cleanup(&h->scratch);
	buf_cleanup(&h->text);
	free(h);
	return 0;
}

/* Applies an event to state; the extractors then look at it until the next one. */
static void see(struct host *h, struct event *ev)
{
	state_settle(h->state);
	h->env.prev_ts_ns = h->last_ts_ns;
	h->last_ts_ns = ev->ts_ns;
	ev->num = ++h->events;
	if (!h->env.first_ts_ns)
		h->env.first_ts_ns = ev->ts_ns;
	arena_reset(&h->scratch);
	h->ctx.ev = ev;
	state_apply(h->state, ev, &h->ctx.view);
}

#define SEE(h, type, ts, tid, ...) see(h, ev_build(&(h)->builder, type, ts, tid, __VA_ARGS__))

/* "proc.aname[2]", "evt.arg.fd": as in conditions. */
static const struct field_def *lookup(const char *text, struct field_arg *arg)
{
	struct str all = str_c(text);
	ptrdiff_t bracket = str_find_byte(all, '[');
	const struct field_def *def;
	const char *reason;
	size_t n;

	*arg = (struct field_arg){ 0 };
	def = field_find_prefix(all, &n);
	if (!def)
		fail_msg("no field %s", text);
	if (bracket >= 0) {
		arg->given = true;
		arg->key = str_n(text + bracket + 1, all.n - (size_t)bracket - 2);
		arg->is_index = str_to_u64(arg->key, &arg->index) == 0;
	} else if (n < all.n) {
		arg->given = true;
		arg->key = str_from(all, n + 1);
	}
	if (def->prepare)
		assert_int_equal(def->prepare(arg, &reason), 0);
	return def;
}

struct want {
	const char *field;
	const char *text; /* NULL: no value */
};

static void check(struct host *h, const struct want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct field_arg arg;
		const struct field_def *def = lookup(wants[i].field, &arg);
		struct value v;
		bool got = def->get(&h->ctx, &arg, &v);

		buf_reset(&h->text);
		if (got)
			value_print(&v, def->format, VALUE_BYTES_TEXT, &h->text);
		if (got != (wants[i].text != NULL) ||
		    (got && !str_eq_c(buf_str(&h->text), wants[i].text)))
			fail_msg("%s: got %s \"" STR_FMT "\", expected %s", wants[i].field,
				 got ? "value" : "none", STR_ARG(buf_str(&h->text)),
				 wants[i].text ? wants[i].text : "none");
		if (got && def->type != PT_DYN && v.type != def->type)
			fail_msg("%s has the type %s", wants[i].field, ptype_name(v.type));
	}
	assert_int_equal(h->scratch.error, 0);
}

#define CHECK(h, ...)                                                                              \
	check(h, (const struct want[]){ __VA_ARGS__ },                                            \
	      sizeof((const struct want[]){ __VA_ARGS__ }) / sizeof(struct want))

/* All values of a field as "(a b)". */
static void check_all(struct host *h, const char *field, const char *want)
{
	struct value v[FIELD_VALUES_MAX];
	struct field_arg arg;
	const struct field_def *def = lookup(field, &arg);
	size_t n = def->get_all(&h->ctx, &arg, v, FIELD_VALUES_MAX);

	buf_reset(&h->text);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(&h->text, ' ');
		/* Networks are for conditions: their addresses are shown here. */
		if (v[i].type == PT_IPNET)
			v[i].type = PT_IPADDR;
		value_print(&v[i], def->format, VALUE_BYTES_TEXT, &h->text);
	}
	if (!str_eq_c(buf_str(&h->text), want))
		fail_msg("%s: got (" STR_FMT "), expected (%s)", field, STR_ARG(buf_str(&h->text)), want);
}

static void process_fields(void **state)
{
	struct host *h = *state;

	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(1));
	CHECK(h, { "proc.name", "cat" }, { "proc.exe", "/bin/cat" }, { "proc.exepath", "/usr/bin/cat" },
	      { "proc.pname", "bash" }, { "proc.pexe", "-bash" }, { "proc.pexepath", "/bin/bash" },
	      { "proc.args", "-n a b" }, { "proc.args[0]", "-n" }, { "proc.args[1]", "a b" },
	      { "proc.args[2]", NULL }, { "proc.cmdline", "cat -n a b" },
	      { "proc.pcmdline", "bash" }, { "proc.exeline", "/bin/cat -n a b" },
	      { "proc.cmdnargs", "2" }, { "proc.cmdlenargs", "5" },
	      { "proc.env", "HOME=/home/ann EMPTY=" }, { "proc.env[HOME]", "/home/ann" },
	      { "proc.env[EMPTY]", "" }, { "proc.env[HOM]", NULL }, { "proc.env[SEEN]", NULL },
	      { "proc.aenv[SEEN]", "bash" }, { "proc.aenv[ONLY]", "there" },
	      { "proc.aenv[NONE]", NULL }, { "proc.aenv[2]", "SEEN=sshd ONLY=there" },
	      { "proc.cwd", "/home/ann/" }, { "proc.tty", "34816" }, { "proc.pid", "300" },
	      { "proc.ppid", "200" }, { "proc.vpid", "300" }, { "proc.pvpid", "200" },
	      { "proc.loginshellid", "200" });
	CHECK(h, { "proc.aname", "bash sshd systemd" }, { "proc.aname[0]", "cat" },
	      { "proc.aname[1]", "bash" }, { "proc.aname[3]", "systemd" }, { "proc.aname[4]", NULL },
	      { "proc.aname[99999999999]", NULL }, { "proc.aexe[2]", "/usr/sbin/sshd" },
	      { "proc.aexepath", "/bin/bash /usr/sbin/sshd " },
	      { "proc.acmdline", "bash sshd -D systemd" }, { "proc.acmdline[2]", "sshd -D" },
	      { "proc.aargs[2]", "-D" }, { "proc.apid", "300" }, { "proc.apid[2]", "100" });
	check_all(h, "proc.aname", "bash sshd systemd");
	check_all(h, "proc.aname[2]", "sshd");
	check_all(h, "proc.apid", "200 100 1");
	check_all(h, "proc.acmdline", "bash sshd -D systemd");
	CHECK(h, { "proc.sid", "200" }, { "proc.sname", "bash" }, { "proc.sid.exe", "-bash" },
	      { "proc.sid.exepath", "/bin/bash" }, { "proc.pgid", "300" }, { "proc.pgid.name", "cat" },
	      { "proc.is_sid_leader", "false" }, { "proc.is_pgid_leader", "true" },
	      { "proc.duration", "2000000000" }, { "proc.pid.ts", "1470327475882054739" },
	      { "proc.ppid.duration", NULL }, { "proc.is_exe_writable", "true" },
	      { "proc.is_exe_upper_layer", "false" }, { "proc.exe_ino", "4711" },
	      { "proc.exe_ino.ctime", NULL }, { "thread.cap_effective", "CAP_CHOWN CAP_SYS_ADMIN" },
	      { "thread.cap_permitted", "" }, { "proc.fdopencount", "7" }, { "proc.fdlimit", "1024" },
	      { "proc.fdusage", "0.7" }, { "proc.vmsize", "7244" }, { "thread.vmsize.b", "7417856" },
	      { "thread.tid", "300" }, { "thread.ismain", "true" }, { "thread.nametid", "cat300" },
	      { "thread.cgroups", "cpuset=/ memory=/system.slice" },
	      { "thread.cgroup.memory", "/system.slice" }, { "thread.cgroup.mem", NULL },
	      { "proc.nthreads", "2" }, { "proc.nchilds", "1" }, { "proc.stdin.type", "pipe" },
	      { "proc.stdin.name", "pipe:[55]" }, { "proc.stdout.name", "/tmp/out put" },
	      { "proc.stderr.type", NULL });
	CHECK(h, { "user.uid", "1000" }, { "user.name", "ann" }, { "user.homedir", "/home/ann" },
	      { "user.shell", "/bin/zsh" }, { "user.loginuid", "1000" }, { "user.loginname", "ann" },
	      { "group.gid", "1000" }, { "group.name", "staff" }, { "container.id", "host" });
}

static void other_threads(void **state)
{
	struct host *h = *state;

	/* A thread shares what belongs to its process. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 301, EV_INT(0), EV_INT(1));
	CHECK(h, { "proc.pid", "300" }, { "thread.tid", "301" }, { "thread.ismain", "false" },
	      { "proc.cwd", "/home/ann/" }, { "proc.env[HOME]", "/home/ann" },
	      { "fd.name", "/tmp/out put" }, { "thread.vmsize", "0" }, { "proc.vmsize", "7244" },
	      { "proc.aname[1]", "bash" });
	/* In a container; its arguments are one NUL, which is none. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 400, EV_INT(0), EV_INT(1));
	CHECK(h, { "container.id", "c78a447010cd" }, { "proc.vpid", "1" }, { "proc.pid", "400" },
	      { "proc.cmdline", "sh" }, { "proc.args", "" }, { "proc.cmdnargs", "0" },
	      { "user.name", "root" }, { "user.shell", "<NA>" }, { "user.loginuid", "-1" },
	      { "user.loginname", "<NA>" }, { "group.name", "root" }, { "fd.name", "" },
	      { "fd.type", NULL }, { "fd.num", "1" });
	/* Never heard of. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 999, EV_INT(0), EV_INT(1));
	CHECK(h, { "proc.name", "<NA>" }, { "proc.pname", NULL }, { "proc.aname", NULL },
	      { "proc.aname[1]", NULL }, { "thread.tid", "999" }, { "proc.vpid", NULL },
	      { "thread.cgroups", NULL }, { "user.name", "<NA>" }, { "user.uid", "4294967295" },
	      { "proc.nthreads", "0" }, { "proc.nchilds", "0" }, { "proc.sname", "" });
	check_all(h, "proc.aname", "");
	/* A meta event of a task that is not known has nothing but the number. */
	SEE(h, EV_PROCINFO_E, T0, 998, EV_INT(10), EV_INT(20));
	CHECK(h, { "proc.name", NULL }, { "user.uid", NULL }, { "container.id", NULL },
	      { "thread.tid", "998" }, { "evt.count.threadinfo", "1" }, { "evt.count.procinfo", NULL });
	/* The first process has no parent. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 1, EV_INT(0), EV_INT(1));
	CHECK(h, { "proc.aname", NULL }, { "proc.ppid", NULL }, { "proc.pcmdline", NULL });
}

static void event_fields(void **state)
{
	struct host *h = *state;

	SEE(h, EV_SYSCALL_FSTAT_X, T0 - SECOND / 2, 300, EV_INT(-9), EV_INT(99));
	CHECK(h, { "evt.res", "EBADF" }, { "evt.rawres", "-9" }, { "evt.failed", "true" },
	      { "evt.count.error", "1" }, { "evt.count.error.other", "1" },
	      { "evt.count.error.file", NULL }, { "evt.reltime", "000000000" },
	      { "evt.deltatime", "0" }, { "evt.arg.res", "EBADF" }, { "evt.rawarg.res", "-9" });
	SEE(h, EV_SYSCALL_WRITE_X, T0, 300, EV_INT(3), EV_BYTES("a\0b", 3), EV_INT(1), EV_INT(3));
	h->builder.event.cpu = 3;
	CHECK(h, { "evt.num", "2" }, { "evt.time", "18:17:57.882054739" }, { "evt.time.s", "18:17:57" },
	      { "evt.time.iso8601", "2016-08-04T16:17:57.882054739+0000" },
	      { "evt.datetime", "2016-08-04 18:17:57.882054739" },
	      { "evt.datetime.s", "2016-08-04 18:17:57" }, { "evt.rawtime", "1470327477882054739" },
	      { "evt.rawtime.s", "1470327477" }, { "evt.rawtime.ns", "882054739" },
	      { "evt.reltime", "500000000" }, { "evt.reltime.s", "0" }, { "evt.deltatime.ns", "500000000" },
	      { "evt.source", "syscall" }, { "evt.hostname", "host1" }, { "evt.is_async", "false" },
	      { "evt.asynctype", NULL }, { "evt.pluginname", NULL }, { "evt.dir", "<" },
	      { "evt.type", "write" }, { "syscall.type", "write" }, { "evt.type.is.write", "1" },
	      { "evt.type.is.open", "0" }, { "evt.type.is.9", "1" }, { "evt.category", "file" },
	      { "evt.cpu", "3" }, { "evt.res", "SUCCESS" }, { "evt.failed", "false" },
	      { "evt.is_io", "true" }, { "evt.is_io_read", "false" }, { "evt.io_dir", "write" },
	      { "evt.is_wait", "false" }, { "evt.is_syslog", "false" }, { "evt.count", "1" },
	      { "evt.count.exit", "1" }, { "evt.buffer", "a.b" }, { "evt.buflen", "3" },
	      { "evt.buflen.out", "3" }, { "evt.buflen.in", NULL }, { "evt.buflen.file.out", "3" },
	      { "evt.buflen.net", NULL }, { "evt.latency.human", "0ns" }, { "evt.latency", "0" },
	      { "evt.args", "res=3 data=a.b fd=1(<f>/tmp/out put) size=3" },
	      { "evt.info", "res=3 data=a.b fd=1(<f>/tmp/out put) size=3" },
	      { "evt.arg.fd", "<f>/tmp/out put" }, { "evt.arg[1]", "a.b" }, { "evt.arg[9]", NULL },
	      { "evt.arg.flags", NULL }, { "evt.rawarg.fd", "1" }, { "evt.rawarg.data", "a.b" });
	h->env.bytes = VALUE_BYTES_BASE64;
	CHECK(h, { "evt.arg.data", "YQBi" }, { "evt.args", "res=3 data=YQBi fd=1(<f>/tmp/out put) size=3" });
	/* The distance from a moment, in milliseconds that are not rounded down. */
	CHECK(h, { "evt.around[1470327477882054739]", "0" }, { "evt.around[1470327477882054738]", "1" },
	      { "evt.around[1470327477883054739]", "1" }, { "evt.around[1470327476000000000]", "1883" });
	h->env.time_mode = 'r';
	CHECK(h, { "evt.outputtime", "0.500000000" });
	h->env.time_mode = 'a';
	CHECK(h, { "evt.outputtime", "1470327477.882054739" });
	h->env.time_mode = 'h';
	CHECK(h, { "evt.outputtime", "18:17:57.882054739" });
	/* A generic call is known by its code only. */
	SEE(h, EV_GENERIC_X, T0, 300, EV_INT(16), EV_INT(39));
	CHECK(h, { "evt.type", "getpid" }, { "evt.args", "" }, { "evt.res", NULL }, { "evt.rawres", NULL },
	      { "evt.failed", NULL }, { "evt.category", "other" }, { "fd.num", NULL });
	/* Its return value has another name. */
	SEE(h, EV_SYSCALL_GETEUID_X, T0, 300, EV_INT(1000));
	CHECK(h, { "evt.res", "SUCCESS" }, { "evt.rawres", "1000" }, { "evt.args", "euid=1000(ann)" });
	/* Nothing is returned on enter, and by what is no system call. */
	SEE(h, EV_SYSCALL_OPEN_E, T0, 300, EV_TEXT("/x"), EV_INT(1), EV_INT(0));
	CHECK(h, { "evt.res", NULL }, { "evt.dir", ">" }, { "evt.is_open_read", "false" },
	      { "evt.count.exit", NULL });
	SEE(h, EV_ASYNCEVENT_E, T0, -1, EV_INT(7), EV_TEXT("container"), EV_BYTES("{}", 2));
	CHECK(h, { "evt.type", "container" }, { "evt.is_async", "true" }, { "evt.asynctype", "container" },
	      { "syscall.type", NULL }, { "evt.res", NULL }, { "proc.name", NULL });
	SEE(h, EV_INFRASTRUCTURE_EVENT_E, T0, -1, EV_TEXT("docker"), EV_TEXT("x"),
	    EV_TEXT("Event: start; ID: 0123456789abcdef; Image: a/b@sha256:00; Name: web"), EV_TEXT(""));
	CHECK(h, { "evt.infra.docker.name", "start" },
	      { "evt.infra.docker.container.id", "0123456789ab" },
	      { "evt.infra.docker.container.image", "a/b" },
	      { "evt.infra.docker.container.name", "web" });
}

static void opening(void **state)
{
	static const struct {
		uint32_t flags, mode;
		const char *read, *write, *exec, *create;
	} cases[] = {
		{ 1, 0, "true", "false", "false", "false" },
		{ 2, 0, "false", "true", "false", "false" },
		{ 3, 0755, "true", "true", "false", "false" },
		{ 4 | 2, 0644, "false", "true", "false", "false" },
		{ 0x4000 | 4 | 2, 0700, "false", "true", "true", "true" },
		{ 0x2000 | 3, 0001, "true", "true", "true", "true" },
		{ 0x1001, 0, "true", "false", "false", "false" },
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SEE(h, EV_SYSCALL_OPENAT_2_X, T0, 300, EV_INT(9), EV_INT(-100), EV_TEXT("f"),
		    EV_INT(cases[i].flags), EV_INT(cases[i].mode), EV_INT(0), EV_INT(0));
		CHECK(h, { "evt.is_open_read", cases[i].read }, { "evt.is_open_write", cases[i].write },
		      { "evt.is_open_exec", cases[i].exec }, { "evt.is_open_create", cases[i].create });
	}
	SEE(h, EV_SYSCALL_OPENAT_2_X, T0, 300, EV_INT(-13), EV_INT(-100), EV_TEXT("f"), EV_INT(0x2003),
	    EV_INT(0), EV_NONE, EV_NONE);
	CHECK(h, { "evt.is_open_create", "false" }, { "evt.count.error.file", "1" });
	SEE(h, EV_SYSCALL_CREAT_X, T0, 300, EV_INT(9), EV_TEXT("/x"), EV_INT(0755), EV_INT(0), EV_INT(0),
	    EV_INT(0));
	CHECK(h, { "evt.is_open_exec", "true" }, { "evt.is_open_write", "false" });
}

static void paths(void **state)
{
	struct host *h = *state;

	SEE(h, EV_SYSCALL_OPENAT_2_X, T0, 300, EV_INT(9), EV_INT(7), EV_TEXT("../etc/./passwd"), EV_INT(1),
	    EV_INT(0), EV_INT(0x803), EV_INT(12));
	CHECK(h, { "fd.num", "9" }, { "fd.name", "/etc/passwd" }, { "fd.nameraw", "../etc/./passwd" },
	      { "fd.directory", "/etc" }, { "fd.filename", "passwd" }, { "fd.dev", "803" },
	      { "fd.dev.major", "8" }, { "fd.dev.minor", "3" }, { "fd.ino", "12" },
	      { "fs.path.name", "/etc/passwd" }, { "fs.path.nameraw", "../etc/./passwd" },
	      { "fs.path.source", NULL }, { "evt.abspath", "/etc/passwd" },
	      { "evt.abspath.src", "/etc/passwd" }, { "evt.abspath.dst", NULL },
	      { "evt.arg.dirfd", "<d>/srv" }, { "fd.is_upper_layer", "false" },
	      { "fd.uid", "3009" }, { "fd.containername", ":/etc/passwd" },
	      { "fd.containerdirectory", ":/etc" });
	/* What could not be opened still has a name. */
	SEE(h, EV_SYSCALL_OPEN_X, T0, 300, EV_INT(-2), EV_TEXT("notes/x"), EV_INT(1), EV_INT(0), EV_NONE,
	    EV_NONE);
	CHECK(h, { "fd.num", "-1" }, { "fd.name", "/home/ann/notes/x" }, { "fd.nameraw", "notes/x" },
	      { "fd.directory", "/home/ann/notes" }, { "fd.filename", NULL }, { "fd.type", NULL },
	      { "fs.path.name", "/home/ann/notes/x" },
	      { "evt.args", "fd=-2(ENOENT) name=notes/x(/home/ann/notes/x) flags=1(O_RDONLY) mode=0 "
			    "dev=<NA> ino=<NA>" });
	SEE(h, EV_SYSCALL_OPEN_X, T0, 300, EV_INT(-14), EV_NONE, EV_INT(1), EV_INT(0), EV_NONE, EV_NONE);
	CHECK(h, { "fd.name", "<NA>" }, { "fs.path.name", "<NA>" }, { "fs.path.nameraw", "<NA>" });
	SEE(h, EV_SYSCALL_OPEN_X, T0, 300, EV_INT(9), EV_TEXT("/top"), EV_INT(1), EV_INT(0), EV_INT(0),
	    EV_INT(0));
	CHECK(h, { "fd.directory", "/" }, { "fd.filename", "top" });
	/* Two paths. */
	SEE(h, EV_SYSCALL_RENAMEAT2_X, T0, 300, EV_INT(0), EV_INT(-100), EV_TEXT("a"), EV_INT(7),
	    EV_TEXT("b"), EV_INT(0));
	CHECK(h, { "fs.path.name", NULL }, { "fs.path.source", "/home/ann/a" },
	      { "fs.path.sourceraw", "a" }, { "fs.path.target", "/srv/b" }, { "fs.path.targetraw", "b" },
	      { "evt.abspath.src", "/home/ann/a" }, { "evt.abspath[dst]", "/srv/b" },
	      { "evt.abspath.dst", "/srv/b" });
	SEE(h, EV_SYSCALL_SYMLINKAT_X, T0, 300, EV_INT(0), EV_TEXT("/etc"), EV_INT(7), EV_TEXT("l"));
	CHECK(h, { "fs.path.source", "/srv/l" }, { "fs.path.target", "/etc" },
	      { "evt.abspath", "/srv/l" });
	SEE(h, EV_SYSCALL_LINK_2_X, T0, 300, EV_INT(0), EV_TEXT("old"), EV_TEXT("/new"));
	CHECK(h, { "fs.path.source", "/new" }, { "fs.path.target", "/home/ann/old" });
	/* Nothing happened. */
	SEE(h, EV_SYSCALL_RENAME_X, T0, 300, EV_INT(-2), EV_TEXT("a"), EV_TEXT("b"));
	CHECK(h, { "fs.path.source", NULL }, { "fs.path.targetraw", NULL });
	/* The directory of the path is not known. */
	SEE(h, EV_SYSCALL_UNLINKAT_2_X, T0, 300, EV_INT(0), EV_INT(77), EV_TEXT("x"), EV_INT(0));
	CHECK(h, { "fs.path.name", "<UNKNOWN>x" });
	/* The kernel's own path goes before the caller's. */
	SEE(h, EV_SYSCALL_UNLINK_2_X, T0, 300, EV_INT(0), EV_TEXT("/link/passwd"),
	    EV_FACT_TEXT(FACT_PATH, "/etc/passwd"));
	CHECK(h, { "fs.path.name", "/etc/passwd" }, { "fs.path.nameraw", "/link/passwd" });
}

static void sockets(void **state)
{
	struct host *h = *state;
	uint8_t room[64];
	struct str tuple;

	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(4));
	CHECK(h, { "fd.type", "ipv4" }, { "fd.typechar", "4" }, { "fd.l4proto", "tcp" },
	      { "fd.sockfamily", "ip" }, { "fd.cip", "10.0.0.5" }, { "fd.sip", "93.184.216.34" },
	      { "fd.cport", "40000" }, { "fd.sport", "443" }, { "fd.lip", "10.0.0.5" },
	      { "fd.rip", "93.184.216.34" }, { "fd.lport", "40000" }, { "fd.rport", "443" },
	      { "fd.sproto", "443" }, { "fd.is_server", "false" }, { "fd.ip", NULL }, { "fd.net", NULL },
	      { "fd.snet", "<IPNET>" }, { "fd.port", NULL }, { "fd.sip.name", NULL },
	      { "fd.directory", NULL }, { "fd.filename", NULL });
	check_all(h, "fd.ip", "10.0.0.5 93.184.216.34");
	check_all(h, "fd.net", "10.0.0.5 93.184.216.34");
	check_all(h, "fd.port", "40000 443");
	check_all(h, "fd.proto", "40000 443");
	/* Waiting for connections: one end. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(5));
	CHECK(h, { "fd.sip", "0.0.0.0" }, { "fd.sport", "22" }, { "fd.cip", NULL }, { "fd.cport", NULL },
	      { "fd.lport", "22" }, { "fd.rport", NULL }, { "fd.is_server", "true" });
	check_all(h, "fd.port", "22");
	/* Who accepts is the server. */
	tuple = ev_tuple4("198.51.100.7", 5000, "10.0.0.5", 22, room);
	SEE(h, EV_SOCKET_ACCEPT4_6_X, T0, 300, EV_INT(10), EV_BYTES(tuple.p, tuple.n), EV_INT(0),
	    EV_INT(0), EV_INT(5), EV_INT(0));
	CHECK(h, { "fd.name", "198.51.100.7:5000->10.0.0.5:22" }, { "fd.lip", "10.0.0.5" },
	      { "fd.rport", "5000" }, { "fd.is_server", "true" }, { "fd.connected", "true" },
	      { "fd.containername", ":198.51.100.7:5000->10.0.0.5:22" });
	SEE(h, EV_SOCKET_ACCEPT4_6_X, T0, 300, EV_INT(-11), EV_NONE, EV_INT(0), EV_INT(0), EV_INT(5),
	    EV_INT(0));
	CHECK(h, { "fd.name", "NULL" }, { "fd.nameraw", "NULL" }, { "fd.directory", "/" },
	      { "fd.num", "-1" }, { "fd.type", NULL }, { "evt.count.error.net", "1" });
	/* A new socket has no ends yet. */
	SEE(h, EV_SOCKET_SOCKET_X, T0, 300, EV_INT(11), EV_INT(10), EV_INT(1), EV_INT(6), EV_INT(0));
	CHECK(h, { "fd.type", "ipv6" }, { "fd.sip", NULL }, { "fd.lport", NULL }, { "fd.name", "" },
	      { "fd.is_server", "false" }, { "fd.connected", "false" });
	check_all(h, "fd.ip", "");
	tuple = ev_tuple6("2001:db8::1", 1234, "2001:db8::2", 53, room);
	SEE(h, EV_SOCKET_CONNECT_X, T0, 300, EV_INT(0), EV_BYTES(tuple.p, tuple.n), EV_INT(11), EV_NONE);
	CHECK(h, { "fd.cip", "2001:db8::1" }, { "fd.sip", "2001:db8::2" }, { "fd.lport", "1234" },
	      { "fd.is_server", "false" });
	/* Others. */
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(6));
	CHECK(h, { "fd.sockfamily", "unix" }, { "fd.l4proto", "<NA>" }, { "fd.cip", NULL },
	      { "fd.typechar", "u" });
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(7));
	CHECK(h, { "fd.type", "directory" }, { "fd.directory", "/srv" }, { "fd.filename", NULL },
	      { "fd.sockfamily", NULL }, { "fd.types[4]", "ipv4" }, { "fd.types[99]", NULL });
	check_all(h, "fd.types", "pipe file ipv4 unix directory timerfd ipv6");
}

static bool names_host(void *ctx, struct str ip, struct str *ret)
{
	(void)ctx;
	if (ip.n != 4 || memcmp(ip.p, "\x5d\xb8\xd8\x22", 4) != 0)
		return false;
	*ret = STR("example.com");
	return true;
}

static void host_names(void **state)
{
	struct host *h = *state;

	h->env.host_name = names_host;
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(4));
	CHECK(h, { "fd.sip.name", "example.com" }, { "fd.rip.name", "example.com" },
	      { "fd.cip.name", NULL });
}

static void fd_lists(void **state)
{
	static const char list[] = "\x03\0"
				   "\x01\0\0\0\0\0\0\0\x01\0"
				   "\x04\0\0\0\0\0\0\0\x04\0"
				   "\x05\0\0\0\0\0\0\0\x04\0";
	struct host *h = *state;

	SEE(h, EV_SYSCALL_POLL_X, T0, 300, EV_INT(1), EV_BYTES(list, sizeof(list) - 1), EV_INT(0));
	CHECK(h, { "fdlist.nums", "1,4,5" },
	      { "fdlist.names", "/tmp/out put,10.0.0.5:40000->93.184.216.34:443,0.0.0.0:22" },
	      { "fdlist.cips", "<NA>,10.0.0.5,<NA>" }, { "fdlist.sips", "<NA>,93.184.216.34,0.0.0.0" },
	      { "fdlist.cports", "<NA>,40000,<NA>" }, { "fdlist.sports", "<NA>,443,22" });
	/* A list that promises more than it holds, and none at all. */
	SEE(h, EV_SYSCALL_POLL_X, T0, 300, EV_INT(1), EV_BYTES(list, 15), EV_INT(0));
	CHECK(h, { "fdlist.nums", "1" });
	SEE(h, EV_SYSCALL_POLL_X, T0, 300, EV_INT(1), EV_NONE, EV_INT(0));
	CHECK(h, { "fdlist.nums", NULL }, { "fdlist.names", NULL });
	SEE(h, EV_SYSCALL_FSTAT_X, T0, 300, EV_INT(0), EV_INT(4));
	CHECK(h, { "fdlist.nums", NULL });
}

static void switch_to(struct host *h, uint64_t ts_ns, int64_t tid)
{
	SEE(h, EV_SCHEDSWITCH_6_E, ts_ns, tid, EV_INT(1), EV_INT(0), EV_INT(0), EV_INT(0), EV_INT(0),
	    EV_INT(0));
}

static void usage(void **state)
{
	struct host *h = *state;

	switch_to(h, T0, 200);
	CHECK(h, { "thread.exectime", "0" }, { "thread.totexectime", "0" });
	switch_to(h, T0 + 700, 300);
	CHECK(h, { "thread.exectime", "700" }, { "thread.totexectime", "700" },
	      { "thread.exectime", "700" });
	switch_to(h, T0 + 1000, 200);
	CHECK(h, { "thread.exectime", "300" }, { "thread.totexectime", "300" });
	switch_to(h, T0 + 1500, 300);
	CHECK(h, { "thread.exectime", "500" }, { "thread.totexectime", "1200" });
	SEE(h, EV_SYSCALL_FSTAT_X, T0 + 2000, 300, EV_INT(0), EV_INT(4));
	CHECK(h, { "thread.exectime", "0" }, { "thread.cpu", NULL });
	SEE(h, EV_PROCINFO_E, T0, 300, EV_INT(100), EV_INT(50));
	CHECK(h, { "thread.cpu", NULL });
	SEE(h, EV_PROCINFO_E, T0 + SECOND, 300, EV_INT(130), EV_INT(55));
	CHECK(h, { "thread.cpu", "35.0" }, { "thread.cpu.user", "30.0" }, { "thread.cpu.system", "5.0" });
}

/* Records from a hostile file: every field of events whose parameters are missing, short or long. */
static void hostile_records(void **state)
{
	struct host *h = *state;

	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		static const char junk[40] = "\xff\x02/../..";
		const struct event_info *info = &event_table[code];

		if (!info->name)
			continue;
		for (unsigned int n = 0; n <= sizeof(junk); n += 3) {
			struct ev_arg args[EVENT_TABLE_PARAMS_MAX];

			for (unsigned int i = 0; i < info->nparams; i++)
				args[i] = (struct ev_arg)EV_BYTES(junk, (n + i) % sizeof(junk));
			see(h, ev_build_list(&h->builder, (uint16_t)code, T0, 300, args,
					     n ? info->nparams : 0));
			for (const struct field_list *const *c = field_classes(); *c; c++)
				for (size_t f = 0; f < (*c)->count; f++) {
					const struct field_def *def = &(*c)->fields[f];
					struct field_arg arg = { .given = true, .key = STR("name") };
					struct value v[FIELD_VALUES_MAX];

					buf_reset(&h->text);
					if (def->get(&h->ctx, &arg, v))
						value_print(v, def->format, VALUE_BYTES_TEXT, &h->text);
					if (def->get_all)
						def->get_all(&h->ctx, &arg, v, FIELD_VALUES_MAX);
				}
			assert_int_equal(h->scratch.error, 0);
		}
	}
}

/* A text longer than a first guess, one that needs all of the arena, and one that does not fit. */
static void long_texts(void **state)
{
	static char data[60000];
	struct host *h = *state;
	struct field_arg none = { 0 };
	struct value v;

	memset(data, 'x', sizeof(data));
	SEE(h, EV_SYSCALL_WRITE_X, T0, 300, EV_INT(3), EV_BYTES(data, sizeof(data)), EV_INT(1), EV_INT(3));
	assert_true(field_find(STR("evt.args"))->get(&h->ctx, &none, &v));
	assert_true(v.s.n > sizeof(data));
	assert_true(h->scratch.used_bytes < v.s.n + 100000);
	h->scratch.max_bytes = 50000;
	arena_cleanup(&h->scratch);
	assert_false(field_find(STR("evt.args"))->get(&h->ctx, &none, &v));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(process_fields), TEST(other_threads), TEST(event_fields), TEST(opening),
		TEST(paths),          TEST(sockets),       TEST(host_names),   TEST(fd_lists),
		TEST(usage),          TEST(hostile_records), TEST(long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
