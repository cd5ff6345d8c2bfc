/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.c - the notation's calls as system calls: one row a call */
#include "world/kernel/calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* Not every C library's headers have it. */
#define SYS_LANDLOCK_RESTRICT_SELF 446

uint64_t put(const struct request *q, const void *p, size_t size)
{
	return arena_address(&q->k->arena, data_put(q->k, q->a, p, size));
}

uint64_t put_result(const struct request *q, size_t size)
{
	q->a->result_at = data_put(q->k, q->a, NULL, size);
	return arena_address(&q->k->arena, q->a->result_at);
}

/*
 * A descriptor that the actor opens for the call, and keeps until the next.  When it cannot, that
 * is what the call gives: let it be made once more, as the call.  Then *@ret is -1.
 */
int request_fd(const struct request *q, long nr, const uint64_t arg[6], int *ret)
{
	long fd;
	int r = command_take_back(q->k, q->a);

	if (!r)
		r = command_quiet(q->k, q->a, nr, arg, &fd);
	if (r)
		return r;
	if (fd < 0) {
		q->command->nr = nr;
		memcpy(q->command->arg, arg, sizeof(q->command->arg));
		fd = -1;
	} else {
		q->a->lent = (int)fd;
	}
	*ret = (int)fd;
	return 0;
}

static const struct {
	long nr;
	int (*prepare)(const struct request *q);
} table[FATE_NCALLS] = {
	[FATE_FORK] = {SYS_clone, prepare_fork},
	[FATE_VFORK] = {SYS_clone, prepare_vfork},
	[FATE_CLONE] = {SYS_clone, prepare_clone},
	[FATE_CLONE3] = {SYS_clone3, prepare_clone3},
	[FATE_THREAD] = {SYS_clone, prepare_thread},
	[FATE_EXECVE] = {SYS_execveat, prepare_execve},
	[FATE_UNSHARE] = {SYS_unshare, NULL},
	[FATE_SETNS] = {SYS_setns, prepare_setns},
	[FATE_NS_LAST_PID] = {SYS_write, prepare_ns_last_pid},
	[FATE_PID_MAX] = {SYS_write, prepare_pid_max},
	[FATE_REBOOT] = {SYS_reboot, prepare_reboot},
	[FATE_EXIT] = {SYS_exit, NULL},
	[FATE_EXIT_GROUP] = {SYS_exit_group, NULL},
	[FATE_WAIT4] = {SYS_wait4, prepare_wait4},
	[FATE_KILL] = {SYS_kill, NULL},
	[FATE_TKILL] = {SYS_tkill, NULL},
	[FATE_TGKILL] = {SYS_tgkill, NULL},
	[FATE_RT_SIGQUEUEINFO] = {SYS_rt_sigqueueinfo, prepare_rt_sigqueueinfo},
	[FATE_RT_TGSIGQUEUEINFO] = {SYS_rt_tgsigqueueinfo, prepare_rt_tgsigqueueinfo},
	[FATE_SIGQUEUE] = {SYS_rt_sigqueueinfo, prepare_sigqueue},
	[FATE_PIDFD_SEND_SIGNAL] = {SYS_pidfd_send_signal, prepare_pidfd_send_signal},
	[FATE_PIDFD_OPEN] = {SYS_pidfd_open, prepare_pidfd_open},
	[FATE_FAULT] = {-1, prepare_fault},
	[FATE_SECCOMP] = {SYS_getpriority, prepare_seccomp},
	[FATE_ALARM] = {SYS_setitimer, prepare_alarm},
	[FATE_TIMER_CREATE] = {SYS_timer_settime, prepare_timer_create},
	[FATE_USE_CPU] = {-1, prepare_use_cpu},
	[FATE_WRITE] = {SYS_write, prepare_write},
	[FATE_TTY] = {-1, prepare_tty},
	[FATE_OOM] = {SYS_mmap, prepare_oom},
	[FATE_CGROUP_KILL] = {SYS_write, prepare_cgroup_kill},
	[FATE_SIGACTION] = {SYS_rt_sigaction, prepare_sigaction},
	[FATE_SIGALTSTACK] = {SYS_sigaltstack, prepare_sigaltstack},
	[FATE_SIGPROCMASK] = {SYS_rt_sigprocmask, prepare_sigprocmask},
	[FATE_SIGPENDING] = {SYS_rt_sigpending, prepare_sigpending},
	[FATE_SIGSUSPEND] = {SYS_rt_sigsuspend, prepare_sigsuspend},
	[FATE_SIGWAITINFO] = {SYS_rt_sigtimedwait, prepare_sigwaitinfo},
	[FATE_SIGTIMEDWAIT] = {SYS_rt_sigtimedwait, prepare_sigtimedwait},
	[FATE_SIGNALFD] = {SYS_read, prepare_signalfd},
	[FATE_SETPGID] = {SYS_setpgid, prepare_setpgid},
	[FATE_SETSID] = {SYS_setsid, NULL},
	[FATE_GETPID] = {SYS_getpid, NULL},
	[FATE_GETPPID] = {SYS_getppid, NULL},
	[FATE_GETTID] = {SYS_gettid, NULL},
	[FATE_GETPGID] = {SYS_getpgid, NULL},
	[FATE_GETSID] = {SYS_getsid, NULL},
	[FATE_GETUID] = {SYS_getuid, NULL},
	[FATE_SETUID] = {SYS_setuid, prepare_setuid},
	[FATE_SETRESUID] = {SYS_setresuid, prepare_setuid},
	[FATE_SETGROUPS] = {SYS_setgroups, prepare_setgroups},
	[FATE_CAPSET] = {SYS_capset, prepare_capset},
	[FATE_LANDLOCK] = {SYS_LANDLOCK_RESTRICT_SELF, prepare_landlock},
	[FATE_SETRLIMIT] = {SYS_prlimit64, prepare_setrlimit},
	[FATE_PRCTL] = {SYS_prctl, prepare_prctl},
	[FATE_PTRACE] = {SYS_ptrace, prepare_ptrace},
	[FATE_UID_MAP] = {SYS_write, prepare_map},
	[FATE_GID_MAP] = {SYS_write, prepare_map},
};

