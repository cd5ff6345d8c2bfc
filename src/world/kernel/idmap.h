/* SPDX-License-Identifier: GPL-2.0-or-later */
/* idmap.h - which users there are in the throw-away user namespace */
#ifndef SIGFATE_IDMAP_H
#define SIGFATE_IDMAP_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * idmap_write() - map ids into the new user namespace of process @pid
 * @ret_many: whether there are other ids than 0 in it
 *
 * Whoever may (root) keeps all ids as they are.  Everybody else becomes root there, and is alone:
 * the kernel lets an ordinary user map no id but the own one.
 */
int idmap_write(pid_t pid, bool *ret_many);

#endif
