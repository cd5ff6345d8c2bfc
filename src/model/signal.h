/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signal.h - what the kernel knows of signals, and the functions that send and deliver them */
#ifndef SIGFATE_MODEL_SIGNAL_H
#define SIGFATE_MODEL_SIGNAL_H

#include "model/sched.h"

enum {
	SIGHUP = 1,
	SIGINT,
	SIGQUIT,
	SIGILL,
	SIGTRAP,
	SIGABRT,
	SIGBUS,
	SIGFPE,
	SIGKILL,
	SIGUSR1,
	SIGSEGV,
	SIGUSR2,
	SIGPIPE,
	SIGALRM,
	SIGTERM,
	SIGSTKFLT,
	SIGCHLD,
	SIGCONT,
	SIGSTOP,
	SIGTSTP,
	SIGTTIN,
	SIGTTOU,
	SIGURG,
	SIGXCPU,
	SIGXFSZ,
	SIGVTALRM,
	SIGPROF,
	SIGWINCH,
	SIGIO,
	SIGPWR,
	SIGSYS,
};
#define SIGRTMIN SF_SIGRTMIN

#define sigmask(sig) SF_SIGMASK(sig)
#define SIG_KERNEL_ONLY_MASK (sigmask(SIGKILL) | sigmask(SIGSTOP))
#define SIG_KERNEL_STOP_MASK                                                                       \
	(sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define SIG_KERNEL_IGNORE_MASK                                                                     \
	(sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) | sigmask(SIGURG))
#define SIG_KERNEL_COREDUMP_MASK                                                                   \
	(sigmask(SIGQUIT) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGABRT) |                \
	 sigmask(SIGFPE) | sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGSYS) |                  \
	 sigmask(SIGXCPU) | sigmask(SIGXFSZ))
#define SYNCHRONOUS_MASK                                                                           \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) |                 \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

/* The first set in each of these is sig's own: false for no signal. */
static inline bool siginmask(int sig, sf_sigset mask)
{
	return sig > 0 && sig <= SF_NSIG && mask & sigmask(sig);
}

static inline bool sigismember(sf_sigset set, int sig)
{
	return set & sigmask(sig);
}

static inline bool sig_kernel_only(int sig)
{
	return siginmask(sig, SIG_KERNEL_ONLY_MASK);
}

static inline bool sig_kernel_stop(int sig)
{
	return siginmask(sig, SIG_KERNEL_STOP_MASK);
}

static inline bool sig_kernel_ignore(int sig)
{
	return siginmask(sig, SIG_KERNEL_IGNORE_MASK);
}

static inline bool sig_kernel_coredump(int sig)
{
	return siginmask(sig, SIG_KERNEL_COREDUMP_MASK);
}

static inline bool valid_signal(int sig)
{
	return (unsigned int)sig <= SF_NSIG;
}

/* Infos that are no infos: what the kernel says when it has little to say. */
#define SEND_SIG_NOINFO ((struct sf_siginfo *)0)
#define SEND_SIG_PRIV ((struct sf_siginfo *)1)

static inline bool is_si_special(const struct sf_siginfo *info)
{
	return info <= SEND_SIG_PRIV;
}

static inline bool si_fromuser(const struct sf_siginfo *info)
{
	return info == SEND_SIG_NOINFO || (!is_si_special(info) && info->code <= 0);
}

static inline void sigaddset(struct sigpending *pending, int sig)
{
	WRITE_ONCE(pending->signal, pending->signal | sigmask(sig));
}

static inline void sigdelsetmask(struct sigpending *pending, sf_sigset mask)
{
	WRITE_ONCE(pending->signal, pending->signal & ~mask);
}

/* What the tracepoint signal_generate calls the results. */
enum {
	TRACE_SIGNAL_NONE = -1,
	TRACE_SIGNAL_DELIVERED,
	TRACE_SIGNAL_IGNORED,
	TRACE_SIGNAL_ALREADY_PENDING,
	TRACE_SIGNAL_OVERFLOW_FAIL,
	TRACE_SIGNAL_LOSE_INFO,
};

