/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guests.c - a kernel in user space that leaves signals and processes to the model
 *
 * It has guests of its own: here each is a list of system calls, elsewhere it would be a program in
 * a sandbox whose calls are trapped.  What a guest asks for goes to the model; what the model says
 * became of a guest (a handler runs, it dies) is done to the guest.
 */
#include <sigfate.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum call { END, SIGACTION, FORK, GETPPID, KILL, EXIT, WAIT4 };

struct line {
	enum call call;
	long arg[2];
};

/* A guest: its task in the model, and what only this kernel knows of it. */
struct guest {
	const char *name;
	struct sf_task *task; /* with a reference, as long as there is a guest */
	const struct line *next;
};

#define GUESTS 8
static struct guest guest[GUESTS];
static int n_guests;

static const struct line child_program[] = {
	{GETPPID, {0}}, {KILL, {1, SIGTERM}}, {KILL, {1, SIGUSR1}}, {KILL, {1, 99}}, {EXIT, {3}},
};

static const struct line init_program[] = {
	{SIGACTION, {SIGUSR1, SF_SIG_HANDLER}},
	{FORK, {0}},
	{WAIT4, {0}},
	{EXIT, {0}},
};

static struct guest *guest_new(const char *name, struct sf_task *task, const struct line *program)
{
	struct guest *g = &guest[n_guests++];

	if (n_guests > GUESTS)
		exit(1);
	g->name = name;
	g->task = task;
	g->next = program;
	return g;
}

static struct guest *guest_of(const struct sf_task *task)
{
	for (int i = 0; i < n_guests; i++)
		if (guest[i].task && sf_task_leader(guest[i].task) == sf_task_leader(task))
			return &guest[i];
	return NULL;
}

/* ---- what the model tells ------------------------------------------------------------------ */

/* Called from inside calls and sf_settle(): it looks, and takes down what has to be done. */
static void happened(void *data, const struct sf_event *e)
{
	struct guest *g = guest_of(e->task);
	char name[16];
	int status;
	long result;

	(void)data;
	if (!g)
		return;
	switch (e->type) {
	case SF_EVENT_HANDLED: /* push a signal frame, and go on in the handler */
		printf("%s: its handler for %s runs, sent by %d\n", g->name,
		       sf_signal_name(e->info.signo, name), e->info.pid);
		break;
	case SF_EVENT_KILLED: /* tear its address space down */
		printf("%s: killed by %s\n", g->name, sf_signal_name(WTERMSIG(e->status), name));
		g->next = NULL;
		break;
	case SF_EVENT_EXITED:
		printf("%s: exited with %d\n", g->name, WEXITSTATUS(e->status));
		g->next = NULL;
		break;
	case SF_EVENT_RESUMED: /* let it go on, with this in its register */
		result = sf_task_call_result(e->task, &status, NULL);
		printf("%s: ... wait4 = %ld, status %#x\n", g->name, result, status);
		break;
	case SF_EVENT_STOPPED: /* its threads are not run for a while: see sf_task_state() */
	case SF_EVENT_CONTINUED:
	case SF_EVENT_TRACED:
	case SF_EVENT_GENERATED:
	default:
		break;
	}
}

/* ---- what guests ask for ------------------------------------------------------------------- */

static long do_fork(struct guest *g)
{
	struct sf_task *child;
	long pid = sf_fork(g->task, &child); /* the reference is now the new guest's */

	if (pid > 0)
		guest_new("child", child, child_program);
	return pid;
}

static long system_call(struct guest *g, const struct line *l)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)l->arg[1],
		.flags = SF_SA_RESTART,
	};
	int status;

	switch (l->call) {
	case SIGACTION:
		return sf_rt_sigaction(g->task, (int)l->arg[0], &act, NULL);
	case FORK:
		return do_fork(g);
	case GETPPID:
		return sf_getppid(g->task);
	case KILL:
		return sf_kill(g->task, (int)l->arg[0], (int)l->arg[1]);
	case WAIT4:
		return sf_wait4(g->task, -1, &status, 0);
	case EXIT:
		return sf_exit_group(g->task, (int)l->arg[0]);
	case END:
	default:
		return -1;
	}
}

/* One step of a guest; false when it can make none now. */
static bool run(struct sf_machine *m, struct guest *g)
{
	static const char *const name[] = {"",	   "sigaction", "fork", "getppid",
					   "kill", "exit",	"wait4"};
	const struct line *l = g->next;
	long r;

	if (!l)
		return false;
	r = system_call(g, l);
	if (r == SF_FAIL) /* asleep in a call that it made before; or our own failure */
		return false;
	if (g->next)
		g->next++;
	if (r == SF_BLOCKED)
		printf("%s: %s sleeps\n", g->name, name[l->call]);
	else if (l->call != EXIT)
		printf("%s: %s = %ld\n", g->name, name[l->call], r);
	return !sf_settle(m);
}

int main(void)
{
	struct sf_machine *m = sf_machine_new(sf_kernel_preset("6.18"));
	struct sf_task *host = m ? sf_machine_boot(m) : NULL, *init;
	bool any = true;

	if (!host)
		return 1;
	sf_machine_observe(m, happened, NULL);
	if (sf_clone(host, SF_CLONE_NEWPID | SIGCHLD, &init) < 0)
		return 1;
	guest_new("init", init, init_program);
	while (any) {
		any = false;
		for (int i = 0; i < n_guests; i++)
			any |= run(m, &guest[i]);
	}
	for (int i = 0; i < n_guests; i++)
		sf_task_put(guest[i].task);
	sf_machine_free(m);
}
