/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * play.h - what the pieces of the player share; nobody else includes it
 *
 * Functions that may lack memory give -ENOMEM; what does not hold is said in the outcome.
 */
#ifndef SIGFATE_SCENARIO_PLAY_H
#define SIGFATE_SCENARIO_PLAY_H

#include "scenario/scenario.h"

#define NONE SIZE_MAX

/* outcome.c */
/** outcome_fail() - the line does not hold; only the first reason is kept */
int outcome_fail(struct outcome *o, unsigned int column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** outcome_take() - what a call gave, and what happened: all that is known of it */
int outcome_take(struct staging *st, const struct fate *f, size_t line,
		 const struct world_result *result);
/** outcome_take_back() - as if the last call, that of @line, had not been made */
void outcome_take_back(struct staging *st, const struct fate *f, size_t line);

/* seen.c */
void seen_from_result(const struct staging *st, const struct fate *f, int who,
		      enum fate_call_id call, int child, const struct world_result *result,
		      struct seen *ret);
void seen_from_event(const struct staging *st, const struct fate *f,
		     const struct world_event *event, struct seen *ret);
/** seen_ends() - whether it is the end of a process */
bool seen_ends(const struct seen *seen);
/** seen_same() - whether two worlds show the same; what one cannot know is the same as anything */
bool seen_same(const struct seen *a, const struct seen *b);

bool same_action(const struct sf_sigaction *a, const struct sf_sigaction *b);

/* check.c */
/** check_result() - of a call or one that returned: whether it is as written; if not, @o says so */
int check_result(const struct staging *st, const struct fate *f, const struct fate_line *l,
		 const struct seen *seen, struct outcome *o);
int check_fates(const struct staging *st, const struct fate *f, const struct fate_line *l,
		struct outcome *o);
/** check_shown() - WHO: is STATE, SigPnd = {...}, NSpid = ..., parent = ... */
int check_shown(const struct staging *st, const struct fate *f, const struct fate_line *l,
		struct outcome *o);
/** check_info() - the written fields of a siginfo; @column is where the line has it */
int check_info(const struct staging *st, const struct fate *f, int reader,
	       const struct fate_info *written, const struct fate_info *seen, unsigned int column,
	       struct outcome *o);

/* events.c */
/** events_collect() - take over the events of the last call, which is that of line @line */
int events_collect(struct staging *st, const struct fate *f, size_t line);
/** events_uncollect() - forget those of the last call */
void events_uncollect(struct staging *st);
/** events_close() - what happened to @who before it makes a call cannot be told of any more */
void events_close(struct staging *st, int who);
/** events_check() - a line about an event: find it among what can be told of */
int events_check(struct staging *st, const struct fate *f, const struct fate_line *l,
		 struct outcome *o);

/* compare.c */
/**
 * compare_call() - what two worlds show after the same call
 * @note: whether each difference gets into the scenario; else they are only counted
 *
 * Return: how many there are, or -ENOMEM.
 */
int compare_call(struct scenario *s, size_t line, bool note);
/** compare_stuck() - in one of the worlds the call cannot be made, and that is a difference */
int compare_stuck(struct scenario *s, size_t line);

/* order.c */
/** order_apart() - how much the second world did after its order parted from the first's */
unsigned int order_apart(const struct scenario *s);

/* follow.c */
/** follow() - compare after a call, and let the model follow where it may: 0, or -ENOMEM */
int follow(struct scenario *s, size_t line);

/* needs.c */
/** needs_lacking() - why it is not to be played, freed by the caller; NULL in @ret: it is */
int needs_lacking(const struct fate *f, const struct scenario_options *o, char **ret);

#endif
