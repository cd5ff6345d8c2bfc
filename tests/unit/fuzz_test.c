/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_test.c - random scenarios: how they are drawn, and made smaller */
#include "fate_text.h"
#include "kernel_world.h"

#include "fuzz/draw.h"
#include "fuzz/shrink.h"

#define MANY 300 /* scenarios: what is drawn at all is drawn in so many */

static struct fate *draw(uint64_t seed, uint64_t number)
{
	struct fate *f = NULL;

	assert_int_equal(fuzz_draw(seed, number, sf_kernel_preset(NULL), &f), 0);
	return f;
}

/* ---- drawn --------------------------------------------------------------------------------- */

static void test_a_seed_gives_the_same_again(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		_cleanup_fate_ struct fate *a = draw(7, i), *b = draw(7, i), *c = draw(8, i);
		_cleanup_free_ char *of_a = text_of(a), *of_b = text_of(b), *of_c = text_of(c);

		assert_string_equal(of_a, of_b);
		assert_string_not_equal(of_a, of_c);
	}
}

static void test_scenarios_differ(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		_cleanup_fate_ struct fate *a = draw(7, i), *b = draw(7, i + 1);
		_cleanup_free_ char *of_a = text_of(a), *of_b = text_of(b);

		assert_string_not_equal(of_a, of_b);
	}
}

/* What is saved can be read: it is the same scenario then. */
static void test_what_is_drawn_can_be_written(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		_cleanup_fate_ struct fate *a = draw(3, i), *b = NULL;
		_cleanup_free_ char *of_a = text_of(a), *of_b = NULL;

		b = parse(of_a);
		of_b = text_of(b);
		assert_string_equal(of_a, of_b);
	}
}

static void test_they_are_of_the_size_that_is_said(void **state)
{
	size_t most = 0, most_names = 0;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		_cleanup_fate_ struct fate *f = draw(5, i);

		assert_in_range(f->n_names, 1, NAMES_MAX);
		assert_in_range(f->n_lines, 1, CALLS_MAX);
		most = f->n_lines > most ? f->n_lines : most;
		most_names = f->n_names > most_names ? f->n_names : most_names;
	}
	assert_in_range(most, CALLS_MAX / 2, CALLS_MAX);
	assert_in_range(most_names, CAST_MAX / 2, NAMES_MAX);
}

/* A call that is added to the notation, but has no row in draw_calls.c, is found here. */
static void test_every_call_is_drawn(void **state)
{
	bool drawn[FATE_NCALLS] = {false};

	(void)state;
	/* what takes long is in few */
	for (uint64_t i = 0; i < 30 * MANY; i++) {
		_cleanup_fate_ struct fate *f = draw(1, i);

		for (size_t k = 0; k < f->n_lines; k++)
			drawn[f->line[k].call] = true;
	}
	for (int call = 0; call < FATE_NCALLS; call++)
		if (!drawn[call])
			fail_msg("%s() is never drawn", fate_calls[call].name);
}

/* ---- made smaller -------------------------------------------------------------------------- */

static const char three[] = "host: fork() = a\n"
			    "a: fork() = b\n"
			    "b: getpid() = ?\n"
			    "host: kill(a, SIGTERM) = ?\n";

static void test_without_a_line_nobody_speaks_of_who_is_not_made(void **state)
{
	const bool keep[] = {true, false, true, true};
	_cleanup_fate_ struct fate *f = parse(three), *small = NULL;
	_cleanup_free_ char *text = NULL;

	(void)state;
	assert_int_equal(reduce_lines(f, keep, &small), 0);
	text = text_of(small);
	assert_string_equal(text, "host: fork() = a\nhost: kill(a, SIGTERM) = ?\n");
}

