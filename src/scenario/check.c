/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - whether what happened is what is written */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "scenario/play.h"

/* "si_pid=app": one field of a siginfo, as it would be written. */
static int fail_field(const struct fate *f, const struct fate_info *written,
		      const struct fate_info *seen, unsigned int field, int sig,
		      unsigned int column, struct outcome *o)
{
	_cleanup_free_ char *want = NULL, *got = NULL;
	struct fate_info one[2] = {*written, *seen};
	char **text[2] = {&want, &got};

	for (int i = 0; i < 2; i++) {
		size_t size;
		FILE *out = open_memstream(text[i], &size);

		if (!out)
			return -ENOMEM;
		one[i].fields = field;
		fate_write_info(f, &one[i], sig, out);
		if (fclose(out))
			return -ENOMEM;
	}
	return outcome_fail(o, column, "expected %s, got %s", want, got);
}

static bool same_field(const struct staging *st, int reader, const struct fate_info *written,
		       const struct fate_info *seen, unsigned int field)
{
	const struct sf_siginfo *w = &written->info, *s = &seen->info;

	switch (field) {
	case FATE_SI_SIGNO:
		return w->signo == s->signo;
	case FATE_SI_ERRNO:
		return w->error == s->error;
	case FATE_SI_CODE:
		return w->code == s->code;
	case FATE_SI_PID:
		if (written->pid_name < 0)
			return w->pid == s->pid;
		return s->pid > 0 && st->bound[written->pid_name] &&
		       world_pid(st->world, reader, written->pid_name) == s->pid;
	case FATE_SI_UID:
		return w->uid == s->uid;
	case FATE_SI_STATUS:
		return w->status == s->status;
	default:
		return w->value == s->value;
	}
}

int check_info(const struct staging *st, const struct fate *f, int reader,
	       const struct fate_info *written, const struct fate_info *seen, unsigned int column,
	       struct outcome *o)
{
	for (unsigned int field = FATE_SI_SIGNO; field <= FATE_SI_VALUE; field <<= 1)
		if ((written->fields & field) && !same_field(st, reader, written, seen, field))
			return fail_field(f, written, seen, field, seen->info.signo, column, o);
	return 0;
}

static bool same_number(const struct staging *st, const struct fate_line *l,
			const struct fate_result *seen)
{
	const struct fate_result *w = &l->result;

	/* whoever waits for its vfork() child has made it all the same */
	if (seen->kind == FATE_RESULT_ANY && w->kind == FATE_RESULT_NEW && st->bound[w->name])
		return true;
	if (seen->kind == FATE_RESULT_ANY || seen->kind == FATE_RESULT_ERRNO)
		return w->kind == seen->kind && w->error == seen->error;
	switch (w->kind) {
	case FATE_RESULT_NUMBER:
		return w->number == seen->number &&
		       (!w->has_action || same_action(&w->action, &seen->action));
	case FATE_RESULT_NAME:
		return seen->number > 0 && st->bound[w->name] &&
		       world_pid(st->world, l->who, w->name) == seen->number;
	case FATE_RESULT_NEW:
		return seen->kind == FATE_RESULT_NEW;
	case FATE_RESULT_SET:
		return seen->kind == FATE_RESULT_SET && w->set == seen->set;
	case FATE_RESULT_ANY:
	case FATE_RESULT_ERRNO:
		break;
	}
	return false;
}

/* "expected 0, got -1 EPERM" */
static int fail_result(const struct fate *f, const struct fate_line *l,
		       const struct fate_result *seen, struct outcome *o)
{
	_cleanup_free_ char *want = NULL, *got = NULL;
	struct fate_result s = *seen;
	const struct fate_result *result[2] = {&l->result, &s};
	char **text[2] = {&want, &got};

	s.has_action |= l->result.has_action && s.kind == FATE_RESULT_NUMBER;
	for (int i = 0; i < 2; i++) {
		size_t size;
		FILE *out = open_memstream(text[i], &size);

		if (!out)
			return -ENOMEM;
		fate_write_result(f, l->call, result[i], out);
		if (fclose(out))
			return -ENOMEM;
	}
	if (seen->kind == FATE_RESULT_ANY)
		return outcome_fail(o, l->result.column, "expected %s, but it does not return",
				    want);
	return outcome_fail(o, l->result.column, "expected %s, got %s", want, got);
}

