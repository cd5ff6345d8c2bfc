/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate.h - the machine, the calls that are made on it, and the verdict
 *
 * A machine (struct sf_machine) is a small Linux in memory: processes, threads, PID namespaces,
 * user namespaces, credentials and signals, with no hardware and no programs.  A caller builds one,
 * makes system calls on it as one of its tasks, lets it settle, and reads what has become of it.
 *
 * Ownership: a machine owns every object in it; sf_machine_free() frees them all.  A task handle is
 * good until its process has been reaped; a caller that wants to look at it afterwards holds a
 * reference (sf_task_get(), sf_task_put()).
 *
 * Threads: a machine and everything in it belongs to one thread at a time.  Different machines are
 * independent of each other.
 *
 * Results: a call gives what the system call gives, zero or a number, or a negative errno: that is
 * data of the modelled kernel.  Our own failures never look like it: the call then gives SF_FAIL
 * and sf_machine_error() says why.  A call that does not return yet gives SF_BLOCKED.
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

#define SF_SIGMASK(sig) ((sf_sigset)1 << ((sig)-1))

/* What a call gives when it has no result of the modelled kernel; no errno is that large. */
#define SF_FAIL LONG_MIN	  /* our failure: see sf_machine_error() */
#define SF_BLOCKED (LONG_MIN + 1) /* the call sleeps: see sf_task_call_result() */

struct sf_machine;
struct sf_task;	  /* a thread; a process is its thread group leader */
struct sf_pidns;  /* a PID namespace */
struct sf_userns; /* a user namespace */
struct sf_path;	  /* the steps that calls took, recorded */

/* ---- kernels differ ----------------------------------------------------------------------- */

/**
 * struct sf_kernel - what differs between kernels that matters to a signal
 * @name: what the set is called ("6.18")
 * @guard_unkillable_fastpath: complete_signal() leaves an init alone unless SIGKILL or SIGSTOP
 * @drop_private_to_exiting: a signal for one thread that is exiting is dropped at once
 * @pidfd_scope_flags: pidfd_send_signal() takes PIDFD_SIGNAL_* flags (6.9)
 * @pidns_pid_max: every PID namespace has a pid_max of its own (6.14)
 * @landlock_signal_scope: Landlock can keep signals within a domain (6.12)
 */
struct sf_kernel {
	const char *name;
	bool guard_unkillable_fastpath;
	bool drop_private_to_exiting;
	bool pidfd_scope_flags;
	bool pidns_pid_max;
	bool landlock_signal_scope;
};

/**
 * sf_kernel_preset() - the set of switches of a kernel release
 * @release: as uname -r prints it, or NULL for the newest known
 *
 * Return: the newest preset that is not newer than @release, the oldest for older ones; never NULL.
 */
const struct sf_kernel *sf_kernel_preset(const char *release);

/* ---- signals and their names -------------------------------------------------------------- */

/**
 * sf_signal_name() - the name of a signal: "SIGTERM", "SIGRTMIN+3", "SIG32"
 * @sig: any number
 * @buf: at least 16 bytes, used when the name is not a constant
 *
 * Return: the name; the plain number for what is no signal.
 */
const char *sf_signal_name(int sig, char buf[16]);

/**
 * sf_signal_parse() - a signal from text: TERM, SIGTERM, 15, RTMIN+3, SIGRTMAX-1, 0
 * @text: the text; letter case does not matter
 *
 * RTMIN is 34, the first a program with a C library can use.
 *
 * Return: 0..64, or -EINVAL.
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

enum sf_handler { SF_SIG_DFL, SF_SIG_IGN, SF_SIG_HANDLER };

/* sa_flags, with Linux's values */
#define SF_SA_NOCLDSTOP 0x00000001u
#define SF_SA_NOCLDWAIT 0x00000002u
#define SF_SA_SIGINFO 0x00000004u
#define SF_SA_RESTART 0x10000000u
#define SF_SA_NODEFER 0x40000000u
#define SF_SA_RESETHAND 0x80000000u
/* those that change what becomes of a signal; others are not kept */
#define SF_SA_FLAGS                                                                                \
	(SF_SA_NOCLDSTOP | SF_SA_NOCLDWAIT | SF_SA_SIGINFO | SF_SA_RESTART | SF_SA_NODEFER |       \
	 SF_SA_RESETHAND)

