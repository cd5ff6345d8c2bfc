/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_past.c - an earlier call another way, which only now makes a difference
 *
 * In which order an init's children came to it, or whose turn of several threads it is, nobody sees
 * when it happens.  When no way of the last call is what the kernel did, one of those before may
 * have gone otherwise, so that it showed the same.  Such ways are looked for in the calls before,
 * the nearest first; all calls after it must show what they showed, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/model.h"

#define BACK_MAX 12	/* so many calls back */
#define CALL_TRIES 120u /* ways of one of them */
#define PAST_TRIES 600u /* of all */
#define PAST_WAYS 4000u /* that are known of one */

/** struct past_way - the first @n choices of the call, from @at in the pool on */
struct past_way {
	size_t at, n;
};

/**
 * struct past - what has been tried
 * @taken: all choices as they were before, @from: and where those of each call begin
 * @call: whose ways are tried now; @way, @n_ways: those known, @tried: and tried; @pool: theirs
 * @last: the last call is to go the last of its ways instead of the first
 */
struct past {
	unsigned int *taken;
	size_t *from;
	size_t call;
	struct past_way *way;
	size_t n_ways, ways_size, tried;
	struct pool pool;
	unsigned int tries;
	bool last;
};

void past_free(struct past *p)
{
	if (!p)
		return;
	free(p->taken);
	free(p->from);
	free(p->way);
	free(p->pool.taken);
	free(p);
}

static struct past *past_new(const struct history *h)
{
	struct past *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->call = h->n_calls - 1;
	p->taken = calloc(h->n_choices + 1, sizeof(*p->taken));
	p->from = calloc(h->n_calls + 1, sizeof(*p->from));
	if (!p->taken || !p->from) {
		past_free(p);
		return NULL;
	}
	for (size_t i = 0; i < h->n_choices; i++)
		p->taken[i] = h->choice[i].taken;
	for (size_t i = 0; i < h->n_calls; i++)
		p->from[i] = h->call[i].choice;
	p->from[h->n_calls] = h->n_choices;
	return p;
}

/* Another way of the call that was just made: as it went up to the @i-th choice, then @taken. */
static int add_way(struct past *p, const struct choice *gone, size_t i, unsigned int taken)
{
	struct past_way *way = grown(p->way, p->n_ways, 1, &p->ways_size, sizeof(*way));
	size_t at;

	if (!way)
		return -ENOMEM;
	p->way = way;
	if (pool_add(&p->pool, gone, i, taken, &at))
		return -ENOMEM;
	way[p->n_ways++] = (struct past_way){.at = at, .n = i + 1};
	return 0;
}

static int add_ways(struct past *p, const struct history *h, size_t after)
{
	const struct choice *gone = h->choice + h->from;
	size_t n = h->n_choices - h->from;
	int r = 0;

	for (size_t i = after; i < n && !r; i++)
		for (unsigned int k = 0; k < gone[i].n && !r && p->n_ways < PAST_WAYS; k++)
			if (k != gone[i].taken)
				r = add_way(p, gone, i, k);
	return r;
}

/* The calls from @first to before @end as they were: 1 when one shows something else. */
static int replay(struct model_world *mw, const struct past *p, size_t first, size_t end)
{
	struct history *h = &mw->history;
	struct world_result ret;
	int r = 0;

	for (size_t i = first; i < end && !r; i++) {
		r = make_forced(mw, i, p->taken + p->from[i], p->from[i + 1] - p->from[i], false,
				&ret);
		if (!r)
			r = model_shown(mw, &ret) != h->call[i].shown;
	}
	return r;
}

static int boot(struct model_world *mw)
{
	mw->history.n_choices = 0;
	return model_boot(mw);
}

/* The call before the one whose ways have been tried, and the ways that it has. */
static int earlier_call(struct model_world *mw, struct past *p)
{
	struct history *h = &mw->history;
	int r = 0;

	p->n_ways = p->tried = p->pool.n = 0;
	do
		p->call--;
	while (p->call && p->from[p->call] == p->from[p->call + 1]);
	if (p->from[p->call] == p->from[p->call + 1])
		return 0;
	r = boot(mw);
	if (!r)
		r = replay(mw, p, 0, p->call + 1);
	return r ? (r < 0 ? r : 0) : add_ways(p, h, 0);
}

/* Gives 1 when it went that way, and all calls but the last showed the same. */
static int try_way(struct model_world *mw, struct past *p, const struct past_way *way)
{
	struct history *h = &mw->history;
	struct world_result ret;
	int r = boot(mw);

	if (!r)
		r = replay(mw, p, 0, p->call);
	if (!r)
		r = make_forced(mw, p->call, p->pool.taken + way->at, way->n, false, &ret);
	if (r)
		return r < 0 ? r : 0;
	if (model_shown(mw, &ret) != h->call[p->call].shown)
		return 0;
	if (!p->last)
		r = add_ways(p, h, way->n);
	if (!r)
		r = replay(mw, p, p->call + 1, h->n_calls - 1);
	return r < 0 ? r : !r;
}

static int last_call(struct model_world *mw, bool last, struct world_result *ret)
{
	struct history *h = &mw->history;
	int r = make_forced(mw, h->n_calls - 1, NULL, 0, last, ret);

	if (!r)
		h->call[h->n_calls - 1].shown = model_shown(mw, ret);
	return r;
}

/* As it was before all this. */
static int give_up(struct model_world *mw, struct past *p, struct world_result *ret)
{
	struct history *h = &mw->history;
	int r = boot(mw);

	if (!r)
		r = replay(mw, p, 0, h->n_calls - 1);
	return r < 0 ? r : last_call(mw, false, ret);
}

int past_again(struct model_world *mw, struct world_result *ret)
{
	struct history *h = &mw->history;
	struct past *p = h->past;
	int r = 0;

	if (!p) {
		p = h->past = past_new(h);
		if (!p)
			return -ENOMEM;
	}
	while (!r && p->tries < PAST_TRIES) {
		struct past_way way;

		if (p->tried == p->n_ways || p->tried == CALL_TRIES) {
			if (!p->call || h->n_calls - p->call > BACK_MAX)
				break;
			r = earlier_call(mw, p);
			continue;
		}
		way = p->way[p->tried];
		p->tries++;
		r = try_way(mw, p, &way);
		if (r == 1)
			r = last_call(mw, p->last, ret) ? -ENOMEM : 1;
		p->tried += r != 1 || p->last;
		p->last = r == 1 && !p->last;
	}
	return r ? r : give_up(mw, p, ret);
}
