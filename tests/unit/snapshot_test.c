/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_test.c - how processes belong together, in a /proc of our own making, and machines of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/procfs.h"

/* ---- a /proc of our own ------------------------------------------------------------------- */

static char root[64];

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "%s/sigfate-proc.XXXXXX", P_tmpdir);
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Create a file and the directories above it; the path is below the root. */
static void put(const char *path, const void *data, size_t len)
{
	char full[256];
	int fd;

	assert_true(snprintf(full, sizeof(full), "%s/%s", root, path) < (int)sizeof(full));
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

/**
 * struct made - a thread in our /proc
 * @nspid: its numbers, blanks between them; NULL: the first alone
 * @pid_ino, @user_ino: of its namespaces, 0: the links may not be read
 */
struct made {
	int pid, tgid, ppid;
	const char *nspid, *nspgid, *nssid;
	char state;
	int threads, tracer;
	uint64_t blocked, ignored, caught;
	unsigned long pid_ino, user_ino;
	const char *syscall, *map;
	unsigned int uid;
};

static void put_files(const struct made *m, const char *dir, const char *numbers)
{
	char path[128], text[2048];

	snprintf(path, sizeof(path), "%s/status", dir);
	snprintf(text, sizeof(text),
		 "Name:\tp%d\nState:\t%c (x)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n"
		 "Uid:\t%u\t%u\t%u\t%u\nGid:\t0\t0\t0\t0\nNSpid:\t%s\nNSpgid:\t%s\nNSsid:\t%s\n"
		 "Kthread:\t0\nThreads:\t%d\nSigQ:\t0/100\n"
		 "SigPnd:\t0\nShdPnd:\t0\nSigBlk:\t%llx\nSigIgn:\t%llx\nSigCgt:\t%llx\n"
		 "CapEff:\t%s\nSeccomp:\t0\n",
		 m->pid, m->state ? m->state : 'S', m->tgid ? m->tgid : m->pid, m->pid, m->ppid,
		 m->tracer, m->uid, m->uid, m->uid, m->uid, numbers,
		 m->nspgid ? m->nspgid : numbers, m->nssid ? m->nssid : numbers,
		 m->threads ? m->threads : 1, (unsigned long long)m->blocked,
		 (unsigned long long)m->ignored, (unsigned long long)m->caught,
		 m->uid ? "0" : "1ffffffffff");
	put_text(path, text);
	snprintf(path, sizeof(path), "%s/stat", dir);
	snprintf(text, sizeof(text),
		 "%d (p) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
		 "17 0\n",
		 m->pid, m->ppid);
	put_text(path, text);
	snprintf(path, sizeof(path), "%s/syscall", dir);
	if (m->syscall)
		put_text(path, m->syscall);
}

static void make(const struct made *m)
{
	char number[16], dir[64], task[96], path[256], target[64];
	int tgid = m->tgid ? m->tgid : m->pid;

	snprintf(number, sizeof(number), "%d", m->pid);
	snprintf(dir, sizeof(dir), "%d", tgid);
	snprintf(task, sizeof(task), "%d/task/%d", tgid, m->pid);
	put_files(m, task, m->nspid ? m->nspid : number);
	if (tgid != m->pid) {
		put_files(m, number, m->nspid ? m->nspid : number);
		return;
	}
	put_files(m, dir, m->nspid ? m->nspid : number);
	snprintf(path, sizeof(path), "%d/uid_map", m->pid);
	if (m->map)
		put_text(path, m->map);
	snprintf(path, sizeof(path), "%s/%d/ns", root, m->pid);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%d/ns/pid", root, m->pid);
	snprintf(target, sizeof(target), "pid:[%lu]", m->pid_ino);
	assert_true(!m->pid_ino || symlink(target, path) == 0);
	snprintf(path, sizeof(path), "%s/%d/ns/user", root, m->pid);
	snprintf(target, sizeof(target), "user:[%lu]", m->user_ino);
	assert_true(!m->user_ino || symlink(target, path) == 0);
}

#define MAKE(...) make(&(const struct made){__VA_ARGS__})

static struct snapshot *snapshot(void)
{
	struct procfs fs = {root};
	struct snapshot *s = NULL;

	assert_int_equal(snapshot_read(&fs, &s), 0);
	return s;
}

static void cleanup_snapshot(struct snapshot **s)
{
	snapshot_free(*s);
}
#define _cleanup_snapshot_ _cleanup_(cleanup_snapshot)

static const struct proc_task *look(struct snapshot *s, pid_t pid)
{
	assert_int_equal(snapshot_look(s, &pid, 1), 0);
	return snapshot_find(s, pid);
}

/* A host with a container: its init, a child, and one who has come in from outside. */
static void make_container(bool readable)
{
	unsigned long ino = readable ? 4026532001 : 0;

	MAKE(.pid = 1, .pid_ino = 4026531836);
	MAKE(.pid = 50, .ppid = 1, .pid_ino = 4026531836);
	MAKE(.pid = 100, .ppid = 50, .nspid = "100 1", .pid_ino = ino);
	MAKE(.pid = 101, .ppid = 100, .nspid = "101 7", .pid_ino = ino);
	MAKE(.pid = 102, .ppid = 50, .nspid = "102 9", .pid_ino = ino);
}

static void test_container(void **state)
{
	(void)state;
	make_container(true);
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	int ns = snapshot_find(s, 100)->pidns;

	assert_int_equal(s->n_tasks, 5);
	assert_int_equal(s->n_pidns, 2);
	assert_int_equal(snapshot_find(s, 50)->pidns, 0);
	assert_int_equal(ns, 1);
	assert_int_equal(s->pidns[ns].ino, 4026532001);
	assert_int_equal(snapshot_find(s, 101)->pidns, ns);
	assert_int_equal(snapshot_find(s, 102)->pidns, ns);
	assert_false(s->hides);
	assert_int_equal(
		snapshot_visible(s, snapshot_find(s, 101), snapshot_find(s, 101)->nspid, ns), 7);
	assert_int_equal(snapshot_visible(s, snapshot_find(s, 50), snapshot_find(s, 50)->nspid, ns),
			 0);
	assert_int_equal(
		snapshot_visible(s, snapshot_find(s, 101), snapshot_find(s, 101)->nspid, 0), 101);
}

static void test_container_without_links(void **state)
{
	(void)state;
	make_container(false);
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_int_equal(s->n_pidns, 2);
	for (pid_t pid = 100; pid <= 102; pid++) {
		assert_int_equal(snapshot_find(s, pid)->pidns, 1);
		assert_false(snapshot_find(s, pid)->gaps & GAP_BIT(GAP_PIDNS));
	}
}

static void test_one_who_came_into_one_of_two(void **state)
{
	(void)state;
	make_container(false);
	MAKE(.pid = 200, .ppid = 50, .nspid = "200 1");
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_int_not_equal(snapshot_find(s, 100)->pidns, snapshot_find(s, 200)->pidns);
	assert_true(snapshot_find(s, 102)->gaps & GAP_BIT(GAP_PIDNS));
	assert_false(snapshot_find(s, 101)->gaps & GAP_BIT(GAP_PIDNS));
}

static void test_nested_namespaces(void **state)
{
	(void)state;
	make_container(false);
	MAKE(.pid = 110, .ppid = 101, .nspid = "110 8 1");
	MAKE(.pid = 111, .ppid = 110, .nspid = "111 9 2");
	MAKE(.pid = 112, .ppid = 111, .nspid = "112 10 3 1");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	int ns = snapshot_find(s, 112)->pidns;

	assert_int_equal(s->n_pidns, 4);
	assert_int_equal(s->pidns[ns].level, 3);
	ns = s->pidns[ns].parent;
	assert_int_equal(ns, snapshot_find(s, 111)->pidns);
	ns = s->pidns[ns].parent;
	assert_int_equal(ns, snapshot_find(s, 100)->pidns);
	assert_int_equal(s->pidns[ns].parent, 0);
}

/* Levels that nobody is seen in are there all the same. */
static void test_levels_out_of_nowhere(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 300, .ppid = 1, .nspid = "300 30 20 5");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	const struct proc_task *t = snapshot_find(s, 300);

	assert_int_equal(s->pidns[t->pidns].level, 3);
	assert_true(t->gaps & GAP_BIT(GAP_PIDNS));
	assert_int_equal(snapshot_visible(s, t, t->nspid, t->pidns), 5);
}

