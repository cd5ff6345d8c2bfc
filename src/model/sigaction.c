/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigaction.c - dispositions, masks, and waiting for signals
 *
 * Models: kernel/signal.c
 */
#include "model/machine.h"
#include "model/signal.h"

static struct sf_sigaction action_of(const struct sighand_struct *sighand, int sig)
{
	return (struct sf_sigaction){
		.handler = sig_handler(sighand, sig),
		.flags = sig_flags(sighand, sig),
		.mask = sig_mask(sighand, sig),
	};
}

void set_action(struct task_struct *t, int sig, const struct sf_sigaction *act)
{
	struct sighand_struct *sighand = t->sighand;

	sighand->ign &= ~sigmask(sig);
	sighand->handler &= ~sigmask(sig);
	if (act->handler == SF_SIG_IGN)
		sighand->ign |= sigmask(sig);
	else if (act->handler == SF_SIG_HANDLER)
		sighand->handler |= sigmask(sig);
	if (!sighand->details) {
		if (!act->flags && !act->mask)
			return;
		sighand->details = kmem_cache_zalloc(&t->machine->details_cache);
		if (!sighand->details) {
			machine_no_memory(t->machine);
			return;
		}
	}
	sighand->details->flags[sig - 1] = act->flags;
	sighand->details->mask[sig - 1] = act->mask;
}

/* What is ignored from now on does not wait any longer either, blocked or not. */
static void flush_ignored(int sig)
{
	struct sf_machine *m = current->machine;
	struct task_struct *t;

	flush_sigqueue_mask(m, sigmask(sig), &current->signal->shared_pending);
	for_each_thread (current, t)
		flush_sigqueue_mask(m, sigmask(sig), &t->pending);
}

static long do_sigaction(int sig, const struct sf_sigaction *act, struct sf_sigaction *ret_old)
{
	struct sf_sigaction new;
	struct sf_sigaction old;

	if (!valid_signal(sig) || sig < 1 || (act && sig_kernel_only(sig)))
		return -EINVAL;
	lock_task_sighand(current);
	old = action_of(current->sighand, sig);
	if (old.flags & SA_IMMUTABLE) {
		unlock_task_sighand(current);
		return -EINVAL;
	}
	if (act) {
		new = *act;
		new.mask &= ~SIG_KERNEL_ONLY_MASK;
		new.flags &= SF_SA_FLAGS;
		/* What is neither of the two is the address of a handler. */
		if (new.handler != SF_SIG_DFL &&new.handler != SF_SIG_IGN)
			new.handler = SF_SIG_HANDLER;
		set_action(current, sig, &new);
		if (new.handler == SF_SIG_IGN ||
		    (new.handler == SF_SIG_DFL &&sig_kernel_ignore(sig)))
			flush_ignored(sig);
	}
	unlock_task_sighand(current);
	if (ret_old)
		*ret_old = old;
	return 0;
}

long sf_rt_sigaction(struct sf_task *t, int sig, const struct sf_sigaction *act,
		     struct sf_sigaction *ret_old)
{
	return call_enter(t) ? call_leave(do_sigaction(sig, act, ret_old)) : SF_FAIL;
}

/* ---- masks --------------------------------------------------------------------------------- */

static void __set_task_blocked(sf_sigset set)
{
	if (current->sigpending && !thread_group_empty(current))
		retarget_shared_pending(current, set & ~current->blocked);
	current->blocked = set;
	recalc_sigpending();
}

void set_current_blocked(sf_sigset set)
{
	set &= ~SIG_KERNEL_ONLY_MASK;
	if (set == current->blocked)
		return;
	lock_task_sighand(current);
	__set_task_blocked(set);
	unlock_task_sighand(current);
}

static long do_sigprocmask(int how, const sf_sigset *set, sf_sigset *ret_old)
{
	sf_sigset old = current->blocked, new = set ? *set & ~SIG_KERNEL_ONLY_MASK : 0;

	if (set) {
		switch (how) {
		case SF_SIG_BLOCK:
			new |= old;
			break;
		case SF_SIG_UNBLOCK:
			new = old & ~new;
			break;
		case SF_SIG_SETMASK:
			break;
		default:
			return -EINVAL;
		}
		set_current_blocked(new);
	}
	if (ret_old)
		*ret_old = old;
	return 0;
}

long sf_rt_sigprocmask(struct sf_task *t, int how, const sf_sigset *set, sf_sigset *ret_old)
{
	return call_enter(t) ? call_leave(do_sigprocmask(how, set, ret_old)) : SF_FAIL;
}

long sf_rt_sigpending(struct sf_task *t, sf_sigset *ret_set)
{
	if (!call_enter(t))
		return SF_FAIL;
	if (!ret_set)
		return call_leave(-EFAULT);
	lock_task_sighand(t);
	*ret_set = (t->pending.signal | t->signal->shared_pending.signal) & t->blocked;
	unlock_task_sighand(t);
	return call_leave(0);
}

long sf_sigaltstack(struct sf_task *t, bool unusable)
{
	if (!call_enter(t))
		return SF_FAIL;
	current->bad_altstack = unusable;
	return call_leave(0);
}

/* ---- waiting ------------------------------------------------------------------------------- */

void sigsuspend_mask(sf_sigset set)
{
	rare_of(current)->saved_sigmask = current->blocked;
	set_current_blocked(set);
}

