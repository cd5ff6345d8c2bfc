/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threads.c - what a second thread brings: two that send at once, in one machine */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <sigfate.h>

#include "harness.h"

#define CALLS 2000000
#define ROUNDS 7

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct sender {
	pthread_t thread;
	pthread_barrier_t *start;
	struct sf_task *task;
	int target;
	double seconds, cpu;
};

/* Calls a microsecond: of time, and of the CPUs' time, which others on the machine do not use. */
struct rate {
	double time, cpu;
};

static void *send(void *data)
{
	struct sender *s = data;
	double start, cpu;

	pthread_barrier_wait(s->start);
	start = now();
	cpu = cpu_now();
	for (int i = 0; i < CALLS; i++)
		sf_kill(s->task, s->target, SIGUSR1);
	s->seconds = now() - start;
	s->cpu = cpu_now() - cpu;
	return NULL;
}

/* Of the first @n senders together; zeroes when there can be no threads. */
static struct rate rate(struct sender *sender, unsigned int n)
{
	double calls = n * (double)CALLS / 1e6, slowest = 0, busiest = 0;
	pthread_barrier_t start;

	pthread_barrier_init(&start, NULL, n);
	for (unsigned int i = 0; i < n; i++) {
		sender[i].start = &start;
		if (pthread_create(&sender[i].thread, NULL, send, &sender[i]))
			return (struct rate){0};
	}
	for (unsigned int i = 0; i < n; i++) {
		pthread_join(sender[i].thread, NULL);
		if (sender[i].seconds > slowest)
			slowest = sender[i].seconds;
		if (sender[i].cpu > busiest)
			busiest = sender[i].cpu;
	}
	pthread_barrier_destroy(&start);
	return (struct rate){calls / slowest, calls / busiest};
}

static struct rate best_rate(struct sender *sender, unsigned int n)
{
	struct rate best = {0};

	for (int i = 0; i < ROUNDS; i++) {
		struct rate r = rate(sender, n);

		if (r.time > best.time)
			best.time = r.time;
		if (r.cpu > best.cpu)
			best.cpu = r.cpu;
	}
	return best;
}

static void compare(const char *name, double one, double two)
{
	report(&(struct figure){
		.name = name,
		.unit = "",
		.a_name = "one",
		.b_name = "two",
		.a = one,
		.b = two,
		.goal = AT_LEAST(1.8),
	});
}

bool bench_threads(void)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	struct sf_machine *m = sf_machine_new(NULL);
	struct sf_task *init = m ? sf_machine_boot(m) : NULL;
	struct sender sender[2] = {0};
	struct rate one, two;

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
	compare("kill() a us, two threads", one.time, two.time);
	compare("kill() a us of CPU, two threads", one.cpu, two.cpu);
	sf_machine_free(m);
	return true;
}
