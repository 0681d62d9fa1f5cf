/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/neutral.h"
#include "state/state_impl.h"
#include "tests/support/event_builder.h"

#define SEC UINT64_C(1000000000)
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOST_CGROUPS "cpu=/user.slice"

struct world {
	struct state *s;
	struct state_view v;
	struct ev_builder b;
	uint64_t now;
};

/* Applies an event of the task, a second after the last one, and lets it settle. */
#define APPLY(w, type, tid, ...)                                                                   \
	do {                                                                                       \
		state_apply((w)->s, ev_build(&(w)->b, type, (w)->now += SEC, tid, __VA_ARGS__),    \
			    &(w)->v);                                                              \
	} while (0)
#define SETTLED(w, type, tid, ...)                                                                 \
	do {                                                                                       \
		APPLY(w, type, tid, __VA_ARGS__);                                                  \
		state_settle((w)->s);                                                              \
	} while (0)

/* clone: result, tid, pid, ptid, comm, flags, vtid, vpid; with facts behind them. */
#define CLONE(w, tid, result, pid, ptid, comm, cgroups, flags, vtid, vpid, ...)                    \
	SETTLED(w, EV_SYSCALL_CLONE_20_X, tid, EV_INT(result), EV_TEXT("/bin/exe"),                \
		EV_LIST("-a\0b"), EV_INT(tid), EV_INT(pid), EV_INT(ptid), EV_TEXT(""),             \
		EV_INT(1024), EV_INT(1), EV_INT(2), EV_INT(100), EV_INT(50), EV_INT(0),            \
		EV_TEXT(comm), EV_LIST(cgroups), EV_INT(flags), EV_INT(1000), EV_INT(1001),        \
		EV_INT(vtid), EV_INT(vpid), EV_INT(5) __VA_OPT__(, ) __VA_ARGS__)

#define EXEC_X(w, tid, pid, ptid, comm, cgroups, ...)                                              \
	SETTLED(w, EV_SYSCALL_EXECVE_19_X, tid, EV_INT(0), EV_TEXT(comm), EV_LIST("x\0y"),         \
		EV_INT(tid), EV_INT(pid), EV_INT(ptid), EV_TEXT("/ignored"), EV_INT(512),          \
		EV_INT(0), EV_INT(0), EV_INT(10), EV_INT(11), EV_INT(12), EV_TEXT(comm),           \
		EV_LIST(cgroups), EV_LIST("A=1\0B=2"), EV_INT(34816), EV_INT(pid),                 \
		EV_INT(501), EV_INT(1 | 2), EV_INT(1), EV_INT(2), EV_INT(3), EV_INT(77),           \
		EV_INT(5 * SEC), EV_INT(6 * SEC), EV_INT(0), EV_TEXT("/usr/bin/" comm " (deleted)"), \
		EV_INT(pid), EV_INT(0), EV_TEXT(comm) __VA_OPT__(, ) __VA_ARGS__)

static void add_thread(struct world *w, int64_t tid, int64_t pid, int64_t ptid, const char *comm)
{
	struct snapshot_sink sink = state_sink(w->s);
	struct snap_thread t = SNAP_THREAD_INIT;

	t.tid = tid;
	t.pid = pid;
	t.ptid = ptid;
	t.vtid = tid;
	t.vpid = pid;
	t.sid = 100;
	t.comm = t.exe = str_c(comm);
	t.exepath = STR("/bin/exe");
	t.args = STR_NULL;
	t.env = str_n("HOME=/", 7);
	t.cwd = STR("/home/u");
	t.root = STR("/");
	t.cgroups = str_n(HOST_CGROUPS, sizeof(HOST_CGROUPS));
	t.uid = 1000;
	t.gid = 1001;
	sink.thread(sink.ctx, &t);
}

/* init 1 -> sshd 100 (thread 101) -> bash 200 with descriptors 0, 1 and 5 (close-on-exec). */
static int setup_world(void **ret, const struct state_options *options)
{
	static const struct snap_machine machine = { .boot_ts_ns = 7 * SEC, .hostname = STR("h") };
	static const struct snap_iface iface = { .addr = { 10, 0, 0, 5 },
						 .mask = { 255, 255, 255, 0 }, .name = STR("eth0") };
	struct world *w = calloc(1, sizeof(*w));
	struct snapshot_sink sink;
	struct snap_fd fd = { .pid = 200, .type = FD_FILE_V2, .name = STR("/dev/null") };

	if (!w || state_new(options, &w->s) < 0)
		return -1;
	w->now = 1000 * SEC;
	sink = state_sink(w->s);
	sink.reset(sink.ctx);
	sink.machine(sink.ctx, &machine);
	sink.iface(sink.ctx, &iface);
	add_thread(w, 200, 200, 100, "bash"); /* before its parent, as files may have it */
	add_thread(w, 101, 100, 1, "sshd");
	add_thread(w, 100, 100, 1, "sshd");
	add_thread(w, 1, 1, 0, "init");
	sink.fd(sink.ctx, &fd);
	fd.fd = 1;
	sink.fd(sink.ctx, &fd);
	fd.fd = 5;
	fd.open_flags = O_CLOEXEC_N;
	sink.fd(sink.ctx, &fd);
	sink.done(sink.ctx);
	*ret = w;
	return 0;
}

static int setup(void **ret)
{
	return setup_world(ret, &(struct state_options){ 0 });
}

static int teardown(void **state)
{
	struct world *w = *state;

	state_free(w->s);
	free(w);
	return 0;
}

static uint64_t counter(const struct world *w, const char *name)
{
	struct state_counter rows[32];
	size_t n = state_counters(w->s, rows, ARRAY_LEN(rows));

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].value;
	fail_msg("no counter %s", name);
	return 0;
}

static void assert_str(struct str s, const char *want)
{
	if (!str_eq_c(s, want))
		fail_msg("\"%.*s\" instead of \"%s\"", STR_ARG(s), want);
}

static const struct fd *fd_of(struct world *w, int64_t tid, int64_t number)
{
	return state_fd_find(w->s, state_thread_find(w->s, tid), number);
}

/* --- processes --- */

static void snapshot_is_linked(void **state)
{
	struct world *w = *state;
	struct thread *bash = state_thread_find(w->s, 200);
	struct thread *sshd = state_thread_find(w->s, 100);

	assert_ptr_equal(state_thread_parent(w->s, bash), sshd);
	assert_ptr_equal(state_thread_ancestor(w->s, bash, 0), bash);
	assert_str(state_thread_ancestor(w->s, bash, 2)->comm, "init");
	assert_null(state_thread_ancestor(w->s, bash, 3));
	assert_int_equal(sshd->live_threads, 2);
	assert_str(thread_cwd(state_thread_find(w->s, 101)), "/home/u/");
	assert_ptr_equal(state_session_leader(w->s, bash), sshd);
	assert_int_equal(state_fd_count(bash), 3);
	assert_str(bash->container_id, "");
	assert_str(state_machine(w->s)->hostname, "h");
}

static void clone_by_parent_then_child(void **state)
{
	struct world *w = *state;
	struct thread *child;

	CLONE(w, 200, 300, 200, 100, "bash", HOST_CGROUPS, 0, 200, 200);
	child = state_thread_find(w->s, 300);
	assert_non_null(child);
	assert_int_equal(child->ptid, 200);
	assert_int_equal(child->vpid, 300);
	assert_int_equal(child->sid, 100);
	assert_int_equal(child->clone_ns, w->now);
	assert_int_equal(child->pidns_init_start_ns, 7 * SEC);
	assert_str(thread_cwd(child), "/home/u/");
	assert_int_equal(state_fd_count(child), 3);
	w->now -= SEC;
	CLONE(w, 300, 0, 300, 200, "bash", HOST_CGROUPS, 0, 300, 300);
	assert_ptr_equal(w->v.thread, child); /* known already */
	assert_int_equal(child->args.n, 5);
	assert_int_equal(child->marks & THREAD_INVERTED, 0);
}

