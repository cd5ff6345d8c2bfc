/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ucount.c - what the users of each user namespace have: queued signals and namespaces
 *
 * What is counted for a user of a namespace is counted for the namespace's creator too, in the
 * namespace above, and so on up.
 *
 * Models: kernel/ucount.c
 */
#include "model/machine.h"

static struct ucounts *find_ucounts(struct user_namespace *ns, kuid_t uid)
{
	struct ucounts *uc;

	list_for_each_entry (uc, struct ucounts, &ns->ucounts_list, node)
		if (uc->uid == uid)
			return uc;
	return NULL;
}

struct ucounts *alloc_ucounts(struct user_namespace *ns, kuid_t uid)
{
	struct sf_machine *m = ns->machine;
	struct ucounts *uc;

	spin_lock(&m->ucounts_lock);
	uc = find_ucounts(ns, uid);
	if (uc) {
		refcount_inc(&uc->count);
	} else {
		uc = kmem_cache_zalloc(&m->ucounts_cache);
		if (uc) {
			uc->ns = get_user_ns(ns);
			uc->uid = uid;
			refcount_set(&uc->count, 1);
			list_add(&uc->node, &ns->ucounts_list);
		} else {
			machine_no_memory(m);
		}
	}
	spin_unlock(&m->ucounts_lock);
	return uc;
}

struct ucounts *get_ucounts(struct ucounts *uc)
{
	refcount_inc(&uc->count);
	return uc;
}

/* Not the last one: that is given back under the lock. */
static bool put_one_of_many(struct ucounts *uc)
{
	unsigned int n = READ_ONCE(uc->count.n);

	while (n > 1) {
		if (cmpxchg(uc->count.n, n, n - 1))
			return true;
		n = READ_ONCE(uc->count.n);
	}
	return false;
}

void put_ucounts(struct ucounts *uc)
{
	struct user_namespace *ns;

	if (!uc || put_one_of_many(uc))
		return;
	ns = uc->ns;
	spin_lock(&ns->machine->ucounts_lock);
	if (!refcount_dec_and_test(&uc->count)) {
		spin_unlock(&ns->machine->ucounts_lock);
		return;
	}
	list_del_init(&uc->node);
	spin_unlock(&ns->machine->ucounts_lock);
	kmem_cache_free(&ns->machine->ucounts_cache, uc);
	put_user_ns(ns);
}

static long *count_of(struct ucounts *uc, enum ucount_type type)
{
	return type == UCOUNT_PID_NAMESPACES ? &uc->pid_namespaces : &uc->user_namespaces;
}

static long max_of(const struct user_namespace *ns, enum ucount_type type)
{
	return type == UCOUNT_PID_NAMESPACES ? ns->max_pid_namespaces : ns->max_user_namespaces;
}

struct ucounts *inc_ucount(struct user_namespace *ns, kuid_t uid, enum ucount_type type)
{
	struct ucounts *uc = alloc_ucounts(ns, uid), *at, *undo;

	if (!uc)
		return NULL;
	for (at = uc; at; at = at->ns->ucounts) {
		if (atomic_add_return(*count_of(at, type), 1) > max_of(at->ns, type)) {
			atomic_add_return(*count_of(at, type), -1);
			break;
		}
	}
	if (!at)
		return uc;
	for (undo = uc; undo != at; undo = undo->ns->ucounts)
		atomic_add_return(*count_of(undo, type), -1);
	put_ucounts(uc);
	return NULL;
}

void dec_ucount(struct ucounts *uc, enum ucount_type type)
{
	for (struct ucounts *at = uc; at; at = at->ns->ucounts)
		atomic_add_return(*count_of(at, type), -1);
	put_ucounts(uc);
}

/* One signal more for @at; false, and none more, when its namespace's limit is reached. */
static bool charge_signal(struct ucounts *at, uint64_t max, long *ret_count)
{
	*ret_count = atomic_add_return(at->sigpending, 1);
	if ((uint64_t)*ret_count <= max)
		return true;
	atomic_add_return(at->sigpending, -1);
	return false;
}

long inc_rlimit_get_ucounts(struct ucounts *uc, bool override_rlimit)
{
	struct ucounts *at = uc, *undo;
	long count, above;

	get_ucounts(uc);
	charge_signal(uc, UINT64_MAX, &count);
	while (at->ns->ucounts) {
		uint64_t max = override_rlimit ? UINT64_MAX : at->ns->sigpending_max;

		at = at->ns->ucounts;
		if (charge_signal(at, max, &above))
			continue;
		for (undo = uc; undo != at; undo = undo->ns->ucounts)
			atomic_add_return(undo->sigpending, -1);
		put_ucounts(uc);
		return 0;
	}
	return count;
}

void dec_rlimit_put_ucounts(struct ucounts *uc)
{
	for (struct ucounts *at = uc; at; at = at->ns->ucounts)
		atomic_add_return(at->sigpending, -1);
	put_ucounts(uc);
}
