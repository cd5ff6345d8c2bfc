/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/pid.h - calls: numbers, groups and sessions
 *
 * What a task and those around it are called where it is, and which process group and session a
 * process belongs to.  Only to move one waits until no section is under way.
 */
#ifndef SF_PID_H
#define SF_PID_H

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_getpid() - the caller's process number, as it sees it
 * @current: the task that makes the call
 *
 * Context: A call.
 *
 * Return: the number.
 */
long sf_getpid(struct sf_task *current);

/**
 * sf_gettid() - the caller's thread number, as it sees it
 * @current: the task that makes the call
 *
 * Context: A call.
 *
 * Return: the number.
 */
long sf_gettid(struct sf_task *current);

/**
 * sf_getppid() - its parent's process number, as it sees it
 * @current: the task that makes the call
 *
 * Context: A call.  Under RCU.
 *
 * Return: the number, 0 for a parent that it cannot see.
 */
long sf_getppid(struct sf_task *current);

/**
 * sf_getpgid() - the process group of a process
 * @current: the task that makes the call
 * @pid: the process or thread, 0 for itself
 *
 * Context: A call.  Under RCU.
 *
 * Return: the group's number, 0 for one that it cannot see; or
 * * -ESRCH: nobody has the number @pid
 *
 * Models: kernel/sys.c:do_getpgid
 */
long sf_getpgid(struct sf_task *current, int pid);

/**
 * sf_getsid() - the session of a process
 * @current: the task that makes the call
 * @pid: the process or thread, 0 for itself
 *
 * Context: A call.  Under RCU.
 *
 * Return: the session's number, 0 for one that it cannot see; or
 * * -ESRCH: nobody has the number @pid
 *
 * Models: kernel/sys.c:getsid
 */
long sf_getsid(struct sf_task *current, int pid);

/**
 * sf_setpgid() - move a process into a group of its session, or into one of its own
 * @current: the task that makes the call
 * @pid: itself or a child, 0 for itself
 * @pgid: the group, 0 for one of its own
 *
 * Context: A call.  Takes tasklist_lock for writing.
 *
 * Return: 0, or
 * * -EACCES: the child has run another program
 * * -EINVAL: @pgid is negative, or @pid is no process's
 * * -EPERM: the group is in another session, or the process leads its own
 * * -ESRCH: @pid is neither the caller nor a child of it
 *
 * Models: kernel/sys.c:setpgid
 */
long sf_setpgid(struct sf_task *current, int pid, int pgid);

/**
 * sf_setsid() - begin a session, and a process group in it
 * @current: the task that makes the call
 *
 * Context: A call.  Takes tasklist_lock for writing.
 *
 * Return: the session's number, or
 * * -EPERM: the process leads a group already
 *
 * Models: kernel/sys.c:ksys_setsid
 */
long sf_setsid(struct sf_task *current);

/**
 * sf_ns_last_pid() - write /proc/sys/kernel/ns_last_pid: the number that was given out last
 * @current: the task that writes it, of whose PID namespace it is
 * @last: the number
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: there can be no such number
 * * -EPERM: needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN over the namespace
 *
 * Models: kernel/pid_namespace.c:pid_ns_ctl_handler
 */
long sf_ns_last_pid(struct sf_task *current, int last);

/**
 * sf_pid_max() - write /proc/sys/kernel/pid_max
 * @current: the task that writes it, of whose PID namespace it is
 * @pid_max: the number that none may reach
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EACCES: the file is not the caller's to write
 * * -EINVAL: less than 301, or more than there can be
 * * -EOPNOTSUPP: this kernel has one for all namespaces
 *
 * Models: kernel/pid.c:pid_table_root
 */
long sf_pid_max(struct sf_task *current, int pid_max);

#ifdef __cplusplus
}
#endif

#endif
