/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actor - the main process of a container, in the roles that the tests need
 *
 * What it says goes to the FIFO $ACTOR_OUT, or to standard output, a line at a time:
 *
 *   record         block every signal and say each that comes: "got SIG CODE PID UID VALUE"; of its
 *                  input a helper takes "kill SIG" and "queue SIG VALUE" to send to process 1
 *   hold           say at each line of input what is pending: "pending HEX"
 *   wait           do nothing, with every signal as it was given
 *   read           say each line of input: "line TEXT"
 *   close FD       close it
 *   exit N         end so
 *   die SIG        of this signal
 *   orphans N      make so many orphans; "go" releases them, "one" ends the newest
 *   tangle         orphans whose end is not simple: one whose first thread has ended, one that is
 *                  traced
 *   leader N       end as a process whose first thread has ended before, with N
 *   tree [WORD...] with a worker, a session and an orphan; each says "NAME term" at SIGTERM, and
 *                  "NAME done" when it has cleaned up; a WORD is of leave (the main process ends by
 *                  itself), deaf (it does not listen) and stubborn (another one that does not)
 *   fill           make processes until there is no number left for one
 *   storm N        with so many that make orphans all the time, which end at once
 *   chain N        with so many, each the child of the one before; the last says "chain ready"
 *   breed          it does not listen, and neither does another, who is a new process all the time:
 *                  "born N" tells its number
 *
 * The first line tells what it was given: "given" and then NAME=VALUE.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int out = STDOUT_FILENO;
static uint64_t files, mask; /* that it was given */

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line) - 1, format, ap);
	va_end(ap);
	line[n++] = '\n';
	if (write(out, line, (size_t)n) != n)
		_exit(98);
}

static uint64_t ignored(void)
{
	uint64_t set = 0, action[4];

	for (int sig = 1; sig <= 64; sig++)
		if (!syscall(SYS_rt_sigaction, sig, NULL, action, 8) && action[0] == 1)
			set |= (uint64_t)1 << (sig - 1);
	return set;
}

static void set_mask(uint64_t set)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
}

static void by_default(int sig)
{
	uint64_t action[4] = {0};

	syscall(SYS_rt_sigaction, sig, action, NULL, 8);
}

static void tell_given(void)
{
	char cwd[256] = "?";
	const char *listen = getenv("LISTEN_PID");
	mode_t creation = umask(0);

	umask(creation);
	if (!getcwd(cwd, sizeof(cwd)))
		cwd[0] = '?';
	tell("given pid=%d ppid=%d pgrp=%d sid=%d front=%d blocked=%llx ignored=%llx fds=%llx "
	     "umask=%o nice=%d cwd=%s listen=%s",
	     getpid(), getppid(), getpgrp(), getsid(0), tcgetpgrp(0), (unsigned long long)mask,
	     (unsigned long long)ignored(), (unsigned long long)files, creation,
	     getpriority(PRIO_PROCESS, 0), cwd, listen ? listen : "-");
}

/* The helper of "record": it sends what it is told to. */
static void send_for(pid_t to)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		int sig = 0, value = 0;

		if (sscanf(line, "kill %d", &sig) == 1)
			kill(to, sig);
		else if (sscanf(line, "queue %d %d", &sig, &value) == 2)
			sigqueue(to, sig, (union sigval){.sival_int = value});
	}
	_exit(0);
}

static void record(void)
{
	const uint64_t all = ~(uint64_t)0;
	siginfo_t info;
	pid_t helper, init = getppid();

	set_mask(all);
	tell_given();
	helper = fork();
	if (helper == 0)
		send_for(init);
	tell("helper %d", helper);
	for (;;) {
		long sig = syscall(SYS_rt_sigtimedwait, &all, &info, NULL, 8);

		if (sig == SIGCHLD && info.si_code > 0)
			waitpid(-1, NULL, WNOHANG);
		else if (sig > 0)
			tell("got %ld %d %d %u %d", sig, info.si_code, info.si_pid, info.si_uid,
			     info.si_value.sival_int);
	}
}

