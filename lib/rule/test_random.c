/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/test_random.h"

#include <stdio.h>
#include <stdlib.h>

#include "rule/machine.h"
#include "rule/program.h"
#include "rule/reference.h"

uint32_t random_below(struct random *r, uint32_t n)
{
	r->state = r->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((r->state >> 33) % n);
}

static const char *const words[] = {
	"a", "b", "ab", "ba", "abc", "A", "aB", "''", "/", "/a", "/a/b", "/b/", "//a//b", "/ab/a",
	"cat", "bash", "open", "a/b/c", "xay", "5", "Y2F0", "'a b'", "/a/ab/b",
};
static const char *const globs[] = { "*", "a*", "*b", "?", "[ab]", "'[!a]*'", "a?b*", "/*/b", "'/[a-b]*'",
				     "'*a*b*'", "ab", "''", "'\\\\a'" };
static const char *const regexes[] = { "a", "'a.*'", "'[ab]+'", "'.*b'", "'a|b'", "''", "'/a(/b)?'" };
static const char *const numbers[] = { "0", "1", "2", "5", "-1", "007", "4294967295", "99999" };
static const char *const addresses[] = { "1.2.3.4", "10.0.0.1", "::1", "127.0.0.1" };
static const char *const nets[] = { "1.2.3.0/24", "10.0.0.0/8", "0.0.0.0/0", "::/0", "127.0.0.1/32" };
static const char *const types[] = { "open", "close", "openat", "execve", "getcpu", "madvise",
				     "asyncevent" };

#define PICK(r, array) ((array)[random_below(r, ARRAY_LEN(array))])

static const char *const text_fields[] = {
	"proc.name", "proc.pname", "fd.name", "proc.exepath", "proc.args", "proc.aname",
	"proc.aname[1]", "fs.path.name", "evt.arg.name", "proc.env[HOME]", "user.name",
	"tolower(proc.name)", "basename(fd.name)", "concat(proc.name, '/', proc.pname)",
	"join(',', fd.types)", "b64(proc.args)", "toupper(basename(fd.name))", "fd.sip.name",
	"getopt(('-a', '-b', proc.name), 'ab:')[b]", "evt.rawarg.size", "evt.rawarg.name",
};
static const char *const number_fields[] = { "proc.pid", "proc.ppid", "user.uid", "evt.rawres", "evt.cpu",
					     "proc.apid", "proc.apid[1]", "fd.port", "fd.sport",
					     "len(proc.name)", "len(fd.types)", "evt.num", "proc.fdusage",
					     "evt.rawarg.res", "evt.rawarg.size", "evt.around[5]" };
static const char *const list_fields[] = { "fd.types", "tolower(fd.types)", "getopt(('-a', '-b', proc.name), 'ab:')" };

static void word_list(struct random *r, const char *const *from, uint32_t n, bool some, struct buf *b)
{
	uint32_t count = random_below(r, 5) + some;

	buf_c(b, " (");
	for (uint32_t i = 0; i < count; i++)
		buf_printf(b, "%s%s", i ? ", " : "", from[random_below(r, n)]);
	buf_c(b, ")");
}

static void random_text(struct random *r, struct buf *b)
{
	static const char *const ops[] = { "=", "!=", "contains", "icontains", "startswith",
					   "endswith", "glob", "iglob", "regex" };
	static const char *const mods[] = { "oneof", "anyof", "allof" };
	const char *field = PICK(r, text_fields);
	const char *op = PICK(r, ops);
	const char *const *from = words;
	uint32_t n = ARRAY_LEN(words);

	if (!strcmp(op, "regex") && !strcmp(field, "evt.rawarg.size"))
		op = "glob";
	if (strstr(op, "glob")) {
		from = globs;
		n = ARRAY_LEN(globs);
	} else if (!strcmp(op, "regex")) {
		from = regexes;
		n = ARRAY_LEN(regexes);
	}
	buf_printf(b, "%s ", field);
	switch (random_below(r, 8)) {
	case 0:
		buf_c(b, "exists");
		break;
	case 1:
		buf_c(b, random_below(r, 2) ? "in" : "intersects");
		word_list(r, words, ARRAY_LEN(words), false, b);
		break;
	case 2:
		if (!strcmp(field, "evt.rawarg.size")) {
			buf_c(b, "exists");
			break;
		}
		buf_c(b, "pmatch");
		word_list(r, random_below(r, 3) ? words : globs,
			  random_below(r, 3) ? ARRAY_LEN(globs) : 6, false, b);
		break;
	case 3:
		buf_printf(b, "%s %s", op, PICK(r, mods));
		word_list(r, from, n, false, b);
		break;
	case 4:
		buf_printf(b, "%s %u", random_below(r, 2) ? "<" : ">=", random_below(r, 10));
		break;
	default:
		buf_printf(b, "%s %s", op, from[random_below(r, n)]);
		break;
	}
}

