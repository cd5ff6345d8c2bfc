/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_table.h - the table of a scenario: what was written, and what happened beside it */
#ifndef SIGFATE_REPORT_SCENARIO_TABLE_H
#define SIGFATE_REPORT_SCENARIO_TABLE_H

#include "report/scenario_report.h"
#include "report/text.h"

/**
 * struct table_row - one line of the table
 * @left: the statement, or prose; @cell: what happened; @note: the reason (@reason), or the comment
 * @prose: a comment; @aside: an event that no line tells of; @bad: it does not hold there;
 *	@differs: the worlds are not the same after it
 */
struct table_row {
	char *left, *cell[WORLDS_MAX];
	const char *note;
	enum paint color[WORLDS_MAX];
	bool prose, aside, differs, reason, bad[WORLDS_MAX];
};

struct table {
	const struct scenario *s;
	const struct style *style;
	struct table_row *row;
	size_t n, size;
	unsigned int left, cell[WORLDS_MAX];
	bool *why; /* per reason of sf_reasons(): it stands in a note */
};

/** table_add_rows() - a row for each line, and for what no line tells of; -ENOMEM */
int table_add_rows(struct table *t);
void table_release(struct table *t);

#endif
