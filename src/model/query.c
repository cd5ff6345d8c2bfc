/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* query.c - what can be seen of tasks and namespaces from outside the machine */
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

struct sf_task *sf_task_get(struct sf_task *t)
{
	return t ? get_task_struct(t) : NULL;
}

void sf_task_put(struct sf_task *t)
{
	put_task_struct(t);
}

struct sf_machine *sf_task_machine(const struct sf_task *t)
{
	return t ? t->machine : NULL;
}

struct sf_task *sf_task_leader(const struct sf_task *t)
{
	return t ? READ_ONCE(t->group_leader) : NULL;
}

/* Of one that is nobody, or was reaped, little is left to say. */
static bool is_listed(const struct task_struct *t)
{
	return t && rcu_dereference(t->sighand);
}

struct sf_task *sf_task_parent(const struct sf_task *t)
{
	struct task_struct *parent = NULL;

	if (!t)
		return NULL;
	rcu_read_lock();
	if (rcu_dereference(t->sighand) && rcu_dereference(t->real_parent) != t)
		parent = READ_ONCE(rcu_dereference(t->real_parent)->group_leader);
	rcu_read_unlock();
	return parent;
}

struct sf_task *sf_task_tracer(const struct sf_task *t)
{
	if (!is_listed(t) || !READ_ONCE(t->ptrace) || rare_of(t)->external_tracer)
		return NULL;
	return rcu_dereference(t->parent);
}

/* An exec may give a thread its leader's number, and its own may be given back meanwhile. */
struct sf_pidns *sf_task_pidns(const struct sf_task *t)
{
	struct pid_namespace *ns;

	if (!t)
		return NULL;
	rcu_read_lock();
	ns = task_active_pid_ns(t);
	rcu_read_unlock();
	return ns;
}

struct sf_userns *sf_task_userns(const struct sf_task *t)
{
	struct user_namespace *ns;

	if (!t)
		return NULL;
	rcu_read_lock();
	ns = rcu_dereference(t->cred)->user_ns;
	rcu_read_unlock();
	return ns;
}

const char *sf_task_comm(const struct sf_task *t, char buf[SF_COMM_LEN])
{
	if (!t || !buf)
		return "";
	spin_lock(&t->machine->comm_lock);
	memcpy(buf, t->comm, SF_COMM_LEN);
	spin_unlock(&t->machine->comm_lock);
	return buf;
}

void sf_task_set_comm(struct sf_task *t, const char *comm)
{
	if (!t || !comm)
		return;
	spin_lock(&t->machine->comm_lock);
	copy_name(t->comm, sizeof(t->comm), comm);
	spin_unlock(&t->machine->comm_lock);
}

int sf_task_nr(const struct sf_task *t, const struct sf_pidns *ns)
{
	int nr;

	rcu_read_lock();
	nr = is_listed(t) && ns ? task_pid_nr_ns(t, ns) : 0;
	rcu_read_unlock();
	return nr;
}

int sf_task_tgid(const struct sf_task *t, const struct sf_pidns *ns)
{
	int nr;

	rcu_read_lock();
	nr = is_listed(t) && ns ? task_tgid_nr_ns(t, ns) : 0;
	rcu_read_unlock();
	return nr;
}

int sf_task_pgrp(const struct sf_task *t, const struct sf_pidns *ns)
{
	int nr;

	rcu_read_lock();
	nr = is_listed(t) && ns ? pid_nr_ns(task_pgrp(t), ns) : 0;
	rcu_read_unlock();
	return nr;
}

int sf_task_session(const struct sf_task *t, const struct sf_pidns *ns)
{
	int nr;

	rcu_read_lock();
	nr = is_listed(t) && ns ? pid_nr_ns(task_session(t), ns) : 0;
	rcu_read_unlock();
	return nr;
}

struct sf_task *sf_task_find(struct sf_pidns *ns, int nr)
{
	struct task_struct *t;

	if (!ns)
		return NULL;
	rcu_read_lock();
	t = pid_task(find_pid_ns(nr, ns), PIDTYPE_PID);
	rcu_read_unlock();
	return t;
}

struct sf_task *sf_task_next(const struct sf_machine *m, const struct sf_task *after)
{
	const struct list_head *next;

	if (!m)
		return NULL;
	next = after ? after->tasks.next : m->tasks.next;
	/* One that is not on the list, or on another's, has nobody after it. */
	if (next == &m->tasks || (after && (after->machine != m || next == &after->tasks)))
		return NULL;
	return list_entry(next, struct task_struct, tasks);
}

