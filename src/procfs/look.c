/* SPDX-License-Identifier: GPL-2.0-or-later */
/* look.c - a close look at some processes: their threads, namespaces, limits and waits */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

#define TRIES 8

/* Tasks of the processes that were looked at, one process after the other. */
struct found {
	struct proc_task *task;
	size_t n, size;
};

static int add_found(struct found *f, const struct proc_task *t)
{
	if (f->n == f->size) {
		size_t size = f->size ? 2 * f->size : 64;
		struct proc_task *grown = reallocarray(f->task, size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		f->task = grown;
		f->size = size;
	}
	f->task[f->n++] = *t;
	return 0;
}

static int look_at_threads(struct procfs_reader *r, int dir, pid_t tgid, struct found *f)
{
	_cleanup_free_ pid_t *tid = NULL;
	size_t n;
	int error = list_numbers(dir, "task", &tid, &n);

	for (size_t i = 0; i < n && !error; i++) {
		struct proc_task t;
		char path[32];

		if (tid[i] == tgid)
			continue;
		snprintf(path, sizeof(path), "task/%d", (int)tid[i]);
		error = read_closely(r, dir, path, &t);
		if (error == -ESRCH)
			error = 0; /* it has ended since */
		else if (!error && t.tgid == tgid)
			error = add_found(f, &t);
	}
	return error;
}

/* Files of a process that may not dump core belong to root; but root's own tell nothing. */
static void look_at_dumpable(int dir, const char *path, struct proc_task *t)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) < 0)
		return;
	if (st.st_uid != t->uid[1] || st.st_gid != t->egid)
		t->undumpable = true;
	else if (!t->uid[1] && !t->egid)
		add_gap(t, GAP_DUMPABLE, 0);
}

static int look_at_namespaces(struct procfs_reader *r, int dir, struct proc_task *t)
{
	int error = read_ns_link(dir, "ns/pid", &t->pidns_ino);

	if (!error) {
		error = learn_pidns(r, dir, t->pidns_ino);
		if (error)
			return error;
	}
	if (read_ns_link(dir, "ns/pid_for_children", &t->children_ino))
		t->children_ino = 0; /* denied, or of a namespace that has nobody in it yet */
	error = read_ns_link(dir, "ns/user", &t->userns_ino);
	if (!error)
		return learn_userns(r, dir, t->userns_ino);
	/* where we may see everything, what we may not see is outside */
	if (!r->sees_all || r->userns_here == INITIAL_USERNS)
		add_gap(t, GAP_USERNS, error);
	error = learn_by_map(r, dir, &t->userns_ino);
	return error == -ENOMEM ? error : 0;
}

static bool is_dead(const struct proc_task *t)
{
	return t->state == 'Z' || t->exiting;
}

/* What its threads have in common: @t is the process, with its threads behind it. */
static int look_at_process(struct procfs_reader *r, int dir, struct proc_task *t, size_t n)
{
	size_t alive = 0;
	char path[40];
	int error;

	if (t->kthread)
		return 0;
	error = look_at_namespaces(r, dir, t);
	if (error)
		return error;
	if (!read_text(r, dir, "limits"))
		procfs_parse_core_limit(r->text, r->len, &t->core_limit);
	/* the files of a dead thread, which has no memory, are root's in any case */
	while (alive < n && is_dead(&t[alive]))
		alive++;
	if (alive < n) {
		snprintf(path, sizeof(path), "task/%d/status", (int)t[alive].tid);
		look_at_dumpable(dir, path, t);
	}
	for (size_t i = 1; i < n; i++) {
		t[i].userns_ino = t->userns_ino;
		t[i].gaps |= t->gaps & GAP_BIT(GAP_USERNS);
		t[i].gap_error = t[i].gap_error ? t[i].gap_error : t->gap_error;
	}
	return 0;
}

