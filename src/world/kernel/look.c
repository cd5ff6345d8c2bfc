/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc_stat.h"

#define STATUS_MAX 16384
#define STAT_MAX 1024
/* of the flags in stat */
#define PF_EXITING 0x004
#define PF_DUMPCORE 0x200

/* A whole file from its beginning, as a string: its length; a task that is gone gives -ESRCH. */
static ssize_t read_again(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	if (n < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	buf[n] = '\0';
	return n;
}

int look_open(struct look *l, pid_t tid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)tid);
	l->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (l->dir >= 0)
		l->status = openat(l->dir, "status", O_RDONLY | O_CLOEXEC);
	if (l->status >= 0)
		l->stat = openat(l->dir, "stat", O_RDONLY | O_CLOEXEC);
	if (l->stat < 0) {
		int r = errno == ENOENT ? -ESRCH : -errno;

		look_close(l);
		return r;
	}
	/* These may be refused, or not be there; status says the same less well. */
	l->syscall = openat(l->dir, "syscall", O_RDONLY | O_CLOEXEC);
	l->schedstat = openat(l->dir, "schedstat", O_RDONLY | O_CLOEXEC);
	return 0;
}

void look_close(struct look *l)
{
	int *fd[] = {&l->dir, &l->syscall, &l->schedstat, &l->stat, &l->status};

	for (size_t i = 0; i < ARRAY_SIZE(fd); i++) {
		cleanup_close(fd[i]);
		*fd[i] = -1;
	}
}

int look_asleep(struct look *l)
{
	char buf[256];
	struct stat_line s;
	int r;

	if (l->syscall >= 0) {
		ssize_t n = read_again(l->syscall, buf, sizeof(buf));

		if (n > 0)
			return buf[0] != 'r'; /* "running" */
		if (n == -ESRCH)
			return -ESRCH;
		close(l->syscall);
		l->syscall = -1;
	}
	r = look_stat(l, &s);
	return r ? r : s.state != 'R';
}

int look_ran(struct look *l, uint64_t *ret, uint64_t *ret_ns)
{
	char buf[96], *at = buf;
	struct status s;
	int r;

	if (l->schedstat >= 0) {
		ssize_t n = read_again(l->schedstat, buf, sizeof(buf));

		if (n == -ESRCH)
			return -ESRCH;
		if (n > 0) { /* for how long, how long it waited for it, how often */
			uint64_t ns = strtoull(at, &at, 10), times;

			(void)strtoull(at, &at, 10);
			times = strtoull(at, &at, 10);
			if (times) { /* every task has run; a zero is no answer */
				*ret = times;
				*ret_ns = ns;
				return 0;
			}
		}
		close(l->schedstat);
		l->schedstat = -1;
	}
	r = look_status(l, &s);
	if (r)
		return r;
	*ret = s.switches;
	*ret_ns = 0;
	return 0;
}

static unsigned int read_numbers(const char *text, int ret[SF_MAX_PID_NS_LEVEL + 1])
{
	unsigned int n = 0;

	while (n <= SF_MAX_PID_NS_LEVEL) {
		char *end;
		long nr = strtol(text, &end, 10);

		if (end == text)
			break;
		ret[n++] = (int)nr;
		text = end + strspn(end, "\t ");
		if (*text == '\n')
			break;
	}
	return n;
}

static void read_line(const char *name, const char *value, struct status *s)
{
	static const char *const set_name[] = {
		[SF_SIGPND] = "SigPnd", [SF_SHDPND] = "ShdPnd", [SF_SIGBLK] = "SigBlk",
		[SF_SIGIGN] = "SigIgn", [SF_SIGCGT] = "SigCgt",
	};

#define IS(word) (!strncmp(name, word ":", sizeof(word)))
	if (IS("State"))
		s->state = *value;
	else if (IS("PPid"))
		s->ppid = (int)strtol(value, NULL, 10);
	else if (IS("TracerPid"))
		s->traced = strtol(value, NULL, 10) != 0;
	else if (IS("NSpid"))
		s->n_nr = read_numbers(value, s->nr);
	else if (IS("NSpgid"))
		read_numbers(value, s->pgrp);
	else if (IS("NSsid"))
		read_numbers(value, s->session);
	else if (IS("voluntary_ctxt_switches") || IS("nonvoluntary_ctxt_switches"))
		s->switches += strtoull(value, NULL, 10);
#undef IS
	for (size_t i = 0; i < ARRAY_SIZE(set_name); i++)
		if (!strncmp(name, set_name[i], 6) && name[6] == ':')
			s->set[i] = strtoull(value, NULL, 16);
}

int look_status(const struct look *l, struct status *ret)
{
	char buf[STATUS_MAX], *line = buf, *end;
	ssize_t n = read_again(l->status, buf, sizeof(buf));
	struct status s = {0};

	if (n < 0)
		return (int)n;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		const char *colon = memchr(line, ':', (size_t)(end - line));

		if (colon)
			read_line(line, colon + 1 + strspn(colon + 1, "\t "), &s);
	}
	if (!s.state)
		return -ESRCH;
	*ret = s;
	return 0;
}

/* "TID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS ... EXIT_CODE": the name may be anything */
static int parse_stat(char *text, size_t len, struct stat_line *ret)
{
	const char *state = proc_stat_state(text, len), *last = memrchr(text, ' ', len);
	char *at = text;
	long number[6];

	if (!state || last - state < 2)
		return -ESRCH;
	ret->state = *state;
	at += state + 1 - text;
	for (size_t i = 0; i < ARRAY_SIZE(number); i++)
		number[i] = strtol(at, &at, 10);
	ret->ppid = (int)number[0];
	ret->pgrp = (int)number[1];
	ret->session = (int)number[2];
	ret->exiting = number[5] & PF_EXITING;
	ret->dumping = (number[5] & PF_DUMPCORE) && !ret->exiting;
	ret->exit_code = (int)strtol(last, NULL, 10);
	return 0;
}

int look_stat(const struct look *l, struct stat_line *ret)
{
	char buf[STAT_MAX];
	ssize_t n = read_again(l->stat, buf, sizeof(buf));

	return n < 0 ? (int)n : parse_stat(buf, (size_t)n, ret);
}

int look_reported(const struct look *l, pid_t tid)
{
	char path[32], buf[STAT_MAX];
	_cleanup_close_ int fd = -1;
	struct stat_line s;
	ssize_t n;

	/* The file of the process tells of the process. */
	snprintf(path, sizeof(path), "task/%d/stat", (int)tid);
	fd = openat(l->dir, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read_again(fd, buf, sizeof(buf));
	return n < 0 || parse_stat(buf, (size_t)n, &s) ? 0 : s.exit_code;
}
