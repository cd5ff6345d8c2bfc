/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads_test.c - many threads in one machine: they fork, exec, exit and signal in several
 * namespaces at once, and at the end everything is accounted for
 *
 * threads_test [SECONDS [SEED]]; under the checker of races it finds those too.
 */
#include <sigfate.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "invariants.h"
#include "play.h"

#define WORKERS 4
#define POOL 48

enum { SIGKILL = 9, SIGUSR1 = 10, SIGTERM = 15, SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19 };

static struct sf_machine *machine;
static struct sf_task *init;
static struct {
	pthread_mutex_t lock;
	struct sf_task *task[POOL]; /* each with a reference */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};
static atomic_bool over;
static _Atomic(const char *) wrong; /* what must not be and was seen */
static atomic_ullong themes;
static atomic_ulong calls, made, happened[SF_EVENT_GENERATED + 1];

struct worker {
	pthread_t thread;
	uint64_t random;
	struct sf_path *path; /* its own, recorded into now and then */
	struct play play;     /* its own players */
};

static unsigned int pick(struct worker *w, unsigned int n)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (unsigned int)(w->random >> 33) % n;
}

/* ---- the tasks that all share -------------------------------------------------------------- */

/* One of them with a reference; NULL when there was none, or a dead one, which then makes room. */
static struct sf_task *borrow(struct worker *w)
{
	/* some are popular */
	struct sf_task **slot = &pool.task[pick(w, pick(w, 2) ? 4 : POOL)], *t, *dead = NULL;

	pthread_mutex_lock(&pool.lock);
	t = *slot;
	if (t && sf_task_is_exiting(t)) {
		dead = t;
		*slot = t = NULL;
	}
	if (t)
		sf_task_get(t);
	pthread_mutex_unlock(&pool.lock);
	if (dead)
		sf_task_put(dead);
	return t;
}

static void keep(struct worker *w, struct sf_task *t)
{
	unsigned int at = pick(w, POOL);
	struct sf_task **slot, *old;

	pthread_mutex_lock(&pool.lock);
	for (unsigned int i = 0; i < POOL && pool.task[at]; i++)
		at = (at + 1) % POOL;
	slot = &pool.task[at];
	old = *slot;
	*slot = t;
	pthread_mutex_unlock(&pool.lock);
	if (!old)
		return;
	/* There shall not be more and more. */
	sf_kill(init, sf_task_nr(old, sf_machine_pidns(machine)), SIGKILL);
	sf_task_put(old);
}

static void make(struct worker *w, struct sf_task *t, uint64_t flags)
{
	struct sf_task *child = NULL;

	if (sf_clone(t, flags, &child) > 0) {
		const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};

		sf_rt_sigaction(child, SIGUSR1, &handler, NULL);
		sf_rt_sigaction(child, 34, &handler, NULL);
		keep(w, child);
		atomic_fetch_add(&made, 1);
	}
}

/* ---- what they do -------------------------------------------------------------------------- */

static int some_signal(struct worker *w)
{
	static const int sig[] = {0, SIGUSR1, SIGUSR1, SIGUSR1, SIGCHLD, SIGCONT, SIGCONT, 34, 34};
	static const int rare[] = {SIGSTOP, SIGTERM, SIGKILL, 40, 3};

	return pick(w, 12) ? sig[pick(w, ARRAY_SIZE(sig))] : rare[pick(w, ARRAY_SIZE(rare))];
}

static void send(struct worker *w, struct sf_task *t)
{
	struct sf_task *target = borrow(w);
	struct sf_pidns *ns = sf_task_pidns(t);
	int nr = target ? sf_task_nr(target, ns) : 1, sig = some_signal(w);

	switch (pick(w, 10)) {
	case 0:
		sf_kill(t, 0, sig == SIGKILL ? SIGCONT : sig);
		break;
	case 1:
		sf_kill(t, -nr, sig);
		break;
	case 2:
		sf_kill(t, -1, pick(w, 50) ? 0 : sig);
		break;
	case 3:
		sf_tgkill(t, nr, nr, sig);
		break;
	case 4:
		sf_sigqueue(t, nr, 34 + (int)pick(w, 4), 7);
		break;
	case 5:
		if (target)
			sf_pidfd_send_signal(t, target, sig, NULL, 0);
		break;
	default:
		sf_kill(t, nr, sig);
	}
	if (target)
		sf_task_put(target);
}

