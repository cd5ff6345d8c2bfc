/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock.h - the kernel's locks, where the kernel takes them
 *
 * With SIGFATE_THREADS a machine may be used by several threads at once; without it everything here
 * compiles to plain loads and stores, and needs nothing but the C library.
 *
 * Order, as in the kernel: a task's CPU, tasklist_lock, a siglock, then the small ones
 * (pidmap_lock, ucounts_lock, runqueue_lock, a cache's), of which none is held while another is
 * taken.  Look-ups of numbers, credentials and sighands are under RCU.
 */
#ifndef SIGFATE_LOCK_H
#define SIGFATE_LOCK_H

#include <stdbool.h>
#include <stddef.h>

struct sf_machine;

#ifdef SIGFATE_THREADS

#include <pthread.h>

#include "model/rcu.h"

typedef struct {
	int locked;
} spinlock_t;

typedef struct {
	pthread_rwlock_t lock;
} rwlock_t;

/** spin_wait() - between two looks at a lock that another has, the @n-th time */
void spin_wait(unsigned int n);
void spin_lock_slow(spinlock_t *lock);
void rwlock_init(rwlock_t *lock);
void rwlock_destroy(rwlock_t *lock);
void read_lock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void write_lock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);

static inline void spin_lock(spinlock_t *lock)
{
	if (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
		spin_lock_slow(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

#define rcu_dereference(p) __atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define atomic_or(x, v) __atomic_fetch_or(&(x), (v), __ATOMIC_SEQ_CST)
#define atomic_and(x, v) __atomic_fetch_and(&(x), (v), __ATOMIC_SEQ_CST)
#define atomic_add_return(x, v) __atomic_add_fetch(&(x), (v), __ATOMIC_SEQ_CST)
/** cmpxchg() - whether @x was @old and is @v now */
#define cmpxchg(x, old, v)                                                                         \
	__atomic_compare_exchange_n(&(x), &(__typeof__(x)){old}, (v), false, __ATOMIC_SEQ_CST,     \
				    __ATOMIC_SEQ_CST)
#define xchg(x, v) __atomic_exchange_n(&(x), (v), __ATOMIC_SEQ_CST)

/* An object that readers may still look at: given back when they cannot any more. */
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct sf_machine *m, struct rcu_head *head);
};

/** struct limbo - what waits for that, of one machine */
struct limbo {
	spinlock_t lock;
	struct rcu_head *head;
	size_t n;
};

#else

/* clang-format off */
typedef struct { } spinlock_t;
typedef struct { } rwlock_t;
struct rcu_head { };
struct limbo { };
/* clang-format on */

static inline void lock_nothing(const void *lock)
{
	(void)lock;
}

#define spin_lock(lock) lock_nothing(lock)
#define spin_unlock(lock) lock_nothing(lock)
#define rwlock_init(lock) lock_nothing(lock)
#define rwlock_destroy(lock) lock_nothing(lock)
#define read_lock(lock) lock_nothing(lock)
#define read_unlock(lock) lock_nothing(lock)
#define write_lock(lock) lock_nothing(lock)
#define write_unlock(lock) lock_nothing(lock)
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define rcu_dereference(p) (p)
#define rcu_assign_pointer(p, v) ((void)((p) = (v)))
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((void)((x) = (v)))
#define atomic_or(x, v) ((x) |= (v))
#define atomic_and(x, v) ((x) &= (v))
#define atomic_add_return(x, v) ((x) += (v))
#define cmpxchg(x, old, v) ((x) == (old) ? ((x) = (v), true) : false)

#endif

/** call_rcu() - let @func free what @head is in, when no reader can be at it any more */
void call_rcu(struct sf_machine *m, struct rcu_head *head,
	      void (*func)(struct sf_machine *m, struct rcu_head *head));
/** rcu_reclaim() - free what has waited long enough, if there is much; without a lock held */
void rcu_reclaim(struct sf_machine *m);
/** reclaim_all() - free all that waits: nobody uses the machine any more */
void reclaim_all(struct sf_machine *m);

/* A count of references: whoever takes it to zero frees the object. */
typedef struct {
	unsigned int n;
} refcount_t;

static inline void refcount_set(refcount_t *r, unsigned int n)
{
	WRITE_ONCE(r->n, n);
}

static inline void refcount_inc(refcount_t *r)
{
	atomic_add_return(r->n, 1u);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return atomic_add_return(r->n, -1u) == 0;
}

#endif
