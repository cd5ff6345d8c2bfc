/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/kernel.h - kernels differ
 *
 * A set of switches says which kernel a machine models.  The sets are constants of the library; a
 * machine has a copy of its own.
 */
#ifndef SF_KERNEL_H
#define SF_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct sf_kernel - what differs between kernels that matters to a signal
 * @name: what the set is called ("6.18")
 * @guard_unkillable_fastpath: complete_signal() leaves an init alone unless SIGKILL or SIGSTOP
 * @drop_private_to_exiting: a signal for one thread that is exiting is dropped at once
 * @pidfd_scope_flags: pidfd_send_signal() takes PIDFD_SIGNAL_* flags (6.9)
 * @pidns_pid_max: every PID namespace has a pid_max of its own (6.14)
 * @landlock_signal_scope: Landlock can keep signals within a domain (6.12)
 * @leader_group_exit_code: SIGCHLD tells how the process ended also when its first thread had ended
 *	before (6.15)
 * @own_siginfo: each of many who are sent a signal gets a siginfo of its own
 */
struct sf_kernel {
	const char *name;
	bool guard_unkillable_fastpath;
	bool drop_private_to_exiting;
	bool pidfd_scope_flags;
	bool pidns_pid_max;
	bool landlock_signal_scope;
	bool leader_group_exit_code;
	bool own_siginfo;
};

/**
 * sf_kernel_preset() - the set of switches of a kernel release
 * @release: as uname -r prints it ("6.1.0-18-amd64"), or NULL for the newest known
 *
 * What does not begin with a number is taken for the newest known, too.
 *
 * Context: Any thread.  The sets are constants: the caller neither changes nor frees them.
 *
 * Return: the newest preset that is not newer than @release, the oldest for older ones; never NULL.
 */
const struct sf_kernel *sf_kernel_preset(const char *release);

/**
 * sf_kernel_switch_name() - what a switch is called
 * @i: which one, from 0
 *
 * Context: Any thread.
 *
 * Return: the name that it has in struct sf_kernel; NULL after the last.
 */
const char *sf_kernel_switch_name(size_t i);

/**
 * sf_kernel_has() - whether a switch is on
 * @k: the set; NULL has none
 * @name: the name of the switch
 *
 * Context: Any thread.
 *
 * Return: true when it is; false also for a name that is none.
 */
bool sf_kernel_has(const struct sf_kernel *k, const char *name);

#ifdef __cplusplus
}
#endif

#endif
