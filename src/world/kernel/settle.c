/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle.c - wait until nothing can happen any more
 *
 * A scenario has settled when there was one moment at which every task slept (or was stopped, or
 * dead): tasks are woken by tasks, so from then on nothing happens by itself.  Nobody can look at
 * all tasks at one moment, so that it existed is concluded from three rounds:
 *
 *   1. each task that is known to have run since the last settling sleeps;
 *   2. each other task sleeps, and has not been on a CPU since the last settling;
 *   3. each of the first has not been on a CPU since round 1.
 *
 * Then the moment between the first two rounds was one.  A task that the second or third round
 * finds to have run joins the first kind, and all is looked at again.
 *
 * Sleep that ends by itself does not count: state D, unless it waits for its vfork() child or, in
 * execve(), for the end of the other threads, a core dump, and that of a dying init which has
 * nobody left to wait for.
 */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define YIELDS 64 /* before the referee sleeps between two looks */
#define SLEEP_MIN_US 20u
#define SLEEP_MAX_US 1000u
#define EXTENSIONS 11

enum verdict { RUNNING, CHANGED, SETTLED };

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void begin_actor(struct actor *a)
{
	a->dirty = false;
	a->ran_before = a->ran;
	a->ran_ns_before = a->ran_ns;
	a->was_stopped = a->group == 'T';
}

void settle_begin(struct kernel_world *k)
{
	k->deadline = now_ns() + k->timeout_ns;
	k->extensions = 0;
	k->n_log = 0;
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born)
			begin_actor(&k->actor[i]);
}

static int log_add(struct kernel_world *k, const struct wire_event *e)
{
	if (k->n_log == k->log_size) {
		size_t size = k->log_size ? 2 * k->log_size : 64;
		struct wire_event *p = reallocarray(k->log, size, sizeof(*p));

		if (!p)
			return -ENOMEM;
		k->log = p;
		k->log_size = size;
	}
	k->log[k->n_log++] = *e;
	return 0;
}

static int take_event(struct kernel_world *k, const struct wire_event *e)
{
	struct actor *a;

	if (e->slot >= k->n_actors)
		return -EIO;
	a = &k->actor[e->slot];
	a->dirty = true;
	if (e->type == WIRE_UP)
		return actor_up(k, e);
	if (e->type == WIRE_REPLY) {
		a->ret = e->ret;
		a->busy = false;
		if (a->quiet)
			return 0;
		if (a->call == FATE_EXECVE && !a->ret)
			actor_became_leader(a);
	}
	return log_add(k, e);
}

/* The event at a place of the ring; NULL while it is not written. */
static const struct wire_event *event_at(const struct kernel_world *k, uint32_t place)
{
	const struct wire_event *e = &k->arena.header->ring[place % WIRE_RING];

	return __atomic_load_n(&e->ready, __ATOMIC_SEQ_CST) == place + 1 ? e : NULL;
}

static void add_hole(struct kernel_world *k, uint32_t place)
{
	if (k->n_holes == KERNEL_HOLES)
		memmove(k->hole, k->hole + 1, --k->n_holes * sizeof(*k->hole));
	k->hole[k->n_holes++] = place;
}

/* Whoever stopped over an entry has gone on; whoever died never will. */
static int fill_holes(struct kernel_world *k)
{
	int r = 0;

	for (unsigned int i = 0; i < k->n_holes && !r;) {
		const struct wire_event *e = event_at(k, k->hole[i]);

		if (!e) {
			i++;
			continue;
		}
		r = take_event(k, e);
		memmove(k->hole + i, k->hole + i + 1, (--k->n_holes - i) * sizeof(*k->hole));
	}
	return r;
}

int ring_drain(struct kernel_world *k, bool all_asleep)
{
	uint32_t head = __atomic_load_n(&k->arena.header->head, __ATOMIC_SEQ_CST);
	int r = fill_holes(k);

	if (head - k->ring_read > WIRE_RING)
		return world_fail(&k->world, -EOVERFLOW, "more than %d things happened at once",
				  WIRE_RING);
	for (; !r && k->ring_read != head; k->ring_read++) {
		const struct wire_event *e = event_at(k, k->ring_read);

		if (e)
			r = take_event(k, e);
		else if (all_asleep)
			add_hole(k, k->ring_read);
		else
			break;
	}
	return r;
}

/*
 * On a busy machine a task may wait for seconds before it gets a CPU.  That is not its time: it
 * gets more, to a limit.
 */
static int check_deadline(struct kernel_world *k, struct actor *who)
{
	uint64_t now = now_ns(), ran, ns = 0;

	if (now <= k->deadline)
		return 0;
	if (look_ran(&who->look, &ran, &ns))
		ns = who->ran_ns_before;
	if (k->extensions >= EXTENSIONS || ns - who->ran_ns_before > k->timeout_ns / 2)
		return -ETIMEDOUT;
	k->extensions++;
	k->deadline = now + k->timeout_ns;
	return 0;
}

