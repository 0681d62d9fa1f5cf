/* SPDX-License-Identifier: Apache-2.0 */
#include "state/fd_table.h"

#include <errno.h>

struct fd_page {
	uint32_t refs;
	uint32_t used;    /* bit per entry */
	uint32_t cloexec; /* bit per entry that has FD_CLOSES_ON_EXEC: exec skips pages without any */
	struct fd *entry[FD_PAGE];
};

struct far_page {
	uint32_t index;
	struct fd_page *page;
};

struct fd_table {
	uint32_t refs;
	uint32_t count;
	uint32_t near_len; /* slots of `near` */
	uint32_t far_len;
	uint32_t far_cap;
	struct fd_page **near;
	struct far_page *far;
};

struct fd *fd_new(struct pool *p, const struct fd *like)
{
	struct fd *fd = pool_alloc(p, sizeof(*fd));

	if (!fd)
		return NULL;
	*fd = *like;
	fd->refs = 1;
	fd->name = STR("");
	fd->name_raw = STR("");
	text_set(p, &fd->name, like->name);
	/* Mostly both are the same bytes: one copy serves. */
	if (str_eq(like->name_raw, fd->name))
		text_share(p, &fd->name_raw, fd->name);
	else
		text_set(p, &fd->name_raw, like->name_raw);
	return fd;
}

void fd_unref(struct pool *p, struct fd *fd)
{
	if (!fd || --fd->refs)
		return;
	text_drop(p, &fd->name);
	text_drop(p, &fd->name_raw);
	pool_free(p, fd, sizeof(*fd));
}

static void page_unref(struct pool *p, struct fd_page *page)
{
	if (!page || --page->refs)
		return;
	for (uint32_t left = page->used; left; left &= left - 1)
		fd_unref(p, page->entry[__builtin_ctz(left)]);
	pool_free(p, page, sizeof(*page));
}

struct fd_table *fd_table_new(struct pool *p)
{
	struct fd_table *t = pool_zalloc(p, sizeof(*t));

	if (t)
		t->refs = 1;
	return t;
}

struct fd_table *fd_table_ref(struct fd_table *t)
{
	if (t)
		t->refs++;
	return t;
}

struct fd_table *fd_table_unref(struct pool *p, struct fd_table *t)
{
	if (!t || --t->refs)
		return NULL;
	for (uint32_t i = 0; i < t->near_len; i++)
		page_unref(p, t->near[i]);
	for (uint32_t i = 0; i < t->far_len; i++)
		page_unref(p, t->far[i].page);
	pool_free(p, t->near, t->near_len * sizeof(*t->near));
	pool_free(p, t->far, t->far_cap * sizeof(*t->far));
	pool_free(p, t, sizeof(*t));
	return NULL;
}

struct fd_table *fd_table_copy(struct pool *p, struct fd_table *t)
{
	struct fd_table *copy = fd_table_new(p);

	if (!copy || !t)
		return copy;
	if (t->near_len) {
		copy->near = pool_alloc(p, t->near_len * sizeof(*t->near));
		if (!copy->near)
			return fd_table_unref(p, copy);
		memcpy(copy->near, t->near, t->near_len * sizeof(*t->near));
		copy->near_len = t->near_len;
		for (uint32_t i = 0; i < t->near_len; i++)
			if (t->near[i])
				t->near[i]->refs++;
	}
	if (t->far_len) {
		copy->far = pool_alloc(p, t->far_len * sizeof(*t->far));
		if (!copy->far)
			return fd_table_unref(p, copy);
		memcpy(copy->far, t->far, t->far_len * sizeof(*t->far));
		copy->far_len = t->far_len;
		copy->far_cap = t->far_len;
		for (uint32_t i = 0; i < t->far_len; i++)
			t->far[i].page->refs++;
	}
	copy->count = t->count;
	return copy;
}

struct fd_table *fd_table_unshare(struct pool *p, struct fd_table *t)
{
	struct fd_table *copy;

	if (!t || t->refs == 1)
		return t;
	copy = fd_table_copy(p, t);
	if (!copy)
		return t;
	fd_table_unref(p, t);
	return copy;
}

