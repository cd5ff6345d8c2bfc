/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.c - the model as a world
 *
 * What the kernel's world is made of is mirrored here: a global init, below it the init of a
 * namespace of the scenario's own, and as its child the host.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/model.h"

#define NS_LEVEL 1 /* of the scenario's outermost namespace */

static struct model_world *model_of(struct world *w)
{
	return (struct model_world *)w;
}

/*
 * A thread that becomes another program becomes its process: it goes on by that name, and the name
 * of the thread is that of the one whose place it took.
 */
static void follow_exec(struct model_world *mw)
{
	for (size_t i = 0; i < mw->n; i++) {
		struct person *thread = &mw->person[i], *process = &mw->person[thread->process];
		struct sf_task *t = thread->task;

		if (!t || thread == process || sf_task_leader(t) != t)
			continue;
		thread->task = process->task;
		process->task = t;
		process->execing = (int)i;
	}
}

static int index_of(const struct model_world *mw, const struct sf_task *t)
{
	for (size_t i = 0; i < mw->n; i++)
		if (mw->person[i].task == t)
			return (int)i;
	return -1;
}

/* ---- what is told -------------------------------------------------------------------------- */

static struct world_result result_of(const struct sf_task *t, long ret)
{
	struct world_result r = {.ret = ret, .status = -1};

	if (ret == SF_BLOCKED)
		r.ret = sf_task_call_result(t, &r.status, &r.info);
	r.blocked = r.ret == SF_BLOCKED;
	if (r.blocked)
		r.ret = 0;
	return r;
}

static int add_generate(struct model_world *mw, const struct sf_event *e)
{
	const struct world_generate g = {
		.who = index_of(mw, e->task),
		.sig = e->info.signo,
		.code = e->info.code,
		.result = e->generate,
		.group = e->group,
	};

	return world_add_generate(&mw->world, &g);
}

/* Whose execve() it was has another name now. */
static int add_resumed(struct model_world *mw, const struct sf_task *t, struct world_event *event)
{
	struct person *p = &mw->person[event->who];

	if (p->execing >= 0) {
		event->who = p->execing;
		p->execing = -1;
		p = &mw->person[event->who];
	}
	event->result = result_of(t, SF_BLOCKED);
	if (p->silent) {
		p->silent = false;
		return 0;
	}
	return world_add_event(&mw->world, event);
}

static void on_event(void *data, const struct sf_event *e)
{
	static const enum world_event_type type[] = {
		[SF_EVENT_HANDLED] = WORLD_HANDLED,	[SF_EVENT_KILLED] = WORLD_KILLED,
		[SF_EVENT_EXITED] = WORLD_EXITED,	[SF_EVENT_STOPPED] = WORLD_STOPPED,
		[SF_EVENT_CONTINUED] = WORLD_CONTINUED, [SF_EVENT_RESUMED] = WORLD_RESUMED,
		[SF_EVENT_TRACED] = WORLD_TRACED,
	};
	struct model_world *mw = data;
	struct world_event event = {0};
	int r;

	follow_exec(mw);
	event.who = index_of(mw, e->task);
	if (e->type == SF_EVENT_GENERATED) {
		r = add_generate(mw, e);
	} else {
		if (event.who < 0)
			return;
		event.type = type[e->type];
		event.info = e->info;
		event.status = e->status;
		r = e->type == SF_EVENT_RESUMED ? add_resumed(mw, e->task, &event)
						: world_add_event(&mw->world, &event);
	}
	if (r)
		mw->event_error = r;
}

/* ---- calls --------------------------------------------------------------------------------- */

/* A new task, whose reference it takes, has its name at once: it misses nothing. */
static void meet(struct model_world *mw, int who, struct sf_task *t)
{
	struct person *p = &mw->person[who];
	struct sf_pidns *ns = sf_task_pidns(t);

	p->task = t;
	p->process = index_of(mw, sf_task_leader(t));
	p->silent = false;
	p->execing = -1;
	if (p->process < 0)
		p->process = who; /* of a process without a name */
	p->level = sf_pidns_level(ns);
	for (; ns; ns = sf_pidns_parent(ns))
		p->nr[sf_pidns_level(ns)] = sf_task_nr(t, ns);
}

