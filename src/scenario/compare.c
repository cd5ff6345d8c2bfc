/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.c - two worlds after the same call: where they differ, whatever is written */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/play.h"

/**
 * struct comparison - @note: each difference gets into the scenario, with its texts; @n: how many,
 *	or more: how far they are from each other
 * @died: per name, whether it died of the call in either world
 */
struct comparison {
	struct scenario *s;
	size_t line;
	bool note;
	int n;
	bool *died, *touched;
};

/* Takes the texts over, also when it fails. */
static int add(struct comparison *c, const char *what, char *a, char *b)
{
	struct scenario *s = c->s;
	size_t n = s->n_differences, size = s->differences_size ? 2 * s->differences_size : 16;
	struct difference *more = s->difference;

	if (a && b && n == s->differences_size) {
		more = reallocarray(s->difference, size, sizeof(*more));
		if (more) {
			s->difference = more;
			s->differences_size = size;
		}
	}
	if (!a || !b || !more) {
		free(a);
		free(b);
		return -ENOMEM;
	}
	more[n] = (struct difference){.line = c->line, .what = what, .text = {a, b}};
	s->n_differences++;
	return 0;
}

static char *text_of(const struct fate *f, const struct seen *seen)
{
	return seen ? seen_string(f, seen) : strdup("nothing");
}

static int differ(struct comparison *c, const char *what, const struct seen *a,
		  const struct seen *b)
{
	c->n++;
	return c->note ? add(c, what, text_of(c->s->f, a), text_of(c->s->f, b)) : 0;
}

/* ---- what the call gave, and what happened ------------------------------------------------- */

static int compare_results(struct comparison *c)
{
	const struct outcome *a = &c->s->staging[0].outcome[c->line];
	const struct outcome *b = &c->s->staging[1].outcome[c->line];
	struct seen seen[] = {a->seen, b->seen};

	/* what a call gave to who did not come back from it, nobody has seen */
	if (seen_same(&a->seen, &b->seen) || a->unreturned || b->unreturned)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) /* all that it gave */
		seen[i].result.has_action = seen[i].kind == FATE_LINE_CALL &&
					    seen[i].call == FATE_SIGACTION &&
					    seen[i].result.kind == FATE_RESULT_NUMBER;
	return differ(c, "result", &seen[0], &seen[1]);
}

/* How a process stands before and after the last call: by its stops, what came between is lost. */
struct standing {
	size_t first, last; /* of its stops and continuations; NONE: there is none */
	bool ended;
};

static bool is_stop(const struct seen *seen)
{
	return seen->kind == FATE_LINE_STOPPED || seen->kind == FATE_LINE_CONTINUED;
}

static struct standing standing_of(const struct staging *st, int who)
{
	struct standing a = {NONE, NONE, false};

	for (size_t i = st->first_of_call; i < st->n_events; i++) {
		const struct seen *seen = &st->event[i].seen;

		if (seen->who != who)
			continue;
		if (is_stop(seen)) {
			a.first = a.first == NONE ? i : a.first;
			a.last = i;
		} else if (seen_ends(seen)) {
			a.ended = true;
			if (a.last != NONE && st->event[a.last].seen.kind == FATE_LINE_STOPPED)
				a.last = i;
		}
	}
	return a;
}

/*
 * A process that stops and goes on in one call, or dies, was not seen to stand by a world that
 * looks only afterwards.
 */
static bool is_fleeting(const struct staging *st, size_t event)
{
	const struct seen *seen = &st->event[event].seen;
	struct standing a;
	bool stood, stands;

	if (!is_stop(seen))
		return false;
	a = standing_of(st, seen->who);
	stood = st->event[a.first].seen.kind == FATE_LINE_CONTINUED;
	stands = st->event[a.last].seen.kind == FATE_LINE_STOPPED;
	if (stood && !stands)
		return event != a.first || a.ended;
	return stood || !stands || event != a.last;
}

/* The @rank-th event of the last call that is about @who. */
static const struct seen *event_of(const struct staging *st, int who, size_t rank)
{
	for (size_t i = st->first_of_call; i < st->n_events; i++)
		if (st->event[i].seen.who == who && !is_fleeting(st, i) && !rank--)
			return &st->event[i].seen;
	return NULL;
}

