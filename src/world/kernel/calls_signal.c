/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls_signal.c - calls that send signals, and that receive them */
#include "world/kernel/calls.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>

#define SA_RESTORER 0x04000000ul
/* Below the first address that anything is mapped at. */
#define NOWHERE 0x10000ul
#define NOWHERE_SIZE 0x10000ul

/* As the kernel has it where a restorer can be named: x86-64 and arm64. */
struct kernel_sigaction {
	uint64_t handler, flags, restorer, mask;
};

static uint64_t put_info(const struct request *q)
{
	uint8_t wire[128];

	info_to_wire(&q->c->info, wire);
	return put(q, wire, sizeof(wire));
}

int prepare_rt_sigqueueinfo(const struct request *q)
{
	q->command->arg[2] = q->c->has_info ? put_info(q) : 0;
	return 0;
}

int prepare_rt_tgsigqueueinfo(const struct request *q)
{
	q->command->arg[3] = q->c->has_info ? put_info(q) : 0;
	return 0;
}

/* As the C library does it. */
int prepare_sigqueue(const struct request *q)
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

int prepare_pidfd_send_signal(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	int fd = (int)q->c->arg[0], r = 0;

	if (fd >= 0 && !target)
		return -ESRCH;
	if (target && target->pidfd < 0)
		return world_fail(&q->k->world, -EOPNOTSUPP,
				  "this kernel has no pidfd for process %d", (int)target->tid);
	if (target)
		r = command_lend(q->k, q->a, target->pidfd, &fd);
	if (r)
		return r;
	q->command->arg[0] = (uint64_t)fd;
	q->command->arg[2] = q->c->has_info ? put_info(q) : 0;
	q->command->arg[3] = q->c->n_args > 3 ? (uint64_t)q->c->arg[3] : 0;
	return 0;
}

int prepare_pidfd_open(const struct request *q)
{
	q->command->arg[1] = q->c->n_args > 1 ? (uint64_t)q->c->arg[1] : 0;
	return command_take_back(q->k, q->a);
}

/* A handler always takes the siginfo: that is how we know what it was told. */
int prepare_sigaction(const struct request *q)
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
	q->command->arg[1] =
		q->c->arg[1] == FATE_HANDLER_NULL ? 0 : put(q, &action, sizeof(action));
	q->command->arg[2] = put_result(q, sizeof(action));
	q->command->arg[3] = SET_SIZE;
	return 0;
}

struct sf_sigaction action_from_wire(const uint8_t *wire)
{
	struct kernel_sigaction action;

	memcpy(&action, wire, sizeof(action));
	return (struct sf_sigaction){
		.handler = action.handler == 0	 ? SF_SIG_DFL
			   : action.handler == 1 ? SF_SIG_IGN
						 : SF_SIG_HANDLER,
		.flags = (uint32_t)action.flags & SF_SA_FLAGS & ~SF_SA_SIGINFO,
		.mask = action.mask,
	};
}

/* One that nothing can be put on: there is no memory where it is said to be. */
int prepare_sigaltstack(const struct request *q)
{
	const stack_t bad = {.ss_sp = (void *)NOWHERE, .ss_size = NOWHERE_SIZE};
	const stack_t none = {.ss_flags = SS_DISABLE};

	q->command->arg[0] = put(q, q->c->arg[0] == FATE_STACK_BAD ? &bad : &none, sizeof(bad));
	q->command->arg[1] = 0;
	return 0;
}

int prepare_sigprocmask(const struct request *q)
{
	q->command->arg[1] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[3] = SET_SIZE;
	return 0;
}

int prepare_sigpending(const struct request *q)
{
	q->command->arg[0] = put_result(q, SET_SIZE);
	q->command->arg[1] = SET_SIZE;
	return 0;
}

int prepare_sigsuspend(const struct request *q)
{
	q->command->arg[0] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[1] = SET_SIZE;
	return 0;
}

int prepare_sigwaitinfo(const struct request *q)
{
	q->command->arg[0] = put(q, &q->c->set, SET_SIZE);
	q->command->arg[1] = put_result(q, 128);
	q->command->arg[2] = 0;
	q->command->arg[3] = SET_SIZE;
	return 0;
}

int prepare_sigtimedwait(const struct request *q)
{
	const struct timespec timeout = {.tv_sec = q->c->arg[1], .tv_nsec = q->c->arg[2]};

	prepare_sigwaitinfo(q);
	q->command->arg[2] = put(q, &timeout, sizeof(timeout));
	return 0;
}

/* To wait is to read from one that is there for this call only. */
int prepare_signalfd(const struct request *q)
{
	int fd, r = request_fd(q, SYS_signalfd4,
			       (uint64_t[6]){(uint64_t)-1, put(q, &q->c->set, SET_SIZE), SET_SIZE},
			       &fd);

	if (r || fd < 0)
		return r;
	q->command->arg[0] = (uint64_t)fd;
	q->command->arg[1] = put_result(q, sizeof(struct signalfd_siginfo));
	q->command->arg[2] = sizeof(struct signalfd_siginfo);
	return 0;
}

struct sf_siginfo info_from_signalfd(const uint8_t *wire)
{
	struct signalfd_siginfo s;

	memcpy(&s, wire, sizeof(s));
	return (struct sf_siginfo){
		.signo = (int)s.ssi_signo,
		.error = s.ssi_errno,
		.code = s.ssi_code,
		.pid = (int)s.ssi_pid,
		.uid = s.ssi_uid,
		.status = s.ssi_status,
		.value = (int64_t)s.ssi_ptr,
	};
}
