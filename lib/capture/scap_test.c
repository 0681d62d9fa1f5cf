/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/diag.h"
#include "capture/source.h"
#include "event/print.h"
#include "tests/support/paths.h"
#include "tests/support/record.h"
#include "tests/support/scap_writer.h"

/* --- a sink that writes down what it gets ---------------------------------------------------- */

static void note_reset(void *ctx)
{
	buf_c(ctx, "reset\n");
}

static void note_machine(void *ctx, const struct snap_machine *m)
{
	buf_printf(ctx, "machine cpus=%u mem=%lu maxpid=%lu host=" STR_FMT " boot=%lu\n", m->num_cpus,
		   m->memory_bytes, m->max_pid, STR_ARG(m->hostname), m->boot_ts_ns);
}

static void note_iface(void *ctx, const struct snap_iface *i)
{
	buf_printf(ctx, "iface v6=%d %u.%u.%u.%u/%u " STR_FMT "\n", i->v6, i->addr[0], i->addr[1],
		   i->addr[2], i->addr[3], i->mask[0], STR_ARG(i->name));
}

static void note_user(void *ctx, const struct snap_user *u)
{
	buf_printf(ctx, "user %u %u " STR_FMT " " STR_FMT " " STR_FMT "\n", u->uid, u->gid,
		   STR_ARG(u->name), STR_ARG(u->home), STR_ARG(u->shell));
}

static void note_group(void *ctx, const struct snap_group *g)
{
	buf_printf(ctx, "group %u " STR_FMT "\n", g->gid, STR_ARG(g->name));
}

static void note_thread(void *ctx, const struct snap_thread *t)
{
	buf_printf(ctx, "thread %ld,%ld,%ld,%ld,%ld,%ld,%ld,%ld " STR_FMT " " STR_FMT " " STR_FMT
			" args=" STR_FMT " cwd=" STR_FMT " lim=%lu flags=%x %u:%u vm=%u,%u,%u pf=%lu,%lu "
			"env=" STR_FMT " cg=" STR_FMT " root=" STR_FMT " ns=%lu tty=%u login=%d w=%d "
			"cap=%lx,%lx,%lx up=%d ino=%lu,%lu,%lu mem=%d low=%d\n",
		   t->tid, t->pid, t->ptid, t->sid, t->vpgid, t->pgid, t->vtid, t->vpid,
		   STR_ARG(t->comm), STR_ARG(t->exe), STR_ARG(t->exepath), STR_ARG(t->args),
		   STR_ARG(t->cwd), t->fdlimit, t->flags, t->uid, t->gid, t->vmsize_kb, t->vmrss_kb,
		   t->vmswap_kb, t->pfmajor, t->pfminor, STR_ARG(t->env), STR_ARG(t->cgroups),
		   STR_ARG(t->root), t->pidns_init_start_ns, t->tty, (int)t->loginuid,
		   t->exe_writable, t->cap_inheritable, t->cap_permitted, t->cap_effective,
		   t->exe_upper_layer, t->exe_ino, t->exe_ino_ctime_ns, t->exe_ino_mtime_ns,
		   t->exe_from_memfd, t->exe_lower_layer);
}

static void note_fd(void *ctx, const struct snap_fd *f)
{
	buf_printf(ctx, "fd %ld:%ld type=%u ino=%lu dev=%u flags=%x l4=%u %u.%u:%u->%u.%u:%u %lx->%lx "
			STR_FMT "\n",
		   f->pid, f->fd, f->type, f->ino, f->dev, f->open_flags, f->l4proto, f->sip[0],
		   f->sip[15], f->sport, f->dip[0], f->dip[15], f->dport, f->unix_source, f->unix_peer,
		   STR_ARG(f->name));
}

static void note_done(void *ctx)
{
	buf_c(ctx, "done\n");
}

static struct snapshot_sink sink_to(struct buf *b)
{
	return (struct snapshot_sink){ b,	   note_reset,	note_machine, note_iface, note_user,
				       note_group, note_thread, note_fd,      note_done };
}

/* --- reading a whole file -------------------------------------------------------------------- */

struct outcome {
	struct buf notes; /* of the sink */
	struct buf text;  /* one line for each event */
	uint64_t events;
	int last;	   /* answer that ended the reading, or of the opening */
	bool opened;
	char error[400];
};

#define OUTCOME_INIT { .notes = BUF_INIT((size_t)64 << 20), .text = BUF_INIT((size_t)64 << 20) }

static void outcome_cleanup(struct outcome *o)
{
	buf_cleanup(&o->notes);
	buf_cleanup(&o->text);
}

static void read_file(const char *path, bool with_text, struct outcome *o)
{
	CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
	struct snapshot_sink sink;
	struct source *s;
	struct event ev;

	buf_reset(&o->notes);
	buf_reset(&o->text);
	o->events = 0;
	o->error[0] = '\0';
	sink = sink_to(&o->notes);
	o->last = scap_source_open(path, &sink, &s, &diag);
	o->opened = o->last == 0;
	if (o->opened) {
		while ((o->last = source_next(s, -1, &ev, &diag)) == SOURCE_EVENT) {
			o->events++;
			if (!with_text)
				continue;
			buf_printf(&o->text, "%lu %ld cpu=%u%s %s ", ev.ts_ns, ev.tid, ev.cpu,
				   ev.flags & EVENT_STATE_ONLY ? " state" : "", ev.info->symbol);
			event_print_args(&ev, NULL, EVENT_BYTES_TEXT, &o->text);
			buf_byte(&o->text, '\n');
		}
		/* A failure stays one. */
		if (o->last < 0)
			assert_int_equal(source_next(s, -1, &ev, &diag), o->last);
		else
			assert_int_equal(source_next(s, -1, &ev, &diag), SOURCE_END);
		assert_null(source_close(s));
	}
	snprintf(o->error, sizeof(o->error), "%s", diag_first_error(&diag));
}

static void read_bytes(struct scap_writer *w, struct str bytes, bool with_text, struct outcome *o)
{
	read_file(scap_path(w, bytes), with_text, o);
}

static void want_text(struct buf *b, const char *want)
{
	buf_byte(b, '\0');
	assert_int_equal(buf_error(b), 0);
	assert_string_equal(b->data, want);
	b->len--;
}

