/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/procfs_parse.h"

#include <sys/stat.h>

#include "base/util.h"

struct str parse_word(struct str *rest)
{
	size_t at = 0, end;
	struct str w;

	while (at < rest->n && (rest->p[at] == ' ' || rest->p[at] == '\t'))
		at++;
	end = at;
	while (end < rest->n && rest->p[end] != ' ' && rest->p[end] != '\t' &&
	       rest->p[end] != '\n')
		end++;
	w = end > at ? str_n(rest->p + at, end - at) : STR_NULL;
	*rest = str_from(*rest, end);
	return w;
}

static int64_t number_or(struct str s, int64_t absent)
{
	int64_t v;

	return str_to_i64(s, &v) >= 0 ? v : absent;
}

static uint64_t u64_or_0(struct str s)
{
	uint64_t v;

	return str_to_u64(s, &v) >= 0 ? v : 0;
}

bool parse_stat(struct str text, struct proc_stat *ret)
{
	ptrdiff_t end = str_rfind_byte(text, ')');
	struct str rest;

	if (end < 0)
		return false;
	rest = str_from(text, (size_t)end + 1);
	*ret = (struct proc_stat){ 0 };
	/* linux: Documentation/filesystems/proc.rst, table 1-4; the state is field 3. */
	for (unsigned int field = 3; field <= 22; field++) {
		struct str w = parse_word(&rest);

		if (!w.n)
			return false;
		switch (field) {
		case 4:
			ret->ppid = number_or(w, -1);
			break;
		case 5:
			ret->pgrp = number_or(w, -1);
			break;
		case 6:
			ret->session = number_or(w, -1);
			break;
		case 7:
			ret->tty = number_or(w, 0);
			break;
		case 10:
			ret->minflt = u64_or_0(w);
			break;
		case 12:
			ret->majflt = u64_or_0(w);
			break;
		case 22:
			ret->start_ticks = u64_or_0(w);
			break;
		default:
			break;
		}
	}
	return true;
}

static uint64_t hex(struct str s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n && i < 16; i++) {
		char c = s.p[i];
		unsigned int d;

		if (c >= '0' && c <= '9')
			d = (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			d = (unsigned int)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			d = (unsigned int)(c - 'A') + 10;
		else
			break;
		v = v << 4 | d;
	}
	return v;
}

/* The last number of "NStgid: 4711 12 1", or -1 when there is only one: no nested namespace. */
static int64_t innermost(struct str rest)
{
	int64_t v = -1;
	unsigned int n = 0;

	for (struct str w = parse_word(&rest); w.n; w = parse_word(&rest)) {
		v = number_or(w, -1);
		n++;
	}
	return n > 1 ? v : -1;
}

bool parse_status(struct str text, struct proc_status *ret)
{
	struct str rest = text, line;
	bool have_tgid = false;

	*ret = (struct proc_status){ .tgid = -1, .ppid = -1, .vtid = -1, .vpid = -1, .vpgid = -1,
				     .vsid = -1, .uid = ID_NONE, .gid = ID_NONE };
	while (rest.p && str_split(&rest, '\n', &line)) {
		ptrdiff_t colon = str_find_byte(line, ':');
		struct str key, v;

		if (colon < 0)
			continue;
		key = str_first(line, (size_t)colon);
		v = str_from(line, (size_t)colon + 1);
		if (str_eq_c(key, "Tgid")) {
			ret->tgid = number_or(parse_word(&v), -1);
			have_tgid = ret->tgid >= 0;
		} else if (str_eq_c(key, "PPid")) {
			ret->ppid = number_or(parse_word(&v), -1);
		} else if (str_eq_c(key, "Uid")) {
			parse_word(&v);
			ret->uid = (uint32_t)u64_or_0(parse_word(&v));
		} else if (str_eq_c(key, "Gid")) {
			parse_word(&v);
			ret->gid = (uint32_t)u64_or_0(parse_word(&v));
		} else if (str_eq_c(key, "NSpid")) {
			ret->vtid = innermost(v);
		} else if (str_eq_c(key, "NStgid")) {
			ret->vpid = innermost(v);
		} else if (str_eq_c(key, "NSpgid")) {
			ret->vpgid = innermost(v);
		} else if (str_eq_c(key, "NSsid")) {
			ret->vsid = innermost(v);
		} else if (str_eq_c(key, "VmSize")) {
			ret->vmsize_kb = (uint32_t)u64_or_0(parse_word(&v));
		} else if (str_eq_c(key, "VmRSS")) {
			ret->vmrss_kb = (uint32_t)u64_or_0(parse_word(&v));
		} else if (str_eq_c(key, "VmSwap")) {
			ret->vmswap_kb = (uint32_t)u64_or_0(parse_word(&v));
		} else if (str_eq_c(key, "CapInh")) {
			ret->cap_inheritable = hex(parse_word(&v));
		} else if (str_eq_c(key, "CapPrm")) {
			ret->cap_permitted = hex(parse_word(&v));
		} else if (str_eq_c(key, "CapEff")) {
			ret->cap_effective = hex(parse_word(&v));
		}
	}
	return have_tgid;
}

