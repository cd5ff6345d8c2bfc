/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * landlock.c - Landlock domains, as far as they bear on signals
 *
 * A domain with the scope for signals lets its tasks signal only tasks of the same domain, or of
 * one nested in it.  Whatever its scopes are, it lets them trace none else.
 *
 * Models: security/landlock/task.c:hook_task_kill, domain_is_scoped, domain_ptrace
 */
#include "model/machine.h"
#include "model/signal.h"

#define LANDLOCK_MAX_NUM_LAYERS 16

struct landlock_domain *get_landlock_domain(struct landlock_domain *domain)
{
	if (domain)
		refcount_inc(&domain->count);
	return domain;
}

void put_landlock_domain(struct sf_machine *m, struct landlock_domain *domain)
{
	while (domain && refcount_dec_and_test(&domain->count)) {
		struct landlock_domain *parent = domain->parent;

		kmem_cache_free(&m->landlock_cache, domain);
		domain = parent;
	}
}

static bool domain_is_scoped(const struct landlock_domain *client,
			     const struct landlock_domain *server)
{
	unsigned int server_layers = server ? server->num_layers : 0;

	for (; client && client->num_layers > server_layers; client = client->parent)
		if (client->scoped)
			return true;
	while (server && client && server->num_layers > client->num_layers)
		server = server->parent;
	for (; client; client = client->parent, server = server->parent)
		if (client->scoped)
			return server != client;
	return false;
}

int landlock_task_kill(const struct task_struct *t)
{
	const struct landlock_domain *domain = current->cred->landlock;

	if (likely(!domain) || same_thread_group(t, current))
		return 0;
	return domain_is_scoped(domain, rcu_dereference(t->cred)->landlock) ? -EPERM : 0;
}

/* A domain traces only who is in it, or in one nested in it. */
bool landlock_may_trace(const struct task_struct *tracer, const struct task_struct *t)
{
	const struct landlock_domain *parent = rcu_dereference(tracer->cred)->landlock;
	const struct landlock_domain *child = rcu_dereference(t->cred)->landlock;

	while (parent && child && child->num_layers > parent->num_layers)
		child = child->parent;
	return !parent || child == parent;
}

static long do_restrict_self(bool scoped)
{
	struct sf_machine *m = current->machine;
	struct landlock_domain *domain, *parent = current->cred->landlock;
	struct cred *cred;

	if (scoped && !m->kernel.landlock_signal_scope)
		return -E2BIG; /* there is more in the ruleset than it knows of */
	if (!ns_capable(current->cred->user_ns, SF_CAP_SYS_ADMIN))
		return -EPERM;
	if (parent && parent->num_layers >= LANDLOCK_MAX_NUM_LAYERS)
		return -E2BIG;
	cred = prepare_creds();
	domain = kmem_cache_zalloc(&m->landlock_cache);
	if (!cred || !domain) {
		put_cred(m, cred);
		return machine_no_memory(m);
	}
	refcount_set(&domain->count, 1);
	domain->num_layers = parent ? parent->num_layers + 1 : 1;
	domain->scoped = scoped;
	domain->parent = parent; /* the reference of the copied credentials */
	cred->landlock = domain;
	commit_creds(cred);
	return 0;
}

long sf_landlock_restrict_self(struct sf_task *t, bool scoped)
{
	return call_enter(t) ? call_leave(do_restrict_self(scoped)) : SF_FAIL;
}
