/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reboot.c - reboot(2) in a PID namespace: its init dies, with a status that tells what was asked
 *
 * Models: kernel/reboot.c, kernel/pid_namespace.c:reboot_pid_ns
 */
#include "model/machine.h"
#include "model/signal.h"

static int code_of(unsigned int cmd)
{
	switch (cmd) {
	case SF_REBOOT_CMD_RESTART:
	case SF_REBOOT_CMD_RESTART2:
		return SIGHUP;
	case SF_REBOOT_CMD_HALT:
	case SF_REBOOT_CMD_POWER_OFF:
		return SIGINT;
	default:
		return 0;
	}
}

static long do_reboot(unsigned int cmd)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct task_struct *init;

	if (!ns_capable(ns->user_ns, SF_CAP_SYS_BOOT))
		return -EPERM;
	if (!code_of(cmd))
		return -EINVAL;
	if (!ns->parent) {
		/* The machine itself goes down. */
		WRITE_ONCE(current->machine->panicked, true);
		return 0;
	}
	WRITE_ONCE(ns->reboot, code_of(cmd));
	step(current, SF_STEP_REBOOT, code_of(cmd) == SIGHUP ? 0 : 1, SIGKILL, 0, 0);
	read_lock(&current->machine->tasklist_lock);
	init = READ_ONCE(ns->child_reaper);
	/* A namespace may have been found without one. */
	if (init)
		send_sig_info(SIGKILL, SEND_SIG_PRIV, init, PIDTYPE_PID);
	read_unlock(&current->machine->tasklist_lock);
	do_exit(0);
	return 0;
}

long sf_reboot(struct sf_task *t, unsigned int cmd)
{
	return call_enter_held(t) ? call_leave_held(do_reboot(cmd)) : SF_FAIL;
}