int check_result(const struct staging *st, const struct fate *f, const struct fate_line *l,
		 const struct seen *seen, struct outcome *o)
{
	const struct fate_result *w = &l->result, *s = &seen->result;

	if (w->kind == FATE_RESULT_ANY)
		return 0;
	if (!same_number(st, l, s) || (w->status >= 0 && w->status != s->status))
		return fail_result(f, l, s, o);
	return check_info(st, f, l->who, &w->info, &s->info, w->column, o);
}

static int fail_fate(const struct fate *f, const struct fate_expect *e, const struct seen_fate *got,
		     struct outcome *o)
{
	_cleanup_free_ char *text = NULL;
	const char *name;
	size_t size;
	FILE *out;

	if (!got && e->name < 0)
		return outcome_fail(o, e->column,
				    "expected %s, but it came to no process that has a name here",
				    sf_fate_name(e->fate));
	if (!got)
		return outcome_fail(o, e->column, "expected %s: %s, but it did not come to %s",
				    f->name[e->name], sf_fate_name(e->fate), f->name[e->name]);
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	seen_fates_write(f, got, 1, false, out);
	if (fclose(out))
		return -ENOMEM;
	name = f->name[got->who];
	return outcome_fail(o, e->column, "expected %s: %s, got %s: %s", name,
			    sf_fate_name(e->fate), name, text);
}

/* One fate that is written for all who get the signal. */
static int check_common_fate(const struct fate *f, const struct fate_expect *e, struct outcome *o)
{
	bool refused = o->seen.result.kind == FATE_RESULT_ERRNO;

	/* a call that finds nobody is refused, though there is nobody to tell it of */
	if (!o->n_fates && refused && e->fate == SF_FATE_REFUSED)
		return 0;
	if (!o->n_fates)
		return fail_fate(f, e, NULL, o);
	for (size_t i = 0; i < o->n_fates; i++)
		if (!(o->fate[i].set & 1u << e->fate))
			return fail_fate(f, e, &o->fate[i], o);
	return 0;
}

int check_fates(const struct staging *st, const struct fate *f, const struct fate_line *l,
		struct outcome *o)
{
	int r = 0;

	for (size_t i = 0; i < l->n_expect && r == 0; i++) {
		const struct fate_expect *e = &l->expect[i];
		struct seen_fate one = {.who = e->name};

		if (e->name < 0) {
			r = check_common_fate(f, e, o);
			continue;
		}
		one.set = st->bound[e->name] ? world_fates(st->world, e->name) : 0;
		if (!(one.set & 1u << e->fate))
			r = fail_fate(f, e, one.set ? &one : NULL, o);
	}
	return r;
}

/* "it is running", "it shows SigPnd = {}": what is there. */
static int fail_shown(const struct fate *f, const struct fate_line *l, struct outcome *o)
{
	_cleanup_free_ char *got = seen_string(f, &o->seen);
	const char *what;

	if (!got)
		return -ENOMEM;
	what = strchr(got, ':');
	return outcome_fail(o, l->check_column, "it %s%s",
			    o->seen.kind == FATE_LINE_IS ? "" : "shows ", what ? what + 2 : got);
}

int check_shown(const struct staging *st, const struct fate *f, const struct fate_line *l,
		struct outcome *o)
{
	struct seen *s = &o->seen;
	struct world_look look;
	bool same = false;
	int r = world_look(st->world, l->who, &look);

	*s = (struct seen){.kind = l->kind, .who = l->who};
	if (r < 0)
		return r;
	if (look.state == FATE_GONE)
		s->kind = FATE_LINE_IS;
	switch ((int)s->kind) {
	case FATE_LINE_IS:
		s->state = look.state;
		same = l->kind == FATE_LINE_IS && s->state == l->state;
		break;
	case FATE_LINE_SIGSET:
		s->sigset = l->sigset;
		s->set = look.set[l->sigset];
		same = s->set == l->set;
		break;
	case FATE_LINE_NSPID:
		s->n_nspid = look.n_nr;
		memcpy(s->nspid, look.nr, sizeof(s->nspid));
		same = s->n_nspid == l->n_nspid &&
		       !memcmp(s->nspid, l->nspid, l->n_nspid * sizeof(*l->nspid));
		break;
	default:
		s->parent = look.parent;
		same = s->parent == l->parent;
		break;
	}
	return same ? 0 : fail_shown(f, l, o);
}