static size_t rank_of(const struct staging *st, size_t event)
{
	size_t rank = 0;

	for (size_t i = st->first_of_call; i < event; i++)
		rank += st->event[i].seen.who == st->event[event].seen.who && !is_fleeting(st, i);
	return rank;
}

/* Only the order of what happens to one process is the same in two worlds. */
static int compare_events(struct comparison *c)
{
	int r = 0;

	for (int w = 0; w < 2; w++) {
		const struct staging *st = &c->s->staging[w], *other = &c->s->staging[!w];

		for (size_t i = st->first_of_call; i < st->n_events && r == 0; i++) {
			const struct seen *mine = &st->event[i].seen, *theirs;

			if (is_fleeting(st, i))
				continue;
			theirs = event_of(other, mine->who, rank_of(st, i));
			if (!theirs || (!w && !seen_same(mine, theirs)))
				r = differ(c, "event", w ? theirs : mine, w ? mine : theirs);
		}
	}
	return r;
}

/* ---- fates --------------------------------------------------------------------------------- */

static char *fate_text(const struct fate *f, int who, unsigned int set)
{
	struct seen_fate one = {.who = who, .set = set};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s: ", f->name[who]);
	if (set)
		seen_fates_write(f, &one, 1, false, out);
	else
		fputs("not sent to it", out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static unsigned int fate_of(const struct outcome *o, int who)
{
	for (size_t i = 0; i < o->n_fates; i++)
		if (o->fate[i].who == who)
			return o->fate[i].set;
	return 0;
}

static int differ_in_fate(struct comparison *c, int who, unsigned int a, unsigned int b)
{
	c->n++;
	return c->note ? add(c, "fate", fate_text(c->s->f, who, a), fate_text(c->s->f, who, b)) : 0;
}

static int compare_fates(struct comparison *c)
{
	int r = 0;

	for (int w = 0; w < 2; w++) {
		const struct outcome *o = &c->s->staging[w].outcome[c->line];
		const struct outcome *other = &c->s->staging[!w].outcome[c->line];

		for (size_t i = 0; i < o->n_fates && r == 0; i++) {
			int who = o->fate[i].who;
			unsigned int mine = o->fate[i].set, theirs = fate_of(other, who);

			if ((mine & theirs) || (w && theirs))
				continue;
			/* a call that failed before it came to anybody looks no different */
			if (!theirs && (mine & 1u << SF_FATE_REFUSED))
				continue;
			r = differ_in_fate(c, who, w ? theirs : mine, w ? mine : theirs);
		}
	}
	return r;
}

/* ---- what was generated -------------------------------------------------------------------- */

static void write_generated(const struct world_generate *g, FILE *out)
{
	static const char *const result[] = {"delivered", "ignored", "already pending", "overflow",
					     "lost its info"};
	char name[16];

	fprintf(out, "%s (code %d%s) ", sf_signal_name(g->sig, name), g->code,
		g->group ? "" : ", one thread");
	if (g->result >= 0 && (size_t)g->result < ARRAY_SIZE(result))
		fputs(result[g->result], out);
	else
		fprintf(out, "%d", g->result);
}

/* The signals that were generated for one process: "a: SIGTERM ignored, SIGCHLD delivered". */
static char *generated_text(const struct fate *f, int who, const struct world_generate *g, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s: %s", f->name[who], n ? "" : "none");
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : "", out);
		write_generated(&g[i], out);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/*
 * Of those that have a name, sorted: they come from several others at once, so their order is not
 * that of anything.  Which of several that die together is told of the others' deaths before its
 * own end is the scheduler's choice, and how long one that is dead stays to be told; all of it is
 * ignored.
 */
static struct world_generate *generated(const struct comparison *c, int w, size_t *ret_n)
{
	const struct world *world = c->s->staging[w].world;
	struct world_generate *g = calloc(world->n_generate + 1, sizeof(*g));
	size_t n = 0;

	*ret_n = 0;
	for (size_t i = 0; g && i < world->n_generate; i++) {
		const struct world_generate *one = &world->generate[i];

		if (one->who < 0 || (c->died[one->who] && one->result == GENERATE_IGNORED))
			continue;
		c->touched[one->who] = true;
		g[(*ret_n)++] = *one;
	}
	if (!g)
		return NULL;
	qsort(g, *ret_n, sizeof(*g), world_generate_order);
	for (size_t i = 0; i < *ret_n; i++)
		if (!n || world_generate_adds(&g[i], &g[n - 1]))
			g[n++] = g[i];
	*ret_n = n;
	return g;
}

/* How many from here on are for the same one. */
static size_t run_of(const struct world_generate *g, size_t n, int who)
{
	size_t k = 0;

	while (k < n && g[k].who == who)
		k++;
	return k;
}

/* How many are on one side only: who looks for another way needs to know how near it came. */
static int count_unlike(const struct world_generate *a, size_t n_a, const struct world_generate *b,
			size_t n_b)
{
	size_t i = 0, k = 0;
	int n = 0;

	while (i < n_a && k < n_b) {
		int order = world_generate_order(&a[i], &b[k]);

		i += order <= 0;
		k += order >= 0;
		n += order != 0;
	}
	return n + (int)(n_a - i) + (int)(n_b - k);
}

static int compare_generated(struct comparison *c)
{
	size_t n_a, n_b, i, k;
	_cleanup_free_ struct world_generate *of_a = generated(c, 0, &n_a);
	_cleanup_free_ struct world_generate *of_b = generated(c, 1, &n_b);
	const struct world_generate *a = of_a, *b = of_b;
	int r = a && b ? 0 : -ENOMEM, unlike;

	for (; r == 0 && (n_a || n_b); a += i, n_a -= i, b += k, n_b -= k) {
		int who = n_a && (!n_b || a->who <= b->who) ? a->who : b->who;

		i = run_of(a, n_a, who);
		k = run_of(b, n_b, who);
		unlike = count_unlike(a, i, b, k);
		if (!unlike)
			continue;
		c->n += unlike;
		if (c->note)
			r = add(c, "signal_generate", generated_text(c->s->f, who, a, i),
				generated_text(c->s->f, who, b, k));
	}
	return r;
}

/* ---- what /proc shows ---------------------------------------------------------------------- */

static bool is_dead(enum fate_state state)
{
	return state == FATE_ZOMBIE || state == FATE_GONE;
}

static int differ_in_look(struct comparison *c, int who, const struct world_look *a,
			  const struct world_look *b, struct seen seen)
{
	struct seen x = seen, y = seen;

	x.who = y.who = who;
	if (seen.kind == FATE_LINE_IS) {
		x.state = a->state;
		y.state = b->state;
	} else if (seen.kind == FATE_LINE_SIGSET) {
		x.set = a->set[seen.sigset];
		y.set = b->set[seen.sigset];
	} else if (seen.kind == FATE_LINE_NSPID) {
		x.n_nspid = a->n_nr;
		y.n_nspid = b->n_nr;
		memcpy(x.nspid, a->nr, sizeof(x.nspid));
		memcpy(y.nspid, b->nr, sizeof(y.nspid));
	} else {
		x.parent = a->parent;
		y.parent = b->parent;
	}
	return differ(c, "state", &x, &y);
}

/* The notation has no word for them. */
static int differ_in_number(struct comparison *c, int who, const char *what, int a, int b)
{
	const int nr[] = {a, b};
	char *text[2];

	c->n++;
	if (!c->note)
		return 0;
	for (int w = 0; w < 2; w++)
		if (asprintf(&text[w], "%s: %s %d", c->s->f->name[who], what, nr[w]) < 0)
			text[w] = NULL;
	return add(c, "state", text[0], text[1]);
}

static int compare_sets(struct comparison *c, int who, const struct world_look *a,
			const struct world_look *b)
{
	struct seen seen = {.kind = FATE_LINE_SIGSET};
	int r = 0;

	for (int set = SF_SIGPND; set <= SF_SIGCGT && r == 0; set++) {
		seen.sigset = (enum sf_sigset_kind)set;
		if (a->set[set] != b->set[set])
			r = differ_in_look(c, who, a, b, seen);
	}
	return r;
}

/* Of the dead, nothing but that matters. */
static int compare_looks(struct comparison *c, int who)
{
	struct world_look a, b;
	int r = world_look(c->s->staging[0].world, who, &a);

	if (!r)
		r = world_look(c->s->staging[1].world, who, &b);
	if (r)
		return r == -ENOMEM ? r : 0;
	if (a.state != b.state)
		return differ_in_look(c, who, &a, &b, (struct seen){.kind = FATE_LINE_IS});
	if (is_dead(a.state))
		return 0;
	r = compare_sets(c, who, &a, &b);
	if (r == 0 && (a.n_nr != b.n_nr || memcmp(a.nr, b.nr, a.n_nr * sizeof(*a.nr))))
		r = differ_in_look(c, who, &a, &b, (struct seen){.kind = FATE_LINE_NSPID});
	if (r == 0 && a.parent != b.parent)
		r = differ_in_look(c, who, &a, &b, (struct seen){.kind = FATE_LINE_PARENT});
	if (r == 0 && a.pgrp != b.pgrp)
		r = differ_in_number(c, who, "process group", a.pgrp, b.pgrp);
	if (r == 0 && a.session != b.session)
		r = differ_in_number(c, who, "session", a.session, b.session);
	return r;
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Whom the call had to do with, and who died of it. */
static void touch(struct comparison *c)
{
	const struct scenario *s = c->s;

	c->touched[s->f->line[c->line].who] = true;
	for (int w = 0; w < 2; w++) {
		const struct staging *st = &s->staging[w];
		const struct outcome *o = &st->outcome[c->line];

		for (size_t i = 0; i < o->n_fates; i++)
			c->touched[o->fate[i].who] = true;
		for (size_t i = st->first_of_call; i < st->n_events; i++) {
			c->touched[st->event[i].seen.who] = true;
			c->died[st->event[i].seen.who] |= seen_ends(&st->event[i].seen);
		}
	}
}

/* What comes to a process, any of its threads may take. */
static int touch_threads(struct comparison *c)
{
	const struct fate *f = c->s->f;
	_cleanup_free_ int *process = calloc(f->n_names, sizeof(*process));
	_cleanup_free_ bool *touched = calloc(f->n_names, sizeof(*touched));

	if (!process || !touched)
		return -ENOMEM;
	for (size_t i = 0; i < f->n_names; i++)
		process[i] = (int)i;
	for (size_t i = 0; i <= c->line; i++) {
		const struct fate_line *l = &f->line[i];

		if (l->kind == FATE_LINE_CALL && l->result.kind == FATE_RESULT_NEW &&
		    fate_makes_thread(l))
			process[l->result.name] = process[l->who];
	}
	for (size_t i = 0; i < f->n_names; i++)
		touched[process[i]] |= c->touched[i];
	for (size_t i = 0; i < f->n_names; i++)
		c->touched[i] = touched[process[i]];
	return 0;
}

/* A thread dies without a word; others were dead before. */
static void find_dead(struct comparison *c)
{
	const struct scenario *s = c->s;
	struct world_look look;

	for (size_t i = 0; i < s->f->n_names; i++) {
		for (int w = 0; w < 2 && !c->died[i]; w++)
			c->died[i] = s->staging[w].bound[i] &&
				     !world_look(s->staging[w].world, (int)i, &look) &&
				     is_dead(look.state);
	}
}

static int compare(struct comparison *c)
{
	const struct scenario *s = c->s;
	bool traces = s->staging[0].world->traces && s->staging[1].world->traces;
	int r;

	touch(c);
	r = compare_results(c);
	if (r == 0)
		r = compare_events(c);
	if (r == 0)
		r = compare_fates(c);
	if (r == 0 && traces) {
		find_dead(c);
		r = compare_generated(c);
	}
	if (r == 0)
		r = touch_threads(c);
	for (size_t i = 0; i < s->f->n_names && r == 0; i++)
		if (c->touched[i] && s->staging[0].bound[i] && s->staging[1].bound[i])
			r = compare_looks(c, (int)i);
	return r < 0 ? r : c->n;
}

int compare_call(struct scenario *s, size_t line, bool note)
{
	_cleanup_free_ bool *flags = calloc(2 * s->f->n_names, sizeof(*flags));
	struct comparison c = {.s = s,
			       .line = line,
			       .note = note,
			       .died = flags,
			       .touched = flags ? flags + s->f->n_names : NULL};

	return flags ? compare(&c) : -ENOMEM;
}

int compare_stuck(struct scenario *s, size_t line)
{
	struct comparison c = {.s = s, .line = line};
	char *text[WORLDS_MAX];

	for (int w = 0; w < 2; w++) {
		const struct outcome *o = &s->staging[w].outcome[line];

		text[w] = o->state == FAILED ? strdup(o->message) : seen_string(s->f, &o->seen);
	}
	return add(&c, "caller", text[0], text[1]);
}
