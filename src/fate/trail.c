/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* trail.c - sorting a path by process */
#include "fate/trail.h"

#include <errno.h>
#include <stdlib.h>

static size_t hash(const void *p)
{
	uint64_t x = (uintptr_t)p;

	return (size_t)((x >> 4) * 0x9e3779b97f4a7c15u >> 20);
}

struct trail *trail_of(struct trails *t, const struct sf_task *task)
{
	const struct sf_task *leader = sf_task_leader(task);
	size_t at = hash(leader) % t->n_slots;

	while (t->slot[at].leader && t->slot[at].leader != leader)
		at = (at + 1) % t->n_slots;
	if (!t->slot[at].leader)
		t->slot[at] = (struct trail){.leader = leader, .last = NO_STEP, .verdict = -1};
	return &t->slot[at];
}

int trails_init(struct trails *t, const struct sf_step *step, size_t n)
{
	*t = (struct trails){.step = step, .n = n, .n_slots = 4 * n + 8};
	t->prev = calloc(n + 1, sizeof(*t->prev));
	t->next = calloc(n + 1, sizeof(*t->next));
	t->slot = calloc(t->n_slots, sizeof(*t->slot));
	if (!t->prev || !t->next || !t->slot) {
		trails_release(t);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		struct trail *trail;

		t->prev[i] = t->next[i] = NO_STEP;
		if (!step[i].task)
			continue;
		trail = trail_of(t, step[i].task);
		t->prev[i] = trail->last;
		if (trail->last != NO_STEP)
			t->next[trail->last] = i;
		trail->last = i;
	}
	return 0;
}

void trails_release(struct trails *t)
{
	free(t->prev);
	free(t->next);
	free(t->slot);
	*t = (struct trails){0};
}
