/* SPDX-License-Identifier: Apache-2.0 */
/* Container ids out of cgroup texts that a container may choose. */
#include <stdlib.h>

#include "state/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str id;
	enum container_engine engine = container_id_from_cgroups(str_n(data, size), &id);

	if (id.n > CONTAINER_ID_MAX || (engine == CONTAINER_NONE) != (id.n == 0))
		abort();
	return 0;
}
