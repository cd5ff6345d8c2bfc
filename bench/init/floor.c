/* SPDX-License-Identifier: GPL-2.0-or-later */
/* floor.c - the least that an init can be: what any of them costs at least */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	sigset_t all, before;
	siginfo_t info;
	pid_t child, pid;
	int sig, status;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child = fork();
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(argv[argc > 1], argv + 1);
		_exit(127);
	}
	for (;;) {
		sig = sigwaitinfo(&all, &info);
		if (sig > 0 && sig != SIGCHLD)
			kill(child, sig);
		while (sig == SIGCHLD && (pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child)
				return WIFEXITED(status) ? WEXITSTATUS(status)
							 : 128 + WTERMSIG(status);
	}
}
