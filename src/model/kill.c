/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kill.c - the system calls that send a signal, and whom they mean
 *
 * Models: kernel/signal.c, from SYSCALL_DEFINE2(kill) on
 */
#include "model/machine.h"
#include "model/signal.h"

/* As numbered on x86-64, for the audit records. */
enum {
	NR_KILL = 62,
	NR_RT_SIGQUEUEINFO = 129,
	NR_TKILL = 200,
	NR_TGKILL = 234,
	NR_RT_TGSIGQUEUEINFO = 297,
	NR_PIDFD_SEND_SIGNAL = 424
};

/* Only who it is from: a caller cannot say it of another. */
static struct sf_siginfo prepare_kill_siginfo(int sig, enum pid_type type)
{
	struct sf_siginfo info = {
		.signo = sig,
		.code = type == PIDTYPE_PID ? SF_SI_TKILL : SF_SI_USER,
		.pid = task_tgid_vnr(current),
		.uid = from_kuid_munged(current->cred->user_ns, current->cred->uid),
	};

	step(current, SF_STEP_PREPARE_INFO, 0, sig, info.pid, info.uid);
	return info;
}

static int kill_pid_info_type(int sig, struct sf_siginfo *info, struct pid *pid, enum pid_type type)
{
	for (;;) {
		struct task_struct *p;
		int error = -ESRCH;
		bool gone;

		rcu_read_lock();
		p = pid_task(pid, PIDTYPE_PID);
		if (p)
			error = group_send_sig_info(sig, info, p, type);
		/* It has ended, or an exec gave its number to another thread: look again. */
		gone = p && unlikely(error == -ESRCH) && !rcu_dereference(p->sighand);
		if (gone)
			step(p, SF_STEP_AGAIN, pid_task(pid, PIDTYPE_PID) != NULL, sig, 0, 0);
		rcu_read_unlock();
		if (!gone)
			return error;
	}
}

int kill_pgrp_info_locked(int sig, struct sf_siginfo *info, struct pid *pgrp)
{
	struct task_struct *p;
	int ret = -ESRCH;

	if (!pgrp)
		return ret;
	for_each_pgrp_task (pgrp, p) {
		int error;

		step(p, SF_STEP_MEMBER, 1, sig, 0, 0);
		error = group_send_sig_info(sig, info, p, PIDTYPE_PGID);
		/* Once it has come to one, it has succeeded. */
		if (ret)
			ret = error;
	}
	return ret;
}

static int kill_proc_info(int sig, struct sf_siginfo *info, int nr)
{
	struct pid *pid;
	int r;

	rcu_read_lock();
	pid = find_vpid(nr);
	step(pid_task(pid, PIDTYPE_PID), SF_STEP_FIND, pid != NULL, sig, nr, 0);
	r = kill_pid_info_type(sig, info, pid, PIDTYPE_TGID);
	rcu_read_unlock();
	return r;
}

/* Everybody that current can name, but its own process and the init of its namespace. */
static int kill_all(int sig, struct sf_siginfo *info)
{
	int ret = 0, count = 0;
	struct task_struct *p;

	for_each_process (current->machine, p) {
		int error, nr = task_pid_vnr(p);

		if (nr < 1)
			continue;
		step(p, SF_STEP_CANDIDATE,
		     nr == 1			     ? SF_CANDIDATE_OWN_INIT
		     : same_thread_group(p, current) ? SF_CANDIDATE_SELF
						     : SF_CANDIDATE_YES,
		     sig, nr, 0);
		if (nr == 1 || same_thread_group(p, current))
			continue;
		error = group_send_sig_info(sig, info, p, PIDTYPE_MAX);
		count++;
		if (error != -EPERM)
			ret = error;
	}
	return count ? ret : -ESRCH;
}

static int kill_something_info(int sig, struct sf_siginfo *info, int pid)
{
	struct sf_machine *m = current->machine;
	struct pid *pgrp;
	int r;

	step(current, SF_STEP_WHOM,
	     pid > 0	      ? SF_WHOM_ONE
	     : pid == INT_MIN ? SF_WHOM_INT_MIN
	     : pid == -1      ? SF_WHOM_ALL
	     : pid	      ? SF_WHOM_PGRP
			      : SF_WHOM_OWN_PGRP,
	     sig, pid, 0);
	if (pid > 0)
		return kill_proc_info(sig, info, pid);
	if (pid == INT_MIN)
		return -ESRCH;
	read_lock(&m->tasklist_lock);
	if (pid == -1) {
		r = kill_all(sig, info);
	} else {
		pgrp = pid ? find_vpid(-pid) : task_pgrp(current);
		if (pid)
			step(NULL, SF_STEP_FIND, pgrp && pid_has_task(pgrp, PIDTYPE_PGID), sig,
			     -pid, 0);
		r = kill_pgrp_info_locked(sig, info, pgrp);
	}
	read_unlock(&m->tasklist_lock);
	return r;
}