static inline enum sf_handler sig_handler(const struct sighand_struct *sighand, int sig)
{
	return sigismember(sighand->ign, sig)	    ? SF_SIG_IGN
	       : sigismember(sighand->handler, sig) ? SF_SIG_HANDLER
						    : SF_SIG_DFL;
}

static inline uint32_t sig_flags(const struct sighand_struct *sighand, int sig)
{
	return sighand->details ? sighand->details->flags[sig - 1] : 0;
}

static inline sf_sigset sig_mask(const struct sighand_struct *sighand, int sig)
{
	return sighand->details ? sighand->details->mask[sig - 1] : 0;
}

/* sigqueue.c */

struct sigqueue {
	struct list_head list;
	struct sf_siginfo info;
	struct ucounts *ucounts;
};

void init_sigpending(struct sigpending *pending);
/** next_timer_id() - the number of a process's next timer */
int next_timer_id(struct signal_struct *sig);
/** timer_charge() - charge @t's user with a new timer, while it is there: its number, or -EAGAIN */
int timer_charge(struct task_struct *t);
/** exit_itimers() - the timers of @sig's process are gone; siglock held, or nobody else has it */
void exit_itimers(struct sf_machine *m, struct signal_struct *sig);
/** sigqueue_alloc() - an entry charged to @t's user; NULL at a limit (or our memory is gone) */
struct sigqueue *sigqueue_alloc(struct task_struct *t, bool override_rlimit);
void sigqueue_free(struct sf_machine *m, struct sigqueue *q);
void flush_sigqueue(struct sf_machine *m, struct sigpending *pending);
void flush_sigqueue_mask(struct sf_machine *m, sf_sigset mask, struct sigpending *pending);
/** flush_sigqueue_code() - all entries with this si_code */
void flush_sigqueue_code(struct sf_machine *m, int code, struct sigpending *pending);
/** dequeue_signal() - current's next signal that is not in @mask, or 0; @ret_type: which set */
int dequeue_signal(sf_sigset mask, struct sf_siginfo *ret_info, enum pid_type *ret_type);
/** dequeue_synchronous_signal() - a fault of current's own, before everything else, or 0 */
int dequeue_synchronous_signal(struct sf_siginfo *ret_info);
bool recalc_sigpending_tsk(struct task_struct *t);
void recalc_sigpending(void);

/* signal.c, permission.c, complete.c */
int check_kill_permission(int sig, const struct sf_siginfo *info, struct task_struct *t);
int send_signal_locked(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
		       int *ret_generate);
int __send_signal_locked(int sig, struct sf_siginfo *info, struct task_struct *t,
			 enum pid_type type, bool force, int *ret_generate);
int do_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type,
		     int *ret_generate);
/** send_sig_info() - for the kernel's own sends, when nobody asks what became of them */
int send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type);
int group_send_sig_info(int sig, struct sf_siginfo *info, struct task_struct *t,
			enum pid_type type);
bool has_si_pid_and_uid(const struct sf_siginfo *info);
void complete_signal(int sig, struct task_struct *p, enum pid_type type);
void signal_wake_up(struct task_struct *t, bool fatal);
void retarget_shared_pending(struct task_struct *t, sf_sigset which);
struct sighand_struct *lock_task_sighand(struct task_struct *t);
void unlock_task_sighand(struct task_struct *t);

/** send_sigqueue() - an entry that its owner has made before: put it into the queue of @t */
int send_sigqueue(struct sigqueue *q, struct task_struct *t, int *ret_generate);

/* kill.c */
int kill_pgrp_info_locked(int sig, struct sf_siginfo *info, struct pid *pgrp);

/* No sigaction(), no tracer can change what is so marked. */
#define SA_IMMUTABLE 0x00800000u

