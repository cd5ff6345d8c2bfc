/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pidns.c - who is in which PID namespace
 *
 * The link ns/pid says it, to those who may read it.  But a namespace can be told without: a
 * process is in the namespace of its parent or in one below it, for a new parent is always found
 * in the namespace of the old one.  So where parent and child have numbers on the same levels, they
 * are in the same namespace; and whoever has number 1 at the last of its levels is the init of one.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

/* Processes of one namespace, found by their kinship and by their links. */
struct group {
	ino_t ino;    /* 0: nobody in it could be asked */
	size_t entry; /* the one through whom it came to be: its init, or who has come in */
	unsigned int level;
	int ns;
	bool init, lost;
};

struct resolver {
	struct snapshot *s;
	size_t *up;	 /* per task: another of its group, itself at the top */
	struct group *g; /* per task at the top of its group */
};

static bool is_process(const struct proc_task *t)
{
	return t->tid == t->tgid;
}

static size_t top(struct resolver *r, size_t i)
{
	while (r->up[i] != i)
		i = r->up[i] = r->up[r->up[i]];
	return i;
}

static void join(struct resolver *r, size_t a, size_t b)
{
	a = top(r, a);
	b = top(r, b);
	if (a < b)
		r->up[b] = a;
	else
		r->up[a] = b;
}

static struct proc_task *parent_of(const struct snapshot *s, const struct proc_task *t)
{
	return t->ppid ? find_task(s, t->ppid) : NULL;
}

struct by_ino {
	ino_t ino;
	unsigned int level;
	size_t task;
};

static int compare_ino(const void *a, const void *b)
{
	const struct by_ino *x = a, *y = b;

	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->level < y->level ? -1 : x->level > y->level;
}

static int join_by_link(struct resolver *r)
{
	struct snapshot *s = r->s;
	_cleanup_free_ struct by_ino *list = calloc(s->n_tasks + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_tasks; i++)
		if (is_process(&s->task[i]) && s->task[i].pidns_ino)
			list[n++] = (struct by_ino){s->task[i].pidns_ino, s->task[i].n_nspid, i};
	qsort(list, n, sizeof(*list), compare_ino);
	for (size_t i = 1; i < n; i++)
		if (!compare_ino(&list[i - 1], &list[i]))
			join(r, list[i - 1].task, list[i].task);
	return 0;
}

static int make_groups(struct resolver *r)
{
	struct snapshot *s = r->s;
	int error;

	for (size_t i = 0; i < s->n_tasks; i++)
		r->up[i] = i;
	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *t = &s->task[i], *p = parent_of(s, t);

		if (is_process(t) && p && p != t && is_process(p) && p->n_nspid == t->n_nspid)
			join(r, i, (size_t)(p - s->task));
	}
	error = join_by_link(r);
	if (error)
		return error;
	for (size_t i = s->n_tasks; i-- > 0;) {
		const struct proc_task *t = &s->task[i], *p = parent_of(s, t);
		struct group *g = &r->g[top(r, i)];
		bool init = t->nspid[t->n_nspid - 1] == 1;

		if (!is_process(t))
			continue;
		g->level = t->n_nspid - 1;
		if (t->pidns_ino)
			g->ino = t->pidns_ino;
		if (init || (!g->init && (!p || p->n_nspid < t->n_nspid)))
			g->entry = i;
		g->init = g->init || init;
	}
	return 0;
}

static bool is_below(const struct snapshot *s, int ns, int around)
{
	while (ns >= 0 && s->pidns[ns].level > s->pidns[around].level)
		ns = s->pidns[ns].parent;
	return ns == around;
}

/* The only namespace of this level below @around; -1: there is none, -2: there are several. */
static int only_one(const struct snapshot *s, unsigned int level, int around)
{
	int found = -1;

	for (size_t i = 0; i < s->n_pidns; i++) {
		if (s->pidns[i].level != level || !is_below(s, (int)i, around))
			continue;
		if (found >= 0)
			return -2;
		found = (int)i;
	}
	return found;
}

static int owner_index(const struct snapshot *s, ino_t ino)
{
	for (size_t i = 0; ino && i < s->n_userns; i++)
		if (s->userns[i].ino == ino)
			return (int)i;
	return s->userns_here;
}

static int add_pidns(struct snapshot *s, ino_t ino, int parent)
{
	const struct ns_fact *fact = find_fact(s->reader, ino);
	struct proc_ns ns = {
		.ino = ino,
		.parent = parent,
		.owner = owner_index(s, fact ? fact->owner : 0),
		.level = s->pidns[parent].level + 1,
	};

	return add_ns(&s->pidns, &s->n_pidns, &ns);
}

