/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wiring of the sensor: command line and configuration, rules, source, engine, outputs, and what is
 * printed at the end. One thread; SIGINT and SIGTERM ask it to stop.
 */
#include "watch/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "alert/alert.h"
#include "base/json.h"
#include "base/log.h"
#include "capture/bpf/procfs.h"
#include "capture/source.h"
#include "engine/engine.h"
#include "event/list.h"
#include "event/syscall.h"
#include "field/list.h"
#include "output/line_writer.h"
#include "rule/rule_set.h"
#include "state/state.h"
#include "watch/cli.h"
#include "watch/rules_files.h"
#include "watch/settings.h"

#define COMPATIBLE_VERSION "0.44.1" /* of the sensor whose interface this is */
#define PLUGIN_API_VERSION "3.12.0"
#define RULES_MAX_BYTES    ((size_t)16 << 20)
#define TEXT_MAX_BYTES     ((size_t)256 << 20)
#define COUNTERS_MAX       128
#define IDLE_MS            250 /* longest wait for events: signals end it earlier */

static const char *const sources[] = { "syscall", NULL };

struct watch {
	bool as_falco;
	struct cli cli;
	struct settings settings;
	struct config *config;
	struct diag diag;
	struct arena arena;
	struct rule_loader *loader;
	struct state *state;
	struct engine *engine;
	struct source *source;
	struct line_writer out;
	struct alert_json_options json;
	struct buf line;
	uint64_t alerts;
	uint64_t alerts_by_severity[PRIORITIES];
	uint64_t lost_lines; /* alerts too long for a line */
	struct buf hostname;
	struct procfs_thread_buf thread_texts;
};

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t reopen_signal;
static volatile sig_atomic_t reload_signal;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		reopen_signal = 1;
	else if (number == SIGHUP)
		reload_signal = 1;
	else
		stop_signal = number;
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGUSR1, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal }; /* no SA_RESTART: a wait must end */

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		sigaction(numbers[i], &sa, NULL);
	sa.sa_handler = SIG_IGN; /* a reader of our output that goes away is an error of write() */
	sigaction(SIGPIPE, &sa, NULL);
}

/* Logs what was found on the way; errors as `Error: TEXT`, without a time, as scripts expect. */
static void report(struct diag *d)
{
	for (const struct diag_entry *e = d->first; e; e = e->next) {
		if (e->level == DIAG_ERROR)
			fprintf(stderr, "Error: %s\n", e->text);
		else
			log_line(e->level == DIAG_WARNING ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "%s",
				 e->text);
	}
	if (d->dropped)
		fprintf(stderr, "Error: %" PRIu32 " more messages were left out\n", d->dropped);
	diag_cleanup(d);
}

/* Exit status: 1 when the text is not complete. */
static int print_buf(struct watch *w, const struct buf *b)
{
	if (buf_error(b)) {
		diag_sys(&w->diag, buf_error(b), "make", "the text");
		return 1;
	}
	fwrite(b->data, 1, b->len, stdout);
	return 0;
}

static bool stopping(void)
{
	return stop_signal != 0;
}

/* --- informational commands ------------------------------------------------------------------ */

static int print_version(const struct watch *w)
{
	const char *v = w->as_falco ? COMPATIBLE_VERSION : SAKER_VERSION;

	if (w->settings.json_output) {
		printf("{\"default_driver_version\":\"%s\",\"driver_api_version\":\"10.0.0\",\"driver_schema_version\":\"%s\",\"engine_version\":\"%d\",\"engine_version_semver\":\"0.%d.0\",\"falco_version\":\"%s\",\"libs_version\":\"%s\",\"plugin_api_version\":\"%s\",\"saker_version\":\"%s\"}\n",
		       SAKER_VERSION, EVENT_SCHEMA_VERSION, RULE_ENGINE_MINOR, RULE_ENGINE_MINOR, v,
		       SAKER_VERSION, PLUGIN_API_VERSION, SAKER_VERSION);
		return 0;
	}
	printf("%s version: %s\n", w->as_falco ? "Falco" : "Saker", v);
	printf("Libs version:  %s\n", SAKER_VERSION);
	printf("Plugin API:    %s\n", PLUGIN_API_VERSION);
	printf("Engine:        0.%d.0\n", RULE_ENGINE_MINOR);
	printf("Driver:\n  API version:    10.0.0\n  Schema version: %s\n  Default driver: %s\n",
	       EVENT_SCHEMA_VERSION, SAKER_VERSION);
	return 0;
}