static void hold(void)
{
	char line[64];
	uint64_t pending;

	tell_given();
	while (fgets(line, sizeof(line), stdin)) {
		syscall(SYS_rt_sigpending, &pending, 8);
		tell("pending %llx", (unsigned long long)pending);
	}
}

static void read_lines(void)
{
	char line[64];

	tell_given();
	while (fgets(line, sizeof(line), stdin))
		tell("line %s", strtok(line, "\n"));
}

static void die(int sig)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	by_default(sig);
	set_mask(0);
	kill(getpid(), sig);
	pause();
}

static void orphans(int n)
{
	int hold_them[2], count[2];
	pid_t *pid = calloc((size_t)n, sizeof(*pid));
	char line[16];

	if (!pid || pipe(hold_them) < 0 || pipe(count) < 0)
		_exit(98);
	for (int i = 0; i < n; i += 50) {
		pid_t between = fork();

		for (int k = i; between == 0 && k < n && k < i + 50; k++) {
			if (fork() != 0)
				continue;
			close(hold_them[1]);
			dprintf(count[1], "%d\n", getpid());
			close(count[1]);
			_exit(read(hold_them[0], line, 1) < 0);
		}
		if (between == 0)
			_exit(0);
		waitpid(between, NULL, 0);
	}
	close(count[1]);
	FILE *from = fdopen(count[0], "r");
	for (int i = 0; i < n; i++)
		if (!from || fscanf(from, "%d", &pid[i]) != 1)
			_exit(98);
	tell_given();
	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "go\n"))
			close(hold_them[1]);
		else if (n > 0)
			kill(pid[--n], SIGKILL);
		tell("done");
	}
}

static void *end_first(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "second");
	pause();
	return NULL;
}

static void tangle(void)
{
	char line[16];
	pid_t threaded, traced;
	int ready[2];

	if (pipe(ready) < 0)
		_exit(98);
	if (fork() == 0) { /* the parent of both, which ends and leaves them to process 1 */
		threaded = fork();
		if (threaded == 0) {
			pthread_t thread;

			pthread_create(&thread, NULL, end_first, NULL);
			dprintf(ready[1], "%d 0\n", getpid());
			syscall(SYS_exit, 0);
		}
		traced = fork();
		if (traced == 0) {
			dprintf(ready[1], "%d 1\n", getpid());
			pause();
		}
		_exit(0);
	}
	wait(NULL);
	FILE *from = fdopen(ready[0], "r");
	for (int i = 0; i < 2; i++) {
		pid_t pid;
		int which;

		if (!from || fscanf(from, "%d %d", &pid, &which) != 2)
			_exit(98);
		*(which ? &traced : &threaded) = pid;
	}
	tell_given();
	tell("two %d %d", threaded, traced);
	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "trace\n"))
			tell("traced %ld", ptrace(PTRACE_SEIZE, traced, NULL, NULL));
		else if (!strcmp(line, "kill\n"))
			tell("killed %d", kill(threaded, SIGKILL) | kill(traced, SIGKILL));
		else if (!strcmp(line, "release\n"))
			tell("released %d", waitpid(traced, NULL, __WALL) == traced);
	}
}

static int first_is_there = 1;

static void *last_thread(void *status)
{
	while (__atomic_load_n(&first_is_there, __ATOMIC_ACQUIRE))
		syscall(SYS_futex, &first_is_there, FUTEX_WAIT, 1, NULL, NULL, 0);
	syscall(SYS_exit_group, *(int *)status);
	return NULL;
}

/* The kernel clears the word that it is given here when the thread has ended. */
static void lead(int status)
{
	pthread_t thread;

	syscall(SYS_set_tid_address, &first_is_there);
	pthread_create(&thread, NULL, last_thread, &status);
	syscall(SYS_exit, 77);
}

static volatile sig_atomic_t told;

static void on_term(int sig)
{
	(void)sig;
	told = 1;
}

/* Wait for SIGTERM; clean up for so long; end. */
static void clean_up(const char *name, int ms)
{
	struct sigaction action = {.sa_handler = on_term};
	sigset_t term, none;

	sigemptyset(&none);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	sigaction(SIGTERM, &action, NULL);
	tell("%s ready", name);
	while (!told)
		sigsuspend(&none);
	tell("%s term", name);
	poll(NULL, 0, ms);
	tell("%s done", name);
	_exit(0);
}

