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
#ifndef SIGFATE_H
#define SIGFATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- numbers that Linux fixed ------------------------------------------------------------- */

#define SF_NSIG 64		 /* signals are 1..64 on every architecture but MIPS */
#define SF_SIGRTMIN 32		 /* the kernel's; a C library keeps the first few for itself */
#define SF_MAX_PID_NS_LEVEL 32	 /* a namespace may be this deep; the initial one is at 0 */
#define SF_PID_MAX_LIMIT 4194304 /* one more than the largest possible PID */
#define SF_OVERFLOWUID 65534	 /* an id that has no name in a user namespace */
#define SF_COMM_LEN 16		 /* a task's name with its NUL */

/** A set of signals: bit sig - 1 stands for sig, as in /proc/PID/status. */
typedef uint64_t sf_sigset;

#define SF_SIGMASK(sig) (UINT64_C(1) << ((sig)-1)) /* of a signal: 1..64 */

/* What a call gives when it has no result of the modelled kernel; no errno is that large. */
#define SF_FAIL LONG_MIN	  /* our failure: see sf_machine_error() */
#define SF_BLOCKED (LONG_MIN + 1) /* the call sleeps: see sf_task_call_result() */

struct sf_machine;
struct sf_task;	  /* a thread; a process is its thread group leader */
struct sf_pidns;  /* a PID namespace */
struct sf_userns; /* a user namespace */
struct sf_path;	  /* the steps that calls took, recorded */

/* ---- the library -------------------------------------------------------------------------- */

/**
 * sf_version() - the version of the library: "0.1.0"
 *
 * Context: Any thread.
 *
 * Return: the version, a constant.
 */
const char *sf_version(void);

/**
 * sf_threads() - whether many threads may use one machine
 *
 * Context: Any thread.
 *
 * Return: true in the build with threads; in the other, machines belong to one thread at a time,
 * and nothing but the C library is needed.
 */
bool sf_threads(void);

/* ---- kernels differ ----------------------------------------------------------------------- */

/**
 * struct sf_kernel - what differs between kernels that matters to a signal
 * @name: what the set is called ("6.18")
 * @guard_unkillable_fastpath: complete_signal() leaves an init alone unless SIGKILL or SIGSTOP
 * @drop_private_to_exiting: a signal for one thread that is exiting is dropped at once
 * @pidfd_scope_flags: pidfd_send_signal() takes PIDFD_SIGNAL_* flags (6.9)
 * @pidns_pid_max: every PID namespace has a pid_max of its own (6.14)
 * @landlock_signal_scope: Landlock can keep signals within a domain (6.12)
 * @leader_group_exit_code: SIGCHLD tells how the process ended also when its first thread had ended
 *	before (6.15)
 * @own_siginfo: each of many who are sent a signal gets a siginfo of its own
 */
struct sf_kernel {
	const char *name;
	bool guard_unkillable_fastpath;
	bool drop_private_to_exiting;
	bool pidfd_scope_flags;
	bool pidns_pid_max;
	bool landlock_signal_scope;
	bool leader_group_exit_code;
	bool own_siginfo;
};

/**
 * sf_kernel_preset() - the set of switches of a kernel release
 * @release: as uname -r prints it ("6.1.0-18-amd64"), or NULL for the newest known
 *
 * What does not begin with a number is taken for the newest known, too.
 *
 * Context: Any thread.  The sets are constants: the caller neither changes nor frees them.
 *
 * Return: the newest preset that is not newer than @release, the oldest for older ones; never NULL.
 */
const struct sf_kernel *sf_kernel_preset(const char *release);

/**
 * sf_kernel_switch_name() - what a switch is called
 * @i: which one, from 0
 *
 * Context: Any thread.
 *
 * Return: the name that it has in struct sf_kernel; NULL after the last.
 */
const char *sf_kernel_switch_name(size_t i);

/**
 * sf_kernel_has() - whether a switch is on
 * @k: the set; NULL has none
 * @name: the name of the switch
 *
 * Context: Any thread.
 *
 * Return: true when it is; false also for a name that is none.
 */
bool sf_kernel_has(const struct sf_kernel *k, const char *name);

/* ---- signals and their names -------------------------------------------------------------- */

/**
 * sf_signal_name() - the name of a signal: "SIGTERM", "SIGRTMIN+3", "SIG32"
 * @sig: any number
 * @buf: at least 16 bytes, or NULL; used when the name is not a constant
 *
 * Context: Any thread.
 *
 * Return: the name, a constant or @buf; the plain number for what is no signal. Without @buf a name
 * that needs it is empty.
 */
const char *sf_signal_name(int sig, char buf[16]);

/**
 * sf_signal_parse() - a signal from text: TERM, SIGTERM, 15, RTMIN+3, SIGRTMAX-1, 0
 * @text: the text, with a NUL; letter case does not matter
 *
 * RTMIN is 34, the first that a program with a C library can use.
 *
 * Context: Any thread.
 *
 * Return: 0..64, or
 * * -EINVAL: @text is NULL or no signal
 */
int sf_signal_parse(const char *text);

/* si_code: who says so */
enum {
	SF_SI_USER = 0,
	SF_SI_KERNEL = 128,
	SF_SI_QUEUE = -1,
	SF_SI_TIMER = -2,
	SF_SI_MESGQ = -3,
	SF_SI_ASYNCIO = -4,
	SF_SI_SIGIO = -5,
	SF_SI_TKILL = -6,
	SF_SI_ASYNCNL = -60,
	SF_CLD_EXITED = 1,
	SF_CLD_KILLED,
	SF_CLD_DUMPED,
	SF_CLD_TRAPPED,
	SF_CLD_STOPPED,
	SF_CLD_CONTINUED,
};

/**
 * struct sf_siginfo - what a handler is told: a siginfo_t, without the prefix of its fields' names,
 *	of which C libraries make macros
 * @signo: the signal
 * @error: passed through
 * @code: SF_SI_*, SF_CLD_*, or what a sender wrote
 * @pid: a number in the receiver's PID namespace, 0 when there is none (but see docs/rules.md)
 * @uid: an id in the receiver's user namespace
 * @status: exit code or signal, of a CLD_* notice
 * @value: the integer that sigqueue() carries
 */
struct sf_siginfo {
	int signo;
	int error;
	int code;
	int pid;
	uint32_t uid;
	int status;
	int64_t value;
};

/** enum sf_handler - what a process does with a signal: the default, nothing, or a handler */
enum sf_handler { SF_SIG_DFL, SF_SIG_IGN, SF_SIG_HANDLER };

/* sa_flags, with Linux's values */
#define SF_SA_NOCLDSTOP 0x00000001u
#define SF_SA_NOCLDWAIT 0x00000002u
#define SF_SA_SIGINFO 0x00000004u
#define SF_SA_ONSTACK 0x08000000u
#define SF_SA_RESTART 0x10000000u
#define SF_SA_NODEFER 0x40000000u
#define SF_SA_RESETHAND 0x80000000u
/* those that change what becomes of a signal; others are not kept */
#define SF_SA_FLAGS                                                                                \
	(SF_SA_NOCLDSTOP | SF_SA_NOCLDWAIT | SF_SA_SIGINFO | SF_SA_ONSTACK | SF_SA_RESTART |       \
	 SF_SA_NODEFER | SF_SA_RESETHAND)

/**
 * struct sf_sigaction - the disposition of one signal
 * @handler: what is done
 * @flags: SF_SA_*
 * @mask: what is blocked while the handler runs
 */
