/* SPDX-License-Identifier: Apache-2.0 */
/* One event record of any bytes, with and without facts: decoded, every parameter printed. */
#include <errno.h>
#include <stdlib.h>

#include "event/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int facts = 0; facts < 2; facts++) {
		struct buf text = BUF_INIT((size_t)1 << 20);
		const char *reason = NULL;
		struct event ev;
		struct str fact;
		int r = event_decode(data, size, facts, &ev, &reason);

		if (r == 0) {
			event_print_args(&ev, NULL, EVENT_BYTES_BASE64, &text);
			for (unsigned int i = 0; i <= ev.nparams; i++)
				event_print_arg(&ev, i, NULL, EVENT_BYTES_TEXT, &text);
			for (int id = 0; id < FACT_COUNT; id++)
				if (event_fact(&ev, (enum fact)id, &fact, NULL))
					buf_str_append(&text, fact);
		} else if (r == -EBADMSG ? !reason : r != -ENODATA) {
			abort();
		}
		buf_cleanup(&text);
	}
	return 0;
}
