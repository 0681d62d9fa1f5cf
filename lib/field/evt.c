/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the event itself: evt.*, syscall.type. Two classes: what every event has, and what only
 * events of this host's kernel have.
 */
#include <errno.h>
#include <time.h>

#include "event/syscall.h"
#include "field/arg.h"
#include "field/extract.h"

enum { CHEAP_TYPE = FIELD_CHEAP | FIELD_EVENT_TYPE };

/* Neutral open flags: table file_flags in event/flags.def. */
enum {
	OPEN_READ = 1 << 0,
	OPEN_WRITE = 1 << 1,
	OPEN_CREAT = 1 << 2,
	OPEN_TMPFILE = 1 << 13,
	OPEN_CREATED = 1 << 14,
};

enum { NS_PER_S = 1000000000 };

static uint64_t since(uint64_t now, uint64_t then)
{
	return then && now > then ? now - then : 0;
}

/* --- times ----------------------------------------------------------------------------------- */

struct clock_form {
	bool utc;
	char after_date; /* 0: no date */
	bool with_ns;
	const char *tail;
};

static void print_clock(struct field_ctx *ctx, const void *what, struct buf *b)
{
	const struct clock_form *form = what;
	time_t seconds = (time_t)(ctx->ev->ts_ns / NS_PER_S);
	struct tm tm;

	if (!(form->utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm)))
		return;
	if (form->after_date)
		buf_printf(b, "%04d-%02d-%02d%c", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			   form->after_date);
	buf_printf(b, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (form->with_ns) {
		buf_byte(b, '.');
		buf_u64_padded(b, ctx->ev->ts_ns % NS_PER_S, 9);
	}
	buf_c(b, form->tail);
}

static bool clock_text(struct field_ctx *ctx, const struct clock_form *form, struct value *ret)
{
	return text_value(ctx, print_clock, form, ret);
}

static bool get_time(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, 0, true, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

static bool get_time_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, 0, false, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

static bool get_time_iso(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { true, 'T', true, "+0000" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

static bool get_datetime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, ' ', true, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

static bool get_datetime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, ' ', false, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

static bool get_rawtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns);
}

static bool get_rawtime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns / NS_PER_S);
}

static bool get_rawtime_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns % NS_PER_S);
}

static bool get_reltime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns));
}

static bool get_reltime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns) / NS_PER_S);
}

static bool get_reltime_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns) % NS_PER_S);
}

static bool get_delta(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->prev_ts_ns));
}

static bool get_delta_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->prev_ts_ns) / NS_PER_S);
}

static bool get_delta_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->prev_ts_ns) % NS_PER_S);
}

static void print_seconds(struct field_ctx *ctx, const void *what, struct buf *b)
{
	uint64_t ns = *(const uint64_t *)what;

	(void)ctx;
	buf_u64(b, ns / NS_PER_S);
	buf_byte(b, '.');
	buf_u64_padded(b, ns % NS_PER_S, 9);
}

static bool get_outputtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	uint64_t ns;

	switch (ctx->env->time_mode) {
	case 'a':
		ns = ctx->ev->ts_ns;
		break;
	case 'r':
		ns = since(ctx->ev->ts_ns, ctx->env->first_ts_ns);
		break;
	case 'd': /* latencies, which exist no more */
		ns = 0;
		break;
	case 'D':
		ns = since(ctx->ev->ts_ns, ctx->env->prev_ts_ns);
		break;
	default:
		return get_time(ctx, arg, ret);
	}
	return text_value(ctx, print_seconds, &ns, ret);
}

/* Latencies were the time from an enter event to its exit; today's sources have no enter events. */
static bool get_no_latency(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_RELTIME, 0);
}

static bool get_no_latency_log(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_UINT64, 0);
}

static bool get_no_latency_text(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_text(ret, STR("0ns"));
}

