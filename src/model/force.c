/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * force.c - signals that a task cannot refuse: its own faults, and what the kernel forces on it
 *
 * Models: kernel/signal.c:force_sig_info_to_task
 */
#include "model/machine.h"
#include "model/signal.h"

/*
 * What is blocked or ignored gets its default action.  An init is not shielded from its own faults,
 * but for a tracer's sake.
 */
static void force_sig_info_to_task(struct sf_siginfo *info, struct task_struct *t,
				   enum sf_force_handler mode)
{
	struct sighand_struct *sighand = t->sighand;
	int sig = info->signo;
	bool blocked = sigismember(t->blocked, sig);
	struct sf_sigaction act = {.handler = SF_SIG_DFL};

	lock_task_sighand(t);
	act.flags = sig_flags(sighand, sig);
	if (blocked || sig_handler(sighand, sig) == SF_SIG_IGN || mode != SF_HANDLER_CURRENT) {
		if (mode == SF_HANDLER_EXIT)
			act.flags |= SA_IMMUTABLE;
		act.mask = sig_mask(sighand, sig);
		set_action(t, sig, &act);
		t->blocked &= ~sigmask(sig);
	}
	if (sig_handler(sighand, sig) == SF_SIG_DFL && (!t->ptrace || mode == SF_HANDLER_EXIT))
		WRITE_ONCE(t->signal->flags, t->signal->flags & ~SIGNAL_UNKILLABLE);
	step(t, SF_STEP_FORCED, (int)mode, sig, info->code, 0);
	send_signal_locked(sig, info, t, PIDTYPE_PID, NULL);
	if (!READ_ONCE(t->sigpending))
		signal_wake_up(t, false);
	unlock_task_sighand(t);
}

long sf_force_sig(struct sf_task *t, int sig, int code, enum sf_force_handler mode)
{
	struct sf_siginfo info = {.signo = sig, .code = code};

	if (!call_enter(t))
		return SF_FAIL;
	if (sig < 1 || !valid_signal(sig) || (unsigned int)mode > SF_HANDLER_EXIT)
		return call_leave(-EINVAL);
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, sig, 0, 0);
	force_sig_info_to_task(&info, current, mode);
	step(current, SF_STEP_RETURN, 0, sig, 0, 0);
	return call_leave(0);
}
