/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness.h - figures that mean something: each is the ratio of two times taken in the same run
 *
 * A time is the best of several rounds: whatever else the machine does can only add to it.
 */
#ifndef SIGFATE_BENCH_HARNESS_H
#define SIGFATE_BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

/** struct goal - what a ratio should be: at least, or at most, @ratio; 0: it is only told */
struct goal {
	double ratio;
	bool at_most;
};

#define AT_LEAST(r) ((struct goal){(r), false})
#define AT_MOST(r) ((struct goal){(r), true})

/**
 * struct figure - one line of the table
 * @a, @b: what is compared, in @unit; the ratio is b / a when more is better, else a / b
 */
struct figure {
	const char *name, *unit;
	const char *a_name, *b_name;
	double a, b;
	struct goal goal;
};

/** now() - seconds on a clock that only goes forward */
double now(void);
/** best_ns() - nanoseconds that one of @n calls of @fn takes in the best round; -1: one fails */
double best_ns(bool (*fn)(void *data, size_t n), void *data, size_t n);
/** report() - print a figure; keep it for the JSON document */
void report(const struct figure *figure);
/** report_skip() - a figure that cannot be had here */
void report_skip(const char *name, const char *why);
/** report_json() - write what was reported to a file; 0 or a negative errno */
int report_json(const char *path);

/* One file each: they report their figures, and give false when they cannot. */
bool bench_calls(void);
bool bench_threads(void);
bool bench_everybody(void);
bool bench_scale(void);

#endif