/** struct sf_sigaction - the disposition of one signal; @mask is blocked while the handler runs */
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
 * Return: the machine, or NULL without memory.  The caller frees it.
 */
struct sf_machine *sf_machine_new(const struct sf_kernel *kernel);

/** sf_machine_free() - free a machine and all that is in it, whatever references are held */
void sf_machine_free(struct sf_machine *m);

/**
 * sf_machine_boot() - start the global init, PID 1 of the initial namespace, as root
 *
 * Return: the task; NULL without memory or when PID 1 is there already.
 */
struct sf_task *sf_machine_boot(struct sf_machine *m);

/**
 * sf_machine_error() - why a call gave SF_FAIL
 *
 * Return: 0; -ENOMEM: we had no memory, for good: the machine answers no call any more; -EBUSY: the
 * caller sleeps in another call or is stopped; -ESRCH: the caller is dead; -EINVAL: a bad argument
 * of ours.
 */
int sf_machine_error(const struct sf_machine *m);

/** sf_machine_panicked() - whether the global init has died, which ends a machine */
bool sf_machine_panicked(const struct sf_machine *m);

/** sf_machine_kernel() - the switches that the machine was made with */
const struct sf_kernel *sf_machine_kernel(const struct sf_machine *m);

struct sf_pidns *sf_machine_pidns(struct sf_machine *m);
struct sf_userns *sf_machine_userns(struct sf_machine *m);

/**
 * sf_settle() - let everything happen that can happen
 *
 * Every task that may take a signal takes it, all deaths run their course, calls that can return
 * do.
 *
 * Return: 0, or the error of sf_machine_error().
 */
int sf_settle(struct sf_machine *m);

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
 * struct sf_event - something that became of @task, with what the type says
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
 * @fn: called from inside calls and sf_settle(); it may look, but make no call.  NULL for none.
 * @data: passed to @fn
 */
void sf_machine_observe(struct sf_machine *m, void (*fn)(void *data, const struct sf_event *event),
			void *data);

/* What the kernel leaves open: it may do any of several things, and all of them are right. */
enum sf_choice {
	SF_CHOICE_TASK, /* which of the tasks that have something to do runs next */
	SF_NCHOICES
};

/**
 * sf_machine_choose() - choose where the kernel is free, to follow what a real one has done
 * @fn: gives which of @n it shall be, from 0; it makes no call.  NULL: always the first.
 * @data: passed to @fn
 *
 * For machines that one thread uses.
 */
void sf_machine_choose(struct sf_machine *m,
		       unsigned int (*fn)(void *data, enum sf_choice what, unsigned int n),
		       void *data);

/**
 * sf_machine_set_lsm() - install a security_task_kill hook
 * @fn: gives 0 to allow, or a negative errno that the sender gets.  NULL for none.
 *
 * Models: security/security.c:security_task_kill
 */
void sf_machine_set_lsm(struct sf_machine *m,
			int (*fn)(void *data, const struct sf_task *sender,
				  const struct sf_task *target, const struct sf_siginfo *info,
				  int sig),
			void *data);

/** sf_machine_set_overflowuid() - the id shown for one that has no name (default 65534) */
void sf_machine_set_overflowuid(struct sf_machine *m, uint32_t uid);

/* What the kernel does with a core dump; set from /proc/sys/kernel/core_pattern. */
enum sf_core_pattern { SF_CORE_FILE, SF_CORE_PIPE, SF_CORE_NONE };
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

/** sf_audit_enable() - as if audit rules on signals were loaded: record every sender and target */
void sf_audit_enable(struct sf_machine *m, bool on);

