/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sched.h - tasks, and what the tasks of a process share */
#ifndef SIGFATE_MODEL_SCHED_H
#define SIGFATE_MODEL_SCHED_H

#include "model/cred.h"
#include "model/list.h"
#include "model/lock.h"
#include "model/pid.h"

struct sigpending {
	struct list_head list;
	sf_sigset signal;
};

/* Flags and masks of the dispositions, for a process that has given any. */
struct sigactions {
	uint32_t flags[SF_NSIG];
	sf_sigset mask[SF_NSIG];
};

/* The action table as two sets: in neither of them means SIG_DFL. */
struct sighand_struct {
	refcount_t count;
	spinlock_t siglock;
	union {
		struct {
			sf_sigset ign, handler;
		};
		struct rcu_head rcu; /* of what no process has any more */
	};
	struct sigactions *details; /* NULL: all flags and masks are zero */
};

#define SIGNAL_STOP_STOPPED 0x01u
#define SIGNAL_STOP_CONTINUED 0x02u
#define SIGNAL_GROUP_EXIT 0x04u
#define SIGNAL_CLD_STOPPED 0x10u
#define SIGNAL_CLD_CONTINUED 0x20u
#define SIGNAL_CLD_MASK (SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED)
#define SIGNAL_UNKILLABLE 0x40u
/* Not the kernel's: who observes has been told of the stop. */
#define SIGNAL_STOP_SHOWN 0x80u
#define SIGNAL_STOP_MASK (SIGNAL_CLD_MASK | SIGNAL_STOP_STOPPED | SIGNAL_STOP_CONTINUED)

/* Signals to many that come while a fork is under way are for the child too. */
struct multiprocess_signals {
	sf_sigset signal;
	struct multiprocess_signals *next;
};

/* What processes that share their memory share: whether it may be looked into. */
struct shared_mm {
	refcount_t count;
	bool undumpable;
};

/* What all threads of a process share. */
struct signal_struct {
	refcount_t count;
	unsigned int nr_threads;    /* not released yet */
	unsigned int live;	    /* not past the start of their exit */
	unsigned int quick_threads; /* not in do_exit() yet */
	struct list_head thread_head;
	struct sigpending shared_pending;
	struct task_struct *curr_target;
	unsigned int flags;
	int group_exit_code;
	int group_stop_count;
	int notify_count; /* how many threads group_exec_task waits for; -1: for the leader's end */
	struct task_struct *group_exec_task;
	struct multiprocess_signals *multiprocess; /* of the forks under way */
	struct pid *pids[PIDTYPE_MAX - 1];	   /* by pid_type - 1: TGID, PGID, SID */
	bool leader;				   /* of its session */
	bool is_child_subreaper, has_child_subreaper;
	bool undumpable;      /* unless it is shared: @shared_mm */
	bool tty_gone;	      /* the terminal that tty_pgrp is of */
	struct pid *tty_pgrp; /* of a session's leader: who is in the foreground of its terminal */
	struct user_namespace *mm_user_ns; /* where its program was started: who may look into it */
	struct shared_mm *shared_mm;	   /* NULL: its memory is its own */
	int next_timer_id;
	struct sigqueue *timers; /* what each timer is charged with, chained by list.next */
	uint64_t rlim_sigpending, rlim_core;
};

#define JOBCTL_STOP_SIGMASK 0xffffu
#define JOBCTL_STOP_DEQUEUED 0x10000u
#define JOBCTL_STOP_PENDING 0x20000u
#define JOBCTL_STOP_CONSUME 0x40000u
#define JOBCTL_TRAP_STOP 0x80000u
#define JOBCTL_TRAP_NOTIFY 0x100000u
#define JOBCTL_LISTENING 0x400000u
#define JOBCTL_TRAP_MASK (JOBCTL_TRAP_STOP | JOBCTL_TRAP_NOTIFY)
#define JOBCTL_PENDING_MASK (JOBCTL_STOP_PENDING | JOBCTL_TRAP_MASK)

