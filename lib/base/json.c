/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

static bool continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (!s.n)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2)
		return 0;
	if (p[0] < 0xe0)
		return s.n >= 2 && continuation(p[1]) ? 2 : 0;
	if (p[0] < 0xf0) {
		if (s.n < 3 || !continuation(p[1]) || !continuation(p[2]))
			return 0;
		if (p[0] == 0xe0 && p[1] < 0xa0)
			return 0;
		return p[0] == 0xed && p[1] > 0x9f ? 0 : 3;
	}
	if (p[0] < 0xf5) {
		if (s.n < 4 || !continuation(p[1]) || !continuation(p[2]) || !continuation(p[3]))
			return 0;
		if (p[0] == 0xf0 && p[1] < 0x90)
			return 0;
		return p[0] == 0xf4 && p[1] > 0x8f ? 0 : 4;
	}
	return 0;
}

static void escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char code[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	switch (c) {
	case '"':
		buf_c(b, "\\\"");
		break;
	case '\\':
		buf_c(b, "\\\\");
		break;
	case '\b':
		buf_c(b, "\\b");
		break;
	case '\f':
		buf_c(b, "\\f");
		break;
	case '\n':
		buf_c(b, "\\n");
		break;
	case '\r':
		buf_c(b, "\\r");
		break;
	case '\t':
		buf_c(b, "\\t");
		break;
	default:
		buf_append(b, code, sizeof(code));
	}
}

#define EACH_BYTE(c) (0x0101010101010101u * (c))

static uint64_t zero_bytes(uint64_t w)
{
	return (w - EACH_BYTE(1)) & ~w;
}

/* Bytes from `i` on, in steps of eight, that stand in a JSON string as they are. */
static size_t verbatim(struct str s, size_t i)
{
	size_t from = i;

	for (uint64_t w; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		if ((w | (w - EACH_BYTE(0x20)) | zero_bytes(w ^ EACH_BYTE('"')) |
		     zero_bytes(w ^ EACH_BYTE('\\'))) & EACH_BYTE(0x80))
			break;
	}
	return i - from;
}

void json_string(struct buf *b, struct str s)
{
	size_t from = 0; /* start of the run that needs no change */
	size_t i = 0;

	buf_byte(b, '"');
	while (i < s.n) {
		unsigned char c;
		size_t n = 1;

		i += verbatim(s, i);
		if (i == s.n)
			break;
		c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			i++;
			continue;
		}
		if (c >= 0x80)
			n = utf8_length(str_from(s, i));
		if (c >= 0x80 && n) {
			i += n;
			continue;
		}
		buf_append(b, s.p + from, i - from);
		if (c >= 0x80)
			buf_append(b, "\xef\xbf\xbd", 3);
		else
			escape(b, c);
		i++;
		from = i;
	}
	buf_append(b, s.p ? s.p + from : NULL, i - from);
	buf_byte(b, '"');
}
