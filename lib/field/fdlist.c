/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of lists of descriptors, which poll and its kin report: one piece of text per entry of the
 * list, separated by commas. An entry: i64 number, i16 events (docs/formats/event-record.md).
 */

#include "field/extract.h"

enum { ENTRY_BYTES = 10 };

/* Appends what a field shows of one entry; fd is NULL for a descriptor that is not known. */
typedef void (*entry_fn)(int64_t num, const struct fd *fd, struct buf *b);

static int list_param(const struct event *ev)
{
	for (int i = 0; i < ev->info->nparams; i++)
		if (ev->info->params[i].type == PT_FDLIST)
			return i;
	return -1;
}

static void print_list(struct field_ctx *ctx, const void *what, struct buf *b)
{
	entry_fn entry = *(const entry_fn *)what;
	struct str v = event_param(ctx->ev, (unsigned int)list_param(ctx->ev));
	uint16_t count = 0;

	if (v.n >= sizeof(count))
		memcpy(&count, v.p, sizeof(count));
	v = str_from(v, sizeof(count));
	for (unsigned int i = 0; i < count && v.n >= ENTRY_BYTES; i++) {
		int64_t num;

		memcpy(&num, v.p, sizeof(num));
		if (i)
			buf_byte(b, ',');
		entry(num, ctx->view.thread ? state_fd_find(ctx->state, ctx->view.thread, num) : NULL,
		      b);
		v = str_from(v, ENTRY_BYTES);
	}
}

static bool list_text(struct field_ctx *ctx, entry_fn entry, struct value *ret)
{
	int i = list_param(ctx->ev);

	return i >= 0 && event_has(ctx->ev, (unsigned int)i) &&
	       text_value(ctx, print_list, &entry, ret);
}

static void entry_num(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)fd;
	buf_i64(b, num);
}

static void entry_name(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)num;
	buf_str_append(b, fd && fd->name.n ? fd->name : STR("<NA>"));
}

static bool is_connection(const struct fd *fd)
{
	return fd && (fd->type == FD_IPV4 || fd->type == FD_IPV6);
}

static bool is_listener(const struct fd *fd)
{
	return fd && (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER);
}

static void print_ip(const struct fd *fd, const uint8_t *ip, struct buf *b)
{
	bool v6 = fd->type == FD_IPV6 || fd->type == FD_IPV6_SERVER;

	buf_ip(b, ip, v6 ? 16 : 4);
}

static void entry_cip(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)num;
	if (is_connection(fd))
		print_ip(fd, fd->sip, b);
	else
		buf_c(b, "<NA>");
}

static void entry_sip(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)num;
	if (is_connection(fd))
		print_ip(fd, fd->dip, b);
	else if (is_listener(fd))
		print_ip(fd, fd->sip, b);
	else
		buf_c(b, "<NA>");
}

static void entry_cport(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)num;
	if (is_connection(fd))
		buf_u64(b, fd->sport);
	else
		buf_c(b, "<NA>");
}

static void entry_sport(int64_t num, const struct fd *fd, struct buf *b)
{
	(void)num;
	if (is_connection(fd))
		buf_u64(b, fd->dport);
	else if (is_listener(fd))
		buf_u64(b, fd->sport);
	else
		buf_c(b, "<NA>");
}

static bool get_nums(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_num, ret);
}

static bool get_names(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_name, ret);
}

static bool get_cips(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_cip, ret);
}

static bool get_sips(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_sip, ret);
}

static bool get_cports(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_cport, ret);
}

static bool get_sports(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return list_text(ctx, entry_sport, ret);
}

static const struct field_def rows[] = {
	{ "fdlist.nums", PT_CHARBUF, PF_ID, 0, FIELD_ARG_NONE, get_nums, NULL, NULL,
	  "Numbers of the descriptors that a poll call looks at, separated by commas." },
	{ "fdlist.names", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_names, NULL, NULL,
	  "Names of these descriptors, separated by commas; <NA> where a name is not known." },
	{ "fdlist.cips", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_cips, NULL, NULL,
	  "Addresses of the clients of these descriptors, separated by commas; <NA> for what is no connection." },
	{ "fdlist.sips", PT_CHARBUF, PF_NA, 0, FIELD_ARG_NONE, get_sips, NULL, NULL,
	  "Addresses of the servers of these descriptors, separated by commas; <NA> for what is no IP socket." },
	{ "fdlist.cports", PT_CHARBUF, PF_DEC, 0, FIELD_ARG_NONE, get_cports, NULL, NULL,
	  "Ports of the clients of these descriptors, separated by commas; <NA> for what is no connection." },
	{ "fdlist.sports", PT_CHARBUF, PF_DEC, 0, FIELD_ARG_NONE, get_sports, NULL, NULL,
	  "Ports of the servers of these descriptors, separated by commas; <NA> for what is no IP socket." },
};

const struct field_list field_fdlist = {
	.name = "fdlist",
	.text = "The descriptors that poll and its kin wait for",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
