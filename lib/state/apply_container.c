/* SPDX-License-Identifier: Apache-2.0 */
/* What events tell about containers: metadata when one is known, its end. */
#include "state/apply.h"

void apply_container_json(struct apply *a)
{
	a->view->container = container_table_apply(&a->s->containers, event_param(a->ev, 0));
}

/* Async events come from whoever watches the container runtimes; other names are not for us. */
void apply_async(struct apply *a)
{
	struct str name = event_text(a->ev, 1);
	struct str json = event_param(a->ev, 2);

	if (str_eq(name, STR("container"))) {
		a->view->container = container_table_apply(&a->s->containers, json);
	} else if (str_eq(name, STR("container_removed"))) {
		a->view->container = container_table_peek(&a->s->containers, json);
		a->s->settle.container = a->view->container;
	}
}