/** sf_audit_records() - what was recorded so far; the machine owns it, the next call may move it */
const struct sf_audit_record *sf_audit_records(const struct sf_machine *m, size_t *ret_n);

void sf_audit_clear(struct sf_machine *m);
/** sf_audit_set_daemon() - the process that is the audit daemon, or NULL */
int sf_audit_set_daemon(struct sf_machine *m, struct sf_task *auditd);

/**
 * sf_audit_signal_sender() - who last sent the audit daemon one of the signals it reports
 * @ret_uid: the sender's real id in the initial user namespace
 *
 * Return: the sender's process number in the initial PID namespace, 0 when there was none.
 */
int sf_audit_signal_sender(const struct sf_machine *m, uint32_t *ret_uid);

/* ---- tasks -------------------------------------------------------------------------------- */

struct sf_task *sf_task_get(struct sf_task *t);
void sf_task_put(struct sf_task *t);

struct sf_machine *sf_task_machine(const struct sf_task *t);
struct sf_task *sf_task_leader(const struct sf_task *t);
/** sf_task_parent() - the real parent's thread group leader; NULL for none */
struct sf_task *sf_task_parent(const struct sf_task *t);
struct sf_task *sf_task_tracer(const struct sf_task *t);
/** sf_task_pidns() - the namespace that the task is in and looks numbers up in */
struct sf_pidns *sf_task_pidns(const struct sf_task *t);
struct sf_userns *sf_task_userns(const struct sf_task *t);
const char *sf_task_comm(const struct sf_task *t, char buf[SF_COMM_LEN]);
void sf_task_set_comm(struct sf_task *t, const char *comm);
int sf_tasklist_lock(struct sf_machine *m);
void sf_tasklist_unlock(struct sf_machine *m);

/** sf_task_nr() - the thread's number in @ns, 0 when it cannot be seen there (task_pid_nr_ns) */
int sf_task_nr(const struct sf_task *t, const struct sf_pidns *ns);
/** sf_task_tgid() - the process's number in @ns, 0 when it cannot be seen there */
int sf_task_tgid(const struct sf_task *t, const struct sf_pidns *ns);
/** sf_task_pgrp() - its process group's number in @ns, 0 when it cannot be seen there */
int sf_task_pgrp(const struct sf_task *t, const struct sf_pidns *ns);
/** sf_task_session() - its session's number in @ns, 0 when it cannot be seen there */
int sf_task_session(const struct sf_task *t, const struct sf_pidns *ns);
/** sf_task_find() - the task with this number in @ns, or NULL */
struct sf_task *sf_task_find(struct sf_pidns *ns, int nr);

/** sf_task_next() - all processes, in order of creation: NULL gives the first */
struct sf_task *sf_task_next(const struct sf_machine *m, const struct sf_task *after);
/** sf_task_next_thread() - the threads of a process, its leader first: NULL after the last */
struct sf_task *sf_task_next_thread(const struct sf_task *t);

/**
 * sf_task_state() - the letter that /proc/PID/stat shows
 *
 * Return: 'S' alive and not stopped, 'T' stopped, 't' stopped for its tracer, 'Z' zombie, 'X'
 * reaped.
 */
char sf_task_state(const struct sf_task *t);
/** sf_task_is_init() - whether the kernel protects its process (SIGNAL_UNKILLABLE) */
bool sf_task_is_init(const struct sf_task *t);
bool sf_task_is_exiting(const struct sf_task *t);
/** sf_task_is_dying() - whether its whole process is in group exit */
bool sf_task_is_dying(const struct sf_task *t);
/** sf_task_exit_status() - a dead task's status as wait4() gives it, -1 for a live one */
int sf_task_exit_status(const struct sf_task *t);
int sf_task_threads(const struct sf_task *t);

enum sf_sigset_kind { SF_SIGPND, SF_SHDPND, SF_SIGBLK, SF_SIGIGN, SF_SIGCGT };
/** sf_task_sigset() - one of the sets of /proc/PID/task/TID/status */
sf_sigset sf_task_sigset(const struct sf_task *t, enum sf_sigset_kind kind);

