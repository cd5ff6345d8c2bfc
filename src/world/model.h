/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.h - the model as a world: what its parts share
 *
 * model.c makes the machine, makes calls and shows what is there; model_calls.c has one row a call;
 * model_again.c makes the last call once more, as the kernel might have done it, and model_past.c
 * those before it.
 */
#ifndef SIGFATE_WORLD_MODEL_H
#define SIGFATE_WORLD_MODEL_H

#include "world/world.h"

#define SIGCHLD 17

/**
 * struct person - one process or thread of the scenario
 * @nr: its numbers, kept for when it is gone
 * @process: whose name is that of its process
 * @silent: it has not returned from a call that others always return from
 * @execing: the thread whose execve() it has not returned from, -1 for none
 */
struct person {
	struct sf_task *task;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int level;
	int process;
	bool silent;
	int execing;
};

/** struct choice - where the kernel is free: which of @n the model took */
struct choice {
	unsigned int taken, n;
};

/** struct made - a call that was made, the first choice after it, and what it showed */
struct made {
	int who;
	struct world_call call;
	size_t choice;
	uint64_t shown;
};

/**
 * struct way - how the last call may go: its first @n choices; of each after them the first, or if
 *	@last the last
 * @off: how far the one that it departs from is from what is looked for; @next: as far as this one
 * @dice: not 0: each choice after them by chance, always the same for the same number
 */
struct way {
	size_t at, n, next;
	unsigned int off;
	uint64_t dice;
	bool last, tried;
};

/** struct pool - the choices of all ways that are known, one way's after the other's */
struct pool {
	unsigned int *taken;
	size_t n, size;
};

#define OFF_MAX 64 /* from here on it is just far */

/**
 * struct history - what it takes to come to the same state once more
 * @call, @choice: all so far
 * @way: how the last call may go; @tries: how many have been tried; @pool: their choices
 * @oldest: those before have been tried; @near: per distance the first and the last
 * @nearest: of those that went by chance
 * @gone: the way that it has gone last
 * @forced: what is forced on the choices from @from on: @n_forced of them
 * @past: when earlier calls are tried another way; NULL: not yet
 */
struct history {
	struct made *call;
	size_t n_calls, calls_size;
	struct choice *choice;
	size_t n_choices, choices_size;
	struct way *way;
	size_t n_ways, ways_size, tries, oldest;
	unsigned int nearest;
	uint64_t dice;
	struct {
		size_t first, last;
	} near[OFF_MAX];
	struct way gone;
	struct pool pool;
	const unsigned int *forced;
	size_t from, n_forced;
	bool last, no_memory;
	struct past *past;
};

struct model_world {
	struct world world;
	struct sf_kernel kernel;
	struct sf_machine *machine;
	struct sf_path *path;
	struct person *person;
	size_t n;
	struct sf_verdicts verdicts;
	int event_error;
	struct history history;
};

/* model.c */
/** model_boot() - the machine at the beginning of the scenario: 0 or a negative errno */
int model_boot(struct model_world *mw);
/** model_make() - make a call and let it settle, as world_call() does */
int model_make(struct model_world *mw, int who, const struct world_call *call,
	       struct world_result *ret);

/* model_calls.c */
/** model_dispatch() - the call on the machine; @ret_child: a task that it made, with a reference */
long model_dispatch(struct model_world *mw, struct sf_task *t, const struct world_call *c,
		    struct world_result *ret, struct sf_task **ret_child);

/* model_again.c */
unsigned int history_choose(void *data, enum sf_choice what, unsigned int n);
/** history_add() - the call that was just made, with the choices from @choice on */
int history_add(struct history *h, int who, const struct world_call *call, size_t choice,
		uint64_t shown);
/** make_forced() - make the @i-th call once more: the first of its choices are forced on it */
int make_forced(struct model_world *mw, size_t i, const unsigned int *forced, size_t n, bool last,
		struct world_result *ret);
/**
 * pool_add() - the choices of another way: the first @n of those that a call has @gone, then @taken
 *
 * Return: 0 and where they begin, or -ENOMEM.
 */
int pool_add(struct pool *pool, const struct choice *gone, size_t n, unsigned int taken,
	     size_t *ret_at);
/** grown() - room for @more in an array that holds @n: it, or NULL without memory */
void *grown(void *array, size_t n, size_t more, size_t *room, size_t size);
void history_release(struct history *h);
int model_again(struct world *w, unsigned int off, struct world_result *ret);

/* model_past.c */
/** past_again() - as world_again(), when the last call has no way left */
int past_again(struct model_world *mw, struct world_result *ret);
void past_free(struct past *p);

/* model_shown.c */
/** model_shown() - all that the call which was just made has shown, as one number */
uint64_t model_shown(struct model_world *mw, const struct world_result *result);

#endif
