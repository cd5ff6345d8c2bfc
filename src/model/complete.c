/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * complete.c - which thread takes it, and the short way to death
 *
 * Models: kernel/signal.c:complete_signal
 */
#include "model/machine.h"
#include "model/signal.h"

/*
 * The task has a signal to take.  A fatal one wakes it also from a stop, for its tracer too.
 * Models: kernel/signal.c:signal_wake_up_state
 */
void signal_wake_up(struct task_struct *t, bool fatal)
{
	WRITE_ONCE(t->sigpending, true);
	if (READ_ONCE(t->state) <= TASK_INTERRUPTIBLE || fatal)
		wake_up_process(t);
}

static bool wants_signal(int sig, const struct task_struct *t)
{
	if (sigismember(t->blocked, sig) || READ_ONCE(t->flags) & PF_EXITING)
		return false;
	if (sig == SIGKILL)
		return true;
	if (task_is_stopped(t) || task_is_traced(t))
		return false;
	return t == current || !READ_ONCE(t->sigpending);
}

static bool sig_fatal(const struct task_struct *t, int sig)
{
	return !siginmask(sig, SIG_KERNEL_IGNORE_MASK | SIG_KERNEL_STOP_MASK) &&
	       sig_handler(t->sighand, sig) == SF_SIG_DFL;
}

/* @p was addressed, @t takes it. */
static int is_fatal(int sig, const struct task_struct *p, const struct task_struct *t)
{
	const struct signal_struct *sig_struct = p->signal;

	if (!sig_fatal(p, sig))
		return SF_FATAL_NOT_FATAL;
	if (p->machine->kernel.guard_unkillable_fastpath && sig_struct->flags & SIGNAL_UNKILLABLE &&
	    !sig_kernel_only(sig))
		return SF_FATAL_UNKILLABLE;
	if (sig_struct->flags & SIGNAL_GROUP_EXIT)
		return SF_FATAL_GROUP_EXIT;
	if (sigismember(t->real_blocked, sig))
		return SF_FATAL_AWAITED;
	if (sig != SIGKILL && p->ptrace)
		return SF_FATAL_TRACED;
	return sig_kernel_coredump(sig) ? SF_FATAL_CORE : SF_FATAL_YES;
}

/* Round-robin among the others, from where it ended the last time. */
static struct task_struct *other_thread(int sig, struct task_struct *p)
{
	struct signal_struct *s = p->signal;
	struct task_struct *start = s->curr_target ? s->curr_target : READ_ONCE(p->group_leader),
			   *t = start;

	while (!wants_signal(sig, t)) {
		t = next_thread(t);
		if (t == start)
			return NULL;
	}
	s->curr_target = t;
	return t;
}

static void kill_all_threads(int sig, struct task_struct *p)
{
	struct signal_struct *s = p->signal;
	struct task_struct *t;

	/* An init's protection ends here. */
	WRITE_ONCE(s->flags, SIGNAL_GROUP_EXIT);
	WRITE_ONCE(s->group_exit_code, sig);
	s->group_stop_count = 0;
	for_each_thread (p, t) {
		task_clear_jobctl_pending(t, JOBCTL_PENDING_MASK);
		sigaddset(&t->pending, SIGKILL);
		signal_wake_up(t, true);
	}
}

void complete_signal(int sig, struct task_struct *p, enum pid_type type)
{
	struct task_struct *t = NULL;
	int fatal;

	if (wants_signal(sig, p))
		t = p;
	else if (type != PIDTYPE_PID && !thread_group_empty(p))
		t = other_thread(sig, p);
	step(t ? t : p, SF_STEP_WANTS_SIGNAL,
	     !t	      ? SF_WANTS_NONE
	     : t == p ? SF_WANTS_ADDRESSED
		      : SF_WANTS_OTHER,
	     sig, 0, 0);
	if (!t)
		return;
	fatal = is_fatal(sig, p, t);
	step(p, SF_STEP_FATAL, fatal, sig, 0, 0);
	if (fatal == SF_FATAL_YES)
		kill_all_threads(sig, p);
	else
		signal_wake_up(t, sig == SIGKILL);
}

/*
 * Current blocks @which from now on, or ends: another thread may take what waits for it.  Those who
 * were made after it are asked first.
 */
void retarget_shared_pending(struct task_struct *t, sf_sigset which)
{
	sf_sigset retarget = t->signal->shared_pending.signal & which;
	struct task_struct *o;

	for (o = next_thread(t); o != t && retarget; o = next_thread(o)) {
		if (READ_ONCE(o->flags) & PF_EXITING || !(retarget & ~o->blocked))
			continue;
		retarget &= o->blocked;
		if (!READ_ONCE(o->sigpending))
			signal_wake_up(o, false);
	}
}
