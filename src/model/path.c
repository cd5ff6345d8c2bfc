/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* path.c - the steps that calls took */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"

_Thread_local struct sf_path *recording;

struct sf_path *sf_path_new(struct sf_machine *m)
{
	struct sf_path *path = m ? calloc(1, sizeof(*path)) : NULL;

	if (!path) {
		call_fail(m ? -ENOMEM : -EINVAL);
		return NULL;
	}
	path->machine = m;
	spin_lock(&m->path_lock);
	path->next = m->paths;
	m->paths = path;
	spin_unlock(&m->path_lock);
	return path;
}

int sf_machine_record(struct sf_machine *m, struct sf_path *path)
{
	if (!m || (path && path->machine != m))
		return -EINVAL;
	if (path || (recording && recording->machine == m))
		recording = path;
	return 0;
}

/*
 * Steps in a row mostly concern the same task, and are taken by the same: the first of them holds
 * the reference for all.
 */
static bool holds_task(const struct sf_path *path, size_t i)
{
	return !i || path->step[i].task != path->step[i - 1].task;
}

static bool holds_by(const struct sf_path *path, size_t i)
{
	return !i || path->step[i].by != path->step[i - 1].by;
}

void sf_path_clear(struct sf_path *path)
{
	if (!path)
		return;
	for (size_t i = path->n; i-- > 0;) {
		if (holds_task(path, i))
			put_task_struct(path->step[i].task);
		if (holds_by(path, i))
			put_task_struct(path->step[i].by);
	}
	path->n = 0;
}

const struct sf_step *sf_path_steps(const struct sf_path *path, size_t *ret_n)
{
	if (ret_n)
		*ret_n = path ? path->n : 0;
	return path ? path->step : NULL;
}

void sf_path_free(struct sf_path *path)
{
	struct sf_path **at;

	if (!path)
		return;
	if (recording == path)
		recording = NULL;
	sf_path_clear(path);
	spin_lock(&path->machine->path_lock);
	for (at = &path->machine->paths; *at != path; at = &(*at)->next)
		;
	*at = path->next;
	spin_unlock(&path->machine->path_lock);
	free(path->step);
	free(path);
}

static bool grow(struct sf_path *path)
{
	size_t size = path->size ? 2 * path->size : 64;
	struct sf_step *step = realloc(path->step, size * sizeof(*step));

	if (!step) {
		machine_no_memory(path->machine);
		return false;
	}
	path->step = step;
	path->size = size;
	return true;
}

void path_note(struct sf_path *path, struct task_struct *t, enum sf_step_id id, int answer, int sig,
	       long v0, long v1)
{
	size_t i = path->n;

	if (path->machine != current->machine || (i == path->size && !grow(path)))
		return;
	path->step[i] = (struct sf_step){
		.id = id,
		.answer = answer,
		.sig = sig,
		.task = t,
		.by = current,
		.value = {v0, v1},
	};
	path->n++;
	if (t && holds_task(path, i))
		get_task_struct(t);
	if (holds_by(path, i))
		get_task_struct(current);
}
