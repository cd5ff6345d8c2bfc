/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pid1 - a container's program, as plain as can be
 *
 * usage: pid1 default | handler | ignore | block | send SIGNAL
 *
 * The first four say "ready" and then sleep for ever, with SIGTERM as the word says; the handler
 * ends the program.  The last sends a signal to process 1 and prints what kill() gave.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_term(int sig)
{
	(void)sig;
	_exit(0);
}

static int prepare(const char *how)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t term;

	if (!strcmp(how, "handler"))
		action.sa_handler = on_term;
	else if (!strcmp(how, "ignore"))
		action.sa_handler = SIG_IGN;
	else if (strcmp(how, "default") != 0 && strcmp(how, "block") != 0)
		return -1;
	if (sigaction(SIGTERM, &action, NULL) < 0)
		return -1;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	if (!strcmp(how, "block"))
		return sigprocmask(SIG_BLOCK, &term, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "send")) {
		int result = kill(1, atoi(argv[2]));

		printf("%d\n", result < 0 ? errno : 0);
		return 0;
	}
	if (argc != 2 || prepare(argv[1]) < 0) {
		fprintf(stderr, "usage: pid1 default|handler|ignore|block|send SIGNAL\n");
		return 2;
	}
	if (write(STDOUT_FILENO, "ready\n", 6) != 6)
		return 1;
	for (;;)
		pause();
}
