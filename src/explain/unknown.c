/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unknown.c - what is not known, and whether it matters
 *
 * No rule says here what an answer rests on: the call is made again with the other assumption, and
 * what gives the same answer does not matter.
 */
#include "explain/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/kernel/probe.h"

/* How much two answers differ: not at all; in what is said of a notice; in a fate or a death. */
enum difference { SAME, NOTICE, FATE };

static bool is_end(enum sf_fate fate)
{
	return fate == SF_FATE_KILLED || fate == SF_FATE_DUMPED || fate == SF_FATE_STOPPED;
}

/* Whom a difference is about; without memory for the list it is about everybody. */
struct concerned {
	pid_t *tgid;
	size_t n;
};

static void add_concerned(struct concerned *who, const struct answer *a, const struct sf_task *t)
{
	const struct proc_task *p = answer_proc(a, t);
	pid_t *grown = p && who ? reallocarray(who->tgid, who->n + 1, sizeof(*grown)) : NULL;

	if (!grown)
		return;
	who->tgid = grown;
	grown[who->n++] = p->tgid;
}

static enum difference compare_verdicts(const struct answer *a, const struct sf_verdict *x,
					const struct answer *b, const struct sf_verdict *y,
					struct concerned *who)
{
	enum difference found = SAME;

	if (answer_proc(a, x->task) != answer_proc(b, y->task) || x->fate != y->fate ||
	    x->n_then != y->n_then)
		return FATE;
	for (size_t i = 0; i < x->n_then; i++) {
		const struct sf_consequence *c = &x->then[i], *d = &y->then[i];

		if (answer_proc(a, c->task) == answer_proc(b, d->task) && c->sig == d->sig &&
		    c->fate == d->fate)
			continue;
		add_concerned(who, a, c->task);
		if (c->sig != d->sig || is_end(c->fate) || is_end(d->fate))
			return FATE;
		found = NOTICE;
	}
	return found;
}

/* @who may be NULL. */
static enum difference compare(const struct answer *a, const struct answer *b,
			       struct concerned *who)
{
	enum difference found = SAME;

	if (a->result != b->result || a->n != b->n)
		return FATE;
	for (size_t i = 0; i < a->n; i++) {
		enum difference d = compare_verdicts(a, &a->verdict[i], b, &b->verdict[i], who);

		if (d == FATE)
			add_concerned(who, a, a->verdict[i].task);
		found = d > found ? d : found;
	}
	return found;
}

/* Mark a process with all its threads, which stand together in the snapshot. */
static void mark(const struct answer *a, const struct sf_task *task, bool *marked)
{
	const struct snapshot *s = a->q->snapshot;
	const struct proc_task *t = answer_proc(a, task), *end = s->task + s->n_tasks;
	pid_t tgid = t ? t->tgid : 0;

	if (!t || marked[t - s->task])
		return;
	while (t > s->task && t[-1].tgid == tgid)
		t--;
	for (; t < end && t->tgid == tgid; t++)
		marked[t - s->task] = true;
}

int answer_tasks(const struct answer *a, int (*fn)(void *data, const struct proc_task *t),
		 void *data)
{
	const struct snapshot *s = a->q->snapshot;
	_cleanup_free_ bool *marked = calloc(s->n_tasks + 1, sizeof(*marked));
	int r = 0;

	if (!marked)
		return -ENOMEM;
	mark(a, a->sender, marked);
	mark(a, a->task, marked);
	for (size_t i = 0; i < a->n_steps; i++)
		mark(a, a->step[i].task, marked);
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->verdict[i].n_then; k++)
			mark(a, a->verdict[i].then[k].task, marked);
	for (size_t i = 0; i < s->n_tasks && !r; i++)
		r = marked[i] ? fn(data, &s->task[i]) : 0;
	return r;
}

static pid_t process_of(const struct unknown *u)
{
	return u->task ? u->task->tgid : 0;
}

