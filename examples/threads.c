/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads.c - several threads in one machine: each acts as tasks of its own, all may meet
 *
 * Nothing has to be locked: calls exclude each other where the kernel's do.  A thread that wants to
 * walk over all processes asks them to stand still.
 */
#include <sigfate.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREADS 4
#define CHILDREN 1000

struct worker {
	pthread_t thread;
	struct sf_task *task; /* whom it acts as, with a reference */
};

static struct sf_machine *machine;

/* Called by the thread in whose call it happens: by several at once. */
static void happened(void *data, const struct sf_event *e)
{
	atomic_ulong *handled = data;

	if (e->type == SF_EVENT_HANDLED)
		atomic_fetch_add(handled, 1);
}

/* A server that makes children and is told by each of them; all others do the same meanwhile. */
static void *work(void *data)
{
	const struct worker *w = data;

	for (int i = 0; i < CHILDREN; i++) {
		struct sf_task *child;

		if (sf_fork(w->task, &child) < 0)
			break;
		sf_sigqueue(child, (int)sf_getppid(child), 34, i); /* each one is queued */
		sf_kill(w->task, (int)sf_getpid(child), SIGKILL);
		sf_task_put(child); /* as soon as it is reaped it is gone */
		sf_settle(machine);
		while (sf_wait4(w->task, -1, NULL, SF_WNOHANG) > 0)
			;
	}
	return NULL;
}

static size_t count_processes(void)
{
	size_t n = 0;

	if (sf_tasklist_lock(machine))
		return 0;
	for (struct sf_task *p = sf_task_next(machine, NULL); p; p = sf_task_next(machine, p))
		n++;
	sf_tasklist_unlock(machine);
	return n;
}

int main(void)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	struct worker worker[THREADS];
	atomic_ulong handled = 0;
	struct sf_task *host;

	if (!sf_threads())
		return 77;
	machine = sf_machine_new(NULL);
	host = machine ? sf_machine_boot(machine) : NULL;
	if (!host)
		return 1;
	sf_machine_observe(machine, happened, &handled); /* before there are threads */
	for (int i = 0; i < THREADS; i++) {
		if (sf_fork(host, &worker[i].task) < 0 ||
		    sf_rt_sigaction(worker[i].task, 34, &handler, NULL))
			return 1;
	}
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&worker[i].thread, NULL, work, &worker[i]))
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(worker[i].thread, NULL);
	sf_settle(machine);
	for (int i = 0; i < THREADS; i++) {
		while (sf_wait4(worker[i].task, -1, NULL, SF_WNOHANG) > 0)
			;
		sf_task_put(worker[i].task);
	}
	printf("%d threads made %d processes; %zu are left\n", THREADS, THREADS * CHILDREN,
	       count_processes());
	printf("%lu signals were sent, %lu handled\n", (unsigned long)THREADS * CHILDREN,
	       (unsigned long)handled);
	sf_machine_free(machine);
}
