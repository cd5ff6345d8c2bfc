/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_test.c - rules that no scenario can show, on the model
 *
 * Each test is named for its rule in docs/rules.md, which says why there is no scenario.
 */
#include "scene.h"

#include <errno.h>

static bool is_alive(const struct sf_task *t)
{
	return sf_task_state(t) != 'Z' && sf_task_state(t) != 'X';
}

/* ---- numbers ------------------------------------------------------------------------------- */

static void s004_numbers_wrap_to_300(void **state)
{
	SCENE(s, NULL);
	struct sf_pidns *ns = sf_machine_pidns(s.m);

	(void)state;
	assert_int_equal(sf_pidns_set_pid_max(ns, 400), 0);
	assert_int_equal(sf_pidns_set_last_pid(ns, 398), 0);
	assert_int_equal(sf_fork(s.host, NULL), 399);
	assert_int_equal(sf_fork(s.host, NULL), 300);
	assert_int_equal(sf_fork(s.host, NULL), 301);
}

static void s005_next_number_is_chosen(void **state)
{
	SCENE(s, NULL);

	(void)state;
	assert_int_equal(sf_pidns_set_last_pid(sf_task_pidns(s.init), 1000), 0);
	assert_int_equal(sf_fork(s.init, NULL), 1001);
	assert_int_equal(sf_pidns_set_last_pid(sf_task_pidns(s.init), -1), -EINVAL);
}

static void s006_no_number_is_eagain(void **state)
{
	SCENE(s, NULL);
	long r;

	(void)state;
	assert_int_equal(sf_pidns_set_pid_max(sf_task_pidns(s.init), 301), 0);
	do {
		r = sf_fork(s.init, NULL);
	} while (r > 0);
	assert_int_equal(r, -EAGAIN);
	/* Outside there is still room, but one needs a number on each level. */
	assert_true(sf_fork(s.host, NULL) > 0);
}

static void s008_limit_of_each_namespace(void **state)
{
	SCENE(now, NULL);
	SCENE(before, "6.1");

	(void)state;
	assert_int_equal(sf_pidns_set_pid_max(sf_task_pidns(now.init), 300), -EINVAL);
	assert_int_equal(sf_pidns_set_pid_max(sf_task_pidns(now.init), 301), 0);
	assert_int_equal(sf_pidns_set_last_pid(sf_task_pidns(now.init), 300), 0);
	assert_int_equal(sf_fork(now.init, NULL), 300);
	/* One limit for all: that of the first namespace. */
	assert_int_equal(sf_pidns_set_pid_max(sf_task_pidns(before.init), 301), 0);
	assert_int_equal(sf_pidns_set_last_pid(sf_task_pidns(before.init), 300), 0);
	assert_int_equal(sf_fork(before.init, NULL), 301);
}

static long clone_as(struct sf_task *by, uint64_t flags, const int *set_tid, size_t n)
{
	const struct sf_clone_args args = {.flags = flags, .set_tid = set_tid, .set_tid_size = n};

	return sf_clone3(by, &args, NULL);
}

static void s009_chosen_numbers(void **state)
{
	SCENE(s, NULL);
	struct sf_task *weak = made(s.host, 0);

	(void)state;
	assert_int_equal(clone_as(s.host, 0, (const int[]){5000}, 1), 5000);
	assert_int_equal(clone_as(s.host, 0, (const int[]){5000}, 1), -EEXIST);
	assert_int_equal(clone_as(s.host, 0, (const int[]){0}, 1), -EINVAL);
	assert_int_equal(clone_as(s.host, 0, (const int[]){7, 7}, 2), -EINVAL);
	assert_int_equal(clone_as(s.host, SF_CLONE_NEWPID, (const int[]){2}, 1), -EINVAL);
	assert_int_equal(clone_as(s.host, SF_CLONE_NEWPID, (const int[]){1, 6000}, 2), 6000);
	assert_int_equal(sf_capset(weak, 0, 0), 0);
	assert_int_equal(clone_as(weak, 0, (const int[]){7000}, 1), -EPERM);
}