int breathe(struct kernel_world *k, struct actor *who, unsigned int times)
{
	struct wire_arena *h = k->arena.header;
	uint32_t beat = __atomic_load_n(&h->beat, __ATOMIC_SEQ_CST);
	unsigned int us = times < YIELDS ? 0 : SLEEP_MIN_US * (times - YIELDS + 1);

	if (__atomic_load_n(&h->head, __ATOMIC_SEQ_CST) != k->ring_read)
		us = 0;
	if (us)
		arena_wait(&k->arena, beat, us < SLEEP_MAX_US ? us : SLEEP_MAX_US);
	else
		sched_yield();
	if (times % YIELDS != YIELDS - 1)
		return 0;
	if (k->cage.init > 0 && cage_died(&k->cage, &k->arena, k->world.error))
		return -ECHILD;
	return check_deadline(k, who);
}

/* Whether somebody who is not gone has the number of one who is for a group or a session. */
static bool is_held(const struct kernel_world *k, const struct actor *gone)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];
		struct stat_line s;

		if (a->born && a->state != 'X' && !look_stat(&a->look, &s) &&
		    (s.pgrp == gone->tid || s.session == gone->tid))
			return true;
	}
	return false;
}

/*
 * A dying init waits until no number of its namespace is in use but its own and its leader's; that
 * of a dead thread which its tracer has not waited for is.  The last one to go is not seen any more
 * when it wakes the init, so when all are gone, that is about to happen.
 */
static bool is_about_to_end(const struct kernel_world *k, const struct actor *init)
{
	if (!init->exiting || init->leader->nr[init->leader->n_nr - 1] != 1)
		return false;
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a != init && a != init->leader && actor_nr(init, a) &&
		    (a->state != 'X' || is_held(k, a)))
			return false;
	}
	return true;
}

/*
 * Whoever puts a task away frees its numbers when nobody sees the task any more.  Until then there
 * is one whose owner a file can have, and nobody that a signal could reach.
 */
static bool is_number_kept(const struct kernel_world *k, const struct actor *gone)
{
	return !fcntl(k->arena.fd, F_SETOWN, (int)gone->tid) && kill(gone->tid, 0) &&
	       errno == ESRCH && kill(-gone->tid, 0) && errno == ESRCH && !is_held(k, gone);
}

static bool is_putting_away(const struct kernel_world *k, struct actor **ret_who)
{
	bool kept = false;

	for (unsigned int i = 0; i < k->n_actors && !kept; i++) {
		struct actor *a = &k->actor[i];

		kept = a->born && a->dirty && a->state == 'X' && is_number_kept(k, a);
		if (kept)
			*ret_who = a;
	}
	fcntl(k->arena.fd, F_SETOWN, 0);
	return kept;
}

/* Sleeps it so that only others can wake it? */
static bool sleeps_for_good(const struct actor *a, const struct stat_line *s)
{
	switch (s->state) {
	case 'R':
	case 'X':
		return false;
	case 'D':
		return a->busy && !a->quiet && (a->makes_vfork || a->call == FATE_EXECVE);
	default:
		return !s->dumping;
	}
}

/* Round 1: it has run; does it sleep? */
static enum verdict look_first(struct actor *a)
{
	struct stat_line s;
	int r = look_ran(&a->look, &a->ran, &a->ran_ns);

	if (!r)
		r = look_asleep(&a->look);
	if (r == 1)
		r = look_stat(&a->look, &s) ? -ESRCH : sleeps_for_good(a, &s);
	if (r == -ESRCH) {
		a->state = 'X';
		a->exiting = true;
		return SETTLED;
	}
	if (r != 1)
		return RUNNING;
	a->state = s.state;
	a->ppid = s.ppid;
	a->exiting = s.exiting;
	a->exit_code = s.exit_code;
	return SETTLED;
}

/* A zombie does not run any more, but somebody may just be about to put it away. */
static bool is_put_away(const struct actor *a)
{
	struct stat_line s;

	return a->state == 'Z' && (look_stat(&a->look, &s) || s.state != 'Z');
}

/* Rounds 2 and 3: does it still sleep?  In this order: see look_ran(). */
static enum verdict look_again(struct actor *a)
{
	uint64_t ran, ns;
	int asleep;

	if (a->state == 'X')
		return SETTLED;
	asleep = look_asleep(&a->look);
	if (asleep <= 0 || look_ran(&a->look, &ran, &ns) || ran != a->ran || is_put_away(a)) {
		a->dirty = true;
		return CHANGED;
	}
	return SETTLED;
}

