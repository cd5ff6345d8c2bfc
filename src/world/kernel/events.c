/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.c - what happened during a settling, in an order that it may have happened in
 *
 * What actors tell of themselves comes in order.  Deaths and stops are found afterwards, by
 * looking; each is told after all that its process told, and before its parent is told of it.
 */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/pidfd.h"

/* Of those without a name nothing is told but what became of the call's signal. */
static int add(struct kernel_world *k, const struct actor *a, struct world_event e)
{
	if (a->index >= k->n_names) {
		sent_saw(k, a, &e);
		return 0;
	}
	e.who = (int)a->index;
	return world_add_event(&k->world, &e);
}

/* Which call it was that seccomp did not allow, and where, is nobody's business. */
static int add_handled(struct kernel_world *k, const struct actor *a, const uint8_t info[WIRE_INFO])
{
	struct world_event e = {.type = WORLD_HANDLED, .info = info_from_wire(info)};

	if (a->call == FATE_SECCOMP && e.info.signo == SIGSYS)
		e.info = (struct sf_siginfo){.signo = SIGSYS, .code = e.info.code};
	return add(k, a, e);
}

/*
 * Some threads have stopped, and the others have for a tracer: then the process has stopped, unless
 * one of those waited for its tracer before that, and so does not know of it yet.  One that stopped
 * shows the signal only when all have.
 */
static char mixed_state(const struct actor *stopped)
{
	struct stat_line s;
	int code = look_stat(&stopped->look, &s) ? 0 : s.exit_code;

	if (!code) /* somebody has waited for it */
		code = stopped->leader->waited_stop;
	return stopped->leader->group == 'T' || is_stop_signal(code) ? 'T' : 't';
}

/*
 * The state of a whole process, by its threads: 'S' when one of them may run, 'T' when it has
 * stopped, 't' when all wait for a tracer, 'Z' or 'X' when all are dead.  A thread of one that has
 * stopped may be let run by its tracer: only when no thread stands any more has it gone on.
 */
static char group_state(const struct kernel_world *k, const struct actor *leader)
{
	const struct actor *stopped = NULL;
	bool traced = false, runs = false;

	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (!a->born || a->leader != leader || a->state == 'Z' || a->state == 'X')
			continue;
		runs |= a->state != 'T' && a->state != 't';
		stopped = a->state == 'T' ? a : stopped;
		traced |= a->state == 't';
	}
	if (runs)
		return stopped && leader->group == 'T' ? 'T' : 'S';
	if (stopped && traced)
		return mixed_state(stopped);
	return stopped ? 'T' : traced ? 't' : leader->state;
}

/*
 * How it ended, as its parent would be told.  A leader that died before the others has not run
 * since.  One that nobody waits for takes its status with it, but for those who hold a pidfd;
 * and of an init they are not told whether its namespace was rebooted.
 */
static void find_exit_status(struct actor *leader)
{
	struct stat_line s;
	int status = 0;

	if (leader->exit_status >= 0)
		return;
	if (!look_stat(&leader->look, &s))
		leader->exit_status = s.exit_code;
	else if (leader->nr[leader->n_nr - 1] != 1 && leader->pidfd >= 0 &&
		 !pidfd_exit_status(leader->pidfd, &status))
		leader->exit_status = status;
}

/* Somebody has waited for it: then that one was given the status. */
static void learn_status(struct kernel_world *k, const struct world_result *res,
			 const struct actor *waiter)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		struct actor *a = &k->actor[i];

		if (!a->born || actor_nr(waiter, a) != res->ret)
			continue;
		if (WIFSTOPPED(res->status))
			a->waited_stop = WSTOPSIG(res->status);
		else if (a->leader == a && a->state == 'X' && a->exit_status < 0 &&
			 !WIFCONTINUED(res->status))
			a->exit_status = res->status;
	}
}

static bool has_exited(const struct kernel_world *k, const struct actor *leader)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a->leader == leader && a->busy &&
		    (a->call == FATE_EXIT || a->call == FATE_EXIT_GROUP))
			return true;
	}
	return false;
}

static int add_death(struct kernel_world *k, struct actor *leader)
{
	struct world_event e = {.type = WORLD_EXITED};
	bool killed;
	int r = 0;

	find_exit_status(leader);
	e.status = leader->exit_status;
	killed = e.status >= 0 ? WIFSIGNALED(e.status) : !has_exited(k, leader);
	/* Only SIGKILL ends a process that stands; whatever else killed it, it went on before. */
	if (leader->was_stopped && e.status >= 0 && !(killed && WTERMSIG(e.status) == SIGKILL))
		r = add(k, leader, (struct world_event){.type = WORLD_CONTINUED});
	if (killed)
		e.type = WORLD_KILLED;
	leader->dead = true;
	return r ? r : add(k, leader, e);
}

/*
 * What stopped a process, or a thread for its tracer.  The kernel forgets it when somebody has
 * waited for it, and that one may have stopped as well before he could tell.
 */
static int stop_signal(const struct kernel_world *k, const struct actor *a, int code)
{
	if (code > 0)
		return code & 0x7f;
	return a->waited_stop ? a->waited_stop : k->sent.any ? k->sent.sig : 0;
}

static int add_stop(struct kernel_world *k, const struct actor *leader)
{
	struct world_event e = {.type = WORLD_STOPPED};
	struct stat_line s = {0};

	look_stat(&leader->look, &s);
	e.info.signo = stop_signal(k, leader, s.exit_code);
	return add(k, leader, e);
}

