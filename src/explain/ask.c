/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - the answer for one target: on this kernel, what is unknown, what else could be done */
#include "explain/explain.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

/* @stands: it stands for the sender, whatever its number is */
static int find_process(const struct inquiry *q, long pid, bool stands, struct attempt *how,
			struct inquiry_error *err)
{
	how->task = inquiry_find(q, pid);
	if (!stands && (how->task ? how->task->tgid : pid) == q->self)
		return inquiry_fail(err, -ESRCH, "process %ld is this %s", pid,
				    "sigfate itself, which will have ended by then");
	if (!how->task && q->snapshot->hides)
		return inquiry_fail(
			err, -ESRCH,
			"no process %ld is to be seen: it has ended, or /proc hides it; "
			"root sees them all",
			pid);
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

int find_target(const struct inquiry *q, long target, struct attempt *how,
		struct inquiry_error *err)
{
	const struct proc_task *sender = q->sender;
	bool stands = target == TARGET_SELF;

	if (stands)
		target = snapshot_visible(q->snapshot, sender, sender->nspid, q->caller_ns);
	how->target = target;
	if (target > 0)
		return find_process(q, target, stands, how, err);
	if (q->by >= BY_GENERATOR)
		return inquiry_fail(err, -EINVAL, "%ld is no process: %s sends to one", target,
				    origin_name(q->by));
	if (q->by == BY_PIDFD)
		return inquiry_fail(err, -EINVAL, "%ld is no process: a pidfd stands for one",
				    target);
	return target < -1 ? find_group(q, -target, err) : 0;
}

int inquiry_ask(struct inquiry *q, long target, struct answer *ret, struct inquiry_error *err)
{
	struct attempt how = {.kernel = &q->kernel, .sig = q->sig};
	int r = find_target(q, target, &how, err);

	if (r)
		return r;
	r = attempt_make(q, &how, ret, err);
	if (!r)
		r = find_unknown(q, &how, ret, err);
	if (!r)
		r = find_instead(q, &how, ret, err);
	if (r)
		answer_release(ret);
	return r;
}