/* Position of the first far page with at least this index. */
static uint32_t far_position(const struct fd_table *t, uint32_t index)
{
	uint32_t low = 0;
	uint32_t high = t->far_len;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (t->far[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct fd_page **page_slot(const struct fd_table *t, uint32_t index)
{
	uint32_t at;

	if (LIKELY(index < t->near_len))
		return &t->near[index];
	at = far_position(t, index);
	return at < t->far_len && t->far[at].index == index ? &t->far[at].page : NULL;
}

struct fd *fd_table_find(const struct fd_table *t, int64_t number)
{
	struct fd_page **slot;

	if (UNLIKELY(!t || (uint64_t)number >= FD_NUMBER_MAX))
		return NULL;
	slot = page_slot(t, (uint32_t)number / FD_PAGE);
	if (!slot || !*slot)
		return NULL;
	return (*slot)->used >> (number % FD_PAGE) & 1 ? (*slot)->entry[number % FD_PAGE] : NULL;
}

uint32_t fd_table_count(const struct fd_table *t)
{
	return t ? t->count : 0;
}

/* Makes room for the page of `index`. NULL when refused; *ret_error says why. */
static struct fd_page **add_slot(struct pool *p, struct fd_table *t, uint32_t index, int *ret_error)
{
	struct fd_page **slot = page_slot(t, index);
	uint32_t at;

	*ret_error = -ENOMEM;
	if (slot)
		return slot;
	if (index < FD_DENSE_MAX / FD_PAGE) {
		uint32_t len = t->near_len ? t->near_len : 2;
		struct fd_page **near;

		while (len <= index)
			len *= 2;
		near = pool_zalloc(p, len * sizeof(*near));
		if (!near)
			return NULL;
		if (t->near_len)
			memcpy(near, t->near, t->near_len * sizeof(*near));
		pool_free(p, t->near, t->near_len * sizeof(*near));
		t->near = near;
		t->near_len = len;
		return &t->near[index];
	}
	if (t->far_len == FD_FAR_PAGES_MAX) {
		*ret_error = -ENOSPC;
		return NULL;
	}
	if (t->far_len == t->far_cap) {
		uint32_t cap = t->far_cap ? t->far_cap * 2 : 4;
		struct far_page *far = pool_alloc(p, cap * sizeof(*far));

		if (!far)
			return NULL;
		if (t->far_len)
			memcpy(far, t->far, t->far_len * sizeof(*far));
		pool_free(p, t->far, t->far_cap * sizeof(*far));
		t->far = far;
		t->far_cap = cap;
	}
	at = far_position(t, index);
	memmove(&t->far[at + 1], &t->far[at], (t->far_len - at) * sizeof(*t->far));
	t->far[at] = (struct far_page){ .index = index };
	t->far_len++;
	return &t->far[at].page;
}

/* The page in *slot for this table alone: made when there is none, copied when it is shared. */
static struct fd_page *own_page(struct pool *p, struct fd_page **slot)
{
	struct fd_page *old = *slot;
	struct fd_page *page;

	if (old && old->refs == 1)
		return old;
	page = pool_zalloc(p, sizeof(*page));
	if (!page)
		return NULL;
	if (old) {
		*page = *old;
		old->refs--;
		for (uint32_t left = page->used; left; left &= left - 1)
			page->entry[__builtin_ctz(left)]->refs++;
	}
	page->refs = 1;
	*slot = page;
	return page;
}

/* An empty slot would be found by page_slot() as a page that is missing: only far ones must go. */
static void drop_empty_far(struct fd_table *t, uint32_t index)
{
	uint32_t at = far_position(t, index);

	if (at < t->far_len && t->far[at].index == index && !t->far[at].page) {
		memmove(&t->far[at], &t->far[at + 1], (t->far_len - at - 1) * sizeof(*t->far));
		t->far_len--;
	}
}

int fd_table_take(struct pool *p, struct fd_table *t, int64_t number, uint32_t max,
		  struct fd **entry)
{
	uint32_t bit = (uint32_t)(number % FD_PAGE);
	uint32_t index;
	struct fd_page **slot;
	struct fd_page *page;
	int r;

	if ((uint64_t)number >= FD_NUMBER_MAX)
		return -ENOSPC;
	if (t->count >= max && !fd_table_find(t, number))
		return -ENOSPC;
	index = (uint32_t)number / FD_PAGE;
	slot = add_slot(p, t, index, &r);
	if (!slot)
		return r;
	page = own_page(p, slot);
	if (!page) {
		drop_empty_far(t, index);
		return -ENOMEM;
	}
	if (page->used >> bit & 1)
		fd_unref(p, page->entry[bit]);
	else
		t->count++;
	page->entry[bit] = STEAL(*entry);
	page->used |= 1u << bit;
	if (page->entry[bit]->marks & FD_CLOSES_ON_EXEC)
		page->cloexec |= 1u << bit;
	else
		page->cloexec &= ~(1u << bit);
	return 0;
}

static struct fd_page *page_to_change(struct pool *p, struct fd_table *t, int64_t number)
{
	if (!fd_table_find(t, number))
		return NULL;
	return own_page(p, page_slot(t, (uint32_t)number / FD_PAGE));
}

struct fd *fd_table_edit(struct pool *p, struct fd_table *t, int64_t number)
{
	struct fd_page *page = page_to_change(p, t, number);
	uint32_t bit = (uint32_t)(number % FD_PAGE);
	struct fd *fd;
	struct fd *copy;

	if (!page)
		return NULL;
	fd = page->entry[bit];
	if (fd->refs == 1)
		return fd;
	copy = pool_alloc(p, sizeof(*copy));
	if (!copy)
		return NULL;
	*copy = *fd;
	copy->refs = 1;
	copy->name = STR("");
	copy->name_raw = STR("");
	text_share(p, &copy->name, fd->name);
	text_share(p, &copy->name_raw, fd->name_raw);
	fd->refs--;
	page->entry[bit] = copy;
	return copy;
}

void fd_table_set_cloexec(struct pool *p, struct fd_table *t, int64_t number, bool cloexec)
{
	struct fd *fd = fd_table_find(t, number);
	uint32_t bit = (uint32_t)(number % FD_PAGE);
	struct fd_page *page;

	if (!fd || !!(fd->marks & FD_CLOSES_ON_EXEC) == cloexec)
		return;
	fd = fd_table_edit(p, t, number);
	page = fd ? page_to_change(p, t, number) : NULL;
	if (!page)
		return;
	if (cloexec) {
		fd->marks |= FD_CLOSES_ON_EXEC;
		page->cloexec |= 1u << bit;
	} else {
		fd->marks &= (uint16_t)~FD_CLOSES_ON_EXEC;
		page->cloexec &= ~(1u << bit);
	}
}

static void page_forget(struct pool *p, struct fd_table *t, struct fd_page *page, uint32_t bits)
{
	bits &= page->used;
	for (uint32_t left = bits; left; left &= left - 1) {
		fd_unref(p, page->entry[__builtin_ctz(left)]);
		t->count--;
	}
	page->used &= ~bits;
	page->cloexec &= ~bits;
}

/* Forgets `bits` of the page in *slot, which may be shared, and gives up a page that is empty. */
static void slot_forget(struct pool *p, struct fd_table *t, struct fd_page **slot, uint32_t bits)
{
	struct fd_page *page = *slot;

	bits &= page->used;
	if (!bits)
		return;
	if (bits == page->used) {
		t->count -= (uint32_t)__builtin_popcount(bits);
		*slot = NULL;
		page_unref(p, page);
		return;
	}
	page = own_page(p, slot);
	if (page)
		page_forget(p, t, page, bits);
}

bool fd_table_remove(struct pool *p, struct fd_table *t, int64_t number)
{
	uint32_t index = (uint32_t)number / FD_PAGE;

	if (!fd_table_find(t, number))
		return false;
	slot_forget(p, t, page_slot(t, index), 1u << (number % FD_PAGE));
	drop_empty_far(t, index);
	return true;
}

/* Calls fn for each page; an emptied far page is taken out of the list. */
static void pages_each(struct fd_table *t,
		       void (*fn)(void *ctx, uint32_t index, struct fd_page **slot), void *ctx)
{
	for (uint32_t i = 0; i < t->near_len; i++)
		if (t->near[i])
			fn(ctx, i, &t->near[i]);
	for (uint32_t i = t->far_len; i-- > 0;) {
		uint32_t index = t->far[i].index;

		fn(ctx, index, &t->far[i].page);
		drop_empty_far(t, index);
	}
}

struct range {
	struct pool *pool;
	struct fd_table *table;
	int64_t first;
	int64_t last;
	bool cloexec;
};

static void range_page(void *ctx, uint32_t index, struct fd_page **slot)
{
	struct range *r = ctx;
	int64_t base = (int64_t)index * FD_PAGE;
	uint32_t bits = UINT32_MAX;

	if (r->last < base || r->first >= base + FD_PAGE)
		return;
	if (r->first > base)
		bits &= UINT32_MAX << (r->first - base);
	if (r->last < base + FD_PAGE - 1)
		bits &= UINT32_MAX >> (base + FD_PAGE - 1 - r->last);
	if (!r->cloexec) {
		slot_forget(r->pool, r->table, slot, bits);
		return;
	}
	for (uint32_t left = bits & (*slot)->used; left; left &= left - 1)
		fd_table_set_cloexec(r->pool, r->table, base + __builtin_ctz(left), true);
}

void fd_table_range(struct pool *p, struct fd_table *t, int64_t first, int64_t last, bool cloexec)
{
	struct range r = { p, t, first, last, cloexec };

	pages_each(t, range_page, &r);
}

static void exec_page(void *ctx, uint32_t index, struct fd_page **slot)
{
	struct range *r = ctx;

	(void)index;
	slot_forget(r->pool, r->table, slot, (*slot)->cloexec);
}

void fd_table_exec(struct pool *p, struct fd_table *t)
{
	struct range r = { .pool = p, .table = t };

	pages_each(t, exec_page, &r);
}

static bool each_page(const struct fd_page *page, uint32_t index,
		      bool (*fn)(void *ctx, int64_t number, const struct fd *fd), void *ctx)
{
	for (uint32_t left = page ? page->used : 0; left; left &= left - 1) {
		uint32_t bit = (uint32_t)__builtin_ctz(left);

		if (!fn(ctx, (int64_t)index * FD_PAGE + bit, page->entry[bit]))
			return false;
	}
	return true;
}

void fd_table_each(const struct fd_table *t,
		   bool (*fn)(void *ctx, int64_t number, const struct fd *fd), void *ctx)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->near_len; i++)
		if (!each_page(t->near[i], i, fn, ctx))
			return;
	for (uint32_t i = 0; i < t->far_len; i++)
		if (!each_page(t->far[i].page, t->far[i].index, fn, ctx))
			return;
}
