/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.c - the running kernel as a world: made, called, looked at and ended */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

#define TIMEOUT_MS 5000u
#define FDS_PER_ACTOR 6
#define FDS_OURS 64

static struct kernel_world *kernel_of(struct world *w)
{
	return (struct kernel_world *)w; /* its first member */
}

/* Where this thread ran before it made the first of its worlds, and how many it has. */
static _Thread_local cpu_set_t cpus_before;
static _Thread_local unsigned int n_pinned;

/*
 * All tasks of a scenario and the one that watches them share a CPU: then to let them run is to
 * yield, and no CPU has to be woken for every call.  It is ten times faster.
 */
static void pin(struct kernel_world *k)
{
	int cpu = sched_getcpu();
	cpu_set_t one;

	if (!n_pinned && sched_getaffinity(0, sizeof(cpus_before), &cpus_before))
		return;
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&one);
	CPU_SET((unsigned int)cpu, &one);
	k->pinned = !sched_setaffinity(0, sizeof(one), &one);
	n_pinned += k->pinned;
}

static void unpin(const struct kernel_world *k)
{
	if (k->pinned && !--n_pinned)
		sched_setaffinity(0, sizeof(cpus_before), &cpus_before);
}

static void kernel_free(struct world *w)
{
	struct kernel_world *k = kernel_of(w);

	cage_close(&k->cage);
	for (unsigned int i = 0; i < k->n_actors; i++)
		actor_release(&k->actor[i]);
	for (unsigned int i = 0; i < k->n_actors; i++)
		cleanup_close(&k->actor[i].terminal);
	namespaces_release(k);
	cgroups_release(&k->cgroups);
	arena_release(&k->arena);
	if (k->own_trace)
		world_trace_free(k->trace);
	unpin(k);
	free(k->actor);
	free(k->sent.target);
	free(k->log);
	free(k);
}

/* It may not have come back: from a call that waits, or because it died or stopped of it. */
static void end_call(struct actor *a, struct world_result *res)
{
	*res = (struct world_result){.status = -1};
	if (!a->busy) {
		call_result(a, res);
		if (a->call == FATE_PIDFD_OPEN && a->ret >= 0)
			a->lent = (int)a->ret;
		return;
	}
	a->told = true;
	res->blocked = fate_calls[a->call].may_block;
	res->unreturned = a->swallow = !res->blocked;
}

static void follow_userns(struct kernel_world *k, struct actor *a, const struct world_call *c)
{
	unsigned int flags = c->id == FATE_UNSHARE ? (unsigned int)c->arg[0]
			     : c->id == FATE_SETNS ? (unsigned int)c->arg[1]
						   : 0;

	if ((flags & CLONE_NEWUSER) && a->state == 'S')
		actor_update_userns(k, a);
}

static int call_as(struct kernel_world *k, struct actor *a, const struct world_call *c,
		   struct world_result *ret)
{
	struct world_result res;
	struct command command;
	int r;

	settle_begin(k);
	k->caller = a;
	r = sent_begin(k, a, c);
	if (!r)
		r = call_prepare(k, a, c, &command);
	if (r)
		return r;
	command_give(k, a, &command);
	a->call = c->id;
	r = settle(k);
	if (r)
		return r;
	end_call(a, &res);
	follow_userns(k, a, c);
	r = events_make(k);
	if (!r)
		r = sent_end(k, res.ret);
	if (!r)
		*ret = res;
	return r;
}

static int kernel_call(struct world *w, int who, const struct world_call *c,
		       struct world_result *ret)
{
	struct kernel_world *k = kernel_of(w);
	struct actor *a = actor_of(k, who);

	if (!a || a->exiting)
		return -ESRCH;
	if (a->busy || a->state != 'S')
		return -EBUSY;
	return call_as(k, a, c, ret);
}

static int kernel_pid(struct world *w, int caller, int who)
{
	struct kernel_world *k = kernel_of(w);
	const struct actor *a = actor_of(k, caller), *b = actor_of(k, who);

	return a && b ? actor_nr(a, b) : 0;
}

static unsigned int kernel_fates(struct world *w, int who)
{
	struct kernel_world *k = kernel_of(w);
	struct actor *a = actor_of(k, who);

	return a ? fates_of(k, a->leader) : 0;
}

static int kernel_look(struct world *w, int who, struct world_look *ret)
{
	struct kernel_world *k = kernel_of(w);
	const struct actor *a = actor_of(k, who), *parent;
	struct world_look look = {.state = FATE_GONE, .parent = -1};
	struct status s;

	if (!a)
		return -ESRCH;
	if (!look_status(&a->look, &s)) {
		look.state = world_state_of(s.state);
		memcpy(look.set, s.set, sizeof(look.set));
		look.n_nr = s.n_nr - k->outer_levels;
		memcpy(look.nr, s.nr + k->outer_levels, look.n_nr * sizeof(*look.nr));
		look.pgrp = s.pgrp[k->outer_levels];
		look.session = s.session[k->outer_levels];
		parent = actor_by_tid(k, s.ppid);
		if (parent && parent->index < k->n_names)
			look.parent = (int)parent->index;
	}
	*ret = look;
	return 0;
}

