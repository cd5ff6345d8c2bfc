/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/path.h - the path
 *
 * The steps that a thread's calls and settling took, recorded, and the words for them.  The machine
 * owns a path; one thread records into it or reads it at a time.  The words are constants.
 */
#ifndef SF_PATH_H
#define SF_PATH_H

#include <stddef.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum sf_step_id - the questions that the kernel asks of a signal, in the order it asks them
 *
 * docs/path.md has the function, the question and the possible answers of each.
 */
enum sf_step_id {
	/* the call, and whom it means */
	SF_STEP_CALL,	      /* which system call */
	SF_STEP_FORCED,	      /* force_sig_info_to_task */
	SF_STEP_REBOOT,	      /* reboot_pid_ns */
	SF_STEP_ARGUMENTS,    /* are the arguments allowed? */
	SF_STEP_PREPARE_INFO, /* prepare_kill_siginfo */
	SF_STEP_WHOM,	      /* kill_something_info: which of the four forms? */
	SF_STEP_FIND,	      /* find_vpid: is there such a number here? */
	SF_STEP_AGAIN,	      /* kill_pid_info_type: has the number changed hands? */
	SF_STEP_TGID,	      /* do_send_specific: is the thread of that process? */
	SF_STEP_CANDIDATE,    /* kill(-1): is this process one of them? */
	SF_STEP_MEMBER,	      /* __kill_pgrp_info: the next process of the group */
	/* check_kill_permission */
	SF_STEP_VALID_SIGNAL, /* valid_signal */
	SF_STEP_FROM_USER,    /* si_fromuser */
	SF_STEP_AUDIT,	      /* audit_signal_info */
	SF_STEP_SAME_GROUP,   /* same_thread_group */
	SF_STEP_CRED,	      /* kill_ok_by_cred */
	SF_STEP_SESSION,      /* the SIGCONT exception */
	SF_STEP_LSM,	      /* security_task_kill */
	SF_STEP_PROBE,	      /* signal 0 */
	/* send_signal */
	SF_STEP_SIGHAND,	/* lock_task_sighand */
	SF_STEP_TRANSLATE_UID,	/* send_signal_locked: si_uid rewritten */
	SF_STEP_ANCESTOR,	/* send_signal_locked: has the sender a number there? */
	SF_STEP_FORCE,		/* send_signal_locked: is it forced? */
	SF_STEP_EXITING_THREAD, /* __send_signal_locked: one thread, exiting? */
	SF_STEP_GROUP_EXIT,	/* prepare_signal: is the process dying? */
	SF_STEP_FLUSH,		/* prepare_signal: stop and continue cancel each other */
	SF_STEP_BLOCKED,	/* sig_ignored: blocked? */
	SF_STEP_TRACED,		/* sig_ignored: traced? */
	SF_STEP_GLOBAL_INIT,	/* sig_task_ignored: the global init? */
	SF_STEP_UNKILLABLE,	/* sig_task_ignored: a protected init? */
	SF_STEP_DISPOSITION,	/* sig_handler_ignored */
	SF_STEP_LEGACY_QUEUE,	/* legacy_queue: pending already? */
	SF_STEP_SIGQUEUE,	/* __sigqueue_alloc */
	SF_STEP_PENDING_SET,	/* shared or private */
	SF_STEP_WANTS_SIGNAL,	/* complete_signal: which thread? */
	SF_STEP_FATAL,		/* complete_signal: the fatal fast path */
	SF_STEP_GENERATE,	/* trace_signal_generate: what became of it so far */
	SF_STEP_RESULT,		/* what the sender gets for this target */
	SF_STEP_RETURN,		/* what the call gives */
	/* delivery */
	SF_STEP_DYING,	       /* get_signal: group exit in progress */
	SF_STEP_DEQUEUE,       /* dequeue_signal */
	SF_STEP_PTRACE_SIGNAL, /* ptrace_signal */
	SF_STEP_ACTION,	       /* get_signal: what is the disposition? */
	SF_STEP_STOP,	       /* do_signal_stop */
	SF_STEP_SIGWAIT,       /* do_sigtimedwait took it */
	SF_STEP_SIGNALFD,      /* signalfd_dequeue took it */
	SF_STEP_COREDUMP,      /* do_coredump */
	SF_STEP_DO_GROUP_EXIT, /* do_group_exit */
	/* the end of a process */
	SF_STEP_EXIT,	       /* do_exit */
	SF_STEP_CHILD_REAPER,  /* find_child_reaper */
	SF_STEP_ZAP,	       /* zap_pid_ns_processes */
	SF_STEP_NEW_PARENT,    /* find_new_reaper */
	SF_STEP_ORPHANED_PGRP, /* kill_orphaned_pgrp */
	SF_STEP_NOTIFY,	       /* do_notify_parent, do_notify_parent_cldstop */
	SF_STEP_RELEASE,       /* release_task */
	SF_STEP_ALLOC_PID,     /* alloc_pid */
	SF_NSTEPS
};

