/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pid.h - identities with a number per level, and the namespaces that the numbers belong to */
#ifndef SIGFATE_MODEL_PID_H
#define SIGFATE_MODEL_PID_H

#include <sigfate.h>

#include "model/list.h"
#include "model/lock.h"

#define pid_namespace sf_pidns
#define task_struct sf_task

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

struct upid {
	int nr;
	struct pid_namespace *ns;
};

/*
 * One identity with a number per level.  It keeps its numbers while a task, a process group or a
 * session has it.  The kernel has four lists; but a thread and a process are one task at most, and
 * the process is there when that task leads its thread group.
 */
struct pid {
	refcount_t count;
	unsigned int level;
	struct task_struct *task;
	struct list_head pgrp, session; /* leaders in it, newest first */
	struct rcu_head rcu;
	struct upid numbers[]; /* [level + 1] */
};

#define IDR_PAGE 512

struct idr_page {
	unsigned int used;
	uint64_t taken[IDR_PAGE / 64];
	struct pid *pid[IDR_PAGE]; /* NULL while a number is only reserved */
};

/* Replaced by a larger one when it is too small; the pages stay. */
struct idr_table {
	struct rcu_head rcu;
	unsigned int n_pages;
	struct idr_page *page[];
};

struct idr {
	struct idr_table *table;
	int next; /* where the search for a free number goes on */
};

/* A namespace nobody has been born into since RESERVED_PIDS numbers ago starts from there again. */
#define RESERVED_PIDS 300
#define PID_MAX_MIN 301

struct pid_namespace {
	struct sf_machine *machine;
	struct rcu_head rcu;
	refcount_t count;
	unsigned int level;
	struct list_head node; /* of the machine */
	struct pid_namespace *parent;
	struct sf_userns *user_ns;
	struct task_struct *child_reaper;
	struct idr idr;
	unsigned int pid_allocated; /* numbers in use */
	bool adding;		    /* PIDNS_ADDING: more may be allocated */
	int pid_max;
	struct ucounts *ucounts; /* of its creator, NULL when it was found */
	int reboot;		 /* the code that its init ends with after reboot(2), or 0 */
};

/* pid.c */

/** pid_max_of() - one more than the largest number of @ns */
int pid_max_of(const struct pid_namespace *ns);

/**
 * alloc_pid() - new numbers in @ns and in every namespace above it
 * @set_tid, @n: the numbers wanted, innermost first; the others are chosen
 *
 * Return: 0; -EAGAIN, -ENOMEM (the namespace takes no more), -EINVAL, -EPERM, -EEXIST.
 *
 * Models: kernel/pid.c:alloc_pid
 */
int alloc_pid(struct pid_namespace *ns, const int *set_tid, size_t n, struct pid **ret);
/* The same with the numbers of a live process, 0 for any, from the outermost inwards. */
int adopt_pid(struct pid_namespace *ns, const int *nr, struct pid **ret);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);
void free_pid(struct pid *pid);
/** free_unused_pid() - free it when no task, group or session has it */
void free_unused_pid(struct pid *pid);
void attach_pid(struct task_struct *t, enum pid_type type);
void detach_pid(struct task_struct *t, enum pid_type type);
void change_pid(struct task_struct *t, enum pid_type type, struct pid *pid);
void exchange_tids(struct task_struct *left, struct task_struct *right);
void transfer_pid(struct task_struct *old, struct task_struct *new, enum pid_type type);
struct pid *find_pid_ns(int nr, const struct pid_namespace *ns);
struct pid *find_vpid(int nr);
struct task_struct *pid_task(const struct pid *pid, enum pid_type type);
struct task_struct *find_task_by_vpid(int nr);
bool pid_has_task(const struct pid *pid, enum pid_type type);
int pid_nr_ns(const struct pid *pid, const struct pid_namespace *ns);
int pid_vnr(const struct pid *pid);

static inline struct pid_namespace *ns_of_pid(const struct pid *pid)
{
	return pid->numbers[pid->level].ns;
}

static inline bool is_child_reaper(const struct pid *pid)
{
	return pid->numbers[pid->level].nr == 1;
}

/* idr.c: the numbers of one namespace */

/** idr_alloc() - reserve the first free number in start..end-1: it, -ENOSPC, -ENOMEM (our own) */
int idr_alloc(struct sf_machine *m, struct idr *idr, int start, int end);
/** idr_alloc_cyclic() - the same, going on from the last number, then from @start again */
int idr_alloc_cyclic(struct sf_machine *m, struct idr *idr, int start, int end);
void idr_replace(struct idr *idr, int nr, struct pid *pid);
void idr_remove(struct idr *idr, int nr);
struct pid *idr_find(const struct idr *idr, int nr);
/** idr_get_next() - the first identity at *@nr or after, and its number; NULL for none */
struct pid *idr_get_next(const struct idr *idr, int *nr);
void idr_destroy(struct idr *idr);

/* pid_namespace.c */

/** pid_ns_alloc() - an empty namespace with references on @parent and @owner; NULL: no memory */
struct pid_namespace *pid_ns_alloc(struct sf_machine *m, struct pid_namespace *parent,
				   struct sf_userns *owner);
struct pid_namespace *get_pid_ns(struct pid_namespace *ns);
void put_pid_ns(struct pid_namespace *ns);
/** copy_pid_ns() - what current's child gets: 0, -EINVAL, -ENOSPC; ours is machine_no_memory() */
int copy_pid_ns(uint64_t flags, struct sf_userns *user_ns, struct pid_namespace *old,
		struct pid_namespace **ret);
/** in_pid_ns() - whether @ns is @ancestor or below it */
bool in_pid_ns(const struct pid_namespace *ancestor, const struct pid_namespace *ns);
int pidns_install(struct pid_namespace *new, struct user_namespace *user_ns);
void zap_pid_ns_processes(struct pid_namespace *ns);
bool zap_pid_ns_done(struct pid_namespace *ns);

#endif
