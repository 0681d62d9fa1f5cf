/* SPDX-License-Identifier: Apache-2.0 */
#include "state/fd.h"

static const struct {
	const char *word;
	char letter;
} types[FD_TYPES] = {
	[FD_UNKNOWN] = { "", 'o' },
	[FD_FILE] = { "file", 'f' },
	[FD_DIRECTORY] = { "directory", 'd' },
	[FD_IPV4] = { "ipv4", '4' },
	[FD_IPV6] = { "ipv6", '6' },
	[FD_IPV4_SERVER] = { "ipv4", '4' },
	[FD_IPV6_SERVER] = { "ipv6", '6' },
	[FD_FIFO] = { "pipe", 'p' },
	[FD_UNIX] = { "unix", 'u' },
	[FD_EVENTFD] = { "event", 'e' },
	[FD_UNSUPPORTED] = { "", 'X' },
	[FD_SIGNALFD] = { "signalfd", 's' },
	[FD_EVENTPOLL] = { "eventpoll", 'l' },
	[FD_INOTIFY] = { "inotify", 'i' },
	[FD_TIMERFD] = { "timerfd", 't' },
	[FD_NETLINK] = { "netlink", 'n' },
	[FD_FILE_V2] = { "file", 'f' },
	[FD_BPF] = { "bpf", 'b' },
	[FD_USERFAULTFD] = { "userfaultfd", 'u' },
	[FD_IO_URING] = { "io_uring", 'r' },
	[FD_MEMFD] = { "memfd", 'm' },
	[FD_PIDFD] = { "pidfd", 'P' },
};

const char *fd_type_word(const struct fd *fd)
{
	return fd->type < FD_TYPES ? types[fd->type].word : "";
}

char fd_type_char(const struct fd *fd)
{
	return fd->type < FD_TYPES ? types[fd->type].letter : 'o';
}

bool fd_is_ip(const struct fd *fd)
{
	return fd->type >= FD_IPV4 && fd->type <= FD_IPV6_SERVER;
}
