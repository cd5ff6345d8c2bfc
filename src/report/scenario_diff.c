/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_diff.c - a line that does not hold: what is written, and what happened in which world */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/scenario_report.h"
#include "report/text.h"
#include "report/words.h"

/* The marks of a diff: written, happened, happened as written. */
enum mark { MARK_WRITTEN, MARK_HAPPENED, MARK_HELD };

/* All text comes from the scenario, or names what it names. */
static int say(FILE *out, const char *text, const struct style *style)
{
	_cleanup_free_ char *fit = text_shown(text, strlen(text), style->utf8);

	if (!fit)
		return -ENOMEM;
	fputs(fit, out);
	return 0;
}

static int say_place(FILE *out, const struct scenario *s, size_t line, unsigned int column,
		     const char *message, const struct style *style)
{
	int r;

	fputs(paint(style, PAINT_BOLD), out);
	r = say(out, s->f->path, style);
	fprintf(out, ":%u", s->f->line[line].number);
	if (column)
		fprintf(out, ":%u", column);
	fputs(": ", out);
	if (r == 0)
		r = say(out, message, style);
	fprintf(out, "%s\n", paint(style, PAINT_PLAIN));
	return r;
}

static int say_marked(FILE *out, enum mark mark, const char *text, const char *where,
		      const struct style *style)
{
	static const enum paint color[] = {PAINT_RED, PAINT_GREEN, PAINT_PLAIN};
	int r;

	fprintf(out, "    %s%c ", paint(style, color[mark]), "-+ "[mark]);
	r = say(out, text, style);
	fputs(paint(style, PAINT_PLAIN), out);
	if (where)
		fprintf(out, "   %s(%s)%s", paint(style, PAINT_DIM), where,
			paint(style, PAINT_PLAIN));
	fputc('\n', out);
	return r;
}

static int say_caret(FILE *out, const struct fate_line *l, unsigned int column,
		     const struct style *style)
{
	size_t at = text_byte(l->text, strlen(l->text), column);
	_cleanup_free_ char *before = text_shown(l->text, at, style->utf8);

	if (!before)
		return -ENOMEM;
	fprintf(out, "      %*s%s^%s\n", (int)text_width(before, strlen(before), style->utf8), "",
		paint(style, PAINT_RED), paint(style, PAINT_PLAIN));
	return 0;
}

