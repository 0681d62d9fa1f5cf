/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread (the inflater) and the parser share `ring`, under its mutex: which chunks are filled
 * and why there will be no more. The bytes of a chunk belong to whoever holds it; they change hands
 * with the counters.
 */
#include "capture/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "capture/gunzip.h"

enum {
	CHUNKS = 3, /* one with the parser, one waiting, one being filled */
	INPUT_BYTES = 64 << 10,
};

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t bytes[CHUNKS];
	unsigned int first;  /* the parser's chunk when held, else the next one for it */
	unsigned int filled; /* chunks from `first` on */
	bool held;
	bool stop;
	bool done; /* nothing comes after the filled ones, because of: */
	int error; /* 0 for the end */
	const char *reason;
};

struct stream {
	int fd;
	bool regular; /* a file, which never keeps its reader waiting */
	bool gzip;
	bool started; /* the thread exists */
	bool ended;
	int stop_fd; /* becomes readable when the thread must end */
	pthread_t thread;
	struct ring ring;
	struct gunzip *gunzip;
	uint8_t *input;           /* gzip only: compressed bytes */
	size_t input_n;           /* read ahead to recognise the format */
	uint8_t *chunks[CHUNKS]; /* headroom, then STREAM_CHUNK bytes; plain files use the first */
	size_t ready;             /* plain only: bytes that stream_open() has read */
};

static uint8_t *chunk_start(struct stream *s, unsigned int i)
{
	return s->chunks[i] + STREAM_HEADROOM;
}

static ssize_t read_some(int fd, void *p, size_t n)
{
	ssize_t got = read(fd, p, n);

	return got < 0 ? -errno : got;
}

/* Waits until the file has something to say. 1, 0 when `stop_fd` spoke instead, or -errno. */
static int wait_input(struct stream *s)
{
	struct pollfd fds[] = { { .fd = s->fd, .events = POLLIN },
				{ .fd = s->stop_fd, .events = POLLIN } };

	if (s->regular)
		return 1;
	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return !fds[1].revents;
}

/* Takes a chunk to fill. False: the parser has gone. */
static bool ring_reserve(struct ring *r, unsigned int *ret)
{
	bool stop;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->filled == CHUNKS)
		pthread_cond_wait(&r->changed, &r->lock);
	*ret = (r->first + r->filled) % CHUNKS;
	stop = r->stop;
	pthread_mutex_unlock(&r->lock);
	return !stop;
}

