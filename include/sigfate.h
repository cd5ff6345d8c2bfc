/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: libsigfate - the machine, the calls that are made on it, and the verdict
 *
 * A machine (struct sf_machine) is a small Linux in memory: processes, threads, PID namespaces,
 * user namespaces, credentials and signals, with no hardware and no programs.  A caller builds one,
 * makes system calls on it as one of its tasks, lets it settle, and reads what has become of it.
 *
 * Ownership:
 * A machine owns every object in it; sf_machine_free() frees them all.  A handle that a function
 * gives is borrowed, unless it says that a reference comes with it.  A task handle is good until
 * its process has been reaped; a caller that wants to look at it afterwards, or whose other threads
 * may let that happen meanwhile, holds a reference (sf_task_get(), sf_task_put()).  A task that is
 * held keeps what it refers to: its leader, its namespaces.  A namespace is good as long as a task
 * in it, or in one below it, is.  What a caller passes in is copied, and never kept.
 *
 * Results:
 * A call gives what the system call gives, zero or a number, or a negative errno: that is data of
 * the modelled kernel.  Our own failures never look like it: the call then gives SF_FAIL and
 * sf_machine_error() says why.  A call that does not return yet gives SF_BLOCKED.  Outputs (ret_x)
 * are untouched when a function fails.  No argument is too absurd to be answered: a number, a flag
 * or a set may be anything, a task may be dead, and a handle may be NULL, which never is more than
 * -EINVAL of ours, or the answer for what is not there.  Only a pointer must be to what it says,
 * and a handle to what has not been freed.
 *
 * Threads:
 * Different machines are independent of each other.  Within one, in the build with threads
 * (sf_threads()), what may run at the same time is this:
 *
 *             calls  looks  walks  knobs  paths  setup  free
 *     calls   (1)    yes    (2)    yes    (3)    no     no
 *     looks   yes    yes    yes    yes    yes    no     no
 *     walks   (2)    yes    yes    yes    yes    no     no
 *     knobs   yes    yes    yes    yes    yes    no     no
 *     paths   (3)    yes    yes    yes    (4)    no     no
 *     setup   no     no     no     no     no     no     no
 *     free    no     no     no     no     no     no     no
 *
 * * calls: whatever is made by a @current task, sf_generate(), and sf_settle()
 * * looks: whatever reads a task, a namespace or the machine; sf_task_get(), sf_task_put(),
 *   sf_task_set_comm()
 * * walks: sf_task_next(), sf_task_next_thread(), sf_task_find(), sf_task_tracer(),
 *   sf_pidns_init(), between sf_tasklist_lock() and sf_tasklist_unlock(); of what is found there a
 *   reference can be taken
 * * knobs: sf_machine_set_overflowuid(), sf_machine_set_core_pattern(), sf_audit_enable(),
 *   sf_pidns_set_last_pid(), sf_pidns_set_pid_max(), sf_path_new(), sf_path_free()
 * * paths: sf_path_steps(), sf_path_clear(), sf_verdicts_read(), of one path
 * * setup: sf_machine_boot(), sf_pidns_add(), sf_userns_add(), sf_task_add(), sf_machine_observe(),
 *   sf_machine_choose(), sf_machine_set_lsm(), sf_audit_set_daemon(), sf_audit_records(),
 *   sf_audit_clear()
 * * free: sf_machine_free()
 *
 * (1) Calls as different tasks run at once.  Of two as the same task the second waits until the
 * first is over, as one thread has one CPU; sf_settle() passes over a task that somebody acts as,
 * and whoever acts as it leaves it to be settled later.  (2) A call that changes who is there - a
 * fork, an exec, an exit, a wait that reaps, setpgid(), setsid(), ptrace() - waits until no walk is
 * under way; all others do not.  (3) Not while another thread records into that path.  (4) One
 * thread at a time for a path, any number for different ones.
 *
 * Without threads (sf_threads() is false) a machine belongs to one thread at a time.
 *
 * Inside it is as in the kernel: numbers, credentials and the signal state of a task are found
 * under RCU, which waits for nobody; a thread group's signals, dispositions and stops are under its
 * siglock; the list of tasks, groups, sessions, parents and tracers under tasklist_lock, which a
 * signal for many takes for reading.  A signal for one process takes no lock that another target
 * has, and is tried again when an exec has given the number to another thread in between.  No lock
 * outlives a call, but that of a walk.  Callbacks (sf_machine_observe(), sf_machine_set_lsm(),
 * sf_machine_choose()) run inside of calls, in the thread that made the call, with locks held: they
 * look, and make no call.  sf_machine_error() is the thread's own.
 */
/**
 * DOC: calls
 *
 * A call is made by @current, a task that is alive, not stopped and not asleep in a call.  Before
 * it begins, @current takes the signals that wait for it, as a task does before it is back in its
 * program.  Numbers are in its active PID namespace, ids in its user namespace.  A call that ends
 * or changes other tasks has its whole effect only after sf_settle().
 *
 * A call gives SF_FAIL when there was none: sf_machine_error() is then -ESRCH (the caller is dead,
 * or the machine has ended), -EBUSY (it is stopped, or sleeps in another call), -EINVAL (@current
 * is NULL, or another task is, or is of another machine), -EDEADLK (made from a callback or a
 * section) or -ENOMEM (we had no memory).  A call that sleeps gives SF_BLOCKED: it goes on in
 * sf_settle(), and sf_task_call_result() has its result.
 *
 * Any number of threads make calls at once; two as the same task wait for each other.
 */
#ifndef SIGFATE_H
#define SIGFATE_H

/* the library, the machine, and who is in it */
#include <sigfate/types.h>
#include <sigfate/kernel.h>
#include <sigfate/signal.h>
#include <sigfate/machine.h>
#include <sigfate/audit.h>
#include <sigfate/task.h>
#include <sigfate/namespace.h>
#include <sigfate/build.h>

/* what they call */
#include <sigfate/process.h>
#include <sigfate/send.h>
#include <sigfate/receive.h>
#include <sigfate/pid.h>
#include <sigfate/cred.h>
#include <sigfate/generate.h>
#include <sigfate/ptrace.h>

/* what has become of a signal */
#include <sigfate/path.h>
#include <sigfate/verdict.h>

#endif
