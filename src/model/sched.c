/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sched.c - who has something to do, and the calls that tasks sleep in */
#include "model/machine.h"
#include "model/signal.h"

void enqueue_task(struct task_struct *t)
{
	struct sf_machine *m = t->machine;

	spin_lock(&m->runqueue_lock);
	if (!t->queued && !READ_ONCE(t->exit_state)) {
		t->queued = true;
		list_add_tail(&t->run_node, &m->runqueue);
	}
	spin_unlock(&m->runqueue_lock);
}

/* A dead task runs no more. */
void deactivate_task(struct task_struct *t)
{
	struct sf_machine *m = t->machine;

	spin_lock(&m->runqueue_lock);
	if (t->queued)
		list_del_init(&t->run_node);
	t->queued = false;
	spin_unlock(&m->runqueue_lock);
}

void wake_up_process(struct task_struct *t)
{
	WRITE_ONCE(t->state, TASK_RUNNING);
	enqueue_task(t);
}

/* Who comes first is the scheduler's choice. */
static struct task_struct *pick_next_task(struct sf_machine *m)
{
	struct list_head *first = m->runqueue.next, *node = first;
	unsigned int n = 0, chosen;

	if (likely(!m->choose))
		return list_entry(first, struct task_struct, run_node);
	for (; node != &m->runqueue; node = node->next)
		n++;
	node = first;
	for (chosen = machine_choose(m, SF_CHOICE_TASK, n); chosen; chosen--)
		node = node->next;
	return list_entry(node, struct task_struct, run_node);
}

static struct task_struct *dequeue_task(struct sf_machine *m)
{
	struct task_struct *t = NULL;

	spin_lock(&m->runqueue_lock);
	if (!list_empty(&m->runqueue)) {
		t = pick_next_task(m);
		list_del_init(&t->run_node);
		t->queued = false;
		get_task_struct(t); /* it may be released from now on */
	}
	spin_unlock(&m->runqueue_lock);
	return t;
}

/* Whether it was the last to be woken who comes first, the choice of the next task says. */
bool preempt(void)
{
	struct sf_machine *m = current->machine;
	enum { GO_ON, AFTER_ALL, BEFORE_LAST, WAYS };
	unsigned int way;

	if (likely(!m->choose) || list_empty(&m->runqueue))
		return false;
	way = machine_choose(m, SF_CHOICE_PREEMPT, WAYS);
	if (way == GO_ON)
		return false;
	enqueue_task(current);
	if (way == BEFORE_LAST) {
		list_del_init(&current->run_node);
		list_add_tail(&current->run_node, m->runqueue.prev);
	}
	return true;
}

/* ---- acting as a task ---------------------------------------------------------------------- */

#ifdef SIGFATE_THREADS

enum { CPU_FREE, CPU_BUSY, CPU_KICKED };

void task_cpu_lock(struct task_struct *t)
{
	for (unsigned int n = 0; !cmpxchg(t->on_cpu, CPU_FREE, CPU_BUSY); n++)
		spin_wait(n);
}

/* When it is busy, whoever acts as it is told to put it back on the run queue. */
static bool task_cpu_trylock(struct task_struct *t)
{
	for (;;) {
		if (cmpxchg(t->on_cpu, CPU_FREE, CPU_BUSY))
			return true;
		if (cmpxchg(t->on_cpu, CPU_BUSY, CPU_KICKED) || READ_ONCE(t->on_cpu) == CPU_KICKED)
			return false;
	}
}

void task_cpu_unlock(struct task_struct *t)
{
	while (!cmpxchg(t->on_cpu, CPU_BUSY, CPU_FREE)) {
		xchg(t->on_cpu, CPU_BUSY);
		enqueue_task(t);
	}
}

#else

void task_cpu_lock(struct task_struct *t)
{
	(void)t;
}

static bool task_cpu_trylock(struct task_struct *t)
{
	(void)t;
	return true;
}

void task_cpu_unlock(struct task_struct *t)
{
	(void)t;
}

