/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/procfs_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "capture/bpf/sockets.h"

static void test_stat(void **state)
{
	struct proc_stat s;

	(void)state;
	/* A name with a blank, a bracket and a number in it. */
	assert_true(parse_stat(
		STR("42 (a ) 7 (b) S 1 40 39 34816 -1 4194560 11 22 33 44 5 6 7 8 20 0 1 0 98765 1 2"), &s));
	assert_int_equal(s.ppid, 1);
	assert_int_equal(s.pgrp, 40);
	assert_int_equal(s.session, 39);
	assert_int_equal(s.tty, 34816);
	assert_int_equal(s.minflt, 11);
	assert_int_equal(s.majflt, 33);
	assert_int_equal(s.start_ticks, 98765);
	assert_false(parse_stat(STR("42 (cut) S 1 40"), &s));
	assert_false(parse_stat(STR("42 cut S 1 40"), &s));
	assert_false(parse_stat(STR(""), &s));
}

static void test_status(void **state)
{
	struct proc_status s;

	(void)state;
	assert_true(parse_status(STR("Name:\tx\nTgid:\t10\nPPid:\t9\nUid:\t1\t1000\t2\t3\nGid:\t5\t6\t7\t8\n"
				     "NStgid:\t10\t4\t1\nNSpid:\t12\t6\t3\nNSpgid:\t10\t1\nNSsid:\t8\t1\n"
				     "VmSize:\t  4096 kB\nVmRSS:\t 100 kB\nVmSwap:\t 7 kB\n"
				     "CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t00000000a80425fb\n"),
				 &s));
	assert_int_equal(s.tgid, 10);
	assert_int_equal(s.ppid, 9);
	assert_int_equal(s.uid, 1000);
	assert_int_equal(s.gid, 6);
	assert_int_equal(s.vpid, 1);
	assert_int_equal(s.vtid, 3);
	assert_int_equal(s.vpgid, 1);
	assert_int_equal(s.vsid, 1);
	assert_int_equal(s.vmsize_kb, 4096);
	assert_int_equal(s.vmrss_kb, 100);
	assert_int_equal(s.vmswap_kb, 7);
	assert_true(s.cap_permitted == 0x1ffffffffffull);
	assert_true(s.cap_effective == 0xa80425fbull);
	assert_true(parse_status(STR("Tgid:\t10\nNSpid:\t10\n"), &s));
	assert_int_equal(s.vtid, -1);
	assert_false(parse_status(STR("Name:\tx\n"), &s));
}

static const struct {
	const char *text, *want;
	size_t want_n;
} cgroups[] = {
#define ROW(t, w) { t, w, sizeof(w) }
	ROW("0::/a.slice/b.scope\n",
	    "cpuset=/a.slice/b.scope\0cpu=/a.slice/b.scope\0cpuacct=/a.slice/b.scope\0io=/a.slice/b.scope\0memory=/a.slice/b.scope"),
	ROW("9:memory:/docker/x\n8:blkio:/b\n5:cpu,cpuacct:/c:d\n4:cpuset:/\n1:name=systemd:/s\n",
	    "cpuset=/\0cpu=/c:d\0cpuacct=/c:d\0io=/b\0memory=/docker/x"),
	ROW("4:memory:/m\n0::/u\n", "cpuset=/u\0cpu=/u\0cpuacct=/u\0io=/u\0memory=/m"),
	{ "nonsense\n1:2\n", "", 0 },
	{ "", "", 0 },
};

static void test_cgroups(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cgroups); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(4096);

		parse_cgroups(str_c(cgroups[i].text), &b);
		assert_int_equal(b.len, cgroups[i].want_n);
		assert_memory_equal(b.len ? b.data : "", cgroups[i].want, b.len);
	}
}

