/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time of the evaluation of rules alone, over the test registry of fields:
 *
 *     bench-rules [SHAPE]
 *
 * prints "SHAPE RULES NANOSECONDS BUILD_MILLISECONDS" for each shape and number of rules: the least
 * CPU time per event of three passes over the same events, and the time that making the program
 * took. Each shape is one way in which rules differ from each other; # is the number of the rule.
 * Most events match no rule.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/util.h"
#include "rule/cond.h"
#include "rule/program.h"
#include "rule/test_fields.h"

#define PASSES	    3
#define PASS_NS	    100000000u /* at least */
#define RULES_BYTES ((size_t)1 << 30)

static const struct shape {
	const char *name;
	const char *text; /* the rule's number for # */
} shapes[] = {
	{ "prefix-name",
	  "evt.type in (open, openat) and fd.name startswith /x/# and proc.name in (a#, b#)" },
	{ "name", "evt.type in (open, openat) and proc.name = a# and not fd.name in (/a/#, /b/#)" },
	{ "contains", "evt.type = open and fd.name contains x#y and not proc.name in (a#, b#)" },
	{ "ends", "evt.type = open and fd.name endswith .# and proc.pname in (a#, b#)" },
	/* Nothing of its own that an index could know. */
	{ "glob", "evt.type = open and fd.name glob *x#* and not proc.name in (a#, b#)" },
	{ "common", "evt.type = open and user.uid = 0 and fd.name glob *x#* and proc.name in (a#, b#)" },
};

static const unsigned int counts[] = { 1, 25, 100, 1000, 10000 };

static const struct sample {
	const char *file, *name, *parent;
	int64_t uid;
} samples[] = {
	{ "/usr/lib/x86_64-linux-gnu/libc.so.6", "nginx", "systemd", 33 },
	{ "/etc/ld.so.cache", "bash", "sshd", 1000 },
	{ "/x/nothing/at/all", "node", "containerd-shim", 1000 },
	{ "/proc/self/status", "java", "bash", 1001 },
	{ "/var/log/app/access.log", "a7", "cron", 33 },
	{ "/home/user/.cache/thing.17", "python3", "a3", 1000 },
	{ "/x/12/passwd", "b12", "b5", 7 },
	{ "/dev/null", "postgres", "postgres", 26 },
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static const struct cond *parse(struct str text, struct arena *arena)
{
	struct cond_error error = { 0 };
	struct cond *c;

	if (cond_parse(text, NULL, arena, &c, &error) < 0 ||
	    cond_check(c, arena, NULL, NULL, &error) < 0) {
		fprintf(stderr, STR_FMT ": %s\n", STR_ARG(text), error.text ? error.text : "out of memory");
		exit(1);
	}
	return c;
}

static struct str rule_text(const struct shape *shape, unsigned int number, struct arena *arena)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 12);

	for (const char *at = shape->text; *at; at++)
		if (*at == '#')
			buf_printf(&b, "%u", number);
		else
			buf_byte(&b, (unsigned char)*at);
	return buf_error(&b) ? STR_NULL : arena_str(arena, buf_str(&b));
}

static void fill(struct field_ctx *ctx, const struct sample *s)
{
	test_clear(ctx);
	ctx->code = TEST_CODE_OPEN;
	test_text(ctx, "fd.name", s->file);
	test_text(ctx, "proc.name", s->name);
	test_text(ctx, "proc.pname", s->parent);
	test_number(ctx, "user.uid", s->uid);
}

static void measure(const struct shape *shape, unsigned int n)
{
	static struct field_ctx ctx[ARRAY_LEN(samples)];
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(RULES_BYTES);
	struct program_rule *rules = calloc(n, sizeof(*rules));
	uint32_t *hits = calloc(n, sizeof(*hits));
	double least = 0;
	struct program *program;
	uint64_t built;

	if (!rules || !hits)
		exit(1);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		fill(&ctx[i], &samples[i]);
	for (unsigned int i = 0; i < n; i++)
		rules[i].cond = parse(rule_text(shape, i, &arena), &arena);
	built = cpu_ns();
	if (program_new(rules, n, &program) < 0)
		exit(1);
	built = cpu_ns() - built;
	for (int k = 0; k < PASSES; k++) {
		uint64_t started = cpu_ns();
		uint64_t events = 0;
		double each;

		for (; cpu_ns() - started < PASS_NS; events += 64 * ARRAY_LEN(samples))
			for (size_t i = 0; i < 64 * ARRAY_LEN(samples); i++)
				program_eval(program, &ctx[i % ARRAY_LEN(samples)], true, hits, n);
		each = (double)(cpu_ns() - started) / (double)events;
		least = k == 0 || each < least ? each : least;
	}
	printf("%-12s %5u %10.1f %8.1f\n", shape->name, n, least, (double)built / 1e6);
	fflush(stdout);
	program_free(program);
	free(rules);
	free(hits);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		for (size_t k = 0; k < ARRAY_LEN(counts); k++)
			if (argc < 2 || strcmp(argv[1], shapes[i].name) == 0)
				measure(&shapes[i], counts[k]);
	return 0;
}
