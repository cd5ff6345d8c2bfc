/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - the parts of the report for people */
#ifndef SIGFATE_REPORT_TEXT_H
#define SIGFATE_REPORT_TEXT_H

#include "report/report.h"

enum paint { PAINT_PLAIN, PAINT_BOLD, PAINT_DIM, PAINT_GREEN, PAINT_YELLOW, PAINT_RED };

/** paint() - the terminal's code for it, or nothing */
const char *paint(const struct style *style, enum paint p);
enum paint fate_paint(enum sf_fate fate);

/** say_signal() - which signal, how, from whom, and "to" */
void say_signal(FILE *out, const struct answer *a, bool utf8);
/** report_many() - who would get what: for groups, for all */
int report_many(FILE *out, const struct answer *a, const struct style *style);
/** write_unknown() - what could not be read and may matter */
int write_unknown(FILE *out, const struct answer *a, const struct style *style);
/** write_path() - the path to a process as a tree, NULL: the whole of it */
int write_path(FILE *out, const struct answer *a, const struct sf_task *target,
	       const struct style *style);

#endif
