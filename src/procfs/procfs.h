/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * procfs.h - a machine from a live host
 *
 * A struct snapshot is what /proc said: plain data, of which as many machines as one likes can be
 * made.  Nothing else in the project reads /proc/PID.  It is taken in two steps: every process as
 * its status shows it, which is cheap, and then a close look at those that matter.
 *
 * /proc is not one moment: processes come and go while it is read.  Each process is read through
 * one descriptor, so that its parts belong together, and read again while it changes; one that is
 * gone in the middle is left out, as if it had gone before.
 *
 * What cannot be read is never guessed silently: the likeliest is taken, and the gap is written
 * down.  A machine can be built on the other assumption too, to see whether it matters.
 */
#ifndef SIGFATE_PROCFS_H
#define SIGFATE_PROCFS_H

#include <sys/types.h>

#include <sigfate.h>

/** struct procfs - where to read: @root is "/proc" but in tests */
struct procfs {
	const char *root;
};

#define PROC_COMM_LEN 64 /* with its NUL; those of kernel threads are longer than others' */

/** enum proc_gap - what can be unknown of a process: what it is taken for | the other assumption */
enum proc_gap {
	GAP_PIDNS,     /* which PID namespace it is in: one that fits | another */
	GAP_USERNS,    /* which user namespace it is in: one that fits | another */
	GAP_UID,       /* an id without a name here: nobody else's | the same as all such */
	GAP_PARENT,    /* who its parent is: nobody who is told of its end | somebody outside */
	GAP_WAIT,      /* whether it waits for signals: it does not | for all that there are */
	GAP_WAIT_MASK, /* whether it blocked what it waits for: it did | it did not */
	GAP_SIGNALFD,  /* whether it reads signals from a descriptor: no | all that there are */
	GAP_RESTORED,  /* what it blocks after a call with a mask of its own: the same | nothing */
	GAP_DUMPABLE,  /* whether it may dump core: it may | it may not */
	GAP_SUBREAPER, /* whether orphans go to it: they do not | they do */
	GAP_SEIZED,    /* how its tracer came to trace it: PTRACE_ATTACH | PTRACE_SEIZE */
	GAP_SECCOMP,   /* whether its seccomp filter allows a call: it does | it does not */
	GAP_LANDLOCK,  /* whether a Landlock domain keeps it from signalling: no | yes */
	N_GAPS
};

#define GAP_BIT(gap) (1u << (gap))

/** struct proc_gap_text - in words: "whether it waits for signals", and "if it does" */
struct proc_gap_text {
	const char *what, *other;
};

const struct proc_gap_text *proc_gap_text(enum proc_gap gap);