static void random_number(struct random *r, struct buf *b)
{
	static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=" };
	const char *field = PICK(r, number_fields);
	uint32_t kind = random_below(r, 8);

	buf_c(b, field);
	if (!strcmp(field, "evt.around[5]")) {
		buf_printf(b, " = %u", random_below(r, 6));
	} else if (kind == 0) {
		buf_c(b, " exists");
	} else if (kind == 1) {
		buf_c(b, random_below(r, 2) ? " in" : " intersects");
		word_list(r, numbers, ARRAY_LEN(numbers), false, b);
	} else if (kind == 2) {
		buf_c(b, random_below(r, 2) ? " = oneof" : " != allof");
		word_list(r, numbers, ARRAY_LEN(numbers), false, b);
	} else {
		buf_printf(b, " %s %s", PICK(r, ops), PICK(r, numbers));
	}
}

static void random_net(struct random *r, struct buf *b)
{
	static const char *const ips[] = { "fd.ip", "fd.sip", "fd.cip" };
	static const char *const netfields[] = { "fd.net", "fd.snet" };
	bool net = random_below(r, 2);
	const char *const *from = net ? nets : addresses;
	uint32_t n = net ? ARRAY_LEN(nets) : ARRAY_LEN(addresses);

	buf_c(b, net ? PICK(r, netfields) : PICK(r, ips));
	switch (random_below(r, 4)) {
	case 0:
		buf_c(b, random_below(r, 2) ? " in" : " intersects");
		word_list(r, from, n, false, b);
		break;
	case 1:
		buf_c(b, random_below(r, 2) ? " != anyof" : " = allof");
		word_list(r, from, n, false, b);
		break;
	default:
		buf_printf(b, " %s %s", random_below(r, 2) ? "=" : "!=", from[random_below(r, n)]);
		break;
	}
}

static void random_other(struct random *r, struct buf *b)
{
	static const char *const type_ops[] = { "=", "!=", "startswith", "glob", "= anyof", "in",
						"intersects" };
	static const char *const pairs[] = {
		"proc.name = val(proc.pname)",	    "proc.name != val(proc.pname)",
		"proc.pid > val(proc.ppid)",	    "proc.name contains val(proc.pname)",
		"fd.sip = val(fd.cip)",		    "proc.name >= val(proc.pname)",
		"tolower(proc.name) = tolower(proc.pname)", "proc.name in val(proc.pname)",
		"evt.is_io = true",		    "evt.is_io != true",
		"evt.buffer contains ab",	    "evt.buffer bcontains 6162",
		"evt.buffer startswith a",	    "evt.dir = <",
		"evt.type.is.open = 1",		    "evt.num = 0",
		"proc.name glob val(proc.pname)",   "evt.is_io in (true, false)",
	};
	const char *op;

	if (random_below(r, 2)) {
		buf_c(b, PICK(r, pairs));
		return;
	}
	op = PICK(r, type_ops);
	buf_printf(b, "%s %s", random_below(r, 4) ? "evt.type" : "syscall.type", op);
	if (strstr(op, "anyof") || op[0] == 'i')
		word_list(r, types, ARRAY_LEN(types), true, b);
	else
		buf_printf(b, " %s", PICK(r, types));
}

static void random_list(struct random *r, struct buf *b)
{
	static const char *const ops[] = { "in", "intersects" };

	buf_c(b, PICK(r, list_fields));
	if (!random_below(r, 4)) {
		buf_c(b, " exists");
		return;
	}
	buf_printf(b, " %s", PICK(r, ops));
	word_list(r, words, ARRAY_LEN(words), false, b);
}

void random_cond(struct random *r, unsigned int depth, struct buf *b)
{
	uint32_t kind = depth ? random_below(r, 10) : 9;
	uint32_t n;

	if (kind < 3) {
		buf_c(b, "not (");
		random_cond(r, depth - 1, b);
		buf_c(b, ")");
		return;
	}
	if (kind < 8) {
		n = random_below(r, 3) + 2;
		buf_c(b, "(");
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				buf_c(b, kind < 6 ? " and " : " or ");
			random_cond(r, depth - 1, b);
		}
		buf_c(b, ")");
		return;
	}
	switch (random_below(r, 10)) {
	case 0:
	case 1:
		random_number(r, b);
		break;
	case 2:
		random_net(r, b);
		break;
	case 3:
	case 4:
		random_other(r, b);
		break;
	case 5:
		random_list(r, b);
		break;
	default:
		random_text(r, b);
		break;
	}
}

