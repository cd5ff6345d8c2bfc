/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * release.c - a dead task goes: its numbers are free, nobody can find it any more
 *
 * Models: kernel/exit.c:release_task
 */
#include "model/machine.h"
#include "model/signal.h"

static void __unhash_process(struct task_struct *p, bool group_dead)
{
	struct pid_namespace *ns = task_active_pid_ns(p);

	/* The last thread of an init may not have been its first. */
	if (READ_ONCE(ns->child_reaper) == p)
		rcu_assign_pointer(ns->child_reaper, NULL);
	WRITE_ONCE(p->signal->nr_threads, p->signal->nr_threads - 1);
	detach_pid(p, PIDTYPE_PID);
	if (group_dead) {
		detach_pid(p, PIDTYPE_TGID);
		detach_pid(p, PIDTYPE_PGID);
		detach_pid(p, PIDTYPE_SID);
		list_del_init(&p->tasks);
		list_del_init(&p->sibling);
	}
	list_del_init(&p->thread_node);
}

static void __exit_signal(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	struct sighand_struct *sighand = p->sighand;
	bool group_dead = thread_group_leader(p);

	spin_lock(&sighand->siglock);
	/* Whoever execs waits until it is alone. */
	if (!group_dead && sig->notify_count > 0 && !--sig->notify_count)
		wake_up_process(sig->group_exec_task);
	if (p == sig->curr_target)
		sig->curr_target = next_thread(p) == p ? NULL : next_thread(p);
	__unhash_process(p, group_dead);
	flush_sigqueue(p->machine, &p->pending);
	if (group_dead)
		flush_sigqueue(p->machine, &sig->shared_pending);
	rcu_assign_pointer(p->sighand, NULL);
	spin_unlock(&sighand->siglock);
	put_sighand(p->machine, sighand);
}

/* A dead leader waited for its threads: does its process go with the last of them? */
static bool zaps_leader(struct task_struct *p, struct task_struct *leader)
{
	if (leader == p || !thread_group_empty(leader) ||
	    READ_ONCE(leader->exit_state) != EXIT_ZOMBIE)
		return false;
	/* The parent is told of the end of the process, not of that of its first thread. */
	if (p->machine->kernel.leader_group_exit_code &&
	    READ_ONCE(leader->signal->flags) & SIGNAL_GROUP_EXIT)
		WRITE_ONCE(leader->exit_code, READ_ONCE(leader->signal->group_exit_code));
	return do_notify_parent(leader, leader->exit_signal) &&
	       cmpxchg(leader->exit_state, EXIT_ZOMBIE, EXIT_DEAD);
}

static void delayed_put_task_struct(struct sf_machine *m, struct rcu_head *head)
{
	(void)m;
	put_task_struct(container_of(head, struct task_struct, rcu));
}

void release_task(struct task_struct *p)
{
	struct sf_machine *m = p->machine;
	bool again;

	do {
		struct task_struct *leader = p->group_leader;

		write_lock(&m->tasklist_lock);
		if (p->ptrace)
			ptrace_unlink(p);
		deactivate_task(p);
		step(p, SF_STEP_RELEASE, 0, 0, READ_ONCE(p->exit_code), 0);
		__exit_signal(p);
		again = zaps_leader(p, leader);
		write_unlock(&m->tasklist_lock);
		call_rcu(m, &p->rcu, delayed_put_task_struct);
		p = leader;
	} while (again);
}

void bury(struct task_struct *t, struct list_head *dead)
{
	WRITE_ONCE(t->exit_state, EXIT_DEAD);
	deactivate_task(t);
	list_add_tail(&t->run_node, dead);
}

void release_dead(struct list_head *dead)
{
	while (!list_empty(dead)) {
		struct task_struct *t = list_first_entry(dead, struct task_struct, run_node);

		list_del_init(&t->run_node);
		release_task(t);
	}
}
