/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signal.c - sending: from whom, is it forced, is it ignored, where is it queued
 *
 * Models: kernel/signal.c:send_signal_locked, __send_signal_locked, prepare_signal
 */
#include "model/signal.h"

#include "model/machine.h"

struct sighand_struct *lock_task_sighand(struct task_struct *t)
{
	struct sighand_struct *sighand;

	rcu_read_lock();
	while ((sighand = rcu_dereference(t->sighand))) {
		spin_lock(&sighand->siglock);
		/* An exec may have given it another one, or it was released. */
		if (likely(sighand == rcu_dereference(t->sighand)))
			break;
		spin_unlock(&sighand->siglock);
	}
	rcu_read_unlock();
	return sighand;
}

void unlock_task_sighand(struct task_struct *t)
{
	spin_unlock(&t->sighand->siglock);
}

/* ---- is it ignored? ------------------------------------------------------------------------ */

static bool sig_handler_ignored(struct task_struct *t, int sig)
{
	enum sf_handler handler = sig_handler(t->sighand, sig);
	bool ignored = handler == SF_SIG_IGN || (handler == SF_SIG_DFL && sig_kernel_ignore(sig));

	step(t, SF_STEP_DISPOSITION,
	     handler == SF_SIG_IGN	 ? SF_DISP_IGN
	     : handler == SF_SIG_HANDLER ? SF_DISP_HANDLER
	     : ignored			 ? SF_DISP_DEFAULT_IGNORES
					 : SF_DISP_ACTS,
	     sig, 0, 0);
	return ignored;
}

/* An init is shielded from what it has no handler for; only a forced SIGKILL or SIGSTOP acts. */
static bool unkillable_ignores(struct task_struct *t, int sig, bool force)
{
	int answer = SF_UNKILLABLE_IGNORED;

	if (!(t->signal->flags & SIGNAL_UNKILLABLE))
		answer = SF_UNKILLABLE_NO_INIT;
	else if (sig_handler(t->sighand, sig) != SF_SIG_DFL)
		answer = SF_UNKILLABLE_HAS_ACTION;
	else if (force && sig_kernel_only(sig))
		answer = SF_UNKILLABLE_FORCED;
	step(t, SF_STEP_UNKILLABLE, answer, sig, force, 0);
	return answer == SF_UNKILLABLE_IGNORED;
}

static bool sig_task_ignored(struct task_struct *t, int sig, bool force)
{
	bool global = is_global_init(t) && sig_kernel_only(sig);

	step(t, SF_STEP_GLOBAL_INIT, global, sig, 0, 0);
	if (global || unkillable_ignores(t, sig, force))
		return true;
	return sig_handler_ignored(t, sig);
}

/* What is blocked may get a handler before it is unblocked; what is traced is the tracer's. */
static bool sig_ignored(struct task_struct *t, int sig, bool force)
{
	int blocked = sigismember(t->blocked, sig)	  ? SF_BLOCKED_MASK
		      : sigismember(t->real_blocked, sig) ? SF_BLOCKED_AWAITED
							  : SF_BLOCKED_NO;

	step(t, SF_STEP_BLOCKED, blocked, sig, 0, 0);
	if (blocked)
		return false;
	step(t, SF_STEP_TRACED, t->ptrace && sig != SIGKILL, sig, 0, 0);
	if (t->ptrace && sig != SIGKILL)
		return false;
	return sig_task_ignored(t, sig, force);
}

/* The side effects that a signal has on sending, and whether it is to be queued at all. */
static bool prepare_signal(int sig, struct task_struct *p, bool force)
{
	/* An init whose last thread waits for its namespace to be empty is not dead yet. */
	bool alive = READ_ONCE(p->signal->live) || READ_ONCE(p->exit_state) == EXIT_ALIVE;
	int dying = !(p->signal->flags & SIGNAL_GROUP_EXIT) ? SF_GROUP_EXIT_NO
		    : alive				    ? SF_GROUP_EXIT_DYING
							    : SF_GROUP_EXIT_ZOMBIE;

	step(p, SF_STEP_GROUP_EXIT, dying, sig, 0, 0);
	if (dying)
		return false;
	if (sig_kernel_stop(sig))
		prepare_stop_signal(p, sig);
	else if (sig == SIGCONT)
		prepare_continue(p);
	return !sig_ignored(p, sig, force);
}

