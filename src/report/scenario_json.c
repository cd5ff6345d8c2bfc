/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_json.c - what became of scenarios, as one JSON document; docs/json.md describes it */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "report/scenario_report.h"

static json_t *text_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

/* Bytes of the scenario's text, or its path. */
static json_t *escaped(const char *s)
{
	size_t len = strlen(s);
	_cleanup_free_ char *buf = malloc(4 * len + 1);

	if (!buf)
		return NULL;
	escape_bytes(s, len, buf, 4 * len + 1);
	return json_string(buf);
}

static json_t *shown(const struct fate *f, const struct seen *seen)
{
	_cleanup_free_ char *text = NULL;

	if (seen->kind == FATE_LINE_BLANK)
		return json_null();
	text = seen_string(f, seen);
	return text ? json_string(text) : NULL;
}

static json_t *fate_names(unsigned int set)
{
	json_t *list = json_array();

	for (int i = 0; i < SF_NFATES; i++)
		if (set & 1u << i)
			json_array_append_new(list, json_string(sf_fate_name((enum sf_fate)i)));
	return list;
}

static json_t *fates(const struct fate *f, const struct outcome *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->n_fates; i++) {
		const struct sf_reason *why = o->fate[i].reason;

		json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "process",
						      f->name[o->fate[i].who], "fates",
						      fate_names(o->fate[i].set), "reason",
						      text_or_null(why ? why->slug : NULL)));
	}
	return list;
}

/* The events of one call; @next: the first that has not been written. */
static json_t *events(const struct fate *f, const struct staging *st, size_t line, size_t *next)
{
	json_t *list = json_array();

	for (; *next < st->n_events && st->event[*next].line == line; ++*next) {
		const struct occurrence *e = &st->event[*next];

		json_array_append_new(list,
				      json_pack("{s:s, s:o, s:b}", "process", f->name[e->seen.who],
						"shown", shown(f, &e->seen), "told", e->told));
	}
	return list;
}

static const char *state_name(enum outcome_state state)
{
	static const char *const name[] = {"not played", "held", "failed"};

	return name[state];
}

static json_t *outcome(const struct fate *f, const struct staging *st, size_t line, size_t *next)
{
	const struct outcome *o = &st->outcome[line];
	const struct fate_line *l = &f->line[line];
	bool call = o->seen.kind == FATE_LINE_CALL || o->seen.kind == FATE_LINE_RESUMED;
	bool returned = call && o->seen.result.kind != FATE_RESULT_ANY;
	bool failed = returned && o->seen.result.kind == FATE_RESULT_ERRNO;
	json_t *doc = json_pack("{s:s, s:o, s:o, s:o}", "outcome", state_name(o->state), "shown",
				shown(f, &o->seen), "error", text_or_null(o->message), "column",
				o->state == FAILED ? json_integer(o->column) : json_null());

	if (!doc || l->kind != FATE_LINE_CALL)
		return doc;
	json_object_set_new(doc, "result",
			    !returned ? json_null()
			    : failed  ? json_integer(-1)
				      : json_integer(o->seen.result.number));
	json_object_set_new(doc, "errno",
			    text_or_null(failed ? fate_errno_name(o->seen.result.error) : NULL));
	json_object_set_new(doc, "fates", fates(f, o));
	json_object_set_new(doc, "events", events(f, st, line, next));
	return doc;
}

static const char *kind_name(enum fate_line_kind kind)
{
	static const char *const name[] = {
		[FATE_LINE_BLANK] = "blank",	 [FATE_LINE_KERNEL] = "kernel",
		[FATE_LINE_NEEDS] = "needs",	 [FATE_LINE_CALL] = "call",
		[FATE_LINE_RESUMED] = "resumed", [FATE_LINE_DELIVERED] = "delivered",
		[FATE_LINE_STOPPED] = "stopped", [FATE_LINE_CONTINUED] = "continued",
		[FATE_LINE_KILLED] = "killed",	 [FATE_LINE_EXITED] = "exited",
		[FATE_LINE_IS] = "state",	 [FATE_LINE_SIGSET] = "set",
		[FATE_LINE_NSPID] = "nspid",	 [FATE_LINE_PARENT] = "parent",
	};

	return name[kind];
}