/**
 * sf_task_call_result() - the result of the call that a task slept in
 * @ret_status: the wait status, for wait4(); may be NULL
 * @ret_info: what was taken, for rt_sigtimedwait(); may be NULL
 *
 * Return: the result, or SF_BLOCKED while it sleeps.
 */
long sf_task_call_result(const struct sf_task *t, int *ret_status, struct sf_siginfo *ret_info);

/* ---- PID and user namespaces -------------------------------------------------------------- */

unsigned int sf_pidns_level(const struct sf_pidns *ns);
struct sf_pidns *sf_pidns_parent(const struct sf_pidns *ns);
struct sf_userns *sf_pidns_owner(const struct sf_pidns *ns);
/** sf_pidns_init() - its init (child_reaper), NULL before the first process and after the end */
struct sf_task *sf_pidns_init(const struct sf_pidns *ns);
/** sf_pidns_closed() - whether its init has died or is dying: no process can be added */
bool sf_pidns_closed(const struct sf_pidns *ns);
/** sf_pidns_set_last_pid() - where the search for a free number goes on, as ns_last_pid does */
int sf_pidns_set_last_pid(struct sf_pidns *ns, int last);
int sf_pidns_set_pid_max(struct sf_pidns *ns, int pid_max);
/** sf_userns_parent() - NULL for the initial one */
struct sf_userns *sf_userns_parent(const struct sf_userns *ns);

/* ---- building a machine from what is known of a live one ---------------------------------- */

/**
 * sf_pidns_add() - a PID namespace that is there already
 * @owner: the user namespace that owns it
 *
 * Return: the namespace, owned by the machine; NULL without memory or below level 32.
 */
struct sf_pidns *sf_pidns_add(struct sf_pidns *parent, struct sf_userns *owner);

/** struct sf_id_extent - ids inside..inside+count-1 are outside..outside+count-1 of the parent */
struct sf_id_extent {
	uint32_t inside, outside, count;
};

/**
 * sf_userns_add() - a user namespace that is there already
 * @owner: its creator's effective id, in the initial user namespace
 * @uid_map, @n: its map, relative to the parent namespace
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
 * @tracer: who traces it, NULL for nobody; @traced: somebody does who is not in the machine
 * @unkillable: it is a namespace's init, and protected; true for number 1 unless known otherwise
 * @subreaper: PR_SET_CHILD_SUBREAPER; @exit_signal: what its parent gets, 0 for none
 * @sigpending, @sigpending_limit: what SigQ shows; @core_limit: RLIMIT_CORE, in bytes
 * @undumpable: PR_SET_DUMPABLE is not 1
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
	bool traced;
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
 * @ret: the task
 *
 * Return: 0; -EINVAL: it cannot be so (a number without a namespace, a dead leader's spec…);
 * -EEXIST: a number is taken; -ENOMEM.
 */
int sf_task_add(const struct sf_task_spec *spec, struct sf_task **ret);

/* ---- system calls ------------------------------------------------------------------------- */
/*
 * Each is made by @current, a task that is alive, not stopped and not asleep in a call; else it
 * is SF_FAIL.  Numbers are in its active PID namespace, ids in its user namespace.  A call that
 * ends or changes other tasks has its whole effect only after sf_settle().
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
 * @flags: SF_CLONE_*, and in the low byte the signal that the parent gets at its end
 * @ret_child: the new task when the call succeeds, with a reference that is the caller's; or NULL
 *
 * Return: the child's number as @current sees it; -EAGAIN, -EINVAL, -ENOMEM (the namespace has no
 * init any more), -ENOSPC, -EPERM.
 *
 * Models: kernel/fork.c:kernel_clone
 */
long sf_clone(struct sf_task *current, uint64_t flags, struct sf_task **ret_child);
/** sf_fork() - sf_clone() with SIGCHLD */
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
 *
 * Return: as sf_clone(); also -EEXIST (a number is taken), -EPERM (to choose one needs
 * CAP_CHECKPOINT_RESTORE).
 */
