/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain.h - a question about signals on a live host, and its answer
 *
 * A struct inquiry is one moment of the host, one sender and one signal; every target it is asked
 * about gets a machine of its own, so that an answer never depends on the one before.  No rule
 * lives here: an answer is what the model did.
 *
 * Numbers of processes are, in questions and answers, those that the caller of the program sees.
 */
#ifndef SIGFATE_EXPLAIN_H
#define SIGFATE_EXPLAIN_H

#include <sys/types.h>

#include <sigfate.h>

#include "procfs/procfs.h"

/* The calls, and from BY_GENERATOR on the kernel itself: enum sf_generator. */
enum origin {
	BY_KILL,
	BY_TGKILL,
	BY_SIGQUEUE,
	BY_PIDFD,
	BY_GENERATOR,
	N_ORIGINS = BY_GENERATOR + SF_NGENERATORS
};

/* Who acts: the sender; nobody but the kernel; the target, by what it does; its parent. */
enum origin_actor { ACTOR_SENDER, ACTOR_KERNEL, ACTOR_TARGET, ACTOR_PARENT };

const char *origin_name(enum origin by);
enum sf_generator origin_generator(enum origin by);
enum origin_actor origin_actor(enum origin by);
/** origin_words() - whom it is from: "the OOM killer"; NULL: from the sender */
const char *origin_words(enum origin by);
/** origin_for_group() - it is for the process group of the process that is named */
bool origin_for_group(enum origin by);
/** origin_parse() - the origin of that name, or -EINVAL */
int origin_parse(const char *name);

/**
 * struct inquiry - what is asked, and of which moment
 * @fs: where to read
 * @self: the process that asks, by its number in @fs, so that it is left out of the answers;
 *	0: nobody
 * @sig: the signal; @by: where it comes from
 * @from: the sender, 0: the process that invoked this one
 * @release: the kernel's, as uname -r prints it
 * The rest is filled in by inquiry_open().
 */
struct inquiry {
	struct procfs fs;
	pid_t self;
	int sig;
	enum origin by;
	pid_t from;
	char release[65];

	struct snapshot *snapshot;
	struct sf_kernel kernel;
	int caller_ns; /* the index of the PID namespace whose numbers are used */
	const struct proc_task *sender;
	bool probed; /* the kernel's switches are what the kernel showed */
	int probe_error;
};

/* What is wrong with a question: one sentence, with what to do next. */
struct inquiry_error {
	char message[256];
};

/* The target that is the sender itself, whichever process that turns out to be. */
#define TARGET_SELF LONG_MIN

/**
 * inquiry_open() - read the host
 * @target, @n: the targets that will be asked about, as kill(2) takes them, or TARGET_SELF
 *
 * Looks closely at the sender, the targets, and all whom their answers will speak of.  A target
 * that is not there is no error yet: inquiry_ask() says so.
 *
 * Return: 0; a negative errno and @err.
 */
int inquiry_open(struct inquiry *q, const long *target, size_t n, struct inquiry_error *err);
void inquiry_release(struct inquiry *q);

/* Where another call would be made from. */
enum instead_from { FROM_SENDER, FROM_OUTSIDE, FROM_ROOT };

/** struct instead - another call for the same target, and what the model says of it */
struct instead {
	int sig;
	enum instead_from from;
	enum sf_fate fate;
};

/**
 * struct unknown - something that is not known and that the answer rests on
 * @pid: of which process, 0: of none in particular; @task: its first thread, or NULL
 * @what: and @why it is not known; a thing that nothing shows has no why
 * @other: the other assumption, in words ("if it does"), and @otherwise the fate of the one target
 *	then, SF_NFATES when that is the same, or there are several targets
 * @notice: only the fate of a notice, such as the parent's SIGCHLD, rests on it
 */
struct unknown {
	int pid;
	const struct proc_task *task;
	const char *what, *why, *other;
	enum sf_fate otherwise;
	bool notice;
};

