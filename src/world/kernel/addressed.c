/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * addressed.c - to whom a call sends its signal, and by what it is known again
 *
 * By the arguments of the call, or, where the kernel sends one by itself, by what the call is for.
 */
#include "world/kernel/kernel.h"

#include <limits.h>
#include <signal.h>

/* Where a call has its target and its signal, and the si_code that the kernel gives it. */
static const struct {
	bool sends;
	unsigned char pid, sig;
	bool one_thread;
	int code;
} calls[FATE_NCALLS] = {
	[FATE_KILL] = {true, 0, 1, false, SF_SI_USER},
	[FATE_TKILL] = {true, 0, 1, true, SF_SI_TKILL},
	[FATE_TGKILL] = {true, 1, 2, true, SF_SI_TKILL},
	[FATE_RT_SIGQUEUEINFO] = {true, 0, 1, false, 0},
	[FATE_RT_TGSIGQUEUEINFO] = {true, 1, 2, true, 0},
	[FATE_SIGQUEUE] = {true, 0, 1, false, SF_SI_QUEUE},
	[FATE_PIDFD_SEND_SIGNAL] = {true, 0, 1, false, SF_SI_USER},
};

static bool is_process(const struct actor *a)
{
	return a->born && a->leader == a && a->state != 'X';
}

static void address_number(struct kernel_world *k, const struct actor *caller, long nr,
			   bool one_thread)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (!a->born || a->state == 'X' || actor_nr(caller, a) != nr)
			continue;
		k->sent.target[a->leader->index].addressed = true;
		if (one_thread)
			k->sent.thread = a;
	}
}

/* All whose process group has this number where /proc counts, whatever namespaces they are in. */
static void address_group(struct kernel_world *k, int outer_nr)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		struct stat_line s;

		if (is_process(&k->actor[i]) && !look_stat(&k->actor[i].look, &s) &&
		    s.pgrp == outer_nr)
			k->sent.target[i].addressed = true;
	}
}

/* What the group that the caller calls by this number is called outside; 0: there is none. */
static int group_outside(const struct kernel_world *k, const struct actor *caller, long nr)
{
	unsigned int level = k->outer_levels + caller->pidns->level;

	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];
		struct status s;

		if (!a->born || !actor_nr(caller, a) || look_status(&a->look, &s))
			continue;
		if (s.pgrp[level] == nr)
			return s.pgrp[0];
		if (actor_nr(caller, a) == nr)
			return a->tid;
	}
	return 0;
}

/* As kill(2) has it: all that the caller can see, but for itself and the init. */
static void address_all(struct kernel_world *k, const struct actor *caller)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (is_process(a) && a != caller->leader && actor_nr(caller, a) > 1)
			k->sent.target[i].addressed = true;
	}
}

/* Only kill() takes numbers that stand for several. */
static void address_pid(struct kernel_world *k, const struct actor *caller, enum fate_call_id call,
			long nr)
{
	struct stat_line s;

	k->sent.one = nr > 0 || call != FATE_KILL;
	k->sent.all = !k->sent.one && nr == -1;
	if (nr > 0)
		address_number(k, caller, nr, calls[call].one_thread);
	else if (k->sent.one)
		return;
	else if (k->sent.all)
		address_all(k, caller);
	else if (nr < 0 && nr > INT_MIN)
		address_group(k, group_outside(k, caller, -nr));
	else if (nr == 0 && !look_stat(&caller->look, &s))
		address_group(k, s.pgrp);
}

static void address_pidfd(struct kernel_world *k, const struct actor *caller,
			  const struct world_call *c)
{
	const struct actor *target = c->arg[0] < 0 ? caller : actor_of(k, (int)c->arg[0]);
	long flags = c->n_args > 3 ? c->arg[3] : 0;

	/* The caller itself: its thread, or its process. */
	if (c->arg[0] == FATE_PIDFD_SELF_THREAD_GROUP && !flags)
		flags = SF_PIDFD_SIGNAL_THREAD_GROUP;
	else if (c->arg[0] == FATE_PIDFD_SELF_THREAD && !flags)
		flags = SF_PIDFD_SIGNAL_THREAD;
	k->sent.any_code = !c->has_info;
	k->sent.one = !(flags & SF_PIDFD_SIGNAL_PROCESS_GROUP);
	k->sent.all = false;
	if (target && !k->sent.one) {
		address_group(k, target->tid);
	} else if (target) {
		k->sent.target[target->leader->index].addressed = true;
		if ((flags & SF_PIDFD_SIGNAL_THREAD) ||
		    (target != target->leader && !(flags & SF_PIDFD_SIGNAL_THREAD_GROUP)))
			k->sent.thread = target;
	}
}