static void s013_exec_takes_the_leaders_number(void **state)
{
	SCENE(s, NULL);
	struct sf_task *t = NULL;

	(void)state;
	assert_true(sf_clone(s.init, SF_CLONE_THREAD | SF_CLONE_SIGHAND | SF_CLONE_VM, &t) > 1);
	sf_task_get(t);
	assert_int_equal(sf_execve(t, "other"), SF_BLOCKED);
	settle(&s);
	assert_int_equal(sf_task_call_result(t, NULL, NULL), 0);
	assert_int_equal(sf_gettid(t), 1);
	assert_ptr_equal(sf_task_leader(t), t);
	assert_int_equal(sf_task_state(s.init), 'X');
	assert_true(sf_task_is_init(t));
	assert_int_equal(sf_kill(s.app, 1, SIGKILL), 0);
	settle(&s);
	assert_true(is_alive(t));
}

/* ---- the ends of namespaces and machines --------------------------------------------------- */

static int status_after_reboot(unsigned int cmd)
{
	SCENE(s, NULL);
	int status = 0;

	assert_int_equal(sf_reboot(s.app, cmd), 0);
	settle(&s);
	assert_true(sf_wait4(s.host, -1, &status, 0) > 0);
	return status;
}

static void s014_no_deeper_than_32(void **state)
{
	SCENE(s, NULL);
	struct sf_task *init = s.init, *child = NULL;

	(void)state;
	for (int level = 2; level <= 32; level++)
		init = made(init, SF_CLONE_NEWPID);
	assert_int_equal(sf_clone(init, SF_CLONE_NEWPID | SIGCHLD, &child), -ENOSPC);
	assert_null(child);
	assert_true(sf_clone(init, SIGCHLD, &child) > 0);
}

static void s026_reboot(void **state)
{
	SCENE(s, NULL);

	(void)state;
	assert_int_equal(status_after_reboot(SF_REBOOT_CMD_RESTART), SIGHUP);
	assert_int_equal(status_after_reboot(SF_REBOOT_CMD_RESTART2), SIGHUP);
	assert_int_equal(status_after_reboot(SF_REBOOT_CMD_HALT), SIGINT);
	assert_int_equal(status_after_reboot(SF_REBOOT_CMD_POWER_OFF), SIGINT);
	assert_int_equal(sf_reboot(s.app, 0), -EINVAL);
	assert_int_equal(sf_capset(s.app, 0, 0), 0);
	assert_int_equal(sf_reboot(s.app, SF_REBOOT_CMD_RESTART), -EPERM);
	settle(&s);
	assert_true(is_alive(s.init));
}

static void s033_panic(void **state)
{
	SCENE(s, NULL);

	(void)state;
	assert_int_equal(sf_kill(s.host, 1, SIGKILL), 0);
	assert_int_equal(sf_kill(s.host, 1, SIGSTOP), 0);
	settle(&s);
	assert_true(is_alive(s.boot));
	assert_int_equal(sf_kill(s.host, sf_task_tgid(s.init, sf_task_pidns(s.host)), SIGKILL), 0);
	settle(&s);
	assert_false(sf_machine_panicked(s.m));
	sf_exit(s.boot, 0);
	settle(&s);
	assert_true(sf_machine_panicked(s.m));
}

static void s156_global_init_faults(void **state)
{
	SCENE(s, NULL);

	(void)state;
	assert_int_equal(sf_force_sig(s.boot, SIGSEGV, 1, SF_HANDLER_CURRENT), 0);
	settle(&s);
	assert_true(sf_machine_panicked(s.m));
}

/* ---- calls --------------------------------------------------------------------------------- */

static void s061_no_scopes(void **state)
{
	SCENE(now, "6.9");
	SCENE(before, "6.8");

	(void)state;
	assert_int_equal(sf_pidfd_send_signal(now.host, now.init, 0, NULL, SF_PIDFD_SIGNAL_THREAD),
			 0);
	assert_int_equal(
		sf_pidfd_send_signal(before.host, before.init, 0, NULL, SF_PIDFD_SIGNAL_THREAD),
		-EINVAL);
	assert_int_equal(sf_pidfd_send_signal(before.host, before.init, 0, NULL, 0), 0);
}

