/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/yaml.h"
#include "field/field.h"

#define SUGGESTED_MAX_BYTES 65536

#define OPTION(key, type, member, initial, text)                                                   \
	CONFIG_OPTION(key, type, struct settings, member, initial, text)

const struct config_option settings_table[] = {
	OPTION("rules_files", CONFIG_STRINGS, rules_files, NULL,
	       "Rules files and folders, in order; of a folder the files *.yml and *.yaml by name."),
	OPTION("rules_file", CONFIG_STRINGS, rules_file, NULL, "Older name of rules_files."),
	OPTION("engine.kind", CONFIG_STRING, engine_kind_text, "modern_ebpf",
	       "modern_ebpf (kmod is taken for it), replay, or nodriver."),
	OPTION("engine.replay.capture_file", CONFIG_STRING, capture_file, NULL,
	       "The .scap file to replay."),
	OPTION("engine.modern_ebpf.buf_size_preset", CONFIG_U64, buf_size_preset, "4",
	       "Size of each ring: 1 to 10 stand for 1, 2, 4 ... 512 MiB."),
	OPTION("engine.modern_ebpf.disable_iterators", CONFIG_BOOL, disable_iterators, "false",
	       "Take the initial state from /proc instead of BPF iterators."),
	OPTION("time_format_iso_8601", CONFIG_BOOL, time_format_iso_8601, "false",
	       "Times in text are UTC, ISO 8601."),
	OPTION("buffer_format_base64", CONFIG_BOOL, buffer_format_base64, "false",
	       "Byte buffers are shown in base64."),
	OPTION("priority", CONFIG_STRING, priority_text, "debug", "Least severe priority that is used."),
	OPTION("json_output", CONFIG_BOOL, json_output, "false", "Alerts are JSON lines."),
	OPTION("json_include_output_property", CONFIG_BOOL, json_include_output_property, "true",
	       "The JSON has the text line as `output`."),
	OPTION("json_include_message_property", CONFIG_BOOL, json_include_message_property, "false",
	       "The JSON has the rule's message as `message`."),
	OPTION("json_include_output_fields_property", CONFIG_BOOL,
	       json_include_output_fields_property, "true", "The JSON has `output_fields`."),
	OPTION("json_include_tags_property", CONFIG_BOOL, json_include_tags_property, "true",
	       "The JSON has the rule's `tags`."),
	OPTION("buffered_outputs", CONFIG_BOOL, buffered_outputs, "false",
	       "Lines are collected before they are written."),
	OPTION("rule_matching", CONFIG_STRING, rule_matching_text, "first",
	       "first: one alert per event; all: every matching rule alerts."),
	OPTION("stdout_output.enabled", CONFIG_BOOL, stdout_enabled, "true",
	       "Alerts go to standard output."),
	OPTION("log_stderr", CONFIG_BOOL, log_stderr, "true", "Log lines go to standard error."),
	OPTION("log_level", CONFIG_STRING, log_level_text, "info", "Least severe log line."),
	OPTION("falco_libs.thread_table_size", CONFIG_U64, thread_table_size, "262144",
	       "Most threads that are kept in state."),
	{ 0 },
};

static int check_texts(struct settings *s, const char *name, struct diag *diag)
{
	if (priority_parse(s->priority_text, &s->priority) < 0)
		return diag_error(diag, -EBADMSG,
				  "Unknown priority \"" STR_FMT "\"--must be one of emergency, alert, critical, error, warning, notice, informational, debug",
				  STR_ARG(s->priority_text));
	if (str_eq(s->rule_matching_text, STR("all")))
		s->match_all = true;
	else if (!str_eq(s->rule_matching_text, STR("first")))
		return diag_error(diag, -EBADMSG,
				  "Unknown rule matching strategy \"" STR_FMT "\"--must be one of first, all",
				  STR_ARG(s->rule_matching_text));
	if (log_level_parse(s->log_level_text, &s->log_level) < 0)
		return diag_error(diag, -EBADMSG, "Unknown log level " STR_FMT,
				  STR_ARG(s->log_level_text));
	if (str_eq(s->engine_kind_text, STR("replay")))
		s->engine_kind = ENGINE_REPLAY;
	else if (str_eq(s->engine_kind_text, STR("nodriver")))
		s->engine_kind = ENGINE_NODRIVER;
	else if (str_eq(s->engine_kind_text, STR("modern_ebpf")) ||
		 str_eq(s->engine_kind_text, STR("kmod")))
		s->engine_kind = ENGINE_LIVE;
	else
		return diag_error(diag, -EBADMSG,
				  "Error reading config file (%s): engine.kind '" STR_FMT "' is not a valid kind.",
				  name, STR_ARG(s->engine_kind_text));
	if (s->engine_kind == ENGINE_REPLAY && !s->capture_file.n)
		return diag_error(diag, -EBADMSG,
				  "Error reading config file (%s): engine.kind is 'replay' but no engine.replay.capture_file specified.",
				  name);
	if (s->buf_size_preset < 1 || s->buf_size_preset > 10)
		return diag_error(diag, -EBADMSG,
				  "Error reading config file (%s): engine.modern_ebpf.buf_size_preset must be 1 to 10",
				  name);
	if (!s->stdout_enabled)
		return diag_error(diag, -EBADMSG,
				  "No output configured, please make sure at least one output is configured and enabled.");
	if (s->rules_file.count) {
		if (s->rules_files.count)
			return diag_error(diag, -EBADMSG,
					  "Error reading config file (%s): both 'rules_files' and 'rules_file' keys set",
					  name);
		diag_warning(diag,
			     "Using deprecated config key 'rules_file' (singular form). Please use new 'rules_files' config key (plural form).");
		s->rules_files = s->rules_file;
	}
	return 0;
}

