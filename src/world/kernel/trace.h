/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace.h - the kernel's own record of the signals that it generates
 *
 * A private instance of the tracing file system, with the one event signal_generate, for targets of
 * the name that our actors have.  Making and removing one takes a while, so several worlds of one
 * process, one after the other, may use the same (world.h).
 */
#ifndef SIGFATE_TRACE_H
#define SIGFATE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** struct trace_event - @sender: the task that ran when the signal was made; @pid: the target */
struct trace_event {
	pid_t sender, pid;
	int sig, code, result;
	bool group;
};

struct world_trace;

/** trace_comm() - the name that the actors must have, 16 bytes with its NUL */
void trace_comm(char comm[16]);

/** trace_discard() - forget what was recorded, and what was lost, since the last time */
void trace_discard(struct world_trace *t);

/**
 * trace_read() - take what was recorded since the last time
 * @fn: is called for each event, in order; it gives 0 to go on, or a negative errno
 *
 * Return: 0; -EOVERFLOW: events were lost; what @fn gave; another negative errno.
 */
int trace_read(struct world_trace *t, int (*fn)(void *data, const struct trace_event *e),
	       void *data);

#endif
