/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - sigfate run: play scenarios, and say which lines hold */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "report/scenario_report.h"
#include "world/kernel/probe.h"

enum { OPT_ON = 256, OPT_JSON, OPT_COLOR, OPT_STRICT, OPT_PROFILE };

static const struct argp_option options[] = {
	{"on", OPT_ON, "WORLD", 0,
	 "model (default), kernel: the running one, or both: side by side", 0},
	{"strict", OPT_STRICT, NULL, 0, "What happens and no line tells of is a failure", 0},
	{"kernel-profile", OPT_PROFILE, "RELEASE", 0,
	 "The kernel that the model is to be like (default: the newest known; the running one's "
	 "release when that is played on too)",
	 0},
	{"verbose", 'v', NULL, 0,
	 "Show every line with what happened, as --on both does for a single file", 0},
	{"json", OPT_JSON, NULL, 0, "One JSON document for all files", 0},
	{"color", OPT_COLOR, "WHEN", 0, "auto (default), always, never", 0},
	{0},
};

static const char doc[] =
	"Play scenarios, check every line, and show those that do not hold.\n"
	"\n"
	"FILE is a .fate file as fate(5) describes it, - for standard input, or a directory for "
	"all .fate files in it. On the kernel, a scenario is played by real processes in "
	"namespaces of their own; no other process is touched, and none is left behind."
	"\v"
	"Examples:\n"
	"  sigfate run question.fate               on the model\n"
	"  sigfate run --on both question.fate     beside the running kernel\n"
	"  sigfate run --on kernel --strict tests/scenarios\n"
	"  sigfate run --json question.fate        for programs\n"
	"\n"
	"Exit status: 0 every line holds, or the scenario is not for this kernel or user; 1 a line "
	"does not hold, or the worlds differ; 2 a scenario could not be read or played.";

struct arguments {
	struct scenario_options scenario;
	struct sf_kernel kernel, running;
	bool json, verbose;
	enum color color;
	const char *profile;
	const char **file;
	size_t n_files;
};

/* What is played: paths, those of directories in order of their names. */
struct paths {
	char **path;
	size_t n, size;
};

static void paths_release(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->path[i]);
	free(p->path);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const worlds[] = {"model", "kernel", "both"};
	struct arguments *a = state->input;

	switch (key) {
	case OPT_ON:
		a->scenario.on =
			(unsigned int)choice_argument(arg, worlds, ARRAY_SIZE(worlds), state) + 1;
		break;
	case OPT_COLOR:
		a->color = color_argument(arg, state);
		break;
	case OPT_STRICT:
		a->scenario.strict = true;
		break;
	case OPT_PROFILE:
		a->profile = profile_argument(arg, state);
		break;
	case 'v':
		a->verbose = true;
		break;
	case OPT_JSON:
		a->json = true;
		break;
	case ARGP_KEY_ARG:
		a->file[a->n_files++] = arg;
		break;
	case ARGP_KEY_END:
		if (!a->n_files)
			wrong_arguments(state, "a file is needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int add_path(struct paths *p, char *path)
{
	size_t size = p->size ? 2 * p->size : 16;

	if (path && p->n == p->size) {
		char **more = reallocarray(p->path, size, sizeof(*more));

		if (!more) {
			free(path);
			return -ENOMEM;
		}
		p->path = more;
		p->size = size;
	}
	if (!path)
		return -ENOMEM;
	p->path[p->n++] = path;
	return 0;
}

static int is_scenario(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".fate");
}

static int add_directory(struct paths *p, const char *directory)
{
	struct dirent **entry;
	int n = scandir(directory, &entry, is_scenario, alphasort), r = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char *path;

		if (r == 0 && asprintf(&path, "%s/%s", directory, entry[i]->d_name) < 0)
			r = -ENOMEM;
		else if (r == 0)
			r = add_path(p, path);
		free(entry[i]);
	}
	free(entry);
	return r < 0 ? r : n ? 0 : -ENOENT;
}

/* Gives the exit status. */
static int find_files(const struct arguments *a, struct paths *p)
{
	int status = EXIT_ANSWERED;

	for (size_t i = 0; i < a->n_files; i++) {
		const char *file = a->file[i];
		struct stat st;
		int r;

		if (strcmp(file, "-") && !stat(file, &st) && S_ISDIR(st.st_mode)) {
			r = add_directory(p, file);
			if (r == -ENOENT)
				status = trouble("run: '%s' has no .fate file in it", file);
			else if (r < 0)
				status = trouble("run: cannot read '%s': %s", file, strerror(-r));
		} else if (add_path(p, strdup(file)) < 0) {
			status = trouble("run: out of memory");
		}
	}
	return status;
}

static void cleanup_fate(struct fate **f)
{
	fate_free(*f);
}

