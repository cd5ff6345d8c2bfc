/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fork.c - new tasks, and moving to other namespaces
 *
 * Models: kernel/fork.c, kernel/nsproxy.c
 */
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

#define EXIT_SIGNAL_MASK 0xffu
#define KNOWN_FLAGS                                                                                \
	(SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_VFORK | SF_CLONE_PARENT | SF_CLONE_THREAD |     \
	 SF_CLONE_NEWUSER | SF_CLONE_NEWPID | SF_CLONE_CLEAR_SIGHAND)

static int check_flags(uint64_t flags)
{
	if (flags & ~(uint64_t)KNOWN_FLAGS)
		return -EINVAL;
	if (flags & SF_CLONE_THREAD && !(flags & SF_CLONE_SIGHAND))
		return -EINVAL;
	if (flags & SF_CLONE_SIGHAND && !(flags & SF_CLONE_VM))
		return -EINVAL;
	if (flags & SF_CLONE_CLEAR_SIGHAND && flags & SF_CLONE_SIGHAND)
		return -EINVAL;
	/* An init's siblings would be outside its namespace. */
	if (flags & SF_CLONE_PARENT && current->signal->flags & SIGNAL_UNKILLABLE)
		return -EINVAL;
	if (flags & SF_CLONE_THREAD &&
	    (flags & (SF_CLONE_NEWUSER | SF_CLONE_NEWPID) ||
	     task_active_pid_ns(current) != current->pid_ns_for_children))
		return -EINVAL;
	return 0;
}

static int copy_creds(struct task_struct *p, uint64_t flags)
{
	struct cred *cred;
	int r;

	if (!(flags & SF_CLONE_NEWUSER)) {
		p->cred = get_cred(current->cred);
		return 0;
	}
	cred = prepare_creds();
	if (!cred)
		return -ENOMEM;
	p->cred = cred;
	r = create_user_ns(cred);
	return r ? r : set_cred_ucounts(p->machine, cred);
}

static int copy_details(struct sf_machine *m, const struct sighand_struct *old,
			struct sighand_struct *new)
{
	if (!old->details)
		return 0;
	new->details = kmem_cache_zalloc(&m->details_cache);
	if (!new->details)
		return machine_no_memory(m);
	*new->details = *old->details;
	return 0;
}

static int copy_sighand(struct task_struct *p, uint64_t flags)
{
	const struct sighand_struct *old = current->sighand;
	struct sighand_struct *new;
	int r = 0;

	if (flags & SF_CLONE_SIGHAND) {
		refcount_inc(&current->sighand->count);
		p->sighand = current->sighand;
		return 0;
	}
	new = sighand_alloc(p->machine);
	p->sighand = new;
	if (!new)
		return -ENOMEM;
	lock_task_sighand(current);
	new->ign = old->ign;
	if (!(flags & SF_CLONE_CLEAR_SIGHAND)) {
		new->handler = old->handler;
		r = copy_details(p->machine, old, new);
	}
	unlock_task_sighand(current);
	return r;
}

static int copy_signal(struct task_struct *p, uint64_t flags)
{
	const struct signal_struct *old = current->signal;
	struct signal_struct *sig;

	if (flags & SF_CLONE_THREAD) {
		refcount_inc(&current->signal->count);
		p->signal = current->signal;
		return 0;
	}
	sig = signal_alloc(p->machine);
	p->signal = sig;
	if (!sig)
		return -ENOMEM;
	sig->rlim_sigpending = READ_ONCE(old->rlim_sigpending);
	sig->rlim_core = READ_ONCE(old->rlim_core);
	return copy_mm(sig, flags & SF_CLONE_VM);
}

static int copy_namespaces(struct task_struct *p, uint64_t flags)
{
	struct user_namespace *user_ns = p->cred->user_ns;

	if (flags & SF_CLONE_NEWPID && !ns_capable(user_ns, SF_CAP_SYS_ADMIN))
		return -EPERM;
	return copy_pid_ns(flags, user_ns, current->pid_ns_for_children, &p->pid_ns_for_children);
}

static int copy_parts(struct task_struct *p, uint64_t flags)
{
	int r = copy_creds(p, flags);

	if (!r)
		r = copy_sighand(p, flags);
	if (!r)
		r = copy_signal(p, flags);
	if (!r)
		r = copy_namespaces(p, flags);
	return r;
}

