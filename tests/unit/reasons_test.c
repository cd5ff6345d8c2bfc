/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reasons_test.c - the reasons that no scenario gives, each given where it is due
 *
 * A scenario says what became of a signal for each process that it came to.  Most of these are of
 * calls that came to nobody.  tests/docs/reasons.py sees to it that no reason is given nowhere.
 */
#include "scene.h"

#define NOBODY 4000000

/* With a container in the container; what is called is recorded. */
static struct scene recorded(void)
{
	struct scene s = scene_on(NULL);

	s.inner = made(s.app, SF_CLONE_NEWPID);
	s.path = sf_path_new(s.m);
	assert_non_null(s.path);
	sf_machine_record(s.m, s.path);
	return s;
}

#define RECORDED(name) _cleanup_(scene_end) struct scene name = recorded()

/* As the host counts. */
static int nr(const struct scene *s, const struct sf_task *t)
{
	return sf_task_nr(t, sf_task_pidns(s->host));
}

/* The call has given @result: for @slug, and no other reason. */
static void assert_reason(const struct scene *s, long result, const char *slug)
{
	struct sf_verdicts verdicts;
	const struct sf_reason *why;

	settle(s);
	assert_int_equal(sf_verdicts_read(s->m, s->path, result, &verdicts), 0);
	why = verdicts.n ? verdicts.v[0].reason : verdicts.reason;
	assert_non_null(why);
	assert_string_equal(why->slug, slug);
	sf_verdicts_release(&verdicts);
	sf_path_clear(s->path);
}

static void test_arguments(void **state)
{
	const struct sf_siginfo user = {.code = SF_SI_USER};
	const struct sf_siginfo other = {.signo = SIGHUP, .code = SF_SI_QUEUE};
	RECORDED(s);

	(void)state;
	assert_reason(&s, sf_tkill(s.host, 0, SIGTERM), "bad-argument");
	assert_reason(&s, sf_rt_sigqueueinfo(s.host, nr(&s, s.app), SIGTERM, &user), "forged-info");
	assert_reason(&s, sf_pidfd_send_signal(s.app, s.host, SIGTERM, NULL, 0), "pidfd-outside");
	assert_reason(&s, sf_pidfd_send_signal(s.host, s.app, SIGTERM, &other, 0), "pidfd-signo");
}

static void test_nobody_there(void **state)
{
	RECORDED(s);

	(void)state;
	assert_reason(&s, sf_kill(s.host, NOBODY, SIGTERM), "no-such-process");
	assert_reason(&s, sf_kill(s.host, -NOBODY, SIGTERM), "no-such-group");
	assert_reason(&s, sf_tgkill(s.host, nr(&s, s.host), nr(&s, s.app), SIGTERM),
		      "not-its-thread");
	assert_reason(&s, sf_kill(s.inner, -1, SIGTERM), "nobody");
}

static void test_tracing(void **state)
{
	RECORDED(s);

	(void)state;
	assert_reason(&s, sf_generate(s.host, SF_GENERATOR_ATTACH, s.host, 0), "may-not-trace");
	assert_reason(&s, sf_generate(s.app, SF_GENERATOR_ATTACH, s.host, 0), "no-such-process");
}

static void test_global_init(void **state)
{
	RECORDED(s);

	(void)state;
	assert_reason(&s, sf_kill(s.host, 1, SIGKILL), "global-init");
	sf_path_clear(s.path);
	assert_reason(&s, sf_kill(s.host, 1, SIGTERM), "global-init-no-handler");
}

/* One of its threads ends it before another has taken what was sent to that. */
static void test_not_taken(void **state)
{
	const struct sf_sigaction handler = {.handler = SF_SIG_HANDLER};
	RECORDED(s);
	struct sf_task *thread = made(s.app, SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD);
	long r;

	(void)state;
	assert_int_equal(sf_rt_sigaction(s.app, SIGUSR1, &handler, NULL), 0);
	sf_path_clear(s.path);
	r = sf_tkill(s.host, nr(&s, thread), SIGUSR1);
	sf_exit_group(s.app, 0);
	sf_task_put(thread);
	assert_reason(&s, r, "not-taken");
}

static void test_core_dumps(void **state)
{
	RECORDED(s);
	struct sf_task *child = made(s.host, 0), *other = made(s.host, 0);

	(void)state;
	assert_int_equal(sf_setrlimit(child, SF_RLIMIT_CORE, UINT64_MAX), 0);
	assert_int_equal(sf_setrlimit(other, SF_RLIMIT_CORE, UINT64_MAX), 0);
	sf_machine_set_core_pattern(s.m, SF_CORE_FILE);
	sf_path_clear(s.path);
	assert_reason(&s, sf_kill(s.host, nr(&s, child), SIGQUIT), "default-dumps");
	assert_reason(&s, sf_generate(s.host, SF_GENERATOR_FAULT, other, SIGSEGV), "forced-dumps");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments), cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_tracing),	  cmocka_unit_test(test_global_init),
		cmocka_unit_test(test_not_taken), cmocka_unit_test(test_core_dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
