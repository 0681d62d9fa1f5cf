/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "event/print.h"
#include "field/field.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The length of the start of s that needs no replacing. */
static size_t clean_length(struct str s)
{
	size_t n = 0;

	while (n < s.n) {
		size_t more = str_printable(str_from(s, n));

		if (!more && (unsigned char)s.p[n] >= 0x80)
			more = utf8_length(str_from(s, n));
		if (!more)
			break;
		n += more;
	}
	return n;
}

static void print_text(struct str s, struct buf *b)
{
	while (s.n) {
		size_t n = clean_length(s);

		buf_append(b, s.p, n);
		s = str_from(s, n);
		if (s.n) {
			buf_append(b, replacement, sizeof(replacement) - 1);
			s = str_from(s, 1);
		}
	}
}

static void print_ip(struct str ip, struct buf *b)
{
	if (ip.n == 4 || ip.n == 16)
		buf_ip(b, ip.p, ip.n);
	else
		buf_c(b, "<NA>");
}

static void print_unsigned(uint64_t v, enum pformat format, struct buf *b)
{
	if (!event_print_format(v, sizeof(v), format, b))
		buf_u64(b, v);
}

static void print_signed(const struct value *v, enum pformat format, struct buf *b)
{
	unsigned int size = ptype_size(v->type);

	if (!event_print_format(v->u, size ? size : sizeof(v->u), format, b))
		buf_i64(b, v->i);
}

void value_print(const struct value *v, enum pformat format, enum value_bytes mode, struct buf *b)
{
	switch (v->type) {
	case PT_INT8:
	case PT_INT16:
	case PT_INT32:
	case PT_INT64:
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_FD32:
	case PT_PID32:
		print_signed(v, format, b);
		return;
	/* Values of evt.rawarg have no format of their own; their type suggests one. */
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
		print_unsigned(v->u, format == PF_NA ? PF_HEX : format, b);
		return;
	case PT_MODE:
		print_unsigned(v->u, format == PF_NA ? PF_OCT : format, b);
		return;
	case PT_UINT8:
	case PT_UINT16:
	case PT_UINT32:
	case PT_UINT64:
	case PT_SYSCALLID:
	case PT_SIGTYPE:
	case PT_RELTIME:
	case PT_ABSTIME:
	case PT_PORT:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
	case PT_SIGSET:
	case PT_UID:
	case PT_GID:
	case PT_ENUMFLAGS8:
	case PT_ENUMFLAGS16:
	case PT_ENUMFLAGS32:
		print_unsigned(v->u, format, b);
		return;
	case PT_BOOL:
		buf_c(b, v->u ? "true" : "false");
		return;
	case PT_DOUBLE:
		buf_printf(b, "%.1f", v->d);
		return;
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
		print_text(v->s, b);
		return;
	case PT_BYTEBUF:
	case PT_FDLIST:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
		event_print_bytes(v->s,
				  mode == VALUE_BYTES_BASE64 ? EVENT_BYTES_BASE64 : EVENT_BYTES_TEXT, b);
		return;
	case PT_SOCKADDR:
		event_print_sockaddr(v->s, b);
		return;
	case PT_SOCKTUPLE:
		event_print_socktuple(v->s, b);
		return;
	case PT_IPV4ADDR:
	case PT_IPV6ADDR:
	case PT_IPADDR:
		print_ip(v->s, b);
		return;
	/* Only conditions know networks; an output names the type, as users' tools expect. */
	case PT_IPV4NET:
	case PT_IPV6NET:
	case PT_IPNET:
		buf_c(b, "<IPNET>");
		return;
	case PT_NONE:
	case PT_DYN:
	case PT_COUNT:
		break;
	}
	buf_c(b, "<NA>");
}
