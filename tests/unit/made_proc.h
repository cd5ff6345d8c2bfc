/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_proc.h - a /proc of our own making, below a temporary directory */
#ifndef SIGFATE_MADE_PROC_H
#define SIGFATE_MADE_PROC_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "procfs/procfs.h"

/** make_root(), remove_root() - what comes before and after each test */
int make_root(void **state);
int remove_root(void **state);

/** put() - a file, with the directories above it; the path is below the root */
void put(const char *path, const void *data, size_t len);
void put_text(const char *path, const char *text);
/** remove_process() - it has gone */
void remove_process(pid_t pid);

/**
 * struct made - a thread in our /proc
 * @nspid: its numbers, blanks between them; NULL: the first alone
 * @pid_ino, @user_ino: of its namespaces, 0: the links may not be read
 */
struct made {
	int pid, tgid, ppid;
	const char *nspid, *nspgid, *nssid;
	char state;
	int threads, tracer;
	uint64_t blocked, ignored, caught;
	unsigned long pid_ino, user_ino;
	const char *syscall, *map;
	unsigned int uid;
};

/** make() - put a thread, and when it is the first of its process, that too */
void make(const struct made *m);
#define MAKE(...) make(&(const struct made){__VA_ARGS__})

/** make_container() - a host with a container: its init, a child, and one who came in */
void make_container(bool readable);

/** snapshot() - what there is; look() - a close look at one process: NULL when it has gone */
struct snapshot *snapshot(void);
const struct proc_task *look(struct snapshot *s, pid_t pid);

static inline void cleanup_snapshot(struct snapshot **s)
{
	snapshot_free(*s);
}
#define _cleanup_snapshot_ _cleanup_(cleanup_snapshot)

#endif
