/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of files and of the kernel's other objects, and the directories of a task.
 *
 * A path in an event is what the caller wrote. Where the record carries the path that the kernel
 * ended up with, that one is the name, and the caller's text stays beside it as name_raw.
 */
#include <inttypes.h>
#include <stdio.h>

#include "state/fd_build.h"
#include "state/path.h"
#include "state/task.h"

static const struct str no_value = STR("<NA>");
static const struct str old_no_value = STR("(NULL)");

/* --- open --- */

static void remember_enter(struct apply *a, int64_t dirfd, unsigned int name, int flags)
{
	struct pool *p = &a->s->pool;
	struct enter *e = enter_renew(p, &a->task->enter, a->ev->type);

	if (!e)
		return;
	e->dirfd = dirfd;
	text_set(p, &e->name, event_text(a->ev, name));
	e->has_flags = flags >= 0 && event_has(a->ev, (unsigned int)flags);
	if (e->has_flags)
		e->flags = (uint32_t)event_u64(a->ev, (unsigned int)flags, 0);
}

void apply_enter_open(struct apply *a)
{
	remember_enter(a, AT_FDCWD_N, 0, a->ev->type == EV_SYSCALL_OPEN_E ? 1 : -1);
}

void apply_enter_openat(struct apply *a)
{
	remember_enter(a, event_i64(a->ev, 0, AT_FDCWD_N), 1, 2);
}

struct open_call {
	int64_t number;
	int64_t dirfd;
	struct str name;
	uint32_t flags;
	unsigned int dev; /* parameter; the inode number follows it */
};

static void open_fd(struct apply *a, struct open_call *call)
{
	const struct enter *e = enter_of(a);
	struct fd like = fd_blank(FD_FILE_V2);
	CLEANUP(buf_cleanup) struct buf dir = BUF_INIT(4096);

	if (e && e->name.n && !str_eq(e->name, no_value)) {
		/* Read before the call: another thread had no time yet to change it. */
		call->name = e->name;
		call->dirfd = e->dirfd;
		if (e->has_flags)
			call->flags = e->flags | (call->flags & ~(uint32_t)(O_F_CREATED_N - 1));
	}
	if (str_eq(call->name, old_no_value))
		call->name = STR("");
	if (call->flags & O_DIRECTORY_N)
		like.type = FD_DIRECTORY;
	if (call->flags & FD_UPPER_LAYER_N)
		like.marks |= FD_UPPER_LAYER;
	else if (call->flags & FD_LOWER_LAYER_N)
		like.marks |= FD_LOWER_LAYER;
	if (call->flags & O_CLOEXEC_N)
		like.marks |= FD_CLOSES_ON_EXEC;
	like.open_flags = call->flags;
	like.dev = (uint32_t)event_u64(a->ev, call->dev, 0);
	like.ino = event_u64(a->ev, call->dev + 1, 0);
	like.name_raw = call->name;
	if (has_fact(a, FACT_PATH)) {
		like.name = a->facts.path;
		like.marks |= FD_FROM_KERNEL;
		fd_set_object(a, &like);
		if (has_fact(a, FACT_FDTYPE) && fd_type_is_file(a->facts.fdtype))
			like.type = a->facts.fdtype;
	} else {
		buf_reset(&a->s->path);
		if (has_fact(a, FACT_DIR)) {
			buf_str_append(&dir, a->facts.dir);
			if (!str_ends(a->facts.dir, STR("/")))
				buf_byte(&dir, '/');
		} else if (call->name.n && call->name.p[0] != '/') {
			state_dir_path(a->s, &a->task->t, call->dirfd, &dir);
		}
		path_join(buf_str(&dir), call->name, &a->s->path);
		like.name = buf_str(&a->s->path);
	}
	fd_add(a, call->number, &like);
}

void apply_open(struct apply *a)
{
	struct open_call call = { .dirfd = AT_FDCWD_N, .name = event_text(a->ev, 1),
				  .flags = (uint32_t)event_u64(a->ev, 2, 0), .dev = 4 };

	if (succeeded(a, &call.number))
		open_fd(a, &call);
}

