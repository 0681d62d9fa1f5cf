/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/event_builder.h"

#include <arpa/inet.h>
#include <stdlib.h>

struct out {
	uint8_t *p;
	size_t n;
	size_t max;
};

static void put(struct out *o, const void *p, size_t n)
{
	if (n > o->max - o->n)
		abort();
	if (n)
		memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void put_fact(struct out *o, const struct ev_arg *arg)
{
	bool number = arg->kind == EV_ARG_FACT_INT;
	uint16_t n = number ? 8 : (uint16_t)arg->len;
	uint8_t id[2] = { (uint8_t)arg->fact, 0 };

	put(o, id, 2);
	put(o, &n, 2);
	put(o, number ? (const void *)&arg->number : arg->bytes, n);
}

static void put_value(struct out *o, const struct ev_arg *arg, uint8_t type)
{
	unsigned int size = ptype_size((enum ptype)type);

	switch (arg->kind) {
	case EV_ARG_NONE:
		break;
	case EV_ARG_INT:
		put(o, &arg->number, size ? size : 8); /* little-endian, as all hosts of the tests */
		break;
	case EV_ARG_TEXT:
		put(o, arg->bytes, strlen(arg->bytes) + 1);
		break;
	case EV_ARG_BYTES:
		put(o, arg->bytes, arg->len);
		break;
	case EV_ARG_FACT_INT:
	case EV_ARG_FACT:
		put_fact(o, arg);
		break;
	}
}

static bool is_fact(const struct ev_arg *arg)
{
	return arg->kind == EV_ARG_FACT || arg->kind == EV_ARG_FACT_INT;
}

struct event *ev_build_list(struct ev_builder *b, uint16_t type, uint64_t ts_ns, int64_t tid,
			    const struct ev_arg *args, size_t n)
{
	const struct event_info *info = &event_table[type];
	size_t width = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
	bool facts = n && is_fact(&args[n - 1]);
	uint32_t nparams = 0;
	uint32_t len;
	struct out o = { .p = b->record, .max = sizeof(b->record) };
	uint8_t *lens;
	const char *reason;

	for (size_t i = 0; i < n && !is_fact(&args[i]); i++)
		nparams++;
	if (facts) /* they stand behind all of the table's parameters */
		nparams = info->nparams + 1u;
	o.n = EVENT_HEADER_BYTES + nparams * width;
	memset(b->record, 0, o.n);
	lens = b->record + EVENT_HEADER_BYTES;
	for (size_t i = 0; i < n; i++) {
		size_t at = is_fact(&args[i]) ? info->nparams : i;
		size_t start = o.n;
		uint32_t value_len = 0;

		if (at >= nparams || (!is_fact(&args[i]) && at >= info->nparams))
			abort();
		put_value(&o, &args[i], at < info->nparams ? info->params[at].type : PT_BYTEBUF);
		memcpy(&value_len, lens + at * width, width);
		value_len += (uint32_t)(o.n - start);
		memcpy(lens + at * width, &value_len, width);
	}
	len = (uint32_t)o.n;
	memcpy(b->record, &ts_ns, 8);
	memcpy(b->record + 8, &tid, 8);
	memcpy(b->record + 16, &len, 4);
	memcpy(b->record + 20, &type, 2);
	memcpy(b->record + 22, &nparams, 4);
	if (event_decode(b->record, o.n, facts, &b->event, &reason) < 0)
		abort();
	return &b->event;
}

static struct str tuple(int family, uint8_t code, size_t size, const char *source, uint16_t sport,
			const char *dest, uint16_t dport, uint8_t *storage)
{
	storage[0] = code;
	if (inet_pton(family, source, storage + 1) != 1 ||
	    inet_pton(family, dest, storage + 3 + size) != 1)
		abort();
	memcpy(storage + 1 + size, &sport, 2);
	memcpy(storage + 3 + 2 * size, &dport, 2);
	return str_n(storage, 5 + 2 * size);
}

struct str ev_tuple4(const char *source, uint16_t sport, const char *dest, uint16_t dport,
		     uint8_t storage[64])
{
	return tuple(AF_INET, 2, 4, source, sport, dest, dport, storage);
}

struct str ev_tuple6(const char *source, uint16_t sport, const char *dest, uint16_t dport,
		     uint8_t storage[64])
{
	return tuple(AF_INET6, 10, 16, source, sport, dest, dport, storage);
}

struct str ev_addr4(const char *ip, uint16_t port, uint8_t storage[64])
{
	storage[0] = 2;
	if (inet_pton(AF_INET, ip, storage + 1) != 1)
		abort();
	memcpy(storage + 5, &port, 2);
	return str_n(storage, 7);
}