/* Distance from the wanted time in milliseconds, rounded up: "within D" is "not more than D". */
static bool get_around(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	uint64_t now = ctx->ev->ts_ns;
	uint64_t ns = now > arg->index ? now - arg->index : arg->index - now;

	return value_number(ret, PT_UINT64, ns / 1000000 + (ns % 1000000 != 0));
}

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

/* --- results --------------------------------------------------------------------------------- */

static bool get_res(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const char *name;
	int64_t res;

	(void)arg;
	if (!ctx_result(ctx, &res))
		return false;
	if (res >= 0)
		return value_text(ret, STR("SUCCESS"));
	name = res == INT64_MIN ? NULL : errno_name(-res);
	if (!name)
		name = arena_printf(ctx->scratch, "%lld", (long long)res);
	return name && value_text(ret, str_c(name));
}

static bool get_rawres(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return ctx_result(ctx, &res) && value_i64(ret, res);
}

static bool get_failed(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return ctx_result(ctx, &res) && value_bool(ret, res < 0);
}

static bool get_one(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_UINT32, 1);
}

static bool get_count_error(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	int64_t res;

	(void)arg;
	return ctx_result(ctx, &res) && value_number(ret, PT_UINT32, res < 0);
}

enum error_class {
	ERROR_FILE,
	ERROR_NET,
	ERROR_MEMORY,
	ERROR_OTHER,
};

static enum error_class error_class(const struct field_ctx *ctx)
{
	const struct fd *fd = ctx_fd(ctx);
	uint16_t type = ctx->ev->type;

	if (fd && (fd_is_file(fd) || fd->type == FD_DIRECTORY))
		return ERROR_FILE;
	if (fd && fd_is_socket(fd))
		return ERROR_NET;
	if (is_open_exit(type) || type == EV_SYSCALL_CREAT_X)
		return ERROR_FILE;
	if (str_eq(event_type_name(ctx->ev), STR("accept")) ||
	    str_eq(event_type_name(ctx->ev), STR("accept4")) ||
	    str_eq(event_type_name(ctx->ev), STR("connect")))
		return ERROR_NET;
	if ((ctx->ev->info->category & EC_MASK) == EC_MEMORY)
		return ERROR_MEMORY;
	return ERROR_OTHER;
}

static bool count_error(struct field_ctx *ctx, enum error_class class, struct value *ret)
{
	int64_t res;

	return ctx_result(ctx, &res) && error_class(ctx) == class &&
	       value_number(ret, PT_UINT32, res < 0);
}

static bool get_count_error_file(struct field_ctx *ctx, const struct field_arg *arg,
				 struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_FILE, ret);
}

static bool get_count_error_net(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_NET, ret);
}

static bool get_count_error_memory(struct field_ctx *ctx, const struct field_arg *arg,
				   struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_MEMORY, ret);
}

static bool get_count_error_other(struct field_ctx *ctx, const struct field_arg *arg,
				  struct value *ret)
{
	(void)arg;
	return count_error(ctx, ERROR_OTHER, ret);
}

static bool get_count_exit(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return event_is_exit(ctx->ev->type) && value_number(ret, PT_UINT32, 1);
}

static bool get_count_procinfo(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	struct thread *t = ctx_thread(ctx);

	(void)arg;
	return ctx->ev->type == EV_PROCINFO_E && t && t->marks & THREAD_IS_MAIN &&
	       value_number(ret, PT_UINT32, 1);
}

static bool get_count_threadinfo(struct field_ctx *ctx, const struct field_arg *arg,
				 struct value *ret)
{
	(void)arg;
	return ctx->ev->type == EV_PROCINFO_E && value_number(ret, PT_UINT32, 1);
}

/* --- reading and writing --------------------------------------------------------------------- */

static bool is_read(const struct event *ev)
{
	return ev->info->flags & EF_READS_FROM_FD;
}

static bool is_write(const struct event *ev)
{
	return ev->info->flags & EF_WRITES_TO_FD;
}

static bool get_is_io(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_read(ctx->ev) || is_write(ctx->ev));
}

