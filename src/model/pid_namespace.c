/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pid_namespace.c - PID namespaces: how they begin, who may enter, how they end
 *
 * Models: kernel/pid_namespace.c
 */
#include "model/machine.h"
#include "model/signal.h"

struct pid_namespace *pid_ns_alloc(struct sf_machine *m, struct pid_namespace *parent,
				   struct user_namespace *owner)
{
	struct pid_namespace *ns = kmem_cache_zalloc(&m->pid_ns_cache);

	if (!ns) {
		machine_no_memory(m);
		return NULL;
	}
	*ns = (struct pid_namespace){
		.machine = m,
		.level = parent ? parent->level + 1 : 0,
		.parent = parent ? get_pid_ns(parent) : NULL,
		.user_ns = get_user_ns(owner),
		.adding = true,
		.pid_max = SF_PID_MAX_LIMIT,
	};
	refcount_set(&ns->count, 1);
	spin_lock(&m->namespaces_lock);
	list_add(&ns->node, &m->pid_namespaces);
	spin_unlock(&m->namespaces_lock);
	return ns;
}

struct pid_namespace *get_pid_ns(struct pid_namespace *ns)
{
	refcount_inc(&ns->count);
	return ns;
}

static void delayed_free_pid_ns(struct sf_machine *m, struct rcu_head *head)
{
	struct pid_namespace *ns = container_of(head, struct pid_namespace, rcu);

	idr_destroy(&ns->idr);
	put_user_ns(ns->user_ns);
	kmem_cache_free(&m->pid_ns_cache, ns);
}

static void destroy_pid_namespace(struct pid_namespace *ns)
{
	struct sf_machine *m = ns->machine;

	spin_lock(&m->namespaces_lock);
	list_del_init(&ns->node);
	spin_unlock(&m->namespaces_lock);
	if (ns->ucounts)
		dec_ucount(ns->ucounts, UCOUNT_PID_NAMESPACES);
	call_rcu(m, &ns->rcu, delayed_free_pid_ns);
}

void put_pid_ns(struct pid_namespace *ns)
{
	while (ns && refcount_dec_and_test(&ns->count)) {
		struct pid_namespace *parent = ns->parent;

		destroy_pid_namespace(ns);
		ns = parent;
	}
}

static int create_pid_namespace(struct user_namespace *user_ns, struct pid_namespace *parent,
				struct pid_namespace **ret)
{
	struct pid_namespace *ns;
	struct ucounts *ucounts;

	if (!in_userns(parent->user_ns, user_ns))
		return -EINVAL;
	if (parent->level + 1 > SF_MAX_PID_NS_LEVEL)
		return -ENOSPC;
	ucounts = inc_ucount(user_ns, current->cred->euid, UCOUNT_PID_NAMESPACES);
	if (!ucounts)
		return -ENOSPC;
	ns = pid_ns_alloc(user_ns->machine, parent, user_ns);
	if (!ns) {
		dec_ucount(ucounts, UCOUNT_PID_NAMESPACES);
		return -ENOMEM;
	}
	ns->ucounts = ucounts;
	*ret = ns;
	return 0;
}

int copy_pid_ns(uint64_t flags, struct user_namespace *user_ns, struct pid_namespace *old,
		struct pid_namespace **ret)
{
	if (!(flags & SF_CLONE_NEWPID)) {
		*ret = get_pid_ns(old);
		return 0;
	}
	if (task_active_pid_ns(current) != old)
		return -EINVAL;
	return create_pid_namespace(user_ns, old, ret);
}

bool in_pid_ns(const struct pid_namespace *ancestor, const struct pid_namespace *ns)
{
	while (ns && ns->level > ancestor->level)
		ns = ns->parent;
	return ns == ancestor;
}

/* Only current's own namespace and those below it can be given to its children. */
int pidns_install(struct pid_namespace *new, struct user_namespace *user_ns)
{
	if (!ns_capable(new->user_ns, SF_CAP_SYS_ADMIN) || !ns_capable(user_ns, SF_CAP_SYS_ADMIN))
		return -EPERM;
	if (!in_pid_ns(task_active_pid_ns(current), new))
		return -EINVAL;
	get_pid_ns(new);
	put_pid_ns(current->pid_ns_for_children);
	current->pid_ns_for_children = new;
	return 0;
}

