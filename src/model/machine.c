/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* machine.c - a machine's beginning and end, and the frame that every call is made in */
#include "model/machine.h"

#include <stdlib.h>
#include <string.h>

#include "model/signal.h"

_Thread_local struct task_struct *current;
_Thread_local unsigned char no_calls;
/* Why this thread's last call gave SF_FAIL. */
static _Thread_local int call_failure;
/* The machine that this thread is in a section of. */
static _Thread_local struct sf_machine *section;

_Static_assert(sizeof(struct sighand_struct) <= CACHE_LINE,
	       "a sighand has a cache line of its own");

static void init_caches(struct sf_machine *m)
{
	kmem_cache_init(&m->task_cache, sizeof(struct task_struct));
	kmem_cache_init(&m->rare_cache, sizeof(struct task_rare));
	kmem_cache_init(&m->signal_cache, sizeof(struct signal_struct));
	/* Who locks one shall not wait for who locks another. */
	kmem_cache_init(&m->sighand_cache, CACHE_LINE);
	kmem_cache_init(&m->shared_mm_cache, sizeof(struct shared_mm));
	kmem_cache_init(&m->details_cache, sizeof(struct sigactions));
	kmem_cache_init(&m->sigqueue_cache, sizeof(struct sigqueue));
	kmem_cache_init(&m->frame_cache, sizeof(struct frame));
	kmem_cache_init(&m->cred_cache, sizeof(struct cred));
	kmem_cache_init(&m->ucounts_cache, sizeof(struct ucounts));
	kmem_cache_init(&m->landlock_cache, sizeof(struct landlock_domain));
	kmem_cache_init(&m->pid_ns_cache, sizeof(struct pid_namespace));
	kmem_cache_init(&m->user_ns_cache, sizeof(struct user_namespace));
	for (unsigned int level = 0; level < ARRAY_SIZE(m->pid_cache); level++)
		kmem_cache_init(&m->pid_cache[level],
				sizeof(struct pid) + (level + 1) * sizeof(struct upid));
}

static void set_kernel(struct sf_machine *m, const struct sf_kernel *kernel)
{
	m->kernel = *kernel;
	copy_name(m->kernel_name, sizeof(m->kernel_name), kernel->name ? kernel->name : "");
	m->kernel.name = m->kernel_name;
}

struct sf_machine *sf_machine_new(const struct sf_kernel *kernel)
{
	struct sf_machine *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	init_caches(m);
	set_kernel(m, kernel ? kernel : sf_kernel_preset(NULL));
	rwlock_init(&m->tasklist_lock);
	m->overflowuid = SF_OVERFLOWUID;
	INIT_LIST_HEAD(&m->tasks);
	INIT_LIST_HEAD(&m->runqueue);
	INIT_LIST_HEAD(&m->pid_namespaces);
	INIT_LIST_HEAD(&m->user_namespaces);
	m->init_user_ns = user_ns_alloc(m, NULL);
	if (m->init_user_ns)
		m->init_pid_ns = pid_ns_alloc(m, NULL, m->init_user_ns);
	if (!m->init_pid_ns) {
		sf_machine_free(m);
		return NULL;
	}
	return m;
}

/* What is not in a cache: the tables of numbers, and the maps. */
static void free_tables(struct sf_machine *m)
{
	struct pid_namespace *pid_ns;
	struct user_namespace *user_ns;

	list_for_each_entry (pid_ns, struct pid_namespace, &m->pid_namespaces, node)
		idr_destroy(&pid_ns->idr);
	list_for_each_entry (user_ns, struct user_namespace, &m->user_namespaces, node) {
		free(user_ns->uid_map.extent);
		free(user_ns->gid_map.extent);
	}
}

void sf_machine_free(struct sf_machine *m)
{
	if (!m)
		return;
	sf_machine_record(m, NULL);
	reclaim_all(m);
	free_tables(m);
	while (m->paths) {
		struct sf_path *next = m->paths->next;

		free(m->paths->step);
		free(m->paths);
		m->paths = next;
	}
	free(m->audit.record);
	rwlock_destroy(&m->tasklist_lock);
	kmem_cache_destroy(&m->task_cache);
	kmem_cache_destroy(&m->rare_cache);
	kmem_cache_destroy(&m->signal_cache);
	kmem_cache_destroy(&m->sighand_cache);
	kmem_cache_destroy(&m->shared_mm_cache);
	kmem_cache_destroy(&m->details_cache);
	kmem_cache_destroy(&m->sigqueue_cache);
	kmem_cache_destroy(&m->frame_cache);
	kmem_cache_destroy(&m->cred_cache);
	kmem_cache_destroy(&m->ucounts_cache);
	kmem_cache_destroy(&m->landlock_cache);
	kmem_cache_destroy(&m->pid_ns_cache);
	kmem_cache_destroy(&m->user_ns_cache);
	for (size_t i = 0; i < ARRAY_SIZE(m->pid_cache); i++)
		kmem_cache_destroy(&m->pid_cache[i]);
	free(m);
}

int machine_no_memory(struct sf_machine *m)
{
	WRITE_ONCE(m->no_memory, true);
	call_failure = -ENOMEM;
	return -ENOMEM;
}

