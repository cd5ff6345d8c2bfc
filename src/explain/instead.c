/* SPDX-License-Identifier: GPL-2.0-or-later */
/* instead.c - other calls for the same target: what would do more than the one asked about */
#include "explain/explain.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* Signals that people use to ask a program to end, or to tell it something, in that order. */
static const int candidates[] = {15, 2, 3, 1, 10, 12, 37};

#define SIGKILL_NR 9

static bool did_little(enum sf_fate fate)
{
	return fate == SF_FATE_IGNORED || fate == SF_FATE_DROPPED || fate == SF_FATE_PENDING ||
	       fate == SF_FATE_REFUSED || fate == SF_FATE_MERGED;
}

static bool did_much(enum sf_fate fate)
{
	return fate == SF_FATE_HANDLED || fate == SF_FATE_KILLED || fate == SF_FATE_DUMPED;
}

/* Make the other call; keep it when it has an effect. */
static int try_instead(const struct inquiry *q, const struct attempt *asked, int sig,
		       enum instead_from from, struct answer *a, struct inquiry_error *err)
{
	_cleanup_(answer_release) struct answer other;
	struct attempt how = *asked;
	struct instead *grown;
	int r;

	how.sig = sig;
	how.from = from;
	r = attempt_make(q, &how, &other, err);
	if (r == -ESRCH && from != FROM_SENDER)
		return 0; /* nobody is farther out in what /proc shows */
	if (r)
		return r;
	if (other.n != 1 || !did_much(other.verdict[0].fate))
		return 0;
	grown = reallocarray(a->instead, a->n_instead + 1, sizeof(*grown));
	if (!grown)
		return inquiry_fail(err, -ENOMEM, "out of memory");
	a->instead = grown;
	if (from == FROM_OUTSIDE && !asked->task->pidns && q->snapshot->pidns_is_initial)
		from = FROM_ROOT;
	a->instead[a->n_instead++] =
		(struct instead){.sig = sig, .from = from, .fate = other.verdict[0].fate};
	return 0;
}

/* What there is nothing to mend about is meant so: then nobody asks for another call. */
static bool is_of_use(const struct answer *a)
{
	const struct sf_verdict *v = a->verdict;

	return a->task && a->n == 1 && did_little(v->fate) && a->q->sig &&
	       a->q->by < BY_GENERATOR && v->reason && v->reason->remedy;
}

int find_instead(const struct inquiry *q, const struct attempt *asked, struct answer *a,
		 struct inquiry_error *err)
{
	sf_sigset caught;
	bool killed;
	int r = 0;

	if (!is_of_use(a))
		return 0;
	if (a->verdict[0].fate == SF_FATE_REFUSED)
		r = try_instead(q, asked, q->sig, FROM_OUTSIDE, a, err);
	caught = asked->task->sigcgt;
	for (size_t i = 0; i < ARRAY_SIZE(candidates) && !r; i++)
		if (candidates[i] != q->sig && caught & SF_SIGMASK(candidates[i]))
			r = try_instead(q, asked, candidates[i], FROM_SENDER, a, err);
	if (!r && q->sig != SIGKILL_NR)
		r = try_instead(q, asked, SIGKILL_NR, FROM_SENDER, a, err);
	if (r)
		return r;
	killed = a->n_instead && a->instead[a->n_instead - 1].fate == SF_FATE_KILLED;
	return killed ? 0 : try_instead(q, asked, SIGKILL_NR, FROM_OUTSIDE, a, err);
}