/* The namespace around that of a group; @ret_sure whether it can be no other. */
static int around_of(struct resolver *r, const struct group *g, bool *ret_sure)
{
	struct snapshot *s = r->s;
	const struct ns_fact *fact = find_fact(s->reader, g->ino);
	const struct proc_task *p = parent_of(s, &s->task[g->entry]);
	int ns = p && p->n_nspid && p->n_nspid <= g->level ? p->pidns : 0;

	*ret_sure = true;
	if (g->level == 1)
		return 0;
	for (size_t i = 0; fact && fact->parent && i < s->n_pidns; i++)
		if (s->pidns[i].ino == fact->parent && s->pidns[i].level == g->level - 1)
			return (int)i;
	if (s->pidns[ns].level != g->level - 1) {
		int one = only_one(s, g->level - 1, ns);

		*ret_sure = one >= 0;
		if (one >= 0)
			return one;
	}
	/* somebody whom nobody sees: namespaces that nothing else is known of */
	while (ns >= 0 && s->pidns[ns].level < g->level - 1)
		ns = add_pidns(s, 0, ns);
	return ns;
}

/*
 * Where children of the same parent are the init: whoever starts a container also starts what comes
 * into it later.  -1: nowhere; that of several which was found last.
 */
static int beside_sibling(const struct resolver *r, const struct group *g, int around)
{
	const struct snapshot *s = r->s;
	pid_t parent = s->task[g->entry].ppid;
	int found = -1;

	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct group *o = &r->g[i];

		if (is_process(&s->task[i]) && r->up[i] == i && o->level == g->level && o->init &&
		    o->ns >= 0 && s->task[o->entry].ppid == parent && is_below(s, o->ns, around))
			found = o->ns;
	}
	return found;
}

/* A group without an init and without a link is in a namespace that others are in. */
static int find_lost(struct resolver *r, struct group *g)
{
	struct snapshot *s = r->s;
	const struct proc_task *p = parent_of(s, &s->task[g->entry]);
	int around = p && p->n_nspid && p->n_nspid <= g->level ? p->pidns : 0;
	int ns = only_one(s, g->level, around);

	g->lost = ns < 0 || s->hides;
	if (ns == -2)
		ns = beside_sibling(r, g, around);
	return ns;
}

static int place_group(struct resolver *r, struct group *g)
{
	bool sure;
	int around = around_of(r, g, &sure);

	g->lost = g->lost || !sure;
	return around < 0 ? around : add_pidns(r->s, g->ino, around);
}

/* One level after the other, so that what is around a namespace is known before it. */
static int place_level(struct resolver *r, unsigned int level)
{
	struct snapshot *s = r->s;

	for (int lost = 0; lost < 2; lost++) {
		for (size_t i = 0; i < s->n_tasks; i++) {
			struct group *g = &r->g[i];

			if (!is_process(&s->task[i]) || r->up[i] != i || g->level != level ||
			    (!g->ino && !g->init) != lost)
				continue;
			g->ns = level ? -1 : 0;
			if (lost && level)
				g->ns = find_lost(r, g);
			if (g->ns < 0)
				g->ns = place_group(r, g);
			if (g->ns < 0)
				return g->ns;
		}
	}
	for (size_t i = 0; i < s->n_tasks; i++)
		if (is_process(&s->task[i]) && s->task[i].n_nspid == level + 1)
			s->task[i].pidns = r->g[top(r, i)].ns;
	return 0;
}

static int children_ns(const struct snapshot *s, const struct proc_task *t)
{
	for (size_t i = 0; t->children_ino && i < s->n_pidns; i++)
		if (s->pidns[i].ino == t->children_ino && is_below(s, (int)i, t->pidns))
			return (int)i;
	return t->pidns;
}

/* What holds for a process holds for its threads, which follow it in the list. */
static void spread(struct resolver *r)
{
	struct snapshot *s = r->s;

	for (size_t i = 0; i < s->n_tasks; i++) {
		struct proc_task *t = &s->task[i];

		t->gaps &= ~GAP_BIT(GAP_PIDNS);
		if (!is_process(t)) {
			t->pidns = i ? t[-1].pidns : 0;
			t->gaps |= i ? t[-1].gaps & GAP_BIT(GAP_PIDNS) : 0;
		} else if (r->g[top(r, i)].lost) {
			add_gap(t, GAP_PIDNS, 0);
		}
		t->pidns_for_children = children_ns(s, t);
	}
}

int resolve_pidns(struct snapshot *s)
{
	_cleanup_free_ size_t *up = calloc(s->n_tasks + 1, sizeof(*up));
	_cleanup_free_ struct group *g = calloc(s->n_tasks + 1, sizeof(*g));
	struct resolver r = {.s = s, .up = up, .g = g};
	struct proc_ns base = {.parent = -1};
	unsigned int deepest = 0;
	int error;

	free_ns(s->pidns, s->n_pidns);
	s->pidns = NULL;
	s->n_pidns = 0;
	base.owner = s->pidns_is_initial ? 0 : s->userns_here;
	if (!up || !g)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_tasks; i++) {
		if (s->task[i].n_nspid == 1 && s->task[i].pidns_ino)
			base.ino = s->task[i].pidns_ino;
		if (s->task[i].n_nspid > deepest + 1)
			deepest = s->task[i].n_nspid - 1;
	}
	error = add_ns(&s->pidns, &s->n_pidns, &base);
	if (error < 0)
		return error;
	error = make_groups(&r);
	for (unsigned int level = 0; level <= deepest && !error; level++)
		error = place_level(&r, level);
	if (!error)
		spread(&r);
	return error;
}
