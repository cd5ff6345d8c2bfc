/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exit.c - the end of a thread, and with the last one of its process
 *
 * Models: kernel/exit.c
 */
#include "model/machine.h"
#include "model/signal.h"

/* All other threads of the process shall end too. */
int zap_other_threads(struct task_struct *p)
{
	struct task_struct *t;
	int count = 0;

	p->signal->group_stop_count = 0;
	for_each_thread (p, t) {
		if (t == p)
			continue;
		task_clear_jobctl_pending(t, JOBCTL_PENDING_MASK);
		count++;
		if (READ_ONCE(t->exit_state))
			continue;
		sigaddset(&t->pending, SIGKILL);
		signal_wake_up(t, true);
	}
	return count;
}

/* The first code that the end of a process is given is the one it ends with. */
void do_group_exit(int code)
{
	struct signal_struct *sig = current->signal;

	lock_task_sighand(current);
	if (sig->flags & SIGNAL_GROUP_EXIT) {
		code = sig->group_exit_code;
	} else if (sig->group_exec_task) {
		code = 0;
	} else {
		WRITE_ONCE(sig->group_exit_code, code);
		WRITE_ONCE(sig->flags, SIGNAL_GROUP_EXIT);
		zap_other_threads(current);
	}
	unlock_task_sighand(current);
	step(current, SF_STEP_DO_GROUP_EXIT, 0, code & 0x7f, code, 0);
	do_exit(code);
}

/* The last thread to get here speaks for the process. */
static void synchronize_group_exit(int code)
{
	struct signal_struct *sig = current->signal;

	lock_task_sighand(current);
	if (--sig->quick_threads == 0 && !(sig->flags & SIGNAL_GROUP_EXIT)) {
		WRITE_ONCE(sig->flags, SIGNAL_GROUP_EXIT);
		WRITE_ONCE(sig->group_exit_code, code);
		sig->group_stop_count = 0;
	}
	unlock_task_sighand(current);
}

/* Signals that this thread would have taken go to another that can. */
static void exit_signals(void)
{
	struct signal_struct *sig = current->signal;
	bool stopped = false;

	lock_task_sighand(current);
	atomic_or(current->flags, PF_EXITING);
	/* Nothing more gets into its own queue, and what is in it is for nobody else. */
	if (current->machine->kernel.drop_private_to_exiting)
		flush_sigqueue(current->machine, &current->pending);
	if (!thread_group_empty(current) && !(sig->flags & SIGNAL_GROUP_EXIT) &&
	    READ_ONCE(current->sigpending)) {
		retarget_shared_pending(current, ~current->blocked);
		stopped = current->jobctl & JOBCTL_STOP_PENDING &&
			  task_participate_group_stop(current);
	}
	if (stopped)
		group_stopped(current);
	unlock_task_sighand(current);
	if (stopped) {
		read_lock(&current->machine->tasklist_lock);
		do_notify_parent_cldstop(current, false, SF_CLD_STOPPED);
		read_unlock(&current->machine->tasklist_lock);
	}
}

/* It gives back what it had, and whom it let go on by that need not wait for the rest. */
static bool others_first(void)
{
	if (!preempt())
		return false;
	atomic_or(current->flags, PF_PREEMPTED);
	return true;
}

void do_exit(int code)
{
	struct sf_machine *m = current->machine;
	bool group_dead;

	synchronize_group_exit(code);
	exit_signals();
	group_dead = atomic_add_return(current->signal->live, -1u) == 0;
	step(current, SF_STEP_EXIT, group_dead, code & 0x7f, code, 0);
	if (group_dead && is_global_init(current)) {
		WRITE_ONCE(m->panicked, true);
		return;
	}
	if (group_dead) {
		atomic_or(current->flags, PF_LAST);
		lock_task_sighand(current);
		exit_itimers(m, current->signal);
		unlock_task_sighand(current);
	}
	WRITE_ONCE(current->exit_code, code);
	complete_vfork(current);
	if (!others_first())
		exit_goes_on();
}

void exit_goes_on(void)
{
	bool hung_up;

	atomic_and(current->flags, ~PF_PREEMPTED);
	hung_up = READ_ONCE(current->flags) & PF_LAST && disassociate_ctty();
	if (!hung_up || !others_first())
		exit_notify();
}

static void process_event(const struct task_struct *t)
{
	int status = t->signal->group_exit_code;
	struct sf_event event = {
		.type = status & 0x7f ? SF_EVENT_KILLED : SF_EVENT_EXITED,
		.task = t->group_leader,
		.status = status,
		.info = {.signo = status & 0x7f},
	};

	machine_event(&event);
}

/* Whether nobody will wait for it, so that it goes at once. */
static bool autoreaps(struct task_struct *t)
{
	bool last = thread_group_leader(t) && thread_group_empty(t);

	if (t->ptrace)
		return do_notify_parent(t,
					last && !ptrace_reparented(t) ? t->exit_signal : SIGCHLD);
	if (thread_group_leader(t))
		return thread_group_empty(t) && do_notify_parent(t, t->exit_signal);
	return true;
}

bool exit_notify(void)
{
	struct sf_machine *m = current->machine;
	struct task_struct *t = current;
	bool group_dead = READ_ONCE(t->flags) & PF_LAST;
	struct list_head dead;

	INIT_LIST_HEAD(&dead);
	write_lock(&m->tasklist_lock);
	if (!forget_original_parent(t, &dead)) {
		write_unlock(&m->tasklist_lock);
		return false;
	}
	if (group_dead) {
		process_event(t);
		kill_orphaned_pgrp(t->group_leader, NULL);
	}
	WRITE_ONCE(t->exit_state, EXIT_ZOMBIE);
	if (autoreaps(t))
		bury(t, &dead);
	if (t->signal->notify_count < 0)
		wake_up_process(t->signal->group_exec_task);
	write_unlock(&m->tasklist_lock);
	release_dead(&dead);
	return true;
}

long sf_exit(struct sf_task *t, int code)
{
	if (!call_enter_held(t))
		return SF_FAIL;
	do_exit((code & 0xff) << 8);
	return call_leave_held(0);
}

long sf_exit_group(struct sf_task *t, int code)
{
	if (!call_enter_held(t))
		return SF_FAIL;
	do_group_exit((code & 0xff) << 8);
	return call_leave_held(0);
}
