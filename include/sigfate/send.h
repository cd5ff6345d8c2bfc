/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/send.h - calls: to send a signal
 *
 * A signal for one process takes no lock that another target has; one for many keeps who is there
 * as they are.  None changes who is there before sf_settle().
 */
#ifndef SF_SEND_H
#define SF_SEND_H

#include <stdint.h>

#include <sigfate/signal.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_kill() - send a signal to a process, a process group, or everybody
 * @current: the task that makes the call
 * @pid: > 0: the process of that number; 0: its own process group; -1: everybody that it may
 *	signal, but itself and the init of its namespace; < -1: the group -@pid
 * @sig: the signal, 0 only asks whether it might be sent
 *
 * Context: A call.  The number is looked up under RCU, each target's signals are under its siglock;
 * for more than one process tasklist_lock is taken for reading.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal
 * * -EPERM: no target may be signalled
 * * -ESRCH: there is nobody
 *
 * Models: kernel/signal.c:kill_something_info
 */
long sf_kill(struct sf_task *current, int pid, int sig);

/**
 * sf_tkill() - send a signal to a thread
 * @current: the task that makes the call
 * @pid: the thread's number
 * @sig: the signal, or 0
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal, @pid no number
 * * -EPERM: it may not be signalled
 * * -ESRCH: there is no such thread
 * * -EAGAIN: the queue of its user is full, and the signal cannot do without an entry
 *
 * Models: kernel/signal.c:do_tkill
 */
long sf_tkill(struct sf_task *current, int pid, int sig);

/**
 * sf_tgkill() - send a signal to a thread of a process
 * @current: the task that makes the call
 * @tgid: the process's number
 * @pid: the thread's number
 * @sig: the signal, or 0
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal, @tgid or @pid no number
 * * -EPERM: it may not be signalled
 * * -ESRCH: there is no such thread in that process
 * * -EAGAIN: the queue of its user is full, and the signal cannot do without an entry
 *
 * Models: kernel/signal.c:do_tkill
 */
long sf_tgkill(struct sf_task *current, int tgid, int pid, int sig);

/**
 * sf_rt_sigqueueinfo() - send a signal to a process, with a siginfo of one's own
 * @current: the task that makes the call
 * @pid: the process's number
 * @sig: the signal, or 0
 * @info: what the receiver is told; its signo is replaced by @sig
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EFAULT: @info is NULL
 * * -EINVAL: @sig is no signal
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: there is no such process
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:do_rt_sigqueueinfo
 */
long sf_rt_sigqueueinfo(struct sf_task *current, int pid, int sig, const struct sf_siginfo *info);

/**
 * sf_rt_tgsigqueueinfo() - send a signal to a thread, with a siginfo of one's own
 * @current: the task that makes the call
 * @tgid: the process's number
 * @pid: the thread's number
 * @sig: the signal, or 0
 * @info: what the receiver is told; its signo is replaced by @sig
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EFAULT: @info is NULL
 * * -EINVAL: @sig is no signal, @tgid or @pid no number
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: there is no such thread in that process
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:do_rt_tgsigqueueinfo
 */
long sf_rt_tgsigqueueinfo(struct sf_task *current, int tgid, int pid, int sig,
			  const struct sf_siginfo *info);

/**
 * sf_sigqueue() - the C library's: rt_sigqueueinfo() with SI_QUEUE and the caller's own ids
 * @current: the task that makes the call
 * @pid: the process's number
 * @sig: the signal, or 0
 * @value: the integer that goes with it
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: as sf_rt_sigqueueinfo().
 *
 * Models: kernel/signal.c:do_rt_sigqueueinfo
 */
long sf_sigqueue(struct sf_task *current, int pid, int sig, int64_t value);

#define SF_PIDFD_SIGNAL_THREAD 1u
#define SF_PIDFD_SIGNAL_THREAD_GROUP 2u
#define SF_PIDFD_SIGNAL_PROCESS_GROUP 4u
#define SF_PIDFD_THREAD 0x80u
#define SF_PIDFD_NONBLOCK 0x800u

/**
 * sf_pidfd_send_signal() - signal what a pidfd stands for
 * @current: the task that makes the call
 * @target: the task of the pidfd: a process for a leader, one thread (PIDFD_THREAD) for
 *	another
 * @sig: the signal, or 0
 * @info: NULL for what kill() sends
 * @flags: SF_PIDFD_SIGNAL_*, at most one
 *
 * Context: A call.  @target is held, or no other thread makes calls.  As sf_kill().
 *
 * Return: 0, or
 * * -EINVAL: @flags has more than one, or one that the kernel does not know; @target is outside the
 *   caller's namespace; @info is of another signal
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: @target is gone
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:pidfd_send_signal
 */
long sf_pidfd_send_signal(struct sf_task *current, struct sf_task *target, int sig,
			  const struct sf_siginfo *info, unsigned int flags);

/**
 * sf_pidfd_open() - whether a pidfd can be had of a number
 * @current: the task that makes the call
 * @pid: the process, or with SF_PIDFD_THREAD the thread
 * @flags: SF_PIDFD_THREAD, SF_PIDFD_NONBLOCK
 *
 * Context: A call.  Under RCU.
 *
 * Return: 0, or
 * * -EINVAL: another flag, or no number
 * * -ENOENT: it is the number of a thread that is not the first of its process
 * * -ESRCH: nobody has the number
 *
 * Models: kernel/pid.c:pidfd_open
 */
long sf_pidfd_open(struct sf_task *current, int pid, unsigned int flags);

#ifdef __cplusplus
}
#endif

#endif