static void test_who_is_hidden(void **state)
{
	(void)state;
	MAKE(.pid = 60, .ppid = 1);
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_true(s->hides);
	assert_true(snapshot_find(s, 60)->gaps & GAP_BIT(GAP_PARENT));
}

static void test_threads(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 70, .ppid = 1, .threads = 3, .state = 'Z');
	MAKE(.pid = 71, .tgid = 70, .ppid = 1, .threads = 3, .blocked = 4);
	MAKE(.pid = 75, .tgid = 70, .ppid = 1, .threads = 3);
	MAKE(.pid = 80, .ppid = 1);
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_null(snapshot_find(s, 71));
	/* any thread's number means its process */
	assert_non_null(look(s, 75));
	assert_int_equal(s->n_tasks, 5);
	assert_int_equal(s->task[1].tid, 70);
	assert_int_equal(s->task[1].state, 'Z');
	assert_int_equal(snapshot_find(s, 71)->sigblk, 4);
	assert_true(snapshot_find(s, 71)->close);
	assert_false(snapshot_find(s, 80)->close);
	/* looking again finds the same */
	assert_non_null(look(s, 70));
	assert_int_equal(s->n_tasks, 5);
	snapshot_leave_out(s, 70);
	assert_int_equal(s->n_tasks, 2);
	assert_null(snapshot_find(s, 71));
	assert_non_null(snapshot_find(s, 80));
}

