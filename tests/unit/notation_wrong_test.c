/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notation_wrong_test.c - the .fate text: where it is wrong, and whatever it is given */
#include "fate_text.h"

#include <errno.h>

/* ---- where it is wrong --------------------------------------------------------------------- */

static const struct {
	const char *text;
	unsigned int line, column;
	const char *says;
} errors[] = {
	{"host: kil(1, 9) = 0", 1, 7, "did you mean 'kill'?"},
	{"host: sendfile() = 0", 1, 7, "'sendfile' is not among the calls: fate(5) has them all"},
	{"host: fork() = init\nhost: kill(intt, 9) = 0", 2, 12, "did you mean 'init'?"},
	{"host: kill(SIGTERM, host) = 0", 1, 12, "write kill(PID, SIGNAL)"},
	{"host: kill(host, SIGTREM) = 0", 1, 18, "did you mean 'SIGTERM'?"},
	{"host: kill(host) = 0", 1, 16, "an argument is missing"},
	{"host: kill(host, 9, 3) = 0", 1, 21, "expected ')'"},
	{"host: kill(host, 9)", 1, 20, "'= RESULT'"},
	{"host: kill(host, 9) = -1 EPREM", 1, 26, "did you mean 'EPERM'?"},
	{"host: kill(host, 9) = -3", 1, 23, "-1 EPERM"},
	{"host: kill(host, 9) = host", 1, 23, "kill gives no process"},
	{"host: kill(host, 9) = {}", 1, 23, "kill gives no set"},
	{"host: kill(host, 9) = 0 => kiled", 1, 28, "did you mean 'killed'?"},
	{"host: kill(host, 9) = 0 => foo", 1, 28, "it can be refused, probe"},
	{"host: kill(host, 9) = 0 => killed, killed", 1, 28, "NAME: FATE, NAME: FATE"},
	{"host: kill(0, 9) = 0 => host: killed, host: killed", 1, 39, "there already"},
	{"host: kill(0, 9999999999) = 0", 1, 15, "out of range"},
	{"host: kill(99999999999999999999999, 9) = 0", 1, 12, "out of range"},
	{"host: kill(08, 9) = 0", 1, 12, "found '08'"},
	{"host: kill(0x, 9) = 0", 1, 12, "found '0x'"},
	{"host: kill(é, 9) = 0", 1, 12, "found 'é'"},
	{"host: … resumed = 0", 1, 7, "in no call"},
	{"host: wait4(1) = ?\nhost: … resumedd = 0", 2, 9, "expected 'wait4 resumed'"},
	{"host: fork() = host", 1, 16, "already"},
	{"host: fork() = a\nhost: fork() = a", 2, 16, "already"},
	{"host: fork() = SIGTERM", 1, 16, "word of the notation"},
	{"host: fork() = none", 1, 16, "word of the notation"},
	{"host: fork() = EPERM", 1, 16, "word of the notation"},
	{"host: fork() = kill", 1, 16, "word of the notation"},
	{"host: fork() = a+1", 1, 16, "expected the name of the new process"},
	{"host: clone(CLONE_VM|CLONE_NEWNET) = a", 1, 22, "'CLONE_NEWNET'"},
	{"host: clone3(0) = a", 1, 15, "an argument is missing: write clone3(FLAGS, SIGNAL"},
	{"host: clone3(0, 17, [1,) = a", 1, 24, "a process number"},
	{"host: sigtimedwait({}, 1, 0) = 0", 1, 27, "nothing takes time here"},
	{"host: ptrace(CONT) = 0", 1, 18, "an argument is missing"},
	{"host: ptrace(SEIZE, host, SIGTERM) = 0", 1, 27, "an option like PTRACE_O_EXITKILL"},
	{"host: sigaction(SIGTERM, NULL) = 0 [nothing]", 1, 37, "a disposition"},
	{"kernel has nothing", 1, 12, "kernels differ in, found 'nothing': it can be guard_unki"},
	{"kernel has own_sigingo", 1, 12, "kernels differ in: did you mean 'own_siginfo'?"},
	{"needs nothing", 1, 7, "what a scenario may need"},
	{"host: clone(0x40000000) = a", 1, 13, "no flags of this call"},
	{"host: clone(SIGINT|SIGHUP) = a", 1, 20, "one signal"},
	{"host: unshare(CLONE_NEWPIDD) = 0", 1, 15, "did you mean 'CLONE_NEWPID'?"},
	{"host: rt_sigqueueinfo(1, 2, NULL) = 0", 1, 29, "a siginfo"},
	{"host: rt_sigqueueinfo(1, 2, {si_pidd=1}) = 0", 1, 30, "did you mean 'si_pid'?"},
	{"host: rt_sigqueueinfo(1, 2, {si_pid=1, si_pid=1}) = 0", 1, 40, "there already"},
	{"host: sigsuspend({SIGTERM, 65}) = ?", 1, 28, "a set holds 1 to 64"},
	{"host: sigsuspend({SIGTERM,}) = ?", 1, 27, "another member"},
	{"host: sigsuspend({SIGTERM", 1, 26, "found the end of the line"},
	{"host: fork() = a\nneeds root", 2, 1, "before the first call"},
	{"kernel > 6.9", 1, 8, "kernel >= MAJOR.MINOR"},
	{"needs rooot", 1, 7, "'rooot' is not what a scenario may need: did you mean 'root'?"},
	{"host is running", 1, 6, "expected ':'"},
	{"fork() = a", 1, 1, "host: fork() = a"},
	{"host: is sleeping", 1, 10, "it can be running"},
	{"host: SigPdn = {}", 1, 7, "did you mean 'SigPnd'?"},
	{"host: NSpid = 0", 1, 15, "out of range"},
	{"host: --- SIGTERM", 1, 18, "expected '---'"},
	{"host: --- 0 ---", 1, 11, "not a signal"},
	{"host: +++ killed by SIGKILL (core) +++", 1, 34, "core dumped"},
	{"host: setsid() = ? => killed", 1, 20, "sends no signal"},
	{"host: setgroups(", 1, 17, "expected ')'"},
	{"host: kill(0, 9) = 0 trailing", 1, 22, "end of the line"},
	{"# é\x1b", 1, 4, "control character"},
	{"\n\n# \xc3(", 3, 3, "not UTF-8"},
	{"host: fork() = a\rb", 1, 17, "control character"},
};

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		struct fate_error e;
		struct fate *f = NULL;
		int r = fate_parse("test", errors[i].text, strlen(errors[i].text), &f, &e);

		if (r != -EINVAL || f || e.line != errors[i].line || e.column != errors[i].column ||
		    !strstr(e.message, errors[i].says))
			fail_msg("%s\ngives %d at %u:%u: %s", errors[i].text, r, e.line, e.column,
				 e.message);
	}
}