static void vfork_waits_for_the_child(void **state)
{
	struct world *w = *state;

	CLONE(w, 200, 300, 200, 100, "bash", HOST_CGROUPS, CLONE_VFORK_N, 200, 200);
	assert_null(state_thread_find(w->s, 300));
	CLONE(w, 300, 0, 300, 200, "bash", HOST_CGROUPS, CLONE_VFORK_N, 300, 300);
	assert_int_equal(state_thread_find(w->s, 300)->marks & THREAD_INVERTED, THREAD_INVERTED);
	assert_int_equal(state_fd_count(state_thread_find(w->s, 300)), 3);
}

static void clone_in_a_container(void **state)
{
	struct world *w = *state;
	struct thread *child;

	/* The result is the tid in the namespace: only the child knows the host's. */
	CLONE(w, 200, 6, 200, 100, "sh", "cpu=/docker/" ID, 0, 1, 1);
	assert_null(state_thread_find(w->s, 6));
	CLONE(w, 300, 0, 300, 200, "sh", "cpu=/docker/" ID, 0, 6, 6);
	child = state_thread_find(w->s, 300);
	assert_int_equal(child->marks & THREAD_IN_PIDNS, THREAD_IN_PIDNS);
	assert_int_equal(child->pidns_init_start_ns, 7 * SEC + 5);
	assert_str(child->container_id, "0123456789ab");
}

static void threads_share(void **state)
{
	struct world *w = *state;
	struct thread *main = state_thread_find(w->s, 200);
	struct thread *thread;

	CLONE(w, 200, 201, 200, 100, "bash", HOST_CGROUPS, CLONE_THREAD_N | CLONE_FILES_N, 200, 200);
	thread = state_thread_find(w->s, 201);
	assert_ptr_equal(thread->main, main);
	assert_int_equal(thread->ptid, 100);
	assert_int_equal(main->live_threads, 2);
	SETTLED(w, EV_SYSCALL_OPEN_X, 201, EV_INT(3), EV_TEXT("f"), EV_INT(1), EV_INT(0), EV_INT(0),
		EV_INT(0));
	assert_str(fd_of(w, 200, 3)->name, "/home/u/f");
	SETTLED(w, EV_SYSCALL_CHDIR_X, 201, EV_INT(0), EV_TEXT("sub"));
	assert_str(thread_cwd(main), "/home/u/sub/");
	APPLY(w, EV_PROCEXIT_1_E, 201, EV_INT(0), EV_INT(0), EV_INT(0), EV_INT(0), EV_INT(0));
	assert_int_equal(main->live_threads, 1); /* rules see it gone, and still see the thread */
	assert_ptr_equal(w->v.thread, thread);
	state_settle(w->s);
	assert_null(state_thread_find(w->s, 201));
}

static void a_thread_brings_its_unknown_leader(void **state)
{
	struct world *w = *state;

	CLONE(w, 901, 0, 900, 800, "curl", HOST_CGROUPS, CLONE_THREAD_N, 901, 900);
	assert_int_equal(w->v.thread->main->tid, 900);
	assert_int_equal(w->v.thread->main->live_threads, 2);
	assert_str(w->v.thread->main->comm, "curl");
	assert_str(thread_cwd(w->v.thread), "");
}

static void exec_replaces_the_program(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	CLONE(w, 200, 201, 200, 100, "bash", HOST_CGROUPS, CLONE_THREAD_N | CLONE_FILES_N, 200, 200);
	EXEC_X(w, 200, 200, 999, "cat", "cpu=/docker/" ID);
	assert_str(t->comm, "cat");
	assert_str(t->exepath, "/usr/bin/cat");
	assert_str(t->container_id, "0123456789ab");
	assert_str(thread_cwd(t), "/home/u/"); /* the event's is ignored */
	assert_int_equal(t->ptid, 100);        /* and so is its parent */
	assert_int_equal(t->tty, 34816);
	assert_int_equal(t->loginuid, 501);
	assert_int_equal(t->uid, 0);
	assert_true(t->exe_writable && t->exe_upper_layer && !t->exe_from_memfd);
	assert_int_equal(t->exe_ino, 77);
	assert_int_equal(t->cap_effective, 3);
	assert_int_equal(t->exec_ns, w->now);
	assert_int_equal(t->live_threads, 1);
	assert_null(state_thread_find(w->s, 201));
	assert_null(fd_of(w, 200, 5)); /* close-on-exec */
	assert_int_equal(state_fd_count(t), 2);
	assert_int_equal(thread_env(t).n, 8);

	SETTLED(w, EV_SYSCALL_EXECVE_19_X, 200, EV_INT(-2), EV_TEXT("no"));
	assert_str(t->comm, "cat"); /* a failed exec changes nothing */
}

static void exec_of_an_unknown_task(void **state)
{
	struct world *w = *state;

	EXEC_X(w, 777, 777, 200, "cat", HOST_CGROUPS);
	assert_int_equal(w->v.thread->marks & THREAD_INVALID, 0);
	assert_int_equal(w->v.thread->pid, 777);
	assert_int_equal(w->v.thread->vpid, 777);
	assert_str(state_thread_parent(w->s, w->v.thread)->comm, "bash");
	assert_int_equal(w->v.thread->live_threads, 1);
}

static void exec_path_from_the_enter_event(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	SETTLED(w, EV_SYSCALL_EXECVE_19_E, 200, EV_TEXT("./tool"));
	SETTLED(w, EV_SYSCALL_EXECVE_19_X, 200, EV_INT(0), EV_TEXT("tool"), EV_NONE, EV_INT(200),
		EV_INT(200), EV_INT(100), EV_NONE, EV_NONE, EV_NONE, EV_NONE, EV_NONE, EV_NONE,
		EV_NONE, EV_TEXT("tool"));
	assert_str(t->exepath, "/home/u/tool");
	SETTLED(w, EV_SYSCALL_EXECVE_19_X, 200, EV_INT(0), EV_TEXT("other"));
	assert_str(t->exepath, "<NA>"); /* not the program before */
}

#define EXIT_X(w, tid, reaper)                                                                     \
	SETTLED(w, EV_PROCEXIT_1_E, tid, EV_INT(0), EV_INT(0), EV_INT(0), EV_INT(0), EV_INT(reaper))

static void orphans_find_a_parent(void **state)
{
	struct world *w = *state;

	CLONE(w, 200, 300, 200, 100, "a", HOST_CGROUPS, 0, 200, 200);
	CLONE(w, 300, 400, 300, 200, "b", HOST_CGROUPS, 0, 300, 300);
	CLONE(w, 400, 500, 400, 300, "c", HOST_CGROUPS, 0, 400, 400);
	EXIT_X(w, 400, 0); /* nobody named: up to init */
	assert_int_equal(state_thread_find(w->s, 500)->ptid, 1);
	CLONE(w, 300, 600, 300, 200, "d", HOST_CGROUPS, 0, 300, 300);
	EXIT_X(w, 300, 200); /* the kernel named one */
	assert_int_equal(state_thread_find(w->s, 600)->ptid, 200);
	assert_int_equal(state_thread_find(w->s, 200)->marks & THREAD_REAPER, THREAD_REAPER);
	assert_null(state_thread_find(w->s, 300));
	EXIT_X(w, 200, 0);
	EXIT_X(w, 100, 0); /* a leader with a thread left stays */
	assert_int_equal(state_thread_find(w->s, 100)->marks & THREAD_CLOSED, THREAD_CLOSED);
	EXIT_X(w, 101, 0);
	assert_null(state_thread_find(w->s, 100));
	EXIT_X(w, 1, 0);
	assert_int_equal(state_thread_find(w->s, 500)->ptid, 0);
}

