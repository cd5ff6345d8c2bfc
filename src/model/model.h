/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * model.h - the machine from inside: the kernel's objects and the functions that work on them
 *
 * Everything here bears the kernel's name and means what it means there; what the kernel has and
 * no signal asks about is left out.  The public names of the three structs that users see are
 * given to the kernel's below, so that both sides read naturally.
 */
#ifndef SIGFATE_MODEL_H
#define SIGFATE_MODEL_H

#include <errno.h>

#include <sigfate.h>

#include "model/list.h"
#include "model/lock.h"
#include "model/slab.h"

#define task_struct sf_task
#define pid_namespace sf_pidns
#define user_namespace sf_userns

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* ---- numbers ------------------------------------------------------------------------------ */

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

struct upid {
	int nr;
	struct pid_namespace *ns;
};

/* One identity with a number per level; it keeps its numbers while any of its lists has a task. */
struct pid {
	unsigned int count; /* references */
	unsigned int level;
	struct list_head tasks[PIDTYPE_MAX];
	struct upid numbers[]; /* [level + 1] */
};

#define IDR_PAGE 512

struct idr_page {
	unsigned int used;
	struct pid *pid[IDR_PAGE];
};

struct idr {
	struct idr_page **page;
	unsigned int n_pages;
	int cursor; /* where the search for a free number starts */
};

struct pid_namespace {
	struct sf_machine *machine;
	unsigned int count;
	unsigned int level;
	struct pid_namespace *parent;
	struct user_namespace *user_ns;
	struct task_struct *child_reaper;
	struct idr idr;
	unsigned int pid_allocated; /* numbers in use */
	bool adding;		    /* PIDNS_ADDING: more may be allocated */
	int pid_max;
};

/* ---- ids ---------------------------------------------------------------------------------- */

typedef uint32_t kuid_t; /* an id in the initial user namespace */
#define INVALID_UID ((kuid_t)-1)

struct uid_gid_map {
	struct sf_id_extent *extent; /* outside is a kuid */
	unsigned int nr_extents;
};

/* How many signals are queued for one user of one user namespace. */
struct ucounts {
	struct list_head node;
	struct user_namespace *ns;
	kuid_t uid;
	unsigned int count;
	long sigpending;
};

struct user_namespace {
	struct sf_machine *machine;
	unsigned int count;
	unsigned int level;
	struct user_namespace *parent;
	kuid_t owner;
	struct uid_gid_map uid_map, gid_map;
	bool setgroups_allowed;
	struct ucounts *ucounts; /* of its creator, one level up; NULL for the initial one */
	uint64_t sigpending_max; /* the creator's limit holds for all in it together */
	struct list_head ucounts_list;
};

struct cred {
	unsigned int count;
	kuid_t uid, euid, suid;
	uint64_t cap_permitted, cap_effective;
	struct user_namespace *user_ns;
	struct ucounts *ucounts;
};

/* ---- signals ------------------------------------------------------------------------------ */

struct sigqueue {
	struct list_head list;
	struct sf_siginfo info;
	struct ucounts *ucounts;
};

struct sigpending {
	struct list_head list;
	sf_sigset signal;
};

/* Details of the dispositions that have any, one allocation per process that installs a handler. */
struct sigactions {
	uint32_t flags[SF_NSIG];
	sf_sigset mask[SF_NSIG];
};

/* The action table as two sets: in neither means SIG_DFL. */
struct sighand_struct {
	sf_sigset ign, handler;
	struct sigactions *details; /* NULL: all flags and masks are zero */
};

#define SIGNAL_STOP_STOPPED 0x01u
#define SIGNAL_STOP_CONTINUED 0x02u
#define SIGNAL_GROUP_EXIT 0x04u
#define SIGNAL_CLD_STOPPED 0x10u
#define SIGNAL_CLD_CONTINUED 0x20u
#define SIGNAL_CLD_MASK (SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED)
#define SIGNAL_UNKILLABLE 0x40u
#define SIGNAL_STOP_MASK (SIGNAL_CLD_MASK | SIGNAL_STOP_STOPPED | SIGNAL_STOP_CONTINUED)

