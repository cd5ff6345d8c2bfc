/* SPDX-License-Identifier: GPL-2.0-or-later */
/* everybody.c - kill(-1) over very many: on the model, and in a PID namespace of our own */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sigfate.h>

#include "harness.h"

#define MODELLED 100000
#define REAL 10000

static bool model_all(void *data, size_t n)
{
	(void)n; /* every target is one */
	return sf_kill(data, -1, SIGURG) == 0;
}

static double model_ns(void)
{
	struct sf_machine *m = sf_machine_new(NULL);
	struct sf_task *init = m ? sf_machine_boot(m) : NULL;
	double ns = -1;
	int n = 0;

	while (init && n < MODELLED && sf_fork(init, NULL) > 0)
		n++;
	if (n == MODELLED)
		ns = best_ns(model_all, init, MODELLED);
	sf_machine_free(m);
	return ns;
}

static bool real_all(void *data, size_t n)
{
	(void)data;
	(void)n;
	return kill(-1, SIGURG) == 0;
}

/* As PID 1 of a namespace, which nothing of this leaves. */
static void measure_inside(int out)
{
	double ns = -1;
	int n = 0;

	for (; n < REAL; n++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0)
			for (;;)
				pause();
	}
	if (n == REAL)
		ns = best_ns(real_all, NULL, REAL);
	_exit(write(out, &ns, sizeof(ns)) == sizeof(ns) ? 0 : 1);
}

static double real_ns(void)
{
	double ns = -1;
	int pipes[2];
	pid_t pid;

	if (pipe(pipes) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		if ((unshare(CLONE_NEWPID) && unshare(CLONE_NEWUSER | CLONE_NEWPID)) ||
		    (pid = fork()) < 0)
			_exit(1);
		if (pid == 0)
			measure_inside(pipes[1]);
		close(pipes[1]);
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	close(pipes[1]);
	if (pid < 0 || read(pipes[0], &ns, sizeof(ns)) != sizeof(ns))
		ns = -1;
	close(pipes[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ns;
}

bool bench_everybody(void)
{
	double model = model_ns(), real = real_ns();

	if (model < 0)
		return false;
	if (real < 0) {
		report_skip("kill(-1), a target",
			    "10,000 processes in a PID namespace cannot be had here");
		return true;
	}
	report(&(struct figure){
		.name = "kill(-1), a target",
		.unit = "ns",
		.a_name = "model",
		.b_name = "kernel",
		.a = model,
		.b = real,
	});
	return true;
}