static int print_list(struct watch *w)
{
	static const enum field_list_format formats[] = {
		[CLI_TEXT] = FIELD_LIST_TEXT,
		[CLI_MARKDOWN] = FIELD_LIST_MARKDOWN,
		[CLI_JSON] = FIELD_LIST_JSON,
	};
	enum field_list_format format = formats[w->cli.format];
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(TEXT_MAX_BYTES);
	int r;

	if (w->cli.names_only)
		format = FIELD_LIST_NAMES;
	else if (w->cli.verbose && format == FIELD_LIST_TEXT)
		format = FIELD_LIST_VERBOSE;
	r = field_list_print(str_c(w->cli.list_source), format, &b);
	if (r < 0) {
		diag_error(&w->diag, r, "Value for --list must be a valid source type");
		return 1;
	}
	return print_buf(w, &b);
}

static int print_events(struct watch *w)
{
	static const enum event_list_format formats[] = {
		[CLI_TEXT] = EVENT_LIST_TEXT,
		[CLI_MARKDOWN] = EVENT_LIST_MARKDOWN,
		[CLI_JSON] = EVENT_LIST_JSON,
	};
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	event_list(formats[w->cli.format], &b);
	return print_buf(w, &b);
}

/* Reading and writing calls of which no state is kept: only base_syscalls.all switches them on. */
static int print_ignored(void)
{
	printf("Ignored syscall(s):\n");
	for (int i = 0; i < SYSCALL_CODES; i++) {
		const struct syscall_info *sc = syscall_find((unsigned int)i);
		const struct event_info *info;
		unsigned int io;

		if (!sc || sc->exit_event < 0)
			continue;
		info = &event_table[sc->exit_event];
		io = info->category & EC_MASK;
		if ((io == EC_IO_READ || io == EC_IO_WRITE) && !(info->flags & EF_MODIFIES_STATE))
			printf("- %s\n", sc->name);
	}
	return 0;
}

/* --- rules ----------------------------------------------------------------------------------- */

static int load_file(struct watch *w, const char *path, const struct load_result **ret)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(RULES_MAX_BYTES);
	int r = buf_read_file(&text, path);

	if (r < 0)
		return diag_error(&w->diag, r, "Could not open file %s for reading: %s", path,
				  strerror(-r));
	return rule_loader_add(w->loader, path, buf_str(&text), ret);
}

static int collect_rules(struct watch *w, struct rules_files *files)
{
	const char *shipped;

	for (size_t i = 0; i < w->cli.rules.count; i++) {
		int r = rules_files_add(files, w->cli.rules.items[i], &w->arena, &w->diag);

		if (r == 1)
			return diag_error(&w->diag, -ENOENT, "Could not open file %s for reading",
					  w->cli.rules.items[i]);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; !w->cli.rules.count && i < w->settings.rules_files.count; i++) {
		char *path = arena_printf(&w->arena, STR_FMT,
					  STR_ARG(w->settings.rules_files.items[i]));
		int r = path ? rules_files_add(files, path, &w->arena, &w->diag) : -ENOMEM;

		if (r < 0)
			return r;
	}
	if (!files->count && !w->cli.config && !w->cli.rules.count) {
		shipped = rules_files_shipped("rules/saker_rules.yaml", &w->arena);
		if (shipped)
			return rules_files_add(files, shipped, &w->arena, &w->diag);
	}
	if (!files->count)
		return diag_error(&w->diag, -ENOENT,
				  "You must specify at least one rules file/directory via -r or a rules_file entry in falco.yaml");
	return 0;
}

static int new_loader(struct watch *w, struct rule_loader_options *options)
{
	*options = (struct rule_loader_options){
		.sources = sources,
		.least = w->settings.priority,
		.appends = w->settings.appends,
		.append_count = w->settings.append_count,
	};
	return rule_loader_new(options, &w->loader);
}

