/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exec.c - another program in the same process
 *
 * The thread that calls stays alone, and becomes the leader: a process keeps its numbers.
 *
 * Models: fs/exec.c
 */
#include "model/machine.h"
#include "model/signal.h"

/* All other threads are told to end; they are waited for in exec_continue(). */
static int begin_de_thread(void)
{
	struct signal_struct *sig = current->signal;
	bool first;

	/* as in end_de_thread(): whoever ends looks at it under the one lock or the other */
	write_lock(&current->machine->tasklist_lock);
	lock_task_sighand(current);
	first = !(sig->flags & SIGNAL_GROUP_EXIT) && !sig->group_exec_task;
	if (first) {
		sig->group_exec_task = current;
		sig->notify_count = zap_other_threads(current);
		/* The leader is waited for by itself: it is not released before. */
		if (!thread_group_leader(current))
			sig->notify_count--;
	}
	unlock_task_sighand(current);
	write_unlock(&current->machine->tasklist_lock);
	return first ? 0 : -EAGAIN;
}

/* Nobody ends for its sake any more. @alone: nobody is left. */
static void end_de_thread(bool alone)
{
	struct signal_struct *sig = current->signal;

	write_lock(&current->machine->tasklist_lock);
	lock_task_sighand(current);
	sig->group_exec_task = NULL;
	sig->notify_count = 0;
	if (alone)
		current->exit_signal = SIGCHLD;
	unlock_task_sighand(current);
	write_unlock(&current->machine->tasklist_lock);
}

static void list_replace(struct list_head *old, struct list_head *new)
{
	list_add(new, old);
	list_del_init(old);
}

/* The caller takes its dead leader's place, numbers and all. */
static void take_leaders_place(struct task_struct *leader)
{
	struct task_struct *t = current;

	exchange_tids(t, leader);
	transfer_pid(leader, t, PIDTYPE_PGID);
	transfer_pid(leader, t, PIDTYPE_SID);
	list_replace(&leader->tasks, &t->tasks);
	list_replace(&leader->sibling, &t->sibling);
	WRITE_ONCE(t->group_leader, t);
	WRITE_ONCE(leader->group_leader, get_task_struct(t));
	/* Who has no parent is its own. */
	if (t->real_parent == leader) {
		rcu_assign_pointer(t->real_parent, t);
		rcu_assign_pointer(t->parent, t);
	}
	t->exit_signal = SIGCHLD;
	leader->exit_signal = -1;
	WRITE_ONCE(leader->exit_state, EXIT_DEAD);
	if (leader->ptrace) {
		lock_task_sighand(leader->parent);
		wake_up_parent(leader, leader->parent);
		unlock_task_sighand(leader->parent);
	}
}

/* ---- what the new program starts with ------------------------------------------------------ */

/* Handlers are gone with the old program; what was ignored still is. */
static int flush_signal_handlers(void)
{
	struct sf_machine *m = current->machine;
	struct sighand_struct *old = current->sighand, *new;

	if (READ_ONCE(old->count.n) == 1) {
		spin_lock(&old->siglock);
		old->handler = 0;
		kmem_cache_free(&m->details_cache, old->details);
		old->details = NULL;
		spin_unlock(&old->siglock);
		return 0;
	}
	/* Another process shares them: it keeps its own. */
	new = sighand_alloc(m);
	if (!new)
		return -ENOMEM;
	write_lock(&m->tasklist_lock);
	spin_lock(&old->siglock);
	new->ign = old->ign;
	rcu_assign_pointer(current->sighand, new);
	spin_unlock(&old->siglock);
	write_unlock(&m->tasklist_lock);
	put_sighand(m, old);
	return 0;
}

/* What its timers have sent goes with them. */
static void flush_itimer_signals(void)
{
	lock_task_sighand(current);
	exit_itimers(current->machine, current->signal);
	flush_sigqueue_code(current->machine, SF_SI_TIMER, &current->pending);
	flush_sigqueue_code(current->machine, SF_SI_TIMER, &current->signal->shared_pending);
	unlock_task_sighand(current);
}

/* Root's program gets root's capabilities. Models: security/commoncap.c:cap_bprm_creds_from_file */
static int exec_creds(void)
{
	const struct cred *old = current->cred;
	kuid_t root = make_kuid(old->user_ns, 0);
	struct cred *new = prepare_creds();

	if (!new)
		return -ENOMEM;
	exec_mm(old->euid != old->uid);
	/* Nor is one that acts for another its parent's to end. */
	if (old->euid != old->uid)
		WRITE_ONCE(current->pdeath_signal, 0);
	new->suid = new->euid;
	new->cap_permitted = new->euid == root || new->uid == root ? SF_CAP_FULL : 0;
	new->cap_effective = new->euid == root ? new->cap_permitted : 0;
	commit_creds(new);
	return 0;
}

static long begin_new_exec(void)
{
	end_de_thread(true);
	flush_itimer_signals();
	current->bad_altstack = false;
	atomic_and(current->flags, ~PF_FORKNOEXEC);
	WRITE_ONCE(current->self_exec_id, current->self_exec_id + 1);
	if (flush_signal_handlers() || exec_creds())
		return -ENOMEM;
	complete_vfork(current);
	/* A tracer that asked for nothing else is told by a signal. */
	if ((READ_ONCE(current->ptrace) & (PT_PTRACED | PT_SEIZED)) == PT_PTRACED)
		send_sig_info(SIGTRAP, SEND_SIG_NOINFO, current, PIDTYPE_PID);
	return 0;
}

/* That signal comes before the program's first step. */
static long start_program(void)
{
	long r = begin_new_exec();

	if (r || !READ_ONCE(current->sigpending))
		return r;
	return sleep_in(
		&(struct sleeping){.call = CALL_EXECVE, .interrupted = true, .decided = true});
}

/* ---- the call ------------------------------------------------------------------------------ */

/* One look whether all others have gone: 1 when the exec is done, 0 when it has to wait. */
static long de_thread_goes_on(void)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *leader = current->group_leader;
	bool alone;

	lock_task_sighand(current);
	alone = sig->notify_count <= 0;
	unlock_task_sighand(current);
	if (!alone)
		return 0;
	if (leader != current) {
		write_lock(&current->machine->tasklist_lock);
		sig->notify_count = -1;
		if (!READ_ONCE(leader->exit_state)) {
			write_unlock(&current->machine->tasklist_lock);
			return 0;
		}
		take_leaders_place(leader);
		write_unlock(&current->machine->tasklist_lock);
		release_task(leader);
		put_task_struct(leader); /* it was held as our leader */
	}
	return 1;
}

/* Only SIGKILL keeps it from becoming another program. */
bool execve_awake(void)
{
	struct sleeping *s = &rare_of(current)->sleeping;

	if (fatal_signal_pending(current)) {
		end_de_thread(false);
		s->ret = -EAGAIN;
		return true;
	}
	if (!de_thread_goes_on())
		return false;
	s->ret = begin_new_exec();
	return true;
}

static bool is_alone(void)
{
	bool alone;

	lock_task_sighand(current);
	alone = thread_group_empty(current);
	unlock_task_sighand(current);
	return alone;
}

static long do_execve(void)
{
	if (!is_alone()) {
		int r = begin_de_thread();

		if (r)
			return r;
		if (!de_thread_goes_on())
			return sleep_in(&(struct sleeping){.call = CALL_EXECVE});
	}
	return start_program();
}

long sf_execve(struct sf_task *t, const char *comm)
{
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	r = do_execve();
	if (comm && (r == 0 || r == SF_BLOCKED))
		sf_task_set_comm(t, comm);
	return call_leave(r);
}
