/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/source.h"

struct source *source_close(struct source *s)
{
	if (s)
		s->ops->close(s);
	return NULL;
}
