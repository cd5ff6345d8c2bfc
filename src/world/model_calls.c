/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model_calls.c - the notation's calls on a machine */
#include <errno.h>

#include "world/model.h"

#define THREAD_FLAGS (SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD)

static long call_clone3(struct sf_task *t, const struct world_call *c, struct sf_task **ret)
{
	const struct sf_clone_args args = {
		.flags = (uint64_t)c->arg[0],
		.exit_signal = (int)c->arg[1],
		.set_tid = c->n_tids ? c->tid : NULL,
		.set_tid_size = c->n_tids,
	};

	return sf_clone3(t, &args, ret);
}

static long call_making(struct sf_task *t, const struct world_call *c, struct sf_task **ret)
{
	switch ((int)c->id) {
	case FATE_THREAD:
		return sf_clone(t, THREAD_FLAGS, ret);
	case FATE_CLONE:
		return sf_clone(t, (uint64_t)c->arg[0], ret);
	case FATE_CLONE3:
		return call_clone3(t, c, ret);
	case FATE_VFORK:
		return sf_clone(t, SF_CLONE_VM | SF_CLONE_VFORK | SIGCHLD, ret);
	default:
		return sf_clone(t, SIGCHLD, ret);
	}
}

static long call_capset(struct sf_task *t, const struct world_call *c)
{
	uint64_t keep = c->arg[0] == FATE_CAPS_DROP ? ~c->set : c->set;

	return sf_capset(t, sf_task_cap_effective(t) & keep, sf_task_cap_permitted(t));
}

/* Whether a handler takes a siginfo is not the scenario's to say: it always does. */
static long call_sigaction(struct sf_task *t, const struct world_call *c, struct world_result *ret)
{
	long r;

	const struct sf_sigaction act = {
		.handler = (enum sf_handler)c->arg[1],
		.flags = c->n_args > 2 ? (uint32_t)c->arg[2] : 0,
		.mask = c->set,
	};

	r = sf_rt_sigaction(t, (int)c->arg[0], c->arg[1] == FATE_HANDLER_NULL ? NULL : &act,
			    &ret->action);
	ret->action.flags &= ~SF_SA_SIGINFO;
	return r;
}

static long call_ptrace(struct sf_task *t, const struct world_call *c, struct world_result *ret)
{
	enum sf_ptrace_request request = (enum sf_ptrace_request)c->arg[0];
	int pid = c->n_args > 1 ? (int)c->arg[1] : 0;

	if (request == SF_PTRACE_GETSIGINFO)
		return sf_ptrace_getsiginfo(t, pid, &ret->info);
	return sf_ptrace(t, request, pid, c->n_args > 2 ? c->arg[2] : 0);
}

static long call_pidfd(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = c->arg[0] < 0 ? t : mw->person[c->arg[0]].task;
	unsigned int flags = c->n_args > 3 ? (unsigned int)c->arg[3] : 0;

	if (!target)
		return -ESRCH;
	/* The caller's own thread; its process is that of its leader. */
	if (c->arg[0] == FATE_PIDFD_SELF_THREAD && !flags)
		flags = SF_PIDFD_SIGNAL_THREAD;
	else if (c->arg[0] == FATE_PIDFD_SELF_THREAD_GROUP)
		target = sf_task_leader(t);
	return sf_pidfd_send_signal(t, target, (int)c->arg[1], c->has_info ? &c->info : NULL,
				    flags);
}

static long call_map(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = mw->person[c->arg[0]].task;
	const uint32_t a[3] = {(uint32_t)c->arg[1], (uint32_t)c->arg[2], (uint32_t)c->arg[3]};

	long r = -ESRCH;

	if (target && c->id == FATE_UID_MAP)
		r = sf_uid_map(t, target, a[0], a[1], a[2]);
	else if (target)
		r = sf_gid_map(t, target, a[0], a[1], a[2]);
	return r == -ESRCH ? -ENOENT : r; /* the file of one that is gone */
}

static long call_setns(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	const struct sf_task *target = mw->person[c->arg[0]].task;

	return target ? sf_setns(t, target, (uint64_t)c->arg[1]) : -ESRCH;
}

static long call_write(struct sf_task *t, const struct world_call *c)
{
	bool pipe = c->arg[0] == FATE_WRITE_PIPE;
	long r = sf_generate(t, pipe ? SF_GENERATOR_PIPE : SF_GENERATOR_FILE_SIZE, t, 0);

	return r ? r : pipe ? -EPIPE : -EFBIG;
}

static long call_tty(struct sf_task *t, const struct world_call *c)
{
	static const int sig[] = {[FATE_TTY_INTR] = 2,
				  [FATE_TTY_QUIT] = 3,
				  [FATE_TTY_SUSP] = 20,
				  [FATE_TTY_HANGUP] = 1};

	return sf_tty(t, sig[c->arg[0]], c->n_args > 1 ? (int)c->arg[1] : 0);
}

static long call_cgroup_kill(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = mw->person[c->arg[0]].task;

	return target ? sf_generate(t, SF_GENERATOR_CGROUP_KILL, sf_task_leader(target), 0)
		      : -ESRCH;
}

