/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the descriptor that the event works on: fd.*.
 *
 * A connection has two pairs of ends. Client and server: whoever opened it is the client, and state
 * keeps the client as source. Local and remote: which of the two is this process; its role tells,
 * and where the role is not known (a socket older than the sensor), the host's own addresses do.
 */
#include <arpa/inet.h>

#include "field/extract.h"

/* Descriptor without anything known about it: an event that failed to make one, or an old one. */
static bool uses_fd(const struct field_ctx *ctx)
{
	return ctx->ev->info->flags & EVENT_FD_FLAGS && ctx->view.thread;
}

static bool get_num(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return uses_fd(ctx) && ctx->view.fd_num != INT64_MIN && value_i64(ret, ctx->view.fd_num);
}

static struct str type_word(const struct fd *fd)
{
	const char *word = fd_type_word(fd);

	return word[0] ? str_c(word) : STR("<NA>");
}

static bool get_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_text(ret, type_word(fd));
}

static bool get_typechar(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	/* A value borrows its bytes: all characters that fd_type_char() may give. */
	static const char letters[] = "ofd46upXslitnbermP";
	const struct fd *fd = ctx_fd(ctx);
	const char *at;

	(void)arg;
	if (!fd)
		return false;
	at = memchr(letters, fd_type_char(fd), sizeof(letters) - 1);
	return value_text(ret, str_n(at ? at : letters, 1));
}

/* --- names ----------------------------------------------------------------------------------- */

static void print_tuple(struct field_ctx *ctx, const void *what, struct buf *b)
{
	(void)what;
	event_print_raw(ctx->ev, 1, NULL, EVENT_BYTES_TEXT, b);
}

/*
 * What the call was asked to open or to talk to, for events whose descriptor is not known: a failed
 * open still has a name.
 */
static bool wanted_name(struct field_ctx *ctx, bool as_given, struct value *ret)
{
	struct path_query q = { .dirfd = -1 };

	switch (ctx->ev->type) {
	case EV_SYSCALL_OPEN_X:
	case EV_SYSCALL_CREAT_X:
		q.i = 1;
		break;
	case EV_SYSCALL_OPENAT_2_X:
	case EV_SYSCALL_OPENAT2_X:
		q.i = 2;
		q.dirfd = 1;
		break;
	case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
		q.i = 3;
		break;
	case EV_SOCKET_ACCEPT_5_X:
	case EV_SOCKET_ACCEPT4_6_X:
	case EV_SOCKET_CONNECT_X:
		return text_value(ctx, print_tuple, NULL, ret);
	default:
		return !(ctx->ev->info->flags & EF_UNUSED) && event_is_exit(ctx->ev->type) &&
		       value_text(ret, STR(""));
	}
	if (as_given)
		return value_text(ret, path_raw(ctx, (unsigned int)q.i));
	return text_value(ctx, path_absolute, &q, ret);
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	if (fd)
		return value_text(ret, fd->name);
	return uses_fd(ctx) && wanted_name(ctx, false, ret);
}

static bool get_nameraw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	if (fd)
		return value_text(ret, fd->name_raw);
	return uses_fd(ctx) && wanted_name(ctx, true, ret);
}

static struct str directory_of(struct str path)
{
	ptrdiff_t slash = str_rfind_byte(path, '/');

	if (slash <= 0)
		return STR("/");
	return str_first(path, (size_t)slash);
}

static bool get_directory(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	if (!fd)
		return uses_fd(ctx) && wanted_name(ctx, false, ret) &&
		       value_text(ret, directory_of(ret->s));
	if (fd->type == FD_DIRECTORY)
		return value_text(ret, fd->name);
	return fd_is_file(fd) && value_text(ret, directory_of(fd->name));
}

static bool get_filename(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);
	ptrdiff_t slash;

	(void)arg;
	if (!fd || !fd_is_file(fd))
		return false;
	slash = str_rfind_byte(fd->name, '/');
	return value_text(ret, slash < 0 ? fd->name :
					   str_n(fd->name.p + slash + 1,
						 fd->name.n - (size_t)slash - 1));
}

static void print_uid(struct field_ctx *ctx, const void *what, struct buf *b)
{
	(void)what;
	buf_i64(b, ctx->ev->tid);
	buf_i64(b, ctx->view.fd_num);
}

static bool get_uid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return ctx_fd(ctx) && ctx->view.thread && text_value(ctx, print_uid, NULL, ret);
}

static void print_in_container(struct field_ctx *ctx, const void *what, struct buf *b)
{
	buf_str_append(b, ctx->view.thread->container_id);
	buf_byte(b, ':');
	buf_str_append(b, *(const struct str *)what);
}

