/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world_lifetime_test.c - the kernel's world leaves nothing behind, whatever befalls its maker */
#include "kernel_world.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define PATIENCE 60 /* seconds, for what must end by itself */

enum { HOST, A, N };

static size_t count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Instances of the tracing file system that a process has made. */
static size_t count_instances(pid_t pid)
{
	_cleanup_close_ int fs = (int)syscall(SYS_fsopen, "tracefs", 1);
	_cleanup_close_ int mount = -1;
	size_t n = 0;
	char mine[32];
	struct dirent *e;
	DIR *d;

	assert_int_equal(syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0), 0);
	mount = (int)syscall(SYS_fsmount, fs, 1, 0);
	d = fdopendir(openat(mount, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	assert_non_null(d);
	snprintf(mine, sizeof(mine), "sigfate-%d-", (int)pid);
	while ((e = readdir(d)))
		n += !strncmp(e->d_name, mine, strlen(mine));
	closedir(d);
	return n;
}

/* What is left of the processes below us comes to us: it must end, all of it. */
static void assert_nobody_is_left(void)
{
	alarm(PATIENCE);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	assert_int_equal(errno, ECHILD);
	alarm(0);
}

static pid_t last_child;

/* In a process of its own; its exit status, or 128 and the signal. */
static int in_child(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		fn();
		_exit(0);
	}
	last_child = pid;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void require(bool truth, int line)
{
	if (!truth)
		_exit(line % 100 + 1);
}
#define REQUIRE(truth) require(truth, __LINE__)

static cpu_set_t all_cpus; /* where we may run */

/* ---- nothing is left ----------------------------------------------------------------------- */

static void use_world(void)
{
	struct world *w = world_with(N, NULL);

	make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A);
	CALL(w, HOST, SETNS, A, SF_CLONE_NEWPID);
	CALL(w, HOST, PIDFD_SEND_SIGNAL, A, SIGTERM, 0, 0);
	world_free(w);
}

static void test_hundreds_of_worlds(void **state)
{
	cpu_set_t cpus;
	size_t n;

	(void)state;
	use_world();
	n = count_fds();
	for (int i = 0; i < 300; i++)
		use_world();
	assert_int_equal(count_fds(), n);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	assert_true(CPU_EQUAL(&cpus, &all_cpus));
	assert_nobody_is_left();
}

static void test_two_worlds_at_once(void **state)
{
	struct world *v = world_with(N, NULL), *w = world_with(N, NULL);
	cpu_set_t cpus;

	(void)state;
	assert_int_equal(make(v, HOST, FATE_FORK, 0, A), 3);
	assert_int_equal(make(w, HOST, FATE_FORK, 0, A), 3);
	assert_int_equal(CALL(v, HOST, KILL, -1, SIGKILL), 0);
	assert_int_equal(state_of(v, A), FATE_ZOMBIE);
	world_free(v);
	assert_int_equal(state_of(w, A), FATE_RUNNING);
	world_free(w);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	assert_true(CPU_EQUAL(&cpus, &all_cpus));
}

/* ---- the maker is killed ------------------------------------------------------------------- */

static void make_worlds(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	use_world();
}

/* Killed where it enters or leaves its @stop-th system call; false: it made less. */
static bool kill_at(unsigned int stop)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		make_worlds();
		_exit(0);
	}
	assert_true(pid > 0);
	for (unsigned int i = 0; i <= stop; i++) {
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
		assert_true(WIFSTOPPED(status));
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	kill(pid, SIGKILL);
	assert_nobody_is_left();
	return true;
}

static void test_killed_at_any_call(void **state)
{
	unsigned int stop = 0;

	(void)state;
	while (kill_at(stop))
		stop += 1 + stop / 64; /* most of the first, then more and more rarely */
	assert_true(stop > 100);
	assert_nobody_is_left();
}

static void die_with_a_trace(void)
{
	struct world_trace *trace;

	if (!world_trace_new(&trace))
		world_with(N, trace);
	raise(SIGKILL);
}

