/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the event itself: evt.*, syscall.type. Two classes: what every event has, and what only
 * events of this host's kernel have.
 */
#include <errno.h>

#include "event/syscall.h"
#include "field/arg.h"
#include "field/evt.h"

enum { CHEAP_TYPE = FIELD_CHEAP | FIELD_EVENT_TYPE };

/* --- what kind of event ---------------------------------------------------------------------- */

static struct str type_name(const struct event *ev)
{
	if (UNLIKELY(ev->type == EV_ASYNCEVENT_E) && event_has(ev, 1))
		return event_text(ev, 1);
	return event_type_name(ev);
}

static bool get_num(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_UINT64, ctx->ev->num);
}

static bool get_dir(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_text(ret, event_is_exit(ctx->ev->type) ? STR("<") : STR(">"));
}

static bool get_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_text(ret, type_name(ctx->ev));
}

static bool get_syscall_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return ctx->ev->info->category & EC_SYSCALL && value_text(ret, type_name(ctx->ev));
}

static bool get_type_is(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	bool is = arg->aux ? ctx->ev->type == arg->aux - 1 : str_eq(type_name(ctx->ev), arg->key);

	return value_number(ret, PT_UINT32, is);
}

static int prepare_type_is(struct field_arg *arg, const char **ret_reason)
{
	struct syscall_set syscalls;
	struct code_set codes;
	uint64_t code;

	arg->aux = 0;
	if (str_to_u64(arg->key, &code) == 0) {
		if (code >= EVENT_CODES) {
			*ret_reason = "evt.type.is: there is no event with this number";
			return -EINVAL;
		}
		arg->aux = (int64_t)code + 1;
		return 0;
	}
	if (!field_codes_of(arg->key, &codes, &syscalls)) {
		*ret_reason = "evt.type.is: there is no event with this name";
		return -EINVAL;
	}
	return 0;
}

/* I/O happens on many kinds of things: the descriptor tells the category. */
static struct str io_category(const struct fd *fd)
{
	if (!fd)
		return STR("unknown");
	switch ((enum fd_type)fd->type) {
	case FD_FILE:
	case FD_FILE_V2:
	case FD_DIRECTORY:
		return STR("file");
	case FD_IPV4:
	case FD_IPV6:
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		return STR("net");
	case FD_FIFO:
	case FD_UNIX:
	case FD_EVENTFD:
	case FD_SIGNALFD:
	case FD_INOTIFY:
	case FD_USERFAULTFD:
		return STR("ipc");
	default:
		return STR("unknown");
	}
}

static bool get_category(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const char *const words[] = {
		[EC_UNKNOWN] = "unknown", [EC_OTHER] = "other",     [EC_FILE] = "file",
		[EC_NET] = "net",         [EC_IPC] = "IPC",         [EC_MEMORY] = "memory",
		[EC_PROCESS] = "process", [EC_SLEEP] = "sleep",     [EC_SYSTEM] = "system",
		[EC_SIGNAL] = "signal",   [EC_USER] = "user",       [EC_TIME] = "time",
		[EC_PROCESSING] = "processing",
	};
	unsigned int category = ctx->ev->info->category;
	unsigned int low = category & EC_MASK;

	(void)arg;
	if (low == EC_IO_READ || low == EC_IO_WRITE || low == EC_IO_OTHER)
		return value_text(ret, io_category(ctx_fd(ctx)));
	if (low == EC_UNKNOWN && category & EC_WAIT)
		return value_text(ret, STR("wait"));
	if (low == EC_UNKNOWN && category & EC_SCHEDULER)
		return value_text(ret, STR("scheduler"));
	if (low == EC_UNKNOWN && category & EC_INTERNAL)
		return value_text(ret, STR("internal"));
	return value_text(ret, low < ARRAY_LEN(words) ? str_c(words[low]) : STR("unknown"));
}

static bool get_cpu(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	*ret = (struct value){ .type = PT_INT16, .i = (int16_t)ctx->ev->cpu };
	return true;
}

static bool get_source(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_text(ret, ctx->env->source);
}

static bool get_hostname(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_text(ret, ctx->env->hostname);
}

static bool get_is_async(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, ctx->ev->info->category & EC_METAEVENT);
}

static bool get_asynctype(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return ctx->ev->type == EV_ASYNCEVENT_E && event_has(ctx->ev, 1) &&
	       value_text(ret, event_text(ctx->ev, 1));
}

/* Events of plugins carry the number of their plugin, which only a loaded plugin gives a name. */
static bool get_plugin(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	(void)ret;
	return false;
}