/** struct proc_task - one thread as found; numbers are those of the procfs mount's namespace */
struct proc_task {
	pid_t tgid, tid, ppid, tracer;
	char comm[PROC_COMM_LEN]; /* raw bytes of another process */
	char state;
	bool kthread;
	unsigned int threads;
	/* one number a level, the mount's first; 0: not visible there */
	int nspid[SF_MAX_PID_NS_LEVEL + 1], nspgid[SF_MAX_PID_NS_LEVEL + 1],
		nssid[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int n_nspid;
	uint32_t uid[3]; /* real, effective, saved, as the reader sees them */
	uint32_t egid;
	uint64_t cap_effective;
	sf_sigset sigpnd, shdpnd, sigblk, sigign, sigcgt;
	long sigq;
	uint64_t sigq_limit;
	uint64_t switches; /* how often it has given up the processor */
	bool no_new_privs;
	unsigned int seccomp; /* 0 none, 1 strict, 2 a filter */
	int pidns, userns;    /* indices; that of the process */

	bool close; /* looked at closely: what follows is known, and its threads are there */
	int pidns_for_children;
	int exit_signal;
	bool exiting;
	sf_sigset sigwait;  /* awaited in rt_sigtimedwait() */
	sf_sigset signalfd; /* read from signalfds, by a thread that waits for them */
	bool polls;	    /* in poll() or the like, and not in read() */
	bool own_mask;	    /* sleeps in a call with a mask of its own: sigsuspend(), ppoll()... */
	uint64_t core_limit;
	bool undumpable;

	ino_t pidns_ino, children_ino, userns_ino; /* as read; 0: not known */
	unsigned int gaps;			   /* bits of enum proc_gap */
	int gap_error;				   /* why: an errno; 0: nothing shows it */
};

/** struct proc_ns - a namespace as found; its parent stands before it in its list */
struct proc_ns {
	ino_t ino;		      /* 0: inferred */
	int parent;		      /* index, -1 for the first */
	int owner;		      /* PID namespaces: the index of the owning user namespace */
	unsigned int level;	      /* below the first */
	uint32_t owner_uid;	      /* user namespaces: as the reader sees it */
	struct sf_id_extent *uid_map; /* user namespaces: relative to the parent */
	size_t n_uid_map;
};

/**
 * struct snapshot - what /proc said
 * @task: processes in order of their numbers, each followed by its threads
 * @pidns: [0] is the mount's; @pidns_is_initial: and it is the initial one of the host
 * @userns: [0] is the outermost, @userns_here the reader's: another when that is not the initial
 *	one, and then [0] stands for all that is around it
 * @hides: there are processes that /proc does not show to us (hidepid), or not their contents
 */
struct snapshot {
	struct proc_task *task;
	size_t n_tasks;
	struct proc_ns *pidns, *userns;
	size_t n_pidns, n_userns;
	bool pidns_is_initial;
	int userns_here;
	uint32_t overflowuid;
	enum sf_core_pattern core_pattern;
	bool hides;
	struct procfs_reader *reader;
};

/** procfs_self() - the number of the calling process in the mount's namespace; 0: not seen there */
pid_t procfs_self(const struct procfs *fs);

/**
 * snapshot_read() - every process, as its status shows it
 *
 * Return: 0 and @ret, which the caller frees; a negative errno when /proc itself cannot be read.
 */
int snapshot_read(const struct procfs *fs, struct snapshot **ret);

/**
 * snapshot_look() - look closely: all threads, namespaces, limits, and what they wait for
 * @pid, @n: any thread's number of each process; numbers that are not there are passed over, and
 *	a process that has gone by now is taken out
 *
 * Moves the tasks and numbers the namespaces anew: what pointed to them is void, snapshot_find()
 * gives new pointers.
 */
int snapshot_look(struct snapshot *s, const pid_t *pid, size_t n);

/** snapshot_look_all() - look closely at all processes */
int snapshot_look_all(struct snapshot *s);

/** snapshot_leave_out() - forget a process */
void snapshot_leave_out(struct snapshot *s, pid_t tgid);
void snapshot_free(struct snapshot *s);

/** snapshot_find() - the task with this number in the mount's namespace, or NULL */
const struct proc_task *snapshot_find(const struct snapshot *s, pid_t tid);

/**
 * snapshot_visible() - the number of a task, of its group or session, in a namespace
 * @nr: its nspid, nspgid or nssid
 *
 * Return: 0 when there is none.
 */
int snapshot_visible(const struct snapshot *s, const struct proc_task *t, const int *nr, int ns);

/**
 * struct proc_assume - what a machine takes for true where nothing is known
 * @other: for these gaps (bits) not the likeliest, but the other that enum proc_gap names
 * @with: another namespace is then this task's, as far as the levels allow; NULL: one that nobody
 *	else is in
 * @maker: another user namespace is then one that this task made; NULL: see @with
 * @of: it is about the namespaces of these processes only; NULL, NULL: of all
 */
struct proc_assume {
	unsigned int other;
	const struct proc_task *with, *maker, *of[2];
};

/**
 * snapshot_machine() - build a machine from a snapshot
 * @assume: NULL for the likeliest
 * @ret_task: one per task of the snapshot, freed by the caller; NULL for kernel threads and for
 *	what contradicts the rest
 *
 * The outermost init is always there, if only as a stand-in for one that cannot be seen.
 */
int snapshot_machine(const struct snapshot *s, const struct sf_kernel *kernel,
		     const struct proc_assume *assume, struct sf_machine **ret,
		     struct sf_task ***ret_task);

/* ---- the parsers: any bytes are refused or understood ------------------------------------- */

/** procfs_parse_status() - /proc/PID/status: 0, -EINVAL, -ESRCH for one that is gone already */
int procfs_parse_status(const char *text, size_t len, struct proc_task *ret);
/** procfs_parse_stat() - /proc/PID/stat: exit_signal and exiting */
int procfs_parse_stat(const char *text, size_t len, struct proc_task *ret);
/** procfs_parse_id_map() - /proc/PID/uid_map; @ret is freed by the caller */
int procfs_parse_id_map(const char *text, size_t len, struct sf_id_extent **ret, size_t *ret_n);
/** procfs_parse_core_limit() - of /proc/PID/limits, the soft limit on core files in bytes */
int procfs_parse_core_limit(const char *text, size_t len, uint64_t *ret);
/** procfs_parse_core_pattern() - /proc/sys/kernel/core_pattern */
enum sf_core_pattern procfs_parse_core_pattern(const char *text, size_t len);

/** struct proc_syscall - /proc/PID/syscall: the call that a thread sleeps in; @nr -1 for none */
struct proc_syscall {
	long nr;
	uint64_t arg[6];
	uint64_t sp;
};

int procfs_parse_syscall(const char *text, size_t len, struct proc_syscall *ret);
/** procfs_parse_sigmask() - the set of a signalfd in /proc/PID/fdinfo/FD; -ENOENT: it is none */
int procfs_parse_sigmask(const char *text, size_t len, sf_sigset *ret);
/** procfs_next_tfd() - the next descriptor that an epoll watches, from @pos on; -1: no more */
int procfs_next_tfd(const char *text, size_t len, size_t *pos);

#endif
