/* SPDX-License-Identifier: Apache-2.0 */
#include "event/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/event.h"
#include "event/syscall.h"
#include "tests/support/paths.h"

static const struct {
	const char *title;
	uint16_t category;
} sections[] = {
	{ "Syscall events", EC_SYSCALL },
	{ "Tracepoint events", EC_TRACEPOINT },
	{ "Plugin events", EC_PLUGIN },
	{ "Metaevents", EC_METAEVENT },
};

static size_t count(struct str text, const char *needle)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(text, str_c(needle))) >= 0) {
		n++;
		text = str_from(text, (size_t)at + 1);
	}
	return n;
}

static bool has(const struct buf *b, const char *needle)
{
	return str_find(buf_str(b), str_c(needle)) >= 0;
}

/* How many rows the tables promise. */
static size_t rows(uint16_t category)
{
	size_t n = 0;

	for (unsigned int i = 0; i < EVENT_CODES; i++)
		n += (event_table[i].category & category) && i != EV_GENERIC_X &&
		     !(event_table[i].flags & (EF_OLD_VERSION | EF_UNUSED));
	if (category == EC_SYSCALL)
		for (unsigned int i = 0; i < SYSCALL_CODES; i++)
			n += syscall_find(i) && syscall_find(i)->kind == SYSCALL_GENERIC;
	return n;
}

static void text(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((size_t)1 << 20);

	(void)state;
	event_list(EVENT_LIST_TEXT, &b);
	assert_int_equal(buf_error(&b), 0);
	assert_true(str_starts(buf_str(&b), STR("The events below are valid for Falco *Schema "
						"Version*: 4.5.1\n## Syscall events\n\n> open(")));
	assert_true(has(&b, "\n< close(ERRNO **res**, FD **fd**)\n"));
	assert_true(has(&b, "\n< read(ERRNO **res**, BYTEBUF **data**, FD **fd**, UINT32 **size**)\n"));
	assert_true(has(&b, "\n< socket(FD **fd**, ENUMFLAGS32 **domain**: AF_NFC, AF_ALG, "));
	assert_true(has(&b, "\n\n## Tracepoint events\n\n> switch(PID **next**, "));
	assert_true(has(&b, "\n\n## Plugin events\n\n"
			    "> pluginevent(UINT32 **plugin_id**, BYTEBUF **event_data**)\n"));
	assert_true(has(&b, "\n\n## Metaevents\n\n> drop(UINT32 **ratio**)\n"));
	/* Calls without an event of their own, and no old version. */
	assert_true(has(&b, "\n< getrandom()\n"));
	assert_false(has(&b, "\n> close("));
	assert_false(has(&b, "(null)"));
	assert_int_equal(count(buf_str(&b), "\n> ") + count(buf_str(&b), "\n< "),
			 rows(EC_SYSCALL) + rows(EC_TRACEPOINT) + rows(EC_PLUGIN) +
				 rows(EC_METAEVENT));
}

static void markdown(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((size_t)1 << 20);

	(void)state;
	event_list(EVENT_LIST_MARKDOWN, &b);
	assert_int_equal(buf_error(&b), 0);
	assert_true(has(&b, "## Syscall events\n\nDefault | Dir | Name | Params\n"
			    ":-------|:----|:-----|:-----\n"));
	assert_true(has(&b, "\nYes | `<` | `close` | ERRNO **res**, FD **fd**\n"));
	assert_true(has(&b, "\nNo | `<` | `read` | ERRNO **res**, BYTEBUF **data**, FD **fd**, "
			    "UINT32 **size**\n"));
	assert_int_equal(count(buf_str(&b), "\nNo | "), 11);
}

/* The reference page is the listing: regenerate it with `saker watch --list-events --markdown`. */
static void reference_page(void **state)
{
	CLEANUP(buf_cleanup) struct buf want = BUF_INIT((size_t)1 << 20);
	CLEANUP(buf_cleanup) struct buf page = BUF_INIT((size_t)1 << 20);
	CLEANUP(free_ptr) char *path = source_path("docs/reference/events.md");

	(void)state;
	event_list(EVENT_LIST_MARKDOWN, &want);
	assert_int_equal(buf_read_file(&page, path), 0);
	assert_true(str_eq(buf_str(&page), buf_str(&want)));
}

/* Skips one JSON value; the whole grammar as far as the listing can use it. NULL: not JSON. */
static const char *json_value(const char *p, const char *end)
{
	char close = 0;

	if (p < end && *p == '"') {
		for (p++; p < end && *p != '"'; p++)
			if (*p == '\\' || (unsigned char)*p < 0x20)
				return NULL;
		return p < end ? p + 1 : NULL;
	}
	if (end - p >= 4 && memcmp(p, "true", 4) == 0)
		return p + 4;
	if (end - p >= 5 && memcmp(p, "false", 5) == 0)
		return p + 5;
	if (p < end)
		close = *p == '{' ? '}' : *p == '[' ? ']' : 0;
	if (!close)
		return NULL;
	p++;
	if (p < end && *p == close)
		return p + 1;
	for (;;) {
		if (close == '}') {
			p = p < end && *p == '"' ? json_value(p, end) : NULL;
			if (!p || p == end || *p++ != ':')
				return NULL;
		}
		p = json_value(p, end);
		if (!p || p == end)
			return NULL;
		if (*p == close)
			return p + 1;
		if (*p++ != ',')
			return NULL;
	}
}

static void json(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((size_t)1 << 20);
	const char *end;

	(void)state;
	event_list(EVENT_LIST_JSON, &b);
	assert_int_equal(buf_error(&b), 0);
	end = json_value(b.data, b.data + b.len);
	assert_non_null(end);
	assert_true(str_eq(str_n(end, (size_t)(b.data + b.len - end)), STR("\n")));
	assert_true(str_starts(buf_str(&b),
			       STR("{\"Metaevents\":[{\"available\":true,\"dir\":\">\",\"name\":"
				   "\"drop\",\"params\":[{\"name\":\"ratio\",\"type\":\"UINT32\"}]},")));
	assert_true(has(&b, "\"Syscall events\":[{\"available\":true,\"dir\":\">\",\"name\":\"open\","
			    "\"params\":[{\"name\":\"name\",\"type\":\"FSPATH\"},{\"flags\":["
			    "\"O_LARGEFILE\","));
	assert_true(has(&b, "{\"available\":false,\"dir\":\"<\",\"name\":\"read\","));
	assert_true(str_ends(buf_str(&b), STR("],\"schema_version\":\"4.5.1\"}\n")));
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		CLEANUP(buf_cleanup) struct buf key = BUF_INIT(64);
		struct str rest;
		ptrdiff_t at;

		buf_printf(&key, "\"%s\":[", sections[i].title);
		at = str_find(buf_str(&b), buf_str(&key));
		assert_true(at >= 0);
		rest = str_from(buf_str(&b), (size_t)at + key.len - 1);
		end = json_value(rest.p, rest.p + rest.n);
		assert_non_null(end);
		rest.n = (size_t)(end - rest.p);
		assert_int_equal(count(rest, "\"available\":"), rows(sections[i].category));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(markdown),
		cmocka_unit_test(reference_page),
		cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
