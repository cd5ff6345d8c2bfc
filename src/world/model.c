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
#include "world/world.h"

#define NS_LEVEL 1 /* of the scenario's outermost namespace */

/* One process or thread of the scenario; its numbers are kept for when it is gone. */
struct person {
	struct sf_task *task;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int level;
};

struct model_world {
	struct world world;
	struct sf_machine *machine;
	struct sf_path *path;
	struct person *person;
	size_t n;
	struct sf_verdicts verdicts;
	int event_error;
};

static struct model_world *model_of(struct world *w)
{
	return (struct model_world *)w;
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

static void on_event(void *data, const struct sf_event *e)
{
	static const enum world_event_type type[] = {
		[SF_EVENT_HANDLED] = WORLD_HANDLED,	[SF_EVENT_KILLED] = WORLD_KILLED,
		[SF_EVENT_EXITED] = WORLD_EXITED,	[SF_EVENT_STOPPED] = WORLD_STOPPED,
		[SF_EVENT_CONTINUED] = WORLD_CONTINUED, [SF_EVENT_RESUMED] = WORLD_RESUMED,
		[SF_EVENT_TRACED] = WORLD_TRACED,
	};
	struct model_world *mw = data;
	struct world_event event = {.who = index_of(mw, e->task)};
	int r;

	if (e->type == SF_EVENT_GENERATED) {
		r = add_generate(mw, e);
	} else {
		if (event.who < 0)
			return;
		event.type = type[e->type];
		event.info = e->info;
		event.status = e->status;
		if (e->type == SF_EVENT_RESUMED)
			event.result = result_of(e->task, SF_BLOCKED);
		r = world_add_event(&mw->world, &event);
	}
	if (r)
		mw->event_error = r;
}

/* ---- calls --------------------------------------------------------------------------------- */

static long make_task(struct sf_task *t, uint64_t flags, struct sf_task **ret)
{
	return sf_clone(t, flags, ret);
}

#define SIGCHLD 17
#define THREAD_FLAGS (SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD)

static long call_making(struct sf_task *t, const struct world_call *c, struct sf_task **ret)
{
	switch ((int)c->id) {
	case FATE_THREAD:
		return make_task(t, THREAD_FLAGS, ret);
	case FATE_CLONE:
		return make_task(t, (uint64_t)c->arg[0], ret);
	default:
		return make_task(t, SIGCHLD, ret);
	}
}

static long call_capset(struct sf_task *t, const struct world_call *c)
{
	uint64_t keep = c->arg[0] == FATE_CAPS_DROP ? ~c->set : c->set;

	return sf_capset(t, sf_task_cap_effective(t) & keep, sf_task_cap_permitted(t));
}

static long call_sigaction(struct sf_task *t, const struct world_call *c)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)c->arg[1],
		.flags = c->n_args > 2 ? (uint32_t)c->arg[2] : 0,
		.mask = c->set,
	};

	return sf_rt_sigaction(t, (int)c->arg[0], &act, NULL);
}

static long call_pidfd(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = mw->person[c->arg[0]].task;
	unsigned int flags = c->n_args > 3 ? (unsigned int)c->arg[3] : 0;

	if (!target)
		return -ESRCH;
	return sf_pidfd_send_signal(t, target, (int)c->arg[1], c->has_info ? &c->info : NULL,
				    flags);
}

static long call_map(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	struct sf_task *target = mw->person[c->arg[0]].task;
	const uint32_t a[3] = {(uint32_t)c->arg[1], (uint32_t)c->arg[2], (uint32_t)c->arg[3]};

	if (!target)
		return -ESRCH;
	return c->id == FATE_UID_MAP ? sf_uid_map(t, target, a[0], a[1], a[2])
				     : sf_gid_map(t, target, a[0], a[1], a[2]);
}

static long call_setns(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	const struct sf_task *target = mw->person[c->arg[0]].task;

	return target ? sf_setns(t, target, (uint64_t)c->arg[1]) : -ESRCH;
}

