/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cage.h - the throw-away init, and the namespaces in which a scenario lives
 *
 * The init is PID 1 of a PID namespace, in a user namespace and a mount namespace that are its own.
 * All that a scenario makes lives below it.  It asks the kernel to be killed when the thread that
 * made it dies, however that dies, and the kernel kills the rest with it: nothing is left behind.
 */
#ifndef SIGFATE_CAGE_H
#define SIGFATE_CAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "world/kernel/arena.h"

/**
 * struct cage - @init: as this process counts; @pidfd: of it; @socket: the end of WIRE_FD_SOCKET
 * @user: it has a user namespace of its own; @mapped: which has more than one id
 */
struct cage {
	pid_t init;
	int pidfd;
	int socket;
	bool user, mapped;
};

/**
 * cage_open() - start the init; it comes up as the actor of slot @slot
 * @error: 256 bytes, says what failed
 *
 * Return: 0; -EPERM: no namespace can be made here; another negative errno.
 */
int cage_open(struct cage *c, struct arena *a, unsigned int slot, char *error);

/** cage_died() - whether the init has died; @error then says why, when it died on its way up */
bool cage_died(const struct cage *c, const struct arena *a, char *error);

/** cage_close() - kill the init and with it everything in the cage, and wait for the end of it */
void cage_close(struct cage *c);

#endif