void machine_event(const struct sf_event *event)
{
	struct sf_machine *m = event->task->machine;

	if (!m->observe)
		return;
	no_calls = IN_OBSERVER;
	m->observe(m->observe_data, event);
	no_calls = 0;
}

unsigned int machine_choose(struct sf_machine *m, enum sf_choice what, unsigned int n)
{
	unsigned int i;

	if (!m->choose || n < 2)
		return 0;
	no_calls = IN_OBSERVER;
	i = m->choose(m->choose_data, what, n);
	no_calls = 0;
	return i < n ? i : 0;
}

/* ---- calls --------------------------------------------------------------------------------- */

/* Why @t cannot make a call. */
static int call_error(const struct task_struct *t)
{
	if (READ_ONCE(t->machine->no_memory))
		return -ENOMEM;
	if (READ_ONCE(t->machine->panicked) || !rcu_dereference(t->sighand) ||
	    READ_ONCE(t->flags) & PF_EXITING)
		return -ESRCH;
	if (READ_ONCE(t->state) != TASK_RUNNING || sleeping_in(t))
		return -EBUSY;
	return 0;
}

/* A task that makes a call is in user mode: it has taken the signals that it could. */
bool call_enter(struct task_struct *t)
{
	if (unlikely(no_calls || !t)) {
		call_failure = t ? -EDEADLK : -EINVAL;
		return false;
	}
	task_cpu_lock(t);
	current = t;
	call_failure = call_error(t);
	if (unlikely(!call_failure && (READ_ONCE(t->sigpending) || t->in_get_signal))) {
		get_task_struct(t); /* it may die of them */
		return_to_user();
		call_failure = call_error(t);
		if (call_failure)
			task_cpu_unlock(t);
		put_task_struct(t);
	} else if (call_failure) {
		task_cpu_unlock(t);
	}
	return !call_failure;
}

long call_refuse(void)
{
	return call_fail(call_error(current));
}

long call_fail(int error)
{
	call_failure = error;
	return SF_FAIL;
}

long call_leave(long ret)
{
	struct task_struct *t = current;
	struct sf_machine *m = t->machine;

	/* It may have unblocked a signal, or sent one to itself. */
	if (READ_ONCE(t->sigpending))
		enqueue_task(t);
	task_cpu_unlock(t);
	rcu_reclaim(m);
	if (likely(!READ_ONCE(m->no_memory)))
		return ret;
	return call_fail(-ENOMEM);
}

bool call_enter_held(struct task_struct *t)
{
	if (!call_enter(t))
		return false;
	get_task_struct(t);
	return true;
}

long call_leave_held(long ret)
{
	struct task_struct *t = current;

	ret = call_leave(ret);
	put_task_struct(t);
	return ret;
}

int sf_machine_error(const struct sf_machine *m)
{
	(void)m;
	return call_failure;
}

/* ---- what there is to set and to ask ------------------------------------------------------- */

const char *sf_version(void)
{
	return SIGFATE_VERSION;
}

bool sf_threads(void)
{
#ifdef SIGFATE_THREADS
	return true;
#else
	return false;
#endif
}

int sf_tasklist_lock(struct sf_machine *m)
{
	if (!m)
		return -EINVAL;
	if (no_calls)
		return -EDEADLK;
	no_calls = IN_TASKLIST;
	section = m;
	rcu_read_lock();
	read_lock(&m->tasklist_lock);
	return 0;
}

void sf_tasklist_unlock(struct sf_machine *m)
{
	/* In an observer of what is done in no section there is none to end either. */
	if (!m || no_calls != IN_TASKLIST || section != m)
		return;
	read_unlock(&m->tasklist_lock);
	rcu_read_unlock();
	no_calls = 0;
}

bool sf_machine_panicked(const struct sf_machine *m)
{
	return m && READ_ONCE(m->panicked);
}

const struct sf_kernel *sf_machine_kernel(const struct sf_machine *m)
{
	return m ? &m->kernel : NULL;
}

struct sf_pidns *sf_machine_pidns(struct sf_machine *m)
{
	return m ? m->init_pid_ns : NULL;
}

struct sf_userns *sf_machine_userns(struct sf_machine *m)
{
	return m ? m->init_user_ns : NULL;
}

void sf_machine_observe(struct sf_machine *m, void (*fn)(void *data, const struct sf_event *event),
			void *data)
{
	if (!m)
		return;
	m->observe = fn;
	m->observe_data = data;
}

void sf_machine_choose(struct sf_machine *m,
		       unsigned int (*fn)(void *data, enum sf_choice what, unsigned int n),
		       void *data)
{
	if (!m)
		return;
	m->choose = fn;
	m->choose_data = data;
}

void sf_machine_set_lsm(struct sf_machine *m,
			int (*fn)(void *data, const struct sf_task *sender,
				  const struct sf_task *target, const struct sf_siginfo *info,
				  int sig),
			void *data)
{
	if (!m)
		return;
	m->lsm = fn;
	m->lsm_data = data;
}

void sf_machine_set_overflowuid(struct sf_machine *m, uint32_t uid)
{
	if (m)
		WRITE_ONCE(m->overflowuid, uid);
}

void sf_machine_set_core_pattern(struct sf_machine *m, enum sf_core_pattern pattern)
{
	if (m)
		WRITE_ONCE(m->core_pattern, pattern);
}