struct sf_sigaction {
	enum sf_handler handler;
	uint32_t flags;
	sf_sigset mask;
};

/* ---- the machine -------------------------------------------------------------------------- */

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
	SF_CHOICE_TASK, /* which of the tasks that have something to do runs next */
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

/* ---- audit -------------------------------------------------------------------------------- */

/**
 * struct sf_audit_record - one signal that the audit hook saw
 * @serial: the same for all targets of one call
 * @sender: the number of the sending process in the initial PID namespace, and its @sender_tid
 * @sender_ppid: of its parent
 * @call: the system call, by its number on x86-64
 * @result: what the call gave
 * @arg: the call's first four arguments
 * @sender_uid: real, effective, saved id, in the initial user namespace
 * @comm: the sender's name
 * @target: the target's process number in the initial PID namespace
 * @target_uid: its real id
 * @target_comm: its name
 *
 * Models: kernel/auditsc.c:audit_signal_info_syscall
 */
struct sf_audit_record {
	uint32_t serial;
	int sender, sender_tid, sender_ppid;
	int call;
	long result;
	long arg[4];
	uint32_t sender_uid[3];
	char comm[SF_COMM_LEN];
	int target;
	uint32_t target_uid;
	char target_comm[SF_COMM_LEN];
};

/**
 * sf_audit_enable() - as if audit rules on signals were loaded: record every sender and target
 * @m: the machine
 * @on: whether to record, from the next call on
 *
 * Context: Any thread, at once with calls.
 *
 * Models: kernel/auditsc.c:audit_signal_info_syscall
 */
void sf_audit_enable(struct sf_machine *m, bool on);

/**
 * sf_audit_records() - what was recorded so far
 * @m: the machine, which owns the records; the next call may move them
 * @ret_n: how many there are; may be NULL
 *
 * Context: Excludes calls in the machine, until the caller has read what it wants.
 *
 * Return: the records, in order; NULL when there are none.
 */
const struct sf_audit_record *sf_audit_records(const struct sf_machine *m, size_t *ret_n);

/**
 * sf_audit_clear() - forget what was recorded
 * @m: the machine
 *
 * Context: Excludes calls in the machine.
 */
void sf_audit_clear(struct sf_machine *m);

/**
 * sf_audit_set_daemon() - say which process is the audit daemon
 * @m: the machine
 * @auditd: the process, of which a reference is held; NULL: there is none
 *
 * Context: Excludes calls in the machine.
 *
 * Return: 0, or
 * * -EINVAL: it is of another machine, or @m is NULL
 */
int sf_audit_set_daemon(struct sf_machine *m, struct sf_task *auditd);

/**
 * sf_audit_signal_sender() - who last sent the audit daemon one of the signals it reports
 * @m: the machine
 * @ret_uid: the sender's real id in the initial user namespace; may be NULL
 *
 * Context: Any thread, at once with calls.
 *
 * Return: the sender's process number in the initial PID namespace, 0 when there was none; then
 * @ret_uid is untouched.
 *
 * Models: kernel/audit.c:audit_signal_info
 */
int sf_audit_signal_sender(const struct sf_machine *m, uint32_t *ret_uid);

/* ---- tasks -------------------------------------------------------------------------------- */

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

/* ---- PID and user namespaces -------------------------------------------------------------- */

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

/* ---- building a machine from what is known of a live one ---------------------------------- */

/**
 * sf_pidns_add() - a PID namespace that is there already
 * @parent: the namespace that it is in
 * @owner: the user namespace that owns it
 *
 * It has no init until sf_task_add() puts number 1 into it.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: the namespace, which the machine keeps to its end; NULL when it cannot be:
 * sf_machine_error() is then
 * * -EINVAL: one of them is NULL, or they are of two machines
 * * -ENOSPC: it would be below level SF_MAX_PID_NS_LEVEL
 * * -ENOMEM: we had no memory
 */
struct sf_pidns *sf_pidns_add(struct sf_pidns *parent, struct sf_userns *owner);

/**
 * struct sf_id_extent - a row of ids, as a line of uid_map has it
 * @inside: the first in the namespace
 * @outside: the first in its parent
 * @count: how many there are
 */
struct sf_id_extent {
	uint32_t inside, outside, count;
};

/**
 * sf_userns_add() - a user namespace that is there already
 * @parent: the namespace that it was made in
 * @owner: its creator's effective id, in the initial user namespace
 * @uid_map: its map, relative to the parent namespace, copied; may be NULL when @n is 0
 * @n: how many extents it has; 0: no map was written yet
 *
 * A map that cannot be so (ranges that overlap, or that the parent has no names for) counts as not
 * written.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: the namespace, which the machine keeps to its end; NULL when it cannot be:
 * sf_machine_error() is then
 * * -EINVAL: @parent is NULL, or @uid_map is while @n is not 0
 * * -ENOSPC: it would be nested deeper than 33
 * * -ENOMEM: we had no memory
 */
struct sf_userns *sf_userns_add(struct sf_userns *parent, uint32_t owner,
				const struct sf_id_extent *uid_map, size_t n);

#define SF_CAP_DAC_OVERRIDE 1
#define SF_CAP_KILL 5
#define SF_CAP_SETGID 6
#define SF_CAP_SETUID 7
#define SF_CAP_SYS_PTRACE 19
#define SF_CAP_SYS_ADMIN 21
#define SF_CAP_SYS_BOOT 22
#define SF_CAP_SYS_RESOURCE 24
#define SF_CAP_SETFCAP 31
#define SF_CAP_CHECKPOINT_RESTORE 40
#define SF_CAP_FULL (((uint64_t)1 << 41) - 1)
#define SF_RLIM_INFINITY UINT64_MAX

/**
 * struct sf_task_spec - a task as /proc shows it
 * @pidns: the namespace it is in; @nr: its number there and in each one above: nr[level]; 0 takes
 *	the next free number of that level
 * @leader: the thread group leader for a further thread, NULL for a process
 * @parent: the parent process; NULL: it is outside the machine, and the initial namespace's init
 *	stands for it
 * @pgrp, @session: a task whose process leads it.  Where none is left, @pgrp_nr and @session_nr:
 *	the group's number per level as @pidns and those above it see it, 0 where it has none.
 *	Neither: the task itself
 * @pids_for_children: where its children would go, NULL for @pidns
 * @uid: real, effective, saved id, in the initial user namespace; @cap_effective in @userns
 * @blocked, @pending: of the thread; @shared_pending, @ignored, @caught: of the process; read from
 *	the leader's spec
 * @sigwait: the set it awaits in rt_sigtimedwait(), 0 for none (those are then not in @blocked)
 * @signalfd: the set that a reader of a signalfd takes, 0 for none; @signalfd_polled: it waits in
 *	poll() or the like for it, and not in read()
 * @sigsuspend: it sleeps in rt_sigsuspend(), or another call with a mask of its own, which is then
 *	@blocked; @saved_mask is what it blocks when the call is over
 * @state: 'S', 'T', 't', or 'Z' (dead, not reaped; a leader may be so while threads live)
 * @tracer: who traces it, NULL for nobody; @traced: somebody does who is not in the machine;
 *	@seized: by SF_PTRACE_SEIZE, and not by SF_PTRACE_ATTACH
 * @unkillable: it is a namespace's init, and protected; true for number 1 unless known otherwise
 * @subreaper: PR_SET_CHILD_SUBREAPER; @exit_signal: what its parent gets, 0 for none
 * @sigpending, @sigpending_limit: what SigQ shows; @core_limit: RLIMIT_CORE, in bytes
 * @undumpable: PR_SET_DUMPABLE is not 1
 * @comm: its name
 */