static bool get_containername(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	struct value name;

	return ctx->view.thread && get_name(ctx, arg, &name) &&
	       text_value(ctx, print_in_container, &name.s, ret);
}

static bool get_containerdirectory(struct field_ctx *ctx, const struct field_arg *arg,
				   struct value *ret)
{
	struct value name;

	return ctx->view.thread && get_directory(ctx, arg, &name) &&
	       text_value(ctx, print_in_container, &name.s, ret);
}

/* --- ends of sockets ------------------------------------------------------------------------- */

enum end {
	END_SOURCE,
	END_DEST,
};

static bool is_v6(const struct fd *fd)
{
	return fd->type == FD_IPV6 || fd->type == FD_IPV6_SERVER;
}

static bool is_server_socket(const struct fd *fd)
{
	return fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER;
}

/* A socket that has been told of its ends. */
static const struct fd *named_socket(const struct field_ctx *ctx)
{
	static const uint8_t none[16];
	const struct fd *fd = ctx_fd(ctx);

	if (!fd || !fd_is_ip(fd))
		return NULL;
	if (!fd->sport && !fd->dport && !memcmp(fd->sip, none, 16) && !memcmp(fd->dip, none, 16))
		return NULL;
	return fd;
}

static bool own_address(const struct field_ctx *ctx, const struct fd *fd, enum end end)
{
	return state_is_own_address(ctx->state, is_v6(fd), end == END_SOURCE ? fd->sip : fd->dip);
}

static enum end local_end(const struct field_ctx *ctx, const struct fd *fd)
{
	if (fd->marks & FD_ROLE_CLIENT)
		return END_SOURCE;
	if (fd->marks & FD_ROLE_SERVER)
		return END_DEST;
	return own_address(ctx, fd, END_SOURCE) ? END_SOURCE : END_DEST;
}

/* False: a socket that waits for connections has only one end, which is the server's and local. */
static bool end_of(const struct field_ctx *ctx, const struct fd *fd, bool by_role, bool first,
		   enum end *ret)
{
	if (is_server_socket(fd)) {
		*ret = END_SOURCE;
		return by_role ? !first : first;
	}
	if (by_role)
		*ret = first ? END_SOURCE : END_DEST;
	else
		*ret = first ? local_end(ctx, fd) :
			       (local_end(ctx, fd) == END_SOURCE ? END_DEST : END_SOURCE);
	return true;
}

static bool value_ip(const struct fd *fd, enum end end, enum ptype type, struct value *ret)
{
	const uint8_t *ip = end == END_SOURCE ? fd->sip : fd->dip;

	*ret = (struct value){ .type = type, .s = str_n(ip, is_v6(fd) ? 16 : 4) };
	return true;
}

/* Which end a field is about: by role (client, server) or by place (local, remote). */
struct which {
	bool by_role;
	bool first; /* client or local */
};

static const struct which client = { true, true };
static const struct which server = { true, false };
static const struct which local = { false, true };
static const struct which remote = { false, false };

static bool get_ip(struct field_ctx *ctx, struct which w, enum ptype type, struct value *ret)
{
	const struct fd *fd = named_socket(ctx);
	enum end end;

	return fd && end_of(ctx, fd, w.by_role, w.first, &end) && value_ip(fd, end, type, ret);
}

static bool get_port(struct field_ctx *ctx, struct which w, struct value *ret)
{
	const struct fd *fd = named_socket(ctx);
	enum end end;

	return fd && end_of(ctx, fd, w.by_role, w.first, &end) &&
	       value_number(ret, PT_PORT, end == END_SOURCE ? fd->sport : fd->dport);
}

static bool get_cip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, client, PT_IPADDR, ret);
}

static bool get_sip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, server, PT_IPADDR, ret);
}

static bool get_lip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, local, PT_IPADDR, ret);
}

static bool get_rip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, remote, PT_IPADDR, ret);
}

static bool get_cnet(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, client, PT_IPNET, ret);
}

static bool get_snet(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, server, PT_IPNET, ret);
}

static bool get_lnet(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, local, PT_IPNET, ret);
}

static bool get_rnet(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_ip(ctx, remote, PT_IPNET, ret);
}

static bool get_cport(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_port(ctx, client, ret);
}

static bool get_sport(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_port(ctx, server, ret);
}

static bool get_lport(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_port(ctx, local, ret);
}

static bool get_rport(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return get_port(ctx, remote, ret);
}

