/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls_task.c - calls that make tasks, or change what they are */
#include "world/kernel/calls.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>

#include "base/cleanup.h"

#define THREAD_FLAGS                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

/* The slot of the name that the call binds, or a spare one; NULL when there is none. */
static struct actor *free_slot(const struct request *q)
{
	struct actor *a = q->k->actor;

	if (q->c->child >= 0)
		return (size_t)q->c->child < q->k->n_names ? &a[q->c->child] : NULL;
	for (size_t i = q->k->n_names; i < q->k->n_actors; i++)
		if (!a[i].born)
			return &a[i];
	return NULL;
}

/* The task that the call makes: its slot, and where its stack begins. */
static int prepare_child(const struct request *q, uint64_t flags, uint64_t *ret_stack)
{
	struct kernel_world *k = q->k;
	struct actor *child = free_slot(q);

	if (!child || child->born)
		return world_fail(&k->world, -ENOSPC, "no room for one more process");
	k->expected = child;
	child->borrows = (flags & CLONE_VM) && !(flags & CLONE_THREAD);
	child->memory = flags & CLONE_VM ? q->a->leader->memory : ++k->n_memories;
	q->command->op = WIRE_CLONE;
	q->command->child = child;
	*ret_stack = arena_address(&k->arena, arena_slot(&k->arena, child->index));
	return 0;
}

static int prepare_clone_flags(const struct request *q, uint64_t flags)
{
	uint64_t stack;
	int r = prepare_child(q, flags, &stack);

	q->a->makes_vfork = flags & CLONE_VFORK;
	q->command->arg[0] = flags;
	q->command->arg[1] = stack + WIRE_SLOT_SIZE;
	return r;
}

int prepare_fork(const struct request *q)
{
	return prepare_clone_flags(q, SIGCHLD);
}

int prepare_vfork(const struct request *q)
{
	return prepare_clone_flags(q, CLONE_VM | CLONE_VFORK | SIGCHLD);
}

int prepare_clone(const struct request *q)
{
	return prepare_clone_flags(q, (uint64_t)q->c->arg[0]);
}

int prepare_thread(const struct request *q)
{
	return prepare_clone_flags(q, THREAD_FLAGS);
}

int prepare_clone3(const struct request *q)
{
	struct clone_args args = {
		.flags = (uint64_t)q->c->arg[0],
		.exit_signal = (uint64_t)q->c->arg[1],
		.stack_size = WIRE_SLOT_SIZE,
		.set_tid_size = q->c->n_tids,
	};
	unsigned int inside = q->a->n_nr + !!(args.flags & CLONE_NEWPID);
	int r = prepare_child(q, args.flags, (uint64_t *)&args.stack);

	/* The namespaces around those of the scenario are not its business. */
	if (!r && q->c->n_tids > inside && q->c->n_tids <= inside + q->k->outer_levels)
		r = world_fail(&q->k->world, -EOPNOTSUPP,
			       "a number in a namespace that is not of the scenario");
	if (r)
		return r;
	if (q->c->n_tids)
		args.set_tid = put(q, q->c->tid, q->c->n_tids * sizeof(q->c->tid[0]));
	q->a->makes_vfork = args.flags & CLONE_VFORK;
	q->command->arg[0] = put(q, &args, sizeof(args));
	q->command->arg[1] = sizeof(args);
	q->command->arg[2] = 0;
	return 0;
}

/* Whichever thread it is: the process goes on in the slot of its first. */
int prepare_execve(const struct request *q)
{
	q->command->op = WIRE_EXEC;
	q->command->arg[0] = q->a->leader->index;
	return 0;
}

/*
 * A namespace is joined through its own file, and not through a pidfd: that asks besides whether
 * the caller may trace the process.  Only several at once need one, and flags that are wrong, and
 * who is gone and has no files.
 */
