/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* question.c - in a container, what ends init: SIGTERM? SIGKILL? from inside, from outside? */
#include <sigfate.h>

#include <signal.h>
#include <stdio.h>

/* Make the call, let it have its effect, and say what became of the signal and why. */
static void ask(struct sf_machine *m, const char *from, struct sf_task *sender, int pid, int sig)
{
	struct sf_path *path = sf_path_new(m);
	struct sf_verdicts v;
	char name[16];

	sf_machine_record(m, path);
	long result = sf_kill(sender, pid, sig);
	sf_settle(m);
	sf_machine_record(m, NULL);
	if (sf_verdicts_read(m, path, result, &v))
		return;
	for (size_t i = 0; i < v.n; i++)
		printf("%s: kill(%d, %s) = %ld: %s (%s)\n", from, pid, sf_signal_name(sig, name),
		       result, sf_fate_name(v.v[i].fate), v.v[i].reason->slug);
	sf_verdicts_release(&v);
	sf_path_free(path);
}

int main(void)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	struct sf_machine *m = sf_machine_new(NULL);
	struct sf_task *host = sf_machine_boot(m), *init, *app;

	if (sf_clone(host, SF_CLONE_NEWPID | SIGCHLD, &init) < 0 || sf_fork(init, &app) < 0)
		return 1;
	int outside = sf_task_nr(init, sf_machine_pidns(m));

	ask(m, "app", app, 1, SIGTERM);
	ask(m, "app", app, 1, SIGKILL);
	ask(m, "host", host, outside, SIGTERM);
	sf_rt_sigaction(init, SIGTERM, &handler, NULL);
	ask(m, "app", app, 1, SIGTERM);
	ask(m, "host", host, outside, SIGKILL);
	printf("app: %s\n", sf_task_is_dying(app) ? "dead, with its namespace" : "alive");
	sf_machine_free(m); /* whatever references are held */
}
