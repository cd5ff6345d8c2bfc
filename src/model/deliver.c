/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * deliver.c - what a task does with the signals that wait for it, on its way back to user mode
 *
 * Models: kernel/signal.c:get_signal
 */
#include "model/machine.h"
#include "model/signal.h"

/* All of it is under current's siglock, but for what says that it has let go of it. */

/* How one turn of get_signal() ended; TURN_HANDLER also when there is nothing (more) to take. */
enum turn { TURN_AGAIN, TURN_ASLEEP, TURN_DEAD, TURN_HANDLER };

/* A stop or a continuation that the parent has not been told of yet. */
static void owed_notices(void)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *leader = READ_ONCE(current->group_leader);
	int why = sig->flags & SIGNAL_CLD_CONTINUED ? SF_CLD_CONTINUED : SF_CLD_STOPPED;

	if (likely(!(sig->flags & SIGNAL_CLD_MASK)))
		return;
	WRITE_ONCE(sig->flags, sig->flags & ~SIGNAL_CLD_MASK);
	unlock_task_sighand(current);
	read_lock(&current->machine->tasklist_lock);
	do_notify_parent_cldstop(current, false, why);
	if (ptrace_reparented(leader))
		do_notify_parent_cldstop(leader, true, why);
	read_unlock(&current->machine->tasklist_lock);
	lock_task_sighand(current);
}

/* Whether the kernel is set to write one, and may. */
static bool core_is_written(void)
{
	const struct signal_struct *sig = current->signal;

	if (undumpable_locked(sig))
		return false;
	switch (READ_ONCE(current->machine->core_pattern)) {
	case SF_CORE_FILE:
		return sig->rlim_core >= 4096;
	case SF_CORE_PIPE:
		return sig->rlim_core != 1; /* that is a dumper that dies while it dumps */
	case SF_CORE_NONE:
	default:
		return false;
	}
}

static void do_coredump(int sig)
{
	struct signal_struct *s = current->signal;
	bool written;

	if (s->flags & SIGNAL_GROUP_EXIT)
		return;
	written = core_is_written();
	step(current, SF_STEP_COREDUMP, written, sig, 0, 0);
	WRITE_ONCE(s->flags, SIGNAL_GROUP_EXIT);
	WRITE_ONCE(s->group_exit_code, sig | (written ? 0x80 : 0));
	zap_other_threads(current);
}

/* Lets go of the siglock. */
static enum turn die(int sig)
{
	atomic_or(current->flags, PF_SIGNALED);
	if (sig_kernel_coredump(sig))
		do_coredump(sig);
	unlock_task_sighand(current);
	do_group_exit(sig);
	return TURN_DEAD;
}

/* The tracer has chosen: 0 for nothing, the same signal, or another that it now is. */
static int ptrace_signal_chosen(int chosen, struct sf_siginfo *info)
{
	const struct task_struct *tracer;

	rcu_read_lock();
	tracer = rcu_dereference(current->parent);
	if (chosen && chosen != info->signo)
		*info = (struct sf_siginfo){
			.signo = chosen,
			.code = SF_SI_USER,
			.pid = task_pid_vnr(tracer),
			.uid = from_kuid_munged(current->cred->user_ns,
						rcu_dereference(tracer->cred)->uid),
		};
	rcu_read_unlock();
	if (chosen && (sigismember(current->blocked, chosen) || fatal_signal_pending(current))) {
		send_signal_locked(chosen, info, current, rare_of(current)->ptrace_type, NULL);
		return 0;
	}
	return chosen;
}

/* A traced task stops with every signal, so that its tracer decides: true, and the lock is free. */
static bool ptrace_signal_stops(int sig, const struct sf_siginfo *info, enum pid_type type)
{
	struct task_rare *rare = task_rare(current);

	if (!rare)
		return true;
	current->jobctl |= JOBCTL_STOP_DEQUEUED;
	rare->ptrace_info = *info;
	rare->ptrace_type = type;
	rare->in_ptrace_signal = ptrace_stop(sig, SF_CLD_TRAPPED, false);
	if (rare->in_ptrace_signal)
		step(current, SF_STEP_PTRACE_SIGNAL, 1, sig, 0, 0);
	return rare->in_ptrace_signal;
}

static bool is_orphaned(void)
{
	bool orphaned;

	unlock_task_sighand(current);
	orphaned = is_current_pgrp_orphaned();
	lock_task_sighand(current);
	return orphaned;
}

static enum turn stop_by(int sig)
{
	if (sig != SIGSTOP && is_orphaned()) {
		step(current, SF_STEP_ACTION, SF_ACTION_ORPHANED, sig, 0, 0);
		return TURN_AGAIN;
	}
	step(current, SF_STEP_ACTION, SF_ACTION_STOP, sig, 0, 0);
	return do_signal_stop(sig) ? TURN_ASLEEP : TURN_AGAIN;
}

