/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.c - two worlds after the same call: where they differ, whatever is written */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/play.h"

/* Takes the texts over, also when it fails. */
static int add(struct scenario *s, size_t line, const char *what, char *a, char *b)
{
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
	more[n] = (struct difference){.line = line, .what = what, .text = {a, b}};
	s->n_differences++;
	return 0;
}

static char *text_of(const struct fate *f, const struct seen *seen)
{
	return seen ? seen_string(f, seen) : strdup("nothing");
}

/* Whether a task died of the last call. */
static bool dies(const struct scenario *s, int who)
{
	for (int w = 0; w < 2; w++) {
		const struct staging *st = &s->staging[w];
		enum fate_state state;

		if (s->f->is_thread[who] && !world_state(st->world, who, &state) &&
		    (state == FATE_ZOMBIE || state == FATE_GONE))
			return true;
		for (size_t i = st->first_of_call; i < st->n_events; i++)
			if (st->event[i].seen.who == who && seen_ends(&st->event[i].seen))
				return true;
	}
	return false;
}

static int compare_results(struct scenario *s, size_t line)
{
	const struct seen *a = &s->staging[0].outcome[line].seen;
	const struct seen *b = &s->staging[1].outcome[line].seen;

	/* what a call gave to who died of it, nobody has seen */
	if (seen_same(a, b) || dies(s, s->f->line[line].who))
		return 0;
	return add(s, line, "result", seen_string(s->f, a), seen_string(s->f, b));
}

/* The @rank-th event of the last call that is about @who. */
static const struct seen *event_of(const struct staging *st, int who, size_t rank)
{
	for (size_t i = st->first_of_call; i < st->n_events; i++)
		if (st->event[i].seen.who == who && !rank--)
			return &st->event[i].seen;
	return NULL;
}

static size_t rank_of(const struct staging *st, size_t event)
{
	size_t rank = 0;

	for (size_t i = st->first_of_call; i < event; i++)
		rank += st->event[i].seen.who == st->event[event].seen.who;
	return rank;
}

/* Only the order of what happens to one process is the same in two worlds. */
static int compare_events(struct scenario *s, size_t line)
{
	int r = 0;

	for (int w = 0; w < 2; w++) {
		const struct staging *st = &s->staging[w], *other = &s->staging[!w];

		for (size_t i = st->first_of_call; i < st->n_events && r == 0; i++) {
			const struct seen *mine = &st->event[i].seen;
			const struct seen *theirs = event_of(other, mine->who, rank_of(st, i));
			const struct seen *pair[2] = {w ? theirs : mine, w ? mine : theirs};

			if (theirs && (w || seen_same(mine, theirs)))
				continue;
			r = add(s, line, "event", text_of(s->f, pair[0]), text_of(s->f, pair[1]));
		}
	}
	return r;
}

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

static int compare_fates(struct scenario *s, size_t line)
{
	int r = 0;

	for (int w = 0; w < 2; w++) {
		const struct outcome *o = &s->staging[w].outcome[line];
		const struct outcome *other = &s->staging[!w].outcome[line];

		for (size_t i = 0; i < o->n_fates && r == 0; i++) {
			int who = o->fate[i].who;
			unsigned int mine = o->fate[i].set, theirs = fate_of(other, who);

			if ((mine & theirs) || (w && theirs))
				continue;
			/* a call that failed before it came to anybody looks no different */
			if (!theirs && (mine & 1u << SF_FATE_REFUSED))
				continue;
			r = add(s, line, "fate", fate_text(s->f, who, w ? theirs : mine),
				fate_text(s->f, who, w ? mine : theirs));
		}
	}
	return r;
}

#define GENERATE_IGNORED 1 /* of the tracepoint's results */

static int generate_order(const void *x, const void *y)
{
	const struct world_generate *a = x, *b = y;
	const int difference[] = {a->sig - b->sig, a->code - b->code, a->group - b->group,
				  a->result - b->result};

	for (size_t i = 0; i < ARRAY_SIZE(difference); i++)
		if (difference[i])
			return difference[i];
	return 0;
}

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

