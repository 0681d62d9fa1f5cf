/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capture files as a source of events. docs/formats/scap.md describes the format.
 *
 *     section | tables --> sink | events --> scap_next()      and again, for the next section
 *
 * Events are decoded where they lie in the stream's chunk. Whatever needs rewriting (other byte
 * order, first header version) is rewritten in place, because a block is looked at only once; old
 * event versions are rebuilt by the converter. The common case, a current event in a block that lies
 * in the chunk completely, is the first branch of scap_next(); everything else leaves it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "capture/scap_convert.h"
#include "capture/scap_format.h"
#include "capture/source.h"

enum {
	MAGIC = 0x1a2b3c4d,
	MAGIC_SWAPPED = 0x4d3c2b1a,
	SECTION_BODY = 16,
	CPU_BYTES = 2,
	FLAGS_BYTES = 4,
	V1_HEADER_BYTES = EVENT_HEADER_BYTES - 4,
	FAST_BLOCK_MIN = SCAP_BLOCK_HEADER + CPU_BYTES + EVENT_HEADER_BYTES + SCAP_BLOCK_TRAILER,
	DUMP_STATE_ONLY = 1, /* bit of the dump flags */
};

struct scap {
	struct source source;
	struct scap_cursor cursor;
	struct snapshot_sink sink;
	struct buf large; /* a block too long for the chunk */
	uint64_t last_ts_ns;
	uint64_t events;
	uint64_t unknown_codes; /* events of newer tables, passed over */
	uint64_t sections;
	int error; /* after a failure: the same answer for ever */
	struct scap_convert convert;
};

static bool is_event_block(uint32_t type)
{
	switch (type) {
	case SCAP_EVENT_V1:
	case SCAP_EVENT_V1_FLAGS:
	case SCAP_EVENT_V2:
	case SCAP_EVENT_V2_FLAGS:
	case SCAP_EVENT_V2_LARGE:
	case SCAP_EVENT_V2_LARGE_FLAGS:
		return true;
	default:
		return false;
	}
}

static bool has_flags(uint32_t type)
{
	return type == SCAP_EVENT_V1_FLAGS || type == SCAP_EVENT_V2_FLAGS ||
	       type == SCAP_EVENT_V2_LARGE_FLAGS;
}

static bool is_large(uint32_t type)
{
	return type == SCAP_EVENT_V2_LARGE || type == SCAP_EVENT_V2_LARGE_FLAGS;
}

static bool is_v1(uint32_t type)
{
	return type == SCAP_EVENT_V1 || type == SCAP_EVENT_V1_FLAGS;
}

/* --- sections and tables --------------------------------------------------------------------- */

static int check_trailer(struct scap_cursor *c, uint32_t total, struct diag *diag)
{
	uint32_t trailer;
	int r;

	r = cursor_demand(c, SCAP_BLOCK_TRAILER, 0, -1, diag);
	if (r < 0)
		return r;
	trailer = scap_u32(c->p, c->swap);
	if (trailer != total)
		return diag_error(diag, -EBADMSG,
				  "wrong block total length, header=%" PRIu32 ", trailer=%" PRIu32
				  " at offset %" PRIu64,
				  total, trailer, cursor_offset(c));
	c->p += SCAP_BLOCK_TRAILER;
	return 0;
}

static int bad_length(const struct scap_cursor *c, uint32_t total, const char *why,
		      struct diag *diag)
{
	return diag_error(diag, -EBADMSG, "invalid block length %" PRIu32 " at offset %" PRIu64 ": %s",
			  total, cursor_offset(c), why);
}

