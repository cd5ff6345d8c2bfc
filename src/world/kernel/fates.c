/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fates.c - what became of the signal that the last call sent
 *
 * Nothing here knows what a signal does.  What is known is whom the call addressed (a number, a
 * group, all), what was generated, where that is traced, and what was then seen.  Where all that
 * leaves several fates open, all of them are given.
 */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/cleanup.h"

#define BIT(fate) (1u << SF_FATE_##fate)

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
static void address(struct kernel_world *k, const struct actor *caller, enum fate_call_id call,
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

static void address_pidfd(struct kernel_world *k, const struct world_call *c)
{
	const struct actor *target = actor_of(k, (int)c->arg[0]);
	long flags = c->n_args > 3 ? c->arg[3] : 0;

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

/* The signals that wait for a process, or for the one thread that was addressed. */
static sf_sigset pending_of(const struct kernel_world *k, const struct actor *process)
{
	sf_sigset pending = 0;
	struct status s;

	if (k->sent.thread)
		return look_status(&k->sent.thread->look, &s) ? 0 : s.set[SF_SIGPND];
	if (!look_status(&process->look, &s))
		pending = s.set[SF_SHDPND];
	return pending;
}

static sf_sigset signal_bit(int sig)
{
	return sig >= 1 && sig <= SF_NSIG ? SF_SIGMASK(sig) : 0;
}

static bool is_dying(const struct kernel_world *k, const struct actor *process)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].leader == process && !k->actor[i].exiting)
			return false;
	return true;
}

int sent_begin(struct kernel_world *k, struct actor *a, const struct world_call *c)
{
	struct sent *s = &k->sent;

	s->any = calls[c->id].sends;
	if (!s->any)
		return 0;
	s->sender = a;
	s->sig = (int)c->arg[calls[c->id].sig];
	s->code = c->has_info ? c->info.code : calls[c->id].code;
	s->any_code = false;
	s->thread = NULL;
	for (unsigned int i = 0; i < k->n_actors; i++)
		s->target[i] = (struct target){.generated = -1};
	if (c->id == FATE_PIDFD_SEND_SIGNAL)
		address_pidfd(k, c);
	else
		address(k, a, c->id, c->arg[calls[c->id].pid]);
	for (unsigned int i = 0; i < k->n_actors; i++) {
		if (!s->target[i].addressed)
			continue;
		s->target[i].was_dead = k->actor[i].dead;
		s->target[i].was_dying = is_dying(k, &k->actor[i]);
		if (!k->trace)
			s->target[i].was_pending = pending_of(k, &k->actor[i]) & signal_bit(s->sig);
	}
	return 0;
}

/* The task with this number, also when it is gone by now. */
static const struct actor *find_target(const struct kernel_world *k, pid_t tid)
{
	const struct actor *found = NULL;

	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a->tid == tid && (!found || found->state == 'X'))
			found = a;
	}
	return found;
}

/* Sent by the call itself, and not by what its sender did of it: a dying init kills others. */
static bool is_of_call(const struct sent *s, const struct trace_event *e, const struct actor *to)
{
	bool code =
		s->any_code ? e->code == SF_SI_USER || e->code == SF_SI_TKILL : e->code == s->code;

	return s->any && code && e->sender == s->sender->tid && e->sig == s->sig &&
	       (!s->one || s->target[to->leader->index].addressed);
}

static int take_generated(void *data, const struct trace_event *e)
{
	struct kernel_world *k = data;
	const struct actor *a = find_target(k, e->pid);
	struct sent *s = &k->sent;
	struct world_generate g = {
		.who = -1, .sig = e->sig, .code = e->code, .result = e->result, .group = e->group};

	if (!a)
		return 0;
	if (a->index < k->n_names)
		g.who = (int)a->index;
	if (is_of_call(s, e, a) && s->target[a->leader->index].generated < 0)
		s->target[a->leader->index].generated = e->result;
	return world_add_generate(&k->world, &g);
}

int sent_end(struct kernel_world *k, long ret)
{
	int r;

	k->sent.ret = ret;
	r = k->trace ? trace_read(k->trace, take_generated, k) : 0;
	if (r == -EOVERFLOW)
		snprintf(k->world.error, sizeof(k->world.error), "the kernel's trace lost events");
	return r;
}