/* sigaction.c */
void set_action(struct task_struct *t, int sig, const struct sf_sigaction *act);
void set_current_blocked(sf_sigset set);
/** signal_pending() - whether a sleeping call must return to let signals be taken */
static inline bool signal_pending(const struct task_struct *t)
{
	return READ_ONCE(t->sigpending);
}
/** fatal_signal_pending() - under the siglock, or of current */
static inline bool fatal_signal_pending(const struct task_struct *t)
{
	return signal_pending(t) && sigismember(READ_ONCE(t->pending.signal), SIGKILL);
}
/** sigtimedwait_awake() - the sleeper was woken: true when its call returns now */
bool sigtimedwait_awake(void);
/** signalfd_notify() - readers of a signalfd of @t's process look again */
void signalfd_notify(struct task_struct *t);
/** signalfd_awake() - true when the reader has got one */
bool signalfd_awake(void);
/** sigsuspend_mask() - block @set until a signal has come */
void sigsuspend_mask(sf_sigset set);

/* deliver.c */

/** get_signal() - take signals until a handler is to run: its number, 0 for none; false: current
 * stopped or died */
bool get_signal(struct sf_siginfo *ret_info, struct sf_sigaction *ret_action, int *ret_sig);

/* force.c */
/** force_sig() - force it on current; force_fault(): for a fault, -EINVAL when @sig is of none */
void force_sig(int sig, int code, enum sf_force_handler mode);
int force_fault(int sig);
/** force_sigsegv() - the handler of @sig could not be called */
void force_sigsegv(int sig);
struct sleeping;
/** fault_again() - current is back at the instruction of its fault */
void fault_again(const struct sleeping *s);

/* jobctl.c */
bool task_set_jobctl_pending(struct task_struct *t, unsigned int mask);
void task_clear_jobctl_pending(struct task_struct *t, unsigned int mask);
bool task_participate_group_stop(struct task_struct *t);
void signal_set_stop_flags(struct signal_struct *sig, unsigned int flags);
/** do_signal_stop() - true when current is stopped now, and has let go of its siglock */
bool do_signal_stop(int signr);
/** group_stopped() - where the whole process is stopped: tell who observes, once; siglock held */
void group_stopped(const struct task_struct *t);
void do_notify_parent_cldstop(struct task_struct *t, bool for_ptracer, int why);
/** prepare_stop_signal(), prepare_continue() - the side effects of prepare_signal() */
void prepare_stop_signal(struct task_struct *p, int sig);
void prepare_continue(struct task_struct *p);

/* ptrace.c */
void ptrace_link(struct task_struct *t, struct task_struct *tracer);
void ptrace_unlink(struct task_struct *t);
bool ptrace_may_access(struct task_struct *t);
void exit_ptrace(struct task_struct *tracer, struct list_head *dead);
void ptrace_trap_notify(struct task_struct *t);
/**
 * ptrace_attach() - begin to trace, under tasklist_lock for writing
 * @ret_generate: what became of the SIGSTOP that comes with it, unless @seize
 */
long ptrace_attach(struct task_struct *t, bool seize, long data, int *ret_generate);
void ptrace_signal_wake_up(struct task_struct *t, bool resume);
/** ptrace_stop() - true when current is stopped now, and has let go of its siglock; false when it
 * goes on at once: untraced, or about to be killed */
bool ptrace_stop(int code, int why, bool seized_trap);
void ptrace_stop_ended(void);
/** do_jobctl_trap() - as ptrace_stop() */
bool do_jobctl_trap(void);

/* generate.c */
/** send_from_kernel() - and note what became of it */
void send_from_kernel(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type);
/** kill_pgrp() - to all of a process group */
void kill_pgrp(struct pid *pgrp, int sig);
/** kill_pgrp_of() - to all of the task's process group */
void kill_pgrp_of(int sig, struct task_struct *t);

/* tty.c */
void tty_hangup(struct task_struct *t);
/** disassociate_ctty() - current's session loses its terminal: false when it had none */
bool disassociate_ctty(void);

/* audit.c, security.c */
void audit_call(int nr, const long arg[4]);
void audit_call_done(long ret);
int audit_signal_info(int sig, struct task_struct *t);
int security_task_kill(struct task_struct *t, const struct sf_siginfo *info, int sig);

#endif
