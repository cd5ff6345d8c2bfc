/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* build.c - a machine as it is found: tasks and namespaces that are there already */
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

struct sf_pidns *sf_pidns_add(struct sf_pidns *parent, struct sf_userns *owner)
{
	if (parent->level >= SF_MAX_PID_NS_LEVEL)
		return NULL;
	return pid_ns_alloc(parent->machine, parent, owner);
}

struct sf_userns *sf_userns_add(struct sf_userns *parent, uint32_t owner,
				const struct sf_id_extent *uid_map, size_t n)
{
	const struct uid_gid_map *above = parent->parent ? &parent->uid_map : NULL;
	struct user_namespace *ns = user_ns_alloc(parent->machine, parent);

	if (!ns)
		return NULL;
	ns->owner = owner;
	/* A map that cannot be so leaves the ids without names. */
	if (n && map_set(&ns->uid_map, above, uid_map, n) == -ENOMEM) {
		machine_no_memory(parent->machine);
		put_user_ns(ns);
		return NULL;
	}
	ns->ucounts = inc_ucount(parent, owner, UCOUNT_USER_NAMESPACES);
	return ns;
}

/* The namespace at @level on the way up from @ns. */
static struct pid_namespace *ns_at(struct pid_namespace *ns, unsigned int level)
{
	while (ns->level > level)
		ns = ns->parent;
	return ns;
}

/* The identity with these numbers: one that only a group had so far, or a new one. */
static int find_or_adopt(struct pid_namespace *ns, const int *nr, struct pid **ret)
{
	struct pid *pid = find_pid_ns(nr[ns->level], ns);

	if (!pid)
		return adopt_pid(ns, nr, ret);
	for (unsigned int i = 0; i <= ns->level; i++)
		if (pid->level != ns->level || (nr[i] && pid->numbers[i].nr != nr[i]))
			return -EEXIST;
	*ret = pid;
	return 0;
}

/* A group or session that @task leads, or that has these numbers as @ns sees them, or @own. */
static int find_group(const struct sf_task *task, struct pid_namespace *ns, const int *nr,
		      struct pid *own, struct pid **ret)
{
	unsigned int level = ns->level;

	if (task) {
		*ret = task_tgid(task);
		return 0;
	}
	while (level > 0 && !nr[level])
		level--;
	if (!nr[level]) {
		*ret = own;
		return 0;
	}
	return find_or_adopt(ns_at(ns, level), nr, ret);
}

static struct cred *find_cred(struct sf_machine *m, const struct sf_task_spec *spec)
{
	struct user_namespace *user_ns = spec->userns ? spec->userns : m->init_user_ns;
	struct cred *cred = cred_alloc(m);

	if (!cred)
		return NULL;
	cred->uid = spec->uid[0];
	cred->euid = spec->uid[1];
	cred->suid = spec->uid[2];
	cred->cap_effective = cred->cap_permitted = spec->cap_effective;
	cred->user_ns = get_user_ns(user_ns);
	if (set_cred_ucounts(m, cred)) {
		put_cred(m, cred);
		return NULL;
	}
	if (cred->ucounts->sigpending < spec->sigpending)
		cred->ucounts->sigpending = spec->sigpending;
	return cred;
}

static int make_process(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct sf_machine *m = t->machine;
	struct signal_struct *sig = signal_alloc(m);

	t->signal = sig;
	t->sighand = sighand_alloc(m);
	if (!sig || !t->sighand)
		return -ENOMEM;
	t->sighand->ign = spec->ignored;
	t->sighand->handler = spec->caught & ~spec->ignored;
	sig->shared_pending.signal = spec->shared_pending;
	sig->rlim_sigpending = spec->sigpending_limit;
	sig->rlim_core = spec->core_limit;
	sig->undumpable = spec->undumpable;
	sig->is_child_subreaper = spec->subreaper;
	if (spec->unkillable)
		sig->flags |= SIGNAL_UNKILLABLE;
	return 0;
}