/**
 * struct answer - what becomes of the signal for one target argument
 * @target: as it was given
 * @task: the process that it names, NULL for groups and for all
 * @sender: who sends
 * @unnamed: the sender has no number for the target
 * @result: what the call gives
 * @reason: why a call that reached nobody failed, or NULL
 * @verdict, @n: one per process that the call came to, without the one that asks
 * @step, @n_steps: the path
 * @instead, @n_instead: what would do more than the signal asked about
 * @unknown, @n_unknown: what is not known and would make it another answer
 */
struct answer {
	const struct inquiry *q;
	long target;
	struct sf_task *task, *sender;
	bool unnamed;
	long result;
	const struct sf_reason *reason;
	struct sf_verdict *verdict;
	size_t n;
	const struct sf_step *step;
	size_t n_steps;
	struct instead *instead;
	size_t n_instead;
	struct unknown *unknown;
	size_t n_unknown;

	struct sf_machine *machine;
	struct sf_pidns *caller_ns;
	char stand_in[SF_COMM_LEN]; /* of the init that stands for whoever is outside */
	struct sf_task **tasks;	    /* per task of the snapshot */
	struct task_index *index;
	size_t n_index;
	struct sf_verdicts verdicts;
};

/**
 * inquiry_ask() - ask about one target
 * @ret: released by the caller with answer_release(); good as long as @q
 *
 * Return: 0; -ESRCH: it is not there; other negative errnos; @err has the words.
 */
int inquiry_ask(struct inquiry *q, long target, struct answer *ret, struct inquiry_error *err);
void answer_release(struct answer *a);

/** answer_proc() - what /proc showed of a task, NULL for one that it does not show */
const struct proc_task *answer_proc(const struct answer *a, const struct sf_task *t);
/** answer_pid() - the number of a task's process as the caller sees it; 0: not visible */
int answer_pid(const struct answer *a, const struct sf_task *t);
/** answer_comm() - a process's name: raw bytes of another process */
const char *answer_comm(const struct answer *a, const struct sf_task *t);
/** answer_is_init() - whether the kernel protected its process when the call was made */
bool answer_is_init(const struct answer *a, const struct sf_task *t);
/* For the parts of this directory. */

/** origin_check() - whether that origin can send that signal: 0, or -EINVAL and @err */
int origin_check(const struct inquiry *q, struct inquiry_error *err);
/** live_thread() - a thread of a process that can make a call, or NULL: its leader may be dead */
const struct proc_task *live_thread(const struct snapshot *s, const struct proc_task *t);

/** inquiry_find() - the task that has this number for the caller, or NULL */
const struct proc_task *inquiry_find(const struct inquiry *q, long number);

/**
 * struct attempt - one call on a fresh machine: whose, which signal, on which kernel
 * @assume: what is taken for true where nothing is known
 * @sandbox: what keeps the sender from sending anything: GAP_SECCOMP or GAP_LANDLOCK; or NULL
 * @task: the target; NULL: a group, or all
 */
struct attempt {
	const struct sf_kernel *kernel;
	enum instead_from from;
	int sig;
	struct proc_assume assume;
	enum proc_gap *sandbox;
	long target;
	const struct proc_task *task;
};

int attempt_make(const struct inquiry *q, const struct attempt *how, struct answer *ret,
		 struct inquiry_error *err);
/**
 * answer_tasks() - call @fn for every thread of every process that the answer speaks of, until it
 * gives non-zero
 *
 * Return: what @fn gave last, or -ENOMEM.
 */
int answer_tasks(const struct answer *a, int (*fn)(void *data, const struct proc_task *t),
		 void *data);
/** find_target() - who is meant by a target argument */
int find_target(const struct inquiry *q, long target, struct attempt *ret,
		struct inquiry_error *err);
/** find_instead() - fill in @a->instead by making other calls */
int find_instead(const struct inquiry *q, const struct attempt *asked, struct answer *a,
		 struct inquiry_error *err);
/** find_unknown() - fill in @a->unknown by making the call under other assumptions */
int find_unknown(struct inquiry *q, const struct attempt *asked, struct answer *a,
		 struct inquiry_error *err);
int inquiry_fail(struct inquiry_error *err, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
