/* SPDX-License-Identifier: GPL-2.0-or-later */
/* finding.c - a scenario in which the worlds differ: shrunk, played once more, and written down */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz/shrink.h"

#define TRIES 10 /* to see it once more */

/* ---- made ---------------------------------------------------------------------------------- */

/* The same as if it had been read from a file: with a text and columns, for reports. */
static int read_back(const struct fate *f, struct fate **ret)
{
	_cleanup_free_ char *text = NULL;
	struct fate_error error;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return -ENOMEM;
	r = fate_write(f, out);
	if (fclose(out))
		return -ENOMEM;
	return r < 0 ? r : fate_parse(f->path, text, size, ret, &error);
}

static bool same_defect(const struct scenario *s, const struct defect *d)
{
	struct defect e = defect_of(s);

	return e.what && !strcmp(e.what, d->what) && e.call == d->call;
}

/* Gives 1 and the scenario as it was played when it shows the difference, else 0. */
static int play_again(const struct fuzz *fz, const struct fate *f, const struct defect *d,
		      struct scenario **ret)
{
	for (unsigned int i = 0; i < TRIES; i++) {
		int r = fuzz_play(fz, f, ret);

		if (r < 0 || same_defect(*ret, d))
			return r < 0 ? r : 1;
		scenario_free(*ret);
	}
	return 0;
}

static int shrunk(const struct fuzz *fz, const struct fate *f, const struct defect *d,
		  struct finding *fi)
{
	struct fate *small, *text;
	int r = shrink(fz, f, d, &small, &fi->again);

	if (r < 0)
		return r;
	r = read_back(small, &text);
	fate_free(small);
	if (r < 0)
		return r;
	r = play_again(fz, text, d, &fi->s);
	if (r == 1)
		fi->f = text;
	else
		fate_free(text);
	return r;
}

int finding_make(const struct fuzz *fz, struct fate *f, struct scenario *s, struct finding *ret)
{
	struct finding fi = {.n_drawn = f->n_lines};
	struct defect d = defect_of(s);
	int r = shrunk(fz, f, &d, &fi);
	bool luck = r == 0;

	if (luck)
		r = read_back(f, &fi.f);
	if (luck && r >= 0) {
		fi.again = false;
		fi.s = s;
		s->f = fi.f;
	} else {
		scenario_free(s);
	}
	fate_free(f);
	if (r < 0)
		return r;
	*ret = fi;
	return 0;
}

void finding_release(struct finding *fi)
{
	scenario_free(fi->s);
	fate_free(fi->f);
}

/* ---- written ------------------------------------------------------------------------------- */

static void write_reason(const struct fate *f, const struct seen_fate *fate, FILE *out)
{
	if (fate->reason)
		fprintf(out, "#   %s: %s: %s\n", f->name[fate->who], fate->reason->slug,
			fate->reason->because);
}

/* What differs, and why the model thinks what it does. */
static void write_differences(const struct finding *fi, FILE *out)
{
	const struct scenario *s = fi->s;
	const struct outcome *o;

	for (size_t i = 0; i < s->n_differences; i++) {
		const struct difference *d = &s->difference[i];

		fprintf(out, "# %s: %s\n#   on %s: %s\n#   on %s: %s\n", "differs", d->what,
			s->staging[0].name, d->text[0], s->staging[1].name, d->text[1]);
	}
	if (!s->n_differences)
		return;
	o = &s->staging[0].outcome[s->difference[0].line];
	if (o->n_fates || o->reason)
		fputs("# The model's reasons:\n", out);
	for (size_t i = 0; i < o->n_fates; i++)
		write_reason(s->f, &o->fate[i], out);
	if (o->reason)
		fprintf(out, "#   %s: %s\n", o->reason->slug, o->reason->because);
}

