/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *join(const char *a, size_t n, const char *between, const char *b)
{
	char *path = NULL;

	if (asprintf(&path, "%.*s%s%s", (int)n, a, between, b) < 0)
		abort();
	return path;
}

char *source_path(const char *relative)
{
	static const char self[] = __FILE__;
	const char *root = getenv("SAKER_SOURCE");
	const size_t tail = strlen("tests/support/paths.c");

	if (root)
		return join(root, strlen(root), "/", relative);
	return join(self, strlen(self) - tail, "", relative);
}

char *shared_path(const char *relative)
{
	const char *shared = getenv("SAKER_SHARED");
	char *path;
	char *beside;

	if (shared) {
		path = join(shared, strlen(shared), "/", relative);
	} else {
		beside = source_path("../shared/");
		path = join(beside, strlen(beside), "", relative);
		free(beside);
	}
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}
