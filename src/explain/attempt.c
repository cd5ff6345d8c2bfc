/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attempt.c - one call on a fresh machine, and what the model made of it */
#include "explain/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A number that no process can have: what a sender would have to write that has no number. */
#define NO_NUMBER SF_PID_MAX_LIMIT

struct task_index {
	const struct sf_task *task;
	const struct proc_task *proc;
	bool init;
};

static int by_address(const void *a, const void *b)
{
	const struct task_index *x = a, *y = b;

	return x->task < y->task ? -1 : x->task > y->task;
}

static const struct task_index *lookup(const struct answer *a, const struct sf_task *t)
{
	struct task_index key = {.task = t};

	if (!t || !a->n_index)
		return NULL;
	return bsearch(&key, a->index, a->n_index, sizeof(key), by_address);
}

const struct proc_task *answer_proc(const struct answer *a, const struct sf_task *t)
{
	const struct task_index *found = lookup(a, t);

	return found ? found->proc : NULL;
}

bool answer_is_init(const struct answer *a, const struct sf_task *t)
{
	const struct task_index *found = lookup(a, t);

	return found && found->init;
}

int answer_pid(const struct answer *a, const struct sf_task *t)
{
	const struct proc_task *p = answer_proc(a, t);
	const struct snapshot *s = a->q->snapshot;

	if (!p)
		return 0;
	/* The leader's numbers, kept apart from the task: a reaped one has none any more. */
	if (p->tid != p->tgid) {
		p = snapshot_find(s, p->tgid);
		if (!p)
			return 0;
	}
	return snapshot_visible(s, p, p->nspid, a->q->caller_ns);
}

const char *answer_comm(const struct answer *a, const struct sf_task *t)
{
	const struct proc_task *p = answer_proc(a, t);

	return p ? p->comm : a->stand_in;
}

static int build_index(struct answer *a)
{
	const struct snapshot *s = a->q->snapshot;

	a->index = calloc(s->n_tasks + 1, sizeof(*a->index));
	if (!a->index)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_tasks; i++) {
		if (!a->tasks[i])
			continue;
		/* held: what dies of the signal is still to be named afterwards */
		a->index[a->n_index].task = sf_task_get(a->tasks[i]);
		a->index[a->n_index].init = sf_task_is_init(a->tasks[i]);
		a->index[a->n_index++].proc = &s->task[i];
	}
	qsort(a->index, a->n_index, sizeof(*a->index), by_address);
	return 0;
}

/* Who makes the call takes part in no wait: it is awake, with the mask that it has then. */
static void wake(struct proc_task *t)
{
	t->sigblk |= t->sigwait;
	t->sigwait = t->signalfd = t->own_mask = 0;
	t->gaps &= ~(GAP_BIT(GAP_WAIT) | GAP_BIT(GAP_WAIT_MASK) | GAP_BIT(GAP_SIGNALFD) |
		     GAP_BIT(GAP_RESTORED));
	if (t->state == 'T' || t->state == 't')
		t->state = 'S';
}

/* What a sandbox would do that lets nothing out: Landlock never keeps a process from itself. */
static int refuse(void *data, const struct sf_task *sender, const struct sf_task *target,
		  const struct sf_siginfo *info, int sig)
{
	const enum proc_gap *sandbox = data;
	bool itself = sf_task_leader(sender) == sf_task_leader(target);

	(void)info, (void)sig;
	return itself && *sandbox == GAP_LANDLOCK ? 0 : -EPERM;
}

/* Who makes the call, as /proc shows it; NULL: a stand-in for one who is not to be seen. */
static const struct proc_task *caller_of(const struct inquiry *q, const struct attempt *how)
{
	if (how->from == FROM_SENDER && origin_actor(q->by) == ACTOR_TARGET)
		return live_thread(q->snapshot, how->task);
	if (how->from == FROM_SENDER && origin_actor(q->by) == ACTOR_PARENT) {
		const struct proc_task *parent = snapshot_find(q->snapshot, how->task->ppid);

		return parent ? live_thread(q->snapshot, parent) : NULL;
	}
	if (how->from == FROM_SENDER)
		return q->sender;
	return q->snapshot->pidns_is_initial ? snapshot_find(q->snapshot, 1) : NULL;
}

static int build_machine(const struct inquiry *q, const struct attempt *how, struct answer *a)
{
	struct snapshot *s = q->snapshot;
	const struct proc_task *caller = caller_of(q, how);
	struct proc_task *awake = caller ? &s->task[caller - s->task] : NULL, saved;
	struct sf_task *init;
	int r;

	if (awake) {
		saved = *awake;
		wake(awake);
	}
	r = snapshot_machine(s, how->kernel, &how->assume, &a->machine, &a->tasks);
	if (awake)
		*awake = saved;
	if (r)
		return r;
	init = sf_pidns_init(sf_machine_pidns(a->machine));
	if (init)
		sf_task_comm(init, a->stand_in);
	a->sender = awake ? a->tasks[awake - s->task] : init;
	if (how->task)
		a->task = a->tasks[how->task - s->task];
	if (how->sandbox)
		sf_machine_set_lsm(a->machine, refuse, how->sandbox);
	return !a->sender || (how->task && !a->task) ? -ESRCH : 0;
}