static void tree(char **word)
{
	int leaves = 0, deaf = 0;
	char line[16];

	if (fork() == 0)
		clean_up("worker", 100);
	if (fork() == 0) {
		setsid();
		clean_up("session", 100);
	}
	if (fork() == 0) {
		pid_t between = getpid();

		if (fork() == 0) {
			while (getppid() == between)
				sched_yield();
			setsid();
			clean_up("orphan", 100);
		}
		_exit(0);
	}
	for (; *word; word++) {
		leaves |= !strcmp(*word, "leave");
		deaf |= !strcmp(*word, "deaf");
		if (!strcmp(*word, "stubborn") && fork() == 0) {
			prctl(PR_SET_NAME, "stub\033born");
			signal(SIGTERM, SIG_IGN);
			tell("stubborn ready");
			for (;;)
				pause();
		}
	}
	tell_given();
	if (deaf)
		signal(SIGTERM, SIG_IGN);
	if (!leaves && !deaf)
		clean_up("main", 10);
	tell("main ready");
	while (deaf)
		pause();
	while (fgets(line, sizeof(line), stdin) && strcmp(line, "leave\n") != 0)
		;
	tell("main done");
}

static void fill(void)
{
	while (fork() > 0)
		;
	if (getpid() == getpgrp()) /* the main process, for which no number was left */
		tell_given();
	for (;;)
		pause();
}

static void storm(int n)
{
	while (n-- > 0)
		if (fork() == 0)
			for (;;) {
				pid_t between = fork();

				if (between == 0)
					_exit(fork() < 0);
				if (between > 0)
					waitpid(between, NULL, 0);
			}
	for (tell_given();;)
		pause();
}

#define STACK 8192

/* They share their memory: the kernel needs long for those who are copies of copies. */
static int link_of_chain(void *left)
{
	char *top = left;

	if (*top == 0)
		tell("chain ready");
	else if (clone(link_of_chain, top, CLONE_VM | SIGCHLD, top + STACK) < 0)
		_exit(98);
	for (;;)
		pause();
}

static void chain(int n)
{
	char *stack = calloc((size_t)n + 2, STACK);

	if (!stack)
		_exit(98);
	for (int i = 1; i < n; i++)
		stack[i * STACK] = 1;
	tell_given();
	link_of_chain(stack + STACK);
}

static void breed(void)
{
	pid_t next;

	signal(SIGTERM, SIG_IGN);
	tell_given();
	if (fork() != 0)
		for (;;)
			pause();
	for (;;) {
		poll(NULL, 0, 1);
		next = fork();
		if (next == 0)
			continue;
		tell("born %d", next);
		_exit(0);
	}
}

int main(int argc, char **argv)
{
	const char *path = getenv("ACTOR_OUT"), *role = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	setvbuf(stdin, NULL, _IONBF, 0);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
	for (int fd = 0; fd < 64; fd++)
		files |= (uint64_t)(fcntl(fd, F_GETFD) >= 0) << fd;
	if (path) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		out = fcntl(fd, F_DUPFD_CLOEXEC, 64);
		close(fd);
	}
	if (out < 0)
		return 98;
	if (!strcmp(role, "record"))
		record();
	else if (!strcmp(role, "hold"))
		hold();
	else if (!strcmp(role, "read"))
		read_lines();
	else if (!strcmp(role, "exit"))
		return number;
	else if (!strcmp(role, "die"))
		die(number);
	else if (!strcmp(role, "orphans"))
		orphans(number);
	else if (!strcmp(role, "tangle"))
		tangle();
	else if (!strcmp(role, "leader"))
		lead(number);
	else if (!strcmp(role, "tree"))
		tree(argv + 2);
	else if (!strcmp(role, "fill"))
		fill();
	else if (!strcmp(role, "storm"))
		storm(number);
	else if (!strcmp(role, "chain"))
		chain(number);
	else if (!strcmp(role, "breed"))
		breed();
	else if (!strcmp(role, "wait") || (!strcmp(role, "close") && !close(number)))
		for (tell_given();;)
			pause();
	else
		return 97;
	return 0;
}