static void exit_then_late_clone_report(void **state)
{
	struct world *w = *state;

	CLONE(w, 300, 0, 300, 200, "a", HOST_CGROUPS, 0, 300, 300);
	EXIT_X(w, 300, 0);
	w->now -= SEC;
	CLONE(w, 200, 300, 200, 100, "bash", HOST_CGROUPS, 0, 200, 200);
	assert_null(state_thread_find(w->s, 300)); /* it lived and died before its parent spoke */
}

static void events_without_a_known_thread(void **state)
{
	struct world *w = *state;

	APPLY(w, EV_PROCEXIT_1_E, 555, EV_INT(0));
	assert_null(w->v.thread);
	APPLY(w, EV_SCHEDSWITCH_6_E, 555, EV_INT(0));
	assert_null(w->v.thread);
	APPLY(w, EV_PROCINFO_E, 555, EV_INT(0));
	assert_null(w->v.thread);
	assert_int_equal(w->v.fd_num, INT64_MIN);
	APPLY(w, EV_SYSCALL_CLOSE_X, 555, EV_INT(0), EV_INT(4));
	assert_int_equal(w->v.thread->marks & THREAD_INVALID, THREAD_INVALID);
	assert_int_equal(w->v.thread->pid, -1);
	assert_int_equal(w->v.fd_num, 4);
	assert_null(w->v.fd);
	assert_str(thread_cwd(w->v.thread), "./");
	APPLY(w, EV_PROCINFO_E, 200, EV_INT(0));
	assert_int_equal(w->v.thread->tid, 200);
}

static void small_changes(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	SETTLED(w, EV_SYSCALL_SETSID_X, 200, EV_INT(200));
	assert_int_equal(t->sid, 200);
	SETTLED(w, EV_SYSCALL_SETPGID_X, 200, EV_INT(0), EV_INT(0), EV_INT(77));
	assert_int_equal(t->vpgid, -1); /* replays keep what they had */
	SETTLED(w, EV_SYSCALL_SETPGID_X, 200, EV_INT(0), EV_INT(0), EV_INT(77),
		EV_FACT_INT(FACT_START, 5));
	assert_int_equal(t->vpgid, 77);
	SETTLED(w, EV_SYSCALL_PRCTL_X, 200, EV_INT(0), EV_INT(PR_SET_NAME_N), EV_TEXT("new"), EV_INT(0));
	assert_str(t->comm, "bash");
	SETTLED(w, EV_SYSCALL_PRCTL_X, 200, EV_INT(0), EV_INT(PR_SET_NAME_N), EV_TEXT("new"), EV_INT(0),
		EV_FACT_INT(FACT_START, 5));
	assert_str(t->comm, "new");
	SETTLED(w, EV_SYSCALL_PRCTL_X, 200, EV_INT(0), EV_INT(PR_SET_CHILD_SUBREAPER_N), EV_TEXT(""),
		EV_INT(1));
	assert_true(t->marks & THREAD_REAPER);
	SETTLED(w, EV_SYSCALL_SETRLIMIT_X, 200, EV_INT(0), EV_INT(99), EV_INT(99),
		EV_INT(RLIMIT_NOFILE_N));
	assert_int_equal(t->fdlimit, 99);
	SETTLED(w, EV_SYSCALL_PRLIMIT_X, 100, EV_INT(0), EV_INT(-1), EV_INT(-1), EV_INT(98), EV_INT(98),
		EV_INT(200), EV_INT(RLIMIT_NOFILE_N));
	assert_int_equal(t->fdlimit, 98);
	SETTLED(w, EV_SCHEDSWITCH_6_E, 200, EV_INT(0), EV_INT(11), EV_INT(12), EV_INT(13), EV_INT(14),
		EV_INT(15));
	assert_int_equal(t->pfminor, 12);
	assert_int_equal(t->vmrss_kb, 14);
	SETTLED(w, EV_SYSCALL_BRK_4_X, 200, EV_INT(0), EV_INT(23), EV_INT(24), EV_INT(25), EV_INT(0));
	assert_int_equal(t->vmsize_kb, 23);
}

static void credentials(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	SETTLED(w, EV_SYSCALL_SETUID_X, 200, EV_INT(-1), EV_INT(0));
	assert_int_equal(t->uid, 1000);
	SETTLED(w, EV_SYSCALL_SETUID_X, 200, EV_INT(0), EV_INT(33));
	assert_int_equal(t->uid, 33);
	SETTLED(w, EV_SYSCALL_SETRESUID_X, 200, EV_INT(0), EV_INT(1), EV_INT(2), EV_INT(3));
	assert_int_equal(t->uid, 2);
	SETTLED(w, EV_SYSCALL_SETRESUID_X, 200, EV_INT(0), EV_INT(1), EV_INT(-1), EV_INT(3));
	assert_int_equal(t->uid, 2); /* -1 leaves it */
	SETTLED(w, EV_SYSCALL_SETREGID_X, 200, EV_INT(0), EV_INT(1), EV_INT(7));
	assert_int_equal(t->gid, 7);
	SETTLED(w, EV_SYSCALL_CAPSET_X, 200, EV_INT(0), EV_INT(1), EV_INT(2), EV_INT(4));
	assert_int_equal(t->cap_permitted, 2);
	SETTLED(w, EV_SYSCALL_UNSHARE_X, 200, EV_INT(0), EV_INT(CLONE_NEWUSER_N));
	assert_int_equal(t->cap_effective, ((uint64_t)1 << 41) - 1);
}

static void users_by_container(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	APPLY(w, EV_USER_ADDED_E, -1, EV_INT(1000), EV_INT(1001), EV_TEXT("ann"), EV_TEXT("/home/ann"),
	      EV_TEXT("/bin/sh"), EV_TEXT(""));
	assert_str(w->v.user->name, "ann");
	APPLY(w, EV_USER_ADDED_E, -1, EV_INT(1000), EV_INT(1), EV_TEXT("app"), EV_TEXT("/"),
	      EV_TEXT("/bin/false"), EV_TEXT(ID));
	APPLY(w, EV_GROUP_ADDED_E, -1, EV_INT(1001), EV_TEXT("staff"), EV_TEXT(""));
	assert_str(state_user(w->s, t, 1000)->shell, "/bin/sh");
	assert_str(state_group(w->s, t, 1001)->name, "staff");
	assert_null(state_user(w->s, t, 5));
	EXEC_X(w, 200, 200, 100, "x", "cpu=/docker/" ID);
	assert_str(state_user(w->s, t, 1000)->name, "app");
	assert_null(state_group(w->s, t, 1001));
	APPLY(w, EV_USER_DELETED_E, -1, EV_INT(1000), EV_INT(1), EV_TEXT("app"), EV_TEXT("/"),
	      EV_TEXT("/bin/false"), EV_TEXT(ID));
	assert_null(state_user(w->s, t, 1000));
}