static void write_head(const struct fuzz *fz, const struct finding *fi, FILE *out)
{
	fprintf(out,
		"# %s: scenario %llu of seed %llu, %zu lines of %zu; Linux %s beside the model of "
		"%s.\n",
		fi->s->n_differences ? "The worlds differ in the last call"
				     : "It could not be played to its end",
		(unsigned long long)fi->number, (unsigned long long)fi->seed, fi->f->n_lines,
		fi->n_drawn, fz->release, fz->kernel->name);
	if (!fi->again)
		fputs("# It is not so each time that it is played.\n", out);
	if (fi->s->trouble)
		fprintf(out, "# %s\n", fi->s->trouble);
	write_differences(fi, out);
}

static bool needs_root(const struct fate *f)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		enum fate_call_id id = f->line[i].call;

		if (f->line[i].kind == FATE_LINE_CALL &&
		    (id == FATE_SETUID || id == FATE_SETRESUID || id == FATE_SETGROUPS ||
		     id == FATE_UID_MAP || id == FATE_GID_MAP))
			return true;
	}
	return false;
}

/* Those fates that the kernel's world is sure of. */
static size_t sure_fates(const struct outcome *o, struct fate_expect *expect)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_fates && n < FATE_TARGETS_MAX; i++) {
		unsigned int set = o->fate[i].set;

		if (set && !(set & (set - 1)))
			expect[n++] = (struct fate_expect){
				.name = o->fate[i].who, .fate = (enum sf_fate)__builtin_ctz(set)};
	}
	return n;
}

static int write_call(const struct fate *f, const struct outcome *o, const struct fate_line *line,
		      FILE *out)
{
	struct fate_expect expect[FATE_TARGETS_MAX];
	struct fate_line l = *line;
	int r;

	l.comment = NULL;
	if (o->unreturned)
		l.result.kind = FATE_RESULT_ANY;
	else
		l.result = o->seen.result;
	l.expect = expect;
	l.n_expect = sure_fates(o, expect);
	r = fate_write_line(f, &l, out);
	fputc('\n', out);
	return r;
}

/* The notation has no word for an end of which nobody knows how it was. */
static int write_event(const struct fate *f, const struct seen *seen, FILE *out)
{
	bool ends = seen->kind == FATE_LINE_KILLED || seen->kind == FATE_LINE_EXITED;
	int r;

	if (ends && seen->unknown)
		fputs("# ", out);
	r = seen_write(f, seen, out);
	fputc('\n', out);
	return r;
}

static int write_lines(const struct finding *fi, FILE *out)
{
	const struct scenario *s = fi->s;
	const struct staging *st = &s->staging[1];
	size_t event = 0;
	int r = 0;

	for (size_t i = 0; i < fi->f->n_lines && r == 0; i++) {
		const struct outcome *o = &st->outcome[i];
		bool seen = o->seen.kind == FATE_LINE_CALL && o->state != NOT_PLAYED;

		if (seen) {
			r = write_call(fi->f, o, &fi->f->line[i], out);
		} else if (fi->f->line[i].kind == FATE_LINE_CALL) {
			fputs("# not played: ", out);
			r = fate_write_line(fi->f, &fi->f->line[i], out);
			fputc('\n', out);
		}
		for (; event < st->n_events && st->event[event].line == i && r == 0; event++)
			r = write_event(fi->f, &st->event[event].seen, out);
	}
	return r;
}

/* What /proc shows otherwise, as far as the notation has words for it. */
static void write_state(const struct finding *fi, FILE *out)
{
	for (size_t i = 0; i < fi->s->n_differences; i++) {
		const struct difference *d = &fi->s->difference[i];
		bool wordless =
			strstr(d->text[1], ": process group ") || strstr(d->text[1], ": session ");

		if (!strcmp(d->what, "state"))
			fprintf(out, "%s%s\n", wordless ? "# " : "", d->text[1]);
	}
}

int finding_write(const struct fuzz *fz, const struct finding *fi, FILE *out)
{
	int r;

	write_head(fz, fi, out);
	if (needs_root(fi->f))
		fputs("needs root\n", out);
	r = write_lines(fi, out);
	write_state(fi, out);
	return r;
}
