/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inquiry.c - read the host for a question: who sends, whom it may concern */
#include "explain/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

#define ROUNDS 8

int inquiry_fail(struct inquiry_error *err, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(err->message, sizeof(err->message), format, ap);
	va_end(ap);
	return error;
}

static int fail_to_read(const struct inquiry *q, struct inquiry_error *err, int error)
{
	return inquiry_fail(err, error, "cannot read %s: %s", q->fs.root, strerror(-error));
}

static bool same_standing(const struct proc_task *a, const struct proc_task *b)
{
	return a->pidns == b->pidns && a->userns == b->userns &&
	       !memcmp(a->uid, b->uid, sizeof(a->uid)) && a->cap_effective == b->cap_effective;
}

static bool is_dead(const struct proc_task *t)
{
	return t->state == 'Z' || t->exiting;
}

const struct proc_task *live_thread(const struct snapshot *s, const struct proc_task *t)
{
	if (!is_dead(t))
		return t;
	for (size_t i = 0; i < s->n_tasks; i++)
		if (s->task[i].tgid == t->tgid && !is_dead(&s->task[i]))
			return &s->task[i];
	return NULL;
}

const struct proc_task *inquiry_find(const struct inquiry *q, long number)
{
	const struct snapshot *s = q->snapshot;

	if (number <= 0 || number >= SF_PID_MAX_LIMIT)
		return NULL;
	if (q->caller_ns == 0)
		return snapshot_find(s, (pid_t)number);
	for (size_t i = 0; i < s->n_tasks; i++)
		if (snapshot_visible(s, &s->task[i], s->task[i].nspid, q->caller_ns) == number)
			return &s->task[i];
	return NULL;
}

/*
 * The process that invoked this one.  It may be out of sight or have other rights (a set-user-ID
 * wrapper): then a process just like this one is meant, and that is this one.
 */
static const struct proc_task *invoker(const struct inquiry *q)
{
	const struct proc_task *self = q->self ? snapshot_find(q->snapshot, q->self) : NULL;
	const struct proc_task *t =
		self && self->ppid ? snapshot_find(q->snapshot, self->ppid) : NULL;

	if (!t || !same_standing(t, self) || t->kthread || !live_thread(q->snapshot, t))
		return self;
	return t;
}

static int choose_sender(struct inquiry *q, struct inquiry_error *err)
{
	const struct proc_task *t = q->from ? inquiry_find(q, q->from) : invoker(q);

	if (!t && q->from)
		return inquiry_fail(err, -ESRCH,
				    "no process %d to send from: see ps -e for those there are",
				    (int)q->from);
	if (!t)
		return inquiry_fail(err, -ESRCH,
				    "cannot see this process in %s: name a sender with --from PID",
				    q->fs.root);
	if (t->kthread)
		return inquiry_fail(err, -EINVAL,
				    "%d is a kernel thread, which makes no calls: name another "
				    "sender",
				    (int)q->from);
	q->sender = live_thread(q->snapshot, t);
	if (!q->sender)
		return inquiry_fail(err, -ESRCH,
				    "%d is dead and waits to be reaped: a zombie sends no signals",
				    (int)q->from);
	return 0;
}

/* The one that asks is no part of the picture, unless it stands for the sender itself. */
static void leave_out_self(struct inquiry *q)
{
	pid_t sender = q->sender->tid;

	if (!q->self || q->sender->tgid == q->self)
		return;
	snapshot_leave_out(q->snapshot, q->self);
	q->sender = snapshot_find(q->snapshot, sender);
}

static void choose_kernel(struct inquiry *q)
{
	struct utsname u;

	if (!q->release[0] && !uname(&u))
		snprintf(q->release, sizeof(q->release), "%s", u.release);
	q->kernel = *sf_kernel_preset(q->release);
}

/* A list of processes to look at closely. */
struct pids {
	pid_t *pid;
	size_t n, size;
};

static void cleanup_pids(struct pids *p)
{
	free(p->pid);
}