static void ids_are_unique_in_time(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(-9), EV_INT(77), EV_FACT_INT(FACT_START, 12345));
	assert_ptr_equal(w->v.thread, t);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(-9), EV_INT(77), EV_FACT_INT(FACT_START, 12345));
	assert_str(w->v.thread->comm, "bash");
	SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(-9), EV_INT(77), EV_FACT_INT(FACT_START, 99999),
		EV_FACT_INT(FACT_PPID, 100));
	assert_int_equal(w->v.thread->marks & THREAD_INVALID, THREAD_INVALID); /* another task */
	assert_int_equal(w->v.thread->ptid, 100);
	assert_int_equal(counter(w, "state.tid_reused"), 1);
}

static void cgroup_escape(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	EXEC_X(w, 200, 200, 100, "in", "cpu=/docker/" ID, EV_FACT_INT(FACT_MNTNS, 5));
	EXEC_X(w, 200, 200, 100, "out", HOST_CGROUPS, EV_FACT_INT(FACT_MNTNS, 5));
	assert_str(t->container_id, "0123456789ab"); /* same mount namespace: still inside */
	EXEC_X(w, 200, 200, 100, "left", "cpu=/other.slice", EV_FACT_INT(FACT_MNTNS, 6));
	assert_str(t->container_id, "");
}

static void lineage_loops_end(void **state)
{
	struct world *w = *state;
	struct task *a = task_of(state_thread_find(w->s, 100));

	thread_table_set_parent(&w->s->threads, a, 200); /* as a lying file could have it */
	for (unsigned int n = 0; n < 1000; n++)
		if (!state_thread_ancestor(w->s, state_thread_find(w->s, 200), n)) {
			assert_true(n > 1);
			return;
		}
	fail_msg("endless lineage");
}

static void thread_limit(void **state)
{
	struct world *w;

	(void)state;
	assert_int_equal(setup_world((void **)&w, &(struct state_options){ .max_threads = 5,
									     .self_tid = 99 }), 0);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 10, EV_INT(0), EV_INT(1));
	SETTLED(w, EV_SYSCALL_OPEN_X, 11, EV_INT(3), EV_TEXT("/x"), EV_INT(1), EV_INT(0));
	assert_int_equal(w->v.thread->tid, 11); /* a stand-in, not in the table */
	assert_str(w->v.fd->name, "/x");
	assert_null(state_thread_find(w->s, 11));
	EXEC_X(w, 12, 12, 200, "cat", HOST_CGROUPS);
	assert_str(w->v.thread->comm, "cat");
	assert_null(state_thread_find(w->s, 12));
	CLONE(w, 200, 300, 200, 100, "a", HOST_CGROUPS, 0, 200, 200);
	assert_null(state_thread_find(w->s, 300));
	assert_int_equal(counter(w, "state.threads_full"), 3);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 99, EV_INT(0), EV_INT(1));
	assert_non_null(state_thread_find(w->s, 99)); /* the sensor itself */
	teardown((void **)&w);
}

/* --- descriptors --- */

static void open_family(void **state)
{
	struct world *w = *state;

	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(3), EV_TEXT("../etc"),
		EV_INT(1 | O_DIRECTORY_N | O_CLOEXEC_N | FD_UPPER_LAYER_N), EV_INT(0), EV_INT(0x2d),
		EV_INT(9));
	assert_int_equal(w->v.fd_num, 3);
	assert_str(w->v.fd->name, "/home/etc");
	assert_str(w->v.fd->name_raw, "../etc");
	assert_string_equal(fd_type_word(w->v.fd), "directory");
	assert_int_equal(w->v.fd->dev, 0x2d);
	assert_int_equal(w->v.fd->ino, 9);
	assert_int_equal(w->v.fd->marks, FD_CLOSES_ON_EXEC | FD_UPPER_LAYER);
	SETTLED(w, EV_SYSCALL_OPENAT_2_X, 200, EV_INT(4), EV_INT(3), EV_TEXT("shadow"), EV_INT(1),
		EV_INT(0), EV_INT(0), EV_INT(0));
	assert_str(w->v.fd->name, "/home/etc/shadow");
	SETTLED(w, EV_SYSCALL_OPENAT_2_X, 200, EV_INT(6), EV_INT(-100), EV_TEXT("x"), EV_INT(1));
	assert_str(w->v.fd->name, "/home/u/x");
	SETTLED(w, EV_SYSCALL_OPENAT2_X, 200, EV_INT(7), EV_INT(55), EV_TEXT("x"), EV_INT(1));
	assert_str(w->v.fd->name, "<UNKNOWN>x");
	SETTLED(w, EV_SYSCALL_OPENAT2_X, 200, EV_INT(7), EV_INT(55), EV_TEXT("/abs"), EV_INT(1));
	assert_str(w->v.fd->name, "/abs");
	SETTLED(w, EV_SYSCALL_CREAT_X, 200, EV_INT(8), EV_TEXT("new"), EV_INT(0644), EV_INT(1),
		EV_INT(2), EV_INT(2));
	assert_str(w->v.fd->name, "/home/u/new");
	assert_int_equal(w->v.fd->marks, FD_LOWER_LAYER);
	SETTLED(w, EV_SYSCALL_OPEN_BY_HANDLE_AT_X, 200, EV_INT(9), EV_INT(-1), EV_INT(1),
		EV_TEXT("/etc/shadow"), EV_INT(1), EV_INT(2));
	assert_str(w->v.fd->name, "/etc/shadow");
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(-13), EV_TEXT("/etc/shadow"), EV_INT(1));
	assert_null(w->v.fd);
	assert_int_equal(w->v.fd_num, -1);
}

static void enter_event_wins(void **state)
{
	struct world *w = *state;

	SETTLED(w, EV_SYSCALL_OPENAT_2_E, 200, EV_INT(-100), EV_TEXT("/etc/shadow"),
		EV_INT(1 | O_CLOEXEC_N), EV_INT(0));
	SETTLED(w, EV_SYSCALL_OPENAT_2_X, 200, EV_INT(3), EV_INT(55), EV_TEXT("harmless"),
		EV_INT(O_F_CREATED_N), EV_INT(0));
	assert_str(w->v.fd->name, "/etc/shadow");
	assert_int_equal(w->v.fd->open_flags, 1 | O_CLOEXEC_N | O_F_CREATED_N);
	SETTLED(w, EV_SYSCALL_OPEN_E, 200, EV_TEXT("<NA>"), EV_INT(1), EV_INT(0));
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(3), EV_TEXT("/x"), EV_INT(3));
	assert_str(w->v.fd->name, "/x"); /* it could not be read then */
	SETTLED(w, EV_SYSCALL_OPEN_E, 200, EV_TEXT("/old"), EV_INT(1), EV_INT(0));
	SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(-9), EV_INT(1));
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(3), EV_TEXT("/new"), EV_INT(3));
	assert_str(w->v.fd->name, "/new"); /* not of this call */
}

