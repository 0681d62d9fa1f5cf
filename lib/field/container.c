/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the container that the process lives in, and of its pod. The id comes from the control
 * groups of the process, so that it is known without asking a container runtime; everything else is
 * what events told about that id. Events that tell about a container have the fields of that one.
 *
 * Three cases: the host (no id), a container that was told about, and one that was not, of which only
 * the id is known.
 */
#include "field/extract.h"

#include <fnmatch.h>

enum { SHORT_ID = 12 };

/* What is known about the container of the event. NULL: the host, or nothing. */
static const struct container *container_of(struct field_ctx *ctx)
{
	const struct thread *t = ctx->view.thread;

	if (ctx->view.container)
		return ctx->view.container;
	return t && t->container_id.n ? state_container(ctx->state, t->container_id) : NULL;
}

static bool is_host(const struct field_ctx *ctx)
{
	return !ctx->view.container && ctx->view.thread && !ctx->view.thread->container_id.n;
}

/* The sandbox of the pod that `c` is a part of; c itself when it is one. NULL: no pod, or unknown. */
static const struct container *sandbox_of(struct field_ctx *ctx, const struct container *c)
{
	if (!c || c->is_sandbox == CONTAINER_YES)
		return c;
	return c->sandbox_id.n ? state_container(ctx->state, c->sandbox_id) : NULL;
}

/* Texts that were not told have no value. */
static bool told(struct str s, struct value *ret)
{
	return s.n && value_text(ret, s);
}

/* --- who it is ------------------------------------------------------------------------------- */

static bool get_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = ctx->view.thread;

	(void)arg;
	if (ctx->view.container)
		return value_text(ret, ctx->view.container->id);
	return t && value_text(ret, t->container_id.n ? t->container_id : STR("host"));
}

static bool get_full_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && told(c->full_id, ret);
}

static bool get_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	if (c)
		return value_text(ret, c->name);
	return is_host(ctx) && value_text(ret, STR("host"));
}

static bool get_type(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	if (c)
		return value_text(ret, c->type);
	return is_host(ctx) && value_text(ret, STR("host"));
}

/* --- the image: known containers and the host always have a text, which may be empty ---------- */

static bool image_text(struct field_ctx *ctx, struct str of_container, const struct container *c,
		       struct value *ret)
{
	if (c)
		return value_text(ret, of_container);
	return is_host(ctx) && value_text(ret, STR(""));
}

#define IMAGE_FIELD(function, member)                                                              \
	static bool function(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret) \
	{                                                                                          \
		const struct container *c = container_of(ctx);                                     \
                                                                                                   \
		(void)arg;                                                                         \
		return image_text(ctx, c ? c->member : STR(""), c, ret);                           \
	}

IMAGE_FIELD(get_image, image)
IMAGE_FIELD(get_repository, image_repository)
IMAGE_FIELD(get_tag, image_tag)
IMAGE_FIELD(get_digest, image_digest)

static bool get_image_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);
	struct str id = c ? c->image_id : STR("");

	(void)arg;
	if (str_starts(id, STR("sha256:")))
		id = str_from(id, STR("sha256:").n);
	return image_text(ctx, str_first(id, SHORT_ID), c, ret);
}

/* --- how it was started ---------------------------------------------------------------------- */

static bool fact(enum container_fact f, struct value *ret)
{
	return f != CONTAINER_UNTOLD && value_bool(ret, f == CONTAINER_YES);
}

#define FACT_FIELD(function, member)                                                               \
	static bool function(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret) \
	{                                                                                          \
		const struct container *c = container_of(ctx);                                     \
                                                                                                   \
		(void)arg;                                                                         \
		return c && fact(c->member, ret);                                                  \
	}

FACT_FIELD(get_privileged, privileged)
FACT_FIELD(get_host_pid, host_pid)
FACT_FIELD(get_host_network, host_network)
FACT_FIELD(get_host_ipc, host_ipc)

static const struct thread *contained_thread(const struct field_ctx *ctx)
{
	const struct thread *t = ctx->view.thread;

	return t && t->container_id.n && t->pidns_init_start_ns ? t : NULL;
}

static bool get_start_ts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = contained_thread(ctx);

	(void)arg;
	return t && value_number(ret, PT_ABSTIME, t->pidns_init_start_ns);
}

