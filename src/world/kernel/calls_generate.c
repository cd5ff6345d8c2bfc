/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls_generate.c - what makes the kernel send a signal by itself, but for terminals */
#include "world/kernel/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "base/cleanup.h"
#include "world/kernel/cgroup.h"

/* The call that filters forbid: no actor has a use for it. */
#define FORBIDDEN SYS_getpriority
#define LARGEST_FILE (1ul << 30)
#define MORE_MEMORY (8 * CGROUP_MEMORY)

int prepare_fault(const struct request *q)
{
	q->command->op = WIRE_FAULT;
	q->command->arg[1] = WIRE_ARENA + q->k->arena.size;
	return 0;
}

int prepare_seccomp(const struct request *q)
{
	static const uint32_t answers[] = {
		[SF_SECCOMP_KILL_PROCESS] = SECCOMP_RET_KILL_PROCESS,
		[SF_SECCOMP_KILL_THREAD] = SECCOMP_RET_KILL_THREAD,
		[SF_SECCOMP_TRAP] = SECCOMP_RET_TRAP,
	};
	const struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FORBIDDEN, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answers[q->c->arg[0]]),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct {
		uint64_t len, filter;
	} program = {ARRAY_SIZE(filter), put(q, filter, sizeof(filter))};
	uint64_t arg[6] = {SECCOMP_SET_MODE_FILTER, 0, put(q, &program, sizeof(program))};
	long got;
	int r = command_quiet(q->k, q->a, SYS_seccomp, arg, &got);

	q->command->arg[0] = 0;
	if (!r && got < 0) { /* then that is what the call gives */
		q->command->op = WIRE_GIVE;
		q->command->arg[0] = (uint64_t)got;
	}
	return r;
}

/* ---- timers -------------------------------------------------------------------------------- */

/* The command makes a timer run out, by a call of three arguments, and waits for it. */
static void wait_for_timer(const struct request *q, uint64_t timer, uint64_t flags, uint64_t when,
			   uint64_t ask)
{
	const struct wire_ask asking = {.nr = ask, .timer = timer};
	uint64_t arg[6] = {timer, flags, when, put(q, &asking, sizeof(asking))};

	q->command->op = WIRE_TIMER;
	memcpy(q->command->arg, arg, sizeof(arg));
}

int prepare_alarm(const struct request *q)
{
	const struct itimerval soon = {.it_value = {.tv_usec = 1}};

	wait_for_timer(q, ITIMER_REAL, put(q, &soon, sizeof(soon)), 0, SYS_getitimer);
	return 0;
}

int prepare_timer_create(const struct request *q)
{
	const struct sigevent event = {.sigev_signo = (int)q->c->arg[0],
				       .sigev_notify = SIGEV_SIGNAL};
	const struct itimerspec soon = {.it_value = {.tv_nsec = 1}};
	uint8_t *id = data_put(q->k, q->a, NULL, sizeof(int));
	uint64_t arg[6] = {CLOCK_MONOTONIC, put(q, &event, sizeof(event)),
			   arena_address(&q->k->arena, id)};
	int timer;
	long got;
	int r = command_quiet(q->k, q->a, SYS_timer_create, arg, &got);

	if (r)
		return r;
	if (got < 0) { /* then that is what the call gives */
		q->command->op = WIRE_GIVE;
		q->command->arg[0] = (uint64_t)got;
		return 0;
	}
	memcpy(&timer, id, sizeof(timer));
	wait_for_timer(q, (uint64_t)timer, 0, put(q, &soon, sizeof(soon)), SYS_timer_gettime);
	return 0;
}

/* ---- limits -------------------------------------------------------------------------------- */

static int quiet_limit(const struct request *q, uint64_t resource, const struct rlimit64 *new,
		       struct rlimit64 *old)
{
	uint8_t *data = data_put(q->k, q->a, NULL, sizeof(*old));
	long got;
	int r = command_quiet(q->k, q->a, SYS_prlimit64,
			      (uint64_t[6]){0, resource, new ? put(q, new, sizeof(*new)) : 0,
					    arena_address(&q->k->arena, data)},
			      &got);

	memcpy(old, data, sizeof(*old));
	return r ? r : (int)got;
}

