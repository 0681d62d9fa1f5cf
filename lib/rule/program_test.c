/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rule/glob.h"
#include "rule/paths.h"
#include "rule/program.h"
#include "rule/word_set.h"
#include "rule/test_random.h"

static struct cond *parse(const char *text, struct arena *arena)
{
	struct cond_error error = { 0 };
	struct cond *c;

	if (cond_parse(str_c(text), NULL, arena, &c, &error) < 0 ||
	    cond_check(c, arena, NULL, NULL, &error) < 0)
		fail_msg("%s: %u: %s", text, error.column, error.text);
	return c;
}

/* An open of /dev/null by cat below bash, emacs, bash, sshd, as the transcripts have it. */
static void cat_event(struct field_ctx *ctx)
{
	test_clear(ctx);
	ctx->code = TEST_CODE_OPEN;
	test_text(ctx, "evt.type", "open");
	test_text(ctx, "syscall.type", "open");
	test_number(ctx, "evt.num", 7);
	test_number(ctx, "evt.cpu", 0);
	test_number(ctx, "evt.rawres", 3);
	test_number(ctx, "evt.failed", 0);
	test_number(ctx, "evt.is_io", 0);
	test_text(ctx, "proc.name", "cat");
	test_text(ctx, "proc.pname", "bash");
	test_text(ctx, "proc.aname", "bash");
	test_text(ctx, "proc.aname", "emacs");
	test_text(ctx, "proc.aname", "sshd");
	test_number(ctx, "proc.apid", 11310);
	test_number(ctx, "proc.apid", 1);
	test_number(ctx, "thread.tid", 20072);
	test_number(ctx, "proc.pid", 20072);
	test_number(ctx, "proc.vmsize", 7244);
	test_number(ctx, "user.uid", 4294967295);
	test_text(ctx, "user.name", "<NA>");
	test_number(ctx, "fd.num", 3);
	test_text(ctx, "fd.name", "/dev/null");
	test_text(ctx, "fd.directory", "/dev");
	test_text(ctx, "fd.types", "file");
}

/* The end of a connection from 127.0.0.1 to port 80 of the same host. */
static void connect_event(struct field_ctx *ctx)
{
	test_clear(ctx);
	ctx->code = TEST_CODE_CONNECT;
	for (int i = 0; i < 2; i++) {
		test_bytes(ctx, "fd.ip", "\177\0\0\1", 4);
		test_bytes(ctx, "fd.net", "\177\0\0\1", 4);
		test_number(ctx, "fd.port", i ? 80 : 47000);
	}
	test_bytes(ctx, "fd.sip", "\177\0\0\1", 4);
	test_bytes(ctx, "fd.cip", "\177\0\0\1", 4);
	test_bytes(ctx, "fd.snet", "\177\0\0\1", 4);
}

struct match_case {
	const char *text;
	bool want;
};