void apply_creat(struct apply *a)
{
	struct open_call call = { .dirfd = AT_FDCWD_N, .name = event_text(a->ev, 1), .dev = 3 };
	uint64_t layers = event_u64(a->ev, 5, 0);

	if (layers & 1)
		call.flags |= FD_UPPER_LAYER_N;
	else if (layers & 2)
		call.flags |= FD_LOWER_LAYER_N;
	if (succeeded(a, &call.number))
		open_fd(a, &call);
}

void apply_openat(struct apply *a)
{
	struct open_call call = { .dirfd = event_i64(a->ev, 1, AT_FDCWD_N),
				  .name = event_text(a->ev, 2),
				  .flags = (uint32_t)event_u64(a->ev, 3, 0), .dev = 5 };

	if (succeeded(a, &call.number))
		open_fd(a, &call);
}

void apply_openat2(struct apply *a)
{
	struct open_call call = { .dirfd = event_i64(a->ev, 1, AT_FDCWD_N),
				  .name = event_text(a->ev, 2),
				  .flags = (uint32_t)event_u64(a->ev, 3, 0), .dev = 6 };

	if (succeeded(a, &call.number))
		open_fd(a, &call);
}

void apply_open_by_handle(struct apply *a)
{
	struct open_call call = { .dirfd = AT_FDCWD_N, .name = event_text(a->ev, 3),
				  .flags = (uint32_t)event_u64(a->ev, 2, 0), .dev = 4 };

	if (succeeded(a, &call.number))
		open_fd(a, &call);
}

/* --- close, dup --- */

static void close_later(struct apply *a, int64_t first, int64_t last)
{
	a->s->settle.closes = a->task;
	a->s->settle.first = first;
	a->s->settle.last = last;
}

void apply_close(struct apply *a)
{
	int64_t result;

	if (succeeded(a, &result) && a->view->fd)
		close_later(a, a->view->fd_num, a->view->fd_num);
}

void apply_close_range(struct apply *a)
{
	int64_t first = (int64_t)event_u64(a->ev, 1, 0);
	int64_t last = (int64_t)event_u64(a->ev, 2, 0);
	int64_t result;
	struct fd_table *fds = task_fds(&a->task->t);

	if (!succeeded(a, &result) || !fds || first > last)
		return;
	if (event_u64(a->ev, 3, 0) & CLOSE_RANGE_CLOEXEC_N)
		fd_table_range(&a->s->pool, fds, first, last, true);
	else
		close_later(a, first, last);
}

/* Copies the event's descriptor to `number`. */
static void copy_fd(struct apply *a, int64_t number, bool cloexec)
{
	const struct fd *old = a->view->fd;
	int64_t old_number = a->view->fd_num;
	struct fd like;

	if (!old)
		return;
	like = *old;
	like.marks &= (uint16_t)~FD_CLOSES_ON_EXEC;
	if (cloexec)
		like.marks |= FD_CLOSES_ON_EXEC;
	if (number == old_number) { /* dup2 of a number to itself */
		a->view->fd2 = old;
		return;
	}
	if (fd_add(a, number, &like))
		a->view->fd2 = fd_table_find(task_fds(&a->task->t), old_number);
}

void apply_dup(struct apply *a)
{
	int64_t number;

	if (succeeded(a, &number))
		copy_fd(a, number, false);
}

void apply_dup3(struct apply *a)
{
	int64_t number;

	if (succeeded(a, &number))
		copy_fd(a, number, event_u64(a->ev, 3, 0) & O_CLOEXEC_N);
}

void apply_fcntl(struct apply *a)
{
	uint64_t command = event_u64(a->ev, 2, 0);
	struct fd_table *fds = task_fds(&a->task->t);
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (command == F_DUPFD_N || command == F_DUPFD_CLOEXEC_N) {
		copy_fd(a, result, command == F_DUPFD_CLOEXEC_N);
	} else if (command == F_SETFD_N && fds && a->view->fd) {
		fd_table_set_cloexec(&a->s->pool, fds, a->view->fd_num, event_u64(a->ev, 3, 0) & 1);
		a->view->fd = fd_table_find(fds, a->view->fd_num);
	}
}

/* --- other objects --- */

