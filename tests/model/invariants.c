/* SPDX-License-Identifier: GPL-2.0-or-later */
/* invariants.c - what is true of every machine between two calls */
#include "invariants.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/machine.h"
#include "model/signal.h"

/* How often each object is referred to. */
struct reference {
	const void *object;
	unsigned int n;
};

struct inspection {
	struct sf_machine *m;
	char *why;
	size_t size;
	bool broken;
	struct reference *ref;
	size_t n_refs, refs_size;
	size_t n_tasks, n_gone, n_signals, n_queued;
};

__attribute__((format(printf, 3, 4))) static void expect(struct inspection *in, bool holds,
							 const char *format, ...)
{
	va_list ap;

	if (holds || in->broken)
		return;
	in->broken = true;
	va_start(ap, format);
	vsnprintf(in->why, in->size, format, ap);
	va_end(ap);
}

/* ---- counting references ------------------------------------------------------------------- */

/* Where an object is counted, or would be. */
static size_t slot_of(const struct inspection *in, const void *object)
{
	size_t at = (uintptr_t)object / 16 * 2654435761u % in->refs_size;

	while (in->ref[at].object && in->ref[at].object != object)
		at = (at + 1) % in->refs_size;
	return at;
}

static void more_slots(struct inspection *in)
{
	struct reference *old = in->ref;
	size_t size = in->refs_size;

	in->refs_size = size ? 4 * size : 1024;
	in->ref = calloc(in->refs_size, sizeof(*in->ref));
	if (!in->ref)
		abort();
	for (size_t i = 0; i < size; i++)
		if (old[i].object)
			in->ref[slot_of(in, old[i].object)] = old[i];
	free(old);
}

static void refer(struct inspection *in, const void *object)
{
	struct reference *ref;

	if (!object)
		return;
	if (2 * in->n_refs >= in->refs_size)
		more_slots(in);
	ref = &in->ref[slot_of(in, object)];
	in->n_refs += !ref->object;
	ref->object = object;
	ref->n++;
}

static unsigned int references(const struct inspection *in, const void *object)
{
	return in->refs_size ? in->ref[slot_of(in, object)].n : 0;
}

static void expect_count(struct inspection *in, const char *what, const void *object,
			 refcount_t count)
{
	unsigned int n = references(in, object);

	expect(in, n == count.n, "a %s is referred to %u times, and counts %u", what, n, count.n);
}

/* An identity that has no numbers any more still holds its namespace. */
static void refer_pid(struct inspection *in, struct pid *pid)
{
	const struct upid *own = pid ? &pid->numbers[pid->level] : NULL;

	if (pid && !references(in, pid) && find_pid_ns(own->nr, own->ns) != pid)
		refer(in, own->ns);
	refer(in, pid);
}

/* ---- tasks --------------------------------------------------------------------------------- */

static void inspect_pending(struct inspection *in, const struct sigpending *pending)
{
	sf_sigset seen = 0;
	struct sigqueue *q;

	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		in->n_queued++;
		expect(in, sigismember(pending->signal, q->info.signo),
		       "signal %d is queued and not pending", q->info.signo);
		/* a timer is charged, not its signal */
		expect(in, q->ucounts || q->info.code == SF_SI_TIMER,
		       "a queued signal is charged to nobody");
		expect(in,
		       q->info.signo >= SIGRTMIN || q->info.code == SF_SI_TIMER ||
			       !sigismember(seen, q->info.signo),
		       "signal %d is queued twice", q->info.signo);
		if (q->info.code != SF_SI_TIMER)
			seen |= sigmask(q->info.signo);
		if (q->ucounts)
			refer(in, q->ucounts);
	}
}

static struct sigqueue *next_timer(const struct sigqueue *q)
{
	return q->list.next ? list_entry(q->list.next, struct sigqueue, list) : NULL;
}

static void inspect_timers(struct inspection *in, const struct signal_struct *sig)
{
	for (const struct sigqueue *q = sig->timers; q; q = next_timer(q)) {
		in->n_queued++;
		refer(in, q->ucounts);
	}
}