/* The section header, which the cursor stands at; it decides about the byte order. */
static int read_section(struct scap *s, struct diag *diag)
{
	struct scap_cursor *c = &s->cursor;
	uint32_t magic;
	uint32_t total;
	uint16_t major;
	int r;

	r = cursor_demand(c, SCAP_BLOCK_HEADER, 0, -1, diag);
	if (r < 0)
		return r;
	if (scap_u32(c->p, false) != SCAP_SECTION)
		return diag_error(diag, -EBADMSG, "invalid block type 0x%" PRIx32 " at offset %" PRIu64
						  ": a capture starts with a section header",
				  scap_u32(c->p, c->swap), cursor_offset(c));
	r = cursor_demand(c, SCAP_BLOCK_HEADER + SECTION_BODY, SCAP_BLOCK_HEADER, -1, diag);
	if (r < 0)
		return r;
	magic = scap_u32(c->p + SCAP_BLOCK_HEADER, false);
	if (magic != MAGIC && magic != MAGIC_SWAPPED)
		return diag_error(diag, -EBADMSG, "invalid magic number 0x%" PRIx32 " at offset %" PRIu64,
				  magic, cursor_offset(c) + SCAP_BLOCK_HEADER);
	c->swap = magic == MAGIC_SWAPPED;
	total = scap_u32(c->p + 4, c->swap);
	if (total < SCAP_BLOCK_MIN + SECTION_BODY)
		return bad_length(c, total, "too small for a section header", diag);
	major = scap_u16(c->p + SCAP_BLOCK_HEADER + 4, c->swap);
	if (major > 1)
		return diag_error(diag, -EBADMSG,
				  "cannot correctly parse the capture. Upgrade your version. (The section at "
				  "offset %" PRIu64 " has version %u, known is 1.)",
				  cursor_offset(c), major);
	c->p += SCAP_BLOCK_HEADER + SECTION_BODY;
	/* Options may follow. */
	r = cursor_skip(c, total - SCAP_BLOCK_MIN - SECTION_BODY, diag);
	return r < 0 ? r : check_trailer(c, total, diag);
}

static int read_table(struct scap *s, uint32_t type, uint32_t total, struct diag *diag)
{
	struct scap_cursor *c = &s->cursor;
	uint32_t left;
	int r;

	if (total < SCAP_BLOCK_MIN)
		return bad_length(c, total, "smaller than its header and trailer", diag);
	c->p += SCAP_BLOCK_HEADER;
	r = scap_table_read(c, type, total - SCAP_BLOCK_MIN, &s->sink, &left, diag);
	if (r < 0)
		return r;
	r = cursor_skip(c, left, diag);
	return r < 0 ? r : check_trailer(c, total, diag);
}

/* Everything up to the first event of a section, which the cursor stands at afterwards. */
static int read_preamble(struct scap *s, struct diag *diag)
{
	struct scap_cursor *c = &s->cursor;
	int r;

	scap_convert_restart(&s->convert);
	s->sections++;
	if (s->sink.reset)
		s->sink.reset(s->sink.ctx);
	r = read_section(s, diag);
	while (r == 0) {
		uint32_t type;

		r = cursor_need(c, SCAP_BLOCK_HEADER, -1, diag);
		if (r < 0)
			break;
		if (r == 0 && cursor_left(c) == 0)
			return diag_error(diag, -EBADMSG, "no events in file at offset %" PRIu64,
					  cursor_offset(c));
		if (r == 0)
			return cursor_demand(c, SCAP_BLOCK_HEADER, 0, -1, diag);
		type = scap_u32(c->p, c->swap);
		if (is_event_block(type)) {
			if (s->sink.done)
				s->sink.done(s->sink.ctx);
			return 0;
		}
		/* A section without events, followed by another one. */
		if (type == SCAP_SECTION) {
			if (s->sink.reset)
				s->sink.reset(s->sink.ctx);
			r = read_section(s, diag);
		} else {
			r = read_table(s, type, scap_u32(c->p + 4, c->swap), diag);
		}
	}
	return r;
}

/* --- events ---------------------------------------------------------------------------------- */

/*
 * Number of parameters of a record with the first header version, which does not say it: the
 * greatest one, from the table's downwards, with which all lengths add up. -1: none does.
 */
static int guess_nparams(const uint8_t *record, size_t len, uint16_t type, bool swap)
{
	const struct event_info *info = &event_table[type];
	unsigned int len_bytes = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;

	for (int n = info->nparams; n >= 0; n--) {
		uint64_t total = V1_HEADER_BYTES + (uint64_t)n * len_bytes;
		const uint8_t *p = record + V1_HEADER_BYTES;

		if (total > len)
			continue;
		for (int i = 0; i < n; i++, p += len_bytes)
			total += len_bytes == 4 ? scap_u32(p, swap) : scap_u16(p, swap);
		if (total == len)
			return n;
	}
	return -1;
}

/*
 * Gives a record with the first header version (22 bytes, `room` bytes from it to the end of the
 * block) the missing member, by moving its header four bytes down: before it lie bytes of the block
 * that have been read. 0; -ENODATA for unknown types; -EBADMSG.
 */
