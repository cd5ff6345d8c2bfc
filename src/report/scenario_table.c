/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_table.c - a scenario line by line, with what happened in each world beside it */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/scenario_report.h"
#include "report/text.h"
#include "report/words.h"

#define INDENT 2
#define GAP 2
#define CELL_MOST 30
#define LEFT_LEAST 24

/**
 * struct table_row - one line of the table
 * @left: the statement, or prose; @cell: what happened; @note: the reason, or the comment
 * @prose: a comment; @aside: an event that no line tells of; @bad: it does not hold there;
 *	@differs: the worlds are not the same after it
 */
struct table_row {
	char *left, *cell[WORLDS_MAX];
	const char *note;
	enum paint color[WORLDS_MAX];
	bool prose, aside, differs, bad[WORLDS_MAX];
};

struct table {
	const struct scenario *s;
	const struct style *style;
	struct table_row *row;
	size_t n, size;
	unsigned int left, cell[WORLDS_MAX];
};

static void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->row[i].left);
		for (size_t w = 0; w < WORLDS_MAX; w++)
			free(t->row[i].cell[w]);
	}
	free(t->row);
}

/* A new row; its left is @len bytes of anything. */
static struct table_row *add_row(struct table *t, const char *left, size_t len)
{
	size_t size = t->size ? 2 * t->size : 64;

	if (t->n == t->size) {
		struct table_row *more = reallocarray(t->row, size, sizeof(*more));

		if (!more)
			return NULL;
		t->row = more;
		t->size = size;
	}
	t->row[t->n] = (struct table_row){.left = text_shown(left, len, t->style->utf8)};
	return t->row[t->n].left ? &t->row[t->n++] : NULL;
}

static const char *tick(const struct table *t, bool held)
{
	if (t->style->utf8)
		return held ? "\xe2\x9c\x93" : "\xe2\x9c\x97";
	return held ? "yes" : "no";
}

/* A cell, written by @fn. */
static int set_cell(const struct table *t, struct table_row *row, size_t w, const char *text)
{
	row->cell[w] = text_shown(text, strlen(text), t->style->utf8);
	return row->cell[w] ? 0 : -ENOMEM;
}

static unsigned int one_fate(unsigned int set)
{
	return set && !(set & (set - 1)) ? (unsigned int)__builtin_ctz(set) : SF_NFATES;
}

/* "= 0  ignored" */
static int call_cell(struct table *t, struct table_row *row, size_t w, size_t line)
{
	const struct outcome *o = &t->s->staging[w].outcome[line];
	const struct fate_line *l = &t->s->f->line[line];
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out;

	row->bad[w] = o->state == FAILED;
	if (o->seen.kind != FATE_LINE_CALL)
		return o->state == FAILED ? set_cell(t, row, w, tick(t, false)) : 0;
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	fputs("= ", out);
	if (l->result.kind == FATE_RESULT_NUMBER && l->result.number == o->seen.result.number)
		fate_write_result(t->s->f, l->call, &l->result, out); /* not the name it has */
	else
		seen_write(t->s->f, &o->seen, out);
	if (o->n_fates == 1) {
		fputs("  ", out);
		seen_fates_write(t->s->f, o->fate, 1, false, out);
		row->color[w] = fate_paint((enum sf_fate)one_fate(o->fate[0].set));
		if (o->fate[0].reason)
			row->note = o->fate[0].reason->slug;
	}
	if (fclose(out))
		return -ENOMEM;
	return set_cell(t, row, w, text);
}

