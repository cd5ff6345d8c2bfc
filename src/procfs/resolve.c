/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve.c - from what single files say to how the processes belong together */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

int add_ns(struct proc_ns **list, size_t *n, const struct proc_ns *ns)
{
	struct proc_ns *grown = reallocarray(*list, *n + 1, sizeof(*grown));

	if (!grown) {
		free(ns->uid_map);
		return -ENOMEM;
	}
	*list = grown;
	grown[*n] = *ns;
	return (int)(*n)++;
}

void free_ns(struct proc_ns *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].uid_map);
	free(list);
}

static int compare_tid(const void *a, const void *b)
{
	const struct tid_index *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

int index_tasks(struct snapshot *s)
{
	struct procfs_reader *r = s->reader;
	struct tid_index *index = reallocarray(r->index, s->n_tasks + 1, sizeof(*index));

	if (!index)
		return -ENOMEM;
	r->index = index;
	r->n_index = s->n_tasks;
	for (size_t i = 0; i < s->n_tasks; i++)
		index[i] = (struct tid_index){s->task[i].tid, i};
	qsort(index, r->n_index, sizeof(*index), compare_tid);
	return 0;
}

struct proc_task *find_task(const struct snapshot *s, pid_t tid)
{
	struct tid_index key = {.tid = tid}, *found;

	if (!s->reader->n_index)
		return NULL;
	found = bsearch(&key, s->reader->index, s->reader->n_index, sizeof(key), compare_tid);
	return found ? &s->task[found->task] : NULL;
}

const struct proc_task *snapshot_find(const struct snapshot *s, pid_t tid)
{
	return find_task(s, tid);
}

int snapshot_visible(const struct snapshot *s, const struct proc_task *t, const int *nr, int ns)
{
	unsigned int level = s->pidns[ns].level;
	int at = t->pidns;

	while (at > 0 && at != ns && s->pidns[at].level > level)
		at = s->pidns[at].parent;
	return at == ns && level < t->n_nspid ? nr[level] : 0;
}

/* Gaps that only show when all are seen together. */
static void find_gaps(struct snapshot *s)
{
	for (size_t i = 0; i < s->n_tasks; i++) {
		struct proc_task *t = &s->task[i], *p = find_task(s, t->ppid);

		t->gaps &= ~(GAP_BIT(GAP_PARENT) | GAP_BIT(GAP_SUBREAPER));
		if (t->ppid && !p)
			add_gap(t, GAP_PARENT, 0);
	}
	for (size_t i = 0; i < s->n_tasks; i++) {
		struct proc_task *p = find_task(s, s->task[i].ppid);

		if (p && p->nspid[p->n_nspid - 1] != 1)
			add_gap(p, GAP_SUBREAPER, 0);
	}
}

int snapshot_resolve(struct snapshot *s)
{
	int error = index_tasks(s);

	if (!error)
		error = resolve_userns(s);
	if (!error)
		error = resolve_pidns(s);
	if (!error)
		find_gaps(s);
	return error;
}