static const struct match_case cat_cases[] = {
	{ "thread.tid=020072", true },
	{ "thread.tid=0", false },
	{ "fd.num=03", true },
	{ "evt.rawres=3", true },
	{ "evt.failed=false", true },
	{ "proc.name != x", true },
	{ "fd.sip != 1.2.3.4", false },
	{ "not fd.sip = 1.2.3.4", true },
	{ "not fd.sip != 1.2.3.4", true },
	{ "fd.sip exists", false },
	{ "fd.sport != 80", false },
	{ "fd.ip != 1.2.3.4", false },
	{ "fd.net != 10.0.0.0/8", false },
	{ "user.name=<NA>", true },
	{ "proc.name in ()", false },
	{ "not proc.name in ()", true },
	{ "proc.name intersects ()", false },
	{ "proc.name != anyof ()", false },
	{ "proc.name = allof ()", false },
	{ "proc.name = oneof ()", false },
	{ "not proc.name = anyof ()", true },
	{ "proc.name = oneof (cat,dog)", true },
	{ "proc.name = oneof (cat,cat)", false },
	{ "proc.name contains oneof (c,a)", false },
	{ "proc.name contains oneof (c,z)", true },
	{ "proc.name contains allof (c,z)", false },
	{ "proc.name contains allof (c,a)", true },
	{ "proc.name != anyof (cat,dog)", true },
	{ "proc.name != anyof (cat)", false },
	{ "proc.name != allof (cat,dog)", false },
	{ "proc.name != oneof (cat,dog)", true },
	{ "proc.name regex anyof (x.*,c.*)", true },
	{ "proc.name regex 'c'", false },
	{ "proc.name regex '[[:alpha:]]+'", true },
	{ "proc.name regex 'a|cat'", true },
	{ "proc.name glob 'C*'", false },
	{ "proc.name iglob 'C*'", true },
	{ "proc.name glob '[a-c]?" "?'", true },
	{ "fd.name glob '/*'", true },
	{ "fd.name pmatch (/dev)", true },
	{ "fd.name pmatch (/de)", false },
	{ "fd.name pmatch (/dev/)", true },
	{ "fd.name pmatch (//dev)", true },
	{ "fd.name pmatch (dev)", true },
	{ "fd.name pmatch (/*/null)", true },
	{ "fd.name pmatch (/dev/null/x)", false },
	{ "fd.name pmatch ()", false },
	{ "fd.name pmatch (/)", true },
	{ "fd.name pmatch ('')", true },
	{ "fd.name pmatch (/d?v)", true },
	{ "fd.name pmatch (/[c-e]ev)", true },
	{ "proc.aname=bash", true },
	{ "proc.aname=cat", false },
	{ "proc.aname!=bash", true },
	{ "not proc.aname=bash", false },
	{ "proc.aname in (bash,sshd)", true },
	{ "proc.aname[1]=emacs", true },
	{ "proc.aname[99] exists", false },
	{ "proc.aname = allof (bash,sshd)", false },
	{ "proc.aname = anyof (zzz,bash)", true },
	{ "proc.aname contains anyof (zzz,ash)", true },
	{ "proc.apid in (5,1)", true },
	{ "fd.types in (file)", true },
	{ "fd.types in ()", false },
	{ "fd.types intersects (file)", true },
	{ "len(fd.types)>0", true },
	{ "proc.name in val(proc.name)", true },
	{ "proc.name > 5", true },
	{ "proc.name > val(proc.pname)", true },
	{ "proc.name < val(proc.pname)", false },
	{ "toupper(proc.name)=CAT", true },
	{ "basename(fd.name)=null", true },
	{ "len(proc.name)=3", true },
	{ "concat(proc.name,'-',proc.pname)='cat-bash'", true },
	{ "concat(proc.name, fd.sip.name)=cat", false },
	{ "concat(proc.name, 5)=cat5", true },
	{ "join(',', (proc.name,'b'))='cat,b'", true },
	{ "join('', ('a','b'))=ab", true },
	{ "join(',', ()) = ''", true },
	{ "join(',', (fd.sip.name,'b')) exists", false },
	{ "join(',',(proc.name,proc.pid)) = 'cat,20072'", true },
	{ "b64('Y2F0')=cat", true },
	{ "b64('!!') exists", false },
	{ "proc.name = tolower('CAT')", true },
	{ "getopt((proc.name,'-a'),'a') intersects ('a')", false },
	{ "getopt(('-a','-b','x'),'ab:') intersects ('a')", true },
	{ "getopt(('-a'),'ab:') in ('a')", true },
	{ "getopt(('-a','-b','x'),'ab:')[b]=x", true },
	{ "getopt(('-a','-b','x'),'ab:')[c] exists", false },
	{ "getopt(('-z'),'a')[z] exists", false },
	{ "getopt(('-z'),'a') intersects ('?')", true },
	{ "getopt(('x','-a'),'a')[a] exists", false },
	{ "getopt(('--','-a'),'a')[a] exists", false },
	{ "getopt(('--long','-a'),'a')[a] exists", true },
	{ "getopt(('-b'),'b:')[b]=''", true },
	{ "getopt(('-bx'),'b:')[b]=x", true },
	{ "getopt(('-ab'),'ab')[b]=b", true },
	{ "getopt(('-b','x','-b','y'),'b:')[b]=y", true },
	{ "len(getopt(('-a','-b','x'),'ab:'))=3", true },
	{ "getopt((),'a') exists", true },
	{ "evt.cpu=65536", false },
	{ "fd.num=4294967299", false },
	{ "proc.vmsize > -5", false },
	{ "user.uid=-1", true },
	{ "evt.is_io != true", true },
	{ "evt.num=0", false },
	{ "evt.num!=0", true },
	{ "evt.num<1", false },
	{ "evt.type=open", true },
	{ "evt.type=openat", false },
	{ "evt.type in (open, openat)", true },
	{ "not evt.type!=open", true },
	{ "evt.type glob open", true },
	{ "evt.type = oneof (open,close)", true },
	{ "evt.type != allof (open,close)", false },
	{ "evt.dir = <", true },
	{ "evt.dir = >", false },
};

