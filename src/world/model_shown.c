/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model_shown.c - all that a call has shown, as one number
 *
 * Two ways of a call that have the same are the same to whoever looks on: what the call gave, what
 * happened to each process in which order, which signals were generated, and what /proc shows.
 */
#include "world/model.h"

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t mix_info(uint64_t h, const struct sf_siginfo *i)
{
	h = mix(h, (uint64_t)i->signo << 32 | (uint32_t)i->code);
	h = mix(h, (uint64_t)i->pid << 32 | i->uid);
	h = mix(h, (uint64_t)i->status << 32 | (uint32_t)i->error);
	return mix(h, (uint64_t)i->value);
}

static uint64_t mix_result(uint64_t h, const struct world_result *r)
{
	h = mix(h, (uint64_t)r->ret);
	h = mix(h, (uint64_t)r->blocked << 1 | r->unreturned);
	h = mix_info(mix(h, (uint64_t)r->status), &r->info);
	h = mix(h, r->set);
	h = mix(h, (uint64_t)r->action.handler << 32 | r->action.flags);
	return mix(h, r->action.mask);
}

/* Of each process in order; between two of them no order can be seen. */
static uint64_t shown_events(const struct model_world *mw, int who)
{
	uint64_t h = 0;

	for (size_t i = 0; i < mw->world.n_events; i++) {
		const struct world_event *e = &mw->world.event[i];

		if (e->who != who)
			continue;
		h = mix_info(mix(h, (uint64_t)e->type), &e->info);
		h = mix(h, (uint64_t)e->status);
		if (e->type == WORLD_RESUMED)
			h = mix_result(h, &e->result);
	}
	return h;
}

/* What comes to nothing for the dead is a matter of luck. */
static bool counts(const struct world *w, size_t i, bool dead)
{
	const struct world_generate *g = &w->generate[i];

	if (dead && g->result == GENERATE_IGNORED)
		return false;
	for (size_t k = 0; k < i; k++)
		if (!world_generate_adds(g, &w->generate[k]))
			return false;
	return true;
}

static uint64_t shown_generated(const struct model_world *mw, int who, bool dead)
{
	const struct world *w = &mw->world;
	uint64_t sum = 0;

	for (size_t i = 0; i < w->n_generate; i++) {
		const struct world_generate *g = &w->generate[i];
		uint64_t h;

		if (g->who != who || !counts(w, i, dead))
			continue;
		h = mix((uint64_t)g->sig, (uint64_t)g->code);
		sum += mix(h, (uint64_t)g->result << 1 | g->group);
	}
	return sum;
}

static uint64_t mix_look(uint64_t h, const struct world_look *l)
{
	h = mix(h, (uint64_t)l->state);
	for (int kind = SF_SIGPND; kind <= SF_SIGCGT; kind++)
		h = mix(h, l->set[kind]);
	for (unsigned int i = 0; i < l->n_nr; i++)
		h = mix(h, (uint64_t)l->nr[i]);
	h = mix(h, (uint64_t)l->pgrp << 32 | (uint32_t)l->session);
	return mix(h, (uint64_t)l->parent);
}

uint64_t model_shown(struct model_world *mw, const struct world_result *result)
{
	uint64_t h = mix_result(0, result);

	for (size_t i = 0; i < mw->n; i++) {
		struct world_look look;
		bool dead;

		if (world_look(&mw->world, (int)i, &look))
			continue;
		dead = look.state == FATE_ZOMBIE || look.state == FATE_GONE;
		if (!dead)
			h = mix_look(mix(h, i), &look);
		h = mix(mix(h, look.state), shown_events(mw, (int)i));
		h = mix(h, shown_generated(mw, (int)i, dead));
	}
	return h;
}
