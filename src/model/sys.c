/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sys.c - process groups, sessions, limits, and who one is
 *
 * Models: kernel/sys.c
 */
#include "model/machine.h"
#include "model/signal.h"

/* ---- process groups and sessions ----------------------------------------------------------- */

/* Only oneself, or a child that has not run another program yet. */
static int may_move(const struct task_struct *p, const struct task_struct *leader)
{
	if (!thread_group_leader(p))
		return -EINVAL;
	if (same_thread_group(p->real_parent, leader)) {
		if (task_session(p) != task_session(leader))
			return -EPERM;
		if (!(READ_ONCE(p->flags) & PF_FORKNOEXEC))
			return -EACCES;
	} else if (p != leader) {
		return -ESRCH;
	}
	return p->signal->leader ? -EPERM : 0;
}

static long do_setpgid(int nr, int pgid)
{
	struct task_struct *leader = READ_ONCE(current->group_leader), *p, *member;
	struct pid *pgrp;
	int r;

	if (!nr)
		nr = task_pid_vnr(leader);
	if (!pgid)
		pgid = nr;
	if (pgid < 0)
		return -EINVAL;
	p = find_task_by_vpid(nr);
	if (!p)
		return -ESRCH;
	r = may_move(p, leader);
	if (r)
		return r;
	pgrp = p->thread_pid;
	if (pgid != nr) {
		pgrp = find_vpid(pgid);
		member = pid_task(pgrp, PIDTYPE_PGID);
		if (!member || task_session(member) != task_session(leader))
			return -EPERM;
	}
	if (task_pgrp(p) != pgrp)
		change_pid(p, PIDTYPE_PGID, pgrp);
	return 0;
}

static long do_setsid(void)
{
	struct task_struct *leader = READ_ONCE(current->group_leader);
	struct pid *sid = leader->thread_pid;

	if (leader->signal->leader || pid_task(sid, PIDTYPE_PGID))
		return -EPERM;
	leader->signal->leader = true;
	if (task_session(leader) != sid)
		change_pid(leader, PIDTYPE_SID, sid);
	change_pid(leader, PIDTYPE_PGID, sid);
	return pid_vnr(sid);
}

long sf_setpgid(struct sf_task *t, int pid, int pgid)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	write_lock(&t->machine->tasklist_lock);
	r = do_setpgid(pid, pgid);
	write_unlock(&t->machine->tasklist_lock);
	return call_leave(r);
}

long sf_setsid(struct sf_task *t)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	write_lock(&t->machine->tasklist_lock);
	r = do_setsid();
	write_unlock(&t->machine->tasklist_lock);
	return call_leave(r);
}

static const struct task_struct *self_or(int nr)
{
	return nr ? find_task_by_vpid(nr) : current;
}

static long number_of(int nr, struct pid *(*of)(const struct task_struct *p))
{
	const struct task_struct *p;
	long r;

	rcu_read_lock();
	p = self_or(nr);
	r = p ? pid_vnr(of(p)) : -ESRCH;
	rcu_read_unlock();
	return r;
}

long sf_getpgid(struct sf_task *t, int pid)
{
	return call_enter(t) ? call_leave(number_of(pid, task_pgrp)) : SF_FAIL;
}

long sf_getsid(struct sf_task *t, int pid)
{
	return call_enter(t) ? call_leave(number_of(pid, task_session)) : SF_FAIL;
}

long sf_getpid(struct sf_task *t)
{
	return call_enter(t) ? call_leave(task_tgid_vnr(t)) : SF_FAIL;
}

long sf_gettid(struct sf_task *t)
{
	return call_enter(t) ? call_leave(task_pid_vnr(t)) : SF_FAIL;
}

long sf_getppid(struct sf_task *t)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	rcu_read_lock();
	r = task_tgid_vnr(rcu_dereference(t->real_parent));
	rcu_read_unlock();
	return call_leave(r);
}

/* ---- limits -------------------------------------------------------------------------------- */

long sf_setrlimit(struct sf_task *t, int resource, uint64_t limit)
{
	if (!call_enter(t))
		return SF_FAIL;
	if (resource == SF_RLIMIT_SIGPENDING)
		WRITE_ONCE(t->signal->rlim_sigpending, limit);
	else if (resource == SF_RLIMIT_CORE)
		WRITE_ONCE(t->signal->rlim_core, limit);
	else
		return call_leave(-EINVAL);
	return call_leave(0);
}

/* ---- prctl --------------------------------------------------------------------------------- */

static struct task_struct *first_child(const struct task_struct *p)
{
	struct task_struct *t;

	for_each_thread (p, t)
		if (!list_empty(&t->children))
			return list_first_entry(&t->children, struct task_struct, sibling);
	return NULL;
}

/* The next child of the same process, which may have been made by another of its threads. */
static struct task_struct *next_child(const struct task_struct *p)
{
	const struct task_struct *parent = p->real_parent;
	const struct list_head *thread;

	if (p->sibling.next != &parent->children)
		return list_entry(p->sibling.next, struct task_struct, sibling);
	for (thread = parent->thread_node.next; thread != &parent->signal->thread_head;
	     thread = thread->next) {
		struct task_struct *t = list_entry(thread, struct task_struct, thread_node);

		if (!list_empty(&t->children))
			return list_first_entry(&t->children, struct task_struct, sibling);
	}
	return NULL;
}

/* False where nothing below needs the mark: it is there, or orphans never leave a namespace. */
static bool propagate_has_child_subreaper(struct task_struct *p)
{
	if (p->signal->has_child_subreaper || is_child_reaper(p->thread_pid))
		return false;
	p->signal->has_child_subreaper = true;
	return true;
}

static void mark_descendants(struct task_struct *top)
{
	struct task_struct *p = first_child(top), *next;

	while (p) {
		next = propagate_has_child_subreaper(p) ? first_child(p) : NULL;
		while (!next) {
			next = next_child(p);
			if (next || same_thread_group(p->real_parent, top))
				break;
			p = READ_ONCE(p->real_parent->group_leader);
		}
		p = next;
	}
}

static long do_prctl(int option, unsigned long arg)
{
	switch (option) {
	case SF_PR_SET_PDEATHSIG:
		if (arg > SF_NSIG)
			return -EINVAL;
		WRITE_ONCE(current->pdeath_signal, (int)arg);
		return 0;
	case SF_PR_SET_DUMPABLE:
		if (arg > 1)
			return -EINVAL;
		set_undumpable(!arg);
		return 0;
	case SF_PR_SET_CHILD_SUBREAPER:
		write_lock(&current->machine->tasklist_lock);
		current->signal->is_child_subreaper = arg;
		if (arg)
			mark_descendants(current);
		write_unlock(&current->machine->tasklist_lock);
		return 0;
	default:
		return -EINVAL;
	}
}

long sf_prctl(struct sf_task *t, int option, unsigned long arg)
{
	return call_enter(t) ? call_leave(do_prctl(option, arg)) : SF_FAIL;
}
