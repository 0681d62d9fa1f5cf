/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of event/flags.def that the state acts on: arguments as events carry them, the same on
 * every architecture.
 */
#ifndef STATE_NEUTRAL_H
#define STATE_NEUTRAL_H

enum {
	CLONE_FILES_N = 0x1,
	CLONE_FS_N = 0x2,
	CLONE_NEWPID_N = 0x40,
	CLONE_PARENT_N = 0x100,
	CLONE_THREAD_N = 0x2000,
	CLONE_INVERTED_N = 0x10000,
	CLONE_NAME_CHANGED_N = 0x20000,
	CLONE_NEWUSER_N = 0x100000,
	CLONE_VFORK_N = 0x8000000,
	CLONE_CHILD_IN_PIDNS_N = 0x20000000,
	O_DIRECTORY_N = 0x400,
	O_CLOEXEC_N = 0x1000,
	O_F_CREATED_N = 0x4000,
	FD_UPPER_LAYER_N = 0x8000,
	FD_LOWER_LAYER_N = 0x10000,
	PR_SET_NAME_N = 0xf,
	PR_SET_CHILD_SUBREAPER_N = 0x24,
	PR_GET_CHILD_SUBREAPER_N = 0x25,
	RLIMIT_NOFILE_N = 7,
	F_DUPFD_N = 1,
	F_SETFD_N = 3,
	F_DUPFD_CLOEXEC_N = 0x1a,
	CLOSE_RANGE_CLOEXEC_N = 4,
	AT_FDCWD_N = -100,
};

#endif
