/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - answers as one JSON document; docs/json.md is its description */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "notation/notation.h"
#include "report/words.h"

/* Text of our own, or escaped: always UTF-8.  NULL becomes null. */
static json_t *text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *comm(const struct answer *a, const struct sf_task *t)
{
	char name[NAME_LEN];

	return json_string(comm_escaped(a, t, name));
}

static json_t *signal_name(int sig)
{
	char buf[16];

	return json_string(sf_signal_name(sig, buf));
}

static json_t *error_name(long result)
{
	return result < 0 ? text(fate_errno_name((int)-result)) : json_null();
}

static json_t *nspid(const struct answer *a, const struct sf_task *t)
{
	const struct proc_task *p = answer_proc(a, t);
	json_t *list = json_array();

	for (unsigned int i = 0; p && i < p->n_nspid; i++)
		json_array_append_new(list, json_integer(p->nspid[i]));
	return list;
}

static json_t *then(const struct answer *a, const struct sf_verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n_then; i++) {
		const struct sf_consequence *c = &v->then[i];

		if (!answer_proc(a, c->task))
			continue; /* a stand-in for somebody outside */
		json_array_append_new(
			list, json_pack("{s:i, s:o, s:o, s:s}", "pid", answer_pid(a, c->task),
					"comm", comm(a, c->task), "signal", signal_name(c->sig),
					"fate", sf_fate_name(c->fate)));
	}
	return list;
}

static json_t *instead(const struct answer *a)
{
	static const char *const from[] = {NULL, "outside", "root"};
	json_t *list = json_array();

	for (size_t i = 0; i < a->n_instead; i++) {
		const struct instead *o = &a->instead[i];
		json_t *who = o->from == FROM_SENDER ? json_integer(answer_pid(a, a->sender))
						     : json_string(from[o->from]);

		json_array_append_new(list,
				      json_pack("{s:o, s:o, s:s}", "signal", signal_name(o->sig),
						"from", who, "fate", sf_fate_name(o->fate)));
	}
	return list;
}

static json_t *verdict(const struct answer *a, const struct sf_verdict *v)
{
	const struct sf_reason *why = v->reason;

	return json_pack("{s:i, s:o, s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "pid",
			 answer_pid(a, v->task), "comm", comm(a, v->task), "nspid",
			 nspid(a, v->task), "init", answer_is_init(a, v->task), "fate",
			 sf_fate_name(v->fate), "errno", error_name(-v->error), "reason",
			 text(why ? why->slug : NULL), "because", text(why ? why->because : NULL),
			 "remedy", text(why ? why->remedy : NULL), "generate",
			 v->generate < 0 ? json_null() : json_integer(v->generate), "then",
			 then(a, v), "instead", instead(a));
}

static json_t *step(const struct answer *a, const struct sf_step *s)
{
	const struct sf_step_text *words = sf_step_text(s->id);

	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:[I, I]}", "pid",
			 s->task ? json_integer(answer_pid(a, s->task)) : json_null(), "function",
			 words->function, "question", words->question, "answer", sf_step_answer(s),
			 "signal", signal_name(s->sig), "values", (json_int_t)s->value[0],
			 (json_int_t)s->value[1]);
}

static json_t *sender(const struct inquiry *q)
{
	const struct proc_task *p = q->sender;
	char name[NAME_LEN];

	if (origin_actor(q->by) != ACTOR_SENDER)
		return json_null();
	return json_pack("{s:i, s:s, s:I}", "pid",
			 snapshot_visible(q->snapshot, p, p->nspid, q->caller_ns), "comm",
			 proc_escaped(p, name), "uid", (json_int_t)p->uid[0]);
}

static json_t *unknown(const struct answer *a, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < a[i].n_unknown; k++) {
			const struct unknown *u = &a[i].unknown[k];
			const char *other =
				u->otherwise == SF_NFATES ? NULL : sf_fate_name(u->otherwise);

			json_array_append_new(list,
					      json_pack("{s:o, s:s, s:o, s:o}", "pid",
							u->pid ? json_integer(u->pid) : json_null(),
							"what", u->what, "why", text(u->why),
							"otherwise", text(other)));
		}
	return list;
}

static json_t *document(const struct inquiry *q, const struct answer *a, size_t n)
{
	json_t *calls = json_array(), *verdicts = json_array(), *path = json_array();
	json_t *gaps = unknown(a, n);
	size_t decides = 0;

	for (size_t i = 0; i < n; i++) {
		if (a[decides].result >= 0 && a[i].result < 0)
			decides = i;
		json_array_append_new(
			calls, json_pack("{s:I, s:i, s:o, s:o}", "target", (json_int_t)a[i].target,
					 "result", a[i].result < 0 ? -1 : (int)a[i].result, "errno",
					 error_name(a[i].result), "reason",
					 text(a[i].reason ? a[i].reason->slug : NULL)));
		for (size_t k = 0; k < a[i].n; k++)
			json_array_append_new(verdicts, verdict(&a[i], &a[i].verdict[k]));
		for (size_t k = 0; k < a[i].n_steps; k++)
			json_array_append_new(path, step(&a[i], &a[i].step[k]));
	}
	return json_pack("{s:s, s:o, s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:{s:s, s:s}, s:b, s:o}",
			 "schema", "sigfate.explain/1", "signal", signal_name(q->sig), "by",
			 origin_name(q->by), "from", sender(q), "result",
			 a[decides].result < 0 ? -1 : (int)a[decides].result, "errno",
			 error_name(a[decides].result), "calls", calls, "verdicts", verdicts,
			 "path", path, "kernel", "release", q->release, "profile", q->kernel.name,
			 "complete", json_array_size(gaps) == 0, "unknown", gaps);
}

int report_json(FILE *out, const struct inquiry *q, const struct answer *a, size_t n)
{
	json_t *doc = document(q, a, n);
	int r;

	if (!doc)
		return -ENOMEM;
	r = json_dumpf(doc, out, JSON_INDENT(2));
	json_decref(doc);
	if (r < 0 || fputc('\n', out) == EOF)
		return -EIO;
	return 0;
}
