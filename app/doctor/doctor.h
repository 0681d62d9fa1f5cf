/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker doctor: what this host offers to the sensor, what is missing, and what follows from it.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

/* Arguments after the verb's name count. Exit code: 0 the sensor can watch, 1 it cannot, 2 usage. */
int doctor_main(int argc, char **argv);

#endif
