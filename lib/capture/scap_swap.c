/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of the other byte order. The header and the lengths are numbers of known width; a value is
 * swapped as its type in the table says. Texts, raw bytes and addresses (which are in network order
 * in every file) stay.
 */
#include "capture/scap_format.h"
#include "event/event.h"

static void swap_at(uint8_t *p, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes / 2; i++) {
		uint8_t t = p[i];

		p[i] = p[bytes - 1 - i];
		p[bytes - 1 - i] = t;
	}
}

void scap_swap_header(uint8_t *record, unsigned int header_bytes)
{
	swap_at(record, 8);
	swap_at(record + 8, 8);
	swap_at(record + 16, 4);
	swap_at(record + 20, 2);
	if (header_bytes > 22)
		swap_at(record + 22, 4);
}

bool scap_swap_lengths(uint8_t *lens, uint32_t n, unsigned int len_bytes, size_t room)
{
	if (n > room / len_bytes)
		return false;
	for (uint32_t i = 0; i < n; i++)
		swap_at(lens + (size_t)i * len_bytes, len_bytes);
	return true;
}

/* Swaps the number at offset `at` of a value of `n` bytes, when it is there. */
static void swap_in(uint8_t *p, size_t n, size_t at, unsigned int bytes)
{
	if (at + bytes <= n)
		swap_at(p + at, bytes);
}

enum { AF_BYTE_UNIX = 1, AF_BYTE_INET = 2, AF_BYTE_INET6 = 10 };

static void swap_sockaddr(uint8_t *p, size_t n)
{
	if (p[0] == AF_BYTE_INET)
		swap_in(p, n, 5, 2);
	else if (p[0] == AF_BYTE_INET6)
		swap_in(p, n, 17, 2);
}

static void swap_socktuple(uint8_t *p, size_t n)
{
	switch (p[0]) {
	case AF_BYTE_INET:
		swap_in(p, n, 5, 2);
		swap_in(p, n, 11, 2);
		return;
	case AF_BYTE_INET6:
		swap_in(p, n, 17, 2);
		swap_in(p, n, 35, 2);
		return;
	case AF_BYTE_UNIX:
		swap_in(p, n, 1, 8);
		swap_in(p, n, 9, 8);
		return;
	}
}

static void swap_value(uint8_t *p, size_t n, enum ptype type, const struct dyn_type *dyn)
{
	if (!n)
		return;
	switch (type) {
	case PT_NONE:
	case PT_CHARBUF:
	case PT_BYTEBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
	case PT_IPV4ADDR:
	case PT_IPV4NET:
	case PT_IPV6ADDR:
	case PT_IPV6NET:
	case PT_IPADDR:
	case PT_IPNET:
	case PT_COUNT:
		return;
	case PT_SOCKADDR:
		swap_sockaddr(p, n);
		return;
	case PT_SOCKTUPLE:
		swap_socktuple(p, n);
		return;
	case PT_FDLIST:
		swap_in(p, n, 0, 2);
		for (size_t at = 2; at + 10 <= n; at += 10) {
			swap_at(p + at, 8);
			swap_at(p + at + 8, 2);
		}
		return;
	case PT_DYN:
		for (unsigned int i = 0; dyn && dyn[i].name; i++)
			if (i == p[0])
				swap_value(p + 1, n - 1, dyn[i].type, NULL);
		return;
	default:
		/* A number, in the table's width or another. */
		if (n == 2 || n == 4 || n == 8)
			swap_at(p, (unsigned int)n);
	}
}

bool scap_swap_values(uint8_t *record, size_t len)
{
	const struct event_info *info;
	unsigned int len_bytes;
	uint8_t *lens = record + EVENT_HEADER_BYTES;
	uint32_t nparams = scap_u32(record + 22, false);
	uint16_t type = scap_u16(record + 20, false);
	size_t at;

	if (type >= EVENT_CODES)
		return true;
	info = &event_table[type];
	len_bytes = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
	if (nparams > (len - EVENT_HEADER_BYTES) / len_bytes)
		return false;
	at = EVENT_HEADER_BYTES + (size_t)nparams * len_bytes;
	for (uint32_t i = 0; i < nparams && i < info->nparams; i++) {
		size_t n = len_bytes == 4 ? scap_u32(lens + 4 * (size_t)i, false) :
					    scap_u16(lens + 2 * (size_t)i, false);

		if (n > len - at)
			return false;
		swap_value(record + at, n, info->params[i].type, info->params[i].dyn);
		at += n;
	}
	return true;
}
