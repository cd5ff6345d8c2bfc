/* SPDX-License-Identifier: GPL-2.0-or-later */
/* can.c - what the running kernel lets us have */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_VERSION 1u	 /* a flag: only ask for the version */
#define LANDLOCK_SCOPE_VERSION 6 /* the first that scopes signals */
#define NEW_PID_MAX 4194304

static long landlock_version(void)
{
	return syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_VERSION);
}

bool kernel_has_landlock_scope(void)
{
	return landlock_version() >= LANDLOCK_SCOPE_VERSION;
}

/* Not where the administrator allows none, and not in a chroot. */
static bool can_userns(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return pid > 0;
}

bool world_kernel_can(enum fate_need need)
{
	switch (need) {
	case FATE_NEED_USERNS:
		return can_userns();
	case FATE_NEED_LANDLOCK:
		return landlock_version() > 0;
	case FATE_NEED_CGROUP:
	case FATE_NEED_MEMCG:
		return cgroup_can(need == FATE_NEED_MEMCG);
	case FATE_NEED_ROOT:
	case FATE_NNEEDS:
	default:
		return true;
	}
}

/*
 * A new namespace has the greatest limit, whatever the one above it has.  Where that one has the
 * greatest as well, the kernel's release has to do.
 */
bool kernel_has_own_pid_max(long inside)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/sys/kernel/pid_max", "re");
	struct utsname u;
	long outside = 0;

	if (!file || fscanf(file, "%ld", &outside) != 1)
		return false;
	if (outside != NEW_PID_MAX || inside != NEW_PID_MAX)
		return inside != outside;
	return !uname(&u) && sf_kernel_preset(u.release)->pidns_pid_max;
}
