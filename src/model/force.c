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
	int sig = info->signo, generate = TRACE_SIGNAL_NONE;
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
	send_signal_locked(sig, info, t, PIDTYPE_PID, &generate);
	if (!READ_ONCE(t->sigpending))
		signal_wake_up(t, false);
	unlock_task_sighand(t);
	step(t, SF_STEP_RESULT, 0, sig, generate, PIDTYPE_PID);
}

void force_sig(int sig, int code, enum sf_force_handler mode)
{
	struct sf_siginfo info = {.signo = sig, .code = code};

	force_sig_info_to_task(&info, current, mode);
}

/* There is no way to call a handler: that of SIGSEGV may do better, unless it is its own. */
void force_sigsegv(int sig)
{
	force_sig(SIGSEGV, SF_SI_KERNEL, sig == SIGSEGV ? SF_HANDLER_SIG_DFL : SF_HANDLER_CURRENT);
}

long sf_force_sig(struct sf_task *t, int sig, int code, enum sf_force_handler mode)
{
	if (!call_enter(t))
		return SF_FAIL;
	if (sig < 1 || !valid_signal(sig) || (unsigned int)mode > SF_HANDLER_EXIT)
		return call_leave(-EINVAL);
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, sig, 0, 0);
	force_sig(sig, code, mode);
	step(current, SF_STEP_RETURN, 0, sig, 0, 0);
	return call_leave(0);
}

/* ---- an instruction that cannot be executed ------------------------------------------------ */

/* What the kernel says of each, as on x86-64. */
static int fault_code(int sig)
{
	switch (sig) {
	case SIGSEGV:
		return 1; /* SEGV_MAPERR */
	case SIGBUS:
		return 2; /* BUS_ADRERR */
	case SIGILL:
		return 2; /* ILL_ILLOPN */
	case SIGFPE:
		return 1; /* FPE_INTDIV */
	case SIGTRAP:
		return SF_SI_KERNEL;
	default:
		return 0;
	}
}

/* It is tried again, by who has come back to it. */
void fault_again(const struct sleeping *s)
{
	force_sig(s->nr, fault_code(s->nr), SF_HANDLER_CURRENT);
}

int force_fault(int sig)
{
	if (!fault_code(sig))
		return -EINVAL;
	force_sig(sig, fault_code(sig), SF_HANDLER_CURRENT);
	return 0;
}

static long do_fault(int sig)
{
	if (!fault_code(sig))
		return -EINVAL;
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, sig, 0, 0);
	force_sig(sig, fault_code(sig), SF_HANDLER_CURRENT);
	step(current, SF_STEP_RETURN, 0, sig, 0, 0);
	return sleep_in(&(struct sleeping){.call = CALL_FAULT, .nr = sig, .interrupted = true});
}

long sf_fault(struct sf_task *t, int sig)
{
	return call_enter(t) ? call_leave(do_fault(sig)) : SF_FAIL;
}

/* ---- seccomp ------------------------------------------------------------------------------- */

/* One thread of several just ends: what others are told of that, is not what the call sends. */
static bool ends_alone(enum sf_seccomp action)
{
	return action == SF_SECCOMP_KILL_THREAD && READ_ONCE(current->signal->live) > 1;
}

/* Models: kernel/seccomp.c:__seccomp_filter */
static long do_seccomp(enum sf_seccomp action)
{
	if ((unsigned int)action > SF_SECCOMP_TRAP)
		return -EINVAL;
	if (!ns_capable(current->cred->user_ns, SF_CAP_SYS_ADMIN))
		return -EACCES;
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, SIGSYS, 0, 0);
	if (!ends_alone(action))
		force_sig(SIGSYS, 1, /* SYS_SECCOMP */
			  action == SF_SECCOMP_TRAP ? SF_HANDLER_CURRENT : SF_HANDLER_EXIT);
	step(current, SF_STEP_RETURN, 0, SIGSYS, 0, 0);
	if (ends_alone(action))
		do_exit(SIGSYS);
	return 0;
}

long sf_seccomp(struct sf_task *t, enum sf_seccomp action)
{
	return call_enter_held(t) ? call_leave_held(do_seccomp(action)) : SF_FAIL;
}