/* Where several processes get the signal, each has a row of its own. */
static int add_fates(struct table *t, size_t line)
{
	const struct outcome *o[WORLDS_MAX];
	size_t n = 0;

	for (size_t w = 0; w < t->s->n_worlds; w++) {
		o[w] = &t->s->staging[w].outcome[line];
		if (o[w]->n_fates > n)
			n = o[w]->n_fates;
	}
	for (size_t i = 0; n > 1 && i < n; i++) {
		struct table_row *row = add_row(t, "", 0);

		if (!row)
			return -ENOMEM;
		for (size_t w = 0; w < t->s->n_worlds; w++) {
			_cleanup_free_ char *text = NULL;
			const struct seen_fate *fate = &o[w]->fate[i];
			size_t size;
			FILE *out;

			if (i >= o[w]->n_fates)
				continue;
			out = open_memstream(&text, &size);
			if (!out)
				return -ENOMEM;
			seen_fates_write(t->s->f, fate, 1, true, out);
			if (fclose(out) || set_cell(t, row, w, text) < 0)
				return -ENOMEM;
			row->color[w] = fate_paint((enum sf_fate)one_fate(fate->set));
			if (fate->reason)
				row->note = fate->reason->slug;
		}
	}
	return 0;
}

static bool happened_in(const struct staging *st, size_t line, const struct seen *seen,
			const struct fate *f)
{
	_cleanup_free_ char *text = seen_string(f, seen);

	for (size_t i = 0; i < st->n_events; i++) {
		_cleanup_free_ char *other = NULL;

		if (st->event[i].line != line || st->event[i].seen.who != seen->who)
			continue;
		other = seen_string(f, &st->event[i].seen);
		if (text && other && !strcmp(text, other))
			return true;
	}
	return false;
}

/* What no line tells of stands in parentheses below the call that led to it. */
static int add_untold(struct table *t, size_t line, size_t *next)
{
	const struct scenario *s = t->s;

	for (size_t w = 0; w < s->n_worlds; w++) {
		const struct staging *st = &s->staging[w];

		for (; next[w] < st->n_events && st->event[next[w]].line <= line; next[w]++) {
			const struct occurrence *e = &st->event[next[w]];
			_cleanup_free_ char *text = seen_string(s->f, &e->seen);
			struct table_row *row;

			if (!text)
				return -ENOMEM;
			if (e->told || (w && happened_in(&s->staging[0], line, &e->seen, s->f)))
				continue;
			row = add_row(t, text, strlen(text));
			if (!row)
				return -ENOMEM;
			row->aside = true;
			for (size_t v = 0; v < s->n_worlds; v++)
				if (v == w || happened_in(&s->staging[v], line, &e->seen, s->f))
					if (set_cell(t, row, v, tick(t, true)) < 0)
						return -ENOMEM;
		}
	}
	return 0;
}

/* The statement alone: without the result and the fates, which stand in the cells. */
static size_t statement_length(const struct fate_line *l)
{
	size_t n = strlen(l->text);

	if (l->kind == FATE_LINE_CALL && l->result.column)
		n = text_byte(l->text, n, l->result.column);
	else if (l->comment)
		n = (size_t)(l->comment - l->text);
	while (n && strchr(" \t", l->text[n - 1]))
		n--;
	if (l->kind == FATE_LINE_CALL && n && l->text[n - 1] == '=')
		n--;
	while (n && strchr(" \t", l->text[n - 1]))
		n--;
	return n;
}

static int add_statement(struct table *t, size_t line)
{
	const struct fate_line *l = &t->s->f->line[line];
	struct table_row *row = add_row(t, l->text, statement_length(l));
	size_t at = t->n - 1;
	int r = row ? 0 : -ENOMEM;

	for (size_t w = 0; w < t->s->n_worlds && r == 0; w++) {
		const struct outcome *o = &t->s->staging[w].outcome[line];

		if (o->state == NOT_PLAYED)
			continue;
		if (l->kind == FATE_LINE_CALL) {
			r = call_cell(t, row, w, line);
		} else {
			row->bad[w] = o->state == FAILED;
			r = set_cell(t, row, w, tick(t, o->state == HELD));
		}
	}
	if (r == 0)
		r = add_fates(t, line);
	if (r == 0 && !t->row[at].note && l->comment)
		t->row[at].note = l->comment + 1 + strspn(l->comment + 1, " \t");
	return r;
}