struct sf_task_spec {
	struct sf_pidns *pidns;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	struct sf_task *leader;
	struct sf_task *parent;
	struct sf_task *pgrp, *session;
	int pgrp_nr[SF_MAX_PID_NS_LEVEL + 1], session_nr[SF_MAX_PID_NS_LEVEL + 1];
	struct sf_pidns *pids_for_children;
	struct sf_userns *userns;
	uint32_t uid[3];
	uint64_t cap_effective;
	sf_sigset blocked, pending, shared_pending, ignored, caught;
	sf_sigset sigwait, signalfd, saved_mask;
	bool signalfd_polled, sigsuspend;
	char state;
	struct sf_task *tracer;
	bool traced, seized;
	bool unkillable;
	bool subreaper;
	int exit_signal;
	long sigpending;
	uint64_t sigpending_limit;
	uint64_t core_limit;
	bool undumpable;
	char comm[SF_COMM_LEN];
};

/**
 * sf_task_add() - put a task into the machine as it is found
 * @spec: copied
 * @ret: the task, which the machine owns: no reference is taken
 *
 * The first is the init of the initial namespace.  A process comes before its threads, and whoever
 * is named in a spec before the spec.
 *
 * Context: Excludes everything else in the machine.
 *
 * Return: 0, or
 * * -EINVAL: it cannot be so (a number without a namespace, a dead leader's spec, a task of another
 *   machine, one of the arguments NULL)
 * * -EEXIST: a number is taken
 * * -ENOMEM: we had no memory; the machine answers no call any more
 * * -EDEADLK: called from a callback, or between sf_tasklist_lock() and sf_tasklist_unlock()
 */
int sf_task_add(const struct sf_task_spec *spec, struct sf_task **ret);

/* ---- system calls ------------------------------------------------------------------------- */

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

#define SF_CLONE_VM 0x00000100u
#define SF_CLONE_SIGHAND 0x00000800u
#define SF_CLONE_VFORK 0x00004000u
#define SF_CLONE_PARENT 0x00008000u
#define SF_CLONE_THREAD 0x00010000u
#define SF_CLONE_NEWUSER 0x10000000u
#define SF_CLONE_NEWPID 0x20000000u
#define SF_CLONE_CLEAR_SIGHAND 0x100000000u

/**
 * sf_clone() - a new process or thread
 * @current: the task that makes the call
 * @flags: SF_CLONE_*, and in the low byte the signal that the parent gets at its end
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * With SF_CLONE_VFORK the caller sleeps until the child has run another program or ended.
 *
 * Context: A call.  Takes the caller's siglock, and tasklist_lock for writing while the child is
 * attached.
 *
 * Return: the child's number as @current sees it; SF_BLOCKED; or
 * * -EAGAIN: no number is free
 * * -EINVAL: flags that do not go together: a thread in another namespace, a sibling of an init
 * * -ENOMEM: the namespace has no init any more
 * * -ENOSPC: a namespace would be nested too deep
 * * -EPERM: a new namespace needs CAP_SYS_ADMIN, and a new user namespace a creator with a name
 * * -EINTR: the caller is dying
 *
 * Models: kernel/fork.c:kernel_clone
 */
long sf_clone(struct sf_task *current, uint64_t flags, struct sf_task **ret_child);

/**
 * sf_fork() - sf_clone() with SIGCHLD
 * @current: the task that makes the call
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * Context: A call.  As sf_clone().
 *
 * Return: the child's number as @current sees it; errors as of sf_clone().
 *
 * Models: kernel/fork.c:kernel_clone
 */
long sf_fork(struct sf_task *current, struct sf_task **ret_child);

/**
 * struct sf_clone_args - what clone3() takes
 * @flags: SF_CLONE_*, without a signal
 * @exit_signal: what the parent gets at the child's end, 0 for none
 * @set_tid, @set_tid_size: the numbers that the child shall have, innermost first
 */
struct sf_clone_args {
	uint64_t flags;
	int exit_signal;
	const int *set_tid;
	size_t set_tid_size;
};

/**
 * sf_clone3() - sf_clone() with what does not fit into its flags
 * @current: the task that makes the call
 * @args: what is asked for
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or
 *	NULL
 *
 * Context: A call.  As sf_clone().
 *
 * Return: as sf_clone(); also
 * * -EFAULT: @args is NULL
 * * -EEXIST: a number that was asked for is taken
 * * -EPERM: to choose a number needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN over its namespace
 * * -EINVAL: a number that cannot be, more numbers than levels, an exit signal that is none
 *
 * Models: kernel/fork.c:clone3
 */
long sf_clone3(struct sf_task *current, const struct sf_clone_args *args,
	       struct sf_task **ret_child);

/**
 * sf_execve() - another program, which starts with this thread alone
 * @current: the task that makes the call
 * @comm: the program's name, NULL for the same
 *
 * Of several threads the others end first: that takes sf_settle().  The caller becomes the leader,
 * with the leader's number: a handle of the old leader is that of a dead task from then on.
 *
 * Context: A call.  Takes the siglock, and tasklist_lock for writing.
 *
 * Return: 0; SF_BLOCKED until the other threads have ended; or
 * * -EAGAIN: another thread was first, or the process is dying
 *
 * Models: fs/exec.c:begin_new_exec, fs/exec.c:de_thread
 */
long sf_execve(struct sf_task *current, const char *comm);

/**
 * sf_unshare() - a new PID namespace for its children, a new user namespace for itself
 * @current: the task that makes the call
 * @flags: SF_CLONE_NEWPID, SF_CLONE_NEWUSER or both; none is allowed
 *
 * Context: A call.
 *
 * Return: 0, or
 * * -EINVAL: another flag; SF_CLONE_NEWUSER with more than one thread; a PID namespace was unshared
 *   before
 * * -ENOSPC: it would be nested too deep
 * * -EPERM: SF_CLONE_NEWPID needs CAP_SYS_ADMIN, SF_CLONE_NEWUSER a creator with a name
 *
 * Models: kernel/fork.c:ksys_unshare
 */
long sf_unshare(struct sf_task *current, uint64_t flags);

/**
 * sf_setns() - join a task's user namespace, or its PID namespace for children, or both
 * @current: the task that makes the call
 * @target: whose namespaces they are
 * @flags: SF_CLONE_NEWPID, SF_CLONE_NEWUSER, or both, which then are joined together, as
 *	through a pidfd
 *
 * Context: A call.  @target is held, or no other thread makes calls.
 *
 * Return: 0, or
 * * -EINVAL: another flag or none; a PID namespace that is not below; the user namespace that it is
 *   in
 * * -EPERM: needs CAP_SYS_ADMIN over what is joined
 * * -ESRCH: @target is gone
 *
 * Models: kernel/nsproxy.c:setns
 */
long sf_setns(struct sf_task *current, const struct sf_task *target, uint64_t flags);

/**
 * sf_exit() - the thread ends; with the last one of its process, the process
 * @current: the task that makes the call, and will make no other
 * @code: the exit code, of which the low 8 bits count
 *
 * Context: A call.  Takes tasklist_lock for writing.
 *
 * Return: 0
 *
 * Models: kernel/exit.c:do_exit
 */