int prepare_setns(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	long flags = q->c->arg[1];
	int fd = -1, lent, r;

	if (!target)
		return -ESRCH;
	if (target->state == 'X')
		fd = target->pidfd;
	else if (flags == CLONE_NEWPID)
		fd = target->pidns->fd;
	else if (flags == CLONE_NEWUSER)
		fd = target->userns->fd;
	else
		fd = target->pidfd;
	r = command_lend(q->k, q->a, fd, &lent);
	q->command->arg[0] = (uint64_t)lent;
	return r;
}

/* The task that has, or last had, a number for the caller: a group keeps that of a dead leader. */
static const struct actor *find_number(const struct request *q, long nr)
{
	const struct actor *found = NULL;

	for (unsigned int i = 0; i < q->k->n_actors; i++) {
		const struct actor *a = &q->k->actor[i];

		if (a->born && actor_nr(q->a, a) == nr && (!found || found->state == 'X'))
			found = a;
	}
	return found;
}

/*
 * A namespace's init waits, at its end, until no number of its namespace is in use, as that of a
 * group either.  One that is itself in such a group waits for ever, nothing can kill it, and with
 * it those who wait for it: here that is more than a scenario may do to the machine.
 */
int prepare_setpgid(const struct request *q)
{
	const struct actor *target = q->c->arg[0] ? find_number(q, q->c->arg[0]) : q->a->leader;
	const struct actor *leader = q->c->arg[1] ? find_number(q, q->c->arg[1]) : target;
	const struct ns *ns;
	struct stat_line s;

	if (!target || !leader || target == leader || target->nr[target->n_nr - 1] != 1)
		return 0;
	if (look_stat(&target->look, &s) || s.session == target->tid)
		return 0; /* one that leads a session is refused */
	for (ns = target->pidns->parent; ns && ns != leader->pidns;)
		ns = ns->parent;
	if (ns)
		return 0;
	return world_fail(&q->k->world, -EDEADLK,
			  "an init in a group that is led from inside could never end, not even "
			  "by SIGKILL: that is not tried here");
}

int prepare_wait4(const struct request *q)
{
	q->command->arg[1] = put_result(q, sizeof(int));
	q->command->arg[2] = q->c->n_args > 1 ? (uint64_t)q->c->arg[1] : 0;
	return 0;
}

static const uint64_t ptrace_requests[] = {
	[SF_PTRACE_TRACEME] = PTRACE_TRACEME,
	[SF_PTRACE_ATTACH] = PTRACE_ATTACH,
	[SF_PTRACE_SEIZE] = PTRACE_SEIZE,
	[SF_PTRACE_INTERRUPT] = PTRACE_INTERRUPT,
	[SF_PTRACE_CONT] = PTRACE_CONT,
	[SF_PTRACE_LISTEN] = PTRACE_LISTEN,
	[SF_PTRACE_GETSIGINFO] = PTRACE_GETSIGINFO,
	[SF_PTRACE_SETOPTIONS] = PTRACE_SETOPTIONS,
	[SF_PTRACE_KILL] = PTRACE_KILL,
	[SF_PTRACE_DETACH] = PTRACE_DETACH,
};

int prepare_ptrace(const struct request *q)
{
	struct stat_line s;
	long request = q->c->arg[0];

	if (request < 0 || (size_t)request >= ARRAY_SIZE(ptrace_requests))
		return -EINVAL;
	if (request == SF_PTRACE_TRACEME && !look_stat(&q->a->look, &s) &&
	    s.ppid == q->k->init->tid)
		return world_fail(&q->k->world, -EDEADLK, "the init of the scenario traces nobody");
	q->command->arg[0] = ptrace_requests[request];
	q->command->arg[2] = 0;
	q->command->arg[3] = request == SF_PTRACE_GETSIGINFO ? put_result(q, 128)
			     : q->c->n_args > 2		     ? (uint64_t)q->c->arg[2]
							     : 0;
	return 0;
}