static void ring_push(struct ring *r, unsigned int i, size_t bytes)
{
	pthread_mutex_lock(&r->lock);
	r->bytes[i] = bytes;
	r->filled++;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void ring_finish(struct ring *r, int error, const char *reason)
{
	pthread_mutex_lock(&r->lock);
	r->done = true;
	r->error = error;
	r->reason = reason;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

/* What the inflater is at: the input that is left, and whether a member has begun. */
struct inflate_job {
	const uint8_t *in;
	size_t in_n;
	bool in_member;
	bool padding; /* zero bytes after the last member: only such may follow */
	bool eof;
};

/* Reads when there is no input. 1: there is some; 0: the end; -errno; -ECANCELED: to stop. */
static int job_fill(struct stream *s, struct inflate_job *job)
{
	ssize_t got;
	int r;

	while (!job->in_n && !job->eof) {
		r = wait_input(s);
		if (r <= 0)
			return r < 0 ? r : -ECANCELED;
		got = read_some(s->fd, s->input, INPUT_BYTES);
		if (got == -EINTR || got == -EAGAIN)
			continue;
		if (got < 0)
			return (int)got;
		job->in = s->input;
		job->in_n = (size_t)got;
		job->eof = got == 0;
	}
	return job->in_n > 0;
}

/*
 * Fills one chunk. 1: filled, or handed over early because the input pauses; 0: the end of the
 * input; -errno with the reason. `*ret_bytes` counts in every case.
 */
static int fill_chunk(struct stream *s, struct inflate_job *job, uint8_t *out, size_t *ret_bytes,
		      const char **ret_reason)
{
	size_t out_n = STREAM_CHUNK;
	int r;

	for (*ret_bytes = 0;; *ret_bytes = STREAM_CHUNK - out_n) {
		/* A pipe may pause for long: what is inflated by then must not wait for more. */
		if (!job->in_n && !s->regular && out_n < STREAM_CHUNK)
			return 1;
		r = job_fill(s, job);
		if (r < 0) {
			*ret_reason = strerrordesc_np(-r);
			return r;
		}
		if (r == 0 && job->in_member) {
			*ret_reason = "the compressed data ends too early";
			return -EBADMSG;
		}
		if (r == 0)
			return 0;
		if (!job->in_member) {
			if (*job->in == 0) {
				job->padding = true;
				job->in++;
				job->in_n--;
				continue;
			}
			if (job->padding || *job->in != 0x1f) {
				*ret_reason = "data follows the compressed data that is not gzip";
				return -EBADMSG;
			}
			gunzip_restart(s->gunzip);
			job->in_member = true;
		}
		r = gunzip_run(s->gunzip, &job->in, &job->in_n, &out, &out_n, ret_reason);
		if (r < 0) {
			*ret_bytes = STREAM_CHUNK - out_n;
			return r;
		}
		if (r == GUNZIP_END)
			job->in_member = false;
		if (!out_n) {
			*ret_bytes = STREAM_CHUNK;
			return 1;
		}
	}
}

static void *inflate_all(void *arg)
{
	struct stream *s = arg;
	struct inflate_job job = { .in = s->input, .in_n = s->input_n };
	const char *reason = NULL;
	unsigned int i;
	size_t bytes;
	int r = 1;

	while (r > 0 && ring_reserve(&s->ring, &i)) {
		r = fill_chunk(s, &job, chunk_start(s, i), &bytes, &reason);
		if (bytes)
			ring_push(&s->ring, i, bytes);
	}
	ring_finish(&s->ring, r > 0 ? -ECANCELED : r, reason);
	return NULL;
}

static int chunk_new(uint8_t **ret)
{
	*ret = malloc((size_t)STREAM_HEADROOM + STREAM_CHUNK);
	return *ret ? 0 : -ENOMEM;
}

/* Everything a gzip file needs; the first bytes, already read, become the inflater's input. */
static int start_gzip(struct stream *s)
{
	pthread_condattr_t attr;
	sigset_t all;
	sigset_t old;
	int r;

	s->gunzip = gunzip_new();
	s->input = malloc(INPUT_BYTES);
	if (!s->gunzip || !s->input)
		return -ENOMEM;
	for (unsigned int i = 1; i < CHUNKS; i++) {
		r = chunk_new(&s->chunks[i]);
		if (r < 0)
			return r;
	}
	memcpy(s->input, chunk_start(s, 0), s->ready);
	s->input_n = s->ready;
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0)
		return -errno;
	pthread_mutex_init(&s->ring.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->ring.changed, &attr);
	pthread_condattr_destroy(&attr);

	/* Signals are for the threads that know what to do with them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = -pthread_create(&s->thread, NULL, inflate_all, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	s->started = r == 0;
	if (!s->started) {
		pthread_cond_destroy(&s->ring.changed);
		pthread_mutex_destroy(&s->ring.lock);
	}
	return r;
}

/* Reads until the format can be told: two bytes, or the end of the file. */
static int read_magic(struct stream *s)
{
	while (s->ready < 2) {
		ssize_t got = read_some(s->fd, chunk_start(s, 0) + s->ready, INPUT_BYTES - s->ready);

		if (got == -EINTR)
			continue;
		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		s->ready += (size_t)got;
	}
	s->gzip = s->ready >= 2 && memcmp(chunk_start(s, 0), "\x1f\x8b", 2) == 0;
	return 0;
}

int stream_open(const char *path, struct stream **ret, struct diag *diag)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct stat st;
	int r;

	if (!s)
		return diag_sys(diag, -ENOMEM, "open", path);
	s->stop_fd = -1;
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	r = s->fd < 0 ? -errno : chunk_new(&s->chunks[0]);
	if (r == 0 && fstat(s->fd, &st) < 0)
		r = -errno;
	if (r == 0) {
		s->regular = S_ISREG(st.st_mode);
		r = read_magic(s);
	}
	if (r == 0 && s->gzip)
		r = start_gzip(s);
	if (r < 0) {
		stream_close(s);
		return diag_sys(diag, r, "open", path);
	}
	*ret = s;
	return 0;
}

struct stream *stream_close(struct stream *s)
{
	if (!s)
		return NULL;
	if (s->started) {
		pthread_mutex_lock(&s->ring.lock);
		s->ring.stop = true;
		pthread_cond_broadcast(&s->ring.changed);
		pthread_mutex_unlock(&s->ring.lock);
		eventfd_write(s->stop_fd, 1);
		pthread_join(s->thread, NULL);
		pthread_cond_destroy(&s->ring.changed);
		pthread_mutex_destroy(&s->ring.lock);
	}
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	if (s->fd >= 0)
		close(s->fd);
	gunzip_free(s->gunzip);
	free(s->input);
	for (unsigned int i = 0; i < CHUNKS; i++)
		free(s->chunks[i]);
	free(s);
	return NULL;
}

bool stream_is_gzip(const struct stream *s)
{
	return s->gzip;
}

static int next_plain(struct stream *s, int timeout_ms, size_t tail_n, struct chunk *ret,
		      const char **ret_reason)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };
	ssize_t got;

	if (s->ready) {
		ret->n = tail_n + s->ready;
		s->ready = 0;
		return 1;
	}
	if (s->ended)
		return 0;
	if (!s->regular && timeout_ms >= 0 && poll(&fd, 1, timeout_ms) <= 0)
		return -EAGAIN;
	got = read_some(s->fd, chunk_start(s, 0), STREAM_CHUNK);
	if (got == -EINTR)
		return -EAGAIN;
	if (got < 0) {
		*ret_reason = strerrordesc_np((int)-got);
		return (int)got;
	}
	s->ended = got == 0;
	ret->n = tail_n + (size_t)got;
	return got > 0;
}