#define PF_EXITING 0x1u
#define PF_SIGNALED 0x2u
#define PF_ZAPPING 0x4u	   /* waits in zap_pid_ns_processes() */
#define PF_FORKNOEXEC 0x8u /* has not run another program since it was made */
#define PF_LAST 0x10u	   /* the last thread of its process to end */
#define PF_PREEMPTED 0x20u /* in the middle of its end, others run first */

#define PT_PTRACED 0x1u
#define PT_SEIZED 0x2u
#define PT_EXITKILL 0x4u

enum task_run_state { TASK_RUNNING, TASK_INTERRUPTIBLE, TASK_STOPPED, TASK_TRACED };
enum exit_state { EXIT_ALIVE, EXIT_ZOMBIE, EXIT_TRACE, EXIT_DEAD };
enum sleeping_call {
	CALL_NONE,
	CALL_WAIT4,
	CALL_SIGSUSPEND,
	CALL_SIGTIMEDWAIT,
	CALL_SIGNALFD,
	CALL_EXECVE,
	CALL_VFORK,
	CALL_FAULT, /* no call: an instruction that faults */
};

/* Whom wait4() waits for, as it was when the call began; PIDTYPE_MAX: any child. */
struct wait_for {
	enum pid_type type;
	struct pid *pid;
	int options;
};

/* A call that a task sleeps in, and what it gave. */
struct sleeping {
	enum sleeping_call call;
	bool interrupted; /* on its way back: it has its result, or a signal came */
	bool decided;	  /* what it gives is known: @ret */
	bool again;	  /* it is made again instead */
	bool polls;	  /* signalfd: it sleeps in poll() and reads when that returns */
	int nr;		  /* wait4() was asked for; of a fault: its signal */
	struct wait_for wait;
	sf_sigset set;
	long ret;
	int status;
	struct sf_siginfo info;
	struct task_struct *child; /* whom vfork() waits for */
};

/* A handler that has been entered and has not run yet. */
struct frame {
	struct frame *below;
	struct sf_siginfo info;
	sf_sigset saved_mask;
	bool asked; /* whether others run first */
};

/* What few tasks need: made when one does. */
struct task_rare {
	unsigned int sleeping_in; /* enum sleeping_call: that one has not returned */
	struct sleeping sleeping;
	bool restore_sigmask;
	sf_sigset saved_sigmask;
	struct task_struct *vfork_parent; /* who waits until it execs or ends */
	/* ptrace */
	struct list_head ptraced;      /* whom it traces */
	struct list_head ptrace_entry; /* of its tracer's list */
	struct task_struct *tracee;    /* the task that this belongs to */
	bool in_ptrace_signal;	       /* stopped with a signal that the tracer decides on */
	bool in_ptrace_stop;
	bool in_event_stop;   /* not for a signal, and its tracer has seized it */
	int event_code;	      /* for what then */
	bool external_tracer; /* traced by a task that is not in the machine */
	int ptrace_chosen;    /* the signal that the tracer let it go on with, or 0 */
	struct sf_siginfo ptrace_info;
	enum pid_type ptrace_type;
};

struct task_struct {
	struct sf_machine *machine;
	struct rcu_head rcu;
#ifdef SIGFATE_THREADS
	int on_cpu; /* some thread acts as this task: see task_cpu_lock() */
#endif
	refcount_t usage;
	unsigned int flags;
	unsigned int jobctl;
	unsigned short ptrace;
	unsigned char exit_state;
	unsigned char state;
	bool sigpending;    /* TIF_SIGPENDING */
	bool queued;	    /* on the run queue */
	bool bad_altstack;  /* its stack for handlers has no room */
	bool in_get_signal; /* stopped in there, to go on in there */
	short exit_signal;
	int exit_code;
	int pdeath_signal;
	struct list_head run_node;    /* of the run queue; of the dead in exit_notify() */
	struct list_head tasks;	      /* all processes, in order of creation (leaders) */
	struct list_head thread_node; /* of signal->thread_head */
	struct list_head pgrp_node, session_node; /* of struct pid (leaders) */
	struct list_head children, sibling;
	struct task_struct *group_leader; /* held by its other threads */
	struct task_struct *real_parent, *parent;
	struct pid *thread_pid;
	struct signal_struct *signal;
	struct sighand_struct *sighand; /* NULL once it has been released */
	struct cred *cred;
	struct pid_namespace *pid_ns_for_children;
	struct sigpending pending;
	sf_sigset blocked, real_blocked;
	struct frame *frame;
	struct task_rare *rare;
	unsigned int parent_exec_id, self_exec_id;
	char comm[SF_COMM_LEN];
};

