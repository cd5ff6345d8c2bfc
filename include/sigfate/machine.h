/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/machine.h - the machine
 *
 * It owns every object in it.  What begins or ends it and what installs a callback excludes
 * everything else in it; the rest is at once with calls.  Callbacks look, and make no call.
 */
#ifndef SF_MACHINE_H
#define SF_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <sigfate/kernel.h>
#include <sigfate/signal.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_machine_new() - an empty machine: the initial PID and user namespaces, no task
 * @kernel: the kernel it models, copied; NULL for the newest
 *
 * Context: Any thread.  The caller owns the machine and gives it back with sf_machine_free().
 *
 * Return: the machine, or NULL without memory.
 */
struct sf_machine *sf_machine_new(const struct sf_kernel *kernel);

/**
 * sf_machine_free() - free a machine and all that is in it, whatever references are held
 * @m: the machine; NULL is nothing
 *
 * Every handle of it is void afterwards: tasks, namespaces, paths.  Verdicts are released before.
 *
 * Context: No other thread uses the machine, or records into one of its paths, any more.
 */
void sf_machine_free(struct sf_machine *m);

/**
 * sf_machine_boot() - start the global init, PID 1 of the initial namespace, as root
 * @m: the machine
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: the task, which the machine owns: no reference is taken.  NULL when it cannot be;
 * sf_machine_error() is then
 * * -EEXIST: PID 1 is there already
 * * -EINVAL: @m is NULL
 * * -ENOMEM: we had no memory
 * * -EDEADLK: called from a callback, or between sf_tasklist_lock() and sf_tasklist_unlock()
 */
struct sf_task *sf_machine_boot(struct sf_machine *m);

/**
 * sf_machine_error() - why a call gave SF_FAIL, or a function that makes something gave NULL
 * @m: the machine; it is not looked at, and may be NULL
 *
 * What is told is of the calling thread's last call, in whatever machine.
 *
 * Context: Any thread.
 *
 * Return: 0: the last call did not fail for our sake; or
 * * -ENOMEM: we had no memory, for good: the machine answers no call any more
 * * -EBUSY: the caller sleeps in another call, or is stopped
 * * -ESRCH: the caller is dead, or the machine is: its init has died
 * * -EINVAL: a bad argument of ours: no task at all, or one of another machine
 * * -ENOSPC: nothing can be nested as deep as that
 * * -EDEADLK: the call was made from a callback, or between sf_tasklist_lock() and
 *   sf_tasklist_unlock()
 */
int sf_machine_error(const struct sf_machine *m);

/**
 * sf_machine_panicked() - whether the global init has died, which ends a machine
 * @m: the machine
 *
 * A machine that has ended can be looked at.  Calls in it give SF_FAIL (-ESRCH).
 *
 * Context: Any thread.
 *
 * Return: true when it has ended; false for NULL.
 *
 * Models: kernel/exit.c:do_exit
 */
bool sf_machine_panicked(const struct sf_machine *m);

/**
 * sf_machine_kernel() - the switches that the machine was made with
 * @m: the machine, which owns them
 *
 * Context: Any thread.
 *
 * Return: the switches; NULL for NULL.
 */
const struct sf_kernel *sf_machine_kernel(const struct sf_machine *m);

/**
 * sf_machine_pidns() - the initial PID namespace
 * @m: the machine, which owns it for as long as it is there
 *
 * Context: Any thread.
 *
 * Return: the namespace; NULL for NULL.
 */
struct sf_pidns *sf_machine_pidns(struct sf_machine *m);

/**
 * sf_machine_userns() - the initial user namespace
 * @m: the machine, which owns it for as long as it is there
 *
 * Context: Any thread.
 *
 * Return: the namespace; NULL for NULL.
 */
struct sf_userns *sf_machine_userns(struct sf_machine *m);

/**
 * sf_settle() - let everything happen that can happen
 * @m: the machine
 *
 * Every task that may take a signal takes it, all deaths run their course, calls that can return
 * do.  It is over when nobody has anything to do: what depends on other threads that make calls
 * meanwhile may be left to their own sf_settle().
 *
 * Context: Any thread, at once with calls and with itself.  Takes the locks that the tasks need.
 * Not from a callback or a section.
 *
 * Return: 0, or
 * * -ENOMEM: we had no memory, for good
 * * -EDEADLK: called from a callback, or between sf_tasklist_lock() and sf_tasklist_unlock()
 * * -EINVAL: @m is NULL
 */
int sf_settle(struct sf_machine *m);

