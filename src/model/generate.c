/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * generate.c - signals that nobody sends by a system call: the terminal, timers, limits, the OOM
 * killer, cgroup.kill
 *
 * Each is one of a few ways to say who it is from, and whether it is forced; which, is the table's.
 */
#include "model/machine.h"
#include "model/signal.h"

/* How the kernel hands a signal on. */
enum way {
	WAY_PROCESS, /* to the process, the kernel's own */
	WAY_THREAD,  /* to one thread, the kernel's own */
	WAY_ATTACH,  /* the same, from who begins to trace it */
	WAY_GROUP,   /* to the target's process group, the kernel's own */
	WAY_SESSION, /* to the leader of the session, the kernel's own */
	WAY_SELF,    /* by the target to itself, as if by kill() */
	WAY_PARENT,  /* to the process, as if by kill() of its parent */
	WAY_FAULT,   /* forced on the thread that does it, which may have a handler */
	WAY_FATAL,   /* forced on it for certain */
	WAY_LEADER,  /* to its first thread, as if by kill() of whoever asks */
	WAY_VICTIM,  /* to the process, by a thread that still has its memory, the kernel's own */
	WAY_QUEUE,   /* straight to the queue */
};

static const struct {
	const char *name;
	enum way way;
	int sig; /* 0: any may be chosen */
} generators[SF_NGENERATORS] = {
	[SF_GENERATOR_TTY] = {"tty", WAY_GROUP, 0},
	[SF_GENERATOR_HANGUP] = {"hangup", WAY_SESSION, SIGHUP},
	[SF_GENERATOR_ALARM] = {"alarm", WAY_PROCESS, SIGALRM},
	[SF_GENERATOR_TIMER] = {"timer", WAY_QUEUE, 0},
	[SF_GENERATOR_CPU_SOFT] = {"cpu-soft", WAY_PROCESS, SIGXCPU},
	[SF_GENERATOR_CPU_HARD] = {"cpu-hard", WAY_PROCESS, SIGKILL},
	[SF_GENERATOR_PIPE] = {"pipe", WAY_SELF, SIGPIPE},
	[SF_GENERATOR_FILE_SIZE] = {"file-size", WAY_SELF, SIGXFSZ},
	[SF_GENERATOR_OOM] = {"oom", WAY_VICTIM, SIGKILL},
	[SF_GENERATOR_CGROUP_KILL] = {"cgroup.kill", WAY_LEADER, SIGKILL},
	[SF_GENERATOR_EXITKILL] = {"exitkill", WAY_THREAD, SIGKILL},
	[SF_GENERATOR_ATTACH] = {"ptrace-attach", WAY_ATTACH, SIGSTOP},
	[SF_GENERATOR_PDEATHSIG] = {"pdeathsig", WAY_PARENT, 0},
	[SF_GENERATOR_FAULT] = {"fault", WAY_FAULT, 0},
	[SF_GENERATOR_SECCOMP] = {"seccomp", WAY_FATAL, SIGSYS},
};

const char *sf_generator_name(enum sf_generator g)
{
	return (unsigned int)g < SF_NGENERATORS ? generators[g].name : NULL;
}

int sf_generator_signal(enum sf_generator g)
{
	return (unsigned int)g < SF_NGENERATORS ? generators[g].sig : -EINVAL;
}

/* The end of it, as for a call: what became of it for this target. */
static void note_result(struct task_struct *t, int sig, int error, int generate, enum pid_type type)
{
	step(t, SF_STEP_RESULT, -error, sig, generate, type);
}

void send_from_kernel(int sig, struct sf_siginfo *info, struct task_struct *t, enum pid_type type)
{
	int generate = TRACE_SIGNAL_NONE;
	int error = do_send_sig_info(sig, info, t, type, &generate);

	note_result(t, sig, error, generate, type);
}

/* Under tasklist_lock. */
static void __kill_pgrp(struct pid *pgrp, int sig)
{
	struct task_struct *p;

	for_each_pgrp_task (pgrp, p) {
		step(p, SF_STEP_MEMBER, 1, sig, 0, 0);
		group_send_sig_info(sig, SEND_SIG_PRIV, p, PIDTYPE_PGID);
	}
}

void kill_pgrp(struct pid *pgrp, int sig)
{
	read_lock(&current->machine->tasklist_lock);
	__kill_pgrp(pgrp, sig);
	read_unlock(&current->machine->tasklist_lock);
}

void kill_pgrp_of(int sig, struct task_struct *t)
{
	read_lock(&t->machine->tasklist_lock);
	/* A group that nobody is in any more has no list of members. */
	if (rcu_dereference(t->sighand))
		__kill_pgrp(task_pgrp(t), sig);
	read_unlock(&t->machine->tasklist_lock);
}

/*
 * A POSIX timer puts its entry into the queue itself; it is not forced.  Its user is charged with
 * that for as long as there is the timer.  Models: kernel/signal.c:posixtimer_send_sigqueue
 */
