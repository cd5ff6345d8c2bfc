/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.c - how far two worlds are from having done the same in the same order
 *
 * Signals of one call are generated one after the other, and in which order, is mostly a matter of
 * who ran when.  Where two orders part, there the other world has let somebody else run.  It is no
 * difference between the worlds, but tells which way of several is nearer.
 */
#include "scenario/play.h"

/* The next that counts from @i on: of those that have a name; @all: also what came to nothing. */
static size_t next_of(const struct world *w, size_t i, bool all)
{
	while (i < w->n_generate &&
	       (w->generate[i].who < 0 || (!all && w->generate[i].result != GENERATE_DELIVERED)))
		i++;
	return i;
}

/* How many the second world has after those that are the same in both. */
static unsigned int count_after(const struct world *a, const struct world *b, bool all)
{
	size_t i = next_of(a, 0, all), k = next_of(b, 0, all);
	unsigned int n = 0;

	while (i < a->n_generate && k < b->n_generate &&
	       !world_generate_order(&a->generate[i], &b->generate[k])) {
		i = next_of(a, i + 1, all);
		k = next_of(b, k + 1, all);
	}
	for (; k < b->n_generate; k = next_of(b, k + 1, all))
		n++;
	return n;
}

unsigned int order_apart(const struct scenario *s)
{
	const struct world *a = s->staging[0].world, *b = s->staging[1].world;

	return count_after(a, b, true) + count_after(a, b, false);
}