static void random_values(struct random *r, struct field_ctx *ctx, size_t row)
{
	static const char *const texts[] = { "a", "b", "ab", "ba", "abc", "A", "aB", "", "/", "/a", "/a/b", "/b",
					     "//a//b/", "/ab/a/x", "cat", "bash", "a/b/c", "xay", "5", "Y2F0",
					     "a b", "/a/ab/b/c", "\xff-a", "[", "a*" };
	static const char *const ips[] = { "\1\2\3\4", "\12\0\0\1", "\177\0\0\1",
					   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" };
	static const int64_t ints[] = { 0, 1, 2, 5, -1, 7, 4294967295, 99999 };
	const struct field_def *def = test_field_def(row);
	struct test_value *t = &ctx->values[row];

	t->n = random_below(r, 5) ? 1 : random_below(r, 4);
	for (size_t i = 0; i < t->n; i++) {
		struct value *v = &t->v[i];
		uint32_t k;

		*v = (struct value){ .type = def->type };
		if (def->type == PT_DYN)
			v->type = random_below(r, 2) ? PT_CHARBUF : PT_INT64;
		switch (v->type) {
		case PT_CHARBUF:
		case PT_FSPATH:
		case PT_BYTEBUF:
			v->s = str_c(PICK(r, texts));
			break;
		case PT_IPADDR:
		case PT_IPNET:
			k = random_below(r, ARRAY_LEN(ips));
			v->s = str_n(ips[k], k == 3 ? 16 : 4);
			break;
		case PT_BOOL:
			v->u = random_below(r, 2);
			break;
		case PT_DOUBLE:
			v->d = (double)PICK(r, ints) / 2;
			break;
		default:
			v->i = PICK(r, ints);
			if (v->type == PT_UINT32)
				v->u &= UINT32_MAX;
			break;
		}
	}
}

void random_event(struct random *r, struct field_ctx *ctx)
{
	struct str name;
	struct test_value *t;

	ctx->code = (uint16_t)random_below(r, TEST_CODES);
	for (size_t i = 0; i < test_field_count(); i++)
		random_values(r, ctx, i);
	/* What the code decides has to agree with it. */
	name = field_code_name(ctx->code);
	if (ctx->code == TEST_CODE_GENERIC || ctx->code == TEST_CODE_GENERIC_ENTER)
		name = random_below(r, 2) ? STR("getcpu") : STR("madvise");
	else if (ctx->code == TEST_CODE_ASYNC)
		name = STR("container");
	for (int i = 0; i < 2; i++) {
		t = &ctx->values[test_field(i ? "syscall.type" : "evt.type")];
		t->n = 1;
		t->v[0] = (struct value){ .type = PT_CHARBUF, .s = name };
	}
	t = &ctx->values[test_field("evt.dir")];
	t->n = 1;
	t->v[0] = (struct value){ .type = PT_CHARBUF,
				  .s = ctx->code == TEST_CODE_GENERIC_ENTER ? STR(">") : STR("<") };
	t = &ctx->values[test_field("evt.num")];
	t->n = 1;
	t->v[0] = (struct value){ .type = PT_UINT64, .u = 1 + random_below(r, 6) };
	/* The registry keeps one set of values for all parameters; a declared type has to hold. */
	ctx->values[TEST_FIELD_DYNAMIC] = ctx->values[test_field("evt.rawarg")];
	ctx->values[test_field("evt.rawarg")].n = 0;
}

/* So that a few events are enough to try them all, as they are. */
static void ask_all_gates(struct program *p)
{
	for (unsigned int code = 0; code < FIELD_CODES_MAX; code++) {
		const struct class *class = &p->classes[p->class_of[code]];

		for (uint32_t i = 0; i < (class->n + 63) / 64; i++) {
			class->groups[i].asked = class->groups[i].count;
			class->groups[i].until = UINT32_MAX;
		}
	}
}

void compare_programs(struct cond *const *conds, const char *const *texts, size_t n,
		      struct random *r, unsigned int events)
{
	struct program_rule *rules = calloc(n + 1, sizeof(*rules));
	uint32_t *hits = calloc(n + 1, sizeof(*hits));
	struct field_ctx *ctx = calloc(1, sizeof(*ctx));
	struct arena scratch = ARENA_INIT(1 << 22);
	struct program *p;

	if (!rules || !hits || !ctx)
		abort();
	for (size_t i = 0; i < n; i++)
		rules[i].cond = conds[i];
	if (program_new(rules, n, &p) < 0)
		abort();
	if (random_below(r, 2))
		ask_all_gates(p);
	for (unsigned int e = 0; e < events; e++) {
		size_t count;
		size_t at = 0;

		random_event(r, ctx);
		count = program_eval(p, ctx, false, hits, n);
		for (size_t i = 0; i < n; i++) {
			bool want;
			bool got = at < count && hits[at] == i;

			arena_reset(&scratch);
			want = reference_eval(conds[i], ctx, &scratch);
			at += got;
			if (want != got) {
				fprintf(stderr, "%s\nis %d, but the program says %d\n", texts[i],
					want, got);
				abort();
			}
			if (want && !program_has(p, ctx->code))
				abort();
		}
	}
	program_free(p);
	arena_cleanup(&scratch);
	free(rules);
	free(hits);
	free(ctx);
}
