/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cred.c - credentials and capabilities
 *
 * Models: kernel/cred.c, security/commoncap.c, and the calls of kernel/sys.c that change ids
 */
#include "model/machine.h"

static uint64_t cap_bit(int cap)
{
	return (uint64_t)1 << cap;
}

/*
 * The capabilities that count are those over the namespace's own: held there, or anywhere above, or
 * by the user that made the namespace.
 */
enum capable cap_capable(const struct cred *cred, const struct user_namespace *ns, int cap)
{
	for (;;) {
		if (ns == cred->user_ns)
			return cred->cap_effective & cap_bit(cap) ? CAPABLE_CAP : CAPABLE_NO;
		if (ns->level <= cred->user_ns->level)
			return CAPABLE_NO;
		if (ns->parent == cred->user_ns && ns->owner == cred->euid)
			return CAPABLE_OWNER;
		ns = ns->parent;
	}
}

bool ns_capable(const struct user_namespace *ns, int cap)
{
	return cap_capable(current->cred, ns, cap) != CAPABLE_NO;
}

struct cred *cred_alloc(struct sf_machine *m)
{
	struct cred *cred = kmem_cache_zalloc(&m->cred_cache);

	if (cred)
		refcount_set(&cred->count, 1);
	else
		machine_no_memory(m);
	return cred;
}

struct cred *prepare_creds(void)
{
	const struct cred *old = current->cred;
	struct cred *cred = cred_alloc(current->machine);

	if (!cred)
		return NULL;
	cred->uid = old->uid;
	cred->euid = old->euid;
	cred->suid = old->suid;
	cred->cap_permitted = old->cap_permitted;
	cred->cap_effective = old->cap_effective;
	cred->user_ns = get_user_ns(old->user_ns);
	cred->ucounts = get_ucounts(old->ucounts);
	cred->landlock = get_landlock_domain(old->landlock);
	return cred;
}

struct cred *get_cred(struct cred *cred)
{
	refcount_inc(&cred->count);
	return cred;
}

static void free_cred(struct sf_machine *m, struct rcu_head *head)
{
	struct cred *cred = container_of(head, struct cred, rcu);

	put_landlock_domain(m, cred->landlock);
	put_ucounts(cred->ucounts);
	put_user_ns(cred->user_ns);
	kmem_cache_free(&m->cred_cache, cred);
}

void put_cred(struct sf_machine *m, struct cred *cred)
{
	if (cred && refcount_dec_and_test(&cred->count))
		call_rcu(m, &cred->rcu, free_cred);
}

int set_cred_ucounts(struct sf_machine *m, struct cred *cred)
{
	struct ucounts *uc = cred->ucounts;

	(void)m;
	if (uc && uc->ns == cred->user_ns && uc->uid == cred->uid)
		return 0;
	uc = alloc_ucounts(cred->user_ns, cred->uid);
	if (!uc)
		return -ENOMEM;
	put_ucounts(cred->ucounts);
	cred->ucounts = uc;
	return 0;
}

/* Whether @subset holds nothing that @set did not: the creator of a namespace loses nothing. */
static bool cred_cap_issubset(const struct cred *set, const struct cred *subset)
{
	const struct user_namespace *ns = subset->user_ns;

	if (set->user_ns == ns)
		return !(subset->cap_permitted & ~set->cap_permitted);
	for (; ns->parent; ns = ns->parent)
		if (ns->parent == set->user_ns && ns->owner == set->euid)
			return true;
	return false;
}

void commit_creds(struct cred *cred)
{
	struct cred *old = current->cred;

	/* What a process held before is not for its new self to show, nor its parent's to end. */
	if (cred->euid != old->euid || !cred_cap_issubset(old, cred)) {
		set_undumpable(true);
		WRITE_ONCE(current->pdeath_signal, 0);
	}
	rcu_assign_pointer(current->cred, cred);
	put_cred(current->machine, old);
}

/* ---- the calls ----------------------------------------------------------------------------- */

static bool any_is(const struct cred *cred, kuid_t uid)
{
	return cred->uid == uid || cred->euid == uid || cred->suid == uid;
}