static int upgrade_v1(uint8_t **record, size_t *room, bool swap, const char **ret_reason)
{
	uint8_t *p = *record;
	uint32_t len;
	uint16_t type;
	uint32_t nparams;
	int n;

	if (*room < V1_HEADER_BYTES) {
		*ret_reason = "event record shorter than its header";
		return -EBADMSG;
	}
	len = scap_u32(p + 16, swap);
	type = scap_u16(p + 20, swap);
	if (type >= EVENT_CODES)
		return -ENODATA;
	/* Writers of that time counted three bytes too many for these two. */
	if ((type == EV_NOTIFICATION_E || type == EV_INFRASTRUCTURE_EVENT_E) && len >= 3)
		len -= 3;
	n = len >= V1_HEADER_BYTES && len <= *room ? guess_nparams(p, len, type, swap) : -1;
	if (n < 0) {
		*ret_reason = "cannot convert v1 event block to v2 (corrupted trace file - can't "
			      "calculate nparams)";
		return -EBADMSG;
	}
	nparams = (uint32_t)n;
	len += 4;
	if (swap) {
		nparams = __builtin_bswap32(nparams);
		len = __builtin_bswap32(len);
	}
	p -= 4;
	memmove(p, p + 4, V1_HEADER_BYTES);
	memcpy(p + 16, &len, 4);
	memcpy(p + V1_HEADER_BYTES, &nparams, 4);
	*record = p;
	*room += 4;
	return 0;
}

/* Brings a whole record of the other byte order into ours. 0 or -EBADMSG. */
static int swap_record(uint8_t *record, size_t room, const char **ret_reason)
{
	uint32_t len;
	uint16_t type;
	bool large;

	*ret_reason = "event record shorter than its header";
	if (room < EVENT_HEADER_BYTES)
		return -EBADMSG;
	scap_swap_header(record, EVENT_HEADER_BYTES);
	len = scap_u32(record + 16, false);
	type = scap_u16(record + 20, false);
	*ret_reason = "event length does not fit the block";
	if (len < EVENT_HEADER_BYTES || len > room)
		return -EBADMSG;
	large = type < EVENT_CODES && (event_table[type].flags & EF_LARGE_PAYLOAD);
	*ret_reason = "length table beyond the end of the event";
	if (!scap_swap_lengths(record + EVENT_HEADER_BYTES, scap_u32(record + 22, false),
			       large ? 4 : 2, len - EVENT_HEADER_BYTES))
		return -EBADMSG;
	*ret_reason = "parameter lengths do not add up to the event's length";
	return scap_swap_values(record, len) ? 0 : -EBADMSG;
}

/*
 * The time of a record that is to be stamped when it is delivered: that of the event before it, or,
 * when it is the first, of the next one within the current chunk.
 */
static uint64_t stamp(const struct scap *s)
{
	const uint8_t *p = s->cursor.p;
	bool swap = s->cursor.swap;

	if (s->last_ts_ns)
		return s->last_ts_ns;
	while (s->cursor.end - p >= FAST_BLOCK_MIN) {
		uint32_t type = scap_u32(p, swap);
		uint32_t total = scap_u32(p + 4, swap);
		uint64_t ts = scap_u64(p + SCAP_BLOCK_HEADER + CPU_BYTES +
					       (has_flags(type) ? FLAGS_BYTES : 0),
				       swap);

		if (!is_event_block(type) || total < FAST_BLOCK_MIN)
			break;
		if (ts != UINT64_MAX)
			return ts;
		if (total > (size_t)(s->cursor.end - p))
			break;
		p += total;
	}
	return 0;
}

/* Puts the stamp into the record itself, so that the converter's copies carry it too. */
static void stamp_event(const struct scap *s, struct event *ev)
{
	ev->ts_ns = stamp(s);
	memcpy((uint8_t *)(uintptr_t)ev->record, &ev->ts_ns, sizeof(ev->ts_ns));
}

/*
 * What one event block holds: `p` is its body (writable, with the block's header before it), `n` its
 * length. enum scap_verdict or -errno.
 */
static int take_block(struct scap *s, uint32_t type, uint8_t *p, size_t n, uint64_t offset,
		      struct event *ret, struct diag *diag)
{
	size_t before = CPU_BYTES + (has_flags(type) ? FLAGS_BYTES : 0u);
	const char *reason = "event record shorter than its header";
	uint32_t flags = 0;
	uint16_t cpu = 0;
	uint8_t *record;
	size_t room;
	int r = n < before ? -EBADMSG : 0;