/* --- building files -------------------------------------------------------------------------- */

static void put_close(struct scap_writer *w, struct record *r, uint64_t ts)
{
	record_start(r, EV_SYSCALL_CLOSE_X, ts, 7);
	record_i64(r, 0);
	record_i64(r, 3);
	scap_event(w, 0x216, 1, 0, record_end(r));
}

static void put_tables(struct scap_writer *w)
{
	size_t at;

	scap_block_open(w, 0x201);
	scap_put(w, 2, 4);
	scap_put(w, 1 << 30, 8);
	scap_put(w, 32768, 8);
	scap_put_bytes(w, "host\0garbage", 12);
	for (int i = 12; i < 128; i++)
		scap_put(w, 0, 1);
	scap_put(w, 1234567890, 8);
	for (int i = 0; i < 3; i++)
		scap_put(w, 0, 8);
	scap_block_close(w);

	scap_block_open(w, 0x219);
	scap_put(w, 4 + 12 + 8 + 3, 4);
	scap_put(w, 1, 2);
	scap_put(w, 3, 2);
	scap_put_bytes(w, "\x0a\1\2\3\xff\0\0\0\x0a\xff\xff\xff", 12);
	scap_put(w, 1000, 8);
	scap_put_bytes(w, "eth", 3);
	/* With bytes of a newer version at its end. */
	scap_put(w, 4 + 48 + 2 + 5, 4);
	scap_put(w, 4, 2);
	scap_put(w, 2, 2);
	scap_put_bytes(w, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	scap_put_bytes(w, "\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	scap_put_bytes(w, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	scap_put_bytes(w, "lonewer", 7);
	scap_block_close(w);

	scap_block_open(w, 0x220);
	at = w->out.len;
	scap_put(w, 0, 4);
	scap_put(w, 0, 1);
	scap_put(w, 1000, 4);
	scap_put(w, 100, 4);
	scap_put_str(w, "me");
	scap_put_str(w, "/home/me");
	scap_put_str(w, "/bin/sh");
	scap_put_bytes(w, "surplus", 7);
	scap_patch(w, at, w->out.len - at, 4);
	at = w->out.len;
	scap_put(w, 0, 4);
	scap_put(w, 1, 1);
	scap_put(w, 100, 4);
	scap_put_str(w, "users");
	scap_patch(w, at, w->out.len - at, 4);
	scap_block_close(w);
}

static const char tables_text[] = "machine cpus=2 mem=1073741824 maxpid=32768 host=host boot=1234567890\n"
				  "iface v6=0 10.1.2.3/255 eth\n"
				  "iface v6=1 254.128.0.0/255 lo\n"
				  "user 1000 100 me /home/me /bin/sh\n"
				  "group 100 users\n";

/* The members of a process entry that its version has; `tail` bytes of the optional ones. */
static void put_thread(struct scap_writer *w, int version, size_t tail)
{
	struct scap_writer t = SCAP_WRITER_INIT;
	size_t at = w->out.len;

	if (version >= 9)
		scap_put(w, 0, 4);
	scap_put(w, 11, 8);
	scap_put(w, 10, 8);
	scap_put(w, 1, 8);
	if (version >= 6)
		scap_put(w, 5, 8);
	if (version >= 8)
		scap_put(w, 6, 8);
	scap_put_str(w, "comm");
	scap_put_str(w, "exe");
	if (version >= 7)
		scap_put_str(w, "/bin/exe");
	scap_put_str(w, "a1");
	scap_put_str(w, "/cwd");
	scap_put(w, 1024, 8);
	scap_put(w, 0x800000, 4);
	scap_put(w, 1000, 4);
	scap_put(w, 100, 4);
	if (version >= 2) {
		scap_put(w, 21, 4);
		scap_put(w, 22, 4);
		scap_put(w, 23, 4);
		scap_put(w, 24, 8);
		scap_put(w, 25, 8);
	}
	if (version >= 3)
		scap_put_str(w, "A=B");
	if (version >= 4) {
		scap_put(w, 2, 8);
		scap_put(w, 1, 8);
		scap_put_str(w, "cpu=/x");
	}
	if (version >= 5)
		scap_put_str(w, "/root");
	if (version >= 9) {
		t.swap = w->swap;
		if (tail > 29) {
			scap_put(&t, 777, 8);
			scap_put(&t, 34816, 4);
		}
		scap_put(&t, 1001, 4);
		scap_put(&t, 1, 1);
		scap_put(&t, 0x11, 8);
		scap_put(&t, 0x22, 8);
		scap_put(&t, 0x33, 8);
		scap_put(&t, 1, 1);
		scap_put(&t, 41, 8);
		scap_put(&t, 42, 8);
		scap_put(&t, 43, 8);
		scap_put(&t, 1, 1);
		scap_put(&t, 1, 1);
		scap_put(&t, 9, 8);
		scap_put(&t, 0x5555555555555555, 8); /* of a newer version */
		scap_put_bytes(w, t.out.data, tail);
		scap_writer_cleanup(&t);
		scap_patch(w, at, w->out.len - at, 4);
	}
}

static void thread_versions(void **state)
{
	static const struct {
		uint32_t block;
		int version;
		size_t tail;
		const char *want;
	} cases[] = {
		{ 0x202, 1, 0,
		  "thread 11,10,1,-1,-1,-1,-1,-1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=0,0,0 pf=0,0 env= cg= root= ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x207, 2, 0,
		  "thread 11,10,1,-1,-1,-1,-1,-1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env= cg= root= ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x209, 3, 0,
		  "thread 11,10,1,-1,-1,-1,-1,-1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg= root= ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x210, 4, 0,
		  "thread 11,10,1,-1,-1,-1,2,1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root= ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x211, 5, 0,
		  "thread 11,10,1,-1,-1,-1,2,1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x212, 6, 0,
		  "thread 11,10,1,5,-1,-1,2,1 comm exe  args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x213, 7, 0,
		  "thread 11,10,1,5,-1,-1,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x214, 8, 0,
		  "thread 11,10,1,5,6,-1,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x215, 9, 0,
		  "thread 11,10,1,5,6,-1,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=-1 w=0 cap=0,0,0 up=0 ino=0,0,0 mem=0 low=0\n" },
		/* 29 bytes: written by a release that did not know the first two members. */
		{ 0x215, 9, 29,
		  "thread 11,10,1,5,6,-1,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=0 tty=0 login=1001 w=1 cap=11,22,33 up=0 ino=0,0,0 mem=0 low=0\n" },
		{ 0x215, 9, 42,
		  "thread 11,10,1,5,6,-1,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=777 tty=34816 login=1001 w=1 cap=11,22,33 up=1 ino=0,0,0 mem=0 low=0\n" },
		{ 0x215, 9, 84,
		  "thread 11,10,1,5,6,9,2,1 comm exe /bin/exe args=a1 cwd=/cwd lim=1024 flags=800000 1000:100 "
		  "vm=21,22,23 pf=24,25 env=A=B cg=cpu=/x root=/root ns=777 tty=34816 login=1001 w=1 cap=11,22,33 up=1 ino=41,42,43 mem=1 low=1\n" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		CLEANUP(buf_cleanup) struct buf want = BUF_INIT(8192);
		size_t n = i / 2;

		w.swap = r.swap = i & 1;
		scap_section(&w);
		scap_block_open(&w, cases[n].block);
		put_thread(&w, cases[n].version, cases[n].tail);
		put_thread(&w, cases[n].version, cases[n].tail);
		scap_block_close(&w);
		put_close(&w, &r, 5);
		read_bytes(&w, buf_str(&w.out), true, &o);
		assert_string_equal(o.error, "");
		buf_printf(&want, "reset\n%s%sdone\n", cases[n].want, cases[n].want);
		buf_byte(&want, '\0');
		want_text(&o.notes, want.data);
		want_text(&o.text, "5 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n");
	}
}

static void put_fd(struct scap_writer *w, bool v2, uint8_t type)
{
	static const char ip6[] = "\x20\1\0\0\0\0\0\0\0\0\0\0\0\0\0\x09";
	size_t at = w->out.len;

	if (v2)
		scap_put(w, 0, 4);
	scap_put(w, type, 8);
	scap_put(w, 1000u + type, 8);
	scap_put(w, type, 1);
	switch (type) {
	case FD_IPV4:
		scap_put_bytes(w, "\x7f\0\0\1\x08\x08\x08\x08", 8);
		scap_put(w, 80, 2);
		scap_put(w, 53, 2);
		scap_put(w, L4_TCP, 1);
		break;
	case FD_IPV6:
		scap_put_bytes(w, ip6, 16);
		scap_put_bytes(w, ip6, 16);
		scap_put(w, 80, 2);
		scap_put(w, 53, 2);
		scap_put(w, L4_UDP, 1);
		break;
	case FD_IPV4_SERVER:
		scap_put_bytes(w, "\x7f\0\0\1", 4);
		scap_put(w, 80, 2);
		scap_put(w, L4_TCP, 1);
		break;
	case FD_IPV6_SERVER:
		scap_put_bytes(w, ip6, 16);
		scap_put(w, 80, 2);
		scap_put(w, L4_TCP, 1);
		break;
	case FD_UNIX:
		scap_put(w, 0xabc, 8);
		scap_put(w, 0xdef, 8);
		scap_put_str(w, "/run/x");
		break;
	case FD_FILE_V2:
		scap_put(w, 0x1001, 4);
		scap_put_str(w, "/etc/passwd");
		if (v2)
			scap_put(w, 0x801, 4);
		break;
	default:
		scap_put_str(w, "name");
	}
	if (v2) {
		scap_put(w, 0x77777777, 4); /* of a newer version */
		/* Except that this entry has something known in this place. */
		if (type == FD_FILE_V2)
			w->out.len -= 4;
		scap_patch(w, at, w->out.len - at, 4);
	}
}

static void fd_types(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		CLEANUP(buf_cleanup) struct buf want = BUF_INIT(8192);
		bool v2 = i & 1;
		uint8_t types = v2 ? FD_TYPES + 1 : FD_TYPES;

		w.swap = r.swap = i & 2;
		scap_section(&w);
		scap_block_open(&w, v2 ? 0x218 : 0x203);
		scap_put(&w, 4711, 8);
		buf_c(&want, "reset\n");
		for (uint8_t type = 1; type < types; type++) {
			put_fd(&w, v2, type);
			buf_printf(&want, "fd 4711:%u type=%u ino=%u ", type,
				   type == FD_TYPES ? FD_UNSUPPORTED : type, 1000u + type);
			if (type == FD_IPV4)
				buf_c(&want, "dev=0 flags=0 l4=2 127.0:80->8.0:53 0->0 \n");
			else if (type == FD_IPV6)
				buf_c(&want, "dev=0 flags=0 l4=3 32.9:80->32.9:53 0->0 \n");
			else if (type == FD_IPV4_SERVER)
				buf_c(&want, "dev=0 flags=0 l4=2 127.0:80->0.0:0 0->0 \n");
			else if (type == FD_IPV6_SERVER)
				buf_c(&want, "dev=0 flags=0 l4=2 32.9:80->0.0:0 0->0 \n");
			else if (type == FD_UNIX)
				buf_c(&want, "dev=0 flags=0 l4=0 0.0:0->0.0:0 abc->def /run/x\n");
			else if (type == FD_FILE_V2)
				buf_printf(&want, "dev=%u flags=1001 l4=0 0.0:0->0.0:0 0->0 /etc/passwd\n",
					   v2 ? 0x801 : 0);
			else
				buf_printf(&want, "dev=0 flags=0 l4=0 0.0:0->0.0:0 0->0 %s\n",
					   type == FD_TYPES ? "unknown-type:[22]" : "name");
		}
		buf_c(&want, "done\n");
		buf_byte(&want, '\0');
		scap_block_close(&w);
		put_close(&w, &r, 5);
		read_bytes(&w, buf_str(&w.out), false, &o);
		assert_string_equal(o.error, "");
		assert_int_equal(o.events, 1);
		want_text(&o.notes, want.data);
	}
}

/* The same tables in both byte orders, and the first versions without entry lengths. */
static void other_tables(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		CLEANUP(buf_cleanup) struct buf want = BUF_INIT(8192);

		w.swap = r.swap = i;
		scap_section(&w);
		put_tables(&w);
		scap_block_open(&w, 0x205);
		scap_put(&w, 3, 2);
		scap_put(&w, 2, 2);
		scap_put_bytes(&w, "\x0a\1\2\3\xff\0\0\0\x0a\xff\xff\xff", 12);
		scap_put_bytes(&w, "lo", 2);
		scap_block_close(&w);
		scap_block_open(&w, 0x206);
		scap_put(&w, 1, 1);
		scap_put(&w, 5, 4);
		scap_put_str(&w, "five");
		scap_put(&w, 0, 1);
		scap_put(&w, 6, 4);
		scap_put(&w, 5, 4);
		scap_put_str(&w, "six");
		scap_put_str(&w, "/");
		scap_put_str(&w, "");
		scap_block_close(&w);
		scap_block_open(&w, 0x7777); /* nobody knows this one */
		scap_put_bytes(&w, "whatever", 8);
		scap_block_close(&w);
		put_close(&w, &r, 5);
		read_bytes(&w, buf_str(&w.out), false, &o);
		assert_string_equal(o.error, "");
		assert_int_equal(o.events, 1);
		buf_printf(&want, "reset\n%siface v6=0 10.1.2.3/255 lo\ngroup 5 five\nuser 6 5 six / \ndone\n",
			   tables_text);
		buf_byte(&want, '\0');
		want_text(&o.notes, want.data);
	}
}

/* --- events ---------------------------------------------------------------------------------- */

static void event_blocks(void **state)
{
	static const uint32_t types[] = { 0x204, 0x208, 0x216, 0x217, 0x221, 0x222 };
	static const char want[] = "100 -7 cpu=3 EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "100 -7 cpu=3 state EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "100 -7 cpu=3 EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "100 -7 cpu=3 state EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "100 -7 cpu=3 EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "100 -7 cpu=3 state EV_SYSCALL_CLOSE_X res=-9(EBADF) fd=5\n"
				   "101 1 cpu=0 EV_PLUGINEVENT_E plugin_id=999 event_data=data\n";

	(void)state;
	for (int i = 0; i < 2; i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

		w.swap = r.swap = i;
		scap_section(&w);
		for (size_t t = 0; t < ARRAY_LEN(types); t++) {
			r.v1 = types[t] == 0x204 || types[t] == 0x208;
			record_start(&r, EV_SYSCALL_CLOSE_X, 100, -7);
			record_i64(&r, -9);
			record_i64(&r, 5);
			/* Other bits than the first do not matter. */
			scap_event(&w, types[t], 3, 0xfffffffd, record_end(&r));
		}
		r.v1 = false;
		record_start(&r, EV_PLUGINEVENT_E, 101, 1);
		record_u32(&r, 999);
		record_bytes(&r, "data", 4);
		scap_event(&w, 0x221, 0, 0, record_end(&r));
		read_bytes(&w, buf_str(&w.out), true, &o);
		assert_string_equal(o.error, "");
		assert_int_equal(o.last, SOURCE_END);
		want_text(&o.text, want);
	}
}

/* Every type of parameter comes out the same from both byte orders. */
static void swapped_values(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		CLEANUP(buf_cleanup) struct buf v = BUF_INIT(1024);

		w.swap = r.swap = i;
		scap_section(&w);
		/* Inet tuple and sockaddr. */
		record_start(&r, EV_SOCKET_CONNECT_X, 1, 2);
		record_i64(&r, 0);
		buf_append(&v, "\2\x7f\0\0\1", 5);
		put_number(&v, 80, 2, i);
		buf_append(&v, "\x08\x08\x08\x08", 4);
		put_number(&v, 53, 2, i);
		record_bytes(&r, v.data, v.len);
		record_i64(&r, 3);
		buf_reset(&v);
		buf_append(&v, "\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 17);
		put_number(&v, 443, 2, i);
		record_bytes(&r, v.data, v.len);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		/* Unix tuple, inet sockaddr. */
		record_start(&r, EV_SOCKET_CONNECT_X, 1, 2);
		record_i64(&r, 0);
		buf_reset(&v);
		buf_append(&v, "\1", 1);
		put_number(&v, 0x123, 8, i);
		put_number(&v, 0x456, 8, i);
		buf_append(&v, "/x", 3);
		record_bytes(&r, v.data, v.len);
		record_i64(&r, 3);
		buf_reset(&v);
		buf_append(&v, "\2\1\2\3\4", 5);
		put_number(&v, 443, 2, i);
		record_bytes(&r, v.data, v.len);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		/* Inet6 tuple; u8 and u32 numbers. */
		record_start(&r, EV_SOCKET_ACCEPT_5_X, 1, 2);
		record_i64(&r, 4);
		buf_reset(&v);
		buf_append(&v, "\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 17);
		put_number(&v, 1, 2, i);
		buf_append(&v, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 16);
		put_number(&v, 2, 2, i);
		record_bytes(&r, v.data, v.len);
		record_u8(&r, 1);
		record_u32(&r, 2);
		record_u32(&r, 128);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		/* A list of fds, a relative time, a signal set. */
		record_start(&r, EV_SYSCALL_PPOLL_X, 1, 2);
		record_i64(&r, 1);
		buf_reset(&v);
		put_number(&v, 2, 2, i);
		put_number(&v, 3, 8, i);
		put_number(&v, 4, 2, i);
		put_number(&v, 5, 8, i);
		put_number(&v, 1, 2, i);
		record_bytes(&r, v.data, v.len);
		record_i64(&r, 1500000000);
		record_u32(&r, 0x101);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		/* A dynamic parameter, and texts, which stay. */
		record_start(&r, EV_SYSCALL_PTRACE_X, 1, 2);
		record_i64(&r, 0);
		buf_reset(&v);
		buf_byte(&v, 0);
		put_number(&v, 0xabcdef, 8, i);
		record_bytes(&r, v.data, v.len);
		record_bytes(&r, "\1\x0b", 2);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		record_start(&r, EV_SYSCALL_OPEN_X, 1, 2);
		record_i64(&r, 3);
		record_text(&r, "/etc/pas");
		record_u32(&r, 1);
		record_u32(&r, 0644);
		record_u32(&r, 0x801);
		record_i64(&r, 4242);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		read_bytes(&w, buf_str(&w.out), true, &o);
		assert_string_equal(o.error, "");
		want_text(&o.text,
			  "1 2 cpu=0 EV_SOCKET_CONNECT_X res=0 tuple=127.0.0.1:80->8.8.8.8:53 fd=3 addr=::1:443\n"
			  "1 2 cpu=0 EV_SOCKET_CONNECT_X res=0 tuple=123->456 /x fd=3 addr=1.2.3.4:443\n"
			  "1 2 cpu=0 EV_SOCKET_ACCEPT_5_X fd=4 tuple=::1:1->::2:2 queuepct=1 queuelen=2 queuemax=128\n"
			  "1 2 cpu=0 EV_SYSCALL_PPOLL_X res=1 fds=3:?4 5:?1 timeout=1500000000(1.5s) sigmask=SIGHUP SIGKILL\n"
			  "1 2 cpu=0 EV_SYSCALL_PTRACE_X res=0 addr=ABCDEF data=11(SIGSEGV) request=<NA> pid=<NA>\n"
			  "1 2 cpu=0 EV_SYSCALL_OPEN_X fd=3 name=/etc/pas flags=1(O_RDONLY) mode=0644 dev=801 ino=4242\n");
	}
}

static void unknown_codes_are_skipped(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_reset(&w.out);
		w.swap = r.swap = i;
		scap_section(&w);
		put_close(&w, &r, 1);
		record_start(&r, 900, 2, 7);
		record_text(&r, "from the future");
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		record_start(&r, 901, 2, 7);
		record_text(&r, "from the future");
		scap_event(&w, 0x204, 0, 0, record_end(&r));
		put_close(&w, &r, 3);
		read_bytes(&w, buf_str(&w.out), false, &o);
		assert_string_equal(o.error, "");
		assert_int_equal(o.events, 2);
	}
}

/* Records to be stamped on delivery take the time of their neighbours. */
static void stamps(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_reset(&w.out);
		w.swap = r.swap = i;
		scap_section(&w);
		put_close(&w, &r, UINT64_MAX);
		put_close(&w, &r, UINT64_MAX);
		put_close(&w, &r, 500);
		put_close(&w, &r, UINT64_MAX);
		put_close(&w, &r, 600);
		read_bytes(&w, buf_str(&w.out), true, &o);
		want_text(&o.text, "500 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n"
				   "500 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n"
				   "500 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n"
				   "500 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n"
				   "600 7 cpu=1 EV_SYSCALL_CLOSE_X res=0 fd=3\n");
	}
}

