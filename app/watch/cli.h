/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command line of the sensor: the options that users of `falco` type, and a few of our own.
 */
#ifndef WATCH_CLI_H
#define WATCH_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

struct cli_list {
	const char **items;
	size_t count;
};

enum cli_format {
	CLI_TEXT,
	CLI_MARKDOWN,
	CLI_JSON,
};

struct cli {
	bool help, version, list, list_events, names_only, describe_all, verbose, unbuffered;
	bool dry_run, markdown, page_size, ignored_events, hint;
	const char *config;          /* -c */
	const char *list_source;     /* --list=SOURCE */
	const char *describe;        /* -l RULE */
	const char *print;           /* -p TEXT */
	const char *pid_file;        /* -P */
	const char *format_text;     /* --format */
	const char *replay;          /* -e FILE */
	const char *seconds_text;    /* -M */
	struct cli_list rules;       /* -r */
	struct cli_list options;     /* -o */
	struct cli_list validate;    /* -V */
	struct cli_list enable_source;
	struct cli_list disable_source;
	uint64_t seconds;            /* of event time; 0: no limit */
	enum cli_format format;
};

/*
 * Parses the arguments after argv[0]. Strings are borrowed from argv. 0, -EINVAL with the reason in
 * `diag`, -ENOMEM. cli_fini() in any case.
 */
int cli_parse(int argc, char **argv, struct cli *ret, struct diag *diag);
void cli_fini(struct cli *c);

/* The help text, from the table of options. `program`: "falco" or "saker watch". */
void cli_help(const char *program, struct buf *b);

#endif
