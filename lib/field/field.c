/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry of fields: all tables in listing order, an index over their names, and the names of
 * event types. Tables are constant; the index is made once, on first use.
 */
#include <errno.h>
#include <pthread.h>

#include "event/syscall.h"
#include "field/extract.h"

static const struct field_list *const classes[] = {
	&field_evt,   &field_evt_syscall, &field_process, &field_user,      &field_group,
	&field_fd,    &field_fs_path,     &field_fdlist,  &field_container, NULL,
};

const struct field_list *const *field_classes(void)
{
	return classes;
}

/* --- index of names -------------------------------------------------------------------------- */

enum { INDEX_SLOTS = 1024 }; /* a power of two, at least twice the number of fields */

static const struct field_def *index_slots[INDEX_SLOTS];
static size_t longest_name;
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static void index_make(void)
{
	for (size_t c = 0; classes[c]; c++)
		for (size_t i = 0; i < classes[c]->count; i++) {
			const struct field_def *def = &classes[c]->fields[i];
			struct str name = str_c(def->name);
			size_t slot = str_hash(name) % INDEX_SLOTS;

			while (index_slots[slot])
				slot = (slot + 1) % INDEX_SLOTS;
			index_slots[slot] = def;
			longest_name = size_max(longest_name, name.n);
		}
}

const struct field_def *field_find(struct str name)
{
	pthread_once(&index_once, index_make);
	for (size_t slot = str_hash(name) % INDEX_SLOTS; index_slots[slot];
	     slot = (slot + 1) % INDEX_SLOTS)
		if (str_eq_c(name, index_slots[slot]->name))
			return index_slots[slot];
	return NULL;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.';
}

const struct field_def *field_find_prefix(struct str text, size_t *ret_name_len)
{
	size_t n = 0;

	pthread_once(&index_once, index_make);
	while (n < text.n && n < longest_name && is_name_byte(text.p[n]))
		n++;
	for (; n; n--) {
		const struct field_def *def = field_find(str_first(text, n));

		if (def) {
			*ret_name_len = n;
			return def;
		}
	}
	return NULL;
}

uint16_t field_ctx_code(const struct field_ctx *ctx)
{
	return ctx->ev->type;
}

/* --- event types ----------------------------------------------------------------------------- */

_Static_assert(EVENT_CODES <= FIELD_CODES_MAX, "code sets have a bit for every event code");
_Static_assert(SYSCALL_CODES <= 512, "syscall sets have a bit for every system call");

/* What may come as an async event: names that no event code has by itself. */
static const char *const async_names[] = { "container" };

static bool is_async_name(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(async_names); i++)
		if (str_eq_c(name, async_names[i]))
			return true;
	return false;
}

static bool exists(unsigned int code)
{
	return event_table[code].name && !(event_table[code].flags & EF_UNUSED);
}

static void add_code(struct code_set *set, unsigned int code)
{
	set->bits[code / 64] |= UINT64_C(1) << (code % 64);
}

void field_codes_all(struct code_set *ret)
{
	*ret = (struct code_set){ 0 };
	for (unsigned int code = 0; code < EVENT_CODES; code++)
		if (exists(code))
			add_code(ret, code);
}

static bool calls_one_of(const struct syscall_info *sc, const struct code_set *codes)
{
	return sc->kind == SYSCALL_SPECIFIC &&
	       ((sc->enter_event >= 0 && code_set_has(codes, (unsigned int)sc->enter_event)) ||
		(sc->exit_event >= 0 && code_set_has(codes, (unsigned int)sc->exit_event)));
}

bool field_codes_of(struct str name, struct code_set *ret, struct syscall_set *ret_syscalls)
{
	struct syscall_set calls = { { 0 } };
	struct code_set codes = { { 0 } };
	bool known = false;

	for (unsigned int code = 0; code < EVENT_CODES; code++)
		if (exists(code) && str_eq_c(name, event_table[code].name)) {
			add_code(&codes, code);
			known = true;
		}
	for (unsigned int i = 0; i < SYSCALL_CODES; i++) {
		const struct syscall_info *sc = syscall_find(i);
		bool named = sc && str_eq_c(name, sc->name);

		if (!sc || (!named && !calls_one_of(sc, &codes)))
			continue;
		calls.bits[i / 64] |= UINT64_C(1) << (i % 64);
		known |= named;
		/* What has no event of its own is reported under the generic codes. */
		if (named && sc->kind != SYSCALL_SPECIFIC && sc->kind != SYSCALL_TRACEPOINT) {
			add_code(&codes, EV_GENERIC_E);
			add_code(&codes, EV_GENERIC_X);
		}
	}
	if (is_async_name(name)) {
		add_code(&codes, EV_ASYNCEVENT_E);
		known = true;
	}
	if (!known)
		return false;
	*ret = codes;
	*ret_syscalls = calls;
	return true;
}

struct str field_code_name(unsigned int code)
{
	if (code >= EVENT_CODES || !exists(code) || code == EV_GENERIC_E || code == EV_GENERIC_X ||
	    code == EV_ASYNCEVENT_E)
		return STR("");
	return str_c(event_table[code].name);
}

int field_get_of_code(const struct field_def *def, const struct field_arg *arg, unsigned int code,
		      struct value *ret)
{
	struct event ev = { .type = (uint16_t)code, .record = (const uint8_t *)"" };
	struct field_env env = { .time_mode = 'h' };
	struct field_ctx ctx = { .ev = &ev, .env = &env };

	if (!(def->flags & FIELD_EVENT_TYPE) || code >= EVENT_CODES || !exists(code))
		return -EAGAIN;
	/* The names of these events are in their parameters. */
	if (!field_code_name(code).n)
		return -EAGAIN;
	ev.info = &event_table[code];
	return def->get(&ctx, arg, ret);
}