static void kernel_path_wins(void **state)
{
	struct world *w = *state;

	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(3), EV_TEXT("/tmp/link"), EV_INT(1), EV_INT(0),
		EV_INT(1), EV_INT(2), EV_FACT_TEXT(FACT_PATH, "/etc/shadow"), EV_FACT_INT(FACT_DEV, 8),
		EV_FACT_INT(FACT_INO, 42), EV_FACT_INT(FACT_OVL, 1));
	assert_str(w->v.fd->name, "/etc/shadow");
	assert_str(w->v.fd->name_raw, "/tmp/link");
	assert_int_equal(w->v.fd->marks, FD_FROM_KERNEL | FD_UPPER_LAYER);
	assert_int_equal(w->v.fd->dev, 8);
	assert_int_equal(w->v.fd->ino, 42);
	SETTLED(w, EV_SYSCALL_OPENAT_2_X, 200, EV_INT(4), EV_INT(77), EV_TEXT("x"), EV_INT(1), EV_INT(0),
		EV_INT(0), EV_INT(0), EV_FACT_TEXT(FACT_DIR, "/srv"));
	assert_str(w->v.fd->name, "/srv/x");
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(6), EV_TEXT("rel"), EV_INT(1), EV_INT(0), EV_INT(0),
		EV_INT(0), EV_FACT_TEXT(FACT_CWD, "/really/here"));
	assert_str(w->v.fd->name, "/really/here/rel");
	assert_str(thread_cwd(w->v.thread), "/really/here/");
}

static void facts_repair_the_table(void **state)
{
	struct world *w = *state;
	uint8_t space[64];
	struct str tuple = ev_tuple4("10.0.0.5", 4000, "1.2.3.4", 443, space);

	/* A descriptor that arrived unseen, then another file under a number that was reused. */
	SETTLED(w, EV_SYSCALL_READ_X, 200, EV_INT(1), EV_NONE, EV_INT(30), EV_INT(9),
		EV_FACT_INT(FACT_FDTYPE, FD_FILE_V2), EV_FACT_TEXT(FACT_PATH, "/etc/shadow"),
		EV_FACT_INT(FACT_INO, 42));
	assert_str(w->v.fd->name, "/etc/shadow");
	assert_int_equal(w->v.fd->marks, FD_FROM_KERNEL);
	SETTLED(w, EV_SYSCALL_READ_X, 200, EV_INT(1), EV_NONE, EV_INT(0), EV_INT(9),
		EV_FACT_INT(FACT_FDTYPE, FD_FILE_V2), EV_FACT_TEXT(FACT_PATH, "/etc/passwd"));
	assert_str(w->v.fd->name, "/etc/passwd");
	assert_int_equal(counter(w, "state.fds_repaired"), 2);
	SETTLED(w, EV_SYSCALL_READ_X, 200, EV_INT(1), EV_NONE, EV_INT(0), EV_INT(9),
		EV_FACT_INT(FACT_FDTYPE, FD_FILE_V2), EV_FACT_TEXT(FACT_PATH, "/etc/passwd"));
	assert_int_equal(counter(w, "state.fds_repaired"), 2); /* agrees: nothing to do */
	SETTLED(w, EV_SYSCALL_WRITE_X, 200, EV_INT(1), EV_NONE, EV_INT(1), EV_INT(9),
		EV_FACT_INT(FACT_FDTYPE, FD_IPV4), EV_FACT_BYTES(FACT_TUPLE, tuple.p, tuple.n),
		EV_FACT_INT(FACT_L4PROTO, L4_TCP));
	assert_str(w->v.fd->name, "10.0.0.5:4000->1.2.3.4:443");
	assert_int_equal(w->v.fd->l4proto, L4_TCP);
	assert_true(w->v.fd->marks & FD_CONNECTED);
	/* A call that makes a kind of descriptor which no handler knows. */
	SETTLED(w, EV_SYSCALL_BPF_2_X, 200, EV_INT(20), EV_INT(99),
		EV_FACT_INT(FACT_FDTYPE, FD_BPF));
	assert_int_equal(fd_of(w, 200, 20)->type, FD_BPF);
}

static void close_and_ranges(void **state)
{
	struct world *w = *state;

	APPLY(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(0), EV_INT(1));
	assert_str(w->v.fd->name, "/dev/null");
	assert_non_null(fd_of(w, 200, 1)); /* rules still see it */
	state_settle(w->s);
	assert_null(fd_of(w, 200, 1));
	SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(-9), EV_INT(0));
	assert_non_null(fd_of(w, 200, 0));
	SETTLED(w, EV_SYSCALL_CLOSE_RANGE_X, 200, EV_INT(0), EV_INT(0), EV_INT(UINT32_MAX),
		EV_INT(CLOSE_RANGE_CLOEXEC_N));
	assert_true(fd_of(w, 200, 0)->marks & FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_CLOSE_RANGE_X, 200, EV_INT(0), EV_INT(0), EV_INT(4), EV_INT(0));
	assert_null(fd_of(w, 200, 0));
	assert_non_null(fd_of(w, 200, 5));
}