static int fail(struct model_world *mw, int error, const char *what)
{
	return world_fail(&mw->world, error, "the model %s: %s", what, strerror(-error));
}

/* A call that slept for a moment only has simply returned. */
static void call_returned(struct model_world *mw, int who, struct world_result *ret)
{
	struct world *w = &mw->world;

	for (size_t i = 0; i < w->n_events; i++) {
		if (w->event[i].type != WORLD_RESUMED || w->event[i].who != who)
			continue;
		*ret = w->event[i].result;
		memmove(&w->event[i], &w->event[i + 1], (--w->n_events - i) * sizeof(*w->event));
		return;
	}
}

int model_make(struct model_world *mw, int who, const struct world_call *call,
	       struct world_result *ret)
{
	struct sf_task *t = mw->person[who].task, *child = NULL;
	struct world_result result = {.status = -1};
	int r;

	if (!t)
		return -ESRCH;
	sf_verdicts_release(&mw->verdicts);
	sf_path_clear(mw->path);
	mw->event_error = 0;
	sf_machine_record(mw->machine, fate_calls[call->id].sends ? mw->path : NULL);
	result.ret = model_dispatch(mw, t, call, &result, &child);
	if (result.ret == SF_FAIL)
		return fail(mw, sf_machine_error(mw->machine), "cannot make the call");
	follow_exec(mw);
	if (result.ret != SF_BLOCKED) /* there is nothing to come back from */
		mw->person[mw->person[who].process].execing = -1;
	if (child && call->child >= 0)
		meet(mw, call->child, child);
	r = sf_settle(mw->machine);
	follow_exec(mw);
	if (!r)
		r = mw->event_error;
	if (!r && fate_calls[call->id].sends)
		r = sf_verdicts_read(mw->machine, mw->path, result.ret, &mw->verdicts);
	if (r)
		return fail(mw, r, "cannot settle");
	result.blocked = result.ret == SF_BLOCKED;
	if (result.blocked)
		result.ret = 0;
	*ret = result;
	if (result.blocked)
		call_returned(mw, who, ret);
	if (ret->blocked && !fate_calls[call->id].may_block) {
		ret->blocked = false;
		ret->unreturned = mw->person[who].silent = true;
	}
	return 0;
}

static int model_call(struct world *w, int who, const struct world_call *call,
		      struct world_result *ret)
{
	struct model_world *mw = model_of(w);
	size_t choice = mw->history.n_choices;
	int r = model_make(mw, who, call, ret);

	return r ? r : history_add(&mw->history, who, call, choice, model_shown(mw, ret));
}

/* ---- what can be seen ---------------------------------------------------------------------- */

static int model_pid(struct world *w, int caller, int who)
{
	struct model_world *mw = model_of(w);
	const struct sf_task *viewer = mw->person[caller].task, *t = mw->person[who].task;
	struct sf_pidns *ns;
	unsigned int level;

	if (!viewer || !t)
		return 0;
	ns = sf_task_pidns(viewer);
	level = sf_pidns_level(ns);
	if (sf_task_state(t) != 'X')
		return sf_task_nr(t, ns);
	/* its namespace is on the way up from the task's own, or it never saw it */
	for (const struct sf_pidns *up = sf_task_pidns(t); up; up = sf_pidns_parent(up))
		if (up == ns)
			return mw->person[who].nr[level];
	return 0;
}

static const struct sf_verdict *verdict_of(const struct model_world *mw, int who)
{
	const struct sf_task *t = mw->person[who].task;

	for (size_t i = 0; t && i < mw->verdicts.n; i++)
		if (mw->verdicts.v[i].task == sf_task_leader(t))
			return &mw->verdicts.v[i];
	return NULL;
}

static unsigned int model_fates(struct world *w, int who)
{
	const struct sf_verdict *v = verdict_of(model_of(w), who);

	return v ? 1u << v->fate : 0;
}

