/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_report.h - what random scenarios have found, for people and for programs */
#ifndef SIGFATE_REPORT_FUZZ_REPORT_H
#define SIGFATE_REPORT_FUZZ_REPORT_H

#include "fuzz/fuzz.h"
#include "report/report.h"

/** report_finding() - one scenario in which the worlds differ; @path: where it was saved */
int report_finding(FILE *out, const struct finding *fi, const char *path,
		   const struct style *style);
/** report_fuzz() - what has been done in all */
void report_fuzz(FILE *out, const struct fuzz_tally *t, const struct style *style);
/** report_progress() - one line, written over the one before; NULL: it is taken away */
void report_progress(FILE *out, const struct fuzz_tally *t);

/* For programs, an object a line: docs/json.md. */
int report_finding_json(FILE *out, const struct fuzz *fz, const struct finding *fi,
			const char *path);
int report_fuzz_json(FILE *out, const struct fuzz *fz, uint64_t seed, const struct fuzz_tally *t);

#endif