long sf_clone3(struct sf_task *current, const struct sf_clone_args *args,
	       struct sf_task **ret_child);

/**
 * sf_execve() - another program, which starts with this thread alone
 * @comm: its name, NULL for the same
 *
 * Of several threads the others end first: that takes sf_settle().  The caller becomes the leader.
 *
 * Return: 0, -EAGAIN (another thread was first), SF_BLOCKED.
 *
 * Models: fs/exec.c:begin_new_exec
 */
long sf_execve(struct sf_task *current, const char *comm);
/** sf_unshare() - SF_CLONE_NEWPID for its children, SF_CLONE_NEWUSER for itself */
long sf_unshare(struct sf_task *current, uint64_t flags);
/** sf_setns() - join @target's user namespace, or its PID namespace for children, or both */
long sf_setns(struct sf_task *current, const struct sf_task *target, uint64_t flags);
/** sf_exit() - the thread ends; with the last one of its process, the process */
long sf_exit(struct sf_task *current, int code);
long sf_exit_group(struct sf_task *current, int code);

#define SF_WNOHANG 1
#define SF_WUNTRACED 2
#define SF_WCONTINUED 8
#define SF_WNOTHREAD 0x20000000
#define SF_WALL 0x40000000
#define SF_WCLONE ((int)0x80000000)

long sf_wait4(struct sf_task *current, int pid, int *ret_status, int options);

long sf_kill(struct sf_task *current, int pid, int sig);
long sf_tkill(struct sf_task *current, int pid, int sig);
long sf_tgkill(struct sf_task *current, int tgid, int pid, int sig);
long sf_rt_sigqueueinfo(struct sf_task *current, int pid, int sig, const struct sf_siginfo *info);
long sf_rt_tgsigqueueinfo(struct sf_task *current, int tgid, int pid, int sig,
			  const struct sf_siginfo *info);
/** sf_sigqueue() - the C library's: rt_sigqueueinfo() with SI_QUEUE and the caller's own ids */
long sf_sigqueue(struct sf_task *current, int pid, int sig, int64_t value);

#define SF_PIDFD_SIGNAL_THREAD 1u
#define SF_PIDFD_SIGNAL_THREAD_GROUP 2u
#define SF_PIDFD_SIGNAL_PROCESS_GROUP 4u

/**
 * sf_pidfd_send_signal() - signal what a pidfd stands for
 * @target: the task of the pidfd: a process for a leader, one thread (PIDFD_THREAD) for another
 * @info: NULL for what kill() sends
 * @flags: SF_PIDFD_SIGNAL_*
 */
long sf_pidfd_send_signal(struct sf_task *current, struct sf_task *target, int sig,
			  const struct sf_siginfo *info, unsigned int flags);

/** sf_rt_sigaction() - @act and @ret_old may be NULL */
long sf_rt_sigaction(struct sf_task *current, int sig, const struct sf_sigaction *act,
		     struct sf_sigaction *ret_old);

enum sf_sigprocmask_how { SF_SIG_BLOCK, SF_SIG_UNBLOCK, SF_SIG_SETMASK };

/** sf_rt_sigprocmask() - @set and @ret_old may be NULL */
long sf_rt_sigprocmask(struct sf_task *current, int how, const sf_sigset *set, sf_sigset *ret_old);
long sf_rt_sigpending(struct sf_task *current, sf_sigset *ret_set);
/** sf_rt_sigsuspend() - sleeps until a handler has run, then -EINTR */
long sf_rt_sigsuspend(struct sf_task *current, sf_sigset mask);
/** sf_rt_sigtimedwait() - without a time-out; gives the signal */
long sf_rt_sigtimedwait(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);
/** sf_signalfd_read() - read() of a signalfd for @set, which waits for one; gives the signal */
long sf_signalfd_read(struct sf_task *current, sf_sigset set, struct sf_siginfo *ret_info);