static unsigned int fate_of_event(const struct sent *s, const struct world_event *e)
{
	switch (e->type) {
	case WORLD_KILLED:
		if (e->status < 0)
			return BIT(KILLED) | BIT(DUMPED);
		if (WTERMSIG(e->status) != s->sig)
			return 0;
		return WCOREDUMP(e->status) ? BIT(DUMPED) : BIT(KILLED);
	case WORLD_STOPPED:
		return e->info.signo == s->sig ? BIT(STOPPED) : 0;
	case WORLD_CONTINUED:
		return s->sig == SIGCONT ? BIT(CONTINUED) : 0;
	case WORLD_HANDLED:
		return e->info.signo == s->sig ? BIT(HANDLED) : 0;
	case WORLD_TRACED:
		return e->info.signo == s->sig ? BIT(TRACED) : 0;
	case WORLD_RESUMED: /* only sigwaitinfo() has one */
		return e->result.info.signo == s->sig ? BIT(HANDLED) : 0;
	case WORLD_EXITED:
		break;
	}
	return 0;
}

/* What was seen of a process that the signal may have done. */
static unsigned int fates_seen(const struct kernel_world *k, const struct actor *process)
{
	unsigned int set = 0;

	for (size_t i = 0; i < k->world.n_events; i++) {
		const struct world_event *e = &k->world.event[i];

		if (k->actor[e->who].leader == process)
			set |= fate_of_event(&k->sent, e);
	}
	return set;
}

/* Dying of it already, but not dead, for it has to wait for others. */
static unsigned int fate_of_dying(const struct kernel_world *k, const struct actor *process)
{
	if (process->dead || k->sent.target[process->index].was_dying || !is_dying(k, process) ||
	    WTERMSIG(process->exit_code) != k->sent.sig)
		return 0;
	return WCOREDUMP(process->exit_code) ? BIT(DUMPED) : BIT(KILLED);
}

/* It is known what became of it where it was generated. */
static unsigned int fates_traced(const struct kernel_world *k, const struct actor *process,
				 int generated)
{
	enum { QUEUED, IGNORED, ALREADY_PENDING, OVERFLOW_FAIL, LOSE_INFO };
	unsigned int seen = fates_seen(k, process);

	switch (generated) {
	case IGNORED:
		return seen & BIT(CONTINUED) ? BIT(CONTINUED) : BIT(IGNORED);
	case ALREADY_PENDING:
		return BIT(MERGED) | (seen & BIT(CONTINUED));
	case OVERFLOW_FAIL:
		return BIT(REFUSED);
	default:
		break;
	}
	if (seen || (seen = fate_of_dying(k, process)))
		return seen;
	if (pending_of(k, process) & signal_bit(k->sent.sig))
		return BIT(PENDING);
	/* Dead of something else, before it came to that, or because its handler could not run. */
	return process->dead ? BIT(PENDING) | BIT(KILLED) | BIT(DROPPED) | BIT(HANDLED)
			     : BIT(DROPPED);
}

static unsigned int fates_untraced(const struct kernel_world *k, const struct actor *process)
{
	const struct target *t = &k->sent.target[process->index];
	unsigned int seen = fates_seen(k, process);
	unsigned int refused = k->sent.one ? 0 : BIT(REFUSED); /* of several, this one may be */

	if (seen || (seen = fate_of_dying(k, process)))
		return seen;
	/* What waits for it was there before: nothing more comes to who is dying. */
	if (t->was_dead || t->was_dying)
		return BIT(IGNORED) | refused;
	if (pending_of(k, process) & signal_bit(k->sent.sig))
		return t->was_pending && k->sent.sig < SF_SIGRTMIN
			       ? BIT(MERGED) | BIT(IGNORED) | refused
			       : BIT(PENDING);
	return BIT(IGNORED) | BIT(DROPPED) | refused |
	       (process->dead ? BIT(PENDING) | BIT(KILLED) | BIT(HANDLED) : 0);
}

unsigned int fates_of(struct kernel_world *k, struct actor *process)
{
	const struct sent *s = &k->sent;
	const struct target *t = &s->target[process->index];

	if (!s->any || (!t->addressed && t->generated < 0))
		return 0;
	if (t->generated >= 0)
		return fates_traced(k, process, t->generated);
	/* Of all, some may have been reached even so. */
	if (s->ret < 0 && (!s->all || k->trace))
		return BIT(REFUSED);
	if (s->sig == 0)
		return s->one ? BIT(PROBE) : BIT(PROBE) | BIT(REFUSED);
	/* Traced, but not generated: of several, this one was refused. */
	if (k->trace)
		return s->one ? BIT(IGNORED) : BIT(REFUSED);
	return fates_untraced(k, process) | (s->ret < 0 ? BIT(REFUSED) : 0);
}