/* The task can be found from here on. */
static void attach_process(struct task_struct *p, const struct sf_clone_args *args)
{
	struct signal_struct *sig = p->signal;
	struct task_struct *parent = p->real_parent;
	struct pid *pid = p->thread_pid;

	sig->pids[PIDTYPE_TGID - 1] = pid;
	sig->pids[PIDTYPE_PGID - 1] = task_pgrp(current);
	sig->pids[PIDTYPE_SID - 1] = task_session(current);
	if (is_child_reaper(pid)) {
		rcu_assign_pointer(ns_of_pid(pid)->child_reaper, p);
		sig->flags |= SIGNAL_UNKILLABLE;
	}
	sig->has_child_subreaper =
		parent->signal->has_child_subreaper || parent->signal->is_child_subreaper;
	p->exit_signal = args->flags & SF_CLONE_PARENT
				 ? READ_ONCE(current->group_leader)->exit_signal
				 : (short)args->exit_signal;
	list_add_tail(&p->sibling, &parent->children);
	list_add_tail(&p->tasks, &p->machine->tasks);
	list_add_tail(&p->thread_node, &sig->thread_head);
	attach_pid(p, PIDTYPE_TGID);
	attach_pid(p, PIDTYPE_PGID);
	attach_pid(p, PIDTYPE_SID);
}

static void attach_thread(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	WRITE_ONCE(sig->nr_threads, sig->nr_threads + 1);
	sig->quick_threads++;
	atomic_add_return(sig->live, 1u);
	p->exit_signal = -1;
	get_task_struct(p->group_leader);
	list_add_tail(&p->thread_node, &sig->thread_head);
}

static void copy_plain(struct task_struct *p, uint64_t flags)
{
	p->flags = PF_FORKNOEXEC;
	p->blocked = current->blocked;
	/* Not on the stack that its parent goes on to use. */
	p->bad_altstack =
		current->bad_altstack && (flags & (SF_CLONE_VM | SF_CLONE_VFORK)) != SF_CLONE_VM;
	p->self_exec_id = current->self_exec_id;
	sf_task_comm(current, p->comm);
}

