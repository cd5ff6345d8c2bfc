/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jobctl.c - stopping and continuing a whole process
 *
 * Models: kernel/signal.c:do_signal_stop, prepare_signal and the task_*_jobctl_* helpers
 */
#include "model/machine.h"
#include "model/signal.h"

bool task_set_jobctl_pending(struct task_struct *t, unsigned int mask)
{
	if (fatal_signal_pending(t) || READ_ONCE(t->flags) & PF_EXITING)
		return false;
	if (mask & JOBCTL_STOP_SIGMASK)
		t->jobctl &= ~JOBCTL_STOP_SIGMASK;
	t->jobctl |= mask;
	return true;
}

void task_clear_jobctl_pending(struct task_struct *t, unsigned int mask)
{
	if (mask & JOBCTL_STOP_PENDING)
		mask |= JOBCTL_STOP_CONSUME | JOBCTL_STOP_DEQUEUED;
	t->jobctl &= ~mask;
}

/* One state takes the place of another; what a process is otherwise stays. */
void signal_set_stop_flags(struct signal_struct *sig, unsigned int flags)
{
	WRITE_ONCE(sig->flags, (sig->flags & ~SIGNAL_STOP_MASK) | flags);
}

/* @t has done its part; true when it was the last, and the process is stopped now. */
bool task_participate_group_stop(struct task_struct *t)
{
	struct signal_struct *sig = t->signal;
	bool consume = t->jobctl & JOBCTL_STOP_CONSUME;

	task_clear_jobctl_pending(t, JOBCTL_STOP_PENDING);
	if (!consume)
		return false;
	if (sig->group_stop_count)
		sig->group_stop_count--;
	if (sig->group_stop_count || sig->flags & SIGNAL_STOP_STOPPED)
		return false;
	signal_set_stop_flags(sig, SIGNAL_STOP_STOPPED);
	return true;
}

static void tell_to_stop(struct task_struct *t, int signr)
{
	unsigned int stop = JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME;

	if (task_is_stopped(t) || !task_set_jobctl_pending(t, (unsigned int)signr | stop))
		return;
	t->signal->group_stop_count++;
	if (t->ptrace & PT_SEIZED)
		ptrace_trap_notify(t);
	else
		signal_wake_up(t, false);
}

/* Every thread is to stop; false when a SIGCONT or the process's end came between. */
static bool begin_group_stop(int signr)
{
	struct signal_struct *sig = current->signal;
	unsigned int stop = JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME;
	struct task_struct *t;

	if (!(current->jobctl & JOBCTL_STOP_DEQUEUED) || sig->flags & SIGNAL_GROUP_EXIT ||
	    sig->group_exec_task)
		return false;
	if (!(sig->flags & SIGNAL_STOP_STOPPED))
		WRITE_ONCE(sig->group_exit_code, signr);
	sig->group_stop_count = 0;
	if (task_set_jobctl_pending(current, (unsigned int)signr | stop))
		sig->group_stop_count++;
	for_each_thread (current, t)
		if (t != current)
			tell_to_stop(t, signr);
	return true;
}

bool do_signal_stop(int signr)
{
	struct sf_machine *m = current->machine;
	bool last;

	if (!(current->jobctl & JOBCTL_STOP_PENDING) && !begin_group_stop(signr))
		return false;
	if (current->ptrace) {
		/* It stops for its tracer instead. */
		task_set_jobctl_pending(current, JOBCTL_TRAP_STOP);
		return false;
	}
	last = task_participate_group_stop(current);
	WRITE_ONCE(current->state, TASK_STOPPED);
	step(current, SF_STEP_STOP, last, current->signal->group_exit_code, 0, 0);
	group_stopped(current);
	unlock_task_sighand(current);
	if (last) {
		read_lock(&m->tasklist_lock);
		do_notify_parent_cldstop(current, false, SF_CLD_STOPPED);
		read_unlock(&m->tasklist_lock);
	}
	return true;
}

static bool is_any_stopped(const struct task_struct *p)
{
	const struct task_struct *t;

	for_each_thread (p, t)
		if (task_is_stopped(t))
			return true;
	return false;
}

/* Who is held by tracers, every thread, stands for them, until one lets go. */
void group_stopped(const struct task_struct *t)
{
	struct signal_struct *sig = t->signal;

	if (!(sig->flags & SIGNAL_STOP_STOPPED) || sig->flags & SIGNAL_STOP_SHOWN ||
	    !is_any_stopped(t))
		return;
	WRITE_ONCE(sig->flags, sig->flags | SIGNAL_STOP_SHOWN);
	machine_event(&(struct sf_event){
		.type = SF_EVENT_STOPPED,
		.task = READ_ONCE(t->group_leader),
		.info = {.signo = READ_ONCE(t->signal->group_exit_code) & 0x7f},
	});
}

/* ---- what a stop signal and SIGCONT do to each other --------------------------------------- */

static void flush_everywhere(struct task_struct *p, sf_sigset mask)
{
	struct task_struct *t;

	flush_sigqueue_mask(p->machine, mask, &p->signal->shared_pending);
	for_each_thread (p, t)
		flush_sigqueue_mask(p->machine, mask, &t->pending);
}

static bool is_pending_anywhere(const struct task_struct *p, sf_sigset mask)
{
	const struct task_struct *t;

	if (p->signal->shared_pending.signal & mask)
		return true;
	for_each_thread (p, t)
		if (t->pending.signal & mask)
			return true;
	return false;
}

void prepare_stop_signal(struct task_struct *p, int sig)
{
	bool had = is_pending_anywhere(p, sigmask(SIGCONT));

	step(p, SF_STEP_FLUSH, had ? SF_FLUSH_CONT : SF_FLUSH_NO, sig, 0, 0);
	flush_everywhere(p, sigmask(SIGCONT));
}

static void wake_stopped(struct task_struct *t)
{
	task_clear_jobctl_pending(t, JOBCTL_STOP_PENDING);
	if (t->ptrace & PT_SEIZED) {
		ptrace_trap_notify(t);
		return;
	}
	if (task_is_stopped(t))
		wake_up_process(t);
}

void prepare_continue(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	bool had = is_pending_anywhere(p, SIG_KERNEL_STOP_MASK);
	bool stopped = sig->flags & SIGNAL_STOP_STOPPED;
	bool stands = stopped && is_any_stopped(p);
	unsigned int why = 0;
	struct task_struct *t;

	step(p, SF_STEP_FLUSH,
	     stands || sig->group_stop_count ? SF_FLUSH_WAKES
	     : had			     ? SF_FLUSH_STOPS
					     : SF_FLUSH_NO,
	     SIGCONT, 0, 0);
	flush_everywhere(p, SIG_KERNEL_STOP_MASK);
	for_each_thread (p, t)
		wake_stopped(t);
	if (stopped)
		why = SIGNAL_CLD_CONTINUED;
	else if (sig->group_stop_count)
		why = SIGNAL_CLD_STOPPED;
	if (!why)
		return;
	signal_set_stop_flags(sig, why | SIGNAL_STOP_CONTINUED);
	sig->group_stop_count = 0;
	WRITE_ONCE(sig->group_exit_code, 0);
	WRITE_ONCE(sig->flags, sig->flags & ~SIGNAL_STOP_SHOWN);
	if (stands)
		machine_event(&(struct sf_event){.type = SF_EVENT_CONTINUED,
						 .task = READ_ONCE(p->group_leader)});
}