static const struct match_case connect_cases[] = {
	{ "fd.ip intersects (127.0.0.1)", true },
	{ "fd.ip in (127.0.0.1)", true },
	{ "fd.ip in (1.2.3.4,127.0.0.1)", true },
	{ "fd.ip != 127.0.0.1", false },
	{ "fd.ip != 1.1.1.1", true },
	{ "fd.ip = anyof (1.1.1.1,127.0.0.1)", true },
	{ "fd.ip != allof (1.1.1.1,2.2.2.2)", true },
	{ "fd.net = 127.0.0.0/8", true },
	{ "fd.net in (10.0.0.0/8,127.0.0.0/8)", true },
	{ "fd.net intersects (127.0.0.0/8)", true },
	{ "fd.net != 127.0.0.0/8", false },
	{ "fd.net != 10.0.0.0/9", true },
	{ "fd.snet = anyof (10.0.0.0/8,127.0.0.0/8)", true },
	{ "fd.snet = ::/0", false },
	{ "fd.port=http", true },
	{ "fd.port != 80", false },
	{ "fd.port != 22", true },
	{ "fd.port = anyof (22,80)", true },
	{ "fd.port intersects (22,80)", true },
	{ "fd.port > 50000", false },
	{ "fd.ip=::1", false },
	{ "fd.sip != ::1", true },
	{ "fd.sip = val(fd.cip)", true },
};

static unsigned int run_cases(const struct match_case *cases, size_t n, struct field_ctx *ctx)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct program_rule *rules = calloc(n, sizeof(*rules));
	uint32_t *hits = calloc(n, sizeof(*hits));
	unsigned int failures = 0;
	struct program *p;
	size_t count;
	size_t at = 0;

	assert_true(rules && hits);
	for (size_t i = 0; i < n; i++)
		rules[i].cond = parse(cases[i].text, &arena);
	assert_int_equal(program_new(rules, n, &p), 0);
	count = program_eval(p, ctx, false, hits, n);
	for (size_t i = 0; i < n; i++) {
		bool got = at < count && hits[at] == i;

		at += got;
		if (got != cases[i].want) {
			print_error("%s: %d\n", cases[i].text, got);
			failures++;
		}
	}
	program_free(p);
	free(rules);
	free(hits);
	arena_cleanup(&arena);
	return failures;
}

static void test_matches(void **state)
{
	static struct field_ctx ctx;

	(void)state;
	cat_event(&ctx);
	assert_int_equal(run_cases(cat_cases, ARRAY_LEN(cat_cases), &ctx), 0);
	connect_event(&ctx);
	assert_int_equal(run_cases(connect_cases, ARRAY_LEN(connect_cases), &ctx), 0);
}

static void test_random_conditions(void **state)
{
	struct random r = { 42 };

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct arena arena = ARENA_INIT(1 << 22);
		struct cond *conds[24];
		char *texts[24];

		for (size_t i = 0; i < ARRAY_LEN(conds); i++) {
			struct buf b = BUF_INIT(1 << 16);

			random_cond(&r, random_below(&r, 4), &b);
			buf_byte(&b, 0);
			assert_int_equal(buf_error(&b), 0);
			texts[i] = b.data;
			conds[i] = parse(b.data, &arena);
		}
		/* Now and then enough events for plans of gates. */
		compare_programs(conds, (const char *const *)texts, ARRAY_LEN(conds), &r,
				 round % 20 ? 40 : 1500);
		for (size_t i = 0; i < ARRAY_LEN(conds); i++)
			free(texts[i]);
		arena_cleanup(&arena);
	}
}

