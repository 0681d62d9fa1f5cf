/* SPDX-License-Identifier: Apache-2.0 */
/* Times of the event: when, since when, near which. */
#include "field/evt.h"

#include <time.h>

enum { NS_PER_S = 1000000000 };

static uint64_t since(uint64_t now, uint64_t then)
{
	return then && now > then ? now - then : 0;
}

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

bool evt_time(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, 0, true, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

bool evt_time_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, 0, false, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

bool evt_time_iso(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { true, 'T', true, "+0000" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

bool evt_datetime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, ' ', true, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

bool evt_datetime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	static const struct clock_form form = { false, ' ', false, "" };

	(void)arg;
	return clock_text(ctx, &form, ret);
}

bool evt_rawtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns);
}

bool evt_rawtime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns / NS_PER_S);
}

bool evt_rawtime_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_ABSTIME, ctx->ev->ts_ns % NS_PER_S);
}

bool evt_reltime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns));
}

bool evt_reltime_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns) / NS_PER_S);
}

bool evt_reltime_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->first_ts_ns) % NS_PER_S);
}

bool evt_delta(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->prev_ts_ns));
}

bool evt_delta_s(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return value_number(ret, PT_RELTIME, since(ctx->ev->ts_ns, ctx->env->prev_ts_ns) / NS_PER_S);
}

bool evt_delta_ns(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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

bool evt_outputtime(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
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
		return evt_time(ctx, arg, ret);
	}
	return text_value(ctx, print_seconds, &ns, ret);
}

/* Latencies were the time from an enter event to its exit; today's sources have no enter events. */
bool evt_no_latency(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_RELTIME, 0);
}

bool evt_no_latency_log(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_number(ret, PT_UINT64, 0);
}

bool evt_no_latency_text(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	return value_text(ret, STR("0ns"));
}

/* Distance from the wanted time in milliseconds, rounded up: "within D" is "not more than D". */
bool evt_around(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	uint64_t now = ctx->ev->ts_ns;
	uint64_t ns = now > arg->index ? now - arg->index : arg->index - now;

	return value_number(ret, PT_UINT64, ns / 1000000 + (ns % 1000000 != 0));
}
