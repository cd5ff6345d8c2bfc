/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.c - sigfate-init: to start a process, and to find those that are there */
#include "init/init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/pidfd.h"
#include "base/proc_stat.h"

static int proc = -1;

/* The variables that name the process they are meant for. */
static void address_environment(pid_t from, pid_t to)
{
	static const char *const name[] = {"LISTEN_PID=", "WATCHDOG_PID="};
	static char value[ARRAY_SIZE(name)][32];

	for (size_t i = 0; i < ARRAY_SIZE(name); i++) {
		size_t n = strlen(name[i]);

		for (char **e = environ; *e; e++) {
			if (strncmp(*e, name[i], n) != 0 || strtol(*e + n, NULL, 10) != from)
				continue;
			snprintf(value[i], sizeof(value[i]), "%s%d", name[i], to);
			*e = value[i];
		}
	}
}

/* execvp(), which may use any amount of stack; gives the errno. */
static int execute(char *const *argv)
{
	static char path[4096];
	const char *place = getenv("PATH");
	int error = ENOENT;

	if (strchr(argv[0], '/')) {
		execve(argv[0], argv, environ);
		return errno;
	}
	if (!place)
		place = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	for (bool more = *argv[0]; more;) {
		int n = (int)strcspn(place, ":");
		int len = snprintf(path, sizeof(path), "%.*s%s%s", n, place, n ? "/" : "", argv[0]);

		if (len > 0 && (size_t)len < sizeof(path)) {
			execve(path, argv, environ);
			if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
				return errno;
			/* It is there, and not only in a directory that is closed to us. */
			if (errno == EACCES && access(path, F_OK) == 0)
				error = EACCES;
		}
		more = place[n];
		place += n + more;
	}
	return error;
}

/*
 * ^Z at the last moment before execve() would stop the main process where nobody can continue it,
 * for we sleep until then.  It is kept for the command; execve() takes the handler away.
 */
static volatile sig_atomic_t early_stop;

static void keep_stop(int sig)
{
	early_stop = sig;
}

static void keep_stops(void)
{
	static const int stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
	struct sigaction given, keep = {.sa_handler = keep_stop};

	for (size_t i = 0; i < ARRAY_SIZE(stops); i++)
		if (!sigaction(stops[i], NULL, &given) && given.sa_handler == SIG_DFL)
			sigaction(stops[i], &keep, NULL);
}

/* The child, until execve(). */
static int enter(void *arg)
{
	struct start *start = arg;

	if (start->leads && setpgid(0, 0) < 0)
		start->leads = false;
	if (start->leads && start->terminal >= 0)
		tcsetpgrp(start->terminal, getpid()); /* SIGTTOU is blocked yet */
	if (start->address)
		address_environment(start->address, getpid());
	if (start->aside) {
		close(STDIN_FILENO);
		open("/dev/null", O_RDONLY);
		dup2(STDERR_FILENO, STDOUT_FILENO);
	} else if (terminal >= 0) {
		keep_stops();
	}
	if (sigaction(SIGCHLD, start->action, NULL) < 0 || set_mask(start->mask, NULL) < 0)
		start->error = errno;
	else
		start->error = execute(start->argv);
	if (start->aside)
		say("%.200s: %s", start->argv[0], strerror(start->error));
	_exit(127);
}

/*
 * The main process has our memory, and we sleep, until its execve(): that is quick, and it can tell
 * why it failed.  A command aside gets a copy: by then there are others who could stop it before
 * its execve(), and nobody shall make us sleep.
 */
pid_t start_process(struct start *start)
{
	static char stack[16384] __attribute__((aligned(16)));
	int shared = start->aside ? 0 : CLONE_VM | CLONE_VFORK;
	pid_t pid = clone(enter, stack + sizeof(stack), shared | SIGCHLD, start);

	if (pid < 0)
		start->error = errno;
	else if (early_stop)
		kill(pid, early_stop);
	early_stop = 0;
	return pid;
}

void let_go(int keep)
{
	int first;

	cleanup_close(&proc);
	proc = -1;
	if (report >= 0 && report != 3)
		report = dup3(report, 3, O_CLOEXEC);
	first = report == 3 ? 4 : 3;
	if (keep != STDIN_FILENO)
		close(STDIN_FILENO);
	if (keep != STDOUT_FILENO)
		close(STDOUT_FILENO);
	if (syscall(SYS_close_range, first, ~0U, 0) < 0) /* an old kernel */
		for (int fd = first; fd < 65536 && fd < sysconf(_SC_OPEN_MAX); fd++)
			close(fd);
	if (chdir("/") < 0)
		say("/: %s", strerror(errno));
}

bool how_it_ended(int pidfd, int *ret_how, int *ret_status)
{
	struct pollfd gone = {.fd = pidfd};
	int code = 0, error = pidfd_exit_status(pidfd, &code);

	/* It hangs up when nothing of the process is left, which may take a moment yet. */
	if (error == -EAGAIN && poll(&gone, 1, 1000) == 1)
		error = pidfd_exit_status(pidfd, &code);
	if (error)
		return false;
	*ret_how = WIFEXITED(code) ? CLD_EXITED : WCOREDUMP(code) ? CLD_DUMPED : CLD_KILLED;
	*ret_status = WIFEXITED(code) ? WEXITSTATUS(code) : WTERMSIG(code);
	return true;
}

