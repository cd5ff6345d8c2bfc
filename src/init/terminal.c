/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.c - sigfate-init: job control
 *
 * The main process leads a process group, as it would if it were the first process, and the
 * terminal is at that group.  So ^Z can stop it, and who continues it then?  We stop too, a shell
 * that has started us notices, and when it continues us we continue the main process.  Where nobody
 * could continue us, as in a container, the main process goes on at once, as it would without us.
 */
#include "init/init.h"

#include <sys/syscall.h>
#include <unistd.h>

int terminal = -1;

void share_terminal(struct start *start)
{
	pid_t front = -1, group;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && front < 0; fd++) {
		front = tcgetpgrp(fd);
		terminal = front < 0 ? -1 : fd;
	}
	group = front < 0 ? -1 : getpgrp();
	/* A job that is not ours alone, a pipeline's or a script's, keeps its terminal. */
	start->leads = wish.scope == SCOPE_GROUP || front < 0 || front != group || group == self;
	start->terminal = start->leads && front == group ? terminal : -1;
}

/* Stop, if the kernel finds that somebody is there to continue us; whether we were continued. */
static bool stop_ourselves(int sig)
{
	struct sigaction before;
	sf_sigset pending = 0;

	set_default(sig, &before);
	kill(self, sig);
	set_mask(EVERY_SIGNAL & ~SF_SIGMASK(sig), NULL); /* here we are stopped */
	set_mask(EVERY_SIGNAL, NULL);
	sigaction(sig, &before, NULL);
	syscall(SYS_rt_sigpending, &pending, sizeof(pending));
	return pending & SF_SIGMASK(SIGCONT);
}

static pid_t group_of_boss(void)
{
	pid_t group = getpgid(boss.pid);

	return group < 0 ? boss.pid : group;
}

void resume(void)
{
	pid_t group = group_of_boss(), ours = getpgrp();

	if (terminal >= 0 && group != ours && tcgetpgrp(terminal) == ours)
		tcsetpgrp(terminal, group);
	if (group <= 1 || kill(-group, SIGCONT) < 0)
		signal_boss(SIGCONT);
	boss.stopped = false;
}

void boss_stopped(int sig)
{
	pid_t group = group_of_boss(), ours = getpgrp();
	pid_t front = terminal < 0 ? -1 : tcgetpgrp(terminal);

	boss.stopped = true;
	if (terminal < 0 || (sig == SIGSTOP && front != group)) /* not the terminal's doing */
		return;
	if (sig == SIGSTOP)
		sig = SIGTSTP; /* some programs take it for themselves */
	if (group == ours) {   /* whoever continues our group continues it as well */
		if (!stop_ourselves(sig) && getsid(0) == self)
			resume(); /* but there is nobody in this session */
		return;
	}
	if (front < 0) /* it cannot be asked: then by what is likely */
		front = group;
	if (front == group)
		tcsetpgrp(terminal, ours);
	/* A shell may have brought us to the front; or we are stopped now, and continued. */
	if ((front != ours || sig == SIGTSTP) && stop_ourselves(sig))
		return;
	/* Nobody will continue us; but without the terminal it would only be stopped again. */
	if (front == group || front == ours || (self == 1 && !tcsetpgrp(terminal, group)))
		resume();
}

void take_terminal_back(void)
{
	if (boss.leads && terminal >= 0 && tcgetpgrp(terminal) == boss.pid)
		tcsetpgrp(terminal, getpgrp());
}

bool is_not_for_boss(int sig, const siginfo_t *from)
{
	sf_sigset stops = SF_SIGMASK(SIGTSTP) | SF_SIGMASK(SIGTTIN) | SF_SIGMASK(SIGTTOU);
	sf_sigset for_groups =
		stops | SF_SIGMASK(SIGINT) | SF_SIGMASK(SIGQUIT) | SF_SIGMASK(SIGWINCH);

	if (from->si_code != SI_KERNEL)
		return false;
	if (terminal < 0 && (stops & SF_SIGMASK(sig)))
		return true;   /* it could not be continued */
	if (getsid(0) != self) /* a session's leader gets these alone when the terminal hangs up */
		for_groups |= SF_SIGMASK(SIGHUP) | SF_SIGMASK(SIGCONT);
	return (for_groups & SF_SIGMASK(sig)) && group_of_boss() == getpgrp();
}