static const struct sf_reason *model_reason(struct world *w, int who)
{
	const struct model_world *mw = model_of(w);
	const struct sf_verdict *v = who < 0 ? NULL : verdict_of(mw, who);

	return who < 0 ? mw->verdicts.reason : v ? v->reason : NULL;
}

static int model_look(struct world *w, int who, struct world_look *ret)
{
	const struct model_world *mw = model_of(w);
	const struct sf_task *t = mw->person[who].task, *parent;
	struct world_look look = {.parent = -1};
	const struct sf_pidns *ns;
	unsigned int level;

	if (!t)
		return -ESRCH;
	look.state = world_state_of(sf_task_state(t));
	ns = look.state == FATE_GONE ? NULL : sf_task_pidns(t);
	for (; ns && (level = sf_pidns_level(ns)) >= NS_LEVEL; ns = sf_pidns_parent(ns)) {
		look.nr[level - NS_LEVEL] = sf_task_nr(t, ns);
		look.n_nr++;
		look.pgrp = sf_task_pgrp(t, ns);
		look.session = sf_task_session(t, ns);
	}
	if (look.n_nr) {
		for (int kind = SF_SIGPND; kind <= SF_SIGCGT; kind++)
			look.set[kind] = sf_task_sigset(t, (enum sf_sigset_kind)kind);
		parent = sf_task_parent(t);
		look.parent = parent ? index_of(mw, parent) : -1;
	}
	*ret = look;
	return 0;
}

static void machine_release(struct model_world *mw)
{
	sf_verdicts_release(&mw->verdicts);
	sf_machine_free(mw->machine);
	mw->machine = NULL;
	memset(mw->person, 0, mw->n * sizeof(*mw->person));
}

static void model_free(struct world *w)
{
	struct model_world *mw = model_of(w);

	if (mw->person)
		machine_release(mw);
	history_release(&mw->history);
	free(mw->person);
	free(mw);
}

static const struct world_ops model_ops = {
	.name = "model",
	.free = model_free,
	.call = model_call,
	.pid = model_pid,
	.fates = model_fates,
	.look = model_look,
	.reason = model_reason,
	.again = model_again,
};

/* The init waits for whatever comes to it: that it ignores SIGCHLD has the same effect. */
static int make_host(struct model_world *mw)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	struct sf_task *global = sf_machine_boot(mw->machine), *init = NULL, *host = NULL;

	if (!global || sf_clone(global, SF_CLONE_NEWPID | SIGCHLD, &init) < 0 ||
	    sf_setsid(init) < 0 || sf_fork(init, &host) < 0 ||
	    sf_rt_sigaction(init, SIGCHLD, &ignore, NULL) < 0 || sf_setsid(host) < 0)
		return -ENOMEM;
	sf_task_set_comm(host, "host");
	meet(mw, FATE_HOST, host);
	return sf_settle(mw->machine);
}

int model_boot(struct model_world *mw)
{
	machine_release(mw);
	mw->machine = sf_machine_new(&mw->kernel);
	if (mw->machine)
		mw->path = sf_path_new(mw->machine);
	if (!mw->machine || !mw->path)
		return -ENOMEM;
	sf_machine_observe(mw->machine, on_event, mw);
	sf_machine_choose(mw->machine, history_choose, &mw->history);
	return make_host(mw);
}

int world_model_new(const struct world_options *o, struct world **ret, char *error)
{
	struct model_world *mw = calloc(1, sizeof(*mw));
	int r = -ENOMEM;

	if (mw) {
		mw->world.ops = &model_ops;
		mw->world.traces = true;
		mw->kernel = o->kernel ? *o->kernel : *sf_kernel_preset(NULL);
		mw->n = o->n_names;
		mw->person = calloc(o->n_names, sizeof(*mw->person));
		if (mw->person)
			r = model_boot(mw);
		mw->world.n_events = mw->world.n_generate = 0;
		mw->history.n_choices = 0;
	}
	if (r) {
		snprintf(error, 256, "the model cannot be made: %s", strerror(-r));
		if (mw)
			model_free(&mw->world);
		return r;
	}
	*ret = &mw->world;
	return 0;
}
