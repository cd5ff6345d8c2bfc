/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_test.c - the player of scenarios, in a world that does what a test tells it to
 *
 * Such a world is told in the notation too: each test has a text that is played, and one, or two,
 * of what really happens.
 */
#include "fate_text.h"

#include <errno.h>

#include "scenario/scenario.h"

#define NAMES 8
#define FIRST_PID 11

/* ---- a world that is told what happens ----------------------------------------------------- */

/*
 * @truth: its calls are made in this order, whatever is asked for; @next: the next line of it
 * @shown: what is to be seen of each process now
 */
struct told {
	struct world world;
	struct fate *truth;
	size_t next;
	unsigned int fates[NAMES];
	struct {
		enum fate_state state;
		sf_sigset set;
		int parent;
	} shown[NAMES];
};

/* The call that was made last, for tests of its arguments. */
static struct world_call last_call;

static int told_pid(struct world *w, int caller, int who)
{
	(void)caller;
	return strcmp(((struct told *)w)->truth->name[who], "ghost") ? FIRST_PID + who : 0;
}

static struct sf_siginfo told_info(const struct told *t, const struct fate_info *i, int sig)
{
	struct sf_siginfo info = i->info;

	info.signo = sig;
	if (i->pid_name >= 0)
		info.pid = FIRST_PID + i->pid_name;
	(void)t;
	return info;
}

static struct world_result told_result(const struct told *t, const struct fate_line *l)
{
	const struct fate_result *r = &l->result;
	struct world_result ret = {.ret = r->number, .status = r->status, .set = r->set};

	ret.blocked = r->kind == FATE_RESULT_ANY && fate_calls[l->call].may_block;
	if (r->kind == FATE_RESULT_ERRNO)
		ret.ret = -r->error;
	if (r->kind == FATE_RESULT_NAME || r->kind == FATE_RESULT_NEW)
		ret.ret = FIRST_PID + r->name;
	ret.info = told_info(t, &r->info, (int)r->number);
	return ret;
}

static void told_event(struct told *t, const struct fate_line *l)
{
	struct world_event e = {.who = l->who, .info = told_info(t, &l->info, l->sig)};

	switch ((int)l->kind) {
	case FATE_LINE_DELIVERED:
		e.type = WORLD_HANDLED;
		break;
	case FATE_LINE_KILLED:
		e.type = WORLD_KILLED;
		e.status = l->comment ? -1 : l->sig | (l->dumped ? 0x80 : 0);
		break;
	case FATE_LINE_EXITED:
		e.type = WORLD_EXITED;
		e.status = l->code << 8;
		break;
	case FATE_LINE_STOPPED:
		e.type = WORLD_STOPPED;
		break;
	case FATE_LINE_CONTINUED:
		e.type = WORLD_CONTINUED;
		break;
	case FATE_LINE_RESUMED:
		e.type = WORLD_RESUMED;
		e.result = told_result(t, l);
		break;
	case FATE_LINE_IS:
		t->shown[l->who].state = l->state;
		return;
	case FATE_LINE_SIGSET:
		t->shown[l->who].set = l->set;
		return;
	case FATE_LINE_PARENT:
		t->shown[l->who].parent = l->parent;
		return;
	default:
		return;
	}
	world_add_event(&t->world, &e);
}

/* What is no matter of the notation stands in a comment: "# dead", "# generates 1". */
static int told_comment(struct told *t, const struct fate_line *l)
{
	struct world_generate g = {.who = 1, .sig = 15, .group = true};
	const char *c = l->comment ? l->comment : "";

	if (strstr(c, "generates")) {
		t->world.traces = true;
		g.result = c[strlen(c) - 1] - '0';
		world_add_generate(&t->world, &g);
	}
	if (strstr(c, "broken"))
		snprintf(t->world.error, sizeof(t->world.error), "it is broken");
	return strstr(c, "dead") ? -ESRCH : strstr(c, "busy") ? -EBUSY : *t->world.error ? -EIO : 0;
}

static int told_call(struct world *w, int who, const struct world_call *call,
		     struct world_result *ret)
{
	struct told *t = (struct told *)w;
	const struct fate_line *l = t->truth->line, *end = l + t->truth->n_lines;