/* ---- whatever it is given ------------------------------------------------------------------ */

static char *repeat(const char *head, const char *piece, size_t times, const char *tail)
{
	size_t n = strlen(piece), at = strlen(head);
	char *text = malloc(at + n * times + strlen(tail) + 1);

	assert_non_null(text);
	memcpy(text, head, at);
	for (size_t i = 0; i < times; i++, at += n)
		memcpy(text + at, piece, n);
	strcpy(text + at, tail);
	return text;
}

static void assert_refused(const char *text, size_t len, const char *says)
{
	struct fate_error e;
	struct fate *f = NULL;

	assert_int_equal(fate_parse("test", text, len, &f, &e), -EINVAL);
	assert_null(f);
	assert_true(e.line >= 1 && e.column >= 1);
	if (!strstr(e.message, says))
		fail_msg("expected '%s', got: %s", says, e.message);
}

#define MANY (10u << 20)

static void test_long_lines(void **state)
{
	static const struct {
		const char *head, *piece, *says; /* @says NULL: it is right */
	} hostile[] = {
		{"host: kill(", "9", "out of range"},
		{"host: kill(", "-", "a process"},
		{"host: kill(", "a", "no process is called 'aaa"},
		{"host: ", "a", "expected a call"},
		{"", "a(", "a process and what it does"},
		{"host: setgroups(", "(", "expected ')'"},
		{"host: sigsuspend(", "{", "a signal"},
		{"host: clone(", "SIGCHLD|", "one signal"},
		{"host: fork() = ", "x", "at most 64 characters"},
		{"host: NSpid = ", "1 ", "at most 33"},
		{"host: --- SIGTERM {", "si_ptr=0,", "expected a field"},
		{"host: kill(1, 2) = -1 EPERM (", "?", "expected ')'"},
		{"host: sigsuspend({", "HUP ", "found the end of the line"},
		{"#", " é", NULL},
		{"", "\t", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		_cleanup_free_ char *text = repeat(hostile[i].head, hostile[i].piece,
						   MANY / strlen(hostile[i].piece), "");
		_cleanup_fate_ struct fate *f = hostile[i].says ? NULL : parse(text);

		if (!f)
			assert_refused(text, strlen(text), hostile[i].says);
	}
}

static void test_limits(void **state)
{
	_cleanup_free_ char *lines = repeat("", "\n", FATE_LINES_MAX, ""),
			    *more_lines = repeat("", "\n", FATE_LINES_MAX, "#"),
			    *long_text = repeat("", "#", FATE_TEXT_MAX + 1, ""), *names = NULL,
			    *fates = NULL;
	_cleanup_fate_ struct fate *f = parse(lines), *most = NULL;
	size_t n, fates_len;
	FILE *out = open_memstream(&names, &n), *all = open_memstream(&fates, &fates_len);

	(void)state;
	assert_int_equal(f->n_lines, FATE_LINES_MAX);
	assert_refused(more_lines, strlen(more_lines), "too many lines");
	assert_refused(long_text, strlen(long_text), "too long");
	for (int i = 1; i <= FATE_TARGETS_MAX + 1; i++)
		fprintf(all, "host: fork() = p%d\n", i);
	fputs("host: kill(0, 9) = 0 => host: killed", all);
	for (int i = 1; i <= FATE_TARGETS_MAX; i++)
		fprintf(all, ", p%d: killed", i);
	fclose(all);
	assert_refused(fates, fates_len, "too many fates");
	*strrchr(fates, ',') = '\0';
	most = parse(fates);
	for (int i = 1; i <= FATE_NAMES_MAX; i++)
		fprintf(out, "host: fork() = p%d\n", i);
	fclose(out);
	assert_refused(names, n, "too many processes");
	assert_refused("host: \0", 7, "control character");
}

/* The line that a message is about comes with it, as far as it fits. */
static void test_excerpt(void **state)
{
	static const struct {
		const char *text, *line;
	} wrong[] = {
		{"host: kil(1, 9) = 0", "host: kil(1, 9) = 0"},
		{"# first\nhost: kil(1, 9) = 0\n# last\n", "host: kil(1, 9) = 0"},
		{"\xef\xbb\xbfhost: kil(1, 9) = 0\n", "host: kil(1, 9) = 0"},
		{"# first\n# \xff\n", "# \xff"},
	};
	_cleanup_free_ char *long_line = repeat("host: kil(", "x", 5000, "\n");
	struct fate_error e;
	struct fate *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(fate_parse("test", wrong[i].text, strlen(wrong[i].text), &f, &e),
				 -EINVAL);
		assert_string_equal(e.text, wrong[i].line);
	}
	assert_int_equal(fate_parse("test", long_line, strlen(long_line), &f, &e), -EINVAL);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_excerpt),
	};

	return cmocka_run_group_tests_name("notation, where it is wrong", tests, NULL, NULL);
}
