/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.c - sigfate fuzz: random scenarios, on the model and on the running kernel */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "fuzz/fuzz.h"
#include "report/fuzz_report.h"
#include "world/kernel/probe.h"

#define SECONDS_UNASKED 60
#define PROGRESS_NS 100000000u

enum {
	OPT_SEED = 256,
	OPT_CALLS,
	OPT_SECONDS,
	OPT_SCENARIO,
	OPT_DIRECTORY,
	OPT_PRINT,
	OPT_JSON,
	OPT_COLOR,
	OPT_PROFILE
};

static const struct argp_option options[] = {
	{"seed", OPT_SEED, "N", 0,
	 "What is drawn: the same again for the same N (default: a new one)", 0},
	{"calls", OPT_CALLS, "N", 0, "End after the scenario in which N calls are reached", 0},
	{"seconds", OPT_SECONDS, "N", 0,
	 "End after N seconds (default: 60, when nothing else says when)", 0},
	{"scenario", OPT_SCENARIO, "N", 0, "Play the N-th scenario of the seed only", 0},
	{"keep-going", 'k', NULL, 0, "Do not end at the first difference", 0},
	{"directory", OPT_DIRECTORY, "DIR", 0, "Save scenarios that differ there (default: .)", 0},
	{"print", OPT_PRINT, NULL, 0, "Write scenarios as they are drawn; play nothing", 0},
	{"kernel-profile", OPT_PROFILE, "RELEASE", 0,
	 "The kernel that the model is to be like (default: the running one's release)", 0},
	{"json", OPT_JSON, NULL, 0, "A JSON object a line for each difference, and one at the end",
	 0},
	{"color", OPT_COLOR, "WHEN", 0, "auto (default), always, never", 0},
	{0},
};

static const char doc[] =
	"Play random scenarios on the model and on the running kernel, and compare the two after "
	"every call.\n"
	"\n"
	"A scenario in which they differ is made as small as it can be, explained and saved as a "
	".fate file, which 'sigfate run --on both' plays. Real processes make the calls, in "
	"namespaces of their own; no other process is touched, and none is left behind."
	"\v"
	"Examples:\n"
	"  sigfate fuzz                            for a minute, something new\n"
	"  sigfate fuzz --seed 1 --calls 100000    the same each time\n"
	"  sigfate fuzz --seed 1 --scenario 42     one scenario again\n"
	"\n"
	"Exit status: 0 no difference; 1 there is one; 2 nothing can be played here.";

struct arguments {
	struct fuzz fuzz;
	struct sf_kernel kernel;
	struct fuzz_limits limits;
	uint64_t seed, first;
	bool seeded, one, keep_going, print, json;
	const char *directory, *profile;
	enum color color;
	uint64_t shown_ns;
	bool progress;
	int status; /* of what could not be saved */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = sig;
}

static bool is_interrupted(void)
{
	return interrupted;
}

/* ---- options ------------------------------------------------------------------------------- */

static uint64_t parse_number(const char *arg, const char *what, long min,
			     const struct argp_state *state)
{
	long n = 0;

	if (!number_argument(arg, min, LONG_MAX, &n))
		wrong_arguments(state, "'%s' is no %s: give a number from %ld", arg, what, min);
	return (uint64_t)n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case OPT_SEED:
		a->seed = parse_number(arg, "seed", 0, state);
		a->seeded = true;
		break;
	case OPT_CALLS:
		a->limits.calls = parse_number(arg, "number of calls", 1, state);
		break;
	case OPT_SECONDS:
		a->limits.seconds = parse_number(arg, "number of seconds", 1, state);
		break;
	case OPT_SCENARIO:
		a->first = parse_number(arg, "scenario", 0, state);
		a->one = true;
		break;
	case OPT_DIRECTORY:
		a->directory = arg;
		break;
	case OPT_PRINT:
		a->print = true;
		break;
	case OPT_PROFILE:
		a->profile = profile_argument(arg, state);
		break;
	case 'k':
		a->keep_going = true;
		break;
	case OPT_JSON:
		a->json = true;
		break;
	case OPT_COLOR:
		a->color = color_argument(arg, state);
		break;
	case ARGP_KEY_ARG:
		wrong_arguments(state, "'%s' is one word too many", arg);
		break;
	case ARGP_KEY_END:
		if (a->one && !a->seeded)
			wrong_arguments(state, "--scenario is one of a seed: give --seed too");
		if (a->print && a->json)
			wrong_arguments(state,
					"--print writes scenarios, --json what became of them");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* A short one: somebody may have to type it. */
static uint64_t fresh_seed(void)
{
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)getpid();
	return seed;
}

