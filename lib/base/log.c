/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static struct log_options current = { .level = LOG_LEVEL_INFO, .to_stderr = true };

void log_setup(const struct log_options *options)
{
	current = *options;
}

void log_line(enum log_level level, const char *format, ...)
{
	char stamp[64];
	struct tm tm;
	va_list args;
	time_t now;

	if (level > current.level || !current.to_stderr)
		return;
	now = time(NULL);
	if (current.iso_8601) {
		gmtime_r(&now, &tm);
		strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S+0000", &tm);
	} else {
		localtime_r(&now, &tm);
		strftime(stamp, sizeof(stamp), "%a %b %e %H:%M:%S %Y", &tm);
	}
	flockfile(stderr); /* one line stays one line when threads log */
	fprintf(stderr, "%s: ", stamp);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

int log_level_parse(struct str name, enum log_level *ret)
{
	static const char *const names[] = { "emergency", "alert", "critical", "error",
					     "warning",	  "notice", "info",    "debug" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq_nocase(name, str_c(names[i]))) {
			*ret = (enum log_level)i;
			return 0;
		}
	}
	if (str_eq_nocase(name, STR("informational"))) {
		*ret = LOG_LEVEL_INFO;
		return 0;
	}
	return -EINVAL;
}