/* Switches of what this version does not do (docs/limits.md): nobody shall wait for it in vain. */
static void warn_of_missing(const struct config *c, struct diag *diag)
{
	static const char *const switches[] = {
		"file_output.enabled", "program_output.enabled", "http_output.enabled",
		"syslog_output.enabled", "grpc_output.enabled",	 "webserver.enabled",
		"metrics.enabled",     "capture.enabled",
	};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		struct yaml_node word = { .kind = YAML_SCALAR,
					  .text = config_text(config_find(c, switches[i])) };
		bool on = false;

		if (word.text.n && yaml_bool(&word, &on) == 0 && on)
			diag_warning(diag, "config key '%s' is on, but this version cannot do that yet",
				     switches[i]);
	}
	if (config_count(config_find(c, "load_plugins")))
		diag_warning(diag, "config key 'load_plugins': this version loads no plugins; container metadata is built in");
}

static struct str *text_list(const struct config_node *n, size_t *ret_count)
{
	size_t count = config_is_seq(n) ? config_count(n) : (config_text(n).n ? 1 : 0);
	struct str *list = calloc(count + 1, sizeof(*list));

	if (!list)
		return NULL;
	for (size_t i = 0; i < count; i++)
		list[i] = config_text(config_is_seq(n) ? config_at(n, i) : n);
	*ret_count = count;
	return list;
}

/* " container_id=%container.id ...": each field that suggests itself, in the order of the listing. */
static int suggested_text(struct settings *s)
{
	buf_reset(&s->suggested);
	for (const struct field_list *const *c = field_classes(); *c; c++) {
		for (size_t i = 0; i < (*c)->count; i++) {
			const struct field_def *f = &(*c)->fields[i];

			if (!(f->flags & FIELD_SUGGESTED))
				continue;
			if (s->suggested.len)
				buf_byte(&s->suggested, ' ');
			for (const char *p = f->name; *p; p++)
				buf_byte(&s->suggested, *p == '.' ? '_' : *p);
			buf_printf(&s->suggested, "=%%%s", f->name);
		}
	}
	return buf_error(&s->suggested);
}

static int read_append(const struct config_node *n, struct rule_append *ret, struct diag *diag)
{
	const struct config_node *match = config_member(n, "match");
	const struct config_node *fields = config_member(n, "extra_fields");

	if (!config_is_map(n))
		return diag_error(diag, -EBADMSG, "config key 'append_output': each entry must be a map");
	ret->source = config_text(config_member(match, "source"));
	ret->rule = config_text(config_member(match, "rule"));
	ret->tags = text_list(config_member(match, "tags"), &ret->tag_count);
	ret->extra_output = config_text(config_member(n, "extra_output"));
	ret->fields = calloc(config_count(fields) + 1, sizeof(*ret->fields));
	if (!ret->tags || !ret->fields)
		return -ENOMEM;
	for (size_t i = 0; i < config_count(fields); i++) {
		const struct config_node *f = config_at(fields, i);
		struct rule_append_field *out = &ret->fields[ret->field_count];

		if (config_is_map(f) && config_count(f) == 1) {
			out->name = config_key_at(f, 0);
			out->format = config_text(config_at(f, 0));
		} else {
			out->name = config_text(f);
		}
		if (!out->name.n)
			return diag_error(diag, -EBADMSG,
					  "config key 'append_output': extra_fields entry %zu must be a name or a map of one name and its format",
					  i + 1);
		ret->field_count++;
	}
	if (ret->rule.n && ret->tag_count)
		diag_warning(diag,
			     "An append_output entry specifies both a rule (" STR_FMT ") and a list of tags: it applies only to that rule, and only if it has all the tags",
			     STR_ARG(ret->rule));
	return 0;
}