void parse_cgroups(struct str text, struct buf *ret)
{
	static const char *const names[] = { "cpuset", "cpu", "cpuacct", "io", "memory" };
	static const char *const v1_names[] = { "cpuset", "cpu", "cpuacct", "blkio", "memory" };
	struct str paths[ARRAY_LEN(names)] = { { NULL, 0 } };
	struct str unified = STR_NULL;
	struct str rest = text, line;

	/* "5:cpu,cpuacct:/a/b" or "0::/a/b"; a path may hold colons. */
	while (rest.p && str_split(&rest, '\n', &line)) {
		ptrdiff_t a = str_find_byte(line, ':');
		struct str list, name, after;
		ptrdiff_t b;

		if (a < 0)
			continue;
		after = str_from(line, (size_t)a + 1);
		b = str_find_byte(after, ':');
		if (b < 0)
			continue;
		list = str_n(after.p, (size_t)b);
		after = str_from(after, (size_t)b + 1);
		if (!list.n) {
			unified = after;
			continue;
		}
		while (str_split(&list, ',', &name))
			for (size_t i = 0; i < ARRAY_LEN(names); i++)
				if (str_eq_c(name, v1_names[i]))
					paths[i] = after;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str path = paths[i].n ? paths[i] : unified;

		if (!path.n)
			continue;
		buf_c(ret, names[i]);
		buf_byte(ret, '=');
		buf_str_append(ret, path);
		buf_byte(ret, 0);
	}
}

static bool is_id(struct str s, uint32_t *ret)
{
	uint64_t v;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (str_to_u64(s, &v) < 0 || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

bool parse_passwd(struct str line, struct snap_user *ret)
{
	struct str field[7];
	size_t n = 0;

	if (!line.n || line.p[0] == '+' || line.p[0] == '-' || line.p[0] == '#')
		return false;
	while (n < ARRAY_LEN(field) && line.p && str_split(&line, ':', &field[n]))
		n++;
	if (n != ARRAY_LEN(field) || !field[0].n)
		return false;
	*ret = (struct snap_user){ .name = field[0], .home = field[5], .shell = field[6] };
	return is_id(field[2], &ret->uid) && field[2].n && is_id(field[3], &ret->gid) && field[3].n;
}

bool parse_group(struct str line, struct snap_group *ret)
{
	struct str field[3];
	size_t n = 0;

	if (!line.n || line.p[0] == '+' || line.p[0] == '-' || line.p[0] == '#')
		return false;
	while (n < ARRAY_LEN(field) && line.p && str_split(&line, ':', &field[n]))
		n++;
	if (n != ARRAY_LEN(field) || !field[0].n || !field[2].n)
		return false;
	*ret = (struct snap_group){ .name = field[0] };
	return is_id(field[2], &ret->gid);
}

uint32_t neutral_open_flags(uint64_t native)
{
	/* linux: include/uapi/asm-generic/fcntl.h; the neutral values are those of file_flags. */
	static const struct {
		uint32_t native, neutral;
	} bits[] = {
		{ 0x40, 0x4 },	  { 0x80, 0x20 },    { 0x200, 0x100 },	 { 0x400, 0x8 },
		{ 0x800, 0x40 },  { 0x1000, 0x10 },  { 0x4000, 0x200 },	 { 0x10000, 0x400 },
		{ 0x80000, 0x1000 }, { 0x101000, 0x80 }, { 0x400000, 0x2000 },
	};
	uint32_t n = (native & 3) == 0 ? 1 : (native & 3) == 1 ? 2 : 3;

	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if ((native & bits[i].native) == bits[i].native)
			n |= bits[i].neutral;
	return n;
}

uint32_t parse_fdinfo_flags(struct str text)
{
	struct str rest = text, line;

	while (rest.p && str_split(&rest, '\n', &line)) {
		struct str v;
		uint64_t native = 0;

		if (!str_starts(line, STR("flags:")))
			continue;
		v = str_trim(str_from(line, 6));
		for (size_t i = 0; i < v.n && v.p[i] >= '0' && v.p[i] <= '7'; i++)
			native = native << 3 | (uint64_t)(v.p[i] - '0');
		return neutral_open_flags(native);
	}
	return 0;
}

uint64_t bracketed_number(struct str link)
{
	ptrdiff_t a = str_rfind_byte(link, '[');
	ptrdiff_t b = str_rfind_byte(link, ']');

	return a >= 0 && b > a ? u64_or_0(str_n(link.p + a + 1, (size_t)(b - a - 1))) : 0;
}

uint8_t fd_type_of_link(struct str link)
{
	static const struct {
		const char *prefix;
		uint8_t type;
	} rows[] = {
		{ "anon_inode:[eventfd]", FD_EVENTFD },
		{ "anon_inode:[eventpoll]", FD_EVENTPOLL },
		{ "anon_inode:inotify", FD_INOTIFY },
		{ "anon_inode:[signalfd]", FD_SIGNALFD },
		{ "anon_inode:[timerfd]", FD_TIMERFD },
		{ "anon_inode:[io_uring]", FD_IO_URING },
		{ "anon_inode:[userfaultfd]", FD_USERFAULTFD },
		{ "anon_inode:[pidfd]", FD_PIDFD },
		{ "pidfd:[", FD_PIDFD },
		{ "anon_inode:bpf-", FD_BPF },
		{ "anon_inode:bpf_", FD_BPF },
		{ "anon_inode:", FD_UNSUPPORTED },
		{ "/memfd:", FD_MEMFD },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_starts(link, str_c(rows[i].prefix)))
			return rows[i].type;
	return FD_UNKNOWN;
}

uint8_t fd_type_of(struct str link, uint32_t mode)
{
	uint8_t type = fd_type_of_link(link);

	if (type != FD_UNKNOWN)
		return type;
	switch (mode & S_IFMT) {
	case S_IFIFO:
		return FD_FIFO;
	case S_IFDIR:
		return FD_DIRECTORY;
	case S_IFSOCK:
		return FD_UNKNOWN;
	case S_IFREG:
	case S_IFBLK:
	case S_IFCHR:
	case S_IFLNK:
		return FD_FILE_V2;
	default:
		return FD_UNSUPPORTED;
	}
}