	for (l += t->next; l < end && l->kind != FATE_LINE_CALL; l++)
		;
	if (l == end)
		fail_msg("nobody told what %s of process %d does", fate_calls[call->id].name, who);
	last_call = *call;
	*ret = told_result(t, l);
	memset(t->fates, 0, sizeof(t->fates));
	for (size_t i = 0; i < l->n_expect; i++)
		t->fates[l->expect[i].name] |= 1u << l->expect[i].fate;
	if (l->comment && strstr(l->comment, "or killed"))
		t->fates[l->expect[0].name] |= 1u << SF_FATE_KILLED;
	for (t->next = (size_t)(l - t->truth->line) + 1; t->next < t->truth->n_lines; t->next++) {
		if (t->truth->line[t->next].kind == FATE_LINE_CALL)
			break;
		told_event(t, &t->truth->line[t->next]);
	}
	return told_comment(t, l);
}

static unsigned int told_fates(struct world *w, int who)
{
	return ((struct told *)w)->fates[who];
}

static int told_look(struct world *w, int who, struct world_look *ret)
{
	const struct told *t = (const struct told *)w;

	*ret = (struct world_look){.state = t->shown[who].state, .parent = t->shown[who].parent};
	if (ret->state == FATE_GONE)
		return 0;
	ret->set[SF_SIGPND] = t->shown[who].set;
	ret->n_nr = 2;
	ret->nr[0] = FIRST_PID + who;
	ret->nr[1] = 1;
	return 0;
}

static void told_free(struct world *w)
{
	fate_free(((struct told *)w)->truth);
	free(w);
}

static const struct world_ops told_ops = {
	.name = "told",
	.free = told_free,
	.call = told_call,
	.pid = told_pid,
	.fates = told_fates,
	.look = told_look,
};

static struct world *tell(const char *truth)
{
	struct told *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->world.ops = &told_ops;
	t->truth = parse(truth);
	assert_true(t->truth->n_names <= NAMES);
	return &t->world;
}

/* ---- playing ------------------------------------------------------------------------------- */

/* Everything that does not hold, a line each: "2:7: expected 0, got 1". */
static void write_findings(const struct scenario *s, FILE *out)
{
	for (size_t i = 0; i < s->f->n_lines; i++)
		for (size_t w = 0; w < s->n_worlds; w++)
			if (s->staging[w].outcome[i].state == FAILED)
				fprintf(out, "%zu:%u: %s\n", i + 1, s->staging[w].outcome[i].column,
					s->staging[w].outcome[i].message);
	for (size_t i = 0; i < s->n_differences; i++)
		fprintf(out, "%zu: %s: %s / %s\n", s->difference[i].line + 1, s->difference[i].what,
			s->difference[i].text[0], s->difference[i].text[1]);
	for (size_t i = 0; s->strict && i < s->staging[0].n_events; i++)
		if (!s->staging[0].event[i].told)
			fprintf(out, "%zu: untold\n", s->staging[0].event[i].line + 1);
	if (s->trouble)
		fprintf(out, "%zu:%u: trouble: %s\n", s->trouble_line + 1, s->trouble_column,
			s->trouble);
	if (s->n_unplayed)
		fprintf(out, "%zu unplayed\n", s->n_unplayed);
}

