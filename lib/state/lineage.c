/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ancestors, and leaders of sessions and groups: walks along the creators of threads, bounded and
 * safe against rings that lost events may have left.
 */
#include <stddef.h>

#include "state/state_impl.h"

struct thread *state_thread_parent(const struct state *s, const struct thread *t)
{
	struct thread *parent = t->ptid > 0 ? state_thread_find(s, t->ptid) : NULL;

	if (!parent || (parent->marks & THREAD_INVALID))
		return NULL;
	if (parent->main)
		parent = parent->main;
	return parent == t || parent == t->main ? NULL : parent;
}

struct thread *state_thread_ancestor(const struct state *s, struct thread *t, unsigned int n)
{
	struct thread *at = t->main ? t->main : t;
	/* Brent: a stone is moved to where the walk stands at each power of two. */
	struct thread *stone = at;
	unsigned int next = 1;

	if (n > LINEAGE_MAX)
		return NULL;
	for (unsigned int i = 1; i <= n; i++) {
		at = state_thread_parent(s, at);
		if (!at || at == stone)
			return NULL;
		if (i == next) {
			stone = at;
			next *= 2;
		}
	}
	return at;
}

/* The oldest in the unbroken line of ancestors that share `id` at `offset`. */
static struct thread *oldest_with(const struct state *s, struct thread *t, size_t offset)
{
	struct thread *oldest = NULL;
	struct thread *a = t->main ? t->main : t;
	int64_t want;
	int64_t has;

	memcpy(&want, (char *)t + offset, sizeof(want));
	for (unsigned int n = 0; n < LINEAGE_MAX; n++) {
		a = state_thread_parent(s, a);
		if (!a)
			break;
		memcpy(&has, (char *)a + offset, sizeof(has));
		if (has != want)
			break;
		oldest = a;
	}
	return oldest;
}

static struct thread *leader(const struct state *s, struct thread *t, int64_t id, size_t offset,
			     bool is_host_id)
{
	struct thread *found;

	if (id < 0)
		return NULL;
	if (is_host_id || !(t->marks & THREAD_IN_PIDNS)) {
		found = state_thread_find(s, id);
		if (found && !(found->marks & THREAD_INVALID))
			return found;
	}
	return oldest_with(s, t, offset);
}

struct thread *state_session_leader(const struct state *s, struct thread *t)
{
	return leader(s, t, t->sid, offsetof(struct thread, sid), false);
}

struct thread *state_group_leader(const struct state *s, struct thread *t, bool host_pgid)
{
	return host_pgid ? leader(s, t, t->pgid, offsetof(struct thread, pgid), true) :
			   leader(s, t, t->vpgid, offsetof(struct thread, vpgid), false);
}