static bool get_is_io_read(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_read(ctx->ev));
}

static bool get_is_io_write(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, is_write(ctx->ev));
}

static bool get_io_dir(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	if (is_read(ctx->ev))
		return value_text(ret, STR("read"));
	return is_write(ctx->ev) && value_text(ret, STR("write"));
}

static bool get_is_wait(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, ctx->ev->info->flags & EF_WAITS);
}

static bool get_is_syslog(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);

	(void)arg;
	return value_bool(ret, is_write(ctx->ev) && fd && fd->marks & FD_SYSLOG);
}

/* Which bytes a field counts: of reads or writes (0: any I/O), on files or sockets. */
enum {
	COUNT_FILES = 1 << 0,
	COUNT_NET = 1 << 1,
	COUNT_IN = 1 << 2,
	COUNT_OUT = 1 << 3,
};

static bool count_bytes(struct field_ctx *ctx, unsigned int what, struct value *ret)
{
	const struct fd *fd = ctx_fd(ctx);
	unsigned int category = ctx->ev->info->category & EC_MASK;
	int64_t res;

	if (!fd || !ctx_result(ctx, &res) || res < 0)
		return false;
	if (category != EC_IO_READ && category != EC_IO_WRITE && category != EC_IO_OTHER)
		return false;
	if ((what & COUNT_FILES && !fd_is_file(fd)) || (what & COUNT_NET && !fd_is_ip(fd)))
		return false;
	if ((what & COUNT_IN && category != EC_IO_READ) ||
	    (what & COUNT_OUT && category != EC_IO_WRITE))
		return false;
	return value_number(ret, PT_UINT64, (uint64_t)res);
}

static bool get_buflen(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, 0, ret);
}

static bool get_buflen_in(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_IN, ret);
}

static bool get_buflen_out(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_OUT, ret);
}

static bool get_buflen_file(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES, ret);
}

static bool get_buflen_file_in(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES | COUNT_IN, ret);
}

static bool get_buflen_file_out(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_FILES | COUNT_OUT, ret);
}

static bool get_buflen_net(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET, ret);
}

static bool get_buflen_net_in(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET | COUNT_IN, ret);
}

static bool get_buflen_net_out(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	(void)arg;
	return count_bytes(ctx, COUNT_NET | COUNT_OUT, ret);
}

/* --- opening --------------------------------------------------------------------------------- */

/* Where an opening exit has its flags and mode; mode -1: it has none. */
static bool open_params(const struct event *ev, int *ret_flags, int *ret_mode)
{
	switch (ev->type) {
	case EV_SYSCALL_OPEN_X:
		*ret_flags = 2;
		*ret_mode = 3;
		return true;
	case EV_SYSCALL_OPENAT_2_X:
	case EV_SYSCALL_OPENAT2_X:
		*ret_flags = 3;
		*ret_mode = 4;
		return true;
	case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
		*ret_flags = 2;
		*ret_mode = -1;
		return true;
	}
	return false;
}

static uint32_t open_flags(const struct event *ev)
{
	int flags;
	int mode;

	return open_params(ev, &flags, &mode) ? (uint32_t)event_u64(ev, (unsigned int)flags, 0) : 0;
}

static bool get_is_open_read(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, open_flags(ctx->ev) & OPEN_READ);
}

static bool get_is_open_write(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_bool(ret, open_flags(ctx->ev) & OPEN_WRITE);
}

static bool get_is_open_exec(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct event *ev = ctx->ev;
	uint64_t mode_bits = 0;
	int flags;
	int mode;

	(void)arg;
	if (ev->type == EV_SYSCALL_CREAT_X)
		mode_bits = event_u64(ev, 2, 0);
	else if (open_params(ev, &flags, &mode) && mode >= 0 &&
		 event_u64(ev, (unsigned int)flags, 0) & (OPEN_CREAT | OPEN_TMPFILE))
		mode_bits = event_u64(ev, (unsigned int)mode, 0);
	return value_bool(ret, mode_bits & 0111);
}

