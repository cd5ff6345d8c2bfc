/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * procfs.h - a machine from a live host
 *
 * A struct snapshot is what /proc said at one moment: plain data, as many machines as one likes can
 * be made of it.  Nothing else in the project reads /proc/PID.  What could not be read is not
 * guessed silently: it is in the list of unknowns.
 */
#ifndef SIGFATE_PROCFS_H
#define SIGFATE_PROCFS_H

#include <sys/types.h>

#include <sigfate.h>

/** struct proc_ns - a namespace as found: @ino 0 when it could not be read and was inferred */
struct proc_ns {
	ino_t ino;
	int parent; /* index, -1 for the base */
	int owner;  /* PID namespaces: the index of the owning user namespace */
	unsigned int level; /* below the base */
	uint32_t owner_uid; /* user namespaces */
	struct sf_id_extent *uid_map;
	size_t n_uid_map;
};

/** struct proc_task - one thread as found; numbers are those of the procfs mount's namespace */
struct proc_task {
	pid_t tgid, tid, ppid, tracer;
	char comm[64]; /* raw bytes */
	char state;
	int nspid[SF_MAX_PID_NS_LEVEL + 1], nspgid[SF_MAX_PID_NS_LEVEL + 1],
		nssid[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int n_nspid; /* 0: the fields are not there */
	uint32_t uid[4];
	uint64_t cap_effective;
	unsigned int threads;
	sf_sigset sigpnd, shdpnd, sigblk, sigign, sigcgt;
	long sigq;
	uint64_t sigq_limit;
	int pidns, pidns_for_children, userns; /* indices */
	int exit_signal, pgrp, session;
	unsigned long flags; /* PF_* of stat */
	bool kthread;
	sf_sigset sigwait; /* awaited in rt_sigtimedwait */
	sf_sigset signalfd;
	uint64_t core_limit;
	unsigned long long start_time;
};

/** struct proc_unknown - something that could not be read: "the namespace of process 7", and why */
struct proc_unknown {
	pid_t pid;
	char what[96];
	char why[96];
};

struct snapshot {
	struct proc_task *task; /* processes in order of creation, each followed by its threads */
	size_t n_tasks;
	struct proc_ns *pidns, *userns; /* [0] is the base: the procfs mount's, the reader's */
	size_t n_pidns, n_userns;
	bool base_is_initial; /* of the PID namespace */
	uint32_t overflowuid;
	enum sf_core_pattern core_pattern;
	struct proc_unknown *unknown;
	size_t n_unknown;
};

/** struct procfs - where to read: @root is "/proc" but in tests */
struct procfs {
	const char *root;
};

/** struct procfs_status - what /proc/PID/status says, parsed */
int procfs_parse_status(const char *text, size_t len, struct proc_task *ret);
/** procfs_parse_stat() - exit_signal, pgrp, session, flags, start_time; the name may hold anything */
int procfs_parse_stat(const char *text, size_t len, struct proc_task *ret);
int procfs_parse_id_map(const char *text, size_t len, struct sf_id_extent **ret, size_t *ret_n);

/** procfs_self() - the number of the calling process in the mount's namespace; 0: not seen there */
pid_t procfs_self(const struct procfs *fs);

/**
 * procfs_read() - take a snapshot
 * @focus, @n: the processes whose threads, limits and waits are read too (any thread's number);
 *	@n 0 means all
 *
 * Return: 0; -ESRCH: a process of @focus is not there (@ret_missing says which); -errno.
 */
int procfs_read(const struct procfs *fs, const pid_t *focus, size_t n, struct snapshot **ret,
		pid_t *ret_missing);
void snapshot_free(struct snapshot *s);
/** snapshot_find() - the task with this number in the mount's namespace, or NULL */
const struct proc_task *snapshot_find(const struct snapshot *s, pid_t tid);

/**
 * snapshot_machine() - build a machine from it
 * @ret_task: per task of the snapshot, freed by the caller; NULL entries for kernel threads
 *
 * Return: 0 or a negative errno.
 */
int snapshot_machine(const struct snapshot *s, const struct sf_kernel *kernel,
		     struct sf_machine **ret, struct sf_task ***ret_task);

#endif