long sf_exit(struct sf_task *current, int code);

/**
 * sf_exit_group() - the process ends, with all its threads
 * @current: the task that makes the call, and will make no other
 * @code: the exit code, of which the low 8 bits count
 *
 * Context: A call.  Takes the siglock, and tasklist_lock for writing.
 *
 * Return: 0
 *
 * Models: kernel/exit.c:do_group_exit
 */
long sf_exit_group(struct sf_task *current, int code);

#define SF_WNOHANG 1
#define SF_WUNTRACED 2
#define SF_WCONTINUED 8
#define SF_WNOTHREAD 0x20000000
#define SF_WALL 0x40000000
#define SF_WCLONE ((int)0x80000000)

/**
 * sf_wait4() - wait for a child to end, to stop or to go on
 * @current: the task that makes the call
 * @pid: > 0: that child; -1: any; 0: one of its own process group; < -1: one of the group
 *	-@pid
 * @ret_status: what became of the child, as WIFEXITED() and its like read it; may be NULL
 * @options: SF_WNOHANG, SF_WUNTRACED, SF_WCONTINUED, SF_WNOTHREAD, SF_WALL, SF_WCLONE
 *
 * Context: A call.  Takes tasklist_lock for reading, and for writing to release a child.
 *
 * Return: the child's number as @current sees it; 0 with SF_WNOHANG when there is none yet;
 * SF_BLOCKED; or
 * * -ECHILD: there is no such child
 * * -EINVAL: another option
 * * -ESRCH: @pid is the smallest of all numbers
 *
 * Models: kernel/exit.c:kernel_wait4
 */
long sf_wait4(struct sf_task *current, int pid, int *ret_status, int options);

/**
 * sf_kill() - send a signal to a process, a process group, or everybody
 * @current: the task that makes the call
 * @pid: > 0: the process of that number; 0: its own process group; -1: everybody that it may
 *	signal, but itself and the init of its namespace; < -1: the group -@pid
 * @sig: the signal, 0 only asks whether it might be sent
 *
 * Context: A call.  The number is looked up under RCU, each target's signals are under its siglock;
 * for more than one process tasklist_lock is taken for reading.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal
 * * -EPERM: no target may be signalled
 * * -ESRCH: there is nobody
 *
 * Models: kernel/signal.c:kill_something_info
 */
long sf_kill(struct sf_task *current, int pid, int sig);

/**
 * sf_tkill() - send a signal to a thread
 * @current: the task that makes the call
 * @pid: the thread's number
 * @sig: the signal, or 0
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal, @pid no number
 * * -EPERM: it may not be signalled
 * * -ESRCH: there is no such thread
 * * -EAGAIN: the queue of its user is full, and the signal cannot do without an entry
 *
 * Models: kernel/signal.c:do_tkill
 */
long sf_tkill(struct sf_task *current, int pid, int sig);

/**
 * sf_tgkill() - send a signal to a thread of a process
 * @current: the task that makes the call
 * @tgid: the process's number
 * @pid: the thread's number
 * @sig: the signal, or 0
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal, @tgid or @pid no number
 * * -EPERM: it may not be signalled
 * * -ESRCH: there is no such thread in that process
 * * -EAGAIN: the queue of its user is full, and the signal cannot do without an entry
 *
 * Models: kernel/signal.c:do_tkill
 */
long sf_tgkill(struct sf_task *current, int tgid, int pid, int sig);

/**
 * sf_rt_sigqueueinfo() - send a signal to a process, with a siginfo of one's own
 * @current: the task that makes the call
 * @pid: the process's number
 * @sig: the signal, or 0
 * @info: what the receiver is told; its signo is replaced by @sig
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EFAULT: @info is NULL
 * * -EINVAL: @sig is no signal
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: there is no such process
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:do_rt_sigqueueinfo
 */
long sf_rt_sigqueueinfo(struct sf_task *current, int pid, int sig, const struct sf_siginfo *info);

/**
 * sf_rt_tgsigqueueinfo() - send a signal to a thread, with a siginfo of one's own
 * @current: the task that makes the call
 * @tgid: the process's number
 * @pid: the thread's number
 * @sig: the signal, or 0
 * @info: what the receiver is told; its signo is replaced by @sig
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: 0, or
 * * -EFAULT: @info is NULL
 * * -EINVAL: @sig is no signal, @tgid or @pid no number
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: there is no such thread in that process
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:do_rt_tgsigqueueinfo
 */
long sf_rt_tgsigqueueinfo(struct sf_task *current, int tgid, int pid, int sig,
			  const struct sf_siginfo *info);

/**
 * sf_sigqueue() - the C library's: rt_sigqueueinfo() with SI_QUEUE and the caller's own ids
 * @current: the task that makes the call
 * @pid: the process's number
 * @sig: the signal, or 0
 * @value: the integer that goes with it
 *
 * Context: A call.  As sf_kill() of one process.
 *
 * Return: as sf_rt_sigqueueinfo().
 *
 * Models: kernel/signal.c:do_rt_sigqueueinfo
 */
long sf_sigqueue(struct sf_task *current, int pid, int sig, int64_t value);

#define SF_PIDFD_SIGNAL_THREAD 1u
#define SF_PIDFD_SIGNAL_THREAD_GROUP 2u
#define SF_PIDFD_SIGNAL_PROCESS_GROUP 4u
#define SF_PIDFD_THREAD 0x80u
#define SF_PIDFD_NONBLOCK 0x800u

/**
 * sf_pidfd_send_signal() - signal what a pidfd stands for
 * @current: the task that makes the call
 * @target: the task of the pidfd: a process for a leader, one thread (PIDFD_THREAD) for
 *	another
 * @sig: the signal, or 0
 * @info: NULL for what kill() sends
 * @flags: SF_PIDFD_SIGNAL_*, at most one
 *
 * Context: A call.  @target is held, or no other thread makes calls.  As sf_kill().
 *
 * Return: 0, or
 * * -EINVAL: @flags has more than one, or one that the kernel does not know; @target is outside the
 *   caller's namespace; @info is of another signal
 * * -EPERM: it may not be signalled, or @info says it is the kernel's, kill()'s or tgkill()'s
 * * -ESRCH: @target is gone
 * * -EAGAIN: the queue of the target's user is full
 *
 * Models: kernel/signal.c:pidfd_send_signal
 */
long sf_pidfd_send_signal(struct sf_task *current, struct sf_task *target, int sig,
			  const struct sf_siginfo *info, unsigned int flags);

/**
 * sf_pidfd_open() - whether a pidfd can be had of a number
 * @current: the task that makes the call
 * @pid: the process, or with SF_PIDFD_THREAD the thread
 * @flags: SF_PIDFD_THREAD, SF_PIDFD_NONBLOCK
 *
 * Context: A call.  Under RCU.
 *
 * Return: 0, or
 * * -EINVAL: another flag, or no number
 * * -ENOENT: it is the number of a thread that is not the first of its process
 * * -ESRCH: nobody has the number
 *
 * Models: kernel/pid.c:pidfd_open
 */
long sf_pidfd_open(struct sf_task *current, int pid, unsigned int flags);

/**
 * sf_rt_sigaction() - set what a signal does, and ask
 * @current: the task that makes the call
 * @sig: the signal
 * @act: what it shall do; NULL: no change
 * @ret_old: what it did before; may be NULL
 *
 * A flag that changes nothing of what becomes of a signal is not kept: see SF_SA_FLAGS.
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal; SIGKILL or SIGSTOP, with @act; or it was forced past every handler
 *
 * Models: kernel/signal.c:do_sigaction
 */