static void test_one_who_has_gone(void **state)
{
	char path[128];

	(void)state;
	make_container(true);
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	snprintf(path, sizeof(path), "%s/101", root);
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_null(look(s, 101));
	assert_int_equal(s->n_tasks, 4);
	assert_non_null(look(s, 102));
}

static void test_broken_status(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	put_text("90/status", "Name:\tx\nState:\tS\n");
	put("91/status", "\0\0\0", 3);
	put_text("92/status", "");
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_int_equal(s->n_tasks, 1);
	assert_true(s->hides);
}

static void test_awaited_signals(void **state)
{
	static const uint64_t set = SF_SIGMASK(10) | SF_SIGMASK(9);

	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 40, .ppid = 1, .blocked = 2,
	     .syscall = "128 0x10 0x0 0x0 0x8 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put("40/mem", (const char[16]){0}, 16);
	put("40/mem", (const uint64_t[]){0, 0, set}, 24);
	MAKE(.pid = 41, .ppid = 1,
	     .syscall = "128 0xffffffffff 0x0 0x0 0x8 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put("41/mem", &set, 8);
	MAKE(.pid = 42, .ppid = 1);
	_cleanup_snapshot_ struct snapshot *s = snapshot();
#ifdef __x86_64__
	assert_int_equal(look(s, 40)->sigwait, SF_SIGMASK(10));
	assert_true(snapshot_find(s, 40)->gaps & GAP_BIT(GAP_WAIT_MASK));
	assert_true(look(s, 41)->gaps & GAP_BIT(GAP_WAIT));
#endif
	assert_true(look(s, 42)->gaps & GAP_BIT(GAP_WAIT));
}

static void test_signalfd(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 40, .ppid = 1, .blocked = SF_SIGMASK(15),
	     .syscall = "0 0x5 0x10 0x80 0x0 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put_text("40/fdinfo/5", "pos:\t0\nsigmask:\t0000000000004000\n");
	MAKE(.pid = 41, .ppid = 1, .blocked = SF_SIGMASK(15),
	     .syscall = "232 0x4 0x10 0x80 0x0 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put_text("41/fdinfo/4", "pos:\t0\ntfd: 3 events: 19\ntfd: 5 events: 19\n");
	put_text("41/fdinfo/3", "pos:\t0\n");
	put_text("41/fdinfo/5", "pos:\t0\nsigmask:\t0000000000004000\n");
	_cleanup_snapshot_ struct snapshot *s = snapshot();

#ifdef __x86_64__
	assert_int_equal(look(s, 40)->signalfd, SF_SIGMASK(15));
	assert_int_equal(look(s, 41)->signalfd, SF_SIGMASK(15));
#else
	assert_non_null(s);
#endif
}

static void test_user_namespaces_by_their_maps(void **state)
{
	static const char all[] = "0 0 4294967295\n", some[] = "0 100000 65536\n";

	(void)state;
	MAKE(.pid = 1, .user_ino = 4026531837, .map = all);
	MAKE(.pid = 20, .ppid = 1, .user_ino = 4026532007, .map = some);
	MAKE(.pid = 21, .ppid = 1, .map = some);
	MAKE(.pid = 22, .ppid = 1, .map = "0 200000 65536\n");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	const pid_t pid[] = {1, 20, 21, 22};

	assert_int_equal(snapshot_look(s, pid, 4), 0);
	assert_int_equal(snapshot_find(s, 1)->userns, 0);
	assert_int_equal(snapshot_find(s, 20)->userns, snapshot_find(s, 21)->userns);
	assert_int_not_equal(snapshot_find(s, 20)->userns, snapshot_find(s, 22)->userns);
	assert_false(snapshot_find(s, 20)->gaps & GAP_BIT(GAP_USERNS));
	assert_true(snapshot_find(s, 21)->gaps & GAP_BIT(GAP_USERNS));
}

/* ---- machines ----------------------------------------------------------------------------- */

struct built {
	struct sf_machine *m;
	struct sf_task **task;
};

static void cleanup_built(struct built *b)
{
	free(b->task);
	sf_machine_free(b->m);
}
#define _cleanup_built_ _cleanup_(cleanup_built)

static struct built build(const struct snapshot *s, const struct proc_assume *assume)
{
	struct built b = {0};

	assert_int_equal(snapshot_machine(s, NULL, assume, &b.m, &b.task), 0);
	return b;
}

static struct sf_task *task_of(const struct built *b, const struct snapshot *s, pid_t pid)
{
	return b->task[snapshot_find(s, pid) - s->task];
}

static void test_machine(void **state)
{
	(void)state;
	make_container(true);
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	_cleanup_built_ struct built b = build(s, NULL);
	struct sf_task *init = task_of(&b, s, 100), *child = task_of(&b, s, 101);
	struct sf_pidns *ns = sf_task_pidns(init);

	assert_ptr_equal(sf_task_pidns(child), ns);
	assert_int_equal(sf_task_nr(child, ns), 7);
	assert_ptr_equal(sf_task_parent(child), init);
	assert_true(sf_task_is_init(init));
	assert_false(sf_task_is_init(child));
	assert_int_equal(sf_kill(child, 1, 9), 0);
	assert_int_equal(sf_kill(child, 50, 9), -ESRCH);
	assert_int_equal(sf_settle(b.m), 0);
	assert_int_equal(sf_task_state(init), 'S');
	assert_int_equal(sf_kill(task_of(&b, s, 50), 100, 9), 0);
	assert_int_equal(sf_settle(b.m), 0);
	assert_int_not_equal(sf_task_exit_status(init), -1);
}

static void test_machine_seen_from_inside(void **state)
{
	(void)state;
	/* as a container's own /proc shows it: PID 1 has no parent, and its group is led outside */
	MAKE(.pid = 1, .nspgid = "0", .nssid = "0");
	MAKE(.pid = 5, .ppid = 1, .nspgid = "0", .nssid = "0");
	MAKE(.pid = 6, .ppid = 0, .nspgid = "6", .nssid = "0");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	_cleanup_built_ struct built b = build(s, NULL);
	struct sf_task *init = task_of(&b, s, 1);

	assert_false(s->pidns_is_initial);
	assert_int_equal(sf_pidns_level(sf_task_pidns(init)), 1);
	assert_int_equal(sf_task_nr(init, sf_task_pidns(init)), 1);
	assert_int_equal(sf_getppid(task_of(&b, s, 6)), 0);
	assert_int_equal(sf_getpgid(task_of(&b, s, 5), 0), 0);
	assert_int_equal(sf_kill(task_of(&b, s, 5), 1, 9), 0);
	assert_int_equal(sf_settle(b.m), 0);
	assert_int_equal(sf_task_state(init), 'S');
	assert_int_equal(sf_kill(sf_pidns_init(sf_machine_pidns(b.m)),
				 sf_task_nr(init, sf_machine_pidns(b.m)), 9),
			 0);
	assert_int_equal(sf_settle(b.m), 0);
	assert_int_not_equal(sf_task_exit_status(init), -1);
}

/* Who waits for a signal takes it, and does not die of it. */
static void test_machine_of_waiters(void **state)
{
#ifdef __x86_64__
	static const uint64_t set = SF_SIGMASK(15);

	MAKE(.pid = 1);
	MAKE(.pid = 40, .ppid = 1,
	     .syscall = "128 0x0 0x0 0x0 0x8 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put("40/mem", &set, sizeof(set));
	MAKE(.pid = 41, .ppid = 1, .blocked = set,
	     .syscall = "0 0x5 0x10 0x80 0x0 0x0 0x0 0x7ffd00000000 0x7f0000000000\n");
	put_text("41/fdinfo/5", "pos:\t0\nsigmask:\t0000000000004000\n");
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	assert_non_null(look(s, 40));
	assert_non_null(look(s, 41));
	for (int awaited = 1; awaited >= 0; awaited--) {
		struct proc_assume assume = {
			.other = awaited ? 0 : GAP_BIT(GAP_WAIT_MASK),
			.userns = -1,
		};
		_cleanup_built_ struct built b = build(s, &assume);
		struct sf_task *t = task_of(&b, s, 40);

		assert_int_equal(sf_kill(task_of(&b, s, 1), -1, 15), 0);
		assert_int_equal(sf_settle(b.m), 0);
		assert_int_equal(sf_task_exit_status(t) == -1, awaited);
		t = task_of(&b, s, 41);
		assert_int_equal(sf_task_exit_status(t), -1);
		assert_int_equal(sf_task_sigset(t, SF_SHDPND), 0);
	}
#endif
	(void)state;
}

/* Whoever needs each other, in whatever order they stand in the list. */
static void test_machine_out_of_order(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 10, .ppid = 90, .nspgid = "20", .nssid = "90", .tracer = 20);
	MAKE(.pid = 20, .ppid = 10, .nssid = "90");
	MAKE(.pid = 90, .ppid = 1);
	MAKE(.pid = 95, .ppid = 1, .nspgid = "94", .nssid = "93");
	MAKE(.pid = 96, .ppid = 1, .nspgid = "94", .nssid = "93");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	_cleanup_built_ struct built b = build(s, NULL);

	for (size_t i = 0; i < s->n_tasks; i++)
		assert_non_null(b.task[i]);
	assert_ptr_equal(sf_task_parent(task_of(&b, s, 10)), task_of(&b, s, 90));
	assert_int_equal(sf_getpgid(task_of(&b, s, 90), 20), 20);
	assert_int_equal(sf_getpgid(task_of(&b, s, 90), 10), 20);
	/* a group whose leader has gone has its members all the same */
	assert_int_equal(sf_kill(task_of(&b, s, 1), -94, 9), 0);
	assert_int_equal(sf_settle(b.m), 0);
	assert_int_not_equal(sf_task_exit_status(task_of(&b, s, 95)), -1);
	assert_int_not_equal(sf_task_exit_status(task_of(&b, s, 96)), -1);
}

/* A snapshot is of no single moment: a child may be seen before its parent dies, who has none then. */
static void test_machine_with_children_of_the_dead(void **state)
{
	(void)state;
	MAKE(.pid = 1, .ignored = SF_SIGMASK(17));
	MAKE(.pid = 50, .ppid = 1, .state = 'Z');
	MAKE(.pid = 51, .ppid = 50);
	MAKE(.pid = 60, .ppid = 1, .state = 'Z', .threads = 2); /* lives on in a thread */
	MAKE(.pid = 61, .ppid = 60);
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	_cleanup_built_ struct built b = build(s, NULL);

	assert_ptr_equal(sf_task_parent(task_of(&b, s, 51)), task_of(&b, s, 1));
	assert_ptr_equal(sf_task_parent(task_of(&b, s, 61)), task_of(&b, s, 60));
	assert_int_equal(sf_kill(task_of(&b, s, 1), -1, 9), 0);
	assert_int_equal(sf_settle(b.m), 0);
}

/* Nonsense makes a smaller machine, or none; never a crash. */
static void test_machine_of_nonsense(void **state)
{
	(void)state;
	MAKE(.pid = 1);
	MAKE(.pid = 10, .ppid = 10);
	MAKE(.pid = 11, .ppid = 12);
	MAKE(.pid = 12, .ppid = 11, .tracer = 12);
	MAKE(.pid = 13, .ppid = 14, .nspid = "13 5");
	MAKE(.pid = 14, .ppid = 13, .nspid = "14 5");
	MAKE(.pid = 15, .ppid = 1,
	     .nspid = "15 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
		      "1 1 1 1 1 1");
	_cleanup_snapshot_ struct snapshot *s = snapshot();
	_cleanup_built_ struct built b = build(s, NULL);

	assert_non_null(task_of(&b, s, 1));
	assert_int_equal(sf_kill(task_of(&b, s, 1), -1, 15), 0);
	assert_int_equal(sf_settle(b.m), 0);
}

static void test_machine_on_other_assumptions(void **state)
{
	(void)state;
	make_container(false);
	MAKE(.pid = 200, .ppid = 50, .nspid = "200 1");
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	for (int gap = 0; gap < N_GAPS; gap++) {
		struct proc_assume assume = {.other = GAP_BIT(gap), .userns = -1};
		_cleanup_built_ struct built b = build(s, &assume);

		for (size_t i = 0; i < s->n_tasks; i++)
			assert_non_null(b.task[i]);
		if (gap == GAP_PIDNS)
			assert_ptr_not_equal(sf_task_pidns(task_of(&b, s, 102)),
					     sf_task_pidns(task_of(&b, s, 100)));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, make_root, remove_root)
	const struct CMUnitTest tests[] = {
		TEST(container),
		TEST(container_without_links),
		TEST(one_who_came_into_one_of_two),
		TEST(nested_namespaces),
		TEST(levels_out_of_nowhere),
		TEST(who_is_hidden),
		TEST(threads),
		TEST(one_who_has_gone),
		TEST(broken_status),
		TEST(awaited_signals),
		TEST(signalfd),
		TEST(user_namespaces_by_their_maps),
		TEST(machine),
		TEST(machine_seen_from_inside),
		TEST(machine_of_waiters),
		TEST(machine_out_of_order),
		TEST(machine_with_children_of_the_dead),
		TEST(machine_of_nonsense),
		TEST(machine_on_other_assumptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