static void s165_flags_that_need_each_other(void **state)
{
	SCENE(s, NULL);

	(void)state;
	assert_int_equal(sf_clone(s.host, SF_CLONE_THREAD, NULL), -EINVAL);
	assert_int_equal(sf_clone(s.host, SF_CLONE_THREAD | SF_CLONE_SIGHAND, NULL), -EINVAL);
	assert_int_equal(sf_clone(s.host, SF_CLONE_SIGHAND, NULL), -EINVAL);
	assert_int_equal(
		sf_clone(s.host, SF_CLONE_CLEAR_SIGHAND | SF_CLONE_SIGHAND | SF_CLONE_VM, NULL),
		-EINVAL);
}

static void s121_signalfd(void **state)
{
	SCENE(s, NULL);
	const sf_sigset set = SF_SIGMASK(SIGTERM);
	struct sf_siginfo info = {0};

	(void)state;
	assert_int_equal(sf_rt_sigprocmask(s.init, SF_SIG_BLOCK, &set, NULL), 0);
	assert_int_equal(sf_signalfd_read(s.init, set, NULL), SF_BLOCKED);
	assert_int_equal(sf_kill(s.app, 1, SIGTERM), 0);
	settle(&s);
	assert_int_equal(sf_task_call_result(s.init, NULL, &info), SIGTERM);
	assert_int_equal(info.pid, sf_getpid(s.app));
	assert_int_equal(sf_task_sigset(s.init, SF_SHDPND), 0);
}

/* ---- permission ---------------------------------------------------------------------------- */

static void s090_audit_notes_attempts(void **state)
{
	SCENE(s, NULL);
	struct sf_task *user = made(s.host, 0);
	struct sf_pidns *ns = sf_machine_pidns(s.m);
	const struct sf_audit_record *record;
	uint32_t uid = 0;
	size_t n;

	(void)state;
	assert_int_equal(sf_setuid(user, 1000), 0);
	sf_audit_enable(s.m, true);
	sf_audit_set_daemon(s.m, s.host);
	assert_int_equal(sf_kill(user, sf_task_tgid(s.host, ns), SIGHUP), -EPERM);
	record = sf_audit_records(s.m, &n);
	assert_int_equal(n, 1);
	assert_int_equal(record[0].sender, sf_task_tgid(user, ns));
	assert_int_equal(record[0].target, sf_task_tgid(s.host, ns));
	assert_int_equal(record[0].result, -EPERM);
	assert_int_equal(sf_audit_signal_sender(s.m, &uid), sf_task_tgid(user, ns));
	assert_int_equal(uid, 1000);
	/* Not what the kernel sends. */
	assert_int_equal(sf_generate(s.host, SF_GENERATOR_OOM, s.app, 0), 0);
	sf_audit_records(s.m, &n);
	assert_int_equal(n, 1);
}

static void s095_landlock(void **state)
{
	SCENE(s, NULL);
	SCENE(before, "6.1");
	struct sf_task *boxed = made(s.host, 0), *child;
	struct sf_pidns *ns = sf_machine_pidns(s.m);

	(void)state;
	assert_int_equal(sf_landlock_restrict_self(before.host, true), -E2BIG);
	assert_int_equal(sf_landlock_restrict_self(boxed, true), 0);
	child = made(boxed, 0);
	assert_int_equal(sf_kill(boxed, sf_task_tgid(s.host, ns), 0), -EPERM);
	assert_int_equal(sf_kill(boxed, sf_task_tgid(boxed, ns), 0), 0);
	assert_int_equal(sf_kill(child, sf_task_tgid(boxed, ns), 0), 0);
	assert_int_equal(sf_landlock_restrict_self(child, true), 0);
	assert_int_equal(sf_kill(child, sf_task_tgid(boxed, ns), 0), -EPERM);
	assert_int_equal(sf_kill(boxed, sf_task_tgid(child, ns), 0), 0);
	assert_int_equal(sf_kill(s.host, sf_task_tgid(boxed, ns), 0), 0);
}