	if (r == 0) {
		cpu = scap_u16(p, s->cursor.swap);
		if (has_flags(type))
			flags = scap_u32(p + CPU_BYTES, s->cursor.swap);
		record = p + before;
		room = n - before;
		if (is_v1(type))
			r = upgrade_v1(&record, &room, s->cursor.swap, &reason);
		if (r == 0 && s->cursor.swap)
			r = swap_record(record, room, &reason);
		if (r == 0)
			r = event_decode(record, room, false, ret, &reason);
	}
	if (r == -ENODATA) {
		s->unknown_codes++;
		return SCAP_DROP;
	}
	if (r == 0) {
		ret->cpu = cpu;
		ret->flags = flags & DUMP_STATE_ONLY ? EVENT_STATE_ONLY : 0;
		if (ret->ts_ns == UINT64_MAX)
			stamp_event(s, ret);
		s->last_ts_ns = ret->ts_ns;
		r = scap_convert_is_current(&s->convert, ret) ?
			    SCAP_PASS :
			    scap_convert_apply(&s->convert, ret, &reason);
	}
	if (r < 0)
		return diag_error(diag, r, "corrupted event block at offset %" PRIu64 ": %s", offset,
				  reason);
	return r;
}

/* A block that is longer than the headroom is collected in a buffer, which grows as bytes arrive. */
static int collect_block(struct scap *s, uint32_t total, struct diag *diag)
{
	struct scap_cursor *c = &s->cursor;
	int r = 1;

	buf_reset(&s->large);
	while (s->large.len < total) {
		size_t step = size_min(cursor_left(c), total - s->large.len);

		buf_append(&s->large, c->p, step);
		if (buf_error(&s->large))
			return diag_error(diag, buf_error(&s->large), "event block at offset %" PRIu64
								      ": out of memory",
					  cursor_offset(c) + step - s->large.len);
		c->p += step;
		if (s->large.len == total)
			break;
		r = cursor_need(c, 1, -1, diag);
		if (r < 0)
			return r;
		if (r == 0)
			return diag_error(diag, -EBADMSG,
					  "expecting %zu bytes, read %zu at offset %" PRIu64
					  ". Is the file truncated?",
					  (size_t)total - SCAP_BLOCK_HEADER,
					  s->large.len - SCAP_BLOCK_HEADER,
					  cursor_offset(c) - s->large.len + SCAP_BLOCK_HEADER);
	}
	return 0;
}

/* Bounds of an event block, from its type. NULL or the reason. */
static const char *check_length(uint32_t type, uint32_t total)
{
	if (total < SCAP_BLOCK_MIN)
		return "smaller than its header and trailer";
	if (total > (is_large(type) ? (uint32_t)SCAP_LARGE_BLOCK_MAX : (uint32_t)SCAP_EVENT_BLOCK_MAX))
		return "greater than the maximum";
	return NULL;
}

/*
 * The next event of any kind. enum source_answer, or -errno. A block is taken as a whole or not at
 * all, so that -EAGAIN (SOURCE_IDLE for the caller) can come at any time.
 */
static int next_event(struct scap *s, int timeout_ms, struct event *ret, struct diag *diag)
{
	struct scap_cursor *c = &s->cursor;

	for (;;) {
		uint64_t offset;
		const char *reason;
		uint32_t type;
		uint32_t total;
		int r;

		r = cursor_need(c, SCAP_BLOCK_HEADER, timeout_ms, diag);
		if (r < 0)
			return r;
		if (r == 0 && cursor_left(c) == 0)
			return SOURCE_END;
		if (r == 0)
			return cursor_demand(c, SCAP_BLOCK_HEADER, 0, -1, diag);
		offset = cursor_offset(c);
		type = scap_u32(c->p, c->swap);
		total = scap_u32(c->p + 4, c->swap);
		if (type == SCAP_SECTION) {
			r = read_preamble(s, diag);
			if (r < 0)
				return r;
			continue;
		}
		if (!is_event_block(type))
			return diag_error(diag, -EBADMSG,
					  "could not restart capture: invalid block type 0x%" PRIx32
					  " at offset %" PRIu64,
					  type, offset);
		reason = check_length(type, total);
		if (reason)
			return bad_length(c, total, reason, diag);
		if (total <= STREAM_HEADROOM) {
			uint8_t *p;

			r = cursor_demand(c, total, SCAP_BLOCK_HEADER, timeout_ms, diag);
			if (r < 0)
				return r;
			p = c->p;
			c->p += total;
			r = take_block(s, type, p + SCAP_BLOCK_HEADER, total - SCAP_BLOCK_MIN, offset, ret,
				       diag);
		} else {
			r = collect_block(s, total, diag);
			if (r == 0)
				r = take_block(s, type, (uint8_t *)s->large.data + SCAP_BLOCK_HEADER,
					       total - SCAP_BLOCK_MIN, offset, ret, diag);
		}
		if (r < 0)
			return r;
		if (r == SCAP_PASS) {
			s->events++;
			return SOURCE_EVENT;
		}
	}
}