#endif

/* ---- calls that sleep ---------------------------------------------------------------------- */

enum sleeping_call sleeping_in(const struct task_struct *t)
{
	const struct task_rare *rare = rare_of(t);

	/* Who sees that it has returned, sees what it gave. */
	return rare ? rcu_dereference(rare->sleeping_in) : CALL_NONE;
}

long sleep_in(const struct sleeping *how)
{
	struct task_rare *rare = task_rare(current);

	if (!rare)
		return SF_FAIL;
	/* Who wakes a sleeper may still look at what it slept in before. */
	lock_task_sighand(current);
	rare->sleeping = *how;
	WRITE_ONCE(rare->sleeping_in, how->call);
	unlock_task_sighand(current);
	WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
	/* What it waits for may have come between its look and its sleep. */
	enqueue_task(current);
	return SF_BLOCKED;
}

/* Does the call return now?  What woke the sleeper may have been taken by another. */
static bool awake(struct sleeping *s)
{
	switch (s->call) {
	case CALL_WAIT4:
		s->ret = do_wait(&s->wait, &s->status);
		return s->ret != 0;
	case CALL_SIGTIMEDWAIT:
		return sigtimedwait_awake();
	case CALL_SIGNALFD:
		return signalfd_awake();
	case CALL_EXECVE:
		return execve_awake();
	case CALL_VFORK:
		return vfork_awake();
	case CALL_FAULT:
		fault_again(s);
		return false;
	case CALL_SIGSUSPEND:
	case CALL_NONE:
	default:
		return false;
	}
}

/*
 * A handler cuts a sleeping call short, unless it asked for a restart; without a handler the call
 * is made again.  Models: arch_do_signal_or_restart()
 */
static void decide_restart(struct sleeping *s, int handled, uint32_t flags)
{
	bool restart = !handled || (s->call != CALL_SIGSUSPEND && flags & SF_SA_RESTART);

	s->decided = true;
	s->again = restart;
	s->ret = -EINTR;
	if (s->call == CALL_FAULT) {
		/* Its handler has seen to it; a trap lies behind it in any case. */
		s->again = handled != s->nr && s->nr != SIGTRAP;
		s->ret = 0;
	}
}

/* ---- back to user mode --------------------------------------------------------------------- */

static void push_frame(const struct sf_siginfo *info, int sig, const struct sf_sigaction *action)
{
	struct task_rare *rare = rare_of(current);
	sf_sigset blocked = current->blocked | action->mask;
	struct frame *frame;

	if (action->flags & SF_SA_ONSTACK && current->bad_altstack) {
		force_sigsegv(sig);
		return;
	}
	frame = kmem_cache_zalloc(&current->machine->frame_cache);
	if (!frame) {
		machine_no_memory(current->machine);
		return;
	}
	frame->info = *info;
	frame->below = current->frame;
	frame->saved_mask = current->blocked;
	if (rare && rare->restore_sigmask) {
		rare->restore_sigmask = false;
		frame->saved_mask = rare->saved_sigmask;
	}
	current->frame = frame;
	if (!(action->flags & SF_SA_NODEFER))
		blocked |= sigmask(sig);
	set_current_blocked(blocked);
}

static void restore_saved_sigmask(void)
{
	struct task_rare *rare = rare_of(current);

	if (rare && rare->restore_sigmask) {
		rare->restore_sigmask = false;
		set_current_blocked(rare->saved_sigmask);
	}
}

/* Every handler that was entered runs, the last entered first. */
static void run_frame(void)
{
	struct frame *frame = current->frame;
	struct sf_event event = {.type = SF_EVENT_HANDLED, .task = current, .info = frame->info};

	current->frame = frame->below;
	machine_event(&event);
	set_current_blocked(frame->saved_mask);
	kmem_cache_free(&current->machine->frame_cache, frame);
}