int call_prepare(struct kernel_world *k, struct actor *a, const struct world_call *c,
		 struct command *ret)
{
	struct command command = {.op = WIRE_CALL};
	const struct request q = {.k = k, .a = a, .c = c, .command = &command};
	int r = 0;

	if ((unsigned int)c->id >= FATE_NCALLS)
		return -EINVAL;
	data_reset(a);
	a->result_at = NULL;
	a->makes_vfork = false;
	k->expected = NULL;
	command.nr = table[c->id].nr;
	for (unsigned int i = 0; i < FATE_ARGS_MAX && i < c->n_args; i++)
		command.arg[i] = (uint64_t)c->arg[i];
	if (table[c->id].prepare)
		r = table[c->id].prepare(&q);
	if (!r)
		*ret = command;
	return r;
}

/* What it gave besides a number, which is more than -1. */
static void read_result(const struct actor *a, struct world_result *res)
{
	switch ((int)a->call) {
	case FATE_WAIT4:
		if (a->ret)
			memcpy(&res->status, a->result_at, sizeof(res->status));
		break;
	case FATE_SIGWAITINFO:
	case FATE_SIGTIMEDWAIT:
		res->info = info_from_wire(a->result_at);
		break;
	case FATE_SIGNALFD:
		res->info = info_from_signalfd(a->result_at);
		res->ret = res->info.signo;
		break;
	case FATE_SIGPENDING:
		memcpy(&res->set, a->result_at, sizeof(res->set));
		break;
	case FATE_SIGACTION:
		res->action = action_from_wire(a->result_at);
		break;
	case FATE_PTRACE:
		res->info = info_from_wire(a->result_at);
		break;
	default:
		break;
	}
}

/* Where it is a descriptor, or how much was written, the scenario is told that it was a success. */
static bool gives_nothing(enum fate_call_id call)
{
	return call == FATE_UID_MAP || call == FATE_GID_MAP || call == FATE_NS_LAST_PID ||
	       call == FATE_PID_MAX || call == FATE_PIDFD_OPEN || call == FATE_SECCOMP ||
	       call == FATE_CGROUP_KILL;
}

void call_result(const struct actor *a, struct world_result *ret)
{
	struct world_result res = {.ret = a->ret, .status = -1};

	if (a->ret >= 0 && a->result_at)
		read_result(a, &res);
	if (a->ret > 0 && gives_nothing(a->call))
		res.ret = 0;
	*ret = res;
}
