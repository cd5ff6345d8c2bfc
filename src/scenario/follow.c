/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow.c - where the kernel is free, the model does as the kernel has done
 *
 * Two worlds that differ after a call need not disagree: of what a kernel may do it does one thing,
 * and the model another.  A world that can make its call another way does so until it shows what
 * the other one shows.  If it can be done, that is how it went, and both go on from there; if not,
 * the other world did what is not among the things that may be done, and that is a difference.
 */
#include <errno.h>

#include "scenario/play.h"

/*
 * How far they are from each other, for who looks for a nearer way: 0 when they do not differ.
 */
static int far_apart(struct scenario *s, size_t line)
{
	int r = compare_call(s, line, false);

	return r > 0 ? r + (int)order_apart(s) : r;
}

/*
 * @off: how far they are from each other.  Gives 1 when it goes as in the other world now, 0 when
 * it goes as it went at first.
 */
static int follow_in(struct scenario *s, struct staging *st, size_t line, int off)
{
	int more, r = off;

	do {
		struct world_result result;

		outcome_take_back(st, s->f, line);
		more = world_again(st->world, (unsigned int)r, &result);
		if (more < 0)
			return more;
		r = outcome_take(st, s->f, line, &result);
		if (r == 0 && more)
			r = far_apart(s, line);
	} while (r > 0);
	return r < 0 ? r : more;
}

int follow(struct scenario *s, size_t line)
{
	int r = far_apart(s, line), off = r;

	if (r <= 0)
		return r;
	for (size_t w = 0; w < s->n_worlds; w++) {
		if (!s->staging[w].world->ops->again)
			continue;
		r = follow_in(s, &s->staging[w], line, off);
		s->n_followed += r > 0;
		if (r)
			return r < 0 ? r : 0;
	}
	r = compare_call(s, line, true);
	return r < 0 ? r : 0;
}
