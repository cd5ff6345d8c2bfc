/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* build.c - a machine as it is found: tasks and namespaces that are there already */
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

struct sf_pidns *sf_pidns_add(struct sf_pidns *parent, struct sf_userns *owner)
{
	int error = 0;

	if (!parent || !owner || owner->machine != parent->machine)
		error = -EINVAL;
	else if (parent->level >= SF_MAX_PID_NS_LEVEL)
		error = -ENOSPC;
	if (error) {
		call_fail(error);
		return NULL;
	}
	return pid_ns_alloc(parent->machine, parent, owner);
}

struct sf_userns *sf_userns_add(struct sf_userns *parent, uint32_t owner,
				const struct sf_id_extent *uid_map, size_t n)
{
	const struct uid_gid_map *above;
	struct user_namespace *ns;
	int error = 0;

	if (!parent || (n && !uid_map))
		error = -EINVAL;
	else if (parent->level > MAX_USER_NS_LEVEL)
		error = -ENOSPC;
	if (error) {
		call_fail(error);
		return NULL;
	}
	above = parent->parent ? &parent->uid_map : NULL;
	ns = user_ns_alloc(parent->machine, parent);
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

/* What it is known by. */
struct identity {
	struct pid *pid, *pgrp, *session;
};

/* Numbers that were taken for a task that cannot be so after all are free again. */
static void forget_identity(const struct identity *id)
{
	if (id->session && id->session != id->pgrp && id->session != id->pid)
		free_unused_pid(id->session);
	if (id->pgrp && id->pgrp != id->pid)
		free_unused_pid(id->pgrp);
	if (id->pid)
		free_unused_pid(id->pid);
}

static int find_identity(const struct sf_task_spec *spec, struct identity *id)
{
	int r = find_or_adopt(spec->pidns, spec->nr, &id->pid);

	if (!r && id->pid->task)
		r = -EEXIST;
	if (!r && !spec->leader)
		r = find_group(spec->pgrp, spec->pidns, spec->pgrp_nr, id->pid, &id->pgrp);
	if (!r && !spec->leader)
		r = find_group(spec->session, spec->pidns, spec->session_nr, id->pid, &id->session);
	if (r)
		forget_identity(id);
	return r;
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
	t->sighand->ign = spec->ignored & ~SIG_KERNEL_ONLY_MASK;
	t->sighand->handler = spec->caught & ~(spec->ignored | SIG_KERNEL_ONLY_MASK);
	sig->shared_pending.signal = spec->shared_pending;
	sig->rlim_sigpending = spec->sigpending_limit;
	sig->rlim_core = spec->core_limit;
	sig->undumpable = spec->undumpable;
	sig->mm_user_ns = get_user_ns(t->cred->user_ns);
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

/* Children of a dead first thread are another thread's; of a dead process, the next init's. */
static struct task_struct *find_parent(const struct sf_task_spec *spec)
{
	struct task_struct *parent = spec->parent ? spec->parent->group_leader : NULL;

	if (!parent)
		return spec->pidns->machine->init_pid_ns->child_reaper;
	if (parent->flags & PF_EXITING)
		parent = find_alive_thread(parent);
	return parent ? parent : find_live_reaper(task_active_pid_ns(spec->parent));
}

static void lead_process(struct task_struct *t, const struct sf_task_spec *spec,
			 const struct identity *id)
{
	struct signal_struct *sig = t->signal;
	struct pid *pid = id->pid;
	struct task_struct *parent = find_parent(spec);

	t->group_leader = t;
	t->real_parent = t->parent = parent ? parent : t;
	t->exit_signal = (short)spec->exit_signal;
	sig->pids[PIDTYPE_TGID - 1] = pid;
	sig->pids[PIDTYPE_PGID - 1] = id->pgrp;
	sig->pids[PIDTYPE_SID - 1] = id->session;
	sig->leader = id->session == pid;
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
}

static void set_stopped(struct task_struct *t)
{
	struct signal_struct *sig = t->signal;

	t->state = TASK_STOPPED;
	t->in_get_signal = true;
	signal_set_stop_flags(sig, SIGNAL_STOP_STOPPED);
	sig->flags |= SIGNAL_STOP_SHOWN;
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
	t->ptrace = PT_PTRACED | (spec->seized ? PT_SEIZED : 0);
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
		s->polls = spec->signalfd_polled;
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

/* ---- can it be so? -------------------------------------------------------------------------- */

/* One that is asked for must be of this machine, and not be gone. */
static bool is_here(const struct sf_machine *m, const struct task_struct *t)
{
	return !t || (t->machine == m && t->sighand);
}

/* Whoever waits for a task has a number for it. */
static bool sees(const struct task_struct *t, const struct pid_namespace *ns)
{
	return !t || in_pid_ns(task_active_pid_ns(t), ns);
}

/* A process that is found dead may have threads that live; one that is ending has no more. */
static bool takes_threads(const struct task_struct *leader)
{
	const struct signal_struct *sig = leader->signal;

	if (sig->group_exec_task || leader->exit_state > EXIT_ZOMBIE)
		return false;
	return !(sig->flags & SIGNAL_GROUP_EXIT) || !sig->live;
}

/* The first task of all is the init of the initial namespace, and it lives. */
static bool has_init(const struct sf_task_spec *spec)
{
	const struct pid_namespace *ns = spec->pidns, *first = ns->machine->init_pid_ns;

	return first->child_reaper || (ns == first && spec->nr[0] == 1 && spec->state != 'Z');
}

static bool takes_processes(const struct pid_namespace *ns)
{
	for (; ns; ns = ns->parent)
		if (!ns->adding)
			return false;
	return true;
}

static int check_tracer(const struct sf_task_spec *spec)
{
	const struct task_struct *tracer = spec->tracer;

	if (spec->state == 't' && !tracer && !spec->traced)
		return -EINVAL;
	if (tracer && (tracer->flags & PF_EXITING ||
		       (spec->leader && same_thread_group(tracer, spec->leader))))
		return -EINVAL;
	return 0;
}

static int check_spec(const struct sf_task_spec *spec)
{
	const struct pid_namespace *ns = spec->pidns;
	const struct sf_machine *m = ns->machine;
	const struct task_struct *leader = spec->leader;

	if (!strchr("STtZ", spec->state) || !spec->state || !has_init(spec) || !takes_processes(ns))
		return -EINVAL;
	if (!is_here(m, leader) || !is_here(m, spec->parent) || !is_here(m, spec->pgrp) ||
	    !is_here(m, spec->session) || !is_here(m, spec->tracer))
		return -EINVAL;
	if (leader && (!thread_group_leader(leader) || task_active_pid_ns(leader) != ns ||
		       !takes_threads(leader)))
		return -EINVAL;
	if (!sees(spec->parent, ns) || !sees(spec->tracer, ns) ||
	    (spec->pids_for_children && !in_pid_ns(ns, spec->pids_for_children)))
		return -EINVAL;
	if (spec->userns && spec->userns->machine != m)
		return -EINVAL;
	if (spec->exit_signal < -1 || spec->exit_signal > SF_NSIG || spec->sigpending < 0 ||
	    spec->sigpending > INT32_MAX)
		return -EINVAL;
	return check_tracer(spec);
}

static int add(struct task_struct *t, const struct sf_task_spec *spec)
{
	struct identity id = {0};
	int r = make_parts(t, spec);

	if (!r)
		r = find_identity(spec, &id);
	if (r)
		return r;
	t->thread_pid = id.pid;
	if (spec->leader)
		join_process(t, spec);
	else
		lead_process(t, spec, &id);
	attach_pid(t, PIDTYPE_PID);
	return set_state(t, spec);
}

int sf_task_add(const struct sf_task_spec *spec, struct sf_task **ret)
{
	struct sf_machine *m = spec && ret && spec->pidns ? spec->pidns->machine : NULL;
	struct task_struct *t;
	int r;

	if (no_calls)
		return -EDEADLK;
	r = m ? check_spec(spec) : -EINVAL;
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
		.pidns = sf_machine_pidns(m),
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
	int error = sf_task_add(&spec, &t);

	if (!error)
		return t;
	call_fail(error);
	return NULL;
}
