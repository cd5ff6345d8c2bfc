/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - the notation's calls as system calls
 *
 * One row a call: its number where the arguments go through as they are, or what else there is to
 * do.  A preparation that needs to ask the actor first does so with calls of its own, which change
 * nothing.
 */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/cleanup.h"

#define SET_SIZE sizeof(sf_sigset)
#define SA_RESTORER 0x04000000ul
#define THREAD_FLAGS                                                                               \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

/* As the kernel has it where a restorer can be named: x86-64 and arm64. */
struct kernel_sigaction {
	uint64_t handler, flags, restorer, mask;
};

struct request {
	struct kernel_world *k;
	struct actor *a;
	const struct world_call *c;
	struct command *command;
};

static uint64_t put(const struct request *q, const void *p, size_t size)
{
	return arena_address(&q->k->arena, data_put(q->k, q->a, p, size));
}

/* Room for a result; where the referee finds it. */
static uint64_t put_result(const struct request *q, size_t size)
{
	q->a->result_at = data_put(q->k, q->a, NULL, size);
	return arena_address(&q->k->arena, q->a->result_at);
}

static uint64_t put_info(const struct request *q)
{
	uint8_t wire[128];

	info_to_wire(&q->c->info, wire);
	return put(q, wire, sizeof(wire));
}

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

static int prepare_clone_flags(const struct request *q, uint64_t flags)
{
	struct kernel_world *k = q->k;
	struct actor *child = free_slot(q);

	if (!child || child->born) {
		snprintf(k->world.error, sizeof(k->world.error), "no room for one more process");
		return -ENOSPC;
	}
	k->expected = child;
	q->command->op = WIRE_CLONE;
	q->command->child = child;
	q->command->arg[0] = flags;
	q->command->arg[1] =
		arena_address(&k->arena, arena_slot(&k->arena, child->index)) + WIRE_SLOT_SIZE;
	return 0;
}

static int prepare_fork(const struct request *q)
{
	return prepare_clone_flags(q, SIGCHLD);
}

static int prepare_clone(const struct request *q)
{
	return prepare_clone_flags(q, (uint64_t)q->c->arg[0]);
}

static int prepare_thread(const struct request *q)
{
	return prepare_clone_flags(q, THREAD_FLAGS);
}

/*
 * A namespace is joined through its own file, and not through a pidfd: that asks besides whether
 * the caller may trace the process.  Only several at once need one, and flags that are wrong, and
 * who is gone and has no files.
 */
static int prepare_setns(const struct request *q)
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

static int prepare_wait4(const struct request *q)
{
	q->command->arg[1] = put_result(q, sizeof(int));
	q->command->arg[2] = q->c->n_args > 1 ? (uint64_t)q->c->arg[1] : 0;
	return 0;
}

static int prepare_rt_sigqueueinfo(const struct request *q)
{
	q->command->arg[2] = q->c->has_info ? put_info(q) : 0;
	return 0;
}

static int prepare_rt_tgsigqueueinfo(const struct request *q)
{
	q->command->arg[3] = q->c->has_info ? put_info(q) : 0;
	return 0;
}

/* As the C library does it. */
static int prepare_sigqueue(const struct request *q)
{
	struct sf_siginfo info;
	uint8_t wire[128];
	long uid;
	int r = command_quiet(q->k, q->a, SYS_getuid, (uint64_t[6]){0}, &uid);

	if (r)
		return r;
	info = info_of_sigqueue(q->a, uid, q->c);
	info_to_wire(&info, wire);
	q->command->arg[2] = put(q, wire, sizeof(wire));
	return 0;
}

static int prepare_pidfd_send_signal(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	int lent, r;

	if (!target)
		return -ESRCH;
	if (target->pidfd < 0) {
		snprintf(q->k->world.error, sizeof(q->k->world.error),
			 "this kernel has no pidfd for process %d", (int)target->tid);
		return -EOPNOTSUPP;
	}
	r = command_lend(q->k, q->a, target->pidfd, &lent);
	if (r)
		return r;
	q->command->arg[0] = (uint64_t)lent;
	q->command->arg[2] = q->c->has_info ? put_info(q) : 0;
	q->command->arg[3] = q->c->n_args > 3 ? (uint64_t)q->c->arg[3] : 0;
	return 0;
}

/* A handler always takes the siginfo: that is how we know what it was told. */
static int prepare_sigaction(const struct request *q)
{
	const struct wire_arena *h = q->k->arena.header;
	struct kernel_sigaction action = {.mask = q->c->set};

	if (q->c->n_args > 2)
		action.flags = (uint32_t)q->c->arg[2];
	if (q->c->arg[1] == SF_SIG_HANDLER) {
		action.handler = h->on_signal;
		action.restorer = h->restorer;
		action.flags |= SA_SIGINFO | SA_RESTORER;
	} else {
		action.handler = q->c->arg[1] == SF_SIG_IGN;
	}
	q->command->arg[1] = put(q, &action, sizeof(action));
	q->command->arg[2] = 0;
	q->command->arg[3] = SET_SIZE;
	return 0;
}