/* The namespace may have ended, and the parent may be dying, since the child was begun. */
static int may_attach(const struct pid *pid)
{
	if (!READ_ONCE(ns_of_pid(pid)->adding))
		return -ENOMEM;
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int attach(struct task_struct *p, const struct sf_clone_args *args, struct pid *pid,
		  const struct multiprocess_signals *delayed)
{
	struct sf_machine *m = p->machine;
	uint64_t flags = args->flags;
	bool as_sibling = flags & (SF_CLONE_PARENT | SF_CLONE_THREAD);
	int r;

	write_lock(&m->tasklist_lock);
	lock_task_sighand(current);
	p->real_parent = as_sibling ? current->real_parent : current;
	p->parent_exec_id = as_sibling ? current->parent_exec_id : current->self_exec_id;
	p->parent = p->real_parent;
	r = may_attach(pid);
	if (!r) {
		p->group_leader = flags & SF_CLONE_THREAD ? READ_ONCE(current->group_leader) : p;
		p->thread_pid = pid;
		if (flags & SF_CLONE_THREAD) {
			attach_thread(p);
		} else {
			p->signal->shared_pending.signal = delayed->signal;
			attach_process(p, args);
		}
		attach_pid(p, PIDTYPE_PID);
		/* What was delayed is taken as soon as it runs. */
		if (delayed->signal && recalc_sigpending_tsk(p))
			enqueue_task(p);
	}
	unlock_task_sighand(current);
	write_unlock(&m->tasklist_lock);
	return r;
}

static int copy_pid(struct task_struct *p, const struct sf_clone_args *args, struct pid **ret)
{
	int r = alloc_pid(p->pid_ns_for_children, args->set_tid, args->set_tid_size, ret);

	step(current, SF_STEP_ALLOC_PID,
	     !r		    ? SF_ALLOC_OK
	     : r == -ENOMEM ? SF_ALLOC_ENOMEM
			    : SF_ALLOC_EAGAIN,
	     0, r ? 0 : pid_vnr(*ret), r);
	return r;
}

/* From here on, what is sent to many is for the child too; false when something came before. */
static bool begin_fork(struct multiprocess_signals *delayed)
{
	struct signal_struct *sig = current->signal;
	bool clean;

	lock_task_sighand(current);
	recalc_sigpending();
	clean = !signal_pending(current);
	if (clean) {
		delayed->next = sig->multiprocess;
		sig->multiprocess = delayed;
	}
	unlock_task_sighand(current);
	return clean;
}

static void end_fork(struct multiprocess_signals *delayed)
{
	struct multiprocess_signals **at;

	lock_task_sighand(current);
	for (at = &current->signal->multiprocess; *at != delayed; at = &(*at)->next)
		;
	*at = delayed->next;
	unlock_task_sighand(current);
}

/* A parent that shall wait for it must be known before the child can end. */
static int prepare_vfork(struct task_struct *p, uint64_t flags)
{
	struct task_rare *rare;

	if (!(flags & SF_CLONE_VFORK))
		return 0;
	rare = task_rare(p);
	if (!rare)
		return -ENOMEM;
	rare->vfork_parent = current;
	return 0;
}

/* Gives the child with a reference: it may be gone before its maker looks at it. */
static int copy_process(const struct sf_clone_args *args,
			const struct multiprocess_signals *delayed, struct task_struct **ret)
{
	struct task_struct *p = task_alloc(current->machine);
	struct pid *pid = NULL;
	int r;

	if (!p)
		return -ENOMEM;
	copy_plain(p, args->flags);
	r = copy_parts(p, args->flags);
	if (!r)
		r = prepare_vfork(p, args->flags);
	if (!r)
		r = copy_pid(p, args, &pid);
	get_task_struct(p);
	if (!r)
		r = attach(p, args, pid, delayed);
	if (r) {
		if (pid)
			free_pid(pid);
		put_task_struct(p);
		put_task_struct(p);
		return r;
	}
	*ret = p;
	return 0;
}

/* ---- vfork --------------------------------------------------------------------------------- */

void complete_vfork(struct task_struct *child)
{
	struct task_rare *rare = rare_of(child);
	struct task_struct *parent = rare ? READ_ONCE(rare->vfork_parent) : NULL;

	if (!parent)
		return;
	if (cmpxchg(rare->vfork_parent, parent, NULL))
		wake_up_process(parent);
}

/* Only death keeps the parent from waiting. */
bool vfork_awake(void)
{
	struct sleeping *s = &rare_of(current)->sleeping;
	struct task_rare *child = rare_of(s->child);

	if (READ_ONCE(child->vfork_parent) && !fatal_signal_pending(current))
		return false;
	WRITE_ONCE(child->vfork_parent, NULL);
	put_task_struct(s->child);
	s->child = NULL;
	return true;
}

/* ---- the calls ----------------------------------------------------------------------------- */

static long kernel_clone(const struct sf_clone_args *args, struct task_struct **ret_child)
{
	struct multiprocess_signals delayed = {0};
	struct task_struct *p = NULL;
	long nr = check_flags(args->flags);

	if (nr)
		return nr;
	/* What came before is taken before: the call is made again after it. */
	while (!begin_fork(&delayed))
		if (!return_to_user())
			return call_refuse();
	nr = copy_process(args, &delayed, &p);
	end_fork(&delayed);
	if (nr)
		return nr;
	nr = task_pid_vnr(p);
	if (ret_child)
		*ret_child = get_task_struct(p);
	if (args->flags & SF_CLONE_VFORK)
		return sleep_in(&(struct sleeping){.call = CALL_VFORK, .child = p, .ret = nr});
	put_task_struct(p);
	return nr;
}

long sf_clone(struct sf_task *t, uint64_t flags, struct sf_task **ret_child)
{
	const struct sf_clone_args args = {
		.flags = flags & ~(uint64_t)EXIT_SIGNAL_MASK,
		.exit_signal = (int)(flags & EXIT_SIGNAL_MASK),
	};

	return call_enter(t) ? call_leave(kernel_clone(&args, ret_child)) : SF_FAIL;
}

static long do_clone3(const struct sf_clone_args *args, struct task_struct **ret_child)
{
	if (!args)
		return -EFAULT;
	if (args->exit_signal < 0 || !valid_signal(args->exit_signal))
		return -EINVAL;
	if (args->set_tid_size > SF_MAX_PID_NS_LEVEL || (args->set_tid && !args->set_tid_size) ||
	    (!args->set_tid && args->set_tid_size))
		return -EINVAL;
	if (args->flags & (SF_CLONE_THREAD | SF_CLONE_PARENT) && args->exit_signal)
		return -EINVAL;
	return kernel_clone(args, ret_child);
}

long sf_clone3(struct sf_task *t, const struct sf_clone_args *args, struct sf_task **ret_child)
{
	return call_enter(t) ? call_leave(do_clone3(args, ret_child)) : SF_FAIL;
}

long sf_fork(struct sf_task *t, struct sf_task **ret_child)
{
	return sf_clone(t, SIGCHLD, ret_child);
}

/* ---- unshare and setns --------------------------------------------------------------------- */

static int unshare_userns(struct cred **ret)
{
	struct cred *cred = prepare_creds();
	int r;

	if (!cred)
		return -ENOMEM;
	r = create_user_ns(cred);
	if (!r)
		r = set_cred_ucounts(current->machine, cred);
	if (r) {
		put_cred(current->machine, cred);
		return r;
	}
	*ret = cred;
	return 0;
}

static long do_unshare(uint64_t flags)
{
	struct pid_namespace *ns;
	struct cred *cred = NULL;
	int r = 0;

	if (flags & ~(uint64_t)(SF_CLONE_NEWPID | SF_CLONE_NEWUSER))
		return -EINVAL;
	/* The threads of a process are one user. */
	if (flags & SF_CLONE_NEWUSER && !thread_group_empty(current))
		return -EINVAL;
	if (flags & SF_CLONE_NEWUSER)
		r = unshare_userns(&cred);
	if (r)
		return r;
	if (flags & SF_CLONE_NEWPID) {
		struct user_namespace *user_ns = cred ? cred->user_ns : current->cred->user_ns;

		r = -EPERM;
		if (ns_capable(user_ns, SF_CAP_SYS_ADMIN))
			r = copy_pid_ns(flags, user_ns, current->pid_ns_for_children, &ns);
		if (!r) {
			put_pid_ns(current->pid_ns_for_children);
			current->pid_ns_for_children = ns;
		}
	}
	if (cred && r)
		put_cred(current->machine, cred);
	else if (cred)
		commit_creds(cred);
	return r;
}

long sf_unshare(struct sf_task *t, uint64_t flags)
{
	return call_enter(t) ? call_leave(do_unshare(flags)) : SF_FAIL;
}

/*
 * One namespace is joined through its file, both through a pidfd: whoever holds that must be
 * allowed to look into the task, which must not have let go of its namespaces yet.
 */
static long install_both(struct task_struct *target)
{
	struct user_namespace *user_ns = rcu_dereference(target->cred)->user_ns;
	struct pid_namespace *pid_ns = task_active_pid_ns(target);
	long r;

	if (!ptrace_may_access(target))
		return -EPERM;
	if (READ_ONCE(target->flags) & PF_EXITING)
		return -ESRCH;
	r = may_install_userns(user_ns);
	if (!r)
		r = pidns_install(pid_ns, user_ns);
	return r ? r : userns_install(user_ns);
}

static long do_setns(struct task_struct *target, uint64_t flags)
{
	const uint64_t both = SF_CLONE_NEWUSER | SF_CLONE_NEWPID;
	long r = -ESRCH;

	if (!flags || flags & ~both)
		return -EINVAL;
	rcu_read_lock();
	if (!rcu_dereference(target->sighand))
		r = -ESRCH;
	else if (flags == both)
		r = install_both(target);
	else if (flags == SF_CLONE_NEWUSER)
		r = userns_install(rcu_dereference(target->cred)->user_ns);
	else
		r = pidns_install(task_active_pid_ns(target), current->cred->user_ns);
	rcu_read_unlock();
	return r;
}

long sf_setns(struct sf_task *t, const struct sf_task *target, uint64_t flags)
{
	if (!same_machine(t, target))
		return call_fail(-EINVAL);
	/* to lock it, no more */
	return call_enter(t) ? call_leave(do_setns((struct task_struct *)(uintptr_t)target, flags))
			     : SF_FAIL;
}
