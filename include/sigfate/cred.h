/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/cred.h - calls: ids, capabilities and limits
 *
 * What a task may do to others, and how much.  They change the caller's own, or the map of a user
 * namespace.
 */
#ifndef SF_CRED_H
#define SF_CRED_H

#include <stdbool.h>
#include <stdint.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_getuid() - the caller's real id, in its user namespace
 * @current: the task that makes the call
 *
 * Context: A call.
 *
 * Return: the id, or the overflow id for one that has no name there.
 */
long sf_getuid(struct sf_task *current);

/**
 * sf_setuid() - become another user
 * @current: the task that makes the call
 * @uid: the id, in the caller's user namespace
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: the id has no name there
 * * -EPERM: without CAP_SETUID only the real and the saved id can be had
 *
 * Models: kernel/sys.c:__sys_setuid
 */
long sf_setuid(struct sf_task *current, uint32_t uid);

/**
 * sf_setresuid() - set the real, effective and saved id
 * @current: the task that makes the call
 * @ruid: the real id; (uint32_t)-1 leaves it as it is
 * @euid: the effective id; (uint32_t)-1 leaves it as it is
 * @suid: the saved id; (uint32_t)-1 leaves it as it is
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: an id has no name there
 * * -EPERM: without CAP_SETUID only those that it has can be had
 *
 * Models: kernel/sys.c:__sys_setresuid
 */
long sf_setresuid(struct sf_task *current, uint32_t ruid, uint32_t euid, uint32_t suid);

/**
 * sf_capset() - set both sets of capabilities
 * @current: the task that makes the call
 * @effective: within @permitted
 * @permitted: within what it is
 *
 * Bits above SF_CAP_FULL are dropped, as the kernel drops them.
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EPERM: a set is not within what it has to be
 *
 * Models: kernel/capability.c:capset
 */
long sf_capset(struct sf_task *current, uint64_t effective, uint64_t permitted);

/**
 * sf_setgroups() - allowed or refused; no signal rule reads a group
 * @current: the task that makes the call
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EPERM: needs CAP_SETGID, a gid map, and setgroups not denied
 *
 * Models: kernel/groups.c:may_setgroups
 */
long sf_setgroups(struct sf_task *current);

#define SF_RLIMIT_CORE 4
#define SF_RLIMIT_SIGPENDING 11
/**
 * sf_setrlimit() - set a soft limit
 * @current: the task that makes the call
 * @resource: SF_RLIMIT_SIGPENDING, in signals, or SF_RLIMIT_CORE, in bytes
 * @limit: the limit, SF_RLIM_INFINITY for none
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: @resource is neither
 *
 * Models: kernel/sys.c:do_prlimit
 */
long sf_setrlimit(struct sf_task *current, int resource, uint64_t limit);

#define SF_PR_SET_PDEATHSIG 1
#define SF_PR_SET_DUMPABLE 4
#define SF_PR_SET_CHILD_SUBREAPER 36
/**
 * sf_prctl() - set what bears on signals
 * @current: the task that makes the call
 * @option: SF_PR_SET_PDEATHSIG, SF_PR_SET_DUMPABLE or SF_PR_SET_CHILD_SUBREAPER
 * @arg: a signal or 0; 0 or 1; whether it is one
 *
 * Context: A call.  SF_PR_SET_CHILD_SUBREAPER takes tasklist_lock for writing.
 *
 * Return: 0, or
 * * -EINVAL: another option, or @arg is not one for it
 *
 * Models: kernel/sys.c:prctl
 */
long sf_prctl(struct sf_task *current, int option, unsigned long arg);

/**
 * sf_uid_map() - write one line of the uid map of a task's user namespace
 * @current: the task that makes the call
 * @target: whose user namespace it is
 * @inside: the first id there
 * @outside: the id that it is in the caller's user namespace
 * @count: how many ids in a row
 *
 * Context: A call.  @target is held, or no other thread makes calls.
 *
 * Return: 0, or
 * * -EACCES: the file is not the caller's to open
 * * -EINVAL: a line that cannot be
 * * -EPERM: it was written before, or the caller may not map those ids
 * * -ESRCH: @target is gone
 *
 * Models: kernel/user_namespace.c:map_write
 */
long sf_uid_map(struct sf_task *current, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count);

/**
 * sf_gid_map() - write one line of the gid map of a task's user namespace
 * @current: the task that makes the call
 * @target: whose user namespace it is
 * @inside: the first id there
 * @outside: the id that it is in the caller's user namespace
 * @count: how many ids in a row
 *
 * Groups have no part in what becomes of a signal: the caller's counts as group 0.
 *
 * Context: A call.  @target is held, or no other thread makes calls.
 *
 * Return: 0, or
 * * -EACCES: the file is not the caller's to open
 * * -EINVAL: a line that cannot be
 * * -EPERM: it was written before, or the caller may not map those ids
 * * -ESRCH: @target is gone
 *
 * Models: kernel/user_namespace.c:map_write
 */
long sf_gid_map(struct sf_task *current, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count);

/**
 * sf_landlock_restrict_self() - a new Landlock domain, which may keep signals within it
 * @current: the task that makes the call
 * @scope_signal: whether it does
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EPERM: needs CAP_SYS_ADMIN
 * * -E2BIG: there are 16 domains already, one in the other; or @scope_signal, and the kernel does
 *	not know it
 *
 * Models: security/landlock/syscalls.c:landlock_restrict_self
 */
long sf_landlock_restrict_self(struct sf_task *current, bool scope_signal);

#ifdef __cplusplus
}
#endif

#endif