static int prepare_sigprocmask(const struct request *q)
{
	q->command->arg[1] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[3] = SET_SIZE;
	return 0;
}

static int prepare_sigpending(const struct request *q)
{
	q->command->arg[0] = put_result(q, SET_SIZE);
	q->command->arg[1] = SET_SIZE;
	return 0;
}

static int prepare_sigsuspend(const struct request *q)
{
	q->command->arg[0] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[1] = SET_SIZE;
	return 0;
}

static int prepare_sigwaitinfo(const struct request *q)
{
	q->command->arg[0] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[1] = put_result(q, 128);
	q->command->arg[2] = 0;
	q->command->arg[3] = SET_SIZE;
	return 0;
}

static int prepare_capset(const struct request *q)
{
	const struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct cap[2];
	uint64_t to = put(q, &header, sizeof(header)), set = q->c->set;
	uint8_t *data = data_put(q->k, q->a, NULL, sizeof(cap));
	uint64_t from = arena_address(&q->k->arena, data);
	long got;
	int r = command_quiet(q->k, q->a, SYS_capget, (uint64_t[6]){to, from}, &got);

	if (r || got)
		return r ? r : (int)got;
	memcpy(cap, data, sizeof(cap));
	if (q->c->arg[0] == FATE_CAPS_DROP)
		set = ~set;
	for (unsigned int i = 0; i < ARRAY_SIZE(cap); i++)
		cap[i].effective &= (uint32_t)(set >> 32 * i);
	q->command->arg[0] = to;
	q->command->arg[1] = put(q, cap, sizeof(cap));
	return 0;
}

/* Only the soft limit; the number is in the kernel's own words for us and for the notation. */
static int prepare_setrlimit(const struct request *q)
{
	struct rlimit64 limit;
	uint8_t *data = data_put(q->k, q->a, NULL, sizeof(limit));
	uint64_t address = arena_address(&q->k->arena, data);
	long got;
	int r = command_quiet(q->k, q->a, SYS_prlimit64,
			      (uint64_t[6]){0, (uint64_t)q->c->arg[0], 0, address}, &got);

	if (r)
		return r;
	memcpy(&limit, data, sizeof(limit)); /* zeroes, when there is no such limit */
	limit.rlim_cur = (uint64_t)q->c->arg[1];
	q->command->arg[0] = 0;
	q->command->arg[1] = (uint64_t)q->c->arg[0];
	q->command->arg[2] = put(q, &limit, sizeof(limit));
	return 0;
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
static int prepare_setpgid(const struct request *q)
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
	snprintf(q->k->world.error, sizeof(q->k->world.error),
		 "an init in a group that is led from inside could never end, not even by SIGKILL: "
		 "that is not tried here");
	return -EDEADLK;
}

/* An ordinary user's world has no other users: that is said, not what the kernel makes of it. */
static int prepare_setuid(const struct request *q)
{
	for (unsigned int i = 0; i < q->c->n_args; i++) {
		uint32_t id = (uint32_t)q->c->arg[i];

		if (q->k->cage.mapped || q->a->userns != q->k->init->userns || id + 1 <= 1)
			continue; /* 0, or -1 for none */
		snprintf(q->k->world.error, sizeof(q->k->world.error),
			 "there is no user %u in a world that is made without the right to be any: "
			 "run it as root",
			 (unsigned int)id);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int prepare_prctl(const struct request *q)
{
	if (q->c->n_args < 2)
		q->command->arg[1] = 0;
	return 0;
}

static int prepare_ptrace(const struct request *q)
{
	static const uint64_t request[] = {
		[SF_PTRACE_ATTACH] = PTRACE_ATTACH,
		[SF_PTRACE_SEIZE] = PTRACE_SEIZE,
		[SF_PTRACE_CONT] = PTRACE_CONT,
		[SF_PTRACE_DETACH] = PTRACE_DETACH,
	};

	if (q->c->arg[0] < 0 || (size_t)q->c->arg[0] >= ARRAY_SIZE(request))
		return -EINVAL;
	q->command->arg[0] = request[q->c->arg[0]];
	q->command->arg[2] = 0;
	q->command->arg[3] = q->c->n_args > 2 ? (uint64_t)q->c->arg[2] : 0;
	return 0;
}

/* The kernel asks who opens the file, and who writes to it: the actor does both. */
static int prepare_map(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	const char *name = q->c->id == FATE_UID_MAP ? "uid_map" : "gid_map";
	char path[64], line[64];
	uint64_t *arg = q->command->arg;
	long fd;
	int r, n = snprintf(line, sizeof(line), "%u %u %u", (unsigned int)q->c->arg[1],
			    (unsigned int)q->c->arg[2], (unsigned int)q->c->arg[3]);

	if (!target)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)target->tid, name);
	memset(arg, 0, sizeof(q->command->arg));
	arg[0] = (uint64_t)AT_FDCWD;
	arg[1] = put(q, path, sizeof(path));
	arg[2] = O_WRONLY | O_CLOEXEC;
	r = command_take_back(q->k, q->a);
	if (!r)
		r = command_quiet(q->k, q->a, SYS_openat, arg, &fd);
	if (r)
		return r;
	if (fd < 0) { /* then that is what the call gives: let it be made once more */
		q->command->nr = SYS_openat;
		return 0;
	}
	q->a->lent = (int)fd;
	arg[0] = (uint64_t)fd;
	arg[1] = put(q, line, sizeof(line));
	arg[2] = (uint64_t)n;
	return 0;
}