/* Ports as texts. Names of services are not looked up: a port says where, not what is spoken. */
static bool port_text(struct field_ctx *ctx, struct which w, struct value *ret)
{
	struct value port;
	char *text;

	if (!get_port(ctx, w, &port))
		return false;
	text = arena_printf(ctx->scratch, "%u", (unsigned int)port.u);
	return text && value_text(ret, str_c(text));
}

static bool get_cproto(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return port_text(ctx, client, ret);
}

static bool get_sproto(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return port_text(ctx, server, ret);
}

static bool get_lproto(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return port_text(ctx, local, ret);
}

static bool get_rproto(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return port_text(ctx, remote, ret);
}

static bool host_name(struct field_ctx *ctx, struct which w, struct value *ret)
{
	const struct field_env *env = ctx->env;
	struct value ip;
	struct str name;

	return env->host_name && get_ip(ctx, w, PT_IPADDR, &ip) &&
	       env->host_name(env->host_name_ctx, ip.s, &name) && value_text(ret, name);
}

static bool get_cip_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return host_name(ctx, client, ret);
}

static bool get_sip_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return host_name(ctx, server, ret);
}

static bool get_lip_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return host_name(ctx, local, ret);
}

static bool get_rip_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return host_name(ctx, remote, ret);
}

/* Fields about either end are for conditions; an output has nothing to show. */
static bool get_nothing(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	(void)ret;
	return false;
}

static size_t both_ips(struct field_ctx *ctx, enum ptype type, struct value *ret, size_t max)
{
	const struct fd *fd = named_socket(ctx);
	size_t n = 0;

	if (!fd)
		return 0;
	if (n < max)
		value_ip(fd, END_SOURCE, type, &ret[n++]);
	if (n < max && !is_server_socket(fd))
		value_ip(fd, END_DEST, type, &ret[n++]);
	return n;
}

static size_t all_ip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		     size_t max)
{
	(void)arg;
	return both_ips(ctx, PT_IPADDR, ret, max);
}

static size_t all_net(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		      size_t max)
{
	(void)arg;
	return both_ips(ctx, PT_IPNET, ret, max);
}

static size_t all_port(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
		       size_t max)
{
	const struct fd *fd = named_socket(ctx);
	size_t n = 0;

	(void)arg;
	if (!fd)
		return 0;
	if (n < max)
		value_number(&ret[n++], PT_PORT, fd->sport);
	if (n < max && !is_server_socket(fd))
		value_number(&ret[n++], PT_PORT, fd->dport);
	return n;
}

/* --- sockets --------------------------------------------------------------------------------- */

static bool get_l4proto(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	if (!fd)
		return false;
	switch (fd_is_ip(fd) ? fd->l4proto : L4_NA) {
	case L4_TCP:
		return value_text(ret, STR("tcp"));
	case L4_UDP:
		return value_text(ret, STR("udp"));
	case L4_ICMP:
		return value_text(ret, STR("icmp"));
	case L4_RAW:
		return value_text(ret, STR("raw"));
	}
	return value_text(ret, STR("<NA>"));
}

static bool get_sockfamily(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	if (!fd)
		return false;
	if (fd_is_ip(fd))
		return value_text(ret, STR("ip"));
	return fd->type == FD_UNIX && value_text(ret, STR("unix"));
}

static bool get_is_server(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);
	bool is = false;

	(void)arg;
	if (!fd)
		return false;
	if (is_server_socket(fd) || fd->marks & FD_ROLE_SERVER)
		is = true;
	else if (!(fd->marks & FD_ROLE_CLIENT) && named_socket(ctx))
		is = own_address(ctx, fd, END_DEST);
	return value_bool(ret, is);
}

static bool get_connected(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_bool(ret, fd_is_ip(fd) && fd->marks & FD_CONNECTED);
}

static bool get_name_changed(struct field_ctx *ctx, const struct field_arg *arg,
			     struct value *ret)
{
	(void)arg;
	return ctx_fd(ctx) && value_bool(ret, ctx->view.fd_name_changed);
}

/* --- files ----------------------------------------------------------------------------------- */

static bool value_i32(struct value *ret, uint32_t v)
{
	*ret = (struct value){ .type = PT_INT32, .i = (int32_t)v };
	return true;
}

static bool get_dev(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_i32(ret, fd->dev);
}

/* linux: include/linux/kdev_t.h, new_decode_dev() */
static bool get_dev_major(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_i32(ret, fd->dev >> 8 & 0xfff);
}

static bool get_dev_minor(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_i32(ret, (fd->dev & 0xff) | (fd->dev >> 12 & 0xfff00));
}

