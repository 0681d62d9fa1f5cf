/* SPDX-License-Identifier: Apache-2.0 */
#include "state/container_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"

#define ID "0123456789ab"

struct fixture {
	struct pool pool;
	struct container_table ct;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->pool = (struct pool)POOL_INIT((size_t)64 << 20);
	if (container_table_init(&f->ct, &f->pool, 4, (size_t)1 << 20) < 0)
		return -1;
	*state = f;
	return 0;
}

/* What was handed out has come back. */
static int teardown(void **state)
{
	struct fixture *f = *state;

	container_table_fini(&f->ct);
	assert_int_equal(f->ct.count, 0);
	assert_int_equal(f->ct.bytes, 0);
	assert_int_equal(f->pool.used_bytes, 0);
	pool_cleanup(&f->pool);
	free(f);
	return 0;
}

static void print_labels(const struct container_labels *labels, const char *name, struct buf *b)
{
	for (size_t i = 0; i < labels->len; i++)
		buf_printf(b, " %s[%s]=%s", name, labels->items[i].key.p, labels->items[i].value.p);
}

static void print(const struct container *c, struct buf *b)
{
	static const char *const facts[] = { "", "no", "yes" };
	const struct {
		const char *name;
		struct str value;
	} texts[] = {
		{ "full", c->full_id },	    { "name", c->name },       { "type", c->type },
		{ "image", c->image },	    { "imageid", c->image_id }, { "repo", c->image_repository },
		{ "tag", c->image_tag },    { "digest", c->image_digest }, { "ip", c->ip },
		{ "cni", c->cni_json },     { "pod", c->sandbox_id },
		{ "sandbox", str_c(facts[c->is_sandbox]) }, { "priv", str_c(facts[c->privileged]) },
		{ "hpid", str_c(facts[c->host_pid]) },	    { "hnet", str_c(facts[c->host_network]) },
		{ "hipc", str_c(facts[c->host_ipc]) },
	};

	buf_c(b, c->id.p);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i].value.n)
			buf_printf(b, " %s=%s", texts[i].name, texts[i].value.p);
	print_labels(&c->labels, "label", b);
	print_labels(&c->sandbox_labels, "podlabel", b);
	for (size_t i = 0; i < c->mounts_len; i++)
		buf_printf(b, " mount=%s>%s,%s,%s,%s", c->mounts[i].source.p, c->mounts[i].dest.p,
			   c->mounts[i].mode.p, c->mounts[i].writable ? "rw" : "ro",
			   c->mounts[i].propagation.p);
}