/* ---- the end ------------------------------------------------------------------------------- */

static bool sigkill_pending(struct task_struct *t)
{
	bool pending = true;

	if (lock_task_sighand(t)) {
		pending = sigismember(t->pending.signal, SIGKILL);
		unlock_task_sighand(t);
	}
	return pending;
}

static void kill_everyone(struct pid_namespace *ns)
{
	struct sf_machine *m = ns->machine;
	struct pid *pid;
	int nr = 2;

	rcu_read_lock();
	read_lock(&m->tasklist_lock);
	for (; (pid = idr_get_next(&ns->idr, &nr)); nr++) {
		struct task_struct *t = pid_task(pid, PIDTYPE_PID);

		if (t && !sigkill_pending(t))
			group_send_sig_info(SIGKILL, SEND_SIG_PRIV, t, PIDTYPE_MAX);
	}
	read_unlock(&m->tasklist_lock);
	rcu_read_unlock();
}

/*
 * The last thread of an init ends: nobody can be added any more, all that is left is killed.  It
 * then waits, see zap_pid_ns_done().
 */
void zap_pid_ns_processes(struct pid_namespace *ns)
{
	struct sf_sigaction ignore = {.handler = SF_SIG_IGN};

	spin_lock(&ns->machine->pidmap_lock);
	WRITE_ONCE(ns->adding, false);
	spin_unlock(&ns->machine->pidmap_lock);
	/* Its children are reaped without its help from now on. */
	lock_task_sighand(current);
	ignore.flags = sig_flags(current->sighand, SIGCHLD);
	ignore.mask = sig_mask(current->sighand, SIGCHLD);
	set_action(current, SIGCHLD, &ignore);
	unlock_task_sighand(current);
	step(current, SF_STEP_ZAP, 0, 0, READ_ONCE(ns->pid_allocated), 0);
	/* Before the first look: whoever goes from now on wakes it. */
	atomic_or(current->flags, PF_ZAPPING);
	kill_everyone(ns);
}

bool zap_pid_ns_done(struct pid_namespace *ns)
{
	unsigned int own = thread_group_leader(current) ? 1 : 2;
	const struct wait_for all = {.type = PIDTYPE_MAX, .options = SF_WALL};
	int rebooted;
	long r;

	do {
		r = do_wait(&all, NULL);
	} while (r > 0);
	if (r != -ECHILD || READ_ONCE(ns->pid_allocated) > own)
		return false;
	atomic_and(current->flags, ~PF_ZAPPING);
	rebooted = READ_ONCE(ns->reboot);
	if (rebooted)
		WRITE_ONCE(current->signal->group_exit_code, rebooted);
	return true;
}

/* ---- /proc/sys/kernel ---------------------------------------------------------------------- */

/* Models: kernel/pid_namespace.c:pid_ns_ctl_handler */
static long do_ns_last_pid(int last)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	if (!ns_capable(ns->user_ns, SF_CAP_CHECKPOINT_RESTORE) &&
	    !ns_capable(ns->user_ns, SF_CAP_SYS_ADMIN))
		return -EPERM;
	if (last < 0 || last > pid_max_of(ns))
		return -EINVAL;
	return sf_pidns_set_last_pid(ns, last);
}

long sf_ns_last_pid(struct sf_task *t, int last)
{
	return call_enter(t) ? call_leave(do_ns_last_pid(last)) : SF_FAIL;
}

/* The file is the namespace's root's. */
static long do_pid_max(int pid_max)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	if (!current->machine->kernel.pidns_pid_max)
		return -EOPNOTSUPP;
	if (!ns_capable(ns->user_ns, SF_CAP_SYS_ADMIN) &&
	    current->cred->euid != make_kuid(ns->user_ns, 0))
		return -EACCES;
	return sf_pidns_set_pid_max(ns, pid_max);
}

long sf_pid_max(struct sf_task *t, int pid_max)
{
	return call_enter(t) ? call_leave(do_pid_max(pid_max)) : SF_FAIL;
}
