/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world_kernel_test.c - the kernel's world does what it is told, and tells what became of it */
#include "kernel_world.h"

#include <signal.h>
#include <sys/wait.h>

#include "world/kernel/probe.h"

enum { HOST, A, B, C, D, N };

#define MASK(sig) SF_SIGMASK(sig)

static struct world *new_world(void)
{
	return world_with(N, NULL);
}

/* ---- the question -------------------------------------------------------------------------- */

/* Without tracing, what left nothing is one of two; a tracer or a stop would have been seen. */
static void test_question(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	const struct world_event *e;
	long init;

	(void)state;
	init = make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A);
	assert_true(init > 0);
	assert_int_equal(make(w, A, FATE_FORK, 0, B), 2);
	assert_int_equal(CALL(w, B, KILL, 1, SIGTERM), 0);
	assert_int_equal(world_fates(w, A), BIT(IGNORED) | BIT(DROPPED));
	assert_int_equal(CALL(w, B, KILL, 1, SIGKILL), 0);
	assert_int_equal(world_fates(w, A), BIT(IGNORED) | BIT(DROPPED));
	assert_int_equal(CALL(w, HOST, KILL, init, SIGTERM), 0);
	assert_int_equal(world_fates(w, A), BIT(IGNORED) | BIT(DROPPED));
	assert_int_equal(w->n_events, 0);
	assert_int_equal(CALL(w, A, SIGACTION, SIGTERM, SF_SIG_HANDLER), 0);
	assert_int_equal(CALL(w, B, KILL, 1, SIGTERM), 0);
	assert_int_equal(world_fates(w, A), BIT(HANDLED));
	e = only_event(w, A, WORLD_HANDLED);
	assert_int_equal(e->info.signo, SIGTERM);
	assert_int_equal(e->info.code, SF_SI_USER);
	assert_int_equal(state_of(w, A), FATE_RUNNING);
	assert_int_equal(CALL(w, HOST, KILL, init, SIGKILL), 0);
	assert_int_equal(world_fates(w, A), BIT(KILLED));
	assert_int_equal(world_fates(w, B), 0);
	assert_int_equal(only_event(w, A, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(only_event(w, B, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(state_of(w, A), FATE_ZOMBIE);
	assert_int_equal(state_of(w, B), FATE_GONE);
}

/* ---- processes ----------------------------------------------------------------------------- */

static void test_numbers_from_the_throw_away_namespace(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	struct world_look look;

	(void)state;
	assert_int_equal(CALL(w, HOST, GETPID), 2);
	assert_int_equal(CALL(w, HOST, GETPPID), 1);
	assert_int_equal(CALL(w, HOST, GETSID, 0), 2);
	assert_int_equal(CALL(w, HOST, GETPGID, 0), 2);
	assert_int_equal(make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A), 3);
	assert_int_equal(make(w, A, FATE_FORK, 0, B), 2);
	look = look_at(w, B);
	assert_int_equal(look.n_nr, 2);
	assert_int_equal(look.nr[0], 4);
	assert_int_equal(look.nr[1], 2);
	assert_int_equal(look.pgrp, 2);
	assert_int_equal(look.session, 2);
	assert_int_equal(world_pid(w, HOST, B), 4);
	assert_int_equal(world_pid(w, A, B), 2);
	assert_int_equal(world_pid(w, B, HOST), 0);
	assert_int_equal(look_at(w, B).parent, A);
	assert_int_equal(look_at(w, HOST).parent, -1);
}

static void test_exit_and_wait(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);
	struct world_result res;

	(void)state;
	res = CALL_FULL(w, A, EXIT_GROUP, 7);
	assert_true(res.unreturned);
	assert_int_equal(only_event(w, A, WORLD_EXITED)->status, 7 << 8);
	assert_int_equal(state_of(w, A), FATE_ZOMBIE);
	res = CALL_FULL(w, HOST, WAIT4, -1, 0);
	assert_int_equal(res.ret, a);
	assert_int_equal(res.status, 7 << 8);
	assert_int_equal(state_of(w, A), FATE_GONE);
	assert_int_equal(CALL(w, HOST, WAIT4, -1, 0), -ECHILD);
	/* a name that is dead cannot call, and another can be made */
	assert_int_equal(world_call(w, A, &(struct world_call){.id = FATE_GETPID}, &res), -ESRCH);
	assert_true(make(w, HOST, FATE_FORK, 0, B) > a);
}

static void test_orphans_are_waited_for_by_the_init(void **state)
{
	_cleanup_world_ struct world *w = new_world();

	(void)state;
	make(w, HOST, FATE_FORK, 0, A);
	make(w, A, FATE_FORK, 0, B);
	make(w, A, FATE_FORK, 0, C);
	CALL(w, C, EXIT, 3);
	assert_int_equal(state_of(w, C), FATE_ZOMBIE);
	CALL(w, A, EXIT, 0);
	assert_int_equal(state_of(w, A), FATE_ZOMBIE);
	assert_int_equal(state_of(w, C), FATE_GONE);
	assert_int_equal(look_at(w, B).parent, -1);
	CALL(w, B, EXIT, 4);
	assert_int_equal(only_event(w, B, WORLD_EXITED)->status, 4 << 8);
	assert_int_equal(state_of(w, B), FATE_GONE);
}

static void test_a_process_that_nobody_waits_for(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	const struct world_event *e;

	(void)state;
	make(w, HOST, FATE_FORK, 0, A);
	CALL(w, HOST, SIGACTION, SIGCHLD, SF_SIG_IGN);
	CALL(w, A, EXIT_GROUP, 5);
	e = only_event(w, A, WORLD_EXITED);
	assert_true(e->status == 5 << 8 || e->status == -1); /* by the kernel's age */
	assert_int_equal(state_of(w, A), FATE_GONE);
}

static void test_a_process_without_a_name(void **state)
{
	_cleanup_world_ struct world *w = new_world();

	(void)state;
	assert_int_equal(CALL(w, HOST, FORK), 3);
	assert_int_equal(w->n_events, 0);
	assert_int_equal(CALL(w, HOST, KILL, 3, SIGTERM), 0);
	assert_int_equal(w->n_events, 0);
	assert_int_equal(CALL_FULL(w, HOST, WAIT4, -1, 0).status, SIGTERM);
}

/* ---- signals ------------------------------------------------------------------------------- */

static void test_every_signal_with_its_siginfo(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);

	(void)state;
	for (int sig = 1; sig <= SF_NSIG; sig++) {
		const struct world_event *e;

		if (sig == SIGKILL || sig == SIGSTOP) {
			assert_int_equal(CALL(w, A, SIGACTION, sig, SF_SIG_HANDLER), -EINVAL);
			continue;
		}
		assert_int_equal(CALL(w, A, SIGACTION, sig, SF_SIG_HANDLER), 0);
		assert_int_equal(CALL(w, HOST, SIGQUEUE, a, sig, 0x123456789a + sig), 0);
		e = only_event(w, A, WORLD_HANDLED);
		assert_int_equal(e->info.signo, sig);
		assert_int_equal(e->info.code, SF_SI_QUEUE);
		assert_int_equal(e->info.value, 0x123456789a + sig);
		assert_int_equal(CALL(w, HOST, TKILL, a, sig), 0);
		assert_int_equal(only_event(w, A, WORLD_HANDLED)->info.code, SF_SI_TKILL);
	}
	assert_int_equal(set_of(w, A, SF_SIGCGT), ~(MASK(SIGKILL) | MASK(SIGSTOP)));
}