static bool get_duration(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct thread *t = contained_thread(ctx);

	(void)arg;
	return t && ctx->ev->ts_ns >= t->pidns_init_start_ns &&
	       value_number(ret, PT_RELTIME, ctx->ev->ts_ns - t->pidns_init_start_ns);
}

static bool get_ip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && told(c->ip, ret);
}

static bool get_cni_json(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && told(c->cni_json, ret);
}

/* --- mounts ---------------------------------------------------------------------------------- */

static void print_mount(const struct container_mount *m, struct buf *b)
{
	buf_str_append(b, m->source);
	buf_byte(b, ':');
	buf_str_append(b, m->dest);
	buf_byte(b, ':');
	buf_str_append(b, m->mode);
	buf_c(b, m->writable ? ":true:" : ":false:");
	buf_str_append(b, m->propagation);
}

static void write_mount(struct field_ctx *ctx, const void *what, struct buf *b)
{
	(void)ctx;
	print_mount(what, b);
}

static void write_mounts(struct field_ctx *ctx, const void *what, struct buf *b)
{
	const struct container *c = what;

	(void)ctx;
	for (size_t i = 0; i < c->mounts_len; i++) {
		if (i)
			buf_byte(b, ',');
		print_mount(&c->mounts[i], b);
	}
}

static bool get_mounts(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && c->mounts_len && text_value(ctx, write_mounts, c, ret);
}

/*
 * The mount that the argument means: its position, or the first whose source (or destination) fits
 * the pattern. Both texts end in a NUL: those of the metadata by contract, the key's copy here.
 */
static const struct container_mount *find_mount(struct field_ctx *ctx, const struct field_arg *arg,
						bool by_dest)
{
	const struct container *c = container_of(ctx);
	struct str pattern;

	if (!c || !c->mounts_len)
		return NULL;
	if (arg->is_index)
		return arg->index < c->mounts_len ? &c->mounts[arg->index] : NULL;
	pattern = arena_str(ctx->scratch, arg->key);
	for (size_t i = 0; pattern.p && i < c->mounts_len; i++) {
		const struct container_mount *m = &c->mounts[i];

		if (fnmatch(pattern.p, by_dest ? m->dest.p : m->source.p, 0) == 0)
			return m;
	}
	return NULL;
}

static bool get_mount(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, false);

	return m && text_value(ctx, write_mount, m, ret);
}

static bool get_mount_source(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, true);

	return m && value_text(ret, m->source);
}

static bool get_mount_dest(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, false);

	return m && value_text(ret, m->dest);
}

static bool get_mount_mode(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, false);

	return m && value_text(ret, m->mode);
}

static bool get_mount_rdwr(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, false);

	return m && value_text(ret, m->writable ? STR("true") : STR("false"));
}

static bool get_mount_propagation(struct field_ctx *ctx, const struct field_arg *arg,
				  struct value *ret)
{
	const struct container_mount *m = find_mount(ctx, arg, false);

	return m && value_text(ret, m->propagation);
}

/* --- labels ---------------------------------------------------------------------------------- */

static void write_labels(struct field_ctx *ctx, const void *what, struct buf *b)
{
	const struct container_labels *labels = what;

	(void)ctx;
	for (size_t i = 0; i < labels->len; i++) {
		if (i)
			buf_byte(b, ',');
		buf_str_append(b, labels->items[i].key);
		buf_byte(b, ':');
		buf_str_append(b, labels->items[i].value);
	}
}

static bool get_label(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);
	struct str s;

	return c && container_label_find(&c->labels, arg->key, &s) && value_text(ret, s);
}

static bool get_labels(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && c->labels.len && text_value(ctx, write_labels, &c->labels, ret);
}

/* --- the pod --------------------------------------------------------------------------------- */

/* Labels of the pod: told with the container, or those of the sandbox. NULL: none. */
static const struct container_labels *pod_labels(struct field_ctx *ctx)
{
	const struct container *c = container_of(ctx);
	const struct container *sandbox;

	if (c && c->sandbox_labels.len)
		return &c->sandbox_labels;
	sandbox = sandbox_of(ctx, c);
	return sandbox && sandbox->labels.len ? &sandbox->labels : NULL;
}

/* The runtimes of Kubernetes label each container with the pod that it is a part of. */
static bool pod_text(struct field_ctx *ctx, struct str key, struct value *ret)
{
	const struct container *c = container_of(ctx);
	const struct container_labels *of_pod;
	struct str s;

	if (c && container_label_find(&c->labels, key, &s))
		return value_text(ret, s);
	of_pod = pod_labels(ctx);
	return of_pod && container_label_find(of_pod, key, &s) && value_text(ret, s);
}