static void prepare(struct worker *w, struct sf_task *t)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)pick(w, 3),
		.flags = pick(w, 3) ? 0 : SF_SA_RESTART | SF_SA_NOCLDWAIT,
	};
	sf_sigset set = SF_SIGMASK(SIGUSR1) | SF_SIGMASK(SIGTERM) | SF_SIGMASK(34);

	switch (pick(w, 4)) {
	case 0:
		sf_rt_sigaction(t, pick(w, 2) ? SIGUSR1 : 1 + (int)pick(w, 40), &act, NULL);
		break;
	case 1:
		sf_rt_sigprocmask(t, (int)pick(w, 3), &set, NULL);
		break;
	case 2:
		sf_setpgid(t, 0, 0);
		break;
	default:
		sf_prctl(t, SF_PR_SET_CHILD_SUBREAPER, 1);
	}
}

static void sleep_somewhere(struct worker *w, struct sf_task *t)
{
	switch (pick(w, 3)) {
	case 0:
		sf_wait4(t, -1, NULL, pick(w, 3) ? SF_WNOHANG | SF_WUNTRACED : 0);
		break;
	case 1:
		sf_rt_sigtimedwait(t, SF_SIGMASK(34) | SF_SIGMASK(SIGUSR1), NULL);
		break;
	default:
		sf_rt_sigsuspend(t, 0);
	}
}

static void trace(struct worker *w, struct sf_task *t)
{
	struct sf_task *target = borrow(w);
	int nr = target ? sf_task_nr(target, sf_task_pidns(t)) : 0;

	if (target)
		sf_task_put(target);
	/* An init in its tracer's hands would be of no use to the others. */
	if (nr <= 1)
		return;
	sf_ptrace(t, (enum sf_ptrace_request)pick(w, 8), nr, pick(w, 4) ? 0 : SIGTERM);
}

/* A session with a terminal, of which any of its threads may be told. */
static void use_terminal(struct worker *w, struct sf_task *t)
{
	static const int key[] = {1, 2, 20, 20};

	if (!pick(w, 2))
		sf_setsid(t);
	sf_tty(t, key[pick(w, ARRAY_SIZE(key))], 0);
}

/* Any call, with anything, about tasks that others may have too. */
static void play_along(struct worker *w, struct sf_task *t)
{
	struct sf_task **slot = &w->play.player[1 + pick(w, PLAYERS - 1)];
	struct worker theme = {.random = (atomic_load(&themes) + 1) * 0x9e3779b97f4a7c15};
	uint8_t bytes[64];

	/* For a while all make much the same calls, so that rare ones meet. */
	if (!pick(w, 60))
		atomic_fetch_add(&themes, 1);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)pick(&theme, 256);
		if (!pick(w, 16))
			bytes[i] = (uint8_t)pick(w, 256);
	}
	w->play.p = bytes;
	w->play.end = bytes + sizeof(bytes);
	play_act(&w->play, t);
	if (w->play.wrong)
		atomic_store(&wrong, w->play.wrong);
	/* Who was made by it may be met by the others, and the reverse. */
	if (*slot && !sf_task_is_exiting(*slot) && pick(w, 2))
		keep(w, *slot);
	else
		sf_task_put(*slot);
	*slot = borrow(w);
}

/* ---- what sigfate.h says may be done meanwhile --------------------------------------------- */

static void look(const struct sf_task *t)
{
	const struct sf_pidns *ns = sf_task_pidns(t);
	char comm[SF_COMM_LEN];

	sf_task_comm(t, comm);
	sf_task_pgrp(t, ns);
	sf_task_session(t, ns);
	sf_task_tgid(t, sf_machine_pidns(machine));
	sf_task_parent(t);
	sf_task_leader(t);
	sf_task_is_exiting(t);
	sf_task_is_init(t);
	sf_task_is_dying(t);
	sf_task_threads(t);
	sf_task_exit_status(t);
	sf_task_cap_effective(t);
	sf_task_cap_permitted(t);
	sf_userns_parent(sf_task_userns(t));
	sf_pidns_closed(ns);
	sf_pidns_level(ns);
	sf_pidns_owner(ns);
	sf_pidns_parent(ns);
	for (int kind = SF_SIGPND; kind <= SF_SIGCGT; kind++)
		sf_task_sigset(t, (enum sf_sigset_kind)kind);
}

