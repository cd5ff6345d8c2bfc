/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - one answer for people: the verdict, why, what follows, what would work, the path */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/text.h"
#include "notation/notation.h"
#include "report/words.h"

#define FIELD 9	      /* the column that the texts of the fields start at */
#define NAMED_MAX 5   /* how many processes are named before the rest is counted */
#define UNKNOWN_MAX 8 /* and how many gaps */

static const char margin[] = "         ";

const char *paint(const struct style *style, enum paint p)
{
	static const char *const code[] = {"\033[0m",  "\033[1m",  "\033[2m",
					   "\033[32m", "\033[33m", "\033[31m"};

	return style->color ? code[p] : "";
}

enum paint fate_paint(enum sf_fate fate)
{
	switch (fate) {
	case SF_FATE_KILLED:
	case SF_FATE_DUMPED:
	case SF_FATE_REFUSED:
		return PAINT_RED;
	case SF_FATE_HANDLED:
	case SF_FATE_PROBE:
	case SF_FATE_CONTINUED:
		return PAINT_GREEN;
	case SF_FATE_IGNORED:
	case SF_FATE_MERGED:
	case SF_FATE_PENDING:
	case SF_FATE_STOPPED:
	case SF_FATE_TRACED:
	case SF_FATE_DROPPED:
	case SF_NFATES:
	default:
		return PAINT_YELLOW;
	}
}

/* ", PID 1 of its namespace": how a process is known where it lives. */
static void say_place(FILE *out, const struct answer *a, const struct sf_task *t)
{
	const struct proc_task *p = answer_proc(a, t);
	bool init = answer_is_init(a, t);

	if (!p)
		return;
	if (p->n_nspid > 1)
		fprintf(out, ", PID %d of its namespace,", p->nspid[p->n_nspid - 1]);
	else if (init)
		fprintf(out, ", the init of this %s,",
			a->q->snapshot->pidns_is_initial ? "host" : "namespace");
}

/* "SIGTERM by tgkill from bash (1)", "SIGKILL from the OOM killer" */
void say_signal(FILE *out, const struct answer *a, bool utf8)
{
	const char *words = origin_words(a->q->by);
	char buf[16];

	fputs(a->q->sig ? sf_signal_name(a->q->sig, buf) : "Signal 0", out);
	if (!words && a->q->by != BY_KILL)
		fprintf(out, " by %s", origin_name(a->q->by));
	fputs(" from ", out);
	if (words)
		fputs(words, out);
	else
		say_process(out, a, a->sender, utf8);
	fputs(" to ", out);
}

/* The verdict as a sentence: "SIGTERM from bash (1) to sleep (2) would kill it: …" */
static void say_verdict(FILE *out, const struct answer *a, const struct sf_verdict *v,
			const struct style *style)
{
	say_signal(out, a, style->utf8);
	if (v->task == sf_task_leader(a->sender) && !origin_words(a->q->by))
		fputs("itself", out);
	else
		say_process(out, a, v->task, style->utf8);
	say_place(out, a, v->task);
	fprintf(out, " %s", fate_phrase(v->fate));
	if (v->fate == SF_FATE_REFUSED)
		fprintf(out, " (%s)", fate_errno_name(v->error));
	if (a->unnamed)
		fputs(": the sender cannot see it, so it has no number to name it by.", out);
	else
		fputc('.', out);
}

/* Everything of a field is built as one text and then broken into lines. */
struct field {
	FILE *f;
	char *text;
	size_t size;
};

static int field_begin(struct field *field)
{
	*field = (struct field){0};
	field->f = open_memstream(&field->text, &field->size);
	return field->f ? 0 : -ENOMEM;
}

static int field_end(struct field *field, FILE *out, const char *name, const struct style *style)
{
	int r = fclose(field->f) ? -ENOMEM : 0;

	if (!r && field->size) {
		fprintf(out, "%s%-*s%s", paint(style, PAINT_DIM), FIELD, name,
			paint(style, PAINT_PLAIN));
		fill(out, field->text, FIELD, FIELD, style, margin);
	}
	free(field->text);
	return r;
}

static int write_headline(FILE *out, const struct answer *a, const struct sf_verdict *v,
			  const struct style *style)
{
	struct field field;
	int r = field_begin(&field);

	if (r)
		return r;
	say_verdict(field.f, a, v, style);
	r = fclose(field.f) ? -ENOMEM : 0;
	if (!r) {
		fprintf(out, "%s%s", paint(style, PAINT_BOLD), paint(style, fate_paint(v->fate)));
		fill(out, field.text, 0, 0, style, "");
		fputs(paint(style, PAINT_PLAIN), out);
	}
	free(field.text);
	return r;
}

static int write_why(FILE *out, const struct sf_reason *why, const struct style *style)
{
	struct field field;
	int r;

	if (!why)
		return 0;
	r = field_begin(&field);
	if (r)
		return r;
	fprintf(field.f, "%s (%s)", why->because, why->slug);
	return field_end(&field, out, "why", style);
}

static bool is_death(const struct sf_consequence *c)
{
	return c->fate == SF_FATE_KILLED || c->fate == SF_FATE_DUMPED;
}

