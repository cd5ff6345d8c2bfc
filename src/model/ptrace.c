/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptrace.c - tracers: who may, and what a traced task stops for
 *
 * Models: kernel/ptrace.c, and ptrace_stop() and its neighbours in kernel/signal.c
 */
#include "model/machine.h"
#include "model/signal.h"

#define PTRACE_EVENT_STOP 128

void ptrace_link(struct task_struct *t, struct task_struct *tracer)
{
	list_add(&t->rare->ptrace_entry, &tracer->rare->ptraced);
	t->parent = tracer;
}

/* A stop that its process is in, or that is under way, holds for it again. */
void ptrace_unlink(struct task_struct *t)
{
	const struct signal_struct *sig = t->signal;

	t->ptrace = 0;
	list_del_init(&t->rare->ptrace_entry);
	t->parent = t->real_parent;
	lock_task_sighand(t);
	task_clear_jobctl_pending(t, JOBCTL_TRAP_MASK);
	if (!(t->flags & PF_EXITING) && (sig->flags & SIGNAL_STOP_STOPPED || sig->group_stop_count))
		t->jobctl |= JOBCTL_STOP_PENDING;
	if (t->jobctl & JOBCTL_STOP_PENDING || task_is_traced(t))
		ptrace_signal_wake_up(t, true);
	unlock_task_sighand(t);
}

/* With @resume also out of the stop for its tracer, though nothing fatal has come. */
void ptrace_signal_wake_up(struct task_struct *t, bool resume)
{
	t->sigpending = true;
	if (task_is_traced(t) && resume) {
		wake_up_process(t);
	} else if (t->state == TASK_INTERRUPTIBLE) {
		wake_up_process(t);
	}
}

static bool ignoring_children(const struct task_struct *t)
{
	return sig_handler(t->sighand, SIGCHLD) == SF_SIG_IGN ||
	       sig_flags(t->sighand, SIGCHLD) & SF_SA_NOCLDWAIT;
}

/* True when the tracee was dead, and nobody waits for it any more. */
static bool __ptrace_detach(struct task_struct *tracer, struct task_struct *p)
{
	bool dead;

	ptrace_unlink(p);
	if (p->exit_state != EXIT_ZOMBIE)
		return false;
	dead = !thread_group_leader(p);
	if (!dead && thread_group_empty(p)) {
		if (!same_thread_group(p->real_parent, tracer)) {
			dead = do_notify_parent(p, p->exit_signal);
		} else if (ignoring_children(tracer)) {
			wake_up_parent(tracer);
			dead = true;
		}
	}
	return dead;
}

void exit_ptrace(struct task_struct *tracer, struct list_head *dead)
{
	struct list_head *ptraced = tracer->rare ? &tracer->rare->ptraced : NULL;

	while (ptraced && !list_empty(ptraced)) {
		struct task_struct *p =
			list_first_entry(ptraced, struct task_rare, ptrace_entry)->tracee;

		if (p->ptrace & PT_EXITKILL)
			send_sig_info(SIGKILL, SEND_SIG_PRIV, p, PIDTYPE_PID);
		if (__ptrace_detach(tracer, p))
			bury(p, dead);
	}
}

/* ---- stopping ------------------------------------------------------------------------------ */

void ptrace_trap_notify(struct task_struct *t)
{
	task_set_jobctl_pending(t, JOBCTL_TRAP_NOTIFY);
	ptrace_signal_wake_up(t, t->jobctl & JOBCTL_LISTENING);
}

static void traced_event(int code)
{
	machine_event(&(struct sf_event){
		.type = SF_EVENT_TRACED, .task = current, .info = {.si_signo = code & 0x7f}});
}

