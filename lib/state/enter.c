/* SPDX-License-Identifier: Apache-2.0 */
#include "state/enter.h"

#include "event/event.h"
#include "state/pool.h"

void enter_free(struct pool *p, struct enter *e)
{
	if (!e)
		return;
	text_drop(p, &e->name);
	pool_free(p, e, sizeof(*e));
}

struct enter *enter_renew(struct pool *p, struct enter **slot, uint16_t type)
{
	struct enter *e = pool_zalloc(p, sizeof(*e));

	enter_free(p, *slot);
	*slot = e;
	if (!e)
		return NULL;
	e->type = type;
	e->name = STR("");
	return e;
}

bool enter_fits(const struct enter *e, uint16_t exit)
{
	if (!event_is_exit(exit))
		return false;
	if (exit == e->type + 1)
		return true;
	/* execveat that succeeds is seen to end as an execve. */
	return e->type == EV_SYSCALL_EXECVEAT_E && exit == EV_SYSCALL_EXECVE_19_X;
}