/* Calls that send a signal. */
static long call_sending(struct model_world *mw, struct sf_task *t, const struct world_call *c)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_KILL:
		return sf_kill(t, (int)a[0], (int)a[1]);
	case FATE_TKILL:
		return sf_tkill(t, (int)a[0], (int)a[1]);
	case FATE_TGKILL:
		return sf_tgkill(t, (int)a[0], (int)a[1], (int)a[2]);
	case FATE_RT_SIGQUEUEINFO:
		return sf_rt_sigqueueinfo(t, (int)a[0], (int)a[1], &c->info);
	case FATE_RT_TGSIGQUEUEINFO:
		return sf_rt_tgsigqueueinfo(t, (int)a[0], (int)a[1], (int)a[2], &c->info);
	case FATE_SIGQUEUE:
		return sf_sigqueue(t, (int)a[0], (int)a[1], a[2]);
	default:
		return call_pidfd(mw, t, c);
	}
}

/* Calls that only ask, or change what one is. */
static long call_about_self(struct sf_task *t, const struct world_call *c)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_SETPGID:
		return sf_setpgid(t, (int)a[0], (int)a[1]);
	case FATE_SETSID:
		return sf_setsid(t);
	case FATE_GETPID:
		return sf_getpid(t);
	case FATE_GETPPID:
		return sf_getppid(t);
	case FATE_GETTID:
		return sf_gettid(t);
	case FATE_GETPGID:
		return sf_getpgid(t, (int)a[0]);
	case FATE_GETSID:
		return sf_getsid(t, (int)a[0]);
	case FATE_GETUID:
		return sf_getuid(t);
	case FATE_SETUID:
		return sf_setuid(t, (uint32_t)a[0]);
	case FATE_SETRESUID:
		return sf_setresuid(t, (uint32_t)a[0], (uint32_t)a[1], (uint32_t)a[2]);
	case FATE_SETGROUPS:
		return sf_setgroups(t);
	case FATE_CAPSET:
		return call_capset(t, c);
	case FATE_SETRLIMIT:
		return sf_setrlimit(t, (int)a[0], (uint64_t)a[1]);
	case FATE_PRCTL:
		return sf_prctl(t, (int)a[0], c->n_args > 1 ? (unsigned long)a[1] : 0);
	default:
		return -ENOSYS;
	}
}

static long dispatch(struct model_world *mw, struct sf_task *t, const struct world_call *c,
		     struct world_result *ret)
{
	const long *a = c->arg;

	switch ((int)c->id) {
	case FATE_UNSHARE:
		return sf_unshare(t, (uint64_t)a[0]);
	case FATE_SETNS:
		return call_setns(mw, t, c);
	case FATE_EXIT:
		return sf_exit(t, (int)a[0]);
	case FATE_EXIT_GROUP:
		return sf_exit_group(t, (int)a[0]);
	case FATE_WAIT4:
		return sf_wait4(t, (int)a[0], &ret->status, c->n_args > 1 ? (int)a[1] : 0);
	case FATE_SIGACTION:
		return call_sigaction(t, c);
	case FATE_SIGPROCMASK:
		return sf_rt_sigprocmask(t, (int)a[0], &c->set, NULL);
	case FATE_SIGPENDING:
		return sf_rt_sigpending(t, &ret->set);
	case FATE_SIGSUSPEND:
		return sf_rt_sigsuspend(t, c->set);
	case FATE_SIGWAITINFO:
		return sf_rt_sigtimedwait(t, c->set, &ret->info);
	case FATE_PTRACE:
		return sf_ptrace(t, (enum sf_ptrace_request)a[0], (int)a[1],
				 c->n_args > 2 ? a[2] : 0);
	case FATE_UID_MAP:
	case FATE_GID_MAP:
		return call_map(mw, t, c);
	default:
		return fate_calls[c->id].sends ? call_sending(mw, t, c) : call_about_self(t, c);
	}
}

/* A new task, whose reference it takes, gets its name at once: nothing that becomes of it is missed. */
static void meet(struct model_world *mw, int who, struct sf_task *t)
{
	struct person *p = &mw->person[who];
	struct sf_pidns *ns = sf_task_pidns(t);

	p->task = t;
	p->level = sf_pidns_level(ns);
	for (; ns; ns = sf_pidns_parent(ns))
		p->nr[sf_pidns_level(ns)] = sf_task_nr(t, ns);
}