static json_t *lines(const struct scenario *s)
{
	size_t next[WORLDS_MAX] = {0};
	json_t *list = json_array();

	for (size_t i = 0; i < s->f->n_lines; i++) {
		const struct fate_line *l = &s->f->line[i];
		json_t *worlds;

		if (l->kind == FATE_LINE_BLANK || l->kind == FATE_LINE_KERNEL ||
		    l->kind == FATE_LINE_NEEDS)
			continue;
		worlds = json_object();
		for (size_t w = 0; w < s->n_worlds; w++)
			json_object_set_new(worlds, s->staging[w].world->ops->name,
					    outcome(s->f, &s->staging[w], i, &next[w]));
		json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:o, s:o}", "line",
						      (int)l->number, "kind", kind_name(l->kind),
						      "process", s->f->name[l->who], "text",
						      escaped(l->text), "worlds", worlds));
	}
	return list;
}

static json_t *differences(const struct scenario *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_differences; i++) {
		const struct difference *d = &s->difference[i];
		json_t *one = json_pack("{s:i, s:s}", "line", (int)s->f->line[d->line].number,
					"what", d->what);

		for (size_t w = 0; w < s->n_worlds; w++)
			json_object_set_new(one, s->staging[w].world->ops->name,
					    json_string(d->text[w]));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *unread(const char *path, const struct fate_error *error)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "path", escaped(path), "outcome", "trouble",
			 "reason", escaped(error->message), "line",
			 error->line ? json_integer(error->line) : json_null(), "column",
			 error->line ? json_integer(error->column) : json_null());
}

static json_t *played(const char *path, const struct scenario *s)
{
	bool at = s->trouble && s->trouble_line < s->f->n_lines;
	const struct fate_line *l = at ? &s->f->line[s->trouble_line] : NULL;
	const char *what = s->trouble	      ? "trouble"
			   : s->skipped	      ? "skipped"
			   : scenario_held(s) ? "held"
					      : "failed";

	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "path",
			 escaped(path), "outcome", what, "reason",
			 text_or_null(s->trouble ? s->trouble : s->skipped), "line",
			 l ? json_integer(l->number) : json_null(), "column",
			 l && s->trouble_column ? json_integer(s->trouble_column) : json_null(),
			 "checked", (json_int_t)s->n_checked, "failed", (json_int_t)s->n_failed,
			 "untold", (json_int_t)s->n_untold, "unplayed", (json_int_t)s->n_unplayed,
			 "lines", lines(s), "differences", differences(s));
}

static int dump(FILE *out, json_t *doc)
{
	int r;

	if (!doc)
		return -ENOMEM;
	r = json_dumpf(doc, out, JSON_COMPACT);
	json_decref(doc);
	return r < 0 ? -EIO : 0;
}

/* The document is written in pieces: the scenarios of many files need not be kept. */
int report_run_json_begin(FILE *out, const struct json_run *run)
{
	static const char *const on[] = {"", "model", "kernel", "both"};
	json_t *head = json_pack("{s:s, s:s, s:b, s:{s:s, s:s}}", "schema", "sigfate.run/1", "on",
				 on[run->on], "strict", run->strict, "kernel", "release",
				 run->release, "profile", run->profile);
	_cleanup_free_ char *text = head ? json_dumps(head, JSON_COMPACT) : NULL;

	json_decref(head);
	if (!text)
		return -ENOMEM;
	text[strlen(text) - 1] = '\0'; /* its closing brace comes at the end */
	fprintf(out, "%s, \"scenarios\": [", text);
	return 0;
}

int report_run_json_add(FILE *out, bool first, const char *path, const struct scenario *s,
			const struct fate_error *error)
{
	fputs(first ? "\n" : ",\n", out);
	return dump(out, s ? played(path, s) : unread(path, error));
}

int report_run_json_end(FILE *out, const struct tally *t)
{
	int r;

	fputs("\n], \"summary\": ", out);
	r = dump(out, json_pack("{s:I, s:I, s:I, s:I}", "held", (json_int_t)t->held, "failed",
				(json_int_t)t->failed, "skipped", (json_int_t)t->skipped, "trouble",
				(json_int_t)t->troubled));
	fputs("}\n", out);
	return r;
}