static void test_many_at_once(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);
	size_t n = 0;

	(void)state;
	with_set(w, A, FATE_SIGPROCMASK, SF_SIG_BLOCK, ~(sf_sigset)0);
	for (int sig = 1; sig <= SF_NSIG; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			CALL(w, A, SIGACTION, sig, SF_SIG_HANDLER, SF_SA_NODEFER);
	for (int i = 0; i < 3; i++)
		for (int sig = SF_SIGRTMIN; sig <= SF_NSIG; sig++)
			assert_int_equal(CALL(w, HOST, SIGQUEUE, a, sig, i), 0);
	with_set(w, A, FATE_SIGPROCMASK, SF_SIG_SETMASK, 0);
	while (event_of(w, A, WORLD_HANDLED, n))
		n++;
	assert_int_equal(n, 3 * (SF_NSIG - SF_SIGRTMIN + 1));
	assert_int_equal(set_of(w, A, SF_SHDPND), 0);
}

static void test_groups_and_all(void **state)
{
	_cleanup_world_ struct world *w = new_world();

	(void)state;
	make(w, HOST, FATE_FORK, 0, A);
	CALL(w, A, SETPGID, 0, 0);
	make(w, A, FATE_FORK, 0, B);
	make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, C);
	make(w, C, FATE_FORK, 0, D);
	assert_int_equal(CALL(w, HOST, KILL, -world_pid(w, HOST, A), SIGUSR1), 0);
	assert_int_equal(world_fates(w, A), BIT(KILLED));
	assert_int_equal(world_fates(w, B), BIT(KILLED));
	assert_int_equal(world_fates(w, C), 0);
	assert_int_equal(CALL(w, D, KILL, -1, SIGKILL), -ESRCH);
	assert_int_equal(CALL(w, HOST, KILL, -1, SIGKILL), 0);
	assert_int_equal(world_fates(w, HOST), 0);
	assert_int_equal(world_fates(w, C), BIT(KILLED));
	assert_int_equal(state_of(w, D), FATE_GONE);
	assert_int_equal(state_of(w, HOST), FATE_RUNNING);
}

