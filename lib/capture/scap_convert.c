/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/scap_convert.h"

#include <errno.h>

enum action {
	STORE,          /* keep as the thread's last enter event; do not deliver */
	STORE_AND_PASS, /* keep, and deliver as it is */
	PASS,
	ADD_PARAMS,  /* keep all parameters, append one for each instruction */
	CHANGE_TYPE, /* another code, with exactly the parameters of the instructions */
};

enum op {
	OP_END,
	OP_OLD,
	OP_ENTER_DEFAULT, /* from the stored enter event, else the type's default */
	OP_ENTER_EMPTY,   /* from the stored enter event, else empty */
	OP_EMPTY,
	OP_DEFAULT,
	OP_CALLBACK,
};

struct instruction {
	uint8_t op;
	uint8_t param;
};

struct row {
	uint16_t code;
	uint8_t nparams;
	uint8_t action;
	int16_t to;
	struct instruction instructions[EVENT_TABLE_PARAMS_MAX]; /* up to OP_END */
};

static const struct row rows[] = {
#define OLD(n)		{ OP_OLD, n },
#define ENTER_D(n)	{ OP_ENTER_DEFAULT, n },
#define ENTER_E(n)	{ OP_ENTER_EMPTY, n },
#define EMPTY		{ OP_EMPTY, 0 },
#define DEFAULT		{ OP_DEFAULT, 0 },
#define CALLBACK	{ OP_CALLBACK, 0 },
#define NO_INSTRUCTIONS { OP_END, 0 }
#define CONVERT(code_, nparams_, action_, to_, ...)                                                \
	{ .code = code_, .nparams = nparams_, .action = action_, .to = to_,                        \
	  .instructions = { __VA_ARGS__ } },
#include "capture/scap_convert.def"
#undef CONVERT
#undef OLD
#undef ENTER_D
#undef ENTER_E
#undef EMPTY
#undef DEFAULT
#undef CALLBACK
#undef NO_INSTRUCTIONS
};

static const struct row *find_row(const struct scap_convert *c, uint16_t code, uint8_t nparams)
{
	for (size_t i = c->first_row[code]; i < ARRAY_LEN(rows) && rows[i].code == code; i++)
		if (rows[i].nparams == nparams)
			return &rows[i];
	return NULL;
}

static uint8_t pass_params(const struct scap_convert *c, uint16_t code)
{
	const struct event_info *info = &event_table[code];
	const struct row *row;

	if (info->flags & EF_UNUSED)
		return SCAP_CONVERT_NEVER;
	if (!(info->flags & EF_CONVERTER_MANAGED))
		return info->flags & EF_OLD_VERSION ? SCAP_CONVERT_NEVER : 0;
	if (event_is_exit(code))
		return info->flags & EF_OLD_VERSION ? SCAP_CONVERT_NEVER : info->nparams;
	row = find_row(c, code, info->nparams);
	return row && row->action == PASS ? info->nparams : SCAP_CONVERT_NEVER;
}

void scap_convert_init(struct scap_convert *c)
{
	size_t row = 0;

	*c = (struct scap_convert){ .out = { BUF_INIT((size_t)64 << 20), BUF_INIT((size_t)64 << 20) } };
	enter_store_init(&c->enters);
	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		while (row < ARRAY_LEN(rows) && rows[row].code < code)
			row++;
		c->first_row[code] = (uint16_t)row;
		c->pass_params[code] = pass_params(c, (uint16_t)code);
	}
}

void scap_convert_fini(struct scap_convert *c)
{
	enter_store_fini(&c->enters);
	buf_cleanup(&c->out[0]);
	buf_cleanup(&c->out[1]);
}

void scap_convert_restart(struct scap_convert *c)
{
	enter_store_clear(&c->enters);
}

/* --- building the new record ----------------------------------------------------------------- */

struct build {
	struct scap_convert *c;
	const struct event *ev;
	const struct event_info *info; /* of the new record */
	struct buf *out;
	const struct row *row;
	struct event enter; /* info NULL: there is none */
	bool missed_enter;
	unsigned int len_bytes;
	unsigned int nparams;
	size_t first_value;
};