/* --- damage ---------------------------------------------------------------------------------- */

static const struct damage {
	const char *what;
	size_t at; /* in the file: a section (28 bytes), an unknown block (20), three events (60 each) */
	uint64_t value;
	unsigned int bytes;
	uint64_t events; /* before the error; UINT64_MAX: it does not open */
	const char *error;
} damages[] = {
	{ "garbage", 0, 0x31313131, 4, UINT64_MAX,
	  "invalid block type 0x31313131 at offset 0: a capture starts with a section header" },
	{ "magic", 8, 0x11111111, 4, UINT64_MAX, "invalid magic number 0x11111111 at offset 8" },
	{ "major", 12, 2, 2, UINT64_MAX,
	  "cannot correctly parse the capture. Upgrade your version. (The section at offset 0 has version "
	  "2, known is 1.)" },
	{ "old major", 12, 0, 2, 3, "" },
	{ "new minor", 14, 9, 2, 3, "" },
	{ "small section", 4, 24, 4, UINT64_MAX,
	  "invalid block length 24 at offset 0: too small for a section header" },
	{ "section trailer", 24, 99, 4, UINT64_MAX,
	  "wrong block total length, header=28, trailer=99 at offset 24" },
	{ "unknown block's trailer", 44, 99, 4, UINT64_MAX,
	  "wrong block total length, header=20, trailer=99 at offset 44" },
	{ "unknown block far too long", 32, 4000000000, 4, UINT64_MAX,
	  "expecting 3999999796 bytes, read 0 at offset 228. Is the file truncated?" },
	{ "unknown block too short", 32, 11, 4, UINT64_MAX,
	  "invalid block length 11 at offset 28: smaller than its header and trailer" },
	{ "event trailer", 104, 99, 4, 3, "" },
	{ "event block too short", 112, 11, 4, 1,
	  "invalid block length 11 at offset 108: smaller than its header and trailer" },
	{ "event block without event", 112, 12, 4, 1,
	  "corrupted event block at offset 108: event record shorter than its header" },
	{ "event block beyond the end", 112, 65000, 4, 1,
	  "expecting 64992 bytes, read 112 at offset 116. Is the file truncated?" },
	{ "event block too long", 112, 65548, 4, 1,
	  "invalid block length 65548 at offset 108: greater than the maximum" },
	{ "other block among events", 108, 0x201, 4, 1,
	  "could not restart capture: invalid block type 0x201 at offset 108" },
	{ "record length", 134, 600, 4, 1,
	  "corrupted event block at offset 108: event length does not fit the block" },
	{ "record too short", 134, 10, 4, 1,
	  "corrupted event block at offset 108: event length does not fit the block" },
	{ "number of parameters", 140, 1000, 4, 1,
	  "corrupted event block at offset 108: length table beyond the end of the event" },
	{ "a parameter's length", 144, 9, 2, 1,
	  "corrupted event block at offset 108: parameter lengths do not add up to the event's length" },
};

