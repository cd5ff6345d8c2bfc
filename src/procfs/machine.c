/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.c - a machine from a snapshot: its namespaces, and every task in its place */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

#define NOBODY (UINT32_MAX - 1) /* owns the namespace that is nobody's */
#define NAMELESS 0xf0000000u	/* ids that have no name here, each another one */
#define EVERYTHING (~(sf_sigset)0 & ~(SF_SIGMASK(9) | SF_SIGMASK(19)))

struct builder {
	const struct snapshot *s;
	struct proc_assume assume;
	struct sf_machine *m;
	struct sf_pidns **pidns, **other_pidns; /* the other for those whose own is not known */
	struct sf_userns **userns, *other_userns;
	struct sf_task **task;
	struct sf_task *outermost;
	bool *begun;
};

static bool assumed(const struct builder *b, const struct proc_task *t, enum proc_gap gap)
{
	return t->gaps & b->assume.other & GAP_BIT(gap);
}

static bool assumed_elsewhere(const struct builder *b, const struct proc_task *t, enum proc_gap gap)
{
	const struct proc_task *const *of = b->assume.of;
	bool meant = (!of[0] && !of[1]) || (of[0] && of[0]->tgid == t->tgid) ||
		     (of[1] && of[1]->tgid == t->tgid);

	return meant && assumed(b, t, gap);
}

/* ---- ids and user namespaces -------------------------------------------------------------- */

/* An id as the reader sees it, in the outermost user namespace. */
static uint32_t outer_uid(const struct builder *b, uint32_t uid, uint32_t nameless)
{
	const struct snapshot *s = b->s;

	for (int at = s->userns_here; at > 0; at = s->userns[at].parent) {
		const struct proc_ns *ns = &s->userns[at];
		bool found = false;

		for (size_t i = 0; i < ns->n_uid_map && !found; i++) {
			if (uid - ns->uid_map[i].inside >= ns->uid_map[i].count)
				continue;
			uid = ns->uid_map[i].outside + (uid - ns->uid_map[i].inside);
			found = true;
		}
		if (!found)
			return nameless;
	}
	return uid;
}

static int build_userns(struct builder *b)
{
	const struct snapshot *s = b->s;

	b->userns = calloc(s->n_userns, sizeof(*b->userns));
	if (!b->userns)
		return -ENOMEM;
	b->userns[0] = sf_machine_userns(b->m);
	for (size_t i = 1; i < s->n_userns; i++) {
		const struct proc_ns *ns = &s->userns[i];
		uint32_t owner = outer_uid(b, ns->owner_uid, NAMELESS);

		if (ns->owner_uid == UINT32_MAX)
			owner = NOBODY;
		b->userns[i] =
			sf_userns_add(b->userns[ns->parent], owner, ns->uid_map, ns->n_uid_map);
		if (!b->userns[i])
			return -ENOMEM;
	}
	return 0;
}

/* The namespace of those whose own is not known: another than the likeliest. */
static int build_other_userns(struct builder *b)
{
	const struct proc_task *maker = b->assume.maker, *with = b->assume.with;
	struct sf_userns *parent = b->userns[maker ? maker->userns : 0];
	uint32_t owner = maker ? outer_uid(b, maker->uid[1], NAMELESS) : NOBODY;

	b->other_userns = with ? b->userns[with->userns] : sf_userns_add(parent, owner, NULL, 0);
	return b->other_userns ? 0 : -ENOMEM;
}

static struct sf_userns *userns_of(const struct builder *b, const struct proc_task *t)
{
	const struct proc_task *maker = b->assume.maker;
	bool made_it = maker && maker->tgid == t->tgid; /* who makes one is not in it */

	return assumed_elsewhere(b, t, GAP_USERNS) && !made_it ? b->other_userns
							       : b->userns[t->userns];
}

/* ---- PID namespaces ----------------------------------------------------------------------- */

