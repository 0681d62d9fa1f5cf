/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines of an application, on standard error: "Www Mon dD HH:MM:SS YYYY: TEXT" in local time, or
 * ISO 8601 in UTC. Only applications log; libraries put reasons into a struct diag.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/str.h"
#include "base/util.h"

enum log_level {
	LOG_LEVEL_EMERGENCY, LOG_LEVEL_ALERT, LOG_LEVEL_CRITICAL, LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG,
};

struct diag;

struct log_options {
	enum log_level level; /* less severe lines are left out */
	bool to_stderr;
	bool iso_8601;
};

/* Sets the options of this process; before the first call: level info, to standard error. */
void log_setup(const struct log_options *options);
void log_line(enum log_level level, const char *format, ...) PRINTF(2, 3);
/* "emergency" ... "debug", any case. 0 or -EINVAL. */
int log_level_parse(struct str name, enum log_level *ret);

#endif
