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
	list_add(&rare_of(t)->ptrace_entry, &rare_of(tracer)->ptraced);
	rcu_assign_pointer(t->parent, tracer);
}

/* A stop that its process is in, or that is under way, holds for it again. */
void ptrace_unlink(struct task_struct *t)
{
	const struct signal_struct *sig = t->signal;

	lock_task_sighand(t);
	WRITE_ONCE(t->ptrace, 0);
	list_del_init(&rare_of(t)->ptrace_entry);
	rcu_assign_pointer(t->parent, t->real_parent);
	task_clear_jobctl_pending(t, JOBCTL_TRAP_MASK);
	if (!(READ_ONCE(t->flags) & PF_EXITING) &&
	    (sig->flags & SIGNAL_STOP_STOPPED || sig->group_stop_count))
		t->jobctl |= JOBCTL_STOP_PENDING;
	if (t->jobctl & JOBCTL_STOP_PENDING || task_is_traced(t))
		ptrace_signal_wake_up(t, true);
	unlock_task_sighand(t);
}

/* With @resume also out of the stop for its tracer, though nothing fatal has come. */
void ptrace_signal_wake_up(struct task_struct *t, bool resume)
{
	WRITE_ONCE(t->sigpending, true);
	if (READ_ONCE(t->state) <= TASK_INTERRUPTIBLE || (task_is_traced(t) && resume))
		wake_up_process(t);
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
	if (READ_ONCE(p->exit_state) != EXIT_ZOMBIE)
		return false;
	dead = !thread_group_leader(p);
	if (!dead && thread_group_empty(p)) {
		if (!same_thread_group(p->real_parent, tracer)) {
			dead = do_notify_parent(p, p->exit_signal);
		} else if (ignoring_children(tracer)) {
			wake_up_parent(p, tracer);
			dead = true;
		}
	}
	return dead;
}

void exit_ptrace(struct task_struct *tracer, struct list_head *dead)
{
	struct list_head *ptraced = rare_of(tracer) ? &rare_of(tracer)->ptraced : NULL;

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
		.type = SF_EVENT_TRACED, .task = current, .info = {.signo = code & 0x7f}});
}

bool ptrace_stop(int code, int why, bool seized_trap)
{
	struct sf_machine *m = current->machine;
	bool stopped = false, external;

	if (!current->ptrace || fatal_signal_pending(current))
		return false;
	external = rare_of(current)->external_tracer;
	WRITE_ONCE(current->state, TASK_TRACED);
	WRITE_ONCE(current->exit_code, code);
	if (why == SF_CLD_STOPPED && current->jobctl & JOBCTL_STOP_PENDING)
		stopped = task_participate_group_stop(current);
	task_clear_jobctl_pending(current, JOBCTL_TRAP_STOP);
	if (seized_trap)
		task_clear_jobctl_pending(current, JOBCTL_TRAP_NOTIFY);
	rare_of(current)->in_ptrace_stop = true;
	rare_of(current)->in_event_stop = seized_trap;
	rare_of(current)->event_code = code;
	if (stopped)
		group_stopped(current);
	unlock_task_sighand(current);
	read_lock(&m->tasklist_lock);
	if (!external && current->ptrace)
		do_notify_parent_cldstop(current, true, why);
	if (stopped && (external || !current->ptrace || ptrace_reparented(current)))
		do_notify_parent_cldstop(current, false, why);
	read_unlock(&m->tasklist_lock);
	traced_event(code);
	return true;
}

/* The task goes on after a stop for its tracer, who may have left a signal for it. */
void ptrace_stop_ended(void)
{
	struct task_rare *rare = rare_of(current);

	if (!rare || !rare->in_ptrace_stop)
		return;
	rare->in_ptrace_stop = false;
	rare->ptrace_chosen = current->exit_code;
	WRITE_ONCE(current->exit_code, 0);
	current->jobctl &= ~JOBCTL_LISTENING;
	recalc_sigpending_tsk(current);
}

bool do_jobctl_trap(void)
{
	const struct signal_struct *sig = current->signal;
	int signr = (int)(current->jobctl & JOBCTL_STOP_SIGMASK);

	if (!(current->ptrace & PT_SEIZED))
		return ptrace_stop(signr, SF_CLD_STOPPED, false);
	if (!sig->group_stop_count && !(sig->flags & SIGNAL_STOP_STOPPED))
		signr = SIGTRAP;
	return ptrace_stop(signr | PTRACE_EVENT_STOP << 8, SF_CLD_STOPPED, true);
}

/* ---- attaching ----------------------------------------------------------------------------- */