/* The task that makes the call, or that is being run by sf_settle(). */
extern _Thread_local struct task_struct *current;

/* task.c */
struct task_struct *task_alloc(struct sf_machine *m);
struct signal_struct *signal_alloc(struct sf_machine *m);
struct sighand_struct *sighand_alloc(struct sf_machine *m);
void put_signal_struct(struct sf_machine *m, struct signal_struct *sig);
void put_sighand(struct sf_machine *m, struct sighand_struct *sighand);
struct task_struct *get_task_struct(struct task_struct *t);
void put_task_struct(struct task_struct *t);
/** task_rare() - its rare part, made now if need be; NULL: no memory */
struct task_rare *task_rare(struct task_struct *t);

/** rare_of() - its rare part if it has one, which others may just be making */
static inline struct task_rare *rare_of(const struct task_struct *t)
{
	return rcu_dereference(t->rare);
}

static inline bool thread_group_leader(const struct task_struct *t)
{
	return READ_ONCE(t->group_leader) == t;
}

static inline bool same_thread_group(const struct task_struct *a, const struct task_struct *b)
{
	return a->signal == b->signal;
}

/* Its process has no thread but this. */
static inline bool thread_group_empty(const struct task_struct *t)
{
	return t->signal->thread_head.next == t->signal->thread_head.prev;
}

static inline bool task_is_stopped(const struct task_struct *t)
{
	return READ_ONCE(t->state) == TASK_STOPPED;
}

static inline bool task_is_traced(const struct task_struct *t)
{
	return READ_ONCE(t->state) == TASK_TRACED;
}

static inline bool ptrace_reparented(const struct task_struct *t)
{
	return !same_thread_group(t->real_parent, t->parent);
}

/* The thread after it, and after the last the first. */
static inline struct task_struct *next_thread(const struct task_struct *t)
{
	const struct list_head *next = t->thread_node.next;

	if (next == &t->signal->thread_head)
		next = next->next;
	return list_entry(next, struct task_struct, thread_node);
}

/* Every thread of @p's process: under its siglock, or tasklist_lock. */
#define for_each_thread(p, t)                                                                      \
	list_for_each_entry (t, struct task_struct, &(p)->signal->thread_head, thread_node)
/* Every process of a group or a session, by its leader, newest first. */
#define for_each_pgrp_task(pid, t)                                                                 \
	list_for_each_entry (t, struct task_struct, &(pid)->pgrp, pgrp_node)
#define for_each_session_task(pid, t)                                                              \
	list_for_each_entry (t, struct task_struct, &(pid)->session, session_node)
#define for_each_process(m, t) list_for_each_entry (t, struct task_struct, &(m)->tasks, tasks)

static inline struct pid *task_tgid(const struct task_struct *t)
{
	return rcu_dereference(t->signal->pids[PIDTYPE_TGID - 1]);
}

static inline struct pid *task_pgrp(const struct task_struct *t)
{
	return rcu_dereference(t->signal->pids[PIDTYPE_PGID - 1]);
}

static inline struct pid *task_session(const struct task_struct *t)
{
	return rcu_dereference(t->signal->pids[PIDTYPE_SID - 1]);
}

static inline struct pid_namespace *task_active_pid_ns(const struct task_struct *t)
{
	return ns_of_pid(rcu_dereference(t->thread_pid));
}

static inline int task_pid_nr_ns(const struct task_struct *t, const struct pid_namespace *ns)
{
	return pid_nr_ns(rcu_dereference(t->thread_pid), ns);
}

