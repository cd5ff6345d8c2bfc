/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* task.c - making tasks and what they share, and giving them back when nobody holds them */
#include "model/machine.h"
#include "model/signal.h"

struct task_struct *task_alloc(struct sf_machine *m)
{
	struct task_struct *t = kmem_cache_zalloc(&m->task_cache);

	if (!t) {
		machine_no_memory(m);
		return NULL;
	}
	t->machine = m;
	refcount_set(&t->usage, 1);
	INIT_LIST_HEAD(&t->run_node);
	INIT_LIST_HEAD(&t->tasks);
	INIT_LIST_HEAD(&t->thread_node);
	INIT_LIST_HEAD(&t->pgrp_node);
	INIT_LIST_HEAD(&t->session_node);
	INIT_LIST_HEAD(&t->children);
	INIT_LIST_HEAD(&t->sibling);
	init_sigpending(&t->pending);
	return t;
}

struct signal_struct *signal_alloc(struct sf_machine *m)
{
	struct signal_struct *sig = kmem_cache_zalloc(&m->signal_cache);

	if (!sig) {
		machine_no_memory(m);
		return NULL;
	}
	refcount_set(&sig->count, 1);
	sig->nr_threads = sig->live = sig->quick_threads = 1;
	INIT_LIST_HEAD(&sig->thread_head);
	init_sigpending(&sig->shared_pending);
	return sig;
}

struct sighand_struct *sighand_alloc(struct sf_machine *m)
{
	struct sighand_struct *sighand = kmem_cache_zalloc(&m->sighand_cache);

	if (sighand)
		refcount_set(&sighand->count, 1);
	else
		machine_no_memory(m);
	return sighand;
}

void put_signal_struct(struct sf_machine *m, struct signal_struct *sig)
{
	if (!sig || !refcount_dec_and_test(&sig->count))
		return;
	flush_sigqueue(m, &sig->shared_pending);
	exit_itimers(m, sig);
	for (size_t i = 0; i < ARRAY_SIZE(sig->pids); i++)
		put_pid(sig->pids[i]);
	put_pid(sig->tty_pgrp);
	put_user_ns(sig->mm_user_ns);
	put_shared_mm(m, sig->shared_mm);
	kmem_cache_free(&m->signal_cache, sig);
}

static void free_sighand(struct sf_machine *m, struct rcu_head *head)
{
	struct sighand_struct *sighand = container_of(head, struct sighand_struct, rcu);

	kmem_cache_free(&m->details_cache, sighand->details);
	kmem_cache_free(&m->sighand_cache, sighand);
}

/* Who has just found it may still take its lock, and see that it is not what it was. */
void put_sighand(struct sf_machine *m, struct sighand_struct *sighand)
{
	if (sighand && refcount_dec_and_test(&sighand->count))
		call_rcu(m, &sighand->rcu, free_sighand);
}

struct task_struct *get_task_struct(struct task_struct *t)
{
	refcount_inc(&t->usage);
	return t;
}

static void free_frames(struct task_struct *t)
{
	while (t->frame) {
		struct frame *below = t->frame->below;

		kmem_cache_free(&t->machine->frame_cache, t->frame);
		t->frame = below;
	}
}

/* Also of a task that was only half made. */
void put_task_struct(struct task_struct *t)
{
	struct sf_machine *m;

	if (!t || !refcount_dec_and_test(&t->usage))
		return;
	m = t->machine;
	if (t->group_leader && t->group_leader != t)
		put_task_struct(t->group_leader);
	free_frames(t);
	flush_sigqueue(m, &t->pending);
	if (t->rare)
		put_pid(t->rare->sleeping.wait.pid);
	kmem_cache_free(&m->rare_cache, t->rare);
	put_sighand(m, t->sighand);
	put_signal_struct(m, t->signal);
	put_cred(m, t->cred);
	put_pid_ns(t->pid_ns_for_children);
	put_pid(t->thread_pid);
	kmem_cache_free(&m->task_cache, t);
}

struct task_rare *task_rare(struct task_struct *t)
{
	struct task_rare *rare = rcu_dereference(t->rare);

	if (rare)
		return rare;
	rare = kmem_cache_zalloc(&t->machine->rare_cache);
	if (!rare) {
		machine_no_memory(t->machine);
		return NULL;
	}
	rare->tracee = t;
	INIT_LIST_HEAD(&rare->ptraced);
	INIT_LIST_HEAD(&rare->ptrace_entry);
	/* Only its own thread or its tracer makes one, and they may be at it at once. */
	if (!cmpxchg(t->rare, NULL, rare)) {
		kmem_cache_free(&t->machine->rare_cache, rare);
		rare = rcu_dereference(t->rare);
	}
	return rare;
}
