/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd.h - the subcommands, and what all of them share */
#ifndef SIGFATE_CMD_H
#define SIGFATE_CMD_H

#include <argp.h>
#include <stdbool.h>

#include "report/report.h"

enum {
	EXIT_ANSWERED = 0, /* answered; every line held */
	EXIT_NO = 1,	   /* the answer is no; a check failed */
	EXIT_TROUBLE = 2,  /* could not answer */
};

/**
 * struct command - one subcommand
 * @run: parses its own arguments, argv[0] being "sigfate NAME"; gives the exit status
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	int (*run)(int argc, char **argv);
};

extern const struct command commands[];
extern const size_t n_commands;

int cmd_explain(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_init(int argc, char **argv);

/** trouble() - "sigfate: WHAT: WHY" on standard error; gives EXIT_TROUBLE */
int trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** wrong_arguments() - the same with where to read on; ends the program with EXIT_TROUBLE */
void wrong_arguments(const struct argp_state *state, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * output_begin() - before the first line of output: a reader that goes away is an error to report,
 * not a death by SIGPIPE
 */
void output_begin(void);

/** number_argument() - a decimal number from @min to @max; false when @text is none */
bool number_argument(const char *text, long min, long max, long *ret);
/** choice_argument() - which of the @n @names, from 0; what is none of them ends the program */
int choice_argument(const char *arg, const char *const *names, int n,
		    const struct argp_state *state);
/** color_argument() - of --color; profile_argument() - of --kernel-profile; likewise */
enum color color_argument(const char *arg, const struct argp_state *state);
const char *profile_argument(const char *arg, const struct argp_state *state);

#endif