static void damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(damages); i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		const struct damage *d = &damages[i / 2];

		w.swap = r.swap = i & 1;
		scap_section(&w);
		scap_block_open(&w, 0x7777);
		scap_put_bytes(&w, "whatever", 8);
		scap_block_close(&w);
		for (uint64_t n = 1; n <= 3; n++)
			put_close(&w, &r, n);
		assert_int_equal(w.out.len, 28 + 20 + 3 * 60);
		scap_patch(&w, d->at, d->value, d->bytes);
		read_bytes(&w, buf_str(&w.out), false, &o);
		if (strcmp(o.error, d->error) != 0)
			fail_msg("%s%s: got \"%s\"", d->what, w.swap ? " (swapped)" : "", o.error);
		assert_int_equal(o.opened, d->events != UINT64_MAX);
		if (o.opened)
			assert_int_equal(o.events, d->events);
		assert_int_equal(o.last, d->error[0] ? -EBADMSG : SOURCE_END);
	}
}

/* Lies within the tables: they fail to open, whatever the byte order. */
static void damaged_tables(void **state)
{
	static const struct {
		const char *what;
		uint32_t block;
		const char *body;
		size_t n;
		const char *error; /* its beginning */
	} cases[] = {
		{ "machine info", 0x201, "\0\0\0\0", 4,
		  "corrupted machine info entry at offset 36: it ends too early" },
		{ "process", 0x215, "\xff\xff\0\0", 4,
		  "corrupted process list entry at offset 36: its length is greater than" },
		{ "process length", 0x215, "\1\0\0\0", 4,
		  "corrupted process list entry at offset 36: its length is smaller than" },
		{ "process length", 0x215, "\0\0\0\x7f", 4,
		  "corrupted process list entry at offset 36: its length is greater than" },
		{ "old process", 0x202, "\1\2\3\4\5\6\7\1", 8,
		  "corrupted process list entry at offset 36: it ends too early" },
		{ "long comm", 0x202, "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\xff\xff\0\0", 28,
		  "corrupted process list entry at offset 36: a string in it is too long" },
		{ "fd list", 0x218, "\1\0\0\0", 4, "corrupted fd list entry at offset 36: it ends too early" },
		{ "fd", 0x218, "\1\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0", 16,
		  "corrupted fd list entry at offset 44: it ends too early" },
		{ "old fd", 0x203, "\1\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\x63\0\0\0", 28,
		  "corrupted fd list entry at offset 44: unknown type of descriptor" },
		{ "user", 0x220, "\x08\0\0\0\2\0\0\0", 8,
		  "corrupted user list entry at offset 36: it is neither a user nor a group" },
		{ "group", 0x206, "\1\0\0\0\0\xff\xff\0", 8,
		  "corrupted user list entry at offset 36: a string in it is too long" },
		{ "interface", 0x205, "\5\0\0\0", 4,
		  "corrupted interface list entry at offset 36: unknown kind of interface" },
		{ "interface", 0x205, "\3\0\xff\0" "aaaabbbbcccc", 16,
		  "corrupted interface list entry at offset 36: its name is too long" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(record_cleanup) struct record r = RECORD_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

		scap_section(&w);
		scap_block_open(&w, cases[i].block);
		scap_put_bytes(&w, cases[i].body, cases[i].n);
		scap_block_close(&w);
		put_close(&w, &r, 1);
		read_bytes(&w, buf_str(&w.out), false, &o);
		if (!str_starts(str_c(o.error), str_c(cases[i].error)))
			fail_msg("%s: got \"%s\"", cases[i].what, o.error);
		assert_int_equal(o.last, -EBADMSG);
		assert_false(o.opened);
	}
}

static void nothing_to_read(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

	(void)state;
	read_bytes(&w, STR(""), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	assert_non_null(strstr(o.error, "error reading from file: "));
	assert_non_null(strstr(o.error, " is empty"));
	scap_section(&w);
	read_bytes(&w, buf_str(&w.out), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	assert_string_equal(o.error, "no events in file at offset 28");
	put_tables(&w);
	read_bytes(&w, buf_str(&w.out), false, &o);
	assert_non_null(strstr(o.error, "no events in file at offset "));
	read_file("/nonexistent/file.scap", false, &o);
	assert_int_equal(o.last, -ENOENT);
	assert_non_null(strstr(o.error, "/nonexistent/file.scap"));
	read_file("/", false, &o);
	assert_int_equal(o.last, -EISDIR);
}

/* A file cut at any byte: what is complete is delivered, the rest is an error with the offset. */
static void every_cut(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	enum { EVENTS = 6, EVENT_BYTES = 60 };

	(void)state;
	for (int swap = 0; swap < 2; swap++) {
		CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		size_t first;

		w.swap = r.swap = swap;
		scap_section(&w);
		put_tables(&w);
		scap_block_open(&w, 0x215);
		put_thread(&w, 9, 42);
		scap_block_close(&w);
		scap_block_open(&w, 0x218);
		scap_put(&w, 1, 8);
		put_fd(&w, true, FD_FILE_V2);
		scap_block_close(&w);
		first = w.out.len;
		for (uint64_t n = 1; n <= EVENTS; n++)
			put_close(&w, &r, n);
		assert_int_equal(w.out.len, first + EVENTS * EVENT_BYTES);
		for (size_t cut = 0; cut <= w.out.len; cut++) {
			bool whole = cut > first && (cut - first) % EVENT_BYTES == 0;

			read_bytes(&w, str_first(buf_str(&w.out), cut), false, &o);
			assert_int_equal(o.last, whole ? SOURCE_END : -EBADMSG);
			/* The first event's type tells the end of the tables. */
			assert_int_equal(o.opened, cut >= first + 8);
			assert_int_equal(o.events, cut < first ? 0 : (cut - first) / EVENT_BYTES);
			assert_int_equal(o.error[0] == '\0', whole);
			assert_true(whole || cut == 0 || strstr(o.error, "at offset "));
		}
	}
}

/* --- gzip, sections, chunks ------------------------------------------------------------------ */

enum { MANY = 60000 }; /* events of 60 bytes: several chunks */

static void put_many(struct scap_writer *w, struct record *r, uint64_t first)
{
	for (uint64_t n = first; n < first + MANY; n++)
		put_close(w, r, n);
}

/* Events one after the other, with the times they must have. */
static void read_in_order(const char *path, uint64_t count)
{
	CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
	struct source *s;
	struct event ev;
	uint64_t n = 0;
	int r;

	assert_int_equal(scap_source_open(path, NULL, &s, &diag), 0);
	while ((r = source_next(s, -1, &ev, &diag)) == SOURCE_EVENT) {
		n++;
		if (ev.ts_ns != n || event_i64(&ev, 1, 0) != 3)
			fail_msg("event %lu has time %lu", n, ev.ts_ns);
	}
	assert_string_equal(diag_first_error(&diag), "");
	assert_int_equal(r, SOURCE_END);
	assert_int_equal(n, count);
	source_close(s);
}

static void many_events(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)1 << 28);

	(void)state;
	scap_section(&w);
	put_many(&w, &r, 1);
	read_in_order(scap_path(&w, buf_str(&w.out)), MANY);
	scap_gzip(buf_str(&w.out), &z);
	read_in_order(scap_path(&w, buf_str(&z)), MANY);
	/* Several members, cut in the middle of a block, and padding: one stream. */
	buf_reset(&z);
	scap_gzip(str_first(buf_str(&w.out), 1000003), &z);
	scap_gzip(str_from(buf_str(&w.out), 1000003), &z);
	buf_append(&z, "\0\0\0\0\0\0\0", 7);
	read_in_order(scap_path(&w, buf_str(&z)), MANY);
}

/* Closing in the middle must end the thread, wherever it is. */
static void close_early(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)1 << 28);

	(void)state;
	scap_section(&w);
	put_many(&w, &r, 1);
	scap_gzip(buf_str(&w.out), &z);
	for (int take = 0; take < 20000; take += 5000) {
		CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
		struct source *s;
		struct event ev;

		assert_int_equal(scap_source_open(scap_path(&w, buf_str(&z)), NULL, &s, &diag), 0);
		for (int i = 0; i < take; i++)
			assert_int_equal(source_next(s, -1, &ev, &diag), SOURCE_EVENT);
		source_close(s);
	}
	assert_null(source_close(NULL));
}

