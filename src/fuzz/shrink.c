/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shrink.c - a scenario in which the worlds differ, made as small as it can be
 *
 * What is left out, or made simpler, stays so when the smaller scenario still shows the same kind
 * of difference.  Many lines at once are tried first, then one by one, until nothing helps.
 */
#include "fuzz/shrink.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

#define TRIES 3		 /* before a scenario counts as one without the difference */
#define PLAYS_MOST 3000u /* in all */

struct shrinking {
	const struct fuzz *fz;
	struct defect defect;
	struct fate *best;
	unsigned int plays, tries;
};

struct defect defect_of(const struct scenario *s)
{
	struct defect d = {.call = FATE_NCALLS};

	if (s->n_differences) {
		d.what = s->difference[0].what;
		d.line = s->difference[0].line;
	} else if (s->trouble) {
		d.what = "trouble";
		d.line = s->trouble_line;
	}
	if (d.what && d.line < s->f->n_lines)
		d.call = s->f->line[d.line].call;
	return d;
}

/* Gives 1 when it shows the difference, and in which line. */
static int shows(struct shrinking *sh, const struct fate *f, size_t *ret_line)
{
	struct scenario *s;
	struct defect d;
	int r;

	for (unsigned int i = 0; i < sh->tries; i++) {
		sh->plays++;
		r = fuzz_play(sh->fz, f, &s);
		if (r < 0)
			return r;
		d = defect_of(s);
		scenario_free(s);
		*ret_line = d.line;
		if (d.what && !strcmp(d.what, sh->defect.what) && d.call == sh->defect.call)
			return 1;
	}
	return 0;
}

/* Takes @f over.  Gives 1 when it is the best now. */
static int consider(struct shrinking *sh, struct fate *f)
{
	size_t line = 0;
	bool stop = sh->plays >= PLAYS_MOST || (sh->fz->stop && sh->fz->stop());
	int r = stop ? 0 : shows(sh, f, &line);

	if (r <= 0) {
		fate_free(f);
		return r;
	}
	fate_free(sh->best);
	sh->best = f;
	sh->defect.line = line;
	return 1;
}

static int without(struct shrinking *sh, size_t first, size_t n)
{
	_cleanup_free_ bool *keep = calloc(sh->best->n_lines, sizeof(*keep));
	struct fate *f;
	int r;

	if (!keep)
		return -ENOMEM;
	for (size_t i = 0; i < sh->best->n_lines; i++)
		keep[i] = i < first || i >= first + n;
	r = reduce_lines(sh->best, keep, &f);
	if (r == 0 && f->n_lines == sh->best->n_lines) {
		fate_free(f);
		return 0;
	}
	return r < 0 ? r : consider(sh, f);
}

/* Nothing after the line that shows it. */
static int cut(struct shrinking *sh)
{
	size_t after = sh->defect.line + 1;

	return after < sh->best->n_lines ? without(sh, after, sh->best->n_lines - after) : 0;
}

static int drop_lines(struct shrinking *sh)
{
	int r = 0, any = 0;

	for (size_t n = sh->best->n_lines / 2 + 1; n && r >= 0; n /= 2) {
		for (size_t end = sh->best->n_lines; end && r >= 0;) {
			size_t first = end > n ? end - n : 0;

			r = without(sh, first, end - first);
			any |= r > 0;
			end = first < sh->best->n_lines ? first : sh->best->n_lines;
		}
	}
	return r < 0 ? r : any;
}

/* Another line in the place of one. */
static int replace(struct shrinking *sh, size_t i, const struct fate_line *l)
{
	struct fate *f;
	int r = reduce_lines(sh->best, NULL, &f);

	if (r < 0)
		return r;
	f->line[i] = *l;
	return consider(sh, f);
}

static int simplify_line(struct shrinking *sh, size_t at)
{
	struct fate_line l;
	int r, any = 0;

	for (unsigned int i = 0; at < sh->best->n_lines; i++) {
		r = reduce_line(&sh->best->line[at], i, &l);
		if (!r)
			break;
		if (r == 1)
			r = replace(sh, at, &l);
		if (r < 0 && r != -EAGAIN)
			return r;
		any |= r == 1;
	}
	return any;
}

/* The line is made by another, an older one. */
static int simplify_caller(struct shrinking *sh, size_t at)
{
	int any = 0, r;

	for (int who = 0; at < sh->best->n_lines && who < sh->best->line[at].who; who++) {
		struct fate_line l = sh->best->line[at];

		l.who = who;
		r = replace(sh, at, &l);
		if (r)
			return r;
	}
	return any;
}

static int simplify(struct shrinking *sh)
{
	int r = 0, any = 0;

	for (size_t i = 0; i < sh->best->n_lines && r >= 0; i++) {
		r = simplify_caller(sh, i);
		any |= r > 0;
		if (r >= 0)
			r = simplify_line(sh, i);
		any |= r > 0;
	}
	return r < 0 ? r : any;
}

int shrink(const struct fuzz *fz, const struct fate *f, const struct defect *defect,
	   struct fate **ret, bool *ret_certain)
{
	struct shrinking sh = {.fz = fz, .defect = *defect, .tries = TRIES};
	size_t line;
	int r = reduce_lines(f, NULL, &sh.best);

	if (r < 0)
		return r;
	r = shows(&sh, f, &line);
	*ret_certain = r > 0 && sh.plays == 1;
	if (r > 0)
		r = cut(&sh);
	while (r >= 0 && (r = drop_lines(&sh)) >= 0) {
		int simpler = simplify(&sh);

		if (simpler <= 0) {
			r = simpler;
			break;
		}
	}
	if (r < 0) {
		fate_free(sh.best);
		return r;
	}
	*ret = sh.best;
	return 0;
}