static const struct {
	long nr;
	int (*prepare)(const struct request *q);
} table[FATE_NCALLS] = {
	[FATE_FORK] = {SYS_clone, prepare_fork},
	[FATE_VFORK] = {SYS_clone, prepare_fork},
	[FATE_CLONE] = {SYS_clone, prepare_clone},
	[FATE_THREAD] = {SYS_clone, prepare_thread},
	[FATE_UNSHARE] = {SYS_unshare, NULL},
	[FATE_SETNS] = {SYS_setns, prepare_setns},
	[FATE_EXIT] = {SYS_exit, NULL},
	[FATE_EXIT_GROUP] = {SYS_exit_group, NULL},
	[FATE_WAIT4] = {SYS_wait4, prepare_wait4},
	[FATE_KILL] = {SYS_kill, NULL},
	[FATE_TKILL] = {SYS_tkill, NULL},
	[FATE_TGKILL] = {SYS_tgkill, NULL},
	[FATE_RT_SIGQUEUEINFO] = {SYS_rt_sigqueueinfo, prepare_rt_sigqueueinfo},
	[FATE_RT_TGSIGQUEUEINFO] = {SYS_rt_tgsigqueueinfo, prepare_rt_tgsigqueueinfo},
	[FATE_SIGQUEUE] = {SYS_rt_sigqueueinfo, prepare_sigqueue},
	[FATE_PIDFD_SEND_SIGNAL] = {SYS_pidfd_send_signal, prepare_pidfd_send_signal},
	[FATE_SIGACTION] = {SYS_rt_sigaction, prepare_sigaction},
	[FATE_SIGPROCMASK] = {SYS_rt_sigprocmask, prepare_sigprocmask},
	[FATE_SIGPENDING] = {SYS_rt_sigpending, prepare_sigpending},
	[FATE_SIGSUSPEND] = {SYS_rt_sigsuspend, prepare_sigsuspend},
	[FATE_SIGWAITINFO] = {SYS_rt_sigtimedwait, prepare_sigwaitinfo},
	[FATE_SETPGID] = {SYS_setpgid, prepare_setpgid},
	[FATE_SETSID] = {SYS_setsid, NULL},
	[FATE_GETPID] = {SYS_getpid, NULL},
	[FATE_GETPPID] = {SYS_getppid, NULL},
	[FATE_GETTID] = {SYS_gettid, NULL},
	[FATE_GETPGID] = {SYS_getpgid, NULL},
	[FATE_GETSID] = {SYS_getsid, NULL},
	[FATE_GETUID] = {SYS_getuid, NULL},
	[FATE_SETUID] = {SYS_setuid, prepare_setuid},
	[FATE_SETRESUID] = {SYS_setresuid, prepare_setuid},
	[FATE_SETGROUPS] = {SYS_setgroups, NULL},
	[FATE_CAPSET] = {SYS_capset, prepare_capset},
	[FATE_SETRLIMIT] = {SYS_prlimit64, prepare_setrlimit},
	[FATE_PRCTL] = {SYS_prctl, prepare_prctl},
	[FATE_PTRACE] = {SYS_ptrace, prepare_ptrace},
	[FATE_UID_MAP] = {SYS_write, prepare_map},
	[FATE_GID_MAP] = {SYS_write, prepare_map},
};

int call_prepare(struct kernel_world *k, struct actor *a, const struct world_call *c,
		 struct command *ret)
{
	struct command command = {.op = WIRE_CALL};
	const struct request q = {.k = k, .a = a, .c = c, .command = &command};
	int r = 0;

	if ((unsigned int)c->id >= FATE_NCALLS)
		return -EINVAL;
	data_reset(a);
	a->result_at = NULL;
	k->expected = NULL;
	command.nr = table[c->id].nr;
	for (unsigned int i = 0; i < FATE_ARGS_MAX && i < c->n_args; i++)
		command.arg[i] = (uint64_t)c->arg[i];
	if (table[c->id].prepare)
		r = table[c->id].prepare(&q);
	if (!r)
		*ret = command;
	return r;
}

void call_result(const struct actor *a, struct world_result *ret)
{
	struct world_result res = {.ret = a->ret, .status = -1};

	if (a->ret > 0 && a->call == FATE_WAIT4 && a->result_at)
		memcpy(&res.status, a->result_at, sizeof(res.status));
	if (a->ret > 0 && a->call == FATE_SIGWAITINFO && a->result_at)
		res.info = info_from_wire(a->result_at);
	if (a->ret == 0 && a->call == FATE_SIGPENDING && a->result_at)
		memcpy(&res.set, a->result_at, sizeof(res.set));
	/* The file takes the whole line. */
	if (a->ret > 0 && (a->call == FATE_UID_MAP || a->call == FATE_GID_MAP))
		res.ret = 0;
	*ret = res;
}