static void test_users(void **state)
{
	struct snap_user u;
	struct snap_group g;

	(void)state;
	assert_true(parse_passwd(STR("joe:x:1000:100:Joe,,:/home/joe:/bin/sh"), &u));
	assert_int_equal(u.uid, 1000);
	assert_int_equal(u.gid, 100);
	assert_true(str_eq_c(u.name, "joe") && str_eq_c(u.home, "/home/joe") && str_eq_c(u.shell, "/bin/sh"));
	assert_false(parse_passwd(STR("+nis::::::"), &u));
	assert_false(parse_passwd(STR("bad:x:-1:0:::"), &u));
	assert_false(parse_passwd(STR("bad:x:99999999999:0:::"), &u));
	assert_false(parse_passwd(STR("short:x:1:1"), &u));
	assert_true(parse_group(STR("wheel:x:10:joe,ann"), &g));
	assert_int_equal(g.gid, 10);
	assert_false(parse_group(STR("nogid:x::"), &g));
}

static void test_links_and_flags(void **state)
{
	(void)state;
	assert_int_equal(bracketed_number(STR("socket:[4711]")), 4711);
	assert_int_equal(bracketed_number(STR("socket:]4711[")), 0);
	assert_int_equal(bracketed_number(STR("")), 0);
	assert_int_equal(fd_type_of_link(STR("anon_inode:[eventfd]")), FD_EVENTFD);
	assert_int_equal(fd_type_of_link(STR("anon_inode:bpf-prog")), FD_BPF);
	assert_int_equal(fd_type_of_link(STR("anon_inode:[perf_event]")), FD_UNSUPPORTED);
	assert_int_equal(fd_type_of_link(STR("/memfd:x (deleted)")), FD_MEMFD);
	assert_int_equal(fd_type_of_link(STR("/etc/passwd")), FD_UNKNOWN);
	/* O_RDWR|O_APPEND|O_CLOEXEC */
	assert_int_equal(parse_fdinfo_flags(STR("pos:\t0\nflags:\t02002002\nmnt_id:\t9\n")),
			 0x3 | 0x8 | 0x1000);
	assert_int_equal(parse_fdinfo_flags(STR("pos:\t0\n")), 0);
}

static void test_sockets(void **state)
{
	struct snap_fd f;

	(void)state;
	assert_true(socket_parse("tcp", STR("   0: 0100007F:1F90 0200000A:0050 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 x"), &f));
	assert_int_equal(f.type, FD_IPV4);
	assert_int_equal(f.l4proto, L4_TCP);
	assert_int_equal(f.ino, 4711);
	assert_int_equal(f.sport, 8080);
	assert_int_equal(f.dport, 80);
	assert_memory_equal(f.sip, "\x7f\0\0\1", 4);
	assert_memory_equal(f.dip, "\x0a\0\0\2", 4);
	assert_true(socket_parse("tcp6", STR("   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 x"), &f));
	assert_int_equal(f.type, FD_IPV6_SERVER);
	assert_int_equal(f.sip[15], 1);
	assert_int_equal(f.sport, 22);
	assert_true(socket_parse("unix", STR("00000000deadbeef: 00000002 00000000 00010000 0001 01 1234 /run/a b"), &f));
	assert_int_equal(f.ino, 1234);
	assert_true(str_eq_c(f.name, "/run/a b"));
	assert_true(socket_parse("unix", STR("0000000000000000: 00000002 00000000 00000000 0001 03 77"), &f));
	assert_int_equal(f.name.n, 0);
	assert_true(socket_parse("unix", STR("0000000000000000: 00000002 00000000 00000000 0001 03 78 @abs"), &f));
	assert_true(str_eq_c(f.name, "abs"));
	assert_true(socket_parse("netlink", STR("0000000012345678 0   1234       00000000 0        0        0 2        0        5555"), &f));
	assert_int_equal(f.ino, 5555);
	assert_false(socket_parse("tcp", STR("   0: 010000:1F90 0200000A:0050 01"), &f));
	assert_false(socket_parse("tcp", STR(""), &f));
	assert_false(socket_parse("unix", STR("Num RefCount"), &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),	cmocka_unit_test(test_status),
		cmocka_unit_test(test_cgroups), cmocka_unit_test(test_users),
		cmocka_unit_test(test_links_and_flags), cmocka_unit_test(test_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