/* Adds the fields that suggest themselves, for events of the source that `entry` matches. */
static int append_suggested(struct settings *s, const struct rule_append *entry)
{
	struct rule_append a = entry ? *entry : (struct rule_append){ 0 };
	int r = s->suggested.len ? 0 : suggested_text(s);

	if (r < 0 || !s->suggested.len)
		return r;
	if (!a.source.n)
		a.source = STR("syscall");
	a.extra_output = buf_str(&s->suggested);
	a.fields = NULL; /* and so the tags stay the entry's: see settings_fini() */
	a.field_count = 0;
	s->appends[s->append_count++] = a;
	return 0;
}

static int read_appends(struct config *c, const char *print_text, bool no_file, struct settings *s,
			struct diag *diag)
{
	const struct config_node *list = config_find(c, "append_output");
	size_t count = config_is_seq(list) ? config_count(list) : (list ? 1 : 0);

	s->appends = calloc(2 * count + 2, sizeof(*s->appends));
	if (!s->appends)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct config_node *n = config_is_seq(list) ? config_at(list, i) : list;
		struct yaml_node word = { .kind = YAML_SCALAR,
					  .text = config_text(config_member(n, "suggested_output")) };
		int r = read_append(n, &s->appends[s->append_count++], diag);
		bool suggested = false;

		if (r < 0)
			return r;
		if (word.text.n && yaml_bool(&word, &suggested) < 0)
			diag_warning(diag, "config key 'append_output': suggested_output must be true or false");
		if (suggested) {
			r = append_suggested(s, &s->appends[s->append_count - 1]);
			if (r < 0)
				return r;
		}
	}
	if (!list && no_file) { /* as the configuration that is shipped has it */
		int r = append_suggested(s, NULL);

		if (r < 0)
			return r;
	}
	/* -pc and -pk named sets of container and pod fields once; they add nothing any more. */
	if (print_text && strcmp(print_text, "c") != 0 && strcmp(print_text, "container") != 0 &&
	    strcmp(print_text, "k") != 0 && strcmp(print_text, "kubernetes") != 0)
		s->appends[s->append_count++].extra_output = str_c(print_text);
	return 0;
}

static int read_switches(struct config *c, struct settings *s, struct diag *diag)
{
	const struct config_node *list = config_find(c, "rules");
	size_t count = config_is_seq(list) ? config_count(list) : (list ? 1 : 0);

	s->switches = calloc(count + 1, sizeof(*s->switches));
	if (!s->switches)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct config_node *n = config_is_seq(list) ? config_at(list, i) : list;
		bool enable = config_member(n, "enable") != NULL;
		const struct config_node *what = config_member(n, enable ? "enable" : "disable");
		struct str tag = config_text(config_member(what, "tag"));
		struct str rule = config_text(config_member(what, "rule"));

		if (!what || tag.n + rule.n == 0 || (tag.n && rule.n))
			return diag_error(diag, -EBADMSG,
					  "config key 'rules', entry %zu: must be enable or disable with one of rule and tag",
					  i + 1);
		s->switches[s->switch_count++] = (struct switch_rule){
			.pattern = tag.n ? tag : rule, .is_tag = tag.n != 0, .enable = enable
		};
	}
	return 0;
}

int settings_read(struct config *c, const char *config_name, const char *print_text,
		  struct settings *ret, struct diag *diag)
{
	int r;

	*ret = (struct settings){ .suggested = BUF_INIT(SUGGESTED_MAX_BYTES) };
	r = config_read(c, settings_table, ret, diag);
	if (r == 0)
		r = check_texts(ret, config_name ? config_name : "defaults", diag);
	if (r == 0)
		warn_of_missing(c, diag);
	if (r == 0)
		r = read_appends(c, print_text, config_name == NULL, ret, diag);
	if (r == 0)
		r = read_switches(c, ret, diag);
	if (r < 0)
		settings_fini(ret);
	return r;
}

void settings_fini(struct settings *s)
{
	for (size_t i = 0; i < s->append_count; i++) {
		if (s->appends[i].fields) /* suggested entries borrow their tags */
			free(s->appends[i].tags);
		free(s->appends[i].fields);
	}
	free(s->appends);
	free(s->switches);
	buf_cleanup(&s->suggested);
	*s = (struct settings){ 0 };
}

void settings_hostname(struct buf *b)
{
	const char *name = getenv("FALCO_HOSTNAME");
	char host[256] = "";

	if (!name && gethostname(host, sizeof(host) - 1) == 0)
		name = host;
	buf_c(b, name ? name : "");
}