/* Its memory may hold what its ids do not show; who is ending has none. */
static bool may_access_mm(struct task_struct *t)
{
	struct user_namespace *ns = NULL;
	bool allowed;

	if (!undumpable(t) || READ_ONCE(t->flags) & PF_EXITING)
		return true;
	if (lock_task_sighand(t)) {
		ns = get_user_ns(t->signal->mm_user_ns);
		unlock_task_sighand(t);
	}
	allowed = !ns || ns_capable(ns, SF_CAP_SYS_PTRACE);
	put_user_ns(ns);
	return allowed;
}

/* Models: kernel/ptrace.c:__ptrace_may_access, security/commoncap.c:cap_ptrace_access_check */
bool ptrace_may_access(struct task_struct *t)
{
	const struct cred *cred = current->cred, *tcred = rcu_dereference(t->cred);
	bool capable = ns_capable(tcred->user_ns, SF_CAP_SYS_PTRACE);

	if (same_thread_group(t, current))
		return true;
	if (!capable &&
	    (cred->uid != tcred->euid || cred->uid != tcred->suid || cred->uid != tcred->uid))
		return false;
	if (!may_access_mm(t))
		return false;
	if (!(cred->user_ns == tcred->user_ns && !(tcred->cap_permitted & ~cred->cap_permitted)) &&
	    !capable)
		return false;
	return landlock_may_trace(current, t);
}

/* Models: security/commoncap.c:cap_ptrace_traceme, and what Landlock asks */
static bool may_be_traced_by(const struct task_struct *parent)
{
	const struct cred *cred = current->cred, *pcred = rcu_dereference(parent->cred);

	if (!(cred->user_ns == pcred->user_ns && !(cred->cap_permitted & ~pcred->cap_permitted)) &&
	    !cap_capable(pcred, cred->user_ns, SF_CAP_SYS_PTRACE))
		return false;
	return landlock_may_trace(parent, current);
}

static int set_options(long data, unsigned int *ret)
{
	if (data & ~(long)SF_PTRACE_O_EXITKILL)
		return -EINVAL;
	*ret = data & SF_PTRACE_O_EXITKILL ? PT_EXITKILL : 0;
	return 0;
}

static void begin_trace(struct task_struct *t, struct task_struct *tracer, unsigned int flags)
{
	lock_task_sighand(t);
	WRITE_ONCE(t->ptrace, (unsigned short)(PT_PTRACED | flags));
	ptrace_link(t, tracer);
	unlock_task_sighand(t);
}

