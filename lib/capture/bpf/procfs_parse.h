/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of /proc and /etc as values. Pure: bytes in, values out; whatever is malformed is refused or
 * left at "unknown".
 */
#ifndef CAPTURE_BPF_PROCFS_PARSE_H
#define CAPTURE_BPF_PROCFS_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "event/snapshot.h"

struct proc_stat {
	int64_t ppid, pgrp, session, tty;
	uint64_t minflt, majflt, start_ticks;
};

struct proc_status {
	int64_t tgid, ppid;
	int64_t vtid, vpid, vpgid, vsid; /* in the innermost pid namespace; -1: none is nested */
	uint32_t uid, gid;               /* effective */
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
};

/* Cuts the next word, which blanks, tabs or a line end end, off *rest; empty when there is none. */
struct str parse_word(struct str *rest);

/* /proc/PID/stat: the name may hold any byte, so it ends at the last ')'. */
bool parse_stat(struct str text, struct proc_stat *ret);
/* /proc/PID/status */
bool parse_status(struct str text, struct proc_status *ret);
/*
 * Appends "subsystem=path\0" for cpuset, cpu, cpuacct, io and memory. Those that no v1 line names
 * are in the group of the v2 line.
 */
void parse_cgroups(struct str text, struct buf *ret);
/* One line of a passwd or group file. Names that start with + or - are not users (NIS). */
bool parse_passwd(struct str line, struct snap_user *ret);
bool parse_group(struct str line, struct snap_group *ret);
/* The open flags in /proc/PID/fdinfo/N in neutral encoding. */
uint32_t parse_fdinfo_flags(struct str text);
uint32_t neutral_open_flags(uint64_t native);
/* 12 from "socket:[12]"; 0 when there is none. */
uint64_t bracketed_number(struct str link);
/* Type of a descriptor that its link alone tells (anonymous inodes, memfd); else FD_UNKNOWN. */
uint8_t fd_type_of_link(struct str link);
/* The same with the mode of the inode to go by. FD_UNKNOWN: a socket, whose ends have to tell. */
uint8_t fd_type_of(struct str link, uint32_t mode);

#endif
