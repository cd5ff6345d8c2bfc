/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events.c - what happened, and the lines that tell of it */
#include <errno.h>
#include <stdlib.h>

#include "scenario/play.h"

static int add(struct staging *st, const struct seen *seen, size_t line)
{
	size_t n = st->n_events, size = st->events_size ? 2 * st->events_size : 64;
	int who = seen->who;

	if (n == st->events_size) {
		struct occurrence *more = reallocarray(st->event, size, sizeof(*more));

		if (!more)
			return -ENOMEM;
		st->event = more;
		st->events_size = size;
	}
	st->event[n] = (struct occurrence){.seen = *seen, .line = line, .next = NONE};
	st->n_events++;
	if (st->first[who] == NONE)
		st->first[who] = n;
	else
		st->event[st->last[who]].next = n;
	st->last[who] = n;
	return 0;
}

int events_collect(struct staging *st, const struct fate *f, size_t line)
{
	int r = 0;

	st->first_of_call = st->n_events;
	for (size_t i = 0; i < st->world->n_events && r == 0; i++) {
		const struct world_event *event = &st->world->event[i];
		struct seen seen;

		/* who has no name has no line; of a stop for a tracer, its wait4() tells */
		if (event->who < 0 || (size_t)event->who >= f->n_names ||
		    event->type == WORLD_TRACED)
			continue;
		seen_from_event(st, f, event, &seen);
		if (event->type == WORLD_RESUMED)
			st->waiting[event->who] = FATE_NCALLS;
		r = add(st, &seen, line);
	}
	return r;
}

void events_uncollect(struct staging *st)
{
	while (st->n_events > st->first_of_call) {
		const struct seen *seen = &st->event[--st->n_events].seen;
		size_t before = st->n_events;

		if (seen->kind == FATE_LINE_RESUMED)
			st->waiting[seen->who] = seen->call;
		do
			before = before ? before - 1 : NONE;
		while (before != NONE && st->event[before].seen.who != seen->who);
		if (st->first[seen->who] == st->n_events)
			st->first[seen->who] = NONE;
		else
			st->event[before].next = NONE;
		st->last[seen->who] = before;
	}
}

void events_close(struct staging *st, int who)
{
	st->first[who] = NONE;
}

/* How near an event comes to what is written. */
enum nearness { NEAR_NOT, NEAR_KIND, NEAR_DETAILS, NEAR_SAME };

static enum nearness details(bool same)
{
	return same ? NEAR_SAME : NEAR_DETAILS;
}

static enum nearness nearness(const struct staging *st, const struct fate *f,
			      const struct fate_line *l, const struct seen *seen)
{
	bool end = l->kind == FATE_LINE_KILLED || l->kind == FATE_LINE_EXITED;
	struct outcome o = {.state = HELD};
	bool same;

	if (end && seen_ends(seen))
		return details(seen->unknown || (l->kind == seen->kind && l->code == seen->code &&
						 l->sig == seen->sig && l->dumped == seen->dumped));
	if (l->kind != seen->kind)
		return NEAR_NOT;
	if (l->kind == FATE_LINE_CONTINUED)
		return NEAR_SAME;
	if (l->kind == FATE_LINE_STOPPED)
		return details(l->sig == seen->sig);
	if (l->kind == FATE_LINE_DELIVERED) {
		if (l->sig != seen->sig)
			return NEAR_KIND;
		check_info(st, f, l->who, &l->info, &seen->info, 0, &o);
	} else {
		check_result(st, f, l, seen, &o);
	}
	same = o.state == HELD;
	free(o.message);
	return details(same);
}

/* An event that happened where it cannot be told of any more, for a better message. */
static const struct occurrence *too_late(const struct staging *st, const struct fate *f,
					 const struct fate_line *l)
{
	for (size_t i = st->n_events; i-- > 0;) {
		const struct occurrence *e = &st->event[i];

		if (!e->told && e->seen.who == l->who && nearness(st, f, l, &e->seen) == NEAR_SAME)
			return e;
	}
	return NULL;
}

static int fail_nothing(const struct staging *st, const struct fate *f, const struct fate_line *l,
			struct outcome *o)
{
	const struct occurrence *late = too_late(st, f, l);

	if (late)
		return outcome_fail(
			o, l->check_column,
			"this happened at line %u: what is told of before it, or a call "
			"of %s, came later",
			f->line[late->line].number, f->name[l->who]);
	return outcome_fail(o, l->check_column, "this did not happen");
}

static int fail_near(const struct staging *st, const struct fate *f, const struct fate_line *l,
		     struct outcome *o)
{
	if (l->kind == FATE_LINE_DELIVERED && o->seen.sig == l->sig)
		return check_info(st, f, l->who, &l->info, &o->seen.info, l->check_column, o);
	if (l->kind == FATE_LINE_RESUMED)
		return check_result(st, f, l, &o->seen, o);
	return outcome_fail(o, l->check_column, "it happened otherwise");
}

int events_check(struct staging *st, const struct fate *f, const struct fate_line *l,
		 struct outcome *o)
{
	size_t best = NONE;
	enum nearness nearest = NEAR_NOT;

	for (size_t i = st->first[l->who]; i != NONE && nearest != NEAR_SAME;
	     i = st->event[i].next) {
		enum nearness n = nearness(st, f, l, &st->event[i].seen);

		if (n > nearest || best == NONE) {
			nearest = n;
			best = i;
		}
	}
	if (best != NONE)
		o->seen = st->event[best].seen;
	if (nearest < NEAR_DETAILS)
		return fail_nothing(st, f, l, o);
	st->event[best].told = true;
	st->first[l->who] = st->event[best].next;
	return nearest == NEAR_SAME ? 0 : fail_near(st, f, l, o);
}
