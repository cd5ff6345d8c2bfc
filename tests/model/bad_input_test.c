/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bad_input_test.c - what a caller should not ask, and gets an answer to all the same */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "play.h"

enum { SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGTERM = 15, SIGCHLD = 17 };

static struct sf_machine *m;
static struct sf_task *init;
static int number, failures;

static void ok(bool good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, what);
	failures += !good;
}

static void begin(void)
{
	m = sf_machine_new(NULL);
	init = sf_machine_boot(m);
}

static void end(void)
{
	sf_machine_free(m);
}

static void test_nothing_at_all(void)
{
	const uint8_t nothing[1] = {0};
	struct play play;

	play_begin(&play, nothing, 0);
	play_nothing(&play);
	ok(!play.wrong, "every function answers to nothing");
	play_end(&play);
}

static void test_the_dead(void)
{
	struct sf_siginfo info;
	struct sf_task *t;
	int status = 77;

	begin();
	sf_fork(init, &t);
	sf_kill(init, 2, SIGKILL);
	sf_settle(m);
	ok(sf_kill(t, 1, 0) == SF_FAIL && sf_machine_error(m) == -ESRCH, "a zombie makes no call");
	ok(sf_wait4(init, 2, &status, 0) == 2 && status == SIGKILL, "it is reaped");
	ok(sf_getpid(t) == SF_FAIL && sf_machine_error(m) == -ESRCH, "nor does who is reaped");
	ok(sf_task_state(t) == 'X' && !sf_task_nr(t, sf_machine_pidns(m)) && !sf_task_parent(t) &&
		   sf_task_pidns(t) == sf_machine_pidns(m) && !sf_task_next(m, t) &&
		   sf_task_call_result(t, NULL, &info) == SF_BLOCKED,
	   "it can be looked at while it is held");
	ok(sf_pidfd_send_signal(init, t, SIGTERM, NULL, 0) == -ESRCH &&
		   sf_setns(init, t, SF_CLONE_NEWPID) == -ESRCH &&
		   sf_uid_map(init, t, 0, 0, 1) == -ESRCH &&
		   sf_generate(init, SF_GENERATOR_OOM, t, 0) == -ESRCH,
	   "what is done to it finds nobody");
	sf_task_put(t);
	end();
}

static void test_limits_of_numbers(void)
{
	static const int odd[] = {INT_MIN, INT_MIN + 1, -4194304, 65, 4194303, 4194304, INT_MAX};
	bool good = true;

	begin();
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		good = good && sf_kill(init, odd[i], 0) == -ESRCH;
		good = good && sf_kill(init, 1, odd[i]) == -EINVAL;
		good = good && sf_wait4(init, odd[i], NULL, SF_WNOHANG) < 0;
		good = good && sf_getpgid(init, odd[i]) == -ESRCH;
		good = good && sf_setpgid(init, odd[i], 0) < 0;
		good = good && sf_setpgid(init, 0, odd[i]) < 0;
		good = good && sf_rt_sigaction(init, odd[i], NULL, NULL) == -EINVAL;
		good = good && sf_tgkill(init, odd[i], odd[i], 0) < 0;
		good = good && !sf_task_find(sf_machine_pidns(m), odd[i]);
	}
	ok(good, "numbers at their limits have the kernel's errors");
	ok(sf_clone(init, UINT64_MAX, NULL) == -EINVAL && sf_unshare(init, UINT64_MAX) == -EINVAL &&
		   sf_wait4(init, -1, NULL, INT_MAX) == -EINVAL &&
		   sf_prctl(init, INT_MAX, ULONG_MAX) == -EINVAL &&
		   sf_pidfd_send_signal(init, init, 0, NULL, UINT_MAX) == -EINVAL,
	   "flags that nobody knows are refused");
	end();
}