static int build_pidns(struct builder *b)
{
	const struct snapshot *s = b->s;

	b->pidns = calloc(s->n_pidns, sizeof(*b->pidns));
	b->other_pidns = calloc(s->n_pidns, sizeof(*b->other_pidns));
	if (!b->pidns || !b->other_pidns)
		return -ENOMEM;
	b->pidns[0] = sf_machine_pidns(b->m);
	if (!s->pidns_is_initial)
		b->pidns[0] = sf_pidns_add(b->pidns[0], b->userns[s->pidns[0].owner]);
	for (size_t i = 1; i < s->n_pidns; i++) {
		const struct proc_ns *ns = &s->pidns[i];
		struct sf_pidns *parent = b->pidns[ns->parent];

		if (parent) /* as deep as the machine's own limit allows */
			b->pidns[i] = sf_pidns_add(parent, b->userns[ns->owner]);
	}
	return b->pidns[0] ? 0 : -ENOMEM;
}

/* One of the level of @ns that @with is in, or sees; -1: there is none. */
static int ns_near(const struct snapshot *s, int ns, const struct proc_task *with)
{
	unsigned int level = s->pidns[ns].level;
	int at = with->pidns;

	while (s->pidns[at].level > level)
		at = s->pidns[at].parent;
	if (s->pidns[at].level == level)
		return at;
	for (size_t i = 0; i < s->n_pidns; i++) {
		int up = (int)i;

		if (s->pidns[i].level != level)
			continue;
		while (s->pidns[up].level > s->pidns[at].level)
			up = s->pidns[up].parent;
		if (up == at)
			return (int)i;
	}
	return -1;
}

static struct sf_pidns *pidns_of(struct builder *b, const struct proc_task *t)
{
	const struct proc_ns *ns = &b->s->pidns[t->pidns];
	struct sf_pidns **other = &b->other_pidns[t->pidns];

	if (!assumed_elsewhere(b, t, GAP_PIDNS) || !t->pidns || !b->pidns[ns->parent])
		return b->pidns[t->pidns];
	if (!*other && b->assume.with) {
		int near = ns_near(b->s, t->pidns, b->assume.with);

		*other = near < 0 ? NULL : b->pidns[near];
	}
	if (!*other)
		*other = sf_pidns_add(b->pidns[ns->parent], b->userns[ns->owner]);
	return *other;
}

/* ---- tasks -------------------------------------------------------------------------------- */

static struct sf_task *made(const struct builder *b, pid_t tid)
{
	const struct proc_task *t = tid ? find_task(b->s, tid) : NULL;

	return t ? b->task[t - b->s->task] : NULL;
}

/* A first thread that is dead while others, which were not looked at, live on stands for those. */
static bool is_dead(const struct proc_task *t)
{
	return (t->state == 'Z' || t->exiting) && (t->close || t->threads <= 1);
}

/* The first of a process's threads that lives; its leader when none does. */
static const struct proc_task *live_thread(const struct snapshot *s, const struct proc_task *leader)
{
	const struct proc_task *end = s->task + s->n_tasks;

	for (const struct proc_task *t = leader; t < end && t->tgid == leader->tgid; t++)
		if (!is_dead(t))
			return t;
	return leader;
}

/* Who died while /proc was read has no children any more: most likely its init has them now. */
static struct sf_task *parent_of(const struct builder *b, const struct proc_task *t)
{
	const struct snapshot *s = b->s;
	const struct proc_task *p = t->ppid ? find_task(s, t->ppid) : NULL;

	if (!p)
		return t->ppid ? sf_pidns_init(b->pidns[0]) : NULL;
	p = live_thread(s, p);
	if (!is_dead(p) || !b->pidns[p->pidns])
		return b->task[p - s->task];
	return sf_pidns_init(b->pidns[p->pidns]);
}

/* Numbers as /proc shows them, at the levels that they have in the machine. */
static void set_levels(const struct builder *b, const struct proc_task *t, const int *shown,
		       int *ret_nr)
{
	unsigned int shift = !b->s->pidns_is_initial;

	for (unsigned int i = 0; i < t->n_nspid && i + shift <= SF_MAX_PID_NS_LEVEL; i++)
		ret_nr[i + shift] = shown[i];
}

