/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe.h - what kernels differ in, tried out on the running one */
#ifndef SIGFATE_PROBE_H
#define SIGFATE_PROBE_H

#include <sigfate.h>

/**
 * kernel_probe() - find out by behaviour what kernels differ in
 * @k: its switches are set; untouched on failure.  landlock_signal_scope stays as it is where
 *	Landlock is not in use
 *
 * Makes a few processes in namespaces of their own, and ends them.
 *
 * Return: 0; -EPERM: no namespace can be made here; another negative errno.
 */
int kernel_probe(struct sf_kernel *k);

#endif