static void test_all_ways_to_simplify_a_line_end(void **state)
{
	_cleanup_fate_ struct fate *f = NULL;
	struct fate_line l;
	unsigned int n = 0, i = 0;
	int r;

	(void)state;
	f = parse("host: clone(CLONE_NEWPID|CLONE_NEWUSER) = a\n"
		  "host: sigprocmask(SIG_BLOCK, {SIGINT, SIGTERM}) = ?\n"
		  "host: rt_sigqueueinfo(a, SIGINT, {si_code=SI_USER, si_pid=5}) = ?\n");
	for (size_t k = 0; k < f->n_lines; k++) {
		n = 0;
		for (i = 0; (r = reduce_line(&f->line[k], i, &l)) != 0; i++) {
			assert_true(i < 10000);
			n += r == 1;
		}
		assert_true(n > 0);
	}
}

/* ---- a difference that is there on purpose ------------------------------------------------- */

/* The model of a kernel whose pidfd_send_signal() has no flags, beside one that has. */
static const struct sf_kernel old = {
	.name = "old", .guard_unkillable_fastpath = true, .drop_private_to_exiting = true};

/* Other calls, and what becomes of those that get such a signal, are not what this is about. */
static bool is_planted(const struct finding *fi)
{
	const struct fate_line *l = &fi->f->line[fi->f->n_lines - 1];

	return l->call == FATE_PIDFD_SEND_SIGNAL && l->arg[3].given && l->arg[3].number &&
	       fi->s->n_differences && !strcmp(fi->s->difference[0].what, "result");
}

static void nobody(void *data, uint64_t number)
{
	(void)data;
	(void)number;
}

static void played(void *data, const struct fuzz_tally *t)
{
	(void)data;
	(void)t;
}

/* Found, made as small as such a thing can be, and told of. */
static int take(void *data, const struct finding *fi)
{
	const struct fuzz *fz = data;
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out;

	if (!is_planted(fi))
		return 0;
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(fi->again);
	assert_in_range(fi->f->n_lines, 1, 3);
	assert_int_equal(finding_write(fz, fi, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "differs: result"));
	assert_non_null(strstr(text, "-1 EINVAL"));
	assert_non_null(strstr(text, "the model of old"));
	fate_free(parse(text)); /* it can be played again */
	return 1;
}

static void test_a_planted_difference_is_found_and_shrunk(void **state)
{
	struct fuzz fz = {.kernel = &old,
			  .release = "running",
			  .no_userns = !world_kernel_can(FATE_NEED_USERNS)};
	const struct fuzz_limits limits = {.calls = 50000};
	const struct fuzz_watcher watcher = {
		.played = played, .shrinking = nobody, .found = take, .data = &fz};
	struct fuzz_tally tally = {0};
	char why[256];

	(void)state;
	assert_int_equal(fuzz_run(&fz, 11, 0, &limits, &watcher, &tally, why), 1);
	assert_true(tally.findings > 0);
}

/* Without the difference, the same scenarios show none. */
static void test_a_scenario_without_difference_stays_as_it_is(void **state)
{
	const struct fuzz fz = {.kernel = sf_kernel_preset(NULL), .release = "running"};
	const struct defect d = {.what = "result", .call = FATE_KILL, .line = 3};
	_cleanup_fate_ struct fate *f = parse(three), *small = NULL;
	_cleanup_free_ char *text = NULL, *before = text_of(f);
	bool certain = true;

	(void)state;
	assert_int_equal(shrink(&fz, f, &d, &small, &certain), 0);
	assert_false(certain);
	text = text_of(small);
	assert_string_equal(text, before);
}