/* What all threads of a process share. */
struct signal_struct {
	unsigned int nr_threads; /* not yet released */
	unsigned int live;	 /* not yet exiting */
	struct list_head thread_head;
	struct sigpending shared_pending;
	struct task_struct *curr_target;
	unsigned int flags;
	int group_exit_code;
	int group_stop_count;
	struct pid *pids[PIDTYPE_MAX]; /* TGID, PGID, SID */
	bool is_child_subreaper, has_child_subreaper;
	bool undumpable;
	uint64_t rlim_sigpending, rlim_core;
	sf_sigset signalfd; /* what a waiting reader of a signalfd takes */
};

#define JOBCTL_STOP_SIGMASK 0xffffu
#define JOBCTL_STOP_DEQUEUED 0x10000u
#define JOBCTL_STOP_PENDING 0x20000u
#define JOBCTL_STOP_CONSUME 0x40000u
#define JOBCTL_TRAP_STOP 0x80000u
#define JOBCTL_TRAP_NOTIFY 0x100000u
#define JOBCTL_STOPPED 0x4000000u
#define JOBCTL_TRACED 0x8000000u
#define JOBCTL_PENDING_MASK (JOBCTL_STOP_PENDING | JOBCTL_TRAP_STOP | JOBCTL_TRAP_NOTIFY)

#define PF_EXITING 0x1u
#define PF_SIGNALED 0x2u
#define PF_ZAPPING 0x4u /* inside zap_pid_ns_processes, waiting */

#define PT_PTRACED 0x1u
#define PT_SEIZED 0x2u

enum task_run_state { TASK_RUNNING, TASK_INTERRUPTIBLE, TASK_STOPPED, TASK_TRACED };
enum exit_state { EXIT_ALIVE, EXIT_ZOMBIE, EXIT_DEAD };
enum sleeping_call { CALL_NONE, CALL_WAIT4, CALL_SIGSUSPEND, CALL_SIGTIMEDWAIT };

/* A call that a task sleeps in, and what it gave. */
struct sleeping {
	enum sleeping_call call;
	bool done; /* ret is there */
	int pid, options;
	sf_sigset set;
	long ret;
	int status;
	struct sf_siginfo info;
};

/* A handler that has been entered and has not run yet. */
struct frame {
	struct frame *below;
	struct sf_siginfo info;
	sf_sigset saved_mask;
};

struct task_struct {
	struct sf_machine *machine;
	unsigned int usage;
	unsigned int flags;
	enum exit_state exit_state;
	enum task_run_state state;
	bool sigpending;   /* TIF_SIGPENDING */
	bool notify;	   /* must pass get_signal without a signal (a trap) */
	bool queued;	   /* on the run queue */
	bool released;	   /* unhashed: its numbers are gone */
	struct list_head run_node;
	struct list_head tasks;	      /* all processes, in order of creation (leaders) */
	struct list_head thread_node; /* of signal->thread_head */
	struct list_head pid_links[PIDTYPE_MAX];
	struct list_head children, sibling;
	struct list_head ptraced, ptrace_entry;
	struct task_struct *group_leader, *real_parent, *parent;
	struct pid *thread_pid;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct cred *cred;
	struct pid_namespace *pid_ns_for_children;
	struct sigpending pending;
	sf_sigset blocked, real_blocked, saved_sigmask;
	bool restore_sigmask;
	unsigned int jobctl;
	unsigned int ptrace;
	int exit_code, exit_signal, pdeath_signal;
	int ptrace_code; /* the signal it stopped with for its tracer; then what the tracer chose */
	struct sf_siginfo ptrace_info;
	struct sleeping sleeping;
	struct frame *frame;
	char comm[SF_COMM_LEN];
};

/* ---- the machine -------------------------------------------------------------------------- */

struct sf_path {
	struct sf_machine *machine;
	struct sf_path *next;
	struct sf_step *step;
	size_t n, size;
};

struct sf_machine {
	struct sf_kernel kernel;
	char kernel_name[16];
	int error;
	bool no_memory; /* for good */
	bool panicked;
	uint32_t overflowuid;
	enum sf_core_pattern core_pattern;
	struct list_head tasks;
	struct list_head runqueue;
	struct pid_namespace *init_pid_ns;
	struct user_namespace *init_user_ns;
	struct sf_path *path, *paths;
	void (*observe)(void *data, const struct sf_event *event);
	void *observe_data;
	int (*lsm)(void *data, const struct sf_task *sender, const struct sf_task *target,
		   const struct sf_siginfo *info, int sig);
	void *lsm_data;
	struct {
		bool enabled;
		uint32_t serial;
		struct sf_audit_record *record;
		size_t n, size, first; /* first: of the call under way */
		struct task_struct *auditd;
		int sender;
		uint32_t sender_uid;
	} audit;
	struct kmem_cache task_cache, signal_cache, sighand_cache, sigqueue_cache, cred_cache,
		details_cache, frame_cache, pid_ns_cache, user_ns_cache, ucounts_cache,
		pid_cache[SF_MAX_PID_NS_LEVEL + 1], idr_cache;
};