static void damaged_gzip(void **state)
{
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)1 << 28);
	CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
	uint64_t before = 0;

	(void)state;
	scap_section(&w);
	put_many(&w, &r, 1);
	scap_gzip(buf_str(&w.out), &z);
	/* Cut: what can be inflated is delivered, more of it the later the cut. */
	for (size_t cut = z.len / 8; cut < z.len; cut += z.len / 8) {
		read_bytes(&w, str_first(buf_str(&z), cut), false, &o);
		assert_int_equal(o.last, -EBADMSG);
		assert_true(o.events > before && o.events <= MANY);
		before = o.events;
		assert_non_null(strstr(o.error, "error reading from file: the compressed data ends too early "
						"at offset "));
		assert_non_null(strstr(o.error, "of the inflated data"));
	}
	/* The last bytes are checksum and length: all events, then the error. */
	for (size_t cut = z.len - 8; cut < z.len; cut++) {
		read_bytes(&w, str_first(buf_str(&z), cut), false, &o);
		assert_int_equal(o.last, -EBADMSG);
		assert_int_equal(o.events, MANY);
	}
	z.data[z.len - 8] ^= 1;
	read_bytes(&w, buf_str(&z), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	assert_int_equal(o.events, MANY);
	assert_non_null(strstr(o.error, "error reading from file: "));
	z.data[z.len - 8] ^= 1;
	buf_append(&z, "garbage", 7);
	read_bytes(&w, buf_str(&z), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	assert_int_equal(o.events, MANY);
	assert_non_null(strstr(o.error, "data follows the compressed data that is not gzip"));
	/* Only a header, and one that is none. */
	read_bytes(&w, STR("\x1f\x8b"), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	read_bytes(&w, STR("\x1f\x8b\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	/* Zeros: a bomb of padding is no bomb. */
	buf_reset(&z);
	scap_gzip(STR(""), &z);
	read_bytes(&w, buf_str(&z), false, &o);
	assert_int_equal(o.last, -EBADMSG);
	assert_non_null(strstr(o.error, " is empty"));
}

/* Enter events of the first section must not reach into the second. */
static void two_sections(void **state)
{
	static const char section[] = "reset\ndone\n";
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)1 << 20);
	CLEANUP(buf_cleanup) struct buf want = BUF_INIT((size_t)1 << 20);
	CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

	(void)state;
	for (int part = 0; part < 2; part++) {
		/* The second part has the other byte order. */
		w.swap = r.swap = part;
		scap_section(&w);
		/* An exit without enter, then an enter without exit. */
		record_start(&r, EV_SYSCALL_CLOSE_X, 1, 2);
		record_i64(&r, 0);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		record_start(&r, EV_SYSCALL_CLOSE_E, 2, 2);
		record_i64(&r, 77);
		scap_event(&w, 0x216, 0, 0, record_end(&r));
		buf_c(&want, section);
	}
	buf_byte(&want, '\0');
	read_bytes(&w, buf_str(&w.out), true, &o);
	assert_string_equal(o.error, "");
	want_text(&o.notes, want.data);
	want_text(&o.text, "1 2 cpu=0 EV_SYSCALL_CLOSE_X res=0 fd=0\n"
			   "1 2 cpu=0 EV_SYSCALL_CLOSE_X res=0 fd=0\n");
	scap_gzip(buf_str(&w.out), &z);
	read_bytes(&w, buf_str(&z), true, &o);
	assert_string_equal(o.error, "");
	want_text(&o.notes, want.data);
}

static void large_events(void **state)
{
	enum { SIZE = 3 << 20 };
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)64 << 20);
	CLEANUP(free_ptr) char *data = malloc(SIZE);
	size_t first;

	(void)state;
	memset(data, 'x', SIZE);
	scap_section(&w);
	first = w.out.len;
	for (size_t i = 0; i < 3; i++) {
		put_close(&w, &r, 1);
		record_start(&r, EV_PLUGINEVENT_E, 2, -1);
		record_u32(&r, 1);
		record_bytes(&r, data, SIZE - i);
		scap_event(&w, 0x221, 0, 0, record_end(&r));
	}
	scap_gzip(buf_str(&w.out), &z);
	for (int gzip = 0; gzip < 2; gzip++) {
		CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
		struct source *s;
		struct event ev;

		assert_int_equal(scap_source_open(scap_path(&w, buf_str(gzip ? &z : &w.out)), NULL, &s,
						  &diag),
				 0);
		for (size_t i = 0; i < 3; i++) {
			struct str v;

			assert_int_equal(source_next(s, -1, &ev, &diag), SOURCE_EVENT);
			assert_int_equal(ev.ts_ns, 1);
			assert_int_equal(source_next(s, -1, &ev, &diag), SOURCE_EVENT);
			v = event_param(&ev, 1);
			assert_int_equal(v.n, SIZE - i);
			assert_memory_equal(v.p, data, v.n);
		}
		assert_int_equal(source_next(s, -1, &ev, &diag), SOURCE_END);
		source_close(s);
	}
	/* Cut in the large block, and a length beyond the bound: 64 MiB. */
	{
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;

		read_bytes(&w, str_first(buf_str(&w.out), first + 60 + 1000000), false, &o);
		assert_int_equal(o.events, 1);
		assert_string_equal(o.error, "expecting 3145772 bytes, read 999992 at offset 96. Is the file "
					     "truncated?");
		scap_patch(&w, first + 60 + 4, (64 << 20) + 4, 4);
		read_bytes(&w, buf_str(&w.out), false, &o);
		assert_int_equal(o.events, 1);
		assert_string_equal(o.error, "invalid block length 67108868 at offset 88: greater than the "
					     "maximum");
	}
}