static const struct world_ops kernel_ops = {
	.name = "kernel",
	.free = kernel_free,
	.call = kernel_call,
	.pid = kernel_pid,
	.fates = kernel_fates,
	.look = kernel_look,
};

/* Each actor's files stay open. */
static void raise_limit(const struct kernel_world *k)
{
	rlim_t need = (rlim_t)FDS_OURS + k->n_actors * (rlim_t)FDS_PER_ACTOR;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return;
	limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int wait_for_init(struct kernel_world *k, char *error)
{
	int r = 0;

	for (unsigned int times = 0; !r && !k->init->born; times++) {
		r = breathe(k, k->init, times);
		if (!r)
			r = ring_drain(k, false);
	}
	if (r && !*k->world.error)
		snprintf(error, 256, "the throw-away init does not come up: %s", strerror(-r));
	else if (r)
		snprintf(error, 256, "%s", k->world.error);
	return r;
}

/* There are user namespaces whose root has no power: some distributions make them for strangers. */
static int check_power(struct kernel_world *k, char *error)
{
	const struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct cap[2] = {{0}};
	uint64_t to = arena_address(&k->arena, data_put(k, k->init, &header, sizeof(header)));
	uint8_t *data = data_put(k, k->init, NULL, sizeof(cap));
	long got = 0;
	int r = command_quiet(k, k->init, SYS_capget,
			      (uint64_t[6]){to, arena_address(&k->arena, data)}, &got);

	if (r) {
		snprintf(error, 256, "the throw-away init does not answer: %s", strerror(-r));
		return r;
	}
	memcpy(cap, data, sizeof(cap));
	if (!got && (cap[0].effective & 1u << CAP_SYS_ADMIN) && (cap[0].effective & 1u << CAP_KILL))
		return 0;
	snprintf(error, 256, "root has no capabilities in a user namespace that is made here");
	return -EPERM;
}

/* The host is a child of the init, and leads a session of its own. */
static int make_host(struct kernel_world *k)
{
	const struct world_call fork_host = {.id = FATE_FORK, .child = FATE_HOST};
	const struct world_call setsid = {.id = FATE_SETSID, .child = -1};
	struct world_result res = {0};
	int r = call_as(k, k->init, &fork_host, &res);

	if (!r && res.ret > 0)
		r = call_as(k, &k->actor[FATE_HOST], &setsid, &res);
	if (!r && res.ret < 0)
		r = (int)res.ret;
	k->world.n_events = k->world.n_generate = 0;
	return r;
}

static int start(struct kernel_world *k, char *error)
{
	int r;

	settle_begin(k);
	r = cage_open(&k->cage, &k->arena, k->init->index, error);
	if (r)
		return r;
	r = wait_for_init(k, error);
	if (!r)
		r = check_power(k, error);
	if (r)
		return r;
	r = make_host(k);
	if (r && *k->world.error)
		snprintf(error, 256, "%s", k->world.error);
	else if (r)
		snprintf(error, 256, "cannot make the first process: %s", strerror(-r));
	return r;
}

static int allocate(struct kernel_world *k, const struct world_options *o)
{
	int r;

	k->n_names = o->n_names;
	k->n_actors = (unsigned int)o->n_names + KERNEL_SPARE;
	k->timeout_ns = 1000000ull * (o->timeout_ms ? o->timeout_ms : TIMEOUT_MS);
	k->cage = (struct cage){.pidfd = -1, .socket = -1};
	k->actor = calloc(k->n_actors, sizeof(*k->actor));
	k->sent.target = calloc(k->n_actors, sizeof(*k->sent.target));
	if (!k->actor || !k->sent.target) {
		k->n_actors = 0;
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < k->n_actors; i++) {
		k->actor[i].index = i;
		k->actor[i].look = (struct look)LOOK_INIT;
		k->actor[i].pidfd = k->actor[i].lent = k->actor[i].terminal = -1;
	}
	k->init = &k->actor[k->n_actors - 1];
	r = arena_init(&k->arena, k->n_actors);
	if (!r)
		trace_comm(k->arena.header->comm);
	return r;
}

int world_kernel_new(const struct world_options *o, struct world **ret, char *error)
{
	struct kernel_world *k;
	int r;

	*error = '\0';
	if (!o->n_names || o->n_names > FATE_NAMES_MAX)
		return -EINVAL;
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->world.ops = &kernel_ops;
	r = allocate(k, o);
	if (r) {
		snprintf(error, 256, "cannot make the actors' memory: %s", strerror(-r));
	} else {
		raise_limit(k);
		pin(k);
		k->trace = o->tracing;
		if (!k->trace && o->trace)
			k->own_trace = !world_trace_new(&k->trace);
		k->world.traces = k->trace;
		if (k->trace)
			trace_discard(k->trace);
		r = start(k, error);
	}
	if (r) {
		kernel_free(&k->world);
		return r;
	}
	*ret = &k->world;
	return 0;
}
