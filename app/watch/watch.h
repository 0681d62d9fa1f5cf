/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sensor's role: `saker watch`, and the program when it is called as `falco`.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>

/* Runs until the source ends or a signal asks to stop. Returns the process's exit status. */
int watch_main(int argc, char **argv, bool as_falco);

#endif
