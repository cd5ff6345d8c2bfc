/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/process.h - calls: processes and threads
 *
 * What makes and ends tasks, gives them namespaces and programs, and waits for them.  Those that
 * change who is there wait until no section is under way.  A task that a call makes comes with a
 * reference, which is the caller's.
 */
#ifndef SF_PROCESS_H
#define SF_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SF_CLONE_VM 0x00000100u
#define SF_CLONE_SIGHAND 0x00000800u
#define SF_CLONE_VFORK 0x00004000u
#define SF_CLONE_PARENT 0x00008000u
#define SF_CLONE_THREAD 0x00010000u
#define SF_CLONE_NEWUSER 0x10000000u
#define SF_CLONE_NEWPID 0x20000000u
#define SF_CLONE_CLEAR_SIGHAND 0x100000000u

/**
 * sf_clone() - a new process or thread
 * @current: the task that makes the call
 * @flags: SF_CLONE_*, and in the low byte the signal that the parent gets at its end
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * With SF_CLONE_VFORK the caller sleeps until the child has run another program or ended.
 *
 * Context: A call.  Takes the caller's siglock, and tasklist_lock for writing while the child is
 * attached.
 *
 * Return: the child's number as @current sees it; SF_BLOCKED; or
 * * -EAGAIN: no number is free
 * * -EINVAL: flags that do not go together: a thread in another namespace, a sibling of an init
 * * -ENOMEM: the namespace has no init any more
 * * -ENOSPC: a namespace would be nested too deep
 * * -EPERM: a new namespace needs CAP_SYS_ADMIN, and a new user namespace a creator with a name
 * * -EINTR: the caller is dying
 *
 * Models: kernel/fork.c:kernel_clone
 */
long sf_clone(struct sf_task *current, uint64_t flags, struct sf_task **ret_child);

/**
 * sf_fork() - sf_clone() with SIGCHLD
 * @current: the task that makes the call
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * Context: A call.  As sf_clone().
 *
 * Return: the child's number as @current sees it; errors as of sf_clone().
 *
 * Models: kernel/fork.c:kernel_clone
 */
long sf_fork(struct sf_task *current, struct sf_task **ret_child);

/**
 * struct sf_clone_args - what clone3() takes
 * @flags: SF_CLONE_*, without a signal
 * @exit_signal: what the parent gets at the child's end, 0 for none
 * @set_tid, @set_tid_size: the numbers that the child shall have, innermost first
 */
struct sf_clone_args {
	uint64_t flags;
	int exit_signal;
	const int *set_tid;
	size_t set_tid_size;
};

/**
 * sf_clone3() - sf_clone() with what does not fit into its flags
 * @current: the task that makes the call
 * @args: what is asked for
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * Context: A call.  As sf_clone().
 *
 * Return: as sf_clone(); also
 * * -EFAULT: @args is NULL
 * * -EEXIST: a number that was asked for is taken
 * * -EPERM: to choose a number needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN over its namespace
 * * -EINVAL: a number that cannot be, more numbers than levels, an exit signal that is none
 *
 * Models: kernel/fork.c:clone3
 */
long sf_clone3(struct sf_task *current, const struct sf_clone_args *args,
	       struct sf_task **ret_child);

/**
 * sf_execve() - another program, which starts with this thread alone
 * @current: the task that makes the call
 * @comm: the program's name, NULL for the same
 *
 * Of several threads the others end first: that takes sf_settle().  The caller becomes the leader,
 * with the leader's number: a handle of the old leader is that of a dead task from then on.
 *
 * Context: A call.  Takes the siglock, and tasklist_lock for writing.
 *
 * Return: 0; SF_BLOCKED until the other threads have ended; or
 * * -EAGAIN: another thread was first, or the process is dying
 *
 * Models: fs/exec.c:begin_new_exec, fs/exec.c:de_thread
 */
long sf_execve(struct sf_task *current, const char *comm);

/**
 * sf_unshare() - a new PID namespace for its children, a new user namespace for itself
 * @current: the task that makes the call
 * @flags: SF_CLONE_NEWPID, SF_CLONE_NEWUSER or both; none is allowed
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: another flag; SF_CLONE_NEWUSER with more than one thread; a PID namespace was unshared
 *   before
 * * -ENOSPC: it would be nested too deep
 * * -EPERM: SF_CLONE_NEWPID needs CAP_SYS_ADMIN, SF_CLONE_NEWUSER a creator with a name
 *
 * Models: kernel/fork.c:ksys_unshare
 */
long sf_unshare(struct sf_task *current, uint64_t flags);

/**
 * sf_setns() - join a task's user namespace, or its PID namespace for children, or both
 * @current: the task that makes the call
 * @target: whose namespaces they are
 * @flags: SF_CLONE_NEWPID, SF_CLONE_NEWUSER, or both, which then are joined together, as
 *	through a pidfd
 *
 * Context: A call.  @target is held, or no other thread makes calls.
 *
 * Return: 0, or
 * * -EINVAL: another flag or none; a PID namespace that is not below; the user namespace that it is
 *   in
 * * -EPERM: needs CAP_SYS_ADMIN over what is joined
 * * -ESRCH: @target is gone
 *
 * Models: kernel/nsproxy.c:setns
 */
long sf_setns(struct sf_task *current, const struct sf_task *target, uint64_t flags);

/**
 * sf_exit() - the thread ends; with the last one of its process, the process
 * @current: the task that makes the call, and will make no other
 * @code: the exit code, of which the low 8 bits count
 *
 * Context: A call.  Takes tasklist_lock for writing.
 *
 * Return: 0
 *
 * Models: kernel/exit.c:do_exit
 */
long sf_exit(struct sf_task *current, int code);

/**
 * sf_exit_group() - the process ends, with all its threads
 * @current: the task that makes the call, and will make no other
 * @code: the exit code, of which the low 8 bits count
 *
 * Context: A call.  Takes the siglock, and tasklist_lock for writing.
 *
 * Return: 0
 *
 * Models: kernel/exit.c:do_group_exit
 */
long sf_exit_group(struct sf_task *current, int code);

#define SF_WNOHANG 1
#define SF_WUNTRACED 2
#define SF_WCONTINUED 8
#define SF_WNOTHREAD 0x20000000
#define SF_WALL 0x40000000
#define SF_WCLONE ((int)0x80000000)

/**
 * sf_wait4() - wait for a child to end, to stop or to go on
 * @current: the task that makes the call
 * @pid: > 0: that child; -1: any; 0: one of its own process group; < -1: one of the group
 *	-@pid
 * @ret_status: what became of the child, as WIFEXITED() and its like read it; may be NULL
 * @options: SF_WNOHANG, SF_WUNTRACED, SF_WCONTINUED, SF_WNOTHREAD, SF_WALL, SF_WCLONE
 *
 * Context: A call.  Takes tasklist_lock for reading, and for writing to release a child.
 *
 * Return: the child's number as @current sees it; 0 with SF_WNOHANG when there is none yet;
 * SF_BLOCKED; or
 * * -ECHILD: there is no such child
 * * -EINVAL: another option
 * * -ESRCH: @pid is the smallest of all numbers
 *
 * Models: kernel/exit.c:kernel_wait4
 */
long sf_wait4(struct sf_task *current, int pid, int *ret_status, int options);

#ifdef __cplusplus
}
#endif

#endif
