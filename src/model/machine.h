/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * machine.h - the machine from inside: what owns every object, and how a call begins and ends
 *
 * Everything in src/model bears the kernel's name and means what it means there; what the kernel
 * has and no signal asks about is left out.
 */
#ifndef SIGFATE_MODEL_MACHINE_H
#define SIGFATE_MODEL_MACHINE_H

#include <errno.h>

#include "model/sched.h"
#include "model/slab.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct sf_path {
	struct sf_machine *machine;
	struct sf_path *next;
	struct sf_step *step;
	size_t n, size;
};

struct audit {
	bool enabled;
	uint32_t serial;
	struct sf_audit_record *record;
	size_t n, size;
	struct task_struct *auditd;
	int sig_pid;
	kuid_t sig_uid;
};

struct sf_machine {
	struct sf_kernel kernel;
	char kernel_name[16];
	bool no_memory; /* for good */
	bool panicked;
	uint32_t overflowuid;
	enum sf_core_pattern core_pattern;
	rwlock_t tasklist_lock;
	spinlock_t pidmap_lock, ucounts_lock, namespaces_lock, runqueue_lock, path_lock, comm_lock,
		audit_lock;
	struct limbo limbo;
	struct list_head tasks, runqueue, pid_namespaces, user_namespaces;
	struct pid_namespace *init_pid_ns;
	struct user_namespace *init_user_ns;
	struct sf_path *paths;
	void (*observe)(void *data, const struct sf_event *event);
	void *observe_data;
	unsigned int (*choose)(void *data, enum sf_choice what, unsigned int n);
	void *choose_data;
	int (*lsm)(void *data, const struct sf_task *sender, const struct sf_task *target,
		   const struct sf_siginfo *info, int sig);
	void *lsm_data;
	struct audit audit;
	struct kmem_cache task_cache, rare_cache, signal_cache, shared_mm_cache, sighand_cache,
		details_cache, sigqueue_cache, frame_cache, cred_cache, ucounts_cache,
		landlock_cache, pid_ns_cache, user_ns_cache, pid_cache[SF_MAX_PID_NS_LEVEL + 1];
};

/** copy_name() - as much of a string as fits, and zeroes after it */
static inline void copy_name(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; i < size - 1 && from[i]; i++)
		to[i] = from[i];
	for (; i < size; i++)
		to[i] = '\0';
}

/* machine.c */

/* Why this thread can make no call now; 0: it can. */
enum no_calls { IN_OBSERVER = 1, IN_HOOK, IN_TASKLIST };
extern _Thread_local unsigned char no_calls;

/** machine_no_memory() - our own memory is gone: the machine stops answering; gives -ENOMEM */
int machine_no_memory(struct sf_machine *m);
/** call_enter() - every call begins with it: makes @t current; false: the call gives SF_FAIL */
bool call_enter(struct task_struct *t);
/** same_machine() - whether both are there, and of one machine */
static inline bool same_machine(const struct task_struct *t, const struct task_struct *other)
{
	return t && other && t->machine == other->machine;
}

/** call_refuse() - current cannot go on with its call after all: gives SF_FAIL */
long call_refuse(void);
/** call_fail() - no call of the kernel could be like this: gives SF_FAIL for our own @error */
long call_fail(int error);
/** call_leave() - every call ends with it: its result, or SF_FAIL when we lacked memory */
long call_leave(long ret);
/** call_enter_held() - as call_enter(), for a call in which @t may end and be reaped */
bool call_enter_held(struct task_struct *t);
/** call_leave_held() - as call_leave(), after call_enter_held() */
long call_leave_held(long ret);
/** machine_event() - tell whoever observes */
void machine_event(const struct sf_event *event);
/** machine_choose() - one of @n that are equally right, from 0 */
unsigned int machine_choose(struct sf_machine *m, enum sf_choice what, unsigned int n);

/* path.c */
/* Where this thread records; it may be another machine's path. */
extern _Thread_local struct sf_path *recording;
void path_note(struct sf_path *path, struct task_struct *t, enum sf_step_id id, int answer, int sig,
	       long v0, long v1);

/** step() - note a question that the kernel asks, and its answer, when somebody records */
static inline void step(struct task_struct *t, enum sf_step_id id, int answer, int sig, long v0,
			long v1)
{
	if (unlikely(recording != NULL))
		path_note(recording, t, id, answer, sig, v0, v1);
}

#endif