/* Codes that a condition can match, as letters: o(pen) c(lose) a(t) e(xecve) n(et) g(eneric) y (async) */
static const struct {
	const char *text;
	const char *codes;
} code_cases[] = {
	{ "evt.type=open", "o" },
	{ "not evt.type=open", "gcaeny" },
	{ "evt.type!=open", "gcaeny" },
	{ "evt.type exists", "gocaeny" },
	{ "evt.type in ()", "" },
	{ "proc.name=a", "gocaeny" },
	{ "evt.type=open or proc.name=a", "gocaeny" },
	{ "evt.type=open and proc.name=a", "o" },
	{ "not (evt.type!=open)", "o" },
	{ "not (evt.type=open and proc.name=a)", "gocaeny" },
	{ "not (evt.type!=open or proc.name=a)", "o" },
	{ "evt.type=open and evt.type=close", "" },
	{ "evt.type startswith open", "gocaeny" },
	{ "evt.type = anyof (open,close)", "gocaeny" },
	{ "evt.type in (open,close)", "oc" },
	{ "evt.type=getcpu", "g" },
	{ "evt.type!=getcpu", "gocaeny" },
	{ "evt.type=open and not evt.type=open", "" },
	{ "evt.type=container", "y" },
	{ "evt.num=0", "gocaeny" },
	{ "syscall.type=open and evt.dir=<", "o" },
};

static void test_codes(void **state)
{
	static const char letters[TEST_CODES] = { 0, 'g', 'o', 'c', 'a', 'e', 'n', 'y' };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(code_cases); i++) {
		struct arena arena = ARENA_INIT(1 << 16);
		struct code_set codes;
		struct syscall_set calls;
		char got[TEST_CODES + 1] = "";
		size_t n = 0;

		cond_codes(parse(code_cases[i].text, &arena), &codes, &calls);
		for (unsigned int code = 1; code < TEST_CODES; code++)
			if (code_set_has(&codes, code))
				got[n++] = letters[code];
		if (strcmp(got, code_cases[i].codes))
			fail_msg("%s: %s", code_cases[i].text, got);
		arena_cleanup(&arena);
	}
}

