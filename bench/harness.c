/* SPDX-License-Identifier: GPL-2.0-or-later */
/* harness.c - taking times, and reporting ratios */
#include "harness.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 7

static json_t *figures;

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double best_ns(bool (*fn)(void *data, size_t n), void *data, size_t n)
{
	double best = -1;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), took;

		if (!fn(data, n))
			return -1;
		took = (now() - start) * 1e9 / (double)n;
		if (best < 0 || took < best)
			best = took;
	}
	return best;
}

static double ratio_of(const struct figure *f)
{
	return f->goal.at_most ? f->a / f->b : f->b / f->a;
}

static bool reached(const struct figure *f, double ratio)
{
	return f->goal.at_most ? ratio <= f->goal.ratio : ratio >= f->goal.ratio;
}

void report(const struct figure *f)
{
	double ratio = ratio_of(f);

	if (!figures) {
		figures = json_array();
		printf("%-34s %22s %22s %8s  %s\n", "", "", "", "ratio", "goal");
	}
	printf("%-34s %8.1f %-4s %-8s %8.1f %-4s %-8s %8.2f  ", f->name, f->a, f->unit, f->a_name,
	       f->b, f->unit, f->b_name, ratio);
	if (f->goal.ratio > 0)
		printf("%s %g%s\n", f->goal.at_most ? "<=" : ">=", f->goal.ratio,
		       reached(f, ratio) ? "" : "   MISSED");
	else
		puts("-");
	fflush(stdout);
	json_array_append_new(figures,
			      json_pack("{s:s, s:s, s:s, s:f, s:s, s:f, s:f, s:s, s:f}", "name",
					f->name, "unit", f->unit, "a_name", f->a_name, "a", f->a,
					"b_name", f->b_name, "b", f->b, "ratio", ratio, "goal_kind",
					f->goal.at_most ? "at_most" : "at_least", "goal",
					f->goal.ratio));
}

void report_skip(const char *name, const char *why)
{
	printf("%-34s %s\n", name, why);
}

int report_json(const char *path)
{
	json_t *doc = json_pack("{s:s, s:O}", "schema", "sigfate.bench/1", "figures", figures);
	int r = doc ? json_dump_file(doc, path, JSON_INDENT(2)) : -1;

	json_decref(doc);
	return r ? -EIO : 0;
}
