/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One executable, one verb per role. Called under the name of a product that a role stands in for, it
 * takes that product's command line.
 */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "doctor/doctor.h"
#include "watch/watch.h"

static int run_watch(int argc, char **argv)
{
	return watch_main(argc, argv, false);
}

static int run_falco(int argc, char **argv)
{
	return watch_main(argc, argv, true);
}

static const struct verb {
	const char *name;
	const char *compatible; /* name of the product whose command line it takes; NULL: none */
	int (*run)(int argc, char **argv);
	int (*run_compatible)(int argc, char **argv);
	const char *text;
} verbs[] = {
	{ "watch", "falco", run_watch, run_falco, "Watches this host, or replays a capture, and prints alerts." },
	{ "doctor", NULL, doctor_main, NULL, "Tells what this host offers, what is missing, and what follows." },
};

static void usage(FILE *f)
{
	fprintf(f, "Saker %s - runtime security for Linux, containers and Kubernetes\n\n"
		   "usage: saker VERB [OPTION...]\n\n", SAKER_VERSION);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		fprintf(f, "  %-10s %s\n", verbs[i].name, verbs[i].text);
	fprintf(f, "\nsaker VERB --help tells more.\n");
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : (argc > 0 ? argv[0] : "saker");

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (verbs[i].compatible && strcmp(name, verbs[i].compatible) == 0)
			return verbs[i].run_compatible(argc, argv);
	}
	if (argc < 2) {
		usage(stderr);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
		printf("saker %s\n", SAKER_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return 0;
	}
	fprintf(stderr, "saker: no such verb: %s\n\n", argv[1]);
	usage(stderr);
	return 1;
}