/* The task that makes the call, or that is being run by sf_settle(). */
extern _Thread_local struct task_struct *current;

/* machine.c */
/* Our own memory is gone: the machine stops answering. Gives -ENOMEM. */
int machine_no_memory(struct sf_machine *m);
/* Every call begins with it: makes @t current, or says why not (false, the call gives SF_FAIL). */
bool call_enter(struct task_struct *t);
/* Every call ends with it: its result, or SF_FAIL when we ran out of memory on the way. */
long call_leave(long ret);
void machine_event(const struct sf_event *event);

/* path.c */
void path_note(struct sf_machine *m, struct task_struct *t, enum sf_step_id id, int answer, int sig,
	       long v0, long v1);
static inline void step(struct task_struct *t, enum sf_step_id id, int answer, int sig, long v0,
			long v1)
{
	struct sf_machine *m = current->machine;

	if (unlikely(m->path != NULL))
		path_note(m, t, id, answer, sig, v0, v1);
}

/* task.c */
struct task_struct *task_alloc(struct sf_machine *m);
struct signal_struct *signal_alloc(struct sf_machine *m);
void task_free_parts(struct task_struct *t);
static inline struct task_struct *get_task_struct(struct task_struct *t)
{
	t->usage++;
	return t;
}
void put_task_struct(struct task_struct *t);
static inline bool thread_group_leader(const struct task_struct *t)
{
	return t->group_leader == t;
}
static inline bool same_thread_group(const struct task_struct *a, const struct task_struct *b)
{
	return a->signal == b->signal;
}
/* No other thread is left (a leader's question). */
static inline bool thread_group_empty(const struct task_struct *t)
{
	return thread_group_leader(t) && t->signal->thread_head.next == t->signal->thread_head.prev;
}
#define for_each_thread(p, t)                                                                      \
	list_for_each_entry (t, struct task_struct, &(p)->signal->thread_head, thread_node)

/* pid.c */
struct pid *alloc_pid(struct pid_namespace *ns, const int *set_nr, int *ret_error);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);
void attach_pid(struct task_struct *t, enum pid_type type);
void detach_pid(struct task_struct *t, enum pid_type type);
void change_pid(struct task_struct *t, enum pid_type type, struct pid *pid);
void free_pid(struct pid *pid);
struct pid *find_pid_ns(int nr, const struct pid_namespace *ns);
struct task_struct *pid_task(const struct pid *pid, enum pid_type type);
int pid_nr_ns(const struct pid *pid, const struct pid_namespace *ns);
struct pid *task_pid_ptr(const struct task_struct *t, enum pid_type type);
void idr_release(struct sf_machine *m, struct idr *idr);
struct pid *idr_get_next(const struct idr *idr, int *nr);
static inline struct pid_namespace *ns_of_pid(const struct pid *pid)
{
	return pid->numbers[pid->level].ns;
}
static inline struct pid_namespace *task_active_pid_ns(const struct task_struct *t)
{
	return ns_of_pid(t->thread_pid);
}
static inline int task_pid_nr_ns(const struct task_struct *t, const struct pid_namespace *ns)
{
	return pid_nr_ns(t->thread_pid, ns);
}
static inline int task_tgid_nr_ns(const struct task_struct *t, const struct pid_namespace *ns)
{
	return pid_nr_ns(t->signal->pids[PIDTYPE_TGID], ns);
}
static inline struct pid *find_vpid(int nr)
{
	return find_pid_ns(nr, task_active_pid_ns(current));
}
static inline int task_pid_vnr(const struct task_struct *t)
{
	return task_pid_nr_ns(t, task_active_pid_ns(current));
}
static inline struct pid *task_pgrp(const struct task_struct *t)
{
	return t->signal->pids[PIDTYPE_PGID];
}
static inline struct pid *task_session(const struct task_struct *t)
{
	return t->signal->pids[PIDTYPE_SID];
}
static inline bool is_child_reaper(const struct pid *pid)
{
	return pid->numbers[pid->level].nr == 1;
}
static inline bool is_global_init(const struct task_struct *t)
{
	const struct pid *tgid = t->signal->pids[PIDTYPE_TGID];

	return tgid->level == 0 && tgid->numbers[0].nr == 1;
}
/* Every task of a process group or session, newest first. */
#define for_each_pid_task(pid, type, t)                                                            \
	list_for_each_entry (t, struct task_struct, &(pid)->tasks[type], pid_links[type])

