/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait.c - waiting for children
 *
 * Models: kernel/exit.c:do_wait and what it calls
 */
#include "model/machine.h"
#include "model/signal.h"

struct wait_opts {
	const struct wait_for *wait;
	int status;
	long notask_error; /* what no child to take now means */
};

bool eligible_pid(const struct wait_for *wait, struct task_struct *p)
{
	switch (wait->type) {
	case PIDTYPE_MAX:
		return true;
	case PIDTYPE_PID:
		return p->thread_pid == wait->pid;
	case PIDTYPE_PGID:
	case PIDTYPE_TGID:
	case PIDTYPE_SID:
	default:
		return task_pgrp(p) == wait->pid;
	}
}

static bool eligible_child(const struct wait_opts *wo, bool ptrace, struct task_struct *p)
{
	if (!eligible_pid(wo->wait, p))
		return false;
	if (ptrace || wo->wait->options & SF_WALL)
		return true;
	return (p->exit_signal != SIGCHLD) == !!(wo->wait->options & SF_WCLONE);
}

static int exit_status(const struct task_struct *p)
{
	return READ_ONCE(p->signal->flags) & SIGNAL_GROUP_EXIT
		       ? READ_ONCE(p->signal->group_exit_code)
		       : READ_ONCE(p->exit_code);
}

/*
 * What follows gives the number of the child that it took, and has then let go of tasklist_lock; 0
 * and the lock is still held.
 */

/* A tracer that is not the parent takes its part; the parent still gets the zombie. */
static long wait_task_zombie(struct wait_opts *wo, struct task_struct *p)
{
	struct sf_machine *m = p->machine;
	bool traced = ptrace_reparented(p) && thread_group_leader(p);
	bool dead = true;
	long nr = task_pid_vnr(p);

	/* Another thread may have come first. */
	if (!cmpxchg(p->exit_state, EXIT_ZOMBIE, traced ? EXIT_TRACE : EXIT_DEAD))
		return 0;
	read_unlock(&m->tasklist_lock);
	wo->status = exit_status(p);
	if (traced) {
		write_lock(&m->tasklist_lock);
		ptrace_unlink(p);
		dead = do_notify_parent(p, p->exit_signal);
		WRITE_ONCE(p->exit_state, dead ? EXIT_DEAD : EXIT_ZOMBIE);
		write_unlock(&m->tasklist_lock);
	}
	if (dead)
		release_task(p);
	return nr;
}

static int *task_stopped_code(struct task_struct *p, bool ptrace)
{
	if (ptrace)
		return task_is_traced(p) && !(p->jobctl & JOBCTL_LISTENING) ? &p->exit_code : NULL;
	return p->signal->flags & SIGNAL_STOP_STOPPED ? &p->signal->group_exit_code : NULL;
}

static long wait_task_stopped(struct wait_opts *wo, bool ptrace, struct task_struct *p)
{
	long nr = task_pid_vnr(p);
	int *code, status = 0;

	if (!ptrace && !(wo->wait->options & SF_WUNTRACED))
		return 0;
	lock_task_sighand(p);
	code = task_stopped_code(p, ptrace);
	if (code) {
		status = READ_ONCE(*code);
		WRITE_ONCE(*code, 0);
	}
	unlock_task_sighand(p);
	if (!status)
		return 0;
	read_unlock(&p->machine->tasklist_lock);
	wo->status = status << 8 | 0x7f;
	return nr;
}

static long wait_task_continued(struct wait_opts *wo, struct task_struct *p)
{
	long nr = task_pid_vnr(p);
	bool continued;

	if (!(wo->wait->options & SF_WCONTINUED))
		return 0;
	lock_task_sighand(p);
	continued = p->signal->flags & SIGNAL_STOP_CONTINUED;
	if (continued)
		WRITE_ONCE(p->signal->flags, p->signal->flags & ~SIGNAL_STOP_CONTINUED);
	unlock_task_sighand(p);
	if (!continued)
		return 0;
	read_unlock(&p->machine->tasklist_lock);
	wo->status = 0xffff;
	return nr;
}