/* A rule that its event's code makes false costs nothing there; fields are asked once. */
static void test_work(void **state)
{
	static struct field_ctx ctx;
	static const char *const texts[] = {
		"evt.type=open and fd.name startswith /etc",
		"evt.type=open and fd.name startswith /etc and proc.name=x",
		"evt.type=open and fd.name in (/a, /b) and not proc.name=cat",
		"evt.type=close and user.uid=0",
	};
	struct arena arena = ARENA_INIT(1 << 20);
	struct program_rule rules[ARRAY_LEN(texts)];
	struct program_stats stats;
	struct program *p;
	uint32_t hits[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		rules[i].cond = parse(texts[i], &arena);
	assert_int_equal(program_new(rules, ARRAY_LEN(rules), &p), 0);
	assert_true(program_has(p, TEST_CODE_OPEN));
	assert_true(program_has(p, TEST_CODE_CLOSE));
	assert_false(program_has(p, TEST_CODE_EXECVE));
	assert_false(program_has(p, 511));
	cat_event(&ctx);
	ctx.extractions = 0;
	assert_int_equal(program_eval(p, &ctx, false, hits, 4), 0);
	assert_in_range(ctx.extractions, 1, 2);
	program_rule_stats(p, 0, &stats);
	assert_int_equal(stats.evaluations, 1);
	assert_int_equal(stats.hits, 0);
	program_rule_stats(p, 3, &stats);
	assert_int_equal(stats.evaluations, 0);
	ctx.values[test_field("fd.name")].v[0].s = STR("/etc/shadow");
	ctx.values[test_field("proc.name")].v[0].s = STR("x");
	assert_int_equal(program_eval(p, &ctx, false, hits, 4), 2);
	assert_int_equal(hits[0], 0);
	assert_int_equal(hits[1], 1);
	assert_int_equal(program_eval(p, &ctx, true, hits, 4), 1);
	assert_int_equal(program_eval(p, &ctx, false, hits, 1), 1);
	program_free(p);
	arena_cleanup(&arena);
}

struct macro {
	const char *name;
	struct cond *tree;
};

static int find_macro(void *ctx, struct str name, size_t offset, struct cond **ret)
{
	(void)offset;
	for (struct macro *m = ctx; m->name; m++)
		if (str_eq_c(name, m->name))
			*ret = m->tree;
	return 0;
}

/* Macros that double each other: the text is short, the tree as a tree would be 2^40 nodes. */
static void test_doubling_macros(void **state)
{
	static struct field_ctx ctx;
	struct arena arena = ARENA_INIT(1 << 22);
	struct macro macros[42] = { 0 };
	struct cond_error error = { 0 };
	struct program_rule rule;
	struct program *p;
	uint32_t hit;

	(void)state;
	for (size_t i = 0; i < 41; i++) {
		char *text = arena_printf(&arena, "(m%zu and proc.pid != %zu) or (m%zu and proc.pid = %zu)", i - 1,
					  i, i - 1, i);

		if (!i)
			text = arena_printf(&arena, "proc.name=cat");
		macros[i].name = arena_printf(&arena, "m%zu", i);
		assert_int_equal(cond_parse(str_c(text), NULL, &arena, &macros[i].tree, &error), 0);
		assert_int_equal(cond_resolve(macros[i].tree, find_macro, macros), 0);
	}
	assert_int_equal(cond_check(macros[40].tree, &arena, NULL, NULL, &error), 0);
	rule.cond = macros[40].tree;
	assert_int_equal(program_new(&rule, 1, &p), 0);
	cat_event(&ctx);
	assert_int_equal(program_eval(p, &ctx, false, &hit, 1), 1);
	ctx.values[test_field("proc.name")].v[0].s = STR("dog");
	assert_int_equal(program_eval(p, &ctx, false, &hit, 1), 0);
	program_free(p);
	arena_cleanup(&arena);
}

static void test_macro_loop(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct macro macros[2] = { { "m", NULL }, { 0 } };
	struct cond_error error = { 0 };

	(void)state;
	assert_int_equal(cond_parse(STR("proc.pid=1 and m"), NULL, &arena, &macros[0].tree, &error), 0);
	assert_int_equal(cond_resolve(macros[0].tree, find_macro, macros), 0);
	assert_int_equal(cond_check(macros[0].tree, &arena, NULL, NULL, &error), -EBADMSG);
	assert_non_null(error.text);
	arena_cleanup(&arena);
}

static void test_depth(void **state)
{
	struct arena arena = ARENA_INIT(1 << 22);
	struct buf b = BUF_INIT(1 << 16);
	struct cond_options options = { 50 };
	struct cond_error error = { 0 };
	struct cond *c;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_byte(&b, '(');
	assert_int_equal(cond_parse(buf_str(&b), NULL, &arena, &c, &error), -EBADMSG);
	assert_string_equal(error.text, "exceeded max depth limit of 1000");
	assert_int_equal(cond_parse(buf_str(&b), &options, &arena, &c, &error), -EBADMSG);
	assert_string_equal(error.text, "exceeded max depth limit of 50");
	buf_cleanup(&b);
	arena_cleanup(&arena);
}

static void test_globs(void **state)
{
	static const char letters[] = "ab*?[]!^-\\:=.AB/c";
	struct random r = { 7 };

	(void)state;
	for (int i = 0; i < 400000; i++) {
		char pattern[10];
		char text[8];
		size_t n = random_below(&r, sizeof(pattern));
		size_t m = random_below(&r, sizeof(text));
		bool folded = random_below(&r, 2);
		bool want;

		for (size_t k = 0; k < n; k++)
			pattern[k] = letters[random_below(&r, sizeof(letters) - 1)];
		for (size_t k = 0; k < m; k++)
			text[k] = letters[random_below(&r, sizeof(letters) - 1)];
		pattern[n == sizeof(pattern) ? n - 1 : n] = 0;
		text[m == sizeof(text) ? m - 1 : m] = 0;
		/* Collating symbols, equivalence classes and unfinished ones are not compared. */
		if (strstr(pattern, "[.") || strstr(pattern, "[=") || strstr(pattern, "[:"))
			continue;
		want = fnmatch(pattern, text, folded ? FNM_CASEFOLD : 0) == 0;
		if (glob_match(str_c(pattern), str_c(text), folded) != want)
			fail_msg("'%s' '%s' fold %d: want %d", pattern, text, folded, want);
	}
	assert_true(glob_match(STR("[[:alpha:]][[:digit:]]"), STR("x7"), false));
	assert_false(glob_match(STR("[[:alpha:]][[:digit:]]"), STR("77"), false));
	assert_true(glob_match(STR("[^[:space:]]"), STR("x"), false));
	assert_true(glob_match(STR("[[:upper:]]"), STR("x"), true));
}

/* Exponential for a matcher that backtracks from every star. */
static void test_glob_time(void **state)
{
	char text[4001];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[4000] = 0;
	assert_false(glob_match(STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), str_c(text), false));
}

