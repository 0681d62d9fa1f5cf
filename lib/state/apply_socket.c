/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets. The entry of a connection holds its ends as client -> server once the roles are known,
 * whoever of the two this task is. The encoding of addresses is in docs/formats/event-record.md.
 */
#include <errno.h>

#include "state/fd_build.h"
#include "state/fd_ends.h"

enum { TYPE_MASK = 0xff, TYPE_STREAM = 1, TYPE_DGRAM = 2, TYPE_RAW = 3, TYPE_CLOEXEC = 0x80000 };
enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_RAW = 255 };

/* --- life of a socket --- */

static uint8_t l4proto_of(uint32_t type, uint32_t proto)
{
	if ((type & TYPE_MASK) == TYPE_RAW)
		return L4_RAW;
	switch (proto) {
	case PROTO_TCP:
		return L4_TCP;
	case PROTO_UDP:
		return L4_UDP;
	case PROTO_ICMP:
		return L4_ICMP;
	case PROTO_RAW:
		return L4_RAW;
	case 0:
		if ((type & TYPE_MASK) == TYPE_STREAM)
			return L4_TCP;
		return (type & TYPE_MASK) == TYPE_DGRAM ? L4_UDP : L4_UNKNOWN;
	default:
		return L4_UNKNOWN;
	}
}

static uint8_t type_of_family(uint32_t family)
{
	switch (family) {
	case FAMILY_UNIX:
		return FD_UNIX;
	case FAMILY_INET:
		return FD_IPV4;
	case FAMILY_INET6:
		return FD_IPV6;
	case FAMILY_NETLINK:
		return FD_NETLINK;
	default:
		return FD_UNKNOWN;
	}
}

void apply_socket(struct apply *a)
{
	uint32_t type = (uint32_t)event_u64(a->ev, 2, 0);
	struct fd like = { .type = type_of_family((uint32_t)event_u64(a->ev, 1, 0)),
			   .open_flags = (uint32_t)event_u64(a->ev, 4, 0),
			   .name = STR(""), .name_raw = STR("") };
	int64_t number;

	if (!succeeded(a, &number))
		return;
	if (like.type == FD_IPV4 || like.type == FD_IPV6)
		like.l4proto = l4proto_of(type, (uint32_t)event_u64(a->ev, 3, 0));
	if ((like.open_flags & O_CLOEXEC_N) || (is_own(a) && (type & TYPE_CLOEXEC)))
		like.marks |= FD_CLOSES_ON_EXEC;
	if (has_fact(a, FACT_INO))
		like.ino = a->facts.ino;
	fd_add(a, number, &like);
}

void apply_socketpair(struct apply *a)
{
	struct fd like = { .type = FD_UNIX, .name = STR(""), .name_raw = STR(""),
			   .unix_source = event_u64(a->ev, 3, 0),
			   .unix_dest = event_u64(a->ev, 4, 0) };
	int64_t first = event_i64(a->ev, 1, -1);
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (is_own(a) && (event_u64(a->ev, 6, 0) & TYPE_CLOEXEC))
		like.marks |= FD_CLOSES_ON_EXEC;
	fd_add(a, first, &like);
	fd_add(a, event_i64(a->ev, 2, -1), &like);
	a->view->fd2 = fd_table_find(task_fds(&a->task->t), first);
}

/* Gives *fd the name that its ends make. True when that is another one. */
static bool rename_by_ends(struct apply *a, struct fd *fd, struct str path)
{
	bool changed;

	buf_reset(&a->s->path);
	fd_format_name(fd, path, &a->s->path);
	changed = !str_eq(fd->name, buf_str(&a->s->path));
	text_set(&a->s->pool, &fd->name, buf_str(&a->s->path));
	if (fd->type == FD_UNIX && str_ends(path, STR("/dev/log")))
		fd->marks |= FD_SYSLOG;
	return changed;
}

void apply_bind(struct apply *a)
{
	struct str addr = event_param(a->ev, 1);
	struct fd *fd;
	uint8_t type;
	uint8_t ip[16];
	uint16_t port;
	int64_t result;

	if (!succeeded(a, &result))
		return;
	fd = fd_edit(a);
	if (!fd || !addr.n)
		return;
	if (addr.p[0] == FAMILY_UNIX) {
		text_set(&a->s->pool, &fd->name, str_until_nul(str_from(addr, 1)));
		return;
	}
	if (!fd_read_address(addr, &type, ip, &port))
		return;
	buf_reset(&a->s->path);
	fd_put_address(&a->s->path, ip, type == FD_IPV6, port);
	text_set(&a->s->pool, &fd->name, buf_str(&a->s->path));
	if (!port)
		return; /* the kernel picks one when the socket is used */
	fd->type = type == FD_IPV4 ? FD_IPV4_SERVER : FD_IPV6_SERVER;
	memcpy(fd->sip, ip, 16);
	fd->sport = port;
	fd->marks |= FD_ROLE_SERVER;
}

