/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user_namespace.c - user namespaces and their maps of ids
 *
 * Models: kernel/user_namespace.c
 */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"

#define MAX_EXTENTS 340

struct user_namespace *user_ns_alloc(struct sf_machine *m, struct user_namespace *parent)
{
	struct user_namespace *ns = kmem_cache_zalloc(&m->user_ns_cache);

	if (!ns) {
		machine_no_memory(m);
		return NULL;
	}
	*ns = (struct user_namespace){
		.machine = m,
		.level = parent ? parent->level + 1 : 0,
		.parent = parent ? get_user_ns(parent) : NULL,
		.sigpending_max = INT64_MAX,
		.max_pid_namespaces = INT32_MAX,
		.max_user_namespaces = INT32_MAX,
	};
	refcount_set(&ns->count, 1);
	INIT_LIST_HEAD(&ns->ucounts_list);
	spin_lock(&m->namespaces_lock);
	list_add(&ns->node, &m->user_namespaces);
	spin_unlock(&m->namespaces_lock);
	return ns;
}

struct user_namespace *get_user_ns(struct user_namespace *ns)
{
	refcount_inc(&ns->count);
	return ns;
}

void put_user_ns(struct user_namespace *ns)
{
	while (ns && refcount_dec_and_test(&ns->count)) {
		struct user_namespace *parent = ns->parent;

		if (ns->ucounts)
			dec_ucount(ns->ucounts, UCOUNT_USER_NAMESPACES);
		spin_lock(&ns->machine->namespaces_lock);
		list_del_init(&ns->node);
		spin_unlock(&ns->machine->namespaces_lock);
		free(ns->uid_map.extent);
		free(ns->gid_map.extent);
		kmem_cache_free(&ns->machine->user_ns_cache, ns);
		ns = parent;
	}
}

static uint32_t map_up(const struct uid_gid_map *map, uint32_t id);

int create_user_ns(struct cred *new)
{
	struct user_namespace *parent = new->user_ns, *ns;
	struct ucounts *ucounts;

	if (parent->level > MAX_USER_NS_LEVEL)
		return -ENOSPC;
	ucounts = inc_ucount(parent, new->euid, UCOUNT_USER_NAMESPACES);
	if (!ucounts)
		return -ENOSPC;
	/* Who has no name in the parent could not be named as the owner; groups are all group 0. */
	if (from_kuid(parent, new->euid) == INVALID_UID ||
	    (parent->parent && map_up(&parent->gid_map, 0) == INVALID_UID)) {
		dec_ucount(ucounts, UCOUNT_USER_NAMESPACES);
		return -EPERM;
	}
	ns = user_ns_alloc(parent->machine, parent);
	if (!ns) {
		dec_ucount(ucounts, UCOUNT_USER_NAMESPACES);
		return -ENOMEM;
	}
	ns->owner = new->euid;
	ns->ucounts = ucounts;
	ns->sigpending_max = READ_ONCE(current->signal->rlim_sigpending);
	ns->setgroups_denied = parent->setgroups_denied;
	ns->parent_could_setfcap = new->cap_effective &(uint64_t)1 << SF_CAP_SETFCAP;
	new->cap_permitted = new->cap_effective = SF_CAP_FULL;
	new->user_ns = ns;
	put_user_ns(parent);
	return 0;
}

bool in_userns(const struct user_namespace *ancestor, const struct user_namespace *child)
{
	while (child->level > ancestor->level)
		child = child->parent;
	return child == ancestor;
}

/* ---- ids ----------------------------------------------------------------------------------- */

/* A map is written once, and is there when its length is. */
static unsigned int nr_extents(const struct uid_gid_map *map)
{
	return rcu_dereference(map->nr_extents);
}

static uint32_t map_down(const struct uid_gid_map *map, uint32_t id)
{
	for (unsigned int i = 0, n = nr_extents(map); i < n; i++) {
		const struct sf_id_extent *e = &map->extent[i];

		if (id - e->inside < e->count && id >= e->inside)
			return e->outside + (id - e->inside);
	}
	return INVALID_UID;
}

