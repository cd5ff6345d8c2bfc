/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rcu.h - read-copy-update, in the build with threads */
#ifndef SIGFATE_RCU_H
#define SIGFATE_RCU_H

/* What a reader finds in between stays until it has left; readers may nest, and wait for nobody. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
/** synchronize_rcu() - wait until all who read now have left */
void synchronize_rcu(void);

#endif
