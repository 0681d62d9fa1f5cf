/* SPDX-License-Identifier: Apache-2.0 */
/* Identities of tasks, namespaces they enter, and the users that a capture tells about. */
#include "state/apply.h"
#include "state/container.h"
#include "state/task.h"

/* -1 leaves an id as it is (setresuid(2)); it is not the id 2^32-1. */
static void set_uid(struct apply *a, unsigned int param)
{
	uint32_t uid = (uint32_t)event_u64(a->ev, param, ID_NONE);
	int64_t result;

	if (!succeeded(a, &result) || uid == ID_NONE)
		return;
	a->task->t.uid = uid;
	task_resolve_users(a->s, a->task);
}

static void set_gid(struct apply *a, unsigned int param)
{
	uint32_t gid = (uint32_t)event_u64(a->ev, param, ID_NONE);
	int64_t result;

	if (!succeeded(a, &result) || gid == ID_NONE)
		return;
	a->task->t.gid = gid;
	task_resolve_users(a->s, a->task);
}

void apply_setuid(struct apply *a)
{
	set_uid(a, 1);
}

void apply_setreuid(struct apply *a)
{
	set_uid(a, 2);
}

void apply_setgid(struct apply *a)
{
	set_gid(a, 1);
}

void apply_setregid(struct apply *a)
{
	set_gid(a, 2);
}

void apply_capset(struct apply *a)
{
	struct thread *t = &a->task->t;
	int64_t result;

	if (!succeeded(a, &result))
		return;
	t->cap_inheritable = event_u64(a->ev, 1, t->cap_inheritable);
	t->cap_permitted = event_u64(a->ev, 2, t->cap_permitted);
	t->cap_effective = event_u64(a->ev, 3, t->cap_effective);
}

void apply_unshare(struct apply *a)
{
	uint32_t flags = (uint32_t)event_u64(a->ev, 1, 0);
	struct thread *t = &a->task->t;
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (flags & CLONE_NEWUSER_N)
		a->s->settle.entered_userns = a->task;
	if ((flags & CLONE_FILES_N) && is_own(a)) {
		struct fd_table *own = fd_table_copy(&a->s->pool, task_fds(t));

		/* A main thread without company in its table gets an equal one: no harm. */
		if (own) {
			if (task_main(a->task) == a->task && t->live_threads > 1) {
				/* The others go on with the old table, which is the main thread's
				 * entry: they are told apart by giving each of them that one. */
				for (struct task *m = a->task->first_member; m; m = m->next_member)
					if (!m->t.fds)
						m->t.fds = fd_table_ref(t->fds);
			}
			fd_table_unref(&a->s->pool, t->fds);
			t->fds = own;
		}
	}
}

void apply_setns(struct apply *a)
{
	int64_t result;

	if (succeeded(a, &result) && (event_u64(a->ev, 2, 0) & CLONE_NEWUSER_N))
		a->s->settle.entered_userns = a->task;
}

static struct str container_of_event(const struct apply *a, unsigned int param)
{
	return str_first(event_text(a->ev, param), CONTAINER_ID_MAX);
}

void apply_user_added(struct apply *a)
{
	const struct event *ev = a->ev;
	struct str container = container_of_event(a, 5);
	struct snap_user user = { .uid = (uint32_t)event_u64(ev, 0, ID_NONE),
				  .gid = (uint32_t)event_u64(ev, 1, ID_NONE),
				  .name = event_text(ev, 2), .home = event_text(ev, 3),
				  .shell = event_text(ev, 4) };

	user_table_add(&a->s->users, container, &user);
	a->view->user = user_table_find(&a->s->users, container, user.uid);
}

void apply_user_deleted(struct apply *a)
{
	user_table_remove(&a->s->users, container_of_event(a, 5),
			  (uint32_t)event_u64(a->ev, 0, ID_NONE));
}

void apply_group_added(struct apply *a)
{
	struct snap_group group = { .gid = (uint32_t)event_u64(a->ev, 0, ID_NONE),
				    .name = event_text(a->ev, 1) };

	user_table_add_group(&a->s->users, container_of_event(a, 2), &group);
}

void apply_group_deleted(struct apply *a)
{
	user_table_remove_group(&a->s->users, container_of_event(a, 2),
				(uint32_t)event_u64(a->ev, 0, ID_NONE));
}
