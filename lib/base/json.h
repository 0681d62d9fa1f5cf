/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing JSON into a buffer.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Appends s as a JSON string with its quotes: control characters, quotes and backslashes escaped, other
 * bytes verbatim, each maximal invalid UTF-8 sequence as U+FFFD (Unicode 15, section 3.9, "best
 * practice").
 *
 * libjansson has a function of that name: the linker knows this one by another.
 */
void json_string(struct buf *b, struct str s) __asm__("saker_json_string");

/*
 * Length in bytes (1 to 4) of the well-formed UTF-8 sequence at the start of s; 0 when there is none.
 * Surrogates, overlong forms and values above U+10FFFF are not well-formed (RFC 3629).
 */
size_t utf8_length(struct str s);

#endif
