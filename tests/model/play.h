/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.h - calls on a machine, any of them with anything, as bytes say */
#ifndef SIGFATE_TEST_PLAY_H
#define SIGFATE_TEST_PLAY_H

#include <stddef.h>
#include <stdint.h>

#include <sigfate.h>

#define PLAYERS 12

/** struct play - a machine and the tasks in it that calls are made as, each with a reference */
struct play {
	struct sf_machine *machine;
	struct sf_task *player[PLAYERS];
	const uint8_t *p, *end;
};

/** play_begin() - a machine with its init as the first player; false: no memory */
bool play_begin(struct play *play, const uint8_t *bytes, size_t n);
/** play_call() - the next call that the bytes say; false at their end */
bool play_call(struct play *play);
/** play_release() - let go of the players, so that nothing but the machine holds a task */
void play_release(struct play *play);
void play_end(struct play *play);

#endif
