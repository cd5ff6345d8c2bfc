/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* trail.h - a path sorted by process: the steps that are about each one, in order */
#ifndef SIGFATE_TRAIL_H
#define SIGFATE_TRAIL_H

#include <sigfate.h>

#define NO_STEP SIZE_MAX

/**
 * struct trail - one process on the path
 * @leader: its thread group leader
 * @last: the index of the newest step about it
 * @verdict: the index of the verdict that it has, or that brought a signal to it; -1 for none
 * @is_target: the call itself came to it
 */
struct trail {
	const struct sf_task *leader;
	size_t last;
	long verdict;
	bool is_target;
};

/**
 * struct trails - all of them
 * @step, @n: the path
 * @prev, @next: per step, the one before and after it about the same process, or NO_STEP
 */
struct trails {
	const struct sf_step *step;
	size_t n;
	size_t *prev, *next;
	struct trail *slot;
	size_t n_slots;
};

/** trails_init() - sort a path: 0 or -ENOMEM; released with trails_release() */
int trails_init(struct trails *t, const struct sf_step *step, size_t n);
void trails_release(struct trails *t);
/** trail_of() - the trail of a task's process; a task that has none gets an empty one */
struct trail *trail_of(struct trails *t, const struct sf_task *task);

/**
 * struct judgement - what the path says of one sending
 * @step: that decided it
 */
struct judgement {
	enum sf_fate fate;
	const struct sf_reason *reason;
	size_t step;
};

/** judge_result() - of a send by the call: @at is the index of its SF_STEP_RESULT */
struct judgement judge_result(const struct trails *t, size_t at);
/** judge_generated() - of any send: @at is the index of its SF_STEP_GENERATE */
struct judgement judge_generated(const struct trails *t, size_t at);
/** was_sent() - whether the signal of the step @at was sent to its process on this path */
bool was_sent(const struct trails *t, size_t at);
/** judge_waited() - of a signal that was pending before: @at is the index of its SF_STEP_ACTION */
struct judgement judge_waited(const struct trails *t, size_t at);

#endif
