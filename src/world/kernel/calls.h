/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.h - the notation's calls as system calls: what the pieces share
 *
 * calls.c has one row a call.  A preparation that needs to ask the actor first, or to open
 * something for it, does so with calls of its own, which change nothing that a scenario can see.
 *
 * A preparation gives 0 and has filled in the command, or gives a negative errno.
 */
#ifndef SIGFATE_KERNEL_CALLS_H
#define SIGFATE_KERNEL_CALLS_H

#include "world/kernel/kernel.h"

#define SET_SIZE sizeof(sf_sigset)

struct request {
	struct kernel_world *k;
	struct actor *a;
	const struct world_call *c;
	struct command *command;
};

/** put() - a copy of @p, or zeroes, in the actor's data: its address there */
uint64_t put(const struct request *q, const void *p, size_t size);
/** put_result() - room for a result, where call_result() finds it */
uint64_t put_result(const struct request *q, size_t size);
/** request_fd() - see calls.c */
int request_fd(const struct request *q, long nr, const uint64_t arg[6], int *ret);

/* calls_task.c: tasks made and changed */
int prepare_fork(const struct request *q);
int prepare_vfork(const struct request *q);
int prepare_clone(const struct request *q);
int prepare_clone3(const struct request *q);
int prepare_thread(const struct request *q);
int prepare_execve(const struct request *q);
int prepare_setns(const struct request *q);
int prepare_setpgid(const struct request *q);
int prepare_wait4(const struct request *q);
int prepare_ptrace(const struct request *q);

/* calls_signal.c: signals sent and received */
int prepare_rt_sigqueueinfo(const struct request *q);
int prepare_rt_tgsigqueueinfo(const struct request *q);
int prepare_sigqueue(const struct request *q);
int prepare_pidfd_send_signal(const struct request *q);
int prepare_pidfd_open(const struct request *q);
int prepare_sigaction(const struct request *q);
int prepare_sigaltstack(const struct request *q);
int prepare_sigprocmask(const struct request *q);
int prepare_sigpending(const struct request *q);
int prepare_sigsuspend(const struct request *q);
int prepare_sigwaitinfo(const struct request *q);
int prepare_sigtimedwait(const struct request *q);
int prepare_signalfd(const struct request *q);
/** action_from_wire() - what sigaction() replaced; info_from_signalfd() - what a signalfd gave */
struct sf_sigaction action_from_wire(const uint8_t *wire);
struct sf_siginfo info_from_signalfd(const uint8_t *wire);

/* calls_system.c: rights, limits, and files of the kernel's */
int prepare_capset(const struct request *q);
int prepare_setrlimit(const struct request *q);
int prepare_setuid(const struct request *q);
int prepare_prctl(const struct request *q);
int prepare_map(const struct request *q);
int prepare_setgroups(const struct request *q);
int prepare_ns_last_pid(const struct request *q);
int prepare_pid_max(const struct request *q);
int prepare_reboot(const struct request *q);
int prepare_landlock(const struct request *q);

/* calls_generate.c: signals that the kernel sends */
int prepare_fault(const struct request *q);
int prepare_seccomp(const struct request *q);
int prepare_alarm(const struct request *q);
int prepare_timer_create(const struct request *q);
int prepare_use_cpu(const struct request *q);
int prepare_write(const struct request *q);
int prepare_oom(const struct request *q);
int prepare_cgroup_kill(const struct request *q);

/* calls_tty.c: those of the terminal */
int prepare_tty(const struct request *q);

#endif
