/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container ids out of cgroup paths: pure text, no look at a runtime (docs/formats/state.md).
 */
#ifndef STATE_CONTAINER_H
#define STATE_CONTAINER_H

#include "base/str.h"

enum { CONTAINER_ID_MAX = 12 };

enum container_engine {
	CONTAINER_NONE,
	CONTAINER_PODMAN,
	CONTAINER_DOCKER,
	CONTAINER_CRI,
	CONTAINER_CONTAINERD,
	CONTAINER_LXC,
	CONTAINER_LIBVIRT_LXC,
	CONTAINER_BPM,
};

/*
 * Finds the id in `cgroups` ("subsystem=path" entries, NUL-separated), trying one path after the
 * other. *ret_id is borrowed from `cgroups`, at most CONTAINER_ID_MAX bytes, and empty when the
 * answer is CONTAINER_NONE: no path looks like a container's.
 */
enum container_engine container_id_from_cgroups(struct str cgroups, struct str *ret_id);

#endif