static int add_pid(struct pids *p, pid_t pid)
{
	if (p->n == p->size) {
		size_t size = p->size ? 2 * p->size : 64;
		pid_t *grown = reallocarray(p->pid, size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->pid = grown;
		p->size = size;
	}
	p->pid[p->n++] = pid;
	return 0;
}

/* A look numbers the namespaces anew. */
static void find_caller(struct inquiry *q)
{
	const struct proc_task *self = q->self ? snapshot_find(q->snapshot, q->self) : NULL;

	q->caller_ns = self ? self->pidns : 0;
}

/* The number that one of the caller's numbers has in the snapshot; threads may not be in it yet. */
static pid_t mount_number(const struct inquiry *q, long number)
{
	const struct proc_task *t = inquiry_find(q, number);

	if (t)
		return t->tid;
	return q->caller_ns == 0 && number > 0 && number < SF_PID_MAX_LIMIT ? (pid_t)number : 0;
}

static int look_first(struct inquiry *q, const long *target, size_t n)
{
	_cleanup_(cleanup_pids) struct pids list = {0};
	const struct proc_task *self = q->self ? snapshot_find(q->snapshot, q->self) : NULL;
	int r = 0;

	find_caller(q);
	if (self)
		r = add_pid(&list, q->self);
	if (!r && self && self->ppid)
		r = add_pid(&list, self->ppid);
	if (!r && q->from)
		r = add_pid(&list, mount_number(q, q->from));
	for (size_t i = 0; i < n && !r; i++)
		if (target[i] > 0)
			r = add_pid(&list, mount_number(q, target[i]));
	if (!r)
		r = snapshot_look(q->snapshot, list.pid, list.n);
	find_caller(q);
	return r;
}

static int add_unless_seen(void *data, const struct proc_task *t)
{
	return t->close || t->kthread ? 0 : add_pid(data, t->tgid);
}

/* Whom the answer to one question speaks of, and who has not been looked at. */
static int add_concerned(const struct inquiry *q, long target, struct pids *list)
{
	struct attempt how = {.kernel = &q->kernel, .sig = q->sig};
	struct inquiry_error ignored;
	struct answer a;
	int r;

	if (find_target(q, target, &how, &ignored))
		return 0; /* inquiry_ask() will say it */
	r = attempt_make(q, &how, &a, &ignored);
	if (!r)
		r = answer_tasks(&a, add_unless_seen, list);
	answer_release(&a);
	return r == -ENOMEM ? r : 0;
}

/* Until nobody that an answer speaks of has been seen from afar only. */
static int look_around(struct inquiry *q, const long *target, size_t n)
{
	for (int round = 0; round < ROUNDS; round++) {
		_cleanup_(cleanup_pids) struct pids list = {0};
		pid_t sender = q->sender->tid;
		int r = 0;

		for (size_t i = 0; i < n && !r; i++)
			r = add_concerned(q, target[i], &list);
		if (r || !list.n)
			return r;
		r = snapshot_look(q->snapshot, list.pid, list.n);
		if (r)
			return r;
		find_caller(q);
		q->sender = snapshot_find(q->snapshot, sender);
		if (!q->sender)
			return -ESRCH;
	}
	return 0;
}

static int open_inquiry(struct inquiry *q, const long *target, size_t n, struct inquiry_error *err)
{
	int r = origin_check(q, err);

	if (r)
		return r;
	r = snapshot_read(&q->fs, &q->snapshot);
	if (!r)
		r = look_first(q, target, n);
	if (r)
		return fail_to_read(q, err, r);
	choose_kernel(q);
	r = choose_sender(q, err);
	if (r)
		return r;
	r = look_around(q, target, n);
	if (r == -ESRCH)
		return inquiry_fail(err, r, "the sender has ended: try again with another");
	if (r)
		return fail_to_read(q, err, r);
	leave_out_self(q);
	return 0;
}

int inquiry_open(struct inquiry *q, const long *target, size_t n, struct inquiry_error *err)
{
	int r = open_inquiry(q, target, n, err);

	if (r)
		inquiry_release(q);
	return r;
}

void inquiry_release(struct inquiry *q)
{
	snapshot_free(q->snapshot);
	q->snapshot = NULL;
}