static uint32_t map_up(const struct uid_gid_map *map, uint32_t id)
{
	for (unsigned int i = 0, n = nr_extents(map); i < n; i++) {
		const struct sf_id_extent *e = &map->extent[i];

		if (id - e->outside < e->count && id >= e->outside)
			return e->inside + (id - e->outside);
	}
	return INVALID_UID;
}

kuid_t make_kuid(const struct user_namespace *ns, uint32_t uid)
{
	return ns->parent ? map_down(&ns->uid_map, uid) : uid;
}

uint32_t from_kuid(const struct user_namespace *ns, kuid_t uid)
{
	return ns->parent ? map_up(&ns->uid_map, uid) : uid;
}

uint32_t from_kuid_munged(const struct user_namespace *ns, kuid_t uid)
{
	uint32_t mapped = from_kuid(ns, uid);

	return mapped == INVALID_UID ? READ_ONCE(ns->machine->overflowuid) : mapped;
}

/* A range that lies within one part of the map, taken down; INVALID_UID when it does not. */
static uint32_t map_range_down(const struct uid_gid_map *map, uint32_t id, uint32_t count)
{
	for (unsigned int i = 0, n = nr_extents(map); i < n; i++) {
		const struct sf_id_extent *e = &map->extent[i];

		if (id >= e->inside && id - e->inside < e->count &&
		    count <= e->count - (id - e->inside))
			return e->outside + (id - e->inside);
	}
	return INVALID_UID;
}

static bool overlaps(uint32_t a, uint32_t b, uint32_t n_a, uint32_t n_b)
{
	return a < b ? b - a < n_a : a - b < n_b;
}

static int check_extents(const struct sf_id_extent *e, size_t n)
{
	if (!n || n > MAX_EXTENTS)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (!e[i].count || e[i].inside == INVALID_UID || e[i].outside == INVALID_UID ||
		    e[i].inside + e[i].count < e[i].inside ||
		    e[i].outside + e[i].count < e[i].outside)
			return -EINVAL;
		for (size_t k = 0; k < i; k++)
			if (overlaps(e[i].inside, e[k].inside, e[i].count, e[k].count) ||
			    overlaps(e[i].outside, e[k].outside, e[i].count, e[k].count))
				return -EINVAL;
	}
	return 0;
}

int map_set(struct uid_gid_map *map, const struct uid_gid_map *parent,
	    const struct sf_id_extent *extent, size_t n)
{
	int r = check_extents(extent, n);
	struct sf_id_extent *e;

	if (r)
		return r;
	e = calloc(n, sizeof(*e));
	if (!e)
		return -ENOMEM;
	memcpy(e, extent, n * sizeof(*e));
	for (size_t i = 0; i < n && parent; i++) {
		e[i].outside = map_range_down(parent, e[i].outside, e[i].count);
		if (e[i].outside == INVALID_UID) {
			free(e);
			return -EPERM;
		}
	}
	map->extent = e;
	rcu_assign_pointer(map->nr_extents, (unsigned int)n);
	return 0;
}

/* ---- writing a map ------------------------------------------------------------------------- */

static const struct uid_gid_map *parent_map(const struct user_namespace *ns, bool gid)
{
	if (!ns->parent->parent)
		return NULL;
	return gid ? &ns->parent->gid_map : &ns->parent->uid_map;
}

/* Whoever maps the parent's root must be trusted to write its file capabilities. */
static bool verify_root_map(const struct user_namespace *ns, const struct sf_id_extent *e)
{
	if (e->outside != 0)
		return true;
	if (current->cred->user_ns == ns)
		return ns->parent_could_setfcap;
	return ns_capable(ns->parent, SF_CAP_SETFCAP);
}

