/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot.c - every process, as its status shows it */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/cursor.h"
#include "procfs/reader.h"

#define LANDLOCK_ABI_SCOPE_SIGNAL 6

static void read_core_pattern(struct snapshot *s)
{
	struct procfs_reader *r = s->reader;

	s->core_pattern = SF_CORE_FILE;
	if (read_text(r, r->root, "sys/kernel/core_pattern"))
		return;
	s->core_pattern = procfs_parse_core_pattern(r->text, r->len);
	/* without a name the number alone makes one, when it is wanted */
	if (s->core_pattern == SF_CORE_NONE && !read_text(r, r->root, "sys/kernel/core_uses_pid") &&
	    r->text[0] == '1')
		s->core_pattern = SF_CORE_FILE;
}

static void read_overflowuid(struct snapshot *s)
{
	struct procfs_reader *r = s->reader;
	struct cursor c;
	uint64_t uid;

	s->overflowuid = SF_OVERFLOWUID;
	if (read_text(r, r->root, "sys/kernel/overflowuid"))
		return;
	c = cursor_of(r->text, r->len);
	if (take_number(&c, 10, UINT32_MAX, &uid))
		s->overflowuid = (uint32_t)uid;
}

static bool has_landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >=
	       LANDLOCK_ABI_SCOPE_SIGNAL;
#else
	return false;
#endif
}

static int add_process(struct snapshot *s, size_t *size, const struct proc_task *t)
{
	if (s->n_tasks == *size) {
		size_t more = *size ? 2 * *size : 256;
		struct proc_task *grown = reallocarray(s->task, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		s->task = grown;
		*size = more;
	}
	s->task[s->n_tasks++] = *t;
	return 0;
}

static int compare_pid(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int read_all(struct snapshot *s)
{
	_cleanup_free_ pid_t *pid = NULL;
	size_t n, size = 0;
	int error = list_numbers(s->reader->root, ".", &pid, &n);

	if (!error && n)
		qsort(pid, n, sizeof(*pid), compare_pid);
	for (size_t i = 0; i < n && !error; i++) {
		struct proc_task t;
		char path[16];

		snprintf(path, sizeof(path), "%d", (int)pid[i]);
		error = read_status(s->reader, s->reader->root, path, &t);
		if (error == -ESRCH) {
			error = 0; /* it has gone since */
		} else if (error && error != -ENOMEM) {
			s->hides = true;
			error = 0;
		} else if (!error && t.tid == t.tgid) {
			error = add_process(s, &size, &t);
		}
	}
	return error;
}

/* Its parent died, or was not there yet, while /proc was read: it has another by now. */
static bool lacks_parent(const struct snapshot *s, const struct proc_task *t)
{
	const struct proc_task *p = t->ppid ? find_task(s, t->ppid) : NULL;

	return t->ppid && t->state != 'Z' && (!p || (p->state == 'Z' && p->threads <= 1));
}

int read_orphans_again(struct snapshot *s)
{
	for (size_t i = 0; i < s->n_tasks; i++) {
		struct proc_task *t = &s->task[i], again;
		char path[32];
		int error;

		if (t->tid != t->tgid || !lacks_parent(s, t))
			continue;
		snprintf(path, sizeof(path), "%d", (int)t->tid);
		error = read_status(s->reader, s->reader->root, path, &again);
		if (error == -ENOMEM)
			return error;
		if (!error && again.tgid == t->tgid)
			t->ppid = again.ppid;
	}
	return 0;
}

/*
 * Children of one's namespace need no look at the link: only those whose parent is not on the same
 * level, which are inits and those who have come in.
 */
static int read_links(struct snapshot *s)
{
	struct procfs_reader *r = s->reader;

	for (size_t i = 0; i < s->n_tasks; i++) {
		struct proc_task *t = &s->task[i], *p = find_task(s, t->ppid);
		_cleanup_close_ int dir = -1;
		char path[16];
		int error;

		if (t->n_nspid < 2 || (p && p->n_nspid == t->n_nspid))
			continue;
		snprintf(path, sizeof(path), "%d", (int)t->tid);
		dir = openat(r->root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0 || read_ns_link(dir, "ns/pid", &t->pidns_ino))
			continue;
		error = learn_pidns(r, dir, t->pidns_ino);
		if (error)
			return error;
	}
	return 0;
}

/* The mount's namespace is the initial one when ours is, and we are on its first level. */
static void find_base(struct snapshot *s)
{
	const struct procfs_reader *r = s->reader;
	const struct proc_task *first = find_task(s, 1);

	s->pidns_is_initial = r->pidns_here == INITIAL_PIDNS;
	for (size_t i = 0; i < s->n_tasks && !s->pidns_is_initial; i++)
		s->pidns_is_initial = s->task[i].kthread && s->task[i].ppid == 0;
	if (!first)
		s->hides = true; /* every namespace has an init: what hides that one hides others */
}

static int read_everything(struct snapshot *s)
{
	int error = learn_here(s->reader);

	read_core_pattern(s);
	read_overflowuid(s);
	s->reader->landlock = has_landlock();
	if (!error)
		error = read_all(s);
	if (!error)
		error = index_tasks(s);
	if (!error)
		error = read_orphans_again(s);
	if (error)
		return error;
	find_base(s);
	error = read_links(s);
	return error ? error : snapshot_resolve(s);
}

int snapshot_read(const struct procfs *fs, struct snapshot **ret)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	int error = 0;

	if (!s)
		return -ENOMEM;
	s->reader = calloc(1, sizeof(*s->reader));
	if (!s->reader) {
		free(s);
		return -ENOMEM;
	}
	s->reader->root = open(fs->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->reader->root < 0)
		error = -errno;
	if (!error)
		error = read_everything(s);
	if (error) {
		snapshot_free(s);
		return error;
	}
	*ret = s;
	return 0;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	if (s->reader->root >= 0)
		close(s->reader->root);
	for (size_t i = 0; i < s->reader->n_facts; i++)
		free(s->reader->fact[i].map);
	free(s->reader->fact);
	free(s->reader->index);
	free(s->reader->text);
	free(s->reader);
	free_ns(s->pidns, s->n_pidns);
	free_ns(s->userns, s->n_userns);
	free(s->task);
	free(s);
}
