/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/receive.h - calls: what a signal does, and to take it
 *
 * Dispositions, masks, and the calls that wait for a signal.  They touch the caller's process
 * alone, under its siglock.
 */
#ifndef SF_RECEIVE_H
#define SF_RECEIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <sigfate/signal.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_rt_sigaction() - set what a signal does, and ask
 * @current: the task that makes the call
 * @sig: the signal
 * @act: what it shall do; NULL: no change
 * @ret_old: what it did before; may be NULL
 *
 * A flag that changes nothing of what becomes of a signal is not kept: see SF_SA_FLAGS.
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal; SIGKILL or SIGSTOP, with @act; or it was forced past every handler
 *
 * Models: kernel/signal.c:do_sigaction
 */
long sf_rt_sigaction(struct sf_task *current, int sig, const struct sf_sigaction *act,
		     struct sf_sigaction *ret_old);

/**
 * sf_sigaltstack() - say where handlers with SF_SA_ONSTACK run
 * @current: the task that makes the call
 * @unusable: on a stack that nothing can be put on; else on no other than usual
 *
 * Context: A call.
 *
 * Return: 0.
 *
 * Models: kernel/signal.c:do_sigaltstack
 */
long sf_sigaltstack(struct sf_task *current, bool unusable);

/**
 * enum sf_sigprocmask_how - what is done with the set: added, taken away, put in place of the old
 */
enum sf_sigprocmask_how { SF_SIG_BLOCK, SF_SIG_UNBLOCK, SF_SIG_SETMASK };

/**
 * sf_rt_sigprocmask() - block signals, and ask
 * @current: the task that makes the call
 * @how: SF_SIG_BLOCK, SF_SIG_UNBLOCK or SF_SIG_SETMASK
 * @set: the signals; SIGKILL and SIGSTOP are left out.  NULL: no change, and @how is not
 *	looked at.
 * @ret_old: what was blocked before; may be NULL
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EINVAL: @how is none of these
 *
 * Models: kernel/signal.c:sigprocmask
 */
long sf_rt_sigprocmask(struct sf_task *current, int how, const sf_sigset *set, sf_sigset *ret_old);

/**
 * sf_rt_sigpending() - which blocked signals wait
 * @current: the task that makes the call
 * @ret_set: its own and its process's that it blocks
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EFAULT: @ret_set is NULL
 *
 * Models: kernel/signal.c:do_sigpending
 */
long sf_rt_sigpending(struct sf_task *current, sf_sigset *ret_set);

/**
 * sf_rt_sigsuspend() - sleep with another mask until a handler has run
 * @current: the task that makes the call
 * @mask: what is blocked meanwhile
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: SF_BLOCKED; -EINTR when it returns.
 *
 * Models: kernel/signal.c:sigsuspend
 */
long sf_rt_sigsuspend(struct sf_task *current, sf_sigset mask);

/**
 * sf_rt_sigtimedwait() - take one of some signals, or wait for one, without a time-out
 * @current: the task that makes the call
 * @set: the signals
 * @ret_info: what it says, when one was there; may be NULL.  Of one that comes later:
 *	sf_task_call_result().
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal; SF_BLOCKED; or
 * * -EINTR: a handler ran instead
 *
 * Models: kernel/signal.c:do_sigtimedwait
 */
long sf_rt_sigtimedwait(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);

/**
 * sf_rt_sigtimedwait_until() - the same with a time-out, which passes at once
 * @current: the task that makes the call
 * @set: the signals
 * @seconds: the time-out
 * @nanoseconds: and the rest of it
 * @ret_info: what it says; may be NULL
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal, or
 * * -EAGAIN: none is there
 * * -EINVAL: that is no time
 *
 * Models: kernel/signal.c:do_sigtimedwait
 */
long sf_rt_sigtimedwait_until(struct sf_task *current, sf_sigset set, int64_t seconds,
			      int64_t nanoseconds, struct sf_siginfo *ret_info);

/**
 * sf_signalfd_read() - read() of a signalfd: take one of some signals, or wait for one
 * @current: the task that makes the call
 * @set: the signals that the signalfd is for
 * @ret_info: what it says, when one was there; may be NULL.  Of one that comes later:
 *	sf_task_call_result().
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal; SF_BLOCKED; or
 * * -EINTR: a handler ran instead
 *
 * Models: fs/signalfd.c:signalfd_dequeue
 */
long sf_signalfd_read(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);

#ifdef __cplusplus
}
#endif

#endif
