/* SPDX-License-Identifier: GPL-2.0-or-later */
/* waits.c - the signals that a sleeping thread will take out itself: sigwait() and signalfd */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

#define ALL_BUT_KILL_STOP (~(sf_sigset)0 & ~(SF_SIGMASK(9) | SF_SIGMASK(19)))
#define MOST_FDS 65536

/* Calls that a thread sleeps in until a signal, or a descriptor, maybe a signalfd, is ready. */
enum wait_kind {
	WAIT_NONE,
	WAIT_SIGNAL,
	WAIT_SUSPEND,
	WAIT_FD,
	WAIT_POLL,
	WAIT_SELECT,
	WAIT_EPOLL,
	WAIT_RING
};

/* @mask: the argument that is a signal mask, or points to one, counted from 1; 0: none */
struct wait_call {
	long nr;
	enum wait_kind kind;
	unsigned int mask;
};

static const struct wait_call native[] = {
	{SYS_rt_sigtimedwait, WAIT_SIGNAL, 0},
	{SYS_rt_sigsuspend, WAIT_SUSPEND, 1},
	{SYS_read, WAIT_FD, 0},
	{SYS_readv, WAIT_FD, 0},
	{SYS_ppoll, WAIT_POLL, 4},
	{SYS_pselect6, WAIT_SELECT, 6},
	{SYS_epoll_pwait, WAIT_EPOLL, 5},
	{SYS_epoll_pwait2, WAIT_EPOLL, 5},
	{SYS_io_uring_enter, WAIT_RING, 5},
#ifdef SYS_poll
	{SYS_poll, WAIT_POLL, 0},
#endif
#ifdef SYS_select
	{SYS_select, WAIT_SELECT, 0},
#endif
#ifdef SYS_epoll_wait
	{SYS_epoll_wait, WAIT_EPOLL, 0},
#endif
};

#ifdef __x86_64__
/* Those of a program of 32 bits, as far as they wait the same way. */
static const struct wait_call compat[] = {
	{177, WAIT_SIGNAL, 0}, {421, WAIT_SIGNAL, 0}, {179, WAIT_SUSPEND, 1}, {3, WAIT_FD, 0},
	{145, WAIT_FD, 0},     {168, WAIT_POLL, 0},   {309, WAIT_POLL, 4},    {414, WAIT_POLL, 4},
	{256, WAIT_EPOLL, 0},  {319, WAIT_EPOLL, 5},  {441, WAIT_EPOLL, 5},   {426, WAIT_RING, 5},
};
#else
static const struct wait_call compat[] = {{-1, WAIT_NONE, 0}};
#endif

static const struct wait_call *kind_of(const struct proc_syscall *call)
{
	static const struct wait_call none = {-1, WAIT_NONE, 0};

	bool small = call->sp <= UINT32_MAX; /* its stack: no other program has one there */
	const struct wait_call *list = small ? compat : native;
	size_t n = small ? ARRAY_SIZE(compat) : ARRAY_SIZE(native);

	for (size_t i = 0; i < n; i++)
		if (list[i].nr == call->nr)
			return &list[i];
	return &none;
}

struct waiter {
	struct procfs_reader *r;
	int dir;
	const char *path; /* of the thread, below @dir */
	struct proc_syscall call;
};

static int path_of(const struct waiter *w, char buf[96], const char *name)
{
	int n = snprintf(buf, 96, "%s%s%s", w->path, *w->path ? "/" : "", name);

	return n < 96 ? 0 : -EINVAL;
}

static int read_memory(const struct waiter *w, uint64_t address, void *buf, size_t len)
{
	_cleanup_close_ int fd = -1;
	char file[96];
	ssize_t n;

	if (address > INT64_MAX)
		return -EFAULT;
	if (path_of(w, file, "mem"))
		return -EINVAL;
	fd = openat(w->dir, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	n = pread(fd, buf, len, (off_t)address);
	return n < 0 ? -errno : (size_t)n == len ? 0 : -EFAULT;
}

static int read_awaited(const struct waiter *w, sf_sigset *ret)
{
	uint64_t set;
	int error = read_memory(w, w->call.arg[0], &set, sizeof(set));

	if (!error)
		*ret = set & ALL_BUT_KILL_STOP;
	return error;
}

/* The set of a descriptor when that is a signalfd, else nothing. */
static sf_sigset signalfd_set(const struct waiter *w, long fd)
{
	char file[96], name[32];
	sf_sigset set;

	snprintf(name, sizeof(name), "fdinfo/%ld", fd);
	if (fd < 0 || path_of(w, file, name) || read_text(w->r, w->dir, file) ||
	    procfs_parse_sigmask(w->r->text, w->r->len, &set))
		return 0;
	return set & ALL_BUT_KILL_STOP;
}

static sf_sigset polled(const struct waiter *w)
{
	uint64_t n = w->call.arg[1] & UINT32_MAX;
	_cleanup_free_ struct pollfd *list = NULL;
	sf_sigset set = 0;

	if (!n || n > MOST_FDS)
		return 0;
	list = calloc(n, sizeof(*list));
	if (!list || read_memory(w, w->call.arg[0], list, n * sizeof(*list)))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].events & POLLIN)
			set |= signalfd_set(w, list[i].fd);
	return set;
}