/* Signals that no system call is for. */
static long call_generating(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_FAULT:
		return sf_fault(t, (int)a[0]);
	case FATE_SECCOMP:
		return sf_seccomp(t, (enum sf_seccomp)a[0]);
	case FATE_ALARM:
		return sf_generate(t, SF_GENERATOR_ALARM, sf_task_leader(t), 0);
	case FATE_TIMER_CREATE:
		return sf_generate(t, SF_GENERATOR_TIMER, t, (int)a[0]);
	case FATE_USE_CPU:
		return sf_generate(
			t, a[0] == FATE_CPU_HARD ? SF_GENERATOR_CPU_HARD : SF_GENERATOR_CPU_SOFT, t,
			0);
	case FATE_WRITE:
		return call_write(t, c);
	case FATE_TTY:
		return call_tty(t, c);
	case FATE_OOM:
		return sf_generate(t, SF_GENERATOR_OOM, t, 0);
	default:
		return call_cgroup_kill(mw, t, c);
	}
}

/* Calls that send a signal. */
static long call_sending(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_KILL:
		return sf_kill(t, (int)a[0], (int)a[1]);
	case FATE_TKILL:
		return sf_tkill(t, (int)a[0], (int)a[1]);
	case FATE_TGKILL:
		return sf_tgkill(t, (int)a[0], (int)a[1], (int)a[2]);
	case FATE_RT_SIGQUEUEINFO:
		return sf_rt_sigqueueinfo(t, (int)a[0], (int)a[1], &c->info);
	case FATE_RT_TGSIGQUEUEINFO:
		return sf_rt_tgsigqueueinfo(t, (int)a[0], (int)a[1], (int)a[2], &c->info);
	case FATE_SIGQUEUE:
		return sf_sigqueue(t, (int)a[0], (int)a[1], a[2]);
	case FATE_PIDFD_SEND_SIGNAL:
		return call_pidfd(mw, t, c);
	default:
		return call_generating(mw, t, c);
	}
}

/* Calls that only ask, or change what one is. */
static long call_about_self(struct sf_task *t, const struct world_call *c)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_SETPGID:
		return sf_setpgid(t, (int)a[0], (int)a[1]);
	case FATE_SETSID:
		return sf_setsid(t);
	case FATE_GETPID:
		return sf_getpid(t);
	case FATE_GETPPID:
		return sf_getppid(t);
	case FATE_GETTID:
		return sf_gettid(t);
	case FATE_GETPGID:
		return sf_getpgid(t, (int)a[0]);
	case FATE_GETSID:
		return sf_getsid(t, (int)a[0]);
	case FATE_GETUID:
		return sf_getuid(t);
	case FATE_SETUID:
		return sf_setuid(t, (uint32_t)a[0]);
	case FATE_SETRESUID:
		return sf_setresuid(t, (uint32_t)a[0], (uint32_t)a[1], (uint32_t)a[2]);
	case FATE_SETGROUPS:
		return sf_setgroups(t);
	case FATE_CAPSET:
		return call_capset(t, c);
	case FATE_SETRLIMIT:
		return sf_setrlimit(t, (int)a[0], (uint64_t)a[1]);
	case FATE_LANDLOCK:
		return sf_landlock_restrict_self(t, a[0]);
	case FATE_NS_LAST_PID:
		return sf_ns_last_pid(t, (int)a[0]);
	case FATE_PID_MAX:
		return sf_pid_max(t, (int)a[0]);
	case FATE_PIDFD_OPEN:
		return sf_pidfd_open(t, (int)a[0], c->n_args > 1 ? (unsigned int)a[1] : 0);
	case FATE_PRCTL:
		return sf_prctl(t, (int)a[0], c->n_args > 1 ? (unsigned long)a[1] : 0);
	default:
		return -ENOSYS;
	}
}

static long call_other(struct model_world *mw, struct sf_task *t, const struct world_call *c,
		       struct world_result *ret)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_UNSHARE:
		return sf_unshare(t, (uint64_t)a[0]);
	case FATE_SETNS:
		return call_setns(mw, t, c);
	case FATE_EXIT:
		return sf_exit(t, (int)a[0]);
	case FATE_EXIT_GROUP:
		return sf_exit_group(t, (int)a[0]);
	case FATE_WAIT4:
		return sf_wait4(t, (int)a[0], &ret->status, c->n_args > 1 ? (int)a[1] : 0);
	case FATE_SIGACTION:
		return call_sigaction(t, c, ret);
	case FATE_SIGALTSTACK:
		return sf_sigaltstack(t, a[0] == FATE_STACK_BAD);
	case FATE_SIGPROCMASK:
		return sf_rt_sigprocmask(t, (int)a[0], &c->set, NULL);
	case FATE_SIGPENDING:
		return sf_rt_sigpending(t, &ret->set);
	case FATE_SIGSUSPEND:
		return sf_rt_sigsuspend(t, c->set);
	case FATE_SIGWAITINFO:
		return sf_rt_sigtimedwait(t, c->set, &ret->info);
	case FATE_SIGTIMEDWAIT:
		return sf_rt_sigtimedwait_until(t, c->set, a[1], a[2], &ret->info);
	case FATE_SIGNALFD:
		return sf_signalfd_read(t, c->set, &ret->info);
	case FATE_PTRACE:
		return call_ptrace(t, c, ret);
	case FATE_EXECVE:
		return sf_execve(t, NULL);
	case FATE_REBOOT:
		return sf_reboot(t, (unsigned int)a[0]);
	case FATE_UID_MAP:
	case FATE_GID_MAP:
		return call_map(mw, t, c);
	default:
		return fate_calls[c->id].sends ? call_sending(mw, t, c) : call_about_self(t, c);
	}
}

long model_dispatch(struct model_world *mw, struct sf_task *t, const struct world_call *c,
		    struct world_result *ret, struct sf_task **ret_child)
{
	return fate_calls[c->id].makes_task ? call_making(t, c, ret_child)
					    : call_other(mw, t, c, ret);
}
