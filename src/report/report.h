/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - answers for people, for programs and for pictures
 *
 * Nothing here decides anything: a report says what an answer holds.  Bytes of other processes are
 * escaped in all of them.  A function that writes returns 0 or a negative errno; whether the file
 * took it all is the caller's to check when it closes it.
 */
#ifndef SIGFATE_REPORT_H
#define SIGFATE_REPORT_H

#include <stdio.h>

#include "explain/explain.h"

/**
 * struct style - how text is to look
 * @color: with terminal colours; @utf8: box drawing and arrows may be used
 * @width: columns; @all_steps: the whole path, not only what was asked of the target
 */
struct style {
	bool color, utf8, all_steps;
	unsigned int width;
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/** style_of() - what suits the place that a stream goes to, and the user's locale and wishes */
struct style style_of(FILE *out, enum color when);

/** report_text() - one answer, for people */
int report_text(FILE *out, const struct answer *a, const struct style *style);
/** report_json() - all answers to one question as one document: docs/json.md */
int report_json(FILE *out, const struct inquiry *q, const struct answer *a, size_t n);
/** report_mermaid() - the path of each answer as a Mermaid state diagram */
int report_mermaid(FILE *out, const struct answer *a, size_t n);

/**
 * report_diagnostic() - where a text is wrong: the place, the message, the line, and a caret
 * @line, @column: from 1; the column in characters
 * @text: the line, @len bytes of anything
 */
int report_diagnostic(FILE *out, const char *path, unsigned int line, unsigned int column,
		      const char *message, const char *text, size_t len, const struct style *style);

/**
 * audit_write() - what the kernel's audit would have logged of these signals
 * @seconds, @milliseconds: the time to write into every record, so that the same input gives the
 *	same file
 *
 * One event a serial number: a SYSCALL record and one OBJ_PID record per target, such as ausearch
 * reads.
 */
int audit_write(FILE *out, const struct sf_audit_record *record, size_t n, long long seconds,
		unsigned int milliseconds);

#endif