static void inspect_numbers(struct inspection *in, struct task_struct *t)
{
	struct pid *pid = t->thread_pid;

	expect(in, pid->task == t, "the identity of a task is another's");
	for (unsigned int i = 0; i <= pid->level; i++)
		expect(in, find_pid_ns(pid->numbers[i].nr, pid->numbers[i].ns) == pid,
		       "number %d does not lead back to its task", pid->numbers[i].nr);
}

static bool is_child_of(const struct task_struct *p, const struct task_struct *parent)
{
	struct task_struct *t;

	list_for_each_entry (t, struct task_struct, &parent->children, sibling)
		if (t == p)
			return true;
	return false;
}

static bool is_on(const struct list_head *head, const struct list_head *entry)
{
	for (const struct list_head *l = head->next; l != head; l = l->next)
		if (l == entry)
			return true;
	return false;
}

static void inspect_process(struct inspection *in, struct task_struct *p)
{
	const struct signal_struct *sig = p->signal;

	expect(in, thread_group_leader(p), "a process is not its own leader");
	expect(in, task_tgid(p) == p->thread_pid, "a process has not its leader's number");
	expect(in, is_on(&task_pgrp(p)->pgrp, &p->pgrp_node), "a process is not in its group");
	expect(in, is_on(&task_session(p)->session, &p->session_node),
	       "a process is not in its session");
	if (p->real_parent != p) {
		expect(in, p->real_parent->sighand, "process %d has a parent that is gone: %d",
		       p->thread_pid->numbers[0].nr, p->real_parent->thread_pid->numbers[0].nr);
		expect(in, is_child_of(p, p->real_parent), "a parent does not know its child");
	}
	expect(in, !sig->tty_pgrp || sig->leader, "a terminal is of who leads no session");
	inspect_pending(in, &sig->shared_pending);
	inspect_timers(in, sig);
	refer(in, sig->mm_user_ns);
	refer_pid(in, sig->tty_pgrp);
	in->n_signals++;
}

/* It takes its signals when it is next in its program, if it knows of them. */
static bool takes_signals(const struct task_struct *t)
{
	return !(t->flags & PF_EXITING) && t->state < TASK_STOPPED;
}

/* Who was stopped while it looked for signals looks again when it goes on. */
static bool was_told(const struct task_struct *t)
{
	return t->sigpending || t->in_get_signal;
}

/* A signal that may be taken, and that nobody was told of, would be lost. */
static void inspect_wakeups(struct inspection *in, struct task_struct *p)
{
	sf_sigset shared = p->signal->shared_pending.signal;
	bool known = false, eligible = false;
	struct task_struct *t;

	for_each_thread (p, t) {
		/* who was told, and then stopped, takes it when he goes on */
		known |= !(t->flags & PF_EXITING) && shared & ~t->blocked && was_told(t);
		if (!takes_signals(t))
			continue;
		expect(in, !(t->pending.signal & ~t->blocked) || was_told(t),
		       "a thread was not told of its signal");
		eligible |= shared & ~t->blocked;
	}
	expect(in, !eligible || known, "no thread was told of a signal of its process");
}

/* Who is held, and gone for everybody else, holds the leader of its threads. */
static void see_held(struct inspection *in, const struct task_struct *t)
{
	for (; t && !t->sighand && !references(in, t); t = t->group_leader) {
		refer(in, t);
		in->n_gone++;
	}
}

static void inspect_task(struct inspection *in, struct task_struct *t)
{
	in->n_tasks++;
	expect(in, t->sighand, "a task on the list is gone");
	expect(in, t->group_leader->signal == t->signal, "a thread has another process's leader");
	if (t->group_leader != t)
		refer(in, t->group_leader);
	refer(in, t); /* for being there */
	refer(in, t->signal);
	refer(in, t->sighand);
	/* However many share a credential, it refers to what it is made of once. */
	if (!references(in, t->cred)) {
		refer(in, t->cred->user_ns);
		refer(in, t->cred->ucounts);
	}
	refer(in, t->cred);
	refer(in, t->pid_ns_for_children);
	inspect_numbers(in, t);
	inspect_pending(in, &t->pending);
	if (t->rare && t->rare->sleeping_in == CALL_VFORK) {
		see_held(in, t->rare->sleeping.child);
		refer(in, t->rare->sleeping.child);
	}
	if (t->rare && t->rare->sleeping_in == CALL_WAIT4)
		refer_pid(in, t->rare->sleeping.wait.pid);
}