static int load_rules(struct watch *w)
{
	struct rules_files files = { 0 };
	const char *problem;
	int r = collect_rules(w, &files);

	if (r < 0)
		return r;
	log_line(LOG_LEVEL_INFO, "Loading rules from:");
	for (size_t i = 0; i < files.count; i++) {
		CLEANUP(buf_cleanup) struct buf text = BUF_INIT(TEXT_MAX_BYTES);
		const struct load_result *result = NULL;

		r = load_file(w, files.paths[i], &result);
		if (r < 0 && !result)
			return r;
		log_line(LOG_LEVEL_INFO, "   %s | schema validation: %s", files.paths[i],
			 load_result_schema(result));
		if (load_result_ok(result) && !load_result_has_warnings(result))
			continue;
		load_result_text(result, true, &text);
		if (!load_result_ok(result))
			return diag_error(&w->diag, -EBADMSG, STR_FMT, STR_ARG(str_trim(buf_str(&text))));
		log_line(LOG_LEVEL_WARNING, STR_FMT, STR_ARG(str_trim(buf_str(&text))));
	}
	problem = rule_loader_plugin_problem(w->loader);
	if (problem)
		return diag_error(&w->diag, -EBADMSG, "%s", problem);
	for (size_t i = 0; i < w->settings.switch_count; i++) {
		const struct switch_rule *s = &w->settings.switches[i];

		log_line(LOG_LEVEL_INFO, "%s rules with %s: " STR_FMT, s->enable ? "Enabling" : "Disabling",
			 s->is_tag ? "tag" : "name", STR_ARG(s->pattern));
		rule_loader_enable(w->loader, s->pattern, s->is_tag, s->enable);
	}
	return 0;
}

static int no_such_rule(const struct watch *w)
{
	log_line(LOG_LEVEL_ERROR, "Runtime error: Rule \"%s\" is not loaded. Exiting.", w->cli.describe);
	return 1;
}

/* -V: all files are checked; the exit status tells whether all are valid. */
static int validate(struct watch *w)
{
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(TEXT_MAX_BYTES);
	CLEANUP(buf_cleanup) struct buf json = BUF_INIT(TEXT_MAX_BYTES);
	CLEANUP(buf_cleanup) struct buf described = BUF_INIT(TEXT_MAX_BYTES);
	struct rules_files files = { 0 };
	const char *problem;
	bool ok = true;

	for (size_t i = 0; i < w->cli.validate.count; i++) {
		int r = rules_files_add(&files, w->cli.validate.items[i], &w->arena, &w->diag);

		if (r == 1)
			diag_error(&w->diag, -ENOENT, "Could not open file %s for reading",
				   w->cli.validate.items[i]);
		if (r)
			return 1;
	}
	log_line(LOG_LEVEL_INFO, "Validating rules file(s):");
	for (size_t i = 0; i < files.count; i++)
		log_line(LOG_LEVEL_INFO, "   %s", files.paths[i]);
	for (size_t i = 0; i < files.count; i++) {
		const struct load_result *result = NULL;
		int r = load_file(w, files.paths[i], &result);

		if (r < 0 && !result)
			return 1;
		ok = ok && load_result_ok(result);
		buf_c(&json, i ? "," : "\"falco_load_results\":[");
		load_result_json(result, &json);
		load_result_text(result, !load_result_ok(result), &text);
		if (load_result_ok(result) && load_result_has_warnings(result) && w->cli.verbose) {
			CLEANUP(buf_cleanup) struct buf warnings = BUF_INIT(TEXT_MAX_BYTES);

			load_result_text(result, true, &warnings);
			log_line(LOG_LEVEL_WARNING, STR_FMT, STR_ARG(str_trim(buf_str(&warnings))));
		}
	}
	problem = rule_loader_plugin_problem(w->loader);
	if (problem) {
		diag_error(&w->diag, -EBADMSG, "%s", problem);
		return 1;
	}
	buf_c(&json, "]}");
	buf_c(&described, "{");
	if (ok && (w->cli.describe_all || w->cli.describe)) {
		buf_c(&described, "\"falco_describe_results\":");
		if (!rule_loader_describe(w->loader, str_c(w->cli.describe), true, &described))
			return no_such_rule(w);
		buf_c(&described, ",");
	}
	if (w->settings.json_output)
		printf(STR_FMT STR_FMT "\n", STR_ARG(buf_str(&described)), STR_ARG(buf_str(&json)));
	else if (print_buf(w, &text))
		return 1;
	fflush(stdout);
	if (!ok && !w->settings.json_output)
		fprintf(stderr, "Error: " STR_FMT, STR_ARG(buf_str(&text)));
	return ok ? 0 : 1;
}

