/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lock.c - what the locks are made of, in the build with threads */
#include "model/lock.h"

#include "model/machine.h"

#ifdef SIGFATE_THREADS

#include <sched.h>

#define SPINS 100
#define LIMBO_MAX 4096

void spin_wait(unsigned int n)
{
	/* Whoever has it may wait for this CPU. */
	if (n >= SPINS)
		sched_yield();
}

void spin_lock_slow(spinlock_t *lock)
{
	for (unsigned int n = 0; __atomic_load_n(&lock->locked, __ATOMIC_RELAXED) ||
				 __atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE);
	     n++)
		spin_wait(n);
}

void rwlock_init(rwlock_t *lock)
{
	pthread_rwlockattr_t attr;

	/* Many senders shall not keep a fork waiting for ever. */
	pthread_rwlockattr_init(&attr);
#ifdef __GLIBC__
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
	pthread_rwlock_init(&lock->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
}

void rwlock_destroy(rwlock_t *lock)
{
	pthread_rwlock_destroy(&lock->lock);
}

void read_lock(rwlock_t *lock)
{
	pthread_rwlock_rdlock(&lock->lock);
}

void read_unlock(rwlock_t *lock)
{
	pthread_rwlock_unlock(&lock->lock);
}

void write_lock(rwlock_t *lock)
{
	pthread_rwlock_wrlock(&lock->lock);
}

void write_unlock(rwlock_t *lock)
{
	pthread_rwlock_unlock(&lock->lock);
}

void call_rcu(struct sf_machine *m, struct rcu_head *head,
	      void (*func)(struct sf_machine *m, struct rcu_head *head))
{
	head->func = func;
	spin_lock(&m->limbo.lock);
	head->next = m->limbo.head;
	m->limbo.head = head;
	WRITE_ONCE(m->limbo.n, m->limbo.n + 1);
	spin_unlock(&m->limbo.lock);
}

static struct rcu_head *take_limbo(struct sf_machine *m)
{
	struct rcu_head *head;

	spin_lock(&m->limbo.lock);
	head = m->limbo.head;
	m->limbo.head = NULL;
	WRITE_ONCE(m->limbo.n, 0);
	spin_unlock(&m->limbo.lock);
	return head;
}

static void free_limbo(struct sf_machine *m, struct rcu_head *head)
{
	while (head) {
		struct rcu_head *next = head->next;

		head->func(m, head);
		head = next;
	}
}

void rcu_reclaim(struct sf_machine *m)
{
	struct rcu_head *head;

	if (likely(READ_ONCE(m->limbo.n) < LIMBO_MAX))
		return;
	head = take_limbo(m);
	if (!head)
		return;
	synchronize_rcu();
	free_limbo(m, head);
}

/* What is freed may let go of more. */
void reclaim_all(struct sf_machine *m)
{
	struct rcu_head *head;

	while ((head = take_limbo(m)))
		free_limbo(m, head);
}

#else

void call_rcu(struct sf_machine *m, struct rcu_head *head,
	      void (*func)(struct sf_machine *m, struct rcu_head *head))
{
	func(m, head);
}

void rcu_reclaim(struct sf_machine *m)
{
	(void)m;
}

void reclaim_all(struct sf_machine *m)
{
	(void)m;
}

#endif