long sf_rt_sigaction(struct sf_task *current, int sig, const struct sf_sigaction *act,
		     struct sf_sigaction *ret_old);

/**
 * sf_sigaltstack() - say where handlers with SF_SA_ONSTACK run
 * @current: the task that makes the call
 * @unusable: on a stack that nothing can be put on; else on no other than usual
 *
 * Context: A call.
 *
 * Return: 0.
 *
 * Models: kernel/signal.c:do_sigaltstack
 */
long sf_sigaltstack(struct sf_task *current, bool unusable);

/**
 * enum sf_sigprocmask_how - what is done with the set: added, taken away, put in place of the old
 */
enum sf_sigprocmask_how { SF_SIG_BLOCK, SF_SIG_UNBLOCK, SF_SIG_SETMASK };

/**
 * sf_rt_sigprocmask() - block signals, and ask
 * @current: the task that makes the call
 * @how: SF_SIG_BLOCK, SF_SIG_UNBLOCK or SF_SIG_SETMASK
 * @set: the signals; SIGKILL and SIGSTOP are left out.  NULL: no change, and @how is not
 *	looked at.
 * @ret_old: what was blocked before; may be NULL
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EINVAL: @how is none of these
 *
 * Models: kernel/signal.c:sigprocmask
 */
long sf_rt_sigprocmask(struct sf_task *current, int how, const sf_sigset *set, sf_sigset *ret_old);

/**
 * sf_rt_sigpending() - which blocked signals wait
 * @current: the task that makes the call
 * @ret_set: its own and its process's that it blocks
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EFAULT: @ret_set is NULL
 *
 * Models: kernel/signal.c:do_sigpending
 */
long sf_rt_sigpending(struct sf_task *current, sf_sigset *ret_set);

/**
 * sf_rt_sigsuspend() - sleep with another mask until a handler has run
 * @current: the task that makes the call
 * @mask: what is blocked meanwhile
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: SF_BLOCKED; -EINTR when it returns.
 *
 * Models: kernel/signal.c:sigsuspend
 */
long sf_rt_sigsuspend(struct sf_task *current, sf_sigset mask);

/**
 * sf_rt_sigtimedwait() - take one of some signals, or wait for one, without a time-out
 * @current: the task that makes the call
 * @set: the signals
 * @ret_info: what it says, when one was there; may be NULL.  Of one that comes later:
 *	sf_task_call_result().
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal; SF_BLOCKED; or
 * * -EINTR: a handler ran instead
 *
 * Models: kernel/signal.c:do_sigtimedwait
 */
long sf_rt_sigtimedwait(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);

/**
 * sf_rt_sigtimedwait_until() - the same with a time-out, which passes at once
 * @current: the task that makes the call
 * @set: the signals
 * @seconds: the time-out
 * @nanoseconds: and the rest of it
 * @ret_info: what it says; may be NULL
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal, or
 * * -EAGAIN: none is there
 * * -EINVAL: that is no time
 *
 * Models: kernel/signal.c:do_sigtimedwait
 */
long sf_rt_sigtimedwait_until(struct sf_task *current, sf_sigset set, int64_t seconds,
			      int64_t nanoseconds, struct sf_siginfo *ret_info);

/**
 * sf_signalfd_read() - read() of a signalfd: take one of some signals, or wait for one
 * @current: the task that makes the call
 * @set: the signals that the signalfd is for
 * @ret_info: what it says, when one was there; may be NULL.  Of one that comes later:
 *	sf_task_call_result().
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: the signal; SF_BLOCKED; or
 * * -EINTR: a handler ran instead
 *
 * Models: fs/signalfd.c:signalfd_dequeue
 */
long sf_signalfd_read(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);

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
 * sf_getuid() - the caller's real id, in its user namespace
 * @current: the task that makes the call
 *
 * Context: A call.
 *
 * Return: the id, or the overflow id for one that has no name there.
 */
long sf_getuid(struct sf_task *current);

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

#define SF_REBOOT_CMD_RESTART 0x01234567u
#define SF_REBOOT_CMD_HALT 0xcdef0123u
#define SF_REBOOT_CMD_POWER_OFF 0x4321fedcu
#define SF_REBOOT_CMD_RESTART2 0xa1b2c3d4u
/**
 * sf_reboot() - reboot(2): in a PID namespace its init dies, and the caller's thread ends
 * @current: the task that makes the call
 * @cmd: SF_REBOOT_CMD_*
 *
 * In the initial namespace the machine goes down: sf_machine_panicked() is true.
 *
 * Context: A call.  Takes tasklist_lock.
 *
 * Return: 0, or
 * * -EPERM: no CAP_SYS_BOOT over the namespace's owner
 * * -EINVAL: another command
 *
 * Models: kernel/reboot.c:reboot, kernel/pid_namespace.c:reboot_pid_ns
 */
long sf_reboot(struct sf_task *current, unsigned int cmd);

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

/**
 * enum sf_force_handler - what the kernel forces a signal past: nothing; the handler; the handler
 *	and every tracer
 */
enum sf_force_handler { SF_HANDLER_CURRENT, SF_HANDLER_SIG_DFL, SF_HANDLER_EXIT };

/**
 * sf_force_sig() - a fault of the task's own: a bad access, a trap, a call that seccomp kills for
 * @current: the task that it happens to
 * @sig: the signal
 * @code: the si_code, above zero: what went wrong
 * @mode: SF_HANDLER_CURRENT for a fault, SF_HANDLER_EXIT for what shall end the process for
 *	certain
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: 0, or
 * * -EINVAL: @sig is no signal, @mode none of the three
 *
 * Models: kernel/signal.c:force_sig_info_to_task
 */
long sf_force_sig(struct sf_task *current, int sig, int code, enum sf_force_handler mode);

/**
 * sf_fault() - an instruction that cannot be executed, which is tried again until a handler has run
 * @current: the task that it happens to
 * @sig: SIGSEGV, SIGBUS, SIGILL, SIGFPE; or SIGTRAP, of one that is not tried again
 *
 * Context: A call.  Takes the siglock.
 *
 * Return: SF_BLOCKED; 0 when its handler has run; or
 * * -EINVAL: no instruction does that
 *
 * Models: kernel/signal.c:force_sig_fault
 */
long sf_fault(struct sf_task *current, int sig);

/** enum sf_seccomp - what a seccomp filter answers */
enum sf_seccomp { SF_SECCOMP_KILL_PROCESS, SF_SECCOMP_KILL_THREAD, SF_SECCOMP_TRAP };

/**
 * sf_seccomp() - install a filter, and make the call that it does not allow
 * @current: the task that makes the call
 * @action: what the filter answers
 *
 * Context: A call.  Takes the siglock.  The task may be gone when it returns, when it is not held.
 *
 * Return: 0, or
 * * -EACCES: needs CAP_SYS_ADMIN
 * * -EINVAL: there is no such answer
 *
 * Models: kernel/seccomp.c:__seccomp_filter
 */
long sf_seccomp(struct sf_task *current, enum sf_seccomp action);