static bool get_is_open_create(struct field_ctx *ctx, const struct field_arg *arg,
			       struct value *ret)
{
	uint32_t flags = open_flags(ctx->ev);
	int64_t res;

	(void)arg;
	return value_bool(ret, flags & OPEN_CREATED ||
				       (flags & OPEN_TMPFILE && ctx_result(ctx, &res) && res >= 0));
}

/* --- events of a container daemon, in old captures ------------------------------------------- */

/* The text after "KEY:" in the description, whose parts are separated by ';'. */
static bool infra(struct field_ctx *ctx, struct str key, struct str *ret)
{
	struct str rest = event_text(ctx->ev, 2);
	struct str piece;

	if (ctx->ev->type != EV_INFRASTRUCTURE_EVENT_E || !event_has(ctx->ev, 2))
		return false;
	while (str_split(&rest, ';', &piece)) {
		ptrdiff_t colon = str_find_byte(piece, ':');

		if (colon < 0 || !str_eq(str_trim(str_first(piece, (size_t)colon)), key))
			continue;
		*ret = str_trim(str_from(piece, (size_t)colon + 1));
		return true;
	}
	return false;
}

static bool get_infra_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("Event"), &s) && value_text(ret, s);
}

static bool get_infra_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("ID"), &s) && value_text(ret, str_first(s, 12));
}

static bool get_infra_container(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	struct str s;

	(void)arg;
	return infra(ctx, STR("Name"), &s) && value_text(ret, s);
}

static bool get_infra_image(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	ptrdiff_t at;
	struct str s;

	(void)arg;
	if (!infra(ctx, STR("Image"), &s))
		return false;
	at = str_find_byte(s, '@');
	return value_text(ret, at < 0 ? s : str_first(s, (size_t)at));
}

/* --- rows ------------------------------------------------------------------------------------ */

