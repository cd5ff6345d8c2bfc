/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * draw_calls.c - how often each call of the notation is drawn, and what with
 *
 * A new call is one row here.  An argument for which the row names nothing is drawn by its kind.
 *
 * What needs more of the machine than namespaces is passed over where that is not to be had.
 */
#include "base/cleanup.h"
#include "fuzz/draw.h"

/**
 * struct call_row - @weight: how often, against others; @arg: what its arguments are drawn by
 * @chance: of one that takes long: in how many of a hundred scenarios it is at all
 */
struct call_row {
	unsigned int weight;
	draw_fn *arg[FATE_ARGS_MAX];
	unsigned int chance;
};

static const struct call_row rows[FATE_NCALLS] = {
	[FATE_FORK] = {30},
	[FATE_VFORK] = {2},
	[FATE_CLONE] = {30, {draw_clone_flags}},
	[FATE_CLONE3] = {10, {draw_clone3_flags}},
	[FATE_THREAD] = {18},
	[FATE_EXECVE] = {8},
	[FATE_UNSHARE] = {10, {draw_ns_flag}},
	[FATE_SETNS] = {10, {NULL, draw_ns_flag}},
	[FATE_NS_LAST_PID] = {3, {draw_last_pid}},
	[FATE_PID_MAX] = {2, {draw_pid_max}},
	[FATE_REBOOT] = {3},
	[FATE_EXIT] = {6, {draw_exit_code}},
	[FATE_EXIT_GROUP] = {5, {draw_exit_code}},
	[FATE_WAIT4] = {24, {draw_wait, draw_wait_flags}},
	[FATE_KILL] = {90, {draw_kill}},
	[FATE_TKILL] = {14},
	[FATE_TGKILL] = {14, {draw_process, draw_thread_of}},
	[FATE_RT_SIGQUEUEINFO] = {20},
	[FATE_RT_TGSIGQUEUEINFO] = {14, {draw_process, draw_thread_of}},
	[FATE_SIGQUEUE] = {20},
	[FATE_PIDFD_SEND_SIGNAL] = {24},
	[FATE_PIDFD_OPEN] = {6},
	[FATE_FAULT] = {8, {draw_fault}},
	[FATE_SECCOMP] = {3},
	[FATE_ALARM] = {2},
	[FATE_TIMER_CREATE] = {3},
	[FATE_USE_CPU] = {2, .chance = 1},
	[FATE_WRITE] = {3},
	[FATE_TTY] = {3, {NULL, draw_own}},
	[FATE_OOM] = {1, .chance = 10},
	[FATE_CGROUP_KILL] = {2, .chance = 10},
	[FATE_SIGACTION] = {60, {NULL, NULL, draw_action_flags}},
	[FATE_SIGALTSTACK] = {2},
	[FATE_SIGPROCMASK] = {40},
	[FATE_SIGPENDING] = {6},
	[FATE_SIGSUSPEND] = {8},
	[FATE_SIGWAITINFO] = {12},
	[FATE_SIGTIMEDWAIT] = {8, {NULL, draw_zero, draw_nanoseconds}},
	[FATE_SIGNALFD] = {6},
	[FATE_SETPGID] = {24, {draw_own, draw_own}},
	[FATE_SETSID] = {10},
	[FATE_GETPID] = {1},
	[FATE_GETPPID] = {2},
	[FATE_GETTID] = {1},
	[FATE_GETPGID] = {3},
	[FATE_GETSID] = {3},
	[FATE_GETUID] = {2},
	[FATE_SETUID] = {8, {draw_uid}},
	[FATE_SETRESUID] = {10, {draw_uid, draw_uid, draw_uid}},
	[FATE_SETGROUPS] = {2},
	[FATE_CAPSET] = {10},
	[FATE_LANDLOCK] = {5},
	[FATE_SETRLIMIT] = {10, {NULL, draw_limit}},
	[FATE_PRCTL] = {18, {NULL, draw_option_value}},
	[FATE_PTRACE] = {26, {NULL, draw_tracee, draw_ptrace_signal}},
	[FATE_UID_MAP] = {10, {NULL, draw_id, draw_id, draw_count}},
	[FATE_GID_MAP] = {3, {NULL, draw_id, draw_id, draw_count}},
};

void draw_weights(struct draw *d)
{
	static const unsigned int factors[] = {0, 1, 1, 3};

	for (unsigned int i = 0; i < FATE_NCALLS; i++) {
		unsigned int factor = factors[random_below(&d->random, ARRAY_SIZE(factors))];

		/* without a fork there is nobody */
		d->weight[i] = rows[i].weight * (fate_calls[i].makes_task && !factor ? 1 : factor);
		if (rows[i].chance && !random_chance(&d->random, rows[i].chance))
			d->weight[i] = 0;
	}
}

enum fate_call_id draw_call(struct draw *d, bool makes)
{
	unsigned int total = 0, dice, i;

	for (i = 0; i < FATE_NCALLS; i++)
		if (fate_calls[i].makes_task == makes)
			total += d->weight[i];
	dice = total ? random_below(&d->random, total) : 0;
	for (i = 0; i < FATE_NCALLS; i++) {
		if (fate_calls[i].makes_task != makes)
			continue;
		if (dice < d->weight[i])
			return (enum fate_call_id)i;
		dice -= d->weight[i];
	}
	return makes ? FATE_FORK : FATE_GETPID;
}

void draw_args(struct draw *d, struct fate_line *l)
{
	const struct fate_call_type *type = &fate_calls[l->call];

	for (unsigned int i = 0; i < type->n_args; i++) {
		draw_fn *draw = rows[l->call].arg[i] ? rows[l->call].arg[i] : draw_arg;

		/* whether there is a tracee, its request says */
		if (i >= type->min_args && draw != draw_tracee && random_chance(&d->random, 30))
			break;
		l->arg[i].given = true;
		draw(d, l, i);
		if (!l->arg[i].given)
			break;
	}
}