static int next_inflated(struct stream *s, int timeout_ms, const uint8_t *tail, size_t tail_n,
			 struct chunk *ret, const char **ret_reason)
{
	struct ring *r = &s->ring;
	unsigned int next;
	struct timespec until;
	int waited = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&r->lock);
	while (r->filled <= r->held && !r->done && waited != ETIMEDOUT) {
		if (timeout_ms < 0)
			waited = pthread_cond_wait(&r->changed, &r->lock);
		else
			waited = pthread_cond_timedwait(&r->changed, &r->lock, &until);
	}
	if (r->filled <= r->held) {
		int answer = !r->done ? -EAGAIN : r->error;

		*ret_reason = r->reason;
		pthread_mutex_unlock(&r->lock);
		return answer;
	}
	next = (r->first + r->held) % CHUNKS;
	ret->p = chunk_start(s, next) - tail_n;
	ret->n = tail_n + r->bytes[next];
	if (tail_n)
		memcpy(ret->p, tail, tail_n);
	if (r->held) {
		r->first = next;
		r->filled--;
		pthread_cond_broadcast(&r->changed);
	}
	r->held = true;
	pthread_mutex_unlock(&r->lock);
	return 1;
}

int stream_next(struct stream *s, int timeout_ms, uint8_t *tail, size_t tail_n, struct chunk *ret,
		const char **ret_reason)
{
	assert(tail_n <= STREAM_HEADROOM);
	ret->p = tail;
	ret->n = tail_n;
	if (s->gzip)
		return next_inflated(s, timeout_ms, tail, tail_n, ret, ret_reason);
	ret->p = chunk_start(s, 0) - tail_n;
	if (tail_n)
		memmove(ret->p, tail, tail_n);
	return next_plain(s, timeout_ms, tail_n, ret, ret_reason);
}
