/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of containers: one process in each of four containers and on the host, told by events. */
#include "field/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/event_builder.h"

#define SECOND UINT64_C(1000000000)
#define T0     (UINT64_C(1500000000) * SECOND)
#define ZEROS  "0000000000000000000000000000000000000000000000000000"

enum { HOST = 10, WEB = 20, OLD = 30, POD = 40, SANDBOX = 50, UNTOLD = 60, NOBODY = 999 };

struct fixture {
	struct state *state;
	struct field_env env;
	struct arena scratch;
	struct field_ctx ctx;
	struct ev_builder builder;
	struct buf text;
};

static const struct {
	int64_t tid;
	struct str cgroups;
	uint64_t pidns_start;
} tasks[] = {
	{ HOST, STR("cpu=/user.slice\0"), T0 - 100 * SECOND },
	{ WEB, STR("cpu=/docker/aaaaaaaaaaaa" ZEROS "\0"), T0 - 50 * SECOND },
	{ OLD, STR("cpu=/docker/bbbbbbbbbbbb" ZEROS "\0"), 0 },
	{ POD, STR("cpu=/kubepods/crio-cccccccccccc" ZEROS "\0"), T0 + SECOND },
	{ SANDBOX, STR("cpu=/kubepods/crio-dddddddddddd" ZEROS "\0"), 0 },
	{ UNTOLD, STR("cpu=/docker/eeeeeeeeeeee" ZEROS "\0"), 0 },
};

static const char web[] =
	"{\"container\":{\"id\":\"aaaaaaaaaaaa\",\"full_id\":\"aaaaaaaaaaaa" ZEROS "\",\"type\":0,"
	"\"name\":\"web\",\"image\":\"registry.example/team/web:1.2@sha256:feed\","
	"\"imageid\":\"sha256:0123456789abcdef0123\",\"imagerepo\":\"registry.example/team/web\","
	"\"imagetag\":\"1.2\",\"imagedigest\":\"sha256:feed\",\"ip\":\"172.17.0.2\",\"privileged\":true,"
	"\"host_pid\":true,\"host_network\":false,\"host_ipc\":false,"
	"\"labels\":{\"app\":\"shop\",\"com.example/tier\":\"front end\",\"empty\":\"\"},"
	"\"Mounts\":[{\"Source\":\"/etc/web\",\"Destination\":\"/conf\",\"Mode\":\"ro\",\"RW\":false,"
	"\"Propagation\":\"rprivate\"},{\"Source\":\"/\",\"Destination\":\"/host\",\"Mode\":\"\","
	"\"RW\":true,\"Propagation\":\"rslave\"}]}}";
static const char old[] = "{\"id\":\"bbbbbbbbbbbb\",\"type\":1,\"name\":\"old\",\"image\":\"x/y:z\"}";
static const char pod[] =
	"{\"container\":{\"id\":\"cccccccccccc\",\"type\":8,\"name\":\"k8s_c\",\"image\":\"q\",\"ip\":\"\","
	"\"pod_sandbox_id\":\"dddddddddddd" ZEROS "\",\"labels\":{\"io.kubernetes.pod.name\":\"front-7\","
	"\"io.kubernetes.pod.namespace\":\"shop\",\"io.kubernetes.pod.uid\":\"8d7f-11\"}}}";
static const char sandbox[] =
	"{\"container\":{\"id\":\"dddddddddddd\",\"full_id\":\"dddddddddddd" ZEROS "\",\"type\":8,"
	"\"name\":\"k8s_pod\",\"is_pod_sandbox\":true,\"ip\":\"10.1.2.3\",\"cni_json\":\"{\\\"v\\\":1}\","
	"\"labels\":{\"app\":\"front\",\"a/b.c\":\"d\"}}}";

static void see(struct fixture *f, struct event *ev)
{
	state_settle(f->state);
	arena_reset(&f->scratch);
	f->ctx.ev = ev;
	state_apply(f->state, ev, &f->ctx.view);
}