/* The type's default: zeros, or all ones for ids, of the type's size; nothing for texts. */
static void put_default(struct build *b, unsigned int i)
{
	enum ptype type = b->info->params[i].type;
	char bytes[16];

	memset(bytes, type == PT_UID || type == PT_GID ? 0xff : 0, sizeof(bytes));
	buf_append(b->out, bytes, size_min(ptype_size(type), sizeof(bytes)));
}

static void put_copy(struct build *b, unsigned int i, struct str v)
{
	size_t max = ptype_size(b->info->params[i].type);

	if (!max)
		max = b->len_bytes == 4 ? UINT32_MAX : UINT16_MAX;
	buf_str_append(b->out, str_first(v, max));
}

static void put_json_text(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch == '"' || ch == '\\')
			buf_printf(out, "\\%c", ch);
		else if (ch < 0x20)
			buf_printf(out, "\\u%04x", ch);
		else
			buf_byte(out, (char)ch);
	}
	buf_byte(out, '"');
}

/* The JSON text that took the place of an old container event's four parameters. */
static void put_container_json(struct build *b)
{
	buf_c(b->out, "{\"id\":");
	put_json_text(b->out, event_text(b->ev, 0));
	buf_c(b->out, ",\"type\":");
	buf_u64(b->out, event_u64(b->ev, 1, 0));
	buf_c(b->out, ",\"name\":");
	put_json_text(b->out, event_text(b->ev, 2));
	buf_c(b->out, ",\"image\":");
	put_json_text(b->out, event_text(b->ev, 3));
	buf_c(b->out, "}");
	buf_byte(b->out, '\0');
}

/*
 * The stored enter event of the thread, if it is the one of this exit: with lost events the last
 * enter may belong to another call, whose parameters would be lies.
 */
static void look_up_enter(struct build *b)
{
	const struct enter *e = enter_store_find(&b->c->enters, b->ev->tid);
	const char *reason;

	if (!e || event_decode(e->record, e->record_len, false, &b->enter, &reason) != 0 ||
	    b->enter.type + 1 != b->ev->type)
		b->enter.info = NULL;
}

static void put_param(struct build *b, unsigned int i, const struct instruction *in)
{
	switch ((enum op)in->op) {
	case OP_OLD:
		put_copy(b, i, event_param(b->ev, in->param));
		return;
	case OP_ENTER_DEFAULT:
	case OP_ENTER_EMPTY:
		if (b->enter.info && in->param < b->enter.nparams) {
			put_copy(b, i, event_param(&b->enter, in->param));
			return;
		}
		b->missed_enter = true;
		if (in->op == OP_ENTER_DEFAULT)
			put_default(b, i);
		return;
	case OP_DEFAULT:
		put_default(b, i);
		return;
	case OP_CALLBACK:
		put_container_json(b);
		return;
	case OP_EMPTY:
	case OP_END:
		return;
	}
}

static unsigned int count_instructions(const struct row *row)
{
	unsigned int n = 0;

	while (n < EVENT_TABLE_PARAMS_MAX && row->instructions[n].op != OP_END)
		n++;
	return n;
}

static void put_number(struct buf *out, uint64_t v, unsigned int bytes)
{
	union {
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} n;

	if (bytes == 2)
		n.u16 = (uint16_t)v;
	else if (bytes == 4)
		n.u32 = (uint32_t)v;
	else
		n.u64 = v;
	buf_append(out, &n, bytes);
}

/* Writes the length of the value that ends the buffer now, and began at `start`. */
static void set_length(struct build *b, unsigned int i, size_t start)
{
	char *at = b->out->data + EVENT_HEADER_BYTES + (size_t)i * b->len_bytes;
	size_t n = b->out->len - start;
	uint32_t n32 = (uint32_t)n;
	uint16_t n16 = (uint16_t)n;

	if (b->len_bytes == 4)
		memcpy(at, &n32, 4);
	else
		memcpy(at, &n16, 2);
}

