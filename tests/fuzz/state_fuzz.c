/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events whose lengths are consistent but whose contents lie: each piece of the input is
 *
 *     code u16 | tid u8 | facts u8 | values: length u8, bytes ... up to the code's parameters
 *
 * State must survive any order of them within its budgets.
 */
#include "event/event.h"
#include "state/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t take(const uint8_t **p, const uint8_t *end, uint8_t *to, size_t max)
{
	size_t n = *p < end ? *(*p)++ : 0;

	n = size_min(size_min(n, (size_t)(end - *p)), max);
	if (n)
		memcpy(to, *p, n);
	*p += n;
	return n;
}

static bool count_fd(void *ctx, int64_t number, const struct fd *fd)
{
	size_t *sum = ctx;

	*sum += fd->name.n + fd->name_raw.n + (size_t)(number & 1);
	return true;
}

/* Touches what fields touch, so that a dangling text is seen by the sanitizer. */
static size_t look(struct state *s, const struct state_view *v)
{
	size_t sum = v->fd ? v->fd->name.n + v->fd->name_raw.n : 0;

	if (v->fd2)
		sum += v->fd2->name.n;
	if (!v->thread)
		return sum;
	for (unsigned int i = 0; i < 64; i++) {
		struct thread *a = state_thread_ancestor(s, v->thread, i);

		if (!a)
			break;
		sum += str_hash(a->comm) + str_hash(a->exepath) + str_hash(thread_cwd(a)) +
		       str_hash(thread_env(a)) + str_hash(a->cgroups);
	}
	state_session_leader(s, v->thread);
	state_fd_each(v->thread, count_fd, &sum);
	return sum + state_fd_count(v->thread);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile size_t sink;
	struct state_options options = { .max_threads = 24, .max_fds = 40, .max_bytes = 1 << 18 };
	const uint8_t *end = data + size;
	struct state *s;
	uint64_t now = 1;

	if (state_new(&options, &s) < 0)
		return 0;
	while (end - data >= 4) {
		uint8_t record[16384];
		uint16_t type = (uint16_t)((data[0] | data[1] << 8) % EVENT_CODES);
		int64_t tid = data[2] % 32;
		bool facts = data[3] & 1;
		const struct event_info *info = &event_table[type];
		size_t width = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
		uint32_t nparams = info->nparams + (facts ? 1u : 0u);
		uint32_t len = EVENT_HEADER_BYTES + nparams * (uint32_t)width;
		struct state_view view;
		struct event ev;
		const char *reason;

		now += (uint64_t)data[3] * 50000000;
		data += 4;
		memset(record, 0, len);
		for (uint32_t i = 0; i < nparams; i++) {
			uint32_t n = (uint32_t)take(&data, end, record + len, 255);

			memcpy(record + EVENT_HEADER_BYTES + i * width, &n, width);
			len += n;
		}
		memcpy(record, &now, 8);
		memcpy(record + 8, &tid, 8);
		memcpy(record + 16, &len, 4);
		memcpy(record + 20, &type, 2);
		memcpy(record + 22, &nparams, 4);
		if (event_decode(record, len, facts, &ev, &reason) < 0)
			continue;
		state_apply(s, &ev, &view);
		sink += look(s, &view);
		state_settle(s);
	}
	state_free(s);
	return 0;
}