static void tell(struct fixture *f, const char *name, const char *json)
{
	see(f, ev_build(&f->builder, EV_ASYNCEVENT_E, T0, 1, EV_INT(5), EV_TEXT(name), EV_TEXT(json)));
}

static void act(struct fixture *f, int64_t tid)
{
	see(f, ev_build(&f->builder, EV_SYSCALL_CLOSE_X, T0, tid, EV_INT(0), EV_INT(3)));
}

static int setup(void **state)
{
	const struct state_options options = { 0 };
	struct fixture *f = calloc(1, sizeof(*f));
	struct snapshot_sink sink;

	if (!f || state_new(&options, &f->state) < 0)
		return -1;
	f->scratch = (struct arena)ARENA_INIT(1 << 20);
	f->text = (struct buf)BUF_INIT(1 << 20);
	f->ctx = (struct field_ctx){ .state = f->state, .env = &f->env, .scratch = &f->scratch };
	sink = state_sink(f->state);
	sink.reset(sink.ctx);
	for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
		struct snap_thread t = SNAP_THREAD_INIT;

		t.tid = t.pid = tasks[i].tid;
		t.cgroups = tasks[i].cgroups;
		t.pidns_init_start_ns = tasks[i].pidns_start;
		sink.thread(sink.ctx, &t);
	}
	sink.done(sink.ctx);
	tell(f, "container", web);
	see(f, ev_build(&f->builder, EV_CONTAINER_JSON_E, T0, 1, EV_TEXT(old)));
	see(f, ev_build(&f->builder, EV_CONTAINER_JSON_2_E, T0, 1, EV_TEXT(pod)));
	tell(f, "container", sandbox);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	f->state = state_free(f->state);
	field_env_fini(&f->env);
	arena_cleanup(&f->scratch);
	buf_cleanup(&f->text);
	free(f);
	return 0;
}

/* NAME or NAME[ARGUMENT] of the current event; NULL: it must have no value. */
static void check(struct fixture *f, const char *field, const char *want)
{
	struct str all = str_c(field);
	ptrdiff_t bracket = str_find_byte(all, '[');
	struct field_arg arg = { 0 };
	const struct field_def *def = field_find(bracket < 0 ? all : str_first(all, (size_t)bracket));
	struct value v;
	bool got;

	if (!def)
		fail_msg("no field %s", field);
	if (bracket >= 0) {
		arg.given = true;
		arg.key = str_n(field + bracket + 1, all.n - (size_t)bracket - 2);
		arg.is_index = def->arg != FIELD_ARG_KEY && str_to_u64(arg.key, &arg.index) == 0;
	}
	got = def->get(&f->ctx, &arg, &v);
	buf_reset(&f->text);
	if (got)
		value_print(&v, def->format, VALUE_BYTES_TEXT, &f->text);
	if (got != (want != NULL) || (got && !str_eq_c(buf_str(&f->text), want)))
		fail_msg("%s: got %s \"" STR_FMT "\", expected %s", field, got ? "value" : "none",
			 STR_ARG(buf_str(&f->text)), want ? want : "none");
	if (got)
		assert_int_equal(v.type, def->type);
	assert_int_equal(f->scratch.error, 0);
}

