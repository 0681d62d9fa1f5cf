/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of the fields that show parameters of the event: evt.args, evt.arg, evt.rawarg,
 * evt.buffer, evt.abspath.
 */
#ifndef FIELD_ARG_H
#define FIELD_ARG_H

#include "field/field.h"

bool arg_all(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_text(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_raw(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_buffer(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_abspath(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_abspath_source(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
bool arg_abspath_target(struct field_ctx *ctx, const struct field_arg *arg, struct value *ret);
int arg_prepare_text(struct field_arg *arg, const char **ret_reason);
int arg_prepare_raw(struct field_arg *arg, const char **ret_reason);
int arg_prepare_abspath(struct field_arg *arg, const char **ret_reason);

#endif