/* --- rows ------------------------------------------------------------------------------------ */

static const struct field_def all_rows[] = {
	{ "evt.num", PT_UINT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_num, NULL, NULL,
	  "Running number of the event, from 1." },
	{ "evt.time", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, evt_time, NULL, NULL,
	  "Time of the event on the local clock, with nanoseconds: HH:MM:SS.nnnnnnnnn." },
	{ "evt.time.s", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, evt_time_s, NULL, NULL,
	  "Time of the event on the local clock, without a fraction: HH:MM:SS." },
	{ "evt.time.iso8601", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, evt_time_iso,
	  NULL, NULL, "Date and time of the event in UTC, with nanoseconds, in the form of ISO 8601." },
	{ "evt.datetime", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, evt_datetime, NULL,
	  NULL, "Local date and time of the event, with nanoseconds." },
	{ "evt.datetime.s", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, evt_datetime_s, NULL,
	  NULL, "Local date and time of the event, without a fraction." },
	{ "evt.rawtime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_rawtime, NULL, NULL,
	  "Time of the event in nanoseconds since the epoch." },
	{ "evt.rawtime.s", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_rawtime_s, NULL,
	  NULL, "Whole seconds of the event's time since the epoch." },
	{ "evt.rawtime.ns", PT_ABSTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_rawtime_ns, NULL, NULL, "Nanoseconds of the event's time within its second." },
	{ "evt.reltime", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_reltime,
	  NULL, NULL, "Nanoseconds since the first event of the run." },
	{ "evt.reltime.s", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_reltime_s, NULL,
	  NULL, "Whole seconds since the first event of the run." },
	{ "evt.reltime.ns", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_reltime_ns, NULL, NULL,
	  "What evt.reltime has beyond whole seconds, in nanoseconds." },
	{ "evt.pluginname", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_plugin, NULL, NULL,
	  "Name of the plugin that made the event, when it is loaded." },
	{ "evt.plugininfo", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_plugin, NULL, NULL,
	  "The event in one line, as the plugin that made it puts it, when it is loaded." },
	{ "evt.source", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_source, NULL, NULL,
	  "Source of the event: syscall, or the source that a plugin names." },
	{ "evt.is_async", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_is_async, NULL, NULL,
	  "True for events that the sensor or a plugin adds by itself, beside what the source delivers." },
	{ "evt.asynctype", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_asynctype, NULL, NULL,
	  "Name of such an added event, for instance container." },
	{ "evt.hostname", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_hostname, NULL, NULL,
	  "Name of the host, as the sensor knows it." },
};

