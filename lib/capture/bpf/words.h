/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libbpf and the verifier said last. libbpf reports reasons only as text to a callback without a
 * context, so the end of it is kept for the thread that loads.
 */
#ifndef CAPTURE_BPF_WORDS_H
#define CAPTURE_BPF_WORDS_H

#include <stddef.h>

void words_listen(void); /* from now on; forgets what was said */
void words_forget(void);
/* The line that names the fault: the last one before the verifier's summary. "" when there is none. */
void words_reason(char *ret, size_t size);

#endif
