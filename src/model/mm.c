/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mm.c - what signals ask of a process's memory: whether others may look into it
 *
 * Most processes have theirs alone, and keep it in their signal_struct.  Those who share theirs
 * (CLONE_VM) share the answer, until one runs another program.
 */
#include "model/machine.h"
#include "model/signal.h"

bool undumpable_locked(const struct signal_struct *sig)
{
	return sig->shared_mm ? READ_ONCE(sig->shared_mm->undumpable) : READ_ONCE(sig->undumpable);
}

bool undumpable(struct task_struct *t)
{
	bool answer;

	/* Who has been released has given its part back. */
	if (!lock_task_sighand(t))
		return true;
	answer = undumpable_locked(t->signal);
	unlock_task_sighand(t);
	return answer;
}

void set_undumpable(bool value)
{
	struct signal_struct *sig = current->signal;

	lock_task_sighand(current);
	if (sig->shared_mm)
		WRITE_ONCE(sig->shared_mm->undumpable, value);
	else
		WRITE_ONCE(sig->undumpable, value);
	unlock_task_sighand(current);
}

/* From the first time on that somebody shares it, it is kept apart. */
static struct shared_mm *share_mm(struct sf_machine *m, struct signal_struct *sig)
{
	struct shared_mm *mm = sig->shared_mm;

	if (!mm) {
		mm = kmem_cache_zalloc(&m->shared_mm_cache);
		if (!mm) {
			machine_no_memory(m);
			return NULL;
		}
		refcount_set(&mm->count, 1);
		mm->undumpable = READ_ONCE(sig->undumpable);
		WRITE_ONCE(sig->shared_mm, mm);
	}
	refcount_inc(&mm->count);
	return mm;
}

int copy_mm(struct signal_struct *new, bool share)
{
	struct signal_struct *old = current->signal;
	int r = 0;

	lock_task_sighand(current);
	new->mm_user_ns = get_user_ns(old->mm_user_ns);
	if (share) {
		new->shared_mm = share_mm(current->machine, old);
		r = new->shared_mm ? 0 : -ENOMEM;
	} else {
		new->undumpable = undumpable_locked(old);
	}
	unlock_task_sighand(current);
	return r;
}

void exec_mm(bool undumpable)
{
	struct signal_struct *sig = current->signal;
	struct user_namespace *old = sig->mm_user_ns;
	struct shared_mm *shared;

	lock_task_sighand(current);
	shared = sig->shared_mm;
	WRITE_ONCE(sig->shared_mm, NULL);
	WRITE_ONCE(sig->undumpable, undumpable);
	sig->mm_user_ns = get_user_ns(current->cred->user_ns);
	unlock_task_sighand(current);
	put_user_ns(old);
	put_shared_mm(current->machine, shared);
}

void put_shared_mm(struct sf_machine *m, struct shared_mm *mm)
{
	if (mm && refcount_dec_and_test(&mm->count))
		kmem_cache_free(&m->shared_mm_cache, mm);
}
