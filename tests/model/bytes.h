/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes.h - what the bytes of a play say: numbers, sets, signals, players */
#ifndef SIGFATE_TEST_BYTES_H
#define SIGFATE_TEST_BYTES_H

#include "base/cleanup.h"
#include "play.h"

static inline unsigned int byte(struct play *play)
{
	return play->p < play->end ? *play->p++ : 0;
}

/* Mostly small, sometimes at a limit, rarely absurd. */
static inline int number(struct play *play)
{
	static const int odd[] = {0, -1, INT_MIN, INT_MAX, SF_PID_MAX_LIMIT, -2, 65, 4194303};
	unsigned int b = byte(play);

	return b < 0xe0 ? (int)b % 24 : odd[b % ARRAY_SIZE(odd)];
}

static inline uint64_t set(struct play *play)
{
	uint64_t s = 0;

	for (unsigned int n = byte(play) % 4; n; n--)
		s |= (uint64_t)1 << byte(play) % 64;
	return byte(play) % 8 ? s : ~s;
}

static inline int signal_number(struct play *play)
{
	static const int usual[] = {0, 9, 10, 15, 17, 18, 19, 20, 34, 34, 40, 11, 1};
	unsigned int b = byte(play);

	return b < 0xc0 ? usual[b % ARRAY_SIZE(usual)] : (int)(b - 0xc0) + 2;
}

/* Any bits at all, now and then; mostly one of those that are known. */
static inline uint64_t flags(struct play *play, uint64_t known)
{
	unsigned int b = byte(play);
	uint64_t all = 0;

	if (b < 0xf0)
		return known;
	for (int i = 0; i < 8; i++)
		all = all << 8 | byte(play);
	return b % 2 ? all : all | known;
}

/* What a call gave is a result of the kernel, or one of ours, which then says why. */
static inline long given(struct play *play, long r)
{
	bool ours = r == SF_FAIL || r == SF_BLOCKED;

	if (r < -4095 && !ours)
		play->wrong = "a result that is none";
	if (r == SF_FAIL && sf_machine_error(NULL) >= 0)
		play->wrong = "a failure without a reason";
	return r;
}

/* A pointer, or none. */
#define maybe(play, p) (byte(play) % 16 ? (p) : NULL)

/* Somebody of either machine, dead or alive, or nobody. */
static inline struct sf_task *player(struct play *play)
{
	return play->player[byte(play) % PLAYERS];
}

/* The first of a machine makes the others: it neither sleeps nor ends. */
static inline bool is_first(const struct play *play, const struct sf_task *t)
{
	return t == play->player[0] || t == play->player[1];
}

/* A new player, whose reference it takes. */
static inline void meet(struct play *play, struct sf_task *t)
{
	struct sf_task **slot = &play->player[MACHINES + byte(play) % (PLAYERS - MACHINES)];

	if (*slot)
		sf_task_put(*slot);
	*slot = t;
}

#endif
