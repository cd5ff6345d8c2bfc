/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * play.h - calls on machines, any of them with anything, as bytes say
 *
 * There are two machines, so that a call of one may be about a task of the other.
 */
#ifndef SIGFATE_TEST_PLAY_H
#define SIGFATE_TEST_PLAY_H

#include <stddef.h>
#include <stdint.h>

#include <sigfate.h>

#include "invariants.h"
#include "ledger.h"

#define MACHINES 2
#define PLAYERS HELD_TASKS
#define FOUND (HELD_NAMESPACES / 2)

/**
 * struct play - machines, and the tasks in them that calls are made as, each with a reference
 * @player: first the init of each machine
 * @path: what is recorded of each, now and then
 * @held: the namespaces of each that were found
 * @pidns, @userns: those that were found
 * @wrong: what must not be and was seen; NULL so far
 * @ledger: of each machine, where one is kept; @observed: and nothing has been missed
 * @unsettled: what has not come to its end, if that is it
 * @no_memory: somebody other than a machine has lacked memory
 */
struct play {
	struct sf_machine *machine[MACHINES];
	struct sf_task *player[PLAYERS];
	struct sf_path *path[MACHINES];
	struct held held[MACHINES];
	struct sf_pidns *pidns[FOUND];
	struct sf_userns *userns[FOUND];
	size_t n_pidns, n_userns;
	const char *wrong;
	char unsettled[80];
	bool no_memory;
	struct ledger *ledger;
	bool observed[MACHINES];
	const uint8_t *p, *end;
};

/** play_begin() - machines with their inits as the first players; false: no memory */
bool play_begin(struct play *play, const uint8_t *bytes, size_t n);
/** play_with_ledger() - observe from now on, and keep a ledger of each machine */
void play_with_ledger(struct play *play, struct ledger ledger[MACHINES]);
/** play_call() - the next call that the bytes say; false at their end */
bool play_call(struct play *play);
/**
 * play_act() - a call as @t, and nothing that calls exclude
 *
 * Several threads may act in one machine, each with a play of its own: the players, and @p.
 */
void play_act(struct play *play, struct sf_task *t);
/** play_broken() - whether anything is that cannot be; @why: @size bytes for what it is */
bool play_broken(struct play *play, char *why, size_t size);
/** play_settle() - let all machines settle: 0 or -ENOMEM */
int play_settle(struct play *play);
/** play_release() - let go of the players, so that nothing but the machines holds a task */
void play_release(struct play *play);
void play_end(struct play *play);

/* stage.c: what is done with a machine, not in it */

/** play_found() - a task or a namespace that is there already, or cannot be so */
void play_found(struct play *play, struct sf_task *t);
/** play_look() - ask everything about a task, dead or alive, of any machine */
void play_look(struct play *play, struct sf_task *t);
/** play_nothing() - every function with no task, no machine, no path and no text (nothing.c) */
void play_nothing(struct play *play);
/** play_stage() - record, read verdicts, observe, refuse, audit, count on */
void play_stage(struct play *play, int which);

#endif
