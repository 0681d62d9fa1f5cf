/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program on one CPU and tells what it cost:
 *
 *     bench-measure REPORT CPU PROGRAM [ARGUMENT ...]
 *
 * writes "WALL_NS CPU_NS RSS_KIB STATUS" into the file REPORT. A program of its own, because the kernel
 * counts into a child's largest RSS what its parent had before exec: below Python every small program
 * would seem to need what Python needs.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t timeval_ns(struct timeval tv)
{
	return (int64_t)tv.tv_sec * 1000000000 + (int64_t)tv.tv_usec * 1000;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int64_t started, wall_ns;
	FILE *report;
	char *end;
	cpu_set_t cpus;
	pid_t child;
	int status;
	long cpu;

	errno = 0;
	cpu = argc > 3 ? strtol(argv[2], &end, 10) : -1;
	if (cpu < 0 || cpu >= CPU_SETSIZE || errno || *end) {
		fprintf(stderr, "usage: bench-measure REPORT CPU PROGRAM [ARGUMENT ...]\n");
		return 2;
	}
	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0) {
		perror("bench-measure: this CPU is not available");
		return 2;
	}
	started = now_ns();
	child = fork();
	if (child < 0) {
		perror("bench-measure: fork");
		return 2;
	}
	if (child == 0) {
		execvp(argv[3], argv + 3);
		fprintf(stderr, "bench-measure: %s: %s\n", argv[3], strerror(errno));
		_exit(127);
	}
	if (wait4(child, &status, 0, &usage) < 0) {
		perror("bench-measure: wait4");
		return 2;
	}
	wall_ns = now_ns() - started;
	report = fopen(argv[1], "we");
	if (!report) {
		perror(argv[1]);
		return 2;
	}
	fprintf(report, "%" PRId64 " %" PRId64 " %ld %d\n", wall_ns,
		timeval_ns(usage.ru_utime) + timeval_ns(usage.ru_stime), usage.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return fclose(report) == 0 ? 0 : 2;
}
