/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One container as events described it. Owned by the state; readers borrow it until the next
 * state_apply().
 */
#ifndef STATE_CONTAINER_META_H
#define STATE_CONTAINER_META_H

#include "base/str.h"

struct container_label {
	struct str key, value;
};

struct container_mount {
	struct str source, dest, mode, propagation;
	bool writable;
};

struct container_labels {
	const struct container_label *items;
	size_t len;
};

enum container_fact {
	CONTAINER_UNTOLD,
	CONTAINER_NO,
	CONTAINER_YES,
};

/* Texts that were not told are empty. Each text is followed by a NUL that is not counted. */
struct container {
	struct str id; /* at most CONTAINER_ID_MAX bytes */
	struct str full_id, name, image, image_id, image_repository, image_tag, image_digest, ip,
		cni_json;
	struct str sandbox_id; /* of the pod's sandbox, in full; the container's own for a sandbox */
	struct str type; /* "docker"; empty: none of the known ones */
	struct container_labels labels;
	struct container_labels sandbox_labels;
	const struct container_mount *mounts;
	size_t mounts_len;
	enum container_fact is_sandbox, privileged, host_pid, host_network, host_ipc;
};

/* The value of a label, borrowed as they are. False: there is none. */
bool container_label_find(const struct container_labels *labels, struct str key, struct str *ret);

#endif
