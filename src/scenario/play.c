/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.c - line by line, in one world or in two in step */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/play.h"

/*
 * What became of trying to play a line: it was; nothing after it can be; the world does not do such
 * things; there is trouble.
 */
enum played { PLAYED, STUCK, DECLINED, IN_TROUBLE };

static bool is_check(const struct fate_line *l)
{
	return l->kind != FATE_LINE_BLANK && l->kind != FATE_LINE_KERNEL &&
	       l->kind != FATE_LINE_NEEDS;
}

static int in_trouble(struct scenario *s, size_t line, unsigned int column, const char *who,
		      const char *why)
{
	if (s->trouble)
		return IN_TROUBLE;
	if (asprintf(&s->trouble, "%s%s%s", who, *who ? ": " : "", why) < 0) {
		s->trouble = NULL;
		return -ENOMEM;
	}
	s->trouble_line = line;
	s->trouble_column = column;
	return IN_TROUBLE;
}

/* The outcome says why; nothing that is written after it can be played. */
static int stuck(int r)
{
	return r < 0 ? r : STUCK;
}

/* A name that a call before should have bound here, but did not. */
static int check_bound(const struct staging *st, const struct fate *f, const struct fate_line *l,
		       struct outcome *o)
{
	const struct fate_call_type *type = &fate_calls[l->call];
	int name = st->bound[l->who] ? -1 : l->who;
	unsigned int column = l->who_column;

	for (unsigned int i = 0; l->kind == FATE_LINE_CALL && i < type->n_args && name < 0; i++) {
		if (l->arg[i].given && l->arg[i].name >= 0 && !st->bound[l->arg[i].name]) {
			name = l->arg[i].name;
			column = l->arg[i].column;
		}
	}
	if (name < 0)
		return PLAYED;
	return stuck(outcome_fail(o, column, "there is no %s: it was not made", f->name[name]));
}

/* What a world is not able or willing to do, it says before it does anything. */
static bool is_declined(int error)
{
	return error == -EDEADLK || error == -EOPNOTSUPP || error == -ENOSPC;
}

static int call_world(struct scenario *s, struct staging *st, size_t line,
		      const struct world_call *call, struct world_result *ret)
{
	const struct fate_line *l = &s->f->line[line];
	struct outcome *o = &st->outcome[line];
	const char *name = s->f->name[l->who], *verb = fate_calls[l->call].name;
	int r = world_call(st->world, l->who, call, ret);

	if (r == -ESRCH)
		return stuck(outcome_fail(o, l->who_column, "%s is dead: it cannot call %s()", name,
					  verb));
	if (r == -EBUSY)
		return stuck(outcome_fail(o, l->who_column,
					  "%s is stopped or still in a call: it cannot call %s()",
					  name, verb));
	if (s->lenient && is_declined(r))
		return DECLINED;
	if (r < 0)
		return in_trouble(s, line, 0, st->world->ops->name,
				  *st->world->error ? st->world->error : strerror(-r));
	return PLAYED;
}

static int play_call(struct scenario *s, struct staging *st, size_t line)
{
	const struct fate_line *l = &s->f->line[line];
	struct outcome *o = &st->outcome[line];
	struct world_result result = {.status = -1};
	struct world_call call;
	struct mistake m;
	int r;

	if (call_resolve(st->world, s->f, l, &call, &m) < 0)
		return s->lenient ? stuck(outcome_fail(o, m.column, "%s", m.message))
				  : in_trouble(s, line, m.column, "", m.message);
	events_close(st, l->who);
	r = call_world(s, st, line, &call, &result);
	return r == PLAYED ? outcome_take(st, s->f, line, &result) : r;
}

static int play_in(struct scenario *s, struct staging *st, size_t line)
{
	const struct fate_line *l = &s->f->line[line];
	struct outcome *o = &st->outcome[line];
	int r;

	o->state = HELD;
	r = check_bound(st, s->f, l, o);
	if (r != PLAYED)
		return r;
	switch (l->kind) {
	case FATE_LINE_CALL:
		return play_call(s, st, line);
	case FATE_LINE_IS:
	case FATE_LINE_SIGSET:
	case FATE_LINE_NSPID:
	case FATE_LINE_PARENT:
		r = check_shown(st, s->f, l, o);
		if (r < 0 && r != -ENOMEM)
			return in_trouble(s, line, 0, st->world->ops->name,
					  *st->world->error ? st->world->error : strerror(-r));
		return r;
	case FATE_LINE_RESUMED:
	case FATE_LINE_DELIVERED:
	case FATE_LINE_STOPPED:
	case FATE_LINE_CONTINUED:
	case FATE_LINE_KILLED:
	case FATE_LINE_EXITED:
		return events_check(st, s->f, l, o);
	case FATE_LINE_BLANK:
	case FATE_LINE_KERNEL:
	case FATE_LINE_NEEDS:
		break;
	}
	return PLAYED;
}