static int build_record(struct build *b, uint16_t code, unsigned int kept)
{
	unsigned int added = count_instructions(b->row);
	unsigned int uses_enter = 0;
	uint32_t total;

	b->info = &event_table[code];
	b->len_bytes = b->info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
	b->nparams = kept + added;
	/* A row beyond the table is a mistake in the rows, which a test looks for. */
	if (b->nparams > b->info->nparams)
		return -EBADMSG;
	for (unsigned int i = 0; i < added; i++)
		uses_enter += b->row->instructions[i].op == OP_ENTER_DEFAULT ||
			      b->row->instructions[i].op == OP_ENTER_EMPTY;
	if (uses_enter)
		look_up_enter(b);

	buf_reset(b->out);
	put_number(b->out, b->ev->ts_ns, 8);
	put_number(b->out, (uint64_t)b->ev->tid, 8);
	put_number(b->out, 0, 4); /* the length follows below */
	put_number(b->out, code, 2);
	put_number(b->out, b->nparams, 4);
	for (unsigned int i = 0; i < b->nparams; i++)
		put_number(b->out, 0, b->len_bytes);
	for (unsigned int i = 0; i < b->nparams; i++) {
		size_t start = b->out->len;

		if (i < kept)
			put_copy(b, i, event_param(b->ev, i));
		else
			put_param(b, i, &b->row->instructions[i - kept]);
		if (buf_error(b->out))
			return buf_error(b->out);
		if (b->len_bytes == 2 && b->out->len - start > UINT16_MAX)
			return -E2BIG;
		set_length(b, i, start);
	}
	total = (uint32_t)b->out->len;
	memcpy(b->out->data + 16, &total, 4);
	b->c->without_enter += b->missed_enter;
	if (uses_enter)
		enter_store_drop(&b->c->enters, b->ev->tid);
	return 0;
}

/* Replaces *ev as its row says. 1: done; 0: to be dropped; 2: to be delivered; or -errno. */
enum { STEP_DROP = 0, STEP_AGAIN = 1, STEP_DELIVER = 2 };

static int step(struct scap_convert *c, struct event *ev, const char **ret_reason)
{
	struct build b = { .c = c, .ev = ev, .out = &c->out[c->turn] };
	struct event next;
	int r;

	b.row = find_row(c, ev->type, ev->nparams);
	if (!b.row) {
		*ret_reason = "no conversion is known for an event of this type and number of parameters";
		return -EBADMSG;
	}
	switch ((enum action)b.row->action) {
	case STORE:
		r = enter_store_put(&c->enters, ev);
		return r < 0 ? r : STEP_DROP;
	case STORE_AND_PASS:
		r = enter_store_put(&c->enters, ev);
		return r < 0 ? r : STEP_DELIVER;
	case PASS:
		return STEP_DELIVER;
	case ADD_PARAMS:
		r = build_record(&b, ev->type, ev->nparams);
		break;
	case CHANGE_TYPE:
		r = build_record(&b, (uint16_t)b.row->to, 0);
		break;
	default:
		r = -EBADMSG;
		break;
	}
	if (r == 0)
		r = event_decode(b.out->data, b.out->len, false, &next, ret_reason);
	if (r < 0) {
		if (!*ret_reason)
			*ret_reason = r == -ENOMEM ? "out of memory" :
						     "the converted event is too large";
		return r == -ENOMEM ? r : -EBADMSG;
	}
	next.cpu = ev->cpu;
	next.flags = ev->flags;
	*ev = next;
	c->turn ^= 1;
	c->converted++;
	return STEP_AGAIN;
}

int scap_convert_apply(struct scap_convert *c, struct event *ev, const char **ret_reason)
{
	int r;

	*ret_reason = NULL;
	for (unsigned int round = 0; round < SCAP_CONVERT_ROUNDS_MAX; round++) {
		const struct event_info *info = ev->info;

		if (scap_convert_is_current(c, ev))
			return SCAP_PASS;
		if ((info->flags & EF_UNUSED) || !(info->flags & EF_CONVERTER_MANAGED))
			return SCAP_DROP;
		r = step(c, ev, ret_reason);
		if (r != STEP_AGAIN)
			return r == STEP_DELIVER ? SCAP_PASS : r;
	}
	*ret_reason = "the conversion of the event does not end";
	return -EBADMSG;
}
