/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_test.c - how processes belong together, in a /proc of our own making */
#include "made_proc.h"

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
	(void)state;
	make_container(true);
	_cleanup_snapshot_ struct snapshot *s = snapshot();

	remove_process(101);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
