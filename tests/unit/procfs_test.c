/* SPDX-License-Identifier: GPL-2.0-or-later */
/* procfs_test.c - what single files of /proc say, and what is refused of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/procfs.h"

/* As kernel 6.18 writes it, of a process in a namespace of a namespace. */
static const char status[] = "Name:\ta (b)\\nc\\\\d\n"
			     "Umask:\t0022\n"
			     "State:\tS (sleeping)\n"
			     "Tgid:\t5656\n"
			     "Ngid:\t0\n"
			     "Pid:\t5656\n"
			     "PPid:\t5653\n"
			     "TracerPid:\t77\n"
			     "Uid:\t1000\t1001\t1002\t1003\n"
			     "Gid:\t100\t101\t102\t103\n"
			     "FDSize:\t256\n"
			     "Groups:\t4 24 27\n"
			     "NStgid:\t5656\t17\t1\n"
			     "NSpid:\t5656\t17\t1\n"
			     "NSpgid:\t5653\t14\t0\n"
			     "NSsid:\t2834\t0\t0\n"
			     "Kthread:\t0\n"
			     "VmPeak:\t    3060 kB\n"
			     "VmSize:\t    3060 kB\n"
			     "CoreDumping:\t0\n"
			     "Threads:\t3\n"
			     "SigQ:\t5/96365\n"
			     "SigPnd:\t0000000000000200\n"
			     "ShdPnd:\t8000000000000000\n"
			     "SigBlk:\t0000000000004000\n"
			     "SigIgn:\t0000000000001000\n"
			     "SigCgt:\t0000000180000002\n"
			     "CapInh:\t0000000000000000\n"
			     "CapPrm:\t000001ffffffffff\n"
			     "CapEff:\t000001fffeffffff\n"
			     "NoNewPrivs:\t1\n"
			     "Seccomp:\t2\n"
			     "Seccomp_filters:\t1\n"
			     "Cpus_allowed_list:\t0-1\n"
			     "voluntary_ctxt_switches:\t41\n";

static int parse(const char *text, struct proc_task *ret)
{
	return procfs_parse_status(text, strlen(text), ret);
}

static void test_status(void **state)
{
	struct proc_task t;

	(void)state;
	assert_int_equal(parse(status, &t), 0);
	assert_string_equal(t.comm, "a (b)\nc\\d");
	assert_int_equal(t.state, 'S');
	assert_int_equal(t.tgid, 5656);
	assert_int_equal(t.tid, 5656);
	assert_int_equal(t.ppid, 5653);
	assert_int_equal(t.tracer, 77);
	assert_int_equal(t.uid[0], 1000);
	assert_int_equal(t.uid[1], 1001);
	assert_int_equal(t.uid[2], 1002);
	assert_int_equal(t.egid, 101);
	assert_int_equal(t.n_nspid, 3);
	assert_int_equal(t.nspid[1], 17);
	assert_int_equal(t.nspid[2], 1);
	assert_int_equal(t.nspgid[1], 14);
	assert_int_equal(t.nssid[2], 0);
	assert_int_equal(t.threads, 3);
	assert_int_equal(t.sigq, 5);
	assert_int_equal(t.sigq_limit, 96365);
	assert_int_equal(t.sigpnd, SF_SIGMASK(10));
	assert_true(t.shdpnd == SF_SIGMASK(64));
	assert_int_equal(t.sigblk, SF_SIGMASK(15));
	assert_int_equal(t.sigign, SF_SIGMASK(13));
	assert_true(t.sigcgt == (SF_SIGMASK(2) | SF_SIGMASK(32) | SF_SIGMASK(33)));
	assert_true(t.cap_effective == 0x1fffeffffff);
	assert_true(t.no_new_privs);
	assert_int_equal(t.seccomp, 2);
	assert_int_equal(t.switches, 41);
	assert_false(t.kthread);
}

/* The text with one of its lines replaced, NULL: without it. */
static char *with_line(const char *name, const char *line)
{
	const char *at = strstr(status, name), *eol = strchr(at, '\n') + 1;
	char *text;

	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - status), status, line ? line : "", eol) >
		    0);
	return text;
}

static void expect_line(const char *name, const char *line, int error)
{
	_cleanup_free_ char *text = with_line(name, line);
	struct proc_task t = {.tid = 1};

	if (parse(text, &t) != error)
		fail_msg("'%s' gives not %d", line ? line : name, error);
	if (error)
		assert_int_equal(t.tid, 1); /* untouched */
}