/* --- pipes ----------------------------------------------------------------------------------- */

struct feeder {
	int fd;
	struct str bytes;
};

static void *feed(void *arg)
{
	struct feeder *f = arg;

	for (size_t at = 0; at < f->bytes.n;) {
		ssize_t n = write(f->fd, f->bytes.p + at, size_min(f->bytes.n - at, 1000));

		if (n < 0)
			break;
		at += (size_t)n;
	}
	return NULL;
}

/* A pipe: events come as soon as they are there, a pause is idle, the end is the end. */
static void pipes(void **state)
{
	CLEANUP(record_cleanup) struct record r = RECORD_INIT;
	CLEANUP(scap_writer_cleanup) struct scap_writer w = SCAP_WRITER_INIT;
	CLEANUP(buf_cleanup) struct buf z = BUF_INIT((size_t)1 << 28);
	CLEANUP(buf_cleanup) struct buf z2 = BUF_INIT((size_t)1 << 28);
	size_t half;

	(void)state;
	scap_section(&w);
	put_close(&w, &r, 1);
	put_close(&w, &r, 2);
	half = w.out.len + 20;
	put_many(&w, &r, 3);
	scap_gzip(str_first(buf_str(&w.out), half), &z);
	scap_gzip(str_from(buf_str(&w.out), half), &z2);
	for (int gzip = 0; gzip < 2; gzip++) {
		CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
		struct feeder f = { .bytes = gzip ? buf_str(&z) : str_first(buf_str(&w.out), half) };
		struct source *s;
		struct event ev;
		pthread_t thread;
		char path[64];
		int fds[2];
		uint64_t n;
		int a;

		assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
		f.fd = fds[1];
		feed(&f);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
		assert_int_equal(scap_source_open(path, NULL, &s, &diag), 0);
		close(fds[0]);
		for (n = 1; n <= 2; n++) {
			/* The inflater may need a moment; a plain pipe does not. */
			while ((a = source_next(s, 1000, &ev, &diag)) == SOURCE_IDLE && gzip)
				;
			assert_int_equal(a, SOURCE_EVENT);
			assert_int_equal(ev.ts_ns, n);
		}
		assert_int_equal(source_next(s, 1, &ev, &diag), SOURCE_IDLE);
		assert_int_equal(source_next(s, 0, &ev, &diag), SOURCE_IDLE);
		f.bytes = gzip ? buf_str(&z2) : str_from(buf_str(&w.out), half);
		assert_int_equal(pthread_create(&thread, NULL, feed, &f), 0);
		for (; n <= MANY + 2; n++) {
			while ((a = source_next(s, 1000, &ev, &diag)) == SOURCE_IDLE)
				;
			assert_int_equal(a, SOURCE_EVENT);
			assert_int_equal(ev.ts_ns, n);
		}
		pthread_join(thread, NULL);
		assert_int_equal(source_next(s, 1, &ev, &diag), SOURCE_IDLE);
		close(fds[1]);
		while ((a = source_next(s, 1000, &ev, &diag)) == SOURCE_IDLE)
			;
		assert_int_equal(a, SOURCE_END);
		source_close(s);

		/* Closing while the thread waits for the pipe. */
		assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
		f.fd = fds[1];
		f.bytes = gzip ? buf_str(&z) : str_first(buf_str(&w.out), half);
		feed(&f);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
		assert_int_equal(scap_source_open(path, NULL, &s, &diag), 0);
		source_close(s);
		close(fds[0]);
		close(fds[1]);
	}
}