/** enum sf_generator - signals that come from the kernel, and from nobody's call */
enum sf_generator {
	SF_GENERATOR_TTY,	/* a key of the terminal: ^C, ^\, ^Z; to the process group */
	SF_GENERATOR_HANGUP,	/* the terminal is gone: SIGHUP and SIGCONT to the session's leader;
				   * without one, SIGHUP to the process group */
	SF_GENERATOR_ALARM,	/* alarm(), setitimer(ITIMER_REAL): SIGALRM */
	SF_GENERATOR_TIMER,	/* a POSIX timer, any signal */
	SF_GENERATOR_CPU_SOFT,	/* the soft limit RLIMIT_CPU: SIGXCPU */
	SF_GENERATOR_CPU_HARD,	/* the hard limit: SIGKILL */
	SF_GENERATOR_PIPE,	/* it writes to a pipe that nobody reads: SIGPIPE */
	SF_GENERATOR_FILE_SIZE, /* it writes beyond RLIMIT_FSIZE: SIGXFSZ */
	SF_GENERATOR_OOM,	/* the OOM killer: SIGKILL */
	SF_GENERATOR_CGROUP_KILL, /* cgroup.kill, written by the sender: SIGKILL */
	SF_GENERATOR_EXITKILL,	  /* its tracer ended, with PTRACE_O_EXITKILL: SIGKILL */
	SF_GENERATOR_ATTACH,	  /* PTRACE_ATTACH, by who asks for it: SIGSTOP */
	SF_GENERATOR_PDEATHSIG,	  /* its parent, the one by whom it is sent, ended: any signal */
	SF_GENERATOR_FAULT,	  /* a fault of its own: SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP */
	SF_GENERATOR_SECCOMP,	  /* its filter ends the process for a call that it makes: SIGSYS */
	SF_NGENERATORS
};

/**
 * sf_generator_name() - the name of a generator: "oom"
 * @g: any number
 *
 * Context: Any thread.
 *
 * Return: the name, a constant; NULL for none.
 */
const char *sf_generator_name(enum sf_generator g);

/**
 * sf_generator_signal() - the signal that a generator sends
 * @g: any number
 *
 * Context: Any thread.
 *
 * Return: the signal, 0 when it may be any, or
 * * -EINVAL: there is no such generator
 */
int sf_generator_signal(enum sf_generator g);

/**
 * sf_generate() - let the kernel send a signal
 * @by: the task that runs while it happens; who asks for it, where somebody does
 * @g: why
 * @target: the process, one of its threads, or for the terminal a member of the group
 * @sig: the signal, where the generator leaves it open; otherwise it is not looked at
 *
 * Context: A call, as @by; where the target does it to itself, as @target.  @target is held, or no
 * other thread makes calls.  Takes the target's siglock, and tasklist_lock: for reading where it
 * means many, for writing to attach.
 *
 * Return: 0, or
 * * -EINVAL: there is no such generator, @sig is no signal
 * * -EAGAIN: there is no room for a timer's entry (SF_GENERATOR_TIMER)
 * * -EPERM: @by may not trace @target (SF_GENERATOR_ATTACH), or not signal it
 *   (SF_GENERATOR_PDEATHSIG)
 * * -ESRCH: @target is gone
 */
long sf_generate(struct sf_task *by, enum sf_generator g, struct sf_task *target, int sig);

/**
 * sf_tty() - a terminal that the caller's session gets, if it has none, and what comes from it
 * @current: the task that makes the call
 * @sig: SIGINT, SIGQUIT, SIGTSTP: a key, for the group in the foreground; SIGHUP: its end
 * @pgrp: the group in the foreground, 0 for the caller's own
 *
 * Context: A call.  Takes tasklist_lock for reading, and the siglock of those it comes to.
 *
 * Return: 0, or
 * * -EINVAL: a negative group, or a signal that comes from no terminal
 * * -EPERM: the caller leads no session, or the group is of another
 * * -ESRCH: there is no such group
 *
 * Models: drivers/tty/n_tty.c:__isig, drivers/tty/tty_jobctrl.c
 */
long sf_tty(struct sf_task *current, int sig, int pgrp);

/** enum sf_ptrace_request - PTRACE_*, as far as signals go */
enum sf_ptrace_request {
	SF_PTRACE_ATTACH,
	SF_PTRACE_SEIZE,
	SF_PTRACE_CONT,
	SF_PTRACE_DETACH,
	SF_PTRACE_TRACEME,
	SF_PTRACE_INTERRUPT,
	SF_PTRACE_LISTEN,
	SF_PTRACE_KILL,
	SF_PTRACE_SETOPTIONS,
	SF_PTRACE_GETSIGINFO,
};
#define SF_PTRACE_O_EXITKILL 0x00100000
/**
 * sf_ptrace() - trace another task
 * @current: the task that makes the call, the tracer (of SF_PTRACE_TRACEME the one that is
 *	traced)
 * @request: what to do
 * @pid: the thread's number
 * @data: the signal to go on with (CONT, DETACH), options (SEIZE, SETOPTIONS)
 *
 * Context: A call.  Takes tasklist_lock for writing, and the tracee's siglock.
 *
 * Return: 0, or
 * * -EIO: a request that is none, or not for such a tracee; a signal that is none
 * * -EINVAL: SETOPTIONS with an option that is none
 * * -EPERM: it may not be traced, or is
 * * -ESRCH: there is no such tracee, or it is not stopped
 *
 * Models: kernel/ptrace.c:ptrace
 */
long sf_ptrace(struct sf_task *current, enum sf_ptrace_request request, int pid, long data);

/**
 * sf_ptrace_getsiginfo() - PTRACE_GETSIGINFO: what a tracee has stopped for
 * @current: the tracer
 * @pid: the tracee's number
 * @ret_info: what it says; may be NULL
 *
 * Context: A call.  Takes tasklist_lock for reading, and the tracee's siglock.
 *
 * Return: 0, or
 * * -EINVAL: for no signal
 * * -ESRCH: there is no such tracee, or it is not stopped
 *
 * Models: kernel/ptrace.c:ptrace_getsiginfo
 */
long sf_ptrace_getsiginfo(struct sf_task *current, int pid, struct sf_siginfo *ret_info);

/* ---- the path ----------------------------------------------------------------------------- */

/**
 * enum sf_step_id - the questions that the kernel asks of a signal, in the order it asks them
 *
 * docs/path.md has the function, the question and the possible answers of each.
 */
