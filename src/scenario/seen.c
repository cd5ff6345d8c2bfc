/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seen.c - what a world shows, in the notation's own terms */
#include <stdlib.h>
#include <string.h>

#include "scenario/play.h"

/* The process that has this number for @viewer; the youngest one, for numbers come back. */
static int name_of(const struct staging *st, const struct fate *f, int viewer, long number)
{
	if (number <= 0)
		return -1;
	for (size_t i = f->n_names; i-- > 0;)
		if (st->bound[i] && world_pid(st->world, viewer, (int)i) == number)
			return (int)i;
	return -1;
}

/* All of a siginfo that the signal's layout has something to say in. */
static void info_from(const struct staging *st, const struct fate *f, int reader,
		      const struct sf_siginfo *info, struct fate_info *ret)
{
	*ret = (struct fate_info){.info = *info,
				  .fields = FATE_SI_CODE | FATE_SI_PID | FATE_SI_UID};
	ret->pid_name = name_of(st, f, reader, info->pid);
	if (info->error)
		ret->fields |= FATE_SI_ERRNO;
	if (info->code > 0 && info->code <= SF_CLD_CONTINUED)
		ret->fields |= FATE_SI_STATUS;
	else if (info->value)
		ret->fields |= FATE_SI_VALUE;
}

void seen_from_result(const struct staging *st, const struct fate *f, int who,
		      enum fate_call_id call, int child, const struct world_result *result,
		      struct seen *ret)
{
	struct fate_result *r = &ret->result;

	*ret = (struct seen){.kind = FATE_LINE_CALL, .who = who, .call = call};
	*r = (struct fate_result){.name = -1, .status = -1, .number = result->ret};
	r->info.pid_name = -1;
	if (result->blocked) {
		r->kind = FATE_RESULT_ANY;
		return;
	}
	if (result->ret < 0) {
		r->kind = FATE_RESULT_ERRNO;
		r->error = (int)-result->ret;
		return;
	}
	r->kind = FATE_RESULT_NUMBER;
	if (fate_calls[call].makes_task && child >= 0) {
		r->kind = FATE_RESULT_NEW;
		r->name = child;
	} else if (fate_calls[call].gives_pid || fate_calls[call].makes_task) {
		r->name = name_of(st, f, who, result->ret);
		if (r->name >= 0)
			r->kind = FATE_RESULT_NAME;
		if (call == FATE_WAIT4)
			r->status = result->status;
	} else if (call == FATE_SIGPENDING) {
		r->kind = FATE_RESULT_SET;
		r->set = result->set;
	} else if (call == FATE_SIGACTION) {
		r->action = result->action;
	} else if (fate_calls[call].gives_info && result->info.signo) {
		info_from(st, f, who, &result->info, &r->info);
	}
}

void seen_from_event(const struct staging *st, const struct fate *f,
		     const struct world_event *event, struct seen *ret)
{
	static const enum fate_line_kind kind[] = {
		[WORLD_HANDLED] = FATE_LINE_DELIVERED,	 [WORLD_KILLED] = FATE_LINE_KILLED,
		[WORLD_EXITED] = FATE_LINE_EXITED,	 [WORLD_STOPPED] = FATE_LINE_STOPPED,
		[WORLD_CONTINUED] = FATE_LINE_CONTINUED, [WORLD_RESUMED] = FATE_LINE_RESUMED,
	};

	if (event->type == WORLD_RESUMED) {
		seen_from_result(st, f, event->who, st->waiting[event->who], -1, &event->result,
				 ret);
		ret->kind = FATE_LINE_RESUMED;
		return;
	}
	*ret = (struct seen){.kind = kind[event->type], .who = event->who};
	ret->sig = event->info.signo;
	ret->info.pid_name = -1;
	if (event->type == WORLD_HANDLED)
		info_from(st, f, event->who, &event->info, &ret->info);
	if (event->type != WORLD_KILLED && event->type != WORLD_EXITED)
		return;
	ret->unknown = event->status < 0;
	ret->sig = event->status & 0x7f;
	ret->dumped = event->status & 0x80;
	ret->code = event->status >> 8 & 0xff;
}