struct sf_task *sf_task_next_thread(const struct sf_task *t)
{
	const struct list_head *next = t ? t->thread_node.next : NULL;

	if (!next || next == &t->signal->thread_head || next == &t->thread_node)
		return NULL;
	return list_entry(next, struct task_struct, thread_node);
}

char sf_task_state(const struct sf_task *t)
{
	if (!is_listed(t) || READ_ONCE(t->exit_state) == EXIT_DEAD)
		return 'X';
	if (READ_ONCE(t->exit_state))
		return 'Z';
	return task_is_traced(t) ? 't' : task_is_stopped(t) ? 'T' : 'S';
}

bool sf_task_is_init(const struct sf_task *t)
{
	return t && READ_ONCE(t->signal->flags) & SIGNAL_UNKILLABLE;
}

bool sf_task_is_exiting(const struct sf_task *t)
{
	return !t || READ_ONCE(t->flags) & PF_EXITING;
}

bool sf_task_is_dying(const struct sf_task *t)
{
	return t && READ_ONCE(t->signal->flags) & SIGNAL_GROUP_EXIT;
}

int sf_task_exit_status(const struct sf_task *t)
{
	if (!t || !(READ_ONCE(t->flags) & PF_EXITING))
		return -1;
	return READ_ONCE(t->signal->flags) & SIGNAL_GROUP_EXIT
		       ? READ_ONCE(t->signal->group_exit_code)
		       : READ_ONCE(t->exit_code);
}

int sf_task_threads(const struct sf_task *t)
{
	return t ? (int)READ_ONCE(t->signal->nr_threads) : 0;
}

static sf_sigset sigset_of(const struct task_struct *t, enum sf_sigset_kind kind)
{
	switch (kind) {
	case SF_SIGPND:
		return t->pending.signal;
	case SF_SHDPND:
		return t->signal->shared_pending.signal;
	case SF_SIGBLK:
		return t->blocked;
	case SF_SIGIGN:
		return t->sighand->ign;
	case SF_SIGCGT:
		return t->sighand->handler;
	default:
		return 0;
	}
}

sf_sigset sf_task_sigset(const struct sf_task *t, enum sf_sigset_kind kind)
{
	struct sf_task *task = (struct sf_task *)(uintptr_t)t; /* to lock it, no more */
	sf_sigset set = 0;

	/* Whoever called the observer may have its lock. */
	if (no_calls == IN_OBSERVER) {
		call_fail(-EDEADLK);
		return 0;
	}
	if (t && lock_task_sighand(task)) {
		set = sigset_of(t, kind);
		unlock_task_sighand(task);
	}
	return set;
}

uint64_t sf_task_cap_effective(const struct sf_task *t)
{
	uint64_t caps;

	if (!t)
		return 0;
	rcu_read_lock();
	caps = rcu_dereference(t->cred)->cap_effective;
	rcu_read_unlock();
	return caps;
}

uint64_t sf_task_cap_permitted(const struct sf_task *t)
{
	uint64_t caps;

	if (!t)
		return 0;
	rcu_read_lock();
	caps = rcu_dereference(t->cred)->cap_permitted;
	rcu_read_unlock();
	return caps;
}

unsigned int sf_pidns_level(const struct sf_pidns *ns)
{
	return ns ? ns->level : 0;
}

struct sf_pidns *sf_pidns_parent(const struct sf_pidns *ns)
{
	return ns ? ns->parent : NULL;
}

struct sf_userns *sf_pidns_owner(const struct sf_pidns *ns)
{
	return ns ? ns->user_ns : NULL;
}

struct sf_task *sf_pidns_init(const struct sf_pidns *ns)
{
	return ns ? READ_ONCE(ns->child_reaper) : NULL;
}

bool sf_pidns_closed(const struct sf_pidns *ns)
{
	return !ns || !READ_ONCE(ns->adding);
}

int sf_pidns_set_last_pid(struct sf_pidns *ns, int last)
{
	if (!ns || last < 0 || last > SF_PID_MAX_LIMIT)
		return -EINVAL;
	spin_lock(&ns->machine->pidmap_lock);
	ns->idr.next = last + 1;
	spin_unlock(&ns->machine->pidmap_lock);
	return 0;
}

int sf_pidns_set_pid_max(struct sf_pidns *ns, int pid_max)
{
	if (!ns || pid_max < PID_MAX_MIN || pid_max > SF_PID_MAX_LIMIT)
		return -EINVAL;
	WRITE_ONCE(ns->pid_max, pid_max);
	return 0;
}

struct sf_userns *sf_userns_parent(const struct sf_userns *ns)
{
	return ns ? ns->parent : NULL;
}