/* pid_namespace.c */
struct pid_namespace *pid_ns_alloc(struct sf_machine *m, struct pid_namespace *parent,
				   struct user_namespace *owner);
struct pid_namespace *get_pid_ns(struct pid_namespace *ns);
void put_pid_ns(struct pid_namespace *ns);
struct pid_namespace *copy_pid_ns(bool new_ns, struct user_namespace *owner,
				  struct pid_namespace *old, int *ret_error);
int pidns_install(struct pid_namespace *ns);
void zap_pid_ns_processes(struct task_struct *reaper);
bool zap_pid_ns_done(struct task_struct *reaper);

/* user_namespace.c, cred.c */
struct user_namespace *user_ns_alloc(struct sf_machine *m, struct user_namespace *parent);
struct user_namespace *get_user_ns(struct user_namespace *ns);
void put_user_ns(struct user_namespace *ns);
struct user_namespace *create_user_ns(const struct cred *creator, int *ret_error);
kuid_t make_kuid(const struct user_namespace *ns, uint32_t uid);
uint32_t from_kuid(const struct user_namespace *ns, kuid_t uid);
uint32_t from_kuid_munged(const struct user_namespace *ns, kuid_t uid);
bool ns_capable_cred(const struct cred *cred, const struct user_namespace *ns, int cap,
		     bool *ret_owner);
bool ns_capable(const struct user_namespace *ns, int cap);
int map_add(struct uid_gid_map *map, const struct uid_gid_map *parent_map,
	    const struct sf_id_extent *extent);
int userns_install(struct user_namespace *ns);
struct cred *prepare_creds(const struct cred *old);
struct cred *get_cred(struct cred *cred);
void put_cred(struct sf_machine *m, struct cred *cred);
/* Gives the task @cred (a reference of its own) with a user's count that fits; may lack memory. */
int commit_creds(struct task_struct *t, struct cred *cred);
struct ucounts *alloc_ucounts(struct user_namespace *ns, kuid_t uid);
void put_ucounts(struct ucounts *uc);

/* fork.c */
int copy_sighand(struct task_struct *t, const struct sighand_struct *from);

/* exit.c, wait.c */
void do_exit(struct task_struct *t, int code);
void exit_continue(struct task_struct *t); /* after zap_pid_ns_processes has waited */
void do_group_exit(int code);
void release_task(struct task_struct *t);
bool do_notify_parent(struct task_struct *t, int sig);
bool is_current_pgrp_orphaned(void);
/* One look for a child: its number, 0 for none yet, -ECHILD. */
long do_wait(int pid, int options, int *ret_status);
void wake_up_parent(struct task_struct *parent);

/* sched.c: who has something to do */
void wake_up_process(struct task_struct *t);
void enqueue_task(struct task_struct *t);
void sleep_in(enum sleeping_call call);

/* sigqueue.c */
void init_sigpending(struct sigpending *pending);
struct sigqueue *sigqueue_alloc(struct task_struct *t, bool override_rlimit, long *ret_count);
void sigqueue_free(struct sf_machine *m, struct sigqueue *q);
void flush_sigqueue(struct sf_machine *m, struct sigpending *pending);
void flush_sigqueue_mask(struct sf_machine *m, sf_sigset mask, struct sigpending *pending);
/* Takes the next signal of @t that is not in @mask: 0 for none. */
int dequeue_signal(struct task_struct *t, sf_sigset mask, struct sf_siginfo *ret_info,
		   int *ret_answer);

/* signal.c */
#define SEND_SIG_NOINFO ((struct sf_siginfo *)0)
#define SEND_SIG_PRIV ((struct sf_siginfo *)1)

