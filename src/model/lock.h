/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock.h - the kernel's locks, where the kernel takes them
 *
 * A machine belongs to one thread, so they compile to nothing; they say what a threaded build has
 * to protect.  Order, as in the kernel: tasklist_lock, then a siglock; look-ups are under RCU.
 */
#ifndef SIGFATE_LOCK_H
#define SIGFATE_LOCK_H

#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define read_lock_tasklist(m) ((void)(m))
#define read_unlock_tasklist(m) ((void)(m))
#define write_lock_tasklist(m) ((void)(m))
#define write_unlock_tasklist(m) ((void)(m))
#define lock_siglock(t) ((void)(t))
#define unlock_siglock(t) ((void)(t))

#endif
