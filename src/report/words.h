/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - the phrases and the layout that reports share */
#ifndef SIGFATE_REPORT_WORDS_H
#define SIGFATE_REPORT_WORDS_H

#include "report/report.h"

/** A process name, escaped: four bytes for each of a comm and the NUL. */
#define NAME_LEN (4 * PROC_COMM_LEN + 1)

/** comm_escaped() - the name of a task's process, fit to print */
const char *comm_escaped(const struct answer *a, const struct sf_task *t, char buf[NAME_LEN]);
const char *proc_escaped(const struct proc_task *t, char buf[NAME_LEN]);
/** say_process() - "bash (4242)" */
void say_process(FILE *out, const struct answer *a, const struct sf_task *t, bool utf8);
/** say_fate() - "would be ignored" */
const char *fate_phrase(enum sf_fate fate);
/** say_ascii() - text, with what is not ASCII escaped where the terminal cannot show it */
void say_ascii(FILE *out, const char *text, bool utf8);

/**
 * text_shown() - bytes of a text, fit to print: a tab as a space, everything else escaped
 *
 * Return: a string that the caller frees, NULL without memory.
 */
char *text_shown(const char *piece, size_t len, bool utf8);
/** text_byte() - the byte that a column of a line, counted in characters from 1, begins at */
size_t text_byte(const char *line, size_t len, unsigned int column);
/** text_width() - how many columns a text takes */
size_t text_width(const char *text, size_t len, bool utf8);
/** A space that no line is broken at. */
#define GLUE "\037"

/** fill() - text broken at spaces: the cursor is at @at, later lines begin at @indent */
void fill(FILE *out, const char *text, size_t at, size_t indent, const struct style *style,
	  const char *margin);

/**
 * struct row - one line of the path drawn as a tree of functions
 * @name: the function, NULL when it asks a further question
 * @step: the question, NULL for a function that only calls others
 */
struct row {
	unsigned int depth;
	const char *name;
	const struct sf_step *step;
	const struct sf_task *task; /* at depth 0: whose delivery begins, NULL for the call */
	bool last;		    /* of its siblings */
};

/** path_shown() - whether a step is about the signal that was asked about and this process */
bool path_shown(const struct answer *a, size_t step, const struct sf_task *target);
/** path_rows() - the path to a process as a tree, NULL: all of it; freed by the caller */
int path_rows(const struct answer *a, const struct sf_task *target, struct row **ret,
	      size_t *ret_n);

#endif