/* The number of a group for the sender: members know it, whether its leader lives or not. */
static long group_number(const struct inquiry *q, long group)
{
	const struct snapshot *s = q->snapshot;
	int ns = q->sender->pidns;

	if (ns == q->caller_ns)
		return group;
	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *t = &s->task[i];

		if (snapshot_visible(s, t, t->nspgid, q->caller_ns) == group)
			return snapshot_visible(s, t, t->nspgid, ns);
	}
	return 0;
}

static long number_for_sender(const struct inquiry *q, const struct attempt *how, struct answer *a)
{
	long nr;

	if (how->target == 0 || how->target == -1)
		return how->target;
	if (how->task)
		nr = sf_task_nr(a->task, sf_task_pidns(a->sender));
	else
		nr = -group_number(q, -how->target);
	a->unnamed = !nr && q->by != BY_PIDFD; /* a pidfd needs none */
	return nr ? nr : how->target < 0 ? -NO_NUMBER : NO_NUMBER;
}

static long make_call(const struct inquiry *q, const struct attempt *how, struct answer *a)
{
	enum origin by = how->from == FROM_SENDER ? q->by : BY_KILL;
	int pid, tgid;

	if (by >= BY_GENERATOR)
		return sf_generate(a->sender, origin_generator(by), a->task, how->sig);
	pid = tgid = (int)number_for_sender(q, how, a);
	switch ((int)by) {
	case BY_TGKILL:
		if (a->task && !a->unnamed)
			tgid = sf_task_tgid(a->task, sf_task_pidns(a->sender));
		return sf_tgkill(a->sender, tgid, pid, how->sig);
	case BY_SIGQUEUE:
		return sf_sigqueue(a->sender, pid, how->sig, 0);
	case BY_PIDFD:
		return sf_pidfd_send_signal(a->sender, a->task, how->sig, NULL, 0);
	case BY_KILL:
	default:
		return sf_kill(a->sender, pid, how->sig);
	}
}

/* cgroup.kill comes to every thread: what becomes of the process is told by the first. */
static bool has_verdict(const struct answer *a, const struct sf_task *t)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->verdict[i].task == t)
			return a->q->by >= BY_GENERATOR;
	return false;
}

/* A call that came to nobody still has one target when it named one: it was refused. */
static int add_refusal(struct answer *a, int sig)
{
	if (a->verdicts.n || !a->task || a->result >= 0)
		return 0;
	a->verdict[a->n++] = (struct sf_verdict){
		.task = sf_task_leader(a->task),
		.sig = sig,
		.fate = SF_FATE_REFUSED,
		.error = (int)-a->result,
		.generate = -1,
		.reason = a->verdicts.reason,
		.step = a->n_steps ? a->n_steps - 1 : 0,
	};
	return 0;
}

static int collect(struct answer *a, const struct attempt *how)
{
	/* neither the one that asks, unless it is asked about as the sender, nor a stand-in for
	 * those who are not to be seen */
	pid_t left_out = how->task && how->task->tgid == a->q->self ? 0 : a->q->self;

	a->reason = a->verdicts.reason;
	a->verdict = calloc(a->verdicts.n + 1, sizeof(*a->verdict));
	if (!a->verdict)
		return -ENOMEM;
	for (size_t i = 0; i < a->verdicts.n; i++) {
		const struct proc_task *p = answer_proc(a, a->verdicts.v[i].task);

		if (p && p->tgid != left_out && !has_verdict(a, a->verdicts.v[i].task))
			a->verdict[a->n++] = a->verdicts.v[i];
	}
	return add_refusal(a, how->sig);
}

int attempt_make(const struct inquiry *q, const struct attempt *how, struct answer *a,
		 struct inquiry_error *err)
{
	struct sf_path *path;
	int r;

	*a = (struct answer){.q = q, .target = how->target};
	r = build_machine(q, how, a);
	if (!r)
		r = build_index(a);
	if (r)
		return inquiry_fail(err, r, "cannot model what /proc shows: %s", strerror(-r));
	path = sf_path_new(a->machine);
	if (!path)
		return inquiry_fail(err, -ENOMEM, "out of memory");
	sf_machine_record(a->machine, path);
	a->result = make_call(q, how, a);
	if (a->result == SF_FAIL)
		return inquiry_fail(err, sf_machine_error(a->machine),
				    "the model cannot make the call: %s",
				    strerror(-sf_machine_error(a->machine)));
	r = sf_settle(a->machine);
	if (!r)
		r = sf_verdicts_read(a->machine, path, a->result, &a->verdicts);
	if (!r) {
		sf_machine_record(a->machine, NULL);
		a->step = sf_path_steps(path, &a->n_steps);
		r = collect(a, how);
	}
	if (r)
		return inquiry_fail(err, r, "the model cannot settle: %s", strerror(-r));
	return 0;
}

void answer_release(struct answer *a)
{
	sf_verdicts_release(&a->verdicts);
	sf_machine_free(a->machine);
	free(a->tasks);
	free(a->index);
	free(a->verdict);
	free(a->instead);
	free(a->unknown);
	*a = (struct answer){0};
}