/* A group or session: who leads it, or, when that one is gone, its numbers. */
static void set_leader(const struct builder *b, const struct proc_task *t, const int *shown,
		       struct sf_task **ret_leader, int *ret_nr)
{
	if (shown[0] == t->tid)
		return;
	*ret_leader = shown[0] ? made(b, shown[0]) : b->outermost; /* it is led from outside */
	if (!*ret_leader)
		set_levels(b, t, shown, ret_nr);
}

static void set_ids(const struct builder *b, const struct proc_task *t, struct sf_task_spec *spec)
{
	uint32_t nameless = NAMELESS;

	if (!assumed(b, t, GAP_UID))
		nameless += (uint32_t)t->tgid;
	for (int i = 0; i < 3; i++)
		spec->uid[i] = outer_uid(b, t->uid[i], nameless);
	spec->userns = userns_of(b, t);
	spec->cap_effective = t->cap_effective;
}

static void set_signals(const struct builder *b, const struct proc_task *t,
			struct sf_task_spec *spec)
{
	spec->blocked = t->sigblk;
	spec->pending = t->sigpnd;
	spec->shared_pending = t->shdpnd;
	spec->ignored = t->sigign;
	spec->caught = t->sigcgt;
	spec->sigwait = assumed(b, t, GAP_WAIT_MASK) ? 0 : t->sigwait;
	spec->signalfd = t->signalfd;
	spec->signalfd_polled = t->polls;
	spec->sigsuspend = t->own_mask;
	spec->saved_mask = assumed(b, t, GAP_RESTORED) ? 0 : t->sigblk;
	/* who waits has taken already what is there of it */
	if (assumed(b, t, GAP_WAIT))
		spec->sigwait = EVERYTHING & ~t->sigblk & ~(t->sigpnd | t->shdpnd);
	if (assumed(b, t, GAP_SIGNALFD))
		spec->signalfd = t->sigblk & ~(t->sigpnd | t->shdpnd);
	spec->sigpending = t->sigq;
	spec->sigpending_limit = t->sigq_limit;
	spec->core_limit = t->core_limit;
	spec->undumpable = t->undumpable || assumed(b, t, GAP_DUMPABLE);
}

static char machine_state(const struct proc_task *t)
{
	if (is_dead(t))
		return 'Z';
	return t->state == 'T' || t->state == 't' ? t->state : 'S';
}

/* Whether it is in @ns or above: it has numbers for whoever is there. */
static bool sees(const struct sf_task *t, const struct sf_pidns *ns)
{
	const struct sf_pidns *own = sf_task_pidns(t);

	while (ns && ns != own)
		ns = sf_pidns_parent(ns);
	return ns;
}

static void describe(struct builder *b, const struct proc_task *t, struct sf_task_spec *spec)
{
	spec->pidns = pidns_of(b, t);
	set_levels(b, t, t->nspid, spec->nr);
	spec->leader = t->tid == t->tgid ? NULL : made(b, t->tgid);
	spec->parent = parent_of(b, t);
	if (spec->parent && spec->pidns && !sees(spec->parent, spec->pidns))
		spec->parent = sf_pidns_init(b->pidns[0]);
	set_leader(b, t, t->nspgid, &spec->pgrp, spec->pgrp_nr);
	set_leader(b, t, t->nssid, &spec->session, spec->session_nr);
	if (t->pidns_for_children != t->pidns)
		spec->pids_for_children = b->pidns[t->pidns_for_children];
	set_ids(b, t, spec);
	set_signals(b, t, spec);
	spec->state = machine_state(t);
	spec->tracer = made(b, t->tracer);
	if (spec->tracer && sf_task_is_exiting(spec->tracer))
		spec->tracer = NULL;
	spec->traced = !spec->tracer && (t->tracer || t->state == 't');
	spec->seized = assumed(b, t, GAP_SEIZED);
	spec->unkillable = t->nspid[t->n_nspid - 1] == 1;
	spec->subreaper = assumed(b, t, GAP_SUBREAPER);
	spec->exit_signal = t->exit_signal;
	if (t->gaps & GAP_BIT(GAP_PARENT) && !assumed(b, t, GAP_PARENT))
		spec->exit_signal = 0;
	memcpy(spec->comm, t->comm, sizeof(spec->comm) - 1);
}

