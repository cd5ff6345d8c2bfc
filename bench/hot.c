/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hot.c - the hot paths, so many times: hot CASE N
 *
 * instructions.py counts what a turn takes, so that a loss is seen whatever else a machine does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigfate.h>

#include "base/cleanup.h"

enum { SIGKILL = 9, SIGUSR1 = 10, SIGUSR2 = 12, SIGCHLD = 17, SIGRT = 40 };

struct stage {
	struct sf_machine *machine;
	struct sf_task *init, *target;
	struct sf_path *path;
	int nr;
};

static void probe(const struct stage *s)
{
	sf_kill(s->init, s->nr, 0);
}

static void ignored(const struct stage *s)
{
	sf_kill(s->init, s->nr, SIGUSR1);
}

static void pending(const struct stage *s)
{
	sf_kill(s->init, s->nr, SIGUSR2);
}

static void recorded(const struct stage *s)
{
	sf_machine_record(s->machine, s->path);
	sf_kill(s->init, s->nr, SIGUSR1);
	sf_path_clear(s->path);
	sf_machine_record(s->machine, NULL);
}

static void handled(const struct stage *s)
{
	sf_kill(s->init, s->nr, SIGRT);
	sf_settle(s->machine);
}

static void life(const struct stage *s)
{
	long nr = sf_fork(s->init, NULL);

	sf_kill(s->init, (int)nr, SIGKILL);
	sf_settle(s->machine);
	sf_wait4(s->init, (int)nr, NULL, 0);
}

static void container(const struct stage *s)
{
	long nr = sf_clone(s->init, SF_CLONE_NEWPID | SIGCHLD, NULL);

	sf_kill(s->init, (int)nr, SIGKILL);
	sf_settle(s->machine);
	sf_wait4(s->init, (int)nr, NULL, 0);
}

static const struct {
	const char *name;
	void (*turn)(const struct stage *s);
} cases[] = {
	{"probe", probe},	  {"ignored", ignored}, {"pending", pending},
	{"recorded", recorded},	  {"handled", handled}, {"life", life},
	{"container", container},
};

static bool set_stage(struct stage *s)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN},
				  handler = {.handler = SF_SIG_HANDLER};
	const sf_sigset set = SF_SIGMASK(SIGUSR2);

	s->machine = sf_machine_new(NULL);
	s->init = s->machine ? sf_machine_boot(s->machine) : NULL;
	s->path = s->init ? sf_path_new(s->machine) : NULL;
	s->nr = s->path ? (int)sf_fork(s->init, &s->target) : -1;
	return s->nr > 0 && !sf_rt_sigaction(s->target, SIGUSR1, &ignore, NULL) &&
	       !sf_rt_sigaction(s->target, SIGRT, &handler, NULL) &&
	       !sf_rt_sigprocmask(s->target, SF_SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
	struct stage s = {0};
	long n = argc == 3 ? strtol(argv[2], NULL, 10) : -1;

	for (size_t i = 0; i < ARRAY_SIZE(cases) && n >= 0; i++) {
		if (strcmp(argv[1], cases[i].name) != 0)
			continue;
		if (!set_stage(&s))
			return 1;
		while (n--)
			cases[i].turn(&s);
		sf_machine_free(s.machine);
		return 0;
	}
	fputs("usage: hot probe|ignored|pending|recorded|handled|life|container N\n", stderr);
	return 2;
}