/* The deaths of others: the first few by name, the rest as a number. */
static void say_deaths(FILE *out, const struct answer *a, const struct sf_verdict *v,
		       const struct style *style)
{
	size_t deaths = 0, named = 0;

	for (size_t i = 0; i < v->n_then; i++)
		deaths += is_death(&v->then[i]) && v->then[i].task != v->task;
	if (!deaths)
		return;
	fprintf(out, "%zu %s %s with it: ", deaths, deaths == 1 ? "process" : "processes",
		deaths == 1 ? "dies" : "die");
	for (size_t i = 0; i < v->n_then && named < NAMED_MAX; i++) {
		if (!is_death(&v->then[i]) || v->then[i].task == v->task)
			continue;
		fputs(named++ ? ", " : "", out);
		say_process(out, a, v->then[i].task, style->utf8);
	}
	if (deaths > named)
		fprintf(out, " and %zu more", deaths - named);
}

static void say_consequence(FILE *out, const struct answer *a, const struct sf_verdict *v,
			    const struct sf_consequence *c, const struct style *style)
{
	char buf[16];

	if (c->task == v->task)
		fputs("it", out);
	else
		say_process(out, a, c->task, style->utf8);
	fprintf(out, " gets %s: %s", sf_signal_name(c->sig, buf), sf_fate_name(c->fate));
}

static int write_then(FILE *out, const struct answer *a, const struct sf_verdict *v,
		      const struct style *style)
{
	const char *name = "then";
	struct field field;
	size_t lines = 0;
	int r = field_begin(&field);

	if (r)
		return r;
	say_deaths(field.f, a, v, style);
	fflush(field.f);
	if (field.size)
		name = "";
	r = field_end(&field, out, "then", style);
	for (size_t i = 0; i < v->n_then && !r; i++) {
		const struct sf_consequence *c = &v->then[i];

		if ((is_death(c) && c->task != v->task) || !answer_proc(a, c->task))
			continue;
		if (++lines > NAMED_MAX)
			break;
		r = field_begin(&field);
		if (r)
			return r;
		say_consequence(field.f, a, v, c, style);
		r = field_end(&field, out, name, style);
		name = "";
	}
	return r;
}

static int write_instead(FILE *out, const struct answer *a, const struct sf_verdict *v,
			 const struct style *style)
{
	const char *name = "instead", *remedy = v->reason ? v->reason->remedy : NULL;
	struct field field;
	int r = 0;

	if (remedy) {
		r = field_begin(&field);
		if (r)
			return r;
		fputs(remedy, field.f);
		r = field_end(&field, out, name, style);
		name = "";
	}
	for (size_t i = 0; i < a->n_instead && !r; i++) {
		const struct instead *o = &a->instead[i];
		char buf[16];

		r = field_begin(&field);
		if (r)
			return r;
		fprintf(field.f, "%s from ", sf_signal_name(o->sig, buf));
		if (o->from == FROM_SENDER)
			say_process(field.f, a, a->sender, style->utf8);
		else
			fputs(o->from == FROM_ROOT ? "root" : "root outside its namespace",
			      field.f);
		fprintf(field.f, ": %s", sf_fate_name(o->fate));
		r = field_end(&field, out, name, style);
		name = "";
	}
	return r;
}

/* Words that no line is broken between. */
static void say_glued(FILE *out, const char *words)
{
	for (; *words; words++)
		fputc(*words == ' ' ? GLUE[0] : *words, out);
}

static void say_unknown(FILE *out, const struct unknown *u, const struct style *style)
{
	char name[NAME_LEN];

	if (u->task) {
		say_ascii(out, proc_escaped(u->task, name), style->utf8);
		if (u->pid)
			fprintf(out, " (%d)", u->pid);
		fputs(": ", out);
	}
	fputs(u->what, out);
	if (u->why)
		fprintf(out, " (%s)", u->why);
	if (u->otherwise == SF_NFATES)
		return;
	fputs("; ", out);
	say_glued(out, u->other);
	fprintf(out, ":" GLUE "%s", sf_fate_name(u->otherwise));
}

int write_unknown(FILE *out, const struct answer *a, const struct style *style)
{
	const char *name = "unknown";
	size_t lines = 0, left = 0;
	int r = 0;

	for (size_t i = 0; i < a->n_unknown && !r; i++) {
		struct field field;

		/* of many only the fates are told, not who is told of them */
		if (a->unknown[i].notice && !a->task)
			continue;
		if (lines++ >= UNKNOWN_MAX) {
			left++;
			continue;
		}
		r = field_begin(&field);
		if (r)
			return r;
		say_unknown(field.f, &a->unknown[i], style);
		r = field_end(&field, out, name, style);
		name = "";
	}
	if (left)
		fprintf(out, "%sand %zu more\n", margin, left);
	return r;
}

int report_text(FILE *out, const struct answer *a, const struct style *style)
{
	const struct sf_verdict *v = a->verdict;
	int r;

	if (!a->task || a->n != 1)
		return report_many(out, a, style);
	r = write_headline(out, a, v, style);
	if (!r)
		r = write_why(out, v->reason, style);
	if (!r)
		r = write_then(out, a, v, style);
	if (!r)
		r = write_instead(out, a, v, style);
	if (!r)
		r = write_unknown(out, a, style);
	if (!r)
		r = write_path(out, a, style->all_steps ? NULL : v->task, style);
	return r;
}