static bool get_ino(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_i64(ret, (int64_t)fd->ino);
}

static bool get_is_upper_layer(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_bool(ret, fd->marks & FD_UPPER_LAYER);
}

static bool get_is_lower_layer(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return fd && value_bool(ret, fd->marks & FD_LOWER_LAYER);
}

/* --- all descriptors of the process ---------------------------------------------------------- */

struct type_set {
	struct value *values;
	size_t max;
	size_t count;
};

static bool add_type(void *opaque, int64_t num, const struct fd *fd)
{
	struct type_set *set = opaque;
	struct str word = type_word(fd);

	(void)num;
	for (size_t i = 0; i < set->count; i++)
		if (str_eq(set->values[i].s, word))
			return true;
	if (set->count < set->max)
		value_text(&set->values[set->count++], word);
	return set->count < set->max;
}

static size_t all_types(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret,
			size_t max)
{
	struct type_set set = { .values = ret, .max = max };
	struct thread *t = ctx->view.thread;

	if (!t)
		return 0;
	if (arg->is_index) {
		const struct fd *fd = arg->index <= INT64_MAX ?
					      state_fd_find(ctx->state, t, (int64_t)arg->index) :
					      NULL;

		return fd && max && value_text(ret, type_word(fd));
	}
	state_fd_each(t, add_type, &set);
	return set.count;
}

static bool get_types(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	return all_types(ctx, arg, ret, 1);
}

/* --- rows ------------------------------------------------------------------------------------ */

enum {
	ENDS = FIELD_ENDS | FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER | FIELD_CHEAP,
	NET = FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER | FIELD_CHEAP,
	HOST_NAME = FIELD_NO_RHS | FIELD_NO_TRANSFORMER,
};

