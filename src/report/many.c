/* SPDX-License-Identifier: GPL-2.0-or-later */
/* many.c - the answer for a group, or for all: who would get what */
#include <errno.h>
#include <string.h>

#include <libsmartcols.h>

#include "base/cleanup.h"
#include "report/text.h"
#include "notation/notation.h"
#include "report/words.h"

static void cleanup_table(struct libscols_table **table)
{
	scols_unref_table(*table);
}

static const struct {
	const char *name;
	double width;
	int flags;
} columns[] = {
	{"PID", 1, SCOLS_FL_RIGHT}, {"COMMAND", 0.2, SCOLS_FL_TRUNC}, {"FATE", 9, 0},
	{"THEN", 0.1, 0},	    {"WHY", 0.5, SCOLS_FL_TRUNC},
};

static size_t count(const struct answer *a, enum sf_fate fate)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += a->verdict[i].fate == fate;
	return n;
}

/* How many others die of what becomes of this one. */
static size_t deaths_with(const struct sf_verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_then; i++)
		n += v->then[i].task != v->task &&
		     (v->then[i].fate == SF_FATE_KILLED || v->then[i].fate == SF_FATE_DUMPED);
	return n;
}

static bool has_verdict(const struct answer *a, const struct sf_task *t)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->verdict[i].task == t &&
		    (a->verdict[i].fate == SF_FATE_KILLED || a->verdict[i].fate == SF_FATE_DUMPED))
			return true;
	return false;
}

/* The deaths that the signal itself does not account for. */
static size_t count_dragged_along(const struct answer *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->verdict[i].n_then; k++) {
			const struct sf_consequence *c = &a->verdict[i].then[k];

			n += (c->fate == SF_FATE_KILLED || c->fate == SF_FATE_DUMPED) &&
			     !has_verdict(a, c->task);
		}
	return n;
}

static void say_whom(FILE *out, const struct answer *a)
{
	if (a->target == -1)
		fputs("everything it can name", out);
	else if (a->target == 0)
		fputs("its own process group", out);
	else if (a->target < 0)
		fprintf(out, "process group %ld", -a->target);
	else
		fprintf(out, "%sprocess %ld",
			origin_for_group(a->q->by) ? "the process group of " : "", a->target);
}

static void say_counts(FILE *out, const struct answer *a)
{
	size_t die = count(a, SF_FATE_KILLED) + count(a, SF_FATE_DUMPED);
	size_t along = count_dragged_along(a);
	bool first = true;

	if (!a->n) {
		if (a->result < 0)
			fprintf(out, " reaches nobody (%s).", fate_errno_name((int)-a->result));
		else
			fputs(" reaches nobody.", out);
		return;
	}
	fprintf(out, ": %zu of %zu would die", die, a->n);
	if (along)
		fprintf(out, ", and %zu more with them", along);
	for (int f = 0; f < SF_NFATES; f++) {
		size_t n = count(a, (enum sf_fate)f);

		if (!n || f == SF_FATE_KILLED || f == SF_FATE_DUMPED)
			continue;
		fprintf(out, "%s%zu %s", first ? " (" : ", ", n, sf_fate_name((enum sf_fate)f));
		first = false;
	}
	fputs(first ? "." : ").", out);
	if (a->result < 0)
		fprintf(out, " The call gives %s.", fate_errno_name((int)-a->result));
}

static int write_headline(FILE *out, const struct answer *a, const struct style *style)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;
	say_signal(f, a, style->utf8);
	say_whom(f, a);
	say_counts(f, a);
	if (fclose(f))
		return -ENOMEM;
	fputs(paint(style, PAINT_BOLD), out);
	fill(out, text, 0, 0, style, "");
	fputs(paint(style, PAINT_PLAIN), out);
	return 0;
}

/* A name for a table: as in a sentence, but without its number. */
static char *table_name(const struct answer *a, const struct sf_task *t, const struct style *style)
{
	char *text = NULL, name[NAME_LEN];
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	say_ascii(f, comm_escaped(a, t, name), style->utf8);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_line(struct libscols_table *table, const struct answer *a,
		    const struct sf_verdict *v, const struct style *style)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	_cleanup_free_ char *name = table_name(a, v->task, style);
	char pid[16], then[48] = "";
	const char *why = v->reason ? v->reason->slug : "";
	size_t deaths = deaths_with(v);
	int r;

	if (!line || !name)
		return -ENOMEM;
	snprintf(pid, sizeof(pid), "%d", answer_pid(a, v->task));
	if (deaths)
		snprintf(then, sizeof(then), "%zu more die", deaths);
	r = scols_line_set_data(line, 0, pid);
	r = r ? r : scols_line_set_data(line, 1, name);
	r = r ? r : scols_line_set_data(line, 2, sf_fate_name(v->fate));
	r = r ? r : scols_line_set_data(line, 3, then);
	r = r ? r : scols_line_set_data(line, 4, why);
	if (!r && style->color)
		r = scols_line_set_color(line, paint(style, fate_paint(v->fate)));
	return r;
}

static int write_table(FILE *out, const struct answer *a, const struct style *style)
{
	_cleanup_(cleanup_table) struct libscols_table *table = scols_new_table();
	bool then = count_dragged_along(a) > 0;
	int r = 0;

	if (!table)
		return -ENOMEM;
	scols_table_set_stream(table, out);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, style->width);
	scols_table_enable_colors(table, style->color);
	scols_table_enable_noencoding(table, true); /* the names are fit to print already */
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		int flags = columns[i].flags | (i == 3 && !then ? SCOLS_FL_HIDDEN : 0);

		if (!scols_table_new_column(table, columns[i].name, columns[i].width, flags))
			return -ENOMEM;
	}
	for (size_t i = 0; i < a->n && !r; i++)
		r = add_line(table, a, &a->verdict[i], style);
	return r ? r : scols_print_table(table);
}

int report_many(FILE *out, const struct answer *a, const struct style *style)
{
	int r = write_headline(out, a, style);

	if (!r && !a->n && a->reason)
		fprintf(out, "%s\n", a->reason->because);
	if (!r && a->n) {
		fputc('\n', out);
		r = write_table(out, a, style);
	}
	if (!r && a->n && a->n_unknown)
		fputc('\n', out);
	if (!r)
		r = write_unknown(out, a, style);
	if (!r && style->all_steps)
		r = write_path(out, a, NULL, style);
	return r;
}