/* A comment of its own line is prose: its mark is left out. */
static int add_prose(struct table *t, const struct fate_line *l)
{
	const char *text = l->comment ? l->comment + 1 : "";
	struct table_row *row;

	if (*text == ' ')
		text++;
	row = add_row(t, text, strlen(text));
	if (!row)
		return -ENOMEM;
	row->prose = true;
	return 0;
}

static int add_rows(struct table *t)
{
	size_t next[WORLDS_MAX] = {0};
	int r = 0;

	for (size_t i = 0; i < t->s->f->n_lines && r == 0; i++) {
		const struct fate_line *l = &t->s->f->line[i];

		if (l->kind == FATE_LINE_BLANK) {
			r = add_prose(t, l);
			continue;
		}
		r = add_statement(t, i);
		if (r == 0)
			r = add_untold(t, i, next);
	}
	return r;
}

static unsigned int width_of(const struct table *t, const char *text)
{
	return text ? (unsigned int)text_width(text, strlen(text), t->style->utf8) : 0;
}

static void measure(struct table *t)
{
	unsigned int cells = 0, most;

	for (size_t w = 0; w < t->s->n_worlds; w++) {
		t->cell[w] = width_of(t, t->s->staging[w].name);
		for (size_t i = 0; i < t->n; i++) {
			unsigned int width = width_of(t, t->row[i].cell[w]);

			if (width > t->cell[w] && width <= CELL_MOST)
				t->cell[w] = width;
		}
		cells += GAP + t->cell[w];
	}
	most = t->style->width > INDENT + cells + LEFT_LEAST ? t->style->width - INDENT - cells
							     : LEFT_LEAST;
	for (size_t i = 0; i < t->n; i++) {
		unsigned int width = width_of(t, t->row[i].left) + 2 * t->row[i].aside;

		if (!t->row[i].prose && width > t->left && width <= most)
			t->left = width;
	}
}

static void say_cell(FILE *out, const struct table *t, const struct table_row *row, size_t w)
{
	const char *text = row->cell[w] ? row->cell[w] : "";
	bool last = w + 1 == t->s->n_worlds && !row->note;
	unsigned int width = width_of(t, text);
	enum paint color = row->bad[w] ? PAINT_RED : row->aside ? PAINT_DIM : row->color[w];

	fprintf(out, "%*s%s%s%s", GAP, "", *text ? paint(t->style, color) : "", text,
		*text ? paint(t->style, PAINT_PLAIN) : "");
	if (!last && width < t->cell[w])
		fprintf(out, "%*s", (int)(t->cell[w] - width), "");
}

static unsigned int cells_end(const struct table *t)
{
	unsigned int at = INDENT + t->left;

	for (size_t w = 0; w < t->s->n_worlds; w++)
		at += GAP + t->cell[w];
	return at;
}

/* Beside the cells where there is room, else on a line of its own. */
static int say_note(FILE *out, const struct table *t, const char *note)
{
	_cleanup_free_ char *text = text_shown(note, strlen(note), t->style->utf8);
	unsigned int at = cells_end(t) + GAP;

	if (!text)
		return -ENOMEM;
	if (at + width_of(t, text) <= t->style->width)
		fprintf(out, "%*s", GAP, "");
	else
		fprintf(out, "\n%*s", INDENT + 4, "");
	fprintf(out, "%s%s%s", paint(t->style, PAINT_DIM), text, paint(t->style, PAINT_PLAIN));
	return 0;
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
	unsigned int width = width_of(t, row->left) + 2 * row->aside;
	bool bad = row->differs;
	int r = 0;

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
	if (has_cells(t, row) || row->note) {
		fprintf(out, "%*s", width < t->left ? (int)(t->left - width) : 0, "");
		for (size_t w = 0; w < t->s->n_worlds; w++)
			say_cell(out, t, row, w);
	}
	if (row->note)
		r = say_note(out, t, row->note);
	fputc('\n', out);
	return r;
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

int scenario_table(FILE *out, const struct scenario *s, const struct style *style)
{
	_cleanup_(table_release) struct table t = {.s = s, .style = style};
	bool head = false;
	int r = add_rows(&t);

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
	fputc('\n', out);
	return r;
}