static const struct {
	int64_t tid;
	const char *field;
	const char *want;
} cases[] = {
	{ HOST, "container.id", "host" },
	{ HOST, "container.name", "host" },
	{ HOST, "container.type", "host" },
	{ HOST, "container.image", "" },
	{ HOST, "container.image.id", "" },
	{ HOST, "container.image.repository", "" },
	{ HOST, "container.image.tag", "" },
	{ HOST, "container.image.digest", "" },
	{ HOST, "container.full_id", NULL },
	{ HOST, "container.privileged", NULL },
	{ HOST, "container.mounts", NULL },
	{ HOST, "container.mount[0]", NULL },
	{ HOST, "container.ip", NULL },
	{ HOST, "container.labels", NULL },
	{ HOST, "container.start_ts", NULL },
	{ HOST, "container.duration", NULL },
	{ HOST, "k8s.pod.name", NULL },
	{ HOST, "k8s.pod.ip", NULL },
	{ HOST, "k8s.pod.sandbox_id", NULL },

	{ WEB, "container.id", "aaaaaaaaaaaa" },
	{ WEB, "container.full_id", "aaaaaaaaaaaa" ZEROS },
	{ WEB, "container.name", "web" },
	{ WEB, "container.type", "docker" },
	{ WEB, "container.image", "registry.example/team/web:1.2@sha256:feed" },
	{ WEB, "container.image.id", "0123456789ab" },
	{ WEB, "container.image.repository", "registry.example/team/web" },
	{ WEB, "container.image.tag", "1.2" },
	{ WEB, "container.image.digest", "sha256:feed" },
	{ WEB, "container.privileged", "true" },
	{ WEB, "container.host_pid", "true" },
	{ WEB, "container.host_network", "false" },
	{ WEB, "container.host_ipc", "false" },
	{ WEB, "container.ip", "172.17.0.2" },
	{ WEB, "container.cni.json", NULL },
	{ WEB, "container.start_ts", "1499999950000000000" },
	{ WEB, "container.duration", "50000000000" },
	{ WEB, "container.label[app]", "shop" },
	{ WEB, "container.label[com.example/tier]", "front end" },
	{ WEB, "container.label[empty]", "" },
	{ WEB, "container.label[ap]", NULL },
	{ WEB, "container.labels", "app:shop,com.example/tier:front end,empty:" },
	{ WEB, "container.mounts", "/etc/web:/conf:ro:false:rprivate,/:/host::true:rslave" },
	{ WEB, "container.mount[0]", "/etc/web:/conf:ro:false:rprivate" },
	{ WEB, "container.mount[1]", "/:/host::true:rslave" },
	{ WEB, "container.mount[2]", NULL },
	{ WEB, "container.mount[99999999999999999999]", NULL },
	{ WEB, "container.mount[/]", "/:/host::true:rslave" },
	{ WEB, "container.mount[/etc/*]", "/etc/web:/conf:ro:false:rprivate" },
	{ WEB, "container.mount[/etc]", NULL },
	{ WEB, "container.mount.source[/host]", "/" },
	{ WEB, "container.mount.source[/*]", "/etc/web" },
	{ WEB, "container.mount.source[1]", "/" },
	{ WEB, "container.mount.source[/etc/web]", NULL },
	{ WEB, "container.mount.dest[/etc/web]", "/conf" },
	{ WEB, "container.mount.mode[0]", "ro" },
	{ WEB, "container.mount.mode[1]", "" },
	{ WEB, "container.mount.rdwr[0]", "false" },
	{ WEB, "container.mount.rdwr[/]", "true" },
	{ WEB, "container.mount.propagation[/e?c/web]", "rprivate" },
	{ WEB, "k8s.pod.name", NULL },
	{ WEB, "k8s.pod.ip", NULL },
	{ WEB, "container.healthcheck", NULL },
	{ WEB, "k8s.deployment.name", NULL },
	{ WEB, "k8s.rc.label[app]", NULL },

	/* The shape of old captures. */
	{ OLD, "container.name", "old" },
	{ OLD, "container.type", "lxc" },
	{ OLD, "container.image", "x/y:z" },
	{ OLD, "container.image.repository", "" },
	{ OLD, "container.privileged", NULL },
	{ OLD, "container.host_pid", NULL },
	{ OLD, "container.full_id", NULL },
	{ OLD, "container.start_ts", NULL },

	{ POD, "container.name", "k8s_c" },
	{ POD, "container.type", "cri-o" },
	{ POD, "container.ip", NULL },
	{ POD, "container.start_ts", "1500000001000000000" },
	{ POD, "container.duration", NULL }, /* the clock went back */
	{ POD, "k8s.pod.name", "front-7" },
	{ POD, "k8s.ns.name", "shop" },
	{ POD, "k8s.pod.uid", "8d7f-11" },
	{ POD, "k8s.pod.id", "8d7f-11" },
	{ POD, "k8s.pod.sandbox_id", "dddddddddddd" },
	{ POD, "k8s.pod.full_sandbox_id", "dddddddddddd" ZEROS },
	{ POD, "k8s.pod.label[app]", "front" },
	{ POD, "k8s.pod.label[a/b.c]", "d" },
	{ POD, "k8s.pod.label[x]", NULL },
	{ POD, "k8s.pod.labels", "app:front,a/b.c:d" },
	{ POD, "k8s.pod.ip", "10.1.2.3" },
	{ POD, "k8s.pod.cni.json", "{\"v\":1}" },
	{ POD, "container.cni.json", NULL },
	{ SANDBOX, "k8s.pod.sandbox_id", "dddddddddddd" },
	{ SANDBOX, "k8s.pod.ip", "10.1.2.3" },
	{ SANDBOX, "k8s.pod.label[app]", "front" },
	{ SANDBOX, "k8s.pod.name", NULL },

	{ UNTOLD, "container.id", "eeeeeeeeeeee" },
	{ UNTOLD, "container.name", NULL },
	{ UNTOLD, "container.type", NULL },
	{ UNTOLD, "container.image", NULL },
	{ UNTOLD, "container.image.id", NULL },
	{ UNTOLD, "container.image.repository", NULL },
	{ UNTOLD, "container.mounts", NULL },
	{ UNTOLD, "k8s.pod.labels", NULL },
	/* A task of which only the number is known counts as the host's. */
	{ NOBODY, "container.id", "host" },
	{ NOBODY, "container.name", "host" },
};