static int describe(struct watch *w)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	if (!rule_loader_describe(w->loader, str_c(w->cli.describe), w->settings.json_output, &b))
		return no_such_rule(w);
	return print_buf(w, &b);
}

/* --- running --------------------------------------------------------------------------------- */

static void on_alert(void *ctx, const struct alert *a)
{
	struct watch *w = ctx;

	w->alerts++;
	w->alerts_by_severity[a->severity]++;
	buf_reset(&w->line);
	if (w->settings.json_output)
		alert_json(a, &w->json, &w->line);
	else
		alert_text(a, &w->line);
	if (buf_error(&w->line))
		w->lost_lines++;
	else
		line_writer_put(&w->out, buf_str(&w->line));
	alert_unref(a);
}

/* What the rules together want of the live source; warns of rules that it cannot serve yet. */
static void wanted_events(const struct rule_set *rules, struct code_set *codes,
			  struct syscall_set *generic)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->rules[i];
		bool served = false;

		for (size_t k = 0; k < ARRAY_LEN(codes->bits); k++)
			codes->bits[k] |= rule->codes.bits[k];
		for (size_t k = 0; k < ARRAY_LEN(generic->bits); k++)
			generic->bits[k] |= rule->syscalls.bits[k];
		for (unsigned int code = 0; code < EVENT_CODES && !served; code++)
			served = code != EV_ASYNCEVENT_E && code_set_has(&rule->codes, code) &&
				 bpf_source_reports((uint16_t)code);
		if (!served)
			log_line(LOG_LEVEL_WARNING,
				 "Rule \"" STR_FMT "\" can never match on a live system: none of its events is reported by this version",
				 STR_ARG(rule->name));
	}
}

static int open_source(struct watch *w)
{
	struct snapshot_sink sink = state_sink(w->state);
	const struct rule_set *rules = engine_rules(w->engine);
	struct code_set codes = { 0 };
	struct syscall_set generic = { 0 };
	struct bpf_source_options options = {
		.codes = codes.bits,
		.generic = generic.bits,
		.ring_bytes = (uint32_t)1 << (19 + w->settings.buf_size_preset),
		.no_iterators = w->settings.disable_iterators,
		.host_root = getenv("HOST_ROOT"),
	};
	char *path;
	int r;

	switch (w->settings.engine_kind) {
	case ENGINE_NODRIVER:
		log_line(LOG_LEVEL_INFO,
			 "Enabled event source 'syscall' will be opened with no driver, no event will be produced");
		return 0;
	case ENGINE_REPLAY:
		path = arena_printf(&w->arena, STR_FMT, STR_ARG(w->settings.capture_file));
		if (!path)
			return -ENOMEM;
		r = scap_source_open(path, &sink, &w->source, &w->diag);
		if (r == 0)
			log_line(LOG_LEVEL_INFO, "Replaying events from the capture file: %s", path);
		return r;
	case ENGINE_LIVE:
		wanted_events(rules, &codes, &generic);
		log_line(LOG_LEVEL_INFO, "Opening 'syscall' source with modern BPF probe.");
		return bpf_source_open(&options, &sink, &w->source, &w->diag);
	}
	return -EINVAL;
}

