/* SPDX-License-Identifier: Apache-2.0 */
#include "state/path.h"

enum { PATH_MAX_BYTES = 1023 };

static const char too_long[] = "/DIR_TOO_LONG/FILENAME_TOO_LONG";

/* Takes the last component off out[0..*len); the separator before it stays. */
static void climb(const char *out, size_t *len)
{
	size_t n = *len;

	if (n > 1 && out[n - 1] == '/')
		n--;
	while (n > 0 && out[n - 1] != '/')
		n--;
	*len = n;
}

/* Appends the components of `name` to out, which is empty, "/", or ends in '/' or a component. */
static bool add_components(char *out, size_t *len, struct str name)
{
	struct str rest = name;
	struct str piece;
	bool absolute = name.n && name.p[0] == '/';
	bool first = true;

	if (absolute)
		out[(*len)++] = '/';
	while (str_split(&rest, '/', &piece)) {
		if (!piece.n || str_eq(piece, STR(".")))
			continue;
		if (str_eq(piece, STR(".."))) {
			climb(out, len);
			if (absolute && !*len)
				out[(*len)++] = '/';
			continue;
		}
		if (*len && out[*len - 1] != '/') {
			/* A directory that was given verbatim may lack its '/'; it then runs on. */
			if (!first || absolute) {
				if (*len + 1 > PATH_MAX_BYTES)
					return false;
				out[(*len)++] = '/';
			}
		}
		if (*len + piece.n > PATH_MAX_BYTES)
			return false;
		memcpy(out + *len, piece.p, piece.n);
		*len += piece.n;
		first = false;
	}
	/* ".." leaves the separator of the directory behind; only the root keeps it. */
	if (*len > 1 && out[*len - 1] == '/')
		(*len)--;
	return true;
}

void path_join(struct str dir, struct str name, struct buf *b)
{
	char out[PATH_MAX_BYTES + 2];
	size_t len = 0;

	if (!name.n)
		return;
	if (name.p[0] != '/') {
		if (dir.n > PATH_MAX_BYTES) {
			buf_c(b, too_long);
			return;
		}
		if (dir.n)
			memcpy(out, dir.p, dir.n);
		len = dir.n;
	}
	if (add_components(out, &len, name))
		buf_append(b, out, len);
	else
		buf_c(b, too_long);
}