static void cleanup_scenario(struct scenario **s)
{
	scenario_free(*s);
}

/* Why a file could not be read, on standard error. */
static void say_unread(const struct arguments *a, const char *path, int error, struct fate_error *e)
{
	struct style style = style_of(stderr, a->color);

	if (!strcmp(path, "-"))
		path = "standard input";
	if (error == -EINVAL && e->line) {
		fflush(stdout);
		report_diagnostic(stderr, path, e->line, e->column, e->message, e->text,
				  strlen(e->text), &style);
		return;
	}
	snprintf(e->message, sizeof(e->message), "cannot read it: %s", strerror(-error));
	trouble("run: cannot read '%s': %s", path, strerror(-error));
}

static int write_played(const struct arguments *a, const struct scenario *s, bool alone)
{
	bool lines = a->verbose || (alone && a->scenario.on == ON_BOTH);
	struct style style = style_of(stdout, a->color), errors = style_of(stderr, a->color);
	int r = 0;

	if (!a->json)
		r = report_scenario_text(stdout, s, lines ? PLAYBILL_LINES : PLAYBILL_SHORT,
					 &style);
	if (r == 0 && s->trouble) {
		fflush(stdout);
		r = report_scenario_trouble(stderr, s, &errors);
	}
	return r;
}

/* Gives 0 or a negative errno of ours; what became of the file is in the tally. */
static int play_file(const struct arguments *a, const char *path, bool alone, struct tally *tally)
{
	_cleanup_(cleanup_fate) struct fate *f = NULL;
	_cleanup_(cleanup_scenario) struct scenario *s = NULL;
	bool first = !(tally->held + tally->failed + tally->skipped + tally->troubled);
	struct fate_error error;
	int r = fate_read(path, &f, &error);

	if (r < 0)
		say_unread(a, path, r, &error);
	else
		r = scenario_run(f, &a->scenario, &s);
	if (r == -ENOMEM)
		return r;
	if (a->json)
		r = report_run_json_add(stdout, first, path, s, &error);
	else
		r = 0;
	tally_add(tally, s);
	return r < 0 || !s ? r : write_played(a, s, alone);
}

static void cleanup_trace(struct world_trace **t)
{
	world_trace_free(*t);
}

static int play_all(struct arguments *a, const struct paths *p, struct tally *tally)
{
	_cleanup_(cleanup_trace) struct world_trace *tracing = NULL;
	struct style style = style_of(stdout, a->color);
	struct json_run run = {.on = a->scenario.on,
			       .profile = a->scenario.kernel->name,
			       .release = a->scenario.release,
			       .strict = a->scenario.strict};
	int r = 0;

	/* where it cannot be had, the kernel tells a little less */
	if ((a->scenario.on & ON_KERNEL) && !world_trace_new(&tracing))
		a->scenario.tracing = tracing;
	if (a->json)
		r = report_run_json_begin(stdout, &run);
	for (size_t i = 0; i < p->n && r == 0; i++)
		r = play_file(a, p->path[i], p->n == 1, tally);
	if (r < 0)
		return r;
	if (a->json)
		return report_run_json_end(stdout, tally);
	if (p->n > 1)
		report_tally(stdout, tally, &style);
	return 0;
}

/* What the model is to be like: what was asked for, or what it is played beside. */
static void choose_kernel(struct arguments *a, const struct utsname *running)
{
	bool beside = !a->profile && a->scenario.on != ON_MODEL;

	a->scenario.release = a->profile ? a->profile
			      : beside	 ? running->release
					 : sf_kernel_preset(NULL)->name;
	a->running = *sf_kernel_preset(running->release);
	/* where nothing can be tried out, the release will do */
	if (a->scenario.on & ON_KERNEL)
		kernel_probe(&a->running);
	a->kernel = beside ? a->running : *sf_kernel_preset(a->scenario.release);
	a->scenario.kernel = &a->kernel;
	a->scenario.running = &a->running;
}

int cmd_run(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "FILE...", doc, NULL, NULL, NULL};
	_cleanup_free_ const char **file = calloc((size_t)argc + 1, sizeof(*file));
	_cleanup_(paths_release) struct paths paths = {0};
	struct arguments a = {.file = file, .scenario = {.on = ON_MODEL}};
	struct tally tally = {0};
	struct utsname u;
	int status, r;

	if (!file)
		return trouble("run: out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	uname(&u);
	choose_kernel(&a, &u);
	status = find_files(&a, &paths);
	if (!paths.n)
		return status;
	output_begin();
	r = play_all(&a, &paths, &tally);
	if (r < 0)
		return trouble("run: %s", strerror(-r));
	if (status || tally.troubled)
		return EXIT_TROUBLE;
	return tally.failed ? EXIT_NO : EXIT_ANSWERED;
}
