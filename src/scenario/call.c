/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.c - a written call, its names resolved to the numbers that they have in a world */
#include <errno.h>
#include <string.h>

#include "scenario/play.h"

/* The number of a process as the caller counts it; there must be one. */
static int resolve_pid(struct world *w, const struct fate *f, int who, int name,
		       unsigned int column, long *ret, struct mistake *m)
{
	int nr = world_pid(w, who, name);

	if (nr <= 0) {
		m->column = column;
		snprintf(m->message, sizeof(m->message),
			 "%s has no number that %s could name it by: write a number to try what is "
			 "not there",
			 f->name[name], f->name[who]);
		return -EINVAL;
	}
	*ret = nr;
	return 0;
}

static int resolve_info(struct world *w, const struct fate *f, const struct fate_line *l,
			const struct fate_arg *arg, struct world_call *c, struct mistake *m)
{
	long sig = (arg - 1)->number, pid;
	int r;

	c->has_info = !arg->is_null;
	if (arg->is_null)
		return 0;
	c->info = arg->info.info;
	if (!(arg->info.fields & FATE_SI_SIGNO))
		c->info.signo = (int)sig;
	if (arg->info.pid_name < 0)
		return 0;
	r = resolve_pid(w, f, l->who, arg->info.pid_name, arg->column, &pid, m);
	if (r == 0)
		c->info.pid = (int)pid;
	return r;
}

static int resolve_arg(struct world *w, const struct fate *f, const struct fate_line *l,
		       unsigned int i, struct world_call *c, struct mistake *m)
{
	const struct fate_arg *arg = &l->arg[i];
	int r;

	switch (fate_calls[l->call].arg[i]) {
	case FATE_ARG_PID:
		if (arg->name < 0) {
			c->arg[i] = arg->number;
			return 0;
		}
		r = resolve_pid(w, f, l->who, arg->name, arg->column, &c->arg[i], m);
		if (r == 0 && arg->negative)
			c->arg[i] = -c->arg[i];
		return r;
	case FATE_ARG_WHO:
		c->arg[i] = arg->name >= 0 ? arg->name : arg->number;
		return 0;
	case FATE_ARG_TIDS:
		memcpy(c->tid, l->nspid, sizeof(c->tid));
		c->n_tids = l->n_nspid;
		return 0;
	case FATE_ARG_SET:
	case FATE_ARG_CAPS:
		c->set = arg->set;
		return 0;
	case FATE_ARG_INFO:
		return resolve_info(w, f, l, arg, c, m);
	case FATE_ARG_NUMBER:
	case FATE_ARG_SIGNAL:
	case FATE_ARG_FLAGS:
	case FATE_ARG_HANDLER:
		c->arg[i] = arg->number;
		return 0;
	}
	return 0;
}

int call_resolve(struct world *w, const struct fate *f, const struct fate_line *l,
		 struct world_call *ret, struct mistake *m)
{
	const struct fate_call_type *type = &fate_calls[l->call];
	struct world_call c = {.id = l->call, .child = -1};
	int r;

	for (unsigned int i = 0; i < type->n_args && l->arg[i].given; i++) {
		r = resolve_arg(w, f, l, i, &c, m);
		if (r < 0)
			return r;
		c.n_args = i + 1;
	}
	if (l->result.kind == FATE_RESULT_NEW)
		c.child = l->result.name;
	*ret = c;
	return 0;
}
