/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock.h - the kernel's locks, where the kernel takes them
 *
 * A machine belongs to one thread, so all of it compiles to nothing; it says what a threaded build
 * has to protect, and how.  Order, as in the kernel: tasklist_lock, then a siglock, then the
 * pidmap_lock.  Look-ups of numbers and of credentials are under RCU.
 */
#ifndef SIGFATE_LOCK_H
#define SIGFATE_LOCK_H

#include <stdbool.h>

/* clang-format off */
typedef struct { } spinlock_t;
typedef struct { } rwlock_t;
/* clang-format on */

static inline void spin_lock(spinlock_t *lock)
{
	(void)lock;
}

static inline void spin_unlock(spinlock_t *lock)
{
	(void)lock;
}

static inline void read_lock(rwlock_t *lock)
{
	(void)lock;
}

static inline void read_unlock(rwlock_t *lock)
{
	(void)lock;
}

static inline void write_lock(rwlock_t *lock)
{
	(void)lock;
}

static inline void write_unlock(rwlock_t *lock)
{
	(void)lock;
}

static inline void rcu_read_lock(void)
{
}

static inline void rcu_read_unlock(void)
{
}

#define rcu_dereference(p) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))

/* A count of references: whoever takes it to zero frees the object. */
typedef struct {
	unsigned int n;
} refcount_t;

static inline void refcount_set(refcount_t *r, unsigned int n)
{
	r->n = n;
}

static inline void refcount_inc(refcount_t *r)
{
	r->n++;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return --r->n == 0;
}

#endif