static bool get_pod_name(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return pod_text(ctx, STR("io.kubernetes.pod.name"), ret);
}

static bool get_pod_namespace(struct field_ctx *ctx, const struct field_arg *arg,
			      struct value *ret)
{
	(void)arg;
	return pod_text(ctx, STR("io.kubernetes.pod.namespace"), ret);
}

static bool get_pod_uid(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)arg;
	return pod_text(ctx, STR("io.kubernetes.pod.uid"), ret);
}

static bool get_sandbox_id(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && told(str_first(c->sandbox_id, SHORT_ID), ret);
}

static bool get_full_sandbox_id(struct field_ctx *ctx, const struct field_arg *arg,
				struct value *ret)
{
	const struct container *c = container_of(ctx);

	(void)arg;
	return c && told(c->sandbox_id, ret);
}

static bool get_pod_label(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_labels *labels = pod_labels(ctx);
	struct str s;

	return labels && container_label_find(labels, arg->key, &s) && value_text(ret, s);
}

static bool get_pod_labels(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container_labels *labels = pod_labels(ctx);

	(void)arg;
	return labels && text_value(ctx, write_labels, labels, ret);
}

/* The containers of a pod share the network of its sandbox; some runtimes tell it for each. */
static bool get_pod_ip(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);
	const struct container *sandbox = sandbox_of(ctx, c);

	(void)arg;
	if (sandbox && sandbox->ip.n)
		return value_text(ret, sandbox->ip);
	return c && c->sandbox_id.n && told(c->ip, ret);
}

static bool get_pod_cni_json(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	const struct container *c = container_of(ctx);
	const struct container *sandbox = sandbox_of(ctx, c);

	(void)arg;
	if (sandbox && sandbox->cni_json.n)
		return value_text(ret, sandbox->cni_json);
	return c && c->sandbox_id.n && told(c->cni_json, ret);
}

/* --- fields that nothing fills any more: rules that name them still load ---------------------- */

static bool get_nothing(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret)
{
	(void)ctx;
	(void)arg;
	(void)ret;
	return false;
}

#define TEXT(name, flags, get, text)                                                               \
	{ name, PT_CHARBUF, PF_NA, flags, FIELD_ARG_NONE, get, NULL, NULL, text }