bool ptrace_stop(int code, int why, bool seized_trap)
{
	struct sf_machine *m = current->machine;
	bool stopped = false, external = current->rare->external_tracer;

	if (!current->ptrace || fatal_signal_pending(current))
		return false;
	WRITE_ONCE(current->state, TASK_TRACED);
	current->exit_code = code;
	if (why == SF_CLD_STOPPED && current->jobctl & JOBCTL_STOP_PENDING)
		stopped = task_participate_group_stop(current);
	task_clear_jobctl_pending(current, JOBCTL_TRAP_STOP);
	if (seized_trap)
		task_clear_jobctl_pending(current, JOBCTL_TRAP_NOTIFY);
	current->rare->in_ptrace_stop = true;
	current->rare->in_event_stop = seized_trap;
	if (stopped)
		group_stopped(current);
	read_lock(&m->tasklist_lock);
	if (!external)
		do_notify_parent_cldstop(current, true, why);
	if (stopped && (external || ptrace_reparented(current)))
		do_notify_parent_cldstop(current, false, why);
	read_unlock(&m->tasklist_lock);
	traced_event(code);
	return true;
}

/* The task goes on after a stop for its tracer, who may have left a signal for it. */
void ptrace_stop_ended(void)
{
	struct task_rare *rare = current->rare;

	if (!rare || !rare->in_ptrace_stop)
		return;
	rare->in_ptrace_stop = false;
	rare->ptrace_chosen = current->exit_code;
	current->exit_code = 0;
	current->jobctl &= ~JOBCTL_LISTENING;
	recalc_sigpending_tsk(current);
}

void do_jobctl_trap(void)
{
	const struct signal_struct *sig = current->signal;
	int signr = (int)(current->jobctl & JOBCTL_STOP_SIGMASK);

	if (!(current->ptrace & PT_SEIZED)) {
		ptrace_stop(signr, SF_CLD_STOPPED, false);
		return;
	}
	if (!sig->group_stop_count && !(sig->flags & SIGNAL_STOP_STOPPED))
		signr = SIGTRAP;
	ptrace_stop(signr | PTRACE_EVENT_STOP << 8, SF_CLD_STOPPED, true);
}

/* ---- attaching ----------------------------------------------------------------------------- */

/* Models: kernel/ptrace.c:__ptrace_may_access, security/commoncap.c:cap_ptrace_access_check */
static bool ptrace_may_access(const struct task_struct *t)
{
	const struct cred *cred = current->cred, *tcred = t->cred;
	bool capable = ns_capable(tcred->user_ns, SF_CAP_SYS_PTRACE);

	if (same_thread_group(t, current))
		return true;
	if (!capable && (cred->uid != tcred->euid || cred->uid != tcred->suid ||
			 cred->uid != tcred->uid || t->signal->undumpable))
		return false;
	if (cred->user_ns == tcred->user_ns && !(tcred->cap_permitted & ~cred->cap_permitted))
		return true;
	return capable;
}

static long ptrace_attach(struct task_struct *t, bool seize, unsigned short options)
{
	struct task_rare *rare;

	if (same_thread_group(t, current) || !ptrace_may_access(t))
		return -EPERM;
	if (t->exit_state || t->ptrace)
		return -EPERM;
	rare = task_rare(t);
	if (!rare || !task_rare(current))
		return -ENOMEM;
	t->ptrace = (unsigned short)(PT_PTRACED | (seize ? PT_SEIZED : 0) | options);
	ptrace_link(t, current);
	if (!seize)
		send_sig_info(SIGSTOP, SEND_SIG_PRIV, t, PIDTYPE_PID);
	lock_task_sighand(t);
	/* Who is stopped already goes over to the stop for its tracer. */
	if (task_is_stopped(t) && task_set_jobctl_pending(t, JOBCTL_TRAP_STOP)) {
		t->sigpending = true;
		wake_up_process(t);
	}
	unlock_task_sighand(t);
	return 0;
}

static long ptrace_traceme(void)
{
	struct task_struct *parent = current->real_parent;

	if (current->ptrace)
		return -EPERM;
	if (parent->flags & PF_EXITING)
		return 0;
	if (!task_rare(current) || !task_rare(parent))
		return -ENOMEM;
	current->ptrace = PT_PTRACED;
	ptrace_link(current, parent);
	return 0;
}

/* ---- requests ------------------------------------------------------------------------------ */

