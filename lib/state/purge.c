/* SPDX-License-Identifier: Apache-2.0 */
#include "state/purge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "state/task.h"

enum { PURGE_PER_EVENT = 4 };

static const uint64_t purge_first_ns = 30000000000u;
static const uint64_t purge_every_ns = 300000000000u;
static const uint64_t purge_idle_ns = 300000000000u;

static bool still_alive(const struct state *s, const struct thread *t)
{
	char path[4096];
	char comm[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/%" PRId64 "/task/%" PRId64 "/comm", s->host_root,
		 t->pid, t->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT && errno != ESRCH;
	n = read(fd, comm, sizeof(comm));
	close(fd);
	/* The name at exec is kept while a task may rename itself: only the tid's absence counts. */
	return n > 0;
}

void purge_step(struct state *s, uint64_t now_ns)
{
	struct purge *p = &s->purge;

	if (!p->running) {
		if (!p->next_ns)
			p->next_ns = now_ns + purge_first_ns;
		if (now_ns < p->next_ns)
			return;
		p->next_ns = now_ns + purge_every_ns;
		p->running = true;
		p->slot = 0;
	}
	for (int i = 0; i < PURGE_PER_EVENT; i++) {
		struct task *task;

		if (p->slot > s->threads.mask) {
			p->running = false;
			return;
		}
		task = s->threads.slots[p->slot++].task;
		if (!task || task == s->last || task == s->settle.exited ||
		    task == s->settle.closes || task->t.tid == s->options.self_tid)
			continue;
		if (!(task->t.marks & THREAD_INVALID) &&
		    (task->t.last_seen_ns + purge_idle_ns > now_ns || still_alive(s, &task->t)))
			continue;
		if (task_main(task) == task && task->t.live_threads > 1)
			continue; /* its threads still need it */
		s->counters.evicted++;
		task_forget(s, task);
	}
}
