/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pid.c - identities: numbers given out and taken back, and who has them
 *
 * Models: kernel/pid.c
 */
#include "model/machine.h"

static struct pid *pid_new(struct pid_namespace *ns)
{
	struct sf_machine *m = ns->machine;
	struct pid *pid = kmem_cache_zalloc(&m->pid_cache[ns->level]);

	if (!pid) {
		machine_no_memory(m);
		return NULL;
	}
	refcount_set(&pid->count, 1);
	pid->level = ns->level;
	INIT_LIST_HEAD(&pid->pgrp);
	INIT_LIST_HEAD(&pid->session);
	for (; ns; ns = ns->parent)
		pid->numbers[ns->level].ns = ns;
	return pid;
}

struct pid *get_pid(struct pid *pid)
{
	refcount_inc(&pid->count);
	return pid;
}

void put_pid(struct pid *pid)
{
	struct pid_namespace *ns;

	if (!pid || !refcount_dec_and_test(&pid->count))
		return;
	ns = ns_of_pid(pid);
	kmem_cache_free(&ns->machine->pid_cache[pid->level], pid);
	put_pid_ns(ns);
}

static void delayed_put_pid(struct sf_machine *m, struct rcu_head *head)
{
	(void)m;
	put_pid(container_of(head, struct pid, rcu));
}

int pid_max_of(const struct pid_namespace *ns)
{
	const struct sf_machine *m = ns->machine;

	return m->kernel.pidns_pid_max ? READ_ONCE(ns->pid_max)
				       : READ_ONCE(m->init_pid_ns->pid_max);
}

static int check_wanted(const struct pid_namespace *ns, int nr)
{
	if (nr < 1 || nr >= pid_max_of(ns))
		return -EINVAL;
	if (nr != 1 && !READ_ONCE(ns->child_reaper) && READ_ONCE(ns->adding))
		return -EINVAL;
	if (!ns_capable(ns->user_ns, SF_CAP_SYS_ADMIN) &&
	    !ns_capable(ns->user_ns, SF_CAP_CHECKPOINT_RESTORE))
		return -EPERM;
	return 0;
}

static int reserve(struct pid_namespace *ns, int wanted)
{
	int nr;

	spin_lock(&ns->machine->pidmap_lock);
	if (wanted) {
		nr = idr_alloc(ns->machine, &ns->idr, wanted, wanted + 1);
		if (nr == -ENOSPC)
			nr = -EEXIST;
	} else {
		int least = ns->idr.next > RESERVED_PIDS ? RESERVED_PIDS : 1;

		nr = idr_alloc_cyclic(ns->machine, &ns->idr, least, pid_max_of(ns));
		if (nr == -ENOSPC)
			nr = -EAGAIN;
	}
	spin_unlock(&ns->machine->pidmap_lock);
	return nr;
}

/* From here on the numbers can be found. */
static void publish(struct pid *pid)
{
	for (unsigned int i = 0; i <= pid->level; i++) {
		struct pid_namespace *ns = pid->numbers[i].ns;

		idr_replace(&ns->idr, pid->numbers[i].nr, pid);
		WRITE_ONCE(ns->pid_allocated, ns->pid_allocated + 1);
	}
	get_pid_ns(ns_of_pid(pid));
}

/*
 * It was never published: only its numbers from @level up are reserved.  Its own namespace begins
 * anew when it would have been the first there.
 */
static void pid_discard(struct pid *pid, unsigned int level)
{
	struct pid_namespace *own = ns_of_pid(pid);
	struct sf_machine *m = own->machine;

	spin_lock(&m->pidmap_lock);
	for (unsigned int i = level; i <= pid->level; i++)
		idr_remove(&pid->numbers[i].ns->idr, pid->numbers[i].nr);
	if (own->adding && !own->pid_allocated)
		own->idr.next = 0;
	spin_unlock(&m->pidmap_lock);
	kmem_cache_free(&m->pid_cache[pid->level], pid);
}