/* What contradicts the rest is left out: the snapshot is of no single moment. */
static int add_task(struct builder *b, size_t i)
{
	const struct proc_task *t = &b->s->task[i];
	struct sf_task_spec spec = {0};
	int error;

	describe(b, t, &spec);
	if (!spec.pidns || (t->tid != t->tgid && !spec.leader))
		return 0;
	error = sf_task_add(&spec, &b->task[i]);
	if (!error && t->tid == 1 && b->s->pidns_is_initial)
		b->outermost = b->task[i];
	return error == -ENOMEM ? error : 0;
}

/* Whom a task needs to be there before it: its parent first, and who leads what it is in. */
static const struct proc_task *needs(const struct builder *b, const struct proc_task *t, int step)
{
	bool leader = t->tid == t->tgid;
	pid_t tid = step == 0	? (leader ? t->ppid : t->tgid)
		    : step == 1 ? t->nssid[0]
		    : step == 2 ? t->nspgid[0]
				: t->tracer;
	const struct proc_task *need = tid ? find_task(b->s, tid) : NULL;

	return need && step == 0 && leader ? live_thread(b->s, need) : need;
}

#define N_NEEDS 4

struct frame {
	size_t task;
	int step;
};

/* Add a task after those that it needs; where they need each other, one has to do without. */
static int add_in_order(struct builder *b, size_t first, struct frame *stack)
{
	size_t depth = 0;
	int error = 0;

	if (b->begun[first])
		return 0;
	b->begun[first] = true;
	stack[depth++] = (struct frame){first, 0};
	while (depth && !error) {
		struct frame *f = &stack[depth - 1];
		const struct proc_task *need;

		if (f->step == N_NEEDS) {
			depth--;
			if (!b->s->task[f->task].kthread)
				error = add_task(b, f->task);
			continue;
		}
		need = needs(b, &b->s->task[f->task], f->step++);
		if (!need || b->begun[need - b->s->task])
			continue;
		b->begun[need - b->s->task] = true;
		stack[depth++] = (struct frame){(size_t)(need - b->s->task), 0};
	}
	return error;
}

static int build_tasks(struct builder *b)
{
	_cleanup_free_ struct frame *stack = calloc(b->s->n_tasks + 1, sizeof(*stack));
	_cleanup_free_ bool *begun = calloc(b->s->n_tasks + 1, sizeof(*begun));
	const struct proc_task *first = find_task(b->s, 1);
	int error = 0;

	b->task = calloc(b->s->n_tasks + 1, sizeof(*b->task));
	if (!stack || !begun || !b->task)
		return -ENOMEM;
	b->begun = begun;
	if (!b->s->pidns_is_initial || !first || first->tgid != 1 || is_dead(first)) {
		b->outermost = sf_machine_boot(b->m);
		if (!b->outermost)
			return -ENOMEM;
	}
	/* who was looked at last is what is true, should others contradict it */
	for (size_t i = 0; i < b->s->n_tasks && !error; i++)
		if (b->s->task[i].close)
			error = add_in_order(b, i, stack);
	for (size_t i = 0; i < b->s->n_tasks && !error; i++)
		error = add_in_order(b, i, stack);
	return error;
}

int snapshot_machine(const struct snapshot *s, const struct sf_kernel *kernel,
		     const struct proc_assume *assume, struct sf_machine **ret,
		     struct sf_task ***ret_task)
{
	struct builder b = {.s = s, .m = sf_machine_new(kernel)};
	int error;

	if (assume)
		b.assume = *assume;
	if (!b.m)
		return -ENOMEM;
	sf_machine_set_overflowuid(b.m, s->overflowuid);
	sf_machine_set_core_pattern(b.m, s->core_pattern);
	error = build_userns(&b);
	if (!error)
		error = build_other_userns(&b);
	if (!error)
		error = build_pidns(&b);
	if (!error)
		error = build_tasks(&b);
	free(b.userns);
	free(b.pidns);
	free(b.other_pidns);
	if (error) {
		free(b.task);
		sf_machine_free(b.m);
		return error;
	}
	*ret = b.m;
	*ret_task = b.task;
	return 0;
}
