/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notify.c - what parents and tracers are told: deaths, stops, continuations
 *
 * Models: kernel/signal.c:do_notify_parent, do_notify_parent_cldstop
 */
#include "model/machine.h"
#include "model/signal.h"

static struct sf_siginfo child_info(const struct task_struct *t, const struct task_struct *parent,
				    int sig)
{
	struct sf_siginfo info = {.signo = sig};

	rcu_read_lock();
	info.pid = task_pid_nr_ns(t, task_active_pid_ns(parent));
	info.uid = from_kuid_munged(rcu_dereference(parent->cred)->user_ns,
				    rcu_dereference(t->cred)->uid);
	rcu_read_unlock();
	return info;
}

/* Who waits for others is not woken, and does not see that there is nobody left to wait for. */
static bool waits_for(struct task_struct *t, struct task_struct *p,
		      const struct task_struct *parent)
{
	const struct wait_for *wait = &rare_of(t)->sleeping.wait;

	return eligible_pid(wait, p) && (t == parent || !(wait->options & SF_WNOTHREAD));
}

/* Any thread of the parent may be waiting. */
void wake_up_parent(struct task_struct *p, struct task_struct *parent)
{
	struct task_struct *t;

	for_each_thread (parent, t) {
		if (READ_ONCE(t->flags) & PF_ZAPPING ||
		    (sleeping_in(t) == CALL_WAIT4 && waits_for(t, p, parent)))
			enqueue_task(t);
	}
}

static bool ignores_children(const struct task_struct *parent, bool *ret_ignored)
{
	*ret_ignored = sig_handler(parent->sighand, SIGCHLD) == SF_SIG_IGN;
	return *ret_ignored || sig_flags(parent->sighand, SIGCHLD) & SF_SA_NOCLDWAIT;
}

/* A parent that has run another program since then did not ask for this signal. */
static int exit_signal_of(const struct task_struct *t, int sig)
{
	if (sig != SIGCHLD && t->parent_exec_id != READ_ONCE(t->parent->self_exec_id))
		return SIGCHLD;
	return sig;
}

bool do_notify_parent(struct task_struct *t, int sig)
{
	struct task_struct *parent = t->parent;
	bool autoreap = false, ignored = false;
	struct sf_siginfo info;
	int code = READ_ONCE(t->exit_code), generate = TRACE_SIGNAL_NONE;

	sig = exit_signal_of(t, sig);
	info = child_info(t, parent, sig);
	info.status = code & 0x7f ? code & 0x7f : code >> 8;
	info.code = code & 0x80 ? SF_CLD_DUMPED : code & 0x7f ? SF_CLD_KILLED : SF_CLD_EXITED;
	lock_task_sighand(parent);
	if (!t->ptrace && sig == SIGCHLD)
		autoreap = ignores_children(parent, &ignored);
	step(t, SF_STEP_NOTIFY,
	     !autoreap ? (sig > 0 ? SF_NOTIFY_SENT : SF_NOTIFY_NONE)
	     : ignored ? SF_NOTIFY_AUTOREAP
		       : SF_NOTIFY_SENT_AUTOREAP,
	     sig, info.code, info.status);
	if (sig > 0 && valid_signal(sig) && !ignored)
		__send_signal_locked(sig, &info, parent, PIDTYPE_TGID, false, &generate);
	wake_up_parent(t, parent);
	unlock_task_sighand(parent);
	return autoreap;
}

static int status_of(const struct task_struct *t, int why)
{
	switch (why) {
	case SF_CLD_CONTINUED:
		return SIGCONT;
	case SF_CLD_STOPPED:
		return READ_ONCE(t->signal->group_exit_code) & 0x7f;
	default:
		return READ_ONCE(t->exit_code) & 0x7f;
	}
}

void do_notify_parent_cldstop(struct task_struct *t, bool for_ptracer, int why)
{
	struct task_struct *parent;
	struct sf_siginfo info;
	bool told;

	if (for_ptracer) {
		parent = t->parent;
	} else {
		t = READ_ONCE(t->group_leader);
		parent = t->real_parent;
	}
	info = child_info(t, parent, SIGCHLD);
	info.code = why;
	info.status = status_of(t, why);
	lock_task_sighand(parent);
	told = sig_handler(parent->sighand, SIGCHLD) != SF_SIG_IGN &&
	       !(sig_flags(parent->sighand, SIGCHLD) & SF_SA_NOCLDSTOP);
	step(t, SF_STEP_NOTIFY, told ? SF_NOTIFY_SENT : SF_NOTIFY_NONE, SIGCHLD, why, info.status);
	if (told)
		send_signal_locked(SIGCHLD, &info, parent, PIDTYPE_TGID, NULL);
	wake_up_parent(t, parent);
	unlock_task_sighand(parent);
}