enum { TRACE_SIGNAL_DELIVERED, TRACE_SIGNAL_IGNORED, TRACE_SIGNAL_ALREADY_PENDING,
       TRACE_SIGNAL_OVERFLOW_FAIL, TRACE_SIGNAL_LOSE_INFO };

#define SIGMASK_KERNEL_ONLY (SF_SIGMASK(9) | SF_SIGMASK(19))
#define SIGMASK_STOP (SF_SIGMASK(19) | SF_SIGMASK(20) | SF_SIGMASK(21) | SF_SIGMASK(22))
#define SIGMASK_IGNORE (SF_SIGMASK(18) | SF_SIGMASK(17) | SF_SIGMASK(28) | SF_SIGMASK(23))
#define SIGMASK_COREDUMP                                                                           \
	(SF_SIGMASK(3) | SF_SIGMASK(4) | SF_SIGMASK(5) | SF_SIGMASK(6) | SF_SIGMASK(8) |           \
	 SF_SIGMASK(11) | SF_SIGMASK(7) | SF_SIGMASK(31) | SF_SIGMASK(24) | SF_SIGMASK(25))
#define SIGMASK_SYNCHRONOUS                                                                        \
	(SF_SIGMASK(11) | SF_SIGMASK(7) | SF_SIGMASK(4) | SF_SIGMASK(5) | SF_SIGMASK(8) |          \
	 SF_SIGMASK(31))

enum {
	SIGHUP_ = 1, SIGKILL_ = 9, SIGTERM_ = 15, SIGCHLD_ = 17, SIGCONT_ = 18, SIGSTOP_ = 19,
};

static inline bool sigismember(sf_sigset set, int sig)
{
	return set & SF_SIGMASK(sig);
}
static inline bool valid_signal(int sig)
{
	return (unsigned int)sig <= SF_NSIG;
}
static inline enum sf_handler sig_handler(const struct task_struct *t, int sig)
{
	return sigismember(t->sighand->ign, sig)       ? SF_SIG_IGN
	       : sigismember(t->sighand->handler, sig) ? SF_SIG_HANDLER
							: SF_SIG_DFL;
}
static inline uint32_t sig_flags(const struct task_struct *t, int sig)
{
	return t->sighand->details ? t->sighand->details->flags[sig - 1] : 0;
}
int check_kill_permission(int sig, const struct sf_siginfo *info, struct task_struct *t);
/* Also says what signal_generate would: @ret_generate, -1 when it is not reached; may be NULL. */
int do_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
		     int *ret_generate);
int group_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
			int *ret_generate);
int send_signal_direct(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type);
bool sig_ignored(struct task_struct *t, int sig, bool force);
void signal_wake_up(struct task_struct *t, bool resume);
void recalc_sigpending(struct task_struct *t);
void retarget_shared_pending(struct task_struct *t, sf_sigset which);

/* kill.c */
int kill_pgrp_info(int sig, struct sf_siginfo *info, struct pid *pgrp);

/* sigaction.c */
void set_current_blocked(struct task_struct *t, sf_sigset set);

/* deliver.c: on the way back to user mode; false when it stopped or died */
bool exit_to_user_mode(struct task_struct *t, bool *ret_handler, uint32_t *ret_flags);
void run_frames(struct task_struct *t);

/* jobctl.c */
bool task_set_jobctl_pending(struct task_struct *t, unsigned int mask);
void task_clear_jobctl_pending(struct task_struct *t, unsigned int mask);
bool task_participate_group_stop(struct task_struct *t);
bool do_signal_stop(int signr);
void do_notify_parent_cldstop(struct task_struct *t, bool for_ptracer, int why);
void signal_continue(struct task_struct *p);

/* ptrace.c */
void ptrace_link(struct task_struct *t, struct task_struct *tracer, unsigned int flags);
void ptrace_unlink(struct task_struct *t);
void exit_ptrace(struct task_struct *tracer);
void ptrace_stop(struct task_struct *t, int sig, int why);
void do_jobctl_trap(struct task_struct *t);
static inline bool ptrace_reparented(const struct task_struct *t)
{
	return !same_thread_group(t->real_parent, t->parent);
}

/* audit.c, security.c */
void audit_call(int nr, const long arg[4]);
void audit_call_done(long ret);
bool audit_signal_info(int sig, struct task_struct *t);
int security_task_kill(struct task_struct *t, const struct sf_siginfo *info, int sig);

#endif