/* The answers that a reader of a path may want to know; the others are plain no (0) and yes (1). */
enum {
	SF_CALL_KILL = 0,
	SF_CALL_TKILL,
	SF_CALL_TGKILL,
	SF_CALL_RT_SIGQUEUEINFO,
	SF_CALL_RT_TGSIGQUEUEINFO,
	SF_CALL_PIDFD_SEND_SIGNAL,
	SF_CALL_KERNEL,

	SF_ARG_OK = 0,
	SF_ARG_INVALID,
	SF_ARG_FORGED,
	SF_ARG_NAMESPACE,
	SF_ARG_SIGNO,

	SF_WHOM_ONE = 0,
	SF_WHOM_OWN_PGRP,
	SF_WHOM_PGRP,
	SF_WHOM_ALL,
	SF_WHOM_INT_MIN,

	SF_CANDIDATE_YES = 0,
	SF_CANDIDATE_OWN_INIT,
	SF_CANDIDATE_SELF,

	SF_CRED_NO = 0,
	SF_CRED_EUID_SUID,
	SF_CRED_EUID_UID,
	SF_CRED_UID_SUID,
	SF_CRED_UID_UID,
	SF_CRED_CAP_KILL,
	SF_CRED_NS_OWNER,

	SF_SESSION_OTHER = 0,
	SF_SESSION_SAME,

	SF_FORCE_NO = 0,
	SF_FORCE_ANCESTOR,
	SF_FORCE_SI_KERNEL,
	SF_FORCE_NO_IDS,
	SF_FORCE_KERNEL,

	SF_GROUP_EXIT_NO = 0,
	SF_GROUP_EXIT_DYING,
	SF_GROUP_EXIT_ZOMBIE,

	SF_FLUSH_NO = 0,
	SF_FLUSH_CONT,
	SF_FLUSH_STOPS,
	SF_FLUSH_WAKES,

	SF_BLOCKED_NO = 0,
	SF_BLOCKED_MASK,
	SF_BLOCKED_AWAITED,

	SF_UNKILLABLE_NO_INIT = 0,
	SF_UNKILLABLE_HAS_ACTION,
	SF_UNKILLABLE_FORCED,
	SF_UNKILLABLE_IGNORED,

	SF_DISP_ACTS = 0,
	SF_DISP_DEFAULT_IGNORES,
	SF_DISP_IGN,
	SF_DISP_HANDLER,

	SF_SIGQUEUE_INFO = 0,
	SF_SIGQUEUE_BIT_ONLY,
	SF_SIGQUEUE_LOST,
	SF_SIGQUEUE_EAGAIN,

	SF_SET_SHARED = 0,
	SF_SET_PRIVATE,

	SF_WANTS_NONE = 0,
	SF_WANTS_ADDRESSED,
	SF_WANTS_OTHER,

	SF_FATAL_YES = 0,
	SF_FATAL_NOT_FATAL,
	SF_FATAL_UNKILLABLE,
	SF_FATAL_GROUP_EXIT,
	SF_FATAL_AWAITED,
	SF_FATAL_TRACED,
	SF_FATAL_CORE,

	SF_DEQUEUE_SYNC = 0,
	SF_DEQUEUE_PRIVATE,
	SF_DEQUEUE_SHARED,