static int scap_next(struct source *source, int timeout_ms, struct event *ret, struct diag *diag)
{
	struct scap *s = (struct scap *)source;
	struct scap_cursor *c = &s->cursor;
	int r;

	if (LIKELY(cursor_left(c) >= FAST_BLOCK_MIN)) {
		uint8_t *p = c->p;
		uint32_t type = scap_u32(p, false);
		uint32_t total = scap_u32(p + 4, false);
		const char *reason;

		/* A swapped file has none of these: its types read as other numbers. */
		if (LIKELY(type == SCAP_EVENT_V2 && total >= FAST_BLOCK_MIN &&
			   total <= SCAP_EVENT_BLOCK_MAX && total <= cursor_left(c)) &&
		    LIKELY(event_decode(p + SCAP_BLOCK_HEADER + CPU_BYTES,
					total - SCAP_BLOCK_MIN - CPU_BYTES, false, ret,
					&reason) == 0) &&
		    LIKELY(scap_convert_is_current(&s->convert, ret) && ret->ts_ns != UINT64_MAX)) {
			ret->cpu = scap_u16(p + SCAP_BLOCK_HEADER, false);
			s->last_ts_ns = ret->ts_ns;
			s->events++;
			c->p = p + total;
			return SOURCE_EVENT;
		}
	}
	if (s->error)
		return s->error;
	r = next_event(s, timeout_ms, ret, diag);
	if (r == -EAGAIN)
		return SOURCE_IDLE;
	if (r < 0) {
		s->error = r;
		c->end = c->p; /* nothing behind the damage is looked at */
	}
	return r;
}

static size_t scap_counters(struct source *source, struct source_counter *ret, size_t max)
{
	const struct scap *s = (const struct scap *)source;
	const struct source_counter all[] = {
		{ "scap.enters_evicted", s->convert.enters.evicted },
		{ "scap.unknown_codes", s->unknown_codes },
		{ "scap.without_enter", s->convert.without_enter },
		{ "scap.converted", s->convert.converted },
		{ "scap.events", s->events },
		{ "scap.sections", s->sections },
	};
	size_t n = size_min(max, ARRAY_LEN(all));

	memcpy(ret, all, n * sizeof(*ret));
	return n;
}

static void scap_close(struct source *source)
{
	struct scap *s = (struct scap *)source;

	scap_convert_fini(&s->convert);
	stream_close(s->cursor.stream);
	buf_cleanup(&s->large);
	free(s);
}

static const struct source_ops ops = {
	.name = "scap",
	.next = scap_next,
	.counters = scap_counters,
	.close = scap_close,
};

/* An empty file is worth a message of its own. */
static int read_first(struct scap *s, const char *path, struct diag *diag)
{
	int r = cursor_need(&s->cursor, 1, -1, diag);

	if (r < 0)
		return r;
	if (r == 0)
		return diag_error(diag, -EBADMSG, "error reading from file: %s is empty", path);
	return read_preamble(s, diag);
}

int scap_source_open(const char *path, const struct snapshot_sink *sink, struct source **ret,
		     struct diag *diag)
{
	struct scap *s = malloc(sizeof(*s));
	int r;

	if (!s)
		return diag_sys(diag, -ENOMEM, "open", path);
	*s = (struct scap){ .source.ops = &ops, .large = BUF_INIT(SCAP_LARGE_BLOCK_MAX) };
	if (sink)
		s->sink = *sink;
	scap_convert_init(&s->convert);
	r = stream_open(path, &s->cursor.stream, diag);
	if (r == 0)
		r = read_first(s, path, diag);
	if (r < 0) {
		scap_close(&s->source);
		return r;
	}
	*ret = &s->source;
	return 0;
}
