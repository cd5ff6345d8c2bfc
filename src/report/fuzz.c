/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.c - what random scenarios have found, for people and for programs */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "report/fuzz_report.h"
#include "report/scenario_report.h"
#include "report/text.h"
#include "report/words.h"

/* ---- for people ---------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

int report_finding(FILE *out, const struct finding *fi, const char *path, const struct style *style)
{
	_cleanup_free_ char *shown = text_shown(path, strlen(path), style->utf8);
	const struct scenario *s = fi->s;
	int r;

	if (!shown)
		return -ENOMEM;
	fprintf(out, "%sscenario %llu of seed %llu: %s%s", paint(style, PAINT_RED),
		(unsigned long long)fi->number, (unsigned long long)fi->seed,
		s->trouble ? "it cannot be played to its end" : "the worlds differ",
		paint(style, PAINT_PLAIN));
	if (fi->f->n_lines < fi->n_drawn)
		fprintf(out, " (shrunk from %zu lines to %zu)", fi->n_drawn, fi->f->n_lines);
	fputs(fi->again ? "\n" : ", but not each time that it is played\n", out);
	r = s->trouble ? report_scenario_trouble(out, s, style)
		       : report_scenario_text(out, s, PLAYBILL_LINES, style);
	fprintf(out, "saved as %s\n\n", shown);
	return r;
}

void report_fuzz(FILE *out, const struct fuzz_tally *t, const struct style *style)
{
	uint64_t seconds = t->ns / 1000000000u;

	fprintf(out, "%s%llu scenario%s, %llu call%s in both worlds, %llu difference%s%s",
		paint(style, t->findings ? PAINT_RED : PAINT_GREEN),
		(unsigned long long)t->scenarios, plural(t->scenarios),
		(unsigned long long)t->calls, plural(t->calls), (unsigned long long)t->findings,
		plural(t->findings), paint(style, PAINT_PLAIN));
	fprintf(out, " in %llu second%s\n", (unsigned long long)seconds, plural(seconds));
	if (t->followed)
		fprintf(out, "after %llu call%s the kernel had a choice that the model followed\n",
			(unsigned long long)t->followed, plural(t->followed));
	if (t->left_out)
		fprintf(out, "%llu scenario%s left out: no user namespaces can be made here\n",
			(unsigned long long)t->left_out, plural(t->left_out));
}

void report_progress(FILE *out, const struct fuzz_tally *t)
{
	if (t)
		fprintf(out, "\r%llu scenarios, %llu calls, %llu differences, %llu calls/s ",
			(unsigned long long)t->scenarios, (unsigned long long)t->calls,
			(unsigned long long)t->findings,
			(unsigned long long)(t->ns ? t->calls * 1000000000u / t->ns : 0));
	else
		fputs("\r\033[K", out);
	fflush(out);
}

/* ---- for programs -------------------------------------------------------------------------- */

static int write_line(FILE *out, json_t *doc)
{
	int r = doc && !json_dumpf(doc, out, JSON_COMPACT) ? 0 : -ENOMEM;

	json_decref(doc);
	fputc('\n', out);
	fflush(out);
	return r;
}

static json_t *differences(const struct scenario *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_differences; i++) {
		const struct difference *d = &s->difference[i];

		json_array_append_new(list,
				      json_pack("{s:i, s:s, s:s, s:s}", "line",
						(int)s->f->line[d->line].number, "what", d->what,
						"model", d->text[0], "kernel", d->text[1]));
	}
	return list;
}

int report_finding_json(FILE *out, const struct fuzz *fz, const struct finding *fi,
			const char *path)
{
	_cleanup_free_ char *shown = text_shown(path, strlen(path), true), *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int r = memory ? finding_write(fz, fi, memory) : -ENOMEM;

	if (memory && fclose(memory))
		r = -ENOMEM;
	if (r < 0 || !shown)
		return -ENOMEM;
	return write_line(out, json_pack("{s:s, s:s, s:I, s:I, s:b, s:o, s:s?, s:s, s:s}", "schema",
					 "sigfate.fuzz/1", "event", "difference", "seed",
					 (json_int_t)fi->seed, "scenario", (json_int_t)fi->number,
					 "again", (int)fi->again, "differences", differences(fi->s),
					 "trouble", fi->s->trouble, "file", shown, "text", text));
}

int report_fuzz_json(FILE *out, const struct fuzz *fz, uint64_t seed, const struct fuzz_tally *t)
{
	return write_line(
		out,
		json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:{s:s, s:s}}",
			  "schema", "sigfate.fuzz/1", "event", "end", "seed", (json_int_t)seed,
			  "scenarios", (json_int_t)t->scenarios, "left_out",
			  (json_int_t)t->left_out, "calls", (json_int_t)t->calls, "passed",
			  (json_int_t)t->passed, "followed", (json_int_t)t->followed, "differences",
			  (json_int_t)t->findings, "seconds", (double)t->ns / 1e9, "kernel",
			  "release", fz->release, "profile", fz->kernel->name));
}