/* ---- what the kernel sends by itself ------------------------------------------------------- */

/*
 * For those with a @sig: the signal, unless it is the first argument; whom it comes to.  Timers run
 * out, and keys are typed, whoever is on the CPU; of a fault there are many codes.
 */
static const struct generated {
	bool sends, one_thread, group, forced, any_sender;
	int sig, code;
} generated[FATE_NCALLS] = {
	[FATE_FAULT] = {true, .one_thread = true, .forced = true},
	[FATE_SECCOMP] = {true, .one_thread = true, .forced = true, .sig = SIGSYS},
	[FATE_ALARM] = {true, .any_sender = true, .sig = SIGALRM, .code = SF_SI_KERNEL},
	[FATE_TIMER_CREATE] = {true, .any_sender = true, .code = SF_SI_TIMER},
	[FATE_USE_CPU] = {true, .any_sender = true, .code = SF_SI_KERNEL},
	[FATE_WRITE] = {true, .one_thread = true, .code = SF_SI_USER},
	[FATE_TTY] = {true, .group = true, .any_sender = true, .code = SF_SI_KERNEL},
	[FATE_OOM] = {true, .any_sender = true, .sig = SIGKILL, .code = SF_SI_KERNEL},
	[FATE_CGROUP_KILL] = {true, .sig = SIGKILL, .code = SF_SI_USER},
};

static int generated_signal(const struct world_call *c)
{
	static const int tty[] = {[FATE_TTY_INTR] = SIGINT,
				  [FATE_TTY_QUIT] = SIGQUIT,
				  [FATE_TTY_SUSP] = SIGTSTP,
				  [FATE_TTY_HANGUP] = SIGHUP};

	switch ((int)c->id) {
	case FATE_USE_CPU:
		return c->arg[0] == FATE_CPU_HARD ? SIGKILL : SIGXCPU;
	case FATE_WRITE:
		return c->arg[0] == FATE_WRITE_PIPE ? SIGPIPE : SIGXFSZ;
	case FATE_TTY:
		return tty[c->arg[0]];
	case FATE_FAULT:
	case FATE_TIMER_CREATE:
		return (int)c->arg[0];
	default:
		return generated[c->id].sig;
	}
}

static bool is_alone(const struct kernel_world *k, const struct actor *a)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *other = &k->actor[i];

		if (other != a && other->born && other->leader == a->leader && !other->exiting)
			return false;
	}
	return true;
}

/* To end one of those who share a memory would free nothing. */
static void address_memory(struct kernel_world *k, const struct actor *target)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (is_process(&k->actor[i]) && k->actor[i].memory == target->leader->memory)
			k->sent.target[i].addressed = true;
}

static void address_generated(struct kernel_world *k, const struct actor *caller,
			      const struct world_call *c)
{
	const struct generated *g = &generated[c->id];
	const struct actor *target = caller;
	struct stat_line s;

	if (c->id == FATE_CGROUP_KILL)
		target = actor_of(k, (int)c->arg[0]);
	k->sent.one = true;
	k->sent.any_sender = g->any_sender;
	k->sent.forced = g->forced;
	k->sent.sig = generated_signal(c);
	k->sent.code = g->code;
	/* One thread of several is ended without a signal. */
	if (!target ||
	    (c->id == FATE_SECCOMP && c->arg[0] == SF_SECCOMP_KILL_THREAD && !is_alone(k, caller)))
		return;
	if (g->group && c->arg[0] != FATE_TTY_HANGUP) {
		if (c->n_args > 1 && c->arg[1])
			address_group(k, group_outside(k, caller, c->arg[1]));
		else if (!look_stat(&caller->look, &s))
			address_group(k, s.pgrp);
		return;
	}
	k->sent.target[target->leader->index].addressed = true;
	if (c->id == FATE_OOM)
		address_memory(k, target);
	if (g->one_thread)
		k->sent.thread = target;
}

void address(struct kernel_world *k, const struct actor *caller, const struct world_call *c)
{
	struct sent *s = &k->sent;

	s->any_code = s->any_sender = s->forced = s->all = false;
	if (generated[c->id].sends) {
		address_generated(k, caller, c);
		return;
	}
	s->sig = (int)c->arg[calls[c->id].sig];
	s->code = c->has_info ? c->info.code : calls[c->id].code;
	if (c->id == FATE_PIDFD_SEND_SIGNAL)
		address_pidfd(k, caller, c);
	else
		address_pid(k, caller, c->id, c->arg[calls[c->id].pid]);
}
