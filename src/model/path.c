/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* path.c - the steps that calls took */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"

struct sf_path *sf_path_new(struct sf_machine *m)
{
	struct sf_path *path = calloc(1, sizeof(*path));

	if (!path) {
		call_fail(-ENOMEM);
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
	if (path && path->machine != m)
		return -EINVAL;
	WRITE_ONCE(m->path, path);
	return 0;
}

void sf_path_clear(struct sf_path *path)
{
	for (size_t i = 0; i < path->n; i++) {
		put_task_struct(path->step[i].task);
		put_task_struct(path->step[i].by);
	}
	path->n = 0;
}

const struct sf_step *sf_path_steps(const struct sf_path *path, size_t *ret_n)
{
	*ret_n = path->n;
	return path->step;
}

void path_note(struct sf_path *path, struct task_struct *t, enum sf_step_id id, int answer, int sig,
	       long v0, long v1)
{
	const struct sf_step new = {
		.id = id,
		.answer = answer,
		.sig = sig,
		.task = t ? get_task_struct(t) : NULL,
		.by = get_task_struct(current),
		.value = {v0, v1},
	};
	spinlock_t *lock = &path->machine->path_lock;

	spin_lock(lock);
	if (path->n == path->size) {
		size_t size = path->size ? 2 * path->size : 64;
		struct sf_step *step = realloc(path->step, size * sizeof(*step));

		if (!step) {
			spin_unlock(lock);
			machine_no_memory(path->machine);
			return;
		}
		path->step = step;
		path->size = size;
	}
	path->step[path->n++] = new;
	spin_unlock(lock);
}