/* Of what is found in a section a reference can be taken, and looked at after it. */
static void walk(struct worker *w)
{
	unsigned int at = pick(w, 50);
	struct sf_task *found = NULL, *p, *t;

	if (sf_tasklist_lock(machine))
		abort();
	for (p = sf_task_next(machine, NULL); p; p = sf_task_next(machine, p))
		for (t = p; t; t = sf_task_next_thread(t)) {
			sf_task_tracer(t);
			sf_pidns_init(sf_task_pidns(t));
			if (!at--)
				found = sf_task_get(t);
		}
	t = sf_task_find(sf_machine_pidns(machine), 2 + (int)pick(w, 100));
	if (t && !found)
		found = sf_task_get(t);
	sf_tasklist_unlock(machine);
	if (found)
		look(found);
	sf_task_put(found);
}

static void turn_a_knob(struct worker *w)
{
	uint32_t uid;

	switch (pick(w, 7)) {
	case 0:
		sf_machine_set_overflowuid(machine, 65000 + pick(w, 10));
		break;
	case 1:
		sf_machine_set_core_pattern(machine, (enum sf_core_pattern)pick(w, 3));
		break;
	case 2:
		sf_pidns_set_last_pid(sf_machine_pidns(machine), (int)pick(w, 400));
		break;
	case 3:
		sf_pidns_set_pid_max(sf_machine_pidns(machine), SF_PID_MAX_LIMIT);
		break;
	case 4:
		sf_audit_enable(machine, !pick(w, 8)); /* not for long: the records remain */
		break;
	case 5:
		sf_audit_signal_sender(machine, &uid);
		break;
	default:
		sf_path_free(sf_path_new(machine));
	}
}

/* What the path has is of this thread's own steps. */
static void record(struct worker *w)
{
	struct sf_verdicts v;

	if (pick(w, 2)) {
		sf_machine_record(machine, w->path);
		return;
	}
	sf_machine_record(machine, NULL);
	if (!sf_verdicts_read(machine, w->path, 0, &v))
		sf_verdicts_release(&v);
	sf_path_clear(w->path);
}

static void watch(struct worker *w, struct sf_task *t)
{
	switch (pick(w, 8)) {
	case 0:
		walk(w);
		break;
	case 1:
		turn_a_knob(w);
		break;
	case 2:
		record(w);
		break;
	case 3:
		sf_task_set_comm(t, pick(w, 2) ? "one" : "another");
		break;
	default:
		look(t);
	}
}

/* -------------------------------------------------------------------------------------------- */

static void act(struct worker *w, struct sf_task *t)
{
	const uint64_t thread = SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD;

	switch (pick(w, 36)) {
	case 0:
	case 1:
	case 2:
		make(w, t, SIGCHLD);
		break;
	case 3:
		make(w, t, thread);
		break;
	case 4:
		make(w, t, SF_CLONE_NEWPID | SIGCHLD);
		break;
	case 5:
		make(w, t, SF_CLONE_NEWUSER | SF_CLONE_NEWPID | SIGCHLD);
		break;
	case 6:
		sf_execve(t, NULL);
		break;
	case 7:
		if (!pick(w, 3))
			sf_exit(t, 3);
		break;
	case 8:
		if (!pick(w, 4))
			sf_exit_group(t, 4);
		break;
	case 9:
	case 10:
		prepare(w, t);
		break;
	case 11:
		sleep_somewhere(w, t);
		break;
	case 12:
		trace(w, t);
		break;
	case 13:
	case 14:
	case 15:
		watch(w, t);
		break;
	case 16:
		use_terminal(w, t);
		break;
	case 17:
		sf_pidfd_open(t, 1 + (int)pick(w, 50), 0);
		sf_ptrace_getsiginfo(t, 1 + (int)pick(w, 50), NULL);
		if (!pick(w, 3))
			sf_fault(t, 11);
		break;
	case 18:
	case 19:
	case 20:
	case 21:
	case 22:
	case 23:
		play_along(w, t);
		break;
	default:
		send(w, t);
	}
}

/* Who sleeps or is stopped does nothing more until somebody stirs it. */
static void stir(struct worker *w, const struct sf_task *t)
{
	static const int sig[] = {SIGCONT, SIGCONT, SIGUSR1, 34, SIGKILL};

	sf_kill(init, sf_task_nr(t, sf_machine_pidns(machine)), sig[pick(w, ARRAY_SIZE(sig))]);
}