static enum turn default_action(int sig)
{
	if (sig_kernel_ignore(sig)) {
		step(current, SF_STEP_ACTION, SF_ACTION_DEFAULT_IGNORES, sig, 0, 0);
		return TURN_AGAIN;
	}
	if (current->signal->flags & SIGNAL_UNKILLABLE && !sig_kernel_only(sig)) {
		step(current, SF_STEP_ACTION, SF_ACTION_INIT_DROPS, sig, 0, 0);
		return TURN_AGAIN;
	}
	if (sig_kernel_stop(sig))
		return stop_by(sig);
	step(current, SF_STEP_ACTION, sig_kernel_coredump(sig) ? SF_ACTION_CORE : SF_ACTION_FATAL,
	     sig, 0, 0);
	return die(sig);
}

static enum turn act(int sig, struct sf_sigaction *ret_action)
{
	struct sighand_struct *sighand = current->sighand;

	switch (sig_handler(sighand, sig)) {
	case SF_SIG_IGN:
		step(current, SF_STEP_ACTION, SF_ACTION_IGN, sig, 0, 0);
		return TURN_AGAIN;
	case SF_SIG_HANDLER:
		step(current, SF_STEP_ACTION, SF_ACTION_HANDLER, sig, 0, 0);
		ret_action->handler = SF_SIG_HANDLER;
		ret_action->flags = sig_flags(sighand, sig);
		ret_action->mask = sig_mask(sighand, sig);
		if (ret_action->flags & SF_SA_RESETHAND)
			sighand->handler &= ~sigmask(sig);
		return TURN_HANDLER;
	case SF_SIG_DFL:
	default:
		return default_action(sig);
	}
}

/* What came of looking for a signal: none there, one to act on, look again, stopped with one. */
enum took { TOOK_NONE, TOOK_ONE, TOOK_AGAIN, TOOK_STOPPED };

static enum took chosen_by_tracer(struct sf_siginfo *ret_info, int *ret_sig)
{
	struct task_rare *rare = rare_of(current);

	rare->in_ptrace_signal = false;
	*ret_info = rare->ptrace_info;
	*ret_sig = ptrace_signal_chosen(rare->ptrace_chosen, ret_info);
	return *ret_sig ? TOOK_ONE : TOOK_AGAIN;
}

static int dequeue(struct sf_siginfo *ret_info, enum pid_type *ret_type)
{
	int sig = dequeue_synchronous_signal(ret_info);

	*ret_type = PIDTYPE_PID;
	if (sig) {
		step(current, SF_STEP_DEQUEUE, SF_DEQUEUE_SYNC, sig, 0, 0);
		return sig;
	}
	sig = dequeue_signal(current->blocked, ret_info, ret_type);
	if (sig)
		step(current, SF_STEP_DEQUEUE,
		     *ret_type == PIDTYPE_PID ? SF_DEQUEUE_PRIVATE : SF_DEQUEUE_SHARED, sig, 0, 0);
	return sig;
}

static enum took take(struct sf_siginfo *ret_info, int *ret_sig)
{
	enum pid_type type;

	if (rare_of(current) && rare_of(current)->in_ptrace_signal)
		return chosen_by_tracer(ret_info, ret_sig);
	*ret_sig = dequeue(ret_info, &type);
	if (!*ret_sig)
		return TOOK_NONE;
	if (current->ptrace && *ret_sig != SIGKILL &&
	    !(sig_flags(current->sighand, *ret_sig) & SA_IMMUTABLE) &&
	    ptrace_signal_stops(*ret_sig, ret_info, type))
		return TOOK_STOPPED;
	return TOOK_ONE;
}

/* What comes before any signal: the process's end, and stops that others have begun. */
static enum turn before_signals(void)
{
	struct signal_struct *sig = current->signal;

	owed_notices();
	if (sig->flags & SIGNAL_GROUP_EXIT || sig->group_exec_task) {
		sigdelsetmask(&current->pending, sigmask(SIGKILL));
		recalc_sigpending();
		step(current, SF_STEP_DYING, 1, SIGKILL, sig->group_exit_code, 0);
		return die(SIGKILL);
	}
	if (current->jobctl & JOBCTL_STOP_PENDING && do_signal_stop(0))
		return TURN_ASLEEP;
	if (current->jobctl & JOBCTL_TRAP_MASK)
		return do_jobctl_trap() ? TURN_ASLEEP : TURN_AGAIN;
	return TURN_HANDLER;
}

bool get_signal(struct sf_siginfo *ret_info, struct sf_sigaction *ret_action, int *ret_sig)
{
	enum turn turn;

	lock_task_sighand(current);
	if (current->in_get_signal) {
		current->in_get_signal = false;
		ptrace_stop_ended();
	}
	ret_action->flags = 0;
	do {
		enum took took = TOOK_NONE;
		int sig = 0;

		/* what its tracer chose comes before all else */
		turn = rare_of(current) && rare_of(current)->in_ptrace_signal ? TURN_HANDLER
									      : before_signals();
		if (turn == TURN_HANDLER)
			took = take(ret_info, &sig);
		if (took == TOOK_ONE)
			turn = act(sig, ret_action);
		else if (took != TOOK_NONE)
			turn = took == TOOK_AGAIN ? TURN_AGAIN : TURN_ASLEEP;
		*ret_sig = turn == TURN_HANDLER ? sig : 0;
	} while (turn == TURN_AGAIN);
	current->in_get_signal = turn == TURN_ASLEEP;
	if (turn != TURN_HANDLER)
		return false;
	unlock_task_sighand(current);
	return true;
}
