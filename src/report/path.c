/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - the path drawn as a tree, each question beside the function that asks it */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/text.h"
#include "report/words.h"

#define INDENT 2
#define NAME_COLUMN_MOST 46

struct lines {
	const char *branch, *last, *down, *none, *arrow, *decides;
};

static const struct lines drawn[] = {
	{"|-", "`-", "| ", "  ", " ->" GLUE, " <-" GLUE "decides"},
	{"├ ", "└ ", "│ ", "  ", " →" GLUE, " ←" GLUE "decides"},
};

/* Whether the branch at @depth that row @i hangs from goes on below it. */
static bool goes_on(const struct row *row, size_t n, size_t i, unsigned int depth)
{
	for (size_t k = i + 1; k < n; k++) {
		if (row[k].depth < depth)
			return false;
		if (row[k].depth == depth)
			return row[k].name != NULL || goes_on(row, n, k, depth);
	}
	return false;
}

static void put_branches(FILE *out, const struct row *row, size_t n, size_t i,
			 const struct lines *l, bool heading)
{
	unsigned int depth = row[i].depth;

	for (unsigned int d = 1; d < depth; d++)
		fputs(goes_on(row, n, i, d) ? l->down : l->none, out);
	if (!depth)
		return;
	if (heading)
		fputs(row[i].last ? l->last : l->branch, out);
	else
		fputs(goes_on(row, n, i, depth) ? l->down : l->none, out);
}

/* A function's own calls hang below the lines of its questions. */
static bool has_children(const struct row *row, size_t n, size_t i)
{
	size_t k = i + 1;

	while (k < n && row[k].depth == row[i].depth && !row[k].name)
		k++;
	return k < n && row[k].depth > row[i].depth;
}

static size_t name_column(const struct row *row, size_t n, const struct style *style)
{
	size_t column = 0;

	for (size_t i = 0; i < n; i++) {
		size_t width = row[i].depth * INDENT + (row[i].name ? strlen(row[i].name) : 0);

		if (width > column)
			column = width;
	}
	if (column > NAME_COLUMN_MOST)
		column = NAME_COLUMN_MOST;
	if (column > style->width / 2)
		column = style->width / 2;
	return column + 2;
}

/* What later lines of the row begin with. */
static char *margin_of(const struct row *row, size_t n, size_t i, size_t column,
		       const struct lines *l)
{
	char *margin = NULL;
	size_t size, width = (row[i].depth + 1) * INDENT;
	FILE *f = open_memstream(&margin, &size);

	if (!f)
		return NULL;
	put_branches(f, row, n, i, l, false);
	if (has_children(row, n, i))
		fputs(l->down, f);
	else
		width -= INDENT;
	fprintf(f, "%*s", (int)(column > width ? column - width : 0), "");
	if (fclose(f)) {
		free(margin);
		return NULL;
	}
	return margin;
}

static bool decides(const struct answer *a, const struct sf_step *s)
{
	return a->n == 1 && a->verdict[0].step < a->n_steps && s == &a->step[a->verdict[0].step];
}

static int put_question(FILE *out, const struct answer *a, const struct row *row, size_t n,
			size_t i, size_t at, size_t column, const struct style *style)
{
	const struct lines *l = &drawn[style->utf8];
	_cleanup_free_ char *margin = margin_of(row, n, i, column, l), *text = NULL;
	const struct sf_step *s = row[i].step;

	if (!margin || asprintf(&text, "%s%s%s%s", sf_step_text(s->id)->question, l->arrow,
				sf_step_answer(s), decides(a, s) ? l->decides : "") < 0)
		return -ENOMEM;
	if (at + 1 > column)
		fprintf(out, "\n%s", margin);
	else
		fprintf(out, "%*s", (int)(column - at), "");
	if (decides(a, s))
		fputs(paint(style, fate_paint(a->verdict[0].fate)), out);
	fill(out, text, column, column, style, margin);
	if (decides(a, s))
		fputs(paint(style, PAINT_PLAIN), out);
	return 0;
}

static int put_row(FILE *out, const struct answer *a, const struct row *row, size_t n, size_t i,
		   size_t column, const struct style *style)
{
	const struct lines *l = &drawn[style->utf8];
	size_t at = row[i].depth * INDENT;

	if (row[i].name && row[i].task) {
		fputs("in ", out);
		say_process(out, a, row[i].task, style->utf8);
		fputs(":\n", out);
	}
	put_branches(out, row, n, i, l, row[i].name != NULL);
	if (row[i].name) {
		fprintf(out, "%s%s%s", paint(style, PAINT_BOLD), row[i].name,
			paint(style, PAINT_PLAIN));
		at += strlen(row[i].name);
	} else if (has_children(row, n, i)) {
		fputs(l->down, out);
		at += INDENT;
	}
	if (row[i].step)
		return put_question(out, a, row, n, i, at, column, style);
	fputc('\n', out);
	return 0;
}

int write_path(FILE *out, const struct answer *a, const struct sf_task *target,
	       const struct style *style)
{
	_cleanup_free_ struct row *row = NULL;
	size_t n, column;
	int r = path_rows(a, target, &row, &n);

	if (r || !n)
		return r;
	column = name_column(row, n, style);
	fputc('\n', out);
	for (size_t i = 0; i < n && !r; i++)
		r = put_row(out, a, row, n, i, column, style);
	return r;
}
