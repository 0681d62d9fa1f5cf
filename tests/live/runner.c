/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens the live source, runs the witness, and compares: each line of the witness must be told by an
 * event of that thread, in the order of the lines. See witness.c for their form.
 *
 * usage: live-runner WITNESS; needs root, else it is skipped (77).
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "capture/source.h"
#include "event/event.h"
#include "event/print.h"

enum { SKIP = 77, EVENTS_MAX = 200000, LINES_MAX = 4000, TEXT_MAX = 64 << 20 };

static const struct {
	const char *name;
	int type;
} facts[FACT_COUNT] = {
#define FACT(id, symbol, name_, type_, text) [id] = { name_, type_ },
#include "event/facts.def"
#undef FACT
};

/* An event as text: "\tparameter=raw(resolved)...\t#fact=text...\t". */
struct seen {
	int64_t tid;
	const char *name;
	size_t at, len; /* in `texts` */
	bool used;
};

static struct seen events[EVENTS_MAX];
static size_t event_count;
static struct buf texts = BUF_INIT(TEXT_MAX);

static bool user_name(void *ctx, const struct event *ev, uint32_t uid, struct buf *ret)
{
	(void)ctx;
	(void)ev;
	if (uid)
		return false;
	buf_c(ret, "root");
	return true;
}

static void keep(const struct event *ev)
{
	const struct event_names names = { .user = user_name };
	struct seen *s;
	size_t at = texts.len;

	if (event_count == EVENTS_MAX)
		return;
	for (unsigned int i = 0; i < ev->info->nparams; i++) {
		size_t before;

		buf_printf(&texts, "\t%s=", ev->info->params[i].name);
		event_print_raw(ev, i, &names, EVENT_BYTES_TEXT, &texts);
		before = texts.len;
		buf_byte(&texts, '(');
		if (event_print_resolved(ev, i, &names, &texts))
			buf_byte(&texts, ')');
		else
			texts.len = before;
	}
	for (unsigned int i = 1; i < FACT_COUNT; i++) {
		struct str v;

		if (!facts[i].name || !event_fact(ev, (enum fact)i, &v, NULL))
			continue;
		buf_printf(&texts, "\t#%s=", facts[i].name);
		if (facts[i].type == PT_FSPATH)
			buf_str_append(&texts, str_until_nul(v));
		else if (facts[i].type == PT_SOCKTUPLE)
			event_print_socktuple(v, &texts);
		else
			buf_printf(&texts, "%llu",
				   (unsigned long long)event_fact_u64(ev, (enum fact)i, 0));
	}
	buf_c(&texts, "\t");
	s = &events[event_count++];
	*s = (struct seen){ .tid = ev->tid, .name = event_type_name(ev).p, .at = at,
			    .len = texts.len - at };
}

/* Does the event tell all that the rest of the line asks for? */
static bool tells(const struct seen *s, struct str wanted, struct str *ret_missing)
{
	struct str text = str_n(texts.data + s->at, s->len);
	struct str piece;

	while (wanted.p && str_split(&wanted, '\t', &piece)) {
		char token[8192];
		bool absent = piece.n && piece.p[0] == '!';

		if (!piece.n)
			continue;
		if (absent)
			snprintf(token, sizeof(token), "\t#" STR_FMT "=",
				 STR_ARG(str_from(piece, 1)));
		else
			snprintf(token, sizeof(token), "\t" STR_FMT "\t", STR_ARG(piece));
		if ((str_find(text, str_c(token)) >= 0) == absent) {
			*ret_missing = piece;
			return false;
		}
	}
	return true;
}

