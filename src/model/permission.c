/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * permission.c - may current signal this task?
 *
 * PID namespaces have no part in it: whom one cannot name, one cannot ask about.
 *
 * Models: kernel/signal.c:check_kill_permission, security/security.c:security_task_kill
 */
#include "model/machine.h"
#include "model/signal.h"

#define MAX_ERRNO 4095

int security_task_kill(struct task_struct *t, const struct sf_siginfo *info, int sig)
{
	const struct sf_machine *m = current->machine;
	int r = landlock_task_kill(t);

	if (r || !m->lsm)
		return r;
	no_calls = IN_HOOK;
	r = m->lsm(m->lsm_data, current, t, is_si_special(info) ? NULL : info, sig);
	no_calls = 0;
	return r <= 0 && r >= -MAX_ERRNO ? r : -EPERM;
}

/* The target's effective id and the sender's saved one are not asked about. */
static int kill_ok_by_cred(const struct task_struct *t)
{
	const struct cred *cred = current->cred, *tcred = rcu_dereference(t->cred);

	if (cred->euid == tcred->suid)
		return SF_CRED_EUID_SUID;
	if (cred->euid == tcred->uid)
		return SF_CRED_EUID_UID;
	if (cred->uid == tcred->suid)
		return SF_CRED_UID_SUID;
	if (cred->uid == tcred->uid)
		return SF_CRED_UID_UID;
	switch (cap_capable(cred, tcred->user_ns, SF_CAP_KILL)) {
	case CAPABLE_CAP:
		return SF_CRED_CAP_KILL;
	case CAPABLE_OWNER:
		return SF_CRED_NS_OWNER;
	case CAPABLE_NO:
	default:
		return SF_CRED_NO;
	}
}

/* A job may always be continued from within its session. */
static bool sigcont_in_session(int sig, struct task_struct *t)
{
	bool same;

	if (sig != SIGCONT)
		return false;
	same = task_session(t) == task_session(current);
	step(t, SF_STEP_SESSION, same ? SF_SESSION_SAME : SF_SESSION_OTHER, sig, 0, 0);
	return same;
}

static bool allowed_by_cred(int sig, struct task_struct *t)
{
	bool same = same_thread_group(current, t);
	int ok;

	step(t, SF_STEP_SAME_GROUP, same, sig, 0, 0);
	if (same)
		return true;
	ok = kill_ok_by_cred(t);
	step(t, SF_STEP_CRED, ok, sig, current->cred->euid, rcu_dereference(t->cred)->uid);
	return ok != SF_CRED_NO || sigcont_in_session(sig, t);
}

int check_kill_permission(int sig, const struct sf_siginfo *info, struct task_struct *t)
{
	int error;

	step(t, SF_STEP_VALID_SIGNAL, valid_signal(sig), sig, sig, 0);
	if (!valid_signal(sig))
		return -EINVAL;
	step(t, SF_STEP_FROM_USER, si_fromuser(info), sig, 0, 0);
	if (!si_fromuser(info))
		return 0;
	error = audit_signal_info(sig, t);
	if (error)
		return error;
	if (!allowed_by_cred(sig, t))
		return -EPERM;
	error = security_task_kill(t, info, sig);
	step(t, SF_STEP_LSM, error == 0, sig, error, 0);
	return error;
}
