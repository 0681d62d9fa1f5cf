/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exists, from /proc and /etc: machine, interfaces, users, groups, threads and their open files;
 * all at once at start, or one thread that nobody has told of.
 */
#ifndef CAPTURE_BPF_PROCFS_H
#define CAPTURE_BPF_PROCFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct diag;
struct snap_thread;
struct snapshot_sink;

struct procfs_options {
	const char *host_root; /* prefix of /proc and /etc; NULL or "": none */
};

/*
 * Hands everything but `reset` and `done` to the sink. What vanishes meanwhile is left out. 0, or
 * -errno when /proc itself cannot be read.
 */
int procfs_snapshot(const struct procfs_options *options, const struct snapshot_sink *sink,
		    struct diag *diag);

/*
 * The part of it that is about processes, without those that `known` tells to be known already; NULL:
 * none is.
 */
int procfs_snapshot_processes(const struct procfs_options *options,
			      const struct snapshot_sink *sink,
			      bool (*known)(void *ctx, int64_t pid), void *ctx, struct diag *diag);

/* The part of it that is not: machine, interfaces, users, groups. */
int procfs_snapshot_host(const struct procfs_options *options, const struct snapshot_sink *sink,
			 struct diag *diag);

enum {
	PROCFS_TEXT_MAX = 4096,              /* of arguments, of an environment, of cgroup paths */
	PROCFS_FILE_MAX = 16 * 1024 * 1024,  /* of one file of /proc or /etc */
};

struct procfs_ns_start;

/* Room for the texts of one thread. */
struct procfs_thread_buf {
	struct buf text, cgroups;
	struct procfs_ns_start *starts; /* when the pid namespaces seen so far began */
	size_t starts_n, starts_cap;
	uint64_t boot_epoch_ns; /* epoch of the boot clock's zero */
	uint64_t own_pid_ns;    /* that of this /proc; 0 unknown */
	char comm[64], args[PROCFS_TEXT_MAX + 1], env[PROCFS_TEXT_MAX + 1];
	char exe[PATH_MAX + 1], cwd[PATH_MAX + 1], root[PATH_MAX + 1], link[PATH_MAX + 1];
};

#define PROCFS_THREAD_BUF_INIT                                                                     \
	{ .text = BUF_INIT(PROCFS_FILE_MAX), .cgroups = BUF_INIT(PROCFS_TEXT_MAX) }

/* Gives back the memory; the buffer stays usable. Takes NULL. */
void procfs_thread_buf_cleanup(struct procfs_thread_buf *buf);

/*
 * Reads one live thread by its number. Fills *ret, whose texts lie in `buf` until its next use.
 * 0; -ESRCH when there is no such thread, or it is one of the kernel; -ENAMETOOLONG.
 */
int procfs_thread(const char *host_root, int64_t tid, struct procfs_thread_buf *buf,
		  struct snap_thread *ret);

/*
 * The arguments of process `pid` as they are now, in buf->args: argv[0] in *ret_exe, the others
 * NUL-separated in *ret_args; its environment in buf->env. Empty when they cannot be read. `proc_fd`
 * is a descriptor of /proc. Kernel side programs leave these to /proc: see snapshot.bpf.c.
 */
void procfs_args(int proc_fd, int64_t pid, struct procfs_thread_buf *buf, struct str *ret_exe,
		 struct str *ret_args);
struct str procfs_env(int proc_fd, int64_t pid, struct procfs_thread_buf *buf);

/* A descriptor of /proc below host_root, to be closed; or -errno. */
int procfs_open(const char *host_root);

#endif
