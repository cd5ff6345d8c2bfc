/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/world.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"

void world_free(struct world *w)
{
	struct world_event *event;
	struct world_generate *generate;

	if (!w)
		return;
	event = w->event;
	generate = w->generate;
	w->ops->free(w);
	free(event);
	free(generate);
}

int world_call(struct world *w, int who, const struct world_call *call, struct world_result *ret)
{
	w->n_events = 0;
	w->n_generate = 0;
	w->error[0] = '\0';
	return w->ops->call(w, who, call, ret);
}

int world_again(struct world *w, unsigned int off, struct world_result *ret)
{
	return w->ops->again ? w->ops->again(w, off, ret) : 0;
}

int world_pid(struct world *w, int caller, int who)
{
	return w->ops->pid(w, caller, who);
}

unsigned int world_fates(struct world *w, int who)
{
	return w->ops->fates(w, who);
}

const struct sf_reason *world_reason(struct world *w, int who)
{
	return w->ops->reason ? w->ops->reason(w, who) : NULL;
}

int world_look(struct world *w, int who, struct world_look *ret)
{
	return w->ops->look(w, who, ret);
}

/* Room for one more of @size bytes in an array that holds @n and has room for *@room. */
static void *grow(void *array, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 16;
	void *p = array;

	if (n == *room) {
		p = reallocarray(array, more, size);
		if (p)
			*room = more;
	}
	return p;
}

int world_add_event(struct world *w, const struct world_event *event)
{
	struct world_event *p = grow(w->event, w->n_events, &w->events_size, sizeof(*p));

	if (!p)
		return -ENOMEM;
	w->event = p;
	p[w->n_events++] = *event;
	return 0;
}

int world_add_generate(struct world *w, const struct world_generate *generate)
{
	struct world_generate *p = grow(w->generate, w->n_generate, &w->generate_size, sizeof(*p));

	if (!p)
		return -ENOMEM;
	w->generate = p;
	p[w->n_generate++] = *generate;
	return 0;
}

int world_fail(struct world *w, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->error, sizeof(w->error), format, ap);
	va_end(ap);
	return error;
}

int world_generate_order(const void *x, const void *y)
{
	const struct world_generate *a = x, *b = y;
	const int difference[] = {a->who - b->who, a->sig - b->sig, a->code - b->code,
				  a->group - b->group, a->result - b->result};

	for (size_t i = 0; i < ARRAY_SIZE(difference); i++)
		if (difference[i])
			return difference[i];
	return 0;
}

bool world_generate_adds(const struct world_generate *g, const struct world_generate *before)
{
	return (g->result != GENERATE_IGNORED && g->result != GENERATE_PENDING) ||
	       world_generate_order(g, before);
}

enum fate_state world_state_of(char letter)
{
	switch (letter) {
	case 'T':
		return FATE_STOPPED;
	case 't':
		return FATE_TRACED;
	case 'Z':
		return FATE_ZOMBIE;
	case 'X':
		return FATE_GONE;
	default:
		return FATE_RUNNING;
	}
}
