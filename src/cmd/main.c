/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - sigfate: find the subcommand and run it */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"

const struct command commands[] = {
	{"explain", "[--from PID] [--by CALL] SIGNAL PID...",
	 "what would happen to a signal on this host, and why; sends nothing", cmd_explain},
	{"run", "[--on model|kernel|both] FILE.fate...",
	 "play a scenario, on the model, on the running kernel, or on both", cmd_run},
	{"fuzz", "[--seed N] [--calls N] [--seconds N]",
	 "play random scenarios on the model and on the running kernel, and compare", cmd_fuzz},
	{"init", "[OPTION...] [--] COMMAND [ARGUMENT...]",
	 "be the first process of a container, and let everyone finish", cmd_init},
};

const size_t n_commands = ARRAY_SIZE(commands);

void output_begin(void)
{
	signal(SIGPIPE, SIG_IGN);
}

/* Output that did not arrive is no answer: a full disk, a reader that went away. */
static void close_output(void)
{
	int failed = ferror(stdout);

	if (fclose(stdout) && !failed)
		failed = errno != EBADF || !isatty(STDERR_FILENO);
	if (failed) {
		fprintf(stderr, "sigfate: standard output: %s\n",
			errno ? strerror(errno) : "it could not all be written");
		_exit(EXIT_TROUBLE);
	}
}

static void print_help(void)
{
	puts("Usage: sigfate COMMAND [OPTION...] [ARGUMENT...]\n"
	     "Follow a Linux signal from kill(2) to its fate across PID namespaces, and say "
	     "why.\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  sigfate %s %s\n      %s\n", commands[i].name, commands[i].arguments,
		       commands[i].summary);
	puts("\nExamples:\n"
	     "  sigfate explain TERM 1234       would this stop process 1234?\n"
	     "  sigfate explain KILL -1         who would die?\n"
	     "  sigfate run --on both a.fate    does the kernel agree with the model?\n"
	     "\n"
	     "      --help      this help; 'sigfate COMMAND --help' for one command\n"
	     "      --version   the version\n"
	     "\n"
	     "Exit status: 0 answered, 1 the answer is no, 2 could not answer.");
}

/* How many letters apart two words are, as far as a typing error goes. */
static size_t distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(b);

	if (n >= ARRAY_SIZE(row) || strlen(a) >= ARRAY_SIZE(row))
		return ARRAY_SIZE(row);
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < n; k++) {
			size_t change = diagonal + (a[i] != b[k]), best;

			diagonal = row[k + 1];
			best = row[k] < row[k + 1] ? row[k] + 1 : row[k + 1] + 1;
			row[k + 1] = best < change ? best : change;
		}
	}
	return row[n];
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	return NULL;
}

static int no_such_command(const char *name)
{
	const struct command *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < n_commands; i++) {
		size_t d = distance(name, commands[i].name);

		if (d < least ||
		    !strncmp(name, commands[i].name, strlen(name) ? strlen(name) : 1)) {
			least = d;
			best = &commands[i];
		}
	}
	if (best)
		return trouble("no command '%s': did you mean '%s'?", name, best->name);
	return trouble("no command '%s': see 'sigfate --help' for those there are", name);
}

static int run_command(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "sigfate %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

static int help(int argc, char **argv)
{
	static char option[] = "--help";
	const struct command *command;
	char *one[] = {argv[0], option, NULL};

	if (argc < 2) {
		print_help();
		return EXIT_ANSWERED;
	}
	command = find_command(argv[1]);
	return command ? run_command(command, 2, one) : no_such_command(argv[1]);
}

int main(int argc, char **argv)
{
	const struct command *command;

	setlocale(LC_CTYPE, "");
	argp_program_version = "sigfate " SIGFATE_VERSION;
	argp_err_exit_status = EXIT_TROUBLE;
	atexit(close_output);
	if (argc < 2)
		return trouble("no command given: see 'sigfate --help'");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("sigfate " SIGFATE_VERSION);
		return EXIT_ANSWERED;
	}
	if (argv[1][0] == '-')
		return trouble("no option '%s' before the command: see 'sigfate --help'", argv[1]);
	command = find_command(argv[1]);
	return command ? run_command(command, argc - 1, argv + 1) : no_such_command(argv[1]);
}
