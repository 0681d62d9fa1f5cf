/* SPDX-License-Identifier: Apache-2.0 */
#include "state/fd_build.h"

#include "state/fd_ends.h"
#include "state/task.h"

/* Keeps what the view shows alive until the state settles, although its number is used anew. */
static void hold(struct apply *a, const struct fd *fd)
{
	if (!fd || a->s->held)
		return;
	a->s->held = (struct fd *)fd;
	a->s->held->refs++;
}

const struct fd *fd_add(struct apply *a, int64_t number, const struct fd *like)
{
	struct state *s = a->s;
	struct fd_table *fds = task_own_fds(s, a->task);
	struct fd *entry = fds ? fd_new(&s->pool, like) : NULL;
	const struct fd *borrowed = entry;

	if (!entry)
		return NULL;
	if (a->view->fd && a->view->fd == fd_table_find(fds, number))
		hold(a, a->view->fd);
	if (fd_table_take(&s->pool, fds, number, s->options.max_fds, &entry) < 0) {
		s->counters.fds_full++;
		fd_unref(&s->pool, entry);
		return NULL;
	}
	a->view->fd = borrowed;
	a->view->fd_num = number;
	return borrowed;
}

struct fd *fd_edit(struct apply *a)
{
	struct fd_table *fds = task_fds(&a->task->t);
	struct fd *fd = a->view->fd ? fd_table_edit(&a->s->pool, fds, a->view->fd_num) : NULL;

	if (fd)
		a->view->fd = fd;
	return fd;
}

void fd_set_object(const struct apply *a, struct fd *fd)
{
	if (has_fact(a, FACT_DEV))
		fd->dev = a->facts.dev;
	if (has_fact(a, FACT_INO))
		fd->ino = a->facts.ino;
	if (has_fact(a, FACT_OVL)) {
		fd->marks &= (uint16_t)~(FD_UPPER_LAYER | FD_LOWER_LAYER);
		if (a->facts.ovl == 1)
			fd->marks |= FD_UPPER_LAYER;
		else if (a->facts.ovl == 2)
			fd->marks |= FD_LOWER_LAYER;
	}
}

bool fd_from_facts(const struct apply *a, struct fd *ret)
{
	struct str path = STR("");

	if (!has_fact(a, FACT_FDTYPE) || a->facts.fdtype == FD_UNKNOWN ||
	    a->facts.fdtype >= FD_TYPES)
		return false;
	*ret = fd_blank(a->facts.fdtype);
	if (has_fact(a, FACT_FDFLAGS)) {
		ret->open_flags = a->facts.fdflags;
		if (ret->open_flags & O_CLOEXEC_N)
			ret->marks |= FD_CLOSES_ON_EXEC;
	}
	fd_set_object(a, ret);
	if (has_fact(a, FACT_L4PROTO))
		ret->l4proto = a->facts.l4proto;
	if (fd_is_ip(ret) || ret->type == FD_UNIX) {
		uint8_t type = ret->type;

		if (has_fact(a, FACT_TUPLE) && fd_set_tuple(ret, a->facts.tuple, &path)) {
			if (type == FD_IPV4_SERVER || type == FD_IPV6_SERVER)
				ret->type = ret->type == FD_IPV4 ? FD_IPV4_SERVER : FD_IPV6_SERVER;
			buf_reset(&a->s->path);
			fd_format_name(ret, path, &a->s->path);
			ret->name = buf_str(&a->s->path);
		}
		if ((ret->type == FD_IPV4 || ret->type == FD_IPV6) && ret->l4proto == L4_TCP &&
		    ret->dport)
			ret->marks |= FD_CONNECTED;
	} else if (has_fact(a, FACT_PATH)) {
		ret->name = a->facts.path;
	}
	ret->marks |= FD_FROM_KERNEL;
	return true;
}

static bool same_ends(const struct fd *a, const struct fd *b)
{
	return a->sport == b->sport && a->dport == b->dport &&
	       memcmp(a->sip, b->sip, sizeof(a->sip)) == 0 &&
	       memcmp(a->dip, b->dip, sizeof(a->dip)) == 0;
}

/* Whether the entry is the object that the kernel described; what the facts leave open agrees. */
static bool agrees(const struct apply *a, const struct fd *known, const struct fd *fact)
{
	if (fd_type_is_file(known->type) && fd_type_is_file(fact->type)) {
		if (has_fact(a, FACT_INO) && known->ino && known->ino != fact->ino)
			return false;
		if (has_fact(a, FACT_PATH) && (known->marks & FD_FROM_KERNEL))
			return str_eq(known->name, fact->name);
		/* A name from a claim gives way to the kernel's. */
		return !has_fact(a, FACT_PATH) || str_eq(known->name, fact->name);
	}
	if (known->type != fact->type) {
		/* bind() and listen() turn a socket into a server; the kernel only knows the socket. */
		bool v4 = (known->type == FD_IPV4 || known->type == FD_IPV4_SERVER) &&
			  (fact->type == FD_IPV4 || fact->type == FD_IPV4_SERVER);
		bool v6 = (known->type == FD_IPV6 || known->type == FD_IPV6_SERVER) &&
			  (fact->type == FD_IPV6 || fact->type == FD_IPV6_SERVER);

		if (!v4 && !v6)
			return false;
	}
	if (fd_is_ip(known) && has_fact(a, FACT_TUPLE) && fact->dport && known->dport) {
		struct fd swapped = *fact;

		if (same_ends(known, fact))
			return true;
		fd_swap_ends(&swapped);
		return same_ends(known, &swapped);
	}
	if (fd_is_ip(known) && fact->dport)
		return known->l4proto != L4_TCP; /* a connection that the table does not know */
	if (known->type == FD_UNIX && has_fact(a, FACT_TUPLE) && known->unix_source)
		return known->unix_source == fact->unix_source ||
		       known->unix_source == fact->unix_dest;
	if (has_fact(a, FACT_INO) && known->ino && fact->ino)
		return known->ino == fact->ino;
	return true;
}

void fd_repair(struct apply *a)
{
	const struct fd *known = a->view->fd;
	struct fd fact;

	/* A close may be too late to look: the number can belong to another file already. */
	if (a->view->fd_num < 0 || !fd_from_facts(a, &fact) || (known && agrees(a, known, &fact)))
		return;
	if (known) {
		/* What the caller wrote stays, and so does what only the table knows. */
		if (known->ino == fact.ino || !known->ino)
			fact.name_raw = known->name_raw;
		if (!has_fact(a, FACT_FDFLAGS))
			fact.marks |= known->marks & FD_CLOSES_ON_EXEC;
	}
	if (fd_add(a, a->view->fd_num, &fact))
		a->s->counters.fd_repaired++;
}
