/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_machine_test.c - machines of a /proc of our own making */
#include "made_proc.h"

#include <errno.h>

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

/* A snapshot is of no single moment: a child may have been seen before its parent died. */
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
		struct proc_assume assume = {.other = GAP_BIT(gap)};
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
