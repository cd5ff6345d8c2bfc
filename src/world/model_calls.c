/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model_calls.c - the notation's calls on a machine */
#include <errno.h>

#include "world/model.h"

static long make_task(struct sf_task *t, uint64_t flags, struct sf_task **ret)
{
	return sf_clone(t, flags, ret);
}

#define THREAD_FLAGS (SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD)

static long call_making(struct sf_task *t, const struct world_call *c, struct sf_task **ret)
{
	switch ((int)c->id) {
	case FATE_THREAD:
		return make_task(t, THREAD_FLAGS, ret);
	case FATE_CLONE:
		return make_task(t, (uint64_t)c->arg[0], ret);
	default:
		return make_task(t, SIGCHLD, ret);
	}
}

static long call_capset(struct sf_task *t, const struct world_call *c)
{
	uint64_t keep = c->arg[0] == FATE_CAPS_DROP ? ~c->set : c->set;

	return sf_capset(t, sf_task_cap_effective(t) & keep, sf_task_cap_permitted(t));
}

static long call_sigaction(struct sf_task *t, const struct world_call *c)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)c->arg[1],
		.flags = c->n_args > 2 ? (uint32_t)c->arg[2] : 0,
		.mask = c->set,
	};

	return sf_rt_sigaction(t, (int)c->arg[0], &act, NULL);
}

static long call_pidfd(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = mw->person[c->arg[0]].task;
	unsigned int flags = c->n_args > 3 ? (unsigned int)c->arg[3] : 0;

	if (!target)
		return -ESRCH;
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
	default:
		return call_pidfd(mw, t, c);
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
		return call_sigaction(t, c);
	case FATE_SIGPROCMASK:
		return sf_rt_sigprocmask(t, (int)a[0], &c->set, NULL);
	case FATE_SIGPENDING:
		return sf_rt_sigpending(t, &ret->set);
	case FATE_SIGSUSPEND:
		return sf_rt_sigsuspend(t, c->set);
	case FATE_SIGWAITINFO:
		return sf_rt_sigtimedwait(t, c->set, &ret->info);
	case FATE_PTRACE:
		return sf_ptrace(t, (enum sf_ptrace_request)a[0], (int)a[1],
				 c->n_args > 2 ? a[2] : 0);
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