static sf_sigset selected(const struct waiter *w)
{
	uint64_t n = w->call.arg[0] & UINT32_MAX, bits = sizeof(unsigned long) * CHAR_BIT;
	_cleanup_free_ unsigned long *list = NULL;
	sf_sigset set = 0;

	if (!n || n > MOST_FDS || !w->call.arg[1])
		return 0;
	list = calloc((n + bits - 1) / bits, sizeof(*list));
	if (!list || read_memory(w, w->call.arg[1], list, (n + bits - 1) / bits * sizeof(*list)))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (list[i / bits] >> i % bits & 1)
			set |= signalfd_set(w, (long)i);
	return set;
}

static sf_sigset epolled(const struct waiter *w)
{
	_cleanup_free_ char *text = NULL;
	char file[96], name[48];
	sf_sigset set = 0;
	size_t len, pos = 0;
	int fd;

	snprintf(name, sizeof(name), "fdinfo/%d", (int)w->call.arg[0]);
	if (path_of(w, file, name) || read_text(w->r, w->dir, file))
		return 0;
	len = w->r->len;
	text = malloc(len + 1);
	if (!text)
		return 0;
	memcpy(text, w->r->text, len);
	while ((fd = procfs_next_tfd(text, len, &pos)) >= 0)
		set |= signalfd_set(w, fd);
	return set;
}

static sf_sigset of_all_fds(const struct waiter *w)
{
	_cleanup_free_ pid_t *fd = NULL;
	sf_sigset set = 0;
	char file[96];
	size_t n;

	if (path_of(w, file, "fd") || list_numbers(w->dir, file, &fd, &n))
		return 0;
	for (size_t i = 0; i < n; i++)
		set |= signalfd_set(w, fd[i]);
	return set;
}

static void read_wait(const struct waiter *w, const struct wait_call *call, struct proc_task *t)
{
	int error = 0;

	/* what only the mask of the call holds back comes with the one after it */
	t->own_mask = call->mask && w->call.arg[call->mask - 1];
	t->polls = call->kind != WAIT_FD;
	if (t->own_mask && (t->sigpnd | t->shdpnd) & t->sigblk)
		add_gap(t, GAP_RESTORED, 0);
	/* only what is blocked stays for a reader of descriptors */
	if (call->kind != WAIT_SIGNAL && !t->sigblk)
		return;
	switch (call->kind) {
	case WAIT_SIGNAL:
		error = read_awaited(w, &t->sigwait);
		if (error)
			add_gap(t, GAP_WAIT, error);
		else
			add_gap(t, GAP_WAIT_MASK, 0);
		break;
	case WAIT_FD:
		t->signalfd = signalfd_set(w, (long)w->call.arg[0]);
		break;
	case WAIT_POLL:
		t->signalfd = polled(w);
		break;
	case WAIT_SELECT:
		t->signalfd = selected(w);
		break;
	case WAIT_EPOLL:
		t->signalfd = epolled(w);
		break;
	case WAIT_RING:
		/* what its queue holds is not to be seen; who has one there reads it so */
		t->signalfd = of_all_fds(w);
		break;
	case WAIT_SUSPEND:
	case WAIT_NONE:
	default:
		break;
	}
}

static bool names_one(const char *text, const char *const *parts)
{
	while (*parts && !strstr(text, *parts))
		parts++;
	return *parts;
}

/* Where the call may not be seen, the place in the kernel still may. */
static void guess_from_wchan(const struct waiter *w, int denied, struct proc_task *t)
{
	static const char *const waits[] = {"sigtimedwait", NULL};
	static const char *const reads[] = {"poll", "signalfd", "select", "io_", NULL};
	static const char *const masks[] = {"sigsuspend", "poll", "select", NULL};
	char file[96];
	bool named = !path_of(w, file, "wchan") && !read_text(w->r, w->dir, file) && w->r->len &&
		     w->r->text[0] != '0';

	if (t->state == 'S' && (!named || names_one(w->r->text, waits)))
		add_gap(t, GAP_WAIT, denied);
	if (t->sigblk && (!named || names_one(w->r->text, reads)))
		add_gap(t, GAP_SIGNALFD, denied);
	t->own_mask = !named || names_one(w->r->text, masks);
	if (t->own_mask && (t->sigpnd | t->shdpnd) & t->sigblk)
		add_gap(t, GAP_RESTORED, 0);
}

/* Who sleeps waits, and goes on with it after a stop; but that ends a sigtimedwait(). */
void read_waits(struct procfs_reader *r, int dir, const char *path, struct proc_task *t)
{
	struct waiter w = {.r = r, .dir = dir, .path = path};
	char file[96];
	int error;

	if ((t->state != 'S' && t->state != 'T') || path_of(&w, file, "syscall"))
		return;
	error = read_text(r, dir, file);
	if (!error)
		error = procfs_parse_syscall(r->text, r->len, &w.call);
	if (error)
		guess_from_wchan(&w, error, t);
	else if (t->state == 'S' || kind_of(&w.call)->kind != WAIT_SIGNAL)
		read_wait(&w, kind_of(&w.call), t);
}