static long wait_consider_task(struct wait_opts *wo, bool ptrace, struct task_struct *p)
{
	unsigned char exit_state = READ_ONCE(p->exit_state);
	long r;

	if (exit_state == EXIT_DEAD || !eligible_child(wo, ptrace, p))
		return 0;
	if (exit_state == EXIT_TRACE) {
		if (!ptrace)
			wo->notask_error = 0;
		return 0;
	}
	/* What its tracer takes is not for the parent, unless they are the same. */
	if (!ptrace && p->ptrace && !ptrace_reparented(p))
		ptrace = true;
	if (exit_state == EXIT_ZOMBIE) {
		bool delayed = thread_group_leader(p) && !thread_group_empty(p);

		if (!delayed && (ptrace || !p->ptrace))
			return wait_task_zombie(wo, p);
	}
	/* wait4() always asks for the dead. */
	wo->notask_error = 0;
	r = wait_task_stopped(wo, ptrace, p);
	return r ? r : wait_task_continued(wo, p);
}

static long do_wait_thread(struct wait_opts *wo, struct task_struct *t)
{
	struct list_head *ptraced = rare_of(t) ? &rare_of(t)->ptraced : NULL;
	struct task_struct *p;
	long r;

	list_for_each_entry (p, struct task_struct, &t->children, sibling) {
		r = wait_consider_task(wo, false, p);
		if (r)
			return r;
	}
	for (struct list_head *l = ptraced ? ptraced->next : NULL; l != ptraced; l = l->next) {
		r = wait_consider_task(wo, true,
				       list_entry(l, struct task_rare, ptrace_entry)->tracee);
		if (r)
			return r;
	}
	return 0;
}

long do_wait(const struct wait_for *wait, int *ret_status)
{
	struct wait_opts wo = {.wait = wait, .notask_error = -ECHILD};
	struct task_struct *t = current;
	long r = 0;

	if (wait->type != PIDTYPE_MAX && !wait->pid)
		return -ECHILD;
	rcu_read_lock();
	read_lock(&current->machine->tasklist_lock);
	/* Its own children first, then those of the threads after it. */
	do {
		r = do_wait_thread(&wo, t);
		t = r ? current : next_thread(t); /* what has been found has let go of the lock */
	} while (!(wait->options & SF_WNOTHREAD) && t != current);
	if (!r)
		read_unlock(&current->machine->tasklist_lock);
	rcu_read_unlock();
	if (!r)
		return wo.notask_error;
	if (ret_status)
		*ret_status = wo.status;
	return r;
}

/* Whom a number means: it has to be put. */
static struct wait_for wait_for(int nr, int options)
{
	struct wait_for wait = {.options = options, .type = PIDTYPE_MAX};

	if (nr == -1)
		return wait;
	wait.type = nr > 0 ? PIDTYPE_PID : PIDTYPE_PGID;
	rcu_read_lock();
	wait.pid = nr ? find_vpid(nr > 0 ? nr : -nr) : task_pgrp(current);
	if (wait.pid)
		get_pid(wait.pid);
	rcu_read_unlock();
	return wait;
}

/* Who wakes the sleeper looks at it under this lock. */
static void set_wait(struct task_struct *t, struct wait_for wait)
{
	struct wait_for *w = &rare_of(t)->sleeping.wait, old = *w;

	lock_task_sighand(t);
	*w = wait;
	unlock_task_sighand(t);
	put_pid(old.pid);
}

void wait_end(struct task_struct *t)
{
	set_wait(t, (struct wait_for){.type = PIDTYPE_MAX});
}

void wait_begin(struct task_struct *t)
{
	const struct sleeping *s = &rare_of(t)->sleeping;

	set_wait(t, wait_for(s->nr, s->wait.options));
}

static long do_wait4(int nr, int *ret_status, int options)
{
	const int known =
		SF_WNOHANG | SF_WUNTRACED | SF_WCONTINUED | SF_WNOTHREAD | SF_WALL | SF_WCLONE;
	struct wait_for wait;
	long r;

	if (options & ~known)
		return -EINVAL;
	if (nr == INT_MIN)
		return -ESRCH;
	wait = wait_for(nr, options);
	r = do_wait(&wait, ret_status);
	if (!r && !(options & SF_WNOHANG)) {
		r = sleep_in(&(struct sleeping){.call = CALL_WAIT4, .nr = nr, .wait = wait});
		if (r == SF_BLOCKED)
			return r;
	}
	put_pid(wait.pid);
	return r;
}

long sf_wait4(struct sf_task *t, int nr, int *ret_status, int options)
{
	return call_enter(t) ? call_leave(do_wait4(nr, ret_status, options)) : SF_FAIL;
}
