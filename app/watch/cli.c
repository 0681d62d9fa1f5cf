/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/cli.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

enum arg_kind {
	ARG_NONE,     /* bool */
	ARG_TEXT,     /* const char * */
	ARG_LIST,     /* struct cli_list */
	ARG_OPTIONAL, /* bool, and the text after '=' in `text_offset` */
};

struct option_row {
	char letter; /* 0: none */
	const char *name; /* NULL: none */
	enum arg_kind kind;
	size_t offset;
	size_t text_offset;
	const char *argument;
	const char *text;
};

#define AT(member) offsetof(struct cli, member)

static const struct option_row rows[] = {
	{ 'h', "help", ARG_NONE, AT(help), 0, NULL, "Print this page." },
	{ 'c', NULL, ARG_TEXT, AT(config), 0, "<path>", "Configuration file." },
	{ 0, "disable-source", ARG_LIST, AT(disable_source), 0, "<event_source>",
	  "Do not open this event source; may be repeated; not for replay." },
	{ 0, "dry-run", ARG_NONE, AT(dry_run), 0, NULL,
	  "Load everything, then end without reading an event." },
	{ 'e', NULL, ARG_TEXT, AT(replay), 0, "<file>",
	  "Replay a capture: short for engine.kind=replay with engine.replay.capture_file." },
	{ 0, "enable-source", ARG_LIST, AT(enable_source), 0, "<event_source>",
	  "Open only the named event sources; may be repeated; not for replay." },
	{ 0, "hint", ARG_NONE, AT(hint), 0, NULL,
	  "Once the sensor watches, print one line that suggests what to try." },
	{ 'i', NULL, ARG_NONE, AT(ignored_events), 0, NULL,
	  "Print the system calls that rules alone do not switch on." },
	{ 'L', NULL, ARG_NONE, AT(describe_all), 0, NULL, "Describe all rules, macros and lists." },
	{ 'l', NULL, ARG_TEXT, AT(describe), 0, "<rule>", "Describe one rule." },
	{ 0, "list", ARG_OPTIONAL, AT(list), AT(list_source), "[=<source>(=)]",
	  "Print all fields, or those of one source." },
	{ 0, "list-events", ARG_NONE, AT(list_events), 0, NULL, "Print the table of events." },
	{ 'M', NULL, ARG_TEXT, AT(seconds_text), 0, "<num_seconds>",
	  "Stop after so many seconds of event time." },
	{ 0, "markdown", ARG_NONE, AT(markdown), 0, NULL, "Deprecated: --format markdown." },
	{ 0, "format", ARG_TEXT, AT(format_text), 0, "<format>",
	  "Form of --list and --list-events: text, markdown or json." },
	{ 'N', NULL, ARG_NONE, AT(names_only), 0, NULL, "With --list: names only." },
	{ 'o', "option", ARG_LIST, AT(options), 0, "<opt>=<val>",
	  "Set a configuration key; may be repeated." },
	{ 'p', "print", ARG_TEXT, AT(print), 0, "<output_format>",
	  "Deprecated: append this text to all outputs." },
	{ 'P', "pidfile", ARG_TEXT, AT(pid_file), 0, "<pid_file>", "Write the process id there." },
	{ 'r', NULL, ARG_LIST, AT(rules), 0, "<rules_file>",
	  "Rules file or folder instead of the configured ones; may be repeated." },
	{ 'U', "unbuffered", ARG_NONE, AT(unbuffered), 0, NULL, "Write each alert at once." },
	{ 'V', "validate", ARG_LIST, AT(validate), 0, "<rules_file>",
	  "Check rules files and end; may be repeated." },
	{ 'v', NULL, ARG_NONE, AT(verbose), 0, NULL, "Print more." },
	{ 0, "version", ARG_NONE, AT(version), 0, NULL, "Print the version." },
	{ 0, "page-size", ARG_NONE, AT(page_size), 0, NULL, "Print the system's page size." },
};

static int list_add(struct cli_list *l, const char *item)
{
	const char **items = realloc(l->items, (l->count + 1) * sizeof(*items));

	if (!items)
		return -ENOMEM;
	l->items = items;
	l->items[l->count++] = item;
	return 0;
}

static const struct option_row *find(char letter, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (letter && rows[i].letter == letter)
			return &rows[i];
		if (name.n && rows[i].name && str_eq_c(name, rows[i].name))
			return &rows[i];
	}
	return NULL;
}

static int store(struct cli *c, const struct option_row *row, const char *text)
{
	char *base = (char *)c;

	switch (row->kind) {
	case ARG_NONE:
		*(bool *)(base + row->offset) = true;
		return 0;
	case ARG_TEXT:
		*(const char **)(base + row->offset) = text;
		return 0;
	case ARG_LIST:
		return list_add((struct cli_list *)(base + row->offset), text);
	case ARG_OPTIONAL:
		*(bool *)(base + row->offset) = true;
		*(const char **)(base + row->text_offset) = text;
		return 0;
	}
	return -EINVAL;
}

