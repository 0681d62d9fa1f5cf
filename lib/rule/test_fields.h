/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry of fields for tests of this folder: the functions of field/field.h over a table of
 * values, so that neither events nor state are needed. Rows imitate real ones in name, type and flags.
 */
#ifndef RULE_TEST_FIELDS_H
#define RULE_TEST_FIELDS_H

#include "field/field.h"

#define TEST_FIELDS_MAX	   128
#define TEST_FIELD_DYNAMIC 127 /* values of evt.rawarg.size, whose type changes */

struct test_value {
	size_t n; /* 0: the field is absent */
	struct value v[FIELD_VALUES_MAX];
};

struct field_ctx {
	uint16_t code;
	unsigned int extractions; /* calls of get and get_all so far */
	struct test_value values[TEST_FIELDS_MAX]; /* by number of the row */
};

/* Event codes of the registry. */
enum {
	TEST_CODE_GENERIC_ENTER,
	TEST_CODE_GENERIC,
	TEST_CODE_OPEN,
	TEST_CODE_CLOSE,
	TEST_CODE_OPENAT,
	TEST_CODE_EXECVE,
	TEST_CODE_CONNECT,
	TEST_CODE_ASYNC,
	TEST_CODES,
};

/* Number of the row called `name`; the test ends when there is none. */
size_t test_field(const char *name);
size_t test_field_count(void);
const struct field_def *test_field_def(size_t i);

void test_clear(struct field_ctx *ctx);
/* Append a value to a field's values. Texts are borrowed. */
void test_text(struct field_ctx *ctx, const char *name, const char *text);
void test_bytes(struct field_ctx *ctx, const char *name, const char *bytes, size_t n);
void test_number(struct field_ctx *ctx, const char *name, int64_t n);

#endif