/* ---- queueing ------------------------------------------------------------------------------ */

static bool legacy_queue(const struct sigpending *pending, int sig)
{
	return sig < SIGRTMIN && sigismember(pending->signal, sig);
}

static void fill_info(struct sf_siginfo *info, int sig, const struct sf_siginfo *from,
		      const struct task_struct *t)
{
	if (from == SEND_SIG_NOINFO)
		*info = (struct sf_siginfo){
			.signo = sig,
			.code = SF_SI_USER,
			.pid = task_tgid_nr_ns(current, task_active_pid_ns(t)),
			.uid = from_kuid_munged(rcu_dereference(t->cred)->user_ns,
						current->cred->uid),
		};
	else if (from == SEND_SIG_PRIV)
		*info = (struct sf_siginfo){.signo = sig, .code = SF_SI_KERNEL};
	else
		*info = *from;
}

/* The entry with the info: legacy signals do without when there is no room, others may fail. */
static int queue_info(int sig, const struct sf_siginfo *info, struct task_struct *t,
		      struct sigpending *pending, int *ret_generate)
{
	bool legacy = sig < SIGRTMIN;
	struct sigqueue *q;

	if (sig == SIGKILL) {
		step(t, SF_STEP_SIGQUEUE, SF_SIGQUEUE_BIT_ONLY, sig, 0, 0);
		return 0;
	}
	q = sigqueue_alloc(t, legacy && (is_si_special(info) || info->code >= 0));
	if (q) {
		list_add_tail(&q->list, &pending->list);
		fill_info(&q->info, sig, info, t);
		step(t, SF_STEP_SIGQUEUE, SF_SIGQUEUE_INFO, sig, READ_ONCE(q->ucounts->sigpending),
		     0);
		return 0;
	}
	if (!is_si_special(info) && !legacy && info->code != SF_SI_USER) {
		step(t, SF_STEP_SIGQUEUE, SF_SIGQUEUE_EAGAIN, sig, 0, 0);
		*ret_generate = TRACE_SIGNAL_OVERFLOW_FAIL;
		return -EAGAIN;
	}
	step(t, SF_STEP_SIGQUEUE, SF_SIGQUEUE_LOST, sig, 0, 0);
	*ret_generate = TRACE_SIGNAL_LOSE_INFO;
	return 0;
}

/* A child that is being made gets what all of many get, as its parent does. */
static void for_forks_under_way(int sig, const struct task_struct *t, enum pid_type type)
{
	struct multiprocess_signals *delayed;

	if (type <= PIDTYPE_TGID)
		return;
	for (delayed = t->signal->multiprocess; delayed; delayed = delayed->next) {
		if (sig == SIGCONT)
			delayed->signal &= ~SIG_KERNEL_STOP_MASK;
		else if (sig_kernel_stop(sig))
			delayed->signal &= ~sigmask(SIGCONT);
		delayed->signal |= sigmask(sig);
	}
}

static int generate(int sig, const struct sf_siginfo *info, struct task_struct *t,
		    enum pid_type type, bool force, int *ret_generate)
{
	struct sigpending *pending = type == PIDTYPE_PID ? &t->pending : &t->signal->shared_pending;
	bool merged;
	int r;

