/* SPDX-License-Identifier: Apache-2.0 */
#include "state/container.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHORT "0123456789ab"

/* One cgroup path as each runtime lays it out, v1 and v2, cgroupfs and systemd drivers. */
static const struct {
	const char *path;
	enum container_engine engine;
	const char *id;
} cases[] = {
	{ "/docker/" ID, CONTAINER_DOCKER, SHORT },
	{ "/system.slice/docker-" ID ".scope", CONTAINER_DOCKER, SHORT },
	{ "/kubepods/burstable/pod8d7f/" ID, CONTAINER_DOCKER, SHORT },
	{ "/machine.slice/libpod-" ID ".scope", CONTAINER_PODMAN, SHORT },
	{ "/machine.slice/libpod-" ID ".scope/container", CONTAINER_PODMAN, SHORT },
	{ "/machine.slice/libpod-payload-" ID ".scope", CONTAINER_PODMAN, SHORT },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container",
	  CONTAINER_PODMAN, SHORT },
	{ "/libpod_parent/libpod-" ID, CONTAINER_PODMAN, SHORT },
	{ "/libpod_parent/libpod-payload-" ID, CONTAINER_PODMAN, SHORT },
	{ "/kubepods.slice/kubepods-pod1.slice/crio-" ID ".scope", CONTAINER_CRI, SHORT },
	{ "/kubepods/pod1/crio-" ID, CONTAINER_CRI, SHORT },
	{ "/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope", CONTAINER_CRI, SHORT },
	{ "/system.slice/kubepods-pod1.slice:cri-containerd:" ID, CONTAINER_CRI, SHORT },
	{ "/user.slice/nerdctl-" ID ".scope", CONTAINER_CRI, SHORT },
	{ "/default/my-container", CONTAINER_CONTAINERD, "my-container" },
	{ "/k8s.io/a-name-that-is-long", CONTAINER_CONTAINERD, "a-name-that-" },
	{ "/user/bencer/0", CONTAINER_CONTAINERD, "bencer/0" },
	{ "/lxc/web", CONTAINER_LXC, "web" },
	{ "/lxc.payload/web/system.slice", CONTAINER_LXC, "web" },
	{ "/lxc.payload.web/init.scope", CONTAINER_LXC, "web" },
	{ "/machine.slice/guest.libvirt-lxc", CONTAINER_LIBVIRT_LXC, "guest" },
	{ "/machine.slice/machine-lxc\\x2dguest.scope", CONTAINER_LIBVIRT_LXC, "guest" },
	{ "/machine.slice/machine-lxc\\x2dguest.scope/libvirt", CONTAINER_LIBVIRT_LXC, "guest" },
	{ "/libvirt/lxc/guest", CONTAINER_LIBVIRT_LXC, "guest" },
	{ "/bpm/bpm-job", CONTAINER_BPM, "job" },
	{ "/system.slice/bpm-job.scope", CONTAINER_BPM, "job" },
	{ "/", CONTAINER_NONE, "" },
	{ "/user.slice", CONTAINER_NONE, "" },
	{ "/system.slice/docker.service", CONTAINER_NONE, "" },
	{ "/system.slice/docker.service/init", CONTAINER_NONE, "" },
	{ "/user.slice/user-1000.slice/session-1.scope", CONTAINER_NONE, "" },
	{ "/docker/0123", CONTAINER_CONTAINERD, "0123" }, /* too short for docker */
	{ "/system.slice/docker-0123.scope", CONTAINER_NONE, "" },
	{ "/init.scope", CONTAINER_NONE, "" },
	{ "no slash", CONTAINER_NONE, "" },
	{ "", CONTAINER_NONE, "" },
};

static void each_runtime(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		/* Behind others that say nothing, under a subsystem whose name has a '='. */
		char text[512] = "cpuset=/\0cpu=/user.slice\0name=systemd=";
		size_t n = sizeof("cpuset=/\0cpu=/user.slice\0name=systemd=") - 1;
		struct str id;

		memcpy(text + n, cases[i].path, strlen(cases[i].path) + 1);
		n += strlen(cases[i].path) + 1;
		if (container_id_from_cgroups(str_n(text, n), &id) != cases[i].engine ||
		    !str_eq_c(id, cases[i].id))
			fail_msg("%s: \"%.*s\"", cases[i].path, (int)id.n, id.p);
	}
}

static void first_path_wins(void **unused)
{
	static const char text[] = "cpu=/lxc/one\0memory=/lxc/two";
	struct str id;

	(void)unused;
	assert_int_equal(container_id_from_cgroups(str_n(text, sizeof(text)), &id), CONTAINER_LXC);
	assert_true(str_eq(id, STR("one")));
	assert_int_equal(container_id_from_cgroups(STR(""), &id), CONTAINER_NONE);
	assert_int_equal(id.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_runtime),
		cmocka_unit_test(first_path_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
