/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inquiry.c - read the host for a question: who sends, whom it may concern */
#include "explain/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

static const char *const origins[N_ORIGINS] = {"kill", "tgkill", "sigqueue", "pidfd"};

const char *origin_name(enum origin by)
{
	return origins[by];
}

int origin_parse(const char *name)
{
	for (int i = 0; i < N_ORIGINS; i++)
		if (!strcmp(name, origins[i]))
			return i;
	return -EINVAL;
}

int inquiry_fail(struct inquiry_error *err, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(err->message, sizeof(err->message), format, ap);
	va_end(ap);
	return error;
}

int snapshot_visible(const struct snapshot *s, const struct proc_task *t, const int *nr, int ns)
{
	unsigned int level = s->pidns[ns].level;
	int up = t->pidns;

	if (!t->n_nspid)
		return ns == 0 ? nr[0] : 0;
	while (up > 0 && up != ns && s->pidns[up].level > level)
		up = s->pidns[up].parent;
	return up == ns && level < t->n_nspid ? nr[level] : 0;
}

/* Fields of kernels without NSpid hold the mount's number alone. */
static void fill_numbers(struct proc_task *t)
{
	if (t->n_nspid)
		return;
	t->nspid[0] = t->tid;
	t->nspgid[0] = t->pgrp;
	t->nssid[0] = t->session;
}

/*
 * Read until nothing that is asked about is missing any more: what vanished, or never was there, is
 * taken off the list and reported when its turn comes.
 */
static int read_snapshot(struct inquiry *q, pid_t *focus, size_t n, struct inquiry_error *err)
{
	bool everything = n == 0;

	for (;;) {
		pid_t missing = 0;
		size_t kept = 0;
		int r = procfs_read(&q->fs, focus, n, &q->snapshot, &missing);

		if (!r)
			return 0;
		if (r != -ESRCH || everything)
			return inquiry_fail(err, r, "cannot read %s: %s", q->fs.root, strerror(-r));
		for (size_t i = 0; i < n; i++)
			if (focus[i] != missing)
				focus[kept++] = focus[i];
		if (kept == n || !kept)
			return inquiry_fail(err, -ESRCH, "cannot read %s: process %d is not there",
					    q->fs.root, (int)missing);
		n = kept;
	}
}

static bool same_standing(const struct proc_task *a, const struct proc_task *b)
{
	return a->pidns == b->pidns && a->userns == b->userns &&
	       !memcmp(a->uid, b->uid, sizeof(a->uid)) && a->cap_effective == b->cap_effective;
}

/* A thread of the process that can make a call: its leader may be dead already. */
static const struct proc_task *live_thread(const struct snapshot *s, const struct proc_task *t)
{
	if (t->state != 'Z' && t->state != 'X')
		return t;
	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *o = &s->task[i];

		if (o->tgid == t->tgid && o->state != 'Z' && o->state != 'X')
			return o;
	}
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
 * The sender: the one named, or the process that invoked this one.  That one may be out of sight or
 * have other rights (a set-user-ID wrapper): then a process just like this one is meant, and that
 * is this one.
 */
static int choose_sender(struct inquiry *q, struct inquiry_error *err)
{
	const struct proc_task *self = q->self ? snapshot_find(q->snapshot, q->self) : NULL;
	const struct proc_task *t;

	if (q->from) {
		t = inquiry_find(q, q->from);
		if (!t)
			return inquiry_fail(
				err, -ESRCH,
				"no process %d to send from: see ps -e for those there are",
				(int)q->from);
	} else {
		t = self && self->ppid ? snapshot_find(q->snapshot, self->ppid) : NULL;
		if (!t || !same_standing(t, self) || t->kthread || !live_thread(q->snapshot, t))
			t = self;
		if (!t)
			return inquiry_fail(err, -ESRCH,
					    "cannot see this process in %s: name a sender "
					    "with --from PID",
					    q->fs.root);
	}
	if (t->kthread)
		return inquiry_fail(err, -EINVAL,
				    "%d is a kernel thread, which makes no calls: "
				    "name another sender",
				    (int)q->from);
	q->sender = live_thread(q->snapshot, t);
	if (!q->sender)
		return inquiry_fail(err, -ESRCH,
				    "%d is dead and waits to be reaped: a zombie sends "
				    "no signals",
				    (int)q->from);
	return 0;
}

/* The one that asks is no part of the picture, unless it stands for the sender itself. */
static void leave_out_self(struct inquiry *q)
{
	struct snapshot *s = q->snapshot;
	pid_t sender = q->sender->tid;
	size_t kept = 0;

	if (!q->self || q->sender->tgid == q->self)
		return;
	for (size_t i = 0; i < s->n_tasks; i++)
		if (s->task[i].tgid != q->self)
			s->task[kept++] = s->task[i];
	s->n_tasks = kept;
	q->sender = snapshot_find(s, sender);
}

static void choose_kernel(struct inquiry *q)
{
	struct utsname u;

	if (!q->release[0] && !uname(&u))
		snprintf(q->release, sizeof(q->release), "%s", u.release);
	q->kernel = *sf_kernel_preset(q->release);
}

int inquiry_open(struct inquiry *q, const long *target, size_t n, struct inquiry_error *err)
{
	_cleanup_free_ pid_t *focus = calloc(n + 3, sizeof(*focus));
	const struct proc_task *self;
	bool here = q->self == getpid(), all = q->self && !here;
	size_t k = 0;
	int r;

	if (!focus)
		return inquiry_fail(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (target[i] > 0 && target[i] < SF_PID_MAX_LIMIT)
			focus[k++] = (pid_t)target[i];
		else if (target[i] <= 0 && target[i] != TARGET_SELF)
			all = true;
	for (size_t i = 0; i < 3; i++) {
		pid_t pid = i == 0 ? q->self : i == 1 ? q->from : here ? getppid() : 0;

		if (pid)
			focus[k++] = pid;
	}
	r = read_snapshot(q, focus, all ? 0 : k, err);
	if (r)
		return r;
	for (size_t i = 0; i < q->snapshot->n_tasks; i++)
		fill_numbers(&q->snapshot->task[i]);
	self = q->self ? snapshot_find(q->snapshot, q->self) : NULL;
	q->caller_ns = self ? self->pidns : 0;
	choose_kernel(q);
	r = choose_sender(q, err);
	if (!r)
		leave_out_self(q);
	return r;
}

void inquiry_release(struct inquiry *q)
{
	snapshot_free(q->snapshot);
	q->snapshot = NULL;
}