static void test_status_without(void **state)
{
	static const char *const needed[] = {
		"Name:",   "State:",  "Tgid:",	  "Pid:",    "PPid:",	"TracerPid:",
		"Uid:",	   "Gid:",    "Threads:", "SigQ:",   "SigPnd:", "ShdPnd:",
		"SigBlk:", "SigIgn:", "SigCgt:",  "CapEff:",
	};
	static const char *const needless[] = {"Umask:", "Kthread:", "Seccomp:", "NoNewPrivs:"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		expect_line(needed[i], NULL, -EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(needless); i++)
		expect_line(needless[i], NULL, 0);
	/* numbers per level belong together */
	expect_line("NSpid:", NULL, -EINVAL);
	expect_line("NSpgid:", "NSpgid:\t5653\t14\n", -EINVAL);
}

static void test_status_of_nonsense(void **state)
{
	(void)state;
	expect_line("Tgid:", "Tgid:\t0\n", -EINVAL);
	expect_line("Tgid:", "Tgid:\t-4\n", -EINVAL);
	expect_line("Tgid:", "Tgid:\t4194304\n", -EINVAL);
	expect_line("Tgid:", "Tgid:\t99999999999999999999\n", -EINVAL);
	expect_line("PPid:", "PPid:\t\n", -EINVAL);
	expect_line("Uid:", "Uid:\t1\t2\n", -EINVAL);
	expect_line("Uid:", "Uid:\t1\t2\t4294967296\t3\n", -EINVAL);
	expect_line("SigQ:", "SigQ:\t5\n", -EINVAL);
	expect_line("SigQ:", "SigQ:\t0/18446744073709551615\n", 0);
	expect_line("SigBlk:", "SigBlk:\tfffffffffffffffff\n", -EINVAL);
	expect_line("SigBlk:", "SigBlk:\txyz\n", -EINVAL);
	expect_line("State:", "State:\t\n", -EINVAL);
	expect_line("State:", "State:\tX (dead)\n", -ESRCH);
	expect_line("Threads:", "Threads:\t0\n", -ESRCH);
	expect_line("NSpid:", "NSpid:\t5657\t17\t1\n", -EINVAL);
	expect_line("NSpid:", "NSpid:\t5656\t17\t0\n", -EINVAL);
	expect_line("NSpid:", "NSpid:\t5656\t17\tx\n", -EINVAL);
}

static void test_status_of_too_many_levels(void **state)
{
	char line[512] = "NSpid:\t5656";

	(void)state;
	for (int i = 0; i < 33; i++)
		strncat(line, "\t1", sizeof(line) - strlen(line) - 1);
	strncat(line, "\n", sizeof(line) - strlen(line) - 1);
	expect_line("NSpid:", line, -EINVAL);
}

/* A text that ends anywhere is refused or understood, and nothing else happens. */
static void test_status_cut_short(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(status); n++) {
		_cleanup_free_ char *text =
			malloc(n ? n : 1); /* so that no byte behind it is read */
		struct proc_task t;
		int r;

		memcpy(text, status, n);
		r = procfs_parse_status(text, n, &t);
		assert_true(r == 0 || r == -EINVAL);
		assert_true(r == -EINVAL || n > strlen(status) - 200);
	}
}

static void test_status_of_kernel_threads(void **state)
{
	_cleanup_free_ char *old = with_line("Kthread:", NULL), *new = NULL;
	struct proc_task t;
	char *size = strstr(old, "VmSize:");

	(void)state;
	assert_int_equal(parse(old, &t), 0);
	assert_false(t.kthread);
	memcpy(size, "VmZise:", 7);
	assert_int_equal(parse(old, &t), 0);
	assert_true(t.kthread);
	/* a dead process has no memory either */
	memcpy(strstr(old, "State:\tS"), "State:\tZ", 8);
	assert_int_equal(parse(old, &t), 0);
	assert_false(t.kthread);
	new = with_line("Kthread:", "Kthread:\t1\n");
	assert_int_equal(parse(new, &t), 0);
	assert_true(t.kthread);
}

static void test_status_of_long_name(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct proc_task t;
	char line[256];

	(void)state;
	snprintf(line, sizeof(line), "Name:\t%0200d\n", 7);
	text = with_line("Name:", line);
	assert_int_equal(parse(text, &t), 0);
	assert_int_equal(strlen(t.comm), PROC_COMM_LEN - 1);
}

