/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over stored inputs, so that a corpus is an ordinary test and needs no fuzzer.
 *
 *     corpus-scap FILE-OR-FOLDER ...
 *
 * Each input lies at the end of a heap block of its exact size: reading one byte too far is seen by
 * AddressSanitizer. Without a single input the test fails, because then it has tested nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX_BYTES (64u << 20)

static unsigned long count;

/* 0 or a negative number; the reason is on standard error. */
static int run_file(const char *path, size_t size)
{
	uint8_t *data;
	size_t got;
	FILE *f;

	if (size > INPUT_MAX_BYTES) {
		fprintf(stderr, "%s: %zu bytes, larger than any corpus input should be\n", path, size);
		return -EFBIG;
	}
	f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return -EIO;
	}
	data = malloc(size ? size : 1);
	if (!data) {
		fclose(f);
		return -ENOMEM;
	}
	got = fread(data, 1, size, f);
	fclose(f);
	if (got != size) {
		fprintf(stderr, "%s: read %zu of %zu bytes\n", path, got, size);
		free(data);
		return -EIO;
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	count++;
	return 0;
}

/* Folders are walked one level at a time; hidden entries are left out. */
static int run_path(const char *path)
{
	struct dirent **entries;
	struct stat st;
	int n;
	int r = 0;

	if (stat(path, &st) < 0) {
		perror(path);
		return -EIO;
	}
	if (!S_ISDIR(st.st_mode))
		return run_file(path, (size_t)st.st_size);
	n = scandir(path, &entries, NULL, alphasort);
	if (n < 0) {
		perror(path);
		return -EIO;
	}
	for (int i = 0; i < n; i++) {
		char *child = NULL;

		if (r == 0 && entries[i]->d_name[0] != '.') {
			if (asprintf(&child, "%s/%s", path, entries[i]->d_name) < 0)
				r = -ENOMEM;
			else
				r = run_path(child);
			free(child);
		}
		free(entries[i]);
	}
	free(entries);
	return r;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (run_path(argv[i]) < 0)
			return 1;
	if (!count) {
		fprintf(stderr, "no input found: a corpus test without inputs proves nothing\n");
		return 1;
	}
	printf("%lu inputs\n", count);
	return 0;
}