long sf_getpid(struct sf_task *current);
long sf_gettid(struct sf_task *current);
long sf_getppid(struct sf_task *current);
long sf_getpgid(struct sf_task *current, int pid);
long sf_getsid(struct sf_task *current, int pid);
long sf_getuid(struct sf_task *current);
long sf_setpgid(struct sf_task *current, int pid, int pgid);
long sf_setsid(struct sf_task *current);
long sf_setuid(struct sf_task *current, uint32_t uid);
/** sf_setresuid() - (uint32_t)-1 leaves an id as it is */
long sf_setresuid(struct sf_task *current, uint32_t ruid, uint32_t euid, uint32_t suid);
/** sf_capset() - set both sets: @permitted within what it is, @effective within @permitted */
long sf_capset(struct sf_task *current, uint64_t effective, uint64_t permitted);
uint64_t sf_task_cap_effective(const struct sf_task *t);
uint64_t sf_task_cap_permitted(const struct sf_task *t);
/** sf_setgroups() - allowed or refused; no signal rule reads a group */
long sf_setgroups(struct sf_task *current);

#define SF_RLIMIT_CORE 4
#define SF_RLIMIT_SIGPENDING 11
/** sf_setrlimit() - the soft limit of RLIMIT_SIGPENDING or RLIMIT_CORE */
long sf_setrlimit(struct sf_task *current, int resource, uint64_t limit);

#define SF_PR_SET_PDEATHSIG 1
#define SF_PR_SET_DUMPABLE 4
#define SF_PR_SET_CHILD_SUBREAPER 36
long sf_prctl(struct sf_task *current, int option, unsigned long arg);

/** sf_uid_map() - write one line of the uid (or gid) map of @target's user namespace */
long sf_uid_map(struct sf_task *current, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count);
long sf_gid_map(struct sf_task *current, struct sf_task *target, uint32_t inside, uint32_t outside,
		uint32_t count);

#define SF_REBOOT_CMD_RESTART 0x01234567u
#define SF_REBOOT_CMD_HALT 0xcdef0123u
#define SF_REBOOT_CMD_POWER_OFF 0x4321fedcu
#define SF_REBOOT_CMD_RESTART2 0xa1b2c3d4u
/**
 * sf_reboot() - reboot(2): in a PID namespace its init dies, and the caller's thread ends
 * @cmd: SF_REBOOT_CMD_*
 *
 * Return: 0, -EPERM (no CAP_SYS_BOOT over the namespace's owner), -EINVAL.
 */
long sf_reboot(struct sf_task *current, unsigned int cmd);

/** sf_landlock_restrict_self() - a new Landlock domain, which may keep signals within it */
long sf_landlock_restrict_self(struct sf_task *current, bool scope_signal);

/* What the kernel forces a signal past: nothing; the handler; the handler and every tracer. */
enum sf_force_handler { SF_HANDLER_CURRENT, SF_HANDLER_SIG_DFL, SF_HANDLER_EXIT };

/**
 * sf_force_sig() - a fault of the task's own: a bad access, a trap, a call that seccomp kills for
 * @code: the si_code, above zero: what went wrong
 * @mode: SF_HANDLER_CURRENT for a fault, SF_HANDLER_EXIT for what shall end the process for certain
 *
 * Models: kernel/signal.c:force_sig_info_to_task
 */
long sf_force_sig(struct sf_task *current, int sig, int code, enum sf_force_handler mode);

