/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event/event.h"
#include "event/syscall.h"
#include "field/field.h"

static size_t visible(const struct field_list *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		n += !(c->fields[i].flags & FIELD_HIDDEN);
	return n;
}

/* The classes, and how many fields of each are listed. */
static void classes(void **state)
{
	static const struct {
		const char *name;
		size_t visible;
	} want[] = {
		{ "evt", 18 }, { "evt", 36 }, { "process", 87 }, { "user", 6 },     { "group", 2 },
		{ "fd", 46 },  { "fs.path", 6 }, { "fdlist", 6 },  { "container", 35 },
	};
	const struct field_list *const *c = field_classes();

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_non_null(c[i]);
		assert_string_equal(c[i]->name, want[i].name);
		assert_int_equal(visible(c[i]), want[i].visible);
	}
	assert_null(c[sizeof(want) / sizeof(want[0])]);
}

/* Every row is whole, its name is its own, and it is found by it. */
static void rows(void **state)
{
	(void)state;
	for (const struct field_list *const *c = field_classes(); *c; c++)
		for (size_t i = 0; i < (*c)->count; i++) {
			const struct field_def *def = &(*c)->fields[i];
			size_t n = strlen(def->text);

			if (field_find(str_c(def->name)) != def)
				fail_msg("%s occurs twice", def->name);
			assert_non_null(def->get);
			assert_true(n > 1 && n < 1000);
			if (def->text[n - 1] != '.' || strchr(def->text, '\n'))
				fail_msg("%s: the text is no sentence", def->name);
			if (def->flags & (FIELD_LIST | FIELD_ANY | FIELD_ENDS | FIELD_ANY_IF_NO_ARG))
				assert_non_null(def->get_all);
			if (def->type == PT_DYN)
				assert_non_null(def->prepare);
		}
}

static void finds(void **state)
{
	static const char *const unknown[] = { "", "evt", "proc", "proc.", "proc.namex", "PROC.NAME",
					       "evt.arg.fd", "proc.name ", "container.nam" };

	(void)state;
	assert_string_equal(field_find(STR("proc.name"))->name, "proc.name");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (field_find(str_c(unknown[i])))
			fail_msg("found %s", unknown[i]);
}

static void finds_prefix(void **state)
{
	static const struct {
		const char *text, *name; /* NULL: none */
	} cases[] = {
		{ "proc.name", "proc.name" },
		{ "proc.namex", "proc.name" },
		{ "proc.name.", "proc.name" },
		{ "proc.name rest", "proc.name" },
		{ "proc.aname[2]", "proc.aname" },
		{ "proc.anames", "proc.aname" },
		{ "evt.arg.flags", "evt.arg" },
		{ "evt.args", "evt.args" },
		{ "evt.argx", "evt.arg" },
		{ "evt.type.is.open", "evt.type.is" },
		{ "evt.type.isopen", "evt.type.is" },
		{ "evt.type.", "evt.type" },
		{ "evt.abspath.dst", "evt.abspath.dst" },
		{ "fd.cip.name", "fd.cip.name" },
		{ "fd.cip.nam", "fd.cip" },
		{ "proc.exe_ino.ctime_duration_pidns_start",
		  "proc.exe_ino.ctime_duration_pidns_start" },
		{ "proc.nam", NULL },
		{ "", NULL },
		{ " proc.name", NULL },
		{ "nothing.like.that.exists.anywhere.in.the.tables.of.fields", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = 0;
		const struct field_def *def = field_find_prefix(str_c(cases[i].text), &n);

		if (!cases[i].name) {
			assert_null(def);
			continue;
		}
		if (!def)
			fail_msg("nothing in %s", cases[i].text);
		assert_string_equal(def->name, cases[i].name);
		assert_int_equal(n, strlen(def->name));
	}
}

static size_t count(const struct code_set *s)
{
	size_t n = 0;

	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++)
		n += code_set_has(s, code);
	return n;
}

static bool has_call(const struct syscall_set *s, unsigned int code)
{
	return s->bits[code / 64] >> (code % 64) & 1;
}

static void codes(void **state)
{
	static const struct {
		const char *name;
		uint16_t some[4]; /* ends with 0 */
		size_t count;     /* of all codes; 0: not checked */
		int syscall;      /* -1: none */
	} cases[] = {
		{ "open", { EV_SYSCALL_OPEN_E, EV_SYSCALL_OPEN_X }, 2, SC_open },
		{ "execve", { EV_SYSCALL_EXECVE_8_E, EV_SYSCALL_EXECVE_19_X }, 0, SC_execve },
		{ "unlink", { EV_SYSCALL_UNLINK_2_X }, 0, SC_unlink },
		/* No event of its own. */
		{ "getpid", { EV_GENERIC_X }, 2, SC_getpid },
		/* No system call. */
		{ "procexit", { EV_PROCEXIT_E, EV_PROCEXIT_1_E }, 2, -1 },
		{ "switch", { EV_SCHEDSWITCH_1_E, EV_SCHEDSWITCH_6_E }, 2, -1 },
		/* An async event, and older events of the same name. */
		{ "container", { EV_ASYNCEVENT_E, EV_CONTAINER_JSON_E, EV_CONTAINER_E }, 0, -1 },
	};
	struct syscall_set calls;
	struct code_set set;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(field_codes_of(str_c(cases[i].name), &set, &calls));
		for (size_t n = 0; n < 4 && cases[i].some[n]; n++)
			if (!code_set_has(&set, cases[i].some[n]))
				fail_msg("%s without code %u", cases[i].name, cases[i].some[n]);
		if (cases[i].count)
			assert_int_equal(count(&set), cases[i].count);
		if (cases[i].syscall >= 0)
			assert_true(has_call(&calls, (unsigned int)cases[i].syscall));
	}
	assert_false(field_codes_of(STR("nosuchevent"), &set, &calls));
	assert_false(field_codes_of(STR("NA"), &set, &calls));
	assert_false(field_codes_of(STR(""), &set, &calls));
}

