/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threads.c - what a second thread brings: two that send at once, in one machine */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include <sigfate.h>

#include "harness.h"

#define CALLS 2000000
#define ROUNDS 7

struct sender {
	pthread_t thread;
	pthread_barrier_t *start;
	struct sf_task *task;
	int target;
	double seconds;
};

static void *send(void *data)
{
	struct sender *s = data;
	double start;

	pthread_barrier_wait(s->start);
	start = now();
	for (int i = 0; i < CALLS; i++)
		sf_kill(s->task, s->target, SIGUSR1);
	s->seconds = now() - start;
	return NULL;
}

/* Calls a second of the first @n senders together; 0 when there can be no threads. */
static double rate(struct sender *sender, unsigned int n)
{
	pthread_barrier_t start;
	double slowest = 0;

	pthread_barrier_init(&start, NULL, n);
	for (unsigned int i = 0; i < n; i++) {
		sender[i].start = &start;
		if (pthread_create(&sender[i].thread, NULL, send, &sender[i]))
			return 0;
	}
	for (unsigned int i = 0; i < n; i++) {
		pthread_join(sender[i].thread, NULL);
		if (sender[i].seconds > slowest)
			slowest = sender[i].seconds;
	}
	pthread_barrier_destroy(&start);
	return n * (double)CALLS / slowest;
}

static double best_rate(struct sender *sender, unsigned int n)
{
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double r = rate(sender, n);

		if (r > best)
			best = r;
	}
	return best;
}

bool bench_threads(void)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	struct sf_machine *m = sf_machine_new(NULL);
	struct sf_task *init = m ? sf_machine_boot(m) : NULL;
	struct sender sender[2] = {0};
	double one, two;

	if (!init)
		return false;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		report_skip("kill() by two threads", "there is one CPU only");
		return true;
	}
	for (int i = 0; i < 2; i++) {
		struct sf_task *target = NULL;

		sf_fork(init, &sender[i].task);
		sender[i].target = (int)sf_fork(sender[i].task, &target);
		if (!target || sf_rt_sigaction(target, SIGUSR1, &ignore, NULL))
			return false;
	}
	one = best_rate(sender, 1);
	two = best_rate(sender, 2);
	report(&(struct figure){
		.name = "kill() a microsecond, two threads",
		.unit = "",
		.a_name = "one",
		.b_name = "two",
		.a = one / 1e6,
		.b = two / 1e6,
		.goal = AT_LEAST(1.8),
	});
	sf_machine_free(m);
	return true;
}
