/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ledger.c - what was sent to each process and what it took, so that no signal is lost or made */
#include "ledger.h"

#include <stdio.h>
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

/* ---- what happens -------------------------------------------------------------------------- */

static struct account *account_of(struct ledger *l, const struct task_struct *t, size_t likely)
{
	if (likely < l->n && l->account[likely].process == t->signal)
		return &l->account[likely];
	for (size_t i = 0; i < l->n; i++)
		if (l->account[i].process == t->signal)
			return &l->account[i];
	return NULL;
}

void ledger_event(struct ledger *l, const struct sf_event *event)
{
	struct account *a = account_of(l, event->task, 0);
	int sig = event->info.signo;

	if (!a)
		return;
	switch (event->type) {
	case SF_EVENT_GENERATED:
		a->came[sig - 1] += event->generate == 0;
		a->moved |= sigmask(sig);
		if (event->generate == 4)
			a->came_bare |= sigmask(sig);
		break;
	case SF_EVENT_HANDLED:
		a->handled[sig - 1]++;
		a->moved |= sigmask(sig);
		break;
	case SF_EVENT_KILLED:
	case SF_EVENT_EXITED:
		a->process = NULL;
		break;
	case SF_EVENT_TRACED:
	case SF_EVENT_RESUMED:
		a->taken = true;
		break;
	case SF_EVENT_STOPPED:
	case SF_EVENT_CONTINUED:
	default:
		break;
	}
}

void ledger_taken(struct ledger *l, const struct sf_task *t)
{
	struct account *a = account_of(l, t, 0);

	if (a)
		a->taken = true;
}

void ledger_close(struct ledger *l)
{
	l->n = 0;
}

/* ---- the balance --------------------------------------------------------------------------- */

static void count_pending(struct account *a, const struct sigpending *pending)
{
	sf_sigset entries = 0;
	struct sigqueue *q;

	list_for_each_entry (q, struct sigqueue, &pending->list, list) {
		entries |= sigmask(q->info.signo);
		a->queued[q->info.signo - 1]++;
	}
	a->moved |= entries;
	a->bare |= pending->signal & ~entries;
}

static struct account open_account(struct task_struct *p)
{
	const struct signal_struct *sig = p->signal;
	struct account a = {
		.process = sig,
		.odd = sig->group_exec_task || sig->flags & SIGNAL_GROUP_EXIT,
		.handler = p->sighand->handler,
	};
	struct task_struct *t;

	count_pending(&a, &sig->shared_pending);
	for_each_thread (p, t) {
		a.threads = a.threads * 31 + (uintptr_t)t + (t->flags & PF_EXITING);
		a.odd |= t->ptrace || t->bad_altstack || (t->rare && t->rare->in_ptrace_signal);
		count_pending(&a, &t->pending);
		for (const struct frame *f = t->frame; f; f = f->below) {
			a.queued[f->info.signo - 1]++;
			a.moved |= sigmask(f->info.signo);
		}
	}
	return a;
}

/* A stop and a continuation cancel each other; SIGKILL has no entry. */
static bool is_counted(int sig)
{
	return !siginmask(sig, SIG_KERNEL_STOP_MASK | sigmask(SIGCONT) | SIG_KERNEL_ONLY_MASK);
}

static bool balance(const struct account *old, const struct account *now, char *why, size_t size)
{
	sf_sigset bare = old->bare | old->came_bare;

	if (now->bare & ~bare & ~sigmask(SIGKILL)) {
		snprintf(why, size, "signals %#llx are pending, and did not come",
			 (unsigned long long)(now->bare & ~bare));
		return true;
	}
	for (sf_sigset left = old->moved | now->moved; left; left &= left - 1) {
		int sig = __builtin_ctzll(left) + 1;
		int had = old->queued[sig - 1] + old->came[sig - 1];
		int has = now->queued[sig - 1] + old->handled[sig - 1];
		bool handled = siginmask(sig, old->handler & now->handler);

		if (!is_counted(sig) || siginmask(sig, bare))
			continue;
		if (has > had || (has < had && handled && !old->taken)) {
			snprintf(why, size, "signal %d came %d times, and is there or handled %d",
				 sig, had, has);
			return true;
		}
	}
	return false;
}

bool ledger_broken(struct ledger *l, struct sf_machine *m, char *why, size_t size)
{
	static struct account fresh[LEDGER_PROCESSES];
	struct task_struct *p;
	bool broken = false;
	size_t n = 0;

	for_each_process (m, p) {
		const struct account *old = account_of(l, p, n);

		if (n == LEDGER_PROCESSES)
			break;
		fresh[n] = open_account(p);
		if (old && !broken && !old->odd && !fresh[n].odd &&
		    old->threads == fresh[n].threads)
			broken = balance(old, &fresh[n], why, size);
		n++;
	}
	memcpy(l->account, fresh, n * sizeof(*fresh));
	l->n = n;
	return broken;
}