static void *work(void *data)
{
	struct worker *w = data;

	while (!atomic_load(&over)) {
		struct sf_task *t = borrow(w);

		if (!t) {
			make(w, init, SIGCHLD);
		} else {
			act(w, t);
			if (sf_task_state(t) != 'S' || !pick(w, 4))
				stir(w, t);
			sf_task_put(t);
		}
		if (!pick(w, 2))
			sf_settle(machine);
		while (sf_wait4(init, -1, NULL, SF_WNOHANG | SF_WALL) > 0)
			;
		atomic_fetch_add(&calls, 1);
	}
	sf_machine_record(machine, NULL);
	sf_path_free(w->path);
	for (size_t i = 0; i < PLAYERS; i++)
		sf_task_put(w->play.player[i]);
	return NULL;
}

/* A hook looks, at whom others act upon. */
static int hook(void *data, const struct sf_task *sender, const struct sf_task *target,
		const struct sf_siginfo *info, int sig)
{
	(void)data;
	(void)info;
	look(sender);
	look(target);
	return sig == 40 ? -13 : 0;
}

static void count_event(void *data, const struct sf_event *e)
{
	(void)data;
	atomic_fetch_add(&happened[e->type], 1);
}

/* A run in which little happens shows little. */
static bool was_busy(char *why, size_t size)
{
	static const char *const name[] = {"handlers",	    "deaths",	     "exits", "stops",
					   "continuations", "resumed calls", "traps", "signals"};

	printf("# %lu calls, %lu tasks", atomic_load(&calls), atomic_load(&made));
	for (size_t i = 0; i < ARRAY_SIZE(name); i++)
		printf(", %lu %s", atomic_load(&happened[i]), name[i]);
	putchar('\n');
	for (size_t i = 0; i < ARRAY_SIZE(name); i++)
		if (atomic_load(&happened[i]) < 10) {
			snprintf(why, size, "hardly any %s", name[i]);
			return false;
		}
	return true;
}

/* ---- the end ------------------------------------------------------------------------------- */

static bool wind_up(char *why, size_t size)
{
	for (size_t i = 0; i < POOL; i++)
		if (pool.task[i])
			sf_task_put(pool.task[i]);
	/* Tracers that were killed let go of who then goes on; so more than once. */
	for (int i = 0; i < 100 && sf_task_next(machine, init); i++) {
		sf_kill(init, -1, SIGKILL);
		sf_settle(machine);
		while (sf_wait4(init, -1, NULL, SF_WNOHANG | SF_WALL) > 0)
			;
	}
	if (sf_task_next(machine, init)) {
		snprintf(why, size, "something is left that cannot be killed");
		return false;
	}
	if (atomic_load(&wrong)) {
		snprintf(why, size, "%s", atomic_load(&wrong));
		return false;
	}
	return !machine_unsettled(machine, why, size) &&
	       !machine_broken(machine, &(struct held){0}, why, size);
}

int main(int argc, char **argv)
{
	struct timespec span = {.tv_sec = argc > 1 ? strtol(argv[1], NULL, 10) : 3};
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
	struct worker worker[WORKERS];
	char why[256];
	bool good;

	puts("1..1");
	machine = sf_machine_new(NULL);
	init = machine ? sf_machine_boot(machine) : NULL;
	if (!init)
		return 1;
	sf_machine_observe(machine, count_event, NULL);
	sf_machine_set_lsm(machine, hook, NULL);
	atomic_store(&themes, seed << 20);
	for (size_t i = 0; i < WORKERS; i++) {
		worker[i].play = (struct play){.machine = {machine}};
		worker[i].random = seed * 2654435761u + i * 40503u + 1;
		worker[i].path = sf_path_new(machine);
		if (!worker[i].path)
			return 1;
		if (pthread_create(&worker[i].thread, NULL, work, &worker[i]))
			return 1;
	}
	clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
	atomic_store(&over, true);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_join(worker[i].thread, NULL);
	good = was_busy(why, sizeof(why)) && wind_up(why, sizeof(why));
	printf("%s 1 - %d threads, seed %llu\n", good ? "ok" : "not ok", WORKERS,
	       (unsigned long long)seed);
	if (!good)
		printf("# %s\n", why);
	sf_machine_free(machine);
	return good ? 0 : 1;
}
