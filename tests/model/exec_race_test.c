/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_race_test.c - a process is found by its number, and gone when its signals are to be locked
 *
 * The kernel has then lost a race with execve(): who was found was the leader, and another thread
 * has its number now.  kill() looks again.  Here the race is lost every time: a security module's
 * hook, which is asked in between, waits until another thread of ours has let the exec happen.
 * Without threads nobody else can, and no look is taken twice.
 */
#include <sigfate.h>

#include <errno.h>
#include <stdio.h>

#include "invariants.h"

#ifdef SIGFATE_THREADS
#include <pthread.h>
#endif

enum { SIGUSR1 = 10, SIGTERM = 15, SIGCHLD = 17 };

static struct sf_machine *m;
static struct sf_task *host, *leader, *other; /* the two threads of a process */
static struct sf_path *path;
static int failures, number;

static void ok(bool good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, what);
	failures += !good;
}

/* ---- what happens in between --------------------------------------------------------------- */

static void run_another_program(void)
{
	sf_execve(other, "another");
	sf_settle(m);
}

static void end(void)
{
	sf_exit_group(other, 3);
	sf_settle(m);
}

/* Its number is free then. */
static void end_and_be_reaped(void)
{
	end();
	sf_wait4(host, -1, NULL, SF_WNOHANG);
}

static void (*in_between)(void);

#ifdef SIGFATE_THREADS
static void *elsewhere(void *data)
{
	(void)data;
	in_between();
	return NULL;
}

static void let_it_happen(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, elsewhere, NULL))
		pthread_join(thread, NULL);
}
#else
static void let_it_happen(void)
{
	in_between();
}
#endif

/* Asked after the look-up and before the lock, once each time. */
static int hook(void *data, const struct sf_task *sender, const struct sf_task *target,
		const struct sf_siginfo *info, int sig)
{
	bool *asked = data;

	(void)sender;
	(void)target;
	(void)info;
	(void)sig;
	if (!*asked)
		let_it_happen();
	*asked = true;
	return 0;
}

/* ---- the path ------------------------------------------------------------------------------ */

static size_t count(enum sf_step_id id, int answer)
{
	size_t n, found = 0;
	const struct sf_step *step = sf_path_steps(path, &n);

	for (size_t i = 0; i < n; i++)
		found += step[i].id == id && step[i].answer == answer;
	return found;
}

/* A process with two threads, found and lost. */
static long lose(long (*call)(struct sf_task *sender, int pid), void (*what)(void))
{
	struct sf_task *sender;
	bool asked = false;
	long r;

	sf_fork(host, &sender);
	sf_fork(host, &leader);
	sf_clone(leader, SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD, &other);
	in_between = what;
	sf_path_clear(path);
	sf_machine_set_lsm(m, hook, &asked);
	sf_machine_record(m, path);
	r = call(sender, sf_task_nr(leader, sf_machine_pidns(m)));
	sf_machine_set_lsm(m, NULL, NULL);
	sf_settle(m);
	sf_machine_record(m, NULL);
	sf_exit_group(sender, 0);
	sf_settle(m);
	sf_task_put(sender);
	return r;
}

static void forget(void)
{
	sf_path_clear(path);
	sf_task_put(leader);
	sf_task_put(other);
	while (sf_wait4(host, -1, NULL, SF_WNOHANG) > 0)
		;
}

static long by_kill(struct sf_task *sender, int pid)
{
	return sf_kill(sender, pid, SIGTERM);
}

static long by_sigqueue(struct sf_task *sender, int pid)
{
	return sf_sigqueue(sender, pid, SIGTERM, 1);
}

static long by_pidfd(struct sf_task *sender, int pid)
{
	(void)pid;
	return sf_pidfd_send_signal(sender, leader, SIGTERM, NULL, 0);
}

static long by_tkill(struct sf_task *sender, int pid)
{
	return sf_tkill(sender, pid, SIGTERM);
}