static void hint(void)
{
	fprintf(stderr, "Watching. Try in another terminal: cat /etc/shadow > /dev/null   (Ctrl-C ends)\n");
}

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Reads events until the source ends, the time is over, or a signal came. 0 or -errno. */
static int run(struct watch *w)
{
	uint64_t started_ns = monotonic_ns();
	uint64_t stop_ns = 0;
	struct event ev;

	while (!stop_signal) {
		int r = w->source ? source_next(w->source, IDLE_MS, &ev, &w->diag) : SOURCE_IDLE;

		if (LIKELY(r == SOURCE_EVENT)) {
			if (w->cli.seconds) {
				if (!stop_ns)
					stop_ns = ev.ts_ns + w->cli.seconds * 1000000000u;
				if (ev.ts_ns >= stop_ns)
					return 0;
			}
			engine_event(w->engine, &ev);
			continue;
		}
		if (r < 0)
			return r;
		if (r == SOURCE_END)
			return 0;
		line_writer_flush(&w->out);
		/* Without events there is no event time: a quiet system must not keep us. */
		if (w->cli.seconds && w->settings.engine_kind != ENGINE_REPLAY &&
		    monotonic_ns() - started_ns >= w->cli.seconds * 1000000000u)
			return 0;
		if (!w->source)
			usleep(IDLE_MS * 1000);
		if (reopen_signal) {
			reopen_signal = 0;
			log_line(LOG_LEVEL_INFO, "SIGUSR1 received, reopening outputs...");
		}
		if (reload_signal) {
			reload_signal = 0;
			log_line(LOG_LEVEL_WARNING, "SIGHUP received: reloading is not available, going on with the rules that are loaded");
		}
	}
	log_line(LOG_LEVEL_INFO, "SIGINT received, exiting...");
	return 0;
}

/* Counters of losses are called RING.lost_CAUSE; they are shown even when nobody asks. */
static bool is_loss(const char *name)
{
	return strstr(name, ".lost") != NULL;
}

static void print_statistics(struct watch *w, double cpu_seconds)
{
	static const char *const severities[PRIORITIES] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
							    "WARNING",	 "NOTICE", "INFO",     "DEBUG" };
	const struct rule_set *rules = engine_rules(w->engine);
	struct source_counter counters[COUNTERS_MAX];
	struct state_counter kept[COUNTERS_MAX];
	size_t n = w->source ? source_counters(w->source, counters, COUNTERS_MAX) : 0;
	size_t m = state_counters(w->state, kept, COUNTERS_MAX);
	uint64_t drops = 0;

	printf("Events detected: %" PRIu64 "\nRule counts by severity:\n", w->alerts);
	for (size_t i = 0; i < PRIORITIES; i++)
		if (w->alerts_by_severity[i])
			printf("   %s: %" PRIu64 "\n", severities[i], w->alerts_by_severity[i]);
	printf("Triggered rules by rule name:\n");
	for (size_t i = 0; rules && i < rules->count; i++)
		if (engine_rule_alerts(w->engine, i))
			printf("   " STR_FMT ": %" PRIu64 "\n", STR_ARG(rules->rules[i].name),
			       engine_rule_alerts(w->engine, i));
	fflush(stdout);

	if (w->cli.verbose) {
		double elapsed = cpu_seconds > 0 ? cpu_seconds : 1e-9;

		fprintf(stderr, "Elapsed time: %.3f, Captured Events: %" PRIu64 ", %.2f eps\n",
			cpu_seconds, engine_event_count(w->engine),
			(double)engine_event_count(w->engine) / elapsed);
	}
	for (size_t i = 0; i < n; i++)
		if (is_loss(counters[i].name))
			drops += counters[i].value;
	fprintf(stderr, "Syscall event drop monitoring:\n   - event drop detected: %" PRIu64 " occurrences\n   - num times actions taken: 0\n",
		drops);
	for (size_t i = 0; i < n; i++)
		if (counters[i].value && (w->cli.verbose || is_loss(counters[i].name)))
			fprintf(stderr, "   - %s: %" PRIu64 "\n", counters[i].name, counters[i].value);
	for (size_t i = 0; i < m; i++)
		if (kept[i].value && w->cli.verbose)
			fprintf(stderr, "   - %s: %" PRIu64 "\n", kept[i].name, kept[i].value);
	if (engine_lost_alerts(w->engine) || w->lost_lines || w->out.lost_lines)
		fprintf(stderr, "   - alerts lost: %" PRIu64 " not built, %" PRIu64 " too long, %" PRIu64 " not written%s%s\n",
			engine_lost_alerts(w->engine), w->lost_lines, w->out.lost_lines,
			w->out.error ? ": " : "", w->out.error ? strerror(-w->out.error) : "");
}

