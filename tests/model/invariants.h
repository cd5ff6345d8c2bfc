/* SPDX-License-Identifier: GPL-2.0-or-later */
/* invariants.h - what is true of every machine between two calls */
#ifndef SIGFATE_TEST_INVARIANTS_H
#define SIGFATE_TEST_INVARIANTS_H

#include <stddef.h>

#include <sigfate.h>

#define HELD_TASKS 14
#define HELD_NAMESPACES 8

/** struct held - what of a machine is held from outside: tasks, a path's tasks, namespaces */
struct held {
	const struct sf_task *task[HELD_TASKS];
	size_t n_tasks;
	const struct sf_path *path;
	const void *ns[HELD_NAMESPACES];
	size_t n_ns;
};

/**
 * machine_broken() - look for anything in a machine that cannot be
 * @held: what is held; counts of references are compared when it is no task
 * @why: @size bytes for what is wrong
 *
 * Every number leads back to who has it, every task has a parent that knows it, every queued signal
 * is pending and charged to somebody, nobody exists who can neither be found nor is held, and every
 * count of references is right.  Nobody else may use the machine meanwhile.
 *
 * Return: false when nothing is wrong.
 */
bool machine_broken(struct sf_machine *m, const struct held *held, char *why, size_t size);

/**
 * machine_unsettled() - look for anything that sf_settle() should have brought to its end
 * @why: @size bytes for what it is
 *
 * Nobody has anything to do, and no signal waits that somebody could take.
 *
 * Return: false when everything has settled.
 */
bool machine_unsettled(struct sf_machine *m, char *why, size_t size);

#endif
