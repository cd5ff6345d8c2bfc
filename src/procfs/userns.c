/* SPDX-License-Identifier: GPL-2.0-or-later */
/* userns.c - who is in which user namespace, and how their ids translate */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

static int index_of(const struct snapshot *s, ino_t ino)
{
	for (size_t i = 0; i < s->n_userns; i++)
		if (s->userns[i].ino == ino)
			return (int)i;
	return -1;
}

/*
 * A map shows the outer ids as the reader sees them; that of the parent, which is shown the same
 * way, leads back from there to the ids of the parent.
 */
static bool to_parent(const struct sf_id_extent *shown, const struct sf_id_extent *parent,
		      size_t n_parent, struct sf_id_extent *ret)
{
	for (size_t i = 0; i < n_parent; i++) {
		const struct sf_id_extent *p = &parent[i];

		if (shown->outside < p->outside || shown->outside - p->outside >= p->count ||
		    shown->count > p->count - (shown->outside - p->outside))
			continue;
		*ret = *shown;
		ret->outside = p->inside + (shown->outside - p->outside);
		return true;
	}
	return false;
}

static int relative_map(const struct snapshot *s, const struct ns_fact *fact, int parent,
			struct proc_ns *ret)
{
	const struct ns_fact *around = find_fact(s->reader, s->userns[parent].ino);
	/* the reader's own map and those of its children are relative to their parent already */
	bool relative = fact->ino == s->reader->userns_here || parent == s->userns_here;

	if (!fact->has_map || !fact->n_map)
		return 0;
	ret->uid_map = calloc(fact->n_map, sizeof(*ret->uid_map));
	if (!ret->uid_map)
		return -ENOMEM;
	for (size_t i = 0; i < fact->n_map; i++) {
		struct sf_id_extent *to = &ret->uid_map[ret->n_uid_map];

		if (relative)
			*to = fact->map[i];
		else if (!around || !around->has_map ||
			 !to_parent(&fact->map[i], around->map, around->n_map, to))
			continue;
		ret->n_uid_map++;
	}
	return 0;
}

/* The index of the namespace with this number; made, with all that are around it, if need be. */
static int place(struct snapshot *s, ino_t ino, unsigned int depth)
{
	const struct ns_fact *fact = find_fact(s->reader, ino);
	int known = index_of(s, ino), parent, error;
	struct proc_ns ns = {.ino = ino, .owner = -1, .owner_uid = UINT32_MAX};

	if (known >= 0)
		return known;
	if (ino == INITIAL_USERNS)
		return 0;
	parent = s->userns_here;
	if (fact && fact->parent && depth < SF_MAX_PID_NS_LEVEL)
		parent = place(s, fact->parent, depth + 1);
	if (parent < 0)
		return parent;
	ns.parent = parent;
	ns.level = s->userns[parent].level + 1;
	if (fact) {
		ns.owner_uid = fact->owner_uid;
		error = relative_map(s, fact, parent, &ns);
		if (error)
			return error;
	}
	return add_ns(&s->userns, &s->n_userns, &ns);
}

/* The reader's namespace, and all that is around it, which it cannot see. */
static int place_here(struct snapshot *s)
{
	ino_t here = s->reader->userns_here;
	struct proc_ns outermost = {.ino = here, .parent = -1, .owner = -1};
	int index;

	if (here && here != INITIAL_USERNS)
		outermost.ino = INITIAL_USERNS;
	index = add_ns(&s->userns, &s->n_userns, &outermost);
	s->userns_here = 0;
	if (index >= 0 && outermost.ino != here)
		index = place(s, here, 0);
	if (index >= 0)
		s->userns_here = index;
	return index < 0 ? index : 0;
}

static bool has_name(const struct snapshot *s, uint32_t uid)
{
	const struct ns_fact *here = find_fact(s->reader, s->reader->userns_here);

	if (uid != s->overflowuid || !here || !here->has_map)
		return true;
	for (size_t i = 0; i < here->n_map; i++)
		if (uid - here->map[i].inside < here->map[i].count)
			return true;
	return false;
}

int resolve_userns(struct snapshot *s)
{
	int error;

	free_ns(s->userns, s->n_userns);
	s->userns = NULL;
	s->n_userns = 0;
	error = place_here(s);
	for (size_t i = 0; i < s->n_tasks && !error; i++) {
		struct proc_task *t = &s->task[i];

		t->userns = t->kthread ? 0 : s->userns_here;
		if (t->userns_ino && !t->kthread)
			t->userns = place(s, t->userns_ino, 0);
		if (t->userns < 0)
			return t->userns;
		if (!has_name(s, t->uid[0]) || !has_name(s, t->uid[1]) || !has_name(s, t->uid[2]))
			add_gap(t, GAP_UID, 0);
	}
	return error;
}