/* Play @written where @truth happens, and in a second world where @other does. */
static void play(const char *written, const char *truth, const char *other, bool strict,
		 const char *findings)
{
	struct world *world[WORLDS_MAX] = {tell(truth), other ? tell(other) : NULL};
	_cleanup_free_ char *found = NULL;
	_cleanup_fate_ struct fate *f = parse(written);
	struct scenario *s = NULL;
	size_t size;
	FILE *out = open_memstream(&found, &size);

	assert_non_null(out);
	assert_int_equal(scenario_play(f, world, other ? 2 : 1, strict, &s), 0);
	write_findings(s, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(found, findings);
	assert_int_equal(scenario_held(s), !*findings);
	scenario_free(s);
}

/* It holds where it is the truth. */
static void holds(const char *text)
{
	play(text, text, NULL, false, "");
}

static void finds(const char *written, const char *truth, const char *findings)
{
	play(written, truth, NULL, false, findings);
}

#define TOO_LATE "this happened at line 2: what is told of before it, or a call of a, came later"
#define FORK "host: fork() = a\n"
#define FORKS "host: fork() = a\nhost: fork() = b\n"

static void test_results(void **state)
{
	(void)state;
	holds(FORK "a: getpid() = a\na: getpid() = 12\na: getppid() = host\n"
		   "a: setsid() = -1 EPERM\na: getuid() = 0\na: exit(0)\n");
	finds(FORK "a: getpid() = ?\na: getuid() = ?\na: setsid() = ?\n",
	      FORK "a: getpid() = a\na: getuid() = 7\na: setsid() = -1 EPERM\n", "");
	finds(FORK "a: getpid() = host\n", FORK "a: getpid() = a\n",
	      "2:15: expected host, got a\n");
	finds(FORK "a: getppid() = 7\n", FORK "a: getppid() = host\n",
	      "2:16: expected 7, got host\n");
	finds(FORK "a: setsid() = -1 EPERM\n", FORK "a: setsid() = -1 EINVAL\n",
	      "2:15: expected -1 EPERM, got -1 EINVAL\n");
	finds(FORK "a: getuid() = 0\n", FORK "a: getuid() = 5\n", "2:15: expected 0, got 5\n");
	finds("host: getuid() = 0\n", "host: getuid() = -1 EPERM\n",
	      "1:18: expected 0, got -1 EPERM\n");
	finds("host: setuid(0) = -1 EPERM\n", "host: setuid(0) = 0\n",
	      "1:19: expected -1 EPERM, got 0\n");
	holds("host: sigpending() = {SIGTERM}\n");
	finds("host: sigpending() = {SIGTERM}\n", "host: sigpending() = {SIGINT}\n",
	      "1:22: expected {SIGTERM}, got {SIGINT}\n");
	finds("host: sigpending() = 0\n", "host: sigpending() = {SIGINT}\n", "");
}

static void test_wait_results(void **state)
{
	(void)state;
	holds(FORK "host: wait4(a) = a [killed by SIGTERM]\n");
	finds(FORK "host: wait4(a) = a\n", FORK "host: wait4(a) = a [exited with 3]\n", "");
	finds(FORK "host: wait4(a) = a [exited with 3]\n",
	      FORK "host: wait4(a) = a [killed by SIGHUP]\n",
	      "2:18: expected a [exited with 3], got a [killed by SIGHUP]\n");
	finds("host: wait4(-1) = -1 ECHILD\n", "host: wait4(-1) = ?\n",
	      "1:19: expected -1 ECHILD, but it does not return\n");
	holds("host: sigwaitinfo({SIGINT}) = SIGINT {si_code=SI_USER, si_pid=host}\n");
	finds("host: sigwaitinfo({SIGINT}) = SIGINT {si_pid=host}\n",
	      "host: sigwaitinfo({SIGINT}) = SIGINT {si_pid=0}\n",
	      "1:31: expected {si_pid=host}, got {si_pid=0}\n");
}

static void test_resumed(void **state)
{
	(void)state;
	holds(FORK "host: wait4(a) = ?\na: exit(0)\nhost: ... resumed = a [exited with 0]\n"
		   "host: getuid() = 0\n");
	finds(FORK "host: wait4(a) = ?\na: exit(0)\nhost: ... resumed = a [exited with 0]\n",
	      FORK "host: wait4(a) = ?\na: exit(0)\n", "4:7: this did not happen\n");
	finds(FORK "host: wait4(a) = ?\na: exit(0)\nhost: ... resumed = a [exited with 0]\n",
	      FORK "host: wait4(a) = a [exited with 0]\na: exit(0)\n",
	      "4:7: this did not happen\n");
	finds(FORK "host: wait4(a) = ?\na: exit(0)\nhost: ... resumed = -1 EINTR\n",
	      FORK "host: wait4(a) = ?\na: exit(0)\nhost: ... resumed = a [exited with 0]\n",
	      "4:21: expected -1 EINTR, got a [exited with 0]\n");
}

static void test_fates(void **state)
{
	(void)state;
	/* a fate without a name is that of all who get the signal */
	finds(FORK "host: kill(a, SIGTERM) = 0 => killed\n",
	      FORK "host: kill(a, SIGTERM) = 0 => a: killed\n", "");
	finds(FORK "host: kill(a, SIGTERM) = 0 => killed\n",
	      FORK "host: kill(a, SIGTERM) = 0 => a: ignored\n",
	      "2:31: expected a: killed, got a: ignored\n");
	finds(FORKS "host: kill(0, SIGTERM) = 0 => killed\n",
	      FORKS "host: kill(0, SIGTERM) = 0 => a: killed, b: killed\n", "");
	finds(FORKS "host: kill(0, SIGTERM) = 0 => killed\n",
	      FORKS "host: kill(0, SIGTERM) = 0 => a: killed, b: ignored\n",
	      "3:31: expected b: killed, got b: ignored\n");
	/* with names, those who are not named are not checked */
	finds(FORKS "host: kill(0, SIGTERM) = 0 => b: ignored\n",
	      FORKS "host: kill(0, SIGTERM) = 0 => a: killed, b: ignored\n", "");
	finds(FORKS "host: kill(0, SIGTERM) = 0 => b: ignored\n",
	      FORKS "host: kill(0, SIGTERM) = 0 => a: killed\n",
	      "3:31: expected b: ignored, but it did not come to b\n");
	/* a call that finds nobody is refused */
	finds("host: kill(77, 0) = -1 ESRCH => refused\n", "host: kill(77, 0) = -1 ESRCH\n", "");
	finds("host: kill(77, 0) = 0 => probe\n", "host: kill(77, 0) = 0\n",
	      "1:26: expected probe, but it came to no process that has a name here\n");
	/* what a world cannot tell apart holds as either */
	finds(FORK "host: kill(a, SIGTERM) = 0 => killed\n",
	      FORK "host: kill(a, SIGTERM) = 0 => a: ignored # or killed\n", "");
	finds(FORK "host: kill(a, SIGTERM) = 0 => handled\n",
	      FORK "host: kill(a, SIGTERM) = 0 => a: ignored # or killed\n",
	      "2:31: expected a: handled, got a: ignored|killed\n");
}

static void test_events(void **state)
{
	static const char all[] =
		FORKS "host: kill(0, SIGINT) = 0\n"
		      "a: --- SIGINT {si_code=SI_USER, si_pid=host, si_uid=0} ---\n"
		      "a: --- stopped by SIGSTOP ---\na: --- continued ---\n"
		      "a: +++ killed by SIGSEGV (core dumped) +++\nb: +++ exited with 3 +++\n";

	(void)state;
	holds(all);
	play(all, all, NULL, true, "");
	/* the order is that of each process */
	finds(FORKS "host: getuid() = 0\nb: +++ exited with 3 +++\na: --- SIGINT ---\n",
	      FORKS "host: getuid() = 0\na: --- SIGINT ---\nb: +++ exited with 3 +++\n", "");
	finds(FORK "host: getuid() = 0\na: --- SIGINT ---\na: --- SIGHUP ---\n",
	      FORK "host: getuid() = 0\na: --- SIGHUP ---\na: --- SIGINT ---\n",
	      "4:8: " TOO_LATE "\n");
	finds(FORK "host: getuid() = 0\na: --- SIGINT ---\n", FORK "host: getuid() = 0\n",
	      "3:8: this did not happen\n");
	finds(FORK "host: getuid() = 0\na: --- SIGINT ---\na: --- SIGINT ---\n",
	      FORK "host: getuid() = 0\na: --- SIGINT ---\n", "4:8: this did not happen\n");
}

static void test_events_otherwise(void **state)
{
	(void)state;
	finds(FORK "host: getuid() = 0\na: +++ killed by SIGINT +++\n",
	      FORK "host: getuid() = 0\na: +++ killed by SIGTERM +++\n",
	      "3:8: it happened otherwise\n");
	finds(FORK "host: getuid() = 0\na: +++ killed by SIGINT +++\n",
	      FORK "host: getuid() = 0\na: +++ exited with 2 +++\n",
	      "3:8: it happened otherwise\n");
	finds(FORK "host: getuid() = 0\na: --- SIGINT {si_code=SI_QUEUE, si_pid=a} ---\n",
	      FORK "host: getuid() = 0\na: --- SIGINT {si_code=SI_QUEUE, si_pid=host} ---\n",
	      "3:8: expected {si_pid=a}, got {si_pid=host}\n");
	/* of two, the one that fits */
	finds(FORK "host: getuid() = 0\na: --- SIGINT {si_value=6} ---\n",
	      FORK "host: getuid() = 0\na: --- SIGINT {si_value=5} ---\n"
		   "a: --- SIGINT {si_value=6} ---\n",
	      "");
	/* how it ended cannot always be known */
	finds(FORK "host: getuid() = 0\na: +++ killed by SIGINT +++\n",
	      FORK "host: getuid() = 0\na: +++ killed by SIGTERM +++ # unknown\n", "");
}

static void test_events_untold(void **state)
{
	static const char written[] = FORK "host: getuid() = 0\nhost: getuid() = 0\n";
	static const char truth[] =
		FORK "host: getuid() = 0\na: --- SIGINT ---\nhost: getuid() = 0\n";

	(void)state;
	finds(written, truth, "");
	play(written, truth, NULL, true, "2: untold\n");
	/* it can be told of later, but not after its process has made a call */
	finds(FORK "host: getuid() = 0\nhost: getuid() = 0\na: --- SIGINT ---\n", truth, "");
	finds(FORK "host: getuid() = 0\na: getuid() = 0\na: --- SIGINT ---\n",
	      FORK "host: getuid() = 0\na: --- SIGINT ---\na: getuid() = 0\n",
	      "4:8: " TOO_LATE "\n");
}

static void test_shown(void **state)
{
	static const char truth[] =
		FORK "host: getuid() = 0\na: is stopped\na: SigPnd = {SIGTERM}\na: parent = none\n";

	(void)state;
	holds(truth);
	finds(FORK "host: getuid() = 0\na: NSpid = 12 1\na: is stopped\n", truth, "");
	finds(FORK "host: getuid() = 0\na: is running\na: SigPnd = {}\na: parent = host\n"
		   "a: NSpid = 12\n",
	      truth,
	      "3:7: it is stopped\n4:13: it shows SigPnd = {SIGTERM}\n"
	      "5:13: it shows parent = none\n6:12: it shows NSpid = 12 1\n");
	finds(FORK "host: getuid() = 0\na: SigPnd = {}\n", FORK "host: getuid() = 0\na: is gone\n",
	      "3:13: it is gone\n");
}

static void test_stuck(void **state)
{
	(void)state;
	finds(FORK "a: getuid() = 0\na: getuid() = 0\nhost: getuid() = 0\n",
	      FORK "a: getuid() = 0 # dead\n",
	      "2:1: a is dead: it cannot call getuid()\n2 unplayed\n");
	finds(FORK "a: getuid() = 0\n", FORK "a: getuid() = 0 # busy\n",
	      "2:1: a is stopped or still in a call: it cannot call getuid()\n");
	finds(FORK "a: getuid() = 0\n", "host: fork() = -1 EAGAIN\n",
	      "1:16: expected a, got -1 EAGAIN\n2:1: there is no a: it was not made\n");
	finds(FORK "host: kill(a, 0) = 0\n", "host: fork() = -1 EAGAIN\n",
	      "1:16: expected a, got -1 EAGAIN\n2:12: there is no a: it was not made\n");
	finds(FORK "a: is zombie\n", "host: fork() = -1 EAGAIN\n",
	      "1:16: expected a, got -1 EAGAIN\n2:1: there is no a: it was not made\n");
}

static void test_trouble(void **state)
{
	(void)state;
	finds("host: fork() = ghost\nhost: kill(ghost, 0) = 0\nhost: getuid() = 0\n",
	      "host: fork() = ghost\n",
	      "2:12: trouble: ghost has no number that host could name it by: write a number to "
	      "try what is not there\n1 unplayed\n");
	finds("host: getuid() = 0\nhost: getuid() = 0\n", "host: getuid() = 0 # broken\n",
	      "1:0: trouble: told: it is broken\n1 unplayed\n");
}

static void test_arguments(void **state)
{
	(void)state;
	holds(FORK "host: kill(-a, SIGTERM) = 0\n");
	assert_int_equal(last_call.arg[0], -12);
	assert_int_equal(last_call.arg[1], 15);
	assert_int_equal(last_call.child, -1);
	holds(FORK "host: setns(a, CLONE_NEWPID) = 0\n");
	assert_int_equal(last_call.arg[0], 1);
	assert_int_equal(last_call.arg[1], SF_CLONE_NEWPID);
	holds(FORK);
	assert_int_equal(last_call.child, 1);
	holds("host: sigprocmask(SIG_BLOCK, {SIGINT}) = 0\n");
	assert_true(last_call.set == SF_SIGMASK(2));
	holds("host: capset(DROP, {CAP_KILL}) = 0\n");
	assert_true(last_call.set == 1 << SF_CAP_KILL);
	holds(FORK
	      "host: rt_sigqueueinfo(a, SIGINT, {si_code=SI_QUEUE, si_pid=a, si_value=7}) = 0\n");
	assert_true(last_call.has_info);
	assert_int_equal(last_call.info.signo, 2);
	assert_int_equal(last_call.info.code, SF_SI_QUEUE);
	assert_int_equal(last_call.info.pid, 12);
	assert_int_equal(last_call.info.value, 7);
	holds(FORK "host: rt_sigqueueinfo(a, SIGINT, {si_signo=SIGHUP}) = 0\n");
	assert_int_equal(last_call.info.signo, 1);
	holds(FORK "host: pidfd_send_signal(a, SIGINT, NULL, 2) = 0\n");
	assert_false(last_call.has_info);
	assert_int_equal(last_call.n_args, 4);
	holds(FORK "host: pidfd_send_signal(a, SIGINT) = 0\n");
	assert_int_equal(last_call.n_args, 2);
}

static void test_two_worlds(void **state)
{
	static const char written[] = FORK "host: kill(a, SIGTERM) = ?\n";
	static const char quiet[] = FORK "host: kill(a, SIGTERM) = 0 => a: ignored\n";

	(void)state;
	play(written, quiet, quiet, true, "");
	play(written, quiet, FORK "host: kill(a, SIGTERM) = -1 EPERM => a: ignored\n", false,
	     "2: result: 0 / -1 EPERM\n");
	play(written, quiet, FORK "host: kill(a, SIGTERM) = 0 => a: killed\n", false,
	     "2: fate: a: ignored / a: killed\n");
	play(written, quiet, FORK "host: kill(a, SIGTERM) = 0 => a: ignored # or killed\n", false,
	     "");
	play(written, FORK "host: kill(a, SIGTERM) = 0\n", quiet, false,
	     "2: fate: a: not sent to it / a: ignored\n");
	play(written, FORK "host: kill(a, SIGTERM) = 0 => a: ignored # generates 1\n",
	     FORK "host: kill(a, SIGTERM) = 0 => a: ignored # generates 1\n", false, "");
	play(written, FORK "host: kill(a, SIGTERM) = 0 => a: ignored # generates 1\n",
	     FORK "host: kill(a, SIGTERM) = 0 => a: ignored # generates 0\n", false,
	     "2: signal_generate: a: SIGTERM (code 0) ignored / a: SIGTERM (code 0) delivered\n");
	play(FORK "host: getpid() = ?\n", FORK "host: getpid() = host\n",
	     FORK "host: getpid() = 7\n", false, "2: result: host / 7\n");
}

static void test_two_worlds_events(void **state)
{
	static const char written[] = FORK "host: kill(a, SIGTERM) = ?\n";
	static const char dies[] =
		FORK "host: kill(a, SIGTERM) = 0\na: +++ killed by SIGTERM +++\na: is zombie\n";

	(void)state;
	play(written, dies, dies, false, "");
	play(written, dies, FORK "host: kill(a, SIGTERM) = 0\n", false,
	     "2: event: a: +++ killed by SIGTERM +++ / nothing\n"
	     "2: state: a: is zombie / a: is running\n");
	play(written, FORK "host: kill(a, SIGTERM) = 0\n", dies, false,
	     "2: event: nothing / a: +++ killed by SIGTERM +++\n"
	     "2: state: a: is running / a: is zombie\n");
	play(written, FORK "host: kill(a, SIGTERM) = 0\na: --- SIGTERM ---\n",
	     FORK "host: kill(a, SIGTERM) = 0\na: --- SIGINT ---\n", false,
	     "2: event: a: --- SIGTERM {si_code=SI_USER, si_pid=0, si_uid=0} --- / "
	     "a: --- SIGINT {si_code=SI_USER, si_pid=0, si_uid=0} ---\n");
	play(written, FORK "host: kill(a, SIGTERM) = 0 => a: pending\na: SigPnd = {SIGTERM}\n",
	     FORK "host: kill(a, SIGTERM) = 0 => a: pending\n", false,
	     "2: state: a: SigPnd = {SIGTERM} / a: SigPnd = {}\n");
	/* of several processes the order is free */
	play(FORKS "host: kill(0, SIGINT) = 0\n",
	     FORKS "host: kill(0, SIGINT) = 0\na: --- SIGINT ---\nb: --- SIGINT ---\n",
	     FORKS "host: kill(0, SIGINT) = 0\nb: --- SIGINT ---\na: --- SIGINT ---\n", false, "");
	/* both go on to the line where one cannot */
	play(FORK "a: getuid() = 0\na: getuid() = 0\n", FORK "a: getuid() = 0 # dead\n",
	     FORK "a: getuid() = 0\n", false,
	     "2:1: a is dead: it cannot call getuid()\n1 unplayed\n");
}

static void test_empty(void **state)
{
	(void)state;
	holds("");
	holds("\n# nothing happens\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_wait_results),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_fates),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_otherwise),
		cmocka_unit_test(test_events_untold),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_two_worlds),
		cmocka_unit_test(test_two_worlds_events),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