static void test_stop_and_continue(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);
	struct world_result res;

	(void)state;
	CALL(w, HOST, SIGACTION, SIGCHLD, SF_SIG_HANDLER);
	assert_int_equal(CALL(w, HOST, KILL, a, SIGSTOP), 0);
	assert_int_equal(world_fates(w, A), BIT(STOPPED));
	assert_int_equal(only_event(w, A, WORLD_STOPPED)->info.signo, SIGSTOP);
	assert_int_equal(only_event(w, HOST, WORLD_HANDLED)->info.code, SF_CLD_STOPPED);
	assert_int_equal(state_of(w, A), FATE_STOPPED);
	assert_int_equal(world_call(w, A, &(struct world_call){.id = FATE_GETPID}, &res), -EBUSY);
	assert_int_equal(CALL(w, HOST, KILL, a, SIGTERM), 0);
	assert_int_equal(world_fates(w, A), BIT(PENDING));
	assert_int_equal(set_of(w, A, SF_SHDPND), MASK(SIGTERM));
	assert_int_equal(CALL(w, HOST, KILL, a, SIGTERM), 0);
	assert_true(world_fates(w, A) & BIT(MERGED));
	assert_int_equal(CALL(w, HOST, KILL, a, SIGCONT), 0);
	assert_int_equal(w->event[0].type, WORLD_CONTINUED);
	assert_int_equal(only_event(w, A, WORLD_KILLED)->status, SIGTERM);
}