static bool read_stat(struct process *p)
{
	_cleanup_close_ int fd = openat(p->dir, "stat", O_RDONLY | O_CLOEXEC);
	const char *name, *state;
	char text[512], *rest;
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	long field[17] = {0}; /* the parent is the first, the number of threads the last */

	if (n <= 0)
		return false;
	text[n] = '\0';
	name = strchr(text, '(');
	state = proc_stat_state(text, (size_t)n);
	if (!name || !state)
		return false;
	snprintf(p->comm, sizeof(p->comm), "%.*s", (int)(state - name - 3), name + 1);
	rest = text + (state + 1 - text);
	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		field[i] = strtol(rest, &rest, 10);
	p->parent = (pid_t)field[0];
	p->group = (pid_t)field[1];
	/* The first thread may be a zombie while others live on. */
	p->dead = (*state == 'Z' && field[16] <= 1) || *state == 'X';
	return true;
}

static bool look_at(pid_t pid, struct process *p)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	p->pid = pid;
	p->dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dir >= 0 && read_stat(p))
		return true;
	cleanup_close(&p->dir);
	return false;
}

static void open_proc(void)
{
	if (proc < 0)
		proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int open_again(int fd)
{
	char name[32];
	struct stat st;

	if (fstat(fd, &st) < 0 || (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode)))
		return -1;
	open_proc();
	snprintf(name, sizeof(name), "self/fd/%d", fd);
	return openat(proc, name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool have_proc(void)
{
	char link[16] = "";
	struct process us;

	open_proc();
	/* In the /proc of another PID namespace we have another number. */
	if (proc < 0 || readlinkat(proc, "self", link, sizeof(link) - 1) <= 0 ||
	    strtol(link, NULL, 10) != self || !look_at(self, &us))
		return false;
	close(us.dir);
	return true;
}

static bool climb(struct process *p)
{
	if (p->parent <= 0 || p->parent >= SF_PID_MAX_LIMIT || !look_at(p->parent, p))
		return false;
	close(p->dir);
	return true;
}

/*
 * What is found out on the way up is kept for the round: a chain of thousands, each the child of
 * the one before, would else be climbed for each of them.
 */
extern uint16_t climbed[]; /* twice the round; one more: it descends */
uint16_t climbed[SF_PID_MAX_LIMIT] AT_THE_END;
static uint16_t the_round;

static bool is_known(const struct process *p, pid_t ancestor)
{
	return p->pid == ancestor || climbed[p->pid] / 2 == the_round;
}

static bool descends(struct process p, pid_t ancestor)
{
	struct process top = p;
	bool yes;

	for (int height = 0; height < SF_PID_MAX_LIMIT && !is_known(&top, ancestor); height++)
		if (!climb(&top))
			break;
	yes = top.pid == ancestor || climbed[top.pid] == 2 * the_round + 1;
	while (!is_known(&p, ancestor)) {
		climbed[p.pid] = (uint16_t)(2 * the_round + yes);
		if (!climb(&p))
			break;
	}
	return yes;
}

/* Without a /proc: PID 1 may try who is there, others may ask for their children. */
static bool is_there(pid_t pid)
{
	siginfo_t info;

	if (self == 1)
		return pid != self && !syscall(SYS_tgkill, pid, pid, 0);
	return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
}

static void each_number(pid_t root, void (*act)(const struct process *p, int sig), int sig)
{
	struct process p = {.dir = -1, .comm = "?"};
	int64_t end = now() + 1000000;

	say("there is no /proc of ours: processes are known by number only");
	for (p.pid = 1; p.pid < SF_PID_MAX_LIMIT && (p.pid % 1024 || now() < end); p.pid++)
		if ((root == self || p.pid == root) && is_there(p.pid))
			act(&p, sig);
}

void each_process(pid_t root, void (*act)(const struct process *p, int sig), int sig)
{
	static char entries[4096] __attribute__((aligned(8)));
	struct process p;
	ssize_t n;

	if (!have_proc()) {
		each_number(root, act, sig);
		return;
	}
	the_round++;
	lseek(proc, 0, SEEK_SET);
	while ((n = syscall(SYS_getdents64, proc, entries, sizeof(entries))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *entry = (const void *)(entries + at);
			pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

			at += entry->d_reclen;
			if (pid <= 0 || pid >= SF_PID_MAX_LIMIT || pid == self || !look_at(pid, &p))
				continue;
			if (!p.dead && (root == 1 || descends(p, root)))
				act(&p, sig);
			close(p.dir);
		}
	}
}

void send_signal(const struct process *p, int sig)
{
	if (p->dir >= 0 &&
	    (!syscall(SYS_pidfd_send_signal, p->dir, sig, NULL, 0) || errno == ESRCH))
		return;
	kill(p->pid, sig); /* an old kernel */
}
