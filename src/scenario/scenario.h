/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.h - plays a scenario in one world, or in two side by side, and checks every line
 *
 * A struct scenario is what was written (a struct fate) together with what happened: per line and
 * world an outcome, per world the events of each call, and where two worlds differ.  It knows no
 * rule of signals; what a line means for a world is said by world.h alone.
 *
 * An event (a handler that ran, a death, a stop, a call that came back) can be told of by a line
 * until its process makes its next call.  The lines about a process must be in the order of its
 * events; an event that no line tells of is an error only when the scenario is played strictly.
 */
#ifndef SIGFATE_SCENARIO_H
#define SIGFATE_SCENARIO_H

#include <stdio.h>

#include "notation/notation.h"
#include "world/world.h"

#define WORLDS_MAX 2

/**
 * struct seen - one statement as it happened, in the notation's own terms
 * @kind: of line that could be written about it; FATE_LINE_BLANK: nothing happened
 * @result: CALL, RESUMED: @result.number is what the call gave, also where a name was found for it;
 *	FATE_RESULT_ANY: it has not returned
 * @sig, @dumped, @code, @info: of an event
 */
struct seen {
	enum fate_line_kind kind;
	int who;
	union {
		struct {
			enum fate_call_id call;
			struct fate_result result;
		};
		struct {
			int sig, code;
			bool dumped, unknown; /* unknown: how it ended is not known any more */
			struct fate_info info;
		};
		enum fate_state state;
		struct {
			enum sf_sigset_kind sigset;
			sf_sigset set;
		};
		struct {
			unsigned int n_nspid;
			int nspid[SF_MAX_PID_NS_LEVEL + 1];
		};
		int parent;
	};
};

/** struct seen_fate - what became of a signal for one process: a set of 1 << enum sf_fate */
struct seen_fate {
	int who;
	unsigned int set;
	const struct sf_reason *reason; /* where the world knows it */
};

enum outcome_state { NOT_PLAYED, HELD, FAILED };

/**
 * struct outcome - what became of one line in one world
 * @seen: what happened there; of a line about an event that did not happen: the next event of that
 *	process, if there is one
 * @fate: of every process that the call's signal came to
 * @reason: why it came to nobody, where the world knows
 * @unreturned: the caller did not come back from its call
 * @column, @message: FAILED: where in the line, and why
 */
struct outcome {
	enum outcome_state state;
	struct seen seen;
	struct seen_fate *fate;
	size_t n_fates;
	const struct sf_reason *reason;
	bool unreturned;
	unsigned int column;
	char *message;
};

/** struct occurrence - an event, the line (its index) of the call before it, and whether told of */
struct occurrence {
	struct seen seen;
	size_t line;
	bool told;
	size_t next; /* of the same process, SIZE_MAX: none */
};

/** struct difference - where two worlds differ at a line: in what, and what each shows */
struct difference {
	size_t line;
	const char *what; /* "result", "event", "fate", "signal_generate", "state" */
	char *text[WORLDS_MAX];
};

/**
 * struct staging - a scenario in one world
 * @outcome: one per line
 * @event: in order
 * @bound: per name, whether the process has been made here
 * @waiting: per name, the call that it sleeps in, else FATE_NCALLS
 * @first: per name, the first event that can still be told of, SIZE_MAX: none; @last: the last
 */
struct staging {
	struct world *world;
	char name[64]; /* "model", "kernel": for people, with the release */
	struct outcome *outcome;
	struct occurrence *event;
	size_t n_events, events_size;
	bool *bound;
	enum fate_call_id *waiting;
	size_t *first, *last;
	size_t first_of_call; /* the first event of the last call */
};

/**
 * struct scenario - a scenario that was played
 * @skipped: why it was not played, NULL: it was
 * @trouble: why it could not be played to its end, NULL: it could; @trouble_line: its index
 * @trouble_column: where the scenario itself is wrong, 0: the world failed
 * @n_failed: lines that do not hold in every world; @n_differences; @n_untold: events that no line
 *	tells of
 * @n_unplayed: lines after one at which it ended
 * @n_followed: calls at which the model did as the kernel had done, where that is free
 * @lenient: see PLAY_LENIENT; @n_passed: lines that were passed over
 */
struct scenario {
	const struct fate *f;
	bool strict, lenient;
	struct staging staging[WORLDS_MAX];
	size_t n_worlds;
	struct difference *difference;
	size_t n_differences, differences_size;
	char *skipped;
	char *trouble;
	size_t trouble_line;
	unsigned int trouble_column;
	size_t n_checked, n_failed, n_untold, n_unplayed, n_followed, n_passed;
};

enum { ON_MODEL = 1, ON_KERNEL = 2, ON_BOTH = 3 };

/**
 * struct scenario_options
 * @on: ON_*
 * @kernel: what the model is a model of; @release: its version, for "kernel >=" lines
 * @running: what is known of the running one, where it is played on that
 * @tracing: for the kernel, which then can tell more; NULL: none
 * @strict: an event that no line tells of is a failure; @lenient: see PLAY_LENIENT
 */
struct scenario_options {
	unsigned int on;
	const struct sf_kernel *kernel, *running;
	const char *release;
	struct world_trace *tracing;
	bool strict, lenient;
};

/**
 * scenario_run() - make the worlds and play
 * @ret: freed by the caller with scenario_free(), before @f
 *
 * Return: 0: it was played, or skipped, or is in trouble: @ret says what became of it; -ENOMEM.
 */
int scenario_run(const struct fate *f, const struct scenario_options *o, struct scenario **ret);

#define PLAY_STRICT 1u /* an event that no line tells of is a failure */
/* A line that cannot be played is passed over; the first difference of the worlds is the end. */
#define PLAY_LENIENT 2u

/**
 * scenario_play() - play in worlds that are there
 * @world: @n of them, ended by scenario_free()
 * @how: PLAY_*
 */
int scenario_play(const struct fate *f, struct world *const *world, size_t n, unsigned int how,
		  struct scenario **ret);
void scenario_free(struct scenario *s);

/* Why a line cannot be played: the scenario is wrong there. */
struct mistake {
	unsigned int column;
	char message[256];
};

/**
 * call_resolve() - a written call with the numbers that it has in this world
 *
 * Return: 0; -EINVAL and @m: it names a process that its caller cannot see.
 */
int call_resolve(struct world *w, const struct fate *f, const struct fate_line *l,
		 struct world_call *ret, struct mistake *m);

/** scenario_held() - whether every line holds, and two worlds agree */
bool scenario_held(const struct scenario *s);

/** seen_write() - as the notation has it, without fates: "init: --- SIGTERM {si_pid=2} ---" */
int seen_write(const struct fate *f, const struct seen *seen, FILE *out);
/** seen_string() - the same as a string that the caller frees; NULL without memory */
char *seen_string(const struct fate *f, const struct seen *seen);
/** seen_fates_write() - "a: handled, b: ignored"; without names when not @named and there is one */
void seen_fates_write(const struct fate *f, const struct seen_fate *fate, size_t n, bool named,
		      FILE *out);

#endif