static inline int task_tgid_nr_ns(const struct task_struct *t, const struct pid_namespace *ns)
{
	return pid_nr_ns(task_tgid(t), ns);
}

static inline int task_pid_vnr(const struct task_struct *t)
{
	return pid_vnr(rcu_dereference(t->thread_pid));
}

static inline int task_tgid_vnr(const struct task_struct *t)
{
	return pid_vnr(task_tgid(t));
}

static inline bool is_global_init(const struct task_struct *t)
{
	const struct pid *tgid = task_tgid(t);

	return tgid->level == 0 && tgid->numbers[0].nr == 1;
}

/* sched.c: who has something to do */

/** task_cpu_lock() - act as this task from now on; waits while another thread does */
void task_cpu_lock(struct task_struct *t);
/** task_cpu_unlock() - no longer; what came for it meanwhile is not lost */
void task_cpu_unlock(struct task_struct *t);
void enqueue_task(struct task_struct *t);
void deactivate_task(struct task_struct *t);
/** preempt() - whether others run now, before current goes on with what it is doing */
bool preempt(void);
void wake_up_process(struct task_struct *t);
/** sleep_in() - current sleeps in a call: gives SF_BLOCKED, or SF_FAIL without memory */
long sleep_in(const struct sleeping *how);
/** sleeping_in() - the call that it sleeps in and that has not returned */
enum sleeping_call sleeping_in(const struct task_struct *t);
/** return_to_user() - let current go back to user mode at once: false when it stopped or died */
bool return_to_user(void);

/* mm.c */
/** undumpable() - whether only the privileged may look into its memory */
bool undumpable(struct task_struct *t);
/** undumpable_locked() - the same, under the siglock of one whose it is */
bool undumpable_locked(const struct signal_struct *sig);
/** set_undumpable() - of current's */
void set_undumpable(bool value);
/** copy_mm() - the memory of a child of current: its own, or @share: the same */
int copy_mm(struct signal_struct *new, bool share);
/** exec_mm() - current's memory is new, and belongs to where it is now */
void exec_mm(bool undumpable);
void put_shared_mm(struct sf_machine *m, struct shared_mm *mm);

/* exec.c, fork.c */
/** execve_awake() - true when the exec is done, or will not be */
bool execve_awake(void);
bool vfork_awake(void);
/** complete_vfork() - the child no longer borrows its parent's memory */
void complete_vfork(struct task_struct *child);

/* exit.c, release.c, reparent.c, wait.c */
void do_exit(int code);
/** exit_goes_on() - the rest of it, when others came between */
void exit_goes_on(void);
/** exit_notify() - false while it waits in zap_pid_ns_processes(); called again to go on */
bool exit_notify(void);
void do_group_exit(int code);
/** zap_other_threads() - end them: how many there are */
int zap_other_threads(struct task_struct *p);
void release_task(struct task_struct *p);
/** forget_original_parent() - false while it has to wait, as exit_notify() */
bool forget_original_parent(struct task_struct *father, struct list_head *dead);
struct task_struct *find_alive_thread(const struct task_struct *p);
/** find_live_reaper() - the init of @ns, or of the next one above it that has one that lives */
struct task_struct *find_live_reaper(const struct pid_namespace *ns);
/** bury() - the task is EXIT_DEAD now: put it among those to be released */
void bury(struct task_struct *t, struct list_head *dead);
void release_dead(struct list_head *dead);
void kill_orphaned_pgrp(struct task_struct *t, struct task_struct *parent);
bool is_current_pgrp_orphaned(void);
bool do_notify_parent(struct task_struct *t, int sig);
/** do_wait() - one look for a child: its number, 0 for none yet, -ECHILD */
long do_wait(const struct wait_for *wait, int *ret_status);
/** wait_begin() - find out whom its sleeping call waits for, once more; wait_end() - forget it */
void wait_begin(struct task_struct *t);
void wait_end(struct task_struct *t);
bool eligible_pid(const struct wait_for *wait, struct task_struct *p);
/** wake_up_parent() - something became of @p: whoever waits for it looks again */
void wake_up_parent(struct task_struct *p, struct task_struct *parent);

#endif
