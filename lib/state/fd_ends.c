/* SPDX-License-Identifier: Apache-2.0 */
#include "state/fd_ends.h"

#include "state/state_impl.h"

static const uint8_t zeros[16];

static bool is_mapped(const uint8_t *addr)
{
	if (memcmp(addr, zeros, 10) != 0)
		return false;
	return (addr[10] == 0xff && addr[11] == 0xff) || memcmp(addr + 10, zeros, 6) == 0;
}

static void take_v4(uint8_t *to, const uint8_t *from)
{
	memset(to, 0, 16);
	memcpy(to, from, 4);
}

bool fd_set_tuple(struct fd *fd, struct str tuple, struct str *ret_path)
{
	const uint8_t *p = (const uint8_t *)tuple.p;

	*ret_path = STR("");
	if (!tuple.n)
		return false;
	if (p[0] == FAMILY_INET && tuple.n >= 13) {
		fd->type = FD_IPV4;
		take_v4(fd->sip, p + 1);
		memcpy(&fd->sport, p + 5, 2);
		take_v4(fd->dip, p + 7);
		memcpy(&fd->dport, p + 11, 2);
		return true;
	}
	if (p[0] == FAMILY_INET6 && tuple.n >= 37) {
		memcpy(&fd->sport, p + 17, 2);
		memcpy(&fd->dport, p + 35, 2);
		if (is_mapped(p + 1) && is_mapped(p + 19)) {
			fd->type = FD_IPV4;
			take_v4(fd->sip, p + 13);
			take_v4(fd->dip, p + 31);
		} else {
			fd->type = FD_IPV6;
			memcpy(fd->sip, p + 1, 16);
			memcpy(fd->dip, p + 19, 16);
		}
		return true;
	}
	if (p[0] == FAMILY_UNIX && tuple.n >= 18) {
		struct str rest = str_from(tuple, 17);

		if (!memchr(rest.p, 0, rest.n))
			return false;
		fd->type = FD_UNIX;
		memcpy(&fd->unix_source, p + 1, 8);
		memcpy(&fd->unix_dest, p + 9, 8);
		*ret_path = str_until_nul(rest);
		return true;
	}
	return false;
}

void fd_swap_ends(struct fd *fd)
{
	uint8_t addr[16];
	uint16_t port = fd->sport;

	memcpy(addr, fd->sip, 16);
	memcpy(fd->sip, fd->dip, 16);
	memcpy(fd->dip, addr, 16);
	fd->sport = fd->dport;
	fd->dport = port;
}

void fd_put_address(struct buf *b, const uint8_t *addr, bool v6, uint16_t port)
{
	buf_ip(b, addr, v6 ? 16 : 4);
	buf_byte(b, ':');
	buf_u64(b, port);
}

/* Lower case, without leading zeros: printf is too slow for every local connection. */
static void put_hex(struct buf *b, uint64_t v)
{
	char text[16];
	size_t at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	buf_append(b, text + at, sizeof(text) - at);
}

void fd_format_name(const struct fd *fd, struct str path, struct buf *b)
{
	bool v6 = fd->type == FD_IPV6 || fd->type == FD_IPV6_SERVER;

	switch (fd->type) {
	case FD_IPV4:
	case FD_IPV6:
		fd_put_address(b, fd->sip, v6, fd->sport);
		buf_c(b, "->");
		fd_put_address(b, fd->dip, v6, fd->dport);
		break;
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		fd_put_address(b, fd->sip, v6, fd->sport);
		break;
	case FD_UNIX:
		put_hex(b, fd->unix_source);
		buf_c(b, "->");
		put_hex(b, fd->unix_dest);
		if (path.n) {
			buf_byte(b, ' ');
			buf_str_append(b, path);
		}
		break;
	default:
		break;
	}
}

static bool is_loopback(bool v6, const uint8_t *addr)
{
	return v6 ? memcmp(addr, zeros, 15) == 0 && addr[15] == 1 : addr[0] == 127;
}

bool state_is_own_address(const struct state *s, bool v6, const uint8_t *addr)
{
	if (is_loopback(v6, addr))
		return true;
	for (uint32_t i = 0; i < s->ifaces_len; i++)
		if (s->ifaces[i].v6 == v6 && memcmp(s->ifaces[i].addr, addr, v6 ? 16 : 4) == 0)
			return true;
	return false;
}

/* The own address that leads to `to`: itself, one in the same network, or any that is not loopback. */
static const uint8_t *address_towards(const struct state *s, bool v6, const uint8_t *to)
{
	size_t n = v6 ? 16 : 4;
	const uint8_t *any = NULL;

	for (uint32_t i = 0; i < s->ifaces_len; i++) {
		const struct snap_iface *f = &s->ifaces[i];

		if (f->v6 == v6 && memcmp(f->addr, to, n) == 0)
			return f->addr;
	}
	for (uint32_t i = 0; i < s->ifaces_len; i++) {
		const struct snap_iface *f = &s->ifaces[i];
		bool same = f->v6 == v6;

		for (size_t k = 0; same && k < n; k++)
			same = (f->addr[k] & f->mask[k]) == (to[k] & f->mask[k]);
		if (same)
			return f->addr;
		if (f->v6 == v6 && !any && !is_loopback(v6, f->addr))
			any = f->addr;
	}
	return is_loopback(v6, to) ? to : any;
}

void fd_complete_ends(const struct state *s, struct fd *fd)
{
	bool v6 = fd->type == FD_IPV6;
	bool no_source = memcmp(fd->sip, zeros, 16) == 0;
	bool no_target = memcmp(fd->dip, zeros, 16) == 0;
	const uint8_t *own;

	if ((fd->type != FD_IPV4 && fd->type != FD_IPV6) || no_source == no_target)
		return;
	own = address_towards(s, v6, no_source ? fd->dip : fd->sip);
	if (own)
		memcpy(no_source ? fd->sip : fd->dip, own, v6 ? 16 : 4);
}

bool fd_read_address(struct str addr, uint8_t *ret_type, uint8_t ret_ip[16], uint16_t *ret_port)
{
	const uint8_t *p = (const uint8_t *)addr.p;

	if (addr.n >= 7 && p[0] == FAMILY_INET) {
		*ret_type = FD_IPV4;
		take_v4(ret_ip, p + 1);
		memcpy(ret_port, p + 5, 2);
		return true;
	}
	if (addr.n >= 19 && p[0] == FAMILY_INET6) {
		memcpy(ret_port, p + 17, 2);
		/* All zeros is "any address" of the own family, not a mapped one. */
		if (is_mapped(p + 1) && memcmp(p + 1, zeros, 16) != 0 && p[11] == 0xff) {
			*ret_type = FD_IPV4;
			take_v4(ret_ip, p + 13);
		} else {
			*ret_type = FD_IPV6;
			memcpy(ret_ip, p + 1, 16);
		}
		return true;
	}
	return false;
}