/* All versions of an event are in the set of its name, and in that of everything. */
static void codes_agree(void **state)
{
	struct syscall_set calls;
	struct code_set all;
	struct code_set set;

	(void)state;
	field_codes_all(&all);
	for (unsigned int code = 0; code < EVENT_CODES; code++) {
		struct str name = field_code_name(code);

		if (!name.n)
			continue;
		assert_true(code_set_has(&all, code));
		assert_true(field_codes_of(name, &set, &calls));
		assert_true(code_set_has(&set, code));
	}
	assert_int_equal(field_code_name(EV_GENERIC_X).n, 0);
	assert_int_equal(field_code_name(EV_ASYNCEVENT_E).n, 0);
	assert_int_equal(field_code_name(EVENT_CODES).n, 0);
	assert_int_equal(field_code_name(EV_PROCINFO_X).n, 0);
	assert_true(code_set_has(&all, EV_GENERIC_X));
	assert_false(code_set_has(&all, EV_PROCINFO_X));
}

static void prepares(void **state)
{
	static const struct {
		const char *field, *key;
		int result;
		enum ptype type; /* of evt.rawarg */
	} cases[] = {
		{ "evt.rawarg", "fd", 0, PT_FD },
		{ "evt.rawarg", "name", 0, PT_FSPATH },
		/* Unsigned for most events, signed for one. */
		{ "evt.rawarg", "flags", 0, PT_INT64 },
		{ "evt.rawarg", "data", 0, PT_BYTEBUF },
		{ "evt.rawarg", "sig", 0, PT_SIGTYPE },
		{ "evt.rawarg", "tuple", 0, PT_SOCKTUPLE },
		/* What the first event has, which cannot be compared; others have a number. */
		{ "evt.rawarg", "addr", 0, PT_SOCKADDR },
		/* A number for some events, a text for others. */
		{ "evt.rawarg", "dev", 0, PT_DYN },
		{ "evt.rawarg", "nosuch", -EINVAL, PT_NONE },
		{ "evt.rawarg", "", -EINVAL, PT_NONE },
		{ "evt.arg", "fd", 0, PT_NONE },
		{ "evt.arg", "nosuch", -EINVAL, PT_NONE },
		{ "evt.type.is", "open", 0, PT_NONE },
		{ "evt.type.is", "getpid", 0, PT_NONE },
		{ "evt.type.is", "3", 0, PT_NONE },
		{ "evt.type.is", "99999", -EINVAL, PT_NONE },
		{ "evt.type.is", "nosuch", -EINVAL, PT_NONE },
		{ "evt.abspath", "src", 0, PT_NONE },
		{ "evt.abspath", "dst", 0, PT_NONE },
		{ "evt.abspath", "x", -EINVAL, PT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field_arg arg = { .given = true, .key = str_c(cases[i].key) };
		const struct field_def *def = field_find(str_c(cases[i].field));
		const char *reason = NULL;

		if (def->prepare(&arg, &reason) != cases[i].result)
			fail_msg("%s.%s", cases[i].field, cases[i].key);
		assert_true((reason != NULL) == (cases[i].result < 0));
		if (cases[i].type != PT_NONE && arg.aux != cases[i].type)
			fail_msg("%s.%s has type %s", cases[i].field, cases[i].key,
				 ptype_name((enum ptype)arg.aux));
	}
}

static void value_of_code(void **state)
{
	const struct field_arg none = { 0 };
	const struct field_arg is_open = { .given = true, .key = STR("open") };
	struct value v;

	(void)state;
	assert_int_equal(field_get_of_code(field_find(STR("evt.type")), &none, EV_SYSCALL_OPEN_X, &v), 1);
	assert_true(str_eq(v.s, STR("open")));
	assert_int_equal(field_get_of_code(field_find(STR("evt.dir")), &none, EV_SYSCALL_OPEN_E, &v), 1);
	assert_true(str_eq(v.s, STR(">")));
	assert_int_equal(field_get_of_code(field_find(STR("evt.is_io_write")), &none,
					   EV_SYSCALL_WRITE_X, &v), 1);
	assert_int_equal(v.u, 1);
	assert_int_equal(field_get_of_code(field_find(STR("evt.type.is")), &is_open,
					   EV_SYSCALL_CLOSE_X, &v), 1);
	assert_int_equal(v.u, 0);
	/* No value, and one that only the event knows. */
	assert_int_equal(field_get_of_code(field_find(STR("syscall.type")), &none, EV_PROCEXIT_1_E, &v),
			 0);
	assert_int_equal(field_get_of_code(field_find(STR("evt.type")), &none, EV_GENERIC_X, &v),
			 -EAGAIN);
	assert_int_equal(field_get_of_code(field_find(STR("proc.name")), &none, EV_SYSCALL_OPEN_X, &v),
			 -EAGAIN);
	assert_int_equal(field_get_of_code(field_find(STR("evt.type")), &none, EVENT_CODES, &v),
			 -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),
		cmocka_unit_test(rows),
		cmocka_unit_test(finds),
		cmocka_unit_test(finds_prefix),
		cmocka_unit_test(codes),
		cmocka_unit_test(codes_agree),
		cmocka_unit_test(prepares),
		cmocka_unit_test(value_of_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