	*ret_generate = TRACE_SIGNAL_IGNORED;
	if (current->machine->kernel.drop_private_to_exiting && type == PIDTYPE_PID) {
		step(t, SF_STEP_EXITING_THREAD, READ_ONCE(t->flags) & PF_EXITING, sig, 0, 0);
		if (READ_ONCE(t->flags) & PF_EXITING)
			return 0;
	}
	if (!prepare_signal(sig, t, force))
		return 0;
	step(t, SF_STEP_PENDING_SET, type == PIDTYPE_PID ? SF_SET_PRIVATE : SF_SET_SHARED, sig, 0,
	     0);
	merged = legacy_queue(pending, sig);
	step(t, SF_STEP_LEGACY_QUEUE, merged, sig, 0, 0);
	*ret_generate = TRACE_SIGNAL_ALREADY_PENDING;
	if (merged)
		return 0;
	*ret_generate = TRACE_SIGNAL_DELIVERED;
	r = queue_info(sig, info, t, pending, ret_generate);
	if (r)
		return r;
	signalfd_notify(t);
	sigaddset(pending, sig);
	for_forks_under_way(sig, t, type);
	complete_signal(sig, t, type);
	return 0;
}

static void generate_event(int sig, const struct sf_siginfo *info, struct task_struct *t,
			   enum pid_type type, int result)
{
	struct sf_event event = {
		.type = SF_EVENT_GENERATED,
		.task = t,
		.group = type != PIDTYPE_PID,
		.generate = result,
	};

	if (!t->machine->observe)
		return;
	if (is_si_special(info))
		event.info = (struct sf_siginfo){.code = info == SEND_SIG_PRIV ? SF_SI_KERNEL
									       : SF_SI_USER};
	else
		event.info = *info;
	event.info.signo = sig;
	machine_event(&event);
}

/*
 * Nobody asks whether the same waits already: a timer has its own entry.  It has none when its
 * owner's user had no room for one.
 */
static int generate_queued(struct sigqueue *q, struct task_struct *t)
{
	int sig = q->info.signo;

	if (!prepare_signal(sig, t, false))
		return TRACE_SIGNAL_IGNORED;
	step(t, SF_STEP_PENDING_SET, SF_SET_SHARED, sig, 0, 0);
	signalfd_notify(t);
	list_add_tail(&q->list, &t->signal->shared_pending.list);
	sigaddset(&t->signal->shared_pending, sig);
	complete_signal(sig, t, PIDTYPE_TGID);
	return TRACE_SIGNAL_DELIVERED;
}

int send_sigqueue(struct sigqueue *q, struct task_struct *t, int *ret_generate)
{
	struct sf_siginfo info = q->info;

	if (!lock_task_sighand(t)) {
		sigqueue_free(t->machine, q);
		return -ESRCH;
	}
	*ret_generate = generate_queued(q, t);
	if (*ret_generate == TRACE_SIGNAL_IGNORED)
		sigqueue_free(t->machine, q);
	step(t, SF_STEP_GENERATE, *ret_generate, info.signo, 1, 0);
	generate_event(info.signo, &info, t, PIDTYPE_TGID, *ret_generate);
	unlock_task_sighand(t);
	return 0;
}

int __send_signal_locked(int sig, struct sf_siginfo *info, struct task_struct *t,
			 enum pid_type type, bool force, int *ret_generate)
{
	int r = generate(sig, info, t, type, force, ret_generate);

	step(t, SF_STEP_GENERATE, *ret_generate, sig, type != PIDTYPE_PID, 0);
	generate_event(sig, info, t, type, *ret_generate);
	return r;
}

/* ---- from whom, and is it forced? ---------------------------------------------------------- */

/* How far the codes of each signal go that has codes of its own. */
static int last_code(int sig)
{
	switch (sig) {
	case SIGILL:
		return 11;
	case SIGFPE:
		return 15;
	case SIGSEGV:
		return 10;
	case SIGBUS:
		return 5;
	case SIGTRAP:
		return 6;
	case SIGCHLD:
	case SIGIO:
		return 6;
	case SIGSYS:
		return 2;
	default:
		return 0;
	}
}

