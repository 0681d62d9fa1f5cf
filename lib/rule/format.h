/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output templates: "%proc.name opened %fd.name" compiled once, rendered per alert.
 */
#ifndef RULE_FORMAT_H
#define RULE_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "field/field.h"
#include "rule/cond.h"

struct format;

/*
 * Compiles a template. Pieces go to `arena`; `text` must live as long. 0; -EBADMSG with *ret_error
 * filled (texts as users' tools know them: "unknown filter: ...", docs/formats/rules.md); -ENOMEM.
 * `warn` as for cond_check(), may be NULL.
 */
int format_new(struct str text, struct arena *arena, cond_warning_fn warn, void *warn_ctx,
	       struct format **ret, struct cond_error *ret_error);

/* Appends the text; a missing value prints "<NA>". */
void format_render(const struct format *f, struct field_ctx *ctx, enum value_bytes mode,
		   struct buf *b);

/* The fields of the template in order of appearance, for output_fields. */
size_t format_field_count(const struct format *f);

/*
 * Field i: its name as written, argument included, its row, and its (untransformed) values.
 * *ret_count 0: no value. `ret` has room for FIELD_VALUES_MAX. Names are borrowed from the template.
 */
struct str format_field(const struct format *f, size_t i, struct field_ctx *ctx,
			const struct field_def **ret_def, struct value *ret, size_t *ret_count);

#endif