static void fill_in(struct arguments *a, const struct utsname *running)
{
	struct fuzz_limits *l = &a->limits;

	a->fuzz.release = running->release;
	a->kernel = *sf_kernel_preset(a->profile ? a->profile : running->release);
	/* where nothing can be tried out, the release will do */
	if (!a->profile && !a->print)
		kernel_probe(&a->kernel);
	a->fuzz.kernel = &a->kernel;
	a->fuzz.stop = is_interrupted;
	a->fuzz.no_userns = !world_kernel_can(FATE_NEED_USERNS);
	if (!a->seeded)
		a->seed = fresh_seed();
	if (a->one)
		l->scenarios = 1;
	else if (!l->calls && !l->seconds)
		l->seconds = SECONDS_UNASKED;
	l->findings = a->keep_going ? 0 : 1;
}

/* ---- what is told -------------------------------------------------------------------------- */

static void played(void *data, const struct fuzz_tally *t)
{
	struct arguments *a = data;

	if (!a->progress || t->ns - a->shown_ns < PROGRESS_NS)
		return;
	a->shown_ns = t->ns;
	report_progress(stderr, t);
}

static void shrinking(void *data, uint64_t number)
{
	const struct arguments *a = data;

	if (!a->progress)
		return;
	report_progress(stderr, NULL);
	fprintf(stderr, "the worlds differ in scenario %llu: shrinking it",
		(unsigned long long)number);
	fflush(stderr);
}

static int save(const struct arguments *a, const struct finding *fi, const char *path)
{
	FILE *out = fopen(path, "we");
	int r;

	if (!out)
		return -errno;
	r = finding_write(&a->fuzz, fi, out);
	if (fclose(out) && r == 0)
		r = -errno;
	return r;
}

static int found(void *data, const struct finding *fi)
{
	struct arguments *a = data;
	struct style style = style_of(stdout, a->color);
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/fuzz-%llu-%llu.fate", a->directory, (unsigned long long)fi->seed,
		     (unsigned long long)fi->number) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (a->progress)
		report_progress(stderr, NULL);
	r = save(a, fi, path);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		a->status = trouble("fuzz: cannot save '%s': %s", path, strerror(-r));
	r = a->json ? report_finding_json(stdout, &a->fuzz, fi, path)
		    : report_finding(stdout, fi, path, &style);
	if (r == 0 && (fflush(stdout) || ferror(stdout)))
		r = -EPIPE; /* nobody hears of it any more */
	return r;
}

/* With errno set when not. */
static bool can_save(const char *directory)
{
	_cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && !faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static int print(const struct arguments *a)
{
	struct fate *f;
	int r = fuzz_draw(a->seed, a->first, &a->kernel, &f);

	if (r == 0) {
		printf("# scenario %llu of seed %llu\n", (unsigned long long)a->first,
		       (unsigned long long)a->seed);
		r = fate_write(f, stdout);
		fate_free(f);
	}
	return r < 0 ? trouble("fuzz: %s", strerror(-r)) : EXIT_ANSWERED;
}

/* As the shell expects it of who was interrupted. */
static void end_of_interrupt(void)
{
	if (!interrupted)
		return;
	fflush(stdout);
	signal(interrupted, SIG_DFL);
	raise(interrupted);
}

static int play(struct arguments *a)
{
	const struct fuzz_watcher watcher = {
		.played = played, .shrinking = shrinking, .found = found, .data = a};
	struct style style = style_of(stdout, a->color);
	struct fuzz_tally tally = {0};
	char why[256];
	int r = fuzz_run(&a->fuzz, a->seed, a->first, &a->limits, &watcher, &tally, why);

	if (a->progress)
		report_progress(stderr, NULL);
	if (*why)
		return trouble("fuzz: cannot play on this kernel: %s", why);
	if (r < 0 && r != -EPIPE)
		return trouble("fuzz: %s", strerror(-r));
	if (a->json)
		report_fuzz_json(stdout, &a->fuzz, a->seed, &tally);
	else
		report_fuzz(stdout, &tally, &style);
	end_of_interrupt();
	return a->status ? a->status : tally.findings ? EXIT_NO : EXIT_ANSWERED;
}

int cmd_fuzz(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL, doc, NULL, NULL, NULL};
	const struct sigaction on = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
	struct arguments a = {.directory = "."};
	struct world_trace *tracing = NULL;
	struct utsname u;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	uname(&u);
	output_begin();
	fill_in(&a, &u);
	if (a.print)
		return print(&a);
	if (!can_save(a.directory)) /* told before the first finding comes */
		return trouble("fuzz: nothing can be saved in '%s': %s: name another --directory",
			       a.directory, strerror(errno));
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGTERM, &on, NULL);
	a.progress = isatty(STDERR_FILENO) && !a.json;
	if (!a.json) {
		printf("seed %llu, on Linux %s, the model like %s\n", (unsigned long long)a.seed,
		       u.release, a.kernel.name);
		fflush(stdout);
	}
	/* where it cannot be had, the kernel tells a little less */
	if (!world_trace_new(&tracing))
		a.fuzz.tracing = tracing;
	status = play(&a);
	world_trace_free(tracing);
	return status;
}