/*
 * The signals that were generated for one process: "SIGTERM ignored, SIGCHLD delivered".  They come
 * from several others at once, so their order is not that of anything.
 */
static char *generated_text(const struct fate *f, const struct world *w, int who, bool died)
{
	_cleanup_free_ struct world_generate *mine = calloc(w->n_generate + 1, sizeof(*mine));
	char *text = NULL;
	size_t size, n = 0;
	FILE *out = mine ? open_memstream(&text, &size) : NULL;

	if (!out)
		return NULL;
	for (size_t i = 0; i < w->n_generate; i++) {
		const struct world_generate *g = &w->generate[i];

		if (g->who == who && !(died && g->result == GENERATE_IGNORED))
			mine[n++] = *g;
	}
	qsort(mine, n, sizeof(*mine), generate_order);
	fprintf(out, "%s: %s", f->name[who], n ? "" : "none");
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : "", out);
		write_generated(&mine[i], out);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/*
 * Which of several that die together is told of the others' deaths before its own end is the
 * scheduler's choice; all of it is ignored.
 */
static int compare_generated(struct scenario *s, size_t line, int who)
{
	bool died = dies(s, who);
	char *text[2];

	for (int w = 0; w < 2; w++)
		text[w] = generated_text(s->f, s->staging[w].world, who, died);
	if (text[0] && text[1] && !strcmp(text[0], text[1])) {
		free(text[0]);
		free(text[1]);
		return 0;
	}
	return add(s, line, "signal_generate", text[0], text[1]);
}

static int look(const struct staging *st, int who, int set, struct seen *ret)
{
	*ret = (struct seen){.kind = set < 0 ? FATE_LINE_IS : FATE_LINE_SIGSET, .who = who};
	if (set < 0)
		return world_state(st->world, who, &ret->state);
	ret->sigset = (enum sf_sigset_kind)set;
	return world_sigset(st->world, who, ret->sigset, &ret->set);
}

/* What /proc shows of a process that the call had to do with. */
static int compare_states(struct scenario *s, size_t line, int who)
{
	struct seen a, b;
	int r = 0;

	for (int set = -1; set <= SF_SIGCGT && r == 0; set++) {
		if (look(&s->staging[0], who, set, &a) || look(&s->staging[1], who, set, &b))
			return 0;
		if (set < 0 ? a.state != b.state : a.set != b.set)
			r = add(s, line, "state", seen_string(s->f, &a), seen_string(s->f, &b));
		/* of the dead, nothing else matters */
		if (set < 0 &&
		    (a.state == FATE_ZOMBIE || a.state == FATE_GONE || a.state != b.state))
			break;
	}
	return r;
}

static void touch(const struct scenario *s, size_t line, bool *touched)
{
	touched[s->f->line[line].who] = true;
	for (int w = 0; w < 2; w++) {
		const struct staging *st = &s->staging[w];
		const struct outcome *o = &st->outcome[line];

		for (size_t i = 0; i < o->n_fates; i++)
			touched[o->fate[i].who] = true;
		for (size_t i = st->first_of_call; i < st->n_events; i++)
			touched[st->event[i].seen.who] = true;
		for (size_t i = 0; i < st->world->n_generate; i++)
			if (st->world->generate[i].who >= 0)
				touched[st->world->generate[i].who] = true;
	}
}

int compare_call(struct scenario *s, size_t line)
{
	bool traces = s->staging[0].world->traces && s->staging[1].world->traces;
	_cleanup_free_ bool *touched = calloc(s->f->n_names, sizeof(*touched));
	int r;

	if (!touched)
		return -ENOMEM;
	touch(s, line, touched);
	r = compare_results(s, line);
	if (r == 0)
		r = compare_events(s, line);
	if (r == 0)
		r = compare_fates(s, line);
	for (size_t i = 0; i < s->f->n_names && r == 0; i++) {
		if (!touched[i] || !s->staging[0].bound[i] || !s->staging[1].bound[i])
			continue;
		if (traces)
			r = compare_generated(s, line, (int)i);
		if (r == 0)
			r = compare_states(s, line, (int)i);
	}
	return r;
}