static const struct {
	const char *json;
	const char *want; /* NULL: malformed */
} cases[] = {
	{ "{\"container\":{\"id\":\"" ID "\"}}", ID },
	{ "{\"id\":\"" ID "\",\"type\":0,\"name\":\"web\",\"image\":\"a/b:1\"}",
	  ID " name=web type=docker image=a/b:1" },
	{ "{\"id\":\"" ID "cdef\"}", ID " full=" ID "cdef" },
	{ "{\"container\":{\"id\":\"" ID "\",\"full_id\":\"" ID "cdef\",\"type\":7,\"name\":\"n\","
	  "\"image\":\"i\",\"imageid\":\"x\",\"imagerepo\":\"r\",\"imagetag\":\"t\","
	  "\"imagedigest\":\"d\",\"ip\":\"10.0.0.1\",\"cni_json\":\"{}\",\"pod_sandbox_id\":\"p\","
	  "\"is_pod_sandbox\":false,\"privileged\":true,\"host_pid\":false,\"host_network\":true,"
	  "\"host_ipc\":false}}",
	  ID " full=" ID "cdef name=n type=containerd image=i imageid=x repo=r tag=t digest=d"
	     " ip=10.0.0.1 cni={} pod=p sandbox=no priv=yes hpid=no hnet=yes hipc=no" },
	{ "{\"id\":\"s\",\"is_pod_sandbox\":true}", "s pod=s sandbox=yes" },
	{ "{\"id\":\"s\",\"full_id\":\"sss\",\"is_pod_sandbox\":true}",
	  "s full=sss pod=sss sandbox=yes" },
	{ "{\"id\":\"a\",\"labels\":{\"k\":\"v\",\"n\":1,\"e\":\"\"},\"pod_sandbox_labels\":{\"p\":\"q\"}}",
	  "a label[k]=v label[e]= podlabel[p]=q" },
	{ "{\"id\":\"a\",\"Mounts\":[{\"Source\":\"/s\",\"Destination\":\"/d\",\"Mode\":\"z\","
	  "\"RW\":true,\"Propagation\":\"rprivate\"},7,{\"Source\":\"/t\"}]}",
	  "a mount=/s>/d,z,rw,rprivate mount=/t>,,ro," },
	/* Wrong types are as if they were not there. */
	{ "{\"id\":\"a\",\"name\":1,\"type\":\"docker\",\"labels\":null,\"Mounts\":{},\"privileged\":1,"
	  "\"pod_sandbox_labels\":[\"x\"],\"ip\":{}}", "a" },
	{ "{\"id\":\"a\",\"type\":5}", "a" },
	{ "{\"id\":\"a\",\"type\":-1}", "a" },
	{ "{\"id\":\"a\",\"type\":65534}", "a" },
	{ "{\"id\":\"a\",\"type\":18446744073709551616}", "a" },
	{ "{\"id\":\"a\",\"name\":\"x\\u0000y\"}", "a name=x" }, /* printed up to the NUL */
	{ "{\"id\":\"a\",\"name\":\"x\xff\"}", "a name=x\xef\xbf\xbd" },
	{ "{\"id\":\"a\",\"id\":\"b\"}", "b" },
	{ "{\"id\":\"\"}", NULL },
	{ "{\"id\":12}", NULL },
	{ "{\"container\":{}}", NULL },
	{ "{\"container\":7,\"id\":\"a\"}", NULL },
	{ "{}", NULL },
	{ "[]", NULL },
	{ "\"id\"", NULL },
	{ "{\"id\":\"a\"", NULL },
	{ "{\"id\":\"a\",\"x\":[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]}", NULL },
	{ "", NULL },
};

static void from_json(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);
		uint64_t malformed = f->ct.malformed;
		const struct container *c = container_table_apply(&f->ct, str_c(cases[i].json));

		if (!cases[i].want) {
			if (c || f->ct.malformed != malformed + 1)
				fail_msg("accepted %s", cases[i].json);
			continue;
		}
		if (!c)
			fail_msg("refused %s", cases[i].json);
		assert_ptr_equal(container_table_find(&f->ct, c->id), c);
		print(c, &b);
		if (!str_eq_c(buf_str(&b), cases[i].want))
			fail_msg("%s\ngot      " STR_FMT "\nexpected %s", cases[i].json,
				 STR_ARG(buf_str(&b)), cases[i].want);
	}
}

static const struct container *tell(struct fixture *f, const char *id, const char *name)
{
	char json[200];

	snprintf(json, sizeof(json), "{\"id\":\"%s\",\"name\":\"%s\"}", id, name);
	return container_table_apply(&f->ct, str_c(json));
}

static void replaces_and_removes(void **state)
{
	struct fixture *f = *state;

	assert_non_null(tell(f, ID, "one"));
	assert_non_null(tell(f, ID "ffff", "two"));
	assert_int_equal(f->ct.count, 1);
	assert_string_equal(container_table_find(&f->ct, STR(ID "0000"))->name.p, "two");
	assert_null(container_table_find(&f->ct, STR("0123456789a")));
	assert_null(container_table_find(&f->ct, STR("")));
	/* What cannot be read takes nothing away. */
	assert_null(container_table_apply(&f->ct, STR("{\"id\":\"" ID "\",")));
	assert_non_null(container_table_peek(&f->ct, STR("{\"container\":{\"id\":\"" ID "\"}}")));
	assert_null(container_table_peek(&f->ct, STR("{\"id\":\"other\"}")));
	assert_null(container_table_peek(&f->ct, STR("{")));
	container_table_remove(&f->ct, STR("other"));
	assert_int_equal(f->ct.count, 1);
	container_table_remove(&f->ct, STR(ID "1"));
	assert_int_equal(f->ct.count, 0);
	assert_null(container_table_find(&f->ct, STR(ID)));
}