int alloc_pid(struct pid_namespace *ns, const int *set_tid, size_t n, struct pid **ret)
{
	struct sf_machine *m = ns->machine;
	struct pid *pid;
	bool adding;

	if (n > ns->level + 1)
		return -EINVAL;
	pid = pid_new(ns);
	if (!pid)
		return -ENOMEM;
	for (unsigned int i = ns->level + 1; i-- > 0;) {
		struct pid_namespace *at = pid->numbers[i].ns;
		int wanted = ns->level - i < n ? set_tid[ns->level - i] : 0;
		int nr = ns->level - i < n ? check_wanted(at, wanted) : 0;

		if (!nr)
			nr = reserve(at, wanted);
		if (nr < 0) {
			pid_discard(pid, i + 1);
			return nr;
		}
		pid->numbers[i].nr = nr;
	}
	spin_lock(&m->pidmap_lock);
	adding = ns->adding;
	if (adding)
		publish(pid);
	spin_unlock(&m->pidmap_lock);
	if (!adding) {
		pid_discard(pid, 0);
		return -ENOMEM;
	}
	*ret = pid;
	return 0;
}

int adopt_pid(struct pid_namespace *ns, const int *nr, struct pid **ret)
{
	struct pid *pid = pid_new(ns);

	if (!pid)
		return -ENOMEM;
	for (unsigned int i = ns->level + 1; i-- > 0;) {
		struct pid_namespace *at = pid->numbers[i].ns;
		int got = nr[i] < 0 || nr[i] >= SF_PID_MAX_LIMIT ? -EINVAL : reserve(at, nr[i]);

		if (got < 0) {
			pid_discard(pid, i + 1);
			return got;
		}
		pid->numbers[i].nr = got;
		if (got >= at->idr.next)
			at->idr.next = got + 1;
	}
	publish(pid);
	*ret = pid;
	return 0;
}

/* A namespace's init that waits for it to be empty looks again. */
static void number_freed(struct pid_namespace *ns)
{
	struct task_struct *reaper = rcu_dereference(ns->child_reaper);

	WRITE_ONCE(ns->pid_allocated, ns->pid_allocated - 1);
	if (ns->pid_allocated <= 2 && reaper && READ_ONCE(reaper->flags) & PF_ZAPPING)
		wake_up_process(reaper);
}

void free_pid(struct pid *pid)
{
	struct sf_machine *m = ns_of_pid(pid)->machine;

	rcu_read_lock();
	spin_lock(&m->pidmap_lock);
	for (unsigned int i = 0; i <= pid->level; i++) {
		idr_remove(&pid->numbers[i].ns->idr, pid->numbers[i].nr);
		number_freed(pid->numbers[i].ns);
	}
	spin_unlock(&m->pidmap_lock);
	rcu_read_unlock();
	call_rcu(m, &pid->rcu, delayed_put_pid);
}

/* ---- who has it ---------------------------------------------------------------------------- */

static struct pid **task_pid_ptr(struct task_struct *t, enum pid_type type)
{
	return type == PIDTYPE_PID ? &t->thread_pid : &t->signal->pids[type - 1];
}

bool pid_has_task(const struct pid *pid, enum pid_type type)
{
	switch (type) {
	case PIDTYPE_PGID:
		return !list_empty(&pid->pgrp);
	case PIDTYPE_SID:
		return !list_empty(&pid->session);
	case PIDTYPE_PID:
	case PIDTYPE_TGID:
	case PIDTYPE_MAX:
	default:
		return pid_task(pid, type);
	}
}

struct task_struct *pid_task(const struct pid *pid, enum pid_type type)
{
	struct task_struct *t;

	if (!pid)
		return NULL;
	switch (type) {
	case PIDTYPE_PGID:
		return list_empty(&pid->pgrp)
			       ? NULL
			       : list_first_entry(&pid->pgrp, struct task_struct, pgrp_node);
	case PIDTYPE_SID:
		return list_empty(&pid->session)
			       ? NULL
			       : list_first_entry(&pid->session, struct task_struct, session_node);
	case PIDTYPE_PID:
	case PIDTYPE_TGID:
	case PIDTYPE_MAX:
	default:
		t = rcu_dereference(pid->task);
		return t && (type == PIDTYPE_PID || thread_group_leader(t)) ? t : NULL;
	}
}