	SF_ACTION_IGN = 0,
	SF_ACTION_HANDLER,
	SF_ACTION_DEFAULT_IGNORES,
	SF_ACTION_INIT_DROPS,
	SF_ACTION_STOP,
	SF_ACTION_ORPHANED,
	SF_ACTION_FATAL,
	SF_ACTION_CORE,

	SF_REAPER_OTHER = 0,
	SF_REAPER_THREAD,
	SF_REAPER_NS_ENDS,

	SF_NEW_PARENT_THREAD = 0,
	SF_NEW_PARENT_SUBREAPER,
	SF_NEW_PARENT_INIT,

	SF_NOTIFY_SENT = 0,
	SF_NOTIFY_AUTOREAP,
	SF_NOTIFY_SENT_AUTOREAP,
	SF_NOTIFY_NONE,

	SF_ALLOC_OK = 0,
	SF_ALLOC_EAGAIN,
	SF_ALLOC_ENOMEM,
};

/**
 * struct sf_step - one question and its answer
 * @id: the question
 * @answer: an SF_* of the question's answers
 * @sig: the signal that is being asked about
 * @task: the task it is asked about; the path holds a reference
 * @by: the task that runs the kernel's code; the path holds a reference
 * @value: what the answer rests on: docs/path.md says what, per question
 */
struct sf_step {
	enum sf_step_id id;
	int answer;
	int sig;
	struct sf_task *task, *by;
	long value[2];
};

/**
 * sf_path_new() - an empty path that can be recorded into
 * @m: the machine, which owns it: it is freed with it, or by sf_path_free()
 *
 * Context: Any thread, at once with calls.
 *
 * Return: the path; NULL when it cannot be: sf_machine_error() is then
 * * -EINVAL: @m is NULL
 * * -ENOMEM: we had no memory
 */
struct sf_path *sf_path_new(struct sf_machine *m);

/**
 * sf_path_free() - free a path before its machine is freed
 * @path: the path; NULL is nothing
 *
 * Context: Any thread, at once with calls; no thread records into it any more, and verdicts that
 * were read from it are not used any more.
 */
void sf_path_free(struct sf_path *path);

/**
 * sf_machine_record() - record every step that this thread takes in the machine from now on
 * @m: the machine
 * @path: where to; NULL stops it
 *
 * Steps are those of calls and of sf_settle().  A thread records one path at a time, and stops
 * before the path or the machine is freed.
 *
 * Context: Any thread, for itself; a path is recorded into by one thread at a time.
 *
 * Return: 0, or
 * * -EINVAL: @path is of another machine, or @m is NULL
 */
int sf_machine_record(struct sf_machine *m, struct sf_path *path);

/**
 * sf_path_clear() - forget the steps
 * @path: the path; NULL is nothing
 *
 * Context: One thread at a time for a path; not while another records into it.
 */
void sf_path_clear(struct sf_path *path);

/**
 * sf_path_steps() - the steps so far
 * @path: the path, which owns them; the next call may move them
 * @ret_n: how many there are; may be NULL
 *
 * Context: One thread at a time for a path; not while another records into it.
 *
 * Return: the steps, in order; NULL when there are none.
 */
const struct sf_step *sf_path_steps(const struct sf_path *path, size_t *ret_n);

/**
 * struct sf_step_text - the words for a step: docs/path.md is made from them
 * @function: the kernel's function that asks, in the file @source
 * @question: what it asks
 * @answers: what it may find, in the order of sf_step's @answer; @n_answers of them
 * @values: what sf_step's two @value are; NULL for one that says nothing
 */
struct sf_step_text {
	const char *function;
	const char *source;
	const char *question;
	const char *const *answers;
	size_t n_answers;
	const char *values[2];
};

/**
 * sf_step_text() - the words for a step
 * @id: any number
 *
 * Context: Any thread.
 *
 * Return: the words, constants; NULL for none.
 */
const struct sf_step_text *sf_step_text(enum sf_step_id id);

/**
 * sf_step_answer() - the words of a step's answer
 * @step: the step
 *
 * Context: Any thread.
 *
 * Return: the words, a constant; never NULL.
 */
const char *sf_step_answer(const struct sf_step *step);

#ifdef __cplusplus
}
#endif

#endif
