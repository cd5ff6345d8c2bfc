/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - what a kill() on the model costs, beside the same kill(2) on this kernel; and what it
 * costs more to record its path, far down, and among many
 *
 * No target is woken, so that the call alone is measured: the permission is only checked, the
 * signal is ignored, or it is blocked and pending already.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sigfate.h>

#include "base/cleanup.h"
#include "harness.h"

#define CALLS 200000

struct real {
	pid_t target;
	int sig;
};

struct modelled {
	struct sf_machine *machine;
	struct sf_task *sender, *target;
	int nr, sig;
	struct sf_path *path;
};

static const struct {
	const char *name;
	int sig;
} cases[] = {
	{"kill() signal 0", 0},
	{"kill() ignored", SIGUSR1},
	{"kill() pending already", SIGUSR2},
};

/* ---- the kernel ---------------------------------------------------------------------------- */

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

static bool real_kill(void *data, size_t n)
{
	const struct real *r = data;
	int failed = 0;

	for (size_t i = 0; i < n; i++)
		failed |= kill(r->target, r->sig);
	return !failed;
}

/* ---- the model ----------------------------------------------------------------------------- */

/* A sender and a target, @depth PID namespaces down. */
static bool model_new(struct modelled *m, unsigned int depth)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	const sf_sigset set = SF_SIGMASK(SIGUSR2);

	m->machine = sf_machine_new(NULL);
	m->sender = m->machine ? sf_machine_boot(m->machine) : NULL;
	for (unsigned int i = 0; m->sender && i < depth; i++) {
		struct sf_task *inner = NULL;

		sf_clone(m->sender, SF_CLONE_NEWPID | SIGCHLD, &inner);
		m->sender = inner;
	}
	if (!m->sender)
		return false;
	m->nr = (int)sf_fork(m->sender, &m->target);
	m->path = sf_path_new(m->machine);
	return m->nr > 0 && m->path && !sf_rt_sigaction(m->target, SIGUSR1, &ignore, NULL) &&
	       !sf_rt_sigprocmask(m->target, SF_SIG_BLOCK, &set, NULL);
}

static bool model_kill(void *data, size_t n)
{
	const struct modelled *m = data;
	long failed = 0;

	for (size_t i = 0; i < n; i++)
		failed |= sf_kill(m->sender, m->nr, m->sig);
	return !failed;
}

static bool recorded_kill(void *data, size_t n)
{
	const struct modelled *m = data;
	long failed = 0;

	sf_machine_record(m->machine, m->path);
	for (size_t i = 0; i < n; i++) {
		failed |= sf_kill(m->sender, m->nr, m->sig);
		sf_path_clear(m->path);
	}
	sf_machine_record(m->machine, NULL);
	return !failed;
}

/* ---- the figures --------------------------------------------------------------------------- */

static void compare_with_kernel(struct modelled *m, struct real *real)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		m->sig = real->sig = cases[i].sig;
		report(&(struct figure){
			.name = cases[i].name,
			.unit = "ns",
			.a_name = "model",
			.b_name = "kernel",
			.a = best_ns(model_kill, m, CALLS),
			.b = best_ns(real_kill, real, CALLS),
			.goal = AT_LEAST(8),
		});
	}
}

static void compare_recorded(struct modelled *m)
{
	m->sig = SIGUSR1;
	report(&(struct figure){
		.name = "kill() with its path recorded",
		.unit = "ns",
		.a_name = "recorded",
		.b_name = "plain",
		.a = best_ns(recorded_kill, m, CALLS),
		.b = best_ns(model_kill, m, CALLS),
		.goal = AT_MOST(5),
	});
}

static bool compare_depth(struct modelled *top)
{
	struct modelled deep = {.sig = SIGUSR1};

	if (!model_new(&deep, SF_MAX_PID_NS_LEVEL))
		return false;
	top->sig = SIGUSR1;
	report(&(struct figure){
		.name = "kill() 32 namespaces down",
		.unit = "ns",
		.a_name = "deep",
		.b_name = "at top",
		.a = best_ns(model_kill, &deep, CALLS),
		.b = best_ns(model_kill, top, CALLS),
		.goal = AT_MOST(SF_MAX_PID_NS_LEVEL),
	});
	sf_machine_free(deep.machine);
	return true;
}

bool bench_calls(void)
{
	struct modelled m = {0};
	struct real real = {.target = -1};
	bool good = model_new(&m, 0) && !real_target(&real.target);

	if (good) {
		compare_with_kernel(&m, &real);
		compare_recorded(&m);
		good = compare_depth(&m);
	}
	if (real.target > 0) {
		kill(real.target, SIGKILL);
		waitpid(real.target, NULL, 0);
	}
	sf_machine_free(m.machine);
	return good;
}