static void test_instances_of_the_dead_are_removed(void **state)
{
	struct world_trace *trace, *other;

	(void)state;
	if (world_trace_new(&trace))
		SKIP("no tracefs here");
	assert_int_equal(count_instances(getpid()), 1);
	assert_int_equal(world_trace_new(&other), 0);
	assert_int_equal(count_instances(getpid()), 2);
	world_trace_free(other);
	world_trace_free(trace);
	assert_int_equal(count_instances(getpid()), 0);
	assert_int_equal(in_child(die_with_a_trace), 128 + SIGKILL);
	assert_nobody_is_left();
	/* another one who makes a trace may have been faster than we are */
	assert_true(count_instances(last_child) <= 1);
	assert_int_equal(world_trace_new(&trace), 0);
	assert_int_equal(count_instances(last_child), 0);
	world_trace_free(trace);
}

/* ---- something is wrong -------------------------------------------------------------------- */

/* The only child of a task, as this process counts. */
static pid_t child_of(pid_t pid)
{
	char path[64], line[64];
	long child = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file))
		child = strtol(line, NULL, 10);
	if (file)
		fclose(file);
	return (pid_t)child;
}

static void test_the_init_is_killed_from_outside(void **state)
{
	_cleanup_world_ struct world *w = world_with(N, NULL);
	pid_t init = child_of(getpid());
	struct world_result res;

	(void)state;
	if (!init)
		SKIP("the kernel does not list the children of a process");
	assert_int_equal(kill(init, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)init, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
	assert_true(world_call(w, HOST, &(struct world_call){.id = FATE_GETPID}, &res) < 0);
	assert_string_not_equal(w->error, "");
}

/* An instruction that jumps to itself, where a task will go on when it wakes. */
static bool put_to_spin(pid_t pid)
{
#if defined(__x86_64__)
	const unsigned char spin[] = {0xeb, 0xfe};
#else
	const unsigned char spin[] = {0x00, 0x00, 0x00, 0x14};
#endif
	unsigned long long pc = 0;
	_cleanup_close_ int mem = -1;
	char path[64], line[256], *last;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file) && (last = strrchr(line, ' ')))
		pc = strtoull(last, NULL, 16);
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDWR | O_CLOEXEC);
	return pc && pwrite(mem, spin, sizeof(spin), (off_t)pc) == (ssize_t)sizeof(spin);
}

static void test_what_does_not_settle(void **state)
{
	const struct world_options o = {.n_names = N, .timeout_ms = 200};
	struct world_result res;
	char error[256], want[64];
	struct world *w;
	pid_t host;

	(void)state;
	assert_int_equal(world_kernel_new(&o, &w, error), 0);
	host = child_of(child_of(getpid()));
	if (!host || !put_to_spin(host)) {
		world_free(w);
		SKIP("no program of another process can be changed here");
	}
	assert_int_equal(world_call(w, HOST, &(struct world_call){.id = FATE_GETPID}, &res),
			 -ETIMEDOUT);
	snprintf(want, sizeof(want), "process %d (number 2 inside)", (int)host);
	assert_non_null(strstr(w->error, want));
	assert_non_null(strstr(w->error, "in state R"));
	world_free(w);
	assert_nobody_is_left();
}

/* ---- what the maker has is not what the host has -------------------------------------------- */

static void odd_maker(void)
{
	struct world *w;
	sigset_t all;

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	if (geteuid() == 0) /* who is not root could not map ids */
		prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NAME, "a) Z 1 (\n", 0, 0, 0);
	if (setsid() < 0)
		_exit(1);
	w = world_with(N, NULL);
	for (int kind = SF_SIGPND; kind <= SF_SIGCGT; kind++)
		REQUIRE(set_of(w, HOST, (enum sf_sigset_kind)kind) == 0);
	REQUIRE(make(w, HOST, FATE_FORK, 0, A) == 3);
	CALL(w, A, EXIT, 1);
	REQUIRE(CALL_FULL(w, HOST, WAIT4, -1, 0).status == 1 << 8);
	world_free(w);
}

static void test_an_odd_maker(void **state)
{
	(void)state;
	assert_int_equal(in_child(odd_maker), 0);
	assert_nobody_is_left();
}

