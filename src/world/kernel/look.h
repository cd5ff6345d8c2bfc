/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * look.h - what /proc shows of one task
 *
 * Each task's files are opened once, when it comes up, and read again and again: so a number that
 * the kernel has given to somebody else is never mistaken for the task that we mean.
 */
#ifndef SIGFATE_LOOK_H
#define SIGFATE_LOOK_H

#include <sigfate.h>
#include <sys/types.h>

/** struct look - the open files of a task; -1 where there is none */
struct look {
	int dir;       /* /proc/TID */
	int syscall;   /* where it sleeps, if it does */
	int schedstat; /* how often it got a CPU */
	int stat, status;
};

#define LOOK_INIT                                                                                  \
	{                                                                                          \
		.dir = -1, .syscall = -1, .schedstat = -1, .stat = -1, .status = -1                \
	}

/**
 * struct stat_line - what /proc/TID/stat says; numbers as this /proc counts
 * @exiting: it is on its way out, or dead; @dumping: it writes a core dump
 * @exit_code: the wait status of a process that is dying or dead, the signal of a stopped one;
 *	0 when there is none, or none any more
 */
struct stat_line {
	char state;
	int ppid, pgrp, session;
	bool exiting, dumping;
	int exit_code;
};

/**
 * struct status - what /proc/TID/status says; the numbers from this /proc's namespace inwards
 * @traced: it has a tracer
 */
struct status {
	char state;
	bool traced;
	int ppid;
	unsigned int n_nr;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	int pgrp[SF_MAX_PID_NS_LEVEL + 1], session[SF_MAX_PID_NS_LEVEL + 1];
	sf_sigset set[SF_SIGCGT + 1];
	uint64_t switches;
};

/** look_open() - open the files of a task: 0, -ESRCH when it is gone, or a negative errno */
int look_open(struct look *l, pid_t tid);
void look_close(struct look *l);

/**
 * look_asleep() - whether the task sleeps, is stopped, or is dead for good, and has left its CPU
 *
 * A task may be seen in state S while it still runs, on its way to sleep or thrown off its CPU
 * there; the kernel's own look at the call that a task sleeps in is not fooled by that.
 *
 * Return: 1 or 0; -ESRCH when it is gone.
 */
int look_asleep(struct look *l);

/**
 * look_ran() - how often the task got a CPU: it has not run while that stays the same
 * @ret_ns: for how long it had one; 0 where that is not known
 */
int look_ran(struct look *l, uint64_t *ret, uint64_t *ret_ns);

/** look_stat() - 0, or -ESRCH when it is gone; so look_status(), which costs more */
int look_stat(const struct look *l, struct stat_line *ret);
int look_status(const struct look *l, struct status *ret);

/** look_reported() - the signal, or event above it, with which a thread stopped for its tracer */
int look_reported(const struct look *l, pid_t tid);

#endif
