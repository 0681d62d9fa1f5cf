/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/util.h"
#include "capture/bpf/procfs_parse.h"

enum {
	TABLE_MAX = 64 * 1024 * 1024, /* bytes of one file of /proc/PID/net */
	NAMES_MAX = 64 * 1024 * 1024,
};

struct entry {
	uint64_t net_ns;
	struct snap_fd fd;
};

struct sockets {
	struct entry *entries; /* sorted by (net_ns, ino) when `sorted` */
	size_t n, cap;
	uint64_t *read_ns; /* namespaces that were read */
	size_t read_n, read_cap;
	struct arena names;
};

static const char *const kinds[] = { "tcp", "udp", "raw", "icmp", "tcp6", "udp6", "raw6", "icmp6",
				     "unix", "netlink" };

struct sockets *sockets_new(void)
{
	struct sockets *s = calloc(1, sizeof(*s));

	if (s)
		s->names = (struct arena)ARENA_INIT(NAMES_MAX);
	return s;
}

struct sockets *sockets_free(struct sockets *s)
{
	if (!s)
		return NULL;
	arena_cleanup(&s->names);
	free(s->entries);
	free(s->read_ns);
	free(s);
	return NULL;
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool hex(struct str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (!s.n || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'A' && c <= 'F')
			v = v << 4 | (uint64_t)(c - 'A' + 10);
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = v;
	return true;
}

/* "0100007F:0035": 32-bit words of the address in host order, then the port. */
static bool parse_end(struct str w, bool v6, uint8_t *addr, uint16_t *port)
{
	size_t digits = v6 ? 32 : 8;
	uint64_t v;

	if (w.n < digits + 2 || w.p[digits] != ':')
		return false;
	for (size_t i = 0; i < digits / 8; i++) {
		uint32_t part;

		if (!hex(str_n(w.p + i * 8, 8), &v))
			return false;
		part = (uint32_t)v;
		memcpy(addr + i * 4, &part, 4);
	}
	if (!hex(str_from(w, digits + 1), &v) || v > UINT16_MAX)
		return false;
	*port = (uint16_t)v;
	return true;
}

static bool parse_inet(const char *kind, struct str line, struct snap_fd *ret)
{
	bool v6 = kind[strlen(kind) - 1] == '6';
	struct str w;

	parse_word(&line); /* "0:" */
	if (!parse_end(parse_word(&line), v6, ret->sip, &ret->sport) ||
	    !parse_end(parse_word(&line), v6, ret->dip, &ret->dport))
		return false;
	for (int i = 0; i < 6; i++) /* state, queues, timer, retransmits, uid, timeout */
		parse_word(&line);
	w = parse_word(&line);
	if (str_to_u64(w, &ret->ino) < 0)
		return false;
	ret->l4proto = kind[0] == 't' ? L4_TCP : kind[0] == 'u' ? L4_UDP :
		       kind[0] == 'r' ? L4_RAW : L4_ICMP;
	if (ret->dport || !ret->sport)
		ret->type = v6 ? FD_IPV6 : FD_IPV4;
	else
		ret->type = v6 ? FD_IPV6_SERVER : FD_IPV4_SERVER;
	return true;
}

bool socket_parse(const char *kind, struct str line, struct snap_fd *ret)
{
	*ret = (struct snap_fd){ .l4proto = L4_NA };
	if (!strcmp(kind, "unix")) {
		struct str w = parse_word(&line);

		/* "0000000012345678: 00000002 00000000 00010000 0001 01 20000 /path" */
		if (!w.n || w.p[w.n - 1] != ':' || !hex(str_first(w, w.n - 1), &ret->unix_source))
			return false;
		for (int i = 0; i < 5; i++)
			parse_word(&line);
		if (str_to_u64(parse_word(&line), &ret->ino) < 0)
			return false;
		ret->type = FD_UNIX;
		ret->name = str_from(line, 1);
		/* An abstract name is shown with '@' for its leading NUL, which records leave out. */
		if (ret->name.n && ret->name.p[0] == '@')
			ret->name = str_from(ret->name, 1);
		return true;
	}
	if (!strcmp(kind, "netlink")) {
		for (int i = 0; i < 9; i++)
			parse_word(&line);
		ret->type = FD_NETLINK;
		return str_to_u64(parse_word(&line), &ret->ino) >= 0;
	}
	return parse_inet(kind, line, ret);
}

/* --- tables ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->net_ns != y->net_ns)
		return x->net_ns < y->net_ns ? -1 : 1;
	return x->fd.ino < y->fd.ino ? -1 : x->fd.ino > y->fd.ino;
}

static bool add(struct sockets *s, uint64_t net_ns, const struct snap_fd *fd)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 256;
		struct entry *p = realloc(s->entries, cap * sizeof(*p));

		if (!p)
			return false;
		s->entries = p;
		s->cap = cap;
	}
	s->entries[s->n].net_ns = net_ns;
	s->entries[s->n].fd = *fd;
	if (fd->name.n)
		s->entries[s->n].fd.name = arena_str(&s->names, fd->name);
	s->n++;
	return true;
}

static void read_table(struct sockets *s, int proc_fd, int64_t pid, uint64_t net_ns,
		       const char *kind)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(TABLE_MAX);
	struct str rest, line;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%lld/net/%s", (long long)pid, kind);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* What was read before a fault or beyond the bound still counts. */
	buf_read_fd(&text, fd);
	close(fd);
	rest = buf_str(&text);
	if (!rest.p || !str_split(&rest, '\n', &line)) /* the heading */
		return;
	while (rest.p && str_split(&rest, '\n', &line)) {
		struct snap_fd f;

		if (line.n && socket_parse(kind, line, &f) && f.ino && !add(s, net_ns, &f))
			return;
	}
}

static void read_namespace(struct sockets *s, int proc_fd, int64_t pid, uint64_t net_ns)
{
	for (size_t i = 0; i < s->read_n; i++)
		if (s->read_ns[i] == net_ns)
			return;
	if (s->read_n == s->read_cap) {
		size_t cap = s->read_cap ? s->read_cap * 2 : 16;
		uint64_t *p = realloc(s->read_ns, cap * sizeof(*p));

		if (!p)
			return;
		s->read_ns = p;
		s->read_cap = cap;
	}
	s->read_ns[s->read_n++] = net_ns;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		read_table(s, proc_fd, pid, net_ns, kinds[i]);
	if (s->n)
		qsort(s->entries, s->n, sizeof(*s->entries), compare);
}

void sockets_describe(struct sockets *s, int proc_fd, int64_t pid, uint64_t net_ns,
		      struct snap_fd *ret)
{
	struct entry key = { .net_ns = net_ns, .fd.ino = ret->ino };
	const struct entry *found;

	ret->type = FD_UNSUPPORTED;
	if (!net_ns)
		return;
	read_namespace(s, proc_fd, pid, net_ns);
	found = s->n ? bsearch(&key, s->entries, s->n, sizeof(*s->entries), compare) : NULL;
	if (!found)
		return;
	ret->type = found->fd.type;
	ret->l4proto = found->fd.l4proto;
	ret->sport = found->fd.sport;
	ret->dport = found->fd.dport;
	memcpy(ret->sip, found->fd.sip, sizeof(ret->sip));
	memcpy(ret->dip, found->fd.dip, sizeof(ret->dip));
	ret->unix_source = found->fd.unix_source;
	ret->unix_peer = found->fd.unix_peer;
	ret->name = found->fd.name;
}