/* What is unknown of several threads of a process is said once. */
static int add_unknown(struct answer *a, const struct unknown *u)
{
	struct unknown *grown;

	for (size_t i = 0; i < a->n_unknown; i++) {
		struct unknown *known = &a->unknown[i];

		if (process_of(known) == process_of(u) && known->what == u->what) {
			known->notice = known->notice && u->notice;
			return 0;
		}
	}
	grown = reallocarray(a->unknown, a->n_unknown + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	a->unknown = grown;
	a->unknown[a->n_unknown++] = *u;
	return 0;
}

/* The fate of the one target when it is another than in the answer. */
static enum sf_fate otherwise(const struct answer *a, const struct answer *b)
{
	if (a->n != 1 || b->n != 1 || a->verdict[0].fate == b->verdict[0].fate)
		return SF_NFATES;
	return b->verdict[0].fate;
}

/* ---- the gaps of the processes that the answer speaks of ---------------------------------- */

struct search {
	struct answer *a;
	unsigned int gaps;  /* seen so far, to know what to try */
	enum proc_gap gap;  /* that makes the difference */
	enum sf_fate other; /* the fate then */
	bool notice;
	struct concerned who;
	bool all; /* it is about nobody who has the gap: then all who have it may be the reason */
};

/* Only the sender's sandbox matters; that of others does not keep signals off. */
static unsigned int gaps_of(const struct answer *a, const struct proc_task *t)
{
	unsigned int senders = GAP_BIT(GAP_SECCOMP) | GAP_BIT(GAP_LANDLOCK);

	return answer_proc(a, a->sender) == t ? t->gaps : t->gaps & ~senders;
}

static int see_gaps(void *data, const struct proc_task *t)
{
	struct search *search = data;

	search->gaps |= gaps_of(search->a, t);
	return 0;
}

static bool has_reason(enum proc_gap gap)
{
	return gap == GAP_PIDNS || gap == GAP_USERNS || gap == GAP_WAIT || gap == GAP_SIGNALFD;
}

static int by_number(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool is_concerned(const struct search *search, const struct proc_task *t)
{
	const struct concerned *who = &search->who;

	return who->n && bsearch(&t->tgid, who->tgid, who->n, sizeof(t->tgid), by_number);
}

static int list_gap(void *data, const struct proc_task *t)
{
	const struct search *search = data;
	const struct answer *a = search->a;
	const struct snapshot *s = a->q->snapshot;
	const struct proc_gap_text *text = proc_gap_text(search->gap);
	const struct proc_task *leader = snapshot_find(s, t->tgid);
	struct unknown u = {
		.task = leader ? leader : t,
		.what = text->what,
		.other = text->other,
		.otherwise = search->other,
		.notice = search->notice,
	};

	if (!(gaps_of(a, t) & GAP_BIT(search->gap)) || !(search->all || is_concerned(search, t)))
		return 0;
	u.pid = snapshot_visible(s, u.task, u.task->nspid, a->q->caller_ns);
	if (has_reason(search->gap) && t->gap_error)
		u.why = strerrordesc_np(t->gap_error);
	return add_unknown(search->a, &u);
}

/* Who is to blame: those whom the difference is about, if they have the gap. */
static int list_gaps(struct search *search)
{
	size_t before = search->a->n_unknown;
	int r;

	if (search->who.n)
		qsort(search->who.tgid, search->who.n, sizeof(pid_t), by_number);
	r = answer_tasks(search->a, list_gap, search);
	if (r || search->a->n_unknown > before)
		return r;
	search->all = true;
	return answer_tasks(search->a, list_gap, search);
}

/* Make the call with the other assumption; where that changes the answer, say what is unknown. */
static int try_gap(const struct inquiry *q, struct attempt how, struct search search,
		   struct inquiry_error *err)
{
	enum difference found = FATE;
	struct answer b;
	int r;

	how.assume.other = GAP_BIT(search.gap);
	if (search.gap == GAP_SECCOMP || search.gap == GAP_LANDLOCK)
		how.sandbox = &search.gap;
	r = attempt_make(q, &how, &b, err);
	if (!r)
		found = compare(search.a, &b, &search.who);
	else if (r == -ESRCH)
		found = SAME; /* it contradicts what is known: it cannot be so */
	search.other = r ? SF_NFATES : otherwise(search.a, &b);
	search.notice = found == NOTICE;
	answer_release(&b);
	if (r != -ENOMEM)
		r = found == SAME ? 0 : list_gaps(&search);
	free(search.who.tgid);
	return r;
}

/* The same gap, with every other assumption that there is. */
static int try_gaps(const struct inquiry *q, struct attempt how, struct search search,
		    struct inquiry_error *err)
{
	int r = try_gap(q, how, search, err);

	if (search.gap != GAP_PIDNS && search.gap != GAP_USERNS)
		return r;
	if (how.task) {
		/* others may contradict what the two may well be */
		how.assume.of[0] = q->sender;
		how.assume.of[1] = how.task;
		r = r ? r : try_gap(q, how, search, err);
	}
	how.assume.with = q->sender;
	r = r ? r : try_gap(q, how, search, err);
	how.assume.with = how.task;
	if (search.gap == GAP_PIDNS && how.task && !r)
		r = try_gap(q, how, search, err);
	how.assume.with = NULL;
	how.assume.maker = q->sender;
	if (search.gap == GAP_USERNS && !r)
		r = try_gap(q, how, search, err);
	return r;
}

static int find_gaps(const struct inquiry *q, struct attempt how, struct answer *a,
		     struct inquiry_error *err)
{
	struct search search = {.a = a};
	int r = answer_tasks(a, see_gaps, &search);

	for (int gap = 0; gap < N_GAPS && !r; gap++) {
		search.gap = (enum proc_gap)gap;
		if (search.gaps & GAP_BIT(gap))
			r = try_gaps(q, how, search, err);
	}
	return r;
}

/* Who is hidden, or outside, may get a signal that is for many. */
static int find_hidden(const struct inquiry *q, struct answer *a)
{
	const struct snapshot *s = q->snapshot;
	struct unknown u = {
		.what = "who else is there",
		.why = "/proc does not show all processes",
		.otherwise = SF_NFATES,
	};
	int r = s->hides && !a->task ? add_unknown(a, &u) : 0;

	if (r || a->target || s->pidns_is_initial || q->sender->nspgid[0])
		return r;
	u.what = "who else is in the process group";
	u.why = "it is led from outside this PID namespace";
	return add_unknown(a, &u);
}

/* ---- the kernel --------------------------------------------------------------------------- */

/* Would the answer be another on a kernel that differs in what no version number tells? */
static int depends_on_kernel(const struct inquiry *q, struct attempt how, const struct answer *a,
			     enum sf_fate *ret_other, bool *ret, struct inquiry_error *err)
{
	struct sf_kernel other[2] = {q->kernel, q->kernel};

	other[0].guard_unkillable_fastpath ^= true;
	other[1].drop_private_to_exiting ^= true;
	*ret = false;
	for (size_t i = 0; i < ARRAY_SIZE(other) && !*ret; i++) {
		struct answer b;
		int r;

		how.kernel = &other[i];
		r = attempt_make(q, &how, &b, err);
		*ret = !r && compare(a, &b, NULL) != SAME;
		*ret_other = r ? SF_NFATES : otherwise(a, &b);
		answer_release(&b);
		if (r)
			return r;
	}
	return 0;
}

/*
 * Ask the kernel itself what it does, but only when the answer rests on it: that takes processes of
 * our own in namespaces of their own.
 */
static int settle_kernel(struct inquiry *q, const struct attempt *how, struct answer *a,
			 struct inquiry_error *err)
{
	struct unknown u = {
		.what = "which of two ways this kernel decides",
		.other = "if the other",
	};
	bool depends;
	int r;

	if (q->probed)
		return 0;
	r = depends_on_kernel(q, *how, a, &u.otherwise, &depends, err);
	if (r || !depends)
		return r;
	if (!q->probe_error)
		q->probe_error = kernel_probe(&q->kernel);
	if (q->probe_error) {
		u.why = strerrordesc_np(-q->probe_error);
		return add_unknown(a, &u);
	}
	q->probed = true;
	answer_release(a);
	return attempt_make(q, how, a, err);
}

int find_unknown(struct inquiry *q, const struct attempt *asked, struct answer *a,
		 struct inquiry_error *err)
{
	int r = settle_kernel(q, asked, a, err);

	if (!r)
		r = find_gaps(q, *asked, a, err);
	if (!r)
		r = find_hidden(q, a);
	return r;
}