static bool check(struct str line)
{
	struct str rest = line, tid_text, name, missing = STR("");
	int64_t tid;
	bool near = false;

	if (!str_split(&rest, '\t', &tid_text) || !str_split(&rest, '\t', &name) ||
	    str_to_i64(tid_text, &tid) < 0) {
		printf("not a line of the witness: " STR_FMT "\n", STR_ARG(line));
		return false;
	}
	for (size_t i = 0; i < event_count; i++) {
		struct seen *s = &events[i];

		if (s->used || s->tid != tid || !str_eq_c(name, s->name))
			continue;
		if (tells(s, rest, &missing)) {
			/* What came before on this thread is done: order is part of the claim. */
			for (size_t k = 0; k <= i; k++)
				if (events[k].tid == tid)
					events[k].used = true;
			return true;
		}
	}
	printf("MISSING: " STR_FMT "\n", STR_ARG(line));
	for (size_t i = 0; i < event_count && !near; i++) {
		const struct seen *s = &events[i];
		struct str r = rest;
		struct str first = STR("");

		if (s->used || s->tid != tid || !str_eq_c(name, s->name))
			continue;
		near = true;
		tells(s, r, &first);
		printf("  next of its kind lacks '" STR_FMT "':" STR_FMT "\n", STR_ARG(first),
		       STR_ARG(str_n(texts.data + s->at, s->len)));
	}
	if (!near)
		printf("  no such event of that thread\n");
	return false;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* Runs the witness with the pipe as its output, and collects events until its own exit was told. */
static int collect(struct source *source, const char *program, struct buf *lines, struct diag *diag)
{
	char dir[] = "/tmp/saker-live-XXXXXX";
	double limit = seconds() + 60;
	bool ended = false;
	int out[2];
	int status;
	pid_t pid;

	if (!mkdtemp(dir) || pipe(out) < 0)
		return diag_sys(diag, -errno, "prepare", "the witness");
	pid = fork();
	if (pid < 0)
		return diag_sys(diag, -errno, "start", program);
	if (pid == 0) {
		dup2(out[1], 1);
		closefrom(3);
		execl(program, program, dir, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	while (!ended && seconds() < limit) {
		struct event ev;
		int r = source_next(source, 100, &ev, diag);
		bool mine = false;

		if (r < 0)
			return r;
		if (r != SOURCE_EVENT)
			continue;
		keep(&ev);
		mine = ev.tid == pid;
		ended = mine && ev.type == EV_PROCEXIT_1_E;
	}
	buf_read_fd(lines, out[0]);
	close(out[0]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return diag_error(diag, -ECHILD, "The witness itself failed (status 0x%x).", status);
	if (nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) < 0)
		return diag_sys(diag, -errno, "remove", dir);
	return ended ? 0 : diag_error(diag, -ETIME, "The exit of the witness was not seen.");
}

int main(int argc, char **argv)
{
	CLEANUP(diag_cleanup) struct diag diag = DIAG_INIT;
	CLEANUP(buf_cleanup) struct buf lines = BUF_INIT(TEXT_MAX);
	uint64_t codes[(EVENT_CODES + 63) / 64];
	struct bpf_source_options options = { .codes = codes, .ring_bytes = 4 << 20 };
	struct source_counter counters[64];
	struct source *source;
	struct str rest, line;
	size_t total = 0, bad = 0, n;
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: live-runner WITNESS\n");
		return 2;
	}
	if (geteuid() != 0) {
		printf("skipped: needs root\n");
		return SKIP;
	}
	memset(codes, 0xff, sizeof(codes));
	r = bpf_source_open(&options, NULL, &source, &diag);
	if (r == -EPERM || r == -ENOSYS || r == -EOPNOTSUPP || r == -ENOENT) {
		printf("skipped: %s\n", diag_first_error(&diag));
		return SKIP;
	}
	if (r >= 0)
		r = collect(source, argv[1], &lines, &diag);
	if (r < 0) {
		printf("%s\n", diag_first_error(&diag));
		return 1;
	}
	n = source_counters(source, counters, ARRAY_LEN(counters));
	for (size_t i = 0; i < n; i++)
		if (counters[i].value)
			printf("%s=%llu ", counters[i].name, (unsigned long long)counters[i].value);
	printf("\n");
	source->ops->close(source);
	rest = buf_str(&lines);
	while (rest.p && str_split(&rest, '\n', &line)) {
		if (!line.n)
			continue;
		total++;
		bad += !check(line);
	}
	printf("%zu lines of the witness, %zu not told rightly, %zu events\n", total, bad, event_count);
	buf_cleanup(&texts);
	return bad || !total ? 1 : 0;
}