void apply_enter_connect(struct apply *a)
{
	struct pool *p = &a->s->pool;
	struct enter *e = enter_renew(p, &a->task->enter, a->ev->type);

	if (e)
		text_set(p, &e->name, event_param(a->ev, 1));
}

/* Sets the destination from an address; true when it differs from what *fd has. */
static bool destination_differs(const struct fd *fd, struct str addr)
{
	uint8_t type;
	uint8_t ip[16];
	uint16_t port;

	if (!fd_read_address(addr, &type, ip, &port))
		return false;
	return port != fd->dport || memcmp(ip, fd->dip, 16) != 0;
}

static void set_destination(struct fd *fd, struct str addr)
{
	uint8_t type;
	uint8_t ip[16];
	uint16_t port;

	if (!fd_read_address(addr, &type, ip, &port))
		return;
	if (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER || type != fd->type)
		memset(fd->sip, 0, 16);
	fd->type = type;
	memcpy(fd->dip, ip, 16);
	fd->dport = port;
}

void apply_connect(struct apply *a)
{
	struct str tuple = event_param(a->ev, 1);
	struct str user = event_param(a->ev, 3);
	const struct enter *e = enter_of(a);
	struct str early = e ? e->name : STR("");
	struct str path = STR("");
	int64_t result = event_i64(a->ev, 0, -1);
	bool pending = result == -EINPROGRESS;
	bool was_server;
	struct fd *fd;

	if (result < 0 && !pending)
		return;
	fd = fd_edit(a);
	if (!fd)
		return;
	was_server = (fd->marks & FD_ROLE_SERVER) && fd->l4proto == L4_UDP;
	if (has_fact(a, FACT_TUPLE)) {
		if (!fd_set_tuple(fd, a->facts.tuple, &path))
			return;
		fd->marks |= FD_FROM_KERNEL;
	} else if (fd_set_tuple(fd, tuple, &path)) {
		/* A tuple that differs from the caller's address came from the kernel. */
		if (fd_is_ip(fd) && early.n && user.n && !destination_differs(fd, user))
			set_destination(fd, early);
	} else if (early.n && early.p[0] == FAMILY_UNIX) {
		path = str_until_nul(str_from(early, 1));
	} else if (early.n || user.n) {
		set_destination(fd, early.n ? early : user);
	} else {
		return;
	}
	if (has_fact(a, FACT_L4PROTO))
		fd->l4proto = a->facts.l4proto;
	if (fd_is_ip(fd)) {
		fd_complete_ends(a->s, fd);
		if (was_server)
			fd_swap_ends(fd);
		else if (!(fd->marks & (FD_ROLE_CLIENT | FD_ROLE_SERVER)))
			fd->marks |= FD_ROLE_CLIENT;
	} else if (!(fd->marks & (FD_ROLE_CLIENT | FD_ROLE_SERVER))) {
		fd->marks |= FD_ROLE_CLIENT;
	}
	fd->marks |= FD_CONNECTED;
	if (pending)
		fd->marks |= FD_CONNECT_PENDING;
	rename_by_ends(a, fd, path);
}

static void accept_fd(struct apply *a, bool cloexec)
{
	struct fd like = { .l4proto = L4_TCP, .marks = FD_ROLE_SERVER | FD_CONNECTED,
			   .name = STR(""), .name_raw = STR("") };
	struct str path;
	int64_t number;

	if (!succeeded(a, &number))
		return;
	/* Without a tuple the facts may still know the socket: state_apply() asks them. */
	if (!fd_set_tuple(&like, event_param(a->ev, 1), &path))
		return;
	if (like.type == FD_UNIX)
		like.l4proto = L4_NA;
	if (has_fact(a, FACT_L4PROTO))
		like.l4proto = a->facts.l4proto;
	if (has_fact(a, FACT_INO))
		like.ino = a->facts.ino;
	if (cloexec)
		like.marks |= FD_CLOSES_ON_EXEC;
	buf_reset(&a->s->path);
	fd_format_name(&like, path, &a->s->path);
	like.name = buf_str(&a->s->path);
	fd_add(a, number, &like);
}

void apply_accept(struct apply *a)
{
	accept_fd(a, false);
}

void apply_accept4(struct apply *a)
{
	accept_fd(a, event_u64(a->ev, 5, 0) & TYPE_CLOEXEC);
}

/* --- transfers --- */

static bool is_connection(const struct fd *fd)
{
	return fd->type == FD_IPV4 || fd->type == FD_IPV6;
}