static void test_another_machine(void)
{
	struct sf_machine *other = sf_machine_new(NULL);
	struct sf_task *stranger = sf_machine_boot(other);

	begin();
	ok(sf_pidfd_send_signal(init, stranger, SIGTERM, NULL, 0) == SF_FAIL &&
		   sf_machine_error(m) == -EINVAL && sf_setns(init, stranger, 0) == SF_FAIL &&
		   sf_generate(init, SF_GENERATOR_TTY, stranger, SIGINT) == SF_FAIL,
	   "a task of another machine is an error of ours");
	ok(!sf_task_nr(stranger, sf_machine_pidns(m)) && !sf_task_next(m, stranger),
	   "it has no number here");
	ok(!sf_tasklist_lock(m) && sf_tasklist_lock(other) == -EDEADLK,
	   "a thread is in one section at a time");
	sf_tasklist_unlock(other);
	ok(sf_settle(m) == -EDEADLK, "which ends where it began");
	sf_tasklist_unlock(m);
	ok(!sf_settle(m), "and then is over");
	sf_machine_free(other);
	end();
}

static int says_esrch(void *data, const struct sf_task *sender, const struct sf_task *target,
		      const struct sf_siginfo *info, int sig)
{
	(void)sender;
	(void)target;
	(void)info;
	(void)sig;
	return *(int *)data;
}

/* It said so for ever: who is not there is looked for again. */
static void test_a_hook_that_says_esrch(void)
{
	int answer = -ESRCH;

	begin();
	sf_fork(init, NULL);
	sf_machine_set_lsm(m, says_esrch, &answer);
	ok(sf_kill(init, 2, SIGTERM) == -ESRCH, "a hook may say ESRCH of who is there");
	answer = 1;
	ok(sf_kill(init, 2, SIGTERM) == -EPERM, "what is no errno is EPERM");
	answer = INT_MIN;
	ok(sf_kill(init, 2, SIGTERM) == -EPERM, "however small");
	end();
}

static void test_reboot_without_an_init(void)
{
	struct sf_task_spec spec = {.nr = {0, 7}, .state = 'S', .cap_effective = SF_CAP_FULL};
	struct sf_task *t;

	begin();
	spec.pidns = sf_pidns_add(sf_machine_pidns(m), sf_machine_userns(m));
	ok(!sf_task_add(&spec, &t) && sf_reboot(t, SF_REBOOT_CMD_HALT) == 0 && !sf_settle(m),
	   "a namespace that was found without an init can be rebooted");
	end();
}

/* It could be waited for, under no number at all. */
static void test_who_has_no_number_is_not_traced(void)
{
	struct sf_task *outside, *inside;

	begin();
	sf_fork(init, &outside);
	sf_clone(init, SF_CLONE_NEWPID | SIGCHLD, &inside);
	ok(sf_generate(inside, SF_GENERATOR_ATTACH, outside, 0) == -ESRCH && !sf_settle(m) &&
		   sf_task_state(outside) == 'S' &&
		   sf_wait4(inside, -1, NULL, SF_WALL | SF_WNOHANG) == -ECHILD &&
		   sf_fork(init, NULL) > 0,
	   "who is outside of a namespace is traced by nobody in it");
	sf_task_put(outside);
	sf_task_put(inside);
	end();
}

static void test_a_terminal_has_few_keys(void)
{
	begin();
	sf_setsid(init);
	ok(sf_tty(init, 0, 0) == -EINVAL && sf_tty(init, SIGKILL, 0) == -EINVAL &&
		   sf_tty(init, INT_MAX, 0) == -EINVAL && sf_tty(init, SIGHUP, INT_MIN) == -EINVAL,
	   "no other signal comes from a terminal");
	end();
}

int main(void)
{
	puts("1..19");
	test_nothing_at_all();
	test_the_dead();
	test_limits_of_numbers();
	test_another_machine();
	test_a_hook_that_says_esrch();
	test_reboot_without_an_init();
	test_who_has_no_number_is_not_traced();
	test_a_terminal_has_few_keys();
	return failures || number != 19;
}