/* ---- what the kernel sends ----------------------------------------------------------------- */

static void s104_generators(void **state)
{
	/* By who is outside, and by who is inside: does the init still run? */
	static const struct {
		enum sf_generator generator;
		int sig;
		char outside, inside;
	} expected[] = {
		{SF_GENERATOR_TTY, SIGINT, 'S', 'S'},	 {SF_GENERATOR_TTY, SIGTSTP, 'S', 'S'},
		{SF_GENERATOR_HANGUP, 0, 'S', 'S'},	 {SF_GENERATOR_ALARM, 0, 'S', 'S'},
		{SF_GENERATOR_TIMER, SIGKILL, 'S', 'S'}, {SF_GENERATOR_CPU_SOFT, 0, 'S', 'S'},
		{SF_GENERATOR_CPU_HARD, 0, 'Z', 'Z'},	 {SF_GENERATOR_PIPE, 0, 'S', 'S'},
		{SF_GENERATOR_FILE_SIZE, 0, 'S', 'S'},	 {SF_GENERATOR_OOM, 0, 'Z', 'Z'},
		{SF_GENERATOR_CGROUP_KILL, 0, 'Z', 'S'}, {SF_GENERATOR_EXITKILL, 0, 'Z', 'Z'},
		{SF_GENERATOR_ATTACH, 0, 't', 't'},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		SCENE(outside, NULL);
		SCENE(inside, NULL);

		/* Away from the groups of those who look. */
		assert_int_equal(sf_setsid(outside.init), 1);
		assert_int_equal(sf_setsid(inside.init), 1);
		assert_int_equal(sf_generate(outside.host, expected[i].generator, outside.init,
					     expected[i].sig),
				 0);
		assert_int_equal(sf_generate(inside.app, expected[i].generator, inside.init,
					     expected[i].sig),
				 0);
		settle(&outside);
		settle(&inside);
		assert_int_equal(sf_task_state(outside.init), expected[i].outside);
		assert_int_equal(sf_task_state(inside.init), expected[i].inside);
	}
}

static void s114_sigkill_is_not_counted(void **state)
{
	SCENE(s, NULL);
	struct sf_path *path = sf_path_new(s.m);
	const struct sf_step *step;
	size_t n, seen = 0;

	(void)state;
	sf_machine_record(s.m, path);
	assert_int_equal(sf_kill(s.host, sf_task_tgid(s.app, sf_task_pidns(s.host)), SIGKILL), 0);
	sf_machine_record(s.m, NULL);
	step = sf_path_steps(path, &n);
	for (size_t i = 0; i < n; i++)
		if (step[i].id == SF_STEP_SIGQUEUE && ++seen)
			assert_int_equal(step[i].answer, SF_SIGQUEUE_BIT_ONLY);
	assert_int_equal(seen, 1);
}

/* ---- forced -------------------------------------------------------------------------------- */

static int status_of_init(const struct scene *s)
{
	settle(s);
	return sf_task_exit_status(s->init);
}

static void s151_fault_kills_an_init(void **state)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	const sf_sigset segv = SF_SIGMASK(SIGSEGV);
	SCENE(by_default, NULL);
	SCENE(ignored, NULL);
	SCENE(blocked, NULL);
	SCENE(handled, NULL);

	(void)state;
	assert_int_equal(sf_force_sig(by_default.init, SIGSEGV, 1, SF_HANDLER_CURRENT), 0);
	assert_int_equal(status_of_init(&by_default) & 0x7f, SIGSEGV);

	assert_int_equal(sf_rt_sigaction(ignored.init, SIGSEGV, &ignore, NULL), 0);
	assert_int_equal(sf_force_sig(ignored.init, SIGSEGV, 1, SF_HANDLER_CURRENT), 0);
	assert_int_equal(status_of_init(&ignored) & 0x7f, SIGSEGV);

	assert_int_equal(sf_rt_sigaction(blocked.init, SIGSEGV, &handler, NULL), 0);
	assert_int_equal(sf_rt_sigprocmask(blocked.init, SF_SIG_BLOCK, &segv, NULL), 0);
	assert_int_equal(sf_force_sig(blocked.init, SIGSEGV, 1, SF_HANDLER_CURRENT), 0);
	assert_int_equal(status_of_init(&blocked) & 0x7f, SIGSEGV);

	assert_int_equal(sf_rt_sigaction(handled.init, SIGSEGV, &handler, NULL), 0);
	assert_int_equal(sf_force_sig(handled.init, SIGSEGV, 1, SF_HANDLER_CURRENT), 0);
	settle(&handled);
	assert_true(is_alive(handled.init));
	assert_true(sf_task_is_init(handled.init));
}

