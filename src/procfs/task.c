/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task.c - one thread from its files, which change while they are read */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "procfs/reader.h"

#define TRIES 8
#define SIGCHLD_NR 17

void add_gap(struct proc_task *t, enum proc_gap gap, int error)
{
	t->gaps |= GAP_BIT(gap);
	if (error)
		t->gap_error = error < 0 ? -error : error;
}

const struct proc_gap_text *proc_gap_text(enum proc_gap gap)
{
	static const struct proc_gap_text text[N_GAPS] = {
		[GAP_PIDNS] = {"which PID namespace it is in", "if another"},
		[GAP_USERNS] = {"which user namespace it is in", "if another"},
		[GAP_UID] = {"whose it is: its user has no name in this user namespace",
			     "if the same as others without one"},
		[GAP_PARENT] = {"who its parent is", "if somebody who is told of its end"},
		[GAP_WAIT] = {"whether it waits for signals, and for which", "if for all"},
		[GAP_WAIT_MASK] = {"whether it blocked the signals that it waits for, as it should",
				   "if not"},
		[GAP_SIGNALFD] = {"whether it reads signals from a file descriptor",
				  "if all that it blocks"},
		[GAP_RESTORED] = {"which signals it blocks when its wait is over (sigsuspend)",
				  "if none"},
		[GAP_DUMPABLE] = {"whether it may dump core (PR_SET_DUMPABLE)", "if not"},
		[GAP_SUBREAPER] = {"whether orphans come to it (PR_SET_CHILD_SUBREAPER)", "if so"},
		[GAP_SEIZED] = {"whether its tracer has seized it (PTRACE_SEIZE)", "if so"},
		[GAP_SECCOMP] = {"whether its seccomp filter lets it send signals", "if not"},
		[GAP_LANDLOCK] = {"whether Landlock keeps it from sending signals", "if so"},
	};

	return &text[gap];
}

static int file_of(char buf[64], const char *path, const char *name)
{
	return (size_t)snprintf(buf, 64, "%s%s%s", path, *path ? "/" : "", name) < 64 ? 0 : -EINVAL;
}

int read_status(struct procfs_reader *r, int dir, const char *path, struct proc_task *ret)
{
	char file[64];
	int error = file_of(file, path, "status");

	if (!error)
		error = read_text(r, dir, file);
	if (!error)
		error = procfs_parse_status(r->text, r->len, ret);
	if (error)
		return error;
	ret->exit_signal = SIGCHLD_NR; /* that of nearly all; the stat has it */
	if (ret->tracer)
		add_gap(ret, GAP_SEIZED, 0);
	if (ret->seccomp == 2)
		add_gap(ret, GAP_SECCOMP, 0);
	if (ret->no_new_privs && r->landlock)
		add_gap(ret, GAP_LANDLOCK, 0);
	/* a kernel whose status has no numbers a level: the stat has the ones there are */
	if (ret->n_nspid)
		return 0;
	error = file_of(file, path, "stat");
	if (!error)
		error = read_text(r, dir, file);
	return error ? error : procfs_parse_stat(r->text, r->len, ret);
}

static int read_stat(struct procfs_reader *r, int dir, const char *path, struct proc_task *t)
{
	char file[64];
	int error = file_of(file, path, "stat");

	if (!error)
		error = read_text(r, dir, file);
	return error ? error : procfs_parse_stat(r->text, r->len, t);
}

/* 'Z' dead, 'T' and 't' stopped; whether it runs or sleeps is another in every moment. */
static char rough_state(char state)
{
	return strchr("ZTt", state) ? state : 'S';
}

/* Whoever sleeps and has slept no second time has not run meanwhile: all is of the same wait. */
static bool slept_on(const struct proc_task *a, const struct proc_task *b)
{
	return a->state != 'S' || (b->state == 'S' && a->switches == b->switches);
}

static bool stood_still(const struct proc_task *a, const struct proc_task *b)
{
	return slept_on(a, b) && rough_state(a->state) == rough_state(b->state) &&
	       a->threads == b->threads && a->ppid == b->ppid && a->tracer == b->tracer &&
	       a->sigpnd == b->sigpnd && a->shdpnd == b->shdpnd && a->sigblk == b->sigblk &&
	       a->sigign == b->sigign && a->sigcgt == b->sigcgt &&
	       a->cap_effective == b->cap_effective && !memcmp(a->uid, b->uid, sizeof(a->uid)) &&
	       !memcmp(a->nspgid, b->nspgid, sizeof(a->nspgid)) &&
	       !memcmp(a->nssid, b->nssid, sizeof(a->nssid));
}

int read_closely(struct procfs_reader *r, int dir, const char *path, struct proc_task *ret)
{
	for (int i = 0; i < TRIES; i++) {
		struct proc_task t, again;
		int error = read_status(r, dir, path, &t);

		if (!error)
			error = read_stat(r, dir, path, &t);
		if (error)
			return error;
		if (!t.kthread && t.state != 'Z' && !t.exiting)
			read_waits(r, dir, path, &t);
		error = read_status(r, dir, path, &again);
		if (error)
			return error;
		t.close = true;
		*ret = t;
		if (stood_still(&t, &again))
			break;
	}
	return 0;
}