static void test_sets(void **state)
{
	static const char letters[] = "abA/";
	struct random r = { 11 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct arena arena = ARENA_INIT(1 << 20);
		struct str words[12];
		size_t n = random_below(&r, 12);
		struct affix_set *starts;
		struct affix_set *ends;
		struct str_set *set;
		struct automaton *has;
		struct automaton *ihas;
		char room[12][6];

		for (size_t i = 0; i < n; i++) {
			size_t len = random_below(&r, 30) ? 1 + random_below(&r, 5) : 0;

			for (size_t k = 0; k < len; k++)
				room[i][k] = letters[random_below(&r, 4)];
			words[i] = str_n(room[i], len);
		}
		starts = affix_set_new(words, n, false, &arena);
		ends = affix_set_new(words, n, true, &arena);
		set = str_set_new(words, n, &arena);
		assert_int_equal(automaton_new(words, n, false, &arena, &has), 0);
		assert_int_equal(automaton_new(words, n, true, &arena, &ihas), 0);
		for (int i = 0; i < 20; i++) {
			char text[10];
			struct str s = str_n(text, random_below(&r, sizeof(text)));
			bool want[5] = { 0 };

			for (size_t k = 0; k < s.n; k++)
				text[k] = letters[random_below(&r, 4)];
			for (size_t k = 0; k < n; k++) {
				want[0] |= str_starts(s, words[k]);
				want[1] |= str_ends(s, words[k]);
				want[2] |= str_eq(s, words[k]);
				want[3] |= str_find(s, words[k]) >= 0;
				want[4] |= str_find_nocase(s, words[k]) >= 0;
			}
			assert_int_equal(affix_set_has(starts, s), want[0]);
			assert_int_equal(affix_set_has(ends, s), want[1]);
			assert_int_equal(str_set_may_have(set, s) && str_set_has(set, s, str_hash(s)),
					 want[2]);
			assert_int_equal(automaton_has(has, s), want[3]);
			assert_int_equal(automaton_has(ihas, s), want[4]);
		}
		arena_cleanup(&arena);
	}
}

static void test_no_rules(void **state)
{
	static struct field_ctx ctx;
	struct program *p;
	uint32_t hit;

	(void)state;
	assert_int_equal(program_new(NULL, 0, &p), 0);
	assert_false(program_has(p, TEST_CODE_OPEN));
	cat_event(&ctx);
	assert_int_equal(program_eval(p, &ctx, false, &hit, 1), 0);
	assert_null(program_free(p));
	assert_null(program_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_globs),
		cmocka_unit_test(test_glob_time),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_no_rules),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_doubling_macros),
		cmocka_unit_test(test_macro_loop),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_random_conditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