static void test_stat(void **state)
{
	static const char stat[] =
		"7 (a) R (b) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 100 200 "
		"18446744073709551615 1 1 0 0 0 0 0 1 2 0 0 0 17 1 0 0 0 0 0\n";
	static const char exiting[] =
		"7 (x) Z 1 7 7 0 -1 4194564 1 2 3 4 5 6 7 8 20 0 1 0 99 100 200 "
		"0 1 1 0 0 0 0 0 1 2 0 0 0 -1 1 0\n";
	struct proc_task t = {.tid = 7, .n_nspid = 1};

	(void)state;
	assert_int_equal(procfs_parse_stat(stat, strlen(stat), &t), 0);
	assert_int_equal(t.exit_signal, 17);
	assert_false(t.exiting);
	assert_false(t.kthread);
	assert_int_equal(procfs_parse_stat(exiting, strlen(exiting), &t), 0);
	assert_int_equal(t.exit_signal, 0);
	assert_true(t.exiting);
	for (size_t n = 0; n < strlen(stat) - 40; n++)
		assert_int_equal(procfs_parse_stat(stat, n, &t), -EINVAL);
}

static void test_stat_stands_in_for_levels(void **state)
{
	static const char stat[] = "7 (x) S 1 5 4 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 99 100 200 "
				   "0 1 1 0 0 0 0 0 1 2 0 0 0 10 1 0\n";
	struct proc_task t = {.tid = 7};

	(void)state;
	assert_int_equal(procfs_parse_stat(stat, strlen(stat), &t), 0);
	assert_int_equal(t.n_nspid, 1);
	assert_int_equal(t.nspid[0], 7);
	assert_int_equal(t.nspgid[0], 5);
	assert_int_equal(t.nssid[0], 4);
	assert_int_equal(t.exit_signal, 10);
}

static void expect_map(const char *text, int error, size_t n)
{
	_cleanup_free_ struct sf_id_extent *map = NULL;
	size_t found = 99;

	assert_int_equal(procfs_parse_id_map(text, strlen(text), &map, &found), error);
	assert_int_equal(found, error ? 99 : n);
}