static void test_stopping_and_killing_oneself(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);
	struct world_result res;

	(void)state;
	res = CALL_FULL(w, A, KILL, a, SIGSTOP);
	assert_true(res.unreturned && !res.blocked);
	assert_int_equal(res.ret, 0);
	assert_int_equal(world_fates(w, A), BIT(STOPPED));
	CALL(w, HOST, KILL, a, SIGCONT);
	assert_null(event_of(w, A, WORLD_RESUMED, 0)); /* that it gave 0 was said already */
	assert_int_equal(CALL(w, A, GETPID), a);
	res = CALL_FULL(w, A, KILL, 0, SIGKILL); /* the host is in the same group */
	assert_true(res.unreturned);
	assert_int_equal(only_event(w, HOST, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(only_event(w, A, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(state_of(w, HOST), FATE_GONE);
}

/* ---- calls that wait ------------------------------------------------------------------------ */

static void test_wait_that_waits(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A);
	const struct world_event *e;

	(void)state;
	assert_true(CALL_FULL(w, HOST, WAIT4, a, 0).blocked);
	CALL(w, A, EXIT, 9);
	e = only_event(w, HOST, WORLD_RESUMED);
	assert_int_equal(e->result.ret, a);
	assert_int_equal(e->result.status, 9 << 8);
	assert_int_equal(only_event(w, A, WORLD_EXITED)->status, 9 << 8);
	assert_true(event_of(w, A, WORLD_EXITED, 0) < e);
}

static void test_sigsuspend_and_sigwaitinfo(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	const struct world_event *e;
	long a;

	(void)state;
	a = make(w, HOST, FATE_FORK, 0, A);
	with_set(w, A, FATE_SIGPROCMASK, SF_SIG_BLOCK, MASK(SIGUSR1) | MASK(SIGUSR2));
	CALL(w, A, SIGACTION, SIGUSR1, SF_SIG_HANDLER);
	assert_true(with_set(w, A, FATE_SIGSUSPEND, 0, 0).ret == 0);
	CALL(w, HOST, KILL, a, SIGUSR1);
	assert_int_equal(only_event(w, A, WORLD_HANDLED)->info.signo, SIGUSR1);
	assert_int_equal(only_event(w, A, WORLD_RESUMED)->result.ret, -EINTR);
	assert_true(with_set(w, A, FATE_SIGWAITINFO, 0, 0).ret == 0);
	CALL(w, HOST, KILL, a, SIGKILL);

	a = make(w, HOST, FATE_FORK, 0, B);
	with_set(w, B, FATE_SIGPROCMASK, SF_SIG_BLOCK, MASK(SIGUSR2));
	assert_true(call_full(w, B,
			      (struct world_call){
				      .id = FATE_SIGWAITINFO, .set = MASK(SIGUSR2), .child = -1})
			    .blocked);
	CALL(w, HOST, SIGQUEUE, a, SIGUSR2, 42);
	assert_int_equal(world_fates(w, B), BIT(HANDLED));
	e = only_event(w, B, WORLD_RESUMED);
	assert_int_equal(e->result.ret, SIGUSR2);
	assert_int_equal(e->result.info.value, 42);
	CALL(w, HOST, KILL, a, SIGUSR2);
	assert_int_equal(world_fates(w, B), BIT(PENDING));
	assert_int_equal(CALL_FULL(w, B, SIGPENDING).set, MASK(SIGUSR2));
}

/* ---- threads ------------------------------------------------------------------------------- */

static void test_threads(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long a = make(w, HOST, FATE_FORK, 0, A), t = make(w, A, FATE_THREAD, 0, B);

	(void)state;
	assert_int_equal(CALL(w, B, GETPID), a);
	assert_int_equal(CALL(w, B, GETTID), t);
	CALL(w, A, SIGACTION, SIGUSR1, SF_SIG_HANDLER);
	assert_int_equal(CALL(w, HOST, TGKILL, a, t, SIGUSR1), 0);
	only_event(w, B, WORLD_HANDLED);
	assert_null(event_of(w, A, WORLD_HANDLED, 0));
	assert_int_equal(world_fates(w, A), BIT(HANDLED));
	CALL(w, A, EXIT, 1);
	assert_int_equal(w->n_events, 0);
	assert_int_equal(state_of(w, A), FATE_ZOMBIE);
	assert_int_equal(state_of(w, B), FATE_RUNNING);
	assert_int_equal(make(w, B, FATE_FORK, 0, C), t + 1);
	assert_int_equal(look_at(w, C).parent, A);
	CALL(w, B, EXIT_GROUP, 6);
	assert_int_equal(only_event(w, A, WORLD_EXITED)->status, 6 << 8);
	assert_int_equal(state_of(w, B), FATE_GONE);
}

/* ---- namespaces ---------------------------------------------------------------------------- */

static void test_thirty_levels(void **state)
{
	enum { DEPTH = 30 };
	_cleanup_world_ struct world *w = world_with(DEPTH + 2, NULL);
	struct world_look look;

	(void)state;
	for (int i = 0; i < DEPTH; i++)
		assert_true(make(w, i, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, i + 1) > 0);
	look = look_at(w, DEPTH);
	assert_int_equal(look.n_nr, DEPTH + 1);
	for (int i = 0; i < DEPTH; i++)
		assert_int_equal(look.nr[i], i == 0 ? DEPTH + 2 : DEPTH + 1 - i);
	assert_int_equal(look.nr[DEPTH], 1);
	CALL(w, HOST, KILL, world_pid(w, HOST, 1), SIGKILL);
	assert_int_equal(state_of(w, DEPTH), FATE_GONE);
	assert_int_equal(state_of(w, 1), FATE_ZOMBIE);
}

static void test_a_zombie_keeps_a_namespace(void **state)
{
	_cleanup_world_ struct world *w = new_world();
	long init;

	(void)state;
	init = make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A);
	make(w, HOST, FATE_FORK, 0, B);
	assert_int_equal(CALL(w, B, SETNS, A, SF_CLONE_NEWPID), 0);
	assert_true(make(w, B, FATE_FORK, 0, C) > 0);
	assert_int_equal(world_pid(w, A, C), 2);
	assert_int_equal(CALL(w, HOST, KILL, init, SIGKILL), 0);
	assert_int_equal(world_fates(w, A), BIT(KILLED));
	assert_int_equal(state_of(w, C), FATE_ZOMBIE);
	assert_int_equal(state_of(w, A), FATE_RUNNING);
	assert_null(event_of(w, A, WORLD_KILLED, 0));
	assert_true(CALL_FULL(w, HOST, WAIT4, init, 0).blocked);
	assert_int_equal(CALL(w, B, WAIT4, -1, 0), world_pid(w, B, C));
	assert_int_equal(only_event(w, A, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(only_event(w, HOST, WORLD_RESUMED)->result.status, SIGKILL);
	/* nobody is left by whom it can be found, and nothing can be made in it */
	assert_int_equal(CALL(w, B, SETNS, A, SF_CLONE_NEWPID), -ESRCH);
	assert_int_equal(make(w, B, FATE_FORK, 0, D), -ENOMEM);
}

/* It would hold its own group's number for ever, and its end waits for that. */
static void test_an_init_that_could_never_end(void **state)
{
	const struct world_call join = {.id = FATE_SETPGID, .arg = {0, 2}, .n_args = 2};
	_cleanup_world_ struct world *w = new_world();
	struct world_result res;

	(void)state;
	make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A);
	make(w, A, FATE_FORK, 0, B);
	assert_int_equal(CALL(w, B, SETPGID, 0, 0), 0);
	assert_int_equal(world_call(w, A, &join, &res), -EDEADLK);
	assert_string_not_equal(w->error, "");
	assert_int_equal(CALL(w, A, SETPGID, 0, 0), 0);
	assert_int_equal(CALL(w, A, SETSID), -EPERM);
	/* somebody outside may, and the init goes when that one does */
	make(w, HOST, FATE_FORK, 0, C);
	assert_int_equal(CALL(w, HOST, SETPGID, world_pid(w, HOST, C), world_pid(w, HOST, B)), 0);
	CALL(w, HOST, KILL, world_pid(w, HOST, A), SIGKILL);
	assert_int_equal(state_of(w, B), FATE_GONE);
	assert_int_equal(state_of(w, A), FATE_RUNNING);
	CALL(w, C, SETPGID, 0, 0);
	assert_int_equal(only_event(w, A, WORLD_KILLED)->status, SIGKILL);
	assert_int_equal(state_of(w, A), FATE_ZOMBIE);
}

/* ---- what is not seen by the scenario ------------------------------------------------------ */

static void test_generated_signals(void **state)
{
	struct world_trace *trace;
	struct world *w;
	long init;

	(void)state;
	if (world_trace_new(&trace))
		SKIP("no tracefs here");
	for (int i = 0; i < 2; i++) {
		w = world_with(N, trace);
		assert_true(w->traces);
		init = make(w, HOST, FATE_CLONE, SF_CLONE_NEWPID | SIGCHLD, A);
		assert_int_equal(w->n_generate, 0);
		CALL(w, HOST, KILL, init, SIGTERM);
		assert_int_equal(w->n_generate, 1);
		assert_int_equal(w->generate[0].who, A);
		assert_int_equal(w->generate[0].sig, SIGTERM);
		assert_int_equal(w->generate[0].result, 1);
		assert_true(w->generate[0].group);
		assert_int_equal(world_fates(w, A), BIT(IGNORED));
		with_set(w, A, FATE_SIGPROCMASK, SF_SIG_BLOCK, MASK(SIGTERM));
		CALL(w, HOST, TKILL, init, SIGTERM);
		assert_int_equal(w->generate[0].result, 0);
		assert_int_equal(w->generate[0].code, SF_SI_TKILL);
		assert_false(w->generate[0].group);
		assert_int_equal(world_fates(w, A), BIT(PENDING));
		world_free(w);
	}
	world_trace_free(trace);
}

static void test_probe(void **state)
{
	struct sf_kernel k[3];
	const char *name;

	(void)state;
	for (int i = 0; i < 3; i++) {
		k[i] = *sf_kernel_preset(NULL);
		assert_int_equal(kernel_probe(&k[i]), 0);
		for (size_t j = 0; (name = sf_kernel_switch_name(j)); j++)
			assert_int_equal(sf_kernel_has(&k[i], name), sf_kernel_has(&k[0], name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_numbers_from_the_throw_away_namespace),
		cmocka_unit_test(test_exit_and_wait),
		cmocka_unit_test(test_orphans_are_waited_for_by_the_init),
		cmocka_unit_test(test_a_process_that_nobody_waits_for),
		cmocka_unit_test(test_a_process_without_a_name),
		cmocka_unit_test(test_every_signal_with_its_siginfo),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_groups_and_all),
		cmocka_unit_test(test_stop_and_continue),
		cmocka_unit_test(test_stopping_and_killing_oneself),
		cmocka_unit_test(test_wait_that_waits),
		cmocka_unit_test(test_sigsuspend_and_sigwaitinfo),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_thirty_levels),
		cmocka_unit_test(test_a_zombie_keeps_a_namespace),
		cmocka_unit_test(test_an_init_that_could_never_end),
		cmocka_unit_test(test_generated_signals),
		cmocka_unit_test(test_probe),
	};

	return need_namespaces() ? SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}