/* Room for four: the one that nobody asked for longest goes. */
static void evicts(void **state)
{
	struct fixture *f = *state;

	tell(f, "a", "");
	tell(f, "b", "");
	tell(f, "c", "");
	tell(f, "d", "");
	assert_non_null(container_table_find(&f->ct, STR("a")));
	assert_int_equal(f->ct.evicted, 0);
	tell(f, "e", "");
	assert_int_equal(f->ct.evicted, 1);
	assert_int_equal(f->ct.count, 4);
	assert_null(container_table_find(&f->ct, STR("b")));
	assert_non_null(container_table_find(&f->ct, STR("a")));
	tell(f, "c", "news"); /* replacing needs no room */
	assert_int_equal(f->ct.evicted, 1);
	tell(f, "f", "");
	assert_null(container_table_find(&f->ct, STR("d")));
	assert_non_null(container_table_find(&f->ct, STR("c")));
	for (int i = 0; i < 10000; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d", i);
		assert_non_null(tell(f, id, "x"));
	}
	assert_int_equal(f->ct.count, 4);
	assert_non_null(container_table_find(&f->ct, STR("n9996")));
	container_table_clear(&f->ct);
	assert_int_equal(f->ct.count, 0);
	assert_non_null(tell(f, "a", ""));
}

/* A container with one text of `bytes` bytes. */
static const struct container *tell_large(struct fixture *f, const char *id, size_t bytes)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((size_t)4 << 20);

	buf_printf(&b, "{\"id\":\"%s\",\"image\":\"", id);
	for (size_t i = 0; i < bytes; i++)
		buf_byte(&b, 'x');
	buf_c(&b, "\"}");
	assert_int_equal(buf_error(&b), 0);
	return container_table_apply(&f->ct, buf_str(&b));
}

static void bounds_bytes(void **state)
{
	struct fixture *f = *state;

	assert_non_null(tell_large(f, "a", 400000));
	assert_non_null(tell_large(f, "b", 400000));
	assert_int_equal(f->ct.count, 2);
	assert_non_null(tell_large(f, "c", 400000));
	assert_int_equal(f->ct.evicted, 1);
	assert_int_equal(f->ct.count, 2);
	assert_true(f->ct.bytes <= f->ct.max_bytes);
	/* Larger than an event may be. */
	assert_null(tell_large(f, "d", (size_t)2 << 20));
	assert_int_equal(f->ct.malformed, 1);
	/* Larger than the table. */
	f->ct.max_bytes = 1000;
	assert_null(tell_large(f, "d", 2000));
	assert_int_equal(f->ct.full, 1);
	/* No memory. */
	f->ct.max_bytes = (size_t)1 << 20;
	f->pool.max_bytes = f->pool.used_bytes;
	assert_null(tell_large(f, "d", 2000));
	assert_int_equal(f->ct.full, 2);
	assert_null(container_table_find(&f->ct, STR("d")));
}

static void many_values(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((size_t)4 << 20);
	struct fixture *f = *state;
	const struct container *c;

	buf_c(&b, "{\"id\":\"a\",\"labels\":{");
	for (int i = 0; i < 2000; i++)
		buf_printf(&b, "%s\"k%d\":\"%d\"", i ? "," : "", i, i);
	buf_c(&b, "}}");
	c = container_table_apply(&f->ct, buf_str(&b));
	assert_non_null(c);
	assert_int_equal(c->labels.len, 2000);
	assert_string_equal(c->labels.items[1999].key.p, "k1999");
	buf_reset(&b);
	buf_c(&b, "{\"id\":\"b\",\"env\":[");
	for (int i = 0; i < 40000; i++)
		buf_c(&b, "1,");
	buf_c(&b, "1]}");
	assert_null(container_table_apply(&f->ct, buf_str(&b)));
	assert_int_equal(f->ct.malformed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_json, setup, teardown),
		cmocka_unit_test_setup_teardown(replaces_and_removes, setup, teardown),
		cmocka_unit_test_setup_teardown(evicts, setup, teardown),
		cmocka_unit_test_setup_teardown(bounds_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(many_values, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
