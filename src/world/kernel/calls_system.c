/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls_system.c - rights, limits, and files of the kernel's */
#include "world/kernel/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/cleanup.h"

/* Not every C library's headers have these. */
#define SYS_LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_MAKE_BLOCK (1u << 11)
#define LANDLOCK_SIGNAL (1u << 1)

int prepare_capset(const struct request *q)
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
int prepare_setrlimit(const struct request *q)
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

/* An ordinary user's world has no other users: that is said, not what the kernel makes of it. */
int prepare_setuid(const struct request *q)
{
	for (unsigned int i = 0; i < q->c->n_args; i++) {
		uint32_t id = (uint32_t)q->c->arg[i];

		if (q->k->cage.mapped || q->a->userns != q->k->init->userns || id + 1 <= 1)
			continue; /* 0, or -1 for none */
		return world_fail(&q->k->world, -EOPNOTSUPP,
				  "there is no user %u in a world that is made without the right "
				  "to be any: run it as root",
				  (unsigned int)id);
	}
	return 0;
}

int prepare_prctl(const struct request *q)
{
	if (q->c->n_args < 2)
		q->command->arg[1] = 0;
	/* Its files of /proc would be the machine's root's, and an ordinary user could not look. */
	if (q->c->arg[0] == SF_PR_SET_DUMPABLE && !q->command->arg[1] && !q->k->cage.mapped)
		return world_fail(&q->k->world, -EOPNOTSUPP,
				  "who is not to be looked into cannot be followed without the "
				  "right to: run it as root");
	return 0;
}

/* The kernel asks who opens the file, and who writes to it: the actor does both. */
static int prepare_file(const struct request *q, const char *path, const char *line)
{
	uint64_t *arg = q->command->arg;
	int fd, r = request_fd(q, SYS_openat,
			       (uint64_t[6]){(uint64_t)AT_FDCWD, put(q, path, strlen(path) + 1),
					     O_WRONLY | O_CLOEXEC},
			       &fd);

	if (r || fd < 0)
		return r;
	memset(arg, 0, sizeof(q->command->arg));
	arg[0] = (uint64_t)fd;
	arg[1] = put(q, line, strlen(line) + 1);
	arg[2] = strlen(line);
	return 0;
}

/* Only root is somebody in a world that an ordinary user has made. */
static int decline_users(struct kernel_world *k)
{
	return world_fail(&k->world, -EOPNOTSUPP,
			  "there are no users but root in a world that is made without the right "
			  "to be any: run it as root");
}

int prepare_setgroups(const struct request *q)
{
	return q->k->cage.mapped ? 0 : decline_users(q->k);
}

int prepare_map(const struct request *q)
{
	const struct actor *target = actor_of(q->k, (int)q->c->arg[0]);
	const char *name = q->c->id == FATE_UID_MAP ? "uid_map" : "gid_map";
	uint64_t outside = (uint32_t)q->c->arg[2], count = (uint32_t)q->c->arg[3];
	char path[64], line[64];
	int r;

	if (!target)
		return -ESRCH;
	if (!q->k->cage.mapped && outside + count > 1)
		return decline_users(q->k);
	/* setgroups() is denied there: who is within a namespace may map a group then */
	if (!q->k->cage.mapped && q->c->id == FATE_GID_MAP && q->a->userns == target->userns)
		return decline_users(q->k);
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)target->tid, name);
	snprintf(line, sizeof(line), "%u %u %u", (unsigned int)q->c->arg[1],
		 (unsigned int)q->c->arg[2], (unsigned int)q->c->arg[3]);
	r = prepare_file(q, path, line);
	/* whom the file belongs to, is nobody there */
	if (!r && q->command->nr == SYS_openat && !q->k->cage.mapped)
		return decline_users(q->k);
	return r;
}

int prepare_ns_last_pid(const struct request *q)
{
	char line[32];

	snprintf(line, sizeof(line), "%ld", q->c->arg[0]);
	return prepare_file(q, "/proc/sys/kernel/ns_last_pid", line);
}

/* What the file of the limit says to the actor. */
static int read_pid_max(const struct request *q, long *ret)
{
	static const char path[] = "/proc/sys/kernel/pid_max";
	uint8_t *data;
	long fd, got;
	int r = command_take_back(q->k, q->a);

	if (!r)
		r = command_quiet(q->k, q->a, SYS_openat,
				  (uint64_t[6]){(uint64_t)AT_FDCWD, put(q, path, sizeof(path)),
						O_RDONLY | O_CLOEXEC},
				  &fd);
	if (r || fd < 0)
		return r ? r : (int)fd;
	q->a->lent = (int)fd;
	data = data_put(q->k, q->a, NULL, 32);
	r = command_quiet(q->k, q->a, SYS_read,
			  (uint64_t[6]){(uint64_t)fd, arena_address(&q->k->arena, data), 31}, &got);
	*ret = strtol((const char *)data, NULL, 10);
	return r ? r : got < 0 ? (int)got : 0;
}

/* Where there is one limit for the whole machine, it is not touched. */
int prepare_pid_max(const struct request *q)
{
	long inside = 0;
	char line[32];
	int r = 0;

	if (!q->k->own_pid_max) {
		r = read_pid_max(q, &inside);
		if (r)
			return r;
		q->k->own_pid_max = kernel_has_own_pid_max(inside);
	}
	if (!q->k->own_pid_max) {
		q->command->op = WIRE_GIVE;
		q->command->arg[0] = (uint64_t)-EOPNOTSUPP;
		return 0;
	}
	snprintf(line, sizeof(line), "%ld", q->c->arg[0]);
	return prepare_file(q, "/proc/sys/kernel/pid_max", line);
}

/* Never of the machine: in the outermost namespace of a scenario it would end the scenario. */
int prepare_reboot(const struct request *q)
{
	const uint64_t arg[6] = {LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, (uint32_t)q->c->arg[0]};

	if (q->a->pidns->level < 1)
		return world_fail(
			&q->k->world, -EDEADLK,
			"reboot() outside of a namespace of the scenario's would end the scenario");
	memcpy(q->command->arg, arg, sizeof(arg));
	return 0;
}

/* Landlock will have something to restrict: where signals are no such thing, what nobody does. */
int prepare_landlock(const struct request *q)
{
	const struct {
		uint64_t handled_fs, handled_net, scoped;
	} ruleset = {
		.handled_fs = LANDLOCK_MAKE_BLOCK,
		.scoped = q->c->arg[0] ? LANDLOCK_SIGNAL : 0,
	};
	int fd, r = request_fd(q, SYS_LANDLOCK_CREATE_RULESET,
			       (uint64_t[6]){put(q, &ruleset, sizeof(ruleset)),
					     q->c->arg[0] ? sizeof(ruleset) : sizeof(uint64_t)},
			       &fd);

	if (r || fd < 0)
		return r;
	q->command->arg[0] = (uint64_t)fd;
	q->command->arg[1] = 0;
	return 0;
}
