/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration keys of the sensor: one table gives defaults, types and documentation.
 */
#ifndef WATCH_SETTINGS_H
#define WATCH_SETTINGS_H

#include <stdbool.h>

#include "base/log.h"
#include "config/config.h"
#include "rule/rule_set.h"

enum engine_kind {
	ENGINE_LIVE,     /* modern_ebpf, and kmod, which it replaces */
	ENGINE_REPLAY,
	ENGINE_NODRIVER,
};

struct settings {
	struct config_strings rules_files;
	struct config_strings rules_file; /* older name */
	struct str engine_kind_text;
	struct str capture_file;
	bool time_format_iso_8601;
	bool buffer_format_base64;
	struct str priority_text;
	bool json_output;
	bool json_include_output_property;
	bool json_include_message_property;
	bool json_include_output_fields_property;
	bool json_include_tags_property;
	bool buffered_outputs;
	struct str rule_matching_text;
	bool stdout_enabled;
	bool log_stderr;
	struct str log_level_text;
	uint64_t thread_table_size;
	uint64_t buf_size_preset;
	bool disable_iterators;

	/* Made from the texts above. */
	enum engine_kind engine_kind;
	enum priority priority;
	bool match_all;
	enum log_level log_level;
	struct rule_append *appends; /* append_output, then -p; in the config's lifetime */
	size_t append_count;
	struct buf suggested; /* text of the fields that suggest themselves */
	struct switch_rule { /* key `rules`, in order */
		struct str pattern;
		bool is_tag, enable;
	} *switches;
	size_t switch_count;
};

extern const struct config_option settings_table[];

/*
 * Reads and checks all keys. `config_name` is for messages, NULL when there is no file; `print_text` is the
 * argument of -p or NULL.
 * 0, -EBADMSG with the reason, -ENOMEM. What it allocates is released by settings_fini().
 */
int settings_read(struct config *c, const char *config_name, const char *print_text,
		  struct settings *ret, struct diag *diag);
void settings_fini(struct settings *s);

/* Environment or kernel: the name that alerts carry. Appends to `b`. */
void settings_hostname(struct buf *b);

#endif