static void line_from(const struct seen *seen, struct fate_line *l)
{
	*l = (struct fate_line){.kind = seen->kind, .who = seen->who, .parent = -1};
	switch (seen->kind) {
	case FATE_LINE_CALL:
	case FATE_LINE_RESUMED:
		l->call = seen->call;
		l->result = seen->result;
		break;
	case FATE_LINE_IS:
		l->state = seen->state;
		break;
	case FATE_LINE_SIGSET:
		l->sigset = seen->sigset;
		l->set = seen->set;
		break;
	case FATE_LINE_NSPID:
		l->n_nspid = seen->n_nspid;
		memcpy(l->nspid, seen->nspid, sizeof(l->nspid));
		break;
	case FATE_LINE_PARENT:
		l->parent = seen->parent;
		break;
	case FATE_LINE_DELIVERED:
	case FATE_LINE_STOPPED:
	case FATE_LINE_CONTINUED:
	case FATE_LINE_KILLED:
	case FATE_LINE_EXITED:
		l->sig = seen->sig;
		l->dumped = seen->dumped;
		l->code = seen->code;
		l->info = seen->info;
		break;
	case FATE_LINE_BLANK:
	case FATE_LINE_KERNEL:
	case FATE_LINE_NEEDS:
		break;
	}
}

int seen_write(const struct fate *f, const struct seen *seen, FILE *out)
{
	struct fate_line l;

	if (seen->kind == FATE_LINE_CALL) { /* the call itself is where it was written */
		fate_write_result(f, seen->call, &seen->result, out);
		return 0;
	}
	if (seen_ends(seen) && seen->unknown) {
		fprintf(out, "%s: +++ ended +++", f->name[seen->who]);
		return 0;
	}
	line_from(seen, &l);
	return fate_write_line(f, &l, out);
}

char *seen_string(const struct fate *f, const struct seen *seen)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return NULL;
	r = seen_write(f, seen, out);
	if (fclose(out) || r < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static void write_fate_set(unsigned int set, FILE *out)
{
	const char * or = "";

	for (int fate = 0; fate < SF_NFATES; fate++) {
		if (set & 1u << fate) {
			fprintf(out, "%s%s", or, sf_fate_name((enum sf_fate)fate));
			or = "|";
		}
	}
}

void seen_fates_write(const struct fate *f, const struct seen_fate *fate, size_t n, bool named,
		      FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		if (n > 1 || named)
			fprintf(out, "%s%s: ", i ? ", " : "", f->name[fate[i].who]);
		write_fate_set(fate[i].set, out);
	}
}

static bool same_info(const struct fate_info *a, const struct fate_info *b)
{
	const struct sf_siginfo *x = &a->info, *y = &b->info;

	/* the worlds may count differently: a process is the same when it has the same name */
	if (a->fields != b->fields || a->pid_name != b->pid_name ||
	    (a->pid_name < 0 && x->pid != y->pid))
		return false;
	return x->signo == y->signo && x->error == y->error && x->code == y->code &&
	       x->uid == y->uid && x->status == y->status && x->value == y->value;
}

bool same_action(const struct sf_sigaction *a, const struct sf_sigaction *b)
{
	return a->handler == b->handler && a->flags == b->flags && a->mask == b->mask;
}

static bool same_result(const struct fate_result *a, const struct fate_result *b)
{
	if (a->kind != b->kind || a->status != b->status)
		return false;
	switch (a->kind) {
	case FATE_RESULT_ANY:
		return true;
	case FATE_RESULT_ERRNO:
		return a->error == b->error;
	case FATE_RESULT_NUMBER:
		return a->number == b->number && same_info(&a->info, &b->info) &&
		       same_action(&a->action, &b->action);
	case FATE_RESULT_NAME:
	case FATE_RESULT_NEW:
		return a->name == b->name;
	case FATE_RESULT_SET:
		return a->set == b->set;
	}
	return false;
}

bool seen_ends(const struct seen *seen)
{
	return seen->kind == FATE_LINE_KILLED || seen->kind == FATE_LINE_EXITED;
}

bool seen_same(const struct seen *a, const struct seen *b)
{
	if (a->who != b->who)
		return false;
	if (seen_ends(a) && seen_ends(b) && (a->unknown || b->unknown))
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == FATE_LINE_CALL || a->kind == FATE_LINE_RESUMED)
		return same_result(&a->result, &b->result);
	return a->sig == b->sig && a->code == b->code && a->dumped == b->dumped &&
	       same_info(&a->info, &b->info);
}