/** enum sf_event_type - what may become of a task */
enum sf_event_type {
	SF_EVENT_HANDLED,   /* a handler ran; info is what it was told */
	SF_EVENT_KILLED,    /* the process died of a signal; status as wait4() gives it */
	SF_EVENT_EXITED,    /* the process ended by itself; status as wait4() gives it */
	SF_EVENT_STOPPED,   /* the whole process stopped; info.signo is the signal */
	SF_EVENT_CONTINUED, /* the stopped process goes on */
	SF_EVENT_RESUMED,   /* a call that slept returned: see sf_task_call_result() */
	SF_EVENT_TRACED,    /* the task stopped for its tracer; info.signo is the signal */
	SF_EVENT_GENERATED, /* a signal was sent to the task: info, group and generate */
};

/**
 * struct sf_event - something that became of a task
 * @type: what; says which of the others are set
 * @task: to whom: a thread, or the leader for what becomes of a process
 * @info: of the signal
 * @status: as wait4() gives it
 * @group: the signal was for the whole process
 * @generate: 0 queued, 1 ignored, 2 pending already, 3 refused for lack of room, 4 queued without
 *	its info: what the tracepoint signal_generate calls its result
 */
struct sf_event {
	enum sf_event_type type;
	struct sf_task *task;
	struct sf_siginfo info;
	int status;
	bool group;
	int generate;
};

/**
 * sf_machine_observe() - be told of every event, in order
 * @m: the machine
 * @fn: called from inside calls and sf_settle(); NULL for none
 * @data: passed to @fn
 *
 * @fn may look: sf_task_nr(), sf_task_state() and their like.  It makes no call, does not settle,
 * begins no section and reads no sf_task_sigset(): these refuse with -EDEADLK.  The event and the
 * task in it are good until @fn returns; to keep the task, take a reference.  With several threads
 * @fn is called from all of them, perhaps at once, with locks of the machine held: it should be
 * short, and take no lock that another thread holds while it makes a call.
 *
 * Context: Excludes everything else in the machine.
 */
void sf_machine_observe(struct sf_machine *m, void (*fn)(void *data, const struct sf_event *event),
			void *data);

/**
 * enum sf_choice - what the kernel leaves open: it may do any of several things, and all of them
 *	are right
 */
enum sf_choice {
	SF_CHOICE_TASK,	   /* which of the tasks that have something to do runs next */
	SF_CHOICE_PREEMPT, /* whether others run before a handler, or amidst a task's end */
	SF_NCHOICES
};

/**
 * sf_machine_choose() - choose where the kernel is free, to follow what a real one has done
 * @m: the machine
 * @fn: gives which of @n it shall be, from 0; it makes no call.  NULL: always the first.
 * @data: passed to @fn
 *
 * What is too large a number is taken for 0.
 *
 * Context: Excludes everything else in the machine.  For machines that one thread uses.
 */
void sf_machine_choose(struct sf_machine *m,
		       unsigned int (*fn)(void *data, enum sf_choice what, unsigned int n),
		       void *data);

/**
 * sf_machine_set_lsm() - install a security_task_kill hook
 * @m: the machine
 * @fn: gives 0 to allow, or a negative errno that the sender gets; what is neither is -EPERM.  NULL
 *	for none.
 * @data: passed to @fn
 *
 * @info is NULL for a signal of the kernel's own.  @fn runs after the permission of ids has been
 * granted and before the target's signals are locked, under RCU, and for a signal to many with
 * tasklist_lock held for reading.  It may look, but makes no call (-EDEADLK), and waits for no
 * thread that might wait for it.
 *
 * Context: Excludes everything else in the machine.  @fn is called from every thread that sends.
 *
 * Models: security/security.c:security_task_kill
 */
void sf_machine_set_lsm(struct sf_machine *m,
			int (*fn)(void *data, const struct sf_task *sender,
				  const struct sf_task *target, const struct sf_siginfo *info,
				  int sig),
			void *data);

/**
 * sf_machine_set_overflowuid() - the id shown for one that has no name (default 65534)
 * @m: the machine
 * @uid: the id, as in /proc/sys/kernel/overflowuid
 *
 * Context: Any thread, at once with calls.
 */
void sf_machine_set_overflowuid(struct sf_machine *m, uint32_t uid);

/**
 * enum sf_core_pattern - what the kernel does with a core dump; see /proc/sys/kernel/core_pattern
 */
enum sf_core_pattern { SF_CORE_FILE, SF_CORE_PIPE, SF_CORE_NONE };

/**
 * sf_machine_set_core_pattern() - what becomes of a core dump
 * @m: the machine
 * @pattern: to a file, to a program, or nowhere at all; what is none of these is SF_CORE_FILE
 *
 * Context: Any thread, at once with calls.
 */
void sf_machine_set_core_pattern(struct sf_machine *m, enum sf_core_pattern pattern);

#ifdef __cplusplus
}
#endif

#endif