/*
 * A dead task is seen as such while the one that it tells of it (its parent) may not yet be woken.
 * Both happen under the lock of all tasks; who has held that lock after seeing the first, sees the
 * second.  kill() of a group takes it, and there is no such group.
 */
static void pass_tasklist_lock(void)
{
	kill(-INT_MAX, 0);
}

static enum verdict look_round(struct kernel_world *k, int round, struct actor **ret_who)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		struct actor *a = &k->actor[i];
		enum verdict v;

		if (!a->born || a->state == 'X' || a->dirty != (round != 2))
			continue;
		v = round == 1 ? look_first(a) : look_again(a);
		if (v != SETTLED) {
			*ret_who = a;
			return v;
		}
	}
	return SETTLED;
}

static enum verdict look_around(struct kernel_world *k, struct actor **ret_who)
{
	enum verdict v = look_round(k, 1, ret_who);

	if (v != SETTLED)
		return v;
	pass_tasklist_lock();
	v = look_round(k, 2, ret_who);
	if (v == SETTLED)
		v = look_round(k, 3, ret_who);
	for (unsigned int i = 0; v == SETTLED && i < k->n_actors; i++) {
		struct actor *a = &k->actor[i];

		if (a->born && a->dirty && (a->state == 'S' || a->state == 'I') &&
		    is_about_to_end(k, a)) {
			*ret_who = a;
			v = RUNNING;
		}
	}
	return v;
}

/* A child that nobody has seen yet may be anywhere, also in the middle of telling of itself. */
static bool is_child_missing(const struct kernel_world *k)
{
	return k->expected && !k->expected->born &&
	       (k->caller->busy ? k->caller->state == 'D' : k->caller->ret > 0);
}

/* A zombie does not notice that its parent has died, and that it has another now. */
static bool is_orphan(struct kernel_world *k, struct actor *a)
{
	const struct actor *parent = actor_by_tid(k, a->ppid);
	struct stat_line s;

	if (parent != k->init && parent && parent->state != 'Z')
		return false;
	if (look_stat(&a->look, &s))
		return false;
	a->ppid = s.ppid;
	a->exit_code = s.exit_code;
	return a->ppid == k->init->tid;
}

/*
 * The throw-away init waits for whatever comes to it, as a good init does.  It can do so unless the
 * scenario has laid hands on it.
 */
static int reap_orphans(struct kernel_world *k, bool *ret_any)
{
	*ret_any = false;
	if (k->init->busy || k->init->state != 'S')
		return 0;
	for (unsigned int i = 0; i < k->n_actors; i++) {
		struct actor *a = &k->actor[i];
		long got;
		int r;

		if (!a->born || a->state != 'Z' || a->leader != a || !is_orphan(k, a))
			continue;
		a->exit_status = a->exit_code;
		r = command_quiet(k, k->init, SYS_wait4,
				  (uint64_t[6]){(uint64_t)actor_nr(k->init, a), 0,
						WNOHANG | (unsigned int)__WALL},
				  &got);
		if (r)
			return r;
		*ret_any |= got > 0;
	}
	return 0;
}

static int timed_out(struct kernel_world *k, const struct actor *who)
{
	struct stat_line s = {.state = '?'};

	look_stat(&who->look, &s);
	return world_fail(
		&k->world, -ETIMEDOUT,
		"process %d (number %d inside) had not settled after %llu ms: it is in state %c",
		(int)who->tid, who->n_nr ? who->nr[who->n_nr - 1] : 0,
		(unsigned long long)((k->extensions + 1) * (k->timeout_ns / 1000000)), s.state);
}

/* Without it nothing that happens is of the scenario's making. */
static int check_init(struct kernel_world *k)
{
	if (k->init->state != 'Z' && k->init->state != 'X')
		return 0;
	return world_fail(&k->world, -ECHILD, "the throw-away init was killed, and all with it");
}

int settle(struct kernel_world *k)
{
	unsigned int times = 0;

	k->came_up = false;
	for (;;) {
		struct actor *who = k->caller;
		int r = ring_drain(k, false);
		enum verdict v = RUNNING;
		bool reaped = false;

		if (!r) {
			v = look_around(k, &who);
			if (v == SETTLED)
				r = ring_drain(k, true);
			if (v == SETTLED && !r && is_child_missing(k)) {
				who = k->expected;
				v = RUNNING;
			}
			if (v == SETTLED && !r)
				r = reap_orphans(k, &reaped);
			if (v == SETTLED && !r && !reaped && is_putting_away(k, &who))
				v = RUNNING;
		}
		if (!r && v == SETTLED && !reaped && !k->came_up)
			return check_init(k);
		k->came_up = false;
		if (!r && v == RUNNING)
			r = breathe(k, who, times++);
		if (r == -ETIMEDOUT)
			return timed_out(k, who);
		if (r)
			return r;
	}
}
