/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - the answer for one target: on this kernel, and what else could be done */
#include "explain/explain.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/kernel/probe.h"

static bool same_verdict(const struct answer *a, const struct sf_verdict *x, const struct answer *b,
			 const struct sf_verdict *y)
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

static int find_process(const struct inquiry *q, long pid, struct attempt *how,
			struct inquiry_error *err)
{
	how->task = inquiry_find(q, pid);
	if (!how->task && pid == q->self)
		return inquiry_fail(err, -ESRCH, "process %ld is this %s", pid,
				    "sigfate itself, which will have ended by then");
	if (!how->task)
		return inquiry_fail(err, -ESRCH, "no process %ld: it has ended, or never was; %s",
				    pid, "see ps -e for those there are");
	if (how->task->kthread)
		return inquiry_fail(err, -EOPNOTSUPP, "process %ld is a kernel thread: %s", pid,
				    "it takes no signals that anyone sends");
	if (q->by == BY_PIDFD && how->task->tid != how->task->tgid)
		return inquiry_fail(err, -EINVAL, "%ld is a thread: %s, which is %d", pid,
				    "a pidfd stands for its process", (int)how->task->tgid);
	return 0;
}

static int find_group(const struct inquiry *q, long group, struct inquiry_error *err)
{
	const struct snapshot *s = q->snapshot;

	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *t = &s->task[i];

		if (snapshot_visible(s, t, t->nspgid, q->caller_ns) == group)
			return 0;
	}
	return inquiry_fail(err, -ESRCH, "no process group %ld: %s", group,
			    "see ps -eo pid,pgid,comm for those there are");
}

static int find_target(const struct inquiry *q, long target, struct attempt *how,
		       struct inquiry_error *err)
{
	if (target > 0)
		return find_process(q, target, how, err);
	if (q->by == BY_PIDFD)
		return inquiry_fail(err, -EINVAL, "%ld is no process: a pidfd stands for one",
				    target);
	return target < -1 ? find_group(q, -target, err) : 0;
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
