/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_table.c - a scenario line by line, with what happened in each world beside it */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/scenario_table.h"
#include "report/words.h"

#define INDENT 2
#define GAP 2
#define CELL_MOST 20 /* what is wider sticks out */
#define LEFT_LEAST 24

static unsigned int width_of(const struct table *t, const char *text)
{
	return text ? (unsigned int)text_width(text, strlen(text), t->style->utf8) : 0;
}

static void measure(struct table *t)
{
	unsigned int cells = 0, notes = 0, others, most;

	for (size_t w = 0; w < t->s->n_worlds; w++) {
		t->cell[w] = width_of(t, t->s->staging[w].name);
		for (size_t i = 0; i < t->n; i++) {
			unsigned int width = width_of(t, t->row[i].cell[w]);

			if (width > t->cell[w] && width <= CELL_MOST)
				t->cell[w] = width;
		}
		cells += GAP + t->cell[w];
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->row[i].reason && GAP + width_of(t, t->row[i].note) > notes)
			notes = GAP + width_of(t, t->row[i].note);
	others = INDENT + cells + notes;
	most = t->style->width > others + LEFT_LEAST ? t->style->width - others : LEFT_LEAST;
	for (size_t i = 0; i < t->n; i++) {
		unsigned int width = width_of(t, t->row[i].left) + 2 * t->row[i].aside;

		if (!t->row[i].prose && width > t->left && width <= most)
			t->left = width;
	}
}

/* @last: nothing stands to the right of it. */
static void say_cell(FILE *out, const struct table *t, const struct table_row *row, size_t w,
		     bool last)
{
	const char *text = row->cell[w] ? row->cell[w] : "";
	unsigned int width = width_of(t, text);
	enum paint color = row->bad[w] ? PAINT_RED : row->aside ? PAINT_DIM : row->color[w];

	fprintf(out, "%*s%s%s%s", GAP, "", *text ? paint(t->style, color) : "", text,
		*text ? paint(t->style, PAINT_PLAIN) : "");
	if (!last && width < t->cell[w])
		fprintf(out, "%*s", (int)(t->cell[w] - width), "");
}

static unsigned int cells_end(const struct table *t, const struct table_row *row)
{
	unsigned int at = INDENT + t->left;

	for (size_t w = 0; w < t->s->n_worlds; w++) {
		unsigned int width = width_of(t, row->cell[w]);

		at += GAP + (width > t->cell[w] ? width : t->cell[w]);
	}
	return at;
}

static void say_note(FILE *out, const struct table *t, const char *note, bool beside)
{
	if (beside)
		fprintf(out, "%*s", GAP, "");
	else
		fprintf(out, "\n%*s", INDENT + 4, "");
	fprintf(out, "%s%s%s", paint(t->style, PAINT_DIM), note, paint(t->style, PAINT_PLAIN));
}

static bool has_cells(const struct table *t, const struct table_row *row)
{
	for (size_t w = 0; w < t->s->n_worlds; w++)
		if (row->cell[w])
			return true;
	return false;
}

static int say_row(FILE *out, const struct table *t, const struct table_row *row)
{
	_cleanup_free_ char *note =
		row->note ? text_shown(row->note, strlen(row->note), t->style->utf8) : NULL;
	unsigned int width = width_of(t, row->left) + 2 * row->aside;
	bool bad = row->differs, beside;

	if (row->note && !note)
		return -ENOMEM;
	/* beside the cells where there is room, else on a line of its own */
	beside = note && cells_end(t, row) + GAP + width_of(t, note) <= t->style->width;
	for (size_t w = 0; w < t->s->n_worlds; w++)
		bad |= row->bad[w];
	fprintf(out, "%s%-*s%s", paint(t->style, bad ? PAINT_RED : PAINT_PLAIN), INDENT,
		bad ? "!" : "", paint(t->style, PAINT_PLAIN));
	fprintf(out, row->aside ? "%s(%s)%s" : "%s%s%s",
		row->aside ? paint(t->style, PAINT_DIM) : "", row->left,
		row->aside ? paint(t->style, PAINT_PLAIN) : "");
	if (width > t->left && has_cells(t, row)) {
		fprintf(out, "\n%*s", INDENT, "");
		width = 0;
	}
	if (has_cells(t, row) || beside) {
		fprintf(out, "%*s", width < t->left ? (int)(t->left - width) : 0, "");
		for (size_t w = 0; w < t->s->n_worlds; w++)
			say_cell(out, t, row, w, w + 1 == t->s->n_worlds && !beside);
	}
	if (note)
		say_note(out, t, note, beside);
	fputc('\n', out);
	return 0;
}

static void say_prose(FILE *out, const struct table *t, const struct table_row *row)
{
	if (*row->left)
		fprintf(out, "%s%s%s", paint(t->style, PAINT_BOLD), row->left,
			paint(t->style, PAINT_PLAIN));
	fputc('\n', out);
}

static void say_head(FILE *out, const struct table *t)
{
	fprintf(out, "%*s%s", (int)(INDENT + t->left), "", paint(t->style, PAINT_DIM));
	for (size_t w = 0; w < t->s->n_worlds; w++)
		fprintf(out, "%*s%-*s", GAP, "", w + 1 < t->s->n_worlds ? (int)t->cell[w] : 0,
			t->s->staging[w].name);
	fprintf(out, "%s\n", paint(t->style, PAINT_PLAIN));
}

/* The reasons that stand in the notes, each in a sentence. */
static int say_reasons(FILE *out, const struct table *t)
{
	size_t n, width = 0;
	const struct sf_reason *all = sf_reasons(&n);
	_cleanup_free_ char *margin = NULL;

	for (size_t i = 0; i < n; i++)
		if (t->why[i] && strlen(all[i].slug) > width)
			width = strlen(all[i].slug);
	if (!width)
		return 0;
	width += INDENT + GAP;
	if (asprintf(&margin, "%*s", (int)width, "") < 0) {
		margin = NULL;
		return -ENOMEM;
	}
	fputs("\nwhy\n", out);
	for (size_t i = 0; i < n; i++) {
		if (!t->why[i])
			continue;
		fprintf(out, "%*s%s%-*s%s", INDENT, "", paint(t->style, PAINT_DIM),
			(int)width - INDENT, all[i].slug, paint(t->style, PAINT_PLAIN));
		fill(out, all[i].because, width, width, t->style, margin);
	}
	return 0;
}

int scenario_table(FILE *out, const struct scenario *s, const struct style *style)
{
	_cleanup_(table_release) struct table t = {.s = s, .style = style};
	bool head = false;
	size_t n;
	int r;

	sf_reasons(&n);
	t.why = calloc(n, sizeof(*t.why));
	r = t.why ? table_add_rows(&t) : -ENOMEM;
	if (r < 0)
		return r;
	measure(&t);
	for (size_t i = 0; i < t.n && r == 0; i++) {
		if (t.row[i].prose) {
			say_prose(out, &t, &t.row[i]);
			continue;
		}
		if (!head)
			say_head(out, &t);
		head = true;
		r = say_row(out, &t, &t.row[i]);
	}
	if (r == 0)
		r = say_reasons(out, &t);
	fputc('\n', out);
	return r;
}
