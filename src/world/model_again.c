/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_again.c - the last call once more, as the kernel might have done it
 *
 * Where the kernel is free, the model takes the first of what it may do, and notes how many there
 * were.  When somebody has seen a kernel do otherwise, the machine is made anew, plays all calls
 * before as they were, and takes another way for the last one: one that departs in one choice from
 * a way that has been tried, and of these the one that came nearest.  Who is told how far each
 * was off goes there in few steps; what looks nearer may lead nowhere, so every fourth time the one
 * that has waited longest is tried, and every fourth one that goes by chance.  A call of a scenario
 * costs microseconds, so thousands of ways can be tried in the time that a kernel takes for a few
 * calls.
 *
 * The first ways are to let those run first who were the first to have something to do, and those
 * who were the last: so it is when whoever is woken comes before who has woken it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "world/model.h"

#define TRIES_MAX 4000
#define WAYS_MAX 40000 /* that are known at once */
#define NONE SIZE_MAX

void *grown(void *array, size_t n, size_t more, size_t *room, size_t size)
{
	size_t want = *room ? *room : 64;
	void *p = array;

	while (want < n + more)
		want *= 2;
	if (want > *room) {
		p = reallocarray(array, want, size);
		if (p)
			*room = want;
	}
	return p;
}

void history_release(struct history *h)
{
	free(h->call);
	free(h->choice);
	free(h->way);
	free(h->pool.taken);
	past_free(h->past);
}

static unsigned int throw_dice(struct history *h, unsigned int n)
{
	h->dice = h->dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(h->dice >> 33) % n;
}

unsigned int history_choose(void *data, enum sf_choice what, unsigned int n)
{
	struct history *h = data;
	size_t at = h->n_choices - h->from;
	struct choice *p = grown(h->choice, h->n_choices, 1, &h->choices_size, sizeof(*p));
	unsigned int taken = 0;

	(void)what;
	if (!p) {
		h->no_memory = true;
		return 0;
	}
	h->choice = p;
	if (at < h->n_forced && h->forced[at] < n)
		taken = h->forced[at];
	else if (h->last)
		taken = n - 1;
	else if (h->dice)
		taken = throw_dice(h, n);
	p[h->n_choices++] = (struct choice){.taken = taken, .n = n};
	return taken;
}

int history_add(struct history *h, int who, const struct world_call *call, size_t choice,
		uint64_t shown)
{
	struct made *p = grown(h->call, h->n_calls, 1, &h->calls_size, sizeof(*p));

	if (!p || h->no_memory)
		return -ENOMEM;
	h->call = p;
	p[h->n_calls++] =
		(struct made){.who = who, .call = *call, .choice = choice, .shown = shown};
	h->n_ways = h->pool.n = h->tries = 0;
	past_free(h->past);
	h->past = NULL;
	return 0;
}

/* ---- which ways there are ------------------------------------------------------------------ */

int pool_add(struct pool *pool, const struct choice *gone, size_t n, unsigned int taken,
	     size_t *ret_at)
{
	unsigned int *p = grown(pool->taken, pool->n, n + 1, &pool->size, sizeof(*p));

	if (!p)
		return -ENOMEM;
	pool->taken = p;
	*ret_at = pool->n;
	for (size_t i = 0; i < n; i++)
		p[pool->n++] = gone[i].taken;
	p[pool->n++] = taken;
	return 0;
}

/* The way that begins as the call has just gone, and then takes @taken instead. */
static int add_way(struct history *h, const struct choice *gone, size_t n, unsigned int taken,
		   unsigned int off)
{
	struct way *way = grown(h->way, h->n_ways, 1, &h->ways_size, sizeof(*way));
	size_t at;

	if (!way)
		return -ENOMEM;
	h->way = way;
	if (pool_add(&h->pool, gone, n, taken, &at))
		return -ENOMEM;
	way[h->n_ways] =
		(struct way){.at = at, .n = n + 1, .next = NONE, .off = off, .last = h->gone.last};
	if (h->near[off].last == NONE)
		h->near[off].first = h->n_ways;
	else
		way[h->near[off].last].next = h->n_ways;
	h->near[off].last = h->n_ways++;
	return 0;
}