void apply_pipe(struct apply *a)
{
	struct fd like = fd_blank(FD_FIFO);
	int64_t first = event_i64(a->ev, 1, -1);
	int64_t result;

	if (!succeeded(a, &result))
		return;
	like.ino = event_u64(a->ev, 3, 0);
	like.open_flags = (uint32_t)event_u64(a->ev, 4, 0);
	if (like.open_flags & O_CLOEXEC_N)
		like.marks |= FD_CLOSES_ON_EXEC;
	fd_add(a, first, &like);
	fd_add(a, event_i64(a->ev, 2, -1), &like);
	a->view->fd2 = fd_table_find(task_fds(&a->task->t), first);
}

/* A call whose result is a descriptor of `type`. `flags`: parameter with neutral open flags, or -1. */
static void add_object(struct apply *a, uint8_t type, int flags, struct str name)
{
	struct fd like = fd_blank(type);
	int64_t number;

	if (!succeeded(a, &number))
		return;
	if (flags >= 0)
		like.open_flags = (uint32_t)event_u64(a->ev, (unsigned int)flags, 0);
	if (has_fact(a, FACT_FDFLAGS))
		like.open_flags = a->facts.fdflags;
	if (like.open_flags & O_CLOEXEC_N)
		like.marks |= FD_CLOSES_ON_EXEC;
	like.name = name;
	fd_set_object(a, &like);
	fd_add(a, number, &like);
}

void apply_eventfd(struct apply *a)
{
	add_object(a, FD_EVENTFD, -1, STR(""));
}

void apply_eventfd2(struct apply *a)
{
	add_object(a, FD_EVENTFD, 1, STR(""));
}

void apply_timerfd(struct apply *a)
{
	add_object(a, FD_TIMERFD, -1, STR(""));
}

void apply_signalfd(struct apply *a)
{
	add_object(a, FD_SIGNALFD, -1, STR(""));
}

void apply_signalfd4(struct apply *a)
{
	add_object(a, FD_SIGNALFD, 1, STR(""));
}

void apply_inotify(struct apply *a)
{
	add_object(a, FD_INOTIFY, -1, STR(""));
}

void apply_inotify1(struct apply *a)
{
	add_object(a, FD_INOTIFY, 1, STR(""));
}

void apply_epoll(struct apply *a)
{
	add_object(a, FD_EVENTPOLL, -1, STR(""));
}

void apply_epoll1(struct apply *a)
{
	/* Its only flag has the value 1 in a table of its own; the neutral one is meant. */
	add_object(a, FD_EVENTPOLL, -1, STR(""));
	if (a->view->fd && a->view->fd_num >= 0 && event_u64(a->ev, 1, 0)) {
		fd_table_set_cloexec(&a->s->pool, task_fds(&a->task->t), a->view->fd_num, true);
		a->view->fd = fd_table_find(task_fds(&a->task->t), a->view->fd_num);
	}
}

void apply_userfaultfd(struct apply *a)
{
	add_object(a, FD_USERFAULTFD, 1, STR(""));
}

void apply_io_uring(struct apply *a)
{
	add_object(a, FD_IO_URING, -1, STR(""));
}

/* Commands of bpf(2) that return a descriptor; the result of all others is a number or 0. */
static bool bpf_makes_fd(uint64_t command)
{
	enum { BPF_MAP_CREATE = 0, BPF_PROG_LOAD = 5, BPF_OBJ_GET = 7,
	       BPF_PROG_GET_FD_BY_ID = 13, BPF_MAP_GET_FD_BY_ID = 14,
	       BPF_RAW_TRACEPOINT_OPEN = 17, BPF_BTF_LOAD = 18, BPF_BTF_GET_FD_BY_ID = 19,
	       BPF_LINK_CREATE = 28, BPF_LINK_GET_FD_BY_ID = 30, BPF_ENABLE_STATS = 32,
	       BPF_ITER_CREATE = 33, BPF_TOKEN_CREATE = 36 };
	static const uint64_t commands =
		UINT64_C(1) << BPF_MAP_CREATE | UINT64_C(1) << BPF_PROG_LOAD |
		UINT64_C(1) << BPF_OBJ_GET | UINT64_C(1) << BPF_PROG_GET_FD_BY_ID |
		UINT64_C(1) << BPF_MAP_GET_FD_BY_ID | UINT64_C(1) << BPF_RAW_TRACEPOINT_OPEN |
		UINT64_C(1) << BPF_BTF_LOAD | UINT64_C(1) << BPF_BTF_GET_FD_BY_ID |
		UINT64_C(1) << BPF_LINK_CREATE | UINT64_C(1) << BPF_LINK_GET_FD_BY_ID |
		UINT64_C(1) << BPF_ENABLE_STATS | UINT64_C(1) << BPF_ITER_CREATE |
		UINT64_C(1) << BPF_TOKEN_CREATE;

	return command < 64 && (commands >> command & 1);
}