/* Whether this kind of info has a sender in it. Models: kernel/signal.c:siginfo_layout */
bool has_si_pid_and_uid(const struct sf_siginfo *info)
{
	int code = info->code, sig = info->signo;

	if (code <= SF_SI_USER || code >= SF_SI_KERNEL)
		return code != SF_SI_TIMER && code != SF_SI_SIGIO;
	if (code <= last_code(sig))
		return sig == SIGCHLD;
	return code > 6; /* below that it is taken for a SIGIO */
}

/* A sender is told in the receiver's terms, in the one info that all receivers may share. */
static bool translate_ids(int sig, struct sf_siginfo *info, struct task_struct *t)
{
	const struct user_namespace *ns = rcu_dereference(t->cred)->user_ns;
	bool outside;

	if (current->cred->user_ns != ns) {
		uint32_t uid = info->uid;

		info->uid = from_kuid_munged(ns, make_kuid(current->cred->user_ns, uid));
		step(t, SF_STEP_TRANSLATE_UID, 1, sig, uid, info->uid);
	}
	outside = !task_pid_nr_ns(current, task_active_pid_ns(t));
	step(t, SF_STEP_ANCESTOR, outside, sig, task_pid_nr_ns(current, task_active_pid_ns(t)), 0);
	if (outside)
		info->pid = 0;
	return outside;
}

static int force_of(int sig, struct sf_siginfo *info, struct task_struct *t)
{
	bool outside;

	if (info == SEND_SIG_PRIV)
		return SF_FORCE_KERNEL;
	if (info == SEND_SIG_NOINFO) {
		int nr = task_pid_nr_ns(current, task_active_pid_ns(t));

		step(t, SF_STEP_ANCESTOR, !nr, sig, nr, 0);
		return nr ? SF_FORCE_NO : SF_FORCE_ANCESTOR;
	}
	if (!has_si_pid_and_uid(info))
		return SF_FORCE_NO_IDS;
	outside = translate_ids(sig, info, t);
	if (info->code == SF_SI_KERNEL)
		return SF_FORCE_SI_KERNEL;
	return outside ? SF_FORCE_ANCESTOR : SF_FORCE_NO;
}

int send_signal_locked(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
		       int *ret_generate)
{
	int answer, generate = TRACE_SIGNAL_NONE;
	struct sf_siginfo own;
	bool force;

	if (unlikely(t->machine->kernel.own_siginfo) && info != SEND_SIG_NOINFO &&
	    info != SEND_SIG_PRIV) {
		own = *info;
		info = &own;
	}
	answer = force_of(sig, info, t);
	force = answer != SF_FORCE_NO && answer != SF_FORCE_NO_IDS;
	step(t, SF_STEP_FORCE, answer, sig, 0, 0);
	return __send_signal_locked(sig, info, t, type, force,
				    ret_generate ? ret_generate : &generate);
}

int do_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
		     int *ret_generate)
{
	struct sighand_struct *sighand;
	int r = -ESRCH;

	rcu_read_lock();
	sighand = lock_task_sighand(t);
	step(t, SF_STEP_SIGHAND, sighand != NULL, sig, 0, 0);
	if (sighand) {
		r = send_signal_locked(sig, info, t, type, ret_generate);
		unlock_task_sighand(t);
	}
	rcu_read_unlock();
	return r;
}

int send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type)
{
	int generate = TRACE_SIGNAL_NONE;

	return do_send_sig_info(sig, info, t, type, &generate);
}

int group_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type)
{
	int generate = TRACE_SIGNAL_NONE;
	int r;

	rcu_read_lock();
	r = check_kill_permission(sig, info, t);
	rcu_read_unlock();
	if (!r && sig)
		r = do_send_sig_info(sig, info, t, type, &generate);
	else if (!r)
		step(t, SF_STEP_PROBE, 0, sig, 0, 0);
	step(t, SF_STEP_RESULT, -r, sig, generate, type);
	return r;
}