static const struct field_def all_rows[] = {
	{ "evt.num", PT_UINT64, PF_ID, FIELD_CHEAP, FIELD_ARG_NONE, get_num, NULL, NULL,
	  "Running number of the event, from 1." },
	{ "evt.time", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, get_time, NULL, NULL,
	  "Time of the event on the local clock, with nanoseconds: HH:MM:SS.nnnnnnnnn." },
	{ "evt.time.s", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, get_time_s, NULL, NULL,
	  "Time of the event on the local clock, without a fraction: HH:MM:SS." },
	{ "evt.time.iso8601", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, get_time_iso,
	  NULL, NULL, "Date and time of the event in UTC, with nanoseconds, in the form of ISO 8601." },
	{ "evt.datetime", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, get_datetime, NULL,
	  NULL, "Local date and time of the event, with nanoseconds." },
	{ "evt.datetime.s", PT_CHARBUF, PF_NA, FIELD_TIME_TEXT, FIELD_ARG_NONE, get_datetime_s, NULL,
	  NULL, "Local date and time of the event, without a fraction." },
	{ "evt.rawtime", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_rawtime, NULL, NULL,
	  "Time of the event in nanoseconds since the epoch." },
	{ "evt.rawtime.s", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_rawtime_s, NULL,
	  NULL, "Whole seconds of the event's time since the epoch." },
	{ "evt.rawtime.ns", PT_ABSTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_rawtime_ns, NULL, NULL, "Nanoseconds of the event's time within its second." },
	{ "evt.reltime", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_reltime,
	  NULL, NULL, "Nanoseconds since the first event of the run." },
	{ "evt.reltime.s", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_reltime_s, NULL,
	  NULL, "Whole seconds since the first event of the run." },
	{ "evt.reltime.ns", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_reltime_ns, NULL, NULL,
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
	  FIELD_ARG_NONE, get_no_latency, NULL, NULL,
	  "Always 0: enter events, from which it was measured, are no longer recorded." },
	{ "evt.latency.s", PT_RELTIME, PF_DEC, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, get_no_latency, NULL, NULL, "Always 0: the seconds of evt.latency." },
	{ "evt.latency.ns", PT_RELTIME, PF_10_PADDED_DEC,
	  FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE, get_no_latency, NULL, NULL,
	  "Always 0: the nanoseconds of evt.latency." },
	/* The reference warns about every deprecated field but this one. */
	{ "evt.latency.quantized", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_no_latency_log, NULL, NULL, "Always 0: the order of magnitude of evt.latency." },
	{ "evt.latency.human", PT_CHARBUF, PF_NA, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, get_no_latency_text, NULL, NULL, "Always 0ns: evt.latency with its unit." },
	{ "evt.deltatime", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_delta, NULL, NULL,
	  "Nanoseconds since the event before this one." },
	{ "evt.deltatime.s", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_delta_s, NULL, NULL,
	  "Whole seconds since the event before this one." },
	{ "evt.deltatime.ns", PT_RELTIME, PF_10_PADDED_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_delta_ns, NULL, NULL, "What evt.deltatime has beyond whole seconds, in nanoseconds." },
	{ "evt.outputtime", PT_CHARBUF, PF_NA, FIELD_PRINT_ONLY | FIELD_HIDDEN, FIELD_ARG_NONE,
	  get_outputtime, NULL, NULL,
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
	{ "evt.buflen", PT_UINT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_buflen, NULL, NULL,
	  "Number of bytes that a successful call on a known descriptor moved." },
	{ "evt.res", PT_CHARBUF, PF_DEC, 0, FIELD_ARG_NONE, get_res, NULL, NULL,
	  "SUCCESS, or the name of the error, for instance ENOENT. No value for events that return nothing." },
	{ "evt.rawres", PT_INT64, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_rawres, NULL, NULL,
	  "What the call returned, as a number; errors are negative." },
	{ "evt.failed", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_failed, NULL, NULL,
	  "True when the call returned an error." },
	{ "evt.is_io", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_is_io, NULL, NULL,
	  "True for events that read from a descriptor or write to one, like read, send, recvfrom." },
	{ "evt.is_io_read", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_is_io_read, NULL, NULL,
	  "True for events that read from a descriptor." },
	{ "evt.is_io_write", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_is_io_write, NULL, NULL,
	  "True for events that write to a descriptor." },
	{ "evt.io_dir", PT_CHARBUF, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_io_dir, NULL, NULL,
	  "read or write, for events that do one of the two." },
	{ "evt.is_wait", PT_BOOL, PF_NA, CHEAP_TYPE, FIELD_ARG_NONE, get_is_wait, NULL, NULL,
	  "True for events that make the thread wait, like poll or nanosleep." },
	{ "evt.wait_latency", PT_RELTIME, PF_DEC, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP,
	  FIELD_ARG_NONE, get_no_latency, NULL, NULL,
	  "Always 0: enter events, from which it was measured, are no longer recorded." },
	{ "evt.is_syslog", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_syslog, NULL, NULL,
	  "True for writes to the socket of the system log." },
	{ "evt.count", PT_UINT32, PF_DEC, CHEAP_TYPE, FIELD_ARG_NONE, get_one, NULL, NULL,
	  "Always 1: what counts events in sums." },
	{ "evt.count.error", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_count_error, NULL,
	  NULL, "1 for calls that failed, 0 for those that did not." },
	{ "evt.count.error.file", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_count_error_file, NULL, NULL,
	  "The same as evt.count.error, only for calls on files and directories." },
	{ "evt.count.error.net", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_count_error_net,
	  NULL, NULL, "The same as evt.count.error, only for calls on sockets." },
	{ "evt.count.error.memory", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_count_error_memory, NULL, NULL,
	  "The same as evt.count.error, only for calls that manage memory." },
	{ "evt.count.error.other", PT_UINT32, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE,
	  get_count_error_other, NULL, NULL,
	  "The same as evt.count.error, only for calls that are about neither files nor sockets nor memory." },
	{ "evt.count.exit", PT_UINT32, PF_DEC, CHEAP_TYPE, FIELD_ARG_NONE, get_count_exit, NULL,
	  NULL, "1 for events that report the return of a call; no value for all others." },
	{ "evt.count.procinfo", PT_UINT32, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_count_procinfo, NULL, NULL, "1 for procinfo events about main threads." },
	{ "evt.count.threadinfo", PT_UINT32, PF_DEC, FIELD_HIDDEN | CHEAP_TYPE, FIELD_ARG_NONE,
	  get_count_threadinfo, NULL, NULL, "1 for procinfo events." },
	{ "evt.around", PT_UINT64, PF_DEC,
	  FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORMER | FIELD_WITHIN | FIELD_CHEAP,
	  FIELD_ARG_INDEX, get_around, NULL, NULL,
	  "evt.around[T]=D accepts events from D milliseconds before the time T to D milliseconds after it. T is in nanoseconds since the epoch." },
	{ "evt.abspath", PT_CHARBUF, PF_NA, 0, FIELD_ARG_OPTIONAL_KEY, arg_abspath, NULL,
	  arg_prepare_abspath,
	  "Absolute path that a call with a directory descriptor (openat, unlinkat, renameat ...) is about. Calls with two paths have evt.abspath.src and evt.abspath.dst." },
	{ "evt.abspath.src", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, arg_abspath_source,
	  NULL, NULL, "The first of the two paths of evt.abspath." },
	{ "evt.abspath.dst", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, arg_abspath_target,
	  NULL, NULL, "The second of the two paths of evt.abspath." },
	{ "evt.buflen.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_in, NULL, NULL, "evt.buflen of events that read." },
	{ "evt.buflen.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_out, NULL, NULL, "evt.buflen of events that write." },
	{ "evt.buflen.file", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_file, NULL, NULL, "evt.buflen of events on files." },
	{ "evt.buflen.file.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_file_in, NULL, NULL, "evt.buflen of events that read from files." },
	{ "evt.buflen.file.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_file_out, NULL, NULL, "evt.buflen of events that write to files." },
	{ "evt.buflen.net", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_net, NULL, NULL, "evt.buflen of events on IP sockets." },
	{ "evt.buflen.net.in", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_net_in, NULL, NULL, "evt.buflen of events that read from IP sockets." },
	{ "evt.buflen.net.out", PT_UINT64, PF_DEC, FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_NONE,
	  get_buflen_net_out, NULL, NULL, "evt.buflen of events that write to IP sockets." },
	{ "evt.is_open_read", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_open_read, NULL,
	  NULL, "True for open, openat, openat2 and open_by_handle_at when the file is opened for reading." },
	{ "evt.is_open_write", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_open_write, NULL,
	  NULL, "True for open, openat, openat2 and open_by_handle_at when the file is opened for writing." },
	{ "evt.infra.docker.name", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE, get_infra_name,
	  NULL, NULL, "Name of a container daemon's event in an old capture." },
	{ "evt.infra.docker.container.id", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  get_infra_id, NULL, NULL, "Id of the container that such an event is about." },
	{ "evt.infra.docker.container.name", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  get_infra_container, NULL, NULL, "Name of the container that such an event is about." },
	{ "evt.infra.docker.container.image", PT_CHARBUF, PF_NA, FIELD_HIDDEN, FIELD_ARG_NONE,
	  get_infra_image, NULL, NULL, "Image of the container that such an event is about." },
	{ "evt.is_open_exec", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_open_exec, NULL,
	  NULL, "True when a file is created (creat, or open, openat, openat2 with O_CREAT or O_TMPFILE) and anybody may execute it." },
	{ "evt.is_open_create", PT_BOOL, PF_NA, FIELD_CHEAP, FIELD_ARG_NONE, get_is_open_create,
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