/* Signals without a sender of flesh and blood. */
enum sf_generator {
	SF_GENERATOR_TTY,	  /* a key of the terminal: ^C, ^\, ^Z; to the process group */
	SF_GENERATOR_HANGUP,	  /* the terminal is gone: SIGHUP to the process group */
	SF_GENERATOR_ALARM,	  /* alarm(), setitimer(ITIMER_REAL): SIGALRM */
	SF_GENERATOR_TIMER,	  /* a POSIX timer, any signal */
	SF_GENERATOR_CPU_SOFT,	  /* the soft limit RLIMIT_CPU: SIGXCPU */
	SF_GENERATOR_CPU_HARD,	  /* the hard limit: SIGKILL */
	SF_GENERATOR_PIPE,	  /* it writes to a pipe that nobody reads: SIGPIPE */
	SF_GENERATOR_FILE_SIZE,	  /* it writes beyond RLIMIT_FSIZE: SIGXFSZ */
	SF_GENERATOR_OOM,	  /* the OOM killer: SIGKILL */
	SF_GENERATOR_CGROUP_KILL, /* cgroup.kill, written by the sender: SIGKILL */
	SF_GENERATOR_EXITKILL,	  /* its tracer ended, with PTRACE_O_EXITKILL: SIGKILL */
	SF_GENERATOR_ATTACH,	  /* PTRACE_ATTACH: SIGSTOP */
	SF_NGENERATORS
};

/** sf_generator_name() - "oom"; NULL for none */
const char *sf_generator_name(enum sf_generator g);
/** sf_generator_signal() - the signal that it sends, 0 when it may be any */
int sf_generator_signal(enum sf_generator g);

/**
 * sf_generate() - let the kernel send a signal
 * @by: the task that runs while it happens; who asks for it, where somebody does
 * @target: the process, one of its threads, or for the terminal a member of the group
 * @sig: the signal, where the generator leaves it open
 *
 * Return: 0, -EINVAL, -ESRCH.
 */
long sf_generate(struct sf_task *by, enum sf_generator g, struct sf_task *target, int sig);

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
};
#define SF_PTRACE_O_EXITKILL 0x00100000
/** sf_ptrace() - @data: the signal to go on with (CONT, DETACH), options (SEIZE, SETOPTIONS) */
long sf_ptrace(struct sf_task *current, enum sf_ptrace_request request, int pid, long data);

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

/** sf_path_new() - an empty path that can be recorded into; the machine owns it */
struct sf_path *sf_path_new(struct sf_machine *m);
/**
 * sf_machine_record() - record into @path every step that this thread takes in the machine from now
 * on, in calls and in sf_settle(); NULL stops it
 *
 * A thread records one path at a time, and stops before the machine is freed.
 */
int sf_machine_record(struct sf_machine *m, struct sf_path *path);
/** sf_path_clear() - forget the steps */
void sf_path_clear(struct sf_path *path);
/** sf_path_steps() - the steps so far; the path owns them, the next call may move them */
const struct sf_step *sf_path_steps(const struct sf_path *path, size_t *ret_n);

/* ---- the verdict -------------------------------------------------------------------------- */

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

/** sf_fate_name() - "ignored"; sf_fate_parse() - the fate of that name, or -EINVAL */
const char *sf_fate_name(enum sf_fate fate);
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

/** sf_reasons() - all of them, in the order the kernel would come to them */
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

const struct sf_step_text *sf_step_text(enum sf_step_id id);
/** sf_step_answer() - the words of a step's answer */
const char *sf_step_answer(const struct sf_step *step);

/** struct sf_consequence - what follows for another process, or for the target later */
struct sf_consequence {
	struct sf_task *task;
	enum sf_fate fate;
	int sig;
};

/**
 * struct sf_verdict - what becomes of a signal for one target
 * @task: the process (its thread group leader)
 * @error: the errno, positive, when refused
 * @generate: the result that the tracepoint signal_generate gives, -1 when it is not reached
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
 */
struct sf_verdicts {
	long result;
	const struct sf_reason *reason;
	struct sf_verdict *v;
	size_t n;
};

/**
 * sf_verdicts_read() - read the fate of the signal of the first call on a path
 * @path: recorded over that call and the sf_settle() after it
 * @result: what the call gave
 * @ret: released by the caller with sf_verdicts_release(), before the machine is freed
 *
 * Return: 0 or -ENOMEM.
 */
int sf_verdicts_read(const struct sf_machine *m, const struct sf_path *path, long result,
		     struct sf_verdicts *ret);
void sf_verdicts_release(struct sf_verdicts *v);

#ifdef __cplusplus
}
#endif

#endif