enum sf_step_id {
	/* the call, and whom it means */
	SF_STEP_CALL,	      /* which system call */
	SF_STEP_FORCED,	      /* force_sig_info_to_task */
	SF_STEP_REBOOT,	      /* reboot_pid_ns */
	SF_STEP_ARGUMENTS,    /* are the arguments allowed? */
	SF_STEP_PREPARE_INFO, /* prepare_kill_siginfo */
	SF_STEP_WHOM,	      /* kill_something_info: which of the four forms? */
	SF_STEP_FIND,	      /* find_vpid: is there such a number here? */
	SF_STEP_AGAIN,	      /* kill_pid_info_type: has the number changed hands? */
	SF_STEP_TGID,	      /* do_send_specific: is the thread of that process? */
	SF_STEP_CANDIDATE,    /* kill(-1): is this process one of them? */
	SF_STEP_MEMBER,	      /* __kill_pgrp_info: the next process of the group */
	/* check_kill_permission */
	SF_STEP_VALID_SIGNAL, /* valid_signal */
	SF_STEP_FROM_USER,    /* si_fromuser */
	SF_STEP_AUDIT,	      /* audit_signal_info */
	SF_STEP_SAME_GROUP,   /* same_thread_group */
	SF_STEP_CRED,	      /* kill_ok_by_cred */
	SF_STEP_SESSION,      /* the SIGCONT exception */
	SF_STEP_LSM,	      /* security_task_kill */
	SF_STEP_PROBE,	      /* signal 0 */
	/* send_signal */
	SF_STEP_SIGHAND,	/* lock_task_sighand */
	SF_STEP_TRANSLATE_UID,	/* send_signal_locked: si_uid rewritten */
	SF_STEP_ANCESTOR,	/* send_signal_locked: has the sender a number there? */
	SF_STEP_FORCE,		/* send_signal_locked: is it forced? */
	SF_STEP_EXITING_THREAD, /* __send_signal_locked: one thread, exiting? */
	SF_STEP_GROUP_EXIT,	/* prepare_signal: is the process dying? */
	SF_STEP_FLUSH,		/* prepare_signal: stop and continue cancel each other */
	SF_STEP_BLOCKED,	/* sig_ignored: blocked? */
	SF_STEP_TRACED,		/* sig_ignored: traced? */
	SF_STEP_GLOBAL_INIT,	/* sig_task_ignored: the global init? */
	SF_STEP_UNKILLABLE,	/* sig_task_ignored: a protected init? */
	SF_STEP_DISPOSITION,	/* sig_handler_ignored */
	SF_STEP_LEGACY_QUEUE,	/* legacy_queue: pending already? */
	SF_STEP_SIGQUEUE,	/* __sigqueue_alloc */
	SF_STEP_PENDING_SET,	/* shared or private */
	SF_STEP_WANTS_SIGNAL,	/* complete_signal: which thread? */
	SF_STEP_FATAL,		/* complete_signal: the fatal fast path */
	SF_STEP_GENERATE,	/* trace_signal_generate: what became of it so far */
	SF_STEP_RESULT,		/* what the sender gets for this target */
	SF_STEP_RETURN,		/* what the call gives */
	/* delivery */
	SF_STEP_DYING,	       /* get_signal: group exit in progress */
	SF_STEP_DEQUEUE,       /* dequeue_signal */
	SF_STEP_PTRACE_SIGNAL, /* ptrace_signal */
	SF_STEP_ACTION,	       /* get_signal: what is the disposition? */
	SF_STEP_STOP,	       /* do_signal_stop */
	SF_STEP_SIGWAIT,       /* do_sigtimedwait took it */
	SF_STEP_SIGNALFD,      /* signalfd_dequeue took it */
	SF_STEP_COREDUMP,      /* do_coredump */
	SF_STEP_DO_GROUP_EXIT, /* do_group_exit */
	/* the end of a process */
	SF_STEP_EXIT,	       /* do_exit */
	SF_STEP_CHILD_REAPER,  /* find_child_reaper */
	SF_STEP_ZAP,	       /* zap_pid_ns_processes */
	SF_STEP_NEW_PARENT,    /* find_new_reaper */
	SF_STEP_ORPHANED_PGRP, /* kill_orphaned_pgrp */
	SF_STEP_NOTIFY,	       /* do_notify_parent, do_notify_parent_cldstop */
	SF_STEP_RELEASE,       /* release_task */
	SF_STEP_ALLOC_PID,     /* alloc_pid */
	SF_NSTEPS
};

/* The answers that a reader of a path may want to know; the others are plain no (0) and yes (1). */
enum {
	SF_CALL_KILL = 0,
	SF_CALL_TKILL,
	SF_CALL_TGKILL,
	SF_CALL_RT_SIGQUEUEINFO,
	SF_CALL_RT_TGSIGQUEUEINFO,
	SF_CALL_PIDFD_SEND_SIGNAL,
	SF_CALL_KERNEL,

	SF_ARG_OK = 0,
	SF_ARG_INVALID,
	SF_ARG_FORGED,
	SF_ARG_NAMESPACE,
	SF_ARG_SIGNO,

	SF_WHOM_ONE = 0,
	SF_WHOM_OWN_PGRP,
	SF_WHOM_PGRP,
	SF_WHOM_ALL,
	SF_WHOM_INT_MIN,

	SF_CANDIDATE_YES = 0,
	SF_CANDIDATE_OWN_INIT,
	SF_CANDIDATE_SELF,

	SF_CRED_NO = 0,
	SF_CRED_EUID_SUID,
	SF_CRED_EUID_UID,
	SF_CRED_UID_SUID,
	SF_CRED_UID_UID,
	SF_CRED_CAP_KILL,
	SF_CRED_NS_OWNER,

	SF_SESSION_OTHER = 0,
	SF_SESSION_SAME,

	SF_FORCE_NO = 0,
	SF_FORCE_ANCESTOR,
	SF_FORCE_SI_KERNEL,
	SF_FORCE_NO_IDS,
	SF_FORCE_KERNEL,

	SF_GROUP_EXIT_NO = 0,
	SF_GROUP_EXIT_DYING,
	SF_GROUP_EXIT_ZOMBIE,

	SF_FLUSH_NO = 0,
	SF_FLUSH_CONT,
	SF_FLUSH_STOPS,
	SF_FLUSH_WAKES,

	SF_BLOCKED_NO = 0,
	SF_BLOCKED_MASK,
	SF_BLOCKED_AWAITED,

	SF_UNKILLABLE_NO_INIT = 0,
	SF_UNKILLABLE_HAS_ACTION,
	SF_UNKILLABLE_FORCED,
	SF_UNKILLABLE_IGNORED,

	SF_DISP_ACTS = 0,
	SF_DISP_DEFAULT_IGNORES,
	SF_DISP_IGN,
	SF_DISP_HANDLER,

	SF_SIGQUEUE_INFO = 0,
	SF_SIGQUEUE_BIT_ONLY,
	SF_SIGQUEUE_LOST,
	SF_SIGQUEUE_EAGAIN,

	SF_SET_SHARED = 0,
	SF_SET_PRIVATE,

	SF_WANTS_NONE = 0,
	SF_WANTS_ADDRESSED,
	SF_WANTS_OTHER,

	SF_FATAL_YES = 0,
	SF_FATAL_NOT_FATAL,
	SF_FATAL_UNKILLABLE,
	SF_FATAL_GROUP_EXIT,
	SF_FATAL_AWAITED,
	SF_FATAL_TRACED,
	SF_FATAL_CORE,

	SF_DEQUEUE_SYNC = 0,
	SF_DEQUEUE_PRIVATE,
	SF_DEQUEUE_SHARED,

	SF_ACTION_IGN = 0,
	SF_ACTION_HANDLER,
	SF_ACTION_DEFAULT_IGNORES,
	SF_ACTION_INIT_DROPS,
	SF_ACTION_STOP,
	SF_ACTION_ORPHANED,
	SF_ACTION_FATAL,
	SF_ACTION_CORE,

	SF_REAPER_OTHER = 0,
	SF_REAPER_THREAD,
	SF_REAPER_NS_ENDS,

	SF_NEW_PARENT_THREAD = 0,
	SF_NEW_PARENT_SUBREAPER,
	SF_NEW_PARENT_INIT,

	SF_NOTIFY_SENT = 0,
	SF_NOTIFY_AUTOREAP,
	SF_NOTIFY_SENT_AUTOREAP,
	SF_NOTIFY_NONE,

	SF_ALLOC_OK = 0,
	SF_ALLOC_EAGAIN,
	SF_ALLOC_ENOMEM,
};

