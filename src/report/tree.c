/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree.c - the path as rows of a tree: functions, and below each the questions it asks */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/places.h"
#include "report/words.h"

struct tree {
	struct row *row;
	size_t n, size;
	const char *open[FRAMES_MAX]; /* the functions that the last row is in */
	unsigned int depth;
	const struct sf_task *task; /* whose delivery that is, NULL in the call */
	int call, whom;
};

static int add_row(struct tree *t, const struct row *row)
{
	if (t->n == t->size) {
		size_t size = t->size ? 2 * t->size : 64;
		struct row *grown = reallocarray(t->row, size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->row = grown;
		t->size = size;
	}
	t->row[t->n++] = *row;
	return 0;
}

/* The functions that a step is in, its own the last of them. */
static unsigned int frames_of(struct tree *t, const struct sf_step *s, const char **frame)
{
	const char *own = sf_step_text(s->id)->function;
	unsigned int n;

	if (s->id == SF_STEP_CALL)
		t->call = s->answer;
	if (s->id == SF_STEP_WHOM)
		t->whom = s->answer;
	n = place_frames(s->id, t->call, t->whom, frame);
	/* a route may end in the function that asks; system calls go by their own name */
	if ((n && !strcmp(frame[n - 1], own)) || (n == 1 && s->id <= SF_STEP_ARGUMENTS))
		return n;
	frame[n++] = own;
	return n;
}

static int add_step(struct tree *t, const struct sf_step *s)
{
	const char *frame[FRAMES_MAX];
	unsigned int n = frames_of(t, s, frame), same = 0;
	const struct sf_task *task = s->id >= SF_STEP_DYING ? s->task : NULL;
	bool further;

	if (task == t->task && s->id != SF_STEP_CALL)
		while (same < n && same < t->depth && !strcmp(frame[same], t->open[same]))
			same++;
	/* a further question of the function of the last row: nothing is called */
	further = same == n && t->depth == n;
	if (same == n && !further) {
		/* back from a function that it called: the question stands among its calls */
		struct row row = {.depth = n, .name = "", .step = s};
		int r = add_row(t, &row);

		if (r)
			return r;
	}
	if (further)
		same--;
	for (unsigned int i = same; i < n; i++) {
		struct row row = {
			.depth = i,
			.name = further ? NULL : frame[i],
			.task = i ? NULL : task,
			.step = i == n - 1 ? s : NULL,
		};
		int r = add_row(t, &row);

		if (r)
			return r;
	}
	memcpy(t->open, frame, n * sizeof(*frame));
	t->depth = n;
	t->task = task;
	return 0;
}

static void mark_last(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t k = i + 1;

		while (k < t->n && (t->row[k].depth > t->row[i].depth ||
				    (t->row[k].depth == t->row[i].depth && !t->row[k].name)))
			k++;
		t->row[i].last = k == t->n || t->row[k].depth < t->row[i].depth;
	}
}

int path_rows(const struct answer *a, const struct sf_task *target, struct row **ret, size_t *ret_n)
{
	struct tree t = {0};

	for (size_t i = 0; i < a->n_steps; i++) {
		int r = !target || path_shown(a, i, target) ? add_step(&t, &a->step[i]) : 0;

		if (r) {
			free(t.row);
			return r;
		}
	}
	mark_last(&t);
	*ret = t.row;
	*ret_n = t.n;
	return 0;
}

/* The call itself and what becomes of its signal in the target; the rest is consequences. */
bool path_shown(const struct answer *a, size_t step, const struct sf_task *target)
{
	const struct sf_step *s = &a->step[step];
	const struct proc_task *p = answer_proc(a, s->task), *t = answer_proc(a, target);

	/* they repeat what the headline says */
	if (target && (s->id == SF_STEP_RESULT || s->id == SF_STEP_RETURN))
		return false;
	if (!s->task || s->task == a->sender)
		return step == 0 || s->sig == a->q->sig || !s->sig;
	return s->sig == a->q->sig && p && t && p->tgid == t->tgid;
}
