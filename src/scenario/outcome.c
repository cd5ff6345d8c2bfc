/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outcome.c - what became of a call in one world: taken in, and taken back */
#include <errno.h>
#include <stdarg.h>

#include "base/cleanup.h"
#include "scenario/play.h"

int outcome_fail(struct outcome *o, unsigned int column, const char *format, ...)
{
	va_list ap;
	int r;

	if (o->state == FAILED)
		return 0;
	va_start(ap, format);
	r = vasprintf(&o->message, format, ap);
	va_end(ap);
	if (r < 0) {
		o->message = NULL;
		return -ENOMEM;
	}
	o->state = FAILED;
	o->column = column;
	return 0;
}

static int add_fate(const struct staging *st, struct outcome *o, int who, size_t *size)
{
	unsigned int set = world_fates(st->world, who);
	struct seen_fate *more;

	if (!set)
		return 0;
	if (o->n_fates == *size) {
		*size = *size ? 2 * *size : 1;
		more = reallocarray(o->fate, *size, sizeof(*more));
		if (!more)
			return -ENOMEM;
		o->fate = more;
	}
	o->fate[o->n_fates++] =
		(struct seen_fate){.who = who, .set = set, .reason = world_reason(st->world, who)};
	return 0;
}

/* Of processes: a thread's is that of its process. */
static int collect_fates(const struct staging *st, const struct fate *f, struct outcome *o)
{
	size_t size = 0;
	int r = 0;

	for (size_t i = 0; i < f->n_names && r == 0; i++)
		if (st->bound[i] && !f->is_thread[i])
			r = add_fate(st, o, (int)i, &size);
	if (!o->n_fates)
		o->reason = world_reason(st->world, -1);
	return r;
}

/* The name that the call of a line gives to a new process, -1 for none. */
static int new_name(const struct fate_line *l)
{
	return l->result.kind == FATE_RESULT_NEW ? l->result.name : -1;
}

int outcome_take(struct staging *st, const struct fate *f, size_t line,
		 const struct world_result *result)
{
	const struct fate_line *l = &f->line[line];
	struct outcome *o = &st->outcome[line];
	struct world_look look;
	int child = new_name(l), r;

	o->state = HELD;
	o->unreturned = result->unreturned;
	if (result->blocked)
		st->waiting[l->who] = l->call;
	if (child >= 0 && result->ret >= 0 && world_look(st->world, child, &look) != -ESRCH)
		st->bound[child] = true;
	seen_from_result(st, f, l->who, l->call, child, result, &o->seen);
	o->seen.result.has_action =
		l->result.has_action && o->seen.result.kind == FATE_RESULT_NUMBER;
	r = events_collect(st, f, line);
	if (r == 0 && fate_calls[l->call].sends)
		r = collect_fates(st, f, o);
	if (r == 0)
		r = check_result(st, f, l, &o->seen, o);
	return r < 0 ? r : check_fates(st, f, l, o);
}

void outcome_take_back(struct staging *st, const struct fate *f, size_t line)
{
	const struct fate_line *l = &f->line[line];
	struct outcome *o = &st->outcome[line];

	events_uncollect(st);
	st->waiting[l->who] = FATE_NCALLS;
	if (new_name(l) >= 0)
		st->bound[new_name(l)] = false;
	free(o->fate);
	free(o->message);
	*o = (struct outcome){.state = NOT_PLAYED};
}