static int send_timer(int sig, struct task_struct *t)
{
	int generate = TRACE_SIGNAL_NONE, error;
	int id = timer_charge(t);
	struct sigqueue *q;

	if (id < 0)
		return id;
	q = kmem_cache_zalloc(&t->machine->sigqueue_cache);
	if (!q)
		return machine_no_memory(t->machine);
	q->info = (struct sf_siginfo){.signo = sig, .code = SF_SI_TIMER, .pid = id};
	error = send_sigqueue(q, t, &generate);
	note_result(t, sig, error, generate, PIDTYPE_TGID);
	return 0;
}

static void kill_with_memory(int sig, struct task_struct *p)
{
	p = find_alive_thread(p);
	if (p)
		send_from_kernel(sig, SEND_SIG_PRIV, p, PIDTYPE_TGID);
}

/* All go whose memory it is.  Models: mm/oom_kill.c:__oom_kill_process */
static void oom_kill(int sig, struct task_struct *t)
{
	const struct shared_mm *mm = READ_ONCE(t->signal->shared_mm);
	struct task_struct *p;

	read_lock(&t->machine->tasklist_lock);
	kill_with_memory(sig, t);
	if (mm)
		for_each_process (t->machine, p)
			if (READ_ONCE(p->signal->shared_mm) == mm && !same_thread_group(p, t) &&
			    !is_global_init(p))
				kill_with_memory(sig, p);
	read_unlock(&t->machine->tasklist_lock);
}

/* A timer has its room and its number before it is looked at what it shall do. */
static long no_timer(struct task_struct *t)
{
	struct sigqueue *q = sigqueue_alloc(t, false);

	if (!q)
		return -EAGAIN;
	sigqueue_free(t->machine, q);
	next_timer_id(t->signal);
	return -EINVAL;
}

/* By its number, as ptrace() finds it. */
static long attach(struct task_struct *t)
{
	int generate = TRACE_SIGNAL_NONE, nr = task_pid_vnr(t);
	long r;

	step(t, SF_STEP_FIND, nr != 0, SIGSTOP, nr, 0);
	if (!nr)
		return -ESRCH;
	write_lock(&t->machine->tasklist_lock);
	r = ptrace_attach(t, false, 0, &generate);
	write_unlock(&t->machine->tasklist_lock);
	if (r == 0)
		note_result(t, SIGSTOP, 0, generate, PIDTYPE_PID);
	return r;
}

static long generate(enum way way, int sig, struct task_struct *t)
{
	struct task_struct *p;

	switch (way) {
	case WAY_PROCESS:
		send_from_kernel(sig, SEND_SIG_PRIV, t, PIDTYPE_TGID);
		break;
	case WAY_THREAD:
		send_from_kernel(sig, SEND_SIG_PRIV, t, PIDTYPE_PID);
		break;
	case WAY_ATTACH:
		return attach(t);
	case WAY_GROUP:
		kill_pgrp_of(sig, t);
		break;
	case WAY_SESSION:
		tty_hangup(t);
		break;
	case WAY_SELF:
		send_from_kernel(sig, SEND_SIG_NOINFO, t, PIDTYPE_PID);
		break;
	case WAY_PARENT:
		return group_send_sig_info(sig, SEND_SIG_NOINFO, t, PIDTYPE_TGID);
	case WAY_FAULT:
		return force_fault(sig);
	case WAY_FATAL:
		force_sig(sig, 1, SF_HANDLER_EXIT);
		break;
	case WAY_LEADER:
		p = READ_ONCE(t->group_leader);
		if (READ_ONCE(t->signal->live) && !fatal_signal_pending(p))
			send_from_kernel(sig, SEND_SIG_NOINFO, p, PIDTYPE_PID);
		break;
	case WAY_VICTIM:
		oom_kill(sig, t);
		break;
	case WAY_QUEUE:
	default:
		return send_timer(sig, t);
	}
	return 0;
}

/* What it does by itself, it does as itself. */
static bool by_itself(enum way way)
{
	return way == WAY_SELF || way == WAY_FAULT || way == WAY_FATAL;
}

long sf_generate(struct sf_task *by, enum sf_generator g, struct sf_task *t, int sig)
{
	long r;

	if ((unsigned int)g >= SF_NGENERATORS)
		return -EINVAL;
	if (!same_machine(by, t))
		return call_fail(-EINVAL);
	if (!call_enter(by_itself(generators[g].way) ? t : by))
		return SF_FAIL;
	if (generators[g].sig)
		sig = generators[g].sig;
	if (!rcu_dereference(t->sighand))
		return call_leave(-ESRCH);
	if (sig < 1 || !valid_signal(sig))
		return call_leave(generators[g].way == WAY_QUEUE ? no_timer(t) : -EINVAL);
	step(current, SF_STEP_CALL, SF_CALL_KERNEL, sig, (long)g, 0);
	r = generate(generators[g].way, sig, t);
	step(current, SF_STEP_RETURN, r < 0, sig, r, 0);
	return call_leave(r);
}
