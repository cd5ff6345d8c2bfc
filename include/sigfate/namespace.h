/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/namespace.h - PID and user namespaces
 *
 * The machine owns a namespace, which is good as long as a task in it, or in one below it, is.  To
 * look at it, and to turn its knobs, is at once with calls.
 */
#ifndef SF_NAMESPACE_H
#define SF_NAMESPACE_H

#include <stdbool.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_pidns_level() - how deep a PID namespace is nested
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: the level, 0 for the initial one, at most SF_MAX_PID_NS_LEVEL; 0 for NULL.
 */
unsigned int sf_pidns_level(const struct sf_pidns *ns);

/**
 * sf_pidns_parent() - the PID namespace that one is in
 * @ns: the namespace, which holds its parent
 *
 * Context: Any thread.
 *
 * Return: the parent; NULL for the initial one, and for NULL.
 */
struct sf_pidns *sf_pidns_parent(const struct sf_pidns *ns);

/**
 * sf_pidns_owner() - the user namespace that owns a PID namespace
 * @ns: the PID namespace, which holds its owner
 *
 * Context: Any thread.
 *
 * Return: the owner; NULL for NULL.
 */
struct sf_userns *sf_pidns_owner(const struct sf_pidns *ns);

/**
 * sf_pidns_init() - the init of a PID namespace (child_reaper)
 * @ns: the namespace
 *
 * Context: With other threads that make calls: in a section.
 *
 * Return: the init, without a reference; NULL before the first process, after the end, and for
 * NULL.
 */
struct sf_task *sf_pidns_init(const struct sf_pidns *ns);

/**
 * sf_pidns_closed() - whether its init has died or is dying: no process can be added
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: true when it takes no more processes; true for NULL.
 */
bool sf_pidns_closed(const struct sf_pidns *ns);

/**
 * sf_pidns_set_last_pid() - where the search for a free number goes on
 * @ns: the namespace
 * @last: the number that was given out last, 0..4194303
 *
 * As writing to /proc/sys/kernel/ns_last_pid does, without a task that needs to be allowed to.
 *
 * Context: Any thread, at once with calls.
 *
 * Return: 0, or
 * * -EINVAL: @ns is NULL or @last no number
 *
 * Models: kernel/pid_namespace.c:pid_ns_ctl_handler
 */
int sf_pidns_set_last_pid(struct sf_pidns *ns, int last);

/**
 * sf_pidns_set_pid_max() - one more than the largest number that a namespace gives out
 * @ns: the namespace
 * @pid_max: 301..4194304
 *
 * Before Linux 6.14 that of the initial namespace holds for all.
 *
 * Context: Any thread, at once with calls.
 *
 * Return: 0, or
 * * -EINVAL: @ns is NULL, or @pid_max is out of range
 *
 * Models: kernel/pid.c:proc_do_pid_max
 */
int sf_pidns_set_pid_max(struct sf_pidns *ns, int pid_max);

/**
 * sf_userns_parent() - the user namespace that one was made in
 * @ns: the namespace, which holds its parent
 *
 * Context: Any thread.
 *
 * Return: the parent; NULL for the initial one, and for NULL.
 */
struct sf_userns *sf_userns_parent(const struct sf_userns *ns);

#ifdef __cplusplus
}
#endif

#endif