/* What never differs again is told of as it was drawn, and must be fit for a report as well. */
static void test_a_difference_that_was_luck_can_be_shown(void **state)
{
	const struct fuzz other = {.kernel = &old, .release = "running"};
	const struct fuzz fz = {.kernel = sf_kernel_preset(NULL), .release = "running"};
	_cleanup_fate_ struct fate *written = NULL;
	struct fate *drawn = NULL;
	struct scenario *s = NULL;
	struct finding fi;

	(void)state;
	written = parse("host: fork() = a\n"
			"host: pidfd_send_signal(a, SIGTERM, NULL, PIDFD_SIGNAL_THREAD) = ?\n");
	assert_int_equal(reduce_lines(written, NULL, &drawn), 0);
	for (size_t i = 0; i < drawn->n_lines; i++)
		drawn->line[i].text = NULL; /* as of one that was drawn */
	assert_int_equal(fuzz_play(&other, drawn, &s), 0);
	assert_true(s->n_differences > 0);
	assert_int_equal(finding_make(&fz, drawn, s, &fi), 0);
	assert_false(fi.again);
	assert_ptr_equal(fi.s->f, fi.f);
	assert_int_equal(fi.f->n_lines, 2);
	for (size_t i = 0; i < fi.f->n_lines; i++)
		assert_non_null(fi.f->line[i].text);
	finding_release(&fi);
}

/*
 * The first thread has been chosen, but waits for its child: so what t1 blocks while its handler
 * runs is t2's, when that comes to it in time.
 */
static void test_who_was_made_later_is_asked_before_the_first_thread(void **state)
{
	static const char text[] = "host: thread() = t1\n"
				   "host: thread() = t2\n"
				   "host: fork() = b\n"
				   "host: sigaction(SIGRTMIN, handler) = 0\n"
				   "host: vfork() = ?\n"
				   "t1: pidfd_send_signal(host, SIGRTMIN) = 0\n"
				   "b: kill(t1, SIGRTMIN) = 0\n";
	const struct fuzz fz = {.kernel = sf_kernel_preset(NULL), .release = "running"};
	_cleanup_fate_ struct fate *f = parse(text);

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct scenario *s = NULL;

		assert_int_equal(fuzz_play(&fz, f, &s), 0);
		assert_null(s->trouble);
		assert_int_equal(s->n_differences, 0);
		scenario_free(s);
	}
}

/* ---- the end of it ------------------------------------------------------------------------- */

static unsigned int asked;

static bool stop_soon(void)
{
	return ++asked > 3;
}

static void test_it_ends_when_it_is_told_to(void **state)
{
	const struct fuzz fz = {.kernel = sf_kernel_preset(NULL),
				.release = "running",
				.no_userns = !world_kernel_can(FATE_NEED_USERNS),
				.stop = stop_soon};
	const struct fuzz_limits limits = {0};
	const struct fuzz_watcher watcher = {.played = played, .shrinking = nobody, .found = take};
	struct fuzz_tally tally = {0};
	char why[256];

	(void)state;
	assert_int_equal(fuzz_run(&fz, 1, 0, &limits, &watcher, &tally, why), 0);
	assert_int_equal(tally.scenarios + tally.left_out, 3);
}

int main(void)
{
	const struct CMUnitTest drawn[] = {
		cmocka_unit_test(test_a_seed_gives_the_same_again),
		cmocka_unit_test(test_scenarios_differ),
		cmocka_unit_test(test_what_is_drawn_can_be_written),
		cmocka_unit_test(test_they_are_of_the_size_that_is_said),
		cmocka_unit_test(test_every_call_is_drawn),
		cmocka_unit_test(test_without_a_line_nobody_speaks_of_who_is_not_made),
		cmocka_unit_test(test_all_ways_to_simplify_a_line_end),
	};
	const struct CMUnitTest played_tests[] = {
		cmocka_unit_test(test_a_planted_difference_is_found_and_shrunk),
		cmocka_unit_test(test_a_scenario_without_difference_stays_as_it_is),
		cmocka_unit_test(test_a_difference_that_was_luck_can_be_shown),
		cmocka_unit_test(test_who_was_made_later_is_asked_before_the_first_thread),
		cmocka_unit_test(test_it_ends_when_it_is_told_to),
	};
	int failed = cmocka_run_group_tests(drawn, NULL, NULL), lacking = need_namespaces();

	if (failed || lacking)
		return failed ? failed : lacking;
	return cmocka_run_group_tests(played_tests, NULL, NULL);
}
