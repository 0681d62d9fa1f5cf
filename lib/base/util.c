/* SPDX-License-Identifier: Apache-2.0 */
#include "base/util.h"

#include <stdlib.h>

void free_ptr(void *pointer_to_pointer)
{
	void **p = pointer_to_pointer;

	free(*p);
	*p = NULL;
}
