/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/generate.h - calls: what the kernel sends by itself
 *
 * Signals that nobody sends with a system call: faults, timers, terminals, the end of a tracer or
 * of a namespace.  Each is a call of the task in which it happens.
 */
#ifndef SF_GENERATE_H
#define SF_GENERATE_H

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

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
 * * -ESRCH: @target is gone, or @by has no number for it (SF_GENERATOR_ATTACH)
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

#ifdef __cplusplus
}
#endif

#endif
