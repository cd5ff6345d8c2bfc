/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rcu.c - read-copy-update, from the library that registers its threads by itself */
#include "model/rcu.h"

/* Inlined, it would be checked for what is its own affair. */
#ifndef SIGFATE_SANITIZED
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-bp.h>

/* The checker of races does not see that library's memory barriers: they are told to it. */
#if defined(__SANITIZE_THREAD__)
#define RCU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RCU_TSAN 1
#endif
#endif
#ifdef RCU_TSAN
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
static char readers;
#else
static inline void tsan_nothing(void)
{
}
#define __tsan_acquire(addr) tsan_nothing()
#define __tsan_release(addr) tsan_nothing()
#endif

void rcu_read_lock(void)
{
	urcu_bp_read_lock();
}

void rcu_read_unlock(void)
{
	__tsan_release(&readers);
	urcu_bp_read_unlock();
}

void synchronize_rcu(void)
{
	urcu_bp_synchronize_rcu();
	__tsan_acquire(&readers);
}