static void values(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		act(f, cases[i].tid);
		check(f, cases[i].field, cases[i].want);
	}
}

/* News about a container have its fields; its end is seen with what was known, then nothing is. */
static void life(void **state)
{
	struct fixture *f = *state;

	tell(f, "container", "{\"id\":\"eeeeeeeeeeee\",\"name\":\"late\"}");
	check(f, "container.id", "eeeeeeeeeeee");
	check(f, "container.name", "late");
	act(f, UNTOLD);
	check(f, "container.name", "late");
	tell(f, "container", "{\"id\":\"eeeeeeeeeeee\",\"name\":\"renamed\"}");
	act(f, UNTOLD);
	check(f, "container.name", "renamed");
	tell(f, "container", "{\"id\":\"eeeeeeeeeeee\"");
	check(f, "container.id", NULL);
	act(f, UNTOLD);
	check(f, "container.name", "renamed");
	tell(f, "container_removed", "{\"container\":{\"id\":\"eeeeeeeeeeee\"}}");
	check(f, "container.name", "renamed");
	act(f, UNTOLD);
	check(f, "container.name", NULL);
	check(f, "container.id", "eeeeeeeeeeee");
	tell(f, "container_removed", "{\"id\":\"eeeeeeeeeeee\"}");
	check(f, "container.id", NULL);
	tell(f, "k8s", "{\"id\":\"aaaaaaaaaaaa\",\"name\":\"not a container\"}");
	check(f, "container.id", NULL);
	act(f, WEB);
	check(f, "container.name", "web");
}

/* A switch of a task that nobody knows has no thread: it is neither the host's nor a container's. */
static void no_thread(void **state)
{
	struct fixture *f = *state;

	see(f, ev_build(&f->builder, EV_SCHEDSWITCH_6_E, T0, NOBODY, EV_INT(1), EV_INT(0), EV_INT(0),
			EV_INT(0), EV_INT(0), EV_INT(0)));
	check(f, "container.id", NULL);
	check(f, "container.name", NULL);
	check(f, "container.image.repository", NULL);
}

static void another_section(void **state)
{
	struct fixture *f = *state;
	struct snapshot_sink sink = state_sink(f->state);

	sink.reset(sink.ctx);
	sink.done(sink.ctx);
	assert_null(state_container(f->state, STR("aaaaaaaaaaaa")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values, setup, teardown),
		cmocka_unit_test_setup_teardown(life, setup, teardown),
		cmocka_unit_test_setup_teardown(no_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(another_section, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