/* All of one process, and again when threads came or went meanwhile. */
static int look_at(struct procfs_reader *r, pid_t tgid, struct found *f)
{
	_cleanup_close_ int dir = -1;
	size_t first = f->n;
	char path[16];

	snprintf(path, sizeof(path), "%d", (int)tgid);
	dir = openat(r->root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	for (int i = 0; i < TRIES; i++) {
		struct proc_task leader, after;
		int error = read_closely(r, dir, "", &leader);

		f->n = first;
		if (!error)
			error = add_found(f, &leader);
		if (!error && leader.threads > 1)
			error = look_at_threads(r, dir, tgid, f);
		if (!error)
			error = look_at_process(r, dir, &f->task[first], f->n - first);
		if (!error)
			error = read_status(r, dir, "", &after);
		if (error) {
			f->n = first;
			return error;
		}
		if (after.threads == f->n - first)
			break;
	}
	return 0;
}

/* The process that a number belongs to, which may be one of its threads; 0: there is none. */
static pid_t process_of(struct snapshot *s, pid_t tid)
{
	const struct proc_task *t = find_task(s, tid);
	struct proc_task thread;
	char path[16];

	if (t)
		return t->tgid;
	snprintf(path, sizeof(path), "%d", (int)tid);
	if (tid <= 0 || read_status(s->reader, s->reader->root, path, &thread))
		return 0;
	return thread.tgid;
}

static int compare_tgid(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool is_one_of(pid_t tgid, const pid_t *list, size_t n)
{
	return n && bsearch(&tgid, list, n, sizeof(*list), compare_tgid);
}

/* The old list, with what was found in place of what was known of those processes. */
static int merge(struct snapshot *s, const pid_t *looked, size_t n, const struct found *f)
{
	struct proc_task *task = calloc(s->n_tasks + f->n + 1, sizeof(*task));
	size_t kept = 0, next = 0;

	if (!task)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *t = &s->task[i];

		while (t->tid == t->tgid && next < f->n && f->task[next].tgid <= t->tgid)
			task[kept++] = f->task[next++];
		if (!is_one_of(t->tgid, looked, n))
			task[kept++] = *t;
	}
	while (next < f->n)
		task[kept++] = f->task[next++];
	free(s->task);
	s->task = task;
	s->n_tasks = kept;
	return 0;
}

static int look_at_list(struct snapshot *s, pid_t *tgid, size_t n)
{
	_cleanup_free_ struct proc_task *task = NULL;
	struct found f = {0};
	int error = 0;

	qsort(tgid, n, sizeof(*tgid), compare_tgid);
	for (size_t i = 0; i < n && !error; i++) {
		if (!tgid[i] || (i && tgid[i] == tgid[i - 1]))
			continue;
		error = look_at(s->reader, tgid[i], &f);
		if (error == -EACCES || error == -EPERM || error == -EINVAL)
			s->hides = true;
		if (error != -ENOMEM)
			error = 0; /* it has gone, or does not let itself be seen any more */
	}
	task = f.task;
	if (!error)
		error = merge(s, tgid, n, &f);
	if (!error)
		error = index_tasks(s);
	if (!error)
		error = read_orphans_again(s);
	return error ? error : snapshot_resolve(s);
}

int snapshot_look(struct snapshot *s, const pid_t *pid, size_t n)
{
	_cleanup_free_ pid_t *tgid = calloc(n + 1, sizeof(*tgid));

	if (!tgid)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		tgid[i] = process_of(s, pid[i]);
	return look_at_list(s, tgid, n);
}

int snapshot_look_all(struct snapshot *s)
{
	_cleanup_free_ pid_t *tgid = calloc(s->n_tasks + 1, sizeof(*tgid));

	if (!tgid)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_tasks; i++)
		tgid[i] = s->task[i].kthread ? 0 : s->task[i].tgid;
	return look_at_list(s, tgid, s->n_tasks);
}

void snapshot_leave_out(struct snapshot *s, pid_t tgid)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_tasks; i++)
		if (s->task[i].tgid != tgid)
			s->task[kept++] = s->task[i];
	s->n_tasks = kept;
	index_tasks(s);
}