static void ordinary_user(void)
{
	const struct world_options o = {.n_names = N, .trace = true};
	struct world_result res;
	char error[256] = "";
	struct world *w;
	int r;

	REQUIRE(setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
	prctl(PR_SET_DUMPABLE, 1); /* as after an exec() */
	r = world_kernel_new(&o, &w, error);
	if (r == -EPERM && *error)
		_exit(SKIPPED);
	REQUIRE(r == 0 && !w->traces);
	REQUIRE(CALL(w, HOST, GETUID) == 0);
	r = world_call(w, HOST, &(struct world_call){.id = FATE_SETUID, .arg = {1000}, .n_args = 1},
		       &res);
	REQUIRE(r == -EOPNOTSUPP && strstr(w->error, "no user 1000"));
	REQUIRE(make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SF_CLONE_NEWUSER | SIGCHLD, A) == 3);
	REQUIRE(CALL(w, HOST, UID_MAP, A, 0, 0, 1) == 0);
	REQUIRE(CALL(w, HOST, KILL, 3, SIGKILL) == 0);
	REQUIRE(only_event(w, A, WORLD_KILLED)->status == SIGKILL);
	world_free(w);
}

static void test_an_ordinary_user(void **state)
{
	int status;

	(void)state;
	if (getuid())
		SKIP("needs root");
	status = in_child(ordinary_user);
	assert_nobody_is_left();
	if (status == SKIPPED)
		SKIP("no user namespaces can be made here");
	assert_int_equal(status, 0);
}

/* As many processes as one may have, and not one more. */
static void crowded_user(void)
{
	const struct world_options o = {.n_names = N};
	const struct rlimit one = {1, 1};
	char error[256] = "";
	struct world *w;
	int r;

	REQUIRE(setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
	prctl(PR_SET_DUMPABLE, 1);
	REQUIRE(setrlimit(RLIMIT_NPROC, &one) == 0);
	r = world_kernel_new(&o, &w, error);
	if (r == -EPERM)
		_exit(SKIPPED);
	REQUIRE(r == -EAGAIN && strstr(error, "Resource temporarily unavailable"));
}

static void test_no_room_for_processes(void **state)
{
	int status;

	(void)state;
	if (getuid())
		SKIP("needs root");
	status = in_child(crowded_user);
	assert_nobody_is_left();
	if (status == SKIPPED)
		SKIP("no user namespaces can be made here");
	assert_int_equal(status, 0);
}

static rlim_t descriptors;

/* 0: there is a world; SKIPPED: there is none, and why is said. */
static void few_descriptors(void)
{
	const struct world_options o = {.n_names = N};
	const struct rlimit limit = {descriptors, descriptors};
	size_t before = count_fds();
	char error[256] = "";
	struct world *w;
	int r;

	REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	r = world_kernel_new(&o, &w, error);
	if (r == 0)
		world_free(w);
	REQUIRE(r == 0 || *error);
	REQUIRE(count_fds() == before);
	_exit(r ? SKIPPED : 0);
}

static void test_no_room_for_descriptors(void **state)
{
	int status = SKIPPED;

	(void)state;
	for (descriptors = 12; status == SKIPPED && descriptors < 128; descriptors++)
		status = in_child(few_descriptors);
	assert_int_equal(status, 0);
	assert_true(descriptors > 16);
	assert_nobody_is_left();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hundreds_of_worlds),
		cmocka_unit_test(test_two_worlds_at_once),
		cmocka_unit_test(test_killed_at_any_call),
		cmocka_unit_test(test_instances_of_the_dead_are_removed),
		cmocka_unit_test(test_the_init_is_killed_from_outside),
		cmocka_unit_test(test_what_does_not_settle),
		cmocka_unit_test(test_an_odd_maker),
		cmocka_unit_test(test_an_ordinary_user),
		cmocka_unit_test(test_no_room_for_processes),
		cmocka_unit_test(test_no_room_for_descriptors),
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sched_getaffinity(0, sizeof(all_cpus), &all_cpus);
	return need_namespaces() ? SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}
