/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/task.h - tasks
 *
 * A task is a thread; the leader of its thread group stands for the process.  The machine owns it,
 * and a reference keeps it for whoever looks at it after its end.  To look needs no more than a
 * handle that is good; to find a task while others make calls needs a section, sf_tasklist_lock().
 */
#ifndef SF_TASK_H
#define SF_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include <sigfate/signal.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_task_get() - hold a task
 * @t: the task; NULL is nothing
 *
 * A task that is held stays, though it has died and was reaped: it can be looked at, and calls that
 * are made as it fail.
 *
 * Context: Any thread, at once with calls; @t is held already, or was just found in a section, or
 * no other thread makes calls.
 *
 * Return: @t.
 */
struct sf_task *sf_task_get(struct sf_task *t);

/**
 * sf_task_put() - let go of a task
 * @t: the task; NULL is nothing
 *
 * Context: Any thread, at once with calls.
 */
void sf_task_put(struct sf_task *t);

/**
 * sf_task_machine() - the machine of a task
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: the machine; NULL for NULL.
 */
struct sf_machine *sf_task_machine(const struct sf_task *t);

/**
 * sf_task_leader() - the leader of a task's thread group, which stands for the process
 * @t: the task, dead or alive
 *
 * An execve() of another thread makes that thread the leader.
 *
 * Context: Any thread.  No reference is taken: one that @t holds keeps its leader.
 *
 * Return: the leader, @t itself when it leads; NULL for NULL.
 */
struct sf_task *sf_task_leader(const struct sf_task *t);

/**
 * sf_task_parent() - the real parent's thread group leader
 * @t: the task
 *
 * Context: Any thread; with others that make calls, in a section if the parent shall be held.
 *
 * Return: the parent, without a reference; NULL for none, for a task that was reaped, and for NULL.
 */
struct sf_task *sf_task_parent(const struct sf_task *t);

/**
 * sf_task_tracer() - the thread that traces a task
 * @t: the task
 *
 * Context: With other threads that make calls: in a section.
 *
 * Return: the tracer, without a reference; NULL for none or one outside the machine, for a task
 * that was reaped, and for NULL.
 */
struct sf_task *sf_task_tracer(const struct sf_task *t);

/**
 * sf_task_pidns() - the namespace that the task is in and looks numbers up in
 * @t: the task, dead or alive, which holds the namespace
 *
 * Context: Any thread.
 *
 * Return: the namespace; NULL for NULL.
 */
struct sf_pidns *sf_task_pidns(const struct sf_task *t);

/**
 * sf_task_userns() - the user namespace of a task's credentials
 * @t: the task, dead or alive; its credentials hold the namespace until it changes them
 *
 * Context: Any thread.
 *
 * Return: the namespace; NULL for NULL.
 */
struct sf_userns *sf_task_userns(const struct sf_task *t);

/**
 * sf_task_comm() - the name of a task, as /proc/PID/comm shows it
 * @t: the task, dead or alive
 * @buf: SF_COMM_LEN bytes
 *
 * Context: Any thread.
 *
 * Return: @buf, with a NUL; empty for NULL.
 */
const char *sf_task_comm(const struct sf_task *t, char buf[SF_COMM_LEN]);

/**
 * sf_task_set_comm() - give a task another name
 * @t: the task; NULL is nothing
 * @comm: the name, with a NUL; what is longer than SF_COMM_LEN - 1 is cut.  NULL: no change.
 *
 * Context: Any thread, at once with calls.
 */
void sf_task_set_comm(struct sf_task *t, const char *comm);

/**
 * sf_tasklist_lock() - begin a section: nobody comes, goes or moves
 * @m: the machine
 *
 * Until sf_tasklist_unlock() the list of tasks, groups, sessions, parents and tracers stands still.
 * Tasks that are found in it can be held with sf_task_get().  The thread makes no call in it, and
 * does not settle.  What others call that would change the list waits; so it should be short.
 *
 * Context: Any thread, at once with others that are in sections, too.  Takes tasklist_lock for
 * reading and is in an RCU section.
 *
 * Return: 0, or
 * * -EDEADLK: called from a callback or in a section: there is none to end then
 * * -EINVAL: @m is NULL
 */
int sf_tasklist_lock(struct sf_machine *m);

/**
 * sf_tasklist_unlock() - end the section that sf_tasklist_lock() began
 * @m: the same machine
 *
 * Context: The thread that began it.  Without a section it does nothing.
 */
void sf_tasklist_unlock(struct sf_machine *m);

/**
 * sf_task_nr() - the thread's number in a namespace
 * @t: the task
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: the number, 0 when it cannot be seen there, was reaped, or is NULL.
 *
 * Models: kernel/pid.c:__task_pid_nr_ns
 */
int sf_task_nr(const struct sf_task *t, const struct sf_pidns *ns);

/**
 * sf_task_tgid() - the process's number in a namespace
 * @t: the task
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: the number, 0 when it cannot be seen there, was reaped, or is NULL.
 */
int sf_task_tgid(const struct sf_task *t, const struct sf_pidns *ns);