static int do_send_specific(int tgid, int nr, int sig, struct sf_siginfo *info)
{
	int error = -ESRCH, generate = TRACE_SIGNAL_NONE;
	struct task_struct *p;

	rcu_read_lock();
	p = find_task_by_vpid(nr);
	step(p, SF_STEP_FIND, p != NULL, sig, nr, 0);
	if (p && tgid > 0)
		step(p, SF_STEP_TGID, task_tgid_vnr(p) == tgid, sig, task_tgid_vnr(p), tgid);
	if (p && (tgid <= 0 || task_tgid_vnr(p) == tgid)) {
		error = check_kill_permission(sig, info, p);
		if (!error && sig) {
			error = do_send_sig_info(sig, info, p, PIDTYPE_PID, &generate);
			/* That it went between is nobody's fault: it was there. */
			if (error == -ESRCH)
				error = 0;
		} else if (!error) {
			step(p, SF_STEP_PROBE, 0, sig, 0, 0);
		}
		step(p, SF_STEP_RESULT, -error, sig, generate, PIDTYPE_PID);
	}
	rcu_read_unlock();
	return error;
}

/* ---- the calls ----------------------------------------------------------------------------- */

static bool enter(struct task_struct *t, int call, int nr, int sig, const long arg[4])
{
	if (!call_enter(t))
		return false;
	audit_call(nr, arg);
	step(current, SF_STEP_CALL, call, sig, arg[0], arg[1]);
	return true;
}

static long leave(long ret)
{
	audit_call_done(ret);
	step(current, SF_STEP_RETURN, ret < 0, 0, ret, 0);
	return call_leave(ret);
}

static bool arguments_ok(int answer, int sig)
{
	step(current, SF_STEP_ARGUMENTS, answer, sig, 0, 0);
	return answer == SF_ARG_OK;
}

long sf_kill(struct sf_task *t, int pid, int sig)
{
	struct sf_siginfo info;

	if (!enter(t, SF_CALL_KILL, NR_KILL, sig, (const long[4]){pid, sig}))
		return SF_FAIL;
	info = prepare_kill_siginfo(sig, PIDTYPE_TGID);
	return leave(kill_something_info(sig, &info, pid));
}

static int do_tkill(int tgid, int pid, int sig)
{
	struct sf_siginfo info = prepare_kill_siginfo(sig, PIDTYPE_PID);

	return do_send_specific(tgid, pid, sig, &info);
}

long sf_tkill(struct sf_task *t, int pid, int sig)
{
	if (!enter(t, SF_CALL_TKILL, NR_TKILL, sig, (const long[4]){pid, sig}))
		return SF_FAIL;
	if (!arguments_ok(pid > 0 ? SF_ARG_OK : SF_ARG_INVALID, sig))
		return leave(-EINVAL);
	return leave(do_tkill(0, pid, sig));
}

long sf_tgkill(struct sf_task *t, int tgid, int pid, int sig)
{
	if (!enter(t, SF_CALL_TGKILL, NR_TGKILL, sig, (const long[4]){tgid, pid, sig}))
		return SF_FAIL;
	if (!arguments_ok(pid > 0 && tgid > 0 ? SF_ARG_OK : SF_ARG_INVALID, sig))
		return leave(-EINVAL);
	return leave(do_tkill(tgid, pid, sig));
}

/* What the kernel itself says, and what tgkill() says, one may say only to oneself. */
static bool forged(const struct sf_siginfo *info, bool self)
{
	return (info->code >= 0 || info->code == SF_SI_TKILL) && !self;
}

static long do_rt_sigqueueinfo(int pid, int sig, const struct sf_siginfo *uinfo)
{
	struct sf_siginfo info;

	if (!uinfo)
		return -EFAULT;
	info = *uinfo;
	info.signo = sig;
	if (!arguments_ok(forged(&info, task_pid_vnr(current) == pid) ? SF_ARG_FORGED : SF_ARG_OK,
			  sig))
		return -EPERM;
	return kill_proc_info(sig, &info, pid);
}

long sf_rt_sigqueueinfo(struct sf_task *t, int pid, int sig, const struct sf_siginfo *info)
{
	const long arg[4] = {pid, sig};

	if (!enter(t, SF_CALL_RT_SIGQUEUEINFO, NR_RT_SIGQUEUEINFO, sig, arg))
		return SF_FAIL;
	return leave(do_rt_sigqueueinfo(pid, sig, info));
}