void apply_bpf(struct apply *a)
{
	if (bpf_makes_fd(event_u64(a->ev, 1, UINT64_MAX)))
		add_object(a, FD_BPF, -1, STR(""));
}

void apply_memfd(struct apply *a)
{
	add_object(a, FD_MEMFD, -1, event_text(a->ev, 1));
	if (a->view->fd && (event_u64(a->ev, 2, 0) & 1)) { /* MFD_CLOEXEC */
		fd_table_set_cloexec(&a->s->pool, task_fds(&a->task->t), a->view->fd_num, true);
		a->view->fd = fd_table_find(task_fds(&a->task->t), a->view->fd_num);
	}
}

void apply_pidfd_open(struct apply *a)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s/proc/%" PRId64, a->s->host_root, event_i64(a->ev, 1, -1));
	add_object(a, FD_PIDFD, -1, str_c(name));
}

/* pidfd_getfd(): the entry of another process, found by the name that pidfd_open() gave. */
void apply_pidfd_getfd(struct apply *a)
{
	const struct fd *pidfd = fd_table_find(task_fds(&a->task->t), event_i64(a->ev, 1, -1));
	int64_t number;
	int64_t pid;
	struct task *target;
	const struct fd *entry;
	struct fd like;

	if (!succeeded(a, &number) || !pidfd || pidfd->type != FD_PIDFD ||
	    str_to_i64(str_from(pidfd->name, (size_t)(str_rfind_byte(pidfd->name, '/') + 1)), &pid))
		return;
	target = thread_table_find(&a->s->threads, pid);
	entry = target ? fd_table_find(task_fds(&target->t), event_i64(a->ev, 2, -1)) : NULL;
	if (!entry)
		return;
	like = *entry;
	like.marks |= FD_CLOSES_ON_EXEC; /* pidfd_getfd(2): always set on the new descriptor */
	fd_add(a, number, &like);
}

/* --- directories --- */

static void set_cwd(struct apply *a, struct str path)
{
	struct task *main = task_main(a->task);

	if (main && path.n)
		task_set_cwd(a->s, main, path);
}

void apply_chdir(struct apply *a)
{
	int64_t result;

	/* The kernel's own word is in the record already. */
	if (!succeeded(a, &result) || has_fact(a, FACT_CWD))
		return;
	if (has_fact(a, FACT_PATH)) {
		set_cwd(a, a->facts.path);
		return;
	}
	CLEANUP(buf_cleanup) struct buf path = BUF_INIT(4096);

	path_join(thread_cwd(&a->task->t), event_text(a->ev, 1), &path);
	set_cwd(a, buf_str(&path));
}

void apply_getcwd(struct apply *a)
{
	int64_t result;

	if (succeeded(a, &result) && !has_fact(a, FACT_CWD))
		set_cwd(a, event_text(a->ev, 1));
}

void apply_fchdir(struct apply *a)
{
	int64_t result;

	if (succeeded(a, &result) && !has_fact(a, FACT_CWD) && a->view->fd)
		set_cwd(a, a->view->fd->name);
}

void apply_chroot(struct apply *a)
{
	CLEANUP(buf_cleanup) struct buf path = BUF_INIT(4096);
	int64_t result;

	if (!succeeded(a, &result))
		return;
	if (has_fact(a, FACT_PATH))
		buf_str_append(&path, a->facts.path);
	else
		path_join(thread_cwd(&a->task->t), event_text(a->ev, 1), &path);
	text_set(&a->s->pool, &a->task->t.root, buf_str(&path));
}