static bool new_idmap_permitted(const struct user_namespace *ns, bool gid,
				const struct sf_id_extent *e)
{
	const struct cred *cred = current->cred;

	if (!gid && !verify_root_map(ns, e))
		return false;
	/* One's own id may be mapped by its owner; a group only where setgroups() is denied. */
	if (e->count == 1 && ns->owner == cred->euid &&
	    (gid ? ns->setgroups_denied : make_kuid(ns->parent, e->outside) == cred->euid))
		return true;
	return ns_capable(ns->parent, gid ? SF_CAP_SETGID : SF_CAP_SETUID);
}

/* The file is the task's user's, or root's when the task is not to be looked into, or dead. */
static kuid_t owner_of_map(struct task_struct *target)
{
	if (READ_ONCE(target->flags) & PF_EXITING || undumpable(target))
		return 0;
	return rcu_dereference(target->cred)->euid;
}

/* A capability helps with files whose owners have a name where one has it. */
static bool may_open_map(struct task_struct *target)
{
	const struct user_namespace *ns = current->cred->user_ns;
	kuid_t owner = owner_of_map(target);

	if (current->cred->euid == owner)
		return true;
	return ns_capable(ns, SF_CAP_DAC_OVERRIDE) && from_kuid(ns, owner) != INVALID_UID &&
	       (!ns->parent || map_up(&ns->gid_map, 0) != INVALID_UID);
}

static long map_write(struct task_struct *target, bool gid, const struct sf_id_extent *e)
{
	struct user_namespace *ns = rcu_dereference(target->cred)->user_ns;
	struct uid_gid_map *map = gid ? &ns->gid_map : &ns->uid_map;
	int r;

	if (!may_open_map(target))
		return -EACCES;
	if (!ns->parent)
		return -EPERM;
	if (current->cred->user_ns != ns && current->cred->user_ns != ns->parent)
		return -EPERM;
	if (nr_extents(map) || !ns_capable(ns, SF_CAP_SYS_ADMIN))
		return -EPERM;
	r = check_extents(e, 1);
	if (r)
		return r;
	if (!new_idmap_permitted(ns, gid, e))
		return -EPERM;
	spin_lock(&ns->machine->namespaces_lock);
	r = nr_extents(map) ? -EPERM : map_set(map, parent_map(ns, gid), e, 1);
	spin_unlock(&ns->machine->namespaces_lock);
	return r == -ENOMEM ? machine_no_memory(ns->machine) : r;
}

static long write_map(struct task_struct *current_task, struct task_struct *target, bool gid,
		      const struct sf_id_extent *e)
{
	long r;

	if (!same_machine(current_task, target))
		return call_fail(-EINVAL);
	if (!call_enter(current_task))
		return SF_FAIL;
	rcu_read_lock();
	r = rcu_dereference(target->sighand) ? map_write(target, gid, e) : -ESRCH;
	rcu_read_unlock();
	return call_leave(r);
}

long sf_uid_map(struct sf_task *t, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count)
{
	return write_map(t, target, false, &(struct sf_id_extent){inside, outside, count});
}

long sf_gid_map(struct sf_task *t, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count)
{
	return write_map(t, target, true, &(struct sf_id_extent){inside, outside, count});
}

int may_install_userns(const struct user_namespace *ns)
{
	/* Nobody gains capabilities by entering where he is. */
	if (ns == current->cred->user_ns)
		return -EINVAL;
	if (READ_ONCE(current->signal->nr_threads) > 1)
		return -EINVAL;
	return ns_capable(ns, SF_CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int userns_install(struct user_namespace *ns)
{
	struct cred *cred;
	int r = may_install_userns(ns);

	if (r)
		return r;
	cred = prepare_creds();
	if (!cred)
		return -ENOMEM;
	put_user_ns(cred->user_ns);
	cred->user_ns = get_user_ns(ns);
	cred->cap_permitted = cred->cap_effective = SF_CAP_FULL;
	if (set_cred_ucounts(ns->machine, cred)) {
		put_cred(ns->machine, cred);
		return -ENOMEM;
	}
	commit_creds(cred);
	return 0;
}