/**
 * sf_task_pgrp() - the number of the task's process group in a namespace
 * @t: the task
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: the number, 0 when it cannot be seen there, or the task was reaped or is NULL.
 */
int sf_task_pgrp(const struct sf_task *t, const struct sf_pidns *ns);

/**
 * sf_task_session() - the number of the task's session in a namespace
 * @t: the task
 * @ns: the namespace
 *
 * Context: Any thread.
 *
 * Return: the number, 0 when it cannot be seen there, or the task was reaped or is NULL.
 */
int sf_task_session(const struct sf_task *t, const struct sf_pidns *ns);

/**
 * sf_task_find() - the task with this number
 * @ns: the namespace that the number is of
 * @nr: any number
 *
 * Context: With other threads that make calls: in a section.
 *
 * Return: the thread, without a reference; NULL when nobody has the number there.
 *
 * Models: kernel/pid.c:find_task_by_pid_ns
 */
struct sf_task *sf_task_find(struct sf_pidns *ns, int nr);

/**
 * sf_task_next() - all processes, in order of creation
 * @m: the machine
 * @after: the process before; NULL gives the first
 *
 * Context: With other threads that make calls: in a section.
 *
 * Return: the leader of the next process, without a reference; NULL after the last, and after a
 * task that is no leader, was reaped, or is of another machine.
 */
struct sf_task *sf_task_next(const struct sf_machine *m, const struct sf_task *after);

/**
 * sf_task_next_thread() - the threads of a process, its leader first
 * @t: the thread before: the leader, to begin
 *
 * Context: With other threads that make calls: in a section.
 *
 * Return: the next thread, without a reference; NULL after the last, and for NULL.
 */
struct sf_task *sf_task_next_thread(const struct sf_task *t);

/**
 * sf_task_state() - the letter that /proc/PID/stat shows
 * @t: the task
 *
 * Context: Any thread.
 *
 * Return: 'S' alive and not stopped, 'T' stopped, 't' stopped for its tracer, 'Z' zombie, 'X'
 * reaped; 'X' for NULL.
 */
char sf_task_state(const struct sf_task *t);

/**
 * sf_task_is_init() - whether the kernel protects its process (SIGNAL_UNKILLABLE)
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: true for the init of a namespace; false for NULL.
 */
bool sf_task_is_init(const struct sf_task *t);

/**
 * sf_task_is_exiting() - whether the thread has begun to exit
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: true from its exit on, for good; true for NULL.
 */
bool sf_task_is_exiting(const struct sf_task *t);

/**
 * sf_task_is_dying() - whether its whole process is in group exit
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: true when its process is ending, or has ended; false for NULL.
 */
bool sf_task_is_dying(const struct sf_task *t);

/**
 * sf_task_exit_status() - how a task ended
 * @t: the task
 *
 * Context: Any thread.
 *
 * Return: a dead task's status as wait4() gives it, -1 for a live one and for NULL.
 */
int sf_task_exit_status(const struct sf_task *t);

/**
 * sf_task_threads() - how many threads a process has that were not reaped
 * @t: any task of the process
 *
 * Context: Any thread.
 *
 * Return: the number; 0 for a process that was reaped, and for NULL.
 */
int sf_task_threads(const struct sf_task *t);

/** enum sf_sigset_kind - the sets of /proc/PID/task/TID/status, by their names there */
enum sf_sigset_kind { SF_SIGPND, SF_SHDPND, SF_SIGBLK, SF_SIGIGN, SF_SIGCGT };

/**
 * sf_task_sigset() - one of the sets of /proc/PID/task/TID/status
 * @t: the task
 * @kind: which one
 *
 * Context: Any thread, but not from an observer: there it gives 0, and sf_machine_error() is
 * -EDEADLK. Takes the task's siglock.
 *
 * Return: the set; empty for a task that was reaped, for NULL, and for a kind that is none.
 */
sf_sigset sf_task_sigset(const struct sf_task *t, enum sf_sigset_kind kind);

/**
 * sf_task_call_result() - the result of the call that a task slept in
 * @t: the task
 * @ret_status: the wait status, for wait4(); may be NULL
 * @ret_info: what was taken, for rt_sigtimedwait() and a signalfd; may be NULL
 *
 * Context: Any thread that knows that @t makes no other call meanwhile.
 *
 * Return: the result; SF_BLOCKED while it sleeps, for a task that never slept, and for NULL.  What
 * is returned through pointers is only of use when the call was one that gives it and has
 * succeeded.
 */
long sf_task_call_result(const struct sf_task *t, int *ret_status, struct sf_siginfo *ret_info);

/**
 * sf_task_cap_effective() - a task's effective capabilities, in its user namespace
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: the set, bit n for capability n; empty for NULL.
 */
uint64_t sf_task_cap_effective(const struct sf_task *t);

/**
 * sf_task_cap_permitted() - a task's permitted capabilities, in its user namespace
 * @t: the task, dead or alive
 *
 * Context: Any thread.
 *
 * Return: the set, bit n for capability n; empty for NULL.
 */
uint64_t sf_task_cap_permitted(const struct sf_task *t);

#ifdef __cplusplus
}
#endif

#endif