/* All ways that depart from the last one, which was off by so much, after what was forced on it. */
static int add_departures(struct history *h, unsigned int off)
{
	const struct choice *gone = h->choice + h->from;
	size_t n = h->n_choices - h->from;
	int r = 0;

	off = off < OFF_MAX ? off : OFF_MAX - 1;
	if (h->gone.dice && off >= h->nearest)
		return 0;
	h->nearest = h->gone.dice ? off : h->nearest;
	for (size_t i = h->gone.n; i < n && !r; i++)
		for (unsigned int k = 0; k < gone[i].n && !r && h->n_ways < WAYS_MAX; k++)
			if (k != gone[i].taken)
				r = add_way(h, gone, i, k, off);
	return r;
}

static struct way *oldest_way(struct history *h)
{
	while (h->oldest < h->n_ways && h->way[h->oldest].tried)
		h->oldest++;
	return h->oldest < h->n_ways ? &h->way[h->oldest] : NULL;
}

/* Of those that depart from the nearest, the first. */
static struct way *nearest_way(struct history *h)
{
	for (unsigned int off = 0; off < OFF_MAX; off++) {
		size_t *first = &h->near[off].first;

		while (*first != NONE && h->way[*first].tried)
			*first = h->way[*first].next;
		if (*first != NONE)
			return &h->way[*first];
		h->near[off].last = NONE;
	}
	return NULL;
}

/* The one to try next: false when there is none. */
static bool next_way(struct history *h, struct way *ret)
{
	struct way *next = h->tries % 4 ? nearest_way(h) : oldest_way(h);

	if (h->tries > TRIES_MAX || !next)
		return false;
	if (h->tries % 4 == 2) {
		*ret = (struct way){.dice = h->tries};
		return true;
	}
	next->tried = true;
	*ret = *next;
	return true;
}

/* ---- going back and on --------------------------------------------------------------------- */

int make_forced(struct model_world *mw, size_t i, const unsigned int *forced, size_t n, bool last,
		struct world_result *ret)
{
	struct history *h = &mw->history;
	struct made *made = &h->call[i];
	int r;

	h->from = made->choice = h->n_choices;
	h->forced = forced;
	h->n_forced = n;
	h->last = last;
	mw->world.n_events = mw->world.n_generate = 0;
	r = model_make(mw, made->who, &made->call, ret);
	h->n_forced = 0;
	h->last = false;
	return r ? r : h->no_memory ? -ENOMEM : 0;
}

/* The machine as it was before the last call. */
static int go_back(struct model_world *mw)
{
	struct history *h = &mw->history;
	size_t n = h->call[h->n_calls - 1].choice;
	unsigned int *taken = calloc(n + 1, sizeof(*taken));
	struct world_result ignored;
	int r = taken ? model_boot(mw) : -ENOMEM;

	for (size_t i = 0; taken && i < n; i++)
		taken[i] = h->choice[i].taken;
	h->n_choices = 0;
	for (size_t i = 0; i + 1 < h->n_calls && !r; i++) {
		size_t at = h->call[i].choice;

		r = make_forced(mw, i, taken + at, h->call[i + 1].choice - at, false, &ignored);
	}
	free(taken);
	return r;
}

/* The way that it has gone by itself is known; the other to begin with is yet to be tried. */
static int first_ways(struct history *h)
{
	struct way *way = grown(h->way, 0, 1, &h->ways_size, sizeof(*way));

	if (!way)
		return -ENOMEM;
	h->way = way;
	way[0] = (struct way){.last = true, .next = NONE};
	h->n_ways = 1;
	h->oldest = 0;
	h->nearest = OFF_MAX;
	for (size_t off = 0; off < OFF_MAX; off++)
		h->near[off].first = h->near[off].last = off ? NONE : 0;
	h->gone = (struct way){.n = 0};
	h->from = h->call[h->n_calls - 1].choice;
	return 0;
}

int model_again(struct world *w, unsigned int off, struct world_result *ret)
{
	struct model_world *mw = (struct model_world *)w;
	struct history *h = &mw->history;
	struct way way = {.n = 0};
	bool next;
	size_t last = h->n_calls - 1;
	int r = 0;

	if (!h->n_calls)
		return 0;
	if (h->past)
		return past_again(mw, ret);
	if (!h->tries++)
		r = first_ways(h);
	if (!r)
		r = add_departures(h, off);
	next = next_way(h, &way);
	if (!r)
		r = go_back(mw);
	h->dice = way.dice;
	if (!r)
		r = make_forced(mw, last, h->pool.taken ? h->pool.taken + way.at : NULL, way.n,
				way.last, ret);
	h->dice = 0;
	h->gone = way;
	if (!r)
		h->call[last].shown = model_shown(mw, ret);
	if (r || next)
		return r ? r : 1;
	return past_again(mw, ret);
}
