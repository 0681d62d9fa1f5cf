/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions and output templates from any bytes. What loads is compiled and has to give the same
 * answers as the plain reference on events drawn from the input's own hash; lines of the input are
 * rules of one program, so that they share predicates.
 *
 * The registry of fields is the one of the unit tests of lib/rule: neither events nor state take part.
 */
#include "rule/reference.c"
#include "rule/test_fields.c"
#include "rule/test_random.c"

#include "rule/format.h"

#define INPUT_MAX 4096
#define RULES_MAX 8
#define SIZE_MAX_BYTES ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void template(struct str line, struct random *r)
{
	static struct field_ctx ctx;
	struct arena arena = ARENA_INIT(SIZE_MAX_BYTES);
	struct buf b = BUF_INIT(1 << 16);
	struct cond_error error = { 0 };
	struct format *f;

	if (format_new(line, &arena, NULL, NULL, &f, &error) == 0) {
		random_event(r, &ctx);
		format_render(f, &ctx, VALUE_BYTES_TEXT, &b);
		for (size_t i = 0; i < format_field_count(f); i++) {
			const struct field_def *def;
			struct value v[FIELD_VALUES_MAX];
			size_t n;

			if (!format_field(f, i, &ctx, &def, v, &n).n || !def || n > FIELD_VALUES_MAX)
				abort();
		}
	} else if (!error.text && !arena.error) {
		abort();
	}
	buf_cleanup(&b);
	arena_cleanup(&arena);
}

/* A printed condition means the same: it loads again and prints the same text. */
static void print_again(const struct cond *c)
{
	struct arena arena = ARENA_INIT(SIZE_MAX_BYTES);
	struct buf first = BUF_INIT(1 << 16);
	struct buf second = BUF_INIT(1 << 16);
	struct cond_error error = { 0 };
	struct cond *again;

	cond_dump(c, &first);
	cond_codes(c, &(struct code_set){ { 0 } }, &(struct syscall_set){ { 0 } });
	buf_reset(&first);
	cond_print(c, &first);
	if (!buf_error(&first) &&
	    cond_parse(buf_str(&first), NULL, &arena, &again, &error) == 0) {
		cond_print(again, &second);
		if (!buf_error(&second) && !str_eq(buf_str(&first), buf_str(&second)))
			abort();
	}
	buf_cleanup(&first);
	buf_cleanup(&second);
	arena_cleanup(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n(data, size);
	struct random r = { str_hash(rest) };
	struct arena arena = ARENA_INIT(SIZE_MAX_BYTES);
	struct cond *conds[RULES_MAX];
	const char *texts[RULES_MAX];
	size_t n = 0;
	struct str line;

	if (!size || size > INPUT_MAX)
		return 0;
	while (n < RULES_MAX && str_split(&rest, '\n', &line)) {
		struct cond_error error = { 0 };
		int res = cond_parse(line, NULL, &arena, &conds[n], &error);

		template(line, &r);
		if (res == 0)
			res = cond_check(conds[n], &arena, NULL, NULL, &error);
		if (res == -EBADMSG && (!error.text || error.offset > line.n || !error.line))
			abort();
		if (res < 0)
			continue;
		texts[n] = arena_printf(&arena, STR_FMT, STR_ARG(line));
		print_again(conds[n]);
		n++;
	}
	if (!arena.error)
		compare_programs(conds, texts, n, &r, 8);
	arena_cleanup(&arena);
	return 0;
}