static bool one_verdict(long result, const struct sf_task *task, enum sf_fate fate)
{
	struct sf_verdicts v;
	bool good;

	if (sf_verdicts_read(m, path, result, &v))
		return false;
	good = v.n == 1 && v.v[0].task == task && v.v[0].fate == fate;
	sf_verdicts_release(&v);
	return good;
}

/* ---- with threads -------------------------------------------------------------------------- */

#ifdef SIGFATE_THREADS

static void test_another_has_the_number(void)
{
	static const struct {
		const char *what;
		long (*call)(struct sf_task *sender, int pid);
	} calls[] = {{"kill", by_kill}, {"sigqueue", by_sigqueue}, {"pidfd_send_signal", by_pidfd}};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		long r = lose(calls[i].call, run_another_program);

		printf("# %s\n", calls[i].what);
		ok(r == 0 && sf_task_state(leader) == 'X', "the signal is sent, though who was "
							   "found is gone");
		ok(count(SF_STEP_SIGHAND, 0) == 1 && count(SF_STEP_AGAIN, 1) == 1 &&
			   count(SF_STEP_SIGHAND, 1) >= 1,
		   "the path shows that it was looked for again");
		ok(sf_task_leader(leader) == other && sf_task_exit_status(other) == SIGTERM,
		   "who has the number now dies of it");
		ok(one_verdict(r, other, SF_FATE_KILLED), "the verdict is that one's alone");
		forget();
	}
}

static void test_nobody_has_the_number(void)
{
	long r = lose(by_kill, end_and_be_reaped);

	ok(r == -ESRCH && count(SF_STEP_AGAIN, 0) == 1, "a process that has gone is not there");
	ok(one_verdict(r, leader, SF_FATE_REFUSED), "the verdict is that it is gone");
	forget();
}

static void test_a_zombie_is_still_there(void)
{
	long r = lose(by_kill, end);

	ok(r == 0 && !count(SF_STEP_AGAIN, 0) && !count(SF_STEP_AGAIN, 1),
	   "one that has ended, and was not reaped, is signalled");
	forget();
}

/* Models: kernel/signal.c:do_send_specific, which does not look again. */
static void test_a_thread_is_not_looked_for_again(void)
{
	long r = lose(by_tkill, run_another_program);

	ok(r == 0 && count(SF_STEP_SIGHAND, 0) == 1 && !count(SF_STEP_AGAIN, 1) &&
		   sf_task_state(other) == 'S',
	   "tkill() of a leader that goes succeeds, and nobody gets the signal");
	forget();
}

static const int planned = 4 * 3 + 2 + 1 + 1;

static void test(void)
{
	test_another_has_the_number();
	test_nobody_has_the_number();
	test_a_zombie_is_still_there();
	test_a_thread_is_not_looked_for_again();
}

#else

static const int planned = 2;

/* The hook can make no call, and there is nobody else. */
static void test(void)
{
	long r = lose(by_kill, run_another_program);

	ok(r == 0 && !count(SF_STEP_SIGHAND, 0) && !count(SF_STEP_AGAIN, 1) &&
		   !count(SF_STEP_AGAIN, 0) && sf_task_leader(leader) == leader,
	   "without threads nothing comes between, and no look is taken twice");
	ok(one_verdict(r, leader, SF_FATE_KILLED), "who was found gets it");
	forget();
	(void)end_and_be_reaped;
	(void)by_sigqueue;
	(void)by_pidfd;
	(void)by_tkill;
}

#endif

int main(void)
{
	char why[256];

	printf("1..%d\n", planned + 1);
	m = sf_machine_new(NULL);
	host = m ? sf_machine_boot(m) : NULL;
	path = host ? sf_path_new(m) : NULL;
	if (!path)
		return 1;
	test();
	sf_path_free(path);
	ok(!machine_broken(m, &(struct held){0}, why, sizeof(why)), "everything is accounted for");
	sf_machine_free(m);
	return failures ? 1 : 0;
}