long sf_rt_tgsigqueueinfo(struct sf_task *t, int tgid, int pid, int sig,
			  const struct sf_siginfo *uinfo)
{
	const long arg[4] = {tgid, pid, sig};
	struct sf_siginfo info;
	int answer = SF_ARG_OK;

	if (!enter(t, SF_CALL_RT_TGSIGQUEUEINFO, NR_RT_TGSIGQUEUEINFO, sig, arg))
		return SF_FAIL;
	if (!uinfo)
		return leave(-EFAULT);
	info = *uinfo;
	info.signo = sig;
	if (pid <= 0 || tgid <= 0)
		answer = SF_ARG_INVALID;
	else if (forged(&info, task_pid_vnr(current) == pid))
		answer = SF_ARG_FORGED;
	if (!arguments_ok(answer, sig))
		return leave(answer == SF_ARG_FORGED ? -EPERM : -EINVAL);
	return leave(do_send_specific(tgid, pid, sig, &info));
}

long sf_sigqueue(struct sf_task *t, int pid, int sig, int64_t value)
{
	struct sf_siginfo info = {.code = SF_SI_QUEUE, .value = value};
	const long arg[4] = {pid, sig};

	if (!enter(t, SF_CALL_RT_SIGQUEUEINFO, NR_RT_SIGQUEUEINFO, sig, arg))
		return SF_FAIL;
	info.pid = task_tgid_vnr(current);
	info.uid = from_kuid_munged(current->cred->user_ns, current->cred->uid);
	return leave(do_rt_sigqueueinfo(pid, sig, &info));
}

/* ---- pidfd_send_signal --------------------------------------------------------------------- */

#define PIDFD_SIGNAL_FLAGS                                                                         \
	(SF_PIDFD_SIGNAL_THREAD | SF_PIDFD_SIGNAL_THREAD_GROUP | SF_PIDFD_SIGNAL_PROCESS_GROUP)

static int check_pidfd(const struct pid *pid, int sig, const struct sf_siginfo *info,
		       enum pid_type type, unsigned int flags)
{
	unsigned int known = current->machine->kernel.pidfd_scope_flags ? PIDFD_SIGNAL_FLAGS : 0;

	if (flags & ~known || __builtin_popcount(flags) > 1)
		return SF_ARG_INVALID;
	/* Only what is in current's namespace or below it. */
	if (!in_pid_ns(task_active_pid_ns(current), ns_of_pid(pid)))
		return SF_ARG_NAMESPACE;
	if (!info)
		return SF_ARG_OK;
	if (info->signo != sig)
		return SF_ARG_SIGNO;
	if (forged(info, current->thread_pid == pid && type <= PIDTYPE_TGID))
		return SF_ARG_FORGED;
	return SF_ARG_OK;
}

static int do_pidfd_send_signal(struct pid *pid, int sig, const struct sf_siginfo *uinfo,
				enum pid_type type)
{
	struct sf_machine *m = current->machine;
	struct sf_siginfo info = uinfo ? *uinfo : prepare_kill_siginfo(sig, type);
	int r;

	if (type != PIDTYPE_PGID)
		return kill_pid_info_type(sig, &info, pid, type);
	read_lock(&m->tasklist_lock);
	r = kill_pgrp_info_locked(sig, &info, pid);
	read_unlock(&m->tasklist_lock);
	return r;
}

static enum pid_type pidfd_scope(const struct task_struct *target, unsigned int flags)
{
	if (flags & SF_PIDFD_SIGNAL_PROCESS_GROUP)
		return PIDTYPE_PGID;
	if (flags & SF_PIDFD_SIGNAL_THREAD_GROUP)
		return PIDTYPE_TGID;
	return flags & SF_PIDFD_SIGNAL_THREAD || !thread_group_leader(target) ? PIDTYPE_PID
									      : PIDTYPE_TGID;
}

/* The number of a leader may go to another thread meanwhile, and be given back. */
static struct pid *pid_of(const struct task_struct *t)
{
	struct pid *pid;

	rcu_read_lock();
	pid = get_pid(rcu_dereference(t->thread_pid));
	rcu_read_unlock();
	return pid;
}

long sf_pidfd_send_signal(struct sf_task *t, struct sf_task *target, int sig,
			  const struct sf_siginfo *info, unsigned int flags)
{
	const long arg[4] = {0, sig, 0, (long)flags};
	enum pid_type type;
	struct pid *pid;
	int answer;
	long r;

	if (!same_machine(t, target))
		return call_fail(-EINVAL);
	type = pidfd_scope(target, flags);
	if (!enter(t, SF_CALL_PIDFD_SEND_SIGNAL, NR_PIDFD_SEND_SIGNAL, sig, arg))
		return SF_FAIL;
	pid = pid_of(target);
	answer = check_pidfd(pid, sig, info, type, flags);
	if (arguments_ok(answer, sig))
		r = do_pidfd_send_signal(pid, sig, info, type);
	else
		r = answer == SF_ARG_FORGED ? -EPERM : -EINVAL;
	put_pid(pid);
	return leave(r);
}