static int make_parts(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct sf_machine *m = t->machine;
	struct pid_namespace *ns = spec->pids_for_children ? spec->pids_for_children : spec->pidns;

	t->pid_ns_for_children = get_pid_ns(ns);
	t->cred = find_cred(m, spec);
	if (!t->cred)
		return -ENOMEM;
	t->blocked = spec->blocked & ~(SIG_KERNEL_ONLY_MASK | spec->sigwait);
	t->pending.signal = spec->pending;
	memcpy(t->comm, spec->comm, sizeof(t->comm));
	t->comm[sizeof(t->comm) - 1] = '\0';
	if (!spec->leader)
		return make_process(t, spec);
	t->signal = spec->leader->signal;
	t->sighand = spec->leader->sighand;
	refcount_inc(&t->signal->count);
	refcount_inc(&t->sighand->count);
	return 0;
}

static void join_process(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct signal_struct *sig = t->signal;
	struct pid_namespace *ns = spec->pidns;

	t->group_leader = get_task_struct(spec->leader);
	t->real_parent = t->parent = spec->leader->real_parent;
	t->exit_signal = -1;
	sig->nr_threads++;
	sig->live++;
	sig->quick_threads++;
	/* A dead leader was not the end of it: the first of the others is the reaper now. */
	sig->flags &= ~SIGNAL_GROUP_EXIT;
	if (t->group_leader->exit_state && ns->child_reaper == t->group_leader)
		ns->child_reaper = t;
	list_add_tail(&t->thread_node, &sig->thread_head);
}

static int lead_process(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct signal_struct *sig = t->signal;
	struct pid *pid = t->thread_pid, *pgrp, *session;
	struct task_struct *parent =
		spec->parent ? spec->parent->group_leader : t->machine->init_pid_ns->child_reaper;
	int r = find_group(spec->pgrp, spec->pidns, spec->pgrp_nr, pid, &pgrp);

	if (!r)
		r = find_group(spec->session, spec->pidns, spec->session_nr, pid, &session);
	if (r)
		return r;
	t->group_leader = t;
	t->real_parent = t->parent = parent ? parent : t;
	t->exit_signal = (short)spec->exit_signal;
	sig->pids[PIDTYPE_TGID - 1] = pid;
	sig->pids[PIDTYPE_PGID - 1] = pgrp;
	sig->pids[PIDTYPE_SID - 1] = session;
	sig->leader = session == pid;
	if (parent) {
		sig->has_child_subreaper =
			parent->signal->has_child_subreaper || parent->signal->is_child_subreaper;
		list_add_tail(&t->sibling, &parent->children);
	}
	if (is_child_reaper(pid))
		ns_of_pid(pid)->child_reaper = t;
	list_add_tail(&t->tasks, &t->machine->tasks);
	list_add_tail(&t->thread_node, &sig->thread_head);
	attach_pid(t, PIDTYPE_TGID);
	attach_pid(t, PIDTYPE_PGID);
	attach_pid(t, PIDTYPE_SID);
	return 0;
}

static void set_stopped(struct task_struct *t)
{
	struct signal_struct *sig = t->signal;

	t->state = TASK_STOPPED;
	t->in_get_signal = true;
	signal_set_stop_flags(sig, SIGNAL_STOP_STOPPED);
	sig->group_exit_code = SIGSTOP;
}

/* With every thread dead the process is over: nothing that is sent to it is kept. */
static void set_dead(struct task_struct *t)
{
	struct signal_struct *sig = t->signal;

	t->exit_state = EXIT_ZOMBIE;
	t->flags |= PF_EXITING;
	sig->live--;
	sig->quick_threads--;
	if (!sig->live)
		sig->flags |= SIGNAL_GROUP_EXIT;
}

static int set_traced(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct task_rare *rare = task_rare(t);

	if (!rare)
		return -ENOMEM;
	t->ptrace = PT_PTRACED;
	rare->external_tracer = !spec->tracer;
	if (spec->tracer) {
		if (!task_rare(spec->tracer))
			return -ENOMEM;
		ptrace_link(t, spec->tracer);
	}
	if (spec->state == 't') {
		t->state = TASK_TRACED;
		t->in_get_signal = rare->in_ptrace_stop = true;
	}
	return 0;
}