static int fail(struct model_world *mw, int error, const char *what)
{
	snprintf(mw->world.error, sizeof(mw->world.error), "the model %s: %s", what,
		 strerror(-error));
	return error;
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

static int model_call(struct world *w, int who, const struct world_call *call,
		      struct world_result *ret)
{
	struct model_world *mw = model_of(w);
	struct sf_task *t = mw->person[who].task, *child = NULL;
	struct world_result result = {.status = -1};
	int r;

	if (!t)
		return -ESRCH;
	sf_verdicts_release(&mw->verdicts);
	sf_path_clear(mw->path);
	mw->event_error = 0;
	sf_machine_record(mw->machine, fate_calls[call->id].sends ? mw->path : NULL);
	result.ret = fate_calls[call->id].makes_task ? call_making(t, call, &child)
						     : dispatch(mw, t, call, &result);
	if (result.ret == SF_FAIL)
		return fail(mw, sf_machine_error(mw->machine), "cannot make the call");
	if (child && call->child >= 0)
		meet(mw, call->child, child);
	r = sf_settle(mw->machine);
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
	return 0;
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

static int model_state(struct world *w, int who, enum fate_state *ret)
{
	const struct sf_task *t = model_of(w)->person[who].task;

	if (!t)
		return -ESRCH;
	switch (sf_task_state(t)) {
	case 'T':
		*ret = FATE_STOPPED;
		break;
	case 't':
		*ret = FATE_TRACED;
		break;
	case 'Z':
		*ret = FATE_ZOMBIE;
		break;
	case 'X':
		*ret = FATE_GONE;
		break;
	default:
		*ret = FATE_RUNNING;
	}
	return 0;
}

static int model_sigset(struct world *w, int who, enum sf_sigset_kind kind, sf_sigset *ret)
{
	const struct sf_task *t = model_of(w)->person[who].task;

	if (!t || sf_task_state(t) == 'X')
		return -ESRCH;
	*ret = sf_task_sigset(t, kind);
	return 0;
}

static int model_nspid(struct world *w, int who, int nr[SF_MAX_PID_NS_LEVEL + 1],
		       unsigned int *ret_n)
{
	const struct person *p = &model_of(w)->person[who];

	if (!p->task || sf_task_state(p->task) == 'X')
		return -ESRCH;
	*ret_n = 0;
	for (const struct sf_pidns *ns = sf_task_pidns(p->task); sf_pidns_level(ns) >= NS_LEVEL;
	     ns = sf_pidns_parent(ns)) {
		nr[sf_pidns_level(ns) - NS_LEVEL] = sf_task_nr(p->task, ns);
		++*ret_n;
	}
	return 0;
}

static int model_parent(struct world *w, int who)
{
	struct model_world *mw = model_of(w);
	const struct sf_task *t = mw->person[who].task, *parent;

	if (!t || sf_task_state(t) == 'X')
		return -ESRCH;
	parent = sf_task_parent(t);
	return parent ? index_of(mw, parent) : -1;
}

static void model_free(struct world *w)
{
	struct model_world *mw = model_of(w);

	sf_verdicts_release(&mw->verdicts);
	sf_machine_free(mw->machine);
	free(mw->person);
	free(mw);
}

static const struct world_ops model_ops = {
	.name = "model",
	.free = model_free,
	.call = model_call,
	.pid = model_pid,
	.fates = model_fates,
	.state = model_state,
	.sigset = model_sigset,
	.nspid = model_nspid,
	.parent = model_parent,
	.reason = model_reason,
};

/* The init waits for whatever comes to it: that it ignores SIGCHLD has the same effect. */
static int make_host(struct model_world *mw)
{
	const struct sf_sigaction ignore = {.handler = SF_SIG_IGN};
	struct sf_task *global = sf_machine_boot(mw->machine), *init = NULL, *host = NULL;

	if (!global || sf_clone(global, SF_CLONE_NEWPID | SIGCHLD, &init) < 0 ||
	    sf_fork(init, &host) < 0 || sf_rt_sigaction(init, SIGCHLD, &ignore, NULL) < 0 ||
	    sf_setsid(host) < 0)
		return -ENOMEM;
	sf_task_set_comm(host, "host");
	meet(mw, FATE_HOST, host);
	return sf_settle(mw->machine);
}

int world_model_new(const struct world_options *o, struct world **ret, char *error)
{
	struct model_world *mw = calloc(1, sizeof(*mw));
	int r = -ENOMEM;

	if (mw) {
		mw->world.ops = &model_ops;
		mw->world.traces = true;
		mw->n = o->n_names;
		mw->person = calloc(o->n_names, sizeof(*mw->person));
		mw->machine = sf_machine_new(o->kernel);
	}
	if (mw && mw->person && mw->machine) {
		mw->path = sf_path_new(mw->machine);
		sf_machine_observe(mw->machine, on_event, mw);
		r = mw->path ? make_host(mw) : -ENOMEM;
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