void apply_transfer(struct apply *a)
{
	const struct fd *fd = a->view->fd;
	struct fd *own;

	if (!fd || !is_connection(fd) || (fd->marks & FD_CONNECTED) || event_i64(a->ev, 0, -1) < 0)
		return;
	own = fd_edit(a);
	if (own) {
		own->marks |= FD_CONNECTED;
		own->marks &= (uint16_t)~FD_CONNECT_PENDING;
	}
}

struct port_search {
	uint16_t bound;  /* a server socket of this port? */
	uint16_t client; /* a client socket with this own port? */
	bool is_bound;
	bool is_client;
};

static bool search_ports(void *ctx, int64_t number, const struct fd *fd)
{
	struct port_search *s = ctx;

	(void)number;
	if ((fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER) && fd->sport == s->bound)
		s->is_bound = true;
	else if (is_connection(fd) && (fd->marks & FD_ROLE_CLIENT) && fd->sport == s->client)
		s->is_client = true;
	return !(s->is_bound && s->is_client);
}

/* Who is the server of a socket that was never connected: decided by ports, else by who speaks. */
static void guess_role(struct apply *a, struct fd *fd, bool incoming)
{
	struct port_search s = { .bound = fd->dport, .client = fd->sport };
	bool server;

	fd_table_each(task_fds(&a->task->t), search_ports, &s);
	if (!s.is_bound)
		server = false;
	else if (!s.is_client)
		server = true;
	else
		server = incoming;
	fd->marks |= server ? FD_ROLE_SERVER : FD_ROLE_CLIENT;
}

/* Takes the ends that a datagram names. `incoming`: the remote end stands first. */
static void update_ends(struct apply *a, struct str tuple, bool incoming)
{
	const struct fd *known = a->view->fd;
	struct fd fresh;
	struct fd *fd;
	struct str path;
	bool unix_socket;

	if (!tuple.n || (known->name.n && known->l4proto == L4_TCP))
		return;
	fresh = *known;
	if (!fd_set_tuple(&fresh, tuple, &path))
		return;
	unix_socket = fresh.type == FD_UNIX;
	if (unix_socket != (known->type == FD_UNIX))
		return;
	fd_complete_ends(a->s, &fresh);
	/* Ends as they will be kept: known roles say which of them is the client. */
	if (!unix_socket) {
		if (!(fresh.marks & (FD_ROLE_CLIENT | FD_ROLE_SERVER)))
			guess_role(a, &fresh, incoming);
		if (incoming ? fresh.marks & FD_ROLE_CLIENT : fresh.marks & FD_ROLE_SERVER)
			fd_swap_ends(&fresh);
		if (fresh.type == known->type && fresh.marks == known->marks &&
		    known->sport == fresh.sport && known->dport == fresh.dport &&
		    memcmp(known->sip, fresh.sip, 16) == 0 &&
		    memcmp(known->dip, fresh.dip, 16) == 0 && known->name.n)
			return;
	} else if (known->name.n && known->unix_source == fresh.unix_source &&
		   known->unix_dest == fresh.unix_dest) {
		return;
	}
	fd = fd_edit(a);
	if (!fd)
		return;
	fd->type = fresh.type;
	fd->marks = fresh.marks;
	fd->sport = fresh.sport;
	fd->dport = fresh.dport;
	memcpy(fd->sip, fresh.sip, 16);
	memcpy(fd->dip, fresh.dip, 16);
	fd->unix_source = fresh.unix_source;
	fd->unix_dest = fresh.unix_dest;
	if (rename_by_ends(a, fd, path))
		a->view->fd_name_changed = true;
}

static void receive(struct apply *a, unsigned int tuple)
{
	if (event_i64(a->ev, 0, -1) < 0 || !a->view->fd)
		return;
	apply_transfer(a);
	update_ends(a, event_param(a->ev, tuple), true);
}

void apply_recvfrom(struct apply *a)
{
	receive(a, 2);
}

void apply_recvmsg(struct apply *a)
{
	receive(a, 3);
}

void apply_recvmmsg(struct apply *a)
{
	receive(a, 4);
}

void apply_send(struct apply *a)
{
	struct str tuple = event_param(a->ev, 4);

	if (event_i64(a->ev, 0, -1) < 0)
		return;
	if (!a->view->fd && a->view->fd_num >= 0) {
		/* Its socket() was not seen; only a datagram names its ends. */
		struct fd like = { .l4proto = L4_UDP, .name = STR(""), .name_raw = STR("") };
		struct str path;

		if (!fd_set_tuple(&like, tuple, &path) || !fd_is_ip(&like))
			return;
		if (!fd_add(a, a->view->fd_num, &like))
			return;
	}
	if (!a->view->fd)
		return;
	apply_transfer(a);
	update_ends(a, tuple, false);
}
