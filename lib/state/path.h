/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text work on paths, as the existing rule language expects it (docs/formats/state.md): pure, no
 * look at the file system. Live events carry the kernel's own path beside the result.
 */
#ifndef STATE_PATH_H
#define STATE_PATH_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Appends dir joined with name: an absolute name alone, normalised ("//", ".", "..", trailing "/");
 * otherwise dir verbatim followed by the name, whose ".." may climb into dir. An empty name gives
 * nothing. Longer than 1023 bytes: "/DIR_TOO_LONG/FILENAME_TOO_LONG".
 */
void path_join(struct str dir, struct str name, struct buf *b);

#endif