/* A tracer is to decide about a signal that one of its threads was about to take. */
static int add_traced(struct kernel_world *k, const struct actor *a)
{
	struct world_event e = {.type = WORLD_TRACED};

	e.info.signo = stop_signal(k, a, look_reported(&a->look, a->tid));
	return add(k, a, e);
}

/* What became of one process, after all that its threads told. */
static int add_fate(struct kernel_world *k, struct actor *leader)
{
	char group = group_state(k, leader);
	int r = 0;

	for (unsigned int i = 0; i < k->n_actors && !r; i++) {
		struct actor *a = &k->actor[i];

		if (a->born && a->dirty && a->leader == leader && a->state == 't' &&
		    a->ran != a->ran_before)
			r = add_traced(k, a);
	}
	if (!r && (group == 'Z' || group == 'X') && !leader->dead)
		r = add_death(k, leader);
	else if (!r && group == 'T' && !leader->stood)
		r = add_stop(k, leader);
	if (group != 't')
		leader->stood = group == 'T';
	leader->group = group;
	leader->touched = false;
	return r;
}

/* Which processes anything may have happened to, and where in the log each was heard of last. */
static void touch(struct kernel_world *k)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		k->actor[i].touched = false;
		k->actor[i].waited_stop = 0;
	}
	for (unsigned int i = 0; i < k->n_actors; i++) {
		struct actor *a = &k->actor[i];

		if (!a->born || !a->dirty)
			continue;
		a->leader->touched = true;
		a->leader->last_told = 0;
	}
	for (size_t i = 0; i < k->n_log; i++)
		k->actor[k->log[i].slot].leader->last_told = i + 1;
}

/* Children of which nothing more is to be told first: their parent is about to be told of them. */
static int add_fates_of_children(struct kernel_world *k, const struct actor *parent, size_t at)
{
	int r = 0;

	for (unsigned int i = 0; i < k->n_actors && !r; i++) {
		struct actor *a = &k->actor[i];

		if (a->born && a->touched && a->ppid == parent->tid && a->last_told <= at)
			r = add_fate(k, a);
	}
	return r;
}

/* Only SIGKILL lets a process that stands not go on, but die, which may take its time. */
static bool was_killed(const struct actor *leader)
{
	return leader->exiting && WTERMSIG(leader->exit_code) == SIGKILL;
}

static int add_continued(struct kernel_world *k)
{
	int r = 0;

	for (unsigned int i = 0; i < k->n_actors && !r; i++) {
		struct actor *a = &k->actor[i];

		if (!a->born || a->leader != a || a->group != 'T' || group_state(k, a) != 'S')
			continue;
		a->group = 'S';
		a->stood = false;
		if (!was_killed(a))
			r = add(k, a, (struct world_event){.type = WORLD_CONTINUED});
	}
	return r;
}

/* A call of the scenario that was said to wait has returned. */
static int add_resumed(struct kernel_world *k, const struct actor *a,
		       const struct world_result *res)
{
	struct world_event event = {.type = WORLD_RESUMED, .result = *res};

	if (!a->told || a->swallow)
		return 0;
	return add(k, a, event);
}

static int add_from_log(struct kernel_world *k, size_t at)
{
	const struct wire_event *e = &k->log[at];
	struct actor *a = &k->actor[e->slot];
	struct world_result res;
	int r;

	if (e->type == WIRE_REPLY)
		call_result(a, &res);
	r = add_fates_of_children(k, a->leader, at);
	if (r)
		return r;
	return e->type == WIRE_REPLY ? add_resumed(k, a, &res) : add_handled(k, a, e->info);
}

/* Innermost namespaces first, and in each one the init last: so they die. */
static int compare_processes(const void *p, const void *q)
{
	const struct actor *a = *(struct actor *const *)p, *b = *(struct actor *const *)q;
	bool a_init = a->nr[a->n_nr - 1] == 1, b_init = b->nr[b->n_nr - 1] == 1;

	if (a->n_nr != b->n_nr)
		return a->n_nr > b->n_nr ? -1 : 1;
	if (a_init != b_init)
		return a_init ? 1 : -1;
	return a->index < b->index ? -1 : 1;
}

static int add_remaining(struct kernel_world *k)
{
	_cleanup_free_ struct actor **left = calloc(k->n_actors, sizeof(struct actor *));
	size_t n = 0;
	int r = 0;

	if (!left)
		return -ENOMEM;
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].touched)
			left[n++] = &k->actor[i];
	qsort(left, n, sizeof(struct actor *), compare_processes);
	for (size_t i = 0; i < n && !r; i++)
		r = add_fate(k, left[i]);
	return r;
}

/* What somebody has waited for, who looks afterwards does not see. */
static void learn_statuses(struct kernel_world *k)
{
	for (size_t i = 0; i < k->n_log; i++) {
		const struct actor *a = &k->actor[k->log[i].slot];
		struct world_result res;

		if (k->log[i].type != WIRE_REPLY)
			continue;
		call_result(a, &res);
		if (res.status >= 0)
			learn_status(k, &res, a);
	}
}

int events_make(struct kernel_world *k)
{
	int r;

	touch(k);
	learn_statuses(k);
	r = add_continued(k);
	for (size_t i = 0; i < k->n_log && !r; i++)
		r = add_from_log(k, i);
	return r ? r : add_remaining(k);
}
