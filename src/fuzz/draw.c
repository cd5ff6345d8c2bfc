/* SPDX-License-Identifier: GPL-2.0-or-later */
/* draw.c - a random scenario, call by call */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz/draw.h"
#include "fuzz/fuzz.h"
#include "scenario/scenario.h"

/* The signals around which most rules turn. */
static const int usual[] = {9, 9, 15, 15, 19, 18, 17, 10, 12, 1, 3, 11, 20, 21, 34, 34, 35, 23};

static void draw_palette(struct draw *d)
{
	for (size_t i = 0; i < PALETTE; i++)
		d->palette[i] = usual[random_below(&d->random, ARRAY_SIZE(usual))];
}

/* ---- who makes the next call --------------------------------------------------------------- */

static bool can_call(const struct draw *d, int who)
{
	struct world_look look;

	return !d->waiting[who] && !world_look(d->guide, who, &look) && look.state == FATE_RUNNING;
}

/* Someone who can; -1: nobody can any more. */
static int draw_caller(struct draw *d)
{
	unsigned int n = (unsigned int)d->f->n_names, first = random_below(&d->random, n);

	for (unsigned int i = 0; i < n; i++) {
		int who = (int)((first + i) % n);

		/* who makes all the others shall not also do all the rest */
		if (can_call(d, who) && (who != FATE_HOST || random_chance(&d->random, 50)))
			return who;
	}
	return can_call(d, FATE_HOST) ? FATE_HOST : -1;
}

static unsigned int count_alive(const struct draw *d)
{
	unsigned int n = 0;

	for (size_t i = 1; i < d->f->n_names; i++) {
		struct world_look look;

		n += !world_look(d->guide, (int)i, &look) && look.state != FATE_ZOMBIE &&
		     look.state != FATE_GONE;
	}
	return n;
}

/* While there are too few, mostly calls that make some. */
static bool shall_make(struct draw *d, int who)
{
	bool room = d->f->n_names < NAMES_MAX;

	/* what the host did, everybody would inherit */
	return room && count_alive(d) < d->cast &&
	       random_chance(&d->random, who == FATE_HOST && d->f->n_names < 3 ? 90 : 45);
}

/* ---- one call ------------------------------------------------------------------------------ */

/* A short name that says what it is: b, init2, t1. */
static int add_name(struct draw *d, const struct fate_line *l)
{
	char name[32];
	struct world_look look;
	bool thread = fate_makes_thread(l);
	int next = (int)d->f->n_names, r;

	if (world_look(d->guide, next, &look))
		return -EIO;
	if (thread)
		snprintf(name, sizeof(name), "t%u", ++d->n_threads);
	else if (look.n_nr > 1 && look.nr[look.n_nr - 1] == 1)
		snprintf(name, sizeof(name), "init%u", ++d->n_inits);
	else if (d->n_processes < 26)
		snprintf(name, sizeof(name), "%c", 'a' + (int)d->n_processes++);
	else
		snprintf(name, sizeof(name), "p%u", ++d->n_processes);
	r = fate_add_name(d->f, name, thread);
	if (r >= 0)
		d->leader[r] = thread ? d->leader[l->who] : r;
	return r;
}

static void see_events(struct draw *d)
{
	for (size_t i = 0; i < d->guide->n_events; i++)
		if (d->guide->event[i].type == WORLD_RESUMED)
			d->waiting[d->guide->event[i].who] = false;
}

/* Play it on the guide: 0, 1 when it was no call that could be made, or a negative errno. */
static int play_on_guide(struct draw *d, struct fate_line *l)
{
	struct world_result res;
	struct world_call call;
	struct mistake m;
	int r = call_resolve(d->guide, d->f, l, &call, &m);

	if (r < 0)
		return 1;
	if (fate_calls[l->call].makes_task)
		call.child = (int)d->f->n_names;
	r = world_call(d->guide, l->who, &call, &res);
	if (r < 0)
		return r == -ESRCH || r == -EBUSY ? 1 : r;
	see_events(d);
	d->waiting[l->who] = res.blocked;
	if (call.child < 0 || res.blocked || res.ret <= 0)
		return 0;
	r = add_name(d, l);
	l->result.kind = FATE_RESULT_NEW;
	l->result.name = r;
	return r < 0 ? r : 0;
}

/* Gives 1 when nobody is there any more to make one. */
static int draw_line(struct draw *d)
{
	struct fate_line l;
	int r;

	fate_line_init(&l);
	l.kind = FATE_LINE_CALL;
	l.who = draw_caller(d);
	if (l.who < 0)
		return 1;
	l.call = draw_call(d, shall_make(d, l.who));
	draw_args(d, &l);
	r = play_on_guide(d, &l);
	return r ? (r < 0 ? r : 0) : fate_add_line(d->f, &l);
}

static int draw_lines(struct draw *d)
{
	unsigned int n = CALLS_MIN + random_below(&d->random, CALLS_MAX - CALLS_MIN + 1);
	int r = 0;

	for (unsigned int i = 0; i < n && !r; i++)
		r = draw_line(d);
	return r < 0 ? r : 0;
}

int fuzz_draw(uint64_t seed, uint64_t number, const struct sf_kernel *kernel, struct fate **ret)
{
	static const bool is_thread[NAMES_MAX];
	const struct world_options o = {
		.n_names = NAMES_MAX, .is_thread = is_thread, .kernel = kernel};
	struct draw d = {.random = random_seed(seed, number)};
	char name[64], error[256];
	int r;

	snprintf(name, sizeof(name), "%llu-%llu", (unsigned long long)seed,
		 (unsigned long long)number);
	d.f = fate_new(name);
	r = d.f ? world_model_new(&o, &d.guide, error) : -ENOMEM;
	if (r == 0) {
		d.cast = 2 + random_below(&d.random, CAST_MAX - 1);
		draw_palette(&d);
		draw_weights(&d);
		r = draw_lines(&d);
		world_free(d.guide);
	}
	if (r < 0) {
		fate_free(d.f);
		return r;
	}
	*ret = d.f;
	return 0;
}