static void duplicates(void **state)
{
	struct world *w = *state;

	SETTLED(w, EV_SYSCALL_DUP_1_X, 200, EV_INT(7), EV_INT(5));
	assert_int_equal(w->v.fd_num, 7);
	assert_str(w->v.fd->name, "/dev/null");
	assert_int_equal(w->v.fd->marks & FD_CLOSES_ON_EXEC, 0);
	assert_int_equal(w->v.fd2->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_DUP3_X, 200, EV_INT(8), EV_INT(7), EV_INT(8), EV_INT(O_CLOEXEC_N));
	assert_int_equal(w->v.fd->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_DUP2_X, 200, EV_INT(0), EV_INT(0), EV_INT(0));
	assert_non_null(fd_of(w, 200, 0));
	SETTLED(w, EV_SYSCALL_DUP2_X, 200, EV_INT(-9), EV_INT(66), EV_INT(0));
	assert_int_equal(w->v.fd_num, 66);
	SETTLED(w, EV_SYSCALL_FCNTL_X, 200, EV_INT(9), EV_INT(8), EV_INT(F_DUPFD_N), EV_INT(0));
	assert_int_equal(fd_of(w, 200, 9)->marks & FD_CLOSES_ON_EXEC, 0);
	SETTLED(w, EV_SYSCALL_FCNTL_X, 200, EV_INT(0), EV_INT(9), EV_INT(F_SETFD_N), EV_INT(1));
	assert_int_equal(w->v.fd->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_FCNTL_X, 200, EV_INT(11), EV_INT(0), EV_INT(F_DUPFD_CLOEXEC_N), EV_INT(0));
	assert_int_equal(fd_of(w, 200, 11)->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
}

static void other_objects(void **state)
{
	static const struct {
		uint16_t code;
		const char *word;
	} cases[] = {
		{ EV_SYSCALL_EVENTFD_X, "event" },	     { EV_SYSCALL_EVENTFD2_X, "event" },
		{ EV_SYSCALL_TIMERFD_CREATE_X, "timerfd" },  { EV_SYSCALL_SIGNALFD_X, "signalfd" },
		{ EV_SYSCALL_SIGNALFD4_X, "signalfd" },	     { EV_SYSCALL_INOTIFY_INIT_X, "inotify" },
		{ EV_SYSCALL_INOTIFY_INIT1_X, "inotify" },   { EV_SYSCALL_EPOLL_CREATE_X, "eventpoll" },
		{ EV_SYSCALL_EPOLL_CREATE1_X, "eventpoll" }, { EV_SYSCALL_USERFAULTFD_X, "userfaultfd" },
		{ EV_SYSCALL_IO_URING_SETUP_X, "io_uring" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SETTLED(w, cases[i].code, 200, EV_INT(40 + (int)i));
		assert_int_equal(w->v.fd_num, 40 + (int)i);
		assert_string_equal(fd_type_word(w->v.fd), cases[i].word);
		SETTLED(w, cases[i].code, 200, EV_INT(-24));
		assert_null(w->v.fd);
	}
	SETTLED(w, EV_SYSCALL_PIPE2_X, 200, EV_INT(0), EV_INT(3), EV_INT(4), EV_INT(77),
		EV_INT(O_CLOEXEC_N));
	assert_int_equal(w->v.fd_num, 4);
	assert_int_equal(w->v.fd2->ino, 77);
	assert_int_equal(fd_of(w, 200, 3)->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_MEMFD_CREATE_X, 200, EV_INT(6), EV_TEXT("code"), EV_INT(1));
	assert_str(w->v.fd->name, "code");
	assert_int_equal(w->v.fd->marks & FD_CLOSES_ON_EXEC, FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SYSCALL_BPF_2_X, 200, EV_INT(0), EV_INT(2)); /* a map update: no descriptor */
	assert_int_equal(fd_of(w, 200, 0)->type, FD_FILE_V2);
	SETTLED(w, EV_SYSCALL_BPF_2_X, 200, EV_INT(12), EV_INT(5));
	assert_string_equal(fd_type_word(w->v.fd), "bpf");
	SETTLED(w, EV_SYSCALL_PIDFD_OPEN_X, 100, EV_INT(9), EV_INT(200), EV_INT(0));
	assert_str(w->v.fd->name, "/proc/200");
	SETTLED(w, EV_SYSCALL_PIDFD_GETFD_X, 100, EV_INT(10), EV_INT(9), EV_INT(6), EV_INT(0));
	assert_str(fd_of(w, 100, 10)->name, "code");
}

static void directories(void **state)
{
	struct world *w = *state;
	struct thread *t = state_thread_find(w->s, 200);

	SETTLED(w, EV_SYSCALL_CHDIR_X, 200, EV_INT(-2), EV_TEXT("/no"));
	assert_str(thread_cwd(t), "/home/u/");
	SETTLED(w, EV_SYSCALL_CHDIR_X, 200, EV_INT(0), EV_TEXT("/"));
	assert_str(thread_cwd(t), "/");
	SETTLED(w, EV_SYSCALL_GETCWD_X, 200, EV_INT(5), EV_TEXT("/srv"));
	assert_str(thread_cwd(t), "/srv/");
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(3), EV_TEXT("/var/lib"), EV_INT(O_DIRECTORY_N));
	SETTLED(w, EV_SYSCALL_FCHDIR_X, 200, EV_INT(0), EV_INT(3));
	assert_str(thread_cwd(t), "/var/lib/");
	SETTLED(w, EV_SYSCALL_CHROOT_X, 200, EV_INT(0), EV_TEXT("jail"));
	assert_str(t->root, "/var/lib/jail");
}

static void fork_shares_files(void **state)
{
	struct world *w = *state;

	CLONE(w, 200, 300, 200, 100, "a", HOST_CGROUPS, CLONE_FILES_N, 200, 200);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 300, EV_INT(0), EV_INT(0));
	assert_null(fd_of(w, 300, 0));
	assert_non_null(fd_of(w, 200, 0)); /* old captures always copied */
	CLONE(w, 200, 301, 200, 100, "a", HOST_CGROUPS, CLONE_FILES_N, 200, 200,
	      EV_FACT_INT(FACT_SID, 100));
	SETTLED(w, EV_SYSCALL_OPEN_X, 301, EV_INT(3), EV_TEXT("/both"), EV_INT(1));
	assert_str(fd_of(w, 200, 3)->name, "/both"); /* one table */
	EXEC_X(w, 301, 301, 200, "x", HOST_CGROUPS);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 301, EV_INT(0), EV_INT(3));
	assert_non_null(fd_of(w, 200, 3)); /* exec has parted them */
	CLONE(w, 200, 201, 200, 100, "t", HOST_CGROUPS, CLONE_THREAD_N | CLONE_FILES_N, 200, 200,
	      EV_FACT_INT(FACT_SID, 100));
	SETTLED(w, EV_SYSCALL_UNSHARE_X, 201, EV_INT(0), EV_INT(CLONE_FILES_N),
		EV_FACT_INT(FACT_SID, 100));
	SETTLED(w, EV_SYSCALL_CLOSE_X, 201, EV_INT(0), EV_INT(3));
	assert_null(fd_of(w, 201, 3));
	assert_non_null(fd_of(w, 200, 3));
}

static void fd_limit(void **state)
{
	struct world *w;

	(void)state;
	assert_int_equal(setup_world((void **)&w, &(struct state_options){ .max_fds = 3 }), 0);
	SETTLED(w, EV_SYSCALL_OPEN_X, 200, EV_INT(6), EV_TEXT("/x"), EV_INT(1));
	assert_null(w->v.fd);
	assert_int_equal(counter(w, "state.fds_full"), 1);
	teardown((void **)&w);
}

/* --- sockets --- */

#define SOCKET_X(w, fd, family, type)                                                              \
	SETTLED(w, EV_SOCKET_SOCKET_X, 200, EV_INT(fd), EV_INT(family), EV_INT(type), EV_INT(0), EV_INT(0))
#define BYTES(s) EV_BYTES((s).p, (s).n)

static void client_sockets(void **state)
{
	struct world *w = *state;
	uint8_t s1[64], s2[64], s3[64];
	struct str tuple = ev_tuple4("10.0.0.5", 4000, "1.2.3.4", 443, s1);
	struct str addr = ev_addr4("1.2.3.4", 443, s2);
	struct str other = ev_addr4("6.6.6.6", 80, s3);

	SOCKET_X(w, 3, 2, 1);
	assert_string_equal(fd_type_word(w->v.fd), "ipv4");
	assert_str(w->v.fd->name, "");
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(-111), BYTES(tuple), EV_INT(3), BYTES(addr));
	assert_str(w->v.fd->name, "");
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(-EINPROGRESS), BYTES(tuple), EV_INT(3), BYTES(addr));
	assert_str(w->v.fd->name, "10.0.0.5:4000->1.2.3.4:443");
	assert_int_equal(w->v.fd->l4proto, L4_TCP);
	assert_int_equal(w->v.fd->sport, 4000);
	assert_int_equal(w->v.fd->dport, 443);
	assert_int_equal(w->v.fd->marks, FD_ROLE_CLIENT | FD_CONNECTED | FD_CONNECT_PENDING);
	assert_true(fd_is_ip(w->v.fd));

	/* The tuple only repeats what the caller showed after the call: the enter event counts. */
	SOCKET_X(w, 4, 2, 1);
	SETTLED(w, EV_SOCKET_CONNECT_E, 200, EV_INT(4), BYTES(other));
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), BYTES(tuple), EV_INT(4), BYTES(addr));
	assert_str(w->v.fd->name, "10.0.0.5:4000->6.6.6.6:80");
	/* It differs from both: the kernel filled it. */
	SOCKET_X(w, 4, 2, 1);
	SETTLED(w, EV_SOCKET_CONNECT_E, 200, EV_INT(4), BYTES(addr));
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), BYTES(tuple), EV_INT(4), BYTES(other));
	assert_str(w->v.fd->name, "10.0.0.5:4000->1.2.3.4:443");
	/* No tuple at all: own address by the interface list. */
	SOCKET_X(w, 4, 2, 2);
	SETTLED(w, EV_SOCKET_CONNECT_E, 200, EV_INT(4), BYTES(other));
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), EV_NONE, EV_INT(4), BYTES(other));
	assert_str(w->v.fd->name, "10.0.0.5:0->6.6.6.6:80");
	/* A kernel fact beats all. */
	SOCKET_X(w, 4, 2, 1);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), BYTES(tuple), EV_INT(4), BYTES(other),
		EV_FACT_BYTES(FACT_TUPLE, tuple.p, tuple.n));
	assert_str(w->v.fd->name, "10.0.0.5:4000->1.2.3.4:443");
}