/* Root's capabilities come and go with its id. Models: security/commoncap.c:cap_emulate_setxuid */
static void cap_emulate_setxuid(struct cred *new, const struct cred *old)
{
	kuid_t root = make_kuid(old->user_ns, 0);

	if (any_is(old, root) && !any_is(new, root))
		new->cap_permitted = new->cap_effective = 0;
	if (old->euid == root && new->euid != root)
		new->cap_effective = 0;
	if (old->euid != root && new->euid == root)
		new->cap_effective = new->cap_permitted;
}

static long change_ids(struct cred *new)
{
	cap_emulate_setxuid(new, current->cred);
	if (set_cred_ucounts(current->machine, new)) {
		put_cred(current->machine, new);
		return -ENOMEM;
	}
	commit_creds(new);
	return 0;
}

static long do_setuid(uint32_t uid)
{
	const struct cred *old = current->cred;
	kuid_t kuid = make_kuid(old->user_ns, uid);
	bool capable = ns_capable(old->user_ns, SF_CAP_SETUID);
	struct cred *new;

	if (kuid == INVALID_UID)
		return -EINVAL;
	if (!capable && kuid != old->uid && kuid != old->suid)
		return -EPERM;
	new = prepare_creds();
	if (!new)
		return -ENOMEM;
	new->euid = kuid;
	if (capable)
		new->uid = new->suid = kuid;
	return change_ids(new);
}

static long do_setresuid(const uint32_t wanted[3])
{
	const struct cred *old = current->cred;
	kuid_t kuid[3] = {old->uid, old->euid, old->suid};
	bool privileged = false;
	struct cred *new;

	for (int i = 0; i < 3; i++) {
		if (wanted[i] == INVALID_UID)
			continue;
		kuid[i] = make_kuid(old->user_ns, wanted[i]);
		if (kuid[i] == INVALID_UID)
			return -EINVAL;
		privileged |= !any_is(old, kuid[i]);
	}
	if (privileged && !ns_capable(old->user_ns, SF_CAP_SETUID))
		return -EPERM;
	new = prepare_creds();
	if (!new)
		return -ENOMEM;
	new->uid = kuid[0];
	new->euid = kuid[1];
	new->suid = kuid[2];
	return change_ids(new);
}

static long do_capset(uint64_t effective, uint64_t permitted)
{
	struct cred *new;

	if (permitted & ~current->cred->cap_permitted || effective & ~permitted)
		return -EPERM;
	new = prepare_creds();
	if (!new)
		return -ENOMEM;
	new->cap_permitted = permitted;
	new->cap_effective = effective;
	commit_creds(new);
	return 0;
}

long sf_setuid(struct sf_task *t, uint32_t uid)
{
	return call_enter(t) ? call_leave(do_setuid(uid)) : SF_FAIL;
}

long sf_setresuid(struct sf_task *t, uint32_t ruid, uint32_t euid, uint32_t suid)
{
	const uint32_t wanted[3] = {ruid, euid, suid};

	return call_enter(t) ? call_leave(do_setresuid(wanted)) : SF_FAIL;
}

long sf_capset(struct sf_task *t, uint64_t effective, uint64_t permitted)
{
	return call_enter(t)
		       ? call_leave(do_capset(effective & SF_CAP_FULL, permitted & SF_CAP_FULL))
		       : SF_FAIL;
}

long sf_getuid(struct sf_task *t)
{
	if (!call_enter(t))
		return SF_FAIL;
	return call_leave(from_kuid_munged(t->cred->user_ns, t->cred->uid));
}

long sf_setgroups(struct sf_task *t)
{
	const struct user_namespace *ns;

	if (!call_enter(t))
		return SF_FAIL;
	ns = t->cred->user_ns;
	if (ns->parent && (ns->setgroups_denied || !ns->gid_map.nr_extents))
		return call_leave(-EPERM);
	return call_leave(ns_capable(ns, SF_CAP_SETGID) ? 0 : -EPERM);
}