#define TEXT_OF(name, kind, get, text)                                                             \
	{ name, PT_CHARBUF, PF_NA, 0, FIELD_ARG_##kind, get, NULL, NULL, text }
#define BOOL(name, get, text)                                                                      \
	{ name, PT_BOOL, PF_NA, 0, FIELD_ARG_NONE, get, NULL, NULL, text }
#define GONE(name, type, kind)                                                                     \
	{ name, PT_##type, PF_NA, FIELD_DEPRECATED | FIELD_HIDDEN | FIELD_CHEAP, FIELD_ARG_##kind, \
	  get_nothing, NULL, NULL, "Never has a value; kept so that old rules load." }
#define GONE_OBJECT(name)                                                                          \
	GONE(name ".name", CHARBUF, NONE), GONE(name ".id", CHARBUF, NONE),                        \
		GONE(name ".label", CHARBUF, KEY), GONE(name ".labels", CHARBUF, NONE)

static const struct field_def rows[] = {
	TEXT("container.id", FIELD_SUGGESTED | FIELD_CHEAP, get_id,
	     "First 12 characters of the container's id; host for processes outside of containers."),
	TEXT("container.full_id", 0, get_full_id, "The whole id of the container."),
	TEXT("container.name", FIELD_SUGGESTED, get_name,
	     "Name of the container; host for processes outside of containers."),
	TEXT("container.image", 0, get_image, "Image of the container as its runtime names it."),
	TEXT("container.image.id", 0, get_image_id, "First 12 characters of the image's id."),
	TEXT("container.type", 0, get_type,
	     "What runs the container: docker, podman, cri-o, containerd, cri, lxc, libvirt-lxc, bpm ...; host for processes outside of containers."),
	BOOL("container.privileged", get_privileged,
	     "True for containers that were started privileged."),
	TEXT("container.mounts", 0, get_mounts,
	     "All mounts as source:destination:mode:writable:propagation, separated by commas."),
	TEXT_OF("container.mount", BOTH, get_mount,
		"One mount, by position (from 0) or by source, which may be a pattern: container.mount[/etc/*]."),
	TEXT_OF("container.mount.source", BOTH, get_mount_source,
		"Source of one mount, chosen by position or by destination."),
	TEXT_OF("container.mount.dest", BOTH, get_mount_dest,
		"Destination of one mount, chosen by position or by source."),
	TEXT_OF("container.mount.mode", BOTH, get_mount_mode,
		"Mode of one mount, chosen by position or by source."),
	TEXT_OF("container.mount.rdwr", BOTH, get_mount_rdwr,
		"true for a writable mount, false for another, chosen by position or by source."),
	TEXT_OF("container.mount.propagation", BOTH, get_mount_propagation,
		"Propagation of one mount, chosen by position or by source."),
	TEXT("container.image.repository", FIELD_SUGGESTED, get_repository,
	     "Image without tag and digest."),
	TEXT("container.image.tag", FIELD_SUGGESTED, get_tag, "Tag of the image."),
	TEXT("container.image.digest", 0, get_digest, "Digest of the image: sha256:..."),
	GONE("container.healthcheck", CHARBUF, NONE),
	GONE("container.liveness_probe", CHARBUF, NONE),
	GONE("container.readiness_probe", CHARBUF, NONE),
	{ "container.start_ts", PT_ABSTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_start_ts, NULL,
	  NULL, "Start of the container's pid namespace, in nanoseconds since the epoch." },
	{ "container.duration", PT_RELTIME, PF_DEC, FIELD_CHEAP, FIELD_ARG_NONE, get_duration, NULL,
	  NULL, "Nanoseconds since container.start_ts." },
	TEXT("container.ip", 0, get_ip, "Main IPv4 address of the container."),
	TEXT("container.cni.json", 0, get_cni_json,
	     "Answer of the network plugin of the pod (CNI), as JSON."),
	BOOL("container.host_pid", get_host_pid, "True when it shares the host's pid namespace."),
	BOOL("container.host_network", get_host_network,
	     "True when it shares the host's network namespace."),
	BOOL("container.host_ipc", get_host_ipc, "True when it shares the host's IPC namespace."),
	TEXT_OF("container.label", KEY, get_label, "One label: container.label[app]."),
	TEXT("container.labels", 0, get_labels, "All labels as key:value, separated by commas."),
	GONE("proc.is_container_healthcheck", BOOL, NONE),
	GONE("proc.is_container_liveness_probe", BOOL, NONE),
	GONE("proc.is_container_readiness_probe", BOOL, NONE),
	TEXT("k8s.pod.name", FIELD_SUGGESTED, get_pod_name,
	     "Name of the pod that the container is a part of."),
	TEXT("k8s.ns.name", FIELD_SUGGESTED, get_pod_namespace, "Namespace of the pod."),
	TEXT("k8s.pod.id", FIELD_HIDDEN, get_pod_uid, "Old name of k8s.pod.uid."),
	TEXT("k8s.pod.uid", 0, get_pod_uid, "Unique id of the pod."),
	TEXT("k8s.pod.sandbox_id", 0, get_sandbox_id, "First 12 characters of the pod sandbox's id."),
	TEXT("k8s.pod.full_sandbox_id", 0, get_full_sandbox_id, "The whole id of the pod's sandbox."),
	TEXT_OF("k8s.pod.label", KEY, get_pod_label, "One label of the pod: k8s.pod.label[app]."),
	TEXT("k8s.pod.labels", 0, get_pod_labels,
	     "All labels of the pod as key:value, separated by commas."),
	TEXT("k8s.pod.ip", 0, get_pod_ip, "IPv4 address of the pod."),
	TEXT("k8s.pod.cni.json", 0, get_pod_cni_json,
	     "Answer of the network plugin of the pod (CNI), as JSON."),
	GONE_OBJECT("k8s.rc"),
	GONE_OBJECT("k8s.svc"),
	GONE("k8s.ns.id", CHARBUF, NONE),
	GONE("k8s.ns.label", CHARBUF, KEY),
	GONE("k8s.ns.labels", CHARBUF, NONE),
	GONE_OBJECT("k8s.rs"),
	GONE_OBJECT("k8s.deployment"),
};

const struct field_list field_container = {
	.name = "container",
	.text = "The container that the process lives in, and its pod; all but the id and the times are known only from events that tell about containers",
	.source = "syscall",
	.fields = rows,
	.count = ARRAY_LEN(rows),
};