long ptrace_attach(struct task_struct *t, bool seize, long data, int *ret_generate)
{
	unsigned int options = 0;

	if (seize && set_options(data, &options))
		return -EIO;
	if (same_thread_group(t, current) || !ptrace_may_access(t))
		return -EPERM;
	if (READ_ONCE(t->exit_state) || t->ptrace)
		return -EPERM;
	if (!task_rare(t) || !task_rare(current))
		return -ENOMEM;
	begin_trace(t, current, options | (seize ? PT_SEIZED : 0));
	if (!seize)
		do_send_sig_info(SIGSTOP, SEND_SIG_PRIV, t, PIDTYPE_PID, ret_generate);
	lock_task_sighand(t);
	/* Who is stopped already goes over to the stop for its tracer. */
	if (task_is_stopped(t) && task_set_jobctl_pending(t, JOBCTL_TRAP_STOP)) {
		WRITE_ONCE(t->sigpending, true);
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
	if (!may_be_traced_by(parent))
		return -EPERM;
	if (READ_ONCE(parent->flags) & PF_EXITING)
		return 0;
	if (!task_rare(current) || !task_rare(parent))
		return -ENOMEM;
	begin_trace(current, parent, 0);
	return 0;
}

/* ---- requests to one's own tracee, under its siglock --------------------------------------- */

/* Most are for while it is stopped; two do not care whether it is. */
static bool ptrace_check_attach(const struct task_struct *t, enum sf_ptrace_request request)
{
	if (!t->ptrace || t->parent != current || rare_of(t)->external_tracer)
		return false;
	if (request == SF_PTRACE_KILL || request == SF_PTRACE_INTERRUPT)
		return true;
	return task_is_traced(t) && !(t->jobctl & JOBCTL_LISTENING);
}

static long ptrace_resume(struct task_struct *t, long sig)
{
	if (sig < 0 || sig > SF_NSIG)
		return -EIO;
	WRITE_ONCE(t->exit_code, (int)sig);
	wake_up_process(t);
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
	if (!(t->ptrace & PT_SEIZED) || !rare_of(t)->in_event_stop)
		return -EIO;
	t->jobctl |= JOBCTL_LISTENING;
	if (t->jobctl & JOBCTL_TRAP_NOTIFY)
		ptrace_signal_wake_up(t, true);
	return 0;
}

static long ptrace_setoptions(struct task_struct *t, long data)
{
	unsigned int options;
	int r = set_options(data, &options);

	if (!r)
		WRITE_ONCE(t->ptrace, (unsigned short)((t->ptrace & ~PT_EXITKILL) | options));
	return r;
}

static long ptrace_request(struct task_struct *t, enum sf_ptrace_request request, long data)
{
	switch (request) {
	case SF_PTRACE_CONT:
		return ptrace_resume(t, data);
	case SF_PTRACE_INTERRUPT:
		return ptrace_interrupt(t);
	case SF_PTRACE_LISTEN:
		return ptrace_listen(t);
	case SF_PTRACE_SETOPTIONS:
		return ptrace_setoptions(t, data);
	case SF_PTRACE_KILL:
		return send_signal_locked(SIGKILL, SEND_SIG_NOINFO, t, PIDTYPE_PID, NULL);
	case SF_PTRACE_ATTACH:
	case SF_PTRACE_SEIZE:
	case SF_PTRACE_DETACH:
	case SF_PTRACE_TRACEME:
	case SF_PTRACE_GETSIGINFO:
	default:
		return -EIO;
	}
}

/* @ret_dead: it was dead, and waited for its tracer only. */
static long ptrace_detach(struct task_struct *t, long sig, bool *ret_dead)
{
	if (sig < 0 || sig > SF_NSIG)
		return -EIO;
	WRITE_ONCE(t->exit_code, (int)sig);
	*ret_dead = __ptrace_detach(current, t);
	if (*ret_dead)
		WRITE_ONCE(t->exit_state, EXIT_DEAD);
	return 0;
}

static long ptrace_tracee(struct task_struct *t, enum sf_ptrace_request request, long data,
			  bool *ret_dead)
{
	long r = -ESRCH;
	bool ours;

	if (!lock_task_sighand(t))
		return r;
	ours = ptrace_check_attach(t, request);
	if (ours && request != SF_PTRACE_DETACH)
		r = ptrace_request(t, request, data);
	unlock_task_sighand(t);
	return ours && request == SF_PTRACE_DETACH ? ptrace_detach(t, data, ret_dead) : r;
}

static long do_ptrace(enum sf_ptrace_request request, int pid, long data)
{
	struct sf_machine *m = current->machine;
	struct task_struct *t;
	int generate = TRACE_SIGNAL_NONE;
	bool dead = false;
	long r = -ESRCH;

	rcu_read_lock();
	write_lock(&m->tasklist_lock);
	t = request == SF_PTRACE_TRACEME ? current : find_task_by_vpid(pid);
	if (request == SF_PTRACE_TRACEME)
		r = ptrace_traceme();
	else if (t && (request == SF_PTRACE_ATTACH || request == SF_PTRACE_SEIZE))
		r = ptrace_attach(t, request == SF_PTRACE_SEIZE, data, &generate);
	else if (t)
		r = ptrace_tracee(t, request, data, &dead);
	write_unlock(&m->tasklist_lock);
	rcu_read_unlock();
	if (dead)
		release_task(t);
	return r;
}

long sf_ptrace(struct sf_task *t, enum sf_ptrace_request request, int pid, long data)
{
	return call_enter(t) ? call_leave(do_ptrace(request, pid, data)) : SF_FAIL;
}

/* A stop of the whole process has none, but where the tracer has seized it. */
static long getsiginfo(const struct task_struct *t, struct sf_siginfo *ret)
{
	const struct task_rare *rare = rare_of(t);

	if (rare->in_ptrace_signal) {
		*ret = rare->ptrace_info;
		return 0;
	}
	if (!rare->in_event_stop)
		return -EINVAL;
	*ret = (struct sf_siginfo){
		.signo = rare->event_code & 0x7f,
		.code = rare->event_code,
		.pid = pid_nr_ns(t->thread_pid, task_active_pid_ns(t)),
		.uid = from_kuid_munged(t->cred->user_ns, t->cred->uid),
	};
	return 0;
}

static long do_getsiginfo(int pid, struct sf_siginfo *ret)
{
	struct task_struct *t;
	long r = -ESRCH;

	rcu_read_lock();
	read_lock(&current->machine->tasklist_lock);
	t = find_task_by_vpid(pid);
	if (t && lock_task_sighand(t)) {
		if (ptrace_check_attach(t, SF_PTRACE_GETSIGINFO))
			r = getsiginfo(t, ret);
		unlock_task_sighand(t);
	}
	read_unlock(&current->machine->tasklist_lock);
	rcu_read_unlock();
	return r;
}

long sf_ptrace_getsiginfo(struct sf_task *t, int pid, struct sf_siginfo *ret_info)
{
	struct sf_siginfo info;
	long r;

	if (!call_enter(t))
		return SF_FAIL;
	r = do_getsiginfo(pid, &info);
	if (r == 0 && ret_info)
		*ret_info = info;
	return call_leave(r);
}
