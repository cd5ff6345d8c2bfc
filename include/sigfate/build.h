/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/build.h - building a machine from what is known of a live one
 *
 * Namespaces and tasks are put in as they are found, before calls are made: each of these excludes
 * everything else in the machine, which owns what they give.
 */
#ifndef SF_BUILD_H
#define SF_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_pidns_add() - a PID namespace that is there already
 * @parent: the namespace that it is in
 * @owner: the user namespace that owns it
 *
 * It has no init until sf_task_add() puts number 1 into it.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: the namespace, which the machine keeps to its end; NULL when it cannot be:
 * sf_machine_error() is then
 * * -EINVAL: one of them is NULL, or they are of two machines
 * * -ENOSPC: it would be below level SF_MAX_PID_NS_LEVEL
 * * -ENOMEM: we had no memory
 */
struct sf_pidns *sf_pidns_add(struct sf_pidns *parent, struct sf_userns *owner);

/**
 * struct sf_id_extent - a row of ids, as a line of uid_map has it
 * @inside: the first in the namespace
 * @outside: the first in its parent
 * @count: how many there are
 */
struct sf_id_extent {
	uint32_t inside, outside, count;
};

/**
 * sf_userns_add() - a user namespace that is there already
 * @parent: the namespace that it was made in
 * @owner: its creator's effective id, in the initial user namespace
 * @uid_map: its map, relative to the parent namespace, copied; may be NULL when @n is 0
 * @n: how many extents it has; 0: no map was written yet
 *
 * A map that cannot be so (ranges that overlap, or that the parent has no names for) counts as not
 * written.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: the namespace, which the machine keeps to its end; NULL when it cannot be:
 * sf_machine_error() is then
 * * -EINVAL: @parent is NULL, or @uid_map is while @n is not 0
 * * -ENOSPC: it would be nested deeper than 33
 * * -ENOMEM: we had no memory
 */
struct sf_userns *sf_userns_add(struct sf_userns *parent, uint32_t owner,
				const struct sf_id_extent *uid_map, size_t n);

/**
 * struct sf_task_spec - a task as /proc shows it
 * @pidns: the namespace it is in; @nr: its number there and in each one above: nr[level]; 0 takes
 *	the next free number of that level
 * @leader: the thread group leader for a further thread, NULL for a process
 * @parent: the parent process; NULL: it is outside the machine, and the initial namespace's init
 *	stands for it
 * @pgrp, @session: a task whose process leads it.  Where none is left, @pgrp_nr and @session_nr:
 *	the group's number per level as @pidns and those above it see it, 0 where it has none.
 *	Neither: the task itself
 * @pids_for_children: where its children would go, NULL for @pidns
 * @uid: real, effective, saved id, in the initial user namespace; @cap_effective in @userns
 * @blocked, @pending: of the thread; @shared_pending, @ignored, @caught: of the process; read from
 *	the leader's spec
 * @sigwait: the set it awaits in rt_sigtimedwait(), 0 for none (those are then not in @blocked)
 * @signalfd: the set that a reader of a signalfd takes, 0 for none; @signalfd_polled: it waits in
 *	poll() or the like for it, and not in read()
 * @sigsuspend: it sleeps in rt_sigsuspend(), or another call with a mask of its own, which is then
 *	@blocked; @saved_mask is what it blocks when the call is over
 * @state: 'S', 'T', 't', or 'Z' (dead, not reaped; a leader may be so while threads live)
 * @tracer: who traces it, NULL for nobody; @traced: somebody does who is not in the machine;
 *	@seized: by SF_PTRACE_SEIZE, and not by SF_PTRACE_ATTACH
 * @unkillable: it is a namespace's init, and protected; true for number 1 unless known otherwise
 * @subreaper: PR_SET_CHILD_SUBREAPER; @exit_signal: what its parent gets, 0 for none
 * @sigpending, @sigpending_limit: what SigQ shows; @core_limit: RLIMIT_CORE, in bytes
 * @undumpable: PR_SET_DUMPABLE is not 1
 * @comm: its name
 */
struct sf_task_spec {
	struct sf_pidns *pidns;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	struct sf_task *leader;
	struct sf_task *parent;
	struct sf_task *pgrp, *session;
	int pgrp_nr[SF_MAX_PID_NS_LEVEL + 1], session_nr[SF_MAX_PID_NS_LEVEL + 1];
	struct sf_pidns *pids_for_children;
	struct sf_userns *userns;
	uint32_t uid[3];
	uint64_t cap_effective;
	sf_sigset blocked, pending, shared_pending, ignored, caught;
	sf_sigset sigwait, signalfd, saved_mask;
	bool signalfd_polled, sigsuspend;
	char state;
	struct sf_task *tracer;
	bool traced, seized;
	bool unkillable;
	bool subreaper;
	int exit_signal;
	long sigpending;
	uint64_t sigpending_limit;
	uint64_t core_limit;
	bool undumpable;
	char comm[SF_COMM_LEN];
};

/**
 * sf_task_add() - put a task into the machine as it is found
 * @spec: copied
 * @ret: the task, which the machine owns: no reference is taken
 *
 * The first is the init of the initial namespace.  A process comes before its threads, and whoever
 * is named in a spec before the spec.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: 0, or
 * * -EINVAL: it cannot be so (a number without a namespace, a dead leader's spec, a task of another
 *   machine, one of the arguments NULL)
 * * -EEXIST: a number is taken
 * * -ENOMEM: we had no memory; the machine answers no call any more
 * * -EDEADLK: called from a callback, or between sf_tasklist_lock() and sf_tasklist_unlock()
 */
int sf_task_add(const struct sf_task_spec *spec, struct sf_task **ret);

#ifdef __cplusplus
}
#endif

#endif
