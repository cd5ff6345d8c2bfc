/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure - what an init costs, all inits in turns
 *
 *   measure start ROUNDS INIT...
 *                  microseconds to start a command that does nothing, and back
 *   measure signal ROUNDS CPU INIT...
 *                  microseconds from kill() at the init to sigwaitinfo() in the main process; CPU
 *                  is the one that all run on, or -1
 *   measure orphans HOW COUNT INIT
 *                  microseconds that the init runs for each orphan; HOW: "one" by one; "burst":
 *                  COUNT alive that end together; "last": COUNT alive, each time the newest ends
 *
 * An INIT is its command line; an empty one is none.  The first two print a line for each: the
 * median, the tenth and the ninetieth percentile.  The rest are roles that it starts itself in.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_INITS 16
#define MOST_WORDS 32

static char *self;

static void fail(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(const char *init, double *value, int n)
{
	qsort(value, (size_t)n, sizeof(*value), compare);
	printf("%.2f %.2f %.2f %s\n", value[n / 2], value[n / 10], value[n * 9 / 10], init);
}

/* The words of INIT, and then of the command. */
static char **words(const char *init, char **command)
{
	char **argv = calloc(MOST_WORDS, sizeof(*argv)), *text = strdup(init), *word;
	int n = 0;

	if (!argv || !text)
		fail("memory");
	for (word = strtok(text, " "); word && n < MOST_WORDS - 8; word = strtok(NULL, " "))
		argv[n++] = word;
	while (*command)
		argv[n++] = *command++;
	return argv;
}

static int execute(void *argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid(); /* as container engines do */
	execv(((char **)argv)[0], argv);
	_exit(99);
}

/* As PID 1 of a new namespace, started as cheaply as can be. */
static pid_t start(char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = clone(execute, stack + sizeof(stack),
			  CLONE_NEWPID | CLONE_VM | CLONE_VFORK | SIGCHLD, argv);

	if (pid < 0)
		fail("clone");
	return pid;
}

static void measure_start(int rounds, int n, char **init)
{
	static char role[] = "nothing";
	char *command[] = {self, role, NULL}, **argv[MOST_INITS];
	double *value[MOST_INITS];

	for (int i = 0; i < n; i++) {
		argv[i] = words(init[i], command);
		value[i] = calloc((size_t)rounds, sizeof(double));
	}
	for (int round = -5; round < rounds; round++)
		for (int k = 0; k < n; k++) {
			int i = (k + round + 5 * n) % n, status;
			double before = now();
			pid_t pid = start(argv[i]);

			if (waitpid(pid, &status, 0) != pid || status)
				fail(init[i]);
			if (round >= 0)
				value[i][round] = now() - before;
		}
	for (int i = 0; i < n; i++)
		print(init[i], value[i], rounds);
}

/* ---- signals ------------------------------------------------------------------------------ */

static void listen(int to)
{
	sigset_t set;
	siginfo_t info;
	double t = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (write(to, &t, sizeof(t)) == sizeof(t)) {
		sigwaitinfo(&set, &info);
		t = now();
	}
}

static void read_time(int from, double *t)
{
	if (read(from, t, sizeof(*t)) != sizeof(*t))
		fail("the main process is gone");
}

static void measure_signal(int rounds, int cpu, int n, char **init)
{
	pid_t pid[MOST_INITS];
	double *value[MOST_INITS], heard, sent;
	int from[MOST_INITS];
	static char role[] = "listen";
	cpu_set_t one;

	CPU_ZERO(&one);
	if (cpu >= 0)
		CPU_SET((size_t)cpu, &one);
	if (cpu >= 0 && sched_setaffinity(0, sizeof(one), &one) < 0)
		fail("sched_setaffinity");
	for (int i = 0; i < n; i++) {
		int both[2];
		char number[16];
		char *command[] = {self, role, number, NULL};

		if (pipe(both) < 0)
			fail("pipe");
		snprintf(number, sizeof(number), "%d", both[1]);
		pid[i] = start(words(init[i], command));
		close(both[1]);
		from[i] = both[0];
		fcntl(from[i], F_SETFD, FD_CLOEXEC);
		read_time(from[i], &heard);
		value[i] = calloc((size_t)rounds, sizeof(double));
	}
	/* A few at a time, so that each has its turn at every moment. */
	for (int round = 0; round < rounds; round += 50)
		for (int i = 0; i < n; i++)
			for (int k = -10; k < 50 && round + k < rounds; k++) {
				usleep(100); /* all are asleep again */
				sent = now();
				kill(pid[i], SIGUSR1);
				read_time(from[i], &heard);
				if (k >= 0)
					value[i][round + k] = heard - sent;
			}
	for (int i = 0; i < n; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
		print(init[i], value[i], rounds);
	}
}

/* ---- orphans ------------------------------------------------------------------------------ */

/* Microseconds that process 1 has run. */
static double cpu_of_init(void)
{
	char text[128] = "";
	int fd = open("/proc/1/schedstat", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		fail("/proc/1/schedstat");
	close(fd);
	return atof(text) / 1e3;
}

static void wait_until_alone(void)
{
	while (kill(-1, 0) == 0)
		usleep(500);
}

static void one_by_one(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t between = fork();

		if (between == 0) {
			if (fork() == 0)
				while (getppid() != 1)
					;
			_exit(0);
		}
		waitpid(between, NULL, 0);
	}
}

static pid_t *make_orphans(int count, int *ret_hold)
{
	pid_t *pid = calloc((size_t)count, sizeof(*pid));
	int hold[2], tell[2];

	if (!pid || pipe(hold) < 0 || pipe(tell) < 0)
		fail("pipe");
	for (int i = 0; i < count; i += 100) {
		pid_t between = fork();

		for (int k = i; between == 0 && k < count && k < i + 100; k++) {
			pid_t me;
			char byte;

			if (fork() != 0)
				continue;
			close(hold[1]);
			me = getpid();
			if (write(tell[1], &me, sizeof(me)) != sizeof(me))
				_exit(1);
			_exit(read(hold[0], &byte, 1) < 0);
		}
		if (between == 0)
			_exit(0);
		waitpid(between, NULL, 0);
	}
	for (int i = 0; i < count; i++)
		if (read(tell[0], &pid[i], sizeof(*pid)) != sizeof(*pid))
			fail("an orphan");
	*ret_hold = hold[1];
	return pid;
}

static void end_the_newest(const pid_t *pid, int count, int few)
{
	for (int i = count - 1; i >= count - few; i--) {
		kill(pid[i], SIGKILL);
		while (kill(pid[i], 0) == 0)
			sched_yield();
	}
}

/* The main process: microseconds of process 1 and of the clock, for each orphan. */
static void be_main(const char *how, int count)
{
	int hold = -1, ended = count;
	pid_t *pid = strcmp(how, "one") != 0 ? make_orphans(count, &hold) : NULL;
	double used, began;

	if (pid)
		usleep(200000); /* they have all come to rest */
	used = cpu_of_init();
	began = now();
	if (!strcmp(how, "one")) {
		one_by_one(count);
	} else if (!strcmp(how, "burst")) {
		close(hold);
	} else {
		ended = count / 10;
		end_the_newest(pid, count, ended);
	}
	if (strcmp(how, "last") != 0)
		wait_until_alone();
	printf("%.2f %.2f\n", (cpu_of_init() - used) / ended, (now() - began) / ended);
	fflush(stdout);
	if (hold >= 0)
		kill(-1, SIGKILL);
}

static void measure_orphans(char *how, char *count, char *init)
{
	static char role[] = "main";
	char *command[] = {self, role, how, count, NULL};
	pid_t pid;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    unshare(CLONE_NEWPID) < 0)
		fail("unshare");
	pid = fork();
	if (pid == 0) {
		if (mount("proc", "/proc", "proc", 0, NULL) < 0)
			fail("/proc");
		execute(words(init, command));
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static char path[4096];
	const char *what = argc > 1 ? argv[1] : "";

	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		snprintf(path, sizeof(path), "%s", argv[0]);
	self = path;
	if (!strcmp(what, "nothing"))
		return 0;
	if (!strcmp(what, "listen") && argc == 3)
		listen(atoi(argv[2]));
	else if (!strcmp(what, "main") && argc == 4)
		be_main(argv[2], atoi(argv[3]));
	else if (!strcmp(what, "start") && argc > 3)
		measure_start(atoi(argv[2]), argc - 3, argv + 3);
	else if (!strcmp(what, "signal") && argc > 4)
		measure_signal(atoi(argv[2]), atoi(argv[3]), argc - 4, argv + 4);
	else if (!strcmp(what, "orphans") && argc == 5)
		measure_orphans(argv[2], argv[3], argv[4]);
	else
		return 2;
	return 0;
}
