/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capture file of any bytes: opened, read to its end, each event printed. The file is in memory
 * only. Plain and gzip inputs both reach the reader, because the format tells them apart.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/diag.h"
#include "capture/source.h"
#include "event/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum;

static void add(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		sum += (uint8_t)s.p[i];
}

/* Every borrowed byte is read, so that a wrong length is seen. */
static void on_machine(void *ctx, const struct snap_machine *m)
{
	(void)ctx;
	add(m->hostname);
}

static void on_iface(void *ctx, const struct snap_iface *i)
{
	(void)ctx;
	add(i->name);
}

static void on_user(void *ctx, const struct snap_user *u)
{
	(void)ctx;
	add(u->name);
	add(u->home);
	add(u->shell);
}

static void on_group(void *ctx, const struct snap_group *g)
{
	(void)ctx;
	add(g->name);
}

static void on_thread(void *ctx, const struct snap_thread *t)
{
	(void)ctx;
	add(t->comm);
	add(t->exe);
	add(t->exepath);
	add(t->cwd);
	add(t->root);
	add(t->args);
	add(t->env);
	add(t->cgroups);
}

static void on_fd(void *ctx, const struct snap_fd *f)
{
	(void)ctx;
	add(f->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct snapshot_sink sink = {
		.machine = on_machine, .iface = on_iface, .user = on_user, .group = on_group,
		.thread = on_thread, .fd = on_fd,
	};
	struct diag diag = DIAG_INIT;
	struct buf text = BUF_INIT((size_t)1 << 20);
	struct source *s;
	struct event ev;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	int r;

	if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (scap_source_open(path, &sink, &s, &diag) == 0) {
		while ((r = source_next(s, -1, &ev, &diag)) == SOURCE_EVENT) {
			add(str_n(ev.record, ev.record_len));
			buf_reset(&text);
			event_print_args(&ev, NULL, EVENT_BYTES_TEXT, &text);
		}
		/* Without a time limit the reader is never idle, and a failure has a reason. */
		if (r == SOURCE_IDLE || (r < 0 && !diag.counts[DIAG_ERROR]))
			abort();
		source_close(s);
	} else if (!diag.counts[DIAG_ERROR]) {
		abort();
	}
	close(fd);
	buf_cleanup(&text);
	diag_cleanup(&diag);
	return 0;
}
