/* SPDX-License-Identifier: Apache-2.0 */
#include "event/list.h"

#include "event/event.h"
#include "event/syscall.h"

struct section {
	const char *title;
	uint16_t category;
};

/* In the order of the text; JSON sorts its keys, which json_order does by hand. */
static const struct section sections[] = {
	{ "Syscall events", EC_SYSCALL },
	{ "Tracepoint events", EC_TRACEPOINT },
	{ "Plugin events", EC_PLUGIN },
	{ "Metaevents", EC_METAEVENT },
};
static const uint8_t json_order[ARRAY_LEN(sections)] = { 3, 2, 0, 1 };

static bool is_current(const struct event_info *info)
{
	return info->symbol && !(info->flags & (EF_OLD_VERSION | EF_UNUSED));
}

/* Frequent I/O is not delivered unless a rule or an option asks for it. */
static bool is_default(const struct event_info *info)
{
	static const char *const ignored[] = { "read",	"readv",  "pread",  "preadv", "recv",	 "write",
					       "writev", "pwrite", "pwritev", "send",   "sendfile" };

	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		if (strcmp(info->name, ignored[i]) == 0)
			return false;
	return true;
}

/* The names that a parameter's value may have: of flags, or of the types that it may take. */
static const char *value_name(const struct param_info *p, unsigned int n)
{
	if (p->flags)
		return p->flags[n].name;
	return p->dyn ? p->dyn[n].name : NULL;
}

static void text_params(const struct event_info *info, struct buf *ret)
{
	for (unsigned int i = 0; i < info->nparams; i++) {
		const struct param_info *p = &info->params[i];
		const char *name;

		if (i)
			buf_c(ret, ", ");
		buf_printf(ret, "%s **%s**", ptype_name(p->type), p->name);
		for (unsigned int n = 0; (name = value_name(p, n)); n++)
			buf_printf(ret, "%s%s", n ? ", " : ": ", name);
	}
}

/* Names come from our own tables: letters, digits, '_', '-' and '.', nothing that needs escaping. */
static void json_params(const struct event_info *info, struct buf *ret)
{
	for (unsigned int i = 0; i < info->nparams; i++) {
		const struct param_info *p = &info->params[i];
		const char *name;

		buf_c(ret, i ? ",{" : "{");
		for (unsigned int n = 0; (name = value_name(p, n)); n++)
			buf_printf(ret, "%s\"%s\"", n ? "," : "\"flags\":[", name);
		if (value_name(p, 0))
			buf_c(ret, "],");
		buf_printf(ret, "\"name\":\"%s\",\"type\":\"%s\"}", p->name, ptype_name(p->type));
	}
}

/* One row. `info` NULL: a system call that is reported as a generic event. */
static void row(enum event_list_format format, const char *name, bool exit,
		const struct event_info *info, struct buf *ret)
{
	const char *dir = exit ? "<" : ">";
	bool by_default = !info || is_default(info);

	switch (format) {
	case EVENT_LIST_TEXT:
		buf_printf(ret, "%s %s(", dir, name);
		if (info)
			text_params(info, ret);
		buf_c(ret, ")\n");
		return;
	case EVENT_LIST_MARKDOWN:
		buf_printf(ret, "%s | `%s` | `%s` | ", by_default ? "Yes" : "No", dir, name);
		if (info)
			text_params(info, ret);
		buf_byte(ret, '\n');
		return;
	case EVENT_LIST_JSON:
		if (ret->len && ret->data[ret->len - 1] == '}')
			buf_byte(ret, ',');
		buf_printf(ret, "{\"available\":%s,\"dir\":\"%s\",\"name\":\"%s\",\"params\":[",
			   by_default ? "true" : "false", dir, name);
		if (info)
			json_params(info, ret);
		buf_c(ret, "]}");
		return;
	}
}

static void rows(enum event_list_format format, const struct section *s, struct buf *ret)
{
	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		const struct event_info *info = &event_table[code];

		if (is_current(info) && (info->category & s->category) && code != EV_GENERIC_X)
			row(format, info->name, event_is_exit((uint16_t)code), info, ret);
	}
	if (s->category != EC_SYSCALL)
		return;
	for (unsigned int code = 0; code < SYSCALL_CODES; code++) {
		const struct syscall_info *sc = syscall_find(code);

		if (sc && sc->kind == SYSCALL_GENERIC)
			row(format, sc->name, true, NULL, ret);
	}
}

static void list_json(struct buf *ret)
{
	buf_byte(ret, '{');
	for (size_t i = 0; i < ARRAY_LEN(json_order); i++) {
		const struct section *s = &sections[json_order[i]];

		buf_printf(ret, "\"%s\":[", s->title);
		rows(EVENT_LIST_JSON, s, ret);
		buf_c(ret, "],");
	}
	buf_c(ret, "\"schema_version\":\"" EVENT_SCHEMA_VERSION "\"}\n");
}

void event_list(enum event_list_format format, struct buf *ret)
{
	if (format == EVENT_LIST_JSON) {
		list_json(ret);
		return;
	}
	buf_c(ret, "The events below are valid for Falco *Schema Version*: " EVENT_SCHEMA_VERSION "\n");
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		buf_printf(ret, "## %s\n\n", sections[i].title);
		if (format == EVENT_LIST_MARKDOWN)
			buf_c(ret, "Default | Dir | Name | Params\n:-------|:----|:-----|:-----\n");
		rows(format, &sections[i], ret);
		buf_byte(ret, '\n');
	}
}
