/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cred.h - who a task is: ids, capabilities, and the user namespace that gives them meaning */
#ifndef SIGFATE_MODEL_CRED_H
#define SIGFATE_MODEL_CRED_H

#include <sigfate.h>

#include "model/list.h"
#include "model/lock.h"

#define user_namespace sf_userns
#define task_struct sf_task

typedef uint32_t kuid_t; /* an id in the initial user namespace */
#define INVALID_UID ((kuid_t)-1)

/* The parts of a map; outside is a kuid. */
struct uid_gid_map {
	struct sf_id_extent *extent;
	unsigned int nr_extents;
};

/* How many signals are queued for one user of one user namespace. */
struct ucounts {
	struct list_head node; /* of the namespace */
	struct user_namespace *ns;
	kuid_t uid;
	refcount_t count;
	long sigpending;
	long pid_namespaces, user_namespaces;
};

#define MAX_USER_NS_LEVEL 32

struct user_namespace {
	struct sf_machine *machine;
	refcount_t count;
	unsigned int level;
	struct list_head node; /* of the machine */
	struct user_namespace *parent;
	kuid_t owner;
	struct uid_gid_map uid_map, gid_map;
	bool setgroups_denied;
	bool parent_could_setfcap;
	struct ucounts *ucounts; /* its creator's, one level up; NULL for the initial one */
	uint64_t sigpending_max; /* the creator's limit holds for all in it together */
	long max_pid_namespaces, max_user_namespaces;
	struct list_head ucounts_list;
};

/* A stack of restrictions, this layer on top. */
struct landlock_domain {
	refcount_t count;
	unsigned int num_layers;
	bool scoped;
	struct landlock_domain *parent;
};

struct cred {
	struct rcu_head rcu;
	refcount_t count;
	kuid_t uid, euid, suid;
	uint64_t cap_permitted, cap_effective;
	struct user_namespace *user_ns;
	struct ucounts *ucounts;
	struct landlock_domain *landlock; /* NULL: unrestricted */
};

/* user_namespace.c */

/** user_ns_alloc() - an empty namespace with a reference on @parent; NULL: no memory */
struct user_namespace *user_ns_alloc(struct sf_machine *m, struct user_namespace *parent);
struct user_namespace *get_user_ns(struct user_namespace *ns);
void put_user_ns(struct user_namespace *ns);
/** create_user_ns() - put @new into a namespace of its own: 0, -ENOSPC, -EPERM */
int create_user_ns(struct cred *new);
bool in_userns(const struct user_namespace *ancestor, const struct user_namespace *child);
kuid_t make_kuid(const struct user_namespace *ns, uint32_t uid);
uint32_t from_kuid(const struct user_namespace *ns, kuid_t uid);
uint32_t from_kuid_munged(const struct user_namespace *ns, kuid_t uid);
/** map_set() - make @map of @n parts relative to the parent's map: 0, -EPERM, -EINVAL, -ENOMEM */
int map_set(struct uid_gid_map *map, const struct uid_gid_map *parent,
	    const struct sf_id_extent *extent, size_t n);

/* ucount.c */
struct ucounts *alloc_ucounts(struct user_namespace *ns, kuid_t uid);
struct ucounts *get_ucounts(struct ucounts *uc);
void put_ucounts(struct ucounts *uc);
enum ucount_type { UCOUNT_PID_NAMESPACES, UCOUNT_USER_NAMESPACES };
/** inc_ucount() - one more at every level: the counts of (@ns, @uid) with a reference, or NULL when
 * a limit is reached (or our memory is gone: machine_no_memory()) */
struct ucounts *inc_ucount(struct user_namespace *ns, kuid_t uid, enum ucount_type type);
void dec_ucount(struct ucounts *uc, enum ucount_type type);
/** inc_rlimit_get_ucounts() - charge one signal at every level: the new count, 0 at a limit */
long inc_rlimit_get_ucounts(struct ucounts *uc, bool override_rlimit);
void dec_rlimit_put_ucounts(struct ucounts *uc);

/* cred.c */

/* What the kernel asks with ns_capable(), and why it said yes. */
enum capable { CAPABLE_NO, CAPABLE_CAP, CAPABLE_OWNER };

enum capable cap_capable(const struct cred *cred, const struct user_namespace *ns, int cap);
bool ns_capable(const struct user_namespace *ns, int cap);
struct cred *cred_alloc(struct sf_machine *m);
/** prepare_creds() - a copy of current's to change and commit; NULL: no memory */
struct cred *prepare_creds(void);
struct cred *get_cred(struct cred *cred);
void put_cred(struct sf_machine *m, struct cred *cred);
/** set_cred_ucounts() - let @cred count for the user it now is; 0 or -ENOMEM (ours) */
int set_cred_ucounts(struct sf_machine *m, struct cred *cred);
/** commit_creds() - make @cred, whose reference it takes, current's own */
void commit_creds(struct cred *cred);
int may_install_userns(const struct user_namespace *ns);
int userns_install(struct user_namespace *ns);

/* landlock.c */
struct landlock_domain *get_landlock_domain(struct landlock_domain *domain);
void put_landlock_domain(struct sf_machine *m, struct landlock_domain *domain);
/** landlock_task_kill() - whether current's domain lets it signal @t: 0 or -EPERM */
int landlock_task_kill(const struct task_struct *t);
/** landlock_may_trace() - whether a tracer's domain lets it trace @t */
bool landlock_may_trace(const struct task_struct *tracer, const struct task_struct *t);

#endif