/* --- files of others ------------------------------------------------------------------------- */

/* The numbers of events were counted by the product whose format this is. */
static void shared_captures(void **state)
{
	static const struct {
		const char *name;
		uint64_t events;
	} cases[] = {
		{ "502Error", 18377 },	       { "cat_write", 307 },
		{ "connect_localhost", 371 },  { "curl_google", 991 },
		{ "sample", 485 }, { "psp_run_as_user_0_container", 2795 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(outcome_cleanup) struct outcome o = OUTCOME_INIT;
		CLEANUP(free_ptr) char *path = NULL;
		char name[100];

		snprintf(name, sizeof(name), "testdata/captures/%s.scap", cases[i].name);
		path = shared_path(name);
		if (!path) {
			print_message("skipped: no %s in the shared test data\n", name);
			skip();
		}
		read_file(path, true, &o);
		assert_string_equal(o.error, "");
		assert_int_equal(o.events, cases[i].events);
		assert_int_equal(buf_error(&o.notes), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thread_versions),
		cmocka_unit_test(fd_types),
		cmocka_unit_test(other_tables),
		cmocka_unit_test(event_blocks),
		cmocka_unit_test(swapped_values),
		cmocka_unit_test(unknown_codes_are_skipped),
		cmocka_unit_test(stamps),
		cmocka_unit_test(damage),
		cmocka_unit_test(damaged_tables),
		cmocka_unit_test(nothing_to_read),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(many_events),
		cmocka_unit_test(close_early),
		cmocka_unit_test(damaged_gzip),
		cmocka_unit_test(two_sections),
		cmocka_unit_test(large_events),
		cmocka_unit_test(pipes),
		cmocka_unit_test(shared_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
