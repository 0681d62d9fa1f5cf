/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small language helpers that nearly every file needs: ownership of locals, sizes, hints.
 */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stddef.h>
#include <stdint.h>

/* The local is released by f(&local) when its scope ends, on every path. */
#define CLEANUP(f)   __attribute__((cleanup(f)))
#define LIKELY(x)    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)  __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define MUST_CHECK   __attribute__((warn_unused_result))

/* Value of the pointer variable p, which becomes NULL: ownership leaves the scope. */
#define STEAL(p)                                \
	({                                      \
		__typeof__(p) stolen_ = (p);    \
		(p) = NULL;                     \
		stolen_;                        \
	})

#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

static inline size_t size_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline size_t size_max(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* For CLEANUP(free_ptr) on any malloc'ed pointer. */
void free_ptr(void *pointer_to_pointer);

#endif