static long do_sigsuspend(sf_sigset mask)
{
	if (!task_rare(current))
		return SF_FAIL;
	sigsuspend_mask(mask);
	return sleep_in(&(struct sleeping){.call = CALL_SIGSUSPEND, .set = mask});
}

long sf_rt_sigsuspend(struct sf_task *t, sf_sigset mask)
{
	return call_enter(t) ? call_leave(do_sigsuspend(mask)) : SF_FAIL;
}

static int take(sf_sigset set, struct sf_siginfo *ret_info, enum sf_step_id id)
{
	enum pid_type type;
	int sig = dequeue_signal(~set, ret_info, &type);

	if (sig)
		step(current, id, 1, sig, 0, 0);
	return sig;
}

/* While it waits they are unblocked, so that they wake it, but are not to be ignored. */
static long do_sigtimedwait(sf_sigset set, struct sf_siginfo *ret_info)
{
	struct sf_siginfo info;
	int sig;

	set &= ~SIG_KERNEL_ONLY_MASK;
	lock_task_sighand(current);
	sig = take(set, &info, SF_STEP_SIGWAIT);
	if (!sig) {
		current->real_blocked = current->blocked;
		current->blocked &= ~set;
		recalc_sigpending();
	}
	unlock_task_sighand(current);
	if (!sig)
		return sleep_in(&(struct sleeping){.call = CALL_SIGTIMEDWAIT, .set = set});
	if (ret_info)
		*ret_info = info;
	return sig;
}

bool sigtimedwait_awake(void)
{
	struct sleeping *s = &rare_of(current)->sleeping;
	int sig;

	if (!signal_pending(current))
		return false;
	lock_task_sighand(current);
	__set_task_blocked(current->real_blocked);
	current->real_blocked = 0;
	sig = take(s->set, &s->info, SF_STEP_SIGWAIT);
	unlock_task_sighand(current);
	s->ret = sig ? sig : -EINTR;
	return true;
}

long sf_rt_sigtimedwait(struct sf_task *t, sf_sigset set, struct sf_siginfo *ret_info)
{
	return call_enter(t) ? call_leave(do_sigtimedwait(set, ret_info)) : SF_FAIL;
}

/* No time passes in a machine: whatever it is, it is over when nothing is there. */
static long do_sigtimedwait_until(sf_sigset set, int64_t seconds, int64_t nanoseconds,
				  struct sf_siginfo *ret_info)
{
	struct sf_siginfo info;
	int sig;

	if (seconds < 0 || nanoseconds < 0 || nanoseconds >= 1000000000)
		return -EINVAL;
	lock_task_sighand(current);
	sig = take(set & ~SIG_KERNEL_ONLY_MASK, &info, SF_STEP_SIGWAIT);
	unlock_task_sighand(current);
	if (!sig)
		return -EAGAIN;
	if (ret_info)
		*ret_info = info;
	return sig;
}

long sf_rt_sigtimedwait_until(struct sf_task *t, sf_sigset set, int64_t seconds,
			      int64_t nanoseconds, struct sf_siginfo *ret_info)
{
	if (!call_enter(t))
		return SF_FAIL;
	return call_leave(do_sigtimedwait_until(set, seconds, nanoseconds, ret_info));
}

/* ---- signalfd ------------------------------------------------------------------------------ */

void signalfd_notify(struct task_struct *t)
{
	struct task_struct *o;

	for_each_thread (t, o)
		if (sleeping_in(o) == CALL_SIGNALFD)
			enqueue_task(o);
}

/*
 * By its code it is known what is in a siginfo, and no more is told: of a timer only its value, of
 * a child's end that another signal than SIGCHLD tells of, nothing.
 * Models: fs/signalfd.c:signalfd_copyinfo
 */
static void signalfd_copyinfo(struct sf_siginfo *info)
{
	if (has_si_pid_and_uid(info))
		return;
	info->pid = 0;
	info->uid = 0;
	info->status = 0;
	if (info->code != SF_SI_TIMER)
		info->value = 0;
}

/*
 * poll() only looks; read() tries to take, and then sees also what else has come for it.  Between
 * the two the thread stops, if it is to.
 */
bool signalfd_awake(void)
{
	struct sleeping *s = &rare_of(current)->sleeping;

	lock_task_sighand(current);
	if (s->polls &&
	    (current->jobctl & JOBCTL_PENDING_MASK ||
	     !((current->pending.signal | current->signal->shared_pending.signal) & s->set))) {
		unlock_task_sighand(current);
		return false;
	}
	s->ret = take(s->set, &s->info, SF_STEP_SIGNALFD);
	unlock_task_sighand(current);
	signalfd_copyinfo(&s->info);
	return s->ret;
}

static long do_signalfd_read(sf_sigset set, struct sf_siginfo *ret_info)
{
	struct sf_siginfo info;
	int sig;

	set &= ~SIG_KERNEL_ONLY_MASK;
	lock_task_sighand(current);
	sig = take(set, &info, SF_STEP_SIGNALFD);
	unlock_task_sighand(current);
	if (!sig)
		return sleep_in(&(struct sleeping){.call = CALL_SIGNALFD, .set = set});
	signalfd_copyinfo(&info);
	if (ret_info)
		*ret_info = info;
	return sig;
}

long sf_signalfd_read(struct sf_task *t, sf_sigset set, struct sf_siginfo *ret_info)
{
	return call_enter(t) ? call_leave(do_signalfd_read(set, ret_info)) : SF_FAIL;
}
