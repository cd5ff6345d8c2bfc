/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/ptrace.h - calls: to trace
 *
 * As far as signals go: a tracee stops for each of them, and its tracer decides.
 */
#ifndef SF_PTRACE_H
#define SF_PTRACE_H

#include <sigfate/signal.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum sf_ptrace_request - PTRACE_*, as far as signals go */
enum sf_ptrace_request {
	SF_PTRACE_ATTACH,
	SF_PTRACE_SEIZE,
	SF_PTRACE_CONT,
	SF_PTRACE_DETACH,
	SF_PTRACE_TRACEME,
	SF_PTRACE_INTERRUPT,
	SF_PTRACE_LISTEN,
	SF_PTRACE_KILL,
	SF_PTRACE_SETOPTIONS,
	SF_PTRACE_GETSIGINFO,
};
#define SF_PTRACE_O_EXITKILL 0x00100000
/**
 * sf_ptrace() - trace another task
 * @current: the task that makes the call, the tracer (of SF_PTRACE_TRACEME the one that is
 *	traced)
 * @request: what to do
 * @pid: the thread's number
 * @data: the signal to go on with (CONT, DETACH), options (SEIZE, SETOPTIONS)
 *
 * Context: A call.  Takes tasklist_lock for writing, and the tracee's siglock.
 *
 * Return: 0, or
 * * -EIO: a request that is none, or not for such a tracee; a signal that is none
 * * -EINVAL: SETOPTIONS with an option that is none
 * * -EPERM: it may not be traced, or is
 * * -ESRCH: there is no such tracee, or it is not stopped
 *
 * Models: kernel/ptrace.c:ptrace
 */
long sf_ptrace(struct sf_task *current, enum sf_ptrace_request request, int pid, long data);

/**
 * sf_ptrace_getsiginfo() - PTRACE_GETSIGINFO: what a tracee has stopped for
 * @current: the tracer
 * @pid: the tracee's number
 * @ret_info: what it says; may be NULL
 *
 * Context: A call.  Takes tasklist_lock for reading, and the tracee's siglock.
 *
 * Return: 0, or
 * * -EINVAL: for no signal
 * * -ESRCH: there is no such tracee, or it is not stopped
 *
 * Models: kernel/ptrace.c:ptrace_getsiginfo
 */
long sf_ptrace_getsiginfo(struct sf_task *current, int pid, struct sf_siginfo *ret_info);

#ifdef __cplusplus
}
#endif

#endif