static void inspect_held(struct inspection *in, const struct held *held)
{
	size_t n_steps = 0;
	const struct sf_step *step = held->path ? sf_path_steps(held->path, &n_steps) : NULL;

	for (size_t i = 0; i < held->n_tasks; i++)
		see_held(in, held->task[i]);
	for (size_t i = 0; i < n_steps; i++) {
		see_held(in, step[i].task);
		see_held(in, step[i].by);
	}
	see_held(in, in->m->audit.auditd);
}

static void inspect_tasks(struct inspection *in)
{
	struct task_struct *p, *t;

	for_each_process (in->m, p) {
		unsigned int threads = 0, live = 0;

		inspect_process(in, p);
		inspect_wakeups(in, p);
		for_each_thread (p, t) {
			inspect_task(in, t);
			threads++;
			live += !(t->flags & PF_EXITING) || t->flags & PF_ZAPPING ? 1 : 0;
		}
		expect(in, threads == p->signal->nr_threads, "a process has %u threads, not %u",
		       threads, p->signal->nr_threads);
		expect(in, live >= p->signal->live, "a process counts more live threads than %u",
		       live);
	}
}

/* ---- what tasks refer to ------------------------------------------------------------------- */

static void inspect_shared(struct inspection *in)
{
	struct task_struct *p, *t;

	for_each_process (in->m, p)
		for_each_thread (p, t) {
			expect_count(in, "credential", t->cred, t->cred->count);
			expect_count(in, "signal_struct", t->signal, t->signal->count);
			expect_count(in, "sighand", t->sighand, t->sighand->count);
		}
}

static void inspect_pid_namespace(struct inspection *in, struct pid_namespace *ns)
{
	unsigned int n = 0;
	struct pid *pid;

	for (int nr = 1; (pid = idr_get_next(&ns->idr, &nr)); nr++) {
		n++;
		expect(in,
		       pid->level >= ns->level && pid->numbers[ns->level].ns == ns &&
			       pid->numbers[ns->level].nr == nr,
		       "number %d is another's", nr);
		expect(in, pid->task || !list_empty(&pid->pgrp) || !list_empty(&pid->session),
		       "number %d is nobody's", nr);
		expect(in, pid->count.n == 1 + references(in, pid),
		       "an identity counts %u references", pid->count.n);
		if (pid->level == ns->level)
			refer(in, ns);
	}
	expect(in, n == ns->pid_allocated, "a namespace counts %u numbers, and has %u",
	       ns->pid_allocated, n);
}

static void inspect_namespaces(struct inspection *in, const struct held *held)
{
	struct pid_namespace *ns;
	struct user_namespace *user_ns;

	for (size_t i = 0; i < held->n_ns; i++)
		refer(in, held->ns[i]);
	refer(in, in->m->init_pid_ns);
	refer(in, in->m->init_user_ns);
	list_for_each_entry (ns, struct pid_namespace, &in->m->pid_namespaces, node) {
		refer(in, ns->parent);
		refer(in, ns->user_ns);
		refer(in, ns->ucounts);
		inspect_pid_namespace(in, ns);
	}
	list_for_each_entry (user_ns, struct user_namespace, &in->m->user_namespaces, node) {
		struct ucounts *uc;

		refer(in, user_ns->parent);
		refer(in, user_ns->ucounts);
		list_for_each_entry (uc, struct ucounts, &user_ns->ucounts_list, node)
			refer(in, uc->ns);
	}
	list_for_each_entry (ns, struct pid_namespace, &in->m->pid_namespaces, node)
		expect_count(in, "PID namespace", ns, ns->count);
	list_for_each_entry (user_ns, struct user_namespace, &in->m->user_namespaces, node)
		expect_count(in, "user namespace", user_ns, user_ns->count);
}

