/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_report.h - what became of scenarios, for people and for programs
 *
 * For people: a line for a scenario that holds; what was written and what happened, as a diff, for
 * a line that does not; and, where it is wanted, the whole scenario with what happened beside it.
 */
#ifndef SIGFATE_REPORT_SCENARIO_REPORT_H
#define SIGFATE_REPORT_SCENARIO_REPORT_H

#include "report/report.h"
#include "scenario/scenario.h"

/** enum playbill - how much is shown of a scenario that holds: a line, or all of its lines */
enum playbill { PLAYBILL_SHORT, PLAYBILL_LINES };

/**
 * report_scenario_text() - one scenario, for people
 *
 * Why one could not be played is not told of here: see report_scenario_trouble().
 */
int report_scenario_text(FILE *out, const struct scenario *s, enum playbill much,
			 const struct style *style);
/** report_scenario_trouble() - why it could not be played, with the line where that is so */
int report_scenario_trouble(FILE *out, const struct scenario *s, const struct style *style);

/** struct tally - how many scenarios there were, and what became of them */
struct tally {
	size_t held, failed, skipped, troubled;
};
/** tally_add() - @s NULL: a file that could not be read */
void tally_add(struct tally *tally, const struct scenario *s);
/** report_tally() - "3 scenarios: 2 held, 1 failed" */
void report_tally(FILE *out, const struct tally *t, const struct style *style);

/*
 * For programs: one document, written while the files are played; docs/json.md.
 */
struct json_run {
	unsigned int on;
	const char *profile, *release;
	bool strict;
};
int report_run_json_begin(FILE *out, const struct json_run *run);
/** report_run_json_add() - @s NULL: @path could not be read, and @error says why, @line where */
int report_run_json_add(FILE *out, bool first, const char *path, const struct scenario *s,
			const struct fate_error *error);
int report_run_json_end(FILE *out, const struct tally *t);

/* For the parts of this directory. */

/** scenario_table() - line by line, with what happened in each world beside it */
int scenario_table(FILE *out, const struct scenario *s, const struct style *style);
/** scenario_diff() - every line that does not hold, and every difference */
int scenario_diff(FILE *out, const struct scenario *s, const struct style *style);

#endif