/* Limits are in whole seconds, and what the process has used already counts. */
int prepare_use_cpu(const struct request *q)
{
	uint8_t *used = data_put(q->k, q->a, NULL, sizeof(struct timespec));
	struct rlimit64 limit, before;
	struct timespec t;
	long got;
	int r = command_quiet(
		q->k, q->a, SYS_clock_gettime,
		(uint64_t[6]){CLOCK_PROCESS_CPUTIME_ID, arena_address(&q->k->arena, used)}, &got);

	if (!r)
		r = quiet_limit(q, RLIMIT_CPU, NULL, &limit);
	memcpy(&t, used, sizeof(t));
	limit.rlim_cur = (uint64_t)t.tv_sec + 1;
	if (q->c->arg[0] == FATE_CPU_HARD)
		limit.rlim_max = limit.rlim_cur;
	if (!r)
		r = quiet_limit(q, RLIMIT_CPU, &limit, &before);
	if (r)
		return r;
	q->command->op = WIRE_BURN;
	q->command->arg[0] = limit.rlim_cur;
	q->command->arg[1] = put(q, &limit, sizeof(limit));
	q->command->arg[2] = put(q, &before, sizeof(before));
	return 0;
}

/* One end of a pipe whose other end is closed. */
static int open_pipe(const struct request *q, int *ret)
{
	uint8_t *data = data_put(q->k, q->a, NULL, 2 * sizeof(int));
	int fd[2], r = command_take_back(q->k, q->a);
	long got;

	if (!r)
		r = command_quiet(q->k, q->a, SYS_pipe2,
				  (uint64_t[6]){arena_address(&q->k->arena, data)}, &got);
	if (r || got < 0)
		return r ? r : (int)got;
	memcpy(fd, data, sizeof(fd));
	q->a->lent = *ret = fd[1];
	return command_quiet(q->k, q->a, SYS_close, (uint64_t[6]){(uint64_t)fd[0]}, &got);
}

/* A file, and a limit that only a write behind it notices. */
static int open_file(const struct request *q, int *ret)
{
	static const char name[] = "sigfate-file";
	struct rlimit64 limit, before;
	int r = request_fd(q, SYS_memfd_create, (uint64_t[6]){put(q, name, sizeof(name)), 0}, ret);

	if (!r)
		r = quiet_limit(q, RLIMIT_FSIZE, NULL, &limit);
	if (!r && limit.rlim_cur > LARGEST_FILE) {
		limit.rlim_cur = LARGEST_FILE;
		r = quiet_limit(q, RLIMIT_FSIZE, &limit, &before);
	}
	return r;
}

int prepare_write(const struct request *q)
{
	bool pipe = q->c->arg[0] == FATE_WRITE_PIPE;
	int fd = -1, r = pipe ? open_pipe(q, &fd) : open_file(q, &fd);

	if (r || fd < 0)
		return r;
	q->command->nr = pipe ? SYS_write : SYS_pwrite64;
	q->command->arg[0] = (uint64_t)fd;
	q->command->arg[1] = put(q, "x", 1);
	q->command->arg[2] = 1;
	q->command->arg[3] = LARGEST_FILE;
	return 0;
}

/* ---- control groups ------------------------------------------------------------------------ */

static int move_to_cgroup(const struct request *q, const struct actor *who, bool memory,
			  struct cgroup **ret)
{
	int r = cgroup_new(&q->k->cgroups, memory, ret);

	if (!r)
		r = cgroup_add(*ret, who->tgid);
	return r ? world_fail(&q->k->world, -EOPNOTSUPP, "cannot make a control group: %s",
			      strerror(-r))
		 : 0;
}

int prepare_oom(const struct request *q)
{
	const uint64_t arg[6] = {0,
				 MORE_MEMORY,
				 PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
				 (uint64_t)-1,
				 0};
	struct cgroup *group;

	memcpy(q->command->arg, arg, sizeof(arg));
	/* it is charged to the group of the one whose it was first */
	if (q->a->leader->borrows || q->a->leader->exiting)
		return world_fail(
			&q->k->world, -EOPNOTSUPP,
			"the memory is another's, and so is the group that it is charged to");
	return move_to_cgroup(q, q->a, true, &group);
}

int prepare_cgroup_kill(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	struct cgroup *group;
	int fd, lent, r;

	if (!target)
		return -ESRCH;
	if (target->leader->dead || target->state == 'X')
		return world_fail(&q->k->world, -EOPNOTSUPP,
				  "who is dead can be put into no control group");
	r = move_to_cgroup(q, target, false, &group);
	if (r)
		return r;
	fd = cgroup_open(group, "cgroup.kill", O_WRONLY);
	if (fd < 0)
		return fd;
	r = command_lend(q->k, q->a, fd, &lent);
	close(fd);
	if (r)
		return r;
	q->command->arg[0] = (uint64_t)lent;
	q->command->arg[1] = put(q, "1", 1);
	q->command->arg[2] = 1;
	return 0;
}