/* ---- counts of signals --------------------------------------------------------------------- */

/* Whether an entry is charged to @uc, or to a user in a namespace that it made. */
static bool is_charged(const struct sigqueue *q, const struct ucounts *uc)
{
	const struct ucounts *up = q->ucounts;

	while (up && up != uc)
		up = up->ns->ucounts;
	return up;
}

static long charged(const struct sigpending *pending, const struct ucounts *uc)
{
	struct sigqueue *q;
	long n = 0;

	list_for_each_entry (q, struct sigqueue, &pending->list, list)
		n += is_charged(q, uc);
	return n;
}

static long timers_charged(const struct signal_struct *sig, const struct ucounts *uc)
{
	long n = 0;

	for (const struct sigqueue *q = sig->timers; q; q = next_timer(q))
		n += is_charged(q, uc);
	return n;
}

static void inspect_ucounts(struct inspection *in, const struct ucounts *uc)
{
	struct task_struct *p, *t;
	long n = 0;

	for_each_process (in->m, p) {
		n += timers_charged(p->signal, uc);
		n += charged(&p->signal->shared_pending, uc);
		for_each_thread (p, t)
			n += charged(&t->pending, uc);
	}
	expect(in, n == uc->sigpending, "a user counts %ld queued signals, and has %ld",
	       uc->sigpending, n);
	expect_count(in, "user's count", uc, uc->count);
}

static void inspect_users(struct inspection *in)
{
	struct user_namespace *ns;

	list_for_each_entry (ns, struct user_namespace, &in->m->user_namespaces, node) {
		struct ucounts *uc;

		list_for_each_entry (uc, struct ucounts, &ns->ucounts_list, node)
			inspect_ucounts(in, uc);
	}
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void inspect_caches(struct inspection *in)
{
	const struct sf_machine *m = in->m;

	expect(in, m->sigqueue_cache.in_use == in->n_queued, "%zu signals are queued, %zu exist",
	       in->n_queued, m->sigqueue_cache.in_use);
	expect(in, m->task_cache.in_use == in->n_tasks + in->n_gone,
	       "%zu tasks exist, %zu can be found, %zu more are held", m->task_cache.in_use,
	       in->n_tasks, in->n_gone);
}

/* Only the end of a process, or of what it waits for, wakes it. */
static bool sleeps_deeply(const struct task_struct *t)
{
	enum sleeping_call call = sleeping_in(t);

	return call == CALL_EXECVE || call == CALL_VFORK;
}

static void inspect_settled(struct inspection *in, struct task_struct *p)
{
	sf_sigset shared = p->signal->shared_pending.signal;
	bool deep = false, waits = false;
	struct task_struct *t;

	for_each_thread (p, t) {
		deep |= sleeps_deeply(t);
		if (!takes_signals(t) || sleeps_deeply(t))
			continue;
		expect(in, !(t->pending.signal & ~t->blocked), "a thread has not taken its signal");
		expect(in, !t->frame, "a handler has not run");
		waits |= shared & ~t->blocked;
	}
	expect(in, deep || !waits, "no thread has taken a signal of its process");
}

bool machine_unsettled(struct sf_machine *m, char *why, size_t size)
{
	struct inspection in = {.m = m, .why = why, .size = size};
	struct task_struct *p;

	expect(&in, list_empty(&m->runqueue), "somebody has still something to do");
	for_each_process (m, p)
		inspect_settled(&in, p);
	return in.broken;
}

bool machine_broken(struct sf_machine *m, const struct held *held, char *why, size_t size)
{
	struct inspection in = {.m = m, .why = why, .size = size};

	reclaim_all(m);
	inspect_tasks(&in);
	inspect_held(&in, held);
	inspect_caches(&in);
	if (!in.n_gone && !held->n_tasks) {
		inspect_shared(&in);
		inspect_namespaces(&in, held);
		inspect_users(&in);
	}
	free(in.ref);
	return in.broken;
}