static unsigned int characters(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* The written line up to the result, then what the call gave. */
static char *call_head(const struct scenario *s, const struct outcome *o, const struct fate_line *l)
{
	size_t size, len = strlen(l->text), end;
	char *head = NULL;
	FILE *out = open_memstream(&head, &size);
	int r = 0;

	if (!out)
		return NULL;
	end = l->result.column ? text_byte(l->text, len, l->result.column)
	      : l->comment     ? (size_t)(l->comment - l->text)
			       : len;
	fwrite(l->text, 1, end, out);
	if (l->result.column)
		r = seen_write(s->f, &o->seen, out);
	if (fclose(out) || r < 0) {
		free(head);
		return NULL;
	}
	return head;
}

/* A call as it happened, its fates in the column that the written ones stand in. */
static int write_call(const struct scenario *s, const struct outcome *o, const struct fate_line *l,
		      FILE *out)
{
	_cleanup_free_ char *head = call_head(s, o, l);
	unsigned int at, arrow;

	if (!head)
		return -ENOMEM;
	fputs(head, out);
	if (!o->n_fates)
		return 0;
	at = characters(head) + 1;
	arrow = l->n_expect ? l->expect[0].column - 3 : 0;
	fprintf(out, "%*s=> ", arrow > at ? (int)(arrow - at) : 2, "");
	seen_fates_write(s->f, o->fate, o->n_fates, l->n_expect && l->expect[0].name >= 0, out);
	return 0;
}

/* What happened in one world at a line, or instead of it. */
static char *happened(const struct scenario *s, const struct staging *st, size_t line)
{
	const struct fate_line *l = &s->f->line[line];
	const struct outcome *o = &st->outcome[line];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r = 0;

	if (!out)
		return NULL;
	if (o->seen.kind == FATE_LINE_CALL)
		r = write_call(s, o, l, out);
	else if (o->seen.kind != FATE_LINE_BLANK)
		r = seen_write(s->f, &o->seen, out);
	else
		fputs(l->kind == FATE_LINE_CALL ? "(the call could not be made)" : "(nothing)",
		      out);
	if (fclose(out) || r < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int say_happened(FILE *out, const struct scenario *s, size_t line, const char *first,
			const char *second, const struct style *style)
{
	const char *text[WORLDS_MAX] = {first, second};
	bool failed[WORLDS_MAX] = {false};
	char where[96];
	int r = 0;

	for (size_t w = 0; w < s->n_worlds; w++)
		failed[w] = s->staging[w].outcome[line].state == FAILED;
	if (s->n_worlds == 2 && failed[0] && failed[1] && !strcmp(first, second))
		return say_marked(out, MARK_HAPPENED, first, "in both worlds", style);
	for (size_t w = 0; w < s->n_worlds && r == 0; w++) {
		snprintf(where, sizeof(where), "%s%s", s->staging[w].name,
			 failed[w] ? "" : ", as written");
		r = say_marked(out, failed[w] ? MARK_HAPPENED : MARK_HELD, text[w], where, style);
	}
	return r;
}

static int say_failure(FILE *out, const struct scenario *s, size_t line, const struct style *style)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	const struct fate_line *l = &s->f->line[line];
	const struct outcome *o = NULL;
	int r;

	for (size_t w = s->n_worlds; w-- > 0;)
		if (s->staging[w].outcome[line].state == FAILED)
			o = &s->staging[w].outcome[line];
	if (!o)
		return 0;
	r = say_place(out, s, line, o->column, o->message, style);
	if (r == 0)
		r = say_marked(out, MARK_WRITTEN, l->text, NULL, style);
	if (r == 0)
		r = say_caret(out, l, o->column, style);
	if (r < 0)
		return r;
	first = happened(s, &s->staging[0], line);
	second = s->n_worlds == 2 ? happened(s, &s->staging[1], line) : strdup("");
	return first && second ? say_happened(out, s, line, first, second, style) : -ENOMEM;
}

static int say_differences(FILE *out, const struct scenario *s, size_t line, size_t *next,
			   const struct style *style)
{
	size_t first = *next;
	int r = 0;

	for (; *next < s->n_differences && s->difference[*next].line == line && r == 0; ++*next) {
		const struct difference *d = &s->difference[*next];

		if (*next == first) {
			r = say_place(out, s, line, 0, "the two worlds differ", style);
			if (r == 0)
				r = say_marked(out, MARK_HELD, s->f->line[line].text, NULL, style);
		}
		for (size_t w = 0; w < s->n_worlds && r == 0; w++)
			r = say_marked(out, w ? MARK_HAPPENED : MARK_WRITTEN, d->text[w],
				       s->staging[w].name, style);
	}
	return r;
}

/* What happened only in one of two worlds is among the differences. */
static int say_untold(FILE *out, const struct scenario *s, size_t line, size_t *next,
		      const struct style *style)
{
	const struct staging *st = &s->staging[0];
	bool placed = false;
	int r = 0;

	for (; *next < st->n_events && st->event[*next].line == line && r == 0; ++*next) {
		_cleanup_free_ char *text = NULL;

		if (st->event[*next].told)
			continue;
		if (!placed)
			r = say_place(out, s, line, 0, "no line tells of what happened here",
				      style);
		placed = true;
		text = seen_string(s->f, &st->event[*next].seen);
		if (r == 0)
			r = text ? say_marked(out, MARK_HAPPENED, text, NULL, style) : -ENOMEM;
	}
	return r;
}

int scenario_diff(FILE *out, const struct scenario *s, const struct style *style)
{
	size_t difference = 0, event = 0;
	int r = 0;

	for (size_t i = 0; i < s->f->n_lines && r == 0; i++) {
		r = say_failure(out, s, i, style);
		if (r == 0)
			r = say_differences(out, s, i, &difference, style);
		if (r == 0 && s->strict)
			r = say_untold(out, s, i, &event, style);
	}
	return r;
}