static double cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int write_pid(struct watch *w)
{
	FILE *f = fopen(w->cli.pid_file, "we");
	int r;

	if (!f)
		return diag_sys(&w->diag, -errno, "write pid file", w->cli.pid_file);
	r = fprintf(f, "%d", (int)getpid()) < 0 ? -EIO : 0;
	if (fclose(f) != 0)
		r = -errno;
	return r < 0 ? diag_sys(&w->diag, r, "write pid file", w->cli.pid_file) : 0;
}

static void rule_set_cleanup(struct rule_set **set)
{
	rule_set_free(*set);
}

/* Asks the host for a thread that no event and no snapshot told of. */
static int find_thread(void *ctx, int64_t tid, struct snap_thread *ret)
{
	struct watch *w = ctx;

	return procfs_thread(getenv("HOST_ROOT"), tid, &w->thread_texts, ret);
}

static int build_pipeline(struct watch *w)
{
	struct state_options so = {
		.max_threads = (uint32_t)size_min(w->settings.thread_table_size, UINT32_MAX),
		.live = w->settings.engine_kind == ENGINE_LIVE,
		.host_root = getenv("HOST_ROOT"),
		.self_tid = getpid(),
		.lookup = w->settings.engine_kind == ENGINE_LIVE ? find_thread : NULL,
		.lookup_ctx = w,
	};
	struct engine_options eo = {
		.match_all = w->settings.match_all,
		.time_iso_8601 = w->settings.time_format_iso_8601,
		.bytes = w->settings.buffer_format_base64 ? VALUE_BYTES_BASE64 : VALUE_BYTES_TEXT,
		.text_only = !w->settings.json_output,
		.hostname = buf_str(&w->hostname),
		.source = STR("syscall"),
	};
	CLEANUP(rule_set_cleanup) struct rule_set *rules = NULL;
	int r = state_new(&so, &w->state);

	if (r == 0)
		r = engine_new(&eo, w->state, on_alert, w, &w->engine);
	if (r == 0)
		r = rule_loader_take(w->loader, &rules);
	if (r < 0)
		return diag_error(&w->diag, r, "no memory");
	w->loader = rule_loader_free(w->loader); /* it holds the files' text and trees */
	return engine_take_rules(w->engine, &rules, &w->diag);
}

static int watch(struct watch *w)
{
	struct rule_loader_options lo;
	double started;
	int r = new_loader(w, &lo);

	if (r < 0)
		return 1;
	if (w->cli.validate.count)
		return validate(w);
	if (load_rules(w) < 0)
		return 1;
	if (w->cli.describe_all || w->cli.describe)
		return describe(w);
	if (build_pipeline(w) < 0)
		return 1;
	if (w->cli.dry_run)
		return 0;
	if (w->cli.pid_file && write_pid(w) < 0)
		return 1;
	w->out = (struct line_writer)LINE_WRITER_INIT(
		STDOUT_FILENO, w->settings.buffered_outputs && !w->cli.unbuffered);
	w->out.give_up = stopping;
	catch_signals();
	r = open_source(w);
	malloc_trim(0); /* loading needs far more memory than running */
	started = cpu_now();
	if (r == 0) {
		if (w->cli.hint)
			hint();
		r = run(w);
	}
	line_writer_flush(&w->out);
	print_statistics(w, cpu_now() - started);
	return r < 0 || w->out.error ? 1 : 0;
}

