/* SPDX-License-Identifier: Apache-2.0 */
#include "state/container.h"

#include "base/util.h"

enum {
	FULL_ID = 64,     /* hexadecimal digits of the ids that most runtimes make */
	NAMED_ID_MAX = 64,
};

/* How the last part of a path looks for runtimes with hexadecimal ids; tried in this order. */
static const struct layout {
	enum container_engine engine;
	const char *before;
	const char *after;
} layouts[] = {
	{ CONTAINER_PODMAN, "libpod-payload-", ".scope" },
	{ CONTAINER_PODMAN, "libpod-payload-", "" },
	{ CONTAINER_PODMAN, "libpod-", ".scope" },
	{ CONTAINER_PODMAN, "libpod-", "" },
	{ CONTAINER_DOCKER, "", "" },
	{ CONTAINER_DOCKER, "docker-", ".scope" },
	{ CONTAINER_CRI, "crio-", "" },
	{ CONTAINER_CRI, "crio-", ".scope" },
	{ CONTAINER_CRI, "cri-containerd-", ".scope" },
	{ CONTAINER_CRI, "nerdctl-", ".scope" },
};

static bool is_full_id(struct str s)
{
	if (s.n != FULL_ID)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

static struct str last_part(struct str path)
{
	return str_from(path, (size_t)(str_rfind_byte(path, '/') + 1));
}

static struct str cut(struct str s, struct str before, struct str after)
{
	if (!s.n || s.n < before.n + after.n || !str_starts(s, before) || !str_ends(s, after))
		return STR_NULL;
	return str_n(s.p + before.n, s.n - before.n - after.n);
}

static enum container_engine hex_id(struct str path, struct str *ret_id)
{
	static const struct str inner = STR("/container");
	static const struct str colons = STR(":cri-containerd:");
	struct str part = last_part(path);
	struct str outer = STR_NULL;
	ptrdiff_t at;

	if (str_ends(path, inner)) /* podman's second level */
		outer = last_part(str_first(path, path.n - inner.n));
	for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
		const struct layout *l = &layouts[i];
		struct str from = outer.n && l->engine == CONTAINER_PODMAN ? outer : part;
		struct str id = cut(from, str_c(l->before), str_c(l->after));

		if (is_full_id(id)) {
			*ret_id = id;
			return l->engine;
		}
	}
	at = str_find(part, colons);
	if (at >= 0 && is_full_id(str_from(part, (size_t)at + colons.n))) {
		*ret_id = str_from(part, (size_t)at + colons.n);
		return CONTAINER_CRI;
	}
	return CONTAINER_NONE;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters and digits, with single separators between them: what containerd allows as a namespace. */
static bool is_namespace(struct str s)
{
	bool after_separator = true;

	for (size_t i = 0; i < s.n; i++) {
		bool separator = s.p[i] == '.' || s.p[i] == '_' || s.p[i] == '-';

		if (!separator && !is_alnum(s.p[i]))
			return false;
		if (separator && after_separator)
			return false;
		after_separator = separator;
	}
	return s.n && !after_separator;
}

static bool is_unit(struct str part)
{
	return str_ends(part, STR(".service")) || str_ends(part, STR(".slice")) ||
	       str_ends(part, STR(".scope"));
}

/* "/NAMESPACE/ID" with the first part that can be a namespace; groups of systemd are none. */
static bool containerd_id(struct str path, struct str *ret_id)
{
	struct str rest = str_from(path, 1);
	struct str part;
	struct str check;

	while (str_split(&rest, '/', &part)) {
		if (!rest.p)
			return false;
		if (is_namespace(part))
			break;
	}
	if (!rest.p || !rest.n || rest.n > NAMED_ID_MAX)
		return false;
	check = rest;
	while (str_split(&check, '/', &part))
		if (is_unit(part))
			return false;
	*ret_id = rest;
	return true;
}

/* The text after `marker` up to the next '/'. */
static bool after_marker(struct str path, struct str marker, struct str *ret_id)
{
	ptrdiff_t at = str_find(path, marker);
	struct str rest;

	if (at < 0)
		return false;
	rest = str_from(path, (size_t)at + marker.n);
	at = str_find_byte(rest, '/');
	if (at >= 0)
		rest = str_first(rest, (size_t)at);
	*ret_id = rest;
	return rest.n > 0;
}

static bool libvirt_id(struct str path, struct str *ret_id)
{
	static const struct str inner = STR("/libvirt");
	static const struct str escaped = STR("-lxc\\x2d");
	static const struct str dotted = STR(".libvirt-lxc");
	struct str part;
	ptrdiff_t at;

	if (after_marker(path, STR("/libvirt/lxc/"), ret_id))
		return true;
	if (str_ends(path, inner))
		path = str_first(path, path.n - inner.n);
	part = last_part(path);
	if (part.n > dotted.n && str_ends(part, dotted)) {
		*ret_id = str_first(part, part.n - dotted.n);
		return true;
	}
	at = str_find(part, escaped);
	if (at < 0 || !str_ends(part, STR(".scope")))
		return false;
	part = str_from(part, (size_t)at + escaped.n);
	if (part.n <= STR(".scope").n)
		return false;
	*ret_id = str_first(part, part.n - STR(".scope").n);
	return true;
}

static bool bpm_id(struct str path, struct str *ret_id)
{
	struct str part = last_part(path);

	if (!str_starts(part, STR("bpm-")))
		return false;
	part = str_from(part, STR("bpm-").n);
	if (str_ends(part, STR(".scope")))
		part = str_first(part, part.n - STR(".scope").n);
	*ret_id = part;
	return part.n > 0;
}

static enum container_engine id_of_path(struct str path, struct str *ret_id)
{
	enum container_engine engine;

	if (path.n < 2 || path.p[0] != '/')
		return CONTAINER_NONE;
	engine = hex_id(path, ret_id);
	if (engine != CONTAINER_NONE)
		return engine;
	/* The layouts with a name of their own come before containerd's, which fits nearly all. */
	if (libvirt_id(path, ret_id))
		return CONTAINER_LIBVIRT_LXC;
	if (after_marker(path, STR("/lxc/"), ret_id) ||
	    after_marker(path, STR("/lxc.payload/"), ret_id) ||
	    after_marker(path, STR("/lxc.payload."), ret_id))
		return CONTAINER_LXC;
	if (bpm_id(path, ret_id))
		return CONTAINER_BPM;
	return containerd_id(path, ret_id) ? CONTAINER_CONTAINERD : CONTAINER_NONE;
}

enum container_engine container_id_from_cgroups(struct str cgroups, struct str *ret_id)
{
	struct str rest = cgroups;
	struct str entry;

	*ret_id = STR("");
	while (rest.n && str_split(&rest, 0, &entry)) {
		/* "name=systemd=/path": the path starts at the first "=/". */
		ptrdiff_t at = str_find(entry, STR("=/"));
		enum container_engine engine;
		struct str id;

		if (at < 0)
			continue;
		engine = id_of_path(str_from(entry, (size_t)at + 1), &id);
		if (engine == CONTAINER_NONE)
			continue;
		*ret_id = str_first(id, CONTAINER_ID_MAX);
		return engine;
	}
	return CONTAINER_NONE;
}