static void test_id_map(void **state)
{
	static const char two[] =
		"         0     100000      65536\n     65536       1000          1\n";
	_cleanup_free_ struct sf_id_extent *map = NULL;
	size_t n;

	(void)state;
	assert_int_equal(procfs_parse_id_map(two, strlen(two), &map, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(map[0].outside, 100000);
	assert_int_equal(map[1].inside, 65536);
	assert_int_equal(map[1].count, 1);
	expect_map("", 0, 0);
	expect_map("0 0 4294967295\n", 0, 1);
	expect_map("0 4294967295 1\n", 0, 1); /* an id that the reader has no name for */
	expect_map("0 0 0\n", -EINVAL, 0);
	expect_map("1 0 4294967295\n", 0, 1);
	expect_map("2 0 4294967295\n", -EINVAL, 0); /* beyond the last id */
	expect_map("0 0\n", -EINVAL, 0);
	expect_map("0 0 1 2\n", -EINVAL, 0);
	expect_map("0 0 4294967296\n", -EINVAL, 0);
	expect_map("\n", -EINVAL, 0);
}

static void test_core_limit(void **state)
{
	static const char limits[] =
		"Limit                     Soft Limit           Hard Limit           Units     \n"
		"Max stack size            8388608              unlimited            bytes     \n"
		"Max core file size        %s                    unlimited            bytes     \n";
	static const struct {
		const char *soft;
		uint64_t limit;
	} cases[] = {{"0", 0}, {"1", 1}, {"unlimited", SF_RLIM_INFINITY}};
	uint64_t limit = 5;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		const char *at = strstr(limits, "%s");

		assert_true(asprintf(&text, "%.*s%s%s", (int)(at - limits), limits, cases[i].soft,
				     at + 2) > 0);
		assert_int_equal(procfs_parse_core_limit(text, strlen(text), &limit), 0);
		assert_true(limit == cases[i].limit);
	}
	assert_int_equal(procfs_parse_core_limit("Max core file size  x\n", 22, &limit), -EINVAL);
	assert_int_equal(procfs_parse_core_limit("", 0, &limit), -EINVAL);
}

static void test_core_pattern(void **state)
{
	(void)state;
	assert_int_equal(procfs_parse_core_pattern("core\n", 5), SF_CORE_FILE);
	assert_int_equal(procfs_parse_core_pattern("|/usr/lib/x %p\n", 15), SF_CORE_PIPE);
	assert_int_equal(procfs_parse_core_pattern("\n", 1), SF_CORE_NONE);
	assert_int_equal(procfs_parse_core_pattern("", 0), SF_CORE_NONE);
}

static void test_syscall(void **state)
{
	static const char wait[] =
		"128 0x7ffd9c2a5b10 0x0 0x7ffd9c2a5b00 0x8 0x0 0x0 0x7ffd9c2a5ac8 0x7f1b2c0a1b2c\n";
	struct proc_syscall call;

	(void)state;
	assert_int_equal(procfs_parse_syscall(wait, strlen(wait), &call), 0);
	assert_int_equal(call.nr, 128);
	assert_true(call.arg[0] == 0x7ffd9c2a5b10);
	assert_int_equal(call.arg[3], 8);
	assert_true(call.sp == 0x7ffd9c2a5ac8);
	assert_int_equal(procfs_parse_syscall("running\n", 8, &call), 0);
	assert_int_equal(call.nr, -1);
	assert_int_equal(procfs_parse_syscall("-1 0x7ff0 0x40\n", 15, &call), 0);
	assert_int_equal(call.nr, -1);
	assert_true(call.sp == 0x7ff0);
	assert_int_equal(procfs_parse_syscall("128 0x1 0x2\n", 12, &call), -EINVAL);
	assert_int_equal(procfs_parse_syscall("", 0, &call), -EINVAL);
}

static void test_fdinfo(void **state)
{
	static const char signalfd[] =
		"pos:\t0\nflags:\t02\nmnt_id:\t15\nsigmask:\t0000000000004002\n";
	static const char epoll[] = "pos:\t0\nflags:\t02\n"
				    "tfd:       14 events:       19 data: ffffffff  pos:0 ino:1\n"
				    "tfd:        5 events:       19 data: 5  pos:0 ino:1 sdev:d\n";
	sf_sigset set = 0;
	size_t pos = 0;

	(void)state;
	assert_int_equal(procfs_parse_sigmask(signalfd, strlen(signalfd), &set), 0);
	assert_int_equal(set, SF_SIGMASK(2) | SF_SIGMASK(15));
	assert_int_equal(procfs_parse_sigmask(epoll, strlen(epoll), &set), -ENOENT);
	assert_int_equal(procfs_parse_sigmask("sigmask:\t?\n", 11, &set), -EINVAL);
	assert_int_equal(procfs_next_tfd(epoll, strlen(epoll), &pos), 14);
	assert_int_equal(procfs_next_tfd(epoll, strlen(epoll), &pos), 5);
	assert_int_equal(procfs_next_tfd(epoll, strlen(epoll), &pos), -1);
	assert_int_equal(procfs_next_tfd(epoll, strlen(epoll), &pos), -1);
}

/* What this kernel writes of this process. */
static void test_own_files(void **state)
{
	char text[65536];
	struct proc_task t;
	ssize_t n;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	(void)state;
	n = read(fd, text, sizeof(text));
	close(fd);
	assert_true(n > 0);
	assert_int_equal(procfs_parse_status(text, (size_t)n, &t), 0);
	assert_int_equal(t.uid[1], geteuid());
	assert_false(t.kthread);
	fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof(text));
	close(fd);
	assert_int_equal(procfs_parse_stat(text, (size_t)n, &t), 0);
	assert_int_equal(t.exit_signal, 17);
	assert_false(t.exiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_status_without),
		cmocka_unit_test(test_status_of_nonsense),
		cmocka_unit_test(test_status_of_too_many_levels),
		cmocka_unit_test(test_status_cut_short),
		cmocka_unit_test(test_status_of_kernel_threads),
		cmocka_unit_test(test_status_of_long_name),
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_stat_stands_in_for_levels),
		cmocka_unit_test(test_id_map),
		cmocka_unit_test(test_core_limit),
		cmocka_unit_test(test_core_pattern),
		cmocka_unit_test(test_syscall),
		cmocka_unit_test(test_fdinfo),
		cmocka_unit_test(test_own_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
