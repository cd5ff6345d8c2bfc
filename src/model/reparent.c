/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reparent.c - whose the children of the dead are, and process groups without a way back
 *
 * Models: kernel/exit.c
 */
#include "model/machine.h"
#include "model/signal.h"

struct task_struct *find_alive_thread(const struct task_struct *p)
{
	struct task_struct *t;

	for_each_thread (p, t)
		if (!(READ_ONCE(t->flags) & PF_EXITING))
			return t;
	return NULL;
}

/* A machine as it was found may lack a namespace's init. */
struct task_struct *find_live_reaper(const struct pid_namespace *ns)
{
	for (; ns; ns = ns->parent) {
		struct task_struct *reaper = READ_ONCE(ns->child_reaper);

		if (likely(reaper && !READ_ONCE(reaper->exit_state)))
			return reaper;
	}
	return NULL;
}

/*
 * Who takes the orphans of the father's namespace, so that the last thread of its init ends the
 * namespace first: NULL while it has to wait for that.
 */
static struct task_struct *find_child_reaper(struct task_struct *father, struct list_head *dead)
{
	struct pid_namespace *ns = task_active_pid_ns(father);
	struct task_struct *reaper = find_live_reaper(ns);

	if (reaper != father)
		return reaper;
	reaper = find_alive_thread(father);
	if (reaper) {
		step(father, SF_STEP_CHILD_REAPER, SF_REAPER_THREAD, 0, 0, 0);
		rcu_assign_pointer(ns->child_reaper, reaper);
		return reaper;
	}
	write_unlock(&father->machine->tasklist_lock);
	release_dead(dead);
	if (!(READ_ONCE(father->flags) & PF_ZAPPING)) {
		step(father, SF_STEP_CHILD_REAPER, SF_REAPER_NS_ENDS, 0, 0, 0);
		zap_pid_ns_processes(ns);
	}
	reaper = zap_pid_ns_done(ns) ? father : NULL;
	write_lock(&father->machine->tasklist_lock);
	return reaper;
}

/*
 * Another thread of the father; or the nearest ancestor of the same level that asked for orphans;
 * or the init.  What counts is where the father was, not the children.
 */
static struct task_struct *find_new_reaper(struct task_struct *father,
					   struct task_struct *child_reaper, int *ret_answer)
{
	struct task_struct *thread = find_alive_thread(father), *reaper;
	unsigned int level = father->thread_pid->level;

	*ret_answer = SF_NEW_PARENT_THREAD;
	if (thread)
		return thread;
	*ret_answer = SF_NEW_PARENT_SUBREAPER;
	if (father->signal->has_child_subreaper) {
		for (reaper = father->real_parent;
		     reaper && reaper->sighand && reaper->thread_pid->level == level;
		     reaper = reaper->real_parent) {
			if (reaper->real_parent == reaper)
				break;
			if (!reaper->signal->is_child_subreaper)
				continue;
			thread = find_alive_thread(reaper);
			if (thread)
				return thread;
		}
	}
	*ret_answer = SF_NEW_PARENT_INIT;
	return child_reaper;
}

static bool is_orphaned_pgrp(const struct pid *pgrp, const struct task_struct *ignored)
{
	struct task_struct *p;

	for_each_pgrp_task (pgrp, p) {
		const struct task_struct *parent = p->real_parent;

		if (p == ignored || (READ_ONCE(p->exit_state) && thread_group_empty(p)) ||
		    is_global_init(parent))
			continue;
		if (task_pgrp(parent) != pgrp && task_session(parent) == task_session(p))
			return false;
	}
	return true;
}

bool is_current_pgrp_orphaned(void)
{
	bool orphaned;

	read_lock(&current->machine->tasklist_lock);
	orphaned = is_orphaned_pgrp(task_pgrp(current), NULL);
	read_unlock(&current->machine->tasklist_lock);
	return orphaned;
}

static bool has_stopped_jobs(const struct pid *pgrp)
{
	struct task_struct *p;

	for_each_pgrp_task (pgrp, p)
		if (READ_ONCE(p->signal->flags) & SIGNAL_STOP_STOPPED)
			return true;
	return false;
}

/*
 * @t's end, or that of the parent it had, may have left its group with nobody to continue it.  A
 * stopped one is then told to hang up, and let go on.
 */
void kill_orphaned_pgrp(struct task_struct *t, struct task_struct *parent)
{
	struct pid *pgrp = task_pgrp(t);
	const struct task_struct *ignored = parent ? NULL : t;

	if (!parent)
		parent = t->real_parent;
	if (task_pgrp(parent) == pgrp || task_session(parent) != task_session(t) ||
	    !is_orphaned_pgrp(pgrp, ignored) || !has_stopped_jobs(pgrp))
		return;
	step(t, SF_STEP_ORPHANED_PGRP, 1, 0, 0, 0);
	kill_pgrp_info_locked(SIGHUP, SEND_SIG_PRIV, pgrp);
	kill_pgrp_info_locked(SIGCONT, SEND_SIG_PRIV, pgrp);
}

static void reparent_leader(struct task_struct *father, struct task_struct *p,
			    struct list_head *dead)
{
	if (READ_ONCE(p->exit_state) == EXIT_DEAD)
		return;
	p->exit_signal = SIGCHLD;
	if (!p->ptrace && READ_ONCE(p->exit_state) == EXIT_ZOMBIE && thread_group_empty(p) &&
	    do_notify_parent(p, p->exit_signal))
		bury(p, dead);
	kill_orphaned_pgrp(p, father);
}

static void give_to(struct task_struct *p, struct task_struct *reaper)
{
	struct task_struct *t;

	for_each_thread (p, t) {
		rcu_assign_pointer(t->real_parent, reaper);
		/* a tracer that is not in the machine takes nobody's place */
		if (!t->ptrace || rare_of(t)->external_tracer)
			rcu_assign_pointer(t->parent, reaper);
		if (READ_ONCE(t->pdeath_signal))
			group_send_sig_info(READ_ONCE(t->pdeath_signal), SEND_SIG_NOINFO, t,
					    PIDTYPE_TGID);
	}
}

bool forget_original_parent(struct task_struct *father, struct list_head *dead)
{
	struct task_struct *reaper, *p;
	int answer;

	exit_ptrace(father, dead);
	reaper = find_child_reaper(father, dead);
	if (!reaper)
		return false;
	if (list_empty(&father->children))
		return true;
	reaper = find_new_reaper(father, reaper, &answer);
	list_for_each_entry (p, struct task_struct, &father->children, sibling) {
		step(p, SF_STEP_NEW_PARENT, answer, 0,
		     task_tgid_nr_ns(reaper, task_active_pid_ns(p)), 0);
		give_to(p, reaper);
		if (!same_thread_group(reaper, father))
			reparent_leader(father, p, dead);
	}
	list_splice_tail_init(&father->children, &reaper->children);
	return true;
}