/* Signals are taken until none is left; false when current stopped or died of one. */
static bool do_signals(void)
{
	struct sleeping *s = sleeping_in(current) ? &rare_of(current)->sleeping : NULL;

	while (READ_ONCE(current->sigpending) || current->in_get_signal) {
		struct sf_sigaction action;
		struct sf_siginfo info;
		int sig;

		if (!get_signal(&info, &action, &sig))
			return false;
		if (s && !s->decided)
			decide_restart(s, sig, action.flags);
		if (sig)
			push_frame(&info, sig, &action);
		else
			restore_saved_sigmask();
		if (READ_ONCE(current->machine->no_memory))
			return false;
	}
	return true;
}

/* What a handler blocks, other threads are woken for: they may take it before it has run. */
static bool others_first(struct frame *frame)
{
	bool asked = frame->asked;

	frame->asked = true;
	return !asked && preempt();
}

static bool run(bool preemptible)
{
	do {
		if (!do_signals())
			return false;
		if (current->frame && preemptible && others_first(current->frame))
			return false;
		if (current->frame)
			run_frame();
	} while (READ_ONCE(current->sigpending) || current->in_get_signal || current->frame);
	return true;
}

bool return_to_user(void)
{
	return run(false);
}

/* ---- settling ------------------------------------------------------------------------------ */

/* Look whether the call returns; false: it sleeps on. */
static bool interrupt(struct sleeping *s)
{
	bool killable = s->call == CALL_EXECVE || s->call == CALL_VFORK;

	if (awake(s))
		s->decided = true;
	else if (killable || !signal_pending(current))
		return false;
	s->interrupted = true;
	if (s->call == CALL_SIGSUSPEND)
		rare_of(current)->restore_sigmask = true;
	return true;
}

static void run_sleeper(void)
{
	struct sleeping *s = &rare_of(current)->sleeping;

	if (!s->interrupted && !interrupt(s)) {
		WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
		return;
	}
	WRITE_ONCE(current->state, TASK_RUNNING);
	if (!run(true))
		return;
	if (s->decided && !s->again) {
		rcu_assign_pointer(rare_of(current)->sleeping_in, CALL_NONE);
		wait_end(current);
		machine_event(&(struct sf_event){.type = SF_EVENT_RESUMED, .task = current});
		return;
	}
	/* Made again: as if called just now. */
	s->interrupted = s->decided = s->again = false;
	if (s->call == CALL_SIGSUSPEND)
		sigsuspend_mask(s->set);
	if (s->call == CALL_WAIT4)
		wait_begin(current);
	enqueue_task(current);
}

static void run_task(struct task_struct *t)
{
	current = t;
	if (READ_ONCE(t->flags) & PF_ZAPPING)
		exit_notify();
	else if (READ_ONCE(t->flags) & PF_PREEMPTED)
		exit_goes_on();
	else if (READ_ONCE(t->flags) & PF_EXITING || READ_ONCE(t->state) >= TASK_STOPPED)
		return;
	else if (sleeping_in(t))
		run_sleeper();
	else
		run(true);
}

int sf_settle(struct sf_machine *m)
{
	struct task_struct *t;

	if (no_calls)
		return -EDEADLK;
	if (!m)
		return -EINVAL;
	while (!READ_ONCE(m->no_memory) && !READ_ONCE(m->panicked) && (t = dequeue_task(m))) {
		if (task_cpu_trylock(t)) {
			run_task(t);
			task_cpu_unlock(t);
		}
		put_task_struct(t);
		rcu_reclaim(m);
	}
	return READ_ONCE(m->no_memory) ? -ENOMEM : 0;
}

long sf_task_call_result(const struct sf_task *t, int *ret_status, struct sf_siginfo *ret_info)
{
	const struct task_rare *rare = t ? rare_of(t) : NULL;

	if (!rare || sleeping_in(t) || rare->sleeping.call == CALL_NONE)
		return SF_BLOCKED;
	if (ret_status)
		*ret_status = rare->sleeping.status;
	if (ret_info)
		*ret_info = rare->sleeping.info;
	return rare->sleeping.ret;
}
