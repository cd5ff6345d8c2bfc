/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.c - sigfate explain: what would become of a signal, here and now */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "explain/explain.h"
#include "report/report.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MERMAID };

enum { OPT_FROM = 256, OPT_BY, OPT_FORMAT, OPT_JSON, OPT_COLOR, OPT_ALL_STEPS };

static const struct argp_option options[] = {
	{"from", OPT_FROM, "PID", 0, "The sender (default: the process that invokes sigfate)", 0},
	{"by", OPT_BY, "ORIGIN", 0,
	 "How it is sent: kill (default), tgkill, sigqueue, pidfd; or by the kernel: tty, hangup, "
	 "alarm, timer, cpu-soft, cpu-hard, pipe, file-size, oom, cgroup.kill, exitkill, "
	 "ptrace-attach, pdeathsig, fault, seccomp",
	 0},
	{"format", OPT_FORMAT, "FORMAT", 0, "text (default), json, or mermaid: a state diagram", 0},
	{"json", OPT_JSON, NULL, 0, "The same as --format=json", 0},
	{"color", OPT_COLOR, "WHEN", 0, "auto (default), always, never", 0},
	{"all-steps", OPT_ALL_STEPS, NULL, 0,
	 "The whole path, with what follows for others, instead of the target's part", 0},
	{0},
};

static const char doc[] =
	"Say what would become of a signal on this host, and why. Nothing is sent.\n"
	"\n"
	"SIGNAL is a name or a number: TERM, SIGTERM, 15, RTMIN+3; 0 asks only whether it may be "
	"sent. PID is what kill(2) takes: a process; 0, the sender's process group; -1, everything "
	"it can name; -PGID, a process group; 'self' is the sender."
	"\v"
	"Examples:\n"
	"  sigfate explain TERM 1234               would this stop process 1234?\n"
	"  sigfate explain --from 1234 KILL 1      and this, sent by process 1234?\n"
	"  sigfate explain KILL -1                 who would die?\n"
	"  sigfate explain --json TERM 1234        for programs\n"
	"  sigfate explain --format=mermaid TERM 1234\n"
	"\n"
	"Exit status: 0 answered, whatever the fate; 2 could not answer.";

struct arguments {
	struct inquiry inquiry;
	enum format format;
	enum color color;
	bool all_steps;
	const char *signal;
	const char **target;
	size_t n_targets;
};

static enum origin parse_origin(const char *arg, const struct argp_state *state)
{
	int origin = origin_parse(arg);

	if (origin < 0)
		wrong_arguments(state, "'%s' is none of the origins: see --help", arg);
	return (enum origin)origin;
}