/**
 * struct sf_step - one question and its answer
 * @id: the question
 * @answer: an SF_* of the question's answers
 * @sig: the signal that is being asked about
 * @task: the task it is asked about; the path holds a reference
 * @by: the task that runs the kernel's code; the path holds a reference
 * @value: what the answer rests on: docs/path.md says what, per question
 */
struct sf_step {
	enum sf_step_id id;
	int answer;
	int sig;
	struct sf_task *task, *by;
	long value[2];
};

/**
 * sf_path_new() - an empty path that can be recorded into
 * @m: the machine, which owns it: it is freed with it, or by sf_path_free()
 *
 * Context: Any thread, at once with calls.
 *
 * Return: the path; NULL when it cannot be: sf_machine_error() is then
 * * -EINVAL: @m is NULL
 * * -ENOMEM: we had no memory
 */
struct sf_path *sf_path_new(struct sf_machine *m);

/**
 * sf_path_free() - free a path before its machine is freed
 * @path: the path; NULL is nothing
 *
 * Context: Any thread, at once with calls; no thread records into it any more, and verdicts that
 * were read from it are not used any more.
 */
void sf_path_free(struct sf_path *path);

/**
 * sf_machine_record() - record every step that this thread takes in the machine from now on
 * @m: the machine
 * @path: where to; NULL stops it
 *
 * Steps are those of calls and of sf_settle().  A thread records one path at a time, and stops
 * before the path or the machine is freed.
 *
 * Context: Any thread, for itself; a path is recorded into by one thread at a time.
 *
 * Return: 0, or
 * * -EINVAL: @path is of another machine, or @m is NULL
 */
int sf_machine_record(struct sf_machine *m, struct sf_path *path);

/**
 * sf_path_clear() - forget the steps
 * @path: the path; NULL is nothing
 *
 * Context: One thread at a time for a path; not while another records into it.
 */
void sf_path_clear(struct sf_path *path);

/**
 * sf_path_steps() - the steps so far
 * @path: the path, which owns them; the next call may move them
 * @ret_n: how many there are; may be NULL
 *
 * Context: One thread at a time for a path; not while another records into it.
 *
 * Return: the steps, in order; NULL when there are none.
 */
const struct sf_step *sf_path_steps(const struct sf_path *path, size_t *ret_n);

/* ---- the verdict -------------------------------------------------------------------------- */

/** enum sf_fate - what becomes of a signal, in one word */
enum sf_fate {
	SF_FATE_REFUSED, /* the call failed for this target */
	SF_FATE_PROBE,	 /* signal 0: checked, nothing sent */
	SF_FATE_IGNORED, /* accepted, and discarded before it was queued */
	SF_FATE_MERGED,	 /* accepted, pending already: nothing new is queued */
	SF_FATE_PENDING, /* queued, and stays so */
	SF_FATE_HANDLED, /* a handler runs, or a waiting reader takes it */
	SF_FATE_KILLED,	 /* the process dies of it */
	SF_FATE_DUMPED,	 /* the process dies of it, with a core dump */
	SF_FATE_STOPPED,
	SF_FATE_CONTINUED,
	SF_FATE_TRACED,	 /* goes to the tracer, which decides */
	SF_FATE_DROPPED, /* queued, and discarded at delivery */
	SF_NFATES
};

/**
 * sf_fate_name() - the name of a fate: "ignored"
 * @fate: any number
 *
 * Context: Any thread.
 *
 * Return: the name, a constant; "unknown" for none.
 */
const char *sf_fate_name(enum sf_fate fate);

/**
 * sf_fate_parse() - the fate of a name
 * @name: as sf_fate_name() gives it
 *
 * Context: Any thread.
 *
 * Return: the fate, or
 * * -EINVAL: @name is NULL or none
 */
int sf_fate_parse(const char *name);

/**
 * struct sf_reason - why; one per distinct cause
 * @slug: short and stable
 * @fate: the fate that it explains
 * @because: one sentence, for people
 * @remedy: what would work instead, one sentence; NULL when there is nothing to mend
 */
struct sf_reason {
	const char *slug;
	enum sf_fate fate;
	const char *because;
	const char *remedy;
};

/**
 * sf_reasons() - all reasons, in the order the kernel would come to them
 * @ret_n: how many there are; may be NULL
 *
 * Context: Any thread.
 *
 * Return: the reasons, constants.
 */
const struct sf_reason *sf_reasons(size_t *ret_n);

/**
 * struct sf_step_text - the words for a step: docs/path.md is made from them
 * @function: the kernel's function that asks, in the file @source
 * @question: what it asks
 * @answers: what it may find, in the order of sf_step's @answer; @n_answers of them
 * @values: what sf_step's two @value are; NULL for one that says nothing
 */
struct sf_step_text {
	const char *function;
	const char *source;
	const char *question;
	const char *const *answers;
	size_t n_answers;
	const char *values[2];
};

/**
 * sf_step_text() - the words for a step
 * @id: any number
 *
 * Context: Any thread.
 *
 * Return: the words, constants; NULL for none.
 */
const struct sf_step_text *sf_step_text(enum sf_step_id id);

/**
 * sf_step_answer() - the words of a step's answer
 * @step: the step
 *
 * Context: Any thread.
 *
 * Return: the words, a constant; never NULL.
 */
const char *sf_step_answer(const struct sf_step *step);

/**
 * struct sf_consequence - what follows for another process, or for the target later
 * @task: the process (its thread group leader)
 * @fate: what becomes of it
 * @sig: by which signal
 */
struct sf_consequence {
	struct sf_task *task;
	enum sf_fate fate;
	int sig;
};

/**
 * struct sf_verdict - what becomes of a signal for one target
 * @task: the process (its thread group leader)
 * @sig: the signal
 * @fate: what becomes of it
 * @error: the errno, positive, when refused
 * @generate: the result that the tracepoint signal_generate gives, -1 when it is not reached
 * @reason: why
 * @step: the index in the path of the step that decided it
 * @then: what follows; @n_then of them
 */
struct sf_verdict {
	struct sf_task *task;
	int sig;
	enum sf_fate fate;
	int error;
	int generate;
	const struct sf_reason *reason;
	size_t step;
	struct sf_consequence *then;
	size_t n_then;
};

/**
 * struct sf_verdicts - the answer to one call
 * @result: what the call gave
 * @reason: why a call that reached no target failed; NULL otherwise
 * @v: one for each target that the call came to; @n of them
 */
struct sf_verdicts {
	long result;
	const struct sf_reason *reason;
	struct sf_verdict *v;
	size_t n;
};

/**
 * sf_verdicts_read() - read the fate of the signal of the first call on a path
 * @m: the machine
 * @path: recorded over that call and the sf_settle() after it
 * @result: what the call gave
 * @ret: what became of it for each target; untouched on an error
 *
 * The caller releases it with sf_verdicts_release(), before the path is cleared or the machine
 * freed.
 *
 * Context: One thread at a time for a path; not while another records into it.
 *
 * Return: 0, or
 * * -EINVAL: one of the arguments is NULL
 * * -ENOMEM: we had no memory; the machine goes on
 */
int sf_verdicts_read(const struct sf_machine *m, const struct sf_path *path, long result,
		     struct sf_verdicts *ret);

/**
 * sf_verdicts_release() - free what sf_verdicts_read() gave
 * @v: the verdicts; NULL is nothing; they are empty afterwards
 *
 * Context: Any thread.
 */
void sf_verdicts_release(struct sf_verdicts *v);

#ifdef __cplusplus
}
#endif

#endif
