/* SPDX-License-Identifier: Apache-2.0 */
/* Joins of a directory and a name, separated by the first NUL of the input. */
#include <stdlib.h>

#include "state/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str dir = str_until_nul(str_n(data, size));
	struct str name = str_from(str_n(data, size), dir.n + 1);
	CLEANUP(buf_cleanup) struct buf out = BUF_INIT(4096);

	path_join(dir, name, &out);
	if (out.len > 1023 || buf_error(&out))
		abort();
	/* An absolute result of an absolute name has no "//" and no "/../" in it. */
	if (name.n && name.p[0] == '/' &&
	    (str_find(buf_str(&out), STR("//")) >= 0 || str_find(buf_str(&out), STR("/../")) >= 0))
		abort();
	return 0;
}