/* What a stop has cut short goes on afterwards; but no longer a wait in sigtimedwait(). */
static int set_waiting(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct task_rare *rare = task_rare(t);
	struct sleeping *s = rare ? &rare->sleeping : NULL;
	bool stopped = spec->state == 'T';

	if (!rare)
		return -ENOMEM;
	if (!stopped)
		t->state = TASK_INTERRUPTIBLE;
	s->interrupted = stopped;
	if (spec->sigwait && !stopped) {
		s->call = CALL_SIGTIMEDWAIT;
		s->set = spec->sigwait & ~SIG_KERNEL_ONLY_MASK;
		t->real_blocked = t->blocked | s->set;
	} else if (spec->signalfd) {
		s->call = CALL_SIGNALFD;
		s->set = spec->signalfd & ~SIG_KERNEL_ONLY_MASK;
	} else if (spec->sigsuspend) {
		s->call = CALL_SIGSUSPEND;
		s->set = t->blocked;
		rare->restore_sigmask = stopped;
		rare->saved_sigmask = spec->saved_mask & ~SIG_KERNEL_ONLY_MASK;
	}
	rare->sleeping_in = s->call;
	return 0;
}

static int set_state(struct task_struct *t, const struct sf_task_spec *spec)
{
	int r = 0;

	if (spec->tracer || spec->traced)
		r = set_traced(t, spec);
	if (spec->state == 'T')
		set_stopped(t);
	else if (spec->state == 'Z')
		set_dead(t);
	if (!r && (spec->state == 'S' || spec->state == 'T') &&
	    (spec->sigwait || spec->signalfd || spec->sigsuspend))
		r = set_waiting(t, spec);
	if (!t->exit_state && recalc_sigpending_tsk(t) && t->state <= TASK_INTERRUPTIBLE)
		enqueue_task(t);
	return r;
}

static int check_spec(const struct sf_task_spec *spec)
{
	const struct pid_namespace *ns = spec->pidns;

	if (!strchr("STtZ", spec->state) || !spec->state)
		return -EINVAL;
	if (spec->leader && (!thread_group_leader(spec->leader) || !spec->leader->sighand ||
			     task_active_pid_ns(spec->leader) != ns))
		return -EINVAL;
	if (spec->pids_for_children && !in_pid_ns(ns, spec->pids_for_children))
		return -EINVAL;
	return 0;
}

static int add(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct pid *pid;
	int r = make_parts(t, spec);

	if (r)
		return r;
	r = find_or_adopt(spec->pidns, spec->nr, &pid);
	if (r)
		return r;
	if (pid->task)
		return -EEXIST;
	t->thread_pid = pid;
	if (spec->leader)
		join_process(t, spec);
	else
		r = lead_process(t, spec);
	if (r) {
		t->thread_pid = NULL;
		return r;
	}
	attach_pid(t, PIDTYPE_PID);
	return set_state(t, spec);
}

int sf_task_add(const struct sf_task_spec *spec, struct sf_task **ret)
{
	struct sf_machine *m = spec->pidns->machine;
	struct task_struct *t;
	int r = check_spec(spec);

	if (r)
		return r;
	t = task_alloc(m);
	if (!t)
		return -ENOMEM;
	r = add(t, spec);
	if (m->no_memory)
		return -ENOMEM; /* nothing goes on in this machine */
	if (r) {
		put_task_struct(t);
		return r;
	}
	*ret = t;
	return 0;
}

struct sf_task *sf_machine_boot(struct sf_machine *m)
{
	const struct sf_task_spec spec = {
		.pidns = m->init_pid_ns,
		.nr = {1},
		.uid = {0, 0, 0},
		.cap_effective = SF_CAP_FULL,
		.state = 'S',
		.unkillable = true,
		.exit_signal = SIGCHLD,
		.sigpending_limit = SF_RLIM_INFINITY,
		.core_limit = 0,
		.comm = "init",
	};
	struct task_struct *t;

	return sf_task_add(&spec, &t) ? NULL : t;
}
