/* SPDX-License-Identifier: GPL-2.0-or-later */
/* origin.c - where a signal can come from: a call that somebody makes, or the kernel itself */
#include "explain/explain.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static const char *const calls[BY_GENERATOR] = {"kill", "tgkill", "sigqueue", "pidfd"};

/* @words: whom it is from, where it is from nobody who makes a call */
static const struct {
	enum origin_actor actor;
	const char *words;
	bool group;
} generators[SF_NGENERATORS] = {
	[SF_GENERATOR_TTY] = {ACTOR_KERNEL, "the terminal", true},
	[SF_GENERATOR_HANGUP] = {ACTOR_KERNEL, "the terminal, which hangs up,", true},
	[SF_GENERATOR_ALARM] = {ACTOR_KERNEL, "its alarm clock", false},
	[SF_GENERATOR_TIMER] = {ACTOR_KERNEL, "a timer of its own", false},
	[SF_GENERATOR_CPU_SOFT] = {ACTOR_KERNEL, "its soft limit on processor time", false},
	[SF_GENERATOR_CPU_HARD] = {ACTOR_KERNEL, "its hard limit on processor time", false},
	[SF_GENERATOR_PIPE] = {ACTOR_TARGET, "a write to a pipe that nobody reads", false},
	[SF_GENERATOR_FILE_SIZE] = {ACTOR_TARGET, "a write beyond its limit on files", false},
	[SF_GENERATOR_OOM] = {ACTOR_KERNEL, "the OOM killer", false},
	[SF_GENERATOR_CGROUP_KILL] = {ACTOR_SENDER, NULL, false},
	[SF_GENERATOR_EXITKILL] = {ACTOR_KERNEL, "the end of its tracer", false},
	[SF_GENERATOR_ATTACH] = {ACTOR_SENDER, NULL, false},
	[SF_GENERATOR_PDEATHSIG] = {ACTOR_PARENT, "the death of its parent", false},
	[SF_GENERATOR_FAULT] = {ACTOR_TARGET, "a fault of its own", false},
	[SF_GENERATOR_SECCOMP] = {ACTOR_TARGET, "its seccomp filter", false},
};

const char *origin_name(enum origin by)
{
	return by < BY_GENERATOR ? calls[by] : sf_generator_name(origin_generator(by));
}

int origin_parse(const char *name)
{
	for (int by = 0; by < N_ORIGINS; by++)
		if (!strcmp(name, origin_name((enum origin)by)))
			return by;
	return -EINVAL;
}

enum sf_generator origin_generator(enum origin by)
{
	return (enum sf_generator)(by - BY_GENERATOR);
}

enum origin_actor origin_actor(enum origin by)
{
	return by < BY_GENERATOR ? ACTOR_SENDER : generators[origin_generator(by)].actor;
}

const char *origin_words(enum origin by)
{
	return by < BY_GENERATOR ? NULL : generators[origin_generator(by)].words;
}

bool origin_for_group(enum origin by)
{
	return by >= BY_GENERATOR && generators[origin_generator(by)].group;
}

static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE || sig == SIGTRAP;
}

int origin_check(const struct inquiry *q, struct inquiry_error *err)
{
	int only = q->by < BY_GENERATOR ? 0 : sf_generator_signal(origin_generator(q->by));
	char buf[16];

	if (only && q->sig != only)
		return inquiry_fail(err, -EINVAL, "%s sends %s and no other signal",
				    origin_name(q->by), sf_signal_name(only, buf));
	if (q->by == BY_GENERATOR + SF_GENERATOR_FAULT && !is_fault(q->sig))
		return inquiry_fail(err, -EINVAL,
				    "a fault is SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGTRAP");
	if (q->by >= BY_GENERATOR && !q->sig)
		return inquiry_fail(err, -EINVAL, "%s sends no signal 0: only a call can ask so",
				    origin_name(q->by));
	return 0;
}