/* Without the space that hides it from the parser of options: see hide_negatives(). */
static const char *shown(const char *arg)
{
	return arg[0] == ' ' && arg[1] == '-' ? arg + 1 : arg;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = {"text", "json", "mermaid"};
	struct arguments *a = state->input;
	long pid;

	switch (key) {
	case OPT_FROM:
		if (!strcmp(arg, "self"))
			break;
		if (!number_argument(arg, 1, SF_PID_MAX_LIMIT - 1, &pid))
			wrong_arguments(state, "'%s' is no PID to send from: give a number above 0",
					arg);
		else
			a->inquiry.from = (pid_t)pid;
		break;
	case OPT_BY:
		a->inquiry.by = parse_origin(arg, state);
		break;
	case OPT_FORMAT:
		a->format = (enum format)choice_argument(arg, formats, ARRAY_SIZE(formats), state);
		break;
	case OPT_COLOR:
		a->color = color_argument(arg, state);
		break;
	case OPT_JSON:
		a->format = FORMAT_JSON;
		break;
	case OPT_ALL_STEPS:
		a->all_steps = true;
		break;
	case ARGP_KEY_ARG:
		if (!a->signal)
			a->signal = arg;
		else
			a->target[a->n_targets++] = arg;
		break;
	case ARGP_KEY_END:
		if (!a->signal)
			wrong_arguments(state, "a signal and a PID are needed, such as TERM 1234");
		else if (!a->n_targets)
			wrong_arguments(state,
					"there is only '%s': a signal and a PID are needed, "
					"such as TERM 1234",
					shown(a->signal));
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/*
 * -1 and -PGID are processes here and never options: a space before them hides that from the
 * parser of options, and is taken off again where they are read.  The parser sorts @hidden, so what
 * is to be freed is kept in @made.
 */
static int hide_negatives(int argc, char **argv, char **hidden, char **made)
{
	for (int i = 0; i < argc; i++) {
		hidden[i] = argv[i];
		if (argv[i][0] != '-' || argv[i][1] < '0' || argv[i][1] > '9')
			continue;
		if (asprintf(&made[i], " %s", argv[i]) < 0) {
			made[i] = NULL;
			return -ENOMEM;
		}
		hidden[i] = made[i];
	}
	return 0;
}

static int parse_signal(struct arguments *a)
{
	const char *text = shown(a->signal);

	a->inquiry.sig = sf_signal_parse(text);
	if (a->inquiry.sig >= 0)
		return 0;
	if (text[0] == '-' && sf_signal_parse(text + 1) >= 0)
		return trouble("explain: '%s' is no signal: write it without the dash, %s", text,
			       text + 1);
	return trouble(
		"explain: '%s' is no signal: first comes a name such as TERM or RTMIN+3, or a "
		"number from 0 to %d, then the PIDs",
		text, SF_NSIG);
}

/* What is given as a PID; false and a message when it cannot be one. */
static bool parse_target(const char *arg, long *ret)
{
	const char *text = shown(arg);

	if (!strcmp(text, "self")) {
		*ret = TARGET_SELF;
		return true;
	}
	if (number_argument(text, INT_MIN, INT_MAX, ret))
		return true;
	trouble("explain: '%s' is no PID: give a decimal number, 0, -1, -PGID or self; "
		"pgrep NAME finds one",
		text);
	return false;
}

static int write_answers(const struct arguments *a, const struct answer *answer, size_t n)
{
	struct style style = style_of(stdout, a->color);
	int r = 0;

	style.all_steps = a->all_steps;
	output_begin();
	if (a->format == FORMAT_JSON)
		return report_json(stdout, &a->inquiry, answer, n);
	if (a->format == FORMAT_MERMAID)
		return report_mermaid(stdout, answer, n);
	for (size_t i = 0; i < n && !r; i++) {
		if (i)
			putchar('\n');
		r = report_text(stdout, &answer[i], &style);
	}
	return r;
}

static int ask_all(struct arguments *a, const long *target, size_t n, struct answer *answer,
		   size_t *ret_n)
{
	struct inquiry_error err;
	int status = EXIT_ANSWERED;

	for (size_t i = 0; i < n; i++) {
		if (inquiry_ask(&a->inquiry, target[i], &answer[*ret_n], &err))
			status = trouble("explain: %s", err.message);
		else
			++*ret_n;
	}
	return status;
}

static int answer_all(struct arguments *a)
{
	_cleanup_free_ struct answer *answer = calloc(a->n_targets, sizeof(*answer));
	_cleanup_free_ long *target = calloc(a->n_targets, sizeof(*target));
	struct inquiry_error err;
	size_t n = 0, answered = 0;
	int status = EXIT_ANSWERED, r;

	if (!answer || !target)
		return trouble("explain: out of memory");
	for (size_t i = 0; i < a->n_targets; i++)
		if (parse_target(a->target[i], &target[n]))
			n++;
		else
			status = EXIT_TROUBLE;
	if (!n)
		return status;
	if (inquiry_open(&a->inquiry, target, n, &err))
		return trouble("explain: %s", err.message);
	if (ask_all(a, target, n, answer, &answered))
		status = EXIT_TROUBLE;
	r = answered ? write_answers(a, answer, answered) : 0;
	for (size_t i = 0; i < answered; i++)
		answer_release(&answer[i]);
	inquiry_release(&a->inquiry);
	if (r)
		return trouble("explain: cannot write the answer: %s", strerror(-r));
	return status;
}

int cmd_explain(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "SIGNAL PID...", doc, NULL,
					 NULL,	  NULL};
	_cleanup_free_ char **hidden = calloc((size_t)argc + 1, sizeof(*hidden));
	_cleanup_free_ char **made = calloc((size_t)argc + 1, sizeof(*made));
	_cleanup_free_ const char **target = calloc((size_t)argc + 1, sizeof(*target));
	struct arguments a = {.target = target};
	int status = EXIT_TROUBLE;

	if (!hidden || !made || !target || hide_negatives(argc, argv, hidden, made))
		return trouble("explain: out of memory");
	a.inquiry.fs.root = "/proc";
	a.inquiry.self = procfs_self(&a.inquiry.fs);
	argp_parse(&argp, argc, hidden, 0, NULL, &a);
	if (!parse_signal(&a))
		status = answer_all(&a);
	for (int i = 0; i < argc; i++)
		free(made[i]);
	return status;
}
