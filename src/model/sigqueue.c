/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigqueue.c - pending signals: the sets, the queues, and taking from them
 *
 * Models: kernel/signal.c
 */
#include "model/machine.h"
#include "model/signal.h"

void init_sigpending(struct sigpending *pending)
{
	INIT_LIST_HEAD(&pending->list);
	pending->signal = 0;
}

struct sigqueue *sigqueue_alloc(struct task_struct *t, bool override_rlimit)
{
	struct ucounts *ucounts = rcu_dereference(t->cred)->ucounts;
	long count = inc_rlimit_get_ucounts(ucounts, override_rlimit);
	struct sigqueue *q = NULL;

	if (!count)
		return NULL;
	if (override_rlimit || (uint64_t)count <= READ_ONCE(t->signal->rlim_sigpending)) {
		q = kmem_cache_zalloc(&t->machine->sigqueue_cache);
		if (!q)
			machine_no_memory(t->machine);
	}
	if (!q) {
		dec_rlimit_put_ucounts(ucounts);
		return NULL;
	}
	q->ucounts = ucounts;
	return q;
}

void sigqueue_free(struct sf_machine *m, struct sigqueue *q)
{
	if (q->ucounts)
		dec_rlimit_put_ucounts(q->ucounts);
	kmem_cache_free(&m->sigqueue_cache, q);
}

int next_timer_id(struct signal_struct *sig)
{
	return atomic_add_return(sig->next_timer_id, 1) - 1;
}

int timer_charge(struct task_struct *t)
{
	struct sigqueue *charge = sigqueue_alloc(t, false);
	struct signal_struct *sig = t->signal;
	int id = -EAGAIN;

	if (!charge)
		return id;
	if (lock_task_sighand(t)) {
		id = next_timer_id(sig);
		charge->info.pid = id;
		/* A process that has ended has let go of its timers. */
		if (READ_ONCE(sig->live)) {
			charge->list.next = sig->timers ? &sig->timers->list : NULL;
			sig->timers = charge;
			charge = NULL;
		}
		unlock_task_sighand(t);
	}
	if (charge)
		sigqueue_free(t->machine, charge);
	return id;
}

/* Where a timer has gone before its signal, that keeps what the timer was charged with. */
static void hand_over(struct signal_struct *sig, struct sigqueue *charge)
{
	struct sigqueue *q;

	list_for_each_entry (q, struct sigqueue, &sig->shared_pending.list, list) {
		if (q->ucounts || q->info.code != SF_SI_TIMER || q->info.pid != charge->info.pid)
			continue;
		q->ucounts = charge->ucounts;
		charge->ucounts = NULL;
		return;
	}
}

void exit_itimers(struct sf_machine *m, struct signal_struct *sig)
{
	while (sig->timers) {
		struct sigqueue *charge = sig->timers;

		sig->timers = charge->list.next
				      ? list_entry(charge->list.next, struct sigqueue, list)
				      : NULL;
		hand_over(sig, charge);
		sigqueue_free(m, charge);
	}
}

void flush_sigqueue(struct sf_machine *m, struct sigpending *pending)
{
	flush_sigqueue_mask(m, ~(sf_sigset)0, pending);
}

void flush_sigqueue_mask(struct sf_machine *m, sf_sigset mask, struct sigpending *pending)
{
	struct sigqueue *q;

	sigdelsetmask(pending, mask);
	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		if (!sigismember(mask, q->info.signo))
			continue;
		list_del_init(&q->list);
		sigqueue_free(m, q);
	}
}

/* Models: kernel/signal.c:__flush_itimer_signals */
void flush_sigqueue_code(struct sf_machine *m, int code, struct sigpending *pending)
{
	sf_sigset flushed = 0, kept = 0;
	struct sigqueue *q;

	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		if (q->info.code != code) {
			kept |= sigmask(q->info.signo);
			continue;
		}
		flushed |= sigmask(q->info.signo);
		list_del_init(&q->list);
		sigqueue_free(m, q);
	}
	sigdelsetmask(pending, flushed & ~kept);
}

/* ---- TIF_SIGPENDING ------------------------------------------------------------------------ */

bool recalc_sigpending_tsk(struct task_struct *t)
{
	sf_sigset pending = t->pending.signal | t->signal->shared_pending.signal;

	if (!(t->jobctl & JOBCTL_PENDING_MASK) && !(pending & ~t->blocked))
		return false;
	WRITE_ONCE(t->sigpending, true);
	return true;
}

void recalc_sigpending(void)
{
	if (!recalc_sigpending_tsk(current))
		WRITE_ONCE(current->sigpending, false);
}

/* ---- taking one ---------------------------------------------------------------------------- */

/* Faults first, then the lowest number. */
static int next_signal(sf_sigset pending, sf_sigset mask)
{
	sf_sigset can = pending & ~mask;

	if (can & SYNCHRONOUS_MASK)
		can &= SYNCHRONOUS_MASK;
	return can ? __builtin_ctzll(can) + 1 : 0;
}

/* The oldest entry of @sig; the signal stays pending while there is another. */
static void collect_signal(int sig, struct sigpending *pending, struct sf_siginfo *ret_info)
{
	struct sigqueue *q, *first = NULL;
	bool more = false;

	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		if (q->info.signo != sig)
			continue;
		more = first;
		if (first)
			break;
		first = q;
	}
	if (!more)
		sigdelsetmask(pending, sigmask(sig));
	/* Its info was lost for lack of room, or it never had one. */
	*ret_info = (struct sf_siginfo){.signo = sig, .code = SF_SI_USER};
	if (!first)
		return;
	*ret_info = first->info;
	list_del_init(&first->list);
	sigqueue_free(current->machine, first);
}

int dequeue_signal(sf_sigset mask, struct sf_siginfo *ret_info, enum pid_type *ret_type)
{
	struct sigpending *shared = &current->signal->shared_pending;
	int sig = next_signal(current->pending.signal, mask);

	*ret_type = PIDTYPE_PID;
	if (sig) {
		collect_signal(sig, &current->pending, ret_info);
	} else {
		*ret_type = PIDTYPE_TGID;
		sig = next_signal(shared->signal, mask);
		if (sig)
			collect_signal(sig, shared, ret_info);
	}
	recalc_sigpending();
	/* A SIGCONT from now on cancels the stop. */
	if (sig_kernel_stop(sig))
		current->jobctl |= JOBCTL_STOP_DEQUEUED;
	return sig;
}

int dequeue_synchronous_signal(struct sf_siginfo *ret_info)
{
	struct sigpending *pending = &current->pending;
	struct sigqueue *q;

	if (!(pending->signal & ~current->blocked & SYNCHRONOUS_MASK))
		return 0;
	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		int sig = q->info.signo;

		if (q->info.code <= SF_SI_USER || !siginmask(sig, SYNCHRONOUS_MASK))
			continue;
		collect_signal(sig, pending, ret_info);
		recalc_sigpending();
		return sig;
	}
	return 0;
}
