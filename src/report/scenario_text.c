/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_text.c - what became of a scenario, for people: a line when all is well */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/scenario_report.h"
#include "report/text.h"
#include "report/words.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void say_worlds(FILE *out, const struct scenario *s)
{
	for (size_t w = 0; w < s->n_worlds; w++)
		fprintf(out, "%s on %s", w ? " and" : "", s->staging[w].name);
}

/* "2 of 14 lines do not hold, the worlds differ at 1 place" */
static void say_failed(FILE *out, const struct scenario *s)
{
	const char *comma = "";

	if (s->n_failed) {
		fprintf(out, "%zu of %zu line%s %s not hold", s->n_failed, s->n_checked,
			plural(s->n_checked), s->n_failed == 1 ? "does" : "do");
		say_worlds(out, s);
		comma = "; ";
	}
	if (s->n_differences) {
		fprintf(out, "%s%s and %s differ in %zu thing%s", comma, s->staging[0].name,
			s->staging[1].name, s->n_differences, plural(s->n_differences));
		comma = "; ";
	}
	if (s->strict && s->n_untold) {
		size_t n = s->n_untold / s->n_worlds;

		fprintf(out, "%sno line tells of %zu thing%s that happened", comma, n, plural(n));
		comma = "; ";
	}
	if (s->n_unplayed)
		fprintf(out, "%s%zu more line%s could not be played", comma, s->n_unplayed,
			plural(s->n_unplayed));
}

static int say_summary(FILE *out, const struct scenario *s, const struct style *style)
{
	_cleanup_free_ char *path = text_shown(s->f->path, strlen(s->f->path), style->utf8);
	bool held = scenario_held(s);

	if (!path)
		return -ENOMEM;
	fprintf(out, "%s%s: ",
		paint(style, s->skipped ? PAINT_YELLOW
			     : held	? PAINT_GREEN
					: PAINT_RED),
		path);
	if (s->skipped) {
		fprintf(out, "skipped: %s", s->skipped);
	} else if (held) {
		fprintf(out, "%zu line%s %s", s->n_checked, plural(s->n_checked),
			s->n_checked == 1 ? "holds" : "hold");
		say_worlds(out, s);
	} else {
		say_failed(out, s);
	}
	fprintf(out, "%s\n", paint(style, PAINT_PLAIN));
	return 0;
}

int report_scenario_text(FILE *out, const struct scenario *s, enum playbill much,
			 const struct style *style)
{
	int r = 0;

	if (s->n_worlds && much == PLAYBILL_LINES)
		r = scenario_table(out, s, style);
	if (r == 0 && s->n_worlds)
		r = scenario_diff(out, s, style);
	if (r == 0 && !s->trouble)
		r = say_summary(out, s, style);
	return r;
}

int report_scenario_trouble(FILE *out, const struct scenario *s, const struct style *style)
{
	_cleanup_free_ char *path = NULL;
	const struct fate_line *l;

	if (s->trouble_line < s->f->n_lines) {
		l = &s->f->line[s->trouble_line];
		return report_diagnostic(out, s->f->path, l->number,
					 s->trouble_column ? s->trouble_column : l->who_column,
					 s->trouble, l->text, strlen(l->text), style);
	}
	path = text_shown(s->f->path, strlen(s->f->path), style->utf8);
	if (!path)
		return -ENOMEM;
	fprintf(out, "%s: %s\n", path, s->trouble);
	return 0;
}

void tally_add(struct tally *tally, const struct scenario *s)
{
	if (!s || s->trouble)
		tally->troubled++;
	else if (s->skipped)
		tally->skipped++;
	else if (scenario_held(s))
		tally->held++;
	else
		tally->failed++;
}

void report_tally(FILE *out, const struct tally *t, const struct style *style)
{
	size_t n = t->held + t->failed + t->skipped + t->troubled;
	bool bad = t->failed || t->troubled;

	fprintf(out, "%s%zu scenario%s: %zu held", paint(style, bad ? PAINT_RED : PAINT_GREEN), n,
		plural(n), t->held);
	if (t->failed)
		fprintf(out, ", %zu failed", t->failed);
	if (t->troubled)
		fprintf(out, ", %zu could not be played", t->troubled);
	if (t->skipped)
		fprintf(out, ", %zu skipped", t->skipped);
	fprintf(out, "%s\n", paint(style, PAINT_PLAIN));
}
