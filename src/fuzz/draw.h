/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * draw.h - how a random scenario is drawn: what its parts share
 *
 * A scenario is drawn call by call.  Nothing here knows what a signal does.  What has been drawn is
 * played on a model on the side, the guide, which only tells who is there to make the next call,
 * and whom it can see: else most calls would be those of the dead.
 */
#ifndef SIGFATE_FUZZ_DRAW_H
#define SIGFATE_FUZZ_DRAW_H

#include "fuzz/random.h"
#include "notation/notation.h"
#include "world/world.h"

#define CAST_MAX 20  /* processes and threads, without the host */
#define NAMES_MAX 40 /* that a scenario may make in all */
#define CALLS_MIN 5
#define CALLS_MAX 100
#define PALETTE 5 /* signals that a scenario is mostly about */

/**
 * struct draw - a scenario in the making
 * @cast: how many tasks there shall be at once
 * @weight: how often each call is drawn in it
 * @palette: the signals that it is mostly about
 * @waiting: per name, whether it is in a call; @leader: per name, the process that it is of
 * @n_processes, @n_inits, @n_threads: how many have such a name
 */
struct draw {
	struct random random;
	struct fate *f;
	struct world *guide;
	unsigned int cast;
	unsigned int weight[FATE_NCALLS];
	int palette[PALETTE];
	bool waiting[NAMES_MAX];
	int leader[NAMES_MAX];
	unsigned int n_processes, n_inits, n_threads;
};

/* draw_calls.c: which calls are drawn how often, and with what */
/** draw_weights() - this scenario's own: some calls are left out, some are drawn more often */
void draw_weights(struct draw *d);
/** draw_call() - some call; @makes: one that makes a task */
enum fate_call_id draw_call(struct draw *d, bool makes);
/** draw_args() - the arguments of the call of a line */
void draw_args(struct draw *d, struct fate_line *l);

/* draw_args.c: what arguments can be */
typedef void draw_fn(struct draw *d, struct fate_line *l, unsigned int i);
/** draw_arg() - something of the kind that the argument is of */
draw_fn draw_arg;
draw_fn draw_target, draw_process, draw_thread_of, draw_kill, draw_child, draw_own, draw_wait,
	draw_exit_code, draw_uid, draw_id, draw_count, draw_limit, draw_option_value, draw_tracee,
	draw_ptrace_signal, draw_value, draw_clone_flags, draw_clone3_flags, draw_fault,
	draw_last_pid, draw_pid_max, draw_zero, draw_nanoseconds, draw_wait_flags, draw_ns_flag,
	draw_action_flags;
int draw_signal(struct draw *d);

#endif
