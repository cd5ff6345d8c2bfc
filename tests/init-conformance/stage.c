/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stage - starts a command as PID 1, with everything that a process can be given set as told
 *
 * usage: stage --to=FD [OPTION...] COMMAND [ARGUMENT...]
 *
 *   --block=HEX, --ignore=HEX   signal mask and ignored signals, bit N-1 is signal N
 *   --tty=PATH                  a new session with this terminal as its own, and as 0, 1 and 2
 *   --session                   a new session
 *   --second                    not as PID 1, but as a child of PID 1, which is another stage
 *   --no-proc                   an empty directory for a /proc
 *   --foreign-proc              the /proc of out here
 *   --close=FD                  this one closed
 *   --pid-max=N                 so many numbers in the PID namespace
 *   --hold                      do not start it before SIGUSR1 has come
 *   --trace=CALL:SIGNAL         send SIGNAL to it at the end of its CALLth system call
 *
 * On descriptor FD it says "pid N" (N as it is seen out here), then with --trace "calls N" when
 * the traced part is over, and at the end "status N", as wait(2) gives it, and "left N": how many
 * processes it has left behind.  When stage ends, everything that it has started has ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	uint64_t block, ignore;
	const char *tty;
	int to, session, second, no_proc, foreign_proc, hold, pid_max, call, sig;
	int close[8], n_close;
} given;

static void fail(const char *what)
{
	fprintf(stderr, "stage: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail(path);
	close(fd);
}

/* Namespaces: with a user namespace of our own when we are not root. */
static void make_namespaces(void)
{
	int flags = CLONE_NEWPID | CLONE_NEWNS;
	char map[64];
	unsigned int uid = geteuid(), gid = getegid();

	if (unshare(uid ? flags | CLONE_NEWUSER : flags) < 0)
		fail("unshare");
	if (uid) {
		put_file("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		put_file("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		put_file("/proc/self/gid_map", map);
	}
	/* in a chroot only what is mounted below may be a mount */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 &&
	    mount(NULL, "/proc", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		fail("mount");
}

static void take_terminal(void)
{
	int fd = open(given.tty, O_RDWR | O_NOCTTY);

	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
		fail(given.tty);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static void become(char **argv, int go, int ready)
{
	char byte;

	if ((given.session || given.tty) && setsid() < 0)
		fail("setsid");
	if (given.tty)
		take_terminal();
	for (int sig = 1; sig <= 64; sig++) {
		uint64_t action[4] = {given.ignore >> (sig - 1) & 1 ? 1 : 0};

		if (sig != SIGKILL && sig != SIGSTOP &&
		    syscall(SYS_rt_sigaction, sig, action, NULL, 8) < 0)
			fail("rt_sigaction");
	}
	if (given.call && ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		fail("ptrace");
	for (int i = 0; i < given.n_close; i++)
		close(given.close[i]);
	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &given.block, NULL, 8) < 0)
		fail("rt_sigprocmask");
	if (write(ready, "", 1) != 1)
		fail("write");
	/* From here on these two are the only system calls before the command's own. */
	if (read(go, &byte, 1) != 1)
		_exit(99);
	execvp(argv[0], argv);
	fail(argv[0]);
}

/* Count the ends of its system calls; at the one that is wanted send the signal, and let it go. */
static void trace(pid_t pid)
{
	int calls = 0, entered = 0, status;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		fail("the traced process did not stop at execve()");
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (calls < given.call) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		calls += entered;
		entered = !entered;
	}
	dprintf(given.to, "calls %d\n", calls);
	if (WIFSTOPPED(status)) {
		kill(pid, given.sig);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
	}
}

static void furnish(void)
{
	char text[16];

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail("prctl");
	if (!given.foreign_proc &&
	    mount("none", "/proc", given.no_proc ? "tmpfs" : "proc", 0, NULL) < 0)
		fail("/proc");
	if (!given.pid_max)
		return;
	snprintf(text, sizeof(text), "%d", given.pid_max);
	put_file("/proc/sys/kernel/pid_max", text);
}

/* What is for the command only: everything but these, the standard ones, and what we report to. */
static void let_go(int a, int b)
{
	for (int fd = 3; fd < 256; fd++)
		if (fd != a && fd != b && fd != given.to)
			close(fd);
}

/* PID 1 for a second process: reap until that one has ended, then count who is left. */
static void be_first(char **argv, int go, int ready)
{
	pid_t pid = fork(), got;
	int status, end = 0, left = 0;

	if (pid < 0)
		fail("fork");
	if (pid == 0)
		become(argv, go, ready);
	let_go(-1, -1);
	while ((got = waitpid(-1, &status, 0)) != pid)
		if (got < 0)
			fail("waitpid");
	end = status;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		left++;
	dprintf(given.to, "status %d\nleft %d\n", end, left);
	_exit(0);
}

/* The only child of a process, by its number out here, where `proc` is from. */
static pid_t child_of(int proc, pid_t parent)
{
	char text[64];
	ssize_t n;
	int fd;

	snprintf(text, sizeof(text), "%d/task/%d/children", parent, parent);
	fd = openat(proc, text, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		fail("the second process");
	close(fd);
	text[n] = '\0';
	return atoi(text);
}

static void parse(const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value ? (size_t)(value++ - word) : strlen(word);
	char *end = NULL;

	if (!strncmp(word, "--block", n))
		given.block = strtoull(value, NULL, 16);
	else if (!strncmp(word, "--ignore", n))
		given.ignore = strtoull(value, NULL, 16);
	else if (!strncmp(word, "--to", n))
		given.to = atoi(value);
	else if (!strncmp(word, "--tty", n))
		given.tty = value;
	else if (!strncmp(word, "--session", n))
		given.session = 1;
	else if (!strncmp(word, "--hold", n))
		given.hold = 1;
	else if (!strncmp(word, "--second", n))
		given.second = 1;
	else if (!strncmp(word, "--foreign-proc", n))
		given.foreign_proc = 1;
	else if (!strncmp(word, "--no-proc", n))
		given.no_proc = 1;
	else if (!strncmp(word, "--pid-max", n))
		given.pid_max = atoi(value);
	else if (!strncmp(word, "--close", n) && given.n_close < 8)
		given.close[given.n_close++] = atoi(value);
	else if (!strncmp(word, "--trace", n)) {
		given.call = (int)strtol(value, &end, 10);
		given.sig = atoi(end + 1);
	} else {
		errno = EINVAL;
		fail(word);
	}
}

int main(int argc, char **argv)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), go[2], ready[2], status;
	sigset_t usr1;
	pid_t pid;
	char byte;

	for (argv++; argc > 1 && *argv && !strncmp(*argv, "--", 2); argv++)
		parse(*argv);
	if (!*argv || fcntl(given.to, F_SETFD, FD_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0 ||
	    pipe2(ready, O_CLOEXEC) < 0)
		fail("usage");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail("prctl");
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	make_namespaces();
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		close(go[1]);
		furnish();
		if (given.second)
			be_first(argv, go[0], ready[1]);
		become(argv, go[0], ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		fail("there is nobody to start it");
	dprintf(given.to, "pid %d\n", given.second ? child_of(proc, pid) : pid);
	let_go(go[1], proc);
	if (given.hold)
		sigwaitinfo(&usr1, NULL);
	if (write(go[1], "", 1) != 1)
		fail("write");
	if (given.call)
		trace(pid);
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	if (!given.second)
		dprintf(given.to, "status %d\nleft 0\n", status);
	return 0;
}
