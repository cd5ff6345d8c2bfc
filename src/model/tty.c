/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tty.c - the terminal of a session: its keys, and what its end and that of the leader lead to
 *
 * Models: drivers/tty/tty_jobctrl.c, and isig() of drivers/tty/n_tty.c
 */
#include "model/machine.h"
#include "model/signal.h"

/* Only the leader of the session is told; it is to tell the others.  Without one, they are told. */
void tty_hangup(struct task_struct *t)
{
	struct task_struct *leader;

	rcu_read_lock();
	leader = pid_task(task_session(t), PIDTYPE_PID);
	if (leader && same_thread_group(leader, t)) {
		send_from_kernel(SIGHUP, SEND_SIG_PRIV, leader, PIDTYPE_TGID);
		send_from_kernel(SIGCONT, SEND_SIG_PRIV, leader, PIDTYPE_TGID);
	} else {
		kill_pgrp_of(SIGHUP, t);
	}
	rcu_read_unlock();
}

/* Who was in the foreground, with the reference that was the session's; NULL for nobody. */
static struct pid *change_foreground(struct pid *pgrp, bool gone, bool *ret_was_gone)
{
	struct signal_struct *sig = current->signal;
	struct pid *old;

	lock_task_sighand(current);
	old = sig->tty_pgrp;
	*ret_was_gone = sig->tty_gone;
	sig->tty_pgrp = pgrp;
	sig->tty_gone = gone;
	unlock_task_sighand(current);
	return old;
}

/* The foreground hears of the leader's end, and also whether its terminal was there no more. */
bool disassociate_ctty(void)
{
	bool gone;
	struct pid *pgrp = change_foreground(NULL, false, &gone);

	if (!pgrp)
		return false;
	kill_pgrp(pgrp, SIGHUP);
	if (gone)
		kill_pgrp(pgrp, SIGCONT);
	put_pid(pgrp);
	return true;
}

static void set_foreground(struct pid *pgrp, bool gone)
{
	bool was_gone;

	put_pid(change_foreground(get_pid(pgrp), gone, &was_gone));
}

static bool has_tty(void)
{
	const struct signal_struct *sig = current->signal;
	bool has;

	lock_task_sighand(current);
	has = sig->tty_pgrp && !sig->tty_gone;
	unlock_task_sighand(current);
	return has;
}

static bool is_in_own_session(const struct pid *pgrp)
{
	const struct task_struct *t;
	bool own;

	read_lock(&current->machine->tasklist_lock);
	t = pid_task(pgrp, PIDTYPE_PGID);
	if (!t)
		t = pid_task(pgrp, PIDTYPE_PID);
	own = t && task_session(t) == task_session(current);
	read_unlock(&current->machine->tasklist_lock);
	return own;
}

static long tiocspgrp(int nr, struct pid **ret)
{
	struct pid *pgrp = nr ? find_vpid(nr) : task_pgrp(current);

	if (nr < 0)
		return -EINVAL;
	if (!pgrp)
		return -ESRCH;
	if (!is_in_own_session(pgrp))
		return -EPERM;
	set_foreground(pgrp, false);
	*ret = pgrp;
	return 0;
}

static bool from_terminal(int sig)
{
	return sig == SIGINT || sig == SIGQUIT || sig == SIGTSTP || sig == SIGHUP;
}

static long do_tty(int sig, int nr)
{
	struct pid *pgrp;
	long r;

	if (!READ_ONCE(current->signal->leader))
		return -EPERM;
	if (!from_terminal(sig))
		return -EINVAL;
	if (!has_tty())
		set_foreground(task_pgrp(current), false);
	r = tiocspgrp(nr, &pgrp);
	if (r)
		return r;
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, sig, 0, 0);
	if (sig == SIGHUP) {
		set_foreground(pgrp, true);
		tty_hangup(current);
	} else {
		kill_pgrp(pgrp, sig);
	}
	step(current, SF_STEP_RETURN, 0, sig, 0, 0);
	return 0;
}

long sf_tty(struct sf_task *t, int sig, int pgrp)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	rcu_read_lock();
	r = do_tty(sig, pgrp);
	rcu_read_unlock();
	return call_leave(r);
}
