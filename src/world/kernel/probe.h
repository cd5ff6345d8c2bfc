/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.h - what no version number tells of the running kernel */
#ifndef SIGFATE_PROBE_H
#define SIGFATE_PROBE_H

#include <sigfate.h>

/**
 * kernel_probe() - find out by behaviour what kernels of one version differ in
 * @k: its guard_unkillable_fastpath and drop_private_to_exiting are set; untouched on failure
 *
 * Makes a few processes in namespaces of their own, and ends them.
 *
 * Return: 0; -EPERM: no namespace can be made here; another negative errno.
 */
int kernel_probe(struct sf_kernel *k);

#endif