static const struct field_def rows[] = {
	{ "fd.num", PT_INT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_num, NULL, NULL,
	  "Number of the descriptor that the event works on or made." },
	{ "fd.type", PT_CHARBUF, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_type, NULL, NULL,
	  "Kind of the descriptor: file, directory, ipv4, ipv6, unix, pipe, event, signalfd, eventpoll, inotify, timerfd, netlink, bpf, userfaultfd, io_uring, memfd, pidfd." },
	{ "fd.typechar", PT_CHARBUF, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_typechar, NULL, NULL,
	  "Kind of the descriptor as one character: f file, d directory, 4 and 6 IP sockets, u unix socket, p pipe, e event, s signalfd, l eventpoll, i inotify, t timerfd, n netlink, b bpf, u userfaultfd, r io_uring, m memfd, P pidfd, o other." },
	{ "fd.name", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_name, NULL, NULL,
	  "Name of what the descriptor stands for: the absolute path of a file, both ends of a connection (client:port->server:port), the name of another object." },
	{ "fd.directory", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_directory, NULL, NULL,
	  "Directory of the file; of a directory, the directory itself." },
	{ "fd.filename", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_filename, NULL, NULL,
	  "Name of the file without its directory." },
	{ "fd.ip", PT_IPADDR, PF_NA, ENDS, FIELD_ARG_NONE, get_nothing, all_ip, NULL,
	  "Address of either end of a connection: a condition is true when one of the two fulfils it, and != when neither end is equal." },
	{ "fd.cip", PT_IPADDR, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_cip, NULL, NULL,
	  "Address of the client." },
	{ "fd.sip", PT_IPADDR, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_sip, NULL, NULL,
	  "Address of the server." },
	{ "fd.lip", PT_IPADDR, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_lip, NULL, NULL,
	  "Address of this process's end." },
	{ "fd.rip", PT_IPADDR, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_rip, NULL, NULL,
	  "Address of the other end." },
	{ "fd.port", PT_PORT, PF_DEC, ENDS, FIELD_ARG_NONE, get_nothing, all_port, NULL,
	  "Port of either end of a connection: a condition is true when one of the two fulfils it, and != when neither end is equal." },
	{ "fd.cport", PT_PORT, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_cport, NULL, NULL,
	  "Port of the client." },
	{ "fd.sport", PT_PORT, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_sport, NULL, NULL,
	  "Port of the server." },
	{ "fd.lport", PT_PORT, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_lport, NULL, NULL,
	  "Port of this process's end." },
	{ "fd.rport", PT_PORT, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_rport, NULL, NULL,
	  "Port of the other end." },
	{ "fd.l4proto", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_l4proto, NULL, NULL,
	  "Transport of a socket: tcp, udp, icmp or raw." },
	{ "fd.sockfamily", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_sockfamily, NULL,
	  NULL, "Family of a socket: ip or unix." },
	{ "fd.is_server", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_server, NULL, NULL,
	  "True when this process is the server of the connection." },
	{ "fd.uid", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_uid, NULL, NULL,
	  "Thread id and number of the descriptor, written one after the other." },
	{ "fd.containername", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_containername, NULL, NULL,
	  "Id of the container, a colon, fd.name." },
	{ "fd.containerdirectory", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_containerdirectory,
	  NULL, NULL, "Id of the container, a colon, fd.directory." },
	{ "fd.proto", PT_PORT, PF_NA, ENDS, FIELD_ARG_NONE, get_nothing, all_port, NULL,
	  "Port of either end, to be compared with the names of services." },
	{ "fd.cproto", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cproto, NULL, NULL,
	  "Port of the client as a text." },
	{ "fd.sproto", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sproto, NULL, NULL,
	  "Port of the server as a text." },
	{ "fd.lproto", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_lproto, NULL, NULL,
	  "Port of this process's end as a text." },
	{ "fd.rproto", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_rproto, NULL, NULL,
	  "Port of the other end as a text." },
	{ "fd.net", PT_IPNET, PF_NA, ENDS, FIELD_ARG_NONE, get_nothing, all_net, NULL,
	  "Address of either end, to be compared with networks (10.0.0.0/8): true when one of the two lies within, and != when neither does." },
	{ "fd.cnet", PT_IPNET, PF_NA, NET, FIELD_ARG_NONE, get_cnet, NULL, NULL,
	  "Address of the client, to be compared with networks." },
	{ "fd.snet", PT_IPNET, PF_NA, NET, FIELD_ARG_NONE, get_snet, NULL, NULL,
	  "Address of the server, to be compared with networks." },
	{ "fd.lnet", PT_IPNET, PF_NA, NET, FIELD_ARG_NONE, get_lnet, NULL, NULL,
	  "Address of this process's end, to be compared with networks." },
	{ "fd.rnet", PT_IPNET, PF_NA, NET, FIELD_ARG_NONE, get_rnet, NULL, NULL,
	  "Address of the other end, to be compared with networks." },
	{ "fd.connected", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_connected, NULL, NULL,
	  "True for an IP socket that has a connection." },
	{ "fd.name_changed", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_name_changed, NULL,
	  NULL, "True when the event changed fd.name, for instance the first packet on a UDP socket." },
	{ "fd.cip.name", PT_CHARBUF, PF_NA, HOST_NAME, FIELD_ARG_NONE, get_cip_name, NULL, NULL,
	  "Host name of the client, when it is known." },
	{ "fd.sip.name", PT_CHARBUF, PF_NA, HOST_NAME, FIELD_ARG_NONE, get_sip_name, NULL, NULL,
	  "Host name of the server, when it is known." },
	{ "fd.lip.name", PT_CHARBUF, PF_NA, HOST_NAME, FIELD_ARG_NONE, get_lip_name, NULL, NULL,
	  "Host name of this process's end, when it is known." },
	{ "fd.rip.name", PT_CHARBUF, PF_NA, HOST_NAME, FIELD_ARG_NONE, get_rip_name, NULL, NULL,
	  "Host name of the other end, when it is known." },
	{ "fd.dev", PT_INT32, PF_HEX, FIELD_CHEAP, FIELD_ARG_NONE, get_dev, NULL, NULL,
	  "Device number of the file's file system." },
	{ "fd.dev.major", PT_INT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_dev_major, NULL, NULL,
	  "Major part of fd.dev." },
	{ "fd.dev.minor", PT_INT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_dev_minor, NULL, NULL,
	  "Minor part of fd.dev." },
	{ "fd.ino", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_ino, NULL, NULL,
	  "Inode number of the file or other object." },
	{ "fd.nameraw", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_nameraw, NULL, NULL,
	  "Path of the file as it was given to the call: perhaps relative, links not resolved." },
	{ "fd.types", PT_CHARBUF, PF_DEC, FIELD_LIST | FIELD_NO_RHS, FIELD_ARG_OPTIONAL_INDEX,
	  get_types, all_types, NULL,
	  "Kinds of all descriptors of the process, each once; fd.types[N] is the kind of descriptor N." },
	{ "fd.is_upper_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_upper_layer, NULL,
	  NULL, "True when the file is in the upper layer of an overlay." },
	{ "fd.is_lower_layer", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_lower_layer, NULL,
	  NULL, "True when the file is in a lower layer of an overlay." },
};

const struct field_list field_fd = {
	.name = "fd",
	.text = "The file, socket or other object that the event works on",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