static void s152_seccomp_kills_an_init(void **state)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	SCENE(killed, NULL);
	SCENE(trapped, NULL);

	(void)state;
	assert_int_equal(sf_rt_sigaction(killed.init, SIGSYS, &handler, NULL), 0);
	assert_int_equal(sf_force_sig(killed.init, SIGSYS, 1, SF_HANDLER_EXIT), 0);
	assert_int_equal(status_of_init(&killed) & 0x7f, SIGSYS);

	assert_int_equal(sf_rt_sigaction(trapped.init, SIGSYS, &handler, NULL), 0);
	assert_int_equal(sf_force_sig(trapped.init, SIGSYS, 1, SF_HANDLER_CURRENT), 0);
	settle(&trapped);
	assert_true(is_alive(trapped.init));
}

static void s154_forced_for_certain(void **state)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	SCENE(s, NULL);
	SCENE(traced, NULL);
	struct sf_task *t = NULL;

	(void)state;
	assert_true(sf_clone(s.app, SF_CLONE_THREAD | SF_CLONE_SIGHAND | SF_CLONE_VM, &t) > 0);
	assert_int_equal(sf_rt_sigaction(s.app, SIGSYS, &handler, NULL), 0);
	assert_int_equal(sf_force_sig(s.app, SIGSYS, 1, SF_HANDLER_EXIT), 0);
	/* Another thread still runs, and cannot save them. */
	assert_int_equal(sf_rt_sigaction(t, SIGSYS, &handler, NULL), -EINVAL);
	settle(&s);
	assert_false(is_alive(s.app));

	/* A tracer sees a fault first, and then there is no death; but not this. */
	assert_int_equal(sf_ptrace(traced.host, SF_PTRACE_SEIZE,
				   sf_task_tgid(traced.app, sf_task_pidns(traced.host)), 0),
			 0);
	assert_int_equal(sf_force_sig(traced.app, SIGSYS, 1, SF_HANDLER_EXIT), 0);
	settle(&traced);
	assert_false(is_alive(traced.app));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(s004_numbers_wrap_to_300),
		cmocka_unit_test(s005_next_number_is_chosen),
		cmocka_unit_test(s006_no_number_is_eagain),
		cmocka_unit_test(s008_limit_of_each_namespace),
		cmocka_unit_test(s009_chosen_numbers),
		cmocka_unit_test(s013_exec_takes_the_leaders_number),
		cmocka_unit_test(s014_no_deeper_than_32),
		cmocka_unit_test(s026_reboot),
		cmocka_unit_test(s033_panic),
		cmocka_unit_test(s061_no_scopes),
		cmocka_unit_test(s090_audit_notes_attempts),
		cmocka_unit_test(s095_landlock),
		cmocka_unit_test(s104_generators),
		cmocka_unit_test(s114_sigkill_is_not_counted),
		cmocka_unit_test(s121_signalfd),
		cmocka_unit_test(s151_fault_kills_an_init),
		cmocka_unit_test(s152_seccomp_kills_an_init),
		cmocka_unit_test(s154_forced_for_certain),
		cmocka_unit_test(s156_global_init_faults),
		cmocka_unit_test(s165_flags_that_need_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