/* A line that can be played in no world is as if it were not there. */
static int pass(struct scenario *s, size_t line)
{
	for (size_t w = 0; w < s->n_worlds; w++) {
		free(s->staging[w].outcome[line].message);
		s->staging[w].outcome[line] = (struct outcome){.state = NOT_PLAYED};
	}
	s->n_passed++;
	return PLAYED;
}

/*
 * Leniently: what cannot be played is passed over.  The world that may decline goes first, so that
 * the other has not done it then.
 */
static int play_or_pass(struct scenario *s, size_t line)
{
	int r[WORLDS_MAX] = {PLAYED, PLAYED};

	for (size_t w = s->n_worlds; w-- > 0;) {
		r[w] = play_in(s, &s->staging[w], line);
		if (r[w] < 0 || r[w] == IN_TROUBLE)
			return r[w];
		if (r[w] == DECLINED)
			return pass(s, line);
	}
	if (r[0] == STUCK && r[s->n_worlds - 1] == STUCK)
		return pass(s, line);
	s->n_checked++;
	if (s->n_worlds == 1)
		return PLAYED;
	if (r[0] != r[1])
		return stuck(compare_stuck(s, line));
	return follow(s, line);
}

/* One line in all worlds: two of them go in step. */
static int play_line(struct scenario *s, size_t line)
{
	bool failed = false, is_stuck = false;
	int r;

	for (size_t w = 0; w < s->n_worlds; w++) {
		r = play_in(s, &s->staging[w], line);
		if (r < 0 || r == IN_TROUBLE)
			return r;
		is_stuck |= r == STUCK;
		failed |= s->staging[w].outcome[line].state == FAILED;
	}
	s->n_checked++;
	s->n_failed += failed;
	if (is_stuck)
		return STUCK;
	if (s->n_worlds == 2 && s->f->line[line].kind == FATE_LINE_CALL)
		return follow(s, line);
	return PLAYED;
}

static int play_lines(struct scenario *s)
{
	int r = PLAYED;

	for (size_t i = 0; i < s->f->n_lines; i++) {
		if (!is_check(&s->f->line[i]))
			continue;
		if (r == PLAYED)
			r = s->lenient ? play_or_pass(s, i) : play_line(s, i);
		else
			s->n_unplayed++;
		if (r < 0)
			return r;
		if (s->lenient && s->n_differences)
			r = STUCK;
	}
	for (size_t w = 0; w < s->n_worlds; w++)
		for (size_t i = 0; i < s->staging[w].n_events; i++)
			s->n_untold += !s->staging[w].event[i].told;
	return 0;
}

static int staging_init(struct staging *st, const struct fate *f, struct world *world)
{
	st->world = world;
	st->outcome = calloc(f->n_lines + 1, sizeof(*st->outcome));
	st->bound = calloc(f->n_names, sizeof(*st->bound));
	st->waiting = calloc(f->n_names, sizeof(*st->waiting));
	st->first = calloc(f->n_names, sizeof(*st->first));
	st->last = calloc(f->n_names, sizeof(*st->last));
	if (!st->outcome || !st->bound || !st->waiting || !st->first || !st->last)
		return -ENOMEM;
	for (size_t i = 0; i < f->n_names; i++) {
		st->waiting[i] = FATE_NCALLS;
		st->first[i] = st->last[i] = NONE;
	}
	st->bound[FATE_HOST] = true;
	return 0;
}

static void staging_release(struct staging *st, size_t n_lines)
{
	for (size_t i = 0; st->outcome && i < n_lines; i++) {
		free(st->outcome[i].fate);
		free(st->outcome[i].message);
	}
	free(st->outcome);
	free(st->event);
	free(st->bound);
	free(st->waiting);
	free(st->first);
	free(st->last);
	world_free(st->world);
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (size_t w = 0; w < s->n_worlds; w++)
		staging_release(&s->staging[w], s->f->n_lines);
	for (size_t i = 0; i < s->n_differences; i++) {
		free(s->difference[i].text[0]);
		free(s->difference[i].text[1]);
	}
	free(s->difference);
	free(s->skipped);
	free(s->trouble);
	free(s);
}

int scenario_play(const struct fate *f, struct world *const *world, size_t n, unsigned int how,
		  struct scenario **ret)
{
	struct scenario *s = calloc(1, sizeof(*s));
	int r = s ? 0 : -ENOMEM;

	if (s) {
		s->f = f;
		s->strict = how & PLAY_STRICT;
		s->lenient = how & PLAY_LENIENT;
	}
	for (size_t w = 0; w < n; w++) {
		if (r < 0) {
			world_free(world[w]);
			continue;
		}
		s->n_worlds++;
		r = staging_init(&s->staging[w], f, world[w]);
	}
	if (r == 0)
		r = play_lines(s);
	if (r < 0) {
		scenario_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

bool scenario_held(const struct scenario *s)
{
	return !s->trouble && !s->n_failed && !s->n_differences && !s->n_unplayed &&
	       !(s->strict && s->n_untold);
}
