/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* verdict.c - from a path to the answer: what became of the signal, for whom, and what followed */
#include <errno.h>
#include <stdlib.h>

#include "fate/reason.h"
#include "fate/trail.h"

struct reader {
	struct trails trails;
	struct sf_verdicts *out;
	size_t size;
	size_t returned; /* the index of the step at which the call returned */
};

static int add_verdict(struct reader *r, size_t result)
{
	const struct sf_step *s = &r->trails.step[result];
	struct judgement j = judge_result(&r->trails, result);
	struct sf_verdicts *out = r->out;
	struct trail *trail = trail_of(&r->trails, s->task);

	if (out->n == r->size) {
		size_t size = r->size ? 2 * r->size : 8;
		struct sf_verdict *v = realloc(out->v, size * sizeof(*v));

		if (!v)
			return -ENOMEM;
		out->v = v;
		r->size = size;
	}
	trail->verdict = (long)out->n;
	trail->is_target = true;
	out->v[out->n++] = (struct sf_verdict){
		.task = sf_task_leader(s->task),
		.sig = s->sig,
		.fate = j.fate,
		.error = s->answer,
		.generate = (int)s->value[0],
		.reason = j.reason,
		.step = j.step,
	};
	return 0;
}

/* What was found had lost its number: that it got no signal is no answer, another one does. */
static void drop_verdict(struct reader *r, size_t at)
{
	struct trail *trail = trail_of(&r->trails, r->trails.step[at].task);

	if (!r->out->n)
		return;
	r->out->n--;
	trail->verdict = -1;
	trail->is_target = false;
}

static int read_targets(struct reader *r)
{
	for (size_t i = 0; i < r->returned; i++) {
		const struct sf_step *s = &r->trails.step[i];
		int error = s->id == SF_STEP_RESULT ? add_verdict(r, i) : 0;

		if (error)
			return error;
		if (s->id == SF_STEP_AGAIN && s->answer)
			drop_verdict(r, i);
	}
	return 0;
}

/* ---- what follows -------------------------------------------------------------------------- */

static int add_consequence(struct sf_verdict *v, const struct sf_step *s, enum sf_fate fate)
{
	struct sf_consequence *then = v->then;

	/* grown by doubling: a power of two is full */
	if (!(v->n_then & (v->n_then - 1))) {
		then = realloc(then, (v->n_then ? 2 * v->n_then : 1) * sizeof(*then));
		if (!then)
			return -ENOMEM;
		v->then = then;
	}
	then[v->n_then++] = (struct sf_consequence){
		.task = sf_task_leader(s->task), .fate = fate, .sig = s->sig};
	return 0;
}

static bool says_nothing(const struct judgement *j)
{
	return j->reason == reason(REASON_DYING) || j->reason == reason(REASON_ZOMBIE);
}

/* A signal that was sent because of what became of the call's: it belongs to whose end sent it. */
static int read_consequence(struct reader *r, size_t at)
{
	const struct sf_step *s = &r->trails.step[at];
	long verdict = trail_of(&r->trails, s->by)->verdict;
	struct judgement j = judge_generated(&r->trails, at);
	struct trail *trail = trail_of(&r->trails, s->task);

	if (verdict < 0 || says_nothing(&j))
		return 0;
	if (trail->verdict < 0)
		trail->verdict = verdict;
	return add_consequence(&r->out->v[verdict], s, j.fate);
}

/* A signal that waited before the call, and now acts: the process goes on, or is unblocked. */
static int read_waited(struct reader *r, size_t at)
{
	const struct sf_step *s = &r->trails.step[at];
	long verdict = trail_of(&r->trails, s->task)->verdict;
	enum sf_fate fate = judge_waited(&r->trails, at).fate;

	if (verdict < 0 || fate == SF_FATE_DROPPED || was_sent(&r->trails, at))
		return 0;
	return add_consequence(&r->out->v[verdict], s, fate);
}

static int read_consequences(struct reader *r)
{
	for (size_t i = r->returned; i < r->trails.n; i++) {
		int error = 0;

		if (r->trails.step[i].id == SF_STEP_GENERATE)
			error = read_consequence(r, i);
		else if (r->trails.step[i].id == SF_STEP_ACTION)
			error = read_waited(r, i);
		if (error)
			return error;
	}
	return 0;
}

/* ---- a call that came to nobody ------------------------------------------------------------ */

static const struct sf_reason *argument_reason(int answer)
{
	switch (answer) {
	case SF_ARG_FORGED:
		return reason(REASON_FORGED_INFO);
	case SF_ARG_NAMESPACE:
		return reason(REASON_PIDFD_OUTSIDE);
	case SF_ARG_SIGNO:
		return reason(REASON_PIDFD_SIGNO);
	default:
		return reason(REASON_BAD_ARGUMENT);
	}
}

/* Why the kernel itself sends nothing. */
static const struct sf_reason *kernels_reason(long generator)
{
	switch (generator) {
	case SF_GENERATOR_ATTACH:
		return reason(REASON_MAY_NOT_TRACE);
	case SF_GENERATOR_TIMER:
		return reason(REASON_QUEUE_FULL);
	default:
		return reason(REASON_GONE);
	}
}

static const struct sf_reason *reason_for_nobody(const struct reader *r)
{
	const struct sf_reason *why = reason(REASON_GONE);
	int whom = SF_WHOM_ONE;

	for (size_t i = 0; i < r->returned; i++) {
		const struct sf_step *s = &r->trails.step[i];

		if (s->id == SF_STEP_ARGUMENTS && s->answer != SF_ARG_OK)
			return argument_reason(s->answer);
		if (s->id == SF_STEP_CALL && s->answer == SF_CALL_KERNEL)
			why = kernels_reason(s->value[0]);
		if (s->id == SF_STEP_WHOM)
			whom = s->answer;
		if (s->id == SF_STEP_FIND && !s->answer)
			why = reason(whom == SF_WHOM_PGRP ? REASON_NO_SUCH_GROUP
							  : REASON_NO_SUCH_PROCESS);
		if (s->id == SF_STEP_TGID && !s->answer)
			return reason(REASON_NOT_ITS_THREAD);
	}
	if (whom == SF_WHOM_ALL)
		return reason(REASON_NOBODY);
	return whom == SF_WHOM_INT_MIN ? reason(REASON_NO_SUCH_PROCESS) : why;
}

int sf_verdicts_read(const struct sf_machine *m, const struct sf_path *path, long result,
		     struct sf_verdicts *ret)
{
	struct sf_verdicts verdicts = {.result = result};
	struct reader r = {.out = &verdicts};
	const struct sf_step *step;
	size_t n;
	int error;

	if (!m || !path || !ret)
		return -EINVAL;
	step = sf_path_steps(path, &n);
	error = trails_init(&r.trails, step, n);
	if (error)
		return error;
	while (r.returned < n && step[r.returned].id != SF_STEP_RETURN)
		r.returned++;
	error = read_targets(&r);
	if (!error)
		error = read_consequences(&r);
	/* A call that is refused before it comes to any signal has no path. */
	if (!error && !verdicts.n && result < 0 && n)
		verdicts.reason = reason_for_nobody(&r);
	trails_release(&r.trails);
	if (error)
		sf_verdicts_release(&verdicts);
	else
		*ret = verdicts;
	return error;
}

void sf_verdicts_release(struct sf_verdicts *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i].then);
	free(v->v);
	*v = (struct sf_verdicts){0};
}
