/* SPDX-License-Identifier: GPL-2.0-or-later */
/* born.c - account of the tasks of a scenario, and of the namespaces that they are in */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

#define PIDFD_THREAD O_EXCL /* Linux 6.9 */

struct actor *actor_of(struct kernel_world *k, int who)
{
	if (who < 0 || (size_t)who >= k->n_names || !k->actor[who].born)
		return NULL;
	return &k->actor[who];
}

struct actor *actor_by_tid(struct kernel_world *k, pid_t tid)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].tid == tid && k->actor[i].state != 'X')
			return &k->actor[i];
	return NULL;
}

int actor_nr(const struct actor *caller, const struct actor *a)
{
	const struct ns *ns = a->pidns;
	unsigned int level = caller->pidns->level;

	while (ns && ns->level > level)
		ns = ns->parent;
	return ns == caller->pidns && level < a->n_nr ? a->nr[level] : 0;
}

static struct ns *ns_find(struct kernel_world *k, ino_t ino)
{
	struct ns *ns = k->namespaces;

	while (ns && ns->ino != ino)
		ns = ns->next;
	return ns;
}

static struct ns *ns_parent(struct kernel_world *k, int fd)
{
	_cleanup_close_ int parent = ioctl(fd, NS_GET_PARENT);
	struct stat st;

	return parent < 0 || fstat(parent, &st) ? NULL : ns_find(k, st.st_ino);
}

/* The namespace that a task is in; a new one is opened, to be joined when all in it are dead. */
static int ns_of(struct kernel_world *k, const struct actor *a, const char *name, struct ns **ret)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	struct ns *ns;

	if (fstatat(a->look.dir, name, &st, 0))
		return -errno;
	ns = ns_find(k, st.st_ino);
	if (ns) {
		*ret = ns;
		return 0;
	}
	fd = openat(a->look.dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ns = calloc(1, sizeof(*ns));
	if (!ns)
		return -ENOMEM;
	*ns = (struct ns){.next = k->namespaces,
			  .parent = ns_parent(k, fd),
			  .ino = st.st_ino,
			  .fd = take_fd(&fd)};
	k->namespaces = ns;
	*ret = ns;
	return 0;
}

void namespaces_release(struct kernel_world *k)
{
	while (k->namespaces) {
		struct ns *ns = k->namespaces;

		k->namespaces = ns->next;
		close(ns->fd);
		free(ns);
	}
}

int actor_update_userns(struct kernel_world *k, struct actor *a)
{
	return ns_of(k, a, "ns/user", &a->userns);
}

void actor_release(struct actor *a)
{
	look_close(&a->look);
	cleanup_close(&a->pidfd);
	a->pidfd = -1;
}

/* Its numbers; the first actor of all shows how many namespaces lie outside of ours. */
static int read_numbers(struct kernel_world *k, struct actor *a)
{
	struct status s;
	int r = look_status(&a->look, &s);

	if (r)
		return r;
	if (a == k->init)
		k->outer_levels = s.n_nr - 1;
	if (s.n_nr <= k->outer_levels)
		return -EIO;
	a->ppid = s.ppid;
	a->n_nr = s.n_nr - k->outer_levels;
	for (unsigned int i = 0; i < a->n_nr; i++)
		a->nr[i] = s.nr[k->outer_levels + i];
	r = ns_of(k, a, "ns/pid", &a->pidns);
	if (!r)
		a->pidns->level = a->n_nr - 1;
	return r ? r : actor_update_userns(k, a);
}

/* Whatever its process was doing before, it does no more, and that thread is gone. */
void actor_became_leader(struct actor *a)
{
	struct actor *process = a->leader;

	if (process == a)
		return;
	process->busy = process->told = process->swallow = false;
	a->state = 'X';
	a->exiting = true;
}

/* Gives 1 when it has been killed since it came up again: then what was known of it stays so. */
static int look_anew(struct kernel_world *k, struct actor *a)
{
	struct look before = a->look;
	int r;

	a->look = (struct look)LOOK_INIT;
	r = look_open(&a->look, a->tid);
	if (!r)
		r = read_numbers(k, a);
	if (a->born && (r == -ESRCH || r == -ENOENT || r == -EACCES)) {
		look_close(&a->look);
		a->look = before;
		return 1;
	}
	look_close(&before);
	return r;
}

int actor_up(struct kernel_world *k, const struct wire_event *e)
{
	struct actor *a = &k->actor[e->slot];
	const struct actor *maker = k->caller;
	int r;

	if (e->ret < 0)
		return (int)e->ret;
	a->tid = e->tid;
	a->tgid = e->tgid;
	r = look_anew(k, a);
	if (r) {
		a->dirty = k->came_up = true;
		return r < 0 ? r : 0;
	}
	cleanup_close(&a->pidfd);
	a->pidfd = (int)syscall(SYS_pidfd_open, a->tid, a->tid == a->tgid ? 0 : PIDFD_THREAD);
	a->leader = a->tid == a->tgid ? a : actor_by_tid(k, a->tgid);
	if (!a->leader)
		a->leader = a;
	if (!a->born) { /* else it came up again, by execve() */
		/* threads have one table of descriptors: then it is the maker's to close */
		a->lent = maker && a->leader == a ? maker->lent : -1;
		a->exit_status = -1;
		a->group = 'S';
		a->born = true;
	} else {
		a->borrows = false;
		a->memory = ++k->n_memories;
	}
	a->state = 'S';
	a->dirty = k->came_up = true;
	return 0;
}