/* Quotes as the option parser that users know prints them. */
static int unknown(struct diag *diag, struct str name)
{
	return diag_error(diag, -EINVAL, "Option \u2018" STR_FMT "\u2019 does not exist", STR_ARG(name));
}

static int missing(struct diag *diag, struct str name)
{
	return diag_error(diag, -EINVAL, "Option \u2018" STR_FMT "\u2019 is missing an argument",
			  STR_ARG(name));
}

/* --name, --name=text, --name text. *i is advanced over what was used. */
static int parse_long(int argc, char **argv, int *i, struct cli *c, struct diag *diag)
{
	struct str arg = str_c(argv[*i] + 2);
	ptrdiff_t eq = str_find_byte(arg, '=');
	struct str name = eq >= 0 ? str_first(arg, (size_t)eq) : arg;
	const char *text = eq >= 0 ? arg.p + eq + 1 : NULL;
	const struct option_row *row = find(0, name);

	if (!row)
		return unknown(diag, name);
	if (!text && (row->kind == ARG_TEXT || row->kind == ARG_LIST)) {
		if (*i + 1 >= argc)
			return missing(diag, name);
		text = argv[++*i];
	}
	return store(c, row, text);
}

/* -abc, -oTEXT, -o TEXT. */
static int parse_short(int argc, char **argv, int *i, struct cli *c, struct diag *diag)
{
	for (const char *p = argv[*i] + 1; *p; p++) {
		const struct option_row *row = find(*p, STR_NULL);
		const char *text = NULL;

		if (!row)
			return unknown(diag, str_n(p, 1));
		if (row->kind == ARG_TEXT || row->kind == ARG_LIST) {
			if (p[1])
				text = p + 1;
			else if (*i + 1 < argc)
				text = argv[++*i];
			else
				return missing(diag, str_n(p, 1));
			return store(c, row, text);
		}
		if (store(c, row, NULL) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int check(struct cli *c, struct diag *diag)
{
	static const char *const formats[] = { "text", "markdown", "json" };

	if (c->seconds_text && str_to_u64(str_c(c->seconds_text), &c->seconds) < 0)
		return diag_error(diag, -EINVAL, "Argument \u2018%s\u2019 failed to parse",
				  c->seconds_text);
	if (c->format_text && c->markdown)
		return diag_error(diag, -EINVAL,
				  "Cannot specify both --markdown and --format options together");
	if (c->enable_source.count && c->disable_source.count)
		return diag_error(diag, -EINVAL,
				  "Cannot specify both --enable-source and --disable-source");
	if (c->markdown)
		c->format = CLI_MARKDOWN;
	for (size_t i = 0; c->format_text; i++) {
		if (i == ARRAY_LEN(formats))
			return diag_error(diag, -EINVAL,
					  "Invalid format '%s'. Valid values are: text, markdown, json",
					  c->format_text);
		if (strcmp(formats[i], c->format_text) == 0) {
			c->format = (enum cli_format)i;
			break;
		}
	}
	return 0;
}

int cli_parse(int argc, char **argv, struct cli *ret, struct diag *diag)
{
	int r = 0;

	*ret = (struct cli){ 0 };
	for (int i = 1; i < argc && r == 0; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (argv[i][0] == '-' && argv[i][1] == '-')
			r = parse_long(argc, argv, &i, ret, diag);
		else if (argv[i][0] == '-' && argv[i][1])
			r = parse_short(argc, argv, &i, ret, diag);
		/* Anything else is ignored, as it always was. */
	}
	return r < 0 ? r : check(ret, diag);
}

void cli_fini(struct cli *c)
{
	free(c->rules.items);
	free(c->options.items);
	free(c->validate.items);
	free(c->enable_source.items);
	free(c->disable_source.items);
	*c = (struct cli){ 0 };
}

void cli_help(const char *program, struct buf *b)
{
	buf_printf(b, "Saker - runtime security for Linux, containers and Kubernetes\nUsage:\n  %s [OPTION...]\n\n",
		   program);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct option_row *row = &rows[i];
		size_t from = b->len;

		if (row->letter && row->name)
			buf_printf(b, "  -%c, --%s", row->letter, row->name);
		else if (row->letter)
			buf_printf(b, "  -%c", row->letter);
		else
			buf_printf(b, "      --%s", row->name);
		if (row->argument)
			buf_printf(b, " %s", row->argument);
		while (b->len - from < 38 && !buf_error(b))
			buf_byte(b, ' ');
		buf_printf(b, " %s\n", row->text);
	}
}