static int load_config(struct watch *w, bool optional)
{
	static const char *const defaults[] = { "/etc/saker/saker.yaml", "/etc/falco/falco.yaml" };
	const char *path = w->cli.config;
	const char **overrides = ARENA_NEW_N(&w->arena, const char *, w->cli.options.count + 3);
	size_t n = 0;
	int r;

	if (!overrides)
		return -ENOMEM;
	/* Without -c: the installed configuration of the name we were called by, then the other's. */
	for (size_t i = 0; !path && i < ARRAY_LEN(defaults); i++) {
		const char *candidate = defaults[w->as_falco ? ARRAY_LEN(defaults) - 1 - i : i];

		if (access(candidate, R_OK) == 0)
			path = candidate;
	}
	for (size_t i = 0; i < w->cli.options.count; i++)
		overrides[n++] = w->cli.options.items[i];
	if (w->cli.replay) {
		overrides[n++] = "engine.kind=replay";
		overrides[n] = arena_printf(&w->arena, "engine.replay.capture_file=%s", w->cli.replay);
		if (!overrides[n++])
			return -ENOMEM;
	}
	r = config_load(path, overrides, n, &w->config, &w->diag);
	if (r < 0 && optional) {
		diag_cleanup(&w->diag);
		r = config_load(NULL, NULL, 0, &w->config, &w->diag);
	}
	if (r == 0)
		r = settings_read(w->config, path, w->cli.print, &w->settings,
				  &w->diag);
	if (r == 0)
		log_setup(&(struct log_options){ .level = w->settings.log_level,
						 .to_stderr = w->settings.log_stderr,
						 .iso_8601 = w->settings.time_format_iso_8601 });
	return r;
}

static void log_start(struct watch *w)
{
	const char *const *files = NULL;
	size_t n = config_files(w->config, &files);
	struct utsname u = { 0 };

	uname(&u);
	log_line(LOG_LEVEL_INFO, "%s version: %s (%s)", w->as_falco ? "Falco" : "Saker",
		 w->as_falco ? COMPATIBLE_VERSION : SAKER_VERSION, u.machine);
	if (n)
		log_line(LOG_LEVEL_INFO, "%s initialized with configuration files:",
			 w->as_falco ? "Falco" : "Saker");
	for (size_t i = 0; i < n; i++)
		log_line(LOG_LEVEL_INFO, "   %s | schema validation: none", files[i]);
	if (w->cli.print)
		log_line(LOG_LEVEL_WARNING,
			 "The -p/--print option is deprecated and will be removed. Use -o append_output=... instead.");
	if (w->cli.markdown)
		log_line(LOG_LEVEL_WARNING, "The --markdown option is deprecated. Use --format markdown instead.");
}

static int watch_options(struct watch *w)
{
	bool informational = w->cli.version || w->cli.list;
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(TEXT_MAX_BYTES);

	if (w->cli.help) {
		cli_help(w->as_falco ? "falco" : "saker watch", &b);
		return print_buf(w, &b);
	}
	if (w->cli.list_events)
		return print_events(w);
	if (w->cli.ignored_events)
		return print_ignored();
	if (load_config(w, informational) < 0)
		return 1;
	if (w->cli.version)
		return print_version(w);
	if (!w->cli.list)
		log_start(w);
	report(&w->diag); /* warnings, before the work begins */
	if (w->cli.page_size) {
		log_line(LOG_LEVEL_INFO, "Your system page size is: %ld bytes", sysconf(_SC_PAGESIZE));
		return 0;
	}
	if (w->cli.list)
		return print_list(w);
	settings_hostname(&w->hostname);
	w->json = (struct alert_json_options){
		.output = w->settings.json_include_output_property,
		.message = w->settings.json_include_message_property,
		.output_fields = w->settings.json_include_output_fields_property,
		.tags = w->settings.json_include_tags_property,
	};
	return watch(w);
}

int watch_main(int argc, char **argv, bool as_falco)
{
	struct watch w = {
		.as_falco = as_falco,
		.diag = DIAG_INIT,
		.arena = ARENA_INIT((size_t)64 << 20),
		.line = BUF_INIT((size_t)16 << 20),
		.hostname = BUF_INIT(65536),
		.thread_texts = PROCFS_THREAD_BUF_INIT,
	};
	int status = 1;

	if (cli_parse(argc, argv, &w.cli, &w.diag) == 0)
		status = watch_options(&w);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		diag_error(&w.diag, -EIO, "standard output could not be written");
		status = 1;
	}
	report(&w.diag);
	source_close(w.source);
	engine_free(w.engine);
	state_free(w.state);
	rule_loader_free(w.loader);
	line_writer_fini(&w.out);
	buf_cleanup(&w.line);
	buf_cleanup(&w.hostname);
	procfs_thread_buf_cleanup(&w.thread_texts);
	settings_fini(&w.settings);
	config_free(w.config);
	arena_cleanup(&w.arena);
	cli_fini(&w.cli);
	return status;
}
