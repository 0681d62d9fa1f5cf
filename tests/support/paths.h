/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where tests find files. The source tree is $SAKER_SOURCE, or what the compiler was given as the
 * name of tests/support/paths.c (relative to the build folder, which is where Meson runs tests).
 */
#ifndef TESTS_PATHS_H
#define TESTS_PATHS_H

/* Path of a file in the source tree; malloc'ed, never NULL. */
char *source_path(const char *relative);
/*
 * Path of a file of the shared test data ($SAKER_SHARED, or ../shared beside the source tree);
 * malloc'ed. NULL when it is not there: the test says so and skips.
 */
char *shared_path(const char *relative);

#endif
