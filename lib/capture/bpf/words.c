/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/words.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static __thread char last_words[4096];

static int PRINTF(2, 0) keep_words(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t have = strlen(last_words);
	size_t room = sizeof(last_words) - 1;
	char *text = NULL;
	const char *tail;
	int n;

	if (level == LIBBPF_DEBUG)
		return 0;
	n = vasprintf(&text, format, args);
	if (n <= 0)
		return 0;
	/* A verifier's log comes in one piece, and its end says what was wrong. */
	tail = (size_t)n > room ? text + ((size_t)n - room) : text;
	room -= strlen(tail);
	if (have > room) {
		memmove(last_words, last_words + have - room, room);
		have = room;
	}
	memcpy(last_words + have, tail, strlen(tail) + 1);
	free(text);
	return n;
}

void words_listen(void)
{
	words_forget();
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	libbpf_set_print(keep_words);
}

void words_forget(void)
{
	last_words[0] = 0;
}

void words_reason(char *ret, size_t size)
{
	const char *best = "";
	size_t best_n = 0;

	for (const char *p = last_words; *p;) {
		size_t n = strcspn(p, "\n");

		if (n > 2 && strncmp(p, "processed ", 10) != 0 && strncmp(p, "libbpf: ", 8) != 0 &&
		    strncmp(p, "-- ", 3) != 0 && strncmp(p, "verification time", 17) != 0 &&
		    strncmp(p, "stack depth", 11) != 0) {
			best = p;
			best_n = n;
		}
		p += n + (p[n] == '\n');
	}
	snprintf(ret, size, "%.*s", (int)best_n, best);
}