void attach_pid(struct task_struct *t, enum pid_type type)
{
	struct pid *pid = *task_pid_ptr(t, type);

	if (type == PIDTYPE_PID)
		rcu_assign_pointer(pid->task, t);
	else if (type == PIDTYPE_PGID)
		list_add(&t->pgrp_node, &pid->pgrp);
	else if (type == PIDTYPE_SID)
		list_add(&t->session_node, &pid->session);
}

/* Its numbers are free when no thread, process, group or session has it any more. */
static void unlink_pid(struct task_struct *t, enum pid_type type)
{
	struct pid *pid = *task_pid_ptr(t, type);

	if (type == PIDTYPE_PID)
		rcu_assign_pointer(pid->task, NULL);
	else if (type == PIDTYPE_PGID)
		list_del_init(&t->pgrp_node);
	else if (type == PIDTYPE_SID)
		list_del_init(&t->session_node);
}

void free_unused_pid(struct pid *pid)
{
	if (!pid->task && list_empty(&pid->pgrp) && list_empty(&pid->session))
		free_pid(pid);
}

/*
 * What was a task goes on to be named after its end: it keeps the identities it had, by reference,
 * though nobody can find it by them any more.
 */
void detach_pid(struct task_struct *t, enum pid_type type)
{
	struct pid *pid = *task_pid_ptr(t, type);

	unlink_pid(t, type);
	get_pid(pid);
	/* The process goes with its leader's thread. */
	if (type != PIDTYPE_TGID)
		free_unused_pid(pid);
}

void change_pid(struct task_struct *t, enum pid_type type, struct pid *pid)
{
	struct pid *old = *task_pid_ptr(t, type);

	unlink_pid(t, type);
	rcu_assign_pointer(*task_pid_ptr(t, type), pid);
	attach_pid(t, type);
	free_unused_pid(old);
}

void exchange_tids(struct task_struct *left, struct task_struct *right)
{
	struct pid *pid = left->thread_pid;

	rcu_assign_pointer(left->thread_pid, right->thread_pid);
	rcu_assign_pointer(right->thread_pid, pid);
	attach_pid(left, PIDTYPE_PID);
	attach_pid(right, PIDTYPE_PID);
}

/* @new stands where @old stood; the identity itself is the process's and stays. */
void transfer_pid(struct task_struct *old, struct task_struct *new, enum pid_type type)
{
	if (type == PIDTYPE_PGID) {
		list_add(&new->pgrp_node, &old->pgrp_node);
		list_del_init(&old->pgrp_node);
	} else if (type == PIDTYPE_SID) {
		list_add(&new->session_node, &old->session_node);
		list_del_init(&old->session_node);
	}
}

/* ---- look-up ------------------------------------------------------------------------------- */

struct pid *find_pid_ns(int nr, const struct pid_namespace *ns)
{
	return nr > 0 ? idr_find(&ns->idr, nr) : NULL;
}

struct pid *find_vpid(int nr)
{
	return find_pid_ns(nr, task_active_pid_ns(current));
}

struct task_struct *find_task_by_vpid(int nr)
{
	return pid_task(find_vpid(nr), PIDTYPE_PID);
}

int pid_nr_ns(const struct pid *pid, const struct pid_namespace *ns)
{
	if (pid && ns->level <= pid->level && pid->numbers[ns->level].ns == ns)
		return pid->numbers[ns->level].nr;
	return 0;
}

int pid_vnr(const struct pid *pid)
{
	return pid_nr_ns(pid, task_active_pid_ns(current));
}

/* ---- pidfd_open ---------------------------------------------------------------------------- */

static long do_pidfd_open(int nr, unsigned int flags)
{
	unsigned int known = SF_PIDFD_NONBLOCK;
	struct pid *pid;

	if (current->machine->kernel.pidfd_scope_flags)
		known |= SF_PIDFD_THREAD;
	if (flags & ~known || nr <= 0)
		return -EINVAL;
	pid = find_vpid(nr);
	if (!pid || !pid_task(pid, PIDTYPE_PID))
		return -ESRCH;
	if (!(flags & SF_PIDFD_THREAD) && !pid_task(pid, PIDTYPE_TGID))
		return -ENOENT;
	return 0;
}

long sf_pidfd_open(struct sf_task *t, int nr, unsigned int flags)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	rcu_read_lock();
	r = do_pidfd_open(nr, flags);
	rcu_read_unlock();
	return call_leave(r);
}
