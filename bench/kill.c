/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kill.c - what a kill() on the model costs, beside the same kill(2) on this kernel
 *
 * Three ends of the path: the permission is only checked, the target ignores the signal, the target
 * blocks it and it is pending already.  None of them wakes the target, so that the call alone is
 * measured.  Each figure is the best of several rounds: others on the machine only add to it.
 */
#include <sigfate.h> /* before signal.h, which makes macros of the fields of a siginfo */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ROUNDS 7
#define CALLS 200000

static const struct {
	const char *name;
	int sig;
} cases[] = {
	{"probe", 0},
	{"ignored", SIGUSR1},
	{"merged", SIGUSR2},
};

/* Both targets: SIGUSR1 is ignored, SIGUSR2 blocked. */
struct pair {
	pid_t real;
	struct sf_machine *machine;
	struct sf_task *sender;
	int modelled;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int real_target(pid_t *ret)
{
	int ready[2];
	char byte;
	ssize_t n;

	if (pipe(ready) < 0)
		return -errno;
	*ret = fork();
	if (*ret < 0)
		return -errno;
	if (*ret == 0) {
		sigset_t set;

		signal(SIGUSR1, SIG_IGN);
		sigemptyset(&set);
		sigaddset(&set, SIGUSR2);
		sigprocmask(SIG_BLOCK, &set, NULL);
		close(ready[0]);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	n = read(ready[0], &byte, 1);
	close(ready[0]);
	return n == 1 ? 0 : -EIO;
}

static int model_target(struct pair *pair)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	const sf_sigset set = SF_SIGMASK(SIGUSR2);
	struct sf_task *target = NULL;

	pair->machine = sf_machine_new(NULL);
	if (!pair->machine)
		return -ENOMEM;
	pair->sender = sf_machine_boot(pair->machine);
	if (!pair->sender)
		return -ENOMEM;
	pair->modelled = (int)sf_fork(pair->sender, &target);
	if (pair->modelled <= 0 || sf_rt_sigaction(target, SIGUSR1, &ignore, NULL) ||
	    sf_rt_sigprocmask(target, SF_SIG_BLOCK, &set, NULL))
		return -EIO;
	return 0;
}

static double model_ns(const struct pair *pair, int sig)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), took;
		long failed = 0;

		for (int i = 0; i < CALLS; i++)
			failed |= sf_kill(pair->sender, pair->modelled, sig);
		took = (now() - start) / CALLS;
		if (failed)
			return -1;
		if (!round || took < best)
			best = took;
	}
	return best;
}

static double kernel_ns(const struct pair *pair, int sig)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), took;
		int failed = 0;

		for (int i = 0; i < CALLS; i++)
			failed |= kill(pair->real, sig);
		took = (now() - start) / CALLS;
		if (failed)
			return -1;
		if (!round || took < best)
			best = took;
	}
	return best;
}

static int compare(const struct pair *pair)
{
	printf("%-10s %12s %12s %8s\n", "kill()", "model", "kernel", "times");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double model = model_ns(pair, cases[i].sig), kernel = kernel_ns(pair, cases[i].sig);

		if (model < 0 || kernel < 0)
			return -EIO;
		printf("%-10s %9.1f ns %9.1f ns %8.1f\n", cases[i].name, model, kernel,
		       kernel / model);
	}
	return 0;
}

int main(void)
{
	struct pair pair = {.real = -1};
	int r = real_target(&pair.real);

	if (!r)
		r = model_target(&pair);
	if (!r)
		r = compare(&pair);
	if (pair.real > 0) {
		kill(pair.real, SIGKILL);
		waitpid(pair.real, NULL, 0);
	}
	sf_machine_free(pair.machine);
	if (r)
		fprintf(stderr, "bench_kill: %s\n", strerror(-r));
	return r ? 1 : 0;
}