static const struct field_def syscall_rows[] = {
	{ "evt.latency", PT_RELTIME, PF_DEC, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, evt_no_latency, NULL, NULL,
	  "Always 0: enter events, from which it was measured, are no longer recorded." },
	{ "evt.latency.s", PT_RELTIME, PF_DEC, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, evt_no_latency, NULL, NULL, "Always 0: the seconds of evt.latency." },
	{ "evt.latency.ns", PT_RELTIME, PF_10_PADDED_DEC,
	  FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE, evt_no_latency, NULL, NULL,
	  "Always 0: the nanoseconds of evt.latency." },
	/* The reference warns about every deprecated field but this one. */
	{ "evt.latency.quantized", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_no_latency_log, NULL, NULL, "Always 0: the order of magnitude of evt.latency." },
	{ "evt.latency.human", PT_CHARBUF, PF_NA, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, evt_no_latency_text, NULL, NULL, "Always 0ns: evt.latency with its unit." },
	{ "evt.deltatime", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_delta, NULL, NULL,
	  "Nanoseconds since the event before this one." },
	{ "evt.deltatime.s", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_delta_s, NULL, NULL,
	  "Whole seconds since the event before this one." },
	{ "evt.deltatime.ns", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_delta_ns, NULL, NULL, "What evt.deltatime has beyond whole seconds, in nanoseconds." },
	{ "evt.outputtime", PT_CHARBUF, PF_NA, FIELD_PRINT_ONLY | FIELD_HIDDEN, FIELD_ARG_NONE,
	  evt_outputtime, NULL, NULL,
	  "Time of the event in the form that the run was asked for." },
	{ "evt.dir", PT_CHARBUF, PF_DIR, FIELD_DEPRECATED | FIELD_HIDDEN | CHEAP_TYPE,
	  FIELD_ARG_NONE, get_dir, NULL, NULL,
	  "Direction: > when a call is entered, < when it returns. Nearly all events are of the second kind." },
	{ "evt.type", PT_CHARBUF, PF_NA, FIELD_TYPE_NAMES | CHEAP_TYPE, FIELD_ARG_NONE, get_type,
	  NULL, NULL, "Name of the event, for instance open; for system calls the call's name." },
	{ "evt.type.is", PT_UINT32, PF_NA, CHEAP_TYPE | FIELD_NO_RHS, FIELD_ARG_KEY, get_type_is,
	  NULL, prepare_type_is,
	  "evt.type.is.NAME is 1 for events of the type NAME and 0 for all others. A number of the event table can stand in place of the name." },
	{ "syscall.type", PT_CHARBUF, PF_NA, FIELD_TYPE_NAMES | CHEAP_TYPE, FIELD_ARG_NONE,
	  get_syscall_type, NULL, NULL,
	  "The same as evt.type, but without a value for events that are no system calls." },
	{ "evt.category", PT_CHARBUF, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_category, NULL, NULL,
	  "What the event is about: file, net, memory, process, sleep, system, signal, user, time, wait, scheduler ...; for reading and writing the kind of the descriptor decides: file, net, ipc." },
	{ "evt.cpu", PT_INT16, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_cpu, NULL, NULL,
	  "Number of the CPU on which it happened." },
	{ "evt.args", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, arg_all, NULL, NULL,
	  "All parameters of the event as one text: name=value, with names of flags, files and users in parentheses." },
	{ "evt.arg", PT_CHARBUF, PF_NA, 0, FIELD_ARG_BOTH, arg_text, NULL, arg_prepare_text,
	  "One parameter, by name (evt.arg.fd) or by position (evt.arg[0]): its meaning when there is one (names of flags, of the file, of the error), otherwise its value." },
	{ "evt.rawarg", PT_DYN, PF_NA, FIELD_NO_RHS | FIELD_NO_TRANSFORMER, FIELD_ARG_KEY, arg_raw,
	  NULL, arg_prepare_raw,
	  "One parameter by name (evt.rawarg.flags) with the type that it has in the event, so that numbers compare as numbers." },
	{ "evt.info", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, arg_all, NULL, NULL,
	  "The same text as evt.args." },
	{ "evt.buffer", PT_BYTEBUF, PF_NA, 0, FIELD_ARG_NONE, arg_buffer, NULL, NULL,
	  "The first bytes of what was read or written. Compare them with bcontains and bstartswith, or with contains." },
	{ "evt.buflen", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_buflen, NULL, NULL,
	  "Number of bytes that a successful call on a known descriptor moved." },
	{ "evt.res", PT_CHARBUF, PF_DEC, 0, FIELD_ARG_NONE, evt_res, NULL, NULL,
	  "SUCCESS, or the name of the error, for instance ENOENT. No value for events that return nothing." },
	{ "evt.rawres", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_rawres, NULL, NULL,
	  "What the call returned, as a number; errors are negative." },
	{ "evt.failed", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_failed, NULL, NULL,
	  "True when the call returned an error." },
	{ "evt.is_io", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, evt_is_io, NULL, NULL,
	  "True for events that read from a descriptor or write to one, like read, send, recvfrom." },
	{ "evt.is_io_read", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, evt_is_io_read, NULL, NULL,
	  "True for events that read from a descriptor." },
	{ "evt.is_io_write", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, evt_is_io_write, NULL, NULL,
	  "True for events that write to a descriptor." },
	{ "evt.io_dir", PT_CHARBUF, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, evt_io_dir, NULL, NULL,
	  "read or write, for events that do one of the two." },
	{ "evt.is_wait", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, evt_is_wait, NULL, NULL,
	  "True for events that make the thread wait, like poll or nanosleep." },
	{ "evt.wait_latency", PT_RELTIME, PF_DEC, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, evt_no_latency, NULL, NULL,
	  "Always 0: enter events, from which it was measured, are no longer recorded." },
	{ "evt.is_syslog", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_is_syslog, NULL, NULL,
	  "True for writes to the socket of the system log." },
	{ "evt.count", PT_UINT32, PF_DEC, CHEAP_TYPE, FIELD_ARG_NONE, evt_one, NULL, NULL,
	  "Always 1: what counts events in sums." },
	{ "evt.count.error", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_count_error, NULL,
	  NULL, "1 for calls that failed, 0 for those that did not." },
	{ "evt.count.error.file", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_count_error_file, NULL, NULL,
	  "The same as evt.count.error, only for calls on files and directories." },
	{ "evt.count.error.net", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, evt_count_error_net,
	  NULL, NULL, "The same as evt.count.error, only for calls on sockets." },
	{ "evt.count.error.memory", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_count_error_memory, NULL, NULL,
	  "The same as evt.count.error, only for calls that manage memory." },
	{ "evt.count.error.other", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_count_error_other, NULL, NULL,
	  "The same as evt.count.error, only for calls that are about neither files nor sockets nor memory." },
	{ "evt.count.exit", PT_UINT32, PF_DEC, CHEAP_TYPE, FIELD_ARG_NONE, evt_count_exit, NULL,
	  NULL, "1 for events that report the return of a call; no value for all others." },
	{ "evt.count.procinfo", PT_UINT32, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_count_procinfo, NULL, NULL, "1 for procinfo events about main threads." },
	{ "evt.count.threadinfo", PT_UINT32, PF_DEC, FIELD_HIDDEN | CHEAP_TYPE, FIELD_ARG_NONE,
	  evt_count_threadinfo, NULL, NULL, "1 for procinfo events." },
	{ "evt.around", PT_UINT64, PF_DEC,
	  FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER | FIELD_WITHIN | FIELD_CHEAP,
	  FIELD_ARG_INDEX, evt_around, NULL, NULL,
	  "evt.around[T]=D accepts events from D milliseconds before the time T to D milliseconds after it. T is in nanoseconds since the epoch." },
	{ "evt.abspath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_KEY, arg_abspath, NULL,
	  arg_prepare_abspath,
	  "Absolute path that a call with a directory descriptor (openat, unlinkat, renameat ...) is about. Calls with two paths have evt.abspath.src and evt.abspath.dst." },
	{ "evt.abspath.src", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, arg_abspath_source,
	  NULL, NULL, "The first of the two paths of evt.abspath." },
	{ "evt.abspath.dst", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, arg_abspath_target,
	  NULL, NULL, "The second of the two paths of evt.abspath." },
	{ "evt.buflen.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_in, NULL, NULL, "evt.buflen of events that read." },
	{ "evt.buflen.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_out, NULL, NULL, "evt.buflen of events that write." },
	{ "evt.buflen.file", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_file, NULL, NULL, "evt.buflen of events on files." },
	{ "evt.buflen.file.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_file_in, NULL, NULL, "evt.buflen of events that read from files." },
	{ "evt.buflen.file.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_file_out, NULL, NULL, "evt.buflen of events that write to files." },
	{ "evt.buflen.net", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_net, NULL, NULL, "evt.buflen of events on IP sockets." },
	{ "evt.buflen.net.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_net_in, NULL, NULL, "evt.buflen of events that read from IP sockets." },
	{ "evt.buflen.net.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  evt_buflen_net_out, NULL, NULL, "evt.buflen of events that write to IP sockets." },
	{ "evt.is_open_read", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_is_open_read, NULL,
	  NULL, "True for open, openat, openat2 and open_by_handle_at when the file is opened for reading." },
	{ "evt.is_open_write", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_is_open_write, NULL,
	  NULL, "True for open, openat, openat2 and open_by_handle_at when the file is opened for writing." },
	{ "evt.infra.docker.name", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, evt_infra_name,
	  NULL, NULL, "Name of a container daemon's event in an old capture." },
	{ "evt.infra.docker.container.id", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  evt_infra_id, NULL, NULL, "Id of the container that such an event is about." },
	{ "evt.infra.docker.container.name", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  evt_infra_container, NULL, NULL, "Name of the container that such an event is about." },
	{ "evt.infra.docker.container.image", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  evt_infra_image, NULL, NULL, "Image of the container that such an event is about." },
	{ "evt.is_open_exec", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_is_open_exec, NULL,
	  NULL, "True when a file is created (creat, or open, openat, openat2 with O_CREAT or O_TMPFILE) and anybody may execute it." },
	{ "evt.is_open_create", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, evt_is_open_create,
	  NULL, NULL, "True when opening a file really created it." },
};

const struct field_list field_evt = {
	.name = "evt",
	.scope = "All event types",
	.text = "These fields are there for events of every kind",
	.fields = all_rows,
	.count = ARRAY_LEN(all_rows),
};

const struct field_list field_evt_syscall = {
	.name = "evt",
	.scope = "Events of the kernel",
	.text = "What was called, with which parameters and with what result",
	.source = "syscall",
	.fields = syscall_rows,
	.count = ARRAY_LEN(syscall_rows),
};