static void mapped_and_unix(void **state)
{
	static const char unix_tuple[] = "\1\0\0\0\0\0\0\0\0\x34\x12\0\0\0\0\0\0/dev/log";
	struct world *w = *state;
	uint8_t space[64];
	struct str mapped = ev_tuple6("::ffff:10.0.0.5", 1, "::ffff:1.2.3.4", 2, space);

	SOCKET_X(w, 3, 10, 1);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), BYTES(mapped), EV_INT(3), EV_NONE);
	assert_str(w->v.fd->name, "10.0.0.5:1->1.2.3.4:2");
	assert_int_equal(w->v.fd->type, FD_IPV4);
	mapped = ev_tuple6("2001:db8::1", 1, "2001:db8::2", 2, space);
	SOCKET_X(w, 3, 10, 1);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), BYTES(mapped), EV_INT(3), EV_NONE);
	assert_str(w->v.fd->name, "2001:db8::1:1->2001:db8::2:2");
	SOCKET_X(w, 4, 1, 2);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), EV_LIST(unix_tuple), EV_INT(4), EV_NONE);
	assert_str(w->v.fd->name, "0->1234 /dev/log");
	assert_true(w->v.fd->marks & FD_SYSLOG);
	/* Short or unended values are refused. */
	SOCKET_X(w, 4, 1, 2);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), EV_BYTES(unix_tuple, 20), EV_INT(4), EV_NONE);
	assert_str(w->v.fd->name, "");
	SOCKET_X(w, 4, 2, 1);
	SETTLED(w, EV_SOCKET_CONNECT_X, 200, EV_INT(0), EV_BYTES("\2abc", 4), EV_INT(4), EV_NONE);
	assert_str(w->v.fd->name, "");
	SETTLED(w, EV_SOCKET_SOCKETPAIR_X, 200, EV_INT(0), EV_INT(10), EV_INT(11), EV_INT(0xa),
		EV_INT(0xb), EV_INT(1), EV_INT(1), EV_INT(0));
	assert_int_equal(w->v.fd_num, 11);
	assert_int_equal(fd_of(w, 200, 10)->unix_dest, 0xb);
}

static void server_sockets(void **state)
{
	struct world *w = *state;
	uint8_t s1[64], s2[64];
	struct str addr = ev_addr4("0.0.0.0", 80, s1);
	struct str tuple = ev_tuple4("1.2.3.4", 5555, "10.0.0.5", 80, s2);

	SOCKET_X(w, 3, 2, 1);
	SETTLED(w, EV_SOCKET_BIND_X, 200, EV_INT(0), BYTES(addr), EV_INT(3));
	assert_str(w->v.fd->name, "0.0.0.0:80");
	assert_int_equal(w->v.fd->type, FD_IPV4_SERVER);
	assert_true(w->v.fd->marks & FD_ROLE_SERVER);
	SETTLED(w, EV_SOCKET_ACCEPT4_6_X, 200, EV_INT(4), BYTES(tuple), EV_INT(0), EV_INT(0), EV_INT(0),
		EV_INT(0x80000));
	assert_str(w->v.fd->name, "1.2.3.4:5555->10.0.0.5:80");
	assert_int_equal(w->v.fd->marks, FD_ROLE_SERVER | FD_CONNECTED | FD_CLOSES_ON_EXEC);
	SETTLED(w, EV_SOCKET_ACCEPT_5_X, 200, EV_INT(-11), EV_NONE);
	assert_int_equal(w->v.fd_num, -1);
	SETTLED(w, EV_SOCKET_ACCEPT_5_X, 200, EV_INT(6), EV_NONE);
	assert_null(fd_of(w, 200, 6)); /* another family, and no fact */
}

static void datagrams(void **state)
{
	struct world *w = *state;
	uint8_t s1[64], s2[64], s3[64];
	struct str out = ev_tuple4("0.0.0.0", 4000, "10.0.0.9", 53, s1);
	struct str in = ev_tuple4("10.0.0.9", 53, "10.0.0.5", 4000, s2);
	struct str bound = ev_addr4("10.0.0.5", 514, s3);

	SOCKET_X(w, 3, 2, 2);
	SETTLED(w, EV_SOCKET_SENDTO_X, 200, EV_INT(5), EV_NONE, EV_INT(3), EV_INT(5), BYTES(out));
	assert_str(w->v.fd->name, "10.0.0.5:4000->10.0.0.9:53"); /* own address filled in */
	assert_true(w->v.fd->marks & FD_ROLE_CLIENT);
	assert_true(w->v.fd_name_changed);
	SETTLED(w, EV_SOCKET_RECVFROM_X, 200, EV_INT(5), EV_NONE, BYTES(in), EV_INT(3), EV_INT(5));
	assert_str(w->v.fd->name, "10.0.0.5:4000->10.0.0.9:53"); /* the client stays in front */
	assert_false(w->v.fd_name_changed);
	/* An unknown number: only a datagram names its ends. */
	SETTLED(w, EV_SOCKET_SENDMSG_X, 200, EV_INT(5), EV_NONE, EV_INT(9), EV_INT(5), BYTES(out));
	assert_int_equal(fd_of(w, 200, 9)->l4proto, L4_UDP);
	/* A bound port makes the server. */
	SOCKET_X(w, 4, 2, 2);
	SETTLED(w, EV_SOCKET_BIND_X, 200, EV_INT(0), BYTES(bound), EV_INT(4));
	in = ev_tuple4("10.0.0.9", 7777, "10.0.0.5", 514, s2);
	SETTLED(w, EV_SOCKET_RECVFROM_X, 200, EV_INT(5), EV_NONE, BYTES(in), EV_INT(4), EV_INT(5));
	assert_str(w->v.fd->name, "10.0.0.9:7777->10.0.0.5:514");
	out = ev_tuple4("10.0.0.5", 514, "10.0.0.9", 7777, s1);
	SETTLED(w, EV_SOCKET_SENDTO_X, 200, EV_INT(5), EV_NONE, EV_INT(4), EV_INT(5), BYTES(out));
	assert_str(w->v.fd->name, "10.0.0.9:7777->10.0.0.5:514");
}

static void scanned_roles(void **state)
{
	struct world *w = *state;
	struct snapshot_sink sink = state_sink(w->s);
	struct snap_fd fd = { .pid = 100, .fd = 3, .type = FD_IPV4_SERVER, .l4proto = L4_TCP,
			      .sport = 22 };

	sink.fd(sink.ctx, &fd);
	fd = (struct snap_fd){ .pid = 200, .fd = 6, .type = FD_IPV4, .l4proto = L4_TCP, .sport = 22,
			       .dport = 4444, .sip = { 10, 0, 0, 5 }, .dip = { 1, 2, 3, 4 } };
	sink.fd(sink.ctx, &fd);
	fd.fd = 7;
	fd.sport = 5000;
	fd.dport = 443;
	sink.fd(sink.ctx, &fd);
	sink.done(sink.ctx);
	assert_str(fd_of(w, 200, 6)->name, "1.2.3.4:4444->10.0.0.5:22");
	assert_true(fd_of(w, 200, 6)->marks & FD_ROLE_SERVER);
	assert_str(fd_of(w, 200, 7)->name, "10.0.0.5:5000->1.2.3.4:443");
	assert_true(fd_of(w, 200, 7)->marks & FD_ROLE_CLIENT);
	assert_true(state_is_own_address(w->s, false, (const uint8_t[]){ 10, 0, 0, 5 }));
	assert_true(state_is_own_address(w->s, false, (const uint8_t[]){ 127, 9, 0, 1 }));
	assert_false(state_is_own_address(w->s, false, (const uint8_t[]){ 10, 0, 0, 6 }));
}