static long set_options(long data, unsigned short *ret)
{
	if (data & ~(long)SF_PTRACE_O_EXITKILL)
		return -EINVAL;
	*ret = data & SF_PTRACE_O_EXITKILL ? PT_EXITKILL : 0;
	return 0;
}

static long ptrace_resume(struct task_struct *t, long sig)
{
	if (!valid_signal((int)sig))
		return -EIO;
	t->exit_code = (int)sig;
	wake_up_process(t);
	return 0;
}

static long ptrace_detach(struct task_struct *t, long sig)
{
	if (!valid_signal((int)sig))
		return -EIO;
	t->exit_code = (int)sig;
	if (__ptrace_detach(current, t)) {
		t->exit_state = EXIT_DEAD;
		release_task(t);
	}
	return 0;
}

/* A seized task stops, without a signal. */
static long ptrace_interrupt(struct task_struct *t)
{
	if (!(t->ptrace & PT_SEIZED))
		return -EIO;
	if (task_set_jobctl_pending(t, JOBCTL_TRAP_STOP))
		ptrace_signal_wake_up(t, t->jobctl & JOBCTL_LISTENING);
	return 0;
}

/* The tracer lets the group stop last, and hears of its end. */
static long ptrace_listen(struct task_struct *t)
{
	if (!(t->ptrace & PT_SEIZED) || !t->rare->in_event_stop)
		return -EIO;
	t->jobctl |= JOBCTL_LISTENING;
	if (t->jobctl & JOBCTL_TRAP_NOTIFY)
		ptrace_signal_wake_up(t, true);
	return 0;
}

static long ptrace_setoptions(struct task_struct *t, long data)
{
	unsigned short options;
	long r = set_options(data, &options);

	if (!r)
		t->ptrace = (unsigned short)((t->ptrace & ~PT_EXITKILL) | options);
	return r;
}

/* Most requests are to one's own tracee while it is stopped; two do not care whether it is. */
static long ptrace_check_attach(const struct task_struct *t, bool ignore_state)
{
	if (!t->ptrace || t->parent != current || t->rare->external_tracer)
		return -ESRCH;
	if (ignore_state)
		return 0;
	return task_is_traced(t) && !(t->jobctl & JOBCTL_LISTENING) ? 0 : -ESRCH;
}

static long ptrace_request(struct task_struct *t, enum sf_ptrace_request request, long data)
{
	switch (request) {
	case SF_PTRACE_CONT:
		return ptrace_resume(t, data);
	case SF_PTRACE_DETACH:
		return ptrace_detach(t, data);
	case SF_PTRACE_INTERRUPT:
		return ptrace_interrupt(t);
	case SF_PTRACE_LISTEN:
		return ptrace_listen(t);
	case SF_PTRACE_SETOPTIONS:
		return ptrace_setoptions(t, data);
	case SF_PTRACE_KILL:
		send_sig_info(SIGKILL, SEND_SIG_NOINFO, t, PIDTYPE_PID);
		return 0;
	case SF_PTRACE_ATTACH:
	case SF_PTRACE_SEIZE:
	case SF_PTRACE_TRACEME:
	default:
		return -EIO;
	}
}

static long do_ptrace(enum sf_ptrace_request request, int pid, long data)
{
	struct task_struct *t;
	unsigned short options = 0;
	long r = 0;

	if (request == SF_PTRACE_TRACEME)
		return ptrace_traceme();
	t = find_task_by_vpid(pid);
	if (!t)
		return -ESRCH;
	if (request == SF_PTRACE_SEIZE && set_options(data, &options))
		return -EIO;
	if (request == SF_PTRACE_ATTACH || request == SF_PTRACE_SEIZE)
		return ptrace_attach(t, request == SF_PTRACE_SEIZE, options);
	r = ptrace_check_attach(t, request == SF_PTRACE_KILL || request == SF_PTRACE_INTERRUPT);
	return r ? r : ptrace_request(t, request, data);
}

long sf_ptrace(struct sf_task *t, enum sf_ptrace_request request, int pid, long data)
{
	return call_enter(t) ? call_leave(do_ptrace(request, pid, data)) : SF_FAIL;
}
