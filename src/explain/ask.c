/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - the answer for one target: on this kernel, and what else could be done */
#include "explain/explain.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/kernel/probe.h"

static bool same_verdict(const struct answer *a, const struct sf_verdict *x,
			 const struct answer *b, const struct sf_verdict *y)
{
	if (answer_proc(a, x->task) != answer_proc(b, y->task) || x->fate != y->fate ||
	    x->reason != y->reason || x->n_then != y->n_then)
		return false;
	for (size_t i = 0; i < x->n_then; i++)
		if (answer_proc(a, x->then[i].task) != answer_proc(b, y->then[i].task) ||
		    x->then[i].fate != y->then[i].fate || x->then[i].sig != y->then[i].sig)
			return false;
	return true;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
	if (a->result != b->result || a->n != b->n || a->reason != b->reason)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_verdict(a, &a->verdict[i], b, &b->verdict[i]))
			return false;
	return true;
}

/* Would the answer be another on a kernel that differs in what no version number tells? */
static int depends_on_kernel(const struct inquiry *q, struct attempt how, const struct answer *a,
			     bool *ret, struct inquiry_error *err)
{
	struct sf_kernel other[2] = {q->kernel, q->kernel};

	other[0].guard_unkillable_fastpath ^= true;
	other[1].drop_private_to_exiting ^= true;
	*ret = false;
	for (size_t i = 0; i < ARRAY_SIZE(other) && !*ret; i++) {
		_cleanup_(answer_release) struct answer b;
		int r;

		how.kernel = &other[i];
		r = attempt_make(q, &how, &b, err);
		if (r)
			return r;
		*ret = !same_answer(a, &b);
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
	bool depends;
	int r;

	if (q->probed)
		return 0;
	r = depends_on_kernel(q, *how, a, &depends, err);
	if (r || !depends)
		return r;
	if (!q->probe_error)
		q->probe_error = kernel_probe(&q->kernel);
	if (q->probe_error) {
		a->depends = true;
		return 0;
	}
	q->probed = true;
	answer_release(a);
	return attempt_make(q, how, a, err);
}

static int find_target(const struct inquiry *q, long target, struct attempt *how,
		       struct inquiry_error *err)
{
	const struct snapshot *s = q->snapshot;

	if (target > 0) {
		how->task = inquiry_find(q, target);
		if (!how->task && target == q->self)
			return inquiry_fail(err, -ESRCH, "process %ld is this sigfate itself: it is not "
							 "there when the signal is sent", target);
		if (!how->task)
			return inquiry_fail(err, -ESRCH, "no process %ld: it has ended, or never was; "
							 "see ps -e for those there are", target);
		if (how->task->kthread)
			return inquiry_fail(err, -EOPNOTSUPP, "process %ld is a kernel thread: it takes "
							      "no signals that anyone sends", target);
		if (q->by == BY_PIDFD && how->task->tid != how->task->tgid)
			return inquiry_fail(err, -EINVAL, "%ld is a thread of process %d: a pidfd stands "
							  "for a process, name that", target,
					    (int)how->task->tgid);
		return 0;
	}
	if (q->by == BY_PIDFD)
		return inquiry_fail(err, -EINVAL, "a pidfd stands for one process: give a PID, not %ld",
				    target);
	if (target < -1) {
		for (size_t i = 0; i < s->n_tasks; i++)
			if (snapshot_visible(s, &s->task[i], s->task[i].nspgid, q->caller_ns) == -target)
				return 0;
		return inquiry_fail(err, -ESRCH, "no process group %ld: see ps -eo pid,pgid,comm for "
						 "those there are", -target);
	}
	return 0;
}

int inquiry_ask(struct inquiry *q, long target, struct answer *ret, struct inquiry_error *err)
{
	struct attempt how = {.kernel = &q->kernel, .sig = q->sig};
	const struct proc_task *sender = q->sender;
	int r;

	if (target == TARGET_SELF)
		target = snapshot_visible(q->snapshot, sender, sender->nspid, q->caller_ns);
	how.target = target;
	r = find_target(q, target, &how, err);

	if (r)
		return r;
	r = attempt_make(q, &how, ret, err);
	if (!r)
		r = settle_kernel(q, &how, ret, err);
	if (!r)
		r = find_instead(q, &how, ret, err);
	if (r)
		answer_release(ret);
	return r;
}

static bool is_about(const struct answer *a, const struct sf_task *t, pid_t pid)
{
	const struct proc_task *p = answer_proc(a, t);

	return p && (p->tgid == pid || p->tid == pid);
}

bool answer_concerns(const struct answer *a, const struct proc_unknown *u)
{
	if (!u->pid || is_about(a, a->sender, u->pid) || is_about(a, a->task, u->pid))
		return true;
	for (size_t i = 0; i < a->n_steps; i++)
		if (is_about(a, a->step[i].task, u->pid))
			return true;
	return false;
}