/* --- live --- */

static int find_host_thread(void *ctx, int64_t tid, struct snap_thread *ret)
{
	int *calls = ctx;

	(*calls)++;
	if (tid != 901 && tid != 900 && tid != 800)
		return -ESRCH;
	*ret = (struct snap_thread)SNAP_THREAD_INIT;
	ret->tid = tid;
	ret->pid = tid == 901 ? 900 : tid;
	ret->ptid = tid == 800 ? 1 : 800;
	ret->comm = STR("looked");
	ret->vtid = tid;
	ret->vpid = ret->pid;
	return 0;
}

static void unknown_threads_are_looked_up(void **state)
{
	int calls = 0;
	struct world *w;

	(void)state;
	assert_int_equal(setup_world((void **)&w, &(struct state_options){
				.live = true, .lookup = find_host_thread, .lookup_ctx = &calls,
				.host_root = "/nonexistent" }), 0);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 901, EV_INT(0), EV_INT(1));
	assert_str(w->v.thread->comm, "looked");
	assert_int_equal(w->v.thread->main->tid, 900);
	assert_int_equal(state_thread_parent(w->s, w->v.thread)->tid, 800);
	assert_int_equal(state_thread_ancestor(w->s, w->v.thread, 2)->tid, 1);
	assert_int_equal(calls, 3);
	SETTLED(w, EV_SYSCALL_CLOSE_X, 5, EV_INT(0), EV_INT(1));
	assert_true(w->v.thread->marks & THREAD_INVALID);
	assert_int_equal(counter(w, "state.lookups_failed"), 1);
	/* Time passes: what is gone from the host is forgotten, a few entries with each event. */
	w->now += 400 * SEC;
	for (int i = 0; i < 2000; i++)
		SETTLED(w, EV_SYSCALL_CLOSE_X, 200, EV_INT(0), EV_INT(1));
	assert_null(state_thread_find(w->s, 5));
	assert_null(state_thread_find(w->s, 901));
	assert_non_null(state_thread_find(w->s, 200));
	assert_true(counter(w, "state.threads_evicted") >= 4);
	teardown((void **)&w);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void users_of_the_host_files(void **state)
{
	char dir[] = "/tmp/state_test.XXXXXX";
	char path[512];
	struct world *w;
	struct thread *t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/etc", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(path, "passwd", "+nis:x:1000:1:::\nbad:x:abc:1::/:/\nann:x:1000:1001:A:/home/ann:/bin/sh\n"
				   "late:x:1000:1::/:/\nbob:x:33:33::/var:/bin/false\n");
	write_file(path, "group", "staff:x:1001:a,b\n");
	assert_int_equal(setup_world((void **)&w, &(struct state_options){ .live = true,
									     .host_root = dir }), 0);
	t = state_thread_find(w->s, 200);
	assert_str(state_user(w->s, t, 1000)->name, "ann");
	assert_str(state_user(w->s, t, 1000)->home, "/home/ann");
	assert_str(state_group(w->s, t, 1001)->name, "staff");
	assert_null(state_user(w->s, t, 33)); /* nobody has it yet */
	SETTLED(w, EV_SYSCALL_SETUID_X, 200, EV_INT(0), EV_INT(33));
	assert_str(state_user(w->s, t, 33)->shell, "/bin/false");
	teardown((void **)&w);
	snprintf(path, sizeof(path), "%s/etc/passwd", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc/group", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc", dir);
	rmdir(path);
	rmdir(dir);
}

/* --- the constants that neutral.h repeats --- */

static uint32_t flag(uint16_t code, unsigned int param, const char *name)
{
	const struct flag_name *f = event_table[code].params[param].flags;

	for (; f && f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f->value;
	fail_msg("no flag %s", name);
	return 0;
}

static void constants(void **state)
{
	static const struct {
		uint16_t code;
		unsigned int param;
		const char *name;
		uint32_t value;
	} cases[] = {
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_FILES", CLONE_FILES_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_NEWPID", CLONE_NEWPID_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_PARENT", CLONE_PARENT_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_THREAD", CLONE_THREAD_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_INVERTED", CLONE_INVERTED_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "NAME_CHANGED", CLONE_NAME_CHANGED_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_NEWUSER", CLONE_NEWUSER_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_VFORK", CLONE_VFORK_N },
		{ EV_SYSCALL_CLONE_20_X, 15, "CLONE_CHILD_IN_PIDNS", CLONE_CHILD_IN_PIDNS_N },
		{ EV_SYSCALL_OPEN_X, 2, "O_DIRECTORY", O_DIRECTORY_N },
		{ EV_SYSCALL_OPEN_X, 2, "O_CLOEXEC", O_CLOEXEC_N },
		{ EV_SYSCALL_OPEN_X, 2, "O_F_CREATED", O_F_CREATED_N },
		{ EV_SYSCALL_OPEN_X, 2, "FD_UPPER_LAYER", FD_UPPER_LAYER_N },
		{ EV_SYSCALL_OPEN_X, 2, "FD_LOWER_LAYER", FD_LOWER_LAYER_N },
		{ EV_SYSCALL_PRCTL_X, 1, "PR_SET_NAME", PR_SET_NAME_N },
		{ EV_SYSCALL_PRCTL_X, 1, "PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER_N },
		{ EV_SYSCALL_PRCTL_X, 1, "PR_GET_CHILD_SUBREAPER", PR_GET_CHILD_SUBREAPER_N },
		{ EV_SYSCALL_SETRLIMIT_X, 3, "RLIMIT_NOFILE", RLIMIT_NOFILE_N },
		{ EV_SYSCALL_FCNTL_X, 2, "F_DUPFD", F_DUPFD_N },
		{ EV_SYSCALL_FCNTL_X, 2, "F_SETFD", F_SETFD_N },
		{ EV_SYSCALL_FCNTL_X, 2, "F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC_N },
		{ EV_SYSCALL_CLOSE_RANGE_X, 3, "CLOSE_RANGE_CLOEXEC", CLOSE_RANGE_CLOEXEC_N },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(flag(cases[i].code, cases[i].param, cases[i].name), cases[i].value);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(snapshot_is_linked), CASE(clone_by_parent_then_child),
		CASE(vfork_waits_for_the_child), CASE(clone_in_a_container), CASE(threads_share),
		CASE(a_thread_brings_its_unknown_leader), CASE(exec_replaces_the_program),
		CASE(exec_of_an_unknown_task), CASE(exec_path_from_the_enter_event),
		CASE(orphans_find_a_parent), CASE(exit_then_late_clone_report),
		CASE(events_without_a_known_thread), CASE(small_changes), CASE(credentials),
		CASE(users_by_container), CASE(ids_are_unique_in_time), CASE(cgroup_escape),
		CASE(lineage_loops_end), cmocka_unit_test(thread_limit), CASE(open_family),
		CASE(enter_event_wins), CASE(kernel_path_wins), CASE(facts_repair_the_table),
		CASE(close_and_ranges), CASE(duplicates), CASE(other_objects), CASE(directories),
		CASE(fork_shares_files), cmocka_unit_test(fd_limit), CASE(client_sockets),
		CASE(mapped_and_unix), CASE(server_sockets), CASE(datagrams), CASE(scanned_roles),
		cmocka_unit_test(unknown_threads_are_looked_up),
		cmocka_unit_test(users_of_the_host_files), cmocka_unit_test(constants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
