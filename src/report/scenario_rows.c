/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_rows.c - what stands in the table of a scenario */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/scenario_table.h"
#include "report/words.h"

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->row[i].left);
		for (size_t w = 0; w < WORLDS_MAX; w++)
			free(t->row[i].cell[w]);
	}
	free(t->row);
	free(t->why);
}

static void note_reason(struct table *t, struct table_row *row, const struct sf_reason *why)
{
	size_t n;
	const struct sf_reason *all = sf_reasons(&n);

	if (!why)
		return;
	row->note = why->slug;
	row->reason = true;
	if (why >= all && why < all + n)
		t->why[why - all] = true;
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
		note_reason(t, row, o->fate[0].reason);
	}
	if (!o->n_fates && fate_calls[l->call].sends && o->seen.result.kind == FATE_RESULT_ERRNO) {
		fprintf(out, "  %s", sf_fate_name(SF_FATE_REFUSED));
		row->color[w] = fate_paint(SF_FATE_REFUSED);
	}
	note_reason(t, row, o->reason);
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
			note_reason(t, row, fate->reason);
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

/* @difference: the first that has not been come to. */
static int add_statement(struct table *t, size_t line, size_t *difference)
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
	for (; *difference < t->s->n_differences && t->s->difference[*difference].line == line;
	     ++*difference)
		t->row[at].differs = true;
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

int table_add_rows(struct table *t)
{
	size_t next[WORLDS_MAX] = {0}, difference = 0;
	int r = 0;

	for (size_t i = 0; i < t->s->f->n_lines && r == 0; i++) {
		const struct fate_line *l = &t->s->f->line[i];

		if (l->kind == FATE_LINE_BLANK) {
			r = add_prose(t, l);
			continue;
		}
		r = add_statement(t, i, &difference);
		if (r == 0)
			r = add_untold(t, i, next);
	}
	return r;
}
